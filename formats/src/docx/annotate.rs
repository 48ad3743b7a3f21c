//! Comments put into a reviewer's own file.
//!
//! A comment is a range between two marks in the text and an entry in a part of its own (ECMA-376 part 1, 17.13.4).
//! The marks stand between runs, so where a comment begins or ends inside a run the run is parted in two with the
//! same properties. The XML is not parsed and written anew, which would touch what is not ours: the new tags are
//! spliced into the bytes as they are, and every part without a change is copied packed as it was.

use super::body::{Anchor, Scanned};
use super::{Parts, relationships, relationships_name, resolve, xml};
use crate::archive::{Package, part_key};
use crate::{Comment, Extracted, Format, FormatError, Limits};
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write as _};
use std::ops::Range;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const COMMENTS_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const RELATIONSHIPS_TYPE: &str = "application/vnd.openxmlformats-package.relationships+xml";

/// Puts comments into a DOCX: the file as it was, each comment on exactly its words.
///
/// A comment on something that stands in no run, such as an automatic number, goes on the word after it; one inside
/// a text box, where Word allows none, on the box.
///
/// # Errors
/// [`FormatError::Mismatch`] where `extracted` is not what this file reads as, and every error of reading.
pub fn annotate_docx(
    original: &[u8],
    extracted: &Extracted,
    comments: &[Comment],
    limits: &Limits,
) -> Result<Vec<u8>, FormatError> {
    if extracted.format != Format::Docx {
        return Err(FormatError::Mismatch);
    }
    splice_comments(original, &extracted.text, comments, limits)
}

pub(crate) fn splice_comments(
    original: &[u8],
    text: &str,
    comments: &[Comment],
    limits: &Limits,
) -> Result<Vec<u8>, FormatError> {
    let mut package = Package::open(original, limits)?;
    let parts = Parts::read(&mut package)?;
    let mut landing = Landing::new(comments);
    let scanned = super::scan_with(&parts, limits, |range, cluster, first, last| {
        landing.cluster(range, cluster, first, last);
    })?;
    if scanned.text != text {
        return Err(FormatError::Mismatch);
    }
    if comments.is_empty() {
        return Ok(original.to_vec());
    }
    let landed = landing.finish()?;
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();

    let relationships = relationships(&mut package, &parts.document_name)?;
    let existing_name = relationships
        .iter()
        .find(|rel| rel.kind == "comments" && !rel.external)
        .map(|rel| resolve(&parts.document_name, &rel.target));
    let existing = match &existing_name {
        Some(name) => package.read(name)?.map(xml::decode).transpose()?,
        None => None,
    };
    let first_id = [scanned.highest_comment, existing.as_deref().map(highest_comment).transpose()?.flatten()]
        .into_iter()
        .flatten()
        .max()
        .map_or(0, |highest| highest.saturating_add(1));

    let document = splice_marks(&parts.document, &scanned, &landed, first_id);
    changed.insert(parts.document_name.clone(), document.into_bytes());

    let strict = parts.document.contains(xml::WORD[1]) && !parts.document.contains(xml::WORD[0]);
    let word = xml::WORD[usize::from(strict)];
    match (existing_name, existing) {
        (Some(name), Some(source)) => {
            let source = extend_comments(&source, comments, first_id, word)?;
            changed.insert(name, source.into_bytes());
        }
        (dangling, _) => {
            let name = match dangling {
                Some(name) => name,
                None => {
                    let name = fresh_part(&package, &parts.document_name);
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
                    name
                }
            };
            let types = package
                .read("[Content_Types].xml")?
                .ok_or_else(|| FormatError::damaged("the list of content types is missing"))?;
            let types = xml::decode(types)?;
            if !types.contains(&format!("\"/{name}\"")) {
                let mut types = add_child(
                    Some(&types),
                    ("Types", ""),
                    "Override",
                    &format!("PartName=\"/{}\" ContentType=\"{COMMENTS_TYPE}\"", xml::escape(&name)),
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
            }
            let empty = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{word}\"></w:comments>"
            );
            let source = extend_comments(&empty, comments, first_id, word)?;
            changed.insert(name, source.into_bytes());
        }
    }
    pack(package, changed)
}

/// Where the two ends of a comment stand.
struct Landed {
    first: Anchor,
    last: Anchor,
}

/// Watches the text go by and notes where each comment's words stand in the XML.
struct Landing<'a> {
    comments: &'a [Comment],
    /// Indexes of comments by where they start.
    order: Vec<usize>,
    next: usize,
    /// Comments whose words are going by.
    active: Vec<usize>,
    /// Comments that found nothing to stand on, waiting for the next word; and how far they have got in it.
    waiting: Vec<(usize, Option<usize>)>,
    landed: HashMap<usize, Landed>,
    /// The last cluster that stands somewhere.
    previous: Option<Landed>,
}

impl<'a> Landing<'a> {
    fn new(comments: &'a [Comment]) -> Self {
        let mut order: Vec<usize> = (0..comments.len()).collect();
        order.sort_by_key(|index| comments[*index].start);
        Self {
            comments,
            order,
            next: 0,
            active: Vec::new(),
            waiting: Vec::new(),
            landed: HashMap::new(),
            previous: None,
        }
    }

    fn end_of(&self, index: usize) -> usize {
        let comment = &self.comments[index];
        comment.end.max(comment.start.saturating_add(1))
    }

    fn cluster(&mut self, range: Range<usize>, cluster: &str, first: Anchor, last: Anchor) {
        while let Some(index) = self.order.get(self.next).copied() {
            if self.comments[index].start >= range.end {
                break;
            }
            self.active.push(index);
            self.next += 1;
        }
        if self.active.is_empty() && self.waiting.is_empty() {
            if stands(first) {
                self.previous = Some(Landed { first, last });
            }
            return;
        }
        let (gone, active): (Vec<usize>, Vec<usize>) =
            std::mem::take(&mut self.active).into_iter().partition(|index| self.end_of(*index) <= range.start);
        self.active = active;
        for index in gone {
            if !self.landed.contains_key(&index) {
                self.waiting.push((index, None));
            }
        }
        if !stands(first) {
            return;
        }
        for index in self.active.clone() {
            self.extend(index, first, last);
        }
        let blank = cluster.trim().is_empty();
        for (index, reached) in std::mem::take(&mut self.waiting) {
            let word_ended = reached.is_some_and(|reached| blank || reached != range.start);
            if word_ended {
                continue;
            }
            if blank {
                self.waiting.push((index, None));
            } else {
                self.extend(index, first, last);
                self.waiting.push((index, Some(range.end)));
            }
        }
        self.previous = Some(Landed { first, last });
    }

    fn extend(&mut self, index: usize, first: Anchor, last: Anchor) {
        let landed = self.landed.entry(index).or_insert(Landed { first, last });
        // A text box is read after its paragraph but stands inside it.
        if source_start(first) < source_start(landed.first) {
            landed.first = first;
        }
        if source_start(last) >= source_start(landed.last) {
            landed.last = last;
        }
    }

    fn finish(mut self) -> Result<Vec<Landed>, FormatError> {
        (0..self.comments.len())
            .map(|index| match (self.landed.remove(&index), &self.previous) {
                (Some(landed), _) => Ok(landed),
                (None, Some(previous)) => Ok(Landed { first: previous.first, last: previous.last }),
                (None, None) => Err(FormatError::NothingToCommentOn),
            })
            .collect()
    }
}

fn stands(anchor: Anchor) -> bool {
    anchor != Anchor::None
}

fn source_start(anchor: Anchor) -> usize {
    match anchor {
        Anchor::None => 0,
        Anchor::Text { start, .. }
        | Anchor::Element { start, .. }
        | Anchor::Run { start, .. }
        | Anchor::Formula { start, .. } => start,
    }
}

/// A place in the document part where marks go, and what has to be parted for them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Between runs.
    Level,
    /// Between the children of a run.
    Run(usize),
    /// Inside the text of a `w:t`.
    Text(usize),
}

fn cut_before(anchor: Anchor, scanned: &Scanned) -> (usize, Cut) {
    match anchor {
        Anchor::Text { text, start, .. } => {
            let source = &scanned.texts[text];
            if start <= source.content.start {
                cut_in_run(source.run, source.span.start, scanned)
            } else {
                (start, Cut::Text(text))
            }
        }
        Anchor::Element { run, start, .. } => cut_in_run(run, start, scanned),
        Anchor::Run { run, .. } => (scanned.runs[run].span.start, Cut::Level),
        Anchor::Formula { formula, .. } => (scanned.formulas[formula].start, Cut::Level),
        Anchor::None => (0, Cut::Level),
    }
}

fn cut_after(anchor: Anchor, scanned: &Scanned) -> (usize, Cut) {
    match anchor {
        Anchor::Text { text, end, .. } => {
            let source = &scanned.texts[text];
            if end >= source.content.end {
                cut_in_run(source.run, source.span.end, scanned)
            } else {
                (end, Cut::Text(text))
            }
        }
        Anchor::Element { run, end, .. } => cut_in_run(run, end, scanned),
        Anchor::Run { run, .. } => (scanned.runs[run].span.end, Cut::Level),
        Anchor::Formula { formula, .. } => (scanned.formulas[formula].end, Cut::Level),
        Anchor::None => (0, Cut::Level),
    }
}

fn cut_in_run(run: usize, at: usize, scanned: &Scanned) -> (usize, Cut) {
    let source = &scanned.runs[run];
    if at <= source.content.start {
        (source.span.start, Cut::Level)
    } else if at >= source.content.end {
        (source.span.end, Cut::Level)
    } else {
        (at, Cut::Run(run))
    }
}

/// The marks at one place: ends stand before starts.
struct Marks {
    cut: Cut,
    ends: String,
    starts: String,
}

fn splice_marks(source: &str, scanned: &Scanned, landed: &[Landed], first_id: u32) -> String {
    let tags = Tags::new(&scanned.prefix, source);
    let mut marks: BTreeMap<usize, Marks> = BTreeMap::new();
    let mut widened: BTreeMap<usize, ()> = BTreeMap::new();
    for (id, landed) in (first_id..).zip(landed) {
        for (is_end, (at, cut)) in [(false, cut_before(landed.first, scanned)), (true, cut_after(landed.last, scanned))]
        {
            let marks = marks.entry(at).or_insert_with(|| Marks { cut, ends: String::new(), starts: String::new() });
            if is_end {
                marks.ends.push_str(&tags.range_end(id));
            } else {
                marks.starts.push_str(&tags.range_start(id));
            }
            if let Cut::Text(text) = cut {
                let text = &scanned.texts[text];
                // A blank beside the cut counts as text only where the tag says so.
                if !source[text.start_tag.clone()].contains("xml:space") {
                    let name = scanned.prefix.len() + 1;
                    widened.insert(text.start_tag.start + 1 + name, ());
                }
            }
        }
    }
    let mut spliced = String::with_capacity(source.len() + landed.len() * 512);
    let mut copied = 0;
    let mut copy_to = |spliced: &mut String, at: usize| {
        spliced.push_str(&source[copied..at]);
        copied = at;
    };
    let mut widened = widened.into_keys().peekable();
    for (at, marks) in marks {
        while let Some(tag) = widened.next_if(|tag| *tag <= at) {
            copy_to(&mut spliced, tag);
            spliced.push_str(" xml:space=\"preserve\"");
        }
        copy_to(&mut spliced, at);
        let run = match marks.cut {
            Cut::Level => None,
            Cut::Run(run) => Some(run),
            Cut::Text(text) => Some(scanned.texts[text].run),
        };
        let within_text = matches!(marks.cut, Cut::Text(_));
        if within_text {
            spliced.push_str(&tags.close("t"));
        }
        if run.is_some() {
            spliced.push_str(&tags.close("r"));
        }
        spliced.push_str(&marks.ends);
        spliced.push_str(&marks.starts);
        if let Some(run) = run {
            let run = &scanned.runs[run];
            spliced.push_str(&source[run.start_tag.clone()]);
            if let Some(properties) = &run.properties {
                spliced.push_str(&source[properties.clone()]);
            }
        }
        if within_text {
            spliced.push_str(&tags.open_text());
        }
    }
    copy_to(&mut spliced, source.len());
    spliced
}

/// New tags in the names the document uses.
struct Tags {
    prefix: String,
    /// The prefix for attributes, and its declaration where the document has none.
    attribute: String,
    declaration: String,
}

impl Tags {
    fn new(prefix: &str, source: &str) -> Self {
        if prefix.is_empty() {
            let strict = source.contains(xml::WORD[1]) && !source.contains(xml::WORD[0]);
            Self {
                prefix: String::new(),
                attribute: "w:".to_owned(),
                declaration: format!(" xmlns:w=\"{}\"", xml::WORD[usize::from(strict)]),
            }
        } else {
            Self { prefix: prefix.to_owned(), attribute: prefix.to_owned(), declaration: String::new() }
        }
    }

    fn empty(&self, name: &str, attribute: &str, value: impl std::fmt::Display) -> String {
        let Self { prefix, attribute: attribute_prefix, declaration } = self;
        format!("<{prefix}{name}{declaration} {attribute_prefix}{attribute}=\"{value}\"/>")
    }

    fn close(&self, name: &str) -> String {
        format!("</{}{name}>", self.prefix)
    }

    fn open_text(&self) -> String {
        format!("<{}t xml:space=\"preserve\">", self.prefix)
    }

    fn range_start(&self, id: u32) -> String {
        self.empty("commentRangeStart", "id", id)
    }

    fn range_end(&self, id: u32) -> String {
        let prefix = &self.prefix;
        format!(
            "{}<{prefix}r><{prefix}rPr>{}</{prefix}rPr>{}</{prefix}r>",
            self.empty("commentRangeEnd", "id", id),
            self.empty("sz", "val", 16),
            self.empty("commentReference", "id", id),
        )
    }
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
fn pack(package: Package<'_>, mut changed: BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, FormatError> {
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
