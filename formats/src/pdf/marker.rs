//! How a unit of law announces itself at the beginning of a line: `Chương II`, `Điều 5.`, `1.`, `a)`, `- `.
//!
//! Only what the eye sees in a line's first words; what the units mean is the crate `law`'s.

/// Whether a line begins with the number or dash of a provision, followed by text or nothing.
pub(super) fn begins_with(text: &str) -> bool {
    let mut words = text.trim_start_matches(['“', '"', '‘']).split(' ');
    let Some(first) = words.next() else { return false };
    let second = words.next().unwrap_or_default();
    match first {
        "Điều" | "ĐIỀU" => ends_number(second),
        "Chương" | "CHƯƠNG" | "Mục" | "MỤC" | "Phần" | "PHẦN" | "Tiểu" | "Phụ" | "PHỤ" => {
            let numbered = is_roman(trimmed(second))
                || is_digits(trimmed(second))
                || matches!(second, "thứ" | "THỨ" | "mục" | "lục" | "LỤC");
            // In a sentence the number is followed by small letters: `Chương VI của Luật này`.
            numbered
                && !words.find(|word| !is_roman(trimmed(word)) && !is_digits(trimmed(word))).is_some_and(begins_small)
        }
        "Căn" | "CĂN" => matches!(second, "cứ" | "CỨ"),
        _ => is_label(first) || is_glued_label(first),
    }
}

/// Whether it begins with a dash, which may as well be one between words.
pub(super) fn is_dashed(text: &str) -> bool {
    text.trim_start().starts_with(['-', '–', '+'])
}

/// `1.`, `12a)`, `a)`, `đ.`, `II.`, `1.2.`, `-`, `+`, `•`, `Điều 5.`: a number or sign that stands before its text.
pub(super) fn is_label(text: &str) -> bool {
    let text = text.trim();
    if matches!(text, "-" | "–" | "+" | "•" | "*" | "o" | "▪") {
        return true;
    }
    if let Some(number) = text.strip_prefix("Điều ") {
        return ends_number(number);
    }
    let Some(body) = text.strip_suffix(['.', ')', '/']) else { return false };
    let body = body.strip_prefix('(').unwrap_or(body);
    if body.is_empty() || body.chars().count() > 8 {
        return false;
    }
    body.split('.').all(|part| {
        is_digits(part)
            || is_roman(part)
            || is_letter(part)
            || part.char_indices().nth(1).is_some() && {
                let digits = part.trim_end_matches(char::is_alphabetic);
                is_digits(digits) && part.len() - digits.len() <= 2
            }
    })
}

/// `1.Cơ quan`, `a)Cơ quan`: a number whose blank was forgotten.
fn is_glued_label(word: &str) -> bool {
    let Some(end) = word.find(['.', ')']) else { return false };
    let (label, rest) = (&word[..end], &word[end + 1..]);
    (is_digits(label) && label.len() < 3 || is_letter(label) && word[end..].starts_with(')'))
        && rest.chars().next().is_some_and(char::is_uppercase)
        && rest.chars().nth(1).is_some_and(char::is_lowercase)
}

fn ends_number(word: &str) -> bool {
    let digits = word.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let rest = digits.trim_start_matches(char::is_alphabetic);
    digits.len() < word.len() && digits.len() - rest.len() <= 2 && matches!(rest, "." | ":" | ".”")
}

fn begins_small(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_lowercase)
}

fn trimmed(word: &str) -> &str {
    word.trim_end_matches(['.', ':', ','])
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X' | b'L' | b'C'))
}

fn is_letter(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}
