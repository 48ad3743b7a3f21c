//! `reference.wrong_provision`: a reference whose own words say what the provision is about, and another article is about
//! that: "Điều 26 Bộ luật Lao động về thời giờ làm việc".
//!
//! Source: Decree 78/2025/NĐ-CP, Article 68 (a citation names the right provision). Evidence is the provision pointed at
//! and the one whose heading fits. Hard because words beside a citation often speak of something else; so only words that
//! a citation binds to itself count, none of their pairs may stand in the article pointed at, and one other article must
//! bear them in its heading. Known limits: references to paragraphs are measured by their article; documents that the
//! corpus does not hold are not measured.

use super::leans_on_another;
use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::grounds::{Regime, Rule, made, shortened};
use crate::review::resolve::{Resolved, amends};
use rasoat_law::cite::Role;
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::text::{fold, squeeze};
use rasoat_law::{DocNumber, Effect, Eid};

/// Words that say nothing of a subject.
const EMPTY: [&str; 14] =
    ["việc", "các", "những", "về", "và", "của", "theo", "được", "đối", "với", "trong", "quy", "định", "tại"];

pub(in crate::review) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, r) in resolved.iter().enumerate() {
        let [target] = r.targets.as_slice() else { continue };
        let Some(eid) = target.eid.and_then(Eid::article).filter(|eid| eid.as_str().starts_with("art_")) else {
            continue;
        };
        if r.citation.role != Role::Reference {
            continue;
        }
        let Some(subject) = subject(&draft.text[r.citation.span.end..]) else { continue };
        let pairs = pairs(&subject);
        if pairs.is_empty() {
            continue;
        }
        let held = match (&target.held, target.is_this) {
            (Some(held), _) => &held.document,
            (None, true) if !leans_on_another(draft, resolved, at) && !is_amending(draft, r) => draft,
            _ => continue,
        };
        findings.extend(other(held, &eid, &pairs).map(|(cited, fits)| {
            let number = target.held.as_ref().map(|held| held.number.clone());
            finding(draft, r, &subject, held, number, (cited, fits), law)
        }));
    }
    findings
}

fn is_amending(draft: &Document, r: &Resolved<'_>) -> bool {
    let within = r.within.and_then(|here| draft.provisions.iter().position(|p| p.eid == here.eid));
    within.is_none_or(|at| amends(draft, at))
}

/// What the words bound to a citation say it is about: "về …", "quy định về …", "(…)".
fn subject(after: &str) -> Option<String> {
    let rest = after.strip_prefix([' ', '\n'])?;
    let phrase = if let Some(rest) = rest.strip_prefix("về ").or_else(|| rest.strip_prefix("quy định về ")) {
        &rest[..rest.find([',', '.', ';', ':', '\n', '('])?]
    } else if let Some(rest) = rest.strip_prefix('(') {
        let inside = &rest[..rest.find(')')?];
        if inside.contains("sau đây") || inside.contains("sửa đổi") || inside.contains(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        inside
    } else {
        return None;
    };
    // What follows the subject in the sentence is not of it.
    let end = [" và ", " hoặc ", " thì ", " để ", " mà ", " theo ", " tại ", " của ", " đối với ", " khi ", " trong "]
        .iter()
        .filter_map(|word| phrase.find(word))
        .min()
        .unwrap_or(phrase.len());
    let words = squeeze(&phrase[..end]);
    (2..=10).contains(&words.split(' ').count()).then_some(words)
}

/// The pairs of neighbouring words of substance.
fn pairs(subject: &str) -> Vec<String> {
    let folded = fold(subject);
    let words: Vec<&str> = folded.split(' ').filter(|word| !EMPTY.iter().any(|empty| fold(empty) == *word)).collect();
    words.windows(2).map(|pair| pair.join(" ")).collect()
}

/// The article pointed at, when it says nothing of the subject, and the one article whose heading does.
fn other<'a>(held: &'a Document, eid: &Eid, pairs: &[String]) -> Option<(&'a Provision, &'a Provision)> {
    let cited = held.get(eid.as_str()).filter(|article| article.heading.is_some())?;
    let text = self::pairs(held.text_of(cited));
    if pairs.iter().any(|pair| text.contains(pair)) {
        return None;
    }
    let mut fit = held.provisions.iter().filter(|p| {
        p.kind == ProvisionKind::Article
            && p.eid != cited.eid
            && p.heading.as_deref().is_some_and(|heading| {
                let heading = self::pairs(heading);
                pairs.iter().all(|pair| heading.contains(pair))
            })
    });
    match (fit.next(), fit.next()) {
        (Some(only), None) => Some((cited, only)),
        _ => None,
    }
}

fn finding(
    draft: &Document,
    r: &Resolved<'_>,
    subject: &str,
    held: &Document,
    number: Option<DocNumber>,
    (cited, fits): (&Provision, &Provision),
    law: &Law<'_>,
) -> Finding {
    let regime = Regime::on(made(draft, law)).unwrap_or(Regime::Of2015);
    let heading = |article: &Provision| article.heading.clone().unwrap_or_default();
    let name = number.as_ref().map_or_else(
        || "dự thảo".to_owned(),
        |number| law.register.get(number).map_or_else(|| number.to_string(), rasoat_law::register::Entry::title),
    );
    let message = format!(
        "Viện dẫn {} {name} về “{subject}”, nhưng điều này là “{}”; nội dung đó ở {} “{}” ({}).",
        cited.eid.label(),
        heading(cited),
        fits.eid.label(),
        heading(fits),
        Rule::Citing.cited(regime)
    );
    let evidence = |article: &Provision| Evidence {
        document: number.clone(),
        eid: Some(article.eid.clone()),
        quote: shortened(&squeeze(held.text_of(article)), 300),
        effect: number
            .as_ref()
            .map_or(Effect::NotYetInForce, |number| law.corpus.status_of(number, &article.eid, law.as_of).effect),
        source: if number.is_some() { EvidenceSource::Corpus } else { EvidenceSource::Draft },
        notes: Vec::new(),
    };
    Finding::new(Check::ReferenceWrongProvision, Severity::Warning, r.citation.span, message, 0.8, evidence(cited))
        .and(evidence(fits))
        .suggest(None, Some(format!("Viện dẫn {} nếu đúng là nội dung này.", fits.eid.label())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_a_citation_binds_say_what_it_is_about() {
        let check = |after: &str, expected: Option<&str>| assert_eq!(subject(after).as_deref(), expected, "{after}");
        check(" về tiền lương thử việc, người lao động", Some("tiền lương thử việc"));
        check(" (thời gian thử việc) thì", Some("thời gian thử việc"));
        check(" quy định về kỷ luật lao động và các quy định khác.", Some("kỷ luật lao động"));
        check(" (sau đây gọi là Luật)", None);
        check(" thì được trả lương", None);
    }
}
