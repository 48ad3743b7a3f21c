//! What went wrong, as a person reads it and as a program does: a code, a message, a hint, an exit code.

use rasoat_api::messages::{Language, Message};
use rasoat_api::{ErrorBody, ErrorDocument};
use rasoat_formats::FormatError;
use std::path::Path;

/// Why a command failed; the number is its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Findings above the bar that `--fail-on` sets.
    Findings = 1,
    /// The command line or the request is wrong.
    Usage = 2,
    /// The input is unusable.
    Input = 3,
    /// Something is not installed, or of another version.
    Missing = 4,
    /// A fault of the program or of the machine.
    Internal = 5,
}

/// A failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub kind: Kind,
    /// Stable machine-readable name.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The result of a command.
pub type Result<T> = std::result::Result<T, Failure>;

/// The language of messages: `RASOAT_LANG`, Vietnamese by default.
pub fn language() -> Language {
    std::env::var("RASOAT_LANG").ok().and_then(|tag| Language::from_tag(&tag)).unwrap_or_default()
}

impl Failure {
    /// A failure from the catalogue.
    pub fn new(kind: Kind, code: &'static str, message: Message, hint: Message, values: &[(&str, &str)]) -> Self {
        let language = language();
        Self { kind, code, message: message.fill(language, values), hint: hint.fill(language, values) }
    }

    /// A fault of the program or of the machine.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        let why = why.to_string();
        Self::new(
            Kind::Internal,
            "internal",
            Message::InternalError,
            Message::InternalErrorHint,
            &[("why", why.as_str())],
        )
    }

    /// A file that could not be read as a document.
    pub fn format(name: &str, error: &FormatError) -> Self {
        let (message, hint) = match language() {
            Language::Vi => (format!("không đọc được `{name}`: {}", error.message_vi()), error.hint_vi()),
            Language::En => (format!("failed to read `{name}`: {error}"), error.hint_en()),
        };
        Self { kind: Kind::Input, code: error.code(), message, hint }
    }

    /// A file that the system would not open.
    pub fn open(path: &Path, error: &std::io::Error) -> Self {
        let file = path.display().to_string();
        let why = error.to_string();
        let values = [("file", file.as_str()), ("why", why.as_str())];
        if error.kind() == std::io::ErrorKind::NotFound {
            Self::new(Kind::Input, "input.not_found", Message::NoSuchFile, Message::NoSuchFileHint, &values)
        } else {
            Self::new(Kind::Input, "input.unreadable", Message::FileUnreadable, Message::FileUnreadableHint, &values)
        }
    }

    /// A file that could not be written.
    pub fn write(path: &Path, error: &std::io::Error) -> Self {
        let file = path.display().to_string();
        let why = error.to_string();
        Self::new(
            Kind::Internal,
            "output.unwritable",
            Message::FileUnwritable,
            Message::FileUnwritableHint,
            &[("file", &file), ("why", &why)],
        )
    }

    /// A date that is none.
    pub fn date(text: &str) -> Self {
        Self::new(Kind::Usage, "request.date", Message::BadDate, Message::BadDateHint, &[("date", text)])
    }

    /// A document the store does not hold.
    pub fn unknown_document(document: &str) -> Self {
        let values = [("document", document)];
        Self::new(Kind::Input, "document.unknown", Message::UnknownDocument, Message::UnknownDocumentHint, &values)
    }

    /// A provision its document does not have.
    pub fn unknown_provision(document: &str, eid: &str) -> Self {
        let values = [("document", document), ("eid", eid)];
        Self::new(Kind::Input, "provision.unknown", Message::UnknownProvision, Message::UnknownDocumentHint, &values)
    }

    /// A finding that a review does not have.
    pub fn unknown_finding(id: &str, findings: usize) -> Self {
        let count = findings.to_string();
        let values = [("id", id), ("findings", count.as_str())];
        Self::new(Kind::Usage, "finding.unknown", Message::UnknownFinding, Message::UnknownFindingHint, &values)
    }

    /// A check that there is not.
    pub fn unknown_check(name: &str, known: &str) -> Self {
        let values = [("name", name), ("known", known)];
        Self::new(Kind::Usage, "check.unknown", Message::UnknownCheck, Message::UnknownCheckHint, &values)
    }

    /// A store without a document.
    pub fn empty_store(folder: &str) -> Self {
        let (message, hint) = (Message::EmptyStore, Message::RunImport);
        Self::new(Kind::Missing, "store.empty", message, hint, &[("folder", folder)])
    }

    /// A store whose disk takes no more.
    pub fn store_full(why: &str) -> Self {
        Self::new(Kind::Internal, "store.full", Message::StoreFull, Message::StoreFullHint, &[("why", why)])
    }

    /// A selection of the store that admits no document.
    pub fn nothing_selected() -> Self {
        let (message, hint) = (Message::NothingSelected, Message::NothingSelectedHint);
        Self::new(Kind::Input, "store.nothing_selected", message, hint, &[])
    }

    /// A store whose passages have not all got their vectors.
    pub fn vectors_missing() -> Self {
        Self::new(Kind::Missing, "store.vectors", Message::VectorsMissing, Message::VectorsMissingHint, &[])
    }

    /// Work a person stopped.
    pub fn cancelled() -> Self {
        Self::new(Kind::Findings, "cancelled", Message::WasCancelled, Message::WasCancelledHint, &[])
    }

    /// As the API and `--json` show it.
    pub fn body(&self) -> ErrorBody {
        ErrorBody { code: self.code.to_owned(), message: self.message.clone(), hint: self.hint.clone() }
    }

    /// As `--json` prints it.
    pub fn document(&self) -> ErrorDocument {
        ErrorDocument { error: self.body() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One line, whatever the causes said.
        let line = format!("{}; {}", self.message, self.hint);
        f.write_str(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl std::error::Error for Failure {}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DiskFull, SystemIoFailure};
        match error.sqlite_error_code() {
            // The second where a quota or a limit is reached, or the disk fails.
            Some(DiskFull | SystemIoFailure) => Self::store_full(&error.to_string()),
            _ => Self::internal(error),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
