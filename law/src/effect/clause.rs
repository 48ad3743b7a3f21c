//! What a document says of its own effect: its first day, parts that start on other days, the end of its own term.
//!
//! Hard because one sentence carries the rule, its exceptions and their days ("Luật này có hiệu lực từ ngày …, trừ
//! khoản 3 Điều 38 có hiệu lực từ ngày …"), and lists may follow it. Law 64/2025/QH15, Article 53. What the document
//! does to others is not here.

use super::{Change, Confidence, EventSource, Operation};
use crate::cite::{self, DocumentReference, Role};
use crate::register::Register;
use crate::{ByteSpan, DocNumber, Document, Eid, Provision, ProvisionKind, date, text};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The words around which every clause of effect is built.
const VERB: &str = "có hiệu lực";

/// Starts and terms a document sets for itself and its parts. A start "from the day another text takes effect" has no
/// date. Exceptions that name only a matter within a provision are doubtful: the rest of the provision starts with the
/// document.
pub fn own(document: &Document, register: &Register) -> Vec<Change> {
    let Some(number) = &document.metadata.number else { return Vec::new() };
    let quoted = text::quotations(&document.text);
    let reader = Reader { document, register, number };
    let mut changes = Vec::new();
    for (at, article) in document.provisions.iter().enumerate() {
        if article.kind != ProvisionKind::Article || !speaks_of_effect(article) || in_annex(document, article) {
            continue;
        }
        if quoted.iter().any(|span| span.contains(article.span)) {
            continue;
        }
        let paragraphs: Vec<ByteSpan> = document
            .children(at)
            .filter(|(_, unit)| unit.kind == ProvisionKind::Paragraph)
            .map(|(_, unit)| unit.span)
            .collect();
        let units = if paragraphs.is_empty() { vec![body(document, article)] } else { paragraphs };
        for unit in units {
            reader.read(unit.of(&document.text), &mut changes);
        }
    }
    changes
}

/// An article's words without its label and heading.
fn body(document: &Document, article: &Provision) -> ByteSpan {
    let words = document.text_of(article);
    let head = match (&article.heading, words.find('\n')) {
        (Some(_), Some(line)) => line,
        _ => words.find(". ").map_or(0, |label| label + 2),
    };
    ByteSpan::new(article.span.start + head, article.span.end)
}

fn speaks_of_effect(article: &Provision) -> bool {
    article.heading.as_deref().is_none_or(|heading| {
        let heading = heading.to_lowercase();
        ["hiệu lực", "thi hành", " này "].iter().any(|mark| heading.contains(mark))
    })
}

fn in_annex(document: &Document, provision: &Provision) -> bool {
    let mut parent = provision.parent;
    while let Some(unit) = parent.and_then(|at| document.provisions.get(at)) {
        if unit.kind == ProvisionKind::Annex {
            return true;
        }
        parent = unit.parent;
    }
    false
}

struct Reader<'a> {
    document: &'a Document,
    register: &'a Register,
    number: &'a DocNumber,
}

impl Reader<'_> {
    fn read(&self, unit: &str, changes: &mut Vec<Change>) {
        for sentence in sentences(unit) {
            let verbs: Vec<usize> = sentence.match_indices(VERB).map(|(at, _)| at).collect();
            let mut from = 0;
            for (i, verb) in verbs.iter().enumerate() {
                let end = verbs.get(i + 1).copied().unwrap_or(sentence.len());
                let subject = &sentence[from..*verb];
                let predicate = &sentence[verb + VERB.len()..end];
                from = self
                    .clause(subject, predicate, changes)
                    .map_or(*verb + VERB.len(), |taken| verb + VERB.len() + taken);
            }
        }
    }

    /// One subject and what is said of it; the bytes of the predicate taken by its date.
    fn clause(&self, subject: &str, predicate: &str, changes: &mut Vec<Change>) -> Option<usize> {
        let lower = subject.to_lowercase();
        // "từ ngày Luật này có hiệu lực" names a day and sets none; "đang", "tiếp tục" speak of what was.
        let trimmed = lower.trim_end();
        if ["tiếp tục", "đang", "đã", "không", "vẫn", "chưa"].iter().any(|mark| trimmed.ends_with(mark))
            || names_a_day(trimmed)
        {
            return None;
        }
        let said = Predicate::read(predicate, self.document.metadata.issued)?;
        let mut eids = self.parts(subject);
        let is_list = said.list.is_some() && eids.is_empty() && lower.contains("sau đây");
        if is_list {
            eids = said.list.map(|list| self.parts(list)).unwrap_or_default();
        }
        let whole = eids.is_empty() && is_this(trimmed);
        if whole || !eids.is_empty() {
            let hedged = ["liên quan", "quy định về"].iter().any(|mark| lower.contains(mark));
            let confidence = if hedged { Confidence::Doubtful } else { Confidence::Reported };
            let change = |operation, date, eids: &[Eid]| Change {
                target: self.number.clone(),
                eids: eids.to_vec(),
                operation,
                date,
                by: None,
                by_eid: None,
                source: EventSource::Document,
                confidence,
            };
            changes.push(change(Operation::Start, said.start, &eids));
            if said.end.is_some() {
                changes.push(change(Operation::Expire, said.end, &eids));
            }
        }
        Some(said.taken)
    }

    /// The provisions of the document itself that `words` name.
    fn parts(&self, words: &str) -> Vec<Eid> {
        let found = cite::citations(words, self.register);
        let targets = found.iter().filter(|c| c.role != Role::Quoted).flat_map(|c| &c.targets);
        let mut eids: Vec<Eid> = Vec::new();
        for target in targets {
            let own = target.document == DocumentReference::This && target.within.is_none();
            let named = target.eid.as_ref().filter(|eid| own && eid.article().is_some());
            let new = named.filter(|eid| !eids.contains(eid)).cloned();
            eids.extend(new);
        }
        eids
    }
}

/// What is said of a subject after "có hiệu lực".
struct Predicate<'a> {
    start: Option<Date>,
    /// First day no longer in force.
    end: Option<Date>,
    /// The list after a colon.
    list: Option<&'a str>,
    taken: usize,
}

impl<'a> Predicate<'a> {
    fn read(words: &'a str, issued: Option<Date>) -> Option<Self> {
        let lower = words.to_lowercase();
        let head = lower.trim_start().trim_start_matches("thi hành").trim_start();
        let rest = ["kể từ", "từ", "sau"].into_iter().find_map(|mark| head.strip_prefix(mark))?;
        // Folding to lower case keeps the length of Vietnamese letters; where it does not, nothing is read.
        let at = (lower.len() == words.len()).then(|| words.len() - rest.len())?;
        let skipped = rest.len() - rest.trim_start().len();
        let (start, taken) = match date::read(words.get(at + skipped..)?) {
            Some((day, length)) => (Some(day), at + skipped + length),
            None => (days_after_issue(rest, issued), at),
        };
        let tail = words.get(taken..).unwrap_or_default();
        // A term ends before an exception begins.
        let own_tail = tail.split(" trừ ").next().unwrap_or_default();
        let last_day = ["đến hết", "đến"].into_iter().find_map(|mark| {
            let after = own_tail.find(mark)? + mark.len();
            date::read(own_tail[after..].trim_start()).map(|(day, _)| day)
        });
        let first_day_after = own_tail.find("hết hiệu lực").and_then(|at| date::find(&own_tail[at..]).map(|d| d.0));
        Some(Self {
            start,
            end: last_day.and_then(|day| day.tomorrow().ok()).or(first_day_after),
            list: tail.split_once(':').map(|(_, list)| list),
            taken,
        })
    }
}

/// "ngày ký", "45 ngày kể từ ngày ký", "ngày Luật này được thông qua".
fn days_after_issue(rest: &str, issued: Option<Date>) -> Option<Date> {
    let rest = rest.trim_start();
    let clause = rest.split(['.', ',', ';']).next().unwrap_or_default();
    let signed = ["ngày ký", "được thông qua", "ngày ban hành"].iter().any(|mark| clause.contains(mark));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let days: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    issued.filter(|_| signed && days <= 365)?.checked_add(days.days()).ok()
}

/// Sentences of a unit; a list after a colon belongs to its sentence.
fn sentences(unit: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in unit.match_indices(". ") {
        let ends_number = unit[..at].chars().next_back().is_some_and(|c| c.is_ascii_digit());
        let label = ends_number && at - from < 12;
        let capital = unit[at + 2..].chars().next().is_some_and(char::is_uppercase);
        if capital && !label {
            found.push(&unit[from..at + 1]);
            from = at + 2;
        }
    }
    found.push(&unit[from..]);
    found
}

/// Whether the words end in the document itself: "Luật này".
fn is_this(lower: &str) -> bool {
    let Some(before) = lower.strip_suffix("này") else { return false };
    ["luật", "nghị quyết", "pháp lệnh", "nghị định", "quyết định", "thông tư", "thông tư liên tịch", "văn bản", "lệnh"]
        .iter()
        .any(|kind| before.trim_end().ends_with(kind))
}

/// Whether the words only name the day on which a text takes effect: "kể từ ngày Luật này".
fn names_a_day(lower: &str) -> bool {
    let Some(at) = lower.rfind("ngày ") else { return false };
    let after = &lower[at + "ngày ".len()..];
    after.split_whitespace().count() <= 5 && !after.contains(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure;
    use jiff::civil::date;

    type Expected<'a> = (Operation, &'a [&'a str], Option<Date>);

    fn check(article: &str, expected: &[Expected<'_>]) {
        let text = format!(
            "QUỐC HỘI\nLuật số: 9/2026/QH16\nHà Nội, ngày 10 tháng 10 năm 2026\nLUẬT\nTHỬ NGHIỆM\n\
             Điều 1. Phạm vi\nLuật này quy định về thử nghiệm.\nĐiều 2. Hiệu lực thi hành\n{article}\n"
        );
        let document = structure::parse(&text);
        let changes = own(&document, Register::built_in());
        let found: Vec<_> =
            changes.iter().map(|c| (c.operation, c.eids.iter().map(Eid::as_str).collect::<Vec<_>>(), c.date)).collect();
        let expected: Vec<_> = expected.iter().map(|(op, eids, date)| (*op, eids.to_vec(), *date)).collect();
        assert_eq!(found, expected, "{article}");
    }

    #[test]
    fn a_clause_of_effect_is_read_with_its_exceptions() {
        check(
            "Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2027.",
            &[(Operation::Start, &[], Some(date(2027, 1, 1)))],
        );
        check(
            "1. Luật này có hiệu lực thi hành từ ngày 01 tháng 3 năm 2027, trừ trường hợp quy định tại khoản 3 Điều 1 \
             của Luật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2027.",
            &[
                (Operation::Start, &[], Some(date(2027, 3, 1))),
                (Operation::Start, &["art_1__para_3"], Some(date(2027, 7, 1))),
            ],
        );
        check(
            "1. Luật này có hiệu lực từ ngày 01/3/2027, trừ quy định tại khoản 2 Điều này.\n\
             2. Khoản 3 Điều 1 và Điều 5 của Luật này có hiệu lực thi hành từ ngày Luật này được thông qua đến hết \
             ngày 28 tháng 02 năm 2027.",
            &[
                (Operation::Start, &[], Some(date(2027, 3, 1))),
                (Operation::Start, &["art_1__para_3", "art_5"], Some(date(2026, 10, 10))),
                (Operation::Expire, &["art_1__para_3", "art_5"], Some(date(2027, 3, 1))),
            ],
        );
    }

    #[test]
    fn what_only_names_the_day_of_effect_sets_none() {
        check("Kể từ ngày Luật này có hiệu lực thi hành, Luật số 8/2020/QH14 hết hiệu lực.", &[]);
        check("Giấy phép đã cấp tiếp tục có hiệu lực từ ngày 01/01/2027.", &[]);
    }

    #[test]
    fn a_term_and_a_start_after_signing_are_counted() {
        check(
            "Nghị quyết này có hiệu lực từ ngày 01 tháng 01 năm 2027 đến hết ngày 31 tháng 12 năm 2031.",
            &[(Operation::Start, &[], Some(date(2027, 1, 1))), (Operation::Expire, &[], Some(date(2032, 1, 1)))],
        );
        check(
            "Nghị định này có hiệu lực sau 45 ngày kể từ ngày ký.",
            &[(Operation::Start, &[], Some(date(2026, 11, 24)))],
        );
        check(
            "2. Khoản 1 Điều 1 của Luật này có hiệu lực thi hành từ ngày quy định của Chính phủ có hiệu lực.",
            &[(Operation::Start, &["art_1__para_1"], None)],
        );
    }
}
