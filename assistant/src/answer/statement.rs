//! The sentences of law that an article is made of, each readable by itself.
//!
//! Hard because a point is no sentence: "Không quá 60 ngày đối với công việc …" says nothing without the lead-in of its
//! paragraph, and an amount often stands in the lead-in while the conduct stands in the point. So a statement is the words
//! of the smallest unit with the lead-ins above it; what lies between is never changed.

use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::{ByteSpan, text};

/// A statement of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The unit it is the words of; an index into the document's provisions.
    pub unit: usize,
    /// Its own words, without label and heading.
    pub span: ByteSpan,
    /// The lead-ins above it that end in a colon, outermost first, each with the unit it belongs to.
    pub leads: Vec<(usize, ByteSpan)>,
    /// Whether it is a lead-in with all that is listed below it.
    pub whole: bool,
}

/// A unit whose words are longer is taken sentence by sentence.
const LONG: usize = 420;

/// The statements of the article (or other unit) at `article`, in text order: its smallest units, and each lead-in with
/// its list as a whole.
pub(super) fn pieces(document: &Document, article: usize) -> Vec<Piece> {
    let mut found = Vec::new();
    walk(document, article, &mut Vec::new(), &mut found);
    found
}

fn walk(document: &Document, unit: usize, leads: &mut Vec<(usize, ByteSpan)>, found: &mut Vec<Piece>) {
    let children: Vec<usize> = document
        .children(unit)
        .filter(|(_, child)| {
            matches!(child.kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point)
        })
        .map(|(at, _)| at)
        .collect();
    let own = own_words(document, unit, children.first().copied());
    if children.is_empty() {
        for span in sentences(&document.text, own) {
            found.push(Piece { unit, span, leads: leads.clone(), whole: false });
        }
        return;
    }
    let is_lead = own.of(&document.text).trim_end().ends_with(':');
    if is_lead {
        found.push(Piece { unit, span: own, leads: leads.clone(), whole: true });
        leads.push((unit, own));
    } else {
        for span in sentences(&document.text, own) {
            found.push(Piece { unit, span, leads: leads.clone(), whole: false });
        }
    }
    for child in children {
        walk(document, child, leads, found);
    }
    if is_lead {
        leads.pop();
    }
}

/// The words of a unit up to its first child, without its label and heading.
fn own_words(document: &Document, unit: usize, first: Option<usize>) -> ByteSpan {
    let provision = &document.provisions[unit];
    let mut span = provision.span;
    if let Some(first) = first.and_then(|first| document.provisions.get(first)) {
        span.end = span.end.min(first.span.start);
    }
    let words = span.of(&document.text);
    if provision.kind == ProvisionKind::Article && provision.heading.is_some() {
        span.start += words.find('\n').map_or(words.len(), |end| end + 1);
    } else {
        span.start += label(words, provision.kind, provision.number.as_deref().unwrap_or_default());
    }
    trimmed(&document.text, span)
}

/// Bytes of the label that `words` begin with: "Điều 5. ", "2. ", "a) ".
fn label(words: &str, kind: ProvisionKind, number: &str) -> usize {
    let rest = words.trim_start_matches(['“', '"', '„']);
    let rest = if kind == ProvisionKind::Article { rest.trim_start_matches("Điều").trim_start() } else { rest };
    let Some(rest) = rest.strip_prefix(number).filter(|_| !number.is_empty()) else { return 0 };
    let rest = rest.trim_start_matches(['.', ')', '/', ':', ' ', '\u{a0}']);
    words.len() - rest.len()
}

/// A span without the white space at its ends.
fn trimmed(text: &str, span: ByteSpan) -> ByteSpan {
    let words = span.of(text);
    let start = span.start + (words.len() - words.trim_start().len());
    ByteSpan::new(start.min(span.end), (span.start + words.trim_end().len()).max(start.min(span.end)))
}

/// The sentences of a long text; a short one is one.
fn sentences(text: &str, span: ByteSpan) -> Vec<ByteSpan> {
    let words = span.of(text);
    if words.trim().is_empty() {
        return Vec::new();
    }
    if words.chars().count() <= LONG {
        return vec![span];
    }
    let mut found: Vec<ByteSpan> = Vec::new();
    let mut start = 0;
    let mut cut = |start: usize, end: usize| {
        let piece = trimmed(text, ByteSpan::new(span.start + start, span.start + end));
        if piece.start < piece.end {
            found.push(piece);
        }
    };
    for (at, c) in words.char_indices() {
        let after = &words[at + c.len_utf8()..];
        let next = after.trim_start().chars().next();
        let ends = match c {
            '\n' => !words[start..at].trim_end().ends_with(':'),
            '.' => {
                after.starts_with(' ') && next.is_some_and(char::is_uppercase) && !is_abbreviation(&words[start..at])
            }
            _ => false,
        };
        if ends {
            cut(start, at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    cut(start, words.len());
    found
}

/// Whether a full stop after `words` ends no sentence: "TP.", "Điều 5.", a single letter.
fn is_abbreviation(words: &str) -> bool {
    let last = words.rsplit([' ', '\n']).next().unwrap_or_default();
    last.chars().count() < 3
}

/// The words of a piece as they are read: lead-ins first.
pub(super) fn words(document: &Document, piece: &Piece) -> String {
    let mut parts: Vec<String> = piece.leads.iter().map(|(_, span)| text::squeeze(span.of(&document.text))).collect();
    if piece.whole {
        let whole = ByteSpan::new(piece.span.start, document.provisions[piece.unit].span.end);
        parts.push(text::squeeze(whole.of(&document.text)));
    } else {
        parts.push(text::squeeze(piece.span.of(&document.text)));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rasoat_law::structure::parse;

    const ARTICLE: &str = "Điều 25. Thời gian thử việc\nThời gian thử việc bảo đảm điều kiện sau đây:\n\
        1. Không quá 180 ngày đối với người quản lý;\n2. Không quá 60 ngày đối với trình độ cao đẳng;\n\
        3. Phạt tiền một trong các hành vi sau:\na) Thử việc hai lần;\nb) Thử việc quá thời gian.\n\
        Điều 26. Lương\nTiền lương do hai bên thỏa thuận.";

    fn check(article: usize, expected: &[&str]) {
        let document = parse(ARTICLE);
        let articles: Vec<usize> = (0..document.provisions.len())
            .filter(|at| document.provisions[*at].kind == ProvisionKind::Article)
            .collect();
        let found: Vec<String> = pieces(&document, articles[article])
            .iter()
            .map(|piece| format!("{}{}", if piece.whole { "*" } else { "" }, words(&document, piece)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_point_is_read_with_the_lead_ins_above_it() {
        let lead = "Thời gian thử việc bảo đảm điều kiện sau đây:";
        check(
            0,
            &[
                &format!(
                    "*{lead} 1. Không quá 180 ngày đối với người quản lý; 2. Không quá 60 ngày đối với trình độ cao đẳng; \
                     3. Phạt tiền một trong các hành vi sau: a) Thử việc hai lần; b) Thử việc quá thời gian."
                ),
                &format!("{lead} Không quá 180 ngày đối với người quản lý;"),
                &format!("{lead} Không quá 60 ngày đối với trình độ cao đẳng;"),
                &format!(
                    "*{lead} Phạt tiền một trong các hành vi sau: a) Thử việc hai lần; b) Thử việc quá thời gian."
                ),
                &format!("{lead} Phạt tiền một trong các hành vi sau: Thử việc hai lần;"),
                &format!("{lead} Phạt tiền một trong các hành vi sau: Thử việc quá thời gian."),
            ],
        );
        check(1, &["Tiền lương do hai bên thỏa thuận."]);
    }

    #[test]
    fn a_long_paragraph_is_taken_sentence_by_sentence() {
        let first = format!("Người lao động {} được nghỉ.", "làm việc ".repeat(50));
        let document = parse(&format!(
            "Điều 1. Nghỉ\n1. {first} Thời gian nghỉ là 12 ngày theo Điều 5. Ngày lễ tính riêng.\n2. B."
        ));
        let found: Vec<String> = pieces(&document, 0).iter().map(|piece| words(&document, piece)).collect();
        assert_eq!(found[0], text::squeeze(&first));
        assert_eq!(found.last().map(String::as_str), Some("B."));
        assert!(found.len() >= 3, "{found:?}");
    }

    proptest! {
        #[test]
        fn a_piece_is_words_of_its_unit(lines in proptest::collection::vec("(Điều [0-9]\\. |[0-9]\\. |[a-d]\\) )?[a-zđ ]{0,20}[:;.]?", 0..20)) {
            let document = parse(&lines.join("\n"));
            for at in 0..document.provisions.len() {
                for piece in pieces(&document, at) {
                    prop_assert!(document.provisions[piece.unit].span.contains(piece.span));
                    prop_assert!(document.text.get(piece.span.start..piece.span.end).is_some());
                }
            }
        }
    }
}
