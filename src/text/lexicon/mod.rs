//! What Vietnamese looks like: the syllables with their counts, which syllable follows which, and the syllables that a folded or
//! a damaged form may stand for.
//!
//! The table is embedded (`lexicon.bin`, made by `examples/build_lexicon.rs`) and read where it lies: sorted arrays and open hash
//! tables of little-endian numbers, so that opening it costs nothing. On it stands [`Lattice`], which finds the likeliest reading of
//! a clause; repair of damaged text and the marks of bare queries both use it.

pub mod build;
mod lattice;
mod marks;
pub mod spelling;
mod tables;

use std::sync::{LazyLock, OnceLock};

pub(crate) use lattice::Word;
pub use lattice::{Candidate, Lattice, PairModel, Path};
pub use marks::{Restored, restore_marks};
use tables::Tables;
pub(crate) use tables::{Placement, ln_capital};

static BYTES: &[u8] = include_bytes!("lexicon.bin");

static LEXICON: LazyLock<Lexicon<'static>> =
    LazyLock::new(|| Lexicon::from_bytes(BYTES).expect("the embedded lexicon is well formed"));

/// The embedded lexicon.
#[must_use]
pub fn lexicon() -> &'static Lexicon<'static> {
    &LEXICON
}

/// A syllable of the lexicon, whatever its spelling (hòa and hoà are one, kỹ and kĩ too).
///
/// Ordered by falling frequency; the first few numbers are [classes](Self::START).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Syllable(pub u16);

impl Syllable {
    /// The border of a sentence.
    pub const START: Self = Self(0);
    /// A number.
    pub const NUMBER: Self = Self(1);
    /// Any other word: foreign, an abbreviation, a code.
    pub const OTHER: Self = Self(2);
    /// A comma.
    pub const COMMA: Self = Self(3);
    /// Any other mark within a sentence: a bracket, a quote, a dash, a slash.
    pub const MARK: Self = Self(4);
    /// How many classes stand before the syllables proper.
    pub(crate) const CLASSES: u16 = 5;

    /// The class of a character that is no letter, digit or space.
    #[must_use]
    pub const fn of_mark(mark: char) -> Self {
        match mark {
            ',' => Self::COMMA,
            '.' | '!' | '?' | ':' | ';' | '…' | '\n' | '\r' | '\t' | '|' | '•' | '*' => {
                Self::START
            }
            _ => Self::MARK,
        }
    }

    /// Whether this is one of the classes and no syllable.
    #[must_use]
    pub const fn is_class(self) -> bool {
        self.0 < Self::CLASSES
    }
}

/// Whether a full stop behind this word ends no sentence: `TP. Vinh`, `PGS. Lan`.
#[must_use]
pub fn takes_full_stop(word: &str) -> bool {
    matches!(
        word,
        "TP" | "Tp"
            | "TX"
            | "Tx"
            | "TT"
            | "P"
            | "Q"
            | "H"
            | "X"
            | "GS"
            | "PGS"
            | "TS"
            | "ThS"
            | "Th"
            | "BS"
            | "KS"
            | "St"
            | "Mr"
    )
}

/// One way to write a syllable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spelling(pub u16);

/// What the damage leaves of one spelling or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Remnant(u16);

/// Steps of a quantised logarithm in a unit of ln.
pub(crate) const LOG_STEPS: f32 = 20.0;
/// Taken from every seen pair for those never seen.
const DISCOUNT: f32 = 0.7;

/// Opening line of the file; what follows it up to the line break says where the counts come from.
pub(crate) const MAGIC: &str = "baocao lexicon 1";

/// Sections of the file, in order; each stands behind a `u32` length in the head.
#[derive(Clone, Copy)]
pub(crate) enum Section {
    SpellingOffsets,
    SpellingText,
    SpellingSlots,
    SpellingSyllable,
    SpellingShare,
    SyllableSpelling,
    SyllableCanonical,
    SyllableCount,
    SyllableBackoff,
    SyllableBase,
    SyllableCapital,
    PairRows,
    PairSecond,
    PairCount,
    FoldedOffsets,
    FoldedText,
    FoldedSlots,
    FoldedRows,
    FoldedList,
    DamagedOffsets,
    DamagedText,
    DamagedSlots,
    DamagedRows,
    DamagedList,
    TripleBits,
    TripleRanks,
    TripleRows,
    TripleThird,
    TripleValues,
}

pub(crate) const SECTIONS: usize = Section::TripleValues as usize + 1;

fn u16_at(bytes: &[u8], i: usize) -> u16 {
    u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]])
}

fn u32_at(bytes: &[u8], i: usize) -> u32 {
    u32::from_le_bytes([
        bytes[4 * i],
        bytes[4 * i + 1],
        bytes[4 * i + 2],
        bytes[4 * i + 3],
    ])
}

fn f32_at(bytes: &[u8], i: usize) -> f32 {
    f32::from_bits(u32_at(bytes, i))
}

/// The logarithm of a chance as quantised.
fn log_of(quantised: u8) -> f32 {
    -f32::from(quantised) / LOG_STEPS
}

/// Place of a number in a sorted row of them. Halves without a branch, which nothing could foresee.
#[inline]
fn place_in(row: &[[u8; 2]], wanted: u16) -> Option<usize> {
    let mut at = 0;
    let mut size = row.len();
    while size > 1 {
        let half = size / 2;
        at = if u16::from_le_bytes(row[at + half]) <= wanted {
            at + half
        } else {
            at
        };
        size -= half;
    }
    (u16::from_le_bytes(*row.get(at)?) == wanted).then_some(at)
}

/// FNV-1a with a final mix, so that the low bits serve as a slot.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    let mut h: u32 = 0x811c_9dc5;
    for &b in bytes {
        h = (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
    }
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^ (h >> 13)
}

/// Strings with an open hash table over them.
#[derive(Clone, Copy)]
struct Strings<'a> {
    offsets: &'a [u8],
    text: &'a str,
    slots: &'a [u8],
}

impl<'a> Strings<'a> {
    fn get(&self, i: usize) -> &'a str {
        &self.text[u32_at(self.offsets, i) as usize..u32_at(self.offsets, i + 1) as usize]
    }

    fn bytes(&self, i: usize) -> &'a [u8] {
        let (from, to) = (u32_at(self.offsets, i), u32_at(self.offsets, i + 1));
        &self.text.as_bytes()[from as usize..to as usize]
    }

    fn find(&self, wanted: &str) -> Option<usize> {
        let mask = self.slots.len() / 2 - 1;
        let mut slot = hash(wanted.as_bytes()) as usize & mask;
        loop {
            match u16_at(self.slots, slot) {
                u16::MAX => return None,
                i if self.bytes(usize::from(i)) == wanted.as_bytes() => {
                    return Some(usize::from(i));
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

/// A list of numbers for each key.
#[derive(Clone, Copy)]
struct Rows<'a> {
    starts: &'a [u8],
    list: &'a [u8],
}

impl<'a> Rows<'a> {
    fn get(self, i: usize) -> impl ExactSizeIterator<Item = u16> + Clone + use<'a> {
        let start = u32_at(self.starts, i) as usize;
        let end = u32_at(self.starts, i + 1) as usize;
        (start..end).map(move |k| u16_at(self.list, k))
    }
}

/// Syllables, their counts and their neighbours.
pub struct Lexicon<'a> {
    spellings: Strings<'a>,
    spelling_syllable: &'a [u8],
    spelling_share: &'a [u8],
    syllable_spelling: &'a [u8],
    syllable_canonical: &'a [u8],
    counts: &'a [u8],
    backoff: &'a [u8],
    base: &'a [u8],
    capital: &'a [u8],
    pair_rows: &'a [u8],
    pair_second: &'a [u8],
    pair_count: &'a [u8],
    folded: Strings<'a>,
    folded_rows: Rows<'a>,
    damaged: Strings<'a>,
    damaged_rows: Rows<'a>,
    triple_bits: &'a [u8],
    triple_ranks: &'a [u8],
    triple_rows: &'a [u8],
    triple_third: &'a [u8],
    triple_values: &'a [u8],
    /// exp of every quantised logarithm.
    exp: [f32; 256],
    total: f32,
    tables: OnceLock<Tables>,
}

impl<'a> Lexicon<'a> {
    /// Reads a table as [`build`] writes it; `None` where the bytes are no such table.
    #[must_use]
    pub fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let line = bytes.iter().position(|&b| b == b'\n')?;
        if !bytes[..line].starts_with(MAGIC.as_bytes()) {
            return None;
        }
        let head = bytes.get(line + 1..line + 1 + 4 * SECTIONS)?;
        let mut rest = &bytes[line + 1 + 4 * SECTIONS..];
        let mut parts: [&[u8]; SECTIONS] = [&[]; SECTIONS];
        for (i, part) in parts.iter_mut().enumerate() {
            let (this, after) = rest.split_at_checked(u32_at(head, i) as usize)?;
            (*part, rest) = (this, after);
        }
        let part = |section: Section| parts[section as usize];
        let text = |section: Section| std::str::from_utf8(part(section)).ok();
        let mut exp = [0.0; 256];
        for (i, e) in exp.iter_mut().enumerate() {
            *e = (i as f32 / LOG_STEPS).exp();
        }
        let counts = part(Section::SyllableCount);
        let total = (usize::from(Syllable::CLASSES)..counts.len() / 4)
            .map(|i| f64::from(u32_at(counts, i)))
            .sum::<f64>();
        Some(Self {
            spellings: Strings {
                offsets: part(Section::SpellingOffsets),
                text: text(Section::SpellingText)?,
                slots: part(Section::SpellingSlots),
            },
            spelling_syllable: part(Section::SpellingSyllable),
            spelling_share: part(Section::SpellingShare),
            syllable_spelling: part(Section::SyllableSpelling),
            syllable_canonical: part(Section::SyllableCanonical),
            counts,
            backoff: part(Section::SyllableBackoff),
            base: part(Section::SyllableBase),
            capital: part(Section::SyllableCapital),
            pair_rows: part(Section::PairRows),
            pair_second: part(Section::PairSecond),
            pair_count: part(Section::PairCount),
            folded: Strings {
                offsets: part(Section::FoldedOffsets),
                text: text(Section::FoldedText)?,
                slots: part(Section::FoldedSlots),
            },
            folded_rows: Rows {
                starts: part(Section::FoldedRows),
                list: part(Section::FoldedList),
            },
            damaged: Strings {
                offsets: part(Section::DamagedOffsets),
                text: text(Section::DamagedText)?,
                slots: part(Section::DamagedSlots),
            },
            damaged_rows: Rows {
                starts: part(Section::DamagedRows),
                list: part(Section::DamagedList),
            },
            triple_bits: part(Section::TripleBits),
            triple_ranks: part(Section::TripleRanks),
            triple_rows: part(Section::TripleRows),
            triple_third: part(Section::TripleThird),
            triple_values: part(Section::TripleValues),
            exp,
            total: total as f32,
            tables: OnceLock::new(),
        })
    }

    /// Number of syllables, classes included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len() / 4
    }

    fn spellings_len(&self) -> usize {
        self.spelling_share.len()
    }

    /// Whether the lexicon holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The syllable written `word`, in any spelling; expects lower case, NFC.
    #[must_use]
    pub fn syllable(&self, word: &str) -> Option<Syllable> {
        self.spelling(word).map(|s| self.syllable_of(s))
    }

    /// As [`syllable`](Self::syllable), with the spelling kept.
    #[must_use]
    pub fn spelling(&self, word: &str) -> Option<Spelling> {
        self.spellings.find(word).map(|i| Spelling(i as u16))
    }

    /// All spellings.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = Spelling> + use<> {
        (0..self.spellings_len() as u16).map(Spelling)
    }

    /// The syllable that a spelling writes.
    #[must_use]
    pub fn syllable_of(&self, spelling: Spelling) -> Syllable {
        Syllable(u16_at(self.spelling_syllable, usize::from(spelling.0)))
    }

    /// The letters of a spelling.
    #[must_use]
    pub fn written(&self, spelling: Spelling) -> &'a str {
        self.spellings.get(usize::from(spelling.0))
    }

    /// How much of a syllable's use has this spelling, as a natural logarithm.
    #[must_use]
    pub fn spelling_log_share(&self, spelling: Spelling) -> f32 {
        log_of(self.spelling_share[usize::from(spelling.0)])
    }

    /// The most usual spelling: `tỷ`, `kỹ`, `hóa`. Empty for a class.
    #[must_use]
    pub fn usual(&self, syllable: Syllable) -> &'a str {
        self.written_at(self.syllable_spelling, syllable)
    }

    /// The canonical spelling, which is the token's exact form: `tỉ`, `kĩ`, `hoá`. Empty for a class.
    #[must_use]
    pub fn canonical(&self, syllable: Syllable) -> &'a str {
        self.written_at(self.syllable_canonical, syllable)
    }

    fn written_at(&self, table: &[u8], syllable: Syllable) -> &'a str {
        match u16_at(table, usize::from(syllable.0)) {
            u16::MAX => "",
            i => self.spellings.get(usize::from(i)),
        }
    }

    /// How often the syllable was counted.
    #[must_use]
    pub fn count(&self, syllable: Syllable) -> u32 {
        u32_at(self.counts, usize::from(syllable.0))
    }

    /// How often the second syllable was counted behind the first; 0 where the pair is rare. Within 3 % of the count, by quantisation.
    #[must_use]
    pub fn pair_count(&self, first: Syllable, second: Syllable) -> f32 {
        self.pair_at(first, second)
            .map_or(0.0, |i| self.exp[usize::from(self.pair_count[i])])
    }

    /// Place of the pair in the table.
    fn pair_at(&self, first: Syllable, second: Syllable) -> Option<usize> {
        let std::ops::Range {
            start: low,
            end: high,
        } = self.pair_range(first);
        let row = self.pair_second[2 * low..2 * high].as_chunks::<2>().0;
        place_in(row, second.0).map(|at| low + at)
    }

    /// The lexicon made ready for whole texts, when first asked for.
    pub(crate) fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| Tables::new(self))
    }

    /// Places of the pairs that open with `first`.
    fn pair_range(&self, first: Syllable) -> std::ops::Range<usize> {
        let low = u32_at(self.pair_rows, usize::from(first.0)) as usize;
        let high = u32_at(self.pair_rows, usize::from(first.0) + 1) as usize;
        low..high
    }

    fn pair_second(&self, pair: usize) -> Syllable {
        Syllable(u16_at(self.pair_second, pair))
    }

    /// The syllables counted behind `first`, with their counts, in the order of [`Syllable`].
    pub fn followers(&self, first: Syllable) -> impl Iterator<Item = (Syllable, f32)> + use<'_> {
        self.pair_range(first).map(|i| {
            (
                self.pair_second(i),
                self.exp[usize::from(self.pair_count[i])],
            )
        })
    }

    /// Natural logarithm of the syllable's share of all syllables.
    #[must_use]
    pub fn log_prob(&self, syllable: Syllable) -> f32 {
        ((self.count(syllable) as f32).max(0.5) / self.total).ln()
    }

    /// Natural logarithm of the chance of `second` behind `first`; a pair never seen falls back on `second` alone.
    #[must_use]
    pub fn log_prob_after(&self, first: Syllable, second: Syllable) -> f32 {
        self.prob_after(first, second).ln()
    }

    fn prob_after(&self, first: Syllable, second: Syllable) -> f32 {
        self.prob_at(self.pair_at(first, second), first, second)
    }

    fn prob_at(&self, pair: Option<usize>, first: Syllable, second: Syllable) -> f32 {
        let uses = self.count(first) as f32;
        let seen = pair.map_or(0.0, |i| self.discounted(i)) / uses.max(1.0);
        seen + self.backoff(first) * self.base(second)
    }

    /// The count of a pair less what is set aside for pairs never seen.
    fn discounted(&self, pair: usize) -> f32 {
        self.discounted_count(self.pair_count[pair])
    }

    fn discounted_count(&self, quantised: u8) -> f32 {
        (self.exp[usize::from(quantised)] - DISCOUNT).max(0.0)
    }

    /// Share of the syllable in what no counted pair explains.
    fn base(&self, syllable: Syllable) -> f32 {
        f32_at(self.base, usize::from(syllable.0))
    }

    /// The share of uses of `first` that no counted pair explains.
    fn backoff(&self, first: Syllable) -> f32 {
        f32_at(self.backoff, usize::from(first.0))
    }

    /// The row of triples that open with a pair.
    fn triples_of(&self, pair: Option<usize>) -> std::ops::Range<u32> {
        let Some(pair) = pair else { return 0..0 };
        let (byte, bit) = (pair / 8, pair % 8);
        if self.triple_bits.get(byte).is_none_or(|b| b >> bit & 1 == 0) {
            return 0..0;
        }
        // For every eight bytes: the rows and the triples before them.
        let block = byte / 8;
        let first = u32_at(self.triple_ranks, 2 * block) as usize;
        let bits = self.triple_bits.as_chunks::<8>().0[block];
        let before = u64::from_le_bytes(bits) & ((1 << (pair % 64)) - 1);
        let row = first + before.count_ones() as usize;
        let before: u32 = self.triple_rows[first..row]
            .iter()
            .map(|n| u32::from(*n))
            .sum();
        let start = u32_at(self.triple_ranks, 2 * block + 1) + before;
        start..start + u32::from(self.triple_rows[row])
    }

    /// The last syllables of all triples, with their quantised chances.
    fn triples(&self) -> impl Iterator<Item = (u16, u8)> + use<'_> {
        let values = self.triple_values.iter().enumerate();
        values.map(|(i, value)| (u16_at(self.triple_third, i), *value))
    }

    /// The rows of triples that open with one pair after the other: to be asked for pairs in rising order.
    fn triple_rows(&self) -> impl FnMut(usize) -> std::ops::Range<u32> + use<'_> {
        let (mut row, mut next) = (0, 0);
        move |pair| {
            let opens = self.triple_bits[pair / 8] >> (pair % 8) & 1 == 1;
            let start = next;
            if opens {
                next += u32::from(self.triple_rows[row]);
                row += 1;
            }
            start..next
        }
    }

    /// Natural logarithm of the chance of `third` in a row of triples.
    fn third(&self, row: std::ops::Range<u32>, third: Syllable) -> Option<f32> {
        let (start, end) = (row.start as usize, row.end as usize);
        let row = self.triple_third[2 * start..2 * end].as_chunks::<2>().0;
        let at = place_in(row, third.0)?;
        Some(log_of(self.triple_values[start + at]))
    }

    /// Share of a syllable's uses inside a clause that have a capital, by which names are known.
    #[must_use]
    pub fn capital_share(&self, syllable: Syllable) -> f32 {
        (f32::from(self.capital[usize::from(syllable.0)]) + 0.5) / 256.0
    }

    /// The syllables with this folded form (`duong`: dương, đường, đương, …), most frequent first.
    pub fn by_folded(&self, folded: &str) -> impl ExactSizeIterator<Item = Syllable> + use<'a> {
        let rows = self.folded_rows;
        let none = rows.starts.len() / 4 - 2;
        // The last row is empty and serves the forms that nothing has.
        rows.get(self.folded.find(folded).unwrap_or(none))
            .map(Syllable)
    }

    /// The form as what the damage leaves of some spelling (`tnh`: tỉnh, tịnh, …). With `^` before it, it is of a word in capitals, and the
    /// spellings are those that lose one letter more (`^t`: tế).
    #[must_use]
    pub fn remnant(&self, damaged: &str) -> Option<Remnant> {
        self.damaged.find(damaged).map(|i| Remnant(i as u16))
    }

    /// The spellings that a remnant may have been, most frequent first; a form that lost nothing is not among them.
    pub fn undamaged(&self, remnant: Remnant) -> impl ExactSizeIterator<Item = Spelling> + use<'a> {
        self.damaged_rows.get(usize::from(remnant.0)).map(Spelling)
    }
}
