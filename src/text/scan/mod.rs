//! The one pass over characters behind [`tokenize`](super::tokenize), [`fold`](super::fold) and the index analyzers.

mod memo;
mod number;
mod word;

use std::num::NonZeroU32;

use super::letter::{self, info};
use super::token::TokenKind;
use super::words;
pub(crate) use memo::Numbered;
use memo::{Chunk, Memo};

/// The analyzers' sign for an extra token at the place of the one before it.
pub(crate) const EXTRA: char = '\u{1}';

/// A token's letters bear a mark.
pub(crate) const HAS_MARKS: u8 = 1;
/// All letters are capitals.
pub(crate) const UPPER: u8 = 2;
/// The first letter is a capital.
pub(crate) const CAPITAL: u8 = 4;
/// A capital stands behind another letter, and not all letters are capitals.
pub(crate) const INNER_CAPITAL: u8 = 8;

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
/// A word passed over, see [`Scanned::is_passed`].
const PASSED: u32 = 1 << 11;

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

    #[inline(always)]
    pub(crate) fn is_spaced(self) -> bool {
        self.bits.get() & SPACED != 0
    }

    /// Whether [`EXTRA`] stands before it.
    #[inline(always)]
    pub(crate) fn is_extra(self) -> bool {
        self.bits.get() & EXTRA_TOKEN != 0
    }

    /// Whether it is a word that was passed over: its forms were not written, its flags are not known.
    #[inline(always)]
    pub(crate) fn is_passed(self) -> bool {
        self.bits.get() & PASSED != 0
    }

    /// [`HAS_MARKS`], [`UPPER`], [`CAPITAL`], [`INNER_CAPITAL`].
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
    memo: Memo,
    /// The form of the number at hand.
    number: String,
    /// The last token, see [`Scanner::word`].
    word: Numbered,
}

/// A token that has no number.
const UNNUMBERED: u32 = u32::MAX;

impl Drop for Scanner<'_> {
    fn drop(&mut self) {
        self.memo.give_back();
    }
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            last_word: usize::MAX,
            last_break: 0,
            memo: Memo::lend(text),
            number: String::new(),
            word: Numbered::default(),
        }
    }

    /// The token that [`next`](Self::next) gave with both forms, and these forms, as a word of the text: tokens of one number are the same word, so
    /// that what is asked of a word can be asked once for all of them. A word may have several numbers. They count from 0
    /// without gaps, by where each is met first.
    #[inline(always)]
    pub(crate) fn word(&mut self, exact: &str, folded: &str) -> Numbered {
        if self.word.number == UNNUMBERED {
            self.word = Numbered {
                number: self.memo.fresh_number(),
                exact: words::hash(exact),
                folded: words::hash(folded),
            };
        }
        self.word
    }

    /// The next token; its forms are appended to `exact` and `folded` where the flags say so.
    #[inline(always)]
    pub(crate) fn next<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        exact: &mut String,
        folded: &mut String,
    ) -> Option<Scanned> {
        self.next_of::<EXACT, FOLDED>(exact, folded, |_| true)
    }

    /// The same, but words whose first two bytes `wanted` turns away may be passed over, see [`Scanned::is_passed`].
    #[inline(always)]
    pub(crate) fn next_of<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        exact: &mut String,
        folded: &mut String,
        wanted: impl Fn([u8; 2]) -> bool,
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
            let chunk = Chunk::at(bytes, start);
            if let Some(chunk) = chunk
                && !wanted(chunk.head())
                && chunk.is_letters()
            {
                self.at = start + chunk.len;
                self.last_word = self.at;
                let flags = PASSED;
                return Some(Scanned::new(start, self.at, TokenKind::Word, flags, before));
            }
            if let Some(chunk) = chunk
                && let Some((flags, word)) = self.memo.recall::<EXACT, FOLDED>(chunk, exact, folded)
            {
                self.at = start + chunk.len;
                self.last_word = self.at;
                self.word = word;
                return Some(Scanned::new(start, self.at, TokenKind::Word, flags, before));
            }
            if start >= bytes.len() {
                return None;
            }
            let (code, len) = code_at(bytes, start);
            let mut class = info(code).class();
            if class == letter::ODD {
                class = class_at(bytes, start).0;
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
                    if let Some(chunk) = chunk
                        && self.memo.learn(chunk, self.text, start)
                    {
                        continue;
                    }
                    let (end, flags) = word::read::<EXACT, FOLDED>(self.text, start, exact, folded);
                    self.at = end;
                    self.last_word = end;
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
                        folded.push('\n');
                    }
                    (end, TokenKind::Break, 0)
                }
                _ => {
                    self.at += len;
                    // A code point of a text is a character.
                    let mark = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    if EXACT {
                        exact.push(mark);
                    }
                    if FOLDED {
                        folded.push(mark);
                    }
                    (self.at, TokenKind::Punct, 0)
                }
            };
            self.word.number = UNNUMBERED;
            return Some(Scanned::new(start, end, kind, flags, before));
        }
    }

    /// Goes on at `at`, a boundary behind what was read, as if a text began there.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = at;
        self.last_break = at;
        self.last_word = usize::MAX;
    }

    /// Takes the rest of a run of line breaks whose first ends at `end`; gives the end of the last.
    fn line_break(&mut self, mut end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = end;
        while at < bytes.len() {
            let (class, len) = class_at(bytes, at);
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

    /// A number, date or code.
    fn number<const EXACT: bool, const FOLDED: bool>(
        &mut self,
        start: usize,
        exact: &mut String,
        folded: &mut String,
    ) -> (usize, TokenKind) {
        if let Some(end) = number::plain_end(self.text.as_bytes(), start) {
            let digits = &self.text[start..end];
            if EXACT {
                exact.push_str(digits);
            }
            if FOLDED {
                folded.push_str(digits);
            }
            self.at = end;
            self.last_word = end;
            return (end, TokenKind::Number);
        }
        let glued = self.last_word == start;
        let (end, kind) = number::read(self.text, start, glued, &mut self.number);
        self.at = end;
        self.last_word = end;
        if EXACT {
            exact.push_str(&self.number);
        }
        if FOLDED {
            if kind == TokenKind::Code {
                number::fold_code(&self.number, folded);
            } else {
                folded.push_str(&self.number);
            }
        }
        (end, kind)
    }

    /// Appends the folded text: words folded, all else but ignored characters as it stands.
    pub(crate) fn fold_into(mut self, folded: &mut String) {
        let bytes = self.text.as_bytes();
        let unused = &mut String::new();
        while self.at < bytes.len() {
            let start = self.at;
            let chunk = Chunk::at(bytes, start);
            if let Some(chunk) = chunk {
                let known = self.memo.recall::<false, true>(chunk, unused, folded);
                if known.is_some() {
                    self.at += chunk.len;
                    if bytes.get(self.at) == Some(&b' ') {
                        folded.push(' ');
                        self.at += 1;
                    }
                    continue;
                }
            }
            let (class, len) = class_at(bytes, start);
            match class {
                letter::LETTER => {
                    if let Some(chunk) = chunk
                        && self.memo.learn(chunk, self.text, start)
                    {
                        continue;
                    }
                    self.at = word::read::<false, true>(self.text, start, unused, folded).0;
                }
                letter::MARK | letter::IGNORED => self.at += len,
                _ => {
                    self.at += len;
                    let kept = |b: &u8| b.is_ascii() && !b.is_ascii_alphabetic();
                    while bytes.get(self.at).is_some_and(kept) {
                        self.at += 1;
                    }
                    folded.push_str(&self.text[start..self.at]);
                }
            }
        }
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
    let (code, len) = code_at(bytes, at);
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
