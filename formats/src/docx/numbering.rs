//! Automatic numbers, run again: Word keeps "Điều 5." and "b)" not in the text but in counters.
//!
//! A paragraph names a list (`w:num`), the list an abstract definition, and the definition a counter for each of
//! nine levels; lists that share a definition share its counters unless one says to start over (ECMA-376 part 1,
//! 17.9). Word's letters are a, b, c, d, e: the Vietnamese đ is nowhere in them, and the number stays what Word shows.

use super::xml;
use crate::FormatError;
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};

/// Levels a list may have.
const LEVELS: usize = 9;
/// The longest pattern believed.
const LONGEST_PATTERN: usize = 255;

/// How a counter is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    #[default]
    Decimal,
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    /// Spelled out: một, hai, ba.
    VietnameseCounting,
    Bullet,
    None,
}

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub(crate) struct Numbering {
    abstracts: HashMap<u32, Abstract>,
    lists: HashMap<u32, List>,
    /// Definitions that are given by a numbering style elsewhere.
    by_style_link: HashMap<String, u32>,
    counters: HashMap<u32, [Option<u32>; LEVELS]>,
    restarted: HashSet<(u32, usize)>,
    /// The first format met that is not known here, whose numbers are written in digits.
    guessed: Option<String>,
}

#[derive(Default)]
struct Abstract {
    levels: HashMap<usize, Level>,
    num_style_link: Option<String>,
}

#[derive(Default)]
struct List {
    of: u32,
    levels: HashMap<usize, Level>,
    starts: HashMap<usize, u32>,
}

#[derive(Default, Clone)]
struct Level {
    start: Option<u32>,
    format: NumberFormat,
    pattern: Option<String>,
    no_gap: bool,
    restart: Option<usize>,
    legal: bool,
    style: Option<String>,
    /// The format, where it is none of ours.
    unknown: Option<String>,
}

impl Numbering {
    pub(crate) fn read(source: &str) -> Result<Self, FormatError> {
        let mut numbering = Self::default();
        let mut draft = Draft::default();
        let mut path: Vec<String> = Vec::new();
        let mut reader = xml::reader(source);
        loop {
            match reader.read_event().map_err(xml::broken)? {
                Event::Start(tag) => {
                    draft.open(&tag, &path);
                    path.push(xml::local(&tag).to_owned());
                }
                Event::Empty(tag) => {
                    draft.open(&tag, &path);
                    draft.close(xml::local(&tag), &mut numbering);
                }
                Event::End(_) => {
                    if let Some(name) = path.pop() {
                        draft.close(&name, &mut numbering);
                    }
                }
                Event::Eof => return Ok(numbering),
                _ => {}
            }
        }
    }

    /// A format met that is not known here.
    pub(crate) fn guessed(&self) -> Option<&str> {
        self.guessed.as_deref()
    }

    /// Whether the list is defined.
    pub(crate) fn knows(&self, num_id: u32) -> bool {
        self.lists.contains_key(&num_id)
    }

    /// The level of a list that belongs to a paragraph style.
    pub(crate) fn level_of_style(&self, num_id: u32, style: &str) -> Option<usize> {
        (0..LEVELS).find(|level| self.level(num_id, *level).is_some_and(|level| level.style.as_deref() == Some(style)))
    }

    /// Counts one paragraph on and returns its number as Word shows it, with the gap after it.
    pub(crate) fn next(&mut self, num_id: u32, level: usize) -> Option<String> {
        let level = level.min(LEVELS - 1);
        let of = self.definition(num_id)?;
        let mut counters = self.counters.get(&of).copied().unwrap_or_default();
        let start = self.start(num_id, level);
        let starts_over = self.lists.get(&num_id).is_some_and(|list| list.starts.contains_key(&level))
            && self.restarted.insert((num_id, level));
        counters[level] = Some(match counters[level] {
            Some(count) if !starts_over => count.saturating_add(1),
            _ => start,
        });
        for (deeper, counter) in counters.iter_mut().enumerate().skip(level + 1) {
            let restart = self.level(num_id, deeper).and_then(|level| level.restart);
            match restart {
                Some(0) => {}
                Some(after) if level + 1 > after => {}
                _ => *counter = None,
            }
        }
        self.counters.insert(of, counters);
        if self.guessed.is_none() {
            self.guessed = self.level(num_id, level).and_then(|level| level.unknown.clone());
        }
        self.written(num_id, level, &counters)
    }

    fn written(&self, num_id: u32, at: usize, counters: &[Option<u32>; LEVELS]) -> Option<String> {
        let level = self.level(num_id, at)?;
        let pattern = level.pattern.as_deref()?;
        if level.format == NumberFormat::Bullet {
            let bullet = readable_bullet(pattern)?;
            return Some(format!("{bullet} "));
        }
        let mut number = String::new();
        let mut chars = pattern.chars().peekable();
        while let Some(ch) = chars.next() {
            let place = (ch == '%')
                .then(|| chars.peek().and_then(|next| next.to_digit(10)))
                .flatten()
                .filter(|place| *place >= 1);
            let Some(place) = place else {
                number.push(ch);
                continue;
            };
            chars.next();
            let place = place as usize - 1;
            if place > at {
                continue;
            }
            let count = counters[place].unwrap_or_else(|| self.start(num_id, place));
            let format = match self.level(num_id, place).map(|level| level.format) {
                Some(format) if !level.legal => format,
                _ => NumberFormat::Decimal,
            };
            number.push_str(&spell(count, format));
        }
        if number.trim().is_empty() {
            return None;
        }
        // Patterns often end in blanks of their own; one is enough.
        if !level.no_gap {
            number.truncate(number.trim_end().len());
            number.push(' ');
        }
        Some(number)
    }

    /// The definition a list follows, through a numbering style where it says so.
    fn definition(&self, num_id: u32) -> Option<u32> {
        let mut of = self.lists.get(&num_id)?.of;
        for _ in 0..4 {
            match self
                .abstracts
                .get(&of)
                .and_then(|found| found.num_style_link.as_ref())
                .and_then(|link| self.by_style_link.get(link))
            {
                Some(linked) if *linked != of => of = *linked,
                _ => break,
            }
        }
        Some(of)
    }

    fn level(&self, num_id: u32, level: usize) -> Option<&Level> {
        let list = self.lists.get(&num_id)?;
        if let Some(own) = list.levels.get(&level) {
            return Some(own);
        }
        self.abstracts.get(&self.definition(num_id)?)?.levels.get(&level)
    }

    fn start(&self, num_id: u32, level: usize) -> u32 {
        self.lists
            .get(&num_id)
            .and_then(|list| list.starts.get(&level).copied())
            .or_else(|| self.level(num_id, level).and_then(|level| level.start))
            .unwrap_or(match self.level(num_id, level) {
                // A level that states no start counts from 0 by the standard; Word writes one always.
                Some(_) => 0,
                None => 1,
            })
    }
}

/// The definitions being read.
#[derive(Default)]
struct Draft {
    definition: Option<(u32, Abstract, Option<String>)>,
    list: Option<(u32, List)>,
    overridden: Option<usize>,
    level: Option<(usize, Level)>,
}

impl Draft {
    fn open(&mut self, tag: &BytesStart<'_>, path: &[String]) {
        let value = || xml::attribute(tag, "val");
        let number = |name: &str| xml::attribute(tag, name).and_then(|value| value.parse().ok());
        let parent = path.last().map(String::as_str).unwrap_or_default();
        match xml::local(tag) {
            "abstractNum" => {
                let id = number("abstractNumId").unwrap_or(0);
                self.definition = Some((id, Abstract::default(), None));
            }
            "num" => self.list = Some((number("numId").unwrap_or(0), List::default())),
            "abstractNumId" => {
                if let Some((_, list)) = &mut self.list {
                    list.of = number("val").unwrap_or(0);
                }
            }
            "lvlOverride" => self.overridden = number("ilvl").map(|level| level as usize),
            "startOverride" => {
                if let (Some((_, list)), Some(level), Some(start)) = (&mut self.list, self.overridden, number("val")) {
                    list.starts.insert(level, start);
                }
            }
            "lvl" => {
                let level = number("ilvl").unwrap_or(0) as usize;
                self.level = Some((level, Level::default()));
            }
            "styleLink" => {
                if let Some((_, _, link)) = &mut self.definition {
                    *link = value();
                }
            }
            "numStyleLink" => {
                if let Some((_, definition, _)) = &mut self.definition {
                    definition.num_style_link = value();
                }
            }
            name => {
                let Some((_, level)) = &mut self.level else {
                    return;
                };
                match (parent, name) {
                    (_, "start") => level.start = number("val"),
                    // A custom format stands in one branch of alternatives, a plain one in the other.
                    (_, "numFmt") => {
                        let name = value();
                        let format = format_of(name.as_deref());
                        level.unknown = name.filter(|_| format.is_none());
                        level.format = format.unwrap_or_default();
                    }
                    (_, "lvlText") => {
                        level.pattern = value().filter(|text| text.len() <= LONGEST_PATTERN);
                    }
                    (_, "suff") => level.no_gap = value().as_deref() == Some("nothing"),
                    (_, "lvlRestart") => level.restart = number("val").map(|after| after as usize),
                    (_, "isLgl") => level.legal = xml::is_on(tag),
                    ("lvl", "pStyle") => level.style = value(),
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, name: &str, numbering: &mut Numbering) {
        match name {
            "lvl" => {
                if let Some((at, level)) = self.level.take() {
                    if let Some((_, definition, _)) = &mut self.definition {
                        definition.levels.insert(at, level);
                    } else if let Some((_, list)) = &mut self.list {
                        list.levels.insert(at, level);
                    }
                }
            }
            "abstractNum" => {
                if let Some((id, definition, link)) = self.definition.take() {
                    if let Some(link) = link {
                        numbering.by_style_link.insert(link, id);
                    }
                    numbering.abstracts.insert(id, definition);
                }
            }
            "lvlOverride" => self.overridden = None,
            "num" => {
                if let Some((id, list)) = self.list.take() {
                    numbering.lists.insert(id, list);
                }
            }
            _ => {}
        }
    }
}

/// The format of this name (ECMA-376 part 1, 17.18.59); `None` for one not known here.
fn format_of(name: Option<&str>) -> Option<NumberFormat> {
    Some(match name.unwrap_or("decimal") {
        "decimal" => NumberFormat::Decimal,
        "decimalZero" => NumberFormat::DecimalZero,
        "lowerLetter" => NumberFormat::LowerLetter,
        "upperLetter" => NumberFormat::UpperLetter,
        "lowerRoman" => NumberFormat::LowerRoman,
        "upperRoman" => NumberFormat::UpperRoman,
        "vietnameseCounting" => NumberFormat::VietnameseCounting,
        "bullet" => NumberFormat::Bullet,
        "none" => NumberFormat::None,
        _ => return None,
    })
}

/// A counter written out.
pub(crate) fn spell(count: u32, format: NumberFormat) -> String {
    match format {
        NumberFormat::Decimal | NumberFormat::Bullet => count.to_string(),
        NumberFormat::DecimalZero => format!("{count:02}"),
        NumberFormat::LowerLetter => letters(count),
        NumberFormat::UpperLetter => letters(count).to_uppercase(),
        NumberFormat::LowerRoman => roman(count).to_lowercase(),
        NumberFormat::UpperRoman => roman(count),
        NumberFormat::VietnameseCounting => counting_word(count),
        NumberFormat::None => String::new(),
    }
}

/// Numbers as they are counted aloud, up to ninety-nine.
fn counting_word(count: u32) -> String {
    const UNITS: [&str; 10] = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
    let (tens, units) = ((count / 10) as usize, (count % 10) as usize);
    if count == 0 || tens > 9 {
        return count.to_string();
    }
    let unit = match (tens, units) {
        (2.., 1) => "mốt",
        (1.., 5) => "lăm",
        _ => UNITS[units],
    };
    let ten = match tens {
        0 => String::new(),
        1 => "mười ".to_owned(),
        _ => format!("{} mươi ", UNITS[tens]),
    };
    format!("{ten}{unit}").trim_end().to_owned()
}

/// Word's letters: a to z, then aa, bb, cc.
fn letters(count: u32) -> String {
    if count == 0 || count > 26 * 20 {
        return count.to_string();
    }
    let letter = (b'a' + ((count - 1) % 26) as u8) as char;
    letter.to_string().repeat(((count - 1) / 26 + 1) as usize)
}

fn roman(count: u32) -> String {
    if count == 0 || count >= 4000 {
        return count.to_string();
    }
    const SIGNS: &[(u32, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = count;
    let mut written = String::new();
    for (value, sign) in SIGNS {
        while left >= *value {
            written.push_str(sign);
            left -= value;
        }
    }
    written
}

/// A bullet as a character that can be read outside Word's symbol fonts.
fn readable_bullet(pattern: &str) -> Option<String> {
    let pattern = pattern.trim();
    match pattern {
        "" => None,
        "\u{f02d}" | "–" | "-" | "\u{2011}" => Some("-".into()),
        "+" | "\u{f02b}" => Some("+".into()),
        _ if pattern.chars().any(|ch| matches!(ch, '\u{e000}'..='\u{f8ff}')) || pattern == "o" => Some("•".into()),
        other => Some(other.to_owned()),
    }
}
