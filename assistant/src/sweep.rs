//! The standing review (rà soát thường xuyên, hệ thống hóa): which texts of a body of law need action because of what
//! came after them, why, by which provision, and in which order.
//!
//! Hard because most of what changed around a text asks nothing of it: the later text has to touch its bases, the very
//! provisions it cites, its own parts or its parent, and to have come after it. Rests on Decree 79/2025/NĐ-CP, Articles
//! 37-39 (what is reviewed and on what ground; outcomes), and Law 64/2025/QH15, Articles 8, 57 and 58.
//! Not here: reading the store, keeping progress, and the review of each text, whose findings are handed in.

mod changed;
mod weighing;

pub use changed::{Cited, Surroundings, causes, prevails};
pub use weighing::{Assessment, Form, Level, Part, Place, Proposal, assess};

use crate::review::finding::{Check, Evidence, Finding, Severity};
use crate::review::resolve::amends;
use jiff::civil::Date;
use rasoat_law::text::squeeze;
use rasoat_law::{Document, Eid};

/// What makes a text due for review (căn cứ rà soát).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// It contradicts a later text of higher rank.
    ContradictsHigher,
    /// It contradicts a later text of its own issuer.
    ContradictsLater,
    /// The text it details ended whole.
    ParentEnded,
    /// It is of the district level, which was abolished.
    DistrictEnds,
    /// A legal basis ended.
    BasisEnded,
    /// It is suspended.
    OwnSuspended,
    /// A provision it cites was repealed or replaced.
    CitedPartEnded,
    /// A document it cites ended.
    CitedEnded,
    /// It ended with its parent by rule of law; nobody has announced it.
    LapsedByLaw,
    /// A part of the text it details ended or was amended.
    ParentChanged,
    /// A legal basis was amended.
    BasisChanged,
    /// A provision it cites was amended.
    CitedChanged,
    /// A body, unit or paper it names was renamed or abolished.
    Renamed,
    /// A part of it ended.
    OwnPartEnded,
    /// A fault of the text itself that the review found.
    OwnFault,
    /// It was amended.
    OwnAmended,
}

impl Trigger {
    /// Every trigger, the weightiest first.
    pub const ALL: [Self; 16] = [
        Self::ContradictsHigher,
        Self::ContradictsLater,
        Self::ParentEnded,
        Self::DistrictEnds,
        Self::BasisEnded,
        Self::OwnSuspended,
        Self::CitedPartEnded,
        Self::CitedEnded,
        Self::LapsedByLaw,
        Self::ParentChanged,
        Self::BasisChanged,
        Self::CitedChanged,
        Self::Renamed,
        Self::OwnPartEnded,
        Self::OwnFault,
        Self::OwnAmended,
    ];

    /// The name for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::ContradictsHigher => "conflict.higher",
            Self::ContradictsLater => "conflict.later",
            Self::ParentEnded => "parent.ended",
            Self::DistrictEnds => "own.district",
            Self::BasisEnded => "basis.ended",
            Self::OwnSuspended => "own.suspended",
            Self::CitedPartEnded => "cited.part_ended",
            Self::CitedEnded => "cited.ended",
            Self::LapsedByLaw => "own.lapsed_by_law",
            Self::ParentChanged => "parent.changed",
            Self::BasisChanged => "basis.changed",
            Self::CitedChanged => "cited.changed",
            Self::Renamed => "terms.renamed",
            Self::OwnPartEnded => "own.part_ended",
            Self::OwnFault => "own.fault",
            Self::OwnAmended => "own.amended",
        }
    }

    /// The trigger with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.code() == code)
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ContradictsHigher => "Trái văn bản ban hành sau có hiệu lực pháp lý cao hơn",
            Self::ContradictsLater => "Khác văn bản ban hành sau của cùng cơ quan",
            Self::ParentEnded => "Văn bản được quy định chi tiết đã hết hiệu lực",
            Self::DistrictEnds => "Văn bản của cấp huyện, cấp đã chấm dứt hoạt động",
            Self::BasisEnded => "Căn cứ ban hành đã hết hiệu lực",
            Self::OwnSuspended => "Đang tạm ngưng hiệu lực",
            Self::CitedPartEnded => "Viện dẫn quy định đã bị bãi bỏ, thay thế",
            Self::CitedEnded => "Viện dẫn văn bản đã hết hiệu lực",
            Self::LapsedByLaw => "Hết hiệu lực theo văn bản được quy định chi tiết, chưa thấy công bố",
            Self::ParentChanged => "Văn bản được quy định chi tiết đã thay đổi một phần",
            Self::BasisChanged => "Căn cứ ban hành đã được sửa đổi, bổ sung",
            Self::CitedChanged => "Quy định được viện dẫn đã được sửa đổi, bổ sung",
            Self::Renamed => "Tên cơ quan, đơn vị, giấy tờ đã thay đổi",
            Self::OwnPartEnded => "Một phần đã hết hiệu lực",
            Self::OwnFault => "Lỗi của chính văn bản",
            Self::OwnAmended => "Đã được sửa đổi, bổ sung",
        }
    }

    /// What one cause of it adds at the most. Set by judgement, not fitted: a text that is contrary to law or has lost
    /// the law it details comes before one that cites an old number, and that before one whose text merely aged.
    pub fn points(self) -> u32 {
        match self {
            Self::ContradictsHigher => 60,
            Self::ContradictsLater | Self::ParentEnded => 50,
            Self::DistrictEnds => 45,
            Self::BasisEnded => 40,
            Self::OwnSuspended => 30,
            Self::CitedPartEnded => 25,
            Self::CitedEnded => 20,
            Self::LapsedByLaw | Self::ParentChanged => 15,
            Self::BasisChanged => 10,
            Self::CitedChanged => 8,
            Self::Renamed => 6,
            Self::OwnPartEnded => 5,
            Self::OwnFault => 4,
            Self::OwnAmended => 3,
        }
    }
}

/// One reason to look at a text again, with what proves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// What it is.
    pub trigger: Trigger,
    /// Where in the reviewed text it bears; `None` for the whole.
    pub eid: Option<Eid>,
    /// The words there; empty for the whole.
    pub quote: String,
    /// What changed, by what, since when, in Vietnamese.
    pub message: String,
    /// Since when; `None` where it is not known.
    pub since: Option<Date>,
    /// Probability that a reviewer would agree.
    pub confidence: f32,
    /// What proves it.
    pub evidence: Evidence,
}

/// Characters of a quotation that are kept: a sweep over a body of law holds thousands.
const QUOTED: usize = 320;

/// The words of a quotation, shortened to what is kept.
fn kept(words: &str) -> String {
    let words = squeeze(words);
    match words.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

/// What the findings of the ordinary review of a text are reasons for. `around` tells who came later, and since when
/// what the text cites is gone.
pub fn of_findings(text: &Document, findings: &[Finding], around: &Surroundings<'_>) -> Vec<Cause> {
    let cause = |finding: &Finding| {
        let evidence = finding.evidence().first()?.clone();
        let start = finding.span.start;
        let here = text.provisions.iter().rposition(|p| p.span.start <= start && start < p.span.end);
        // What an amending text tells others to say has been done, and is theirs.
        if here.is_some_and(|here| amends(text, here)) {
            return None;
        }
        // What the text itself ended it names in order to end it, and what had been done under an old text was.
        let ended = matches!(finding.check, Check::ValidityExpired | Check::ValidityPartlyExpired);
        let by_itself =
            || finding.evidence().iter().any(|evidence| evidence.document.as_ref() == Some(around.number()));
        if ended && (by_itself() || was_done_under(&text.text, start)) {
            return None;
        }
        let trigger = match finding.check {
            Check::BasisExpired => Trigger::BasisEnded,
            Check::ValidityExpired => Trigger::CitedEnded,
            Check::ValidityPartlyExpired => Trigger::CitedPartEnded,
            Check::TermsRenamedBody | Check::TermsAbolishedUnit | Check::TermsObsoleteTerm => Trigger::Renamed,
            // A note says that something is to be looked at, most often that another matter is spoken of.
            Check::ConflictContradiction if finding.severity == Severity::Note => return None,
            Check::ConflictContradiction => around.against(evidence.document.as_ref()?)?,
            // What has not begun is no reason to change what is in force.
            Check::ValidityNotYetInForce => return None,
            // A text that stands was made under the rules of its day: of its own faults only those count that do not
            // depend on today's, nor on the stored text being whole.
            Check::ReferenceDangling | Check::ReferenceWrongProvision
                if finding.severity == Severity::Error && evidence.document.is_some() =>
            {
                Trigger::OwnFault
            }
            _ => return None,
        };
        Some(Cause {
            trigger,
            eid: text.at(start).map(|unit| unit.eid.clone()),
            quote: kept(finding.span.of(&text.text)),
            message: finding.message.clone(),
            since: around.ended_since(finding.span),
            confidence: finding.confidence,
            evidence: Evidence { quote: kept(&evidence.quote), ..evidence },
        })
    };
    findings.iter().filter_map(cause).collect()
}

/// Whether the words before byte `at` say that something had been done under what is named there: "đã báo cáo theo Nghị
/// định số …".
fn was_done_under(text: &str, at: usize) -> bool {
    let clause = text[..at].rsplit(['\n', ';', '.']).next().unwrap_or_default().to_lowercase();
    let Some((before, after)) = clause.rsplit_once(" theo ") else { return false };
    let between = before.rsplit_once("đã ").map(|(_, between)| between.split_whitespace().collect::<Vec<_>>());
    // "đã được cấp phép phải báo cáo theo", "đã nộp thì thực hiện theo": what is still to be done.
    let still = ["phải", "thì", "thực", "tiếp"];
    after.split_whitespace().count() <= NEAR
        && between.is_some_and(|words| words.len() <= DONE && !words.iter().any(|word| still.contains(word)))
}

/// Words between "theo" and the name of a document ("quy định tại khoản 2 Điều 5").
const NEAR: usize = 9;
/// Words of what was done, between "đã" and "theo".
const DONE: usize = 12;

#[cfg(test)]
mod tests;
