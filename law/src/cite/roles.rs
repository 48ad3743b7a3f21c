//! Roles: what a citation does, told by the words around it.
//!
//! Only a window of the line is looked at, so a text without line ends costs no more than one with them.

use super::tokens::{Token, Word};
use super::{Citation, DocumentReference, Role, Scope};
use crate::eid::Eid;
use crate::structure::starts_with_word;
use crate::{ByteSpan, text};

/// How far back and ahead in a line a role may be told from, in bytes.
const WINDOW: usize = 1600;

/// Gives each citation its role, and inserted units what their anchor says of them.
pub(super) fn assign(source: &str, tokens: &[Token<'_>], found: &mut [Citation]) {
    let breaks: Vec<usize> = tokens.iter().filter(|t| t.word == Word::Break).map(|t| t.end).collect();
    let quotes = text::quotations(source);
    let source = flat(source, &breaks);
    let source = source.as_str();
    let mut quote = quotes.iter().peekable();
    // The citation before, its role, and whether an "và" closed its list.
    let mut previous: Option<(ByteSpan, Role, bool)> = None;
    for at in 0..found.len() {
        let span = found[at].span;
        while quote.peek().is_some_and(|q| q.end < span.start) {
            quote.next();
        }
        let quoted = quote.peek().is_some_and(|q| q.contains(span));
        let line = line_around(source, &breaks, span);
        let names_document = found[at].targets.iter().any(|t| t.document.is_named());
        let before = previous.filter(|(previous, ..)| previous.end >= line.start && previous.end <= span.start).map(
            |(previous, role, closed)| Before {
                between: &source[previous.end..span.start],
                role,
                closed,
                cited: previous.of(source),
            },
        );
        let sentence = Sentence { lead: &source[line.start..span.start], tail: &source[span.end..line.end] };
        let role = match before {
            _ if quoted || sentence.is_in_open_quotation() => Role::Quoted,
            Some(before)
                if names_document && before.is_amended_by(span.of(source))
                    || found[at].is_own_unit() && before.is_amended_here() =>
            {
                Role::Amender
            }
            _ if sentence.is_basis(names_document, before) => Role::Basis,
            _ if found[at].is_own_document() && !sentence.ends(true) => Role::Reference,
            _ if sentence.is_changed(names_document, before) => Role::Target,
            _ => Role::Reference,
        };
        found[at].role = role;
        let closed = before.is_some_and(|before| before.between.split(' ').any(|word| word == "và"));
        previous = Some((span, role, closed));
        if role == Role::Target && names_document && sentence.ends(names_document) {
            share_the_end(source, line, &mut found[..=at]);
        }
    }
    share_places(source, found);
}

impl Citation {
    /// Whether it is the citing text as a whole, which no instruction of its own changes: "kể từ ngày Thông tư này".
    fn is_own_document(&self) -> bool {
        self.targets
            .iter()
            .all(|target| target.document == DocumentReference::This && target.eid.is_none() && target.within.is_none())
    }

    /// Whether it is a unit said to be the citing text's: "khoản 7 Điều 1 của Luật này".
    fn is_own_unit(&self) -> bool {
        self.targets.iter().all(|target| target.eid.is_some() && target.scope == Scope::Document)
    }
}

/// Gives what an instruction leaves out and the next one of the sentence says: "sửa đổi khoản 3 và bổ sung khoản 4 vào
/// sau khoản 3 Điều 60 của Luật X". From the last to the first, as what is said stands at the end.
fn share_places(source: &str, found: &mut [Citation]) {
    // What follows, over the words that an instruction quotes.
    let mut next = found.len();
    for at in (0..found.len()).rev() {
        if found[at].role == Role::Quoted {
            continue;
        }
        let is_anchor = |at: usize| {
            at > 0
                && found[at].role == Role::Reference
                && found[at - 1].role == Role::Target
                && is_insertion(&source[found[at - 1].span.end..found[at].span.start])
        };
        let instructs = found[at].role == Role::Target || is_anchor(at);
        let inserted = next == at + 1 && next < found.len() && is_anchor(next);
        let (head, tail) = found.split_at_mut(at + 1);
        if let (Some(earlier), Some(later)) = (head.last_mut(), tail.get(next - at - 1)) {
            if inserted {
                complete_from_anchor(earlier, later);
            } else if instructs
                && later.role == Role::Target
                && goes_on_with_the_rest(&source[earlier.span.end..later.span.start])
            {
                if later.targets.first().is_some_and(|place| place.eid.is_none()) {
                    take_document(earlier, later);
                } else {
                    complete_from_next(earlier, later);
                }
            } else if instructs
                && later.role == Role::Target
                && is_next_instruction(&source[earlier.span.end..later.span.start])
            {
                complete_from_next(earlier, later);
            }
        }
        next = at;
    }
}

/// Whether the words between two citations end one instruction and open the next of the sentence.
fn is_next_instruction(between: &str) -> bool {
    const OPENINGS: [&str; 24] = [
        "sửa đổi",
        "bổ sung",
        "bãi bỏ",
        "thay thế",
        "hủy bỏ",
        "huỷ bỏ",
        "bỏ",
        "thay",
        "đính chính",
        "chuyển",
        "cụm từ",
        "các cụm từ",
        "từ",
        "trước cụm từ",
        "sau cụm từ",
        "trước từ",
        "sau từ",
        "tên",
        "tiêu đề",
        "đoạn",
        "vào",
        "tại",
        "một số",
        "nội dung",
    ];
    if between.len() > 600 {
        return false;
    }
    // Straight marks open and close in turn.
    let straight: String = between.split('"').step_by(2).collect();
    let outside = unquoted(&straight);
    let words = text::squeeze(&outside).to_lowercase();
    let next = words.trim_start_matches([',', ';', ' ']);
    let next = next.strip_prefix("và ").unwrap_or(next).trim_start();
    next.len() < words.len()
        && !["\n", ". ", ":", "như sau"].iter().any(|end| outside.contains(end))
        && OPENINGS.iter().any(|opening| starts_with_word(next, opening))
}

/// "Bãi bỏ các Điều 46, 47 và các nội dung liên quan … tại Nghị định số …": what else of the document goes.
fn goes_on_with_the_rest(between: &str) -> bool {
    const RESTS: [&str; 6] = ["liên quan", "những quy định", "các quy định", "quy định", "các nội dung", "nội dung"];
    let words = text::squeeze(between).to_lowercase();
    let next = words.trim_start_matches([',', ';', ' ']);
    let next = next.strip_prefix("và ").unwrap_or(next).trim_start();
    if matches!(words.as_str(), "gồm" | "gồm các điều" | "bao gồm các điều") {
        return true;
    }
    between.len() <= 600
        && (next.len() < words.len() || starts_with_word(next, "liên quan"))
        && RESTS.iter().any(|rest| starts_with_word(next, rest))
        && ["tại", "của", "trong"].iter().any(|of| words.ends_with(of))
        && !["\n", ". ", ":", ";"].iter().any(|end| between.contains(end))
}

/// Gives units that stand alone the document named after them, where that is named as a whole.
fn take_document(earlier: &mut Citation, later: &Citation) {
    let Some(place) = later.targets.first() else {
        return;
    };
    for target in &mut earlier.targets {
        let first = target.eid.as_ref().and_then(|eid| eid.steps().first().map(|(prefix, _)| (*prefix).to_owned()));
        let whole = first.is_some_and(|first| !has_no_number_of_its_own(&first));
        if whole && target.document == DocumentReference::This && target.scope == Scope::Unsaid {
            target.document = place.document.clone();
            target.scope = place.scope;
        }
    }
}

/// Completes a unit by the article and the document of the next instruction's.
fn complete_from_next(earlier: &mut Citation, later: &Citation) {
    let Some(place) = later.targets.first() else { return };
    let Some(beside) = &place.eid else { return };
    let prefix = |eid: &Eid| eid.steps().first().map_or(String::new(), |(prefix, _)| (*prefix).to_owned());
    for target in &mut earlier.targets {
        let Some(eid) = target.eid.as_ref().filter(|_| target.within.is_none()) else { continue };
        if target.document != DocumentReference::This || target.scope != Scope::Unsaid {
            continue;
        }
        let first = prefix(eid);
        if has_no_number_of_its_own(&first) && first != prefix(beside) {
            let steps = beside.steps();
            let Some(same) = steps.iter().position(|(prefix, _)| *prefix == first) else { continue };
            let above = steps[..same].iter().fold(None, |outer: Option<Eid>, (prefix, number)| {
                let step = Eid::step(prefix, number);
                Some(outer.map_or(step.clone(), |outer| step.within(&outer)))
            });
            target.eid = above.map(|above| eid.within(&above));
            target.within = place.within;
        }
        target.document = place.document.clone();
        target.scope = place.scope;
    }
}

/// Whether units of a level, by the prefix of their identifiers, are numbered anew in each unit around them.
fn has_no_number_of_its_own(prefix: &str) -> bool {
    matches!(prefix, "point" | "para" | "subsec" | "sec")
}

/// The text with blanks for the line ends that end nothing; every byte keeps its place.
fn flat(source: &str, breaks: &[usize]) -> String {
    let mut ends = breaks.iter().peekable();
    source
        .char_indices()
        .map(|(at, c)| {
            if c != '\n' {
                return c;
            }
            while ends.peek().is_some_and(|end| **end <= at) {
                ends.next();
            }
            if ends.peek().is_some_and(|end| **end == at + 1) { c } else { ' ' }
        })
        .collect()
}

/// "Các Quyết định số … về …; Quyết định số … về … hết hiệu lực": all of the list end.
fn share_the_end(source: &str, line: ByteSpan, found: &mut [Citation]) {
    for at in (1..found.len()).rev() {
        let (earlier, later) = (&found[at - 1], &found[at]);
        let same_line = earlier.span.start >= line.start;
        let named = earlier.targets.iter().any(|t| t.document.is_named() && t.eid.is_none());
        if !same_line || !named || earlier.role != Role::Reference {
            return;
        }
        let between = source[earlier.span.end..later.span.start].trim_end();
        let listed = [";", ",", " và", ", các", "; các"].iter().any(|joint| between.ends_with(joint));
        if !listed || between.contains(". ") || between.contains("hiệu lực") {
            return;
        }
        found[at - 1].role = Role::Target;
    }
}

/// The citation before one in the same line.
#[derive(Clone, Copy)]
struct Before<'a> {
    /// The words between the two.
    between: &'a str,
    role: Role,
    /// Whether it was the last of its list: "A, B và C".
    closed: bool,
    cited: &'a str,
}

impl Before<'_> {
    /// Whether the words between make `cited` an amender of what was cited before.
    fn is_amended_by(self, cited: &str) -> bool {
        let between = self.between;
        if between.contains(';') || between.contains(". ") {
            return false;
        }
        let changed =
            ["sửa đổi", "bổ sung", "thay thế", "đính chính", "bãi bỏ"].iter().any(|verb| between.contains(verb));
        let by = ["bởi", "theo", "tại", "bằng"].iter().any(|word| between.contains(word));
        let passive = between.contains("được") || between.trim_start().starts_with('(');
        // "sửa đổi theo Luật số A, Luật Dạy nghề số B": the law that bears a name is another, not an amender.
        changed && by && passive
            || self.role == Role::Amender
                && !between.trim_start_matches(|c: char| c != ')' && c != '(').starts_with(')')
                && !(self.closed && between.trim_start().starts_with(','))
                && is_joint(between)
                && is_numbered(self.cited) == is_numbered(cited)
    }
}

impl Before<'_> {
    /// "thay thế Nghị định số … quy định …; Nghị định số …": the list of what goes runs on after a title.
    fn is_listed_with(self, tail: &str) -> bool {
        let between = self.between.trim_end();
        let between = between.strip_suffix("và").unwrap_or(between).trim_end();
        let goes_on = tail.split(';').next().unwrap_or_default().contains("tiếp tục");
        self.role == Role::Target
            && between.ends_with(';')
            && !goes_on
            && ![". ", ":", "hiệu lực", "được"].iter().any(|words| between.contains(words))
    }

    /// "Luật X được sửa đổi, bổ sung tại khoản 7 Điều 1 của Luật này": the citing text is the amender.
    fn is_amended_here(self) -> bool {
        let words = text::squeeze(self.between.trim_start_matches(['(', ',', ' ']));
        let passive = words.strip_prefix("đã ").unwrap_or(&words);
        ["được sửa đổi", "được bổ sung"].iter().any(|start| passive.starts_with(start))
            && passive.len() <= 64
            && ["bởi", "theo", "tại", "bằng"].iter().any(|end| passive.ends_with(end))
    }
}

/// Whether a citation ends in kind and number, without a name between.
fn is_numbered(cited: &str) -> bool {
    let before = cited.rsplit_once(" số ").map_or("", |(before, _)| before);
    ["uật", "ịnh", "uyết", "ông tư", "ên tịch", "ệnh"].iter().any(|kind| before.ends_with(kind))
        && before.split(' ').rev().take(2).any(|word| word.starts_with(char::is_uppercase))
}

/// The words before and after a citation in its line.
struct Sentence<'a> {
    lead: &'a str,
    tail: &'a str,
}

impl Sentence<'_> {
    /// Whether a quotation that another line opens or closes holds the citation: each line of it is all there may be.
    fn is_in_open_quotation(&self) -> bool {
        let nearest = |at: Option<usize>, text: &str| at.and_then(|at| text[at..].chars().next());
        let opened = nearest(self.lead.rfind(['“', '”']), self.lead) == Some('“');
        let closes = nearest(self.tail.find(['“', '”']), self.tail) == Some('”');
        let straight = self.lead.contains('"')
            && (self.lead.matches('"').count() % 2 == 1 || self.lead.trim_start().starts_with('"'));
        let marks = self.tail.matches('"').count();
        let end = self.tail.trim_end_matches(['.', ';', ' ']);
        let closes_straight = !self.lead.contains('"') && marks == 1 && end.ends_with('"');
        opened && self.lead.trim_start().starts_with('“') || closes || straight || closes_straight
    }

    /// "Căn cứ Luật …;": the words lead straight to a document.
    fn is_basis(&self, names_document: bool, before: Option<Before<'_>>) -> bool {
        let lead = self.lead.trim_start_matches(|c: char| !c.is_alphanumeric());
        let Some(rest) =
            ["Căn cứ", "Thực hiện"].iter().find_map(|w| starts_with_word(lead, w).then(|| &lead[w.len()..]))
        else {
            return false;
        };
        let first = ["", "vào", "các", "vào các"].contains(&text::squeeze(rest).as_str());
        // "Căn cứ Luật Đất đai, Ủy ban nhân dân quyết định" is a sentence of the body.
        let tail = self.tail.trim_end();
        let closed = tail.is_empty() || tail.contains(';') || tail.ends_with([',', '.', '/']);
        let listed = before.is_some_and(|before| {
            let same_clause = !before.between.contains(';') || before.between.trim_end().ends_with(';');
            matches!(before.role, Role::Basis | Role::Amender) && same_clause
        });
        names_document && (listed || first && closed)
    }

    /// Whether the line changes what is cited.
    fn is_changed(&self, names_document: bool, before: Option<Before<'_>>) -> bool {
        // A list of what is changed goes on over marks and conjunctions.
        if before.is_some_and(|before| {
            before.role == Role::Target && (is_joint(before.between) || before.between.trim() == ";")
        }) || self.ends(names_document)
            || names_document && before.is_some_and(|before| before.is_listed_with(self.tail))
        {
            return true;
        }
        let lead = unquoted(without_label(self.lead));
        let Some((verb, after)) = last_verb(last_clause(&lead)) else { return false };
        let verb = verb.trim_end();
        // "giải trình, bổ sung hồ sơ": a list of instructions has one at its start.
        let listed = verb.ends_with(" và") || verb.ends_with([',', ';']);
        let continues = || opens_with_verb(verb) || verb.contains(" này ") && !verb.contains(" thì ");
        if !(opens_instruction(verb) || listed && continues()) {
            return false;
        }
        let after = after.trim();
        // "Bãi bỏ các quy định về … tại Điều 5": what the provisions say stands between.
        let provisions = ["quy định", "các quy định", "một số quy định", "nội dung", "các nội dung", "cụm từ", "các cụm từ"]
                .iter()
                .any(|words| starts_with_word(after, words))
                && after.ends_with("tại")
                // "… tại Điều 5 theo lộ trình quy định tại khoản 2 Điều này".
                && before.is_none_or(|before| !text::squeeze(before.between).contains("theo "));
        provisions
            || !after.contains("như sau")
                && !replacement(after)
                && !["theo quy định", "theo đề nghị", "quy định tại"].iter().any(|words| after.contains(words))
                && (before.is_none() || !is_insertion(after))
    }

    /// "Nghị định số … hết hiệu lực kể từ ngày …".
    fn ends(&self, names_document: bool) -> bool {
        let clause = self.tail.split([';', '“', ':']).next().unwrap_or_default();
        let Some(at) = ["hết hiệu lực", "được bãi bỏ", "bị bãi bỏ"].iter().filter_map(|words| clause.find(words)).min()
        else {
            return false;
        };
        let between = &clause[..at];
        let lead = text::squeeze(without_label(self.lead));
        // The document is what the sentence speaks of: its title may hold any words.
        if names_document && (lead.is_empty() || lead == "Các") && !between.contains(". ") {
            return true;
        }
        let other_subject = ["quy định tại", "này", "khi", "nếu", "trường hợp", "theo", "trước ngày", ". "];
        let aside = ["khi", "nếu", "trừ", "mà", "tại", "theo", "của"];
        !other_subject.iter().any(|words| between.contains(words))
            && !lead.rsplit(' ').next().is_some_and(|last| aside.contains(&last))
    }
}

/// Whether an instruction's verb may follow these words: none, "Nghị định này", "ban hành Luật".
fn opens_instruction(before: &str) -> bool {
    const ISSUES: [&str; 6] = [
        "ban hành",
        "ban hành Luật",
        "ban hành Nghị định",
        "ban hành Thông tư",
        "ban hành Nghị quyết",
        "ban hành Pháp lệnh",
    ];
    before.is_empty()
        || before.ends_with("này")
        || before.ends_with("đồng thời")
        || ISSUES.iter().any(|words| before.ends_with(words))
}

/// Whether one of the last verbs of change before opens an instruction: "bãi bỏ Điều 3, sửa đổi".
fn opens_with_verb(clause: &str) -> bool {
    let mut before = clause;
    for _ in 0..12 {
        let Some((earlier, _)) = last_verb(before) else { return false };
        before = earlier.trim_end();
        if opens_instruction(before) {
            return true;
        }
    }
    false
}

/// Whether the words between say that the second is put in after or before the first.
fn is_insertion(between: &str) -> bool {
    let words = text::squeeze(between);
    ["vào sau", "vào trước", "vào liền sau", "sau", "trước", "tiếp theo", "vào"]
        .iter()
        .any(|place| words == *place || words.ends_with(&format!(" {place}")))
}

/// "Thay thế Phụ lục I bằng Phụ lục II": what stands after "bằng" is new, unless it is words.
fn replacement(after: &str) -> bool {
    let after = format!("{after} ");
    let Some((_, new)) = after.rsplit_once("bằng ") else { return false };
    !["cụm từ", "từ", "các cụm từ", "các từ", "số", "\""].iter().any(|words| new.trim_start().starts_with(words))
}

/// The words before and after the last verb of change.
fn last_verb(clause: &str) -> Option<(&str, &str)> {
    const VERBS: [&str; 12] = [
        "sửa đổi, bổ sung",
        "sửa đổi",
        "bổ sung",
        "bãi bỏ",
        "thay thế",
        "hủy bỏ",
        "huỷ bỏ",
        "thay cụm từ",
        "thay các cụm từ",
        "bỏ",
        "thay",
        "đính chính",
    ];
    if !["đổi", "sung", "bỏ", "thay", "Thay", "Bỏ", "chính", "ĐỔI", "SUNG", "BỎ", "THAY"]
        .iter()
        .any(|w| clause.contains(w))
    {
        return None;
    }
    let lower = clause.to_lowercase();
    if lower.len() != clause.len() {
        return None;
    }
    VERBS
        .iter()
        .filter_map(|verb| lower.rfind(verb).map(|at| (at, verb.len())))
        .filter(|(at, length)| {
            let starts = !lower[..*at].ends_with(char::is_alphanumeric);
            let ends = !lower[at + length..].starts_with(char::is_alphanumeric);
            let before = lower[..*at].trim_end();
            let passive =
                ["được", "việc", "được sửa đổi,", "được sửa đổi và"].iter().any(|words| before.ends_with(words));
            starts && ends && !passive
        })
        .min_by_key(|(at, length)| (std::cmp::Reverse(at + length), *at))
        .map(|(at, length)| (&clause[..at], &clause[at + length..]))
}

/// A text without the words it quotes.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '“' => depth += 1,
            '”' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The clause that leads to a citation: what follows the last full stop.
fn last_clause(lead: &str) -> &str {
    lead.rfind(". ").map_or(lead, |at| &lead[at + 2..])
}

/// A line without the label it begins with: "Điều 1.", "2.", "a)".
fn without_label(lead: &str) -> &str {
    let lead = lead.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '“' | '"' | '-' | '–'));
    let head = lead.find(['.', ')', ':', '-', '–', '/']).filter(|at| *at <= 16);
    let Some(at) = head else { return lead };
    let label = lead[..at].trim();
    let words = label.split_whitespace().count();
    let is_label = label.chars().count() <= 4 && words == 1
        || words == 2 && (label.starts_with("Điều") || label.starts_with("Mục") || label.starts_with("Khoản"));
    let marked = lead[at..].chars().next().map_or(0, char::len_utf8);
    if is_label { lead[at + marked..].trim_start() } else { lead }
}

/// Whether only dates, issuers and conjunctions stand between two documents of one list.
fn is_joint(between: &str) -> bool {
    const JOINTS: [&str; 24] = [
        "và",
        "hoặc",
        "ngày",
        "tháng",
        "năm",
        "của",
        "chính",
        "phủ",
        "quốc",
        "hội",
        "bộ",
        "trưởng",
        "số",
        "thủ",
        "tướng",
        "các",
        "luật",
        "nghị",
        "định",
        "ủy",
        "ban",
        "thường",
        "vụ",
        "uỷ",
    ];
    let mut words = between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    between.len() <= 160
        && words.all(|word| {
            word.starts_with(|c: char| c.is_ascii_digit()) || JOINTS.contains(&word.to_lowercase().as_str())
        })
}

/// The line around a citation, at most a window of it.
fn line_around(source: &str, breaks: &[usize], span: ByteSpan) -> ByteSpan {
    let next = breaks.partition_point(|at| *at <= span.start);
    let start = next.checked_sub(1).map_or(0, |at| breaks[at]);
    let end = breaks.get(next).copied().unwrap_or(source.len());
    let start = start.max(source.ceil_char_boundary(span.start.saturating_sub(WINDOW)));
    let end = end.min(source.floor_char_boundary(span.end + WINDOW)).max(span.end);
    ByteSpan::new(start, end)
}

/// "Bổ sung khoản 1a vào sau khoản 1 Điều 5 của Luật X": the new unit's article and document are its anchor's.
fn complete_from_anchor(inserted: &mut Citation, anchor: &Citation) {
    let Some(place) = anchor.targets.first() else { return };
    for target in &mut inserted.targets {
        if target.document == DocumentReference::This {
            target.document = place.document.clone();
            target.scope = place.scope;
        }
        let (Some(eid), Some(beside)) = (&target.eid, &place.eid) else { continue };
        let own = eid.steps();
        let first = own.first().map_or("", |(prefix, _)| *prefix).to_owned();
        let above: Vec<String> = beside
            .steps()
            .iter()
            .take_while(|(prefix, _)| *prefix != first)
            .map(|(prefix, number)| format!("{prefix}_{number}"))
            .collect();
        // Beside a unit of its own level, or into one above it.
        let open = has_no_number_of_its_own(&first);
        if open && !above.is_empty() {
            target.eid = Some(eid.within(&crate::Eid::new(above.join("__"))));
        }
        target.within = target.within.or(place.within);
    }
}
