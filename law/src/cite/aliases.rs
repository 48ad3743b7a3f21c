//! Short names that a text gives to documents: "Luật Đất đai số 31/2024/QH15 (sau đây gọi tắt là Luật)".
//!
//! From its definition on, the short name means that document. The definition itself is no citation.

use super::DocumentReference;
use super::grammar::Parser;
use super::tokens::Word;
use std::collections::HashMap;

/// What a text calls the documents it cites.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// By first word: the words of a short name and what it means, the latest last.
    names: HashMap<String, Vec<(Vec<String>, DocumentReference)>>,
    /// The first token of each definition's parenthesis, and the token after it.
    definitions: HashMap<usize, usize>,
    /// The numbers cited so far, by the words of their kind and the number's head: "Nghị định" and `59`, `59/2009`.
    numbers: HashMap<(String, String), DocumentReference>,
}

impl Aliases {
    /// The document whose short name stands at token `at`, and the token after it; the longest name wins.
    pub(super) fn at(&self, parser: &Parser<'_>, at: usize) -> Option<(DocumentReference, usize)> {
        if self.names.is_empty() {
            return None;
        }
        self.names
            .get(parser.text(at))?
            .iter()
            .rev()
            .filter(|(words, _)| words.iter().enumerate().all(|(offset, word)| parser.text(at + offset) == word))
            .max_by_key(|(words, _)| words.len())
            .filter(|(words, _)| stands_alone(parser, at + words.len(), words.len()))
            .map(|(words, document)| (document.clone(), at + words.len()))
    }

    /// Whether some short name begins with `word`.
    pub(super) fn may_begin(&self, word: &str) -> bool {
        !self.names.is_empty() && self.names.contains_key(word)
    }

    /// The document of that kind cited before whose number begins with `head`.
    pub(super) fn numbered(&self, kind_word: &str, head: &str) -> Option<DocumentReference> {
        self.numbers.get(&(kind_word.to_owned(), head.to_owned())).cloned()
    }

    /// Keeps a numbered document in mind, so that its number may be cut short after it.
    pub(super) fn keep(&mut self, kind_word: &str, reference: &DocumentReference) {
        let DocumentReference::Number { number, .. } = reference else { return };
        let mut parts = number.as_str().split('/');
        let (Some(head), year) = (parts.next(), parts.next()) else { return };
        let mut keep = |head: String| self.numbers.insert((kind_word.to_owned(), head), reference.clone());
        keep(head.to_owned());
        if let Some(year) = year.filter(|year| year.len() == 4) {
            keep(format!("{head}/{year}"));
        }
    }

    /// The token after a definition that starts at token `at`.
    pub(super) fn definition_end(&self, at: usize) -> Option<usize> {
        self.definitions.get(&at).copied()
    }
}

/// Whether a short name ends before token `next`: "Luật" alone is not the head of "Luật Đất đai", "Luật này" or "Luật sư".
fn stands_alone(parser: &Parser<'_>, next: usize, words: usize) -> bool {
    let word = parser.text(next);
    let head_of_another = word.starts_with(char::is_uppercase)
        || matches!(parser.kind_of(next), Word::This | Word::Number)
        || matches!(word, "sư" | "gia" | "sửa" | "khác" | "đó" | "học" | "định" | "hóa" | "hoá");
    let number_goes_on = word == "/" || word == "-" && words > 1;
    !(words == 1 && head_of_another || number_goes_on)
}

/// Whether a short name is a document's: it begins with a kind ("Luật", "Quy chế", "Công ước"), or abbreviates one ("BLDS",
/// "NĐ 15"). "Đài tự bảo đảm chi phí" and "BHYT", defined just after a citation, are names of other things.
fn begins_as_a_document(first: &str, second: Option<&str>) -> bool {
    const KINDS: [&str; 26] = [
        "Luật", "Bộ", "Pháp", "Nghị", "Quyết", "Thông", "Quy", "Điều", "Hiến", "Chỉ", "Hiệp", "Chương", "Đề", "Kế",
        "Chiến", "Hướng", "Bảng", "Danh", "Phụ", "Nội", "Mẫu", "Tiêu", "Văn", "Kết", "Hợp", "Bản",
    ];
    const ABBREVIATED: [&str; 8] = ["BL", "LUẬT", "NĐ", "NQ", "QĐ", "TT", "PL", "QC"];
    let capitals = first.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    if capitals && first.chars().count() > 1 {
        return ABBREVIATED.iter().any(|kind| first.starts_with(kind));
    }
    KINDS.contains(&first) || first == "Công" && matches!(second, Some("ước" | "văn" | "điện"))
}

impl Parser<'_> {
    /// Learns the short name defined after a document: between token `from`, where its number or name ends, and a few
    /// tokens after `to`, where its title ends. A name for all of a list ("gọi chung là") means its `head`.
    pub(super) fn learn_alias(
        &mut self,
        document: &DocumentReference,
        head: &DocumentReference,
        from: usize,
        to: usize,
    ) {
        let Some((open, first)) = (from..to + 3).find_map(|at| self.alias_opening(at).map(|first| (at, first))) else {
            return;
        };
        let mut words = Vec::new();
        let mut at = first;
        while at < first + 24 && !matches!(self.text(at), ")" | "" | ";" | "\n") {
            if !matches!(self.text(at), "“" | "”" | "\"" | "'" | ":") {
                words.push(self.text(at).to_owned());
            }
            at += 1;
        }
        if self.text(at) != ")" {
            return;
        }
        self.aliases.definitions.insert(open, at + 1);
        // What is not called a document ("sau đây gọi là hợp đồng") is a short name of something else.
        // A whole number ("sau đây gọi chung là Luật số 17/2012/QH13") needs nobody to say what it means.
        let says_number = (first..at).any(|at| self.number(at).is_some());
        let names_document = !says_number
            && document.is_named()
            && words.first().is_some_and(|word| begins_as_a_document(word, words.get(1).map(String::as_str)));
        if names_document {
            let of_list = (open..first).any(|at| self.text(at) == "chung");
            let entry = self.aliases.names.entry(words[0].clone()).or_default();
            entry.push((words, if of_list { head.clone() } else { document.clone() }));
        }
    }

    /// The token after a definition that starts at token `at`, whatever it defines.
    pub(super) fn definition(&self, at: usize) -> Option<usize> {
        let first = self.alias_opening(at)?;
        let ends = |at: &usize| matches!(self.text(*at), ")" | "" | ";" | "\n");
        let end = (first..first + 40).find(ends)?;
        (self.text(end) == ")").then_some(end + 1)
    }

    /// "(sau đây gọi tắt là": the token after it.
    fn alias_opening(&self, at: usize) -> Option<usize> {
        if self.text(at) != "(" {
            return None;
        }
        let mut next = at + 1;
        if let Some(after) = ["sau đây", "dưới đây", "từ đây"].iter().find_map(|words| self.phrase(next, words))
        {
            next = after;
        }
        next = self.phrase(next, "được").unwrap_or(next);
        next = ["gọi", "viết"].iter().find_map(|word| self.phrase(next, word))?;
        for word in ["tắt", "gọn", "chung", "riêng"] {
            next = self.phrase(next, word).unwrap_or(next);
        }
        self.phrase(next, "là")
    }
}
