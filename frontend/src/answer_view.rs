//! An answer, sentence by sentence, each with the provision it rests on, which opens in place; or why there is none.
//!
//! A sentence that names no provision is shown as what it is, words between; nothing here makes an answer look surer
//! than it is.

use crate::draft_text::around;
use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, written_date};
use crate::place::Place;
use crate::procedures_page::procedure_card;
use crate::provision_context::{Notes, ProvisionContext};
use crate::provision_label::provision_label;
use crate::rendering_view::RenderingView;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message, abstention_name, sureness_words};
use rasoat_api::{Abstention, Answer, AnswerCitation, AnswerRendering, ProvisionView};
use std::sync::Arc;

/// A stretch of an answer: its words, and the citation they rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Passage {
    words: String,
    citation: Option<usize>,
}

/// Cuts an answer at its sentences; neighbours that rest on one citation are one passage, blanks are left out. What leads
/// a sentence in (`Theo Điều 25 …:`) or closes it (`(khoản 1);`) stays with it; the page lists by itself, so dashes go.
fn passages(answer: &Answer) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    let mut lead = String::new();
    let mut reached = 0;
    for sentence in &answer.sentences {
        let (start, end) = (sentence.span.start.max(reached), sentence.span.end.max(reached));
        let (_, between, _) = around(&answer.answer, reached, start);
        let (_, words, _) = around(&answer.answer, start, end);
        join(&mut found, &mut lead, between);
        let citation = Some(sentence.citation).filter(|at| *at < answer.citations.len());
        push(&mut found, &format!("{lead}{}", words.trim()), citation);
        lead.clear();
        reached = end;
    }
    join(&mut found, &mut lead, around(&answer.answer, reached, answer.answer.len()).1);
    push(&mut found, &lead, None);
    found
}

/// Gives the words between two sentences to the one before, to the one behind, or to neither.
fn join(found: &mut Vec<Passage>, lead: &mut String, between: &str) {
    let (closing, leading) = match between.split_once('\n') {
        Some((closing, leading)) => (closing.trim(), leading.trim()),
        None if between.trim().ends_with(':') => ("", between.trim()),
        None => (between.trim(), ""),
    };
    match found.last_mut().filter(|_| closing.starts_with(['(', ';', '.', ','])) {
        Some(last) => {
            let blank = if closing.starts_with('(') { " " } else { "" };
            last.words = format!("{}{blank}{closing}", last.words);
        }
        None => push(found, closing, None),
    }
    let leading = leading.trim_start_matches(['–', '-', ' ']);
    if leading.ends_with(':') {
        *lead = format!("{leading} ");
    } else {
        push(found, leading, None);
    }
}

fn push(found: &mut Vec<Passage>, words: &str, citation: Option<usize>) {
    let words = words.trim();
    if words.is_empty() {
        return;
    }
    match found.last_mut().filter(|last| last.citation == citation) {
        Some(last) => last.words = format!("{} {words}", last.words),
        None => found.push(Passage { words: words.to_owned(), citation }),
    }
}

/// The answer.
#[component]
pub fn AnswerView(
    /// The answer.
    answer: Arc<Answer>,
    /// What a user's own model makes of it, once it is there.
    #[prop(optional)]
    rendering: Option<RwSignal<Option<AnswerRendering>>>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let as_of = answer.as_of.clone();
    let holds = {
        let as_of = as_of.clone();
        move || speech.fill(Message::AnswerHolds, &[("date", &written_date(&as_of, speech.language()))])
    };
    let understood = (!answer.understood.trim().is_empty()).then(|| {
        view! {
            <p class="quiet">{speech.say(Message::AnswerUnderstood)} ": " <i lang="vi">{answer.understood.clone()}</i></p>
        }
    });
    let confidence = answer.confidence;
    let body = if answer.abstained {
        let abstention = answer.abstention.clone();
        view! { <Abstained words=answer.answer.clone() abstention /> }.into_any()
    } else {
        let mut told = vec![false; answer.citations.len()];
        let sentences = passages(&answer).into_iter().map(|passage| {
            let citation = passage.citation.map(|at| {
                told[at] = true;
                (at, answer.citations[at].clone())
            });
            view! { <Sentence words=passage.words citation as_of=as_of.clone() /> }
        });
        let sentences = sentences.collect_view();
        // A citation that no sentence names still bears the answer.
        let others = answer.citations.iter().enumerate().filter(|(at, _)| !told[*at]).map(|(at, citation)| {
            view! { <Sentence words=String::new() citation=Some((at, citation.clone())) as_of=as_of.clone() /> }
        });
        view! {
            <ol class="sentences">{sentences}{others.collect_view()}</ol>
            <p class="quiet">
                {speech.say(Message::ConfidenceLabel)} ": "
                {move || sureness_words(confidence, speech.language())}
            </p>
        }
        .into_any()
    };
    let (citations, day) = (answer.citations.clone(), as_of.clone());
    let rendering = rendering.map(move |rendering| view! { <RenderingView rendering citations as_of=day /> });
    let procedure = answer.procedure.clone().map(procedure_card);
    let report = answer.citations.first().map(|citation| {
        let place = Place::Report { document: citation.document.clone(), eid: citation.eid.clone() };
        view! {
            <p class="quiet feedback">
                {speech.say(Message::AnswerFeedback)} " " <a href=place.hash()>{speech.say(Message::ReportProvision)}</a>
            </p>
        }
    });
    view! {
        <section class="answer" aria-labelledby="answer-heading">
            <h2 id="answer-heading">
                {speech.say(if answer.abstained { Message::AbstainedHeading } else { Message::AnswerHeading })}
            </h2>
            <p class="holds">{holds}</p>
            {understood}
            <Notes notes=answer.notes.clone() />
            {body}
            {rendering}
            {procedure}
            {report}
        </section>
    }
    .into_any()
}

/// One sentence and the provision behind it.
#[component]
fn Sentence(words: String, citation: Option<(usize, AnswerCitation)>, as_of: String) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Some((at, citation)) = citation else {
        return view! { <li class="unsupported" lang="vi">{words}</li> }.into_any();
    };
    let open = RwSignal::new(false);
    let provision: RwSignal<Option<Result<Arc<ProvisionView>, Failure>>> = RwSignal::new(None);
    let AnswerCitation { document, eid, quote, effect, label, notes } = citation;
    let (number, part, day) = (document.clone(), eid.clone(), as_of.clone());
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() && provision.with_untracked(Option::is_none) {
            let (number, part, day) = (number.clone(), part.clone(), day.clone());
            spawn_local(async move {
                provision.set(Some(law::provision(&number, &part, &day).await.map(Arc::new)));
            });
        }
    };
    let name = {
        let (document, eid) = (document.clone(), eid.clone());
        move || match label.is_empty() {
            true => format!("{} {document}", provision_label(&eid, speech.language())),
            false => label.clone(),
        }
    };
    let panel = format!("provision-{at}");
    let law = Place::Law { document: document.clone(), eid: eid.clone(), as_of: as_of.clone() }.hash();
    let report = Place::Report { document, eid }.hash();
    let said = notes.clone();
    let opened = move || {
        open.get().then(|| {
            let said = said.clone();
            let context = move || match provision.get() {
                None => view! { <Skeleton lines=4 /> }.into_any(),
                Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
                Some(Ok(provision)) => view! { <ProvisionContext provision already=said.clone() /> }.into_any(),
            };
            view! {
                <blockquote class="quote" lang="vi">{quote.clone()}</blockquote>
                {context}
                <p class="jumps-always">
                    <a href=law.clone()>{speech.say(Message::OpenInReadingRoom)}</a> " "
                    <a href=report.clone()>{speech.say(Message::ReportProvision)}</a>
                </p>
            }
        })
    };
    view! {
        <li>
            {(!words.is_empty()).then(|| view! { <p class="sentence" lang="vi">{words}</p> })}
            <p class="rests-on">
                <button
                    type="button"
                    class="cite"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=panel.clone()
                    on:click=toggle
                ><span lang="vi">{name}</span></button>
                " " <EffectBadge effect as_of=Signal::stored(String::new()) />
            </p>
            <Notes notes />
            <div id=panel class="opened">{opened}</div>
        </li>
    }
    .into_any()
}

/// Why there is no answer, and where to ask.
#[component]
fn Abstained(words: String, abstention: Option<Abstention>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Some(Abstention { reason, asks_back, where_to_ask }) = abstention else {
        return view! { <p lang="vi">{words}</p> }.into_any();
    };
    // The answer's text says all of it in one; here each part has its own place.
    let why = [asks_back.as_deref().unwrap_or_default(), &where_to_ask]
        .into_iter()
        .filter(|part| !part.is_empty())
        .fold(words, |words, part| words.replace(part, ""));
    let named = move || {
        // The reason is Vietnamese as it stands; whoever reads English gets it in short.
        (speech.language() == Language::En).then(|| abstention_name(&reason, Language::En).to_owned())
    };
    view! {
        <p class="abstention">{named}</p>
        <p lang="vi">{why.trim().to_owned()}</p>
        {asks_back.map(|question| view! {
            <p class="asks-back"><b>{speech.say(Message::AsksBack)}": "</b><span lang="vi">{question}</span></p>
        })}
        {(!where_to_ask.is_empty()).then(|| view! {
            <p><b>{speech.say(Message::WhereToAsk)}": "</b><span lang="vi">{where_to_ask}</span></p>
        })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_api::{AnswerSentence, Effect, Span};

    fn answer(words: &str, sentences: &[(&str, usize)], citations: usize) -> Answer {
        let citation = AnswerCitation {
            document: "45/2019/QH14".into(),
            eid: "art_25".into(),
            quote: String::new(),
            effect: Effect::InForce,
            label: String::new(),
            notes: Vec::new(),
        };
        let sentence = |(part, citation): &(&str, usize)| {
            let start = words.find(part).expect("the sentence is in the answer");
            AnswerSentence { span: Span { start, end: start + part.len() }, citation: *citation }
        };
        Answer {
            answer: words.into(),
            abstained: false,
            confidence: 0.9,
            as_of: "2026-11-26".into(),
            citations: vec![citation; citations],
            procedure: None,
            sentences: sentences.iter().map(sentence).collect(),
            abstention: None,
            notes: Vec::new(),
            understood: String::new(),
            took_ms: 0,
            rendering: None,
        }
    }

    fn check(words: &str, sentences: &[(&str, usize)], expected: &[(&str, Option<usize>)]) {
        let found = passages(&answer(words, sentences, 2));
        let found: Vec<_> = found.iter().map(|passage| (passage.words.as_str(), passage.citation)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_sentence_keeps_its_provision() {
        check(
            "Được. Không quá 60 ngày.",
            &[("Được.", 0), ("Không quá 60 ngày.", 1)],
            &[("Được.", Some(0)), ("Không quá 60 ngày.", Some(1))],
        );
    }

    #[test]
    fn neighbours_of_one_provision_are_one_passage() {
        check("Một. Hai. Ba.", &[("Một.", 0), ("Hai.", 0), ("Ba.", 1)], &[("Một. Hai.", Some(0)), ("Ba.", Some(1))]);
    }

    #[test]
    fn what_leads_a_sentence_in_or_closes_it_stays_with_it() {
        check(
            "Theo Điều 25: Một:\n– Hai (khoản 1);\n– Ba (khoản 2).",
            &[("Một:", 0), ("Hai", 1), ("Ba", 0)],
            &[("Theo Điều 25: Một:", Some(0)), ("Hai (khoản 1);", Some(1)), ("Ba (khoản 2).", Some(0))],
        );
        check("Một.\nLưu ý chung.", &[("Một.", 0)], &[("Một.", Some(0)), ("Lưu ý chung.", None)]);
    }

    #[test]
    fn words_between_are_shown_as_resting_on_nothing() {
        check("Mở đầu. Một. Hết", &[("Một.", 1)], &[("Mở đầu.", None), ("Một.", Some(1)), ("Hết", None)]);
        check("Không có câu nào.", &[], &[("Không có câu nào.", None)]);
        check("Một.", &[("Một.", 7)], &[("Một.", None)]);
    }
}
