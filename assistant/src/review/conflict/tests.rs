//! The conflict check on texts of our own, with a search and a judge that answer by rule.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::super::finding::{Check, EvidenceSource, Selection, Severity};
use super::super::{Law, Observer, Outcome, Stage, review_selected};
use super::*;
use crate::corpus::{MemoryCorpus, Search};
use jiff::civil::date;
use rasoat_embeddings::Cancelled;
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_model::{EncodeError, Encoder, Judge, Judgement, Side};

const LAW: &str = "QUỐC HỘI\n\nLuật số: 12/2020/QH14\nHà Nội, ngày 01 tháng 6 năm 2020\n\nLUẬT\nVỀ VƯỜN HOA\n\n\
    Điều 1. Chăm sóc vườn hoa\n1. Người quản lý vườn hoa phải mở cửa vườn hoa cho trẻ em vào các ngày nghỉ trong tuần.\n\
    2. Hồ sơ xin mở vườn hoa được trả lời trong 10 ngày kể từ ngày nhận hồ sơ.\n\
    Điều 2. Hiệu lực thi hành\nLuật này có hiệu lực từ ngày 01 tháng 01 năm 2021.";

/// Finds every norm of the law, whatever is asked for.
pub(super) struct Everything;

impl Search for Everything {
    fn search(&self, _: &Query<'_>) -> Vec<Hit> {
        let document = DocNumber::parse("12/2020/QH14").unwrap();
        let hit = |eid: &str| Hit { document: document.clone(), eid: eid.into(), score: 1.0, cosine: Some(0.9) };
        vec![hit("art_1__para_1"), hit("art_1__para_2")]
    }

    fn idf(&self, _: &str) -> f32 {
        1.0
    }

    fn is_empty(&self) -> bool {
        false
    }
}

/// Says what a word in brackets in the draft says, of the first paragraph of the law alone.
struct Told;

impl Judge for Told {
    fn name(&self) -> &str {
        "told"
    }

    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError> {
        let word = |draft: &str, law: &str| match law.contains("trẻ em") {
            true if draft.contains("[trái]") => [9.0, 0.0, 0.0, 0.0],
            true if draft.contains("[chép]") => [0.0, 0.0, 9.0, 0.0],
            _ => [0.0, 0.0, 0.0, 9.0],
        };
        Ok(pairs.iter().map(|(draft, law)| Judgement { logits: word(draft.text, law.text) }).collect())
    }
}

/// Says that whatever speaks of watering contradicts the other.
struct Against;

impl Judge for Against {
    fn name(&self) -> &str {
        "against"
    }

    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError> {
        let both = |pair: &(Side<'_>, Side<'_>)| pair.0.text.contains("tưới") && pair.1.text.contains("tưới");
        let word = |pair| if both(pair) { [9.0, 0.0, 0.0, 0.0] } else { [0.0, 0.0, 0.0, 9.0] };
        Ok(pairs.iter().map(|pair| Judgement { logits: word(pair) }).collect())
    }
}

/// Gives every text the same vector.
struct Alike;

impl Encoder for Alike {
    fn name(&self) -> &str {
        "alike"
    }

    fn dimension(&self) -> usize {
        1
    }

    fn encode(&self, texts: &[&str], _: TextKind) -> Result<Vec<Vec<f32>>, EncodeError> {
        Ok(vec![vec![1.0]; texts.len()])
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError> {
        Ok(text.len())
    }
}

struct Patient;

impl Observer for Patient {
    fn progress(&mut self, _: Stage, _: usize, _: usize) -> Result<(), Cancelled> {
        Ok(())
    }

    fn found(&mut self, _: &Finding) {}
}

fn reviewed(body: &str, judge: Option<&dyn Judge>) -> Outcome {
    reviewed_on("", body, judge)
}

/// A draft that rests on `bases`.
fn reviewed_on(bases: &str, body: &str, judge: Option<&dyn Judge>) -> Outcome {
    reviewed_whole(
        &format!(
            "CHÍNH PHỦ\n\nSố: /2026/NĐ-CP\n\nNGHỊ ĐỊNH\nQuy định về vườn hoa\n\n{bases}Điều 1. Vườn hoa\n{body}\n\
             Điều 9. Hiệu lực thi hành\nNghị định này có hiệu lực từ ngày 01 tháng 3 năm 2027."
        ),
        judge,
    )
}

/// A draft with head and end.
fn reviewed_whole(text: &str, judge: Option<&dyn Judge>) -> Outcome {
    let document = parse(LAW);
    let metadata = &document.metadata;
    let held = CorpusDocument {
        number: metadata.number.clone().unwrap(),
        kind: metadata.kind,
        title: "Luật Vườn hoa".into(),
        issuer: metadata.issuer.clone(),
        own_dates: OwnDates { issued: Some(date(2020, 6, 1)), effective: Some(date(2021, 1, 1)) },
        consolidated_to: None,
        document,
    };
    let corpus = MemoryCorpus::new([held]);
    let draft = parse(text);
    let law = Law {
        corpus: &corpus,
        search: &Everything,
        encoder: Some(&Alike),
        judge,
        register: Register::built_in(),
        as_of: date(2027, 3, 1),
    };
    let conflicts = Selection::only([Check::ConflictContradiction, Check::ConflictDuplicate, Check::ConflictOverlap]);
    review_selected(&draft, &law, &conflicts, &mut Patient).unwrap()
}

fn checks(outcome: &Outcome) -> Vec<Check> {
    outcome.findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn a_contradiction_without_any_value_is_told_with_the_provision_that_proves_it() {
    let outcome = reviewed("Người quản lý quyết định trẻ em có được vào vườn hoa hay không [trái].", Some(&Told));
    assert_eq!(checks(&outcome), [Check::ConflictContradiction]);
    let finding = &outcome.findings[0];
    assert_eq!(finding.severity, Severity::Note, "the judge alone");
    let evidence = &finding.evidence()[0];
    assert_eq!(evidence.eid.as_ref().unwrap().as_str(), "art_1__para_1");
    assert!(evidence.quote.contains("mở cửa vườn hoa cho trẻ em"));
    assert!(finding.detail.as_ref().unwrap().rule.contains("Điều 58"));
}

#[test]
fn a_worked_example_orders_nothing() {
    let norm = "1. Hồ sơ xin mở vườn hoa được trả lời trong 20 ngày kể từ ngày nhận hồ sơ.";
    assert_eq!(checks(&reviewed(norm, None)), [Check::ConflictContradiction]);
    let example = "1. Hồ sơ xin mở vườn hoa được trả lời theo luật.\n\
                   Ví dụ 1: Hồ sơ xin mở vườn hoa của bà A được trả lời trong 20 ngày kể từ ngày nhận hồ sơ.";
    assert_eq!(checks(&reviewed(example, None)), []);
    let before_a_point = "1. Hồ sơ xin mở vườn hoa:\na) Nộp tại trụ sở.\nVí dụ 1: Bà A nộp hồ sơ.\n\
                          b) Hồ sơ xin mở vườn hoa được trả lời trong 20 ngày kể từ ngày nhận hồ sơ.";
    assert_eq!(checks(&reviewed(before_a_point, None)), [Check::ConflictContradiction], "the rule behind it stands");
}

#[test]
fn a_copy_is_a_note_and_another_matter_is_nothing() {
    let outcome = reviewed("Người quản lý vườn hoa phải mở cửa cho trẻ em vào các ngày nghỉ [chép].", Some(&Told));
    assert_eq!(checks(&outcome), [Check::ConflictDuplicate]);
    assert_eq!(outcome.findings[0].severity, Severity::Note);
    let outcome = reviewed("Người bán hạt giống hoa ghi tên loài hoa lên bao bì bằng tiếng Việt.", Some(&Told));
    assert_eq!(checks(&outcome), []);
}

#[test]
fn the_very_words_of_a_provision_are_a_copy_whatever_the_judge_says() {
    let words = "Người quản lý vườn hoa phải mở cửa vườn hoa cho trẻ em vào các ngày nghỉ trong tuần.";
    let outcome = reviewed(&format!("1. {words}\n2. Người quản lý vườn hoa ghi sổ mỗi ngày một lần."), Some(&Told));
    assert_eq!(checks(&outcome), [Check::ConflictDuplicate]);
    let short = reviewed("1. Cho trẻ em vào các ngày nghỉ trong tuần.\n2. Người quản lý ghi sổ.", Some(&Told));
    assert_eq!(checks(&short), [], "words that any law holds");
}

#[test]
fn what_the_draft_itself_ends_is_not_held_against_it() {
    let norm =
        "Người quản lý quyết định trẻ em có được vào vườn hoa hay không [trái].\nĐiều 8. Bãi bỏ\nLuật số 12/2020/QH14";
    let law = format!(
        "QUỐC HỘI\n\nLuật số: /2026/QH16\n\nLUẬT\nVỀ VƯỜN HOA\n\nĐiều 1. Vườn hoa\n{norm} hết hiệu lực kể từ ngày Luật này \
         có hiệu lực."
    );
    assert_eq!(checks(&reviewed_whole(&law, Some(&Told))), []);
    let decree = format!("{norm} hết hiệu lực kể từ ngày Nghị định này có hiệu lực.");
    assert_eq!(checks(&reviewed(&decree, Some(&Told))), [Check::ConflictContradiction], "a decree ends no law");
}

#[test]
fn without_a_judge_values_alone_are_compared_and_the_review_says_so() {
    let outcome = reviewed("Hồ sơ xin mở vườn hoa được trả lời trong 30 ngày kể từ ngày nhận hồ sơ.", None);
    assert_eq!(checks(&outcome), [Check::ConflictContradiction]);
    let run = |check: Check| outcome.checks.iter().find(|run| run.check == check.code()).unwrap();
    assert!(run(Check::ConflictContradiction).uncovered[0].contains("mô hình đối chiếu"));
    assert!(run(Check::ConflictDuplicate).why_not.is_some(), "silence never means clean");
}

#[test]
fn a_cell_of_a_table_is_held_against_nothing() {
    let outcome = reviewed("Hồ sơ xin mở vườn hoa\n30 ngày kể từ đó\n45 ngày", None);
    assert_eq!(checks(&outcome), []);
}

#[test]
fn two_norms_of_the_draft_that_cannot_both_hold_are_told_against_each_other() {
    let body = "Người quản lý tưới ít nhất 20% diện tích vườn hoa mỗi buổi sáng.\n\
        Điều 2. Tưới\nNgười quản lý tưới ít nhất 50% diện tích vườn hoa mỗi buổi sáng.";
    let outcome = reviewed(body, Some(&Against));
    assert_eq!(checks(&outcome), [Check::ConflictContradiction]);
    let finding = &outcome.findings[0];
    assert_eq!(finding.evidence()[0].source, EvidenceSource::Draft);
    assert_eq!(finding.evidence()[0].eid.as_ref().unwrap().as_str(), "art_1");
    assert!(finding.message.contains("20%") && finding.message.contains("50%"), "{}", finding.message);
}

/// The probability of each pair of values that differ.
fn told(draft: &str, law: &str) -> Vec<f32> {
    let [draft, law] = [draft, law].map(|text| statements_of(text, "", "", &|_| 1.0));
    conflicts(&draft, &law, Brought::ALONE).0.into_iter().map(|conflict| conflict.probability).collect()
}

#[test]
fn a_floor_and_a_ceiling_with_room_between_them_do_not_conflict() {
    assert_eq!(told("Báo trước ít nhất 10 ngày.", "Báo trước không quá 30 ngày.").len(), 0);
    assert_eq!(told("Báo trước ít nhất 30 ngày.", "Báo trước không quá 10 ngày.").len(), 1);
    assert_eq!(told("Người từ đủ 13 tuổi được tưới hoa.", "Người chưa đủ 15 tuổi được tưới hoa.").len(), 0);
}

#[test]
fn a_share_of_a_rate_is_no_rate() {
    let law = "Lãi chậm trả bằng 150% lãi suất vay theo hợp đồng.";
    assert_eq!(told("Lãi chậm trả không vượt quá 10%/năm tính trên số dư.", law).len(), 0);
    assert_eq!(told("Lãi chậm trả bằng 130% mức lãi suất vay theo hợp đồng.", law).len(), 1);
}

#[test]
fn days_and_many_years_are_of_two_things() {
    assert_eq!(
        told("Người đã trồng hoa từ đủ 15 năm được nghỉ.", "Người trồng hoa được nghỉ 12 ngày làm việc.").len(),
        0
    );
    assert_eq!(told("Người trồng hoa được nghỉ 2 tháng.", "Người trồng hoa được nghỉ 12 ngày làm việc.").len(), 1);
}

#[test]
fn an_age_that_says_of_whom_a_norm_speaks_is_weak_evidence() {
    let doubtful = |draft: &str, law: &str| {
        let [draft, law] = [draft, law].map(|text| statements_of(text, "", "", &|_| 1.0));
        conflicts(&draft, &law, Brought::ALONE)
            .0
            .iter()
            .map(|conflict| conflict.features.is_doubtful())
            .collect::<Vec<_>>()
    };
    let law = "Người chưa đủ 15 tuổi vào vườn hoa phải có người lớn đi cùng.";
    assert_eq!(doubtful("Hồ sơ của người chưa đủ 13 tuổi vào vườn hoa gồm giấy khai sinh.", law), [true]);
    let demanded = doubtful("Người trông vườn hoa phải từ đủ 16 tuổi.", "Người trông vườn hoa phải từ đủ 18 tuổi.");
    assert_eq!(demanded, [false]);
}

#[test]
fn a_fine_is_held_against_fines_alone() {
    let law = "Người bẻ hoa gây thiệt hại từ 20.000.000 đồng phải trồng lại.";
    assert_eq!(told("Phạt tiền 5.000.000 đồng đối với người bẻ hoa.", law).len(), 0);
    assert_eq!(
        told("Phạt tiền 5.000.000 đồng đối với người bẻ hoa.", "Phạt tiền 3.000.000 đồng đối với người bẻ hoa.").len(),
        1
    );
}

#[test]
fn what_leads_a_list_demands_nothing_by_itself() {
    assert_eq!(told("Người trông vườn hoa có quyền sau đây:", "Người trông vườn hoa phải mở cửa đúng giờ.").len(), 0);
}

#[test]
fn values_of_a_law_that_the_draft_does_not_speak_of_are_a_note_that_says_why() {
    let body = "Hồ sơ xin mở vườn hoa được trả lời trong 30 ngày kể từ ngày nhận hồ sơ.";
    let told = |bases: &str| {
        let outcome = reviewed_on(bases, body, Some(&Told));
        assert_eq!(checks(&outcome), [Check::ConflictContradiction], "{bases}");
        let finding = &outcome.findings[0];
        (finding.severity, finding.message.contains("không nhắc đến văn bản này"))
    };
    assert_eq!(told(""), (Severity::Error, false));
    assert_eq!(told("Căn cứ Luật số 12/2020/QH14 ngày 01 tháng 6 năm 2020;\n\n"), (Severity::Error, false));
    assert_eq!(told("Căn cứ Luật Đất đai số 31/2024/QH15 ngày 18 tháng 01 năm 2024;\n\n"), (Severity::Note, true));
}

#[test]
fn articles_whose_headings_differ_in_a_word_speak_of_two_cases() {
    let body = |first: &str, second: &str| {
        format!(
            "Người quản lý mở cửa vườn hoa.\nĐiều 2. {first}\nNgười quản lý tưới 20% diện tích vườn hoa mỗi sáng.\n\
             Điều 3. {second}\nNgười quản lý tưới 50% diện tích vườn hoa mỗi sáng."
        )
    };
    let parallel = reviewed(&body("Tưới vườn hoa mùa hè", "Tưới vườn hoa mùa đông"), Some(&Against));
    assert_eq!(checks(&parallel), []);
    // Each says what the other does not.
    let own = reviewed(&body("Cách tưới vườn hoa tại chỗ", "Thời gian, cách tưới vườn hoa từ xa"), Some(&Against));
    assert_eq!(checks(&own), []);
    let general = reviewed(&body("Tưới vườn hoa", "Cách tưới vườn hoa của người quản lý"), Some(&Against));
    assert_eq!(checks(&general), [Check::ConflictContradiction], "one says all of the other");
    let other = reviewed(&body("Tưới vườn hoa", "Việc của người quản lý"), Some(&Against));
    assert_eq!(checks(&other), [Check::ConflictContradiction]);
}

#[test]
fn what_is_copied_but_for_light_words_is_copied_and_what_is_turned_round_is_not() {
    let law = "Người sử dụng lao động không được tuyển dụng và sử dụng người chưa đủ 13 tuổi làm việc, trừ các công việc nghệ thuật.";
    assert!(super::holds(
        "Không được tuyển dụng và sử dụng những người chưa đủ 13 tuổi làm việc trừ công việc nghệ thuật",
        law
    ));
    // One word of weight differs; the negation is left out; the exception is.
    assert!(!super::holds(
        "Không được tuyển dụng và sử dụng người chưa đủ 14 tuổi làm việc, trừ công việc nghệ thuật",
        law
    ));
    assert!(!super::holds(
        "Được tuyển dụng và sử dụng người chưa đủ 13 tuổi làm việc, trừ các công việc nghệ thuật",
        law
    ));
    assert!(!super::holds("Không được tuyển dụng và sử dụng người chưa đủ 13 tuổi làm việc", law));
}
