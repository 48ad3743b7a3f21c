//! Reads the words of one command: what is done, to which units of which document.
//!
//! Hard because one sentence holds several operations ("Bổ sung khoản 5a vào sau khoản 5; sửa đổi, bổ sung khoản 8
//! Điều 8 như sau"), the verb stands before or after its targets, and what a unit lacks (its article, the document) is
//! said further right, or once for all in the heading above. Source: Decree 78/2025/NĐ-CP, Articles 66 and 68.
//!
//! Not here: phrases ([`super::phrases`]) and the new texts ([`super::new_text`]).

use super::Part;
use crate::cite::{self, DocumentReference, Role};
use crate::register::Register;
use crate::{ByteSpan, Eid};

/// What a command does to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Replace,
    Insert,
    Repeal,
}

/// Where an inserted unit goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) unit: Eid,
    pub(super) before: bool,
}

/// One unit that a command names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) verb: Verb,
    pub(super) document: DocumentReference,
    /// The unit; `None` for the whole document.
    pub(super) unit: Option<Eid>,
    pub(super) part: Part,
    pub(super) anchor: Option<Anchor>,
    /// Whether the verb supplements the unit itself ("khoản 2 được bổ sung như sau").
    pub(super) supplements: bool,
}

/// What the clauses above say once for all below them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    pub(super) document: Option<DocumentReference>,
    /// The unit, or the attached regulation, within the document.
    pub(super) unit: Option<Eid>,
}

/// A unit or document named in a text, with the words' place.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) span: ByteSpan,
    /// Whether it belongs to the first list of the words at `span`: what "tên" before them says holds for no other.
    pub(super) leads: bool,
    pub(super) document: DocumentReference,
    pub(super) unit: Option<Eid>,
}

/// The documents and units that `words` names, the acts that amended them before left out.
pub(super) fn named(words: &str, register: &Register) -> (String, Vec<Named>) {
    let words = without_earlier_amenders(words, register);
    let mut found = Vec::new();
    let mut start = 0;
    // What a semicolon parts is named apart; what a unit then lacks is completed from its right.
    for piece in words.split_inclusive(';') {
        // A list ends at "vào" and "sau": what follows places it.
        let piece = &piece.replace("Điều:", "Điều ").replace("điều:", "điều ");
        let parted = part_chapters(&piece.replace(" vào ", " .    ").replace(" sau ", " .   "));
        for citation in cite::citations(&parted, register) {
            let span = ByteSpan::new(start + citation.span.start, start + citation.span.end);
            let leading = first_list(citation.span.of(piece));
            // "Điều này" names nothing of its own.
            let named =
                citation.targets.into_iter().filter(|target| target.eid.is_some() || target.document.is_named());
            found.extend(named.enumerate().map(|(at, target)| Named {
                span,
                leads: at < leading,
                document: target.document,
                unit: target.eid,
            }));
        }
        start += piece.len();
    }
    (words, found)
}

/// Parts "Chương II, Điều 9", two units of a list: the chapter is not said to hold the article.
fn part_chapters(words: &str) -> String {
    let mut out = words.to_owned();
    for (at, word) in words.match_indices("Chương ") {
        let number = words[at + word.len()..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let end = at + word.len() + number;
        if words[end..].starts_with(',') {
            out.replace_range(end..=end, ".");
        }
    }
    out
}

/// How many units the first list of a citation has: three in "các điều 60, 61 và 64, khoản 1 Điều 65".
fn first_list(citation: &str) -> usize {
    const LEVELS: [&str; 7] = ["điều", "khoản", "điểm", "chương", "mục", "phần", "phụ"];
    let mut words = citation.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    if words.peek().is_some_and(|word| word.to_lowercase() == "các") {
        words.next();
    }
    words.next();
    let list = words.take_while(|word| !LEVELS.contains(&word.to_lowercase().as_str()));
    list.filter(|word| !matches!(*word, "và" | "các" | "của" | "lục")).count().max(1)
}

/// `words` with "(đã) được sửa đổi, bổ sung … theo Luật số …" blanked: no command, and no target.
fn without_earlier_amenders(words: &str, register: &Register) -> String {
    if !words.contains("được sửa đổi") && !words.contains("được bổ sung") {
        return words.to_owned();
    }
    let mut out = words.to_owned();
    let mut end = 0;
    for citation in cite::citations(words, register) {
        if citation.role == Role::Amender && citation.targets.iter().all(|target| target.eid.is_none()) {
            let before = &words[end..citation.span.start];
            let from = ["đã được sửa đổi", "được sửa đổi", "đã được bổ sung", "được bổ sung"]
                .iter()
                .filter_map(|said| before.find(said))
                .min()
                .map_or(citation.span.start, |at| end + at);
            out.replace_range(from..citation.span.end, &" ".repeat(citation.span.end - from));
        }
        end = citation.span.end;
    }
    out
}

/// `words` with everything in quotation marks blanked, byte for byte.
pub(super) fn without_quotes(words: &str, quotes: &[ByteSpan]) -> String {
    let mut out = words.to_owned();
    for quote in quotes {
        out.replace_range(quote.start..quote.end, &" ".repeat(quote.end - quote.start));
    }
    out
}

/// What the command orders. `words` have no quotations in them.
pub(super) fn orders(words: &str, context: &Context, register: &Register) -> Vec<Order> {
    let (words, named) = named(words, register);
    let mut reader = Reader::default();
    let mut end = 0;
    let mut at = 0;
    while at < named.len() {
        let span = named[at].span;
        let count = named[at..].iter().take_while(|n| n.span == span).count();
        reader.gap(&words[end..span.start]);
        reader.named(&named[at..at + count]);
        end = span.end;
        at += count;
    }
    reader.gap(&words[end..]);
    reader.finish(context)
}

/// The order to replace the unit of the context: "sửa đổi, bổ sung Điều này".
pub(super) fn order_on(context: &Context) -> Option<Order> {
    Some(Order {
        verb: Verb::Replace,
        document: context.document.clone()?,
        unit: Some(context.unit.clone()?),
        part: Part::Whole,
        anchor: None,
        supplements: false,
    })
}

/// A unit met while reading, not yet complete.
#[derive(Debug)]
struct Item {
    /// `None` for a unit that only places others.
    verb: Option<Verb>,
    document: DocumentReference,
    unit: Option<Eid>,
    part: Part,
    anchor: Option<(usize, bool)>,
    supplements: bool,
    group: usize,
}

#[derive(Default)]
struct Reader {
    items: Vec<Item>,
    verb: Option<Verb>,
    /// Items since the last verb.
    group: usize,
    /// What the next unit is to the inserted ones before it.
    place: Option<Place>,
    part: Part,
    /// "tên Điều và khoản 1 Điều 5": a heading whose article follows.
    own_heading: bool,
    /// Whether the place of the inserted units was named: what follows until the next verb is placed too.
    placed: bool,
    /// Whether the words before the next unit speak of a passage (đoạn).
    passage: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    After,
    Before,
    Within,
}

impl Reader {
    /// The words between two named units.
    fn gap(&mut self, gap: &str) {
        let lower = gap.to_lowercase();
        let passive = lower.contains("được ") || lower.contains("bị ");
        let verb = last_verb(&lower);
        if let Some((verb, at)) = verb {
            let pending = self.verb.is_none() && !self.items.is_empty() && self.items.iter().all(|i| i.verb.is_none());
            if passive && (pending || self.items.last().is_some_and(|item| item.verb.is_none())) {
                for item in self.items.iter_mut().filter(|item| item.verb.is_none() && item.anchor.is_none()) {
                    if item.group == self.group {
                        item.verb = Some(verb);
                        item.supplements = verb == Verb::Insert;
                    }
                }
            }
            self.verb = Some(verb);
            self.placed = false;
            self.group += 1;
            self.part = part(&lower[at..]);
        } else {
            self.part = part(&lower);
        }
        let words = verb.map_or(lower.as_str(), |(_, at)| &lower[at..]);
        self.own_heading = words.contains("tên điều") || words.contains("tên của điều");
        self.place = place(words);
        self.passage = words.contains("đoạn");
    }

    /// "Bổ sung đoạn mở đầu vào trước khoản 1 Điều 51": words of the unit around the one that places them.
    fn passage_beside(&mut self, named: &[Named]) {
        let before = self.place.take() == Some(Place::Before);
        let Some(only) = named.last().filter(|n| n.unit.is_some()) else { return };
        let around = only.unit.as_ref().and_then(Eid::parent);
        let part = if before { Part::LeadIn } else { Part::LastPassage };
        self.push(&Named { unit: around, ..only.clone() }, self.verb, part);
        let at = self.items.len();
        if let Some(item) = self.items.last_mut() {
            item.anchor = Some((at, before));
        }
        self.push(only, None, Part::Whole);
    }

    fn named(&mut self, named: &[Named]) {
        let first = self.items.len();
        let inserting = self.verb == Some(Verb::Insert)
            && self.items.last().is_some_and(|i| i.group == self.group && i.verb == Some(Verb::Insert));
        if self.verb == Some(Verb::Insert)
            && !inserting
            && self.passage
            && matches!(self.place, Some(Place::After | Place::Before))
        {
            self.passage_beside(named);
            return;
        }
        let inserting = inserting || self.placed && self.place.is_some();
        let place = self.place.take().filter(|_| inserting);
        // "Khoản 2 Điều 5 được bổ sung điểm d": what was pending only places what follows.
        if self.verb == Some(Verb::Insert) {
            for item in self.items.iter_mut().filter(|i| i.supplements && i.group + 1 == self.group) {
                item.verb = None;
                item.supplements = false;
            }
        }
        if self.own_heading
            && let Some(only) = named.last().filter(|n| n.unit.is_some())
        {
            self.push(only, self.verb, Part::Heading);
            if let Some(item) = self.items.last_mut() {
                item.unit = item.unit.as_ref().and_then(Eid::article).or_else(|| item.unit.clone());
            }
        }
        for each in named {
            let verb = if place.is_some() || self.placed { None } else { self.verb };
            self.push(each, verb, if each.leads { self.part } else { Part::Whole });
        }
        let anchor = self.items.len() - 1;
        let before = match place {
            Some(Place::After) => false,
            Some(Place::Before) => true,
            Some(Place::Within) => {
                self.placed = true;
                return;
            }
            None => return,
        };
        self.placed = true;
        let group = self.group;
        for item in self.items[..first].iter_mut().filter(|i| i.group == group && i.verb.is_some()) {
            item.anchor = Some((anchor, before));
        }
    }

    fn push(&mut self, named: &Named, verb: Option<Verb>, part: Part) {
        self.items.push(Item {
            verb,
            document: named.document.clone(),
            unit: named.unit.clone(),
            part,
            anchor: None,
            supplements: false,
            group: self.group,
        });
    }

    /// Completes every unit from what stands right of it, then left of it, then above, and gives the orders out.
    fn finish(mut self, context: &Context) -> Vec<Order> {
        for at in 0..self.items.len() {
            let donors: Vec<Eid> = self.items[at + 1..]
                .iter()
                .chain(self.items[..at].iter().rev())
                .filter_map(|item| item.unit.clone())
                .collect();
            let document = self.items[at..]
                .iter()
                .chain(self.items[..at].iter().rev())
                .map(|item| &item.document)
                .find(|document| **document != DocumentReference::This)
                .cloned()
                .or_else(|| context.document.clone());
            let item = &mut self.items[at];
            if let Some(unit) = &item.unit {
                let unit = donors.iter().fold(unit.clone(), complete);
                item.unit =
                    Some(context.unit.as_ref().map_or_else(|| unit.clone(), |outer| complete(unit.clone(), outer)));
            }
            item.document = document.unwrap_or(DocumentReference::This);
        }
        let mut orders = Vec::new();
        for item in &self.items {
            let Some(verb) = item.verb else { continue };
            let anchor =
                item.anchor.and_then(|(at, before)| self.items[at].unit.clone().map(|unit| Anchor { unit, before }));
            orders.push(Order {
                verb,
                document: item.document.clone(),
                unit: item.unit.clone(),
                part: item.part,
                anchor,
                supplements: item.supplements,
            });
        }
        orders
    }
}

/// Depth of a step, outermost first.
fn depth(prefix: &str) -> u8 {
    match prefix {
        "annex" => 0,
        "part" => 1,
        "chp" => 2,
        "sec" => 3,
        "subsec" => 4,
        "art" => 5,
        "para" => 6,
        _ => 7,
    }
}

/// `unit` within what `donor` has above it: "điểm d" and "khoản 2 Điều 5" give "điểm d khoản 2 Điều 5". Articles need
/// no chapter.
pub(super) fn complete(unit: Eid, donor: &Eid) -> Eid {
    let steps = unit.steps();
    let Some((first, _)) = steps.first() else { return unit };
    let top = depth(first);
    let mut outer: Option<Eid> = None;
    let inherited = donor.steps().into_iter().filter(|(prefix, number)| {
        let above = depth(prefix) < top && !number.is_empty();
        above && (top < 5 || *prefix == "annex" || depth(prefix) >= 5) && *first != "annex"
    });
    for (prefix, number) in inherited {
        outer = Some(outer.map_or_else(|| Eid::step(prefix, number), |eid| eid.join(prefix, number)));
    }
    outer.map_or_else(|| unit.clone(), |outer| unit.within(&outer))
}

/// The last verb in `gap` (lower case) and where it ends.
fn last_verb(gap: &str) -> Option<(Verb, usize)> {
    const VERBS: [(&str, Verb); 12] = [
        ("sửa đổi, bổ sung", Verb::Replace),
        ("sửa đổi và bổ sung", Verb::Replace),
        ("sửa đổi bổ sung", Verb::Replace),
        ("sửa đổi", Verb::Replace),
        ("bổ sung, sửa đổi", Verb::Replace),
        ("bổ sung", Verb::Insert),
        ("thay thế", Verb::Replace),
        ("thay ", Verb::Replace),
        ("bãi bỏ", Verb::Repeal),
        ("hủy bỏ", Verb::Repeal),
        ("huỷ bỏ", Verb::Repeal),
        ("bỏ ", Verb::Repeal),
    ];
    VERBS
        .iter()
        .filter_map(|(word, verb)| gap.rfind(word).map(|at| (at + word.len(), at, *verb)))
        .filter(|(end, ..)| !gap[..*end].ends_with("không bổ sung"))
        // The longest phrase wins over the verb that ends it.
        .max_by_key(|(end, at, _)| (*end, std::cmp::Reverse(*at)))
        .map(|(end, _, verb)| (verb, end))
}

/// The part of the next unit that `gap` names.
fn part(gap: &str) -> Part {
    let tail = gap.rsplit([';', ',']).next().unwrap_or(gap);
    let ends =
        |words: &[&str]| words.iter().any(|word| tail.trim_end().trim_end_matches(" của").trim_end().ends_with(word));
    if ends(&["tên", "tiêu đề", "tên gọi", "tên các", "tên của"]) {
        Part::Heading
    } else if ends(&["đoạn mở đầu", "phần mở đầu", "câu dẫn", "lời dẫn", "đoạn đầu", "câu mở đầu", "đoạn dẫn"])
    {
        Part::LeadIn
    } else if ends(&["đoạn cuối", "câu cuối", "đoạn cuối cùng", "đoạn kết"]) {
        Part::LastPassage
    } else {
        passage(tail).map_or(Part::Whole, Part::Passage)
    }
}

/// "đoạn thứ hai", "đoạn 2".
fn passage(gap: &str) -> Option<usize> {
    const ORDINALS: [&str; 7] = ["nhất", "hai", "ba", "tư", "năm", "sáu", "bảy"];
    let rest = gap.trim_end().trim_end_matches(" của").trim_end();
    let (_, number) = rest.rsplit_once("đoạn ")?;
    let number = number.trim_start_matches("thứ ").trim();
    number.parse().ok().or_else(|| ORDINALS.iter().position(|word| *word == number).map(|at| at + 1))
}

/// How the next unit places the inserted ones before it.
fn place(gap: &str) -> Option<Place> {
    let words: Vec<&str> = gap.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    if has("sau") && !gap.contains("như sau") {
        Some(Place::After)
    } else if has("trước") {
        Some(Place::Before)
    } else if has("vào") || has("của") || has("cuối") || has("tại") || has("trong") {
        Some(Place::Within)
    } else {
        None
    }
}
