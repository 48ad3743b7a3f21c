//! The words of a text as the grammar sees them, each with the part it may play.
//!
//! Hard because a line end is sometimes the end of a provision and sometimes only where a page was too narrow, and
//! because the words are misread (`Điêu`, `khoan`) and typed in capitals. Not here: what the words mean together.

/// The part a word may play in a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// điểm.
    Point,
    /// khoản.
    Paragraph,
    /// Điều.
    Article,
    /// Chương.
    Chapter,
    /// Mục.
    Section,
    /// Tiểu (of tiểu mục).
    Sub,
    /// Phần.
    Part,
    /// Phụ (of phụ lục).
    Annex,
    /// và, hoặc.
    And,
    /// đến, tới.
    To,
    /// các, những.
    Each,
    /// từ.
    From,
    /// này.
    This,
    /// của, tại, trong, thuộc.
    Of,
    /// A word that may begin a kind of document (Luật, Nghị, Thông …).
    Kind,
    /// số.
    Number,
    /// A line end that ends a sentence, a heading or a provision.
    Break,
    /// Any mark.
    Mark,
    /// Anything else.
    Other,
}

/// A word or a mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// As written.
    pub text: &'a str,
    /// Its part.
    pub word: Word,
}

/// Words (letters and digits) and single marks of `text`. White space only separates; a line end is a token where it
/// ends something, and nothing where the sentence goes on.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 5);
    let mut line = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            while let Some(&(at, next)) = characters.peek() {
                // "Điều5": the unit's word ends where its number begins.
                let glued = next.is_ascii_digit() && {
                    let word = &text[start..end];
                    is_unit_word(classify(word))
                        || matches!(word, "tạiĐiều" | "tạiđiều" | "tạikhoản" | "tạiKhoản")
                        || word.ends_with("số")
                };
                if !next.is_alphanumeric() || glued {
                    break;
                }
                end = at + next.len_utf8();
                characters.next();
            }
            push_words(text, start, end, &mut tokens);
        } else if c == '\n' {
            let goes_on = goes_on(&tokens, &text[line..start], &text[end..]);
            line = end;
            if !goes_on && tokens.last().is_none_or(|last| last.word != Word::Break) {
                tokens.push(Token { start, end, text: &text[start..end], word: Word::Break });
            }
        } else if !c.is_whitespace() {
            tokens.push(Token { start, end, text: &text[start..end], word: Word::Mark });
        }
    }
    tokens
}

/// A run of letters and digits as the words it was glued of: "tạiĐiều", "BLĐTBXHngày", "1Điều", "tạikhoản", "IIThông".
fn push_words<'a>(text: &'a str, start: usize, end: usize, tokens: &mut Vec<Token<'a>>) {
    let mut push = |start: usize, end: usize| {
        let word = &text[start..end];
        tokens.push(Token { start, end, text: word, word: classify(word) });
    };
    let word = &text[start..end];
    // "Điều 17của", "khoản nàythì".
    let head = if word.starts_with("này") {
        "này".len()
    } else {
        word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len()
    };
    let tail = &word[head..];
    const TAILS: [&str; 12] = ["của", "tại", "và", "theo", "này", "thì", "có", "được", "về", "phải", "ngày", "tháng"];
    if head > 0 && (TAILS.contains(&tail) || is_unit_word(classify(tail))) {
        push(start, start + head);
        return push(start + head, end);
    }
    // "Thông tưsố 200", "Nghịđịnh": the words of a kind run together.
    const PAIRS: [(&str, &str); 10] = [
        ("tư", "số"),
        ("định", "số"),
        ("quyết", "số"),
        ("lệnh", "số"),
        ("tịch", "số"),
        ("Nghị", "định"),
        ("Nghị", "quyết"),
        ("Thông", "tư"),
        ("Quyết", "định"),
        ("Pháp", "lệnh"),
    ];
    if let Some((first, _)) = PAIRS.iter().find(|(first, second)| word.strip_prefix(first) == Some(second)) {
        push(start, start + first.len());
        return push(start + first.len(), end);
    }
    // "ckhoản 1", "ađiều": a letter run into the unit above it.
    let lettered = word.chars().next().filter(|c| c.is_ascii_lowercase());
    if let Some(rest) =
        lettered.and_then(|c| word.strip_prefix(c)).filter(|rest| matches!(*rest, "khoản" | "Khoản" | "Điều"))
    {
        let cut = end - rest.len();
        push(start, cut);
        return push(cut, end);
    }
    // "thuếthì", "Luậtnày": no syllable of Vietnamese ends in another.
    const SYLLABLES: [&str; 14] =
        ["thì", "này", "của", "được", "trong", "với", "và", "về", "tại", "từ", "là", "để", "đã", "không"];
    let glued = (word.len() >= 7).then(|| SYLLABLES.iter().find_map(|tail| word.strip_suffix(tail))).flatten();
    if let Some(head) = glued.filter(|head| head.chars().count() > 1) {
        push(start, start + head.len());
        return push(start + head.len(), end);
    }
    // No single syllable is longer than "nghiêng"; only what is longer, or begins with a digit or two capitals, may be
    // glued.
    let abbreviated = word.as_bytes().iter().take(2).all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let may_be_glued = word.len() >= 8 || word.len() >= 5 && abbreviated;
    if !may_be_glued {
        return push(start, end);
    }
    let mut from = start;
    let mut before: Option<(char, char)> = None;
    for (at, c) in word.char_indices() {
        let next_is_small = word[at + c.len_utf8()..].starts_with(char::is_lowercase);
        let splits = before.is_some_and(|(earlier, last)| {
            last.is_lowercase() && c.is_uppercase()
                || last.is_ascii_digit() && c.is_uppercase() && next_is_small
                || earlier.is_uppercase()
                    && last.is_uppercase()
                    && c.is_lowercase()
                    && (earlier, last, c) != ('T', 'T', 'g')
                || (earlier, last) == ('T', 'g') && c.is_lowercase()
                || matches!(last, 'I' | 'V' | 'X') && c.is_uppercase() && classify(&word[at..]) == Word::Kind
        });
        if splits {
            push(from, start + at);
            from = start + at;
            before = None;
        }
        before = Some((before.map_or(' ', |(_, last)| last), c));
    }
    let rest = &text[from..end];
    let glued = ["tại", "của", "và", "theo"].into_iter().find(|head| {
        rest.strip_prefix(head).is_some_and(|unit| is_unit_word(classify(unit)) || unit == "số" || unit == "các")
    });
    if let Some(head) = glued {
        push(from, from + head.len());
        from += head.len();
    }
    push(from, end);
}

fn is_unit_word(word: Word) -> bool {
    matches!(word, Word::Point | Word::Paragraph | Word::Article | Word::Chapter | Word::Section)
}

/// Bytes of a line that a page may have cut: shorter lines end where their author ended them.
const FULL_LINE: usize = 70;

/// Whether the sentence goes on over a line end: `line` is what stands before it, `after` what follows.
fn goes_on(before: &[Token<'_>], line: &str, after: &str) -> bool {
    let Some(last) = before.last() else { return false };
    let next = after.trim_start_matches([' ', '\t']);
    let Some(first) = next.chars().next() else { return false };
    if first == '\n' || matches!(last.text, "." | "?" | "!" | "”" | "\"") {
        return false;
    }
    if begins_labelled(next) {
        return false;
    }
    // "QCVN 17:\n2011": a code goes on, a list of instructions does not.
    if last.text == ":" {
        return first.is_ascii_digit();
    }
    if last.text == ";" {
        return names_unit(next) && !starts_unit(next);
    }
    let capitals = last.text.chars().count() > 1 && last.text.chars().all(char::is_uppercase);
    let wants_more = match last.word {
        Word::Mark => last.text == "," || last.text == "/" || last.text == "-",
        Word::And | Word::To | Word::Each | Word::From | Word::Of | Word::Number => true,
        Word::Point | Word::Paragraph | Word::Article | Word::Chapter | Word::Section | Word::Kind => !capitals,
        _ => matches!(last.text, "theo" | "ngày" | "tháng" | "Nghị" | "Thông" | "lục"),
    };
    wants_more
        || ends_in_label(before) && names_unit(next) && !is_heading(line.trim_start())
        || !starts_unit(next)
            && (first.is_lowercase()
                || first.is_ascii_digit()
                || ends_in_label(before) && begins_with(next, &[Word::Kind])
                || line.len() >= FULL_LINE && !capitals && !is_heading(line.trim_start()))
}

/// Whether a line begins with the label of a unit, or with a legal basis: `2.`, `a)`, `-`, `Điều 5.`, `Chương II`.
fn starts_unit(line: &str) -> bool {
    let (word, rest) = first_word(line);
    if word.is_empty() || begins_labelled(line) {
        return true;
    }
    is_heading(line)
        || matches!(word, "Căn" | "Sửa" | "Bổ" | "Bãi" | "Thay" | "Hủy" | "Huỷ")
        || word == "Theo" && first_word(rest.trim_start()).0 == "đề"
        || word == "TM"
        || word == "KT"
}

/// Whether a line begins as the heading of a unit does: `Điều 5. Tên`, `Chương II`.
fn is_heading(line: &str) -> bool {
    let (word, rest) = first_word(line);
    let heads =
        matches!(classify(word), Word::Article | Word::Chapter | Word::Section | Word::Part | Word::Annex | Word::Sub);
    if !heads || !word.starts_with(char::is_uppercase) {
        return false;
    }
    let (label, after) = first_word(rest.trim_start_matches([' ', '\t']));
    let after = after.trim_start_matches(' ');
    classify(label) != Word::This && (label.is_empty() || after.is_empty() || after.starts_with(['.', ':', '\n']))
}

/// Whether a line begins with the label of a khoản or điểm and words after it: "2. Việc", "a) Việc".
fn begins_labelled(line: &str) -> bool {
    let (word, rest) = first_word(line);
    let label = !word.is_empty() && word.chars().count() <= 4;
    let marked = rest.starts_with(')') || rest.starts_with('.') && word.starts_with(|c: char| c.is_ascii_digit());
    let words = rest.get(1..).unwrap_or_default().trim_start_matches(' ');
    label && marked && words.starts_with(|c: char| c != '\n' && c != '.')
}

fn first_word(line: &str) -> (&str, &str) {
    line.split_at(line.find(|c: char| !c.is_alphanumeric()).unwrap_or(line.len()))
}

fn begins_with(line: &str, words: &[Word]) -> bool {
    words.contains(&classify(first_word(line).0))
}

fn names_unit(line: &str) -> bool {
    begins_with(line, &[Word::Point, Word::Paragraph, Word::Article, Word::Chapter, Word::Section])
}

/// Whether the words before a line end close with the label of a unit: "khoản 2", "các khoản 1, 2 và 3".
fn ends_in_label(before: &[Token<'_>]) -> bool {
    let [.., earlier, last] = before else { return false };
    let label = last.text.len() <= 3 && last.text.chars().all(char::is_alphanumeric);
    let led = is_unit_word(earlier.word) || earlier.word == Word::And || earlier.text == ",";
    label && led && (last.text.starts_with(|c: char| c.is_ascii_digit()) || last.text.chars().count() <= 2)
}

/// The part a word may play. Misreadings that are no Vietnamese word are taken for the word meant.
fn classify(word: &str) -> Word {
    // Every word below begins with one of these bytes (đ with C4, Eth with C3) and is short.
    if word.len() > 10 || !matches!(word.as_bytes().first(), Some(b'B'..=b'V' | b'b'..=b'v' | 0xC3 | 0xC4)) {
        return Word::Other;
    }
    match word {
        "điểm" | "Điểm" | "ĐIỂM" | "điêm" | "Điêm" | "điềm" | "diểm" => Word::Point,
        "khoản" | "Khoản" | "KHOẢN" | "khoan" | "Khoan" | "khỏan" | "Khỏan" | "khoàn" => Word::Paragraph,
        "Điều" | "điều" | "ĐIỀU" | "Điêu" | "Điểu" | "Điếu" | "Diều" | "Ðiều" => Word::Article,
        "Chương" | "chương" | "CHƯƠNG" => Word::Chapter,
        "Mục" | "mục" | "MỤC" => Word::Section,
        "Tiểu" | "tiểu" | "TIỂU" => Word::Sub,
        "Phần" | "PHẦN" | "phần" => Word::Part,
        "Phụ" | "phụ" | "PHỤ" => Word::Annex,
        "và" | "VÀ" | "hoặc" | "HOẶC" | "hay" => Word::And,
        "đến" | "ĐẾN" | "tới" => Word::To,
        "các" | "Các" | "CÁC" | "những" | "Những" => Word::Each,
        "từ" | "Từ" => Word::From,
        "này" | "NÀY" | "nầy" => Word::This,
        "của" | "CỦA" | "tại" | "TẠI" | "trong" | "thuộc" | "cúa" => Word::Of,
        "số" | "SỐ" | "Số" | "sô" | "sổ" => Word::Number,
        "Luật" | "LUẬT" | "luật" | "Bộ" | "BỘ" | "bộ" | "Nghị" | "NGHỊ" | "nghị" | "Nghi" | "nghi" | "Thông"
        | "THÔNG" | "thông" | "Quyết" | "QUYẾT" | "quyết" | "Pháp" | "PHÁP" | "pháp" | "Hiến" | "HIẾN" | "hiến"
        | "Lệnh" | "LỆNH" | "Chỉ" | "CHỈ" | "chỉ" | "Văn" | "văn" | "VĂN" | "Công" | "công" | "CÔNG" | "Sắc"
        | "sắc" | "SẮC" | "Hiệp" | "HIỆP" | "NĐ" | "TT" | "QĐ" | "NQ" | "TTLT" | "PL" | "ND" | "nđ" | "tt" | "BLDS"
        | "BLHS" | "BLLĐ" | "BLTTDS" | "BLTTHS" | "thong" | "quyet" | "luat" | "Thong" | "Quyet" | "Luat" | "Quy"
        | "QUY" | "quy" | "Nội" | "Danh" | "Luât" => Word::Kind,
        _ => Word::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = tokens(text).into_iter().map(|token| token.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_end_within_a_citation_is_no_token() {
        check("theo khoản 2\nĐiều 5 của\nLuật này", &["theo", "khoản", "2", "Điều", "5", "của", "Luật", "này"]);
        check("tại khoản 2,\n3 Điều 5", &["tại", "khoản", "2", ",", "3", "Điều", "5"]);
    }

    #[test]
    fn a_line_end_before_a_unit_is_a_token() {
        check("theo Luật A\nĐiều 5. B", &["theo", "Luật", "A", "\n", "Điều", "5", ".", "B"]);
        check("theo khoản này\n3. B", &["theo", "khoản", "này", "\n", "3", ".", "B"]);
        check("LUẬT\nĐẤT ĐAI", &["LUẬT", "\n", "ĐẤT", "ĐAI"]);
    }

    #[test]
    fn a_number_glued_to_its_unit_is_a_word_of_its_own() {
        check("Điều5 khoản2a", &["Điều", "5", "khoản", "2a"]);
        check("Điều 17của Luật nàythì", &["Điều", "17", "của", "Luật", "này", "thì"]);
    }
}
