//! `form.numbering`: articles, paragraphs and points that are out of sequence, missing, or doubled; articles without a
//! heading among articles that have one.
//!
//! Source: Decree 78/2025/NĐ-CP, Articles 63-64; Law 80/2015/QH13, Article 8(3) for headings. Evidence is the draft
//! itself. Known limits: a list within a paragraph is no unit and not measured; in an amending act only its own units
//! are, never those it gives for another; a short decision whose articles bear no headings at all is left alone.

use crate::review::Law;
use crate::review::finding::{Check, Finding, Severity};
use crate::review::grounds::{Regime, Rule, articles, first_line, is_regulation, made, own_words};
use rasoat_law::ByteSpan;
use rasoat_law::eid::order;
use rasoat_law::structure::{Document, Provision, ProvisionKind};

/// Letters that number no point in Vietnamese.
const NO_POINTS: [&str; 4] = ["f", "j", "w", "z"];
/// The letters that do, in their order.
const POINTS: &str = "abcdđeghiklmnopqrstuvxy";

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let regime = Regime::on(made(draft, law)).unwrap_or(Regime::Of2015);
    let mut found = |span: ByteSpan, severity, confidence, message: String, note: &str| {
        let finding = Finding::new(Check::FormNumbering, severity, span, message, confidence, own_words(draft, span))
            .and(Rule::Division.evidence(regime, law))
            .suggest(None, Some(note.to_owned()));
        findings.push(finding);
    };
    let rule = Rule::Division.cited(regime);
    let measured: Vec<usize> = measured(draft);
    let in_measured = |at: usize| measured.iter().any(|index| draft.provisions[*index].span.start == at);
    for problem in draft.problems.iter().filter(|p| p.code.starts_with("numbering.") && in_measured(p.span.start)) {
        let message = format!("Số thứ tự điều không liên tục: {} ({rule}).", problem.message);
        found(
            problem.span,
            Severity::Warning,
            0.9,
            message,
            "Đánh lại số điều liên tục và rà lại các viện dẫn nội bộ.",
        );
    }
    for at in measured.iter().copied() {
        let parent = &draft.provisions[at];
        let kind = match parent.kind {
            ProvisionKind::Article => ProvisionKind::Paragraph,
            ProvisionKind::Paragraph => ProvisionKind::Point,
            _ => continue,
        };
        let children: Vec<&Provision> = draft.children(at).map(|(_, p)| p).filter(|p| p.kind == kind).collect();
        for (index, child) in children.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| children[index]);
            if let Some(what) = out_of_sequence(before, child) {
                let message = format!("{what} trong {} ({rule}).", parent.eid.label());
                let note = "Đánh lại số khoản, điểm cho liên tục và rà lại các viện dẫn nội bộ.";
                found(first_line(draft, child), Severity::Warning, 0.85, message, note);
            }
        }
    }
    if made(draft, law) >= jiff::civil::date(2016, 7, 1) {
        for article in without_heading(draft) {
            let message = format!("{} không có tên, trong khi các điều khác đều có ({rule}).", article.eid.label());
            found(
                first_line(draft, article),
                Severity::Note,
                0.75,
                message,
                "Đặt tên cho điều, ngắn gọn, nêu đúng nội dung.",
            );
        }
    }
    findings
}

/// What is wrong with the number of a unit after the one before it.
fn out_of_sequence(before: Option<&Provision>, unit: &Provision) -> Option<String> {
    let number = unit.number.as_deref()?;
    let previous = before.and_then(|before| before.number.as_deref());
    if unit.kind == ProvisionKind::Paragraph {
        let now = order(number);
        return match previous {
            None if now.0 > 1 => Some(format!("Khoản đầu tiên mang số {number}")),
            None => None,
            Some(previous) if order(previous) == now => Some(format!("Khoản {number} xuất hiện hai lần")),
            Some(previous) if now.0 > order(previous).0 + 1 => {
                Some(format!("Sau khoản {previous} là khoản {number}: thiếu khoản {}", order(previous).0 + 1))
            }
            Some(previous) if now < order(previous) => Some(format!("Khoản {number} đứng sau khoản {previous}")),
            Some(_) => None,
        };
    }
    if NO_POINTS.contains(&number) {
        return Some(format!("Điểm {number}: chữ cái này không dùng để đánh thứ tự điểm"));
    }
    let place = |label: &str| {
        let letter = label.chars().next()?;
        let inserted = label.chars().count() > 1;
        (!inserted).then(|| POINTS.chars().position(|c| c == letter)).flatten()
    };
    let now = place(number)?;
    match previous {
        None if now > 0 => Some(format!("Điểm đầu tiên là điểm {number}")),
        None => None,
        Some(previous) if previous == number => Some(format!("Điểm {number} xuất hiện hai lần")),
        Some(previous) => {
            let last = place(previous)?;
            (now != last + 1).then(|| {
                let wanted = POINTS.chars().nth(last + 1).map(String::from).unwrap_or_default();
                format!("Sau điểm {previous} là điểm {number}, lẽ ra là điểm {wanted}")
            })
        }
    }
}

/// The units of the main text and of attached regulations; forms among the annexes bear numbers of their own.
fn measured(draft: &Document) -> Vec<usize> {
    let mut annexes: Vec<(&str, bool)> = Vec::new();
    for annex in draft.provisions.iter().filter(|p| p.kind == ProvisionKind::Annex) {
        annexes.push((annex.eid.as_str(), is_regulation(draft, annex.eid.as_str())));
    }
    let counts = |p: &Provision| {
        let annex = p.eid.as_str().split("__").next().filter(|annex| annex.starts_with("annex"));
        annex.is_none_or(|annex| annexes.iter().any(|(known, is_regulation)| *known == annex && *is_regulation))
    };
    draft.provisions.iter().enumerate().filter(|(_, p)| counts(p)).map(|(at, _)| at).collect()
}

/// Articles without a heading, where most of the others have one.
fn without_heading(draft: &Document) -> Vec<&Provision> {
    let all: Vec<&Provision> = articles(draft).map(|(_, article)| article).collect();
    let bare: Vec<&Provision> = all
        .iter()
        .copied()
        .filter(|article| {
            // A long heading is no sentence: that ends with a mark.
            article.heading.is_none()
                && first_line(draft, article).of(&draft.text).trim_end().ends_with(['.', ';', ':'])
        })
        .collect();
    if all.len() >= 5 && bare.len() * 5 <= all.len() { bare } else { Vec::new() }
}
