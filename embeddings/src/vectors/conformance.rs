//! What every vector index must do, held against comparing all vectors in full precision.

use super::*;

/// Deterministic unit vectors in clusters, as those of texts are.
pub(crate) fn vectors(count: usize, dimension: usize) -> Vec<Vec<f32>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let centres: Vec<Vec<f32>> = (0..40).map(|_| (0..dimension).map(|_| next()).collect()).collect();
    (0..count)
        .map(|at| {
            let vector: Vec<f32> = centres[at % centres.len()].iter().map(|c| c + 0.8 * next()).collect();
            let norm = dot(&vector, &vector).sqrt();
            vector.into_iter().map(|v| v / norm).collect()
        })
        .collect()
}

fn by_brute_force(all: &[Vec<f32>], query: &[f32], k: usize, keep: &dyn Fn(u32) -> bool) -> Vec<u32> {
    let mut ranked: Vec<(u32, f32)> =
        (0_u32..).zip(all).filter(|(at, _)| keep(*at)).map(|(at, vector)| (at, dot(vector, query))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.into_iter().take(k).map(|(at, _)| at).collect()
}

/// Checks an index that `empty` makes; `missed` of 1000 nearest neighbours may be missing under any filter.
pub(crate) fn check(empty: &mut dyn FnMut() -> Box<dyn VectorIndex>, missed: usize) {
    let all = vectors(3_000, 48);
    let mut index = empty();
    assert!(index.search(&all[0], 3, None).is_empty(), "an empty index finds nothing");
    let numbered: Vec<(u32, &[f32])> = (0..).zip(all.iter().map(Vec::as_slice)).collect();
    index.insert(&numbered[..2_000]);
    index.insert(&numbered[2_000..]);
    assert_eq!(index.len(), all.len());
    for share in [1, 2, 20, 200] {
        let allowed: Bits = (0..3_000).filter(|at| at % share == 0).collect();
        let keep = |at: u32| at.is_multiple_of(share);
        compare(index.as_ref(), &all, (share > 1).then_some(&allowed), &keep, missed);
    }
    let removed: Vec<u32> = (0..3_000).filter(|at| at % 7 == 3).collect();
    index.remove(&removed);
    index.remove(&removed);
    assert_eq!(index.len(), all.len() - removed.len());
    compare(index.as_ref(), &all, None, &|at| at % 7 != 3, missed);
    assert_eq!(index.cosines(&all[0], &[0, 3])[1], None, "a removed vector has no cosine");
    assert!(index.search(&all[1][..4], 10, None).is_empty(), "a query of another length finds nothing");
}

fn compare(
    index: &dyn VectorIndex,
    all: &[Vec<f32>],
    allowed: Option<&Bits>,
    keep: &dyn Fn(u32) -> bool,
    missed: usize,
) {
    let mut lost = 0;
    for query in all.iter().step_by(30) {
        let wanted = by_brute_force(all, query, 10, keep);
        let found = index.search(query, 10, allowed);
        assert_eq!(found.len(), wanted.len());
        assert!(found.windows(2).all(|pair| pair[0].cosine >= pair[1].cosine), "nearest first");
        assert!(found.iter().all(|near| keep(near.passage)), "the filter holds");
        for near in &found {
            let exact = dot(query, &all[near.passage as usize]);
            assert!((near.cosine - exact).abs() < 1e-3, "{} is told as {}", exact, near.cosine);
        }
        // Half precision cannot tell neighbours apart that are nearer than this.
        let last = found.last().map_or(-1.0, |near| dot(query, &all[near.passage as usize])) + 1e-4;
        let is_missing =
            |at: &&u32| dot(query, &all[**at as usize]) > last && !found.iter().any(|near| near.passage == **at);
        lost += wanted.iter().filter(is_missing).count();
    }
    assert!(lost <= missed, "{lost} of 1000 neighbours missed");
}
