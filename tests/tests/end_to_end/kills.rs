//! What two hundred kills (`SIGKILL`) at random moments of imports, reviews and re-indexing leave of a SQLite store.
//!
//! A measurement, not part of the tests: `cargo test -p rasoat-tests --test end_to_end kills:: -- --ignored --nocapture`.
//! `RASOAT_KILLS` sets how many, `RASOAT_KILLS_SEED` the moments; `RASOAT_KILLS_MODELS=1` has imports make vectors and
//! reviews use them, with the models that are installed.

use anyhow::{Result, ensure};
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{Rasoat, with_empty_store};
use rasoat_tests::service::Service;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TODAY: &str = "2026-11-21";
/// Documents in one import, and reviews that one service is given.
const IMPORTED: usize = 12;
const POSTED: usize = 2;
/// Drafts of which one is reviewed each time.
const DRAFTS: usize = 4;

/// Numbers by chance, the same for the same seed (Knuth's multiplier).
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn moment(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.share())
    }
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What is run, and with which models.
struct Ground {
    folder: TempDir,
    models: bool,
}

impl Ground {
    fn arguments(&self) -> Vec<String> {
        let place = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        let mut arguments = vec!["--config".into(), place("rasoat.toml")];
        if !self.models {
            arguments.extend(["--models".into(), place("none")]);
        }
        arguments
    }

    fn serve(&self, rasoat: &Rasoat) -> Result<Service> {
        let arguments = self.arguments();
        Service::with_arguments(rasoat, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A folder of decrees of these numbers.
    fn decrees(&self, numbers: std::ops::Range<usize>) -> Result<PathBuf> {
        let folder = self.folder.path().join(format!("decrees-{}", numbers.start));
        fs_err::create_dir_all(&folder)?;
        for number in numbers {
            fs_err::write(folder.join(format!("{number:05}.txt")), decree(number))?;
        }
        Ok(folder)
    }

    fn command(&self, command: &[&str]) -> Vec<String> {
        self.arguments().into_iter().chain(command.iter().map(|part| (*part).to_owned())).collect()
    }

    fn import(&self, rasoat: &Rasoat, numbers: std::ops::Range<usize>) -> Result<()> {
        let folder = self.decrees(numbers)?;
        let imported = rasoat.run(self.command(&["import", folder.to_str().unwrap()]))?;
        ensure!(imported.code == Some(0), "{imported:?}");
        Ok(())
    }

    fn search(&self, rasoat: &Rasoat) -> Result<Value> {
        let mode = if self.models { "hybrid" } else { "lexical" };
        let question =
            ["search", "thời hạn trả lời bằng văn bản", "-k", "50", "--mode", mode, "--as-of", TODAY, "--json"];
        Ok(rasoat.json(self.command(&question))?["hits"].take())
    }
}

/// Starts a command and kills it at a moment; what it had printed, and whether it was still alive.
fn killed(rasoat: &Rasoat, command: Vec<String>, moment: Duration) -> Result<(Vec<String>, bool)> {
    let mut child = rasoat.start(command)?;
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let said = std::thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).collect::<Vec<_>>());
    std::thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).for_each(drop));
    std::thread::sleep(moment);
    child.kill()?;
    let hit = child.wait()?.code().is_none();
    Ok((said.join().unwrap(), hit))
}

/// Removes what is made from the store to be searched.
fn remove_indexes(rasoat: &Rasoat) -> Result<()> {
    for entry in fs_err::read_dir(rasoat.store())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("index-") {
            fs_err::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// What is wrong with a store after a kill.
#[derive(Default, Debug)]
struct Damage {
    unsound: usize,
    half_written: usize,
    lost_documents: usize,
    lost_reviews: usize,
    other_results: usize,
    other_hits: usize,
    /// Reviews that ended as failed since they were cut off too often, which is no damage.
    given_up: usize,
}

/// Documents are whole or not there, those acknowledged are there; every decree has the same provisions and passages.
fn look_at_documents(rasoat: &Rasoat, acknowledged: &BTreeSet<String>, damage: &mut Damage) -> Result<usize> {
    let connection = Connection::open(rasoat.database())?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let strays = connection.prepare("PRAGMA foreign_key_check")?.query([])?.next()?.is_some();
    damage.unsound += usize::from(sound != "ok" || strays);
    let mut select = connection.prepare(
        "SELECT number,
            (SELECT group_concat(eid) FROM (SELECT eid FROM provisions WHERE document = d.id ORDER BY position)),
            (SELECT group_concat(eid) FROM (SELECT eid FROM passages WHERE document = d.id ORDER BY id)),
            (SELECT count(*) FROM passages WHERE document = d.id AND (encoder IS NULL) <> (vector IS NULL))
            FROM documents d ORDER BY id",
    )?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?;
    let held: Vec<(String, (String, String, i64))> = rows.collect::<rusqlite::Result<_>>()?;
    let whole = held[0].1.clone();
    assert!(
        whole.0.len() > 100 && whole.1.len() > 100 && whole.2 == 0,
        "the first was imported undisturbed: {whole:?}"
    );
    damage.half_written += held.iter().filter(|(_, parts)| *parts != whole).count();
    let numbers: BTreeSet<&String> = held.iter().map(|(number, _)| number).collect();
    damage.lost_documents += acknowledged.iter().filter(|number| !numbers.contains(number)).count();
    Ok(held.len())
}

/// Reviews run or are done, those done gave what they give undisturbed.
fn look_at_reviews(
    rasoat: &Rasoat,
    acknowledged: &BTreeMap<String, usize>,
    undisturbed: &[Value],
    damage: &mut Damage,
) -> Result<usize> {
    let connection = Connection::open(rasoat.database())?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    damage.unsound += usize::from(sound != "ok");
    let mut done = 0;
    for (review, draft) in acknowledged {
        let row = connection.query_row(
            "SELECT state, result, draft IS NOT NULL AND extracted IS NOT NULL FROM reviews WHERE id = ?1",
            [review],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, bool>(2)?)),
        );
        match row {
            Err(_) => damage.lost_reviews += 1,
            Ok((state, None, false)) if state == "running" => {}
            Ok((state, Some(result), true)) if state == "done" => {
                done += 1;
                let mut result: Value = serde_json::from_str(&result)?;
                result["timing"].take();
                damage.other_results += usize::from(result != undisturbed[*draft]);
            }
            Ok((state, None, false)) if state == "failed" => damage.given_up += 1,
            Ok(_) => damage.half_written += 1,
        }
    }
    Ok(done)
}

fn draft(seed: usize) -> String {
    let article = |at: usize| {
        format!(
            "Điều {at}. Thời hạn giải quyết hồ sơ loại {at}\n1. Cơ quan giải quyết hồ sơ trong {} ngày làm việc theo \
             Nghị định số {}/2024/NĐ-CP.\n2. Cơ quan trả lời bằng văn bản.\n",
            (at + seed) % 40 + 1,
            901 + (at * seed) % 4
        )
    };
    (1..=if number("RASOAT_KILLS_MODELS", 0) == 1 { 20 } else { 100 }).map(article).collect()
}

#[test]
#[ignore = "a measurement that takes many minutes"]
fn two_hundred_kills() -> Result<()> {
    let (Some(law), Some(reviewing)) = (with_empty_store(), with_empty_store()) else { return Ok(()) };
    let (kills, seed) = (number("RASOAT_KILLS", 200), number("RASOAT_KILLS_SEED", 8));
    let ground = Ground { folder: tempfile::tempdir()?, models: number("RASOAT_KILLS_MODELS", 0) == 1 };
    fs_err::write(ground.folder.path().join("rasoat.toml"), "[serve]\nwaiting = 1000\nlease = 86400\n")?;
    let mut chance = Chance(seed);
    let mut damage = Damage::default();

    // How long each takes, undisturbed.
    let timed = |work: &mut dyn FnMut() -> Result<()>| -> Result<Duration> {
        let begun = Instant::now();
        work()?;
        Ok(begun.elapsed())
    };
    let mut next = 1 + IMPORTED;
    ground.import(&law, 1..next)?;
    let importing = timed(&mut || {
        next += IMPORTED;
        ground.import(&law, next - IMPORTED..next)
    })?;
    let searching = timed(&mut || ground.search(&law).map(drop))?;
    ground.import(&reviewing, 1..5)?;
    let service = ground.serve(&reviewing)?;
    let drafts: Vec<String> = (1..=DRAFTS).map(draft).collect();
    let mut undisturbed = Vec::new();
    let reviewing_took = timed(&mut || {
        for (at, draft) in drafts.iter().enumerate() {
            let review = service.start_review(&format!("{at}.txt"), draft.as_bytes(), TODAY)?;
            service.events(&review)?;
            let mut result = service.json(&format!("/api/reviews/{review}/result"))?;
            result["timing"].take();
            undisturbed.push(result);
        }
        Ok(())
    })?;
    drop(service);
    Connection::open(reviewing.database())?.execute_batch(
        "CREATE TABLE ends (review TEXT);
         CREATE TRIGGER count_end AFTER UPDATE ON reviews WHEN OLD.state = 'running' AND NEW.state <> 'running'
            BEGIN INSERT INTO ends VALUES (NEW.id); END",
    )?;

    let (mut documents, mut reviews) = (BTreeSet::new(), BTreeMap::new());
    let mut hits = [0_u64; 3];
    let mut opened = 0;
    while hits.iter().sum::<u64>() < kills {
        let kind = (0..3).min_by_key(|kind| hits[*kind]).unwrap();
        let hit = match kind {
            0 => {
                let folder = ground.decrees(next..next + IMPORTED)?;
                next += IMPORTED;
                let command = ground.command(&["import", folder.to_str().unwrap()]);
                let (said, hit) = killed(&law, command, chance.moment(importing.mul_f64(1.1)))?;
                let stored = said.iter().filter_map(|line| line.strip_prefix("đã lưu: ")?.split_once(' '));
                documents.extend(stored.map(|(number, _)| number.to_owned()));
                look_at_documents(&law, &documents, &mut damage)?;
                hit
            }
            1 => {
                let mut service = ground.serve(&reviewing)?;
                let moment = chance.moment(reviewing_took.mul_f64(POSTED as f64 / DRAFTS as f64 * 1.3));
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        std::thread::sleep(moment);
                        service.signal("KILL")
                    });
                    for _ in 0..POSTED {
                        let draft = (chance.share() * DRAFTS as f64) as usize;
                        let posted = service.start_review(&format!("{draft}.txt"), drafts[draft].as_bytes(), TODAY);
                        reviews.extend(posted.ok().map(|review| (review, draft)));
                    }
                });
                service.kill()?;
                look_at_reviews(&reviewing, &reviews, &undisturbed, &mut damage)?;
                true
            }
            _ => {
                if chance.share() < 0.5 {
                    remove_indexes(&law)?;
                }
                let mode = if ground.models { "hybrid" } else { "lexical" };
                let command = ground.command(&["search", "thời hạn", "--mode", mode]);
                let (_, hit) = killed(&law, command, chance.moment(searching.mul_f64(1.1)))?;
                let found = ground.search(&law)?;
                // The same from an index that is built anew.
                remove_indexes(&law)?;
                damage.other_hits += usize::from(found != ground.search(&law)?);
                hit
            }
        };
        hits[kind] += u64::from(hit);
        opened += 1;
        if opened % 20 == 0 {
            let _ = writeln!(std::io::stderr(), "{opened} rounds: {hits:?} {damage:?}");
        }
    }
    let held = look_at_documents(&law, &documents, &mut damage)?;

    // Whatever was acknowledged ends, and once.
    let service = ground.serve(&reviewing)?;
    let before = look_at_reviews(&reviewing, &reviews, &undisturbed, &mut damage)?;
    for review in reviews.keys() {
        // One that was cut off too often ends as failed, with a word on it.
        let last = service.events(review)?.pop().unwrap();
        let gave_up = last.name == "failed" && last.data.to_string().contains("review.interrupted");
        assert!(last.name == "done" || gave_up, "{last:?}");
    }
    drop(service);
    damage.given_up = 0;
    let done = look_at_reviews(&reviewing, &reviews, &undisturbed, &mut damage)?;
    let connection = Connection::open(reviewing.database())?;
    let twice: i64 = connection.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM ends GROUP BY review HAVING count(*) > 1)",
        [],
        |row| row.get(0),
    )?;
    let folders = fs_err::read_dir(law.store())?
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains(".new-")));
    let left = folders.count();
    let said = format!(
        "seed {seed}, models {}: {} kills hit (import {}, review {}, re-index {}) in {opened} rounds\n\
         {} documents acknowledged, {held} held; {} reviews acknowledged, {before} done before the last start, {done} \
         after it, {twice} ended twice; {left} folders of unfinished indexes left\n{damage:?}",
        ground.models,
        hits.iter().sum::<u64>(),
        hits[0],
        hits[1],
        hits[2],
        documents.len(),
        reviews.len(),
    );
    let _ = writeln!(std::io::stderr(), "{said}");
    let Damage { unsound, half_written, lost_documents, lost_reviews, other_results, other_hits, given_up } = damage;
    assert_eq!([unsound, half_written, lost_documents, lost_reviews, other_results, other_hits], [0; 6], "{said}");
    assert_eq!((twice, done + given_up, left), (0, reviews.len(), 0), "{said}");
    Ok(())
}
