//! What a document's head, effect clause and signature say of it.
//!
//! Hard because drafts leave half of it blank ("Số:      /2026/NĐ-CP", "ngày    tháng    năm"), and because the head is
//! a two-column table whose cells arrive line by line.

use crate::structure::{Provision, ProvisionKind, is_capitals, starts_with_word, strip_word};
use crate::{DocNumber, DocumentKind, date, text};
use jiff::civil::Date;

/// Metadata of a document (thuộc tính văn bản).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Number; `None` while a draft has none.
    pub number: Option<DocNumber>,
    /// Kind.
    pub kind: DocumentKind,
    /// Title (trích yếu), without the kind.
    pub title: Option<String>,
    /// Issuing body.
    pub issuer: Option<String>,
    /// Place of issue.
    pub place: Option<String>,
    /// Date of issue.
    pub issued: Option<Date>,
    /// Date it takes effect, where it says so.
    pub effective: Option<Date>,
    /// Who signed.
    pub signer: Option<String>,
}

const HEADINGS: [&str; 11] = [
    "THÔNG TƯ LIÊN TỊCH",
    "VĂN BẢN HỢP NHẤT",
    "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH",
    "NGHỊ ĐỊNH",
    "PHÁP LỆNH",
    "THÔNG TƯ",
    "HIẾN PHÁP",
    "BỘ LUẬT",
    "LUẬT",
    "LỆNH",
];

/// Bodies that head a document, as they stand in capitals.
const ISSUERS: [&str; 17] = [
    "ỦY BAN THƯỜNG VỤ QUỐC HỘI",
    "QUỐC HỘI",
    "CHỦ TỊCH NƯỚC",
    "THỦ TƯỚNG CHÍNH PHỦ",
    "CHÍNH PHỦ",
    "HỘI ĐỒNG THẨM PHÁN",
    "TÒA ÁN NHÂN DÂN TỐI CAO",
    "VIỆN KIỂM SÁT NHÂN DÂN TỐI CAO",
    "KIỂM TOÁN NHÀ NƯỚC",
    "HỘI ĐỒNG NHÂN DÂN",
    "CHỦ TỊCH ỦY BAN NHÂN DÂN",
    "ỦY BAN NHÂN DÂN",
    "UBND",
    "NGÂN HÀNG NHÀ NƯỚC",
    "THANH TRA CHÍNH PHỦ",
    "VĂN PHÒNG CHÍNH PHỦ",
    "BỘ ",
];

/// Reads the metadata of a parsed text. `body_end` is where the signature block begins.
pub(crate) fn read(text: &str, provisions: &[Provision], body_end: Option<usize>) -> Metadata {
    let head_end = provisions
        .iter()
        .filter(|p| p.kind != ProvisionKind::Annex)
        .map(|p| p.span.start)
        .min()
        .unwrap_or_else(|| floor_boundary(text, 2_000));
    let head: Vec<&str> = text[..head_end].lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let issuer = issuer(&head);
    let (number, blank_suffix) = number(&head);
    let (heading_at, heading) = heading(&head).unzip();
    let kind = kind(number.as_ref(), blank_suffix.as_deref(), heading, issuer.as_deref());
    let (place, issued) = place_and_date(&head);
    let title = heading_at.and_then(|at| title(&head, at, kind));
    Metadata {
        number,
        kind,
        title,
        issuer,
        place,
        issued,
        effective: effective(text, issued),
        signer: body_end.and_then(|at| signer(&text[at..])),
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The number, or the ending of a number still blank (`/2026/NĐ-CP`).
fn number(head: &[&str]) -> (Option<DocNumber>, Option<String>) {
    for line in head {
        let Some(at) = line.find("ố:").or_else(|| line.find("Ố:")).or_else(|| line.find("ố ")) else { continue };
        let before = line[..at].trim_end_matches(['s', 'S']).trim();
        if !(before.is_empty() || DocumentKind::from_heading(before, None).is_some() || before.ends_with("ật")) {
            continue;
        }
        let rest = line[at..].trim_start_matches(|c: char| !c.is_ascii_digit() && c != '/');
        if let Some((number, _)) = DocNumber::read(rest) {
            return (Some(number), None);
        }
        if let Some(slash) = line[at..].find('/') {
            let ending = &line[at + slash..];
            let year_first = format!("0{}", ending.split_whitespace().next().unwrap_or_default());
            if let Some((blank, _)) = DocNumber::read(&year_first) {
                return (None, Some(blank.as_str().to_owned()));
            }
        }
    }
    (None, None)
}

fn heading<'a>(head: &[&'a str]) -> Option<(usize, &'a str)> {
    head.iter().enumerate().find_map(|(at, line)| {
        let bare = line.trim_end_matches([':', '.']).trim();
        HEADINGS.iter().find_map(|name| {
            let rest = bare.strip_prefix(name)?;
            (rest.is_empty() || (rest.starts_with(' ') && is_capitals(bare))).then(|| (at, &bare[..name.len()]))
        })
    })
}

fn kind(number: Option<&DocNumber>, blank: Option<&str>, heading: Option<&str>, issuer: Option<&str>) -> DocumentKind {
    let by_number = number
        .map(DocNumber::as_str)
        .or(blank)
        .map(|number| DocumentKind::from_number(number, heading))
        .filter(|kind| *kind != DocumentKind::Other);
    by_number
        .or_else(|| heading.and_then(|heading| DocumentKind::from_heading(heading, issuer)))
        .unwrap_or(DocumentKind::Other)
}

fn issuer(head: &[&str]) -> Option<String> {
    let (at, line) = head.iter().take(8).enumerate().find_map(|(at, line)| {
        let line = line.split("CỘNG HÒA").next().unwrap_or_default().trim();
        (is_capitals(line) && ISSUERS.iter().any(|name| line.starts_with(name))).then_some((at, line))
    })?;
    let mut words = line.to_owned();
    let local = line == "ỦY BAN NHÂN DÂN" || line == "HỘI ĐỒNG NHÂN DÂN" || line == "UBND";
    if let Some(next) = head.get(at + 1).filter(|next| local && is_capitals(next) && !next.starts_with("CỘNG")) {
        words = format!("{words} {next}");
    }
    Some(sentence_case(&words.replace("UBND", "ỦY BAN NHÂN DÂN")))
}

/// "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI" as "Ủy ban nhân dân tỉnh Đồng Nai"; a ministry's field keeps its capital.
fn sentence_case(capitals: &str) -> String {
    let lower = capitals.to_lowercase();
    let mut name_follows = false;
    lower
        .split_whitespace()
        .enumerate()
        .map(|(at, word)| {
            let capital = at == 0 || name_follows;
            if at == 0 && word == "bộ" {
                name_follows = true;
                return "Bộ".to_owned();
            }
            if matches!(word, "tỉnh" | "phố" | "xã" | "phường" | "khu") {
                name_follows = true;
                return word.to_owned();
            }
            if at == 1 && name_follows && lower.starts_with("bộ") {
                name_follows = false;
            }
            if capital { capitalised(word) } else { word.to_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
        .replace("quốc hội", "Quốc hội")
        .replace("chính phủ", "Chính phủ")
        .replace("việt nam", "Việt Nam")
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn title(head: &[&str], at: usize, kind: DocumentKind) -> Option<String> {
    let line = head[at].trim_end_matches([':', '.']).trim();
    let own = HEADINGS.iter().find_map(|name| line.strip_prefix(name)).unwrap_or_default().trim();
    let mut words: Vec<&str> = Vec::new();
    if !own.is_empty() {
        words.push(own);
    }
    for line in &head[at + 1..] {
        let enacts = ["Căn cứ", "Chính phủ ban hành", "Quốc hội ban hành", "Theo đề nghị", "Xét"];
        let ends = enacts.iter().any(|word| starts_with_word(line, word))
            || line.chars().all(|c| !c.is_alphabetic())
            || (is_capitals(line) && !words.is_empty() && !is_capitals(words[0]))
            || (is_capitals(line) && words.is_empty() && !kind.cited_by_name())
            || words.len() >= 5;
        if ends {
            break;
        }
        words.push(line);
    }
    let title = text::squeeze(&words.join(" "));
    if title.is_empty() {
        None
    } else if is_capitals(&title) {
        Some(sentence_case(&title))
    } else {
        Some(title)
    }
}

fn place_and_date(head: &[&str]) -> (Option<String>, Option<Date>) {
    for line in head {
        let Some(at) = line.find(", ngày") else { continue };
        let place = line[..at].rsplit("  ").next().unwrap_or_default().rsplit('\t').next().unwrap_or_default().trim();
        let issued = date::read(line[at + 1..].trim_start()).map(|(date, _)| date);
        if place.chars().count() <= 40 {
            return (Some(place.to_owned()).filter(|p| !p.is_empty()), issued);
        }
    }
    (None, None)
}

/// The date in "… này có hiệu lực (thi hành) (kể) từ ngày …".
fn effective(text: &str, issued: Option<Date>) -> Option<Date> {
    let mut from = 0;
    while let Some(at) = text[from..].find("có hiệu lực") {
        let at = from + at;
        from = at + "có hiệu lực".len();
        let before = &text[floor_boundary(text, at.saturating_sub(40))..at];
        if !before.trim_end().ends_with("này") {
            continue;
        }
        let mut rest = text[from..].trim_start();
        for word in ["thi hành", "kể", "từ"] {
            rest = strip_word(rest, word).map_or(rest, str::trim_start);
        }
        if let Some((date, _)) = date::read(rest) {
            return Some(date);
        }
        if strip_word(rest, "ngày").is_some_and(|rest| starts_with_word(rest.trim_start(), "ký")) {
            return issued;
        }
    }
    None
}

/// A person's name in the signature block: the last line of two to five capitalised words.
fn signer(block: &str) -> Option<String> {
    let lines = block.lines().map(str::trim).take(40);
    let mut office_seen = false;
    for line in lines {
        if is_capitals(line) {
            office_seen = true;
            continue;
        }
        // "CHỦ TỊCH QUỐC HỘI Nguyễn Văn A" on one line.
        let words: Vec<&str> = line.split_whitespace().collect();
        let lead = words.iter().take_while(|word| is_capitals(word)).count();
        let name = &words[lead..];
        let is_name = (2..=5).contains(&name.len())
            && name.iter().all(|word| {
                word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(char::is_alphabetic)
            });
        if is_name && (office_seen || lead >= 2) {
            return Some(name.join(" "));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::parse;
    use jiff::civil::date;

    #[test]
    fn the_head_of_a_draft_decree_with_blanks_is_read() {
        let metadata = parse(
            "CHÍNH PHỦ\nSố:       /2026/NĐ-CP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
             Hà Nội, ngày      tháng      năm 2026\nNGHỊ ĐỊNH\nQuy định chi tiết một số điều\ncủa Bộ luật Lao động\n\
             _____\nCăn cứ Luật Tổ chức Chính phủ;\nĐiều 1. A\nNghị định này có hiệu lực thi hành kể từ ngày 01 tháng 01 năm 2027.\n\
             TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn An",
        )
        .metadata;
        assert_eq!(
            metadata,
            Metadata {
                number: None,
                kind: DocumentKind::NghiDinh,
                title: Some("Quy định chi tiết một số điều của Bộ luật Lao động".into()),
                issuer: Some("Chính phủ".into()),
                place: Some("Hà Nội".into()),
                issued: None,
                effective: Some(date(2027, 1, 1)),
                signer: Some("Nguyễn Văn An".into()),
            }
        );
    }

    #[test]
    fn the_head_of_a_code_is_read() {
        let metadata = parse(
            "QUỐC HỘI \nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc \nLuật số: 91/2015/QH13\n\
             Hà Nội, ngày 24 tháng 11 năm 2015\n\nBỘ LUẬT\nDÂN SỰ\nCăn cứ Hiến pháp;\nĐiều 1. A\nB.\n\
             CHỦ TỊCH QUỐC HỘI Nguyễn Sinh Hùng",
        )
        .metadata;
        assert_eq!(metadata.number, DocNumber::parse("91/2015/QH13"));
        assert_eq!(metadata.kind, DocumentKind::BoLuat);
        assert_eq!(metadata.title.as_deref(), Some("Dân sự"));
        assert_eq!(metadata.issuer.as_deref(), Some("Quốc hội"));
        assert_eq!(metadata.issued, Some(date(2015, 11, 24)));
        assert_eq!(metadata.signer.as_deref(), Some("Nguyễn Sinh Hùng"));
    }

    #[test]
    fn a_provincial_issuer_keeps_its_provinces_name() {
        let metadata =
            parse("ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG NAI\nSố: 19/2026/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc A\nĐiều 1. B").metadata;
        assert_eq!(metadata.issuer.as_deref(), Some("Ủy ban nhân dân tỉnh Đồng Nai"));
        assert_eq!(metadata.kind, DocumentKind::QuyetDinhUbnd);
        assert_eq!(metadata.title.as_deref(), Some("Về việc A"));
    }
}
