//! Paragraphs and points counted another way: by the look of single lines, without sequence, sections or nesting.
//!
//! It is no gold, but it errs in other places than the reader, so that where both agree both are most likely right.

const MARKS: [char; 4] = ['“', '”', '"', '„'];

/// Labels of paragraphs (`1`) and points (`a`) in an article's words, its own line first.
pub fn count(article: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut quoted = false;
    let mut last = String::new();
    for (at, line) in article.lines().enumerate() {
        let line = line.trim();
        let line = if at == 0 { after_article(line) } else { line };
        let bare = line.trim_end_matches(['.', ';', ',', ' ']);
        let opens = line.starts_with(MARKS) || line.starts_with("''");
        let closes = bare.ends_with(MARKS) || bare.ends_with("''");
        if line.is_empty() {
            continue;
        }
        if quoted {
            quoted = !closes;
            continue;
        }
        if opens {
            quoted = !closes || bare.chars().count() <= 2;
            continue;
        }
        if let Some(number) = paragraph(line) {
            found.push(number);
            last.clear();
        } else if let Some(letter) = point(line, &last) {
            last.clone_from(&letter);
            found.push(letter);
        }
    }
    found
}

/// What follows "Điều 12a." in the line.
fn after_article(line: &str) -> &str {
    line.strip_prefix("Điều ").and_then(|rest| rest.split_once('.')).map_or(line, |(_, rest)| rest.trim_start())
}

fn paragraph(line: &str) -> Option<String> {
    if [".doc", ".docx", ".xls", ".xlsx", ".pdf", ".rar", ".zip"].iter().any(|kind| line.ends_with(kind)) {
        return None;
    }
    let digits = line.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=3).contains(digits))?;
    let letter = line[digits..].chars().next().filter(|c| c.is_ascii_lowercase() || *c == 'đ');
    let end = digits + letter.map_or(0, char::len_utf8);
    let mut rest = line[end..].chars();
    let mark = rest.next()?;
    let rest = rest.as_str();
    let next = rest.chars().next()?;
    let fits = match mark {
        '.' => !next.is_ascii_digit(),
        '-' => next == ' ',
        '/' => !rest.trim_start().starts_with(|c: char| c.is_ascii_digit()),
        ')' => true,
        _ => false,
    };
    let word = rest.trim_start().chars().next()?;
    (fits && (word.is_alphanumeric() || "“\"”‘('’_".contains(word))).then(|| line[..end].to_owned())
}

fn point(line: &str, last: &str) -> Option<String> {
    let letter = line.chars().next().filter(|c| c.is_ascii_lowercase() || *c == 'đ')?;
    let digit = line[letter.len_utf8()..].chars().next().filter(char::is_ascii_digit);
    let end = letter.len_utf8() + digit.map_or(0, char::len_utf8);
    let mut rest = line[end..].chars();
    let fits = match rest.next()? {
        ')' => true,
        '.' | '/' | '-' => rest.as_str().starts_with(' '),
        _ => false,
    };
    let roman = match letter {
        'i' => last != "h",
        'v' => last != "u",
        'x' => last != "v",
        _ => false,
    };
    (fits && !(roman && digit.is_none())).then(|| line[..end].to_owned())
}
