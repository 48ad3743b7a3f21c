//! What the pages say, in Vietnamese and in English, side by side in the page: its reader chooses without a script.
//!
//! This room uses no other room, so the interface's catalogue is out of reach; its words are those of measuring, which
//! no other page has.

use super::plot::escape;
use super::{FEW_DOCUMENTS, FEW_ITEMS, SetReport, Text};
use std::collections::BTreeMap;

/// A phrase in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) vi: &'static str,
    pub(crate) en: &'static str,
}

macro_rules! words {
    ($($name:ident { vi: $vi:literal, en: $en:literal $(,)? })+) => {
        $(pub(crate) const $name: Word = Word { vi: $vi, en: $en };)+
    };
}

words! {
    TITLE { vi: "Kết quả đánh giá Rasoat", en: "Rasoat, evaluated" }
    COMPARISON { vi: "So sánh hai lần đánh giá", en: "Two evaluations compared" }
    SKIP { vi: "Đến nội dung chính", en: "Skip to main content" }
    LANGUAGE { vi: "Ngôn ngữ", en: "Language" }
    SUMMARY { vi: "Tóm tắt", en: "Summary" }
    SUMMARY_NOTE {
        vi: "Mỗi số liệu kèm khoảng tin cậy 95 % (bootstrap, rút lại cả văn bản). Hệ thống in nhạt là mốc so sánh.",
        en: "Every figure with its 95 % interval (bootstrap, whole documents drawn again). Systems in grey are baselines.",
    }
    SUITE { vi: "Bộ đánh giá", en: "Suite" }
    SET { vi: "Tập dữ liệu", en: "Data set" }
    SYSTEM { vi: "Hệ thống", en: "System" }
    CASES { vi: "Trường hợp", en: "Cases" }
    DOCUMENTS { vi: "Văn bản", en: "Documents" }
    FIGURE { vi: "Số liệu", en: "Figure" }
    VALUE { vi: "Giá trị", en: "Value" }
    FIGURES { vi: "Số liệu", en: "Figures" }
    BY_CLASS { vi: "Theo từng lớp", en: "By class" }
    CLASS { vi: "Lớp", en: "Class" }
    GAINS { vi: "Hơn kém giữa các hệ thống", en: "What systems gain over one another" }
    GAINS_NOTE {
        vi: "So từng trường hợp trên cùng dữ liệu; p của phép thử hoán vị ghép cặp theo văn bản, hai phía, chưa hiệu chỉnh cho nhiều phép thử; mức ảnh hưởng: hiệu chia độ lệch chuẩn giữa các văn bản (d của Cohen khi các văn bản bằng nhau).",
        en: "Case by case on the same data; p of the paired randomisation test by document, two-sided, not corrected for many tests; effect: the difference over the standard deviation between documents (Cohen's d where documents are of one size).",
    }
    BEFORE { vi: "Hệ thống kia", en: "The other" }
    AFTER { vi: "Hệ thống này", en: "This one" }
    ALL_FIGURES { vi: "Mọi số liệu", en: "All figures" }
    OVER { vi: "so với", en: "over" }
    DIFFERENCE { vi: "Hiệu [95 %]", en: "Difference [95 %]" }
    EFFECT { vi: "Mức ảnh hưởng", en: "Effect" }
    CONFUSION { vi: "Ma trận nhầm lẫn", en: "Confusion" }
    CONFUSION_NOTE {
        vi: "Hàng: đáp án; cột: hệ thống nói. Ô càng đậm, phần của hàng càng lớn; ô viền xanh là đúng.",
        en: "Rows: what it is; columns: what was said. The darker, the larger the share of the row; outlined cells are right.",
    }
    RELIABILITY { vi: "Độ tin cậy có đúng như nói", en: "Reliability" }
    RELIABILITY_NOTE {
        vi: "Điểm nằm trên đường chéo khi độ tin cậy đúng bằng tỷ lệ đúng; dưới đường chéo là quá tự tin.",
        en: "Dots lie on the diagonal where confidence is the share that is right; below it the system is too sure.",
    }
    CONFIDENCE { vi: "Độ tin cậy", en: "Confidence" }
    SHARE_RIGHT { vi: "Tỷ lệ đúng", en: "Share right" }
    COUNT { vi: "Số lượng", en: "Count" }
    RISK_COVERAGE { vi: "Rủi ro theo độ phủ", en: "Risk and coverage" }
    RISK_COVERAGE_NOTE {
        vi: "Giữ lại những điều chắc chắn nhất: độ phủ là phần được giữ, rủi ro là phần sai trong đó. Đường đi lên từ trái sang phải cho thấy độ tin cậy có ích.",
        en: "The surest is kept first: coverage is the share kept, risk the share of it that is wrong. A line that rises from left to right shows that confidence is worth something.",
    }
    COVERAGE { vi: "Độ phủ", en: "Coverage" }
    RISK { vi: "Rủi ro", en: "Risk" }
    SLICES { vi: "Theo nhóm", en: "Slices" }
    SLICES_NOTE {
        vi: "Nhóm in nhạt có quá ít trường hợp hoặc văn bản để kết luận.",
        en: "Slices in grey have too few cases or documents to conclude from.",
    }
    MORE_SLICES { vi: "Các nhóm nhỏ hơn có trong report.json.", en: "Smaller slices are in report.json." }
    LATENCY { vi: "Thời gian", en: "Latency" }
    LATENCY_NOTE {
        vi: "Mili giây mỗi trường hợp, đo trên máy ghi ở cuối trang; phần này đổi theo mỗi lần chạy.",
        en: "Milliseconds a case, on the machine named at the end; this part changes with every run.",
    }
    MEAN { vi: "trung bình", en: "mean" }
    LONGEST { vi: "lâu nhất", en: "longest" }
    LIMITS { vi: "Giới hạn đã biết", en: "Known limits" }
    PROVENANCE { vi: "Nguồn gốc", en: "Provenance" }
    VERSION { vi: "Phiên bản", en: "Version" }
    COMMIT { vi: "Mã nguồn", en: "Commit" }
    SEED { vi: "Hạt giống ngẫu nhiên", en: "Seed" }
    DATE { vi: "Ngày chạy", en: "Run on" }
    DATA { vi: "Dữ liệu (SHA-256)", en: "Data (SHA-256)" }
    MODELS { vi: "Mô hình và kho (SHA-256)", en: "Models and store (SHA-256)" }
    CONFIGURATION { vi: "Cấu hình", en: "Configuration" }
    MACHINE { vi: "Máy", en: "Machine" }
    MISMATCHES { vi: "Không khớp giữa hai lần", en: "What does not match" }
    CHANGED { vi: "Đã thay đổi", en: "What changed" }
    BETTER { vi: "Tốt hơn", en: "Better" }
    WORSE { vi: "Kém hơn", en: "Worse" }
    OTHERWISE { vi: "Khác nhưng ngang nhau", en: "Different, neither better nor worse" }
    SAME { vi: "Như cũ", en: "The same" }
    CASE { vi: "Trường hợp", en: "Case" }
    CHANGE { vi: "Thay đổi", en: "Change" }
    NOTHING { vi: "Không có gì để so sánh.", en: "There is nothing to compare." }
    NO_RUNS { vi: "Báo cáo không có kết quả nào.", en: "The report has no results." }
    MORE_CHANGES { vi: "Danh sách đầy đủ có trong comparison.json.", en: "All of them are in comparison.json." }
}

impl Word {
    /// Both languages as HTML; the page shows the one that is chosen.
    pub(crate) fn html(self) -> String {
        both(self.vi, self.en)
    }
}

/// Texts of both languages as HTML.
pub(crate) fn both(vi: &str, en: &str) -> String {
    if vi == en {
        return escape(vi);
    }
    format!(r#"<span lang="vi">{}</span><span lang="en">{}</span>"#, escape(vi), escape(en))
}

/// The name of a suite; its own where it is not known.
pub(crate) fn suite(name: &str) -> String {
    suite_word(name).map_or_else(|| escape(name), Word::html)
}

fn suite_word(name: &str) -> Option<Word> {
    Some(match name {
        "retrieval" => Word { vi: "Tìm điều luật", en: "Retrieval" },
        "pairs" => Word { vi: "Cặp quy định mâu thuẫn", en: "Contradicting pairs" },
        "outcomes" => Word { vi: "Kết quả rà soát cả dự thảo", en: "Outcomes of reviews" },
        "outdated" => Word { vi: "Viện dẫn lỗi thời", en: "Outdated documents" },
        "answers" => Word { vi: "Trả lời câu hỏi", en: "Answers" },
        "structure" => Word { vi: "Cấu trúc văn bản", en: "Structure" },
        "citations" => Word { vi: "Viện dẫn", en: "Citations" },
        "speed" => Word { vi: "Tốc độ", en: "Speed" },
        _ => return None,
    })
}

/// What a slice is cut by.
pub(crate) fn slice(key: &str) -> String {
    slice_word(key).map_or_else(|| escape(key), Word::html)
}

fn slice_word(key: &str) -> Option<Word> {
    Some(match key {
        "rank" => Word { vi: "Cặp thứ bậc văn bản", en: "Pair of ranks" },
        "field" => Word { vi: "Lĩnh vực", en: "Field" },
        "year" => Word { vi: "Năm", en: "Year" },
        "length" => Word { vi: "Độ dài", en: "Length" },
        "dimension" => Word { vi: "Khía cạnh", en: "Dimension" },
        "stage" => Word { vi: "Công đoạn", en: "Stage" },
        _ => return None,
    })
}

/// What the suites, slices and figures of sets are called, by their names in the report; those that have no other name
/// are absent. Suites, slices and figures share no names.
pub(super) fn names_in<'a>(sets: impl Iterator<Item = &'a SetReport>) -> BTreeMap<String, Text> {
    let mut names = BTreeMap::new();
    let mut add = |name: &str, word: Option<Word>| {
        if let Some(word) = word.filter(|word| !word.vi.is_empty()) {
            names.insert(name.to_owned(), text(word.vi, word.en));
        }
    };
    for set in sets {
        add(&set.suite, suite_word(&set.suite));
        for system in &set.systems {
            system.figures.keys().for_each(|name| add(name, Some(figure(name))));
            system.slices.iter().for_each(|slice| add(&slice.key, slice_word(&slice.key)));
        }
    }
    names
}

/// What a figure is called; its name in the JSON where it is not known.
pub(crate) fn figure(name: &str) -> Word {
    match name {
        "balanced_accuracy" => Word { vi: "Tỷ lệ đúng cân bằng theo lớp", en: "Balanced accuracy" },
        "macro_f1" => Word { vi: "F1 trung bình các lớp", en: "Macro F1" },
        "mcc" => Word { vi: "Tương quan Matthews (MCC)", en: "Matthews correlation (MCC)" },
        "auc" => Word { vi: "AUC trung bình các lớp", en: "AUC, mean of classes" },
        "accuracy" => Word { vi: "Tỷ lệ đúng (không đọc riêng)", en: "Accuracy (never alone)" },
        "precision" => Word { vi: "Tỷ lệ tìm đúng (precision)", en: "Precision" },
        "recall" => Word { vi: "Tỷ lệ tìm đủ (recall)", en: "Recall" },
        "f1" => Word { vi: "F1", en: "F1" },
        "false_alarms_per_10_provisions" => {
            Word { vi: "Báo nhầm trên 10 quy định ↓", en: "False alarms per 10 provisions ↓" }
        }
        "ece" => Word { vi: "Sai số hiệu chuẩn (ECE) ↓", en: "Calibration error (ECE) ↓" },
        "brier" => Word { vi: "Điểm Brier ↓", en: "Brier score ↓" },
        "aurc" => Word { vi: "Diện tích rủi ro–độ phủ (AURC) ↓", en: "Risk-coverage area (AURC) ↓" },
        "nauc" => Word { vi: "Giá trị của độ tin cậy (nAUC)", en: "Worth of confidence (nAUC)" },
        "coverage" => Word { vi: "Tỷ lệ câu được trả lời", en: "Coverage" },
        "quality" => Word { vi: "Chất lượng câu đã trả lời", en: "Quality of answers given" },
        "quality_overall" => {
            Word { vi: "Chất lượng trên mọi câu có lời giải", en: "Quality, refusals count 0" }
        }
        "risk" => Word { vi: "Rủi ro khi trả lời ↓", en: "Selective risk ↓" },
        "abstention_precision" => Word { vi: "Từ chối đúng chỗ (precision)", en: "Abstention precision" },
        "abstention_recall" => Word { vi: "Từ chối đủ (recall)", en: "Abstention recall" },
        "abstention_f1" => Word { vi: "Từ chối (F1)", en: "Abstention F1" },
        "facts" => Word { vi: "Ý bắt buộc có trong câu trả lời", en: "Required facts present" },
        "in_force" => Word { vi: "Căn cứ còn hiệu lực", en: "Cited law in force" },
        "document" => Word {
            vi: "Bằng chứng là văn bản đã làm hết hiệu lực", en: "Proven by the act that ended it"
        },
        "cited" => Word {
            vi: "Bằng chứng là mục của chính văn bản được viện dẫn",
            en: "Proven by the cited act's own entry",
        },
        "provision" => {
            Word { vi: "Bằng chứng đúng điều, khoản, điểm", en: "The very provision as evidence" }
        }
        "article" => Word { vi: "Bằng chứng đúng điều", en: "The very article as evidence" },
        _ => Word { vi: "", en: "" },
    }
}

/// Where a figure stands in tables: those of a whole set in a reader's order, others by name before them.
pub(crate) fn order(name: &str) -> usize {
    const ORDER: [&str; 22] = [
        "balanced_accuracy",
        "macro_f1",
        "mcc",
        "auc",
        "accuracy",
        "quality",
        "quality_overall",
        "risk",
        "coverage",
        "precision",
        "recall",
        "f1",
        "false_alarms_per_10_provisions",
        "facts",
        "in_force",
        "abstention_precision",
        "abstention_recall",
        "abstention_f1",
        "ece",
        "brier",
        "aurc",
        "nauc",
    ];
    ORDER.iter().position(|known| *known == name).map_or(0, |at| at + 1)
}

/// Limits that hold for every report, and those that show in its sets.
pub(super) fn limits(sets: &[SetReport]) -> Vec<Text> {
    let mut limits = vec![
        text(
            "Khoảng tin cậy chỉ nói về việc chọn văn bản trong tập; không nói về lỗi trong đáp án, hay về văn bản khác loại với tập.",
            "Intervals tell how figures vary with the documents of a set; not errors of its labels, nor documents unlike its own.",
        ),
        text(
            "Nhiều số liệu được so sánh và p không hiệu chỉnh: cứ hai mươi hiệu không có thật thì khoảng một hiệu có p < 0,05.",
            "Many figures are compared and p is not corrected: of twenty differences that are none, about one has p < 0.05.",
        ),
        Text {
            vi: format!(
                "Nhóm dưới {FEW_ITEMS} trường hợp hoặc dưới {FEW_DOCUMENTS} văn bản được đánh dấu: khoảng tin cậy ở đó còn quá hẹp."
            ),
            en: format!(
                "Slices of fewer than {FEW_ITEMS} cases or {FEW_DOCUMENTS} documents are marked: even their intervals are too narrow."
            ),
        },
    ];
    let has = |name: &str| sets.iter().any(|set| set.systems.iter().any(|system| system.figures.contains_key(name)));
    if sets.iter().any(|set| set.systems.iter().any(|system| system.confusion.is_some())) {
        limits.push(text(
            "Hai mốc majority và random được tạo từ chính đáp án của tập: mỗi mốc là tốt nhất trong loại của nó.",
            "The baselines majority and random are made of the very set's gold: each is the best of its kind.",
        ));
    }
    if has("coverage") {
        limits.push(text(
            "Đường rủi ro–độ phủ và nAUC chỉ tính trên câu đã trả lời: không biết câu bị từ chối lẽ ra được trả lời thế nào.",
            "Risk-coverage and nAUC are of answers given: what a refused question would have been answered is not known.",
        ));
    }
    for set in sets {
        let Some(documents) = set.systems.iter().map(|system| system.documents).max() else { continue };
        if documents < FEW_DOCUMENTS {
            limits.push(Text {
                vi: format!(
                    "Tập {} ({}) chỉ có {documents} văn bản: khoảng tin cậy quá hẹp hoặc không tính được.",
                    set.set, set.suite
                ),
                en: format!(
                    "The set {} ({}) has only {documents} documents: its intervals are too narrow, or absent.",
                    set.set, set.suite
                ),
            });
        }
        let silent = set.systems.iter().filter(|of| !of.baseline && of.confusion.is_some() && of.reliability.is_none());
        for system in silent {
            limits.push(Text {
                vi: format!(
                    "{} ({}, {}) không cho xác suất: không có AUC, hiệu chuẩn và rủi ro–độ phủ.",
                    system.system, set.suite, set.set
                ),
                en: format!(
                    "{} ({}, {}) gives no probabilities: no AUC, calibration or risk-coverage.",
                    system.system, set.suite, set.set
                ),
            });
        }
    }
    limits
}

fn text(vi: &str, en: &str) -> Text {
    Text { vi: vi.to_owned(), en: en.to_owned() }
}
