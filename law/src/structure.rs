//! Reads a text into its provisions: phần, chương, mục, tiểu mục, điều, khoản, điểm.
//!
//! Hard because the only marks are a label at the start of a line, and lines start like labels for other reasons: a
//! sum of money (`20.000 đồng`), a quoted provision of another document inside an amending one, a list below a point,
//! a signature block. Labels are accepted by form *and* by sequence, and never inside quotation marks. Reading cannot
//! fail: what looks wrong becomes a [`Problem`]. Source: Decree 78/2025/NĐ-CP, Articles 63-64 and 69.
//!
//! `line` and `label` say what a line could open, `reader` what it opens in its place, `quotation` where text
//! belongs to another document, `closing` what follows the last article. Tables reach us cell by cell, a line each;
//! their cells belong to the unit around them. Not here: what an amending instruction does.

mod closing;
mod label;
mod line;
mod print;
mod quotation;
mod reader;

pub use closing::Footnote;
pub(crate) use closing::{is_signature, split_name};
pub(crate) use line::{Line, is_capitals, is_name, starts_with_word, strip_word};
pub use print::print;
pub use quotation::Quotation;

use crate::eid::Eid;
use crate::metadata::{self, Metadata};
use crate::{ByteSpan, text};
use reader::Reader;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A kind of unit in the provision tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvisionKind {
    /// Phụ lục, or a regulation attached by "ban hành kèm theo".
    Annex,
    /// Phần.
    Part,
    /// Chương.
    Chapter,
    /// Mục.
    Section,
    /// Tiểu mục.
    Subsection,
    /// Điều.
    Article,
    /// Khoản.
    Paragraph,
    /// Điểm.
    Point,
    /// Phần căn cứ and the enacting sentence.
    Preamble,
    /// One legal basis (căn cứ ban hành).
    Basis,
}

impl ProvisionKind {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Annex => "annex",
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Subsection => "subsection",
            Self::Article => "article",
            Self::Paragraph => "paragraph",
            Self::Point => "point",
            Self::Preamble => "preamble",
            Self::Basis => "basis",
        }
    }

    /// The kind with this contract name.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Annex,
            Self::Part,
            Self::Chapter,
            Self::Section,
            Self::Subsection,
            Self::Article,
            Self::Paragraph,
            Self::Point,
            Self::Preamble,
            Self::Basis,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }

    /// Depth in the tree; a unit's parent is the nearest open unit of lower depth.
    fn depth(self) -> u8 {
        match self {
            Self::Annex | Self::Preamble => 0,
            Self::Part | Self::Basis => 1,
            Self::Chapter => 2,
            Self::Section => 3,
            Self::Subsection => 4,
            Self::Article => 5,
            Self::Paragraph => 6,
            Self::Point => 7,
        }
    }

    /// What a step of an [`Eid`] to a unit of this kind begins with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Annex => "annex",
            Self::Part => "part",
            Self::Chapter => "chp",
            Self::Section => "sec",
            Self::Subsection => "subsec",
            Self::Article => "art",
            Self::Paragraph => "para",
            Self::Point => "point",
            Self::Preamble => "preamble",
            Self::Basis => "basis",
        }
    }
}

/// One unit of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// Identifier within the document.
    pub eid: Eid,
    /// Kind.
    pub kind: ProvisionKind,
    /// Number as printed, without the label; `None` for the preamble.
    pub number: Option<String>,
    /// Heading, where the unit has one.
    pub heading: Option<String>,
    /// From the label to the end of the last text that belongs to it.
    pub span: ByteSpan,
    /// Index of the enclosing unit in [`Document::provisions`].
    pub parent: Option<usize>,
}

/// Something that looked wrong while reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable name, such as `numbering.gap`.
    pub code: &'static str,
    /// Where.
    pub span: ByteSpan,
    /// One sentence, in Vietnamese.
    pub message: String,
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// What its head and its closing articles say of it.
    pub metadata: Metadata,
    /// Normalised text; every span points into it.
    pub text: String,
    /// Units in text order, parents before children.
    pub provisions: Vec<Provision>,
    /// What looked wrong.
    pub problems: Vec<Problem>,
    /// New text that it gives for other documents, in text order.
    pub quotations: Vec<Quotation>,
    /// The notes of a consolidated text.
    pub footnotes: Vec<Footnote>,
    /// The sentence that enacts ("Chính phủ ban hành Nghị định …", "QUYẾT ĐỊNH:").
    pub enacting: Option<ByteSpan>,
    /// The formula of passage ("Luật này được Quốc hội … thông qua ngày …").
    pub passage: Option<ByteSpan>,
    /// The signature block: offices and names.
    pub signature: Option<ByteSpan>,
    /// The list of recipients (nơi nhận).
    pub recipients: Option<ByteSpan>,
}

impl Document {
    /// The unit with this identifier.
    pub fn get(&self, eid: &str) -> Option<&Provision> {
        self.provisions.iter().find(|p| p.eid.as_str() == eid)
    }

    /// The innermost unit around byte `at`.
    pub fn at(&self, at: usize) -> Option<&Provision> {
        self.provisions.iter().rev().find(|p| p.span.start <= at && at < p.span.end)
    }

    /// The words of a unit.
    pub fn text_of(&self, provision: &Provision) -> &str {
        provision.span.of(&self.text)
    }

    /// The units directly below the one at `index`.
    pub fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Provision)> {
        let span = self.provisions.get(index).map(|p| p.span);
        self.provisions
            .iter()
            .enumerate()
            .skip(index + 1)
            .take_while(move |(_, p)| span.is_some_and(|span| p.span.start < span.end))
            .filter(move |(_, p)| p.parent == Some(index))
    }

    /// Headings of the units around the one at `index`, outermost first, its own included.
    pub fn headings(&self, index: usize) -> Vec<String> {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(provision) = next.and_then(|at| self.provisions.get(at)) {
            if let Some(heading) = &provision.heading {
                let label = Eid::step(provision.kind.prefix(), provision.number.as_deref().unwrap_or_default()).label();
                chain.push(if label.is_empty() { heading.clone() } else { format!("{label}. {heading}") });
            }
            next = provision.parent;
        }
        chain.reverse();
        chain
    }

    /// The units that state norms: each paragraph of an article, or the article when it has none. Indices into
    /// [`Document::provisions`].
    pub fn norms(&self) -> Vec<usize> {
        let with_paragraphs: HashSet<usize> =
            self.provisions.iter().filter(|p| p.kind == ProvisionKind::Paragraph).filter_map(|p| p.parent).collect();
        self.provisions
            .iter()
            .enumerate()
            .filter(|(at, p)| match p.kind {
                ProvisionKind::Paragraph => true,
                ProvisionKind::Article => !with_paragraphs.contains(at),
                _ => false,
            })
            .map(|(at, _)| at)
            .collect()
    }
}

/// Reads a document. Never fails; linear in the text's length.
pub fn parse(raw: &str) -> Document {
    read(raw, |text| ByteSpan::new(0, text.len()), false)
}

/// Reads new text that an amending act gives, where units start without an article around them: `2. …`, `a) …`,
/// `12a. …`, `“Điều 5. …`, `Chương II …`, or plain words.
///
/// Identifiers are relative to the place that is amended: `para_2__point_a`, `point_b`, `art_5__para_1`. Quotation marks
/// around the whole are no part of any unit; spans point into [`Document::text`], which keeps them. Never fails; linear.
pub fn parse_fragment(raw: &str) -> Document {
    read(raw, unquoted, true)
}

fn read(raw: &str, part: impl Fn(&str) -> ByteSpan, fragment: bool) -> Document {
    let text = text::normalise(raw);
    let lines = line::lines(&text, part(&text));
    let mut reader = Reader::new(&lines, fragment);
    reader.read();
    let Reader { mut provisions, problems, quotations, footnotes, closing: closing_lines, enacting, .. } = reader;
    close_spans(&text, &mut provisions);
    let closing_lines = closing_lines.and_then(|(start, end)| lines.get(start..end)).unwrap_or_default();
    let closing = closing::read(closing_lines);
    let metadata = metadata::read(&text, &provisions, closing_lines, closing.passage);
    Document {
        metadata,
        provisions,
        problems,
        quotations,
        footnotes,
        enacting,
        passage: closing.passage,
        signature: closing.signature,
        recipients: closing.recipients,
        text,
    }
}

/// The text within quotation marks around the whole, where it has some; blanks and the marks after the closing one
/// (`”.`, `”;`) are outside.
fn unquoted(text: &str) -> ByteSpan {
    const MARKS: [char; 4] = ['“', '”', '"', '„'];
    let start = text.len() - text.trim_start().len();
    let start = start + text[start..].chars().next().filter(|c| MARKS.contains(c)).map_or(0, char::len_utf8);
    let trimmed = text.trim_end();
    let bare = trimmed.trim_end_matches(['.', ';', ',', ' ']);
    let balance = text[start..].matches('”').count() > text[start..].matches('“').count()
        || text[start..].matches('"').count() % 2 == 1;
    let end = match bare.strip_suffix(MARKS) {
        Some(inside) if balance && inside.len() >= start => inside.len(),
        _ => trimmed.len().max(start),
    };
    ByteSpan::new(start, end)
}

/// Ends each unit where its last text ends, not where the next unit begins.
fn close_spans(text: &str, provisions: &mut [Provision]) {
    for provision in provisions {
        let span = provision.span;
        provision.span.end = span.start + span.of(text).trim_end().len();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    const DECREE: &str = "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
        Số: 15/2026/NĐ-CP\nHà Nội, ngày 05 tháng 3 năm 2026\nNGHỊ ĐỊNH\nQuy định về việc thử\n\
        Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;\nCăn cứ Luật Thử nghiệm ngày 01 tháng 01 năm 2026;\n\
        Theo đề nghị của Bộ trưởng Bộ Tư pháp;\nChính phủ ban hành Nghị định.\n\
        Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\nNghị định này quy định việc thử.\n\
        Điều 2. Đối tượng\n1. Cá nhân:\na) Người Việt Nam;\nb) Người nước ngoài;\nđ) Người khác.\n\
        20.000 đồng là mức thu.\n2. Tổ chức.\n2a. Hộ gia đình.\nChương II\nTHI HÀNH\n\
        Điều 3. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n“Điều 5. Tên mới\n1. Nội dung mới.”.\n\
        Điều 12a. Hiệu lực thi hành\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2026./.\n\
        TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn A\nNơi nhận:\n- Như Điều 3;\n\
        QUY CHẾ\nVề việc thử\nĐiều 1. Mở đầu\nNội dung.\nPHỤ LỤC II\nMẪU ĐƠN\n";

    #[test]
    fn a_decree_is_read_into_its_tree() {
        let document = parse(DECREE);
        let tree: Vec<String> = document
            .provisions
            .iter()
            .map(|p| {
                format!(
                    "{} | {} | {}",
                    p.eid,
                    p.heading.as_deref().unwrap_or("-"),
                    document.text_of(p).replace('\n', "⏎")
                )
            })
            .collect();
        insta::assert_snapshot!(tree.join("\n"));
    }

    #[test]
    fn new_text_of_an_amending_act_is_read_without_its_article() {
        let check = |text: &str, expected: &[&str]| {
            let document = parse_fragment(text);
            let found: Vec<String> =
                document.provisions.iter().map(|p| format!("{} = {}", p.eid, document.text_of(p))).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "“2. Người nộp:\na) Đơn;\nb) Ảnh.”.",
            &["para_2 = 2. Người nộp:\na) Đơn;\nb) Ảnh.", "para_2__point_a = a) Đơn;", "para_2__point_b = b) Ảnh."],
        );
        check("a1) Đơn;\nđ) Ảnh", &["point_a1 = a1) Đơn;", "point_đ = đ) Ảnh"]);
        check("12a. Việc mới gọi là “việc”.", &["para_12a = 12a. Việc mới gọi là “việc”."]);
        check(
            "\"Điều 5a. Tên\n1. Một.\n2. Hai.\";",
            &["art_5a = Điều 5a. Tên\n1. Một.\n2. Hai.", "art_5a__para_1 = 1. Một.", "art_5a__para_2 = 2. Hai."],
        );
        check(
            "“Chương IIa\nVIỆC THỬ\nĐiều 9a. Tên\nLời.”",
            &["chp_IIa = Chương IIa\nVIỆC THỬ\nĐiều 9a. Tên\nLời.", "art_9a = Điều 9a. Tên\nLời."],
        );
        check("Lời văn trơn.", &[]);
    }

    #[test]
    fn a_gap_in_the_articles_is_a_problem() {
        let problems = parse(DECREE).problems;
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "numbering.gap");
    }

    #[test]
    fn a_sentence_that_begins_with_an_article_is_no_article() {
        let document = parse("Điều 1. Tên\nViệc này theo\nĐiều 5 của Luật này và\nĐiều 6, Điều 7.");
        assert_eq!(document.provisions.len(), 1);
    }

    #[test]
    fn norms_are_paragraphs_or_whole_articles() {
        let document = parse(DECREE);
        let eids: Vec<&str> = document.norms().into_iter().map(|at| document.provisions[at].eid.as_str()).collect();
        assert_eq!(
            eids,
            ["art_1", "art_2__para_1", "art_2__para_2", "art_2__para_2a", "art_3__para_1", "art_12a", "annex_1__art_1"]
        );
    }

    #[test]
    fn what_is_quoted_belongs_to_the_target() {
        let check = |text: &str, eids: &[&str], quoted: &[&str]| {
            let document = parse(text);
            let found: Vec<&str> = document.provisions.iter().map(|p| p.eid.as_str()).collect();
            assert_eq!(found, eids, "{text}");
            let found: Vec<&str> = document.quotations.iter().map(|q| q.span.of(&document.text)).collect();
            assert_eq!(found, quoted, "{text}");
        };
        let two = ["art_1", "art_1__para_1", "art_1__para_2", "art_2"];
        check(
            "Điều 1. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n\"Điều 5. A\n1. Gọi là \"b\".\".\n2. Bãi bỏ Điều 6.\nĐiều 2. Hiệu lực\nC.",
            &two,
            &["Điều 5. A\n1. Gọi là \"b\"."],
        );
        // Never closed: the next instruction ends it.
        check(
            "Điều 1. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n“Điều 5. A\n1. B.\n2. Bãi bỏ khoản 2 Điều 6.\nĐiều 2. Hiệu lực\nC.",
            &two,
            &["Điều 5. A\n1. B."],
        );
        // Turned the wrong way, and with a quotation inside.
        check(
            "Điều 1. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n”Điều 5. A\n1. Gọi là “b”.“\n2. Bãi bỏ Điều 6.\nĐiều 2. Hiệu lực\nC.",
            &two,
            &["Điều 5. A\n1. Gọi là “b”."],
        );
        // Without marks.
        check(
            "Điều 1. Sửa đổi\n1. Khoản 3 Điều 5 được sửa đổi như sau:\n3. A.\na) B.\n2. Bãi bỏ khoản 4 Điều 6.\nĐiều 2. Hiệu lực\nC.",
            &two,
            &["3. A.\na) B."],
        );
        // A phrase is no new text.
        check("Điều 1. A\n1. Thay cụm từ “x” bằng cụm từ “y”.\n2. B.\nĐiều 2. C\nD.", &two, &[]);
    }

    #[test]
    fn what_follows_the_last_article_is_told_apart() {
        let document = parse(
            "Điều 1. A[1]\nB.\nLuật này được Quốc hội khóa XVI thông qua ngày 3 tháng 4 năm 2026.\nNơi nhận:\n- Như trên;\n\
             - Lưu: VT.\nTM. CHÍNH PHỦ\nTHỦ TƯỚNG\n(Đã ký)\nNguyễn Văn An\n[1] Điều này được sửa đổi như sau:\n\
             “Điều 7. Hiệu lực”\n[2] Hết.",
        );
        let of = |span: Option<ByteSpan>| span.map(|span| span.of(&document.text).to_owned()).unwrap_or_default();
        assert_eq!(document.provisions.len(), 1);
        assert_eq!(document.provisions[0].heading.as_deref(), Some("A"));
        assert!(of(document.passage).starts_with("Luật này được"));
        assert_eq!(of(document.recipients), "Nơi nhận:\n- Như trên;\n- Lưu: VT.");
        assert_eq!(of(document.signature), "TM. CHÍNH PHỦ\nTHỦ TƯỚNG\n(Đã ký)\nNguyễn Văn An");
        let notes: Vec<u32> = document.footnotes.iter().map(|note| note.number).collect();
        assert_eq!(notes, [1, 2]);
    }

    #[test]
    fn older_and_broken_forms_are_read() {
        let check = |text: &str, eids: &[&str]| {
            let document = parse(text);
            let found: Vec<&str> = document.provisions.iter().map(|p| p.eid.as_str()).collect();
            assert_eq!(found, eids, "{text}");
        };
        check("CHUNG\nĐiều 1 Tên.\nLời.\nĐiều 2 Tên\nTheo\nĐiều 3 Luật Thử và\nĐiều 3 Lời.", &["art_1", "art_2"]);
        check("Điều 1.- A\n1- B.\n2- C.", &["art_1", "art_1__para_1", "art_1__para_2"]);
        check(
            "Điều 1. 1. B.\n2. a) C;\nb) D.",
            &["art_1", "art_1__para_1", "art_1__para_2", "art_1__para_2__point_a", "art_1__para_2__point_b"],
        );
        check("Điều 1. A\nTheo khoản 2\nĐiều 9. Lời khác.\nĐiều 2. B\nC.", &["art_1", "art_2"]);
        check("Điều 1. A\n1. B:\n1) x;\n2) y.\n2. C.", &["art_1", "art_1__para_1", "art_1__para_2"]);
        check(
            "Điều 1. Ban hành kèm theo đây Quy chế\nB.\nChương I\nCHUNG\nĐiều 1. A\nB.",
            &["art_1", "chp_I", "annex_1", "annex_1__art_1"],
        );
    }

    #[test]
    fn marks_that_open_nothing_do_not_make_reading_slow() {
        // Quadratic time would be minutes, linear time is a second.
        let text = format!("Điều 1. A\n{}", "“x\n1. “y” và “z\n".repeat(10_000));
        assert_eq!(parse(&text).get("art_1").map(|p| p.span.start), Some(0));
        let text = "Điều 1. Sửa đổi Điều 2 như sau:\n“Điều 9. B\n".repeat(10_000);
        assert!(!parse(&text).provisions.is_empty());
        assert!(!parse(&"Căn cứ x,\n\ny\n".repeat(20_000)).provisions.is_empty());
    }

    /// Whether every span of a document lies where it must.
    fn spans_fit(document: &Document) -> Result<(), TestCaseError> {
        let text = &document.text;
        let fits = |span: ByteSpan| text.get(span.start..span.end).is_some();
        for (at, provision) in document.provisions.iter().enumerate() {
            prop_assert!(fits(provision.span));
            if let Some(parent) = provision.parent {
                prop_assert!(parent < at);
                prop_assert!(document.provisions[parent].span.contains(provision.span));
            }
            let siblings: Vec<_> = document.children(at).map(|(_, p)| p.span).collect();
            prop_assert!(siblings.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let slow: Vec<_> = document.provisions.iter().filter(|p| p.parent == Some(at)).map(|p| p.span).collect();
            prop_assert_eq!(siblings, slow);
        }
        let top: Vec<_> = document.provisions.iter().filter(|p| p.parent.is_none()).map(|p| p.span).collect();
        prop_assert!(top.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let mut eids: Vec<_> = document.provisions.iter().map(|p| p.eid.clone()).collect();
        eids.sort();
        let before = eids.len();
        eids.dedup();
        prop_assert_eq!(before, eids.len(), "identifiers are unique");
        prop_assert!(document.problems.iter().all(|p| fits(p.span)));
        prop_assert!(document.quotations.iter().all(|q| fits(q.span)));
        prop_assert!(document.quotations.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert!(document.footnotes.iter().all(|note| fits(note.span)));
        let parts = [document.enacting, document.passage, document.signature, document.recipients];
        prop_assert!(parts.into_iter().flatten().all(fits));
        Ok(())
    }

    /// Lines as documents have them, and lines that only look like it.
    fn any_line() -> impl Strategy<Value = String> {
        prop_oneof![
            "(Phần thứ hai|Chương I|Mục 2|Điều [0-9]{1,2}|[0-9]|[a-eđ]|PHỤ LỤC I|TM. A|Căn cứ Luật A)[.):]?( \\PC{0,12})?",
            "\\PC{0,20}",
            "[“”\"]?(Điều [0-9]\\. x|[0-9]\\. x|a\\) x|1. Sửa đổi Điều 2 như sau:|[0-9]\\. Bãi bỏ khoản 1 Điều 2.)[“”\"]?[.;]?",
            "\\[[0-9]\\] (x|Điều này được sửa đổi)",
            Just("Luật này được Quốc hội thông qua".to_owned()),
            Just("Nơi nhận:".to_owned()),
            Just(String::new()),
        ]
    }

    /// A document as it should be written, by way of numbers: chapters, articles, paragraphs, points, a quotation.
    fn well_formed() -> impl Strategy<Value = String> {
        let article = (0..4_usize, 0..4_usize, any::<bool>(), any::<bool>(), 0..4_usize);
        (proptest::collection::vec(article, 1..8), any::<bool>(), any::<bool>()).prop_map(
            |(articles, chapters, signed)| {
                let mut text = "QUỐC HỘI\nLUẬT\nTHỬ\nCăn cứ Hiến pháp;\nQuốc hội ban hành Luật Thử.\n".to_owned();
                for (at, (paragraphs, points, titled, quotes, mark)) in articles.into_iter().enumerate() {
                    if chapters && at % 3 == 0 {
                        text.push_str(&format!("Chương {}\nVIỆC THỨ {at}\n", ["I", "II", "III"][at / 3]));
                    }
                    let title =
                        if titled { format!("Tên điều {at}\n") } else { format!("Lời của điều {at}.\n") };
                    text.push_str(&format!("Điều {}. {title}", at + 1));
                    for paragraph in 1..=paragraphs {
                        text.push_str(&format!("{paragraph}{} Người thứ {paragraph}:\n", [".", "/", ")", "."][mark]));
                        for letter in ["a", "b", "b1", "c"].iter().take(points) {
                            text.push_str(&format!("{letter}) Giấy {letter};\n"));
                        }
                    }
                    if quotes {
                        text.push_str("Sửa đổi Điều 9 như sau:\n“Điều 9. Tên\n1. Gọi là “việc”.”.\n");
                    }
                }
                if signed {
                    text.push_str("TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn An\nPHỤ LỤC I\nMẪU\n");
                }
                text
            },
        )
    }

    #[test]
    fn a_title_below_its_label_begins_with_its_first_word() {
        let document = parse("Điều 1. A\nPhần thứ nhất\n. Mở đầu\nĐiều 2. B");
        assert_eq!(document.get("part_1").and_then(|part| part.heading.as_deref()), Some("Mở đầu"));
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_children_lie_apart_within_their_parent(
            lines in proptest::collection::vec(any_line(), 0..30)
        ) {
            spans_fit(&parse(&lines.join("\n")))?;
            spans_fit(&parse_fragment(&lines.join("\n")))?;
        }

        #[test]
        fn a_printed_tree_reads_as_the_same_tree(text in well_formed()) {
            let tree = |document: &Document| -> Vec<_> {
                let unit = |p: &Provision| (p.eid.clone(), p.kind, p.number.clone(), p.heading.clone(), p.parent);
                document.provisions.iter().map(unit).collect()
            };
            let document = parse(&text);
            let printed = print(&document);
            let again = parse(&printed);
            prop_assert_eq!(tree(&document), tree(&again), "{}", printed);
            prop_assert_eq!(document.quotations.len(), again.quotations.len());
            prop_assert_eq!(print(&again), printed, "a print is its own print");
        }
    }

    #[test]
    fn an_identifier_leads_back_to_its_provision() {
        let document = parse(DECREE);
        assert_eq!(
            document.text_of(document.get("art_2__para_1__point_đ").unwrap()),
            "đ) Người khác.\n20.000 đồng là mức thu."
        );
    }
}
