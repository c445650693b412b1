//! The text operators of a page: glyphs with places.

use std::collections::HashMap;

use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources, Rotation};

use super::super::budget::{Budget, check};
use super::super::{Format, Result};
use super::font::Font;

/// `[a b c d e f]` as PDF writes it.
#[derive(Clone, Copy, Debug)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `other`.
    fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    fn apply(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + c * y + e, b * x + d * y + f]
    }

    fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

/// A glyph, or letters shown together.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub text: String,
    pub x: f32,
    /// The base line; up is greater.
    pub y: f32,
    pub width: f32,
    pub size: f32,
    /// Number of its legacy font, for runs to be decoded together.
    pub legacy: Option<super::super::legacy_font::LegacyFont>,
}

/// A line drawn along or across the page; `x0 <= x1` and `y0 <= y1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Rule {
    /// The rule between two points that lie level or plumb, and far enough apart.
    fn between([a, b]: [f32; 2], [c, d]: [f32; 2]) -> Option<Self> {
        let (wide, tall) = ((a - c).abs(), (b - d).abs());
        let is_rule = (wide > 4.0 && tall < 1.0) || (tall > 4.0 && wide < 1.0);
        (is_rule && [a, b, c, d].iter().all(|n| n.abs() < 1e5)).then(|| Self {
            x0: a.min(c),
            y0: b.min(d),
            x1: a.max(c),
            y1: b.max(d),
        })
    }

    pub const fn is_flat(&self) -> bool {
        self.x1 - self.x0 > self.y1 - self.y0
    }

    pub fn touches(&self, other: &Self, near: f32) -> bool {
        self.x0 - near <= other.x1
            && other.x0 - near <= self.x1
            && self.y0 - near <= other.y1
            && other.y0 - near <= self.y1
    }
}

/// What stands on a page.
#[derive(Default)]
pub(super) struct Content {
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
}

/// Rules of a page that are kept.
const MAX_RULES: usize = 10_000;

pub(super) struct Reader<'b> {
    budget: &'b Budget,
    fonts: HashMap<ObjectIdentifier, Font>,
    unknown: usize,
    legacy: Vec<String>,
    operators: usize,
    letters: usize,
}

struct State {
    ctm: Matrix,
    font: Option<Font>,
    size: f32,
    char_space: f32,
    word_space: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self {
            font: self.font.clone(),
            ..*self
        }
    }
}

/// What a producer says that the glyphs of a span mean, where they do not say it themselves: a letter built of two glyphs.
struct Meant {
    text: String,
    /// Glyphs, and glyphs without a letter, before the span.
    from: usize,
    unknown: usize,
}

/// Glyphs of a span at most; what is longer describes a picture, or replaces what is readable by itself.
const MAX_MEANT: usize = 32;

impl Meant {
    fn new(properties: Option<&&Object<'_>>, from: usize, unknown: usize) -> Option<Self> {
        let Some(Object::Dict(dict)) = properties else {
            return None;
        };
        let Some(Object::String(string)) = dict.get::<Object<'_>>("ActualText") else {
            return None;
        };
        let bytes = string.as_bytes();
        let text = match bytes {
            [0xfe, 0xff, wide @ ..] => {
                let units: Vec<u16> = wide
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16(&units).ok()?
            }
            _ => std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
                .ok()?
                .to_owned(),
        };
        let is_letters = text.chars().count() <= MAX_MEANT && !text.chars().any(char::is_control);
        is_letters.then_some(Self {
            text,
            from,
            unknown,
        })
    }

    /// Puts one glyph with the meant text in the place of those of the span, where they stand side by side on one line.
    fn apply(self, glyphs: &mut Vec<Glyph>, unknown: &mut usize) {
        let Some(span) = glyphs.get(self.from..) else {
            return;
        };
        let (Some(first), true) = (span.first(), span.len() <= MAX_MEANT) else {
            return;
        };
        let is_one_line = span
            .iter()
            .all(|glyph| (glyph.y - first.y).abs() <= first.size);
        if !is_one_line || self.text.is_empty() {
            return;
        }
        let left = span.iter().map(|glyph| glyph.x).fold(first.x, f32::min);
        let right = span.iter().map(|glyph| glyph.x + glyph.width);
        let right = right.fold(first.x + first.width, f32::max);
        let glyph = Glyph {
            text: self.text,
            x: left,
            width: right - left,
            legacy: None,
            ..first.clone()
        };
        glyphs.truncate(self.from);
        glyphs.push(glyph);
        *unknown = self.unknown;
    }
}

/// Saved graphics states at most; real pages need a few.
const MAX_SAVED: usize = 256;

impl<'b> Reader<'b> {
    pub fn new(budget: &'b Budget) -> Self {
        Self {
            budget,
            fonts: HashMap::new(),
            unknown: 0,
            legacy: Vec::new(),
            operators: 0,
            letters: 0,
        }
    }

    /// Glyphs without a known letter, and the legacy fonts met.
    pub fn into_findings(self) -> (usize, Vec<String>) {
        (self.unknown, self.legacy)
    }

    /// The glyphs of a page that run from left to right, in the order of its content, and its rules.
    pub fn page(&mut self, page: &Page<'_>) -> Result<Content> {
        let mut out = Content::default();
        let Some(content) = page.page_stream() else {
            return Ok(out);
        };
        let rotation = match page.rotation() {
            Rotation::None => Matrix::IDENTITY,
            Rotation::Horizontal => Matrix([0.0, -1.0, 1.0, 0.0, 0.0, 0.0]),
            Rotation::Flipped => Matrix([-1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
            Rotation::FlippedHorizontal => Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]),
        };
        self.run(content, page.resources(), rotation, 0, &mut out)?;
        Ok(out)
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
        ctm: Matrix,
        depth: usize,
        out: &mut Content,
    ) -> Result<()> {
        let mut state = State {
            ctm,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut saved: Vec<State> = Vec::new();
        let mut path: Vec<Rule> = Vec::new();
        let mut marked: Vec<Option<Meant>> = Vec::new();
        let (mut start, mut at) = ([0.0, 0.0], [0.0, 0.0]);
        let (mut text, mut line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut operators = UntypedIter::new(content);
        while let Some(instruction) = operators.next() {
            self.operators += 1;
            if self.operators.is_multiple_of(4096) {
                self.budget.check_time(Format::Pdf)?;
            }
            let operands: Vec<&Object<'_>> = instruction.operands().collect();
            let number = |at: usize| -> f32 {
                match operands.get(at) {
                    Some(Object::Number(number)) => number.as_f32(),
                    _ => 0.0,
                }
            };
            match instruction.operator.as_ref() as &[u8] {
                b"q" if saved.len() < MAX_SAVED => saved.push(state.clone()),
                b"Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                b"cm" if operands.len() == 6 => {
                    state.ctm = Matrix(std::array::from_fn(number)).then(state.ctm);
                }
                b"m" | b"l" | b"h" => {
                    let point = if instruction.operator.as_ref() as &[u8] == b"h" {
                        start
                    } else {
                        state.ctm.apply([number(0), number(1)])
                    };
                    if instruction.operator.as_ref() as &[u8] == b"m" {
                        start = point;
                    } else if path.len() < MAX_RULES {
                        path.extend(Rule::between(at, point));
                    }
                    at = point;
                }
                b"re" if operands.len() == 4 && path.len() < MAX_RULES => {
                    let (x, y, w, h) = (number(0), number(1), number(2), number(3));
                    let corner = |x: f32, y: f32| state.ctm.apply([x, y]);
                    let [a, b, c, d] = [
                        corner(x, y),
                        corner(x + w, y),
                        corner(x + w, y + h),
                        corner(x, y + h),
                    ];
                    // A thin box is a rule; the sides of a wide one lie where its cells end, drawn or shaded.
                    let middle =
                        |p: [f32; 2], q: [f32; 2]| [(p[0] + q[0]) / 2.0, (p[1] + q[1]) / 2.0];
                    let thin =
                        |p: [f32; 2], q: [f32; 2]| (p[0] - q[0]).abs() + (p[1] - q[1]).abs() < 3.0;
                    if thin(a, d) {
                        path.extend(Rule::between(middle(a, d), middle(b, c)));
                    } else if thin(a, b) {
                        path.extend(Rule::between(middle(a, b), middle(d, c)));
                    } else {
                        for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
                            path.extend(Rule::between(from, to));
                        }
                    }
                }
                b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                    if out.rules.len() < MAX_RULES {
                        out.rules.append(&mut path);
                    }
                    path.clear();
                }
                b"n" => path.clear(),
                b"BT" => (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY),
                b"Tf" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        state.font = self.font(resources, name);
                    }
                    state.size = number(1);
                }
                b"Tc" => state.char_space = number(0),
                b"Tw" => state.word_space = number(0),
                b"Tz" => state.scale = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Td" => {
                    line = Matrix::shift(number(0), number(1)).then(line);
                    text = line;
                }
                b"TD" => {
                    state.leading = -number(1);
                    line = Matrix::shift(number(0), number(1)).then(line);
                    text = line;
                }
                b"Tm" if operands.len() == 6 => {
                    line = Matrix(std::array::from_fn(number));
                    text = line;
                }
                b"T*" => {
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                }
                b"Tj" => {
                    if let Some(Object::String(string)) = operands.first() {
                        self.show(string.as_bytes(), &state, &mut text, out)?;
                    }
                }
                b"'" | b"\"" => {
                    if operands.len() == 3 {
                        state.word_space = number(0);
                        state.char_space = number(1);
                    }
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                    if let Some(Object::String(string)) = operands.last() {
                        self.show(string.as_bytes(), &state, &mut text, out)?;
                    }
                }
                b"TJ" => {
                    if let Some(Object::Array(array)) = operands.first() {
                        for item in array.iter::<Object<'_>>() {
                            match item {
                                Object::String(string) => {
                                    self.show(string.as_bytes(), &state, &mut text, out)?
                                }
                                Object::Number(number) => {
                                    let back = number.as_f32() / 1000.0 * state.size * state.scale;
                                    text = Matrix::shift(-back, 0.0).then(text);
                                }
                                _ => {}
                            }
                        }
                    }
                }
                b"BMC" if marked.len() < MAX_SAVED => marked.push(None),
                b"BDC" if marked.len() < MAX_SAVED => {
                    // Of spans within spans the outer one says what is meant.
                    let is_within = marked.iter().any(Option::is_some);
                    let meant = Meant::new(operands.get(1), out.glyphs.len(), self.unknown);
                    marked.push(meant.filter(|_| !is_within));
                }
                b"EMC" => {
                    if let Some(Some(meant)) = marked.pop() {
                        meant.apply(&mut out.glyphs, &mut self.unknown);
                    }
                }
                b"Do" if depth < 16 => {
                    if let Some(Object::Name(name)) = operands.first()
                        && let Some(form) = resources.get_x_object(name)
                    {
                        self.form(&form, resources, state.ctm, depth, out)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A form is a page within the page; one that draws itself ends at the depth.
    fn form(
        &mut self,
        form: &Stream<'_>,
        resources: &Resources<'_>,
        ctm: Matrix,
        depth: usize,
        out: &mut Content,
    ) -> Result<()> {
        let dict = form.dict();
        if dict
            .get::<Name<'_>>("Subtype")
            .is_none_or(|kind| kind.as_str() != "Form")
        {
            return Ok(());
        }
        let Ok(data) = form.decoded_data() else {
            return Ok(());
        };
        // Forms that draw forms twice each double with every level; each run is counted.
        self.operators += 64;
        self.budget.check_time(Format::Pdf)?;
        let matrix = dict
            .get::<Array<'_>>("Matrix")
            .map_or(Matrix::IDENTITY, |matrix| {
                let mut numbers = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
                for (slot, number) in numbers.iter_mut().zip(matrix.iter::<f32>()) {
                    *slot = number;
                }
                Matrix(numbers)
            });
        match dict.get::<Dict<'_>>("Resources") {
            Some(own) => self.run(
                &data,
                &Resources::new(own),
                matrix.then(ctm),
                depth + 1,
                out,
            ),
            None => self.run(&data, resources, matrix.then(ctm), depth + 1, out),
        }
    }

    fn font(&mut self, resources: &Resources<'_>, name: &Name<'_>) -> Option<Font> {
        let dict = resources.get_font(name)?;
        let Some(id) = dict.obj_id() else {
            return Some(Font::read(&dict));
        };
        let known = self.fonts.entry(id).or_insert_with(|| Font::read(&dict));
        if known.legacy.is_some() && !self.legacy.contains(&known.name) {
            self.legacy.push(known.name.clone());
        }
        Some(known.clone())
    }

    fn show(
        &mut self,
        bytes: &[u8],
        state: &State,
        text: &mut Matrix,
        out: &mut Content,
    ) -> Result<()> {
        let Some(font) = &state.font else {
            return Ok(());
        };
        for code in font.codes(bytes) {
            let width = font.width(code) * state.size;
            let spacing = state.char_space
                + if font.is_space(code) {
                    state.word_space
                } else {
                    0.0
                };
            let place = Matrix::shift(0.0, state.rise).then(*text).then(state.ctm).0;
            *text = Matrix::shift((width + spacing) * state.scale, 0.0).then(*text);
            let after = text.then(state.ctm).0;
            let Some(letters) = font.letters(code) else {
                self.unknown += 1;
                continue;
            };
            let [a, b, _, _, x, y] = place;
            // Text that runs upwards or askew is a stamp, a watermark or the label of an axis.
            if a <= 0.0 || b.abs() > a * 0.2 || !x.is_finite() || !y.is_finite() {
                continue;
            }
            self.letters += letters.len();
            check(self.letters, self.budget.limits.text, "size of the text")?;
            let legacy = font.legacy;
            out.glyphs.push(Glyph {
                text: letters.to_owned(),
                x,
                y,
                width: (after[4] - x).max(0.0) - spacing.max(0.0) * state.scale * a,
                size: state.size.abs() * (place[2] * place[2] + place[3] * place[3]).sqrt(),
                legacy,
            });
        }
        Ok(())
    }
}
