//! Provision identifiers as a person cites them: `art_5__para_2__point_b` is "điểm b khoản 2 Điều 5".
//!
//! The server's [`rasoat_api::ProvisionView`] carries such a label for what it holds; this one serves where only the
//! identifier is known (a provision of the draft, a register's entry, a provision not yet fetched).

use rasoat_api::messages::{Language, Message};

/// The provision as it is cited, innermost unit first; a unit of an unknown kind is written as it stands.
pub fn provision_label(eid: &str, language: Language) -> String {
    let units: Vec<&str> = eid.split("__").filter(|unit| !unit.is_empty()).collect();
    let mut label = String::new();
    for (at, unit) in units.iter().enumerate().rev() {
        // Chapters and sections place an article for the eye, but nobody cites "Điều 5 Mục 1 Chương II": articles
        // are numbered through the whole document.
        let shadowed = matches!(kind_of(unit), "part" | "chp" | "sec" | "subsec")
            && units[at + 1..].iter().any(|inner| kind_of(inner) == "art");
        if shadowed {
            continue;
        }
        if !label.is_empty() {
            label.push(' ');
        }
        push_unit(&mut label, unit, language);
    }
    if language == Language::En
        && let Some(first) = label.get(..1)
    {
        let upper = first.to_uppercase();
        label.replace_range(..1, &upper);
    }
    label
}

/// The provision that somebody cites as [`provision_label`] writes it, or by its identifier; none where it is not read so.
pub fn cited(label: &str) -> Option<String> {
    let words: Vec<&str> = label.split_whitespace().collect();
    if let [eid] = words.as_slice()
        && *eid != "preamble"
        && eid.split("__").all(|unit| unit.split_once('_').is_some_and(|(_, number)| !number.is_empty()))
    {
        return Some((*eid).to_owned());
    }
    let mut eid = String::new();
    for pair in words.rchunks(2) {
        let [name, number] = pair else { return None };
        let kind = match name.to_lowercase().as_str() {
            "điều" | "article" => "art",
            "khoản" | "clause" => "para",
            "điểm" | "point" => "point",
            _ => return None,
        };
        let is_number = number.chars().all(char::is_alphanumeric);
        // Of several units the outer one stands last.
        let follows = match eid.rsplit("__").next().map(kind_of) {
            Some("") => true,
            Some("art") => kind != "art",
            Some("para") => kind == "point",
            _ => false,
        };
        if !is_number || !follows {
            return None;
        }
        if !eid.is_empty() {
            eid.push_str("__");
        }
        eid.push_str(&format!("{kind}_{}", number.to_lowercase()));
    }
    (!eid.is_empty()).then_some(eid)
}

fn kind_of(unit: &str) -> &str {
    unit.split_once('_').map_or(unit, |(kind, _)| kind)
}

fn push_unit(label: &mut String, unit: &str, language: Language) {
    let (kind, number) = unit.split_once('_').unwrap_or((unit, ""));
    let name = match kind {
        "part" => Message::UnitPart,
        "chp" => Message::UnitChapter,
        "sec" => Message::UnitSection,
        "subsec" => Message::UnitSubsection,
        "art" => Message::UnitArticle,
        "para" => Message::UnitParagraph,
        "point" => Message::UnitPoint,
        "annex" => Message::UnitAnnex,
        "preamble" => Message::UnitPreamble,
        "basis" => Message::UnitBasis,
        _ => {
            label.push_str(unit);
            return;
        }
    };
    label.push_str(name.text(language));
    if !number.is_empty() {
        label.push(' ');
        label.push_str(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cited_is_the_provision() {
        for eid in ["art_5", "art_12a", "art_5__para_2", "art_5__para_2__point_đ", "art_5__point_b", "para_2"] {
            for language in [Language::Vi, Language::En] {
                assert_eq!(cited(&provision_label(eid, language)).as_deref(), Some(eid));
            }
            assert_eq!(cited(eid).as_deref(), Some(eid));
        }
        assert_eq!(cited("  Khoản 2   điều 5 ").as_deref(), Some("art_5__para_2"));
        assert_eq!(cited("annex_1").as_deref(), Some("annex_1"));
        for unread in ["", "Điều", "5", "Điều 5 khoản 2", "Điều 5 Điều 6", "Chương II", "preamble", "art_", "Điều 5-6"]
        {
            assert_eq!(cited(unread), None, "{unread}");
        }
    }

    #[test]
    fn a_provision_is_cited_from_the_innermost_unit_outwards() {
        let check = |eid: &str, vi: &str, en: &str| {
            assert_eq!(provision_label(eid, Language::Vi), vi);
            assert_eq!(provision_label(eid, Language::En), en);
        };
        check("art_5__para_2__point_đ", "điểm đ khoản 2 Điều 5", "Point đ clause 2 Article 5");
        check("art_12a", "Điều 12a", "Article 12a");
        check("chp_II__sec_1", "Mục 1 Chương II", "Section 1 Chapter II");
        check("chp_II__art_7", "Điều 7", "Article 7");
        check("annex_1__art_3", "Điều 3 Phụ lục 1", "Article 3 Annex 1");
        check("preamble__basis_2", "căn cứ thứ 2 phần mở đầu", "Legal basis 2 preamble");
        check("điều_lạ", "điều_lạ", "điều_lạ");
        check("", "", "");
    }
}
