//! The citizen's counter: one box for a question, and an answer that stands on the law in force.
//!
//! It works without an account, on a telephone and on a slow line: nothing is fetched before it is asked for.

use crate::answer_view::AnswerView;
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, today};
use crate::place::Place;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Answer, AnswerRendering, AskedQuestion, RenderingState};
use std::sync::Arc;
use web_sys::{KeyboardEvent, SubmitEvent};

/// Questions that the codes which come with the set-up answer, by field.
const EXAMPLES: [(Message, [&str; 2]); 4] = [
    (
        Message::FieldLabour,
        ["Thời gian thử việc tối đa là bao nhiêu ngày?", "Mỗi năm người lao động được nghỉ phép bao nhiêu ngày?"],
    ),
    (Message::FieldCivil, ["Lãi suất cho vay tối đa là bao nhiêu?", "Bao nhiêu tuổi thì được lập di chúc?"]),
    (Message::FieldCriminal, ["Bao nhiêu tuổi phải chịu trách nhiệm hình sự?", "Thế nào là phòng vệ chính đáng?"]),
    (Message::FieldProcedure, ["Thời hạn kháng cáo bản án dân sự là bao lâu?", "Thời hạn tạm giữ là bao lâu?"]),
];

/// The counter.
#[component]
pub fn AskPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::AskHeading);
    let (question, as_of) = (RwSignal::new(String::new()), RwSignal::new(today()));
    let busy = RwSignal::new(false);
    let answer: RwSignal<Option<Arc<Answer>>> = RwSignal::new(None);
    let rendering: RwSignal<Option<AnswerRendering>> = RwSignal::new(None);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let field = NodeRef::<html::Textarea>::new();

    let ask = move || {
        let asked = question.get_untracked().trim().to_owned();
        if busy.get_untracked() {
            return;
        }
        if asked.is_empty() {
            failure.set(Some(Failure::Asked(Message::AskEmpty, Message::AskEmptyHint)));
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
            return;
        }
        let day = as_of.get_untracked();
        busy.set(true);
        failure.set(None);
        answer.set(None);
        rendering.set(None);
        spawn_local(async move {
            let question = |plain: bool| AskedQuestion {
                question: asked.clone(),
                as_of: (!day.is_empty()).then(|| day.clone()),
                plain: Some(plain),
            };
            // The answer is shown at once; a model may write for a minute.
            let given = match law::ask(question(false)).await {
                Ok(given) => Arc::new(given),
                Err(why) => {
                    failure.set(Some(why));
                    busy.set(false);
                    return;
                }
            };
            let offered = given.rendering.clone().filter(|own| own.state == RenderingState::Offered);
            rendering.set(offered.clone());
            answer.set(Some(Arc::clone(&given)));
            busy.set(false);
            let Some(offered) = offered else { return };
            let written = match law::ask(question(true)).await {
                Ok(again) => again.rendering,
                Err(_) => Some(AnswerRendering { state: RenderingState::Failed, ..offered }),
            };
            // Meanwhile something else may have been asked.
            if answer.with_untracked(|shown| shown.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, &given))) {
                rendering.set(written);
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        ask();
    };
    // Enter sends, as in any box for one question; with Shift it begins a line. Not while a Vietnamese letter is being
    // put together.
    let by_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            ask();
        }
    };
    let example = move |words: &'static str| {
        view! {
            <li>
                <button type="button" class="link" lang="vi" on:click=move |_| {
                    question.set(words.to_owned());
                    ask();
                }>{words}</button>
            </li>
        }
    };
    let examples = move || {
        let fields = EXAMPLES.map(|(name, questions)| {
            view! {
                <div>
                    <h3>{speech.say(name)}</h3>
                    <ul>{questions.map(example).into_iter().collect_view()}</ul>
                </div>
            }
        });
        view! {
            <section class="examples" aria-labelledby="examples-heading">
                <h2 id="examples-heading">{speech.say(Message::ExamplesHeading)}</h2>
                <div class="fields">{fields.into_iter().collect_view()}</div>
            </section>
        }
    };
    let below = move || {
        if busy.get() {
            return view! { <div class="answer"><Skeleton lines=5 /></div> }.into_any();
        }
        match answer.get() {
            Some(answer) => view! { <AnswerView answer rendering /> }.into_any(),
            None => examples().into_any(),
        }
    };
    view! {
        <div class="page narrow ask">
            <h1>{speech.say(Message::AskHeading)}</h1>
            <p class="purpose">{speech.say(Message::AskPurpose)}</p>
            <form class="question card" novalidate on:submit=submit>
                <label for="question" class="unseen">{speech.say(Message::QuestionLabel)}</label>
                <textarea
                    id="question"
                    rows="2"
                    lang="vi"
                    enterkeyhint="send"
                    maxlength="2000"
                    placeholder=speech.say(Message::QuestionPlaceholder)
                    node_ref=field
                    prop:value=move || question.get()
                    on:input=move |event| question.set(event_target_value(&event))
                    on:keydown=by_key
                ></textarea>
                <div class="row">
                    <label for="ask-as-of">{speech.say(Message::AskAsOf)}</label>
                    <input
                        id="ask-as-of"
                        type="date"
                        prop:value=move || as_of.get()
                        on:change=move |event| as_of.set(event_target_value(&event))
                    />
                    <button id="ask" class="button primary" type="submit" aria-disabled=move || busy.get().to_string()>
                        {speech.say(Message::Ask)}
                    </button>
                </div>
            </form>
            <FailureNotice failure />
            <div aria-live="polite" aria-busy=move || busy.get().to_string()>{below}</div>
            <p>
                <a href=Place::Procedures { words: String::new() }.hash()>{speech.say(Message::ProceduresHeading)}</a>
            </p>
            <p class="quiet">{speech.say(Message::AskLimits)}</p>
        </div>
    }
    .into_any()
}
