//! Encryption at rest: what drafts, decisions and petitions say is sealed before it reaches the store, where a key is
//! configured.
//!
//! Hard because a value must open only where it was put, and a wrong key must be told from damage before anything is
//! written. Each value is sealed with XChaCha20-Poly1305 (RFC 8439 with the 24 bytes of nonce of
//! draft-irtf-cfrg-xchacha, drawn at random) over its own table, column and row, so that none can be put in another's
//! place; it bears a sum of its key. Values from before there was a key stay readable. What is not sealed: identifiers,
//! states, dates, verdicts, and the law itself.

mod vault;

pub use vault::{Vault, rotate};

use crate::failure::{Failure, Kind, Result};
use crate::store::{Tables, Value, check_texts};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rasoat_api::messages::Message;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// What a sealed value begins with; the sum of its key follows.
const SEALED: &str = "\u{1}sealed:1:";
/// What a value begins with that is not sealed and begins with U+0001, so that nobody can feign a sealed one.
const PLAIN: &str = "\u{1}plain:";
/// Hexadecimal digits of a key's sum.
const SUM: usize = 16;
const NONCE: usize = 24;

/// Where a value is kept, which its seal is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's key.
    pub row: &'a str,
}

impl Spot<'_> {
    fn bound(&self) -> Vec<u8> {
        format!("{}\0{}\0{}", self.table, self.column, self.row).into_bytes()
    }
}

/// A key.
pub struct Key {
    cipher: XChaCha20Poly1305,
    sum: String,
}

impl Key {
    fn new(bytes: [u8; 32]) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"rasoat key\0");
        digest.update(bytes);
        let sum = crate::accounts::hexadecimal(&digest.finalize()[..SUM / 2]);
        Self { cipher: XChaCha20Poly1305::new(&bytes.into()), sum }
    }

    /// Reads a key's file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path).map_err(|error| unreadable(path, &error.to_string()))?;
        let digits: Vec<u32> = text.trim().chars().filter_map(|digit| digit.to_digit(16)).collect();
        if digits.len() != 64 || text.trim().chars().count() != 64 {
            return Err(unreadable(path, "64 × 0-9 a-f"));
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (pair[0] * 16 + pair[1]) as u8;
        }
        Ok(Self::new(bytes))
    }

    /// Makes a key's file, which its owner alone may read.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be written.
    pub fn make(path: &Path) -> Result<()> {
        let digits = crate::accounts::secret()?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| {
            if error.kind() != std::io::ErrorKind::AlreadyExists {
                return Failure::write(path, &error);
            }
            let (message, hint) = (Message::KeyExists, Message::KeyExistsHint);
            Failure::new(Kind::Usage, "key.exists", message, hint, &[("file", &path.display().to_string())])
        })?;
        file.write_all(format!("{digits}\n").as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| Failure::write(path, &error))
    }

    fn seal(&self, spot: Spot<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom_04::fill(&mut nonce).map_err(Failure::internal)?;
        let payload = Payload { msg: plain, aad: &spot.bound() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(Failure::internal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, spot: Spot<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| broken(spot))?;
        let payload = Payload { msg: sealed, aad: &spot.bound() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| broken(spot))
    }
}

/// How values are kept: sealed with a key, or as they are where there is none.
#[derive(Clone, Default)]
pub struct Sealing(Option<Arc<Key>>);

impl From<Key> for Sealing {
    fn from(key: Key) -> Self {
        Self(Some(Arc::new(key)))
    }
}

impl Sealing {
    /// With the key of a file, where one is named.
    ///
    /// # Errors
    /// When the file cannot be read or holds no key.
    pub fn with(key_file: Option<&Path>) -> Result<Self> {
        key_file.map_or_else(|| Ok(Self::default()), |path| Key::read(path).map(Self::from))
    }

    fn text(&self, spot: Spot<'_>, text: &str) -> Result<String> {
        Ok(match &self.0 {
            Some(key) => format!("{SEALED}{}:{}", key.sum, STANDARD.encode(key.seal(spot, text.as_bytes())?)),
            None if text.starts_with('\u{1}') => format!("{PLAIN}{text}"),
            None => text.to_owned(),
        })
    }

    fn bytes(&self, spot: Spot<'_>, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(match &self.0 {
            Some(key) => [SEALED.as_bytes(), key.sum.as_bytes(), b":", &key.seal(spot, bytes)?].concat(),
            None if bytes.first() == Some(&1) => [PLAIN.as_bytes(), bytes].concat(),
            None => bytes.to_vec(),
        })
    }

    fn opened_text(&self, spot: Spot<'_>, text: String) -> Result<String> {
        if let Some(plain) = text.strip_prefix(PLAIN) {
            return Ok(plain.to_owned());
        }
        let Some(rest) = text.strip_prefix(SEALED) else { return Ok(text) };
        let (sum, sealed) = rest.split_once(':').ok_or_else(|| broken(spot))?;
        let sealed = STANDARD.decode(sealed).map_err(|_| broken(spot))?;
        String::from_utf8(self.key(sum)?.open(spot, &sealed)?).map_err(|_| broken(spot))
    }

    fn opened_bytes(&self, spot: Spot<'_>, bytes: Vec<u8>) -> Result<Vec<u8>> {
        if let Some(plain) = bytes.strip_prefix(PLAIN.as_bytes()) {
            return Ok(plain.to_vec());
        }
        let Some(rest) = bytes.strip_prefix(SEALED.as_bytes()) else { return Ok(bytes) };
        let (sum, sealed) = rest.split_at_checked(SUM + 1).ok_or_else(|| broken(spot))?;
        let sum = std::str::from_utf8(&sum[..SUM]).map_err(|_| broken(spot))?;
        self.key(sum)?.open(spot, sealed)
    }

    /// The key of a sum.
    fn key(&self, sum: &str) -> Result<&Key> {
        match &self.0 {
            Some(key) if key.sum == sum => Ok(key),
            Some(_) => Err(refused("store.key_wrong", Message::KeyWrong, Message::KeyWrongHint)),
            None => Err(refused("store.key_missing", Message::KeyMissing, Message::KeyMissingHint)),
        }
    }

    /// Refuses a store that was sealed with another key, or was sealed where there is none now.
    ///
    /// # Errors
    /// `store.key_wrong` or `store.key_missing`; nothing was written then.
    pub fn agrees(&self, tables: &mut dyn Tables) -> Result<()> {
        // Of every table the columns of which at least one is sealed with every row that has something to seal.
        for (table, column) in [
            ("reviews", "file_name"),
            ("petitions", "reason"),
            ("decisions", "replacement"),
            ("decisions", "note"),
            ("comments", "text"),
        ] {
            let sql = format!("SELECT {column} FROM {table} WHERE {column} LIKE $1 LIMIT 1");
            let rows = tables.query(&sql, &[format!("{SEALED}%").into()])?;
            let Some(sealed) = rows.first().map(|row| row.text(0)).transpose()? else { continue };
            self.key(sealed.get(SEALED.len()..SEALED.len() + SUM).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// A text as it is kept in a column that is sealed; no value for no text.
///
/// # Errors
/// When the text has U+0000, or the store was sealed with another key meanwhile.
pub fn keep(tables: &mut dyn Tables, spot: Spot<'_>, text: Option<&str>) -> Result<Value> {
    let Some(text) = text else { return Ok(Value::Null) };
    check_texts(spot.column, std::iter::once(text))?;
    let sealing = tables.sealing();
    sealing.agrees(tables)?;
    Ok(sealing.text(spot, text)?.into())
}

/// A text that was kept by [`keep`].
///
/// # Errors
/// When it was sealed with another key, or is not whole.
pub fn kept(tables: &mut dyn Tables, spot: Spot<'_>, text: Option<String>) -> Result<Option<String>> {
    text.map(|text| tables.sealing().opened_text(spot, text)).transpose()
}

fn refused(code: &'static str, message: Message, hint: Message) -> Failure {
    Failure::new(Kind::Missing, code, message, hint, &[])
}

fn unreadable(path: &Path, why: &str) -> Failure {
    let file = path.display().to_string();
    let (message, hint) = (Message::KeyUnreadable, Message::KeyUnreadableHint);
    Failure::new(Kind::Missing, "key.unreadable", message, hint, &[("file", &file), ("why", why)])
}

fn broken(spot: Spot<'_>) -> Failure {
    let place = format!("{}.{} {}", spot.table, spot.column, spot.row.replace('\0', " "));
    let (message, hint) = (Message::SealBroken, Message::SealBrokenHint);
    Failure::new(Kind::Internal, "store.seal", message, hint, &[("place", &place)])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    const HERE: Spot<'static> = Spot { table: "reviews", column: "draft", row: "r1" };

    fn sealing(byte: u8) -> Sealing {
        Key::new([byte; 32]).into()
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back_with_a_key_and_without(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            for sealing in [Sealing::default(), sealing(7)] {
                for text in [text.clone(), format!("\u{1}{text}"), format!("{SEALED}{text}"), format!("{PLAIN}{text}")] {
                    let kept = sealing.text(HERE, &text).unwrap();
                    prop_assert_eq!(sealing.opened_text(HERE, kept).unwrap(), text);
                }
                for bytes in [bytes.clone(), [SEALED.as_bytes(), &bytes].concat(), [PLAIN.as_bytes(), &bytes].concat()] {
                    let kept = sealing.bytes(HERE, &bytes).unwrap();
                    prop_assert_eq!(sealing.opened_bytes(HERE, kept).unwrap(), bytes);
                }
            }
        }
    }

    #[test]
    fn a_value_opens_only_where_it_was_put_and_only_when_it_is_whole() {
        let sealing = sealing(7);
        let text = sealing.text(HERE, "Điều 1.").unwrap();
        assert!(!text.contains("Điều"));
        assert_ne!(text, sealing.text(HERE, "Điều 1.").unwrap(), "no two seals are alike");
        for elsewhere in
            [Spot { row: "r2", ..HERE }, Spot { column: "result", ..HERE }, Spot { table: "petitions", ..HERE }]
        {
            assert_eq!(sealing.opened_text(elsewhere, text.clone()).unwrap_err().code, "store.seal");
        }
        let bytes = sealing.bytes(HERE, b"PK").unwrap();
        for at in SEALED.len() + SUM + 1..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(sealing.opened_bytes(HERE, changed).unwrap_err().code, "store.seal", "{at}");
        }
        let cut = bytes[..bytes.len() - 30].to_vec();
        assert_eq!(sealing.opened_bytes(HERE, cut).unwrap_err().code, "store.seal");
    }

    #[test]
    fn another_key_and_none_are_told_apart_and_what_was_never_sealed_is_read_with_both() {
        let text = sealing(7).text(HERE, "a").unwrap();
        assert_eq!(sealing(8).opened_text(HERE, text.clone()).unwrap_err().code, "store.key_wrong");
        assert_eq!(Sealing::default().opened_text(HERE, text).unwrap_err().code, "store.key_missing");
        assert_eq!(sealing(8).opened_text(HERE, "a".into()).unwrap(), "a");
        assert_eq!(sealing(8).opened_bytes(HERE, b"PK".to_vec()).unwrap(), b"PK");
    }

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rasoat.key");
        Key::make(&file).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let key = Key::read(&file).unwrap();
        assert_eq!(key.sum, Key::read(&file).unwrap().sum);
        assert_eq!(Key::make(&file).unwrap_err().code, "key.exists");
        assert_eq!(Key::read(&file).unwrap().sum, key.sum, "it was not written over");
        for text in ["", "abc", &"g".repeat(64), &"a".repeat(63), &"a".repeat(66)] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(Key::read(&file).err().unwrap().code, "key.unreadable", "{text}");
        }
    }
}
