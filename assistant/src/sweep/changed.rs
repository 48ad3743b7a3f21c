//! What changed around a text since it was made: its own life, its parent, its bases, and the provisions it cites.
//!
//! Hard because a name in an old text means the law of its day, and because only a change of the cited unit, or of what
//! encloses it or stands below it, is a change of what was cited. What ended is found by the ordinary review; here is
//! what goes on in another wording.

use super::{Cause, Trigger, kept};
use crate::corpus::{Corpus, CorpusDocument, review_note};
use crate::review::finding::{Evidence, EvidenceSource};
use crate::review::resolve::{amends, speaks_of_the_past};
use jiff::civil::Date;
use rasoat_law::cite::{self, Context, Role, Which};
use rasoat_law::effect::{Rule, Scope, Timeline};
use rasoat_law::register::Register;
use rasoat_law::{ByteSpan, DocNumber, Effect, Eid, Event, EventKind, EventSource, Status, date};
use std::collections::{BTreeMap, BTreeSet};

/// A text and the law around it on a day.
pub struct Surroundings<'a> {
    held: &'a CorpusDocument,
    corpus: &'a dyn Corpus,
    register: &'a Register,
    as_of: Date,
    status: Status,
    cited: Vec<Cited>,
}

/// A document, or a provision of it, that the text cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Where.
    pub span: ByteSpan,
    /// As a legal basis, or within the text.
    pub role: Role,
    /// The document.
    pub document: DocNumber,
    /// The provision; `None` for the whole.
    pub eid: Option<Eid>,
}

/// What a text cites as bases and in its norms, other documents only. Names mean the law of the text's day.
fn cited(held: &CorpusDocument, corpus: &dyn Corpus, register: &Register, as_of: Date) -> Vec<Cited> {
    let citations = cite::citations(&held.document.text, register);
    let outline = |number: &DocNumber| {
        corpus.document(number).map(|held| held.document.provisions.iter().map(|p| p.eid.clone()).collect())
    };
    let of_its_day = held.text_of().or(held.own_dates.effective).unwrap_or(as_of);
    let context = Context { document: &held.document, register, as_of: of_its_day, outline: &outline };
    let mut found: Vec<Cited> = Vec::new();
    for resolved in cite::resolve(&citations, &context) {
        let (role, span) = (resolved.citation.role, resolved.citation.span);
        if !matches!(role, Role::Basis | Role::Reference) {
            continue;
        }
        for place in resolved.places {
            if let Which::Known(document) = place.document
                && document != held.number
            {
                found.push(Cited { span, role, document, eid: place.eid });
            }
        }
    }
    found
}

impl<'a> Surroundings<'a> {
    /// Looks around a text.
    pub fn new(held: &'a CorpusDocument, corpus: &'a dyn Corpus, register: &'a Register, as_of: Date) -> Self {
        let status = corpus.status(&held.number, as_of);
        let cited = cited(held, corpus, register, as_of);
        Self { held, corpus, register, as_of, status, cited }
    }

    /// The text.
    pub(super) fn number(&self) -> &DocNumber {
        &self.held.number
    }

    /// The state of the text on the day.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The documents whose texts and lives its review rests on, itself and its parents included.
    pub fn rests_on(&self) -> BTreeSet<DocNumber> {
        let cited = self.cited.iter().map(|cited| cited.document.clone());
        cited.chain(self.held.details()).chain([self.held.number.clone()]).collect()
    }

    /// The last day whose changes the text can know of.
    fn made(&self) -> Option<Date> {
        self.held.text_of().or(self.held.own_dates.effective)
    }

    /// What a contradiction with this document is a reason for: only a later text counts, of higher rank or of the same
    /// issuer (Law 64/2025/QH15, Article 58).
    pub(super) fn against(&self, other: &DocNumber) -> Option<Trigger> {
        let other = self.corpus.document(other)?;
        prevails(&other, self.held)
    }

    /// Since when what is cited at a place is no longer in force.
    pub(super) fn ended_since(&self, span: ByteSpan) -> Option<Date> {
        let here = self.cited.iter().filter(|cited| cited.span.overlaps(span));
        here.filter_map(|cited| {
            let whole = self.corpus.status(&cited.document, self.as_of);
            match (whole.effect, &cited.eid) {
                (Effect::Expired, _) => whole.to,
                (_, Some(eid)) => {
                    let part = self.corpus.status_of(&cited.document, eid, self.as_of);
                    part.to.filter(|_| part.effect == Effect::Expired)
                }
                _ => None,
            }
        })
        .min()
    }

    fn evidence(&self, event: &Event, of: &DocNumber) -> Evidence {
        let words = event.by.as_ref().zip(event.by_eid.as_ref()).and_then(|(by, eid)| {
            let held = self.corpus.document(by)?;
            let provision = held.document.get(eid.as_str())?;
            Some(kept(held.document.text_of(provision)))
        });
        let from_text = words.is_some() && event.source == EventSource::Document;
        let document = event.by.clone().unwrap_or_else(|| of.clone());
        Evidence {
            effect: self.corpus.status(&document, self.as_of).effect,
            eid: event.by_eid.clone().filter(|_| words.is_some()),
            quote: words.unwrap_or_else(|| format!("Sổ hiệu lực: {}: {}.", self.name(of), told(event))),
            document: Some(document),
            source: if from_text { EvidenceSource::Corpus } else { EvidenceSource::Register },
            notes: Vec::new(),
        }
    }

    fn name(&self, number: &DocNumber) -> String {
        let entry = self.register.get(number).map(rasoat_law::register::Entry::title);
        entry.unwrap_or_else(|| format!("{} số {number}", self.kind_of(number)))
    }

    fn kind_of(&self, number: &DocNumber) -> &'static str {
        let held = self.corpus.document(number).map(|held| held.kind);
        match held.unwrap_or_else(|| rasoat_law::DocumentKind::from_number(number.as_str(), None)) {
            rasoat_law::DocumentKind::Other => "Văn bản",
            kind => kind.name(),
        }
    }

    /// What happened by the day, and after the text was made.
    fn since_made<'e>(&self, events: &'e [Event]) -> impl Iterator<Item = &'e Event> {
        let (made, as_of) = (self.made(), self.as_of);
        events.iter().filter(move |event| {
            event.by.is_some() && event.earliest().is_some_and(|day| day <= as_of && made.is_none_or(|made| day > made))
        })
    }
}

/// Whether `later` came after `earlier` and prevails over it, and by which rule.
pub fn prevails(later: &CorpusDocument, earlier: &CorpusDocument) -> Option<Trigger> {
    let (Some(after), Some(before)) = (later.own_dates.issued, earlier.own_dates.issued) else { return None };
    if after <= before || later.number == earlier.number {
        return None;
    }
    match (later.kind.rank(), earlier.kind.rank()) {
        (Some(theirs), Some(ours)) if theirs < ours => Some(Trigger::ContradictsHigher),
        // The same issuer's later text prevails among texts of one rank; a lower one of its own never does.
        (Some(theirs), Some(ours)) if theirs == ours && later.issuer.is_some() && later.issuer == earlier.issuer => {
            Some(Trigger::ContradictsLater)
        }
        _ => None,
    }
}

/// Why a text has to be looked at again, from what happened to it and to what it rests on. In the order of the text,
/// what concerns the whole first. What the ordinary review finds comes from [`super::of_findings`].
pub fn causes(around: &Surroundings<'_>) -> Vec<Cause> {
    let mut found = own(around);
    found.extend(parent(around));
    found.extend(rewritten(around));
    found
}

/// "được sửa đổi, bổ sung bởi 85/2025/QH15 từ ngày 01/7/2025".
fn told(event: &Event) -> String {
    let what = match event.kind {
        EventKind::Amends => "được sửa đổi, bổ sung",
        EventKind::Replaces => "bị thay thế",
        EventKind::Repeals => "bị bãi bỏ",
        EventKind::Suspends => "bị tạm ngưng hiệu lực",
        EventKind::TakesEffect => "được bổ sung",
        EventKind::Resumes => "tiếp tục có hiệu lực",
        EventKind::Corrects => "được đính chính",
    };
    let by = event.by.as_ref().map(|by| format!(" bởi {by}")).unwrap_or_default();
    let since = event.date.map(|day| format!(" từ ngày {}", date::show(day))).unwrap_or_default();
    format!("{what}{by}{since}")
}

fn sure(event: &Event) -> f32 {
    match event.confidence {
        rasoat_law::Confidence::Confirmed => 0.98,
        rasoat_law::Confidence::Reported => 0.9,
        rasoat_law::Confidence::Doubtful => 0.5,
    }
}

/// What happened to the text itself: amended, ended in part, suspended.
fn own(around: &Surroundings<'_>) -> Vec<Cause> {
    let number = &around.held.number;
    let past = around.status.events.iter().filter(|event| event.date.is_none_or(|day| day <= around.as_of));
    past.filter_map(|event| {
        let trigger = match event.kind {
            EventKind::Suspends if around.status.effect == Effect::Suspended => Trigger::OwnSuspended,
            EventKind::Replaces | EventKind::Repeals if event.scope != Scope::Whole => Trigger::OwnPartEnded,
            EventKind::Amends => Trigger::OwnAmended,
            _ => return None,
        };
        event.by.as_ref()?;
        let parts: Vec<String> = event.scope.parts().iter().map(Eid::label).collect();
        let which = if parts.is_empty() { "Văn bản".to_owned() } else { parts.join(", ") };
        Some(Cause {
            trigger,
            eid: event.scope.parts().first().cloned(),
            quote: String::new(),
            message: format!("{which} {}.", told(event)),
            since: event.date,
            confidence: sure(event),
            evidence: around.evidence(event, number),
        })
    })
    .collect()
}

/// What became of the text it details, by the rules of law about detailing and district texts.
fn parent(around: &Surroundings<'_>) -> Option<Cause> {
    let review = around.status.review.as_ref()?;
    let lapsed = around.status.effect == Effect::Expired;
    let whole = |cause: &DocNumber| around.corpus.timeline(cause).status(around.as_of).effect == Effect::Expired;
    let trigger = match (review.rule, &review.cause) {
        (Rule::DistrictTransition, _) => Trigger::DistrictEnds,
        (_, Some(_)) if lapsed => Trigger::LapsedByLaw,
        (_, Some(cause)) if whole(cause) => Trigger::ParentEnded,
        _ => Trigger::ParentChanged,
    };
    let cause = review.cause.as_ref();
    let events = cause.map(|cause| around.corpus.timeline(cause).events().to_vec()).unwrap_or_default();
    let proof = events.iter().find(|event| event.date == Some(review.since) && event.by.is_some());
    let evidence = match (proof, cause) {
        (Some(event), Some(cause)) => around.evidence(event, cause),
        _ => Evidence {
            effect: cause.map_or(Effect::Unknown, |cause| around.corpus.status(cause, around.as_of).effect),
            document: cause.cloned(),
            eid: None,
            quote: format!("Theo {}.", review.rule.basis()),
            source: EvidenceSource::Register,
            notes: Vec::new(),
        },
    };
    Some(Cause {
        trigger,
        eid: None,
        quote: String::new(),
        message: match cause {
            Some(cause) if trigger == Trigger::LapsedByLaw => format!(
                "Hết hiệu lực từ ngày {} cùng {} mà văn bản này quy định chi tiết: theo {}.",
                date::show(review.since),
                around.name(cause),
                review.rule.basis()
            ),
            _ => review_note(review),
        },
        since: Some(review.since),
        // The parent is read from the title, and is seldom the only one.
        confidence: 0.8,
        evidence,
    })
}

/// What the text cites that goes on in another wording.
fn rewritten(around: &Surroundings<'_>) -> Vec<Cause> {
    let document = &around.held.document;
    let mut lives: BTreeMap<&DocNumber, Timeline> = BTreeMap::new();
    let mut seen: BTreeSet<(&DocNumber, Option<&Eid>, Option<&Eid>)> = BTreeSet::new();
    let mut found = Vec::new();
    for cited in &around.cited {
        let here =
            document.provisions.iter().rposition(|p| p.span.start <= cited.span.start && cited.span.start < p.span.end);
        let basis = cited.role == Role::Basis;
        if !basis
            && (cited.eid.is_none()
                || speaks_of_the_past(document, cited.span.start)
                || here.is_some_and(|here| amends(document, here)))
        {
            continue;
        }
        let unit = here.map(|at| &document.provisions[at].eid);
        if !seen.insert((&cited.document, cited.eid.as_ref(), unit)) {
            continue;
        }
        let life = lives.entry(&cited.document).or_insert_with(|| around.corpus.timeline(&cited.document));
        if life.status(around.as_of).effect == Effect::Expired {
            continue;
        }
        let whole = [Scope::Whole];
        let event = around.since_made(life.events()).filter(|event| event.changes_text()).filter(|event| match &cited
            .eid
        {
            Some(eid) => event.scope.parts().iter().any(|part| part == eid || within(part, eid) || within(eid, part)),
            // Of a basis that was cited whole, any amendment; that a part of it is gone says less.
            None => event.kind == EventKind::Amends || !whole.contains(&event.scope),
        });
        // The last change tells what stands now.
        let Some(event) = event.last() else { continue };
        if let Some(eid) = &cited.eid
            && life.status_of(eid, around.as_of).effect == Effect::Expired
        {
            continue;
        }
        let label = cited.eid.as_ref().map(|eid| format!("{} ", eid.label())).unwrap_or_default();
        let name = around.name(&cited.document);
        let (trigger, what) = if basis {
            (Trigger::BasisChanged, "Căn cứ ban hành")
        } else {
            (Trigger::CitedChanged, "Quy định được viện dẫn")
        };
        found.push(Cause {
            trigger,
            eid: unit.cloned(),
            quote: kept(cited.span.of(&document.text)),
            message: format!("{what} {label}{name} {} sau khi văn bản này được ban hành.", told(event)),
            since: event.date,
            confidence: sure(event) * if event.date.is_some() { 1.0 } else { 0.6 },
            evidence: around.evidence(event, &cited.document),
        });
    }
    found
}

fn within(inner: &Eid, outer: &Eid) -> bool {
    inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with("__"))
}
