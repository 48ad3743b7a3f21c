//! Many documents at a glance: the recent drafts, and a sweep of a body of law.

use crate::chart::{self, Bar};
use crate::fetched::{asked, fetched};
use crate::language::{Speech, written_date};
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::{Failure, reviews, sweeps};
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message, effect_name};
use rasoat_api::{Finding, JobState, Severity, SweepRow};

/// Drafts that are drawn.
const DRAFTS: usize = 30;
/// Documents of a sweep that are drawn; the table of reasons has all that need action.
const SWEPT: usize = 60;

/// The page of the recent drafts, of the sweeps, or of one.
pub fn page(place: Place) -> AnyView {
    let speech = expect_context::<Speech>();
    let (heading, wanted) = match place {
        Place::Sweep(id) => {
            let name = id.clone();
            let heading = move |language| Message::SweepOf.fill(language, &[("name", &name)]);
            let ask = async move { sweeps::one(&id).await };
            (Box::new(heading) as Box<dyn Fn(Language) -> String + Send + Sync>, asked(ask, draw_sweep))
        }
        Place::Sweeps => (
            said(Message::SweepsHeading),
            asked(sweeps::all(), |rows, page, language| {
                draw_sweeps(rows, page, language);
            }),
        ),
        _ => (said(Message::BatchHeading), asked(drafts(), draw_drafts)),
    };
    let heading = StoredValue::new(heading);
    speech.entitle_with(move |speech| heading.with_value(|heading| heading(speech.language())));
    view! {
        <div class="page versions glance">
            <p class="crumb particulars">
                <span><a href=Place::Drafts.hash()>{speech.say(Message::BatchHeading)}</a></span>
                <span><a href=Place::Sweeps.hash()>{speech.say(Message::SweepsHeading)}</a></span>
            </p>
            <h1>{move || heading.with_value(|heading| heading(speech.language()))}</h1>
            {fetched(wanted, "evaluation")}
        </div>
    }
    .into_any()
}

fn said(message: Message) -> Box<dyn Fn(Language) -> String + Send + Sync> {
    Box::new(move |language| message.text(language).to_owned())
}

/// How many errors, warnings and notes.
fn counted(findings: &[Finding]) -> [usize; 3] {
    [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| findings.iter().filter(|finding| finding.severity == severity).count())
}

/// A draft's identifier, name, date and counts.
type Draft = (String, String, String, [usize; 3]);

/// The recent drafts with their counts, and how many could not be had.
async fn drafts() -> Result<(Vec<Draft>, usize), Failure> {
    let jobs = reviews::recent_reviews().await?;
    let (mut found, mut failed) = (Vec::new(), 0);
    for job in jobs.into_iter().filter(|job| job.state == JobState::Done).take(DRAFTS) {
        match reviews::result(&job.id).await {
            Ok(review) => found.push((job.id, job.file_name, job.as_of, counted(&review.findings))),
            Err(_) => failed += 1,
        }
    }
    Ok((found, failed))
}

fn draw_drafts((found, failed): &(Vec<Draft>, usize), page: &Markup, language: Language) {
    page.say("p", "quiet", Message::BatchPurpose.text(language));
    if *failed > 0 {
        page.say("p", "caution", &Message::BatchFailed.fill(language, &[("count", &failed.to_string())]));
    }
    if found.is_empty() {
        page.say("p", "", Message::BatchNone.text(language));
        return;
    }
    let bar = |(id, name, as_of, counts): &Draft| Bar {
        name: name.clone(),
        aside: Message::ReviewAsOf.fill(language, &[("date", &written_date(as_of, language))]),
        address: Place::Review(id.clone()).hash(),
        counts: *counts,
    };
    chart::draw(page, &found.iter().map(bar).collect::<Vec<_>>(), Message::ColumnDraft, language);
}

fn draw_sweeps(rows: &[SweepRow], page: &Markup, language: Language) {
    page.say("p", "quiet", Message::SweepsPurpose.text(language));
    if rows.is_empty() {
        page.say("p", "", Message::SweepsNone.text(language));
        page.say("p", "quiet", Message::SweepsNoneHint.text(language));
        return;
    }
    let list = page.put("ul", &[("class", "rows")]);
    for row in rows {
        let item = list.put("li", &[]);
        item.link(&Place::Sweep(row.id.clone()).hash(), &row.id);
        item.say("span", "quiet", &told(&row.as_of, row.counts, language));
    }
}

fn told(as_of: &str, counts: rasoat_api::SweepCounts, language: Language) -> String {
    let numbers = [counts.selected, counts.act, counts.look].map(|count| count.to_string());
    let date = written_date(as_of, language);
    let values = [("date", date.as_str()), ("selected", &numbers[0]), ("act", &numbers[1]), ("look", &numbers[2])];
    Message::SweepSaid.fill(language, &values)
}

fn draw_sweep(swept: &sweeps::Shown, page: &Markup, language: Language) {
    page.say("p", "", &told(&swept.as_of, swept.counts, language));
    for note in &swept.notes {
        page.law("p", "quiet", note);
    }
    let place = |document: &str| {
        Place::Law { document: document.to_owned(), eid: String::new(), as_of: swept.as_of.clone() }.hash()
    };
    let bar = |of: &sweeps::Document| Bar {
        name: of.document.clone(),
        aside: of.title.clone(),
        address: place(&of.document),
        counts: [of.findings.errors, of.findings.warnings, of.findings.notes],
    };
    let bars: Vec<Bar> = swept.documents.iter().take(SWEPT).map(bar).collect();
    chart::draw(page, &bars, Message::ColumnDocument, language);
    let acted: Vec<&sweeps::Document> = swept.documents.iter().filter(|of| of.rank.is_some()).collect();
    if acted.is_empty() {
        return;
    }
    let row = |of: &&sweeps::Document| {
        let reasons: Vec<&str> = of.reasons.iter().map(|reason| reason.label.as_str()).collect();
        Row {
            head: Cell::Link(place(&of.document), of.document.clone()),
            cells: vec![
                Cell::Number(of.rank.unwrap_or_default().to_string()),
                Cell::Text(effect_name(of.effect, language).to_owned()),
                Cell::Law(of.proposal.label.clone()),
                Cell::Law(reasons.join(" ")),
            ],
            class: "",
        }
    };
    let heads = [
        Message::ColumnDocument,
        Message::ColumnRank,
        Message::ColumnEffect,
        Message::SweepProposal,
        Message::SweepReasons,
    ];
    let heads = heads.map(|head| head.text(language).to_owned());
    page.say("h2", "", Message::SweepReasons.text(language));
    page.table(Message::SweepReasons.text(language), &heads, acted.iter().map(row).collect());
}
