//! Styles and the theme, as far as they decide what the text is: automatic numbers, hidden text and the fonts of old
//! encodings come through them (ECMA-376 part 1, 17.7 and 20.1.4.1).

use super::xml;
use crate::FormatError;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Styles are based on one another; a chain longer than this is a circle.
const LONGEST_CHAIN: usize = 32;

/// A document's styles.
#[derive(Default)]
pub(crate) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
    default_font: Option<String>,
}

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    num_id: Option<u32>,
    level: Option<usize>,
    vanish: Option<bool>,
    font: Option<String>,
}

/// The two fonts of a document's theme.
#[derive(Default)]
pub(crate) struct Theme {
    major: Option<String>,
    minor: Option<String>,
}

impl Theme {
    pub(crate) fn read(source: &str) -> Result<Self, FormatError> {
        let mut theme = Self::default();
        let mut major = None;
        let mut reader = xml::reader(source);
        loop {
            match reader.read_event().map_err(xml::broken)? {
                Event::Start(tag) | Event::Empty(tag) => match xml::local(&tag) {
                    "majorFont" => major = Some(true),
                    "minorFont" => major = Some(false),
                    "latin" => {
                        let font = xml::attribute(&tag, "typeface");
                        match major {
                            Some(true) => theme.major = theme.major.or(font),
                            Some(false) => theme.minor = theme.minor.or(font),
                            None => {}
                        }
                    }
                    _ => {}
                },
                Event::End(tag) if matches!(xml::local_end(&tag), "majorFont" | "minorFont") => major = None,
                Event::Eof => return Ok(theme),
                _ => {}
            }
        }
    }

    /// The font that a `w:rFonts` sets Latin letters in; `None` where it says nothing of these.
    pub(crate) fn font_of(&self, fonts: &BytesStart<'_>) -> Option<String> {
        let themed = |name: &str| {
            let theme = xml::attribute(fonts, name)?;
            (if theme.starts_with("major") { &self.major } else { &self.minor }).clone()
        };
        themed("hAnsiTheme")
            .or_else(|| xml::attribute(fonts, "hAnsi"))
            .or_else(|| themed("asciiTheme"))
            .or_else(|| xml::attribute(fonts, "ascii"))
    }
}

/// The list a paragraph style puts its paragraphs in.
pub(crate) struct StyleNumber<'a> {
    pub(crate) num_id: u32,
    pub(crate) level: Option<usize>,
    /// The styles from the paragraph's own to the one that names the list.
    pub(crate) chain: Vec<&'a str>,
}

impl Styles {
    pub(crate) fn read(source: &str, theme: &Theme) -> Result<Self, FormatError> {
        let mut styles = Self::default();
        let mut open: Option<(String, Style)> = None;
        let mut path: Vec<String> = Vec::new();
        let mut reader = xml::reader(source);
        loop {
            let event = reader.read_event().map_err(xml::broken)?;
            let (tag, stays_open) = match event {
                Event::Start(tag) => (tag, true),
                Event::Empty(tag) => (tag, false),
                Event::End(_) => {
                    if path.pop().as_deref() == Some("style")
                        && let Some((id, style)) = open.take()
                    {
                        styles.by_id.entry(id).or_insert(style);
                    }
                    continue;
                }
                Event::Eof => return Ok(styles),
                _ => continue,
            };
            let name = xml::local(&tag).to_owned();
            let value = || xml::attribute(&tag, "val");
            if name == "style" {
                let id = xml::attribute(&tag, "styleId").unwrap_or_default();
                let default = xml::attribute(&tag, "default")
                    .is_some_and(|default| matches!(default.as_str(), "1" | "true" | "on"));
                if default && xml::attribute(&tag, "type").as_deref() == Some("paragraph") {
                    styles.default_paragraph = Some(id.clone());
                }
                open = Some((id, Style::default()));
            } else if let Some((_, style)) = &mut open {
                let parents: Vec<&str> =
                    path.iter().skip_while(|step| *step != "style").skip(1).map(String::as_str).collect();
                match (parents.as_slice(), name.as_str()) {
                    ([], "basedOn") => style.based_on = value(),
                    (["pPr", "numPr"], "numId") => {
                        style.num_id = value().and_then(|value| value.parse().ok());
                    }
                    (["pPr", "numPr"], "ilvl") => {
                        style.level = value().and_then(|value| value.parse().ok());
                    }
                    (["rPr"], "vanish") => style.vanish = Some(xml::is_on(&tag)),
                    (["rPr"], "rFonts") => style.font = theme.font_of(&tag),
                    _ => {}
                }
            } else if name == "rFonts" && path.iter().any(|step| step == "rPrDefault") {
                styles.default_font = theme.font_of(&tag);
            }
            if stays_open {
                path.push(name);
            } else if name == "style"
                && let Some((id, style)) = open.take()
            {
                styles.by_id.entry(id).or_insert(style);
            }
        }
    }

    /// The style of a paragraph that names none.
    pub(crate) fn default_paragraph(&self) -> Option<&str> {
        self.default_paragraph.as_deref()
    }

    /// The list that a paragraph style puts its paragraphs in.
    pub(crate) fn number(&self, style: &str) -> Option<StyleNumber<'_>> {
        let mut chain = Vec::new();
        let mut level = None;
        for (id, style) in self.chain(style) {
            chain.push(id);
            level = level.or(style.level);
            if let Some(num_id) = style.num_id {
                return Some(StyleNumber { num_id, level, chain });
            }
        }
        None
    }

    /// Whether a style hides its text; `None` where it says nothing.
    pub(crate) fn vanish(&self, style: &str) -> Option<bool> {
        self.chain(style).find_map(|(_, style)| style.vanish)
    }

    /// The font a style sets its text in; `None` where it says nothing.
    pub(crate) fn font(&self, style: &str) -> Option<&str> {
        self.chain(style).find_map(|(_, style)| style.font.as_deref())
    }

    /// The font of text that no style and no run sets one for.
    pub(crate) fn default_font(&self) -> Option<&str> {
        self.default_font.as_deref()
    }

    fn chain<'a>(&'a self, style: &str) -> impl Iterator<Item = (&'a str, &'a Style)> {
        let mut next = self.by_id.get_key_value(style);
        std::iter::from_fn(move || {
            let (id, style) = next?;
            next = style.based_on.as_ref().and_then(|base| self.by_id.get_key_value(base));
            Some((id.as_str(), style))
        })
        .take(LONGEST_CHAIN)
    }
}
