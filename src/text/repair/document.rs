//! What a document's own intact lines say of its words.

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::letter::push_lower;
use crate::text::lexicon::spelling::OLD_SHARE;
use crate::text::lexicon::{PairModel, Placement, Syllable, lexicon, ln_capital};

use super::detect::{Line, words};

/// Counts over the intact lines of one document.
#[derive(Default)]
pub(super) struct Document {
    total: f32,
    uses: FxHashMap<Syllable, Uses>,
    pairs: FxHashMap<(Syllable, Syllable), f32>,
    /// Words with the tone mark on the first and on the second vowel of an open `oa`, `oe`, `uy`.
    old_placement: f32,
    new_placement: f32,
    /// What that adds to the share of a spelling of either kind, as a natural logarithm.
    old_more: f32,
    new_more: f32,
}

/// How often a syllable was used.
#[derive(Clone, Copy, Default)]
struct Uses {
    all: f32,
    /// Inside a clause, not first of it: in all, with a capital.
    inside: f32,
    capital: f32,
}

impl Document {
    /// Counts the lines of `text` that are not in `damaged`.
    pub(super) fn count(text: &str, damaged: &[Line]) -> Self {
        let mut document = Self::default();
        let mut start = 0;
        for line in damaged
            .iter()
            .map(|line| line.span)
            .chain([Span::new(text.len(), text.len())])
        {
            for intact in text[start..line.start].lines() {
                document.count_line(intact);
            }
            document.count_placement(line.of(text));
            start = line.end;
        }
        let (old, new) = (document.old_placement, document.new_placement);
        if old + new > 0.0 {
            let old = (old + OLD_SHARE * 2.0) / (old + new + 2.0);
            document.old_more = (old / OLD_SHARE).ln();
            document.new_more = ((1.0 - old) / (1.0 - OLD_SHARE)).ln();
        }
        document
    }

    /// Counts words in `óa`, `òa`, `úy` and in `oá`, `oà`, `uý`: letters of two bytes, which no damage takes.
    fn count_placement(&mut self, line: &str) {
        const OLD: [&[u8]; 3] = ["óa".as_bytes(), "òa".as_bytes(), "úy".as_bytes()];
        const NEW: [&[u8]; 3] = ["oá".as_bytes(), "oà".as_bytes(), "uý".as_bytes()];
        let bytes = line.as_bytes();
        let lead = 'ó'.len_utf8();
        for (i, _) in bytes.iter().enumerate().filter(|(_, b)| **b == 0xc3) {
            let after = bytes.get(i..i + 3).filter(|b| OLD.contains(b));
            let before = i.checked_sub(1).and_then(|i| bytes.get(i..i + 3));
            let (start, count) = if after.is_some() {
                (i, &mut self.old_placement)
            } else if before.is_some_and(|b| NEW.contains(&b)) {
                (i - 1, &mut self.new_placement)
            } else {
                continue;
            };
            let closed = !line[start + 1 + lead..].starts_with(char::is_alphabetic);
            if closed && !line[..start].ends_with(['q', 'Q']) {
                *count += 1.0;
            }
        }
    }

    fn count_line(&mut self, line: &str) {
        self.count_placement(line);
        let lexicon = lexicon();
        let mut lower = String::new();
        let mut before = Syllable::START;
        let mut end = 0;
        for span in words(line) {
            for c in line[end..span.start].chars().filter(|c| *c != ' ') {
                before = if c.is_numeric() {
                    Syllable::NUMBER
                } else {
                    Syllable::of_mark(c)
                };
            }
            end = span.end;
            let word = span.of(line);
            lower.clear();
            push_lower(word, &mut lower);
            let syllable = lexicon.syllable(&lower).unwrap_or(Syllable::OTHER);
            if !syllable.is_class() {
                self.add(before, syllable);
                if before != Syllable::START && before != Syllable::MARK {
                    let uses = self.uses.entry(syllable).or_default();
                    uses.inside += 1.0;
                    uses.capital += f32::from(u8::from(word.starts_with(char::is_uppercase)));
                }
            }
            before = syllable;
        }
    }

    /// Counts one use of `syllable` behind `before`.
    fn add(&mut self, before: Syllable, syllable: Syllable) {
        self.total += 1.0;
        self.uses.entry(syllable).or_default().all += 1.0;
        *self.pairs.entry((before, syllable)).or_default() += 1.0;
    }

    /// What the document adds to the share that a spelling with its tone mark so placed has of its syllable, as a natural logarithm.
    pub(super) fn placement_log_share(&self, placement: Option<Placement>) -> f32 {
        match placement {
            None => 0.0,
            Some(Placement::Old) => self.old_more,
            Some(Placement::New) => self.new_more,
        }
    }

    /// Share of the uses of `syllable` inside a clause that have a capital.
    pub(super) fn capital_share(&self, syllable: Syllable) -> f32 {
        let uses = self.uses.get(&syllable).copied().unwrap_or_default();
        uses.capital_share(syllable)
    }

    /// The natural logarithm of that share, and of what it leaves.
    pub(super) fn ln_capital(&self, syllable: Syllable) -> (f32, f32) {
        match self.uses.get(&syllable) {
            Some(uses) => ln_capital(uses.capital_share(syllable)),
            None => {
                let numbers = lexicon().tables().numbers(syllable);
                (numbers.ln_capital, numbers.ln_small)
            }
        }
    }
}

impl Uses {
    fn capital_share(self, syllable: Syllable) -> f32 {
        const PRIOR: f32 = 4.0;
        (self.capital + PRIOR * lexicon().capital_share(syllable)) / (self.inside + PRIOR)
    }
}

impl PairModel for Document {
    fn total(&self) -> f32 {
        self.total
    }

    fn count(&self, syllable: Syllable) -> f32 {
        self.uses.get(&syllable).map_or(0.0, |uses| uses.all)
    }

    fn pair_count(&self, first: Syllable, second: Syllable) -> f32 {
        self.pairs
            .get(&(first, second))
            .copied()
            .unwrap_or_default()
    }
}
