//! Words as they are indexed and asked for.
//!
//! Hard because one Vietnamese word is typed in several ways: the tone on either vowel (hoà, hòa), in capitals, or
//! with no marks at all (`thu tuc khai sinh`), while two words may differ in nothing but a mark. A word is mostly two
//! syllables written apart; pairs of neighbouring syllables stand in for word segmentation, which needs a model of its
//! own. There is no stop list: inverse document frequency does its work.

use crate::lexical::{FIELDS, Field};
use rasoat_law::{ByteSpan, text};

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: ByteSpan,
    /// Lower case, the tone moved to the end: what is compared.
    pub word: String,
    /// Without marks: `nghị` and `nghi` are both `nghi`, `đ` is `d`.
    pub plain: String,
    /// Whether nothing but white space lies between it and the word before it.
    pub joined: bool,
}

impl Token {
    /// Whether it has a digit.
    pub fn is_number(&self) -> bool {
        self.word.bytes().any(|b| b.is_ascii_digit())
    }

    /// Whether it carries a mark of Vietnamese.
    pub fn has_marks(&self) -> bool {
        self.word != self.plain
    }
}

/// The words of a normalised text in order.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut end = 0;
    let mut tokens = Vec::new();
    for (start, written) in text::word_spans(text) {
        let word = text::fold_word(written);
        let plain = plain(&word);
        let joined = !tokens.is_empty() && text[end..start].chars().all(char::is_whitespace);
        end = start + written.len();
        tokens.push(Token { span: ByteSpan::new(start, end), word, plain, joined });
    }
    tokens
}

/// A folded word without its marks.
fn plain(word: &str) -> String {
    word.chars()
        .filter_map(|c| match c {
            'ă' | 'â' => Some('a'),
            'ê' => Some('e'),
            'ô' | 'ơ' => Some('o'),
            'ư' => Some('u'),
            'đ' => Some('d'),
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => None,
            c => Some(c),
        })
        .collect()
}

/// The terms of a passage by field, as many times as they occur, each ended by [`END`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassageTerms {
    fields: [String; FIELDS.len()],
    lengths: [u16; FIELDS.len()],
}

/// What ends a term in [`PassageTerms`]; no word contains it.
pub const END: char = '\n';

impl PassageTerms {
    /// Reads the title of the document, the headings above a passage, and its words. The `first` of an article's passages
    /// brings title and headings into the words of the whole as well: a question mixes what the heading says with what
    /// the article does, and two short fields scored apart reward the wrong half of it.
    pub fn new(title: &str, heading: &str, body: &str, first: bool) -> Self {
        let mut terms = Self::default();
        let [title, heading, body] = [title, heading, body].map(|part| tokens(&text::normalise(part)));
        for token in &title {
            terms.push(Field::Title, [token.word.as_str()]);
        }
        terms.words(Field::Heading, Field::HeadingPairs, &heading);
        let around: &[&Vec<Token>] = if first { &[&title, &heading, &body] } else { &[&body] };
        for part in around {
            terms.words(Field::Body, Field::Pairs, part);
            terms.plain_words(part);
        }
        for part in [&title, &heading, &body] {
            numbers(part, &mut |term| terms.push(Field::Numbers, [term]));
        }
        terms
    }

    /// The terms of a field, ended by [`END`] each.
    pub fn field(&self, field: Field) -> &str {
        &self.fields[field as usize]
    }

    /// Terms of each field.
    pub fn lengths(&self) -> [u16; FIELDS.len()] {
        self.lengths
    }

    fn push<const N: usize>(&mut self, field: Field, parts: [&str; N]) {
        let terms = &mut self.fields[field as usize];
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                terms.push(' ');
            }
            terms.push_str(part);
        }
        terms.push(END);
        let length = &mut self.lengths[field as usize];
        *length = length.saturating_add(1);
    }

    fn words(&mut self, single: Field, pairs: Field, tokens: &[Token]) {
        for token in tokens {
            self.push(single, [token.word.as_str()]);
        }
        for pair in tokens.windows(2).filter(|pair| pair[1].joined) {
            self.push(pairs, [pair[0].word.as_str(), pair[1].word.as_str()]);
        }
    }

    fn plain_words(&mut self, tokens: &[Token]) {
        for token in tokens {
            self.push(Field::PlainWords, [token.plain.as_str()]);
        }
        for pair in tokens.windows(2).filter(|pair| pair[1].joined) {
            self.push(Field::PlainPairs, [pair[0].plain.as_str(), pair[1].plain.as_str()]);
        }
    }
}

/// The numbers among words, written one way: `1.000.000` and `1000000`, `05` and `5`; a number with its unit (`15 ngày`)
/// and a document's number with and without its letters (`30/2020/NĐ-CP`, `30/2020`) besides.
pub(crate) fn numbers(tokens: &[Token], each: &mut dyn FnMut(&str)) {
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_number()) {
        let number = number(&token.plain);
        each(&number);
        let mut parts = number.match_indices('/');
        if let (Some(_), Some((second, _))) = (parts.next(), parts.next()) {
            each(&number[..second]);
        }
        if let Some(unit) = tokens.get(at + 1).filter(|next| next.joined && !next.is_number()) {
            each(&format!("{number} {}", unit.plain));
        }
    }
}

fn number(written: &str) -> String {
    let grouped = written.split('.').enumerate().all(|(at, part)| {
        part.bytes().all(|b| b.is_ascii_digit())
            && if at == 0 { (1..=3).contains(&part.len()) } else { part.len() == 3 }
    });
    let digits = if grouped { written.replace('.', "") } else { written.to_owned() };
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let short = digits.trim_start_matches('0');
        return if short.is_empty() { "0".into() } else { short.into() };
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(field: Field, body: &str) -> Vec<String> {
        let terms = PassageTerms::new("", "", body, true);
        terms.field(field).split_terminator(END).map(str::to_owned).collect()
    }

    #[test]
    fn one_word_in_several_spellings_is_one_term() {
        assert_eq!(terms(Field::Body, "hoà"), terms(Field::Body, "HÒA"));
        assert_eq!(terms(Field::Body, "Hoa\u{300}"), terms(Field::Body, "hòa"));
        assert_ne!(terms(Field::Body, "hoa"), terms(Field::Body, "hòa"));
    }

    #[test]
    fn a_word_typed_without_marks_is_found_among_the_plain_words() {
        assert_eq!(terms(Field::PlainWords, "Thủ tục đăng ký"), ["thu", "tuc", "dang", "ky"]);
        assert_eq!(terms(Field::PlainPairs, "Thủ tục, đăng ký"), ["thu tuc", "dang ky"]);
    }

    #[test]
    fn a_pair_does_not_reach_over_a_comma() {
        let pairs = ["xư\u{309} phat\u{323}", "canh\u{309} cao\u{301}"];
        assert_eq!(terms(Field::Pairs, "xử phạt, cảnh\ncáo"), pairs);
    }

    #[test]
    fn a_number_is_one_term_however_it_is_grouped() {
        let check = |text: &str, wanted: &[&str]| assert_eq!(terms(Field::Numbers, text), wanted, "{text}");
        check("trong 05 ngày", &["5", "5 ngay"]);
        check("1.000.000 đồng", &["1000000", "1000000 dong"]);
        check("0,2%", &["0,2"]);
        check("Nghị định số 30/2020/NĐ-CP", &["30/2020/nd-cp", "30/2020"]);
        check("ngày 1/7/2026", &["1/7/2026", "1/7"]);
    }

    proptest! {
        #[test]
        fn every_word_is_counted_once_in_its_field(body in "[a-zA-ZđĐàảãáạêệ0-9 ,./-]{0,80}") {
            let passage = PassageTerms::new("", "", &body, true);
            for field in FIELDS {
                let counted = passage.field(field).split_terminator(END).count();
                prop_assert_eq!(counted, usize::from(passage.lengths()[field as usize]));
            }
            let words = tokens(&text::normalise(&body)).len();
            prop_assert_eq!(words, usize::from(passage.lengths()[Field::Body as usize]));
        }
    }
}
