//! What each command does.

mod amendments;
mod ask;
mod backup;
mod files;
mod judge;
mod key;
mod migrate;
mod record;
mod review;
mod sweep;

use crate::cli::{AccountCommand, Cli, Command, KeyCommand, RecordCommand, TextKindName};
use crate::configuration::Configuration;
use crate::export::As;
use crate::failure::{Failure, Result, language};
use crate::intake::bounds;
use crate::library::{self, Library};
use crate::places::Places;
use crate::store::{Store, Stored};
use crate::{doctor, evaluate, import, session, setup, stop, wire};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::effect_name;
use rasoat_assistant::Search;
use rasoat_embeddings::{Cancelled, Filter, Grouping, Mode};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, cite, text};
use rasoat_model::{Encoder, Reranker, TextKind};
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Runs a command.
///
/// # Errors
/// A failure with its exit code.
pub fn run(cli: Cli, configuration: &Configuration) -> Result<()> {
    let places = Places::new(cli.store, cli.models)
        .with_key(configuration.store.key_file.clone())
        .with_generator(configuration.models.generator.clone());
    let out = Out { json: cli.json, quiet: cli.quiet };
    if !matches!(cli.command, Command::Serve { .. }) {
        stop::listen();
    }
    match cli.command {
        Command::Parse { file } => parse(&out, &file),
        Command::Cite { file } => find_citations(&out, file.as_deref()),
        Command::Import { paths, corpus } => run_import(&out, &places, paths, corpus),
        Command::Status { target, as_of } => status(&out, &places, &target, day(as_of.as_deref())?),
        Command::Search { query, k, as_of, mode, explain, only } => {
            let filter = only.filter(day(as_of.as_deref())?);
            let wanted = Wanted { words: &query, k, mode: mode.into(), filter };
            search(&out, &places, wanted, explain)
        }
        Command::Ask { question, as_of, procedures } => {
            let asked = ask::Asked { question: &question, as_of: day(as_of.as_deref())?, pages: &procedures };
            ask::ask(&out, &places, &asked, configuration.models.generator_time())
        }
        Command::Procedures { files, as_of } => ask::check_procedures(&out, &places, &files, day(as_of.as_deref())?),
        Command::Review { draft, as_of, explain: Some(id), checks, output, .. } => {
            let (as_of, selection) = (day(as_of.as_deref())?, configuration.selection(&checks)?);
            review::explain(&out, &places, &draft, as_of, &selection, &id, output.as_deref())
        }
        Command::Review { draft, as_of, format, output, suggest, checks, head, fail_on, explain: None } => {
            let format = format.unwrap_or(if out.json { As::Json } else { As::Text });
            let wanted = review::Wanted {
                format,
                suggest,
                checks: configuration.selection(&checks)?,
                head,
                output: output.as_deref(),
                fail_on,
            };
            review::review(&out, &places, &draft, day(as_of.as_deref())?, &wanted)
        }
        Command::Compare { old, new, format, output } => files::compare(&out, &old, &new, format, output.as_deref()),
        Command::Export { source, format, output } => {
            files::give_document(&out, &places, &source, format, output.as_deref())
        }
        Command::List { which, files, as_of, from, format, output, head } => {
            let as_of = day(as_of.as_deref())?;
            let from = from.as_deref().map(|from| day(Some(from))).transpose()?;
            let table = review::list(&out, &places, which, &files, as_of, from)?;
            review::give_list(&out, &table, format, &head, output.as_deref())
        }
        Command::Sweep { only, as_of, from, conflicts, anew, format, output, head } => {
            let as_of = day(as_of.as_deref())?;
            let from = from.as_deref().map(|from| day(Some(from))).transpose()?;
            let filter = rasoat_embeddings::Filter { in_force: None, ..only.filter(as_of) };
            let wanted = crate::sweep::Wanted { filter, as_of, conflicts };
            let given = sweep::Given { from, anew, formats: format, output: output.as_deref(), head };
            sweep::sweep(&out, &places, &wanted, &given)
        }
        Command::Embed { kind } => embed(&places, kind),
        Command::Judge { marked } => judge::judge(&places, marked),
        Command::Migrate { from, to } => migrate::run(&out, &from.into(), &to.into()),
        Command::Backup { to } => backup::backup(&out, &places.store, to.as_deref()),
        Command::Restore { file } => backup::restore(&out, &file, &places.store),
        Command::Amendment { what } => amendments::run(&out, &places, what),
        Command::Record { what: RecordCommand::Export { output } } => record::export(&out, &places, output.as_deref()),
        Command::Record { what: RecordCommand::Verify } => record::verify(&out, &places),
        Command::Account { what: AccountCommand::Invite { role, organisation } } => {
            record::invite(&out, &places, configuration, role, organisation.as_deref())
        }
        Command::Key { what: KeyCommand::New { file } } => key::new(&out, &file),
        Command::Key { what: KeyCommand::Rotate { to } } => key::rotate_to(&out, &places, &to),
        Command::Serve { listen } => {
            let checks = configuration.selection(&crate::cli::Checks::default())?;
            let listen = listen.unwrap_or(configuration.serve.listen);
            crate::http::serve(places, configuration, listen, checks)
        }
        Command::Setup => setup::install(&places, &mut |line| out.note(&line)),
        Command::Doctor => doctor::run(&out, &places),
        Command::Eval { what } => evaluate::run(&out, &places, what),
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

    /// A bar for `total` steps, drawn where somebody sees it.
    pub fn bar(&self, total: usize, what: &'static str) -> ProgressBar {
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
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    });
    bar.finish_and_clear();
    Ok((bytes, draft?))
}

fn parse(out: &Out, file: &Path) -> Result<()> {
    let (_, draft) = read_draft(out, file)?;
    let mut parsed = wire::document(&draft.document);
    parsed.problems.extend(wire::source_problems(&draft.extracted));
    parsed.problems.extend(wire::doubtful_words(&draft.extracted));
    let source = draft.extracted.metadata;
    let own = &mut parsed.metadata;
    own.so_hieu =
        own.so_hieu.take().or_else(|| source.so_hieu.as_deref().and_then(DocNumber::parse).map(|n| n.to_string()));
    own.title = own.title.take().or(source.title);
    own.issuer = own.issuer.take().or(source.issuer);
    own.issued = own.issued.take().or(source.issued);
    own.effective = own.effective.take().or(source.effective);
    own.signer = own.signer.take().or(source.signer);
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
    let mut store = places.store.open()?;
    let (mut kept, mut unchanged, mut refused) = (0, 0, 0);
    let mut first_refused: Option<Failure> = None;
    let mut lines = Vec::new();
    import::documents(&mut *store, &paths, &mut |line| {
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
                first_refused.get_or_insert_with(|| failure.clone());
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
        Ok(encoder) => Some(embed_waiting(out, &mut *store, &encoder)?),
        Err(failure) => {
            out.note(&failure.to_string());
            None
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if embedded.is_some_and(|count| count > 0) {
        // Built now, so that the first search does not wait for it.
        let name = places.load_encoder().map(|e| e.name().to_owned()).ok();
        library::load(&*store, &places.local, name.as_deref())?;
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
    match first_refused {
        // Nothing at all could be used: the first reason stands for the rest.
        Some(failure) if kept + unchanged == 0 => Err(failure),
        _ => Ok(()),
    }
}

fn embed_waiting(out: &Out, store: &mut dyn Store, encoder: &dyn Encoder) -> Result<usize> {
    // What is done when a person stops it is kept.
    let bar = out.bar(0, "mã hóa");
    let mut last = std::time::Instant::now();
    let count = import::vectors(store, encoder, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if bar.is_hidden() && last.elapsed().as_secs() >= 20 {
            last = std::time::Instant::now();
            out.note(&format!("mã hóa {done}/{total}"));
        }
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    })?;
    bar.finish_and_clear();
    Ok(count)
}

/// The store and what it holds in memory; the encoder's name decides whose vectors are used.
///
/// # Errors
/// When the store cannot be read.
pub fn library(places: &Places, encoder: Option<&str>) -> Result<Library> {
    library::load(&*places.store.open()?, &places.local, encoder)
}

fn status(out: &Out, places: &Places, target: &str, as_of: Date) -> Result<()> {
    let (document, eid) = target.split_once('#').map_or((target, None), |(d, e)| (d, Some(e)));
    let number = DocNumber::parse(document).unwrap_or_else(|| DocNumber::from_normal(text::normalise(document)));
    let report = wire::status(&library::corpus(&*places.store.open()?)?, &number, eid, as_of)?;
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

fn search(out: &Out, places: &Places, wanted: Wanted<'_>, explain: bool) -> Result<()> {
    let encoder = if wanted.mode == Mode::Lexical { None } else { Some(places.load_encoder()?) };
    let library = library(places, encoder.as_ref().map(|e| e.name()))?;
    if library.is_empty() {
        let folder = places.store.to_string();
        return Err(Failure::empty_store(&folder));
    }
    if wanted.mode == Mode::Hybrid && !library.has_vectors() {
        out.note(&Failure::vectors_missing().to_string());
    }
    let reranker = if wanted.mode == Mode::Hybrid { places.load_reranker()? } else { None };
    let models = Models {
        encoder: encoder.as_ref().map(|e| e as &dyn Encoder),
        reranker: reranker.as_ref().map(|r| r as &dyn Reranker),
    };
    let hits = find(&library, models, wanted)?;
    out.show(&hits, || {
        let mut lines = Vec::new();
        for hit in &hits.hits {
            // What answers, not what the provision happens to begin with.
            let shown = hit.passage.and_then(|span| hit.text.get(span.start..span.end)).unwrap_or(&hit.text);
            let words: String = text::squeeze(shown).chars().take(160).collect();
            lines.push(format!("{:>2}. {}#{} ({:.3}) {words}", hit.rank, hit.document, hit.eid, hit.score));
            if let Some(explanation) = hit.explanation.as_ref().filter(|_| explain) {
                lines.push(format!("    {}", explained(explanation)));
            }
        }
        lines.join("\n")
    })
}

/// What brought a hit, on one line.
fn explained(explanation: &api::Explanation) -> String {
    let words: Vec<String> =
        explanation.words.iter().take(12).map(|word| format!("{} {:.1}", word.word, word.weight)).collect();
    let place = |rank: Option<u32>| rank.map_or("–".into(), |rank| format!("#{rank}"));
    let mut parts = vec![format!(
        "chữ {:.1} ({}): {}",
        explanation.lexical,
        place(explanation.lexical_rank),
        if words.is_empty() { "không có".into() } else { words.join(", ") }
    )];
    if let Some(cosine) = explanation.cosine {
        parts.push(format!("nghĩa {cosine:.3} ({})", place(explanation.dense_rank)));
    }
    if explanation.named {
        parts.push("được nêu tên trong câu hỏi".into());
    }
    parts.join("; ")
}

/// What to search for.
pub struct Wanted<'a> {
    /// Words.
    pub words: &'a str,
    /// How many provisions.
    pub k: usize,
    /// How to search.
    pub mode: Mode,
    /// What may be found, in force on a day.
    pub filter: Filter,
}

/// The models a search can use.
#[derive(Clone, Copy, Default)]
pub struct Models<'a> {
    /// Makes a vector of the question.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads the best hits of a hybrid search again.
    pub reranker: Option<&'a dyn Reranker>,
}

/// Searches and times it.
///
/// # Errors
/// When meaning is asked for and passages lack their vectors, or a model fails.
pub fn find(library: &Library, models: Models<'_>, wanted: Wanted<'_>) -> Result<api::Hits> {
    if wanted.mode == Mode::Dense && !library.has_vectors() {
        return Err(Failure::vectors_missing());
    }
    let start = std::time::Instant::now();
    let words = text::normalise(wanted.words);
    let vector = match models.encoder.filter(|_| wanted.mode != Mode::Lexical) {
        Some(encoder) => encoder.encode(&[&words], TextKind::Query).map_err(Failure::internal)?.pop(),
        None => None,
    };
    let as_of = wanted.filter.in_force;
    let query = rasoat_embeddings::Query {
        words: &words,
        vector: vector.as_deref().filter(|_| library.has_vectors()),
        mode: wanted.mode,
        k: wanted.k,
        grouping: Grouping::Article,
        filter: wanted.filter,
    };
    let found = library.find(&query, models.reranker).map_err(Failure::internal)?;
    let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(wire::hits(library, found, as_of, took))
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

/// Writes a file whole or not at all; what is no file of its own (a device, a pipe) is written into.
///
/// # Errors
/// When the disk refuses.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    // A link stays a link: what it leads to is written.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let existing = std::fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        return std::fs::write(path, bytes).map_err(|e| Failure::write(path, &e));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut builder = tempfile::Builder::new();
        // As any program makes a file: the umask decides who may read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        if let Some(existing) = existing {
            file.as_file().set_permissions(existing.permissions())?;
        }
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
