//! What became of documents between the snapshots, as far as the law itself says so.
//!
//! A document that is missing from the newer snapshot may have ended, or its heading may only be empty. So an end counts
//! only where another document declares it in plain words ("Thông tư này thay thế Thông tư số …") with a day, and being
//! in force only where the newer snapshot holds the document and nobody speaks of its end. The rest is unknown. The
//! words are read by rules of their own, not by those of `rasoat_law`, which is what the outcomes are to measure.

use super::source::{Article, Snapshot, Sources};
use jiff::civil::Date;
use rasoat_law::{DocNumber, date};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of documents as citations name them, longer names first.
const KINDS: [&str; 11] = [
    "Thông tư liên tịch",
    "Thông tư liên bộ",
    "Nghị quyết liên tịch",
    "Nghị định",
    "Thông tư",
    "Quyết định",
    "Nghị quyết",
    "Pháp lệnh",
    "Bộ luật",
    "Luật",
    "Chỉ thị",
];

/// A document cited by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// First byte of its kind.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The document.
    pub document: String,
    /// What of it is cited.
    pub part: Part,
}

/// What a citation means of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// An article, or something within one.
    Article(String),
    /// Several, or something that is no article.
    Other,
}

/// The end of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// The day from which it is no longer in force.
    pub date: Date,
    /// Who says so.
    pub by: String,
    /// The article that says so.
    pub article: String,
}

/// The state of what a citation means, on the day of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// In force.
    InForce,
    /// Ended, with who ended it.
    Expired(End),
    /// The document goes on; what is cited of it was repealed.
    PartlyExpired {
        /// Who repealed it.
        by: String,
        /// Since when.
        date: Option<Date>,
    },
    /// In force from a later day.
    NotYet,
    /// Nothing certain is known, and why.
    Unknown(&'static str),
}

/// What became of the documents.
#[derive(Debug, Clone, Default)]
pub struct States {
    /// Plain declarations of an end, by document, the earliest first.
    pub ends: BTreeMap<String, BTreeSet<End>>,
    /// Documents whose end, or a part's, is spoken of in words that are not plain.
    pub spoken: BTreeSet<String>,
    /// Those of them that are named whole where an end is spoken of: nothing is known of their articles either.
    pub spoken_whole: BTreeSet<String>,
}

impl States {
    /// Reads every declaration in the sources.
    pub fn read(sources: &Sources) -> Self {
        let mut states = Self::default();
        for snapshot in [&sources.first, &sources.second] {
            for article in snapshot.articles.values().flatten() {
                states.article(article, article.from);
            }
        }
        for articles in sources.enacted.values() {
            let from = articles.iter().rev().find_map(|article| start(&article.body));
            articles.iter().for_each(|article| states.article(article, from));
        }
        states
    }

    fn article(&mut self, article: &Article, from: Option<Date>) {
        let ends = ["thay thế", "hết hiệu lực", "bãi bỏ"];
        if !ends.iter().any(|word| article.body.to_lowercase().contains(word)) {
            return;
        }
        for sentence in sentences(&article.body) {
            let lower = sentence.to_lowercase();
            if !ends.iter().any(|word| lower.contains(word)) {
                continue;
            }
            let mentions = mentions(sentence);
            let plain = plain_ends(sentence, &mentions);
            for (at, mention) in mentions.iter().enumerate() {
                if mention.document == article.document {
                    continue;
                }
                let day = match sentence[mention.end..].find("hết hiệu lực") {
                    Some(said) => date::find(&sentence[mention.end + said..]).map(|found| found.0).or(from),
                    None => from,
                };
                match day.filter(|_| plain.contains(&at)) {
                    Some(date) => {
                        let end = End { date, by: article.document.clone(), article: article.number.clone() };
                        self.ends.entry(mention.document.clone()).or_default().insert(end);
                    }
                    None => {
                        self.spoken.insert(mention.document.clone());
                        if mention.part == Part::Whole {
                            self.spoken_whole.insert(mention.document.clone());
                        }
                    }
                }
            }
        }
    }

    /// The end of a document by `day`.
    pub fn ended(&self, document: &str, day: Date) -> Option<&End> {
        self.ends.get(document)?.iter().find(|end| end.date <= day)
    }

    /// The state of what a citation means on `day`, by the snapshot of that time.
    pub fn of(&self, mention: &Mention, sources: &Sources, snapshot: &Snapshot, day: Date) -> Known {
        let document = &mention.document;
        let held = snapshot.articles.get(document);
        let doubted = sources.doubts.get(document).is_some_and(|end| *end <= day);
        if let Some(end) = self.ended(document, day) {
            return match held {
                Some(_) => Known::Unknown("declared ended, and still in the snapshot"),
                None => Known::Expired(end.clone()),
            };
        }
        let Some(held) = held else { return Known::Unknown("not in the snapshot, and nobody declares its end") };
        if doubted || self.ends.contains_key(document) {
            return Known::Unknown("in the snapshot, and an end is spoken of");
        }
        let effective = snapshot.documents.get(document).and_then(|facts| facts.effective);
        match effective {
            None => return Known::Unknown("the day it takes effect is not known"),
            Some(from) if from > day => return Known::NotYet,
            Some(_) => {}
        }
        match &mention.part {
            Part::Other => Known::Unknown("several provisions, or no article"),
            Part::Whole if self.spoken.contains(document) => Known::Unknown("in the snapshot, and an end is spoken of"),
            Part::Whole if snapshot.repealed.keys().any(|(repealed, _)| repealed == document) => {
                Known::Unknown("cited whole, and repealed in part")
            }
            Part::Whole => Known::InForce,
            Part::Article(_) if self.spoken_whole.contains(document) => {
                Known::Unknown("in the snapshot, and an end is spoken of")
            }
            Part::Article(number) => {
                let Some(article) = held.iter().find(|article| article.number == *number) else {
                    return Known::Unknown("the snapshot does not hold the article");
                };
                let repealed = snapshot.repealed.get(&(document.clone(), number.clone()));
                match repealed {
                    Some((by, date)) if article.body.is_empty() && article.history.starts_with("bị bãi bỏ") => {
                        if date.is_none_or(|date| date > day) {
                            return Known::Unknown("repealed on a day that is not known");
                        }
                        Known::PartlyExpired { by: by.clone(), date: *date }
                    }
                    Some(_) => Known::Unknown("the article was repealed in part"),
                    None if article.body.is_empty() => Known::Unknown("the article has no words"),
                    None => Known::InForce,
                }
            }
        }
    }
}

/// Every document cited by number in `text`.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_digit()) {
        let at = from + at;
        let run = text[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at);
        from = at + run;
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | ',')) {
            continue;
        }
        let Some((number, length)) = DocNumber::read(&text[at..]) else { continue };
        let end = at + length;
        from = end;
        // A number without a kind may be a form's ("Mẫu số 05/TT").
        let Some(start) = kind_before(&text[..at]) else { continue };
        found.push(Mention { start, end, document: number.to_string(), part: part(&text[..start]) });
    }
    found
}

/// Where the kind that ends `text` ("Nghị định số ") begins.
fn kind_before(text: &str) -> Option<usize> {
    let bare = text.trim_end();
    let bare = bare.strip_suffix("số:").or_else(|| bare.strip_suffix("số")).unwrap_or(bare).trim_end();
    KINDS.iter().find_map(|kind| {
        let from = bare.len().checked_sub(kind.len())?;
        (bare.is_char_boundary(from) && bare[from..].to_lowercase() == kind.to_lowercase()).then_some(from)
    })
}

/// What the words before a document's name mean of it.
fn part(before: &str) -> Part {
    let line = before.rsplit(['\n', ';', '(']).next().unwrap_or(before);
    let bare = line.trim_end();
    let bare = bare.strip_suffix("của").unwrap_or(bare).trim_end();
    let last: Vec<&str> = bare.split_whitespace().rev().take(4).collect();
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(char::is_alphanumeric) && word.len() <= 4
    };
    let unit = |word: &str| word.trim_end_matches(',').to_lowercase();
    match last.as_slice() {
        [number, name, rest @ ..] if is_number(number) && unit(name) == "điều" => {
            let before = rest.first().map(|word| unit(word)).unwrap_or_default();
            // "Điều 5, Điều 6", "Điều 5 và Điều 6": several.
            let listed = rest.first().is_some_and(|word| word.ends_with(',')) || before == "và" || before == "hoặc";
            if listed { Part::Other } else { Part::Article(number.to_lowercase()) }
        }
        [number, ..] if is_number(number) => Part::Other,
        [last, ..] if unit(last) == "theo" && bare.ends_with("kèm theo") => Part::Other,
        [last, ..] if last.chars().all(|c| "IVXLC".contains(c)) => Part::Other,
        _ => Part::Whole,
    }
}

/// Which of the sentence's mentions it plainly ends.
fn plain_ends(sentence: &str, mentions: &[Mention]) -> BTreeSet<usize> {
    let lower = sentence.to_lowercase();
    let mut plain = BTreeSet::new();
    let Some(first) = mentions.first() else { return plain };
    let before = sentence[..first.start].to_lowercase();
    let before = before.trim_end();
    // What narrows stands before the document; behind it stands its title, which may speak of anything.
    let of_it = ["phụ lục", "mẫu", "cụm từ", "khoản", "điểm", "nội dung", "một số", "quy định tại", "chương", "mục "];
    let at_all = ["trừ ", "một phần", "tiếp tục", "ngoại trừ"];
    if of_it.iter().any(|word| before.contains(word)) || at_all.iter().any(|word| lower.contains(word)) {
        return plain;
    }
    let this = before.contains(" này");
    let replaces =
        this && ["thay thế", "thay thế cho", "thay thế các", "bãi bỏ"].iter().any(|verb| before.ends_with(verb));
    let repeals = label_free(before) == "bãi bỏ" || label_free(before) == "bãi bỏ toàn bộ";
    let ends_itself = label_free(before).is_empty()
        && sentence[first.end..].to_lowercase().find("hết hiệu lực").is_some_and(|at| {
            let between = sentence[first.end..].to_lowercase();
            !between[..at].contains("điều ")
        });
    if !(replaces || repeals || ends_itself) || first.part != Part::Whole {
        return plain;
    }
    plain.insert(0);
    // "… và Thông tư số …": further ones only where nothing but a list joins them, not the acts that amended the first.
    for (at, pair) in mentions.windows(2).enumerate() {
        let between = sentence[pair[0].end..pair[1].start].to_lowercase();
        let joined = between.trim_end().ends_with(" và") || between.trim_end().ends_with(',');
        if !joined || between.contains("sửa đổi") || pair[1].part != Part::Whole {
            break;
        }
        plain.insert(at + 1);
    }
    plain
}

/// Without a label such as "2." or "a)" before it.
fn label_free(words: &str) -> &str {
    let words = words.trim();
    match words.split_once(['.', ')']) {
        Some((label, rest)) if label.chars().count() <= 3 => rest.trim(),
        _ => words,
    }
}

/// The day a document says it takes effect.
fn start(body: &str) -> Option<Date> {
    let at = body.find("có hiệu lực")?;
    let this = body[..at].to_lowercase().trim_end().ends_with("này");
    let (day, from, _) = date::find(&body[at..])?;
    (this && from < 60).then_some(day)
}

/// The sentences of a body: lines, and what full stops and semicolons part.
fn sentences(body: &str) -> Vec<&str> {
    body.split('\n').flat_map(|line| line.split("; ")).flat_map(|part| part.split(". ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, expected: &[&str]) {
        let mentions = mentions(sentence);
        let found: Vec<_> =
            plain_ends(sentence, &mentions).into_iter().map(|at| mentions[at].document.as_str()).collect();
        assert_eq!(found, expected, "{sentence}");
    }

    #[test]
    fn only_plain_words_end_a_document() {
        check("Thông tư này thay thế Thông tư số 01/2019/TT-BGTVT ngày 11 tháng 01 năm 2019", &["01/2019/TT-BGTVT"]);
        check("Nghị định này có hiệu lực từ ngày 01/7/2024 và thay thế Nghị định số 4/2019/NĐ-CP", &["4/2019/NĐ-CP"]);
        check("Thông tư số 02/2009/TT-BYT hết hiệu lực kể từ ngày Thông tư này có hiệu lực", &["02/2009/TT-BYT"]);
        check("Bãi bỏ Thông tư số 02/2009/TT-BYT", &["02/2009/TT-BYT"]);
        check("Các biểu mẫu kèm theo Thông tư này thay thế các biểu mẫu kèm theo Thông tư số 01/2016/TT-BTP", &[]);
        check("Bãi bỏ Điều 5 Thông tư số 02/2009/TT-BYT", &[]);
        check("Thông tư này thay thế Thông tư số 01/2019/TT-BTP, trừ Điều 5", &[]);
        check(
            "Nghị định này thay thế Nghị định số 4/2019/NĐ-CP được sửa đổi bởi Nghị định số 5/2020/NĐ-CP",
            &["4/2019/NĐ-CP"],
        );
    }

    #[test]
    fn a_citation_says_what_of_a_document_it_means() {
        let part = |text: &str| mentions(text)[0].part.clone();
        assert_eq!(part("theo khoản 2 Điều 5 Nghị định số 30/2020/NĐ-CP"), Part::Article("5".into()));
        assert_eq!(part("theo Điều 12a của Nghị định số 30/2020/NĐ-CP"), Part::Article("12a".into()));
        assert_eq!(part("theo Điều 5, Điều 6 Nghị định số 30/2020/NĐ-CP"), Part::Other);
        assert_eq!(part("theo Chương II Nghị định số 30/2020/NĐ-CP"), Part::Other);
        assert_eq!(part("theo Nghị định số 30/2020/NĐ-CP"), Part::Whole);
        assert!(mentions("chứng từ chuyển tiền (Mẫu số 05/TT)").is_empty());
        let text = "theo Nghị định số 30/2020/NĐ-CP về";
        let found = &mentions(text)[0];
        assert_eq!(&text[found.start..found.end], "Nghị định số 30/2020/NĐ-CP");
    }
}
