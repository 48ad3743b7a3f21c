//! Whether two slots speak of the same thing: the words around them, the nearest counting most.

use rasoat_law::text::{fold_word, words};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// What a word at a distance counts: 1 / (1 + FADE × distance).
const FADE: f32 = 0.12;
/// What a word counts that stands in any norm.
const COMMON: f32 = 0.15;
/// What a pair of neighbouring words counts.
const PAIR: f32 = 1.0;

/// Words of both texts as numbers.
#[derive(Default)]
pub(super) struct Interner {
    numbers: HashMap<String, u32>,
}

impl Interner {
    fn number(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        match self.numbers.get(word) {
            Some(number) => *number,
            None => {
                self.numbers.insert(word.to_owned(), next);
                next
            }
        }
    }
}

/// Words and pairs of neighbours with their weights, by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bag {
    entries: Vec<((u32, u32), f32)>,
    square: f32,
}

impl Bag {
    /// A bag of runs of words, each from the nearest on; the factor weighs the run.
    pub(super) fn of(runs: &[(&[String], f32)], interner: &mut Interner) -> Self {
        let mut weights: BTreeMap<(u32, u32), f32> = BTreeMap::new();
        let mut put = |key: (u32, u32), weight: f32| {
            let held = weights.entry(key).or_insert(0.0);
            *held = held.max(weight);
        };
        for (run, factor) in runs {
            let mut previous: Option<(u32, f32)> = None;
            for (distance, word) in run.iter().enumerate() {
                if word.starts_with(|c: char| c.is_ascii_digit()) || word.chars().count() < 2 {
                    previous = None;
                    continue;
                }
                let number = interner.number(word);
                let fades = factor / (1.0 + FADE * distance as f32);
                let told = if common().contains(word) { COMMON } else { 0.6 };
                put((number, u32::MAX), told * fades);
                if let Some((before, before_told)) = previous {
                    // A run may go leftwards from the slot: a pair is kept without its direction.
                    let key = (number.min(before), number.max(before));
                    put(key, PAIR * fades * told.max(before_told));
                }
                previous = Some((number, told));
            }
        }
        let entries: Vec<((u32, u32), f32)> = weights.into_iter().collect();
        let square = entries.iter().map(|(_, weight)| weight * weight).sum();
        Self { entries, square }
    }

    /// A bag of a whole text, no word nearer than another.
    pub(super) fn of_text(text: &str, interner: &mut Interner) -> Self {
        let words = words(text);
        let runs: Vec<(&[String], f32)> = words.windows(2).map(|pair| (pair, 1.0)).collect();
        if runs.is_empty() { Self::of(&[(&words, 1.0)], interner) } else { Self::of(&runs, interner) }
    }

    /// Cosine of two bags, in [0, 1]; 0 where one is empty.
    pub(super) fn agreement(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        if shared <= 0.0 { 0.0 } else { (shared / (self.square * other.square).sqrt()).min(1.0) }
    }

    fn shared(&self, other: &Self) -> f32 {
        let (mut at, mut shared) = (0, 0.0);
        for (key, weight) in &self.entries {
            while other.entries.get(at).is_some_and(|(theirs, _)| theirs < key) {
                at += 1;
            }
            if let Some((_, theirs)) = other.entries.get(at).filter(|(theirs, _)| theirs == key) {
                shared += weight * theirs;
            }
        }
        shared
    }
}

/// How much of `of` (by weight) stands in `words`, in [0, 1]; common words hardly count.
pub(super) fn coverage(of: &[String], words: &[String]) -> f32 {
    let told = |word: &String| if common().contains(word) { COMMON } else { 1.0 };
    let held: BTreeSet<&String> = words.iter().collect();
    let all: f32 = of.iter().map(told).sum();
    let found: f32 = of.iter().filter(|word| held.contains(word)).map(told).sum();
    if all > 0.0 { found / all } else { 0.0 }
}

/// Whether a folded word stands in any norm.
pub(super) fn is_common(word: &str) -> bool {
    common().contains(word)
}

fn common() -> &'static BTreeSet<String> {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        "của và các cho được theo tại này có là trong với đối khi thì hoặc việc để từ đến do trên về những một điều \
         khoản điểm luật nghị định thông tư quy đã không phải bị ra vào như sau đây đó mà còn cũng nếu trường hợp \
         ngày kể bằng hay tới nơi người cơ quan tổ chức cá nhân nhà nước pháp thực hiện trừ thể quyền trách nhiệm"
            .split_whitespace()
            .map(fold_word)
            .collect()
    })
}
