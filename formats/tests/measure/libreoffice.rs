//! LibreOffice, run as a program: another reader and printer of the same files.

use crate::archives::say;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own for what LibreOffice reads and writes.
pub fn office_folder(set: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libreoffice").join(set);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs LibreOffice without a window, with a profile inside `folder`, until every file of `made` is there; `None`, with
/// the reason printed, where it is not installed.
///
/// On a busy machine it now and then dies on its way out, or before it began: what counts is what it made, not how it
/// ended, and it is started three times before that is called a failure.
pub fn office(folder: &Path, arguments: &[OsString], made: &[PathBuf]) -> Option<()> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    for attempt in 1.. {
        let mut command = Command::new("soffice");
        command.arg(&profile).arg("--headless").args(arguments).env("RASOAT_SETTLE", folder);
        let Ok(done) = command.output() else {
            say("skipped: no LibreOffice (soffice) to compare with");
            return None;
        };
        let Some(absent) = made.iter().find(|path| !path.exists()) else { break };
        let complaint = String::from_utf8_lossy(&done.stderr);
        let end = format!("{} did not appear, {}: {}", absent.display(), done.status, complaint.trim());
        assert!(attempt < 3, "{end}");
        say(&format!("LibreOffice is started again: {end}"));
    }
    Some(())
}
