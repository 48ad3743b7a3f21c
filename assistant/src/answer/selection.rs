//! Which of the statements found make the answer.
//!
//! Hard because too few leave out the other half of the rule, and too many bury it. The best stands; beside it what is
//! nearly as good, of its own article sooner than of another; and where the rule is a list whose every item has a value
//! of the kind asked for (60 days for these, 30 for those), all of it, since the asker is one of them.

use super::evidence::{Evidence, Statement, has};
use super::question::{Question, Wants};
use super::statement::{Piece, pieces};
use rasoat_law::text;

/// How far behind the best another statement of its article may be.
const BESIDE: f32 = 1.0;
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
}

/// Chooses; what holds a value of the kind asked for comes first.
pub(super) fn choose(question: &Question, evidence: &Evidence) -> Vec<Chosen> {
    let Some(best) = evidence.statements.first() else { return Vec::new() };
    let same = |a: &Statement, b: &Statement| a.article == b.article && a.held.number == b.held.number;
    let is_near = |statement: &&Statement| {
        let margin = if same(statement, best) { BESIDE } else { ELSEWHERE };
        best.score - statement.score <= margin
    };
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for statement in evidence.statements.iter().filter(is_near).take(MOST) {
        let words = text::fold(statement.piece.span.of(&statement.held.document.text));
        if said.contains(&words) {
            continue;
        }
        said.push(words);
        match chosen.iter_mut().find(|known| same(&known.best, statement)) {
            Some(known) => known.pieces.push(statement.piece.clone()),
            None => chosen.push(Chosen { best: statement.clone(), pieces: vec![statement.piece.clone()] }),
        }
    }
    for one in &mut chosen {
        complete(question, one);
    }
    if question.wants.dimension().is_some() {
        // Stable: among equals the better stays ahead.
        chosen.sort_by_key(|one| one.best.has_value != Some(true));
    }
    chosen
}

/// Writes a whole list out, takes in the items beside one whose every item has a value, and orders.
fn complete(question: &Question, chosen: &mut Chosen) {
    let document = &chosen.best.held.document;
    let all = pieces(document, chosen.best.article);
    let items = |unit: usize| -> Vec<&Piece> {
        all.iter().filter(|piece| !piece.whole && piece.leads.last().is_some_and(|(lead, _)| *lead == unit)).collect()
    };
    let mut taken: Vec<Piece> = Vec::new();
    if !matches!(question.wants, Wants::List | Wants::Punishment) {
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
        let wanted = question.wants.dimension();
        let own = |piece: &Piece| piece.span.of(&document.text);
        let each_has = wanted.is_some_and(|dimension| siblings.iter().all(|piece| has(dimension, own(piece))));
        let is_list = question.wants == Wants::List || each_has;
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
