//! `authority.scope`: what a document of this kind may not hold: procedures and fines of its own, changes of another
//! issuer's texts, effect back in time.
//!
//! Source: Law 64/2025/QH15, Articles 8 and 55; before 1 April 2025 Law 80/2015/QH13, Articles 12, 14(4) and 152; for
//! fines Law 15/2012/QH13, Article 4. Texts made before 1 July 2016 are not measured. Known limits: an assignment by a
//! law is seen where the draft names it; a city's council that may raise fines is a warning, not an error; bodies that
//! merged count as one, other successions are not known.

use super::{Local, local};
use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::form::effective::detailed;
use crate::review::grounds::{Regime, Rule, first_line, is_main, made, own_words, sentences};
use jiff::civil::Date;
use rasoat_law::amend::{self, Operation, State};
use rasoat_law::structure::Document;
use rasoat_law::text::squeeze;
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, Eid, issuer};

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let day = made(draft, law);
    let Some(regime) = Regime::on(day) else { return Vec::new() };
    let mut findings = fines(draft, law);
    findings.extend(procedures(draft, regime, law));
    findings.extend(others_texts(draft, day, regime, law));
    findings.extend(back_in_time(draft, day, regime, law));
    findings
}

/// Kinds below a decree.
fn below_decree(kind: DocumentKind) -> bool {
    kind.rank().is_some_and(|rank| Some(rank) > DocumentKind::NghiDinh.rank())
}

/// "phạt tiền từ 2.000.000 đồng đến 5.000.000 đồng" as a norm of its own.
fn fines(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    if !below_decree(draft.metadata.kind) {
        return Vec::new();
    }
    sentences(draft)
        .into_iter()
        .filter_map(|(_, span)| {
            let words = span.of(&draft.text);
            let lower = squeeze(words).to_lowercase();
            let at = lower.find("phạt tiền từ").or_else(|| lower.find("phạt tiền đến")).or_else(|| lower.find("phạt tiền với mức"))?;
            let sets = lower[at..].contains("đồng") && lower[at..].contains(|c: char| c.is_ascii_digit());
            let tells = ["theo quy định", "nghị định", "ví dụ", "luật ", "đã bị", "thẩm quyền"].iter().any(|word| lower.contains(word));
            if !sets || tells {
                return None;
            }
            let council = draft.metadata.kind == DocumentKind::NghiQuyetHdnd;
            let severity = if council { Severity::Warning } else { Severity::Error };
            let message = format!(
                "{} không được quy định hành vi vi phạm, hình thức, mức phạt hành chính: chỉ Chính phủ quy định bằng nghị định (Điều 4 \
                 Luật số 15/2012/QH13){}.",
                draft.metadata.kind.name(),
                if council { ", trừ trường hợp luật cho phép Hội đồng nhân dân quy định mức phạt" } else { "" }
            );
            let rule = DocNumber::from_normal("15/2012/QH13");
            let evidence = Evidence {
                effect: law.corpus.status(&rule, law.as_of).effect,
                document: Some(rule),
                eid: Some(Eid::new("art_4")),
                quote: "Tóm tắt: Chính phủ quy định hành vi vi phạm hành chính, hình thức xử phạt, mức xử phạt đối với từng hành vi.".into(),
                source: EvidenceSource::Register,
                notes: Vec::new(),
            };
            Some(
                Finding::new(Check::AuthorityScope, severity, span, message, 0.9, evidence)
                    .and(own_words(draft, span))
                    .suggest(None, Some("Bỏ mức phạt; viện dẫn nghị định về xử phạt vi phạm hành chính trong lĩnh vực.".into())),
            )
        })
        .collect()
}

/// An article that sets up a procedure in a circular or a local text that no law is said to assign.
fn procedures(draft: &Document, regime: Regime, law: &Law<'_>) -> Vec<Finding> {
    let kind = draft.metadata.kind;
    if !matches!(kind, DocumentKind::ThongTu | DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd) {
        return Vec::new();
    }
    // What a law assigns is rightly here; a text that amends leaves the assignment to the one it amends.
    let assigned = !detailed(draft, law).is_empty()
        || draft.metadata.title.as_deref().is_some_and(|title| title.to_lowercase().contains("sửa đổi"));
    if assigned {
        return Vec::new();
    }
    let procedures: Vec<&rasoat_law::Provision> = draft
        .provisions
        .iter()
        .filter(|p| p.kind == rasoat_law::ProvisionKind::Article && is_procedure(draft, p))
        .collect();
    let Some(first) = procedures.first() else { return Vec::new() };
    let span = first_line(draft, first);
    let more =
        if procedures.len() > 1 { format!(" và {} điều khác", procedures.len() - 1) } else { String::new() };
    let message = format!(
        "{}{more} quy định thủ tục hành chính (hồ sơ, nơi nộp, thời hạn) trong {}: chỉ được khi luật, nghị quyết của Quốc hội giao, mà \
         dự thảo không nêu điều, khoản giao ({}).",
        first.eid.label(),
        kind.name().to_lowercase(),
        Rule::Procedures.cited(regime)
    );
    let finding =
        Finding::new(Check::AuthorityScope, Severity::Warning, span, message, 0.7, own_words(draft, first.span));
    let finding = finding.and(Rule::Procedures.evidence(regime, law));
    vec![procedures.iter().skip(1).take(4).fold(finding, |finding, article| finding.and(own_words(draft, first_line(draft, article)))).suggest(
        None,
        Some("Nêu điều, khoản của luật giao quy định thủ tục này; nếu không có thì bỏ, viện dẫn văn bản đã quy định thủ tục.".into()),
    )]
}

/// Whether an article sets up a procedure: a file, where it is handed in, how long it takes.
fn is_procedure(draft: &Document, article: &rasoat_law::Provision) -> bool {
    let heading = article.heading.as_deref().unwrap_or_default().to_lowercase();
    let words = squeeze(draft.text_of(article)).to_lowercase();
    let named = ["hồ sơ", "thủ tục", "trình tự"].iter().any(|word| heading.contains(word));
    let file = words.contains("hồ sơ gồm")
        || words.contains("hồ sơ bao gồm")
        || words.contains("thành phần hồ sơ")
        || words.contains("hồ sơ đề nghị");
    let handed = words.contains("nộp")
        && ["hồ sơ", "trực tiếp", "trực tuyến", "bưu chính"].iter().any(|word| words.contains(word));
    let term = words.contains("ngày làm việc") || words.contains(" ngày kể từ") || words.contains(" ngày, kể từ");
    named && file && handed && term
}

/// Instructions that change what another body issued.
fn others_texts(draft: &Document, day: Date, regime: Regime, law: &Law<'_>) -> Vec<Finding> {
    let own = draft.metadata.kind;
    let Some(own_rank) = own.rank() else { return Vec::new() };
    let mut seen: Vec<(DocNumber, bool)> = Vec::new();
    let mut findings = Vec::new();
    for instruction in amend::instructions_on(draft, law.register, law.as_of) {
        let in_main = draft.at(instruction.span.start).is_some_and(is_main);
        if !in_main || matches!(instruction.state, State::Failed(_)) {
            continue;
        }
        let Some(number) = instruction.target.document.number().cloned() else { continue };
        let whole = instruction.operation == Operation::EndDocument;
        let kind = law
            .register
            .get(&number)
            .map_or_else(|| DocumentKind::from_number(number.as_str(), None), |entry| entry.kind);
        let Some(rank) = kind.rank() else { continue };
        // A superior may end what is below it (Article 8); and a law may change whatever law there is.
        let superior = rank > own_rank;
        let ends = whole || instruction.operation == Operation::Repeal;
        if (superior && (ends || own_rank <= 2))
            || same_issuer(draft, &number, kind, day)
            || seen.contains(&(number.clone(), ends))
        {
            continue;
        }
        seen.push((number.clone(), ends));
        let what = if ends { "thay thế, bãi bỏ" } else { "sửa đổi, bổ sung" };
        let name = law
            .register
            .get(&number)
            .map_or_else(|| format!("{} số {number}", kind.name()), rasoat_law::register::Entry::title);
        let span = narrow(draft, instruction.span, &number);
        let message = format!(
            "{} {what} {name}, là văn bản của cơ quan khác: văn bản chỉ được sửa đổi, bổ sung, thay thế bằng văn bản của chính cơ quan đã \
             ban hành, hoặc bị bãi bỏ bởi cơ quan cấp trên có thẩm quyền ({}).",
            own.name(),
            Rule::Amending.cited(regime)
        );
        let severity = if rank < own_rank { Severity::Error } else { Severity::Warning };
        let note = "Bỏ nội dung này; đề nghị cơ quan đã ban hành sửa đổi, thay thế văn bản của mình.";
        findings.push(
            Finding::new(
                Check::AuthorityScope,
                severity,
                span,
                message,
                if rank < own_rank { 0.9 } else { 0.7 },
                own_words(draft, span),
            )
            .and(Rule::Amending.evidence(regime, law))
            .suggest(None, Some(note.into())),
        );
    }
    findings
}

/// The line of an instruction that names the document.
fn narrow(draft: &Document, span: ByteSpan, number: &DocNumber) -> ByteSpan {
    let words = span.of(&draft.text);
    let at = words.find(number.as_str()).unwrap_or(0);
    let start = words[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = words[at..].find('\n').map_or(words.len(), |i| at + i);
    ByteSpan::new(span.start + start, span.start + end)
}

/// Whether the draft's issuer, or a body it took the place of, issued the document. Where that cannot be told, it did.
fn same_issuer(draft: &Document, number: &DocNumber, kind: DocumentKind, day: Date) -> bool {
    use DocumentKind as K;
    let own = draft.metadata.kind;
    let family = |kind: K| match kind {
        K::HienPhap | K::BoLuat | K::Luat | K::NghiQuyetQh => 1,
        K::PhapLenh | K::NghiQuyetUbtvqh => 2,
        K::Lenh | K::QuyetDinhCtn => 3,
        K::NghiDinh | K::NghiQuyetCp => 4,
        K::QuyetDinhTtg => 5,
        K::NghiQuyetHdtp => 6,
        K::ThongTu | K::ThongTuLienTich => 7,
        K::NghiQuyetHdnd => 8,
        K::QuyetDinhUbnd => 9,
        K::VanBanHopNhat | K::Other => 10,
    };
    if family(kind) == 10 {
        return true;
    }
    // The National Assembly changes its Standing Committee's ordinances, the Government what its head decided.
    if (family(own) == 1 && family(kind) == 2) || (family(own) == 4 && family(kind) == 5) {
        return true;
    }
    if family(kind) != family(own) {
        return false;
    }
    if family(own) != 7 {
        return true;
    }
    let today = |name: &str| issuer::on(name, day).to_owned();
    let mine: Vec<String> =
        draft.metadata.issuers.iter().chain(&draft.metadata.issuer).map(|name| today(name)).collect();
    let theirs: Vec<String> = issuer::of_number(number).into_iter().map(today).collect();
    mine.is_empty()
        || theirs.is_empty()
        || theirs.iter().any(|body| mine.iter().any(|own| rasoat_law::text::fold(own) == rasoat_law::text::fold(body)))
}

/// A text of the lowest level that starts before it was signed, or says so.
fn back_in_time(draft: &Document, day: Date, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let metadata = &draft.metadata;
    if !matches!(metadata.kind, DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd) {
        return None;
    }
    let level = local(metadata.issuer.as_deref()?, day)?;
    if level == Local::Province && regime == Regime::Of2025 {
        return None;
    }
    let back = metadata.issued.zip(metadata.effective).is_some_and(|(issued, effective)| effective < issued);
    let said = sentences(draft).into_iter().map(|(_, span)| span).find(|span| {
        let words = span.of(&draft.text).to_lowercase();
        words.contains("hiệu lực trở về trước") && !words.contains("không") || back && words.contains("này có hiệu lực")
    })?;
    let message = format!(
        "{} không được quy định hiệu lực trở về trước ({}).",
        metadata.issuer.as_deref().unwrap_or("Cơ quan này"),
        Rule::Retroactive.cited(regime)
    );
    Some(
        Finding::new(Check::AuthorityScope, Severity::Error, said, message, 0.9, own_words(draft, said))
            .and(Rule::Retroactive.evidence(regime, law))
            .suggest(None, Some("Đặt ngày có hiệu lực sau ngày ký hoặc thông qua.".into())),
    )
}
