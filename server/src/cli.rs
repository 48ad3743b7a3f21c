//! The command line: one table of commands and options.

use crate::export::As;
use crate::failure::{Failure, Result};
use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use rasoat_api::Role;
use rasoat_assistant::{Check, Selection};
use rasoat_embeddings::{Filter, Mode};
use rasoat_law::{DocNumber, DocumentKind};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Rà soát dự thảo văn bản quy phạm pháp luật / review drafts of Vietnamese normative documents
#[derive(Debug, Parser)]
#[command(name = "rasoat", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// The store's folder, or postgres://USER:PASSWORD@HOST/DATABASE (default: the platform's data directory)
    #[arg(long, global = true, value_name = "DIR|URL", env = "RASOAT_STORE", hide_env_values = true)]
    pub store: Option<PathBuf>,
    /// The models' folder, or a Hugging Face folder of a BERT or XLM-R encoder
    #[arg(long, global = true, value_name = "DIR", env = "RASOAT_MODELS")]
    pub models: Option<PathBuf>,
    /// The configuration (default: rasoat.toml in the platform's configuration folder, where there is one)
    #[arg(long, global = true, value_name = "FILE", env = "RASOAT_CONFIG")]
    pub config: Option<PathBuf>,
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
        /// DOCX, PDF, HTML, TXT, JSON or Akoma Ntoso; `-` for text on standard input
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
        /// Say which words and which similarity brought each hit
        #[arg(long)]
        explain: bool,
        #[command(flatten)]
        only: Only,
    },
    /// Answer a question from the law in force: sentences of law with their places, or why there is no answer
    Ask {
        /// The question, in your own words
        question: String,
        /// The date it is answered for (default: today); a date of the event in the question goes before it
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// Procedures (thủ tục hành chính) to show with answers: files (JSON, DOCX, HTML) or folders of them
        #[arg(long, value_name = "PATH", env = "RASOAT_PROCEDURES")]
        procedures: Vec<PathBuf>,
    },
    /// Check procedures: the parts that the law asks for and they lack, legal bases that lapsed, old names
    Procedures {
        /// Files (JSON, DOCX, HTML), or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The date (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
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
        format: Option<As>,
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// With --format docx: suggestions as tracked changes too
        #[arg(long)]
        suggest: bool,
        #[command(flatten)]
        checks: Checks,
        /// Print the whole reasoning behind one finding, such as f12, and nothing else
        #[arg(long, value_name = "ID", conflicts_with_all = ["format", "suggest", "fail_on"])]
        explain: Option<String>,
        #[command(flatten)]
        head: Head,
        /// End with exit code 1 when there is a finding this grave
        #[arg(long, value_enum)]
        fail_on: Option<FailOn>,
    },
    /// Compare two versions of a draft, provision by provision
    Compare {
        /// The old version
        old: PathBuf,
        /// The new version
        new: PathBuf,
        /// What to give
        #[arg(long, value_enum, default_value_t = Comparison::Text)]
        format: Comparison,
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write a document in another format: a file, or one of the store by its number
    Export {
        /// A file, or a number such as 45/2019/QH14
        source: String,
        /// What to give
        #[arg(long, value_enum, default_value_t = DocumentFormat::Akn)]
        format: DocumentFormat,
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write a list of documents: in force, expired, partly expired, or to act on
    List {
        /// Which list
        #[arg(value_enum)]
        which: Listed,
        /// Documents to review, for the list of those to act on
        #[arg(value_name = "FILE", required_if_eq("which", "action"))]
        files: Vec<PathBuf>,
        /// The date (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// First day of the period; what expired before it is listed apart
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// What to give
        #[arg(long, value_enum, default_value_t = ListFormat::Csv)]
        format: ListFormat,
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        head: Head,
    },
    /// Review the store's documents against what came later: what needs action and why, and the lists
    Sweep {
        #[command(flatten)]
        only: Only,
        /// The date (default: today)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// First day of the period; what expired before it is listed apart
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Compare each norm with later texts, too (slow)
        #[arg(long)]
        conflicts: bool,
        /// Begin anew, whatever an earlier run has done
        #[arg(long)]
        anew: bool,
        /// What the tables are given as
        #[arg(long, value_enum, value_delimiter = ',', default_value = "xlsx")]
        format: Vec<ListFormat>,
        /// The folder for the tables and the JSON (default: a summary on standard output)
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
        #[command(flatten)]
        head: Head,
    },
    /// Encode texts, one a line on standard input, into vectors
    Embed {
        /// Which side of a search they stand on
        #[arg(long, value_enum, default_value_t = TextKindName::Passage)]
        kind: TextKindName,
    },
    /// Judge pairs of a draft's norm and a provision, JSON lines {"id","draft","law"} on standard input
    Judge {
        /// Do not judge, but write each line with the marks that the judge is trained on
        #[arg(long)]
        marked: bool,
    },
    /// Copy a whole store into an empty one, SQLite to PostgreSQL or back; every row is compared
    Migrate {
        /// The store to copy: a folder, or postgres://USER:PASSWORD@HOST/DATABASE
        #[arg(long, value_name = "DIR|URL", env = "RASOAT_MIGRATE_FROM", hide_env_values = true)]
        from: PathBuf,
        /// The store to fill
        #[arg(long, value_name = "DIR|URL", env = "RASOAT_MIGRATE_TO", hide_env_values = true)]
        to: PathBuf,
    },
    /// Copy the whole store into one file, also while the service runs; every row is compared
    Backup {
        /// The file (default: rasoat-DATE.backup in this folder)
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Fill an empty store from a backup; every row is compared
    Restore {
        /// The file
        file: PathBuf,
    },
    /// Amendments of stored law that could not be applied (sửa đổi chưa được áp dụng)
    Amendment {
        /// What to do with them
        #[command(subcommand)]
        what: AmendmentCommand,
    },
    /// The record of what was done (audit)
    Record {
        /// What to do with it
        #[command(subcommand)]
        what: RecordCommand,
    },
    /// Accounts
    Account {
        /// What to do
        #[command(subcommand)]
        what: AccountCommand,
    },
    /// The key that seals what drafts, decisions and petitions say
    Key {
        /// What to do
        #[command(subcommand)]
        what: KeyCommand,
    },
    /// Serve the web application and the HTTP API
    Serve {
        /// Address to listen on, 127.0.0.1:8765 by default; port 0 takes a free one
        #[arg(long, value_name = "ADDR", env = "RASOAT_LISTEN")]
        listen: Option<SocketAddr>,
    },
    /// Measure on data whose outcomes are known
    Eval {
        /// What to measure
        #[command(subcommand)]
        what: Evaluation,
    },
    /// Download and install models and corpus
    Setup,
    /// Say what is installed, what is missing, and the command that mends it
    Doctor,
}

/// What to do with amendments that could not be applied.
#[derive(Debug, Subcommand)]
pub enum AmendmentCommand {
    /// Show those that wait for a person
    List {
        /// Those that were confirmed or dismissed, too
        #[arg(long)]
        all: bool,
    },
    /// Say what one does; what is left out is what the program read
    Confirm {
        /// Its identifier
        id: String,
        /// Number of the document that is changed
        #[arg(long, value_name = "NUMBER")]
        document: Option<String>,
        /// A provision that is changed, such as art_5__para_2; may be given several times
        #[arg(long, value_name = "EID", conflicts_with = "whole")]
        eid: Vec<String>,
        /// It is the whole document that is changed
        #[arg(long)]
        whole: bool,
        /// amend, insert, repeal, replace, suspend or resume
        #[arg(long, value_parser = operation)]
        operation: Option<rasoat_api::AmendmentOperation>,
        /// The first day on which it is so
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
    },
    /// Say that one changes nothing here
    Dismiss {
        /// Its identifier
        id: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take back what was said of one
    Reopen {
        /// Its identifier
        id: String,
    },
}

fn operation(code: &str) -> std::result::Result<rasoat_api::AmendmentOperation, String> {
    use rasoat_api::AmendmentOperation;
    let known = || AmendmentOperation::ALL.map(AmendmentOperation::code).join(", ");
    AmendmentOperation::from_code(code).ok_or_else(known)
}

/// What to do with the record.
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Write it, JSON lines
    Export {
        /// Where to write it (default: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say whether every entry follows from the one before
    Verify,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make a link with which somebody makes an account, once, within seven days
    Invite {
        /// administrator, reviewer or evaluator
        #[arg(long, value_parser = role)]
        role: Role,
        /// The organisation's name (default: the first)
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
}

/// A role that needs an account, by its code.
///
/// # Errors
/// With the codes there are.
pub fn role(code: &str) -> std::result::Result<Role, String> {
    let known = Role::ALL.into_iter().filter(|role| *role != Role::Citizen);
    let codes = known.clone().map(Role::code).collect::<Vec<_>>().join(", ");
    known.into_iter().find(|role| role.code() == code).ok_or(codes)
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key
    New {
        /// Its file
        file: PathBuf,
    },
    /// Seal everything in the store anew; the service must not run meanwhile
    Rotate {
        /// The file of the new key
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

/// Which checks run.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Checks {
    /// Only these checks: names such as basis.expired, or whole groups such as form
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All checks but these
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub without: Vec<String>,
}

impl Checks {
    /// The checks selected.
    ///
    /// # Errors
    /// When a name is no check's and no group's.
    pub fn selection(&self) -> Result<Selection> {
        let named = |names: &[String]| -> Result<Vec<Check>> {
            let mut all = Vec::new();
            for name in names {
                let found = Check::named(name.trim());
                if found.is_empty() {
                    return Err(Failure::unknown_check(name, &Check::ALL.map(Check::code).join(", ")));
                }
                all.extend(found);
            }
            Ok(all)
        };
        let base = if self.only.is_empty() { Selection::all() } else { Selection::only(named(&self.only)?) };
        Ok(base.without(named(&self.without)?))
    }
}

/// What may be found.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Only {
    /// Only documents of these kinds, such as luat or nghi_dinh
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    pub kind: Vec<DocumentKind>,
    /// Only documents of these ranks, 1 the highest
    #[arg(long, value_name = "RANK", value_delimiter = ',')]
    pub rank: Vec<u8>,
    /// Only documents by these issuers; some words of the name will do
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub issuer: Vec<String>,
    /// Only documents of these fields, as their names say
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub field: Vec<String>,
    /// Only these documents
    #[arg(long, value_name = "NUMBER", value_delimiter = ',')]
    pub document: Vec<String>,
}

impl Only {
    /// As the index filters by it, in force on a day.
    pub fn filter(self, as_of: Date) -> Filter {
        let number = |written: String| DocNumber::parse(&written).map_or(written, |number| number.to_string());
        Filter {
            in_force: Some(as_of),
            kinds: self.kind,
            ranks: self.rank,
            issuers: self.issuer,
            fields: self.field,
            documents: self.document.into_iter().map(number).collect(),
        }
    }
}

/// A kind by its code.
///
/// # Errors
/// With the codes there are.
pub fn kind(code: &str) -> std::result::Result<DocumentKind, String> {
    DocumentKind::from_code(code).ok_or_else(|| DocumentKind::ALL.map(DocumentKind::code).join(", "))
}

/// What stands at the head of a form.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Head {
    /// Who reviews, for the head of a form
    #[arg(long, value_name = "NAME")]
    pub reviewer: Option<String>,
    /// The reviewing body, for the head of a form
    #[arg(long, value_name = "NAME")]
    pub agency: Option<String>,
    /// The place, for the foot of a form
    #[arg(long, value_name = "NAME")]
    pub place: Option<String>,
}

/// What a comparison gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Comparison {
    /// For a person at a terminal
    Text,
    /// A page that needs nothing else
    Html,
    /// Word with tracked changes
    Docx,
}

/// What a document is given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocumentFormat {
    /// Akoma Ntoso 1.0 XML
    Akn,
    /// A plain DOCX
    Docx,
    /// The normalised text
    Text,
}

/// Which documents are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// In force (còn hiệu lực)
    InForce,
    /// Expired or suspended (hết hiệu lực, ngưng hiệu lực toàn bộ)
    Expired,
    /// Partly expired (hết hiệu lực một phần)
    Partly,
    /// To be amended, replaced or repealed (cần xử lý), from a review of the files given
    Action,
}

/// What a list is given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// The form, as DOCX
    Docx,
    /// The form as PDF, through LibreOffice
    Pdf,
    /// A spreadsheet
    Xlsx,
    /// A row a document
    Csv,
}

impl ListFormat {
    /// What the name of such a file ends with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }
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

/// What to evaluate.
#[derive(Debug, Subcommand)]
pub enum Evaluation {
    /// Questions against the articles that answer them
    Retrieval(DataSets),
    /// Two provisions: do they contradict?
    Pairs(DataSets),
    /// Drafts against the findings reviewers made
    Outcomes(DataSets),
    /// Dated documents re-read at a later date: the state of everything they cite
    Outdated(DataSets),
    /// Questions against the provisions an answer must cite
    Answers(DataSets),
    /// Provision trees against gold
    Structure(DataSets),
    /// Citations against gold
    Citations(DataSets),
    /// Latency and throughput of every stage, on what is installed
    Speed(DataSets),
    /// Every suite on every set that the data holds
    All(DataSets),
    /// What got better and worse from one report to another, case by case
    Compare {
        /// The folder of the first report
        before: PathBuf,
        /// The folder of the second
        after: PathBuf,
        /// Where the comparison goes
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Mine pairs and drafts with known outcomes from two snapshots of the codified law
    Mine {
        /// The folder of the snapshots
        #[arg(long, value_name = "PATH")]
        data: PathBuf,
        /// Where the set goes
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
        /// Seed of every draw
        #[arg(long, value_name = "N", default_value_t = 6)]
        seed: u64,
        /// How many pairs of norms edited by rule, for training; 0 for none
        #[arg(long, value_name = "N", default_value_t = 4000)]
        edits: usize,
        /// Also write the law of the later date, to import: what the drafts are reviewed beside
        #[arg(long)]
        law: bool,
    },
    /// Make an outcomes set of reviewers' decisions on the store's reviews
    Decisions {
        /// The decisions, JSON lines {"review","finding","decision":"accept|reject|edit"} (default: the store's)
        #[arg(value_name = "FILE")]
        decisions: Option<PathBuf>,
        /// Where the set goes
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
    },
}

/// The data of an evaluation.
#[derive(Debug, Clone, clap::Args)]
pub struct DataSets {
    /// A set, or a folder that holds sets; may be given several times
    #[arg(long, value_name = "PATH", required = true)]
    pub data: Vec<PathBuf>,
    /// Where the report goes
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Where vectors of texts that are not in the store are kept between runs (default: the report's folder)
    #[arg(long, value_name = "DIR")]
    pub vectors: Option<PathBuf>,
    /// Seed of every draw
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub seed: u64,
}
