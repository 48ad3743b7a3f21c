//! Why an old name may be right where it stands.
//!
//! A name is judged by its sentence: the title or the issuer of a cited document, what was so before a day, what a
//! merger was made from, a paper that was issued. What no sentence shows (a quotation, a transitional article, an alias
//! that the document itself defines) is gathered once for the document.

use super::{Change, Mention};
use crate::structure::{Document, ProvisionKind};
use crate::text::fold;
use crate::{ByteSpan, date};
use jiff::civil::Date;
use std::collections::HashSet;

/// Why a mention of an old name is no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Silence {
    /// It stands between quotation marks.
    Quotation,
    /// It belongs to the title, the issuer or the number of a document that is cited.
    CitedDocument,
    /// It stands in a transitional clause.
    Transitional,
    /// It is said of papers that were issued.
    IssuedPaper,
    /// It is said of the past, or of the change itself.
    History,
    /// The document gives the name a meaning of its own.
    Alias,
}

/// What the whole document tells.
pub(super) struct Context<'d> {
    text: &'d str,
    quotations: Vec<ByteSpan>,
    transitional: Vec<ByteSpan>,
    aliases: HashSet<String>,
}

/// How much of a sentence is looked at on either side, in bytes: enough for the longest citation, and a bound on the
/// work for a text without sentences.
const REACH: usize = 900;

impl<'d> Context<'d> {
    pub(super) fn new(document: &'d Document, found: &[Mention<'_>]) -> Self {
        let text = document.text.as_str();
        let quotations = outermost([crate::text::quotations(text), straight_quotations(text)].concat());
        let transitional = document
            .provisions
            .iter()
            .filter(|p| p.kind != ProvisionKind::Preamble)
            .filter(|p| p.heading.as_deref().is_some_and(|heading| heading.to_lowercase().contains("chuyển tiếp")))
            .map(|p| p.span)
            .collect();
        Self { text, quotations, transitional, aliases: aliases(text, found) }
    }

    pub(super) fn silence(&self, mention: &Mention<'_>) -> Option<Silence> {
        let span = mention.span;
        if self.is_quoted(span) {
            return Some(Silence::Quotation);
        }
        if self.transitional.iter().any(|clause| clause.contains(span)) {
            return Some(Silence::Transitional);
        }
        let sentence = Sentence::around(self.text, span);
        if sentence.cites() {
            return Some(Silence::CitedDocument);
        }
        if self.aliases.contains(&fold(span.of(self.text))) {
            return Some(Silence::Alias);
        }
        if sentence.is_transitional() {
            return Some(Silence::Transitional);
        }
        if sentence.tells_history(mention.change) {
            return Some(Silence::History);
        }
        (mention.change.class == "paper" && sentence.is_of_issued_papers()).then_some(Silence::IssuedPaper)
    }

    fn is_quoted(&self, span: ByteSpan) -> bool {
        let after = self.quotations.partition_point(|quotation| quotation.end < span.end);
        self.quotations.get(after).is_some_and(|quotation| quotation.contains(span))
    }
}

/// Spans that overlap made one, in text order.
fn outermost(mut spans: Vec<ByteSpan>) -> Vec<ByteSpan> {
    spans.sort();
    let mut outer: Vec<ByteSpan> = Vec::new();
    for span in spans {
        match outer.last_mut() {
            Some(last) if last.overlaps(span) => last.end = last.end.max(span.end),
            _ => outer.push(span),
        }
    }
    outer
}

/// Quotations in straight marks: the pairs within a line, and new text that begins a line with a mark and ends the
/// same line or a later one with it.
fn straight_quotations(text: &str) -> Vec<ByteSpan> {
    let mut spans = Vec::new();
    let mut opened = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let marks: Vec<usize> = line.match_indices('"').map(|(at, _)| start + at).collect();
        let odd = marks.len() % 2 == 1;
        let end = line.trim_end().trim_end_matches(['.', ';', ',']).trim_end();
        let closes = odd && end.ends_with('"') || end.ends_with('”') && !line.contains('“');
        let opens = odd && line.trim_start().starts_with('"');
        match opened {
            Some(from) if closes => {
                spans.push(ByteSpan::new(from, start + end.len()));
                opened = None;
            }
            // One that was never closed ends where the next begins.
            Some(from) if opens => {
                spans.extend(marks.first().map(|mark| ByteSpan::new(from, *mark)));
                opened = marks.first().copied();
            }
            Some(_) => {}
            None if opens => opened = marks.first().copied(),
            None => spans.extend(marks.chunks_exact(2).map(|pair| ByteSpan::new(pair[0], pair[1]))),
        }
        start += line.len();
    }
    spans
}

/// Old names that the document defines for something that is not itself outdated: "Tòa án nhân dân khu vực (sau đây gọi
/// là Tòa án cấp huyện)".
fn aliases(text: &str, found: &[Mention<'_>]) -> HashSet<String> {
    let mut names = HashSet::new();
    for (at, opening) in text.match_indices("(sau đây ") {
        let Some(length) = head(&text[at..], REACH).find(')') else { continue };
        let inner = &text[at + opening.len()..at + length];
        let Some((_, name)) = inner.split_once(" là ") else { continue };
        let before = found.partition_point(|mention| mention.span.end <= at);
        let defines_old = before > 0 && at - found[before - 1].span.end < 120;
        if !defines_old {
            names.insert(fold(name));
        }
    }
    names
}

/// A mention in its sentence.
struct Sentence<'t> {
    before: &'t str,
    name: &'t str,
    after: &'t str,
}

/// Verbs with which a body acts: what stands after one is no longer the title or the issuer of a document.
const ACTS: [&str; 16] = [
    " chủ trì",
    " có trách nhiệm",
    " phối hợp",
    " thực hiện ",
    " giao ",
    " trình ",
    " phải ",
    " được ",
    " gửi ",
    " thì ",
    " hướng dẫn,",
    " báo cáo",
    " nộp ",
    " tại ",
    " theo ",
    " do ",
];

/// What begins the title of a document after its number.
const TITLES: [&str; 8] =
    [" về ", " quy định ", " hướng dẫn ", " ban hành ", " sửa đổi", " bổ sung", " bãi bỏ ", " công bố "];

/// Kinds of documents that are cited by name alone.
const KINDS: [&str; 10] = [
    "Luật",
    "Bộ luật",
    "Pháp lệnh",
    "Nghị quyết",
    "Nghị định",
    "Thông tư",
    "Quyết định",
    "Quy chế",
    "Thông tư liên tịch",
    "Điều lệ",
];

/// What is said in a sentence of the change itself.
const OF_THE_CHANGE: [&str; 19] = [
    "trước khi sắp xếp",
    "trước sắp xếp",
    "sau khi sắp xếp",
    "sau sắp xếp",
    "trước khi sáp nhập",
    "trên cơ sở nhập",
    "trên cơ sở hợp nhất",
    "trên cơ sở sáp nhập",
    "không tổ chức cấp huyện",
    "kết thúc hoạt động của",
    "thay thế cụm từ",
    "thay cụm từ",
    "bỏ cụm từ",
    "thay thế từ",
    "thay thế các từ",
    "thay thế các cụm từ",
    "bỏ các cụm từ",
    "đã ban hành trước",
    "được thành lập trước",
];

/// What is said directly before or after a name that is of the past.
const OF_THE_PAST: [&str; 5] = ["trước đây", "kết thúc hoạt động", "đã giải thể", "kết thúc nhiệm vụ", "(cũ)"];

/// What directly before a name says that there is none.
const DENIED: [&str; 6] = [
    "không có",
    "không còn",
    "không tổ chức",
    "không tổ chức đơn vị hành chính",
    "không thành lập",
    "không còn tổ chức",
];

/// What keeps an old rule for what has begun.
const TRANSITIONAL: [&str; 7] = [
    "tiếp tục thực hiện theo quy định",
    "tiếp tục được thực hiện",
    "đã thụ lý trước",
    "đã tiếp nhận trước",
    "tiếp tục có hiệu lực",
    "tiếp tục áp dụng",
    "tiếp tục được áp dụng",
];

/// What is said, near its name, of a paper that was issued in the past.
const ISSUED: [&str; 7] =
    ["đã được cấp", "đã cấp", "được cấp trước", "cấp trước ngày", "đã được ghi", "có giá trị đến hết", "hết giá trị"];

impl<'t> Sentence<'t> {
    fn around(text: &'t str, span: ByteSpan) -> Self {
        let from = floor(text, span.start.saturating_sub(REACH));
        let to = floor(text, (span.end + REACH).min(text.len()));
        let before = &text[from..span.start];
        let before = &before[last_stop(before)..];
        let after = &text[span.end..to];
        Self { before, name: span.of(text), after: &after[..first_stop(after)] }
    }

    fn cites(&self) -> bool {
        self.is_name_of_document() || self.follows_number()
    }

    /// "Luật Căn cước công dân", "Điều lệ …": the kind stands directly before.
    fn is_name_of_document(&self) -> bool {
        let before = self.before.trim_end();
        before.len() < self.before.len()
            && KINDS
                .iter()
                .any(|kind| before.strip_suffix(kind).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
    }

    /// "Thông tư số 30/2018/TT-BTNMT ngày … của Bộ trưởng Bộ …" and the title after it.
    fn follows_number(&self) -> bool {
        let Some(cited) = crate::cite::last_number_end(self.before) else { return false };
        let between = &self.before[cited..];
        if ACTS.iter().any(|act| between.contains(act)) && !between.trim_end().ends_with("của") {
            return false;
        }
        if between.contains(')') && !between.contains('(') {
            return false;
        }
        let issuer = between.contains("của ") && !between.contains([':', '(']);
        let title =
            TITLES.iter().any(|title| between.contains(title)) && !between.trim_end().ends_with([',', ':', '(']);
        issuer || title
    }

    fn is_transitional(&self) -> bool {
        let says = |words: &str| self.before.contains(words) || self.after.contains(words);
        says("trước ngày") && says("này có hiệu lực") || TRANSITIONAL.iter().any(|words| says(words))
    }

    fn tells_history(&self, change: &Change) -> bool {
        let before = self.before.trim_end();
        let near_before = tail(before, NEAR).to_lowercase();
        let near_after = head(self.after, NEAR).to_lowercase();
        // That somebody has no such paper says nothing of the paper.
        change.class != "paper" && DENIED.iter().any(|denied| before.ends_with(denied))
            || near_after.contains("(nay là")
            || near_after.trim_start().starts_with("cũ")
            || OF_THE_PAST.iter().any(|words| near_before.contains(words) || near_after.contains(words))
            || OF_THE_CHANGE.iter().any(|words| contains_small(self.before, words) || contains_small(self.after, words))
            || is_before_the_change(self.before, true, change.from)
            || is_before_the_change(head(self.after, 2 * NEAR), false, change.from)
    }

    fn is_of_issued_papers(&self) -> bool {
        let near = format!("{} {}", tail(self.before, NEAR), head(self.after, 2 * NEAR)).to_lowercase();
        ISSUED.iter().any(|words| near.contains(words)) || self.name.ends_with("cũ")
    }
}

/// How far "near" is, in bytes: some six words.
const NEAR: usize = 45;

fn contains_small(text: &str, words: &str) -> bool {
    text.contains(words) || text.to_lowercase().contains(words)
}

fn tail(text: &str, bytes: usize) -> &str {
    &text[floor(text, text.len().saturating_sub(bytes))..]
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..floor(text, bytes.min(text.len()))]
}

/// What was done before a day, where a deadline would have another verb ("gửi báo cáo trước ngày …").
const DONE: [&str; 12] = [
    "ban hành",
    "cấp",
    "ký",
    "thành lập",
    "quyết định",
    "phê duyệt",
    "tiếp nhận",
    "thụ lý",
    "công nhận",
    "thực hiện",
    "xác định",
    "kết án",
];

/// Whether the words set a day not after the change, before which something was so, and no new clause follows in which
/// somebody acts today.
fn is_before_the_change(words: &str, begins_sentence: bool, changed: Option<Date>) -> bool {
    ["rước ngày ", "đến hết ngày "].iter().any(|opening| {
        words.match_indices(opening).any(|(at, _)| {
            let lead = words[..at].trim_end_matches(['t', 'T']).trim_end();
            let begins = lead.is_empty() && begins_sentence || lead.ends_with([',', '.', ':', '(', ')']);
            let was_so = begins || *opening != "rước ngày " || DONE.iter().any(|verb| lead.ends_with(verb));
            let day = at + opening.len() - "ngày ".len();
            let read = date::read(&words[day..]).filter(|(date, _)| changed.is_some_and(|changed| *date <= changed));
            read.is_some_and(|(_, length)| {
                let after = &words[day + length..];
                was_so && !after.contains(" thì ") && !after.contains(" nhưng ")
            })
        })
    })
}

/// Where the sentence begins: after a line end, a semicolon, or a full stop that a space follows.
fn last_stop(before: &str) -> usize {
    let hard = before.rfind(['\n', ';']).map_or(0, |at| at + 1);
    before[hard..].rfind(". ").map_or(hard, |at| hard + at + 1)
}

fn first_stop(after: &str) -> usize {
    let hard = after.find(['\n', ';']).unwrap_or(after.len());
    after[..hard].find(". ").unwrap_or(hard)
}

/// The last character boundary at or before `at`.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
