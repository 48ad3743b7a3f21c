//! Groups of units: "các điểm a, b và c khoản 2", "từ Điều 5 đến Điều 9", "khoản này".

use super::grammar::Parser;
use super::tokens::Word;
use crate::eid::POINT_LETTERS;
use crate::structure::ProvisionKind;

/// Levels of units, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Annex,
    Part,
    Chapter,
    Section,
    Subsection,
    Article,
    Paragraph,
    Point,
}

impl Level {
    pub(super) fn prefix(self) -> &'static str {
        self.kind().prefix()
    }

    pub(super) fn kind(self) -> ProvisionKind {
        match self {
            Self::Annex => ProvisionKind::Annex,
            Self::Part => ProvisionKind::Part,
            Self::Chapter => ProvisionKind::Chapter,
            Self::Section => ProvisionKind::Section,
            Self::Subsection => ProvisionKind::Subsection,
            Self::Article => ProvisionKind::Article,
            Self::Paragraph => ProvisionKind::Paragraph,
            Self::Point => ProvisionKind::Point,
        }
    }
}

/// How a group is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Nothing, or "của".
    Close,
    /// A comma: a rise in level binds across it, a fall does not.
    Comma,
    /// "và", "hoặc", ";": nothing binds across it.
    Apart,
}

/// The number or letter of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    /// As printed: `12a`, `đ`, `II`; `1` for "Phụ lục" without a number.
    pub text: String,
    /// Whether a range runs from it to the next label.
    pub range: bool,
}

/// Labels of one level: "các điểm a, b và c".
#[derive(Debug)]
pub(super) struct Group {
    pub level: Level,
    pub labels: Vec<Label>,
    /// "khoản này".
    pub this: bool,
    /// "các": what stands before binds to each label, not to the first alone.
    pub each: bool,
    pub joint: Joint,
}

impl Parser<'_> {
    /// A chain of unit groups starting at token `at`, each with the token after it.
    pub(super) fn groups(&self, at: usize) -> Option<Vec<(Group, usize)>> {
        let first = self.group(at, Joint::Close).or_else(|| self.short_group(at, &[]))?;
        let mut chain = vec![first];
        loop {
            let next = chain.last().map_or(at, |(_, end)| *end);
            let (joint, after) = self.joint(next);
            let found = self
                .group(after, joint)
                .or_else(|| self.short_group(after, &chain))
                .or_else(|| self.wordless_group(after, joint, &chain))
                .or_else(|| self.group_beyond_title(next, &chain));
            // "vào sau điểm đ khoản 2 và điểm e vào sau …": what is put in after the anchor is another citation.
            let anchor = at > 0 && matches!(self.text(at - 1), "sau" | "trước" | "vào");
            match found {
                Some((_, end)) if anchor && self.text(end) == "vào" => return Some(chain),
                Some(found) => chain.push(found),
                None => return Some(chain),
            }
        }
    }

    /// The conjunction between two groups, and the token after it.
    fn joint(&self, at: usize) -> (Joint, usize) {
        let mut joint = Joint::Close;
        let mut after = at;
        loop {
            match self.text(after) {
                "," if joint == Joint::Close => joint = Joint::Comma,
                "," => {}
                "/" if after > 0 && self.kind_of(after - 1) == Word::And => {}
                // "khoản 15/Điều 1".
                "/" if after == at && self.level(after + 1).is_some() => {}
                ";" => joint = Joint::Apart,
                // "mục II - Phụ lục I".
                "-" | "–" if after == at && self.level(after + 1).is_some() => {}
                "của" | "tại" | "thuộc" | "trong" if joint != Joint::Apart => {}
                // "khoản 2 của một trong các Điều 4, 5".
                "một" if after > at && self.text(after + 1) == "trong" && self.kind_of(after + 2) == Word::Each => {
                    after += 1;
                }
                _ if self.kind_of(after) == Word::And => joint = Joint::Apart,
                _ => match self.past_marks(after) {
                    next if next > after => {
                        after = next;
                        continue;
                    }
                    _ => return (joint, after),
                },
            }
            after += 1;
        }
    }

    /// The token after what a form or a consolidated text prints into a chain: "<", ">", "(*)", "[12]".
    pub(super) fn past_marks(&self, at: usize) -> usize {
        let mut next = at;
        loop {
            next += match (self.text(next), self.text(next + 1), self.text(next + 2)) {
                ("<" | ">" | "‹" | "›" | "*", ..) => 1,
                ("(", "*", ")") => 3,
                ("[", note, "]") if note.len() <= 3 && note.chars().all(|c| c.is_ascii_digit()) => 3,
                _ => return next,
            };
        }
    }

    /// "Mục IX - Phí tài nguyên thuộc Phụ lục số 01": the unit around one whose title stands between.
    fn group_beyond_title(&self, at: usize, before: &[(Group, usize)]) -> Option<(Group, usize)> {
        let (inner, _) = before.last()?;
        let titled = Level::Part <= inner.level && inner.level <= Level::Subsection && !inner.this;
        if !titled || !matches!(self.text(at), "-" | "–" | "(" | "“") {
            return None;
        }
        let ends = |at: usize| matches!(self.text(at), ";" | "." | "") || self.kind_of(at) == Word::Break;
        let of = (at + 1..at + 30).take_while(|at| !ends(*at)).find(|at| {
            let closed = matches!(self.text(*at - 1), ")" | "”") && self.level(*at).is_some();
            closed || self.kind_of(*at) == Word::Of && self.level(at + 1).is_some()
        })?;
        let outer = if self.kind_of(of) == Word::Of { of + 1 } else { of };
        self.group(outer, Joint::Close).filter(|(group, _)| group.level < inner.level)
    }

    fn group(&self, at: usize, joint: Joint) -> Option<(Group, usize)> {
        let mut next = at;
        let mut range = false;
        let mut each = false;
        loop {
            match self.kind_of(next) {
                Word::Each => each = true,
                Word::From => range = true,
                _ if next > at + 1 => return None,
                _ => break,
            }
            next += 1;
        }
        let (level, after) = self.level(next)?;
        if self.kind_of(after) == Word::This && !range {
            return Some((Group { level, labels: Vec::new(), this: true, each, joint }, after + 1));
        }
        // "các khoản: 1, 2", "các khoản từ 1 đến 3".
        let opens = self.text(after) == ":" && each || self.kind_of(after) == Word::From;
        let after = after + usize::from(opens);
        let (first, next) = self.label(level, after)?;
        if level == Level::Annex && first.is_empty() {
            // "phụ lục" alone is a word; "Phụ lục ban hành kèm theo …" is the one the document has.
            let attached =
                ["ban hành", "kèm theo", "của", "được ban hành"].iter().any(|w| self.phrase(next, w).is_some())
                    || self.text(next - 2).starts_with('P')
                        && self.kind_of(next) == Word::Kind
                        && self.document(next).is_some();
            if each || !attached {
                return None;
            }
            let labels = vec![Label { text: "1".to_owned(), range: false }];
            return Some((Group { level, labels, this: false, each, joint }, next));
        }
        if self.is_quantity(level, next) {
            return None;
        }
        let (labels, next) = self.more_labels(level, first, next);
        Some((Group { level, labels, this: false, each, joint }, next))
    }

    /// "k2 Đ5", as people write to one another.
    fn short_group(&self, at: usize, before: &[(Group, usize)]) -> Option<(Group, usize)> {
        let word = self.text(at);
        let mut characters = word.chars();
        let level = match characters.next()? {
            'k' | 'K' => Level::Paragraph,
            'Đ' => Level::Article,
            _ => return None,
        };
        let label = characters.as_str();
        let next_is_article = self.kind_of(at + 1) == Word::Article || self.text(at + 1).starts_with('Đ');
        let fits = match level {
            Level::Paragraph => next_is_article,
            _ => {
                before.last().is_some_and(|(group, _)| group.level >= Level::Paragraph)
                    || self.document(at + 1).is_some()
            }
        };
        (fits && is_numeral(label)).then(|| {
            let labels = vec![Label { text: label.to_owned(), range: false }];
            (Group { level, labels, this: false, each: false, joint: Joint::Close }, at + 1)
        })
    }

    /// "…, b khoản 2" after "điểm a khoản 1": the word is not said twice.
    fn wordless_group(&self, at: usize, joint: Joint, before: &[(Group, usize)]) -> Option<(Group, usize)> {
        let levels = before.iter().rev().map(|(group, _)| group.level).filter(|level| *level >= Level::Paragraph);
        levels.take(4).find_map(|level| {
            let (first, next) = self.label(level, at)?;
            let (labels, next) = self.more_labels(level, first, next);
            let (above, _) = self.level(next)?;
            let follows = above < level && (level == Level::Point || above == Level::Article);
            // "khoản 1 Điều 2, 3 Điều" is no list of units.
            let labelled = self.group(next, Joint::Close).is_some();
            (follows && labelled).then_some((Group { level, labels, this: false, each: false, joint }, next))
        })
    }

    /// The labels after the first: "…, 2 và 3", "… đến 9".
    fn more_labels(&self, level: Level, first: String, mut next: usize) -> (Vec<Label>, usize) {
        let mut labels = vec![Label { text: first, range: false }];
        loop {
            let joint = self.past_marks(next);
            let separator = match self.text(joint) {
                "," if self.kind_of(joint + 1) == Word::And => 2,
                "," => 1,
                // "điểm 2.1; 2.2; 2.3 mục I".
                ";" if self.text(joint + 2) == "." && self.dotted(level, joint + 1).is_some() => 1,
                _ if self.kind_of(joint) == Word::And && self.text(joint + 1) == "/" => 3,
                _ if self.kind_of(joint) == Word::And => 1,
                _ => {
                    let Some((to, end)) = self.range_end(level, next) else { break };
                    let from = labels.last().map(|label| label.text.clone()).unwrap_or_default();
                    if let Some(last) = labels.last_mut() {
                        last.range = true;
                    }
                    labels.extend(between(level, &from, &to).into_iter().map(|text| Label { text, range: true }));
                    labels.push(Label { text: to, range: false });
                    next = end;
                    continue;
                }
            };
            match self.label(level, joint + separator) {
                Some((label, end)) if !label.is_empty() && self.ends_label(level, end) => {
                    labels.push(Label { text: label, range: false });
                    next = end;
                }
                _ => break,
            }
        }
        (labels, next)
    }

    /// "đến [điểm] e".
    fn range_end(&self, level: Level, at: usize) -> Option<(String, usize)> {
        let dash = matches!(self.text(at), "-" | "–");
        let at = if self.kind_of(at) == Word::To {
            at + 1
        } else if self.text(at) == "cho" && self.kind_of(at + 1) == Word::To {
            at + 2
        } else if dash {
            at + 1
        } else {
            return None;
        };
        let at = if self.text(at) == "hết" { at + 1 } else { at };
        let same = self.level(at).filter(|(other, _)| *other == level).map(|(_, after)| after);
        let (to, end) = self.label(level, same.unwrap_or(at))?;
        (!to.is_empty() && (same.is_some() || self.ends_label(level, end))).then_some((to, end))
    }

    /// A unit's word at token `at`, and the token after it.
    pub(super) fn level(&self, at: usize) -> Option<(Level, usize)> {
        let before = if at > 0 { self.text(at - 1) } else { "" };
        let level = match self.kind_of(at) {
            Word::Point if !matches!(before, "địa" | "thời" | "quan" | "đặc" | "tọa" | "nhược" | "ưu" | "trọng") =>
            {
                let misread = !matches!(self.text(at), "điểm" | "Điểm" | "ĐIỂM");
                if misread && !matches!(self.kind_of(at + 2), Word::Paragraph | Word::Article) {
                    return None;
                }
                Level::Point
            }
            Word::Paragraph if !matches!(before, "tài" | "Tài" | "điều" | "Điều") => {
                // "giếng khoan 2": a misread word needs an article after it.
                let misread = !matches!(self.text(at), "khoản" | "Khoản" | "KHOẢN");
                if misread && self.kind_of(at + 2) != Word::Article {
                    return None;
                }
                Level::Paragraph
            }
            Word::Article => Level::Article,
            Word::Chapter => Level::Chapter,
            Word::Section
                if !matches!(before, "danh" | "Danh" | "DANH" | "hạng" | "đề" | "đầu" | "thư" | "chuyên" | "tiểu") =>
            {
                Level::Section
            }
            Word::Sub if self.kind_of(at + 1) == Word::Section => return Some((Level::Subsection, at + 2)),
            Word::Part
                if self.text(at).starts_with('P')
                    || is_roman(self.text(at + 1))
                    || matches!(self.text(at + 1), "A" | "B" | "D" | "Đ" | "E") =>
            {
                Level::Part
            }
            Word::Annex if matches!(self.text(at + 1), "lục" | "LỤC" | "Lục") => {
                return Some((Level::Annex, at + 2));
            }
            _ => return None,
        };
        Some((level, at + 1))
    }

    /// The label of a unit at token `at`, and the token after it.
    pub(super) fn label(&self, level: Level, at: usize) -> Option<(String, usize)> {
        if level == Level::Point && matches!(self.text(at), "“" | "\"" | "'") {
            let (label, end) = self.label(level, at + 1)?;
            return matches!(self.text(end), "”" | "\"" | "'").then_some((label, end + 1));
        }
        // "các mục số 4, 5".
        if level == Level::Section && self.kind_of(at) == Word::Number && is_numeral(self.text(at + 1)) {
            // "mục số 44 điểm b khoản 3" is a line of a list that the point brings.
            let (label, end) = self.label(level, at + 1)?;
            return self.level(end).is_none_or(|(next, _)| next < level).then_some((label, end));
        }
        let word = self.text(at);
        if level == Level::Part && word == "thứ" {
            const ORDINALS: [&str; 10] = ["nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"];
            let number = ORDINALS.iter().position(|w| *w == self.text(at + 1))?;
            return Some(((number + 1).to_string(), at + 2));
        }
        if level == Level::Annex {
            return Some(self.annex_label(at));
        }
        let fits = match level {
            // Letters that no point bears today, before the unit around it: "điểm f khoản 1".
            Level::Point if matches!(word, "f" | "j" | "w" | "z") => {
                self.level(at + 1 + usize::from(self.text(at + 1) == ",")).is_some_and(|(next, _)| next < level)
            }
            Level::Point => is_letter(word) || is_numeral(word),
            // "khoản a Điều 1": as some decisions letter their paragraphs.
            Level::Paragraph if word.chars().count() == 1 && is_letter(word) => self.leads_to_article(at + 1),
            Level::Paragraph | Level::Article | Level::Subsection => is_numeral(word),
            // "Mục A Chương này".
            _ => is_roman(word) || is_numeral(word) || matches!(word, "A" | "B" | "D" | "Đ" | "E"),
        };
        if !fits {
            return None;
        }
        if let Some((label, end)) = self.dotted(level, at) {
            return Some((label, end));
        }
        // "các điều 232,233 và 236" is typed without a space; articles are no numbers of money.
        let listed = level == Level::Article && self.text(at + 1) == "," && is_numeral(self.text(at + 2));
        if self.is_glued(at) && !listed {
            return None;
        }
        // "điểm a đến điểm 1 khoản 2": among letters a figure one is the letter l, misread.
        let goes_on = |at: usize| self.text(at) == "," || self.kind_of(at) == Word::And || self.level(at).is_some();
        let before_letter = || goes_on(at + 1) && self.level(at + 1).is_none() && is_letter(self.text(at + 2));
        if level == Level::Point && word == "1" && goes_on(at + 1) && (self.follows_letter(at) || before_letter()) {
            return Some(("l".to_owned(), at + 1));
        }
        // "điểm y tế", "điểm 5": a letter no point bears alone, and a figure that needs a unit above it.
        let next = self.tokens.get(at + 1);
        if level == Level::Point {
            let closed = next.is_none_or(|n| !n.text.starts_with(char::is_lowercase));
            if word == "y" && !closed && self.level(at + 1).is_none() {
                return None;
            }
            if is_numeral(word) && !self.leads_up(at + 1) {
                return None;
            }
        }
        let closing = level == Level::Point && next.is_some_and(|n| n.text == ")" && n.start == self.tokens[at].end);
        // "(trừ điểm d)": the mark closes what one before the point opened.
        let opened = (at.saturating_sub(8)..at)
            .rev()
            .find(|at| matches!(self.text(*at), "(" | ")"))
            .is_some_and(|at| self.text(at) == "(");
        let end = if closing && !opened { at + 2 } else { at + 1 };
        // "điểm a đến điểm 1 khoản 2": after letters a figure one is the letter l, misread.
        Some((word.to_owned(), if level == Level::Point { self.after_items(end) } else { end }))
    }

    /// Whether the label before the one at token `at` in its list is a letter.
    fn follows_letter(&self, at: usize) -> bool {
        let passes = |at: usize| {
            self.text(at) == "," || matches!(self.kind_of(at), Word::Point | Word::And | Word::To | Word::Each)
        };
        let before = (at.saturating_sub(5)..at).rev().find(|at| !passes(*at));
        let joins = |at: usize| self.text(at) == "," || matches!(self.kind_of(at), Word::And | Word::To);
        before.is_some_and(|before| {
            let of_item = before > 0 && self.text(before - 1) == "tiết";
            is_letter(self.text(before)) && joins(before + 1) && before + 1 < at && !of_item
        })
    }

    /// The label of an annex: `II`, `2B`, `A`, "số 01" without its zero; empty where it has none.
    fn annex_label(&self, at: usize) -> (String, usize) {
        let label_at = if self.kind_of(at) == Word::Number { at + 1 } else { at };
        let word = self.text(label_at);
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let lettered = |rest: &str| rest.len() == 1 && rest.starts_with(|c: char| c.is_ascii_uppercase());
        let numbered = (1..=3).contains(&digits) && (digits == word.len() || lettered(&word[digits..]));
        if numbered || is_numeral(word) {
            return (word.trim_start_matches('0').to_owned(), label_at + 1);
        }
        // "Phụ lục IA".
        let roman_letter = word.strip_suffix(|c: char| c.is_ascii_uppercase()).is_some_and(is_roman);
        if is_roman(word)
            || word.is_ascii() && roman_letter
            || lettered(word) && !self.tokens.get(label_at + 1).is_some_and(|t| t.word == Word::Other)
        {
            return (word.to_owned(), label_at + 1);
        }
        (String::new(), at)
    }

    /// "điểm b(i), (ii) khoản 2", "điểm a (ii), b (i) khoản 2": what stands below points has no identifier.
    fn after_items(&self, at: usize) -> usize {
        let mut end = at;
        let mut next = at;
        while self.text(next) == "("
            && self.text(next + 1).chars().all(|c| "ivx".contains(c))
            && !self.text(next + 1).is_empty()
            && self.text(next + 2) == ")"
        {
            end = next + 3;
            let joined = self.text(end) == "," || self.kind_of(end) == Word::And;
            next = if joined { end + 1 } else { end };
        }
        let other_point = next > end && (is_letter(self.text(next)) || self.level(next).is_some());
        if self.level(end).is_some() || other_point { end } else { at }
    }

    /// Whether a numbered point is followed, after its list, by the unit it is part of.
    fn leads_up(&self, at: usize) -> bool {
        let mut next = at;
        while next < at + 48 {
            let word = self.text(next);
            if self.level(next).is_some_and(|(level, _)| level < Level::Point) {
                return true;
            }
            // "điểm 13 của Nghị quyết số …": a resolution without articles.
            let document = if self.text(next) == "của" { next + 1 } else { next };
            if self.kind_of(document) == Word::Kind && self.full_form(document).is_some() {
                return true;
            }
            let lists = matches!(
                word,
                "," | ";"
                    | "và"
                    | "hoặc"
                    | "hay"
                    | "đến"
                    | "."
                    | "điểm"
                    | "khoản"
                    | "Khoản"
                    | "Điểm"
                    | "của"
                    | "thuộc"
                    | "tại"
            ) || is_numeral(word)
                || is_letter(word);
            if !lists {
                return false;
            }
            next += 1;
        }
        false
    }

    fn leads_to_article(&self, at: usize) -> bool {
        let list = |at: usize| self.kind_of(at) == Word::And || self.text(at) == "," || is_letter(self.text(at));
        let end = (at..at + 6).find(|at| !list(*at)).unwrap_or(at);
        self.kind_of(end) == Word::Article
    }

    /// `1.2`, `a.1`: the numbering of old circulars, and of what stands below points.
    fn dotted(&self, level: Level, at: usize) -> Option<(String, usize)> {
        if !matches!(level, Level::Point | Level::Section | Level::Paragraph) {
            return None;
        }
        let lettered = is_letter(self.text(at));
        let mut end = at;
        let glued = |at: usize| {
            self.text(at + 1) == "."
                && self.tokens[at + 1].start == self.tokens[at].end
                && self.tokens.get(at + 2).is_some_and(|t| t.start == self.tokens[at + 1].end)
        };
        while self.text(end + 1) == "."
            && self.tokens[end + 1].start == self.tokens[end].end
            && self.tokens.get(end + 2).is_some_and(|t| {
                t.start == self.tokens[end + 1].end && t.text.len() <= 2 && t.text.chars().all(|c| c.is_ascii_digit())
            })
        {
            end += 2;
        }
        // "điểm 1.1.c".
        if level == Level::Point
            && end > at
            && glued(end)
            && is_letter(self.text(end + 2))
            && (self.level(end + 3).is_some() || self.kind_of(end + 3) == Word::And)
        {
            end += 2;
        }
        let placed = level == Level::Paragraph && at > 1 && matches!(self.text(at - 2), "tại" | "theo");
        let leads = end > at && (level == Level::Section || lettered || placed || self.leads_up(end + 1));
        leads.then(|| (self.slice(at, end + 1).to_owned(), end + 1))
    }

    /// `20.000`, `1/2`: part of a larger number.
    fn is_glued(&self, at: usize) -> bool {
        let (Some(token), Some(mark)) = (self.tokens.get(at), self.tokens.get(at + 1)) else { return false };
        mark.start == token.end
            && matches!(mark.text, "." | "," | "/" | "%")
            && self
                .tokens
                .get(at + 2)
                .is_some_and(|d| d.start == mark.end && d.text.starts_with(|c: char| c.is_ascii_digit()))
            // "khoản 1,2 Điều 5" is typed without a space; "1,25" and "1.000" are numbers.
            && !(mark.text == "," && self.tokens.get(at + 2).is_some_and(|d| d.text.len() <= 2 && is_numeral(d.text)))
    }

    /// "khoản 20 triệu đồng": a sum, not a unit.
    fn is_quantity(&self, level: Level, at: usize) -> bool {
        matches!(level, Level::Paragraph | Level::Section | Level::Point)
            && matches!(
                self.text(at),
                "triệu" | "tỷ" | "tỉ" | "đồng" | "nghìn" | "ngàn" | "USD" | "trăm" | "%" | "chỗ" | "lô"
            )
    }

    /// Whether what follows a further label leaves it a label: "khoản 2 và 3 Điều 5", not "khoản 2 và 15 ngày".
    fn ends_label(&self, level: Level, at: usize) -> bool {
        const FOLLOW: [&str; 49] = [
            "đính", "và", "hoặc", "đến", "tới", "của", "này", "nêu", "thì", "được", "phải", "có", "không", "trong",
            "tại", "ban", "mà", "là", "để", "trên", "dưới", "kèm", "theo", "quy", "như", "nói", "bị", "thuộc", "nếu",
            "khi", "với", "cho", "bằng", "vẫn", "chỉ", "đã", "sẽ", "do", "bởi", "vào", "ở", "đối", "trừ", "cũng",
            "gồm", "dẫn", "hướng", "sau", "trước",
        ];
        let word = self.text(at);
        level == Level::Point
            || word.is_empty()
            || !word.starts_with(char::is_alphanumeric)
            || FOLLOW.contains(&word)
            || self.level(at).is_some()
            || self.kind_of(at) == Word::Kind && word.starts_with(char::is_uppercase)
            || self.text(at).starts_with('Đ') && is_numeral(self.text(at).trim_start_matches('Đ'))
    }

    /// The label of a heading that starts at token `at`, if there is one: the token after the label.
    pub(super) fn heading(&self, at: usize) -> Option<usize> {
        let opens_line = |at: usize| at == 0 || self.kind_of(at - 1) == Word::Break;
        let quote = at > 0 && matches!(self.text(at - 1), "“" | "\"");
        if !(opens_line(at) || quote) || !self.text(at).starts_with(char::is_uppercase) {
            return None;
        }
        let (level, after) = self.level(at).filter(|(level, _)| *level <= Level::Article)?;
        let (label, end) = self.label(level, after)?;
        let end = self.past_marks(end);
        let next = self.text(end);
        let stands = matches!(next, "." | ":") || end < self.tokens.len() && self.kind_of(end) == Word::Break;
        let titled = level < Level::Article && {
            let word = self.text(end);
            let capitals = word.chars().count() > 1 && word.chars().all(char::is_uppercase) && !is_roman(word);
            capitals || matches!(word, "-" | "–" | "(")
        };
        let bare_annex = level == Level::Annex && label.is_empty();
        (stands || titled && !bare_annex || bare_annex && self.text(end) == "(").then_some(end)
    }
}

/// Whether a word is the letter of a point: `a`, `đ`, `a1`.
pub(super) fn is_letter(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(|c| POINT_LETTERS.contains(&c) || c == 'y')
        && characters.as_str().len() <= 2
        && characters.all(|c| c.is_ascii_digit())
}

/// `12`, `12a`.
pub(super) fn is_numeral(word: &str) -> bool {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = &word[digits..];
    (1..=4).contains(&digits)
        && (rest.is_empty() || rest.chars().count() == 1 && rest.chars().all(|c| POINT_LETTERS.contains(&c)))
}

/// `II`, `IIa`.
pub(super) fn is_roman(word: &str) -> bool {
    let capitals = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !capitals.is_empty() && word.len() - capitals.len() <= 1 && capitals.chars().all(|c| "IVXLC".contains(c))
}

/// The labels strictly between two: numbers, or Vietnamese letters.
fn between(level: Level, from: &str, to: &str) -> Vec<String> {
    // "điểm 3.2 đến điểm 3.8".
    if let (Some((outer, from)), Some((same, to))) = (from.rsplit_once('.'), to.rsplit_once('.')) {
        let fits = outer == same && !from.is_empty() && !to.is_empty();
        let inner = if fits { between(Level::Paragraph, from, to) } else { Vec::new() };
        return inner.into_iter().map(|label| format!("{outer}.{label}")).collect();
    }
    if is_letter(from) && level == Level::Point {
        let place = |label: &str| POINT_LETTERS.iter().position(|l| label.starts_with(*l));
        return match (place(from), place(to)) {
            (Some(from), Some(to)) if from < to => POINT_LETTERS[from + 1..to].iter().map(char::to_string).collect(),
            _ => Vec::new(),
        };
    }
    if level <= Level::Section && is_roman(from) && is_roman(to) {
        return match (roman_value(from), roman_value(to)) {
            (from, to) if from < to && to - from < 60 => (from + 1..to).map(roman).collect(),
            _ => Vec::new(),
        };
    }
    let number = |label: &str| label.trim_end_matches(char::is_alphabetic).parse::<u32>().ok();
    match (number(from), number(to)) {
        (Some(from), Some(to)) if from < to && to - from < 400 => (from + 1..to).map(|n| n.to_string()).collect(),
        _ => Vec::new(),
    }
}

const ROMAN: [(u32, &str); 9] =
    [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];

fn roman(mut value: u32) -> String {
    let mut out = String::new();
    for (worth, sign) in ROMAN {
        while value >= worth {
            out.push_str(sign);
            value -= worth;
        }
    }
    out
}

fn roman_value(text: &str) -> u32 {
    let mut rest = text;
    let mut value = 0;
    for (worth, sign) in ROMAN {
        while let Some(after) = rest.strip_prefix(sign) {
            value += worth;
            rest = after;
        }
    }
    value
}
