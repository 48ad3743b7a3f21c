//! The front end is embedded at compile time: when it is built anew, so is what embeds it. The commit is, too: a report
//! says what it was measured with.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=../target/web");
    println!("cargo::rerun-if-changed=../models.toml");
    for room in ["api", "assistant", "embeddings", "eval", "formats", "law", "model", "server"] {
        println!("cargo::rerun-if-changed=../{room}/src");
    }
    // What git appends to with every commit, wherever this tree keeps it.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
    let commit = git(&["rev-parse", "HEAD"]).map(|commit| if changed { commit + "-dirty" } else { commit });
    println!("cargo::rustc-env=RASOAT_COMMIT={}", commit.unwrap_or_default());
}

/// What git says, where there is one and this is a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
