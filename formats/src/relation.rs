//! Relations between documents as sources name them (lược đồ văn bản).
//!
//! Every site has its own words for the same dozen relations, and the passive tells who acts: "văn bản được hướng dẫn"
//! is guided by this one, "văn bản hướng dẫn" guides it.

use crate::{Relation, RelationKind};
use rasoat_law::DocNumber;

impl Relation {
    /// A relation from a source's words for it and for the other document.
    pub(crate) fn of(label: &str, title: &str) -> Self {
        Self {
            kind: RelationKind::of_label(label),
            label: label.trim().trim_end_matches(':').trim().to_owned(),
            document: Self::number_in(title),
            title: title.trim().to_owned(),
        }
    }

    /// The first number of a document in some words.
    pub(crate) fn number_in(words: &str) -> Option<String> {
        words
            .char_indices()
            .filter(|(at, ch)| ch.is_ascii_digit() && !words[..*at].ends_with(|ch: char| ch.is_alphanumeric()))
            .find_map(|(at, _)| DocNumber::read(&words[at..]))
            .map(|(number, _)| number.as_str().to_owned())
    }
}

impl RelationKind {
    /// The relation that a source's words name.
    pub(crate) fn of_label(label: &str) -> Self {
        let label = label.to_lowercase();
        let has = |words: &str| label.contains(words);
        let passive = has("được") || has("bị");
        if has("căn cứ") {
            Self::Basis
        } else if has("hợp nhất") {
            Self::Consolidated
        } else if has("hết hiệu lực một phần") || has("thay thế một phần") || has("bãi bỏ một phần")
        {
            if has("quy định") || has("văn bản thay thế") { Self::PartlyEnds } else { Self::PartlyEnded }
        } else if has("đính chính") {
            if passive { Self::Corrected } else { Self::Corrects }
        } else if has("đình chỉ") {
            if passive { Self::Suspended } else { Self::Suspends }
        } else if has("hết hiệu lực") {
            if has("quy định hết") { Self::Replaces } else { Self::Replaced }
        } else if has("thay thế") || has("bãi bỏ") || has("hủy bỏ") {
            if passive { Self::Replaced } else { Self::Replaces }
        } else if has("sửa đổi") || has("bổ sung") {
            if passive { Self::Amended } else { Self::Amends }
        } else if has("hướng dẫn") || has("quy định chi tiết") {
            if passive { Self::Detailed } else { Self::Details }
        } else if has("dẫn chiếu") {
            Self::Cited
        } else {
            Self::Related
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passive_tells_who_acts() {
        let check = |label: &str, kind: RelationKind| assert_eq!(RelationKind::of_label(label), kind, "{label}");
        check("Văn bản căn cứ", RelationKind::Basis);
        check("Văn bản được hướng dẫn, quy định chi tiết", RelationKind::Detailed);
        check("Văn bản hướng dẫn", RelationKind::Details);
        check("Văn bản bị thay thế", RelationKind::Replaced);
        check("Văn bản hết hiệu lực", RelationKind::Replaced);
        check("Văn bản quy định hết hiệu lực", RelationKind::Replaces);
        check("Văn bản bị hết hiệu lực một phần", RelationKind::PartlyEnded);
        check("Văn bản quy định hết hiệu lực một phần", RelationKind::PartlyEnds);
        check("Văn bản được sửa đổi bổ sung", RelationKind::Amended);
        check("Văn bản sửa đổi bổ sung", RelationKind::Amends);
        check("Văn bản liên quan cùng nội dung", RelationKind::Related);
    }

    #[test]
    fn the_number_of_a_related_document_is_found_in_its_title() {
        assert_eq!(Relation::number_in("Nghị định số 30/2020/NĐ-CP về văn thư").as_deref(), Some("30/2020/NĐ-CP"));
        assert_eq!(Relation::number_in("Luật Thử nghiệm năm 2020"), None);
    }
}
