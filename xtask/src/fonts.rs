//! The font of the pages, from the npm registry by its ordinary client.
//!
//! No binary is kept in the repository, and no page asks another host for anything: the files are fetched once below
//! `target`, held against their checksums, and put beside the application. Without them the pages are read in the system's
//! own fonts, so a build that cannot have them says so and goes on.

use crate::steps::{on_path, program, root, run, say};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::path::Path;

/// What is fetched; its licence is the SIL Open Font License 1.1 (`OFL-1.1`), whose text goes with the files.
const NAME: &str = "@fontsource-variable/noto-sans";
const VERSION: &str = "5.3.0";

/// A file of the package, what it is called beside the application, and its SHA-256. The name bears the version: browsers
/// keep what is in this folder for a year.
const FILES: [(&str, &str, &str); 3] = [
    (
        "files/noto-sans-latin-wght-normal.woff2",
        "noto-sans-5.3.0-latin.woff2",
        "51ca196f49a33e79e7870ff88ebd2829a3f627a51e7d690986618f0e7ad2b52d",
    ),
    (
        "files/noto-sans-vietnamese-wght-normal.woff2",
        "noto-sans-5.3.0-vietnamese.woff2",
        "791e3f213c155a5b1f4bbe4cbf8e33f321cfb7f46248a5ed11077dc79209a63c",
    ),
    ("LICENSE", "noto-sans-5.3.0-OFL.txt", "54ec7b5a35310ad66f9f3091426f7028484cbf9ae1ab5da30122ee412a3009e1"),
];

/// Puts the font into the front end's folder, and its rules below the style sheet; where it cannot be had, both stay as they
/// are.
pub fn put(web: &Path) -> Result<()> {
    let Some(files) = fetched() else { return Ok(()) };
    let folder = web.join("fonts");
    fs_err::create_dir_all(&folder)?;
    for (name, bytes) in files {
        fs_err::write(folder.join(name), bytes)?;
    }
    let sheet = web.join("style.css");
    let rules = fs_err::read_to_string(root().join("frontend/fonts/noto-sans.css"))?;
    fs_err::write(&sheet, fs_err::read_to_string(&sheet)? + &rules)?;
    Ok(())
}

/// Whether the front end's folder has the font.
pub fn lies_in(web: &Path) -> bool {
    FILES.iter().all(|(_, name, _)| web.join("fonts").join(name).exists())
}

/// The files under the names that they are served by; `None` where they cannot be had, which is said.
fn fetched() -> Option<Vec<(&'static str, Vec<u8>)>> {
    let folder = root().join("target/fonts").join(format!("{NAME}@{VERSION}"));
    let package = folder.join("node_modules").join(NAME);
    let why = match read(&package) {
        Ok(files) => return Some(files),
        Err(_) if on_path("npm").is_none() => "there is no npm to fetch theirs with".to_owned(),
        Err(_) => match fetch(&folder).and_then(|()| read(&package)) {
            Ok(files) => return Some(files),
            Err(error) => format!("{error:#}"),
        },
    };
    say(&format!("the pages are made with the system's fonts: {why}"));
    None
}

fn fetch(folder: &Path) -> Result<()> {
    fs_err::create_dir_all(folder)?;
    // A network that swallows what is sent must not hold every build up for minutes.
    let options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--silent",
        "--fetch-retries=1",
        "--fetch-timeout=20000",
    ];
    let mut npm = program("npm");
    npm.arg("install").args(options).arg("--prefix").arg(folder).arg(format!("{NAME}@{VERSION}"));
    run(&mut npm)
}

/// The files of a package that was fetched, each what it is meant to be.
fn read(package: &Path) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let one = |(file, name, sum): (&str, &'static str, &str)| {
        let file = package.join(file);
        let bytes = fs_err::read(&file)?;
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        anyhow::ensure!(found == sum, "{} is not the file that was expected", file.display());
        Ok((name, bytes))
    };
    FILES.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_font_bears_its_version_and_the_style_sheet_names_it() {
        let rules = fs_err::read_to_string(root().join("frontend/fonts/noto-sans.css")).unwrap_or_default();
        for (file, name, _) in FILES {
            assert!(name.contains(VERSION), "{name}");
            assert_eq!(rules.contains(&format!("url(\"./fonts/{name}\")")), file.ends_with(".woff2"), "{name}");
        }
    }

    #[test]
    fn a_file_that_is_not_the_expected_one_is_not_used() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs_err::create_dir_all(folder.path().join("files"))?;
        for (file, ..) in FILES {
            fs_err::write(folder.path().join(file), "another")?;
        }
        let refused = read(folder.path()).map(drop).map_err(|error| error.to_string());
        assert!(refused.as_ref().is_err_and(|why| why.contains("not the file that was expected")), "{refused:?}");
        Ok(())
    }
}
