//! What is embedded: each norm of a document with the headings around it, long ones in several windows.

use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::{ByteSpan, Eid, text};

/// A piece of text that gets one vector and one row of the lexical index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The provision it belongs to: a paragraph, or an article without paragraphs.
    pub eid: Eid,
    /// Its part of the document's text.
    pub span: ByteSpan,
    /// What is embedded: the document's name, the article's heading, and the words.
    pub text: String,
}

/// Characters of law a window holds: about 250 tokens of the default encoder, so that with its headings it stays well
/// within the encoder's 512.
const WINDOW: usize = 900;

/// The passages of a document called `title` ("Bộ luật Lao động").
pub fn passages(document: &Document, title: &str) -> Vec<Passage> {
    let mut found = Vec::new();
    for at in document.norms() {
        let provision = &document.provisions[at];
        let heading = std::iter::successors(Some(at), |at| document.provisions[*at].parent)
            .find(|at| document.provisions[*at].kind == ProvisionKind::Article)
            .and_then(|article| document.provisions[article].heading.clone());
        let mut lead = title.to_owned();
        if let Some(heading) = &heading {
            lead = if lead.is_empty() { heading.clone() } else { format!("{lead}. {heading}") };
        }
        let own = own_words(document, at);
        for span in windows(&document.text, own) {
            let words = text::squeeze(span.of(&document.text));
            if words.is_empty() {
                continue;
            }
            let text = if lead.is_empty() { words } else { format!("{lead}. {words}") };
            found.push(Passage { eid: provision.eid.clone(), span, text });
        }
    }
    found
}

/// The words of a norm without the article's own label and heading, which stand in the lead.
fn own_words(document: &Document, at: usize) -> ByteSpan {
    let provision = &document.provisions[at];
    let mut span = provision.span;
    if provision.kind == ProvisionKind::Article && provision.heading.is_some() {
        let words = span.of(&document.text);
        span.start += words.find('\n').map_or(0, |line_end| line_end + 1);
    }
    span
}

/// Windows of at most [`WINDOW`] characters that break at line ends, then at sentence ends, then at spaces.
fn windows(text: &str, span: ByteSpan) -> Vec<ByteSpan> {
    let mut windows = Vec::new();
    let mut start = span.start;
    while start < span.end {
        let rest = &text[start..span.end];
        let Some((limit, _)) = rest.char_indices().nth(WINDOW) else {
            windows.push(ByteSpan::new(start, span.end));
            break;
        };
        let head = &rest[..limit];
        let half = head.char_indices().nth(WINDOW / 2).map_or(0, |(at, _)| at);
        let cut = ["\n", "; ", ". ", ", ", " "]
            .iter()
            .find_map(|mark| head.rfind(mark).map(|at| at + mark.len()).filter(|at| *at > half))
            .unwrap_or(limit);
        windows.push(ByteSpan::new(start, start + cut));
        start += cut;
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rasoat_law::structure::parse;

    #[test]
    fn a_passage_carries_its_articles_heading() {
        let document = parse(
            "Chương I\nCHUNG\nĐiều 1. Phạm vi\n1. Luật này quy định A.\n2. Luật này không quy định B.\nĐiều 2. Đối tượng\nMọi người.",
        );
        let texts: Vec<String> =
            passages(&document, "Luật Thử").into_iter().map(|p| format!("{}|{}", p.eid, p.text)).collect();
        assert_eq!(
            texts,
            [
                "art_1__para_1|Luật Thử. Phạm vi. 1. Luật này quy định A.",
                "art_1__para_2|Luật Thử. Phạm vi. 2. Luật này không quy định B.",
                "art_2|Luật Thử. Đối tượng. Mọi người.",
            ]
        );
    }

    proptest! {
        #[test]
        fn windows_cover_a_norm_without_gap_or_overlap(words in proptest::collection::vec("[a-zđê]{1,9}[.,;\n]?", 0..900)) {
            let text = words.join(" ");
            let span = ByteSpan::new(0, text.len());
            let windows = windows(&text, span);
            let joined: String = windows.iter().map(|w| w.of(&text)).collect();
            prop_assert_eq!(joined, text.clone());
            prop_assert!(windows.iter().all(|w| w.of(&text).chars().count() <= WINDOW));
        }
    }
}
