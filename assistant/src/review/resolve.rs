//! Citations resolved against the corpus and the register on the review's date.

use super::Law;
use crate::corpus::CorpusDocument;
use rasoat_law::cite::{Citation, DocumentReference};
use rasoat_law::register::Entry;
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, Eid, Status, date};
use std::sync::Arc;

/// A citation with what is known of its targets.
pub(super) struct Resolved<'a> {
    /// The citation.
    pub citation: &'a Citation,
    /// Its words, with the date or year that tells which document of a name is meant: what a person would write anew.
    pub span: ByteSpan,
    /// Its targets in order.
    pub targets: Vec<ResolvedTarget<'a>>,
    /// The unit of the draft it stands in.
    pub within: Option<&'a Provision>,
}

/// One target with what is known of it.
pub(super) struct ResolvedTarget<'a> {
    /// Whether it is the draft itself.
    pub is_this: bool,
    /// The number, once resolved.
    pub number: Option<DocNumber>,
    /// The name or number as cited.
    pub cited: String,
    /// The kind.
    pub kind: DocumentKind,
    /// The provision named.
    pub eid: Option<&'a Eid>,
    /// The register's entry.
    pub entry: Option<&'a Entry>,
    /// Its effect on the review's date.
    pub status: Option<Status>,
    /// The effect of the provision named, where one is.
    pub of_provision: Option<Status>,
    /// Its text, where the corpus holds it.
    pub held: Option<Arc<CorpusDocument>>,
}

impl ResolvedTarget<'_> {
    /// Whether nothing is known of the document.
    pub fn is_unknown(&self) -> bool {
        !self.is_this && self.entry.is_none() && self.held.is_none()
    }

    /// How the document is called.
    pub fn name(&self) -> String {
        self.entry.map_or_else(|| self.cited.clone(), Entry::title)
    }
}

pub(super) fn resolve<'a>(draft: &'a Document, citations: &'a [Citation], law: &Law<'a>) -> Vec<Resolved<'a>> {
    citations
        .iter()
        .map(|citation| Resolved {
            citation,
            span: with_date(&draft.text, citation),
            targets: citation
                .targets
                .iter()
                .map(|target| {
                    let (number, cited, kind) = match &target.document {
                        DocumentReference::This => (None, "dự thảo".to_owned(), draft.metadata.kind),
                        DocumentReference::Number { number, kind, .. } => {
                            (Some(number.clone()), format!("{} số {number}", kind.name()), *kind)
                        }
                        DocumentReference::Name { name, kind, number, .. } => {
                            let number = number
                                .clone()
                                .or_else(|| law.register.named_on(name, law.as_of).map(|e| e.number.clone()));
                            (number, name.clone(), *kind)
                        }
                    };
                    let entry = number.as_ref().and_then(|number| law.register.get(number));
                    ResolvedTarget {
                        // A draft that bears its number in head and annexes does not cite itself.
                        is_this: target.document == DocumentReference::This
                            || number.is_some() && number == draft.metadata.number,
                        status: number.as_ref().map(|number| law.corpus.status(number, law.as_of)),
                        of_provision: number
                            .as_ref()
                            .zip(target.eid.as_ref())
                            .map(|(number, eid)| law.corpus.status_of(number, eid, law.as_of)),
                        held: number.as_ref().and_then(|number| law.corpus.document(number)),
                        kind: entry.map_or(kind, |entry| entry.kind),
                        number,
                        cited,
                        eid: target.eid.as_ref(),
                        entry,
                    }
                })
                .collect(),
            within: draft.at(citation.span.start),
        })
        .collect()
}

/// "Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005", where the citation itself ends with the name.
fn with_date(text: &str, citation: &Citation) -> ByteSpan {
    let span = citation.span;
    let dated = citation
        .targets
        .iter()
        .any(|t| matches!(&t.document, DocumentReference::Name { year, day, .. } if year.is_some() || day.is_some()));
    let after = &text[span.end..];
    let rest = after.trim_start_matches([' ', '\n']);
    let blank = after.len() - rest.len();
    let length = if !dated || blank == 0 {
        None
    } else if rest.starts_with("ngày") {
        date::read(rest).map(|(_, length)| length)
    } else {
        let year = rest.strip_prefix("năm ").map_or(rest, str::trim_start);
        let digits = year.bytes().take_while(u8::is_ascii_digit).count();
        (digits == 4).then(|| rest.len() - year.len() + digits)
    };
    ByteSpan::new(span.start, span.end + length.map_or(0, |length| blank + length))
}

/// Whether a place names a document without citing it: the head, where a consolidated text lists what it is made of, and
/// notes at the foot ("[5] Điều 3 của Luật … quy định như sau").
pub(super) fn is_head_or_note(draft: &Document, at: usize) -> bool {
    let articles = draft.provisions.iter().filter(|p| p.kind == ProvisionKind::Article);
    let first = articles.map(|article| article.span.start).min().unwrap_or(0);
    let line = draft.text[..at].rfind('\n').map_or(0, |i| i + 1);
    let note = draft.text[line..]
        .trim_start()
        .strip_prefix('[')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    at < first || note
}

/// Whether a place of the draft speaks of the past or of ending texts, where old documents are rightly named:
/// transitional clauses, and sentences that repeal or replace.
pub(crate) fn speaks_of_the_past(draft: &Document, at: usize) -> bool {
    let marks = ["hết hiệu lực", "bãi bỏ", "thay thế", "trước ngày", "trước thời điểm", "trước đây", "đã được cấp"];
    let speaks = |words: &str| {
        let words = words.to_lowercase();
        marks.iter().any(|mark| words.contains(mark))
    };
    let mut unit = draft.at(at);
    while let Some(provision) = unit {
        if provision.kind == ProvisionKind::Article
            && provision.heading.as_deref().is_some_and(|heading| heading.to_lowercase().contains("chuyển tiếp"))
        {
            return true;
        }
        // "Các văn bản sau đây hết hiệu lực:" speaks for its points.
        if provision.span.start < at && lead_in(draft, provision).is_some_and(speaks) {
            return true;
        }
        unit = provision.parent.map(|parent| &draft.provisions[parent]);
    }
    speaks(sentence(&draft.text, at))
}

/// The words of a unit that lead in the units below it and end with a colon.
pub(super) fn lead_in<'a>(draft: &'a Document, unit: &Provision) -> Option<&'a str> {
    let words = draft.text_of(unit);
    let below = draft.provisions.iter().find(|p| {
        p.span.start > unit.span.start && p.span.start < unit.span.end && p.eid.parent().as_ref() == Some(&unit.eid)
    })?;
    let lead = words.get(..below.span.start - unit.span.start)?.trim_end();
    lead.ends_with(':').then(|| lead.rsplit(['\n', ';']).next().unwrap_or(lead))
}

/// Whether the unit at `index` amends another document: what it says and cites is mostly that document's.
pub(crate) fn amends(document: &Document, index: usize) -> bool {
    let says_so = |words: &str| words.to_lowercase().trim_start().starts_with("sửa đổi, bổ sung");
    std::iter::successors(Some(index), |at| document.provisions[*at].parent)
        .any(|at| document.provisions[at].heading.as_deref().is_some_and(says_so))
        || document.metadata.title.as_deref().is_some_and(says_so)
}

/// The sentence around byte `at`.
pub(super) fn sentence(text: &str, at: usize) -> &str {
    let start = text[..at].rfind(['\n', ';']).map_or(0, |i| i + 1);
    let end = text[at..].find(['\n', ';']).map_or(text.len(), |i| at + i);
    &text[start..end]
}
