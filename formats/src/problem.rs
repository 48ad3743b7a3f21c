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
    /// Lines in an encoding older than Unicode were converted.
    LegacyText {
        /// The encoding they were in.
        encoding: String,
        /// How many lines.
        lines: usize,
    },
    /// Some bytes could not be decoded and were left out.
    Undecodable,
    /// The file was converted to DOCX by another program before it was read.
    Converted {
        /// What it was.
        from: String,
    },
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
    /// Running heads, running feet and page numbers were left out.
    RunningLinesLeftOut {
        /// How many lines.
        count: usize,
    },
    /// What signing programs print on a page was left out.
    StampsLeftOut {
        /// How many lines.
        count: usize,
    },
    /// Fields with digital signatures were left out.
    SignaturesLeftOut {
        /// How many.
        count: usize,
    },
    /// Notes, marks and filled-in fields on the pages were left out.
    AnnotationsLeftOut {
        /// How many.
        count: usize,
    },
    /// Letters set askew or across the lines of the page were left out, as watermarks are.
    AskewLeftOut {
        /// How many letters.
        count: usize,
    },
    /// The fonts of some letters do not say what letters they are; these are missing from the text.
    LettersUnknown {
        /// How many.
        count: usize,
        /// The font with most of them.
        font: String,
    },
    /// Some pages are pictures of text, or shapes without letters, and were not read.
    ScannedPages {
        /// Which, from 1.
        pages: Vec<u32>,
    },
    /// The content of some pages is damaged or larger than any page's; what is missing there is not known.
    PagesUnreadable {
        /// Which, from 1.
        pages: Vec<u32>,
    },
    /// The file's end is missing, or pages it says it has; only what is there was read.
    CutShort {
        /// How many pages were read.
        read: usize,
        /// How many pages the file says it has.
        declared: Option<usize>,
    },
    /// The text of some pages was laid under their scans by somebody's recognition and was read as it is.
    RecognisedBefore {
        /// Which, from 1.
        pages: Vec<u32>,
    },
    /// The text was recognised from a scan: it may be wrong anywhere.
    Recognised {
        /// How many lines or words were recognised.
        lines: usize,
        /// How many of them the recogniser doubted.
        doubtful: usize,
        /// The doubtful stretches of the text: first byte, one past the last, and how sure, in percent.
        spans: Vec<(usize, usize, u8)>,
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
            Self::Converted { .. } => "source.converted",
            Self::EncodingGuessed { .. } => "source.encoding_guessed",
            Self::LegacyText { .. } => "source.legacy_text",
            Self::Undecodable => "source.undecodable",
            Self::AttributesOnly => "source.attributes_only",
            Self::FieldLeftOut { .. } => "source.field_left_out",
            Self::UnreadableDate { .. } => "source.unreadable_date",
            Self::RunningLinesLeftOut { .. } => "source.running_lines_left_out",
            Self::StampsLeftOut { .. } => "source.stamps_left_out",
            Self::SignaturesLeftOut { .. } => "source.signatures_left_out",
            Self::AnnotationsLeftOut { .. } => "source.annotations_left_out",
            Self::AskewLeftOut { .. } => "source.askew_left_out",
            Self::LettersUnknown { .. } => "source.letters_unknown",
            Self::ScannedPages { .. } => "source.scanned_pages",
            Self::PagesUnreadable { .. } => "source.pages_unreadable",
            Self::CutShort { .. } => "source.cut_short",
            Self::RecognisedBefore { .. } => "source.recognised_before",
            Self::Recognised { .. } => "source.recognised",
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
            Self::Converted { from } => {
                format!("bản gốc là {from}, đã chuyển sang DOCX bằng LibreOffice trước khi đọc")
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
            Self::RunningLinesLeftOut { count } => {
                format!("{count} dòng đầu trang, chân trang và số trang không được đọc")
            }
            Self::StampsLeftOut { count } => {
                format!("{count} dòng dấu chữ ký số in trên trang (người ký, thời gian ký) không được đọc là nội dung")
            }
            Self::SignaturesLeftOut { count } => {
                format!("{count} ô chữ ký số không được đọc là nội dung; chữ ký cũng không được kiểm tra")
            }
            Self::AnnotationsLeftOut { count } => {
                format!("{count} ghi chú, đánh dấu hoặc ô đã điền trên trang không được đọc là nội dung")
            }
            Self::AskewLeftOut { count } => {
                format!("{count} chữ viết nghiêng hoặc dọc trang (hình mờ, đóng dấu) không được đọc")
            }
            Self::LettersUnknown { count, font } => format!(
                "{count} chữ không đọc được vì phông {font} không cho biết đó là chữ gì; hãy dùng bản gốc hoặc nhận dạng chữ (OCR)"
            ),
            Self::ScannedPages { pages } => {
                format!("trang {} là ảnh quét, chữ trên đó chưa được đọc; cần nhận dạng chữ (OCR)", pages_list(pages))
            }
            Self::PagesUnreadable { pages } => {
                format!("trang {} bị hỏng một phần, có thể thiếu nội dung", pages_list(pages))
            }
            Self::CutShort { read, declared: Some(declared) } if declared > read => {
                format!("tệp bị cắt cụt: chỉ đọc được {read} trong {declared} trang")
            }
            Self::CutShort { read, .. } => format!("tệp bị cắt cụt, thiếu phần cuối: đọc được {read} trang"),
            Self::RecognisedBefore { pages } => format!(
                "chữ ở trang {} là kết quả nhận dạng (OCR) có sẵn trong tệp quét, có thể sai; hãy đối chiếu với bản gốc",
                pages_list(pages)
            ),
            Self::Recognised { lines, doubtful, .. } => format!(
                "nội dung do nhận dạng chữ (OCR) từ bản quét: {lines} dòng, trong đó {doubtful} dòng không chắc chắn; hãy đối chiếu với bản gốc"
            ),
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
            Self::Converted { from } => {
                write!(f, "the file ({from}) was converted to DOCX by LibreOffice before it was read")
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
            Self::RunningLinesLeftOut { count } => {
                write!(f, "{count} lines of running heads, running feet and page numbers were left out")
            }
            Self::StampsLeftOut { count } => {
                write!(f, "{count} lines printed by signing programs (signer, time) were not read as text")
            }
            Self::SignaturesLeftOut { count } => write!(
                f,
                "{count} fields with digital signatures were not read as text, nor were the signatures checked"
            ),
            Self::AnnotationsLeftOut { count } => {
                write!(f, "{count} notes, marks or filled-in fields on the pages were not read as text")
            }
            Self::AskewLeftOut { count } => {
                write!(f, "{count} letters set askew or across the page (watermarks, stamps) were left out")
            }
            Self::LettersUnknown { count, font } => {
                write!(f, "{count} letters could not be read: the font {font} does not say what letters they are")
            }
            Self::ScannedPages { pages } => {
                write!(f, "page {} is a scan, whose text was not read; it needs recognition (OCR)", pages_list(pages))
            }
            Self::PagesUnreadable { pages } => {
                write!(f, "page {} is damaged in part, and text may be missing", pages_list(pages))
            }
            Self::CutShort { read, declared: Some(declared) } if declared > read => {
                write!(f, "the file is cut short: only {read} of {declared} pages could be read")
            }
            Self::CutShort { read, .. } => write!(f, "the file is cut short: {read} pages could be read"),
            Self::RecognisedBefore { pages } => write!(
                f,
                "the text of page {} was recognised (OCR) before, under its scan, and may be wrong",
                pages_list(pages)
            ),
            Self::Recognised { lines, doubtful, .. } => {
                write!(f, "the text was recognised (OCR) from a scan: {lines} lines, {doubtful} of them doubtful")
            }
        }
    }
}

/// `1-3, 7`.
fn pages_list(pages: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*page) => *last = *page,
            _ => ranges.push((*page, *page)),
        }
    }
    let said: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    said.join(", ")
}
