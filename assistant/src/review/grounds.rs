//! What the checks of form and competence rest on: the law of law-making that ruled when the draft was made, and the
//! draft's own words as evidence.
//!
//! Hard because the rules changed twice (Law 80/2015/QH13 from 1 July 2016, Law 64/2025/QH15 from 1 April 2025) and a
//! text is measured by those of its own day. What came before is not measured here.

use super::Law;
use super::finding::{Evidence, EvidenceSource};
use jiff::civil::{Date, date};
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, Effect, Eid, text};

/// The law of law-making of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Regime {
    /// Law 80/2015/QH13 with Decree 34/2016/NĐ-CP.
    Of2015,
    /// Law 64/2025/QH15 with Decree 78/2025/NĐ-CP.
    Of2025,
}

impl Regime {
    /// The one that ruled on `day`; `None` before 1 July 2016.
    pub fn on(day: Date) -> Option<Self> {
        if day >= date(2025, 4, 1) {
            Some(Self::Of2025)
        } else if day >= date(2016, 7, 1) {
            Some(Self::Of2015)
        } else {
            None
        }
    }
}

/// A rule of the law of law-making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Which documents there are, and who issues them.
    Kinds,
    /// Who may amend, replace and repeal what, naming it exactly.
    Amending,
    /// Procedures are not for circulars and local texts.
    Procedures,
    /// The start stands in the text, 45 or 10 days ahead.
    Start,
    /// The start is written as day, month and year.
    StartWritten,
    /// No effect back in time.
    Retroactive,
    /// What a legal basis is.
    Bases,
    /// How a text is divided and numbered.
    Division,
    /// Words, terms and abbreviations.
    Language,
    /// How a document is cited.
    Citing,
}

impl Rule {
    /// Document, provision, and the rule in our words.
    fn stands(self, regime: Regime) -> (&'static str, Option<&'static str>, &'static str) {
        use Regime::{Of2015, Of2025};
        const LAW: &str = "64/2025/QH15";
        const DECREE: &str = "78/2025/NĐ-CP";
        const OLD_LAW: &str = "80/2015/QH13";
        const OLD_DECREE: &str = "34/2016/NĐ-CP";
        match (self, regime) {
            (Self::Kinds, Of2025) => {
                (LAW, Some("art_4"), "hệ thống văn bản quy phạm pháp luật: loại văn bản nào do cơ quan nào ban hành.")
            }
            (Self::Kinds, Of2015) => (
                OLD_LAW,
                Some("art_4"),
                "hệ thống văn bản quy phạm pháp luật: loại văn bản nào do cơ quan nào ban hành.",
            ),
            (Self::Amending, Of2025) => (
                LAW,
                Some("art_8"),
                "văn bản chỉ được sửa đổi, bổ sung, thay thế bằng văn bản của chính cơ quan đã ban hành, hoặc bị bãi bỏ, đình chỉ bởi cơ quan có thẩm quyền; phải xác định rõ tên văn bản, điều, khoản, điểm bị sửa đổi, thay thế, bãi bỏ.",
            ),
            (Self::Amending, Of2015) => (
                OLD_LAW,
                Some("art_12__para_1"),
                "văn bản chỉ được sửa đổi, bổ sung, thay thế, bãi bỏ bằng văn bản của chính cơ quan đã ban hành, hoặc bị đình chỉ, bãi bỏ bởi cơ quan có thẩm quyền; phải xác định rõ tên văn bản, điều, khoản, điểm.",
            ),
            (Self::Procedures, Of2025) => (
                LAW,
                None,
                "không quy định thủ tục hành chính trong thông tư, nghị quyết của Hội đồng nhân dân, quyết định của Ủy ban nhân dân, trừ trường hợp được luật, nghị quyết của Quốc hội giao.",
            ),
            (Self::Procedures, Of2015) => (
                OLD_LAW,
                Some("art_14__para_4"),
                "cấm quy định thủ tục hành chính trong thông tư, nghị quyết của Hội đồng nhân dân, quyết định của Ủy ban nhân dân, trừ trường hợp được luật, nghị quyết của Quốc hội giao.",
            ),
            (Self::Start, Of2025) => (
                LAW,
                Some("art_53"),
                "ngày có hiệu lực quy định tại văn bản, không sớm hơn 45 ngày (trung ương) hoặc 10 ngày (địa phương) kể từ ngày thông qua hoặc ký; theo trình tự rút gọn hoặc trường hợp đặc biệt thì có thể sớm hơn.",
            ),
            (Self::Start, Of2015) => (
                OLD_LAW,
                Some("art_151"),
                "ngày có hiệu lực quy định tại văn bản, không sớm hơn 45 ngày (trung ương), 10 ngày (cấp tỉnh) hoặc 07 ngày (cấp huyện, cấp xã) kể từ ngày thông qua hoặc ký; theo trình tự rút gọn thì có thể sớm hơn.",
            ),
            (Self::StartWritten, Of2025) => {
                (DECREE, Some("art_67"), "văn bản phải ghi rõ ngày, tháng, năm có hiệu lực.")
            }
            (Self::StartWritten, Of2015) => {
                (OLD_DECREE, Some("art_38__para_1"), "ngày có hiệu lực phải được quy định cụ thể ngay trong văn bản.")
            }
            (Self::Retroactive, Of2025) => (
                LAW,
                Some("art_55"),
                "hiệu lực trở về trước chỉ khi thật cần thiết, chỉ trong văn bản của cơ quan trung ương và cấp tỉnh.",
            ),
            (Self::Retroactive, Of2015) => (
                OLD_LAW,
                Some("art_152"),
                "hiệu lực trở về trước chỉ khi thật cần thiết, chỉ trong văn bản của cơ quan trung ương.",
            ),
            (Self::Bases, Of2025) => (
                DECREE,
                Some("art_62"),
                "căn cứ ban hành là văn bản quy phạm pháp luật có hiệu lực pháp lý cao hơn, quy định thẩm quyền, chức năng của cơ quan ban hành và quy định nội dung, cơ sở để ban hành; được sắp xếp theo thứ tự hiệu lực pháp lý.",
            ),
            (Self::Bases, Of2015) => (
                OLD_DECREE,
                Some("art_61"),
                "căn cứ ban hành là văn bản quy phạm pháp luật có hiệu lực pháp lý cao hơn, quy định thẩm quyền, chức năng của cơ quan ban hành và quy định nội dung, cơ sở để ban hành.",
            ),
            (Self::Division, Of2025) => (
                DECREE,
                Some("art_63"),
                "bố cục phần, chương, mục, tiểu mục, điều, khoản, điểm; điều có tên và đánh số liên tục; điểm xếp theo thứ tự bảng chữ cái tiếng Việt.",
            ),
            (Self::Division, Of2015) => (
                OLD_LAW,
                Some("art_8__para_3"),
                "văn bản bố cục theo phần, chương, mục, tiểu mục, điều, khoản, điểm; phần, chương, mục, tiểu mục, điều phải có tên.",
            ),
            (Self::Language, Of2025) => (
                DECREE,
                None,
                "từ ngữ dùng thống nhất, thuật ngữ được giải thích một lần; từ viết tắt phải được giải thích khi xuất hiện lần đầu.",
            ),
            (Self::Language, Of2015) => (
                OLD_DECREE,
                Some("art_69"),
                "từ ngữ phải chính xác, rõ ràng; từ viết tắt phải được giải thích tại lần xuất hiện đầu tiên.",
            ),
            (Self::Citing, Of2025) => (
                DECREE,
                Some("art_68"),
                "viện dẫn ghi đúng tên loại, số, ký hiệu, cơ quan ban hành và tên gọi của văn bản.",
            ),
            (Self::Citing, Of2015) => (
                OLD_DECREE,
                Some("art_75"),
                "viện dẫn ghi đúng tên loại, số, ký hiệu, ngày, cơ quan ban hành và tên gọi của văn bản.",
            ),
        }
    }

    /// How a reader cites it: "Điều 8 Luật số 64/2025/QH15".
    pub fn cited(self, regime: Regime) -> String {
        let (number, eid, _) = self.stands(regime);
        let kind = DocumentKind::from_number(number, None).name();
        match eid {
            Some(eid) => format!("{} {kind} số {number}", Eid::new(eid).label()),
            None => format!("{kind} số {number}"),
        }
    }

    /// The rule as evidence.
    pub fn evidence(self, regime: Regime, law: &Law<'_>) -> Evidence {
        let (number, eid, words) = self.stands(regime);
        let number = DocNumber::from_normal(number);
        Evidence {
            effect: law.corpus.status(&number, law.as_of).effect,
            quote: format!("Tóm tắt: {words}"),
            document: Some(number),
            eid: eid.map(Eid::new),
            source: EvidenceSource::Register,
            notes: Vec::new(),
        }
    }
}

/// The day a text is measured by: when it was signed, for a draft the day it is to take effect.
pub(super) fn made(draft: &Document, law: &Law<'_>) -> Date {
    draft.metadata.issued.filter(|issued| *issued <= law.as_of).unwrap_or(law.as_of)
}

/// The draft's own words as evidence.
pub(super) fn own_words(draft: &Document, span: ByteSpan) -> Evidence {
    Evidence {
        document: None,
        eid: draft.at(span.start).map(|p| p.eid.clone()),
        quote: shortened(&text::squeeze(span.of(&draft.text)), 300),
        effect: Effect::NotYetInForce,
        source: EvidenceSource::Draft,
        notes: Vec::new(),
    }
}

/// At most `limit` characters, cut between words.
pub(super) fn shortened(words: &str, limit: usize) -> String {
    match words.char_indices().nth(limit) {
        None => words.to_owned(),
        Some((at, _)) => format!("{} …", words[..at].rsplit_once(' ').map_or(&words[..at], |(head, _)| head)),
    }
}

/// The first line of a unit, where a finding about the whole of it is anchored.
pub(super) fn first_line(draft: &Document, provision: &Provision) -> ByteSpan {
    let words = draft.text_of(provision);
    ByteSpan::new(provision.span.start, provision.span.start + words.find('\n').unwrap_or(words.len()))
}

/// Whether a unit is of the main text, no annex and no preamble.
pub(super) fn is_main(provision: &Provision) -> bool {
    let eid = provision.eid.as_str();
    !eid.starts_with("annex") && !matches!(provision.kind, ProvisionKind::Preamble | ProvisionKind::Basis)
}

/// Whether an annex is a regulation of its own, not a form or a table: it has articles enough.
pub(super) fn is_regulation(draft: &Document, annex: &str) -> bool {
    let within = |p: &&Provision| p.kind == ProvisionKind::Article && p.eid.as_str().starts_with(&format!("{annex}__"));
    draft.provisions.iter().filter(within).count() >= REGULATION
}

/// An annex of so many articles is a regulation.
const REGULATION: usize = 5;

/// The articles of the main text.
pub(super) fn articles(draft: &Document) -> impl Iterator<Item = (usize, &Provision)> {
    draft.provisions.iter().enumerate().filter(|(_, p)| p.kind == ProvisionKind::Article && is_main(p))
}

/// Whether byte `at` belongs to words quoted from or for another text.
pub(super) fn is_quoted(draft: &Document, at: usize) -> bool {
    // A quotation's span leaves its opening mark out.
    let mark = draft.text[at..].chars().next().filter(|c| matches!(c, '“' | '"' | '„')).map_or(0, char::len_utf8);
    draft.quotations.iter().any(|quoted| quoted.span.start <= at + mark && at < quoted.span.end) || {
        let line_start = draft.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let before = &draft.text[line_start..at];
        before.matches('“').count() > before.matches('”').count() || before.matches('"').count() % 2 == 1
    }
}

/// The sentences of the articles of the main text that are the draft's own, with the article's index: lines, cut at
/// semicolons and at full stops before a capital.
pub(super) fn sentences(draft: &Document) -> Vec<(usize, ByteSpan)> {
    let mut found = Vec::new();
    for (index, article) in articles(draft) {
        let words = draft.text_of(article);
        let mut start = 0;
        let mut cut = |end: usize, start: &mut usize| {
            let piece = &words[*start..end];
            let lead = piece.len() - piece.trim_start().len();
            let span = ByteSpan::new(
                article.span.start + *start + lead,
                article.span.start + *start + piece.trim_end().len().max(lead),
            );
            if span.start < span.end && !is_quoted(draft, span.start) {
                found.push((index, span));
            }
            *start = end;
        };
        for (at, c) in words.char_indices() {
            let after = &words[at + c.len_utf8()..];
            let ends = match c {
                '\n' | ';' => true,
                '.' => {
                    after.starts_with(' ')
                        && after.trim_start().starts_with(char::is_uppercase)
                        && !words[start..at].trim_start().chars().all(|c| c.is_ascii_alphanumeric())
                        && !words[start..at].trim_start().starts_with("Điều")
                }
                _ => false,
            };
            if ends {
                cut(at + c.len_utf8(), &mut start);
            }
        }
        cut(words.len(), &mut start);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_law::structure::parse;

    #[test]
    fn a_text_is_measured_by_the_law_of_its_own_day() {
        assert_eq!(Regime::on(date(2016, 6, 30)), None);
        assert_eq!(Regime::on(date(2025, 3, 31)), Some(Regime::Of2015));
        assert_eq!(Regime::on(date(2025, 4, 1)), Some(Regime::Of2025));
        assert_eq!(Rule::Amending.cited(Regime::Of2015), "khoản 1 Điều 12 Luật số 80/2015/QH13");
    }

    #[test]
    fn what_is_quoted_is_no_sentence_of_the_draft() {
        let draft = parse(
            "Điều 1. Sửa đổi\nSửa đổi Điều 5 như sau:\n“Điều 5. Tên\nLời mới.”.\nĐiều 2. Hiệu lực\nMột. Hai; ba.",
        );
        let found: Vec<&str> = sentences(&draft).iter().map(|(_, span)| span.of(&draft.text)).collect();
        assert_eq!(found, ["Điều 1. Sửa đổi", "Sửa đổi Điều 5 như sau:", "Điều 2. Hiệu lực", "Một.", "Hai;", "ba."]);
    }
}
