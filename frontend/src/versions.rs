//! A review against that of the previous version of its draft: what is solved, what is new, what stays.

mod matching;

use crate::desk::Desk;
use crate::draft_view::severity_sign;
use crate::fetched::{asked, fetched, unfolded};
use crate::language::{Speech, written_date};
use crate::markup::Markup;
use crate::place::Place;
use crate::service::reviews;
use leptos::prelude::*;
use matching::{Pair, compare};
use rasoat_api::messages::{Language, Message, check_name, severity_name};
use rasoat_api::{Finding, Job, JobState, Review};
use std::rc::Rc;

/// The page of the comparison.
pub fn page(id: String, other: String) -> AnyView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::PreviousHeading);
    let (now, then) = (id.clone(), other.clone());
    let ask = async move {
        let names = (reviews::job(&then).await?.file_name, reviews::job(&now).await?.file_name);
        Ok((names, (reviews::result(&then).await?, reviews::result(&now).await?)))
    };
    let wanted = asked(ask, |(names, both), page, language| draw(names, both, page, language));
    view! {
        <div class="page versions">
            <p class="crumb particulars">
                <span><a href=Place::Review(id).hash()>{speech.say(Message::PreviousOpenReview)}</a></span>
                <span><a href=Place::Review(other).hash()>{speech.say(Message::PreviousOpenOther)}</a></span>
            </p>
            <h1>{speech.say(Message::PreviousHeading)}</h1>
            <p class="quiet">{speech.say(Message::PreviousPurpose)}</p>
            {fetched(wanted, "compared")}
        </div>
    }
    .into_any()
}

fn draw((before, after): &(String, String), (then, now): &(Review, Review), page: &Markup, language: Language) {
    let compared = compare(&then.findings, &now.findings);
    let of = Message::PreviousOf.fill(language, &[("name", after), ("other", before)]);
    page.law("p", "compared-files", &of);
    let counts = [compared.solved.len(), compared.new.len(), compared.stays.len()].map(|count| count.to_string());
    let values = [("solved", counts[0].as_str()), ("new", &counts[1]), ("stays", &counts[2])];
    page.say("p", "", &Message::PreviousCounts.fill(language, &values)).set(&[("id", "version-counts")]);
    if now.as_of != then.as_of {
        let (before, after) = (written_date(&then.as_of, language), written_date(&now.as_of, language));
        page.say("p", "caution", &Message::PreviousDates.fill(language, &[("before", &before), ("after", &after)]));
    }
    let three = page.put("div", &[("class", "three")]);
    let alone = |findings: Vec<&Finding>, name, heading| {
        let list = part(&three, name, heading, findings.len(), language);
        findings.into_iter().for_each(|finding| item(finding, None, &list, language));
    };
    alone(compared.solved, "solved", Message::PreviousSolved);
    alone(compared.new, "new", Message::PreviousNew);
    let list = part(&three, "stays", Message::PreviousStays, compared.stays.len(), language);
    for Pair { before, after } in compared.stays {
        item(after, Some(before), &list, language);
    }
}

fn part(three: &Markup, name: &str, heading: Message, count: usize, language: Language) -> Markup {
    let part = three.put("section", &[("class", "card version"), ("data-version", name)]);
    let heading = part.say("h2", "", &format!("{} ", heading.text(language)));
    heading.say("span", "count", &count.to_string());
    if count == 0 {
        part.say("p", "quiet", Message::PreviousNothing.text(language));
    }
    part.put("ul", &[("class", "version-list")])
}

fn item(finding: &Finding, before: Option<&Finding>, list: &Markup, language: Language) {
    let item = list.put("li", &[]);
    let head = item.put("p", &[]);
    let badge = head.put("span", &[("class", "badge"), ("data-severity", severity_sign(finding.severity))]);
    badge.put("span", &[("class", "sign"), ("aria-hidden", "true")]);
    badge.text(severity_name(finding.severity, language));
    head.say("b", "", &format!(" {}", check_name(&finding.check, language)));
    if !finding.quote.trim().is_empty() {
        item.law("blockquote", "quote", &finding.quote);
    }
    item.law("p", "", &finding.message);
    let Some(before) = before else { return };
    if before.quote.trim() != finding.quote.trim() {
        item.say("p", "quiet", Message::PreviousReworded.text(language)).law("del", "", &before.quote);
    }
    if before.severity != finding.severity {
        let words = [Message::PreviousSeverity.text(language), severity_name(before.severity, language)].join(": ");
        item.say("p", "quiet", &words);
    }
}

/// An earlier review is chosen as that of the previous version.
pub fn previous_choice(desk: Desk) -> AnyView {
    let ask = move || {
        let id = desk.id.get_value();
        asked(reviews::recent_reviews(), move |jobs, page, language| others(&id, jobs, page, language))
    };
    unfolded("previous", Message::PreviousHeading, Rc::new(ask), "chosen")
}

/// Ways to the comparison with each other review that is done.
fn others(id: &str, jobs: &[Job], page: &Markup, language: Language) {
    let done: Vec<&Job> = jobs.iter().filter(|job| job.state == JobState::Done && job.id != id).collect();
    if done.is_empty() {
        page.say("p", "quiet", Message::PreviousNone.text(language));
        return;
    }
    page.say("p", "quiet", &format!("{}:", Message::PreviousChoose.text(language)));
    let list = page.put("ul", &[("class", "rows")]);
    for job in done {
        let place = Place::ReviewAgainst { id: id.to_owned(), other: job.id.clone() };
        let item = list.put("li", &[]);
        item.link(&place.hash(), &job.file_name);
        item.say("span", "quiet", &written_date(&job.as_of, language));
    }
}
