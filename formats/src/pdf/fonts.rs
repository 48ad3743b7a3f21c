//! What the letters of a PDF's fonts are: Unicode, width, and whether the font is one of an encoding older than that.
//!
//! A PDF draws shapes; what letter a shape is stands in a map beside the font (ISO 32000-2, 9.10), and writers leave
//! it out, or fill it with the Latin letters that a font of TCVN3 or VNI only pretends to have.

use super::open::unpack;
use crate::FormatError;
use hayro_font::hayro_cmap::BfString;
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, UNITS_PER_EM};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream};
use rasoat_law::text::legacy::Encoding;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Fonts of one document that are kept; the rest draw nothing that is read.
const FONTS: usize = 4096;

/// A code of a font.
#[derive(Clone)]
pub(super) struct Code {
    /// What it says; empty where the font does not tell.
    pub(super) text: Rc<str>,
    /// In ems.
    pub(super) advance: f64,
}

struct Loaded<'a> {
    font: Font<'a>,
    name: String,
    legacy: Option<Encoding>,
    bold: bool,
    codes: HashMap<u32, Code>,
    unmapped: usize,
}

/// The fonts met so far, each read once.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    substitutes: FontResolverFn,
    named_maps: CMapResolverFn,
    known: HashMap<Key, Option<usize>>,
    loaded: Vec<Loaded<'a>>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Object(ObjectIdentifier),
    Inline(Vec<u8>),
}

impl Default for Fonts<'_> {
    fn default() -> Self {
        Self {
            cache: FontCache::new(),
            // The outlines are never drawn, but a font without a program of its own is refused without a substitute.
            substitutes: Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
            }),
            named_maps: Arc::new(|_| None),
            known: HashMap::new(),
            loaded: Vec::new(),
        }
    }
}

impl<'a> Fonts<'a> {
    /// Reads a font, or finds it among those read; `None` where it cannot be read.
    pub(super) fn load(&mut self, dict: &Dict<'a>, room: u64) -> Result<Option<usize>, FormatError> {
        let key = match dict.obj_id() {
            Some(id) => Key::Object(id),
            None => Key::Inline(dict.data().to_vec()),
        };
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        check_streams(dict, room)?;
        let index = if self.loaded.len() < FONTS { self.read(dict) } else { None };
        self.known.insert(key, index);
        Ok(index)
    }

    fn read(&mut self, dict: &Dict<'a>) -> Option<usize> {
        let font = self.cache.font(dict, &self.substitutes, &self.named_maps)?;
        let name = dict.get::<Name<'_>>(b"BaseFont").map(|name| name.as_str().to_owned()).unwrap_or_default();
        let name = match name.split_once('+') {
            Some((tag, rest)) if tag.len() == 6 => rest.to_owned(),
            _ => name,
        };
        let lower = name.to_ascii_lowercase();
        self.loaded.push(Loaded {
            font,
            legacy: legacy_encoding(&name),
            bold: lower.contains("bold") || lower.contains("black") || lower.contains("heavy"),
            name,
            codes: HashMap::new(),
            unmapped: 0,
        });
        Some(self.loaded.len() - 1)
    }

    pub(super) fn next_code(&self, font: usize, bytes: &[u8], at: usize) -> (u32, usize) {
        self.loaded[font].font.read_code(bytes, at)
    }

    pub(super) fn code(&mut self, font: usize, code: u32) -> Code {
        let loaded = &mut self.loaded[font];
        let known = loaded.codes.entry(code).or_insert_with(|| {
            let said = match loaded.font.glyph(loaded.font.map_code(code), code) {
                FontGlyph::Outline(glyph) => glyph.as_unicode(),
                FontGlyph::Type3(glyph) => glyph.as_unicode(),
            };
            let text: String = match said {
                Some(BfString::Char(ch)) => spelled(&[ch]),
                Some(BfString::String(text)) => spelled(&text.chars().collect::<Vec<_>>()),
                None => String::new(),
            };
            let advance = f64::from(UNITS_PER_EM).recip() * loaded.font.code_advance(code).x;
            Code { text: Rc::from(text), advance: if advance.is_finite() { advance } else { 0.0 } }
        });
        if known.text.is_empty() {
            loaded.unmapped += 1;
        }
        known.clone()
    }

    pub(super) fn is_bold(&self, font: usize) -> bool {
        self.loaded[font].bold
    }

    pub(super) fn legacy(&self, font: usize) -> Option<Encoding> {
        self.loaded[font].legacy
    }

    pub(super) fn name(&self, font: usize) -> &str {
        &self.loaded[font].name
    }

    /// The font with the most letters it did not tell.
    pub(super) fn most_unmapped(&self) -> Option<&str> {
        let worst = self.loaded.iter().max_by_key(|font| font.unmapped)?;
        (worst.unmapped > 0).then_some(worst.name.as_str())
    }
}

/// What is read where a font draws these characters.
fn spelled(chars: &[char]) -> String {
    let mut text = String::new();
    for ch in chars {
        match ch {
            '\u{fb00}' => text.push_str("ff"),
            '\u{fb01}' => text.push_str("fi"),
            '\u{fb02}' => text.push_str("fl"),
            '\u{fb03}' => text.push_str("ffi"),
            '\u{fb04}' => text.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
            other => text.extend(letter(*other)),
        }
    }
    text
}

/// A character as it is read: private ones as far as writers of laws use them.
fn letter(ch: char) -> Option<char> {
    match ch {
        '\0' | '\u{fffd}' | '\u{ffff}' => None,
        // Symbol and Wingdings, whose codes Word puts into the private area.
        '\u{f0b7}' | '\u{f0a7}' | '\u{f0a8}' | '\u{f06c}' | '\u{f076}' | '\u{f0d8}' => Some('•'),
        '\u{f02d}' => Some('-'),
        '\u{f02b}' => Some('+'),
        '\u{f020}' => Some(' '),
        '\u{f0b3}' => Some('≥'),
        '\u{f0a3}' => Some('≤'),
        '\u{f0b1}' => Some('±'),
        '\u{f0b4}' => Some('×'),
        '\u{f0b0}' => Some('°'),
        '\u{e000}'..='\u{f8ff}' => None,
        _ => Some(ch),
    }
}

/// PDF writes the name of `.VnTime` as it is, or without the point, which some writers drop.
fn legacy_encoding(name: &str) -> Option<Encoding> {
    let plain = name.split([',', '-']).next().unwrap_or(name);
    if name.to_ascii_lowercase().starts_with("vni") {
        return Some(Encoding::Vni);
    }
    let dotted = if plain.starts_with('.') { plain.to_owned() } else { format!(".{plain}") };
    let known = dotted.strip_prefix(".Vn")?.chars().next()?;
    if known.is_ascii_uppercase() { Encoding::of_font(&dotted) } else { None }
}

/// Everything the font reader would unpack without a bound.
fn check_streams(dict: &Dict<'_>, room: u64) -> Result<(), FormatError> {
    let check = |dict: &Dict<'_>, keys: &[&str]| {
        for key in keys {
            if let Some(stream) = dict.get::<Stream<'_>>(key) {
                unpack(&stream, room)?;
            }
        }
        Ok::<(), FormatError>(())
    };
    check(dict, &["ToUnicode", "Encoding"])?;
    let mut dicts = vec![dict.clone()];
    if let Some(descendants) = dict.get::<Array<'_>>(b"DescendantFonts") {
        dicts.extend(descendants.iter::<Dict<'_>>().take(4));
    }
    for font in dicts {
        check(&font, &["CIDToGIDMap"])?;
        if let Some(descriptor) = font.get::<Dict<'_>>(b"FontDescriptor") {
            check(&descriptor, &["FontFile", "FontFile2", "FontFile3"])?;
        }
    }
    Ok(())
}
