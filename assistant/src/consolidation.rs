//! What a stored document reads as on a day: its text with the amendments that the corpus holds worked in (văn bản hợp
//! nhất; a reading aid, not a source of law).
//!
//! Hard because the corpus seldom holds every amending act and an order may be unreadable, and a text that silently
//! lacks an amendment misleads: each amendment that is known and not worked in is told, with the reason. How orders are
//! read and carried out is `law::amend`'s.

use crate::corpus::{Corpus, CorpusDocument};
use jiff::civil::Date;
use rasoat_law::amend::{self, Consolidated, Instruction, State};
use rasoat_law::effect::Status;
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Eid, date};
use std::sync::Arc;

/// A document with the orders to change it.
pub struct Amended {
    held: Arc<CorpusDocument>,
    status: Box<dyn Fn(Date) -> Status>,
    orders: Vec<Instruction>,
    acts: Vec<Arc<CorpusDocument>>,
}

/// Where an order stands, for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The amending document.
    pub by: DocNumber,
    /// Its provision that orders the change.
    pub eid: Option<Eid>,
    /// The provision that is changed; `None` for words all over the document.
    pub target: Option<Eid>,
    /// The day it takes effect.
    pub date: Option<Date>,
    /// How it begins.
    pub quote: String,
}

/// Letters of an order that are quoted.
const QUOTED: usize = 180;

impl Amended {
    /// The document of this number with every order of the corpus to change it; `None` where it is not held.
    pub fn of(corpus: &dyn Corpus, number: &DocNumber) -> Option<Self> {
        let held = corpus.document(number)?;
        let register = Register::built_in();
        let timeline = corpus.timeline(number);
        let mut acts: Vec<Arc<CorpusDocument>> = Vec::new();
        for by in timeline.events().iter().filter_map(|event| event.by.as_ref()) {
            if by != number && !acts.iter().any(|act| act.number == *by) {
                acts.extend(corpus.document(by));
            }
        }
        // What is worked into the stored text already is not worked in again.
        let is_new =
            |order: &Instruction| order.effective.zip(held.consolidated_to).is_none_or(|(from, until)| from > until);
        let is_ours = |order: &Instruction| order.target.document.number() == Some(number);
        let orders = acts.iter().flat_map(|act| amend::instructions(&act.document, register));
        let orders = orders.filter(|order| is_ours(order) && is_new(order)).collect();
        let status = Box::new(move |day| timeline.status(day));
        Some(Self { held, status, orders, acts })
    }

    /// The document as it is stored.
    pub fn held(&self) -> &CorpusDocument {
        &self.held
    }

    /// Its text on a day.
    pub fn on(&self, day: Date) -> Consolidated {
        let mut base = self.held.document.clone();
        // Orders name it by its number, which the head of a stored text need not show.
        base.metadata.number = Some(self.held.number.clone());
        amend::apply(&base, &self.orders, day)
    }

    /// The order that a change of [`Amended::on`] comes of.
    pub fn order(&self, instruction: usize) -> Option<Order> {
        let order = self.orders.get(instruction)?;
        let by = order.by.clone()?;
        let act = self.acts.iter().find(|act| act.number == by)?;
        let words = order.span.of(&act.document.text);
        let line = words.lines().next().unwrap_or_default().trim();
        let quote: String = line.chars().take(QUOTED).collect();
        let quote = if quote.len() < line.len() { format!("{quote}…") } else { quote };
        let eid = act.document.at(order.span.start).map(|provision| provision.eid.clone());
        Some(Order { by, eid, target: order.target.eid.clone(), date: order.effective, quote })
    }

    /// What a reader of the text on `day` must know: the amendments that are known and not worked in.
    pub fn notes(&self, text: &Consolidated, day: Date) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(until) = self.held.consolidated_to.filter(|until| day < *until) {
            notes.push(format!(
                "Lời văn trong kho đã hợp nhất đến ngày {}; lời văn trước ngày đó không dựng lại được.",
                date::show(until)
            ));
        }
        let status = (self.status)(day);
        for event in status.unapplied(self.held.text_of(), day) {
            let Some(by) = &event.by else { continue };
            let own = |at: &usize| self.orders[*at].by.as_ref() == Some(by);
            let orders: Vec<usize> = (0..self.orders.len()).filter(own).collect();
            let since = event.date.map_or_else(String::new, |day| format!(" (từ {})", date::show(day)));
            if !self.acts.iter().any(|act| act.number == *by) {
                notes.push(format!(
                    "{by}{since} sửa đổi văn bản này; kho không có {by} nên nội dung đó chưa được đưa vào."
                ));
            } else if orders.is_empty() {
                notes.push(format!(
                    "{by}{since} sửa đổi văn bản này; không đọc được quy định sửa đổi nên chưa đưa vào."
                ));
            }
        }
        for (order, outcome) in self.orders.iter().zip(&text.outcomes) {
            let undated = order.effective.is_none() && *outcome == State::Unapplied;
            let due = order.effective.is_none_or(|from| from <= day);
            let failed = matches!(outcome, State::Failed(_)) && due;
            if let Some(by) = order.by.as_ref().filter(|_| undated || failed) {
                let target = order.target.eid.as_ref().map_or_else(|| "văn bản".to_owned(), Eid::label);
                let why = if failed {
                    "không thực hiện được trên lời văn trong kho"
                } else {
                    "chưa rõ ngày có hiệu lực"
                };
                notes.push(format!("Sửa đổi {target} theo {by} chưa được đưa vào: {why}."));
            }
        }
        notes.dedup();
        notes
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::corpus::MemoryCorpus;
    use jiff::civil::date;
    use rasoat_law::effect::OwnDates;
    use rasoat_law::{DocumentKind, structure};

    fn decree(number: &str, text: &str, effective: Date) -> CorpusDocument {
        CorpusDocument {
            number: DocNumber::from_normal(number),
            kind: DocumentKind::NghiDinh,
            title: format!("Nghị định {number}"),
            issuer: None,
            own_dates: OwnDates { issued: Some(effective), effective: Some(effective) },
            consolidated_to: None,
            document: structure::parse(text),
        }
    }

    #[test]
    fn a_text_reads_with_the_amendments_of_the_day_and_says_by_which() {
        let base = decree(
            "901/2024/NĐ-CP",
            "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Thử việc\nThời gian thử việc là 60 ngày.\n\
             Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.",
            date(2024, 5, 1),
        );
        let act = decree(
            "902/2025/NĐ-CP",
            "Số: 902/2025/NĐ-CP\nNGHỊ ĐỊNH\nSửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
             Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
             1. Sửa đổi Điều 1 như sau:\n“Điều 1. Thử việc\nThời gian thử việc là 30 ngày.”.\n\
             Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 7 năm 2025.",
            date(2025, 7, 1),
        );
        let corpus = MemoryCorpus::new([base, act]);
        let number = DocNumber::from_normal("901/2024/NĐ-CP");
        let amended = Amended::of(&corpus, &number).unwrap();
        let text = |day| amended.on(day).text().to_owned();
        assert!(text(date(2025, 6, 30)).contains("60 ngày") && !text(date(2025, 6, 30)).contains("30 ngày"));
        assert!(text(date(2025, 7, 1)).contains("30 ngày") && !text(date(2025, 7, 1)).contains("60 ngày"));
        let now = amended.on(date(2025, 7, 1));
        let order = amended.order(now.changes[0].instruction).unwrap();
        assert_eq!((order.by.as_str(), order.eid.unwrap().as_str()), ("902/2025/NĐ-CP", "art_1__para_1"));
        assert_eq!(order.target.unwrap().as_str(), "art_1");
        assert!(order.quote.starts_with("1. Sửa đổi Điều 1"), "{}", order.quote);
        assert_eq!(amended.notes(&now, date(2025, 7, 1)), Vec::<String>::new());
        assert!(Amended::of(&corpus, &DocNumber::from_normal("1/2020/NĐ-CP")).is_none());
    }
}
