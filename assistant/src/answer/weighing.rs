//! What stands between the rules that an answer cites: which goes before, and where they differ.
//!
//! Hard because the law has a rule for some pairs only: the higher rank prevails, of one issuer the later (Law 64/2025/QH15,
//! Article 58); for equals of different issuers there is none, and that is said and not settled. A law for a field beside
//! the Civil Code, which is general for civil relations (Law 91/2015/QH13, Article 4), is made visible.

use super::Sources;
use super::evidence::heading;
use super::question::Question;
use super::selection::Chosen;
use super::statement;
use crate::corpus::CorpusDocument;
use jiff::civil::Date;
use rasoat_law::structure::ProvisionKind;
use rasoat_law::value;
use rasoat_law::{ByteSpan, date, text};

/// The general law of civil relations.
const GENERAL: &str = "91/2015/QH13";

/// What a reader must know of the rules chosen, beside one another.
pub(super) fn notes(question: &Question, chosen: &[Chosen], sources: &Sources<'_>, day: Date) -> Vec<String> {
    let mut said = Vec::new();
    for (at, one) in chosen.iter().enumerate() {
        for other in &chosen[at + 1..] {
            if one.best.held.number != other.best.held.number {
                said.extend(between(question, one, other));
            }
        }
    }
    for one in chosen {
        let held = &one.best.held;
        let status = sources.corpus.status(&held.number, day);
        said.extend(
            status.review.as_ref().map(|review| format!("{}: {}", held.title, crate::corpus::review_note(review))),
        );
    }
    said.dedup();
    said
}

/// What stands between two rules of different documents.
fn between(question: &Question, one: &Chosen, other: &Chosen) -> Option<String> {
    let (a, b) = (&one.best.held, &other.best.held);
    let differ = differs(question, one, other);
    let apart =
        if differ { "Hai văn bản quy định khác nhau" } else { "Có hai văn bản cùng điều chỉnh" };
    let why = match (a.kind.rank(), b.kind.rank()) {
        (Some(x), Some(y)) if x != y => {
            let higher = if x < y { a } else { b };
            differ.then(|| {
                format!("{} có hiệu lực pháp lý cao hơn nên được áp dụng (Điều 58 Luật số 64/2025/QH15).", higher.title)
            })
        }
        _ if a.number.as_str() == GENERAL || b.number.as_str() == GENERAL => {
            let special = if a.number.as_str() == GENERAL { b } else { a };
            Some(format!(
                "{} là luật quy định riêng cho lĩnh vực này; Bộ luật Dân sự là luật chung (Điều 4 Bộ luật Dân sự).",
                special.title
            ))
        }
        _ => later(a, b).filter(|_| differ),
    };
    let unsettled = "luật không có quy tắc chọn giữa hai văn bản cùng cấp của hai cơ quan: cần hỏi cơ quan ban hành.";
    match why {
        Some(why) => Some(format!("{apart}: {} và {}. {why}", a.title, b.title)),
        None if differ => Some(format!("{apart}: {} và {}; {unsettled}", a.title, b.title)),
        None => None,
    }
}

/// Of one issuer, the later.
fn later(a: &CorpusDocument, b: &CorpusDocument) -> Option<String> {
    let same_issuer = a.issuer.is_some() && a.issuer.as_deref().map(text::fold) == b.issuer.as_deref().map(text::fold);
    let (of_a, of_b) = (a.own_dates.issued?, b.own_dates.issued?);
    if !same_issuer || of_a == of_b {
        return None;
    }
    let (held, day) = if of_a > of_b { (a, of_a) } else { (b, of_b) };
    Some(format!(
        "{} do cùng cơ quan ban hành sau (ngày {}) nên được áp dụng (Điều 58 Luật số 64/2025/QH15).",
        held.title,
        date::show(day)
    ))
}

/// Whether both set values of the kind asked for, and none of them is the same.
fn differs(question: &Question, one: &Chosen, other: &Chosen) -> bool {
    let wanted = question.wants.dimensions();
    let of = |chosen: &Chosen| -> Vec<(value::Family, f64)> {
        let words = statement::words(&chosen.best.held.document, &chosen.best.piece);
        let values = value::values(&words).into_iter().filter(|value| wanted.contains(&value.dimension));
        values.map(|value| value.comparable()).collect()
    };
    let (a, b) = (of(one), of(other));
    !a.is_empty() && !b.is_empty() && !a.iter().any(|value| b.contains(value))
}

/// The definition, in the same document, of a term that the question uses: its paragraph and words.
pub(super) fn definition(question: &Question, chosen: &Chosen) -> Option<(usize, ByteSpan)> {
    /// Longer ones are no help.
    const LONGEST: usize = 320;
    let held = &chosen.best.held;
    let document = &held.document;
    let asked = format!(" {} ", text::fold(&question.words));
    let articles = document.provisions.iter().enumerate().filter(|(at, provision)| {
        provision.kind == ProvisionKind::Article
            && *at != chosen.best.article
            && heading(held, *at).is_some_and(|heading| text::fold(heading).contains(&text::fold("Giải thích từ ngữ")))
    });
    for (article, _) in articles {
        for piece in statement::pieces(document, article) {
            let words = piece.span.of(&document.text);
            let Some((term, _)) = words.split_once(" là ") else { continue };
            let term = text::fold(term);
            let fits = term.split(' ').count() >= 2 && words.chars().count() <= LONGEST;
            if fits && !piece.whole && asked.contains(&format!(" {term} ")) {
                return Some((piece.unit, piece.span));
            }
        }
    }
    None
}
