//! Reviews of drafts, and the lists that reviews of many documents end in.

use super::{Out, give, library, read_draft};
use crate::cli::{FailOn, Head, ListFormat, Listed};
use crate::export::{As, Exported, export};
use crate::failure::{Failure, Kind, Result, language};
use crate::intake::bounds;
use crate::library::Library;
use crate::places::Places;
use crate::programs::{Target, convert};
use crate::{lists, session};
use indicatif::ProgressBar;
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_assistant::{Law, Search, Selection};
use rasoat_embeddings::Cancelled;
use rasoat_formats::report::{self, ListKind, Period, SheetHead};
use rasoat_model::{Encoder, Judge};
use std::path::{Path, PathBuf};

/// What is wanted of a review.
pub struct Wanted<'a> {
    /// What to give it as.
    pub format: As,
    /// Whether the DOCX takes suggestions as tracked changes.
    pub suggest: bool,
    /// Which checks run.
    pub checks: Selection,
    /// What stands at the head of a form.
    pub head: Head,
    /// Where to write it; standard output by default.
    pub output: Option<&'a Path>,
    /// From which severity on a finding makes the command fail.
    pub fail_on: Option<FailOn>,
}

/// Reviews a draft and gives what is wanted of it.
///
/// # Errors
/// When the draft is unusable, something is not installed, or there are findings above the bar.
pub fn review(out: &Out, places: &Places, file: &Path, as_of: Date, wanted: &Wanted<'_>) -> Result<()> {
    // The store first: a store that cannot be used is told before minutes are spent.
    let reviewer = Reviewer::new(places)?;
    let (bytes, draft) = read_draft(out, file)?;
    let review = reviewer.review(out, &draft, as_of, &wanted.checks)?;
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
    if wanted.format == As::Csv {
        // CSV has no place for what was not checked.
        report::not_covered(&review, language()).iter().for_each(|line| out.note(line));
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

/// Reviews a draft and prints the whole reasoning behind one finding.
///
/// # Errors
/// When the draft is unusable, something is not installed, or there is no such finding.
pub fn explain(
    out: &Out,
    places: &Places,
    file: &Path,
    as_of: Date,
    selection: &Selection,
    id: &str,
    output: Option<&Path>,
) -> Result<()> {
    let reviewer = Reviewer::new(places)?;
    let (_, draft) = read_draft(out, file)?;
    let mut watcher = BarWatcher { bar: out.bar(0, "rà soát") };
    let explained = session::explain(&draft, &reviewer.law(as_of), selection, id, &mut watcher);
    watcher.bar.finish_and_clear();
    let explained = explained?;
    let mut bytes = if out.json { serde_json::to_vec(&explained)? } else { explanation(&explained).into_bytes() };
    bytes.push(b'\n');
    give(out, &bytes, output, &format!("giải trình {id}"))
}

/// An explanation for a person.
fn explanation(why: &api::Reasoning) -> String {
    let finding = &why.finding;
    let mut lines = vec![
        format!("{} {} ({:?}, độ tin cậy {:.2})", finding.id, finding.check, finding.severity, finding.confidence),
        format!("  “{}”", rasoat_law::text::squeeze(&finding.quote)),
        format!("  {}", finding.message),
        "Quy tắc pháp luật:".to_owned(),
        format!("  {}", why.rule),
        "Đã tra cứu:".to_owned(),
    ];
    lines.extend(why.looked_up.iter().map(|line| format!("  - {line}")));
    lines.push("Dòng thời gian của chứng cứ:".to_owned());
    for life in &why.timeline {
        lines.push(format!("  {}", life.name));
        lines.extend(life.events.iter().map(|event| format!("    {event}")));
    }
    lines.push("Đã so sánh:".to_owned());
    for sides in &why.compared {
        lines.push(format!("  dự thảo: {}", rasoat_law::text::squeeze(&sides.draft)));
        lines.push(format!("  đối chiếu: {}", sides.law));
    }
    if let Some(suggestion) = &finding.suggestion {
        lines.push("Gợi ý:".to_owned());
        lines.extend(suggestion.replace_with.iter().chain(&suggestion.note).map(|words| format!("  {words}")));
    }
    lines.push("Giới hạn của phép kiểm tra:".to_owned());
    lines.push(format!("  {}", why.limits));
    lines.join("\n")
}

/// The library and the encoder, loaded once for several drafts.
pub(super) struct Reviewer {
    pub(super) library: Library,
    encoder: Option<rasoat_model::BertEncoder>,
    judge: Option<rasoat_model::PairJudge>,
}

impl Reviewer {
    pub(super) fn new(places: &Places) -> Result<Self> {
        let encoder = places.load_encoder();
        let library = library(places, encoder.as_ref().ok().map(|e| e.name()))?;
        let encoder = match (encoder, library.is_empty()) {
            (Ok(encoder), _) => Some(encoder),
            (Err(failure), false) => return Err(failure),
            (Err(_), true) => None,
        };
        let judge = if library.is_empty() { None } else { places.load_judge()? };
        Ok(Self { library, encoder, judge })
    }

    fn review(&self, out: &Out, draft: &session::Draft, as_of: Date, selection: &Selection) -> Result<api::Review> {
        let mut watcher = BarWatcher { bar: out.bar(0, "rà soát") };
        let review = session::review_selected(draft, &self.law(as_of), selection, &mut watcher);
        watcher.bar.finish_and_clear();
        review
    }

    fn law(&self, as_of: Date) -> Law<'_> {
        session::law(&self.library, self.models(), as_of)
    }

    pub(super) fn models(&self) -> session::Models<'_> {
        session::Models {
            encoder: self.encoder.as_ref().map(|e| e as &dyn Encoder),
            judge: self.judge.as_ref().map(|j| j as &dyn Judge),
        }
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

/// Makes a list of documents.
///
/// # Errors
/// When the store cannot be read, or a document to review is unusable.
pub fn list(
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
    let mut notes = Vec::new();
    let documents = if kind == ListKind::Action {
        let reviewer = Reviewer::new(places)?;
        let mut rows = Vec::new();
        for file in files {
            let name = file.display().to_string();
            let (_, draft) = read_draft(out, file)?;
            let review = reviewer.review(out, &draft, as_of, &Selection::all())?;
            rows.extend(lists::to_act_on(&draft.document, &name, &review));
            notes.extend(report::not_covered(&review, language()).into_iter().map(|line| format!("{name}: {line}")));
        }
        rows
    } else {
        let library = library(places, None)?;
        if library.is_empty() {
            let folder = places.store.to_string();
            return Err(Failure::empty_store(&folder));
        }
        notes.extend(lists::left_out(&library, as_of));
        lists::listed(&library, kind, as_of)
    };
    let period = from.map(|from| Period { from: from.to_string(), to: as_of.to_string() });
    let mut table = report::list(kind, &documents, &as_of.to_string(), period.as_ref());
    // CSV has no place for them.
    notes.iter().for_each(|line| out.note(line));
    table.notes.extend(notes);
    Ok(table)
}

/// Gives a list in a format.
///
/// # Errors
/// When it cannot be written, or LibreOffice is needed and is not installed.
pub fn give_list(
    out: &Out,
    table: &report::Table,
    format: ListFormat,
    head: &Head,
    output: Option<&Path>,
) -> Result<()> {
    if out.json {
        return give(out, &[serde_json::to_vec(table)?, b"\n".to_vec()].concat(), output, &table.title);
    }
    give(out, &table_as(table, format, head)?, output, &format!("{} văn bản", table.len()))
}

/// A table in a format.
///
/// # Errors
/// When it cannot be written, or LibreOffice is needed and is not installed.
pub fn table_as(table: &report::Table, format: ListFormat, head: &Head) -> Result<Vec<u8>> {
    let failed = |e: rasoat_formats::FormatError| Failure { kind: Kind::Internal, ..Failure::format("danh-muc", &e) };
    let form = || report::list_docx(table, &sheet_head(head, None)).map_err(failed);
    Ok(match format {
        ListFormat::Docx => form()?,
        ListFormat::Pdf => {
            convert(("danh-muc.docx", "docx"), &form()?, Target::Pdf, bounds().program_seconds, &mut |_, _| Ok(()))?
        }
        ListFormat::Xlsx => table.xlsx().map_err(failed)?,
        ListFormat::Csv => table.csv().map_err(failed)?.into_bytes(),
    })
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
