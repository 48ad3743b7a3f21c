//! A citizen's question answered from the law in force on a day, or not at all.
//!
//! Hard because a wrong answer costs the person who believes it, because the law that counts is that of the day of the
//! event, and because an answer that reads well is easily more than what was found. So an answer is made of sentences of
//! law and of nothing else: each is copied from a provision in force on the day and tied to it; numbers and bodies are
//! never made. Where the sentences found are not likely enough to answer, there is no answer but a reason, and where to
//! ask. The text of questions and of documents is data: nothing in either changes what is done here.
//!
//! [`question`] reads the question, `evidence` gathers and ranks, `selection` chooses, `composition` joins, `weighing`
//! says which of several rules goes before, [`sureness`] how likely it is right, [`abstention`] why there is none, and
//! [`procedure`] holds administrative procedures as cards. [`rendering`] has a user's own generator say an answer once more
//! and keeps what the provisions bear; the answer itself is never reworded. Deliberately not here: advice on a person's case
//! beyond what the law says.

pub mod abstention;
pub mod procedure;
pub mod question;
pub mod rendering;
pub mod sureness;

mod composition;
mod everyday;
mod evidence;
mod marks;
mod quantity;
mod reference;
mod selection;
mod statement;
#[cfg(test)]
mod tests;
mod weighing;
mod wording;

pub use abstention::{Abstention, Reason};
pub use composition::{Citation, Given, Sentence};
pub use everyday::Everyday;
pub use procedure::Procedure;
pub use question::Question;
pub use rendering::{Rendering, render};
pub use sureness::Signs;

use crate::corpus::{Corpus, Query, Search};
use evidence::Evidence;
use jiff::civil::Date;
use rasoat_embeddings::Mode;
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Effect, Eid, date};
use rasoat_model::{EncodeError, Encoder, Reranker};
use sureness::Fitted;

/// What questions are answered from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Documents and their effect.
    pub corpus: &'a dyn Corpus,
    /// Search over their provisions.
    pub search: &'a dyn Search,
    /// Makes a vector of the question, where there is one.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads question and provision together, where there is one.
    pub reranker: Option<&'a dyn Reranker>,
    /// The curated register.
    pub register: &'a Register,
    /// Procedures that are known.
    pub procedures: &'a [Procedure],
}

/// A question could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// A model failed.
    #[error(transparent)]
    Model(#[from] EncodeError),
}

/// What came of a question.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The question as it was understood.
    pub question: Question,
    /// The day it is answered for: the day of the event where the question tells one.
    pub as_of: Date,
    /// How likely the answer is right; of an abstention, the one that was held back.
    pub confidence: f64,
    /// What that rests on, where anything was found.
    pub signs: Option<Signs>,
    /// The provision that answers best, whether or not it was likely enough.
    pub nearest: Option<(DocNumber, Eid)>,
    /// The answer, or why there is none.
    pub outcome: Outcome,
    /// The procedure that the question is about, where one is known.
    pub procedure: Option<procedure::Card>,
    /// What a reader must know beside it.
    pub notes: Vec<String>,
}

/// An answer, or none.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// An answer: it cites something.
    Given(Given),
    /// Why there is none.
    Abstained(Abstention),
}

impl Outcome {
    /// The answer, where there is one.
    pub fn given(&self) -> Option<&Given> {
        match self {
            Self::Given(given) => Some(given),
            Self::Abstained(_) => None,
        }
    }

    /// Why there is none.
    pub fn abstention(&self) -> Option<&Abstention> {
        match self {
            Self::Given(_) => None,
            Self::Abstained(abstention) => Some(abstention),
        }
    }
}

/// Bare questions are read beside so many provisions to put their marks back.
const SAMPLE: usize = 40;

/// Answers a question that is asked on `as_of`.
///
/// # Errors
/// When a model fails.
pub fn answer(raw: &str, sources: &Sources<'_>, as_of: Date) -> Result<Reply, AnswerError> {
    let mut question = Question::read(raw, as_of, sources.register);
    restore_marks(&mut question, sources, as_of);
    let day = day_of(&question, as_of);
    let mut reply = Reply {
        as_of: day,
        confidence: 0.0,
        signs: None,
        nearest: None,
        outcome: Outcome::Abstained(Abstention::new(Reason::OutOfScope, &question)),
        procedure: procedure::about(&question, sources, day),
        notes: Vec::new(),
        question,
    };
    let question = &reply.question;
    reply.notes.extend(day_note(question, as_of));
    if raw.chars().count() > question::LONGEST {
        reply.notes.push(format!("Câu hỏi dài: chỉ {} ký tự đầu được đọc.", question::LONGEST));
    }
    if let Some(abstention) = abstention::before_search(question, sources, day) {
        reply.outcome = Outcome::Abstained(abstention);
        return Ok(reply);
    }
    let found = evidence::gather(question, sources, day)?;
    let Evidence { articles, statements } = found;
    let (statements, dropped) = evidence::in_force(statements, sources, day);
    let found = Evidence { articles, statements };
    let Some(best) = found.statements.first() else {
        let reason = if dropped.is_some() { Reason::NotInForce } else { Reason::NotInCorpus };
        reply.outcome = Outcome::Abstained(abstention::after_search(reason, question, &found, dropped));
        return Ok(reply);
    };
    let fitted = Fitted::of(sources.reranker.is_some());
    let signs = Signs::of(question, &found, best);
    let is_named = found.articles.iter().any(|article| article.named);
    // A provision that is asked for by its number is what was asked for.
    reply.confidence = if is_named { fitted.probability(&signs).max(0.9) } else { fitted.probability(&signs) };
    reply.signs = Some(signs);
    reply.nearest = Some((best.held.number.clone(), best.held.document.provisions[best.piece.unit].eid.clone()));
    let refusal = if dropped.is_some() && !is_named && reply.confidence < f64::from(fitted.bar) {
        Some(Reason::NotInForce)
    } else {
        abstention::refusal(question, &found, reply.confidence, fitted.bar)
    };
    if let Some(reason) = refusal {
        reply.outcome = Outcome::Abstained(abstention::after_search(reason, question, &found, dropped));
        return Ok(reply);
    }
    let chosen = selection::choose(question, &found);
    let notes = weighing::notes(question, &chosen, sources, day);
    if let Some(given) = composition::compose(question, &chosen, sources, day) {
        reply.notes.extend(notes);
        reply.outcome = Outcome::Given(given);
    }
    Ok(reply)
}

/// Puts the marks back on a question that was typed without them.
fn restore_marks(question: &mut Question, sources: &Sources<'_>, as_of: Date) {
    if !question.bare {
        return;
    }
    let query = Query { words: &question.words, vector: None, mode: Mode::Lexical, k: SAMPLE, as_of };
    let hits = sources.search.answering(&query);
    let texts: Vec<String> = hits
        .iter()
        .filter_map(|hit| {
            let held = sources.corpus.document(&hit.document)?;
            let unit = held.document.get(&hit.eid)?;
            let article = unit.eid.article().and_then(|eid| held.document.get(eid.as_str()));
            let heading = article.and_then(|article| article.heading.clone()).unwrap_or_default();
            Some(format!("{heading}. {}", held.document.text_of(unit)))
        })
        .collect();
    let words = marks::restored(&question.words, texts.iter().map(String::as_str));
    question.take(words, as_of, sources.register);
}

/// The day whose law counts: that of the event, where the question tells one.
fn day_of(question: &Question, as_of: Date) -> Date {
    match question.event {
        Some(event) if event.first <= as_of && as_of <= event.last => as_of,
        Some(event) => event.last,
        None => as_of,
    }
}

/// What day the answer stands for, where the question told one.
fn day_note(question: &Question, as_of: Date) -> Option<String> {
    let event = question.event?;
    let day = day_of(question, as_of);
    let period = if event.first == event.last {
        format!("ngày {}", date::show(event.first))
    } else {
        format!("thời gian từ {} đến {}", date::show(event.first), date::show(event.last))
    };
    let doubt = if event.first == event.last || day == as_of {
        ""
    } else {
        " Nếu luật thay đổi trong khoảng thời gian đó thì cần xét theo đúng ngày."
    };
    Some(format!(
        "Câu hỏi nói về {period}, nên câu trả lời căn cứ pháp luật có hiệu lực tại ngày {}.{doubt}",
        date::show(day)
    ))
}

/// Whether something with this effect may be cited for an answer.
fn may_be_cited(effect: Effect) -> bool {
    matches!(effect, Effect::InForce | Effect::PartlyExpired)
}
