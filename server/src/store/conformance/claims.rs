//! What every store does with claims, asked over several openings of one store, as several processes have it open.
//!
//! A lease of no time lapses at once, so that nothing here waits for a clock.

use super::*;
use std::time::Duration;

on_every_store! {
    a_review_that_begins_with_a_claim_is_nobody_else_s,
    the_oldest_comes_first_and_no_review_is_claimed_twice,
    many_at_once_claim_every_review_once,
    a_review_ends_once_whoever_worked_on_it,
    a_claim_that_lapsed_is_another_s_and_its_first_holder_ends_nothing,
    a_claim_that_lapsed_and_that_nobody_took_still_counts,
    a_claim_is_good_as_long_as_it_is_renewed,
    whoever_leaves_leaves_its_claims_alone,
    a_review_that_waits_is_cancelled_on_the_spot,
    a_review_at_work_hears_that_it_is_cancelled,
    whoever_takes_a_cancelled_review_over_hears_of_it,
    how_far_a_review_is_is_told_by_its_holder_alone,
    a_review_tells_how_often_it_was_cut_off,
    work_that_no_claim_holds_tells_how_often_it_was_cut_off,
    a_claim_from_before_the_clock_was_set_back_keeps_nobody_waiting,
    claims_are_copied_nowhere,
    a_store_that_knew_of_no_claims_learns_of_them,
    a_revision_changes_with_what_is_searched_and_with_nothing_else,
    one_document_is_what_it_is_among_all,
}

fn holder() -> Holder {
    Holder::new(Duration::from_secs(600))
}

/// One whose claims have lapsed when they are made.
fn asleep() -> Holder {
    Holder::new(Duration::ZERO)
}

fn begun(store: &mut dyn Store, ids: &[&str]) {
    for id in ids {
        store.begin_review(&review(id), b"PK", None).unwrap();
    }
}

fn claim(store: &mut dyn Store, holder: &Holder) -> Option<String> {
    store.claim_review(holder).unwrap().map(|claimed| claimed.review.id)
}

fn end(store: &mut dyn Store, holder: &Holder, id: &str, result: &str) -> bool {
    let parts = ReviewParts { result: Some(result.into()), ..ReviewParts::default() };
    store.end_review(&holder.owner, id, "done", &parts).unwrap()
}

fn state(store: &dyn Store, id: &str) -> String {
    store.review(id).unwrap().unwrap().state
}

fn a_review_that_begins_with_a_claim_is_nobody_else_s(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    let (first, second) = (holder(), holder());
    assert_ne!(first.owner, second.owner);
    one.begin_review(&review("a"), b"PK", Some(&first)).unwrap();
    assert_eq!(claim(&mut *other, &second), None);
    // Nor does it begin a second time, with or without.
    assert!(other.begin_review(&review("a"), b"PK", Some(&second)).is_err());
    let claims = other.claims().unwrap();
    let wanted = Claim { review: "a".into(), owner: first.owner.clone(), held: true, progress: None };
    assert_eq!(claims, [wanted]);
    assert!(!end(&mut *other, &second, "a", "{}"));
    assert_eq!(state(&*one, "a"), "running");
    assert!(end(&mut *one, &first, "a", "{}"));
    assert_eq!(state(&*other, "a"), "done");
    assert_eq!(other.claims().unwrap(), []);
}

fn the_oldest_comes_first_and_no_review_is_claimed_twice(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    begun(&mut *one, &["b", "a", "C"]);
    let (first, second) = (holder(), holder());
    let oldest = Some(Claimed { review: review("C"), cancelled: false, interrupted: 0 });
    assert_eq!(one.claim_review(&first).unwrap(), oldest, "by bytes, as identifiers count up");
    assert_eq!(claim(&mut *other, &second).as_deref(), Some("a"));
    assert_eq!(claim(&mut *one, &first).as_deref(), Some("b"));
    assert_eq!(claim(&mut *other, &second), None);
    assert!(end(&mut *other, &second, "a", "{}"));
    assert_eq!(claim(&mut *other, &second), None, "one that ended is not claimed");
}

fn many_at_once_claim_every_review_once(ground: &dyn Ground) {
    let ids: Vec<String> = (10..40).map(|at| format!("r{at}")).collect();
    let mut store = ground.open();
    begun(&mut *store, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    let work = |_| {
        move || {
            let (mut store, holder) = (ground.open(), holder());
            std::iter::from_fn(|| claim(&mut *store, &holder)).collect::<Vec<_>>()
        }
    };
    let mut claimed: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|at| scope.spawn(work(at))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    // Whoever finds a row locked passes it over, and the last rows may all be locked by one who then leaves them.
    claimed.extend(std::iter::from_fn(|| claim(&mut *store, &holder())));
    claimed.sort();
    assert_eq!(claimed, ids);
}

fn a_review_ends_once_whoever_worked_on_it(ground: &dyn Ground) {
    let ids: Vec<String> = (10..22).map(|at| format!("r{at}")).collect();
    let mut store = ground.open();
    begun(&mut *store, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    // Half of them lose every claim at once, so that others take it over while they work on.
    let work = |at: u32| {
        move || {
            let (mut store, holder) = (ground.open(), if at.is_multiple_of(2) { asleep() } else { holder() });
            let mut ended = Vec::new();
            for _ in 0..30 {
                let Some(id) = claim(&mut *store, &holder) else { continue };
                if end(&mut *store, &holder, &id, &holder.owner) {
                    ended.push((id, holder.owner.clone()));
                }
            }
            ended
        }
    };
    let mut ended: Vec<(String, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|at| scope.spawn(work(at))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    // What was locked whenever somebody looked is left.
    let last = holder();
    while let Some(id) = claim(&mut *store, &last) {
        assert!(end(&mut *store, &last, &id, &last.owner));
        ended.push((id, last.owner.clone()));
    }
    ended.sort();
    assert_eq!(ended.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    for (id, owner) in ended {
        assert_eq!(store.review_parts(&id).unwrap().unwrap().result, Some(owner), "what counted is what is kept");
    }
    assert_eq!(store.claims().unwrap(), []);
}

fn a_claim_that_lapsed_is_another_s_and_its_first_holder_ends_nothing(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    let (first, second) = (asleep(), holder());
    begun(&mut *one, &["a"]);
    assert_eq!(claim(&mut *one, &first).as_deref(), Some("a"));
    assert!(!one.claims().unwrap()[0].held);
    assert_eq!(claim(&mut *other, &second).as_deref(), Some("a"));
    let awake = Holder { lease: Duration::from_secs(600), ..first.clone() };
    assert_eq!(one.renew_claim(&awake, "a", Some("{}")).unwrap(), Kept::Lost);
    assert!(!end(&mut *one, &awake, "a", "first"));
    assert_eq!(state(&*one, "a"), "running");
    assert_eq!(one.review_parts("a").unwrap(), Some(ReviewParts::default()));
    assert!(end(&mut *other, &second, "a", "second"));
    assert!(!end(&mut *one, &awake, "a", "first"));
    assert!(!end(&mut *other, &second, "a", "again"), "an end is final");
    assert_eq!(one.review_parts("a").unwrap().unwrap().result.as_deref(), Some("second"));
}

fn a_claim_that_lapsed_and_that_nobody_took_still_counts(ground: &dyn Ground) {
    let mut store = ground.open();
    begun(&mut *store, &["a", "b"]);
    let late = asleep();
    assert_eq!(claim(&mut *store, &late).as_deref(), Some("a"));
    assert!(end(&mut *store, &late, "a", "{}"));
    // Nor does what one let lapse keep it from being claimed again.
    assert_eq!(claim(&mut *store, &late).as_deref(), Some("b"));
    assert_eq!(claim(&mut *store, &late).as_deref(), Some("b"));
}

fn a_claim_is_good_as_long_as_it_is_renewed(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    begun(&mut *one, &["a"]);
    let first = asleep();
    assert_eq!(claim(&mut *one, &first).as_deref(), Some("a"));
    let awake = Holder { lease: Duration::from_secs(600), ..first };
    assert_eq!(one.renew_claim(&awake, "a", None).unwrap(), Kept::Held);
    assert_eq!(claim(&mut *other, &holder()), None);
    assert_eq!(one.renew_claim(&awake, "b", None).unwrap(), Kept::Lost, "there is none");
    assert!(end(&mut *one, &awake, "a", "{}"));
    assert_eq!(one.renew_claim(&awake, "a", None).unwrap(), Kept::Lost);
}

fn whoever_leaves_leaves_its_claims_alone(ground: &dyn Ground) {
    let mut store = ground.open();
    begun(&mut *store, &["a", "b"]);
    let (first, second, third) = (holder(), holder(), holder());
    assert_eq!(claim(&mut *store, &first).as_deref(), Some("a"));
    assert_eq!(claim(&mut *store, &second).as_deref(), Some("b"));
    store.lapse_claims(Some(&first.owner)).unwrap();
    assert_eq!(claim(&mut *store, &third).as_deref(), Some("a"));
    assert_eq!(claim(&mut *store, &third), None);
    store.lapse_claims(None).unwrap();
    assert_eq!(claim(&mut *store, &first).as_deref(), Some("a"));
    assert_eq!(claim(&mut *store, &first).as_deref(), Some("b"));
}

fn a_review_that_waits_is_cancelled_on_the_spot(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    begun(&mut *one, &["a", "b"]);
    assert!(other.cancel_review("a").unwrap());
    assert!(!other.cancel_review("a").unwrap(), "once");
    assert!(!other.cancel_review("none").unwrap());
    assert_eq!(state(&*one, "a"), "cancelled");
    // Neither is one on which somebody worked who is gone.
    let gone = asleep();
    assert_eq!(claim(&mut *one, &gone).as_deref(), Some("b"));
    assert!(other.cancel_review("b").unwrap());
    assert_eq!(one.renew_claim(&gone, "b", None).unwrap(), Kept::Lost);
    assert!(!end(&mut *one, &gone, "b", "{}"));
    assert_eq!(state(&*one, "b"), "cancelled");
    assert_eq!(claim(&mut *one, &holder()), None);
}

fn a_review_at_work_hears_that_it_is_cancelled(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    let holder = holder();
    one.begin_review(&review("a"), b"PK", Some(&holder)).unwrap();
    assert!(!other.cancel_review("a").unwrap());
    assert_eq!(state(&*other, "a"), "running", "until whoever works on it says so");
    assert_eq!(one.renew_claim(&holder, "a", None).unwrap(), Kept::Cancelled);
    assert!(one.end_review(&holder.owner, "a", "cancelled", &ReviewParts::default()).unwrap());
    assert_eq!(state(&*other, "a"), "cancelled");
    assert!(!other.cancel_review("a").unwrap());
}

fn whoever_takes_a_cancelled_review_over_hears_of_it(ground: &dyn Ground) {
    let mut store = ground.open();
    let (first, second) = (holder(), holder());
    store.begin_review(&review("a"), b"PK", Some(&first)).unwrap();
    assert!(!store.cancel_review("a").unwrap());
    store.lapse_claims(Some(&first.owner)).unwrap();
    assert_eq!(
        store.claim_review(&second).unwrap(),
        Some(Claimed { review: review("a"), cancelled: true, interrupted: 0 })
    );
}

fn how_far_a_review_is_is_told_by_its_holder_alone(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    let (first, second) = (holder(), holder());
    let progress = |store: &dyn Store| store.claims().unwrap().remove(0).progress;
    begun(&mut *one, &["a"]);
    claim(&mut *one, &first);
    assert_eq!(progress(&*other), None);
    assert_eq!(one.renew_claim(&first, "a", Some("{\"done\":1}")).unwrap(), Kept::Held);
    assert_eq!(progress(&*other).as_deref(), Some("{\"done\":1}"));
    assert_eq!(one.renew_claim(&first, "a", None).unwrap(), Kept::Held);
    assert_eq!(progress(&*other).as_deref(), Some("{\"done\":1}"), "what is not told stays");
    assert_eq!(other.renew_claim(&second, "a", Some("{\"done\":9}")).unwrap(), Kept::Lost);
    assert_eq!(progress(&*one).as_deref(), Some("{\"done\":1}"));
    one.lapse_claims(None).unwrap();
    claim(&mut *other, &second);
    assert_eq!(progress(&*one), None, "whoever takes it over begins anew");
}

fn a_review_tells_how_often_it_was_cut_off(ground: &dyn Ground) {
    let mut store = ground.open();
    begun(&mut *store, &["a"]);
    let interrupted = |store: &mut dyn Store, holder: &Holder| store.claim_review(holder).unwrap().unwrap().interrupted;
    // Killed, and taken up by another or by the next start.
    assert_eq!(interrupted(&mut *store, &asleep()), 0);
    assert_eq!(interrupted(&mut *store, &holder()), 1);
    store.lapse_claims(None).unwrap();
    let leaving = holder();
    assert_eq!(interrupted(&mut *store, &leaving), 2);
    // One that leaves in order leaves it as it found it, however often it says so.
    store.lapse_claims(Some(&leaving.owner)).unwrap();
    store.lapse_claims(Some(&leaving.owner)).unwrap();
    store.lapse_claims(None).unwrap();
    let last = holder();
    assert_eq!(interrupted(&mut *ground.open(), &last), 2);
    assert!(end(&mut *store, &last, "a", "{}"));
    // One that begins with a claim was taken up as well.
    store.begin_review(&review("b"), b"PK", Some(&holder())).unwrap();
    store.lapse_claims(None).unwrap();
    assert_eq!(interrupted(&mut *store, &holder()), 1);
}

fn work_that_no_claim_holds_tells_how_often_it_was_cut_off(ground: &dyn Ground) {
    let begin = |job: &str| within(&mut *ground.open(), |tables| attempts::begin(tables, job)).unwrap();
    assert_eq!([begin("import a"), begin("import a"), begin("import b"), begin("import a")], [0, 1, 0, 2]);
    let mut store = ground.open();
    within(&mut *store, |tables| attempts::put_off(tables, "import a")).unwrap();
    assert_eq!(begin("import a"), 2);
    within(&mut *store, |tables| attempts::end(tables, "import a")).unwrap();
    assert_eq!(begin("import a"), 0);
    within(&mut *store, |tables| attempts::end(tables, "none")).unwrap();
}

fn a_claim_from_before_the_clock_was_set_back_keeps_nobody_waiting(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    begun(&mut *one, &["a"]);
    // As if made when the clock was a day ahead.
    let ahead = Holder::new(Duration::from_secs(24 * 3600));
    assert_eq!(claim(&mut *one, &ahead).as_deref(), Some("a"));
    // Its holder lives, and renews it by the clock as it is.
    let awake = Holder { lease: Duration::from_secs(600), ..ahead.clone() };
    assert_eq!(one.renew_claim(&awake, "a", None).unwrap(), Kept::Held);
    assert_eq!(claim(&mut *other, &holder()), None);
    // It died before it could.
    assert_eq!(one.renew_claim(&ahead, "a", None).unwrap(), Kept::Held);
    let second = holder();
    assert_eq!(claim(&mut *other, &second).as_deref(), Some("a"));
    assert!(!end(&mut *one, &ahead, "a", "{}"));
    assert!(end(&mut *other, &second, "a", "{}"));
}

fn claims_are_copied_nowhere(ground: &dyn Ground) {
    let source = {
        let folder = Folder::new();
        let mut store = folder.open();
        begun(&mut *store, &["a"]);
        let before = told(&*store);
        claim(&mut *store, &holder());
        assert_eq!(told(&*store), before);
        (store, folder)
    };
    let mut store = ground.open();
    store.fill(&mut |sink| source.0.dump(sink), &mut |_| Ok(())).unwrap();
    assert_eq!(store.claims().unwrap(), []);
    assert_eq!(claim(&mut *store, &holder()).as_deref(), Some("a"));
}

fn a_store_that_knew_of_no_claims_learns_of_them(ground: &dyn Ground) {
    let mut store = ground.open();
    begun(&mut *store, &["a"]);
    drop(store);
    ground.run(&format!("{FOURTH} UPDATE meta SET value = '4' WHERE key = 'schema'"));
    for _ in 0..2 {
        let mut store = ground.open();
        assert_eq!(store.review("a").unwrap().map(|review| review.whose), Some(Whose::default()));
        assert!(within(&mut *store, |tables| tables.query("SELECT id FROM accounts", &[])).unwrap().is_empty());
        assert_eq!(claim(&mut *store, &asleep()).as_deref(), Some("a"));
    }
}

fn a_revision_changes_with_what_is_searched_and_with_nothing_else(ground: &dyn Ground) {
    let (mut one, other) = (ground.open(), ground.open());
    let mut seen = vec![other.revision().unwrap()];
    let mut changed = |wanted: bool, what: &str| {
        let revision = other.revision().unwrap();
        assert_eq!(!seen.contains(&revision), wanted, "{what}");
        seen.push(revision);
    };
    let document = decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.");
    put(&mut *one, &document);
    changed(true, "a document");
    assert!(one.lacks_vectors("e").unwrap());
    put(&mut *one, &document);
    changed(false, "the same again");
    let waiting = one.waiting("e").unwrap();
    one.put_vectors("e", &waiting[..1], &[vec![0.6, 0.8]]).unwrap();
    changed(true, "a vector");
    assert!(one.lacks_vectors("e").unwrap());
    one.put_vectors("e", &waiting[1..], &[vec![0.6, 0.8]]).unwrap();
    changed(true, "a second vector");
    assert!(!one.lacks_vectors("e").unwrap() && one.lacks_vectors("another").unwrap());
    begun(&mut *one, &["a"]);
    let holder = holder();
    claim(&mut *one, &holder);
    end(&mut *one, &holder, "a", "{}");
    changed(false, "a review");
    // The rows of its passages may be the same ones again; what it is told by is not.
    let stamp = one.stamps(None).unwrap();
    put(&mut *one, &CorpusDocument { consolidated_to: Some(date(2025, 1, 1)), ..document });
    changed(true, "another attribute");
    assert_ne!(one.stamps(None).unwrap(), stamp);
}

fn one_document_is_what_it_is_among_all(ground: &dyn Ground) {
    let mut store = ground.open();
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e."));
    put(&mut *store, &decree("2/2024/NĐ-CP", "Điều 1. A\nG h."));
    let bare = CorpusDocument { title: "Không có điều".into(), ..decree("3/2024/NĐ-CP", "") };
    put(&mut *store, &bare);
    for held in store.documents().unwrap() {
        assert_eq!(store.document(held.number.as_str()).unwrap(), Some(held));
    }
    assert_eq!(store.document("4/2024/NĐ-CP").unwrap(), None);
    let told: Vec<String> = store.stamps(None).unwrap().into_iter().map(|(number, _)| number).collect();
    assert_eq!(told, ["1/2024/NĐ-CP", "2/2024/NĐ-CP", "3/2024/NĐ-CP"], "those without passages too");
}
