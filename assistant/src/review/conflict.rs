//! `conflict.contradiction`, `conflict.duplicate`, `conflict.overlap`: each norm of the draft beside the provisions in force
//! that speak of the same matter.
//!
//! Hard because almost everything that search brings agrees with the draft, or is about something else: of a hundred pairs
//! one contradicts. Two witnesses are heard: values that differ though the words around them agree ([`statement`]), and the
//! judge, who reads both texts. [`judgement`] says how sure it is. Rests on Law 64/2025/QH15,
//! Article 58 (which text applies); what prevails between equals of different issuers is reported, not decided.
//!
//! Known limits: a contradiction that follows from two provisions together is not seen, nor one that search does not bring
//! among the first `CANDIDATES`; ages that say of whom a norm speaks, and values of a law that the draft does not speak
//! of, mostly belong to another matter and are notes.

mod fines;
mod related;
pub mod statement;
mod within;

use super::compare::SlotPair;
use super::finding::{Check, Detail, Evidence, EvidenceSource, Finding, Severity};
use super::grounds::shortened;
use super::judgement::{self, Reading, weigh};
use super::resolve::{Resolved, amends};
use super::{Law, Observer, ReviewError, Stage};
use crate::corpus::{CorpusDocument, Hit, Query};
use rasoat_embeddings::Mode;
use rasoat_law::effect::{self, Operation};
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::text::{fold_word, squeeze, word_spans, words};
use rasoat_law::value::{Bound, Dimension, Value};
use rasoat_law::{ByteSpan, DocNumber, Effect, amend};
use rasoat_model::{Relation, TextKind};
use related::Related;
use statement::{Brought, CONFIRMS, Conflict, Features, Statement, conflicts, similarity, statements, statements_of};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Provisions compared with each norm.
const CANDIDATES: usize = 8;
/// Provisions that the judge reads beside each norm, the nearest in meaning (in planted drafts .86 of the provisions
/// contradicted are among them, .84 were when differing values came first).
const JUDGED: usize = 3;
/// Norms that are searched for and judged together: findings come as they go, and memory stays bounded.
const BLOCK: usize = 8;
/// A norm that copies a provision, or governs what an equal governs, is told of from this probability on.
const RESTATES: f32 = 0.85;
/// That a norm in the very words of a provision copies it.
const COPIED: f32 = 0.95;
/// Fewer words ("Các quyền khác theo quy định của pháp luật") stand in every law.
const COPIED_WORDS: usize = 12;
/// Characters of a norm or a provision that the judge reads.
const JUDGED_TEXT: usize = 2_400;

/// What a draft's norm says of a provision, all witnesses heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The likeliest relation.
    pub relation: Relation,
    /// A probability for each of [`Relation::ALL`].
    pub scores: [f32; 4],
    /// Values of both sides that speak of the same thing and differ.
    pub slots: Vec<Slot>,
}

/// A value of the draft and one of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What they measure, by the contract's name.
    pub dimension: &'static str,
    /// The draft's words.
    pub draft: String,
    /// The law's words.
    pub law: String,
}

/// What a norm says of a provision, each text by itself.
pub fn verdict(draft: &str, law: &str, reading: &Reading) -> Verdict {
    let contradiction = weigh(reading, surest(draft, law));
    let others = reading.judged.map_or([0.0, 0.0, 1.0], |judged| {
        let [_, others @ ..] = judged.probabilities();
        others
    });
    let rest = others.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let [consistent, duplicate, unrelated] = others.map(|other| other / rest * (1.0 - contradiction));
    let scores = [contradiction, consistent, duplicate, unrelated];
    let likeliest = (1..4).fold(1, |best, at| if scores[at] > scores[best] { at } else { best });
    let relation = if contradiction >= EVEN { Relation::Contradiction } else { Relation::ALL[likeliest] };
    let slot = |pair: &SlotPair| Slot {
        dimension: pair.dimension().code(),
        draft: squeeze(pair.draft.span.of(draft)),
        law: squeeze(pair.law.span.of(law)),
    };
    let told = reading.comparison.pairs.iter().filter(|pair| pair.agreement >= SAME_ROLE);
    Verdict { relation, scores, slots: told.map(slot).collect() }
}

/// How surely some value of two texts differs, each by itself; none where none does.
pub fn surest(draft: &str, law: &str) -> Option<f32> {
    let opening = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let [ours, theirs] =
        [draft, law].map(judgement::beginning).map(|text| statements_of(text, "", &opening(text), &|_| 1.0));
    let (found, _) = conflicts(&ours, &theirs, Brought::ALONE);
    found.iter().map(|conflict| conflict.probability).max_by(f32::total_cmp)
}

/// A pair by itself is called a contradiction from this probability on.
pub const EVEN: f32 = 0.5;
/// Slots that speak of the same role at least this surely are shown.
const SAME_ROLE: f32 = 0.5;

/// A provision that a norm is held against.
struct Candidate {
    held: Arc<CorpusDocument>,
    /// Its index in the document.
    at: usize,
    cosine: Option<f32>,
    /// Whether the draft speaks of other documents and not of this one.
    stranger: bool,
    statements: Vec<Statement>,
}

impl Candidate {
    fn text(&self) -> &str {
        self.held.document.text_of(&self.held.document.provisions[self.at])
    }
}

/// A norm of the draft, or a clause of it that sets values: what is searched for and compared.
struct Unit {
    /// Index of its norm.
    norm: usize,
    /// Its place.
    span: ByteSpan,
    /// The article's heading, the opening it stands under, and its words.
    text: String,
    /// What the judge reads: the same without the heading.
    judged: String,
    statements: Vec<Statement>,
    /// Whether it opens a list that it fines each point of: it says nothing by itself ([`fines`]).
    fines_a_list: bool,
}

/// What is known of a norm beside one provision.
struct Pair<'a> {
    candidate: &'a Candidate,
    /// The surest of values that differ.
    conflict: Option<Conflict>,
    reading: Option<Reading>,
}

/// A norm beside its candidates.
struct Held<'a> {
    pairs: Vec<Pair<'a>>,
    /// How well each of the norm's statements is confirmed by some provision.
    confirmed: Vec<f32>,
}

pub(super) fn check(
    draft: &Document,
    resolved: &[Resolved<'_>],
    law: &Law<'_>,
    observer: &mut dyn Observer,
    found: &mut dyn FnMut(Finding, &mut dyn Observer),
) -> Result<(), ReviewError> {
    let idf = |word: &str| law.search.idf(word);
    let (ended, related) = (ended(draft, law), Related::of(resolved, law));
    let norms = draft.norms().into_iter().filter(|at| states_substance(draft, *at) && !amends(draft, *at));
    let units: Vec<Unit> = norms.flat_map(|at| units(draft, at, law.judge.is_some(), &idf)).collect();
    observer.progress(Stage::Retrieve, 0, units.len())?;
    let (mut done, mut vectors, mut lists) = (0, Vec::new(), fines::Lists::default());
    for block in units.chunks(BLOCK) {
        observer.progress(Stage::Retrieve, done, units.len())?;
        let own = match law.encoder {
            Some(encoder) => {
                let texts: Vec<&str> = block.iter().map(|unit| unit.text.as_str()).collect();
                encoder.encode(&texts, TextKind::Query)?
            }
            None => Vec::new(),
        };
        let candidates = candidates(draft, block, &own, &ended, &related, law, &idf);
        vectors.extend(own);
        for (unit, candidates) in block.iter().zip(&candidates).filter(|(unit, _)| unit.fines_a_list) {
            lists.add(draft, unit.norm, candidates);
        }
        observer.progress(Stage::Judge, done, units.len())?;
        let pairs = pairs(block, &candidates, law)?;
        for (unit, held) in block.iter().zip(pairs) {
            for finding in decide(draft, unit, &held, law) {
                found(finding, observer);
            }
        }
        done += block.len();
    }
    for article in lists.articles() {
        observer.progress(Stage::Judge, units.len(), units.len())?;
        for finding in lists.check(article, draft, law, &idf) {
            found(finding, observer);
        }
    }
    if vectors.len() == units.len() {
        within::check(draft, &units, &vectors, law)?.into_iter().for_each(|finding| found(finding, observer));
    }
    observer.progress(Stage::Judge, units.len(), units.len())?;
    Ok(())
}

/// Documents that the draft itself ends: what they say is not held against it.
fn ended(draft: &Document, law: &Law<'_>) -> BTreeSet<DocNumber> {
    let changes = amend::changes(draft, &amend::instructions_on(draft, law.register, law.as_of)).into_iter();
    let ends = changes.chain(effect::clause::own(draft, law.register)).filter(|change| {
        change.eids.is_empty() && matches!(change.operation, Operation::Replace | Operation::Repeal | Operation::Expire)
    });
    ends.map(|change| change.target).collect()
}

/// The provisions that search brings for each norm of a block, of which `vectors` are known where there is an encoder.
fn candidates(
    draft: &Document,
    block: &[Unit],
    vectors: &[Vec<f32>],
    ended: &BTreeSet<DocNumber>,
    related: &Related,
    law: &Law<'_>,
    idf: &dyn Fn(&str) -> f32,
) -> Vec<Vec<Candidate>> {
    let found = block.iter().enumerate().map(|(at, unit)| {
        let vector = vectors.get(at).map(Vec::as_slice);
        let query = Query { words: &unit.text, vector, mode: Mode::Hybrid, k: CANDIDATES, as_of: law.as_of };
        let hits = law.search.search(&query).into_iter().filter(|hit| !ended.contains(&hit.document));
        hits.filter_map(|hit| candidate(draft, related, law, hit, idf)).collect()
    });
    found.collect()
}

fn candidate(
    draft: &Document,
    related: &Related,
    law: &Law<'_>,
    hit: Hit,
    idf: &dyn Fn(&str) -> f32,
) -> Option<Candidate> {
    if draft.metadata.number.as_ref() == Some(&hit.document) {
        return None;
    }
    let held = law.corpus.document(&hit.document)?;
    let binds = match (held.kind.rank(), draft.metadata.kind.rank()) {
        (Some(theirs), Some(ours)) => theirs <= ours,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if !binds {
        return None;
    }
    let at = held.document.provisions.iter().position(|p| p.eid.as_str() == hit.eid)?;
    if amends(&held.document, at) {
        return None;
    }
    let statements = statements(&held.document, at, idf);
    let stranger = related.is_stranger(&held, law.register);
    Some(Candidate { held, at, cosine: hit.cosine, stranger, statements })
}

/// Each norm of a block beside its candidates, the likeliest of them judged.
fn pairs<'a>(block: &[Unit], candidates: &'a [Vec<Candidate>], law: &Law<'_>) -> Result<Vec<Held<'a>>, ReviewError> {
    let mut all: Vec<Held<'a>> = Vec::new();
    for (unit, candidates) in block.iter().zip(candidates) {
        let mut confirmed = vec![0.0_f32; unit.statements.len()];
        let mut pairs = Vec::new();
        for (number, candidate) in candidates.iter().enumerate() {
            let brought = Brought { cosine: candidate.cosine, first: number == 0, stranger: candidate.stranger };
            let (found, also) = conflicts(&unit.statements, &candidate.statements, brought);
            for (most, also) in confirmed.iter_mut().zip(also) {
                *most = most.max(also);
            }
            let surest = found.into_iter().max_by(|a, b| a.probability.total_cmp(&b.probability));
            pairs.push(Pair { candidate, conflict: surest, reading: None });
        }
        all.push(Held { pairs, confirmed });
    }
    let mut wanted: Vec<(usize, usize)> = Vec::new();
    for (unit, Held { pairs, .. }) in all.iter().enumerate().filter(|(unit, _)| !block[*unit].fines_a_list) {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        // What is nearest in meaning, search's own order between equals, and whatever sets a value that differs surely.
        let near = |at: &usize| pairs[*at].candidate.cosine.unwrap_or(0.0);
        order.sort_by(|a, b| near(b).total_cmp(&near(a)));
        let differs = |at: &usize| pairs[*at].conflict.is_some_and(|conflict| conflict.probability >= EVEN);
        let chosen = order.iter().enumerate().filter(|(rank, at)| *rank < JUDGED || differs(at));
        wanted.extend(chosen.map(|(_, pair)| (unit, *pair)));
    }
    let texts: Vec<(&str, &str)> = wanted
        .iter()
        .map(|(unit, pair)| (block[*unit].judged.as_str(), start_of(all[*unit].pairs[*pair].candidate.text())))
        .collect();
    let readings = judgement::read(law.judge, &texts)?;
    for ((unit, pair), reading) in wanted.into_iter().zip(readings) {
        all[unit].pairs[pair].reading = Some(reading);
    }
    Ok(all)
}

/// As much of a provision as the judge reads.
fn start_of(text: &str) -> &str {
    text.char_indices().nth(JUDGED_TEXT).map_or(text, |(at, _)| &text[..at])
}

/// What of a norm's pairs becomes findings: one contradiction for each clause, else one restatement.
fn decide(draft: &Document, unit: &Unit, held: &Held<'_>, law: &Law<'_>) -> Vec<Finding> {
    let Held { pairs, confirmed } = held;
    // What a provision says in the same words is not held against another.
    let copied = pairs.iter().find(|pair| copies(draft, unit, pair.candidate));
    if let Some(copied) = copied.filter(|_| law.judge.is_some()) {
        return restatement(draft, unit, copied, true, law).into_iter().collect();
    }
    let mut best: HashMap<Option<usize>, (&Pair<'_>, f32)> = HashMap::new();
    for pair in pairs {
        let Some(reading) = &pair.reading else { continue };
        // A value that another provision confirms is not held against this one.
        let theirs = pair.conflict.map(|conflict| (conflict, &pair.candidate.statements[conflict.law]));
        let refuted = theirs.is_some_and(|(conflict, theirs)| {
            CONFIRMS * similarity(&unit.statements[conflict.draft], theirs) <= confirmed[conflict.draft]
        });
        let conflict = pair.conflict.filter(|_| !refuted);
        // Values that differ though their words agree are told whatever the judge says, which reads one clause of a long
        // provision for another.
        let sure = conflict.filter(|conflict| conflict.probability >= EVEN);
        let probability = weigh(reading, conflict.map(|conflict| conflict.probability))
            .max(sure.map_or(0.0, |conflict| conflict.probability));
        // What the judge sees alone is told from even odds on, and as a note: it reads a decree that details a code for one
        // that contradicts it too often to be believed further (`model/training/README.md`).
        if sure.is_none() && (reading.judged.is_none() || probability < EVEN) {
            continue;
        }
        let key = sure.map(|conflict| conflict.draft);
        let entry = best.entry(key).or_insert((pair, probability));
        if probability > entry.1 {
            *entry = (pair, probability);
        }
    }
    let mut kept: Vec<(Option<usize>, &Pair<'_>, f32)> =
        best.into_iter().map(|(key, (pair, probability))| (key, pair, probability)).collect();
    kept.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    // One norm is one finding: the surest stands for it.
    kept.truncate(1);
    let contradictions: Vec<Finding> = kept
        .into_iter()
        .filter_map(|(of, pair, probability)| contradiction(draft, unit, pair, of.is_some(), probability, law))
        .collect();
    if !contradictions.is_empty() {
        return contradictions;
    }
    pairs.iter().find_map(|pair| restatement(draft, unit, pair, false, law)).into_iter().collect()
}

/// The finding, unless the provision itself is no longer, or not yet, in force; `by_values` where values that differ make
/// it, and not the judge alone.
fn contradiction(
    draft: &Document,
    unit: &Unit,
    pair: &Pair<'_>,
    by_values: bool,
    probability: f32,
    law: &Law<'_>,
) -> Option<Finding> {
    let held = &pair.candidate.held;
    let values = pair
        .conflict
        .filter(|_| by_values)
        .map(|conflict| (&unit.statements[conflict.draft].value, &pair.candidate.statements[conflict.law].value));
    let clause = match values {
        Some((_, theirs)) => theirs.clause,
        None => nearest_clause(unit, pair.candidate),
    };
    let evidence = evidence(pair.candidate, clause, law)?;
    let label = evidence.eid.as_ref().map(rasoat_law::Eid::label).unwrap_or_default();
    let standing = Standing::of(draft, held);
    let bound = values.is_some_and(|(ours, theirs)| within_bound(ours, theirs));
    // What looks like a conflict and mostly is none is a note that says why.
    let doubt = pair.conflict.filter(|_| by_values).map(|conflict| conflict.features).filter(Features::is_doubtful);
    let severity = match standing {
        _ if values.is_none() || doubt.is_some() => Severity::Note,
        Standing::Higher if !bound => Severity::Error,
        Standing::Higher | Standing::SameIssuer | Standing::OtherIssuer => Severity::Warning,
    };
    let tail = if let Some(doubt) = doubt {
        if doubt.brought.stranger {
            " Dự thảo không nhắc đến văn bản này: cần xem hai quy định có về cùng một thủ tục hay không."
        } else {
            " Trị số này cho biết quy định nói về ai: cần xem hai bên có nói về cùng một nhóm người hay không."
        }
    } else if bound {
        " Mức của dự thảo nằm trong giới hạn của luật: cần xem có được giao quy định chi tiết hay không."
    } else {
        ""
    };
    let (dimension, ours, theirs, message) = match values {
        Some((ours, theirs)) => {
            let (own, other) = (squeeze(ours.span.of(&draft.text)), squeeze(theirs.span.of(&held.document.text)));
            let message = format!(
                "Dự thảo quy định {} là “{own}”, trong khi {label} {} quy định “{other}”.{tail}",
                ours.dimension.term(),
                held.title,
            );
            (ours.dimension.code(), own, other, message)
        }
        None => {
            let told = pair.reading.as_ref().and_then(|reading| reading.comparison.most_different());
            let told = told.filter(|slots| slots.agreement >= SAME_ROLE);
            let (own, other) = (squeeze(unit.span.of(&draft.text)), squeeze(clause.of(&held.document.text)));
            let what = told.map(|slots| format!(" ({})", slots.explanation.trim_end_matches('.'))).unwrap_or_default();
            let words = shortened(&other, 240);
            let message = format!("Nội dung dự thảo có dấu hiệu trái với {label} {}: “{words}”{what}.", held.title);
            (told.map_or("other", |slots| slots.dimension().code()), own, other, message)
        }
    };
    let place = match values {
        Some((ours, _)) => trimmed(&draft.text, ours.clause, draft.provisions[unit.norm].span),
        None => trimmed(&draft.text, unit.span, draft.provisions[unit.norm].span),
    };
    let replacement = values.map(|(ours, _)| {
        let whole = place.of(&draft.text);
        let (from, to) = (ours.span.start - place.start, ours.span.end - place.start);
        format!("{}{theirs}{}", &whole[..from], &whole[to..])
    });
    let detail = Detail { dimension, draft: ours, law: theirs, rule: standing.rule().into() };
    Some(
        Finding::new(Check::ConflictContradiction, severity, place, message, probability, evidence)
            .detail(detail)
            .suggest(replacement, Some(format!("Sửa cho thống nhất với {label} {}.", held.title))),
    )
}

/// Whether a provision holds the norm's very words, but for words that change nothing; without what turns them round: a
/// negation before them, an exception after.
fn copies(draft: &Document, unit: &Unit, candidate: &Candidate) -> bool {
    let norm = trimmed(&draft.text, unit.span, draft.provisions[unit.norm].span);
    holds(norm.of(&draft.text), candidate.text())
}

/// [`copies`], of texts.
fn holds(norm: &str, provision: &str) -> bool {
    let weighty = |text: &str| -> Vec<String> {
        let all = word_spans(text).filter(|(_, word)| !LIGHT.contains(&word.to_lowercase().as_str()));
        all.map(|(_, word)| fold_word(word)).collect()
    };
    let (own, theirs) = (weighty(norm), weighty(provision));
    if words(norm).len() < COPIED_WORDS || own.is_empty() {
        return false;
    }
    let turned =
        |word: Option<&String>, by: &[&str]| word.is_some_and(|word| by.iter().any(|by| *word == fold_word(by)));
    theirs.windows(own.len()).enumerate().any(|(at, window)| {
        let before = at.checked_sub(1).and_then(|at| theirs.get(at));
        let after = theirs.get(at + own.len());
        window == own.as_slice() && !turned(before, &["không", "chưa", "cấm"]) && !turned(after, &["trừ"])
    })
}

/// Words that come and go when a norm is copied.
const LIGHT: [&str; 12] = ["các", "những", "của", "thì", "là", "mà", "như", "sau", "đây", "việc", "về", "rằng"];

/// A norm that copies a higher provision, or governs what an equal of another issuer governs already; `copied` where the
/// words are the very same.
fn restatement(draft: &Document, unit: &Unit, pair: &Pair<'_>, copied: bool, law: &Law<'_>) -> Option<Finding> {
    let judged = pair.reading.as_ref().and_then(|reading| reading.judged).map(|judged| judged.probabilities());
    let [_, consistent, duplicate, _] = if copied { [0.0, 0.0, COPIED, 0.0] } else { judged? };
    let held = &pair.candidate.held;
    let standing = Standing::of(draft, held);
    let (check, probability) = match standing {
        Standing::Higher if duplicate >= RESTATES => (Check::ConflictDuplicate, duplicate),
        Standing::OtherIssuer if consistent + duplicate >= RESTATES => (Check::ConflictOverlap, consistent + duplicate),
        _ => return None,
    };
    let clause = nearest_clause(unit, pair.candidate);
    let evidence = evidence(pair.candidate, clause, law)?;
    let label = evidence.eid.as_ref().map(rasoat_law::Eid::label).unwrap_or_default();
    let (message, note) = if check == Check::ConflictDuplicate {
        (
            format!("Dự thảo quy định lại gần như nguyên văn {label} {}.", held.title),
            format!("Cân nhắc bỏ, hoặc viện dẫn {label} {}: văn bản quy định chi tiết không cần chép lại.", held.title),
        )
    } else {
        (
            format!("{label} {} của cơ quan khác, cùng cấp hiệu lực, đã quy định nội dung này.", held.title),
            "Cần thống nhất cơ quan nào quy định để tránh chồng chéo.".to_owned(),
        )
    };
    let place = trimmed(&draft.text, unit.span, draft.provisions[unit.norm].span);
    let detail = Detail {
        dimension: "other",
        draft: squeeze(place.of(&draft.text)),
        law: squeeze(clause.of(&held.document.text)),
        rule: standing.rule().into(),
    };
    let finding = Finding::new(check, Severity::Note, place, message, probability, evidence);
    Some(finding.detail(detail).suggest(None, Some(note)))
}

/// How a text stands to the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Of higher rank.
    Higher,
    /// Of the same rank and issuer.
    SameIssuer,
    /// Of the same rank, of another issuer or one that is not known.
    OtherIssuer,
}

impl Standing {
    fn of(draft: &Document, held: &CorpusDocument) -> Self {
        let issuer = |name: &str| squeeze(name).to_lowercase();
        let same = draft
            .metadata
            .issuer
            .as_deref()
            .zip(held.issuer.as_deref())
            .is_some_and(|(ours, theirs)| issuer(ours) == issuer(theirs));
        if held.kind.rank() < draft.metadata.kind.rank() {
            Self::Higher
        } else if same {
            Self::SameIssuer
        } else {
            Self::OtherIssuer
        }
    }

    /// The rule that decides which text prevails.
    fn rule(self) -> &'static str {
        match self {
            Self::Higher => "Văn bản có hiệu lực pháp lý cao hơn được áp dụng (Luật số 64/2025/QH15, Điều 58)",
            Self::SameIssuer => {
                "Hai văn bản cùng cơ quan ban hành: văn bản ban hành sau được áp dụng (Luật số 64/2025/QH15, Điều 58); \
                 nếu dự thảo thay quy định cũ thì cần nêu rõ việc sửa đổi, bãi bỏ"
            }
            Self::OtherIssuer => {
                "Hai văn bản cùng cấp hiệu lực pháp lý: nếu cùng cơ quan ban hành thì áp dụng văn bản ban hành sau \
                 (Luật số 64/2025/QH15, Điều 58); nếu khác cơ quan thì cần kiến nghị xử lý"
            }
        }
    }
}

/// The provision that holds `clause`, as evidence; none where it is no longer, or not yet, in force.
fn evidence(candidate: &Candidate, clause: ByteSpan, law: &Law<'_>) -> Option<Evidence> {
    let held = &candidate.held;
    let provision = held.document.at(clause.start).unwrap_or(&held.document.provisions[candidate.at]);
    proof(held, provision, held.document.text_of(provision), law)
}

/// What a provision says, as evidence; none where it is no longer, or not yet, in force.
fn proof(held: &CorpusDocument, provision: &Provision, quote: &str, law: &Law<'_>) -> Option<Evidence> {
    let status = law.corpus.status_of(&held.number, &provision.eid, law.as_of);
    stands(status.effect).then(|| Evidence {
        document: Some(held.number.clone()),
        eid: Some(provision.eid.clone()),
        quote: squeeze(quote),
        effect: status.effect,
        source: EvidenceSource::Corpus,
        notes: held.warnings(&status, law.as_of),
    })
}

/// Whether a provision in this state can contradict or confirm.
fn stands(effect: Effect) -> bool {
    !matches!(effect, Effect::Expired | Effect::NotYetInForce | Effect::Suspended)
}

/// The line or clause of a provision that shares most words with the norm.
fn nearest_clause(unit: &Unit, candidate: &Candidate) -> ByteSpan {
    let document = &candidate.held.document;
    let span = document.provisions[candidate.at].span;
    let own: BTreeSet<String> = word_spans(&unit.text).map(|(_, word)| fold_word(word)).collect();
    let mut best = (span, -1.0);
    let mut start = span.start;
    let text = span.of(&document.text);
    let ends = text.match_indices(['\n', ';']).map(|(at, mark)| span.start + at + mark.len());
    for end in ends.chain([span.end]) {
        let clause = ByteSpan::new(start, end);
        start = end;
        let words: BTreeSet<String> = word_spans(clause.of(&document.text)).map(|(_, word)| fold_word(word)).collect();
        if words.len() < 4 {
            continue;
        }
        let shared = words.intersection(&own).count() as f32 / (words.len() as f32).sqrt();
        if shared > best.1 {
            best = (clause, shared);
        }
    }
    best.0
}

/// The clauses of the norm at `at` that set values; and where `whole`, the norm itself when none does.
fn units(draft: &Document, at: usize, whole: bool, idf: &dyn Fn(&str) -> f32) -> Vec<Unit> {
    let norm = draft.text_of(&draft.provisions[at]);
    let opening = squeeze(unlabelled(norm.lines().next().unwrap_or_default()));
    let heading = article_heading(draft, at);
    let titled = draft.provisions[at].kind == ProvisionKind::Article && !heading.is_empty();
    let unit = |span: ByteSpan, statements: Vec<Statement>| {
        let words = squeeze(bare(draft, at, span));
        // An article's first line is its heading, which stands before the words anyway.
        let lead =
            if titled || opening.contains(words.as_str()) || words.starts_with(&opening) { "" } else { &opening };
        let judged: String = format!("{lead} {words}").trim().chars().take(JUDGED_TEXT).collect();
        let text: String = format!("{heading}. {lead} {words}").chars().take(1_200).collect();
        Unit { norm: at, span, text, judged, statements, fines_a_list: false }
    };
    let mut units: Vec<Unit> = Vec::new();
    let examples = examples(draft, at);
    // The points of a fined list say what is done wrong, not what must be done: [`fines`] reads them with their fine.
    if fines::fines_a_list(draft, at) {
        return vec![Unit { fines_a_list: true, ..unit(draft.provisions[at].span, Vec::new()) }];
    }
    for statement in statements(draft, at, idf) {
        let clause = statement.value.clause;
        if examples.iter().any(|example| example.overlaps(clause)) {
            continue;
        }
        // A cell of a table says a value and not of what.
        if word_spans(clause.of(&draft.text)).nth(CELL_WORDS).is_none() {
            continue;
        }
        match units.last_mut() {
            Some(last) if last.span == clause => last.statements.push(statement),
            _ => units.push(unit(clause, vec![statement])),
        }
    }
    let span = draft.provisions[at].span;
    let span = ByteSpan::new(span.start, examples.first().map_or(span.end, |example| example.start));
    if units.is_empty() && whole && word_spans(span.of(&draft.text)).nth(LEAST_WORDS).is_some() {
        units.push(unit(span, Vec::new()));
    }
    units
}

/// The worked examples of a norm ("Ví dụ 2: Đồng chí K …"), each up to the next point: they order nothing, and their values
/// are one person's.
fn examples(draft: &Document, at: usize) -> Vec<ByteSpan> {
    let span = draft.provisions[at].span;
    let points: Vec<usize> = draft.children(at).map(|(_, child)| child.span.start).collect();
    let mut examples: Vec<ByteSpan> = Vec::new();
    let mut start = span.start;
    for line in span.of(&draft.text).split_inclusive('\n') {
        let words = line.trim_start().trim_start_matches(['-', '+', '*', ' ']);
        let begins = start > span.start && ["Ví dụ", "Thí dụ", "VÍ DỤ"].iter().any(|word| words.starts_with(word));
        if begins && examples.last().is_none_or(|last| last.end <= start) {
            let end = points.iter().copied().find(|point| *point > start).unwrap_or(span.end);
            examples.push(ByteSpan::new(start, end));
        }
        start += line.len();
    }
    examples
}

/// A norm's words without its heading and label: pairs that the judge learnt from bear none, and it takes their like for a
/// sign (a decree's own norms, of which none contradicted, bore them all).
fn bare(draft: &Document, at: usize, span: ByteSpan) -> &str {
    let provision = &draft.provisions[at];
    let words = span.of(&draft.text);
    let headed =
        provision.kind == ProvisionKind::Article && provision.heading.is_some() && span.start == provision.span.start;
    let words = if headed { words.split_once('\n').map_or(words, |(_, rest)| rest) } else { words };
    unlabelled(words)
}

/// Words without "1.", "a)" before them.
fn unlabelled(words: &str) -> &str {
    let words = words.trim();
    let label = words.find(['.', ')']).filter(|at| *at <= 4 && words[..*at].chars().all(char::is_alphanumeric));
    label.map_or(words, |at| words[at + 1..].trim_start())
}

/// A norm of no more words says too little to be held against anything.
const LEAST_WORDS: usize = 8;
/// The same of a clause that sets a value.
const CELL_WORDS: usize = 5;

/// The article a norm stands in.
fn article(document: &Document, at: usize) -> Option<usize> {
    std::iter::successors(Some(at), |at| document.provisions[*at].parent)
        .find(|at| document.provisions[*at].kind == ProvisionKind::Article)
}

fn article_heading(document: &Document, at: usize) -> String {
    article(document, at).and_then(|article| document.provisions[article].heading.clone()).unwrap_or_default()
}

/// Norms of scope, effect, transition and responsibility set nothing to compare.
fn states_substance(draft: &Document, at: usize) -> bool {
    // "Thông tư này có hiệu lực sau 45 ngày", whatever its article is called.
    if draft.text_of(&draft.provisions[at]).to_lowercase().contains(" này có hiệu lực") {
        return false;
    }
    let mut unit = Some(&draft.provisions[at]);
    while let Some(provision) = unit {
        if let Some(heading) = provision.heading.as_deref().filter(|_| provision.kind == ProvisionKind::Article) {
            let heading = heading.to_lowercase();
            let formal =
                ["phạm vi điều chỉnh", "hiệu lực thi hành", "chuyển tiếp", "trách nhiệm thi hành", "tổ chức thực hiện"];
            // "Gia hạn hiệu lực của giấy phép" is of substance.
            if heading.starts_with("hiệu lực") || formal.iter().any(|word| heading.contains(word)) {
                return false;
            }
        }
        unit = provision.parent.map(|parent| &draft.provisions[parent]);
    }
    true
}

/// A clause without surrounding blanks and its own label, within its norm.
fn trimmed(text: &str, clause: ByteSpan, norm: ByteSpan) -> ByteSpan {
    let clause = ByteSpan::new(clause.start.max(norm.start), clause.end.min(norm.end));
    let words = clause.of(text);
    let mut start = clause.start + (words.len() - words.trim_start().len());
    let end = clause.end - (words.len() - words.trim_end().len());
    // "1. ", "a) "
    let rest = &text[start..end];
    if let Some(mark) = rest.find(['.', ')']).filter(|at| *at <= 4 && rest[..*at].chars().all(char::is_alphanumeric)) {
        let after = &rest[mark + 1..];
        start += mark + 1 + (after.len() - after.trim_start().len());
    }
    ByteSpan::new(start, end)
}

/// Whether the draft's value lies within what the law's bound allows.
fn within_bound(ours: &Value, theirs: &Value) -> bool {
    let ((family, x), (other, y)) = (ours.comparable(), theirs.comparable());
    family == other
        && ours.dimension != Dimension::Modality
        && match theirs.bound {
            Bound::AtMost | Bound::LessThan => ours.bound.same_side(theirs.bound) && x < y,
            Bound::AtLeast | Bound::MoreThan => ours.bound.same_side(theirs.bound) && x > y,
            Bound::Exactly => false,
        }
}

#[cfg(test)]
mod tests;
