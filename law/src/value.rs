//! The values a norm sets: deadlines, amounts, rates, ages, and whether something must, may or must not be done.
//!
//! Hard because numbers serve everything else too (dates, articles, prison terms), because a value means nothing
//! without its bound ("ít nhất 30 ngày" against "không quá 30 ngày"), and because it is written in figures, in words,
//! or both: `15 (mười lăm) ngày`. Two values may be compared only within one [`Dimension`] and [`Unit`] family.

mod body;
mod condition;
mod count;
mod definition;
mod measure;
mod number;
mod paper;
mod period;
mod reading;
mod sanction;
mod slot;
mod stance;

pub use slot::{
    Body, CalendarDay, ConditionKind, Content, Definition, Force, Form, Level, Measure, Part, ROLE_WORDS, SanctionKind,
    Slot, Stance, Start, slots,
};

use crate::ByteSpan;
use serde::{Deserialize, Serialize};

/// What a value measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Thời hạn.
    Deadline,
    /// Mức tiền.
    Amount,
    /// Tỷ lệ.
    Rate,
    /// Độ tuổi.
    Age,
    /// Số lượng.
    Count,
    /// Đối tượng.
    Subject,
    /// Điều kiện.
    Condition,
    /// Chế tài; of a [`Value`], mức hình phạt tù.
    Sanction,
    /// Định nghĩa.
    Definition,
    /// Thẩm quyền.
    Competence,
    /// Trình tự, thủ tục.
    Procedure,
    /// Nội dung khác.
    Other,
    /// Phải, được, có thể, không được.
    Modality,
}

impl Dimension {
    /// Every dimension, in the order of the contract.
    pub const ALL: [Self; 13] = [
        Self::Deadline,
        Self::Amount,
        Self::Rate,
        Self::Age,
        Self::Count,
        Self::Subject,
        Self::Condition,
        Self::Modality,
        Self::Sanction,
        Self::Definition,
        Self::Competence,
        Self::Procedure,
        Self::Other,
    ];

    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Amount => "amount",
            Self::Rate => "rate",
            Self::Age => "age",
            Self::Count => "count",
            Self::Subject => "subject",
            Self::Condition => "condition",
            Self::Sanction => "sanction",
            Self::Definition => "definition",
            Self::Competence => "competence",
            Self::Procedure => "procedure",
            Self::Other => "other",
            Self::Modality => "modality",
        }
    }

    /// The Vietnamese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Deadline => "thời hạn",
            Self::Amount => "mức tiền",
            Self::Rate => "tỷ lệ",
            Self::Age => "độ tuổi",
            Self::Count => "số lượng",
            Self::Subject => "đối tượng",
            Self::Condition => "điều kiện",
            Self::Sanction => "chế tài",
            Self::Definition => "định nghĩa",
            Self::Competence => "thẩm quyền",
            Self::Procedure => "trình tự, thủ tục",
            Self::Other => "nội dung khác",
            Self::Modality => "tính bắt buộc",
        }
    }
}

/// The unit of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Phút.
    Minute,
    /// Giờ.
    Hour,
    /// Ngày.
    Day,
    /// Ngày làm việc: never converted to calendar days.
    WorkingDay,
    /// Tuần.
    Week,
    /// Tháng.
    Month,
    /// Quý: three months. [`values`] does not read it.
    Quarter,
    /// Năm.
    Year,
    /// Đồng.
    Dong,
    /// Another currency or unit of account (đơn vị tính toán, đô la Mỹ).
    OtherMoney,
    /// Phần trăm.
    Percent,
    /// Tuổi, in years; ages in months are converted.
    Age,
    /// Whatever is counted. [`values`] does not read it.
    Count,
    /// The value is a [`Modality`].
    Modality,
}

/// Which side of the value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value itself.
    Exactly,
    /// Ít nhất, tối thiểu, không dưới, từ … trở lên.
    AtLeast,
    /// Không quá, tối đa, chậm nhất, trong thời hạn.
    AtMost,
    /// Trên, quá.
    MoreThan,
    /// Dưới, chưa đủ.
    LessThan,
}

impl Bound {
    /// Whether both bound from the same side.
    pub fn same_side(self, other: Self) -> bool {
        let side = |bound| match bound {
            Self::Exactly => 0,
            Self::AtLeast | Self::MoreThan => 1,
            Self::AtMost | Self::LessThan => 2,
        };
        side(self) == side(other)
    }
}

/// How strongly something is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Không được, nghiêm cấm.
    Forbidden,
    /// Được, có quyền, có thể.
    Allowed,
    /// Phải, có trách nhiệm, bắt buộc.
    Required,
    /// Không phải, không bắt buộc.
    NotRequired,
}

/// A value found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it measures.
    pub dimension: Dimension,
    /// Its number; for a modality its [`Modality`] as an index.
    pub number: f64,
    /// Its unit.
    pub unit: Unit,
    /// Which side of it is meant.
    pub bound: Bound,
    /// Its words, the bound's included.
    pub span: ByteSpan,
    /// The clause it stands in: up to the nearest `.`, `;`, `:` or line end.
    pub clause: ByteSpan,
}

impl Value {
    /// The number in the smallest unit of its family, for comparing: hours for times, đồng for money.
    pub fn comparable(&self) -> (Family, f64) {
        match self.unit {
            Unit::Minute => (Family::Time, self.number / 60.0),
            Unit::Hour => (Family::Time, self.number),
            Unit::Day => (Family::Time, self.number * 24.0),
            Unit::Week => (Family::Time, self.number * 168.0),
            Unit::Month => (Family::Time, self.number * 24.0 * 30.0),
            Unit::Quarter => (Family::Time, self.number * 24.0 * 90.0),
            Unit::Year => (Family::Time, self.number * 24.0 * 360.0),
            Unit::WorkingDay => (Family::WorkingTime, self.number),
            Unit::Dong => (Family::Dong, self.number),
            Unit::OtherMoney => (Family::OtherMoney, self.number),
            Unit::Percent => (Family::Percent, self.number),
            Unit::Age => (Family::Age, self.number),
            Unit::Count => (Family::Count, self.number),
            Unit::Modality => (Family::Modality, self.number),
        }
    }

    /// The modality, where the value is one.
    pub fn modality(&self) -> Option<Modality> {
        const ALL: [Modality; 4] = [Modality::Forbidden, Modality::Allowed, Modality::Required, Modality::NotRequired];
        (self.unit == Unit::Modality).then(|| ALL.into_iter().find(|m| *m as usize as f64 == self.number)).flatten()
    }
}

/// Units that can be compared with one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Calendar time, in hours.
    Time,
    /// Working days.
    WorkingTime,
    /// Đồng.
    Dong,
    /// Another money.
    OtherMoney,
    /// Percent.
    Percent,
    /// Years of age.
    Age,
    /// Things counted.
    Count,
    /// Modality.
    Modality,
}

/// Every value in `text`, in order.
pub fn values(text: &str) -> Vec<Value> {
    measure::values(text, &reading::read(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `dimension number unit bound` of each value that is no modality.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = values(text)
            .iter()
            .filter(|v| v.dimension != Dimension::Modality)
            .map(|v| format!("{} {} {:?} {:?}", v.dimension.code(), v.number, v.unit, v.bound))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn deadlines_are_read_in_figures_and_in_words() {
        check("trong thời hạn 15 ngày kể từ ngày nhận", &["deadline 15 Day AtMost"]);
        check("chậm nhất là 03 ngày làm việc", &["deadline 3 WorkingDay AtMost"]);
        check("15 (mười lăm) ngày", &["deadline 15 Day Exactly"]);
        check("không quá mười lăm ngày", &["deadline 15 Day AtMost"]);
        check("không được trả chậm quá 30 ngày", &["deadline 30 Day AtMost"]);
        check("không phải báo trước nếu nghỉ quá 30 ngày", &["deadline 30 Day MoreThan"]);
        check("ít nhất hai mươi bốn tháng", &["deadline 24 Month AtLeast"]);
        check("báo trước ít nhất 45 ngày; từ đủ một năm", &["deadline 45 Day AtLeast", "deadline 1 Year AtLeast"]);
    }

    #[test]
    fn dates_and_citations_are_no_deadlines() {
        check("ngày 05 tháng 3 năm 2020, khoản 2 Điều 5, năm 2024", &[]);
        check("từ ngày 01 tháng 7 năm 2025", &[]);
        check("nghỉ hằng năm 10 ngày làm việc", &["deadline 10 WorkingDay Exactly"]);
        check("mỗi tháng 02 ngày; mỗi ngày 08 giờ", &["deadline 2 Day Exactly", "deadline 8 Hour Exactly"]);
    }

    #[test]
    fn amounts_rates_and_ages_are_read() {
        check(
            "trị giá từ 2.000.000 đồng đến dưới 50 triệu đồng",
            &["amount 2000000 Dong AtLeast", "amount 50000000 Dong LessThan"],
        );
        check("không được vượt quá 20%/năm của khoản tiền vay", &["rate 20 Percent AtMost"]);
        check("ít nhất bằng 85% mức lương; 0,2 phần trăm", &["rate 85 Percent AtLeast", "rate 0.2 Percent Exactly"]);
        check("người từ đủ 15 tuổi đến chưa đủ 18 tuổi", &["age 15 Age AtLeast", "age 18 Age LessThan"]);
        check("con dưới 06 tháng tuổi", &["age 0.5 Age LessThan"]);
    }

    #[test]
    fn a_prison_term_is_no_deadline() {
        check("bị phạt tù từ 02 năm đến 07 năm", &["sanction 2 Year AtLeast", "sanction 7 Year AtMost"]);
    }

    #[test]
    fn modality_is_read_with_its_negation() {
        let found: Vec<_> =
            values("phải nộp; không được nộp; có thể nộp; không phải nộp").iter().map(Value::modality).collect();
        assert_eq!(
            found,
            [Modality::Required, Modality::Forbidden, Modality::Allowed, Modality::NotRequired].map(Some)
        );
    }

    proptest! {
        #[test]
        fn every_value_lies_in_its_clause(text in "(ít nhất |không quá |từ |[a-zđ]{1,4} |[0-9]{1,3} |ngày|tháng|%|tuổi|triệu đồng|[.;:\n ]){0,20}") {
            for value in values(&text) {
                prop_assert!(value.clause.contains(value.span));
                prop_assert!(text.get(value.clause.start..value.clause.end).is_some());
            }
        }
    }
}
