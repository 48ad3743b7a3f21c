//! When a document starts to apply, and which of its parts start at another time.
//!
//! Hard because the exception is a sentence of its own ("trừ khoản 3 Điều 12 có hiệu lực từ …") or the next paragraph
//! ("Quy định tại điểm a khoản 2 Điều này có hiệu lực từ …"). Source: Law 64/2025/QH15, Articles 53; Decree 78/2025/NĐ-CP,
//! Article 67.

use crate::structure::{Provision, ProvisionKind, starts_with_word, strip_word};
use crate::{ByteSpan, Eid, date};
use jiff::civil::Date;

/// A part of a document that starts on another day than the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterStart {
    /// The part.
    pub eid: Eid,
    /// Its first day.
    pub from: Date,
    /// Where the document says so.
    pub span: ByteSpan,
}

const STARTS: &str = "có hiệu lực";

/// The first day of the whole, and the parts that start on another.
pub(super) fn read(text: &str, provisions: &[Provision], issued: Option<Date>) -> (Option<Date>, Vec<LaterStart>) {
    let mut whole = None;
    let mut parts: Vec<LaterStart> = Vec::new();
    let articles: Vec<&Provision> = provisions
        .iter()
        .filter(|p| p.kind == ProvisionKind::Article && !p.eid.as_str().starts_with("annex"))
        .collect();
    let mut from = 0;
    while let Some(at) = text[from..].find(STARTS).map(|at| from + at) {
        from = at + STARTS.len();
        let Some(start) = date_after(&text[from..], issued) else { continue };
        let (clause, subject) = subject(text, at);
        let after_exception = strip_word(subject, "trừ").is_some();
        let is_whole = !after_exception && names_whole(subject);
        if is_whole {
            whole = whole.or(Some(start));
            continue;
        }
        // Only in the article on commencement: elsewhere the words speak of other documents.
        let before = articles.partition_point(|p| p.span.start <= at);
        let Some(article) = articles[..before].last().filter(|p| at < p.span.end) else { continue };
        let says = article.heading.as_deref().is_some_and(|heading| heading.to_lowercase().contains("hiệu lực"));
        let here = says || whole.is_some_and(|_| text[article.span.start..at].contains("này có hiệu lực"));
        if !here || names_other_document(subject) {
            continue;
        }
        let span = ByteSpan::new(clause, from);
        parts.extend(
            units(subject, &article.eid)
                .into_iter()
                .filter(|eid| provisions.iter().any(|p| p.eid == *eid))
                .map(|eid| LaterStart { eid, from: start, span }),
        );
    }
    parts.retain(|part| Some(part.from) != whole);
    parts.dedup_by(|a, b| a.eid == b.eid);
    (whole, parts)
}

/// The date in "(thi hành) (kể) từ ngày …" after "có hiệu lực"; the day of signing where it says so.
fn date_after(rest: &str, issued: Option<Date>) -> Option<Date> {
    let mut rest = rest.trim_start();
    for word in ["pháp lý", "thi hành", "kể", "từ"] {
        rest = strip_word(rest, word).map_or(rest, str::trim_start);
    }
    if let Some((date, _)) = date::read(rest) {
        return Some(date);
    }
    let rest = strip_word(rest, "ngày")?.trim_start();
    (starts_with_word(rest, "ký") || starts_with_word(rest, "thông qua") || starts_with_word(rest, "ban hành"))
        .then_some(issued)
        .flatten()
}

/// What has effect: the words of the clause before, and where it begins.
fn subject(text: &str, at: usize) -> (usize, &str) {
    let floor = (0..=at.saturating_sub(400)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[floor..at];
    let sentence = before.rfind(['\n', ';']).map_or(0, |at| at + 1);
    let stop = before.rfind(". ").map_or(0, |at| at + 2);
    let exception = before.rfind("trừ ").filter(|at| before[..*at].ends_with([' ', ',', '(']));
    let start = sentence.max(stop).max(exception.unwrap_or(0));
    (floor + start, before[start..].trim())
}

fn names_whole(subject: &str) -> bool {
    let kinds =
        ["luật", "nghị định", "thông tư", "nghị quyết", "quyết định", "pháp lệnh", "thông tư liên tịch", "quy chế"];
    subject.strip_suffix("này").map(str::trim_end).is_some_and(|before| {
        let lower = before.to_lowercase();
        kinds.iter().any(|kind| lower.ends_with(kind)) && !lower.contains("khoản") && !lower.contains("điều ")
    })
}

fn names_other_document(subject: &str) -> bool {
    subject.contains('/') || subject.contains(" số ")
}

/// The provisions that a clause names: "điểm a và b khoản 3 Điều 12, các điều 15 và 16".
fn units(subject: &str, here: &Eid) -> Vec<Eid> {
    let words: Vec<&str> = subject
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
        .filter(|w| !w.is_empty())
        .collect();
    let mut found = Vec::new();
    let (mut points, mut paragraphs): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let word = words[at].to_lowercase();
        at += 1;
        let numbers = match word.as_str() {
            "điểm" | "khoản" | "điều" => take_numbers(&words, &mut at),
            _ => continue,
        };
        match word.as_str() {
            "điểm" => points.extend(numbers),
            "khoản" if points.is_empty() => paragraphs.extend(numbers),
            // "điểm a khoản 2 Điều 5": the points belong to the paragraph that follows them.
            "khoản" => paragraphs.extend(
                numbers
                    .iter()
                    .flat_map(|n| points.drain(..).map(move |p| format!("{n}__point_{p}")).collect::<Vec<_>>()),
            ),
            _ => {
                let own = at < words.len() && words[at].to_lowercase() == "này";
                let articles =
                    if own { vec![here.to_string()] } else { numbers.iter().map(|n| format!("art_{n}")).collect() };
                for article in articles {
                    if paragraphs.is_empty() && points.is_empty() && !own {
                        found.push(Eid::new(article.clone()));
                    }
                    found.extend(paragraphs.drain(..).map(|n| Eid::new(format!("{article}__para_{n}"))));
                    found.extend(points.drain(..).map(|n| Eid::new(format!("{article}__point_{n}"))));
                }
            }
        }
    }
    found
}

/// The numbers after a unit's word: "3", "a, b và c".
fn take_numbers(words: &[&str], at: &mut usize) -> Vec<String> {
    let mut numbers = Vec::new();
    while let Some(word) = words.get(*at) {
        let word = word.trim_end_matches(['.', ':']);
        let is_number = word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().count() <= 4;
        let is_letter = word.chars().count() <= 2
            && word.starts_with(char::is_lowercase)
            && word.chars().skip(1).all(|c| c.is_ascii_digit());
        if is_number || is_letter {
            numbers.push(word.to_owned());
        } else if !matches!(word, "và" | "hoặc") {
            break;
        }
        *at += 1;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use crate::structure::parse;
    use jiff::civil::date;

    #[test]
    fn parts_that_start_later_are_told_apart() {
        let check = |clause: &str, expected: &[&str]| {
            let text = format!(
                "Điều 12. Phí\n1. Một.\n2. Hai.\na) Một;\nb) Hai.\n3. Ba.\nĐiều 13. Hiệu lực thi hành\n{clause}"
            );
            let metadata = parse(&text).metadata;
            let found: Vec<String> = metadata.later.iter().map(|p| format!("{} {}", p.eid, p.from)).collect();
            assert_eq!(found, expected, "{clause}");
            assert_eq!(metadata.effective, Some(date(2026, 7, 1)), "{clause}");
        };
        check(
            "Nghị định này có hiệu lực từ ngày 01 tháng 7 năm 2026, trừ khoản 3 Điều 12 có hiệu lực từ ngày 01 tháng 01 năm 2027.",
            &["art_12__para_3 2027-01-01"],
        );
        check(
            "1. Nghị định này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2026, trừ quy định tại khoản 2 Điều này.\n\
             2. Quy định tại điểm a và điểm b khoản 2, khoản 3 Điều 12 có hiệu lực thi hành kể từ ngày 01 tháng 10 năm 2026.",
            &["art_12__para_2__point_a 2026-10-01", "art_12__para_2__point_b 2026-10-01", "art_12__para_3 2026-10-01"],
        );
        check("Nghị định này có hiệu lực từ ngày 01 tháng 7 năm 2026.", &[]);
    }
}
