//! The index on disk: a folder with a version, and a checksum of each file.
//!
//! Everything in it can be made anew, so a file that is damaged, of another make or of another version is told apart
//! and never half loaded. A folder is never changed in place: what changes goes into a new one beside it, which then
//! takes its place, so that a killed process leaves the old one whole.

use crate::filter::Attributes;
use crate::index::{Keeping, Postings, SearchIndex, Vectors};
use crate::lexical::{EngineIndex, FIELDS, LexicalError};
use crate::table::{DocumentRow, GroupRow, PassageRow, Table};
use crate::vectors::{Codes, ExactVectors, GraphVectors, Originals};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Version of the folder this module writes and reads.
pub const FORMAT: u32 = 1;

/// The index could not be saved or loaded.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The disk refused.
    #[error("failed to access the index at {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is damaged, of another make or of another version; build it anew.
    #[error("the index at {path} cannot be used: {what}")]
    Unusable {
        /// Where.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The lexical engine failed.
    #[error(transparent)]
    Lexical(#[from] LexicalError),
}

const ABOUT: &str = "about";
const TABLE: &str = "passages";
const CODES: &str = "codes";
const ORIGINALS: &str = "originals";
const WORDS: &str = "words";
const GRAPH: &str = "graph";
/// What every file of ours begins with.
const MAGIC: &[u8; 8] = b"rasoat\0\x01";

/// Where an index may be built so that it need not be held in memory: a folder beside the one it will be saved as.
fn beside(folder: &Path) -> PathBuf {
    folder.with_extension(format!("new-{}", std::process::id()))
}

impl SearchIndex {
    /// An empty index whose words are kept in files from the start; [`SearchIndex::save`] it as `folder`.
    ///
    /// # Errors
    /// When the disk or the engine refuses.
    pub fn begin(folder: &Path, keeping: Keeping) -> Result<Self, SavedError> {
        if !keeping.engine {
            return Ok(Self::new(keeping)?);
        }
        let words = beside(folder).join(WORDS);
        let _ = fs::remove_dir_all(beside(folder));
        fs::create_dir_all(&words).map_err(at(&words))?;
        let postings = Postings::Engine(EngineIndex::create(&words)?);
        Ok(Self::of(Table::default(), postings, Vectors::Exact(ExactVectors::new()), keeping))
    }

    /// The index saved as `folder`.
    ///
    /// # Errors
    /// [`SavedError::Unusable`] when it has to be built anew.
    pub fn load(folder: &Path, keeping: Keeping) -> Result<Self, SavedError> {
        let unusable = |what: &str| SavedError::Unusable { path: folder.to_owned(), what: what.to_owned() };
        let about = fs::read_to_string(folder.join(ABOUT)).map_err(at(folder))?;
        let written = about_of(folder).map_err(at(folder))?;
        if about != written {
            return Err(unusable("it is damaged or of another version"));
        }
        let table = read_table(&folder.join(TABLE)).map_err(at(folder))?;
        let table = table.ok_or_else(|| unusable("its passages are not readable"))?;
        let vectors = read_vectors(folder, &table).map_err(at(folder))?;
        let vectors = vectors.ok_or_else(|| unusable("its vectors are not readable"))?;
        // The engine is read before anything else is changed, and from a copy if it is to be changed.
        let postings = Postings::Engine(EngineIndex::open(&folder.join(WORDS))?);
        let graph = folder.join(GRAPH);
        let vectors = if graph.exists() {
            Vectors::Graph(Box::new(GraphVectors::read(&graph, vectors, keeping.graph).map_err(at(&graph))?))
        } else {
            Vectors::Exact(vectors)
        };
        Ok(Self::of(table, postings, vectors, keeping))
    }

    /// Makes the loaded index at `folder` one that may be changed and saved again: the engine's files, which are written
    /// once, are linked into a new folder.
    ///
    /// # Errors
    /// When the disk or the engine refuses.
    pub fn begin_change(&mut self, folder: &Path) -> Result<(), SavedError> {
        let Postings::Engine(engine) = &mut self.postings else { return Ok(()) };
        let (from, words) = (folder.join(WORDS), beside(folder).join(WORDS));
        let _ = fs::remove_dir_all(beside(folder));
        fs::create_dir_all(&words).map_err(at(&words))?;
        for entry in fs::read_dir(&from).map_err(at(&from))? {
            let file = entry.map_err(at(&from))?.path();
            let name = file.file_name().unwrap_or_default().to_owned();
            let copy = words.join(&name);
            // What the engine replaces is copied, in case it writes in place; segments are only ever read.
            if name.to_string_lossy().ends_with(".json") || fs::hard_link(&file, &copy).is_err() {
                fs::copy(&file, &copy).map_err(at(&copy))?;
            }
        }
        *engine = EngineIndex::open(&words)?;
        Ok(())
    }

    /// Saves a committed index as `folder`. An index kept in memory, or begun for another folder, is not saved.
    ///
    /// # Errors
    /// When the disk or the engine refuses, or the index was not begun for this folder.
    pub fn save(&mut self, folder: &Path) -> Result<(), SavedError> {
        let fresh = beside(folder);
        let words = fresh.join(WORDS);
        let Postings::Engine(engine) = &mut self.postings else {
            return Err(SavedError::Unusable { path: folder.to_owned(), what: "it was not begun in files".into() });
        };
        engine.close()?;
        if !words.exists() {
            return Err(SavedError::Unusable {
                path: folder.to_owned(),
                what: "it was begun for another folder".into(),
            });
        }
        write_table(&fresh.join(TABLE), &self.table).map_err(at(&fresh))?;
        let vectors = match &self.vectors {
            Vectors::Exact(vectors) => vectors,
            Vectors::Graph(graph) => {
                let folder = fresh.join(GRAPH);
                fs::create_dir_all(&folder).map_err(at(&folder))?;
                graph.write(&folder).map_err(at(&folder))?;
                graph.vectors()
            }
        };
        write_vectors(&fresh, vectors).map_err(at(&fresh))?;
        // Written last: a folder without it is not an index.
        let about = about_of(&fresh).map_err(at(&fresh))?;
        fs::write(fresh.join(ABOUT), about).map_err(at(&fresh))?;
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(at(folder))?;
        }
        fs::rename(&fresh, folder).map_err(at(folder))
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> SavedError + use<> {
    let path = path.to_owned();
    move |source| SavedError::Io { path, source }
}

/// The version, the fields, and length and checksum of every file. A lock is no part of the index.
fn about_of(folder: &Path) -> io::Result<String> {
    let mut about = format!("rasoat search index {FORMAT}\nfields {}\n", FIELDS.map(|field| field.code()).join(" "));
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        if name != ABOUT && !name.ends_with(".lock") {
            let (length, sum) = checksum(&file)?;
            about.push_str(&format!("{length} {sum:016x} {name}\n"));
        }
    }
    Ok(about)
}

/// FNV-1a over words of eight bytes: told apart from damage, not from malice.
fn checksum(file: &Path) -> io::Result<(u64, u64)> {
    let mut file = File::open(file)?;
    let mut buffer = vec![0; 1 << 20];
    let (mut length, mut sum) = (0, 0xcbf2_9ce4_8422_2325_u64);
    loop {
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read(&mut buffer[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        for chunk in buffer[..filled].chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
            // The low bits alone would never hear of the high ones.
            sum ^= sum >> 32;
        }
        length += filled as u64;
        if filled < buffer.len() {
            return Ok((length, sum));
        }
    }
}

fn write_table(path: &Path, table: &Table) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(MAGIC)?;
    count(&mut out, table.documents.len())?;
    for document in &table.documents {
        text(&mut out, &document.number)?;
        text(&mut out, &document.stamp)?;
        range(&mut out, &document.passages)?;
        out.write_all(&[u8::from(document.living)])?;
    }
    for groups in [&table.articles, &table.provisions] {
        count(&mut out, groups.len())?;
        for group in groups {
            out.write_all(&group.document.to_le_bytes())?;
            text(&mut out, &group.eid)?;
            range(&mut out, &group.passages)?;
        }
    }
    count(&mut out, table.passages.len())?;
    for row in &table.passages {
        for number in [row.document, row.article, row.provision] {
            out.write_all(&number.to_le_bytes())?;
        }
        for length in row.lengths {
            out.write_all(&length.to_le_bytes())?;
        }
    }
    out.flush()
}

fn count(out: &mut impl Write, count: usize) -> io::Result<()> {
    out.write_all(&(count as u32).to_le_bytes())
}

fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    count(out, text.len())?;
    out.write_all(text.as_bytes())
}

fn range(out: &mut impl Write, range: &Range<u32>) -> io::Result<()> {
    out.write_all(&range.start.to_le_bytes())?;
    out.write_all(&range.end.to_le_bytes())
}

/// The table of a file; `None` where the file is none, or contradicts itself.
fn read_table(path: &Path) -> io::Result<Option<Table>> {
    let bytes = fs::read(path)?;
    Ok(Reader(&bytes).table())
}

/// What is left of a file's bytes.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn table(&mut self) -> Option<Table> {
        if self.take::<8>()? != *MAGIC {
            return None;
        }
        let documents = self.several(|reader| {
            Some(DocumentRow {
                number: reader.text()?,
                stamp: reader.text()?,
                // Said anew by the caller: what is in force changes with other documents.
                attributes: Attributes::default(),
                passages: reader.range()?,
                living: reader.take::<1>()? == [1],
            })
        })?;
        let group = |reader: &mut Self| {
            Some(GroupRow { document: reader.number()?, eid: reader.text()?.into(), passages: reader.range()? })
        };
        let (articles, provisions) = (self.several(group)?, self.several(group)?);
        let passages = self.several(|reader| {
            let (document, article, provision) = (reader.number()?, reader.number()?, reader.number()?);
            let mut lengths = [0; FIELDS.len()];
            for length in &mut lengths {
                *length = u16::from_le_bytes(reader.take()?);
            }
            Some(PassageRow { document, article, provision, lengths })
        })?;
        let known = |number: u32, count: usize| (number as usize) < count;
        let rows = passages.iter().all(|row| {
            known(row.document, documents.len())
                && known(row.article, articles.len())
                && known(row.provision, provisions.len())
        });
        let within = |range: &Range<u32>| range.start <= range.end && range.end as usize <= passages.len();
        let groups = articles.iter().chain(&provisions);
        let ranges = documents.iter().all(|d| within(&d.passages))
            && groups.into_iter().all(|g| within(&g.passages) && known(g.document, documents.len()));
        (self.0.is_empty() && rows && ranges).then(|| Table::of(documents, articles, provisions, passages))
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn range(&mut self) -> Option<Range<u32>> {
        Some(self.number()?..self.number()?)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn several<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| one(self)).collect()
    }
}

fn write_vectors(folder: &Path, vectors: &ExactVectors) -> io::Result<()> {
    let codes = vectors.codes();
    let mut out = BufWriter::new(File::create(folder.join(CODES))?);
    out.write_all(MAGIC)?;
    count(&mut out, codes.dimension())?;
    count(&mut out, codes.rows())?;
    for row in 0..codes.rows() as u32 {
        out.write_all(&codes.scale(row).to_le_bytes())?;
    }
    for row in 0..codes.rows() as u32 {
        let bytes: Vec<u8> = codes.row(row).iter().map(|code| *code as u8).collect();
        out.write_all(&bytes)?;
    }
    out.flush()?;
    let mut out = BufWriter::new(File::create(folder.join(ORIGINALS))?);
    out.write_all(MAGIC)?;
    let mut values = vec![0.0; codes.dimension()];
    for row in 0..codes.rows() as u32 {
        if codes.contains(row) && vectors.originals().read(row, &mut values).is_none() {
            return Err(io::Error::other("a vector is missing"));
        }
        for value in &values {
            out.write_all(&half::f16::from_f32(*value).to_le_bytes())?;
        }
    }
    out.flush()
}

fn read_vectors(folder: &Path, table: &Table) -> io::Result<Option<ExactVectors>> {
    let bytes = fs::read(folder.join(CODES))?;
    let mut reader = Reader(&bytes);
    let head = (|| Some((reader.take::<8>()?, reader.number()? as usize, reader.number()? as usize)))();
    let Some((magic, dimension, rows)) = head else { return Ok(None) };
    let fits = Some(reader.0.len()) == dimension.checked_add(4).and_then(|row| row.checked_mul(rows));
    if magic != *MAGIC || !fits || rows > table.passages.len() {
        return Ok(None);
    }
    let (scales, codes) = reader.0.split_at(4 * rows);
    let scales = scales.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let codes = Codes::of(dimension, codes.iter().map(|byte| *byte as i8).collect(), scales);
    let file = File::open(folder.join(ORIGINALS))?;
    if file.metadata()?.len() != (MAGIC.len() + 2 * rows * dimension) as u64 {
        return Ok(None);
    }
    Ok(Some(ExactVectors::of(codes, Originals::filed(file, MAGIC.len() as u64, rows))))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::index::{DocumentEntry, Mode, PassageEntry, Query};
    use crate::vectors::conformance;
    use proptest::prelude::*;

    fn put(index: &mut SearchIndex, at: usize, vectors: &[Vec<f32>]) {
        let number = format!("d{at}");
        let words = format!("văn bản số {at} quy định chung");
        let entry = DocumentEntry { number, stamp: format!("s{at}"), attributes: Attributes::default() };
        let passages: Vec<PassageEntry<'_>> = vectors
            .iter()
            .map(|vector| PassageEntry {
                eid: "art_1",
                article: "art_1",
                title: "",
                heading: "",
                words: &words,
                vector: Some(vector),
            })
            .collect();
        index.insert(entry, &passages).unwrap();
    }

    fn small_graph() -> Keeping {
        Keeping { graph_from: 100, ..Keeping::default() }
    }

    fn saved(folder: &Path, keeping: &Keeping) -> (SearchIndex, Vec<Vec<f32>>) {
        let vectors = conformance::vectors(300, 16);
        let mut index = SearchIndex::begin(folder, keeping.clone()).unwrap();
        for at in 0..100 {
            put(&mut index, at, &vectors[3 * at..3 * at + 3]);
        }
        index.remove("d7").unwrap();
        index.commit().unwrap();
        index.save(folder).unwrap();
        (index, vectors)
    }

    fn answers(index: &SearchIndex, vectors: &[Vec<f32>]) -> Vec<Vec<(String, u32, f32)>> {
        let ask = |at: usize| {
            let words = format!("văn bản số {at}");
            let query =
                Query { words: &words, vector: Some(&vectors[at]), mode: Mode::Hybrid, k: 5, ..Query::default() };
            index.search(&query).into_iter().map(|f| (f.key.document, f.passage, f.score)).collect()
        };
        (0..300).step_by(29).map(ask).collect()
    }

    #[test]
    fn a_saved_index_answers_as_before_and_can_be_changed() {
        for keeping in [Keeping::default(), small_graph()] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("index");
            let (built, vectors) = saved(&path, &keeping);
            let mut loaded = SearchIndex::load(&path, keeping.clone()).unwrap();
            assert_eq!(answers(&loaded, &vectors), answers(&built, &vectors));
            assert_eq!(loaded.documents().count(), 99);
            loaded.begin_change(&path).unwrap();
            put(&mut loaded, 7, &vectors[21..24]);
            loaded.remove("d8").unwrap();
            loaded.commit().unwrap();
            loaded.save(&path).unwrap();
            let again = SearchIndex::load(&path, keeping).unwrap();
            assert_eq!(answers(&again, &vectors), answers(&loaded, &vectors));
            let query = |words| Query { words, mode: Mode::Lexical, k: 1, ..Query::default() };
            assert_eq!(again.search(&query("số 7"))[0].key.document, "d7");
            assert_ne!(again.search(&query("số 8"))[0].key.document, "d8");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left lying about");
        }
    }

    #[test]
    fn no_damage_of_any_file_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        saved(&path, &small_graph());
        let mut files = Vec::new();
        let mut open = vec![path.clone()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap().path();
                if entry.is_dir() { open.push(entry) } else { files.push(entry) }
            }
        }
        for file in files.iter().filter(|file| file.extension().is_none_or(|ending| ending != "lock")) {
            let whole = fs::read(file).unwrap();
            let mut flipped = whole.clone();
            if let Some(byte) = flipped.get_mut(whole.len() / 2) {
                *byte ^= 0x80;
            }
            for damaged in [&whole[..whole.len() / 2], &[], b"something else".as_slice(), &flipped] {
                if damaged == whole {
                    continue;
                }
                fs::write(file, damaged).unwrap();
                assert!(SearchIndex::load(&path, small_graph()).is_err(), "{}", file.display());
            }
            fs::write(file, whole).unwrap();
        }
        assert!(SearchIndex::load(&path, small_graph()).is_ok());
        assert!(SearchIndex::load(&folder.path().join("absent"), small_graph()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut file = MAGIC.to_vec();
            file.extend(bytes);
            if let Some(table) = Reader(&file).table() {
                let _ = (table.passage_units(), table.article_units());
            }
        }
    }
}
