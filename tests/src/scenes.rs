//! How the tests in a browser begin: stores with a little law, services that keep accounts, drafts that were reviewed,
//! people who join.

use crate::bad_files::decree;
use crate::program::{Rasoat, with_empty_store};
use crate::reader::Reader;
use crate::service::Service;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// What people who join log in with.
pub const PASSWORD: &str = "cây đa bến nước";

/// A store with some small texts, imported by their places in the list; `None` where there is no program, which is said.
pub fn with_law(texts: &[String]) -> Result<Option<Rasoat>> {
    let Some(rasoat) = with_empty_store() else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    for (at, text) in texts.iter().enumerate() {
        fs_err::write(folder.path().join(format!("{at}.txt")), text)?;
    }
    let outcome = rasoat.run(["import", folder.path().to_str().context("a path that is no text")?])?;
    ensure!(outcome.code == Some(0), "{outcome:?}");
    Ok(Some(rasoat))
}

/// A store with two small decrees.
pub fn with_decrees() -> Result<Option<Rasoat>> {
    with_law(&[1, 2].map(decree))
}

/// A service that keeps accounts, with `more` in its configuration, and the hash of its first link.
pub fn keeping_accounts(rasoat: &Rasoat, folder: &Path, more: &str) -> Result<(Service, String)> {
    let file = folder.join("rasoat.toml");
    fs_err::write(&file, format!("[accounts]\nrequired = true\naddress = \"http://ra-soat.vn\"\n{more}"))?;
    let service = Service::with_arguments(rasoat, &["--config", file.to_str().context("a path that is no text")?])?;
    let link = service.heard().iter().find_map(|line| line.split("http://ra-soat.vn/").nth(1));
    let place = link.context("no first link")?.trim().to_owned();
    Ok((service, place))
}

/// Takes an invitation up, at its place.
pub fn join(reader: &Reader, place: &str, login: &str, name: &str) -> Result<()> {
    reader.open(place)?;
    reader.fill("#name", name)?;
    reader.fill("#login", login)?;
    reader.fill("#password", PASSWORD)?;
    reader.click("#take-up")
}

/// Waits for a review to end; its identifier.
pub fn reviewed(service: &Service, name: &str, draft: &str) -> Result<String> {
    let review = service.start_review(name, draft.as_bytes(), "2026-12-01")?;
    service.events(&review)?;
    Ok(review)
}

/// Chooses what has a value in a field of choices, as a person does.
pub fn choose_value(reader: &Reader, field: &str, value: &str) -> Result<()> {
    let (field, value) = (serde_json::Value::from(field), serde_json::Value::from(value));
    reader
        .script(&format!(
            "const field = document.querySelector({field}); field.value = {value}; field.dispatchEvent(new Event('change'))"
        ))
        .map(drop)
}
