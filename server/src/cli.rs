//! The command line: one table of commands and options.

use clap::{Parser, Subcommand, ValueEnum};
use rasoat_embeddings::Mode;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Rà soát dự thảo văn bản quy phạm pháp luật / review drafts of Vietnamese normative documents
#[derive(Debug, Parser)]
#[command(name = "rasoat", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// The store's folder (default: the platform's data directory)
    #[arg(long, global = true, value_name = "DIR", env = "RASOAT_STORE")]
    pub store: Option<PathBuf>,
    /// The models' folder, or a Hugging Face folder of a BERT or XLM-R encoder
    #[arg(long, global = true, value_name = "DIR", env = "RASOAT_MODELS")]
    pub models: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing on the way
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on the way; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// The command
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read a document: metadata and provision tree
    Parse {
        /// DOCX, HTML, TXT or JSON; `-` for text on standard input
        file: PathBuf,
    },
    /// Find citations
    Cite {
        /// The file; standard input by default
        file: Option<PathBuf>,
    },
    /// Put documents into the store
    Import {
        /// Files, folders, archives, JSONL
        #[arg(required_unless_present = "corpus")]
        paths: Vec<PathBuf>,
        /// The corpus that `rasoat setup` installed
        #[arg(long)]
        corpus: bool,
    },
    /// Effect of a document or provision on a date, and the events behind it
    Status {
        /// Number, such as 45/2019/QH14, with #EID for a provision
        #[arg(value_name = "DOC[#EID]")]
        target: String,
        /// The date (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Search the provisions in force
    Search {
        /// What to look for
        query: String,
        /// How many provisions
        #[arg(short, default_value_t = 10)]
        k: usize,
        /// The date (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// How to search
        #[arg(long, value_enum, default_value_t = ModeName::Hybrid)]
        mode: ModeName,
    },
    /// Review a draft against the law in force
    Review {
        /// The draft
        draft: PathBuf,
        /// The date it would take effect (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// What to give (default: text, or json with --json)
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// End with exit code 1 when there is a finding this grave
        #[arg(long, value_enum)]
        fail_on: Option<FailOn>,
    },
    /// Encode texts, one a line on standard input, into vectors
    Embed {
        /// Which side of a search they stand on
        #[arg(long, value_enum, default_value_t = TextKindName::Passage)]
        kind: TextKindName,
    },
    /// Serve the web application and the HTTP API
    Serve {
        /// Address to listen on; port 0 takes a free one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765")]
        listen: SocketAddr,
    },
    /// Run a benchmark suite
    Eval {
        /// The suite
        #[arg(value_enum)]
        suite: Suite,
        /// The data set's folder
        #[arg(long, value_name = "PATH")]
        data: PathBuf,
        /// Where the report goes
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Download and install models and corpus
    Setup,
    /// Say what is installed, what is missing, and the command that mends it
    Doctor,
}

/// What a review gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person
    Text,
    /// The contract's JSON
    Json,
    /// The draft with Word comments
    Docx,
    /// SARIF 2.1.0
    Sarif,
    /// A row a finding
    Csv,
}

/// A bar for findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeName {
    /// Words and meaning
    Hybrid,
    /// Meaning
    Dense,
    /// Words
    Lexical,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Hybrid => Self::Hybrid,
            ModeName::Dense => Self::Dense,
            ModeName::Lexical => Self::Lexical,
        }
    }
}

/// Which side of a search a text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextKindName {
    /// What somebody looks for
    Query,
    /// What can be found
    Passage,
}

/// A benchmark suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Drafts against the findings reviewers made
    Outcomes,
}
