//! The grammar of citations on worked examples, what they resolve to, and what must hold for any text.

use super::*;
use proptest::prelude::*;

/// `document eid ^enclosing` of every target; `this` for the citing text, `~name` for a name left open, `+` where a
/// range runs on to the next.
fn targets(text: &str) -> Vec<String> {
    citations(text, Register::built_in())
        .into_iter()
        .flat_map(|citation| citation.targets)
        .map(|target| {
            let mut shown = match &target.document {
                DocumentReference::This => "this".to_owned(),
                DocumentReference::Number { number, .. } => number.to_string(),
                DocumentReference::Name { number: Some(number), .. } => number.to_string(),
                DocumentReference::Name { name, .. } => format!("~{name}"),
            };
            if let Some(eid) = &target.eid {
                shown = format!("{shown} {eid}");
            }
            if let Some(kind) = target.within {
                shown = format!("{shown} ^{}", kind.code());
            }
            shown
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(targets(text), expected, "{text}");
}

#[test]
fn all_worked_examples_of_the_domain_reference() {
    let table: [(&str, &[&str]); 48] = [
        // 1-4
        (
            "điểm b khoản 2 Điều 15 Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
            &["30/2020/NĐ-CP art_15__para_2__point_b"],
        ),
        ("Điều 5 Luật Hộ tịch", &["~Luật Hộ tịch art_5"]),
        ("Luật Đất đai năm 2024", &["31/2024/QH15"]),
        ("Bộ luật Dân sự năm 2015", &["91/2015/QH13"]),
        // 5-10: lists and ranges
        ("khoản 1 và khoản 3 Điều 7", &["this art_7__para_1", "this art_7__para_3"]),
        (
            "các điểm a, b và c khoản 2 Điều 9",
            &["this art_9__para_2__point_a", "this art_9__para_2__point_b", "this art_9__para_2__point_c"],
        ),
        (
            "các điểm a, b, c, d và đ khoản 1",
            &[
                "this para_1__point_a",
                "this para_1__point_b",
                "this para_1__point_c",
                "this para_1__point_d",
                "this para_1__point_đ",
            ],
        ),
        (
            "từ điểm a đến điểm e khoản 2 Điều 4",
            &[
                "this art_4__para_2__point_a",
                "this art_4__para_2__point_b",
                "this art_4__para_2__point_c",
                "this art_4__para_2__point_d",
                "this art_4__para_2__point_đ",
                "this art_4__para_2__point_e",
            ],
        ),
        (
            "từ Điều 5 đến Điều 9 của Nghị định này",
            &["this art_5", "this art_6", "this art_7", "this art_8", "this art_9"],
        ),
        ("các Điều 3, 4, 5 và khoản 2 Điều 8", &["this art_3", "this art_4", "this art_5", "this art_8__para_2"]),
        // 11-14: relative
        (
            "khoản này; Điều này; theo Chương này. Luật này. Thông tư này",
            &["this ^paragraph", "this ^article", "this ^chapter", "this", "this"],
        ),
        ("quy định tại điểm a khoản này", &["this point_a ^paragraph"]),
        ("khoản 2 Điều này", &["this para_2 ^article"]),
        ("Điều 6 và Điều 7 Chương II Thông tư này", &["this art_6", "this art_7"]),
        // 15-16: chapters and sections
        ("Chương II Luật Công chứng", &["~Luật Công chứng chp_II"]),
        ("Mục 1 Chương III Nghị định này", &["this chp_III__sec_1"]),
        // 17-19: binding
        ("điểm c khoản 1 và khoản 2 Điều 10", &["this art_10__para_1__point_c", "this art_10__para_2"]),
        (
            "khoản 1, điểm a khoản 2 và khoản 3 Điều 8",
            &["this art_8__para_1", "this art_8__para_2__point_a", "this art_8__para_3"],
        ),
        (
            "điểm a và điểm b khoản 1, khoản 3 Điều 12; Điều 14",
            &["this art_12__para_1__point_a", "this art_12__para_1__point_b", "this art_12__para_3", "this art_14"],
        ),
        // 20-22: inserted units
        ("Điều 12a", &["this art_12a"]),
        ("điểm a1 khoản 2 Điều 6", &["this art_6__para_2__point_a1"]),
        ("khoản 2b Điều 30", &["this art_30__para_2b"]),
        // 23-24: amended documents (roles and years have tests of their own)
        (
            "Nghị định số 23/2015/NĐ-CP ngày 16 tháng 02 năm 2015 của Chính phủ được sửa đổi, bổ sung bởi Nghị định số \
             07/2025/NĐ-CP và Nghị định số 280/2025/NĐ-CP",
            &["23/2015/NĐ-CP", "07/2025/NĐ-CP", "280/2025/NĐ-CP"],
        ),
        ("Luật Xử lý vi phạm hành chính năm 2012 được sửa đổi, bổ sung năm 2020, 2025", &["15/2012/QH13"]),
        // 25-27: laws by number, amending laws
        ("Luật số 64/2025/QH15", &["64/2025/QH15"]),
        (
            "Luật sửa đổi, bổ sung một số điều của Luật Lý lịch tư pháp",
            &["~Luật sửa đổi, bổ sung một số điều của Luật Lý lịch tư pháp"],
        ),
        ("khoản 3 Điều 1 Luật số 03/2022/QH15", &["03/2022/QH15 art_1__para_3"]),
        // 28-33: other kinds
        ("Thông tư liên tịch số 02/2014/TTLT-BTNMT-BTC", &["02/2014/TTLT-BTNMT-BTC"]),
        ("Nghị quyết số 202/2025/QH15", &["202/2025/QH15"]),
        (
            "Quyết định số 19/2021/QĐ-UBND ngày 09 tháng 6 năm 2021 của Ủy ban nhân dân tỉnh Bình Phước",
            &["19/2021/QĐ-UBND"],
        ),
        ("Quy chế ban hành kèm theo Quyết định số 05/2022/QĐ-UBND", &["05/2022/QĐ-UBND annex_1"]),
        ("Điều 5 Quy chế ban hành kèm theo Quyết định số 05/2022/QĐ-UBND", &["05/2022/QĐ-UBND annex_1__art_5"]),
        ("Phụ lục II ban hành kèm theo Nghị định này; Mẫu số 03 tại Phụ lục I", &["this annex_II", "this annex_I"]),
        ("Văn bản hợp nhất số 54/VBHN-VPQH năm 2025", &["54/VBHN-VPQH"]),
        // 34-35: open references
        ("pháp luật về đất đai; quy định của pháp luật có liên quan", &[]),
        ("Nghị định này và các văn bản hướng dẫn thi hành", &["this"]),
        // 36: short forms
        ("NĐ 30/2020", &["30/2020/NĐ-CP"]),
        ("TT 12/2024/TT-BTP", &["12/2024/TT-BTP"]),
        ("k2 Đ5 NĐ 79/2025", &["79/2025/NĐ-CP art_5__para_2"]),
        // 37-38: aliases
        (
            "theo quy định tại Điều 3 Luật Giá (sau đây gọi là Luật). Giá do Nhà nước định theo Điều 7 của Luật",
            &["~Luật Giá art_3", "~Luật Giá art_7"],
        ),
        (
            "Nghị định số 123/2015/NĐ-CP (sau đây viết tắt là Nghị định số 123). Thực hiện Điều 4 Nghị định số 123",
            &["123/2015/NĐ-CP", "123/2015/NĐ-CP art_4"],
        ),
        // 39: split where the document changes
        (
            "Điều 5, 6, 7 và 8 của Luật này và Điều 2 Nghị định số 15 /2015/NĐ–CP",
            &["this art_5", "this art_6", "this art_7", "this art_8", "15/2015/NĐ-CP art_2"],
        ),
        // 40: less than a provision
        ("đoạn 2 khoản 1 Điều 4", &["this art_4__para_1"]),
        ("gạch đầu dòng thứ nhất điểm b khoản 2", &["this para_2__point_b"]),
        ("dòng thứ 3 cột 2 Phụ lục I", &["this annex_I"]),
        // 41-42
        ("khoản 4 Điều 54 Luật Đất đai số: 31/2024/QH15", &["31/2024/QH15 art_54__para_4"]),
        (
            "Sửa đổi khoản 2 Điều 5 như sau: “2. Việc này theo quy định tại khoản 1 Điều này.”",
            &["this art_5__para_2", "this para_1 ^article"],
        ),
        ("", &[]),
    ];
    for (text, expected) in table {
        check(text, expected);
    }
}

#[test]
fn lists_of_points_paragraphs_and_articles() {
    check(
        "khoản 1, 2 và 3 Điều 4; các điểm a, b khoản 5 Điều 6 của Luật Giá",
        &[
            "~Luật Giá art_4__para_1",
            "~Luật Giá art_4__para_2",
            "~Luật Giá art_4__para_3",
            "~Luật Giá art_6__para_5__point_a",
            "~Luật Giá art_6__para_5__point_b",
        ],
    );
    check("Điều 5 và Điều 6 Luật này", &["this art_5", "this art_6"]);
    check("Luật này và Nghị định số 1/2020/NĐ-CP", &["this", "1/2020/NĐ-CP"]);
    check("khoản 2 và 15 ngày sau, luật sư và Luật sư đoàn", &["this para_2"]);
    check("khoản 1 các điều 5 và 6 Luật này", &["this art_5__para_1", "this art_6__para_1"]);
    check("điểm a khoản 1, b khoản 2 Điều 9", &["this art_9__para_1__point_a", "this art_9__para_2__point_b"]);
    check("Điều 5 khoản 2 Luật này; Điều 7, khoản 3", &["this art_5__para_2", "this art_7__para_3"]);
    check("các mục II và III Chương IV", &["this chp_IV__sec_II", "this chp_IV__sec_III"]);
    check("từ Chương II đến Chương IV", &["this chp_II", "this chp_III", "this chp_IV"]);
    check("các khoản từ 1 đến 3 Điều 8", &["this art_8__para_1", "this art_8__para_2", "this art_8__para_3"]);
    check("Phụ lục số 01 và Phụ lục ban hành kèm theo Thông tư này", &["this annex_1", "this annex_1"]);
    check("điểm 2.1 khoản 3 Mục II", &["this sec_II__para_3__point_2.1"]);
}

#[test]
fn two_operations_of_one_instruction_share_what_is_said_at_its_end() {
    check(
        "Sửa đổi, bổ sung khoản 2 và bổ sung khoản 3 vào sau khoản 2 Điều 41 như sau:",
        &["this art_41__para_2", "this art_41__para_3", "this art_41__para_2"],
    );
    check(
        "Sửa đổi điểm b và bổ sung điểm c khoản 4 Điều 8 Nghị định số 1/2020/NĐ-CP như sau:",
        &["1/2020/NĐ-CP art_8__para_4__point_b", "1/2020/NĐ-CP art_8__para_4__point_c"],
    );
    check(
        "Bổ sung khoản 2a vào sau khoản 2; bãi bỏ khoản 5 Điều 17 như sau:",
        &["this art_17__para_2a", "this art_17__para_2", "this art_17__para_5"],
    );
    check("Sửa đổi điểm a khoản 6 và bãi bỏ khoản 9 Điều 3", &["this art_3__para_6__point_a", "this art_3__para_9"]);
    // A point is no part of the paragraph that the next instruction names, and a new sentence is a new instruction.
    check("Bãi bỏ điểm a và sửa đổi khoản 9 Điều 3", &["this point_a", "this art_3__para_9"]);
    check("Bãi bỏ khoản 1. Sửa đổi khoản 9 Điều 3", &["this para_1", "this art_3__para_9"]);
}

#[test]
fn a_document_at_the_end_is_that_of_all_instructions_of_the_sentence() {
    check(
        "Bỏ từ “chợ” tại khoản 1 Điều 4; bỏ cụm từ “phố cũ” tại khoản 2 Điều 6 của Nghị định số 1/2020/NĐ-CP.",
        &["1/2020/NĐ-CP art_4__para_1", "1/2020/NĐ-CP art_6__para_2"],
    );
    check(
        "Thêm cụm từ “a” vào sau cụm từ “b” tại khoản 1 Điều 4; bãi bỏ khoản 2 Điều 6 của Thông tư này",
        &["this art_4__para_1", "this art_6__para_2"],
    );
    check(
        "Bỏ dấu “,” trước từ “a” tại điểm b khoản 1, trước từ “c” tại điểm d khoản 1 Điều 6 của Nghị định số 1/2020/NĐ-CP",
        &["1/2020/NĐ-CP art_6__para_1__point_b", "1/2020/NĐ-CP art_6__para_1__point_d"],
    );
    check(
        "Bỏ từ \"a\" tại khoản 1 và cụm từ “theo khoản 5 Điều này” tại khoản 2 Điều 6 Nghị định số 1/2020/NĐ-CP",
        &["1/2020/NĐ-CP art_6__para_1", "this para_5 ^article", "1/2020/NĐ-CP art_6__para_2"],
    );
    check("Bãi bỏ Điều 4 và thay thế Nghị định số 1/2020/NĐ-CP", &["this art_4", "1/2020/NĐ-CP"]);
}

#[test]
fn printed_marks_and_notes_do_not_break_a_chain() {
    check(
        "Điều 5, <Điều 6>(*) Điều 7 Nghị định số 1/2020/NĐ-CP",
        &["1/2020/NĐ-CP art_5", "1/2020/NĐ-CP art_6", "1/2020/NĐ-CP art_7"],
    );
    check("theo khoản 2[12] Điều 5[3] của Nghị định số 1/2020/NĐ-CP", &["1/2020/NĐ-CP art_5__para_2"]);
    check("điểm a(ii), b(i) và b (ii) khoản 3 Điều 6", &["this art_6__para_3__point_a", "this art_6__para_3__point_b"]);
}

#[test]
fn an_annex_is_bound_to_what_it_comes_with() {
    check("theo Phụ lục 2 đính kèm Thông tư này", &["this annex_2"]);
    check("theo Phụ lục số 01, 02 và 03 ban hành kèm Thông tư này", &["this annex_1", "this annex_2", "this annex_3"]);
    check(
        "theo Mục III - Phí qua đò thuộc Phụ lục số 02 - Biểu phí ban hành kèm theo Nghị định số 1/2020/NĐ-CP",
        &["1/2020/NĐ-CP annex_2__sec_III"],
    );
}

#[test]
fn a_paragraph_after_its_article_belongs_to_it() {
    check(
        "Điều 9, các khoản 2, 3 và khoản 4 (tội A)",
        &["this art_9__para_2", "this art_9__para_3", "this art_9__para_4"],
    );
    check("Điều 9, khoản 2 Điều 10", &["this art_9", "this art_10__para_2"]);
    check("Điều 9 và khoản 2 Điều này", &["this art_9", "this para_2 ^article"]);
}

#[test]
fn what_follows_the_title_of_a_document_is_cited() {
    check(
        "Nghị định số 1/2020/NĐ-CP ngày 01 tháng 3 năm 2020 của Chính phủ về đò, trừ Điều 9 của Thông tư này, và về phà",
        &["1/2020/NĐ-CP", "this art_9"],
    );
    check(
        "bãi bỏ Nghị định số 1/2020/NĐ-CP về thi hành Luật Giá kể từ ngày Nghị định này có hiệu lực",
        &["1/2020/NĐ-CP", "this"],
    );
    check(
        "Thông tư số 2/2021/TT-BTC ngày 01/3/2021, hướng dẫn thực hiện Nghị định số 1/2020/NĐ-CP",
        &["2/2021/TT-BTC"],
    );
}

#[test]
fn an_amending_title_holds_what_it_amends() {
    check(
        "theo Thông tư số 2/2021/TT-BTC của Bộ trưởng Bộ Tài chính bổ sung biểu mẫu tại Thông tư số 1/2020/TT-BTC; Điều 3",
        &["2/2021/TT-BTC", "this art_3"],
    );
}

#[test]
fn an_enclosing_unit_is_never_the_other_documents() {
    check("khoản 1 Điều này hoặc khoản 2 Điều 9 Luật Giá", &["this para_1 ^article", "~Luật Giá art_9__para_2"]);
    check("Điều này và Điều 117 của Luật này", &["this ^article", "this art_117"]);
}

#[test]
fn numbers_are_read_through_noise() {
    check("Điêu 5 Nghị định số 15 /2015/NĐ–CP", &["15/2015/NĐ-CP art_5"]);
    check("khoan 2 Điều 5; giếng khoan 2 mét", &["this art_5__para_2"]);
    check("theo khoản 2\nĐiều 5 của\nNghị định số 15/2015/\nNĐ-CP", &["15/2015/NĐ-CP art_5__para_2"]);
    check("quy định tạiĐiều 7 Nghị định số 11/2020/NĐ-CPđể làm", &["11/2020/NĐ-CP art_7"]);
    check("nghi dinh so 30/2020/ND-CP", &["30/2020/NĐ-CP"]);
    check("theo Điều 3 Nghị quyết số 41a/2019/NQ-CP ngày 2/1/2019", &["41a/2019/NQ-CP art_3"]);
    check("theo khoản 2, Điều 17của Nghị định nàythì", &["this art_17__para_2"]);
    check("Thông tư số161/2012/TT-BTCngày 02 tháng 10 năm 2012", &["161/2012/TT-BTC"]);
    check("QUY ĐỊNH CHI TIẾT ĐIỀU 5 CỦA LUẬT ĐẤT ĐAI", &["~LUẬT ĐẤT ĐAI art_5"]);
    check("khoản 20 triệu đồng, tài khoản 131, thời điểm a, điểm y tế", &[]);
    check("Luật Biên phòng số 66/2020/QH14 và Luật số 66/2020/QH14", &["66/2020/QH14", "66/2020/QH14"]);
}

#[test]
fn names_keep_their_marks_and_conjunctions() {
    check("Luật Doanh nghiệp, Luật Đầu tư và Luật Đấu thầu", &["~Luật Doanh nghiệp", "~Luật Đầu tư", "~Luật Đấu thầu"]);
    check("Luật Phòng, chống tham nhũng và Luật Giá", &["~Luật Phòng, chống tham nhũng", "~Luật Giá"]);
    check("Luật Bảo vệ và phát triển rừng", &["~Luật Bảo vệ và phát triển rừng"]);
    check("Luật Đầu tư, công ty phải báo cáo", &["~Luật Đầu tư"]);
    check("Điều 3 Luật Luật sư", &["~Luật Luật sư art_3"]);
    check("Luật Trồng hoa và tỉa cây năm 2031", &["~Luật Trồng hoa và tỉa cây"]);
    check("Luật Trồng hoa được áp dụng", &["~Luật Trồng hoa"]);
    check("Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;", &["51/2005/QH11"]);
    check("Điều 5 BLHS 2015", &["100/2015/QH13 art_5"]);
    check("Hiến pháp và pháp luật; theo Điều 5 Hiến pháp", &["~Hiến pháp art_5"]);
}

#[test]
fn lists_of_numbers_need_their_kind_once() {
    check(
        "các Nghị định số 1/2014/NĐ-CP, số 2/2014/NĐ-CP và 3/2015/NĐ-CP",
        &["1/2014/NĐ-CP", "2/2014/NĐ-CP", "3/2015/NĐ-CP"],
    );
}

#[test]
fn headings_and_titles_are_no_citations() {
    check("Điều 5. Phạm vi\n1. Theo Điều 6", &["this art_6"]);
    check("Chương II\nQUY ĐỊNH CHUNG", &[]);
    check("LUẬT\nĐẤT ĐAI\nLUẬT ĐẤT ĐAI", &[]);
    check(
        "Nghị định số 1/2020/NĐ-CP ngày 01 tháng 3 năm 2020 của Chính phủ quy định chi tiết một số điều của Luật Giá; Luật Phí và lệ phí",
        &["1/2020/NĐ-CP", "~Luật Phí và lệ phí"],
    );
}

#[test]
fn a_short_name_means_its_document_after_its_definition() {
    check(
        "Luật Đất đai số 31/2024/QH15 (sau đây gọi tắt là Luật). Điều 5 của Luật này khác Điều 6 của Luật, luật sư thì không.",
        &["31/2024/QH15", "this art_5", "31/2024/QH15 art_6"],
    );
    check(
        "Nghị định số 59/2009/NĐ-CP về ngân hàng; theo khoản 3 Điều 36 Nghị định số 59",
        &["59/2009/NĐ-CP", "59/2009/NĐ-CP art_36__para_3"],
    );
    check("theo Điều 36 Nghị định số 59", &["~Nghị định số 59 art_36"]);
}

#[test]
fn an_issuer_a_year_and_years_of_amendment_are_kept() {
    let document = |text: &str| citations(text, Register::built_in())[0].targets[0].document.clone();
    let found = document("Quyết định số 19/2021/QĐ-UBND ngày 09/6/2021 của Ủy ban nhân dân tỉnh Bình Phước về đất");
    assert!(
        matches!(&found, DocumentReference::Number { issuer: Some(issuer), day: Some(_), .. }
            if issuer == "Ủy ban nhân dân tỉnh Bình Phước"),
        "{found:?}"
    );
    let found = document("Luật Xử lý vi phạm hành chính năm 2012 được sửa đổi, bổ sung năm 2020, 2025");
    assert!(
        matches!(&found, DocumentReference::Name { amended, year: Some(2012), .. } if *amended == [2020, 2025]),
        "{found:?}"
    );
    let found = document("Văn bản hợp nhất số 54/VBHN-VPQH năm 2025");
    assert!(matches!(found, DocumentReference::Number { year: Some(2025), .. }), "{found:?}");
}

#[test]
fn words_that_narrow_a_provision_are_kept() {
    let locator = |text: &str| {
        let found = citations(text, Register::built_in());
        found[0].locator.map(|span| span.of(text).to_owned())
    };
    assert_eq!(locator("theo đoạn 2 khoản 1 Điều 4").as_deref(), Some("đoạn 2"));
    assert_eq!(locator("gạch đầu dòng thứ nhất điểm b khoản 2").as_deref(), Some("gạch đầu dòng thứ nhất"));
    assert_eq!(locator("Mẫu số 03 tại Phụ lục I").as_deref(), Some("Mẫu số 03"));
    assert_eq!(locator("theo khoản 1 Điều 4"), None);
}

#[test]
fn roles_are_told_by_what_stands_around() {
    let roles = |text: &str| citations(text, Register::built_in()).iter().map(|c| c.role.code()).collect::<Vec<_>>();
    assert_eq!(
        roles(
            "Căn cứ Nghị định số 23/2015/NĐ-CP ngày 16 tháng 02 năm 2015 của Chính phủ được sửa đổi, bổ sung bởi Nghị định \
             số 07/2025/NĐ-CP và Nghị định số 280/2025/NĐ-CP;"
        ),
        ["basis", "amender", "amender"]
    );
    assert_eq!(roles("Căn cứ quy định tại Điều 5 Luật Giá, Bộ trưởng quyết định."), ["reference"]);
    assert_eq!(
        roles("Điều 1\n1. Sửa đổi, bổ sung khoản 2 Điều 5 như sau:\n“2. Theo Điều 9 Luật này.”."),
        ["target", "quoted"]
    );
    assert_eq!(roles("Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 1/2020/NĐ-CP"), ["target"]);
    assert_eq!(
        roles("thực hiện theo khoản 1 Điều 3 Nghị định số 1/2020/NĐ-CP; theo Luật số 2/2020/QH14"),
        ["reference", "reference"]
    );
    assert_eq!(roles("Nghị định này thay thế Nghị định số 1/2020/NĐ-CP."), ["reference", "target"]);
    assert_eq!(roles("Nghị định số 1/2020/NĐ-CP hết hiệu lực kể từ ngày 01 tháng 7 năm 2026."), ["target"]);
    assert_eq!(roles("Bãi bỏ Điều 3, khoản 2 Điều 4 và Phụ lục II."), ["target"]);
    assert_eq!(
        roles("Bãi bỏ Nghị định số 1/2020/NĐ-CP về đò kể từ ngày Nghị định này có hiệu lực."),
        ["target", "reference"]
    );
    assert_eq!(
        roles(
            "Bãi bỏ quy định về đò tại Điều 5 Nghị định số 1/2020/NĐ-CP theo lộ trình quy định tại khoản 2 Điều này."
        ),
        ["target", "reference"]
    );
    assert_eq!(roles("Theo Luật Giá được sửa đổi, bổ sung tại khoản 7 Điều 1 của Luật này"), ["reference", "amender"]);
    assert_eq!(roles("“Căn cứ Luật Giá được sửa đổi theo Luật số 2/2020/QH14;"), ["quoted", "quoted"]);
    assert_eq!(
        roles(
            "Bãi bỏ Nghị định số 1/2020/NĐ-CP quy định chi tiết Luật sửa đổi Luật Giá; Nghị định số 2/2020/NĐ-CP về đò."
        ),
        ["target", "target"]
    );
    assert_eq!(
        roles("Người nộp không giải trình, bổ sung hồ sơ hoặc có giải trình, bổ sung hồ sơ theo Phụ lục I."),
        ["reference"]
    );
    assert_eq!(roles("Việc này theo Điều 5 Luật Giá.\";"), ["quoted"]);
}

#[test]
fn an_inserted_unit_takes_its_article_from_its_anchor() {
    check(
        "Bổ sung khoản 1a vào sau khoản 1 Điều 5 của Nghị định số 1/2020/NĐ-CP như sau:",
        &["1/2020/NĐ-CP art_5__para_1a", "1/2020/NĐ-CP art_5__para_1"],
    );
    check("Bổ sung Điều 12a vào sau Điều 12 như sau:", &["this art_12a", "this art_12"]);
    check("Bổ sung khoản 5 vào Điều 5 như sau:", &["this art_5__para_5", "this art_5"]);
    check(
        "Bổ sung các mục 2a và 2b vào sau Mục 2 Chương III như sau:",
        &["this chp_III__sec_2a", "this chp_III__sec_2b", "this chp_III__sec_2"],
    );
}

#[test]
fn numbers_of_odd_styles_follow_their_kind() {
    check("theo Quyết định số 428/KHCN-VC và Nghị quyết số 522b/NQ-UBTVQH13", &["428/KHCN-VC", "522b/NQ-UBTVQH13"]);
    check("Điều 2 Luật Giá năm 2023 số 16/2023/QH15", &["16/2023/QH15 art_2"]);
    check("theo Luật số số 16/2023/QH15 và Luật Giá so 16/2023/QH15", &["16/2023/QH15", "16/2023/QH15"]);
    check("Nghị định số 26/2020/NĐ-CPgửi; Quyết định số 7/QĐ-TTgngày 2/1/2020", &["26/2020/NĐ-CP", "7/QĐ-TTg"]);
    check("theo Thông tưsố 2/2021/TT-BTC; theo Nghịđịnh số 1/2020/NĐ-CP", &["2/2021/TT-BTC", "1/2020/NĐ-CP"]);
    check("Mẫu số 1/KHCN; số 12/2020; ngày 5-10-1995; Nghị định số 5-10-1995", &[]);
    check(
        "Điều 3 Thông tư liên tịch Bộ Y tế - Bộ Tài chính số 3/2014/TTLT-BYT-BTC; Quyết định của Thủ tướng Chính phủ số 5/2005/QĐ-TTg",
        &["3/2014/TTLT-BYT-BTC art_3", "5/2005/QĐ-TTg"],
    );
    check(
        "thay thế các Thông tư: số 4/2011/TT-BTC ngày 29/3/2011 về đò; số 5/2012/TT-BTC ngày 02/8/2012 về phà",
        &["4/2011/TT-BTC", "5/2012/TT-BTC"],
    );
}

#[test]
fn what_an_issuer_ends_at_is_cited() {
    check(
        "theo Điều 7 Nghị định số 1/2020/NĐ-CP ngày 01/3/2020 của Chính phủ và Điều 13 Thông tư này",
        &["1/2020/NĐ-CP art_7", "this art_13"],
    );
    check(
        "theo Thông tư số 2/2021/TT-BTC ngày 01/3/2021 của Bộ Tài chính đến thời điểm Thông tư này có hiệu lực",
        &["2/2021/TT-BTC", "this"],
    );
    check(
        "theo Điều 4 Thông tư liên tịch số 3/2014/TTLT-BYT-BTC ngày 01/3/2014 của Viện Kiểm nghiệm, Bộ Y tế, Bộ Tài chính \
         quy định một số điều của Bộ luật Hình sự",
        &["3/2014/TTLT-BYT-BTC art_4"],
    );
}

#[test]
fn a_title_ends_where_the_sentence_goes_on() {
    let decree = "Nghị định số 1/2020/NĐ-CP ngày 01 tháng 3 năm 2020 của Chính phủ về đò";
    let go_on: [(&str, &[&str]); 7] = [
        ("và thay thế Nghị định số 2/2020/NĐ-CP", &["2/2020/NĐ-CP"]),
        ("và bãi bỏ quy định tại Điều 6 Nghị định số 2/2020/NĐ-CP", &["2/2020/NĐ-CP art_6"]),
        (", Điều 8 và Điều 9, Nghị định số 2/2020/NĐ-CP", &["2/2020/NĐ-CP art_8", "2/2020/NĐ-CP art_9"]),
        ("và các Điều 8, 9 Thông tư này", &["this art_8", "this art_9"]),
        ("bằng Phụ lục I ban hành kèm theo Thông tư này", &["this annex_I"]),
        (", trừ quy định tại Điều 16", &["this art_16"]),
        ("thu phí theo Điều 5 Nghị định số 1/2020/NĐ-CP", &["1/2020/NĐ-CP art_5"]),
    ];
    for (rest, more) in go_on {
        let expected: Vec<&str> = std::iter::once("1/2020/NĐ-CP").chain(more.iter().copied()).collect();
        check(&format!("Bãi bỏ {decree} {rest}"), &expected);
    }
    // Two documents of one kind that a guiding title names, and what an amending title changes.
    check(
        "Thông tư số 2/2021/TT-BTC ngày 01/3/2021 hướng dẫn thi hành Nghị định số 1/2020/NĐ-CP về đò và Nghị định số 3/2020/NĐ-CP",
        &["2/2021/TT-BTC"],
    );
    check(
        "Thông tư số 2/2021/TT-BTC sửa đổi, bổ sung một số quy định tại Thông tư số 1/2021/TT-BTC",
        &["2/2021/TT-BTC"],
    );
}

#[test]
fn names_may_hold_words_that_end_others() {
    check("theo Luật Hàng không dân dụng có hiệu lực", &["~Luật Hàng không dân dụng"]);
    check("theo Luật BHYT bao gồm; Luật TTTM, danh sách", &["~Luật BHYT", "~Luật TTTM"]);
    check("Điều 8 Luật Phòng, chống HIV/AIDS đối với", &["~Luật Phòng, chống HIV/AIDS art_8"]);
    check(
        "khoản 1 Điều 60 Luật Quản lý thuếthì nộp; khoản 2 Điều 9 Luậtnày",
        &["~Luật Quản lý thuế art_60__para_1", "this art_9__para_2"],
    );
    check("XỬ LÝ VI PHẠM PHÁP LUẬT VỀ NHÀ Ở, KỶ LUẬT LAO ĐỘNG; thi hành pháp Luật Giá", &[]);
}

#[test]
fn the_definition_of_a_short_name_is_no_citation() {
    check(
        "theo Thông tư số 2/2021/TT-BTC và các văn bản sửa đổi (sau đây viết gọn là Thông tư số 2/2021/TT-BTC) về phà",
        &["2/2021/TT-BTC"],
    );
}

#[test]
fn labels_of_old_circulars_and_annexes() {
    check("điểm 2.1; 2.2 và 2.3 mục I", &["this sec_I__point_2.1", "this sec_I__point_2.2", "this sec_I__point_2.3"]);
    check(
        "từ điểm 3.2 đến điểm 3.4 khoản 3",
        &["this para_3__point_3.2", "this para_3__point_3.3", "this para_3__point_3.4"],
    );
    check(
        "điểm b khoản 12.3 Phụ lục I; điểm 1.1.c khoản 1 Điều 12",
        &["this annex_I__para_12.3__point_b", "this art_12__para_1__point_1.1.c"],
    );
    check("Phụ lục IA, Phụ lục IIB ban hành kèm theo Thông tư này", &["this annex_IA", "this annex_IIB"]);
    check(
        "mẫu tại Phụ lục Thông tư này; Phụ lục I kèm theo của Nghị định số 1/2020/NĐ-CP",
        &["this annex_1", "1/2020/NĐ-CP annex_I"],
    );
    check("điểm a khoản 2 Mục V Điều 1 Quyết định số 13/QĐ-TTg", &["13/QĐ-TTg art_1__sec_V__para_2__point_a"]);
    check("Mục VII Điều 1 và Mục VII Điều 2 Thông tư này", &["this art_1__sec_VII", "this art_2__sec_VII"]);
    check(
        "khoản 4 Phần A và khoản 1 Phần C Mục I Thông tư này",
        &["this sec_I__part_A__para_4", "this sec_I__part_C__para_1"],
    );
    check("mục I, mục III - Phụ lục II của thông tư này", &["this annex_II__sec_I", "this annex_II__sec_III"]);
    check(
        "điểm f khoản 1; các điểm từ điểm h đến điểm 1 khoản 2",
        &[
            "this para_1__point_f",
            "this para_2__point_h",
            "this para_2__point_i",
            "this para_2__point_k",
            "this para_2__point_l",
        ],
    );
    check(
        "các điểm a, 1 và n khoản 3; điểm g, điểm 1, điểm m khoản 2",
        &[
            "this para_3__point_a",
            "this para_3__point_l",
            "this para_3__point_n",
            "this para_2__point_g",
            "this para_2__point_l",
            "this para_2__point_m",
        ],
    );
    check("tại mục số 9 và mục số 10 của Phụ lục số 02", &["this annex_2__sec_9", "this annex_2__sec_10"]);
    check("tiết c, điểm 1, mục II", &["this sec_II__point_1"]);
    check("các điều 232,233 và 236 của Luật này", &["this art_232", "this art_233", "this art_236"]);
    check("điểm a, gkhoản 1", &["this para_1__point_a", "this para_1__point_g"]);
    check("khoản 15 /Điều 1", &["this art_1__para_15"]);
    check("khoản 2 (trừ điểm d) Điều 5", &["this para_2", "this point_d", "this art_5"]);
}

#[test]
fn an_enclosing_unit_closes_what_stands_before_it() {
    check(
        "điểm b khoản này và điểm đ khoản 1 Điều 39 của Luật này",
        &["this point_b ^paragraph", "this art_39__para_1__point_đ"],
    );
    check("điểm a khoản này và khoản 7 Điều này", &["this point_a ^paragraph", "this para_7 ^article"]);
    check("mục 9.1 Điều này", &["this sec_9.1 ^article"]);
    check(
        "Điều 3, Điều 4, Phụ lục I, II ban hành kèm theo Thông tư này",
        &["this art_3", "this art_4", "this annex_I", "this annex_II"],
    );
    check("Điều 3, Chương III, Chương IV của Luật Giá", &["~Luật Giá art_3", "~Luật Giá chp_III", "~Luật Giá chp_IV"]);
}

#[test]
fn what_else_of_a_document_goes_tells_whose_the_articles_are() {
    check(
        "Bãi bỏ các Điều 46, 47 và các nội dung liên quan đến đò tại Nghị định số 1/2020/NĐ-CP.",
        &["1/2020/NĐ-CP art_46", "1/2020/NĐ-CP art_47", "1/2020/NĐ-CP"],
    );
    check(
        "Bãi bỏ Điều 7 và các quy định về đò tại Điều 12 Nghị định số 1/2020/NĐ-CP.",
        &["1/2020/NĐ-CP art_7", "1/2020/NĐ-CP art_12"],
    );
    check("Bãi bỏ Chương VI (bán, cho thuê đò) của Nghị định số 1/2020/NĐ-CP", &["1/2020/NĐ-CP chp_VI"]);
    check("theo Chương VIII “Biện pháp khẩn cấp” của Bộ luật Dân sự", &["~Bộ luật Dân sự chp_VIII"]);
    check("Phụ lục II thực hiện theo quy định của Nghị định số 1/2020/NĐ-CP", &["this annex_II", "1/2020/NĐ-CP"]);
}

#[test]
fn a_short_name_after_what_changed_a_document_means_the_document() {
    check(
        "Luật Giá số 16/2023/QH15 được sửa đổi theo Luật số 2/2024/QH15 và Luật số 3/2025/QH15 (sau đây gọi là Luật Giá mới); Điều 7 Luật Giá mới",
        &["16/2023/QH15", "2/2024/QH15", "3/2025/QH15", "16/2023/QH15 art_7"],
    );
}

/// Text far longer than any window, without line ends, must not cost more per byte than a short one.
#[test]
fn a_unit_of_one_of_several_articles_is_one_of_each() {
    check("khoản 2 của một trong các Điều 4 và 5 Luật này", &["this art_4__para_2", "this art_5__para_2"]);
    check("khoản 2; một trong các Điều 4 và 5", &["this para_2", "this art_4", "this art_5"]);
}

// That reading takes time in step with the length is for the benchmark `reading`.
#[test]
fn a_long_line_is_read_to_its_end() {
    let sentence =
        "theo “khoản 2 Điều này” và Luật Đất đai, bãi bỏ điểm a khoản 1 Điều 5 của Nghị định số 1/2020/NĐ-CP; ";
    for times in [1, 200, 2000] {
        assert_eq!(citations(&sentence.repeat(times), Register::built_in()).len(), 3 * times);
    }
}

const PIECES: &str = "(điểm |khoản |Điều |các |từ |đến |[a-eđ] |[0-9]{1,3}[a-b]? |và |, |; |này |Luật |Giá |Nghị định |số |\
                      [0-9]/2020/NĐ-CP |của |Phụ lục |I |Chương |\\(sau đây gọi là |\\)|“|”|\n|Căn cứ |Sửa đổi, bổ sung |vào sau |\
                      ngày 1 tháng 2 năm 2020 |năm 2015 |Quy chế |ban hành kèm theo |\\.|k2 |Đ5 |sửa đổi, bổ sung theo ){0,24}";

proptest! {
    #[test]
    fn citing_never_panics_and_spans_are_slices_in_order(text in PIECES) {
        let mut last = 0;
        for citation in citations(&text, Register::built_in()) {
            prop_assert!(!citation.span.of(&text).is_empty());
            prop_assert!(!citation.targets.is_empty());
            prop_assert!(last <= citation.span.start);
            last = citation.span.end;
        }
    }

    #[test]
    fn any_text_can_be_searched(text in "\\PC{0,120}") {
        for citation in citations(&text, Register::built_in()) {
            prop_assert!(!citation.span.of(&text).is_empty());
        }
    }

    #[test]
    fn a_provision_is_found_by_its_label(article in 1u32..400, paragraph in 1u32..40, point in "[a-eđghik]") {
        let eid = Eid::step("art", &article.to_string()).join("para", &paragraph.to_string()).join("point", &point);
        let found = citations(&eid.label(), Register::built_in());
        prop_assert_eq!(found[0].targets[0].eid.clone(), Some(eid));
    }

    #[test]
    fn a_list_has_as_many_targets_as_labels(labels in proptest::collection::btree_set(1u32..60, 1..9)) {
        let labels: Vec<String> = labels.into_iter().map(|label| label.to_string()).collect();
        let text = format!("các khoản {} Điều 7 Nghị định này", labels.join(", "));
        let found = citations(&text, Register::built_in());
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].targets.len(), labels.len());
        prop_assert_eq!(found[0].span.of(&text), text.as_str());
    }

    #[test]
    fn a_line_end_within_a_citation_changes_nothing(at in 0usize..9) {
        let words = ["theo", "điểm", "a", "khoản", "2", "Điều", "15", "của", "Nghị", "định"];
        let mut text = String::new();
        for (place, word) in words.iter().enumerate() {
            text.push_str(word);
            text.push(if place == at { '\n' } else { ' ' });
        }
        text.push_str("số 30/2020/NĐ-CP");
        prop_assert_eq!(targets(&text), vec!["30/2020/NĐ-CP art_15__para_2__point_a"]);
    }
}

mod in_place {
    //! What citations resolve to in a document.
    use super::*;
    use crate::structure::parse;
    use jiff::civil::date;

    /// Every place as `document eid`, `?` after those the document lacks.
    fn check(text: &str, expected: &[&str]) {
        let document = parse(text);
        let register = Register::built_in();
        let found = citations(&document.text, register);
        let outline = |number: &DocNumber| {
            (number.as_str() == "1/2020/NĐ-CP").then(|| ["art_5", "art_5a", "art_6"].map(Eid::new).to_vec())
        };
        let context = Context { document: &document, register, as_of: date(2026, 11, 21), outline: &outline };
        let shown: Vec<String> = resolve(&found, &context)
            .into_iter()
            .flat_map(|resolved| resolved.places)
            .map(|place| {
                let document = match place.document {
                    Which::This => "this".to_owned(),
                    Which::Known(number) => number.to_string(),
                    Which::Among(numbers) => format!("{} of them", numbers.len()),
                    Which::Unknown(name) => format!("~{name}"),
                };
                let eid = place.eid.map(|eid| format!(" {eid}")).unwrap_or_default();
                format!("{document}{eid}{}", if place.exists == Some(false) { "?" } else { "" })
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    proptest! {
        #[test]
        fn resolving_never_panics_and_keeps_every_citation(lines in proptest::collection::vec(PIECES, 0..8)) {
            let document = parse(&lines.join("\nĐiều 7. A\n1. “Điều 3. "));
            let register = Register::built_in();
            let found = citations(&document.text, register);
            let outline = |_: &DocNumber| Some(vec![Eid::new("art_1"), Eid::new("art_1a"), Eid::new("art_2")]);
            let context = Context { document: &document, register, as_of: date(2026, 11, 21), outline: &outline };
            let resolved = resolve(&found, &context);
            prop_assert_eq!(resolved.len(), found.len());
            for (resolved, citation) in resolved.iter().zip(&found) {
                prop_assert!(resolved.places.len() >= citation.targets.len());
            }
        }
    }

    #[test]
    fn a_relative_citation_becomes_absolute() {
        check(
            "Chương II\nCHUNG\nĐiều 4. A\n1. Một.\n2. Theo khoản 1 Điều này; điểm a khoản này; Chương này:\na) Theo khoản này.",
            &["this art_4__para_1", "this art_4__para_2__point_a", "this chp_II", "this art_4__para_2"],
        );
        check("Điều 4. A\n1. Theo khoản 7.\n2. B.", &["this art_4__para_7?"]);
        check(
            "Điều 2. A\nTheo Điều 9 (điểm a khoản 2), Điều 10 Luật Đất đai (khoản 3).",
            &["this art_9?", "this art_9__para_2__point_a?", "31/2024/QH15 art_10", "31/2024/QH15 art_10__para_3"],
        );
    }

    #[test]
    fn a_range_holds_the_units_inserted_into_it() {
        check(
            "Điều 4. A\nTheo từ Điều 5 đến Điều 6.\nĐiều 5. B\nB.\nĐiều 5a. C\nC.\nĐiều 6. D\nD.",
            &["this art_5", "this art_5a", "this art_6"],
        );
        check(
            "Điều 4. A\nTheo các điều từ 5 đến 6 Nghị định số 1/2020/NĐ-CP.",
            &["1/2020/NĐ-CP art_5", "1/2020/NĐ-CP art_5a", "1/2020/NĐ-CP art_6"],
        );
    }

    #[test]
    fn an_article_cited_in_an_attached_regulation_is_its_own() {
        check(
            "QUYẾT ĐỊNH\nĐiều 1. Ban hành\nBan hành kèm theo Quyết định này Quy chế làm việc.\nĐiều 2. Hiệu lực\nCó hiệu lực.\n\
             TM. ỦY BAN\nQUY CHẾ\n(Ban hành kèm theo Quyết định số 7/2026/QĐ-UBND)\nĐiều 1. A\nTheo Điều 2.\nĐiều 2. B\nTheo Điều 1 Quyết định này và Điều 1 Quy chế này.",
            &["this", "7/2026/QĐ-UBND", "this annex_1__art_2", "this art_1", "this annex_1__art_1"],
        );
    }

    #[test]
    fn a_name_is_the_document_in_force_on_the_day() {
        check("Điều 1. A\nTheo Điều 9 Luật Đất đai.", &["31/2024/QH15 art_9"]);
        check("Điều 1. A\nTheo Luật Trồng hoa.", &["~Luật Trồng hoa"]);
        check(
            "Căn cứ Luật Đất đai ngày 29 tháng 11 năm 2013;\nĐiều 1. A\nTheo Điều 9 Luật Đất đai.",
            &["45/2013/QH13", "45/2013/QH13 art_9"],
        );
    }

    #[test]
    fn quoted_text_speaks_of_the_document_being_amended() {
        check(
            "Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 1/2020/NĐ-CP\n1. Sửa đổi, bổ sung khoản 2 Điều 5 như sau:\n\
             “2. Việc này theo khoản 1 Điều này, điểm a khoản này và Điều 6.”.\n2. Bãi bỏ Điều 6.\nĐiều 2. Hiệu lực\nTheo Điều 1.",
            &[
                "1/2020/NĐ-CP",
                "1/2020/NĐ-CP art_5__para_2?",
                "1/2020/NĐ-CP art_5__para_1?",
                "1/2020/NĐ-CP art_5__para_2__point_a?",
                "1/2020/NĐ-CP art_6",
                "1/2020/NĐ-CP art_6",
                "this art_1",
            ],
        );
    }
}
