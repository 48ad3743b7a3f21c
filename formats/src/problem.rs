//! What was left out or guessed in reading a file that could be read: silence must never mean "all of it".

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something a reader of the text should know about how it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// The draft has tracked changes; insertions were read as text, deletions left out.
    TrackedChanges {
        /// How many insertions.
        inserted: usize,
        /// How many deletions.
        deleted: usize,
    },
    /// Footnotes or endnotes were left out.
    NotesLeftOut {
        /// How many.
        count: usize,
    },
    /// Pictures were left out; text in them was not read.
    PicturesLeftOut {
        /// How many.
        count: usize,
    },
    /// Hidden text was left out.
    HiddenText {
        /// How many hidden runs.
        count: usize,
    },
    /// A document embedded as a whole was not read.
    EmbeddedLeftOut {
        /// How many.
        count: usize,
    },
    /// The definitions of automatic numbers are missing or broken, so the numbers are not in the text.
    NumberingUnreadable,
    /// Text is set in a font of an old encoding (TCVN3, VNI) and reads as nonsense.
    LegacyFont {
        /// The font.
        font: String,
    },
    /// The encoding was guessed.
    EncodingGuessed {
        /// The encoding it was read as.
        encoding: String,
    },
    /// Lines in an encoding older than Unicode were converted.
    LegacyText {
        /// The encoding they were in.
        encoding: String,
        /// How many lines.
        lines: usize,
    },
    /// Some bytes could not be decoded and were left out.
    Undecodable,
    /// A web page states a document's attributes and does not show its articles.
    AttributesOnly,
    /// A field of metadata is of a wrong type and was left out.
    FieldLeftOut {
        /// Its name.
        field: String,
    },
    /// A date the file states could not be read as one.
    UnreadableDate {
        /// The date as written.
        value: String,
    },
}

impl Problem {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TrackedChanges { .. } => "source.tracked_changes",
            Self::NotesLeftOut { .. } => "source.notes_left_out",
            Self::PicturesLeftOut { .. } => "source.pictures_left_out",
            Self::HiddenText { .. } => "source.hidden_text",
            Self::EmbeddedLeftOut { .. } => "source.embedded_left_out",
            Self::NumberingUnreadable => "source.numbering_unreadable",
            Self::LegacyFont { .. } => "source.legacy_font",
            Self::EncodingGuessed { .. } => "source.encoding_guessed",
            Self::LegacyText { .. } => "source.legacy_text",
            Self::Undecodable => "source.undecodable",
            Self::AttributesOnly => "source.attributes_only",
            Self::FieldLeftOut { .. } => "source.field_left_out",
            Self::UnreadableDate { .. } => "source.unreadable_date",
        }
    }

    /// It said in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::TrackedChanges { inserted, deleted } => format!(
                "bản dự thảo còn vết sửa (Track Changes): {inserted} chỗ chèn được tính là nội dung, {deleted} chỗ xóa được bỏ qua"
            ),
            Self::NotesLeftOut { count } => format!("{count} chú thích cuối trang không được đọc"),
            Self::PicturesLeftOut { count } => format!("{count} ảnh không được đọc"),
            Self::HiddenText { count } => format!("{count} đoạn chữ ẩn không được đọc"),
            Self::EmbeddedLeftOut { count } => format!("{count} tài liệu nhúng không được đọc"),
            Self::NumberingUnreadable => {
                "không đọc được định nghĩa đánh số tự động, nên số tự động không có trong nội dung".into()
            }
            Self::LegacyFont { font } => {
                format!("có chữ dùng phông mã cũ {font} (TCVN3 hoặc VNI), nội dung có thể sai; hãy chuyển sang Unicode")
            }
            Self::EncodingGuessed { encoding } => format!("bảng mã được đoán là {encoding}"),
            Self::LegacyText { encoding, lines } => {
                format!("{lines} dòng viết bằng bảng mã cũ {encoding} đã được chuyển sang Unicode; hãy soát lại chữ")
            }
            Self::Undecodable => "một số byte không giải mã được đã bị bỏ qua".into(),
            Self::AttributesOnly => {
                "trang web chỉ có thuộc tính của văn bản, không có điều nào; hãy tải tệp đính kèm của trang".into()
            }
            Self::FieldLeftOut { field } => format!("trường “{field}” sai kiểu dữ liệu nên không được đọc"),
            Self::UnreadableDate { value } => format!("không đọc được ngày “{value}”"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrackedChanges { inserted, deleted } => write!(
                f,
                "the draft has tracked changes: {inserted} insertions read as text, {deleted} deletions left out"
            ),
            Self::NotesLeftOut { count } => write!(f, "{count} footnotes or endnotes were left out"),
            Self::PicturesLeftOut { count } => write!(f, "{count} pictures were left out"),
            Self::HiddenText { count } => write!(f, "{count} hidden runs were left out"),
            Self::EmbeddedLeftOut { count } => write!(f, "{count} embedded documents were left out"),
            Self::NumberingUnreadable => {
                write!(f, "the definitions of automatic numbers could not be read, so these are missing from the text")
            }
            Self::LegacyFont { font } => {
                write!(f, "text is set in {font}, a font of an old encoding, and may read as nonsense")
            }
            Self::EncodingGuessed { encoding } => write!(f, "the encoding was guessed as {encoding}"),
            Self::LegacyText { encoding, lines } => {
                write!(f, "{lines} lines in the old encoding {encoding} were converted to Unicode")
            }
            Self::Undecodable => write!(f, "some bytes could not be decoded and were left out"),
            Self::AttributesOnly => {
                write!(
                    f,
                    "the web page states the document's attributes without its articles; download the attached file"
                )
            }
            Self::FieldLeftOut { field } => write!(f, "the field `{field}` is of a wrong type and was left out"),
            Self::UnreadableDate { value } => write!(f, "the date `{value}` could not be read"),
        }
    }
}
