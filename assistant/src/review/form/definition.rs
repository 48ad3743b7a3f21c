//! `form.definition`: a term explained twice, a term or short name that is explained and never used, one short name for
//! two things, an abbreviation that nobody introduced.
//!
//! Source: the rules on language of Decree 78/2025/NĐ-CP; before 1 April 2025 Decree 34/2016/NĐ-CP, Article 69. Evidence
//! is the draft itself. Known limits: a term counts as used where its words stand, whatever they mean there; only
//! abbreviations of Vietnamese administration are looked for; annexes and quoted texts are not measured.

use crate::review::Law;
use crate::review::finding::{Check, Finding, Severity};
use crate::review::grounds::{Regime, Rule, articles, is_main, is_quoted, made, own_words};
use rasoat_law::ByteSpan;
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::text::{fold, word_spans};

/// Abbreviations of administration that a text has to introduce.
const ABBREVIATIONS: [&str; 56] = [
    "UBND", "HĐND", "UBMTTQ", "MTTQ", "TTHC", "BHXH", "BHYT", "BHTN", "CSDL", "CSDLQG", "GPLX", "QPPL", "VBQPPL",
    "CBCC", "CBCCVC", "CNTT", "ATTP", "PCCC", "XLVPHC", "VPHC", "ANTT", "TTATXH", "GPMB", "QSDĐ", "GCN", "NSNN",
    "NSTW", "NSĐP", "ODA", "TSCĐ", "KBNN", "DNNN", "HTX", "THPT", "THCS", "GDĐT", "TAND", "VKSND", "CCCD", "CMND",
    "ATVSLĐ", "ATLĐ", "TNLĐ", "NLĐ", "NSDLĐ", "HĐLĐ", "BVMT", "ĐTM", "PCTN", "PCTT", "KCN", "KKT", "ĐKKD", "GDNN",
    "TNMT", "XDCB",
];
/// Those that are names of their own, or are known as they stand.
const KNOWN: [&str; 1] = ["ODA"];

struct Definition {
    /// The words explained.
    term: String,
    /// Folded.
    key: String,
    /// The paragraph that explains them.
    span: ByteSpan,
    /// What they mean, folded.
    meaning: String,
}

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let Some(regime) = Regime::on(made(draft, law)) else { return Vec::new() };
    let mut findings = Vec::new();
    let rule = Rule::Language.cited(regime);
    let mut found = |span: ByteSpan, severity, confidence, message: String, other: Option<ByteSpan>, note: &str| {
        let finding = Finding::new(
            Check::FormDefinition,
            severity,
            span,
            message,
            confidence,
            own_words(draft, other.unwrap_or(span)),
        );
        findings.push(finding.and(Rule::Language.evidence(regime, law)).suggest(None, Some(note.to_owned())));
    };
    let folded = Folded::new(draft);
    let terms = terms(draft);
    for (at, definition) in terms.iter().enumerate() {
        if let Some(first) = terms[..at].iter().find(|first| first.key == definition.key) {
            let how =
                if first.meaning == definition.meaning { "hai lần" } else { "hai lần, nội dung khác nhau" };
            let message = format!("Thuật ngữ “{}” được giải thích {how} ({rule}).", definition.term);
            found(definition.span, Severity::Warning, 0.9, message, Some(first.span), "Giữ một lần giải thích.");
        } else if !folded.uses(&definition.key, definition.span) {
            let message = format!(
                "Thuật ngữ “{}” được giải thích nhưng không được dùng ở chỗ nào khác trong dự thảo ({rule}).",
                definition.term
            );
            found(
                definition.span,
                Severity::Note,
                0.75,
                message,
                None,
                "Bỏ giải thích này, hoặc dùng đúng thuật ngữ đã giải thích.",
            );
        }
    }
    let short_names = short_names(draft);
    for (at, short) in short_names.iter().enumerate() {
        let first = short_names[..at].iter().find(|first| first.key == short.key);
        if let Some(first) = first.filter(|first| first.meaning != short.meaning) {
            let message = format!("Tên gọi tắt “{}” được đặt cho hai đối tượng khác nhau ({rule}).", short.term);
            found(short.span, Severity::Warning, 0.7, message, Some(first.span), "Dùng hai tên gọi tắt khác nhau.");
        } else if first.is_none() && !folded.uses(&short.key, short.span) {
            let message = format!("Tên gọi tắt “{}” được đặt ra nhưng không được dùng ({rule}).", short.term);
            found(short.span, Severity::Note, 0.75, message, None, "Bỏ phần đặt tên gọi tắt.");
        }
    }
    for (word, span) in unexplained(draft) {
        let message = format!("Từ viết tắt “{word}” chưa được giải thích khi xuất hiện lần đầu ({rule}).");
        found(
            span,
            Severity::Note,
            0.8,
            message,
            None,
            "Viết đầy đủ ở lần đầu, kèm “(sau đây viết tắt là …)”, hoặc không viết tắt.",
        );
    }
    findings
}

/// The terms that the articles on terms explain.
fn terms(draft: &Document) -> Vec<Definition> {
    let mut found = Vec::new();
    for (at, article) in articles(draft) {
        let heading = article.heading.as_deref().unwrap_or_default().to_lowercase();
        if !heading.contains("giải thích từ ngữ") && !heading.contains("giải thích thuật ngữ") {
            continue;
        }
        let paragraphs = draft.children(at).filter(|(_, p)| p.kind == ProvisionKind::Paragraph);
        found.extend(paragraphs.filter_map(|(_, paragraph)| term(draft, paragraph)));
    }
    found
}

/// "3. Tiền lương là …" explains "Tiền lương".
fn term(draft: &Document, paragraph: &Provision) -> Option<Definition> {
    let words = draft.text_of(paragraph);
    let (_, words) = words.split_once(['.', ')'])?;
    // The mark of a note: "5.[5] Tái phạm".
    let words = words.trim_start();
    let words = words.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(words, |(_, rest)| rest);
    let marks = [" là ", " được hiểu là ", " gồm ", " bao gồm ", ": "];
    let at = marks.iter().filter_map(|mark| words.find(mark)).min()?;
    // "Cho vay …, hoạt động khác (sau đây gọi là hoạt động kinh doanh) là …" is used under its short name.
    if words[..at].contains("sau đây gọi") || words[..at].contains("sau đây viết") || words[..at].contains("gọi tắt")
    {
        return None;
    }
    let mut name = words[..at].trim();
    name = name.strip_suffix("được hiểu").map_or(name, str::trim_end);
    if let Some(open) = name.find('(') {
        name = name[..open].trim_end();
    }
    let name = name.trim_matches(|c: char| matches!(c, '“' | '”' | '"' | '\'' | ',' | '*' | ' '));
    let count = name.split_whitespace().count();
    (1..=12).contains(&count).then(|| Definition {
        term: name.to_owned(),
        key: fold(name),
        span: paragraph.span,
        meaning: fold(&words[at..]),
    })
}

/// "(sau đây gọi là …)", "(sau đây viết tắt là …)" in the main text and the preamble.
fn short_names(draft: &Document) -> Vec<Definition> {
    let mut found = Vec::new();
    for mark in ["sau đây gọi là", "sau đây gọi tắt là", "sau đây gọi chung là", "sau đây viết tắt là", "viết tắt là"]
    {
        for (at, _) in draft.text.match_indices(mark) {
            if mark == "viết tắt là" && draft.text[..at].trim_end().ends_with("sau đây") {
                continue;
            }
            let in_main = draft.at(at).is_some_and(is_main);
            let rest = &draft.text[at + mark.len()..];
            let Some(end) = rest.find([')', ';', '\n', '.']).filter(|end| rest[*end..].starts_with(')')) else {
                continue;
            };
            let name = rest[..end].trim_matches(|c: char| matches!(c, '“' | '”' | '"' | ':' | ' '));
            let Some(open) = draft.text[..at].rfind('(').filter(|open| at - open < 60) else { continue };
            // "BH TNLĐ, BNN": several at once, each used by itself.
            let several = name.contains(',');
            if !in_main || several || is_quoted(draft, at) || name.is_empty() || name.split_whitespace().count() > 8 {
                continue;
            }
            let before = fold(&draft.text[..open]);
            let meaning: Vec<&str> = before.rsplit(' ').take(3).collect();
            found.push(Definition {
                term: name.to_owned(),
                key: fold(name),
                span: ByteSpan::new(open, at + mark.len() + end + 1),
                meaning: meaning.join(" "),
            });
        }
    }
    found.sort_by_key(|definition| definition.span.start);
    found
}

/// The whole text folded once, to count words in.
struct Folded<'a> {
    draft: &'a Document,
    words: String,
}

impl<'a> Folded<'a> {
    fn new(draft: &'a Document) -> Self {
        Self { draft, words: format!(" {} ", fold(&draft.text)) }
    }

    /// Whether a term, or one of the words it stands for, stands outside its own definition.
    fn uses(&self, key: &str, own: ByteSpan) -> bool {
        let own = format!(" {} ", fold(own.of(&self.draft.text)));
        let and = format!(" {} ", fold("và"));
        let outside = |words: &str| {
            let words = format!(" {words} ");
            self.words.matches(&words).count() > own.matches(&words).count()
        };
        // "A hoặc B", "A, B": either is enough.
        // "di chuyển trong nội bộ doanh nghiệp" stands for the whole "Người lao động nước ngoài di chuyển …".
        let words: Vec<&str> = key.split(' ').collect();
        let tail = (2..words.len().saturating_sub(3)).map(|from| words[from..].join(" "));
        outside(key)
            || self.coordinates(&words)
            || tail.into_iter().any(|tail| outside(&tail))
            || key
                .split(&format!(" {} ", fold("hoặc")))
                .flat_map(|part| part.split(and.as_str()))
                .any(|part| part != key && part.len() > 3 && outside(part))
    }
}

impl Folded<'_> {
    /// "hòa giải, đối thoại tại Tòa án" uses "Hòa giải tại Tòa án": its first words and its last ones, a few others between.
    fn coordinates(&self, words: &[&str]) -> bool {
        let Some((head, tail)) = words.split_at_checked(2).filter(|(_, tail)| tail.len() >= 2) else { return false };
        let (head, tail) = (format!(" {} ", head.join(" ")), format!(" {} ", tail.join(" ")));
        self.words.match_indices(&head).any(|(at, _)| {
            let after = &self.words[at + head.len() - 1..];
            let end = after.match_indices(' ').nth(BETWEEN + words.len()).map_or(after.len(), |(end, _)| end);
            // Right after its first words it would be the term itself, which is counted elsewhere.
            after[..end].find(&tail).is_some_and(|found| found > 0)
        })
    }
}

/// Words that may stand between the parts of a term.
const BETWEEN: usize = 8;

/// The first use of each abbreviation that the text does not explain.
fn unexplained(draft: &Document) -> Vec<(&'static str, ByteSpan)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (_, article) in articles(draft) {
        let words = draft.text_of(article);
        for (at, word) in word_spans(words) {
            let Some(known) = ABBREVIATIONS.iter().copied().find(|known| *known == word) else { continue };
            let start = article.span.start + at;
            let end = start + word.len();
            // Part of a document's number, of a name in capitals, or quoted.
            let joined = |c: char| matches!(c, '/' | '-' | '&' | '.');
            let alone = !draft.text[..start].ends_with(joined) && !draft.text[end..].starts_with(['/', '-', '&']);
            if seen.contains(&known) || KNOWN.contains(&known) || !alone || is_quoted(draft, start) {
                continue;
            }
            seen.push(known);
            let explained = [
                format!("là {known})"),
                format!("({known})"),
                format!("là “{known}”"),
                format!("là \"{known}\""),
                format!("tắt là {known}"),
                format!("gọi là {known}"),
                format!("tắt: {known}"),
                format!("là: {known}"),
            ]
            .iter()
            .any(|way| draft.text.contains(way.as_str()));
            let in_list = draft.text.contains(&format!("{known}:")) || draft.text.contains(&format!("{known} là"));
            // "(viết tắt là BH TNLĐ, BNN)"
            let in_brackets = draft.text.match_indices("tắt là").any(|(at, mark)| {
                let rest = &draft.text[at + mark.len()..];
                let inside = &rest[..rest.find([')', '\n']).unwrap_or(rest.len())];
                word_spans(inside).any(|(_, word)| word == known)
            });
            if !explained && !in_brackets && !in_list {
                found.push((known, ByteSpan::new(start, end)));
            }
        }
    }
    found
}
