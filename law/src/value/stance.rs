//! Whether something must, may or must not be done, and what.
//!
//! Hard because "không" denies an act in one sentence and opens a condition or a bound in the next ("nếu không",
//! "không quá"), and because a draft that takes a duty away rarely says so with a modal word.

use super::Dimension;
use super::reading::{Lexicon, Word, is};
use super::slot::{Content, Force, Found, Stance};
use std::sync::OnceLock;

/// Words of an act that are kept.
const ACT_WORDS: usize = 7;

pub(super) fn read(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((force, mut next)) = forces().at(words, at) else {
            at += 1;
            continue;
        };
        let Some(mut force) = force.filter(|_| !opens_condition(words, at, next)) else {
            at = next;
            continue;
        };
        // "phải có trách nhiệm", "không phải có nghĩa vụ": one force.
        if let Some((Some(second), after)) = forces().at(words, next) {
            if force.is_negative() && matches!(second, Force::Must | Force::May) {
                next = after;
            } else if second.is_negative() == force.is_negative() {
                (force, next) = (second, after);
            }
        }
        let (act, end) = act(text, words, next);
        if act.len() >= 2 || force != Force::IsNot && !act.is_empty() {
            let byte = words[end - 1].end();
            let stance = Stance { force, act, end: byte };
            found.push(Found::new(Dimension::Modality, Content::Stance(stance), words, at, next));
        }
        at = next;
    }
    found
}

/// The folded words of an act from word `at`, to a mark of punctuation, and the word after it.
fn act(text: &str, words: &[Word<'_>], at: usize) -> (Vec<String>, usize) {
    let mut act = Vec::new();
    let mut end = at;
    while let Some(word) = words.get(end).filter(|_| act.len() < ACT_WORDS) {
        let gap = end.checked_sub(1).map_or("", |p| text.get(words[p].end()..word.start).unwrap_or_default());
        if gap.contains([',', ';', '.', ':', '\n', '(']) {
            break;
        }
        act.push(word.folded.clone());
        end += 1;
    }
    (act, end)
}

/// "nếu không", "trường hợp không", "không phải là": no act is denied.
fn opens_condition(words: &[Word<'_>], at: usize, next: usize) -> bool {
    let conditional = at > 0
        && is(words, at, "không")
        && ["nếu", "khi", "hợp", "hoặc", "hay", "mà", "những"].iter().any(|word| is(words, at - 1, word));
    conditional || is(words, at, "không") && is(words, next, "là")
}

fn forces() -> &'static Lexicon<Option<Force>> {
    static FORCES: OnceLock<Lexicon<Option<Force>>> = OnceLock::new();
    FORCES.get_or_init(|| {
        Lexicon::new(&[
            ("phải", Some(Force::Must)),
            ("buộc phải", Some(Force::Must)),
            ("cần phải", Some(Force::Must)),
            ("bắt buộc", Some(Force::Must)),
            ("bắt buộc phải", Some(Force::Must)),
            ("có trách nhiệm", Some(Force::Must)),
            ("có nghĩa vụ", Some(Force::Must)),
            ("chịu trách nhiệm", Some(Force::Must)),
            ("có thể", Some(Force::May)),
            ("có quyền", Some(Force::May)),
            ("được phép", Some(Force::May)),
            ("được quyền", Some(Force::May)),
            ("không được", Some(Force::MustNot)),
            ("không được phép", Some(Force::MustNot)),
            ("không có quyền", Some(Force::MustNot)),
            ("không được quyền", Some(Force::MustNot)),
            ("nghiêm cấm", Some(Force::MustNot)),
            ("cấm", Some(Force::MustNot)),
            ("không thể", Some(Force::MustNot)),
            ("không phải", Some(Force::NeedNot)),
            ("không bắt buộc", Some(Force::NeedNot)),
            ("không bắt buộc phải", Some(Force::NeedNot)),
            ("không cần", Some(Force::NeedNot)),
            ("không cần phải", Some(Force::NeedNot)),
            ("không buộc", Some(Force::NeedNot)),
            ("không buộc phải", Some(Force::NeedNot)),
            ("không nhất thiết", Some(Force::NeedNot)),
            ("không nhất thiết phải", Some(Force::NeedNot)),
            ("không yêu cầu", Some(Force::NeedNot)),
            ("không có trách nhiệm", Some(Force::NeedNot)),
            ("không có nghĩa vụ", Some(Force::NeedNot)),
            ("không chịu trách nhiệm", Some(Force::NeedNot)),
            ("được miễn", Some(Force::NeedNot)),
            ("miễn", Some(Force::NeedNot)),
            ("tùy nghi", Some(Force::May)),
            ("không", Some(Force::IsNot)),
            ("chưa", None),
            ("thôi", Some(Force::IsNot)),
            // Bounds, openings of conditions, fixed words.
            ("không quá", None),
            ("không dưới", None),
            ("không ít hơn", None),
            ("không nhiều hơn", None),
            ("không thấp hơn", None),
            ("không cao hơn", None),
            ("không vượt quá", None),
            ("không vượt", None),
            ("không phải do", None),
            ("không trừ", None),
            ("không được quá", None),
            ("không được vượt quá", None),
            ("không được thấp hơn", None),
            ("không phân biệt", None),
            ("không kể", None),
            ("không chỉ", None),
            ("không những", None),
            ("không gian", None),
            ("không khí", None),
            ("hàng không", None),
            ("vi phạm phải", None),
            ("mắc phải", None),
            ("buộc thôi việc", None),
            ("thôi việc", None),
            ("miễn nhiệm", None),
            ("miễn phí", None),
            ("không có lý do chính đáng", None),
        ])
    })
}
