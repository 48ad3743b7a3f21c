//! House rules that a compiler does not hold.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the workspace has failed")]

use cargo_metadata::MetadataCommand;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "shared"];

/// Where a file is better read as two.
const LONGEST_FILE: usize = 900;

#[test]
fn a_file_is_named_for_what_it_holds() {
    let vague = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        EMPTY_NAMES.contains(&name.as_str()) || EMPTY_NAMES.iter().any(|empty| name.ends_with(&format!("_{empty}")))
    };
    assert_none(files(&["rs"]).into_iter().filter(vague), "say what is in it");
}

#[test]
fn a_module_has_no_logic_in_mod_rs() {
    let inside = |path: &PathBuf| path.file_name().is_some_and(|name| name == "mod.rs");
    // Test binaries share code through `tests/tests/NAME/mod.rs`, which cargo does not take for a test.
    let shared = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "tests");
    assert_none(
        files(&["rs"]).into_iter().filter(inside).filter(|path| !shared(path)),
        "name the file after the module",
    );
}

#[test]
fn no_file_names_a_folder_of_somebody_s_machine() {
    // Written in two parts, or this file would break its own rule.
    let homes = [["/ho", "me/"], ["/ro", "ot/"], ["/Us", "ers/"], ["C:\\Us", "ers\\"]].map(|parts| parts.concat());
    let personal = |path: &PathBuf| {
        let text = fs_err::read_to_string(path).unwrap_or_default();
        homes.iter().any(|home| text.contains(home))
    };
    assert_none(
        files(&["rs", "toml", "md", "html", "css", "yml", "json"]).into_iter().filter(personal),
        "use a relative path",
    );
}

#[test]
fn a_room_opens_with_what_it_is_for() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let silent = metadata.workspace_packages().into_iter().filter_map(|room| {
        let sources = room.manifest_path.parent()?.join("src");
        let roots = [sources.join("lib.rs"), sources.join("main.rs")];
        let opening = roots.iter().find_map(|file| fs_err::read_to_string(file).ok()).unwrap_or_default();
        (!opening.trim_start().starts_with("//!")).then(|| sources.into_std_path_buf())
    });
    assert_none(silent, "open lib.rs with `//!`: what problem the room holds and why it is hard");
}

/// What a clock is asked with; a stopwatch (`Instant`) is none.
const CLOCKS: [&str; 4] = ["Zoned::now", "Timestamp::now", "SystemTime::now", "Date::now"];

#[test]
fn below_the_server_nobody_reads_a_clock() {
    let rooms = ["law", "formats", "model", "embeddings", "assistant", "api", "eval"];
    let asks = |path: &PathBuf| {
        let place = path.strip_prefix(root()).unwrap();
        let is_below = rooms.iter().any(|room| place.starts_with(Path::new(room).join("src")));
        is_below && CLOCKS.iter().any(|clock| fs_err::read_to_string(path).unwrap_or_default().contains(clock))
    };
    assert_none(files(&["rs"]).into_iter().filter(asks), "take the day as an argument");
}

/// Reported, not enforced: whether a long file is better read as two is for its author to judge.
#[test]
fn a_long_file_is_reported() {
    for path in files(&["rs"]) {
        let text = fs_err::read_to_string(&path).unwrap_or_default();
        let code = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
        if code > LONGEST_FILE {
            // Not a print macro: the test harness swallows what those print when a test passes.
            let _ = writeln!(std::io::stderr(), "{code} lines of code: {}", shown(&path));
        }
    }
}

/// Fails with the files that broke a rule, and the way out.
fn assert_none(broken: impl Iterator<Item = PathBuf>, way_out: &str) {
    let broken: Vec<String> = broken.map(|path| shown(&path)).collect();
    assert!(broken.is_empty(), "{way_out}:\n  {}", broken.join("\n  "));
}

/// A path as seen from the repository's root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file of the repository with one of these endings; what is built or generated is not the repository's.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | ".git" | "shared" | "node_modules") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                found.push(path);
            }
        }
    }
    found
}
