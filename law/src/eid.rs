//! Identifiers of provisions after the Akoma Ntoso naming convention: `art_5__para_2__point_đ`.
//!
//! Articles are numbered through the whole document and need no prefix; khoản is `para`, điểm is `point`, and `đ`
//! stays `đ`.

use serde::{Deserialize, Serialize};

/// A provision's identifier within its document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Eid(String);

impl Eid {
    /// Takes an identifier as it stands.
    pub fn new(eid: impl Into<String>) -> Self {
        Self(eid.into())
    }

    /// A top-level unit: `step("art", "5")`.
    pub fn step(prefix: &str, number: &str) -> Self {
        Self(format!("{prefix}_{number}"))
    }

    /// The unit `prefix_number` within this one.
    pub fn join(&self, prefix: &str, number: &str) -> Self {
        Self(format!("{}__{prefix}_{number}", self.0))
    }

    /// This identifier below `outer`.
    pub fn within(&self, outer: &Self) -> Self {
        Self(format!("{}__{}", outer.0, self.0))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its steps from the outermost inwards: `("art", "5")`, `("para", "2")`.
    pub fn steps(&self) -> Vec<(&str, &str)> {
        self.0.split("__").map(|step| step.split_once('_').unwrap_or((step, ""))).collect()
    }

    /// The number of the step with this prefix, such as the article's.
    pub fn number_of(&self, prefix: &str) -> Option<&str> {
        self.steps().into_iter().find(|(p, _)| *p == prefix).map(|(_, number)| number)
    }

    /// The enclosing unit's identifier.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once("__").map(|(outer, _)| Self(outer.to_owned()))
    }

    /// The article (or annex article) this provision belongs to, itself when it is one.
    pub fn article(&self) -> Option<Self> {
        let mut taken = Vec::new();
        for step in self.0.split("__") {
            taken.push(step);
            if step.starts_with("art_") {
                return Some(Self(taken.join("__")));
            }
        }
        None
    }

    /// The provision for a person, innermost first: "điểm b khoản 2 Điều 15".
    pub fn label(&self) -> String {
        let named: Vec<String> = self
            .steps()
            .into_iter()
            .rev()
            .filter_map(|(prefix, number)| {
                Some(match prefix {
                    "point" => format!("điểm {number}"),
                    "para" => format!("khoản {number}"),
                    "art" => format!("Điều {number}"),
                    "subsec" => format!("Tiểu mục {number}"),
                    "sec" => format!("Mục {number}"),
                    "chp" => format!("Chương {number}"),
                    "part" => format!("Phần {number}"),
                    "annex" => format!("Phụ lục {number}"),
                    "basis" => format!("căn cứ thứ {number}"),
                    "preamble" => "phần căn cứ".to_owned(),
                    _ => return None,
                })
            })
            .collect();
        // An article needs no chapter to be found.
        let keep = named.iter().position(|name| name.starts_with("Điều")).map_or(named.len(), |at| at + 1);
        let annex = named.iter().skip(keep).find(|name| name.starts_with("Phụ lục")).cloned();
        named.into_iter().take(keep).chain(annex).collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Display for Eid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The letters of points (điểm) in order: no f, j, w, z, and đ after d.
pub const POINT_LETTERS: [char; 23] =
    ['a', 'b', 'c', 'd', 'đ', 'e', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'x', 'y'];

/// Where a label stands among its siblings: number first, then the inserted suffix. `12` < `12a`, `đ` after `d`, and a
/// letter that Vietnamese lists do not use after the one before it (`e` < `f` < `g`).
pub fn order(label: &str) -> (usize, usize) {
    let digits = label.len() - label.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut characters = label[digits..].chars();
    let letter = characters.next().map(letter_order);
    match (digits, letter) {
        (0, None) => (0, 0),
        (0, Some((place, foreign))) => (place, foreign + characters.as_str().parse::<usize>().unwrap_or(0)),
        (_, letter) => (label[..digits].parse().unwrap_or(usize::MAX), letter.map_or(0, |(place, _)| place)),
    }
}

/// The place of a letter in Vietnamese lists from 1; a foreign letter has the place of the one before it and a suffix
/// past every inserted one.
fn letter_order(c: char) -> (usize, usize) {
    let place = |c: char| POINT_LETTERS.iter().position(|letter| *letter == c).map(|at| at + 1);
    if let Some(place) = place(c) {
        return (place, 0);
    }
    let before = match c {
        'f' => 'e',
        'j' => 'i',
        'w' => 'v',
        'z' => 'y',
        _ => return (30 + c as usize % 30, 0),
    };
    (place(before).unwrap_or(0), 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reads_from_the_inside_out() {
        assert_eq!(Eid::new("art_15__para_2__point_b").label(), "điểm b khoản 2 Điều 15");
        assert_eq!(Eid::new("chp_II__sec_1").label(), "Mục 1 Chương II");
        assert_eq!(Eid::new("annex_1__art_3").label(), "Điều 3 Phụ lục 1");
    }

    #[test]
    fn inserted_units_follow_what_they_were_inserted_after() {
        let mut labels = ["e", "đ", "d", "a1", "a", "b"];
        labels.sort_by_key(|label| order(label));
        assert_eq!(labels, ["a", "a1", "b", "d", "đ", "e"]);
        assert!(order("12") < order("12a") && order("12a") < order("13"));
    }

    #[test]
    fn a_point_knows_its_article() {
        assert_eq!(Eid::new("annex_1__art_3__para_1").article(), Some(Eid::new("annex_1__art_3")));
        assert_eq!(Eid::new("chp_I").article(), None);
    }
}
