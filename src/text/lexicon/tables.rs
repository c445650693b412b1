//! What a damaged text asks of the lexicon for every word, laid side by side: made once, when the first such text is read.
//!
//! The lexicon lies packed in the program; a pair is found there by halving a sorted row, its count stands elsewhere, and its triples are
//! counted together. Here a filter says no to nine in ten of the pairs asked for, and one look gives the rest.

use std::ops::Range;

use super::spelling::{is_lost, is_new_placement, other_placement};
use super::{Lexicon, Spelling, Syllable, log_of};

/// Bits of the filter for each known pair, at least.
const BITS_A_PAIR: usize = 8;
/// Slots for four pairs.
const SLOTS_FOR_FOUR: usize = 6;
/// In place of a second syllable, where a slot is empty.
const EMPTY: u16 = u16::MAX;

/// The lexicon made ready for whole texts.
#[derive(Debug)]
pub(crate) struct Tables {
    rows: Vec<Row>,
    /// One bit for each known pair, in a block for each first syllable; a bit may stand for other pairs too.
    bits: Vec<u64>,
    /// The pairs, hashed by their second syllable, in a block for each first one.
    slots: Vec<Slot>,
    /// The triples by their last syllable, in a sorted row for each pair that opens some.
    triples: Vec<Third>,
    numbers: Vec<Numbers>,
    spelled: Vec<Spelled>,
    /// Of each quantised count what is left after the discount.
    discounted: [f32; 256],
    /// Of each quantised chance its natural logarithm.
    log: [f32; 256],
}

/// Where the pairs of a first syllable stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    bits: u32,
    /// Number of bits less one: a power of two less one.
    mask: u32,
    slots: u32,
    size: u32,
}

/// A pair, where it was put in or where it is looked for first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    second: u16,
    count: u8,
    /// How many triples open with the pair, and the first of them.
    opened: u8,
    triples: u32,
}

#[derive(Clone, Copy, Debug)]
struct Third {
    syllable: u16,
    chance: u8,
}

/// The lexicon's numbers of one syllable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    /// How often it was counted, at least once.
    pub(crate) uses: f32,
    /// The share of its uses as the first of a pair that no counted pair explains.
    pub(crate) backoff: f32,
    pub(crate) ln_backoff: f32,
    /// Its share in what no counted pair explains.
    pub(crate) base: f32,
    pub(crate) ln_base: f32,
    /// Natural logarithm of its share of all syllables.
    pub(crate) log_prob: f32,
    /// Natural logarithms of how much of its use inside a clause has a capital, and has none.
    pub(crate) ln_capital: f32,
    pub(crate) ln_small: f32,
}

/// What a spelling is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelled {
    pub(crate) syllable: Syllable,
    /// Whether the damage takes its first letter.
    pub(crate) loses_first: bool,
    /// Where its tone mark stands, if it could stand on either of two vowels.
    pub(crate) placement: Option<Placement>,
    /// How much of the syllable's use it has, as a natural logarithm.
    pub(crate) log_share: f32,
}

/// Which vowel of an open `oa`, `oe`, `uy` bears the tone mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// The first one: `hòa`.
    Old,
    /// The second one: `hoà`.
    New,
}

impl Spelled {
    fn new(lexicon: &Lexicon<'_>, spelling: Spelling) -> Self {
        let written = lexicon.written(spelling);
        let placement = match other_placement(written) {
            None => None,
            Some(_) if is_new_placement(written) => Some(Placement::New),
            Some(_) => Some(Placement::Old),
        };
        Self {
            syllable: lexicon.syllable_of(spelling),
            loses_first: written.starts_with(|c| is_lost(None, c)),
            placement,
            log_share: lexicon.spelling_log_share(spelling),
        }
    }
}

impl Numbers {
    pub(super) fn new(lexicon: &Lexicon<'_>, syllable: Syllable) -> Self {
        let (backoff, base) = (lexicon.backoff(syllable), lexicon.base(syllable));
        let (ln_capital, ln_small) = ln_capital(lexicon.capital_share(syllable));
        Self {
            uses: (lexicon.count(syllable) as f32).max(1.0),
            backoff,
            ln_backoff: backoff.ln(),
            base,
            ln_base: base.ln(),
            log_prob: lexicon.log_prob(syllable),
            ln_capital,
            ln_small,
        }
    }
}

/// Natural logarithms of a share of capitals and of what it leaves; no share is taken as sure.
pub(crate) fn ln_capital(share: f32) -> (f32, f32) {
    let share = share.clamp(0.002, 0.998);
    (share.ln(), (1.0 - share).ln())
}

/// A syllable as the second of a pair: its hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Second {
    hash: u32,
    syllable: u16,
}

impl Second {
    pub(super) fn new(syllable: Syllable) -> Self {
        Self {
            hash: u32::from(syllable.0).wrapping_mul(0x9e37_79b1),
            syllable: syllable.0,
        }
    }

    const fn bit(self, row: Row) -> usize {
        (self.hash >> 12 & row.mask) as usize
    }

    const fn slot(self, row: Row) -> usize {
        ((self.hash as u64 * row.size as u64) >> 32) as usize
    }
}

impl Tables {
    pub(super) fn new(lexicon: &Lexicon<'_>) -> Self {
        let mut tables = Self {
            rows: Vec::with_capacity(lexicon.len()),
            bits: Vec::new(),
            slots: Vec::new(),
            triples: lexicon
                .triples()
                .map(|(syllable, chance)| Third { syllable, chance })
                .collect(),
            numbers: Vec::with_capacity(lexicon.len()),
            spelled: (0..lexicon.spellings_len() as u16)
                .map(|spelling| Spelled::new(lexicon, Spelling(spelling)))
                .collect(),
            discounted: std::array::from_fn(|i| lexicon.discounted_count(i as u8)),
            log: std::array::from_fn(|i| log_of(i as u8)),
        };
        let mut triples = lexicon.triple_rows();
        for first in (0..lexicon.len() as u16).map(Syllable) {
            let pairs = lexicon.pair_range(first);
            let bits = (pairs.len() * BITS_A_PAIR).next_power_of_two().max(64);
            let row = Row {
                bits: tables.bits.len() as u32,
                mask: bits as u32 - 1,
                slots: tables.slots.len() as u32,
                // One slot stays empty, so that every search ends.
                size: (pairs.len() * SLOTS_FOR_FOUR / 4 + 1) as u32,
            };
            tables.bits.resize(tables.bits.len() + bits / 64, 0);
            let empty = Slot {
                second: EMPTY,
                count: 0,
                opened: 0,
                triples: 0,
            };
            let end = tables.slots.len() + row.size as usize;
            tables.slots.resize(end, empty);
            for pair in pairs {
                let second = Second::new(lexicon.pair_second(pair));
                let bit = second.bit(row);
                tables.bits[row.bits as usize + bit / 64] |= 1 << (bit % 64);
                let block = &mut tables.slots[row.slots as usize..end];
                let mut at = second.slot(row);
                while block[at].second != EMPTY {
                    at = if at + 1 == block.len() { 0 } else { at + 1 };
                }
                let opened = triples(pair);
                block[at] = Slot {
                    second: second.syllable,
                    count: lexicon.pair_count[pair],
                    opened: opened.len() as u8,
                    triples: opened.start,
                };
            }
            tables.rows.push(row);
            tables.numbers.push(Numbers::new(lexicon, first));
        }
        tables
    }

    /// The lexicon's numbers of a syllable.
    #[inline]
    pub(crate) fn numbers(&self, syllable: Syllable) -> &Numbers {
        &self.numbers[usize::from(syllable.0)]
    }

    /// What a spelling is.
    #[inline]
    pub(crate) fn spelled(&self, spelling: Spelling) -> &Spelled {
        &self.spelled[usize::from(spelling.0)]
    }

    /// The pairs that open with `first`.
    #[inline]
    pub(super) fn row(&self, first: Syllable) -> Row {
        self.rows[usize::from(first.0)]
    }

    /// Whether the pair may be known; `false` is sure.
    #[inline]
    pub(super) fn may_hold(&self, row: Row, second: Second) -> bool {
        let bit = second.bit(row);
        self.bits[row.bits as usize + bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Where a pair is looked for first. Many are looked for before the first is read, so that the reads of memory do not wait for one another.
    #[inline]
    pub(super) fn head(&self, row: Row, second: Second) -> Slot {
        self.slots[row.slots as usize + second.slot(row)]
    }

    /// The number of a pair, by which the other functions know it, and itself.
    #[inline]
    pub(super) fn find(&self, row: Row, second: Second, head: Slot) -> Option<(u32, Slot)> {
        let mut at = second.slot(row);
        let mut slot = head;
        loop {
            match slot.second {
                found if found == second.syllable => return Some((row.slots + at as u32, slot)),
                EMPTY => return None,
                _ => {
                    at = if at + 1 == row.size as usize {
                        0
                    } else {
                        at + 1
                    }
                }
            }
            slot = self.slots[row.slots as usize + at];
        }
    }

    /// The pair of a number.
    #[inline]
    pub(super) fn slot(&self, pair: u32) -> Slot {
        self.slots[pair as usize]
    }

    /// The count of a pair less what is set aside for pairs never seen.
    #[inline]
    pub(super) fn discounted(&self, slot: Slot) -> f32 {
        self.discounted[usize::from(slot.count)]
    }

    /// Natural logarithm of the chance of `third` in a row of triples.
    #[inline]
    pub(super) fn third(&self, row: Range<u32>, third: Syllable) -> Option<f32> {
        let row = &self.triples[row.start as usize..row.end as usize];
        let at = row.partition_point(|t| t.syllable < third.0);
        let found = row.get(at).filter(|t| t.syllable == third.0)?;
        Some(self.log[usize::from(found.chance)])
    }
}

impl Slot {
    /// The row of triples that open with the pair.
    #[inline]
    pub(super) fn triples(self) -> Range<u32> {
        self.triples..self.triples + u32::from(self.opened)
    }
}

#[cfg(test)]
mod tests {
    use crate::text::lexicon::lexicon;

    use super::*;

    #[test]
    fn the_tables_say_what_the_lexicon_says() {
        let lexicon = lexicon();
        let tables = lexicon.tables();
        let mut opened = 0;
        for first in (0..lexicon.len() as u16).step_by(7).map(Syllable) {
            let row = tables.row(first);
            let followers: Vec<_> = lexicon.followers(first).collect();
            for &(second, count) in &followers {
                let key = Second::new(second);
                assert!(tables.may_hold(row, key));
                let found = tables.find(row, key, tables.head(row, key));
                let (pair, slot) = found.expect("a known pair");
                assert_eq!(tables.slot(pair).triples(), slot.triples());
                assert_eq!(
                    tables.discounted(slot),
                    (count - super::super::DISCOUNT).max(0.0)
                );
                let triples = lexicon.triples_of(lexicon.pair_at(first, second));
                opened += triples.len();
                assert_eq!(slot.triples().len(), triples.len());
                for third in (0..lexicon.len() as u16).step_by(101).map(Syllable) {
                    let chance = lexicon.third(triples.clone(), third);
                    assert_eq!(tables.third(slot.triples(), third), chance);
                }
            }
            let strangers = (0..lexicon.len() as u16).step_by(31).map(Syllable);
            for second in strangers.filter(|s| followers.iter().all(|f| f.0 != *s)) {
                let key = Second::new(second);
                assert!(tables.find(row, key, tables.head(row, key)).is_none());
            }
        }
        assert!(opened > 10_000);
    }
}
