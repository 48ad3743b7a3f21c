//! Documents that programs hand us as JSON: our own import schema, what `rasoat parse` prints, and the shape in
//! which published collections of Vietnamese law keep a text beside its metadata.
//!
//! A file may be one record, an array of them, or one record a line. Dates come as `24/11/2015` as often as in ISO.

use crate::{Extracted, Format, FormatError, Found, Problem, SourceMetadata, normalise, text};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// One record, of whichever shape: its known fields. Others (a tree, say) are passed over without being kept.
struct Record(Map<String, Value>);

/// The names a field goes by, our own first.
const SO_HIEU: &[&str] = &["so_hieu", "so_hieu_van_ban", "so_ky_hieu"];
const KIND: &[&str] = &["kind", "loai_van_ban"];
const TITLE: &[&str] = &["title", "ten_van_ban", "trich_yeu"];
const ISSUER: &[&str] = &["issuer", "noi_ban_hanh", "co_quan_ban_hanh"];
const ISSUED: &[&str] = &["issued", "ngay_ban_hanh"];
const EFFECTIVE: &[&str] = &["effective", "ngay_hieu_luc", "ngay_co_hieu_luc"];
const SIGNER: &[&str] = &["signer", "nguoi_ky"];
const PLACE: &[&str] = &["place", "dia_danh"];
const TEXT: &[&str] = &["text", "raw_text"];
const METADATA: &[&str] = &["metadata"];

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KnownFields;
        impl<'de> Visitor<'de> for KnownFields {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object that holds a document")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Record, A::Error> {
                let mut known = Map::new();
                while let Some(name) = fields.next_key::<String>()? {
                    let wanted = [SO_HIEU, KIND, TITLE, ISSUER, ISSUED, EFFECTIVE, SIGNER, PLACE, TEXT, METADATA]
                        .iter()
                        .any(|names| names.contains(&name.as_str()));
                    if wanted {
                        known.insert(name, fields.next_value()?);
                    } else {
                        fields.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Record(known))
            }
        }
        deserializer.deserialize_map(KnownFields)
    }
}

/// Reads a file that starts like JSON; `None` where it is not JSON and its name does not claim to be.
pub(crate) fn read_one(name: &str, source: &str) -> Option<Result<Extracted, FormatError>> {
    match read_all(name, source)? {
        Ok(mut records) => Some(match records.len() {
            0 => Err(FormatError::Empty),
            1 => records.remove(0),
            count => Err(FormatError::Several { count }),
        }),
        Err(error) => Some(Err(error)),
    }
}

/// Every record of a file that starts like JSON, each read or refused on its own.
pub(crate) fn read_all(name: &str, source: &str) -> Option<Result<Vec<Result<Extracted, FormatError>>, FormatError>> {
    let source = source.trim_start_matches('\u{feff}');
    let claims = text::has_extension(name, &["json", "jsonl", "ndjson"]);
    let start = source.trim_start();
    if start.starts_with('[') {
        return match serde_json::from_str::<Vec<Value>>(start) {
            Ok(values) => Some(Ok(values.into_iter().map(read_value).collect())),
            Err(error) if claims => Some(Err(json_error(&error))),
            Err(_) => None,
        };
    }
    if let Some(lines) = lines_of_records(name, source) {
        return Some(Ok(lines));
    }
    match serde_json::from_str::<Record>(start) {
        Ok(record) => {
            if !claims && record.text().is_none() {
                return None;
            }
            Some(Ok(vec![record.read()]))
        }
        Err(error) if claims => Some(Err(json_error(&error))),
        Err(_) => None,
    }
}

/// One record a line, where the first line is a whole record and there are more.
fn lines_of_records(name: &str, source: &str) -> Option<Vec<Result<Extracted, FormatError>>> {
    let mut lines = source.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    let claims = text::has_extension(name, &["jsonl", "ndjson"]);
    if !claims && (lines.next().is_none() || serde_json::from_str::<Record>(first).is_err()) {
        return None;
    }
    let records = source
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| match serde_json::from_str::<Record>(line) {
            Ok(record) => record.read(),
            Err(error) => Err(json_error(&error)),
        })
        .collect();
    Some(records)
}

fn read_value(value: Value) -> Result<Extracted, FormatError> {
    serde_json::from_value::<Record>(value).map_err(|error| json_error(&error))?.read()
}

fn json_error(error: &serde_json::Error) -> FormatError {
    if error.is_eof() { FormatError::Truncated } else { FormatError::damaged(format!("JSON: {error}")) }
}

impl Record {
    fn text(&self) -> Option<&str> {
        TEXT.iter().find_map(|name| self.0.get(*name).and_then(Value::as_str))
    }

    /// What the record, or else its `metadata`, says under any of these names.
    fn field(&self, names: &[&str]) -> Option<String> {
        let inner = self.0.get("metadata").and_then(Value::as_object);
        std::iter::once(&self.0)
            .chain(inner)
            .flat_map(|fields| names.iter().filter_map(|name| fields.get(*name)))
            .find_map(scalar)
    }

    fn read(&self) -> Result<Extracted, FormatError> {
        let Some(text) = self.text() else {
            return Err(FormatError::NotADocument { found: Found::Json });
        };
        let text = normalise(text);
        if text.trim().is_empty() {
            return Err(FormatError::Empty);
        }
        let mut problems = Vec::new();
        let mut date = |names: &[&str]| {
            let written = self.field(names)?;
            let date = iso_date(&written);
            if date.is_none() {
                problems.push(Problem::UnreadableDate { value: written });
            }
            date
        };
        let (issued, effective) = (date(ISSUED), date(EFFECTIVE));
        Ok(Extracted {
            format: Format::Json,
            places: Vec::new(),
            pages: None,
            margin: crate::Margin::default(),
            metadata: SourceMetadata {
                so_hieu: self.field(SO_HIEU),
                kind: self.field(KIND),
                title: self.field(TITLE),
                issuer: self.field(ISSUER),
                issued,
                effective,
                signer: self.field(SIGNER),
                place: self.field(PLACE),
            },
            problems,
            text,
        })
    }
}

/// A field as words: trimmed and in normal form, absent where it says nothing.
fn scalar(value: &Value) -> Option<String> {
    let written = match value {
        Value::String(text) => normalise(text),
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
