//! The checks of the text on texts of our own: what each must find, and the look-alikes where it must be silent.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::finding::{Check, Selection, Severity};
use super::*;
use crate::corpus::{CorpusDocument, Hit, MemoryCorpus, Query};
use jiff::civil::date;
use rasoat_law::DocNumber;
use rasoat_law::effect::OwnDates;
use rasoat_law::structure::parse;

struct Nothing;

impl Search for Nothing {
    fn search(&self, _: &Query<'_>) -> Vec<Hit> {
        Vec::new()
    }

    fn idf(&self, _: &str) -> f32 {
        1.0
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Observer for Nothing {
    fn progress(&mut self, _: Stage, _: usize, _: usize) -> Result<(), Cancelled> {
        Ok(())
    }

    fn found(&mut self, _: &Finding) {}
}

fn held(text: &str) -> CorpusDocument {
    let document = parse(text);
    let metadata = &document.metadata;
    CorpusDocument {
        number: metadata.number.clone().unwrap(),
        kind: metadata.kind,
        title: metadata.number.as_ref().unwrap().to_string(),
        issuer: metadata.issuer.clone(),
        own_dates: OwnDates { issued: metadata.issued, effective: metadata.effective },
        consolidated_to: None,
        document,
    }
}

const REVIEWED: Date = date(2026, 11, 21);

/// The outcome of one check on a text beside a corpus.
fn outcome(check: Check, text: &str, corpus: &[&str], as_of: Date) -> (Document, Outcome) {
    let draft = parse(text);
    let corpus = MemoryCorpus::new(corpus.iter().map(|text| held(text)));
    let law =
        Law { corpus: &corpus, search: &Nothing, encoder: None, judge: None, register: Register::built_in(), as_of };
    let outcome = review_selected(&draft, &law, &Selection::only([check]), &mut Nothing).unwrap();
    (draft, outcome)
}

/// The words that a check anchors its findings to.
fn found(check: Check, text: &str) -> Vec<String> {
    beside(check, text, &[])
}

fn beside(check: Check, text: &str, corpus: &[&str]) -> Vec<String> {
    let (draft, outcome) = outcome(check, text, corpus, REVIEWED);
    outcome.findings.iter().map(|finding| finding.span.of(&draft.text).to_owned()).collect()
}

fn on(check: Check, text: &str, as_of: Date) -> usize {
    outcome(check, text, &[], as_of).1.findings.len()
}

fn decree(bases: &str, body: &str) -> String {
    format!(
        "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố:      /2026/NĐ-CP\nNGHỊ ĐỊNH\nQuy định về việc thử\n{bases}\n\
         Chính phủ ban hành Nghị định.\n{body}"
    )
}

fn circular(body: &str) -> String {
    format!(
        "BỘ TƯ PHÁP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố:      /2026/TT-BTP\nTHÔNG TƯ\nVề việc thử\n\
         Căn cứ Nghị định số 39/2025/NĐ-CP quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của Bộ Tư pháp;\n\
         Bộ trưởng Bộ Tư pháp ban hành Thông tư.\n{body}"
    )
}

const ORGANISATION: &str = "Căn cứ Luật Tổ chức Chính phủ số 63/2025/QH15;";

#[test]
fn a_document_nobody_knows_is_a_note_and_a_number_that_cannot_be_is_a_warning() {
    let text = decree(
        ORGANISATION,
        "Điều 1. A\n1. Theo Nghị định số 9876/2024/NĐ-CP.\n2. Theo Luật số 64/2025/QH14.\n3. Theo Luật số 64/2025/QH15 và Quyết định số 12/QĐ-BTP.",
    );
    let (draft, outcome) = outcome(Check::ValidityUnknownDocument, &text, &[], REVIEWED);
    let found: Vec<(&str, Severity)> = outcome.findings.iter().map(|f| (f.span.of(&draft.text), f.severity)).collect();
    assert_eq!(found, [("Nghị định số 9876/2024/NĐ-CP", Severity::Note), ("Luật số 64/2025/QH14", Severity::Warning)]);
}

#[test]
fn the_law_on_the_government_is_a_basis_of_every_decree() {
    let check = |bases: &str, expected: usize| {
        assert_eq!(found(Check::BasisMissing, &decree(bases, "Điều 1. A\nB.")).len(), expected, "{bases}");
    };
    check(ORGANISATION, 0);
    check("Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;", 0);
    check("Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;", 1);
    // A text whose preamble was not read tells nothing.
    check("", 0);
}

#[test]
fn the_law_that_a_draft_details_is_one_of_its_bases() {
    let body = "Điều 1. Phạm vi điều chỉnh\nNghị định này quy định chi tiết một số điều của Luật Đất đai năm 2024.";
    assert_eq!(found(Check::BasisMissing, &decree(ORGANISATION, body)).len(), 1);
    let bases = format!("{ORGANISATION}\nCăn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;");
    assert_eq!(found(Check::BasisMissing, &decree(&bases, body)).len(), 0);
}

#[test]
fn consolidated_administrative_and_party_papers_are_no_basis() {
    let bases = format!(
        "{ORGANISATION}\nCăn cứ Văn bản hợp nhất số 54/VBHN-VPQH;\nCăn cứ Quyết định số 132/QĐ-TTg ngày 05 tháng 3 năm 2026 của Thủ tướng Chính \
         phủ;\nCăn cứ Kết luận số 121-KL/TW của Bộ Chính trị;"
    );
    let found = found(Check::BasisLowerRank, &decree(&bases, "Điều 1. A\nB."));
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn bases_stand_in_the_order_of_rank() {
    let check = |bases: &str, expected: usize| {
        let text = circular("Điều 1. A\nB.")
            .replace("Căn cứ Nghị định số 39/2025/NĐ-CP quy", &format!("{bases}Căn cứ Nghị định số 39/2025/NĐ-CP quy"));
        assert_eq!(found(Check::BasisLowerRank, &text).len(), expected, "{bases}");
    };
    check("Căn cứ Luật Đất đai số 31/2024/QH15;\n", 0);
    check("Căn cứ Nghị định số 30/2020/NĐ-CP;\nCăn cứ Luật Đất đai số 31/2024/QH15;\n", 1);
}

#[test]
fn a_citation_whose_facts_do_not_go_with_its_number_is_told() {
    let check = |words: &str, expected: usize| {
        let found = found(Check::BasisMetadataMismatch, &decree(ORGANISATION, &format!("Điều 1. A\nTheo {words}.")));
        assert_eq!(found.len(), expected, "{words}: {found:?}");
    };
    check("Luật Đất đai số 31/2024/QH15 ngày 18 tháng 01 năm 2024", 0);
    check("Luật Đất đai số 45/2019/QH14", 1);
    check("Bộ luật Lao động số 45/2019/QH14", 0);
    check("Luật Đất đai năm 2021", 1);
    check("Luật Đất đai năm 2024", 0);
    check("Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ", 0);
    check("Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2021 của Chính phủ", 1);
    check("Thông tư số 12/2024/TT-BTP của Bộ trưởng Bộ Y tế", 1);
}

#[test]
fn a_kind_of_document_has_its_issuers_and_its_time() {
    let check = |head: &str, day: Date, expected: usize| {
        let text = format!("{head}\nĐiều 1. A\nB.\nĐiều 2. C\nD.");
        assert_eq!(on(Check::AuthorityKind, &text, day), expected, "{head}");
    };
    let joint = "BỘ TÀI CHÍNH - BỘ TƯ PHÁP\nSố: 02/2026/TTLT-BTC-BTP\nTHÔNG TƯ LIÊN TỊCH\nVề A";
    check(joint, REVIEWED, 1);
    check(&joint.replace("2026", "2014"), date(2014, 5, 1), 0);
    check("Số: 02/2026/TTLT-TANDTC-BTP\nTHÔNG TƯ LIÊN TỊCH\nVề A", REVIEWED, 0);
    check("BỘ TÀI CHÍNH\nSố: 12/2026/QĐ-BTC\nQUYẾT ĐỊNH\nVề A", REVIEWED, 1);
    check("BỘ TÀI CHÍNH\nSố: 12/QĐ-BTC\nQUYẾT ĐỊNH\nVề A", REVIEWED, 0);
    let district = "ỦY BAN NHÂN DÂN HUYỆN BA VÌ\nSố: 05/2025/QĐ-UBND\nQUYẾT ĐỊNH\nVề A";
    check(district, date(2025, 6, 1), 0);
    check(district, date(2025, 7, 1), 1);
    let commune = "ỦY BAN NHÂN DÂN XÃ AN KHÁNH\nSố: 05/2025/QĐ-UBND\nQUYẾT ĐỊNH\nVề A";
    check(commune, date(2025, 5, 1), 1);
    check(commune, date(2025, 7, 1), 0);
    check("ỦY BAN NHÂN DÂN TỈNH LÀO CAI\nSố: 05/2026/NQ-UBND\nNGHỊ QUYẾT\nVề A", REVIEWED, 1);
    check("ỦY BAN NHÂN DÂN TỈNH LÀO CAI\nSố: 05/2026/QĐ-UBND\nQUYẾT ĐỊNH\nVề A", REVIEWED, 0);
}

#[test]
fn a_fine_is_set_by_a_decree_at_the_least() {
    let check =
        |text: String, expected: usize| assert_eq!(found(Check::AuthorityScope, &text).len(), expected, "{text}");
    let fine = "Điều 1. Xử phạt\n1. Phạt tiền từ 2.000.000 đồng đến 5.000.000 đồng đối với hành vi nộp chậm.";
    check(circular(fine), 1);
    check(decree(ORGANISATION, fine), 0);
    check(
        circular(
            "Điều 1. A\nHành vi nộp chậm bị phạt tiền từ 2.000.000 đồng đến 5.000.000 đồng theo quy định tại Nghị định số 82/2020/NĐ-CP.",
        ),
        0,
    );
}

#[test]
fn a_procedure_in_a_circular_needs_a_law_that_assigns_it() {
    let procedure = "Điều 2. Trình tự, thủ tục cấp thẻ\n1. Hồ sơ gồm:\na) Đơn;\nb) Ảnh.\n2. Người đề nghị nộp hồ sơ trực tiếp hoặc qua bưu chính.\n\
                     3. Trong 05 ngày làm việc, cơ quan cấp thẻ.";
    let check = |scope: &str, expected: usize| {
        let text = circular(&format!("Điều 1. Phạm vi điều chỉnh\n{scope}\n{procedure}"));
        assert_eq!(found(Check::AuthorityScope, &text).len(), expected, "{scope}");
    };
    check("Thông tư này quy định việc cấp thẻ.", 1);
    check("Thông tư này quy định chi tiết khoản 3 Điều 20 Luật Trợ giúp pháp lý năm 2017.", 0);
    assert_eq!(found(Check::AuthorityScope, &decree(ORGANISATION, procedure)).len(), 0);
}

#[test]
fn only_its_issuer_amends_a_text_and_a_superior_may_end_it() {
    let check =
        |text: String, expected: usize| assert_eq!(found(Check::AuthorityScope, &text).len(), expected, "{text}");
    let amends = |number: &str| {
        format!("Điều 1. Sửa đổi, bổ sung một số điều của {number}\n1. Bãi bỏ khoản 2 Điều 5.\nĐiều 2. Hiệu lực\nA.")
    };
    check(circular(&amends("Nghị định số 30/2020/NĐ-CP")), 1);
    check(circular(&amends("Thông tư số 12/2024/TT-BTP")), 0);
    check(circular(&amends("Thông tư số 12/2024/TT-BYT")), 1);
    check(decree(ORGANISATION, &amends("Nghị định số 30/2020/NĐ-CP")), 0);
    check(
        decree(
            ORGANISATION,
            "Điều 1. Hiệu lực\nThông tư số 12/2024/TT-BTP hết hiệu lực kể từ ngày Nghị định này có hiệu lực.",
        ),
        0,
    );
}

#[test]
fn a_commune_does_not_reach_back_in_time() {
    let text = |body: &str| {
        format!(
            "ỦY BAN NHÂN DÂN {body}\nSố: 05/2026/QĐ-UBND\nAn Khánh, ngày 10 tháng 3 năm 2026\nQUYẾT ĐỊNH\nVề A\nĐiều 1. A\nB.\nĐiều 2. Hiệu lực\nQuyết định này có hiệu lực từ ngày 01 tháng 3 năm 2026."
        )
    };
    assert_eq!(found(Check::AuthorityScope, &text("XÃ AN KHÁNH")).len(), 1);
    assert_eq!(found(Check::AuthorityScope, &text("TỈNH LÀO CAI")).len(), 0);
}

const LABOUR: &str = "Số: 901/2024/QH15\nLUẬT\nVề việc làm\nĐiều 25. Thời gian thử việc\nKhông quá 60 ngày.\nĐiều 26. Tiền lương thử việc\n\
                      1. Ít nhất 85%.\n2. Trả hằng tháng.\nĐiều 27. Kết thúc thử việc\nBáo kết quả.";

#[test]
fn a_reference_says_what_its_provision_is_about() {
    let check = |words: &str, expected: &[&str]| {
        let text = decree(ORGANISATION, &format!("Điều 1. A\nViệc này theo {words}, không có ngoại lệ."));
        assert_eq!(beside(Check::ReferenceWrongProvision, &text, &[LABOUR]), expected, "{words}");
    };
    check("Điều 25 Luật số 901/2024/QH15 về tiền lương thử việc", &["Điều 25 Luật số 901/2024/QH15"]);
    check("Điều 26 Luật số 901/2024/QH15 về tiền lương thử việc", &[]);
    check("Điều 25 Luật số 901/2024/QH15 về việc thử", &[]);
    check("Điều 25 Luật số 901/2024/QH15 về mức đóng bảo hiểm", &[]);
}

#[test]
fn an_instruction_whose_target_is_not_there_cannot_be_carried_out() {
    let check = |instruction: &str, expected: usize| {
        let text = format!(
            "Số: 5/2026/QH16\nLUẬT\nSửa đổi, bổ sung một số điều của Luật số 901/2024/QH15\nĐiều 1. Sửa đổi, bổ sung một số điều của Luật số 901/2024/QH15\n{instruction}\nĐiều 2. Hiệu lực\nA."
        );
        let found = beside(Check::ReferenceDangling, &text, &[LABOUR]);
        assert_eq!(found.len(), expected, "{instruction}: {found:?}");
    };
    check("1. Bãi bỏ khoản 5 Điều 26.", 1);
    check("1. Bãi bỏ khoản 2 Điều 26.", 0);
    check("1. Bổ sung Điều 26a vào sau Điều 26 như sau:\n“Điều 26a. Mới\nLời.”.", 0);
}

#[test]
fn who_cites_what_a_draft_repeals_is_listed() {
    let citing = "Số: 902/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. A\nTrả lương theo khoản 2 Điều 26 Luật số 901/2024/QH15.\nĐiều 2. B\nTheo Điều 27 Luật số 901/2024/QH15.";
    let draft = "Số: 5/2026/QH16\nLUẬT\nSửa đổi Luật số 901/2024/QH15\nĐiều 1. Sửa đổi, bổ sung một số điều của Luật số 901/2024/QH15\n1. Bãi bỏ khoản 2 Điều 26.";
    let (_, outcome) = outcome(Check::ReferenceDangling, draft, &[LABOUR, citing], REVIEWED);
    let [touched] = outcome.impact.as_slice() else { panic!("{:?}", outcome.impact) };
    assert_eq!((touched.operation, touched.total), ("repeals", 1));
    assert_eq!(touched.citing[0].0.eid.as_ref().unwrap().as_str(), "art_1");
}

#[test]
fn units_stand_in_sequence() {
    let check = |body: &str, expected: &[&str]| assert_eq!(found(Check::FormNumbering, body), expected, "{body}");
    check("Điều 1. A\nB.\nĐiều 3. C\nD.", &["Điều 3. C"]);
    check("Điều 1. A\n1. B.\n2. C:\na) D;\nb) Đ;\nc) E;\nd) G;\nđ) H;\ne) I;\ng) K.\nĐiều 2. L\nM.", &[]);
    check("Điều 1. A\n1. B:\na) D;\nb) Đ;\nd) E.\n2. C.", &["d) E."]);
    check("Điều 1. A\n1. B:\na) A;\nb) B;\nc) C;\nd) D;\nđ) E;\ne) G;\nf) H.\n2. C.", &["f) H."]);
    check("Điều 1. A\n1. B.\n2. C.\n4. D.", &["4. D."]);
    check("Điều 1. Sửa đổi\n1. Sửa đổi khoản 7 Điều 9 như sau:\n“7. Lời.”.\n2. Bãi bỏ Điều 3.", &[]);
}

#[test]
fn the_clause_on_effect_names_a_day() {
    let check = |clause: &str, expected: usize| {
        let text = decree(ORGANISATION, &format!("Điều 1. A\nB.\nĐiều 2. Hiệu lực thi hành\n{clause}"));
        assert_eq!(found(Check::FormEffectiveClause, &text).len(), expected, "{clause}");
    };
    check("Nghị định này có hiệu lực từ ngày 01 tháng 7 năm 2027.", 0);
    check("Nghị định này có hiệu lực thi hành kể từ ngày     tháng     năm 2027.", 0);
    check("Nghị định này có hiệu lực sau 45 ngày kể từ ngày ký ban hành.", 1);
    check("Nghị định này có hiệu lực kể từ ngày ký.", 1);
    check(
        "Hồ sơ nộp trước ngày Nghị định này có hiệu lực thì giải quyết theo quy định cũ.\nNghị định này có hiệu lực từ ngày 01 tháng 7 năm 2027.",
        0,
    );
}

#[test]
fn a_start_too_soon_after_signing_is_told_with_the_rule_of_its_day() {
    let check = |issued: &str, from: &str, expected: usize| {
        let text = format!(
            "CHÍNH PHỦ\nSố: 5/2026/NĐ-CP\nHà Nội, ngày {issued}\nNGHỊ ĐỊNH\nVề A\nĐiều 1. A\nB.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày {from}."
        );
        assert_eq!(found(Check::FormEffectiveClause, &text).len(), expected, "{issued} {from}");
    };
    check("01 tháng 3 năm 2026", "01 tháng 5 năm 2026", 0);
    check("01 tháng 3 năm 2026", "15 tháng 3 năm 2026", 1);
    check("01 tháng 3 năm 2026", "15 tháng 02 năm 2026", 1);
    check("01 tháng 3 năm 2010", "15 tháng 3 năm 2010", 0);
}

#[test]
fn terms_are_explained_once_and_used() {
    let check = |terms: &str, body: &str, expected: usize| {
        let text = decree(ORGANISATION, &format!("Điều 1. Giải thích từ ngữ\n{terms}\nĐiều 2. A\n{body}"));
        let found = found(Check::FormDefinition, &text);
        assert_eq!(found.len(), expected, "{terms} {body}: {found:?}");
    };
    check("1. Cơ sở thử nghiệm là nơi thử.\n2. Mẫu thử là vật được thử.", "Cơ sở thử nghiệm giữ mẫu thử.", 0);
    check("1. Cơ sở thử nghiệm là nơi thử.\n2. Mẫu thử là vật được thử.", "Cơ sở thử nghiệm giữ vật đó.", 1);
    check("1. Mẫu thử là vật được thử.\n2. Mẫu thử là vật đã thử.", "Giữ mẫu thử.", 1);
    check("1. Mẫu thử nghiệm, sau đây gọi là mẫu, là vật được thử.", "Giữ mẫu.", 0);
    check("1. Cho mượn mẫu, vật khác (sau đây gọi là cho mượn) là việc giao mẫu.", "Việc cho mượn.", 0);
    check("1. Mẫu thử là vật được thử.", "Mẫu thử nộp tại UBND xã.", 1);
    check("1. Mẫu thử là vật được thử.", "Mẫu thử nộp tại Ủy ban nhân dân (sau đây viết tắt là UBND) xã. UBND giữ.", 0);
    check("1. Mẫu thử là vật được thử.", "Mẫu thử theo Quyết định số 19/2021/QĐ-UBND.", 0);
    check("1. Mẫu thử là vật được thử.", "Mẫu thử nộp cho cơ quan nhận (sau đây gọi là nơi nhận mẫu).", 1);
}

#[test]
fn what_is_repealed_is_named() {
    let check = |words: &str, expected: usize| {
        let text = decree(
            ORGANISATION,
            &format!(
                "Điều 1. A\nB.\nĐiều 2. Hiệu lực\n1. Nghị định này có hiệu lực từ ngày 01 tháng 7 năm 2027.\n2. {words}"
            ),
        );
        assert_eq!(found(Check::FormRepealClause, &text).len(), expected, "{words}");
    };
    check("Các quy định trước đây trái với Nghị định này đều bị bãi bỏ.", 1);
    check("Những quy định khác với Nghị định này hết hiệu lực.", 1);
    check("Nghị định số 30/2020/NĐ-CP hết hiệu lực kể từ ngày Nghị định này có hiệu lực.", 0);
    check("Quy định tại hợp đồng trái với Nghị định này thì không được áp dụng.", 0);
    let old = "Điều 1. A\nB.\nĐiều 2. Hiệu lực\nNghị định này thay thế các quy định trước đây trái với Nghị định này.";
    assert_eq!(on(Check::FormRepealClause, &format!("Số: 5/2005/NĐ-CP\nNGHỊ ĐỊNH\nVề A\n{old}"), date(2005, 7, 1)), 0);
}

#[test]
fn a_check_that_is_switched_off_says_so() {
    let (_, outcome) = outcome(Check::FormNumbering, "Điều 1. A\nB.", &[], REVIEWED);
    let run = |code: &str| outcome.checks.iter().find(|run| run.check == code).unwrap();
    assert_eq!(run("form.numbering").why_not, None);
    assert_eq!(run("basis.expired").why_not.as_deref(), Some("đã tắt theo yêu cầu"));
    assert_eq!(outcome.checks.len(), Check::ALL.len());
}

#[test]
fn an_explanation_tells_rule_sources_life_and_limits() {
    let text = decree("Căn cứ Luật Ban hành văn bản quy phạm pháp luật số 80/2015/QH13;", "Điều 1. A\nB.");
    let draft = parse(&text);
    let corpus = MemoryCorpus::default();
    let law = Law {
        corpus: &corpus,
        search: &Nothing,
        encoder: None,
        judge: None,
        register: Register::built_in(),
        as_of: REVIEWED,
    };
    let outcome = review(&draft, &law, &mut Nothing).unwrap();
    let finding = outcome.findings.iter().find(|finding| finding.check == Check::BasisExpired).unwrap();
    let why = explain::explain(&draft, &law, finding);
    assert!(why.rule.contains("Điều 62"));
    assert!(why.looked_up.iter().any(|line| line.contains("có trong sổ hiệu lực")), "{:?}", why.looked_up);
    assert!(
        why.timeline.iter().any(|(_, events)| events.iter().any(|event| event.contains("64/2025/QH15"))),
        "{:?}",
        why.timeline
    );
    assert!(!why.limits.is_empty() && !why.compared.is_empty());
}

#[test]
fn a_document_does_not_cite_itself_in_its_head_and_annexes() {
    let text = "QUỐC HỘI\nLuật số: 38/2013/QH13\nLUẬT\nVIỆC LÀM\nĐiều 1. Phạm vi\n1. Luật này quy định việc làm.\n2. Theo Luật số 80/2015/QH13.\n\
        PHỤ LỤC\n(Kèm theo Luật số 38/2013/QH13)\nMẫu số 01";
    assert_eq!(found(Check::ValidityExpired, text), ["Luật số 80/2015/QH13"]);
}

#[test]
fn what_a_consolidated_text_is_made_of_and_its_notes_are_no_citations() {
    let text = "VĂN PHÒNG QUỐC HỘI\nSố: 90/VBHN-VPQH\nLUẬT\nThử nghiệm\nLuật số 80/2015/QH13 ngày 22 tháng 6 năm 2015, có hiệu lực kể từ ngày 01 tháng 7 \
        năm 2016;\nĐiều 1. A[1]\nB.\nĐiều 2. C\nD.\n[1] Điều 5 của Luật số 80/2015/QH13 quy định như sau:";
    assert_eq!(found(Check::ValidityExpired, text), [""; 0]);
}

#[test]
fn a_document_may_name_what_it_replaced_itself() {
    let text = "QUỐC HỘI\nLuật số: 64/2025/QH15\nLUẬT\nBAN HÀNH VĂN BẢN QUY PHẠM PHÁP LUẬT\nĐiều 1. A\nTheo Luật số 80/2015/QH13.";
    assert_eq!(found(Check::ValidityExpired, text), [""; 0]);
}

#[test]
fn a_reference_whose_container_follows_later_or_is_of_another_document_does_not_dangle() {
    let check = |sentence: &str, expected: usize| {
        let text =
            decree(ORGANISATION, &format!("Điều 1. A\n1. {sentence}\n2. B.\nĐiều 2. C\n1. D:\na) E;\nb) G.\n2. H."));
        assert_eq!(found(Check::ReferenceDangling, &text).len(), expected, "{sentence}");
    };
    check("Theo điểm c và các trường hợp tại khoản 1 Điều 2 Nghị định này", 0);
    check("Theo điểm c.", 1);
    check("Theo Điều 62 của Luật bảo hiểm xã hộii", 0);
    check("Theo Điều 62 Nghị định này.", 1);
}

#[test]
fn a_form_among_the_annexes_speaks_to_who_fills_it_in() {
    let form = "PHỤ LỤC I\nMẪU QUYẾT ĐỊNH\nĐiều 1.\n1. A.\n2. Theo khoản 5 Điều này.";
    let text = decree(ORGANISATION, &format!("Điều 1. A\nB.\nĐiều 2. C\nD.\n{form}"));
    assert_eq!(found(Check::ReferenceDangling, &text), [""; 0]);
}

#[test]
fn a_term_is_used_where_its_parts_stand_around_others_and_brackets_explain_every_abbreviation() {
    let text = decree(
        ORGANISATION,
        "Điều 1. Giải thích từ ngữ\n1. Hòa giải tại Tòa án là việc thử.\n2. Đối thoại ở tỉnh là việc khác.\nĐiều 2. B\n\
         Việc hòa giải, đối thoại tại Tòa án không mất phí. Quỹ bảo hiểm (viết tắt là BH TNLĐ, BNN) trả. Theo TNLĐ.",
    );
    let found = found(Check::FormDefinition, &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("Đối thoại ở tỉnh"), "{found:?}");
}

#[test]
fn an_old_paper_named_beside_the_new_one_is_still_valid() {
    let check = |sentence: &str, expected: usize| {
        let text = decree(ORGANISATION, &format!("Điều 1. A\n{sentence}"));
        assert_eq!(found(Check::TermsObsoleteTerm, &text).len(), expected, "{sentence}");
    };
    check("Xuất trình thẻ căn cước công dân hoặc thẻ căn cước.", 0);
    check("Xuất trình thẻ căn cước công dân.", 1);
    check("Ghi loại giấy tờ: 1. Thẻ căn cước công dân; 2. Thẻ căn cước; 3. Hộ chiếu.", 0);
    check("Ghi loại giấy tờ: 1. Thẻ căn cước công dân; 2. Hộ chiếu.", 1);
}

#[test]
fn the_law_that_ended_a_name_may_speak_of_it() {
    let law = |number: &str| {
        format!("QUỐC HỘI\nLuật số: {number}\nLUẬT\nCƯ TRÚ\nĐiều 38. Hiệu lực\nCông dân xuất trình sổ hộ khẩu.")
    };
    assert_eq!(found(Check::TermsObsoleteTerm, &law("69/2020/QH14")).len(), 1);
    assert_eq!(found(Check::TermsObsoleteTerm, &law("68/2020/QH14")).len(), 0);
}

#[test]
fn a_paper_of_administration_is_no_basis_though_it_is_not_read_as_a_citation() {
    let bases = format!("{ORGANISATION}\nCăn cứ Thông báo số 215/TB-BNV ngày 10 tháng 3 năm 2026 của Bộ Nội vụ;");
    let found = found(Check::BasisLowerRank, &decree(&bases, "Điều 1. A\nB."));
    assert_eq!(found, ["Thông báo số 215/TB-BNV ngày 10 tháng 3 năm 2026 của Bộ Nội vụ"]);
}

#[test]
fn what_ended_a_document_and_what_is_in_force_since_both_prove_it() {
    let text = decree(ORGANISATION, "Điều 1. A\nTheo Nghị định số 43/2006/NĐ-CP.");
    let (_, outcome) = outcome(Check::ValidityExpired, &text, &[], REVIEWED);
    let finding = &outcome.findings[0];
    let proofs: Vec<&str> =
        finding.evidence().iter().filter_map(|e| e.document.as_ref()).map(DocNumber::as_str).collect();
    assert_eq!(proofs, ["16/2015/NĐ-CP", "60/2021/NĐ-CP"]);
    assert!(finding.message.contains("văn bản đang có hiệu lực là Nghị định số 60/2021/NĐ-CP"), "{}", finding.message);
}

#[test]
fn an_act_in_the_store_proves_by_its_own_clause_what_it_ended() {
    let act = "CHÍNH PHỦ\nSố: 802/2022/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2022\nNGHỊ ĐỊNH\nQuy định về việc thử\n\
               Điều 1. A\nB.\nĐiều 2. Hiệu lực thi hành\n\
               1. Nghị định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2022.\n\
               2. Thông tư số 801/2018/TT-BTP hết hiệu lực kể từ ngày Nghị định này có hiệu lực.";
    let text = decree(ORGANISATION, "Điều 1. A\nTheo Thông tư số 801/2018/TT-BTP.");
    let (_, told) = outcome(Check::ValidityExpired, &text, &[act], REVIEWED);
    let evidence = &told.findings[0].evidence()[0];
    assert_eq!(evidence.document.as_ref().map(DocNumber::as_str), Some("802/2022/NĐ-CP"));
    assert_eq!(evidence.eid.as_ref().map(rasoat_law::Eid::as_str), Some("art_2__para_2"));
    assert!(evidence.quote.contains("801/2018/TT-BTP hết hiệu lực"), "{}", evidence.quote);
    let message = &told.findings[0].message;
    assert!(message.contains("từ ngày 01/5/2022, theo khoản 2 Điều 2 802/2022/NĐ-CP"), "{message}");
    assert!(outcome(Check::ValidityExpired, &text, &[], REVIEWED).1.findings.is_empty(), "nobody else says so");
}

#[test]
fn a_text_that_ended_with_the_law_it_details_is_proven_by_that_law() {
    let detailing = "CHÍNH PHỦ\nSố: 803/2014/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2014\nNGHỊ ĐỊNH\n\
                     Quy định chi tiết một số điều của Bộ luật Lao động số 10/2012/QH13\nĐiều 1. A\nB.\n\
                     Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2014.";
    let text = decree(ORGANISATION, "Điều 1. A\nTheo Nghị định số 803/2014/NĐ-CP.");
    let (_, told) = outcome(Check::ValidityExpired, &text, &[detailing], REVIEWED);
    let [finding] = told.findings.as_slice() else { panic!("{:?}", told.findings) };
    assert_eq!(finding.severity, Severity::Warning);
    let proof = finding.evidence()[0].document.as_ref().map(DocNumber::as_str);
    assert_eq!(proof, Some("10/2012/QH13"));
    assert!(finding.message.contains("khoản 4 Điều 154 Luật số 80/2015/QH13"), "{}", finding.message);
}

#[test]
fn a_name_in_an_instruction_means_the_document_in_force() {
    let code = "QUỐC HỘI\nLuật số: 45/2019/QH14\nLUẬT\nThử\nĐiều 1. A\nB.\nĐiều 2. C\nD.";
    let text = "QUỐC HỘI\nLuật số:      /2026/QH16\nLUẬT\nSỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA BỘ LUẬT LAO ĐỘNG\n\
        Điều 1. Sửa đổi, bổ sung một số điều của Bộ luật Lao động\n1. Bãi bỏ Điều 225.\n2. Bãi bỏ Điều 2.";
    assert_eq!(beside(Check::ReferenceDangling, text, &[code]), ["1. Bãi bỏ Điều 225."]);
}
