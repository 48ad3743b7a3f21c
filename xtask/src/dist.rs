//! The binary as it is handed out: built for release, with the front end in it, the licence beside it and a checksum.

use crate::steps::{Steps, cargo, output, program, root, run as run_command, say};
use crate::{demo, fonts};
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Builds `target/dist/rasoat-VERSION-TARGET`.
pub fn run(steps: &mut Steps) -> Result<()> {
    demo::web(steps)?;
    // A build for oneself may do without; what is handed out is whole.
    ensure!(
        fonts::lies_in(&root().join("target/web")),
        "the pages were made without their font, as was said above: install npm, see that it reaches its registry, and run \
         `cargo xtask dist` again"
    );
    steps.step("build rasoat for release", || {
        run_command(cargo().args([
            "build",
            "--locked",
            "--release",
            "--package",
            "rasoat-server",
            "--target-dir",
            "target",
        ]))
    })?;
    steps.step("gather the files", gather)
}

fn gather() -> Result<()> {
    let host = output(program("rustc").args(["--print", "host-tuple"])).context("rustc names no host")?;
    let folder = root().join("target/dist").join(format!("rasoat-{}-{host}", env!("CARGO_PKG_VERSION")));
    fs_err::create_dir_all(&folder)?;
    let binary = format!("rasoat{}", std::env::consts::EXE_SUFFIX);
    fs_err::copy(root().join("target/release").join(&binary), folder.join(&binary))?;
    let documents = ["LICENSE", "README.md", "README.vi.md"];
    for document in documents {
        fs_err::copy(root().join(document), folder.join(document))?;
    }
    let mut sums = String::new();
    for name in documents.into_iter().chain([binary.as_str()]) {
        sums += &format!("{}  {name}\n", checksum(&folder.join(name))?);
    }
    fs_err::write(folder.join("SHA256SUMS"), sums)?;
    say(&format!("{}", folder.display()));
    Ok(())
}

/// A file's SHA-256, as `sha256sum` writes it.
fn checksum(file: &Path) -> Result<String> {
    let digest = Sha256::digest(fs_err::read(file)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
