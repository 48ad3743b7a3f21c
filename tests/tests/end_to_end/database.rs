//! A PostgreSQL database as the store, used as a folder is used.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::database::Database;
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_database, with_empty_store};
use rasoat_tests::service::Service;
use serde_json::Value;
use std::path::Path;

const TODAY: &str = "2026-11-21";

/// What is found for a question, without the store's folder and the time it took.
fn found(rasoat: &Rasoat, mode: &str, question: &str) -> Result<Value> {
    let mut found = rasoat.json(["search", question, "-k", "20", "--mode", mode, "--as-of", TODAY, "--json"])?;
    Ok(found["hits"].take())
}

fn migrate(rasoat: &Rasoat, from: &Path, to: &Path) -> Result<Value> {
    rasoat.json([
        "migrate".as_ref(),
        "--from".as_ref(),
        from.as_os_str(),
        "--to".as_ref(),
        to.as_os_str(),
        "--json".as_ref(),
    ])
}

#[test]
fn review_a_draft_over_a_database_and_find_it_after_a_restart() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let Some(rasoat) = with_database(&database.address()) else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let law = "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề thử việc\nĐiều 1. Thử việc\nThời gian thử việc là 60 ngày.\n\
        Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.";
    fs_err::write(folder.path().join("a.txt"), law)?;
    let file = folder.path().join("a.txt");
    let imported = rasoat.json(["import".as_ref(), file.as_os_str(), "--json".as_ref()])?;
    assert_eq!((&imported["stored"], &imported["store"]["documents"]), (&1.into(), &1.into()), "{imported}");
    let again = rasoat.json(["import".as_ref(), file.as_os_str(), "--json".as_ref()])?;
    assert_eq!(again["unchanged"], 1, "{again}");
    fs_err::write(&file, law.replace("60 ngày", "61 ngày"))?;
    let mut loud = rasoat.command(["-vv".as_ref(), "import".as_ref(), file.as_os_str()]);
    let said = loud.env("RUST_LOG", "trace,hnsw_rs=off").output()?;
    assert!(said.status.success() && !String::from_utf8_lossy(&said.stderr).contains("61 ngày"), "{said:?}");
    assert_eq!(found(&rasoat, "lexical", "thời gian thử việc")?[0]["document"], "901/2024/NĐ-CP");

    let service = Service::start(&rasoat)?;
    let review = service.start_review("dự thảo.txt", decree(2).as_bytes(), TODAY)?;
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    assert_eq!(service.get("/api/reviews/none/result")?.status(), 404);
    drop(service);
    let service = Service::start(&rasoat)?;
    assert_eq!(service.json(&format!("/api/reviews/{review}/result"))?, result);
    assert_eq!(service.json("/api/reviews")?[0]["id"], review.as_str());
    Ok(())
}

#[test]
fn migrate_the_corpus_to_a_database_and_back() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let (Some(first), Some(last)) = (with_copied_corpus(), with_empty_store()) else { return Ok(()) };
    let Some(between) = with_database(&database.address()) else { return Ok(()) };
    let there = migrate(&first, first.store(), between.store())?;
    let back = migrate(&first, between.store(), last.store())?;
    assert_eq!(there["rows"], back["rows"]);
    assert!(there["rows"]["documents"].as_u64().unwrap() >= 6, "the six codes: {there}");
    for (mode, question) in [("hybrid", "thời gian thử việc"), ("lexical", "bồi thường thiệt hại ngoài hợp đồng")]
    {
        let wanted = found(&first, mode, question)?;
        assert!(wanted.as_array().is_some_and(|hits| !hits.is_empty()), "{mode}: {question}");
        assert_eq!(found(&between, mode, question)?, wanted, "{mode}: {question}");
        assert_eq!(found(&last, mode, question)?, wanted, "{mode}: {question}");
    }
    let address = database.address();
    let store = first.store().to_str().unwrap();
    first.run(["migrate", "--from", store, "--to", &address])?.assert_refused(2);
    Ok(())
}

#[test]
fn a_server_that_is_away_is_told_in_one_line_without_the_password() -> Result<()> {
    let Some(rasoat) = with_database("postgres://an:mat-khau@127.0.0.1:1/luat") else { return Ok(()) };
    for command in
        [&["search", "a", "--mode", "lexical"][..], &["serve", "--listen", "127.0.0.1:0"], &["list", "in-force"]]
    {
        let outcome = rasoat.run(command)?;
        outcome.assert_refused(4);
        assert!(!outcome.stderr.contains("mat-khau"), "{outcome:?}");
    }
    with_database("postgres://an:mat-khau@may:cong/luat").unwrap().run(["list", "in-force"])?.assert_refused(2);
    Ok(())
}
