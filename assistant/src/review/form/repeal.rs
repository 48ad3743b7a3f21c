//! `form.repeal_clause`: texts that are ended without being named, and a text that takes the place of another and does
//! not say so.
//!
//! Source: Law 64/2025/QH15, Article 8; before 1 April 2025 Law 80/2015/QH13, Article 12. Texts made before 1 July 2016
//! are not measured. Known limits: a replacement is only missed where name and issuer are the same and the old text is
//! known to be in force.

use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::grounds::{Regime, Rule, articles, first_line, made, own_words, sentences};
use rasoat_law::structure::Document;
use rasoat_law::text::{fold, squeeze};
use rasoat_law::{ByteSpan, Confidence, DocNumber, DocumentKind, Effect};

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let Some(regime) = Regime::on(made(draft, law)) else { return Vec::new() };
    let mut findings: Vec<Finding> = sentences(draft)
        .into_iter()
        .filter(|(_, span)| is_vague(span.of(&draft.text)))
        .map(|(_, span)| vague(draft, span, regime, law))
        .collect();
    findings.extend(unnamed_predecessor(draft, regime, law));
    findings
}

/// Whether a sentence ends texts that it does not name.
fn is_vague(sentence: &str) -> bool {
    let lower = squeeze(sentence).to_lowercase();
    let many = ["quy định", "văn bản"].iter().any(|what| {
        ["các ", "những ", "mọi "].iter().any(|all| lower.contains(&format!("{all}{what}"))) || lower.starts_with(what)
    });
    let ends = ["bãi bỏ", "hết hiệu lực", "không còn hiệu lực", "bị thay thế"].iter().any(|word| lower.contains(word));
    let by_content =
        ["trái với", "không phù hợp với", "mâu thuẫn với", "khác với"].iter().any(|word| lower.contains(word));
    // "… mà trái với Luật này" names none; a number names one.
    many && ends
        && by_content
        && !names_a_document(sentence)
        && !lower.contains("kiến nghị")
        && !lower.contains("thẩm quyền")
}

fn names_a_document(sentence: &str) -> bool {
    sentence.char_indices().any(|(at, c)| c.is_ascii_digit() && DocNumber::read(&sentence[at..]).is_some())
}

fn vague(draft: &Document, span: ByteSpan, regime: Regime, law: &Law<'_>) -> Finding {
    let message = format!(
        "Bãi bỏ chung chung các quy định trái với văn bản này: phải nêu đích danh văn bản, điều, khoản, điểm bị bãi bỏ ({}).",
        Rule::Amending.cited(regime)
    );
    Finding::new(Check::FormRepealClause, Severity::Warning, span, message, 0.9, own_words(draft, span))
        .and(Rule::Amending.evidence(regime, law))
        .suggest(
            None,
            Some(
                "Liệt kê tên, số, ký hiệu từng văn bản, điều, khoản, điểm bị bãi bỏ; nếu không có thì bỏ câu này."
                    .into(),
            ),
        )
}

/// A text in force with the draft's own name and issuer, which the draft does not end.
fn unnamed_predecessor(draft: &Document, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let metadata = &draft.metadata;
    let title = fold(metadata.title.as_deref()?);
    let own = metadata.number.as_ref();
    let mut names = vec![title.clone()];
    // "Luật Việc làm" as title of a law whose kind stands apart.
    names.extend(title.strip_prefix(&format!("{} ", fold(metadata.kind.name()))).map(str::to_owned));
    if title.split(' ').count() < 2 || title.contains(&fold("sửa đổi")) || title.contains(&fold("bãi bỏ")) {
        return None;
    }
    let same_issuer = |issuer: &str| metadata.issuer.as_deref().is_none_or(|own| fold(own) == fold(issuer));
    let old = law.register.entries().iter().find(|entry| {
        entry.kind == metadata.kind
            && entry.kind != DocumentKind::QuyetDinhUbnd
            && entry.kind != DocumentKind::NghiQuyetHdnd
            && names.contains(&fold(&entry.name))
            && Some(&entry.number) != own
            && same_issuer(&entry.issuer)
            && entry.confidence > Confidence::Doubtful
            && entry.issued.or(entry.effective).is_some_and(|day| day < made(draft, law))
            && entry.replaced_by.is_empty()
            && law.corpus.status(&entry.number, law.as_of).effect == Effect::InForce
    })?;
    let (number, title) = (old.number.as_str(), fold(&old.citation()));
    let named = draft.text.contains(number)
        || sentences(draft).iter().any(|(_, span)| {
            let words = fold(span.of(&draft.text));
            words.contains(&title)
                && ["thay thế", "bãi bỏ", "hết hiệu lực"].iter().any(|word| words.contains(&fold(word)))
        });
    if named {
        return None;
    }
    let place = articles(draft)
        .map(|(_, article)| article)
        .filter(|article| article.heading.as_deref().is_some_and(|heading| heading.to_lowercase().contains("hiệu lực")))
        .last()
        .or_else(|| articles(draft).last().map(|(_, article)| article))?;
    let span = first_line(draft, place);
    let message = format!(
        "{} cùng tên, cùng cơ quan ban hành đang có hiệu lực mà dự thảo không nêu bị thay thế hoặc bãi bỏ ({}).",
        old.title(),
        Rule::Amending.cited(regime)
    );
    let evidence = Evidence {
        document: Some(old.number.clone()),
        eid: None,
        quote: format!("Sổ hiệu lực: {}: còn hiệu lực.", old.title()),
        effect: Effect::InForce,
        source: EvidenceSource::Register,
        notes: Vec::new(),
    };
    Some(
        Finding::new(Check::FormRepealClause, Severity::Warning, span, message, 0.75, evidence)
            .and(Rule::Amending.evidence(regime, law))
            .suggest(None, Some(format!("Thêm: “{} hết hiệu lực kể từ ngày … này có hiệu lực.”", old.title()))),
    )
}
