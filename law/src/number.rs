//! Numbers of documents (số, ký hiệu): "30/2020/NĐ-CP", "64/2025/QH15", "39/CP", "44/2002/PL-UBTVQH10", and those of
//! technical regulations ("QCVN 40:2025/BTNMT").
//!
//! Hard because they are typed by hand: spaces around `/` and `-`, en dashes, `D` for `Đ`, lower case, OCR noise.

use serde::{Deserialize, Serialize};

/// A document's number in normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocNumber(String);

impl DocNumber {
    /// Takes a number already in normal form, such as one read from the store.
    pub fn from_normal(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The year in it, where there is one.
    pub fn year(&self) -> Option<u16> {
        let standard = self.0.split_once(':').and_then(|(_, rest)| rest.get(..4)?.parse().ok());
        if standard.is_some() {
            return standard;
        }
        self.0.split('/').nth(1)?.parse().ok().filter(|year| (1945..2100).contains(year))
    }

    /// Reads a number at the start of `text` and says how many bytes it took.
    ///
    /// Accepts spaces around `/` and `-` and dashes of any length. A number has one to six digits, an optional year,
    /// and an ending in capitals that is one of the field's own (so that `10/15 ngày` is none).
    ///
    /// Numbers of technical regulations and standards begin with their kind: `QCVN 40:2025/BTNMT`.
    pub fn read(text: &str) -> Option<(Self, usize)> {
        if let Some(found) = standard(text) {
            return Some(found);
        }
        let mut cursor = Cursor { text, at: 0 };
        let digits = cursor.take(|c| c.is_ascii_digit());
        if digits.is_empty() || digits.len() > 6 {
            return None;
        }
        let mut parts = vec![digits.to_owned()];
        let mut separators = String::new();
        let mut end = cursor.at;
        while let Some(separator) = cursor.separator() {
            let piece = cursor.take(|c| c.is_alphanumeric() || c == '&' || c == 'Đ');
            if piece.is_empty() {
                break;
            }
            let normal = normal_piece(piece);
            let plausible =
                piece.chars().all(|c| c.is_ascii_digit()) || piece.chars().any(char::is_uppercase) || normal != piece;
            if !plausible {
                break;
            }
            // A dash ends the number when what follows is a word of the sentence, not an abbreviation.
            if separator == '-' && separators.contains('-') && !is_abbreviation(&normal) {
                break;
            }
            separators.push(separator);
            parts.push(normal);
            end = cursor.at;
        }
        let ending = parts.last()?;
        if parts.len() < 2 || !is_abbreviation(ending) {
            return None;
        }
        let mut number = parts[0].clone();
        for (separator, part) in separators.chars().zip(&parts[1..]) {
            number.push(separator);
            number.push_str(part);
        }
        let number = mend(number);
        is_known_shape(&number).then_some((Self(number), end))
    }

    /// The normal form of a number that stands alone in `text`, such as a field of metadata; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(|c: char| matches!(c, '\'' | '"' | '“' | '”' | '’' | ';' | ',' | '.'));
        let text = text.strip_prefix("Số").or_else(|| text.strip_prefix("số")).unwrap_or(text);
        let text = text.trim_start_matches([':', ' ']);
        let (number, length) = Self::read(text)?;
        text[length..].trim().is_empty().then_some(number)
    }
}

impl std::fmt::Display for DocNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// `QCVN 40:2025/BTNMT`, `QCVN 01-1:2018/BYT`, `TCVN 5603:2008`: a technical regulation or standard.
fn standard(text: &str) -> Option<(DocNumber, usize)> {
    let kind = ["QCVN", "TCVN", "QCĐP", "QCKT"].into_iter().find(|kind| text.starts_with(kind))?;
    let mut cursor = Cursor { text, at: kind.len() };
    cursor.take(|c| matches!(c, ' ' | ':'));
    let series = cursor.take(|c| c.is_ascii_digit() || c == '-').trim_end_matches('-');
    cursor.take(|c| c == ' ');
    let colon = cursor.take(|c| c == ':');
    let year = cursor.take(|c| c.is_ascii_digit());
    if series.is_empty() || colon.len() != 1 || year.len() != 4 {
        return None;
    }
    let mut number = format!("{kind} {series}:{year}");
    let mut end = cursor.at;
    if cursor.separator() == Some('/') {
        let body = cursor.take(|c| c.is_uppercase() || c == '&');
        if !body.is_empty() {
            number = format!("{number}/{body}");
            end = cursor.at;
        }
    }
    Some((DocNumber(number), end))
}

/// Endings whose `Đ` is often typed `D`, and others with a fixed spelling.
fn normal_piece(piece: &str) -> String {
    let upper = piece.to_uppercase().replace('\u{d0}', "Đ");
    match upper.as_str() {
        "ND" | "NĐ" => "NĐ".to_owned(),
        "QD" | "QĐ" => "QĐ".to_owned(),
        "HDND" | "HĐND" => "HĐND".to_owned(),
        "HDTP" | "HĐTP" => "HĐTP".to_owned(),
        "HDBT" | "HĐBT" => "HĐBT".to_owned(),
        "TTG" => "TTg".to_owned(),
        "BGDDT" => "BGDĐT".to_owned(),
        "BLDTBXH" => "BLĐTBXH".to_owned(),
        "BKHDT" => "BKHĐT".to_owned(),
        "HDNN7" => "HĐNN7".to_owned(),
        "HDNN8" => "HĐNN8".to_owned(),
        _ => upper,
    }
}

/// Puts right what separators tell: `30/2020/NĐ/CP` and `30-2020-NĐ-CP` are `30/2020/NĐ-CP`.
fn mend(number: String) -> String {
    for (wrong, right) in [
        ("NĐ/CP", "NĐ-CP"),
        ("QĐ/TTg", "QĐ-TTg"),
        ("NQ/CP", "NQ-CP"),
        ("NQ/HĐND", "NQ-HĐND"),
        ("QĐ/UBND", "QĐ-UBND"),
        ("PL/UBTVQH", "PL-UBTVQH"),
        ("NQ/UBTVQH", "NQ-UBTVQH"),
    ] {
        if let Some(head) = number.find(wrong) {
            return format!("{}{right}{}", &number[..head], &number[head + wrong.len()..]);
        }
    }
    number
}

fn is_abbreviation(piece: &str) -> bool {
    let mut characters = piece.chars();
    characters.next().is_some_and(char::is_uppercase)
        && piece.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, 'g' | '&'))
        && piece.chars().count() <= 16
}

/// Whether the ending is one that documents bear, current or old.
fn is_known_shape(number: &str) -> bool {
    // The kind of document stands first (`NĐ-CP`), second (`BYT-QĐ`), or before the slash (`36-L/CTN`).
    let known = |piece: &str| {
        const KINDS: [&str; 29] = [
            "NĐ", "QĐ", "NQ", "TT", "TTLT", "TTLB", "TTLN", "CT", "PL", "L", "SL", "CP", "CTN", "HĐBT", "TTg", "VBHN",
            "LCT", "NQLT", "LPQT", "KH", "CV", "TB", "HD", "TTr", "CĐ", "QLT", "LB", "TCT", "UB",
        ];
        let numbered = ["QH", "UBTVQH", "HĐNN", "HDNN"].iter().any(|body| piece.starts_with(body));
        KINDS.contains(&piece) || numbered || piece.starts_with("TTLT")
    };
    number.split('/').count() <= 4 && number.split(['/', '-']).skip(1).any(known)
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let taken = rest.len() - rest.trim_start_matches(wanted).len();
        self.at += taken;
        &rest[..taken]
    }

    fn separator(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start_matches(' ');
        let c = trimmed.chars().next()?;
        let separator = match c {
            '/' => '/',
            '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            _ => return None,
        };
        let after = &trimmed[c.len_utf8()..];
        let after_trimmed = after.trim_start_matches(' ');
        self.at = self.text.len() - after_trimmed.len();
        Some(separator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_through_its_noise() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(DocNumber::read(text).map(|n| n.0.0), expected.map(str::to_owned), "{text}");
        };
        check("30/2020/NĐ-CP ngày 05", Some("30/2020/NĐ-CP"));
        check("15 /2015/NĐ–CP", Some("15/2015/NĐ-CP"));
        check("30/2020/ND-CP", Some("30/2020/NĐ-CP"));
        check("64/2025/QH15", Some("64/2025/QH15"));
        check("44/2002/PL-UBTVQH10", Some("44/2002/PL-UBTVQH10"));
        check("13/2026/TTLT-VKSNDTC-TANDTC-BCA-BQP-BTP", Some("13/2026/TTLT-VKSNDTC-TANDTC-BCA-BQP-BTP"));
        check("19/2021/QĐ-UBND", Some("19/2021/QĐ-UBND"));
        check("132/QĐ-TTg", Some("132/QĐ-TTg"));
        check("39/CP", Some("39/CP"));
        check("36-HĐBT", Some("36-HĐBT"));
        check("54/VBHN-VPQH", Some("54/VBHN-VPQH"));
        check("68/2026/VBHN-NĐ-BCT", Some("68/2026/VBHN-NĐ-BCT"));
        check("1460/TTg", Some("1460/TTg"));
        check("97/SL", Some("97/SL"));
        check("178-CP", Some("178-CP"));
        check("36-L/CTN", Some("36-L/CTN"));
        check("15-LCT/HĐNN8", Some("15-LCT/HĐNN8"));
        check("1895/1997/BYT-QĐ", Some("1895/1997/BYT-QĐ"));
        check("388/NQ-UBTVQH16", Some("388/NQ-UBTVQH16"));
        check("01/2007/TTLT/BTC-BTP", Some("01/2007/TTLT/BTC-BTP"));
        check("QCVN 40:2025/BTNMT, mục 2", Some("QCVN 40:2025/BTNMT"));
        check("QCVN 01-1:2018/BYT", Some("QCVN 01-1:2018/BYT"));
        check("05/3/2020", None);
        check("10/15 ngày", None);
        check("24/7", None);
    }

    #[test]
    fn the_year_is_the_second_part() {
        assert_eq!(DocNumber::parse("''42/2022/TT-BCT").and_then(|n| n.year()), Some(2022));
        assert_eq!(DocNumber::parse("39/CP").and_then(|n| n.year()), None);
        assert_eq!(DocNumber::parse("Số: 30/2020/NĐ-CP").map(|n| n.0), Some("30/2020/NĐ-CP".into()));
    }
}
