//! The front end is embedded at compile time: when it is built anew, so is what embeds it. The commit is, too: a report
//! says what it was measured with.
//!
//! A build script that runs again has its crate compiled again, so this one runs when what the program is made of
//! changes, not with every commit. The commit it tells is therefore the last one that touched any of that, with `-dirty`
//! behind it where the tree differed from it when it was built; what is committed later without a change stays so.

use std::path::Path;
use std::process::Command;

/// The crates of the program.
const ROOMS: [&str; 8] = ["api", "assistant", "embeddings", "eval", "formats", "law", "model", "server"];

/// What of a room goes into the program.
const PARTS: [&str; 6] = ["src", "data", "adapters", "splits", "build.rs", "Cargo.toml"];

/// What of the repository's root does.
const ROOT: [&str; 3] = ["Cargo.toml", "Cargo.lock", "models.toml"];

fn main() {
    let of_rooms = ROOMS.iter().flat_map(|room| PARTS.iter().map(move |part| format!("{room}/{part}")));
    let mut made_of: Vec<String> = of_rooms.chain(ROOT.map(str::to_owned)).collect();
    made_of.retain(|path| Path::new("..").join(path).exists());
    println!("cargo::rerun-if-changed=../target/web");
    println!("cargo::rerun-if-env-changed=RASOAT_COMMIT");
    for path in &made_of {
        println!("cargo::rerun-if-changed=../{path}");
    }
    let paths: Vec<&str> = made_of.iter().map(String::as_str).collect();
    // Who builds without the repository says what it is a build of.
    let told = std::env::var("RASOAT_COMMIT").ok().filter(|commit| !commit.is_empty());
    println!("cargo::rustc-env=RASOAT_COMMIT={}", told.or_else(|| commit(&paths)).unwrap_or_default());
}

/// The last commit that touched `paths`, marked where they differ from it now; `None` outside of a repository.
fn commit(paths: &[&str]) -> Option<String> {
    let commit = git(&["log", "-1", "--format=%H", "--"], paths).filter(|commit| !commit.is_empty())?;
    let changed = git(&["status", "--porcelain", "--"], paths).is_none_or(|files| !files.is_empty());
    Some(if changed { commit + "-dirty" } else { commit })
}

/// What git says of paths below the repository's root.
fn git(arguments: &[&str], paths: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg("..").args(arguments).args(paths).output().ok()?;
    let output = output.status.success().then_some(output.stdout)?;
    String::from_utf8(output).ok().map(|text| text.trim().to_owned())
}
