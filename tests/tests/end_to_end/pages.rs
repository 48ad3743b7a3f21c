//! The application's pages in a real browser: accounts, deciding findings, asking, reading, reporting a provision.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{with_copied_corpus, with_empty_store};
use rasoat_tests::reader::Reader;
use rasoat_tests::scenes::{PASSWORD, choose_value, join, keeping_accounts, with_decrees, with_law};
use rasoat_tests::service::Service;
use serde_json::json;

/// A draft with two faults that the register alone proves: it needs neither corpus nor models.
const DRAFT: &str = "BỘ NỘI VỤ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: /2026/TT-BNV\n\
    Hà Nội, ngày tháng năm 2026\nTHÔNG TƯ\nQuy định thử nghiệm\n\
    Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\nCăn cứ Luật Kế toán ngày 17 tháng 6 năm 2003;\n\
    Điều 1. Phạm vi điều chỉnh\nThông tư này quy định về hồ sơ điện tử.\nĐiều 2. Hồ sơ\n\
    1. Hồ sơ gửi Ủy ban nhân dân huyện.\n2. Thời hạn trả lời là 10 ngày làm việc.\n\
    Điều 3. Hiệu lực thi hành\nThông tư này có hiệu lực từ ngày 01 tháng 12 năm 2026.\n";

#[test]
fn log_in_through_an_invitation() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    // A weak password is refused with its rule, a good one makes the account and logs it in.
    reader.open(&link)?;
    reader.fill("#name", "Nguyễn Văn An")?;
    reader.fill("#login", "an.nguyen")?;
    reader.fill("#password", "ngắn")?;
    reader.click("#take-up")?;
    reader.see("[role=alert]", "12")?;
    reader.inspect("invitation")?;
    reader.fill("#password", PASSWORD)?;
    reader.click("#take-up")?;
    reader.see("#who", "Nguyễn Văn An")?;
    reader.arrive("#/")?;

    // A token is shown once.
    reader.open("#/account")?;
    reader.fill("#token-name", "đồng bộ hồ sơ")?;
    reader.click("input[name=review]")?;
    reader.click("#make-token")?;
    reader.see(".rows", "đồng bộ hồ sơ")?;
    assert_eq!(reader.value("#token-secret")?.len(), 64);
    reader.inspect("account")?;
    reader.open("#/account")?;
    reader.see(".rows", "đồng bộ hồ sơ")?;
    assert!(reader.shown("#token-secret")?.is_empty(), "a secret is not shown again");

    // Somebody is invited, and the record tells of it.
    reader.open("#/administration")?;
    reader.see("table", "an.nguyen")?;
    reader.click("#invite")?;
    let invited = reader.value("#invitation-link")?;
    reader.see(".record", "Tạo tài khoản")?;
    reader.inspect("administration")?;

    // Out, and back by the password, to where the login was asked for.
    reader.click("#log-out")?;
    reader.see("#to-login", "Đăng nhập")?;
    reader.open("#/account")?;
    reader.fill("#login", "an.nguyen")?;
    reader.fill("#password", "sai mật khẩu rồi")?;
    reader.click("#log-in")?;
    reader.see("[role=alert]", "không đúng")?;
    reader.inspect("login")?;
    reader.fill("#password", PASSWORD)?;
    reader.click("#log-in")?;
    reader.arrive("#/account")?;
    reader.see("#who", "Nguyễn Văn An")?;
    reader.click("#log-out")?;
    reader.see("#to-login", "Đăng nhập")?;

    // Who is invited as a reviewer reviews and administers nothing.
    let place = format!("#{}", invited.split_once('#').unwrap().1);
    join(&reader, &place, "binh.tran", "Trần Thị Bình")?;
    reader.see("#who", "Trần Thị Bình")?;
    reader.see("#start-review", "Rà soát")?;
    assert!(reader.shown("a[href='#/administration']")?.is_empty());
    Ok(())
}

#[test]
fn show_nothing_of_accounts_without_accounts() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/")?;
    reader.see("#start-review", "Rà soát")?;
    for of_accounts in ["#to-login", "#who", "#log-out", "a[href='#/administration']"] {
        assert!(reader.shown(of_accounts)?.is_empty(), "{of_accounts}");
    }
    reader.inspect("start")?;
    reader.open("#/login")?;
    reader.see("h1", "Không có trang này")?;
    Ok(())
}

#[test]
fn decide_findings_by_mouse_and_keyboard() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let review = service.start_review("du-thao.txt", DRAFT.as_bytes(), "2026-12-01")?;
    service.events(&review)?;
    let decided = || service.json(&format!("/api/reviews/{review}/decisions"));
    reader.open(&format!("#/review/{review}"))?;
    reader.see(".finding", "Luật Giao dịch điện tử")?;
    let total = reader.shown(".finding")?.len();
    assert!(total >= 3, "the draft has faults enough: {total}");

    // By mouse, on the first.
    reader.click("[data-finding='0'] [data-verdict=accepted]")?;
    reader.see("[data-finding='0'] .standing", "Đã chấp nhận")?;
    reader.see("#decided", &format!("1 trên {total}"))?;

    // By keyboard, on the next: step, reject, note, then in one's own words.
    reader.press("j")?;
    reader.press("r")?;
    reader.see("[data-finding='1'] .standing", "Đã bác")?;
    reader.press("c")?;
    reader.see(".writing", "Ghi chú")?;
    reader.fill(".writing textarea", "đã hỏi Vụ Pháp chế")?;
    reader.press("\u{e009}\u{e007}")?;
    reader.see("[data-finding='1'] .written", "đã hỏi Vụ Pháp chế")?;
    reader.press("j")?;
    reader.press("e")?;
    reader.fill(".writing textarea", "Ủy ban nhân dân cấp xã")?;
    reader.press("\u{e009}\u{e007}")?;
    reader.see("[data-finding='2'] .standing", "Đã sửa")?;
    reader.inspect("desk")?;

    // The server has them all, and they are there when the page is opened again.
    reader.open(&format!("#/review/{review}"))?;
    reader.see("#decided", &format!("3 trên {total}"))?;
    reader.see("[data-finding='2'] .written", "Ủy ban nhân dân cấp xã")?;
    let kept = decided()?;
    let of = |finding: &str| kept.as_array().unwrap().iter().find(|one| one["finding"] == finding).unwrap().clone();
    assert_eq!(of("f1")["verdict"], "accepted");
    assert_eq!((&of("f2")["verdict"], &of("f2")["note"]), (&"rejected".into(), &"đã hỏi Vụ Pháp chế".into()));
    assert_eq!((&of("f3")["verdict"], &of("f3")["replacement"]), (&"edited".into(), &"Ủy ban nhân dân cấp xã".into()));

    // Only the undecided are shown, one more is decided, goes out of sight, and comes back when it is undone.
    reader.click("[data-finding='0'] .finding-head")?;
    reader.press("r")?;
    reader.see("[data-finding='0'] .standing", "Đã bác")?;
    reader.press("u")?;
    reader.see("[data-finding='0'] .standing", "Đã chấp nhận")?;
    choose_value(&reader, "#filter-standing", "rejected")?;
    reader.see_no("[data-finding='0']")?;
    assert_eq!(reader.shown(".finding")?.len(), 1);

    // By how sure they are: the steps count every finding once, and one of them shows its own.
    choose_value(&reader, "#filter-standing", "")?;
    reader.see(".findings-column .count", &total.to_string())?;
    let counts = reader.script(
        "return Array.from(document.querySelectorAll('#filter-confidence option'), of => [of.value, Number(of.textContent.match(/\\((\\d+)\\)$/)[1])])",
    )?;
    let counts: Vec<(String, u64)> = serde_json::from_value(counts)?;
    assert_eq!(counts[0].1 as usize, total, "{counts:?}");
    assert_eq!(counts[1..].iter().map(|(_, count)| count).sum::<u64>() as usize, total, "{counts:?}");
    let (band, few) = counts[1..].iter().find(|(_, count)| *count > 0).unwrap();
    choose_value(&reader, "#filter-confidence", band)?;
    reader.see(".findings-column .count", &few.to_string())?;
    assert_eq!(reader.shown(".finding")?.len() as u64, *few);
    choose_value(&reader, "#filter-confidence", "")?;

    // The keys are told.
    reader.press("?")?;
    reader.see("dialog[open]", "hoàn tác")?;
    reader.inspect("keys")?;
    Ok(())
}

#[test]
fn read_a_document_at_a_provision_of_its_own() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    reader.open("#/law/901/2024/NĐ-CP/art_3__para_2")?;
    reader.see(".law-head h1", "901/2024/NĐ-CP")?;
    reader.see("#law-text .chosen", "2. Cơ quan trả lời bằng văn bản.")?;
    assert_eq!(reader.shown("#law-text .chosen")?.len(), 1);
    reader.see(".law-aside", "khoản 2 Điều 3")?;
    reader.see(".law-aside .effect", "Còn hiệu lực")?;

    // The contents lead to an article, which takes the place of the paragraph without a new page.
    reader.click(".contents a[data-to=art_5]")?;
    reader.see("#law-text .chosen", "Điều 5. Thời hạn thứ 5")?;
    reader.arrive("#/law/901/2024/N%C4%90-CP/art_5")?;
    assert_eq!(reader.shown("#law-text .chosen")?.len(), 3, "the article with its two paragraphs");
    reader.inspect("reading")?;

    // On another date it was not yet in force, and the address says the date.
    reader.open("#/law/901/2024/NĐ-CP/art_5?as_of=2024-03-10")?;
    reader.see(".law-head .effect", "Chưa có hiệu lực")?;
    reader.see(".law-aside .effect", "Chưa có hiệu lực")?;

    // What is not there says so, with what is known of it.
    reader.open("#/law/1/2001/XX")?;
    reader.see("[role=alert]", "1/2001/XX")?;
    reader.see(".law-aside .effect", "Chưa rõ hiệu lực")?;

    // The search leads to the same place.
    reader.open("#/search")?;
    reader.fill("#words", "thời hạn thứ 7")?;
    reader.click("#search")?;
    reader.see(".hits", "Điều 7")?;
    reader.inspect("search")?;
    reader.fill("#words", "902/2024/NĐ-CP")?;
    reader.click("#search")?;
    reader.click(".by-number a")?;
    reader.see(".law-head h1", "902/2024/NĐ-CP")?;

    // Who has the document is not sent it again.
    let first = service.ask("GET", "/api/document?document=901/2024/N%C4%90-CP", &[], None)?;
    let tag = first.headers()["etag"].to_str()?.to_owned();
    let again = service.ask("GET", "/api/document?document=901/2024/N%C4%90-CP", &[("if-none-match", &tag)], None)?;
    assert_eq!((first.status().as_u16(), again.status().as_u16()), (200, 304));
    assert!(again.body().is_empty());
    Ok(())
}

#[test]
fn report_a_provision_and_follow_the_petition() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    // A citizen, without an account.
    reader.open("#/law/901/2024/NĐ-CP/art_3")?;
    reader.click("#report")?;
    reader.see(".cited", "Thời hạn là 3 ngày")?;
    reader.click("#send-report")?;
    reader.see("[role=alert]", "Chưa nêu lý do")?;
    reader.fill("#reason", "Thời hạn này quá ngắn, không thực hiện được.")?;
    reader.inspect("report")?;
    reader.click("#send-report")?;
    let number = reader.see("#petition-number", "PA-")?;
    let secret = reader.value("#petition-secret")?;

    reader.open("#/petition")?;
    reader.fill("#number", &number)?;
    reader.fill("#secret", "không phải mã này")?;
    reader.click("#follow")?;
    reader.see("[role=alert]", "mã theo dõi không đúng")?;
    reader.fill("#secret", &secret)?;
    reader.click("#follow")?;
    reader.see(".petition", "Đã nhận")?;
    assert!(reader.shown("#petition-state")?.is_empty(), "its sender does not answer it");
    reader.inspect("petition")?;

    // A reviewer finds it in the queue, sees why, and answers.
    join(&reader, &link, "an.nguyen", "Nguyễn Văn An")?;
    reader.see("#who", "Nguyễn Văn An")?;
    reader.open("#/petitions")?;
    reader.see("table", &number)?;
    reader.inspect("petitions")?;
    reader.click("tbody a")?;
    reader.see(".quote", "Thời hạn này quá ngắn")?;
    choose_value(&reader, "#petition-state", "accepted")?;
    reader.fill("#petition-outcome", "Đã kiến nghị sửa đổi.")?;
    reader.click("#keep-petition")?;
    reader.see(".petition", "Đồng ý")?;
    reader.inspect("petition-inside")?;

    // And the sender reads the answer.
    reader.click("#log-out")?;
    reader.see("#to-login", "Đăng nhập")?;
    reader.open(&format!("#/petition/{number}"))?;
    reader.fill("#secret", &secret)?;
    reader.click("#follow")?;
    reader.see("#outcome", "Đã kiến nghị sửa đổi.")?;
    Ok(())
}

#[test]
fn ask_a_question_and_open_the_provision_behind_the_answer() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    reader.open("#/ask")?;
    reader.see(".examples", "Lao động")?;
    reader.inspect("ask")?;
    reader.fill("#question", "Thời gian thử việc tối đa là bao nhiêu ngày?")?;
    reader.click("#ask")?;
    reader.see(".sentences", "ngày")?;
    reader.see(".cite", "Điều")?;
    assert!(reader.shown(".opened .quote")?.is_empty(), "the provision opens when it is asked for");
    reader.click(".cite")?;
    reader.see(".opened .cited", "hử việc")?;
    reader.inspect("answer")?;
    assert!(reader.shown(".sentences > li")?.len() == reader.shown(".sentences > li .cite")?.len());

    // What the law does not answer is not answered.
    reader.fill("#question", "Công thức nấu phở bò ngon nhất là gì?")?;
    reader.click("#ask")?;
    reader.see(".answer h2", "Chưa trả lời được")?;
    reader.see(".answer", "Nơi có thể hỏi")?;
    reader.inspect("abstention")?;
    Ok(())
}

/// A decree, what amends it from 1 July 2025, and what cites it.
fn amended_law() -> [String; 3] {
    let base = decree(1);
    let act = "Số: 902/2025/NĐ-CP\nNGHỊ ĐỊNH\nSửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
        Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
        1. Sửa đổi khoản 2 Điều 3 như sau:\n“2. Cơ quan trả lời bằng văn bản điện tử trong 02 ngày.”.\n\
        2. Bãi bỏ Điều 5.\n\
        Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực từ ngày 01 tháng 7 năm 2025.\n";
    let citing = "Số: 903/2025/NĐ-CP\nNGHỊ ĐỊNH\nVề hồ sơ\nĐiều 1. Hồ sơ\n\
        Hồ sơ nộp theo khoản 2 Điều 3 Nghị định số 901/2024/NĐ-CP.\n\
        Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2025.\n";
    [base, act.to_owned(), citing.to_owned()]
}

#[test]
fn compare_a_document_on_two_days_and_see_who_cites_it() -> Result<()> {
    let Some(rasoat) = with_law(&amended_law())? else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let told = service.json("/api/document/changes?document=901/2024/N%C4%90-CP&from=2025-06-30&to=2025-07-01")?;
    assert_eq!(told["causes"].as_array().unwrap().len(), 2, "{told}");
    let articles = told["articles"].as_array().unwrap();
    assert_eq!(articles.iter().map(|article| &article["eid"]).collect::<Vec<_>>(), ["art_3", "art_5"], "{told}");
    assert_eq!(told["notes"], json!([]), "{told}");
    let before = service.json("/api/document/changes?document=901/2024/N%C4%90-CP&from=2025-01-01&to=2025-06-30")?;
    assert_eq!(before["articles"], json!([]), "nothing had changed by then");
    let unknown = service.get("/api/document/changes?document=1/2001/XX&from=2025-01-01")?;
    assert_eq!(unknown.status().as_u16(), 404);

    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/law/901/2024/NĐ-CP/art_3__para_2")?;
    reader.see(".law-aside", "khoản 2 Điều 3")?;
    reader.click("#citing > summary")?;
    reader.see("#citing", "903/2025/NĐ-CP")?;
    reader.see("#citing .events", "Điều 1")?;
    reader.inspect("reading-cited")?;
    reader.click("#compare")?;
    reader.see(".changed-article del", "Cơ quan trả lời")?;
    let marked = reader.script(
        "return Array.from(document.querySelectorAll('[data-change=changed] ins'), mark => mark.textContent).join('')",
    )?;
    assert!(marked.as_str().unwrap().contains("điện tử trong 02 ngày"), "{marked}");
    reader.see(".changed-article", "Điều 5")?;
    reader.see(".causes", "khoản 1 Điều 1 902/2025/NĐ-CP")?;
    reader.see(".causes", "từ ngày 01/07/2025")?;
    let heard = reader.script("return document.querySelector('.changed-article del .unseen').textContent")?;
    assert_eq!(heard, "[bỏ: ", "who does not see the line through the words hears of it");
    reader.inspect("changes")?;
    reader.illustrate("hai-ngay")?;

    // Between other days nothing changed, and the address says which.
    reader.script(
        "for (const [id, day] of [['changes-from', '2024-06-01'], ['changes-to', '2025-06-30']]) {
           const field = document.getElementById(id); field.value = day; field.dispatchEvent(new Event('input'));
         }",
    )?;
    reader.click("#compare-days")?;
    reader.see("#changes-none", "Kho không có sửa đổi")?;
    reader.arrive("#/changes/901/2024/N%C4%90-CP?from=2024-06-01&to=2025-06-30")?;
    reader.inspect("changes-none")?;
    Ok(())
}

/// Two procedures as they are imported; the second lacks most of what the law asks for.
fn procedures() -> serde_json::Value {
    json!([
        {"code": "1.001193", "name": "Thủ tục đăng ký khai sinh", "field": "Hộ tịch", "level": "Cấp xã",
         "steps": ["Nộp hồ sơ tại bộ phận một cửa.", "Nhận giấy khai sinh."],
         "ways": [{"way": "Trực tiếp", "deadline": "Ngay trong ngày", "fee": "Miễn lệ phí"}, {"way": "Trực tuyến"}],
         "papers": [{"name": "Tờ khai đăng ký khai sinh", "form": "Mẫu số 01", "copies": "Bản chính: 1"},
                    {"name": "Giấy chứng sinh", "copies": "Bản chính: 1"}],
         "copies": "01 bộ", "subjects": "Cá nhân", "body": "Ủy ban nhân dân cấp xã", "result": "Giấy khai sinh",
         "bases": ["Luật Hộ tịch số 60/2014/QH13"]},
        {"name": "Thủ tục mở cổng vườn hoa", "deadline": "03 ngày"}
    ])
}

#[test]
fn bring_procedures_in_and_read_one_as_a_card() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    // A citizen finds none yet, and may bring none in.
    reader.open("#/procedures")?;
    reader.see(".search", "Kho chưa có thủ tục nào")?;
    assert!(reader.shown("#procedure-files")?.is_empty());

    // An administrator brings them in; what is no procedure is refused with its reason.
    join(&reader, &link, "an.nguyen", "Nguyễn Văn An")?;
    reader.see("#who", "Nguyễn Văn An")?;
    reader.open("#/procedures")?;
    let (bad, good) = (folder.path().join("sai.json"), folder.path().join("thu-tuc.json"));
    fs_err::write(&bad, "{\"test\": 1}")?;
    fs_err::write(&good, procedures().to_string())?;
    reader.choose("#procedure-files", &bad)?;
    reader.see("[role=alert]", "sai.json")?;
    reader.choose("#procedure-files", &good)?;
    reader.see("#procedures-taken", "2 mới")?;
    reader.see(".procedures .rows", "đăng ký khai sinh")?;
    reader.inspect("procedures")?;
    reader.choose("#procedure-files", &good)?;
    reader.see("#procedures-taken", "2 thay bản trước")?;
    reader.click(".procedures .rows a[href^='#/procedure/n-']")?;
    reader.see(".procedure", "mở cổng vườn hoa")?;
    reader.click("#remove-procedure")?;
    reader.click("#remove-procedure-sure")?;
    reader.arrive("#/procedures")?;
    reader.see(".procedures .rows", "đăng ký khai sinh")?;
    assert_eq!(reader.shown(".procedures .rows li")?.len(), 1);
    reader.choose("#procedure-files", &good)?;
    reader.see("#procedures-taken", "1 mới")?;
    reader.open("#/administration")?;
    reader.see(".record", "nhập thủ tục")?;
    reader.click("#log-out")?;
    reader.see("#to-login", "Đăng nhập")?;

    // A citizen finds it by words without marks and reads who, where, papers, time, fee, steps and forms.
    reader.open("#/ask")?;
    reader.click("a[href='#/procedures']")?;
    reader.fill("#procedure-words", "khai sinh")?;
    reader.click("#find-procedures")?;
    reader.see(".procedures .rows", "1.001193")?;
    assert_eq!(reader.shown(".procedures .rows li")?.len(), 1);
    reader.click(".procedures .rows a")?;
    reader.arrive("#/procedure/1.001193")?;
    let card = reader.see(".procedure", "Thủ tục đăng ký khai sinh")?;
    for words in [
        "Cá nhân",
        "Ủy ban nhân dân cấp xã",
        "Giấy chứng sinh",
        "Ngay trong ngày",
        "Miễn lệ phí",
        "một cửa",
        "Mẫu số 01",
    ] {
        assert!(card.contains(words), "{words}: {card}");
    }
    reader.inspect("procedure")?;
    reader.illustrate("thu-tuc")?;

    // An answer shows the one that the question is about.
    reader.open("#/ask")?;
    reader.fill("#question", "Thủ tục đăng ký khai sinh cần giấy tờ gì?")?;
    reader.click("#ask")?;
    reader.see(".answer .procedure", "Giấy chứng sinh")?;
    reader.inspect("answer-procedure")?;

    // What the card lacks is told; a procedure that is not there says so.
    let list = service.json("/api/procedures?q=cong")?;
    let id = list[0]["id"].as_str().unwrap().to_owned();
    reader.open(&format!("#/procedure/{id}"))?;
    reader.see(".procedure .caution", "Thành phần hồ sơ")?;
    reader.open("#/procedure/0")?;
    reader.see("[role=alert]", "không có thủ tục")?;
    Ok(())
}
