//! The language the interface speaks, remembered in the browser, and how it writes dates, numbers and sizes.

use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};

const STORAGE_KEY: &str = "rasoat.language";

/// The interface's voice: every text on a page is asked of it, and changes when the language does.
#[derive(Debug, Clone, Copy)]
pub struct Speech(RwSignal<Language>);

impl Speech {
    /// The language chosen earlier in this browser, else Vietnamese; kept in step with the page's `lang`.
    pub fn remembered() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        let language = RwSignal::new(stored.as_deref().and_then(Language::from_tag).unwrap_or_default());
        Effect::new(move || {
            crate::service::private::speak(language.get());
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("lang", language.get().tag());
            }
        });
        Self(language)
    }

    /// The language, tracked.
    pub fn language(self) -> Language {
        self.0.get()
    }

    /// A message, tracked.
    pub fn say(self, message: Message) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || message.text(self.0.get())
    }

    /// A message with its placeholders filled, tracked.
    pub fn fill(self, message: Message, values: &[(&str, &str)]) -> String {
        message.fill(self.0.get(), values)
    }

    /// Gives the window a title for as long as the current owner lives.
    pub fn entitle(self, message: Message) {
        self.entitle_with(move |speech| message.text(speech.language()).to_owned());
    }

    /// The same with words of one's own.
    pub fn entitle_with(self, words: impl Fn(Self) -> String + 'static) {
        Effect::new(move || {
            document().set_title(&format!("{} – {}", words(self), Message::AppName.text(self.language())));
        });
    }

    /// Speaks the other language from now on, in this browser.
    pub fn switch(self) {
        let language = self.0.get_untracked().other();
        self.0.set(language);
        if let Some(storage) = storage() {
            // A browser may forbid storage; the choice then lasts until the page is closed.
            let _ = storage.set_item(STORAGE_KEY, language.tag());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// An ISO 8601 date as the language writes it: `21/11/2026` in Vietnamese. Anything else stays as it is.
pub fn written_date(iso: &str, language: Language) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    match (language, parts.as_slice()) {
        (Language::Vi, [year, month, day]) if year.len() == 4 => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}

/// A moment, in seconds since 1970, where the reader is: `21/11/2026 08:05` in Vietnamese.
pub fn written_moment(seconds: i64, language: Language) -> String {
    // Whole seconds, so far below 2^53.
    let moment = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(seconds as f64 * 1000.0));
    let day = iso_day(&moment);
    format!("{} {:02}:{:02}", written_date(&day, language), moment.get_hours(), moment.get_minutes())
}

/// Today where the reader is, not in Greenwich, as ISO 8601.
pub fn today() -> String {
    iso_day(&js_sys::Date::new_0())
}

fn iso_day(moment: &js_sys::Date) -> String {
    format!("{:04}-{:02}-{:02}", moment.get_full_year(), moment.get_month() + 1, moment.get_date())
}

/// A whole number with its thousands apart: `12.345` in Vietnamese, `12,345` in English.
pub fn written_number(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mark = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(mark);
        }
        written.push(digit);
    }
    written
}

/// A number with one decimal: `12,3` in Vietnamese, `12.3` in English.
pub fn written_decimal(number: f64, language: Language) -> String {
    let written = format!("{number:.1}");
    match language {
        Language::Vi => written.replace('.', ","),
        Language::En => written,
    }
}

/// A file's size.
pub fn written_size(bytes: f64, language: Language) -> String {
    match bytes {
        b if b < 1024.0 => format!("{b:.0} B"),
        b if b < 1024.0 * 1024.0 => format!("{} KB", written_decimal(b / 1024.0, language)),
        b => format!("{} MB", written_decimal(b / (1024.0 * 1024.0), language)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_day_first_in_vietnamese() {
        assert_eq!(written_date("2026-11-21", Language::Vi), "21/11/2026");
        assert_eq!(written_date("2026-11-21", Language::En), "2026-11-21");
        assert_eq!(written_date("", Language::Vi), "");
    }

    #[test]
    fn thousands_stand_apart_as_each_language_has_it() {
        assert_eq!(written_number(0, Language::Vi), "0");
        assert_eq!(written_number(999, Language::Vi), "999");
        assert_eq!(written_number(1_234_567, Language::Vi), "1.234.567");
        assert_eq!(written_number(12_345, Language::En), "12,345");
    }

    #[test]
    fn a_size_is_written_in_the_unit_that_reads_best() {
        assert_eq!(written_size(12.0, Language::Vi), "12 B");
        assert_eq!(written_size(1536.0, Language::Vi), "1,5 KB");
        assert_eq!(written_size(3.0 * 1024.0 * 1024.0, Language::En), "3.0 MB");
    }
}
