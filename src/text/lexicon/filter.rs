//! A quick no for pairs of syllables that the lexicon does not know, which nine in ten are that a damaged text asks for.

use super::{Lexicon, Syllable};

/// Bits for each known pair, at least.
const BITS_A_PAIR: usize = 8;

/// One bit for each known pair, in a block of bits for each first syllable; a bit may stand for other pairs too.
#[derive(Debug)]
pub(crate) struct PairFilter {
    /// For each first syllable its first word in `bits`, and the number of its bits less one, a power of two less one.
    blocks: Vec<(u32, u32)>,
    bits: Vec<u64>,
}

impl PairFilter {
    pub(super) fn new(lexicon: &Lexicon<'_>) -> Self {
        let mut filter = Self {
            blocks: Vec::with_capacity(lexicon.len()),
            bits: Vec::new(),
        };
        for first in 0..lexicon.len() as u16 {
            let followers = lexicon.followers(Syllable(first));
            let size = (followers.size_hint().0 * BITS_A_PAIR)
                .next_power_of_two()
                .max(64);
            let start = filter.bits.len();
            filter.bits.resize(start + size / 64, 0);
            filter.blocks.push((start as u32, size as u32 - 1));
            for (second, _) in followers {
                let bit = Self::bit(second, size as u32 - 1);
                filter.bits[start + bit / 64] |= 1 << (bit % 64);
            }
        }
        filter
    }

    fn bit(second: Syllable, mask: u32) -> usize {
        let mixed = u32::from(second.0).wrapping_mul(0x9e37_79b1);
        ((mixed >> 12) & mask) as usize
    }

    /// Whether the pairs that open with `first` may be known; `false` is sure.
    #[inline]
    pub(super) fn behind(&self, first: Syllable) -> impl Fn(Syllable) -> bool + use<'_> {
        let (start, mask) = self.blocks[usize::from(first.0)];
        let bits = &self.bits[start as usize..][..(mask as usize / 64) + 1];
        move |second| {
            let bit = Self::bit(second, mask);
            bits[bit / 64] >> (bit % 64) & 1 == 1
        }
    }
}
