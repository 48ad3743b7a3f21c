//! `rasoat sweep`: the documents of a body of law, one after another, each reviewed against what came after it.
//!
//! Hard because a body of law takes hours with the conflict check and people stop it: what is done is kept in the
//! store's folder ([`journal`]) and taken over as long as everything it rests on is unchanged. What is a reason to act,
//! and the order, are the assistant's.

pub mod journal;

use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::session::Models;
use crate::wire;
use jiff::civil::Date;
use journal::{Journal, Record};
use rasoat_api as api;
use rasoat_assistant::sweep::{self, Level, Place, Surroundings};
use rasoat_assistant::{
    self as assistant, Check, Corpus, CorpusDocument, Finding, Hit, Law, Observer, Outcome, Query, ReviewError, Search,
    Selection, Severity,
};
use rasoat_embeddings::{Cancelled, Filter};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Effect, Eid};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

/// What is swept, and how.
pub struct Wanted {
    /// Which documents, whatever their effect.
    pub filter: Filter,
    /// The day they are held against the law.
    pub as_of: Date,
    /// Whether norms are compared with later texts.
    pub conflicts: bool,
}

/// What a sweep rests on.
pub struct Ground<'a> {
    /// The store's documents.
    pub library: &'a Library,
    /// The checksum of each one's text, by number.
    pub sums: &'a HashMap<String, String>,
    /// The models of the conflict check.
    pub models: Models<'a>,
}

/// Reasons of one trigger that are kept of a document.
const KEPT_REASONS: usize = 6;

/// Sweeps: every document that is wanted, those that need action first. `progress` hears how many of how many are done
/// and which one comes, and answers whether to go on; what was done by then is in the journal.
///
/// # Errors
/// When it is stopped, the journal cannot be written, or the encoder fails.
pub fn sweep(
    ground: &Ground<'_>,
    wanted: &Wanted,
    journal: &mut Journal,
    progress: &mut dyn FnMut(usize, usize, &str) -> std::result::Result<(), Cancelled>,
) -> Result<api::Sweep> {
    let numbers: Vec<DocNumber> = selected(ground.library, wanted).map(|held| held.number.clone()).collect();
    let mut stamps = Stamps::new(ground, wanted.conflicts);
    let mut run = api::SweepRun::default();
    let mut documents: Vec<(Place, api::SweptDocument)> = Vec::with_capacity(numbers.len());
    for (done, number) in numbers.iter().enumerate() {
        progress(done, numbers.len(), number.as_str()).map_err(|Cancelled| Failure::cancelled())?;
        let Some(held) = ground.library.document(number) else { continue };
        let known = journal.take(number).filter(|record| record.stamp == stamps.of(&record.rests_on));
        let swept = match known {
            Some(record) => {
                run.resumed += 1;
                record.document
            }
            None => {
                let start = Instant::now();
                let going_on = &mut || progress(done, numbers.len(), number.as_str());
                let (document, rests_on) = one(ground, wanted, &held, going_on)?;
                let stamp = stamps.of(&rests_on);
                let record = Record { stamp, rests_on, document };
                journal.put(&record)?;
                let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                run.reviewed += 1;
                run.review_ms += took;
                run.slowest_ms = run.slowest_ms.max(took);
                record.document
            }
        };
        documents.push((place(&held, &swept), swept));
    }
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    let documents: Vec<api::SweptDocument> = documents
        .into_iter()
        .zip(1..)
        .map(|((place, swept), rank)| api::SweptDocument {
            rank: (place.level() > Level::Nothing).then_some(rank),
            ..swept
        })
        .collect();
    let filter = &wanted.filter;
    Ok(api::Sweep {
        as_of: wanted.as_of.to_string(),
        selection: api::SweepSelection {
            kinds: filter.kinds.iter().map(|kind| kind.code().to_owned()).collect(),
            ranks: filter.ranks.clone(),
            issuers: filter.issuers.clone(),
            fields: filter.fields.clone(),
            documents: filter.documents.clone(),
        },
        conflicts: wanted.conflicts,
        counts: counts(&documents),
        documents,
        notes: notes(wanted),
        run,
        ..api::Sweep::default()
    })
}

/// The documents to sweep: what was issued after the day is no part of the body of law on it.
pub fn selected<'a>(
    library: &'a Library,
    wanted: &'a Wanted,
) -> impl Iterator<Item = std::sync::Arc<CorpusDocument>> + 'a {
    library
        .admitted(&wanted.filter)
        .filter(move |held| held.own_dates.issued.is_none_or(|issued| issued <= wanted.as_of))
}

fn notes(wanted: &Wanted) -> Vec<String> {
    let mut notes = vec![
        "Điểm do phần mềm cộng từ các căn cứ rà soát nêu bên cạnh, để xếp thứ tự xem xét; không phải kết luận."
            .to_owned(),
        "Chỉ thấy văn bản có trong kho và trong sổ hiệu lực; biến động kinh tế - xã hội không xét đến.".to_owned(),
    ];
    if !wanted.conflicts {
        notes.push("Chưa đối chiếu nội dung với văn bản ban hành sau (chạy lại với --conflicts).".to_owned());
    }
    notes
}

fn counts(documents: &[api::SweptDocument]) -> api::SweepCounts {
    let of = |effects: &[api::Effect]| documents.iter().filter(|d| effects.contains(&d.effect)).count();
    let at = |level: Level| documents.iter().filter(|d| d.level == level.code()).count();
    api::SweepCounts {
        selected: documents.len(),
        act: at(Level::Act) + at(Level::First),
        look: at(Level::Look),
        in_force: of(&[api::Effect::InForce, api::Effect::PartlyExpired]),
        partly_expired: of(&[api::Effect::PartlyExpired]),
        expired: of(&[api::Effect::Expired, api::Effect::Suspended]),
        not_yet_in_force: of(&[api::Effect::NotYetInForce]),
        unknown: of(&[api::Effect::Unknown]),
    }
}

/// Where a document stands, from what is kept of it.
fn place(held: &CorpusDocument, swept: &api::SweptDocument) -> Place {
    let level = Level::from_code(&swept.level).unwrap_or(Level::Nothing);
    let tenths = (swept.score * 10.0).round() as u32;
    Place::new(level, tenths, held.kind.rank(), held.own_dates.issued, held.number.clone())
}

/// Reviews one document: what is found, and the documents that rests on.
fn one(
    ground: &Ground<'_>,
    wanted: &Wanted,
    held: &CorpusDocument,
    going_on: &mut dyn FnMut() -> std::result::Result<(), Cancelled>,
) -> Result<(api::SweptDocument, BTreeSet<String>)> {
    let register = Register::built_in();
    let around = Surroundings::new(held, ground.library, register, wanted.as_of);
    let effect = around.status().effect;
    let mut causes = sweep::causes(&around);
    let mut findings = api::SweepFindings::default();
    // What ended is not reviewed: it belongs on the list of what ended.
    if effect != Effect::Expired {
        let outcome = review(ground, wanted, held, going_on)?;
        causes.extend(sweep::of_findings(&held.document, &outcome.findings, &around));
        let count = |severity| outcome.findings.iter().filter(|f: &&Finding| f.severity == severity).count();
        let uncovered: BTreeSet<&String> = outcome.checks.iter().flat_map(|check| &check.uncovered).collect();
        findings = api::SweepFindings {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            uncovered: uncovered.len(),
        };
    }
    let weighed = sweep::assess(&held.number, held.kind.rank(), held.own_dates.issued, effect, causes);
    let points = |tenths: u32| f64::from(tenths) / 10.0;
    let document = api::SweptDocument {
        rank: None,
        document: held.number.to_string(),
        kind: held.kind.code().to_owned(),
        title: held.document.metadata.title.clone().unwrap_or_else(|| held.title.clone()),
        issuer: held.issuer.clone(),
        issued: held.own_dates.issued.map(|day| day.to_string()),
        effect: wire::effect(effect),
        level: weighed.place.level().code().to_owned(),
        score: points(weighed.place.score()),
        parts: weighed
            .parts
            .iter()
            .map(|part| api::SweepPart {
                trigger: part.trigger.code().to_owned(),
                label: part.trigger.label().to_owned(),
                count: part.count,
                points: points(part.tenths),
            })
            .collect(),
        proposal: api::SweepProposal {
            form: weighed.proposal.form.code().to_owned(),
            label: weighed.proposal.form.label().to_owned(),
            why: weighed.proposal.why.clone(),
        },
        reasons: reasons(&weighed.causes),
        findings,
    };
    Ok((document, around.rests_on().into_iter().map(|number| number.to_string()).collect()))
}

/// The first reasons of each trigger, as the contract shows them; how many there are stands with the score's parts.
fn reasons(causes: &[sweep::Cause]) -> Vec<api::SweepReason> {
    let mut told: HashMap<sweep::Trigger, usize> = HashMap::new();
    let mut kept: Vec<api::SweepReason> = Vec::new();
    for cause in causes {
        let reason = api::SweepReason {
            trigger: cause.trigger.code().to_owned(),
            eid: cause.eid.as_ref().map(Eid::to_string),
            quote: cause.quote.clone(),
            message: cause.message.clone(),
            since: cause.since.map(|day| day.to_string()),
            confidence: cause.confidence,
            evidence: wire::evidence(&cause.evidence),
        };
        let count = told.entry(cause.trigger).or_default();
        if *count < KEPT_REASONS && !kept.iter().any(|known| known.message == reason.message && known.eid == reason.eid)
        {
            *count += 1;
            kept.push(reason);
        }
    }
    kept
}

fn review(
    ground: &Ground<'_>,
    wanted: &Wanted,
    held: &CorpusDocument,
    going_on: &mut dyn FnMut() -> std::result::Result<(), Cancelled>,
) -> Result<Outcome> {
    let later = Later { library: ground.library, than: held };
    let quiet = WithoutCiting(ground.library);
    let law = Law {
        corpus: &quiet,
        search: &later,
        encoder: ground.models.encoder.filter(|_| ground.library.has_vectors()),
        judge: ground.models.judge,
        register: Register::built_in(),
        as_of: wanted.as_of,
    };
    let all = Selection::all();
    let selection = if wanted.conflicts { all } else { all.without(Check::named("conflict")) };
    assistant::review_selected(&held.document, &law, &selection, &mut Stopping { going_on }).map_err(
        |error| match error {
            ReviewError::Cancelled => Failure::cancelled(),
            ReviewError::Encode(error) => Failure::internal(error),
        },
    )
}

/// Stops a review; its findings come with the outcome.
struct Stopping<'a> {
    going_on: &'a mut dyn FnMut() -> std::result::Result<(), Cancelled>,
}

impl Observer for Stopping<'_> {
    fn progress(&mut self, _: assistant::Stage, _: usize, _: usize) -> std::result::Result<(), Cancelled> {
        (self.going_on)()
    }

    fn found(&mut self, _: &Finding) {}
}

/// The corpus, but for who cites whom: a review lists that for what a draft is going to change, not for what changed
/// years ago, and it reads the whole corpus.
pub struct WithoutCiting<'a>(pub &'a Library);

impl Corpus for WithoutCiting<'_> {
    fn document(&self, number: &DocNumber) -> Option<std::sync::Arc<CorpusDocument>> {
        self.0.document(number)
    }

    fn changes(&self, number: &DocNumber) -> Vec<rasoat_law::effect::Change> {
        self.0.changes(number)
    }
}

/// Search over what came after a text and prevails over it.
struct Later<'a> {
    library: &'a Library,
    than: &'a CorpusDocument,
}

/// How many times as many provisions are asked for as are wanted: most came before, or rank below.
const DEEPER: usize = 6;

impl Search for Later<'_> {
    fn search(&self, query: &Query<'_>) -> Vec<Hit> {
        let mut hits = self.library.search(&Query { k: query.k * DEEPER, ..*query });
        hits.retain(|hit| {
            self.library.document(&hit.document).is_some_and(|other| sweep::prevails(&other, self.than).is_some())
        });
        hits.truncate(query.k);
        hits
    }

    fn idf(&self, word: &str) -> f32 {
        self.library.idf(word)
    }

    fn is_empty(&self) -> bool {
        Search::is_empty(self.library)
    }
}

/// Stamps that change whenever something changes that a review rests on.
struct Stamps<'a> {
    ground: &'a Ground<'a>,
    /// What every review rests on.
    everything: String,
    of_one: HashMap<String, String>,
}

impl<'a> Stamps<'a> {
    fn new(ground: &'a Ground<'a>, conflicts: bool) -> Self {
        let mut everything = String::new();
        if conflicts {
            // Any document of the store may be what a norm conflicts with.
            let mut all: Vec<(&String, &String)> = ground.sums.iter().collect();
            all.sort();
            let encoder = ground.models.encoder.map(rasoat_model::Encoder::name).unwrap_or_default();
            everything = digest(&format!("{all:?} {encoder} {}", ground.models.judge.is_some()));
        }
        Self { ground, everything, of_one: HashMap::new() }
    }

    fn of(&mut self, rests_on: &BTreeSet<String>) -> String {
        let mut whole = self.everything.clone();
        for number in rests_on {
            let print = match self.of_one.get(number) {
                Some(print) => print.clone(),
                None => {
                    let print = self.fingerprint(number);
                    self.of_one.insert(number.clone(), print.clone());
                    print
                }
            };
            whole.push_str(&print);
        }
        digest(&whole)
    }

    /// What is known of one document: its text, its own dates, and what others say of its effect.
    fn fingerprint(&self, number: &str) -> String {
        let sum = self.ground.sums.get(number);
        let number = DocNumber::from_normal(number);
        let own = self.ground.library.document(&number);
        let own =
            own.map(|held| (held.title.clone(), held.issuer.clone(), held.own_dates, held.kind, held.consolidated_to));
        let mut changes: Vec<String> =
            self.ground.library.changes(&number).iter().map(|change| format!("{change:?}")).collect();
        changes.sort();
        digest(&format!("{number} {sum:?} {own:?} {changes:?}"))
    }
}

/// Sixteen hexadecimal digits of a SHA-256.
fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
