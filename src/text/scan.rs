//! The one pass over characters behind [`tokenize`](super::tokenize), [`fold`](super::fold) and the index analyzers.

use std::num::NonZeroU32;

use super::letter::{self, Info, info};
use super::token::TokenKind;

/// The analyzers' sign for an extra token at the place of the one before it.
pub(crate) const EXTRA: char = '\u{1}';

/// Letters of the longest word, and bytes of the longest piece, that the fast ways take.
const SHORT: usize = 16;

/// A token's letters bear a mark.
pub(crate) const HAS_MARKS: u8 = 1;
/// All letters are capitals.
pub(crate) const UPPER: u8 = 2;
/// The first letter is a capital.
pub(crate) const CAPITAL: u8 = 4;

/// A token without its forms, which went to the buffers given.
///
/// Kind and flags share one word: as single bytes they are stored one by one and loaded together, which stalls the processor and cost a
/// fifth of the whole pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanned {
    pub(crate) start: usize,
    pub(crate) end: usize,
    bits: NonZeroU32,
}

const SPACED: u32 = 1 << 8;
const EXTRA_TOKEN: u32 = 1 << 9;
/// Never zero, so that `Option<Scanned>` needs no word of its own.
const PRESENT: u32 = 1 << 10;

impl Scanned {
    #[inline(always)]
    fn new(start: usize, end: usize, kind: TokenKind, flags: u32, before: u32) -> Self {
        let bits = PRESENT | flags | before | (kind as u32) << 16;
        Self {
            start,
            end,
            bits: NonZeroU32::new(bits).unwrap_or(NonZeroU32::MIN),
        }
    }

    #[inline(always)]
    pub(crate) fn kind(self) -> TokenKind {
        match self.bits.get() >> 16 {
            0 => TokenKind::Word,
            1 => TokenKind::Number,
            2 => TokenKind::Date,
            3 => TokenKind::Code,
            4 => TokenKind::Punct,
            _ => TokenKind::Break,
        }
    }

    /// Whether it is punctuation or a break.
    #[inline(always)]
    pub(crate) fn is_separator(self) -> bool {
        self.bits.get() >> 16 >= TokenKind::Punct as u32
    }

    #[inline(always)]
    pub(crate) fn is_spaced(self) -> bool {
        self.bits.get() & SPACED != 0
    }

    /// Whether [`EXTRA`] stands before it.
    #[inline(always)]
    pub(crate) fn is_extra(self) -> bool {
        self.bits.get() & EXTRA_TOKEN != 0
    }

    /// [`HAS_MARKS`], [`UPPER`], [`CAPITAL`].
    #[inline(always)]
    pub(crate) fn flags(self) -> u8 {
        self.bits.get() as u8
    }
}

/// Walks a text; each step appends one token's forms to the buffers it is told to fill.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// End of the last word or number, to know what is glued to it.
    last_word: usize,
    /// End of the last line break, or the start of the text: white space to what follows.
    last_break: usize,
    /// The form of the number at hand.
    number: Vec<u8>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            last_word: usize::MAX,
            last_break: 0,
            number: Vec::new(),
        }
    }

    /// Code point and length of the character at `at`, which is on a boundary and inside the text.
    #[inline(always)]
    fn code_at(bytes: &[u8], at: usize) -> (u32, usize) {
        let first = u32::from(bytes[at]);
        if first < 0x80 {
            return (first, 1);
        }
        let byte = |i: usize| u32::from(bytes.get(at + i).copied().unwrap_or(0x80)) & 0x3f;
        if first < 0xe0 {
            ((first & 0x1f) << 6 | byte(1), 2)
        } else if first < 0xf0 {
            ((first & 0x0f) << 12 | byte(1) << 6 | byte(2), 3)
        } else {
            (
                (first & 0x07) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3),
                4,
            )
        }
    }

    fn class_at(bytes: &[u8], at: usize) -> (u32, usize) {
        let (code, len) = Self::code_at(bytes, at);
        let class = info(code).class();
        if class == letter::ODD {
            (
                char::from_u32(code).map_or(letter::PUNCT, letter::class_of_odd),
                len,
            )
        } else {
            (class, len)
        }
    }

    /// The next token; its forms are appended to `exact` and `folded` where the flags say so.
    #[inline(always)]
    pub(crate) fn next<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        exact: &mut String,
        folded: &mut Vec<u8>,
    ) -> Option<Scanned> {
        let bytes = self.text.as_bytes();
        let mut before = if self.at == self.last_break {
            SPACED
        } else {
            0
        };
        loop {
            while bytes.get(self.at) == Some(&b' ') {
                before = SPACED;
                self.at += 1;
            }
            let start = self.at;
            if start >= bytes.len() {
                return None;
            }
            let (code, len) = Self::code_at(bytes, start);
            let mut class = info(code).class();
            if class == letter::LETTER {
                let (end, flags) = self.word::<EXACT, FOLDED>(start, exact, folded);
                return Some(Scanned::new(start, end, TokenKind::Word, flags, before));
            }
            if class == letter::ODD {
                class = Self::class_at(bytes, start).0;
            }
            let (end, kind, flags) = match class {
                letter::SPACE => {
                    before = SPACED;
                    if code == u32::from(EXTRA) {
                        before |= EXTRA_TOKEN;
                    }
                    self.at += len;
                    continue;
                }
                letter::MARK | letter::IGNORED => {
                    self.at += len;
                    continue;
                }
                letter::LETTER => {
                    let (end, flags) = self.slow_word::<EXACT, FOLDED>(start, exact, folded);
                    (end, TokenKind::Word, flags)
                }
                letter::DIGIT => {
                    let (end, kind) = self.number::<EXACT, FOLDED>(start, exact, folded);
                    (end, kind, 0)
                }
                letter::BREAK => {
                    let end = self.line_break(start + len);
                    if EXACT {
                        exact.push('\n');
                    }
                    if FOLDED {
                        folded.push(b'\n');
                    }
                    (end, TokenKind::Break, 0)
                }
                _ => {
                    self.at += len;
                    if EXACT {
                        exact.push_str(&self.text[start..self.at]);
                    }
                    if FOLDED {
                        push_piece(bytes, start, self.at, folded);
                    }
                    (self.at, TokenKind::Punct, 0)
                }
            };
            return Some(Scanned::new(start, end, kind, flags, before));
        }
    }

    /// Takes the rest of a run of line breaks whose first ends at `end`; gives the end of the last.
    fn line_break(&mut self, mut end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = end;
        while at < bytes.len() {
            let (class, len) = Self::class_at(bytes, at);
            at += len;
            match class {
                letter::BREAK => end = at,
                letter::SPACE | letter::IGNORED | letter::MARK if bytes[at - 1] != EXTRA as u8 => {}
                _ => break,
            }
        }
        self.at = end;
        self.last_break = end;
        end
    }

    /// Appends the folded text: words folded, all else but ignored characters as it stands.
    pub(crate) fn fold_into(mut self, folded: &mut Vec<u8>) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let start = self.at;
            let (class, len) = Self::class_at(bytes, start);
            self.at += len;
            match class {
                letter::LETTER => {
                    self.word::<false, true>(start, &mut String::new(), folded);
                }
                letter::MARK | letter::IGNORED => {}
                _ => folded.extend_from_slice(&bytes[start..self.at]),
            }
        }
    }

    #[inline(always)]
    fn word<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        start: usize,
        exact: &mut String,
        folded: &mut Vec<u8>,
    ) -> (usize, u32) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        // Base letters; bits of all letters together and of each; where the tone stands and which letters have shapes.
        let mut word = [0_u8; SHORT];
        let mut letters = 0_usize;
        let (mut any, mut all) = (0_u32, u32::MAX);
        let mut vowels = 0_u32;
        let mut tones = 0_usize;
        let mut tone_at = 0_usize;
        let mut shapes = 0_u32;
        loop {
            let Some(&[first, second, third]) = bytes.get(at..at + 3).and_then(|b| b.first_chunk())
            else {
                return self.slow_word::<EXACT, FOLDED>(start, exact, folded);
            };
            let (found, len) = letter::info_of_bytes(first, second, third);
            if found.class() != letter::LETTER {
                if found.class() == letter::ODD || found.class() >= letter::MARK {
                    let class = Self::class_at(bytes, at).0;
                    if matches!(class, letter::LETTER | letter::MARK | letter::IGNORED) {
                        return self.slow_word::<EXACT, FOLDED>(start, exact, folded);
                    }
                }
                break;
            }
            if letters == SHORT {
                return self.slow_word::<EXACT, FOLDED>(start, exact, folded);
            }
            word[letters] = found.base();
            any |= found.bits();
            all &= found.bits();
            vowels += u32::from(found.is_vowel());
            let toned = found.tone() != 0;
            tones += usize::from(toned);
            tone_at = if toned { letters } else { tone_at };
            shapes |= u32::from(found.shape() != 0) << letters;
            letters += 1;
            at += len;
        }
        self.at = at;
        self.last_word = at;
        let first = Self::code_at(bytes, start).0;
        let mut flags = 0;
        if any & letter::MARKED_BITS != 0 {
            flags |= u32::from(HAS_MARKS);
        }
        if any & letter::UPPER_BIT != 0 {
            if all & letter::UPPER_BIT != 0 {
                flags |= u32::from(UPPER);
            }
            if info(first).is_upper() {
                flags |= u32::from(CAPITAL);
            }
        }
        let y_as_i = word[letters - 1] == b'y' && is_sole_y(&word[..letters]);
        if EXACT {
            let mut moved = None;
            if tones == 1 && vowels > 1 {
                let settled = shapes >> tone_at & 1 == 1 && word[tone_at] != b'u';
                if !settled {
                    moved =
                        tone_place(&word[..letters], u64::from(shapes)).filter(|&to| to != tone_at);
                }
            }
            if moved.is_some() || y_as_i {
                rebuild(&self.text[start..at], moved, y_as_i, exact);
            } else {
                let slice = &self.text[start..at];
                if any & letter::CHANGED_BIT == 0 {
                    exact.push_str(slice);
                } else {
                    push_lower(slice, exact);
                }
            }
        }
        if FOLDED {
            if y_as_i {
                word[letters - 1] = b'i';
            }
            let end = folded.len() + letters;
            folded.extend_from_slice(&word);
            folded.truncate(end);
        }
        (at, flags)
    }

    /// [`Scanner::word`] for words with combining marks, ignored characters or letters outside the table, and for long ones.
    #[inline(never)]
    fn slow_word<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        start: usize,
        exact: &mut String,
        folded: &mut Vec<u8>,
    ) -> (usize, u32) {
        let bytes = self.text.as_bytes();
        let folded_start = folded.len();
        let mut at = start;
        let mut end = at;
        let mut flags = 0_u32;
        let mut letters = 0_usize;
        let mut vowels = 0_usize;
        let mut uppers = 0_usize;
        let mut tones = 0_usize;
        let mut tone_at = 0_usize;
        let mut shapes = 0_u64;
        let mut marked = false;
        // Whether the slice itself is the exact form, and whether letters stand in it that the table does not know.
        let mut clean = true;
        let mut odd = false;
        // State of the last letter, for combining marks.
        let mut last = (0_u8, 0_u8, 0_u8);
        while at < bytes.len() {
            let (code, len) = Self::code_at(bytes, at);
            let found = info(code);
            match found.class() {
                letter::LETTER => {
                    folded.push(found.base());
                    clean &= found.lower() == code;
                    uppers += usize::from(found.is_upper());
                    vowels += usize::from(found.is_vowel());
                    if found.is_marked() {
                        marked = true;
                        if found.tone() != 0 {
                            tones += 1;
                            tone_at = letters;
                        }
                        if found.shape() != 0 {
                            shapes |= 1_u64.unbounded_shl(letters as u32);
                        }
                    }
                    if at == start && found.is_upper() {
                        flags |= u32::from(CAPITAL);
                    }
                    last = (found.base(), found.shape(), found.tone());
                    letters += 1;
                }
                letter::MARK => {
                    clean = false;
                    marked = true;
                    let (tone, shape) = (letter::tone_of_mark(code), letter::shape_of_mark(code));
                    if tone != 0 && last.2 == 0 {
                        last.2 = tone;
                        tones += 1;
                        tone_at = letters.wrapping_sub(1);
                    } else if shape != 0 && last.1 == 0 {
                        last.1 = shape;
                        shapes |= 1_u64.unbounded_shl(letters.wrapping_sub(1) as u32);
                    } else {
                        odd = true;
                    }
                    odd |= last.0 == b'd' || letter::compose(last.0, last.1, last.2).is_none();
                }
                letter::IGNORED => {
                    clean = false;
                    at += len;
                    continue;
                }
                letter::ODD => {
                    let Some(c) = char::from_u32(code) else { break };
                    match letter::class_of_odd(c) {
                        letter::LETTER => {
                            if at == start && c.is_uppercase() {
                                flags |= u32::from(CAPITAL);
                            }
                            uppers += usize::from(c.is_uppercase());
                            letters += 1;
                        }
                        letter::MARK => {}
                        letter::IGNORED => {
                            clean = false;
                            at += len;
                            continue;
                        }
                        _ => break,
                    }
                    odd = true;
                    clean = false;
                }
                _ => break,
            }
            at += len;
            end = at;
        }
        self.at = end;
        self.last_word = end;
        if uppers == letters {
            flags |= u32::from(UPPER);
        }
        let slice = &self.text[start..end];
        if odd {
            folded.truncate(folded_start);
            flags |= u32::from(HAS_MARKS);
            odd_word::<EXACT, FOLDED>(slice, exact, folded);
            if FOLDED {
                settle_y(folded, folded_start);
            } else {
                folded.truncate(folded_start);
            }
            return (end, flags);
        }
        if marked {
            flags |= u32::from(HAS_MARKS);
        }
        let word = &folded[folded_start..];
        let y_as_i = is_sole_y(word);
        if EXACT {
            let mut moved = None;
            if tones == 1 && vowels > 1 && letters <= 16 {
                let settled = shapes >> tone_at & 1 == 1 && word.get(tone_at) != Some(&b'u');
                if !settled {
                    moved = tone_place(word, shapes).filter(|&to| to != tone_at);
                }
            }
            if clean && moved.is_none() && !y_as_i {
                exact.push_str(slice);
            } else {
                rebuild(slice, moved, y_as_i, exact);
            }
        }
        if FOLDED {
            if y_as_i {
                folded.pop();
                folded.push(b'i');
            }
        } else {
            folded.truncate(folded_start);
        }
        (end, flags)
    }

    /// A number, date or code. Digits only, so work on bytes is safe.
    fn number<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        start: usize,
        exact: &mut String,
        folded: &mut Vec<u8>,
    ) -> (usize, TokenKind) {
        let bytes = self.text.as_bytes();
        let glued = self.last_word == start;
        if !bytes[start].is_ascii_digit() {
            // A run of super- or subscript digits.
            let rest = &self.text[start..];
            let mut value = String::new();
            let mut len = 0;
            for c in rest.chars() {
                let Some(digit) = letter::digit_of_odd(c) else {
                    break;
                };
                value.push(char::from(digit));
                len += c.len_utf8();
            }
            let value = value.trim_start_matches('0');
            let value = if value.is_empty() { "0" } else { value };
            let end = start + len;
            self.at = end;
            self.last_word = end;
            if EXACT {
                exact.push_str(value);
            }
            if FOLDED {
                folded.extend_from_slice(value.as_bytes());
            }
            return (end, TokenKind::Number);
        }
        let run = Run::read(bytes, start);
        let mut form = std::mem::take(&mut self.number);
        form.clear();
        let (kind, end) = if run.count == 1 && !matches!(bytes.get(run.end()), Some(b'/' | b'-')) {
            push_plain(&self.text[start..run.end()], &mut form);
            (TokenKind::Number, run.end())
        } else {
            read_numeric(self.text, &run, glued, &mut form)
        };
        self.at = end;
        self.last_word = end;
        if EXACT {
            // Whole characters only.
            exact.push_str(std::str::from_utf8(&form).unwrap_or_default());
        }
        if FOLDED {
            if kind == TokenKind::Code {
                fold_code(&form, folded);
            } else {
                folded.extend_from_slice(&form);
            }
        }
        self.number = form;
        (end, kind)
    }
}

/// Whether a folded word is one of those whose y is written i as well: `ty`, `ky`, `quy`.
#[inline]
fn is_sole_y(word: &[u8]) -> bool {
    match word {
        [onset, b'y'] => matches!(onset, b'h' | b'k' | b'l' | b'm' | b's' | b't' | b'v'),
        [b'q', b'u', b'y'] => true,
        _ => false,
    }
}

/// Turns the last y of `folded[from..]` to i where [`is_sole_y`].
fn settle_y(folded: &mut Vec<u8>, from: usize) {
    if is_sole_y(&folded[from..]) {
        folded.pop();
        folded.push(b'i');
    }
}

/// Where the tone of a syllable stands by the textbook rule (`hoà`, `thuý`, `việt`, `của`): index of the letter.
///
/// `word` is the folded form and `shapes` has a bit for each letter with a shape. `None` for what is no syllable by its form.
fn tone_place(word: &[u8], shapes: u64) -> Option<usize> {
    let is_vowel = |b: &u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let mut start = word.iter().position(is_vowel)?;
    let next_is_vowel = word.get(start + 1).is_some_and(is_vowel);
    if next_is_vowel
        && matches!(
            (&word[..start], word[start]),
            ([b'q'], b'u') | ([b'g'], b'i')
        )
        && shapes >> start & 1 == 0
    {
        start += 1;
    }
    let len = word[start..].iter().take_while(|b| is_vowel(b)).count();
    let coda = &word[start + len..];
    if !matches!(
        coda,
        b"" | b"c" | b"ch" | b"k" | b"m" | b"n" | b"ng" | b"nh" | b"p" | b"t"
    ) {
        return None;
    }
    let shaped = (shapes >> start) & ((1 << len) - 1);
    if shaped != 0 {
        return Some(start + shaped.ilog2() as usize);
    }
    let place = match len {
        1 => 0,
        2 if !coda.is_empty() => 1,
        2 => usize::from(matches!(
            &word[start..start + 2],
            b"oa" | b"oe" | b"uy" | b"ue" | b"uo"
        )),
        3 if coda.is_empty() => 1,
        3 => 2,
        _ => return None,
    };
    Some(start + place)
}

/// Appends the folded form of a code's exact form.
fn fold_code(exact: &[u8], folded: &mut Vec<u8>) {
    if let Ok(exact) = std::str::from_utf8(exact) {
        Scanner::new(exact).fold_into(folded);
    }
}

/// Appends `bytes[from..to]`; a short piece by one copy of fixed size, which costs less than a call.
#[inline(always)]
fn push_piece(bytes: &[u8], from: usize, to: usize, out: &mut Vec<u8>) {
    let len = to - from;
    match bytes.get(from..from + SHORT) {
        Some(fixed) if len <= SHORT => {
            let end = out.len() + len;
            out.extend_from_slice(fixed);
            out.truncate(end);
        }
        _ => out.extend_from_slice(&bytes[from..to]),
    }
}

/// Appends a word of table letters in lower case.
fn push_lower(word: &str, out: &mut String) {
    for c in word.chars() {
        if let Some(c) = char::from_u32(info(u32::from(c)).lower()) {
            out.push(c);
        }
    }
}

/// Appends the exact form of a word made of table letters and Vietnamese marks only.
fn rebuild(slice: &str, moved: Option<usize>, y_as_i: bool, exact: &mut String) {
    let mut pending: Option<(u8, u8, u8)> = None;
    let mut index = 0_usize;
    let tone = if moved.is_some() {
        slice
            .chars()
            .map(|c| match info(u32::from(c)) {
                i if i.class() == letter::LETTER => i.tone(),
                _ => letter::tone_of_mark(u32::from(c)),
            })
            .find(|&tone| tone != 0)
            .unwrap_or(0)
    } else {
        0
    };
    let mut flush = |unit: Option<(u8, u8, u8)>, last: bool| {
        let Some((mut base, shape, mut own)) = unit else {
            return;
        };
        if let Some(to) = moved {
            own = if index == to { tone } else { 0 };
        }
        if last && y_as_i {
            base = b'i';
        }
        index += 1;
        if let Some(c) = letter::compose(base, shape, own) {
            exact.push(c);
        }
    };
    for c in slice.chars() {
        let code = u32::from(c);
        let found: Info = info(code);
        match found.class() {
            letter::LETTER => {
                flush(pending, false);
                pending = Some((found.base(), found.shape(), found.tone()));
            }
            letter::MARK => {
                if let Some(unit) = &mut pending {
                    unit.1 = unit.1.max(letter::shape_of_mark(code));
                    unit.2 = unit.2.max(letter::tone_of_mark(code));
                }
            }
            _ => {}
        }
    }
    flush(pending, true);
}

/// Appends the forms of a word with letters or marks that Vietnamese does not have. The slow way.
fn odd_word<const EXACT: bool, const FOLDED: bool>(
    slice: &str,
    exact: &mut String,
    folded: &mut Vec<u8>,
) {
    let form = odd_exact(slice);
    if EXACT {
        exact.push_str(&form);
    }
    if FOLDED {
        super::fold::push_bare(&form, folded);
    }
}

/// NFC and lower case, without ignored characters; eth as đ.
fn odd_exact(slice: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let kept = slice.chars().filter(|&c| {
        let class = info(u32::from(c)).class();
        class != letter::IGNORED
            && (class != letter::ODD || letter::class_of_odd(c) != letter::IGNORED)
    });
    kept.nfc()
        .flat_map(|c| {
            let c = if matches!(c, 'Ð' | 'ð' | 'Ɖ') {
                'đ'
            } else {
                c
            };
            c.to_lowercase()
        })
        .nfc()
        .collect()
}

const PARTS: usize = 8;

/// Runs of digits joined by single separators: `30/6/2020`, `12.345,6`.
struct Run {
    count: usize,
    parts: [(usize, usize); PARTS],
}

impl Run {
    fn read(bytes: &[u8], start: usize) -> Self {
        let mut run = Self {
            count: 0,
            parts: [(0, 0); PARTS],
        };
        let mut at = start;
        loop {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            run.parts[run.count] = (from, at);
            run.count += 1;
            if run.count == PARTS
                || !matches!(bytes.get(at), Some(b'.' | b',' | b'/' | b'-' | b':'))
                || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            {
                return run;
            }
            at += 1;
        }
    }

    fn end(&self) -> usize {
        self.parts[self.count - 1].1
    }
}

/// Appends `digits` without leading zeros.
fn push_plain(digits: &str, out: &mut Vec<u8>) {
    let trimmed = digits.trim_start_matches('0');
    out.extend_from_slice(if trimmed.is_empty() {
        b"0"
    } else {
        trimmed.as_bytes()
    });
}

/// Reads the longest date, code or number at the start of `run`; appends its canonical form.
fn read_numeric(text: &str, run: &Run, glued: bool, out: &mut Vec<u8>) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let part = |i: usize| {
        let (from, to) = run.parts[i];
        &text[from..to]
    };
    let has = |i: usize| i < run.count;
    let separator = |i: usize| bytes.get(run.parts[i].1).copied().unwrap_or(0);
    let value = |i: usize| part(i).parse::<u32>().unwrap_or(u32::MAX);
    let is_year = |i: usize| part(i).len() == 4 && (1900..=2100).contains(&value(i));
    let is_month = |i: usize| part(i).len() <= 2 && (1..=12).contains(&value(i));
    let is_day = |i: usize| part(i).len() <= 2 && (1..=31).contains(&value(i));
    // No further digits are joined to the date by its own separator.
    let ends = |i: usize, mark: u8| i + 1 >= run.count || separator(i) != mark;
    let date = |indexes: &[usize], out: &mut Vec<u8>| {
        for (n, &i) in indexes.iter().enumerate() {
            if n > 0 {
                out.push(b'/');
            }
            push_plain(part(i), out);
        }
    };

    if has(2) && separator(0) == separator(1) && matches!(separator(0), b'/' | b'.' | b'-') {
        let mark = separator(0);
        if is_day(0) && is_month(1) && is_year(2) && ends(2, mark) {
            date(&[0, 1, 2], out);
            return (TokenKind::Date, run.parts[2].1);
        }
        if is_day(0) && is_month(1) && mark == b'/' && part(2).len() == 2 && ends(2, mark) {
            date(&[0, 1, 2], out);
            return (TokenKind::Date, run.parts[2].1);
        }
        if is_year(0) && is_month(1) && is_day(2) && mark != b'.' && ends(2, mark) {
            date(&[2, 1, 0], out);
            return (TokenKind::Date, run.parts[2].1);
        }
    }
    // Document numbers: digits, perhaps a year, then letters behind a slash.
    if !glued {
        for last in 0..run.count.min(2) {
            if last == 1 && !matches!(separator(0), b'/' | b':') {
                break;
            }
            if let Some(end) = code_end(text, run.parts[last].1) {
                push_plain(part(0), out);
                out.extend_from_slice(odd_exact(&text[run.parts[0].1..end]).as_bytes());
                return (TokenKind::Code, end);
            }
        }
    }
    let number = number_end(run, 0, bytes);
    if separator(number) == b'/' && has(number + 1) {
        if number == 0 && is_month(0) && is_year(1) && ends(1, b'/') {
            date(&[0, 1], out);
            return (TokenKind::Date, run.parts[1].1);
        }
        let second = number_end(run, number + 1, bytes);
        if number == 0 && second == 1 && is_day(0) && is_month(1) && ends(1, b'/') {
            date(&[0, 1], out);
            return (TokenKind::Date, run.parts[1].1);
        }
        if !glued {
            push_number(text, run, 0, number, out);
            let mut from = number;
            while separator(from) == b'/' && has(from + 1) {
                let to = number_end(run, from + 1, bytes);
                out.push(b'/');
                push_number(text, run, from + 1, to, out);
                from = to;
            }
            return (TokenKind::Code, run.parts[from].1);
        }
    }
    if separator(0) == b':' && has(1) && (2..=4).contains(&part(1).len()) {
        let mut last = 1;
        if has(2) && separator(1) == b':' && part(2).len() == 2 {
            last = 2;
        }
        let end = run.parts[last].1;
        out.extend_from_slice(&bytes[run.parts[0].0..end]);
        return (TokenKind::Code, end);
    }
    let kind = push_number(text, run, 0, number, out);
    (kind, run.parts[number].1)
}

/// Index of the last part joined to part `from` by points and commas.
fn number_end(run: &Run, from: usize, bytes: &[u8]) -> usize {
    let mut last = from;
    while last + 1 < run.count && matches!(bytes[run.parts[last].1], b'.' | b',') {
        last += 1;
    }
    last
}

/// Appends parts `from..=to`, joined by points and commas, as a number: no grouping, a comma for the decimals.
///
/// Points group by threes and a comma is the decimal mark. What breaks that rule is read the other way where that fits
/// (`13.48`, `1,234,567`, `1,234.5`), and is a code as written where nothing fits (`1.2.3`).
fn push_number(text: &str, run: &Run, from: usize, to: usize, out: &mut Vec<u8>) -> TokenKind {
    let bytes = text.as_bytes();
    let part = |i: usize| {
        let (from, to) = run.parts[i];
        &text[from..to]
    };
    let separator = |i: usize| bytes[run.parts[i].1];
    let grouped = |to: usize, mark: u8| {
        part(from).len() <= 3
            && !part(from).starts_with('0')
            && (from..to).all(|i| separator(i) == mark && part(i + 1).len() == 3)
    };
    let joined = |to: usize, out: &mut Vec<u8>| {
        let at = out.len();
        for i in from..=to {
            out.extend_from_slice(part(i).as_bytes());
        }
        let zeros = out[at..].iter().take_while(|&&b| b == b'0').count();
        out.drain(at..at + zeros.min(out.len() - at - 1));
    };
    if from == to {
        push_plain(part(from), out);
    } else if grouped(to, b'.') {
        joined(to, out);
    } else if to - from == 1 {
        push_plain(part(from), out);
        out.push(b',');
        out.extend_from_slice(part(to).as_bytes());
    } else if (separator(to - 1) == b',' && grouped(to - 1, b'.'))
        || (separator(to - 1) == b'.' && grouped(to - 1, b','))
    {
        joined(to - 1, out);
        out.push(b',');
        out.extend_from_slice(part(to).as_bytes());
    } else if grouped(to, b',') {
        joined(to, out);
    } else {
        out.extend_from_slice(&bytes[run.parts[from].0..run.parts[to].1]);
        return TokenKind::Code;
    }
    TokenKind::Number
}

/// End of a document number whose digits end at `at`: `/TB-VPCP`, `-NQ/TW`; `None` where no such letters follow.
fn code_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let mut segments = [(0_u8, 0_usize, 0_usize); PARTS];
    let mut count = 0;
    let mut pos = 0;
    while count < PARTS {
        let mark = *rest.as_bytes().get(pos)?;
        if !matches!(mark, b'/' | b'-') {
            break;
        }
        let body = &rest[pos + 1..];
        let len = body
            .char_indices()
            .find(|&(_, c)| {
                !(c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
            })
            .map_or(body.len(), |(i, _)| i);
        if len == 0 {
            break;
        }
        segments[count] = (mark, pos + 1, pos + 1 + len);
        count += 1;
        pos += 1 + len;
        if pos == rest.len() {
            break;
        }
    }
    type Segment = (u8, usize, usize);
    let segments = &segments[..count];
    let first_char = |s: &Segment| rest[s.1..s.2].chars().next();
    let capital = |s: &Segment| first_char(s).is_some_and(char::is_uppercase);
    let letters = |s: &Segment| first_char(s).is_some_and(char::is_alphabetic);
    let len = |s: &Segment| {
        let is_mark = unicode_normalization::char::is_combining_mark;
        rest[s.1..s.2].chars().filter(|&c| !is_mark(c)).count()
    };
    let first = segments.first().filter(|s| letters(s) && len(s) <= 12)?;
    let second = segments.get(1).filter(|s| len(s) <= 12);
    // Behind a slash a capital is enough; lower case (a query) needs the form `197/tb-vpcp`.
    let taken = match (first.0, second) {
        (b'/', Some(s)) if s.0 == b'-' && letters(s) && len(first) <= 6 => true,
        (b'/', _) => capital(first),
        (_, Some(s)) => {
            s.0 == b'/' && letters(s) && capital(first) == capital(s) && len(first) <= 4
        }
        _ => false,
    };
    if !taken {
        return None;
    }
    let upper = capital(first);
    let mut end = first.2;
    for s in &segments[1..] {
        if len(s) > 12 || (letters(s) && upper && !capital(s)) {
            break;
        }
        end = s.2;
    }
    Some(at + end)
}
