//! The words of a norm as they are compared: numbers by their value, bodies, duties and phrases that say the same by
//! one key, numbers of articles and dates apart from numbers that order something.
//!
//! Two norms whose keys are equal say the same; where only the words under a key differ, the wording changed.

use rasoat_law::text::{fold_word, word_spans};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a word is for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A word.
    Plain,
    /// A word that adds nothing of its own: "các", "của", "thì".
    Filler,
    /// A number that orders something.
    Number,
    /// A unit or a scale: "ngày làm việc", "triệu".
    Unit,
    /// The number of a provision or a document, or a part of a date.
    Reference,
    /// A body or an office.
    Body,
    /// Must, may, must not.
    Modality,
}

/// A word, or a phrase that is compared as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// What it is compared by.
    pub key: String,
    /// It as written, folded.
    pub folded: String,
    /// What it is.
    pub class: Class,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Which sentence it stands in, from 0.
    pub sentence: usize,
}

/// Phrases with the key they are compared by. Only what is exchanged in texts of law without a change of meaning.
const SAME: &[(&str, &[&str])] = &[
    ("hằng", &["hàng"]),
    ("hằng năm", &["hàng năm"]),
    ("gồm", &["bao gồm"]),
    ("không quá", &["tối đa", "tối đa không quá", "không vượt quá", "không được quá", "không được vượt quá"]),
    ("ít nhất", &["tối thiểu", "ít nhất là", "tối thiểu là"]),
    ("chậm nhất", &["chậm nhất là", "muộn nhất", "muộn nhất là"]),
    ("kể từ", &["từ khi", "kể từ khi"]),
    ("trường hợp", &["trong trường hợp", "nếu"]),
    ("theo quy định pháp luật", &["theo quy định của pháp luật", "theo pháp luật"]),
    ("quy định tại", &["nêu tại", "theo quy định tại"]),
    ("bảo đảm", &["đảm bảo"]),
    ("gửi", &["gởi"]),
    ("thực hiện", &["thi hành"]),
    ("nêu rõ lý do", &["ghi rõ lý do", "nói rõ lý do"]),
    ("sau đây", &["dưới đây", "như sau"]),
    (
        "hành vi",
        &[
            "hành vi vi phạm",
            "hành vi sau đây",
            "hành vi vi phạm sau đây",
            "một trong các hành vi",
            "một trong những hành vi",
            "một trong các hành vi sau đây",
            "một trong những hành vi sau đây",
            "một trong các hành vi vi phạm sau đây",
            "một trong những hành vi vi phạm sau đây",
            "các hành vi sau đây",
            "những hành vi sau đây",
            "có hành vi",
            "có một trong các hành vi sau đây",
        ],
    ),
    ("phạt tiền từ", &["phạt từ"]),
    ("căn cứ", &["căn cứ vào"]),
    ("quy định cụ thể", &["quy định chi tiết"]),
    ("tổ chức cá nhân", &["cá nhân tổ chức"]),
    ("quy chuẩn", &["qui chuẩn"]),
    ("người đứng đầu", &["thủ trưởng"]),
    ("không ảnh hưởng", &["không làm ảnh hưởng"]),
    ("sử dụng", &["dùng"]),
    ("phù hợp", &["phù hợp với"]),
    ("phối hợp", &["phối hợp với"]),
    ("đối với", &["với"]),
    ("thuộc", &["thuộc về"]),
];

/// Duties and permissions, by the key of what they order.
const MODALITIES: &[(&str, &[&str])] = &[
    ("m:must", &["phải", "có trách nhiệm", "có nghĩa vụ", "bắt buộc phải", "cần phải"]),
    ("m:forbidden", &["không được", "không được phép", "nghiêm cấm", "cấm", "không có quyền"]),
    ("m:may", &["có thể", "có quyền", "được phép", "được quyền"]),
    ("m:need_not", &["không bắt buộc", "không bắt buộc phải", "không cần", "không cần phải"]),
    ("không phải là", &["không phải"]),
];

/// Units and scales.
const UNITS: &[&str] = &[
    "ngày làm việc",
    "ngày",
    "tháng",
    "năm",
    "giờ",
    "phút",
    "tuần",
    "quý",
    "tuổi",
    "tháng tuổi",
    "đồng",
    "triệu",
    "tỷ",
    "nghìn",
    "ngàn",
    "triệu đồng",
    "tỷ đồng",
    "phần trăm",
    "lần",
    "giờ làm việc",
];

const FILLERS: &[&str] = &[
    "các", "những", "của", "thì", "là", "mà", "về", "việc", "cho", "này", "nêu", "trên", "tại", "ở", "đó", "do", "một",
    "cách", "sau", "đây", "đã", "sẽ", "mọi", "theo", "để", "được",
];

/// Bodies that go on under other names are one: a new name is no new competence.
const MINISTRIES: &[(&str, &[&str])] = &[
    ("tài chính", &[]),
    ("kế hoạch và đầu tư", &["kế hoạch đầu tư"]),
    ("công thương", &["thương mại", "công nghiệp"]),
    ("xây dựng", &[]),
    ("giao thông vận tải", &[]),
    ("y tế", &[]),
    ("giáo dục và đào tạo", &["giáo dục đào tạo"]),
    ("nội vụ", &[]),
    ("tư pháp", &[]),
    ("công an", &[]),
    ("quốc phòng", &[]),
    ("ngoại giao", &[]),
    ("khoa học và công nghệ", &["khoa học công nghệ và môi trường", "khoa học công nghệ"]),
    ("tài nguyên và môi trường", &["tài nguyên môi trường"]),
    ("nông nghiệp và phát triển nông thôn", &["thủy sản"]),
    ("lao động thương binh và xã hội", &["lao động thương binh xã hội"]),
    ("văn hóa thể thao và du lịch", &["văn hóa thông tin", "văn hóa và thông tin"]),
    ("thông tin và truyền thông", &["bưu chính viễn thông"]),
];

const LEVELS: &[(&str, &[&str])] = &[
    ("tỉnh", &["cấp tỉnh", "tỉnh thành phố trực thuộc trung ương", "các tỉnh thành phố trực thuộc trung ương", "tỉnh"]),
    (
        "huyện",
        &[
            "cấp huyện",
            "huyện quận thị xã thành phố thuộc tỉnh",
            "quận huyện thị xã thành phố thuộc tỉnh",
            "quận huyện thị xã thành phố trực thuộc tỉnh",
            "huyện",
        ],
    ),
    ("xã", &["cấp xã", "xã phường thị trấn", "xã"]),
];

const BODIES: &[(&str, &[&str])] = &[
    ("quốc hội", &[]),
    ("ủy ban thường vụ quốc hội", &[]),
    ("chủ tịch nước", &[]),
    ("chính phủ", &[]),
    ("thủ tướng chính phủ", &["thủ tướng"]),
    (
        "ngân hàng nhà nước",
        &["ngân hàng nhà nước việt nam", "thống đốc ngân hàng nhà nước", "thống đốc ngân hàng nhà nước việt nam"],
    ),
    ("thanh tra chính phủ", &["tổng thanh tra chính phủ"]),
    ("tòa án nhân dân tối cao", &["chánh án tòa án nhân dân tối cao"]),
    ("viện kiểm sát nhân dân tối cao", &["viện trưởng viện kiểm sát nhân dân tối cao"]),
    ("kiểm toán nhà nước", &["tổng kiểm toán nhà nước"]),
];

struct Phrases {
    /// By first word, the phrases that begin with it, longest first.
    by_first: HashMap<String, Vec<(Vec<String>, String, Class)>>,
}

impl Phrases {
    fn get() -> &'static Self {
        static PHRASES: OnceLock<Phrases> = OnceLock::new();
        PHRASES.get_or_init(Self::build)
    }

    fn build() -> Self {
        let mut all: Vec<(String, String, Class)> = Vec::new();
        let mut add = |key: &str, spelling: &str, class| all.push((spelling.to_owned(), key.to_owned(), class));
        for (table, class) in [(SAME, Class::Plain), (MODALITIES, Class::Modality), (BODIES, Class::Body)] {
            for (key, spellings) in table {
                // "không phải là" stands among the duties only so that "không" and "phải" are not read apart.
                let class = if *key == "không phải là" { Class::Plain } else { class };
                add(key, key, class);
                spellings.iter().for_each(|spelling| add(key, spelling, class));
            }
        }
        UNITS.iter().for_each(|unit| add(unit, unit, Class::Unit));
        FILLERS.iter().for_each(|word| add(word, word, Class::Filler));
        for (key, others) in MINISTRIES {
            for name in std::iter::once(key).chain(*others) {
                for (body, offices) in [("bộ", ["bộ", "bộ trưởng bộ"]), ("sở", ["sở", "giám đốc sở"])]
                {
                    for office in offices {
                        add(&format!("{body} {key}"), &format!("{office} {name}"), Class::Body);
                    }
                }
            }
        }
        for (level, spellings) in LEVELS {
            for spelling in *spellings {
                for body in ["ủy ban nhân dân", "chủ tịch ủy ban nhân dân", "hội đồng nhân dân"] {
                    add(&format!("{body} {level}"), &format!("{body} {spelling}"), Class::Body);
                }
            }
        }
        let mut by_first: HashMap<String, Vec<(Vec<String>, String, Class)>> = HashMap::new();
        for (spelling, key, class) in all {
            let words: Vec<String> = spelling.split(' ').map(|word| plain(&fold_word(word))).collect();
            if let Some(first) = words.first() {
                by_first.entry(first.clone()).or_default().push((words, key, class));
            }
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.1.cmp(&b.1)));
        }
        Self { by_first }
    }
}

/// The words of `text`, as they are compared.
pub fn words(text: &str) -> Vec<Word> {
    let spans: Vec<(usize, &str, String)> =
        word_spans(text).map(|(start, word)| (start, word, plain(&fold_word(word)))).collect();
    let phrases = Phrases::get();
    let mut words: Vec<Word> = Vec::with_capacity(spans.len());
    let (mut at, mut sentence, mut last) = (0, 0, 0);
    while at < spans.len() {
        let (start, raw, folded) = &spans[at];
        if text[last..*start].contains(['.', ';', ':', '\n']) && !words.is_empty() {
            sentence += 1;
        }
        let found = phrases.by_first.get(folded).and_then(|phrases| {
            phrases.iter().find(|(phrase, ..)| {
                let fits = phrase.iter().enumerate().all(|(i, word)| spans.get(at + i).is_some_and(|s| s.2 == *word));
                // A phrase ends where a sentence does; commas within a name of bodies do not count.
                fits && spans[at..at + phrase.len()]
                    .windows(2)
                    .all(|pair| !text[pair[0].0 + pair[0].1.len()..pair[1].0].contains(['.', ';', ':', '\n']))
            })
        });
        let (taken, key, class) = match found {
            Some((phrase, key, class)) => (phrase.len(), key.clone(), *class),
            None => {
                let (key, class) = single(raw, folded, &words, sentence);
                (1, key, class)
            }
        };
        let end = spans[at + taken - 1].0 + spans[at + taken - 1].1.len();
        let folded = spans[at..at + taken].iter().map(|s| s.2.as_str()).collect::<Vec<_>>().join(" ");
        words.push(Word { key, folded, class, start: *start, end, sentence });
        last = end;
        at += taken;
    }
    date_parts(&mut words);
    words
}

/// "quí" and "quý", "kì" and "kỳ" are one word: after a consonant, `y` and `i` sound the same.
fn plain(folded: &str) -> String {
    let letters: Vec<char> = folded.chars().collect();
    let sounds_the_same = |at: usize| match at.checked_sub(1).map(|before| letters[before]) {
        Some('u') => at >= 2 && letters[at - 2] == 'q',
        Some(before) => matches!(before, 'h' | 'k' | 'l' | 'm' | 's' | 't' | 'v'),
        None => false,
    };
    letters.iter().enumerate().map(|(at, c)| if *c == 'y' && sounds_the_same(at) { 'i' } else { *c }).collect()
}

fn single(raw: &str, folded: &str, before: &[Word], sentence: usize) -> (String, Class) {
    static FOLDED: OnceLock<Vec<String>> = OnceLock::new();
    const CITING: [&str; 22] = [
        "điều", "khoản", "điểm", "mục", "chương", "phần", "mẫu", "lục", "số", "biểu", "tiết", "bảng", "hình", "cột",
        "khóa", "hạng", "loại", "cấp", "nhóm", "bậc", "dòng", "phụ",
    ];
    let citing = FOLDED.get_or_init(|| CITING.map(fold_word).to_vec());
    let is_citing = |word: &Word| citing.contains(&word.folded);
    let previous = before.last();
    let listed = before
        .iter()
        .rev()
        .find(|word| !matches!(word.folded.as_str(), "và" | "đến" | "các") && word.folded != fold_word("hoặc"))
        .is_some_and(|word| word.class == Class::Reference && word.sentence == sentence);
    if raw.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = raw.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        let number = digits.then(|| figure(raw)).flatten();
        return match number {
            Some(number) if !(previous.is_some_and(is_citing) || listed) => (format!("#{number}"), Class::Number),
            _ => (format!("r:{folded}"), Class::Reference),
        };
    }
    if raw.chars().count() == 1 && previous.is_some_and(|word| is_citing(word) || word.class == Class::Reference) {
        return (format!("r:{folded}"), Class::Reference);
    }
    const SPELLED: [(&str, u32); 8] =
        [("hai", 2), ("ba", 3), ("bốn", 4), ("sáu", 6), ("bảy", 7), ("tám", 8), ("chín", 9), ("mười", 10)];
    static NUMBERS: OnceLock<Vec<String>> = OnceLock::new();
    let numbers = NUMBERS.get_or_init(|| SPELLED.map(|(name, _)| fold_word(name)).to_vec());
    match numbers.iter().zip(SPELLED).find(|(name, _)| *name == folded).map(|(_, spelled)| spelled) {
        // "Điều 5 (năm)", "Thứ hai": no number of something.
        Some((_, number)) if previous.is_none_or(|word| word.folded != fold_word("thứ") && !is_citing(word)) => {
            (format!("#{number}"), Class::Number)
        }
        _ => (folded.to_owned(), Class::Plain),
    }
}

/// `1.000.000`, `0,2`, `05`.
fn figure(raw: &str) -> Option<f64> {
    let (whole, fraction) = raw.split_once(',').unwrap_or((raw, ""));
    let groups: Vec<&str> = whole.split('.').collect();
    if groups.len() > 1 && groups[1..].iter().any(|group| group.len() != 3) {
        return None;
    }
    format!("{}.{}", groups.concat(), if fraction.is_empty() { "0" } else { fraction }).parse().ok()
}

/// "ngày 05 tháng 3 năm 2020", "năm 2024", "quý 2": parts of a date, not of a deadline.
fn date_parts(words: &mut [Word]) {
    for at in 1..words.len() {
        if words[at].class != Class::Number {
            continue;
        }
        let previous = words[at - 1].folded.clone();
        let is = |name: &str| previous == plain(&fold_word(name));
        let next = words.get(at + 1).map(|word| word.folded.clone()).unwrap_or_default();
        let year = words[at].key.len() == 5 && is("năm");
        let date = is("ngày") && next == fold_word("tháng") || is("tháng") || is("quý") || year;
        if date {
            words[at].class = Class::Reference;
            words[at].key = format!("r:{}", words[at].folded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let keys: Vec<String> = words(text).into_iter().map(|word| word.key).collect();
        let folded: Vec<String> = expected.split(" | ").map(str::to_owned).collect();
        assert_eq!(keys, folded, "{text}");
    }

    #[test]
    fn numbers_that_order_are_told_from_those_that_cite() {
        let classes = |text: &str| {
            words(text).into_iter().filter(|w| w.key.starts_with(['#', 'r'])).map(|w| w.class).collect::<Vec<_>>()
        };
        assert_eq!(
            classes("khoản 2 và khoản 3 Điều 5: 10 ngày"),
            [Class::Reference, Class::Reference, Class::Reference, Class::Number]
        );
        assert_eq!(classes("ngày 05 tháng 3 năm 2020"), [Class::Reference; 3]);
    }

    #[test]
    fn phrases_that_say_the_same_have_one_key() {
        check("tối đa 05 ngày làm việc", "không quá | #5 | ngày làm việc");
        check("không được vượt quá 5 ngày làm việc", "không quá | #5 | ngày làm việc");
        assert_eq!(words("Bộ Thương mại")[0].key, words("Bộ trưởng Bộ Công Thương")[0].key);
        assert_ne!(words("Chính phủ")[0].key, words("Thủ tướng Chính phủ")[0].key);
        assert_eq!(words("Uỷ ban nhân dân tỉnh, thành phố trực thuộc trung ương")[0].key, "ủy ban nhân dân tỉnh");
        assert_eq!(words("định kì")[1].key, words("định kỳ")[1].key);
        assert_ne!(words("tay")[0].key, words("tai")[0].key);
    }
}
