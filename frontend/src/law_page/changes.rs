//! What a document read as on two days: the articles that differ, words taken out and put in marked for the eye and for
//! the ear, each change with the amending provision that ordered it.

use crate::fetched::{asked, fetched};
use crate::language::{Speech, today, written_date};
use crate::markup::Markup;
use crate::place::Place;
use crate::provision_label::provision_label;
use crate::service::law;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{ChangeCause, ChangedParagraph, DocumentChanges};
use web_sys::SubmitEvent;

/// The page.
pub fn page(document: String, from: String, to: String) -> AnyView {
    let speech = expect_context::<Speech>();
    let number = StoredValue::new(document.clone());
    speech.entitle_with(move |speech| {
        number.with_value(|number| format!("{}: {number}", Message::ChangesHeading.text(speech.language())))
    });
    let (first, last) = (RwSignal::new(from.clone()), RwSignal::new(if to.is_empty() { today() } else { to.clone() }));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (from, to) = (first.get_untracked(), last.get_untracked());
        Place::LawChanges { document: number.get_value(), from, to }.go();
    };
    let day = |id: &'static str, label: Message, value: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{speech.say(label)}</label>
                <input
                    id=id
                    type="date"
                    required
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    on:change=move |event| value.set(event_target_value(&event))
                />
            </div>
        }
        .into_any()
    };
    let place = Place::Law { document: document.clone(), eid: String::new(), as_of: String::new() };
    let name = document.clone();
    let shown = (!from.is_empty()).then(|| {
        let ask = async move { law::changes(&document, &from, &to).await };
        fetched(asked(ask, draw), "changes")
    });
    view! {
        <div class="page narrow versions">
            <p class="crumb particulars"><span><a href=place.hash() lang="vi">{name}</a></span></p>
            <h1>{speech.say(Message::ChangesHeading)}</h1>
            <p class="quiet">{speech.say(Message::ChangesPurpose)}</p>
            <form class="card days" on:submit=submit>
                {day("changes-from", Message::ChangesFrom, first)}
                {day("changes-to", Message::ChangesTo, last)}
                <button id="compare-days" class="button primary" type="submit">{speech.say(Message::ChangesShow)}</button>
            </form>
            {shown}
        </div>
    }
    .into_any()
}

fn draw(found: &DocumentChanges, page: &Markup, language: Language) {
    if !found.title.is_empty() {
        page.law("p", "compared-files", &found.title);
    }
    let days = [&found.from, &found.to].map(|day| written_date(day, language));
    page.say("p", "quiet", &format!("{} → {}", days[0], days[1]));
    for note in &found.notes {
        page.law("p", "caution", note);
    }
    if found.articles.is_empty() {
        page.say("p", "", Message::ChangesNone.text(language)).set(&[("id", "changes-none")]);
        return;
    }
    let counts = [found.articles.len(), found.causes.len()].map(|count| count.to_string());
    let values = [("articles", counts[0].as_str()), ("causes", &counts[1])];
    page.say("p", "", &Message::ChangesCount.fill(language, &values)).set(&[("id", "changes-count")]);
    for article in &found.articles {
        let part = page.put("section", &[("class", "paper changed-article")]);
        let name = article.eid.as_ref().map(|eid| provision_label(eid, language));
        part.say("h2", "", &name.unwrap_or_else(|| Message::ChangesElsewhere.text(language).to_owned()));
        for paragraph in &article.paragraphs {
            draw_paragraph(paragraph, &part, language);
        }
    }
    page.say("h2", "", Message::ChangesCauses.text(language));
    let list = page.put("ol", &[("class", "causes")]);
    for (at, cause) in found.causes.iter().enumerate() {
        draw_cause(at, cause, &list, language);
    }
}

fn draw_paragraph(paragraph: &ChangedParagraph, part: &Markup, language: Language) {
    let line = part.put("p", &[("class", "line"), ("data-change", &paragraph.change), ("lang", "vi")]);
    if paragraph.change.starts_with("moved") {
        line.say("span", "quiet", &format!("({}) ", Message::ChangesMoved.text(language)));
    }
    for words in &paragraph.words {
        let (mark, before) = match words.kind.as_str() {
            "deleted" => ("del", Message::ChangesDeleted),
            "inserted" => ("ins", Message::ChangesInserted),
            _ => {
                line.text(&words.text);
                continue;
            }
        };
        // Few screen readers tell these marks apart from the words around them, so words say it as well.
        let marked = line.put(mark, &[]);
        let heard =
            |words: Message| marked.say("span", "unseen", words.text(language)).set(&[("lang", language.tag())]);
        heard(before);
        marked.text(&words.text);
        heard(Message::ChangesMarkEnd);
    }
    for at in &paragraph.causes {
        let number = (at + 1).to_string();
        line.text(" ");
        // The hash of the address is the page's, so this moves nowhere by itself: it names what stands in the list.
        let sign = line.say("sup", "", &format!("[{number}]"));
        sign.set(&[("title", &Message::ChangesCause.fill(language, &[("number", &number)]))]);
    }
}

fn draw_cause(at: usize, cause: &ChangeCause, list: &Markup, language: Language) {
    let item = list.put("li", &[("data-cause", &at.to_string())]);
    let eid = cause.eid.clone().unwrap_or_default();
    let by = match eid.is_empty() {
        true => cause.by.clone(),
        false => format!("{} {}", provision_label(&eid, language), cause.by),
    };
    let head = item.put("p", &[]);
    let place = Place::Law { document: cause.by.clone(), eid, as_of: String::new() };
    head.link(&place.hash(), &by).set(&[("lang", "vi")]);
    let target = cause.target.as_ref().map(|eid| provision_label(eid, language));
    let target = target.unwrap_or_else(|| Message::ChangesWholeDocument.text(language).to_owned());
    let since = cause.date.as_ref().map(|day| written_date(day, language));
    let since = since.map(|day| Message::ChangesSince.fill(language, &[("date", &day)])).unwrap_or_default();
    head.say("span", "quiet", &format!(" → {target} · {since}"));
    item.law("p", "quote", &cause.quote);
}
