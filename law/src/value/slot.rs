//! Everything a norm sets that another norm may set otherwise, as typed slots.
//!
//! A [`super::Value`] is a number or a modality. A [`Slot`] is more: who acts, with what force, on what condition, with
//! what sanction, in which form a paper comes, from when a time runs. Each keeps the words around it, which say what it
//! is about; whether two slots speak of the same thing is not decided here.

use super::reading::{Word, clause, read};
use super::{Bound, Dimension, Unit, body, condition, count, definition, paper, period, sanction, stance};
use crate::ByteSpan;

/// One thing a norm sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// What kind of thing.
    pub dimension: Dimension,
    /// What is set.
    pub content: Content,
    /// Its words.
    pub span: ByteSpan,
    /// The clause it stands in: up to the nearest `.`, `;`, `:` or line end.
    pub clause: ByteSpan,
    /// Folded words of the clause before it, the nearest first; at most [`ROLE_WORDS`].
    pub before: Vec<String>,
    /// Folded words of the clause after it, the nearest first; at most [`ROLE_WORDS`].
    pub after: Vec<String>,
}

/// How many words on either side say what a slot is about.
pub const ROLE_WORDS: usize = 16;

/// What a slot holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A number with its unit and bound.
    Measure(Measure),
    /// A calendar day by which, or from which.
    Day(CalendarDay),
    /// Who acts, receives, agrees.
    Body(Body),
    /// Whether something must, may or must not be done.
    Stance(Stance),
    /// On what condition.
    Condition(ConditionKind),
    /// What follows a breach.
    Sanction(SanctionKind),
    /// What a term means.
    Definition(Definition),
    /// In which form a paper comes, or which way a file goes.
    Form(Form),
}

/// A number with its unit and bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// The number, in `unit`; a share ("một phần ba", ‰) is in percent.
    pub number: f64,
    /// Its unit.
    pub unit: Unit,
    /// Which side of it is meant.
    pub bound: Bound,
    /// What is counted, folded: "thành viên", "lần"; empty where the unit says it.
    pub counted: String,
    /// Whether it says how often: "05 năm một lần", "hằng năm".
    pub recurs: bool,
    /// What a time runs from or must precede.
    pub start: Option<Start>,
}

/// The event a time runs from.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Whether the time lies before the event ("trước khi …") and not after it.
    pub precedes: bool,
    /// Its folded words.
    pub event: Vec<String>,
    /// Where they stand, "kể từ" included.
    pub span: ByteSpan,
}

/// A day of the year, or of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    /// 1 to 31.
    pub day: u8,
    /// 1 to 12.
    pub month: u8,
    /// Where one year is meant.
    pub year: Option<u16>,
    /// Before it, from it, on it.
    pub bound: Bound,
}

/// A body, an office or a class of persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its kind, as the full name folded: "ủy ban nhân dân".
    pub kind: &'static str,
    /// Its level, where it is said or the kind has only one.
    pub level: Option<Level>,
    /// The folded words of its name beyond kind and level: "tư pháp".
    pub name: Vec<String>,
    /// What it does in the sentence.
    pub part: Part,
}

/// Levels of government.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Trung ương.
    Central,
    /// Cấp tỉnh.
    Province,
    /// Cấp huyện; abolished from 1 July 2025.
    District,
    /// Cấp xã.
    Commune,
    /// Các cấp.
    Every,
}

/// What a body does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// It acts, or is the one by whom something is done.
    Acts,
    /// Something is sent, reported or proposed to it, or it is asked.
    Receives,
    /// The actor works together with it.
    Joins,
    /// It proposes, or something of its own is meant.
    Stands,
}

/// Whether something must, may or must not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stance {
    /// Its force.
    pub force: Force,
    /// The folded words of the act that follow.
    pub act: Vec<String>,
    /// Where the act's words end.
    pub end: usize,
}

/// The force of a statement. [`super::Modality`] with what is said without a modal word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Force {
    /// Phải, có trách nhiệm.
    Must,
    /// Có thể, có quyền, được phép.
    May,
    /// Không được, nghiêm cấm.
    MustNot,
    /// Không phải, không cần, được miễn.
    NeedNot,
    /// It is said to be done, without a modal word.
    Is,
    /// It is said not to be done: "không công bố", "thôi đảm nhiệm".
    IsNot,
}

impl Force {
    /// Whether the act is denied, forbidden or dispensed with.
    pub fn is_negative(self) -> bool {
        matches!(self, Self::MustNot | Self::NeedNot | Self::IsNot)
    }
}

/// On what condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConditionKind {
    /// Một trong các.
    OneOf,
    /// Tất cả, đồng thời, đầy đủ.
    AllOf,
    /// Trừ trường hợp.
    Except,
    /// Chỉ khi, chỉ được.
    OnlyIf,
    /// Không phân biệt, kể cả, mọi trường hợp.
    Always,
}

/// What follows a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SanctionKind {
    /// Cảnh cáo, khiển trách, nhắc nhở.
    Warning,
    /// Phạt tiền.
    Fine,
    /// Đình chỉ, tạm đình chỉ.
    Suspension,
    /// Thu hồi, tước quyền sử dụng.
    Revocation,
    /// Tịch thu.
    Confiscation,
    /// Trục xuất.
    Expulsion,
    /// Phạt tù, cải tạo không giam giữ.
    Prison,
    /// Buộc thôi việc, cách chức, giáng chức.
    Removal,
    /// Bồi thường, bồi hoàn.
    Damages,
    /// Hủy bỏ, chấm dứt.
    Annulment,
    /// Tiêu hủy, tháo dỡ.
    Destruction,
}

/// What a term means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its folded words.
    pub term: Vec<String>,
    /// The folded words of the meaning.
    pub meaning: Vec<String>,
}

/// In which form a paper comes, or which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// Bản chính, bản gốc.
    Original,
    /// Bản sao, bản chụp, not certified.
    Copy,
    /// Bản sao có chứng thực, công chứng.
    CertifiedCopy,
    /// Trực tuyến, bản điện tử, qua môi trường điện tử.
    Electronic,
    /// Trực tiếp.
    InPerson,
    /// Qua bưu chính.
    Post,
    /// Bằng văn bản, bản giấy.
    Written,
    /// Bằng miệng, điện thoại.
    Spoken,
}

/// Something read, before its surroundings are known.
pub(super) struct Found {
    pub(super) dimension: Dimension,
    pub(super) content: Content,
    /// First word.
    pub(super) from: usize,
    /// One past the last word.
    pub(super) to: usize,
    pub(super) span: ByteSpan,
}

impl Found {
    pub(super) fn new(dimension: Dimension, content: Content, words: &[Word<'_>], from: usize, to: usize) -> Self {
        let start = words.get(from).map_or(0, |w| w.start);
        let end = to.checked_sub(1).and_then(|last| words.get(last)).map_or(start, Word::end);
        Self { dimension, content, from, to, span: ByteSpan::new(start, end.max(start)) }
    }
}

/// Every slot of `text`, in text order.
pub fn slots(text: &str) -> Vec<Slot> {
    let words = read(text);
    let mut found = count::read(text, &words);
    found.extend(period::read(text, &words));
    found.extend(body::read(text, &words));
    found.extend(stance::read(text, &words));
    found.extend(condition::read(&words));
    found.extend(sanction::read(&words));
    found.extend(definition::read(text, &words));
    found.extend(paper::read(&words));
    found.sort_by_key(|f| (f.span.start, f.span.end, f.dimension));
    let measured: Vec<(usize, usize)> =
        found.iter().filter(|f| matches!(f.content, Content::Measure(_))).map(|f| (f.from, f.to)).collect();
    found
        .into_iter()
        .map(|f| {
            let clause = clause(text, f.span.start, f.span.end);
            // Words beyond the next number are about that one.
            let (from, to) = match &f.content {
                Content::Measure(_) => (
                    measured.iter().map(|(_, to)| *to).filter(|to| *to <= f.from).max().unwrap_or(0),
                    measured.iter().map(|(from, _)| *from).filter(|from| *from >= f.to).min().unwrap_or(words.len()),
                ),
                _ => (0, words.len()),
            };
            let in_clause = |at: &&Word<'_>| clause.start <= at.start && at.end() <= clause.end;
            let before = words.get(from..f.from).unwrap_or_default().iter().rev().take(ROLE_WORDS);
            let after = words.get(f.to..to.max(f.to)).unwrap_or_default().iter().take(ROLE_WORDS);
            Slot {
                dimension: f.dimension,
                span: f.span,
                clause,
                before: before.take_while(in_clause).map(|w| w.folded.clone()).collect(),
                after: after.take_while(in_clause).map(|w| w.folded.clone()).collect(),
                content: f.content,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
