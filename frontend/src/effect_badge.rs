//! Effect on a date, by colour, sign and words.

use crate::language::{Speech, written_date};
use leptos::prelude::*;
use rasoat_api::Effect as LegalEffect;
use rasoat_api::messages::{Message, effect_name};

/// Effect on a date.
#[component]
pub fn EffectBadge(
    /// The effect.
    effect: LegalEffect,
    /// The date; where it is empty only the effect is said.
    #[prop(into)]
    as_of: Signal<String>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let words = move || {
        let language = speech.language();
        let (name, date) = (effect_name(effect, language), written_date(&as_of.get(), language));
        if date.is_empty() {
            return name.to_owned();
        }
        Message::EvidenceEffectOn.fill(language, &[("effect", name), ("date", &date)])
    };
    view! { <span class="effect" data-effect=effect_code(effect)>{words}</span> }.into_any()
}

/// The name the style sheet knows an effect by.
pub fn effect_code(effect: LegalEffect) -> &'static str {
    match effect {
        LegalEffect::InForce => "in_force",
        LegalEffect::PartlyExpired => "partly_expired",
        LegalEffect::Expired => "expired",
        LegalEffect::NotYetInForce => "not_yet_in_force",
        LegalEffect::Suspended => "suspended",
        LegalEffect::Unknown => "unknown",
    }
}
