//! The lists that a review of a whole body of law ends in (danh mục văn bản): what is in force, what lapsed wholly or
//! in part, and what should be changed.
//!
//! Columns after the practice of domain texts on systematisation (hệ thống hóa); ordered by rank, then by date.

use super::day;
use super::table::{Column, Group, Table};
use rasoat_law::DocumentKind;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Danh mục văn bản còn hiệu lực.
    InForce,
    /// Danh mục văn bản hết hiệu lực, ngưng hiệu lực toàn bộ.
    Expired,
    /// Danh mục văn bản hết hiệu lực, ngưng hiệu lực một phần.
    PartlyExpired,
    /// Danh mục văn bản cần đình chỉ, sửa đổi, bổ sung, thay thế, bãi bỏ, ban hành mới.
    Action,
}

/// A document on a list. Dates are ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDocument {
    /// Its kind.
    pub kind: DocumentKind,
    /// Number and symbol (số, ký hiệu); `None` for a draft without one.
    pub so_hieu: Option<String>,
    /// The day it was issued.
    pub issued: Option<String>,
    /// Its name or title (tên gọi, trích yếu).
    pub title: String,
    /// The day it took effect.
    pub effective: Option<String>,
    /// The day it lapsed, wholly or in part.
    pub ended: Option<String>,
    /// Which provisions lapsed; for [`ListKind::Action`], what should be done.
    pub content: String,
    /// Why.
    pub reason: String,
    /// Remarks.
    pub note: String,
}

/// The period a systematisation covers, both days included. ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// A list. With a period, what lapsed is parted in what lapsed within it and what lapsed before.
pub fn list(kind: ListKind, documents: &[ListedDocument], as_of: &str, period: Option<&Period>) -> Table {
    let mut sorted: Vec<&ListedDocument> = documents.iter().collect();
    sorted.sort_by_key(|document| {
        (document.kind.rank().unwrap_or(u8::MAX), document.issued.clone(), document.so_hieu.clone())
    });
    let groups = match (kind, period) {
        (ListKind::Expired | ListKind::PartlyExpired, Some(period)) => by_period(kind, &sorted, period),
        _ => vec![Group { heading: None, rows: rows(kind, &sorted) }],
    };
    let mut subtitle = vec![format!("(tính đến ngày {})", day(as_of))];
    subtitle
        .extend(period.map(|period| format!("Kỳ rà soát: từ ngày {} đến ngày {}", day(&period.from), day(&period.to))));
    Table { title: title(kind).to_owned(), subtitle, columns: columns(kind), groups, notes: notes() }
}

fn notes() -> Vec<String> {
    vec![
        "Lập tự động từ kho văn bản và bảng theo dõi hiệu lực; người rà soát xác nhận trước khi công bố.".to_owned(),
        "Theo mẫu tham khảo, chưa đối chiếu với biểu mẫu ban hành kèm theo Nghị định số 79/2025/NĐ-CP.".to_owned(),
    ]
}

fn title(kind: ListKind) -> &'static str {
    match kind {
        ListKind::InForce => "DANH MỤC VĂN BẢN QUY PHẠM PHÁP LUẬT CÒN HIỆU LỰC",
        ListKind::Expired => "DANH MỤC VĂN BẢN QUY PHẠM PHÁP LUẬT HẾT HIỆU LỰC, NGƯNG HIỆU LỰC TOÀN BỘ",
        ListKind::PartlyExpired => "DANH MỤC VĂN BẢN QUY PHẠM PHÁP LUẬT HẾT HIỆU LỰC, NGƯNG HIỆU LỰC MỘT PHẦN",
        ListKind::Action => {
            "DANH MỤC VĂN BẢN QUY PHẠM PHÁP LUẬT CẦN ĐÌNH CHỈ, SỬA ĐỔI, BỔ SUNG, THAY THẾ, BÃI BỎ HOẶC BAN HÀNH MỚI"
        }
    }
}

fn columns(kind: ListKind) -> Vec<Column> {
    let common = [
        ("STT", 3),
        ("Tên loại văn bản", 7),
        ("Số, ký hiệu; ngày, tháng, năm ban hành", 10),
        ("Tên gọi của văn bản/Trích yếu nội dung", 22),
    ];
    let own: &[(&str, u32)] = match kind {
        ListKind::InForce => &[("Thời điểm có hiệu lực", 7), ("Ghi chú", 12)],
        ListKind::Expired => &[("Lý do hết hiệu lực", 16), ("Ngày hết hiệu lực", 7)],
        ListKind::PartlyExpired => {
            &[("Nội dung, quy định hết hiệu lực", 16), ("Lý do hết hiệu lực", 14), ("Ngày hết hiệu lực", 7)]
        }
        ListKind::Action => &[
            ("Kiến nghị (đình chỉ, sửa đổi, bổ sung, thay thế, bãi bỏ hoặc ban hành mới)", 10),
            ("Nội dung kiến nghị/Lý do kiến nghị", 22),
            ("Cơ quan/đơn vị chủ trì soạn thảo", 8),
            ("Thời hạn xử lý hoặc kiến nghị xử lý; tình hình xây dựng", 8),
        ],
    };
    common.iter().chain(own).map(|(name, share)| Column { name: (*name).to_owned(), share: *share }).collect()
}

fn by_period(kind: ListKind, documents: &[&ListedDocument], period: &Period) -> Vec<Group> {
    let whole = if kind == ListKind::Expired { "TOÀN BỘ" } else { "MỘT PHẦN" };
    let (mut within, mut before): (Vec<&ListedDocument>, Vec<&ListedDocument>) = (Vec::new(), Vec::new());
    for document in documents {
        // A day that is not known is no proof that it was before the period.
        let earlier = document.ended.as_ref().is_some_and(|ended| *ended < period.from);
        if earlier { before.push(document) } else { within.push(document) }
    }
    [("A", "TRONG KỲ RÀ SOÁT", within), ("B", "TRƯỚC KỲ RÀ SOÁT", before)]
        .into_iter()
        .map(|(letter, when, documents)| Group {
            heading: Some(format!("{letter}. VĂN BẢN HẾT HIỆU LỰC, NGƯNG HIỆU LỰC {whole} {when}")),
            rows: rows(kind, &documents),
        })
        .collect()
}

fn rows(kind: ListKind, documents: &[&ListedDocument]) -> Vec<Vec<String>> {
    documents.iter().zip(1..).map(|(document, order)| row(kind, document, order)).collect()
}

fn row(kind: ListKind, document: &ListedDocument, order: usize) -> Vec<String> {
    let unknown = || "chưa rõ".to_owned();
    let shown = |date: &Option<String>| date.as_deref().map_or_else(unknown, day);
    let number = document.so_hieu.clone().unwrap_or_else(|| "(dự thảo, chưa có số)".to_owned());
    let number = match &document.issued {
        Some(issued) => format!("{number}\nngày {}", day(issued)),
        None => number,
    };
    let mut cells = vec![order.to_string(), document.kind.name().to_owned(), number, document.title.clone()];
    match kind {
        ListKind::InForce => cells.extend([shown(&document.effective), document.note.clone()]),
        ListKind::Expired => cells.extend([document.reason.clone(), shown(&document.ended)]),
        ListKind::PartlyExpired => {
            cells.extend([document.content.clone(), document.reason.clone(), shown(&document.ended)]);
        }
        ListKind::Action => {
            cells.extend([document.content.clone(), document.reason.clone(), String::new(), document.note.clone()]);
        }
    }
    cells
}
