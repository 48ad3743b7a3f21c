//! Carries instructions out: the consolidated text on a day, each changed span with its cause.
//!
//! Hard because later acts change what earlier ones wrote, so the instructions run in the order of their effect on a
//! text that moves. An instruction is carried out whole or not at all. Numbers are kept: a repealed unit stays as
//! "Điều 9. (được bãi bỏ)" (Decree 78/2025/NĐ-CP, Article 69).

use super::working::{Unit, Working};
use super::{Failure, Instruction, NewText, Operation, Part, State, Target};
use crate::cite::DocumentReference;
use crate::eid::order;
use crate::structure::{self, Document, ProvisionKind};
use crate::{ByteSpan, DocNumber, Eid, text};
use jiff::civil::Date;

/// A changed span of a consolidated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, in the consolidated text.
    pub span: ByteSpan,
    /// Which of the instructions.
    pub instruction: usize,
    /// The act that ordered it.
    pub by: Option<DocNumber>,
    /// The unit that was changed.
    pub eid: Option<Eid>,
    /// Since when.
    pub date: Option<Date>,
}

/// A text with the amendments in effect on a day worked in (văn bản hợp nhất; a reading aid, not a source of law).
#[derive(Debug, Clone)]
pub struct Consolidated {
    /// The text read again; its spans point into [`Document::text`].
    pub document: Document,
    /// What was changed, in the order of the text. A change that a later one replaced wholly is not listed.
    pub changes: Vec<Change>,
    /// What became of each instruction, in the order given.
    pub outcomes: Vec<State>,
    /// The day the whole document ended by these instructions, and which of them.
    pub ended: Option<(Date, usize)>,
}

impl Consolidated {
    /// The consolidated text.
    pub fn text(&self) -> &str {
        &self.document.text
    }
}

/// The text of `base` on `as_of`, with those `instructions` carried out that concern it and were in effect by then, in
/// the order of their effect. One of unknown day stays unapplied, for nobody knows whether it is in effect.
pub fn apply(base: &Document, instructions: &[Instruction], as_of: Date) -> Consolidated {
    let mut turns: Vec<usize> = (0..instructions.len()).collect();
    turns.sort_by_key(|at| instructions[*at].effective);
    let mut working = Working::new(base);
    let mut causes: Vec<(usize, Option<Eid>)> = Vec::new();
    let mut outcomes: Vec<State> = instructions.iter().map(|i| i.state.clone()).collect();
    let mut ended = None;
    for at in turns {
        let instruction = &instructions[at];
        let due = instruction.effective.is_some_and(|from| from <= as_of);
        if instruction.state != State::Unapplied || !due || !concerns(&instruction.target, base) {
            continue;
        }
        if instruction.operation == Operation::EndDocument {
            ended = ended.or(instruction.effective.map(|date| (date, at)));
            outcomes[at] = State::Applied;
            continue;
        }
        outcomes[at] = match carry_out(&mut working, instruction) {
            Ok(spans) => {
                for span in spans {
                    working.changed.push(Some(span));
                    causes.push((at, instruction.target.eid.clone()));
                }
                State::Applied
            }
            Err(why) => State::Failed(why),
        };
    }
    let mut changes: Vec<Change> = working
        .changed
        .iter()
        .zip(causes)
        .filter_map(|(span, (at, eid))| {
            let cause = &instructions[at];
            Some(Change { span: (*span)?, instruction: at, by: cause.by.clone(), eid, date: cause.effective })
        })
        .collect();
    changes.sort_by_key(|change| (change.span.start, change.span.end, change.instruction));
    let mut document = structure::parse(&working.text);
    if changes.is_empty() {
        // Nothing changed: what the caller knows of the document is kept with it.
        document = base.clone();
    } else {
        document.metadata = base.metadata.clone();
    }
    Consolidated { document, changes, outcomes, ended }
}

/// Whether an instruction's target is the document `base`, as far as both are known.
fn concerns(target: &Target, base: &Document) -> bool {
    match (target.document.number(), &base.metadata.number) {
        (Some(target), Some(base)) => target == base,
        _ => match (&target.document, &base.metadata.title) {
            (DocumentReference::Name { name, .. }, Some(title)) => {
                let own = format!("{} {title}", base.metadata.kind.name());
                text::fold(name) == text::fold(&own) || text::fold(name) == text::fold(title)
            }
            (DocumentReference::Name { .. } | DocumentReference::Number { .. }, None) => base.metadata.number.is_none(),
            (DocumentReference::Number { .. }, Some(_)) => false,
            (DocumentReference::This, _) => true,
        },
    }
}

/// Carries one instruction out; the spans of what it wrote. Where it fails, the text is as it was.
fn carry_out(working: &mut Working, instruction: &Instruction) -> Result<Vec<ByteSpan>, Failure> {
    let new = instruction.new_text.as_ref();
    let eid = instruction.target.eid.as_ref();
    match &instruction.operation {
        Operation::SubstitutePhrase { old, new, except } => words(working, &instruction.target, old, new, except),
        Operation::RemovePhrase { old, except } => words(working, &instruction.target, old, "", except),
        Operation::InsertPhrase { phrase, beside, before, except } => {
            let joint = if phrase.starts_with([',', ';']) { "" } else { " " };
            let both = if *before { format!("{phrase} {beside}") } else { format!("{beside}{joint}{phrase}") };
            let listed = format!("{beside}, {phrase}");
            let within_list = (!*before && joint == " ").then_some(listed.as_str());
            words_or(working, &instruction.target, beside, &both, within_list, except)
        }
        Operation::AppendPhrase { phrase } => append(working, eid.ok_or(Failure::TargetUnclear)?, phrase),
        Operation::EndDocument => Ok(Vec::new()),
        operation => {
            let eid = eid.ok_or(Failure::TargetUnclear)?;
            match operation {
                Operation::Repeal => repeal(working, eid, instruction.target.part).map(|span| vec![span]),
                Operation::InsertAfter { .. } | Operation::InsertBefore { .. } | Operation::InsertAtEnd
                    if instruction.target.part != Part::Whole =>
                {
                    insert_passage(working, eid, operation, new.ok_or(Failure::NoNewText)?)
                }
                Operation::InsertAfter { anchor } => {
                    let anchor = working.find(anchor)?;
                    insert(working, eid, new.ok_or(Failure::NoNewText)?, Some((anchor.span, false)))
                }
                Operation::InsertBefore { anchor } => {
                    let anchor = working.find(anchor)?;
                    insert(working, eid, new.ok_or(Failure::NoNewText)?, Some((anchor.span, true)))
                }
                Operation::InsertAtEnd => insert(working, eid, new.ok_or(Failure::NoNewText)?, None),
                Operation::ReplaceHeading => heading(working, eid, new.ok_or(Failure::NoNewText)?),
                _ => replace(working, eid, instruction.target.part, new.ok_or(Failure::NoNewText)?),
            }
        }
    }
}

/// The label of a unit as it is printed.
fn printed(eid: &Eid) -> String {
    match eid.steps().last() {
        Some(("art", number)) => format!("Điều {number}."),
        Some(("para", number)) => format!("{number}."),
        Some(("point", number)) => format!("{number})"),
        _ => eid.label(),
    }
}

/// The length of the label a unit begins with, the blanks after it included.
fn label_length(unit: &str, kind: ProvisionKind) -> usize {
    let end = match kind {
        ProvisionKind::Article => {
            let rest = unit.trim_start_matches(|c: char| c.is_alphabetic()).trim_start();
            let rest = rest.trim_start_matches(char::is_alphanumeric).trim_start();
            unit.len() - rest.trim_start_matches(['.', ':']).len()
        }
        ProvisionKind::Paragraph | ProvisionKind::Point => {
            let rest = unit.trim_start_matches(char::is_alphanumeric).trim_start();
            unit.len() - rest.trim_start_matches(['.', ')']).len()
        }
        _ => unit.find('\n').unwrap_or(unit.len()),
    };
    unit.len() - unit[end..].trim_start_matches([' ', '\t']).len()
}

/// Whether a new text begins with the label of `eid`.
fn bears_label(words: &str, eid: &Eid) -> bool {
    let Some((prefix, number)) = eid.steps().last().map(|(p, n)| ((*p).to_owned(), (*n).to_owned())) else {
        return true;
    };
    match super::clauses::label(words.lines().next().unwrap_or_default()) {
        Some(label) => label.number == number && prefix == ["chp", "art", "para", "point", "-"][label.rank as usize],
        None => !matches!(prefix.as_str(), "art" | "para" | "point"),
    }
}

fn replace(working: &mut Working, eid: &Eid, part: Part, new: &NewText) -> Result<Vec<ByteSpan>, Failure> {
    let unit = match working.find(eid) {
        Ok(unit) => unit,
        // "Sửa đổi, bổ sung khoản 2 và khoản 2a": what bears an inserted number is new.
        Err(Failure::NoSuchUnit(_)) if part == Part::Whole && bears_label(&new.words, eid) => {
            if is_inserted(eid) || follows_the_last(working, eid) {
                return insert(working, eid, new, None);
            }
            return Err(Failure::NoSuchUnit(eid.clone()));
        }
        Err(why) => return Err(why),
    };
    let old = unit.span.of(&working.text).to_owned();
    match part {
        Part::Whole => {
            let words = if bears_label(&new.words, eid) { new.words.clone() } else { labelled(&old, &unit, eid, new) };
            let span = working.edit(unit.span, &words);
            if matches!(unit.kind, ProvisionKind::Chapter | ProvisionKind::Section | ProvisionKind::Part) {
                working.read_articles(span);
            }
            Ok(vec![span])
        }
        Part::Heading => heading(working, eid, new),
        Part::LeadIn => {
            let end = unit
                .children
                .iter()
                .map(|(.., span)| span.start)
                .min()
                .ok_or_else(|| Failure::NoSuchPart(eid.clone()))?;
            let mut start = unit.span.start + label_length(&old, unit.kind);
            if unit.kind == ProvisionKind::Article {
                start = unit.span.start + old.find('\n').map_or(old.len(), |at| at + 1);
            }
            let lead = ByteSpan::new(start, end.max(start));
            let kept = lead.of(&working.text).trim_end().len();
            if kept == 0 {
                return Err(Failure::NoSuchPart(eid.clone()));
            }
            let words = without_label(&new.words, eid);
            Ok(vec![working.edit(ByteSpan::new(start, start + kept), words)])
        }
        Part::Passage(_) | Part::LastPassage => passage(working, eid, &unit, part, new),
    }
}

/// The new text of a unit that gives no label: the unit keeps its own, an article its heading too.
fn labelled(old: &str, unit: &Unit, eid: &Eid, new: &NewText) -> String {
    if unit.kind == ProvisionKind::Article {
        let heading = old.lines().next().unwrap_or_default();
        let has_heading = old.contains('\n') && !heading.trim_end().ends_with(['.', ';']) || !unit.children.is_empty();
        if has_heading {
            return format!("{heading}\n{}", new.words);
        }
    }
    format!("{} {}", printed(eid), new.words)
}

fn without_label<'a>(words: &'a str, eid: &Eid) -> &'a str {
    if bears_label(words, eid)
        && let Some(label) = super::clauses::label(words.lines().next().unwrap_or_default())
    {
        let line = words.lines().next().unwrap_or_default();
        return &words[line.len() - label.rest.len()..];
    }
    words
}

/// Whether the last number of `eid` is one that only inserted units bear: `12a`, `a1`.
fn is_inserted(eid: &Eid) -> bool {
    eid.steps().last().is_some_and(|(prefix, number)| match *prefix {
        "point" => number.chars().skip(1).any(|c| c.is_ascii_digit()),
        _ => number.chars().any(|c| c.is_ascii_digit()) && number.ends_with(|c: char| c.is_alphabetic()),
    })
}

/// Whether `eid` would be the next after the last unit there is: "sửa đổi, bổ sung các khoản 3, 4 và 5" adds the fifth.
fn follows_the_last(working: &Working, eid: &Eid) -> bool {
    let steps = eid.steps();
    let (Some((prefix, number)), Some(outer)) = (steps.last().copied(), eid.parent()) else { return false };
    let Ok(container) = working.find(&outer) else { return false };
    let kind = if prefix == "para" { ProvisionKind::Paragraph } else { ProvisionKind::Point };
    let last = container.children.iter().filter(|(own, ..)| *own == kind).map(|(_, label, _)| order(label).0).max();
    last.is_some_and(|last| order(number).0 == last + 1)
}

/// One passage of a unit's own words.
fn passage(working: &mut Working, eid: &Eid, unit: &Unit, part: Part, new: &NewText) -> Result<Vec<ByteSpan>, Failure> {
    let missing = || Failure::NoSuchPart(eid.clone());
    let mut lines = Vec::new();
    let mut start = unit.span.start;
    for (at, line) in unit.span.of(&working.text).split_inclusive('\n').enumerate() {
        let heading = at == 0 && unit.kind == ProvisionKind::Article;
        let inner = unit.children.iter().any(|(.., span)| span.start <= start && start < span.end);
        if !heading && !inner && !line.trim().is_empty() {
            lines.push(ByteSpan::new(start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    let line = match part {
        Part::Passage(number) => lines.get(number.checked_sub(1).ok_or_else(missing)?),
        _ => lines.last().filter(|_| lines.len() > 1),
    };
    let line = *line.ok_or_else(missing)?;
    let keep = if line.start == unit.span.start { label_length(line.of(&working.text), unit.kind) } else { 0 };
    let words = without_label(&new.words, eid).to_owned();
    Ok(vec![working.edit(ByteSpan::new(line.start + keep, line.end), &words)])
}

fn heading(working: &mut Working, eid: &Eid, new: &NewText) -> Result<Vec<ByteSpan>, Failure> {
    let unit = working.find(eid)?;
    let old = unit.span.of(&working.text);
    let start = unit.span.start + label_length(old, unit.kind);
    match unit.kind {
        ProvisionKind::Article => {
            let end = unit.span.start + old.find('\n').unwrap_or(old.len());
            let words = without_label(&new.words, eid).trim().to_owned();
            Ok(vec![working.edit(ByteSpan::new(start.min(end), end), &words)])
        }
        ProvisionKind::Paragraph | ProvisionKind::Point => Err(Failure::NoSuchPart(eid.clone())),
        _ => {
            let end = unit.children.iter().map(|(.., span)| span.start).min().unwrap_or(unit.span.end);
            let end = unit.span.start + working.text[unit.span.start..end].trim_end().len();
            let words = new.words.clone();
            // With its label, or the title alone.
            let first = words.lines().next().unwrap_or_default().to_lowercase();
            let own = ["phần", "chương", "mục", "tiểu mục"].iter().any(|word| first.starts_with(word));
            let from = if own { unit.span.start } else { (start + 1).min(end) };
            Ok(vec![working.edit(ByteSpan::new(from, end), &words)])
        }
    }
}

fn insert(
    working: &mut Working,
    eid: &Eid,
    new: &NewText,
    anchor: Option<(ByteSpan, bool)>,
) -> Result<Vec<ByteSpan>, Failure> {
    if working.find(eid).is_ok() {
        return Err(Failure::AlreadyThere(eid.clone()));
    }
    let place = match anchor {
        Some((anchor, before)) => (if before { anchor.start } else { anchor.end }, before),
        None => (place(working, eid)?, false),
    };
    let words =
        if bears_label(&new.words, eid) { new.words.clone() } else { format!("{} {}", printed(eid), new.words) };
    let owner = eid.article().filter(|article| article != eid);
    let written = if place.1 { format!("{words}\n") } else { format!("\n{words}") };
    let span = working.insert(place.0, &written, owner.as_ref());
    let own = if place.1 { ByteSpan::new(span.start, span.end - 1) } else { ByteSpan::new(span.start + 1, span.end) };
    if owner.is_none() {
        working.read_articles(own);
    }
    Ok(vec![own])
}

/// Puts a passage (đoạn) of a unit's own words beside the unit that places it, or at the end.
fn insert_passage(
    working: &mut Working,
    eid: &Eid,
    operation: &Operation,
    new: &NewText,
) -> Result<Vec<ByteSpan>, Failure> {
    let unit = working.find(eid)?;
    let (at, before) = match operation {
        Operation::InsertBefore { anchor } => (working.find(anchor)?.span.start, true),
        Operation::InsertAfter { anchor } => (working.find(anchor)?.span.end, false),
        _ => (unit.span.end, false),
    };
    let written = if before { format!("{}\n", new.words) } else { format!("\n{}", new.words) };
    let owner = eid.article();
    let span = working.insert(at, &written, owner.as_ref());
    let start = span.start + usize::from(!before);
    Ok(vec![ByteSpan::new(start, start + new.words.len())])
}

/// The end of the unit after which `eid` belongs by its number.
fn place(working: &Working, eid: &Eid) -> Result<usize, Failure> {
    let steps = eid.steps();
    let Some((prefix, number)) = steps.last().copied() else { return Err(Failure::TargetUnclear) };
    let missing = || Failure::NoSuchUnit(eid.clone());
    if prefix == "art" {
        let siblings = working.sibling_articles(eid);
        return Working::predecessor(&siblings, ProvisionKind::Article, number)
            .map(|span| span.end)
            .ok_or_else(missing);
    }
    let kind = match prefix {
        "para" => ProvisionKind::Paragraph,
        "point" => ProvisionKind::Point,
        "sec" => ProvisionKind::Section,
        "chp" => ProvisionKind::Chapter,
        _ => return Err(missing()),
    };
    let outer = eid.parent().ok_or_else(missing)?;
    let container = working.find(&outer)?;
    let before = Working::predecessor(&container.children, kind, number);
    // The first of its kind follows the unit's own words.
    let first = container.children.iter().all(|(own, ..)| *own != kind).then_some(container.span);
    before.or(first).map(|span| span.end).ok_or_else(missing)
}

fn repeal(working: &mut Working, eid: &Eid, part: Part) -> Result<ByteSpan, Failure> {
    let unit = working.find(eid)?;
    if part != Part::Whole {
        return Err(Failure::NoSuchPart(eid.clone()));
    }
    let old = unit.span.of(&working.text);
    let label = match unit.kind {
        ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point => {
            old[..label_length(old, unit.kind)].trim_end().to_owned()
        }
        _ => old.lines().next().unwrap_or_default().trim_end().to_owned(),
    };
    let mut words = format!("{label} (được bãi bỏ)");
    for (eid, _) in
        working.article_spans().iter().filter(|(_, article)| unit.span.contains(*article) && unit.span != *article)
    {
        words.push_str(&format!("\n{} (được bãi bỏ)", printed(eid)));
    }
    let span = working.edit(unit.span, &words);
    if !matches!(unit.kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point) {
        working.read_articles(span);
    }
    Ok(span)
}

/// Puts words at the end of a unit, before its last mark.
fn append(working: &mut Working, eid: &Eid, phrase: &str) -> Result<Vec<ByteSpan>, Failure> {
    let span = working.find(eid)?.span;
    let end = span.start + span.of(&working.text).trim_end_matches(['.', ';', ':', '/']).len();
    let joint = if phrase.starts_with([',', ';', '.']) { "" } else { " " };
    let written = working.edit(ByteSpan::new(end, end), &format!("{joint}{phrase}"));
    Ok(vec![written])
}

/// Writes `new` for every `old` in the target, whole words only.
fn words(
    working: &mut Working,
    target: &Target,
    old: &str,
    new: &str,
    except: &[Eid],
) -> Result<Vec<ByteSpan>, Failure> {
    words_or(working, target, old, new, None, except)
}

/// As [`words`]; `listed` is written where a comma follows, for there `old` is an item of a list.
fn words_or(
    working: &mut Working,
    target: &Target,
    old: &str,
    new: &str,
    listed: Option<&str>,
    except: &[Eid],
) -> Result<Vec<ByteSpan>, Failure> {
    let old = old.trim();
    let missing = || Failure::NoSuchPhrase(old.to_owned());
    if old.is_empty() {
        return Err(missing());
    }
    let scopes: Vec<ByteSpan> = match &target.eid {
        Some(eid) => {
            let unit = working.find(eid)?;
            let mut scope = unit.span;
            if target.part == Part::Heading {
                let first = scope.of(&working.text).find('\n').map_or(scope.end, |at| scope.start + at);
                let child = unit.children.iter().map(|(.., span)| span.start).min().unwrap_or(scope.end);
                scope.end = if unit.kind == ProvisionKind::Article { first } else { child };
            }
            vec![scope]
        }
        None => working.article_spans().into_iter().map(|(_, span)| span).collect(),
    };
    let kept: Vec<ByteSpan> = except.iter().filter_map(|eid| working.find(eid).ok()).map(|unit| unit.span).collect();
    let mut places: Vec<ByteSpan> = scopes.iter().flat_map(|scope| occurrences(&working.text, *scope, old)).collect();
    places.retain(|place| !kept.iter().any(|kept| kept.contains(*place)));
    // Where the new words stand already, as in a text of the same act, they are not written again.
    let already: Vec<ByteSpan> =
        if new.len() > old.len() && occurrences(new, ByteSpan::new(0, new.len()), old).len() == 1 {
            scopes.iter().flat_map(|scope| occurrences(&working.text, *scope, new)).collect()
        } else {
            Vec::new()
        };
    let found = !places.is_empty();
    places.retain(|place| !already.iter().any(|new| new.contains(*place)));
    if found && places.is_empty() {
        return Ok(Vec::new());
    }
    if places.is_empty() {
        return Err(missing());
    }
    let mut spans: Vec<ByteSpan> = Vec::new();
    for mut place in places.into_iter().rev() {
        if new.is_empty() {
            place = with_joint(&working.text, place);
        }
        let (here, wanted) = (place.of(&working.text).chars().next(), old.chars().next());
        let capital = here.is_some_and(char::is_uppercase) && wanted.is_some_and(char::is_lowercase);
        let new = listed.filter(|_| working.text[place.end..].starts_with(',')).unwrap_or(new);
        let words = if capital { capitalised(new) } else { new.to_owned() };
        let grown = words.len() as isize - (place.end - place.start) as isize;
        let written = working.edit(place, &words);
        for span in &mut spans {
            *span = ByteSpan::new(span.start.saturating_add_signed(grown), span.end.saturating_add_signed(grown));
        }
        spans.push(written);
    }
    spans.reverse();
    Ok(spans)
}

/// A phrase to be taken out, with the blank before it and the comma that made it an item of a list.
fn with_joint(text: &str, phrase: ByteSpan) -> ByteSpan {
    let words = phrase.of(text);
    let bare = text[..phrase.start].trim_end_matches(' ').len();
    let after = text[phrase.end..].starts_with(',');
    let own_joint = words.starts_with([',', ';']) || words.ends_with([',', ';']);
    let joined = ["và ", "hoặc "].iter().any(|word| words.starts_with(word));
    if own_joint || joined {
        ByteSpan::new(bare, phrase.end)
    } else if text[..bare].ends_with(',') {
        ByteSpan::new(bare - 1, phrase.end)
    } else {
        ByteSpan::new(bare, phrase.end + usize::from(after))
    }
}

fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Where the words `old` stand in `scope`: whole words, whatever the blanks between them and wherever their tone marks
/// are placed ("thuỷ", "thủy"), with a capital where they begin a sentence.
fn occurrences(text: &str, scope: ByteSpan, old: &str) -> Vec<ByteSpan> {
    let wanted = tokens(old);
    let hay = tokens(scope.of(text));
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at + wanted.len() <= hay.len() {
        let here = &hay[at..at + wanted.len()];
        if here.iter().zip(&wanted).enumerate().all(|(place, (a, b))| same_word(a.1, b.1, place == 0)) {
            let last = here[here.len() - 1];
            found.push(ByteSpan::new(scope.start + here[0].0, scope.start + last.0 + last.1.len()));
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

/// The words and marks of a text, each with its place.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut word: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            tokens.push((start, &text[start..at]));
        }
        if !c.is_whitespace() {
            tokens.push((at, &text[at..at + c.len_utf8()]));
        }
    }
    if let Some(start) = word {
        tokens.push((start, &text[start..]));
    }
    tokens
}

/// Whether two words are the same but for the place of their tone mark; the `first` may differ in its capital.
fn same_word(here: &str, wanted: &str, first: bool) -> bool {
    if here == wanted {
        return true;
    }
    let capitals = |word: &str| word.chars().map(char::is_uppercase).collect::<Vec<_>>();
    let (own, other) = (capitals(here), capitals(wanted));
    let cased = own == other || first && own.len() == other.len() && own.get(1..) == other.get(1..);
    cased && text::fold_word(here) == text::fold_word(wanted)
}
