//! Reports of evaluations read by hand from JSON.
//!
//! Their thirty shapes would be a fifth of the module if they were read as all others are, and few who load the page
//! ever open one. What is missing reads as nothing, as the shapes' defaults would.

use rasoat_api::{
    ChangedItem, ComparedSystem, Confusion, EvaluationComparison, EvaluationOverview, EvaluationRow,
    MeasuredDifference, MeasuredFigure, MeasuredGain, MeasuredItem, MeasuredItems, MeasuredSet, MeasuredSetHead,
    MeasuredSlice, MeasuredSystem, MeasuredSystemHead, PairedComparison, Reliability, ReliabilityBin, RiskPoint,
    Wording,
};
use serde_json::Value;
use std::collections::BTreeMap;

fn text(of: &Value, name: &str) -> String {
    maybe_text(of, name).unwrap_or_default()
}

fn maybe_text(of: &Value, name: &str) -> Option<String> {
    of[name].as_str().map(str::to_owned)
}

fn count(of: &Value, name: &str) -> usize {
    of[name].as_u64().unwrap_or_default() as usize
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap_or_default()
}

fn truth(of: &Value, name: &str) -> bool {
    of[name].as_bool().unwrap_or_default()
}

fn list<T>(of: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    of.as_array().into_iter().flatten().map(read).collect()
}

fn map<T>(of: &Value, read: impl Fn(&Value) -> T) -> BTreeMap<String, T> {
    // Put in one by one: collecting would bring a sort of its own for every shape.
    let mut map = BTreeMap::new();
    for (name, value) in of.as_object().into_iter().flatten() {
        map.insert(name.clone(), read(value));
    }
    map
}

fn maybe<T>(of: &Value, read: impl Fn(&Value) -> T) -> Option<T> {
    (!of.is_null()).then(|| read(of))
}

fn string(of: &Value) -> String {
    of.as_str().unwrap_or_default().to_owned()
}

fn size(of: &Value) -> usize {
    of.as_u64().unwrap_or_default() as usize
}

fn wording(of: &Value) -> Wording {
    Wording { vi: text(of, "vi"), en: text(of, "en") }
}

fn figure(of: &Value) -> MeasuredFigure {
    MeasuredFigure { value: number(of, "value"), low: of["low"].as_f64(), high: of["high"].as_f64() }
}

fn difference(of: &Value) -> MeasuredDifference {
    MeasuredDifference {
        before: number(of, "before"),
        after: number(of, "after"),
        difference: figure(&of["difference"]),
        p: number(of, "p"),
        effect: of["effect"].as_f64(),
    }
}

/// The runs there are.
pub fn rows(of: &Value) -> Vec<EvaluationRow> {
    list(of, |of| EvaluationRow {
        id: text(of, "id"),
        version: text(of, "version"),
        commit: maybe_text(of, "commit"),
        sets: list(&of["sets"], string),
    })
}

/// A run in brief.
pub fn overview(of: &Value) -> EvaluationOverview {
    let system = |of: &Value| MeasuredSystemHead {
        system: text(of, "system"),
        baseline: truth(of, "baseline"),
        items: count(of, "items"),
        documents: count(of, "documents"),
        figure: maybe(&of["figure"], figure),
    };
    EvaluationOverview {
        id: text(of, "id"),
        version: text(of, "version"),
        commit: maybe_text(of, "commit"),
        at: maybe_text(of, "at"),
        seed: of["seed"].as_u64().unwrap_or_default(),
        data: map(&of["data"], string),
        models: map(&of["models"], string),
        limits: list(&of["limits"], wording),
        sets: list(&of["sets"], |of| MeasuredSetHead {
            suite: text(of, "suite"),
            set: text(of, "set"),
            headline: maybe_text(of, "headline"),
            systems: list(&of["systems"], system),
        }),
        names: map(&of["names"], wording),
        page: truth(of, "page"),
    }
}

/// A set.
pub fn set(of: &Value) -> MeasuredSet {
    MeasuredSet {
        suite: text(of, "suite"),
        set: text(of, "set"),
        systems: list(&of["systems"], system),
        gains: list(&of["gains"], |of| MeasuredGain {
            system: text(of, "system"),
            over: text(of, "over"),
            differences: map(&of["differences"], difference),
        }),
        names: map(&of["names"], wording),
        order: list(&of["order"], string),
        kept: list(&of["kept"], string),
    }
}

fn system(of: &Value) -> MeasuredSystem {
    let slice = |of: &Value| MeasuredSlice {
        key: text(of, "key"),
        value: text(of, "value"),
        items: count(of, "items"),
        documents: count(of, "documents"),
        small: truth(of, "small"),
        figures: map(&of["figures"], figure),
    };
    let bin = |of: &Value| ReliabilityBin {
        low: number(of, "low"),
        high: number(of, "high"),
        count: count(of, "count"),
        confidence: number(of, "confidence"),
        quality: number(of, "quality"),
    };
    MeasuredSystem {
        system: text(of, "system"),
        baseline: truth(of, "baseline"),
        items: count(of, "items"),
        documents: count(of, "documents"),
        figures: map(&of["figures"], figure),
        slices: list(&of["slices"], slice),
        confusion: maybe(&of["confusion"], |of| Confusion {
            classes: list(&of["classes"], string),
            counts: list(&of["counts"], |row| list(row, size)),
        }),
        reliability: maybe(&of["reliability"], |of| Reliability {
            bins: list(&of["bins"], bin),
            expected_error: number(of, "expected_error"),
            brier: number(of, "brier"),
        }),
        risk_coverage: list(&of["risk_coverage"], |of| RiskPoint {
            confidence: number(of, "confidence"),
            coverage: number(of, "coverage"),
            risk: number(of, "risk"),
        }),
    }
}

/// Cases.
pub fn items(of: &Value) -> MeasuredItems {
    MeasuredItems {
        total: count(of, "total"),
        imperfect: count(of, "imperfect"),
        matching: count(of, "matching"),
        items: list(&of["items"], |of| MeasuredItem {
            id: text(of, "id"),
            document: text(of, "document"),
            quality: number(of, "quality"),
            outcome: text(of, "outcome"),
            slices: map(&of["slices"], string),
            detail: of["detail"].clone(),
        }),
    }
}

/// A set of two runs.
pub fn comparison(of: &Value) -> EvaluationComparison {
    let changed = |of: &Value| ChangedItem {
        id: text(of, "id"),
        by: number(of, "by"),
        before: text(of, "before"),
        after: text(of, "after"),
    };
    let paired = |of: &Value| PairedComparison {
        items: count(of, "items"),
        same: count(of, "same"),
        better: count(of, "better"),
        worse: count(of, "worse"),
        otherwise: count(of, "otherwise"),
        differences: map(&of["differences"], difference),
        changes: list(&of["changes"], changed),
    };
    EvaluationComparison {
        warnings: list(&of["warnings"], wording),
        systems: list(&of["systems"], |of| ComparedSystem {
            system: text(of, "system"),
            before: map(&of["before"], figure),
            after: map(&of["after"], figure),
            paired: maybe(&of["paired"], paired),
        }),
        names: map(&of["names"], wording),
        order: list(&of["order"], string),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    /// What is written as the API's shape reads as the same by hand.
    #[test]
    fn what_is_read_by_hand_is_what_the_shapes_say() {
        let figure = MeasuredFigure { value: 0.5, low: Some(0.25), high: None };
        let figures: BTreeMap<String, MeasuredFigure> = [("f1".to_owned(), figure)].into();
        let names: BTreeMap<String, Wording> = [("f1".to_owned(), Wording { vi: "đ".into(), en: "e".into() })].into();
        let of = MeasuredDifference { before: 0.1, after: 0.2, difference: figure, p: 0.01, effect: Some(0.4) };
        let differences: BTreeMap<String, MeasuredDifference> = [("f1".to_owned(), of)].into();
        let of_set = MeasuredSet {
            suite: "pairs".into(),
            set: "a".into(),
            systems: vec![MeasuredSystem {
                system: "review".into(),
                baseline: true,
                items: 3,
                documents: 2,
                figures: figures.clone(),
                slices: vec![MeasuredSlice {
                    key: "rank".into(),
                    value: "luat".into(),
                    items: 1,
                    documents: 1,
                    small: true,
                    figures: figures.clone(),
                }],
                confusion: Some(Confusion { classes: vec!["x".into()], counts: vec![vec![7]] }),
                reliability: Some(Reliability {
                    bins: vec![ReliabilityBin { low: 0.1, high: 0.2, count: 4, confidence: 0.15, quality: 0.9 }],
                    expected_error: 0.3,
                    brier: 0.2,
                }),
                risk_coverage: vec![RiskPoint { confidence: 0.9, coverage: 0.5, risk: 0.1 }],
            }],
            gains: vec![MeasuredGain { system: "a".into(), over: "b".into(), differences: differences.clone() }],
            names: names.clone(),
            order: vec!["f1".into()],
            kept: vec!["review".into()],
        };
        assert_eq!(set(&serde_json::to_value(&of_set).unwrap()), of_set);
        let of_run = EvaluationOverview {
            id: "r".into(),
            version: "1".into(),
            commit: Some("c".into()),
            at: None,
            seed: 7,
            data: [("d".to_owned(), "s".to_owned())].into(),
            models: BTreeMap::new(),
            limits: vec![Wording::default()],
            sets: vec![MeasuredSetHead {
                suite: "pairs".into(),
                set: "a".into(),
                headline: Some("f1".into()),
                systems: vec![MeasuredSystemHead {
                    system: "x".into(),
                    baseline: false,
                    items: 1,
                    documents: 1,
                    figure: Some(figure),
                }],
            }],
            names: names.clone(),
            page: true,
        };
        assert_eq!(overview(&serde_json::to_value(&of_run).unwrap()), of_run);
        let of_items = MeasuredItems {
            total: 9,
            imperfect: 3,
            matching: 2,
            items: vec![MeasuredItem {
                id: "i".into(),
                document: "d".into(),
                quality: 0.5,
                outcome: "o".into(),
                slices: [("rank".to_owned(), "luat".to_owned())].into(),
                detail: serde_json::json!({"draft": ["a", 1]}),
            }],
        };
        assert_eq!(items(&serde_json::to_value(&of_items).unwrap()), of_items);
        let both = EvaluationComparison {
            warnings: vec![Wording::default()],
            systems: vec![ComparedSystem {
                system: "x".into(),
                before: figures.clone(),
                after: figures,
                paired: Some(PairedComparison {
                    items: 5,
                    same: 1,
                    better: 1,
                    worse: 2,
                    otherwise: 1,
                    differences,
                    changes: vec![ChangedItem { id: "i".into(), by: -0.5, before: "a".into(), after: "b".into() }],
                }),
            }],
            names,
            order: vec!["f1".into()],
        };
        assert_eq!(comparison(&serde_json::to_value(&both).unwrap()), both);
        let row = EvaluationRow { id: "r".into(), version: "1".into(), commit: None, sets: vec!["pairs/a".into()] };
        assert_eq!(rows(&serde_json::to_value([&row]).unwrap()), [row]);
    }
}
