//! The cases of a system on a set: what was asked, what came, and how well it went.

use super::{decimals, fold};
use crate::markup::Markup;
use crate::place::Place;
use crate::service::evaluations::Wanted;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredItem, MeasuredItems};
use serde_json::Value;

/// Cases on a page.
pub const PAGE: usize = 30;

/// Draws a page of them.
pub fn draw(wanted: &Wanted, of: &MeasuredItems, page: &Markup, language: Language) {
    let (imperfect, total) = (of.imperfect.to_string(), of.total.to_string());
    let count = Message::ItemsCount.fill(language, &[("imperfect", &imperfect), ("total", &total)]);
    page.say("p", "quiet", &count);
    let filter = page.put("p", &[("class", "particulars")]);
    let ways = [
        (true, Message::ItemsImperfect.text(language).to_owned()),
        (false, format!("{} ({total})", Message::ItemsHeading.text(language))),
    ];
    for (imperfect, words) in ways {
        let place = Wanted { imperfect, item: String::new(), from: 0, ..wanted.clone() };
        let link = filter.put("span", &[]).link(&Place::EvaluationItems(place).hash(), &words);
        if wanted.imperfect == imperfect && wanted.item.is_empty() {
            link.set(&[("aria-current", "page")]);
        }
    }
    if of.items.is_empty() {
        page.say("p", "quiet", Message::ItemsNone.text(language));
    }
    let cases = page.put("ol", &[("class", "cases")]);
    for item in &of.items {
        case(wanted, item, &cases, language);
    }
    let pager = page.put("p", &[("class", "pager")]);
    let steps = [
        (wanted.from > 0, wanted.from.saturating_sub(PAGE), Message::PageBefore),
        (wanted.from + of.items.len() < of.matching, wanted.from + PAGE, Message::PageAfter),
    ];
    for (_, from, words) in steps.into_iter().filter(|(there, ..)| *there) {
        let place = Place::EvaluationItems(Wanted { from, ..wanted.clone() });
        pager.link(&place.hash(), words.text(language)).set(&[("class", "button")]);
    }
}

fn case(wanted: &Wanted, item: &MeasuredItem, cases: &Markup, language: Language) {
    let case = cases.put("li", &[("class", "case"), ("data-case", &item.id)]);
    let alone = Wanted { item: item.id.clone(), imperfect: false, from: 0, ..wanted.clone() };
    let link = case.put("h2", &[]).link(&Place::EvaluationItems(alone).hash(), &item.id);
    link.set(&[("aria-label", &format!("{}: {}", Message::ItemLink.text(language), item.id))]);
    let outcome = case.say("p", "", &format!("{} ", item.outcome));
    let quality = Message::ItemQuality.fill(language, &[("value", &decimals(item.quality, language))]);
    outcome.say("span", "quiet", &quality);
    let about = case.put("p", &[("class", "particulars quiet"), ("lang", "vi")]);
    about.say("span", "", &item.document);
    for (key, value) in &item.slices {
        about.say("span", "", &format!("{key}: {value}"));
    }
    if !item.detail.is_null() {
        let detail = fold(&case, Message::ItemDetail.text(language));
        if !wanted.item.is_empty() {
            detail.set(&[("open", "")]);
        }
        told(&item.detail, &detail);
    }
}

/// What a suite tells of a case, name by name; texts as texts.
fn told(value: &Value, place: &Markup) {
    match value {
        Value::Object(parts) => {
            let list = place.put("dl", &[("class", "told")]);
            for (name, value) in parts {
                let part = list.put("div", &[]);
                part.say("dt", "", name);
                told(value, &part.put("dd", &[("lang", "vi")]));
            }
        }
        Value::Array(values) => {
            let list = place.put("ul", &[("class", "listed")]);
            values.iter().for_each(|value| told(value, &list.put("li", &[])));
        }
        Value::String(text) => drop(place.text(text).clone()),
        other => drop(place.text(&other.to_string()).clone()),
    }
}
