//! Legal bases (căn cứ ban hành): `basis.lower_rank` here, what is missing in [`missing`], what is cited wrongly in
//! [`metadata`].
//!
//! A basis is a normative document that ranks above the one that rests on it, in force or enacted, in the order of rank
//! (Decree 78/2025/NĐ-CP, Article 62). Consolidated texts (văn bản hợp nhất), administrative papers and Party papers have
//! no rank and are no basis. Known limits: old numbers without a year are not taken for administrative ones; the order of
//! bases of one rank is free.

pub(super) mod metadata;
pub(super) mod missing;

use super::Law;
use super::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use super::grounds::{Regime, Rule, made, own_words};
use super::resolve::{Resolved, ResolvedTarget};
use jiff::civil::date;
use rasoat_law::cite::{DocumentReference, Role};
use rasoat_law::structure::ProvisionKind;
use rasoat_law::{ByteSpan, DocNumber, Document, DocumentKind};

/// What a cited document is beside the draft.
enum Standing {
    /// A text of the same rank.
    Same,
    /// One of a lower rank.
    Lower,
    /// A consolidated text.
    Consolidated,
    /// An administrative paper.
    Administrative,
}

pub(super) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let Some(own) = own_rank(draft) else { return Vec::new() };
    let regime = Regime::on(made(draft, law)).unwrap_or(Regime::Of2025);
    let mut findings: Vec<Finding> = bases(draft, resolved)
        .filter_map(|(r, target, reference)| {
            let standing = standing(draft, target, reference, own, law)?;
            Some(finding(draft, r, target, &standing, regime, law))
        })
        .collect();
    findings.extend(party_papers(draft, regime, law));
    findings.extend(administrative_papers(draft, resolved, regime, law));
    findings.extend(order(draft, resolved, regime, law));
    findings
}

/// The draft's rank. The Standing Committee's name stands over two lines, of which the second is the National Assembly's.
fn own_rank(draft: &Document) -> Option<u8> {
    let head = &draft.text[..draft.provisions.first().map_or(0, |first| first.span.start)];
    let committee = draft.metadata.kind == DocumentKind::NghiQuyetQh
        && (head.contains("UBTVQH") || head.to_uppercase().contains("THƯỜNG VỤ"));
    if committee { DocumentKind::NghiQuyetUbtvqh.rank() } else { draft.metadata.kind.rank() }
}

/// The first document of each basis.
fn bases<'r, 'a>(
    draft: &'r Document,
    resolved: &'r [Resolved<'a>],
) -> impl Iterator<Item = (&'r Resolved<'a>, &'r ResolvedTarget<'a>, &'r DocumentReference)> {
    // "Căn cứ" in an annex's form is no basis of the draft.
    let in_basis = |r: &&Resolved<'_>| {
        draft.provisions.iter().any(|p| p.kind == ProvisionKind::Basis && p.span.contains(r.citation.span))
    };
    resolved.iter().filter(|r| r.citation.role == Role::Basis).filter(in_basis).filter_map(|r| {
        let at = r.targets.iter().position(|t| !t.is_this)?;
        Some((r, &r.targets[at], &r.citation.targets[at].document))
    })
}

fn standing(
    draft: &Document,
    target: &ResolvedTarget<'_>,
    reference: &DocumentReference,
    own: u8,
    law: &Law<'_>,
) -> Option<Standing> {
    if target.kind == DocumentKind::VanBanHopNhat {
        return Some(Standing::Consolidated);
    }
    if let (Some(number), DocumentReference::Number { day, .. }) = (&target.number, reference)
        && is_administrative(number, day.or(Some(made(draft, law))))
    {
        return Some(Standing::Administrative);
    }
    let rank = target.kind.rank()?;
    if rank == own {
        Some(Standing::Same)
    } else if rank > own {
        Some(Standing::Lower)
    } else {
        None
    }
}

/// Whether a number is that of an administrative paper: no year where normative documents bear one, or a kind that is
/// none (công văn, thông báo, kế hoạch, tờ trình; decisions and directives of ministries).
pub(super) fn is_administrative(number: &DocNumber, day: Option<jiff::civil::Date>) -> bool {
    let code = number.as_str();
    let suffix = code.rsplit('/').next().unwrap_or_default();
    let kind = suffix.split('-').next().unwrap_or_default();
    if ["CV", "TB", "KH", "TTr", "HD", "BC", "KL", "CĐ"].contains(&kind) {
        return true;
    }
    // Numbers have borne their year since 1997; before, "39/CP" was a decree.
    let recent = day.is_some_and(|day| day >= date(2009, 1, 1));
    let without_year = number.year().is_none() && code.matches('/').count() == 1;
    let ends = ["NQ-CP", "QĐ-TTg", "QĐ-UBND", "NQ-HĐND", "QĐ-CTUBND", "CT-TTg", "CT-UBND"].contains(&suffix)
        || suffix.starts_with("NQ-UBTVQH");
    let ministry = kind == "QĐ" && rasoat_law::issuer::of_number(number).iter().any(|body| body.starts_with("Bộ "));
    recent && without_year && (ends || ministry)
}

fn finding(
    draft: &Document,
    r: &Resolved<'_>,
    target: &ResolvedTarget<'_>,
    standing: &Standing,
    regime: Regime,
    law: &Law<'_>,
) -> Finding {
    let (name, draft_kind) = (target.name(), draft.metadata.kind.name().to_lowercase());
    let (why, severity, confidence, note) = match standing {
        Standing::Consolidated => (
            "là văn bản hợp nhất, không có hiệu lực pháp lý riêng".to_owned(),
            Severity::Error,
            0.95,
            "Căn cứ vào văn bản gốc và văn bản sửa đổi, bổ sung, không căn cứ vào văn bản hợp nhất.",
        ),
        Standing::Administrative => (
            "là văn bản hành chính, không phải văn bản quy phạm pháp luật".to_owned(),
            Severity::Warning,
            0.85,
            "Bỏ căn cứ này, hoặc căn cứ vào luật, nghị định giao quy định nội dung đó.",
        ),
        Standing::Same => (
            format!("cùng cấp hiệu lực pháp lý với dự thảo {draft_kind}"),
            Severity::Error,
            0.95,
            "Bỏ căn cứ này, hoặc căn cứ vào luật, nghị định giao quy định nội dung đó.",
        ),
        Standing::Lower => (
            format!("có hiệu lực pháp lý thấp hơn dự thảo {draft_kind}"),
            Severity::Error,
            0.95,
            "Bỏ căn cứ này, hoặc căn cứ vào luật, nghị định giao quy định nội dung đó.",
        ),
    };
    let message = format!("{name} {why} nên không được dùng làm căn cứ ban hành ({}).", Rule::Bases.cited(regime));
    let evidence = Rule::Bases.evidence(regime, law);
    let finding = Finding::new(Check::BasisLowerRank, severity, r.span, message, confidence, evidence)
        .suggest(None, Some(note.into()));
    match &target.number {
        Some(number) => finding.and(Evidence {
            effect: law.corpus.status(number, law.as_of).effect,
            quote: format!(
                "{name}: {}, bậc {}.",
                target.kind.name().to_lowercase(),
                target.kind.rank().map_or("không có".into(), |r| r.to_string())
            ),
            document: Some(number.clone()),
            eid: None,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        }),
        None => finding,
    }
}

/// "Căn cứ Kết luận số 121-KL/TW …": papers of the Party guide, they are no legal basis.
fn party_papers(draft: &Document, regime: Regime, law: &Law<'_>) -> Vec<Finding> {
    let bases = draft.provisions.iter().filter(|p| p.kind == ProvisionKind::Basis);
    bases
        .filter_map(|basis| {
            let words = draft.text_of(basis);
            let at = ["-NQ/TW", "-KL/TW", "-QĐ/TW", "-CT/TW"].iter().find_map(|mark| words.find(mark).map(|at| at + mark.len()))?;
            let start = words[..at].rfind("Căn cứ").map_or(0, |i| i + "Căn cứ ".len()).min(at);
            let span = ByteSpan::new(basis.span.start + start, basis.span.start + at);
            let message = format!(
                "{} là văn bản của Đảng, không phải văn bản quy phạm pháp luật nên không được dùng làm căn cứ ban hành ({}).",
                span.of(&draft.text),
                Rule::Bases.cited(regime)
            );
            Some(
                Finding::new(Check::BasisLowerRank, Severity::Warning, span, message, 0.85, Rule::Bases.evidence(regime, law))
                    .and(own_words(draft, basis.span))
                    .suggest(None, Some("Bỏ căn cứ này; chủ trương của Đảng nêu trong tờ trình.".into())),
            )
        })
        .collect()
}

/// "Căn cứ Thông báo số 215/TB-BNV …": papers that are no documents of law, and are not read as citations.
fn administrative_papers(draft: &Document, resolved: &[Resolved<'_>], regime: Regime, law: &Law<'_>) -> Vec<Finding> {
    const PAPERS: [&str; 7] = ["Công văn", "Thông báo", "Tờ trình", "Kế hoạch", "Báo cáo", "Biên bản", "Công điện"];
    let papers = draft.provisions.iter().filter(|p| p.kind == ProvisionKind::Basis).filter_map(|basis| {
        let words = draft.text_of(basis);
        let named = words.trim_start().strip_prefix("Căn cứ")?.trim_start();
        let kind = PAPERS.iter().find(|kind| named.starts_with(&format!("{kind} số")))?;
        let start = basis.span.start + (words.len() - named.len());
        let end = basis.span.start + words.trim_end_matches([' ', ';', '.', ',', '\n']).len();
        let span = ByteSpan::new(start, end.max(start));
        let known = resolved.iter().any(|r| span.contains(r.citation.span));
        (!known).then_some((span, *kind, basis.span))
    });
    let told = |(span, kind, basis): (ByteSpan, &str, ByteSpan)| {
        let message = format!(
            "{kind} là văn bản hành chính, không phải văn bản quy phạm pháp luật nên không được dùng làm căn cứ ban hành ({}).",
            Rule::Bases.cited(regime)
        );
        let evidence = Rule::Bases.evidence(regime, law);
        Finding::new(Check::BasisLowerRank, Severity::Warning, span, message, 0.85, evidence)
            .and(own_words(draft, basis))
            .suggest(None, Some("Bỏ căn cứ này, hoặc căn cứ vào luật, nghị định giao quy định nội dung đó.".into()))
    };
    papers.map(told).collect()
}

/// The first basis that stands before one of a higher rank.
fn order(draft: &Document, resolved: &[Resolved<'_>], regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let mut lowest: Option<(u8, String)> = None;
    let mut last_line = None;
    for (r, target, _) in bases(draft, resolved) {
        // "… Luật A; được sửa đổi bởi Luật B" is one basis.
        let line =
            draft.provisions.iter().position(|p| p.kind == ProvisionKind::Basis && p.span.contains(r.citation.span));
        if line.is_none() || line == last_line {
            continue;
        }
        last_line = line;
        let Some(rank) = target.kind.rank() else { continue };
        match &lowest {
            Some((before, name)) if rank < *before => {
                let message = format!(
                    "Căn cứ ban hành chưa xếp theo thứ tự hiệu lực pháp lý: {} đứng sau {name} ({}).",
                    target.name(),
                    Rule::Bases.cited(regime)
                );
                return Some(
                    Finding::new(
                        Check::BasisLowerRank,
                        Severity::Note,
                        r.span,
                        message,
                        0.8,
                        Rule::Bases.evidence(regime, law),
                    )
                    .suggest(None, Some("Xếp căn cứ từ văn bản có hiệu lực pháp lý cao đến thấp.".into())),
                );
            }
            _ => lowest = Some((rank, target.name())),
        }
    }
    None
}
