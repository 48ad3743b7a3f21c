//! Sentences of law joined so that they read as an answer, each tied to the provision whose words they are.
//!
//! Hard because law is written in units and not in sentences: a lead-in and its items, an exception that needs the rule.
//! What is added is only where words come from and how they hang together ("Theo …", "Ngoài ra", "Tuy nhiên"); the words
//! themselves, their numbers above all, are the document's. Deliberately no rewording.

use super::evidence::heading;
use super::may_be_cited;
use super::question::{Question, Wants};
use super::reference::{self, Referred};
use super::selection::{Chosen, denies};
use super::statement::{self, Piece};
use super::{Sources, weighing};
use crate::corpus::CorpusDocument;
use jiff::civil::Date;
use rasoat_law::value::{self, Dimension};
use rasoat_law::{ByteSpan, DocNumber, Effect, Eid, text};

/// An answer: what it says and what that rests on. Cannot be made without a citation.
#[derive(Debug, Clone)]
pub struct Given {
    text: String,
    sentences: Vec<Sentence>,
    citations: Vec<Citation>,
}

impl Given {
    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its parts, in the order of the text, each with its citation.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// What it rests on; never empty.
    pub fn citations(&self) -> &[Citation] {
        &self.citations
    }

    /// An answer of whole provisions.
    #[cfg(test)]
    pub(super) fn of_citations(citations: Vec<Citation>) -> Self {
        let text = citations.iter().map(|citation| citation.quote.as_str()).collect::<Vec<_>>().join("\n");
        Self { text, sentences: Vec::new(), citations }
    }
}

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Its words in the answer.
    pub span: ByteSpan,
    /// Index of the citation they are copied from.
    pub citation: usize,
}

/// A provision that an answer rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// Its document.
    pub document: DocNumber,
    /// The provision.
    pub eid: Eid,
    /// Its words in the document's text.
    pub span: ByteSpan,
    /// The same, as they stand there.
    pub quote: String,
    /// For a person: "khoản 2 Điều 25 Bộ luật Lao động năm 2019".
    pub label: String,
    /// Its effect on the day.
    pub effect: Effect,
    /// Changes of its words that are known and not worked in.
    pub notes: Vec<String>,
}

/// A list that is not written out says so many characters of itself.
const SHOWN: usize = 900;

/// Most provisions that are told because the answer's words point at them.
const MOST_REFERRED: usize = 2;

struct Writer<'a> {
    sources: &'a Sources<'a>,
    day: Date,
    given: Given,
}

/// Joins what was chosen; `None` where nothing of it may be cited on the day.
pub(super) fn compose(question: &Question, chosen: &[Chosen], sources: &Sources<'_>, day: Date) -> Option<Given> {
    let given = Given { text: String::new(), sentences: Vec::new(), citations: Vec::new() };
    let mut writer = Writer { sources, day, given };
    if let [only] = chosen {
        writer.headline(question, only);
    }
    for (at, one) in chosen.iter().enumerate() {
        writer.article(one, at, chosen.get(at.wrapping_sub(1)));
    }
    writer.referred(chosen);
    // Who asks for a provision by its number is told that one.
    if question.wants != Wants::Meaning
        && question.named.iter().all(|named| named.eid.is_none())
        && let Some(first) = chosen.first()
        && let Some((unit, span)) = weighing::definition(question, first)
    {
        writer.definition(first, unit, span);
    }
    let mut given = writer.given;
    given.text.truncate(given.text.trim_end().len());
    (!given.sentences.is_empty()).then_some(given)
}

impl Writer<'_> {
    /// The deadline, amount or punishment by itself, where what was chosen sets just one.
    fn headline(&mut self, question: &Question, chosen: &Chosen) {
        let [piece] = chosen.pieces.as_slice() else { return };
        let held = &chosen.best.held;
        let in_words = |unit: usize, span: ByteSpan| {
            let words = span.of(&held.document.text);
            let of = |dimension: &Dimension| value_words(*dimension, words).map(|at| (*dimension, at));
            let (dimension, at) = question.wants.dimensions().iter().find_map(of)?;
            Some((dimension, unit, span, ByteSpan::new(span.start + at.start, span.start + at.end)))
        };
        let own = in_words(piece.unit, piece.span);
        let Some((dimension, unit, around, span)) =
            own.or_else(|| piece.leads.iter().rev().find_map(|(unit, span)| in_words(*unit, *span)))
        else {
            return;
        };
        let term = match dimension {
            Dimension::Deadline => "Thời hạn",
            Dimension::Amount => "Mức tiền",
            Dimension::Rate => "Mức",
            Dimension::Age => "Độ tuổi",
            _ => "Mức hình phạt",
        };
        let Some(citation) = self.cite(held, unit, around) else { return };
        self.given.text.push_str(&format!("{term}: "));
        self.copy(&text::squeeze(span.of(&held.document.text)), citation);
        self.given.text.push_str(".\n");
    }

    /// What was chosen of one article.
    fn article(&mut self, chosen: &Chosen, at: usize, before: Option<&Chosen>) {
        let held = &chosen.best.held;
        let document = &held.document;
        let start = self.given.text.len();
        let mut lead_said: Option<Vec<(usize, ByteSpan)>> = None;
        let mut is_open = false;
        let mut last = None;
        for piece in &chosen.pieces {
            // What was asked for is cited before what it hangs on.
            let Some(citation) = self.cite(held, piece.unit, self.quoted(held, piece)) else { continue };
            let same_lead = lead_said.as_ref().is_some_and(|said| *said == piece.leads) && !piece.leads.is_empty();
            let listed =
                !piece.leads.is_empty() && chosen.pieces.iter().filter(|other| other.leads == piece.leads).count() > 1;
            let goes_on = last == Some(piece.unit) && piece.leads.is_empty();
            if goes_on {
                self.end(is_open);
                let cut = self.given.text.trim_end().len();
                self.given.text.truncate(cut);
                self.given.text.push(' ');
            } else if !same_lead {
                self.end(is_open);
                let unit = if listed { piece.leads.last().map_or(piece.unit, |(unit, _)| *unit) } else { piece.unit };
                let first = self.given.text.len() == start;
                self.opening(held, unit, chosen.best.article, first.then_some(at), before, piece);
                for (unit, lead) in &piece.leads {
                    let lead_citation = self.cite(held, *unit, *lead).unwrap_or(citation);
                    self.copy(&text::squeeze(lead.of(&document.text)), lead_citation);
                    self.given.text.push(' ');
                }
            }
            if listed {
                let cut = self.given.text.trim_end().len();
                self.given.text.truncate(cut);
                self.given.text.push_str("\n– ");
            }
            let mut words = text::squeeze(self.quoted(held, piece).of(&document.text));
            if piece.whole && words.chars().count() > SHOWN {
                let end = words.char_indices().nth(SHOWN).map_or(words.len(), |(end, _)| end);
                let end = words[..end].rfind([';', '.']).map_or(end, |mark| mark + 1);
                words.truncate(end);
                words.push_str(" …");
            }
            self.copy(ended(&words), citation);
            if listed {
                let label = short_label(&document.provisions[piece.unit].eid);
                self.given.text.push_str(&format!(" ({label});"));
            }
            let more =
                chosen.pieces.iter().any(|other| other.leads == piece.leads && other.span.start > piece.span.start);
            if listed && !more && self.omits(chosen, piece) {
                let cut = self.given.text.trim_end_matches(';').len();
                self.given.text.truncate(cut);
                self.given.text.push_str(" (điều luật còn nêu trường hợp khác)");
            }
            is_open = true;
            last = Some(piece.unit);
            lead_said = Some(piece.leads.clone());
        }
        self.end(is_open);
    }

    /// Whether the list of `piece` has items that were not chosen: a reader must know that there are others.
    fn omits(&self, chosen: &Chosen, piece: &Piece) -> bool {
        let all = statement::pieces(&chosen.best.held.document, chosen.best.article);
        let items = |pieces: &[Piece]| pieces.iter().filter(|other| other.leads == piece.leads && !other.whole).count();
        items(&all) > items(&chosen.pieces)
    }

    /// Where the words that follow come from, and how they hang together with those before.
    fn opening(
        &mut self,
        held: &CorpusDocument,
        unit: usize,
        article: usize,
        first: Option<usize>,
        before: Option<&Chosen>,
        piece: &Piece,
    ) {
        let document = &held.document;
        let label = format!("{} {}", document.provisions[unit].eid.label(), held.title);
        let words = statement::words(document, piece);
        let excepts =
            ["Trừ ", "Quy định tại", "Trường hợp không"].iter().any(|start| words.starts_with(start)) || denies(&words);
        let Some(at) = first else {
            let own = document.provisions[unit].eid.label();
            let own = short_label_of(&own, document.provisions[article].eid.label().as_str());
            let link = if excepts { "Tuy nhiên, theo " } else { "Cũng tại điều này, " };
            self.given.text.push_str(&format!("{link}{own}: "));
            return;
        };
        let other = before.is_some_and(|before| before.best.held.number != held.number);
        let link = match (at, excepts, other) {
            (0, ..) => "Theo ",
            (_, true, _) => "Tuy nhiên, theo ",
            (_, false, true) => "Bên cạnh đó, theo ",
            (_, false, false) => "Ngoài ra, theo ",
        };
        let subject = heading(held, article).map(|heading| format!(" ({})", lower_start(heading))).unwrap_or_default();
        self.given.text.push_str(&format!("{link}{label}{subject}: "));
    }

    /// What the chosen words point at with "khoản 2 Điều này" and do not say.
    fn referred(&mut self, chosen: &[Chosen]) {
        let mut pointed: Vec<Referred> = Vec::new();
        for one in chosen {
            for referred in reference::referred(one, self.sources, self.day) {
                let known = |eid: &Eid, number: &DocNumber| {
                    let said = |citation: &Citation| citation.document == *number && covers(eid, &citation.eid);
                    self.given.citations.iter().any(said)
                };
                let (number, eid) = (referred.held.number.clone(), referred.eid().clone());
                if !known(&eid, &number) && !pointed.iter().any(|other| *other.eid() == eid) {
                    pointed.push(referred);
                }
            }
        }
        pointed.truncate(MOST_REFERRED);
        for (at, referred) in pointed.iter().enumerate() {
            let held = &referred.held;
            if !self.may_cite(held, referred.unit) {
                continue;
            }
            let label = format!("{} {}", referred.eid().label(), held.title);
            let subject = heading(held, referred.article)
                .map(|heading| format!(" ({})", lower_start(heading)))
                .unwrap_or_default();
            let link = if at == 0 { "\nĐiều khoản được dẫn ở trên – " } else { "Và " };
            self.given.text.push_str(&format!("{link}{label}{subject}: "));
            for (unit, lead) in &referred.piece.leads {
                if let Some(citation) = self.cite(held, *unit, *lead) {
                    self.copy(&text::squeeze(lead.of(&held.document.text)), citation);
                    self.given.text.push(' ');
                }
            }
            let span = self.quoted(held, &referred.piece);
            if let Some(citation) = self.cite(held, referred.unit, span) {
                let words = text::squeeze(span.of(&held.document.text));
                self.copy(ended(&words), citation);
                if words.ends_with(':') {
                    self.given.text.push_str(" … (xem điều luật)");
                }
                self.end(true);
            }
        }
    }

    fn definition(&mut self, chosen: &Chosen, unit: usize, span: ByteSpan) {
        let held = &chosen.best.held;
        let Some(citation) = self.cite(held, unit, span) else { return };
        let label = held.document.provisions[unit].eid.label();
        self.given.text.push_str("\nTrong đó: ");
        self.copy(ended(&text::squeeze(span.of(&held.document.text))), citation);
        self.given.text.push_str(&format!(" ({label} {}).", held.title));
    }

    /// Ends a sentence that is open, on a line of its own.
    fn end(&mut self, is_open: bool) {
        if !is_open {
            return;
        }
        let cut = self.given.text.trim_end_matches([';', ' ', ',']).len();
        self.given.text.truncate(cut);
        if !self.given.text.ends_with(['.', ':', '…']) {
            self.given.text.push('.');
        }
        self.given.text.push('\n');
    }

    /// The words of a piece: of a list as a whole, all that stands below its lead-in.
    fn quoted(&self, held: &CorpusDocument, piece: &Piece) -> ByteSpan {
        if piece.whole {
            ByteSpan::new(piece.span.start, held.document.provisions[piece.unit].span.end)
        } else {
            piece.span
        }
    }

    /// Writes words that are copied from a citation.
    fn copy(&mut self, words: &str, citation: usize) {
        let start = self.given.text.len();
        self.given.text.push_str(words);
        self.given.sentences.push(Sentence { span: ByteSpan::new(start, self.given.text.len()), citation });
    }

    fn may_cite(&self, held: &CorpusDocument, unit: usize) -> bool {
        let eid = &held.document.provisions[unit].eid;
        may_be_cited(self.sources.corpus.status_of(&held.number, eid, self.day).effect)
    }

    /// The citation of words of a unit; `None` where the unit may not be cited on the day.
    fn cite(&mut self, held: &CorpusDocument, unit: usize, span: ByteSpan) -> Option<usize> {
        let provision = &held.document.provisions[unit];
        let known = |citation: &Citation| {
            citation.document == held.number && citation.eid == provision.eid && citation.span == span
        };
        if let Some(at) = self.given.citations.iter().position(known) {
            return Some(at);
        }
        let status = self.sources.corpus.status_of(&held.number, &provision.eid, self.day);
        if !may_be_cited(status.effect) {
            return None;
        }
        self.given.citations.push(Citation {
            document: held.number.clone(),
            eid: provision.eid.clone(),
            span,
            quote: span.of(&held.document.text).to_owned(),
            label: format!("{} {}", provision.eid.label(), held.title),
            effect: status.effect,
            notes: held.warnings(&status, self.day),
        });
        Some(self.given.citations.len() - 1)
    }
}

/// The words of the only value of a kind, or of the two ends of one range ("từ 06 tháng đến 03 năm").
fn value_words(dimension: Dimension, words: &str) -> Option<ByteSpan> {
    let found: Vec<value::Value> =
        value::values(words).into_iter().filter(|value| value.dimension == dimension).collect();
    match found.as_slice() {
        [only] => Some(only.span),
        [from, to] if from.clause == to.clause && to.span.start.saturating_sub(from.span.end) < 8 => {
            Some(ByteSpan::new(from.span.start, to.span.end))
        }
        _ => None,
    }
}

/// Words without the mark that ends an item.
fn ended(words: &str) -> &str {
    let words = words.trim_end();
    let words = words.strip_suffix("; hoặc").or_else(|| words.strip_suffix("; và")).unwrap_or(words);
    words.trim_end_matches([';', '.', ',', ' '])
}

/// Whether what was said of `said` holds all of `wanted`.
fn covers(wanted: &Eid, said: &Eid) -> bool {
    wanted.as_str().strip_prefix(said.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
}

/// "điểm b khoản 2" of "điểm b khoản 2 Điều 5".
fn short_label(eid: &Eid) -> String {
    let label = eid.label();
    let article = eid.article().map(|article| article.label()).unwrap_or_default();
    short_label_of(&label, &article)
}

fn short_label_of(label: &str, article: &str) -> String {
    match label.strip_suffix(article).map(str::trim) {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => label.to_owned(),
    }
}

/// A heading as it reads within a sentence: its first letter small, unless the word is all capitals.
fn lower_start(heading: &str) -> String {
    let mut letters = heading.chars();
    match (letters.next(), heading.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => heading.to_owned(),
    }
}
