//! Taking files in: the limits they are held to, and the detour through other programs where one is needed.
//!
//! The room `formats` reads bytes and knows neither clock nor processes. Here it gets its deadline, a file of Word's
//! old formats goes through LibreOffice first, and a scan through Tesseract.

use crate::failure::{Failure, Kind, Result};
use crate::programs::{Program, Target, Watch, convert, recognise};
use crate::stop;
use rasoat_api::messages::Message;
use rasoat_formats::{Extracted, FormatError, Found, Interrupt, Limits, Problem, extract, from_recognised, ungzipped};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What a file may ask of this machine, as the environment sets it.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Limits of one file, without a deadline.
    limits: Limits,
    /// Seconds that reading one file may take.
    pub read_seconds: u64,
    /// Seconds that LibreOffice or the OCR of one file may take.
    pub program_seconds: u64,
}

/// Variables that set a bound, with what each means; documented in the README.
pub const VARIABLES: [&str; 8] = [
    "RASOAT_MAX_FILE_MIB",
    "RASOAT_MAX_UNPACKED_MIB",
    "RASOAT_MAX_RATIO",
    "RASOAT_MAX_ENTRIES",
    "RASOAT_MAX_DEPTH",
    "RASOAT_MAX_PAGES",
    "RASOAT_READ_SECONDS",
    "RASOAT_PROGRAM_SECONDS",
];

static BOUNDS: OnceLock<Bounds> = OnceLock::new();

/// Reads the bounds from the environment; called once, before any command.
///
/// # Errors
/// When a variable is not a number from 1 on.
pub fn configure() -> Result<()> {
    let bounds = Bounds::read(&|name| std::env::var(name).ok())?;
    // A second call would find the same environment.
    let _ = BOUNDS.set(bounds);
    Ok(())
}

/// The bounds of this process.
pub fn bounds() -> &'static Bounds {
    BOUNDS.get_or_init(Bounds::default)
}

impl Default for Bounds {
    fn default() -> Self {
        Self { limits: Limits::default(), read_seconds: 60, program_seconds: 600 }
    }
}

impl Bounds {
    fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let mut bounds = Self::default();
        let number = |name: &str| -> Result<Option<u64>> {
            let Some(value) = variable(name) else { return Ok(None) };
            match value.trim().parse::<u64>() {
                // More would not fit a count of bytes.
                Ok(number) if (1..=1 << 40).contains(&number) => Ok(Some(number)),
                _ => {
                    let values = [("variable", name), ("value", value.as_str())];
                    let (message, hint) = (Message::BadSetting, Message::BadSettingHint);
                    Err(Failure::new(Kind::Usage, "config.number", message, hint, &values))
                }
            }
        };
        let [file, unpacked, ratio, entries, depth, pages, read, program] = VARIABLES;
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(mebibytes) = number(file)? {
            bounds.limits.input_bytes = mebibytes << 20;
        }
        if let Some(mebibytes) = number(unpacked)? {
            bounds.limits.expanded_bytes = mebibytes << 20;
        }
        let limits = &mut bounds.limits;
        limits.ratio = number(ratio)?.unwrap_or(limits.ratio);
        limits.entries = number(entries)?.map_or(limits.entries, count);
        limits.depth = number(depth)?.map_or(limits.depth, count);
        limits.pages = number(pages)?.map_or(limits.pages, count);
        bounds.read_seconds = number(read)?.unwrap_or(bounds.read_seconds);
        bounds.program_seconds = number(program)?.unwrap_or(bounds.program_seconds);
        Ok(bounds)
    }

    /// The limits for a file whose reading begins now.
    pub fn limits(&self) -> Limits {
        self.limits_until(&Deadline::after(self.read_seconds))
    }

    /// The limits for files that are read until a deadline, which may be put off in between.
    pub fn limits_until(&self, deadline: &Deadline) -> Limits {
        let deadline = deadline.clone();
        Limits { interrupt: Interrupt::when(move || stop::asked() || deadline.is_over()), ..self.limits.clone() }
    }

    /// The largest file read, in bytes.
    pub fn input_bytes(&self) -> u64 {
        self.limits.input_bytes
    }
}

/// When reading has to end. Copies share it: a reader of many documents puts it off after each.
#[derive(Debug, Clone)]
pub struct Deadline {
    seconds: u64,
    over: Arc<Mutex<Instant>>,
}

impl Deadline {
    /// So many seconds from now.
    pub fn after(seconds: u64) -> Self {
        Self { seconds, over: Arc::new(Mutex::new(Instant::now() + Duration::from_secs(seconds))) }
    }

    /// As many seconds again, from now.
    pub fn put_off(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + Duration::from_secs(self.seconds);
    }

    fn is_over(&self) -> bool {
        Instant::now() > *self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that was read.
pub struct Taken {
    /// Its text with its places.
    pub extracted: Extracted,
    /// The file that was read where it was not the one given: the DOCX it was converted to, or what a GZIP held. The
    /// places are this file's, and comments go into it.
    pub converted: Option<Vec<u8>>,
}

/// Reads a file, through other programs where it must be.
///
/// # Errors
/// When it is unusable, or a program that it needs is not installed; the message says what to do.
pub fn read(name: &str, bytes: &[u8], watch: &mut Watch<'_>) -> Result<Taken> {
    // What is packed alone is unpacked first: comments go into the file inside, and other programs know no GZIP.
    if let Some((inner, unpacked)) =
        ungzipped(name, bytes, &bounds().limits()).map_err(|e| Failure::format(name, &e))?
    {
        let taken = finish(&inner, &unpacked, extract(&inner, &unpacked, &bounds().limits()), watch)?;
        return Ok(Taken { converted: taken.converted.or(Some(unpacked)), ..taken });
    }
    finish(name, bytes, extract(name, bytes, &bounds().limits()), watch)
}

/// Goes on from what reading a file gave: what it could not read may be for another program.
///
/// # Errors
/// As [`read`].
pub fn finish(
    name: &str,
    bytes: &[u8],
    outcome: std::result::Result<Extracted, FormatError>,
    watch: &mut Watch<'_>,
) -> Result<Taken> {
    let error = match outcome {
        Ok(extracted) => return Ok(Taken { extracted, converted: None }),
        Err(error) => error,
    };
    let seconds = bounds().program_seconds;
    match detour(&error) {
        Some(Detour::Office(found)) => {
            let docx = convert((name, ending_of(found)), bytes, Target::Docx, seconds, watch)?;
            let mut extracted =
                extract("converted.docx", &docx, &bounds().limits()).map_err(|e| Failure::format(name, &e))?;
            extracted.problems.push(Problem::Converted { from: found.vi() });
            Ok(Taken { extracted, converted: Some(docx) })
        }
        Some(Detour::Recognition { pages }) => {
            let lines = recognise(name, bytes, pages, seconds, watch)?;
            let extracted = from_recognised(lines, pages).map_err(|e| Failure::format(name, &e))?;
            Ok(Taken { extracted, converted: None })
        }
        None => Err(Failure::format(name, &error)),
    }
}

/// Looks whether a file can be read, without the minutes that other programs may take.
///
/// # Errors
/// As [`read`], but for what only the other program would find out.
pub fn check(name: &str, bytes: &[u8]) -> Result<()> {
    if let Some((inner, unpacked)) =
        ungzipped(name, bytes, &bounds().limits()).map_err(|e| Failure::format(name, &e))?
    {
        return check(&inner, &unpacked);
    }
    let Err(error) = extract(name, bytes, &bounds().limits()) else { return Ok(()) };
    let needed: &[Program] = match detour(&error) {
        Some(Detour::Office(_)) => &[Program::LibreOffice],
        Some(Detour::Recognition { .. }) => &[Program::Poppler, Program::Tesseract],
        None => return Err(Failure::format(name, &error)),
    };
    match needed.iter().find(|program| !program.is_ready()) {
        Some(missing) => Err(missing.missing(name)),
        None => Ok(()),
    }
}

enum Detour {
    Office(Found),
    Recognition { pages: u32 },
}

fn detour(error: &FormatError) -> Option<Detour> {
    match error {
        FormatError::Unsupported {
            found: found @ (Found::OldWord | Found::Rtf | Found::OpenDocument | Found::WordXml),
        } => Some(Detour::Office(*found)),
        FormatError::Scanned { pages } => {
            Some(Detour::Recognition { pages: u32::try_from(*pages).unwrap_or(u32::MAX) })
        }
        _ => None,
    }
}

/// The ending that goes with what the file is, whatever it is called: LibreOffice believes names.
fn ending_of(found: Found) -> &'static str {
    match found {
        Found::Rtf => "rtf",
        Found::OpenDocument => "odt",
        Found::WordXml => "xml",
        _ => "doc",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn set<'a>(name: &'a str, value: &'a str) -> impl Fn(&str) -> Option<String> + 'a {
        move |asked| (asked == name).then(|| value.to_owned())
    }

    #[test]
    fn a_bound_is_set_by_its_variable_and_the_others_stay() {
        let bounds = Bounds::read(&set("RASOAT_MAX_FILE_MIB", "8")).unwrap();
        assert_eq!(bounds.input_bytes(), 8 << 20);
        assert_eq!(bounds.read_seconds, Bounds::default().read_seconds);
    }

    #[test]
    fn a_bound_that_is_no_number_is_refused_by_name() {
        for value in ["", "0", "-1", "viele", "99999999999999"] {
            let failure = Bounds::read(&set("RASOAT_READ_SECONDS", value)).unwrap_err();
            assert_eq!(failure.kind, Kind::Usage);
            assert!(failure.message.contains("RASOAT_READ_SECONDS"), "{failure}");
        }
    }

    #[test]
    fn reading_ends_when_its_time_is_over() {
        let bounds = Bounds { read_seconds: 0, ..Bounds::default() };
        let limits = bounds.limits();
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(limits.interrupt.check(), Err(FormatError::Interrupted));
    }
}
