//! What follows the last article: the formula of passage, who signed, who receives, and the notes of a consolidation.
//!
//! Hard because signature and recipients are two cells of one table that arrive in either order, and because the notes
//! of a consolidated text quote articles of the amending acts. Source: Decree 78/2025/NĐ-CP, Article 71.

use super::line::{Line, is_capitals, is_name, starts_with_word, strip_word};
use crate::ByteSpan;
use serde::{Deserialize, Serialize};

/// A note of a consolidated text: `[12] Điều này được sửa đổi …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    /// Its number.
    pub number: u32,
    /// The note, its mark included.
    pub span: ByteSpan,
}

/// The parts after the last article. Spans that are absent were not found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) passage: Option<ByteSpan>,
    pub(crate) signature: Option<ByteSpan>,
    pub(crate) recipients: Option<ByteSpan>,
}

const OFFICES: [&str; 22] = [
    "CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "BỘ TRƯỞNG",
    "THỨ TRƯỞNG",
    "THỦ TƯỚNG",
    "PHÓ THỦ TƯỚNG",
    "CHÁNH ÁN",
    "PHÓ CHÁNH ÁN",
    "VIỆN TRƯỞNG",
    "PHÓ VIỆN TRƯỞNG",
    "THỐNG ĐỐC",
    "PHÓ THỐNG ĐỐC",
    "TỔNG KIỂM TOÁN",
    "PHÓ TỔNG KIỂM TOÁN",
    "TỔNG THANH TRA",
    "PHÓ TỔNG THANH TRA",
    "CHỦ NHIỆM",
    "PHÓ CHỦ NHIỆM",
    "TỔNG CỤC TRƯỞNG",
    "CỤC TRƯỞNG",
    "TỔNG GIÁM ĐỐC",
    "XÁC THỰC VĂN BẢN HỢP NHẤT",
];

const ON_BEHALF: [&str; 8] = ["TM.", "KT.", "TL.", "TUQ.", "Q.", "T.M", "K.T", "TM "];

/// Whether a line begins or continues the signature: "TM. CHÍNH PHỦ", "KT. BỘ TRƯỞNG", "CHỦ TỊCH QUỐC HỘI Nguyễn An".
pub(crate) fn is_signature(line: &str) -> bool {
    if line.starts_with("Nơi nhận") {
        return true;
    }
    // An office stands in capitals: two of them, or one and a point.
    let mut first = line.chars();
    let capital = first.next().is_some_and(char::is_uppercase);
    if !capital || !first.next().is_some_and(|c| c.is_uppercase() || c == '.') {
        return false;
    }
    let signs = ON_BEHALF.iter().any(|sign| line.starts_with(sign));
    let office = OFFICES.iter().any(|office| line.strip_prefix(office).is_some_and(ends_word));
    if !signs && !office {
        return false;
    }
    let (office, name) = split_name(line);
    is_capitals(office) && (name.is_empty() || is_name(&name)) && line.chars().count() <= 120
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(char::is_alphanumeric)
}

/// The office in capitals at the start of a line, and the words after it; "Đã ký:" is neither.
pub(crate) fn split_name(line: &str) -> (&str, Vec<&str>) {
    let line =
        strip_word(line.trim_start_matches('('), "Đã ký").map_or(line, |rest| rest.trim_start_matches([':', ')', ' ']));
    let small = line.split_inclusive(char::is_whitespace).take_while(|word| !word.chars().any(char::is_lowercase));
    let end = small.map(str::len).sum();
    (line[..end].trim_end(), line[end..].split_whitespace().collect())
}

/// Whether a line is the formula of passage: "Luật này được Quốc hội … thông qua ngày …".
pub(crate) fn is_passage(line: &str) -> bool {
    let line = line.trim_start_matches(['(', '*', ' ']);
    let kinds = ["Luật", "Bộ luật", "Nghị quyết", "Pháp lệnh", "Hiến pháp"];
    let rest =
        kinds.iter().find_map(|kind| strip_word(line, kind)).and_then(|rest| strip_word(rest.trim_start(), "này"));
    rest.is_some_and(|rest| {
        let rest = rest.trim_start();
        let passive = ["được", "đã được", "đã", "do"].iter().any(|word| starts_with_word(rest, word));
        let body =
            ["Quốc hội", "Hội đồng nhân dân", "Ủy ban Thường vụ", "HĐND", "Uỷ ban Thường vụ", "Ủy ban thường vụ"]
                .iter()
                .any(|body| rest.contains(body));
        passive && body && rest.contains("thông qua")
    })
}

/// The number of a note at the start of a line: `[12] …`.
pub(crate) fn note_number(line: &str) -> Option<u32> {
    let (number, rest) = line.strip_prefix('[')?.split_once(']')?;
    let fits = !number.is_empty() && number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
    (fits && !rest.trim().is_empty()).then(|| number.parse().ok()).flatten()
}

/// Reads the lines between the last article and the annexes.
pub(crate) fn read(lines: &[Line<'_>]) -> Closing {
    let mut closing = Closing::default();
    let mut in_recipients = false;
    let mut signed = false;
    for line in lines.iter().filter(|line| !line.text.is_empty()) {
        if note_number(line.text).is_some() {
            break;
        }
        if is_passage(line.text) {
            closing.passage.get_or_insert(line.span());
        } else if line.text.starts_with("Nơi nhận") {
            in_recipients = true;
            extend(&mut closing.recipients, *line);
        } else if in_recipients && is_recipient(line.text) {
            extend(&mut closing.recipients, *line);
        } else if !signed {
            in_recipients = false;
            let (office, name) = split_name(line.text);
            let begins = closing.signature.is_some() || is_signature(line.text);
            if begins && (!office.is_empty() || is_name(&name)) {
                extend(&mut closing.signature, *line);
                // A further office may follow the first name where several bodies sign.
            } else if closing.signature.is_some() && !is_remark(line.text) {
                signed = true;
            }
        }
    }
    closing
}

fn extend(span: &mut Option<ByteSpan>, line: Line<'_>) {
    let start = span.map_or(line.start, |span| span.start);
    *span = Some(ByteSpan::new(start, line.end()));
}

/// Whether a line of the list of recipients goes on: "- Như Điều 3;", or the rest of an item.
fn is_recipient(line: &str) -> bool {
    line.starts_with(['-', '–', '+', '*', '•', '…']) || line.starts_with(char::is_lowercase) || line.ends_with(';')
}

/// "(Đã ký)", a rule, a stamp.
fn is_remark(line: &str) -> bool {
    line.starts_with(['(', '[', '_', '-', '*']) || starts_with_word(line, "Đã ký") || starts_with_word(line, "Ký bởi")
}
