use super::*;
use crate::{Limits, extract};
use proptest::prelude::*;
use rasoat_law::structure::parse;

const OLD: &str = "NGHỊ ĐỊNH\nĐiều 1. Phạm vi\nNghị định này quy định về thử việc.\nĐiều 2. Thời hạn\n1. Thời hạn trả lời là 10 ngày.\n2. Hồ sơ nộp tại Sở Tư pháp bằng bản giấy theo mẫu do Bộ Tư pháp ban hành.\nĐiều 3. Hiệu lực\nNghị định này có hiệu lực từ ngày ký.";

fn between(old: &str, new: &str) -> Redline {
    redline(&parse(old), &parse(new))
}

fn changes(redline: &Redline) -> Vec<(ChangeKind, String)> {
    let changed = redline.paragraphs.iter().filter(|compared| compared.change != ChangeKind::Same);
    changed
        .map(|compared| {
            let marked = compared.words.iter().map(|words| match words {
                Words::Kept(text) => text.clone(),
                Words::Deleted(text) => format!("[-{text}-]"),
                Words::Inserted(text) => format!("[+{text}+]"),
            });
            (compared.change, marked.collect())
        })
        .collect()
}

#[test]
fn the_same_text_has_no_changes() {
    let redline = between(OLD, OLD);
    assert_eq!(changes(&redline), []);
    assert_eq!(redline.counts().same, OLD.lines().count());
}

#[test]
fn a_changed_deadline_is_one_change_of_two_words() {
    let redline = between(OLD, &OLD.replace("10 ngày", "15 ngày làm việc"));
    let expected = "1. Thời hạn trả lời là [-10-][+15+] ngày[+ làm việc+].".to_owned();
    assert_eq!(changes(&redline), [(ChangeKind::Changed, expected)]);
    let place = redline.paragraphs.iter().find(|c| c.change == ChangeKind::Changed).unwrap();
    assert_eq!(place.new.as_ref().unwrap().as_str(), "art_2__para_1");
}

#[test]
fn an_article_put_in_renumbers_the_others_and_does_not_rewrite_them() {
    let new = OLD.replace("Điều 3. Hiệu lực", "Điều 3. Trách nhiệm\nSở Nội vụ tổ chức thực hiện.\nĐiều 4. Hiệu lực");
    let redline = between(OLD, &new);
    let expected = [
        (ChangeKind::Added, "[+Điều 3. Trách nhiệm+]".to_owned()),
        (ChangeKind::Added, "[+Sở Nội vụ tổ chức thực hiện.+]".to_owned()),
        (ChangeKind::Changed, "Điều [-3-][+4+]. Hiệu lực".to_owned()),
    ];
    assert_eq!(changes(&redline), expected);
}

#[test]
fn of_several_like_paragraphs_that_of_the_article_that_goes_is_gone() {
    let article = |n: usize| format!("Điều {n}. Thời hạn thứ {n}\n1. Thời hạn là {n} ngày.\n2. Trả lời bằng văn bản.");
    let text = |numbers: &[usize]| {
        format!("NGHỊ ĐỊNH\n{}", numbers.iter().map(|n| article(*n)).collect::<Vec<_>>().join("\n"))
    };
    let changed = |old: &[usize], new: &[usize]| {
        let redline = between(&text(old), &text(new));
        assert_eq!((redline.old_text(), redline.new_text()), (text(old), text(new)));
        let changed = redline.paragraphs.into_iter().filter(|compared| compared.change != ChangeKind::Same);
        changed.map(|compared| compared.old.or(compared.new).unwrap().to_string()).collect::<Vec<_>>()
    };
    let third = ["art_3", "art_3__para_1", "art_3__para_2"];
    assert_eq!(changed(&[1, 2, 3, 4], &[1, 2, 4]), third);
    assert_eq!(changed(&[1, 2, 4], &[1, 2, 3, 4]), third);
    assert_eq!(changed(&[1, 2, 3], &[1, 2]), third);
    assert_eq!(changed(&[3, 4, 5], &[4, 5]), third);
}

#[test]
fn a_paragraph_moved_is_told_as_moved() {
    let clause = "2. Hồ sơ nộp tại Sở Tư pháp bằng bản giấy theo mẫu do Bộ Tư pháp ban hành.\n";
    // To the end, past more lines than itself: else the lines it passes would count as moved.
    let moved = format!("{}\n{}", OLD.replace(clause, ""), clause.trim_end());
    let kinds: Vec<ChangeKind> = changes(&between(OLD, &moved)).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [ChangeKind::MovedAway, ChangeKind::MovedHere]);
}

#[test]
fn the_page_says_what_changed_in_words_and_escapes_the_drafts() {
    let new = OLD.replace("10 ngày", "15 ngày <b>");
    let page = between(OLD, &new).html("bản 1.docx", "bản <2>.docx");
    assert!(page.contains("<h2>khoản 1 Điều 2: sửa đổi</h2>"), "{page}");
    assert!(page.contains("là <del>10</del><ins>15</ins> ngày<ins> &lt;b&gt;</ins>."), "{page}");
    assert!(page.contains("bản &lt;2&gt;.docx") && !page.contains("<2>"));
    assert!(page.contains("đoạn không đổi"));
}

#[test]
fn the_word_file_reads_as_the_new_text() {
    let new = OLD.replace("10 ngày", "15 ngày").replace("Điều 3. Hiệu lực", "Điều 3. Mới\nMột câu.\nĐiều 4. Hiệu lực");
    let bytes = between(OLD, &new).docx("Rasoat", Some("2026-11-26T00:00:00Z")).unwrap();
    let read = extract("a.docx", &bytes, &Limits::default()).unwrap();
    assert_eq!(read.text, new);
}

#[test]
fn a_text_rewritten_from_end_to_end_is_matched_by_its_articles() {
    // Too many pairs to weigh each: every paragraph differs, and 600 articles have two of them.
    let text = |deadline: &str, last: usize| {
        let articles =
            (1..=last).map(|n| format!("Điều {n}. Việc thứ {n} {deadline}\nNộp hồ sơ số {n} trong {deadline}."));
        articles.collect::<Vec<_>>().join("\n")
    };
    let redline = between(&text("mười ngày", 600), &text("một tháng", 599));
    let counts = redline.counts();
    assert_eq!((counts.same, counts.changed, counts.added, counts.removed), (0, 1198, 0, 2));
    assert!(redline.paragraphs.iter().all(|p| p.change != ChangeKind::Changed || p.old == p.new));
}

/// The file with every change rejected, as Word does it: what was put in goes, paragraphs with their ends; what was
/// taken out comes back.
fn reject(bytes: &[u8]) -> Vec<u8> {
    let mut members = crate::fixture::members(bytes);
    let document = String::from_utf8(members["word/document.xml"].clone()).unwrap();
    let (head, body) = document.split_once("<w:p>").unwrap();
    let mut out = head.to_owned();
    for paragraph in body.split("<w:p>") {
        let (paragraph, tail) = paragraph.split_once("</w:p>").unwrap();
        if paragraph.contains("<w:rPr><w:ins ") {
            out.push_str(tail);
            continue;
        }
        let mut kept = String::new();
        let mut rest = paragraph;
        while let Some((before, inserted)) = rest.split_once("<w:ins ") {
            kept.push_str(before);
            rest = inserted.split_once("</w:ins>").unwrap().1;
        }
        kept.push_str(rest);
        let mut restored = String::new();
        for piece in kept.split("<w:del ") {
            restored.push_str(if restored.is_empty() && kept.starts_with(piece) {
                piece
            } else {
                piece.split_once('>').unwrap().1
            });
        }
        let restored = restored.replace("</w:del>", "").replace("w:delText", "w:t");
        out.push_str(&format!("<w:p>{restored}</w:p>{tail}"));
    }
    members.insert("word/document.xml".into(), out.into_bytes());
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    crate::fixture::zip_of(&members)
}

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["Điều 1.", "1.", "a)", "hồ sơ", "ngày", "10", "Sở Tư pháp", "phải", ",", "nộp"]),
        1..8,
    )
    .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn both_texts_can_be_had_back(old in prop::collection::vec(line(), 1..20), new in prop::collection::vec(line(), 1..20)) {
        let (old, new) = (parse(&old.join("\n")), parse(&new.join("\n")));
        let redline = redline(&old, &new);
        prop_assert_eq!(redline.old_text(), old.text.clone());
        prop_assert_eq!(redline.new_text(), new.text.clone());
        let counts = redline.counts();
        prop_assert!(counts.same + counts.changed <= redline.paragraphs.len());
    }

    #[test]
    fn accepting_the_word_file_gives_the_new_text_and_rejecting_it_the_old(
        old in prop::collection::vec(line(), 1..12), new in prop::collection::vec(line(), 1..12),
    ) {
        let (old, new) = (parse(&old.join("\n")), parse(&new.join("\n")));
        let bytes = redline(&old, &new).docx("Rasoat", None).unwrap();
        let read = |bytes: &[u8]| extract("a.docx", bytes, &Limits::default()).unwrap().text;
        // A paragraph taken out at the very end leaves Word an empty one, which no text has.
        let accepted = read(&bytes);
        prop_assert_eq!(accepted.trim_end_matches('\n'), new.text.as_str());
        prop_assert_eq!(read(&reject(&bytes)), old.text.clone());
    }

    #[test]
    fn tokens_are_the_whole_text(text in "[a-zđệ0-9 .,\\t]{0,40}") {
        prop_assert_eq!(tokens(&text).concat(), text);
    }
}
