//! Decisions, petitions, erasure and sealed values, on every store.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::{Database, Folder, Ground, review};
use crate::accounts::{Who, record};
use crate::sealed::{Key, Sealing, Vault, rotate};
use crate::store::{ReviewParts, Sink, Sqlite, Store, StoredReview, Tables, Value, Whose, within};
use crate::{decisions, discussion, petitions, retention};
use jiff::civil::date;
use rasoat_api::{
    DecisionWanted, Finding, Gathered, Hits, PetitionChange, PetitionState, PetitionWanted, Review, Severity, Verdict,
};
use std::path::{Path, PathBuf};

on_every_store! {
    decisions_are_kept_changed_and_taken_back,
    what_is_said_of_findings_is_kept_and_taken_back_by_whoever_said_it,
    petitions_are_counted_in_their_year_and_followed_by_their_secret,
    the_queue_of_petitions_comes_newest_first_and_page_by_page,
    what_a_review_was_about_is_erased_and_that_it_was_done_stays,
    what_is_due_is_what_ended_long_ago,
    what_is_said_is_sealed_and_opens_with_its_key_alone,
    a_key_takes_the_place_of_another_or_of_none,
    values_that_look_sealed_are_no_more_than_they_are,
}

/// Words that must be nowhere where they are sealed or erased.
const WORDS: &str = "Bí mật của dự thảo";

fn found() -> Review {
    let finding = |id: &str| Finding {
        id: id.into(),
        check: "terms.renamed_body".into(),
        severity: Severity::Warning,
        start: 0,
        end: 1,
        eid: None,
        quote: WORDS.into(),
        message: "b".into(),
        confidence: 0.9,
        evidence: Vec::new(),
        suggestion: None,
        detail: None,
    };
    Review { findings: ["f1", "f2", "f10"].map(finding).to_vec(), ..Review::default() }
}

fn wanted(verdict: Verdict, replacement: Option<&str>, note: Option<&str>) -> DecisionWanted {
    DecisionWanted { verdict, replacement: replacement.map(Into::into), note: note.map(Into::into) }
}

fn decisions_are_kept_changed_and_taken_back(ground: &dyn Ground) {
    let mut store = ground.open();
    store.begin_review(&review("r1"), b"PK", None).unwrap();
    store.begin_review(&review("r2"), b"PK", None).unwrap();
    let (owner, found) = (Who::owner(), found());
    let mut decide = |id: &str, finding: &str, wanted: &DecisionWanted| {
        within(&mut *store, |tables| decisions::decide(tables, &owner, (id, &found), finding, wanted, 7))
    };
    let edited = decide("r1", "f10", &wanted(Verdict::Edited, Some(" lời khác "), Some("vì 𝄞"))).unwrap();
    assert_eq!((edited.replacement.as_deref(), edited.note.as_deref()), (Some("lời khác"), Some("vì 𝄞")));
    decide("r1", "f2", &wanted(Verdict::Rejected, Some("không dùng"), None)).unwrap();
    decide("r1", "f2", &wanted(Verdict::Accepted, None, Some("  "))).unwrap();
    decide("r2", "f1", &wanted(Verdict::Rejected, None, None)).unwrap();
    let mut code = |finding: &str, wanted: &DecisionWanted| decide("r1", finding, wanted).unwrap_err().code;
    assert_eq!(code("f3", &wanted(Verdict::Accepted, None, None)), "finding.unknown");
    assert_eq!(code("f1", &wanted(Verdict::Edited, Some(" "), None)), "request.replacement");
    assert_eq!(code("f1", &wanted(Verdict::Accepted, None, Some(&"ữ".repeat(4001)))), "request.too_long");
    assert_eq!(code("f1", &wanted(Verdict::Accepted, None, Some("a\0"))), "text.nul");
    drop(store);
    let mut store = ground.open();
    within(&mut *store, |tables| {
        let kept = decisions::of_review(tables, "r1")?;
        let seen: Vec<(&str, Verdict)> = kept.iter().map(|kept| (kept.finding.as_str(), kept.verdict)).collect();
        assert_eq!(seen, [("f2", Verdict::Accepted), ("f10", Verdict::Edited)]);
        assert_eq!((kept[0].replacement.as_ref(), kept[0].note.as_ref()), (None, None));
        assert_eq!(kept[1], edited);
        assert_eq!(decisions::all(tables)?.len(), 3);
        decisions::take_back(tables, &owner, "r1", "f2", 8)?;
        let again = decisions::take_back(tables, &owner, "r1", "f2", 8);
        assert_eq!(again.unwrap_err().code, "decision.unknown");
        assert_eq!(decisions::of_review(tables, "r1")?.len(), 1);
        let acts = record::entries(tables, 0, 99)?;
        let acts: Vec<String> = acts.iter().map(|e| format!("{} {} {}", e.act, e.object, e.detail)).collect();
        let all = [
            "decision.set r1 f10 edited",
            "decision.set r1 f2 rejected",
            "decision.set r1 f2 accepted",
            "decision.set r2 f1 rejected",
            "decision.dropped r1 f2",
        ];
        assert_eq!(acts, all, "what was refused left no entry, and no words are in it");
        Ok(())
    })
    .unwrap();
}

fn petition(reason: &str) -> PetitionWanted {
    PetitionWanted {
        document: "1/2024/NĐ-CP".into(),
        eid: "art_1".into(),
        reason: reason.into(),
        contact: Some("an@vidu.vn".into()),
        as_of: None,
    }
}

/// Sends a petition in a year; its number and secret.
fn send(tables: &mut dyn Tables, reason: &str, year: i16) -> (String, String) {
    let (day, now) = (date(year, 11, 26), i64::from(year) * 1000);
    let sent = petitions::receive(tables, &Who::citizen(), &petition(reason), day, (now, day)).unwrap();
    (sent.number, sent.secret)
}

fn petitions_are_counted_in_their_year_and_followed_by_their_secret(ground: &dyn Ground) {
    let mut store = ground.open();
    let (number, secret) = within(&mut *store, |tables| {
        let first = send(tables, WORDS, 2026);
        assert_eq!(first.0, "PA-2026-000001");
        assert_eq!(send(tables, WORDS, 2026).0, "PA-2026-000002");
        assert_eq!(send(tables, WORDS, 2027).0, "PA-2027-000001");
        tables.execute("UPDATE petitions SET number = 'PA-2026-999999' WHERE number = 'PA-2026-000002'", &[])?;
        assert_eq!(send(tables, WORDS, 2026).0, "PA-2026-1000000");
        assert_eq!(send(tables, WORDS, 2026).0, "PA-2026-1000001");
        Ok(first)
    })
    .unwrap();
    drop(store);
    let mut store = ground.open();
    let refused = |reason: &str, contact: &str| PetitionWanted { contact: Some(contact.into()), ..petition(reason) };
    for (bad, code) in [
        (refused(" ", ""), "request.reason"),
        (refused(&"ữ".repeat(4001), ""), "request.too_long"),
        (refused("a", &"ữ".repeat(201)), "request.too_long"),
        (refused("a\0", ""), "text.nul"),
    ] {
        let receive = |tables: &mut dyn Tables| {
            petitions::receive(tables, &Who::citizen(), &bad, date(2026, 1, 1), (1, date(2026, 1, 1)))
        };
        assert_eq!(within(&mut *store, receive).unwrap_err().code, code);
    }
    within(&mut *store, |tables| {
        let (citizen, owner) = (Who::citizen(), Who::owner());
        let by_sender = petitions::show(tables, &citizen, &number, Some(&secret))?;
        assert_eq!((by_sender.state, by_sender.inside), (PetitionState::Received, None));
        for (number, secret) in
            [(number.as_str(), None), (number.as_str(), Some("00")), ("PA-2026-000404", Some(secret.as_str()))]
        {
            assert_eq!(petitions::show(tables, &citizen, number, secret).unwrap_err().code, "petition.unknown");
        }
        let inside = petitions::show(tables, &owner, &number, None)?.inside.unwrap();
        assert_eq!((inside.reason.as_str(), inside.contact.as_deref()), (WORDS, Some("an@vidu.vn")));
        assert_eq!(inside.gathered, None);

        assert_eq!(petitions::waiting(tables)?.unwrap().number, number, "the oldest comes first");
        let hits = Hits { hits: Vec::new(), took_ms: 1 };
        let gathered = Gathered { bearing: hits, review: Some(Review::default()), why_not: None };
        petitions::keep_gathered(tables, &number, &gathered)?;
        let other = Gathered { why_not: Some("b".into()), ..gathered.clone() };
        petitions::keep_gathered(tables, &number, &other)?;
        assert_ne!(petitions::waiting(tables)?.unwrap().number, number);
        let inside = petitions::show(tables, &owner, &number, None)?.inside.unwrap();
        assert_eq!(inside.gathered, Some(gathered), "what was gathered first stays");

        let change = |state, outcome: Option<&str>| PetitionChange { state, outcome: outcome.map(Into::into) };
        petitions::change(tables, &owner, &number, &change(PetitionState::Rejected, Some("Đúng luật.")), 9)?;
        let changed = petitions::change(tables, &owner, &number, &change(PetitionState::Forwarded, None), 10)?;
        assert_eq!((changed.state, changed.changed), (PetitionState::Forwarded, 10));
        let by_sender = petitions::show(tables, &citizen, &number, Some(&secret))?;
        assert_eq!(by_sender.outcome.as_deref(), Some("Đúng luật."), "what was told stays");
        let unknown = petitions::change(tables, &owner, "PA-0", &change(PetitionState::Rejected, None), 9);
        assert_eq!(unknown.unwrap_err().code, "petition.unknown");

        let acts = record::entries(tables, 0, 99)?;
        let acts: Vec<String> = acts.iter().map(|e| format!("{} {} {}", e.act, e.object, e.detail)).collect();
        assert_eq!(acts[0], "petition.received PA-2026-000001 ");
        let changes = ["petition.changed PA-2026-000001 rejected", "petition.changed PA-2026-000001 forwarded"];
        assert_eq!(acts[acts.len() - 2..], changes);
        assert!(acts.iter().all(|act| !act.contains(WORDS) && !act.contains("an@")));
        Ok(())
    })
    .unwrap();
}

fn the_queue_of_petitions_comes_newest_first_and_page_by_page(ground: &dyn Ground) {
    let mut store = ground.open();
    within(&mut *store, |tables| {
        let numbers: Vec<String> = (0..5).map(|_| send(tables, "a", 2026).0).collect();
        let change = PetitionChange { state: PetitionState::InReview, outcome: None };
        for number in [&numbers[0], &numbers[3]] {
            petitions::change(tables, &Who::owner(), number, &change, 1)?;
        }
        let mut page = |state, before: Option<&str>, limit| -> Vec<String> {
            let page = petitions::list(tables, state, before, limit).unwrap();
            assert!(page.iter().all(|petition| petition.inside.is_some()));
            page.into_iter().map(|petition| petition.number).collect()
        };
        assert_eq!(page(None, None, 2), [numbers[4].clone(), numbers[3].clone()]);
        assert_eq!(page(None, Some(&numbers[3]), 2), [numbers[2].clone(), numbers[1].clone()]);
        let state = Some(PetitionState::InReview);
        assert_eq!(page(state, None, 9), [numbers[3].clone(), numbers[0].clone()]);
        assert_eq!(page(state, Some(&numbers[3]), 9), [numbers[0].clone()]);
        assert_eq!(page(Some(PetitionState::Accepted), None, 9), [""; 0]);
        Ok(())
    })
    .unwrap();
}

fn what_is_said_of_findings_is_kept_and_taken_back_by_whoever_said_it(ground: &dyn Ground) {
    use crate::accounts;
    use rasoat_api::{Invitation, InvitationTaken, Role};
    let mut store = ground.open();
    store.begin_review(&review("r1"), b"PK", None).unwrap();
    let (owner, found) = (Who::owner(), found());
    let (an, comments) = within(&mut *store, |tables| {
        let organisation = accounts::first_organisation(tables, 5)?.id;
        let secret = accounts::invite(tables, &Invitation { role: Role::Reviewer, organisation }, 5)?.secret;
        let taken = InvitationTaken { secret, login: "an.vu".into(), name: "Vũ An".into(), password: String::new() };
        let an = Who::of(accounts::take_up(tables, &taken, "hash", 6)?);
        let said = discussion::say(tables, &an, ("r1", &found), "f2", " Căn cứ này đã thay? 𝄞 ", 7)?;
        assert_eq!(
            (said.text.as_str(), said.name.as_deref(), said.own),
            ("Căn cứ này đã thay? 𝄞", Some("Vũ An"), true)
        );
        discussion::say(tables, &owner, ("r1", &found), "f2", "Đúng.", 8)?;
        Ok((an, discussion::of_review(tables, &owner, "r1")?.comments))
    })
    .unwrap();
    let seen: Vec<(&str, bool)> = comments.iter().map(|one| (one.text.as_str(), one.own)).collect();
    assert_eq!(seen, [("Căn cứ này đã thay? 𝄞", false), ("Đúng.", true)], "as somebody without an account sees it");
    let account = an.id().unwrap();
    let mut code = |work: &mut dyn FnMut(&mut dyn Tables) -> crate::failure::Result<()>| {
        within(&mut *store, |tables| work(tables)).unwrap_err().code
    };
    let mut say = |finding: &str, text: &str| {
        code(&mut |tables| discussion::say(tables, &owner, ("r1", &found), finding, text, 9).map(drop))
    };
    assert_eq!(say("f3", "a"), "finding.unknown");
    assert_eq!(say("f1", "  "), "request.comment");
    assert_eq!(say("f1", &"ữ".repeat(4001)), "request.too_long");
    let theirs = comments[1].id.clone();
    assert_eq!(code(&mut |tables| discussion::unsay(tables, &an, "r1", "f2", &theirs, 9)), "comment.unknown");
    assert_eq!(
        code(&mut |tables| discussion::assign(tables, &an, ("r1", &found), "f2", "x", 9).map(drop)),
        "account.unknown"
    );
    within(&mut *store, |tables| {
        discussion::unsay(tables, &owner, "r1", "f2", &theirs, 9)?;
        discussion::assign(tables, &owner, ("r1", &found), "f10", &account, 9)?;
        discussion::assign(tables, &owner, ("r1", &found), "f2", &account, 10)?;
        discussion::release(tables, &owner, "r1", "f10", 11)?;
        let all = discussion::of_review(tables, &an, "r1")?;
        let assigned: Vec<(&str, &str, i64)> =
            all.assignments.iter().map(|one| (one.finding.as_str(), one.name.as_str(), one.at)).collect();
        assert_eq!((all.comments.len(), assigned), (1, vec![("f2", "Vũ An", 10)]));
        assert_eq!(all.people.iter().map(|person| person.id.as_str()).collect::<Vec<_>>(), [account.as_str()]);
        let told: Vec<String> =
            record::entries(tables, 0, 99)?.iter().map(|e| format!("{} {}", e.act, e.detail)).collect();
        assert!(told.contains(&"comment.added f2".to_owned()) && told.contains(&format!("assignee.set f2 {account}")));
        assert!(!told.iter().any(|line| line.contains("Căn cứ") || line.contains("Đúng")), "{told:?}");
        Ok(())
    })
    .unwrap();
    assert_eq!(
        within(&mut *store, |tables| discussion::release(tables, &owner, "r1", "f10", 12)).unwrap_err().code,
        "assignee.unknown"
    );
}

fn parts() -> ReviewParts {
    let text = || Some(format!("{{\"a\": \"{WORDS}\"}}"));
    let converted = Some(WORDS.repeat(500).into_bytes());
    ReviewParts { extracted: text(), draft: text(), result: text(), error: text(), converted }
}

/// A review with everything it can have, and a decision on it.
fn full(store: &mut dyn Store, id: &str) -> StoredReview {
    let whose = Whose { request: Some(format!("k-{id}")), begun: 5, ..Whose::default() };
    let begun = StoredReview { whose, file_name: format!("{WORDS}.docx"), ..review(id) };
    let holder = crate::store::Holder::new(std::time::Duration::from_secs(60));
    store.begin_review(&begun, WORDS.repeat(1000).as_bytes(), Some(&holder)).unwrap();
    assert!(store.end_review(&holder.owner, id, "done", &parts()).unwrap());
    let decision = wanted(Verdict::Edited, Some(WORDS), Some(WORDS));
    within(store, |tables| {
        discussion::say(tables, &Who::owner(), (id, &found()), "f1", WORDS, 6)?;
        decisions::decide(tables, &Who::owner(), (id, &found()), "f1", &decision, 6)
    })
    .unwrap();
    begun
}

/// Where in the store's rows the words stand.
fn told(store: &dyn Store) -> Vec<String> {
    let mut places = Vec::new();
    let mut look: Box<Sink<'_>> = Box::new(|table, row| {
        for (value, (column, _)) in row.iter().zip(table.columns) {
            let bytes: &[u8] = match value {
                Value::Text(text) => text.as_bytes(),
                Value::Bytes(bytes) => bytes,
                Value::Null | Value::Integer(_) => &[],
            };
            if holds(bytes) {
                places.push(format!("{}.{column}", table.name));
            }
        }
        Ok(())
    });
    store.dump(&mut *look).unwrap();
    drop(look);
    places
}

fn holds(bytes: &[u8]) -> bool {
    bytes.windows(WORDS.len()).any(|window| window == WORDS.as_bytes())
}

/// Whether the files of a folder's store hold the words.
fn files_hold(folder: &Path) -> bool {
    let file = Sqlite::file_in(folder);
    ["", "-wal", "-shm"].iter().any(|end| {
        let path = PathBuf::from(format!("{}{end}", file.display()));
        std::fs::read(path).is_ok_and(|bytes| holds(&bytes))
    })
}

fn what_a_review_was_about_is_erased_and_that_it_was_done_stays(ground: &dyn Ground) {
    let mut store = ground.open();
    let before = full(&mut *store, "r1");
    store.begin_review(&review("r2"), b"PK", None).unwrap();
    assert_eq!(told(&*store).len(), 10, "{:?}", told(&*store));
    let erase = |store: &mut dyn Store, id: &str| {
        within(store, |tables| retention::erase(tables, &Who::owner(), id, 9)).map_err(|failure| failure.code)
    };
    assert_eq!(erase(&mut *store, "r2"), Err("review.not_done"));
    assert_eq!(erase(&mut *store, "r3"), Err("review.unknown"));
    assert_eq!(erase(&mut *store, "r1"), Ok(true));
    assert_eq!(erase(&mut *store, "r1"), Ok(false), "once");
    store.settle().unwrap();
    assert_eq!(told(&*store), [""; 0]);
    let after = store.review("r1").unwrap().unwrap();
    assert_eq!(after.state, "erased");
    assert_eq!((&after.as_of, after.whose.begun), (&before.as_of, before.whose.begun));
    assert_eq!((after.whose.request, after.error), (None, None));
    assert_eq!(store.review_original("r1").unwrap(), Some(Vec::new()));
    assert_eq!(store.review_parts("r1").unwrap(), Some(ReviewParts::default()));
    within(&mut *store, |tables| {
        let kept = decisions::of_review(tables, "r1")?.remove(0);
        assert_eq!((kept.verdict, kept.replacement, kept.note), (Verdict::Edited, None, None));
        let acts = record::entries(tables, 0, 99)?;
        assert_eq!(acts.iter().filter(|entry| entry.act == "review.erased" && entry.object == "r1").count(), 1);
        Ok(())
    })
    .unwrap();
}

fn what_is_due_is_what_ended_long_ago(ground: &dyn Ground) {
    let mut store = ground.open();
    const DAY: i64 = 24 * 3600;
    let now = 1_900_000_000;
    // Of versions that wrote down no time: made on 2022-02-22, and one that no version made.
    let old = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    for (id, begun, state) in [
        ("a", now - 31 * DAY, "done"),
        ("b", now - 29 * DAY, "done"),
        ("c", now - 31 * DAY, "running"),
        ("d", now - 40 * DAY, "failed"),
        ("e", now - 40 * DAY, "erased"),
        (old, 0, "done"),
        ("f", 0, "done"),
    ] {
        let whose = Whose { begun, ..Whose::default() };
        store.begin_review(&StoredReview { whose, state: state.into(), ..review(id) }, b"", None).unwrap();
    }
    let due = within(&mut *store, |tables| retention::due(tables, 30, now)).unwrap();
    assert_eq!(due, [old, "a", "d"]);
    assert_eq!(within(&mut *store, |tables| retention::due(tables, 3650, now)).unwrap(), [""; 0]);
}

/// A new key's file.
fn key(folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    Key::make(&file).unwrap();
    file
}

fn vault(ground: &dyn Ground, key_file: Option<&Path>) -> Vault {
    Vault::from(ground.place()).with_key(key_file.map(Path::to_owned))
}

fn what_is_said_is_sealed_and_opens_with_its_key_alone(ground: &dyn Ground) {
    let keys = tempfile::tempdir().unwrap();
    let (ours, another) = (key(keys.path(), "a.key"), key(keys.path(), "b.key"));
    let mut store = vault(ground, Some(&ours)).open().unwrap();
    let before = StoredReview { state: "done".into(), ..full(&mut *store, "r1") };
    let (number, secret) = within(&mut *store, |tables| {
        let sent = send(tables, WORDS, 2026);
        let change = PetitionChange { state: PetitionState::Accepted, outcome: Some(WORDS.into()) };
        petitions::change(tables, &Who::owner(), &sent.0, &change, 9)?;
        let hits = Hits { hits: Vec::new(), took_ms: 1 };
        let gathered = Gathered { bearing: hits, review: None, why_not: Some(WORDS.into()) };
        petitions::keep_gathered(tables, &sent.0, &gathered)?;
        Ok(sent)
    })
    .unwrap();
    assert_eq!(told(&*store), [""; 0]);
    assert!(!matches!(ground.place(), super::Place::Folder(folder) if files_hold(&folder)));
    drop(store);

    let rows = |store: &dyn Store| {
        let mut rows = Vec::new();
        store
            .dump(&mut |table, row| {
                rows.push(format!("{} {row:?}", table.name));
                Ok(())
            })
            .unwrap();
        rows
    };
    let whole = rows(&*ground.open());
    assert_eq!(vault(ground, None).open().err().map(|failure| failure.code), Some("store.key_missing"));
    assert_eq!(vault(ground, Some(&another)).open().err().map(|failure| failure.code), Some("store.key_wrong"));
    assert_eq!(vault(ground, Some(&keys.path().join("c"))).open().err().map(|f| f.code), Some("key.unreadable"));
    assert_eq!(rows(&*ground.open()), whole, "nothing was written");

    let mut store = vault(ground, Some(&ours)).open().unwrap();
    let error = parts().error;
    let read = StoredReview { error: error.clone(), ..before };
    assert_eq!(store.review("r1").unwrap().as_ref(), Some(&read));
    assert_eq!(store.reviews(9).unwrap(), std::slice::from_ref(&read));
    assert_eq!(store.reviews_of("local", None, 9).unwrap(), [read]);
    assert_eq!(store.review_original("r1").unwrap(), Some(WORDS.repeat(1000).into_bytes()));
    assert_eq!(store.review_parts("r1").unwrap(), Some(parts()));
    within(&mut *store, |tables| {
        let kept = decisions::of_review(tables, "r1")?.remove(0);
        assert_eq!((kept.replacement.as_deref(), kept.note.as_deref()), (Some(WORDS), Some(WORDS)));
        let petition = petitions::show(tables, &Who::owner(), &number, None)?;
        assert_eq!(petition.outcome.as_deref(), Some(WORDS));
        let inside = petition.inside.unwrap();
        assert_eq!((inside.reason.as_str(), inside.contact.as_deref()), (WORDS, Some("an@vidu.vn")));
        assert_eq!(inside.gathered.unwrap().why_not.as_deref(), Some(WORDS));
        assert_eq!(petitions::show(tables, &Who::citizen(), &number, Some(&secret))?.outcome.as_deref(), Some(WORDS));
        Ok(())
    })
    .unwrap();
    drop(store);
    // A value that was put in another's place does not open.
    ground.run("UPDATE reviews SET draft = result");
    let store = vault(ground, Some(&ours)).open().unwrap();
    assert_eq!(store.review_parts("r1").unwrap_err().code, "store.seal");
}

fn a_key_takes_the_place_of_another_or_of_none(ground: &dyn Ground) {
    let keys = tempfile::tempdir().unwrap();
    let (first, second) = (key(keys.path(), "a.key"), key(keys.path(), "b.key"));
    let plain = vault(ground, None);
    let mut store = plain.open().unwrap();
    full(&mut *store, "r1");
    within(&mut *store, |tables| Ok(send(tables, WORDS, 2026))).unwrap();
    drop(store);
    // What was there before there was a key is read beside what is sealed.
    let mut store = vault(ground, Some(&first)).open().unwrap();
    full(&mut *store, "r2");
    for id in ["r1", "r2"] {
        assert_eq!(store.review_parts(id).unwrap(), Some(parts()), "{id}");
    }
    assert!(!told(&*store).is_empty());
    let sealing = |file: &Path| Sealing::from(Key::read(file).unwrap());
    let wrong = rotate(&ground.place(), &sealing(&second), &sealing(&first), 9);
    assert_eq!(wrong.unwrap_err().code, "store.key_wrong");
    // Nine values of each review, two of the petition.
    assert_eq!(rotate(&ground.place(), &sealing(&first), &sealing(&second), 9).unwrap(), 2 * 10 + 2);
    // Who runs on with the old key writes nothing any more.
    let begun = store.begin_review(&review("r3"), b"PK", None).unwrap_err();
    assert_eq!(begun.code, "store.key_wrong");
    assert_eq!(
        store.end_review("nobody", "r2", "failed", &ReviewParts::default()).unwrap_err().code,
        "store.key_wrong"
    );
    assert_eq!(within(&mut *store, |tables| Ok(petitions_code(tables))).unwrap(), "store.key_wrong");
    drop(store);
    assert_eq!(vault(ground, Some(&first)).open().err().map(|failure| failure.code), Some("store.key_wrong"));
    let store = vault(ground, Some(&second)).open().unwrap();
    for id in ["r1", "r2"] {
        assert_eq!(store.review_parts(id).unwrap(), Some(parts()), "{id}");
        assert_eq!(store.review_original(id).unwrap(), Some(WORDS.repeat(1000).into_bytes()), "{id}");
    }
    assert_eq!(told(&*store), [""; 0], "what lay there unsealed is sealed");
    assert!(!matches!(ground.place(), super::Place::Folder(folder) if files_hold(&folder)), "and written over");
}

fn petitions_code(tables: &mut dyn Tables) -> &'static str {
    let day = date(2026, 1, 1);
    petitions::receive(tables, &Who::citizen(), &petition("a"), day, (1, day)).unwrap_err().code
}

fn values_that_look_sealed_are_no_more_than_they_are(ground: &dyn Ground) {
    let mut store = vault(ground, None).open().unwrap();
    for (id, name) in [("a", "\u{1}sealed:1:0123456789abcdef:AAAA"), ("b", "\u{1}plain:x"), ("c", "\u{1}")] {
        let begun = StoredReview { file_name: name.into(), ..review(id) };
        store.begin_review(&begun, name.as_bytes(), None).unwrap();
        assert_eq!(store.review(id).unwrap(), Some(begun));
        assert_eq!(store.review_original(id).unwrap(), Some(name.as_bytes().to_vec()));
    }
    drop(store);
    vault(ground, None).open().unwrap();
}
