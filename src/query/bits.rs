//! Sets of documents of one segment, and counting over many of them at once.

use tantivy::DocId;

/// A set of documents of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: u32,
}

impl Bits {
    /// No document of `len`.
    pub fn none(len: u32) -> Self {
        Self {
            words: vec![0; (len as usize).div_ceil(64)],
            len,
        }
    }

    /// All documents below `len`.
    pub fn all(len: u32) -> Self {
        let mut bits = Self {
            words: vec![u64::MAX; (len as usize).div_ceil(64)],
            len,
        };
        bits.trim();
        bits
    }

    fn trim(&mut self) {
        let tail = self.len % 64;
        if tail != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << tail) - 1;
        }
    }

    pub fn insert(&mut self, doc: DocId) {
        self.words[doc as usize / 64] |= 1 << (doc % 64);
    }

    /// Adds documents that rise: those of one word of 64 are gathered before it is written.
    pub fn insert_rising(&mut self, docs: &[DocId]) {
        let (mut at, mut bits) = (0, 0);
        for &doc in docs {
            let word = doc as usize / 64;
            if word != at {
                self.words[at] |= bits;
                (at, bits) = (word, 0);
            }
            bits |= 1 << (doc % 64);
        }
        if bits != 0 {
            self.words[at] |= bits;
        }
    }

    /// Number of documents that may be in the set.
    pub const fn len(&self) -> u32 {
        self.len
    }

    /// The set, 64 documents a word.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub fn contains(&self, doc: DocId) -> bool {
        self.words[doc as usize / 64] >> (doc % 64) & 1 == 1
    }

    pub fn and(&mut self, other: &Self) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= b;
        }
    }

    pub fn or(&mut self, other: &Self) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }

    /// Takes the documents of `other` out.
    pub fn without(&mut self, other: &Self) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= !b;
        }
    }

    /// Keeps the documents that `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(DocId) -> bool) {
        for (word, i) in self.words.iter_mut().zip(0u32..) {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !keep(i * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Number of documents in both.
    pub fn count_and(&self, other: &Self) -> usize {
        let both = self.words.iter().zip(&other.words);
        both.map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// The documents as a list, where they are so few that asking for each beats going through whole sets.
    pub fn few(&self) -> Option<Vec<DocId>> {
        (self.count() < self.words.len() / 2).then(|| self.iter().collect())
    }

    /// Number of `docs` that are in the set.
    pub fn count_of(&self, docs: &[DocId]) -> usize {
        docs.iter().filter(|&&doc| self.contains(doc)).count()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&w| w == 0)
    }

    /// Calls `visit` with the documents, rising: a loop in a loop, which the iterator is not compiled to.
    #[inline]
    pub fn each(&self, mut visit: impl FnMut(DocId)) {
        for (&word, i) in self.words.iter().zip(0u32..) {
            let mut rest = word;
            while rest != 0 {
                visit(i * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// The documents, rising.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.words.iter().zip(0u32..).flat_map(|(&word, i)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some(i * 64 + bit)
            })
        })
    }
}

/// Counts, for each document, in how many of the added sets it lies: the bits of the counters of 64 documents stand side
/// by side, so that a set is added with a few operations a word.
pub(crate) struct Counter {
    planes: Vec<Vec<u64>>,
    added: usize,
    len: u32,
}

impl Counter {
    pub fn new(len: u32) -> Self {
        Self {
            planes: Vec::new(),
            added: 0,
            len,
        }
    }

    pub fn add(&mut self, set: &Bits) {
        self.added += 1;
        if self.added.ilog2() as usize >= self.planes.len() {
            self.planes.push(vec![0; set.words.len()]);
        }
        for (i, &word) in set.words.iter().enumerate() {
            let mut carry = word;
            for plane in &mut self.planes {
                if carry == 0 {
                    break;
                }
                let sum = plane[i] ^ carry;
                carry &= plane[i];
                plane[i] = sum;
            }
        }
    }

    /// The documents that lie in at least `least` of the sets.
    pub fn at_least(&self, least: usize) -> Bits {
        let mut out = Bits::none(self.len);
        if least == 0 {
            return Bits::all(self.len);
        }
        if least > self.added {
            return out;
        }
        for (i, out) in out.words.iter_mut().enumerate() {
            // From the high bit down: greater so far, or equal so far.
            let (mut greater, mut equal) = (0u64, u64::MAX);
            for (bit, plane) in self.planes.iter().enumerate().rev() {
                let have = plane[i];
                if least >> bit & 1 == 1 {
                    equal &= have;
                } else {
                    greater |= equal & have;
                    equal &= !have;
                }
            }
            *out = greater | equal;
        }
        out.trim();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counters_count(sets in prop::collection::vec(prop::collection::vec(0u32..150, 0..80), 0..12), least in 0usize..14) {
            let mut counter = Counter::new(150);
            let mut plain = [0usize; 150];
            for set in &sets {
                let mut bits = Bits::none(150);
                for &doc in set {
                    bits.insert(doc);
                }
                for doc in bits.iter() {
                    plain[doc as usize] += 1;
                }
                counter.add(&bits);
            }
            let found: Vec<u32> = counter.at_least(least).iter().collect();
            let expected: Vec<u32> = (0..150).filter(|&d| plain[d as usize] >= least).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn sets_combine() {
        let mut a = Bits::all(70);
        assert_eq!(a.count(), 70);
        let mut b = Bits::none(70);
        b.insert(69);
        b.insert(3);
        a.without(&b);
        assert!(!a.contains(69) && a.contains(4) && a.count() == 68);
        a.and(&b);
        assert!(a.is_empty());
        a.or(&b);
        assert_eq!(a.iter().collect::<Vec<_>>(), [3, 69]);
    }
}
