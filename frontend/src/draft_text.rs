//! The draft's text cut into what the page draws: a block a line, and in each line the stretches that findings mark.
//!
//! Hard because offsets are UTF-8 bytes while browsers count UTF-16, because findings overlap (a wrong date inside an
//! expired basis), cross lines, or mark a place where something is missing and so have no length at all. Everything
//! is cut here, on bytes, once; the page only draws. An offset outside the text or inside a letter is moved to the
//! nearest place that is neither.

use rasoat_api::{Finding, ParsedProvision};
use std::ops::Range;

/// What a line of the draft is, for its looks and its level in the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Heading of a part, chapter, section, subsection or annex.
    Division,
    /// Heading of an article.
    Article,
    /// Line of a legal basis (căn cứ).
    Basis,
    /// Line of a paragraph (khoản), or text standing directly in an article.
    Paragraph,
    /// Line of a point (điểm).
    Point,
    /// Any other line: names, dates, signatures.
    Plain,
}

/// One line of the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Byte range of the line in the draft's text, without its line end.
    pub range: Range<usize>,
    /// Its text in order, cut where a finding begins or ends.
    pub stretches: Vec<Stretch>,
}

/// A stretch of a line under the same findings from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The words; empty where a finding marks a place between words.
    pub text: String,
    /// Findings that mark it, by index, gravest first, then the shortest; empty for unmarked text.
    pub findings: Vec<usize>,
    /// Those of them that begin to be visible here.
    pub opens: Vec<usize>,
}

/// Cuts the draft's text into lines and stretches; blank lines are left out.
pub fn cut(text: &str, provisions: &[ParsedProvision], findings: &[impl AsRef<Finding>]) -> Vec<Line> {
    let spans: Vec<Range<usize>> = findings.iter().map(|f| within(text, f.as_ref().start, f.as_ref().end)).collect();
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&f| (std::cmp::Reverse(findings[f].as_ref().severity), spans[f].len(), f));

    let mut opened = vec![false; findings.len()];
    let mut outline = Outline::new(text, provisions);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let kind = outline.kind_of(&range);
        let marks: Vec<usize> = order.iter().copied().filter(|&f| touches(&spans[f], &range)).collect();
        if line.trim().is_empty() && !marks.iter().any(|&f| spans[f].is_empty()) {
            continue;
        }
        let stretches = cut_line(text, &range, &spans, &marks, &mut opened);
        lines.push(Line { kind, range, stretches });
    }
    lines
}

/// `text` before, in and after a byte range, with the range moved to the letters' borders.
pub fn around(text: &str, start: usize, end: usize) -> (&str, &str, &str) {
    let range = within(text, start, end);
    (&text[..range.start], &text[range.clone()], &text[range.end..])
}

/// The byte range moved inside the text and onto the borders of letters.
fn within(text: &str, start: usize, end: usize) -> Range<usize> {
    let start = text.floor_char_boundary(start);
    start..text.ceil_char_boundary(end.min(text.len())).max(start)
}

/// Whether a span marks something of a line. A span without length belongs to the line it stands in, also at its end.
fn touches(span: &Range<usize>, line: &Range<usize>) -> bool {
    if span.is_empty() {
        line.start <= span.start && span.start <= line.end
    } else {
        span.start < line.end && line.start < span.end
    }
}

fn cut_line(
    text: &str,
    line: &Range<usize>,
    spans: &[Range<usize>],
    marks: &[usize],
    opened: &mut [bool],
) -> Vec<Stretch> {
    let mut cuts = vec![line.start, line.end];
    for &f in marks {
        cuts.push(spans[f].start.clamp(line.start, line.end));
        cuts.push(spans[f].end.clamp(line.start, line.end));
    }
    cuts.sort_unstable();
    cuts.dedup();

    let mut stretches = Vec::new();
    let mut push = |range: Range<usize>, findings: Vec<usize>| {
        let opens: Vec<usize> = findings.iter().copied().filter(|&f| !opened[f]).collect();
        opens.iter().for_each(|&f| opened[f] = true);
        stretches.push(Stretch { text: text[range].to_owned(), findings, opens });
    };
    for (at, &from) in cuts.iter().enumerate() {
        let here: Vec<usize> = marks.iter().copied().filter(|&f| spans[f] == (from..from)).collect();
        if !here.is_empty() {
            push(from..from, here);
        }
        if let Some(&to) = cuts.get(at + 1) {
            let over = marks.iter().copied().filter(|&f| spans[f].start < to && from < spans[f].end).collect();
            push(from..to, over);
        }
    }
    stretches
}

/// Walks the provision tree along the lines.
struct Outline<'a> {
    text: &'a str,
    provisions: &'a [ParsedProvision],
    next: usize,
    open: Vec<&'a ParsedProvision>,
}

impl<'a> Outline<'a> {
    fn new(text: &'a str, provisions: &'a [ParsedProvision]) -> Self {
        Self { text, provisions, next: 0, open: Vec::new() }
    }

    /// The kind of the next line; lines are asked for in order.
    fn kind_of(&mut self, line: &Range<usize>) -> LineKind {
        let words = &self.text[line.clone()];
        let first = line.start + (words.len() - words.trim_start().len());
        self.open.retain(|provision| provision.end > first);
        let mut begun: Option<&ParsedProvision> = None;
        while let Some(provision) = self.provisions.get(self.next)
            && provision.start <= first
        {
            self.next += 1;
            if provision.end > first {
                self.open.push(provision);
                // The heading of an article stands for the paragraph that begins on the same line.
                if provision.start >= line.start && !begun.is_some_and(|outer| is_division(outer) || is_article(outer))
                {
                    begun = Some(provision);
                }
            }
        }
        let Some(innermost) = begun.or(self.open.last().copied()) else { return LineKind::Plain };
        match innermost.kind.as_str() {
            _ if is_division(innermost) => {
                let heading =
                    begun.is_some() || innermost.heading.as_deref().is_some_and(|heading| holds_words(heading, words));
                if heading { LineKind::Division } else { LineKind::Plain }
            }
            // An article without a heading begins with its own text, which is no heading either.
            "article" if begun.is_some() && innermost.heading.is_some() => LineKind::Article,
            "article" | "paragraph" | "clause_text" => LineKind::Paragraph,
            "point" => LineKind::Point,
            "basis" => LineKind::Basis,
            _ => LineKind::Plain,
        }
    }
}

fn is_division(provision: &ParsedProvision) -> bool {
    matches!(provision.kind.as_str(), "part" | "chapter" | "section" | "subsection" | "annex")
}

fn is_article(provision: &ParsedProvision) -> bool {
    provision.kind == "article"
}

/// Whether the words of `line` stand in `heading`, however either is broken and spaced.
fn holds_words(heading: &str, line: &str) -> bool {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let line = spaced(line);
    !line.is_empty() && spaced(heading).contains(&line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_api::Severity;

    struct Marked(Finding);

    impl AsRef<Finding> for Marked {
        fn as_ref(&self) -> &Finding {
            &self.0
        }
    }

    fn finding(severity: Severity, start: usize, end: usize) -> Marked {
        Marked(Finding {
            id: String::new(),
            check: "form.numbering".into(),
            severity,
            start,
            end,
            eid: None,
            quote: String::new(),
            message: String::new(),
            confidence: 0.9,
            evidence: Vec::new(),
            suggestion: None,
            detail: None,
        })
    }

    /// The lines as text: `[words|findings]` for a marked stretch, `*` before a finding that opens there.
    fn drawn(lines: &[Line]) -> Vec<String> {
        let stretch = |s: &Stretch| {
            if s.findings.is_empty() {
                return s.text.clone();
            }
            let marks: Vec<String> =
                s.findings.iter().map(|f| format!("{}{f}", if s.opens.contains(f) { "*" } else { "" })).collect();
            format!("[{}|{}]", s.text, marks.join(","))
        };
        lines.iter().map(|line| line.stretches.iter().map(stretch).collect()).collect()
    }

    fn check(text: &str, findings: &[Marked], expected: &[&str]) {
        assert_eq!(drawn(&cut(text, &[], findings)), expected);
    }

    #[test]
    fn a_draft_without_findings_is_its_lines() {
        check("Điều 1\n\n  \nĐiều 2", &[], &["Điều 1", "Điều 2"]);
        check("", &[], &[]);
    }

    #[test]
    fn spans_are_bytes_and_never_split_a_vietnamese_letter() {
        // "Điều" is seven bytes, for Đ takes two and ề three; a span that ends inside a letter takes the whole letter.
        let text = "Điều 1";
        check(text, &[finding(Severity::Error, 0, 2)], &["[Đ|*0]iều 1"]);
        check(text, &[finding(Severity::Error, 1, 4)], &["[Điề|*0]u 1"]);
        check(text, &[finding(Severity::Error, 3, 999)], &["Đi[ều 1|*0]"]);
        check(text, &[finding(Severity::Error, 500, 999)], &["Điều 1[|*0]"]);
    }

    #[test]
    fn overlapping_findings_are_cut_into_stretches_gravest_first() {
        check("abcdef", &[finding(Severity::Note, 0, 4), finding(Severity::Error, 2, 6)], &["[ab|*0][cd|*1,0][ef|1]"]);
        // One inside the other, equally grave: the shorter one comes first, so that it can be reached.
        check("abcdef", &[finding(Severity::Error, 0, 6), finding(Severity::Error, 2, 3)], &["[ab|*0][c|*1,0][def|0]"]);
        check("abc", &[finding(Severity::Note, 0, 3), finding(Severity::Note, 0, 3)], &["[abc|*0,*1]"]);
    }

    #[test]
    fn a_finding_over_several_lines_marks_each_and_opens_once() {
        check("ab\n\ncd\nef", &[finding(Severity::Warning, 1, 6)], &["a[b|*0]", "[cd|0]", "ef"]);
        // It begins on a line end: what is visible of it begins on the next line.
        check("ab\ncd", &[finding(Severity::Warning, 2, 5)], &["ab", "[cd|*0]"]);
    }

    #[test]
    fn a_finding_without_length_marks_its_place() {
        check("abcd", &[finding(Severity::Error, 2, 2)], &["ab[|*0]cd"]);
        check("ab\ncd", &[finding(Severity::Error, 2, 2)], &["ab[|*0]", "cd"]);
        check("ab\n\ncd", &[finding(Severity::Error, 3, 3)], &["ab", "[|*0]", "cd"]);
        check("ab", &[finding(Severity::Error, 0, 2), finding(Severity::Error, 1, 1)], &["[a|*0][|*1][b|0]"]);
    }

    #[test]
    fn lines_take_their_kind_from_the_provision_tree() {
        let text = "NGHỊ ĐỊNH\nCăn cứ Luật A;\nChương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\n1. Một:\na) Hai\ntiếp\nĐiều 2. Không \
                    tên\nNơi nhận";
        let at = |words: &str| text.find(words).expect("the words are in the text");
        let unit = |eid: &str, kind: &str, heading: Option<&str>, from: &str, to: &str| ParsedProvision {
            eid: eid.into(),
            kind: kind.into(),
            number: None,
            heading: heading.map(str::to_owned),
            start: at(from),
            end: at(to) - 1,
            parent: None,
        };
        let provisions = [
            unit("preamble", "preamble", None, "NGHỊ", "Chương"),
            unit("preamble__basis_1", "basis", None, "Căn", "Chương"),
            unit("chp_I", "chapter", Some("Quy định  chung"), "Chương", "Nơi"),
            unit("art_1", "article", Some("Phạm vi"), "Điều 1", "Điều 2"),
            unit("art_1__para_1", "paragraph", None, "1. Một", "Điều 2"),
            unit("art_1__para_1__point_a", "point", None, "a) Hai", "Điều 2"),
            unit("art_2", "article", None, "Điều 2", "Nơi"),
        ];
        let findings: [Marked; 0] = [];
        let kinds: Vec<LineKind> = cut(text, &provisions, &findings).iter().map(|line| line.kind).collect();
        use LineKind::*;
        assert_eq!(kinds, [Plain, Basis, Division, Division, Article, Paragraph, Point, Point, Paragraph, Plain]);
    }

    #[test]
    fn a_cited_provision_stands_between_what_surrounds_it() {
        assert_eq!(around("Điều 5. Thời hạn", 0, 7), ("", "Điều", " 5. Thời hạn"));
        assert_eq!(around("Điều", 99, 3), ("Điều", "", ""));
    }
}
