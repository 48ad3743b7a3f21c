//! `rasoat backup` and `rasoat restore`: a whole store into one file, and back into an empty store, of either kind; every
//! row is compared as `rasoat migrate` compares it, also while the service runs.
//!
//! Hard because a backup that is not whole is worse than none: it is written in a hidden folder beside its place and gets
//! its name last. What a killed run left there, the next one removes.

use super::{Out, migrate};
use crate::failure::{Failure, Kind, Result};
use crate::store::{Place, sealed};
use rasoat_api::messages::Message;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What the name of a folder begins with in which a backup is written.
const HIDDEN: &str = ".rasoat-backup-";
/// The file in it that is locked while somebody writes there.
const LOCK: &str = "lock";

/// Writes a backup of a store.
///
/// # Errors
/// When there is nothing in the store, a file of the name is there, or the disk refuses; nothing is then left under that
/// name.
pub fn backup(out: &Out, from: &Place, to: Option<&Path>) -> Result<()> {
    let file = match to {
        Some(file) => file.to_owned(),
        None => PathBuf::from(format!("rasoat-{}.backup", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S"))),
    };
    if file.exists() {
        let file = file.display().to_string();
        let (message, hint) = (Message::BackupExists, Message::BackupExistsHint);
        return Err(Failure::new(Kind::Usage, "backup.exists", message, hint, &[("file", &file)]));
    }
    let source = migrate::filled(from)?;
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let writing = Writing::begin(folder)?;
    let mut target = Place::Folder(writing.folder()).open()?;
    let rows = migrate::copy_shown(out, &*source, &mut *target, "sao lưu và so")?;
    drop(target);
    let sum = writing.end(&file)?;
    let bytes = fs_err::metadata(&file).map_err(|error| Failure::open(&file, &error))?.len();
    let summary = serde_json::json!({
        "file": file.display().to_string(), "bytes": bytes, "sha256": sum, "rows": rows, "from": from.to_string(),
    });
    out.show(&summary, || {
        format!("{}\n{sum}  {} ({} MB)", migrate::told(&rows), file.display(), bytes.div_ceil(1_000_000))
    })
}

/// Fills an empty store from a backup.
///
/// # Errors
/// When the file is no backup or not as it was written, the store is not empty, or a row differs; the store is then as
/// empty as before.
pub fn restore(out: &Out, file: &Path, to: &Place) -> Result<()> {
    let opened = sealed::open(file)?;
    let mut target = to.open()?;
    let rows = migrate::copy_shown(out, &opened.store, &mut *target, "khôi phục và so").map_err(|failure| {
        let hint = match failure.code {
            "store.not_empty" => Message::RestoreNotEmptyHint.text(crate::failure::language()).to_owned(),
            _ => failure.hint,
        };
        Failure { hint, ..failure }
    })?;
    let summary = serde_json::json!({"file": file.display().to_string(), "to": to.to_string(), "rows": rows});
    out.show(&summary, || format!("{}: {} → {to}", migrate::told(&rows), file.display()))
}

/// A backup that is being written.
struct Writing {
    hidden: TempDir,
    /// Held as long as this process lives.
    _lock: File,
}

impl Writing {
    fn begin(folder: &Path) -> Result<Self> {
        let refused = |error: std::io::Error| Failure::write(folder, &error);
        sweep(folder);
        let hidden = tempfile::Builder::new().prefix(HIDDEN).tempdir_in(folder).map_err(refused)?;
        let lock = File::create(hidden.path().join(LOCK)).map_err(refused)?;
        lock.try_lock().map_err(|error| refused(error.into()))?;
        Ok(Self { hidden, _lock: lock })
    }

    /// Where the store is written.
    fn folder(&self) -> PathBuf {
        self.hidden.path().join("store")
    }

    /// Seals what was written and gives it its name; the answer is its SHA-256.
    fn end(self, file: &Path) -> Result<String> {
        let refused = |error: std::io::Error| Failure::write(file, &error);
        let written = sealed::database(&self.folder());
        sealed::seal(&written)?;
        let sum = sealed::file_sum(&written)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.hidden.path().join("sum");
        fs_err::write(&beside, format!("{sum}  {name}\n")).map_err(refused)?;
        for file in [&written, &beside] {
            private(file).map_err(refused)?;
            File::open(file).and_then(|file| file.sync_all()).map_err(refused)?;
        }
        // The sum first: a backup that has its name has its sum.
        fs_err::rename(&beside, sealed::sum_file(file)).map_err(refused)?;
        fs_err::rename(&written, file).map_err(refused)?;
        #[cfg(unix)]
        if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)?;
        }
        Ok(sum)
    }
}

/// Drafts are in it: only who made it may read it.
fn private(file: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    }
    let _ = file;
    Ok(())
}

/// Removes what killed runs left in a folder. What a living one writes is locked.
fn sweep(folder: &Path) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let left = entry.file_name().to_string_lossy().starts_with(HIDDEN);
        let is_dead = || match File::open(entry.path().join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            // One without its lock has just been made, or its maker was killed at once.
            Err(_) => entry.metadata().is_ok_and(|about| {
                about.modified().is_ok_and(|made| made.elapsed().is_ok_and(|age| age.as_secs() > 3600))
            }),
        };
        if left && is_dead() {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}
