//! Unpacking with a measure: a ZIP or GZIP of a few kilobytes can hold more than a machine has.
//!
//! What an archive says about its sizes is a claim by a stranger, so bytes are counted as they come out.

use crate::{FormatError, Limits, normalise};
use std::collections::HashMap;
use std::io::{Cursor, ErrorKind, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Below this, growing is never held against a part: short XML may well be nothing but repetition.
const RATIO_FREE: u64 = 4 << 20;

/// A ZIP archive, opened, with a count of what was unpacked from it.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    by_name: HashMap<String, usize>,
    spent: u64,
    limits: &'a Limits,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, FormatError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| opening_error(bytes, &error))?;
        if archive.len() > limits.entries {
            return Err(FormatError::Bomb {
                what: format!("{} members, more than the {} allowed", archive.len(), limits.entries),
            });
        }
        let mut by_name = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                by_name.entry(part_key(&name)).or_insert(index);
            }
        }
        Ok(Self { archive, by_name, spent: 0, limits })
    }

    pub(crate) fn len(&self) -> usize {
        self.archive.len()
    }

    /// Whether a part of that name exists. Part names know no letter case (ISO 29500-2).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&part_key(name))
    }

    pub(crate) fn has_folder(&self, prefix: &str) -> bool {
        self.by_name.keys().any(|name| name.starts_with(prefix))
    }

    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.by_name.get(&part_key(name)).copied()
    }

    /// A member's name, in whichever code page its packer wrote it, without steps that lead out of the archive.
    pub(crate) fn name_at(&mut self, index: usize) -> String {
        let name = match self.archive.by_index_raw(index) {
            Ok(member) => name_from(member.name_raw(), &member.name().unwrap_or_default()),
            Err(_) => String::new(),
        };
        let name = plain_path(&name);
        if name.is_empty() { format!("{}", index + 1) } else { name }
    }

    pub(crate) fn is_folder(&mut self, index: usize) -> bool {
        self.archive.by_index_raw(index).is_ok_and(|member| member.is_dir())
    }

    pub(crate) fn is_encrypted(&mut self) -> bool {
        (0..self.archive.len()).any(|index| self.archive.by_index_raw(index).is_ok_and(|member| member.encrypted()))
    }

    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, FormatError> {
        match self.index_of(name) {
            Some(index) => self.read_at(index).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn read_at(&mut self, index: usize) -> Result<Vec<u8>, FormatError> {
        let room = self.limits.expanded_bytes.saturating_sub(self.spent);
        let unpacked = self.read_at_most(index, room)?;
        self.spent += unpacked.len() as u64;
        Ok(unpacked)
    }

    /// Reads a member of at most `room` bytes, whatever was read before.
    pub(crate) fn read_at_most(&mut self, index: usize, room: u64) -> Result<Vec<u8>, FormatError> {
        // No member is packed in more bytes than stand before the directory, whatever it claims.
        let whole = self.archive.central_directory_start();
        let member = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                FormatError::Encrypted
            }
            ZipError::Io(error) => reading_error(&error),
            other => FormatError::damaged(other.to_string()),
        })?;
        let packed = member.compressed_size().min(whole);
        read_measured(member, packed, room, self.limits)
    }

    /// The archive itself, to copy members from unread.
    pub(crate) fn into_archive(self) -> ZipArchive<Cursor<&'a [u8]>> {
        self.archive
    }
}

/// The name of a member from its bytes. Packers of Vietnamese systems write UTF-8 without saying so, or windows-1258;
/// what is neither is taken as the archive's reader does (code page 437).
fn name_from(raw: &[u8], as_read: &str) -> String {
    if raw.is_ascii() {
        return as_read.to_owned();
    }
    if let Ok(name) = std::str::from_utf8(raw) {
        return normalise(name);
    }
    let (name, _) = encoding_rs::WINDOWS_1258.decode_without_bom_handling(raw);
    let name = normalise(&name);
    let vietnamese = |ch: char| ch.is_ascii() || matches!(ch, 'À'..='ỹ' | '–');
    if name.chars().all(vietnamese) { name } else { normalise(as_read) }
}

/// A path without `..`, drives, roots and characters that no name has.
fn plain_path(name: &str) -> String {
    let ends_in_folder = name.ends_with(['/', '\\']);
    let mut steps: Vec<String> = Vec::new();
    for step in name.split(['/', '\\']) {
        let step: String = step.chars().filter(|ch| !ch.is_control()).collect();
        let is_drive = steps.is_empty() && step.len() == 2 && step.ends_with(':');
        if !matches!(step.as_str(), "" | "." | "..") && !is_drive {
            steps.push(step);
        }
    }
    let mut path = steps.join("/");
    if ends_in_folder && !path.is_empty() {
        path.push('/');
    }
    path
}

/// The name a part is looked up by.
pub(crate) fn part_key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// What a GZIP file holds.
pub(crate) fn gunzip(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, FormatError> {
    let decoder = flate2::read::MultiGzDecoder::new(bytes);
    read_measured(decoder, bytes.len() as u64, limits.expanded_bytes, limits)
}

/// A name without its `.gz`.
pub(crate) fn without_gz(name: &str) -> &str {
    name.get(name.len().saturating_sub(3)..)
        .filter(|end| end.eq_ignore_ascii_case(".gz"))
        .map_or(name, |end| &name[..name.len() - end.len()])
}

fn read_measured(mut source: impl Read, packed: u64, room: u64, limits: &Limits) -> Result<Vec<u8>, FormatError> {
    let mut unpacked = Vec::new();
    let mut chunk = vec![0_u8; 64 << 10];
    loop {
        limits.interrupt.check()?;
        let count = match source.read(&mut chunk) {
            Ok(0) => return Ok(unpacked),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(reading_error(&error)),
        };
        unpacked.extend_from_slice(&chunk[..count]);
        let size = unpacked.len() as u64;
        if size > room {
            return Err(FormatError::Bomb { what: format!("more than {} bytes", limits.expanded_bytes) });
        }
        if size > RATIO_FREE && size / packed.max(1) > limits.ratio {
            return Err(FormatError::Bomb {
                what: format!("a part grew to more than {} times its packed size", limits.ratio),
            });
        }
    }
}

fn opening_error(bytes: &[u8], error: &ZipError) -> FormatError {
    // The directory of a ZIP stands at its end, closed by a record that may be followed by a short remark.
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    if !tail.windows(4).any(|window| window == b"PK\x05\x06") {
        return FormatError::Truncated;
    }
    FormatError::damaged(error.to_string())
}

fn reading_error(error: &std::io::Error) -> FormatError {
    match error.kind() {
        ErrorKind::UnexpectedEof => FormatError::Truncated,
        _ => FormatError::damaged(error.to_string()),
    }
}
