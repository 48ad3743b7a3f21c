//! Binding: which group of units each group belongs to.
//!
//! A group binds to the next higher group on its right ("điểm c khoản 1 và khoản 2 Điều 10" gives its point to the first
//! paragraph and both paragraphs to the article), failing that to the one right before it ("Điều 5, khoản 2"). The
//! order is that of Decree 78/2025/NĐ-CP, Article 68: điểm, khoản, điều, then mục, chương, phần, then the document.

use super::units::{Group, Joint, Label, Level, is_roman};
use crate::eid::Eid;
use crate::structure::ProvisionKind;

/// A unit with those around it that the text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    /// The unit as far as it is named; `None` where only an enclosing unit is named ("Điều này").
    pub eid: Option<Eid>,
    /// The level of the enclosing unit that "này" names.
    pub within: Option<ProvisionKind>,
    /// Whether a range runs from this unit to the next.
    pub range: bool,
}

/// The units that a chain of groups names, lists and ranges written out, in the order of the text.
pub(super) fn bind(groups: &[Group]) -> Vec<Bound> {
    let mut parents = Vec::with_capacity(groups.len());
    for at in 0..groups.len() {
        parents.push(parent(groups, &parents, at));
    }
    let mut found = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let bears_lower = parents.contains(&Some(at));
        if group.this {
            if !bears_lower {
                found.push(Bound { eid: None, within: Some(group.level.kind()), range: false });
            }
            continue;
        }
        // "điểm a khoản 1, 2 Điều 5": the first label took the lower group; "các khoản 1, 2": each did.
        let taken = match (bears_lower, group.each) {
            (false, _) => 0,
            (true, true) => group.labels.len(),
            (true, false) => 1,
        };
        for label in &group.labels[taken.min(group.labels.len())..] {
            found.extend(written_out(groups, &parents, at, label));
        }
    }
    // "điểm c(iv) và điểm c(v)": parts of one point.
    found.dedup_by(|next, one| next == one && next.eid.as_ref().is_some_and(|eid| eid.number_of("point").is_some()));
    found
}

fn parent(groups: &[Group], before: &[Option<usize>], at: usize) -> Option<usize> {
    let level = groups[at].level;
    if let Some(divided) = article_of_section(groups, at).or_else(|| section_of_part(groups, at)) {
        return Some(divided);
    }
    // "điểm a khoản này và khoản 1 Điều 39": the enclosing unit needs no other.
    if groups[at].this {
        return groups.get(at + 1).filter(|next| next.this && next.joint == Joint::Close).map(|_| at + 1);
    }
    for next in at + 1..groups.len() {
        if groups[next].level < level {
            // "Điều 3, Phụ lục I": an article across a comma is not the annex's, a paragraph is.
            let listed =
                level == Level::Article && groups[next].level == Level::Annex && groups[next].joint == Joint::Comma;
            let divides = level == Level::Article && article_of_section(groups, next).is_some();
            // "Điều 4, Chương III, Chương IV": a list, not the chapter of an article.
            let same = |at: usize| groups.get(at).is_some_and(|other| other.level == groups[next].level);
            let listed = listed
                || level == Level::Article
                    && groups[next].joint == Joint::Comma
                    && same(next + 1)
                    && groups[next + 1].joint == Joint::Comma;
            let fits =
                groups[next].joint != Joint::Apart && can_enclose(groups[next].level, level) && !listed && !divides;
            return fits.then_some(next).or_else(|| left_parent(groups, before, at));
        }
    }
    left_parent(groups, before, at)
}

/// "khoản 4 Phần A và khoản 1 Phần C Mục I": some circulars divide their sections into parts.
fn section_of_part(groups: &[Group], at: usize) -> Option<usize> {
    let is_part = |at: usize| groups[at].level == Level::Part && !groups[at].this;
    if !is_part(at) {
        return None;
    }
    let section = (at + 1..groups.len()).find(|next| groups[*next].level <= Level::Article && !is_part(*next))?;
    let last = section - 1;
    let joined = groups[section].joint == Joint::Close && groups[last].labels.len() == 1;
    let one = !groups[section].each && groups[section].labels.len() == 1;
    // "phần II mục 2.1" is the other way round.
    let rises =
        groups[0].level > Level::Section || groups.get(section + 1).is_some_and(|next| next.level < Level::Part);
    (rises && groups[section].level == Level::Section && is_part(last) && joined && one).then_some(section)
}

/// "mục IV Điều 1 Quyết định số …": some decisions divide their articles into parts and sections. An article of a section
/// would stand before it.
fn article_of_section(groups: &[Group], at: usize) -> Option<usize> {
    let divides = |at: usize| matches!(groups[at].level, Level::Section | Level::Part) && !groups[at].this;
    if !divides(at) {
        return None;
    }
    let article = (at + 1..groups.len()).find(|next| groups[*next].level <= Level::Article && !divides(*next))?;
    let last = article - 1;
    let roman = groups[last].labels.iter().all(|label| is_roman(&label.text));
    let joined = match groups[article].joint {
        Joint::Close => groups[last].level == Level::Section,
        Joint::Comma => roman,
        Joint::Apart => false,
    };
    let opens = last.checked_sub(1).is_none_or(|before| groups[before].level > groups[last].level);
    let closes = groups.get(article + 1).is_none_or(|next| next.joint != Joint::Close);
    let labels = groups[article].labels.len() + usize::from(groups[article].this);
    let one = !groups[article].each && labels == 1 && groups[last].labels.len() == 1;
    (groups[article].level == Level::Article && divides(last) && joined && opens && closes && one).then_some(article)
}

/// "Điều 5 khoản 2", "Điều 139, các khoản 2 và 3": the higher unit stands first.
fn left_parent(groups: &[Group], parents: &[Option<usize>], at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    if parents[before] == Some(at) {
        return None;
    }
    if groups[before].level == groups[at].level {
        return parents[before].filter(|parent| *parent < before);
    }
    let (outer, inner) = (&groups[before], &groups[at]);
    let higher = outer.level < inner.level && can_enclose(outer.level, inner.level);
    // "khoản 1 Điều 5, khoản 3": the article closed a unit of its own.
    let closes = before > 0 && groups[before - 1].level > outer.level && outer.joint != Joint::Apart;
    let joined = match inner.joint {
        Joint::Close => true,
        Joint::Comma => outer.level == Level::Article && !closes,
        Joint::Apart => false,
    };
    (higher && joined && outer.labels.len() == 1).then_some(before)
}

fn can_enclose(outer: Level, inner: Level) -> bool {
    match outer {
        Level::Annex | Level::Part | Level::Chapter | Level::Section | Level::Subsection => true,
        Level::Article => inner == Level::Paragraph || inner == Level::Point,
        Level::Paragraph => inner == Level::Point,
        Level::Point => false,
    }
}

/// The identifiers of `label` in group `at`, within each label that the groups above it offer.
fn written_out(groups: &[Group], parents: &[Option<usize>], at: usize, label: &Label) -> Vec<Bound> {
    let mut paths = vec![(vec![(groups[at].level, label.text.as_str())], None)];
    let mut next = parents[at];
    let mut steps = 0;
    while let Some(above) = next.filter(|_| steps <= groups.len()) {
        steps += 1;
        let group = &groups[above];
        next = parents[above];
        if group.this {
            paths.iter_mut().for_each(|(_, within)| *within = Some(group.level.kind()));
            continue;
        }
        let offered = if group.each { &group.labels[..] } else { &group.labels[..1.min(group.labels.len())] };
        paths = offered
            .iter()
            .flat_map(|label| {
                paths.iter().map(move |(path, within)| {
                    let mut path = path.clone();
                    // Articles are numbered through the document: chapter and section only check.
                    let only_checks = path.iter().any(|(level, _)| *level == Level::Article)
                        && group.level < Level::Article
                        && group.level != Level::Annex;
                    if !only_checks {
                        path.push((group.level, label.text.as_str()));
                    }
                    (path, *within)
                })
            })
            .collect();
    }
    paths
        .into_iter()
        .map(|(path, within)| Bound {
            eid: path.into_iter().rev().fold(None, |outer: Option<Eid>, (level, label)| {
                let step = Eid::step(level.prefix(), label);
                Some(match outer {
                    Some(outer) => step.within(&outer),
                    None => step,
                })
            }),
            within,
            range: label.range,
        })
        .collect()
}
