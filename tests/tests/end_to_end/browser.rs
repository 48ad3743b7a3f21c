//! The application in a real browser, from a chosen file to the law that a finding rests on.

use anyhow::Result;
use rasoat_tests::program::with_copied_corpus;
use rasoat_tests::service::Service;
use rasoat_tests::{browser, samples};
use std::path::Path;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(30);
/// A review on a machine of two cores that runs other tests, too.
const REVIEW: Duration = Duration::from_secs(300);

#[test]
fn review_a_draft_and_read_the_law_behind_a_finding() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let Some(browser) = browser::start() else { return Ok(()) };
    let browser = browser?;
    let service = Service::start(&rasoat)?;
    browser.open(service.address())?;

    let file = browser.wait_for("#file-input", SOON)?;
    let draft = samples::all()[0].draft().canonicalize()?;
    browser.type_into(&file, draft.to_str().unwrap())?;
    let start = browser.wait_for("#start-review:not([disabled])", SOON)?;
    browser.click(&start)?;

    let finding = browser.wait_for(".finding[data-check='basis.expired']", REVIEW)?;
    assert!(browser.text(&finding)?.contains("Luật"), "a finding says what is wrong");
    browser.wait_for("#download-docx", REVIEW)?;
    // The list may have been ordered anew when the review was done.
    let finding = browser.wait_for(".finding[data-check='basis.expired']", SOON)?;
    browser.click(&finding)?;
    let until = Instant::now() + SOON;
    let mut shown = String::new();
    while shown.trim().is_empty() && Instant::now() < until {
        shown = browser.text(&browser.wait_for("#evidence", SOON)?)?;
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(shown.contains("/QH"), "the evidence names a law: {shown}");

    browser.save_picture(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e/findings.png"))?;
    let errors: Vec<String> =
        browser.log().split("},{").filter(|line| line.contains("\"SEVERE\"")).map(str::to_owned).collect();
    assert!(errors.is_empty(), "no script fails: {errors:?}");
    Ok(())
}
