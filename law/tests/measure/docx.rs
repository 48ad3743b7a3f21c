//! The plain text of a DOCX file, for measuring on real laws: enough of ZIP and of WordprocessingML for that.

use std::io::Read;

/// The paragraphs of `word/document.xml`, a line each; `None` where the file is no such thing.
pub fn text(file: &[u8]) -> Option<String> {
    let xml = String::from_utf8(member(file, "word/document.xml")?).ok()?;
    let mut out = String::new();
    let mut in_text = false;
    for piece in xml.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        match (name, tag.starts_with('/')) {
            ("w:t", closes) => in_text = !closes && !tag.ends_with('/'),
            ("w:tab", false) => out.push('\t'),
            ("w:br" | "w:cr", false) | ("w:p", true) => out.push('\n'),
            _ => {}
        }
        if in_text {
            out.push_str(&unescape(words));
        }
    }
    Some(out)
}

fn unescape(words: &str) -> String {
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// One file of the archive, found by the central directory at its end (APPNOTE 4.3.12).
fn member(file: &[u8], wanted: &str) -> Option<Vec<u8>> {
    let end = file.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let mut at = number(file, end + 16, 4)?;
    for _ in 0..number(file, end + 10, 2)? {
        let (method, packed) = (number(file, at + 10, 2)?, number(file, at + 20, 4)?);
        let [name, extra, comment] = [28, 30, 32].map(|field| number(file, at + field, 2));
        let local = number(file, at + 42, 4)?;
        if file.get(at + 46..at + 46 + name?)? == wanted.as_bytes() {
            let start = local + 30 + number(file, local + 26, 2)? + number(file, local + 28, 2)?;
            let bytes = file.get(start..start + packed)?;
            let mut plain = Vec::new();
            match method {
                0 => plain.extend(bytes),
                _ => drop(flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut plain).ok()?),
            }
            return Some(plain);
        }
        at += 46 + name? + extra? + comment?;
    }
    None
}

fn number(file: &[u8], at: usize, bytes: usize) -> Option<usize> {
    Some(file.get(at..at + bytes)?.iter().rev().fold(0, |sum, b| sum << 8 | usize::from(*b)))
}
