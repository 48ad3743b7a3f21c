//! Rules of law about effect in time: when a text may start, what ends with its parent, what the end of the district
//! level did, and where a text binds.
//!
//! Hard because the rules themselves changed in 2016, in April 2025 and again in July 2025, so each is asked with the
//! day it is asked for. Law 80/2015/QH13, Articles 151-155; Law 64/2025/QH15, Articles 53-57; Law 87/2025/QH15,
//! Articles 1(20)-(22) and 3. What these rules leave to an announcement is never decided here: it comes back as a
//! [`Review`].

use super::{Confidence, Effect, Event, EventKind, EventSource, Scope, Status};
use crate::text::normalise;
use crate::{DocNumber, DocumentKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// First day of Law 80/2015/QH13.
const LAW_2015: Date = date(2016, 7, 1);
/// First day of Law 64/2025/QH15.
const LAW_2025: Date = date(2025, 4, 1);
/// First day of Law 87/2025/QH15, and of local government without districts.
const LAW_87: Date = date(2025, 7, 1);
/// First day on which no text of the district level is in force any more (Law 87/2025/QH15, Article 3(1)).
pub const DISTRICT_END: Date = date(2027, 3, 1);

/// A rule of law that decides, or that says why nothing can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The parent ended before 1/7/2016, under laws whose text was not seen.
    DetailingBefore2016,
    /// The detailing text ends together with its parent.
    DetailingEnds,
    /// What details the ended part ends with it; where that cannot be told apart, the whole text.
    DetailingPartEnds,
    /// The detailing text goes on as far as it is not contrary, unless announced as lapsed.
    DetailingContinues,
    /// The detailing text ends with its parent, unless announced to continue in whole or in part.
    DetailingEndsUnlessAnnounced,
    /// District texts go on to 28/02/2027 unless replaced or decided otherwise.
    DistrictTransition,
    /// A text that only amends ends with the text it amends.
    AmenderEndsWithBase,
    /// Where provinces or communes were merged, the new unit decides which of the old texts apply.
    MergedTerritory,
}

impl Rule {
    /// Name for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::DetailingBefore2016 => "detailing_before_2016",
            Self::DetailingEnds => "detailing_ends",
            Self::DetailingPartEnds => "detailing_part_ends",
            Self::DetailingContinues => "detailing_continues",
            Self::DetailingEndsUnlessAnnounced => "detailing_ends_unless_announced",
            Self::DistrictTransition => "district_transition",
            Self::AmenderEndsWithBase => "amender_ends_with_base",
            Self::MergedTerritory => "merged_territory",
        }
    }

    /// Where the rule stands, as a Vietnamese reader cites it.
    pub fn basis(self) -> &'static str {
        match self {
            Self::DetailingBefore2016 => "pháp luật về ban hành văn bản trước ngày 01/7/2016",
            Self::DetailingEnds => "khoản 4 Điều 154 Luật số 80/2015/QH13",
            Self::DetailingPartEnds => "điểm b khoản 2 Điều 38 Nghị định số 34/2016/NĐ-CP",
            Self::DetailingContinues => "khoản 2 Điều 57 Luật số 64/2025/QH15 (trước ngày 01/7/2025)",
            Self::DetailingEndsUnlessAnnounced => {
                "khoản 2 Điều 57 Luật số 64/2025/QH15, được sửa đổi bởi khoản 22 Điều 1 Luật số 87/2025/QH15"
            }
            Self::DistrictTransition => "Điều 3 Luật số 87/2025/QH15",
            Self::AmenderEndsWithBase => "Điều 57 Luật số 64/2025/QH15",
            Self::MergedTerritory => {
                "khoản 2 Điều 54 Luật số 64/2025/QH15, được sửa đổi bởi khoản 20 Điều 1 Luật số 87/2025/QH15"
            }
        }
    }
}

/// Why a person has to look (cần rà soát).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The rule that says so.
    pub rule: Rule,
    /// The document whose change brings it about, where one does.
    pub cause: Option<DocNumber>,
    /// Since when.
    pub since: Date,
}

/// How much of a document ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A part, by repeal, replacement or amendment.
    Part,
}

/// What was announced of a detailing text after its parent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    /// It goes on, wholly or in part.
    Continues(Extent),
    /// It lapsed, wholly, on this day.
    Lapsed(Date),
}

/// What a rule makes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It ends on this day, the first no longer in force.
    Ends(Date),
    /// It goes on.
    Continues,
    /// A person has to look.
    Review,
}

/// What happens to a text that details another (văn bản quy định chi tiết) when its parent ends on `day`.
///
/// Since 1 April 2025 nothing lapses by this rule alone: whether and what was announced is not known from the texts.
pub fn detailing(day: Date, extent: Extent, announced: Option<Announcement>) -> (Rule, Outcome) {
    if let Some(Announcement::Lapsed(day)) = announced {
        return (detailing_rule(day, extent), Outcome::Ends(day));
    }
    let rule = detailing_rule(day, extent);
    let outcome = match (rule, announced) {
        (Rule::DetailingEnds, _) => Outcome::Ends(day),
        (
            Rule::DetailingContinues | Rule::DetailingEndsUnlessAnnounced,
            Some(Announcement::Continues(Extent::Whole)),
        ) => Outcome::Continues,
        _ => Outcome::Review,
    };
    (rule, outcome)
}

fn detailing_rule(day: Date, extent: Extent) -> Rule {
    match extent {
        _ if day < LAW_2015 => Rule::DetailingBefore2016,
        Extent::Whole if day < LAW_2025 => Rule::DetailingEnds,
        Extent::Part if day < LAW_2025 => Rule::DetailingPartEnds,
        _ if day < LAW_87 => Rule::DetailingContinues,
        _ => Rule::DetailingEndsUnlessAnnounced,
    }
}

impl Status {
    /// This state of a detailing text, given the states of the texts it details on the same day.
    ///
    /// Where all of them ended whole and the last did so under the law of 2015, it ends with that one. In every other
    /// case of one ended, or partly ended, by then the state stays and says that it needs review: what details a law
    /// still in force lives on.
    #[must_use]
    pub fn detailing(mut self, parents: &[(DocNumber, Status)], as_of: Date) -> Self {
        if self.effect == Effect::Expired {
            return self;
        }
        let all_ended = parents.iter().all(|(_, state)| state.ended_on().is_some());
        // A text issued after the change was made for what the parent then said.
        let bears = |day: Date| self.from.is_none_or(|from| from < day);
        let changed = parents.iter().filter_map(|(parent, state)| {
            let (day, extent) = match state.ended_on() {
                Some(day) if all_ended => (day, Extent::Whole),
                Some(day) => (day, Extent::Part),
                None => (last_part_end(&state.events, as_of)?, Extent::Part),
            };
            bears(day).then_some((day, extent, parent, state))
        });
        // The last that ended takes the text along; of other changes the first is named.
        let deciding = if all_ended {
            changed.max_by_key(|(day, ..)| *day)
        } else {
            changed.min_by_key(|(day, _, _, state)| (state.ended_on().is_none(), *day))
        };
        let Some((day, extent, parent, state)) = deciding else { return self };
        let (rule, outcome) = detailing(day, extent, None);
        match outcome {
            Outcome::Ends(day) => {
                self.effect = Effect::Expired;
                self.to = Some(day);
                // The parent's end is known; that the parent is the only one is not.
                self.confidence = state.confidence.min(Confidence::Reported);
                self.events.push(by_law(EventKind::Repeals, Some(parent.clone()), day, self.confidence));
                self.review = Some(Review { rule, cause: Some(parent.clone()), since: day });
            }
            Outcome::Review => self.review = Some(Review { rule, cause: Some(parent.clone()), since: day }),
            Outcome::Continues => {}
        }
        self
    }

    /// The first day it was no longer in force, where it has ended whole.
    fn ended_on(&self) -> Option<Date> {
        self.to.filter(|_| self.effect == Effect::Expired)
    }

    /// This state of a local text, given who issued it: a text of the district level ends on 1 March 2027.
    #[must_use]
    pub fn of_local(mut self, issuer: &str, issued: Option<Date>, as_of: Date) -> Self {
        let Some(day) = district_end(issuer, issued) else { return self };
        if self.effect == Effect::Expired || as_of < LAW_87 {
            return self;
        }
        self.events.push(by_law(EventKind::Repeals, DocNumber::parse("87/2025/QH15"), day, Confidence::Confirmed));
        self.to = Some(self.to.map_or(day, |to| to.min(day)));
        if day <= as_of {
            self.effect = Effect::Expired;
            self.confidence = Confidence::Confirmed;
        } else {
            self.review = Some(Review { rule: Rule::DistrictTransition, cause: None, since: LAW_87 });
        }
        self
    }
}

/// The last day by `as_of` on which a part of the document ended or got another wording.
fn last_part_end(events: &[Event], as_of: Date) -> Option<Date> {
    let changed = events.iter().filter(|event| event.changes_text() && !event.inserts());
    changed.filter_map(|event| event.date).filter(|date| *date <= as_of).max()
}

fn by_law(kind: EventKind, by: Option<DocNumber>, date: Date, confidence: Confidence) -> Event {
    Event { kind, by, by_eid: None, scope: Scope::Whole, date: Some(date), source: EventSource::Document, confidence }
}

/// The end of a text that only amends others: when the last of them has ended (`bases`: the first day each is no
/// longer in force, `None` while it is).
pub fn amender_end(bases: &[Option<Date>]) -> Option<Date> {
    bases.iter().copied().collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// The level of government that issues a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Trung ương.
    Central,
    /// Cấp tỉnh.
    Province,
    /// Cấp huyện, abolished on 1 July 2025.
    District,
    /// Cấp xã.
    Commune,
}

/// Cities directly under the centre (thành phố trực thuộc trung ương), and since when.
const CENTRAL_CITIES: [(&str, Date); 9] = [
    ("hà nội", date(1945, 9, 2)),
    ("hồ chí minh", date(1976, 7, 2)),
    ("hải phòng", date(1945, 9, 2)),
    ("đà nẵng", date(1997, 1, 1)),
    ("cần thơ", date(2004, 1, 1)),
    ("huế", date(2025, 1, 1)),
    ("đồng nai", date(2026, 4, 30)),
    ("quảng ninh", date(2026, 9, 1)),
    ("bắc ninh", date(2026, 9, 20)),
];

/// The level of the body that issues a text, from its name; `None` where the name does not tell ("Ủy ban nhân dân").
pub fn level(issuer: &str, issued: Option<Date>) -> Option<Level> {
    let name = normalise(issuer).to_lowercase();
    let place = ["chủ tịch ", ""].into_iter().find_map(|chair| {
        let body = name.strip_prefix(chair)?;
        ["ủy ban nhân dân", "uỷ ban nhân dân", "hội đồng nhân dân", "ubnd", "hđnd"]
            .into_iter()
            .find_map(|committee| body.strip_prefix(committee))
    })?;
    let place = place.trim();
    let first = place.split(' ').next().unwrap_or_default();
    match first {
        "tỉnh" => Some(Level::Province),
        "huyện" | "quận" => Some(Level::District),
        "thị" if place.starts_with("thị trấn") => Some(Level::Commune),
        "thị" if place.starts_with("thị xã") => Some(Level::District),
        "xã" | "phường" | "đặc" => Some(Level::Commune),
        "thành" | "tp" | "tp." => {
            let city = place.trim_start_matches("thành phố").trim_start_matches("tp").trim_start_matches(['.', ' ']);
            let central = CENTRAL_CITIES.iter().any(|(name, since)| {
                city.split(',').next().is_some_and(|city| city.trim() == *name)
                    && issued.is_none_or(|issued| *since <= issued)
            });
            Some(if central { Level::Province } else { Level::District })
        }
        _ => None,
    }
}

/// The first day a district text is no longer in force, `None` where the issuer is no district or the text came after
/// the districts. Commune councils may stop applying it earlier in their own territory.
pub fn district_end(issuer: &str, issued: Option<Date>) -> Option<Date> {
    let is_district = level(issuer, issued) == Some(Level::District);
    (is_district && issued.is_none_or(|issued| issued < LAW_87)).then_some(DISTRICT_END)
}

/// The level a kind of document belongs to, as far as the kind alone tells.
pub fn level_of_kind(kind: DocumentKind) -> Option<Level> {
    match kind {
        DocumentKind::NghiQuyetHdnd
        | DocumentKind::QuyetDinhUbnd
        | DocumentKind::Other
        | DocumentKind::VanBanHopNhat => None,
        _ => Some(Level::Central),
    }
}

/// The earliest day on which a text passed or signed on `issued` may take effect by the ordinary procedure: the
/// 45th day after for central texts, the 10th for local ones (before 1 April 2025 the 7th below the province). `None`
/// before 1 July 2016, when other laws ruled. Under the shortened procedure it is the day of issue itself.
pub fn earliest_start(level: Level, issued: Date, shortened: bool) -> Option<Date> {
    if issued < LAW_2015 {
        return None;
    }
    let days: i64 = match level {
        _ if shortened => 0,
        Level::Central => 45,
        Level::District | Level::Commune if issued < LAW_2025 => 7,
        Level::Province | Level::District | Level::Commune => 10,
    };
    issued.checked_add(days.days()).ok()
}

/// Whether a text may take effect before it was issued (hiệu lực trở về trước).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retroactivity {
    /// It does not start before its day of issue.
    None,
    /// Allowed only if truly necessary, never to create or aggravate liability.
    Conditional,
    /// Forbidden to this issuer.
    Forbidden,
}

/// What the law says to a text of this level that starts on `effective` (Law 80/2015/QH13, Article 152; Law
/// 64/2025/QH15, Article 55, as amended). `by_chair`: issued by the chair of a provincial people's committee.
pub fn retroactivity(level: Level, by_chair: bool, issued: Date, effective: Date) -> Retroactivity {
    if effective >= issued {
        return Retroactivity::None;
    }
    match level {
        Level::Central => Retroactivity::Conditional,
        Level::Province if issued >= LAW_2025 && !by_chair => Retroactivity::Conditional,
        Level::Province | Level::District | Level::Commune => Retroactivity::Forbidden,
    }
}

/// Where a text binds (hiệu lực về không gian).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Territory {
    /// The whole country.
    Country,
    /// The unit of the body that issued it, within the bounds it then had.
    Unit(String),
}

/// Where a text binds, from its kind and issuer; `None` where neither tells.
pub fn territory(kind: DocumentKind, issuer: &str) -> Option<Territory> {
    if level_of_kind(kind) == Some(Level::Central) {
        return Some(Territory::Country);
    }
    let lower = issuer.to_lowercase();
    let at = ["nhân dân", "ubnd", "hđnd"].iter().find_map(|mark| lower.rfind(mark).map(|at| at + mark.len()))?;
    let unit = issuer.get(at..)?.trim();
    (!unit.is_empty()).then(|| Territory::Unit(unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_detailing_text_becomes_depends_on_the_day_its_parent_ended() {
        let whole = |day| detailing(day, Extent::Whole, None);
        assert_eq!(whole(date(2025, 3, 31)), (Rule::DetailingEnds, Outcome::Ends(date(2025, 3, 31))));
        assert_eq!(whole(date(2025, 4, 1)), (Rule::DetailingContinues, Outcome::Review));
        assert_eq!(whole(date(2025, 6, 30)), (Rule::DetailingContinues, Outcome::Review));
        assert_eq!(whole(date(2025, 7, 1)), (Rule::DetailingEndsUnlessAnnounced, Outcome::Review));
        assert_eq!(whole(date(2010, 1, 1)), (Rule::DetailingBefore2016, Outcome::Review));
        let part = detailing(date(2020, 1, 1), Extent::Part, None);
        assert_eq!(part, (Rule::DetailingPartEnds, Outcome::Review), "which part it details is not known");
    }

    #[test]
    fn a_text_that_details_two_laws_ends_with_the_last_of_them() {
        let parent = |number: &str, to: Option<Date>| {
            let effect = if to.is_some() { Effect::Expired } else { Effect::InForce };
            (
                DocNumber::from_normal(number),
                Status { effect, to, confidence: Confidence::Confirmed, ..Status::unknown() },
            )
        };
        let text = Status { effect: Effect::InForce, from: Some(date(2017, 1, 1)), ..Status::unknown() };
        let (first, last) = (date(2020, 1, 1), date(2021, 1, 1));
        let of = |parents: &[(DocNumber, Status)]| {
            let status = text.clone().detailing(parents, date(2024, 1, 1));
            (status.effect, status.to, status.review.map(|review| review.rule))
        };
        let both = [parent("1/2012/QH13", Some(last)), parent("2/2012/QH13", Some(first))];
        assert_eq!(of(&both), (Effect::Expired, Some(last), Some(Rule::DetailingEnds)));
        let one = [parent("1/2012/QH13", Some(last)), parent("2/2012/QH13", None)];
        assert_eq!(of(&one), (Effect::InForce, None, Some(Rule::DetailingPartEnds)));
        let before = [parent("1/2012/QH13", Some(date(2016, 12, 1)))];
        assert_eq!(of(&before), (Effect::InForce, None, None), "made for what came after");
    }

    #[test]
    fn an_announcement_settles_what_the_law_leaves_open() {
        let day = date(2026, 1, 1);
        let kept = detailing(day, Extent::Whole, Some(Announcement::Continues(Extent::Whole)));
        assert_eq!(kept.1, Outcome::Continues);
        let partly = detailing(day, Extent::Whole, Some(Announcement::Continues(Extent::Part)));
        assert_eq!(partly.1, Outcome::Review);
        let lapsed = detailing(day, Extent::Whole, Some(Announcement::Lapsed(date(2026, 2, 1))));
        assert_eq!(lapsed.1, Outcome::Ends(date(2026, 2, 1)));
    }

    #[test]
    fn a_district_text_lives_to_the_end_of_february_2027() {
        let before = Some(date(2020, 5, 1));
        assert_eq!(district_end("Ủy ban nhân dân huyện Nhà Bè", before), Some(DISTRICT_END));
        assert_eq!(district_end("Hội đồng nhân dân thành phố Thủ Đức", before), Some(DISTRICT_END));
        assert_eq!(district_end("Ủy ban nhân dân thành phố Huế", before), Some(DISTRICT_END), "under a province then");
        assert_eq!(district_end("Ủy ban nhân dân thành phố Huế", Some(date(2025, 2, 1))), None);
        assert_eq!(district_end("Ủy ban nhân dân Thành phố Hồ Chí Minh", before), None);
        assert_eq!(district_end("Ủy ban nhân dân tỉnh Phú Thọ", before), None);
        let status = Status { effect: Effect::InForce, ..Status::unknown() };
        let issuer = "Ủy ban nhân dân quận 1";
        let last = status.clone().of_local(issuer, before, date(2027, 2, 28));
        assert_eq!((last.effect, last.to), (Effect::InForce, Some(DISTRICT_END)));
        assert_eq!(last.review.map(|review| review.rule), Some(Rule::DistrictTransition));
        assert_eq!(status.of_local(issuer, before, date(2027, 3, 1)).effect, Effect::Expired);
    }

    #[test]
    fn a_start_too_early_can_be_told() {
        let issued = date(2026, 1, 1);
        assert_eq!(earliest_start(Level::Central, issued, false), Some(date(2026, 2, 15)));
        assert_eq!(earliest_start(Level::Commune, issued, false), Some(date(2026, 1, 11)));
        assert_eq!(earliest_start(Level::Commune, date(2020, 1, 1), false), Some(date(2020, 1, 8)));
        assert_eq!(earliest_start(Level::Central, issued, true), Some(issued));
        assert_eq!(earliest_start(Level::Central, date(2010, 1, 1), false), None);
    }

    #[test]
    fn only_some_may_reach_back() {
        let (issued, before) = (date(2026, 1, 10), date(2026, 1, 1));
        assert_eq!(retroactivity(Level::Province, false, issued, before), Retroactivity::Conditional);
        assert_eq!(retroactivity(Level::Province, true, issued, before), Retroactivity::Forbidden);
        assert_eq!(retroactivity(Level::Commune, false, issued, before), Retroactivity::Forbidden);
        assert_eq!(
            retroactivity(Level::Province, false, date(2020, 1, 10), date(2020, 1, 1)),
            Retroactivity::Forbidden
        );
        assert_eq!(retroactivity(Level::Central, false, issued, issued), Retroactivity::None);
    }

    #[test]
    fn a_local_text_binds_its_own_unit() {
        let unit = territory(DocumentKind::QuyetDinhUbnd, "Ủy ban nhân dân tỉnh Bình Phước");
        assert_eq!(unit, Some(Territory::Unit("tỉnh Bình Phước".to_owned())));
        assert_eq!(territory(DocumentKind::NghiDinh, "Chính phủ"), Some(Territory::Country));
        assert_eq!(territory(DocumentKind::QuyetDinhUbnd, "Ủy ban nhân dân"), None);
    }

    #[test]
    fn an_amender_dies_with_the_last_text_it_amends() {
        assert_eq!(amender_end(&[Some(date(2020, 1, 1)), Some(date(2021, 1, 1))]), Some(date(2021, 1, 1)));
        assert_eq!(amender_end(&[Some(date(2020, 1, 1)), None]), None);
        assert_eq!(amender_end(&[]), None);
    }
}
