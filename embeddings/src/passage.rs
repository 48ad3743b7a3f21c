//! What is embedded: each norm of a document with the headings around it, long ones in several windows.

use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::{ByteSpan, Eid, text};

/// A piece of text that gets one vector and one row of the lexical index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The provision it belongs to: a paragraph, or an article without paragraphs.
    pub eid: Eid,
    /// The article around it; the provision itself outside articles.
    pub article: Eid,
    /// Its part of the document's text.
    pub span: ByteSpan,
    /// The headings of the parts, chapters and sections around it and of its article, outermost first.
    pub headings: Vec<String>,
    /// Its own words.
    pub words: String,
    /// What is embedded: what [`Lead`] says, and the words.
    pub text: String,
}

impl Passage {
    /// Its headings as one text.
    pub fn heading(&self) -> String {
        self.headings.join(". ")
    }
}

/// What of the headings stands before a passage's words in the text that is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The document's name.
    pub title: bool,
    /// The headings of parts, chapters and sections.
    pub chapters: bool,
    /// The article's heading.
    pub article: bool,
}

impl Default for Lead {
    fn default() -> Self {
        Self { title: true, chapters: false, article: true }
    }
}

impl Lead {
    /// A text as it is embedded.
    pub fn text(self, title: &str, chapters: &[String], article: Option<&str>, words: &str) -> String {
        let chapters = chapters.iter().map(String::as_str).filter(|_| self.chapters);
        let parts = std::iter::once(title)
            .filter(|_| self.title)
            .chain(chapters)
            .chain(article.filter(|_| self.article))
            .chain([words]);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
    }
}

/// How a document is cut into passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Characters of law a window holds, at the most. The default is about 250 tokens of the default encoder, so that
    /// with its headings a window stays well within the encoder's 512.
    pub window: usize,
    /// What stands before them.
    pub lead: Lead,
}

impl Default for Cut {
    fn default() -> Self {
        Self { window: 900, lead: Lead::default() }
    }
}

/// The passages of a document called `title` ("Bộ luật Lao động"), cut by the defaults.
pub fn passages(document: &Document, title: &str) -> Vec<Passage> {
    passages_by(document, title, Cut::default())
}

/// The passages of a document called `title`.
pub fn passages_by(document: &Document, title: &str, cut: Cut) -> Vec<Passage> {
    let mut found = Vec::new();
    for at in document.norms() {
        let provision = &document.provisions[at];
        let around: Vec<usize> = std::iter::successors(Some(at), |at| document.provisions[*at].parent).collect();
        let article = around.iter().find(|at| document.provisions[**at].kind == ProvisionKind::Article);
        let heading = article.and_then(|article| document.provisions[*article].heading.clone());
        let chapters: Vec<String> = around
            .iter()
            .rev()
            .take_while(|at| Some(*at) != article && document.provisions[**at].kind != ProvisionKind::Paragraph)
            .filter_map(|at| document.provisions[*at].heading.clone())
            .collect();
        let article = article.map_or(&provision.eid, |article| &document.provisions[*article].eid);
        for span in windows(&document.text, own_words(document, at), cut.window) {
            let words = text::squeeze(span.of(&document.text));
            if words.is_empty() {
                continue;
            }
            found.push(Passage {
                eid: provision.eid.clone(),
                article: article.clone(),
                span,
                headings: chapters.iter().cloned().chain(heading.clone()).collect(),
                text: cut.lead.text(title, &chapters, heading.as_deref(), &words),
                words,
            });
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

/// Windows of at most `limit` characters that break at line ends, then at sentence ends, then at spaces.
pub fn windows(text: &str, span: ByteSpan, limit: usize) -> Vec<ByteSpan> {
    let mut windows = Vec::new();
    let mut start = span.start;
    while start < span.end {
        let rest = &text[start..span.end];
        let Some((end, _)) = rest.char_indices().nth(limit.max(1)) else {
            windows.push(ByteSpan::new(start, span.end));
            break;
        };
        let head = &rest[..end];
        let half = head.char_indices().nth(limit / 2).map_or(0, |(at, _)| at);
        let cut = ["\n", "; ", ". ", ", ", " "]
            .iter()
            .find_map(|mark| head.rfind(mark).map(|at| at + mark.len()).filter(|at| *at > half))
            .unwrap_or(end);
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

    const TEXT: &str = "Chương I\nCHUNG\nĐiều 1. Phạm vi\n1. Luật này quy định A.\n2. Luật này không quy định B.\n\
        Điều 2. Đối tượng\nMọi người.";

    #[test]
    fn a_passage_carries_its_articles_heading() {
        let texts: Vec<String> = passages(&parse(TEXT), "Luật Thử")
            .into_iter()
            .map(|p| format!("{}|{}|{}", p.article, p.eid, p.text))
            .collect();
        assert_eq!(
            texts,
            [
                "art_1|art_1__para_1|Luật Thử. Phạm vi. 1. Luật này quy định A.",
                "art_1|art_1__para_2|Luật Thử. Phạm vi. 2. Luật này không quy định B.",
                "art_2|art_2|Luật Thử. Đối tượng. Mọi người.",
            ]
        );
    }

    #[test]
    fn what_stands_before_the_words_can_be_chosen() {
        let first = |lead| passages_by(&parse(TEXT), "Luật Thử", Cut { lead, ..Cut::default() })[2].text.clone();
        assert_eq!(
            first(Lead { title: true, chapters: true, article: true }),
            "Luật Thử. CHUNG. Đối tượng. Mọi người."
        );
        assert_eq!(first(Lead { title: false, chapters: false, article: false }), "Mọi người.");
        assert_eq!(passages(&parse(TEXT), "")[2].heading(), "CHUNG. Đối tượng");
    }

    proptest! {
        #[test]
        fn windows_cover_a_norm_without_gap_or_overlap(
            words in proptest::collection::vec("[a-zđê]{1,9}[.,;\n]?", 0..900),
            limit in 20_usize..1000,
        ) {
            let text = words.join(" ");
            let span = ByteSpan::new(0, text.len());
            let windows = windows(&text, span, limit);
            let joined: String = windows.iter().map(|w| w.of(&text)).collect();
            prop_assert_eq!(joined, text.clone());
            prop_assert!(windows.iter().all(|w| w.of(&text).chars().count() <= limit));
        }
    }
}
