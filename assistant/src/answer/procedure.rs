//! Administrative procedures (thủ tục hành chính) as cards: what a published procedure must say, and whether it does.
//!
//! Hard because published pages are copied for years after the law behind them changed, and because a page that leaves a
//! deadline out looks like any other. Decree 63/2010/NĐ-CP, Article 8(2), says which parts a procedure has; its legal bases
//! are looked up in time like any citation. Reading files is not here, and no part is made up where a page has none.

use super::Sources;
use super::question::{Question, tells};
use jiff::civil::Date;
use rasoat_embeddings::analysis::tokens;
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, DocumentReference, Effect, cite, date, structure, terms, text};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A procedure, in the format that is imported (`assistant/README.md`); every field but the name may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Procedure {
    /// Mã thủ tục: "1.001193".
    pub code: Option<String>,
    /// Tên thủ tục.
    pub name: String,
    /// Lĩnh vực.
    pub field: Option<String>,
    /// Cấp thực hiện.
    pub level: Option<String>,
    /// Trình tự thực hiện, step by step.
    pub steps: Vec<String>,
    /// Cách thức thực hiện, each with its deadline and fee.
    pub ways: Vec<Way>,
    /// Thành phần hồ sơ.
    pub papers: Vec<Paper>,
    /// Số lượng hồ sơ: "01 bộ".
    pub copies: Option<String>,
    /// Thời hạn giải quyết, where it is the same for every way.
    pub deadline: Option<String>,
    /// Phí, lệ phí, where they are the same for every way.
    pub fee: Option<String>,
    /// Đối tượng thực hiện.
    pub subjects: Option<String>,
    /// Cơ quan giải quyết.
    pub body: Option<String>,
    /// Kết quả thực hiện.
    pub result: Option<String>,
    /// Yêu cầu, điều kiện.
    pub conditions: Option<String>,
    /// Căn cứ pháp lý, as cited.
    pub bases: Vec<String>,
}

/// A way to hand a file in (cách thức thực hiện).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Way {
    /// "Trực tiếp", "Trực tuyến", "Dịch vụ bưu chính".
    pub way: String,
    /// Thời hạn giải quyết.
    pub deadline: Option<String>,
    /// Phí, lệ phí.
    pub fee: Option<String>,
    /// Mô tả.
    pub note: Option<String>,
}

/// A paper of the file (thành phần hồ sơ).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paper {
    /// Tên giấy tờ.
    pub name: String,
    /// Mẫu đơn, tờ khai.
    pub form: Option<String>,
    /// "Bản chính: 1, bản sao: 0".
    pub copies: Option<String>,
}

/// A part that a procedure must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Tên.
    Name,
    /// Trình tự thực hiện.
    Steps,
    /// Cách thức thực hiện.
    Ways,
    /// Thành phần hồ sơ.
    Papers,
    /// Số lượng hồ sơ.
    Copies,
    /// Thời hạn giải quyết.
    Deadline,
    /// Đối tượng thực hiện.
    Subjects,
    /// Cơ quan giải quyết.
    Body,
}

impl Part {
    /// All of them, in the order of the decree. Forms, results, conditions and fees are parts only where there are some.
    pub const ALL: [Self; 8] =
        [Self::Name, Self::Steps, Self::Ways, Self::Papers, Self::Copies, Self::Deadline, Self::Subjects, Self::Body];

    /// The term of the decree.
    pub fn term(self) -> &'static str {
        match self {
            Self::Name => "Tên thủ tục",
            Self::Steps => "Trình tự thực hiện",
            Self::Ways => "Cách thức thực hiện",
            Self::Papers => "Thành phần hồ sơ",
            Self::Copies => "Số lượng hồ sơ",
            Self::Deadline => "Thời hạn giải quyết",
            Self::Subjects => "Đối tượng thực hiện",
            Self::Body => "Cơ quan giải quyết",
        }
    }
}

/// A procedure as it is shown for a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The procedure.
    pub procedure: Procedure,
    /// Parts that the decree asks for and it lacks.
    pub missing: Vec<Part>,
    /// What is wrong with it on the day, a sentence each.
    pub warnings: Vec<String>,
}

impl Procedure {
    /// The parts that are missing.
    pub fn missing(&self) -> Vec<Part> {
        let says = |text: &Option<String>| text.as_deref().is_some_and(is_said);
        let has = |part: &Part| match part {
            Part::Name => is_said(&self.name),
            Part::Steps => self.steps.iter().any(|step| is_said(step)),
            Part::Ways => self.ways.iter().any(|way| is_said(&way.way)),
            Part::Papers => self.papers.iter().any(|paper| is_said(&paper.name)),
            Part::Copies => says(&self.copies),
            Part::Deadline => says(&self.deadline) || self.ways.iter().any(|way| says(&way.deadline)),
            Part::Subjects => says(&self.subjects),
            Part::Body => says(&self.body),
        };
        Part::ALL.into_iter().filter(|part| !has(part)).collect()
    }

    /// The documents it rests on, as far as they can be read.
    pub fn based_on(&self, register: &Register) -> Vec<DocNumber> {
        let mut found: Vec<DocNumber> = Vec::new();
        for target in
            self.bases.iter().flat_map(|basis| cite::citations(basis, register)).flat_map(|found| found.targets)
        {
            if let DocumentReference::Number { number, .. } | DocumentReference::Name { number: Some(number), .. } =
                target.document
                && !found.contains(&number)
            {
                found.push(number);
            }
        }
        for number in self.bases.iter().filter_map(|basis| DocNumber::parse(basis)) {
            if !found.contains(&number) {
                found.push(number);
            }
        }
        found
    }

    /// As it is shown for a day: what it lacks, which bases are not in force, which bodies and papers were renamed or
    /// abolished.
    pub fn card(&self, sources: &Sources<'_>, day: Date) -> Card {
        let mut warnings = Vec::new();
        for number in self.based_on(sources.register) {
            let status = sources.corpus.status(&number, day);
            let next = sources.register.successor(&number, day).map(|entry| format!("; nay xem {}", entry.title()));
            match status.effect {
                Effect::Expired | Effect::NotYetInForce | Effect::Suspended => warnings.push(format!(
                    "Căn cứ {number} {} tại ngày {}{}.",
                    status.effect.term(),
                    date::show(day),
                    next.unwrap_or_default()
                )),
                _ => {}
            }
        }
        // The page itself is read as a text of the day: what it calls by an old name misleads.
        let page = structure::parse(&self.words());
        let mut named = HashSet::new();
        for mention in terms::mentions(&page, terms::built_in(), day) {
            let old = text::squeeze(mention.span.of(&page.text));
            if named.insert(text::fold(&old)) {
                warnings.push(format!("“{old}” là tên gọi cũ, đã thay đổi trước ngày {}.", date::show(day)));
            }
        }
        Card { procedure: self.clone(), missing: self.missing(), warnings }
    }

    /// Everything it says, a line each.
    fn words(&self) -> String {
        let single = [&self.deadline, &self.fee, &self.subjects, &self.body, &self.result, &self.conditions];
        let ways = self.ways.iter().map(|way| format!("{} {}", way.way, way.note.as_deref().unwrap_or_default()));
        let papers = self.papers.iter().map(|paper| paper.name.clone());
        let lines = self.steps.iter().cloned().chain(ways).chain(papers).chain(single.into_iter().flatten().cloned());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Its parts for a person, empty ones left out.
    pub fn parts(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |text: &Option<String>| text.iter().filter(|text| is_said(text)).cloned().collect::<Vec<_>>();
        let joined = |parts: &[Option<&String>]| {
            parts
                .iter()
                .flatten()
                .filter(|part| is_said(part))
                .map(|part| part.as_str())
                .collect::<Vec<_>>()
                .join(" · ")
        };
        let ways = self
            .ways
            .iter()
            .map(|way| joined(&[Some(&way.way), way.deadline.as_ref(), way.fee.as_ref(), way.note.as_ref()]));
        let papers =
            self.papers.iter().map(|paper| joined(&[Some(&paper.name), paper.form.as_ref(), paper.copies.as_ref()]));
        let parts = [
            ("Thời hạn giải quyết", one(&self.deadline)),
            ("Phí, lệ phí", one(&self.fee)),
            ("Cách thức thực hiện", ways.filter(|way| !way.is_empty()).collect()),
            ("Thành phần hồ sơ", papers.filter(|paper| !paper.is_empty()).collect()),
            ("Số lượng hồ sơ", one(&self.copies)),
            ("Trình tự thực hiện", self.steps.iter().filter(|step| is_said(step)).cloned().collect()),
            ("Đối tượng thực hiện", one(&self.subjects)),
            ("Cơ quan giải quyết", one(&self.body)),
            ("Kết quả thực hiện", one(&self.result)),
            ("Yêu cầu, điều kiện", one(&self.conditions)),
            ("Căn cứ pháp lý", self.bases.clone()),
        ];
        parts.into_iter().filter(|(_, entries)| !entries.is_empty()).collect()
    }
}

/// Whether a field of a page says something: published pages fill empty fields with "Không có thông tin".
fn is_said(text: &str) -> bool {
    let folded = text::fold(text);
    !folded.is_empty() && folded != text::fold("Không có thông tin")
}

/// Share of a procedure's name that a question about it has.
const NAMED: f32 = 0.6;

/// The procedure that a question is about: the longest whose whole name it says, or else the one that its words and the
/// name's have most in common with, of those it has most of the name of.
pub(super) fn about(question: &Question, sources: &Sources<'_>, day: Date) -> Option<Card> {
    let words = |text: &str| -> Vec<String> {
        tokens(&text::normalise(text)).into_iter().map(|token| token.word).filter(|word| !is_form(word)).collect()
    };
    let asked = words(&question.words);
    let subject: HashSet<String> = question.content().into_iter().map(|token| token.word).collect();
    let likeness = |procedure: &Procedure| {
        let name = words(&procedure.name);
        if !name.is_empty() && asked.windows(name.len()).any(|said| said == name) {
            return 1.0 + name.len() as f32;
        }
        let name: HashSet<String> = name.into_iter().filter(|word| tells(word)).collect();
        let both = name.intersection(&subject).count() as f32;
        let share = |of: usize| if of == 0 { 0.0 } else { both / of as f32 };
        if share(name.len()) < NAMED { 0.0 } else { (share(name.len()) + share(subject.len())) / 2.0 }
    };
    let (best, of) = sources
        .procedures
        .iter()
        .map(|procedure| (procedure, likeness(procedure)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.name.len().cmp(&a.0.name.len())))?;
    (of > 0.0).then(|| best.card(sources, day))
}

/// "Thủ tục" begins most names and tells nothing.
fn is_form(word: &str) -> bool {
    [text::fold_word("thủ"), text::fold_word("tục")].iter().any(|form| form == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_decree_asks_for_and_a_page_lacks_is_listed() {
        let page = Procedure {
            name: "Thủ tục mở cổng vườn hoa".into(),
            steps: vec!["Nộp hồ sơ".into()],
            ways: vec![Way { way: "Trực tiếp".into(), deadline: Some("03 ngày".into()), ..Way::default() }],
            papers: vec![Paper { name: "Đơn".into(), ..Paper::default() }],
            subjects: Some("Không có thông tin".into()),
            body: Some("Ủy ban nhân dân cấp xã".into()),
            ..Procedure::default()
        };
        assert_eq!(page.missing(), [Part::Copies, Part::Subjects]);
        assert_eq!(Procedure::default().missing(), Part::ALL);
        let headings: Vec<&str> = page.parts().into_iter().map(|(heading, _)| heading).collect();
        assert_eq!(headings, ["Cách thức thực hiện", "Thành phần hồ sơ", "Trình tự thực hiện", "Cơ quan giải quyết"]);
    }

    #[test]
    fn the_bases_are_read_as_numbers() {
        let page = Procedure {
            bases: vec!["Nghị định số 30/2020/NĐ-CP của Chính phủ".into(), "80/2015/QH13".into()],
            ..Procedure::default()
        };
        let found: Vec<String> = page.based_on(Register::built_in()).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["30/2020/NĐ-CP", "80/2015/QH13"]);
    }
}
