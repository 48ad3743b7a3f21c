//! The labels that open a unit: "Chương II", "Mục 1.", "Điều 12a.", "2b.", "a1)".
//!
//! Hard because older documents write them in other ways (`1-`, `1/`, `a.`, `Điều 5.-`, `Điều thứ 5`), and because
//! sentences begin with the same words ("Điều 5 của Luật này …"). Here a line is only asked whether it *could* open a
//! unit; whether it does, in its place, the reader decides by sequence.

use super::ProvisionKind;
use super::line::{Line, is_capitals, strip_word};

/// A label at the start of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    pub(crate) kind: ProvisionKind,
    /// As printed, without the word and the mark.
    pub(crate) number: String,
    /// The mark after the number of a paragraph or point; for others `.`, or a blank where there is none.
    pub(crate) mark: char,
    /// What follows the label in its line.
    pub(crate) rest: &'a str,
}

const WORDS: [(&str, ProvisionKind); 8] = [
    ("Phần", ProvisionKind::Part),
    ("Chương", ProvisionKind::Chapter),
    ("Tiểu mục", ProvisionKind::Subsection),
    ("Mục", ProvisionKind::Section),
    ("Điều", ProvisionKind::Article),
    // What a scanner makes of it.
    ("Điêu", ProvisionKind::Article),
    ("Diều", ProvisionKind::Article),
    ("Đièu", ProvisionKind::Article),
];

/// The label that `line` starts with, if any.
pub(crate) fn read(line: &str) -> Option<Label<'_>> {
    // Most lines begin with another letter than a label does, and many are read.
    let first = line.chars().next()?;
    if first.is_ascii_digit() {
        return paragraph(line);
    }
    let same = |word: &str| word.chars().next().is_some_and(|c| c.to_lowercase().eq(first.to_lowercase()));
    for (word, kind) in WORDS.into_iter().filter(|(word, _)| same(word)) {
        if let Some(rest) = strip_word(line, word) {
            return unit(kind, rest);
        }
    }
    // "Điều106. Tên"
    if let Some(rest) = line.strip_prefix("Điều").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return unit(ProvisionKind::Article, rest);
    }
    point(line)
}

fn unit(kind: ProvisionKind, rest: &str) -> Option<Label<'_>> {
    use ProvisionKind::{Article, Chapter, Part, Section};
    let trimmed = rest.trim_start();
    let (number, after) = match kind {
        Part | Chapter => ordinal(trimmed).or_else(|| roman(trimmed)).or_else(|| numeral(trimmed)),
        Article => numeral(trimmed).or_else(|| ordinal(trimmed)),
        Section => numeral(trimmed).or_else(|| roman(trimmed)).or_else(|| capital(trimmed)),
        _ => numeral(trimmed).or_else(|| roman(trimmed)),
    }?;
    let marks = ['.', ':', '-', '–', '—', '\t'];
    let ends = after.is_empty() || after.starts_with(marks);
    // "Chương I QUY ĐỊNH CHUNG" has no mark after its number; "Điều 5 của Luật này" is a sentence.
    let in_capitals = kind < Article && after.starts_with(' ') && is_capitals(after);
    let spaced = after.starts_with(' ') && after.trim_start().starts_with(marks);
    let rest = after.trim_start_matches(['.', ':', '-', '–', '—', ' ', '\t']);
    if ends || in_capitals || spaced {
        return Some(Label { kind, number, mark: '.', rest });
    }
    // "Điều 4 Phương pháp": no mark at all, and not "Điều 4 Nghị định này".
    let documents =
        ["Luật", "Bộ luật", "Nghị", "Thông tư", "Quyết", "Pháp lệnh", "Hiến pháp", "Quy", "Điều", "Chương", "Mục"];
    let title = kind == Article
        && after.starts_with(' ')
        && rest.starts_with(char::is_uppercase)
        && documents.iter().all(|word| strip_word(rest, word).is_none());
    title.then_some(Label { kind, number, mark: ' ', rest })
}

fn paragraph(line: &str) -> Option<Label<'_>> {
    let (number, after) = numeral(line)?;
    let spaced = after.starts_with(' ');
    let after = after.trim_start_matches(' ');
    let mark = after.chars().next().filter(|c| matches!(c, '.' | ')' | '/' | '-' | '–'))?;
    let rest = &after[mark.len_utf8()..];
    let (mark, rest) = match (mark, rest.strip_prefix(['-', '–'])) {
        // "1.- Người nộp"
        ('.', Some(rest)) if rest.starts_with(' ') => ('.', rest),
        ('–', _) => ('-', rest),
        _ => (mark, rest),
    };
    let begins = rest.trim_start().chars().next()?;
    if is_file_name(rest) {
        return None;
    }
    let sentence = begins.is_alphabetic() || matches!(begins, '“' | '"' | '(' | '‘' | '[' | '”');
    let fits = match mark {
        // "20.000 đồng", "1.2. Nội dung" are no paragraphs.
        '.' => !rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with('.') && !spaced,
        ')' => sentence && !spaced,
        '/' => sentence && !spaced && (rest.starts_with(' ') || begins.is_uppercase()),
        _ => sentence && rest.starts_with(' '),
    };
    fits.then_some(Label { kind: ProvisionKind::Paragraph, number, mark, rest: rest.trim_start() })
}

/// "1. Bieu mau.docx": the name of a file that a page of the law links to.
fn is_file_name(rest: &str) -> bool {
    let kinds = [".doc", ".docx", ".xls", ".xlsx", ".pdf", ".rar", ".zip"];
    kinds.iter().any(|kind| rest.ends_with(kind))
}

fn point(line: &str) -> Option<Label<'_>> {
    let mut characters = line.chars();
    let letter = latin(characters.next().filter(|c| c.is_lowercase())?);
    let rest = characters.as_str();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = format!("{letter}{}", &rest[..digits]);
    let mark = rest[digits..].chars().next().filter(|c| matches!(c, ')' | '.' | '/' | '-'))?;
    let rest = &rest[digits + mark.len_utf8()..];
    let fits = match mark {
        ')' => true,
        // "a.1) …" is a part of a point; "a. Người nộp" is one.
        '.' | '/' => digits == 0 && rest.starts_with(' '),
        _ => digits == 0 && rest.starts_with(' '),
    };
    (digits <= 2 && fits).then(|| Label { kind: ProvisionKind::Point, number, mark, rest: rest.trim_start() })
}

/// The Latin letter that a Cyrillic one was typed for.
fn latin(c: char) -> char {
    const ALIKE: [(char, char); 7] =
        [('а', 'a'), ('с', 'c'), ('е', 'e'), ('о', 'o'), ('р', 'p'), ('х', 'x'), ('у', 'y')];
    ALIKE.iter().find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| *latin)
}

/// `12`, `12a`, `2b`: digits and an optional inserted letter.
pub(crate) fn numeral(text: &str) -> Option<(String, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 4 {
        return None;
    }
    let mut end = digits;
    let mut rest = text[digits..].chars();
    if let Some(c) = rest.next().filter(|c| c.is_lowercase() && c.is_alphabetic()) {
        let next = rest.next();
        if next.is_none_or(|n| !n.is_alphanumeric()) {
            end += c.len_utf8();
        }
    }
    Some((text[..end].to_owned(), &text[end..]))
}

/// `II`, `IIa`, `XIV`.
pub(crate) fn roman(text: &str) -> Option<(String, &str)> {
    let length = text.len() - text.trim_start_matches(['I', 'V', 'X', 'L', 'C']).len();
    if length == 0 {
        return None;
    }
    let inserted = text[length..].chars().next().filter(|c| c.is_lowercase() && c.is_alphabetic());
    let end = length + inserted.map_or(0, char::len_utf8);
    let after = &text[end..];
    (!after.starts_with(char::is_alphanumeric)).then(|| (text[..end].to_owned(), after))
}

/// Whether a line is a Roman-numbered heading, "II. GIẢI PHÁP", which has no place among the units.
pub(crate) fn is_roman_heading(line: &str) -> bool {
    roman(line).is_some_and(|(_, after)| {
        after.strip_prefix(['.', '/']).is_some_and(|rest| {
            let title = rest.trim_start().starts_with(char::is_uppercase) && !line.ends_with(['.', ';', ',']);
            rest.starts_with(' ') && title && line.chars().count() <= 120
        })
    })
}

/// One capital letter: "Mục A", "Phụ lục B".
pub(crate) fn capital(text: &str) -> Option<(String, &str)> {
    let mut characters = text.chars();
    let letter = characters.next().filter(|c| c.is_uppercase())?;
    let after = characters.as_str();
    (!after.starts_with(char::is_alphanumeric)).then(|| (letter.to_string(), after))
}

/// "thứ nhất", "thứ hai" … "thứ mười hai" as figures; also "thứ 5".
fn ordinal(text: &str) -> Option<(String, &str)> {
    const ONES: [(&str, u8); 14] = [
        ("nhất", 1),
        ("một", 1),
        ("mốt", 1),
        ("hai", 2),
        ("ba", 3),
        ("tư", 4),
        ("bốn", 4),
        ("năm", 5),
        ("lăm", 5),
        ("sáu", 6),
        ("bảy", 7),
        ("bẩy", 7),
        ("tám", 8),
        ("chín", 9),
    ];
    let ones = |text| ONES.iter().find_map(|(word, value)| strip_word(text, word).map(|after| (*value, after)));
    let rest = strip_word(text, "thứ")?.trim_start();
    if let Some(after) = strip_word(rest, "mười") {
        let (value, after) = ones(after.trim_start()).unwrap_or((0, after));
        return Some(((10 + value).to_string(), after));
    }
    ones(rest).map(|(value, after)| (value.to_string(), after)).or_else(|| numeral(rest))
}

/// The head of an annex and its number, where it has one.
pub(crate) struct AnnexHead {
    pub(crate) number: Option<String>,
}

/// Names of what a resolution, decree or decision attaches ("ban hành kèm theo").
const ATTACHED: [&str; 24] = [
    "QUY CHẾ",
    "QUY ĐỊNH",
    "QUY TẮC",
    "QUY TRÌNH",
    "QUY CHUẨN",
    "QUY HOẠCH",
    "ĐIỀU LỆ",
    "NỘI QUY",
    "CHƯƠNG TRÌNH",
    "CHIẾN LƯỢC",
    "KẾ HOẠCH",
    "ĐỀ ÁN",
    "PHƯƠNG ÁN",
    "DANH MỤC",
    "DANH SÁCH",
    "HƯỚNG DẪN",
    "TIÊU CHUẨN",
    "TIÊU CHÍ",
    "ĐỊNH MỨC",
    "MỨC THU",
    "BIỂU",
    "BẢNG",
    "MẪU",
    "CHẾ ĐỘ",
];

/// "PHỤ LỤC", "Phụ lục II", or the name of something attached: after the signature (`at_end`), or with "kèm theo" in
/// the lines below its name.
pub(crate) fn annex(line: &str, at_end: bool, below: &[Line<'_>]) -> Option<AnnexHead> {
    if let Some(rest) = strip_word(line, "Phụ lục") {
        let rest = rest.trim_start_matches([' ', ':']);
        let rest = strip_word(rest, "số").map_or(rest, str::trim_start);
        let number = roman(rest).or_else(|| numeral(rest)).or_else(|| capital(rest));
        let after = number.as_ref().map_or(rest, |(_, after)| after);
        let heads = after.trim().is_empty() || after.starts_with(['.', ':']) || is_capitals(after);
        // In the body, "Phụ lục II" at the start of a line may be a sentence; in capitals it is a head.
        let heads = heads && (at_end || line.starts_with("PHỤ LỤC") || says_attached(below));
        return heads.then(|| AnnexHead { number: number.map(|(number, _)| number) });
    }
    if !is_capitals(line) {
        return None;
    }
    let name = ATTACHED.iter().find(|name| strip_word(line, name).is_some())?;
    let alone = at_end && line == *name && !below.is_empty();
    (alone || says_attached(below)).then_some(AnnexHead { number: None })
}

/// Whether "(Ban hành kèm theo …)" stands below a name, with only capitals and rules between.
fn says_attached(below: &[Line<'_>]) -> bool {
    for line in below.iter().filter(|line| !line.text.is_empty()).take(7) {
        let bare = line.text.trim_start_matches(['(', ' ']);
        if strip_word(bare, "Ban hành kèm theo").or_else(|| strip_word(bare, "Kèm theo")).is_some() {
            return true;
        }
        let title =
            is_capitals(line.text) || line.text.starts_with("Về ") || line.text.chars().all(|c| !c.is_alphabetic());
        if !title || matches!(read(line.text), Some(label) if label.kind <= ProvisionKind::Article) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_today_and_of_older_documents_are_read() {
        use ProvisionKind::{Article, Chapter, Paragraph, Part, Point, Section};
        let check = |line: &str, expected: Option<(ProvisionKind, &str, &str)>| {
            let found = read(line).map(|label| (label.kind, label.number, label.rest));
            assert_eq!(found, expected.map(|(kind, number, rest)| (kind, number.to_owned(), rest)), "{line}");
        };
        check("Điều 12a. Tên", Some((Article, "12a", "Tên")));
        check("ĐIỀU 5.- Tên", Some((Article, "5", "Tên")));
        check("Điều thứ 5: Tên", Some((Article, "5", "Tên")));
        check("Điều 5 của Luật này", None);
        check("Điều 5, Điều 6", None);
        check("Chương IIa", Some((Chapter, "IIa", "")));
        check("CHƯƠNG I QUY ĐỊNH CHUNG", Some((Chapter, "I", "QUY ĐỊNH CHUNG")));
        check("Phần thứ mười bốn", Some((Part, "14", "")));
        check("Mục 1. TÊN", Some((Section, "1", "TÊN")));
        check("2b. Hộ gia đình", Some((Paragraph, "2b", "Hộ gia đình")));
        check("1/ Hộ gia đình", Some((Paragraph, "1", "Hộ gia đình")));
        check("1- Hộ gia đình", Some((Paragraph, "1", "Hộ gia đình")));
        check("20.000 đồng", None);
        check("1/2 diện tích", None);
        check("1.2. Hộ", None);
        check("3.", None);
        check("a1) Đơn", Some((Point, "a1", "Đơn")));
        check("đ) Đơn", Some((Point, "đ", "Đơn")));
        check("a.1) Đơn", None);
        check("a. Đơn", Some((Point, "a", "Đơn")));
        check("ii) Đơn", None);
    }
}
