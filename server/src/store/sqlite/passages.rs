//! Passages in the store: put in, and cut anew when a newer version knows more of them.

use rasoat_embeddings::Passage;
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Vectors that were made before, with their encoder, by the provision and the text that was embedded.
pub(super) type Vectors = HashMap<(String, String), (Option<String>, Option<Vec<u8>>)>;

/// Puts the passages of a document in, with the vectors known for their texts.
pub(super) fn insert(
    connection: &Connection,
    document: i64,
    passages: &[Passage],
    vectors: &Vectors,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO passages (document, eid, text, encoder, vector, article, heading, words, start, end)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for passage in passages {
        let known = vectors.get(&(passage.eid.to_string(), passage.text.clone()));
        let (encoder, vector) = known.cloned().unwrap_or_default();
        insert.execute(params![
            document,
            passage.eid.as_str(),
            passage.text,
            encoder,
            vector,
            passage.article.as_str(),
            passage.heading(),
            passage.words,
            passage.span.start as i64,
            passage.span.end as i64,
        ])?;
    }
    Ok(())
}

/// Makes room for what version 3 knows of a passage.
pub(super) fn widen(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE passages ADD COLUMN article TEXT NOT NULL DEFAULT '';
         ALTER TABLE passages ADD COLUMN heading TEXT NOT NULL DEFAULT '';
         ALTER TABLE passages ADD COLUMN words TEXT NOT NULL DEFAULT '';
         ALTER TABLE passages ADD COLUMN start INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE passages ADD COLUMN end INTEGER NOT NULL DEFAULT 0;",
    )
}

/// Cuts every stored document anew. A passage whose text is the same keeps its vector; the others wait for theirs.
pub(super) fn recut(connection: &Connection) -> rusqlite::Result<()> {
    for (id, held) in super::documents(connection)? {
        let mut select =
            connection.prepare_cached("SELECT eid, text, encoder, vector FROM passages WHERE document = ?1")?;
        let rows = select.query_map([id], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?))))?;
        let vectors: Vectors = rows.collect::<rusqlite::Result<_>>()?;
        connection.execute("DELETE FROM passages WHERE document = ?1", [id])?;
        insert(connection, id, &rasoat_embeddings::passages(&held.document, &held.subject()), &vectors)?;
    }
    Ok(())
}
