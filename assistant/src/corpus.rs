//! The law as the assistant sees it: documents with their provisions, their effect on a date, and search over them.

use crate::amendments::{self, Ruling};
use crate::citing::{self, Citing};
use jiff::civil::Date;
use rasoat_embeddings::Mode;
use rasoat_law::cite::{self, DocumentReference};
use rasoat_law::effect::{self, Change, OwnDates, Review, Scope, Timeline};
use rasoat_law::register::Register;
use rasoat_law::{
    ByteSpan, DocNumber, Document, DocumentKind, Eid, Event, EventKind, Status, amend, date, name_by_scope,
};
use std::collections::{HashMap, HashSet};
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
    /// What the document is about, as search takes it: "Nghị định về công tác văn thư". Kinds that are not cited by name
    /// are called by a number, which tells nothing of the subject; where the name is not known, the scope clause has it.
    pub fn subject(&self) -> String {
        if self.kind.cited_by_name() {
            return self.title.clone();
        }
        let named = |name: String| {
            if name.starts_with(self.kind.name()) { name } else { format!("{} {name}", self.kind.name()) }
        };
        let metadata = &self.document.metadata;
        let registered = || Register::built_in().get(&self.number).map(|entry| entry.name.clone());
        let name = metadata.title.clone().or_else(registered).filter(|name| !name.trim().is_empty());
        name.map(named).or_else(|| self.scope()).unwrap_or_else(|| self.title.clone())
    }

    /// The name that the scope clause gives, among the first norms.
    fn scope(&self) -> Option<String> {
        self.document.norms().into_iter().take(8).find_map(|at| {
            let words = self.document.provisions[at].span.of(&self.document.text);
            name_by_scope(words).or_else(|| name_by_scope(words.split_once('\n')?.1))
        })
    }

    /// The day the stored text stands for: amendments after it are not in it.
    pub fn text_of(&self) -> Option<Date> {
        self.consolidated_to.or(self.own_dates.issued)
    }

    /// What it says of effect: when its own parts start and end, and what it changes in other documents.
    fn changes(&self) -> Vec<Said> {
        let own = effect::clause::own(&self.document, Register::built_in());
        let mut said: Vec<Said> = own.into_iter().map(|change| Said { change, amendment: None }).collect();
        for (id, instruction) in amendments::identified(self) {
            for change in amend::changes(&self.document, std::slice::from_ref(&instruction)) {
                said.push(Said { change, amendment: Some(id.clone()) });
            }
        }
        said
    }

    /// The documents that it details (quy định chi tiết, hướng dẫn thi hành), as its title names them or, where that names
    /// none, its first article does: "Nghị định này quy định chi tiết khoản 4 Điều 16 Luật …".
    pub fn details(&self) -> Vec<DocNumber> {
        let title = self.document.metadata.title.as_deref().unwrap_or_default();
        let named = ["quy định chi tiết", "hướng dẫn"].iter().find_map(|word| title.to_lowercase().find(word));
        let named = named.and_then(|at| title.get(at..)).map(|words| self.named_in(words)).unwrap_or_default();
        if named.is_empty() {
            self.detailed_by_scope().map(|words| self.named_in(words)).unwrap_or_default()
        } else {
            named
        }
    }

    /// The clause of the first article that says what is detailed; an amending text speaks of others there.
    fn detailed_by_scope(&self) -> Option<&str> {
        let article = self.document.get("art_1")?;
        if article.heading.as_deref().is_some_and(|heading| heading.to_lowercase().starts_with("sửa đổi")) {
            return None;
        }
        let words = self.document.text_of(article);
        let at = ["này quy định chi tiết", "này hướng dẫn", "này quy định, hướng dẫn", "này quy định và hướng dẫn"]
            .iter()
            .filter_map(|phrase| words.find(phrase))
            .min()?;
        let clause = words.get(at..)?;
        let end = ["\n", ";", ". "].iter().filter_map(|end| clause.find(end)).min().unwrap_or(clause.len());
        clause.get(..end)
    }

    /// The documents that some words cite, as they were called when this one was issued.
    fn named_in(&self, words: &str) -> Vec<DocNumber> {
        let register = Register::built_in();
        let mut found: Vec<DocNumber> = Vec::new();
        for target in cite::citations(words, register).into_iter().flat_map(|citation| citation.targets) {
            let number = match target.document {
                DocumentReference::This => None,
                DocumentReference::Number { number, .. } => Some(number),
                DocumentReference::Name { number: Some(number), .. } => Some(number),
                // The law of that name when it was issued, not today's.
                DocumentReference::Name { name, .. } => self
                    .own_dates
                    .issued
                    .and_then(|day| register.named_on(&name, day))
                    .map(|entry| entry.number.clone()),
            };
            found.extend(number.filter(|number| *number != self.number && !found.contains(number)));
        }
        found
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

/// Why a reader has to look at a document before relying on it, as one sentence.
pub fn review_note(review: &Review) -> String {
    let cause =
        review.cause.as_ref().map(|cause| format!(" do {cause} hết hiệu lực hoặc thay đổi")).unwrap_or_default();
    format!("Cần rà soát từ ngày {}{cause}: theo {}.", date::show(review.since), review.rule.basis())
}

/// Documents by number, and their effect.
pub trait Corpus: Send + Sync {
    /// The document, when the corpus holds it.
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>>;

    /// What documents of the corpus, itself included, say of its effect.
    fn changes(&self, number: &DocNumber) -> Vec<Change> {
        let _ = number;
        Vec::new()
    }

    /// The places in other documents of the corpus that cite it. None where a corpus keeps no texts to ask.
    fn citing(&self, number: &DocNumber) -> Vec<Citing> {
        let _ = number;
        Vec::new()
    }

    /// Its life: from the register, its own metadata, and [`Corpus::changes`].
    fn timeline(&self, number: &DocNumber) -> Timeline {
        let own = self.document(number).map(|d| d.own_dates);
        let mut timeline = Timeline::of(Register::built_in(), number, own);
        for event in self.changes(number).iter().map(Change::event) {
            // The day a text itself gives is often what metadata or the register say too: one fact, one event.
            let start = event.kind == EventKind::TakesEffect && event.by.is_none() && event.scope == Scope::Whole;
            let known =
                |other: &Event| other.kind == event.kind && other.scope == event.scope && other.date == event.date;
            if !(start && timeline.events().iter().any(known)) {
                timeline.add([event]);
            }
        }
        timeline
    }

    /// Its effect on a date, by its events and by the rules of law about texts of its kind.
    fn status(&self, number: &DocNumber, as_of: Date) -> Status {
        self.under_the_rules(number, self.timeline(number).status(as_of), as_of)
    }

    /// The effect of one of its provisions on a date.
    fn status_of(&self, number: &DocNumber, eid: &Eid, as_of: Date) -> Status {
        let mut timeline = self.timeline(number);
        if let Some(held) = self.document(number) {
            timeline.outline(&held.document);
        }
        self.under_the_rules(number, timeline.status_of(eid, as_of), as_of)
    }

    /// What the rules of law about detailing and local texts add to a status.
    #[doc(hidden)]
    fn under_the_rules(&self, number: &DocNumber, status: Status, as_of: Date) -> Status {
        let Some(held) = self.document(number) else { return status };
        let parents = held.details().into_iter().map(|parent| {
            let state = self.timeline(&parent).status(as_of);
            (parent, state)
        });
        let status = status.detailing(&parents.collect::<Vec<_>>(), as_of);
        match &held.issuer {
            Some(issuer) => status.of_local(issuer, held.own_dates.issued, as_of),
            None => status,
        }
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

/// A part of a provision that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Its document.
    pub document: DocNumber,
    /// The provision.
    pub eid: String,
    /// The part, in the document's text; the whole provision where it is not known.
    pub span: Option<ByteSpan>,
    /// Score of the mode.
    pub score: f32,
    /// Cosine of the question's vector and the passage's, where it was among the nearest.
    pub cosine: Option<f32>,
}

/// Search over the provisions of a corpus.
pub trait Search: Send + Sync {
    /// The best provisions in force on the query's day, best first.
    fn search(&self, query: &Query<'_>) -> Vec<Hit>;

    /// The best articles that answer a question, each by the passage that answers best, among those in force on the
    /// query's day. Unlike [`Search::search`], which is asked with a draft's norm, what the words cite is looked for too.
    /// By default what a search finds.
    fn answering(&self, query: &Query<'_>) -> Vec<Passage> {
        let hits = self.search(query).into_iter();
        hits.map(|hit| Passage {
            document: hit.document,
            eid: hit.eid,
            span: None,
            score: hit.score,
            cosine: hit.cosine,
        })
        .collect()
    }

    /// How much a folded word tells (inverse document frequency).
    fn idf(&self, word: &str) -> f32;

    /// Whether anything can be found at all.
    fn is_empty(&self) -> bool;
}

/// A change that a document says, with the amendment of it that does.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    change: Change,
    amendment: Option<String>,
}

/// A corpus in memory.
#[derive(Debug, Default)]
pub struct MemoryCorpus {
    documents: HashMap<DocNumber, Arc<CorpusDocument>>,
    /// What is said of each document's effect.
    changes: HashMap<DocNumber, Vec<Change>>,
    /// The same by the document that says it.
    said: HashMap<DocNumber, Arc<Vec<Said>>>,
    /// What people made of amendments, which stands in the place of what was read of them.
    rulings: Arc<[Ruling]>,
}

impl MemoryCorpus {
    /// Takes documents, and reads what they say of one another's effect.
    pub fn new(documents: impl IntoIterator<Item = CorpusDocument>) -> Self {
        Self::default().renewed(documents.into_iter().map(Arc::new))
    }

    /// A corpus of these documents, in the order in which they came. Those that this one holds too are not read again.
    pub fn renewed(&self, documents: impl IntoIterator<Item = Arc<CorpusDocument>>) -> Self {
        self.ruled(documents, Arc::clone(&self.rulings))
    }

    /// The same with what people made of amendments.
    pub fn ruled(
        &self,
        documents: impl IntoIterator<Item = Arc<CorpusDocument>>,
        rulings: impl Into<Arc<[Ruling]>>,
    ) -> Self {
        let rulings = rulings.into();
        let ruled: HashSet<&str> = rulings.iter().map(|ruling| ruling.id.as_str()).collect();
        let mut corpus = Self { rulings: Arc::clone(&rulings), ..Self::default() };
        for held in documents {
            let known = self.documents.get(&held.number).is_some_and(|known| Arc::ptr_eq(known, &held));
            let said = self.said.get(&held.number).filter(|_| known).cloned();
            let said = said.unwrap_or_else(|| Arc::new(held.changes()));
            let mut told: Vec<&Change> = Vec::new();
            for Said { change, amendment } in said.iter() {
                let is_ruled = amendment.as_deref().is_some_and(|id| ruled.contains(id));
                // Two instructions of one act may come down to one fact.
                if !is_ruled && !told.contains(&change) {
                    told.push(change);
                    corpus.changes.entry(change.target.clone()).or_default().push(change.clone());
                }
            }
            corpus.said.insert(held.number.clone(), said);
            corpus.documents.insert(held.number.clone(), held);
        }
        for change in rulings.iter().filter_map(|ruling| ruling.change.as_ref()) {
            corpus.changes.entry(change.target.clone()).or_default().push(change.clone());
        }
        corpus
    }

    /// Numbers of the documents, in no order.
    pub fn numbers(&self) -> impl Iterator<Item = &DocNumber> {
        self.documents.keys()
    }
}

impl Corpus for MemoryCorpus {
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>> {
        self.documents.get(number).cloned()
    }

    fn changes(&self, number: &DocNumber) -> Vec<Change> {
        self.changes.get(number).cloned().unwrap_or_default()
    }

    fn citing(&self, number: &DocNumber) -> Vec<Citing> {
        let mut held: Vec<&Arc<CorpusDocument>> = self.documents.values().collect();
        held.sort_by(|a, b| a.number.cmp(&b.number));
        held.into_iter().flat_map(|held| citing::citing(held, number, Register::built_in())).collect()
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
    use rasoat_law::Effect;
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

    fn decree(text: &str) -> CorpusDocument {
        let document = parse(text);
        let metadata = &document.metadata;
        CorpusDocument {
            number: metadata.number.clone().unwrap(),
            kind: metadata.kind,
            title: String::new(),
            issuer: metadata.issuer.clone(),
            own_dates: OwnDates { issued: metadata.issued, effective: metadata.effective },
            consolidated_to: None,
            document,
        }
    }

    #[test]
    fn a_document_that_is_called_by_number_is_searched_by_its_subject() {
        let head = "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề công tác lưu trữ\n";
        let body = "Điều 1. Phạm vi điều chỉnh\nNghị định này quy định về việc lưu trữ hồ sơ điện tử.";
        let mut held = decree(&format!("{head}{body}"));
        held.title = "Nghị định số 901/2024/NĐ-CP".into();
        assert_eq!(held.subject(), "Nghị định Về công tác lưu trữ");
        held.document.metadata.title = None;
        assert_eq!(held.subject(), "Nghị định quy định về việc lưu trữ hồ sơ điện tử");
        held.document = parse("Điều 1. A\nB.");
        assert_eq!(held.subject(), "Nghị định số 901/2024/NĐ-CP");
        assert_eq!(code().subject(), "Bộ luật Hình sự năm 2015");
    }

    #[test]
    fn an_amending_decree_in_the_corpus_changes_the_effect_of_what_it_amends() {
        let corpus = MemoryCorpus::new([
            decree(
                "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\n1. C.\n2. D.\n\
                 Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 3 năm 2024.",
            ),
            decree(
                "Số: 902/2025/NĐ-CP\nNGHỊ ĐỊNH\nSửa đổi Nghị định số 901/2024/NĐ-CP\n\
                 Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n1. Bãi bỏ khoản 2 Điều 1.\n\
                 Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2025.",
            ),
        ]);
        let number = DocNumber::from_normal("901/2024/NĐ-CP");
        let effect = |eid: &str, day| corpus.status_of(&number, &Eid::new(eid), day).effect;
        assert_eq!(effect("art_1__para_2", date(2025, 4, 30)), Effect::InForce);
        assert_eq!(effect("art_1__para_2", date(2025, 5, 1)), Effect::Expired);
        assert_eq!(effect("art_1__para_1", date(2025, 5, 1)), Effect::InForce);
        let status = corpus.status(&number, date(2025, 5, 1));
        assert_eq!(status.effect, Effect::PartlyExpired);
        let starts = status.events.iter().filter(|event| event.kind == EventKind::TakesEffect).count();
        assert_eq!(starts, 1, "one fact, one event: {:?}", status.events);
    }

    #[test]
    fn a_renewed_corpus_is_the_one_made_of_its_documents() {
        let text = |day: &str| {
            format!(
                "Số: 902/2025/NĐ-CP\nNGHỊ ĐỊNH\nSửa đổi Nghị định số 901/2024/NĐ-CP\n\
                 Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n1. Bãi bỏ khoản 2 Điều 1.\n\
                 Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày {day}."
            )
        };
        let amended = decree("Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\n1. C.\n2. D.");
        let before = MemoryCorpus::new([code(), amended, decree(&text("01 tháng 5 năm 2025"))]);
        let (kept, changed) = (DocNumber::from_normal("901/2024/NĐ-CP"), decree(&text("01 tháng 6 năm 2025")));
        let kept_document = before.document(&kept).unwrap();
        let after = before.renewed([Arc::clone(&kept_document), Arc::new(changed.clone())]);
        let anew = MemoryCorpus::new([(*kept_document).clone(), changed]);
        assert_ne!(before.changes(&kept), after.changes(&kept), "another day");
        for number in [&kept, &DocNumber::from_normal("902/2025/NĐ-CP"), &code().number] {
            assert_eq!(after.document(number), anew.document(number));
            assert_eq!(after.changes(number), anew.changes(number));
        }
        assert!(Arc::ptr_eq(&kept_document, &after.document(&kept).unwrap()));
    }

    #[test]
    fn a_text_that_details_a_replaced_law_is_for_a_person_to_review() {
        let corpus = MemoryCorpus::new([decree(
            "Số: 903/2020/NĐ-CP\nHà Nội, ngày 01 tháng 6 năm 2020\nNGHỊ ĐỊNH\n\
             Quy định chi tiết một số điều của Luật Ban hành văn bản quy phạm pháp luật năm 2015\nĐiều 1. B\nC.\n\
             Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2020.",
        )]);
        let status = corpus.status(&DocNumber::from_normal("903/2020/NĐ-CP"), date(2026, 11, 21));
        assert_eq!(status.effect, Effect::InForce, "nothing lapses by itself since 1 April 2025");
        let note = review_note(status.review.as_ref().unwrap());
        assert!(note.contains("80/2015/QH13") && note.contains("Điều 57"), "{note}");
    }

    #[test]
    fn what_a_text_details_is_read_from_its_first_article_where_its_title_names_none() {
        let parents = |scope: &str, heading: &str| {
            let text = format!(
                "Số: 904/2020/NĐ-CP\nHà Nội, ngày 01 tháng 6 năm 2020\nNGHỊ ĐỊNH\nVề thử việc\nĐiều 1. {heading}\n{scope}\n\
                 Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2020."
            );
            let numbers = decree(&text).details().into_iter().map(|number| number.to_string());
            numbers.collect::<Vec<_>>()
        };
        let scope = "Phạm vi điều chỉnh";
        let labour = "Nghị định này quy định chi tiết Điều 24 Bộ luật Lao động số 45/2019/QH14 về thử việc";
        assert_eq!(parents(labour, scope), ["45/2019/QH14"]);
        let further = format!("{labour}; việc ký kết thực hiện theo Bộ luật Dân sự số 91/2015/QH13.");
        assert_eq!(parents(&further, scope), ["45/2019/QH14"], "the clause ends before what else is cited");
        assert!(parents(labour, "Sửa đổi, bổ sung một số điều").is_empty());
        let applied = "Nghị định này quy định về thử việc theo Bộ luật Lao động số 45/2019/QH14.";
        assert!(parents(applied, scope).is_empty(), "what is only applied is not detailed");
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
