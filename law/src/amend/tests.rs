#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::structure::parse;
use jiff::civil::date;
use proptest::prelude::*;

const BASE: &str = "Luật số: 10/2015/QH13\nLUẬT\nTHỬ NGHIỆM\nĐiều 1. Phạm vi\nLuật này quy định việc thử nghiệm.\n\
    Điều 2. Mức thu\n1. Mức thu gồm:\na) Phí, lệ phí và giá;\nb) Tiền phạt.\n2. Bộ Công nghiệp thu, nộp và báo cáo.\n\
    3. Thời hạn nộp là 15 ngày.\nĐiều 3. Thuỷ lợi\nBộ Công nghiệp quản lý thuỷ lợi.\nTrường hợp khác do Chính phủ quy định.\n\
    Chương II\nTHI HÀNH\nĐiều 4. Hiệu lực\nLuật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2015.\n";

/// An act that amends [`BASE`] by `clauses`, in effect since the first day of 2020.
fn act(clauses: &str) -> Document {
    parse(&format!(
        "Luật số: 20/2019/QH14\nLUẬT\nSỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA LUẬT THỬ NGHIỆM\n\
         Điều 1. Sửa đổi, bổ sung một số điều của Luật Thử nghiệm số 10/2015/QH13\n{clauses}\n\
         Điều 2. Hiệu lực thi hành\nLuật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2020."
    ))
}

fn orders(clauses: &str) -> Vec<Instruction> {
    instructions(&act(clauses), Register::built_in())
}

/// What `clauses` order, one line each.
fn check(clauses: &str, expected: &[&str]) {
    let found: Vec<String> = orders(clauses).iter().map(line).collect();
    assert_eq!(found, expected, "{clauses}");
}

fn line(instruction: &Instruction) -> String {
    let unit = instruction.target.eid.as_ref().map_or("-", Eid::as_str);
    let part = match instruction.target.part {
        Part::Whole => String::new(),
        part => format!(" {part:?}"),
    };
    let operation = match &instruction.operation {
        Operation::InsertAfter { anchor } => format!("insert after {anchor}"),
        Operation::InsertBefore { anchor } => format!("insert before {anchor}"),
        Operation::SubstitutePhrase { old, new, except } => format!("{old} > {new} {except:?}"),
        Operation::RemovePhrase { old, .. } => format!("{old} >"),
        Operation::InsertPhrase { phrase, beside, .. } => format!("{beside} + {phrase}"),
        Operation::AppendPhrase { phrase } => format!("+ {phrase}"),
        other => format!("{other:?}"),
    };
    let text =
        instruction.new_text.as_ref().map_or(String::new(), |new| format!(" = {}", new.words.replace('\n', "⏎")));
    let failed = match &instruction.state {
        State::Failed(why) => format!(" ! {why}"),
        _ => String::new(),
    };
    format!("{unit}{part}: {operation}{text}{failed}")
}

/// The text of `eid` once `clauses` are worked in.
fn unit_after(clauses: &str, eid: &str) -> String {
    let consolidated = apply(&parse(BASE), &orders(clauses), date(2021, 1, 1));
    let unit = consolidated.document.get(eid).unwrap_or_else(|| panic!("{eid} in {}", consolidated.text()));
    consolidated.document.text_of(unit).replace('\n', "⏎")
}

#[test]
fn a_quoted_paragraph_replaces_the_paragraph() {
    check(
        "1. Sửa đổi, bổ sung khoản 2 Điều 2 như sau:\n“2. Bộ Công Thương thu.”.",
        &["art_2__para_2: ReplaceUnit = 2. Bộ Công Thương thu."],
    );
    check(
        "1. Khoản 2 và khoản 3 Điều 2 được sửa đổi, bổ sung như sau:\n\"2. Hai.\"\n\"3. Ba \"mới\".\";",
        &["art_2__para_2: ReplaceUnit = 2. Hai.", "art_2__para_3: ReplaceUnit = 3. Ba \"mới\"."],
    );
}

#[test]
fn a_heading_gives_its_article_to_the_points_below_it() {
    check(
        "1. Sửa đổi, bổ sung một số khoản của Điều 2 như sau:\na) Sửa đổi khoản 1 như sau:\n“1. Một.”;\n\
         b) Bổ sung các khoản 1a và 1b vào sau khoản 1 như sau:\n“1a. A.\n1b. B.”;\nc) Bãi bỏ khoản 3.",
        &[
            "art_2__para_1: ReplaceUnit = 1. Một.",
            "art_2__para_1a: insert after art_2__para_1 = 1a. A.",
            "art_2__para_1b: insert after art_2__para_1a = 1b. B.",
            "art_2__para_3: Repeal",
        ],
    );
}

#[test]
fn one_clause_holds_several_operations() {
    check(
        "1. Bổ sung khoản 1a vào sau khoản 1; sửa đổi, bổ sung khoản 3 Điều 2 như sau:\n“1a. A.”\n“3. Ba.”",
        &["art_2__para_1a: insert after art_2__para_1 = 1a. A.", "art_2__para_3: ReplaceUnit = 3. Ba."],
    );
    check(
        "1. Bãi bỏ từ “nộp” tại khoản 2 Điều 2; bãi bỏ điểm b khoản 1 Điều 2.",
        &["art_2__para_2: nộp >", "art_2__para_1__point_b: Repeal"],
    );
}

#[test]
fn a_new_text_without_marks_ends_where_the_next_command_begins() {
    check(
        "1. Điều 1 được sửa đổi như sau:\nĐiều 1. Tên\n1. Một.\n2. Hai.\n2. Bãi bỏ Điều 3.",
        &["art_1: ReplaceUnit = Điều 1. Tên⏎1. Một.⏎2. Hai.", "art_3: Repeal"],
    );
}

#[test]
fn phrases_are_changed_where_the_act_says() {
    check(
        "1. Thay thế cụm từ “A” bằng cụm từ “B” tại khoản 1 Điều 2, Điều 3; cụm từ “C” bằng cụm từ “D” tại tên Điều 4.",
        &["art_2__para_1: A > B []", "art_3: A > B []", "art_4 Heading: C > D []"],
    );
    check("1. Thay cụm từ “A” tại Điều 3 bằng cụm từ “B”.", &["art_3: A > B []"]);
    check("1. Bổ sung cụm từ “B” vào sau cụm từ “A” tại Điều 3.", &["art_3: A + B"]);
    check("1. Thay cụm từ “A” bằng cụm từ “B”, trừ Điều 3.", &["-: A > B [Eid(\"art_3\")]"]);
    check(
        "1. Bỏ từ “A” tại các điều, khoản sau đây:\na) Khoản 2 Điều 2;\nb) Điều 3.",
        &["art_2__para_2: A >", "art_3: A >"],
    );
}

#[test]
fn a_target_below_a_point_is_not_guessed() {
    check(
        "1. Sửa đổi điểm a(ii) khoản 1 Điều 2 như sau:\n“(ii) Mới.”",
        &["art_2__para_1__point_a: ReplaceUnit ! quy định cần sửa đổi nhỏ hơn điểm"],
    );
}

#[test]
fn a_document_that_lapses_is_ended() {
    let act = parse(
        "Luật số: 20/2019/QH14\nĐiều 9. Hiệu lực thi hành\n1. Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2020.\n\
         2. Luật Thử nghiệm số 10/2015/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.\n\
         3. Các quy định tại khoản 2 Điều 5 của Luật Khác số 11/2015/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực.",
    );
    let found = instructions(&act, Register::built_in());
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), ["-: EndDocument", "art_5__para_2: Repeal"]);
    let base = parse(BASE);
    let consolidated = apply(&base, &found, date(2020, 1, 1));
    assert_eq!(consolidated.ended, Some((date(2020, 1, 1), 0)));
    assert_eq!(consolidated.outcomes, [State::Applied, State::Unapplied], "the other law is not this one");
    assert_eq!(consolidated.text(), base.text);
}

#[test]
fn a_clause_may_take_effect_later_than_its_act() {
    let act = parse(
        "Luật số: 20/2019/QH14\nĐiều 1. Sửa đổi, bổ sung một số điều của Luật Thử nghiệm số 10/2015/QH13\n\
         1. Bãi bỏ Điều 1.\n2. Bãi bỏ Điều 3.\nĐiều 2. Hiệu lực thi hành\n\
         Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2020, trừ khoản 2 Điều 1 có hiệu lực từ ngày 01 tháng 7 năm 2022.",
    );
    let found = instructions(&act, Register::built_in());
    let days: Vec<Option<Date>> = found.iter().map(|i| i.effective).collect();
    assert_eq!(days, [Some(date(2020, 1, 1)), Some(date(2022, 7, 1))]);
    let outcomes = apply(&parse(BASE), &found, date(2021, 1, 1)).outcomes;
    assert_eq!(outcomes, [State::Applied, State::Unapplied]);
}

#[test]
fn repealed_units_keep_their_number() {
    assert_eq!(unit_after("1. Bãi bỏ Điều 3.", "art_3"), "Điều 3. (được bãi bỏ)");
    assert_eq!(unit_after("1. Bãi bỏ khoản 2 Điều 2.", "art_2__para_2"), "2. (được bãi bỏ)");
    assert_eq!(unit_after("1. Bãi bỏ điểm a khoản 1 Điều 2.", "art_2__para_1__point_a"), "a) (được bãi bỏ)");
}

#[test]
fn inserted_units_stand_at_their_place() {
    let article = unit_after(
        "1. Bổ sung điểm a1 vào sau điểm a khoản 1 Điều 2 như sau:\n“a1) Giữa;”.\n2. Bổ sung khoản 4 Điều 2 như sau:\n“4. Cuối.”.",
        "art_2",
    );
    assert_eq!(
        article,
        "Điều 2. Mức thu⏎1. Mức thu gồm:⏎a) Phí, lệ phí và giá;⏎a1) Giữa;⏎b) Tiền phạt.⏎2. Bộ Công nghiệp thu, nộp và \
         báo cáo.⏎3. Thời hạn nộp là 15 ngày.⏎4. Cuối."
    );
    assert_eq!(
        unit_after("1. Bổ sung Điều 3a vào sau Điều 3 như sau:\n“Điều 3a. Mới\nNội dung.”", "art_3a"),
        "Điều 3a. Mới⏎Nội dung."
    );
}

#[test]
fn parts_of_units_are_replaced_alone() {
    assert_eq!(
        unit_after("1. Sửa đổi tên Điều 3 như sau:\n“Điều 3. Thủy lợi mới”", "art_3"),
        "Điều 3. Thủy lợi mới⏎Bộ Công nghiệp quản lý thuỷ lợi.⏎Trường hợp khác do Chính phủ quy định."
    );
    assert_eq!(
        unit_after("1. Sửa đổi đoạn mở đầu khoản 1 Điều 2 như sau:\n“1. Mức thu là:”", "art_2__para_1"),
        "1. Mức thu là:⏎a) Phí, lệ phí và giá;⏎b) Tiền phạt."
    );
    assert_eq!(
        unit_after("1. Sửa đổi đoạn cuối Điều 3 như sau:\n“Hết.”", "art_3"),
        "Điều 3. Thuỷ lợi⏎Bộ Công nghiệp quản lý thuỷ lợi.⏎Hết."
    );
}

#[test]
fn a_phrase_is_found_whatever_its_tone_marks_and_leaves_no_loose_comma() {
    assert_eq!(
        unit_after("1. Thay thế cụm từ “thủy lợi” bằng cụm từ “đê điều” tại Điều 3.", "art_3"),
        "Điều 3. Đê điều⏎Bộ Công nghiệp quản lý đê điều.⏎Trường hợp khác do Chính phủ quy định."
    );
    assert_eq!(
        unit_after("1. Bỏ cụm từ “lệ phí” tại điểm a khoản 1 Điều 2.", "art_2__para_1__point_a"),
        "a) Phí và giá;"
    );
}

#[test]
fn what_cannot_be_carried_out_says_why_and_changes_nothing() {
    let base = parse(BASE);
    let check = |clauses: &str, why: &str| {
        let consolidated = apply(&base, &orders(clauses), date(2021, 1, 1));
        let [State::Failed(failure)] = consolidated.outcomes.as_slice() else { panic!("{:?}", consolidated.outcomes) };
        assert_eq!(failure.to_string(), why);
        assert_eq!(consolidated.text(), base.text);
        assert!(consolidated.changes.is_empty());
    };
    check("1. Bãi bỏ khoản 9 Điều 2.", "văn bản không có khoản 9 Điều 2");
    check("1. Thay cụm từ “không có” bằng cụm từ “có” tại Điều 3.", "không tìm thấy cụm từ “không có”");
    check("1. Bổ sung khoản 2 vào sau khoản 1 Điều 2 như sau:\n“2. Hai.”", "văn bản đã có khoản 2 Điều 2");
    check("1. Sửa đổi khoản 2 Điều 2 như sau:\n“3. Ba.”", "nội dung mới mang số 3, khác quy định cần sửa đổi");
}

#[test]
fn a_later_act_changes_what_an_earlier_one_wrote() {
    let mut both = orders("1. Thay cụm từ “mười” bằng cụm từ “hai mươi” tại khoản 3 Điều 2.");
    for instruction in &mut both {
        instruction.effective = Some(date(2022, 1, 1));
    }
    both.extend(orders("1. Sửa đổi khoản 3 Điều 2 như sau:\n“3. Thời hạn là mười ngày.”"));
    let base = parse(BASE);
    let early = apply(&base, &both, date(2021, 1, 1));
    assert_eq!(early.outcomes, [State::Unapplied, State::Applied]);
    let late = apply(&base, &both, date(2022, 1, 1));
    assert_eq!(late.outcomes, [State::Applied, State::Applied]);
    let unit = late.document.get("art_2__para_3").unwrap();
    assert_eq!(late.document.text_of(unit), "3. Thời hạn là hai mươi ngày.");
    let words: Vec<(&str, usize)> = late.changes.iter().map(|c| (c.span.of(late.text()), c.instruction)).collect();
    assert_eq!(words, [("3. Thời hạn là hai mươi ngày.", 1), ("hai mươi", 0)]);
}

#[test]
fn a_repealed_chapter_keeps_its_articles_numbers() {
    let consolidated = apply(&parse(BASE), &orders("1. Bãi bỏ Chương II."), date(2021, 1, 1));
    assert!(
        consolidated.text().ends_with("Chương II (được bãi bỏ)\nĐiều 4. (được bãi bỏ)\n"),
        "{}",
        consolidated.text()
    );
}

#[test]
fn applying_nothing_is_the_identity() {
    let base = parse(BASE);
    let consolidated = apply(&base, &[], date(2030, 1, 1));
    assert_eq!(consolidated.document, base);
    assert!(consolidated.changes.is_empty() && consolidated.ended.is_none());
}

/// Every piece between two changes, in the order of the text, is found in `base` in the same order.
fn unchanged_pieces_are_of_the_base(base: &str, consolidated: &Consolidated) -> Result<(), TestCaseError> {
    let text = consolidated.text();
    let (mut at, mut from) = (0, 0);
    let mut spans: Vec<ByteSpan> = consolidated.changes.iter().map(|change| change.span).collect();
    spans.push(ByteSpan::new(text.len(), text.len()));
    for span in spans {
        prop_assert!(text.get(span.start..span.end).is_some(), "{span:?} lies in the text");
        if span.start > at {
            // A line break or blank joins what was put in or taken out to what stood there.
            let piece = text[at..span.start].trim();
            let found = base[from..].find(piece);
            prop_assert!(found.is_some(), "{piece:?}");
            from += found.unwrap_or(0) + piece.len();
        }
        at = at.max(span.end);
    }
    Ok(())
}

fn clause() -> impl Strategy<Value = String> {
    let unit = prop_oneof![
        Just("Điều 1"),
        Just("Điều 2"),
        Just("khoản 1 Điều 2"),
        Just("khoản 3 Điều 2"),
        Just("khoản 3a Điều 2"),
        Just("điểm a khoản 1 Điều 2"),
        Just("Chương II"),
        Just("Điều 9"),
    ];
    let words =
        prop_oneof![Just("2. Mới.".to_owned()), Just("Điều 1. Mới\n1. A.".to_owned()), "[a-zđ”“\". )1\n]{0,30}"];
    (unit, words, 0..7u8).prop_map(|(unit, words, verb)| match verb {
        0 => format!("Sửa đổi, bổ sung {unit} như sau:\n“{words}”."),
        1 => format!("Bãi bỏ {unit}."),
        2 => format!("Bổ sung {unit} như sau:\n“{words}”"),
        3 => format!("Thay cụm từ “Bộ Công nghiệp” bằng cụm từ “{}” tại {unit}.", words.replace('\n', " ")),
        4 => format!("Bỏ từ “nộp” tại {unit}."),
        5 => format!("Sửa đổi tên {unit} như sau:\n{words}"),
        _ => format!("{words} {unit}"),
    })
}

proptest! {
    #[test]
    fn reading_any_text_never_panics(text in "(Điều [0-9]\\. |[0-9]\\. |a\\) |Sửa đổi |bổ sung |như sau:|[“”\"]|\\PC|\n){0,60}") {
        for instruction in instructions(&parse(&text), Register::built_in()) {
            let normal = crate::text::normalise(&text);
            prop_assert!(normal.get(instruction.span.start..instruction.span.end).is_some());
        }
    }

    #[test]
    fn unchanged_spans_are_byte_identical_and_changes_lie_in_the_text(
        clauses in proptest::collection::vec(clause(), 0..6)
    ) {
        let numbered: Vec<String> = clauses.iter().enumerate().map(|(at, c)| format!("{}. {c}", at + 1)).collect();
        let base = parse(BASE);
        let orders = orders(&numbered.join("\n"));
        let consolidated = apply(&base, &orders, date(2021, 1, 1));
        prop_assert_eq!(consolidated.outcomes.len(), orders.len());
        unchanged_pieces_are_of_the_base(&base.text, &consolidated)?;
        let late: Vec<Instruction> = orders.into_iter().map(|o| Instruction { effective: Some(date(2040, 1, 1)), ..o }).collect();
        let untouched = apply(&base, &late, date(2021, 1, 1));
        prop_assert_eq!(untouched.text(), base.text.as_str(), "nothing is due yet");
    }
}

#[test]
fn words_taken_out_and_a_new_text_in_one_clause_are_no_repeal() {
    check(
        "1. Bỏ cụm từ “A” tại Điều 3 và sửa đổi, bổ sung Điều này như sau:\n“Điều 3. Mới”",
        &["art_3: A >", "art_3: ReplaceUnit = Điều 3. Mới"],
    );
}

#[test]
fn a_passage_is_put_beside_the_unit_that_places_it() {
    assert_eq!(
        unit_after("1. Bổ sung đoạn mở đầu vào trước khoản 1 Điều 2 như sau:\n“Mở đầu:”.", "art_2").split('⏎').nth(1),
        Some("Mở đầu:")
    );
    assert!(unit_after("1. Bổ sung đoạn cuối Điều 3 như sau:\n“Cuối.”.", "art_3").ends_with("quy định.⏎Cuối."));
}

#[test]
fn a_document_named_only_for_a_part_of_it_is_not_ended() {
    for clause in [
        "1. Bãi bỏ Phụ lục II ban hành kèm theo Nghị định số 12/2010/NĐ-CP.",
        "1. Bãi bỏ các Điều: 5, 6 và Điều 7 Chương II của Quy chế ban hành kèm theo Nghị định số 12/2010/NĐ-CP.",
        "1. Các quy định về phí tại Nghị định số 12/2010/NĐ-CP hết hiệu lực kể từ ngày Luật này có hiệu lực.",
        "1. Nghị định số 12/2010/NĐ-CP hết hiệu lực, trừ quy định về báo cáo.",
        "1. Bãi bỏ tiêu chuẩn nghiệp vụ các ngạch chẩn đoán bệnh tại Quyết định số 12/2010/QĐ-BNV và Quyết định số \
         13/2010/QĐ-BNV.",
        "1. Tiêu chuẩn các ngạch chẩn đoán bệnh tại Quyết định số 12/2010/QĐ-BNV hết hiệu lực kể từ ngày Luật này có hiệu lực.",
    ] {
        let ended: Vec<String> =
            orders(clause).iter().filter(|i| i.operation == Operation::EndDocument).map(line).collect();
        assert!(ended.is_empty(), "{clause}: {ended:?}");
    }
    check("1. Bãi bỏ Nghị định số 12/2010/NĐ-CP quy định về phí.", &["-: EndDocument"]);
    check("1. Bãi bỏ toàn bộ nội dung tại Nghị định số 12/2010/NĐ-CP.", &["-: EndDocument"]);
}

#[test]
fn a_list_of_documents_goes_on_behind_their_titles() {
    let ended = |clause: &str| -> Vec<String> {
        let ends = orders(clause).into_iter().filter(|i| i.operation == Operation::EndDocument);
        ends.filter_map(|i| i.target.document.number().map(ToString::to_string)).collect()
    };
    let titled = "1. Bãi bỏ Nghị định số 170/2003/NĐ-CP quy định chi tiết một số điều của Pháp lệnh Giá, Nghị định số \
                  75/2008/NĐ-CP về việc sửa đổi, bổ sung một số điều của Nghị định số 170/2003/NĐ-CP.";
    assert_eq!(ended(titled), ["170/2003/NĐ-CP", "75/2008/NĐ-CP"]);
    let replaced = "1. Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2020 và thay thế Nghị định số 108/2008/NĐ-CP \
                    quy định chi tiết một số điều của Luật Hóa chất và Nghị định số 26/2011/NĐ-CP sửa đổi, bổ sung một \
                    số điều của Nghị định số 108/2008/NĐ-CP.";
    assert_eq!(ended(replaced), ["108/2008/NĐ-CP", "26/2011/NĐ-CP"]);
    let behind = "1. Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2020; bãi bỏ Nghị định số 52/2008/NĐ-CP về bảo vệ \
                  và Nghị định số 72/2009/NĐ-CP quy định điều kiện.";
    assert_eq!(ended(behind), ["52/2008/NĐ-CP", "72/2009/NĐ-CP"]);
    let amended = "1. Bãi bỏ Thông tư số 5/2010/TT-BTC sửa đổi một số điều của Thông tư số 1/2009/TT-BTC và Thông tư số 2/2009/TT-BTC.";
    assert_eq!(ended(amended), ["5/2010/TT-BTC"], "what it amended goes on");
    let lapsed =
        "1. Quyết định số 178/1998/QĐ-ĐC của Tổng cục trưởng hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.";
    assert_eq!(ended(lapsed), ["178/1998/QĐ-ĐC"]);
}

/// The documents that a circular's clause of effect ends.
fn ended_by_circular(clause: &str) -> Vec<String> {
    let act = parse(&format!(
        "BỘ TÀI CHÍNH\nSố: 20/2019/TT-BTC\nTHÔNG TƯ\nVề kho\nĐiều 1. A\nB.\nĐiều 2. Hiệu lực thi hành\n{clause}"
    ));
    let found = instructions(&act, Register::built_in());
    let ends = found.into_iter().filter(|i| i.operation == Operation::EndDocument);
    ends.filter_map(|i| i.target.document.number().map(ToString::to_string)).collect()
}

#[test]
fn what_a_circular_ends_is_told_from_what_titles_name() {
    let check = |clause: &str, expected: &[&str]| assert_eq!(ended_by_circular(clause), expected, "{clause}");
    let start = "Thông tư này có hiệu lực thi hành kể từ ngày 01 tháng 01 năm 2020";
    check(
        &format!(
            "{start} và thay thế Thông tư số 549/2014/TT-BTC hướng dẫn Luật Giá số 11/2012/QH13 và Nghị định số 550/2013/NĐ-CP."
        ),
        &["549/2014/TT-BTC"],
    );
    check(
        &format!(
            "{start}; thay thế tiêu chuẩn về kho tại Thông tư số 18/2014/TT-BTC và bãi bỏ Thông tư số 19/2014/TT-BTC."
        ),
        &["19/2014/TT-BTC"],
    );
    check(&format!("{start}; bãi bỏ mức thu phí của Thông tư số 36/2014/TT-BTC."), &[]);
    check(&format!("{start}; đồng thời bãi bỏ các Thông tư số 35/2014/TT-BTC."), &["35/2014/TT-BTC"]);
    check("Kể từ ngày Thông tư này có hiệu lực, Thông tư số 22/2014/TT-BTC hết hiệu lực.", &["22/2014/TT-BTC"]);
    check(
        "Bãi bỏ Thông tư số 540/2014/TT-BTC sửa đổi, bổ sung một số điều của Quyết định số 541/2013/QĐ-BTC về kho; Thông tư số \
         542/2014/TT-BTC về thuế.",
        &["540/2014/TT-BTC", "542/2014/TT-BTC"],
    );
    check(
        "Bãi bỏ Thông tư số 30/2014/TT-BTC về cơ chế tài chính và Quyết định số 31/2014/QĐ-BTC.",
        &["30/2014/TT-BTC", "31/2014/QĐ-BTC"],
    );
    check("Bãi bỏ Thông tư số 30/2014/TT-BTC về việc sửa đổi Thông tư số 29/2013/TT-BTC.", &["30/2014/TT-BTC"]);
}

#[test]
fn words_that_hold_the_name_of_a_unit_name_none() {
    let clause = "1. Bãi bỏ Thông tư số 24/2014/TT-BTC quy định về thời tiết và Điều 6 của Thông tư số 25/2014/TT-BTC.";
    check(clause, &["-: EndDocument", "art_6: Repeal"]);
    check(
        "1. Hủy bỏ khoản 2 Điều 3 và các nội dung quy định tại Điều 5 của Thông tư số 20/2014/TT-BTC.",
        &["art_3__para_2: Repeal", "art_5: Repeal"],
    );
    assert!(
        names_less_than_a_point("sửa đổi tiết 1 điểm a khoản 2 Điều 3") && names_less_than_a_point("tiết b điểm 2")
    );
}

#[test]
fn a_decision_about_something_else_that_a_provision_names_repeals_nothing() {
    check(
        "1. Hủy bỏ kết quả kiểm tra của thí sinh thuộc trường hợp quy định tại khoản 6 Điều 8 của Nghị định số 8/2020/NĐ-CP.",
        &[],
    );
    check("1. Bãi bỏ quy định tại khoản 6 Điều 8 của Nghị định số 8/2020/NĐ-CP.", &["art_8__para_6: Repeal"]);
    check("1. Bãi bỏ các nội dung quy định tại Điều 8 của Nghị định số 8/2020/NĐ-CP.", &["art_8: Repeal"]);
}
