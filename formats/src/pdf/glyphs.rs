//! What a page draws, as far as reading needs it: letters with their places, ruled lines, and how much of it is
//! picture (ISO 32000-2, clauses 8 and 9).
//!
//! An interpreter of its own, since one that renders cannot be stopped: a form that draws itself twice, fifty deep, is
//! a few hundred bytes and never ends. Here every operator is counted against one budget for the whole document.
//! Colours, clips, pictures' contents and the appearances of annotations are no part of it.

use super::fonts::Fonts;
use super::open::unpack;
use crate::{FormatError, Limits};
use hayro_font::kurbo::{Affine, Point, Rect, Vec2};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Forms within forms are followed this deep.
const NESTED_FORMS: usize = 12;
/// What drawing a form costs of the budget beside its content, in bytes: as long as it takes.
const FORM: usize = 16 << 10;
/// Saved graphics states, and open marks, that are kept.
const SAVED: usize = 512;
/// Letters and ruled lines of one page that are kept.
const GLYPHS_A_PAGE: usize = 200_000;
const RULES_A_PAGE: usize = 20_000;
/// A filled shape this thin, in points, is a line.
const THIN: f64 = 2.5;

/// A letter on the page as shown: points from the upper left corner, after turning the page so that most of its text
/// reads from left to right.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it says; empty where its font does not tell.
    pub(super) text: Rc<str>,
    /// Which of [`Fonts`].
    pub(super) font: usize,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    /// The font size as it appears.
    pub(super) size: f64,
    /// Drawn invisibly, as text recognised under a scan is.
    pub(super) invisible: bool,
    /// Marked by the writing program as a header, a footer or decoration (14.8.2.2).
    pub(super) artifact: bool,
    /// Which operator drew it: letters of one are never of two columns.
    pub(super) shown: u32,
}

/// A straight ruled line, across or down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) across: bool,
    /// The coordinate that does not change along it.
    pub(super) at: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// Everything read from a page.
#[derive(Debug, Default)]
pub(super) struct PageContent {
    /// From 1.
    pub(super) page: u32,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    /// How much of the page its largest picture covers, in [0, 1].
    pub(super) picture_share: f64,
    pub(super) pictures: usize,
    /// Letters set askew or across the others, which are left out: watermarks, stamps.
    pub(super) askew: usize,
    /// Letters whose fonts do not say what they are.
    pub(super) unmapped: usize,
    /// Whether a part of the page's content could not be unpacked.
    pub(super) broken: bool,
    /// By how many quarter turns, clockwise, the page was turned to read.
    pub(super) turn: u8,
}

/// Reads pages of one document.
pub(super) struct PageReader<'a, 'l> {
    pub(super) fonts: Fonts<'a>,
    limits: &'l Limits,
    hidden_layers: HashSet<ObjectIdentifier>,
    forms: HashMap<ObjectIdentifier, Option<Rc<Form<'a>>>>,
    /// Bytes of content that may still be interpreted.
    budget: u64,
    steps: u32,
    shown: u32,
}

impl<'a, 'l> PageReader<'a, 'l> {
    pub(super) fn new(catalog: Option<&Dict<'a>>, limits: &'l Limits) -> Self {
        Self {
            fonts: Fonts::default(),
            limits,
            hidden_layers: catalog.map(hidden_layers).unwrap_or_default(),
            forms: HashMap::new(),
            budget: limits.expanded_bytes,
            steps: 0,
            shown: 0,
        }
    }

    /// Reads one page.
    ///
    /// # Errors
    /// [`FormatError::Bomb`] when the document draws more than it may, [`FormatError::Interrupted`].
    pub(super) fn read(&mut self, number: u32, page: &Page<'a>) -> Result<PageContent, FormatError> {
        self.limits.interrupt.check()?;
        let (width, height) = page.render_dimensions();
        let mut drawing = Drawing {
            content: PageContent {
                page: number,
                width: f64::from(width),
                height: f64::from(height),
                ..PageContent::default()
            },
            turns: Vec::new(),
            unmapped: [0; 4],
            path: Path::default(),
        };
        let content = self.content_of(page, &mut drawing.content.broken)?;
        let state = State::new(Affine::new(page.initial_transform(true).as_coeffs()));
        self.interpret(&content, page.resources(), state, 0, &mut Vec::new(), &mut drawing)?;
        Ok(drawing.finish())
    }

    fn content_of(&mut self, page: &Page<'a>, broken: &mut bool) -> Result<Vec<u8>, FormatError> {
        let mut content = Vec::new();
        let mut streams: Vec<Stream<'a>> = Vec::new();
        if let Some(stream) = page.raw().get::<Stream<'a>>(b"Contents") {
            streams.push(stream);
        } else if let Some(array) = page.raw().get::<Array<'a>>(b"Contents") {
            streams.extend(array.iter::<Stream<'a>>());
        }
        for stream in streams {
            match unpack(&stream, self.budget.saturating_sub(content.len() as u64))? {
                Some(plain) => {
                    content.extend_from_slice(&plain);
                    content.push(b'\n');
                }
                None => *broken = true,
            }
        }
        Ok(content)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), FormatError> {
        self.budget = self
            .budget
            .checked_sub(bytes as u64 + 64)
            .ok_or_else(|| FormatError::Bomb { what: "the drawing instructions of the PDF together".to_owned() })?;
        Ok(())
    }

    fn interpret(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        initial: State,
        depth: usize,
        marks: &mut Vec<Mark>,
        drawing: &mut Drawing,
    ) -> Result<(), FormatError> {
        self.spend(content.len())?;
        let mut state = initial;
        let mut saved: Vec<State> = Vec::new();
        let (mut unsaved, mut unmarked, open_marks) = (0_usize, 0_usize, marks.len());
        let mut operators = TypedIter::new(content);
        while let Some(operator) = operators.next() {
            self.steps = self.steps.wrapping_add(1);
            self.shown = self.steps;
            if self.steps.is_multiple_of(4096) {
                self.limits.interrupt.check()?;
            }
            match operator {
                TypedInstruction::SaveState(_) if saved.len() < SAVED => saved.push(state.clone()),
                TypedInstruction::SaveState(_) => unsaved += 1,
                TypedInstruction::RestoreState(_) if unsaved > 0 => unsaved -= 1,
                TypedInstruction::RestoreState(_) => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                TypedInstruction::Transform(by) => {
                    let [a, b, c, d, e, f] = [by.0, by.1, by.2, by.3, by.4, by.5].map(|number| number.as_f64());
                    state.ctm *= Affine::new([a, b, c, d, e, f]);
                }
                TypedInstruction::XObject(name) => {
                    if let Some(stream) = resources.get_x_object(name.0) {
                        self.draw_object(&stream, resources, &state, depth, marks, drawing)?;
                    }
                }
                TypedInstruction::InlineImage(_) => drawing.picture(state.ctm),
                TypedInstruction::BeginMarkedContent(tag) if marks.len() < SAVED => {
                    marks.push(Mark::of(tag.0, None, marks.last()));
                }
                TypedInstruction::BeginMarkedContentWithProperties(tag) if marks.len() < SAVED => {
                    let mut mark = match tag.1 {
                        Object::Dict(properties) => Mark::of(tag.0, Some(properties), marks.last()),
                        Object::Name(name) => {
                            Mark::of(tag.0, resources.properties.get::<Dict<'a>>(name).as_ref(), marks.last())
                        }
                        _ => Mark::of(tag.0, None, marks.last()),
                    };
                    if let Object::Name(name) = tag.1 {
                        mark.hidden |= self.is_hidden(&resources.properties, name);
                    }
                    marks.push(mark);
                }
                TypedInstruction::BeginMarkedContent(_) | TypedInstruction::BeginMarkedContentWithProperties(_) => {
                    unmarked += 1;
                }
                TypedInstruction::EndMarkedContent(_) if unmarked > 0 => unmarked -= 1,
                TypedInstruction::EndMarkedContent(_) => {
                    if marks.len() > open_marks {
                        marks.pop();
                    }
                }
                TypedInstruction::TextFont(font) => {
                    state.font = match resources.get_font(font.0) {
                        Some(dict) => self.fonts.load(&dict, self.budget)?,
                        None => None,
                    };
                    state.size = font.1.as_f64();
                }
                TypedInstruction::ShowText(text) => self.show(text.0.as_bytes(), &mut state, marks, drawing),
                TypedInstruction::NextLineAndShowText(text) => {
                    state.next_line(0.0, -state.leading);
                    self.show(text.0.as_bytes(), &mut state, marks, drawing);
                }
                TypedInstruction::ShowTextWithParameters(text) => {
                    state.word_space = text.0.as_f64();
                    state.char_space = text.1.as_f64();
                    state.next_line(0.0, -state.leading);
                    self.show(text.2.as_bytes(), &mut state, marks, drawing);
                }
                TypedInstruction::ShowTexts(texts) => {
                    for item in texts.0.iter::<Object<'_>>() {
                        match item {
                            Object::String(text) => self.show(text.as_bytes(), &mut state, marks, drawing),
                            Object::Number(by) => state.move_on(-by.as_f64() / 1000.0 * state.size * state.stretch),
                            _ => {}
                        }
                    }
                }
                other if state.text_operator(&other) => {}
                other => drawing.path.operator(&other, state.ctm, &mut drawing.content.rules),
            }
        }
        marks.truncate(open_marks);
        Ok(())
    }

    fn draw_object(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        state: &State,
        depth: usize,
        marks: &mut Vec<Mark>,
        drawing: &mut Drawing,
    ) -> Result<(), FormatError> {
        let dict = stream.dict();
        if self.is_hidden(dict, b"OC") {
            return Ok(());
        }
        match dict.get::<Name<'_>>(b"Subtype").as_deref() {
            Some(b"Image") => drawing.picture(state.ctm),
            Some(b"Form") if depth < NESTED_FORMS => {
                self.spend(FORM)?;
                let Some(form) = self.form(stream)? else {
                    drawing.content.broken = true;
                    return Ok(());
                };
                let mut inner = state.clone();
                inner.ctm *= form.matrix;
                let own = form.resources.as_ref().unwrap_or(resources);
                self.interpret(&form.content, own, inner, depth + 1, marks, drawing)?;
            }
            // Deeper than any writer goes.
            Some(b"Form") => drawing.content.broken = true,
            _ => {}
        }
        Ok(())
    }

    /// A form, read once.
    fn form(&mut self, stream: &Stream<'a>) -> Result<Option<Rc<Form<'a>>>, FormatError> {
        let id = stream.obj_id();
        if let Some(known) = self.forms.get(&id) {
            return Ok(known.clone());
        }
        let form = unpack(stream, self.budget)?.map(|plain| {
            let dict = stream.dict();
            Rc::new(Form {
                content: plain.into_owned(),
                matrix: dict.get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new),
                resources: dict.get::<Dict<'a>>(b"Resources").map(Resources::new),
            })
        });
        self.spend(form.as_ref().map_or(0, |form| form.content.len()))?;
        self.forms.insert(id, form.clone());
        Ok(form)
    }

    /// Whether what `key` names in `dict` is a layer that is switched off (8.11).
    fn is_hidden(&self, dict: &Dict<'a>, key: impl AsRef<[u8]>) -> bool {
        if self.hidden_layers.is_empty() {
            return false;
        }
        dict.get_ref(&key).is_some_and(|layer| self.hidden_layers.contains(&layer.into()))
    }

    fn show(&mut self, bytes: &[u8], state: &mut State, marks: &mut [Mark], drawing: &mut Drawing) {
        let Some(font) = state.font else { return };
        let mut at = 0;
        while at < bytes.len() {
            let (code, length) = self.fonts.next_code(font, bytes, at);
            at += length.max(1);
            let known = self.fonts.code(font, code);
            let before = state.ctm * state.text_matrix;
            let width = known.advance * state.size * state.stretch;
            let spaced = if known.advance == 0.0 && width == 0.0 { 0.0 } else { state.char_space * state.stretch };
            let origin = before * Point::new(0.0, state.rise);
            let end = before * Point::new(width + spaced.max(0.0).min(width), state.rise);
            let up = before * Point::new(0.0, state.rise + state.size) - origin;
            let mut gap = state.char_space;
            if length == 1 && code == 32 {
                gap += state.word_space;
            }
            state.move_on(width + gap * state.stretch);
            let mut text = known.text;
            let (mut artifact, mut hidden) = (false, false);
            if let Some(mark) = marks.last_mut() {
                artifact = mark.artifact;
                hidden = mark.hidden;
            }
            // A replacement stands for all letters of its mark: the first says it, the others nothing.
            let mut replaced = false;
            if let Some(mark) = marks.iter_mut().rev().find(|mark| mark.replacement.is_some()) {
                replaced = true;
                text = mark.replacement.replace(Rc::from("")).unwrap_or_default();
            }
            if !hidden {
                let invisible = state.render == 3;
                let shown = self.shown;
                drawing.glyph(Placed { origin, end, up, text, font, replaced, invisible, artifact, shown });
            }
        }
    }
}

/// A drawing of its own that pages draw (8.10).
struct Form<'a> {
    content: Vec<u8>,
    matrix: Affine,
    resources: Option<Resources<'a>>,
}

/// The graphics state, as far as it places text (8.4.1, 9.3).
#[derive(Clone)]
struct State {
    ctm: Affine,
    text_matrix: Affine,
    line_matrix: Affine,
    font: Option<usize>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    render: i64,
}

impl State {
    fn new(ctm: Affine) -> Self {
        Self {
            ctm,
            text_matrix: Affine::IDENTITY,
            line_matrix: Affine::IDENTITY,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            render: 0,
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line_matrix *= Affine::translate((x, y));
        self.text_matrix = self.line_matrix;
    }

    fn move_on(&mut self, by: f64) {
        self.text_matrix *= Affine::translate((by, 0.0));
    }

    fn text_operator(&mut self, operator: &TypedInstruction<'_, '_>) -> bool {
        match operator {
            TypedInstruction::BeginText(_) => {
                self.text_matrix = Affine::IDENTITY;
                self.line_matrix = Affine::IDENTITY;
            }
            TypedInstruction::CharacterSpacing(by) => self.char_space = by.0.as_f64(),
            TypedInstruction::WordSpacing(by) => self.word_space = by.0.as_f64(),
            TypedInstruction::HorizontalScaling(by) => self.stretch = by.0.as_f64() / 100.0,
            TypedInstruction::TextLeading(by) => self.leading = by.0.as_f64(),
            TypedInstruction::TextRise(by) => self.rise = by.0.as_f64(),
            TypedInstruction::TextRenderingMode(mode) => self.render = mode.0.as_i64(),
            TypedInstruction::NextLine(by) => self.next_line(by.0.as_f64(), by.1.as_f64()),
            TypedInstruction::NextLineAndSetLeading(by) => {
                self.leading = -by.1.as_f64();
                self.next_line(by.0.as_f64(), by.1.as_f64());
            }
            TypedInstruction::NextLineUsingLeading(_) => self.next_line(0.0, -self.leading),
            TypedInstruction::SetTextMatrix(to) => {
                let matrix = [to.0, to.1, to.2, to.3, to.4, to.5].map(|number| number.as_f64());
                self.line_matrix = Affine::new(matrix);
                self.text_matrix = self.line_matrix;
            }
            _ => return false,
        }
        true
    }
}

/// An open stretch of marked content (14.6).
struct Mark {
    artifact: bool,
    hidden: bool,
    /// What is to be read instead of what is drawn (14.9.4); empty once it was read.
    replacement: Option<Rc<str>>,
}

impl Mark {
    fn of(tag: &Name<'_>, properties: Option<&Dict<'_>>, outer: Option<&Self>) -> Self {
        let replacement = properties
            .and_then(|dict| dict.get::<hayro_syntax::object::String<'_>>(b"ActualText"))
            .map(|text| Rc::from(text_string(text.as_bytes())));
        Self {
            artifact: tag.as_ref() == b"Artifact" || outer.is_some_and(|outer| outer.artifact),
            hidden: outer.is_some_and(|outer| outer.hidden),
            replacement,
        }
    }
}

/// A text string: UTF-16 or UTF-8 by its mark, else near enough Latin-1 (7.9.2.2).
fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn hidden_layers(catalog: &Dict<'_>) -> HashSet<ObjectIdentifier> {
    let mut hidden = HashSet::new();
    let Some(properties) = catalog.get::<Dict<'_>>(b"OCProperties") else { return hidden };
    let Some(config) = properties.get::<Dict<'_>>(b"D") else { return hidden };
    let references = |dict: &Dict<'_>, key: &[u8]| -> Vec<ObjectIdentifier> {
        let Some(array) = dict.get::<Array<'_>>(key) else { return Vec::new() };
        array
            .raw_iter()
            .filter_map(|item| match item {
                MaybeRef::Ref(layer) => Some(layer.into()),
                MaybeRef::NotRef(_) => None,
            })
            .collect()
    };
    if config.get::<Name<'_>>(b"BaseState").as_deref() == Some(b"OFF") {
        hidden.extend(references(&properties, b"OCGs"));
        for shown in references(&config, b"ON") {
            hidden.remove(&shown);
        }
    }
    hidden.extend(references(&config, b"OFF"));
    hidden
}

/// A letter as drawn, before the page is turned.
struct Placed {
    origin: Point,
    end: Point,
    up: Vec2,
    text: Rc<str>,
    font: usize,
    replaced: bool,
    invisible: bool,
    artifact: bool,
    shown: u32,
}

struct Drawing {
    content: PageContent,
    /// For each glyph kept, by how many quarter turns it reads.
    turns: Vec<u8>,
    unmapped: [usize; 4],
    path: Path,
}

impl Drawing {
    fn glyph(&mut self, placed: Placed) {
        let Placed { origin, end, up, text, font, replaced, invisible, artifact, shown } = placed;
        // The upright of the letters tells their direction even where one has no width.
        let size = up.hypot();
        if !(origin.is_finite() && end.is_finite() && (0.5..=2000.0).contains(&size)) {
            return;
        }
        let (tilt, turn) = if up.y.abs() >= up.x.abs() {
            (up.x.abs(), if up.y <= 0.0 { 0_u8 } else { 2 })
        } else {
            (up.y.abs(), if up.x > 0.0 { 1_u8 } else { 3 })
        };
        // Italics made by slanting lean up to a third; a tenth across the line of writing is no line of text.
        let along = end - origin;
        let off = match turn {
            0 | 2 => along.y.abs(),
            _ => along.x.abs(),
        };
        if off > size * 0.1 || tilt > size * 0.45 {
            self.content.askew += usize::from(!text.trim().is_empty());
            return;
        }
        if text.is_empty() {
            self.unmapped[usize::from(turn)] += usize::from(!replaced);
            if !replaced {
                return;
            }
        }
        if self.content.glyphs.len() >= GLYPHS_A_PAGE {
            self.content.broken = true;
            return;
        }
        // Kept as drawn; turned when the page is done.
        self.content.glyphs.push(Glyph {
            text,
            font,
            left: origin.x,
            right: end.x,
            baseline: origin.y,
            size,
            invisible,
            artifact,
            shown,
        });
        self.turns.push(turn);
        if turn % 2 == 1 {
            // Across the page: what is carried in `right` is where the letter ends along its line.
            if let Some(glyph) = self.content.glyphs.last_mut() {
                glyph.right = end.y;
            }
        }
    }

    fn picture(&mut self, ctm: Affine) {
        let page = Rect::new(0.0, 0.0, self.content.width, self.content.height);
        let area = ctm.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)).intersect(page).area();
        self.content.pictures += 1;
        if page.area() > 0.0 && area.is_finite() {
            self.content.picture_share = self.content.picture_share.max(area / page.area());
        }
    }

    /// Turns the page so that most of its text is upright, and leaves out what then stands across.
    fn finish(self) -> PageContent {
        let Self { mut content, turns, unmapped, .. } = self;
        let mut votes = [0_usize; 4];
        for (glyph, turn) in content.glyphs.iter().zip(&turns) {
            votes[usize::from(*turn)] += usize::from(!glyph.text.trim().is_empty());
        }
        let turn = (0..4_u8).max_by_key(|turn| (votes[usize::from(*turn)], *turn == 0)).unwrap_or(0);
        let (width, height) = (content.width, content.height);
        let glyphs = std::mem::take(&mut content.glyphs);
        for (mut glyph, own) in glyphs.into_iter().zip(turns) {
            if own != turn {
                content.askew += usize::from(!glyph.text.trim().is_empty());
                continue;
            }
            let (x, y, end) = (glyph.left, glyph.baseline, glyph.right);
            (glyph.left, glyph.right, glyph.baseline) = match turn {
                0 => (x, end, y),
                1 => (y, end, width - x),
                2 => (width - x, width - end, height - y),
                _ => (height - y, height - end, x),
            };
            if glyph.right < glyph.left {
                std::mem::swap(&mut glyph.left, &mut glyph.right);
            }
            content.glyphs.push(glyph);
        }
        content.unmapped = unmapped[usize::from(turn)];
        if turn != 0 {
            content.rules.clear();
        }
        if turn % 2 == 1 {
            std::mem::swap(&mut content.width, &mut content.height);
        }
        content.turn = turn;
        content
    }
}

/// The path being made, as far as it may become ruled lines.
#[derive(Default)]
struct Path {
    boxes: Vec<Rect>,
    strokes: Vec<(Point, Point)>,
    start: Option<Point>,
    last: Option<Point>,
    /// The box around the present subpath made of straight lines.
    around: Option<Rect>,
}

impl Path {
    fn operator(&mut self, operator: &TypedInstruction<'_, '_>, ctm: Affine, rules: &mut Vec<Rule>) {
        match operator {
            TypedInstruction::RectPath(r) => {
                let [x, y, w, h] = [r.0, r.1, r.2, r.3].map(|number| number.as_f64());
                let [_, b, c, _, _, _] = ctm.as_coeffs();
                let [a, _, _, d, _, _] = ctm.as_coeffs();
                let upright = (b.abs() + c.abs()) < 1e-3 * (a.abs() + d.abs()).max(1e-9)
                    || (a.abs() + d.abs()) < 1e-3 * (b.abs() + c.abs()).max(1e-9);
                if upright && self.boxes.len() < RULES_A_PAGE {
                    self.boxes.push(ctm.transform_rect_bbox(Rect::new(x, y, x + w, y + h)));
                }
            }
            TypedInstruction::MoveTo(to) => {
                self.end_subpath();
                let point = ctm * Point::new(to.0.as_f64(), to.1.as_f64());
                self.start = Some(point);
                self.last = Some(point);
                self.around = Some(Rect::from_points(point, point));
            }
            TypedInstruction::LineTo(to) => self.line_to(ctm * Point::new(to.0.as_f64(), to.1.as_f64())),
            TypedInstruction::ClosePath(_) => {
                if let Some(start) = self.start {
                    self.line_to(start);
                }
            }
            TypedInstruction::CubicTo(_) | TypedInstruction::CubicStartTo(_) | TypedInstruction::CubicEndTo(_) => {
                self.last = None;
                self.around = None;
            }
            TypedInstruction::StrokePath(_) | TypedInstruction::CloseAndStrokePath(_) => {
                self.stroke(rules);
                self.clear();
            }
            TypedInstruction::FillPathNonZero(_)
            | TypedInstruction::FillPathNonZeroCompatibility(_)
            | TypedInstruction::FillPathEvenOdd(_) => {
                self.fill(rules);
                self.clear();
            }
            TypedInstruction::FillAndStrokeNonZero(_)
            | TypedInstruction::FillAndStrokeEvenOdd(_)
            | TypedInstruction::CloseFillAndStrokeNonZero(_)
            | TypedInstruction::CloseFillAndStrokeEvenOdd(_) => {
                self.stroke(rules);
                self.fill(rules);
                self.clear();
            }
            TypedInstruction::EndPath(_) => self.clear(),
            _ => {}
        }
    }

    fn line_to(&mut self, point: Point) {
        if let Some(last) = self.last
            && self.strokes.len() < RULES_A_PAGE
        {
            self.strokes.push((last, point));
        }
        self.last = Some(point);
        self.around = self.around.map(|around| around.union_pt(point));
    }

    fn end_subpath(&mut self) {
        if let Some(around) = self.around.take()
            && self.boxes.len() < RULES_A_PAGE
            && around.width().min(around.height()) <= THIN
        {
            self.boxes.push(around);
        }
    }

    fn stroke(&mut self, rules: &mut Vec<Rule>) {
        for (from, to) in &self.strokes {
            if (from.y - to.y).abs() < 0.5 {
                push(rules, true, from.y, from.x, to.x);
            } else if (from.x - to.x).abs() < 0.5 {
                push(rules, false, from.x, from.y, to.y);
            }
        }
        for area in &self.boxes {
            push(rules, true, area.y0, area.x0, area.x1);
            push(rules, true, area.y1, area.x0, area.x1);
            push(rules, false, area.x0, area.y0, area.y1);
            push(rules, false, area.x1, area.y0, area.y1);
        }
    }

    fn fill(&mut self, rules: &mut Vec<Rule>) {
        self.end_subpath();
        for area in &self.boxes {
            if area.height() <= THIN && area.width() > area.height() {
                push(rules, true, area.center().y, area.x0, area.x1);
            } else if area.width() <= THIN {
                push(rules, false, area.center().x, area.y0, area.y1);
            }
        }
    }

    fn clear(&mut self) {
        self.boxes.clear();
        self.strokes.clear();
        self.start = None;
        self.last = None;
        self.around = None;
    }
}

fn push(rules: &mut Vec<Rule>, across: bool, at: f64, from: f64, to: f64) {
    let (from, to) = if from <= to { (from, to) } else { (to, from) };
    if rules.len() < RULES_A_PAGE && at.is_finite() && (to - from).is_finite() {
        rules.push(Rule { across, at, from, to });
    }
}
