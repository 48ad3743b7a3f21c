//! The head of a document: who, what kind, which number, where and when, and its title.

use crate::structure::{is_capitals, starts_with_word};
use crate::{DocNumber, DocumentKind, date, text};
use jiff::civil::Date;

/// What the head says.
pub(super) struct Head {
    pub(super) number: Option<DocNumber>,
    /// A number still blank, with 0 in the blank's place: `0/2026/NĐ-CP`.
    pub(super) blank: Option<DocNumber>,
    pub(super) kind: DocumentKind,
    pub(super) title: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) place: Option<String>,
    pub(super) issued: Option<Date>,
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

/// Reads the lines before the preamble and the first unit.
pub(super) fn read(text: &str) -> Head {
    let head: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let issuer = issuer(&head);
    let (number, blank) = number(&head);
    let (heading_at, heading) = heading(&head).unzip();
    let kind = kind(number.as_ref().or(blank.as_ref()), heading, issuer.as_deref());
    let (place, issued) = place_and_date(&head);
    let title = heading_at.and_then(|at| title(&head, at, kind));
    let number =
        number.or_else(|| title.as_deref().filter(|_| blank.is_none()).and_then(|title| titled(&head, kind, title)));
    Head { number, blank, kind, title, issuer, place, issued }
}

/// The number, or the ending of a number still blank (`/2026/NĐ-CP`).
fn number(head: &[&str]) -> (Option<DocNumber>, Option<DocNumber>) {
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
                return (None, Some(blank));
            }
        }
    }
    (None, None)
}

/// The number on a line above that says kind, title and number ("Luật Cư trú số 68/2020/QH14"), as portals head their files.
fn titled(head: &[&str], kind: DocumentKind, title: &str) -> Option<DocNumber> {
    let wanted = text::fold(&format!("{} {title}", kind.name()));
    head.iter().find_map(|line| {
        let (before, after) = line.rsplit_once(" số ")?;
        let (number, length) = DocNumber::read(after)?;
        (text::fold(before) == wanted && after.len() == length).then_some(number)
    })
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

fn kind(number: Option<&DocNumber>, heading: Option<&str>, issuer: Option<&str>) -> DocumentKind {
    let by_number = number
        .map(|number| DocumentKind::from_number(number.as_str(), heading))
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
    let mut before = "";
    lower
        .split_whitespace()
        .enumerate()
        .map(|(at, word)| {
            let last = std::mem::replace(&mut before, word);
            // "của Luật Chứng khoán, Luật Kế toán": a document's name, not the law in general.
            if word == "luật" && last != "pháp" && at > 0 {
                name_follows = last != "bộ";
                return if last == "bộ" { word.to_owned() } else { "Luật".to_owned() };
            }
            if last == "luật" && name_follows {
                name_follows = false;
                return capitalised(word);
            }
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
