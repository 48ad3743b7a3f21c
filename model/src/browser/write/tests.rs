//! The file that is written from the set-up's encoder, native: against the reference's vectors, and measured on texts.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::browser::kernels::Kernels;
use crate::browser::{BrowserEncoder, BrowserJudge, Portable};
use crate::encoder::{Encoder, TextKind};
use crate::judge::Judge;
use std::io::Write;
use std::path::PathBuf;
use tokenizers::Tokenizer;

/// Not a print macro: the test harness swallows what those print when a test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The installed encoder; where there is none the reason is said.
fn installed() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    let found =
        data.map(|data| data.join("rasoat/models/encoder")).filter(|folder| folder.join("model.gguf").is_file());
    if found.is_none() {
        say("skipped: no encoder is installed; `cargo xtask setup` installs it");
    }
    found
}

/// Texts to measure on, one a line.
fn texts() -> Option<Vec<String>> {
    let Some(path) = std::env::var_os("RASOAT_TEXTS") else {
        say("skipped: RASOAT_TEXTS names no file with a text a line");
        return None;
    };
    Some(std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect())
}

/// What is written for a folder, with the adapter in it or without.
fn written(folder: &Path, pruning: Pruning, with_adapter: bool) -> Contents {
    let adapter = with_adapter.then(|| std::fs::read(folder.join("adapter.safetensors")).unwrap());
    let source = Source {
        weights: &mut std::io::BufReader::new(std::fs::File::open(folder.join("model.gguf")).unwrap()),
        config: &std::fs::read(folder.join("config.json")).unwrap(),
        tokenizer: &std::fs::read(folder.join("tokenizer.json")).unwrap(),
        adapter: adapter.as_deref(),
        settings: serde_json::from_slice(&std::fs::read(folder.join("rasoat.json")).unwrap()).unwrap(),
        pruning,
    };
    contents(source).unwrap()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

/// The least cosine of an encoder's vectors to the golden ones.
fn least_cosine<L: Kernels>(contents: &Contents, golden: &str) -> f32 {
    let encoder = BrowserEncoder::<L>::new(contents).unwrap();
    let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
    let cosines = golden["vectors"].as_array().unwrap().iter().map(|entry| {
        let kind = if entry["kind"] == "query" { TextKind::Query } else { TextKind::Passage };
        let wanted: Vec<f32> = entry["vector"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect();
        cosine(&encoder.encode(&[entry["text"].as_str().unwrap()], kind).unwrap()[0], &wanted)
    });
    cosines.fold(1.0, f32::min)
}

#[test]
fn the_file_gives_the_golden_vectors_in_words_of_bytes_and_of_pairs() {
    let Some(folder) = installed() else { return };
    let plain = include_str!("../../../../tests/fixtures/golden-vectors.json");
    let adapted = include_str!("../../../../tests/fixtures/golden-vectors-adapted.json");
    for (golden, with_adapter) in [(plain, false), (adapted, true)] {
        let contents = written(&folder, Pruning::Legal, with_adapter);
        let name = &contents.settings.name;
        let bytes = least_cosine::<Portable<4>>(&contents, golden);
        let pairs = least_cosine::<Portable<2>>(&contents, golden);
        say(&format!("{name}: least cosine {bytes:.5} in words of bytes, {pairs:.5} in pairs"));
        assert!(bytes >= 0.999 && pairs >= 0.999, "{name}: {bytes}, {pairs}");
    }
}

/// Norms of our own writing beside one another, the first ten words of each marked as shared with the other.
const PAIRS: [(&str, &str); 6] = [
    (
        "Trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ, cơ quan đăng ký phải trả lời bằng văn bản.",
        "Cơ quan đăng ký trả lời bằng văn bản trong thời hạn 10 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
    ),
    (
        "Chủ cơ sở được bổ sung giấy tờ còn thiếu một lần.",
        "Chủ cơ sở phải nộp đủ giấy tờ ngay từ lần đầu, không được bổ sung.",
    ),
    ("Kho lưu trữ mở cửa vào giờ hành chính.", "Người học nghề được nghỉ hè ít nhất 04 tuần mỗi năm."),
    ("Phí thẩm định là 500.000 đồng.", "Phí thẩm định là 500.000 đồng."),
    (
        "Sở Nội vụ cấp chứng chỉ hành nghề lưu trữ cho cá nhân có đủ điều kiện.",
        "Thẩm quyền cấp chứng chỉ hành nghề lưu trữ thuộc Ủy ban nhân dân cấp tỉnh.",
    ),
    ("Người nộp hồ sơ có quyền khiếu nại.", "Người nộp hồ sơ có quyền khiếu nại, tố cáo theo quy định của pháp luật."),
];

#[test]
fn the_judge_s_file_judges_as_the_judge_of_the_set_up_does() {
    let Some(folder) = installed() else { return };
    let adapter = std::fs::read(folder.join("judge.safetensors")).unwrap();
    let native = crate::load_judge(&folder, &adapter).unwrap();
    let contents = written(&folder, Pruning::Legal, true);
    let file = contents.to_bytes();
    let identity = identity(&file).unwrap();
    let settings: Settings = serde_json::from_slice(&std::fs::read(folder.join("rasoat.json")).unwrap()).unwrap();
    let judge = judge_contents(&adapter, &settings, &file).unwrap().to_bytes();
    let size = judge.len();
    let marks = |text: &str| {
        let end = text.match_indices(' ').nth(9).map_or(text.len(), |(at, _)| at);
        [crate::Mark { start: 0, end, kind: 1 }]
    };
    let marked: Vec<_> = PAIRS.iter().map(|(draft, law)| (marks(draft), marks(law))).collect();
    let pairs: Vec<_> = PAIRS
        .iter()
        .zip(&marked)
        .map(|((draft, law), (of_draft, of_law))| {
            (crate::Side { text: draft, marks: of_draft }, crate::Side { text: law, marks: of_law })
        })
        .collect();
    let wanted = native.judge(&pairs).unwrap();
    let check = |name: &str, judge: &dyn Judge| {
        assert_eq!(judge.name(), native.name());
        let own = judge.judge(&pairs).unwrap();
        let apart = own.iter().zip(&wanted).flat_map(|(own, wanted)| {
            own.probabilities().into_iter().zip(wanted.probabilities()).map(|(a, b)| (a - b).abs())
        });
        let most = apart.fold(0.0, f32::max);
        say(&format!("judge in {name}: probabilities differ by {most:.4} at the most ({} bytes)", size));
        assert!(most < 0.1, "{name}: {most}");
    };
    let bytes = BrowserEncoder::<Portable<4>>::new(&contents).unwrap();
    check("words of bytes", &BrowserJudge::beside(&bytes, (&contents, identity), &judge).unwrap());
    let halves = BrowserEncoder::<Portable<2>>::new(&contents).unwrap();
    check("pairs", &BrowserJudge::beside(&halves, (&contents, identity), &judge).unwrap());
}

#[test]
fn a_folder_s_file_is_written_once_and_again_when_it_is_damaged() {
    let Some(installed) = installed() else { return };
    let folder = tempfile::tempdir().unwrap();
    for name in ["model.gguf", "config.json", "tokenizer.json", "rasoat.json", "adapter.safetensors"] {
        std::fs::copy(installed.join(name), folder.path().join(name)).unwrap();
    }
    assert!(write_folder(folder.path()).unwrap());
    assert!(!write_folder(folder.path()).unwrap(), "the same is not written twice");
    let written = std::fs::read(folder.path().join(FILE)).unwrap();
    say(&format!("{FILE}: {} bytes", written.len()));
    std::fs::write(folder.path().join(FILE), &written[..written.len() / 2]).unwrap();
    assert!(write_folder(folder.path()).unwrap());
    assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), written);
}

/// A measurement: `RASOAT_TEXTS=… cargo test --package rasoat-model --lib ids_of_the_whole_vocabulary`.
#[test]
fn ids_of_the_whole_vocabulary_are_those_of_the_tokenizers_crate_on_real_texts() {
    let (Some(folder), Some(texts)) = (installed(), texts()) else { return };
    let json = std::fs::read(folder.join("tokenizer.json")).unwrap();
    let (ours, _) = Unigram::from_json(&json).unwrap();
    let reference = Tokenizer::from_bytes(&json).unwrap();
    let mut tokens = 0;
    for text in &texts {
        let wanted = reference.encode_fast(text.as_str(), true).unwrap().get_ids().to_vec();
        assert_eq!(ours.encode(text, usize::MAX), wanted, "{text:?}");
        tokens += wanted.len();
    }
    say(&format!("{} texts, {tokens} tokens: the same ids", texts.len()));
}

/// A measurement: `RASOAT_TEXTS=… cargo test --release --package rasoat-model --lib a_pruned_vocabulary`.
#[test]
fn a_pruned_vocabulary_gives_nearly_the_vectors_of_the_whole_one() {
    let (Some(folder), Some(texts)) = (installed(), texts()) else { return };
    // In pairs, whose own rounding does not show.
    let [whole, pruned] = [Pruning::None, Pruning::Legal]
        .map(|pruning| BrowserEncoder::<Portable<2>>::new(&written(&folder, pruning, true)).unwrap());
    let mut cosines: Vec<f32> = Vec::new();
    let mut same = 0;
    for text in &texts {
        let [one, other] = [&whole, &pruned].map(|encoder| {
            let ids = encoder.ids(text, TextKind::Passage);
            ids.iter().map(|id| encoder.tokenizer().piece(*id).to_owned()).collect::<Vec<_>>()
        });
        if one == other {
            same += 1;
            cosines.push(1.0);
            continue;
        }
        let vector =
            |encoder: &BrowserEncoder<Portable<2>>| encoder.encode(&[text], TextKind::Passage).unwrap().remove(0);
        cosines.push(cosine(&vector(&whole), &vector(&pruned)));
    }
    cosines.sort_by(f32::total_cmp);
    let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
    say(&format!(
        "{} pieces of {}; {} texts, {same} segmented alike; cosine: mean {mean:.5}, hundredth {:.5}, least {:.5}",
        pruned.tokenizer().len(),
        whole.tokenizer().len(),
        texts.len(),
        cosines[cosines.len() / 100],
        cosines[0],
    ));
    assert!(mean >= 0.999, "mean cosine {mean}");
}
