//! What each command does.

use crate::cli::{Cli, Command, Comparison, FailOn, Head, ListFormat, Listed, ModeName, TextKindName};
use crate::export::{As, Exported, export, now};
use crate::failure::{Failure, Kind, Result, language};
use crate::intake::bounds;
use crate::library::Library;
use crate::places::Places;
use crate::programs::{Target, convert};
use crate::store::{Store, Stored};
use crate::{doctor, import, lists, session, setup, wire};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::{Message, effect_name};
use rasoat_assistant::{Corpus, Query, Search};
use rasoat_embeddings::{Cancelled, Mode};
use rasoat_formats::redline::{ChangeKind, Words, redline};
use rasoat_formats::report::{self, ListKind, Period, SheetHead};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, cite, text};
use rasoat_model::{Encoder, TextKind};
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// Runs a command.
///
/// # Errors
/// A failure with its exit code.
pub fn run(cli: Cli) -> Result<()> {
    let places = Places::new(cli.store, cli.models);
    let out = Out { json: cli.json, quiet: cli.quiet };
    match cli.command {
        Command::Parse { file } => parse(&out, &file),
        Command::Cite { file } => find_citations(&out, file.as_deref()),
        Command::Import { paths, corpus } => run_import(&out, &places, paths, corpus),
        Command::Status { target, as_of } => status(&out, &places, &target, day(as_of.as_deref())?),
        Command::Search { query, k, as_of, mode } => search(&out, &places, &query, k, day(as_of.as_deref())?, mode),
        Command::Review { draft, as_of, format, output, suggest, head, fail_on } => {
            let format = format.unwrap_or(if out.json { As::Json } else { As::Text });
            let wanted = Wanted { format, suggest, head, output: output.as_deref(), fail_on };
            review(&out, &places, &draft, day(as_of.as_deref())?, &wanted)
        }
        Command::Compare { old, new, format, output } => compare(&out, &old, &new, format, output.as_deref()),
        Command::List { which, files, as_of, from, format, output, head } => {
            let as_of = day(as_of.as_deref())?;
            let from = from.as_deref().map(|from| day(Some(from))).transpose()?;
            let table = list(&out, &places, which, &files, as_of, from)?;
            give_list(&out, &table, format, &head, output.as_deref())
        }
        Command::Embed { kind } => embed(&places, kind),
        Command::Serve { listen } => crate::http::serve(places, listen),
        Command::Setup => setup::install(&places, &mut |line| out.note(&line)),
        Command::Doctor => doctor::run(&out, &places),
        Command::Eval { suite, data, output } => evaluate(&out, &places, suite, &data, output.as_deref()),
    }
}

/// Where results go: stdout, as JSON or for a person; notes go to stderr.
pub struct Out {
    /// Whether JSON is wanted.
    pub json: bool,
    /// Whether notes are unwanted.
    pub quiet: bool,
}

impl Out {
    /// Prints a result.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn print(&self, text: &str) -> Result<()> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush()) {
            // Whoever reads has seen enough, as in `rasoat parse … | head`.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(Failure::internal),
        }
    }

    /// Prints JSON when it is asked for, else what `person` writes.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn show(&self, value: &impl serde::Serialize, person: impl FnOnce() -> String) -> Result<()> {
        let text = if self.json { serde_json::to_string(value)? } else { person() };
        self.print(text.trim_end_matches('\n'))
    }

    /// Says something on the way.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    fn bar(&self, total: usize, what: &'static str) -> ProgressBar {
        let bar = ProgressBar::new(total as u64).with_message(what);
        if self.quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} · {eta}") {
            bar.set_style(style);
        }
        bar
    }
}

/// A day given, else today.
///
/// # Errors
/// When it is no date.
pub fn day(given: Option<&str>) -> Result<Date> {
    match given {
        Some(text) => text.parse().map_err(|_| Failure::date(text)),
        None => Ok(jiff::Zoned::now().date()),
    }
}

/// A file's bytes; `-` is standard input. Larger files than a document may be are not read at all.
///
/// # Errors
/// When it cannot be opened or is too large.
pub fn read_limited(path: &Path) -> Result<Vec<u8>> {
    let limit = bounds().input_bytes();
    let too_large =
        |size| Failure::format(&path.display().to_string(), &rasoat_formats::FormatError::TooLarge { size, limit });
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(|e| Failure::open(path, &e))?;
        return if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) };
    }
    let size = std::fs::metadata(path).map_err(|e| Failure::open(path, &e))?.len();
    if size > limit {
        return Err(too_large(size));
    }
    std::fs::read(path).map_err(|e| Failure::open(path, &e))
}

/// Reads a draft from a file; what takes long shows how far it is.
fn read_draft(out: &Out, path: &Path) -> Result<(Vec<u8>, session::Draft)> {
    let bytes = read_limited(path)?;
    let name = if path == Path::new("-") { "stdin.txt".to_owned() } else { path.display().to_string() };
    let bar = out.bar(0, "đọc");
    let draft = session::read(&name, &bytes, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if STOP.load(Ordering::SeqCst) { Err(Cancelled) } else { Ok(()) }
    });
    bar.finish_and_clear();
    Ok((bytes, draft?))
}

fn parse(out: &Out, file: &Path) -> Result<()> {
    let (_, draft) = read_draft(out, file)?;
    let mut parsed = wire::document(&draft.document);
    let source = draft.extracted.metadata;
    let own = &mut parsed.metadata;
    own.so_hieu =
        own.so_hieu.take().or_else(|| source.so_hieu.as_deref().and_then(DocNumber::parse).map(|n| n.to_string()));
    own.title = own.title.take().or(source.title);
    own.issuer = own.issuer.take().or(source.issuer);
    own.issued = own.issued.take().or(source.issued);
    own.effective = own.effective.take().or(source.effective);
    own.signer = own.signer.take().or(source.signer);
    parsed.problems.extend(draft.extracted.problems.iter().map(|p| api::Problem {
        code: p.code().to_owned(),
        start: 0,
        end: 0,
        message: p.message_vi(),
    }));
    out.show(&parsed, || {
        let mut lines = vec![format!(
            "{} {} · {}",
            parsed.metadata.kind,
            parsed.metadata.so_hieu.as_deref().unwrap_or("(chưa có số)"),
            parsed.metadata.title.as_deref().unwrap_or("")
        )];
        for p in &parsed.provisions {
            let depth = p.eid.matches("__").count();
            let words = text::squeeze(&parsed.text[p.start..p.end]);
            let words: String = words.chars().take(90).collect();
            lines.push(format!("{}{}: {words}", "  ".repeat(depth), p.eid));
        }
        lines.extend(parsed.problems.iter().map(|p| format!("⚠ {}: {}", p.code, p.message)));
        lines.join("\n")
    })
}

fn find_citations(out: &Out, file: Option<&Path>) -> Result<()> {
    let file = file.unwrap_or(Path::new("-"));
    let (bytes, draft) = read_draft(out, file)?;
    let words = match std::str::from_utf8(&bytes) {
        // Text on standard input is cited as it comes, whatever it looks like.
        Ok(words) if file == Path::new("-") => text::normalise(words),
        _ => draft.document.text,
    };
    let found = wire::citations(&words, &cite::citations(&words, Register::built_in()));
    out.show(&found, || {
        let lines: Vec<String> = found
            .citations
            .iter()
            .map(|c| {
                let targets: Vec<String> = c
                    .targets
                    .iter()
                    .map(|t| {
                        let document = t.document.as_deref().or(t.document_name.as_deref()).unwrap_or("văn bản này");
                        t.eid.as_ref().map_or_else(|| document.to_owned(), |eid| format!("{document}#{eid}"))
                    })
                    .collect();
                format!("{}..{} {} “{}” → {}", c.start, c.end, c.role, c.text, targets.join(", "))
            })
            .collect();
        lines.join("\n")
    })
}

fn run_import(out: &Out, places: &Places, mut paths: Vec<PathBuf>, corpus: bool) -> Result<()> {
    if corpus {
        paths.extend(places.corpus_files()?);
    }
    let mut store = Store::open(&places.store)?;
    let (mut kept, mut unchanged, mut refused) = (0, 0, 0);
    let mut lines = Vec::new();
    import::documents(&mut store, &paths, &mut |line| {
        let shown = match &line.outcome {
            Ok((number, stored)) => {
                let word = match stored {
                    Stored::New => "đã lưu",
                    Stored::Replaced => "đã thay",
                    Stored::Unchanged => "không đổi",
                };
                if *stored == Stored::Unchanged {
                    unchanged += 1
                } else {
                    kept += 1
                }
                lines.push(serde_json::json!({"name": line.name, "document": number.as_str(),
                    "outcome": match stored { Stored::New => "stored", Stored::Replaced => "replaced", Stored::Unchanged => "unchanged" }}));
                format!("{word}: {number} ({})", line.name)
            }
            Err(failure) => {
                refused += 1;
                lines.push(serde_json::json!({"name": line.name, "outcome": "refused", "error": failure.body()}));
                format!("từ chối: {}: {failure}", line.name)
            }
        };
        if !out.json {
            let _ = out.print(&shown);
        }
    })?;
    let started = std::time::Instant::now();
    let embedded = match places.load_encoder() {
        Ok(encoder) => Some(embed_waiting(out, &mut store, &encoder)?),
        Err(failure) => {
            out.note(&failure.to_string());
            None
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if embedded.is_some_and(|count| count > 0) {
        // Built now, so that the first search does not wait for it.
        let name = places.load_encoder().map(|e| e.name().to_owned()).ok();
        Library::load(&store, &places.store, name.as_deref())?;
    }
    let counts = store.counts()?;
    let summary = serde_json::json!({
        "documents": lines, "stored": kept, "unchanged": unchanged, "refused": refused,
        "embedded": embedded, "embed_seconds": seconds,
        "store": {"documents": counts.documents, "provisions": counts.provisions, "passages": counts.passages, "embedded": counts.embedded},
    });
    out.show(&summary, || {
        let embedded = match embedded {
            Some(0) => String::new(),
            Some(count) => format!("; mã hóa {count} đoạn trong {seconds:.1} giây ({:.1} đoạn/giây)", count as f64 / seconds.max(0.001)),
            None => "; chưa mã hóa vì chưa cài mô hình".into(),
        };
        format!(
            "{kept} đã lưu, {unchanged} không đổi, {refused} bị từ chối; kho có {} văn bản, {} đơn vị, {} đoạn ({} đã mã hóa){embedded}",
            counts.documents, counts.provisions, counts.passages, counts.embedded
        )
    })?;
    if refused > 0 && kept + unchanged == 0 {
        // Nothing at all could be used: the first reason stands for the rest.
        return Err(Failure::new(Kind::Input, "import.nothing", Message::NoNumber, Message::UnknownDocumentHint, &[]));
    }
    Ok(())
}

fn embed_waiting(out: &Out, store: &mut Store, encoder: &dyn Encoder) -> Result<usize> {
    // Ctrl-C ends the work after the chunk at hand; what is done is kept.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    let bar = out.bar(0, "mã hóa");
    let mut last = std::time::Instant::now();
    let count = import::vectors(store, encoder, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if bar.is_hidden() && last.elapsed().as_secs() >= 20 {
            last = std::time::Instant::now();
            out.note(&format!("mã hóa {done}/{total}"));
        }
        if STOP.load(Ordering::SeqCst) { Err(Cancelled) } else { Ok(()) }
    })?;
    bar.finish_and_clear();
    Ok(count)
}

/// The store and what it holds in memory; the encoder's name decides whose vectors are used.
fn library(places: &Places, encoder: Option<&str>) -> Result<Library> {
    let store = Store::open(&places.store)?;
    Library::load(&store, &places.store, encoder)
}

fn status(out: &Out, places: &Places, target: &str, as_of: Date) -> Result<()> {
    let (document, eid) = target.split_once('#').map_or((target, None), |(d, e)| (d, Some(e)));
    let number = DocNumber::parse(document).unwrap_or_else(|| DocNumber::from_normal(text::normalise(document)));
    let report = wire::status(&library(places, None)?, &number, eid, as_of)?;
    out.show(&report, || {
        let mut lines = vec![format!("{target} ngày {as_of}: {}", effect_name(report.effect, language()))];
        lines.extend(report.events.iter().map(|e| {
            format!(
                "  {} {} {} ({}, {})",
                e.date.as_deref().unwrap_or("chưa rõ ngày"),
                e.kind,
                e.by.as_deref().unwrap_or(""),
                e.source,
                e.confidence
            )
        }));
        lines.extend(report.notes.iter().map(|note| format!("  ⚠ {note}")));
        lines.join("\n")
    })
}

fn search(out: &Out, places: &Places, query: &str, k: usize, as_of: Date, mode: ModeName) -> Result<()> {
    let mode = mode.into();
    let encoder = if mode == Mode::Lexical { None } else { Some(places.load_encoder()?) };
    let library = library(places, encoder.as_ref().map(|e| e.name()))?;
    if library.is_empty() {
        let folder = places.store.display().to_string();
        return Err(Failure::new(
            Kind::Missing,
            "store.empty",
            Message::EmptyStore,
            Message::RunImport,
            &[("folder", &folder)],
        ));
    }
    let hits = find(&library, encoder.as_ref().map(|e| e as &dyn Encoder), query, k, mode, as_of)?;
    out.show(&hits, || {
        let lines: Vec<String> = hits
            .hits
            .iter()
            .map(|h| {
                let words: String = text::squeeze(&h.text).chars().take(160).collect();
                format!("{:>2}. {}#{} ({:.3}) {words}", h.rank, h.document, h.eid, h.score)
            })
            .collect();
        lines.join("\n")
    })
}

/// Searches and times it.
///
/// # Errors
/// When the encoder fails.
pub fn find(
    library: &Library,
    encoder: Option<&dyn Encoder>,
    words: &str,
    k: usize,
    mode: Mode,
    as_of: Date,
) -> Result<api::Hits> {
    let start = std::time::Instant::now();
    let words = text::normalise(words);
    let vector = match encoder.filter(|_| mode != Mode::Lexical) {
        Some(encoder) => encoder.encode(&[&words], TextKind::Query).map_err(Failure::internal)?.pop(),
        None => None,
    };
    let query = Query { words: &words, vector: vector.as_deref(), mode, k, as_of };
    let found = library.search(&query);
    let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(wire::hits(library as &dyn Corpus, found, as_of, took))
}

/// What is wanted of a review.
struct Wanted<'a> {
    format: As,
    suggest: bool,
    head: Head,
    output: Option<&'a Path>,
    fail_on: Option<FailOn>,
}

fn review(out: &Out, places: &Places, file: &Path, as_of: Date, wanted: &Wanted<'_>) -> Result<()> {
    // The store first: a store that cannot be used is told before minutes are spent.
    let reviewer = Reviewer::new(places)?;
    let (bytes, draft) = read_draft(out, file)?;
    let review = reviewer.review(out, &draft, as_of)?;
    let file_name = file.file_name().map_or_else(|| file.display().to_string(), |n| n.to_string_lossy().into_owned());
    let exported = Exported {
        file: &file_name,
        original: draft.converted.as_deref().unwrap_or(&bytes),
        extracted: &draft.extracted,
        review: &review,
        head: sheet_head(&wanted.head, Some(&draft.document)),
        suggest: wanted.suggest,
    };
    let mut file = export(&exported, wanted.format, &mut |_, _| Ok(()))?;
    if wanted.format == As::Json && wanted.output.is_none() {
        file.push(b'\n');
    }
    give(out, &file, wanted.output, &format!("{} phát hiện", review.findings.len()))?;
    let fail_on = wanted.fail_on;
    let bar = fail_on.map(|f| match f {
        FailOn::Error => api::Severity::Error,
        FailOn::Warning => api::Severity::Warning,
    });
    match bar.map(|bar| review.findings.iter().filter(|f| f.severity >= bar).count()) {
        Some(count) if count > 0 => Err(Failure {
            kind: Kind::Findings,
            code: "review.findings",
            message: format!("{count} phát hiện từ mức đã đặt trở lên"),
            hint: "xem danh sách phát hiện".into(),
        }),
        _ => Ok(()),
    }
}

/// The library and the encoder, loaded once for several drafts.
struct Reviewer {
    library: Library,
    encoder: Option<rasoat_model::BertEncoder>,
}

impl Reviewer {
    fn new(places: &Places) -> Result<Self> {
        let encoder = places.load_encoder();
        let library = library(places, encoder.as_ref().ok().map(|e| e.name()))?;
        let encoder = match (encoder, library.is_empty()) {
            (Ok(encoder), _) => Some(encoder),
            (Err(failure), false) => return Err(failure),
            (Err(_), true) => None,
        };
        Ok(Self { library, encoder })
    }

    fn review(&self, out: &Out, draft: &session::Draft, as_of: Date) -> Result<api::Review> {
        let mut watcher = BarWatcher { bar: out.bar(0, "rà soát") };
        let encoder = self.encoder.as_ref().map(|e| e as &dyn Encoder);
        let review = session::review(draft, &self.library, encoder, as_of, &mut watcher);
        watcher.bar.finish_and_clear();
        review
    }
}

/// The head of a form: what the command line says, and what the document says of itself.
fn sheet_head(head: &Head, document: Option<&rasoat_law::Document>) -> SheetHead {
    let metadata = document.map(|document| &document.metadata);
    SheetHead {
        agency: head.agency.clone(),
        reviewer: head.reviewer.clone(),
        place: head.place.clone(),
        date: Some(jiff::Zoned::now().date().to_string()),
        title: metadata.and_then(|m| m.title.clone()),
        so_hieu: metadata.and_then(|m| m.number.as_ref()).map(ToString::to_string),
        issuer: metadata.and_then(|m| m.issuer.clone()),
        issued: metadata.and_then(|m| m.issued).map(|day| day.to_string()),
    }
}

/// Writes a result to its file, or to standard output.
fn give(out: &Out, bytes: &[u8], output: Option<&Path>, what: &str) -> Result<()> {
    let Some(path) = output else {
        return match std::io::stdout().lock().write_all(bytes) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::internal(e)),
            _ => Ok(()),
        };
    };
    write_whole(path, bytes)?;
    out.note(&format!("{what} → {}", path.display()));
    Ok(())
}

fn compare(out: &Out, old: &Path, new: &Path, format: Comparison, output: Option<&Path>) -> Result<()> {
    let (_, before) = read_draft(out, old)?;
    let (_, after) = read_draft(out, new)?;
    let compared = redline(&before.document, &after.document);
    let counts = compared.counts();
    let name = |path: &Path| path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let bytes = match format {
        Comparison::Html => compared.html(&name(old), &name(new)).into_bytes(),
        Comparison::Docx => compared
            .docx("Rasoat", Some(&now()))
            .map_err(|e| Failure { kind: Kind::Internal, ..Failure::format(&name(new), &e) })?,
        Comparison::Text => comparison_text(&compared).into_bytes(),
    };
    let summary = format!(
        "{} đoạn giữ nguyên, {} sửa đổi, {} thêm mới, {} bỏ, {} chuyển chỗ",
        counts.same, counts.changed, counts.added, counts.removed, counts.moved
    );
    if output.is_none() {
        out.note(&summary);
    }
    give(out, &bytes, output, &summary)
}

/// The changed paragraphs, taken out words in `[-…-]`, put in ones in `{+…+}`.
fn comparison_text(compared: &rasoat_formats::redline::Redline) -> String {
    let mut lines = Vec::new();
    for paragraph in compared.paragraphs.iter().filter(|p| p.change != ChangeKind::Same) {
        let place = paragraph.new.as_ref().or(paragraph.old.as_ref()).map(rasoat_law::Eid::label);
        let words: String = paragraph
            .words
            .iter()
            .map(|words| match words {
                Words::Kept(text) => text.clone(),
                Words::Deleted(text) => format!("[-{text}-]"),
                Words::Inserted(text) => format!("{{+{text}+}}"),
            })
            .collect();
        lines.push(format!("{}: {words}\n", place.unwrap_or_default()));
    }
    lines.concat()
}

fn list(
    out: &Out,
    places: &Places,
    which: Listed,
    files: &[PathBuf],
    as_of: Date,
    from: Option<Date>,
) -> Result<report::Table> {
    let kind = match which {
        Listed::InForce => ListKind::InForce,
        Listed::Expired => ListKind::Expired,
        Listed::Partly => ListKind::PartlyExpired,
        Listed::Action => ListKind::Action,
    };
    let documents = if kind == ListKind::Action {
        let reviewer = Reviewer::new(places)?;
        let mut rows = Vec::new();
        for file in files {
            let (_, draft) = read_draft(out, file)?;
            let review = reviewer.review(out, &draft, as_of)?;
            rows.extend(lists::to_act_on(&draft.document, &file.display().to_string(), &review));
        }
        rows
    } else {
        lists::listed(&library(places, None)?, kind, as_of)
    };
    let period = from.map(|from| Period { from: from.to_string(), to: as_of.to_string() });
    Ok(report::list(kind, &documents, &as_of.to_string(), period.as_ref()))
}

fn give_list(out: &Out, table: &report::Table, format: ListFormat, head: &Head, output: Option<&Path>) -> Result<()> {
    let failed = |e: rasoat_formats::FormatError| Failure { kind: Kind::Internal, ..Failure::format("danh-muc", &e) };
    let form = || report::list_docx(table, &sheet_head(head, None)).map_err(failed);
    let bytes = match format {
        ListFormat::Docx => form()?,
        ListFormat::Pdf => {
            convert(("danh-muc.docx", "docx"), &form()?, Target::Pdf, bounds().program_seconds, &mut |_, _| Ok(()))?
        }
        ListFormat::Xlsx => table.xlsx().map_err(failed)?,
        ListFormat::Csv => table.csv().map_err(failed)?.into_bytes(),
    };
    give(out, &bytes, output, &format!("{} văn bản", table.len()))
}

struct BarWatcher {
    bar: ProgressBar,
}

impl session::Watcher for BarWatcher {
    fn progress(&mut self, progress: api::Progress) -> std::result::Result<(), Cancelled> {
        self.bar.set_length(progress.total as u64);
        self.bar.set_position(progress.done as u64);
        Ok(())
    }

    fn found(&mut self, _: api::Finding) {}
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e: std::io::Error| Failure::write(path, &e))
}

fn embed(places: &Places, kind: TextKindName) -> Result<()> {
    let encoder = places.load_encoder()?;
    let kind = match kind {
        TextKindName::Query => TextKind::Query,
        TextKindName::Passage => TextKind::Passage,
    };
    let mut stdout = std::io::stdout().lock();
    let lines: Vec<String> = std::io::stdin()
        .lock()
        .lines()
        .map(|line| line.map(|l| text::normalise(&l)))
        .collect::<std::io::Result<_>>()
        .map_err(|e| Failure::open(Path::new("-"), &e))?;
    for chunk in lines.chunks(64) {
        let texts: Vec<&str> = chunk.iter().map(String::as_str).collect();
        for vector in encoder.encode(&texts, kind).map_err(Failure::internal)? {
            let line = serde_json::to_string(&serde_json::json!({ "vector": vector }))?;
            if writeln!(stdout, "{line}").is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn evaluate(out: &Out, places: &Places, suite: crate::cli::Suite, data: &Path, output: Option<&Path>) -> Result<()> {
    let crate::cli::Suite::Outcomes = suite;
    let encoder = places.load_encoder()?;
    let library = library(places, Some(encoder.name()))?;
    let cases = rasoat_eval::outcomes::read(data).map_err(|e| Failure {
        kind: Kind::Input,
        code: "eval.data",
        message: e.to_string(),
        hint: "xem mô tả bộ dữ liệu trong eval/README.md".into(),
    })?;
    let mut results = Vec::new();
    for case in cases {
        let (_, draft) = read_draft(out, &case.draft)?;
        let review =
            session::review(&draft, &library, Some(&encoder), day(Some(&case.gold.as_of))?, &mut session::Nobody)?;
        let found = review
            .findings
            .iter()
            .map(|f| rasoat_eval::outcomes::Found {
                check: f.check.clone(),
                start: f.start,
                end: f.end,
                documents: f.evidence.iter().map(|e| e.document.clone()).collect(),
                quote: f.quote.clone(),
            })
            .collect();
        results.push(rasoat_eval::outcomes::CaseResult {
            provisions: review.draft.provisions,
            timing_ms: review.timing.total_ms,
            case,
            found,
        });
    }
    let report = rasoat_eval::outcomes::score(&results);
    if let Some(folder) = output {
        fs_err::create_dir_all(folder).map_err(|e| Failure::write(folder, &e))?;
        write_whole(&folder.join("outcomes.json"), &serde_json::to_vec_pretty(&report)?)?;
    }
    out.show(&report, || report.to_string())
}
