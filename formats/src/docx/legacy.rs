//! Words set in a font of an old encoding (TCVN3's `.VnTime`, VNI's `VNI-Times`), read as the font shows them.
//!
//! Hard because the font is only a claim: a file that was converted to Unicode often keeps its old font names, and
//! then `á` is `á` and not TCVN3's `ỏ`. So the words of a paragraph in such fonts are weighed together, and those too
//! short to tell follow what the font was used for before. VNI writes a letter as two characters that may stand in two
//! runs, so what is converted is a stretch of one encoding over its runs. It comes before the normal form, which drops
//! TCVN3's `ư`, a soft hyphen. The encodings themselves are `rasoat_law::text::legacy`.

use super::source::Item;
use crate::normal::map_char;
use rasoat_law::ByteSpan;
use rasoat_law::text::legacy::{Encoding, convert_as, detect, encode};

/// A font of an old encoding that the document names.
#[derive(Debug, Clone)]
pub(crate) struct LegacyFont {
    pub(crate) name: String,
    pub(crate) encoding: Encoding,
    /// How many paragraphs in it were converted, and how many were Unicode all the same.
    pub(crate) converted: usize,
    pub(crate) unicode: usize,
}

/// A character to be composed, with the items it was made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) ch: char,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The most fonts told apart. There were about two hundred in all.
const MOST_FONTS: usize = 512;

/// The place of a font among those seen, where it is one of an old encoding.
pub(crate) fn font_index(fonts: &mut Vec<LegacyFont>, name: &str) -> Option<u16> {
    let encoding = Encoding::of_font(name)?;
    let at = match fonts.iter().position(|font| font.name == name) {
        Some(at) => at,
        None if fonts.len() < MOST_FONTS => {
            fonts.push(LegacyFont { name: name.to_owned(), encoding, converted: 0, unicode: 0 });
            fonts.len() - 1
        }
        None => return None,
    };
    u16::try_from(at).ok()
}

/// The characters of a paragraph as they show, mapped but not composed; `converted` says of which items the font was
/// believed.
pub(crate) fn glyphs(items: &[Item], fonts: &mut [LegacyFont]) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(items.len());
    if !items.iter().any(|item| item.font.is_some()) {
        plain(items, 0..items.len(), &mut glyphs);
        return glyphs;
    }
    let believed = [Encoding::Tcvn3, Encoding::Vni].map(|family| believes(items, family, fonts));
    let mut at = 0;
    while at < items.len() {
        let encoding = items[at].font.and_then(|font| fonts.get(font as usize)).map(|font| font.encoding);
        let mut end = at + 1;
        while end < items.len()
            && items[end].font.and_then(|font| fonts.get(font as usize)).map(|font| font.encoding) == encoding
        {
            end += 1;
        }
        match encoding {
            Some(encoding) if believed[usize::from(encoding == Encoding::Vni)] => {
                convert(items, at..end, encoding, &mut glyphs);
            }
            _ => plain(items, at..end, &mut glyphs),
        }
        at = end;
    }
    glyphs
}

fn plain(items: &[Item], range: std::ops::Range<usize>, glyphs: &mut Vec<Glyph>) {
    glyphs.extend(range.filter_map(|at| map_char(items[at].ch).map(|ch| Glyph { ch, from: at, to: at + 1 })));
}

fn convert(items: &[Item], range: std::ops::Range<usize>, encoding: Encoding, glyphs: &mut Vec<Glyph>) {
    let mut source = String::new();
    // The item of each byte, and one more for the end.
    let mut item_of: Vec<usize> = Vec::new();
    for at in range.clone() {
        source.push(latin(items[at].ch));
        item_of.resize(source.len(), at);
    }
    item_of.push(range.end);
    let (text, map) = convert_as(&source, encoding);
    for (at, ch) in text.char_indices() {
        let Some(mapped) = map_char(ch) else { continue };
        let original = map.original_range(ByteSpan::new(at, at + ch.len_utf8()));
        let from = item_of.get(original.start).copied().unwrap_or(range.end.saturating_sub(1));
        let last = original.end.saturating_sub(1).max(original.start);
        let to = item_of.get(last).map_or(range.end, |item| item + 1).clamp(from + 1, range.end.max(from + 1));
        glyphs.push(Glyph { ch: mapped, from, to });
    }
}

/// A byte of a symbol font stands 0xF000 higher than the byte itself.
fn latin(ch: char) -> char {
    match u32::from(ch) {
        code @ 0xf020..=0xf0ff => char::from_u32(code - 0xf000).unwrap_or(ch),
        _ => ch,
    }
}

fn is_of(encoding: Encoding, family: Encoding) -> bool {
    encoding == family || family == Encoding::Tcvn3 && encoding == Encoding::Tcvn3Capitals
}

/// Whether the words of a paragraph that claim to be of one encoding are so.
fn believes(items: &[Item], family: Encoding, fonts: &mut [LegacyFont]) -> bool {
    let mut used: Vec<usize> = Vec::new();
    let mut words = String::new();
    for item in items {
        let font =
            item.font.map(usize::from).filter(|font| fonts.get(*font).is_some_and(|f| is_of(f.encoding, family)));
        match font {
            Some(font) => {
                words.push(latin(item.ch));
                if !used.contains(&font) {
                    used.push(font);
                }
            }
            None if !words.ends_with(' ') => words.push(' '),
            None => {}
        }
    }
    if words.is_ascii() {
        return false;
    }
    let (legacy, clear) = weigh(&words, family);
    let before = |count: fn(&LegacyFont) -> usize| used.iter().map(|font| count(&fonts[*font])).sum::<usize>();
    let legacy = if clear { legacy } else { before(|font| font.converted) > 0 || before(|font| font.unicode) == 0 };
    if clear || legacy {
        for font in used {
            let font = &mut fonts[font];
            *(if legacy { &mut font.converted } else { &mut font.unicode }) += 1;
        }
    }
    legacy
}

/// Whether words are of an old encoding, and whether that is clear from the words alone.
fn weigh(words: &str, family: Encoding) -> (bool, bool) {
    let unicode = words.chars().any(|ch| {
        matches!(ch, 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư')
            || matches!(ch, '\u{1ea0}'..='\u{1ef9}' | '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
    });
    if unicode {
        return (false, true);
    }
    if detect(words).is_some_and(|found| is_of(found.encoding, family)) {
        return (true, true);
    }
    // Words may be Vietnamese in both readings ("hé", "hộ"): then they say nothing.
    let (stands, converts) = (is_vietnamese(words), is_vietnamese(&convert_as(words, family).0));
    (!stands || converts, stands != converts)
}

/// Whether words are clearly Vietnamese: encoded, they would be found out.
fn is_vietnamese(words: &str) -> bool {
    [Encoding::Tcvn3, Encoding::Vni].into_iter().any(|encoding| {
        encode(words, encoding).is_some_and(|encoded| detect(&encoded).is_some_and(|found| found.encoding == encoding))
    })
}
