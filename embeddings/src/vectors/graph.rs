//! Approximate search: hierarchical navigable small worlds (Malkov and Yashunin, 2018) by `hnsw_rs`, over bytes.
//!
//! `hnsw_rs` cannot take a point out and its filter costs recall and time; so what was removed is skipped, a filter
//! widens the search, and one too narrow for that is searched exactly. It does not build for wasm32: the browser
//! searches exactly. Files are the index's ([`crate::saved`]); here they are only written and read.

use super::codes::{Product, dispatch};
use super::{Bits, Codes, ExactVectors, Near, Originals, VectorIndex};
use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::prelude::{AnnT, Hnsw, HnswIo};
use std::path::Path;

/// How the graph is built and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GraphOptions {
    /// Neighbours of a point in the upper layers; twice as many in the lowest.
    pub neighbours: usize,
    /// Candidates looked at when a point is put in.
    pub build_width: usize,
    /// Candidates looked at in a search, at the least.
    pub search_width: usize,
    /// A filter that leaves fewer than this is searched exactly.
    pub exact_below: usize,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self { neighbours: 24, build_width: 160, search_width: 256, exact_below: 60_000 }
    }
}

const LAYERS: usize = 16;
/// Bytes behind a point's codes that hold its scale.
const SCALE: usize = 4;
/// Points put in before the graph is worth searching from several threads.
const FIRST: usize = 1_000;

/// 1 - cosine of two vectors as bytes with their scales behind them, never below 0: rounding may put a cosine a hair
/// above 1.
#[derive(Default, Clone, Copy)]
pub struct CosineOfCodes;

impl Distance<i8> for CosineOfCodes {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        let ((a, scale_a), (b, scale_b)) = (apart(a), apart(b));
        (1.0 - dispatch(Product(a, b)) as f32 * scale_a * scale_b).max(0.0)
    }
}

fn apart(point: &[i8]) -> (&[i8], f32) {
    let (codes, scale) = point.split_at(point.len().saturating_sub(SCALE));
    let bytes = [0, 1, 2, 3].map(|at| scale.get(at).map_or(0, |byte| *byte as u8));
    (codes, f32::from_le_bytes(bytes))
}

/// A row as a point of the graph.
fn point(codes: &Codes, row: u32) -> Vec<i8> {
    let scale = codes.scale(row).to_le_bytes();
    codes.row(row).iter().copied().chain(scale.map(|byte| byte as i8)).collect()
}

/// An approximate index.
pub struct GraphVectors {
    graph: Hnsw<'static, i8, CosineOfCodes>,
    vectors: ExactVectors,
    options: GraphOptions,
}

impl GraphVectors {
    /// An empty index.
    pub fn new(options: GraphOptions) -> Self {
        Self::build(ExactVectors::new(), options)
    }

    /// Builds the graph over vectors on all cores.
    pub fn build(vectors: ExactVectors, options: GraphOptions) -> Self {
        let count = vectors.living().len();
        let graph = Hnsw::new(options.neighbours, count.max(1), LAYERS, options.build_width, CosineOfCodes);
        let index = Self { graph, vectors, options };
        let rows: Vec<u32> = index.vectors.living().iter().collect();
        index.link(&rows);
        index
    }

    fn link(&self, rows: &[u32]) {
        let codes = self.vectors.codes();
        // A graph that several threads begin at once is left with points that nothing leads to.
        let alone = FIRST.saturating_sub(self.graph.get_nb_point()).min(rows.len());
        for row in &rows[..alone] {
            self.graph.insert((&point(codes, *row), *row as usize));
        }
        for chunk in rows[alone..].chunks(50_000) {
            let points: Vec<Vec<i8>> = chunk.iter().map(|row| point(codes, *row)).collect();
            let numbered: Vec<(&Vec<i8>, usize)> =
                points.iter().zip(chunk).map(|(point, row)| (point, *row as usize)).collect();
            self.graph.parallel_insert(&numbered);
        }
    }

    /// Share of the graph's points that were removed: past a third it is better built anew.
    pub fn removed_share(&self) -> f32 {
        1.0 - self.vectors.len() as f32 / self.graph.get_nb_point().max(1) as f32
    }

    /// Points of the graph, removed ones included.
    pub fn points(&self) -> usize {
        self.graph.get_nb_point()
    }

    /// The vectors of the graph.
    pub fn vectors(&self) -> &ExactVectors {
        &self.vectors
    }

    /// To search by other options, where they do not need another graph.
    pub fn options_mut(&mut self) -> &mut GraphOptions {
        &mut self.options
    }

    /// Writes the graph into a folder.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        self.graph.file_dump(folder, NAME).map(drop).map_err(|error| std::io::Error::other(error.to_string()))
    }

    /// Reads the graph from a folder whose files are known to be whole: `hnsw_rs` trusts them.
    ///
    /// # Errors
    /// When they do not belong to these vectors.
    pub fn read(folder: &Path, vectors: ExactVectors, options: GraphOptions) -> std::io::Result<Self> {
        // The graph borrows from its reader as long as it lives, and it lives as long as the process: a few hundred
        // bytes a reload.
        let reader: &'static mut HnswIo = Box::leak(Box::new(HnswIo::new(folder, NAME)));
        let graph: Hnsw<'static, i8, CosineOfCodes> =
            reader.load_hnsw_with_dist(CosineOfCodes).map_err(|error| std::io::Error::other(error.to_string()))?;
        if graph.get_nb_point() < vectors.len() {
            return Err(std::io::Error::other(format!(
                "{} points for {} vectors",
                graph.get_nb_point(),
                vectors.len()
            )));
        }
        Ok(Self { graph, vectors, options })
    }
}

const NAME: &str = "graph";

impl VectorIndex for GraphVectors {
    fn len(&self) -> usize {
        self.vectors.len()
    }

    fn insert(&mut self, vectors: &[(u32, &[f32])]) {
        self.vectors.insert(vectors);
        let taken: Vec<u32> =
            vectors.iter().map(|(passage, _)| *passage).filter(|row| self.vectors.living().contains(*row)).collect();
        self.link(&taken);
    }

    fn remove(&mut self, passages: &[u32]) {
        self.vectors.remove(passages);
    }

    fn search(&self, query: &[f32], k: usize, allowed: Option<&Bits>) -> Vec<Near> {
        let left = allowed.map_or(self.len(), Bits::len).min(self.len());
        let points = self.graph.get_nb_point();
        // As many as must be looked at so that `k` of them are left over.
        let share = left as f32 / points.max(1) as f32;
        let wanted = ((k as f32 * 1.3 + 16.0) / share.max(f32::MIN_POSITIVE)).ceil();
        if left < self.options.exact_below || wanted * 8.0 > points as f32 {
            return self.vectors.search(query, k, allowed);
        }
        let codes = self.vectors.codes();
        if query.len() != codes.dimension() {
            return Vec::new();
        }
        let mut asked = Codes::default();
        if !asked.put(0, query) {
            return Vec::new();
        }
        let wanted = wanted as usize;
        let width = self.options.search_width.max(wanted * 2);
        let near: Vec<Near> = self
            .graph
            .search(&point(&asked, 0), wanted.max(self.options.search_width), width)
            .into_iter()
            .map(|near| Near { passage: near.d_id as u32, cosine: 1.0 - near.distance })
            .filter(|near| {
                self.vectors.living().contains(near.passage)
                    && allowed.is_none_or(|allowed| allowed.contains(near.passage))
            })
            .collect();
        self.vectors.rescore(query, near, k)
    }

    fn cosines(&self, query: &[f32], passages: &[u32]) -> Vec<Option<f32>> {
        self.vectors.cosines(query, passages)
    }
}

impl GraphVectors {
    /// The vectors without their graph.
    pub fn into_vectors(self) -> ExactVectors {
        self.vectors
    }

    /// The originals, to say where they lie.
    pub fn originals(&self) -> &Originals {
        self.vectors.originals()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::vectors::conformance;

    /// No detour over exact search.
    const GRAPH_ONLY: GraphOptions =
        GraphOptions { neighbours: 24, build_width: 160, search_width: 160, exact_below: 0 };

    #[test]
    fn the_graph_finds_what_exact_search_finds_but_for_a_few() {
        conformance::check(&mut || Box::new(GraphVectors::new(GRAPH_ONLY)), 20);
        conformance::check(&mut || Box::new(GraphVectors::new(GraphOptions::default())), 0);
    }

    #[test]
    fn a_written_graph_answers_as_before() {
        let all = conformance::vectors(1_500, 32);
        let numbered: Vec<(u32, &[f32])> = (0..).zip(all.iter().map(Vec::as_slice)).collect();
        let mut built = GraphVectors::new(GRAPH_ONLY);
        built.insert(&numbered);
        let folder = tempfile::tempdir().unwrap();
        built.write(folder.path()).unwrap();
        let queries: Vec<_> = all.iter().step_by(50).map(|query| (query, built.search(query, 5, None))).collect();
        let mut vectors = ExactVectors::new();
        vectors.insert(&numbered);
        let read = GraphVectors::read(folder.path(), vectors, GRAPH_ONLY).unwrap();
        for (query, wanted) in queries {
            assert_eq!(read.search(query, 5, None), wanted);
        }
    }
}
