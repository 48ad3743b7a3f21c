//! The procedures that a store holds, each under its code. One of the same code, or of the same name where it has none,
//! takes the place of the earlier one.

use super::Procedure;
use crate::accounts::hexadecimal;
use crate::failure::{Failure, Kind, Result};
use crate::store::{Store, Tables, looking, within};
use rasoat_api::messages::Message;
use rasoat_law::text;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What a procedure is asked for by: its code, or a sum of its name.
pub fn id(procedure: &Procedure) -> String {
    let plain =
        |code: &&String| !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    match procedure.code.as_ref().filter(plain) {
        Some(code) => code.clone(),
        None => {
            let sum = Sha256::digest(text::fold(&procedure.name));
            format!("n-{}", &hexadecimal(&sum)[..16])
        }
    }
}

/// There is none of an identifier.
pub fn unknown(id: &str) -> Failure {
    let (message, hint) = (Message::UnknownProcedure, Message::AccountHint);
    Failure::new(Kind::Input, "procedure.unknown", message, hint, &[("id", id)])
}

/// How often they changed, in `meta`.
const CHANGED: &str = "SELECT value FROM meta WHERE key = 'procedures'";

fn changed(tables: &mut dyn Tables) -> Result<String> {
    tables.query(CHANGED, &[])?.first().map_or_else(|| Ok(String::new()), |row| row.text(0))
}

fn change(tables: &mut dyn Tables) -> Result<()> {
    let sql = "INSERT INTO meta VALUES ('procedures', '1')
        ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)";
    tables.execute(sql, &[]).map(drop)
}

/// All of them, by their identifiers.
///
/// # Errors
/// When the store cannot be read.
pub fn all(tables: &mut dyn Tables) -> Result<Vec<Procedure>> {
    let rows = tables.query("SELECT page FROM procedures ORDER BY id", &[])?;
    rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
}

/// What taking procedures in came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Those that were not there.
    pub new: usize,
    /// Those that took another's place.
    pub replaced: usize,
    /// Those that are there now.
    pub held: usize,
}

/// Takes procedures in.
///
/// # Errors
/// When the store refuses.
pub fn take(tables: &mut dyn Tables, given: &[Procedure]) -> Result<Taken> {
    tables.alone("procedures")?;
    let known = tables.query("SELECT id FROM procedures", &[])?;
    let mut known: BTreeMap<String, ()> = known.iter().map(|row| Ok((row.text(0)?, ()))).collect::<Result<_>>()?;
    let mut taken = Taken::default();
    for procedure in given {
        let id = id(procedure);
        let sql =
            "INSERT INTO procedures (id, page) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET page = excluded.page";
        tables.execute(sql, &[(&id).into(), serde_json::to_string(procedure)?.into()])?;
        *(if known.insert(id, ()).is_none() { &mut taken.new } else { &mut taken.replaced }) += 1;
    }
    change(tables)?;
    Ok(Taken { held: known.len(), ..taken })
}

/// Takes one away.
///
/// # Errors
/// When there is none, or the store refuses.
pub fn drop_one(tables: &mut dyn Tables, id: &str) -> Result<()> {
    if tables.execute("DELETE FROM procedures WHERE id = $1", &[id.into()])? == 0 {
        return Err(unknown(id));
    }
    change(tables)
}

/// Takes in the file in which procedures lay before the store had a table of them; it goes once they are stored.
///
/// # Errors
/// When the file cannot be read or taken away, or the store refuses.
pub fn take_file(store: &mut dyn Store, file: &Path) -> Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let bytes = fs_err::read(file).map_err(|error| Failure::open(file, &error))?;
    let given: Vec<Procedure> = serde_json::from_slice(&bytes).map_err(|_| super::unusable(file))?;
    let taken = within(store, |tables| take(tables, &given))?;
    tracing::info!(procedures = taken.new, "procedures were taken from their file into the store");
    fs_err::remove_file(file).map_err(|error| Failure::write(file, &error))
}

/// What was read last, with how often they had changed by then.
#[derive(Default)]
pub struct Held(Mutex<Option<(String, Arc<Vec<Procedure>>)>>);

impl Held {
    /// All of them, read anew where they changed, whichever process changed them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self, store: &dyn Store) -> Result<Arc<Vec<Procedure>>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looking(store, |tables| {
            let now = changed(tables)?;
            match &*known {
                Some((then, procedures)) if *then == now => Ok(Arc::clone(procedures)),
                _ => {
                    let procedures = Arc::new(all(tables)?);
                    *known = Some((now, Arc::clone(&procedures)));
                    Ok(procedures)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::Sqlite;

    fn procedure(code: Option<&str>, name: &str) -> Procedure {
        Procedure { code: code.map(Into::into), name: name.into(), ..Procedure::default() }
    }

    #[test]
    fn one_of_the_same_code_takes_the_place_of_the_earlier_and_another_process_sees_it() {
        let root = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(root.path()).unwrap();
        let held = Held::default();
        assert!(held.all(&store).unwrap().is_empty());
        let mut put = |code, name| {
            let taken = within(&mut store, |tables| take(tables, &[procedure(code, name)])).unwrap();
            (taken.new, taken.replaced, taken.held)
        };
        assert_eq!(put(Some("1.001193"), "Đăng ký khai sinh"), (1, 0, 1));
        assert_eq!(put(Some("1.001193"), "Đăng ký khai sinh lại"), (0, 1, 1));
        assert_eq!(put(None, "Mở cổng"), (1, 0, 2));
        assert_eq!(put(None, "mở cổng"), (0, 1, 2), "letters of another size make no other name");
        let other = Sqlite::open(root.path()).unwrap();
        assert_eq!(held.all(&other).unwrap().len(), 2);
        assert_eq!(held.all(&other).unwrap()[0].name, "Đăng ký khai sinh lại");
        assert!(within(&mut store, |tables| drop_one(tables, "0")).is_err());
        within(&mut store, |tables| drop_one(tables, "1.001193")).unwrap();
        assert_eq!(held.all(&other).unwrap().len(), 1);
    }

    #[test]
    fn the_file_of_earlier_versions_is_taken_in_once() {
        let root = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(root.path()).unwrap();
        let file = root.path().join("procedures.json");
        take_file(&mut store, &file).unwrap();
        fs_err::write(&file, serde_json::to_vec(&[procedure(None, "Mở cổng")]).unwrap()).unwrap();
        take_file(&mut store, &file).unwrap();
        assert!(!file.exists());
        assert_eq!(Held::default().all(&store).unwrap()[0].name, "Mở cổng");
        fs_err::write(&file, b"[{").unwrap();
        assert!(take_file(&mut store, &file).is_err());
        assert!(file.exists(), "what could not be read stays where it is");
    }
}
