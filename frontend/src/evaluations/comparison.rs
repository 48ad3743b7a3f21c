//! Two runs side by side: every set with the figure that stands for it, and one set figure by figure and case by case.

use super::set::{differences, unpaired};
use super::{cell, change, named, part, said, texts};
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::evaluations::Wanted;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{ChangedItem, EvaluationComparison, EvaluationOverview, MeasuredFigure, MeasuredSetHead};

fn find<'a>(run: &'a EvaluationOverview, of: &MeasuredSetHead) -> Option<&'a MeasuredSetHead> {
    run.sets.iter().find(|set| (&set.suite, &set.set) == (&of.suite, &of.set))
}

/// Every set of two runs.
pub fn runs(before: &EvaluationOverview, after: &EvaluationOverview, page: &Markup, language: Language) {
    let mut rows = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for of in after.sets.iter().chain(&before.sets) {
        let names = (of.suite.as_str(), of.set.as_str());
        let new = !seen.contains(&names);
        seen.push(names);
        let Some(headline) = of.headline.as_deref().filter(|_| new) else { continue };
        let (then, now) = (find(before, of), find(after, of));
        let name = format!("{} · {}", named(&after.names, &of.suite, language), of.set);
        for (at, system) in of.systems.iter().filter(|system| !system.baseline).enumerate() {
            let value = |head: Option<&MeasuredSetHead>| -> Option<MeasuredFigure> {
                let head = head.filter(|head| head.headline == of.headline)?;
                head.systems.iter().find(|known| known.system == system.system)?.figure
            };
            let (one, other) = (value(then), value(now));
            let by = match (one, other) {
                (Some(one), Some(other)) => change(other.value - one.value, language),
                (Some(_), None) => Message::OnlyInBefore.text(language).to_owned(),
                (None, Some(_)) => Message::OnlyInAfter.text(language).to_owned(),
                (None, None) => "–".to_owned(),
            };
            let place = Place::SetsCompared {
                id: after.id.clone(),
                other: before.id.clone(),
                suite: of.suite.clone(),
                set: of.set.clone(),
            };
            rows.push(Row {
                head: match at {
                    0 if then.is_some() && now.is_some() => Cell::Link(place.hash(), name.clone()),
                    0 => Cell::Text(name.clone()),
                    _ => Cell::Text(String::new()),
                },
                cells: vec![
                    Cell::Text(system.system.clone()),
                    Cell::Text(named(&after.names, headline, language)),
                    cell(one.as_ref(), language),
                    cell(other.as_ref(), language),
                    Cell::Number(by),
                ],
                class: "",
            });
        }
    }
    let heads = [
        Message::ColumnSet,
        Message::ColumnSystem,
        Message::ColumnFigure,
        Message::RunBefore,
        Message::RunAfter,
        Message::ColumnChange,
    ];
    page.table(Message::CompareHeading.text(language), &texts(&heads, language), rows);
}

/// One set of two runs.
pub fn sets(wanted: &Wanted, of: &EvaluationComparison, page: &Markup, language: Language) {
    for warning in &of.warnings {
        page.say("p", "caution", said(warning, language));
    }
    for system in &of.systems {
        let name = &system.system;
        let part = part(page, name);
        part.set(&[("data-system", name)]);
        let Some(paired) = &system.paired else {
            part.say("p", "quiet", Message::UnpairedNote.text(language));
            unpaired(&part, name, (&of.names, &of.order), (&system.before, &system.after), language);
            continue;
        };
        let values = [
            ("items", paired.items),
            ("better", paired.better),
            ("worse", paired.worse),
            ("otherwise", paired.otherwise),
            ("same", paired.same),
        ];
        let values = values.map(|(name, count)| (name, count.to_string()));
        let values = values.each_ref().map(|(name, count)| (*name, count.as_str()));
        part.say("p", "", &Message::PairedNote.fill(language, &values));
        differences(&part, name, (&of.names, &of.order), &paired.differences, language);
        if paired.changes.is_empty() {
            continue;
        }
        let row = |of: &ChangedItem| {
            let place = Wanted { item: of.id.clone(), system: name.clone(), ..wanted.clone() };
            Row {
                head: Cell::Link(Place::EvaluationItems(place).hash(), of.id.clone()),
                cells: vec![
                    Cell::Number(change(of.by, language)),
                    Cell::Text(of.before.clone()),
                    Cell::Text(of.after.clone()),
                ],
                class: "",
            }
        };
        let heading = Message::ChangedHeading.text(language);
        part.say("h3", "", heading);
        let heads = [Message::ColumnCase, Message::ColumnChange, Message::ColumnBefore, Message::ColumnAfter];
        part.table(heading, &texts(&heads, language), paired.changes.iter().map(row).collect());
    }
}
