//! The suite *pairs*: a draft's norm and a provision, do they contradict?
//!
//! Hard to measure honestly: a set is told apart by style before it is told apart by law, and on an unbalanced set "always
//! no" is nearly right. So every system stands beside ones that do not read the law ([`blind`]) and ones that do not
//! think ([`Features`]), each fitted on the other documents of the same set in five folds.

pub mod blind;

use crate::item::{Item, Outcome, Run};
use crate::lines::{self, DataError};
use crate::slices;
use rasoat_law::text::{normalise, words};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// What a line of a set has to be.
const WANTED: &str = "{\"id\",\"draft\",\"law\",\"label\":\"contradiction|consistent|duplicate|unrelated\"}";

/// What a draft's norm is to a provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Both cannot be followed.
    Contradiction,
    /// It says the same, or details it.
    Consistent,
    /// It repeats it nearly word for word.
    Duplicate,
    /// It speaks of something else.
    Unrelated,
}

impl Label {
    /// As data sets write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Consistent => "consistent",
            Self::Duplicate => "duplicate",
            Self::Unrelated => "unrelated",
        }
    }
}

/// A draft's norm with a provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Identifies it in its set.
    pub id: String,
    /// The draft's norm, normalised.
    pub draft: String,
    /// The provision, normalised.
    pub law: String,
    /// The headings of the articles of both, where the set has them.
    pub headings: [String; 2],
    /// The side of the set it is on, where the set has sides.
    pub split: Option<String>,
    /// What it is.
    pub label: Label,
    /// The document the provision is of, or another name of what pairs resemble each other for.
    pub cluster: String,
    /// The slices it lies in.
    pub slices: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    draft: String,
    law: String,
    label: Label,
    #[serde(default)]
    dimension: Option<String>,
    #[serde(default)]
    law_ref: Option<Place>,
    #[serde(default)]
    article: Option<String>,
    #[serde(default)]
    headings: Option<[String; 2]>,
    #[serde(default)]
    split: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    rank_pair: Option<String>,
    #[serde(default)]
    variant: Option<String>,
    #[serde(default)]
    cluster: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    document: String,
}

/// Reads a set in the contract's shape: JSON lines `{"id","draft","law","label","dimension"?}`, with `law_ref`,
/// `headings` (of both) or `article` (the law's), `split`, and the slices `field`, `rank_pair`, `variant`, `source`, where
/// they are known.
///
/// # Errors
/// When the file cannot be read or a line is not in its shape.
pub fn read(path: &Path) -> Result<Vec<Pair>, DataError> {
    let mut seen = HashSet::new();
    let mut pairs = Vec::new();
    for (number, line) in lines::json_lines::<Line>(path, WANTED)? {
        if !seen.insert(line.id.clone()) {
            return Err(DataError::line(path, number, format!("the id {} stands twice", line.id), WANTED));
        }
        let document = line.law_ref.map(|place| place.document);
        let mut slices = document.as_deref().map(slices::of_document).unwrap_or_default();
        let known = [
            ("dimension", line.dimension),
            ("field", line.field),
            ("rank_pair", line.rank_pair),
            ("variant", line.variant),
            ("source", line.source),
            ("label", Some(line.label.code().to_owned())),
        ];
        let known =
            known.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
        slices.extend(known.map(|(name, value)| (name.to_owned(), value)));
        let (draft, law) = (normalise(&line.draft), normalise(&line.law));
        slices.insert("length".into(), slices::length(&law, &LENGTHS));
        pairs.push(Pair {
            cluster: line.cluster.or(document).unwrap_or_else(|| line.id.clone()),
            id: line.id,
            headings: line
                .headings
                .unwrap_or_else(|| [String::new(), line.article.unwrap_or_default()])
                .map(|heading| normalise(&heading)),
            split: line.split,
            label: line.label,
            draft,
            law,
            slices,
        });
    }
    let mut fields: BTreeMap<String, usize> = BTreeMap::new();
    for field in pairs.iter().filter_map(|pair| pair.slices.get("field")) {
        *fields.entry(field.clone()).or_default() += 1;
    }
    for pair in &mut pairs {
        if pair.slices.get("field").is_some_and(|field| fields[field] < OF_A_FIELD) {
            pair.slices.remove("field");
        }
    }
    Ok(pairs)
}

/// Pairs that a field needs to be a slice: a set may be of hundreds of fields.
const OF_A_FIELD: usize = 30;

/// Words of the provision from which the bins of its length begin.
const LENGTHS: [usize; 3] = [30, 60, 120];

#[derive(Deserialize)]
struct Row {
    id: String,
    context: String,
    prompt: String,
    response: String,
    label: String,
}

/// Reads the ViHallu set, a general one: an answer that contradicts its context is a contradiction, one that says more
/// than the context holds is unrelated, the rest is consistent.
///
/// # Errors
/// When the file cannot be read or a row is not in its shape.
pub fn read_vihallu(path: &Path) -> Result<Vec<Pair>, DataError> {
    let wanted = "a table with id, context, prompt, response, label (no, intrinsic, extrinsic)";
    let mut pairs = Vec::new();
    for (number, row) in lines::table::<Row>(path, wanted)? {
        let label = match row.label.as_str() {
            "no" => Label::Consistent,
            "intrinsic" => Label::Contradiction,
            "extrinsic" => Label::Unrelated,
            other => return Err(DataError::line(path, number, format!("unknown label {other}"), wanted)),
        };
        let law = normalise(&row.context);
        let mut slices: BTreeMap<String, String> = [("label".to_owned(), label.code().to_owned())].into();
        slices.insert("length".into(), slices::length(&law, &LENGTHS));
        pairs.push(Pair {
            id: row.id,
            draft: normalise(&row.response),
            // Several questions may be asked of one text: they resemble each other.
            cluster: law.chars().take(80).collect(),
            headings: [normalise(&row.prompt), String::new()],
            split: None,
            law,
            label,
            slices,
        });
    }
    Ok(pairs)
}

/// Documents, and pairs of no document, that the judge was not trained on.
const UNSEEN: &str = include_str!("../splits/judge.csv");

/// Puts the pairs of a set that the judge was trained on in part, and that has no sides of its own, on sides: `test` is
/// what it has not seen (`model/training`, one document of five).
pub fn divide_for_the_judge(set: &str, pairs: &mut [Pair]) {
    let unseen: HashSet<&str> = UNSEEN
        .lines()
        .filter_map(|line| line.split_once(','))
        .filter(|(own, _)| *own == set)
        .map(|(_, id)| id)
        .collect();
    if unseen.is_empty() || pairs.iter().any(|pair| pair.split.is_some()) {
        return;
    }
    for pair in pairs {
        let test = unseen.contains(pair.cluster.as_str()) || unseen.contains(pair.id.as_str());
        pair.split = Some(if test { "test" } else { "development" }.to_owned());
    }
}

/// The class a pair is of: `contradiction`, or `other` for all else.
pub fn class(label: Label) -> &'static str {
    if label == Label::Contradiction { CLASSES[0] } else { CLASSES[1] }
}

/// The classes: the one that is looked for, and all else.
pub const CLASSES: [&str; 2] = ["contradiction", "other"];

/// What a system says of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The probability that it is a contradiction.
    pub probability: f64,
    /// Whether it says so.
    pub contradicts: bool,
}

/// The run of a system over a set; `guesses` are in the order of the pairs.
pub fn run(set: &str, system: &str, baseline: bool, pairs: &[Pair], guesses: &[Guess]) -> Run {
    let items = pairs.iter().zip(guesses).map(|(pair, guess)| Item {
        id: pair.id.clone(),
        cluster: pair.cluster.clone(),
        slices: pair.slices.clone(),
        outcome: Outcome::Decided {
            gold: class(pair.label).to_owned(),
            said: CLASSES[usize::from(!guess.contradicts)].to_owned(),
            scores: CLASSES.map(str::to_owned).into_iter().zip([guess.probability, 1.0 - guess.probability]).collect(),
        },
        took_ms: None,
        detail: serde_json::json!({"draft": pair.draft, "law": pair.law, "label": pair.label}),
    });
    Run { suite: "pairs".into(), set: set.into(), system: system.into(), baseline, items: items.collect() }
}

/// What a simple comparison makes of a pair: the input of baselines that read both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// Shared words over all words of both (Jaccard).
    pub overlap: f64,
    /// Words of the draft.
    pub length: f64,
    /// Cosine of the encoder's vectors of both.
    pub cosine: f64,
}

impl Features {
    /// The features of a pair whose vectors have this cosine.
    pub fn of(pair: &Pair, cosine: f64) -> Self {
        let [draft, law] = [&pair.draft, &pair.law].map(|text| words(text).into_iter().collect::<HashSet<String>>());
        let shared = draft.intersection(&law).count();
        let all = draft.union(&law).count();
        Self { overlap: shared as f64 / all.max(1) as f64, length: words(&pair.draft).len() as f64, cosine }
    }
}

/// The baselines over a set, each fitted in folds by document: the draft's words alone, its length, shared words, cosine.
pub fn baselines(set: &str, pairs: &[Pair], features: &[Features], seed: u64) -> Vec<Run> {
    let gold: Vec<bool> = pairs.iter().map(|pair| pair.label == Label::Contradiction).collect();
    let clusters: Vec<&str> = pairs.iter().map(|pair| pair.cluster.as_str()).collect();
    let number = |read: fn(&Features) -> f64| blind::of_number(&features.iter().map(read).collect::<Vec<_>>());
    let inputs = [
        ("draft-words", pairs.iter().map(|pair| blind::of_words(&pair.draft)).collect::<Vec<_>>()),
        ("draft-length", number(|f| f.length)),
        ("overlap", number(|f| f.overlap)),
        ("cosine", number(|f| f.cosine)),
    ];
    inputs
        .into_iter()
        .map(|(system, input)| {
            let guesses = blind::cross_validated(&input, &gold, &clusters, seed);
            run(set, system, true, pairs, &guesses)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn written(lines: &str) -> Result<Vec<Pair>, DataError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.jsonl");
        std::fs::write(&path, lines).unwrap();
        read(&path)
    }

    #[test]
    fn a_set_is_read_with_its_slices() {
        let pairs = written(
            "{\"id\":\"1\",\"draft\":\"Trong 15 ngày.\",\"law\":\"Trong 30 ngày.\",\"label\":\"contradiction\",\
             \"dimension\":\"deadline\",\"law_ref\":{\"document\":\"45/2019/QH14\",\"eid\":\"art_1\"}}\n\
             {\"id\":\"2\",\"draft\":\"a\",\"law\":\"b\",\"label\":\"unrelated\"}\n",
        )
        .unwrap();
        assert_eq!((pairs[0].cluster.as_str(), pairs[0].slices["dimension"].as_str()), ("45/2019/QH14", "deadline"));
        assert_eq!((pairs[1].cluster.as_str(), pairs[1].slices["label"].as_str()), ("2", "unrelated"));
        let guess = |probability: f64| Guess { probability, contradicts: probability > 0.5 };
        let run = run("small", "review", false, &pairs, &[guess(0.75), guess(0.25)]);
        let Outcome::Decided { gold, said, scores } = &run.items[0].outcome else { panic!("not decided") };
        assert_eq!((gold.as_str(), said.as_str(), scores["other"]), ("contradiction", "contradiction", 0.25));
    }

    #[test]
    fn what_the_judge_was_trained_on_is_a_side_of_its_own() {
        let known = UNSEEN.lines().find_map(|line| line.strip_prefix("written,")).unwrap();
        let line = |id: &str, document: &str| {
            format!(
                "{{\"id\":\"{id}\",\"draft\":\"a\",\"law\":\"b\",\"label\":\"unrelated\",\
                 \"law_ref\":{{\"document\":\"{document}\"}}}}\n"
            )
        };
        let all = written(&(line("1", known) + &line("2", "1/1900/QH0"))).unwrap();
        let sides = |set: &str| {
            let mut pairs = all.clone();
            divide_for_the_judge(set, &mut pairs);
            pairs.into_iter().map(|pair| pair.split).collect::<Vec<_>>()
        };
        assert_eq!(sides("written"), [Some("test".to_owned()), Some("development".to_owned())]);
        assert_eq!(sides("another"), [None, None]);
    }

    #[test]
    fn a_label_that_is_none_and_an_id_that_stands_twice_are_refused_by_line() {
        let line = |id: &str, label: &str| {
            format!("{{\"id\":\"{id}\",\"draft\":\"a\",\"law\":\"b\",\"label\":\"{label}\"}}\n")
        };
        let error = written(&[line("1", "unrelated"), line("2", "maybe")].concat()).unwrap_err().to_string();
        assert!(error.contains("line 2: unknown variant `maybe`"), "{error}");
        let error = written(&[line("1", "unrelated"), line("1", "unrelated")].concat()).unwrap_err().to_string();
        assert!(error.contains("line 2: the id 1 stands twice"), "{error}");
    }
}
