//! The search engine: words and meaning over passages, fused, grouped by article or provision, filtered, explained.
//!
//! Hard because a reader asks in other words than the law's, while a number or a term of art must match to the letter:
//! both rankings are drawn up over what the filter admits, and what only one of them brings is scored by the other too.

use crate::analysis::PassageTerms;
use crate::explain::{self, MatchedWord};
use crate::filter::{Attributes, Filter, Interval};
use crate::fusion::{Features, Fusion};
use crate::lexical::{
    FIELDS, Field, LexicalError, LexicalIndex, LexicalQuery, LexicalWeights, MemoryIndex, Scorer, Unit, Units,
};
use crate::named::{Named, named};
use crate::rerank::Reranking;
use crate::table::{GroupRow, Table};
use crate::vectors::{Bits, ExactVectors, VectorIndex};
use std::collections::HashMap;

/// How to search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Words and meaning, fused.
    #[default]
    Hybrid,
    /// Meaning alone.
    Dense,
    /// Words alone.
    Lexical,
}

/// What is found once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// An article, by the best of its passages.
    #[default]
    Article,
    /// A provision: a paragraph, or an article without paragraphs.
    Provision,
}

/// Which provision a passage belongs to, as the caller numbers documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PassageKey {
    /// The document's identifier.
    pub document: String,
    /// The provision's identifier within it.
    pub eid: String,
}

/// A document as it enters the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentEntry {
    /// Its number.
    pub number: String,
    /// What changes whenever its passages or their vectors do.
    pub stamp: String,
    /// What it is filtered by.
    pub attributes: Attributes,
}

/// A passage as it enters the index. Those of one article, and of one provision, stand side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassageEntry<'a> {
    /// The provision.
    pub eid: &'a str,
    /// The article around it.
    pub article: &'a str,
    /// The document's name.
    pub title: &'a str,
    /// The headings above it.
    pub heading: &'a str,
    /// Its words.
    pub words: &'a str,
    /// Its unit vector, where it has one.
    pub vector: Option<&'a [f32]>,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Query<'a> {
    /// Words.
    pub words: &'a str,
    /// The words' vector, where there is an encoder.
    pub vector: Option<&'a [f32]>,
    /// How to search. Without a vector, or without vectors in the index, hybrid search is lexical.
    pub mode: Mode,
    /// How many at the most.
    pub k: usize,
    /// What is found once.
    pub grouping: Grouping,
    /// What may be found.
    pub filter: Filter,
}

/// How candidates are drawn up and ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Weights of words.
    pub lexical: LexicalWeights,
    /// Words and meaning to one score.
    pub fusion: Fusion,
    /// How far a reranker is trusted, where there is one.
    pub reranking: Reranking,
    /// Groups, and passages, that each ranking brings.
    pub depth: usize,
    /// Whether a provision that the query names is found first.
    pub citations: bool,
    /// What a provision of a document that the query names gains, as a share of the best score.
    pub named_document: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lexical: LexicalWeights::default(),
            fusion: Fusion::default(),
            reranking: Reranking::default(),
            depth: 200,
            citations: true,
            named_document: 0.1,
        }
    }
}

/// An article or provision found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The provision of the passage that matched best.
    pub key: PassageKey,
    /// The article around it.
    pub article: String,
    /// The passage, by its number in the index.
    pub passage: u32,
    /// The passage's place among its document's, from 0.
    pub place: u32,
    /// Score of the mode: cosine, BM25, the fused, or the reranked.
    pub score: f32,
    /// Cosine of the query's vector and the nearest passage's.
    pub cosine: Option<f32>,
    /// What the score was made from.
    pub features: Features,
    /// The query's words it holds, the weightiest first.
    pub words: Vec<MatchedWord>,
    /// The reranker's score, where one read it.
    pub reranked: Option<f32>,
}

impl Found {
    /// A hit of which nothing else is known.
    pub fn of(key: PassageKey) -> Self {
        Self {
            article: key.eid.clone(),
            key,
            passage: 0,
            place: 0,
            score: 0.0,
            cosine: None,
            features: Features::default(),
            words: Vec::new(),
            reranked: None,
        }
    }
}

/// A candidate before fusion, for those who learn how to fuse.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Document and article, or document and provision.
    pub key: PassageKey,
    /// What is known of it.
    pub features: Features,
}

/// How an index is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// Postings by the engine rather than the small index; not in the browser.
    pub engine: bool,
    /// Vectors from which on the graph is searched; below, all are compared.
    #[cfg(not(target_arch = "wasm32"))]
    pub graph_from: usize,
    /// The graph.
    #[cfg(not(target_arch = "wasm32"))]
    pub graph: crate::vectors::GraphOptions,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            engine: cfg!(not(target_arch = "wasm32")),
            #[cfg(not(target_arch = "wasm32"))]
            graph_from: 200_000,
            #[cfg(not(target_arch = "wasm32"))]
            graph: crate::vectors::GraphOptions::default(),
        }
    }
}

pub(crate) enum Postings {
    Memory(MemoryIndex),
    #[cfg(not(target_arch = "wasm32"))]
    Engine(crate::lexical::EngineIndex),
}

pub(crate) enum Vectors {
    Exact(ExactVectors),
    #[cfg(not(target_arch = "wasm32"))]
    Graph(Box<crate::vectors::GraphVectors>),
}

/// Passages analysed at a time.
const CHUNK: usize = 2048;

/// The passages of a corpus with their lexical and vector index.
pub struct SearchIndex {
    pub(crate) table: Table,
    pub(crate) postings: Postings,
    pub(crate) vectors: Vectors,
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "there is no graph to build or drop"))]
    pub(crate) keeping: Keeping,
    /// How searches rank unless they say otherwise.
    pub settings: Settings,
    waiting: Vec<Waiting>,
    passage_units: Units,
    article_units: Units,
}

struct Waiting {
    passage: u32,
    first: bool,
    title: String,
    heading: String,
    words: String,
}

impl SearchIndex {
    /// An empty index in memory.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn new(keeping: Keeping) -> Result<Self, LexicalError> {
        let postings = match keeping.engine {
            #[cfg(not(target_arch = "wasm32"))]
            true => Postings::Engine(crate::lexical::EngineIndex::in_memory()?),
            _ => Postings::Memory(MemoryIndex::new()),
        };
        Ok(Self::of(Table::default(), postings, Vectors::Exact(ExactVectors::new()), keeping))
    }

    pub(crate) fn of(table: Table, postings: Postings, vectors: Vectors, keeping: Keeping) -> Self {
        let mut index = Self {
            table,
            postings,
            vectors,
            keeping,
            settings: Settings::default(),
            waiting: Vec::new(),
            passage_units: Units::default(),
            article_units: Units::default(),
        };
        index.measure();
        index
    }

    /// Takes a document, in the place of one of its number. Seen after [`SearchIndex::commit`].
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn insert(&mut self, document: DocumentEntry, passages: &[PassageEntry<'_>]) -> Result<(), LexicalError> {
        self.remove(&document.number)?;
        self.table.begin(document.number, document.stamp, document.attributes);
        let mut vectors = Vec::new();
        for passage in passages {
            let (at, first) = self.table.add(passage.article, passage.eid);
            vectors.extend(passage.vector.map(|vector| (at, vector)));
            self.waiting.push(Waiting {
                passage: at,
                first,
                title: passage.title.to_owned(),
                heading: passage.heading.to_owned(),
                words: passage.words.to_owned(),
            });
        }
        self.vectors_mut().insert(&vectors);
        if self.waiting.len() >= CHUNK { self.analyse() } else { Ok(()) }
    }

    /// Takes a document out. Seen after [`SearchIndex::commit`].
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn remove(&mut self, number: &str) -> Result<(), LexicalError> {
        let gone: Vec<u32> = self.table.remove(number).collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.analyse()?;
        self.postings_mut().remove(&gone)?;
        self.vectors_mut().remove(&gone);
        Ok(())
    }

    /// Says anew what a document is filtered by, and which of its provisions have an effect of their own.
    pub fn describe(&mut self, number: &str, attributes: Attributes, own: &[(String, Vec<Interval>)]) {
        self.table.describe(number, attributes, own);
    }

    /// Makes what was inserted and removed seen.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn commit(&mut self) -> Result<(), LexicalError> {
        self.analyse()?;
        self.postings_mut().commit()?;
        self.link();
        self.measure();
        Ok(())
    }

    /// Builds or drops the graph as the number of vectors asks for.
    #[cfg(not(target_arch = "wasm32"))]
    fn link(&mut self) {
        use crate::vectors::GraphVectors;
        let old = std::mem::replace(&mut self.vectors, Vectors::Exact(ExactVectors::new()));
        let wanted = |count: usize| count >= self.keeping.graph_from;
        self.vectors = match old {
            Vectors::Exact(vectors) if wanted(vectors.len()) => {
                Vectors::Graph(Box::new(GraphVectors::build(vectors, self.keeping.graph)))
            }
            Vectors::Graph(graph) if !wanted(graph.len()) => Vectors::Exact(graph.into_vectors()),
            Vectors::Graph(graph) if graph.removed_share() > 0.3 => {
                Vectors::Graph(Box::new(GraphVectors::build(graph.into_vectors(), self.keeping.graph)))
            }
            same => same,
        };
    }

    #[cfg(target_arch = "wasm32")]
    fn link(&mut self) {}

    fn measure(&mut self) {
        self.passage_units = self.table.passage_units();
        self.article_units = self.table.article_units();
    }

    fn analyse(&mut self) -> Result<(), LexicalError> {
        let waiting = std::mem::take(&mut self.waiting);
        for chunk in waiting.chunks(CHUNK) {
            let terms = analysed(chunk);
            for (passage, terms) in &terms {
                self.table.passages[*passage as usize].lengths = terms.lengths();
            }
            self.postings_mut().insert(&terms)?;
        }
        Ok(())
    }

    /// Living passages.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of removed passages, which cost memory until the whole is built anew.
    pub fn removed(&self) -> usize {
        self.table.passages.len() - self.table.len()
    }

    /// Whether meaning can be searched: every passage has its vector.
    pub fn has_vectors(&self) -> bool {
        !self.is_empty() && self.vectors().len() == self.len()
    }

    /// Numbers and stamps of the documents in it.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        let living = self.table.documents.iter().filter(|d| d.living);
        living.map(|d| (d.number.as_str(), d.stamp.as_str()))
    }

    /// How much a folded word, or a pair of them with a space between, tells: its inverse document frequency.
    pub fn rarity(&self, term: &str) -> f32 {
        let field = if term.contains(' ') { Field::Pairs } else { Field::Body };
        crate::lexical::rarity(self.len(), self.postings().holding(field, term))
    }

    /// The lexical index.
    pub fn postings(&self) -> &dyn LexicalIndex {
        match &self.postings {
            Postings::Memory(index) => index,
            #[cfg(not(target_arch = "wasm32"))]
            Postings::Engine(index) => index,
        }
    }

    fn postings_mut(&mut self) -> &mut dyn LexicalIndex {
        match &mut self.postings {
            Postings::Memory(index) => index,
            #[cfg(not(target_arch = "wasm32"))]
            Postings::Engine(index) => index,
        }
    }

    /// The vector index.
    pub fn vectors(&self) -> &dyn VectorIndex {
        match &self.vectors {
            Vectors::Exact(vectors) => vectors,
            #[cfg(not(target_arch = "wasm32"))]
            Vectors::Graph(vectors) => vectors.as_ref(),
        }
    }

    fn vectors_mut(&mut self) -> &mut dyn VectorIndex {
        match &mut self.vectors {
            Vectors::Exact(vectors) => vectors,
            #[cfg(not(target_arch = "wasm32"))]
            Vectors::Graph(vectors) => vectors.as_mut(),
        }
    }

    /// What is found, best first.
    pub fn search(&self, query: &Query<'_>) -> Vec<Found> {
        self.search_with(query, &self.settings)
    }

    /// The same by other settings.
    pub fn search_with(&self, query: &Query<'_>, settings: &Settings) -> Vec<Found> {
        let search = Search::new(self, query, settings);
        let drawn = search.candidates();
        let scores = search.scores(&drawn);
        let mut order: Vec<usize> = (0..drawn.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(drawn[*a].group.cmp(&drawn[*b].group)));
        order.truncate(query.k);
        search.found(order.into_iter().map(|at| (drawn[at], scores[at])).collect())
    }

    /// What may be found with all that is known of it, in no order.
    pub fn candidates(&self, query: &Query<'_>, settings: &Settings) -> Vec<Candidate> {
        let search = Search::new(self, query, settings);
        let key = |drawn: &Drawn| self.key(&search.groups()[drawn.group as usize]);
        search.candidates().iter().map(|drawn| Candidate { key: key(drawn), features: drawn.features }).collect()
    }

    fn key(&self, group: &GroupRow) -> PassageKey {
        PassageKey {
            document: self.table.documents[group.document as usize].number.clone(),
            eid: group.eid.to_string(),
        }
    }
}

fn analysed(chunk: &[Waiting]) -> Vec<(u32, PassageTerms)> {
    let terms = |w: &Waiting| (w.passage, PassageTerms::new(&w.title, &w.heading, &w.words, w.first));
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        chunk.par_iter().map(terms).collect()
    }
    #[cfg(target_arch = "wasm32")]
    chunk.iter().map(terms).collect()
}

/// A group that may be found.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    group: u32,
    features: Features,
    /// The nearest of its passages, where meaning brought it.
    nearest: Option<u32>,
}

/// One search under way.
struct Search<'a> {
    index: &'a SearchIndex,
    query: &'a Query<'a>,
    settings: &'a Settings,
    vector: Option<&'a [f32]>,
    admitted: Option<Bits>,
    words: LexicalQuery,
    scorer: Scorer,
}

impl<'a> Search<'a> {
    fn new(index: &'a SearchIndex, query: &'a Query<'a>, settings: &'a Settings) -> Self {
        let vector = query.vector.filter(|_| query.mode != Mode::Lexical && !index.vectors().is_empty());
        let admitted = index.table.admitted(&query.filter);
        let words = LexicalQuery::new(query.words, index.postings());
        let mut search = Self { index, query, settings, vector, admitted, words, scorer: Scorer::default() };
        if query.mode != Mode::Dense {
            search.scorer = Scorer::new(index.postings(), search.units(), &search.words, &settings.lexical);
        }
        search
    }

    /// What is scored by words.
    fn units(&self) -> &'a Units {
        match (self.settings.lexical.unit, self.query.grouping) {
            (Unit::Article, Grouping::Article) => &self.index.article_units,
            _ => &self.index.passage_units,
        }
    }

    fn groups(&self) -> &'a [GroupRow] {
        match self.query.grouping {
            Grouping::Article => &self.index.table.articles,
            Grouping::Provision => &self.index.table.provisions,
        }
    }

    fn group_of(&self, passage: u32) -> u32 {
        let row = &self.index.table.passages[passage as usize];
        match self.query.grouping {
            Grouping::Article => row.article,
            Grouping::Provision => row.provision,
        }
    }

    fn admits(&self, passage: u32) -> bool {
        match &self.admitted {
            Some(admitted) => admitted.contains(passage),
            None => self.index.table.lives(passage),
        }
    }

    /// The passages of a group that may be found.
    fn passages(&self, group: u32) -> impl Iterator<Item = u32> + '_ {
        self.groups()[group as usize].passages.clone().filter(|passage| self.admits(*passage))
    }

    /// The units of a group.
    fn units_of(&self, group: u32) -> std::ops::Range<u32> {
        match (self.settings.lexical.unit, self.query.grouping) {
            (Unit::Article, Grouping::Article) => group..group + 1,
            _ => self.groups()[group as usize].passages.clone(),
        }
    }

    /// The lexical score of a group: its best unit's.
    fn by_words(&self, group: u32) -> f32 {
        let by_article = self.units_of(group) == (group..group + 1) && self.settings.lexical.unit == Unit::Article;
        self.units_of(group)
            .filter(|unit| by_article || self.admits(*unit))
            .filter_map(|unit| self.scorer.scores.get(unit as usize))
            .fold(0.0, |best, score| best.max(*score))
    }

    /// The best groups by words.
    fn lexical(&self) -> Vec<(u32, f32)> {
        let mut best = Best::new(self.settings.depth.max(4 * self.query.k));
        for group in 0..if self.scorer.scores.is_empty() { 0 } else { self.groups().len() as u32 } {
            let score = self.by_words(group);
            if score > 0.0 && best.wants(score) && self.passages(group).next().is_some() {
                best.add(group, score);
            }
        }
        best.sorted()
    }

    /// The best groups by meaning, each with its nearest passage.
    fn dense(&self) -> Vec<(u32, u32, f32)> {
        let Some(vector) = self.vector else { return Vec::new() };
        let depth = self.settings.depth.max(4 * self.query.k);
        let near = self.index.vectors().search(vector, depth, self.admitted.as_ref());
        let mut seen = std::collections::HashSet::new();
        near.into_iter()
            .map(|near| (self.group_of(near.passage), near.passage, near.cosine))
            .filter(|(group, _, _)| seen.insert(*group))
            .collect()
    }

    /// What either ranking brings, and what the query names, with all that is known of it.
    fn candidates(&self) -> Vec<Drawn> {
        let mut drawn: HashMap<u32, Drawn> = HashMap::new();
        let fresh = |group| Drawn { group, features: Features::default(), nearest: None };
        for (rank, (group, passage, cosine)) in (1..).zip(self.dense()) {
            let one = drawn.entry(group).or_insert_with(|| fresh(group));
            one.features.dense_rank = Some(rank);
            one.features.cosine = Some(cosine);
            one.nearest = Some(passage);
        }
        if self.query.mode != Mode::Dense {
            for (rank, (group, _)) in (1..).zip(self.lexical()) {
                drawn.entry(group).or_insert_with(|| fresh(group)).features.lexical_rank = Some(rank);
            }
        }
        for (group, cited) in self.cited() {
            // A whole document that is named only lifts what is found of it.
            if cited >= 1.0 || drawn.contains_key(&group) {
                drawn.entry(group).or_insert_with(|| fresh(group)).features.cited = cited;
            }
        }
        let mut drawn: Vec<Drawn> = drawn.into_values().collect();
        drawn.sort_by_key(|one| one.group);
        self.complete(&mut drawn);
        drawn
    }

    /// Scores by words what meaning brought, and the other way round.
    fn complete(&self, drawn: &mut [Drawn]) {
        let attainable = self.scorer.attainable().max(f32::MIN_POSITIVE);
        for one in drawn.iter_mut() {
            one.features.score = self.by_words(one.group);
            one.features.lexical = one.features.score / attainable;
            if let (Some(vector), None) = (self.vector, one.features.cosine) {
                let passages: Vec<u32> = self.passages(one.group).collect();
                let cosines = self.index.vectors().cosines(vector, &passages);
                let nearest = passages.into_iter().zip(cosines).filter_map(|(at, cosine)| Some((at, cosine?)));
                if let Some((passage, cosine)) = nearest.max_by(|a, b| a.1.total_cmp(&b.1)) {
                    one.features.cosine = Some(cosine);
                    one.nearest = Some(passage);
                }
            }
        }
        if self.settings.fusion.by_field() {
            for (at, parts) in self.parts(drawn).into_iter().enumerate() {
                let mut fields = [0.0; FIELDS.len()];
                for (term, part) in self.words.terms.iter().zip(parts) {
                    fields[term.field as usize] += part / attainable;
                }
                drawn[at].features.fields = fields;
            }
        }
    }

    /// What each term of the query brings to each candidate's best unit; `drawn` in the order of groups.
    fn parts(&self, drawn: &[Drawn]) -> Vec<Vec<f32>> {
        let mut passages: Vec<u32> =
            drawn.iter().flat_map(|one| self.groups()[one.group as usize].passages.clone()).collect();
        passages.sort_unstable();
        passages.retain(|passage| self.index.table.lives(*passage));
        let parts =
            self.scorer.parts(self.index.postings(), self.units(), &self.words, &self.settings.lexical, &passages);
        let by_unit: HashMap<u32, &Vec<f32>> = parts.iter().map(|(unit, parts)| (*unit, parts)).collect();
        let none = vec![0.0; self.words.terms.len()];
        drawn
            .iter()
            .map(|one| {
                let score = |unit: &u32| self.scorer.scores.get(*unit as usize).copied().unwrap_or(0.0);
                let best = self.units_of(one.group).max_by(|a, b| score(a).total_cmp(&score(b)));
                best.and_then(|unit| by_unit.get(&unit)).map_or_else(|| none.clone(), |parts| (*parts).clone())
            })
            .collect()
    }

    /// The groups that the query names, 1 for a provision and 0.5 for one of a document.
    fn cited(&self) -> Vec<(u32, f32)> {
        if !self.settings.citations || self.query.mode == Mode::Dense {
            return Vec::new();
        }
        let mut cited: HashMap<u32, f32> = HashMap::new();
        for Named { document, eid } in named(&self.words.text, self.query.filter.in_force) {
            let Some(row) = self.index.table.document(&document) else { continue };
            let mut last = None;
            for passage in self.index.table.documents[row as usize].passages.clone() {
                let group = self.group_of(passage);
                if last.replace(group) == Some(group) || !self.admits(passage) {
                    continue;
                }
                let own = self.groups()[group as usize].eid.as_ref();
                let is_named = eid.as_ref().is_some_and(|eid| own == eid || eid.starts_with(&format!("{own}__")));
                let weight = if is_named { 1.0 } else { 0.5 };
                let known = cited.entry(group).or_default();
                *known = known.max(weight);
            }
        }
        cited.into_iter().collect()
    }

    /// The score of each candidate.
    fn scores(&self, drawn: &[Drawn]) -> Vec<f32> {
        let features: Vec<Features> = drawn.iter().map(|one| one.features).collect();
        let mut scores: Vec<f32> = match (self.query.mode, self.vector) {
            (Mode::Dense, _) => features.iter().map(|f| f.cosine.unwrap_or(-1.0)).collect(),
            (Mode::Hybrid, Some(_)) => self.settings.fusion.scores(&features),
            (Mode::Lexical | Mode::Hybrid, _) => features.iter().map(|f| f.score).collect(),
        };
        let most = scores.iter().copied().fold(0.0, f32::max);
        for (score, features) in scores.iter_mut().zip(&features) {
            if features.cited >= 1.0 {
                *score += most.max(f32::MIN_POSITIVE);
            } else if features.cited > 0.0 {
                *score += self.settings.named_document * most;
            }
        }
        scores
    }

    /// What is shown of the best.
    fn found(&self, mut best: Vec<(Drawn, f32)>) -> Vec<Found> {
        let order: HashMap<u32, usize> = best.iter().enumerate().map(|(at, (one, _))| (one.group, at)).collect();
        best.sort_by_key(|(one, _)| one.group);
        let drawn: Vec<Drawn> = best.iter().map(|(one, _)| *one).collect();
        let parts = if self.query.mode == Mode::Dense { Vec::new() } else { self.parts(&drawn) };
        let shown = self.shown(&drawn);
        let mut found: Vec<(usize, Found)> = best
            .into_iter()
            .enumerate()
            .map(|(at, (one, score))| {
                let passage = shown[at];
                let row = &self.index.table.passages[passage as usize];
                let found = Found {
                    key: self.index.key(&self.index.table.provisions[row.provision as usize]),
                    article: self.index.table.articles[row.article as usize].eid.to_string(),
                    passage,
                    place: passage - self.index.table.documents[row.document as usize].passages.start,
                    score,
                    cosine: one.features.cosine,
                    features: one.features,
                    words: parts.get(at).map(|parts| explain::words(&self.words, parts)).unwrap_or_default(),
                    reranked: None,
                };
                (order[&one.group], found)
            })
            .collect();
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// The passage of each group that is shown: the best by the shares of words and meaning it has of its group's best.
    fn shown(&self, drawn: &[Drawn]) -> Vec<u32> {
        let mut passages: Vec<u32> = drawn.iter().flat_map(|one| self.passages(one.group)).collect();
        passages.sort_unstable();
        let words = self.scorer.parts(
            self.index.postings(),
            &self.index.passage_units,
            &self.words,
            &self.settings.lexical,
            &passages,
        );
        let words: HashMap<u32, f32> = words.into_iter().map(|(at, parts)| (at, parts.iter().sum())).collect();
        let cosines = self.vector.map(|vector| self.index.vectors().cosines(vector, &passages)).unwrap_or_default();
        let cosines: HashMap<u32, f32> =
            passages.iter().zip(cosines).filter_map(|(at, cosine)| Some((*at, cosine?))).collect();
        let best = |one: &Drawn| {
            let own: Vec<u32> = self.passages(one.group).collect();
            let place = |of: &HashMap<u32, f32>, passage: &u32| {
                let spread = crate::fusion::Spread::of(own.iter().filter_map(|at| of.get(at).copied()));
                of.get(passage).map_or(0.0, |value| spread.place(*value))
            };
            let worth = |passage: &u32| place(&words, passage) + place(&cosines, passage);
            let better = |best: Option<(u32, f32)>, passage: &u32| match best {
                Some((_, most)) if worth(passage) <= most => best,
                _ => Some((*passage, worth(passage))),
            };
            let first = self.groups()[one.group as usize].passages.start;
            own.iter().fold(None, better).map_or(first, |(passage, _)| passage)
        };
        drawn.iter().map(best).collect()
    }
}

/// The best so far, the lower number first among equals.
struct Best {
    depth: usize,
    kept: Vec<(u32, f32)>,
    least: f32,
}

impl Best {
    fn new(depth: usize) -> Self {
        Self { depth, kept: Vec::new(), least: f32::NEG_INFINITY }
    }

    fn wants(&self, score: f32) -> bool {
        score > self.least
    }

    fn add(&mut self, group: u32, score: f32) {
        self.kept.push((group, score));
        if self.kept.len() >= 2 * self.depth {
            self.cut();
            self.least = self.kept.last().map_or(self.least, |last| last.1);
        }
    }

    fn cut(&mut self) {
        self.kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.kept.truncate(self.depth);
    }

    fn sorted(mut self) -> Vec<(u32, f32)> {
        self.cut();
        self.kept
    }
}

#[cfg(test)]
mod tests;
