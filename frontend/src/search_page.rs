//! Looking up: provisions in force that bear on some words, or a document by its number.

use crate::draft_text::around;
use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, today};
use crate::place::Place;
use crate::provision_context::Notes;
use crate::provision_label::provision_label;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Hit, Hits};
use std::ops::Range;
use std::sync::Arc;
use web_sys::SubmitEvent;

/// Bytes of a hit's text that are shown, about.
const SHOWN: usize = 520;

/// A piece of a hit's text, and whether it is what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    words: String,
    matched: bool,
}

/// The part of a text that answers best, cut to a length at blanks, with the words that matched; what was left out before
/// and behind shows as an ellipsis.
fn excerpt(text: &str, passage: Option<Range<usize>>, matched: &[Range<usize>]) -> Vec<Piece> {
    let start = passage.map_or(0, |passage| passage.start.min(text.len()));
    let start = text.floor_char_boundary(start);
    let mut end = text.floor_char_boundary((start + SHOWN).min(text.len()));
    if end < text.len() {
        end = text[start..end].rfind(char::is_whitespace).map_or(end, |at| start + at);
    }
    let mut spans: Vec<Range<usize>> = matched
        .iter()
        .filter(|span| span.start >= start && span.end <= end && span.start < span.end)
        .cloned()
        .collect();
    spans.sort_by_key(|span| span.start);
    let mut pieces = Vec::new();
    let mut push = |words: &str, matched: bool| {
        if !words.is_empty() {
            pieces.push(Piece { words: words.to_owned(), matched });
        }
    };
    let mut reached = start;
    push(if start > 0 { "… " } else { "" }, false);
    for span in spans {
        if span.start < reached {
            continue;
        }
        push(around(text, reached, span.start).1, false);
        push(around(text, span.start, span.end).1, true);
        reached = span.end;
    }
    push(around(text, reached, end).1, false);
    push(if end < text.len() { " …" } else { "" }, false);
    pieces
}

/// The number of a document that the words are, such as `45/2019/QH14`.
fn number_in(words: &str) -> Option<&str> {
    let words = words.trim();
    let mut parts = words.split('/');
    let first = parts.next()?;
    let numbered = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && parts.next().is_some() && !words.contains(char::is_whitespace)).then_some(words)
}

/// The page.
#[component]
pub fn SearchPage(
    /// Where the reader is: the words and the date.
    place: ReadSignal<Place>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::SearchHeading);
    let asked = Memo::new(move |earlier: Option<&(String, String)>| match place.get() {
        Place::Search { words, as_of } => (words, as_of),
        _ => earlier.cloned().unwrap_or_default(),
    });
    let (words, as_of) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found: RwSignal<Option<Result<Arc<Hits>, Failure>>> = RwSignal::new(None);
    let busy = RwSignal::new(false);
    Effect::new(move || {
        let now = asked.get();
        words.set(now.0.clone());
        as_of.set(if now.1.is_empty() { today() } else { now.1.clone() });
        found.set(None);
        busy.set(!now.0.is_empty());
        if now.0.is_empty() {
            return;
        }
        spawn_local(async move {
            let answer = law::search(&now.0, &now.1).await.map(Arc::new);
            if asked.try_get_untracked() == Some(now) {
                found.set(Some(answer));
                busy.set(false);
            }
        });
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let day = as_of.get_untracked();
        let day = if day == today() { String::new() } else { day };
        Place::Search { words: words.get_untracked().trim().to_owned(), as_of: day }.go();
    };
    let by_number = move || {
        let (words, as_of) = asked.get();
        let document = number_in(&words)?.to_owned();
        let name = speech.fill(Message::OpenDocument, &[("document", &document)]);
        Some(
            view! { <p class="by-number"><a href=Place::Law { document, eid: String::new(), as_of }.hash()>{name}</a></p> },
        )
    };
    let results = move || {
        if busy.get() {
            return view! { <Skeleton lines=8 /> }.into_any();
        }
        match found.get() {
            None => view! { <p class="quiet">{speech.say(Message::SearchHint)}</p> }.into_any(),
            Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
            Some(Ok(found)) if found.hits.is_empty() => {
                view! { <p class="quiet">{speech.say(Message::SearchNothing)}</p> }.into_any()
            }
            Some(Ok(found)) => {
                let count = found.hits.len().to_string();
                let day = asked.get_untracked().1;
                let items = found.hits.iter().cloned().map(|hit| view! { <Found hit as_of=day.clone() /> });
                view! {
                    <p class="quiet">{move || speech.fill(Message::SearchFound, &[("count", &count)])}</p>
                    <ol class="hits">{items.collect_view()}</ol>
                }
                .into_any()
            }
        }
    };
    view! {
        <div class="page narrow search">
            <h1>{speech.say(Message::SearchHeading)}</h1>
            <form class="card" role="search" novalidate on:submit=submit>
                <label for="words" class="unseen">{speech.say(Message::SearchLabel)}</label>
                <div class="row">
                    <input
                        id="words"
                        type="search"
                        lang="vi"
                        enterkeyhint="search"
                        placeholder=speech.say(Message::SearchPlaceholder)
                        prop:value=move || words.get()
                        on:input=move |event| words.set(event_target_value(&event))
                    />
                    <button id="search" class="button primary" type="submit">{speech.say(Message::SearchDo)}</button>
                </div>
                <div class="row">
                    <label for="search-as-of">{speech.say(Message::SearchAsOf)}</label>
                    <input
                        id="search-as-of"
                        type="date"
                        prop:value=move || as_of.get()
                        on:change=move |event| as_of.set(event_target_value(&event))
                    />
                </div>
            </form>
            {by_number}
            <div aria-live="polite" aria-busy=move || busy.get().to_string()>{results}</div>
        </div>
    }
    .into_any()
}

/// One provision found.
#[component]
fn Found(hit: Hit, as_of: String) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Hit { document, eid, text, effect, notes, passage, explanation, .. } = hit;
    let matched: Vec<Range<usize>> = explanation
        .iter()
        .flat_map(|explanation| &explanation.words)
        .flat_map(|word| &word.spans)
        .map(|span| span.start..span.end)
        .collect();
    let pieces =
        excerpt(&text, passage.map(|span| span.start..span.end), &matched).into_iter().map(|piece| {
            match piece.matched {
                true => view! { <mark class="match">{piece.words}</mark> }.into_any(),
                false => piece.words.into_any(),
            }
        });
    let pieces = pieces.collect_view();
    let place = Place::Law { document: document.clone(), eid: eid.clone(), as_of };
    view! {
        <li>
            <h2>
                <a href=place.hash()>
                    {move || provision_label(&eid, speech.language())} " " <span class="number">{document}</span>
                </a>
                " " <EffectBadge effect as_of=Signal::stored(String::new()) />
            </h2>
            <Notes notes />
            <p class="excerpt" lang="vi">{pieces}</p>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| if piece.matched { format!("[{}]", piece.words) } else { piece.words.clone() })
            .collect()
    }

    #[test]
    fn an_excerpt_marks_what_matched_and_never_splits_a_letter() {
        let text = "Thời gian thử việc không quá 60 ngày";
        let at = |words: &str| text.find(words).map(|start| start..start + words.len()).expect("the words are there");
        assert_eq!(drawn(&excerpt(text, None, &[at("thử"), at("việc")])), "Thời gian [thử] [việc] không quá 60 ngày");
        // A passage that begins inside a letter begins with it; spans that overlap or lie outside are passed over.
        assert_eq!(
            drawn(&excerpt(text, Some(3..9), &[0..2, at("ngày"), at("ngày")])),
            "… ời gian thử việc không quá 60 [ngày]"
        );
        assert_eq!(drawn(&excerpt("", Some(5..9), &[0..4, 2..4])), "");
    }

    #[test]
    fn a_long_excerpt_ends_at_a_blank() {
        let text = "điều ".repeat(300);
        let shown = drawn(&excerpt(&text, None, &[]));
        assert!(shown.len() <= SHOWN + " …".len() && shown.ends_with("điều …"), "{shown}");
    }

    #[test]
    fn a_number_is_told_from_words() {
        assert_eq!(number_in(" 45/2019/QH14 "), Some("45/2019/QH14"));
        assert_eq!(number_in("12/CP"), Some("12/CP"));
        for words in ["thử việc", "nộp 1/2 số tiền", "45", "", "QH14/45"] {
            assert_eq!(number_in(words), None, "{words}");
        }
    }
}
