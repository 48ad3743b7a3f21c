//! What a file is, told by its bytes: names lie, and a scan renamed to `.docx` should be called a picture.

use crate::archive::Package;
use crate::{FormatError, Found, Limits};

/// A kind of file that can be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Docx,
    Zip,
    Gzip,
    Pdf,
    Text,
}

/// Files told by their first bytes that are documents of a kind not read here.
const UNSUPPORTED: &[(&[u8], Found)] = &[
    (b"{\\rtf", Found::Rtf),
    (b"Rar!\x1a\x07", Found::Archive("RAR")),
    (b"7z\xbc\xaf\x27\x1c", Found::Archive("7-Zip")),
    (b"\xfd7zXZ\0", Found::Archive("XZ")),
    (b"BZh", Found::Archive("BZIP2")),
    (b"\x28\xb5\x2f\xfd", Found::Archive("Zstandard")),
    (b"MIME-Version:", Found::WebArchive),
];

/// Files told by their first bytes that are no documents.
const NO_DOCUMENT: &[(&[u8], Found)] = &[
    (b"\xff\xd8\xff", Found::Picture("JPEG")),
    (b"\x89PNG", Found::Picture("PNG")),
    (b"GIF87a", Found::Picture("GIF")),
    (b"GIF89a", Found::Picture("GIF")),
    (b"II*\0", Found::Picture("TIFF")),
    (b"MM\0*", Found::Picture("TIFF")),
    (b"\x7fELF", Found::Program),
    (b"MZ\x90\0", Found::Program),
    (b"\0asm", Found::Program),
    (b"ID3", Found::Media),
    (b"OggS", Found::Media),
    (b"fLaC", Found::Media),
];

/// Looks at the first bytes, and into a ZIP's list of members.
pub(crate) fn look(bytes: &[u8], limits: &Limits) -> Result<Look, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return look_into_zip(bytes, limits);
    }
    if bytes.starts_with(b"PK") && bytes.len() < 4 {
        return Err(FormatError::Truncated);
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Ok(Look::Gzip);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(look_into_compound_file(bytes));
    }
    // Writers of PDF may put a few bytes before its mark.
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(Look::Pdf);
    }
    if let Some((_, found)) = UNSUPPORTED.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(FormatError::Unsupported { found: *found });
    }
    if let Some((_, found)) = NO_DOCUMENT.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(FormatError::NotADocument { found: *found });
    }
    let inner_mark = |at: usize, mark: &[u8]| bytes.get(at..at + mark.len()) == Some(mark);
    let found = if bytes.starts_with(b"RIFF") && inner_mark(8, b"WEBP") {
        Some(Found::Picture("WebP"))
    } else if inner_mark(4, b"ftypheic") || inner_mark(4, b"ftypmif1") {
        Some(Found::Picture("HEIC"))
    } else if inner_mark(4, b"ftyp") || (bytes.starts_with(b"RIFF") && inner_mark(8, b"WAVE")) {
        Some(Found::Media)
    } else if bytes.starts_with(b"BM") && inner_mark(6, b"\0\0\0\0") {
        Some(Found::Picture("BMP"))
    } else if inner_mark(257, b"ustar") {
        return Err(FormatError::Unsupported { found: Found::Archive("TAR") });
    } else {
        None
    };
    match found {
        Some(found) => Err(FormatError::NotADocument { found }),
        None => Ok(Look::Text),
    }
}

fn look_into_zip(bytes: &[u8], limits: &Limits) -> Result<Look, FormatError> {
    let package = Package::open(bytes, limits)?;
    let unsupported = |found| Err(FormatError::Unsupported { found });
    if package.has("[Content_Types].xml") || package.has("_rels/.rels") {
        if package.has_folder("word/") {
            Ok(Look::Docx)
        } else if package.has_folder("xl/") {
            unsupported(Found::Spreadsheet)
        } else if package.has_folder("ppt/") {
            unsupported(Found::Presentation)
        } else {
            Ok(Look::Docx)
        }
    } else if package.has("word/document.xml") {
        Ok(Look::Docx)
    } else if package.has("mimetype") && package.has("content.xml") {
        unsupported(Found::OpenDocument)
    } else {
        Ok(Look::Zip)
    }
}

/// The compound file is the shell of Word's old format, and also of a DOCX locked with a password ([MS-OFFCRYPTO]).
fn look_into_compound_file(bytes: &[u8]) -> FormatError {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide.as_slice())
    };
    if holds("EncryptedPackage") {
        return FormatError::Encrypted;
    }
    let found = if holds("WordDocument") {
        Found::OldWord
    } else if holds("Workbook") {
        Found::Spreadsheet
    } else if holds("PowerPoint Document") {
        Found::Presentation
    } else {
        Found::OldWord
    };
    FormatError::Unsupported { found }
}
