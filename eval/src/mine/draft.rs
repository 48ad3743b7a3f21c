//! Documents in force at the first date, as drafts to be reviewed at the second, with what a reviewer must find.
//!
//! Every citation by number is one of four: its end is known, so it is a finding; its being in force is known, so saying
//! otherwise is a false alarm; it stands where an ended document is rightly named (amendments, repeals, the past); or
//! nothing certain is known. The last two are listed beside the gold (`unjudged`), so that a suite can leave them aside.

use super::source::{Article, FIRST, Facts, SECOND, Sources};
use super::split::{Split, Splits, hash};
use super::state::{Known, Mention, Part, States, mentions};
use super::{Options, Rejected};
use crate::outcomes::GoldFinding;
use jiff::civil::Date;
use rasoat_law::{DocNumber, text};
use serde::Serialize;

/// A draft with its gold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Draft {
    /// Its folder: the document's number in plain letters.
    #[serde(skip)]
    pub name: String,
    /// The document.
    pub document: String,
    /// Its text, normalised.
    #[serde(skip)]
    pub text: String,
    /// The day of the review.
    pub as_of: Date,
    /// What a reviewer must find.
    pub findings: Vec<GoldFinding>,
    /// The checks the findings are of; of others nothing is known.
    pub checks: &'static [&'static str],
    /// Places where a finding is neither right nor wrong.
    pub unjudged: Vec<Unjudged>,
    /// Its side.
    pub split: Split,
    /// Its field.
    pub field: String,
    /// Every citation whose state is known.
    #[serde(skip)]
    pub citations: Vec<Citation>,
}

/// A place of which nothing certain is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unjudged {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Why.
    pub why: &'static str,
}

/// A citation whose state on the day is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citation {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The document.
    pub document: String,
    /// The provision, where one is cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eid: Option<String>,
    /// Its state, by the contract's names; of a provision that ended while its document goes on, `partly_expired`.
    pub effect: &'static str,
    /// The document that ended it, or the provision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The day it ended, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
}

/// A draft as the suite *outdated* reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outdated<'a> {
    /// Its folder's name.
    pub id: &'a str,
    /// The document.
    pub document: &'a str,
    /// Its text, from the folder of the data set.
    pub file: String,
    /// The day it is read again.
    pub as_of: Date,
    /// Its side.
    pub split: Split,
    /// Every citation whose state is known.
    pub citations: &'a [Citation],
}

/// Drafts with something to find, and drafts with nothing.
const WITH_FINDINGS: usize = 200;
const CLEAN: usize = 60;

/// Makes drafts of documents in force at the first date, drawn by the seed.
pub fn mine(
    sources: &Sources,
    states: &States,
    splits: &Splits,
    options: &Options,
    rejected: &mut Rejected,
) -> Vec<Draft> {
    let mut documents: Vec<&String> = sources.first.articles.keys().collect();
    documents.sort_by_key(|document| (hash(options.seed, document), *document));
    let (mut found, mut clean) = (Vec::new(), Vec::new());
    for document in documents {
        let articles = &sources.first.articles[document];
        let Some(facts) = sources.first.documents.get(document) else { continue };
        if states.ended(document, FIRST.1).is_some() || articles.len() < 3 {
            continue;
        }
        let draft = draft(document, facts, articles, sources, states, splits, rejected);
        if draft.text.len() > 250_000 {
            rejected.count("draft: longer than is read in one sitting");
        } else if draft.findings.is_empty() {
            let judged = draft.citations.len();
            if judged >= 4 && draft.unjudged.len() <= judged {
                clean.push(draft);
            }
        } else {
            found.push(draft);
        }
    }
    rejected.add(
        "draft: not drawn, enough of its sort",
        found.len().saturating_sub(WITH_FINDINGS) + clean.len().saturating_sub(CLEAN),
    );
    found.truncate(WITH_FINDINGS);
    clean.truncate(CLEAN);
    found.extend(clean);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn draft(
    document: &str,
    facts: &Facts,
    articles: &[Article],
    sources: &Sources,
    states: &States,
    splits: &Splits,
    rejected: &mut Rejected,
) -> Draft {
    let (text, body) = assembled(facts, articles);
    let (mut findings, mut unjudged, mut citations) = (Vec::new(), Vec::new(), Vec::new());
    let mut leave = |start: usize, end: usize, why: &'static str| {
        rejected.count(&format!("citation: {why}"));
        unjudged.push(Unjudged { start, end, why });
    };
    for mention in mentions(&text) {
        let Mention { start, end, document: cited, part } = &mention;
        if cited == document {
            continue;
        }
        if let Some(why) = rightly_old(&text, body, *start, *end) {
            leave(*start, *end, why);
            continue;
        }
        let eid = match part {
            Part::Article(number) => Some(format!("art_{number}")),
            _ => None,
        };
        let known = states.of(&mention, sources, &sources.second, SECOND.1);
        let (effect, check, by, since) = match known {
            Known::Unknown(why) => {
                leave(*start, *end, why);
                continue;
            }
            Known::InForce => ("in_force", None, None, None),
            Known::NotYet => ("not_yet_in_force", None, None, None),
            // What a document ended itself it names for those whom it still concerns.
            Known::Expired(end) if end.by == document => {
                leave(*start, mention.end, "ended by the draft itself");
                continue;
            }
            Known::Expired(end) => ("expired", Some("validity.expired"), Some(end.by), Some(end.date)),
            Known::PartlyExpired { by, date } => ("partly_expired", Some("validity.partly_expired"), Some(by), date),
        };
        if let Some(check) = check {
            findings.push(GoldFinding {
                check: check.to_owned(),
                start: *start,
                end: *end,
                document: by.clone(),
                cited: Some(cited.clone()),
                eid: None,
            });
        }
        citations.push(Citation { start: *start, end: *end, document: cited.clone(), eid, effect, by, since });
    }
    for (start, end) in by_name(&text) {
        unjudged.push(Unjudged { start, end, why: "cited by name" });
    }
    for (start, end) in unread_numbers(&text) {
        unjudged.push(Unjudged { start, end, why: "a number that is not read as a citation" });
    }
    unjudged.sort_by_key(|place| (place.start, place.end));
    Draft {
        name: name(document),
        document: document.to_owned(),
        text,
        as_of: SECOND.1,
        findings,
        checks: &["basis.expired", "validity.expired", "validity.partly_expired"],
        unjudged,
        split: splits.of(document),
        field: articles[0].field.clone(),
        citations,
    }
}

/// A document put together from its articles, as a draft is written: no number, no date. Also where its body begins.
pub(super) fn assembled(facts: &Facts, articles: &[Article]) -> (String, usize) {
    let mut raw = format!(
        "{}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{}\n{}\n",
        facts.issuer.to_uppercase(),
        facts.kind.name().to_uppercase(),
        facts.title
    );
    let head = text::normalise(&raw).len();
    let mut chapter = "";
    for article in articles {
        if article.body.is_empty() {
            continue;
        }
        if article.chapter != chapter && !article.chapter.is_empty() {
            chapter = &article.chapter;
            raw.push_str(&chapter.replacen(" - ", "\n", 1));
            raw.push('\n');
        }
        raw.push_str(&format!("Điều {}. {}\n{}\n", article.number, article.heading, article.body));
    }
    (text::normalise(&raw), head)
}

/// Why an ended document may rightly be named at this place.
fn rightly_old(text: &str, body: usize, start: usize, end: usize) -> Option<&'static str> {
    if start < body {
        return Some("in the title");
    }
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let line = text[from..to].to_lowercase();
    if is_short_name(&text[from..start]) {
        return Some("where its short name is given");
    }
    let amends = ["sửa đổi", "bổ sung", "thay thế", "thay ", "bãi bỏ", "hiệu lực", "đính chính", "hủy bỏ", "huỷ bỏ"];
    if amends.iter().any(|word| line.contains(word)) {
        return Some("where amendments or repeals are spoken of");
    }
    let past = [
        "trước ngày",
        "trước đây",
        "đã được",
        "đã ban hành",
        "đã cấp",
        "chuyển tiếp",
        "tiếp tục",
        "đến hết",
        "trước khi",
        "giai đoạn",
        "đã thực hiện",
        "đang ",
        " đã ",
    ];
    if past.iter().any(|word| line.contains(word)) {
        return Some("where the past is spoken of");
    }
    let article = text[..start].rfind("\nĐiều ").map_or(0, |at| at + 1);
    let heading = text[article..].lines().next().unwrap_or_default().to_lowercase();
    let closing = ["hiệu lực", "chuyển tiếp", "thi hành", "bãi bỏ", "sửa đổi"];
    if closing.iter().any(|word| heading.contains(word)) {
        return Some("in a closing article");
    }
    // A list of what is repealed names it on lines of their own, below the line that says so.
    let above = text[article..start].to_lowercase();
    if ["bãi bỏ", "hết hiệu lực"].iter().any(|word| above.contains(word)) {
        return Some("below a repeal");
    }
    // "Thông tư số … hướng dẫn thi hành Nghị định số …": the second is named by the first one's title.
    let before = mentions(&text[from..start]).last().map(|mention| from + mention.end);
    if let Some(between) = before.map(|before| text[before..start].to_lowercase())
        && !between.contains(';')
        && ["hướng dẫn", "quy định chi tiết", "quy định việc", "thực hiện một số"]
            .iter()
            .any(|word| between.contains(word))
    {
        return Some("in the title of another document");
    }
    let quoted = text[from..start].matches('“').count() > text[from..start].matches('”').count();
    quoted.then_some("quoted")
}

/// Whether a line goes on with a short name: "(sau đây gọi tắt là Nghị định số …)" cites nothing that is not cited
/// before it.
fn is_short_name(before: &str) -> bool {
    let Some(open) = before.rfind('(').map(|at| before[at..].to_lowercase()) else { return false };
    !open.contains(')')
        && ["gọi tắt là", "gọi là", "gọi chung là", "viết tắt là"].iter().any(|name| open.trim_end().ends_with(name))
}

/// Numbers of documents that [`mentions`] leaves out: glued to the word before them ("số102/2009/NĐ-CP"), or behind a kind
/// that is misspelt or unknown.
fn unread_numbers(text: &str) -> Vec<(usize, usize)> {
    let read = mentions(text);
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let number = DocNumber::read(&text[at..]);
        let digits = text[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at);
        from = at + number.as_ref().map_or(digits, |(_, length)| (*length).max(digits));
        let known = read.iter().any(|mention| mention.start <= at && at < mention.end);
        if number.is_some() && !known {
            places.push((at, from));
        }
    }
    places
}

/// Places where a law, or a regulation that a document brings into force, is cited by its name, without a number.
fn by_name(text: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for kind in ["Luật ", "Bộ luật ", "Pháp lệnh ", "Quy chế ", "Điều lệ "] {
        for (at, _) in text.match_indices(kind) {
            let rest = &text[at + kind.len()..];
            if rest.starts_with("số") || rest.starts_with("này") || rest.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let long = rest.find([',', ';', '.', '\n', ':', ')']).unwrap_or(rest.len());
            places.push((at, at + kind.len() + long));
        }
    }
    places.sort_unstable();
    places
}

/// The number in letters a folder can bear.
pub(super) fn name(document: &str) -> String {
    document
        .chars()
        .map(|c| match c {
            'Đ' => 'D',
            c if c.is_ascii_alphanumeric() => c,
            _ => '-',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_not_read_as_citations_are_left_aside() {
        let text =
            "theo Thông tư số22/2013/TT-BTTTT, Nghị đỉnh số 91/2017/NĐ-CP và Nghị định số 30/2020/NĐ-CP, 15 ngày";
        let found: Vec<&str> = unread_numbers(text).into_iter().map(|(start, end)| &text[start..end]).collect();
        assert_eq!(found, ["22/2013/TT-BTTTT", "91/2017/NĐ-CP"]);
    }

    #[test]
    fn a_document_whose_short_name_is_given_is_not_cited_again() {
        assert!(is_short_name("ngày 05 tháng 3 năm 2020 của Chính phủ (sau đây gọi tắt là "));
        assert!(is_short_name("của Bộ trưởng Bộ Tài chính (sau đây được viết tắt là "));
        assert!(!is_short_name("(sau đây gọi tắt là người nộp hồ sơ) theo quy định tại "));
        assert!(!is_short_name("Việc nộp hồ sơ thực hiện theo "));
    }
}
