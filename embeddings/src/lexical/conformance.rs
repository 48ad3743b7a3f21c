//! What every lexical index must do, and that two of them give equal results.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;

/// Checks an index that `empty` makes.
pub(crate) fn check(empty: &mut dyn FnMut() -> Box<dyn LexicalIndex>) {
    let mut index = empty();
    let found = |index: &dyn LexicalIndex, field, term: &str| {
        let mut found = Vec::new();
        index.postings(field, term, &mut found);
        found.into_iter().map(|posting| (posting.passage, posting.count)).collect::<Vec<_>>()
    };
    assert!(index.is_empty() && found(index.as_ref(), Field::Body, "một").is_empty());
    let terms = |body: &str| PassageTerms::new("Luật A", "Đầu đề", body, true);
    index.insert(&[(3, terms("mot hai mot")), (5, terms("hai ba"))]).unwrap();
    index.commit().unwrap();
    assert_eq!(index.len(), 2);
    assert_eq!(found(index.as_ref(), Field::Body, "mot"), [(3, 2)]);
    assert_eq!(found(index.as_ref(), Field::Body, "hai"), [(3, 1), (5, 1)]);
    assert_eq!(found(index.as_ref(), Field::Pairs, "hai mot"), [(3, 1)]);
    assert_eq!(found(index.as_ref(), Field::Heading, "hai"), [], "fields are apart");
    index.insert(&[(8, terms("hai"))]).unwrap();
    index.remove(&[3, 99]).unwrap();
    index.commit().unwrap();
    assert_eq!(index.len(), 2);
    assert_eq!(found(index.as_ref(), Field::Body, "hai"), [(5, 1), (8, 1)]);
    assert_eq!(index.counts(Field::Body, "hai", &[3, 5, 6, 8]), [0, 1, 0, 1]);
    assert_eq!([index.holding(Field::Body, "hai"), index.holding(Field::Body, "mot")], [2, 0]);
    // More commits than an engine keeps segments for.
    for at in 10..30 {
        index.insert(&[(at, terms("hai hai"))]).unwrap();
        index.commit().unwrap();
    }
    let all = found(index.as_ref(), Field::Body, "hai");
    assert_eq!(all.len(), 22);
    assert!(all.is_sorted());
    assert_eq!(index.counts(Field::Body, "hai", &[5, 12, 29]), [1, 2, 2]);
}

/// Scores of both kinds of index over the same passages, some of them removed.
#[cfg(not(target_arch = "wasm32"))]
fn scores_of_both(texts: &[String], removed: &[u32], query: &str, unit: Unit) -> [Vec<f32>; 2] {
    let terms: Vec<(u32, PassageTerms)> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| (at as u32, PassageTerms::new("Luật", &text[..0], text, at % 3 == 0)))
        .collect();
    let units = Units::new(terms.iter().map(|(at, terms)| {
        let unit = if unit == Unit::Article { at / 3 } else { *at };
        (unit, (!removed.contains(at)).then(|| terms.lengths()))
    }));
    let engine: [Box<dyn LexicalIndex>; 2] =
        [Box::new(MemoryIndex::new()), Box::new(EngineIndex::in_memory().unwrap())];
    engine.map(|mut index| {
        for part in terms.chunks(4) {
            index.insert(part).unwrap();
            index.commit().unwrap();
        }
        index.remove(removed).unwrap();
        index.commit().unwrap();
        let query = LexicalQuery::new(query, index.as_ref());
        Scorer::new(index.as_ref(), &units, &query, &LexicalWeights { unit, ..LexicalWeights::default() }).scores
    })
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_small_index_scores_as_the_engine_does(
        texts in proptest::collection::vec("([abđâạ]{1,2}[ ,.]){0,12}", 1..40),
        removed in proptest::collection::btree_set(0_u32..40, 0..10),
        query in "([abđâạ]{1,2} ){1,6}",
        by_article in any::<bool>(),
    ) {
        let removed: Vec<u32> = removed.into_iter().filter(|at| (*at as usize) < texts.len()).collect();
        let unit = if by_article { Unit::Article } else { Unit::Passage };
        let [small, engine] = scores_of_both(&texts, &removed, &query, unit);
        // Not merely close: the same numbers in the same order.
        prop_assert_eq!(small, engine);
    }
}
