//! `form.effective_clause`: the clause that says from when the text applies: missing, without a day, too early, or
//! before what the text details.
//!
//! Source: Law 64/2025/QH15, Articles 53 and 55, Decree 78/2025/NĐ-CP, Article 67; before 1 April 2025 Law
//! 80/2015/QH13, Articles 151-152, and Decree 34/2016/NĐ-CP, Article 38. Texts made before 1 July 2016 are not measured.
//! Known limits: whether a text goes the shortened way (trình tự rút gọn) is not seen in it, so an early start is a note;
//! a day still blank in a draft is taken as one to be filled in.

use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::grounds::{Regime, Rule, articles, first_line, is_quoted, made, own_words, sentences};
use rasoat_law::cite::{self, DocumentReference};
use rasoat_law::structure::Document;
use rasoat_law::text::squeeze;
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, date};

/// What the words after "có hiệu lực" say.
#[derive(Debug, PartialEq, Eq)]
enum Start {
    /// A day, or the place for one.
    Day,
    /// The day of signing, passage or publication.
    Signing,
    /// So many days after another day.
    After(String),
    /// The day another text takes effect.
    WithAnother,
    /// Something else.
    Other,
}

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let Some(regime) = Regime::on(made(draft, law)) else { return Vec::new() };
    if draft.metadata.kind.rank().is_none() || articles(draft).count() < 2 {
        return Vec::new();
    }
    let clauses = clauses(draft);
    let mut findings: Vec<Finding> =
        clauses.iter().filter_map(|clause| without_day(draft, *clause, regime, law)).collect();
    if clauses.is_empty() {
        findings.extend(missing(draft, regime, law));
    }
    let place = clauses.first().copied();
    findings.extend(place.and_then(|place| early(draft, place, regime, law)));
    findings.extend(place.and_then(|place| before_its_law(draft, place, regime, law)));
    findings
}

/// The sentences that start the text itself: "Nghị định này có hiệu lực …".
fn clauses(draft: &Document) -> Vec<ByteSpan> {
    const KINDS: [&str; 8] =
        ["Luật", "Pháp lệnh", "Nghị định", "Nghị quyết", "Quyết định", "Thông tư", "Thông tư liên tịch", "Bộ luật"];
    sentences(draft)
        .into_iter()
        .map(|(_, span)| span)
        .filter(|span| {
            let words = squeeze(span.of(&draft.text));
            KINDS.iter().any(|kind| {
                words
                    .find(&format!("{kind} này có hiệu lực"))
                    .or_else(|| words.find(&format!("{kind} này, có hiệu lực")))
                    .is_some_and(|at| {
                        // "… kể từ ngày Nghị định này có hiệu lực" speaks of that day, and does not set it.
                        let before = words[..at].trim_end();
                        before.is_empty()
                            || before.ends_with(['.', ',', ')'])
                            || !before.ends_with(|c: char| c.is_alphabetic())
                    })
            })
        })
        .collect()
}

fn start(clause: &str) -> Start {
    let words = squeeze(clause);
    let Some((_, rest)) = words.split_once("có hiệu lực") else { return Start::Other };
    let mut rest = rest.trim_start();
    for word in ["pháp lý", "thi hành", "thi hành,", "kể", "từ", "vào", "chính thức"] {
        rest = rest.strip_prefix(word).map_or(rest, str::trim_start);
    }
    let lower = rest.to_lowercase();
    if date::read(rest).is_some() {
        return Start::Day;
    }
    let after_day = lower.strip_prefix("ngày").map(str::trim_start);
    if let Some(after) = after_day {
        if ["ký", "kí", "ban hành", "thông qua", "công bố", "đăng công báo"].iter().any(|word| after.starts_with(word))
        {
            return Start::Signing;
        }
        if after.contains("có hiệu lực") && (after.contains("luật") || after.contains("nghị ")) {
            return Start::WithAnother;
        }
        // "ngày … tháng … năm 2026", "ngày    /   /2026": to be filled in.
        return if after.contains("tháng") || after.contains('/') || after.contains('…') || after.contains("..") {
            Start::Day
        } else {
            Start::Other
        };
    }
    if let Some(after) = lower.strip_prefix("sau") {
        let after = after.trim_start();
        if after.starts_with(|c: char| c.is_ascii_digit()) || after.starts_with("mười") || after.starts_with("bốn mươi")
        {
            let end = after.find([',', '.', ';']).unwrap_or(after.len());
            return Start::After(format!("sau {}", &after[..end]));
        }
    }
    if (lower.starts_with("sau ngày") || lower.starts_with("sau khi")) && lower.contains("ký") {
        return Start::Signing;
    }
    if lower.contains("ngày luật") && lower.contains("có hiệu lực") { Start::WithAnother } else { Start::Other }
}

fn without_day(draft: &Document, clause: ByteSpan, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let rule = Rule::StartWritten.cited(regime);
    let (severity, message) = match start(clause.of(&draft.text)) {
        Start::After(words) => (
            Severity::Warning,
            format!("Ngày có hiệu lực viết theo lối “{words}”: phải ghi rõ ngày, tháng, năm có hiệu lực ({rule})."),
        ),
        Start::WithAnother => (
            Severity::Warning,
            format!(
                "Ngày có hiệu lực dẫn chiếu ngày có hiệu lực của văn bản khác: phải ghi rõ ngày, tháng, năm ({rule})."
            ),
        ),
        Start::Signing => (
            Severity::Note,
            format!(
                "Có hiệu lực ngay từ ngày ký, ban hành hoặc thông qua: chỉ được khi ban hành theo trình tự, thủ tục rút gọn \
                 hoặc trường hợp đặc biệt ({}), và cần ghi rõ ngày, tháng, năm ({rule}).",
                Rule::Start.cited(regime)
            ),
        ),
        Start::Day | Start::Other => return None,
    };
    let finding = Finding::new(Check::FormEffectiveClause, severity, clause, message, 0.9, own_words(draft, clause));
    Some(
        finding
            .and(Rule::StartWritten.evidence(regime, law))
            .suggest(None, Some("Viết “có hiệu lực từ ngày … tháng … năm …”.".into())),
    )
}

/// No clause at all, nowhere in the text.
fn missing(draft: &Document, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let said = articles(draft).any(|(_, article)| {
        let heading = article.heading.as_deref().unwrap_or_default().to_lowercase();
        let words = draft.text_of(article);
        let speaks =
            ["có hiệu lực thi hành", "có hiệu lực kể từ", "có hiệu lực từ", "hiệu lực thi hành", "có hiệu lực sau"];
        heading.contains("hiệu lực")
            || heading.contains("điều khoản thi hành")
            || speaks
                .iter()
                .any(|speaks| words.match_indices(speaks).any(|(at, _)| !is_quoted(draft, article.span.start + at)))
    });
    let last = articles(draft).last()?.1;
    // A text that breaks off says nothing of its end.
    let whole = draft.signature.is_some() || draft.passage.is_some() || draft.recipients.is_some();
    if said || !whole || draft.metadata.effective.is_some() {
        return None;
    }
    let span = first_line(draft, last);
    let message = format!(
        "Dự thảo không có quy định về ngày có hiệu lực: ngày có hiệu lực phải được quy định ngay tại văn bản ({}).",
        Rule::Start.cited(regime)
    );
    Some(
        Finding::new(Check::FormEffectiveClause, Severity::Warning, span, message, 0.8, own_words(draft, span))
            .and(Rule::Start.evidence(regime, law))
            .suggest(None, Some("Thêm khoản: “… này có hiệu lực từ ngày … tháng … năm …”.".into())),
    )
}

/// A start before the day of signing, or sooner than the law allows by the ordinary way.
fn early(draft: &Document, clause: ByteSpan, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let metadata = &draft.metadata;
    let (issued, effective) = (metadata.issued?, metadata.effective?);
    if start(clause.of(&draft.text)) != Start::Day {
        return None;
    }
    let days = issued.until(effective).ok()?.get_days();
    let local = matches!(metadata.kind, DocumentKind::NghiQuyetHdnd | DocumentKind::QuyetDinhUbnd);
    let least = match (local, regime) {
        (false, _) => 45,
        (true, Regime::Of2025) => 10,
        // Districts and communes had seven days.
        (true, Regime::Of2015) => 7,
    };
    let (severity, rule, message) = if days < 0 {
        let message = format!(
            "Ngày có hiệu lực {} trước ngày ký {}: văn bản chỉ có hiệu lực trở về trước khi thật cần thiết ({}).",
            date::show(effective),
            date::show(issued),
            Rule::Retroactive.cited(regime)
        );
        (Severity::Warning, Rule::Retroactive, message)
    } else if days < least {
        let message = format!(
            "Từ ngày ký {} đến ngày có hiệu lực {} chỉ có {days} ngày, ít hơn {least} ngày: chỉ được khi ban hành theo trình tự, \
             thủ tục rút gọn hoặc trường hợp đặc biệt ({}).",
            date::show(issued),
            date::show(effective),
            Rule::Start.cited(regime)
        );
        (Severity::Note, Rule::Start, message)
    } else {
        return None;
    };
    let note = "Lùi ngày có hiệu lực, hoặc kiểm tra hồ sơ có quyết định cho áp dụng trình tự rút gọn.";
    Some(
        Finding::new(Check::FormEffectiveClause, severity, clause, message, 0.9, own_words(draft, clause))
            .and(rule.evidence(regime, law))
            .suggest(None, Some(note.into())),
    )
}

/// A detailing text that starts before the law it details.
fn before_its_law(draft: &Document, clause: ByteSpan, regime: Regime, law: &Law<'_>) -> Option<Finding> {
    let effective = draft.metadata.effective?;
    detailed(draft, law).into_iter().find_map(|number| {
        let status = law.corpus.status(&number, effective);
        let from = status.from.filter(|from| effective < *from)?;
        let name = law.register.get(&number).map_or_else(|| number.to_string(), rasoat_law::register::Entry::title);
        let message = format!(
            "Văn bản quy định chi tiết có hiệu lực từ {}, trước {name} (có hiệu lực từ {}): phải có hiệu lực cùng thời điểm với \
             quy định được quy định chi tiết ({}).",
            date::show(effective),
            date::show(from),
            Rule::Start.cited(regime)
        );
        let evidence = Evidence {
            effect: status.effect,
            quote: format!("Sổ hiệu lực: {name}: có hiệu lực từ {}.", date::show(from)),
            document: Some(number),
            eid: None,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        };
        Some(
            Finding::new(Check::FormEffectiveClause, Severity::Warning, clause, message, 0.8, evidence)
                .and(Rule::Start.evidence(regime, law))
                .suggest(None, Some(format!("Đặt ngày có hiệu lực là {}.", date::show(from)))),
        )
    })
}

/// The laws that the title or the scope clause says the draft details.
pub(in crate::review) fn detailed(draft: &Document, law: &Law<'_>) -> Vec<DocNumber> {
    let mut found: Vec<DocNumber> = Vec::new();
    for words in detailing_words(draft) {
        for target in cite::citations(&words, law.register).into_iter().flat_map(|citation| citation.targets) {
            let number = match target.document {
                DocumentReference::This => None,
                DocumentReference::Number { number, .. } => Some(number),
                DocumentReference::Name { number: Some(number), .. } => Some(number),
                DocumentReference::Name { name, year: None, day: None, .. } => {
                    law.register.named_on(&name, law.as_of).map(|entry| entry.number.clone())
                }
                DocumentReference::Name { .. } => None,
            };
            found.extend(number.filter(|number| !found.contains(number)));
        }
    }
    found
}

/// The words after "quy định chi tiết" in the title and in the article on scope.
fn detailing_words(draft: &Document) -> Vec<String> {
    let title = draft.metadata.title.clone().unwrap_or_default();
    let scope = articles(draft).next().map(|(_, first)| draft.text_of(first)).unwrap_or_default();
    [title.as_str(), scope]
        .into_iter()
        .filter_map(|words| {
            let at = words.find("uy định chi tiết").or_else(|| words.find("ướng dẫn thi hành"))?;
            let rest = &words[at..];
            let end = rest.find(['.', '\n']).unwrap_or(rest.len());
            Some(rest[..end].to_owned())
        })
        .collect()
}
