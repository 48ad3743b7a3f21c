//! `rasoat eval mine`: review outcomes out of two snapshots of the codified law.

use crate::command::{Out, write_whole};
use crate::failure::{Failure, Result};
use crate::stop;
use rasoat_eval::mine::{self, Options};
use std::path::Path;

/// Mines the snapshots in `data` and writes the data set below `output`, each file whole; says what was mined.
///
/// # Errors
/// When a snapshot cannot be read, the folder cannot be written, or a person stopped it.
pub fn mine(out: &Out, data: &Path, output: &Path, options: Options) -> Result<()> {
    let steps = out.bar(5, "khai thác");
    let mined = mine::mine(data, options, |_| {
        steps.inc(1);
        !stop::asked()
    });
    steps.finish_and_clear();
    let mined = mined.map_err(|error| super::unusable(&error))?.ok_or_else(Failure::cancelled)?;
    for (name, bytes) in mined.files()? {
        if stop::asked() {
            return Err(Failure::cancelled());
        }
        let path = output.join(name);
        let folder = path.parent().unwrap_or(output);
        fs_err::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
        write_whole(&path, &bytes)?;
    }
    let counts = mined.counts();
    out.show(&counts, || serde_json::to_string_pretty(&counts).unwrap_or_default())
}
