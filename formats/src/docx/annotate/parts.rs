//! The parts of a package that comments need beside the document: the comments, the relationship that leads to them, and
//! the list of content types. Each is extended as it is, in the names its root uses, or made where there is none.

use super::super::{Parts, Relationship, relationships_name, resolve, xml};
use crate::archive::{Package, part_key};
use crate::{Comment, FormatError};
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const COMMENTS_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const RELATIONSHIPS_TYPE: &str = "application/vnd.openxmlformats-package.relationships+xml";

/// The part of comments a document has: its name and content, and its relationships.
pub(super) struct Existing {
    relationships: Vec<Relationship>,
    name: Option<String>,
    source: Option<String>,
}

impl Existing {
    pub(super) fn read(package: &mut Package<'_>, document: &str) -> Result<Self, FormatError> {
        let relationships = super::super::relationships(package, document)?;
        let name = relationships
            .iter()
            .find(|rel| rel.kind == "comments" && !rel.external)
            .map(|rel| resolve(document, &rel.target));
        let source = match &name {
            Some(name) => package.read(name)?.map(xml::decode).transpose()?,
            None => None,
        };
        Ok(Self { relationships, name, source })
    }

    pub(super) fn highest_comment(&self) -> Result<Option<u32>, FormatError> {
        Ok(self.source.as_deref().map(highest_comment).transpose()?.flatten())
    }

    /// Puts the comments into their part, which is made where there is none.
    pub(super) fn extend(
        self,
        package: &mut Package<'_>,
        parts: &Parts,
        comments: &[Comment],
        first_id: u32,
        changed: &mut BTreeMap<String, Vec<u8>>,
    ) -> Result<(), FormatError> {
        let strict = parts.document.contains(xml::WORD[1]) && !parts.document.contains(xml::WORD[0]);
        let word = xml::WORD[usize::from(strict)];
        if let (Some(name), Some(source)) = (&self.name, &self.source) {
            let source = extend_comments(source, comments, first_id, word)?;
            changed.insert(name.clone(), source.into_bytes());
            return Ok(());
        }
        // A relationship may lead nowhere.
        let name = match self.name {
            Some(name) => name,
            None => relate(package, parts, &self.relationships, strict, changed)?,
        };
        declare(package, &name, changed)?;
        let empty = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{word}\"></w:comments>"
        );
        changed.insert(name, extend_comments(&empty, comments, first_id, word)?.into_bytes());
        Ok(())
    }
}

/// Adds the relationship from the document to a new part of comments and returns that part's name.
fn relate(
    package: &mut Package<'_>,
    parts: &Parts,
    relationships: &[Relationship],
    strict: bool,
    changed: &mut BTreeMap<String, Vec<u8>>,
) -> Result<String, FormatError> {
    let name = fresh_part(package, &parts.document_name);
    let target = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let rels_name = relationships_name(&parts.document_name);
    let source = package.read(&rels_name)?.map(xml::decode).transpose()?;
    let id = fresh_id(relationships.iter().map(|rel| rel.id.as_str()));
    let kind = if strict {
        "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
    } else {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    };
    let source = add_child(
        source.as_deref(),
        ("Relationships", RELATIONSHIPS),
        "Relationship",
        &format!("Id=\"{id}\" Type=\"{kind}\" Target=\"{}\"", xml::escape(&target)),
    )?;
    changed.insert(rels_name, source.into_bytes());
    Ok(name)
}

/// Enters a part of comments in the list of content types, if it is not there.
fn declare(package: &mut Package<'_>, name: &str, changed: &mut BTreeMap<String, Vec<u8>>) -> Result<(), FormatError> {
    let types = package
        .read("[Content_Types].xml")?
        .ok_or_else(|| FormatError::damaged("the list of content types is missing"))?;
    let types = xml::decode(types)?;
    if types.contains(&format!("\"/{name}\"")) {
        return Ok(());
    }
    let mut types = add_child(
        Some(&types),
        ("Types", ""),
        "Override",
        &format!("PartName=\"/{}\" ContentType=\"{COMMENTS_TYPE}\"", xml::escape(name)),
    )?;
    if !types.to_ascii_lowercase().contains("extension=\"rels\"") {
        types = add_child(
            Some(&types),
            ("Types", ""),
            "Default",
            &format!("Extension=\"rels\" ContentType=\"{RELATIONSHIPS_TYPE}\""),
        )?;
    }
    changed.insert("[Content_Types].xml".to_owned(), types.into_bytes());
    Ok(())
}

/// The highest number a comment has in a part of comments.
fn highest_comment(source: &str) -> Result<Option<u32>, FormatError> {
    let mut reader = xml::reader(source);
    let mut highest = None;
    loop {
        match reader.read_event().map_err(xml::broken)? {
            Event::Start(tag) | Event::Empty(tag) if xml::local(&tag) == "comment" => {
                let id = xml::attribute(&tag, "id").and_then(|id| id.parse::<u32>().ok());
                highest = highest.max(id);
            }
            Event::Eof => return Ok(highest),
            _ => {}
        }
    }
}

/// A part of comments with ours at its end.
fn extend_comments(source: &str, comments: &[Comment], first_id: u32, word: &str) -> Result<String, FormatError> {
    let mut entries = String::new();
    for (id, comment) in (first_id..).zip(comments) {
        let author = xml::escape(&comment.author);
        let initials: String =
            comment.author.split_whitespace().filter_map(|word| word.chars().next()).take(4).collect();
        // Its own prefix with its own declaration holds whatever the part's root declares.
        entries.push_str(&format!("<w:comment xmlns:w=\"{word}\" w:id=\"{id}\" w:author=\"{author}\""));
        if let Some(date) = &comment.date {
            entries.push_str(&format!(" w:date=\"{}\"", xml::escape(date)));
        }
        entries.push_str(&format!(" w:initials=\"{}\">", xml::escape(&initials)));
        for (index, line) in comment.text.split('\n').enumerate() {
            entries.push_str("<w:p>");
            if index == 0 {
                entries.push_str("<w:r><w:rPr><w:sz w:val=\"16\"/></w:rPr><w:annotationRef/></w:r>");
            }
            entries.push_str(&format!(
                "<w:r><w:rPr><w:sz w:val=\"20\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
                xml::escape(line.trim_end_matches('\r'))
            ));
        }
        entries.push_str("</w:comment>");
    }
    insert_at_end(source, "comments", &entries)
}

/// A part of relationships or content types with one more entry, in the names its root uses.
fn add_child(
    source: Option<&str>,
    (root, namespace): (&str, &str),
    child: &str,
    attributes: &str,
) -> Result<String, FormatError> {
    let fresh;
    let source = match source {
        Some(source) => source,
        None => {
            fresh = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<{root} xmlns=\"{namespace}\"></{root}>"
            );
            &fresh
        }
    };
    let prefix = root_of(source, root)?.2;
    insert_at_end(source, root, &format!("<{prefix}{child} {attributes}/>"))
}

/// A part with something more before the end of its root.
fn insert_at_end(source: &str, root: &str, inserted: &str) -> Result<String, FormatError> {
    let (at, empty, prefix) = root_of(source, root)?;
    let mut extended = source[..at].to_owned();
    if empty {
        // `at` stands before the `/>`.
        extended.push('>');
        extended.push_str(inserted);
        extended.push_str(&format!("</{prefix}{root}>"));
        let rest = source[at..].split_once("/>").map_or("", |(_, rest)| rest);
        extended.push_str(rest);
    } else {
        extended.push_str(inserted);
        extended.push_str(&source[at..]);
    }
    Ok(extended)
}

/// Where a part's root ends (before its end tag, or before the `/>` of an empty one), whether it is empty, and its
/// prefix.
fn root_of(source: &str, root: &str) -> Result<(usize, bool, String), FormatError> {
    let mut reader = xml::reader(source);
    let mut depth = 0_usize;
    let mut prefix = String::new();
    let wrong = || FormatError::damaged(format!("a part does not hold `{root}`"));
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(xml::broken)?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(tag) | Event::Empty(tag) if depth == 0 => {
                if xml::local(&tag) != root {
                    return Err(wrong());
                }
                let name = tag.name().into_inner();
                prefix = name[..name.len() - root.len()].to_owned();
                if source[start..end].ends_with("/>") {
                    return Ok((end - 2, true, prefix));
                }
                depth = 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok((start, false, prefix));
                }
            }
            Event::Eof => return Err(wrong()),
            _ => {}
        }
    }
}

/// A name for a part of comments beside the document that no part has yet.
fn fresh_part(package: &Package<'_>, document: &str) -> String {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let in_folder = |file: String| {
        if folder.is_empty() { file } else { format!("{folder}/{file}") }
    };
    let usual = in_folder("comments.xml".to_owned());
    if !package.has(&usual) {
        return usual;
    }
    let mut count = 1_u32;
    loop {
        let name = in_folder(format!("comments{count}.xml"));
        if !package.has(&name) {
            return name;
        }
        count += 1;
    }
}

fn fresh_id<'a>(taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<String> = taken.map(str::to_ascii_lowercase).collect();
    let mut count = taken.len() + 1;
    loop {
        let id = format!("rId{count}");
        if !taken.contains(&id.to_ascii_lowercase()) {
            return id;
        }
        count += 1;
    }
}

/// The package with some parts changed or new; all others are copied packed as they were.
pub(super) fn pack(package: Package<'_>, mut changed: BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, FormatError> {
    let write_error = |error: &dyn std::fmt::Display| FormatError::Write { what: error.to_string() };
    let options = SimpleFileOptions::default();
    let mut by_key: HashMap<String, String> = changed.keys().map(|name| (part_key(name), name.clone())).collect();
    let mut archive = package.into_archive();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|error| write_error(&error))?;
        let name = member.name().map(|name| name.into_owned());
        let ours =
            name.as_ref().ok().and_then(|name| by_key.remove(&part_key(name))).and_then(|key| changed.remove(&key));
        match (name, ours) {
            (Ok(name), Some(bytes)) => {
                writer.start_file(name, options).map_err(|error| write_error(&error))?;
                writer.write_all(&bytes).map_err(|error| write_error(&error))?;
            }
            _ => writer.raw_copy_file(member).map_err(|error| write_error(&error))?,
        }
    }
    for (name, bytes) in changed {
        writer.start_file(name, options).map_err(|error| write_error(&error))?;
        writer.write_all(&bytes).map_err(|error| write_error(&error))?;
    }
    let written = writer.finish().map_err(|error| write_error(&error))?;
    Ok(written.into_inner())
}
