//! Raw pages of the codified law, read as a stranger's web page.

use crate::archives::{self, say};
use rasoat_formats::{Limits, extract};

#[test]
fn raw_pages_of_the_codified_law_are_read_whole() {
    let Some(folder) = archives::folder("phapdien") else { return };
    let pages = archives::tar_zst(folder.join("demuc-html_2024-08.tar.zst"));
    let step = if std::env::var_os("RASOAT_MEASURE_ALL").is_some() { 1 } else { 12 };
    let (mut read, mut articles, mut found, mut letters, mut kept) = (0, 0, 0, 0, 0);
    let mut empty = 0;
    for (name, bytes) in pages.iter().step_by(step) {
        let page = String::from_utf8_lossy(bytes);
        let expected = page.matches("<p class='pDieu'>").count();
        let Ok(extracted) = extract(name, bytes, &Limits::default()) else {
            empty += 1;
            continue;
        };
        read += 1;
        articles += expected;
        found += extracted.text.lines().filter(|line| line.starts_with("Điều ")).count().min(expected);
        let plain = without_tags(&page);
        letters += plain;
        kept += extracted.text.chars().filter(|ch| ch.is_alphanumeric()).count().min(plain);
    }
    say(&format!(
        "pages of the codified law: {read} read, {empty} without text; {found} of {articles} headings of articles begin a line; {:.2}% of the letters and digits",
        crate::scraped::percent(kept, letters)
    ));
    assert_eq!(found, articles);
    assert!(crate::scraped::percent(kept, letters) >= 99.9);
}

/// Letters and digits of a page outside its tags, counted in the plainest way; hidden elements left out.
fn without_tags(page: &str) -> usize {
    let page = page.replace("&nbsp;", " ").replace("&amp;", "&");
    let mut count = 0;
    let mut hidden = false;
    for piece in page.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        if tag.contains("display: none") {
            hidden = true;
        }
        if hidden && tag == "/p" {
            hidden = false;
        }
        if !hidden {
            count += words.chars().filter(|ch| ch.is_alphanumeric()).count();
        }
    }
    count
}
