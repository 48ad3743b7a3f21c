//! What only a PostgreSQL store has: a server that may be away, an extension, and indexes that the program does not read
//! yet and that must be right when it does.

use super::super::postgres::Postgres;
use super::*;

fn code(address: &str) -> &'static str {
    Postgres::open(address).err().unwrap().code
}

#[test]
fn a_server_that_is_away_and_an_address_that_is_none_are_told_in_one_line() {
    let away = "postgres://an:mat-khau@127.0.0.1:1/luat";
    assert_eq!(code(away), "store.unreachable");
    assert_eq!(code("postgres://an:mat-khau@may:cong/luat"), "store.address");
    for address in [away, "postgres://an:mat-khau@may:cong/luat"] {
        let line = Postgres::open(address).err().unwrap().to_string();
        assert!(!line.contains("mat-khau") && !line.contains('\n'), "{line}");
    }
}

#[test]
fn a_database_that_is_not_there_is_unreachable_and_one_without_vectors_says_so() {
    let Some(database) = Database::new() else { return };
    assert_eq!(code(&database.address("_absent")), "store.unreachable");
    let role = format!("{}_nobody", database.name);
    database.run(&format!("CREATE ROLE {role} LOGIN"));
    let failure = Postgres::open(&database.address(&format!("&user={role}"))).err().unwrap();
    assert_eq!(failure.code, "store.extension", "{failure}");
    database.run("CREATE EXTENSION vector");
    let failure = Postgres::open(&database.address(&format!("&user={role}"))).err().unwrap();
    assert_eq!(failure.code, "store.damaged", "who may not make tables is told so: {failure}");
    database.run(&format!("GRANT ALL ON SCHEMA public TO {role}"));
    Postgres::open(&database.address(&format!("&user={role}"))).unwrap();
    database.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_connection_that_is_lost_is_made_anew() {
    let Some(database) = Database::new() else { return };
    let mut store = filled(&database);
    let wanted = store.counts().unwrap();
    // Waits until they are gone.
    database.run(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND datname = current_database()",
    );
    // The call that meets the end of the old connection says so; no later one does.
    if let Err(failure) = store.counts() {
        assert_eq!(failure.code, "store.lost", "{failure}");
    }
    assert_eq!(store.counts().unwrap(), wanted);
    assert_eq!(put(&mut *store, &decree("7/2024/NĐ-CP", "Điều 1. A\nB.")), Stored::New);
}

#[test]
fn several_processes_may_make_the_tables_at_once() {
    let Some(database) = Database::new() else { return };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| database.place().open().map(drop))).collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    });
}

/// Unit vectors that a sequence without chance gives.
fn vectors(count: usize, size: usize) -> Vec<Vec<f32>> {
    let mut state = 6_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let made = (0..count).map(|_| {
        let vector: Vec<f32> = (0..size).map(|_| next()).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        vector.into_iter().map(|value| value / length).collect()
    });
    made.collect()
}

#[test]
fn the_nearest_by_the_index_are_the_nearest_and_rounding_is_small() {
    let Some(database) = Database::new() else { return };
    let mut store = database.open();
    let text: String = (1..=600).map(|at| format!("Điều {at}. A\nNội dung của điều {at}.\n")).collect();
    put(&mut *store, &decree("1/2024/NĐ-CP", &text));
    let waiting = store.waiting("e").unwrap();
    let given = vectors(waiting.len(), 384);
    store.put_vectors("e", &waiting, &given).unwrap();

    let mut client = database.client();
    let rows = client.query("SELECT id, embedding::real[] FROM passages", &[]).unwrap();
    let mut worst = 0.0_f32;
    for row in rows {
        let (id, held): (i64, Vec<f32>) = (row.get(0), row.get(1));
        let at = waiting.iter().position(|w| w.id == id).unwrap();
        for (held, given) in held.iter().zip(&given[at]) {
            worst = worst.max((held - given).abs());
        }
    }
    assert!(worst < 2e-4, "{worst}");

    let nearest = "SELECT id FROM passages WHERE vector_dims(embedding) = 384
        ORDER BY embedding::halfvec(384) <=> $1::text::halfvec(384) LIMIT 10";
    client.batch_execute("ANALYZE; SET enable_seqscan = off; SET hnsw.ef_search = 200").unwrap();
    let literal = |vector: &[f32]| format!("{vector:?}");
    let plan: Vec<String> = client
        .query(&format!("EXPLAIN {}", nearest.replace("$1", &format!("'{}'", literal(&given[0])))), &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(plan.iter().any(|line| line.contains("passages_by_embedding_384")), "{plan:?}");
    let mut found = 0;
    for asked in vectors(20, 384).iter().rev() {
        let cosine = |vector: &[f32]| -> f32 { vector.iter().zip(asked).map(|(a, b)| a * b).sum() };
        let mut exact: Vec<(f32, i64)> = waiting.iter().zip(&given).map(|(w, v)| (cosine(v), w.id)).collect();
        exact.sort_by(|a, b| b.0.total_cmp(&a.0));
        let exact: Vec<i64> = exact.into_iter().take(10).map(|(_, id)| id).collect();
        let rows = client.query(nearest, &[&literal(asked)]).unwrap();
        found += rows.iter().filter(|row| exact.contains(&row.get(0))).count();
    }
    // Of 200; rounding may swap two that lie together at the end of the list, and the index is approximate.
    assert!(found >= 190, "{found}");
}

#[test]
fn words_are_ranked_by_an_index() {
    let Some(database) = Database::new() else { return };
    let mut store = database.open();
    let text = "Điều 1. Thử việc\nThời gian thử việc là 60 ngày.\nĐiều 2. Tiền lương\nTiền lương thử việc.\n\
        Điều 3. Khác\nĐường sắt.";
    put(&mut *store, &decree("1/2024/NĐ-CP", text));
    let mut client = database.client();
    let ranked = "SELECT eid FROM passages, websearch_to_tsquery('simple', 'thử việc') AS asked
        WHERE terms @@ asked ORDER BY ts_rank_cd(terms, asked) DESC, id";
    let found: Vec<String> = client.query(ranked, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(found, ["art_1", "art_2"]);
    client.batch_execute("SET enable_seqscan = off").unwrap();
    let plan = client.query("EXPLAIN SELECT 1 FROM passages WHERE terms @@ 'sắt'::tsquery", &[]).unwrap();
    assert!(plan.iter().any(|row| row.get::<_, String>(0).contains("passages_by_terms")));
}

#[test]
fn a_key_is_not_replaced_under_a_service() {
    use crate::sealed::{Sealing, rotate};
    let Some(database) = Database::new() else { return };
    let rotated = || rotate(&database.place(), &Sealing::default(), &Sealing::default(), 1).err();
    assert_eq!(rotated(), None);
    let (mut one, mut other) = (database.open(), database.open());
    for service in [&mut one, &mut other] {
        service.serve().unwrap();
        service.serve().unwrap();
    }
    drop(one);
    let refused = rotated().unwrap();
    assert_eq!(refused.code, "key.in_use");
    assert!(!refused.to_string().contains('\n'), "{refused}");
    // A connection that is made anew says so again.
    database.run(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND datname = current_database()",
    );
    let _ = other.counts();
    other.serve().unwrap();
    assert_eq!(rotated().map(|failure| failure.code), Some("key.in_use"));
    drop(other);
    // The server lets go of what a connection held a moment after it ends.
    while rotated().is_some() {
        std::thread::yield_now();
    }
    // Nor does a service begin meanwhile.
    let (mut rotating, mut service) = (database.open(), database.open());
    rotating.keep_unserved().unwrap();
    std::thread::scope(|scope| {
        let begun = scope.spawn(|| service.serve());
        assert!(!begun.is_finished());
        drop(rotating);
        begun.join().unwrap().unwrap();
    });
}
