//! What the service keeps for people and how it lets go of it: petitions, decisions, erasure, encryption, the record.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{Rasoat, with_empty_store};
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

const TODAY: &str = "2026-11-21";
const WORDS: &str = "kho thóc làng Vũ Đại";

/// A draft with two units that were abolished and a code that ended, in words that are in no law.
fn draft() -> String {
    format!(
        "QUYẾT ĐỊNH\nVề {WORDS}\nĐiều 1. Trách nhiệm\n1. Ủy ban nhân dân huyện trông coi {WORDS}.\n\
         2. Công an huyện bảo vệ theo Bộ luật Lao động số 10/2012/QH13.\nĐiều 2. Hiệu lực\n\
         Quyết định này có hiệu lực từ ngày 01 tháng 12 năm 2026.\n"
    )
}

fn answered(
    service: &Service,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> (u16, Value) {
    let answer = service.ask(method, path, headers, body).unwrap();
    (answer.status().as_u16(), serde_json::from_str(answer.body()).unwrap_or_default())
}

/// A finished review of the draft.
fn reviewed(service: &Service) -> Result<String> {
    let review = service.start_review(&format!("{WORDS}.txt"), draft().as_bytes(), TODAY)?;
    let last = service.events(&review)?.pop().unwrap();
    assert_eq!(last.name, "done", "{last:?}");
    Ok(review)
}

/// Whether a file of the store holds the draft's words.
fn files_hold_the_words(rasoat: &Rasoat) -> bool {
    let database = rasoat.database();
    ["", "-wal"].iter().any(|end| {
        let bytes = fs_err::read(format!("{}{end}", database.display())).unwrap_or_default();
        bytes.windows(WORDS.len()).any(|window| window == WORDS.as_bytes())
    })
}

fn configured(folder: &Path, text: &str) -> Result<String> {
    let file = folder.join("rasoat.toml");
    fs_err::write(&file, text)?;
    Ok(file.to_str().unwrap().to_owned())
}

#[test]
fn a_petition_is_sent_followed_and_answered() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    for number in [1, 2] {
        fs_err::write(folder.path().join(format!("{number}.txt")), decree(number))?;
    }
    assert_eq!(rasoat.run(["import", folder.path().to_str().unwrap()])?.code, Some(0));
    let file = configured(folder.path(), "[accounts]\nrequired = true\naddress = \"https://ra-soat.vn\"\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", &file])?;

    let petition = json!({"document": "901/2024/NĐ-CP", "eid": "art_3__para_1", "reason": "Thời hạn quá ngắn.",
        "contact": "an@vidu.vn", "as_of": TODAY});
    let elsewhere = |field: &str, value: &str| {
        let mut changed = petition.clone();
        changed[field] = value.into();
        answered(&service, "POST", "/api/petitions", &[], Some(&changed))
    };
    assert_eq!(elsewhere("document", "999/2024/NĐ-CP").0, 404);
    assert_eq!(elsewhere("eid", "art_99").0, 404);
    assert_eq!(elsewhere("reason", " ").0, 400);
    let (status, sent) = answered(&service, "POST", "/api/petitions", &[], Some(&petition));
    assert_eq!(status, 201, "{sent}");
    let number = sent["number"].as_str().unwrap();
    assert!(number.starts_with("PA-20") && number.ends_with("-000001"), "{number}");
    let path = format!("/api/petitions/{number}");
    let secret = [("x-rasoat-secret", sent["secret"].as_str().unwrap())];

    // Its sender follows it; nobody else does.
    assert_eq!(answered(&service, "GET", &path, &[], None).0, 404);
    assert_eq!(answered(&service, "GET", &path, &[("x-rasoat-secret", "00")], None).0, 404);
    let (status, seen) = answered(&service, "GET", &path, &secret, None);
    assert_eq!((status, &seen["state"], &seen["outcome"]), (200, &"received".into(), &Value::Null));
    assert!(seen.get("inside").is_none(), "{seen}");
    assert_eq!(answered(&service, "GET", "/api/petitions", &secret, None).0, 401);
    assert_eq!(answered(&service, "PATCH", &path, &secret, Some(&json!({"state": "accepted"}))).0, 401);

    // A reviewer, invited on the command line, finds it in the queue with what was gathered.
    let invited = rasoat.json(["account", "invite", "--role", "reviewer", "--json", "--config", &file])?;
    assert!(invited["link"].as_str().unwrap().starts_with("https://ra-soat.vn/#/invitation/"), "{invited}");
    let taken = json!({"secret": invited["secret"], "login": "ra-soat", "name": "An", "password": "cây đa bến nước"});
    let joined = service.ask("POST", "/api/invitations/taken", &[], Some(&taken))?;
    let csrf = serde_json::from_str::<Value>(joined.body())?["csrf"].as_str().unwrap().to_owned();
    let cookie = joined.headers()["set-cookie"].to_str()?.split(';').next().unwrap().to_owned();
    let reviewer = [("cookie", cookie.as_str()), ("x-rasoat-csrf", csrf.as_str())];
    let mut queue = Value::Null;
    for _ in 0..1200 {
        queue = answered(&service, "GET", "/api/petitions?state=received", &reviewer, None).1;
        if !queue[0]["inside"]["gathered"].is_null() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let inside = &queue[0]["inside"];
    assert_eq!((&inside["reason"], &inside["contact"]), (&"Thời hạn quá ngắn.".into(), &"an@vidu.vn".into()));
    let gathered = &inside["gathered"];
    let bearing = gathered["bearing"]["hits"].as_array().unwrap();
    assert!(!bearing.is_empty(), "{gathered}");
    assert!(bearing.iter().all(|hit| hit["document"] == "902/2024/NĐ-CP"), "{gathered}");
    assert!(gathered["review"]["checks"].as_array().is_some_and(|checks| !checks.is_empty()), "{gathered}");

    let answer = json!({"state": "accepted", "outcome": "Đã kiến nghị sửa đổi."});
    assert_eq!(answered(&service, "PATCH", &path, &reviewer, Some(&json!({"state": "unknown"}))).0, 400);
    assert_eq!(answered(&service, "PATCH", &path, &reviewer, Some(&answer)).0, 200);
    let seen = answered(&service, "GET", &path, &secret, None).1;
    assert_eq!((&seen["state"], &seen["outcome"]), (&"accepted".into(), &"Đã kiến nghị sửa đổi.".into()));
    assert_eq!(answered(&service, "GET", "/api/petitions?state=received", &reviewer, None), (200, json!([])));

    // The record tells what was done, is whole, and repeats nobody's words.
    let verified = rasoat.json(["record", "verify", "--json"])?;
    let exported = rasoat.run(["record", "export"])?;
    let entries = exported.json_lines()?;
    assert_eq!(verified["entries"], entries.len());
    let acts: Vec<&str> = entries.iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert!(acts.contains(&"petition.received") && acts.contains(&"petition.changed"), "{acts:?}");
    for words in ["quá ngắn", "an@vidu.vn", "kiến nghị sửa", sent["secret"].as_str().unwrap()] {
        assert!(!exported.stdout.contains(words), "{words}");
    }
    Ok(())
}

/// The comments of an answer that is a DOCX.
fn comments(service: &Service, path: &str) -> Result<String> {
    let mut answer = service.get(path)?;
    assert_eq!(answer.status(), 200, "{path}");
    let bytes = answer.body_mut().read_to_vec()?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    let mut text = String::new();
    archive.by_name("word/comments.xml")?.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn what_was_decided_is_heeded_in_what_is_handed_in() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let review = reviewed(&service)?;
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    let found: Vec<&str> =
        result["findings"].as_array().unwrap().iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    assert!(found.len() >= 3, "{result}");
    let decisions = format!("/api/reviews/{review}/decisions");
    let decide = |finding: &str, decision: Value| {
        answered(&service, "PUT", &format!("{decisions}/{finding}"), &[], Some(&decision))
    };
    assert_eq!(decide(found[0], json!({"verdict": "rejected", "note": "không phải lỗi"})).0, 200);
    let edited = json!({"verdict": "edited", "replacement": "Ủy ban nhân dân xã", "note": "theo mô hình hai cấp"});
    assert_eq!(decide(found[1], edited).0, 200);
    assert_eq!(decide(found[2], json!({"verdict": "accepted"})).0, 200);
    assert_eq!(decide("f999", json!({"verdict": "accepted"})).1["error"]["code"], "finding.unknown");
    assert_eq!(decide(found[2], json!({"verdict": "edited"})).0, 400);
    assert_eq!(decide(found[2], json!({"verdict": "maybe"})).0, 400);

    let docx = format!("/api/reviews/{review}/docx");
    let (heeded, whole) = (comments(&service, &docx)?, comments(&service, &format!("{docx}?all=true"))?);
    let count = |text: &str| text.matches("<w:comment ").count();
    assert_eq!((count(&heeded), count(&whole)), (found.len() - 1, found.len()));
    assert!(heeded.contains("Ủy ban nhân dân xã") && heeded.contains("theo mô hình hai cấp"), "{heeded}");
    assert!(!whole.contains("theo mô hình hai cấp") && !heeded.contains("không phải lỗi"));
    let exported = service.json(&format!("/api/reviews/{review}/export?format=json"))?;
    let ids: Vec<&Value> = exported["findings"].as_array().unwrap().iter().map(|finding| &finding["id"]).collect();
    assert!(!ids.contains(&&json!(found[0])), "{ids:?}");
    let csv = service.get(&format!("/api/reviews/{review}/export?format=csv"))?.body_mut().read_to_string()?;
    assert!(csv.contains("Ủy ban nhân dân xã") && !csv.contains(&format!("{},", found[0])), "{csv}");

    // What was decided becomes data to evaluate on, from the store or from a file.
    let listed = service.json(&decisions)?;
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
    let lines = service.get(&format!("{decisions}?format=jsonl"))?.body_mut().read_to_string()?;
    assert!(lines.contains(r#""decision":"reject""#) && !lines.contains("không phải"), "{lines}");
    let folder = tempfile::tempdir()?;
    let (file, from_file, from_store) =
        (folder.path().join("decisions.jsonl"), folder.path().join("a"), folder.path().join("b"));
    fs_err::write(&file, &lines)?;
    let output = |path: &Path| path.to_str().unwrap().to_owned();
    rasoat.json(["eval", "decisions", &output(&file), "-o", &output(&from_file), "--json"])?;
    rasoat.json(["eval", "decisions", "-o", &output(&from_store), "--json"])?;
    let gold = |root: &Path| fs_err::read_to_string(root.join(&review).join("gold.json"));
    let written: Value = serde_json::from_str(&gold(&from_store)?)?;
    assert_eq!((written["findings"].as_array().unwrap().len(), written["dismissed"].as_array().unwrap().len()), (2, 1));
    assert_eq!(gold(&from_file)?, gold(&from_store)?);

    assert_eq!(service.delete(&format!("{decisions}/{}", found[0]))?.status(), 204);
    assert_eq!(service.delete(&format!("{decisions}/{}", found[0]))?.status(), 404);
    assert_eq!(count(&comments(&service, &docx)?), found.len());
    Ok(())
}

#[test]
fn an_erased_review_is_gone() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let (review, kept) = (reviewed(&service)?, reviewed(&service)?);
    assert!(files_hold_the_words(&rasoat));
    let path = format!("/api/reviews/{review}");
    let gone = |service: &Service, review: &str| {
        for part in ["result", "draft", "docx", "export?format=form"] {
            let (status, problem) = answered(service, "GET", &format!("/api/reviews/{review}/{part}"), &[], None);
            assert_eq!((status, &problem["error"]["code"]), (410, &"review.erased".into()), "{part}: {problem}");
        }
        let job = service.json(&format!("/api/reviews/{review}")).unwrap();
        assert_eq!((&job["state"], &job["as_of"]), (&"erased".into(), &TODAY.into()), "{job}");
        assert!(!job.to_string().contains(WORDS), "{job}");
        let decided = json!({"verdict": "accepted"});
        assert_eq!(
            answered(service, "PUT", &format!("/api/reviews/{review}/decisions/f1"), &[], Some(&decided)).0,
            410
        );
    };
    let (status, job) = answered(&service, "DELETE", &format!("{path}/content"), &[], None);
    assert_eq!((status, &job["state"]), (200, &"erased".into()), "{job}");
    gone(&service, &review);
    assert_eq!(service.get(&format!("/api/reviews/{kept}/result"))?.status(), 200, "the other is there");
    drop(service);

    // The other is due, and goes when the service starts.
    let database = rusqlite::Connection::open(rasoat.database())?;
    // As the program does, or this would leave names behind.
    database.pragma_update(None, "secure_delete", true)?;
    database.execute("UPDATE reviews SET begun = begun - 40 * 24 * 3600", [])?;
    drop(database);
    let folder = tempfile::tempdir()?;
    let file = configured(folder.path(), "[reviews]\nkeep_days = 30\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", &file])?;
    for _ in 0..600 {
        if service.json(&format!("/api/reviews/{kept}"))?["state"] == "erased" && !files_hold_the_words(&rasoat) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    gone(&service, &kept);
    assert!(!files_hold_the_words(&rasoat), "what was erased is written over");
    let record = rasoat.run(["record", "export"])?.json_lines()?;
    let erased: Vec<&Value> =
        record.iter().filter(|entry| entry["act"] == "review.erased").map(|entry| &entry["object"]).collect();
    assert_eq!(erased, [&json!(review), &json!(kept)]);
    Ok(())
}

#[test]
fn with_a_key_the_store_keeps_no_draft_in_the_clear() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (first, second) = (folder.path().join("a.key"), folder.path().join("b.key"));
    for key in [&first, &second] {
        assert_eq!(rasoat.run(["key", "new", key.to_str().unwrap()])?.code, Some(0));
    }
    rasoat.run(["key", "new", first.to_str().unwrap()])?.assert_refused(2);
    let with = |key: &str| configured(folder.path(), &format!("[store]\nkey_file = \"{key}\"\n"));
    let config = with("a.key")?;
    let service = Service::with_arguments(&rasoat, &["--config", &config])?;
    let review = reviewed(&service)?;
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    assert!(result.to_string().contains(WORDS));
    assert!(!files_hold_the_words(&rasoat));
    drop(service);

    rasoat.run(["record", "verify"])?.assert_refused(4);
    let rotated = rasoat.json(["key", "rotate", "--to", second.to_str().unwrap(), "--config", &config, "--json"])?;
    assert!(rotated["values"].as_u64().unwrap() >= 5, "{rotated}");
    rasoat.run(["record", "verify", "--config", &config])?.assert_refused(4);
    let config = with("b.key")?;
    let service = Service::with_arguments(&rasoat, &["--config", &config])?;
    assert_eq!(service.json(&format!("/api/reviews/{review}/result"))?, result);
    assert_eq!(service.json(&format!("/api/reviews/{review}"))?["file_name"], format!("{WORDS}.txt"));
    assert!(!files_hold_the_words(&rasoat));
    Ok(())
}
