//! Dates as documents write them: "ngày 05 tháng 3 năm 2020", "05/3/2020", "1-7-2025".

use jiff::civil::Date;

/// Reads a date at the start of `text`, after an optional "ngày". Returns it with the bytes it took.
pub fn read(text: &str) -> Option<(Date, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.word("ngày");
    let day = cursor.number()?;
    let (month, year) = if cursor.word("tháng") {
        let month = cursor.number()?;
        if !cursor.word("năm") {
            return None;
        }
        (month, cursor.number()?)
    } else {
        cursor.separator()?;
        let month = cursor.number()?;
        cursor.separator()?;
        (month, cursor.number()?)
    };
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (year >= 1945).then_some((date, cursor.at))
}

/// The first date anywhere in `text`, with its byte range.
pub fn find(text: &str) -> Option<(Date, usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_digit()) {
        let at = from + at;
        if let Some((date, length)) = read(&text[at..]) {
            let start = text[..at].trim_end().strip_suffix("ngày").map_or(at, str::len);
            return Some((date, start, at + length));
        }
        from = at + text[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at);
    }
    None
}

/// A date as Vietnamese documents write it: "01/7/2025" (days below ten and months below three take a zero).
pub fn show(date: Date) -> String {
    let month = if date.month() < 3 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("{:02}/{month}/{}", date.day(), date.year())
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n']).len();
    }

    fn word(&mut self, word: &str) -> bool {
        self.skip_space();
        let rest = &self.text[self.at..];
        let matches = rest.get(..word.len()).is_some_and(|w| w.to_lowercase() == word);
        if matches {
            self.at += word.len();
        }
        matches
    }

    fn number(&mut self) -> Option<u32> {
        self.skip_space();
        let rest = &self.text[self.at..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let value = rest.get(..digits)?.parse().ok()?;
        self.at += digits;
        (digits <= 4).then_some(value)
    }

    fn separator(&mut self) -> Option<()> {
        let c = self.text[self.at..].chars().next()?;
        matches!(c, '/' | '-' | '.').then(|| self.at += 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_date_is_read_in_words_and_in_figures() {
        assert_eq!(read("ngày 05 tháng 3 năm 2020 của").map(|d| d.0), Some(date(2020, 3, 5)));
        assert_eq!(read("24/11/2015").map(|d| d.0), Some(date(2015, 11, 24)));
        assert_eq!(find("có hiệu lực từ ngày 1-7-2025.").map(|d| d.0), Some(date(2025, 7, 1)));
        assert_eq!(read("30/2020/NĐ-CP"), None);
        assert_eq!(find("tỷ lệ 31/12/99"), None);
    }

    #[test]
    fn a_date_is_shown_as_documents_write_it() {
        assert_eq!(show(date(2025, 7, 1)), "01/7/2025");
        assert_eq!(show(date(2027, 2, 28)), "28/02/2027");
    }
}
