//! What citations mean in their document on a day: absolute provisions, and documents by number.
//!
//! Hard because "khoản 2 Điều này" inside quotation marks speaks of the document being amended, "Điều 5" in an attached
//! regulation of that regulation, and "Luật Đất đai" of whichever land law was in force. Nothing is guessed where the
//! register knows several: the candidates are returned.

use super::{Citation, DocumentReference, Role, Scope, Target};
use crate::eid::{Eid, order};
use crate::register::{Entry, Register};
use crate::structure::{Document, ProvisionKind};
use crate::{ByteSpan, DocNumber, text};
use jiff::civil::Date;
use std::collections::HashMap;

/// What a resolution rests on.
pub struct Context<'a> {
    /// The citing document.
    pub document: &'a Document,
    /// Which documents there are.
    pub register: &'a Register,
    /// The day on which names are understood: for a draft, the day it is to take effect.
    pub as_of: Date,
    /// The units of another document in its order, where it is held; asked once for each document.
    pub outline: &'a dyn Fn(&DocNumber) -> Option<Vec<Eid>>,
}

/// Which document a target lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The citing document.
    This,
    /// The document of this number.
    Known(DocNumber),
    /// One of several that bear the name; the day does not tell which.
    Among(Vec<DocNumber>),
    /// A name that the register does not know.
    Unknown(String),
}

/// One provision, or document, that a citation means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The document.
    pub document: Which,
    /// The provision, absolute; `None` for the whole document.
    pub eid: Option<Eid>,
    /// Whether the document has that provision; `None` where the document is not held.
    pub exists: Option<bool>,
    /// What the document itself amends: an article of an amending law is also one of the laws it changed.
    pub amends: Vec<DocNumber>,
}

/// A citation with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The citation.
    pub citation: &'a Citation,
    /// What it means, ranges with the units that were inserted into them.
    pub places: Vec<Place>,
}

/// What each of `citations`, found in the context's document, means there. Linear in document and citations.
pub fn resolve<'a>(citations: &'a [Citation], context: &Context<'_>) -> Vec<Resolved<'a>> {
    let mut resolver = Resolver::new(citations, context);
    citations
        .iter()
        .enumerate()
        .map(|(at, citation)| {
            resolver.enter(citation);
            let before = at.checked_sub(1).and_then(|before| citations.get(before));
            resolver.aside = before.and_then(|before| resolver.aside_of(before, citation));
            let mut places: Vec<Place> = Vec::new();
            for (at, target) in citation.targets.iter().enumerate() {
                let place = resolver.place(citation, target);
                let next = citation.targets.get(at + 1).filter(|_| target.range);
                let to = next.map(|next| resolver.place(citation, next));
                let inserted = to.map(|to| resolver.inserted(&place, &to)).unwrap_or_default();
                places.push(place);
                places.extend(inserted);
            }
            Resolved { citation, places }
        })
        .collect()
}

/// The units of a document, found by identifier, each with its place in the document's order.
#[derive(Default)]
struct Outline {
    eids: Vec<Eid>,
    at: HashMap<Eid, usize>,
    annexes: Vec<Eid>,
}

impl Outline {
    fn new(eids: Vec<Eid>) -> Self {
        let at = eids.iter().enumerate().map(|(at, eid)| (eid.clone(), at)).collect();
        let annexes =
            eids.iter().filter(|eid| eid.as_str().starts_with("annex") && eid.parent().is_none()).cloned().collect();
        Self { eids, at, annexes }
    }

    fn has(&self, eid: &Eid) -> bool {
        self.at.contains_key(eid)
    }
}

/// What an amending instruction changes: the place that quoted text stands for.
#[derive(Clone)]
struct Instruction {
    document: DocumentReference,
    eid: Option<Eid>,
    span: ByteSpan,
}

struct Resolver<'a> {
    context: &'a Context<'a>,
    own: Outline,
    held: HashMap<DocNumber, Option<Outline>>,
    /// The numbers that the text itself gives to names.
    settled: HashMap<String, DocNumber>,
    amends: HashMap<DocNumber, Vec<DocNumber>>,
    quotes: Vec<ByteSpan>,
    /// The document amended by the article being read, and by the document as a whole.
    amended_here: Option<(usize, DocumentReference)>,
    amended_by_title: Option<DocumentReference>,
    instruction: Option<Instruction>,
    /// How far the quotation being read has come.
    reached: Option<Reached>,
    /// The article in whose parenthesis the citation being read stands: "Điều 23 (điểm d khoản 6)".
    aside: Option<(DocumentReference, Eid)>,
    /// The innermost unit of the citing document around the citation being read.
    here: Option<usize>,
}

impl<'a> Resolver<'a> {
    fn new(citations: &[Citation], context: &'a Context<'a>) -> Self {
        let document = context.document;
        let mut settled = HashMap::new();
        for target in citations.iter().flat_map(|citation| &citation.targets) {
            if let DocumentReference::Name { name, number: Some(number), .. } = &target.document {
                settled.entry(text::fold(name)).or_insert_with(|| number.clone());
            }
        }
        let mut amends: HashMap<DocNumber, Vec<DocNumber>> = HashMap::new();
        for entry in context.register.entries() {
            for (by, _) in &entry.amended_by {
                amends.entry(by.clone()).or_default().push(entry.number.clone());
            }
        }
        let title =
            document.metadata.title.as_deref().filter(|title| title.to_lowercase().contains("sửa đổi, bổ sung"));
        let amended_by_title = title
            .and_then(|title| super::citations(title, context.register).into_iter().next())
            .and_then(|citation| citation.targets.into_iter().next())
            .map(|target| target.document);
        Self {
            context,
            own: Outline::new(document.provisions.iter().map(|p| p.eid.clone()).collect()),
            held: HashMap::new(),
            settled,
            amends,
            quotes: text::quotations(&document.text),
            amended_here: None,
            amended_by_title,
            instruction: None,
            reached: None,
            aside: None,
            here: None,
        }
    }

    /// Moves on to a citation: where it stands, and whether it opens or changes an amending instruction.
    fn enter(&mut self, citation: &Citation) {
        self.here = self.unit_at(citation.span.start);
        if citation.role != Role::Target {
            return;
        }
        let Some(target) = citation.targets.first() else { return };
        let article = self.article_here();
        if target.document.is_named() {
            self.amended_here = article.map(|article| (article, target.document.clone()));
        }
        let outer = self.instruction.clone().filter(|outer| self.same_paragraph(outer.span.start, citation.span.start));
        let document = match &target.document {
            DocumentReference::This => self.amended_document(article),
            named => named.clone(),
        };
        // "Sửa đổi khoản 2 Điều 5 như sau: a) Sửa đổi điểm b": the point is that paragraph's.
        let eid = match (&target.eid, outer.and_then(|outer| outer.eid)) {
            (Some(eid), Some(outer)) if is_open(eid) => Some(below(&outer, eid)),
            (eid, _) => eid.clone(),
        };
        self.reached = None;
        self.instruction = Some(Instruction { document, eid, span: citation.span });
    }

    fn amended_document(&self, article: Option<usize>) -> DocumentReference {
        self.amended_here
            .as_ref()
            .filter(|(of, _)| Some(*of) == article)
            .map(|(_, document)| document.clone())
            .or_else(|| self.amended_by_title.clone())
            .unwrap_or(DocumentReference::This)
    }

    /// The innermost unit around byte `at`.
    fn unit_at(&self, at: usize) -> Option<usize> {
        let provisions = &self.context.document.provisions;
        let mut unit = provisions.partition_point(|p| p.span.start <= at).checked_sub(1);
        while let Some(index) = unit {
            if at < provisions[index].span.end {
                return Some(index);
            }
            unit = provisions[index].parent;
        }
        None
    }

    fn around(&self, wanted: ProvisionKind) -> Option<usize> {
        let provisions = &self.context.document.provisions;
        std::iter::successors(self.here, |at| provisions[*at].parent).find(|at| provisions[*at].kind == wanted)
    }

    fn article_here(&self) -> Option<usize> {
        self.around(ProvisionKind::Article)
    }

    /// Whether no khoản begins between two bytes of one article.
    fn same_paragraph(&self, from: usize, to: usize) -> bool {
        let provisions = &self.context.document.provisions;
        let outer = |at: usize| {
            let unit = self.unit_at(at)?;
            std::iter::successors(Some(unit), |at| provisions[*at].parent)
                .find(|at| matches!(provisions[*at].kind, ProvisionKind::Paragraph | ProvisionKind::Article))
        };
        outer(from) == outer(to)
    }

    /// The article that an opening parenthesis between two citations makes the second one's.
    fn aside_of(&self, before: &Citation, citation: &Citation) -> Option<(DocumentReference, Eid)> {
        let between = self.context.document.text.get(before.span.end..citation.span.start)?;
        let target = before.targets.last()?;
        let eid = target.eid.as_ref().filter(|eid| eid.article().as_ref() == Some(*eid))?;
        (between.trim() == "(").then(|| (target.document.clone(), eid.clone()))
    }

    fn place(&mut self, citation: &Citation, target: &Target) -> Place {
        let open = target.within.is_none() && target.eid.as_ref().is_some_and(is_open);
        let (reference, eid) = match (&target.document, citation.role) {
            (DocumentReference::This, _) if open && self.aside.is_some() => match (&self.aside, &target.eid) {
                (Some((document, article)), Some(eid)) => (document.clone(), Some(eid.within(article))),
                _ => (DocumentReference::This, target.eid.clone()),
            },
            (DocumentReference::This, Role::Target) => self.of_instruction(target),
            (DocumentReference::This, Role::Quoted) => self.in_quotation(citation, target),
            (DocumentReference::This, _) => (DocumentReference::This, self.in_place(target)),
            (named, _) => (named.clone(), target.eid.clone()),
        };
        let document = self.which(&reference);
        let eid = match &document {
            Which::Known(number) => eid.map(|eid| self.as_numbered(number, eid)),
            _ => eid,
        };
        let exists = match (&document, &eid) {
            (Which::This, Some(eid)) => Some(self.own.has(eid)),
            (Which::Known(number), Some(eid)) => self.outline(&number.clone()).map(|outline| outline.has(eid)),
            _ => None,
        };
        let amends = match &document {
            Which::Known(number) => self.amends.get(number).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        Place { document, eid, exists, amends }
    }

    fn outline(&mut self, number: &DocNumber) -> Option<&Outline> {
        let context = self.context;
        self.held.entry(number.clone()).or_insert_with(|| (context.outline)(number).map(Outline::new)).as_ref()
    }

    /// An annex without a number is the only one the document has.
    fn as_numbered(&mut self, number: &DocNumber, eid: Eid) -> Eid {
        match self.outline(number) {
            Some(outline) => in_only_annex(outline, eid),
            None => eid,
        }
    }

    /// The target of an instruction: a unit of the document being amended.
    fn of_instruction(&self, target: &Target) -> (DocumentReference, Option<Eid>) {
        let document = self.amended_document(self.article_here());
        if document == DocumentReference::This {
            return (document, self.in_place(target));
        }
        // The first target set the instruction's unit; the others of its list stand beside it.
        let eid = match (&target.eid, &self.instruction) {
            (Some(eid), Some(Instruction { eid: Some(first), .. })) if is_open(eid) => Some(below(first, eid)),
            (eid, _) => eid.clone(),
        };
        (document, eid)
    }

    /// Quoted text stands for the provision that the instruction before it changes.
    fn in_quotation(&mut self, citation: &Citation, target: &Target) -> (DocumentReference, Option<Eid>) {
        let Some(instruction) = &self.instruction else { return (DocumentReference::This, target.eid.clone()) };
        let quote = self.quotes.partition_point(|quote| quote.end <= citation.span.start);
        let inside = |quote: &&ByteSpan| quote.start >= instruction.span.end && quote.start <= citation.span.start;
        let Some(quote) = self.quotes.get(quote).filter(inside) else {
            return (instruction.document.clone(), target.eid.clone());
        };
        if self.reached.as_ref().is_none_or(|reached| reached.quote != quote.start) {
            self.reached = Some(Reached::new(quote.start, instruction.eid.as_ref()));
        }
        let text = &self.context.document.text;
        let unit = self.reached.as_mut().and_then(|reached| reached.unit_before(text, citation.span.start));
        let eid = match (&target.eid, target.within, unit) {
            (None, Some(kind), Some(unit)) => up_to_own(&unit, kind.prefix()),
            (Some(eid), Some(kind), Some(unit)) => {
                up_to_own(&unit, kind.prefix()).map(|outer| eid.within(&outer)).or_else(|| Some(eid.clone()))
            }
            (Some(eid), None, Some(unit)) if is_open(eid) => Some(below(&unit, eid)),
            (eid, ..) => eid.clone(),
        };
        (instruction.document.clone(), eid)
    }

    /// A unit of the citing document, as the citation's own place makes it absolute.
    fn in_place(&self, target: &Target) -> Option<Eid> {
        let provisions = &self.context.document.provisions;
        let enclosing = target.within.and_then(|kind| self.around(kind)).map(|at| provisions[at].eid.clone());
        let Some(eid) = &target.eid else { return enclosing };
        if let Some(outer) = enclosing {
            return Some(eid.within(&outer));
        }
        let eid = in_only_annex(&self.own, eid.clone());
        let article = self.article_here().map(|at| provisions[at].eid.clone());
        let annex = self.around(ProvisionKind::Annex).map(|at| provisions[at].eid.clone());
        let candidates: Vec<Eid> = match eid.steps().first().map_or("", |(prefix, _)| *prefix) {
            "para" => article.map(|article| eid.within(&article)).into_iter().collect(),
            "point" => {
                let paragraph = self.around(ProvisionKind::Paragraph).map(|at| provisions[at].eid.clone());
                paragraph.into_iter().chain(article).map(|outer| eid.within(&outer)).collect()
            }
            "sec" => {
                self.around(ProvisionKind::Chapter).map(|at| eid.within(&provisions[at].eid)).into_iter().collect()
            }
            "chp" => {
                let part = self.around(ProvisionKind::Part).map(|at| eid.within(&provisions[at].eid));
                part.into_iter().chain([eid.clone()]).collect()
            }
            "art" => match (annex, target.scope) {
                (Some(annex), Scope::Unsaid | Scope::Attached) => vec![eid.within(&annex), eid.clone()],
                (None, Scope::Attached) => self.own.annexes.iter().map(|annex| eid.within(annex)).collect(),
                _ => vec![eid.clone()],
            },
            _ => Vec::new(),
        };
        candidates.iter().find(|eid| self.own.has(eid)).or(candidates.first()).cloned().or(Some(eid))
    }

    /// The document that a reference means on the day.
    fn which(&self, reference: &DocumentReference) -> Which {
        let register = self.context.register;
        match reference {
            DocumentReference::This => Which::This,
            DocumentReference::Number { number, .. } | DocumentReference::Name { number: Some(number), .. } => {
                if self.context.document.metadata.number.as_ref() == Some(number) {
                    Which::This
                } else {
                    Which::Known(number.clone())
                }
            }
            DocumentReference::Name { name, year, day, .. } => {
                if year.is_none()
                    && day.is_none()
                    && let Some(number) = self.settled.get(&text::fold(name))
                {
                    return Which::Known(number.clone());
                }
                named(register, name, *year, *day, self.context.as_of)
            }
        }
    }

    /// The units between the ends of a step of a range that only the document itself knows: 5a between 5 and 6.
    fn inserted(&mut self, from: &Place, to: &Place) -> Vec<Place> {
        let (Some(first), Some(last)) = (&from.eid, &to.eid) else { return Vec::new() };
        if first.parent() != last.parent() {
            return Vec::new();
        }
        let number = match &from.document {
            Which::This => None,
            Which::Known(number) => Some(number.clone()),
            _ => return Vec::new(),
        };
        let outline = match &number {
            None => Some(&self.own),
            Some(number) => self.outline(number),
        };
        let Some(outline) = outline else { return Vec::new() };
        let label = |eid: &Eid| eid.steps().last().map(|(prefix, number)| ((*prefix).to_owned(), order(number)));
        let (Some(low), Some(high)) = (label(first), label(last)) else { return Vec::new() };
        let Some(start) = outline.at.get(first) else { return Vec::new() };
        outline.eids[start + 1..]
            .iter()
            .take_while(|eid| *eid != last)
            .filter(|eid| eid.parent() == first.parent())
            .filter(|eid| label(eid).is_some_and(|(prefix, at)| prefix == low.0 && low.1 < at && at < high.1))
            .map(|eid| Place { eid: Some(eid.clone()), exists: Some(true), ..from.clone() })
            .collect()
    }
}

/// The document of a name (kind and name) on a day: that of the year or date said; else the one in force on `as_of`, or
/// all that were.
pub fn named(register: &Register, name: &str, year: Option<i16>, day: Option<Date>, as_of: Date) -> Which {
    let all = register.named(name);
    if all.is_empty() {
        let full = spelled_out(name);
        return if full == name { Which::Unknown(full) } else { named(register, &full, year, day, as_of) };
    }
    if year.is_some() || day.is_some() {
        if let Some(entry) = register.named_in(name, year, day) {
            return Which::Known(entry.number.clone());
        }
        return Which::Among(all.iter().map(|entry| entry.number.clone()).collect());
    }
    let in_force = |entry: &&&Entry| {
        entry.effective.is_some_and(|from| from <= as_of) && entry.ended.is_none_or(|ended| as_of < ended)
    };
    let alive: Vec<&&Entry> = all.iter().filter(in_force).collect();
    match alive.as_slice() {
        [only] => Which::Known(only.number.clone()),
        [] => register
            .named_on(name, as_of)
            .map_or_else(|| Which::Unknown(name.to_owned()), |entry| Which::Known(entry.number.clone())),
        several => Which::Among(several.iter().map(|entry| entry.number.clone()).collect()),
    }
}

/// A name with the usual abbreviations written out: "Luật BHXH", "Luật NSNN".
fn spelled_out(name: &str) -> String {
    fn word(word: &str) -> &str {
        match word {
            "ATVSLĐ" => "An toàn, vệ sinh lao động",
            "BHXH" => "Bảo hiểm xã hội",
            "BHYT" => "Bảo hiểm y tế",
            "BVMT" => "Bảo vệ môi trường",
            "HĐND" => "Hội đồng nhân dân",
            "HNGĐ" | "HN&GĐ" => "Hôn nhân và gia đình",
            "NSNN" => "Ngân sách nhà nước",
            "PCCC" => "Phòng cháy và chữa cháy",
            "SHTT" => "Sở hữu trí tuệ",
            "TAND" => "Tòa án nhân dân",
            "TCTD" => "Các tổ chức tín dụng",
            "THADS" => "Thi hành án dân sự",
            "TTTM" => "Trọng tài thương mại",
            "UBND" => "Ủy ban nhân dân",
            "VKSND" => "Viện kiểm sát nhân dân",
            "XLVPHC" => "Xử lý vi phạm hành chính",
            other => other,
        }
    }
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether an identifier leaves its article open: `para_2`, `point_a`.
fn is_open(eid: &Eid) -> bool {
    eid.steps().first().is_some_and(|(prefix, _)| matches!(*prefix, "para" | "point"))
}

/// `eid` below the part of `outer` that may enclose it.
fn below(outer: &Eid, eid: &Eid) -> Eid {
    let prefix = eid.steps().first().map_or(String::new(), |(prefix, _)| (*prefix).to_owned());
    up_to(outer, &prefix).map_or_else(|| eid.clone(), |outer| eid.within(&outer))
}

/// The steps of `eid` above the first with this prefix.
fn up_to(eid: &Eid, prefix: &str) -> Option<Eid> {
    let above: Vec<&str> =
        eid.as_str().split("__").take_while(|step| !step.starts_with(&format!("{prefix}_"))).collect();
    (!above.is_empty()).then(|| Eid::new(above.join("__")))
}

/// The steps of `eid` down to the one with this prefix; `None` where it has none.
fn up_to_own(eid: &Eid, prefix: &str) -> Option<Eid> {
    let steps: Vec<&str> = eid.as_str().split("__").collect();
    let at = steps.iter().position(|step| step.starts_with(&format!("{prefix}_")))?;
    Some(Eid::new(steps[..=at].join("__")))
}

/// `annex_1` of a document whose only annex bears another number.
fn in_only_annex(outline: &Outline, eid: Eid) -> Eid {
    match (eid.as_str().strip_prefix("annex_1"), outline.annexes.as_slice()) {
        (Some(rest), [only]) if (rest.is_empty() || rest.starts_with("__")) && !outline.has(&Eid::new("annex_1")) => {
            Eid::new(format!("{only}{rest}"))
        }
        _ => eid,
    }
}

/// Bytes at the start of a line that may hold a label.
const LABEL: usize = 48;

/// The unit that quoted text has reached: what the instruction names, then what the labels at the line starts of the
/// quotation say. Read on from citation to citation, so that a long quotation is read once.
struct Reached {
    /// Where the quotation begins.
    quote: usize,
    /// Where the last line that was read begins.
    read: usize,
    /// The line whose label was taken.
    line: Option<usize>,
    /// How far line ends were looked for.
    scanned: usize,
    article: Option<String>,
    paragraph: Option<String>,
    point: Option<String>,
}

impl Reached {
    fn new(quote: usize, named: Option<&Eid>) -> Self {
        let number = |prefix: &str| named.and_then(|eid| eid.number_of(prefix)).map(str::to_owned);
        Self {
            quote,
            read: quote,
            line: None,
            scanned: quote,
            article: number("art"),
            paragraph: number("para"),
            point: number("point"),
        }
    }

    /// The unit that holds byte `at` of `text`.
    fn unit_before(&mut self, text: &str, at: usize) -> Option<Eid> {
        while self.read <= at {
            if self.line != Some(self.read) {
                self.line = Some(self.read);
                let start = text.get(self.read..)?;
                let head = &start[..start.floor_char_boundary(LABEL)];
                self.take(head.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '“' | '"')));
            }
            let from = self.scanned.max(self.read);
            match text.get(from..at).and_then(|ahead| ahead.find('\n')) {
                Some(end) => self.read = from + end + 1,
                None => break,
            }
            self.scanned = self.read;
        }
        self.scanned = self.scanned.max(at);
        let mut eid = Eid::step("art", self.article.as_deref()?);
        if let Some(paragraph) = &self.paragraph {
            eid = eid.join("para", paragraph);
        }
        if let Some(point) = &self.point {
            eid = eid.join("point", point);
        }
        Some(eid)
    }

    fn take(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("Điều ") {
            let label = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            if label.starts_with(|c: char| c.is_ascii_digit()) && rest[label.len()..].starts_with(['.', ':']) {
                (self.article, self.paragraph, self.point) = (Some(label.to_owned()), None, None);
            }
            return;
        }
        let label: String = line.chars().take_while(|c| c.is_alphanumeric()).take(4).collect();
        let mark = &line[label.len()..];
        if label.starts_with(|c: char| c.is_ascii_digit()) && label.len() <= 3 && mark.starts_with(". ") {
            (self.paragraph, self.point) = (Some(label), None);
        } else if !label.is_empty() && label.chars().count() <= 2 && mark.starts_with(')') {
            self.point = Some(label);
        }
    }
}
