//! Issuing bodies, as the ending of a number names them: `TT-BTNMT` is a circular of Bộ Tài nguyên và Môi trường.
//!
//! Hard because one ministry had many abbreviations (BNN, BNNPTNT, BNN&PTNT), and because ministries merged while the
//! numbers of their documents never change: who answers for an old circular today is another question than who issued
//! it. Mergers of 2025 are in [`terms`]; those before are not here.

use crate::DocNumber;
use crate::terms;
use jiff::civil::Date;

/// An issuing body and the abbreviations of it that numbers carry.
struct Body {
    name: &'static str,
    /// With `Đ`; a number that has `D` in its place is understood.
    codes: &'static [&'static str],
}

const fn body(name: &'static str, codes: &'static [&'static str]) -> Body {
    Body { name, codes }
}

const BODIES: [Body; 55] = [
    body("Quốc hội", &["QH"]),
    body("Ủy ban Thường vụ Quốc hội", &["UBTVQH"]),
    body("Hội đồng Nhà nước", &["HĐNN"]),
    body("Chủ tịch nước", &["CTN"]),
    body("Hội đồng Bộ trưởng", &["HĐBT"]),
    body("Thủ tướng Chính phủ", &["TTg", "TTG"]),
    body("Chính phủ", &["CP"]),
    body("Hội đồng Thẩm phán Tòa án nhân dân tối cao", &["HĐTP"]),
    body("Tòa án nhân dân tối cao", &["TANDTC", "TATC", "TAND", "CA"]),
    body("Viện kiểm sát nhân dân tối cao", &["VKSNDTC", "VKSTC", "VKSNDT", "VKSND", "VT"]),
    body("Kiểm toán nhà nước", &["KTNN"]),
    body("Văn phòng Quốc hội", &["VPQH"]),
    body("Văn phòng Chủ tịch nước", &["VPCTN"]),
    body("Văn phòng Chính phủ", &["VPCP"]),
    body("Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam", &["UBTWMTTQVN", "UBTƯMTTQVN", "UBTUMTTQVN", "ĐCTUBTWMTTQVN"]),
    body("Bộ Tư pháp", &["BTP", "TP"]),
    body("Bộ Tài chính", &["BTC", "TC"]),
    body("Bộ Công an", &["BCA"]),
    body("Bộ Nội vụ", &["BNV"]),
    body("Bộ Quốc phòng", &["BQP", "QP"]),
    body("Bộ Ngoại giao", &["BNG"]),
    body("Bộ Công Thương", &["BCT"]),
    body("Bộ Công nghiệp", &["BCN"]),
    body("Bộ Thương mại", &["BTM"]),
    body("Bộ Y tế", &["BYT"]),
    body("Bộ Xây dựng", &["BXD"]),
    body("Bộ Thủy sản", &["BTS"]),
    body("Bộ Giao thông vận tải", &["BGTVT"]),
    body("Bộ Giáo dục và Đào tạo", &["BGDĐT", "BGD&ĐT", "BGD", "GD&ĐT", "GDĐT"]),
    body("Bộ Khoa học và Công nghệ", &["BKHCN", "BKH&CN"]),
    body("Bộ Khoa học, Công nghệ và Môi trường", &["BKHCNMT"]),
    body("Bộ Kế hoạch và Đầu tư", &["BKHĐT", "BKH&ĐT", "BKH"]),
    body("Bộ Tài nguyên và Môi trường", &["BTNMT", "BTN&MT"]),
    body("Bộ Nông nghiệp và Môi trường", &["BNNMT", "BNN&MT"]),
    body(
        "Bộ Nông nghiệp và Phát triển nông thôn",
        &["BNNPTNT", "BNN&PTNT", "BNN", "BNNPTN", "BNNPTTN", "NNPTNT", "NN&PTNT", "BNNVPTNT"],
    ),
    body("Bộ Thông tin và Truyền thông", &["BTTTT", "BTT&TT"]),
    body("Bộ Bưu chính, Viễn thông", &["BBCVT"]),
    body("Bộ Văn hóa, Thể thao và Du lịch", &["BVHTTDL", "BVHTT&DL"]),
    body("Bộ Văn hóa - Thông tin", &["BVHTT", "VHTT"]),
    body("Bộ Lao động - Thương binh và Xã hội", &["BLĐTBXH", "BLĐTB&XH", "BLĐTB-XH", "LĐTBXH", "BLĐ"]),
    body("Bộ Dân tộc và Tôn giáo", &["BDTTG", "BDT&TG"]),
    body("Ủy ban Dân tộc", &["UBDT"]),
    body("Thanh tra Chính phủ", &["TTCP", "TTNN"]),
    body("Ngân hàng Nhà nước Việt Nam", &["NHNN", "NHNNVN", "NH"]),
    body("Ban Tổ chức - Cán bộ Chính phủ", &["BTCCBCP", "TCCP"]),
    body("Ban Vật giá Chính phủ", &["BVGCP"]),
    body("Ủy ban Thể dục thể thao", &["UBTDTT"]),
    body("Ủy ban Dân số, Gia đình và Trẻ em", &["UBDSGĐTE"]),
    body("Tổng cục Hải quan", &["TCHQ"]),
    body("Tổng cục Địa chính", &["TCĐC"]),
    body("Tổng cục Du lịch", &["TCDL"]),
    body("Tổng cục Bưu điện", &["TCBĐ"]),
    body("Tổng Liên đoàn Lao động Việt Nam", &["TLĐLĐVN", "TLĐ"]),
    body("Hội đồng nhân dân", &["HĐND"]),
    body("Ủy ban nhân dân", &["UBND", "CTUBND"]),
];

/// The bodies that a number's ending names, in its order; several for a joint circular, none where it names none.
pub fn of_number(number: &DocNumber) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for piece in number.as_str().split(['/', '-', ':']).skip(1) {
        found.extend(of_code(piece).filter(|name| !found.contains(name)));
    }
    found
}

/// The body with this abbreviation: `BTNMT`.
pub fn of_code(code: &str) -> Option<&'static str> {
    let bare = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let same = |known: &str| known == bare || (bare.contains('D') && known.chars().eq(with_stroke(known, bare)));
    BODIES.iter().find(|body| body.codes.iter().any(|known| same(known))).map(|body| body.name)
}

/// `written` with each `D` that stands where `known` has `Đ` put right.
fn with_stroke<'a>(known: &'a str, written: &'a str) -> impl Iterator<Item = char> + 'a {
    let mut known = known.chars();
    written.chars().map(move |c| match known.next() {
        Some('Đ') if c == 'D' => 'Đ',
        _ => c,
    })
}

/// The body that answers on a day for what `name` issued: its successor where it had merged by then.
///
/// Source: Resolution 176/2025/QH15 for the ministries.
pub fn on(name: &str, day: Date) -> &str {
    let mut name = name;
    // A successor may have merged in turn; no body did so more than a few times.
    for _ in 0..4 {
        let change = terms::built_in().iter().find(|change| {
            change.from.is_some_and(|from| from <= day)
                && !change.new.is_empty()
                && change.old.iter().any(|old| old == name)
        });
        match change {
            Some(change) => name = &change.new,
            None => break,
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_ending_of_a_number_names_who_issued_it() {
        let check = |number: &str, expected: &[&str]| {
            assert_eq!(of_number(&DocNumber::from_normal(number)), expected, "{number}");
        };
        check("30/2018/TT-BTNMT", &["Bộ Tài nguyên và Môi trường"]);
        check("30/2020/NĐ-CP", &["Chính phủ"]);
        check("19/2025/QĐ-TTg", &["Thủ tướng Chính phủ"]);
        check("64/2025/QH15", &["Quốc hội"]);
        check("05/2003/PL-UBTVQH11", &["Ủy ban Thường vụ Quốc hội"]);
        check("02/2014/TTLT-BTNMT-BTC", &["Bộ Tài nguyên và Môi trường", "Bộ Tài chính"]);
        check("12/2010/TT-BGDDT", &["Bộ Giáo dục và Đào tạo"]);
        check("54/VBHN-VPQH", &["Văn phòng Quốc hội"]);
    }

    #[test]
    fn a_merged_ministrys_circular_is_answered_for_by_its_successor() {
        assert_eq!(on("Bộ Tài nguyên và Môi trường", date(2025, 2, 28)), "Bộ Tài nguyên và Môi trường");
        assert_eq!(on("Bộ Tài nguyên và Môi trường", date(2025, 3, 1)), "Bộ Nông nghiệp và Môi trường");
        assert_eq!(on("Bộ Tư pháp", date(2026, 1, 1)), "Bộ Tư pháp");
    }
}
