//! Suggestions as tracked changes: accepting all gives the suggested text, rejecting all the text as it was.

use super::accepting::{Whose, formatted, settle};
use super::{limits, paragraph, read, run};
use crate::fixture::{comments_of, docx, docx_with};
use crate::*;
use proptest::prelude::*;

const AUTHOR: &str = "Rà soát";

fn change(text: &str, words: &str, replacement: &str) -> Change {
    let start = text.find(words).unwrap();
    let end = start + words.len();
    Change {
        start,
        end,
        replacement: replacement.into(),
        author: AUTHOR.into(),
        date: Some("2026-11-21T08:00:00Z".into()),
    }
}

fn applied(text: &str, changes: &[Change], refused: &[(usize, Unchanged)]) -> String {
    let mut made: Vec<&Change> = changes
        .iter()
        .enumerate()
        .filter(|(index, _)| !refused.iter().any(|(at, _)| at == index))
        .map(|(_, change)| change)
        .collect();
    made.sort_by_key(|change| (change.start, change.end));
    let mut text = text.to_owned();
    for change in made.iter().rev() {
        text.replace_range(change.start..change.end, &change.replacement);
    }
    text
}

/// The text of a file that may have lost all its words.
fn text_of(bytes: &[u8]) -> String {
    match extract("a.docx", bytes, &limits()) {
        Err(FormatError::NoText { .. }) => String::new(),
        read => read.unwrap().text,
    }
}

/// Holds an annotated file to the contract.
#[track_caller]
fn check_contract(bytes: &[u8], comments: &[Comment], changes: &[Change]) -> Annotated {
    let extracted = read(bytes);
    let annotated = annotate_docx_with(bytes, &extracted, comments, changes, &limits()).unwrap();
    let expected = applied(&extracted.text, changes, &annotated.as_comments);
    let ours = Whose::Only(AUTHOR);
    let expected = if expected.trim().is_empty() { String::new() } else { expected };
    assert_eq!(text_of(&annotated.file), expected, "as it stands");
    assert_eq!(text_of(&settle(&annotated.file, true, &ours)), expected, "all accepted");
    let rejected = settle(&annotated.file, false, &ours);
    assert_eq!(read(&rejected).text, extracted.text, "all rejected");
    assert_eq!(formatted(&rejected), formatted(bytes), "formatting");
    annotated
}

#[track_caller]
fn check(bytes: &[u8], pairs: &[(&str, &str)]) -> Annotated {
    let extracted = read(bytes);
    let changes: Vec<Change> = pairs.iter().map(|(words, other)| change(&extracted.text, words, other)).collect();
    let annotated = check_contract(bytes, &[], &changes);
    assert_eq!(annotated.as_comments, []);
    annotated
}

fn document(annotated: &Annotated) -> String {
    String::from_utf8(crate::fixture::members(&annotated.file)["word/document.xml"].clone()).unwrap()
}

#[test]
fn a_suggestion_replaces_exactly_the_words_in_their_formatting() {
    let bytes = docx(r#"<w:p><w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t>một hai ba</w:t></w:r></w:p>"#);
    let annotated = check(&bytes, &[("hai", "HAI & 2")]);
    let part = |inside: &str| format!(r#"<w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr>{inside}</w:r>"#);
    let by = r#"w:author="Rà soát" w:date="2026-11-21T08:00:00Z""#;
    assert!(document(&annotated).contains(&format!(
        r#"<w:p>{}<w:del w:id="2" {by}>{}</w:del><w:ins w:id="1" {by}><w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">HAI &amp; 2</w:t></w:r></w:ins>{}</w:p>"#,
        part(r#"<w:t xml:space="preserve">một </w:t>"#),
        part(r#"<w:delText xml:space="preserve">hai</w:delText>"#),
        part(r#"<w:t xml:space="preserve"> ba</w:t>"#),
    )), "{}", document(&annotated));
    // Nothing was commented on, so there is no part of comments.
    assert!(!crate::fixture::members(&annotated.file).contains_key("word/comments.xml"));
}

#[test]
fn suggestions_over_runs_tabs_and_breaks_hold_the_contract() {
    let body = format!(
        r#"<w:p>{}<w:r><w:rPr><w:b/></w:rPr><w:t>Luật A &amp; B</w:t><w:tab/><w:t>cuối</w:t><w:br/><w:t>dòng</w:t></w:r>{}<w:hyperlink w:anchor="x">{}</w:hyperlink><w:bookmarkStart w:id="7" w:name="b"/>{}<w:bookmarkEnd w:id="7"/></w:p>"#,
        run("Căn cứ "),
        run(" sau "),
        run("liên kết"),
        run(" hết"),
    );
    let bytes = docx(&body);
    check(&bytes, &[("Căn cứ Luật A", "Theo Nghị định")]);
    check(&bytes, &[("& B\tcuối\ndòng sau", "x\ty\nz")]);
    check(&bytes, &[("\t", ", ")]);
    check(&bytes, &[("sau liên kết hết", "")]);
    check(&bytes, &[("liên", "đường"), ("cuối", "đầu"), (" hết", "")]);
    check(&bytes, &[("Căn cứ Luật A & B\tcuối\ndòng sau liên kết hết", "khác")]);
}

#[test]
fn words_are_put_in_before_between_and_after() {
    let bytes = docx(&paragraph("một hai"));
    for (at, new) in [(0, "không "), ("một".len(), " rưỡi"), ("một hai".len(), ".")] {
        let put = Change { start: at, end: at, replacement: new.into(), author: AUTHOR.into(), date: None };
        let annotated = check_contract(&bytes, &[], &[put]);
        assert_eq!(annotated.as_comments, []);
    }
}

#[test]
fn changes_of_others_stay() {
    let theirs = |kind: &str, inside: &str| format!(r#"<w:{kind} w:id="5" w:author="An">{inside}</w:{kind}>"#);
    let body = format!(
        "<w:p>{}{}{}{}</w:p>",
        run("trong "),
        theirs("del", "<w:r><w:delText>10</w:delText></w:r>"),
        theirs("ins", &run("15 ngày làm việc")),
        run(" kể từ")
    );
    let bytes = docx(&body);
    let annotated = check(&bytes, &[("ngày", "tháng")]);
    check(&bytes, &[("trong 15", "sau 20")]);
    check(&bytes, &[("việc kể", "")]);
    // With every change rejected, theirs too, the file reads as before anybody touched it.
    let rejected = settle(&annotated.file, false, &Whose::Everybody);
    assert_eq!(read(&rejected).text, "trong 10 kể từ");
    let accepted = settle(&annotated.file, true, &Whose::Everybody);
    assert_eq!(read(&accepted).text, "trong 15 tháng làm việc kể từ");
    // Insertions do not nest.
    assert!(!document(&annotated).replace("</w:ins><w:ins", "").contains("<w:ins w:id=\"5\" w:author=\"An\"><w:ins"));
}

#[test]
fn a_footnotes_mark_inside_the_words_stays() {
    let body = format!("<w:p>{}<w:r><w:footnoteReference w:id=\"2\"/></w:r>{}</w:p>", run("một"), run(" hai"));
    let annotated = check(&docx(&body), &[("một hai", "khác")]);
    let mark = document(&annotated).find("<w:r><w:footnoteReference").unwrap();
    let deletions: Vec<usize> = document(&annotated).match_indices("<w:del ").map(|(at, _)| at).collect();
    assert!(deletions.len() == 2 && deletions[0] < mark && mark < deletions[1]);
}

#[test]
fn a_comment_and_a_suggestion_on_the_same_words_stand_together() {
    let bytes = docx(&format!("<w:p>{}{}</w:p>", run("một hai"), run(" ba bốn")));
    let extracted = read(&bytes);
    let suggested = [change(&extracted.text, "hai ba", "khác")];
    let said = |words: &str| {
        let start = extracted.text.find(words).unwrap();
        Comment { start, end: start + words.len(), author: AUTHOR.into(), text: words.into(), date: None }
    };
    for words in ["hai ba", "một", "bốn", "hai", "một hai ba bốn"] {
        let annotated = check_contract(&bytes, &[said(words)], &suggested);
        let rejected = settle(&annotated.file, false, &Whose::Everybody);
        assert_eq!(comments_of(&rejected), [(words.to_owned(), words.to_owned())]);
    }
    let accepted = check_contract(&bytes, &[said("hai ba")], &suggested);
    assert_eq!(comments_of(&settle(&accepted.file, true, &Whose::Everybody))[0].0, "khác");
}

#[test]
fn what_cannot_be_tracked_becomes_a_comment_and_says_why() {
    let numbering = r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="Điều %1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#;
    let body = format!(
        r#"<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>{}</w:p>{}<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:p><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"#,
        run("Phạm vi"),
        paragraph("hai ba bốn"),
        run("trường"),
        paragraph("khung"),
    );
    let bytes = docx_with(&body, &[("numbering.xml", "numbering", "numbering", numbering)]);
    let text = read(&bytes).text;
    let bad = |start, end| Change { start, end, replacement: "?".into(), author: AUTHOR.into(), date: None };
    let cases = [
        (change(&text, "Điều 1", "Điều 2"), Unchanged::AutomaticNumber),
        (change(&text, "vi\nhai", "x"), Unchanged::AcrossParagraphs),
        (change(&text, "trường", "x"), Unchanged::Field),
        (change(&text, "khung", "x"), Unchanged::Unparted),
        (change(&text, "ba", "ba"), Unchanged::AlreadySo),
        (bad(1, 4), Unchanged::InsideCharacter),
        (bad(text.len() + 5, text.len() + 9), Unchanged::NoWords),
        (change(&text, "ba bốn", "x"), Unchanged::Overlap),
    ];
    let mut changes: Vec<Change> = cases.iter().map(|(change, _)| change.clone()).collect();
    changes.push(change(&text, "hai ba", "một"));
    let annotated = check_contract(&bytes, &[], &changes);
    let expected: Vec<(usize, Unchanged)> = cases.iter().enumerate().map(|(at, (_, why))| (at, *why)).collect();
    assert_eq!(annotated.as_comments, expected);
    let said = comments_of(&annotated.file);
    // All but the one that would change nothing.
    assert_eq!(said.len(), 7);
    assert!(said.contains(&("trường".into(), "Đề nghị sửa thành: “x”".into())));
}

/// Paragraphs of runs, some in an insertion of somebody else, some with a tab or a deletion between.
fn bodies() -> impl Strategy<Value = String> {
    let run = ("[abêđ ]{1,6}", 0..3_u8, 0..8_u8).prop_map(|(text, format, around)| {
        let properties = ["", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:rStyle w:val=\"S\"/><w:i/></w:rPr>"][format as usize];
        let run = format!("<w:r>{properties}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
        match around {
            0 => format!(r#"<w:ins w:id="11" w:author="An">{run}</w:ins>"#),
            1 => format!("<w:r>{properties}<w:t xml:space=\"preserve\">{text}</w:t><w:tab/><w:t>z</w:t></w:r>"),
            2 => format!(r#"<w:del w:id="12" w:author="An"><w:r><w:delText>cũ</w:delText></w:r></w:del>{run}"#),
            3 => format!("<w:hyperlink w:anchor=\"h\">{run}</w:hyperlink>"),
            4 => format!("{run}<w:r><w:footnoteReference w:id=\"2\"/></w:r><w:bookmarkStart w:id=\"9\" w:name=\"b\"/>"),
            _ => run,
        }
    });
    let paragraph = prop::collection::vec(run, 1..5).prop_map(|runs| format!("<w:p>{}</w:p>", runs.concat()));
    prop::collection::vec(paragraph, 1..4).prop_map(|paragraphs| paragraphs.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_tracked_changes_tell_the_text_before_them(body in bodies()) {
        let bytes = docx(&body);
        let Ok(extracted) = extract("a.docx", &bytes, &limits()) else { return Ok(()) };
        let mut before = extracted.text.clone();
        for made in extracted.margin.revisions.iter().rev() {
            before.replace_range(made.start..made.end, &made.removed);
        }
        let rejected = text_of(&settle(&bytes, false, &Whose::Everybody));
        prop_assert_eq!(if before.trim().is_empty() { "" } else { &before }, rejected);
    }

    #[test]
    fn accepting_gives_the_suggestions_and_rejecting_the_original(
        body in bodies(),
        spans in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, "[xyệ\t]{0,4}"), 1..6),
        commented in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize), 0..3),
    ) {
        let bytes = docx(&body);
        let Ok(extracted) = extract("a.docx", &bytes, &limits()) else { return Ok(()) };
        let ends: Vec<usize> =
            extracted.text.char_indices().map(|(at, _)| at).chain([extracted.text.len()]).collect();
        let span = |from: &prop::sample::Index, length: usize| {
            let from = from.index(ends.len());
            (ends[from], ends[(from + length).min(ends.len() - 1)])
        };
        let changes: Vec<Change> = spans.iter().map(|(from, length, replacement)| {
            let (start, end) = span(from, *length);
            Change { start, end, replacement: replacement.clone(), author: AUTHOR.into(), date: None }
        }).collect();
        let comments: Vec<Comment> = commented.iter().map(|(from, length)| {
            let (start, end) = span(from, *length);
            Comment { start, end, author: "C".into(), text: extracted.text[start..end].into(), date: None }
        }).collect();
        let annotated = check_contract(&bytes, &comments, &changes);
        // On the text as it was, every comment is on its words.
        if !comments.is_empty() {
            let rejected = settle(&annotated.file, false, &Whose::Only(AUTHOR));
            for comment in read(&rejected).margin.comments.iter().filter(|comment| comment.author == "C") {
                if !comment.text.trim().is_empty() {
                    prop_assert_eq!(extracted.text[comment.start..comment.end].trim_matches('\n'), comment.text.trim_matches('\n'));
                }
            }
        }
        // Only what cannot be done is left out, and what was done is done once.
        for (at, why) in &annotated.as_comments {
            let words = &extracted.text[changes[*at].start..changes[*at].end];
            match why {
                Unchanged::AcrossParagraphs => prop_assert!(words.contains('\n')),
                Unchanged::AlreadySo => prop_assert_eq!(words, &changes[*at].replacement),
                Unchanged::Overlap => prop_assert!(changes.len() > 1),
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
