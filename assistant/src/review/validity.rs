//! `validity.expired`, `validity.partly_expired`, `validity.not_yet_in_force`, `basis.expired`: documents and provisions
//! cited that are not in force.

pub(super) mod unknown;

use super::Law;
use super::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use super::resolve::{Resolved, ResolvedTarget, is_head_or_note, speaks_of_the_past};
use rasoat_law::cite::Role;
use rasoat_law::effect::{Event, EventSource, Rule, Scope};
use rasoat_law::register::Entry;
use rasoat_law::{Confidence, Document, Effect, Eid, Status, date};

pub(super) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for r in resolved {
        let is_basis = r.citation.role == Role::Basis;
        let cites = r.citation.role == Role::Reference && !is_head_or_note(draft, r.span.start);
        if !(is_basis || cites && !speaks_of_the_past(draft, r.span.start)) {
            continue;
        }
        // A list of provisions of one document is one finding.
        let Some(target) = r.targets.iter().find(|t| !t.is_this) else { continue };
        let Some(status) = &target.status else { continue };
        match status.effect {
            // What the draft itself replaced it may name.
            Effect::Expired if replaced_by_itself(draft, target) => {}
            Effect::Expired => findings.push(expired(draft, r, target, status, is_basis, law)),
            Effect::NotYetInForce => findings.push(not_yet(r, target, status)),
            _ => findings.extend(r.targets.iter().find_map(|target| part_expired(r, target, law))),
        }
    }
    findings
}

fn replaced_by_itself(draft: &Document, target: &ResolvedTarget<'_>) -> bool {
    let own = draft.metadata.number.as_ref();
    own.is_some_and(|own| target.entry.is_some_and(|entry| entry.replaced_by.contains(own)))
}

/// How grave and how sure a finding is that rests on this state.
fn weigh(status: &Status) -> (Severity, f32) {
    match status.confidence {
        // What follows from a rule of law about other documents is for a person to decide.
        _ if status.review.is_some() => (Severity::Warning, 0.6),
        Confidence::Confirmed => (Severity::Error, 0.98),
        Confidence::Reported => (Severity::Error, 0.9),
        Confidence::Doubtful => (Severity::Warning, 0.55),
    }
}

fn expired(
    draft: &Document,
    r: &Resolved<'_>,
    target: &ResolvedTarget<'_>,
    status: &Status,
    is_basis: bool,
    law: &Law<'_>,
) -> Finding {
    let (severity, confidence) = weigh(status);
    let since = status.to.map(|to| format!(" từ ngày {}", date::show(to))).unwrap_or_default();
    let successor = target.number.as_ref().and_then(|number| law.register.successor(number, law.as_of));
    // What ended it may have ended since.
    let ended_by = target.entry.and_then(|entry| entry.replaced_by.first()).and_then(|number| law.register.get(number));
    let proof = ended_by.or(successor);
    let ending = Ending::of(target, status, proof, law);
    let by = match (ended_by, successor) {
        (Some(first), Some(last)) if first.number != last.number => {
            format!(", được thay thế bởi {}; văn bản đang có hiệu lực là {}", first.title(), last.title())
        }
        (Some(only), None) | (_, Some(only)) => format!(", được thay thế bởi {}", only.title()),
        (None, None) => ending.told.clone(),
    };
    let role = if is_basis { "Căn cứ ban hành này" } else { "Văn bản được viện dẫn" };
    let message = format!("{role} là {} đã hết hiệu lực{since}{by}.", target.name());
    let in_force = successor.filter(|last| proof.is_some_and(|first| first.number != last.number));
    let check = if is_basis { Check::BasisExpired } else { Check::ValidityExpired };
    let replacement = successor.map(|successor| rewrite(draft, r, target, successor));
    let note = match (successor, r.targets.iter().any(|t| t.eid.is_some())) {
        (Some(successor), true) => Some(format!(
            "Điều, khoản tương ứng trong {} có thể mang số khác: cần tra lại trước khi thay.",
            successor.title()
        )),
        (Some(successor), false) => Some(format!("Thay bằng {}.", successor.title())),
        (None, _) => Some(match &ending.act {
            Some(act) => format!("Tra {act} và viện dẫn quy định đang điều chỉnh vấn đề."),
            None => "Chưa rõ văn bản thay thế: bỏ viện dẫn này hoặc tra văn bản đang điều chỉnh vấn đề.".into(),
        }),
    };
    let evidence = ending.evidence;
    let finding = Finding::new(check, severity, r.span, message, confidence, evidence).suggest(replacement, note);
    match in_force {
        Some(last) => finding.and(Evidence {
            document: Some(last.number.clone()),
            eid: None,
            quote: format!("Sổ hiệu lực: {}: đang có hiệu lực, thay thế về sau.", last.title()),
            effect: law.corpus.status(&last.number, law.as_of).effect,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        }),
        None => finding,
    }
}

/// The citation rewritten for the document in force, in the form the draft uses.
fn rewrite(draft: &Document, r: &Resolved<'_>, target: &ResolvedTarget<'_>, successor: &Entry) -> String {
    let words = r.span.of(&draft.text);
    let full_date =
        |entry: &Entry| entry.issued.map(|d| format!("ngày {:02} tháng {:02} năm {}", d.day(), d.month(), d.year()));
    let name = match (successor.kind.cited_by_name(), words.contains("ngày"), words.contains(" số ")) {
        (true, true, _) => {
            full_date(successor).map(|day| format!("{} {} {day}", successor.kind.name(), successor.name))
        }
        (true, false, true) => Some(successor.title()),
        _ => None,
    }
    .unwrap_or_else(|| successor.citation());
    // Provisions named before the document stay for a person to look up; only the document is replaced.
    let kind = target.kind.name();
    match words.rfind(kind) {
        Some(at) if r.targets.iter().any(|t| t.eid.is_some()) => format!("{}{name}", &words[..at]),
        _ => name,
    }
}

/// What ended a document, as far as it is known.
struct Ending {
    evidence: Evidence,
    /// What a message says of it after "đã hết hiệu lực từ ngày …", where the register names no successor.
    told: String,
    /// The act that ended it by its own words, as people call it.
    act: Option<String>,
}

impl Ending {
    fn of(target: &ResolvedTarget<'_>, status: &Status, successor: Option<&Entry>, law: &Law<'_>) -> Self {
        let untold = |evidence| Self { evidence, told: String::new(), act: None };
        if let Some(evidence) = successor.and_then(|by| repeal_clause(target, by, law)) {
            return untold(evidence);
        }
        let ended = status.events.iter().rfind(|event| {
            event.kind.ends() && event.scope == Scope::Whole && event.date.is_some() && event.date == status.to
        });
        // A text in the store that says so is better proof than a line of the register.
        if let Some((event, evidence)) = ended.and_then(|event| Some((event, clause_of(event, law)?)))
            && let Some(act) = event.by.as_ref().and_then(|by| law.corpus.document(by))
        {
            let clause = evidence.eid.as_ref().map(Eid::label).unwrap_or_default();
            return Self { evidence, told: format!(", theo {clause} {}", act.title), act: Some(act.title.clone()) };
        }
        let with_its_parent = status.review.as_ref().filter(|review| review.rule == Rule::DetailingEnds);
        if let Some((rule, cause)) = with_its_parent.and_then(|review| Some((review.rule, review.cause.as_ref()?))) {
            let name = law.register.get(cause).map_or_else(|| format!("văn bản số {cause}"), Entry::title);
            let since = status.to.map(|to| format!(" từ {}", date::show(to))).unwrap_or_default();
            let basis = rule.basis();
            let evidence = Evidence {
                document: Some(cause.clone()),
                eid: None,
                quote: format!(
                    "Sổ hiệu lực: {name}: hết hiệu lực{since}; văn bản quy định chi tiết hết hiệu lực cùng văn bản được \
                     quy định chi tiết ({basis})."
                ),
                effect: law.corpus.status(cause, law.as_of).effect,
                source: EvidenceSource::Register,
                notes: Vec::new(),
            };
            let told = format!(", cùng với {name} mà văn bản này quy định chi tiết ({basis})");
            return Self { evidence, told, act: None };
        }
        untold(register_entry(target, status, successor, law))
    }
}

/// The successor's own words that end the document, when the corpus holds them.
fn repeal_clause(target: &ResolvedTarget<'_>, successor: &Entry, law: &Law<'_>) -> Option<Evidence> {
    let number = target.number.as_ref()?;
    let held = law.corpus.document(&successor.number)?;
    let text = &held.document.text;
    // "1/2010/NĐ-CP" is not in "21/2010/NĐ-CP".
    let whole = |at: &usize| !text[..*at].ends_with(|c: char| c.is_ascii_digit());
    let at = text.match_indices(number.as_str()).map(|(at, _)| at).find(whole)?;
    let provision = held.document.at(at)?;
    let words = held.document.text_of(provision);
    words.contains("hết hiệu lực").then(|| Evidence {
        document: Some(successor.number.clone()),
        eid: Some(provision.eid.clone()),
        quote: rasoat_law::text::squeeze(words),
        effect: law.corpus.status(&successor.number, law.as_of).effect,
        source: EvidenceSource::Corpus,
        notes: Vec::new(),
    })
}

/// The words of the act that caused an event, when the corpus holds them.
fn clause_of(event: &Event, law: &Law<'_>) -> Option<Evidence> {
    let (by, eid) = event.by.as_ref().zip(event.by_eid.as_ref())?;
    let held = law.corpus.document(by)?;
    let provision = held.document.get(eid.as_str())?;
    Some(Evidence {
        document: Some(by.clone()),
        eid: Some(eid.clone()),
        quote: rasoat_law::text::squeeze(held.document.text_of(provision)),
        effect: law.corpus.status(by, law.as_of).effect,
        source: if event.source == EventSource::Document { EvidenceSource::Corpus } else { EvidenceSource::Register },
        notes: Vec::new(),
    })
}

fn register_entry(target: &ResolvedTarget<'_>, status: &Status, successor: Option<&Entry>, law: &Law<'_>) -> Evidence {
    let ended =
        status.to.map(|to| format!("hết hiệu lực từ {}", date::show(to))).unwrap_or_else(|| "hết hiệu lực".into());
    let by = successor.map(|s| format!("; thay thế bởi {}", s.title())).unwrap_or_default();
    let sure = match status.confidence {
        Confidence::Confirmed => "đã đối chiếu hai nguồn",
        Confidence::Reported => "theo một nguồn",
        Confidence::Doubtful => "nguồn chưa chắc chắn",
    };
    Evidence {
        document: successor.map(|s| s.number.clone()).or_else(|| target.number.clone()),
        eid: None,
        quote: format!("Sổ hiệu lực: {}: {ended}{by} ({sure}).", target.name()),
        effect: successor.map_or(status.effect, |s| law.corpus.status(&s.number, law.as_of).effect),
        source: EvidenceSource::Register,
        notes: Vec::new(),
    }
}

/// A provision that ended while its document goes on.
fn part_expired(r: &Resolved<'_>, target: &ResolvedTarget<'_>, law: &Law<'_>) -> Option<Finding> {
    let status = target.of_provision.as_ref().filter(|status| status.effect == Effect::Expired)?;
    let ended = status.events.iter().rfind(|event| {
        event.kind.ends() && event.scope != Scope::Whole && event.date.is_some_and(|date| date <= law.as_of)
    })?;
    let (severity, confidence) = weigh(status);
    let since = ended.date.map(|date| format!(" từ ngày {}", date::show(date))).unwrap_or_default();
    let by = ended.by.as_ref().map(|by| format!(" theo {by}")).unwrap_or_default();
    let label = target.eid.map(Eid::label).unwrap_or_default();
    let evidence = clause_of(ended, law).unwrap_or_else(|| Evidence {
        document: ended.by.clone().or_else(|| target.number.clone()),
        eid: ended.by_eid.clone(),
        quote: format!("Sổ hiệu lực: {label} {}: hết hiệu lực{since}{by}.", target.name()),
        effect: ended.by.as_ref().map_or(status.effect, |by| law.corpus.status(by, law.as_of).effect),
        source: if ended.source == EventSource::Document { EvidenceSource::Corpus } else { EvidenceSource::Register },
        notes: Vec::new(),
    });
    let message = format!("{label} {} đã hết hiệu lực{since}{by}.", target.name());
    let note = "Bỏ viện dẫn này, hoặc viện dẫn quy định đang điều chỉnh vấn đề.".to_owned();
    Some(
        Finding::new(Check::ValidityPartlyExpired, severity, r.span, message, confidence, evidence)
            .suggest(None, Some(note)),
    )
}

fn not_yet(r: &Resolved<'_>, target: &ResolvedTarget<'_>, status: &Status) -> Finding {
    let (_, confidence) = weigh(status);
    let from = status.from.map(date::show).unwrap_or_default();
    let message = format!("{} chỉ có hiệu lực từ ngày {from}, sau ngày rà soát.", target.name());
    let evidence = Evidence {
        document: target.number.clone(),
        eid: None,
        quote: format!("Sổ hiệu lực: {}: có hiệu lực từ {from}.", target.name()),
        effect: status.effect,
        source: EvidenceSource::Register,
        notes: Vec::new(),
    };
    Finding::new(Check::ValidityNotYetInForce, Severity::Warning, r.span, message, confidence, evidence).suggest(
        None,
        Some("Kiểm tra ngày dự thảo dự kiến có hiệu lực, hoặc viện dẫn văn bản đang có hiệu lực.".into()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_law::effect::Review;

    #[test]
    fn a_doubtful_state_and_one_that_a_rule_leaves_open_are_no_errors() {
        let of = |confidence, review| weigh(&Status { confidence, review, ..Status::unknown() }).0;
        assert_eq!(of(Confidence::Confirmed, None), Severity::Error);
        assert_eq!(of(Confidence::Doubtful, None), Severity::Warning);
        let review = Review { rule: Rule::DetailingEnds, cause: None, since: jiff::civil::date(2024, 1, 1) };
        assert_eq!(of(Confidence::Confirmed, Some(review)), Severity::Warning);
    }
}
