//! `basis.missing`: a legal basis that must be there and is not: what gives the issuer its power, and the law that the
//! draft says it details.
//!
//! Source: Decree 78/2025/NĐ-CP, Article 62; before 1 April 2025 Decree 34/2016/NĐ-CP, Article 61. Evidence is the entry
//! of the missing document. Known limits: texts whose preamble was not read are left alone; of the decrees on the duties
//! of ministries only that there is one is asked, not which.

use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::form::effective::detailed;
use crate::review::grounds::{Regime, Rule, made, own_words};
use crate::review::resolve::Resolved;
use jiff::civil::date;
use rasoat_law::cite::Role;
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::fold;
use rasoat_law::{ByteSpan, DocNumber, DocumentKind};

pub(in crate::review) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let day = made(draft, law);
    let Some(regime) = Regime::on(day) else { return Vec::new() };
    let bases: Vec<&rasoat_law::Provision> =
        draft.provisions.iter().filter(|p| p.kind == ProvisionKind::Basis).collect();
    let Some(first) = bases.first() else { return Vec::new() };
    let span = ByteSpan::new(first.span.start, first.span.end);
    let words: Vec<String> = bases.iter().map(|basis| fold(draft.text_of(basis))).collect();
    let mut findings = Vec::new();
    let mut missing = |message: String, evidence: Evidence, confidence, add: String| {
        findings.push(
            Finding::new(Check::BasisMissing, Severity::Warning, span, message, confidence, evidence)
                .and(Rule::Bases.evidence(regime, law))
                .suggest(None, Some(add)),
        );
    };
    let entry = |number: &DocNumber| {
        let title = law.register.get(number).map_or_else(|| number.to_string(), rasoat_law::register::Entry::title);
        let status = law.corpus.status(number, law.as_of);
        let evidence = Evidence {
            effect: status.effect,
            quote: format!("Sổ hiệu lực: {title}: {}.", status.effect.term()),
            document: Some(number.clone()),
            eid: None,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        };
        (title, evidence)
    };
    let rule = Rule::Bases.cited(regime);
    if let Some((name, number)) = power(draft.metadata.kind, day)
        && !words.iter().any(|words| words.contains(&fold(name)) || words.contains(&fold(number)))
    {
        let (_, evidence) = entry(&DocNumber::from_normal(number));
        let message = format!("Thiếu căn cứ {name}, là văn bản quy định thẩm quyền của cơ quan ban hành ({rule}).");
        missing(message, evidence, 0.85, format!("Thêm: “Căn cứ {name} …;”."));
    }
    // The decree on a ministry's functions; joint circulars rest on those of several bodies.
    let ministry = draft.metadata.kind == DocumentKind::ThongTu
        && draft
            .metadata
            .issuer
            .as_deref()
            .is_some_and(|issuer| issuer.starts_with("Bộ ") || issuer == "Ngân hàng Nhà nước Việt Nam");
    let told = ["chức năng", "cơ cấu tổ chức", "Luật Ngân hàng Nhà nước", "nhiệm vụ, quyền hạn"].map(fold);
    let functions = |words: &String| told.iter().any(|told| words.contains(told.as_str()));
    if ministry && !words.iter().any(functions) {
        let issuer = draft.metadata.issuer.as_deref().unwrap_or_default();
        let message = format!(
            "Thiếu căn cứ là nghị định quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {issuer} ({rule})."
        );
        missing(
            message,
            own_words(draft, span),
            0.8,
            "Thêm nghị định về chức năng, nhiệm vụ, quyền hạn của bộ.".into(),
        );
    }
    for number in detailed(draft, law) {
        let kind = law.register.get(&number).map(|entry| entry.kind);
        let higher = kind.and_then(DocumentKind::rank) < draft.metadata.kind.rank();
        let cited = resolved.iter().any(|r| {
            r.citation.role == Role::Basis && r.targets.iter().any(|target| target.number.as_ref() == Some(&number))
        });
        let named = law.register.get(&number).is_some_and(|entry| {
            let name = fold(&format!("{} {}", entry.kind.name(), entry.name));
            words.iter().any(|words| words.contains(&name) || words.contains(&fold(number.as_str())))
        });
        if kind.is_some_and(DocumentKind::cited_by_name) && higher && !cited && !named {
            let (title, evidence) = entry(&number);
            let message =
                format!("Dự thảo quy định chi tiết {title} nhưng không nêu luật này làm căn cứ ban hành ({rule}).");
            missing(message, evidence, 0.85, format!("Thêm: “Căn cứ {title};”."));
        }
    }
    findings
}

/// The document that gives issuers of this kind their power on a day, by the name that bases bear, and its number.
fn power(kind: DocumentKind, day: jiff::civil::Date) -> Option<(&'static str, &'static str)> {
    let since_2025 = day >= date(2025, 3, 1);
    Some(match kind {
        DocumentKind::Luat | DocumentKind::BoLuat => ("Hiến pháp", "Hiến pháp"),
        DocumentKind::NghiDinh | DocumentKind::QuyetDinhTtg if since_2025 => ("Luật Tổ chức Chính phủ", "63/2025/QH15"),
        DocumentKind::NghiDinh | DocumentKind::QuyetDinhTtg => ("Luật Tổ chức Chính phủ", "76/2015/QH13"),
        DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd if day >= date(2025, 6, 16) => {
            ("Luật Tổ chức chính quyền địa phương", "72/2025/QH15")
        }
        DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd if since_2025 => {
            ("Luật Tổ chức chính quyền địa phương", "65/2025/QH15")
        }
        DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd => {
            ("Luật Tổ chức chính quyền địa phương", "77/2015/QH13")
        }
        _ => return None,
    })
}
