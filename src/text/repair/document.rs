//! What a document's own intact lines say of its words.

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::letter::push_lower;
use crate::text::lexicon::spelling::{OLD_SHARE, is_new_placement, other_placement};
use crate::text::lexicon::{PairModel, Spelling, Syllable, lexicon};

use super::detect::words;

/// Counts over the intact lines of one document.
#[derive(Default)]
pub(super) struct Document {
    total: f32,
    counts: FxHashMap<Syllable, f32>,
    pairs: FxHashMap<(Syllable, Syllable), f32>,
    /// Uses inside a clause: in all, with a capital.
    capitals: FxHashMap<Syllable, (f32, f32)>,
    /// Words with the tone mark on the first and on the second vowel of an open `oa`, `oe`, `uy`.
    old_placement: f32,
    new_placement: f32,
}

impl Document {
    /// Counts the lines of `text` that are not in `damaged`.
    pub(super) fn count(text: &str, damaged: &[Span]) -> Self {
        let mut document = Self::default();
        let mut start = 0;
        for line in damaged
            .iter()
            .copied()
            .chain([Span::new(text.len(), text.len())])
        {
            for intact in text[start..line.start].lines() {
                document.count_line(intact);
            }
            document.count_placement(line.of(text));
            start = line.end;
        }
        document
    }

    fn count_placement(&mut self, line: &str) {
        for (ending, old) in [
            ("óa", true),
            ("òa", true),
            ("úy", true),
            ("oá", false),
            ("oà", false),
            ("uý", false),
        ] {
            for (i, _) in line.match_indices(ending) {
                let closed = !line[i + ending.len()..].starts_with(char::is_alphabetic);
                if closed && !line[..i].ends_with(['q', 'Q']) {
                    if old {
                        self.old_placement += 1.0;
                    } else {
                        self.new_placement += 1.0;
                    }
                }
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
                self.add(before, syllable, 1.0);
                if before != Syllable::START && before != Syllable::MARK {
                    let entry = self.capitals.entry(syllable).or_default();
                    entry.0 += 1.0;
                    entry.1 += f32::from(u8::from(word.starts_with(char::is_uppercase)));
                }
            }
            before = syllable;
        }
    }

    /// Counts one use of `syllable` behind `before`.
    pub(super) fn add(&mut self, before: Syllable, syllable: Syllable, weight: f32) {
        self.total += weight;
        *self.counts.entry(syllable).or_default() += weight;
        *self.pairs.entry((before, syllable)).or_default() += weight;
    }

    /// How much of its syllable's use has this spelling in the document, as a natural logarithm.
    pub(super) fn spelling_log_share(&self, spelling: Spelling) -> f32 {
        let lexicon = lexicon();
        let log_share = lexicon.spelling_log_share(spelling);
        let written = lexicon.written(spelling);
        if self.old_placement + self.new_placement == 0.0 || other_placement(written).is_none() {
            return log_share;
        }
        let old = (self.old_placement + OLD_SHARE * 2.0)
            / (self.old_placement + self.new_placement + 2.0);
        if is_new_placement(written) {
            log_share + ((1.0 - old) / (1.0 - OLD_SHARE)).ln()
        } else {
            log_share + (old / OLD_SHARE).ln()
        }
    }

    /// Share of the uses of `syllable` inside a clause that have a capital.
    pub(super) fn capital_share(&self, syllable: Syllable) -> f32 {
        const PRIOR: f32 = 4.0;
        let (all, capital) = self.capitals.get(&syllable).copied().unwrap_or_default();
        (capital + PRIOR * lexicon().capital_share(syllable)) / (all + PRIOR)
    }
}

impl PairModel for Document {
    fn total(&self) -> f32 {
        self.total
    }

    fn count(&self, syllable: Syllable) -> f32 {
        self.counts.get(&syllable).copied().unwrap_or_default()
    }

    fn pair_count(&self, first: Syllable, second: Syllable) -> f32 {
        self.pairs
            .get(&(first, second))
            .copied()
            .unwrap_or_default()
    }
}
