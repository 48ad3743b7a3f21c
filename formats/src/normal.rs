//! One spelling for one text: the normal form every other room counts its byte offsets in.
//!
//! Vietnamese reaches us spelled four ways for one look (`ế` as one, two or three code points), with `Ð` (Icelandic)
//! typed for `Đ`, with blanks that are not spaces and with characters nobody sees. Composing (Unicode NFC, UAX #15)
//! merges characters, and in Word those may stand in different runs, so the work is done on *clusters*, a base
//! character with its marks: a cluster belongs to the run of its first character. Tone placement (`hoà`/`hòa`) and
//! letter case are spelling, which is the law's business and not changed here.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The normal form of a text: NFC, `\n` line ends, `Đ` for its look-alikes, plain spaces, no invisible characters.
///
/// Applying it twice changes nothing.
///
/// ```
/// assert_eq!(rasoat_formats::normalise("Nghi\u{323} ði\u{323}nh\u{a0}1\r\n"), "Nghị định 1\n");
/// ```
pub fn normalise(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
        return text.to_owned();
    }
    let mut normal = String::with_capacity(text.len());
    let mut line: Vec<char> = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        let next = chars.next();
        let mapped = match next {
            Some('\r') => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                Some('\n')
            }
            Some(other) => map_char(other),
            None => None,
        };
        if let Some(mapped) = mapped
            && mapped != '\n'
        {
            line.push(mapped);
        }
        if mapped == Some('\n') || next.is_none() {
            compose(&line, |ch| *ch, |out, _, _| normal.push_str(out));
            line.clear();
        }
        match (mapped, next) {
            (_, None) => return normal,
            (Some('\n'), _) => normal.push('\n'),
            _ => {}
        }
    }
}

/// What one character becomes, before composing; `None` for one that nobody sees.
pub(crate) fn map_char(ch: char) -> Option<char> {
    match ch {
        '\t' | '\n' | ' '..='~' => Some(ch),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}' => None,
        'Ð' | 'Ɖ' => Some('Đ'),
        'ð' => Some('đ'),
        '\u{2010}' | '\u{2011}' => Some('-'),
        _ if ch.is_control() => None,
        _ => Some(ch),
    }
}

/// Composes a line of mapped characters, cluster by cluster: `emit` gets the composed text of a cluster with the
/// first and the last item that went into it.
pub(crate) fn compose<T>(items: &[T], char_of: impl Fn(&T) -> char, mut emit: impl FnMut(&str, &T, &T)) {
    let mut buffer = String::new();
    let mut at = 0;
    while at < items.len() {
        let first = char_of(&items[at]);
        let mut end = at + 1;
        while end < items.len() && !begins_cluster(char_of(&items[end])) {
            end += 1;
        }
        buffer.clear();
        if end == at + 1 && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes {
            buffer.push(first);
        } else {
            buffer.extend(items[at..end].iter().map(&char_of).nfc());
            if let Some(mended) = mend_stroke(&buffer) {
                buffer = mended;
            }
        }
        emit(&buffer, &items[at], &items[end - 1]);
        at = end;
    }
}

/// Whether a character can never merge into the one before it.
fn begins_cluster(ch: char) -> bool {
    if ch.is_ascii() {
        return true;
    }
    if canonical_combining_class(ch) != 0 {
        return false;
    }
    match is_nfc_quick(std::iter::once(ch)) {
        IsNormalized::Yes => true,
        IsNormalized::Maybe => false,
        IsNormalized::No => {
            let mut head = None;
            decompose_canonical(ch, |part| {
                head.get_or_insert(part);
            });
            head.is_some_and(|head| {
                canonical_combining_class(head) == 0 && is_nfc_quick(std::iter::once(head)) != IsNormalized::Maybe
            })
        }
    }
}

/// `D` with a combining stroke is a `Đ` that Unicode does not compose.
fn mend_stroke(cluster: &str) -> Option<String> {
    let letter = match cluster.chars().next()? {
        'D' => 'Đ',
        'd' => 'đ',
        _ => return None,
    };
    let (at, stroke) = cluster.char_indices().find(|(_, ch)| matches!(ch, '\u{335}' | '\u{336}'))?;
    let mut mended = String::from(letter);
    mended.push_str(&cluster[1..at]);
    mended.push_str(&cluster[at + stroke.len_utf8()..]);
    Some(mended.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(normalise(input), expected);
    }

    #[test]
    fn decomposed_vietnamese_is_composed() {
        check("Điê\u{300}u 1. Ngu\u{31b}o\u{31b}\u{300}i", "Điều 1. Người");
        check("e\u{302}\u{301} va\u{300} E\u{323}\u{302}", "ế và Ệ");
    }

    #[test]
    fn look_alikes_of_d_with_stroke_become_it() {
        check("Ðiều, ðiểm, Ɖ, D\u{335}iều", "Điều, điểm, Đ, Điều");
    }

    #[test]
    fn invisible_characters_go_and_blanks_become_spaces() {
        check("\u{feff}Căn\u{a0}cứ\u{200b} Lu\u{ad}ật\u{202f}x", "Căn cứ Luật x");
    }

    #[test]
    fn every_line_end_becomes_a_newline() {
        check("a\r\nb\rc\u{2028}d\u{b}e\n", "a\nb\nc\nd\ne\n");
    }

    #[test]
    fn an_invisible_character_does_not_keep_a_mark_from_its_letter() {
        check("e\u{200b}\u{301}", "é");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC*|[a-eD\u{300}-\u{340}\u{a0}\r\n\u{335}Ð\u{1100}-\u{11ff}]*") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn the_normal_form_is_nfc(text in "[a-z\u{41}-\u{1ef9}\u{300}-\u{345}\u{1100}-\u{1200}]*") {
            let normal = normalise(&text);
            prop_assert_eq!(normal.nfc().collect::<String>(), normal);
        }
    }
}
