//! Cuts the document part open and puts the new tags in.
//!
//! Marks of comments and new words stand between runs. A run that one of them falls into, or that loses words, is written
//! out in pieces with the same start tag and properties; all else is copied byte for byte.

use super::super::source::{Anchor, RunSource, Scanned};
use super::super::xml;
use super::changes::Edit;
use super::landing::Landed;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What goes in at one place: new words, then ends of comments, then starts.
#[derive(Default)]
struct Marks {
    words: String,
    ends: String,
    starts: String,
}

impl Marks {
    fn write(&self, spliced: &mut String) {
        for tags in [&self.words, &self.ends, &self.starts] {
            spliced.push_str(tags);
        }
    }
}

/// A place to cut at: the byte, and the run that has to be parted there.
#[derive(Clone, Copy)]
struct Cut {
    at: usize,
    run: Option<usize>,
}

/// What happens inside one run.
#[derive(Default)]
struct Parting {
    marks: BTreeMap<usize, Marks>,
    /// Bytes taken out, by where they start: where they end, and by which edit.
    strokes: BTreeMap<usize, (usize, usize)>,
}

/// The document part with comments and changes in it.
pub(super) fn splice(
    source: &str,
    scanned: &Scanned,
    landed: &[Landed],
    first_comment: u32,
    edits: &[Edit<'_>],
) -> String {
    let mut work = Work {
        source,
        scanned,
        tags: Tags::new(&scanned.prefix, source),
        next_id: if edits.is_empty() { 0 } else { highest_id(source).saturating_add(1) },
        between: BTreeMap::new(),
        parted: BTreeMap::new(),
    };
    for (id, landed) in (first_comment..).zip(landed) {
        let (start, end) = (work.tags.range_start(id), work.tags.range_end(id));
        work.marks(cut_before(landed.first, scanned)).starts.push_str(&start);
        work.marks(cut_after(landed.last, scanned)).ends.push_str(&end);
    }
    for (index, edit) in edits.iter().enumerate() {
        work.plan(index, edit);
    }
    work.write(edits)
}

struct Work<'a> {
    source: &'a str,
    scanned: &'a Scanned,
    tags: Tags,
    /// The next number for a tracked change.
    next_id: u32,
    /// What goes in between runs.
    between: BTreeMap<usize, Marks>,
    /// What happens inside runs.
    parted: BTreeMap<usize, Parting>,
}

impl Work<'_> {
    fn marks(&mut self, cut: Cut) -> &mut Marks {
        match cut.run {
            Some(run) => self.parted.entry(run).or_default().marks.entry(cut.at).or_default(),
            None => self.between.entry(cut.at).or_default(),
        }
    }

    fn fresh_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        id
    }

    fn plan(&mut self, index: usize, edit: &Edit<'_>) {
        for stroke in &edit.strokes {
            let at = match stroke.text {
                Some(text) => {
                    let text = &self.scanned.texts[text];
                    // The whole of its words is the whole of it.
                    let start = if stroke.at.start <= text.content.start { text.span.start } else { stroke.at.start };
                    let end = if stroke.at.end >= text.content.end { text.span.end } else { stroke.at.end };
                    start..end
                }
                None => stroke.at.clone(),
            };
            self.parted.entry(stroke.run).or_default().strokes.insert(at.start, (at.end, index));
        }
        if edit.words.is_empty() {
            return;
        }
        let cut = if edit.after { cut_after(edit.beside, self.scanned) } else { cut_before(edit.beside, self.scanned) };
        let like = &self.scanned.runs[edit.like];
        let id = self.fresh_id();
        let mut words = self.tags.revision("ins", id, edit);
        words.push_str(&self.tags.open("r"));
        words.push_str(&self.properties_like(like));
        words.push_str(&self.tags.text(&edit.words));
        words.push_str(&self.tags.close("r"));
        words.push_str(&self.tags.close("ins"));
        let beside = match edit.beside {
            Anchor::Text { text, .. } => self.scanned.texts[text].run,
            Anchor::Element { run, .. } => run,
            _ => edit.like,
        };
        // Insertions do not nest: one of somebody else ends before ours and goes on after it.
        if let Some((start, end)) = self.scanned.runs[beside].insertion {
            let id = self.fresh_id();
            let name = element_name(&self.source[start..end]);
            let again = with_id(&self.source[start..end], id);
            words = format!("</{name}>{words}{again}");
        }
        self.marks(cut).words.push_str(&words);
    }

    /// The properties for new words beside a run; without its font where that is one of an old encoding, for the new
    /// words are Unicode.
    fn properties_like(&self, run: &RunSource) -> String {
        let own = run.properties.clone().map_or("", |properties| &self.source[properties]);
        if run.legacy { self.tags.in_unicode_font(own) } else { own.to_owned() }
    }

    fn write(mut self, edits: &[Edit<'_>]) -> String {
        let mut spliced = String::with_capacity(self.source.len() + 512 * (edits.len() + self.between.len()));
        let mut copied = 0;
        let parted = std::mem::take(&mut self.parted);
        let between = std::mem::take(&mut self.between);
        // A mark between two runs stands before the second.
        let mut between = between.into_iter().peekable();
        for (run, parting) in parted {
            let span = self.scanned.runs[run].span.clone();
            while let Some((at, marks)) = between.next_if(|(at, _)| *at <= span.start) {
                spliced.push_str(&self.source[copied..at]);
                marks.write(&mut spliced);
                copied = at;
            }
            spliced.push_str(&self.source[copied..span.start]);
            self.part(run, &parting, edits, &mut spliced);
            copied = span.end;
        }
        for (at, marks) in between {
            spliced.push_str(&self.source[copied..at]);
            marks.write(&mut spliced);
            copied = at;
        }
        spliced.push_str(&self.source[copied..]);
        spliced
    }

    /// Writes one run out in pieces.
    fn part(&mut self, run: usize, parting: &Parting, edits: &[Edit<'_>], spliced: &mut String) {
        let source = self.source;
        let run = &self.scanned.runs[run];
        let mut cuts: BTreeSet<usize> = parting.marks.keys().copied().collect();
        cuts.extend(parting.strokes.iter().flat_map(|(start, (end, _))| [*start, *end]));
        let mut state: Option<Option<usize>> = None;
        for atom in self.atoms(run, &cuts) {
            if let Some(marks) = parting.marks.get(&atom.at.start) {
                self.close_piece(state.take(), spliced);
                marks.write(spliced);
            }
            let taken = parting
                .strokes
                .range(..=atom.at.start)
                .next_back()
                .filter(|(_, (end, _))| atom.at.end <= *end)
                .map(|(_, (_, edit))| *edit);
            // White space between tags is of no piece.
            let blank = atom.text.is_none() && source[atom.at.clone()].trim().is_empty();
            if state != Some(taken) && !(blank && state.is_some()) {
                self.close_piece(state, spliced);
                if let Some(edit) = taken {
                    let id = self.fresh_id();
                    spliced.push_str(&self.tags.revision("del", id, &edits[edit]));
                }
                spliced.push_str(&source[run.start_tag.clone()]);
                spliced.push_str(run.properties.clone().map_or("", |properties| &source[properties]));
                state = Some(taken);
            }
            match atom.text {
                Some(text) => {
                    let text = &self.scanned.texts[text];
                    let whole = atom.at == text.span;
                    if whole && taken.is_none() {
                        spliced.push_str(&source[atom.at]);
                    } else {
                        let words = atom.at.start.max(text.content.start)..atom.at.end.min(text.content.end);
                        let name = if taken.is_some() { "delText" } else { "t" };
                        spliced.push_str(&self.tags.open_text(name));
                        spliced.push_str(&source[words]);
                        spliced.push_str(&self.tags.close(name));
                    }
                }
                None => spliced.push_str(&source[atom.at]),
            }
        }
        self.close_piece(state, spliced);
    }

    fn close_piece(&self, state: Option<Option<usize>>, spliced: &mut String) {
        if let Some(taken) = state {
            spliced.push_str(&self.tags.close("r"));
            if taken.is_some() {
                spliced.push_str(&self.tags.close("del"));
            }
        }
    }

    /// The content of a run, taken apart at its texts and at the cuts.
    fn atoms(&self, run: &RunSource, cuts: &BTreeSet<usize>) -> Vec<Atom> {
        let first = self.scanned.texts.partition_point(|text| text.span.start < run.content.start);
        let texts = self.scanned.texts[first..].iter().enumerate();
        let mut atoms = Vec::new();
        let mut reached = run.content.start;
        for (at, text) in texts.take_while(|(_, text)| text.span.end <= run.content.end) {
            cut_up(reached..text.span.start, None, cuts, &mut atoms);
            cut_up(text.span.clone(), Some(first + at), cuts, &mut atoms);
            reached = text.span.end;
        }
        cut_up(reached..run.content.end, None, cuts, &mut atoms);
        atoms
    }
}

/// A stretch of a run that stays in one piece: words of a `w:t`, or other tags.
struct Atom {
    at: Range<usize>,
    text: Option<usize>,
}

fn cut_up(range: Range<usize>, text: Option<usize>, cuts: &BTreeSet<usize>, atoms: &mut Vec<Atom>) {
    let mut start = range.start;
    if range.is_empty() {
        return;
    }
    for cut in cuts.range(range.start + 1..range.end) {
        atoms.push(Atom { at: start..*cut, text });
        start = *cut;
    }
    atoms.push(Atom { at: start..range.end, text });
}

fn cut_before(anchor: Anchor, scanned: &Scanned) -> Cut {
    match anchor {
        Anchor::Text { text, start, .. } => {
            let source = &scanned.texts[text];
            let at = if start <= source.content.start { source.span.start } else { start };
            cut_in_run(source.run, at, scanned)
        }
        Anchor::Element { run, start, .. } => cut_in_run(run, start, scanned),
        Anchor::Run { run, .. } => Cut { at: scanned.runs[run].span.start, run: None },
        Anchor::Formula { formula, .. } => Cut { at: scanned.formulas[formula].start, run: None },
        Anchor::None => Cut { at: 0, run: None },
    }
}

fn cut_after(anchor: Anchor, scanned: &Scanned) -> Cut {
    match anchor {
        Anchor::Text { text, end, .. } => {
            let source = &scanned.texts[text];
            let at = if end >= source.content.end { source.span.end } else { end };
            cut_in_run(source.run, at, scanned)
        }
        Anchor::Element { run, end, .. } => cut_in_run(run, end, scanned),
        Anchor::Run { run, .. } => Cut { at: scanned.runs[run].span.end, run: None },
        Anchor::Formula { formula, .. } => Cut { at: scanned.formulas[formula].end, run: None },
        Anchor::None => Cut { at: 0, run: None },
    }
}

fn cut_in_run(run: usize, at: usize, scanned: &Scanned) -> Cut {
    let source = &scanned.runs[run];
    if at <= source.content.start {
        Cut { at: source.span.start, run: None }
    } else if at >= source.content.end {
        Cut { at: source.span.end, run: None }
    } else {
        Cut { at, run: Some(run) }
    }
}

/// The highest number any mark or tracked change has, so that ours are new.
fn highest_id(source: &str) -> u32 {
    source
        .match_indices(":id=\"")
        .filter_map(|(at, name)| source[at + name.len()..].split('"').next()?.parse().ok())
        // Word numbers with signed 32 bits.
        .filter(|id: &u32| *id < 1 << 30)
        .max()
        .unwrap_or(0)
}

fn element_name(tag: &str) -> &str {
    tag.trim_start_matches('<').split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default()
}

/// A start tag with another number.
fn with_id(tag: &str, id: u32) -> String {
    let Some((before, rest)) = tag.split_once(":id=") else { return tag.to_owned() };
    let mut chars = rest.chars();
    let Some(quote) = chars.next() else { return tag.to_owned() };
    let after = chars.as_str().split_once(quote).map_or("", |(_, after)| after);
    format!("{before}:id={quote}{id}{quote}{after}")
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

    fn open(&self, name: &str) -> String {
        format!("<{}{name}>", self.prefix)
    }

    fn close(&self, name: &str) -> String {
        format!("</{}{name}>", self.prefix)
    }

    fn open_text(&self, name: &str) -> String {
        format!("<{}{name} xml:space=\"preserve\">", self.prefix)
    }

    /// The content of a run that shows a text.
    fn text(&self, text: &str) -> String {
        let mut content = String::new();
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                content.push_str(&format!("<{}br/>", self.prefix));
            }
            for (index, stretch) in line.split('\t').enumerate() {
                if index > 0 {
                    content.push_str(&format!("<{}tab/>", self.prefix));
                }
                if !stretch.is_empty() {
                    content.push_str(&self.open_text("t"));
                    content.push_str(&xml::escape(stretch));
                    content.push_str(&self.close("t"));
                }
            }
        }
        content
    }

    /// The start tag of a tracked change.
    fn revision(&self, name: &str, id: u32, edit: &Edit<'_>) -> String {
        let Self { prefix, attribute, declaration } = self;
        let author = xml::escape(&edit.change.author);
        let date = edit.change.date.as_deref().map(|date| format!(" {attribute}date=\"{}\"", xml::escape(date)));
        let date = date.unwrap_or_default();
        format!("<{prefix}{name}{declaration} {attribute}id=\"{id}\" {attribute}author=\"{author}\"{date}>")
    }

    /// Properties of a run with a font that has all letters, in the place the schema has it (after `w:rStyle`).
    fn in_unicode_font(&self, properties: &str) -> String {
        let Self { prefix, attribute, declaration } = self;
        let fonts = ["ascii", "hAnsi", "cs"].map(|kind| format!(" {attribute}{kind}=\"Times New Roman\"")).concat();
        let fonts = format!("<{prefix}rFonts{declaration}{fonts}/>");
        let kept = without_element(properties, &format!("{prefix}rFonts"));
        let inside = kept.find('>').filter(|end| !kept[..*end].ends_with('/')).map(|end| end + 1);
        let Some(inside) = inside else {
            return format!("<{prefix}rPr>{fonts}</{prefix}rPr>");
        };
        let style = format!("<{prefix}rStyle");
        let at = match kept[inside..].trim_start().starts_with(&style) {
            true => kept[inside..].find("/>").map_or(inside, |end| inside + end + 2),
            false => inside,
        };
        format!("{}{fonts}{}", &kept[..at], &kept[at..])
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

/// XML without the first empty element of this name.
fn without_element(source: &str, name: &str) -> String {
    let Some(start) = source.find(&format!("<{name} ")) else { return source.to_owned() };
    let Some(length) = source[start..].find("/>") else { return source.to_owned() };
    format!("{}{}", &source[..start], &source[start + length + 2..])
}
