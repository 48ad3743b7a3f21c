//! What the reader makes of a text, provisions and citations, against gold.

use super::Gathered;
use super::bench::Bench;
use super::sets::{Set, Shape, other, sides};
use crate::failure::Result;
use rasoat_eval::citations::{self, Cited};
use rasoat_eval::structure;
use rasoat_law::cite;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::text::normalise;
use std::time::Instant;

/// Runs the suite *structure* on a set.
pub fn structure(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let mut cases = match set.shape {
        Shape::Contract => structure::read(&set.path)?,
        Shape::Published => structure::read_published(&set.path)?,
        Shape::Traffic => structure::read_traffic(&set.path)?,
        Shape::Codes => structure::read_codes(&set.path)?,
        _ => return Err(other(set)),
    };
    let bar = bench.bar(cases.len(), "documents");
    let (mut trees, mut plain, mut took) = (Vec::new(), Vec::new(), Vec::new());
    for case in &mut cases {
        case.text = normalise(&case.text);
        let start = Instant::now();
        let document = parse(&case.text);
        took.push(start.elapsed().as_secs_f64() * 1e3);
        let tree = document.provisions.iter().map(|p| (p.eid.to_string(), p.span.start)).collect::<Vec<_>>();
        trees.push(tree);
        plain.push(structure::by_lines(&case.text));
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let runs = vec![
        structure::run(&set.name, "line-labels", true, &cases, &plain, None),
        structure::run(&set.name, "parse", false, &cases, &trees, Some(&took)),
    ];
    let mut notes = Vec::new();
    if matches!(set.shape, Shape::Published | Shape::Codes) {
        let judged = "law/tests/measure/structure/verdicts.csv";
        notes.push((
            format!(
                "Bộ structure/{}: cây mẫu cũng có chỗ sai; từng chỗ khác nhau đã được xét trong {judged}.",
                set.name
            ),
            format!("structure/{}: the gold errs too; every difference is judged in {judged}.", set.name),
        ));
    }
    Ok(Gathered { runs, notes, ..Gathered::default() })
}

/// Runs the suite *citations* on a set; a set with sides gives a run for each.
pub fn citations(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let cases = match set.shape {
        Shape::Contract => citations::read(&set.path)?,
        Shape::Labelled => citations::read_labelled(&set.path)?,
        _ => return Err(other(set)),
    };
    let bar = bench.bar(cases.len(), "texts");
    let (mut found, mut numbers, mut took) = (Vec::new(), Vec::new(), Vec::new());
    for case in &cases {
        let start = Instant::now();
        found.push(cite::citations(&case.text, Register::built_in()).iter().map(Cited::from).collect::<Vec<_>>());
        took.push(start.elapsed().as_secs_f64() * 1e3);
        numbers.push(citations::by_numbers(&case.text));
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let mut gathered = Gathered::default();
    for side in sides(cases.iter().map(|case| case.split.clone())) {
        let name = set.side(side.as_deref());
        let of: Vec<usize> = (0..cases.len()).filter(|at| cases[*at].split == side).collect();
        let these: Vec<_> = of.iter().map(|at| cases[*at].clone()).collect();
        let pick = |from: &[Vec<Cited>]| of.iter().map(|at| from[*at].clone()).collect::<Vec<_>>();
        let took: Vec<f64> = of.iter().map(|at| took[*at]).collect();
        gathered.runs.push(citations::run(&name, "numbers", true, &these, &pick(&numbers), None));
        gathered.runs.push(citations::run(&name, "cite", false, &these, &pick(&found), Some(&took)));
    }
    Ok(gathered)
}
