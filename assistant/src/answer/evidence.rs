//! What of the law bears on a question: articles by search, read again by the cross-encoder, then their statements.
//!
//! Hard because the best article is rarely the answer: it has paragraphs on other cases, and the amount asked about may
//! stand in a lead-in. So articles are ranked as `search` ranks them, and the statements of the best are ranked once
//! more, each with the headings and lead-ins that it needs to be understood.

use super::question::Question;
use super::statement::{self, Piece};
use super::wording::Wording;
use super::{AnswerError, Sources, everyday, quantity};
use crate::corpus::{CorpusDocument, Passage, Query};
use jiff::civil::Date;
use rasoat_embeddings::analysis::{Token, tokens};
use rasoat_embeddings::{Lead, Mode, Reranking};
use rasoat_law::structure::ProvisionKind;
use rasoat_law::value::{self, Dimension};
use rasoat_law::{ByteSpan, Effect, text};
use rasoat_model::TextKind;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Articles that a search brings.
const ARTICLES: usize = 20;
/// Articles whose statements are read.
const READ: usize = 5;
/// Statements of one article that are read.
const STATEMENTS: usize = 7;
/// What a value of the wanted kind adds to a statement's score.
const VALUE: f32 = 2.0;
/// What a range adds that the question's own amount or age lies in; one that it does not lie in takes as much off.
const FITS: f32 = 1.0;
/// What being the definition asked for adds: "Điều 3. Giải thích từ ngữ" says nothing of the word in its heading.
const DEFINES: f32 = 4.0;
/// How much of its article's score a statement takes. The search's score, with what the cross-encoder adds to it, tells
/// articles apart better than the cross-encoder alone.
const ARTICLE: f32 = 30.0;
/// What covering the whole question adds.
const COVERS: f32 = 1.5;

/// An article that may answer.
#[derive(Clone)]
pub(super) struct Article {
    /// Its document.
    pub held: Arc<CorpusDocument>,
    /// The article; an index into the document's provisions.
    pub at: usize,
    /// The passage that brought it.
    pub span: ByteSpan,
    /// Score of the search, and of the cross-encoder where there is one.
    pub score: f32,
    /// The cross-encoder's word.
    pub logit: Option<f32>,
    /// Likeness of question and passage.
    pub cosine: Option<f32>,
    /// Whether the question names it.
    pub named: bool,
}

/// A statement that may answer.
#[derive(Clone)]
pub(super) struct Statement {
    /// Its document.
    pub held: Arc<CorpusDocument>,
    /// Its article; an index into the document's provisions.
    pub article: usize,
    /// Which words it is.
    pub piece: Piece,
    /// How well it answers; comparable within one question only.
    pub score: f32,
    /// The cross-encoder's word.
    pub logit: Option<f32>,
    /// Share of what the question is about that it has in its words, lead-ins and headings, rarer words weighing more.
    pub coverage: f32,
    /// Whether it has a value of the kind asked for; `None` where no value is.
    pub has_value: Option<bool>,
    /// The same by the question's own words alone, everyday words not read as the law's.
    pub literal: f32,
    /// Whether its own words have something of the question that its lead-ins and headings lack, or the value asked for.
    pub adds: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Evidence {
    /// Articles, best first.
    pub articles: Vec<Article>,
    /// Statements of the best, best first.
    pub statements: Vec<Statement>,
}

/// Gathers what bears on a question on a day.
pub(super) fn gather(question: &Question, sources: &Sources<'_>, day: Date) -> Result<Evidence, AnswerError> {
    let searched = question.searched();
    let mut articles = named(question, sources);
    let held: HashSet<(String, usize)> = articles.iter().map(key).collect();
    let mut found = search(&searched, sources, day)?;
    found.retain(|article| !held.contains(&key(article)));
    // "Theo Bộ luật Lao động …": what else was found on the subject is not what was asked.
    let of_named = |article: &Article| question.named.iter().any(|named| named.document == article.held.number);
    if found.iter().any(of_named) {
        found.retain(of_named);
    }
    articles.extend(found);
    read_again(question, sources, &mut articles)?;
    let statements = statements(question, sources, &articles)?;
    Ok(Evidence { articles, statements })
}

fn key(article: &Article) -> (String, usize) {
    (article.held.number.to_string(), article.at)
}

/// The provisions that a question names.
fn named(question: &Question, sources: &Sources<'_>) -> Vec<Article> {
    let mut found: Vec<Article> = Vec::new();
    for named in &question.named {
        let Some(held) = sources.corpus.document(&named.document) else { continue };
        let Some(eid) = &named.eid else { continue };
        let Some(unit) = held.document.provisions.iter().position(|p| p.eid == *eid) else { continue };
        let (at, span) = (article_of(&held, unit), held.document.provisions[unit].span);
        found.push(Article { held, at, span, score: 0.0, logit: None, cosine: None, named: true });
    }
    found
}

fn search(searched: &str, sources: &Sources<'_>, day: Date) -> Result<Vec<Article>, AnswerError> {
    let vector = match sources.encoder {
        Some(encoder) => encoder.encode(&[searched], TextKind::Query)?.pop(),
        None => None,
    };
    let query = Query { words: searched, vector: vector.as_deref(), mode: Mode::Hybrid, k: ARTICLES, as_of: day };
    let mut seen = HashSet::new();
    let article = |passage: Passage| {
        let held = sources.corpus.document(&passage.document)?;
        let unit = held.document.provisions.iter().position(|p| p.eid.as_str() == passage.eid)?;
        let span = passage.span.unwrap_or(held.document.provisions[unit].span);
        let at = article_of(&held, unit);
        let article =
            Article { held, at, span, score: passage.score, logit: None, cosine: passage.cosine, named: false };
        seen.insert(key(&article)).then_some(article)
    };
    Ok(sources.search.answering(&query).into_iter().filter_map(article).collect())
}

fn article_of(held: &CorpusDocument, unit: usize) -> usize {
    std::iter::successors(Some(unit), |at| held.document.provisions[*at].parent)
        .find(|at| held.document.provisions[*at].kind == ProvisionKind::Article)
        .unwrap_or(unit)
}

/// Lets the cross-encoder read the best articles, by the passage that brought each.
fn read_again(question: &Question, sources: &Sources<'_>, articles: &mut [Article]) -> Result<(), AnswerError> {
    let how = Reranking::default();
    let count = how.depth.min(articles.len());
    if let Some(reranker) = sources.reranker.filter(|_| count > 0) {
        let texts: Vec<String> = articles[..count]
            .iter()
            .map(|article| {
                let words = text::squeeze(article.span.of(&article.held.document.text));
                Lead::default().text(&article.held.title, &[], heading(&article.held, article.at), &words)
            })
            .collect();
        let scores = reranker.score(&question.searched(), &texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        for (article, score) in articles.iter_mut().zip(scores) {
            article.logit = Some(score);
            article.score += how.weight * score;
        }
    }
    let unread = |article: &Article| sources.reranker.is_some() && article.logit.is_none();
    articles.sort_by(|a, b| b.named.cmp(&a.named).then(unread(a).cmp(&unread(b))).then(b.score.total_cmp(&a.score)));
    Ok(())
}

pub(super) fn heading(held: &CorpusDocument, at: usize) -> Option<&str> {
    held.document.provisions[at].heading.as_deref()
}

/// The statements of the best articles, best first.
fn statements(question: &Question, sources: &Sources<'_>, articles: &[Article]) -> Result<Vec<Statement>, AnswerError> {
    let asked = Asked::of(question, sources);
    let told = quantity::told(&question.words);
    let wanted = question.wants.dimensions();
    let mut found: Vec<(Statement, String)> = Vec::new();
    let best = articles.first().map_or(0.0, |article| article.score);
    for article in articles.iter().take(READ) {
        let document = &article.held.document;
        let head = Lead::default().text(&article.held.title, &[], heading(&article.held, article.at), "");
        let mut own: Vec<(Statement, String, f32)> = statement::pieces(document, article.at)
            .into_iter()
            .filter(|piece| !article.named || is_about(article, &piece.leads, piece.span, piece.unit))
            .map(|piece| {
                let words = statement::words(document, &piece);
                let coverage = asked.covered(&[&head, &words]);
                let literal = asked.said_in(&[&head, &words]);
                let fits = quantity::fits(&told, &words);
                let case = fits.map_or(0.0, |fits| if fits { FITS } else { -FITS })
                    + if question.is_defined_by(piece.span.of(&document.text)) { DEFINES } else { 0.0 };
                let close = if article.span.overlaps(piece.span) { 0.15 } else { 0.0 };
                let has_value = question.wants.is_value().then(|| has(wanted, &words));
                let preferred = coverage + close + 0.1 * case + if has_value == Some(true) { 0.1 } else { 0.0 };
                let own = text::squeeze(piece.span.of(&document.text));
                let leads = words.strip_suffix(own.as_str()).unwrap_or_default();
                let adds = piece.leads.is_empty()
                    || coverage > asked.covered(&[&head, leads])
                    || has(wanted, &own)
                    || quantity::fits(&told, &own).is_some();
                let statement = Statement {
                    held: Arc::clone(&article.held),
                    article: article.at,
                    piece,
                    score: case,
                    logit: None,
                    coverage,
                    has_value,
                    literal,
                    adds,
                };
                (statement, words, preferred)
            })
            .collect();
        own.sort_by(|a, b| b.2.total_cmp(&a.2));
        own.truncate(STATEMENTS);
        let of_article = article.score - best;
        found.extend(own.into_iter().map(|(statement, words, _)| {
            let score = ARTICLE * of_article + if article.named { 100.0 } else { 0.0 };
            let words = Lead::default().text(&article.held.title, &[], heading(&article.held, article.at), &words);
            (Statement { score: score + statement.score, ..statement }, words)
        }));
    }
    let logits: Vec<Option<f32>> = match sources.reranker {
        Some(reranker) if !found.is_empty() => {
            let texts: Vec<&str> = found.iter().map(|(_, words)| words.as_str()).collect();
            reranker.score(&question.searched(), &texts)?.into_iter().map(Some).collect()
        }
        _ => vec![None; found.len()],
    };
    let mut statements: Vec<Statement> = found.into_iter().map(|(statement, _)| statement).collect();
    for (statement, logit) in statements.iter_mut().zip(logits) {
        statement.logit = logit;
        statement.score += logit.unwrap_or(4.0 * statement.coverage) + COVERS * statement.coverage;
        if statement.has_value == Some(true) {
            statement.score += VALUE;
        }
    }
    statements.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(statements)
}

/// Whether a statement lies within what the question names, or holds it.
fn is_about(article: &Article, leads: &[(usize, ByteSpan)], span: ByteSpan, unit: usize) -> bool {
    let whole = article.held.document.provisions[unit].span;
    article.span.contains(span) || whole.contains(article.span) && leads.is_empty() && article.span == whole
}

/// Whether a text sets a value of one of the kinds.
pub(super) fn has(dimensions: &[Dimension], words: &str) -> bool {
    value::values(words).iter().any(|value| dimensions.contains(&value.dimension))
}

/// What a question is about, as a statement is measured by it.
pub(super) struct Asked {
    /// What each word that tells something weighs.
    weights: HashMap<String, f32>,
    /// Everyday words, and the law's for them: a statement that has these has said the others.
    everyday: Vec<(Vec<String>, Vec<String>)>,
}

impl Asked {
    pub(super) fn of(question: &Question, sources: &Sources<'_>) -> Self {
        let words = |text: &str| -> Vec<String> { tokens(text).into_iter().map(|token| token.word).collect() };
        let weigh = |token: Token| {
            let weight = sources.search.idf(&token.word).max(0.1);
            (token.word, weight)
        };
        let same = everyday::same(&Wording::of(&question.words));
        let everyday = question.terms.iter().chain(&same);
        let pairs = everyday.flat_map(|one| one.terms.iter().map(|term| (words(one.said), words(term))));
        Self { weights: question.content().into_iter().map(weigh).collect(), everyday: pairs.collect() }
    }

    /// Share of the weight that texts hold in the question's own words.
    pub(super) fn said_in(&self, texts: &[&str]) -> f32 {
        self.share(&texts.iter().flat_map(|text| tokens(text)).map(|token| token.word).collect())
    }

    /// Share of the weight that texts hold, in the question's words or the law's for them.
    pub(super) fn covered(&self, texts: &[&str]) -> f32 {
        let mut held: HashSet<String> = texts.iter().flat_map(|text| tokens(text)).map(|token| token.word).collect();
        let also = self.everyday.iter().filter(|(_, term)| term.iter().all(|word| held.contains(word)));
        let also: Vec<String> = also.flat_map(|(said, _)| said.iter().cloned()).collect();
        held.extend(also);
        self.share(&held)
    }

    fn share(&self, held: &HashSet<String>) -> f32 {
        let total: f32 = self.weights.values().sum();
        if total <= 0.0 {
            return 0.0;
        }
        self.weights.iter().filter(|(word, _)| held.contains(*word)).map(|(_, weight)| weight).sum::<f32>() / total
    }
}

/// Drops the statements whose provisions are not in force on the day; says of the best that were dropped what they are.
pub(super) fn in_force(
    statements: Vec<Statement>,
    sources: &Sources<'_>,
    day: Date,
) -> (Vec<Statement>, Option<(Statement, Effect)>) {
    let mut known: HashMap<(String, usize), Effect> = HashMap::new();
    let mut dropped = None;
    let mut kept = Vec::new();
    for (rank, statement) in statements.into_iter().enumerate() {
        let key = (statement.held.number.to_string(), statement.piece.unit);
        let effect = *known.entry(key).or_insert_with(|| {
            let eid = &statement.held.document.provisions[statement.piece.unit].eid;
            sources.corpus.status_of(&statement.held.number, eid, day).effect
        });
        if matches!(effect, Effect::InForce | Effect::PartlyExpired) {
            kept.push(statement);
        } else if rank == 0 {
            dropped = Some((statement, effect));
        }
    }
    (kept, dropped)
}
