//! The application's pages in a real browser: accounts, deciding findings, asking, reading, reporting a provision.
#![expect(clippy::unwrap_used, reason = "a test that does not get what it needs has failed")]

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_empty_store};
use rasoat_tests::reader::Reader;
use rasoat_tests::service::Service;
use std::path::Path;

const PASSWORD: &str = "cây đa bến nước";

/// A draft with two faults that the register alone proves: it needs neither corpus nor models.
const DRAFT: &str = "BỘ NỘI VỤ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: /2026/TT-BNV\n\
    Hà Nội, ngày tháng năm 2026\nTHÔNG TƯ\nQuy định thử nghiệm\n\
    Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\nCăn cứ Luật Kế toán ngày 17 tháng 6 năm 2003;\n\
    Điều 1. Phạm vi điều chỉnh\nThông tư này quy định về hồ sơ điện tử.\nĐiều 2. Hồ sơ\n\
    1. Hồ sơ gửi Ủy ban nhân dân huyện.\n2. Thời hạn trả lời là 10 ngày làm việc.\n\
    Điều 3. Hiệu lực thi hành\nThông tư này có hiệu lực từ ngày 01 tháng 12 năm 2026.\n";

/// A service that keeps accounts, and the hash of its first link.
fn keeping_accounts(rasoat: &Rasoat, folder: &Path) -> Result<(Service, String)> {
    let file = folder.join("rasoat.toml");
    fs_err::write(&file, "[accounts]\nrequired = true\naddress = \"http://ra-soat.vn\"\n")?;
    let service = Service::with_arguments(rasoat, &["--config", file.to_str().unwrap()])?;
    let link = service.heard().iter().find_map(|line| line.split("http://ra-soat.vn/").nth(1));
    let place = link.unwrap().trim().to_owned();
    Ok((service, place))
}

/// Takes an invitation up, at its place.
fn join(reader: &Reader, place: &str, login: &str, name: &str) -> Result<()> {
    reader.open(place)?;
    reader.fill("#name", name)?;
    reader.fill("#login", login)?;
    reader.fill("#password", PASSWORD)?;
    reader.click("#take-up")
}

/// A store with two small decrees.
fn with_decrees() -> Result<Option<Rasoat>> {
    let Some(rasoat) = with_empty_store() else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    for number in [1, 2] {
        fs_err::write(folder.path().join(format!("{number}.txt")), decree(number))?;
    }
    let outcome = rasoat.run(["import", folder.path().to_str().unwrap()])?;
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    Ok(Some(rasoat))
}

#[test]
fn log_in_through_an_invitation() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path())?;
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
    reader.script(
        "const filter = document.querySelector('#filter-standing'); filter.value = 'rejected';
         filter.dispatchEvent(new Event('change'))",
    )?;
    reader.see_no("[data-finding='0']")?;
    assert_eq!(reader.shown(".finding")?.len(), 1);

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
    let (service, link) = keeping_accounts(&rasoat, folder.path())?;
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
    reader.script(
        "const state = document.querySelector('#petition-state'); state.value = 'accepted';
         state.dispatchEvent(new Event('change'))",
    )?;
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
