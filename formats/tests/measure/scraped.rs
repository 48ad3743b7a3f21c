//! Documents scraped from the law portal, put back together as text, and shares of what was measured.

/// A share in percent.
#[expect(clippy::cast_precision_loss, reason = "counts of documents and characters")]
pub fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// A scraped document of `vbpl-documents` as the text it was scraped from: titles, headings and bodies by the line.
pub fn scraped_text(document: &serde_json::Value) -> String {
    let mut lines: Vec<String> = Vec::new();
    let word = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().trim().to_owned();
    let chapters = document["chapters"].as_array().cloned().unwrap_or_default();
    for chapter in &chapters {
        lines.push(word(chapter, "title"));
        lines.push(word(chapter, "subtitle"));
        for article in chapter["articles"].as_array().into_iter().flatten() {
            let (number, heading) = (word(article, "number"), word(article, "heading"));
            lines.push(if heading.is_empty() { format!("{number}.") } else { format!("{number}. {heading}") });
            lines.push(word(article, "body"));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
