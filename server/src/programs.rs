//! Programs that other people wrote and this machine may have: LibreOffice for Word's old formats and for PDF,
//! poppler and Tesseract for scanned pages.
//!
//! None is needed to review a DOCX. Each runs on files in a folder of its own that is removed afterwards, may be
//! stopped at any time, and is ended with all its children when it takes too long. A document that names pictures on
//! the network must not make LibreOffice fetch them: a confidential draft would tell who reads it.

use crate::failure::{Failure, Kind, Result};
use crate::stop;
use rasoat_api::messages::Message;
use rasoat_embeddings::Cancelled;
use rasoat_formats::RecognisedLine;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Hears how many of how many pages are done, and answers whether to go on.
pub type Watch<'a> = dyn FnMut(usize, usize) -> std::result::Result<(), Cancelled> + 'a;

/// A program of another maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// LibreOffice's `soffice`.
    LibreOffice,
    /// Tesseract, with its data for Vietnamese.
    Tesseract,
    /// poppler's `pdftoppm`.
    Poppler,
}

impl Program {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::LibreOffice, Self::Tesseract, Self::Poppler];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LibreOffice => "LibreOffice",
            Self::Tesseract => "Tesseract (vie)",
            Self::Poppler => "poppler",
        }
    }

    /// What it is needed for.
    pub fn purpose(self) -> Message {
        match self {
            Self::LibreOffice => Message::LibreOfficePurpose,
            Self::Tesseract | Self::Poppler => Message::OcrPurpose,
        }
    }

    /// The command that installs it.
    pub fn install(self) -> &'static str {
        match (self, std::env::consts::OS) {
            (Self::LibreOffice, "macos") => "brew install --cask libreoffice",
            (Self::LibreOffice, "windows") => "winget install TheDocumentFoundation.LibreOffice",
            (Self::LibreOffice, _) => "apt-get install libreoffice-writer",
            (_, "macos") => "brew install poppler tesseract tesseract-lang",
            (Self::Tesseract, "windows") => "winget install UB-Mannheim.TesseractOCR",
            (Self::Poppler, "windows") => "winget install oschwartz10612.Poppler",
            (_, _) => "apt-get install poppler-utils tesseract-ocr tesseract-ocr-vie",
        }
    }

    /// Where it is, when it is installed: the variable naming it first, then the search path.
    pub fn find(self) -> Option<PathBuf> {
        let (variable, names): (&str, &[&str]) = match self {
            Self::LibreOffice => ("RASOAT_SOFFICE", &["soffice", "libreoffice"]),
            Self::Tesseract => ("RASOAT_TESSERACT", &["tesseract"]),
            Self::Poppler => ("RASOAT_PDFTOPPM", &["pdftoppm"]),
        };
        if let Some(named) = std::env::var_os(variable) {
            return Some(PathBuf::from(named)).filter(|path| path.is_file());
        }
        let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
        let suffix = std::env::consts::EXE_SUFFIX;
        names
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{suffix}"))))
            .find(|path| path.is_file())
    }

    /// Whether it can be used: Tesseract needs its Vietnamese data too.
    pub fn is_ready(self) -> bool {
        let Some(path) = self.find() else { return false };
        if self != Self::Tesseract {
            return true;
        }
        let listed = Command::new(path).arg("--list-langs").stdin(Stdio::null()).output();
        listed.is_ok_and(|output| {
            let lines = [output.stdout, output.stderr].concat();
            String::from_utf8_lossy(&lines).lines().any(|line| line.trim() == "vie")
        })
    }

    /// The program, or the failure that names how to install it.
    fn required(self, file: &str) -> Result<PathBuf> {
        self.find().filter(|_| self.is_ready()).ok_or_else(|| self.missing(file))
    }

    /// That it is missing, and was needed to read `file`.
    pub fn missing(self, file: &str) -> Failure {
        let values = [("file", file), ("program", self.name()), ("command", self.install())];
        Failure::new(Kind::Missing, "program.missing", Message::ProgramMissing, Message::ProgramMissingHint, &values)
    }
}

/// What LibreOffice is to make of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Word's package.
    Docx,
    /// A PDF.
    Pdf,
}

/// Settings of a LibreOffice that runs no macros and fetches nothing a document links to.
const OFFICE_SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"#;

/// Converts a document with LibreOffice, which goes by the ending it is given.
///
/// # Errors
/// When LibreOffice is not installed, takes longer than `seconds`, or makes nothing of the file.
pub fn convert(
    (name, ending): (&str, &str),
    bytes: &[u8],
    to: Target,
    seconds: u64,
    watch: &mut Watch<'_>,
) -> Result<Vec<u8>> {
    let office = Program::LibreOffice.required(name)?;
    let folder = tempfile::tempdir().map_err(Failure::internal)?;
    let (profile, output) = (folder.path().join("profile"), folder.path().join("out"));
    let input = folder.path().join(format!("in.{ending}"));
    fs_err::create_dir_all(profile.join("user")).map_err(Failure::internal)?;
    fs_err::write(profile.join("user").join("registrymodifications.xcu"), OFFICE_SETTINGS)
        .map_err(Failure::internal)?;
    fs_err::write(&input, bytes).map_err(Failure::internal)?;
    let (filter, made) = match to {
        Target::Docx => ("docx:MS Word 2007 XML", "in.docx"),
        Target::Pdf => ("pdf:writer_pdf_Export", "in.pdf"),
    };
    let mut command = Command::new(office);
    command
        .arg(format!("-env:UserInstallation=file://{}", url_path(&profile)))
        .args(["--headless", "--norestore", "--nolockcheck", "--nologo", "--convert-to", filter, "--outdir"])
        .arg(&output)
        .arg(&input);
    run(&mut command, "LibreOffice", name, Allowed::from_now(seconds), watch)?;
    let made = output.join(made);
    fs_err::read(&made).map_err(|_| {
        let values = [("file", name), ("program", "LibreOffice")];
        Failure::new(Kind::Input, "input.damaged", Message::ProgramRefused, Message::ProgramRefusedHint, &values)
    })
}

/// A path as part of a `file:` URL.
fn url_path(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = if text.starts_with('/') { text } else { format!("/{text}") };
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b':' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Dots an inch at which pages are read: what Tesseract's authors advise for printed text.
const RESOLUTION: u32 = 300;

/// Reads the pages of a scanned PDF by OCR: the lines with their boxes and how sure each is.
///
/// # Errors
/// When poppler or Tesseract is not installed, or takes longer than `seconds` altogether.
pub fn recognise(
    name: &str,
    bytes: &[u8],
    pages: u32,
    seconds: u64,
    watch: &mut Watch<'_>,
) -> Result<Vec<RecognisedLine>> {
    let poppler = Program::Poppler.required(name)?;
    let tesseract = Program::Tesseract.required(name)?;
    let folder = tempfile::tempdir().map_err(Failure::internal)?;
    let file = folder.path().join("in.pdf");
    fs_err::write(&file, bytes).map_err(Failure::internal)?;
    let allowed = Allowed::from_now(seconds);
    let total = pages as usize;
    let (next, done, stop) = (AtomicUsize::new(1), AtomicUsize::new(0), AtomicBool::new(false));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(total.max(1));
    let work = || -> Result<Vec<RecognisedLine>> {
        let mut lines = Vec::new();
        loop {
            let page = next.fetch_add(1, Ordering::SeqCst);
            if page > total {
                return Ok(lines);
            }
            let going_on = &mut |_: usize, _: usize| if stop.load(Ordering::SeqCst) { Err(Cancelled) } else { Ok(()) };
            lines.extend(recognise_page((&poppler, &tesseract), name, &file, page, allowed, going_on)?);
            done.fetch_add(1, Ordering::SeqCst);
        }
    };
    let results: Vec<Result<Vec<RecognisedLine>>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let result = work();
                    if result.is_err() {
                        stop.store(true, Ordering::SeqCst);
                    }
                    result
                })
            })
            .collect();
        while !handles.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            if watch(done.load(Ordering::SeqCst), total).is_err() {
                stop.store(true, Ordering::SeqCst);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| Err(Failure::internal("OCR")))).collect()
    });
    // A worker that stopped because another failed says only that it stopped.
    let mut lines = Vec::new();
    let mut failed: Option<Failure> = None;
    for result in results {
        match result {
            Ok(more) => lines.extend(more),
            Err(failure) if failed.as_ref().is_none_or(|first| first.code == "cancelled") => failed = Some(failure),
            Err(_) => {}
        }
    }
    match failed {
        Some(failure) => Err(failure),
        None => {
            lines.sort_by_key(|line| line.page);
            Ok(lines)
        }
    }
}

fn recognise_page(
    (poppler, tesseract): (&Path, &Path),
    name: &str,
    file: &Path,
    page: usize,
    allowed: Allowed,
    watch: &mut Watch<'_>,
) -> Result<Vec<RecognisedLine>> {
    let folder = tempfile::tempdir().map_err(Failure::internal)?;
    let (picture, table) = (folder.path().join("page"), folder.path().join("lines"));
    let number = page.to_string();
    let mut draw = Command::new(poppler);
    draw.args(["-r", &RESOLUTION.to_string(), "-gray", "-png", "-singlefile", "-f", &number, "-l", &number])
        .arg(file)
        .arg(&picture);
    run(&mut draw, "poppler", name, allowed, watch)?;
    let mut read = Command::new(tesseract);
    // One thread a page: pages run side by side.
    read.env("OMP_THREAD_LIMIT", "1").arg(picture.with_extension("png")).arg(&table).args([
        "-l",
        "vie",
        "--dpi",
        &RESOLUTION.to_string(),
        "tsv",
    ]);
    run(&mut read, "Tesseract", name, allowed, watch)?;
    let rows = fs_err::read_to_string(table.with_extension("tsv")).map_err(Failure::internal)?;
    Ok(lines_of(&rows, u32::try_from(page).unwrap_or(u32::MAX)))
}

/// The lines in Tesseract's table of words: columns level, page, block, paragraph, line, word, left, top, width,
/// height (pixels), confidence (percent), text.
fn lines_of(table: &str, page: u32) -> Vec<RecognisedLine> {
    let mut lines: Vec<(RecognisedLine, [u32; 3], Vec<f32>)> = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [level, _, block, paragraph, line, _, left, top, width, height, confidence, text] = cells.as_slice() else {
            continue;
        };
        let text = text.trim();
        if *level != "5" || text.is_empty() {
            continue;
        }
        let number = |cell: &str| cell.parse::<u32>().unwrap_or_default();
        // Pixels to hundredths of a point.
        let hundredths = |pixels: u32| pixels.saturating_mul(7_200) / RESOLUTION;
        let key = [number(block), number(paragraph), number(line)];
        let (left, top) = (number(left), number(top));
        let (right, bottom) = (left.saturating_add(number(width)), top.saturating_add(number(height)));
        let (left, top, right, bottom) = (hundredths(left), hundredths(top), hundredths(right), hundredths(bottom));
        let sure = confidence.parse::<f32>().unwrap_or_default().clamp(0.0, 100.0);
        match lines.last_mut() {
            Some((open, of, words)) if *of == key => {
                open.text.push(' ');
                open.text.push_str(text);
                open.left = open.left.min(left);
                open.top = open.top.min(top);
                open.right = open.right.max(right);
                open.bottom = open.bottom.max(bottom);
                words.push(sure);
            }
            _ => {
                let open = RecognisedLine { page, left, top, right, bottom, text: text.to_owned(), confidence: 0 };
                lines.push((open, key, vec![sure]));
            }
        }
    }
    lines
        .into_iter()
        .map(|(mut line, _, words)| {
            line.confidence = (words.iter().sum::<f32>() / words.len().max(1) as f32).round() as u8;
            line
        })
        .collect()
}

/// Until when programs may work on a file, and how long that was.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    until: Instant,
    seconds: u64,
}

impl Allowed {
    fn from_now(seconds: u64) -> Self {
        Self { until: Instant::now() + Duration::from_secs(seconds), seconds }
    }
}

/// Runs a program to its end, or ends it.
fn run(command: &mut Command, program: &str, file: &str, allowed: Allowed, watch: &mut Watch<'_>) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn().map_err(|error| Failure::internal(format!("{program}: {error}")))?;
    loop {
        match child.try_wait().map_err(Failure::internal)? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => {
                let values = [("file", file), ("program", program)];
                let (message, hint) = (Message::ProgramRefused, Message::ProgramRefusedHint);
                return Err(Failure::new(Kind::Input, "input.damaged", message, hint, &values));
            }
            None if stop::asked() || watch(0, 0).is_err() => {
                end(&mut child);
                return Err(Failure::cancelled());
            }
            None if Instant::now() > allowed.until => {
                end(&mut child);
                let limit = allowed.seconds.to_string();
                let values = [("file", file), ("program", program), ("seconds", limit.as_str())];
                let (message, hint) = (Message::ProgramTooSlow, Message::ProgramTooSlowHint);
                return Err(Failure::new(Kind::Input, "input.interrupted", message, hint, &values));
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Ends a program and what it started: `soffice` is only the parent of the process that works.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(windows)]
    let _ = Command::new("taskkill").args(["/F", "/T", "/PID", &child.id().to_string()]).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn words_of_one_line_become_a_line_with_its_box_and_its_mean_confidence() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            4\t1\t1\t1\t1\t0\t300\t600\t400\t50\t-1\t\n\
            5\t1\t1\t1\t1\t1\t300\t600\t150\t50\t96.5\tĐiều\n\
            5\t1\t1\t1\t1\t2\t500\t590\t200\t60\t70.5\t5.\n\
            5\t1\t1\t1\t2\t1\t300\t700\t150\t50\t90\tPhạm\n";
        let lines = lines_of(table, 3);
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].text.as_str(), lines[0].confidence, lines[0].page), ("Điều 5.", 84, 3));
        assert_eq!((lines[0].left, lines[0].top, lines[0].right, lines[0].bottom), (7200, 14160, 16800, 15600));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_takes_too_long_is_ended_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("late");
        let script = format!("(sleep 3; touch '{}') & wait", mark.display());
        let failure =
            run(Command::new("sh").args(["-c", &script]), "sh", "a.doc", Allowed::from_now(0), &mut |_, _| Ok(()))
                .unwrap_err();
        assert_eq!((failure.kind, failure.code), (Kind::Input, "input.interrupted"));
        std::thread::sleep(Duration::from_millis(3_300));
        assert!(!mark.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_stops_when_a_person_cancels() {
        let mut command = Command::new("sleep");
        let failure =
            run(command.arg("60"), "sleep", "a.doc", Allowed::from_now(60), &mut |_, _| Err(Cancelled)).unwrap_err();
        assert_eq!(failure.code, "cancelled");
    }
}
