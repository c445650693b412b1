//! Words met before, with their forms: a text repeats its words, and copying a form costs a fraction of working it out.
//!
//! A word is known by its bytes, up to 15 of them, between what is neither a letter nor outside ASCII. Its hash names a pair of slots: a new word
//! takes the first, what was there moves to the second. One memo a thread goes from text to text, so that short texts find it warm.

use std::cell::Cell;

use super::super::words;
use super::word;

/// Bytes of a word that is kept, and one more.
pub(super) const REACH: usize = 16;
/// Bytes of an exact and of a folded form; copies have this size whatever the word.
const EXACT: usize = 16;
const FOLDED: usize = 8;
const BLANKS: &str = "                ";
/// Pairs of slots: 8,192 words, at most 700 KB. A quarter of it costs a tenth of the speed.
const BITS: u32 = 12;
/// Bytes of a text that makes a thread have a memo.
const WORTH: usize = 2048;

thread_local! {
    static KEPT: Cell<Memo> = const { Cell::new(Memo::EMPTY) };
}

/// A known word; `low` is 0 in an empty slot.
#[derive(Clone, Default)]
struct Slot {
    /// The text that it was met in last.
    text: u64,
    word: Numbered,
    low: u64,
    high: u64,
    /// Length of the exact form, of the folded form, and the flags, one byte each.
    lengths: u32,
    /// The exact form and the folded form, each filled up with blanks.
    forms: String,
}

/// A word among those of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbered {
    pub number: u32,
    /// Hashes of its forms, as the lists of words know them.
    pub exact: u32,
    pub folded: u32,
}

/// The known words. An empty one knows and learns nothing.
pub(super) struct Memo {
    pairs: Vec<[Slot; 2]>,
    /// The folded form of the word that is being learnt.
    folded: String,
    /// Counts the texts.
    text: u64,
    /// Numbers given out in this text.
    numbers: u32,
}

impl Default for Memo {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// The bytes that may be one word: a run of letters and of what is outside ASCII.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    low: u64,
    high: u64,
    pub(super) len: usize,
}

impl Chunk {
    /// The chunk at `at`; `None` where none begins, where it is too long, and near the end of the text.
    #[inline(always)]
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let block: &[u8; REACH] = bytes.get(at..at + REACH)?.first_chunk()?;
        let both = u128::from_le_bytes(*block);
        let (low, high) = (both as u64, (both >> 64) as u64);
        let ends_in_low = ends(low);
        if ends_in_low != 0 {
            let len = ends_in_low.trailing_zeros() as usize / 8;
            return (len > 0).then_some(Self {
                low: low & ((1 << (8 * len)) - 1),
                high: 0,
                len,
            });
        }
        let ends_in_high = ends(high);
        if ends_in_high == 0 {
            return None;
        }
        let len = ends_in_high.trailing_zeros() as usize / 8;
        Some(Self {
            low,
            high: high & ((1 << (8 * len)) - 1),
            len: REACH / 2 + len,
        })
    }

    /// Its first two bytes; behind a single one the one that ends it is left out.
    #[inline(always)]
    pub(super) fn head(self) -> [u8; 2] {
        let [first, second, ..] = self.low.to_le_bytes();
        [first, second]
    }

    /// Whether it is letters and marks all through, as those of Vietnamese are written: one word, which neither a dash nor a
    /// space of several bytes parts.
    #[inline(always)]
    pub(super) fn is_letters(self) -> bool {
        are_letters(self.low, self.high as u8) && are_letters(self.high, 0)
    }

    #[inline(always)]
    fn pair(self) -> usize {
        let mixed = (self.low ^ self.high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - BITS)) as usize
    }

    #[inline(always)]
    fn is(self, slot: &Slot) -> bool {
        (self.low ^ slot.low) | (self.high ^ slot.high) == 0
    }
}

/// The high bit of each byte that is ASCII and no letter. Eight bytes at a time: none of the sums carries over.
#[inline(always)]
fn ends(block: u64) -> u64 {
    const fn each(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    let lower = (block & each(0x7f)) | each(0x20);
    let from_a = lower + each(0x80 - b'a');
    let behind_z = lower + each(0x80 - b'z' - 1);
    !((from_a & !behind_z) | block) & each(0x80)
}

/// Whether the characters that begin in these eight bytes are letters or combining marks; `behind` is the byte that follows.
#[inline(always)]
fn are_letters(block: u64, behind: u8) -> bool {
    // The first bytes of characters outside ASCII have their two high bits set.
    let mut heads = block & block << 1 & 0x8080_8080_8080_8080;
    while heads != 0 {
        let at = heads.trailing_zeros() - 7;
        let head = (block >> at) as u8;
        let next = if at == 56 {
            behind
        } else {
            (block >> (at + 8)) as u8
        };
        let is_letter = match head {
            // Latin-1 but for × and ÷, Latin Extended-A and the part of B that holds ơ and ư, combining marks, the block of ạ to ỹ.
            0xc3 => !matches!(next, 0x97 | 0xb7),
            0xc4..=0xc6 | 0xcc => true,
            0xe1 => matches!(next, 0xb8..=0xbb),
            _ => false,
        };
        if !is_letter {
            return false;
        }
        heads &= heads - 1;
    }
    true
}

impl Memo {
    const EMPTY: Self = Self {
        pairs: Vec::new(),
        folded: String::new(),
        text: 0,
        numbers: 0,
    };

    /// The thread's memo; a thread that has none gets one for a text that is long enough to gain by it.
    pub(super) fn lend(text: &str) -> Self {
        if text.len() < REACH {
            return Self::default();
        }
        let mut memo = KEPT.try_with(Cell::take).unwrap_or_default();
        if memo.pairs.is_empty() && text.len() >= WORTH {
            memo.pairs.resize(1 << BITS, Default::default());
        }
        memo.text += 1;
        memo.numbers = 0;
        memo
    }

    /// Keeps it for the thread's next text.
    pub(super) fn give_back(&mut self) {
        if !self.pairs.is_empty() {
            let memo = std::mem::take(self);
            // A thread that ends has nowhere to keep it.
            let _ = KEPT.try_with(|kept| kept.set(memo));
        }
    }

    /// A number that no word of the text has yet.
    #[inline]
    pub(super) fn fresh_number(&mut self) -> u32 {
        let number = self.numbers;
        self.numbers += 1;
        number
    }

    /// Appends the forms of a known word; gives its flags and, where both forms are wanted, its number in the text.
    #[inline(always)]
    pub(super) fn recall<const WANT_EXACT: bool, const WANT_FOLDED: bool>(
        &mut self,
        chunk: Chunk,
        exact: &mut String,
        folded: &mut String,
    ) -> Option<(u32, Numbered)> {
        let [first, second] = self.pairs.get_mut(chunk.pair())?;
        let slot = if chunk.is(first) { first } else { second };
        if !chunk.is(slot) {
            return None;
        }
        if WANT_EXACT && WANT_FOLDED && slot.text != self.text {
            slot.text = self.text;
            slot.word.number = self.numbers;
            self.numbers += 1;
        }
        let [exact_len, folded_len, flags, _] = slot.lengths.to_le_bytes();
        if WANT_EXACT {
            let end = exact.len() + usize::from(exact_len);
            exact.push_str(slot.forms.get(..EXACT)?);
            exact.truncate(end);
        }
        if WANT_FOLDED {
            let end = folded.len() + usize::from(folded_len);
            folded.push_str(slot.forms.get(EXACT..EXACT + FOLDED)?);
            folded.truncate(end);
        }
        Some((u32::from(flags), slot.word))
    }

    /// Learns the word of `chunk`, which begins at `start`; whether it is one that can be kept.
    #[inline(never)]
    pub(super) fn learn(&mut self, chunk: Chunk, text: &str, start: usize) -> bool {
        let Some([slot, older]) = self.pairs.get_mut(chunk.pair()) else {
            return false;
        };
        std::mem::swap(slot, older);
        let (exact, folded) = (&mut slot.forms, &mut self.folded);
        slot.low = 0;
        slot.text = 0;
        exact.clear();
        folded.clear();
        let (end, flags) = word::read::<true, true>(text, start, exact, folded);
        if end != start + chunk.len || exact.len() > EXACT || folded.len() > FOLDED {
            return false;
        }
        slot.word.exact = words::hash(exact);
        slot.word.folded = words::hash(folded);
        slot.lengths = u32::from_le_bytes([exact.len() as u8, folded.len() as u8, flags as u8, 0]);
        exact.push_str(&BLANKS[exact.len()..]);
        exact.push_str(folded);
        exact.push_str(&BLANKS[EXACT - FOLDED + folded.len()..]);
        (slot.low, slot.high) = (chunk.low, chunk.high);
        true
    }
}
