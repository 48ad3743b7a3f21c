//! Private mode in a real browser: a draft that never leaves it gets the findings that the server gives, and every byte
//! that went to the server is looked at.
#![expect(clippy::unwrap_used, reason = "a test that does not get what it needs has failed")]

use anyhow::{Context, Result, ensure};
use rasoat_tests::program::with_copied_corpus;
use rasoat_tests::reader::Reader;
use rasoat_tests::relay::Relay;
use rasoat_tests::samples::{self, Sample};
use rasoat_tests::service::Service;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::time::{Duration, Instant};

/// How long a review in the browser may take on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(400);

/// Not a print macro: the test harness swallows what those print when a test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A finding without its number: check, place and the provision that proves it.
fn told(review: &Value) -> BTreeSet<String> {
    let findings = review["findings"].as_array().unwrap().iter();
    let one = |f: &Value| {
        let law = &f["evidence"][0];
        format!("{} {}-{} {} {}", f["check"], f["start"], f["end"], law["document"], law["eid"])
    };
    findings.map(one).collect()
}

/// Hands a sample to the page and waits for the end of its review; the answer is the review's identifier.
fn review_in_page(reader: &Reader, sample: &Sample) -> Result<String> {
    reader.choose("#file-input", &sample.draft())?;
    let as_of = sample.as_of()?;
    reader.script(&format!(
        "const field = document.getElementById('as-of'); field.value = '{as_of}'; field.dispatchEvent(new Event('input'));"
    ))?;
    ended(reader)
}

/// Starts the review that is made ready and waits for its end.
fn ended(reader: &Reader) -> Result<String> {
    reader.click("#start-review")?;
    let until = Instant::now() + PATIENCE;
    while reader.shown("#download-docx")?.is_empty() {
        let failed = reader.shown("[role=alert]")?;
        ensure!(failed.is_empty() && Instant::now() < until, "the review did not end: {failed:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let place = reader.place()?;
    Ok(place.strip_prefix("#/review/").with_context(|| format!("the page is at {place}"))?.to_owned())
}

/// The same in private mode; the answer is the review as the browser's worker has it.
fn review_here(reader: &Reader, sample: &Sample) -> Result<Value> {
    let id = review_in_page(reader, sample)?;
    found_here(reader, &id)
}

fn found_here(reader: &Reader, id: &str) -> Result<Value> {
    ensure!(id.starts_with("private-"), "{id} is a review of the server's");
    let review = reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         rasoatPrivate().then(desk => desk.result('{id}', 'vi')).then(done, error => done(String(error)));"
    ))?;
    serde_json::from_str(review.as_str().unwrap_or_default()).context("no review")
}

/// Every way in which words could stand in a request.
fn carries(sent: &[u8], words: &str) -> bool {
    let percent: String = words.bytes().map(|b| format!("%{b:02X}")).collect();
    let escaped = words.escape_unicode().to_string();
    let json: String = words.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let ways = [words.as_bytes(), percent.as_bytes(), escaped.as_bytes(), json.as_bytes()];
    ways.iter().any(|way| sent.windows(way.len()).any(|window| window == *way))
}

#[test]
fn a_draft_is_reviewed_in_the_browser_and_no_byte_of_it_reaches_the_server() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let port = service.address().rsplit_once(':').unwrap().1;
    let mut relay = Relay::start(&format!("host=127.0.0.1 port={port}"), None)?;
    let Some(reader) = Reader::at(&format!("http://{}", relay.host())) else { return Ok(()) };
    let reader = reader?;
    let all = samples::all();
    let sample = |name: &str| all.iter().find(|sample| sample.name() == name).unwrap();
    let (first, second) = (sample("nghi-dinh-lao-dong"), sample("quyet-dinh-tinh"));
    let others: Vec<&Sample> =
        all.iter().filter(|sample| ![first.name(), second.name()].contains(&sample.name())).collect();
    assert_eq!(others.len(), 3);

    // What the server finds, told to it by another way than the one that is watched.
    let at_server = |sample: &Sample| -> Result<Value> {
        let id = service.start_review("du-thao.docx", &fs_err::read(sample.draft())?, &sample.as_of()?)?;
        service.events(&id)?;
        service.json(&format!("/api/reviews/{id}/result"))
    };
    let wanted = [at_server(first)?, at_server(second)?];
    let wanted_of_others: Vec<Value> = others.iter().map(|sample| at_server(sample)).collect::<Result<_>>()?;

    reader.open("#/")?;
    reader.click("#private-mode")?;
    reader.inspect("private-start")?;
    let found = review_here(&reader, first)?;
    reader.see("#private-notice", "trình duyệt của bạn")?;
    reader.inspect("private-desk")?;
    compare(&first.name(), &found, &wanted[0])?;
    reader.click("#private-proof")?;
    reader.see("[data-closed=true]", "connect-src")?;
    reader.see("[data-quiet=true]", "chưa gửi yêu cầu nào")?;
    reader.picture("private-proof")?;

    // Loaded once, it needs the server no more: not one byte is sent from here on, and then there is none to send to.
    reader.script("location.hash = '#/'")?;
    reader.see(".recent", "draft.docx")?;
    let before = relay.sent().len();
    let found = review_here(&reader, second)?;
    compare(&second.name(), &found, &wanted[1])?;
    reader.click("#findings [data-finding=\"0\"] button")?;
    reader.click("#download-docx")?;
    ensure!(relay.sent().len() == before, "the page asked the server for something during a private review");
    relay.stop();
    let sheet = reader.script_later(
        "const done = arguments[arguments.length - 1];
         rasoatPrivate().then(desk => desk.file('private-2', 'docx', false, '[]', 'vi'))
           .then(file => done([file.length, file[0], file[1]]), error => done(String(error)));",
    )?;
    ensure!(sheet[0].as_u64().is_some_and(|size| size > 10_000) && sheet[1] == 80 && sheet[2] == 75, "{sheet}");
    reader.script("location.hash = '#/'")?;
    reader.click(".paste summary")?;
    reader
        .fill("#pasted", "THÔNG TƯ\nCăn cứ Luật Kế toán ngày 17 tháng 6 năm 2003;\nĐiều 1. Hồ sơ\nHồ sơ gồm đơn.\n")?;
    let found = found_here(&reader, &ended(&reader)?)?;
    ensure!(told(&found).iter().any(|finding| finding.starts_with("\"basis.expired")), "without a network: {found}");
    for (sample, wanted) in others.iter().zip(&wanted_of_others) {
        reader.script("location.hash = '#/'")?;
        reader.see(".recent", "draft.docx")?;
        compare(&sample.name(), &review_here(&reader, sample)?, wanted)?;
    }

    // What was sent in all, from the first request to the last.
    let sent = relay.sent();
    for sample in &all {
        let text = rasoat.json(["--json", "parse", sample.draft().to_str().unwrap()])?;
        let text = text["text"].as_str().unwrap();
        let mut looked = 0;
        for words in text.split(['\n', ';', '.']).map(str::trim).filter(|words| words.len() > 24) {
            ensure!(!carries(&sent, words), "the server was sent `{words}`");
            looked += 1;
        }
        ensure!(looked > 10, "too little of {} was looked for", sample.name());
    }
    Ok(())
}

/// The checks of the text find the same; conflicts, whose models count in fewer bits here, nearly.
fn compare(name: &str, here: &Value, server: &Value) -> Result<()> {
    let (own, wanted) = (told(here), told(server));
    let apart: Vec<&String> = own.symmetric_difference(&wanted).collect();
    say(&format!(
        "{name}: {} findings here, {} at the server, {} apart {apart:?}; here {}, at the server {}",
        own.len(),
        wanted.len(),
        apart.len(),
        here["timing"],
        server["timing"],
    ));
    let of_text: Vec<&&String> = apart.iter().filter(|finding| !finding.starts_with("\"conflict.")).collect();
    ensure!(of_text.is_empty(), "{name}: {of_text:#?}");
    ensure!(
        here["checks"] == server["checks"],
        "{name}: other checks ran: {} and {}",
        here["checks"],
        server["checks"]
    );
    ensure!(apart.len() * 10 <= wanted.len(), "{name}: more than a tenth is apart: {apart:#?}");
    Ok(())
}

/// Has the page note when a review is asked for, when its first finding can be seen, and when it has ended.
const WATCH: &str = "
    window.watch = {};
    document.addEventListener('click', ({target}) => {
      if (target.closest('#start-review')) window.watch = {began: performance.now()};
    }, true);
    new MutationObserver(() => {
      const passed = performance.now() - window.watch.began;
      if (document.querySelector('.finding')) window.watch.first ??= passed;
      if (document.querySelector('#download-docx')) window.watch.end ??= passed;
    }).observe(document, {subtree: true, childList: true})";

/// A measuring, of which only the findings are held to anything: every sample at the server and in the browser, by the same
/// page, with the times that a person sees and the memory of the browser's process that runs page and worker.
#[test]
#[ignore = "a measuring, of minutes: cargo test -p rasoat-tests --test private_mode -- --ignored --nocapture"]
fn measure_every_sample_at_the_server_and_in_the_browser() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let all = samples::all();
    let seconds = |what: &str| -> Result<f64> {
        let took = reader.script(&format!("return window.watch.{what}"))?.as_f64();
        Ok(took.with_context(|| format!("the page saw no {what}"))? / 1000.0)
    };
    let memory = |when: &str| {
        if let Some((now, most)) = reader.memory() {
            say(&format!("memory {when}: {} MB, at most {} MB", now >> 20, most >> 20));
        }
    };
    let times = |sample: &Sample, place: &str| -> Result<()> {
        let (first, end) = (seconds("first")?, seconds("end")?);
        say(&format!("{} {place}: first finding after {first:.2} s, the end after {end:.2} s", sample.name()));
        reader.script("location.hash = '#/'").map(drop)
    };

    reader.open("#/")?;
    reader.script(WATCH)?;
    let mut wanted = Vec::new();
    for sample in &all {
        let id = review_in_page(&reader, sample)?;
        wanted.push(service.json(&format!("/api/reviews/{id}/result"))?);
        times(sample, "at the server")?;
    }
    memory("before private mode");
    reader.click("#private-mode")?;
    let began = Instant::now();
    reader
        .script("rasoatPrivate().then(desk => desk.open('vi', () => {})).then(() => { window.watch.open = true })")?;
    while reader.script("return window.watch.open")? != true {
        ensure!(began.elapsed() < PATIENCE, "private mode was not loaded");
        std::thread::sleep(Duration::from_millis(50));
    }
    say(&format!("private mode was loaded in {:.1} s", began.elapsed().as_secs_f64()));
    memory("once it is loaded");
    let mut outcome = Ok(());
    for (sample, wanted) in all.iter().zip(&wanted) {
        let found = review_here(&reader, sample)?;
        times(sample, "here")?;
        memory("after it");
        // All are told before one of them fails the test.
        outcome = outcome.and(compare(&sample.name(), &found, wanted));
    }
    outcome
}
