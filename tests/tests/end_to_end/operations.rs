//! What whoever runs the service relies on: TLS, an orderly end, traces and logs that tell nothing of anybody's text.
#![cfg(unix)]

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::certificate::Certificate;
use rasoat_tests::collector::Collector;
use rasoat_tests::database::Database;
use rasoat_tests::program::{with_copied_corpus, with_database, with_empty_store};
use rasoat_tests::relay::Relay;
use rasoat_tests::service::Service;
use serde_json::Value;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const TODAY: &str = "2026-11-21";

/// A draft that takes a while.
fn long_draft() -> String {
    let norm = |article: usize| {
        format!(
            "Điều {article}. Thời hạn giải quyết\n1. Cơ quan giải quyết hồ sơ trong {} ngày làm việc.\n",
            article % 40 + 1
        )
    };
    (1..=400).map(norm).collect()
}

fn configured(folder: &Path, text: &str) -> Result<String> {
    let file = folder.join("rasoat.toml");
    fs_err::write(&file, text)?;
    Ok(file.to_str().unwrap().to_owned())
}

#[test]
fn serve_by_tls_with_a_certificate_that_is_replaced_while_it_runs() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let first = Certificate::of(&["127.0.0.1"])?;
    let (_, key) = first.write(folder.path())?;
    let file = configured(folder.path(), "[serve.tls]\ncertificate = \"rasoat.pem\"\nkey = \"rasoat.key\"\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", &file])?;
    assert!(service.address().starts_with("https://"), "{}", service.address());

    let answer = first.get(service.address(), "/healthz")?;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
    assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    let second = Certificate::of(&["127.0.0.1"])?;
    assert!(second.get(service.address(), "/healthz").is_err(), "nobody's certificate is not trusted");

    second.write(folder.path())?;
    service.signal("HUP")?;
    let until = Instant::now() + Duration::from_secs(30);
    while second.get(service.address(), "/healthz").is_err() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(second.get(service.address(), "/healthz")?.starts_with("HTTP/1.1 200"));
    assert!(first.get(service.address(), "/healthz").is_err(), "the old one is no longer shown");

    fs_err::write(&key, &first.key)?;
    service.signal("HUP")?;
    let line = service.says("rasoat.key")?;
    assert!(line.contains("rasoat.pem"), "a pair that is none is told: {line}");
    assert!(second.get(service.address(), "/healthz")?.starts_with("HTTP/1.1 200"), "and the last good one stays");

    service.signal("TERM")?;
    assert_eq!(service.ended()?.code(), Some(0));
    let refused = rasoat.run(["--config", &file, "serve", "--listen", "127.0.0.1:0"])?;
    refused.assert_refused(2);
    assert!(refused.stderr.contains("rasoat.key"), "{refused:?}");
    fs_err::remove_file(&key)?;
    let refused = rasoat.run(["--config", &file, "serve", "--listen", "127.0.0.1:0"])?;
    refused.assert_refused(2);
    assert!(refused.stderr.contains("rasoat.key"), "{refused:?}");
    Ok(())
}

#[test]
fn a_connection_to_the_database_is_encrypted_and_its_server_verified() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let own = Certificate::of(&["127.0.0.1"])?;
    let (root, _) = own.write(folder.path())?;
    let encrypted = Relay::start(database.server(), Some(&own))?;
    let law = folder.path().join("a.txt");
    fs_err::write(&law, decree(1))?;
    let import = ["import".as_ref(), law.as_os_str(), "--json".as_ref()];

    let trusted = |mode: &str| {
        let more = format!("?sslmode={mode}&sslrootcert={}", root.display());
        with_database(&database.address_by(&encrypted.host(), &more))
    };
    let Some(rasoat) = trusted("require") else { return Ok(()) };
    assert_eq!(rasoat.json(import)?["stored"], 1);
    assert_eq!(trusted("verify-full").unwrap().json(import)?["unchanged"], 1);

    let refused = |address: &str| -> Result<String> {
        let outcome = with_database(address).unwrap().run(["list", "in-force"])?;
        outcome.assert_refused(4);
        Ok(outcome.stderr)
    };
    let other = tempfile::tempdir()?;
    let (wrong, _) = Certificate::of(&["127.0.0.1"])?.write(other.path())?;
    let line =
        refused(&database.address_by(&encrypted.host(), &format!("?sslmode=require&sslrootcert={}", wrong.display())))?;
    assert!(line.contains("sslrootcert"), "a wrong root is refused, and what to do is said: {line}");
    let line = refused(&database.address_by(&encrypted.host(), "?sslmode=require"))?;
    assert!(line.contains("sslrootcert"), "the system does not trust it: {line}");

    let named_otherwise = Certificate::of(&["may.vidu"])?;
    let (root, _) = named_otherwise.write(other.path())?;
    let relay = Relay::start(database.server(), Some(&named_otherwise))?;
    let more = format!("?sslmode=require&sslrootcert={}", root.display());
    let line = refused(&database.address_by(&relay.host(), &more))?;
    assert!(line.contains("may.vidu"), "another machine's certificate is refused: {line}");
    let plain = Relay::start(database.server(), None)?;
    let line = refused(&database.address_by(&plain.host(), &more))?;
    assert!(line.contains("TLS"), "a server that does not encrypt is refused: {line}");
    Ok(())
}

#[test]
fn sigterm_during_a_review_ends_the_service_in_order_and_the_review_goes_on_at_the_next_start() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let address = service.address().to_owned();
    let review = service.start_review("dai.txt", long_draft().as_bytes(), TODAY)?;
    let until = Instant::now() + Duration::from_secs(60);
    let stage = |service: &Service| service.json(&format!("/api/reviews/{review}")).map(|job| job["progress"].clone());
    while !["retrieve", "judge"].iter().any(|name| stage(&service).is_ok_and(|now| now["stage"] == **name)) {
        assert!(Instant::now() < until, "{:?}", stage(&service));
        std::thread::sleep(Duration::from_millis(20));
    }
    // Somebody looks at it, too: the stream of events keeps nobody waiting.
    let watching = format!("{address}/api/reviews/{review}/events");
    let watcher = std::thread::spawn(move || {
        let mut stream = ureq::get(watching).call()?;
        Ok::<_, anyhow::Error>(stream.body_mut().read_to_string()?)
    });
    std::thread::sleep(Duration::from_millis(300));
    let told = Instant::now();
    service.signal("TERM")?;
    assert_eq!(service.ended()?.code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
    assert!(TcpStream::connect(address.trim_start_matches("http://")).is_err(), "nobody listens any more");
    assert!(watcher.join().unwrap()?.contains("event:"), "what was found until then was told");

    let service = Service::start(&rasoat)?;
    assert_eq!(service.json(&format!("/api/reviews/{review}"))?["state"], "running");
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    assert!(service.json(&format!("/api/reviews/{review}/result"))?["findings"].is_array());
    Ok(())
}

#[test]
fn traces_and_logs_tell_of_routes_and_stages_and_of_nobody_s_text() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let collector = Collector::start()?;
    let text =
        format!("[log]\nformat = \"json\"\nlevel = \"debug\"\n[telemetry]\notlp = \"{}\"\n", collector.address());
    let service = Service::with_arguments(&rasoat, &["--config", &configured(folder.path(), &text)?])?;
    let draft = decree(7).replace("Quy định thử nghiệm", "Quy định về chim hồng hạc");
    let review = service.start_review("ten-tep-rieng.txt", draft.as_bytes(), TODAY)?;
    service.events(&review)?;
    service.json("/api/search?q=con%20h%E1%BB%93ng%20h%E1%BA%A1c%20flamingo&as_of=2026-11-21")?;
    assert_eq!(service.get("/api/reviews/khong-co-lan-nay")?.status(), 404);
    service.signal("TERM")?;
    let ended = collector.gets("rasoat.review.findings");
    let lines = {
        let mut lines = service.said_since();
        service.says("told to stop").map(|line| lines.push(line)).ok();
        lines.extend(service.said_since());
        assert_eq!(service.ended()?.code(), Some(0));
        lines
    };
    assert!(ended, "the review's trace was sent");
    for name in ["POST /v1/traces", "GET /api/search", "POST /api/reviews", "GET /api/reviews/{id}", "parse", "judge"] {
        assert!(collector.gets(name), "{name}");
    }
    let secrets =
        ["hồng hạc", "h%E1%BB%93ng", "flamingo", "ten-tep-rieng", "ngày làm việc", review.as_str(), "khong-co-lan-nay"];
    for secret in secrets {
        assert!(!collector.has(secret), "a trace tells `{secret}`");
    }
    assert!(lines.len() > 3, "{lines:?}");
    for line in &lines {
        let line: Value = serde_json::from_str(line)?;
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    assert!(lines.iter().any(|line| line.contains("\"route\":\"/api/search\"")), "{lines:?}");
    for secret in ["hồng hạc", "h%E1%BB%93ng", "flamingo", "ten-tep-rieng", "ngày làm việc"] {
        assert!(lines.iter().all(|line| !line.contains(secret)), "the log tells `{secret}`");
    }
    Ok(())
}
