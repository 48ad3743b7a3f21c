//! Vectors that a program prints, held against those that are known.

use serde_json::Value;

/// Cosine of two lists of numbers.
///
/// # Panics
/// When one is no list of numbers, or they are not of one length.
pub fn cosine(one: &Value, other: &Value) -> f64 {
    let numbers = |value: &Value| -> Vec<f64> {
        let list = value.as_array().unwrap_or_else(|| panic!("not a list: {value}"));
        list.iter().map(|x| x.as_f64().unwrap_or_else(|| panic!("not a number: {x}"))).collect()
    };
    let (one, other) = (numbers(one), numbers(other));
    assert_eq!(one.len(), other.len());
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    dot(&one, &other) / (dot(&one, &one) * dot(&other, &other)).sqrt()
}
