//! Whether a rule is meant for the amount or the age that a question tells: "3 triệu đồng" lies in "từ 2.000.000 đồng
//! đến dưới 50.000.000 đồng".
//!
//! Hard because a fine is an amount too and says nothing of the case it is set for. So amounts that are paid as a fine
//! are left out, on both sides.

use rasoat_law::value::{self, Bound, Dimension, Family, Value};

/// What of a question or a rule may be compared.
fn cases(words: &str) -> Vec<Value> {
    let is_fine = |value: &Value| {
        let before = words.get(value.clause.start..value.span.start).unwrap_or_default();
        let last = before.rfind("phạt tiền").max(before.rfind("Phạt tiền"));
        last.is_some_and(|at| !before[at..].contains("trị giá"))
    };
    let mut found = value::values(words);
    found.retain(|value| matches!(value.dimension, Dimension::Amount | Dimension::Age) && !is_fine(value));
    found
}

/// The amounts and ages that a question tells of its own case.
pub(super) fn told(words: &str) -> Vec<(Family, f64)> {
    let own = cases(words).into_iter().filter(|value| value.bound == Bound::Exactly);
    own.map(|value| value.comparable()).collect()
}

/// Whether one of `told` lies in a range that a rule sets; `None` where the rule sets none of its kind.
pub(super) fn fits(told: &[(Family, f64)], words: &str) -> Option<bool> {
    if told.is_empty() {
        return None;
    }
    let mut answer = None;
    let found = cases(words);
    let mut at = 0;
    while let Some(value) = found.get(at) {
        let (family, number) = value.comparable();
        let end = found.get(at + 1).filter(|end| {
            end.comparable().0 == family
                && matches!(value.bound, Bound::AtLeast | Bound::MoreThan)
                && matches!(end.bound, Bound::AtMost | Bound::LessThan)
                && end.span.start.saturating_sub(value.span.end) < 12
        });
        at += 1 + usize::from(end.is_some());
        for (_, case) in told.iter().filter(|(of, _)| *of == family) {
            let above = match value.bound {
                Bound::AtLeast => *case >= number,
                Bound::MoreThan => *case > number,
                Bound::AtMost => *case <= number,
                Bound::LessThan => *case < number,
                Bound::Exactly => continue,
            };
            let below = end.is_none_or(|end| {
                let most = end.comparable().1;
                *case < most || end.bound == Bound::AtMost && *case <= most
            });
            answer = Some(answer == Some(true) || above && below);
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, rule: &str, expected: Option<bool>) {
        assert_eq!(fits(&told(question), rule), expected, "{question} / {rule}");
    }

    #[test]
    fn the_case_that_is_told_lies_in_the_range_of_its_rule() {
        let small = "trộm cắp tài sản trị giá từ 2.000.000 đồng đến dưới 50.000.000 đồng thì bị phạt tù";
        check("trộm 3 triệu đồng bị phạt thế nào", small, Some(true));
        check("trộm 60 triệu đồng bị phạt thế nào", small, Some(false));
        check("trộm 60 triệu đồng bị phạt thế nào", "chiếm đoạt tài sản trị giá 50.000.000 đồng trở lên", Some(true));
        check("trộm cắp bị phạt thế nào", small, None);
        check("em 15 tuổi đi làm được không", "người từ đủ 15 tuổi đến chưa đủ 18 tuổi", Some(true));
        check("em 15 tuổi đi làm được không", "người chưa đủ 15 tuổi", Some(false));
    }

    #[test]
    fn a_fine_is_no_case() {
        check(
            "trộm 3 triệu đồng",
            "Người phạm tội còn có thể bị phạt tiền từ 5.000.000 đồng đến 50.000.000 đồng",
            None,
        );
        check("bị phạt tiền 3 triệu đồng có đúng không", "tài sản trị giá dưới 2.000.000 đồng", None);
    }
}
