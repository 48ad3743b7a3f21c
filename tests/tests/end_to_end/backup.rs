//! `rasoat backup` and `rasoat restore`, as an operator relies on them.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::database::Database;
use rasoat_tests::program::{Outcome, Rasoat, with_copied_corpus, with_database, with_empty_store};
use rasoat_tests::service::Service;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const TODAY: &str = "2026-11-21";

fn backup(rasoat: &Rasoat, to: &Path) -> Result<Value> {
    rasoat.json(["backup".as_ref(), "--to".as_ref(), to.as_os_str(), "--json".as_ref()])
}

fn restore(rasoat: &Rasoat, file: &Path) -> Result<Outcome> {
    rasoat.run(["restore".as_ref(), file.as_os_str(), "--json".as_ref()])
}

/// What is found for a question, without the time it took.
fn found(rasoat: &Rasoat) -> Result<Value> {
    let mut found = rasoat.json(["search", "thời gian thử việc", "-k", "20", "--as-of", TODAY, "--json"])?;
    Ok(found["hits"].take())
}

/// What a run that was killed left under hidden names.
fn hidden(folder: &Path) -> Vec<String> {
    let names =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn back_a_store_up_while_it_serves_and_restore_it_elsewhere() -> Result<()> {
    let (Some(rasoat), Some(empty)) = (with_copied_corpus(), with_empty_store()) else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a.backup");
    let service = Service::start(&rasoat)?;
    let review = service.start_review("dự thảo.txt", decree(2).as_bytes(), TODAY)?;
    service.events(&review)?;
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    let made = backup(&rasoat, &file)?;
    assert_eq!(service.json("/api/reviews")?[0]["id"], review.as_str(), "the service goes on");
    drop(service);
    assert_eq!(made["rows"]["reviews"], 1, "{made}");
    let sum = fs_err::read_to_string(folder.path().join("a.backup.sha256"))?;
    assert_eq!(sum, format!("{}  a.backup\n", made["sha256"].as_str().unwrap()));
    assert_eq!(hidden(folder.path()), Vec::<String>::new());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs_err::metadata(&file)?.permissions().mode() & 0o777, 0o600, "drafts are in it");
    }
    let again = rasoat.run(["backup".as_ref(), "--to".as_ref(), file.as_os_str()])?;
    again.assert_refused(2);

    let restored = restore(&empty, &file)?.json()?;
    assert_eq!(restored["rows"], made["rows"]);
    assert_eq!(found(&empty)?, found(&rasoat)?);
    let refused = restore(&empty, &file)?;
    refused.assert_refused_in_json(2);
    assert!(refused.stderr.contains("--store"), "{refused:?}");
    let service = Service::start(&empty)?;
    assert_eq!(service.json(&format!("/api/reviews/{review}/result"))?, result);
    Ok(())
}

#[test]
fn a_backup_that_was_cut_or_altered_is_refused_with_and_without_its_sum() -> Result<()> {
    let (Some(rasoat), Some(empty)) = (with_empty_store(), with_empty_store()) else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let law = folder.path().join("a.txt");
    fs_err::write(&law, decree(1))?;
    rasoat.json(["import".as_ref(), law.as_os_str(), "--json".as_ref()])?;
    let file = folder.path().join("a.backup");
    backup(&rasoat, &file)?;
    let whole = fs_err::read(&file)?;
    let sum = fs_err::read(folder.path().join("a.backup.sha256"))?;

    let other = folder.path().join("b.backup");
    let beside = folder.path().join("b.backup.sha256");
    let check = |bytes: &[u8], with_sum: bool| -> Result<()> {
        fs_err::write(&other, bytes)?;
        if with_sum {
            fs_err::write(&beside, &sum)?
        } else {
            drop(fs_err::remove_file(&beside))
        }
        let outcome = rasoat_refusal(&empty, &other)?;
        assert!(outcome.stderr.contains("b.backup"), "the file is named: {outcome:?}");
        assert!(!empty.database().exists(), "nothing was made of it: {outcome:?}");
        Ok(())
    };
    let words = "Cơ quan trả lời".as_bytes();
    let place = whole.windows(words.len()).position(|window| window == words).unwrap();
    for with_sum in [true, false] {
        check(&whole[..whole.len() / 2], with_sum)?;
        check(&whole[..100], with_sum)?;
        check(b"", with_sum)?;
        let mut altered = whole.clone();
        altered[place] ^= 1;
        check(&altered, with_sum)?;
        let mut noise = whole.clone();
        for (at, byte) in noise.iter_mut().enumerate().skip(4096) {
            *byte = (at * 131 % 251) as u8;
        }
        check(&noise, with_sum)?;
    }
    check(&fs_err::read(rasoat.database())?, false)?;
    fs_err::remove_file(&other)?;
    restore(&empty, &other)?.assert_refused_in_json(3);
    // The whole file, carried without its sum, is proof enough of itself.
    fs_err::write(&other, &whole)?;
    restore(&empty, &other)?.json()?;
    Ok(())
}

fn rasoat_refusal(rasoat: &Rasoat, file: &Path) -> Result<Outcome> {
    let outcome = rasoat.run(["restore".as_ref(), file.as_os_str()])?;
    outcome.assert_refused(3);
    Ok(outcome)
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_under_its_name() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a.backup");
    let mut killed = 0;
    for milliseconds in [20, 80, 200, 400, 700] {
        let mut run = rasoat.start(["backup".as_ref(), "--to".as_ref(), file.as_os_str()])?;
        std::thread::sleep(Duration::from_millis(milliseconds));
        run.kill()?;
        run.wait()?;
        if file.exists() {
            restore(&with_empty_store().unwrap(), &file)?.json()?;
            fs_err::remove_file(&file)?;
        } else {
            killed += 1;
        }
    }
    assert!(killed > 0, "none was killed in time");
    backup(&rasoat, &file)?;
    assert_eq!(hidden(folder.path()), Vec::<String>::new(), "what killed runs left is removed");
    let empty = with_empty_store().unwrap();
    restore(&empty, &file)?.json()?;
    assert_eq!(found(&empty)?, found(&rasoat)?);
    Ok(())
}

#[test]
fn a_database_is_backed_up_into_a_file_and_restored_from_it() -> Result<()> {
    let (Some(from), Some(to)) = (Database::fresh(), Database::fresh()) else { return Ok(()) };
    let (Some(first), Some(last)) = (with_database(&from.address()), with_database(&to.address())) else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let law = folder.path().join("a.txt");
    fs_err::write(&law, decree(1))?;
    first.json(["import".as_ref(), law.as_os_str(), "--json".as_ref()])?;
    let file = folder.path().join("a.backup");
    let made = backup(&first, &file)?;
    assert_eq!(restore(&last, &file)?.json()?["rows"], made["rows"]);
    restore(&last, &file)?.assert_refused_in_json(2);
    let folder_store = with_empty_store().unwrap();
    assert_eq!(restore(&folder_store, &file)?.json()?["rows"], made["rows"]);
    let count = |rasoat: &Rasoat| rasoat.json(["status", "901/2024/NĐ-CP", "--json", "--as-of", TODAY]);
    assert_eq!(count(&last)?, count(&first)?);
    assert_eq!(count(&folder_store)?, count(&first)?);
    Ok(())
}
