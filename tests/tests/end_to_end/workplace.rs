//! The places around a review in a real browser: the map and overview of a draft, its previous version, the discussion of
//! findings, the evaluator's pages, guides, paper, and being without a network.

use anyhow::Result;
use rasoat_tests::program::{with_copied_corpus, with_empty_store};
use rasoat_tests::reader::Reader;
use rasoat_tests::scenes::{choose_value, join, keeping_accounts, reviewed, with_decrees};
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::path::Path;

/// A draft with faults that the register alone proves: it needs neither corpus nor models.
const DRAFT: &str = "BỘ NỘI VỤ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: /2026/TT-BNV\n\
    Hà Nội, ngày tháng năm 2026\nTHÔNG TƯ\nQuy định về hồ sơ điện tử\n\
    Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\nCăn cứ Luật Kế toán ngày 17 tháng 6 năm 2003;\n\
    Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;\n\
    Điều 1. Phạm vi điều chỉnh\nThông tư này quy định về hồ sơ điện tử theo Điều 5 Nghị định số 901/2024/NĐ-CP.\n\
    Điều 2. Hồ sơ\n1. Hồ sơ gửi Ủy ban nhân dân huyện theo khoản 1 Điều 7 Bộ luật Lao động số 45/2019/QH14.\n\
    2. Thời hạn trả lời là 10 ngày làm việc.\n\
    Điều 3. Hiệu lực thi hành\nThông tư này có hiệu lực từ ngày 01 tháng 12 năm 2026.\n";

/// The draft's next version: one basis is mended, something wrong is new, and everything stands elsewhere.
fn next_version() -> String {
    DRAFT
        .replace(
            "Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\n",
            "Căn cứ Luật Giao dịch điện tử ngày 22 tháng 6 năm 2023;\n",
        )
        .replace("2. Thời hạn", "2. Người nộp xuất trình sổ hộ khẩu.\n3. Thời hạn")
}

#[test]
fn see_what_a_draft_stands_on_at_a_glance() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let review = reviewed(&service, "du-thao.txt", DRAFT)?;
    let map = service.json(&format!("/api/reviews/{review}/map"))?;
    let roles: Vec<(&str, &str)> = map["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["document"].as_str().unwrap(), of["role"].as_str().unwrap()))
        .collect();
    assert!(
        roles.contains(&("51/2005/QH11", "basis")) && roles.contains(&("901/2024/NĐ-CP", "reference")),
        "{roles:?}"
    );

    reader.open(&format!("#/review/{review}"))?;
    reader.see(".finding", "Luật Giao dịch điện tử")?;
    reader.illustrate("ban-ra-soat")?;

    // The chart counts every finding once, and a row of it filters the list.
    let total = reader.shown(".finding")?.len();
    let first = |shown: &String| shown.split_whitespace().next().and_then(|count| count.parse::<usize>().ok());
    let counted: usize = reader.shown(".segment")?.iter().filter_map(first).sum();
    assert_eq!(counted, total);
    let check = reader.script("return document.querySelector('.chart-row').dataset.check")?;
    reader.click(".chart-row")?;
    reader.see_no(&format!(".finding:not([data-check='{}'])", check.as_str().unwrap()))?;

    // The evidence tells its life, with the day of the review in it.
    reader.click("[data-finding] .finding-head")?;
    reader.see(".timeline .now", "01/12/2026")?;

    // The map opens, says of each document what it is and how it stands, and leads into the reading room.
    reader.click("#map > summary")?;
    reader.see("#map", "văn bản được căn cứ")?;
    let links = reader.script(
        "return Array.from(document.querySelectorAll('#map svg a'), link => link.getAttribute('aria-label'))",
    )?;
    let links: Vec<&str> = links.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(links.contains(&"51/2005/QH11, Căn cứ, Hết hiệu lực"), "{links:?}");
    reader.click("#map details summary")?;
    reader.see("#map table", "901/2024/NĐ-CP")?;
    reader.look_at("#map")?;
    reader.inspect("map")?;
    // Its words are large enough to be read on a telephone.
    reader.at_width(390)?;
    let smallest = reader.script(
        "const svg = document.querySelector('#map svg');
         const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
         return Math.min(...Array.from(svg.querySelectorAll('text'), words => parseFloat(getComputedStyle(words).fontSize) * scale))",
    )?;
    assert!(smallest.as_f64().is_some_and(|size| size >= 12.0), "{smallest} px");
    reader.look_at(".overview")?;
    reader.illustrate("ban-do")?;
    reader.script("document.querySelector('#map svg a[aria-label^=\"901/\"]').focus()")?;
    reader.press("\u{e007}")?;
    reader.see(".law-head h1", "901/2024/NĐ-CP")?;
    reader.see("#law-text .chosen", "Điều 5")?;
    Ok(())
}

#[test]
fn compare_with_the_previous_version_of_the_draft() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let before = reviewed(&service, "ban-1.txt", DRAFT)?;
    let after = reviewed(&service, "ban-2.txt", &next_version())?;

    reader.open(&format!("#/review/{after}"))?;
    reader.see(".finding", "Ủy ban nhân dân huyện")?;
    reader.click("#previous > summary")?;
    reader.see("#previous .rows", "ban-1.txt")?;
    reader.click("#previous .rows a")?;
    reader.arrive(&format!("#/review/{after}/against/{before}"))?;
    reader.see("#version-counts", "đã khắc phục")?;
    reader.see("[data-version=solved]", "Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005")?;
    reader.see("[data-version=new]", "sổ hộ khẩu")?;
    reader.see("[data-version=stays]", "Ủy ban nhân dân huyện")?;
    assert!(reader.shown("[data-version=new]")?.iter().all(|shown| !shown.contains("Ủy ban nhân dân huyện")));
    reader.inspect("versions")?;
    reader.illustrate("ban-truoc")?;

    // A version against itself: nothing is solved and nothing is new.
    reader.open(&format!("#/review/{after}/against/{after}"))?;
    reader.see("#version-counts", "0 đã khắc phục · 0 mới")?;
    reader.open(&format!("#/review/{after}/against/khong-co"))?;
    reader.see("[role=alert]", "không có")?;
    Ok(())
}

#[test]
fn discuss_a_finding_and_have_somebody_take_care_of_it() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    join(&reader, &link, "an.nguyen", "Nguyễn Văn An")?;
    reader.see("#who", "Nguyễn Văn An")?;
    // A draft is handed in as the page does it.
    let review = reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         (async () => {{
           const session = await (await fetch('/api/session')).json();
           const form = new FormData();
           form.append('as_of', '2026-12-01');
           form.append('file', new Blob([{}]), 'du-thao.txt');
           const answer = await fetch('/api/reviews', {{method: 'POST', body: form, headers: {{'x-rasoat-csrf': session.csrf}}}});
           done((await answer.json()).id);
         }})().catch(error => done(String(error)));",
        Value::from(DRAFT)
    ))?;
    let review = review.as_str().unwrap().to_owned();
    reader.open(&format!("#/review/{review}"))?;
    reader.see("[data-finding='0'] .decision", "Trao đổi")?;

    // By keyboard: the first finding, its discussion, a comment, sent.
    reader.press("j")?;
    reader.press("t")?;
    reader.see(".talk", "Chưa ai bình luận")?;
    reader.fill(".talk textarea", "Luật 2005 đã thay bằng luật nào?\n<b>không phải thẻ</b>")?;
    reader.click("[data-send='0']")?;
    reader.see(".talk .comments", "Nguyễn Văn An")?;
    reader.see(".talk .said", "<b>không phải thẻ</b>")?;
    reader.see("[data-talk='0']", "Trao đổi (1)")?;

    // What is said elsewhere meanwhile comes by itself and is told; what is being written stays, and so does the keyboard.
    reader.fill(".talk textarea", "Còn đang viết dở")?;
    let comment = json!({"text": "Đã thay bằng Luật số 20/2023/QH15."});
    reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         (async () => {{
           const session = await (await fetch('/api/session')).json();
           const review = await (await fetch('/api/reviews/{review}/result')).json();
           const address = `/api/reviews/{review}/findings/${{review.findings[0].id}}/comments`;
           const headers = {{'x-rasoat-csrf': session.csrf, 'content-type': 'application/json'}};
           done((await fetch(address, {{method: 'POST', body: '{comment}', headers}})).status);
         }})().catch(error => done(String(error)));"
    ))?;
    reader.see(".talk .comments", "20/2023/QH15")?;
    reader.see(".talk .came[role=status]", "có thêm 1 bình luận; mới nhất là của Nguyễn Văn An")?;
    reader.see("[data-talk='0']", "Trao đổi (2)")?;
    assert_eq!(reader.value(".talk textarea")?, "Còn đang viết dở");
    assert_eq!(reader.script("return document.activeElement.id")?, "comment-0");
    // It is there when the discussion is closed and opened again, too.
    reader.press("\u{e00c}")?;
    reader.see_no(".talk")?;
    reader.click("[data-talk='0']")?;
    assert_eq!(reader.value(".talk textarea")?, "Còn đang viết dở");
    reader.click(".comments li:last-child .link")?;
    reader.see("[data-talk='0']", "Trao đổi (1)")?;
    reader.fill(".talk textarea", "")?;
    reader.script(
        "const field = document.querySelector('#assignee-0'); field.value = field.options[1].value;
         field.dispatchEvent(new Event('change'))",
    )?;
    reader.see("[data-finding='0'] .assignee", "Nguyễn Văn An")?;
    reader.illustrate("trao-doi")?;
    reader.inspect("discussion")?;

    // Findings are shown by who takes care of them: this one, or those that nobody does.
    let total = reader.shown(".finding")?.len();
    choose_value(&reader, "#filter-assignee", "")?;
    reader.see_no("[data-finding='0']")?;
    assert_eq!(reader.shown(".finding")?.len(), total - 1);
    reader.script(
        "const field = document.querySelector('#filter-assignee'); field.value = field.options[2].value;
         field.dispatchEvent(new Event('change'))",
    )?;
    reader.see("[data-finding='0'] .assignee", "Nguyễn Văn An")?;
    assert_eq!(reader.shown(".finding")?.len(), 1);
    choose_value(&reader, "#filter-assignee", "*")?;
    reader.see(".findings-column .count", &total.to_string())?;

    // It is there when the page is opened again; what is one's own can be taken back.
    reader.open(&format!("#/review/{review}"))?;
    reader.see("[data-talk='0']", "Trao đổi (1)")?;
    reader.see("[data-finding='0'] .assignee", "Nguyễn Văn An")?;
    reader.click("[data-talk='0']")?;
    reader.click(".comments .link")?;
    reader.see(".talk", "Chưa ai bình luận")?;
    reader.script("document.querySelector('.talk textarea').focus()")?;
    reader.press("\u{e00c}")?;
    reader.see_no(".talk")?;

    // The record tells that it was said, not what.
    reader.open("#/administration")?;
    let record = reader.see(".record", "Bình luận phát hiện")?;
    assert!(!record.contains("Luật 2005"), "{record}");
    Ok(())
}

/// Two runs of an evaluation over a handful of invented pairs and structures, with their cases.
fn evaluated(folder: &Path) -> Result<()> {
    let item = |at: usize, right: bool| {
        let (gold, other) =
            if at.is_multiple_of(3) { ("contradiction", "consistent") } else { ("consistent", "contradiction") };
        let said = if right { gold } else { other };
        let sure = 0.55 + (at % 5) as f64 / 10.0;
        json!({"id": format!("cặp {at}"), "cluster": format!("{}/2019/NĐ-CP", at % 12), "slices": {"rank": "nghi_dinh"},
            "kind": "decided", "gold": gold, "said": said, "scores": {said: sure, (if right { other } else { gold }): 1.0 - sure},
            "detail": {"draft": format!("Thời hạn là {at} ngày."), "law": "<b>Thời hạn là 30 ngày.</b>"}})
    };
    let runs = [("lan-1", 3), ("lan-2", 5)];
    for (name, every) in runs {
        let report = folder.join(name);
        fs_err::create_dir_all(&report)?;
        let items: Vec<String> = (0..60).map(|at| item(at, at % every != 1).to_string()).collect();
        fs_err::write(report.join("items-pairs-thu-review.jsonl"), items.join("\n"))?;
        // As `rasoat eval` writes it, with the figures that these cases have.
        let right = (0..60).filter(|at| at % every != 1).count() as f64 / 60.0;
        let figure = |value: f64| json!({"value": value, "low": value - 0.08, "high": (value + 0.08).min(1.0)});
        let bins: Vec<Value> = (0..5)
            .map(|at| {
                let confidence = 0.55 + f64::from(at) / 10.0;
                json!({"low": confidence - 0.03, "high": confidence + 0.03, "count": 12, "confidence": confidence, "quality": right})
            })
            .collect();
        let curve: Vec<Value> = (1..=10)
            .map(|at| json!({"confidence": 1.0 - f64::from(at) * 0.04, "coverage": f64::from(at) / 10.0, "risk": (1.0 - right) * f64::from(at) / 10.0}))
            .collect();
        let system = |name: &str, baseline: bool, value: f64| {
            let slices = json!([{"key": "rank", "value": "nghi_dinh", "items": 60, "documents": 12, "small": false,
                "figures": {"balanced_accuracy": figure(value)}}]);
            json!({"system": name, "baseline": baseline, "items": 60, "documents": 12,
                "figures": {"balanced_accuracy": figure(value), "accuracy": figure(value), "precision:contradiction": figure(value)},
                "slices": if baseline { json!([]) } else { slices },
                "confusion": {"classes": ["consistent", "contradiction"], "counts": [[30, 10], [5, 15]]},
                "reliability": if baseline { Value::Null } else { json!({"bins": bins, "expected_error": 0.081, "brier": 0.19}) },
                "risk_coverage": if baseline { json!([]) } else { json!(curve) }})
        };
        let text = |vi: &str, en: &str| json!({"vi": vi, "en": en});
        let written = json!({"schema": 1,
            "provenance": {"version": "0.1.0", "commit": "0123456789abcdef", "data": {"thu": "ab".repeat(32)}, "models": {},
                "configuration": {}, "seed": 7},
            "sets": [{"suite": "pairs", "set": "thu", "gains": [],
                "systems": [system("review", false, right), system("majority", true, 0.5)]}],
            "limits": [text("Chỉ là dữ liệu thử.", "Only a trial.")]});
        fs_err::write(report.join("report.json"), written.to_string())?;
        fs_err::write(report.join("report.html"), "<!doctype html><title>b</title>")?;
    }
    Ok(())
}

#[test]
fn read_an_evaluation_down_to_its_cases_and_compare_two() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let reports = folder.path().join("reports");
    fs_err::create_dir_all(&reports)?;
    let file = folder.path().join("rasoat.toml");
    fs_err::write(&file, format!("[evaluation]\nreports = {reports:?}\n"))?;
    let service = Service::with_arguments(&rasoat, &["--config", file.to_str().unwrap()])?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/evaluations")?;
    reader.see(".evaluations", "Chưa có lần đánh giá nào")?;
    reader.inspect("evaluations-none")?;

    evaluated(&reports)?;
    reader.open("#/evaluations")?;
    reader.see("table", "lan-2")?;
    reader.inspect("evaluations")?;
    reader.click("tbody a")?;
    reader.arrive("#/evaluations/lan-2")?;
    reader.see(".evaluations", "Chỉ là dữ liệu thử.")?;
    reader.see("table", "0,800 [0,720; 0,880]")?;
    reader.inspect("evaluation-run")?;
    reader.illustrate("lan-danh-gia")?;

    // A set: curves with their tables, every figure, and the way to the cases.
    reader.click("tbody a")?;
    reader.arrive("#/evaluations/lan-2/pairs/thu")?;
    reader.see(".plot", "Độ tin cậy có đúng như nói: review")?;
    let drawn = reader.script("return document.querySelectorAll('.drawing svg[role=img][aria-label]').length")?;
    assert_eq!(drawn, 3, "side by side, reliability, risk and coverage");
    reader.inspect("evaluation-set")?;
    reader.look_at(".plots")?;
    reader.illustrate("tap-du-lieu")?;
    reader.click("[data-items=review]")?;
    reader.see(".evaluations", "12 trên 60")?;
    assert_eq!(reader.shown(".case")?.len(), 12, "those that went wrong");
    reader.click(".case details summary")?;
    reader.see(".told", "<b>Thời hạn là 30 ngày.</b>")?;
    reader.inspect("evaluation-cases")?;
    reader.click(".case h2 a")?;
    reader.see(".case details[open]", "Thời hạn là")?;
    assert_eq!(reader.shown(".case")?.len(), 1);
    reader.open("#/evaluations/lan-2/pairs/thu/review")?;
    reader.see(".case", "cặp 0")?;
    reader.click(".pager a")?;
    reader.see("[data-case='cặp 59']", "cặp 59")?;
    reader.arrive("#/evaluations/lan-2/pairs/thu/review?from=30")?;

    // Two runs, set by set and case by case.
    reader.open("#/evaluations")?;
    reader.click("tbody tr:first-child td a")?;
    reader.arrive("#/evaluations/lan-2/against/lan-1")?;
    reader.see("table", "+0,133")?;
    reader.inspect("evaluations-compared")?;
    reader.click("tbody a")?;
    reader.see("[data-system=review]", "60 trường hợp chung")?;
    reader.see("[data-system=review] table", "Tỷ lệ đúng")?;
    reader.inspect("evaluation-sets-compared")?;
    reader.illustrate("so-sanh")?;

    // What is not there says so; a set without its cases too.
    reader.open("#/evaluations/khong-co")?;
    reader.see("[role=alert]", "khong-co")?;
    fs_err::remove_file(reports.join("lan-1/items-pairs-thu-review.jsonl"))?;
    reader.open("#/evaluations/lan-1/pairs/thu")?;
    reader.see(".evaluations", "Báo cáo này không giữ từng trường hợp")?;
    reader.open("#/evaluations/lan-2/against/lan-1/pairs/thu")?;
    reader.see(".evaluations", "chỉ đặt số liệu cạnh nhau")?;
    for (path, kind) in [
        ("/api/evaluations/lan-2/items?suite=pairs&set=thu&system=review&format=jsonl", "application/jsonl"),
        ("/api/evaluations/lan-2/page", "text/html; charset=utf-8"),
    ] {
        let answer = service.get(path)?;
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str()?), (200, kind), "{path}");
    }
    Ok(())
}

#[test]
fn read_the_guides_with_their_pictures() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/ask")?;
    reader.click(".colophon a")?;
    reader.arrive("#/guide")?;
    for (name, title) in [
        ("reviewer", "Hướng dẫn người rà soát"),
        ("citizen", "Hướng dẫn người dân"),
        ("evaluator", "Hướng dẫn người đánh giá"),
    ] {
        reader.open(&format!("#/guide/{name}"))?;
        reader.see(".guide h1", title)?;
        // Each picture is there, at the size for which its place is kept, and is described.
        let pictures = reader.script_later(
            "const done = arguments[arguments.length - 1];
             const pictures = Array.from(document.querySelectorAll('.guide img'));
             pictures.forEach(picture => picture.loading = 'eager');
             Promise.all(pictures.map(picture => picture.decode().then(
               () => [picture.naturalWidth, picture.naturalHeight, picture.alt.length > 0],
               () => [0, 0, picture.src]))).then(done);",
        )?;
        let pictures = pictures.as_array().unwrap();
        assert!(pictures.len() >= 2, "{name}");
        for picture in pictures {
            assert_eq!(*picture, json!([1280, 800, true]), "{name}");
        }
        reader.inspect(&format!("guide-{name}"))?;
    }

    // Every letter of Vietnamese comes from the one font that is served here, also where it is bold; nothing falls back.
    if service.get("/style.css")?.into_body().read_to_string()?.contains("@font-face") {
        reader.script(
            "const place = document.querySelector('.guide');
             for (const name of ['p', 'h2']) {
               const letters = document.createElement(name);
               letters.className = 'letters';
               letters.textContent = 'aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩị'
                 + 'óòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵÁÀẢÃẠẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ 0123456789 .,;:–“”…%₫';
               place.prepend(letters);
             }",
        )?;
        reader.script_later(
            "const done = arguments[arguments.length - 1]; document.fonts.ready.then(() => done(true))",
        )?;
        for selector in ["p.letters", "h2.letters"] {
            assert_eq!(reader.fonts(selector)?, [("Noto Sans".to_owned(), true)], "{selector}");
        }
        reader.picture("letters")?;
    } else {
        rasoat_tests::skip("the build could not fetch the font of the pages");
    }
    reader.open("#/guide/khong-co")?;
    reader.see(".guides h1", "Hướng dẫn")?;
    Ok(())
}

#[test]
fn hear_that_the_network_is_gone_and_that_it_is_back() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/law/901/2024/NĐ-CP")?;
    reader.see(".law-head h1", "901/2024/NĐ-CP")?;
    assert_eq!(reader.shown("#network[role=status]")?, [""], "the region is there before it speaks");
    reader.offline(true)?;
    reader.see("#network", "Mất kết nối mạng")?;
    reader.see("#law-text", "Điều 5")?;
    reader.inspect("offline")?;
    reader.offline(false)?;
    reader.see("#network", "Đã có mạng lại")?;
    Ok(())
}

#[test]
fn a_review_and_an_answer_are_printed_without_what_can_only_be_clicked() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let seen = |selectors: &[&str]| {
        format!(
            "return {}.filter(one => Array.from(document.querySelectorAll(one)).some(found => found.offsetParent !== null))",
            json!(selectors)
        )
    };
    let review = reviewed(&service, "du-thao.txt", DRAFT)?;
    reader.open(&format!("#/review/{review}"))?;
    reader.see(".finding", "Luật Giao dịch điện tử")?;
    let clicked = [".masthead", ".filters", ".decision", ".downloads", ".colophon", "#previous"];
    assert_eq!(reader.on_paper("review", &seen(&clicked))?, json!([]));
    let told = reader.on_paper(
        "review",
        "const last = [...document.querySelectorAll('.finding')].at(-1);
         const column = document.querySelector('#findings');
         return [column.scrollHeight - column.clientHeight <= 1, last.offsetParent !== null]",
    )?;
    assert_eq!(told, json!([true, true]), "every finding is on the paper, none behind a scroll bar");

    reader.open("#/ask")?;
    reader.fill("#question", "Thời gian thử việc tối đa là bao nhiêu ngày?")?;
    reader.click("#ask")?;
    reader.see(".sentences", "ngày")?;
    reader.click(".cite")?;
    reader.see(".opened .cited", "hử việc")?;
    reader.look_at(".answer")?;
    reader.illustrate("tra-loi")?;
    assert_eq!(reader.on_paper("answer", &seen(&[".masthead", ".question", ".examples"]))?, json!([]));
    assert_eq!(reader.on_paper("answer", &seen(&[".sentences", ".opened .cited"]))?.as_array().map(Vec::len), Some(2));

    reader.open("#/law/45/2019/QH14/art_25")?;
    reader.see("#law-text .chosen", "Điều 25")?;
    reader.see(".law-aside .effect", "hiệu lực")?;
    reader.illustrate("phong-doc")
}

#[test]
fn see_many_drafts_and_a_sweep_at_a_glance() -> Result<()> {
    let Some(rasoat) = with_decrees()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let swept = rasoat.run(["sweep", "--from", "2025-01-01", "-o", folder.path().join("2026-11").to_str().unwrap()])?;
    assert_eq!(swept.code, Some(0), "{swept:?}");
    let file = folder.path().join("rasoat.toml");
    fs_err::write(&file, "[sweep]\nreports = \".\"\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", file.to_str().unwrap()])?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    reader.open("#/drafts")?;
    reader.see(".glance", "Chưa có lần rà soát nào đã xong")?;
    let first = reviewed(&service, "ban-1.txt", DRAFT)?;
    reviewed(&service, "ban-2.txt", &next_version())?;

    // A bar a draft, as long as it has findings; the same as a table; each leads to its desk, by the keyboard too.
    reader.open("#/")?;
    reader.click("a[href='#/drafts']")?;
    reader.see(".glance .chart", "ban-1.txt")?;
    assert_eq!(reader.shown(".glance .chart-row")?.len(), 2);
    reader.illustrate("bieu-do")?;
    let found = service.json(&format!("/api/reviews/{first}/result"))?;
    let errors = found["findings"].as_array().unwrap().iter().filter(|of| of["severity"] == "error").count();
    let row = format!("[href='#/review/{first}']");
    let told = reader.script(&format!("return document.querySelector(\".chart-row{row}\").textContent"))?;
    assert!(told.as_str().unwrap().contains(&format!("{errors} Lỗi")), "{told}");
    reader.click(".glance details summary")?;
    reader.see(".glance table", "ban-2.txt")?;
    reader.inspect("drafts")?;
    reader.script(&format!("document.querySelector(\".chart-row{row}\").focus()"))?;
    reader.press("\u{e007}")?;
    reader.arrive(&format!("#/review/{first}"))?;

    // The sweep: in the list, and by itself.
    reader.open("#/sweeps")?;
    reader.see(".glance .rows", "2 văn bản")?;
    reader.click(".glance .rows a")?;
    reader.arrive("#/sweeps/2026-11")?;
    reader.see(".glance .chart", "901/2024/NĐ-CP")?;
    reader.inspect("sweep")?;
    reader.open("#/sweeps/khong-co")?;
    reader.see("[role=alert]", "không có lần rà soát hệ thống")?;
    Ok(())
}
