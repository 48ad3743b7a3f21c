//! Marks put back on a question that was typed without them.
//!
//! Hard because a bare syllable has up to eighteen readings ("thu" is thu, thử, thứ, thư …). The words around it settle
//! most: a bare search by words finds provisions on the subject, and how *they* write a syllable next to its neighbour is
//! how the question means it; words of asking, which no law uses, come from a few lines of our own. Not here: deciding
//! whether a question is bare.

use rasoat_law::text;
use std::collections::HashMap;

/// How questions are worded.
const ASKING: &str = "bao nhiêu tiền. bao lâu. bao nhiêu ngày. bao nhiêu năm. bao nhiêu tuổi. như thế nào. thế nào. là gì. \
    có được không. có phải không. được không. phải không. không. có bị phạt không. bị phạt bao nhiêu. bị xử phạt. ở đâu. \
    khi nào. tại sao. vì sao. cái gì. cần gì. cần giấy tờ gì. gồm những gì. những gì. ai được. ai có quyền. tôi muốn hỏi. \
    tôi bị. tôi có. tôi được. tôi phải. em muốn. con tôi. vợ tôi. chồng tôi. mẹ tôi. cha tôi. bố tôi. công ty. nếu. thì. \
    mà. của tôi. cho tôi. với tôi. người khác. trường hợp nào. trường hợp này. làm thế nào. phải làm gì. làm gì. mấy ngày. \
    mấy tháng. mấy năm. mấy giờ. tối đa bao nhiêu. tối đa bao lâu. tối đa là. \
    tối thiểu bao nhiêu. tối thiểu là. nhiều nhất. ít nhất. hồ sơ. thủ tục. lệ phí. mức phạt. thời hạn. \
    thời hiệu. quy định. theo luật. pháp luật. bộ luật lao động. bộ luật dân sự. bộ luật hình sự. điều. khoản. điểm. \
    năm nay. hiện nay. bây giờ. trước. sau. bố mẹ mất. cha mẹ mất. ông bà. anh chị em. con cái. hàng xóm. chủ nhà. tiền cọc. đất đai. nhà đất. ly hôn. \
    kết hôn. sinh con. mất việc. nghỉ việc. vay tiền. trả nợ. từ. đến. trong. ngoài. trên. dưới. đã. đang. sẽ. chưa. rồi. hay. hoặc. và.";

/// How often words and pairs were seen, by their bare form.
#[derive(Debug, Default)]
struct Seen {
    words: HashMap<String, HashMap<String, f32>>,
    pairs: HashMap<(String, String), f32>,
}

impl Seen {
    fn read(&mut self, text: &str, weight: f32) {
        for line in text.split(['.', ',', ';', ':', '\n', '(', ')']) {
            let mut before: Option<String> = None;
            for (_, written) in text::word_spans(line) {
                let word = written.to_lowercase();
                *self.words.entry(bare(&word)).or_default().entry(word.clone()).or_default() += weight;
                if let Some(before) = before {
                    *self.pairs.entry((before, word.clone())).or_default() += weight;
                }
                before = Some(word);
            }
        }
    }

    fn readings(&self, word: &str) -> Vec<(&str, f32)> {
        let mut found: Vec<(&str, f32)> =
            self.words.get(word).into_iter().flatten().map(|(word, count)| (word.as_str(), *count)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        found.truncate(8);
        found
    }
}

/// `words` with the marks that `sample` suggests, the texts nearest to it by its bare words.
pub(super) fn restored<'a>(words: &str, sample: impl Iterator<Item = &'a str>) -> String {
    let mut seen = Seen::default();
    seen.read(ASKING, 4.0);
    for text in sample {
        seen.read(text, 1.0);
    }
    let written: Vec<(usize, &str)> = text::word_spans(words).collect();
    // The best reading of each word by those before it (Viterbi): a pair seen tells more than a word seen.
    let mut paths: Vec<Vec<(String, f32, usize)>> = Vec::new();
    for (_, word) in &written {
        let lower = word.to_lowercase();
        let mut readings: Vec<(String, f32)> =
            seen.readings(&bare(&lower)).into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
        if readings.is_empty() || lower != bare(&lower) {
            readings = vec![(lower, 1.0)];
        }
        let total: f32 = readings.iter().map(|(_, count)| count).sum();
        let column = readings.into_iter().map(|(word, count)| {
            let own = (count / total).ln();
            let from = paths.last().map_or_else(
                || (0, 0.0),
                |before: &Vec<(String, f32, usize)>| {
                    let score = |(at, (other, score, _)): (usize, &(String, f32, usize))| {
                        let pair = seen.pairs.get(&(other.clone(), word.clone())).copied().unwrap_or_default();
                        (at, score + 3.0 * (1.0 + pair).ln())
                    };
                    before.iter().enumerate().map(score).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
                },
            );
            (word, own + from.1, from.0)
        });
        let column = column.collect();
        paths.push(column);
    }
    let best = |column: &Vec<(String, f32, usize)>| {
        column.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map_or(0, |(at, _)| at)
    };
    let mut at = paths.last().map_or(0, best);
    let mut chosen: Vec<String> = Vec::new();
    for column in paths.iter().rev() {
        let Some((word, _, from)) = column.get(at) else { continue };
        chosen.push(word.clone());
        at = *from;
    }
    chosen.reverse();
    let mut out = String::with_capacity(words.len() * 2);
    let mut end = 0;
    for ((start, word), reading) in written.iter().zip(chosen) {
        out.push_str(words.get(end..*start).unwrap_or_default());
        let mut letters = reading.chars();
        if word.to_lowercase() == reading {
            out.push_str(word);
        } else if let Some(first) = letters.next().filter(|_| word.starts_with(char::is_uppercase)) {
            out.extend(first.to_uppercase().chain(letters));
        } else {
            out.push_str(&reading);
        }
        end = start + word.len();
    }
    out.push_str(words.get(end..).unwrap_or_default());
    out
}

/// A word without its marks.
fn bare(word: &str) -> String {
    rasoat_embeddings::analysis::tokens(word).into_iter().map(|token| token.plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAW: &str =
        "Thời gian thử việc do hai bên thỏa thuận. Không quá 60 ngày đối với công việc cần trình độ cao đẳng.";

    #[test]
    fn a_bare_question_takes_the_marks_of_the_law_on_its_subject() {
        let restored = restored("Thu viec toi da bao nhieu ngay?", [LAW].into_iter());
        assert_eq!(restored, "Thử việc tối đa bao nhiêu ngày?");
    }

    #[test]
    fn what_carries_marks_already_is_left_alone() {
        assert_eq!(restored("thứ việc 30/2020/NĐ-CP", [LAW].into_iter()), "thứ việc 30/2020/NĐ-CP");
    }

    proptest! {
        #[test]
        fn only_marks_change(words in "[a-z ,?.0-9]{0,60}") {
            let after = restored(&words, [LAW].into_iter());
            prop_assert_eq!(bare(&after.to_lowercase()), bare(&words.to_lowercase()));
        }
    }
}
