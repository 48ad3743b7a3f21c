//! What a document calls its own subject, where its name is not at hand: the scope clause (phạm vi điều chỉnh).

use crate::text::squeeze;

/// Words of a name made so: the subject, without the list that may follow it.
const WORDS: usize = 40;

/// "Nghị định quy định về công tác văn thư", from an article that begins with "Nghị định này quy định về công tác văn
/// thư, bao gồm: …"; `None` where it does not begin so.
///
/// Collections and bare texts give documents by number alone. A number tells a reader nothing of the subject, and search
/// even less.
pub fn name_by_scope(article: &str) -> Option<String> {
    const KINDS: [&str; 10] = [
        "Bộ luật",
        "Luật",
        "Pháp lệnh",
        "Nghị định",
        "Nghị quyết",
        "Thông tư liên tịch",
        "Thông tư",
        "Quyết định",
        "Quy chế",
        "Quy định",
    ];
    const VERBS: [&str; 5] = ["quy định", "hướng dẫn", "điều chỉnh", "ban hành", "sửa đổi"];
    let text = article.trim_start();
    let text = text.strip_prefix("1.").map_or(text, str::trim_start);
    let (kind, rest) = KINDS.iter().find_map(|kind| Some((*kind, text.strip_prefix(kind)?.strip_prefix(" này ")?)))?;
    if !VERBS.iter().any(|verb| rest.starts_with(verb)) {
        return None;
    }
    let end = rest.find(['.', ';', ':', '\n', '(']).unwrap_or(rest.len());
    let subject = squeeze(&rest[..end]);
    let subject = [", bao gồm", " bao gồm", ", gồm"]
        .iter()
        .find_map(|list| subject.split_once(*list))
        .map_or(subject.as_str(), |(before, _)| before);
    let words: Vec<&str> = subject.split(' ').filter(|word| !word.is_empty()).take(WORDS).collect();
    (words.len() > 3).then(|| format!("{kind} {}", words.join(" ").trim_end_matches(',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_clause_names_a_document() {
        let name = |text: &str| name_by_scope(text).unwrap_or_default();
        assert_eq!(
            name("1. Nghị định này quy định về công tác văn thư, bao gồm: soạn thảo, ký."),
            "Nghị định quy định về công tác văn thư"
        );
        assert_eq!(name("Luật này quy định về hộ tịch; thẩm quyền đăng ký."), "Luật quy định về hộ tịch");
        assert_eq!(name("Thông tư liên tịch này hướng dẫn việc\nghi nhãn."), "");
        assert_eq!(name("Nghị định này có hiệu lực thi hành từ ngày 01 tháng 7."), "");
        assert_eq!(name("Nghị định này quy định:"), "");
        assert_eq!(name("Bộ trưởng quy định về mẫu."), "");
        assert_eq!(name(""), "");
    }
}
