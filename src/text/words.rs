//! Words and their numbers: the table behind every list of words that a text is held against.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// The hash that [`Words`] know a word by; made once, it serves for all lists.
#[inline]
pub(crate) fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    (hasher.finish() >> 32) as u32
}

/// Words numbered in the order in which they were put in.
///
/// Three in four places are empty, so that of a word that is none of them nearly always one look tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    list: Vec<Box<str>>,
    /// Hash and number; [`EMPTY`] where there is none. A power of two of them.
    places: Vec<(u32, u32)>,
}

const EMPTY: u32 = u32::MAX;
const ROOM: usize = 4;

impl Words {
    /// Number of the word whose [`hash`] is given; its bytes are asked for where a word with that hash is known.
    #[inline]
    pub fn get<'a>(&self, hash: u32, word: impl Fn() -> &'a [u8]) -> Option<u32> {
        let mask = self.places.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let &(known, number) = self.places.get(at)?;
            if number == EMPTY {
                return None;
            }
            if known == hash && self.list[number as usize].as_bytes() == word() {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Number of a word, a new one where it has none.
    pub fn add(&mut self, word: &str) -> u32 {
        let hash = hash(word);
        if let Some(number) = self.get(hash, || word.as_bytes()) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(word.into());
        if self.places.len() < ROOM * self.list.len() {
            self.places = vec![(0, EMPTY); (2 * ROOM * self.list.len()).next_power_of_two()];
            for number in 0..number {
                self.place(self::hash(&self.list[number as usize]), number);
            }
        }
        self.place(hash, number);
        number
    }

    fn place(&mut self, hash: u32, number: u32) {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while self.places[at].1 != EMPTY {
            at = (at + 1) & mask;
        }
        self.places[at] = (hash, number);
    }

    /// The word of a number.
    #[inline]
    pub fn word(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", |word| word)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers() {
        let mut words = Words::default();
        let find = |words: &Words, word: &str| words.get(hash(word), || word.as_bytes());
        assert_eq!(find(&words, "von"), None);
        let names: Vec<String> = (0..500).map(|i| format!("w{}", i % 250)).collect();
        let numbers: Vec<u32> = names.iter().map(|name| words.add(name)).collect();
        assert_eq!(words.len(), 250);
        for (i, name) in names.iter().enumerate() {
            assert_eq!(numbers[i], i as u32 % 250);
            assert_eq!(find(&words, name), Some(numbers[i]));
            assert_eq!(words.word(numbers[i]), name);
        }
        assert_eq!(find(&words, ""), None);
        assert_eq!(words.word(250), "");
    }
}
