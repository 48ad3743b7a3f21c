//! Kinds of documents and their rank (Law 64/2025/QH15, Article 4, as amended by Law 87/2025/QH15).
//!
//! Rank is by kind, not by the issuer's prestige; inside one rank no order exists, and a lower number is a higher rank.

use crate::text::fold;
use serde::{Deserialize, Serialize};

/// A kind of document (loại văn bản).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Hiến pháp.
    HienPhap,
    /// Bộ luật.
    BoLuat,
    /// Luật.
    Luat,
    /// Nghị quyết của Quốc hội.
    NghiQuyetQh,
    /// Pháp lệnh.
    PhapLenh,
    /// Nghị quyết của Ủy ban Thường vụ Quốc hội.
    NghiQuyetUbtvqh,
    /// Lệnh của Chủ tịch nước.
    Lenh,
    /// Quyết định của Chủ tịch nước.
    QuyetDinhCtn,
    /// Nghị định của Chính phủ.
    NghiDinh,
    /// Nghị quyết của Chính phủ.
    NghiQuyetCp,
    /// Quyết định của Thủ tướng Chính phủ.
    QuyetDinhTtg,
    /// Nghị quyết của Hội đồng Thẩm phán Tòa án nhân dân tối cao.
    NghiQuyetHdtp,
    /// Thông tư.
    ThongTu,
    /// Thông tư liên tịch.
    ThongTuLienTich,
    /// Nghị quyết của Hội đồng nhân dân.
    NghiQuyetHdnd,
    /// Quyết định của Ủy ban nhân dân hoặc Chủ tịch Ủy ban nhân dân.
    QuyetDinhUbnd,
    /// Văn bản hợp nhất: a reading aid without authority of its own.
    VanBanHopNhat,
    /// Anything else, such as a minister's decision or a công văn.
    #[default]
    Other,
}

impl DocumentKind {
    /// Every kind, highest rank first.
    pub const ALL: [Self; 18] = [
        Self::HienPhap,
        Self::BoLuat,
        Self::Luat,
        Self::NghiQuyetQh,
        Self::PhapLenh,
        Self::NghiQuyetUbtvqh,
        Self::Lenh,
        Self::QuyetDinhCtn,
        Self::NghiDinh,
        Self::NghiQuyetCp,
        Self::QuyetDinhTtg,
        Self::NghiQuyetHdtp,
        Self::ThongTu,
        Self::ThongTuLienTich,
        Self::NghiQuyetHdnd,
        Self::QuyetDinhUbnd,
        Self::VanBanHopNhat,
        Self::Other,
    ];

    /// The contract's name of the kind.
    pub fn code(self) -> &'static str {
        match self {
            Self::HienPhap => "hien_phap",
            Self::BoLuat => "bo_luat",
            Self::Luat => "luat",
            Self::NghiQuyetQh => "nghi_quyet_qh",
            Self::PhapLenh => "phap_lenh",
            Self::NghiQuyetUbtvqh => "nghi_quyet_ubtvqh",
            Self::Lenh => "lenh",
            Self::QuyetDinhCtn => "quyet_dinh_ctn",
            Self::NghiDinh => "nghi_dinh",
            Self::NghiQuyetCp => "nghi_quyet_cp",
            Self::QuyetDinhTtg => "quyet_dinh_ttg",
            Self::NghiQuyetHdtp => "nghi_quyet_hdtp",
            Self::ThongTu => "thong_tu",
            Self::ThongTuLienTich => "thong_tu_lien_tich",
            Self::NghiQuyetHdnd => "nghi_quyet_hdnd",
            Self::QuyetDinhUbnd => "quyet_dinh_ubnd",
            Self::VanBanHopNhat => "van_ban_hop_nhat",
            Self::Other => "other",
        }
    }

    /// The kind with this contract name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The words that name the kind at the head of a document or a citation.
    pub fn name(self) -> &'static str {
        match self {
            Self::HienPhap => "Hiến pháp",
            Self::BoLuat => "Bộ luật",
            Self::Luat => "Luật",
            Self::NghiQuyetQh
            | Self::NghiQuyetUbtvqh
            | Self::NghiQuyetCp
            | Self::NghiQuyetHdtp
            | Self::NghiQuyetHdnd => "Nghị quyết",
            Self::PhapLenh => "Pháp lệnh",
            Self::Lenh => "Lệnh",
            Self::QuyetDinhCtn | Self::QuyetDinhTtg | Self::QuyetDinhUbnd => "Quyết định",
            Self::NghiDinh => "Nghị định",
            Self::ThongTu => "Thông tư",
            Self::ThongTuLienTich => "Thông tư liên tịch",
            Self::VanBanHopNhat => "Văn bản hợp nhất",
            Self::Other => "Văn bản",
        }
    }

    /// Rank of legal effect, 1 highest; `None` for what has no rank of its own.
    ///
    /// Source: Law 64/2025/QH15, Article 4.
    pub fn rank(self) -> Option<u8> {
        Some(match self {
            Self::HienPhap => 1,
            Self::BoLuat | Self::Luat | Self::NghiQuyetQh => 2,
            Self::PhapLenh | Self::NghiQuyetUbtvqh => 3,
            Self::Lenh | Self::QuyetDinhCtn => 4,
            Self::NghiDinh | Self::NghiQuyetCp => 5,
            Self::QuyetDinhTtg => 6,
            Self::NghiQuyetHdtp => 7,
            Self::ThongTu => 8,
            Self::ThongTuLienTich => 9,
            Self::NghiQuyetHdnd => 10,
            Self::QuyetDinhUbnd => 11,
            Self::VanBanHopNhat | Self::Other => return None,
        })
    }

    /// Whether laws and ordinances are cited by name and year, without a number
    /// (Decree 78/2025/NĐ-CP, Article 68).
    pub fn cited_by_name(self) -> bool {
        matches!(self, Self::HienPhap | Self::BoLuat | Self::Luat | Self::PhapLenh)
    }

    /// The kind a normalised number's suffix tells, given the word before it when there is one.
    ///
    /// `64/2025/QH15` alone does not tell a law from a resolution: the word decides, a law by default.
    pub fn from_number(number: &str, word: Option<&str>) -> Self {
        let word = word.map(fold).unwrap_or_default();
        let is = |name: &str| word == fold(name);
        let suffix = number.rsplit('/').next().unwrap_or_default();
        let has = |code: &str| suffix.split('-').any(|part| part == code);
        if suffix.starts_with("VBHN") || number.contains("/VBHN") {
            Self::VanBanHopNhat
        } else if suffix.contains("UBTVQH") {
            if is("Nghị quyết") || suffix.starts_with("NQ") { Self::NghiQuyetUbtvqh } else { Self::PhapLenh }
        } else if suffix.split('-').any(is_national_assembly) {
            if is("Nghị quyết") || has("NQ") {
                Self::NghiQuyetQh
            } else if is("Bộ luật") {
                Self::BoLuat
            } else {
                Self::Luat
            }
        } else if number.contains("NQLT") || is("Nghị quyết liên tịch") {
            // With the Fatherland Front; ranks with the resolutions of the state body that signs.
            if number.contains("CP") { Self::NghiQuyetCp } else { Self::Other }
        } else if number.contains("-LCT/HĐNN") {
            Self::Luat
        } else if has("NĐ") || is("Nghị định") && ["CP", "HĐBT"].iter().any(|body| number.ends_with(body)) {
            Self::NghiDinh
        } else if has("NQ") && has("CP") {
            Self::NghiQuyetCp
        } else if has("TTg") || has("TTG") {
            Self::QuyetDinhTtg
        } else if has("HĐTP") {
            Self::NghiQuyetHdtp
        } else if suffix.starts_with("TTLT")
            || ["/TTLT", "/TTLB", "/TTLN"].iter().any(|joint| number.contains(joint))
            || is("Thông tư liên tịch")
        {
            Self::ThongTuLienTich
        } else if has("TT") || is("Thông tư") {
            Self::ThongTu
        } else if has("NQ") && has("HĐND") {
            Self::NghiQuyetHdnd
        } else if has("QĐ") && (has("UBND") || has("CTUBND")) {
            Self::QuyetDinhUbnd
        } else if has("CTN") {
            if has("L") || number.contains("-L/") { Self::Lenh } else { Self::QuyetDinhCtn }
        } else {
            Self::Other
        }
    }

    /// The kind that a document's own title word and issuer tell.
    pub fn from_heading(heading: &str, issuer: Option<&str>) -> Option<Self> {
        let heading = fold(heading);
        let issuer = issuer.map(fold).unwrap_or_default();
        let is = |name: &str| heading == fold(name);
        let by = |name: &str| issuer.starts_with(&fold(name));
        Some(if is("Hiến pháp") {
            Self::HienPhap
        } else if is("Bộ luật") {
            Self::BoLuat
        } else if is("Luật") {
            Self::Luat
        } else if is("Pháp lệnh") {
            Self::PhapLenh
        } else if is("Nghị định") {
            Self::NghiDinh
        } else if is("Thông tư liên tịch") {
            Self::ThongTuLienTich
        } else if is("Thông tư") {
            Self::ThongTu
        } else if is("Văn bản hợp nhất") {
            Self::VanBanHopNhat
        } else if is("Lệnh") {
            Self::Lenh
        } else if is("Nghị quyết") {
            if by("Ủy ban Thường vụ Quốc hội") {
                Self::NghiQuyetUbtvqh
            } else if by("Quốc hội") {
                Self::NghiQuyetQh
            } else if by("Chính phủ") {
                Self::NghiQuyetCp
            } else if by("Hội đồng Thẩm phán") || by("Tòa án nhân dân tối cao") {
                Self::NghiQuyetHdtp
            } else if by("Hội đồng nhân dân") {
                Self::NghiQuyetHdnd
            } else {
                return None;
            }
        } else if is("Quyết định") {
            if by("Thủ tướng") {
                Self::QuyetDinhTtg
            } else if by("Chủ tịch nước") {
                Self::QuyetDinhCtn
            } else if by("Ủy ban nhân dân") || by("Chủ tịch Ủy ban nhân dân") {
                Self::QuyetDinhUbnd
            } else {
                Self::Other
            }
        } else {
            return None;
        })
    }
}

/// `QH15`: the National Assembly and its term.
fn is_national_assembly(piece: &str) -> bool {
    piece.strip_prefix("QH").is_some_and(|term| !term.is_empty() && term.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_its_kind() {
        let check = |number, word, kind| assert_eq!(DocumentKind::from_number(number, word), kind, "{number}");
        check("30/2020/NĐ-CP", None, DocumentKind::NghiDinh);
        check("64/2025/QH15", Some("Luật"), DocumentKind::Luat);
        check("202/2025/QH15", Some("Nghị quyết"), DocumentKind::NghiQuyetQh);
        check("44/2002/PL-UBTVQH10", None, DocumentKind::PhapLenh);
        check("19/2025/QĐ-TTg", None, DocumentKind::QuyetDinhTtg);
        check("02/2014/TTLT-BTNMT-BTC", None, DocumentKind::ThongTuLienTich);
        check("12/2024/TT-BTP", None, DocumentKind::ThongTu);
        check("67/2026/NQ-HĐND", None, DocumentKind::NghiQuyetHdnd);
        check("19/2021/QĐ-UBND", None, DocumentKind::QuyetDinhUbnd);
        check("54/VBHN-VPQH", None, DocumentKind::VanBanHopNhat);
        check("28/2026/NQ-CP", None, DocumentKind::NghiQuyetCp);
        check("51/2001/NQ-QH10", None, DocumentKind::NghiQuyetQh);
        check("39/CP", Some("Nghị định"), DocumentKind::NghiDinh);
        check("36-HĐBT", Some("Nghị định"), DocumentKind::NghiDinh);
        check("15-LCT/HĐNN8", None, DocumentKind::Luat);
        check("36-L/CTN", None, DocumentKind::Lenh);
        check("09/2008/NQLT-CP-UBTWMTTQVN", None, DocumentKind::NghiQuyetCp);
        check("185/QĐ-BTP", None, DocumentKind::Other);
    }

    #[test]
    fn codes_and_laws_share_a_rank_above_decrees() {
        assert_eq!(DocumentKind::BoLuat.rank(), DocumentKind::Luat.rank());
        assert!(DocumentKind::Luat.rank() < DocumentKind::NghiDinh.rank());
        assert!(DocumentKind::ThongTu.rank() < DocumentKind::QuyetDinhUbnd.rank());
        assert_eq!(DocumentKind::VanBanHopNhat.rank(), None);
    }

    #[test]
    fn every_kind_is_found_again_by_its_code() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_code(kind.code()), Some(kind));
        }
    }
}
