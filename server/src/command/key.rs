//! `rasoat key`: the key that seals what drafts, decisions and petitions say.

use super::Out;
use crate::failure::{Result, language};
use crate::places::Places;
use crate::sealed::{Key, Sealing, rotate};
use rasoat_api::messages::Message;
use std::path::Path;

/// Makes a key.
///
/// # Errors
/// When there is such a file or it cannot be written.
pub fn new(out: &Out, file: &Path) -> Result<()> {
    Key::make(file)?;
    let shown = file.display().to_string();
    out.show(&serde_json::json!({"file": shown}), || Message::KeyMade.fill(language(), &[("file", &shown)]))
}

/// Seals everything in the store with another key, in one transaction.
///
/// # Errors
/// When a key cannot be read, or is not the store's; nothing is changed then.
pub fn rotate_to(out: &Out, places: &Places, to: &Path) -> Result<()> {
    // Both are read before anything is opened.
    let (from, with) = (Sealing::with(places.store.key_file())?, Sealing::from(Key::read(to)?));
    let now = jiff::Timestamp::now().as_second();
    let values = rotate(&places.store, &from, &with, now)?;
    let (shown, count) = (to.display().to_string(), values.to_string());
    let summary = serde_json::json!({"values": values, "file": shown});
    out.show(&summary, || Message::KeyRotated.fill(language(), &[("values", &count), ("file", &shown)]))
}
