//! Why a file could not be read, said so that its owner can mend it.
//!
//! The person in front of the message is a legal officer, not a programmer: every variant has a plain Vietnamese
//! sentence for what is wrong and another for what to do. Neither names the file, which the caller knows better.

use thiserror::Error;

/// What a file turned out to be, when it is not something that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// A PDF.
    Pdf,
    /// Word's old binary format (`.doc`), or another file of that family.
    OldWord,
    /// Rich text (`.rtf`).
    Rtf,
    /// One of Word's XML formats that is not a DOCX package.
    WordXml,
    /// A spreadsheet.
    Spreadsheet,
    /// A presentation.
    Presentation,
    /// An OpenDocument file (`.odt` and its kin).
    OpenDocument,
    /// A web archive (`.mht`).
    WebArchive,
    /// A picture, of the named format.
    Picture(&'static str),
    /// Sound or film.
    Media,
    /// An archive in a format that is not unpacked here.
    Archive(&'static str),
    /// A ZIP archive of other files.
    Zip,
    /// A program.
    Program,
    /// XML of some other kind.
    Xml,
    /// JSON that holds no document.
    Json,
    /// Bytes of no known kind.
    Binary,
}

impl Found {
    /// The name of it in English.
    pub fn en(self) -> String {
        match self {
            Self::Pdf => "a PDF".into(),
            Self::OldWord => "an old binary Word file (.doc)".into(),
            Self::Rtf => "a rich text file (.rtf)".into(),
            Self::WordXml => "a Word XML file".into(),
            Self::Spreadsheet => "a spreadsheet".into(),
            Self::Presentation => "a presentation".into(),
            Self::OpenDocument => "an OpenDocument file".into(),
            Self::WebArchive => "a web archive (.mht)".into(),
            Self::Picture(format) => format!("a {format} picture"),
            Self::Media => "a sound or film file".into(),
            Self::Archive(format) => format!("a {format} archive"),
            Self::Zip => "a ZIP archive of other files".into(),
            Self::Program => "a program".into(),
            Self::Xml => "an XML file of another kind".into(),
            Self::Json => "JSON without the text of a document".into(),
            Self::Binary => "binary data of no known kind".into(),
        }
    }

    /// The name of it in Vietnamese.
    pub fn vi(self) -> String {
        match self {
            Self::Pdf => "tệp PDF".into(),
            Self::OldWord => "tệp Word đời cũ (.doc)".into(),
            Self::Rtf => "tệp văn bản định dạng RTF".into(),
            Self::WordXml => "tệp Word dạng XML".into(),
            Self::Spreadsheet => "bảng tính".into(),
            Self::Presentation => "tệp trình chiếu".into(),
            Self::OpenDocument => "tệp OpenDocument (.odt)".into(),
            Self::WebArchive => "tệp lưu trang web (.mht)".into(),
            Self::Picture(format) => format!("tệp ảnh {format}"),
            Self::Media => "tệp âm thanh hoặc phim".into(),
            Self::Archive(format) => format!("tệp nén {format}"),
            Self::Zip => "tệp nén ZIP chứa các tệp khác".into(),
            Self::Program => "tệp chương trình".into(),
            Self::Xml => "tệp XML loại khác".into(),
            Self::Json => "tệp JSON không có nội dung văn bản".into(),
            Self::Binary => "dữ liệu nhị phân không rõ loại".into(),
        }
    }
}

/// Why a file could not be read, or a copy with comments not be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The file has no bytes, or nothing but blanks.
    #[error("the file is empty")]
    Empty,
    /// The file is sound but holds no words, only pictures or empty paragraphs.
    #[error("the file holds no text, only {pictures} picture(s)")]
    NoText {
        /// How many pictures it holds.
        pictures: usize,
    },
    /// The pages of the file are pictures of text, or their letters say nothing but shapes: only recognition reads them.
    #[error("the file is a scan: none of its {pages} page(s) holds text that can be read")]
    Scanned {
        /// How many pages it has.
        pages: usize,
    },
    /// The file has more pages than allowed.
    #[error("the file has {pages} pages, more than the {limit} allowed")]
    TooManyPages {
        /// How many it has.
        pages: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// The file is protected by a password.
    #[error("the file is protected by a password")]
    Encrypted,
    /// The file stops before its end.
    #[error("the file is cut short: its end is missing")]
    Truncated,
    /// The file is of the right kind and broken inside.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// Which part, and how.
        what: String,
    },
    /// The file, or what it unpacks to, is larger than allowed.
    #[error("the file has {size} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The largest size allowed.
        limit: u64,
    },
    /// The file is not a document at all.
    #[error("the file is not a document but {}", found.en())]
    NotADocument {
        /// What it is.
        found: Found,
    },
    /// The file is a document of a kind that cannot be read here.
    #[error("the file is {}, which cannot be read", found.en())]
    Unsupported {
        /// What it is.
        found: Found,
    },
    /// The file unpacks to far more than any document holds, as files made to exhaust a machine do.
    #[error("the file unpacks to more than any document holds: {what}")]
    Bomb {
        /// Which limit it broke.
        what: String,
    },
    /// The bytes are text in an encoding that could not be told.
    #[error(
        "the text is in an encoding that could not be recognised (expected UTF-8, UTF-16, windows-1258, TCVN3 or VNI)"
    )]
    Encoding,
    /// The file holds several documents where one was asked for.
    #[error("the file holds {count} documents, not one")]
    Several {
        /// How many.
        count: usize,
    },
    /// A field of a record in JSON is of a wrong type.
    #[error("{}the field \"{field}\" holds {} where a string belongs", record_en(*record), article(found))]
    Field {
        /// Which record, from 1; 0 where the file is one.
        record: usize,
        /// The field.
        field: String,
        /// The type of what it holds, as JSON names it.
        found: &'static str,
    },
    /// The comments were made on another text than the one in this file.
    #[error("the comments belong to another text than the one in this file")]
    Mismatch,
    /// There is no word in the file that a comment could be put on.
    #[error("there is no text in the file to put a comment on")]
    NothingToCommentOn,
    /// Reading was stopped: it took longer than the caller allows, or a person cancelled it.
    #[error("reading the file was stopped: it took too long or was cancelled")]
    Interrupted,
    /// Packing the written file failed.
    #[error("failed to pack the file: {what}")]
    Write {
        /// How.
        what: String,
    },
}

impl FormatError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "input.empty",
            Self::NoText { .. } => "input.no_text",
            Self::Scanned { .. } => "input.scanned",
            Self::TooManyPages { .. } => "input.too_many_pages",
            Self::Encrypted => "input.encrypted",
            Self::Truncated => "input.truncated",
            Self::Damaged { .. } => "input.damaged",
            Self::TooLarge { .. } => "input.too_large",
            Self::NotADocument { .. } => "input.not_a_document",
            Self::Unsupported { .. } => "input.unsupported",
            Self::Bomb { .. } => "input.bomb",
            Self::Encoding => "input.encoding",
            Self::Several { .. } => "input.several",
            Self::Field { .. } => "input.field",
            Self::Mismatch => "input.mismatch",
            Self::NothingToCommentOn => "output.nothing_to_comment_on",
            Self::Interrupted => "input.interrupted",
            Self::Write { .. } => "output.write",
        }
    }

    /// What is wrong, in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Empty => "tệp trống, không có nội dung".into(),
            Self::NoText { pictures: 0 } => "tệp không có chữ nào".into(),
            Self::NoText { pictures } => {
                format!("tệp không có chữ nào, chỉ có {pictures} ảnh (có thể là bản quét)")
            }
            Self::Scanned { pages } => {
                format!("tệp là bản quét: cả {pages} trang chỉ có ảnh hoặc chữ không mang mã, không có chữ để đọc")
            }
            Self::TooManyPages { pages, limit } => {
                format!("tệp có {pages} trang, vượt quá giới hạn {limit} trang")
            }
            Self::Encrypted => "tệp được bảo vệ bằng mật khẩu".into(),
            Self::Truncated => "tệp bị cắt cụt, thiếu phần cuối".into(),
            Self::Damaged { what } => format!("tệp bị hỏng ({what})"),
            Self::TooLarge { size, limit } => {
                format!("tệp quá lớn: {}, giới hạn là {}", size_vi(*size), size_vi(*limit))
            }
            Self::NotADocument { found } => {
                format!("tệp không phải là văn bản mà là {}", found.vi())
            }
            Self::Unsupported { found } => format!("chưa đọc được {}", found.vi()),
            Self::Bomb { .. } => "tệp nén bung ra lớn bất thường, có thể là tệp độc hại".into(),
            Self::Encoding => "không nhận ra bảng mã của văn bản".into(),
            Self::Several { count } => {
                format!("tệp chứa {count} văn bản, trong khi chỉ cần một văn bản")
            }
            Self::Field { record, field, found } => {
                let place = if *record > 0 { format!("bản ghi {record}: ") } else { String::new() };
                format!("{place}trường “{field}” chứa {}, trong khi cần chuỗi ký tự", type_vi(found))
            }
            Self::Mismatch => "các ý kiến không thuộc về văn bản trong tệp này".into(),
            Self::NothingToCommentOn => "tệp không có chữ nào để gắn ý kiến".into(),
            Self::Interrupted => "việc đọc tệp đã dừng: quá thời gian cho phép hoặc bị hủy".into(),
            Self::Write { what } => format!("không đóng gói được tệp kết quả ({what})"),
        }
    }

    /// What to do about it, in Vietnamese.
    pub fn hint_vi(&self) -> String {
        match self {
            Self::Empty => "hãy kiểm tra lại xem đã chọn đúng tệp chưa",
            Self::NoText { .. } => {
                "hãy dùng bản gốc có chữ (bản soạn thảo), hoặc nhận dạng chữ (OCR) bản quét rồi thử lại"
            }
            Self::Scanned { .. } => {
                "hãy dùng bản gốc có chữ; hoặc cài Tesseract kèm tiếng Việt (tesseract-ocr, tesseract-ocr-vie) và Poppler (poppler-utils) để nhận dạng chữ (OCR) rồi thử lại"
            }
            Self::TooManyPages { .. } => "hãy tách tệp thành các phần nhỏ hơn rồi thử lại",
            Self::Encrypted => {
                "hãy bỏ mật khẩu trong Word (Tệp › Thông tin › Bảo vệ tài liệu), hoặc in ra tệp PDF mới, hoặc giải nén bằng mật khẩu, rồi thử lại"
            }
            Self::Truncated => "hãy tải hoặc sao chép lại tệp từ nguồn rồi thử lại",
            Self::Damaged { .. } => "hãy mở tệp bằng Word, cho sửa lỗi nếu được hỏi, lưu lại rồi thử lại",
            Self::TooLarge { .. } => "hãy tách tệp hoặc bỏ bớt ảnh rồi thử lại",
            Self::NotADocument { found: Found::Json } => {
                "hãy dùng tệp JSON có trường \"text\" chứa toàn văn văn bản"
            }
            Self::NotADocument { .. } => "hãy chọn tệp .docx, .pdf, .html hoặc .txt",
            Self::Unsupported { found } => match found {
                Found::Spreadsheet | Found::Presentation => {
                    "hãy chép nội dung sang Word, lưu thành .docx rồi thử lại"
                }
                Found::Zip => "hãy giải nén rồi chọn một tệp, hoặc dùng lệnh `rasoat import`",
                Found::Archive(_) => "hãy giải nén hoặc nén lại thành .zip rồi thử lại",
                _ => "hãy mở bằng Word, chọn Lưu thành… .docx rồi thử lại",
            },
            Self::Bomb { .. } => "hãy kiểm tra nguồn gốc của tệp; nếu tin cậy, hãy lưu lại bằng Word",
            Self::Encoding => "hãy mở tệp bằng Word hoặc Notepad, lưu lại với bảng mã UTF-8 rồi thử lại",
            Self::Several { .. } => "hãy tách riêng từng văn bản, hoặc dùng lệnh `rasoat import`",
            Self::Field { .. } => "hãy sửa trường này theo mẫu nhập JSON rồi thử lại",
            Self::Mismatch => "hãy rà soát lại đúng tệp này rồi xuất ý kiến",
            Self::NothingToCommentOn => "hãy xuất ý kiến ra định dạng khác",
            Self::Interrupted => "hãy tách tệp thành các phần nhỏ hơn rồi thử lại",
            Self::Write { .. } => "hãy thử lại; nếu vẫn lỗi, hãy báo cho người phát triển",
        }
        .into()
    }

    /// What to do about it, in English.
    pub fn hint_en(&self) -> String {
        match self {
            Self::Empty => "check that this is the file you meant",
            Self::NoText { .. } => "use the original with text in it, or run text recognition on the scan first",
            Self::Scanned { .. } => {
                "use the original with text in it; or install Tesseract with Vietnamese (tesseract-ocr, tesseract-ocr-vie) and Poppler (poppler-utils) to have the scan recognised (OCR), and try again"
            }
            Self::TooManyPages { .. } => "split the file into smaller parts and try again",
            Self::Encrypted => {
                "remove the password in Word (File › Info › Protect Document), or print the PDF to a new one, or unpack the archive with it, and try again"
            }
            Self::Truncated => "download or copy the file again",
            Self::Damaged { .. } => "open it in Word, let Word repair it, save it and try again",
            Self::TooLarge { .. } => "split the file or take pictures out of it",
            Self::NotADocument { found: Found::Json } => "use JSON with the document's full text in a field \"text\"",
            Self::NotADocument { .. } => "choose a .docx, .pdf, .html or .txt file",
            Self::Unsupported { found } => match found {
                Found::Spreadsheet | Found::Presentation => {
                    "copy its content into Word, save that as .docx and try again"
                }
                Found::Zip => "unpack it and choose one file, or use `rasoat import`",
                Found::Archive(_) => "unpack it, or pack it again as .zip",
                _ => "open it in Word, save it as .docx and try again",
            },
            Self::Bomb { .. } => "check where the file comes from; if you trust it, save it anew in Word",
            Self::Encoding => "open it in Word or Notepad, save it as UTF-8 and try again",
            Self::Several { .. } => "split it into single documents, or use `rasoat import`",
            Self::Field { .. } => "mend the field after the JSON import schema and try again",
            Self::Mismatch => "review this very file again, then export the comments",
            Self::NothingToCommentOn => "export the findings in another format",
            Self::Interrupted => "split the file into smaller parts and try again",
            Self::Write { .. } => "try again; if it still fails, report it",
        }
        .into()
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

/// A size as people say it, with the decimal comma.
fn size_vi(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    if bytes < 10_240 {
        format!("{bytes} byte")
    } else if bytes < MIB {
        format!("{} KB", bytes >> 10)
    } else {
        let tenths = bytes.saturating_mul(10) / MIB;
        format!("{},{} MB", tenths / 10, tenths % 10)
    }
}

fn record_en(record: usize) -> String {
    if record > 0 { format!("record {record}: ") } else { String::new() }
}

fn article(found: &str) -> String {
    match found {
        "object" | "array" => format!("an {found}"),
        "null" => "null".to_owned(),
        _ => format!("a {found}"),
    }
}

/// A type of JSON in Vietnamese.
fn type_vi(found: &str) -> &str {
    match found {
        "object" => "đối tượng",
        "array" => "mảng",
        "boolean" => "giá trị đúng/sai",
        "number" => "số",
        _ => "giá trị rỗng",
    }
}
