//! The little of Markdown that the guides use.

/// A block of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading with its level.
    Heading(usize, Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list.
    List(Vec<Vec<Span>>),
    /// Numbered steps.
    Steps(Vec<Vec<Span>>),
    /// A picture.
    Picture {
        /// What it shows.
        said: String,
        /// Its file, beside the guide.
        file: String,
    },
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Words(String),
    /// Words that weigh more.
    Strong(String),
    /// A key, a command or a file.
    Key(String),
    /// A link.
    Link {
        /// Its words.
        words: String,
        /// Where it leads.
        to: String,
    },
}

/// The blocks of a guide.
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Whether the next line goes on with the last block.
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            open = false;
            continue;
        }
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        if hashes > 0 {
            blocks.push(Block::Heading(hashes, spans(line[hashes..].trim())));
            open = false;
        } else if let Some((said, file)) =
            line.strip_prefix("![").and_then(|rest| rest.strip_suffix(')')?.split_once("]("))
        {
            blocks.push(Block::Picture { said: said.to_owned(), file: file.to_owned() });
            open = false;
        } else if let Some(item) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::List(items)) if open => items.push(spans(item)),
                _ => blocks.push(Block::List(vec![spans(item)])),
            }
            open = true;
        } else if let Some((_, item)) =
            line.split_once(". ").filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()))
        {
            match blocks.last_mut() {
                Some(Block::Steps(items)) if open => items.push(spans(item)),
                _ => blocks.push(Block::Steps(vec![spans(item)])),
            }
            open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(held)) if open => {
                    held.push(Span::Words(" ".to_owned()));
                    held.extend(spans(line));
                }
                _ => blocks.push(Block::Paragraph(spans(line))),
            }
            open = true;
        }
    }
    blocks
}

/// The parts of a line; a mark that is not closed stays as it is written.
fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let at = rest.find(['*', '`', '[']).unwrap_or(rest.len());
        if at > 0 {
            push(&mut spans, &rest[..at]);
            rest = &rest[at..];
            continue;
        }
        let marked = if let Some((words, after)) = rest.strip_prefix("**").and_then(|inner| inner.split_once("**")) {
            Some((Span::Strong(words.to_owned()), after))
        } else if let Some((words, after)) = rest.strip_prefix('`').and_then(|inner| inner.split_once('`')) {
            Some((Span::Key(words.to_owned()), after))
        } else {
            let link = rest.strip_prefix('[').and_then(|inner| inner.split_once("]("));
            link.and_then(|(words, inner)| {
                let (to, after) = inner.split_once(')')?;
                Some((Span::Link { words: words.to_owned(), to: to.to_owned() }, after))
            })
        };
        match marked {
            Some((span, after)) => {
                spans.push(span);
                rest = after;
            }
            // All three marks are of one byte.
            None => {
                push(&mut spans, &rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    spans
}

fn push(spans: &mut Vec<Span>, words: &str) {
    match spans.last_mut() {
        Some(Span::Words(held)) => held.push_str(words),
        _ => spans.push(Span::Words(words.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &str) -> Span {
        Span::Words(words.into())
    }

    #[test]
    fn a_guide_reads_as_its_blocks() {
        let text =
            "# Tên\n\nMột câu.\nHai câu.\n\n- một\n- hai\n\n1. đầu\n2. sau\n\n![Bàn rà soát](huong-dan/ban.webp)\n";
        let wanted = [
            Block::Heading(1, vec![words("Tên")]),
            Block::Paragraph(vec![words("Một câu."), words(" "), words("Hai câu.")]),
            Block::List(vec![vec![words("một")], vec![words("hai")]]),
            Block::Steps(vec![vec![words("đầu")], vec![words("sau")]]),
            Block::Picture { said: "Bàn rà soát".into(), file: "huong-dan/ban.webp".into() },
        ];
        assert_eq!(read(text), wanted);
    }

    #[test]
    fn marks_within_a_line_are_read_and_unclosed_ones_stay() {
        let wanted = [
            words("Nhấn "),
            Span::Key("j".into()),
            words(" hoặc "),
            Span::Strong("chọn".into()),
            words(", xem "),
            Span::Link { words: "đây".into(), to: "a.md".into() },
            words("."),
        ];
        assert_eq!(spans("Nhấn `j` hoặc **chọn**, xem [đây](a.md)."), wanted);
        assert_eq!(spans("2 * 3 [x `y"), [words("2 * 3 [x `y")]);
        assert_eq!(spans("<b>"), [words("<b>")]);
    }
}
