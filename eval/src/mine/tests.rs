//! The whole of mining, on a snapshot of our own writing and on the real ones where they are at hand.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::change::Label;
use super::{Mined, Options, mine};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::{Path, PathBuf};

/// An article: document, number, heading, words, note of amendments.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const AMENDED: &str = "có nội dung được sửa đổi bởi Điều 1 Thông tư số 95/2024/TT-BTP";

/// The older snapshot: a circular that will be amended, one that will be replaced, and one that cites them.
const FIRST: [Row; 7] = [
    (
        "91/2020/TT-BTP",
        "1",
        "Thời hạn giải quyết",
        "1. Cơ quan đăng ký trả kết quả cho người nộp hồ sơ trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ.\n\
         2. Người nộp hồ sơ phải nộp lệ phí tại cơ quan đăng ký trước khi nhận kết quả.",
        "",
    ),
    ("91/2020/TT-BTP", "2", "Mẫu đơn", "Cơ quan đăng ký đăng mẫu đơn trên trang thông tin của mình để tra cứu.", ""),
    ("92/2020/TT-BTP", "1", "Hồ sơ", "Người đề nghị nộp hồ sơ gồm 02 bộ đến cơ quan đăng ký nơi mình cư trú.", ""),
    ("92/2020/TT-BTP", "2", "Lưu trữ", "Cơ quan đăng ký lưu hồ sơ tại kho lưu trữ của mình theo thứ tự ngày nhận.", ""),
    ("93/2020/TT-BTP", "1", "Căn cứ", "Việc nộp hồ sơ thực hiện theo Thông tư số 92/2020/TT-BTP.", ""),
    ("93/2020/TT-BTP", "2", "Thời hạn", "Thời hạn trả kết quả thực hiện theo Điều 1 Thông tư số 91/2020/TT-BTP.", ""),
    ("93/2020/TT-BTP", "3", "Lệ phí", "Lệ phí thực hiện theo Thông tư số 90/2019/TT-BTC.", ""),
];

/// The newer one: the deadline is shorter, the second circular is gone and another has come in its place.
const SECOND: [Row; 7] = [
    (
        "91/2020/TT-BTP",
        "1",
        "Thời hạn giải quyết",
        "1. Cơ quan đăng ký trả kết quả cho người nộp hồ sơ trong thời hạn 10 ngày kể từ ngày nhận đủ hồ sơ.\n\
         2. Người nộp hồ sơ phải nộp lệ phí tại cơ quan đăng ký trước khi nhận kết quả.",
        AMENDED,
    ),
    ("91/2020/TT-BTP", "2", "Mẫu đơn", "Cơ quan đăng ký đăng mẫu đơn trên trang thông tin của mình để tra cứu.", ""),
    ("94/2024/TT-BTP", "1", "Hồ sơ", "Người đề nghị nộp hồ sơ gồm 01 bộ đến cơ quan đăng ký nơi mình cư trú.", ""),
    (
        "94/2024/TT-BTP",
        "2",
        "Hiệu lực thi hành",
        "Thông tư này có hiệu lực từ ngày 01 tháng 3 năm 2024 và thay thế Thông tư số 92/2020/TT-BTP.",
        "",
    ),
    ("93/2020/TT-BTP", "1", "Căn cứ", "Việc nộp hồ sơ thực hiện theo Thông tư số 92/2020/TT-BTP.", ""),
    ("93/2020/TT-BTP", "2", "Thời hạn", "Thời hạn trả kết quả thực hiện theo Điều 1 Thông tư số 91/2020/TT-BTP.", ""),
    ("93/2020/TT-BTP", "3", "Lệ phí", "Lệ phí thực hiện theo Thông tư số 90/2019/TT-BTC.", ""),
];

fn packed(path: &Path, text: &str) {
    let mut encoder = GzEncoder::new(std::fs::File::create(path).unwrap(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap();
}

fn snapshot(folder: &Path, name: &str, rows: &[Row]) {
    let day = |document: &str| if document.contains("2024") { "2024-03-01" } else { "2020-06-01" };
    let articles: String = rows
        .iter()
        .map(|(document, number, heading, words, note)| {
            let line = serde_json::json!({
                "so_hieu": format!("'{document}"), "item_id": document, "dieu": number, "de_muc": "15.3",
                "de_muc_ten": "Hộ tịch", "chuong": "Chương I - QUY ĐỊNH CHUNG", "noi_dung": words,
                "tieu_de": format!("Điều 15.3.TT.1.{number}. {heading}"), "hieu_luc": day(document), "sua_doi": note,
            });
            format!("{line}\n")
        })
        .collect();
    packed(&folder.join(format!("articles_{name}.jsonl.gz")), &articles);
    let mut documents: Vec<serde_json::Value> = rows
        .iter()
        .map(|(document, ..)| {
            serde_json::json!({
                "so_hieu": document, "loai": "Thông tư", "ten": "Quy định về việc thử", "co_quan": "Bộ Tư pháp",
                "hieu_luc": day(document), "ngay_ban_hanh": day(document), "item_id": document, "de_muc": ["15.3"],
            })
        })
        .collect();
    documents.dedup();
    packed(&folder.join(format!("docs_{name}.json.gz")), &serde_json::Value::Array(documents).to_string());
    packed(&folder.join(format!("amend-relations_{name}.jsonl.gz")), "");
}

fn invented() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("phapdien");
    std::fs::create_dir(&data).unwrap();
    snapshot(&data, "2023-10", &FIRST);
    snapshot(&data, "2024-08", &SECOND);
    (folder, data)
}

fn mined(data: &Path, seed: u64) -> Mined {
    mine(data, Options { seed, ..Options::default() }, |_| true).unwrap().unwrap()
}

#[test]
fn a_shorter_deadline_and_a_smaller_dossier_are_found_with_their_places() {
    let (_folder, data) = invented();
    let pairs = mined(&data, 6).pairs;
    let brief: Vec<String> = pairs
        .iter()
        .filter(|pair| pair.label == Label::Contradiction)
        .map(|p| {
            format!(
                "{} {}#{} {}#{}",
                p.dimension.unwrap(),
                p.draft_ref.document,
                p.draft_ref.eid,
                p.law_ref.document,
                p.law_ref.eid
            )
        })
        .collect();
    assert_eq!(
        brief,
        [
            "count 92/2020/TT-BTP#art_1 94/2024/TT-BTP#art_1",
            "deadline 91/2020/TT-BTP#art_1__para_1 91/2020/TT-BTP#art_1__para_1",
        ]
    );
}

#[test]
fn a_draft_that_cites_a_replaced_circular_has_that_to_be_found_and_no_more() {
    let (_folder, data) = invented();
    let mined = mined(&data, 6);
    let draft = mined.drafts.iter().find(|draft| draft.document == "93/2020/TT-BTP").unwrap();
    let [finding] = draft.findings.as_slice() else { panic!("{:?}", draft.findings) };
    assert_eq!(finding.check, "validity.expired");
    assert_eq!(finding.document.as_deref(), Some("94/2024/TT-BTP"));
    assert_eq!(finding.cited.as_deref(), Some("92/2020/TT-BTP"));
    assert_eq!(&draft.text[finding.start..finding.end], "Thông tư số 92/2020/TT-BTP");
    let effects: Vec<&str> = draft.citations.iter().map(|c| c.effect).collect();
    assert_eq!(effects, ["expired", "in_force"]);
    assert_eq!(draft.citations[1].eid.as_deref(), Some("art_1"));
    // Of the third circular nothing is known: it is no false alarm to doubt it, and no merit.
    assert!(draft.unjudged.iter().any(|place| draft.text[place.start..place.end].contains("90/2019/TT-BTC")));
    assert_eq!(rasoat_law::text::normalise(&draft.text), draft.text);
}

#[test]
fn the_law_of_the_later_date_comes_in_its_newer_wording_with_what_has_ended_since() {
    let (_folder, data) = invented();
    let mined = mine(&data, Options { law: true, ..Options::default() }, |_| true).unwrap().unwrap();
    let numbers: Vec<&str> = mined.law.iter().map(|record| record.so_hieu.as_str()).collect();
    assert_eq!(numbers, ["91/2020/TT-BTP", "92/2020/TT-BTP", "93/2020/TT-BTP", "94/2024/TT-BTP"]);
    assert!(mined.law[0].text.contains("10 ngày") && !mined.law[0].text.contains("15 ngày"));
    assert_eq!(mined.law[1].effective.unwrap().to_string(), "2020-06-01");
    let files = mined.files().unwrap();
    let (_, bytes) = files.iter().find(|(name, _)| name == "law/01.jsonl").unwrap();
    assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 4);
}

#[test]
fn a_replaced_circular_is_reviewed_beside_what_orders_otherwise_on_the_day_it_came() {
    let (_folder, data) = invented();
    let conflicts = mined(&data, 6).conflicts;
    let [draft] = conflicts.replaced.as_slice() else { panic!("{:?}", conflicts.replaced) };
    assert_eq!((draft.document.as_str(), draft.as_of.to_string().as_str()), ("92/2020/TT-BTP", "2024-03-01"));
    let [finding] = draft.findings.as_slice() else { panic!("{:?}", draft.findings) };
    assert!(draft.text[finding.start..finding.end].contains("02 bộ"));
    assert_eq!((finding.document.as_deref(), finding.eid.as_deref()), (Some("94/2024/TT-BTP"), Some("art_1")));
    let unjudged: Vec<&str> = draft.unjudged.iter().map(|place| &draft.text[place.start..place.end]).collect();
    assert!(unjudged.iter().any(|words| words.contains("Lưu trữ")), "its successor has no such article");
    assert!(draft.unjudged.iter().all(|place| place.end <= finding.start || finding.end <= place.start));
    assert_eq!(conflicts.law.iter().map(|record| record.so_hieu.as_str()).collect::<Vec<_>>(), ["94/2024/TT-BTP"]);
    assert!(conflicts.clean.is_empty(), "none is long enough, and three are spoken of");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (_folder, data) = invented();
    assert_eq!(mined(&data, 6).files().unwrap(), mined(&data, 6).files().unwrap());
}

#[test]
fn both_documents_of_every_pair_are_on_its_side() {
    let (_folder, data) = invented();
    let mined = mined(&data, 6);
    let sides = mined.sides();
    for pair in &mined.pairs {
        assert_eq!(sides[pair.draft_ref.document.as_str()], pair.split);
        assert_eq!(sides[pair.law_ref.document.as_str()], pair.split);
    }
}

#[test]
fn a_missing_snapshot_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = mine(folder.path(), Options::default(), |_| true).unwrap_err().to_string();
    assert!(error.contains("articles_2023-10.jsonl.gz"), "{error}");
}

#[test]
fn the_real_snapshots_give_every_label_on_both_sides() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/phapdien");
    if !data.exists() {
        eprintln!("skipped: the snapshots of the codified law are not at {}", data.display());
        return;
    }
    let mined = mined(&data, 6);
    for label in [Label::Contradiction, Label::Consistent, Label::Duplicate, Label::Unrelated] {
        for side in ["development", "test"] {
            let any = mined.pairs.iter().any(|pair| pair.label == label && pair.split.code() == side);
            assert!(any, "no {} in {side}", label.code());
        }
    }
    let sides = mined.sides();
    for pair in &mined.pairs {
        assert_eq!(sides[pair.draft_ref.document.as_str()], sides[pair.law_ref.document.as_str()], "{}", pair.id);
    }
    for draft in &mined.drafts {
        for finding in &draft.findings {
            assert!(draft.text.get(finding.start..finding.end).is_some_and(|words| words.contains('/')));
        }
    }
}
