//! The sample drafts and what is planted in them (`samples/README.md`).

use anyhow::{Context, Result};
use serde_json::Value;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One sample draft.
pub struct Sample {
    folder: PathBuf,
}

/// A place in a draft, with what a review must, or must not, say about it.
#[derive(Debug)]
pub struct Place {
    /// The check that finds it; empty for a place that is clean.
    pub check: String,
    /// The draft's words.
    pub quote: String,
    /// Where they stand in the draft's normalised text.
    pub span: Range<usize>,
    /// Documents any of which proves it.
    pub documents: Vec<String>,
    /// Whether today's review is known to miss it; the evaluation counts it all the same.
    pub missed: bool,
}

/// Every sample draft.
///
/// # Panics
/// When the samples are missing.
pub fn all() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let mut samples: Vec<_> = fs_err::read_dir(folder)
        .expect("the samples are there")
        .filter_map(|entry| Some(entry.ok()?.path()).filter(|path| path.is_dir()))
        .map(|folder| Sample { folder })
        .collect();
    samples.sort_by(|one, other| one.folder.cmp(&other.folder));
    assert!(!samples.is_empty(), "the samples are there");
    samples
}

impl Sample {
    /// Its name.
    pub fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The draft.
    pub fn draft(&self) -> PathBuf {
        self.folder.join("draft.docx")
    }

    /// The date it is held against the law.
    pub fn as_of(&self) -> Result<String> {
        Ok(self.gold()?["as_of"].as_str().context("no as_of")?.to_owned())
    }

    /// The planted faults, placed in the text that `rasoat parse` returns.
    pub fn faults(&self, text: &str) -> Result<Vec<Place>> {
        self.places("faults", text)
    }

    /// Provisions that only look like faults.
    pub fn clean(&self, text: &str) -> Result<Vec<Place>> {
        self.places("clean", text)
    }

    fn gold(&self) -> Result<Value> {
        let file = self.folder.join("faults.json");
        serde_json::from_str(&fs_err::read_to_string(&file)?).with_context(|| format!("{} is not JSON", file.display()))
    }

    fn places(&self, list: &str, text: &str) -> Result<Vec<Place>> {
        let gold = self.gold()?;
        gold[list].as_array().with_context(|| format!("no {list}"))?.iter().map(|entry| place(entry, text)).collect()
    }
}

fn place(entry: &Value, text: &str) -> Result<Place> {
    let word = |field: &str| entry[field].as_str().map(str::to_owned);
    let quote = word("quote").context("no quote")?;
    let occurrence = entry["occurrence"].as_u64().unwrap_or(1).max(1) as usize;
    let (start, found) =
        text.match_indices(&quote).nth(occurrence - 1).with_context(|| format!("the draft does not say: {quote}"))?;
    Ok(Place {
        check: word("check").unwrap_or_default(),
        span: start..start + found.len(),
        missed: entry["missed"].as_str().is_some(),
        documents: ["document", "document_also", "expired"].into_iter().filter_map(word).collect(),
        quote,
    })
}
