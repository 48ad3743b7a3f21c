//! `authority.kind`: a kind of document that its issuer may not issue on that day.
//!
//! Source: Law 64/2025/QH15, Article 4, as amended by Law 87/2025/QH15; Law 80/2015/QH13, Article 4; Law 17/2008/QH12,
//! Article 2, for decisions and directives of ministers (none normative since 1 January 2009). Evidence is the draft's
//! head and the law. Known limits: where the head names no issuer nothing is said; decisions without a year in their
//! number are administrative and not measured.

use super::{Local, local};
use crate::review::Law;
use crate::review::finding::{Check, Finding, Severity};
use crate::review::grounds::{Regime, Rule, made, own_words};
use jiff::civil::date;
use rasoat_law::structure::Document;
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, issuer};

/// The bodies that may sign a joint circular with others.
const JUDICIAL: [&str; 3] = ["Tòa án nhân dân tối cao", "Viện kiểm sát nhân dân tối cao", "Kiểm toán nhà nước"];

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let day = made(draft, law);
    let Some((why, confidence, note)) = wrong(draft, day) else { return Vec::new() };
    let regime = Regime::on(day).unwrap_or(Regime::Of2015);
    let span = place(draft);
    let message = format!("{why} ({}).", Rule::Kinds.cited(regime));
    vec![
        Finding::new(Check::AuthorityKind, Severity::Error, span, message, confidence, own_words(draft, span))
            .and(Rule::Kinds.evidence(regime, law))
            .suggest(None, Some(note)),
    ]
}

/// Why the issuer may not issue this, how sure that is, and what to do.
fn wrong(draft: &Document, day: jiff::civil::Date) -> Option<(String, f32, String)> {
    let metadata = &draft.metadata;
    let head = head(draft);
    let number = written_number(draft);
    let code = number.as_ref().map(DocNumber::as_str).unwrap_or_default();
    let normative_number = number.as_ref().is_some_and(|number| number.year().is_some());
    let name = metadata.issuer.as_deref().unwrap_or_default();
    let note = |words: &str| words.to_owned();

    if metadata.kind == DocumentKind::ThongTuLienTich && day >= date(2016, 7, 1) {
        let bodies = if code.is_empty() {
            metadata.issuers.clone()
        } else {
            number.as_ref().map(issuer::of_number).unwrap_or_default().into_iter().map(str::to_owned).collect()
        };
        let judicial = bodies.iter().any(|body| JUDICIAL.contains(&body.as_str()));
        if bodies.len() >= 2 && !judicial {
            let why = "Từ 01/7/2016 không còn thông tư liên tịch giữa các bộ, cơ quan ngang bộ với nhau: phải có Tòa án nhân dân \
                       tối cao, Viện kiểm sát nhân dân tối cao hoặc Kiểm toán nhà nước cùng ban hành";
            return Some((
                why.into(),
                0.95,
                note("Ban hành thông tư của một bộ, sau khi lấy ý kiến các bộ liên quan."),
            ));
        }
    }
    if day >= date(2009, 1, 1) && normative_number {
        let minister =
            number.as_ref().is_some_and(|number| issuer::of_number(number).iter().any(|body| is_ministry(body)));
        let suffix = code.rsplit('/').next().unwrap_or_default();
        if minister && (suffix.starts_with("QĐ-") || suffix.starts_with("CT-")) {
            let what = if suffix.starts_with("QĐ-") { "quyết định" } else { "chỉ thị" };
            let why = format!(
                "Từ 01/01/2009 {what} của Bộ trưởng, Thủ trưởng cơ quan ngang bộ không phải là văn bản quy phạm pháp luật, nhưng số, ký hiệu ghi năm như văn bản quy phạm"
            );
            return Some((
                why,
                0.85,
                note(
                    "Nếu có quy phạm pháp luật thì ban hành thông tư; nếu là văn bản hành chính thì bỏ năm khỏi số, ký hiệu.",
                ),
            ));
        }
        if day >= date(2016, 7, 1) && suffix.starts_with("CT-") && (suffix.contains("UBND") || suffix == "CT-TTg") {
            let why = "Từ 01/7/2016 chỉ thị không phải là văn bản quy phạm pháp luật, nhưng số, ký hiệu ghi năm như văn bản quy phạm".to_owned();
            return Some((why, 0.85, note("Nếu có quy phạm pháp luật thì ban hành quyết định.")));
        }
    }
    if metadata.kind == DocumentKind::NghiQuyetCp
        && normative_number
        && day >= date(2009, 1, 1)
        && day < date(2025, 4, 1)
        && !code.contains("NQLT")
    {
        let why = "Trước 01/4/2025 nghị quyết của Chính phủ không phải là văn bản quy phạm pháp luật".to_owned();
        return Some((why, 0.8, note("Ban hành nghị định.")));
    }
    let is_local_kind = matches!(metadata.kind, DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd);
    match local(name, day).filter(|_| is_local_kind) {
        Some(Local::District) if day >= date(2025, 7, 1) => {
            let why = format!(
                "Từ 01/7/2025 không còn cấp huyện: {name} không có thẩm quyền ban hành văn bản quy phạm pháp luật"
            );
            return Some((
                why,
                0.95,
                note("Chuyển cho Hội đồng nhân dân, Ủy ban nhân dân cấp tỉnh hoặc cấp xã theo phân định thẩm quyền."),
            ));
        }
        Some(Local::Commune) if day >= date(2025, 4, 1) && day < date(2025, 7, 1) => {
            let why = format!(
                "Từ 01/4/2025 đến 30/6/2025 cấp xã không được ban hành văn bản quy phạm pháp luật: {name} không có thẩm quyền"
            );
            return Some((why, 0.9, note("Chờ đến ngày 01/7/2025 hoặc trình cấp trên ban hành.")));
        }
        _ => {}
    }
    let heading = |words: &str| head.lines().any(|line| line.trim().trim_end_matches(':') == words);
    let committee = name.starts_with("Ủy ban nhân dân");
    let council = name.starts_with("Hội đồng nhân dân");
    let pairs: [(bool, &str); 7] = [
        (
            heading("NGHỊ QUYẾT") && committee,
            "Ủy ban nhân dân không ban hành nghị quyết; hình thức văn bản là quyết định",
        ),
        (
            heading("QUYẾT ĐỊNH") && council,
            "Hội đồng nhân dân không ban hành quyết định là văn bản quy phạm pháp luật; hình thức văn bản là nghị quyết",
        ),
        (heading("THÔNG TƯ") && (committee || council), "Chính quyền địa phương không ban hành thông tư"),
        (heading("NGHỊ ĐỊNH") && (committee || council), "Chính quyền địa phương không ban hành nghị định"),
        (
            heading("THÔNG TƯ") && matches!(name, "Chính phủ" | "Thủ tướng Chính phủ" | "Quốc hội"),
            "Cơ quan này không ban hành thông tư",
        ),
        (
            heading("THÔNG TƯ")
                && day >= date(2016, 7, 1)
                && (name.starts_with("Tổng cục") || name.starts_with("Cục ") || name.starts_with("Sở ")),
            "Tổng cục, cục, sở không ban hành văn bản quy phạm pháp luật",
        ),
        (
            heading("THÔNG TƯ") && name == "Kiểm toán nhà nước" && day < date(2025, 4, 1) && day >= date(2016, 7, 1),
            "Trước 01/4/2025 Tổng Kiểm toán nhà nước ban hành quyết định, không ban hành thông tư",
        ),
    ];
    let why = pairs.into_iter().find(|(holds, _)| *holds)?.1;
    Some((why.to_owned(), 0.85, note("Chọn đúng hình thức văn bản theo thẩm quyền.")))
}

fn is_ministry(body: &str) -> bool {
    body.starts_with("Bộ ")
        || matches!(
            body,
            "Ủy ban Dân tộc" | "Thanh tra Chính phủ" | "Ngân hàng Nhà nước Việt Nam" | "Văn phòng Chính phủ"
        )
}

/// The lines before the preamble and the first article.
fn head(draft: &Document) -> &str {
    let end = draft.provisions.iter().map(|p| p.span.start).min().unwrap_or(0);
    &draft.text[..end]
}

/// The number, or what stands where a draft leaves it blank: "Số:      /2026/QĐ-BTC".
fn written_number(draft: &Document) -> Option<DocNumber> {
    draft.metadata.number.clone().or_else(|| {
        head(draft).lines().filter(|line| line.contains("ố:")).find_map(|line| {
            let ending = &line[line.find('/')?..];
            DocNumber::read(&format!("0{}", ending.split_whitespace().next()?)).map(|(number, _)| number)
        })
    })
}

/// The line of the head that says what the text is.
fn place(draft: &Document) -> ByteSpan {
    let mut at = 0;
    let mut first = None;
    for line in head(draft).split_inclusive('\n') {
        let words = line.trim();
        let span = ByteSpan::new(at, at + line.trim_end().len());
        at += line.len();
        if ["NGHỊ QUYẾT", "QUYẾT ĐỊNH", "THÔNG TƯ", "THÔNG TƯ LIÊN TỊCH", "NGHỊ ĐỊNH", "CHỈ THỊ"]
            .iter()
            .any(|kind| words.starts_with(kind))
        {
            return span;
        }
        if first.is_none() && !words.is_empty() {
            first = Some(span);
        }
    }
    first.unwrap_or(ByteSpan::new(0, 0))
}
