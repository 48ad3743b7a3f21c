//! Amendments (sửa đổi, bổ sung, thay thế, bãi bỏ): what an amending act orders, and the text that results.
//!
//! Hard because an amending act is a programme written in prose: its target is named once and inherited, its new texts
//! look like provisions of its own, and it works on a text that earlier acts have already changed. [`instructions`]
//! reads it, [`apply`] carries it out. Either may fail for one instruction; it then says why and changes nothing.
//! Source: Decree 78/2025/NĐ-CP, Articles 66 and 69-70; Law 64/2025/QH15, Article 8.
//!
//! Not here: whether the amending body may do so, and corrections (đính chính), which change no norm.

mod apply;
mod clauses;
mod command;
mod dates;
mod facts;
mod new_text;
mod phrases;
mod working;

pub use apply::{Change, Consolidated, apply};
pub use facts::{changes, effect_of};

use crate::cite::DocumentReference;
use crate::register::Register;
use crate::structure::Document;
use crate::{ByteSpan, DocNumber, DocumentKind, Eid, text};
use clauses::{Clause, Rank, is_command};
use command::{Context, Order, Verb, complete};
use jiff::civil::Date;
use phrases::PhraseOrder;

/// What an instruction does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Replaces the unit, or the part of it that the target names, by the new text.
    ReplaceUnit,
    /// Puts the new text after another unit.
    InsertAfter {
        /// The unit before it.
        anchor: Eid,
    },
    /// Puts the new text before another unit.
    InsertBefore {
        /// The unit after it.
        anchor: Eid,
    },
    /// Puts the new text at its place by number in the unit around it: the end, for a number that follows the last.
    InsertAtEnd,
    /// Repeals the unit; its number stays.
    Repeal,
    /// Writes other words for some words.
    SubstitutePhrase {
        /// The words that go.
        old: String,
        /// The words that come.
        new: String,
        /// Units left as they are.
        except: Vec<Eid>,
    },
    /// Takes words out.
    RemovePhrase {
        /// The words that go.
        old: String,
        /// Units left as they are.
        except: Vec<Eid>,
    },
    /// Puts words beside others.
    InsertPhrase {
        /// The words that come.
        phrase: String,
        /// The words they come beside.
        beside: String,
        /// Whether they come before those.
        before: bool,
        /// Units left as they are.
        except: Vec<Eid>,
    },
    /// Puts words at the end of a unit, before its last mark.
    AppendPhrase {
        /// The words that come.
        phrase: String,
    },
    /// Replaces a heading.
    ReplaceHeading,
    /// Replaces an annex or a form.
    ReplaceAnnex,
    /// Ends the whole document (thay thế, bãi bỏ, hết hiệu lực).
    EndDocument,
}

/// The part of a unit an instruction changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// Its heading (tên).
    Heading,
    /// Its words before the first unit in it (đoạn mở đầu, câu dẫn).
    LeadIn,
    /// One passage (đoạn) of it, counted from 1.
    Passage(usize),
    /// Its last passage.
    LastPassage,
}

/// What an instruction changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The document; `This` where the act never names it.
    pub document: DocumentReference,
    /// The unit; `None` for the whole document.
    pub eid: Option<Eid>,
    /// The part of the unit.
    pub part: Part,
}

/// The new text an act gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewText {
    /// Where it stands in the act.
    pub span: ByteSpan,
    /// The text, without quotation marks.
    pub words: String,
}

/// Why an instruction could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The act names no unit.
    #[error("không xác định được quy định cần sửa đổi")]
    TargetUnclear,
    /// The act announces a new text and gives none.
    #[error("không có nội dung mới")]
    NoNewText,
    /// The new texts cannot be told apart.
    #[error("không xác định được nội dung mới nào thuộc quy định nào")]
    NewTextUnclear,
    /// The new text bears another number than its target.
    #[error("nội dung mới mang số {0}, khác quy định cần sửa đổi")]
    OtherNumber(String),
    /// The target is smaller than a point (điểm), such as "điểm c(iii)" or a dash.
    #[error("quy định cần sửa đổi nhỏ hơn điểm")]
    SmallerThanPoint,
    /// The document has no such unit.
    #[error("văn bản không có {}", .0.label())]
    NoSuchUnit(Eid),
    /// The document has several units of that number.
    #[error("văn bản có nhiều {}", .0.label())]
    Ambiguous(Eid),
    /// The unit to insert is there already.
    #[error("văn bản đã có {}", .0.label())]
    AlreadyThere(Eid),
    /// The unit has no such part.
    #[error("{} không có phần cần sửa đổi", .0.label())]
    NoSuchPart(Eid),
    /// The words to change are not there.
    #[error("không tìm thấy cụm từ “{0}”")]
    NoSuchPhrase(String),
}

/// Where an instruction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Not carried out: not yet in effect, or for another document.
    Unapplied,
    /// Carried out.
    Applied,
    /// Could not be read or carried out.
    Failed(Failure),
}

/// One change that an act orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The clause of the act that orders it, its new text included.
    pub span: ByteSpan,
    /// The act.
    pub by: Option<DocNumber>,
    /// What is done.
    pub operation: Operation,
    /// To what.
    pub target: Target,
    /// The new text, where the operation has one.
    pub new_text: Option<NewText>,
    /// The day it takes effect; `None` where the act does not say.
    pub effective: Option<Date>,
    /// [`State::Unapplied`], or why it could not be read.
    pub state: State,
}

/// Everything that `document` orders to be changed in others, in the order of its text. A name that stands for several
/// documents means the one in force when the act was issued.
pub fn instructions(document: &Document, register: &Register) -> Vec<Instruction> {
    let of_year = || {
        let year = document.metadata.number.as_ref()?.year()?;
        Date::new(i16::try_from(year).ok()?, 12, 31).ok()
    };
    instructions_of(document, register, document.metadata.issued.or_else(of_year))
}

/// The same of a draft that is to take effect on `day`: a name means the document in force then.
pub fn instructions_on(draft: &Document, register: &Register, day: Date) -> Vec<Instruction> {
    instructions_of(draft, register, Some(draft.metadata.issued.unwrap_or(day)))
}

fn instructions_of(document: &Document, register: &Register, issued: Option<Date>) -> Vec<Instruction> {
    let clauses = clauses::clauses(&document.text);
    let dates = dates::effect_dates(document, register);
    let mut reader =
        Reader { document, register, issued, contexts: Default::default(), found: Vec::new(), amended: Vec::new() };
    if let Some(title) = document.metadata.title.as_deref().filter(|title| title.to_lowercase().contains("sửa đổi"))
    {
        reader.amended.extend(reader.context(title, &Context::default()).document);
    }
    for (at, clause) in clauses.iter().enumerate() {
        reader.clause(clause, clauses.get(at + 1));
    }
    let mut found = reader.found;
    for instruction in &mut found {
        instruction.effective = dates.of(document, instruction.span);
    }
    found
}

/// The words of a new text. Older acts put its full stop after the quotation mark.
fn new_words(text: &str, span: ByteSpan) -> String {
    let words = span.of(text);
    let after = text[span.end..].strip_prefix(['”', '"', '“']);
    let stop = after.is_some_and(|after| after.trim_start_matches(' ').starts_with('.'));
    let unfinished =
        words.ends_with(|c: char| c.is_alphanumeric() || c == ')' || c == '%') && words.contains([' ', '\n']);
    let heading = !words.contains('\n') && clauses::label(words).is_some_and(|l| l.rank == Rank::Article);
    if stop && unfinished && !heading { format!("{words}.") } else { words.to_owned() }
}

/// What a clause passes on to those below it.
#[derive(Debug, Clone, Default)]
struct Passed {
    context: Context,
    /// Words that those below continue: "Bãi bỏ các quy định sau đây:".
    lead: Option<String>,
}

struct Reader<'a> {
    document: &'a Document,
    register: &'a Register,
    issued: Option<Date>,
    /// By rank of the clause.
    contexts: [Option<Passed>; 5],
    found: Vec<Instruction>,
    /// The documents that headings named so far.
    amended: Vec<DocumentReference>,
}

impl Reader<'_> {
    fn clause(&mut self, clause: &Clause, next: Option<&Clause>) {
        let rank = clause.rank as usize;
        let own = !clause.label.is_empty();
        if own {
            self.contexts[rank..].fill(None);
        }
        let mut passed = self.contexts[..=rank].iter().rev().flatten().next().cloned().unwrap_or_default();
        // An act that amends one document only need not name it again.
        if let (None, [only]) = (&passed.context.document, self.amended.as_slice()) {
            passed.context.document = Some(only.clone());
        }
        let words = clause.words.of(&self.document.text);
        if clause.rank == Rank::Chapter {
            // The title of a chapter may name the document that all its articles amend.
            let before = self.contexts[rank].take();
            let amends = ["SỬA ĐỔI", "BÃI BỎ", "BỔ SUNG", "THAY THẾ"].iter().any(|w| words.to_uppercase().contains(w));
            let lines = words.to_owned();
            if amends {
                let context = self.context(&lines, &Context::default());
                self.contexts[rank] = Some(Passed { context, lead: None });
            } else if !own {
                self.contexts[rank] = before;
            }
            return;
        }
        let words = match &passed.lead {
            Some(lead) if !is_command(words) && continues(lead, words, clause) => format!("{lead} {words}"),
            _ => words.to_owned(),
        };
        if !is_command(&words) {
            self.endings(clause, &words);
            return;
        }
        let quotes = phrases::quotes(&words);
        let below = next.is_some_and(|next| next.rank > clause.rank || next.label.is_empty());
        let listed = below && words.trim_end().ends_with(':');
        if !quotes.is_empty() && phrases::changes_phrases(&words, &quotes) && clause.blocks.is_empty() && !listed {
            for piece in phrases::commands(&words, &quotes) {
                let words = piece.of(&words);
                let quotes = phrases::quotes(words);
                if quotes.is_empty() {
                    let orders = command::orders(words, &passed.context, self.register);
                    self.orders(clause, words, words, &orders);
                    continue;
                }
                for order in phrases::phrase_orders(words, &quotes, &passed.context, self.register) {
                    self.phrase(clause, words, order);
                }
            }
            return;
        }
        // "Bỏ cụm từ “A” tại Điều 5 và sửa đổi, bổ sung Điều này như sau: …": words first, then a new text.
        if let Some(at) = phrases::changes_phrases(&words, &quotes).then(|| second_command(&words, &quotes)).flatten() {
            let (first, second) = words.split_at(at);
            let quotes = phrases::quotes(first);
            let mut context = passed.context.clone();
            for order in phrases::phrase_orders(first, &quotes, &passed.context, self.register) {
                let last = order.units.last().cloned();
                context.unit = last.as_ref().and_then(|place| place.unit.clone()).or(context.unit);
                context.document = last.and_then(|place| place.document).or(context.document);
                self.phrase(clause, first, order);
            }
            let mut orders = command::orders(second, &context, self.register);
            if orders.iter().all(|order| order.unit.is_none()) && second.contains(" này") {
                orders = command::order_on(&context).into_iter().collect();
            }
            self.orders(clause, &words, second, &orders);
            return;
        }
        let plain = command::without_quotes(&words, &quotes);
        let announces = clause.blocks.is_empty() && below && passes_on(&plain);
        if announces {
            let context = self.context(&plain, &passed.context);
            if let Some(document) =
                context.document.clone().filter(|d| plain.contains("một số") && !self.amended.contains(d))
            {
                self.amended.push(document);
            }
            let lead = next.filter(|next| !is_command(next.words.of(&self.document.text))).map(|_| words.clone());
            self.contexts[rank] = Some(Passed { context, lead });
            return;
        }
        let orders = command::orders(&plain, &passed.context, self.register);
        self.orders(clause, &words, &plain, &orders);
        if own {
            let context = self.context(&plain, &passed.context);
            self.contexts[rank] =
                Some(Passed { context: Context { unit: passed.context.unit, ..context }, lead: None });
        }
    }

    /// What a heading says for all below it: the document, the attached regulation, the unit.
    fn context(&self, words: &str, outer: &Context) -> Context {
        let (_, named) = command::named(words, self.register);
        let document = named
            .iter()
            .map(|n| &n.document)
            .find(|document| **document != DocumentReference::This)
            .map(|document| self.resolved(document.clone(), words))
            .or_else(|| self.written(words));
        let mut units: Vec<Eid> = named.iter().filter_map(|n| n.unit.clone()).collect();
        units.dedup();
        let attached = document.is_some() && words.contains("ban hành kèm theo");
        let unit = match units.as_slice() {
            [only] => Some(only.clone()),
            _ if attached => Some(Eid::step("annex", "1")),
            _ => None,
        };
        let unit = match (unit, &outer.unit) {
            (Some(unit), Some(outer)) if document.is_none() => Some(complete(unit, outer)),
            (None, outer) if document.is_none() => outer.clone(),
            (unit, _) => unit,
        };
        Context { document: document.or_else(|| outer.document.clone()), unit }
    }

    /// A document whose name no citation is: "một số điều của Luật khiếu nại, tố cáo".
    fn written(&self, words: &str) -> Option<DocumentReference> {
        const KINDS: [(&str, DocumentKind); 3] =
            [("Bộ luật", DocumentKind::BoLuat), ("Luật", DocumentKind::Luat), ("Pháp lệnh", DocumentKind::PhapLenh)];
        let (at, kind) = KINDS.iter().find_map(|(word, kind)| Some((words.find(&format!("của {word} "))?, *kind)))?;
        let name = long_name(&words[at + "của ".len()..], "");
        let unnamed = DocumentReference::Name { name, kind, year: None, day: None, amended: Vec::new(), number: None };
        Some(self.resolved(unnamed, words))
    }

    /// A document cited by name, with the number of the one in force when the act was issued.
    fn resolved(&self, document: DocumentReference, words: &str) -> DocumentReference {
        let DocumentReference::Name { name, kind, year, day, amended, number: None } = &document else {
            return document;
        };
        let long = long_name(words, name);
        let entry = self.issued.and_then(|issued| {
            let known = |name: &str| {
                self.register
                    .named_on(name, issued)
                    .filter(|e| e.issued.or(e.effective).is_some_and(|day| day <= issued))
            };
            known(&long).or_else(|| known(name))
        });
        DocumentReference::Name {
            name: if entry.is_some() { name.clone() } else { long },
            kind: *kind,
            year: *year,
            day: *day,
            amended: amended.clone(),
            number: entry.map(|entry| entry.number.clone()),
        }
    }

    fn push(
        &mut self,
        clause: &Clause,
        operation: Operation,
        target: Target,
        new_text: Option<ByteSpan>,
        state: State,
    ) {
        if is_definite(&target.document)
            && operation != Operation::EndDocument
            && !self.amended.contains(&target.document)
        {
            self.amended.push(target.document.clone());
        }
        self.found.push(Instruction {
            span: clause.span,
            by: self.document.metadata.number.clone(),
            operation,
            target,
            new_text: new_text.map(|span| NewText { span, words: new_words(&self.document.text, span) }),
            effective: None,
            state,
        });
    }

    fn phrase(&mut self, clause: &Clause, words: &str, order: PhraseOrder) {
        let except = order.except;
        let operation = match order.change {
            phrases::Change::Substitute { old, new } => Operation::SubstitutePhrase { old, new, except },
            phrases::Change::Remove { old } => Operation::RemovePhrase { old, except },
            phrases::Change::Beside { phrase, anchor, before } => {
                Operation::InsertPhrase { phrase, beside: anchor, before, except }
            }
            phrases::Change::Append { phrase } => Operation::AppendPhrase { phrase },
        };
        for place in order.units {
            let Some(document) = place.document.map(|document| self.resolved(document, words)) else { continue };
            if document != DocumentReference::This {
                let target = Target { document, eid: place.unit, part: place.part };
                self.push(clause, operation.clone(), target, None, State::Unapplied);
            }
        }
    }

    fn orders(&mut self, clause: &Clause, words: &str, plain: &str, orders: &[Order]) {
        let small = names_less_than_a_point(plain);
        // What stands after the part of a point only tells where the point is.
        let orders = if small { &orders[..orders.len().min(1)] } else { orders };
        let mut texts = new_text::assign(&self.document.text, orders, &clause.blocks);
        if small {
            texts.fill(Err(Failure::SmallerThanPoint));
        }
        let mut inserted: Option<(Eid, Eid)> = None;
        let objects = if orders.iter().any(|order| order.unit.is_none()) { self.objects(plain) } else { Vec::new() };
        for (order, text) in orders.iter().zip(texts) {
            let document = self.resolved(order.document.clone(), words);
            let target = Target { document, eid: order.unit.clone(), part: order.part };
            let Some(unit) = &order.unit else {
                // The title of a document before it may say "sửa đổi, bổ sung": the list goes on behind it all the same.
                let is_object = objects.iter().any(|(document, item)| {
                    *document == order.document && item.is && (order.verb == Verb::Repeal || item.joined)
                });
                if clause.blocks.is_empty() && is_object && self.may_end(&target.document) {
                    self.push(clause, Operation::EndDocument, target, None, State::Unapplied);
                }
                continue;
            };
            // An act does not amend itself: without a document, only a quoted new text tells an instruction.
            if target.document == DocumentReference::This && clause.blocks.is_empty() {
                continue;
            }
            if order.verb == Verb::Repeal {
                if !cancels_something_else(plain) {
                    self.push(clause, Operation::Repeal, target, None, State::Unapplied);
                }
                continue;
            }
            if unit.steps().last().is_some_and(|(prefix, _)| *prefix == "annex") {
                let annex = text.ok().or_else(|| self.annex(unit));
                let state = if annex.is_some() { State::Unapplied } else { State::Failed(Failure::NoNewText) };
                self.push(clause, Operation::ReplaceAnnex, target, annex, state);
                continue;
            }
            let operation = match (order.verb, order.part, &order.anchor) {
                (_, Part::Heading, _) => Operation::ReplaceHeading,
                (Verb::Insert, _, Some(anchor)) => {
                    // Several units after one: each follows the one before.
                    let after = inserted.take().filter(|(first, _)| *first == anchor.unit && !anchor.before);
                    let place = after.map_or_else(|| anchor.unit.clone(), |(_, last)| last);
                    inserted = Some((anchor.unit.clone(), unit.clone()));
                    if anchor.before {
                        Operation::InsertBefore { anchor: place }
                    } else {
                        Operation::InsertAfter { anchor: place }
                    }
                }
                (Verb::Insert, _, None) if !order.supplements => Operation::InsertAtEnd,
                _ => Operation::ReplaceUnit,
            };
            match text {
                Ok(span) => self.push(clause, operation, target, Some(span), State::Unapplied),
                Err(why) => self.push(clause, operation, target, None, State::Failed(why)),
            }
        }
    }

    /// The whole documents that some words name, and whether each stands right after a verb that repeals, or in the list that
    /// begins there: what stands between names no part of it.
    fn objects(&self, words: &str) -> Vec<(DocumentReference, Item)> {
        let (_, named) = command::named(words, self.register);
        let lower = words.to_lowercase();
        let verbs: Vec<usize> = ["bãi bỏ", "hủy bỏ", "huỷ bỏ"]
            .iter()
            .flat_map(|verb| lower.match_indices(verb).map(|(at, verb)| at + verb.len()))
            .collect();
        let mut objects = Vec::new();
        let mut of_verb: Option<(usize, Vec<Item>)> = None;
        for (at, each) in named.iter().enumerate().filter(|(_, each)| each.unit.is_none()) {
            let Some(end) = verbs.iter().copied().filter(|end| *end <= each.span.start).max() else { continue };
            if of_verb.as_ref().is_none_or(|(known, _)| *known != end) {
                let direct = |from: usize, _, to| !names_units(words.get(from..to).unwrap_or_default());
                of_verb = Some((end, listed(words, &named, end, direct)));
            }
            let item = of_verb.as_ref().and_then(|(_, items)| items.get(at)).copied().unwrap_or_default();
            objects.push((each.document.clone(), item));
        }
        objects
    }

    /// Whether the act can end a document as a whole: one is known, and it is not of higher rank. What a circular says of a
    /// decree stands in a title ("… thay thế Thông tư số … hướng dẫn Luật … và Nghị định số …").
    fn may_end(&self, document: &DocumentReference) -> bool {
        let higher = match (document.kind().and_then(DocumentKind::rank), self.document.metadata.kind.rank()) {
            (Some(theirs), Some(own)) => theirs < own,
            _ => false,
        };
        is_definite(document) && !higher
    }

    /// The act's own annex that takes the place of `unit`.
    fn annex(&self, unit: &Eid) -> Option<ByteSpan> {
        let annexes: Vec<_> =
            self.document.provisions.iter().filter(|p| p.kind == crate::ProvisionKind::Annex).collect();
        let same = annexes.iter().find(|p| p.eid == *unit);
        same.or_else(|| annexes.first().filter(|_| annexes.len() == 1)).map(|p| p.span)
    }

    /// "Nghị định này thay thế Nghị định số …", "Luật số … hết hiệu lực kể từ ngày …".
    fn endings(&mut self, clause: &Clause, words: &str) {
        let takes_effect = words.contains("này có hiệu lực") || words.contains("này thay thế");
        let replaces = words.contains("thay thế") && takes_effect && !words.contains("cụm từ");
        let repeals = words.contains("này có hiệu lực") && words.contains("bãi bỏ");
        if !(words.contains("hết hiệu lực") || replaces || repeals || words.contains("này bãi bỏ")) {
            return;
        }
        if words.trim_end().ends_with(':') {
            // "Các văn bản sau đây hết hiệu lực …:", and a list below.
            let context = Context::default();
            self.contexts[clause.rank as usize] = Some(Passed { context, lead: Some(words.to_owned()) });
        }
        for sentence in words.split_inclusive(['.', ';']) {
            let lapse = sentence.find("hết hiệu lực");
            let replacing = sentence.find("thay thế").filter(|_| replaces);
            // "… có hiệu lực từ ngày …; bãi bỏ Nghị định số …"
            let repealing = sentence.find("bãi bỏ").filter(|at| {
                let before = sentence[..*at].trim_end();
                let joined = [" và", ",", "đồng thời"].iter().any(|end| before.ends_with(end));
                repeals && (before.trim().is_empty() || joined) && opens_a_list(&sentence[*at + "bãi bỏ".len()..])
            });
            let Some(from) = replacing.or(lapse.map(|_| 0)).or_else(|| sentence.find("này bãi bỏ")).or(repealing)
            else {
                continue;
            };
            let sentence = &sentence[from..];
            let (_, mut named) = command::named(sentence, self.register);
            self.lapsed_units(clause, sentence, &mut named);
            // "Các quy định về … tại Nghị định số …" and "…, trừ …" end a part only.
            let part = ["Các quy định", "Quy định", "Những quy định"]
                .iter()
                .any(|lead| sentence.trim_start().starts_with(lead));
            if part || sentence.contains(", trừ ") {
                continue;
            }
            let lapse = sentence.find("hết hiệu lực").filter(|_| !sentence.contains(':'));
            let items = listed(sentence, &named, 0, |_, end, start| {
                let between = sentence.get(end..start).unwrap_or_default();
                !names_units(between) && !between.contains("theo")
            });
            for (each, item) in named.into_iter().zip(items) {
                let after_lapse = replacing.is_none() && lapse.is_some_and(|lapse| lapse < each.span.start);
                if !item.is || after_lapse {
                    continue;
                }
                let document = self.resolved(each.document, "");
                if self.may_end(&document) {
                    let target = Target { document, eid: None, part: Part::Whole };
                    self.push(clause, Operation::EndDocument, target, None, State::Unapplied);
                }
            }
        }
    }
}

impl Reader<'_> {
    /// "Các quy định tại Mục 3 Chương III, khoản 4 Điều 84 của Luật số … hết hiệu lực": units that end.
    fn lapsed_units(&mut self, clause: &Clause, sentence: &str, named: &mut Vec<command::Named>) {
        let Some(first) = named.first().map(|n| n.span.start) else { return };
        let lead = sentence[..first].trim();
        let states_rules =
            lead.is_empty() || ["Các quy định", "Quy định", "Những quy định"].iter().any(|w| lead.starts_with(w));
        let ends = sentence.find("hết hiệu lực").filter(|_| states_rules);
        let Some(document) = named.iter().map(|n| n.document.clone()).find(is_definite) else { return };
        let Some(end) = ends else { return };
        let units: Vec<Eid> = named.iter().filter(|n| n.span.end <= end).filter_map(|n| n.unit.clone()).collect();
        if units.is_empty() || lead.contains("trừ") {
            return;
        }
        let document = self.resolved(document, sentence);
        for (at, unit) in units.iter().enumerate() {
            let eid = units[at + 1..].iter().fold(unit.clone(), complete);
            let target = Target { document: document.clone(), eid: Some(eid), part: Part::Whole };
            self.push(clause, Operation::Repeal, target, None, State::Unapplied);
        }
        // The document only tells where the units stand.
        named.clear();
    }
}

/// Whether a command without a new text of its own only announces those below it.
fn passes_on(words: &str) -> bool {
    let trimmed = words.trim_end();
    words.contains("một số")
        || trimmed.ends_with(':')
        || trimmed.ends_with("như sau")
        || !["Bãi bỏ", "Huỷ bỏ", "Hủy bỏ", "Bỏ"].iter().any(|verb| words.starts_with(verb))
}

/// Where, after its last phrase, a clause goes on to order a new text.
fn second_command(words: &str, quotes: &[ByteSpan]) -> Option<usize> {
    let from = quotes.last()?.end;
    let verbs = ["sửa đổi", "bổ sung", "Sửa đổi", "Bổ sung"];
    verbs.iter().filter_map(|verb| words[from..].find(verb)).min().map(|at| from + at)
}

/// Whether a clause that commands nothing itself continues the command above it.
fn continues(lead: &str, words: &str, clause: &Clause) -> bool {
    let repeals = ["Bãi bỏ", "Huỷ bỏ", "Hủy bỏ", "Bỏ"].iter().any(|verb| lead.starts_with(verb));
    const KINDS: [&str; 8] =
        ["Bộ luật", "Luật", "Pháp lệnh", "Nghị quyết", "Nghị định", "Quyết định", "Thông tư", "Chỉ thị"];
    let names_document = KINDS.iter().any(|kind| crate::structure::starts_with_word(words, kind));
    let lapses = lead.contains("hết hiệu lực") && names_document;
    repeals || lapses || !clause.blocks.is_empty() || words.contains(['“', '"'])
}

/// Whether a reference leaves one document only.
fn is_definite(document: &DocumentReference) -> bool {
    match document {
        DocumentReference::This => false,
        DocumentReference::Number { .. } => true,
        DocumentReference::Name { kind, year, day, number, .. } => {
            *kind != DocumentKind::HienPhap && (number.is_some() || year.is_some() || day.is_some())
        }
    }
}

/// Whether words speak of parts of documents: a document after them only tells whose they are.
fn names_units(words: &str) -> bool {
    const PARTS: [&str; 7] = ["điều", "khoản", "điểm", "chương", "mục", "phụ", "mẫu"];
    let lower = words.to_lowercase();
    text::word_spans(&lower).any(|(_, word)| PARTS.contains(&word))
        || ["quy định tại", "quy chế", "cụm từ"].iter().any(|words| lower.contains(words))
}

/// A document of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Item {
    /// Whether it is one of the list's, and not named in a title.
    is: bool,
    /// Whether that follows from another before it, which a comma or "và" joins to it.
    joined: bool,
}

/// Whether nothing but what opens a list of documents stands before the first kind of document in some words: "các", "toàn bộ".
fn opens_a_list(words: &str) -> bool {
    const KINDS: [&str; 7] = ["bộ luật", "luật", "pháp lệnh", "nghị", "quyết định", "thông tư", "chỉ thị"];
    const LEAD: [&str; 9] = ["các", "những", "toàn", "bộ", "văn", "bản", "sau", "đây", "gồm"];
    let lower = words.to_lowercase();
    let first = KINDS.iter().filter_map(|kind| lower.find(kind)).min();
    first.is_some_and(|at| text::word_spans(&lower[..at]).all(|(_, word)| LEAD.contains(&word)))
}

/// Which of the documents named from `from` on are items of the list that begins there. One is if nothing but the list
/// stands before it: `direct` is asked with `from`, the end of what was named before it, and its own start. One that a
/// comma or "và" joins is what the last of its kind is: the titles between may speak of other documents and their
/// articles ("Nghị định số … quy định chi tiết một số điều của Luật … và Nghị định số …").
fn listed(
    words: &str,
    named: &[command::Named],
    from: usize,
    direct: impl Fn(usize, usize, usize) -> bool,
) -> Vec<Item> {
    let mut end = from;
    let mut held = false;
    let mut kinds: Vec<(Option<DocumentKind>, bool)> = Vec::new();
    let mut items = Vec::with_capacity(named.len());
    for each in named {
        let gap = words.get(end..each.span.start).unwrap_or_default();
        let (first, before) = (end == from, end);
        end = end.max(each.span.end);
        if each.span.start < from || each.unit.is_some() {
            items.push(Item::default());
            continue;
        }
        // "Bãi bỏ tiêu chuẩn các ngạch … tại Quyết định số … và …": the documents only tell where that stands.
        let verb = ["bãi bỏ", "thay thế", "hủy bỏ", "huỷ bỏ"].iter().any(|verb| gap.contains(verb));
        held = (held && !verb) || first && holds_what_is_named(gap);
        let joined = gap.trim_end().ends_with([',', ';']) || gap.trim_end().ends_with(" và");
        let kind = each.document.kind();
        let alike = kinds.iter().rfind(|(other, _)| *other == kind).map(|(_, item)| *item);
        let listed = alike.filter(|_| joined);
        let is = listed.unwrap_or_else(|| !held && direct(from, before, each.span.start));
        kinds.push((kind, is));
        items.push(Item { is, joined: listed.is_some() });
    }
    items
}

/// "Hủy bỏ kết quả kiểm tra của thí sinh thuộc trường hợp quy định tại khoản 6 Điều 8 …": a power, and no repeal. Provisions
/// are "bãi bỏ"; where they are "hủy bỏ", they stand right behind the verb.
fn cancels_something_else(words: &str) -> bool {
    let lower = words.to_lowercase();
    let Some(verb) = ["hủy bỏ", "huỷ bỏ"].iter().find_map(|verb| lower.strip_prefix(verb)) else {
        return false;
    };
    verb.split_once("quy định tại").filter(|(object, _)| !names_units(object)).is_some_and(|(object, _)| {
        let object =
            object.split_whitespace().filter(|word| !matches!(*word, "các" | "những" | "nội" | "dung" | "toàn" | "bộ"));
        object.count() > 1
    })
}

/// Whether `before` a document names something that stands in it: "tiêu chuẩn nghiệp vụ các ngạch … tại". All that stands
/// in it is the document ("toàn bộ nội dung tại").
fn holds_what_is_named(before: &str) -> bool {
    let lower = before.to_lowercase();
    let held = ["tại", "trong"].iter().any(|word| lower.trim_end().ends_with(word));
    held && !lower.contains("toàn bộ")
}

/// "điểm c(iii)", "gạch đầu dòng thứ hai", "tiết 1".
fn names_less_than_a_point(words: &str) -> bool {
    let lower = words.to_lowercase();
    lower.contains("gạch đầu dòng")
        || names_a_part_of_a_point(&lower)
        || lower.match_indices("điểm ").any(|(at, word)| {
            let rest = lower[at + word.len()..].trim_start_matches(char::is_alphanumeric);
            rest.starts_with('(') || lower[at + word.len()..].starts_with(|c: char| c.is_ascii_digit())
        })
}

/// "tiết 1", "tiết b": not "chi tiết", "tiết kiệm", "thời tiết và".
fn names_a_part_of_a_point(lower: &str) -> bool {
    let words: Vec<(usize, &str)> = text::word_spans(lower).collect();
    words.windows(2).any(|pair| {
        let label = pair[1].1;
        let number = label.bytes().all(|byte| byte.is_ascii_digit());
        let letter = label.chars().count() == 1 || label.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
        pair[0].1 == "tiết" && (number || letter)
    })
}

/// The whole name of the amended law in a heading, where its short reading ends at the first comma of the name.
fn long_name(words: &str, name: &str) -> String {
    let Some(at) = words.find(name) else { return name.to_owned() };
    let rest = &words[at..];
    let stops = [" số ", " như sau", ":", ".", " ngày ", " năm ", " đã được", " được sửa", " và Luật", "\n", " ("];
    let end = stops.iter().filter_map(|stop| rest.find(stop)).min().unwrap_or(rest.len());
    rest[..end.max(name.len())].trim().to_owned()
}

#[cfg(test)]
mod tests;
