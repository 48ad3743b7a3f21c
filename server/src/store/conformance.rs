//! What every store must do, run on each of them: SQLite always, PostgreSQL where `RASOAT_TEST_POSTGRES` names a server on
//! which databases may be made (`cargo xtask test` starts one).
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod postgres_only;

use super::rows::TABLES;
use super::*;
use ::postgres::{Client, NoTls};
use jiff::civil::date;
use rasoat_law::effect::OwnDates;
use rasoat_law::structure::parse;
use rasoat_law::{DocNumber, DocumentKind};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// Takes away what the versions from the fifth on brought.
pub(super) const FOURTH: &str = "DROP TABLE procedures; DROP TABLE amendments; DROP TABLE attempts; DROP TABLE comments; DROP TABLE assignments; DROP INDEX reviews_that_run; DROP TABLE claims; DROP TABLE decisions; DROP TABLE petitions; DROP TABLE record; DROP TABLE tokens; \
    DROP TABLE sessions; DROP TABLE invitations; DROP TABLE failed_logins; DROP TABLE accounts; \
    DROP TABLE organisations; DROP INDEX reviews_by_request; ALTER TABLE reviews DROP COLUMN organisation; \
    ALTER TABLE reviews DROP COLUMN account; ALTER TABLE reviews DROP COLUMN begun; \
    ALTER TABLE reviews DROP COLUMN request;";

/// A place for one store, empty at first.
trait Ground: Sync {
    fn place(&self) -> Place;

    /// Runs statements behind the store's back.
    fn run(&self, sql: &str);

    /// From now on, what puts a passage of this provision in is cut off there.
    fn cut_at(&self, eid: &str);

    /// No longer.
    fn mend(&self);

    fn open(&self) -> Box<dyn Store> {
        self.place().open().unwrap()
    }
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Ground for Folder {
    fn place(&self) -> Place {
        Place::Folder(self.0.path().to_owned())
    }

    fn run(&self, sql: &str) {
        let connection = rusqlite::Connection::open(Sqlite::file_in(self.0.path())).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    fn cut_at(&self, eid: &str) {
        self.run(&format!(
            "CREATE TRIGGER cut BEFORE INSERT ON passages WHEN NEW.eid = '{eid}'
                BEGIN SELECT RAISE(ABORT, 'cut'); END"
        ));
    }

    fn mend(&self) {
        self.run("DROP TRIGGER cut");
    }
}

/// A database of its own on the server for tests, dropped in the end.
struct Database {
    server: String,
    name: String,
}

impl Database {
    fn new() -> Option<Self> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let Some(server) = std::env::var("RASOAT_TEST_POSTGRES").ok().filter(|address| !address.is_empty()) else {
            // Not a print macro: the test harness swallows what those print when a test passes.
            let _ = writeln!(
                std::io::stderr(),
                "skipped on PostgreSQL: RASOAT_TEST_POSTGRES names no server; `cargo xtask test` starts one"
            );
            return None;
        };
        let name = format!("rasoat_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        Client::connect(&server, NoTls).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Some(Self { server, name })
    }

    /// The address of its database, with further settings.
    fn address(&self, more: &str) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}dbname={}{more}", self.server, self.name)
    }

    fn client(&self) -> Client {
        Client::connect(&self.address(""), NoTls).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let _ = Client::connect(&self.server, NoTls).and_then(|mut client| client.batch_execute(&drop));
    }
}

impl Ground for Database {
    fn place(&self) -> Place {
        Place::Postgres(self.address(""))
    }

    fn run(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    /// The server ends the session itself, as when it is killed.
    fn cut_at(&self, eid: &str) {
        self.run(&format!(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NEW; END';
             CREATE TRIGGER cut BEFORE INSERT ON passages FOR EACH ROW WHEN (NEW.eid = '{eid}')
                EXECUTE FUNCTION cut();"
        ));
    }

    fn mend(&self) {
        self.run("DROP TRIGGER cut ON passages; DROP FUNCTION cut");
    }
}

/// Each check is a test on every store.
macro_rules! on_every_store {
    ($($check:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $check() { super::$check(&super::Folder::new()); })*
        }
        mod on_postgres {
            $(#[test] fn $check() {
                if let Some(database) = super::Database::new() {
                    super::$check(&database);
                }
            })*
        }
    };
}

mod kept;

on_every_store! {
    an_empty_store_answers,
    a_document_is_new_then_unchanged_then_replaced,
    the_same_text_with_other_attributes_is_put_in_anew,
    vectors_come_back_as_they_were_given,
    what_waits_comes_shortest_first,
    a_stamp_changes_with_passages_and_vectors,
    a_review_begins_and_ends,
    what_is_done_within_one_transaction_counts_whole_or_not_at_all,
    accounts_and_the_record_are_the_same_everywhere,
    everything_is_there_after_reopening,
    a_newer_schema_is_refused_and_left_alone,
    a_write_that_is_cut_off_leaves_the_last_whole_state,
    letters_beyond_the_basic_plane_come_back,
    nul_in_a_text_is_refused,
    a_passage_without_end_is_kept_whole,
    five_thousand_passages_keep_their_order,
    one_document_put_in_by_several_at_once_is_there_once,
    what_one_writes_another_sees,
    rows_fill_an_empty_store_or_nothing_does,
}

// After the macro, which it uses.
mod claims;

fn decree(number: &str, text: &str) -> CorpusDocument {
    let mut document = parse(text);
    document.problems.clear();
    document.metadata.number = Some(DocNumber::from_normal(number));
    document.metadata.kind = DocumentKind::NghiDinh;
    document.metadata.issued = Some(date(2024, 1, 1));
    CorpusDocument {
        number: DocNumber::from_normal(number),
        kind: DocumentKind::NghiDinh,
        title: format!("Nghị định số {number}"),
        issuer: None,
        own_dates: OwnDates { issued: Some(date(2024, 1, 1)), effective: None },
        consolidated_to: None,
        document,
    }
}

fn try_put(store: &mut dyn Store, document: &CorpusDocument) -> Result<Stored> {
    let sum = crate::import::sha256(document.document.text.as_bytes());
    let passages = rasoat_embeddings::passages(&document.document, &document.subject());
    store.put(document, &passages, "test", &sum)
}

fn put(store: &mut dyn Store, document: &CorpusDocument) -> Stored {
    try_put(store, document).unwrap()
}

fn review(id: &str) -> StoredReview {
    let state = "running".to_owned();
    let whose = Whose { account: Some("a1".into()), begun: 1_795_000_000, ..Whose::default() };
    let (file_name, as_of) = ("dự thảo.docx".into(), "2026-11-26".into());
    StoredReview { id: id.into(), file_name, as_of, state, error: None, whose }
}

/// Everything a store says, to be compared.
fn told(store: &dyn Store) -> Vec<String> {
    let mut rows = Vec::new();
    store
        .dump(&mut |table, row| {
            rows.push(format!("{} {row:?}", table.name));
            Ok(())
        })
        .unwrap();
    rows.push(format!("{:?} {:?}", store.counts().unwrap(), store.documents().unwrap()));
    rows.push(format!("{:?} {:?}", store.stamps(None).unwrap(), store.passage_spans().unwrap()));
    rows
}

fn an_empty_store_answers(ground: &dyn Ground) {
    let mut store = ground.open();
    assert_eq!(store.counts().unwrap(), Counts::default());
    assert_eq!(store.documents().unwrap(), []);
    assert_eq!(store.waiting("e").unwrap(), []);
    assert_eq!(store.stamps(Some("e")).unwrap(), []);
    assert_eq!(store.passages("1/2024/NĐ-CP", None).unwrap(), []);
    assert_eq!(store.passage_spans().unwrap(), []);
    assert!(store.sums().unwrap().is_empty());
    assert!(store.subject("1/2024/NĐ-CP").is_err());
    assert_eq!(store.reviews(50).unwrap(), []);
    assert_eq!(store.running_reviews().unwrap(), []);
    assert_eq!(store.claims().unwrap(), []);
    assert_eq!(store.revision().unwrap(), 0);
    assert_eq!(store.document("1/2024/NĐ-CP").unwrap(), None);
    assert!(!store.lacks_vectors("e").unwrap());
    assert_eq!(store.review("r").unwrap(), None);
    assert_eq!(store.review_original("r").unwrap(), None);
    assert_eq!(store.review_parts("r").unwrap(), None);
    store.put_vectors("e", &[], &[]).unwrap();
    assert!(!store.end_review("nobody", "r", "done", &ReviewParts::default()).unwrap());
    assert_eq!(store.review("r").unwrap(), None, "a review that never began does not end");
    store.dump(&mut |table, _| panic!("{} has a row", table.name)).unwrap();
}

fn a_document_is_new_then_unchanged_then_replaced(ground: &dyn Ground) {
    let mut store = ground.open();
    let first = decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.");
    let second = decree("2/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.");
    assert_eq!(put(&mut *store, &first), Stored::New);
    assert_eq!(put(&mut *store, &second), Stored::New);
    assert_eq!(put(&mut *store, &first), Stored::Unchanged);
    assert_eq!(store.documents().unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.subject("1/2024/NĐ-CP").unwrap(), first.subject());
    assert_eq!(store.counts().unwrap(), Counts { documents: 2, provisions: 6, embedded: 0, passages: 4 });
    let sum = crate::import::sha256(first.document.text.as_bytes());
    assert_eq!(store.sums().unwrap().get("1/2024/NĐ-CP"), Some(&sum));
    let spans = store.passage_spans().unwrap();
    assert_eq!(spans[0].1[1].of(&first.document.text).trim(), "2. D e.");
    let replaced = decree("1/2024/NĐ-CP", "Điều 1. A\nKhác.");
    assert_eq!(put(&mut *store, &replaced), Stored::Replaced);
    assert_eq!(store.documents().unwrap(), [second, replaced], "what is replaced comes last");
    assert_eq!(store.counts().unwrap(), Counts { documents: 2, provisions: 4, embedded: 0, passages: 3 });
}

fn the_same_text_with_other_attributes_is_put_in_anew(ground: &dyn Ground) {
    let mut store = ground.open();
    let mut document = decree("1/2024/NĐ-CP", "Điều 1. A\nB.");
    document.document.metadata.title = Some("về A".into());
    document.document.metadata.signer = Some("Nguyễn Văn A".into());
    document.document.metadata.place = Some("Hà Nội".into());
    assert_eq!(put(&mut *store, &document), Stored::New);
    document.own_dates.effective = Some(date(2024, 3, 1));
    document.document.metadata.effective = Some(date(2024, 3, 1));
    assert_eq!(put(&mut *store, &document), Stored::Replaced);
    document.consolidated_to = Some(date(2025, 1, 1));
    assert_eq!(put(&mut *store, &document), Stored::Replaced);
    assert_eq!(put(&mut *store, &document), Stored::Unchanged);
    assert_eq!(store.documents().unwrap(), [document]);
}

fn vectors_come_back_as_they_were_given(ground: &dyn Ground) {
    let mut store = ground.open();
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.\n3. G h.\n4. I k."));
    let waiting = store.waiting("e").unwrap();
    // Beyond half precision in every way, and of several dimensions.
    let given = [vec![1.0 / 3.0, -0.1], vec![1e-8, f32::MIN_POSITIVE], vec![70000.0, 1.0], vec![0.6, 0.0, 0.8]];
    store.put_vectors("e", &waiting[..2], &given[..2]).unwrap();
    store.put_vectors("e", &waiting[2..], &given[2..]).unwrap();
    assert_eq!(store.waiting("e").unwrap(), []);
    assert_eq!(store.counts().unwrap().embedded, 4);
    let vectors = |store: &dyn Store, encoder| -> Vec<Option<Vec<f32>>> {
        store.passages("1/2024/NĐ-CP", encoder).unwrap().into_iter().map(|passage| passage.vector).collect()
    };
    assert_eq!(vectors(&*store, Some("e")), given.clone().map(Some));
    assert_eq!(vectors(&*store, Some("another")), [const { None }; 4]);
    assert_eq!(vectors(&*store, None), [const { None }; 4]);
    // An encoder of another dimension takes the place of the first, passage by passage.
    store.put_vectors("another", &waiting[..1], &[vec![0.5; 5]]).unwrap();
    assert_eq!(store.waiting("another").unwrap(), waiting[1..]);
    assert_eq!(store.waiting("e").unwrap(), waiting[..1]);
    assert_eq!(vectors(&*store, Some("another"))[0], Some(vec![0.5; 5]));
}

fn what_waits_comes_shortest_first(ground: &dyn Ground) {
    let mut store = ground.open();
    // Letters are counted, not bytes.
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. Một hai ba bốn.\n2. Ữ ữ ữ.\n3. a b c d.\n4. ơ ơ ơ ơ."));
    let waiting = store.waiting("e").unwrap();
    let ends: Vec<&str> = waiting.iter().map(|w| w.text.rsplit('\n').next().unwrap_or_default()).collect();
    let lengths: Vec<usize> = waiting.iter().map(|w| w.text.chars().count()).collect();
    assert!(lengths.is_sorted(), "{ends:?}");
    assert!(waiting[1].id < waiting[2].id && lengths[1] == lengths[2], "{ends:?}");
}

fn a_stamp_changes_with_passages_and_vectors(ground: &dyn Ground) {
    let mut store = ground.open();
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e."));
    let stamp = |store: &dyn Store, encoder| store.stamps(encoder).unwrap().remove(0).1;
    let bare = stamp(&*store, Some("e"));
    assert_eq!(stamp(&*store, None), bare);
    let waiting = store.waiting("e").unwrap();
    store.put_vectors("e", &waiting[..1], &[vec![0.6, 0.8]]).unwrap();
    let half = stamp(&*store, Some("e"));
    assert_ne!(half, bare);
    assert_eq!(stamp(&*store, Some("another")), bare);
    store.put_vectors("e", &waiting[1..], &[vec![0.6, 0.8]]).unwrap();
    assert_ne!(stamp(&*store, Some("e")), half);
    let full = stamp(&*store, Some("e"));
    assert_eq!(stamp(&*store, Some("e")), full);
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D g."));
    assert_ne!(stamp(&*store, None), bare);
}

fn a_review_begins_and_ends(ground: &dyn Ground) {
    let mut store = ground.open();
    // Sorted by bytes, whatever the language of the database.
    let holder = Holder::new(std::time::Duration::from_secs(600));
    for id in ["a-2", "B-1", "a-10"] {
        store.begin_review(&review(id), &[0, 1, 255], Some(&holder)).unwrap();
    }
    assert!(store.begin_review(&review("B-1"), b"", None).is_err(), "no review takes another's place");
    let ids = |reviews: Vec<StoredReview>| -> Vec<String> { reviews.into_iter().map(|review| review.id).collect() };
    assert_eq!(ids(store.running_reviews().unwrap()), ["B-1", "a-10", "a-2"]);
    let parts = ReviewParts {
        extracted: Some("{}".into()),
        draft: Some(r#"{"a": "\u0000"}"#.into()),
        result: Some("x".repeat(300_000)),
        error: None,
        converted: Some(vec![0, 80, 75]),
    };
    assert!(store.end_review(&holder.owner, "a-2", "done", &parts).unwrap());
    let error = Some(r#"{"code":"x"}"#.to_owned());
    let failed = ReviewParts { error: error.clone(), ..ReviewParts::default() };
    assert!(store.end_review(&holder.owner, "B-1", "failed", &failed).unwrap());
    assert_eq!(ids(store.running_reviews().unwrap()), ["a-10"]);
    assert_eq!(ids(store.reviews(2).unwrap()), ["a-2", "a-10"]);
    assert_eq!(ids(store.reviews(usize::MAX).unwrap()).len(), 3);
    assert_eq!(store.review("a-2").unwrap(), Some(StoredReview { state: "done".into(), ..review("a-2") }));
    assert_eq!(store.review("B-1").unwrap(), Some(StoredReview { state: "failed".into(), error, ..review("B-1") }));
    assert_eq!(store.review_parts("a-2").unwrap(), Some(parts));
    assert_eq!(store.review_parts("a-10").unwrap(), Some(ReviewParts::default()));
    assert_eq!(store.review_original("a-10").unwrap(), Some(vec![0, 1, 255]));
}

/// Something in every table.
fn filled(ground: &dyn Ground) -> Box<dyn Store> {
    let mut store = ground.open();
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.\nĐiều 2. C\nG h."));
    put(&mut *store, &decree("2/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e."));
    put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D g.\nĐiều 2. C\nG h."));
    let waiting = store.waiting("e").unwrap();
    store.put_vectors("e", &waiting[..3], &[vec![1.0 / 3.0, 0.8], vec![0.8, 0.6], vec![0.1, 70000.0]]).unwrap();
    let holder = Holder::new(std::time::Duration::from_secs(600));
    store.begin_review(&review("r1"), b"PK\0", Some(&holder)).unwrap();
    store.begin_review(&review("r2"), b"", None).unwrap();
    let parts = ReviewParts { result: Some("{}".into()), converted: Some(b"PK".to_vec()), ..ReviewParts::default() };
    assert!(store.end_review(&holder.owner, "r1", "done", &parts).unwrap());
    let people = [
        "INSERT INTO organisations VALUES ('local', 'Sở Tư pháp', 1)",
        "INSERT INTO accounts VALUES ('a1', 'an', 'Nguyễn Văn An', 'reviewer', 'local', NULL, NULL, 1, 1)",
        "INSERT INTO decisions VALUES ('r1', 'f1', 'accepted', NULL, 'đúng', 'a1', 2)",
        "INSERT INTO comments VALUES ('c1', 'r1', 'f1', 'xem lại', 'a1', 3)",
        "INSERT INTO amendments VALUES ('m1', '2/2024/NĐ-CP', 'art_1', 'Bãi bỏ Điều 2.', '1/2024/NĐ-CP', 'art_2', 'repeal',
            '2025-01-01', NULL, 'a1', 4)",
        "INSERT INTO assignments VALUES ('r1', 'f1', 'a1', 3)",
        "INSERT INTO procedures VALUES ('1.001193', '{\"name\":\"Đăng ký khai sinh\"}')",
    ];
    within(&mut *store, |tables| {
        for sql in people {
            tables.execute(sql, &[])?;
        }
        let token = "INSERT INTO tokens VALUES ('t1', $1, 'a1', 'nhập', 'review', 1, NULL)";
        tables.execute(token, &[Value::Bytes(vec![0, 255])])?;
        let petition = "INSERT INTO petitions VALUES ('1', $1, '1/2024/NĐ-CP', 'art_1', '2026-11-26', 'sai', NULL, 1,
            NULL, 'received', NULL, NULL, NULL, 1)";
        tables.execute(petition, &[Value::Bytes(vec![1])])?;
        let entry = "INSERT INTO record VALUES (1, 1, NULL, 'local', 'x', 'y', '', $1)";
        tables.execute(entry, &[Value::Bytes(vec![2])])
    })
    .unwrap();
    store
}

fn accounts_and_the_record_are_the_same_everywhere(ground: &dyn Ground) {
    use crate::accounts::{self, Who, login, record};
    use rasoat_api::{Invitation, InvitationTaken, Role, Scope, TokenWanted};
    let mut store = ground.open();
    let (account, session, token) = within(&mut *store, |tables| {
        let organisation = accounts::first_organisation(tables, 5)?.id;
        let secret = accounts::invite(tables, &Invitation { role: Role::Administrator, organisation }, 5)?.secret;
        let (name, password) = ("Đỗ Thị Ý".to_owned(), String::new());
        let taken = InvitationTaken { secret, login: "y.do@bo.vn".into(), name, password };
        let account = accounts::take_up(tables, &taken, "hash", 6)?;
        let (_, session) = login::begin(tables, "Y.Do@bo.vn", "2.2.2.2", 7)?;
        let wanted = TokenWanted { name: "nhập".into(), scopes: vec![Scope::Review], days: None };
        let token = accounts::make_token(tables, &account.id, &wanted, 7)?;
        Ok((account, session, token))
    })
    .unwrap();
    drop(store);
    let mut store = ground.open();
    within(&mut *store, |tables| {
        assert_eq!(accounts::accounts(tables)?, std::slice::from_ref(&account));
        assert_eq!(login::knock(tables, "y.do@bo.vn", "1.1.1.1", 8)?.as_deref(), Some("hash"));
        for _ in 0..7 {
            login::failed(tables, "y.do@bo.vn", "1.1.1.1", 8)?;
        }
        assert!(login::knock(tables, "y.do@bo.vn", "1.1.1.1", 8).is_err());
        assert_eq!(login::find(tables, &session, 100)?.and_then(|who| who.account), Some(account.clone()));
        assert_eq!(accounts::bearer(tables, &token.secret, 100)?.and_then(|who| who.scopes), Some(vec![Scope::Review]));
        let wanted = rasoat_api::AccountChange { active: Some(false), ..Default::default() };
        assert_eq!(accounts::change(tables, &account.id, &wanted).err().map(|f| f.code), Some("account.last"));
        for at in 1..=3 {
            record::add(tables, &Who::of(account.clone()), "x", "𝄞", "", at)?;
        }
        assert_eq!(record::verify(tables)?.0, 3);
        login::end(tables, &session)?;
        assert_eq!(login::find(tables, &session, 100)?, None);
        Ok(())
    })
    .unwrap();
    let sums = within(&mut *store, |tables| record::entries(tables, 0, 9)).unwrap();
    assert_eq!(sums.iter().map(|entry| entry.position).collect::<Vec<_>>(), [1, 2, 3]);
    let listed = |store: &dyn Store, organisation: &str, before: Option<&str>| -> Vec<String> {
        let found = store.reviews_of(organisation, before, 2).unwrap();
        found.into_iter().map(|review| review.id).collect()
    };
    for (id, organisation) in [("r1", "a"), ("r2", "b"), ("r3", "a"), ("r4", "a")] {
        let whose = Whose {
            organisation: organisation.into(),
            request: Some("k".into()).filter(|_| id != "r1" && id != "r4"),
            ..Whose::default()
        };
        store.begin_review(&StoredReview { whose, ..review(id) }, b"", None).unwrap();
    }
    assert_eq!(listed(&*store, "a", None), ["r4", "r3"]);
    assert_eq!(listed(&*store, "a", Some("r3")), ["r1"]);
    assert_eq!(listed(&*store, "b", None), ["r2"]);
    assert_eq!(listed(&*store, "local", None), [""; 0]);
    let whose = Whose { organisation: "a".into(), request: Some("k".into()), ..Whose::default() };
    assert!(
        store.begin_review(&StoredReview { whose, ..review("r5") }, b"", None).is_err(),
        "a request begins one review"
    );
}

fn what_is_done_within_one_transaction_counts_whole_or_not_at_all(ground: &dyn Ground) {
    let mut store = ground.open();
    let put = |tables: &mut dyn Tables, id: &str| -> Result<u64> {
        tables.alone("organisations")?;
        tables.execute("INSERT INTO organisations VALUES ($1, $2, $3)", &[id.into(), "Bộ Ữ 𝄞".into(), 7.into()])
    };
    let all = |store: &mut dyn Store| -> Vec<Cells> {
        within(store, |tables| tables.query("SELECT id, name, made FROM organisations ORDER BY id", &[])).unwrap()
    };
    assert_eq!(within(&mut *store, |tables| put(tables, "b")).unwrap(), 1);
    let failed = within(&mut *store, |tables| {
        put(tables, "a")?;
        put(tables, "b")
    });
    assert!(failed.is_err(), "no row takes another's place");
    let refused = within(&mut *store, |tables| put(tables, "c").and(Err::<(), _>(not_empty())));
    assert_eq!(refused.err().map(|failure| failure.code), Some("store.not_empty"));
    let nul = within(&mut *store, |tables| put(tables, "a\0"));
    assert_eq!(nul.err().map(|failure| failure.code), Some("text.nul"));
    let rows = all(&mut *store);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text(0).unwrap(), "b");
    assert_eq!(rows[0].maybe_text(1).unwrap().as_deref(), Some("Bộ Ữ 𝄞"));
    assert_eq!(rows[0].number(2).unwrap(), 7);
    assert!(rows[0].number(1).is_err() && rows[0].text(2).is_err() && rows[0].text(9).is_err());
    for id in ["a", "Đ", "B", "Z"] {
        within(&mut *store, |tables| put(tables, id)).unwrap();
    }
    let ids: Vec<String> = all(&mut *store).iter().map(|row| row.text(0).unwrap()).collect();
    assert_eq!(ids, ["B", "Z", "a", "b", "Đ"], "in the order of their bytes");
}

fn everything_is_there_after_reopening(ground: &dyn Ground) {
    let store = filled(ground);
    let before = (told(&*store), store.stamps(Some("e")).unwrap());
    drop(store);
    let store = ground.open();
    assert_eq!((told(&*store), store.stamps(Some("e")).unwrap()), before);
}

fn a_newer_schema_is_refused_and_left_alone(ground: &dyn Ground) {
    drop(ground.open());
    ground.run("UPDATE meta SET value = '99' WHERE key = 'schema'; DROP TABLE record");
    for _ in 0..2 {
        let failure = ground.place().open().err().unwrap();
        assert_eq!(failure.code, "store.newer");
        assert!(failure.to_string().contains("99"), "{failure}");
    }
    // It would be refused had the table been made again.
    ground.run("CREATE TABLE record (id text)");
}

fn a_write_that_is_cut_off_leaves_the_last_whole_state(ground: &dyn Ground) {
    let mut store = filled(ground);
    let before = told(&*store);
    ground.cut_at("art_9");
    let text: String = (1..=9).map(|at| format!("Điều {at}. A\nB c d.\n")).collect();
    for number in ["1/2024/NĐ-CP", "3/2024/NĐ-CP"] {
        assert!(try_put(&mut *store, &decree(number, &text)).is_err());
    }
    // Neither the one who was cut off nor another sees any of it.
    assert_eq!(told(&*store), before);
    assert_eq!(told(&*ground.open()), before);
    ground.mend();
    assert_eq!(put(&mut *store, &decree("1/2024/NĐ-CP", &text)), Stored::Replaced);
    assert_eq!(put(&mut *store, &decree("3/2024/NĐ-CP", &text)), Stored::New);
}

fn letters_beyond_the_basic_plane_come_back(ground: &dyn Ground) {
    let mut store = ground.open();
    // Chữ Nôm lies beyond it.
    let mut document = decree("1/2024/NĐ-CP", "Điều 1. 𡨸喃 😀\n1. 𠊛 và 𠮩.\n2. Ữ.");
    document.document.metadata.title = Some("𡨸喃".into());
    document.issuer = Some("😀".into());
    document.document.metadata.issuer = Some("😀".into());
    assert_eq!(put(&mut *store, &document), Stored::New);
    assert_eq!(put(&mut *store, &document), Stored::Unchanged);
    assert_eq!(store.documents().unwrap(), [document]);
    assert!(store.passages("1/2024/NĐ-CP", None).unwrap()[0].words.contains('𠮩'));
    store.begin_review(&StoredReview { file_name: "𡨸喃.docx".into(), ..review("r") }, b"", None).unwrap();
    assert_eq!(store.review("r").unwrap().unwrap().file_name, "𡨸喃.docx");
}

fn nul_in_a_text_is_refused(ground: &dyn Ground) {
    let mut store = filled(ground);
    let before = told(&*store);
    let code = |result: Result<()>| result.err().map(|failure| failure.code);
    let mut document = decree("1/2024/NĐ-CP", "Điều 1. A\nB.");
    document.document.metadata.signer = Some("A\0".into());
    assert_eq!(code(try_put(&mut *store, &document).map(drop)), Some("text.nul"));
    let named = StoredReview { file_name: "a\0.docx".into(), ..review("r3") };
    assert_eq!(code(store.begin_review(&named, b"", None)), Some("text.nul"));
    let parts = ReviewParts { result: Some("\0".into()), ..ReviewParts::default() };
    assert_eq!(code(store.end_review("nobody", "r2", "done", &parts).map(drop)), Some("text.nul"));
    assert_eq!(code(store.put_vectors("e\0", &[], &[])), Some("text.nul"));
    assert_eq!(told(&*store), before);
}

fn a_passage_without_end_is_kept_whole(ground: &dyn Ground) {
    let mut store = ground.open();
    // More than a list of words for ranking can hold, and a word that is longer than one may be.
    let words: String = (0..200_000).map(|at| format!("từ{at} ")).collect();
    let document = decree("1/2024/NĐ-CP", &format!("Điều 1. A\n{words}{}.", "x".repeat(100_000)));
    assert_eq!(put(&mut *store, &document), Stored::New);
    let long = rasoat_embeddings::Passage {
        words: document.document.text.clone(),
        ..rasoat_embeddings::passages(&document.document, "A").remove(0)
    };
    let again = decree("2/2024/NĐ-CP", "Điều 1. A\nB.");
    assert_eq!(store.put(&again, &[long], "test", "0").unwrap(), Stored::New);
    assert_eq!(store.passages("2/2024/NĐ-CP", None).unwrap()[0].words, document.document.text);
    assert_eq!(store.documents().unwrap(), [document, again]);
}

fn five_thousand_passages_keep_their_order(ground: &dyn Ground) {
    let mut store = ground.open();
    let text: String = (1..=5000).map(|at| format!("Điều {at}. A\nNội dung của điều {at}.\n")).collect();
    let document = decree("1/2024/NĐ-CP", &text);
    assert_eq!(put(&mut *store, &document), Stored::New);
    assert_eq!(store.counts().unwrap(), Counts { documents: 1, provisions: 5000, embedded: 0, passages: 5000 });
    let waiting = store.waiting("e").unwrap();
    for chunk in waiting.chunks(128) {
        let vectors: Vec<Vec<f32>> = chunk.iter().map(|w| vec![w.id as f32, 1.0, 0.5, 0.25]).collect();
        store.put_vectors("e", chunk, &vectors).unwrap();
    }
    let passages = store.passages("1/2024/NĐ-CP", Some("e")).unwrap();
    let spans = store.passage_spans().unwrap();
    assert_eq!((passages.len(), spans[0].1.len()), (5000, 5000));
    for (at, (passage, span)) in passages.iter().zip(&spans[0].1).enumerate() {
        assert_eq!(passage.eid, format!("art_{}", at + 1));
        assert!(span.of(&document.document.text).contains(&format!("điều {}.", at + 1)));
        let first = passages[0].vector.as_ref().unwrap()[0];
        assert_eq!(passage.vector.as_ref().unwrap()[0], first + at as f32);
    }
    assert_eq!(store.documents().unwrap(), [document]);
}

fn one_document_put_in_by_several_at_once_is_there_once(ground: &dyn Ground) {
    drop(ground.open());
    let document = decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e.");
    let put_in = |_| {
        let document = &document;
        move || put(&mut *ground.open(), document)
    };
    let stored: Vec<Stored> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|at| scope.spawn(put_in(at))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(stored.iter().filter(|stored| **stored == Stored::New).count(), 1, "{stored:?}");
    assert_eq!(stored.iter().filter(|stored| **stored == Stored::Unchanged).count(), 5, "{stored:?}");
    assert_eq!(ground.open().counts().unwrap(), Counts { documents: 1, provisions: 3, embedded: 0, passages: 2 });
}

fn what_one_writes_another_sees(ground: &dyn Ground) {
    let (mut one, mut other) = (ground.open(), ground.open());
    put(&mut *one, &decree("1/2024/NĐ-CP", "Điều 1. A\n1. B c.\n2. D e."));
    assert_eq!(told(&*one), told(&*other));
    let waiting = other.waiting("e").unwrap();
    // Its passages are replaced meanwhile; a store may give the new ones the same rows.
    put(&mut *one, &decree("1/2024/NĐ-CP", "Điều 1. X\n1. Y z.\n2. V w."));
    other.put_vectors("e", &waiting, &[vec![1.0], vec![1.0]]).unwrap();
    assert_eq!(one.counts().unwrap().embedded, 0);
    other.begin_review(&review("r"), b"a", None).unwrap();
    assert_eq!(one.running_reviews().unwrap(), [review("r")]);
}

fn rows_fill_an_empty_store_or_nothing_does(ground: &dyn Ground) {
    let source = filled(&Folder::new());
    let wanted = told(&*source);
    let mut store = ground.open();
    let empty = told(&*store);
    // Stopped while rows are handed over, and while they are read back.
    let mut left = 5;
    let stopped = store.fill(
        &mut |sink| {
            source.dump(&mut |table, row| {
                left -= 1;
                if left == 0 { Err(Failure::cancelled()) } else { sink(table, row) }
            })
        },
        &mut |_| Ok(()),
    );
    assert_eq!(stopped.err().map(|failure| failure.code), Some("cancelled"));
    assert_eq!(told(&*store), empty);
    let stopped = store.fill(&mut |sink| source.dump(sink), &mut |_| Err(Failure::cancelled()));
    assert_eq!(stopped.err().map(|failure| failure.code), Some("cancelled"));
    assert_eq!(told(&*store), empty);
    let nul = |sink: &mut Sink<'_>| {
        let mut row = vec![Value::Null; TABLES[3].columns.len()];
        row[0] = Value::Text("a\0".into());
        sink(&TABLES[3], &row)
    };
    assert!(store.fill(&mut |sink| nul(sink), &mut |_| Ok(())).is_err());
    assert_eq!(told(&*store), empty);

    let mut back = Vec::new();
    store
        .fill(&mut |sink| source.dump(sink), &mut |rows| {
            rows(&mut |table, row| {
                back.push(checksum(table, row));
                Ok(())
            })
        })
        .unwrap();
    let mut given = Vec::new();
    let mut sum = |table: &'static Table, row: &[Value]| {
        given.push(checksum(table, row));
        Ok(())
    };
    source.dump(&mut sum).unwrap();
    assert_eq!(back, given);
    assert_eq!(told(&*store), wanted);
    assert_eq!(store.stamps(Some("e")).unwrap(), source.stamps(Some("e")).unwrap());
    let again = store.fill(&mut |sink| source.dump(sink), &mut |_| Ok(()));
    assert_eq!(again.err().map(|failure| failure.code), Some("store.not_empty"));
    // It goes on counting where the other was.
    assert_eq!(put(&mut *store, &decree("9/2024/NĐ-CP", "Điều 1. A\nB.")), Stored::New);
    assert_eq!(put(&mut *store, &decree("1/2024/NĐ-CP", "Điều 1. A\nB.")), Stored::Replaced);
}
