//! Hierarchical navigable small worlds (Malkov and Yashunin, 2018) by `hnsw_rs`, saved beside the store and reloaded.
//!
//! The vectors themselves live in the store; an index file is only ever a cache of them. It carries a fingerprint, and
//! one that does not match is built anew. `hnsw_rs` does not build for wasm32: the browser searches exactly.

use crate::vectors::{VectorIndex, dot};
use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::prelude::{AnnT, Hnsw, HnswIo};
use std::path::{Path, PathBuf};

/// Version of the files this module writes.
pub const FORMAT: u32 = 1;

const NEIGHBOURS: usize = 24;
const LAYERS: usize = 16;
const BUILD_WIDTH: usize = 200;
const SEARCH_WIDTH: usize = 128;

/// 1 - cosine of unit vectors, never below 0: rounding may put a cosine a hair above 1.
#[derive(Default, Clone, Copy)]
pub struct CosineOfUnits;

impl Distance<f32> for CosineOfUnits {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

/// An approximate index.
pub struct HnswVectors {
    graph: Hnsw<'static, f32, CosineOfUnits>,
    dimension: usize,
    count: usize,
}

/// An index could not be saved or reloaded.
#[derive(Debug, thiserror::Error)]
pub enum HnswError {
    /// The disk refused.
    #[error("failed to access the index at {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The files are of another version, of other vectors, or damaged; build it anew.
    #[error("the index at {path} cannot be used: {what}")]
    Stale {
        /// Where.
        path: PathBuf,
        /// Why.
        what: String,
    },
}

impl HnswVectors {
    /// Builds the index over unit vectors of one length.
    pub fn build(vectors: &[Vec<f32>]) -> Self {
        let graph = Hnsw::new(NEIGHBOURS, vectors.len().max(1), LAYERS, BUILD_WIDTH, CosineOfUnits);
        let items: Vec<(&Vec<f32>, usize)> = vectors.iter().enumerate().map(|(at, vector)| (vector, at)).collect();
        graph.parallel_insert(&items);
        Self { graph, dimension: vectors.first().map_or(0, Vec::len), count: vectors.len() }
    }

    /// Saves the index as `folder`, replacing what was there only once everything is written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self, folder: &Path, fingerprint: &str) -> Result<(), HnswError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| HnswError::Io { path, source }
        };
        let fresh = folder.with_extension(format!("new-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&fresh);
        std::fs::create_dir_all(&fresh).map_err(io(&fresh))?;
        if self.count > 0 {
            self.graph
                .file_dump(&fresh, "vectors")
                .map_err(|e| HnswError::Io { path: fresh.clone(), source: std::io::Error::other(e.to_string()) })?;
        }
        // Written last: a folder without it is not an index.
        let sums = checksums(&fresh).map_err(io(&fresh))?;
        std::fs::write(fresh.join("about"), about(self.dimension, self.count, fingerprint, &sums))
            .map_err(io(&fresh))?;
        if folder.exists() {
            std::fs::remove_dir_all(folder).map_err(io(folder))?;
        }
        std::fs::rename(&fresh, folder).map_err(io(folder))
    }

    /// Reloads the index saved as `folder` for the vectors that `fingerprint` stands for.
    ///
    /// # Errors
    /// [`HnswError::Stale`] when it is of another version or of other vectors.
    pub fn load(folder: &Path, dimension: usize, count: usize, fingerprint: &str) -> Result<Self, HnswError> {
        let stale = |what: String| HnswError::Stale { path: folder.to_owned(), what };
        let written = std::fs::read_to_string(folder.join("about"))
            .map_err(|source| HnswError::Io { path: folder.to_owned(), source })?;
        // `hnsw_rs` trusts its files and panics on damaged ones, so they are checked first.
        let sums = checksums(folder).map_err(|source| HnswError::Io { path: folder.to_owned(), source })?;
        if written != about(dimension, count, fingerprint, &sums) {
            return Err(stale("it is damaged, of another version or of other vectors".into()));
        }
        if count == 0 {
            return Ok(Self::build(&[]));
        }
        // The graph borrows from its reader as long as it lives, and it lives as long as the process: a few hundred
        // bytes a reload.
        let reader: &'static mut HnswIo = Box::leak(Box::new(HnswIo::new(folder, "vectors")));
        let graph: Hnsw<'static, f32, CosineOfUnits> =
            reader.load_hnsw_with_dist(CosineOfUnits).map_err(|e| stale(e.to_string()))?;
        if graph.get_nb_point() != count {
            return Err(stale(format!("it holds {} vectors, not {count}", graph.get_nb_point())));
        }
        Ok(Self { graph, dimension, count })
    }
}

fn about(dimension: usize, count: usize, fingerprint: &str, checksums: &str) -> String {
    format!(
        "rasoat hnsw {FORMAT}\ndimension {dimension}\nvectors {count}\nfingerprint {fingerprint}\nchecksums {checksums}\n"
    )
}

/// FNV-1a over each of the library's files: told apart from damage, not from malice.
fn checksums(folder: &Path) -> std::io::Result<String> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| !p.ends_with("about"))
        .collect();
    names.sort();
    let mut sums = Vec::new();
    for name in names {
        let sum = std::fs::read(&name)?.chunks(8).fold(0xcbf2_9ce4_8422_2325_u64, |sum, chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3)
        });
        sums.push(format!("{sum:016x}"));
    }
    Ok(sums.join(" "))
}

impl VectorIndex for HnswVectors {
    fn len(&self) -> usize {
        self.count
    }

    fn search(&self, query: &[f32], k: usize, keep: &(dyn Fn(usize) -> bool + Sync)) -> Vec<(usize, f32)> {
        if self.count == 0 || query.len() != self.dimension {
            return Vec::new();
        }
        let filter = |at: &usize| keep(*at);
        self.graph
            .search_filter(query, k, SEARCH_WIDTH.max(2 * k), Some(&filter))
            .into_iter()
            .map(|near| (near.d_id, 1.0 - near.distance))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::vectors::conformance;

    #[test]
    fn the_graph_finds_what_exact_search_finds_but_for_a_few() {
        conformance::check(HnswVectors::build, 20);
    }

    #[test]
    fn a_saved_index_comes_back_and_another_fingerprint_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        let vectors = conformance::vectors(300, 32);
        let built = HnswVectors::build(&vectors);
        built.save(&path, "abc").unwrap();
        built.save(&path, "abc").unwrap();
        let loaded = HnswVectors::load(&path, 32, 300, "abc").unwrap();
        for query in vectors.iter().take(20) {
            let ids = |hits: Vec<(usize, f32)>| hits.into_iter().map(|(at, _)| at).collect::<Vec<_>>();
            assert_eq!(ids(loaded.search(query, 5, &|_| true)), ids(built.search(query, 5, &|_| true)));
        }
        assert!(matches!(HnswVectors::load(&path, 32, 300, "xyz"), Err(HnswError::Stale { .. })));
        std::fs::write(path.join("vectors.hnsw.graph"), b"damaged").unwrap();
        assert!(HnswVectors::load(&path, 32, 300, "abc").is_err());
    }
}
