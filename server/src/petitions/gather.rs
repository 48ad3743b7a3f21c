//! What a reviewer needs first on a petition: the provisions that bear on the one it is about, and what a review of it
//! would find if it were a draft.
//!
//! Hard because a provision is read in its document: its references and terms are resolved in the whole text, so the
//! checks of the text run over all of it and only what they find in the provision counts; what it sets is compared with
//! other documents alone, for the norms of the provision.

use super::About;
use crate::command::{self, find};
use crate::failure::{Failure, Result, language};
use crate::library::Library;
use crate::stop;
use crate::sweep::WithoutCiting;
use crate::wire;
use jiff::civil::Date;
use rasoat_api::messages::Message;
use rasoat_api::{self as api, Gathered, Hits};
use rasoat_assistant::{
    self as assistant, Check, Corpus, CorpusDocument, Finding, Hit, Law, Observer, Outcome, Query, ReviewError, Search,
    Selection,
};
use rasoat_embeddings::{Cancelled, Filter, Mode};
use rasoat_formats::{Extracted, Format};
use rasoat_law::register::Register;
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::{DocNumber, text};
use rasoat_model::{Encoder, Judge, Reranker};
use std::collections::HashSet;
use std::time::Instant;

/// Provisions that are gathered, at the most.
const BEARING: usize = 10;
/// So many are looked at: those of the document itself are left out.
const DEEPER: usize = 60;
/// Letters of the provision and of the reason that are searched with.
const SEARCHED: usize = 600;
/// Norms that are compared, at the most: anyone may petition, and about a chapter.
const NORMS: usize = 30;

/// What is gathered from, and with.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The law.
    pub library: &'a Library,
    /// Makes vectors.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads the best hits again.
    pub reranker: Option<&'a dyn Reranker>,
    /// Reads a norm beside a provision.
    pub judge: Option<&'a dyn Judge>,
}

/// Gathers what bears on a petition. What fails is told in it.
///
/// # Errors
/// When the process is told to stop.
pub fn gather(ground: Ground<'_>, about: &About) -> Result<Gathered> {
    let mut gathered = Gathered { bearing: Hits { hits: Vec::new(), took_ms: 0 }, review: None, why_not: None };
    let Some((held, at, as_of)) = found(ground.library, about) else {
        // The document was replaced since by one without this provision.
        gathered.why_not = Some(Failure::unknown_provision(&about.document, &about.eid).message);
        return Ok(gathered);
    };
    match bearing(ground, &held, at, as_of, &about.reason) {
        Ok(hits) => gathered.bearing = hits,
        Err(failure) => gathered.why_not = Some(why(Message::SearchFailed, &failure)),
    }
    match review(ground, &held, at, as_of) {
        Ok(review) => gathered.review = Some(review),
        Err(failure) if failure.code == "cancelled" => return Err(failure),
        Err(failure) => {
            let before = gathered.why_not.take().map(|before| format!("{before}; ")).unwrap_or_default();
            gathered.why_not = Some(before + &why(Message::ReviewFailed, &failure));
        }
    }
    Ok(gathered)
}

fn why(message: Message, failure: &Failure) -> String {
    message.fill(language(), &[("why", &failure.message)])
}

fn found(library: &Library, about: &About) -> Option<(std::sync::Arc<CorpusDocument>, usize, Date)> {
    let held = library.document(&DocNumber::from_normal(about.document.clone()))?;
    let at = held.document.provisions.iter().position(|provision| provision.eid.as_str() == about.eid)?;
    Some((held, at, about.as_of.parse().ok()?))
}

/// The provisions of other documents, in force on the day, that are like this one or what is said of it.
fn bearing(ground: Ground<'_>, held: &CorpusDocument, at: usize, as_of: Date, reason: &str) -> Result<Hits> {
    let provision = &held.document.provisions[at];
    let first = |words: &str| text::squeeze(words).chars().take(SEARCHED).collect::<String>();
    let words = format!("{} {}", first(held.document.text_of(provision)), first(reason));
    let models = command::Models { encoder: ground.encoder, reranker: ground.reranker };
    let wanted = command::Wanted { words: &words, k: DEEPER, mode: Mode::Hybrid, filter: Filter::in_force(as_of) };
    let mut found = find(ground.library, models, wanted)?;
    found.hits.retain(|hit| hit.document != held.number.as_str());
    found.hits.truncate(BEARING);
    for (at, hit) in found.hits.iter_mut().enumerate() {
        hit.rank = at + 1;
        // It would repeat the sender's words.
        hit.explanation = None;
    }
    Ok(found)
}

/// What is found in a provision by the checks that make sense for a text in force.
fn review(ground: Ground<'_>, held: &CorpusDocument, at: usize, as_of: Date) -> Result<api::Review> {
    let start = Instant::now();
    let document = &held.document;
    let quiet = WithoutCiting(ground.library);
    let others = Others { library: ground.library, than: &held.number };
    let law = Law {
        corpus: &quiet,
        search: &others,
        encoder: ground.encoder.filter(|_| ground.library.has_vectors()),
        judge: ground.judge,
        register: Register::built_in(),
        as_of,
    };
    let of_text = Selection::only(["validity", "terms", "reference"].iter().flat_map(|group| Check::named(group)));
    let mut outcome = run(document, &law, &of_text)?;
    let norms = norms_of(document, at);
    let conflict = Selection::only(Check::named("conflict"));
    let compared = match norms.norms().len() <= NORMS {
        true => run(&norms, &law, &conflict)?,
        false => {
            let mut none = run(&norms, &law, &Selection::only([]))?;
            for check in none.checks.iter_mut().filter(|check| check.check.starts_with("conflict.")) {
                check.why_not = Some(format!("quy định gồm hơn {NORMS} điều, khoản; cần chọn một điều hoặc khoản"));
            }
            none
        }
    };
    outcome.findings.extend(compared.findings);
    for check in &mut outcome.checks {
        if let Some(run) =
            compared.checks.iter().find(|run| run.check == check.check && check.check.starts_with("conflict."))
        {
            check.clone_from(run);
        }
    }
    let span = document.provisions[at].span;
    outcome.findings.retain(|finding| span.start <= finding.span.start && finding.span.end <= span.end);
    outcome.findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.check));
    outcome.impact.clear();
    let total_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let timing = api::Timing { total_ms, ..api::Timing::default() };
    Ok(wire::review(document, &unread(), ground.library, as_of, &outcome, timing, language()))
}

fn run(document: &Document, law: &Law<'_>, selection: &Selection) -> Result<Outcome> {
    assistant::review_selected(document, law, selection, &mut UntilStopped).map_err(|error| match error {
        ReviewError::Cancelled => Failure::cancelled(),
        ReviewError::Encode(error) => Failure::internal(error),
    })
}

/// The document with the norms of one provision alone: the provision, what stands below it, the norm around it, and what
/// stands above them.
fn norms_of(document: &Document, at: usize) -> Document {
    let provisions = &document.provisions;
    let above = |at: usize| std::iter::successors(Some(at), |at| provisions[*at].parent);
    let is_norm = |at: &usize| matches!(provisions[*at].kind, ProvisionKind::Paragraph | ProvisionKind::Article);
    let root = match provisions[at].kind {
        ProvisionKind::Point => above(at).find(is_norm).unwrap_or(at),
        _ => at,
    };
    let chain: HashSet<usize> = above(root).collect();
    let mut places = vec![None; provisions.len()];
    let mut kept = Vec::new();
    for (index, provision) in provisions.iter().enumerate() {
        // An article above the root is no norm of its own here: it has the paragraph that is.
        if chain.contains(&index) || above(index).any(|index| index == root) {
            places[index] = Some(kept.len());
            kept.push(provision.clone());
        }
    }
    for provision in &mut kept {
        provision.parent = provision.parent.and_then(|parent| places[parent]);
    }
    Document { provisions: kept, ..document.clone() }
}

/// No file was read.
fn unread() -> Extracted {
    Extracted {
        format: Format::Text,
        text: String::new(),
        places: Vec::new(),
        pages: None,
        problems: Vec::new(),
        metadata: Default::default(),
        margin: Default::default(),
    }
}

/// Search over the documents but one.
struct Others<'a> {
    library: &'a Library,
    than: &'a DocNumber,
}

/// How many times as many provisions are asked for as are wanted: a document is most like itself.
const FURTHER: usize = 4;

impl Search for Others<'_> {
    fn search(&self, query: &Query<'_>) -> Vec<Hit> {
        let mut hits = self.library.search(&Query { k: query.k * FURTHER, ..*query });
        hits.retain(|hit| hit.document != *self.than);
        hits.truncate(query.k);
        hits
    }

    fn idf(&self, word: &str) -> f32 {
        self.library.idf(word)
    }

    fn is_empty(&self) -> bool {
        Search::is_empty(self.library)
    }
}

/// Stops when the process is told to.
struct UntilStopped;

impl Observer for UntilStopped {
    fn progress(&mut self, _: assistant::Stage, _: usize, _: usize) -> std::result::Result<(), Cancelled> {
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    }

    fn found(&mut self, _: &Finding) {}
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::{Sqlite, Store};

    const OURS: &str = "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề thử việc\n\
        Điều 1. Phạm vi\nNghị định này quy định về thử việc.\n\
        Điều 2. Thời gian thử việc\n1. Thời gian thử việc là 60 ngày theo Bộ luật Lao động số 10/2012/QH13.\n\
        2. Người lao động báo cho Ủy ban nhân dân huyện theo Điều 1 của Nghị định này.\n\
        Điều 3. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.";
    const OTHER: &str = "Số: 902/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề tiền lương\nĐiều 1. Thời gian thử việc\n\
        1. Thời gian thử việc là 30 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.";
    const ENDED: &str = "Số: 903/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề thử việc\nĐiều 1. Thời gian thử việc\n\
        Thời gian thử việc là 10 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2030.";

    fn library(folder: &std::path::Path) -> Library {
        let documents = folder.join("in");
        std::fs::create_dir(&documents).unwrap();
        for (name, text) in [("a.txt", OURS), ("b.txt", OTHER), ("c.txt", ENDED)] {
            std::fs::write(documents.join(name), text).unwrap();
        }
        let mut store = Sqlite::open(&folder.join("store")).unwrap();
        crate::import::documents(&mut store, &[documents], &mut |line| assert!(line.outcome.is_ok())).unwrap();
        assert_eq!(store.counts().unwrap().documents, 3);
        crate::library::load(&store, folder, None).unwrap()
    }

    fn about(eid: &str) -> About {
        About {
            number: "PA-2026-000001".into(),
            document: "901/2024/NĐ-CP".into(),
            eid: eid.into(),
            as_of: "2026-11-26".into(),
            reason: "Thời gian quá dài.".into(),
        }
    }

    #[test]
    fn what_bears_on_a_provision_is_of_other_documents_in_force_and_its_review_is_of_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let ground = Ground { library: &library, encoder: None, reranker: None, judge: None };
        let gathered = gather(ground, &about("art_2__para_1")).unwrap();
        assert_eq!(gathered.why_not, None);
        let hits: Vec<(usize, &str)> =
            gathered.bearing.hits.iter().map(|hit| (hit.rank, hit.document.as_str())).collect();
        assert!(!hits.is_empty() && hits.iter().all(|(_, document)| *document == "902/2024/NĐ-CP"), "{hits:?}");
        assert_eq!(hits[0].0, 1);
        assert!(gathered.bearing.hits.iter().all(|hit| hit.explanation.is_none()));
        let review = gathered.review.unwrap();
        let paragraph = OURS.find("1. Thời gian").unwrap()..OURS.find("2. Người").unwrap();
        assert!(review.findings.iter().all(|f| paragraph.contains(&f.start)), "{:?}", review.findings);
        let checks: Vec<&str> = review.findings.iter().map(|finding| finding.check.as_str()).collect();
        assert!(checks.contains(&"validity.expired"), "{checks:?}");
        assert!(!checks.contains(&"reference.dangling"), "{checks:?}");
        let ran = |name: &str| review.checks.iter().find(|run| run.check == name).unwrap();
        assert!(ran("validity.expired").ran && ran("terms.abolished_unit").ran && !ran("form.numbering").ran);
    }

    #[test]
    fn a_provision_is_compared_by_the_norm_around_it_and_a_wide_one_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let held = library.document(&DocNumber::from_normal("901/2024/NĐ-CP")).unwrap();
        let norms = |eid: &str| -> Vec<String> {
            let at = held.document.provisions.iter().position(|p| p.eid.as_str() == eid).unwrap();
            let part = norms_of(&held.document, at);
            part.norms().into_iter().map(|at| part.provisions[at].eid.to_string()).collect()
        };
        assert_eq!(norms("art_2__para_1"), ["art_2__para_1"]);
        assert_eq!(norms("art_2"), ["art_2__para_1", "art_2__para_2"]);
        assert_eq!(norms("art_1"), ["art_1"]);
    }

    #[test]
    fn a_provision_that_went_away_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let ground = Ground { library: &library, encoder: None, reranker: None, judge: None };
        let gathered = gather(ground, &about("art_99")).unwrap();
        assert!(gathered.review.is_none() && gathered.why_not.is_some());
    }
}
