//! Which lines have lost letters.

use std::ops::Range;

use crate::Span;
use crate::text::letter::{is_ignored, is_letter};

use super::vocabulary::{Vocabulary, WordId};

/// A line and what its words say.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// Words of letters, those in capitals left out.
    words: u32,
    /// Of these, syllables as they stand.
    syllables: u32,
    /// No syllables as they stand, but remnants of one.
    remnants: u32,
    /// Those of three letters and more.
    long_remnants: u32,
    /// Letters of the kind that gets lost.
    surviving: u32,
    /// Other letters outside ASCII.
    marked: u32,
}

impl Evidence {
    /// Whether the line alone shows that letters were lost. Of a damaged line's words a quarter are remnants; lists of foreign names and
    /// abbreviations have some too, but short ones, or few.
    fn is_damaged(&self) -> bool {
        self.words >= 4
            && self.remnants >= 3.max(self.words / 9)
            && self.long_remnants >= 2.max(self.words / 16)
            && self.remnants >= 2 * self.surviving
            && self.reads_as_vietnamese()
    }

    fn add(&mut self, other: Self) {
        self.words += other.words;
        self.syllables += other.syllables;
        self.remnants += other.remnants;
        self.long_remnants += other.long_remnants;
        self.surviving += other.surviving;
        self.marked += other.marked;
    }

    fn reads_as_vietnamese(&self) -> bool {
        (self.syllables + self.remnants) * 20 >= self.words * 17 && self.marked * 12 >= self.words
    }

    /// Whether a line of a damaged document may be damaged too.
    fn may_be_damaged(&self) -> bool {
        self.surviving * 6 <= self.words
            && (self.syllables + self.remnants) * 10 >= self.words * 6
            && (self.remnants * 4 >= self.words || self.marked > 0)
    }
}

/// A line with its words.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) span: Span,
    /// Which of [`Words`] it holds.
    pub(super) words: Range<usize>,
    /// Whether it is written in capitals.
    pub(super) shouted: bool,
}

/// The words of the lines that were looked at.
#[derive(Default)]
pub(super) struct Words<'t> {
    pub(super) list: Vec<(Span, WordId)>,
    pub(super) vocabulary: Vocabulary<'t>,
}

/// The lines of `text` that have lost letters, in order, with their words in `words`.
pub(super) fn damaged_lines<'t>(text: &'t str, words: &mut Words<'t>) -> Vec<Line> {
    let mut lines: Vec<(Span, Option<(Evidence, Line)>)> = Vec::new();
    let mut start = 0;
    let mut all = Evidence::default();
    let mut sure = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end;
        if is_plainly_intact(line) {
            continue;
        }
        // Without one mark left there is nothing to say that this is Vietnamese; text typed bare looks like this.
        let weighed = (!line.is_ascii()).then(|| words.weigh(text, span));
        if let Some((evidence, _)) = &weighed {
            all.add(*evidence);
            if evidence.is_damaged() {
                sure += evidence.words;
            }
        }
        lines.push((span, weighed));
    }
    // A line of foreign names may look damaged; a damaged document has more than one such among many. Short lines of a short document say
    // together what none says alone.
    if !(all.is_damaged() && all.remnants * 6 >= all.words) && (sure == 0 || sure * 10 < all.words)
    {
        return Vec::new();
    }
    let damaged = |(span, weighed): (Span, Option<(Evidence, Line)>)| {
        let (evidence, line) = weighed.unwrap_or_else(|| words.weigh(text, span));
        (evidence.is_damaged() || evidence.may_be_damaged()).then_some(line)
    };
    lines.into_iter().filter_map(damaged).collect()
}

/// A look at the bytes alone: enough letters of the kind that gets lost, so that none was.
fn is_plainly_intact(line: &str) -> bool {
    let bytes = line.as_bytes();
    let mut spaces = 1u32;
    let mut surviving = 0u32;
    for &b in bytes {
        spaces += u32::from(b == b' ');
        surviving += u32::from(b == 0xe1);
    }
    // Intact lines have one such letter in two words, damaged ones at most one in four.
    surviving * 5 >= spaces * 2 && (spaces > SHORT || 3 * losable(bytes) >= spaces)
}

/// Words up to which a line is so short that the letters which no damage takes may be most of those it has.
const SHORT: u32 = 8;

/// Letters that the damage would have taken.
fn losable(bytes: &[u8]) -> u32 {
    let letters = bytes.windows(3).enumerate().filter(|(i, letter)| {
        let behind_ascii = i
            .checked_sub(1)
            .is_none_or(|before| bytes[before].is_ascii());
        letter[0] == 0xe1 && *letter != "ế".as_bytes() && behind_ascii
    });
    letters.count() as u32
}

impl<'t> Words<'t> {
    /// Takes in the words of the line at `span`.
    fn weigh(&mut self, text: &'t str, span: Span) -> (Evidence, Line) {
        let mut evidence = Evidence::default();
        let first = self.list.len();
        let (mut letters, mut capitals, mut shout) = (0, 0, false);
        for word in words(span.of(text)) {
            let word = Span::new(span.start + word.start, span.start + word.end);
            let id = self.vocabulary.id(word.of(text));
            self.list.push((word, id));
            let facts = self.vocabulary.facts(id);
            letters += facts.letters;
            capitals += facts.capitals;
            // Abbreviations side by side shout nothing.
            let of_a_syllable = facts.itself.is_some() || facts.remnant.is_some();
            shout |= facts.is_shout() && facts.letters >= 3 && of_a_syllable;
            evidence.surviving += facts.surviving;
            evidence.marked += facts.marked;
            // The unit of money, or the rest of a word: it says nothing.
            if facts.is_shout() || facts.is_dong {
                continue;
            }
            evidence.words += 1;
            if facts.itself.is_some() {
                evidence.syllables += 1;
            } else if facts.remnant.is_some() {
                evidence.remnants += 1;
                evidence.long_remnants += u32::from(facts.letters >= 3);
            }
        }
        let line = Line {
            span,
            words: first..self.list.len(),
            shouted: shout && letters >= 6 && capitals * 10 > letters * 7,
        };
        (evidence, line)
    }
}

/// The words of `text`: runs of letters, soft hyphens and the like between them included.
pub(super) fn words(text: &str) -> impl Iterator<Item = Span> + use<'_> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_letter)?;
        at = start + word_len(&text[start..]);
        Some(Span::new(start, at))
    })
}

/// Bytes of the word that begins `text` with a letter.
pub(super) fn word_len(text: &str) -> usize {
    let mut len = 0;
    for (i, c) in text.char_indices() {
        if is_letter(c) {
            len = i + c.len_utf8();
        } else if !is_ignored(c) {
            break;
        }
    }
    len
}
