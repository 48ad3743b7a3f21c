//! Which of the statements found make the answer.
//!
//! Hard because too few leave out the other half of the rule, and too many bury it. The best stands; beside it what is
//! nearly as good, of its own article sooner than of another; where the rule is a list most of whose items have a value
//! of the kind asked for (60 days for these, 30 for those), all of it, since the asker is one of them; and so where
//! nothing in an item tells why it and not the next one was found.

use super::evidence::{Evidence, Statement, has};
use super::quantity;
use super::question::{Question, Wants};
use super::statement::{self, Piece, pieces};
use rasoat_law::text;

/// How far behind the best another statement of its article may be.
const BESIDE: f32 = 1.5;
/// How far behind a statement of another article may be.
const ELSEWHERE: f32 = 0.5;
/// Most statements, lists aside.
const MOST: usize = 4;
/// A list with more items is cited and not written out.
pub(super) const LONGEST_LIST: usize = 12;

/// What was chosen of one article: the pieces in the order of the text.
#[derive(Clone)]
pub(super) struct Chosen {
    /// The best statement of the article.
    pub best: Statement,
    /// What is said, in the order of the text.
    pub pieces: Vec<Piece>,
    /// Whether the best is the one item of its list that has what was asked: "ngày lễ" of three kinds of days.
    single: bool,
}

/// Chooses; what holds a value of the kind asked for comes first.
pub(super) fn choose(question: &Question, evidence: &Evidence) -> Vec<Chosen> {
    let Some(best) = evidence.statements.first() else { return Vec::new() };
    let same = |a: &Statement, b: &Statement| a.article == b.article && a.held.number == b.held.number;
    let is_near = |statement: &&Statement| {
        let margin = if same(statement, best) { BESIDE } else { ELSEWHERE };
        best.score - statement.score <= margin
    };
    if let Some(pieces) = named(question, best) {
        return vec![Chosen { best: best.clone(), pieces, single: false }];
    }
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    // Beside a value that was asked for, only others of its kind and what takes from the rule.
    let answers = |statement: &&Statement| {
        best.has_value != Some(true)
            || statement.has_value == Some(true)
            || same(statement, best) && is_exception(statement)
    };
    for statement in evidence.statements.iter().filter(is_near).filter(answers).take(MOST) {
        let words = text::fold(statement.piece.span.of(&statement.held.document.text));
        if said.contains(&words) {
            continue;
        }
        said.push(words);
        let beside = |known: &Chosen| known.single && known.best.piece.leads == statement.piece.leads;
        if chosen.iter().any(|known| same(&known.best, statement) && beside(known)) {
            continue;
        }
        match chosen.iter_mut().find(|known| same(&known.best, statement)) {
            Some(known) => known.pieces.push(piece(statement)),
            None => {
                let single = is_single(statement, evidence);
                chosen.push(Chosen { best: statement.clone(), pieces: vec![piece(statement)], single });
            }
        }
    }
    for one in &mut chosen {
        complete(question, one);
    }
    if question.wants.is_value() {
        // Stable: among equals the better stays ahead.
        chosen.sort_by_key(|one| one.best.has_value != Some(true));
    }
    chosen
}

/// Whether a statement has more of the question's own words than every other item of its list that was read.
fn is_single(statement: &Statement, evidence: &Evidence) -> bool {
    let others = evidence.statements.iter().filter(|other| {
        other.held.number == statement.held.number
            && other.piece.leads == statement.piece.leads
            && other.piece.unit != statement.piece.unit
            && !other.piece.whole
    });
    let mut literal = others.map(|other| other.literal).peekable();
    let listed = !statement.piece.leads.is_empty() && !statement.piece.whole;
    listed && literal.peek().is_some() && literal.all(|other| other + 0.02 < statement.literal)
}

/// All of a provision that a question names: nothing less was asked for.
fn named(question: &Question, best: &Statement) -> Option<Vec<Piece>> {
    let document = &best.held.document;
    let own = document.provisions[best.piece.unit].span;
    let eids =
        question.named.iter().filter(|named| named.document == best.held.number).filter_map(|named| named.eid.as_ref());
    let span =
        eids.filter_map(|eid| document.get(eid.as_str())).map(|unit| unit.span).find(|span| span.contains(own))?;
    let all: Vec<Piece> = pieces(document, best.article)
        .into_iter()
        .filter(|piece| !piece.whole && span.contains(document.provisions[piece.unit].span))
        .collect();
    (!all.is_empty() && all.len() <= LONGEST_LIST).then_some(all)
}

/// What is said for a statement: itself, or the whole list where its own words tell nothing of the question, or where the
/// list says when a rule does not hold.
fn piece(statement: &Statement) -> Piece {
    let piece = &statement.piece;
    match piece.leads.split_last() {
        Some(((unit, span), leads))
            if !piece.whole && (!statement.adds || denies(span.of(&statement.held.document.text))) =>
        {
            Piece { unit: *unit, span: *span, leads: leads.to_vec(), whole: true }
        }
        _ => piece.clone(),
    }
}

/// Whether a statement takes something from a rule: "không cần báo trước trong trường hợp sau đây".
fn is_exception(statement: &Statement) -> bool {
    denies(&statement::words(&statement.held.document, &statement.piece))
}

/// Whether words say when a rule does not hold.
pub(super) fn denies(words: &str) -> bool {
    let words = words.to_lowercase();
    ["không cần", "không phải", "không áp dụng"].iter().any(|denial| words.contains(denial))
}

/// Writes a whole list out, takes in the items beside one whose every item has a value, and orders.
fn complete(question: &Question, chosen: &mut Chosen) {
    let document = &chosen.best.held.document;
    let all = pieces(document, chosen.best.article);
    let items = |unit: usize| -> Vec<&Piece> {
        all.iter().filter(|piece| !piece.whole && piece.leads.last().is_some_and(|(lead, _)| *lead == unit)).collect()
    };
    let mut taken: Vec<Piece> = Vec::new();
    let told = !quantity::told(&question.words).is_empty();
    if !matches!(question.wants, Wants::List | Wants::Punishment) || told {
        // An item answers more exactly than the list that it stands in.
        let leaves = chosen.pieces.iter().filter(|piece| !piece.whole);
        let above: Vec<usize> = leaves.flat_map(|piece| piece.leads.iter().map(|(lead, _)| *lead)).collect();
        chosen.pieces.retain(|piece| !(piece.whole && above.contains(&piece.unit)));
    }
    for piece in &chosen.pieces {
        if piece.whole {
            let below = items(piece.unit);
            // Lists within lists are long; what is listed is then left to the text itself.
            let flat =
                !all.iter().any(|other| other.whole && other.leads.last().is_some_and(|(lead, _)| *lead == piece.unit));
            if flat && below.len() <= LONGEST_LIST {
                taken.extend(below.into_iter().cloned());
            } else {
                taken.push(piece.clone());
            }
            continue;
        }
        let siblings = piece.leads.last().map(|(lead, _)| items(*lead)).unwrap_or_default();
        let wanted = question.wants.dimensions();
        let own = |piece: &Piece| piece.span.of(&document.text);
        let having = siblings.iter().filter(|piece| has(wanted, own(piece))).count();
        // The last item often leaves the value to another body.
        let is_list = question.wants == Wants::List || having > 1 && having * 3 >= siblings.len() * 2;
        let is_list = is_list && !(chosen.single && *piece == chosen.best.piece);
        if is_list && siblings.len() > 1 && siblings.len() <= LONGEST_LIST {
            taken.extend(siblings.into_iter().cloned());
        } else {
            taken.push(piece.clone());
        }
    }
    taken.sort_by_key(|piece| (piece.span.start, piece.span.end));
    taken.dedup();
    // A list that is written out needs no second mention as a whole.
    let listed: Vec<usize> = taken.iter().flat_map(|piece| piece.leads.iter().map(|(lead, _)| *lead)).collect();
    taken.retain(|piece| !(piece.whole && listed.contains(&piece.unit)));
    chosen.pieces = taken;
}
