//! Several `rasoat serve` over one store: what one begins another ends, shows, cancels and imports.
//!
//! Without models, so that it is the same everywhere and takes seconds: what is compared is who did it, not how well.

use anyhow::{Result, ensure};
use postgres::Client;
use rasoat_tests::bad_files::decree;
use rasoat_tests::database::Database;
use rasoat_tests::program::{Rasoat, with_database, with_empty_store};
use rasoat_tests::service::Service;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::http::StatusCode;

const TODAY: &str = "2026-11-21";

/// Where servers find no models, and what they are told.
struct Setting {
    folder: TempDir,
}

impl Setting {
    fn new(lines: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs_err::write(folder.path().join("rasoat.toml"), format!("[serve]\n{lines}\n"))?;
        Ok(Self { folder })
    }

    fn arguments(&self) -> [String; 4] {
        let place = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        ["--models".into(), place("none"), "--config".into(), place("rasoat.toml")]
    }

    fn serve(&self, rasoat: &Rasoat) -> Result<Service> {
        Service::with_arguments(rasoat, &self.arguments().each_ref().map(String::as_str))
    }

    fn import(&self, rasoat: &Rasoat, numbers: std::ops::Range<usize>) -> Result<()> {
        let files: Vec<PathBuf> = numbers.map(|number| self.folder.path().join(format!("{number}.txt"))).collect();
        for file in &files {
            let number: usize = file.file_stem().unwrap().to_str().unwrap().parse()?;
            fs_err::write(file, decree(number))?;
        }
        let arguments = self.arguments().into_iter().map(PathBuf::from).chain(["import".into()]).chain(files);
        ensure!(rasoat.run(arguments)?.code == Some(0));
        Ok(())
    }
}

/// A draft whose review takes about as long as it has articles, each of which cites a code that is no longer in force;
/// `seed` makes it another.
fn draft(seed: usize, articles: usize) -> String {
    let article = |at: usize| {
        format!(
            "Điều {at}. Thời hạn giải quyết hồ sơ loại {at}\n1. Cơ quan giải quyết hồ sơ trong {} ngày làm việc theo \
             Nghị định số {}/2024/NĐ-CP.\n2. Cơ quan trả lời theo Bộ luật Dân sự số 33/2005/QH11.\n",
            (at + seed) % 40 + 1,
            901 + (at * seed) % 4
        )
    };
    (1..=articles).map(article).collect()
}

/// What a review gave, without the time it took.
fn result(service: &Service, review: &str) -> Result<Value> {
    let mut result = service.json(&format!("/api/reviews/{review}/result"))?;
    result["timing"].take();
    Ok(result)
}

fn until(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(120);
    while !holds()? {
        ensure!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// From now on the database counts every end of a review.
fn count_ends(client: &mut Client) -> Result<()> {
    client.batch_execute(
        "CREATE TABLE ends (review text, state text);
         CREATE FUNCTION count_end() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN INSERT INTO ends VALUES (NEW.id, NEW.state); RETURN NEW; END $$;
         CREATE TRIGGER count_end AFTER UPDATE ON reviews FOR EACH ROW WHEN (NEW.state <> 'running')
            EXECUTE FUNCTION count_end();",
    )?;
    Ok(())
}

fn ends(client: &mut Client) -> Result<Vec<(String, String)>> {
    let rows = client.query("SELECT review, state FROM ends ORDER BY review", &[])?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Who works on a review.
fn owner(client: &mut Client, review: &str) -> Result<Option<String>> {
    let row = client.query_opt("SELECT owner FROM claims WHERE review = $1", &[&review])?;
    Ok(row.map(|row| row.get(0)))
}

#[test]
fn a_server_killed_in_the_middle_of_its_jobs_costs_none_of_them() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let Some(rasoat) = with_database(&database.address()) else { return Ok(()) };
    let setting = Setting::new("lease = 2")?;
    setting.import(&rasoat, 1..5)?;
    let mut client = database.client();
    // The first takes long enough to be met in the middle.
    let drafts: Vec<String> = (1..=8).map(|seed| draft(seed, if seed == 1 { 1000 } else { 100 })).collect();
    let post =
        |service: &Service, at: usize| service.start_review(&format!("dự thảo {at}.txt"), drafts[at].as_bytes(), TODAY);

    let mut killed = setting.serve(&rasoat)?;
    let mut undisturbed = Vec::new();
    for at in 0..drafts.len() {
        let review = post(&killed, at)?;
        assert_eq!(killed.events(&review)?.last().unwrap().name, "done");
        undisturbed.push(result(&killed, &review)?);
    }
    assert!(undisturbed.iter().all(|result| !result["findings"].as_array().unwrap().is_empty()));
    count_ends(&mut client)?;

    // Alone, it is the one that claims the first.
    let mut reviews = vec![post(&killed, 0)?];
    let of_killed = owner(&mut client, &reviews[0])?;
    let survivor = setting.serve(&rasoat)?;
    for at in 1..drafts.len() {
        reviews.push(post([&killed, &survivor][at % 2], at)?);
    }
    // Held still, it can end nothing between our look and its death.
    let mut at_work = None;
    until("the server to be killed works on a review", || {
        killed.signal("STOP")?;
        let row = client.query_opt("SELECT review FROM claims WHERE owner = $1", &[&of_killed])?;
        at_work = row.map(|row| row.get::<_, String>(0));
        if at_work.is_none() {
            killed.signal("CONT")?;
        }
        Ok(at_work.is_some())
    })?;
    killed.kill()?;
    let at_work = at_work.unwrap();
    let ended = ends(&mut client)?;
    assert!(ended.len() < reviews.len() && ended.iter().all(|(review, _)| *review != at_work), "{ended:?}");

    for (review, undisturbed) in reviews.iter().zip(&undisturbed) {
        let events = survivor.events(review)?;
        assert_eq!(events.last().unwrap().name, "done", "{events:?}");
        assert_eq!(&result(&survivor, review)?, undisturbed);
    }
    let mut wanted: Vec<(String, String)> = reviews.iter().map(|review| (review.clone(), "done".into())).collect();
    wanted.sort();
    assert_eq!(ends(&mut client)?, wanted, "each once");
    let left: i64 = client.query_one("SELECT count(*) FROM claims", &[])?.get(0);
    assert_eq!(left, 0);
    Ok(())
}

#[test]
fn a_server_that_slept_through_its_lease_reports_no_end() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let Some(rasoat) = with_database(&database.address()) else { return Ok(()) };
    let setting = Setting::new("lease = 1")?;
    setting.import(&rasoat, 1..5)?;
    let mut client = database.client();
    let sleeper = setting.serve(&rasoat)?;
    let other = setting.serve(&rasoat)?;
    count_ends(&mut client)?;
    // Both at work: each ends what it has unless it is held.
    let review = sleeper.start_review("dự thảo.txt", draft(1, 1000).as_bytes(), TODAY)?;
    let first = owner(&mut client, &review)?;
    sleeper.signal("STOP")?;
    assert!(first.is_some() && owner(&mut client, &review)? == first, "it is held in the middle of the review");
    let events = other.events(&review)?;
    assert_eq!(events.last().unwrap().name, "done");
    assert!(events.iter().any(|event| event.name == "finding"), "{events:?}");
    let wanted = result(&other, &review)?;
    sleeper.signal("CONT")?;
    // Its stream goes on in the store, and it works on.
    assert_eq!(sleeper.events(&review)?.last().unwrap().name, "done");
    assert_eq!(result(&sleeper, &review)?, wanted);
    let next = sleeper.start_review("sau.txt", draft(2, 10).as_bytes(), TODAY)?;
    assert_eq!(sleeper.events(&next)?.last().unwrap().name, "done");
    let mut wanted = vec![(review, "done".to_owned()), (next, "done".to_owned())];
    wanted.sort();
    assert_eq!(ends(&mut client)?, wanted);
    Ok(())
}

#[test]
fn follow_bound_and_cancel_reviews_from_another_server() -> Result<()> {
    let Some(database) = Database::fresh() else { return Ok(()) };
    let Some(rasoat) = with_database(&database.address()) else { return Ok(()) };
    let setting = Setting::new("waiting = 1")?;
    setting.import(&rasoat, 1..5)?;
    let (one, other) = (setting.serve(&rasoat)?, setting.serve(&rasoat)?);
    let long = draft(1, 9000);
    let first = one.start_review("một.txt", long.as_bytes(), TODAY)?;
    let second = other.start_review("hai.txt", long.as_bytes(), TODAY)?;
    let third = one.start_review("ba.txt", long.as_bytes(), TODAY)?;
    for service in [&one, &other] {
        let refused = service.upload("bốn.txt", long.as_bytes(), TODAY)?;
        assert_eq!(refused.status(), 429, "one waits already, wherever it was posted");
        let open = service.get("/metrics")?.body_mut().read_to_string()?;
        assert!(open.contains("rasoat_reviews_open 3"), "{open}");
    }
    let state = |service: &Service, review: &str| service.json(&format!("/api/reviews/{review}"));
    until("the second server tells how far the first is", || {
        let job = state(&other, &first)?;
        assert_eq!(job["state"], "running", "{job}");
        Ok(job["progress"]["stage"] != "queued")
    })?;
    let jobs = other.json("/api/reviews")?;
    assert_eq!(jobs.as_array().unwrap().iter().filter(|job| job["state"] == "running").count(), 3, "{jobs}");

    // One that waits is cancelled at once, from where it was not posted.
    assert!(other.delete(&format!("/api/reviews/{third}"))?.status().is_success());
    assert_eq!(state(&one, &third)?["state"], "cancelled");
    assert_eq!(one.events(&third)?.last().unwrap().name, "cancelled");
    // One at work when its process hears of it.
    assert!(other.delete(&format!("/api/reviews/{first}"))?.status().is_success());
    assert_eq!(other.events(&first)?.last().unwrap().name, "cancelled");
    assert_eq!(state(&one, &first)?["state"], "cancelled");
    assert!(one.delete(&format!("/api/reviews/{second}"))?.status().is_success());
    assert_eq!(one.events(&second)?.last().unwrap().name, "cancelled");
    assert_eq!(one.get("/api/reviews/none/events")?.status(), 404);
    Ok(())
}

#[test]
fn what_one_imports_the_other_finds() -> Result<()> {
    let database = Database::fresh();
    let stores = [with_empty_store(), database.as_ref().and_then(|database| with_database(&database.address()))];
    for rasoat in stores.into_iter().flatten() {
        let setting = Setting::new("refresh = 1")?;
        setting.import(&rasoat, 1..3)?;
        let service = setting.serve(&rasoat)?;
        let status =
            |number: usize| service.get(&format!("/api/provision?document={number}/2024/N%C4%90-CP&eid=art_1"));
        assert_eq!((status(901)?.status(), status(903)?.status()), (StatusCode::OK, StatusCode::NOT_FOUND));
        setting.import(&rasoat, 3..4)?;
        until("the imported document is seen", || Ok(status(903)?.status() == 200))?;
        until("and counted", || Ok(service.json("/api/about")?["documents"] == 3))?;
        let found = service.json(
            "/api/search?q=th%E1%BB%9Di%20h%E1%BA%A1n&document=903/2024/N%C4%90-CP&mode=lexical&as_of=2026-11-21",
        )?;
        assert!(!found["hits"].as_array().unwrap().is_empty(), "{found}");
        until("and told", || Ok(service.json("/readyz")?["library_current"] == true))?;
    }
    Ok(())
}

#[test]
fn a_folder_is_served_by_one_process() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    // Nobody may wait for the lease: a restart takes up at once what its own folder's last process left.
    let setting = Setting::new("lease = 86400")?;
    setting.import(&rasoat, 1..5)?;
    let mut service = setting.serve(&rasoat)?;
    let refused = rasoat.run(["serve", "--listen", "127.0.0.1:0"])?;
    refused.assert_refused(2);
    assert!(refused.stderr.contains("rasoat serve"), "{refused:?}");

    let review = service.start_review("dự thảo.txt", draft(1, 1000).as_bytes(), TODAY)?;
    let waiting = service.start_review("chờ.txt", draft(2, 10).as_bytes(), TODAY)?;
    service.kill()?;
    let service = setting.serve(&rasoat)?;
    for review in [&review, &waiting] {
        assert_eq!(service.events(review)?.last().unwrap().name, "done");
    }
    Ok(())
}
