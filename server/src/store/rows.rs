//! The store's rows as every store has them, so that one can be copied into another and both compared.
//!
//! What a store makes of them by itself (PostgreSQL's half-precision vectors and its words for ranking) is not here.

use super::Result;
use sha2::{Digest, Sha256};

/// A table that every store has.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Type)],
    /// How many of the first columns are its key.
    pub key: usize,
    /// Whether the store counts its first column up by itself.
    pub counted: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A whole number.
    Integer,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
}

/// What a row has in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Who takes rows, one by one.
pub type Sink<'a> = dyn FnMut(&'static Table, &[Value]) -> Result<()> + 'a;

/// Who has rows, and gives all of them to one who takes them.
pub type Rows<'a> = dyn FnMut(&mut Sink<'_>) -> Result<()> + 'a;

use Type::{Bytes, Integer, Text};

/// The tables that are kept, each after those it refers to. Who is logged in, invited or throttled is of the moment and
/// stays behind.
pub static TABLES: [Table; 14] = [
    Table {
        name: "documents",
        columns: &[
            ("id", Integer),
            ("number", Text),
            ("kind", Text),
            ("title", Text),
            ("name", Text),
            ("issuer", Text),
            ("place", Text),
            ("signer", Text),
            ("issued", Text),
            ("effective", Text),
            ("consolidated_to", Text),
            ("source", Text),
            ("sha256", Text),
            ("text", Text),
        ],
        key: 1,
        counted: true,
    },
    Table {
        name: "provisions",
        columns: &[
            ("document", Integer),
            ("position", Integer),
            ("eid", Text),
            ("kind", Text),
            ("number", Text),
            ("heading", Text),
            ("start", Integer),
            ("end", Integer),
            ("parent", Integer),
        ],
        key: 2,
        counted: false,
    },
    Table {
        name: "passages",
        columns: &[
            ("id", Integer),
            ("document", Integer),
            ("eid", Text),
            ("text", Text),
            ("encoder", Text),
            ("vector", Bytes),
            ("article", Text),
            ("heading", Text),
            ("words", Text),
            ("start", Integer),
            ("end", Integer),
        ],
        key: 1,
        counted: true,
    },
    Table {
        name: "reviews",
        columns: &[
            ("id", Text),
            ("file_name", Text),
            ("as_of", Text),
            ("state", Text),
            ("original", Bytes),
            ("extracted", Text),
            ("draft", Text),
            ("result", Text),
            ("error", Text),
            ("converted", Bytes),
            ("organisation", Text),
            ("account", Text),
            ("begun", Integer),
            ("request", Text),
        ],
        key: 1,
        counted: false,
    },
    Table {
        name: "organisations",
        columns: &[("id", Text), ("name", Text), ("made", Integer)],
        key: 1,
        counted: false,
    },
    Table {
        name: "accounts",
        columns: &[
            ("id", Text),
            ("login", Text),
            ("name", Text),
            ("role", Text),
            ("organisation", Text),
            ("password", Text),
            ("subject", Text),
            ("active", Integer),
            ("made", Integer),
        ],
        key: 1,
        counted: false,
    },
    Table {
        name: "tokens",
        columns: &[
            ("id", Text),
            ("sum", Bytes),
            ("account", Text),
            ("name", Text),
            ("scopes", Text),
            ("made", Integer),
            ("expires", Integer),
        ],
        key: 1,
        counted: false,
    },
    Table {
        name: "decisions",
        columns: &[
            ("review", Text),
            ("finding", Text),
            ("verdict", Text),
            ("replacement", Text),
            ("note", Text),
            ("account", Text),
            ("at", Integer),
        ],
        key: 2,
        counted: false,
    },
    Table {
        name: "comments",
        columns: &[
            ("id", Text),
            ("review", Text),
            ("finding", Text),
            ("text", Text),
            ("account", Text),
            ("at", Integer),
        ],
        key: 1,
        counted: false,
    },
    Table {
        name: "assignments",
        columns: &[("review", Text), ("finding", Text), ("account", Text), ("at", Integer)],
        key: 2,
        counted: false,
    },
    Table {
        name: "petitions",
        columns: &[
            ("number", Text),
            ("secret", Bytes),
            ("document", Text),
            ("eid", Text),
            ("as_of", Text),
            ("reason", Text),
            ("contact", Text),
            ("received", Integer),
            ("gathered", Text),
            ("state", Text),
            ("organisation", Text),
            ("account", Text),
            ("outcome", Text),
            ("changed", Integer),
        ],
        key: 1,
        counted: false,
    },
    Table {
        name: "amendments",
        columns: &[
            ("id", Text),
            ("act", Text),
            ("act_eid", Text),
            ("words", Text),
            ("document", Text),
            ("eids", Text),
            ("operation", Text),
            ("effective", Text),
            ("reason", Text),
            ("account", Text),
            ("at", Integer),
        ],
        key: 1,
        counted: false,
    },
    Table { name: "procedures", columns: &[("id", Text), ("page", Text)], key: 1, counted: false },
    Table {
        name: "record",
        columns: &[
            ("position", Integer),
            ("at", Integer),
            ("account", Text),
            ("organisation", Text),
            ("act", Text),
            ("object", Text),
            ("detail", Text),
            ("sum", Bytes),
        ],
        key: 1,
        counted: false,
    },
];

impl Table {
    /// Its columns as SQL names them.
    pub fn column_list(&self) -> String {
        names(self.columns)
    }

    /// All its rows, by its key.
    pub fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", self.column_list(), self.name, names(&self.columns[..self.key]))
    }

    /// A row's key, for a person.
    pub fn key_of(&self, row: &[Value]) -> String {
        let parts = row.iter().take(self.key).map(|value| match value {
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Null | Value::Bytes(_) => "?".to_owned(),
        });
        parts.collect::<Vec<_>>().join(":")
    }
}

/// Quoted: `end` is a word of SQL.
fn names(columns: &[(&str, Type)]) -> String {
    columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// The checksum of a row: of its table, and of every value with its kind and its length, so that no two rows share one.
pub fn checksum(table: &Table, row: &[Value]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(table.name);
    for value in row {
        let (kind, bytes): (u8, &[u8]) = match value {
            Value::Null => (0, &[]),
            Value::Integer(number) => (1, &number.to_le_bytes()),
            Value::Text(text) => (2, text.as_bytes()),
            Value::Bytes(bytes) => (3, bytes),
        };
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    digest.finalize().into()
}
