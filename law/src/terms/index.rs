//! Finds many names in a text in one pass.
//!
//! Names are compared word by word, folded, so that case, tone placement, line breaks and the kind of dash do not
//! matter; the words of all names form one tree. Abbreviations are compared as written.

use super::{Change, Mention};
use crate::ByteSpan;
use crate::text::{fold_word, fold_word_into};
use std::collections::{HashMap, HashSet};

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Space,
    Dash,
    Comma,
    Other,
}

impl Gap {
    fn of(between: &str) -> Self {
        let mut marks = between.chars().filter(|c| !c.is_whitespace());
        if between.matches('\n').count() > 1 {
            return Self::Other;
        }
        match (marks.next(), marks.next()) {
            (None, _) => Self::Space,
            (Some('-' | '\u{2010}'..='\u{2015}'), None) => Self::Dash,
            (Some(','), None) => Self::Comma,
            _ => Self::Other,
        }
    }

    /// Whether `self` may stand where a name has `written`: a dash in a name is often left out or made a comma.
    fn fits(self, written: Self) -> bool {
        self == written || written == Self::Dash && matches!(self, Self::Space | Self::Comma)
    }
}

/// A word of a text: letters and digits, or `&`, which is read as `và`.
#[derive(Debug, Clone, Copy)]
struct Token<'t> {
    start: usize,
    text: &'t str,
    gap: Gap,
}

impl Token<'_> {
    fn end(self) -> usize {
        self.start + self.text.len()
    }

    fn starts_large(self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    fn is_number(self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }

    /// Capitals only, two at least; an abbreviation where a name has it.
    fn is_capitals(self) -> bool {
        self.text.chars().all(char::is_uppercase) && self.text.chars().nth(1).is_some()
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut last = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let skipped = rest.find(|c: char| c.is_alphanumeric() || c == '&').unwrap_or(rest.len());
        at += skipped;
        let rest = &text[at..];
        let length = match rest.chars().next() {
            None => break,
            Some('&') => 1,
            Some(_) => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
        };
        found.push(Token { start: at, text: &rest[..length], gap: Gap::of(&text[last..at]) });
        at += length;
        last = at;
    }
    found
}

/// The end of a name in the tree.
#[derive(Debug, Clone, Copy)]
struct Name<'a> {
    change: &'a Change,
    /// Places of words, after the first, that are capitalised: one of them must be so in the text.
    proper: u32,
    /// A proper name follows.
    open: bool,
    /// A place without its kind, which counts only in a list of places of that kind.
    bare: bool,
}

#[derive(Debug, Default)]
struct Node<'a> {
    next: Vec<(u32, Gap, usize)>,
    names: Vec<Name<'a>>,
}

/// The names of all changes, in one tree of words.
#[derive(Debug)]
pub(super) struct Index<'a> {
    words: HashMap<String, u32>,
    nodes: Vec<Node<'a>>,
    /// The words that begin a name.
    begins: HashSet<u32>,
}

/// A name found: its change, and how many words it has.
type Found<'a> = (&'a Change, usize);

impl<'a> Index<'a> {
    pub(super) fn new(changes: &'a [Change]) -> Self {
        let mut index = Self { words: HashMap::new(), nodes: vec![Node::default()], begins: HashSet::new() };
        for change in changes {
            for name in &change.old {
                index.insert_spellings(name, change);
            }
        }
        index
    }

    /// Every name in `text` whose change `counts`, the longest where several begin at one word, none within another.
    pub(super) fn find(&self, text: &str, counts: impl Fn(&Change) -> bool) -> Vec<Mention<'a>> {
        let tokens = tokens(text);
        let mut folded = String::new();
        let ids: Vec<[Option<u32>; 2]> = tokens.iter().map(|token| self.ids(*token, &mut folded)).collect();
        let province = self.words.get("tinh\u{309}").copied();
        let mut found = Vec::new();
        let mut in_list = false;
        let mut at = 0;
        while at < tokens.len() {
            in_list = lists_places(tokens[at], in_list) || province.is_some() && ids[at][1] == province;
            match self.longest(&tokens, &ids, at, |name| counts(name.change) && (in_list || !name.bare)) {
                Some((change, length)) => {
                    let span = ByteSpan::new(tokens[at].start, tokens[at + length - 1].end());
                    // "-BTNMT" is the end of a document's number, "_BTNMT" of a file's name.
                    let words = &tokens[at..at + length];
                    let abbreviation =
                        change.class == "ministry" && words.iter().all(|t| t.is_capitals() || t.text == "&");
                    if !(abbreviation && ends_number(&text[..span.start])) {
                        found.push(Mention { span, change });
                    }
                    in_list |= change.class == "province" || change.class == "territory";
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    fn insert_spellings(&mut self, name: &str, change: &'a Change) {
        self.insert(name, change, false);
        for (long, short) in SHORT_FORMS {
            if name.contains(long) {
                self.insert(&name.replace(long, short), change, false);
            }
        }
        if let ("province" | "territory", Some(place)) = (change.class.as_str(), name.strip_prefix("tỉnh ")) {
            self.insert(place, change, true);
        }
    }

    fn insert(&mut self, name: &str, change: &'a Change, bare: bool) {
        let tokens = tokens(name);
        let mut node = 0;
        let mut proper = 0;
        for (place, token) in tokens.iter().enumerate() {
            let folded = if token.is_capitals() { token.text.to_owned() } else { fold(token.text) };
            let fresh = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = *self.words.entry(folded).or_insert(fresh);
            if place == 0 {
                self.begins.insert(word);
            }
            let gap = if place == 0 { Gap::Space } else { token.gap };
            if (place > 0 || bare) && token.starts_large() && !token.is_capitals() {
                proper |= 1 << place.min(31);
            }
            let known = self.nodes[node].next.iter().find(|(w, g, _)| *w == word && *g == gap).map(|(_, _, n)| *n);
            node = known.unwrap_or_else(|| {
                self.nodes.push(Node::default());
                let new = self.nodes.len() - 1;
                self.nodes[node].next.push((word, gap, new));
                new
            });
        }
        if node != 0 {
            self.nodes[node].names.push(Name { change, proper, open: name.ends_with('*'), bare });
        }
    }

    /// What a word of the text may be among the words of the names: as written, where those are capitals, and folded.
    fn ids(&self, token: Token<'_>, folded: &mut String) -> [Option<u32>; 2] {
        let written = token.is_capitals().then(|| self.words.get(token.text).copied()).flatten();
        folded.clear();
        fold_word_into(folded, if token.text == "&" { "và" } else { token.text });
        [written, self.words.get(folded.as_str()).copied()]
    }

    fn longest(
        &self,
        tokens: &[Token<'_>],
        ids: &[[Option<u32>; 2]],
        at: usize,
        admits: impl Fn(&Name<'a>) -> bool,
    ) -> Option<Found<'a>> {
        let begins = |word: u32| self.begins.contains(&word);
        if !ids[at].iter().flatten().any(|word| begins(*word)) {
            return None;
        }
        let mut open = vec![0_usize];
        let mut best: Option<Found<'a>> = None;
        let mut length = 0;
        while let (Some(token), false) = (tokens.get(at + length), open.is_empty()) {
            let fits =
                |word: u32, gap: Gap| ids[at + length].contains(&Some(word)) && (length == 0 || token.gap.fits(gap));
            open = open
                .iter()
                .flat_map(|node| &self.nodes[*node].next)
                .filter(|(word, gap, _)| fits(*word, *gap))
                .map(|(_, _, next)| *next)
                .collect();
            length += 1;
            for name in open.iter().flat_map(|node| &self.nodes[*node].names).filter(|name| admits(name)) {
                if let Some(taken) = name.ends_here(tokens, at, length) {
                    let later = |old: Found<'a>| old.1 < taken || old.1 == taken && old.0.from < name.change.from;
                    if best.is_none_or(later) {
                        best = Some((name.change, taken));
                    }
                }
            }
        }
        best
    }
}

impl Name<'_> {
    /// How many words the name takes when its own are the `length` from `at`; `None` where case or place forbid it.
    fn ends_here(&self, tokens: &[Token<'_>], at: usize, length: usize) -> Option<usize> {
        let own = &tokens[at..at + length];
        let cased =
            own.iter().enumerate().any(|(place, t)| self.proper & (1 << place.min(31)) != 0 && t.starts_large());
        if self.proper != 0 && !cased {
            return None;
        }
        if self.bare && at > 0 && tokens[at].gap == Gap::Space && !is_joint(tokens[at - 1]) {
            return None;
        }
        if !self.open {
            return Some(length);
        }
        let behind = &tokens[at + length..];
        let proper = match behind.first() {
            Some(number) if number.gap == Gap::Space && number.is_number() => 1,
            _ => behind.iter().take(4).take_while(|t| t.gap == Gap::Space && begins_name(**t)).count(),
        };
        (proper > 0).then_some(length + proper)
    }
}

/// Written short everywhere in the administration.
const SHORT_FORMS: [(&str, &str); 6] = [
    ("Ủy ban nhân dân", "UBND"),
    ("Hội đồng nhân dân", "HĐND"),
    ("Tòa án nhân dân", "TAND"),
    ("Viện kiểm sát nhân dân", "VKSND"),
    ("Thi hành án dân sự", "THADS"),
    ("Phát triển nông thôn", "PTNT"),
];

/// Words that are large after "huyện" without being a place's name.
const NO_PLACES: [&str; 15] =
    ["TP", "Điều", "Ủy", "Uỷ", "Hội", "Ban", "Phòng", "Tòa", "Toà", "Viện", "Luật", "Nghị", "Quyết", "Chủ", "Trưởng"];

fn begins_name(token: Token<'_>) -> bool {
    token.starts_large() && !NO_PLACES.contains(&token.text)
}

/// Whether a list of places goes on at this word.
fn lists_places(token: Token<'_>, in_list: bool) -> bool {
    in_list && token.gap != Gap::Other && (token.starts_large() || is_joint(token))
}

fn is_joint(token: Token<'_>) -> bool {
    matches!(token.text, "và" | "tỉnh" | "các" | "thành" | "phố" | "hoặc")
}

/// Whether an abbreviation after `before` is the end of a number: "TT-", "TT- " after a word, not the dash of a list.
fn ends_number(before: &str) -> bool {
    let mut last = before.trim_end_matches(' ').chars().rev();
    last.next().is_some_and(|c| matches!(c, '-' | '/' | '&' | '_' | '.'))
        && last.next().is_some_and(char::is_alphanumeric)
}

fn fold(word: &str) -> String {
    if word == "&" { fold_word("và") } else { fold_word(word) }
}
