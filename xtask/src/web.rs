//! The front end's folder, `target/web`: the static files of `frontend/static`, the guides of `docs`, the font, the
//! WebAssembly module and its JavaScript, what the application starts with packed as well; and in `private` what a review
//! in the browser is made of: the scripts of `private/worker` and `model/browser`, the assistant's module, and the models'
//! twice, because an engine refuses a module whole that names one instruction it lacks.
//!
//! The server embeds that folder when it is compiled, so a folder whose files change for nothing costs a build of the
//! server. It is therefore made beside the present one, compared with it byte by byte, and moved into place only
//! where they differ.

use crate::steps::root;
use crate::{build, fonts};
use anyhow::{Context, Result, anyhow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Builds the front end; `true` when its folder changed.
pub fn build() -> Result<bool> {
    let modules = build::modules()?;
    let target = root().join("target");
    let made =
        tempfile::Builder::new().prefix("web-").tempdir_in(&target).context("failed to make a folder in target")?;
    copy(&root().join("frontend/static"), made.path())?;
    fonts::put(made.path())?;
    guides(&made.path().join("guide"))?;
    let private = made.path().join(PRIVATE);
    fs_err::create_dir(&private)?;
    for scripts in ["private/worker", "model/browser"] {
        copy(&root().join(scripts), &private)?;
    }
    for (module, (folder, name)) in modules.iter().zip([
        (made.path(), "rasoat"),
        (&*private, "assistant"),
        (&*private, "relaxed_simd"),
        (&*private, "simd128"),
    ]) {
        bind(module, folder, name)?;
    }

    let place = target.join("web");
    pack(made.path(), &place)?;
    if files(made.path())? == files(&place).unwrap_or_default() {
        return Ok(false);
    }
    // A build that dies between the two leaves no folder, which the next one makes.
    if place.exists() {
        fs_err::remove_dir_all(&place)?;
    }
    fs_err::rename(made.keep(), &place)?;
    readable(&place)?;
    Ok(true)
}

/// The guides of `docs`, with their pictures, where the pages look for them.
fn guides(folder: &Path) -> Result<()> {
    let docs = root().join("docs");
    fs_err::create_dir_all(folder)?;
    copy(&docs.join("huong-dan"), &folder.join("huong-dan"))?;
    for entry in fs_err::read_dir(&docs)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("huong-dan-") && name.ends_with(".md") {
            fs_err::copy(&path, folder.join(name))?;
        }
    }
    Ok(())
}

/// The built folder of the review in the browser.
pub fn private() -> PathBuf {
    root().join("target/web").join(PRIVATE)
}

/// The folder of the review in the browser, within the front end's.
const PRIVATE: &str = "private";

/// Writes a module as a browser loads it, `NAME_bg.wasm`, and the script that loads it, `NAME.js`.
fn bind(module: &Path, folder: &Path, name: &str) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(name).typescript(false).remove_name_section(true);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| anyhow!("wasm-bindgen refused {}: {error:#}", module.display()))
}

/// Puts beside each file that the application starts with what brotli and zopfli make of it, `NAME.br` and `NAME.gz`: a
/// quarter and a twentieth less to load than what the server packs as it answers, and seconds of work. What did not change
/// since the last build is packed already.
fn pack(made: &Path, last: &Path) -> Result<()> {
    for name in SHELL {
        let bytes = fs_err::read(made.join(name))?;
        let known = fs_err::read(last.join(name)).is_ok_and(|known| known == bytes);
        for (ending, packer) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
            let packed = format!("{name}.{ending}");
            let packed_before = fs_err::read(last.join(&packed)).ok().filter(|_| known);
            let packed_now = packed_before.map_or_else(|| packer(&bytes), Ok)?;
            fs_err::write(made.join(packed), packed_now)?;
        }
    }
    Ok(())
}

/// What a browser loads before the application is there.
const SHELL: [&str; 5] = ["index.html", "style.css", "start.js", "rasoat.js", "rasoat_bg.wasm"];

fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    // The best there is, with the widest window that every browser has.
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut packed, &parameters).context("brotli failed")?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, bytes, &mut packed).context("zopfli failed")?;
    Ok(packed)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in paths(from)? {
        let place = to.join(file.strip_prefix(from).context("a file outside its folder")?);
        fs_err::create_dir_all(place.parent().context("a file without a folder")?)?;
        fs_err::copy(&file, &place)?;
    }
    Ok(())
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let read = |file: PathBuf| {
        let name = file.strip_prefix(folder).context("a file outside its folder")?.to_owned();
        Ok((name, fs_err::read(&file)?))
    };
    paths(folder)?.into_iter().map(read).collect()
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(paths(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// A temporary folder is its owner's alone; a built one is not.
fn readable(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
