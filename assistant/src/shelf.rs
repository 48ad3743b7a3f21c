//! Documents and the index over their passages in one: the law as a review and an answer are handed it.
//!
//! Hard because what may be found depends on the day: when a document and its provisions are in force follows from what
//! others say of them, so the index is told once all are there. Where the parts come from (a store, a pack that a browser
//! was sent) is not known here.

mod effects;

use crate::citing::Citing;
use crate::{Corpus, CorpusDocument, Hit, MemoryCorpus, Passage, Query, Search};
use rasoat_embeddings::{Filter, Found, Grouping, Lead, Mode, RerankError, SearchIndex, Settings, rerank};
use rasoat_law::effect::Change;
use rasoat_law::{ByteSpan, DocNumber, text};
use rasoat_model::Reranker;
use std::collections::HashMap;
use std::sync::Arc;

/// Documents and search over their provisions.
pub struct Shelf {
    corpus: MemoryCorpus,
    index: SearchIndex,
    /// Where the passages of each document stand in its text, in the index's order.
    spans: HashMap<String, Vec<ByteSpan>>,
}

impl Shelf {
    /// Documents with an index over the passages of each, and where these stand, by the document's number.
    pub fn new(corpus: MemoryCorpus, mut index: SearchIndex, spans: HashMap<String, Vec<ByteSpan>>) -> Self {
        for held in corpus.numbers().filter_map(|number| corpus.document(number)) {
            let (attributes, own) = effects::described(&corpus, &held);
            index.describe(held.number.as_str(), attributes, &own);
        }
        Self { corpus, index, spans }
    }

    /// The documents.
    pub fn corpus(&self) -> &MemoryCorpus {
        &self.corpus
    }

    /// The documents that the index knows, each with its stamp.
    pub fn stamps(&self) -> impl Iterator<Item = (&str, &str)> {
        self.index.documents()
    }

    /// Every document, in the order of their numbers.
    pub fn documents(&self) -> impl Iterator<Item = Arc<CorpusDocument>> {
        let mut numbers: Vec<&DocNumber> = self.corpus.numbers().collect();
        numbers.sort();
        numbers.into_iter().filter_map(|number| self.corpus.document(number))
    }

    /// The documents that a filter admits, their effect aside, in the order of their numbers.
    pub fn admitted<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = Arc<CorpusDocument>> + 'a {
        self.documents().filter(move |held| filter.admits(held.number.as_str(), &effects::attributes(held)))
    }

    /// Where the passages of a document stand in its text, in order.
    pub fn spans(&self, number: &DocNumber) -> &[ByteSpan] {
        self.spans.get(number.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether meaning can be searched.
    pub fn has_vectors(&self) -> bool {
        self.index.has_vectors()
    }

    /// Articles, each by the passage that answers best; the best of a hybrid search are read again where there is a model
    /// for it.
    ///
    /// # Errors
    /// When that model fails.
    pub fn find(
        &self,
        query: &rasoat_embeddings::Query<'_>,
        reranker: Option<&dyn Reranker>,
    ) -> Result<Vec<Found>, RerankError> {
        let how = self.index.settings.reranking;
        let Some(reranker) = reranker.filter(|_| query.mode == Mode::Hybrid && query.vector.is_some()) else {
            return Ok(self.index.search(query));
        };
        let deeper = rasoat_embeddings::Query { k: query.k.max(how.depth), ..query.clone() };
        let read = |found: &Found| self.embedded(found);
        let mut found = rerank(query.words, self.index.search(&deeper), &read, reranker, how)?;
        found.truncate(query.k);
        Ok(found)
    }

    /// The passage of a hit as it was embedded: with the document's name and the article's heading.
    fn embedded(&self, found: &Found) -> String {
        let Some(held) = self.corpus.document(&DocNumber::from_normal(found.key.document.clone())) else {
            return String::new();
        };
        let heading = held.document.provisions.iter().find(|p| p.eid.as_str() == found.article);
        let heading = heading.and_then(|article| article.heading.as_deref());
        let words = self.span_of(found).map(|span| span.of(&held.document.text)).unwrap_or_default();
        Lead::default().text(&held.title, &[], heading, &text::squeeze(words))
    }

    /// Where the passage of a hit stands in its document's text.
    pub fn span_of(&self, found: &Found) -> Option<ByteSpan> {
        self.spans.get(&found.key.document)?.get(found.place as usize).copied()
    }
}

impl Corpus for Shelf {
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>> {
        self.corpus.document(number)
    }

    fn changes(&self, number: &DocNumber) -> Vec<Change> {
        self.corpus.changes(number)
    }

    fn citing(&self, number: &DocNumber) -> Vec<Citing> {
        self.corpus.citing(number)
    }
}

impl Search for Shelf {
    fn search(&self, query: &Query<'_>) -> Vec<Hit> {
        // A draft's clause cites what it rests on, which is not what it is compared with.
        let settings = Settings { citations: false, ..self.index.settings.clone() };
        let query = rasoat_embeddings::Query {
            words: query.words,
            vector: query.vector,
            mode: query.mode,
            k: query.k,
            grouping: Grouping::Provision,
            filter: Filter::in_force(query.as_of),
        };
        self.index
            .search_with(&query, &settings)
            .into_iter()
            .map(|found| Hit {
                document: DocNumber::from_normal(found.key.document),
                eid: found.key.eid,
                score: found.score,
                cosine: found.cosine.filter(|_| found.features.dense_rank.is_some()),
            })
            .collect()
    }

    fn answering(&self, query: &Query<'_>) -> Vec<Passage> {
        let query = rasoat_embeddings::Query {
            words: query.words,
            vector: query.vector,
            mode: query.mode,
            k: query.k,
            grouping: Grouping::Article,
            filter: Filter::in_force(query.as_of),
        };
        let found = self.index.search(&query).into_iter();
        let passage = |found: Found| Passage {
            span: self.span_of(&found),
            document: DocNumber::from_normal(found.key.document),
            eid: found.key.eid,
            score: found.score,
            cosine: found.cosine,
        };
        found.map(passage).collect()
    }

    fn idf(&self, word: &str) -> f32 {
        self.index.rarity(word)
    }

    fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}
