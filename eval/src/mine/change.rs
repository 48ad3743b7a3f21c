//! What became of a norm: said otherwise, said again, or ordering something that cannot stand beside it.
//!
//! Only what a rule can tell with confidence gets a label. Two texts contradict each other here only where a sentence
//! of both is the same but for a number, a duty or a competence; a word more in that sentence, and the pair is left out,
//! because the word may be what makes both possible.

use super::unit::Unit;
use super::word::{Class, Word, words};
pub use crate::pairs::Label;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// A label with its reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The label.
    pub label: Label,
    /// What contradicts, by the contract's names.
    pub dimension: Option<&'static str>,
    /// The rule, and the words it rests on.
    pub why: String,
}

/// A place where two norms differ.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Fillers.
    Neutral,
    /// Numbers of provisions, documents, dates.
    Reference,
    /// Something that cannot stand beside the other, with its dimension.
    Against(&'static str),
    /// Anything else.
    Other,
}

/// What is exchanged without anybody calling it other words.
const TRIVIAL: [&str; 6] = ["gồm", "hằng", "hằng năm", "sau đây", "hành vi", "phạt tiền từ"];

/// Two norms word by word.
pub struct Compared {
    old: Vec<Word>,
    new: Vec<Word>,
    /// The first word of each that is its own, not its lead's.
    own: (usize, usize),
    hunks: Vec<Hunk>,
    texts: (String, String),
}

impl Compared {
    /// Compares two norms.
    pub fn new(old: &Unit, new: &Unit) -> Self {
        let texts = (old.text(), new.text());
        let (old_words, new_words) = (words(&texts.0), words(&texts.1));
        let own_from = |words: &[Word], unit: &Unit| {
            let lead = if unit.lead.is_empty() { 0 } else { unit.lead.len() };
            words.iter().position(|word| word.start >= lead).unwrap_or(words.len())
        };
        let own = (own_from(&old_words, old), own_from(&new_words, new));
        let keys = |words: &[Word]| words.iter().map(|word| word.key.clone()).collect::<Vec<_>>();
        let ops = capture_diff_slices(Algorithm::Myers, &keys(&old_words), &keys(&new_words));
        let mut compared = Self { old: old_words, new: new_words, own, hunks: Vec::new(), texts };
        compared.hunks = compared.kinds(&ops);
        compared
    }

    fn kinds(&self, ops: &[DiffOp]) -> Vec<Hunk> {
        let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        changed
            .map(|op| {
                let (old, new) = (op.old_range(), op.new_range());
                let kind = self.kind(&old, &new);
                Hunk { old, new, kind }
            })
            .collect()
    }

    fn kind(&self, old: &Range<usize>, new: &Range<usize>) -> Kind {
        let (a, b) = (&self.old[old.clone()], &self.new[new.clone()]);
        let all = |class: &[Class]| a.iter().chain(b).all(|word| class.contains(&word.class));
        if all(&[Class::Filler]) {
            return Kind::Neutral;
        }
        if all(&[Class::Reference, Class::Filler]) {
            return Kind::Reference;
        }
        let has_number = |words: &[Word]| words.iter().any(|word| word.class == Class::Number);
        if all(&[Class::Number, Class::Unit]) {
            // "10 ngày" → "10 ngày làm việc": the unit alone changed, and a number stands before it.
            let before = |words: &[Word], at: usize| at > 0 && words[at - 1].class == Class::Number;
            let unit_only = all(&[Class::Unit]) && before(&self.old, old.start) && before(&self.new, new.start);
            let whole = !a.is_empty() && !b.is_empty() && (has_number(a) && has_number(b) || unit_only);
            if whole
                && amount(a, self.unit_after(&self.old, old.end)) == amount(b, self.unit_after(&self.new, new.end))
                && !unit_only
            {
                return Kind::Neutral;
            }
            return if whole { self.dimension(new).map_or(Kind::Other, Kind::Against) } else { Kind::Other };
        }
        if let ([a], [b]) = (a, b) {
            if a.class == Class::Modality && b.class == Class::Modality {
                return Kind::Against("modality");
            }
            if a.class == Class::Body && b.class == Class::Body {
                return if self.acts(old.start, new) { Kind::Against("competence") } else { Kind::Other };
            }
        }
        Kind::Other
    }

    fn unit_after<'a>(&self, words: &'a [Word], at: usize) -> Option<&'a Word> {
        words.get(at).filter(|word| word.class == Class::Unit)
    }

    /// What a number of the new text measures; `None` where that cannot be told.
    fn dimension(&self, at: &Range<usize>) -> Option<&'static str> {
        let text = &self.texts.1;
        let sentence = self.new[at.start].sentence;
        let in_sentence: Vec<&Word> = self.new.iter().filter(|word| word.sentence == sentence).collect();
        let said = |name: &str| {
            let from = in_sentence.first().map_or(0, |word| word.start);
            let to = in_sentence.last().map_or(0, |word| word.end);
            text[from..to].to_lowercase().contains(name)
        };
        let lead = self.new.get(self.own.1).map_or(0, |word| word.start);
        let sanction = said("phạt") || text[..lead].to_lowercase().contains("phạt");
        let number =
            (at.start..at.end).rfind(|i| self.new[*i].class == Class::Number).unwrap_or(at.start.saturating_sub(1));
        let end = self.new[number].end;
        if text[end..].trim_start().starts_with('%') {
            return Some("rate");
        }
        let follows: Vec<&Word> = self.new[number + 1..].iter().take(3).collect();
        let unit: Vec<&str> = follows
            .iter()
            .take_while(|word| matches!(word.class, Class::Unit | Class::Number))
            .filter(|word| word.class == Class::Unit)
            .map(|word| word.key.as_str())
            .collect();
        let has = |names: &[&str]| unit.iter().any(|unit| names.contains(unit));
        if has(&["tuổi", "tháng tuổi"]) {
            return Some("age");
        }
        if has(&["đồng", "triệu đồng", "tỷ đồng"]) {
            return Some(if sanction { "sanction" } else { "amount" });
        }
        if has(&["phần trăm"]) {
            return Some("rate");
        }
        if has(&["ngày", "ngày làm việc", "giờ", "giờ làm việc", "phút", "tuần", "tháng", "năm"]) {
            return Some(if sanction {
                "sanction"
            } else if ["kinh nghiệm", "thâm niên", "giữ chức", "giữ hạng", "công tác", "trở lên"]
                .iter()
                .any(|word| said(word))
            {
                "condition"
            } else {
                "deadline"
            });
        }
        const COUNTED: [&str; 22] = [
            "bộ", "bản", "người", "thành", "lần", "hồ", "cá", "giáo", "ủy", "thẩm", "tổ", "đơn", "cơ", "doanh", "xe",
            "vị", "phòng", "giấy", "ảnh", "phiếu", "kỳ", "vòng",
        ];
        let next = follows.first()?;
        let counted =
            COUNTED.iter().any(|noun| next.folded.split(' ').next() == words(noun).first().map(|w| w.folded.as_str()));
        counted.then_some("count")
    }

    /// Whether the body at this place is the one that acts: it opens its sentence, or a verb of office follows it.
    fn acts(&self, old: usize, new: &Range<usize>) -> bool {
        const VERBS: [&str; 20] = [
            "quy định",
            "quyết định",
            "có trách nhiệm",
            "ban hành",
            "hướng dẫn",
            "cấp",
            "phê duyệt",
            "chủ trì",
            "xem xét",
            "công bố",
            "tổ chức",
            "thẩm định",
            "kiểm tra",
            "giao",
            "thành lập",
            "bổ nhiệm",
            "cho phép",
            "chấp thuận",
            "phân công",
            "phải",
        ];
        let first = |words: &[Word], at: usize| at == 0 || words[at - 1].sentence != words[at].sentence;
        if first(&self.new, new.start) && first(&self.old, old) {
            return true;
        }
        let rest = self.texts.1[self.new[new.end - 1].end..].trim_start().to_lowercase();
        VERBS.iter().any(|verb| rest.starts_with(verb))
    }

    /// Words of both that are the same, as a share of all (Dice), numbers aside.
    pub fn likeness(&self) -> f64 {
        let removed: usize = self.hunks.iter().map(|hunk| hunk.old.len() + hunk.new.len()).sum();
        let all = self.old.len() + self.new.len();
        if all == 0 { 1.0 } else { 1.0 - removed as f64 / all as f64 }
    }

    /// How an old norm stands to the one that replaced it.
    ///
    /// # Errors
    /// Why it gets no label.
    pub fn replaced(&self) -> Result<Judged, &'static str> {
        self.readable()?;
        if self.hunks.iter().all(|hunk| hunk.kind == Kind::Neutral) {
            let renamed = self.reworded();
            return Ok(match renamed {
                Some(why) => Judged { label: Label::Consistent, dimension: None, why },
                None => Judged { label: Label::Duplicate, dimension: None, why: "unchanged".to_owned() },
            });
        }
        if let Some(judged) = self.contradiction()? {
            return Ok(judged);
        }
        if self.hunks.iter().all(|hunk| matches!(hunk.kind, Kind::Neutral | Kind::Reference)) {
            return Err("only what it refers to changed");
        }
        if let Some(why) = self.continued() {
            return Ok(Judged { label: Label::Consistent, dimension: None, why });
        }
        Err("the words that changed fit no rule")
    }

    /// The first difference that cannot stand, in a sentence that is otherwise the same in both.
    fn contradiction(&self) -> Result<Option<Judged>, &'static str> {
        let against: Vec<(&Hunk, &'static str)> = self
            .hunks
            .iter()
            .filter_map(|hunk| match hunk.kind {
                Kind::Against(dimension) => Some((hunk, dimension)),
                _ => None,
            })
            .collect();
        if against.is_empty() {
            return Ok(None);
        }
        // The lead says whom and what a norm is about; where it changed, the rest may be about something else.
        let in_lead = |hunk: &Hunk| hunk.old.start < self.own.0 || hunk.new.start < self.own.1;
        if self.hunks.iter().any(|hunk| hunk.kind == Kind::Other && in_lead(hunk)) {
            return Err("a value changed, and the words that lead to it");
        }
        // Where the lead sets the value ("Phạt tiền từ … đối với:"), what it is set for must be the same thing.
        let other = self.hunks.iter().filter(|hunk| hunk.kind == Kind::Other);
        let others: usize = other.map(|hunk| hunk.new.len() + hunk.old.len()).sum();
        let own = self.old.len() + self.new.len() - self.own.0 - self.own.1;
        let leads = against.iter().all(|(hunk, _)| in_lead(hunk));
        if leads && others * 6 > own {
            return Err("a value changed, and what it is set for");
        }
        let clean = against.into_iter().find(|(hunk, _)| {
            let (old, new) = (
                self.old[hunk.old.start.min(self.old.len() - 1)].sentence,
                self.new[hunk.new.start.min(self.new.len() - 1)].sentence,
            );
            let rest = |other: &Hunk| {
                matches!(other.kind, Kind::Other)
                    && (touches(&self.old, &other.old, old) || touches(&self.new, &other.new, new))
            };
            let length = self.old.iter().filter(|word| word.sentence == old).count();
            length >= 6 && !self.hunks.iter().any(rest)
        });
        let Some((hunk, dimension)) = clean else { return Err("a value changed, and words beside it") };
        let why = format!(
            "{dimension}: {} → {}",
            self.shown(&self.old, &hunk.old, &self.texts.0),
            self.shown(&self.new, &hunk.new, &self.texts.1)
        );
        Ok(Some(Judged { label: Label::Contradiction, dimension: Some(dimension), why }))
    }

    fn shown(&self, words: &[Word], range: &Range<usize>, text: &str) -> String {
        let from = words[range.start.saturating_sub(1).min(words.len() - 1)].start;
        let to = words[(range.end + 1).min(words.len() - 1)].end;
        text.get(from..to).unwrap_or_default().replace('\n', " ")
    }

    /// What was said otherwise, where every key is the same.
    fn reworded(&self) -> Option<String> {
        let equal = self.old.iter().zip(&self.new);
        let other: Vec<String> = equal
            .filter(|(old, new)| old.key == new.key && old.folded != new.folded && !matches!(old.class, Class::Number))
            .filter(|(old, new)| old.folded.contains(' ') || new.folded.contains(' ') || old.class == Class::Plain)
            .filter(|(old, _)| !TRIVIAL.contains(&old.key.as_str()))
            .map(|(old, new)| format!("{} → {}", old.folded, new.folded))
            .collect();
        (!other.is_empty()).then(|| format!("said otherwise: {}", other.join("; ")))
    }

    /// Whole sentences were added and everything else stands.
    fn continued(&self) -> Option<String> {
        let mut changed = self.hunks.iter().filter(|hunk| hunk.kind != Kind::Neutral);
        let added = changed.next()?;
        if changed.next().is_some() || !added.old.is_empty() || added.new.start < self.own.1 || added.new.len() < 6 {
            return None;
        }
        let from = &self.new[added.new.start];
        let first = added.new.start == 0 || self.new[added.new.start - 1].sentence != from.sentence;
        let last =
            added.new.end == self.new.len() || self.new[added.new.end].sentence != self.new[added.new.end - 1].sentence;
        // A sentence that was ended by ";" or ":" goes on in the next: only full stops part what is ordered.
        let stop = self.texts.1[..from.start].trim_end().ends_with('.');
        let words = self.texts.1.get(from.start..self.new[added.new.end - 1].end)?.to_lowercase();
        let narrows =
            ["trừ", "không", "riêng", "thay", "chỉ ", "ngoại lệ", "miễn"].iter().any(|mark| words.contains(mark));
        (first && last && stop && !narrows).then(|| "a sentence was added".to_owned())
    }

    /// Why a lower norm (the new one) says the higher one (the old) again with more words, where it does.
    pub fn restated(&self) -> Option<String> {
        self.readable().ok()?;
        let mut more = 0;
        for hunk in self.hunks.iter().filter(|hunk| !matches!(hunk.kind, Kind::Neutral | Kind::Reference)) {
            let added = &self.new[hunk.new.clone()];
            let text = self.texts.1.get(added.first()?.start..added.last()?.end)?.to_lowercase();
            let narrows = [
                "trừ",
                "không",
                "riêng",
                "thay",
                "chỉ",
                "miễn",
                "lại",
                "chưa",
                "ngoài",
                "và",
                "hoặc",
                "xác nhận",
                "đồng thời",
            ];
            let plain = added.iter().all(|word| matches!(word.class, Class::Plain | Class::Filler | Class::Reference));
            if !hunk.old.is_empty() || !plain || narrows.iter().any(|mark| text.contains(mark)) {
                return None;
            }
            more += added.len();
        }
        (more >= 3 && self.likeness() >= 0.7).then(|| "a lower document in force says it with more words".to_owned())
    }

    /// How two norms in force beside one another stand, where they are near in words and of another subject.
    ///
    /// # Errors
    /// Why it gets no label.
    pub fn beside(&self) -> Result<Judged, &'static str> {
        self.readable()?;
        let telling = |words: &[Word], from: usize| {
            words.iter().skip(from).filter(|word| matches!(word.class, Class::Plain | Class::Body)).count()
        };
        // What is ordered must be another thing: a third of each norm's own words are not in the other.
        let differ = |of: fn(&Hunk) -> &Range<usize>, words: &[Word], from: usize| -> usize {
            let places = self.hunks.iter().filter(|hunk| hunk.kind == Kind::Other).map(of);
            places.flat_map(|place| place.clone()).filter(|at| *at >= from && words[*at].class == Class::Plain).count()
        };
        let other = differ(|hunk| &hunk.old, &self.old, self.own.0) * 3 >= telling(&self.old, self.own.0).max(6)
            && differ(|hunk| &hunk.new, &self.new, self.own.1) * 3 >= telling(&self.new, self.own.1).max(6);
        if other {
            let why = "in force in one document, near in words, of another subject".to_owned();
            return Ok(Judged { label: Label::Unrelated, dimension: None, why });
        }
        Err("near in words, and the subject cannot be told apart")
    }

    fn readable(&self) -> Result<(), &'static str> {
        let short = |words: &[Word]| words.len() < 8;
        let long = |text: &str| text.len() > 3000;
        let figures = |words: &[Word]| {
            let numbers = words.iter().filter(|word| matches!(word.class, Class::Number | Class::Reference)).count();
            numbers * 4 > words.len()
        };
        if short(&self.old) || short(&self.new) {
            return Err("too short to be judged alone");
        }
        if long(&self.texts.0) || long(&self.texts.1) {
            return Err("longer than a norm");
        }
        if figures(&self.old) || figures(&self.new) {
            return Err("a table");
        }
        Ok(())
    }
}

fn touches(words: &[Word], range: &Range<usize>, sentence: usize) -> bool {
    if range.is_empty() {
        return words.get(range.start).is_some_and(|word| word.sentence == sentence)
            || range.start > 0 && words[range.start - 1].sentence == sentence;
    }
    words[range.clone()].iter().any(|word| word.sentence == sentence)
}

/// A quantity in the smallest unit of its family, as far as it can be told.
fn amount(words: &[Word], after: Option<&Word>) -> Option<(String, i64)> {
    let mut number =
        words.iter().find(|word| word.class == Class::Number)?.key.strip_prefix('#')?.parse::<f64>().ok()?;
    let mut family = String::new();
    for unit in words.iter().filter(|word| word.class == Class::Unit).chain(after) {
        let (name, factor) = match unit.key.as_str() {
            "giờ" => ("time", 1.0),
            "ngày" => ("time", 24.0),
            "tuần" => ("time", 168.0),
            "tháng" => ("time", 720.0),
            "năm" => ("time", 8640.0),
            "nghìn" | "ngàn" => ("", 1e3),
            "triệu" => ("", 1e6),
            "triệu đồng" => ("đồng", 1e6),
            "tỷ" => ("", 1e9),
            "tỷ đồng" => ("đồng", 1e9),
            other => (other, 1.0),
        };
        number *= factor;
        family.push_str(name);
    }
    Some((family, (number * 1000.0).round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        let (lead, own) = text.split_once('|').unwrap_or(("", text));
        Unit { eid: "art_1".into(), lead: lead.into(), own: own.into() }
    }

    /// Label and dimension, or the reason why there is none.
    fn check(old: &str, new: &str, expected: &str) {
        let found = match Compared::new(&unit(old), &unit(new)).replaced() {
            Ok(judged) => format!("{} {}", judged.label.code(), judged.dimension.unwrap_or("-")),
            Err(why) => why.to_owned(),
        };
        assert_eq!(found, expected, "{old} → {new}");
    }

    #[test]
    fn a_shorter_deadline_contradicts_the_longer_one() {
        check(
            "Trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ, cơ quan cấp phép trả lời.",
            "Trong thời hạn 10 ngày kể từ ngày nhận đủ hồ sơ, cơ quan cấp phép trả lời.",
            "contradiction deadline",
        );
        check(
            "Cơ quan cấp phép trả lời người nộp hồ sơ trong thời hạn 10 ngày.",
            "Cơ quan cấp phép trả lời người nộp hồ sơ trong thời hạn 10 ngày làm việc.",
            "contradiction deadline",
        );
    }

    #[test]
    fn the_same_term_in_another_unit_is_no_change() {
        check(
            "Giấy phép có giá trị trong thời hạn 12 tháng kể từ ngày cấp cho tổ chức.",
            "Giấy phép có giá trị trong thời hạn 24 tháng kể từ ngày cấp cho tổ chức.",
            "contradiction deadline",
        );
        check(
            "Giấy phép có giá trị trong 02 ngày kể từ ngày cấp cho tổ chức đề nghị.",
            "Giấy phép có giá trị trong 48 giờ kể từ ngày cấp cho tổ chức đề nghị.",
            "duplicate -",
        );
    }

    #[test]
    fn a_duty_that_became_a_permission_contradicts() {
        check(
            "Tổ chức đăng ký phải nộp báo cáo tài chính đã được kiểm toán hằng năm.",
            "Tổ chức đăng ký có thể nộp báo cáo tài chính đã được kiểm toán hằng năm.",
            "contradiction modality",
        );
    }

    #[test]
    fn another_body_is_another_competence_and_a_new_name_is_none() {
        check(
            "Bộ trưởng Bộ Tài chính quyết định mức hỗ trợ cho từng tổ chức.",
            "Thủ tướng Chính phủ quyết định mức hỗ trợ cho từng tổ chức.",
            "contradiction competence",
        );
        check(
            "Bộ Thương mại quyết định mức hỗ trợ cho từng tổ chức đăng ký.",
            "Bộ Công Thương quyết định mức hỗ trợ cho từng tổ chức đăng ký.",
            "consistent -",
        );
    }

    #[test]
    fn a_value_beside_other_words_that_changed_is_left_out() {
        check(
            "Trong thời hạn 15 ngày kể từ ngày nhận hồ sơ, cơ quan cấp phép trả lời tổ chức.",
            "Trong thời hạn 10 ngày kể từ ngày kết thúc kiểm tra, cơ quan cấp phép trả lời tổ chức.",
            "a value changed, and words beside it",
        );
        check(
            "Hồ sơ cấp giấy phép gồm:|Bản sao giấy tờ được giải quyết trong 15 ngày làm việc;",
            "Hồ sơ thu hồi đăng ký gồm:|Bản sao giấy tờ được giải quyết trong 10 ngày làm việc;",
            "a value changed, and the words that lead to it",
        );
    }

    #[test]
    fn renumbered_references_are_no_contradiction() {
        check(
            "Tổ chức thực hiện theo quy định tại khoản 2 Điều 12 và khoản 3 Điều 15 Nghị định này.",
            "Tổ chức thực hiện theo quy định tại khoản 4 Điều 13 và khoản 5 Điều 16 Nghị định này.",
            "only what it refers to changed",
        );
    }

    #[test]
    fn a_sentence_more_leaves_the_others_standing() {
        check(
            "Tổ chức nộp hồ sơ qua đường bưu chính đến cơ quan cấp phép.",
            "Tổ chức nộp hồ sơ qua đường bưu chính đến cơ quan cấp phép. Cơ quan cấp phép ghi ngày nhận vào sổ.",
            "consistent -",
        );
        check(
            "Tổ chức nộp hồ sơ qua đường bưu chính đến cơ quan cấp phép.",
            "Tổ chức nộp hồ sơ qua đường bưu chính đến cơ quan cấp phép. Quy định này không áp dụng cho tổ chức nước ngoài.",
            "the words that changed fit no rule",
        );
    }
}
