//! From reasons to an order: what each adds to the score, what is proposed, and who comes first.
//!
//! The score is a sum that can be read back from its parts, and counted in whole tenths so that the order is total and
//! the same on every machine. What it weighs by is judgement ([`Trigger::points`]); nothing here was fitted.

use super::{Cause, Trigger};
use jiff::civil::Date;
use rasoat_law::{DocNumber, DocumentKind, Effect, Eid};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How urgently a text needs somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Nothing came after it that bears on it.
    Nothing,
    /// Something changed; whether it asks for anything is open.
    Look,
    /// Something is wrong by now.
    Act,
    /// The text itself is contrary to law, suspended, or has lost what it stands on: before all that merely cites.
    First,
}

impl Level {
    /// The name for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Look => "look",
            Self::Act => "act",
            Self::First => "first",
        }
    }

    /// The level with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Nothing, Self::Look, Self::Act, Self::First].into_iter().find(|level| level.code() == code)
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nothing => "không thấy căn cứ rà soát",
            Self::Look => "cần xem xét",
            Self::Act => "cần xử lý",
            Self::First => "cần xử lý trước",
        }
    }
}

/// The form in which a text is dealt with (hình thức xử lý; Decree 79/2025/NĐ-CP, Article 38).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Tạm ngưng, đình chỉ.
    Suspend,
    /// Thay thế.
    Replace,
    /// Bãi bỏ.
    Repeal,
    /// Sửa đổi, bổ sung, or repeal in part.
    Amend,
    /// Công bố hết hiệu lực.
    Announce,
    /// Nothing is proposed.
    None,
}

impl Form {
    /// The name for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Replace => "replace",
            Self::Repeal => "repeal",
            Self::Amend => "amend",
            Self::Announce => "announce",
            Self::None => "none",
        }
    }

    /// As the list names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Suspend => "Tạm ngưng hiệu lực, đình chỉ thi hành",
            Self::Replace => "Thay thế",
            Self::Repeal => "Bãi bỏ",
            Self::Amend => "Sửa đổi, bổ sung hoặc bãi bỏ một phần",
            Self::Announce => "Công bố hết hiệu lực",
            Self::None => "Chưa kiến nghị",
        }
    }
}

/// What is proposed; a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The form.
    pub form: Form,
    /// Why this form, in Vietnamese.
    pub why: String,
}

/// What one trigger adds to a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The trigger.
    pub trigger: Trigger,
    /// How many different things of the law around the text bring it about.
    pub count: usize,
    /// What they add, in tenths of a point: the surest whole, the second by half, the third by a quarter, and so on.
    pub tenths: u32,
}

/// A text weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Where it stands among others.
    pub place: Place,
    /// What the score is made of, the weightiest first.
    pub parts: Vec<Part>,
    /// What is proposed.
    pub proposal: Proposal,
    /// The reasons, weightiest triggers first, within one in the order of the text.
    pub causes: Vec<Cause>,
}

/// What decides the order: the least comes first. Total, since numbers of documents are distinct.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    level: Reverse<Level>,
    score: Reverse<u32>,
    /// 1 is the highest: what rests on a text waits for it.
    rank: u8,
    issued: Option<Date>,
    number: DocNumber,
}

impl Place {
    /// A place by level, score in tenths of a point, rank of the kind, day of issue and number.
    pub fn new(level: Level, score: u32, rank: Option<u8>, issued: Option<Date>, number: DocNumber) -> Self {
        Self { level: Reverse(level), score: Reverse(score), rank: rank.unwrap_or(u8::MAX), issued, number }
    }

    /// How urgently it needs somebody.
    pub fn level(&self) -> Level {
        self.level.0
    }

    /// The score, in tenths of a point.
    pub fn score(&self) -> u32 {
        self.score.0
    }

    /// The document.
    pub fn number(&self) -> &DocNumber {
        &self.number
    }
}

/// Below this a reason does not make a text one to act on.
const SURE: f32 = 0.75;

/// Weighs the reasons to look at a text again. `number`, `rank` and `issued` are the text's, `effect` its state on the
/// day.
pub fn assess(
    number: &DocNumber,
    rank: Option<u8>,
    issued: Option<Date>,
    effect: Effect,
    mut causes: Vec<Cause>,
) -> Assessment {
    // What ended is no more to be mended; that it ended by rule of law alone is still to be announced.
    if effect == Effect::Expired {
        causes.retain(|cause| cause.trigger == Trigger::LapsedByLaw);
    }
    // Stable: within a trigger the order of the text stays.
    causes.sort_by_key(|cause| cause.trigger);
    let parts = parts(&causes);
    let score = parts.iter().map(|part| part.tenths).sum();
    let surely = |trigger: Trigger| causes.iter().any(|c| c.trigger == trigger && c.confidence >= SURE);
    let level = if causes.is_empty() {
        Level::Nothing
    } else if GRAVE.into_iter().any(surely) {
        Level::First
    } else if ACTED_ON.into_iter().any(surely) {
        Level::Act
    } else {
        Level::Look
    };
    let place = Place::new(level, score, rank, issued, number.clone());
    Assessment { place, parts, proposal: proposal(number, level, &causes), causes }
}

/// Triggers that concern the text as a whole or make it contrary to law.
const GRAVE: [Trigger; 5] = [
    Trigger::ContradictsHigher,
    Trigger::ContradictsLater,
    Trigger::ParentEnded,
    Trigger::DistrictEnds,
    Trigger::OwnSuspended,
];

/// The others that ask for something; what is in neither list asks only for a look.
const ACTED_ON: [Trigger; 4] =
    [Trigger::BasisEnded, Trigger::CitedPartEnded, Trigger::CitedEnded, Trigger::LapsedByLaw];

/// What changed: a document, its provision, or words of no document.
type Thing<'a> = (Option<&'a DocNumber>, Option<&'a Eid>, Option<&'a str>);

fn parts(causes: &[Cause]) -> Vec<Part> {
    // One thing that changed counts once, however often the text speaks of it.
    let mut things: BTreeMap<Trigger, BTreeMap<Thing<'_>, u32>> = BTreeMap::new();
    for cause in causes {
        let nameless = cause.evidence.document.is_none().then_some(cause.message.as_str());
        let thing = (cause.evidence.document.as_ref(), cause.evidence.eid.as_ref(), nameless);
        let tenths = (f64::from(cause.trigger.points()) * 10.0 * f64::from(cause.confidence.clamp(0.0, 1.0))).round();
        let most = things.entry(cause.trigger).or_default().entry(thing).or_default();
        *most = (*most).max(tenths as u32);
    }
    let mut parts: Vec<Part> = things
        .into_iter()
        .map(|(trigger, things)| {
            let mut each: Vec<u32> = things.into_values().collect();
            each.sort_unstable_by_key(|tenths| Reverse(*tenths));
            let tenths = each.iter().zip(0_u32..).map(|(tenths, nth)| tenths.checked_shr(nth).unwrap_or(0)).sum();
            Part { trigger, count: each.len(), tenths }
        })
        .collect();
    parts.sort_by_key(|part| (Reverse(part.tenths), part.trigger));
    parts
}

/// Whether a text is a joint circular of ministries: nothing of the kind is made any more, so that none can be amended
/// (Law 80/2015/QH13, Article 172; Law 64/2025/QH15, Article 4). Courts, procuracies and the State Audit still make some.
fn joint(number: &DocNumber) -> bool {
    DocumentKind::from_number(number.as_str(), None) == DocumentKind::ThongTuLienTich
        && !["TANDTC", "VKSNDTC", "KTNN"].iter().any(|body| number.as_str().contains(body))
}

fn proposal(number: &DocNumber, level: Level, causes: &[Cause]) -> Proposal {
    let has = |trigger: Trigger| causes.iter().any(|c| c.trigger == trigger && c.confidence >= SURE);
    let (form, why) = if level < Level::Act {
        (Form::None, "Pháp luật xung quanh đã thay đổi; người rà soát xem nội dung còn phù hợp hay không.")
    } else if has(Trigger::LapsedByLaw) {
        (Form::Announce, "Văn bản đã hết hiệu lực theo luật nhưng chưa thấy văn bản công bố.")
    } else if has(Trigger::ParentEnded) {
        (
            Form::Replace,
            "Văn bản được quy định chi tiết đã hết hiệu lực: ban hành văn bản mới theo văn bản thay thế, hoặc bãi bỏ nếu nội dung không còn đối tượng.",
        )
    } else if has(Trigger::DistrictEnds) {
        (
            Form::Repeal,
            "Cấp ban hành không còn: cấp có thẩm quyền bãi bỏ hoặc thay thế trước khi hết thời hạn chuyển tiếp.",
        )
    } else if joint(number) {
        (
            Form::Replace,
            "Thông tư liên tịch giữa các bộ không còn được ban hành nên không sửa đổi được: thay thế bằng văn bản của một cơ quan, hoặc bãi bỏ.",
        )
    } else if has(Trigger::ContradictsHigher) || has(Trigger::ContradictsLater) {
        (
            Form::Amend,
            "Một phần nội dung trái văn bản ban hành sau: sửa đổi hoặc bãi bỏ phần đó; đình chỉ thi hành nếu chờ sửa có thể gây thiệt hại.",
        )
    } else if has(Trigger::OwnSuspended) {
        (Form::Suspend, "Văn bản đang tạm ngưng: quyết định cho tiếp tục, sửa đổi hoặc bãi bỏ.")
    } else if has(Trigger::BasisEnded) && !has(Trigger::CitedEnded) && !has(Trigger::CitedPartEnded) {
        (
            Form::Amend,
            "Căn cứ ban hành đã hết hiệu lực: đối chiếu nội dung với văn bản thay thế, sửa đổi hoặc thay thế phần không còn phù hợp.",
        )
    } else {
        (Form::Amend, "Văn bản viện dẫn quy định không còn hiệu lực: sửa phần viện dẫn và nội dung dựa trên nó.")
    };
    Proposal { form, why: why.to_owned() }
}
