//! What a document's head, effect clause and signature say of it.
//!
//! Hard because drafts leave half of it blank ("Số:      /2026/NĐ-CP", "ngày    tháng    năm"), and because the head is
//! a two-column table whose cells arrive line by line. [`head`] reads the head, [`signature`] who signed,
//! [`commencement`] from when it applies.

mod commencement;
mod head;
mod scope;
mod signature;

pub use scope::name_by_scope;

pub use commencement::LaterStart;
pub use signature::Signer;

use crate::structure::{Line, Provision, ProvisionKind};
use crate::{ByteSpan, DocNumber, DocumentKind, date, issuer};
use jiff::civil::Date;

/// Metadata of a document (thuộc tính văn bản).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Number; `None` while a draft has none.
    pub number: Option<DocNumber>,
    /// Kind.
    pub kind: DocumentKind,
    /// Title (trích yếu), without the kind.
    pub title: Option<String>,
    /// Issuing body: as the head names it, or else as the number does.
    pub issuer: Option<String>,
    /// Every issuing body, the first included; several for a joint document.
    pub issuers: Vec<String>,
    /// Place of issue.
    pub place: Option<String>,
    /// Date of issue; the day of passage where a law gives no other.
    pub issued: Option<Date>,
    /// The day an assembly passed it.
    pub passed: Option<Date>,
    /// Date it takes effect, where it says so.
    pub effective: Option<Date>,
    /// Parts that take effect on another day.
    pub later: Vec<LaterStart>,
    /// Who signed first.
    pub signer: Option<String>,
    /// Everyone who signed, with office.
    pub signers: Vec<Signer>,
}

impl Metadata {
    /// The key of the document; `None` while it has no number.
    pub fn key(&self) -> Option<DocumentKey> {
        Some(DocumentKey {
            kind: self.kind,
            number: self.number.clone()?,
            issuer: self.issuer.clone(),
            issued: self.issued,
        })
    }
}

/// What tells a document from every other: its number alone does not always.
///
/// Two documents may bear one number where it has no year (`12/CP`, `54/VBHN-VPQH`), where it does not name its issuer
/// (the decisions of 34 provinces), and where a law and a resolution are numbered in two series (`64/2025/QH15`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentKey {
    /// Kind.
    pub kind: DocumentKind,
    /// Number.
    pub number: DocNumber,
    /// Issuing body.
    pub issuer: Option<String>,
    /// Date of issue.
    pub issued: Option<Date>,
}

impl DocumentKey {
    /// The year of the number, or else of issue.
    pub fn year(&self) -> Option<u16> {
        self.number.year().or_else(|| self.issued.and_then(|date| u16::try_from(date.year()).ok()))
    }

    /// Whether the number alone names the document.
    pub fn is_unique_number(&self) -> bool {
        let local = matches!(self.kind, DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd);
        self.number.year().is_some() && !local
    }
}

impl std::fmt::Display for DocumentKey {
    /// The contract's identifier: `30/2020/NĐ-CP`, or `12/CP@1994-03-18` where the number is not unique.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.issued {
            Some(issued) if !self.is_unique_number() => write!(f, "{}@{issued}", self.number),
            _ => write!(f, "{}", self.number),
        }
    }
}

/// Reads the metadata of a parsed text. `closing` is what stands between the last article and the annexes.
pub(crate) fn read(text: &str, provisions: &[Provision], closing: &[Line<'_>], passage: Option<ByteSpan>) -> Metadata {
    let head_end = provisions
        .iter()
        .filter(|p| p.kind != ProvisionKind::Annex)
        .map(|p| p.span.start)
        .min()
        .unwrap_or_else(|| floor_boundary(text, 2_000));
    let head = head::read(&text[..head_end]);
    let passed = passage.and_then(|span| {
        let words = span.of(text);
        let at = words.find("thông qua")?;
        date::find(&words[at..]).map(|(date, ..)| date)
    });
    let issued = head.issued.or(passed);
    let (effective, later) = commencement::read(text, provisions, issued);
    let signers = signature::read(closing);
    let mut issuers: Vec<String> = match &head.number {
        Some(number) => issuer::of_number(number).into_iter().map(str::to_owned).collect(),
        None => head.blank.iter().flat_map(issuer::of_number).map(str::to_owned).collect(),
    };
    let issuer = head.issuer.or_else(|| issuers.first().cloned());
    // The head names a province, which no number does.
    if issuers.len() < 2 {
        issuers = issuer.iter().cloned().collect();
    }
    Metadata {
        number: head.number,
        kind: head.kind,
        title: head.title,
        issuer,
        issuers,
        place: head.place,
        issued,
        passed,
        effective,
        later,
        signer: signers.first().map(|signer| signer.name.clone()),
        signers,
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::parse;
    use jiff::civil::date;

    #[test]
    fn the_head_of_a_draft_decree_with_blanks_is_read() {
        let metadata = parse(
            "CHÍNH PHỦ\nSố:       /2026/NĐ-CP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
             Hà Nội, ngày      tháng      năm 2026\nNGHỊ ĐỊNH\nQuy định chi tiết một số điều\ncủa Bộ luật Lao động\n\
             _____\nCăn cứ Luật Tổ chức Chính phủ;\nĐiều 1. A\nNghị định này có hiệu lực thi hành kể từ ngày 01 tháng 01 năm 2027.\n\
             TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn An",
        )
        .metadata;
        let signer = Signer { name: "Nguyễn Văn An".into(), office: "TM. CHÍNH PHỦ THỦ TƯỚNG".into() };
        assert_eq!(
            metadata,
            Metadata {
                number: None,
                kind: DocumentKind::NghiDinh,
                title: Some("Quy định chi tiết một số điều của Bộ luật Lao động".into()),
                issuer: Some("Chính phủ".into()),
                place: Some("Hà Nội".into()),
                issued: None,
                effective: Some(date(2027, 1, 1)),
                signer: Some("Nguyễn Văn An".into()),
                issuers: vec!["Chính phủ".into()],
                signers: vec![signer],
                passed: None,
                later: Vec::new(),
            }
        );
    }

    #[test]
    fn the_head_of_a_code_is_read() {
        let metadata = parse(
            "QUỐC HỘI \nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc \nLuật số: 91/2015/QH13\n\
             Hà Nội, ngày 24 tháng 11 năm 2015\n\nBỘ LUẬT\nDÂN SỰ\nCăn cứ Hiến pháp;\nĐiều 1. A\nB.\n\
             CHỦ TỊCH QUỐC HỘI Nguyễn Sinh Hùng",
        )
        .metadata;
        assert_eq!(metadata.number, DocNumber::parse("91/2015/QH13"));
        assert_eq!(metadata.kind, DocumentKind::BoLuat);
        assert_eq!(metadata.title.as_deref(), Some("Dân sự"));
        assert_eq!(metadata.issuer.as_deref(), Some("Quốc hội"));
        assert_eq!(metadata.issued, Some(date(2015, 11, 24)));
        assert_eq!(metadata.signer.as_deref(), Some("Nguyễn Sinh Hùng"));
    }

    #[test]
    fn a_portals_line_above_the_head_has_the_number() {
        let number =
            |line: &str| parse(&format!("{line}\nLUẬT\nCƯ TRÚ\nCăn cứ Hiến pháp;\nĐiều 1. A\nB.")).metadata.number;
        assert_eq!(number("Luật Cư trú số 68/2020/QH14"), DocNumber::parse("68/2020/QH14"));
        assert_eq!(number("Dự thảo thay thế Luật Cư trú số 68/2020/QH14"), None, "of another");
        assert_eq!(number("Luật Căn cước số 26/2023/QH15"), None);
    }

    #[test]
    fn a_provincial_issuer_keeps_its_provinces_name() {
        let metadata =
            parse("ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG NAI\nSố: 19/2026/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc A\nĐiều 1. B").metadata;
        assert_eq!(metadata.issuer.as_deref(), Some("Ủy ban nhân dân tỉnh Đồng Nai"));
        assert_eq!(metadata.kind, DocumentKind::QuyetDinhUbnd);
        assert_eq!(metadata.title.as_deref(), Some("Về việc A"));
    }

    #[test]
    fn a_joint_circular_has_several_issuers_and_signers() {
        let metadata = parse(
            "BỘ TÀI CHÍNH - BỘ TƯ PHÁP\nSố: 02/2014/TTLT-BTC-BTP\nHà Nội, ngày 5 tháng 1 năm 2014\n\
             THÔNG TƯ LIÊN TỊCH\nVề việc thử\nCăn cứ Luật Thử;\nĐiều 1. A\nB.\nKT. BỘ TRƯỞNG BỘ TÀI CHÍNH\nTHỨ TRƯỞNG\n\
             Nguyễn Văn An\nKT. BỘ TRƯỞNG BỘ TƯ PHÁP\nTHỨ TRƯỞNG\nTrần Thị Bình\nNơi nhận:\n- Lưu: VT.",
        )
        .metadata;
        assert_eq!(metadata.kind, DocumentKind::ThongTuLienTich);
        assert_eq!(metadata.issuers, ["Bộ Tài chính", "Bộ Tư pháp"]);
        let names: Vec<&str> = metadata.signers.iter().map(|signer| signer.name.as_str()).collect();
        assert_eq!(names, ["Nguyễn Văn An", "Trần Thị Bình"]);
        assert_eq!(metadata.signers[1].office, "KT. BỘ TRƯỞNG BỘ TƯ PHÁP THỨ TRƯỞNG");
    }

    #[test]
    fn a_law_is_issued_the_day_it_was_passed() {
        let metadata = parse(
            "QUỐC HỘI\nLuật số: 5/2026/QH16\nLUẬT\nTHỬ NGHIỆM\nĐiều 1. A\nB.\n\
             Luật này được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa XVI, kỳ họp thứ 1 thông qua ngày 3 tháng 4 năm 2026.\n\
             CHỦ TỊCH QUỐC HỘI\nNguyễn Văn An",
        )
        .metadata;
        assert_eq!(metadata.passed, Some(date(2026, 4, 3)));
        assert_eq!(metadata.issued, Some(date(2026, 4, 3)));
        assert_eq!(metadata.signer.as_deref(), Some("Nguyễn Văn An"));
    }

    #[test]
    fn a_number_that_others_bear_too_is_told_apart_by_its_date() {
        let check = |number: &str, kind, expected: &str| {
            let key = DocumentKey {
                kind,
                number: DocNumber::from_normal(number),
                issuer: None,
                issued: Some(date(1994, 3, 18)),
            };
            assert_eq!(key.to_string(), expected);
        };
        check("12/CP", DocumentKind::NghiDinh, "12/CP@1994-03-18");
        check("19/2021/QĐ-UBND", DocumentKind::QuyetDinhUbnd, "19/2021/QĐ-UBND@1994-03-18");
        check("30/2020/NĐ-CP", DocumentKind::NghiDinh, "30/2020/NĐ-CP");
    }
}
