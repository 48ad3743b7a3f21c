//! `basis.lower_rank`: a legal basis must rank above the document that rests on it (Decree 78/2025/NĐ-CP, Article 62).

use super::Law;
use super::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use super::resolve::Resolved;
use rasoat_law::cite::Role;
use rasoat_law::{DocNumber, Document, DocumentKind, Eid};

pub(super) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let Some(own) = draft.metadata.kind.rank() else { return Vec::new() };
    resolved
        .iter()
        .filter(|r| r.citation.role == Role::Basis)
        .filter_map(|r| {
            let target = r.targets.iter().find(|t| !t.is_this)?;
            let consolidated = target.kind == DocumentKind::VanBanHopNhat;
            let rank = target.kind.rank();
            if !consolidated && rank.is_none_or(|rank| rank < own) {
                return None;
            }
            let name = target.name();
            let draft_kind = draft.metadata.kind.name().to_lowercase();
            let why = if consolidated {
                "là văn bản hợp nhất, không có hiệu lực pháp lý riêng".to_owned()
            } else if rank == Some(own) {
                format!("cùng cấp hiệu lực pháp lý với dự thảo {draft_kind}")
            } else {
                format!("có hiệu lực pháp lý thấp hơn dự thảo {draft_kind}")
            };
            let rule = DocNumber::from_normal("78/2025/NĐ-CP");
            let evidence = Evidence {
                effect: law.corpus.status(&rule, law.as_of).effect,
                document: Some(rule),
                eid: Some(Eid::new("art_62")),
                quote: "Tóm tắt: chỉ văn bản có hiệu lực pháp lý cao hơn, đang có hiệu lực hoặc đã được ban hành và có hiệu lực \
                        không muộn hơn văn bản được ban hành, mới được dùng làm căn cứ ban hành."
                    .into(),
                source: EvidenceSource::Register,
                notes: Vec::new(),
            };
            let cited = target.number.clone().map(|number| Evidence {
                effect: law.corpus.status(&number, law.as_of).effect,
                quote: format!("{name}: {}, bậc {}.", target.kind.name().to_lowercase(), rank.map_or("không có".into(), |r| r.to_string())),
                document: Some(number),
                eid: None,
                source: EvidenceSource::Register,
                notes: Vec::new(),
            });
            let message = format!("{name} {why} nên không được dùng làm căn cứ ban hành.");
            let finding = Finding::new(Check::BasisLowerRank, Severity::Error, r.span, message, 0.95, evidence)
                .suggest(None, Some("Bỏ căn cứ này, hoặc căn cứ vào luật, nghị định giao quy định nội dung đó.".into()));
            Some(match cited {
                Some(cited) => finding.and(cited),
                None => finding,
            })
        })
        .collect()
}
