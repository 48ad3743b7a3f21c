//! The forms on paper: the review sheet (phiếu rà soát văn bản) and the lists, as DOCX.
//!
//! Always in Vietnamese, the language a form is handed in in. Decree 79/2025/NĐ-CP prescribes forms that were not
//! seen here; the columns follow the practice of its predecessor's annex, and the sheet says "theo mẫu tham khảo" on
//! its face until somebody has held it against them.

use super::findings::{not_covered, suggestion};
use super::table::Table;
use super::{day, label_of, on_one_line, place_of, shortened};
use crate::FormatError;
use crate::docx::write::{Align, Body, Cell, Page, Run};
use rasoat_api::messages::{Language, check_name, severity_name};
use rasoat_api::{Finding, Review};

/// What stands at the head of a form. Dates are ISO 8601; what is `None` is left to be filled in by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetHead {
    /// The body that reviews (cơ quan rà soát).
    pub agency: Option<String>,
    /// Who reviews.
    pub reviewer: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// The day the form is drawn up.
    pub date: Option<String>,
    /// Name of the document reviewed, or of its file.
    pub title: Option<String>,
    /// Its number and symbol.
    pub so_hieu: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// When it was issued.
    pub issued: Option<String>,
}

const BLANK: &str = "……………………";
const DISCLAIMER: &str = "(theo mẫu tham khảo)";

/// Usable width of a landscape page, in twentieths of a point.
const LANDSCAPE: u32 = 14_570;

/// The review sheet of one document: what was found, by which provision, and what is proposed, a row a finding.
///
/// # Errors
/// [`FormatError::Write`] when packing fails.
pub fn review_sheet(review: &Review, head: &SheetHead) -> Result<Vec<u8>, FormatError> {
    let mut body = Body::new();
    national_header(&mut body, head);
    body.paragraph(&[Run::bold("PHIẾU RÀ SOÁT VĂN BẢN").sized(28)], Align::Centre);
    body.paragraph(&[Run::italic(DISCLAIMER)], Align::Centre);
    let title = head.title.as_deref().or(review.draft.title.as_deref()).unwrap_or(BLANK);
    let number = head.so_hieu.as_deref().or(review.draft.so_hieu.as_deref()).unwrap_or(BLANK);
    let issued = head.issued.as_deref().map_or_else(|| BLANK.to_owned(), day);
    let lines = [
        ("Văn bản được rà soát: ", title.to_owned()),
        ("Số, ký hiệu: ", format!("{number}; ngày ban hành: {issued}")),
        ("Cơ quan ban hành/soạn thảo: ", head.issuer.as_deref().unwrap_or(BLANK).to_owned()),
        ("Người rà soát: ", head.reviewer.as_deref().unwrap_or(BLANK).to_owned()),
        ("Thời điểm pháp luật được đối chiếu: ", day(&review.as_of)),
    ];
    for (name, value) in &lines {
        body.paragraph(&[Run::bold(name), Run::plain(value)], Align::Left);
    }
    sheet_table(&mut body, review);
    let lines = not_covered(review, Language::Vi);
    if !lines.is_empty() {
        body.paragraph(&[Run::bold("Phạm vi chưa được kiểm tra:")], Align::Left);
        for line in &lines {
            body.paragraph(&[Run::plain("- "), Run::plain(line)], Align::Left);
        }
    }
    body.paragraph(
        &[Run::italic(
            "Phiếu do phần mềm lập; mỗi nội dung phải được người rà soát đối chiếu và xác nhận trước khi sử dụng.",
        )],
        Align::Left,
    );
    signature(&mut body, head, "NGƯỜI RÀ SOÁT");
    body.pack(Page::Landscape)
}

fn sheet_table(body: &mut Body, review: &Review) {
    let names = [
        "STT",
        "Nội dung được rà soát (điều, khoản, điểm)",
        "Căn cứ rà soát (văn bản, điều khoản đối chiếu)",
        "Nội dung đánh giá",
        "Ý kiến, đề xuất",
    ];
    let header: Vec<Cell<'_>> = names.iter().map(|name| vec![(vec![small(Run::bold(name))], Align::Centre)]).collect();
    let texts: Vec<[String; 7]> = review.findings.iter().zip(1..).map(|(f, order)| sheet_row(f, order)).collect();
    let rows: Vec<Vec<Cell<'_>>> = if texts.is_empty() {
        let nothing = "Không có phát hiện trong phạm vi các nội dung đã kiểm tra.";
        vec![vec![vec![(vec![Run::plain(nothing)], Align::Left)]]]
    } else {
        texts
            .iter()
            .map(|[order, place, quote, evidence, kind, message, proposal]| {
                vec![
                    vec![(vec![small(Run::plain(order))], Align::Centre)],
                    vec![(vec![small(Run::bold(place))], Align::Left), (vec![small(Run::plain(quote))], Align::Left)],
                    text_cell(evidence),
                    vec![(vec![small(Run::bold(kind))], Align::Left), (vec![small(Run::plain(message))], Align::Left)],
                    text_cell(proposal),
                ]
            })
            .collect()
    };
    body.table(&[850, 3_500, 4_300, 3_320, 2_600], true, Some(&header), &rows);
    body.paragraph(&[], Align::Left);
}

fn sheet_row(finding: &Finding, order: usize) -> [String; 7] {
    let evidence: Vec<String> = finding
        .evidence
        .iter()
        .flat_map(|e| {
            let words = shortened(&on_one_line(&e.quote), 800);
            std::iter::once(format!("{}: “{words}”", place_of(e))).chain(e.notes.iter().cloned())
        })
        .collect();
    let proposal = match suggestion(finding) {
        text if text.is_empty() => BLANK.to_owned(),
        text => text,
    };
    [
        order.to_string(),
        finding.eid.as_deref().map_or_else(|| "Văn bản".to_owned(), |eid| capitalised(&label_of(eid))),
        format!("“{}”", shortened(&on_one_line(&finding.quote), 800)),
        evidence.join("\n"),
        format!(
            "{} ({})",
            check_name(&finding.check, Language::Vi),
            severity_name(finding.severity, Language::Vi).to_lowercase()
        ),
        finding.message.clone(),
        proposal,
    ]
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A list as a form.
///
/// # Errors
/// [`FormatError::Write`] when packing fails.
pub fn list_docx(table: &Table, head: &SheetHead) -> Result<Vec<u8>, FormatError> {
    let mut body = Body::new();
    national_header(&mut body, head);
    body.paragraph(&[Run::bold(&table.title).sized(28)], Align::Centre);
    for line in &table.subtitle {
        body.paragraph(&[Run::italic(line)], Align::Centre);
    }
    let shares: u32 = table.columns.iter().map(|column| column.share).sum::<u32>().max(1);
    let widths: Vec<u32> = table.columns.iter().map(|column| column.share * LANDSCAPE / shares).collect();
    let header: Vec<Cell<'_>> =
        table.columns.iter().map(|column| vec![(vec![small(Run::bold(&column.name))], Align::Centre)]).collect();
    let mut rows: Vec<Vec<Cell<'_>>> = Vec::new();
    for group in &table.groups {
        rows.extend(group.heading.as_ref().map(|heading| vec![vec![(vec![Run::bold(heading)], Align::Left)]]));
        rows.extend(group.rows.iter().map(|row| row.iter().map(|cell| text_cell(cell)).collect()));
        if group.rows.is_empty() {
            rows.push(vec![vec![(vec![Run::italic("Không có văn bản nào.")], Align::Left)]]);
        }
    }
    body.table(&widths, true, Some(&header), &rows);
    body.paragraph(&[], Align::Left);
    for note in &table.notes {
        body.paragraph(&[Run::italic(note)], Align::Left);
    }
    signature(&mut body, head, "NGƯỜI LẬP DANH MỤC");
    body.pack(Page::Landscape)
}

/// 12 points: what a table of five columns can bear.
fn small(run: Run<'_>) -> Run<'_> {
    run.sized(24)
}

fn text_cell(text: &str) -> Cell<'_> {
    text.split('\n').map(|line| (vec![small(Run::plain(line))], Align::Left)).collect()
}

/// The two columns every Vietnamese official paper begins with.
fn national_header(body: &mut Body, head: &SheetHead) {
    let agency = head.agency.as_deref().map_or_else(|| BLANK.to_owned(), str::to_uppercase);
    let cells: Vec<Cell<'_>> = vec![
        vec![(vec![Run::bold(&agency)], Align::Centre), (vec![Run::plain("_______")], Align::Centre)],
        vec![
            (vec![Run::bold("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")], Align::Centre),
            (vec![Run::bold("Độc lập - Tự do - Hạnh phúc")], Align::Centre),
            (vec![Run::plain("_______________")], Align::Centre),
        ],
    ];
    body.table(&[LANDSCAPE * 2 / 5, LANDSCAPE * 3 / 5], false, None, &[cells]);
    body.paragraph(&[], Align::Left);
}

fn signature(body: &mut Body, head: &SheetHead, who: &str) {
    let place = head.place.as_deref().unwrap_or("………");
    let mut parts = head.date.as_deref().unwrap_or_default().splitn(3, '-');
    let dated = match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{place}, ngày {day} tháng {month} năm {year}"),
        _ => format!("{place}, ngày … tháng … năm ……"),
    };
    let mut cell: Cell<'_> = vec![
        (vec![Run::italic(&dated)], Align::Centre),
        (vec![Run::bold(who)], Align::Centre),
        (vec![Run::italic("(Ký, ghi rõ họ tên)")], Align::Centre),
    ];
    if let Some(reviewer) = &head.reviewer {
        cell.extend([(Vec::new(), Align::Centre), (vec![Run::bold(reviewer)], Align::Centre)]);
    }
    body.table(&[LANDSCAPE / 2, LANDSCAPE - LANDSCAPE / 2], false, None, &[vec![Vec::new(), cell]]);
    // Word wants a paragraph after a table that ends a page.
    body.paragraph(&[], Align::Left);
}
