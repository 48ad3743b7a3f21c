//! Postings kept by tantivy: compressed, on disk, in segments that are written once.
//!
//! tantivy's own BM25 has its parameters and a rounded length built in, and no way to score an article by its passages;
//! so it stores and yields postings, and [`super::Scorer`] computes with them as it does in the browser.

use super::{FIELDS, Field, LexicalError, LexicalIndex, Posting};
use crate::analysis::{END, PassageTerms};
use std::path::Path;
use tantivy::indexer::NoMergePolicy;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings};
use tantivy::schema::{self, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{DocSet, Index, IndexWriter, ReloadPolicy, SegmentReader, TantivyDocument, Term};

/// Bytes the writer may hold before it writes a segment.
const WRITER_MEMORY: usize = 200_000_000;
/// More segments than this are merged into one.
const SEGMENTS: usize = 8;
const ANALYSER: &str = "lines";
const NUMBER: &str = "passage";

/// A lexical index by tantivy.
pub struct EngineIndex {
    index: Index,
    number: schema::Field,
    fields: [schema::Field; FIELDS.len()],
    writer: Option<IndexWriter>,
    segments: Vec<Segment>,
}

/// A segment, and the passage of each of its documents.
struct Segment {
    reader: SegmentReader,
    passages: Vec<u32>,
    /// The documents in the order of their passages, where that is another than their own.
    by_passage: Option<Vec<u32>>,
}

impl Segment {
    fn new(reader: SegmentReader, passages: Vec<u32>) -> Self {
        let by_passage = (!passages.is_sorted()).then(|| {
            let mut documents: Vec<u32> = (0..passages.len() as u32).collect();
            documents.sort_unstable_by_key(|at| passages[*at as usize]);
            documents
        });
        Self { reader, passages, by_passage }
    }

    /// The engine's number for a passage, where the segment has it.
    fn document(&self, passage: u32) -> Option<u32> {
        if let Some(documents) = &self.by_passage {
            let found = documents.binary_search_by_key(&passage, |at| self.passages[*at as usize]).ok();
            return found.map(|at| documents[at]);
        }
        // Nearly always numbers follow one another without a gap.
        let guess = passage.checked_sub(*self.passages.first()?)? as usize;
        if self.passages.get(guess) == Some(&passage) {
            return Some(guess as u32);
        }
        self.passages.binary_search(&passage).ok().map(|at| at as u32)
    }
}

impl EngineIndex {
    /// An empty index in memory.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn in_memory() -> Result<Self, LexicalError> {
        Self::of(Index::create_in_ram(schema()))
    }

    /// An empty index in a folder that is there and empty.
    ///
    /// # Errors
    /// When the engine or the disk refuses.
    pub fn create(folder: &Path) -> Result<Self, LexicalError> {
        Self::of(Index::create_in_dir(folder, schema())?)
    }

    /// The index in a folder.
    ///
    /// # Errors
    /// When there is none, it is damaged, or of another make.
    pub fn open(folder: &Path) -> Result<Self, LexicalError> {
        let index = Index::open_in_dir(folder)?;
        if index.schema() != schema() {
            return Err(LexicalError::Engine("the index has other fields".into()));
        }
        let damaged = index.validate_checksum()?;
        if let Some(file) = damaged.iter().next() {
            return Err(LexicalError::Engine(format!("{} is damaged", file.display())));
        }
        Self::of(index)
    }

    fn of(index: Index) -> Result<Self, LexicalError> {
        index.tokenizers().register(ANALYSER, Lines);
        let schema = index.schema();
        let number = schema.get_field(NUMBER)?;
        let mut fields = [number; FIELDS.len()];
        for field in FIELDS {
            fields[field as usize] = schema.get_field(field.code())?;
        }
        let mut opened = Self { index, number, fields, writer: None, segments: Vec::new() };
        opened.reload()?;
        Ok(opened)
    }

    fn writer(&mut self) -> Result<&mut IndexWriter, LexicalError> {
        if self.writer.is_none() {
            // One thread: documents keep their order, and the same passages make the same index.
            let writer = self.index.writer_with_num_threads(1, WRITER_MEMORY)?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            self.writer = Some(writer);
        }
        self.writer.as_mut().ok_or_else(|| LexicalError::Engine("no writer".into()))
    }

    fn reload(&mut self) -> Result<(), LexicalError> {
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut segments = Vec::new();
        for reader in reader.searcher().segment_readers() {
            let column = reader.fast_fields().u64(NUMBER)?.first_or_default_col(0);
            let passages: Vec<u32> = (0..reader.max_doc()).map(|at| column.get_val(at) as u32).collect();
            segments.push(Segment::new(reader.clone(), passages));
        }
        segments.sort_by_key(|segment: &Segment| segment.passages.first().copied());
        self.segments = segments;
        Ok(())
    }

    /// Ends writing, so that the folder may be moved.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn close(&mut self) -> Result<(), LexicalError> {
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
        }
        Ok(())
    }

    fn blocks(&self, segment: &Segment, field: Field, term: &str) -> Option<BlockSegmentPostings> {
        let term = Term::from_field_text(self.fields[field as usize], term);
        let index = segment.reader.inverted_index(term.field()).ok()?;
        index.read_block_postings(&term, IndexRecordOption::WithFreqs).ok()?
    }

    fn in_segment(&self, segment: &Segment, field: Field, term: &str) -> Option<SegmentPostings> {
        let term = Term::from_field_text(self.fields[field as usize], term);
        let index = segment.reader.inverted_index(term.field()).ok()?;
        index.read_postings(&term, IndexRecordOption::WithFreqs).ok()?
    }
}

impl LexicalIndex for EngineIndex {
    fn insert(&mut self, passages: &[(u32, PassageTerms)]) -> Result<(), LexicalError> {
        let (number, fields) = (self.number, self.fields);
        let writer = self.writer()?;
        for (passage, terms) in passages {
            let mut document = TantivyDocument::new();
            document.add_u64(number, u64::from(*passage));
            for field in FIELDS {
                document.add_text(fields[field as usize], terms.field(field));
            }
            writer.add_document(document)?;
        }
        Ok(())
    }

    fn remove(&mut self, passages: &[u32]) -> Result<(), LexicalError> {
        let number = self.number;
        let writer = self.writer()?;
        for passage in passages {
            writer.delete_term(Term::from_field_u64(number, u64::from(*passage)));
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LexicalError> {
        let index = self.index.clone();
        let writer = self.writer()?;
        writer.commit()?;
        if index.searchable_segment_ids()?.len() > SEGMENTS {
            // In the order of their passages, so that those of the merged segment are in order too: long postings are
            // then read as they lie, not sorted for every search.
            self.reload()?;
            let ordered: Vec<_> = self.segments.iter().map(|segment| segment.reader.segment_id()).collect();
            self.writer()?.merge(&ordered).wait()?;
        }
        let writer = self.writer()?;
        writer.garbage_collect_files().wait()?;
        self.reload()
    }

    fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.reader.num_docs() as usize).sum()
    }

    fn holding(&self, field: Field, term: &str) -> usize {
        let of = |segment: &Segment| {
            let postings = self.in_segment(segment, field, term)?;
            Some(match segment.reader.alive_bitset() {
                Some(alive) => postings.doc_freq_given_deletes(alive),
                None => postings.doc_freq(),
            })
        };
        self.segments.iter().filter_map(of).map(|count| count as usize).sum()
    }

    fn postings(&self, field: Field, term: &str, into: &mut Vec<Posting>) {
        let begun = into.len();
        for segment in &self.segments {
            let Some(mut blocks) = self.blocks(segment, field, term) else { continue };
            let removed = segment.reader.alive_bitset();
            // A block at a time: long postings are most of the time of a search.
            while !blocks.docs().is_empty() {
                let counted = blocks.docs().iter().zip(blocks.freqs());
                let posting =
                    |(at, count): (&u32, &u32)| Posting { passage: segment.passages[*at as usize], count: *count };
                match removed {
                    None => into.extend(counted.map(posting)),
                    Some(alive) => into.extend(counted.filter(|(at, _)| alive.is_alive(**at)).map(posting)),
                }
                blocks.advance();
            }
        }
        // Merged segments may lie in another order than they were written in.
        let own = &mut into[begun..];
        if !own.is_sorted_by_key(|posting| posting.passage) {
            own.sort_unstable_by_key(|posting| posting.passage);
        }
    }

    fn counts(&self, field: Field, term: &str, passages: &[u32]) -> Vec<u32> {
        let mut counts = vec![0; passages.len()];
        for segment in &self.segments {
            let Some(mut postings) = self.in_segment(segment, field, term) else { continue };
            let removed = segment.reader.alive_bitset();
            let here = (0..).zip(passages).filter_map(|(at, passage)| Some((segment.document(*passage)?, at)));
            let mut here: Vec<(u32, usize)> = here.collect();
            // Postings are read forwards only.
            if segment.by_passage.is_some() {
                here.sort_unstable();
            }
            for (document, at) in here {
                if postings.doc() < document {
                    postings.seek(document);
                }
                if postings.doc() == document && removed.is_none_or(|alive| alive.is_alive(document)) {
                    counts[at] = postings.term_freq();
                }
            }
        }
        counts
    }
}

fn schema() -> Schema {
    let mut schema = Schema::builder();
    schema.add_u64_field(NUMBER, schema::INDEXED | schema::FAST);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(ANALYSER)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    for field in FIELDS {
        schema.add_text_field(field.code(), TextOptions::default().set_indexing_options(indexing.clone()));
    }
    schema.build()
}

impl From<tantivy::TantivyError> for LexicalError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Engine(error.to_string())
    }
}

/// Takes terms apart where [`END`] stands.
#[derive(Clone)]
struct Lines;

struct LinesOf<'a> {
    rest: &'a str,
    token: Token,
}

impl Tokenizer for Lines {
    type TokenStream<'a> = LinesOf<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LinesOf<'a> {
        LinesOf { rest: text, token: Token::default() }
    }
}

impl TokenStream for LinesOf<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(END) else { return false };
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::lexical::conformance;

    #[test]
    fn the_engine_conforms() {
        conformance::check(&mut || Box::new(EngineIndex::in_memory().unwrap()));
    }

    #[test]
    fn merged_segments_keep_the_order_of_their_passages() {
        let mut index = EngineIndex::in_memory().unwrap();
        for at in 0..40 {
            index.insert(&[(at, PassageTerms::new("", "", "hai", true))]).unwrap();
            index.remove(&[at / 2]).unwrap();
            index.commit().unwrap();
        }
        assert!(index.segments.len() <= SEGMENTS, "none were merged");
        assert!(index.segments.iter().all(|segment| segment.by_passage.is_none()));
    }

    #[test]
    fn an_index_on_disk_comes_back_and_a_damaged_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = EngineIndex::create(folder.path()).unwrap();
        let passages = [(0, PassageTerms::new("", "", "một hai", true)), (1, PassageTerms::new("", "", "hai", true))];
        index.insert(&passages).unwrap();
        index.commit().unwrap();
        index.close().unwrap();
        drop(index);
        let index = EngineIndex::open(folder.path()).unwrap();
        let mut found = Vec::new();
        index.postings(Field::Body, "hai", &mut found);
        assert_eq!(found, [Posting { passage: 0, count: 1 }, Posting { passage: 1, count: 1 }]);
        drop(index);
        let file = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|ending| ending == "idx"))
            .unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        std::fs::write(&file, bytes).unwrap();
        assert!(EngineIndex::open(folder.path()).is_err());
        assert!(EngineIndex::open(tempfile::tempdir().unwrap().path()).is_err());
    }
}
