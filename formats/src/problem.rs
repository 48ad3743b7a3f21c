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
    /// Footnotes or endnotes are kept beside the text (`Margin::notes`), not in it.
    NotesBeside {
        /// How many.
        count: usize,
    },
    /// The file holds comments already; they are kept beside the text (`Margin::comments`).
    CommentsBeside {
        /// How many.
        count: usize,
    },
    /// Headers or footers hold words that were left out.
    HeadersLeftOut {
        /// How many different ones.
        count: usize,
        /// The words that the first begins with.
        sample: String,
    },
    /// Signs of symbol fonts were left out, for it is not known what they show.
    SignsLeftOut {
        /// How many.
        count: usize,
    },
    /// A part that stands beside the text is broken and was left out.
    PartUnreadable {
        /// Which: `footnotes`, `endnotes`, `comments`.
        part: String,
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
    /// Automatic numbers are in a format that is not known here and were written in digits.
    NumberFormatGuessed {
        /// Its name in the file.
        format: String,
    },
    /// Text is set in a font of an old encoding (TCVN3, VNI) and was converted to Unicode.
    LegacyFont {
        /// The font.
        font: String,
    },
    /// The encoding was guessed.
    EncodingGuessed {
        /// The encoding it was read as.
        encoding: String,
    },
    /// Some bytes could not be decoded and were left out.
    Undecodable,
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
            Self::NotesBeside { .. } => "source.notes_beside",
            Self::CommentsBeside { .. } => "source.comments_beside",
            Self::HeadersLeftOut { .. } => "source.headers_left_out",
            Self::SignsLeftOut { .. } => "source.signs_left_out",
            Self::PartUnreadable { .. } => "source.part_unreadable",
            Self::PicturesLeftOut { .. } => "source.pictures_left_out",
            Self::HiddenText { .. } => "source.hidden_text",
            Self::EmbeddedLeftOut { .. } => "source.embedded_left_out",
            Self::NumberFormatGuessed { .. } => "source.number_format_guessed",
            Self::NumberingUnreadable => "source.numbering_unreadable",
            Self::LegacyFont { .. } => "source.legacy_font",
            Self::EncodingGuessed { .. } => "source.encoding_guessed",
            Self::Undecodable => "source.undecodable",
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
            Self::NotesBeside { count } => {
                format!("{count} chú thích được giữ riêng, không nằm trong nội dung các điều khoản")
            }
            Self::CommentsBeside { count } => format!("tệp đã có sẵn {count} bình luận, được giữ riêng"),
            Self::HeadersLeftOut { count, sample } => {
                format!("{count} đầu trang hoặc chân trang có chữ không được đọc (“{sample}”)")
            }
            Self::SignsLeftOut { count } => format!("{count} ký hiệu của phông ký hiệu không được đọc"),
            Self::PartUnreadable { part } => format!("phần {part} của tệp bị hỏng và không được đọc"),
            Self::PicturesLeftOut { count } => format!("{count} ảnh không được đọc"),
            Self::HiddenText { count } => format!("{count} đoạn chữ ẩn không được đọc"),
            Self::EmbeddedLeftOut { count } => format!("{count} tài liệu nhúng không được đọc"),
            Self::NumberingUnreadable => {
                "không đọc được định nghĩa đánh số tự động, nên số tự động không có trong nội dung".into()
            }
            Self::NumberFormatGuessed { format } => {
                format!("số tự động theo kiểu {format} không rõ cách viết nên được ghi bằng chữ số")
            }
            Self::LegacyFont { font } => {
                format!(
                    "chữ dùng phông mã cũ {font} (TCVN3 hoặc VNI) đã được chuyển sang Unicode; hãy đối chiếu với bản gốc"
                )
            }
            Self::EncodingGuessed { encoding } => format!("bảng mã được đoán là {encoding}"),
            Self::Undecodable => "một số byte không giải mã được đã bị bỏ qua".into(),
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
            Self::NotesBeside { count } => {
                write!(f, "{count} footnotes or endnotes are kept beside the text and not in the provisions")
            }
            Self::CommentsBeside { count } => {
                write!(f, "the file holds {count} comments already, which are kept beside the text")
            }
            Self::HeadersLeftOut { count, sample } => {
                write!(f, "{count} headers or footers with words in them were left out (`{sample}`)")
            }
            Self::SignsLeftOut { count } => write!(f, "{count} signs of symbol fonts were left out"),
            Self::PartUnreadable { part } => write!(f, "the part {part} of the file is broken and was left out"),
            Self::PicturesLeftOut { count } => write!(f, "{count} pictures were left out"),
            Self::HiddenText { count } => write!(f, "{count} hidden runs were left out"),
            Self::EmbeddedLeftOut { count } => write!(f, "{count} embedded documents were left out"),
            Self::NumberingUnreadable => {
                write!(f, "the definitions of automatic numbers could not be read, so these are missing from the text")
            }
            Self::NumberFormatGuessed { format } => {
                write!(f, "automatic numbers of the format {format} are not known here and were written in digits")
            }
            Self::LegacyFont { font } => {
                write!(f, "text set in {font}, a font of an old encoding (TCVN3 or VNI), was converted to Unicode")
            }
            Self::EncodingGuessed { encoding } => write!(f, "the encoding was guessed as {encoding}"),
            Self::Undecodable => write!(f, "some bytes could not be decoded and were left out"),
            Self::UnreadableDate { value } => write!(f, "the date `{value}` could not be read"),
        }
    }
}
