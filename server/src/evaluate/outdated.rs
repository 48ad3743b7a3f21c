//! Dated documents re-read at a later date: each citation resolved and its state looked up as a review does.

use super::Gathered;
use super::bench::Bench;
use super::sets::{Set, Shape, other, sides};
use crate::failure::Result;
use crate::library::Library;
use crate::wire;
use jiff::civil::Date;
use rasoat_assistant::Corpus;
use rasoat_eval::outdated::{self, Case, Fit, Known, NOT_FOUND};
use rasoat_law::cite::{self, Citation, DocumentReference};
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::{DocNumber, Effect, Eid};
use std::time::Instant;

/// Runs the suite on a set; a set with sides gives a run for each.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let mut kept = None;
    let (cases, own) = match set.shape {
        Shape::Contract => (outdated::read(&set.path)?, None),
        Shape::Traffic => {
            let texts: Vec<_> =
                set.files.iter().filter(|file| file.extension().is_some_and(|end| end == "txt")).cloned().collect();
            (outdated::read_traffic(&set.path)?, Some(bench.library_of(&texts, &mut kept)?))
        }
        _ => return Err(other(set)),
    };
    let library = match &own {
        Some(own) => own,
        None => bench.library()?,
    };
    let bar = bench.bar(cases.len(), "documents");
    let (mut said, mut took) = (Vec::new(), Vec::new());
    for case in &cases {
        let start = Instant::now();
        said.push(states(library, case));
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let ages = outdated::by_age(&cases);
    let mut gathered = Gathered::default();
    for side in sides(cases.iter().map(|case| case.split.clone())) {
        let name = set.side(side.as_deref());
        let of: Vec<usize> = (0..cases.len()).filter(|at| cases[*at].split == side).collect();
        let these: Vec<Case> = of.iter().map(|at| cases[*at].clone()).collect();
        let pick = |from: &[outdated::Said]| of.iter().map(|at| from[*at].clone()).collect::<Vec<_>>();
        let took: Vec<f64> = of.iter().map(|at| took[*at]).collect();
        gathered.runs.push(outdated::run(&name, "age", true, &these, &pick(&ages), None));
        gathered.runs.push(outdated::run(&name, "status", false, &these, &pick(&said), Some(&took)));
    }
    Ok(gathered)
}

/// The state of each citation of a case.
fn states(library: &Library, case: &Case) -> outdated::Said {
    let document = parse(&case.text);
    let citations = cite::citations(&document.text, Register::built_in());
    case.citations.iter().map(|known| state(library, &citations, known, case.as_of)).collect()
}

/// What is said of a known citation: the state that a review tells of the provision it reads there, of those that fit
/// the nearest; where a list names several, the first that is not in force.
fn state(library: &Library, citations: &[Citation], known: &Known, as_of: Date) -> String {
    let wanted = DocNumber::parse(&known.document).unwrap_or_else(|| DocNumber::from_normal(known.document.clone()));
    let at = citations.iter().filter(|c| c.span.start < known.end && known.start < c.span.end);
    let targets = at.flat_map(|citation| &citation.targets);
    let of_it = targets.filter(|target| number(&target.document, as_of).as_ref() == Some(&wanted));
    let mut fitting: Vec<(Fit, Option<&Eid>)> = of_it
        .filter_map(|target| {
            let eid = target.eid.as_ref();
            Some((outdated::fit(eid.map(Eid::as_str), known.eid.as_deref())?, eid))
        })
        .collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    let Some((nearest, _)) = fitting.first().copied() else { return NOT_FOUND.into() };
    let whole = library.status(&wanted, as_of).effect;
    let effects = fitting.iter().take_while(|(fit, _)| *fit == nearest).map(|(_, eid)| match eid {
        // Of a provision that ended while its document goes on a review says that it partly expired.
        Some(eid) if known.eid.is_some() => match library.status_of(&wanted, eid, as_of).effect {
            Effect::Expired if whole != Effect::Expired => Effect::PartlyExpired,
            effect => effect,
        },
        _ => whole,
    });
    let effects: Vec<Effect> = effects.collect();
    let ended = effects.iter().find(|effect| !matches!(effect, Effect::InForce | Effect::Unknown));
    match serde_json::to_value(wire::effect(*ended.or(effects.first()).unwrap_or(&whole))) {
        Ok(serde_json::Value::String(effect)) => effect,
        _ => NOT_FOUND.into(),
    }
}

/// The document a citation leads to on the day of the review.
fn number(reference: &DocumentReference, as_of: Date) -> Option<DocNumber> {
    match reference {
        DocumentReference::Name { name, number: None, .. } => {
            Register::built_in().named_on(name, as_of).map(|entry| entry.number.clone())
        }
        other => other.number().cloned(),
    }
}
