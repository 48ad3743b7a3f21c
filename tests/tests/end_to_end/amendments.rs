//! Amendments of stored law that could not be applied: found at import, confirmed or dismissed by a person, and kept.

use anyhow::Result;
use rasoat_tests::database::Database;
use rasoat_tests::program::{Rasoat, with_database, with_empty_store};
use rasoat_tests::reader::Reader;
use rasoat_tests::scenes::choose_value;
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::time::Duration;

const BASE: &str = "CHÍNH PHỦ\nSố: 901/2024/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2024\nNGHỊ ĐỊNH\nVề A\n\
    Điều 1. B\n1. C d.\n2. E g.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.\n\
    Điều 3. H\nI k.\nĐiều 4. L\nM n.";

/// One that can be carried out, one whose day nobody says, and two that the stored text has no place for.
fn act(spaces: &str) -> String {
    format!(
        "CHÍNH PHỦ\nSố: 902/2025/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2025\nNGHỊ ĐỊNH\nSửa đổi, bổ sung một số điều của \
         Nghị định số 901/2024/NĐ-CP\nĐiều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
         1. Bãi bỏ{spaces} Điều 3.\n2. Bãi bỏ{spaces} Điều 9.\n3. Thay thế cụm từ “X y” bằng cụm từ “C d” tại Điều 1.\n"
    )
}

fn imported(rasoat: &Rasoat, text: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a.txt");
    fs_err::write(&file, text)?;
    let imported = rasoat.json(["import".as_ref(), file.as_os_str(), "--json".as_ref()])?;
    assert_eq!(imported["refused"], 0, "{imported}");
    Ok(())
}

fn queue(rasoat: &Rasoat) -> Result<Vec<Value>> {
    Ok(rasoat.json(["amendment", "list", "--all", "--json"])?.as_array().unwrap().clone())
}

fn effect(rasoat: &Rasoat, day: &str) -> Result<Value> {
    Ok(rasoat.json(["status", "901/2024/NĐ-CP#art_3", "--as-of", day, "--json"])?["effect"].clone())
}

fn answered(service: &Service, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let answer = service.ask(method, path, &[], body).unwrap();
    (answer.status().as_u16(), serde_json::from_str(answer.body()).unwrap_or_default())
}

#[test]
fn an_amendment_without_a_day_is_confirmed_and_stays_so() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, BASE)?;
    imported(&rasoat, &act(""))?;
    let all = queue(&rasoat)?;
    let whys: Vec<&str> = all.iter().map(|item| item["read"]["why"].as_str().unwrap()).collect();
    assert_eq!(whys, ["no_date"; 3], "{all:?}");
    let item = &all[0];
    assert_eq!((&item["act"], &item["act_eid"]), (&"902/2025/NĐ-CP".into(), &"art_1__para_1".into()), "{item}");
    assert!(item["words"].as_str().unwrap().contains("Bãi bỏ Điều 3"), "{item}");
    assert!(item["read"]["target_words"].as_str().unwrap().contains("I k."), "{item}");
    assert_eq!(effect(&rasoat, "2026-01-01")?, "unknown");

    let id = item["id"].as_str().unwrap();
    rasoat.run(["amendment", "confirm", id])?.assert_refused(2);
    rasoat.run(["amendment", "confirm", id, "--from", "2025-07-01", "--eid", "art_77"])?.assert_refused(3);
    rasoat.run(["amendment", "confirm", id, "--from", "2025-07-01", "--document", "999/2020/NĐ-CP"])?.assert_refused(3);
    rasoat.run(["amendment", "confirm", "0", "--from", "2025-07-01"])?.assert_refused(3);
    let said = rasoat.json(["amendment", "confirm", id, "--from", "2025-07-01", "--json"])?;
    assert_eq!(said["confirmed"]["eids"], json!(["art_3"]), "{said}");
    assert_eq!((effect(&rasoat, "2025-06-30")?, effect(&rasoat, "2025-07-01")?), ("in_force".into(), "expired".into()));
    let other = all[2]["id"].as_str().unwrap();
    rasoat.run(["amendment", "dismiss", other, "--reason", " "])?.assert_refused(2);
    assert_eq!(rasoat.run(["amendment", "dismiss", other, "--reason", "Đã có trong bản hợp nhất."])?.code, Some(0));

    // It is imported again, in other spaces, and is the same; nobody is asked twice.
    imported(&rasoat, &act(" "))?;
    let again = queue(&rasoat)?;
    assert_eq!(again.iter().map(|item| &item["state"]).collect::<Vec<_>>(), ["confirmed", "open", "dismissed"]);
    assert_eq!(effect(&rasoat, "2025-07-01")?, "expired");
    let open = rasoat.json(["amendment", "list", "--json"])?;
    assert_eq!(open.as_array().unwrap().len(), 1, "{open}");

    // The record says who and what, and repeats no reason.
    let record = rasoat.run(["record", "export"])?.stdout;
    assert!(
        record.contains("amendment.confirmed") && record.contains("repeal 901/2024/NĐ-CP art_3 2025-07-01"),
        "{record}"
    );
    assert!(record.contains("amendment.dismissed") && !record.contains("hợp nhất"), "{record}");
    assert_eq!(rasoat.run(["record", "verify"])?.code, Some(0));

    // Kept in a backup and in a database.
    let backup = rasoat.store().join("sao-luu.backup");
    assert_eq!(rasoat.run(["backup".as_ref(), "--to".as_ref(), backup.as_os_str()])?.code, Some(0));
    let restored = with_empty_store().unwrap();
    assert_eq!(restored.run(["restore".as_ref(), backup.as_os_str()])?.code, Some(0));
    assert_eq!(queue(&restored)?, again);
    assert_eq!(effect(&restored, "2025-07-01")?, "expired");
    if let Some(database) = Database::fresh() {
        let moved = with_database(&database.address()).unwrap();
        let (from, to) = (rasoat.store().to_str().unwrap().to_owned(), database.address());
        assert_eq!(rasoat.run(["migrate", "--from", &from, "--to", &to])?.code, Some(0));
        assert_eq!(queue(&moved)?, again);
        assert_eq!(effect(&moved, "2025-07-01")?, "expired");
        assert_eq!(moved.run(["amendment", "reopen", id])?.code, Some(0));
        assert_eq!(effect(&moved, "2026-01-01")?, "unknown");
    }

    // Taken back, it waits again.
    assert_eq!(rasoat.run(["amendment", "reopen", id])?.code, Some(0));
    assert_eq!(effect(&rasoat, "2026-01-01")?, "unknown");
    rasoat.run(["amendment", "reopen", id])?.assert_refused(2);
    Ok(())
}

#[test]
fn the_queue_is_worked_off_over_http() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, BASE)?;
    let since = "Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2025.\n";
    imported(&rasoat, &format!("{}{since}", act("")))?;
    let service = Service::start(&rasoat)?;
    let all = service.json("/api/amendments")?;
    let whys: Vec<&str> = all.as_array().unwrap().iter().map(|item| item["read"]["why"].as_str().unwrap()).collect();
    assert_eq!(whys, ["no_such_unit", "no_such_phrase"], "Điều 3 was repealed by the program itself: {all}");
    assert_eq!(all[0]["read"]["effective"], "2025-05-01");

    // By pages.
    let answer = service.ask("GET", "/api/amendments?limit=1&state=open", &[], None)?;
    let link = answer.headers()["link"].to_str()?.to_owned();
    let next = link.split(['<', '>']).nth(1).unwrap();
    assert!(next.contains("state=open"), "{link}");
    assert_eq!(service.json(next)?[0], all[1]);
    assert_eq!(answered(&service, "GET", "/api/amendments?after=0", None).0, 400);
    assert_eq!(service.json("/api/amendments?document=902%2F2025%2FN%C4%90-CP")?, all);
    assert_eq!(service.json("/api/amendments?document=903%2F2025%2FN%C4%90-CP")?, json!([]));

    let path = format!("/api/amendments/{}", all[0]["id"].as_str().unwrap());
    assert_eq!(answered(&service, "GET", "/api/amendments/0", None).0, 404);
    assert_eq!(answered(&service, "PUT", &path, Some(&json!({}))).0, 400);
    let both = json!({"confirm": {}, "dismiss": "không"});
    assert_eq!(answered(&service, "PUT", &path, Some(&both)).0, 400);
    assert_eq!(answered(&service, "DELETE", &path, None).0, 400);
    // The act means another article than the one that it names.
    let wanted = json!({"confirm": {"eids": ["art_4"], "operation": "repeal"}});
    let (status, confirmed) = answered(&service, "PUT", &path, Some(&wanted));
    assert_eq!((status, &confirmed["state"]), (200, &"confirmed".into()), "{confirmed}");
    let fact = &confirmed["ruling"]["confirmed"];
    assert_eq!((&fact["effective"], &fact["document"]), (&"2025-05-01".into(), &"901/2024/NĐ-CP".into()), "{fact}");
    assert_eq!(service.json("/api/amendments?state=confirmed")?, json!([confirmed]));

    // In the life of the document, without a restart.
    let status = "/api/status?document=901%2F2024%2FN%C4%90-CP&eid=art_4&as_of=2025-05-01";
    let mut told = Value::Null;
    for _ in 0..300 {
        told = service.json(status)?;
        if told["effect"] == "expired" {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(told["effect"], "expired", "{told}");
    let event = told["events"].as_array().unwrap().iter().find(|event| event["source"] == "person");
    assert!(event.is_some_and(|event| event["by"] == "902/2025/NĐ-CP"), "{told}");
    drop(service);
    let service = Service::start(&rasoat)?;
    assert_eq!(service.json(status)?["effect"], "expired", "after a restart");
    assert_eq!(answered(&service, "DELETE", &path, None).0, 204);
    assert_eq!(service.json(&path)?["state"], "open");
    Ok(())
}

#[test]
fn confirm_an_amendment_on_its_page_and_open_it_again() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, BASE)?;
    imported(&rasoat, &act(""))?;
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;

    reader.open("#/")?;
    reader.click("a[href='#/amendments']")?;
    reader.see("table", "khoản 1 Điều 1 902/2025/NĐ-CP")?;
    reader.inspect("amendments")?;
    reader.illustrate("hang-doi")?;
    reader.click("tbody a")?;
    reader.see("#why", "chưa rõ ngày")?;
    reader.see(".quote", "Bãi bỏ Điều 3")?;
    reader.inspect("amendment")?;
    assert_eq!((reader.value("#provisions")?, reader.value("#operation")?), ("Điều 3".into(), "repeal".into()));

    // Refused, with the reason, for a day that nobody gave and provisions that nobody could find.
    reader.click("#confirm")?;
    reader.see("[role=alert]", "chưa rõ ngày")?;
    choose_value(&reader, "#effective", "2025-07-01")?;
    reader.fill("#provisions", "Điều ba")?;
    choose_value(&reader, "#operation", "suspend")?;
    reader.click("#confirm")?;
    reader.see("[role=alert]", "art_ba")?;
    reader.fill("#provisions", "khoản 2 Điều 1; Điều 4")?;
    reader.click("#confirm")?;
    reader.see("#said", "tạm ngưng khoản 2 Điều 1; Điều 4 của 901/2024/NĐ-CP")?;
    reader.see(".badge", "Đã xác nhận")?;

    reader.click("#reopen")?;
    reader.see(".badge", "Chờ xác nhận")?;
    reader.fill("#why-not", "Đã có trong bản hợp nhất.")?;
    reader.click("#dismiss")?;
    reader.see("#said", "bản hợp nhất")?;
    reader.open("#/amendments")?;
    reader.see("table", "khoản 2 Điều 1 902/2025/NĐ-CP")?;
    choose_value(&reader, "#filter-state", "dismissed")?;
    reader.see("table", "Đã bỏ qua")?;
    Ok(())
}
