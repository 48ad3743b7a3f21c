//! `rasoat migrate`: a whole store into an empty one, in one transaction, every row compared by its checksum before it
//! counts. What is made from a store (its indexes) is made anew from the copy.

use super::Out;
use crate::failure::{Failure, Kind, Result};
use crate::stop;
use crate::store::{Place, Rows, Store, Table, Value, checksum};
use rasoat_api::messages::Message;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Instant;

/// Copies the store at `from` into the one at `to`.
///
/// # Errors
/// When there is nothing to copy, the target is not empty, one of the two cannot be reached, a row differs, or a person
/// stops it; the target is then as empty as before.
pub fn run(out: &Out, from: &Place, to: &Place) -> Result<()> {
    let source = filled(from)?;
    let mut target = to.open()?;
    let rows = copy_shown(out, &*source, &mut *target, "chép và so")?;
    let summary = serde_json::json!({"from": from.to_string(), "to": to.to_string(), "rows": rows});
    out.show(&summary, || format!("{}: {from} → {to}", told(&rows)))
}

/// How many rows each table has.
pub type Counted = BTreeMap<&'static str, usize>;

/// Opens a store that has something in it.
///
/// # Errors
/// When it has not, or cannot be reached.
pub fn filled(from: &Place) -> Result<Box<dyn Store>> {
    if !from.exists() {
        return Err(Failure::empty_store(&from.to_string()));
    }
    let source = from.open()?;
    if source.counts()?.documents == 0 && source.reviews(1)?.is_empty() {
        return Err(Failure::empty_store(&from.to_string()));
    }
    Ok(source)
}

/// Copies and compares, and shows how far it is.
///
/// # Errors
/// As [`run`].
pub fn copy_shown(out: &Out, source: &dyn Store, target: &mut dyn Store, what: &'static str) -> Result<Counted> {
    let counts = source.counts()?;
    let reviews = source.reviews(usize::MAX)?.len();
    let total = (counts.documents + counts.provisions + counts.passages) as usize + reviews;
    let bar = out.bar(2 * total, what);
    let (mut done, mut last) = (0, Instant::now());
    let copied = copy(source, target, &mut || {
        done += 1;
        bar.set_position(done as u64);
        if bar.is_hidden() && last.elapsed().as_secs() >= 20 {
            last = Instant::now();
            out.note(&format!("{what} {done}/{}", 2 * total));
        }
        if stop::asked() { Err(Failure::cancelled()) } else { Ok(()) }
    });
    bar.finish_and_clear();
    copied
}

/// What was copied, for a person.
pub fn told(rows: &Counted) -> String {
    let count = |table| rows.get(table).copied().unwrap_or_default();
    format!(
        "{} văn bản, {} đơn vị, {} đoạn, {} lượt rà soát, mọi dòng giống bản gốc",
        count("documents"),
        count("provisions"),
        count("passages"),
        count("reviews"),
    )
}

/// Copies every row and compares what the target then holds with it; gives how many rows each table has. `step` hears of
/// each row, once as it is copied and once as it is compared.
fn copy(source: &dyn Store, target: &mut dyn Store, step: &mut dyn FnMut() -> Result<()>) -> Result<Counted> {
    // 32 bytes a row: some 300 MB for the nine million provisions of the whole country.
    let (sums, step) = (RefCell::new(Vec::new()), RefCell::new(step));
    let mut rows = BTreeMap::new();
    target.fill(
        &mut |sink| {
            source.dump(&mut |table, row| {
                (step.borrow_mut())()?;
                sums.borrow_mut().push(checksum(table, row));
                *rows.entry(table.name).or_default() += 1;
                sink(table, row)
            })
        },
        &mut |held| compare(&sums.borrow(), held, &mut || (step.borrow_mut())()),
    )?;
    Ok(rows)
}

/// Refuses rows of which one is missing, too many, or another than was given.
fn compare(given: &[[u8; 32]], held: &mut Rows<'_>, step: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    let mut given = given.iter();
    held(&mut |table, row| {
        step()?;
        if given.next() == Some(&checksum(table, row)) { Ok(()) } else { Err(differs(table, row)) }
    })?;
    if given.len() == 0 { Ok(()) } else { Err(failure("?", "?")) }
}

fn differs(table: &Table, row: &[Value]) -> Failure {
    failure(table.name, &table.key_of(row))
}

fn failure(table: &str, key: &str) -> Failure {
    let values = [("table", table), ("key", key)];
    Failure::new(Kind::Internal, "store.differs", Message::RowDiffers, Message::RowDiffersHint, &values)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::{Sink, Sqlite};
    use std::path::PathBuf;

    const OUT: Out = Out { json: true, quiet: true };

    fn folder(root: &tempfile::TempDir, name: &str) -> PathBuf {
        root.path().join(name)
    }

    #[test]
    fn a_store_is_copied_once_and_only_into_an_empty_one() {
        let root = tempfile::tempdir().unwrap();
        let place = |name: &str| Place::Folder(folder(&root, name));
        let code = |from: &str, to: &str| run(&OUT, &place(from), &place(to)).err().map(|failure| failure.code);
        assert_eq!(code("absent", "b"), Some("store.empty"));
        assert!(!folder(&root, "absent").exists(), "nothing is made where there was nothing to copy");
        let mut store = Sqlite::open(&folder(&root, "a")).unwrap();
        assert_eq!(code("a", "b"), Some("store.empty"));
        let file = folder(&root, "a.txt");
        std::fs::write(&file, "Số: 1/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\n1. C.\n2. D.").unwrap();
        crate::import::documents(&mut store, &[file], &mut |_| ()).unwrap();
        let waiting = store.waiting("e").unwrap();
        store.put_vectors("e", &waiting[..1], &[vec![0.6, 0.8]]).unwrap();
        assert_eq!(code("a", "b"), None);
        let copy = Sqlite::open(&folder(&root, "b")).unwrap();
        assert_eq!(copy.documents().unwrap(), store.documents().unwrap());
        assert_eq!(copy.stamps(Some("e")).unwrap(), store.stamps(Some("e")).unwrap());
        assert_eq!(code("a", "b"), Some("store.not_empty"));
        assert_eq!(code("a", "a"), Some("store.not_empty"));
    }

    #[test]
    fn a_row_that_is_missing_changed_or_too_many_is_found() {
        let table = &crate::store::TABLES[1];
        let row = |position: i64| [Value::Integer(1), Value::Integer(position), Value::Text("art_1".into())];
        let given: Vec<[u8; 32]> = (0..3).map(|position| checksum(table, &row(position))).collect();
        let check = |held: &[i64]| {
            let mut rows = |sink: &mut Sink<'_>| held.iter().try_for_each(|position| sink(table, &row(*position)));
            compare(&given, &mut rows, &mut || Ok(())).err().map(|failure| failure.message.contains("1:7"))
        };
        assert_eq!(check(&[0, 1, 2]), None);
        assert_eq!(check(&[0, 1]), Some(false));
        assert_eq!(check(&[0, 7, 2]), Some(true));
        assert_eq!(check(&[0, 1, 2, 7]), Some(true));
    }

    #[test]
    fn rows_that_look_alike_have_checksums_of_their_own() {
        let table = &crate::store::TABLES[1];
        let texts = |texts: &[&str]| texts.iter().map(|text| Value::Text((*text).into())).collect::<Vec<_>>();
        let rows = [
            texts(&["ab", "c"]),
            texts(&["a", "bc"]),
            vec![Value::Bytes(b"ab".to_vec()), Value::Text("c".into())],
            vec![Value::Null, Value::Text(String::new())],
            vec![Value::Text(String::new()), Value::Null],
        ];
        let sums: std::collections::BTreeSet<[u8; 32]> = rows.iter().map(|row| checksum(table, row)).collect();
        assert_eq!(sums.len(), rows.len());
    }
}
