//! Documents that programs hand us as JSON: our own import schema, what `rasoat parse` prints, and the shape in
//! which published collections of Vietnamese law keep a text beside its metadata.
//!
//! A file may be one record, an array of them, or one record a line; a record that cannot be read is refused alone.
//! Dates come as `24/11/2015` as often as in ISO. The text is taken from the file's own string, escape by escape, so
//! that each word has its bytes (RFC 8259).

use crate::text::{self, decode::Decoded};
use crate::trace::{Origin, Reading, Trail, Width, settle};
use crate::{
    Extracted, Format, FormatError, Found, Limits, Problem, Relation, RelationKind, SourceMetadata, normalise,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// One record, of whichever shape: its known fields. Others (a tree, say) are passed over without being kept.
struct Record<'a> {
    fields: Map<String, Value>,
    text: Option<(&'static str, &'a RawValue)>,
}

/// The names a field goes by, our own first.
const SO_HIEU: &[&str] = &["so_hieu", "so_hieu_van_ban", "so_ky_hieu"];
const KIND: &[&str] = &["kind", "loai_van_ban"];
const TITLE: &[&str] = &["title", "ten_van_ban", "trich_yeu"];
const ISSUER: &[&str] = &["issuer", "noi_ban_hanh", "co_quan_ban_hanh"];
const ISSUED: &[&str] = &["issued", "ngay_ban_hanh"];
const EFFECTIVE: &[&str] = &["effective", "ngay_hieu_luc", "ngay_co_hieu_luc"];
const EXPIRES: &[&str] = &["expires", "ngay_het_hieu_luc"];
const STATUS: &[&str] = &["status", "tinh_trang_hieu_luc", "tinh_trang"];
const SIGNER: &[&str] = &["signer", "nguoi_ky"];
const PLACE: &[&str] = &["place", "dia_danh"];
const RELATIONS: &[&str] = &["relations", "van_ban_lien_quan"];
const TEXT: &[&str] = &["text", "raw_text"];
const METADATA: &[&str] = &["metadata"];

/// Fields that are kept as values.
const KEPT: &[&[&str]] =
    &[SO_HIEU, KIND, TITLE, ISSUER, ISSUED, EFFECTIVE, EXPIRES, STATUS, SIGNER, PLACE, RELATIONS, METADATA];

impl<'de> Deserialize<'de> for Record<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KnownFields;
        impl<'de> Visitor<'de> for KnownFields {
            type Value = Record<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object that holds a document")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Record<'de>, A::Error> {
                let mut record = Record { fields: Map::new(), text: None };
                while let Some(name) = fields.next_key::<String>()? {
                    if let Some(name) = TEXT.iter().find(|text| **text == name) {
                        if record.text.is_some_and(|(other, _)| other == *name) {
                            return Err(A::Error::custom(format_args!("the field \"{name}\" stands twice")));
                        }
                        let value = fields.next_value::<&RawValue>()?;
                        if record.text.is_none() || *name == TEXT[0] {
                            record.text = Some((name, value));
                        }
                    } else if KEPT.iter().any(|names| names.contains(&name.as_str())) {
                        let value = fields.next_value()?;
                        record.fields.entry(name).or_insert(value);
                    } else {
                        fields.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(record)
            }
        }
        deserializer.deserialize_map(KnownFields)
    }
}

/// What came of each record.
type Records = Vec<Result<Extracted, FormatError>>;

/// Reads a file that starts like JSON; `None` where it is not JSON and its name does not claim to be.
pub(crate) fn read_one(name: &str, decoded: &Decoded, limits: &Limits) -> Option<Result<Extracted, FormatError>> {
    match read_all(name, decoded, limits)? {
        Ok(mut records) => Some(match records.len() {
            0 => Err(FormatError::Empty),
            1 => records.remove(0),
            count => Err(FormatError::Several { count }),
        }),
        Err(error) => Some(Err(error)),
    }
}

/// Every record of a file that starts like JSON, each read or refused on its own.
pub(crate) fn read_all(name: &str, decoded: &Decoded, limits: &Limits) -> Option<Result<Records, FormatError>> {
    let source = decoded.text.trim_start_matches('\u{feff}');
    let claims = text::has_extension(name, &["json", "jsonl", "ndjson"]);
    let start = source.trim_start();
    let read = |index: usize, raw: &str| {
        limits.interrupt.check()?;
        let record = serde_json::from_str::<Record<'_>>(raw).map_err(|error| json_error(index, &error))?;
        record.read(index, decoded, limits)
    };
    if start.starts_with('[') {
        return match serde_json::from_str::<Vec<&RawValue>>(start) {
            Ok(values) => Some(stopped(values.iter().enumerate().map(|(index, value)| read(index + 1, value.get())))),
            Err(error) if claims => Some(Err(json_error(0, &error))),
            Err(_) => None,
        };
    }
    if is_a_record_a_line(name, source) {
        let lines = source.lines().filter(|line| !line.trim().is_empty());
        return Some(stopped(lines.enumerate().map(|(index, line)| read(index + 1, line))));
    }
    match serde_json::from_str::<Record<'_>>(start) {
        Ok(record) => {
            let holds_text = record.text.is_some_and(|(_, raw)| raw.get().starts_with('"'));
            (claims || holds_text).then(|| stopped(std::iter::once(record.read(0, decoded, limits))))
        }
        Err(error) if claims => Some(Err(json_error(0, &error))),
        Err(_) => None,
    }
}

/// Gathers what came of each record, unless reading was stopped.
fn stopped(records: impl Iterator<Item = Result<Extracted, FormatError>>) -> Result<Records, FormatError> {
    let mut gathered = Vec::new();
    for record in records {
        if matches!(record, Err(FormatError::Interrupted)) {
            return Err(FormatError::Interrupted);
        }
        gathered.push(record);
    }
    Ok(gathered)
}

/// One record a line: the first line is a whole record and there are more, or the name says so.
fn is_a_record_a_line(name: &str, source: &str) -> bool {
    let mut lines = source.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    text::has_extension(name, &["jsonl", "ndjson"])
        || (lines.next().is_some() && serde_json::from_str::<Record<'_>>(first).is_ok())
}

/// `record` counts from 1; 0 where the file is one record.
fn json_error(record: usize, error: &serde_json::Error) -> FormatError {
    if error.is_eof() {
        return FormatError::Truncated;
    }
    let place = if record > 0 { format!("record {record}, ") } else { String::new() };
    FormatError::damaged(format!("{place}JSON: {error}"))
}

impl Record<'_> {
    /// What the record, or else its `metadata`, says under any of these names, and under which.
    fn value(&self, names: &[&'static str]) -> Option<(&'static str, &Value)> {
        let inner = self.fields.get("metadata").and_then(Value::as_object);
        std::iter::once(&self.fields)
            .chain(inner)
            .flat_map(|fields| names.iter().filter_map(|name| fields.get(*name).map(|value| (*name, value))))
            .find(|(_, value)| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }

    fn read(&self, record: usize, decoded: &Decoded, limits: &Limits) -> Result<Extracted, FormatError> {
        let Some((name, raw)) = self.text else {
            return Err(FormatError::NotADocument { found: Found::Json });
        };
        if !raw.get().starts_with('"') {
            let field = name.to_owned();
            return Err(FormatError::Field { record, field, found: type_of(raw.get()) });
        }
        let size = raw.get().len() as u64;
        if size > limits.input_bytes {
            return Err(FormatError::TooLarge { size, limit: limits.input_bytes });
        }
        let base = raw.get().as_ptr() as usize - decoded.text.as_ptr() as usize;
        let (text, trail) = unescaped(raw.get(), base);
        let origin = Origin::Bytes(vec![(&decoded.text, trail), ("", decoded.trail.clone())]);
        let settled = settle(&text, origin, decoded.reading, None, limits)?;
        if settled.text.trim().is_empty() {
            return Err(FormatError::Empty);
        }
        let mut problems = decoded.problems.clone();
        problems.extend(settled.problems);
        let metadata = self.metadata(&mut problems, decoded.reading);
        Ok(Extracted {
            format: Format::Json,
            text: settled.text,
            places: settled.places,
            pages: None,
            margin: crate::Margin::default(),
            problems,
            metadata,
        })
    }

    fn metadata(&self, problems: &mut Vec<Problem>, reading: Reading) -> SourceMetadata {
        let mut word = |names: &[&'static str]| {
            let (name, value) = self.value(names)?;
            let word = scalar(value, reading);
            if word.is_none() {
                problems.push(Problem::FieldLeftOut { field: name.to_owned() });
            }
            word
        };
        let mut metadata = SourceMetadata {
            so_hieu: word(SO_HIEU),
            kind: word(KIND),
            title: word(TITLE),
            issuer: word(ISSUER),
            signer: word(SIGNER),
            place: word(PLACE),
            status: word(STATUS),
            ..SourceMetadata::default()
        };
        let (issued, effective, expires) = (word(ISSUED), word(EFFECTIVE), word(EXPIRES));
        let mut date = |written: Option<String>| {
            let written = written?;
            let date = iso_date(&written);
            if date.is_none() {
                problems.push(Problem::UnreadableDate { value: written });
            }
            date
        };
        metadata.issued = date(issued);
        metadata.effective = date(effective);
        metadata.expires = date(expires);
        if let Some((name, value)) = self.value(RELATIONS) {
            match relations(value) {
                Some(relations) => metadata.relations = relations,
                None => problems.push(Problem::FieldLeftOut { field: name.to_owned() }),
            }
        }
        metadata
    }
}

/// `[{"kind": "amends", "document": "…", "title": "…"}]`, or `{"Văn bản căn cứ": ["…"]}` as crawlers keep them.
fn relations(value: &Value) -> Option<Vec<Relation>> {
    let text = |value: Option<&Value>| value.and_then(|value| scalar(value, Reading::Judged)).unwrap_or_default();
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| {
                let item = item.as_object()?;
                let title = text(item.get("title"));
                let label = text(item.get("label"));
                let stated = item.get("kind").and_then(|kind| RelationKind::deserialize(kind).ok());
                let document = Some(text(item.get("document"))).filter(|number| !number.is_empty());
                Some(Relation {
                    kind: stated.unwrap_or_else(|| RelationKind::of_label(&label)),
                    document: document.or_else(|| Relation::number_in(&title)),
                    label,
                    title,
                })
            })
            .collect(),
        Value::Object(lists) => {
            let mut relations = Vec::new();
            for (label, items) in lists {
                for item in items.as_array()? {
                    relations.push(Relation::of(label, &text(Some(item))));
                }
            }
            Some(relations)
        }
        _ => None,
    }
}

fn type_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}

/// A string of JSON as its characters; `base` is where it stands in the file.
fn unescaped(raw: &str, base: usize) -> (String, Trail) {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    let base = base + 1;
    let mut text = String::with_capacity(inner.len());
    let mut trail = Trail::default();
    let mut at = 0;
    while at < inner.len() {
        let rest = &inner[at..];
        let plain = rest.find('\\').unwrap_or(rest.len());
        if plain > 0 {
            trail.push(text.len(), base + at, base + at + plain, Width::Same);
            text.push_str(&rest[..plain]);
            at += plain;
            continue;
        }
        let (ch, length) = escape(rest);
        trail.push(text.len(), base + at, base + at + length, Width::Whole);
        text.push(ch);
        at += length;
    }
    (text, trail)
}

/// The character an escape stands for, and how long it is. The JSON reader has seen that it is whole.
fn escape(rest: &str) -> (char, usize) {
    let unit = |rest: &str| rest.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let ch = match rest.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(first) = unit(rest) else { return ('\u{fffd}', rest.len().min(2)) };
            let pair = rest.get(6..).filter(|next| next.starts_with("\\u")).and_then(unit);
            return match (char::from_u32(first), pair) {
                (Some(ch), _) => (ch, 6),
                (None, Some(second)) if (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second) => {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    (char::from_u32(code).unwrap_or('\u{fffd}'), 12)
                }
                _ => ('\u{fffd}', 6),
            };
        }
        Some(other) if other.is_ascii() => char::from(*other),
        _ => return ('\u{fffd}', 1),
    };
    (ch, 2)
}

/// A field as words: trimmed and in normal form, absent where it is no single value.
fn scalar(value: &Value, reading: Reading) -> Option<String> {
    let written = match value {
        Value::String(text) => match reading {
            Reading::As(encoding) => normalise(&rasoat_law::text::legacy::convert_as(text, encoding).0),
            Reading::Judged => normalise(&rasoat_law::text::legacy::convert(text).text),
        },
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let written = written.trim();
    (!written.is_empty()).then(|| written.to_owned())
}

/// A date as `2015-11-24`, read from that form, from `24/11/2015`, or from "ngày 24 tháng 11 năm 2015".
pub(crate) fn iso_date(written: &str) -> Option<String> {
    let numbers: Vec<&str> =
        written.split(|ch: char| !ch.is_ascii_digit()).filter(|part| !part.is_empty()).take(4).collect();
    let [first, second, third, ..] = numbers.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 { (*first, *second, *third) } else { (*third, *second, *first) };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let (year, month, day): (u16, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    ((1..=days).contains(&day) && year >= 1800).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
