//! Reading a retrieval collection: `queries.jsonl`, `corpus.jsonl` (or `.gz`) and `qrels.tsv`.

use flate2::read::GzDecoder;
use rasoat_law::text::normalise;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One article of the corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its identifier in the judgements.
    pub id: String,
    /// The document's number, as the collection has it.
    pub document: String,
    /// The title field: the heading of the article, or a name of the document.
    pub title: String,
    /// The text, normalised.
    pub text: String,
}

/// A question with what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier.
    pub id: String,
    /// The words, normalised.
    pub text: String,
    /// Relevant articles (positions in [`Collection::articles`]) with their grade, 1 or more.
    pub relevant: HashMap<usize, u32>,
}

/// A corpus, questions, and what is relevant to each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The folder's name.
    pub name: String,
    /// The corpus.
    pub articles: Vec<Article>,
    /// The questions that have something relevant.
    pub questions: Vec<Question>,
    /// Questions without any judgement, left out.
    pub unjudged: usize,
}

/// A collection could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The disk refused.
    #[error("failed to read {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not in its shape.
    #[error("{path} line {line}: {what}")]
    Line {
        /// Where.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Nothing to measure.
    #[error("{path} has no question with a relevant article of the corpus")]
    Empty {
        /// Where.
        path: PathBuf,
    },
}

#[derive(Deserialize)]
struct ArticleLine {
    id: String,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct QuestionLine {
    id: String,
    text: String,
}

impl Collection {
    /// Whether a folder holds a collection.
    pub fn is_in(folder: &Path) -> bool {
        folder.join("queries.jsonl").exists() && folder.join("qrels.tsv").exists()
    }

    /// Reads the collection of a folder.
    ///
    /// # Errors
    /// When a file is missing, a line is not in its shape, a judgement names an unknown article or question, or nothing
    /// is judged relevant.
    pub fn read(folder: &Path) -> Result<Self, CollectionError> {
        let mut articles = Vec::new();
        let mut places = HashMap::new();
        let corpus = ["corpus.jsonl", "corpus.jsonl.gz"].map(|name| folder.join(name));
        let corpus = corpus.iter().find(|path| path.exists()).unwrap_or(&corpus[0]);
        each_line(corpus, |line: ArticleLine| {
            if places.insert(line.id.clone(), articles.len()).is_some() {
                return Err(format!("the article {} stands twice", line.id));
            }
            articles.push(Article {
                id: line.id,
                document: line.document.unwrap_or_default(),
                title: normalise(&line.title.unwrap_or_default()),
                text: normalise(&line.text),
            });
            Ok(())
        })?;
        let mut questions = Vec::new();
        let mut asked = HashMap::new();
        each_line(&folder.join("queries.jsonl"), |line: QuestionLine| {
            if asked.insert(line.id.clone(), questions.len()).is_some() {
                return Err(format!("the question {} stands twice", line.id));
            }
            questions.push(Question { id: line.id, text: normalise(&line.text), relevant: HashMap::new() });
            Ok(())
        })?;
        judge(&folder.join("qrels.tsv"), &mut questions, &asked, &places)?;
        let all = questions.len();
        questions.retain(|question| !question.relevant.is_empty());
        if questions.is_empty() {
            return Err(CollectionError::Empty { path: folder.to_owned() });
        }
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, unjudged: all - questions.len(), articles, questions })
    }
}

/// Reads TREC judgements: question, iteration, article, grade.
fn judge(
    path: &Path,
    questions: &mut [Question],
    asked: &HashMap<String, usize>,
    places: &HashMap<String, usize>,
) -> Result<(), CollectionError> {
    for (at, line) in read(path)?.lines().enumerate() {
        let refuse = |what: String| CollectionError::Line { path: path.to_owned(), line: at + 1, what };
        // Identifiers may hold spaces, so a line with tabs is cut at those alone.
        let fields: Vec<&str> =
            if line.contains('\t') { line.split('\t').collect() } else { line.split_whitespace().collect() };
        let [question, _, article, grade] = fields[..] else {
            if line.trim().is_empty() {
                continue;
            }
            return Err(refuse("not four fields: question, 0, article, grade".into()));
        };
        let grade: i64 = grade.trim().parse().map_err(|_| refuse(format!("the grade {grade} is no whole number")))?;
        let question = asked.get(question).ok_or_else(|| refuse(format!("there is no question {question}")))?;
        let article = places.get(article).ok_or_else(|| refuse(format!("there is no article {article}")))?;
        if let Ok(grade @ 1..) = u32::try_from(grade) {
            questions[*question].relevant.insert(*article, grade);
        }
    }
    Ok(())
}

fn each_line<T: serde::de::DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), CollectionError> {
    for (at, line) in read(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        serde_json::from_str(line)
            .map_err(|error| error.to_string())
            .and_then(&mut take)
            .map_err(|what| CollectionError::Line { path: path.to_owned(), line: at + 1, what })?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, CollectionError> {
    let io = |source| CollectionError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut text = String::new();
    if path.extension().is_some_and(|end| end == "gz") {
        GzDecoder::new(file).read_to_string(&mut text).map_err(io)?;
    } else {
        std::io::BufReader::new(file).read_to_string(&mut text).map_err(io)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn folder(qrels: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "corpus.jsonl",
            "{\"id\":\"a 1\",\"document\":\"1/2020/QH14\",\"eid\":null,\"title\":\"\",\"text\":\"Một.\"}\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
        );
        write("queries.jsonl", "{\"id\":\"q1\",\"text\":\"Ai?\"}\n\n{\"id\":\"q2\",\"text\":\"Gì?\"}\n");
        write("qrels.tsv", qrels);
        folder
    }

    #[test]
    fn a_collection_is_read_with_its_judgements() {
        let read = Collection::read(folder("q1\t0\ta 1\t1\nq1\t0\tb\t0\n").path()).unwrap();
        assert_eq!((read.articles.len(), read.questions.len(), read.unjudged), (2, 1, 1));
        assert_eq!(read.questions[0].relevant, HashMap::from([(0, 1)]));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let refused = |qrels: &str| Collection::read(folder(qrels).path()).unwrap_err().to_string();
        assert!(refused("q1\t0\ta 1\t1\nq1\t0\tc\t1\n").ends_with("qrels.tsv line 2: there is no article c"));
        assert!(refused("q9 0 b 1\n").ends_with("line 1: there is no question q9"));
        assert!(refused("q1 b 1\n").ends_with("not four fields: question, 0, article, grade"));
        assert!(refused("q1 0 b 0\n").ends_with("has no question with a relevant article of the corpus"));
    }
}
