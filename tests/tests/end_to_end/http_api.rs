//! The HTTP API, spoken to as a browser or another program speaks to it.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{with_copied_corpus, with_empty_store};
use rasoat_tests::samples;
use rasoat_tests::scenes::reviewed;
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const TODAY: &str = "2026-11-21";

#[test]
fn review_a_draft_from_upload_to_comments() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let draft = fs_err::read(samples::all()[0].draft())?;

    let review = service.start_review("dự thảo.docx", &draft, TODAY)?;
    let events = service.events(&review)?;
    assert_eq!(events.last().unwrap().name, "done", "{events:?}");
    assert!(events.iter().any(|event| event.name == "progress"), "{events:?}");
    let streamed = events.iter().filter(|event| event.name == "finding").count();

    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    assert_eq!((&result["schema"], &result["as_of"]), (&1.into(), &TODAY.into()));
    let findings = result["findings"].as_array().unwrap();
    assert!(findings.len() >= streamed && streamed > 0, "findings stream out as they are found");
    let parsed = service.json(&format!("/api/reviews/{review}/draft"))?;
    let text = parsed["text"].as_str().unwrap();
    for finding in findings {
        let span = |field: &str| finding[field].as_u64().unwrap() as usize;
        assert_eq!(finding["quote"], text[span("start")..span("end")]);
    }
    assert!(findings.iter().any(|finding| finding["check"] == "basis.expired"), "{findings:?}");

    let mut commented = service.get(&format!("/api/reviews/{review}/docx"))?;
    assert_eq!(commented.status(), 200);
    let bytes = commented.body_mut().read_to_vec()?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    assert!(std::io::read_to_string(archive.by_name("word/comments.xml")?)?.contains("<w:comment "));

    let jobs = service.json("/api/reviews")?;
    let job = jobs.as_array().unwrap().iter().find(|job| job["id"] == review.as_str()).unwrap();
    assert_eq!((&job["state"], &job["file_name"]), (&"done".into(), &"dự thảo.docx".into()));
    Ok(())
}

#[test]
fn the_application_comes_packed_and_its_font_is_kept_for_long() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let asked = |path: &str, packing: &str| -> Result<(String, String, usize)> {
        let mut answer = service.raw(path, &[("accept-encoding", packing)])?;
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        assert!(header("vary").contains("accept-encoding") && header("etag").starts_with("W/"), "{path}");
        let (packed, kept) = (header("content-encoding"), header("cache-control"));
        Ok((packed, kept, answer.body_mut().with_config().limit(64 << 20).read_to_vec()?.len()))
    };
    for path in ["/", "/style.css", "/rasoat.js", "/rasoat_bg.wasm"] {
        let (plain, kept, size) = asked(path, "identity")?;
        let (packing, _, small) = asked(path, "gzip, br")?;
        assert_eq!((plain.as_str(), packing.as_str(), kept.as_str()), ("", "br", "no-cache"), "{path}");
        assert!(small * 2 < size, "{path}: {small} of {size}");
    }
    let sheet = service.get("/style.css")?.into_body().read_to_string()?;
    let fonts: Vec<&str> = sheet.split("url(\"./").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    if fonts.is_empty() {
        rasoat_tests::skip("the build could not fetch the font of the pages");
    }
    for font in fonts {
        let (_, kept, size) = asked(&format!("/{font}"), "identity")?;
        assert!(kept.contains("immutable") && kept.contains("max-age=31536000"), "{font}: {kept}");
        assert!((1_000..60_000).contains(&size), "{font}: {size}");
    }
    Ok(())
}

#[test]
fn a_discussion_that_did_not_change_is_not_sent_again() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let draft = "THÔNG TƯ\nCăn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\nĐiều 1. Hồ sơ\nHồ sơ theo Luật Giao dịch điện tử số 51/2005/QH11.\n";
    let review = reviewed(&service, "du-thao.txt", draft)?;
    let discussion = format!("/api/reviews/{review}/discussion");
    let first = service.ask("GET", &discussion, &[], None)?;
    let tag = first.headers()["etag"].to_str()?.to_owned();
    let again = || service.ask("GET", &discussion, &[("if-none-match", &tag)], None);
    assert_eq!((again()?.status().as_u16(), again()?.body().as_str()), (304, ""));
    let found = service.json(&format!("/api/reviews/{review}/result"))?;
    let comments = format!("/api/reviews/{review}/findings/{}/comments", found["findings"][0]["id"].as_str().unwrap());
    assert_eq!(service.ask("POST", &comments, &[], Some(&json!({"text": "Đã thay?"})))?.status(), 200);
    let changed = again()?;
    assert!(changed.status() == 200 && changed.body().contains("Đã thay?"), "{changed:?}");
    assert_ne!(changed.headers()["etag"], tag);
    Ok(())
}

#[test]
fn ask_what_the_service_holds() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let about = service.json("/api/about")?;
    assert!(about["documents"].as_u64().unwrap() >= 6, "the six codes: {about}");
    assert!(about["provisions"].as_u64().unwrap() > 1000, "{about}");
    assert!(about["encoder"].is_string() && about["version"].is_string(), "{about}");

    let description = service.json("/api/openapi.json")?;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"), "{}", description["openapi"]);
    let described: BTreeSet<_> = description["paths"].as_object().unwrap().keys().cloned().collect();
    for route in ["/api/about", "/api/reviews", "/api/reviews/{id}/result", "/api/provision", "/api/search"] {
        assert!(described.contains(route), "{route} is described: {described:?}");
    }

    let page = service.get("/")?.body_mut().read_to_string()?;
    assert!(page.contains("rasoat.js"), "the application is in the program: {page}");
    Ok(())
}

#[test]
fn open_a_provision_and_search_the_law() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let view = service.json("/api/provision?document=45/2019/QH14&eid=art_25__para_1&as_of=2026-11-21")?;
    let article = view["article_text"].as_str().unwrap();
    let words = &article[view["start"].as_u64().unwrap() as usize..view["end"].as_u64().unwrap() as usize];
    assert!(words.contains("180 ngày"), "{words}");
    assert!(article.contains("Thời gian thử việc"), "{article}");

    let found = service.json("/api/search?q=th%E1%BB%AD%20vi%E1%BB%87c%20180%20ng%C3%A0y&k=5&as_of=2026-11-21")?;
    assert_eq!(found["hits"].as_array().unwrap().len(), 5, "{found}");
    let status = service.json("/api/status?document=80/2015/QH13&as_of=2026-11-21")?;
    assert_eq!(status["effect"], "expired");
    Ok(())
}

#[test]
fn refuse_with_a_reason_that_a_program_can_read() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let picture = [b"\xff\xd8\xff\xe0\x00\x10JFIF".as_slice(), &[7; 512]].concat();
    let requests = [
        (service.get("/api/reviews/00000000-0000-0000-0000-000000000000")?, 404),
        (service.get("/api/no-such-route")?, 404),
        (service.get("/api/provision?document=45/2019/QH14&eid=art_9999")?, 404),
        (service.get("/api/search?q=th%E1%BB%AD&as_of=2026-02-31")?, 400),
        (service.upload("draft.docx", &picture, TODAY)?, 422),
        (service.upload("draft.docx", b"", TODAY)?, 422),
        (service.upload("draft.txt", "Điều 1. Thử".as_bytes(), "hôm nay")?, 400),
    ];
    for (mut answer, status) in requests {
        let text = answer.body_mut().read_to_string()?;
        assert_eq!(answer.status(), status, "{text}");
        assert_is_problem(&serde_json::from_str(&text)?);
    }
    Ok(())
}

#[test]
fn the_api_is_what_its_description_says() -> Result<()> {
    let Some(program) = std::env::var_os("RASOAT_TEST_SCHEMATHESIS").filter(|program| !program.is_empty()) else {
        rasoat_tests::skip("RASOAT_TEST_SCHEMATHESIS names no program; `cargo xtask test` installs one");
        return Ok(());
    };
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let folder = tempfile::tempdir()?;
    // What it draws is drawn alike every time, so that a run that fails fails again.
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
    let mut probe = std::process::Command::new(program);
    probe.current_dir(folder.path()).args(["run", &format!("{}/api/openapi.json", service.address())]);
    probe.args(["--max-examples", "15", "--phases", "coverage,fuzzing", "--checks", checks]);
    probe.args(["--generation-deterministic", "--continue-on-failure", "--request-timeout", "120", "--no-color"]);
    let told = probe.output()?;
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    assert_eq!(service.get("/healthz")?.status(), 200);
    Ok(())
}

#[test]
fn cancel_a_running_review() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    // Long enough to be still running when the second request comes.
    let norm = |article: usize| {
        format!(
            "Điều {article}. Thời hạn giải quyết\n1. Cơ quan giải quyết hồ sơ trong {} ngày làm việc.\n",
            article % 40 + 1
        )
    };
    let draft: String = (1..=400).map(norm).collect();
    let review = service.start_review("dai.txt", draft.as_bytes(), TODAY)?;
    let answer = service.delete(&format!("/api/reviews/{review}"))?;
    assert!(answer.status().is_success(), "{}", answer.status());
    let last = service.events(&review)?.pop().unwrap();
    assert_eq!(last.name, "cancelled");
    assert_eq!(service.json(&format!("/api/reviews/{review}"))?["state"], "cancelled");
    assert_ne!(service.get(&format!("/api/reviews/{review}/result"))?.status(), 200);
    Ok(())
}

#[test]
fn a_store_survives_a_kill_in_the_middle_of_an_import() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    for number in 1..=8 {
        fs_err::write(folder.path().join(format!("{number}.txt")), decree(number))?;
    }
    let documents = folder.path().to_str().unwrap();
    let mut import = rasoat.start(["import", documents])?;
    let until = Instant::now() + Duration::from_secs(120);
    while !rasoat.database().is_file() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    import.kill()?;
    let died = import.wait()?;

    let connection = rusqlite::Connection::open(rasoat.database())?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    assert_eq!(sound, "ok", "after {died}");
    drop(connection);
    let again = rasoat.json(["import", "--json", documents])?;
    let count = |outcome: &Value, field: &str| outcome[field].as_u64().unwrap();
    assert_eq!(count(&again, "stored") + count(&again, "unchanged"), 8, "the first ended with {died}: {again}");
    assert_eq!(again["store"]["passages"], again["store"]["embedded"], "what was missing is made: {again}");
    assert_eq!(count(&rasoat.json(["import", "--json", documents])?, "unchanged"), 8);
    for number in [1, 8] {
        let known = rasoat.json(["status", "--json", &format!("{}/2024/NĐ-CP", 900 + number), "--as-of", TODAY])?;
        assert_eq!(known["effect"], "in_force", "{known}");
    }
    Ok(())
}

/// A problem document (RFC 9457) or the error object of the command line.
fn assert_is_problem(answer: &Value) {
    let named = answer["error"]["message"].as_str().or(answer["title"].as_str()).or(answer["message"].as_str());
    assert!(named.is_some_and(|text| !text.is_empty()), "{answer}");
}

#[test]
fn a_configured_service_runs_its_checks_takes_no_more_than_it_can_and_tells_how_it_is() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("rasoat.toml");
    fs_err::write(&file, "[review]\nwithout = [\"form\"]\n[serve]\nwaiting = 0\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", file.to_str().unwrap()])?;
    assert_eq!(service.get("/healthz")?.body_mut().read_to_string()?, "ok\n");
    let ready = service.json("/readyz")?;
    assert_eq!((&ready["ready"], ready["encoder"].is_boolean()), (&true.into(), true), "{ready}");

    let draft = fs_err::read(samples::all()[0].draft())?;
    let review = service.start_review("một.docx", &draft, TODAY)?;
    let refused = service.upload("hai.docx", &draft, TODAY)?;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"), "{:?}", refused.headers());
    service.events(&review)?;
    assert_eq!(service.upload("ba.docx", &draft, TODAY)?.status(), 202, "the first has ended");

    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    let checks = |field: &str| -> Vec<&str> {
        result[field].as_array().unwrap().iter().map(|each| each["check"].as_str().unwrap()).collect()
    };
    assert!(checks("findings").iter().all(|check| !check.starts_with("form.")), "{:?}", checks("findings"));
    let off = result["checks"].as_array().unwrap().iter().find(|check| check["check"] == "form.numbering").unwrap();
    assert_eq!(off["ran"], false, "what did not run is said: {off}");

    let mut answer = service.get("/metrics")?;
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let figures = answer.body_mut().read_to_string()?;
    assert!(figures.contains("rasoat_reviews_ended_total{state=\"done\"} 1"), "{figures}");
    assert!(figures.contains("route=\"/api/reviews/{id}/result\",status=\"200\""), "no identifiers in it: {figures}");
    Ok(())
}
