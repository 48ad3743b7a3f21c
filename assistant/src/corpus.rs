//! The law as the assistant sees it: documents with their provisions, their effect on a date, and search over them.

use jiff::civil::Date;
use rasoat_embeddings::Mode;
use rasoat_law::effect::{self, OwnDates};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Document, DocumentKind, Status, date};
use std::collections::HashMap;
use std::sync::Arc;

/// A document of the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusDocument {
    /// Number.
    pub number: DocNumber,
    /// Kind.
    pub kind: DocumentKind,
    /// How people call it: "Bộ luật Lao động năm 2019".
    pub title: String,
    /// Issuing body.
    pub issuer: Option<String>,
    /// Date of issue and first day in force, as its own metadata says.
    pub own_dates: OwnDates,
    /// The day up to which amendments are worked into the stored text; `None` for the text as issued.
    pub consolidated_to: Option<Date>,
    /// Text and provisions.
    pub document: Document,
}

impl CorpusDocument {
    /// The day the stored text stands for: amendments after it are not in it.
    pub fn text_of(&self) -> Option<Date> {
        self.consolidated_to.or(self.own_dates.issued)
    }

    /// What a reader of this text on `as_of` must be told: one sentence for each group of amendments that are known and
    /// not applied.
    pub fn warnings(&self, status: &Status, as_of: Date) -> Vec<String> {
        let unapplied = status.unapplied(self.text_of(), as_of);
        if unapplied.is_empty() {
            return Vec::new();
        }
        let list: Vec<String> = unapplied
            .iter()
            .filter_map(|event| {
                let by = event.by.as_ref()?;
                Some(
                    event
                        .date
                        .map_or_else(|| format!("{by} (chưa rõ ngày)"), |day| format!("{by} (từ {})", date::show(day))),
                )
            })
            .collect();
        vec![format!(
            "Văn bản này đã được sửa đổi, bổ sung bởi {}; nội dung sửa đổi chưa được cập nhật vào lời văn đang hiển thị, \
             cần đối chiếu trước khi kết luận.",
            list.join(", ")
        )]
    }
}

/// Documents by number, and their effect.
pub trait Corpus: Send + Sync {
    /// The document, when the corpus holds it.
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>>;

    /// Its effect on a date: from the register, else from its own metadata.
    fn status(&self, number: &DocNumber, as_of: Date) -> Status {
        let own = self.document(number).map(|d| d.own_dates);
        effect::status(Register::built_in(), number, own, as_of)
    }
}

/// What to look for.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// Words.
    pub words: &'a str,
    /// The words' vector, where there is an encoder.
    pub vector: Option<&'a [f32]>,
    /// How to search.
    pub mode: Mode,
    /// How many provisions at the most.
    pub k: usize,
    /// Only provisions of documents in force on this day.
    pub as_of: Date,
}

/// A provision found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its document.
    pub document: DocNumber,
    /// The provision.
    pub eid: String,
    /// Score of the mode.
    pub score: f32,
    /// Cosine of the query's vector and the provision's best passage, where it was among the nearest.
    pub cosine: Option<f32>,
}

/// Search over the provisions of a corpus.
pub trait Search: Send + Sync {
    /// The best provisions in force on the query's day, best first.
    fn search(&self, query: &Query<'_>) -> Vec<Hit>;

    /// How much a folded word tells (inverse document frequency).
    fn idf(&self, word: &str) -> f32;

    /// Whether anything can be found at all.
    fn is_empty(&self) -> bool;
}

/// A corpus in memory, for the browser and for tests.
#[derive(Debug, Default)]
pub struct MemoryCorpus {
    documents: HashMap<DocNumber, Arc<CorpusDocument>>,
}

impl MemoryCorpus {
    /// Takes documents.
    pub fn new(documents: impl IntoIterator<Item = CorpusDocument>) -> Self {
        Self { documents: documents.into_iter().map(|d| (d.number.clone(), Arc::new(d))).collect() }
    }
}

impl Corpus for MemoryCorpus {
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>> {
        self.documents.get(number).cloned()
    }
}

/// The conformance suite every [`Corpus`] passes: `corpus` holds exactly `held`.
///
/// # Panics
/// When it does not behave as a corpus must.
pub fn assert_corpus_conforms(corpus: &dyn Corpus, held: &[CorpusDocument], as_of: Date) {
    for wanted in held {
        let found = corpus.document(&wanted.number);
        assert_eq!(found.as_deref(), Some(wanted), "a stored document comes back whole");
        let status = corpus.status(&wanted.number, as_of);
        let expected = effect::status(Register::built_in(), &wanted.number, Some(wanted.own_dates), as_of);
        assert_eq!(status, expected, "its effect follows the register and its own dates");
    }
    let absent = DocNumber::from_normal("999999/1999/NĐ-CP");
    assert!(corpus.document(&absent).is_none(), "a document nobody stored is not there");
    assert_eq!(corpus.status(&absent, as_of), Status::unknown(), "nothing is claimed of it");
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;
    use rasoat_law::structure::parse;

    fn code() -> CorpusDocument {
        CorpusDocument {
            number: DocNumber::from_normal("100/2015/QH13"),
            kind: DocumentKind::BoLuat,
            title: "Bộ luật Hình sự năm 2015".into(),
            issuer: Some("Quốc hội".into()),
            own_dates: OwnDates { issued: Some(date(2015, 11, 27)), effective: Some(date(2018, 1, 1)) },
            consolidated_to: None,
            document: parse("Điều 1. A\nB."),
        }
    }

    #[test]
    fn the_corpus_in_memory_conforms() {
        assert_corpus_conforms(&MemoryCorpus::new([code()]), &[code()], date(2026, 11, 21));
    }

    #[test]
    fn an_amendment_not_worked_into_the_text_is_told_to_the_reader() {
        let corpus = MemoryCorpus::new([code()]);
        let number = DocNumber::from_normal("100/2015/QH13");
        let warnings = |as_of| {
            let document = corpus.document(&number).unwrap();
            document.warnings(&corpus.status(&number, as_of), as_of)
        };
        let today = warnings(date(2026, 11, 21));
        assert_eq!(today.len(), 1);
        assert!(today[0].contains("12/2017/QH14") && today[0].contains("86/2025/QH15"), "{}", today[0]);
        let mut consolidated = code();
        consolidated.consolidated_to = Some(date(2026, 10, 1));
        let status = corpus.status(&number, date(2026, 11, 21));
        assert!(consolidated.warnings(&status, date(2026, 11, 21)).is_empty());
    }
}
