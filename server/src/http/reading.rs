//! The reading room: a document's text with its provisions, what it read as on two days, and who cites it. A text changes
//! seldom and is long, so whoever has it already is told so.

use super::problem::Problem;
use super::{Answer, Asked, Place, Service, aside, asked, tagged};
use crate::command::day;
use crate::failure::{Failure, Result};
use crate::wire;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use rasoat_api::{
    ChangeCause, ChangedArticle, ChangedParagraph, ChangedWords, CitedAt, CitingPlaces, DocumentChanges, DocumentView,
    ErrorDocument, routes,
};
use rasoat_assistant::Corpus;
use rasoat_assistant::consolidation::{Amended, Order};
use rasoat_formats::redline::{ChangeKind, Compared, Words, redline};
use rasoat_law::amend::Consolidated;
use rasoat_law::{ByteSpan, DocNumber, Eid, text};
use serde::Deserialize;
use std::sync::Arc;

/// Articles that are looked back for the rest of one.
const NEAR: usize = 8;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::DOCUMENT, get(document))
        .route(routes::DOCUMENT_CHANGES, get(changes))
        .route(routes::DOCUMENT_CITING, get(citing))
}

/// A document with its provisions, on a date.
#[utoipa::path(get, path = routes::DOCUMENT, params(Place), responses((status = 200, body = DocumentView), (status = 304), (status = 404, body = ErrorDocument)))]
async fn document(State(service): State<Arc<Service>>, headers: HeaderMap, query: Asked<Place>) -> Answer<Response> {
    let place = asked(query)?;
    let as_of = day(place.as_of.as_deref())?;
    let work = move || -> Result<String> {
        let (library, number) = (service.library.library(), place.number());
        let held = library.document(&number).ok_or_else(|| Failure::unknown_document(number.as_str()))?;
        let status = library.status(&number, as_of);
        let read = wire::document(&held.document);
        let view = DocumentView {
            document: number.to_string(),
            title: held.title.clone(),
            as_of: as_of.to_string(),
            metadata: read.metadata,
            text: read.text,
            provisions: read.provisions,
            effect: wire::effect(status.effect),
            notes: held.warnings(&status, as_of),
        };
        serde_json::to_string(&view).map_err(Failure::internal)
    };
    let body = aside(work).await.map_err(Problem::from)?;
    Ok(tagged(&headers, body))
}

/// A document on two days.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Days {
    /// Number of the document.
    document: String,
    /// One day.
    from: String,
    /// The other; today by default.
    to: Option<String>,
}

/// What a document read as on two days, with the amendments that the corpus holds worked in.
#[utoipa::path(get, path = routes::DOCUMENT_CHANGES, params(Days), responses((status = 200, body = DocumentChanges), (status = 404, body = ErrorDocument)))]
async fn changes(State(service): State<Arc<Service>>, headers: HeaderMap, query: Asked<Days>) -> Answer<Response> {
    let days = asked(query)?;
    let (one, other) = (day(Some(&days.from))?, day(days.to.as_deref())?);
    let busy = Arc::clone(&service);
    let _turn = busy.turns.take().await?;
    let work = move || -> Result<String> {
        let number = number(&days.document);
        let library = service.library.library();
        let amended = Amended::of(&*library, &number).ok_or_else(|| Failure::unknown_document(number.as_str()))?;
        serde_json::to_string(&between(&amended, one.min(other), one.max(other))).map_err(Failure::internal)
    };
    let body = aside(work).await.map_err(Problem::from)?;
    Ok(tagged(&headers, body))
}

fn number(written: &str) -> DocNumber {
    DocNumber::parse(written).unwrap_or_else(|| DocNumber::from_normal(text::normalise(written)))
}

/// The differences between two days, each with what caused it.
fn between(amended: &Amended, from: Date, to: Date) -> DocumentChanges {
    let (before, after) = (amended.on(from), amended.on(to));
    let held = amended.held();
    let mut told = DocumentChanges {
        document: held.number.to_string(),
        title: held.title.clone(),
        from: from.to_string(),
        to: to.to_string(),
        articles: Vec::new(),
        causes: Vec::new(),
        notes: amended.notes(&after, to),
    };
    for note in amended.notes(&before, from) {
        if !told.notes.contains(&note) {
            told.notes.push(note);
        }
    }
    if before.text() == after.text() {
        return told;
    }
    let mut causes = Causes { amended, after: &after, from, orders: Vec::new() };
    let mut reached = 0;
    for compared in redline(&before.document, &after.document).paragraphs {
        let span = place_in(after.text(), &compared, &mut reached);
        let (change, eid) = (code(compared.change), compared.new.as_ref().or(compared.old.as_ref()));
        let of = if compared.change == ChangeKind::Same { Vec::new() } else { causes.of(span, eid) };
        let article = eid.map(article);
        let paragraph = ChangedParagraph {
            change: change.to_owned(),
            eid: eid.map(ToString::to_string),
            words: compared.words.iter().map(words).collect(),
            causes: of,
        };
        // What went and what came may lie apart; of one article they are told together.
        match told.articles.iter_mut().rev().take(NEAR).find(|near| near.eid.is_some() && near.eid == article) {
            Some(near) => near.paragraphs.push(paragraph),
            None => told.articles.push(ChangedArticle { eid: article, paragraphs: vec![paragraph] }),
        }
    }
    told.articles.retain(|article| article.paragraphs.iter().any(|paragraph| paragraph.change != "same"));
    told.causes = causes.orders.into_iter().map(|(_, order)| cause(order)).collect();
    told
}

/// The orders that caused what was met so far.
struct Causes<'a> {
    amended: &'a Amended,
    after: &'a Consolidated,
    from: Date,
    orders: Vec<(usize, Order)>,
}

impl Causes<'_> {
    /// The places in `orders` of those that caused a paragraph's change: they wrote where it stands in the later text, or
    /// changed the provision that it stands in or stood in.
    fn of(&mut self, span: Option<ByteSpan>, eid: Option<&Eid>) -> Vec<usize> {
        let mut found = Vec::new();
        for change in &self.after.changes {
            let overlaps = |span: ByteSpan| change.span.start < span.end && span.start < change.span.end;
            let holds = |target: &Eid| eid.is_some_and(|eid| within(eid, target));
            let caused = span.map_or_else(|| change.eid.as_ref().is_some_and(holds), overlaps);
            // What was in effect on the earlier day is in both texts.
            if !caused || change.date.is_none_or(|date| date <= self.from) {
                continue;
            }
            let known = self.orders.iter().position(|(instruction, _)| *instruction == change.instruction);
            let at = known.or_else(|| {
                self.orders.push((change.instruction, self.amended.order(change.instruction)?));
                Some(self.orders.len() - 1)
            });
            found.extend(at.filter(|at| !found.contains(at)));
        }
        found
    }
}

/// Whether a provision is another or stands in it.
fn within(inner: &Eid, outer: &Eid) -> bool {
    inner == outer || inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with("__"))
}

/// Where a paragraph of the later text stands there; each is looked for behind the one before.
fn place_in(text: &str, compared: &Compared, reached: &mut usize) -> Option<ByteSpan> {
    if matches!(compared.change, ChangeKind::Removed | ChangeKind::MovedAway) {
        return None;
    }
    let own = compared.words.iter().filter_map(|words| match words {
        Words::Kept(text) | Words::Inserted(text) => Some(text.as_str()),
        Words::Deleted(_) => None,
    });
    let own: String = own.collect();
    let start = *reached + text.get(*reached..)?.find(&own)?;
    *reached = start + own.len();
    Some(ByteSpan::new(start, *reached))
}

/// The article that a provision stands in, or the outermost unit.
fn article(eid: &Eid) -> String {
    let whole = eid.as_str();
    let parts: Vec<&str> = whole.split("__").collect();
    let upto = parts.iter().position(|part| part.starts_with("art_")).unwrap_or(0);
    parts[..=upto].join("__")
}

fn code(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Same => "same",
        ChangeKind::Changed => "changed",
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::MovedAway => "moved_away",
        ChangeKind::MovedHere => "moved_here",
    }
}

fn words(words: &Words) -> ChangedWords {
    let (kind, text) = match words {
        Words::Kept(text) => ("kept", text),
        Words::Deleted(text) => ("deleted", text),
        Words::Inserted(text) => ("inserted", text),
    };
    ChangedWords { kind: kind.to_owned(), text: text.clone() }
}

fn cause(order: Order) -> ChangeCause {
    ChangeCause {
        by: order.by.to_string(),
        eid: order.eid.map(|eid| eid.to_string()),
        target: order.target.map(|eid| eid.to_string()),
        date: order.date.map(|date| date.to_string()),
        quote: order.quote,
    }
}

/// Whose citations are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Cited {
    /// Number of the document.
    document: String,
    /// Only citations of this provision, of what is in it and of what it is in.
    eid: Option<String>,
    /// How many, at the most 500; 50 by default.
    limit: Option<usize>,
}

/// Who in the corpus cites a document or a provision.
#[utoipa::path(get, path = routes::DOCUMENT_CITING, params(Cited), responses((status = 200, body = CitingPlaces), (status = 404, body = ErrorDocument)))]
async fn citing(State(service): State<Arc<Service>>, headers: HeaderMap, query: Asked<Cited>) -> Answer<Response> {
    let cited = asked(query)?;
    let limit = cited.limit.unwrap_or(50).clamp(1, 500);
    let busy = Arc::clone(&service);
    let _turn = busy.turns.take().await?;
    let work = move || -> Result<String> {
        let (library, number) = (service.library.library(), number(&cited.document));
        if library.document(&number).is_none() {
            return Err(Failure::unknown_document(number.as_str()));
        }
        let eid = cited.eid.filter(|eid| !eid.is_empty()).map(Eid::new);
        let touches = |target: Option<&Eid>| match (&eid, target) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(eid), Some(target)) => within(target, eid) || within(eid, target),
        };
        let mut found = library.citing(&number);
        found.retain(|place| touches(place.target.as_ref()));
        found.sort_by(|a, b| (a.document.as_str(), a.span.start).cmp(&(b.document.as_str(), b.span.start)));
        let total = found.len();
        let place = |place: rasoat_assistant::citing::Citing| {
            let held = library.document(&place.document)?;
            Some(CitedAt {
                document: place.document.to_string(),
                title: held.title.clone(),
                eid: place.eid.map(|eid| eid.to_string()),
                quote: place.span.of(&held.document.text).to_owned(),
                target: place.target.map(|eid| eid.to_string()),
            })
        };
        let places = found.into_iter().take(limit).filter_map(place).collect();
        serde_json::to_string(&CitingPlaces { total, places }).map_err(Failure::internal)
    };
    let body = aside(work).await.map_err(Problem::from)?;
    Ok(tagged(&headers, body))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(document, changes, citing))]
pub struct Description;
