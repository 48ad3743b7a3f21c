//! What a person sees when something the service stands on breaks, and that it goes on once that is mended.
#![cfg(unix)]

use anyhow::{Context, Result};
use rasoat_tests::bad_files::decree;
use rasoat_tests::database::Database;
use rasoat_tests::postgres_server::PostgresServer;
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_database, with_empty_store};
use rasoat_tests::relay::Relay;
use rasoat_tests::service::Service;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::Response;

const TODAY: &str = "2026-11-21";

fn problem(mut answer: Response<Body>) -> Result<(u16, Option<String>, Value)> {
    let again = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string()?;
    Ok((status, again, serde_json::from_str(&text).with_context(|| text)?))
}

/// Makes of a command one whose files may not grow beyond some KiB, as on a disk that is full.
fn bounded(command: &Command, kibibytes: u64) -> Command {
    let mut bounded = Command::new("bash");
    // Without the trap the system would end the process instead of refusing.
    bounded.args(["-c", &format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" \"$@\"")]);
    bounded.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bounded.env(name, value),
            None => bounded.env_remove(name),
        };
    }
    bounded.stdout(Stdio::piped()).stderr(Stdio::piped());
    bounded
}

fn imported(rasoat: &Rasoat, numbers: std::ops::RangeInclusive<usize>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for number in numbers {
        fs_err::write(folder.path().join(format!("{number}.txt")), decree(number))?;
    }
    rasoat.json(["import".as_ref(), folder.path().as_os_str(), "--json".as_ref()])?;
    Ok(())
}

#[test]
fn a_full_disk_refuses_an_upload_in_one_line_and_the_service_goes_on() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, 1..=1)?;
    let command = rasoat.command(["serve", "--listen", "127.0.0.1:0"]);
    let service = Service::of(bounded(&command, 4096).spawn()?)?;
    let long: String = (0..80_000).map(|at| format!("Điều {at}. Thời hạn là {at} ngày làm việc.\n")).collect();
    assert!(long.len() > 4096 * 1024);
    let (status, _, refused) = problem(service.upload("dai.txt", long.as_bytes(), TODAY)?)?;
    assert_eq!((status, &refused["error"]["code"]), (507, &"store.full".into()), "{refused}");
    assert_eq!(refused["title"].as_str().unwrap().lines().count(), 1, "{refused}");
    assert_eq!(service.json("/api/reviews")?, Value::Array(Vec::new()), "nothing half-written");
    let review = service.start_review("ngan.txt", decree(2).as_bytes(), TODAY)?;
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    drop(service);
    let connection = rusqlite::Connection::open(rasoat.database())?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    assert_eq!(sound, "ok");
    Ok(())
}

/// A review that takes its process down with it each time: killed from outside while it is at work, which looks the same
/// from the store.
#[test]
fn a_review_that_takes_the_service_down_three_times_ends_as_failed() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, 1..=1)?;
    let mut service = Service::start(&rasoat)?;
    // Seconds of work, so that each death finds it at work.
    let long: String = (1..=3000).map(|at| format!("Điều {at}. Thời hạn\nThời hạn trả lời là {at} ngày.\n")).collect();
    let review = service.start_review("a.txt", format!("QUYẾT ĐỊNH\nVề thời hạn\n{long}").as_bytes(), TODAY)?;
    for death in 1..=3 {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let job = service.json(&format!("/api/reviews/{review}"))?;
            assert_eq!(job["state"], "running", "death {death}: {job}");
            if job["progress"]["stage"] != "queued" {
                break;
            }
            assert!(Instant::now() < until, "death {death}: it is never taken up: {job}");
            std::thread::sleep(Duration::from_millis(20));
        }
        service.kill()?;
        drop(service);
        service = Service::start(&rasoat)?;
    }
    let last = service.events(&review)?.pop().unwrap();
    assert_eq!(last.name, "failed", "{last:?}");
    let job = service.json(&format!("/api/reviews/{review}"))?;
    assert_eq!((&job["state"], &job["error"]["code"]), (&"failed".into(), &"review.interrupted".into()), "{job}");
    assert_eq!(job["error"]["message"].as_str().unwrap().lines().count(), 1, "{job}");
    // Others go on, and the same file may be sent again.
    let again = service.start_review("a.txt", decree(2).as_bytes(), TODAY)?;
    assert_eq!(service.events(&again)?.last().unwrap().name, "done");
    Ok(())
}

#[test]
fn a_full_disk_ends_an_import_in_one_line_and_what_was_stored_before_stays() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, 1..=1)?;
    let folder = tempfile::tempdir()?;
    let long: String =
        (1..=20_000).map(|at| format!("Điều {at}. Thời hạn\nThời hạn là {at} ngày làm việc.\n")).collect();
    let file = folder.path().join("lon.txt");
    fs_err::write(&file, format!("Số: 999/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\n{long}"))?;
    let import = rasoat.command(["import".as_ref(), file.as_os_str()]);
    let output = bounded(&import, 2048).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    let last = stderr.trim_end().lines().last().unwrap();
    assert!(last.contains("kho") && !stderr.contains("panicked"), "{stderr}");
    let listed = rasoat.run(["list", "in-force", "--as-of", TODAY])?;
    assert!(listed.stdout.contains("901/2024/NĐ-CP") && !listed.stdout.contains("999/2024/NĐ-CP"), "{listed:?}");
    imported(&rasoat, 1..=2)?;
    Ok(())
}

#[test]
fn a_database_that_goes_away_is_told_as_such_and_works_again_when_it_is_back() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let mut relay = Relay::start(database.server(), None)?;
    let Some(rasoat) = with_database(&database.address_by(&relay.host(), "")) else { return Ok(()) };
    imported(&rasoat, 1..=1)?;
    let service = Service::start(&rasoat)?;
    let review = service.start_review("a.txt", decree(2).as_bytes(), TODAY)?;
    service.events(&review)?;

    relay.stop();
    for _ in 0..2 {
        for answer in [
            service.get("/api/reviews")?,
            service.get("/readyz")?,
            service.upload("b.txt", decree(3).as_bytes(), TODAY)?,
        ] {
            let (status, again, said) = problem(answer)?;
            assert_eq!((status, again.is_some()), (503, true), "{said}");
            assert_eq!(said["title"].as_str().unwrap().lines().count(), 1, "{said}");
        }
    }
    assert_eq!(service.get("/healthz")?.status(), 200, "the process lives");
    let found = service.json("/api/search?q=th%E1%BB%9Di%20h%E1%BA%A1n&mode=lexical&as_of=2026-11-21")?;
    assert_eq!(found["hits"][0]["document"], "901/2024/NĐ-CP", "search needs no database: {found}");

    relay.run()?;
    assert_eq!(service.json("/readyz")?["ready"], true);
    assert_eq!(service.json("/api/reviews")?[0]["id"], review.as_str());
    let review = service.start_review("c.txt", decree(4).as_bytes(), TODAY)?;
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    Ok(())
}

#[test]
fn a_database_server_that_is_killed_under_reviews_loses_none_that_was_acknowledged() -> Result<()> {
    let Some(mut server) = PostgresServer::fresh()? else { return Ok(()) };
    let Some(rasoat) = with_database(&server.address()) else { return Ok(()) };
    imported(&rasoat, 1..=3)?;
    let service = Service::start(&rasoat)?;
    // Long enough that one is at work and others wait when the server goes.
    let long: String = (1..=120).map(|at| format!("Điều {at}. Thời hạn\nThời hạn trả lời là {at} ngày.\n")).collect();
    let text = format!("QUYẾT ĐỊNH\nVề thời hạn\n{long}");
    let mut acknowledged = Vec::new();
    for at in 0..4 {
        acknowledged.push(service.start_review(&format!("{at}.txt"), text.as_bytes(), TODAY)?);
    }
    server.kill()?;
    for _ in 0..2 {
        for answer in [service.get("/readyz")?, service.upload("b.txt", text.as_bytes(), TODAY)?] {
            let (status, again, said) = problem(answer)?;
            assert_eq!((status, again.is_some()), (503, true), "{said}");
        }
    }
    assert_eq!(service.get("/healthz")?.status(), 200, "the process lives");
    server.run()?;
    // The call that meets the end of the old connection may say so; those after it find the new one.
    let ready = (0..600).find(|_| {
        std::thread::sleep(Duration::from_millis(100));
        service.get("/readyz").is_ok_and(|answer| answer.status() == 200)
    });
    assert!(ready.is_some(), "it answers again");
    let listed = service.json("/api/reviews")?;
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap()).collect();
    assert_eq!(listed.len(), acknowledged.len(), "none is lost, and none that was refused is there");
    for review in &acknowledged {
        assert!(listed.contains(&review.as_str()));
        let last = service.events(review)?.pop().unwrap();
        assert_eq!(last.name, "done", "{last:?}");
        assert!(service.json(&format!("/api/reviews/{review}/result"))?["findings"].is_array());
    }
    imported(&rasoat, 4..=4)?;
    Ok(())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

#[test]
fn an_index_of_noise_is_built_anew_and_the_log_says_so() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    imported(&rasoat, 1..=2)?;
    let search = ["search", "thời hạn", "--mode", "lexical", "--as-of", TODAY, "--json"];
    let wanted = rasoat.json(search)?["hits"].clone();
    assert!(!wanted.as_array().unwrap().is_empty());
    let index = rasoat.store().join("index-words");
    let all = files(&index);
    assert!(all.len() > 3, "{all:?}");
    let noise = |file: &Path| {
        let length = fs_err::metadata(file).unwrap().len();
        let noise: Vec<u8> = (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
        fs_err::write(file, noise).unwrap();
    };
    let each = all.iter().map(|file| vec![file.clone()]).chain([all.clone()]);
    for damaged in each {
        let damaged: Vec<PathBuf> = damaged.into_iter().filter(|file| file.exists()).collect();
        // Locks are no part of it, nor what was built under another name since.
        let tells = damaged.iter().any(|file| {
            file.extension().is_none_or(|ending| ending != "lock") && fs_err::metadata(file).unwrap().len() > 0
        });
        damaged.iter().for_each(|file| noise(file));
        let outcome = rasoat.run(search)?;
        assert!(!tells || outcome.stderr.contains("built anew"), "{damaged:?}: {outcome:?}");
        assert_eq!(outcome.json()?["hits"], wanted, "{damaged:?}");
    }
    Ok(())
}

#[test]
fn without_models_the_service_starts_and_says_what_is_missing() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let models = tempfile::tempdir()?;
    let service = Service::with_arguments(&rasoat, &["--models", models.path().to_str().unwrap()])?;
    let ready = service.json("/readyz")?;
    assert_eq!(ready["ready"], true, "it works without: {ready}");
    let missing: Vec<&str> =
        ready["missing"].as_array().unwrap().iter().map(|each| each["model"].as_str().unwrap()).collect();
    assert_eq!(missing, ["encoder", "cross_encoder", "judge"], "{ready}");
    assert!(ready["missing"][0]["hint"].as_str().unwrap().contains("rasoat setup"), "{ready}");

    let review = service.start_review("a.txt", decree(2).as_bytes(), TODAY)?;
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    let told = |name: &str| {
        let check = result["checks"].as_array().unwrap().iter().find(|check| check["check"] == name).unwrap();
        check.to_string()
    };
    assert!(told("conflict.contradiction").contains("chưa cài mô hình mã hóa câu"), "{result}");
    for name in ["conflict.duplicate", "conflict.overlap"] {
        assert!(told(name).contains("\"ran\":false") && told(name).contains("rasoat setup"), "{}", told(name));
    }
    Ok(())
}

#[test]
fn a_model_of_noise_is_told_as_one_that_is_missing() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let models = tempfile::tempdir()?;
    let encoder = models.path().join("encoder");
    fs_err::create_dir_all(&encoder)?;
    for name in ["config.json", "tokenizer.json", "model.safetensors", "judge.safetensors"] {
        fs_err::write(encoder.join(name), [7; 4096])?;
    }
    imported(&rasoat, 1..=1)?;
    let start = Instant::now();
    let service = Service::with_arguments(&rasoat, &["--models", models.path().to_str().unwrap()])?;
    assert!(start.elapsed() < Duration::from_secs(60));
    let ready = service.json("/readyz")?;
    assert_eq!(ready["missing"].as_array().unwrap().len(), 3, "{ready}");
    Ok(())
}
