//! The engine as a whole.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use rasoat_law::DocumentKind;

const SMALL: fn() -> Keeping = || Keeping { engine: false, ..Keeping::default() };

fn entry(number: &str, kind: DocumentKind) -> DocumentEntry {
    DocumentEntry { number: number.into(), stamp: number.into(), attributes: Attributes::of_kind(kind) }
}

fn passage<'a>(article: &'a str, eid: &'a str, words: &'a str, vector: &'a [f32]) -> PassageEntry<'a> {
    PassageEntry { eid, article, title: "Luật A", heading: "Đầu đề", words, vector: Some(vector) }
}

fn index() -> SearchIndex {
    let mut index = SearchIndex::new(SMALL()).unwrap();
    let a = [
        passage("art_1", "art_1__para_1", "Thời gian thử việc không quá 60 ngày", &[1.0, 0.0]),
        passage("art_1", "art_1__para_2", "Tiền lương thử việc thỏa thuận", &[0.8, 0.6]),
        passage("art_2", "art_2", "Tiền lương tối thiểu vùng", &[0.0, 1.0]),
    ];
    index.insert(entry("30/2020/NĐ-CP", DocumentKind::NghiDinh), &a).unwrap();
    let b = [passage("art_1", "art_1", "Thử nghiệm lâm sàng", &[0.6, 0.8])];
    index.insert(entry("b", DocumentKind::Luat), &b).unwrap();
    index.commit().unwrap();
    index
}

fn found(query: &Query<'_>) -> Vec<String> {
    index().search(query).into_iter().map(|f| format!("{}#{}", f.key.document, f.key.eid)).collect()
}

fn asking(words: &str) -> Query<'_> {
    Query { words, k: 5, ..Query::default() }
}

#[test]
fn an_article_is_found_once_by_its_best_passage() {
    let query = asking("thử việc bao nhiêu ngày");
    assert_eq!(found(&query), ["30/2020/NĐ-CP#art_1__para_1", "b#art_1"]);
    let by_provision = Query { grouping: Grouping::Provision, ..query };
    assert_eq!(found(&by_provision), ["30/2020/NĐ-CP#art_1__para_1", "30/2020/NĐ-CP#art_1__para_2", "b#art_1"]);
}

#[test]
fn meaning_alone_ranks_by_cosine() {
    let query = Query { vector: Some(&[0.0, 1.0]), mode: Mode::Dense, ..asking("") };
    let hits = index().search(&query);
    assert_eq!(hits.iter().map(|f| f.key.eid.as_str()).collect::<Vec<_>>(), ["art_2", "art_1", "art_1__para_2"]);
    assert!((hits[1].score - 0.8).abs() < 1e-3);
}

#[test]
fn hybrid_search_without_a_vector_is_lexical() {
    let lexical = Query { mode: Mode::Lexical, ..asking("tiền lương") };
    assert_eq!(found(&asking("tiền lương")), found(&lexical));
}

#[test]
fn words_typed_without_marks_find_words_with_them() {
    assert_eq!(found(&asking("thu viec 60 ngay"))[0], "30/2020/NĐ-CP#art_1__para_1");
}

#[test]
fn a_provision_that_the_query_names_comes_first() {
    let query =
        Query { vector: Some(&[0.6, 0.8]), ..asking("thử nghiệm theo Điều 2 Nghị định 30/2020/NĐ-CP") };
    assert_eq!(found(&query)[0], "30/2020/NĐ-CP#art_2");
    let plain = Settings { citations: false, ..Settings::default() };
    assert_eq!(index().search_with(&query, &plain)[0].key.document, "b");
}

#[test]
fn a_hit_says_which_words_and_which_similarity_brought_it() {
    let query = Query { vector: Some(&[1.0, 0.0]), ..asking("thử việc 60 ngày") };
    let first = &index().search(&query)[0];
    assert!((first.cosine.unwrap() - 1.0).abs() < 1e-3);
    let words: Vec<&str> = first.words.iter().map(|m| m.word.as_str()).collect();
    for word in ["60", "ngày", "thử", "việc"] {
        assert!(words.contains(&word), "{words:?}");
    }
    let sum: f32 = first.words.iter().map(|m| m.weight).sum();
    assert!((sum - first.features.score).abs() < 1e-3 * sum, "{sum} {}", first.features.score);
}

#[test]
fn the_parts_by_field_add_up_to_the_whole() {
    let index = index();
    let mut weights = [0.0; Features::NAMES.len()];
    weights[5..].fill(1.0);
    let settings = Settings { fusion: Fusion::Learned { weights, constant: 60.0 }, ..Settings::default() };
    for unit in [Unit::Article, Unit::Passage] {
        let settings = Settings { lexical: LexicalWeights { unit, ..settings.lexical }, ..settings.clone() };
        for candidate in index.candidates(&asking("tiền lương thử việc 60 ngày"), &settings) {
            let sum: f32 = candidate.features.fields.iter().sum();
            assert!((sum - candidate.features.lexical).abs() < 1e-5, "{candidate:?}");
        }
    }
}

#[test]
fn a_provision_with_an_effect_of_its_own_is_filtered_by_it() {
    let mut index = index();
    let day = date(2026, 1, 1);
    let ended = vec![Interval { from: None, until: Some(day) }];
    let attributes = Attributes::of_kind(DocumentKind::NghiDinh);
    index.describe("30/2020/NĐ-CP", attributes, &[("art_1__para_1".into(), ended)]);
    let first = |filter| index.search(&Query { filter, ..asking("thử việc 60 ngày") })[0].key.eid.clone();
    assert_eq!(first(Filter::in_force(date(2025, 12, 31))), "art_1__para_1");
    assert_eq!(first(Filter::in_force(day)), "art_1__para_2");
}

fn small_corpus() -> impl Strategy<Value = Vec<Vec<String>>> {
    proptest::collection::vec(proptest::collection::vec("([a-dđ]{1,2} ){1,8}", 1..5), 1..8)
}

fn vector(seed: usize) -> Vec<f32> {
    let raw = [(seed * 7 % 13) as f32 - 6.0, (seed * 5 % 11) as f32 - 5.0, 1.0 + (seed % 3) as f32];
    let norm = raw.iter().map(|v| v * v).sum::<f32>().sqrt();
    raw.iter().map(|v| v / norm).collect()
}

fn put(index: &mut SearchIndex, at: usize, texts: &[String]) {
    let vectors: Vec<Vec<f32>> = (0..texts.len()).map(|i| vector(at * 31 + i)).collect();
    let eids: Vec<(String, String)> =
        (0..texts.len()).map(|i| (format!("art_{}", i / 2), format!("art_{}__para_{i}", i / 2))).collect();
    let passages: Vec<PassageEntry<'_>> =
        (0..texts.len()).map(|i| passage(&eids[i].0, &eids[i].1, &texts[i], &vectors[i])).collect();
    let kind = if at.is_multiple_of(2) { DocumentKind::Luat } else { DocumentKind::ThongTu };
    index.insert(entry(&format!("d{at}"), kind), &passages).unwrap();
}

/// Keys and scores, in an order that equal scores cannot change.
fn ranking(index: &SearchIndex, query: &Query<'_>) -> Vec<(String, String)> {
    let mut ranking: Vec<(String, String)> = index
        .search(query)
        .into_iter()
        .map(|f| (format!("{:.4}", f.score), format!("{}#{}", f.key.document, f.article)))
        .collect();
    ranking.sort();
    ranking
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_index_changed_step_by_step_is_the_one_built_at_once(corpus in small_corpus(), mode in 0..3_usize, query in "([a-dđ]{1,2} ){1,4}") {
        let vector = vector(3);
        let query = Query {
            words: &query,
            vector: Some(&vector),
            mode: [Mode::Hybrid, Mode::Dense, Mode::Lexical][mode],
            k: 1000,
            ..Query::default()
        };
        let mut steps = SearchIndex::new(SMALL()).unwrap();
        // First other texts under the same numbers, and documents that go again.
        for (at, texts) in corpus.iter().enumerate() {
            put(&mut steps, at, &texts.iter().map(|text| format!("{text} a b")).collect::<Vec<_>>());
            put(&mut steps, at + 100, texts);
        }
        steps.commit().unwrap();
        for (at, texts) in corpus.iter().enumerate() {
            put(&mut steps, at, texts);
            steps.remove(&format!("d{}", at + 100)).unwrap();
            steps.commit().unwrap();
        }
        let mut whole = SearchIndex::new(SMALL()).unwrap();
        for (at, texts) in corpus.iter().enumerate() {
            put(&mut whole, at, texts);
        }
        whole.commit().unwrap();
        prop_assert_eq!(steps.len(), whole.len());
        // Rank fusion depends on the order of equal scores, which numbering decides.
        steps.settings.fusion = Fusion::Weighted { lexical: 1.0, dense: 1.0 };
        whole.settings = steps.settings.clone();
        prop_assert_eq!(ranking(&steps, &query), ranking(&whole, &query));
    }

    #[test]
    fn a_filter_finds_what_searching_all_and_leaving_out_does(corpus in small_corpus(), query in "([a-dđ]{1,2} ){1,4}", dense in any::<bool>()) {
        let vector = vector(5);
        let mut index = SearchIndex::new(SMALL()).unwrap();
        for (at, texts) in corpus.iter().enumerate() {
            put(&mut index, at, texts);
        }
        index.commit().unwrap();
        let mode = if dense { Mode::Dense } else { Mode::Lexical };
        let filter = Filter { kinds: vec![DocumentKind::Luat], ..Filter::default() };
        let all = Query { words: &query, vector: Some(&vector), mode, k: 1000, ..Query::default() };
        let is_law = |key: &str| key.strip_prefix('d').and_then(|rest| rest.split('#').next()?.parse::<usize>().ok()).is_some_and(|at| at.is_multiple_of(2));
        let wanted: Vec<_> = ranking(&index, &all).into_iter().filter(|(_, key)| is_law(key)).collect();
        prop_assert_eq!(ranking(&index, &Query { filter, ..all }), wanted);
    }
}
