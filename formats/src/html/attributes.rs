//! What a page says of its document beside the text: attributes, and documents in relation to it.
//!
//! Hard because each site writes the same dozen labels in its own markup: cells of a table, definition lists, pairs of
//! spans, one element with a colon. All are read the same way: a short element that is a known label, and the words
//! after it. Relations stand in lists under their own labels ("Văn bản được hướng dẫn").

use super::layout::{Layout, PageNode};
use crate::{FormatError, Limits, Problem, Relation, RelationKind, SourceMetadata, json, normalise};
use scraper::{ElementRef, Html, Node, Selector};

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    SoHieu,
    Kind,
    Title,
    Issued,
    Effective,
    Expires,
    Status,
    /// A day or a state of effect: sites use "Hiệu lực" for both.
    Effect,
    Signer,
    Issuer,
    /// Body, office and signer in three cells.
    IssuerAndSigner,
}

/// The longest text of an element looked at, in bytes; labels and values are short.
const SHORT: usize = 600;

/// Related documents of one page that are kept.
const RELATIONS: usize = 2_000;

pub(super) fn read(
    page: &Html,
    layout: &Layout<'_>,
    problems: &mut Vec<Problem>,
    limits: &Limits,
) -> Result<SourceMetadata, FormatError> {
    let mut found: Vec<(Field, String)> = Vec::new();
    let mut relations: Vec<Relation> = Vec::new();
    let mut open: Option<(ElementRef<'_>, String)> = None;
    for (index, node) in page.root_element().descendants().enumerate() {
        if index % 2048 == 0 {
            limits.interrupt.check()?;
        }
        let Some(element) = ElementRef::wrap(node) else { continue };
        if matches!(element.value().name(), "script" | "style" | "head" | "html" | "body" | "option") {
            continue;
        }
        let Some(words) = short_words(node) else { continue };
        if words.is_empty() || (!layout.is_page && layout.holds(node)) {
            continue;
        }
        if let Some(label) = relation_label(&words) {
            let scope = node.ancestors().filter_map(ElementRef::wrap).nth(2).unwrap_or(element);
            let scope =
                if is_page(scope) { element.parent().and_then(ElementRef::wrap).unwrap_or(element) } else { scope };
            open = label.map(|label| (scope, label));
            continue;
        }
        if element.value().name() == "a" || element.value().name() == "li" {
            let within = |scope: ElementRef<'_>| node.ancestors().take(64).any(|ancestor| ancestor.id() == scope.id());
            if let Some((_, label)) = open.as_ref().filter(|(scope, _)| within(*scope)) {
                if names_document(&words) && relations.len() < RELATIONS {
                    let relation = Relation::of(label, &words);
                    let known = relations.iter().any(|other| {
                        other.kind == relation.kind
                            && (other.title == relation.title
                                || (other.document.is_some() && other.document == relation.document))
                    });
                    if !known {
                        relations.push(relation);
                    }
                }
                continue;
            }
        }
        pair(element, &words, &mut found);
    }
    let mut metadata = SourceMetadata { relations, ..SourceMetadata::default() };
    // One label alone may be a line of the text itself, such as a register's column.
    if found.len() >= 2 {
        fill(&mut metadata, found, problems);
    }
    if metadata.title.is_none()
        && let Ok(selector) = Selector::parse("h1.the-document-title, .the-document-title")
    {
        metadata.title = page.select(&selector).find_map(|title| short_words(*title)).filter(|title| !title.is_empty());
    }
    Ok(metadata)
}

fn is_page(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "body" | "html" | "main")
}

fn fill(metadata: &mut SourceMetadata, found: Vec<(Field, String)>, problems: &mut Vec<Problem>) {
    for (field, value) in found {
        let mut date = |value: String| {
            let date = json::iso_date(&value);
            // Texts stand in these places too: "theo quy định tại Điều 5", "kể từ ngày ký".
            if date.is_none() && value.chars().any(|ch| ch.is_ascii_digit()) {
                problems.push(Problem::UnreadableDate { value });
            }
            date
        };
        match field {
            Field::SoHieu => metadata.so_hieu = Some(value),
            Field::Kind => metadata.kind = Some(value),
            Field::Title => metadata.title = Some(value),
            Field::Issued => metadata.issued = date(value),
            Field::Effective => metadata.effective = date(value).or(metadata.effective.take()),
            Field::Expires => metadata.expires = date(value),
            Field::Status => metadata.status = Some(value),
            Field::Effect => match json::iso_date(&value) {
                Some(day) => metadata.effective = metadata.effective.take().or(Some(day)),
                None => metadata.status = metadata.status.take().or(Some(value)),
            },
            Field::Signer => metadata.signer = Some(value),
            Field::Issuer | Field::IssuerAndSigner => metadata.issuer = Some(value),
        }
    }
}

/// The label that an element is, with the words after it, or the label and the value in one.
fn pair(element: ElementRef<'_>, words: &str, found: &mut Vec<(Field, String)>) {
    let mut add = |field: Field, value: String| {
        let placeholder = matches!(value.trim_matches(['.', '…', '-', ' ']), "")
            || ["đang cập nhật", "dữ liệu đang", "đã biết", "đăng nhập", "chưa xác định"]
                .iter()
                .any(|words| value.to_lowercase().contains(words));
        if !placeholder && label_of(&value).is_none() && !found.iter().any(|(have, _)| *have == field) {
            found.push((field, value));
        }
    };
    if let Some(field) = label_of(words) {
        // Only the innermost element that is the label: its parent may hold label and value.
        if element.child_elements().any(|child| short_words(*child).as_deref() == Some(words)) {
            return;
        }
        let mut values = values_after(element);
        if field == Field::IssuerAndSigner {
            let mut cells = values.by_ref().take(3);
            if let Some(issuer) = cells.next() {
                add(Field::Issuer, issuer);
            }
            if let Some(signer) = cells.nth(1) {
                add(Field::Signer, signer);
            }
        } else if let Some(value) = values.next() {
            add(field, value);
        }
        return;
    }
    // "Số hiệu: 30/2020/NĐ-CP" in one element.
    if let Some((label, value)) = words.split_once(':')
        && let Some(field) = label_of(label)
        && !value.trim().is_empty()
        && element.child_elements().all(|child| short_words(*child).is_none_or(|below| below != words))
        && count_labels(words) == 1
    {
        add(field, value.trim().to_owned());
    }
}

/// How many labels some words hold: a whole list of attributes is not one of them.
fn count_labels(words: &str) -> usize {
    words
        .match_indices(':')
        .filter(|(at, _)| {
            let before = &words[..*at];
            let tail: Vec<&str> = before.split_whitespace().rev().take(6).collect();
            (1..=tail.len()).any(|count| {
                let label: Vec<&str> = tail[..count].iter().rev().copied().collect();
                label_of(&label.join(" ")).is_some()
            })
        })
        .count()
}

/// The words of the elements that follow a label, in its row or beside what it stands in.
fn values_after(label: ElementRef<'_>) -> impl Iterator<Item = String> + '_ {
    let mut at = label;
    let own = short_words(*label);
    // Out of the spans and bold words that hold nothing but the label.
    while let Some(parent) = at.parent().and_then(ElementRef::wrap) {
        if short_words(*parent) != own {
            break;
        }
        at = parent;
    }
    at.next_siblings()
        .filter_map(|sibling| match sibling.value() {
            Node::Text(text) => {
                let words = squeezed(&text.text);
                Some(words.trim_start_matches(':').trim().to_owned())
            }
            Node::Element(_) => short_words(sibling),
            _ => None,
        })
        .filter(|words| !words.is_empty())
}

/// An element's words on one line, where they are few; `None` where they are not.
fn short_words(node: PageNode<'_>) -> Option<String> {
    let mut words = String::new();
    for (count, below) in node.descendants().enumerate() {
        if count > 200 {
            return None;
        }
        match below.value() {
            Node::Text(text) => {
                if words.len() + text.len() > SHORT * 4 {
                    return None;
                }
                words.push_str(&text.text);
            }
            Node::Element(element) if matches!(element.name(), "br" | "td" | "th" | "li" | "p" | "div") => {
                words.push(' ');
            }
            _ => {}
        }
    }
    let words = squeezed(&words);
    (words.len() <= SHORT).then_some(words)
}

fn squeezed(words: &str) -> String {
    normalise(words).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn label_of(words: &str) -> Option<Field> {
    if words.len() > 80 {
        return None;
    }
    let label = words.trim().trim_end_matches([':', ' ']).trim().to_lowercase();
    Some(match label.as_str() {
        "số ký hiệu"
        | "số hiệu"
        | "số/ký hiệu"
        | "số, ký hiệu"
        | "số, kí hiệu"
        | "số kí hiệu"
        | "số/kí hiệu"
        | "số hiệu văn bản"
        | "ký hiệu" => Field::SoHieu,
        "loại văn bản" | "hình thức văn bản" | "thể loại" => Field::Kind,
        "trích yếu" | "tên văn bản" | "trích yếu nội dung" | "tiêu đề" | "về việc" => Field::Title,
        "ngày ban hành" | "ban hành" => Field::Issued,
        "ngày có hiệu lực"
        | "ngày hiệu lực"
        | "áp dụng"
        | "ngày áp dụng"
        | "có hiệu lực từ"
        | "hiệu lực từ ngày"
        | "ngày bắt đầu có hiệu lực"
        | "thời điểm có hiệu lực" => Field::Effective,
        "ngày hết hiệu lực" | "ngày hết hạn" | "hết hiệu lực từ" => Field::Expires,
        "tình trạng hiệu lực" | "tình trạng" | "trạng thái" | "trạng thái hiệu lực" => {
            Field::Status
        }
        "hiệu lực" => Field::Effect,
        "người ký" => Field::Signer,
        "cơ quan ban hành" | "nơi ban hành" | "đơn vị ban hành" | "cơ quan/người ban hành" => {
            Field::Issuer
        }
        "cơ quan ban hành/ chức danh / người ký"
        | "cơ quan ban hành/ chức danh/ người ký"
        | "cơ quan ban hành / chức danh / người ký"
        | "cơ quan ban hành/chức danh/người ký" => Field::IssuerAndSigner,
        _ => return None,
    })
}

/// Whether some words head a list of related documents, and which; an inner `None` ends the list before.
fn relation_label(words: &str) -> Option<Option<String>> {
    let label =
        words.trim_end_matches(|ch: char| ch.is_ascii_digit() || matches!(ch, '(' | ')' | '[' | ']' | ':' | ' '));
    let lower = label.to_lowercase();
    if label.chars().count() > 70 || !(lower.starts_with("văn bản") || lower.starts_with("các văn bản")) {
        return None;
    }
    if lower.contains("hiện thời") || lower.contains("đang xem") || lower.contains("hiện tại") {
        return Some(None);
    }
    let known = RelationKind::of_label(label) != RelationKind::Related || lower.contains("liên quan");
    (known && Relation::number_in(words).is_none()).then(|| Some(label.to_owned()))
}

/// Whether some words name a document: its number, or its kind and a name.
fn names_document(words: &str) -> bool {
    const KINDS: [&str; 11] = [
        "Luật",
        "Bộ luật",
        "Hiến pháp",
        "Pháp lệnh",
        "Nghị quyết",
        "Nghị định",
        "Quyết định",
        "Thông tư",
        "Chỉ thị",
        "Lệnh",
        "Văn bản hợp nhất",
    ];
    Relation::number_in(words).is_some()
        || KINDS.iter().any(|kind| words.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ') && rest.len() > 4))
}
