//! `basis.metadata_mismatch`: a citation whose date, issuer, kind or name does not go with its number or name.
//!
//! Source: Decree 78/2025/NĐ-CP, Article 68. Evidence is the register's entry, or the stored document's own head. Hard
//! because sources differ by a day where a law was passed and promulgated on two days: a date is a mismatch only when
//! neither register nor stored text gives it. Known limits: names of decrees and circulars are shortened in many ways
//! and compared only where no word of substance is shared.

use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::grounds::{Regime, Rule, made};
use crate::review::resolve::{Resolved, ResolvedTarget};
use jiff::civil::Date;
use rasoat_law::cite::{DocumentReference, Role};
use rasoat_law::structure::Document;
use rasoat_law::text::{fold, squeeze};
use rasoat_law::{ByteSpan, Confidence, DocumentKind, date};

pub(in crate::review) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for r in resolved {
        if matches!(r.citation.role, Role::Quoted) {
            continue;
        }
        let Some((at, target)) = r.targets.iter().enumerate().find(|(_, target)| !target.is_this) else { continue };
        let reference = &r.citation.targets[at].document;
        for (what, facts) in mismatches(draft, r, target, reference, law) {
            let finding = finding(draft, r, target, &what, facts, law);
            if !seen.contains(&finding.message) {
                seen.push(finding.message.clone());
                findings.push(finding);
            }
        }
    }
    findings
}

/// What is known instead, and how sure.
struct Facts {
    right: String,
    confidence: Confidence,
}

fn mismatches(
    draft: &Document,
    r: &Resolved<'_>,
    target: &ResolvedTarget<'_>,
    reference: &DocumentReference,
    law: &Law<'_>,
) -> Vec<(String, Facts)> {
    let mut found = Vec::new();
    match reference {
        DocumentReference::This => {}
        DocumentReference::Number { kind, day, issuer, number, .. } => {
            let own = target.held.as_ref().map(|held| &held.document.metadata);
            let confidence = target.entry.map_or(Confidence::Reported, |entry| entry.confidence);
            let days: Vec<Date> = target
                .entry
                .and_then(|entry| entry.issued)
                .into_iter()
                .chain(own.and_then(|own| own.issued))
                .chain(own.and_then(|own| own.passed))
                .chain(target.held.as_ref().and_then(|held| held.own_dates.issued))
                .collect();
            // Laws and resolutions of the National Assembly are numbered in two series.
            let resolution = |kind| kind == DocumentKind::NghiQuyetQh;
            let other_series = target.entry.is_some_and(|entry| resolution(*kind) != resolution(entry.kind));
            if other_series {
                return found;
            }
            if let Some(day) = day.filter(|day| !days.is_empty() && !days.contains(day)) {
                let what = format!("ngày ban hành ghi là {}", date::show(day));
                found.push((what, Facts { right: format!("ngày ban hành là {}", date::show(days[0])), confidence }));
            } else if let (Some(day), Some(year), true) = (day, number.year(), days.is_empty()) {
                // The year in a number is the year of issue, but for what was passed at a year's turn.
                if (i32::from(day.year()) - i32::from(year)).abs() > 1 {
                    let what = format!("ngày ban hành ghi là {}", date::show(*day));
                    let right = format!("số hiệu {number} là của năm {year}");
                    found.push((what, Facts { right, confidence: Confidence::Confirmed }));
                }
            }
            if let Some(entry) = target.entry {
                let written = *kind;
                let differ =
                    written != entry.kind && written != DocumentKind::Other && entry.kind != DocumentKind::Other;
                let laws = |kind| matches!(kind, DocumentKind::Luat | DocumentKind::BoLuat | DocumentKind::NghiQuyetQh);
                let says = |kind: DocumentKind| fold(r.citation.span.of(&draft.text)).contains(&fold(kind.name()));
                // A code is rightly called "Luật số …" by its number alone.
                let span = squeeze(r.citation.span.of(&draft.text));
                let named = !(span.contains("Luật số") || span.contains("luật số"));
                // One number may be a law's and a resolution's: only a code called a law, or the reverse, is sure.
                let sure = !(written == DocumentKind::NghiQuyetQh || entry.kind == DocumentKind::NghiQuyetQh);
                let name = wrong_name(draft, r, target);
                if name.is_none()
                    && differ
                    && sure
                    && says(written)
                    && laws(written) == laws(entry.kind)
                    && named
                    && written.name() != entry.kind.name()
                {
                    let what = format!("loại văn bản ghi là {}", written.name().to_lowercase());
                    found.push((what, Facts { right: format!("là {}", entry.title()), confidence }));
                }
                if let Some(name) = name {
                    found.push((
                        format!("tên ghi là “{name}”"),
                        Facts { right: format!("là {}", entry.title()), confidence },
                    ));
                }
                if let Some(issuer) = issuer.as_deref().filter(|issuer| other_issuer(issuer, &entry.issuer)) {
                    let what = format!("cơ quan ban hành ghi là {}", squeeze(issuer));
                    found.push((what, Facts { right: format!("cơ quan ban hành là {}", entry.issuer), confidence }));
                }
            } else if let Some(issuer) = issuer.as_deref() {
                let bodies = rasoat_law::issuer::of_number(number);
                if !bodies.is_empty() && bodies.iter().all(|body| other_issuer(issuer, body)) {
                    let what = format!("cơ quan ban hành ghi là {}", squeeze(issuer));
                    let right = format!("ký hiệu là của {}", bodies.join(", "));
                    found.push((what, Facts { right, confidence: Confidence::Reported }));
                }
            }
        }
        DocumentReference::Name { name, year, day, number: None, kind, .. }
            if kind.cited_by_name() && *kind != DocumentKind::HienPhap =>
        {
            // A name that is known, with a day or year that no document of that name has.
            let known = law.register.named(name);
            let of_year = |entry: &&rasoat_law::register::Entry, year: i16| {
                entry.issued.map(Date::year) == Some(year) || entry.number.year() == u16::try_from(year).ok()
            };
            let fits = known.iter().any(|entry| match (day, year) {
                (Some(day), _) => entry.issued.is_none_or(|issued| issued == *day),
                (None, Some(year)) => of_year(entry, *year) || entry.issued.is_none() && entry.number.year().is_none(),
                (None, None) => true,
            });
            // Of a name's oldest bearers the register may know nothing.
            let first = known.iter().filter_map(|entry| entry.issued).min();
            let since = first.is_some_and(|first| match (day, year) {
                (Some(day), _) => *day > first,
                (None, Some(year)) => *year > first.year(),
                (None, None) => false,
            });
            if since && !fits {
                let written = day.map_or_else(
                    || year.map(|year| format!("năm {year}")).unwrap_or_default(),
                    |day| format!("ngày {}", date::show(day)),
                );
                let listed: Vec<String> = known
                    .iter()
                    .rev()
                    .take(3)
                    .map(|entry| {
                        entry.issued.map_or_else(
                            || entry.title(),
                            |issued| format!("{} ngày {}", entry.title(), date::show(issued)),
                        )
                    })
                    .collect();
                let confidence = known.iter().map(|entry| entry.confidence).min().unwrap_or(Confidence::Doubtful);
                found.push((
                    format!("ghi là {written}"),
                    Facts { right: format!("đã biết: {}", listed.join("; ")), confidence },
                ));
            }
        }
        DocumentReference::Name { .. } => {}
    }
    found
}

/// "Luật Đất đai số 45/2019/QH14": the name before the number, where it is not the number's.
fn wrong_name(draft: &Document, r: &Resolved<'_>, target: &ResolvedTarget<'_>) -> Option<String> {
    let entry = target.entry.filter(|entry| entry.kind.cited_by_name() && !entry.name.is_empty())?;
    let number = target.number.as_ref()?;
    let words = squeeze(r.citation.span.of(&draft.text));
    let before = &words[..words.find(number.as_str())?];
    let before = before.trim_end().trim_end_matches("số:").trim_end_matches("số").trim_end();
    let kinds = ["Bộ luật ", "Luật ", "Pháp lệnh "];
    let at = kinds.iter().filter_map(|kind| before.find(kind).map(|at| at + kind.len())).min()?;
    let name = before[at..].trim();
    let (written, right) = (fold(name), fold(&entry.name));
    if written.split(' ').count() < 2 || written.contains(&fold("sửa đổi")) || right.contains(&fold("sửa đổi"))
    {
        return None;
    }
    let share = written.split(' ').filter(|word| right.split(' ').any(|other| other == *word)).count();
    let same = right.contains(&written) || written.contains(&right) || share * 2 > written.split(' ').count();
    (!same).then(|| name.to_owned())
}

/// Whether two names of bodies cannot mean the same one.
fn other_issuer(written: &str, right: &str) -> bool {
    let successor = |name: &str| {
        let name = name.strip_prefix("Bộ trưởng ").unwrap_or(name);
        fold(rasoat_law::issuer::on(name, jiff::civil::date(2026, 1, 1)))
    };
    let same_today = successor(written) == successor(right);
    let bare = |name: &str| {
        let mut name = fold(name);
        for office in [
            "bộ trưởng ",
            "chủ nhiệm ",
            "thống đốc ",
            "tổng thanh tra ",
            "chánh án ",
            "viện trưởng ",
            "tổng kiểm toán ",
            "bộ trưởng chủ nhiệm ",
        ] {
            let office = format!("{} ", fold(office));
            name = name.strip_prefix(office.as_str()).map_or(name.clone(), str::to_owned);
        }
        name
    };
    let (written, right) = (bare(written), bare(right));
    let word = fold("bộ ");
    let ministry = |name: &str| name.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' '));
    let others = ["Chính phủ", "Thủ tướng Chính phủ", "Quốc hội"].map(fold);
    let central = |name: &str| ministry(name) || others.iter().any(|other| other == name);
    // Only bodies of a kind that can be told apart by their names alone.
    central(&written)
        && central(&right)
        && written != right
        && !written.contains(&right)
        && !right.contains(&written)
        && !same_today
}

fn finding(
    draft: &Document,
    r: &Resolved<'_>,
    target: &ResolvedTarget<'_>,
    what: &str,
    facts: Facts,
    law: &Law<'_>,
) -> Finding {
    let regime = Regime::on(made(draft, law)).unwrap_or(Regime::Of2015);
    let (severity, confidence) = match facts.confidence {
        Confidence::Confirmed => (Severity::Warning, 0.92),
        Confidence::Reported => (Severity::Warning, 0.8),
        Confidence::Doubtful => (Severity::Note, 0.5),
    };
    let name = target.number.as_ref().map_or_else(|| target.cited.clone(), ToString::to_string);
    let message = format!("Viện dẫn {name}: {what}, không khớp: {} ({}).", facts.right, Rule::Citing.cited(regime));
    let evidence = Evidence {
        effect: target.status.as_ref().map_or(rasoat_law::Effect::Unknown, |status| status.effect),
        document: target.number.clone(),
        eid: None,
        quote: format!("Sổ hiệu lực: {}: {}.", target.name(), facts.right),
        source: if target.entry.is_some() || target.held.is_none() {
            EvidenceSource::Register
        } else {
            EvidenceSource::Corpus
        },
        notes: Vec::new(),
    };
    let span = ByteSpan::new(r.span.start, r.span.end);
    Finding::new(Check::BasisMetadataMismatch, severity, span, message, confidence, evidence)
        .and(Rule::Citing.evidence(regime, law))
        .suggest(
            None,
            Some("Kiểm tra lại số, ký hiệu, ngày, cơ quan ban hành và tên của văn bản được viện dẫn.".into()),
        )
}
