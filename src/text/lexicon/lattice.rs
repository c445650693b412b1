//! The likeliest sequence of syllables among candidates, by what follows what.

use super::{Lexicon, Spelling, Syllable};

/// One reading of one word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The syllable read.
    pub syllable: Syllable,
    /// How it is written, where the candidate came from a written form.
    pub spelling: Option<Spelling>,
    /// Evidence from outside the neighbours, as a natural logarithm; 0 for none.
    pub log_weight: f32,
}

impl Candidate {
    /// A candidate without evidence of its own.
    #[must_use]
    pub const fn new(syllable: Syllable) -> Self {
        Self {
            syllable,
            spelling: None,
            log_weight: 0.0,
        }
    }
}

/// Counts from elsewhere (the document's own clean part, a whole index) that are mixed into the lexicon's.
pub trait PairModel {
    /// How many syllables it counted in all.
    fn total(&self) -> f32;
    /// How often the syllable occurs there.
    fn count(&self, syllable: Syllable) -> f32;
    /// How often `second` directly follows `first` there.
    fn pair_count(&self, first: Syllable, second: Syllable) -> f32;
}

/// Mixed in for a triple that is not in the table: its pair counts, but less than a triple that is.
const NO_TRIPLE: f32 = -0.5;

/// Syllables that a model must have counted for its bare counts to have half their greatest say.
const TOPIC_DOUBT: f32 = 600.0;

/// Words of one clause with their candidates.
pub struct Lattice<'a> {
    lexicon: &'a Lexicon<'a>,
    models: Vec<(&'a dyn PairModel, f32)>,
    candidates: Vec<Candidate>,
    starts: Vec<usize>,
    /// Scratch of [`best`](Self::best).
    pairs: Vec<f32>,
    scores: Vec<f32>,
    next: Vec<f32>,
    back: Vec<u16>,
    back_starts: Vec<usize>,
}

/// The best reading of a [`Lattice`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// For each word, which of its candidates.
    pub choices: Vec<usize>,
    /// For each word, the chance of the choice among its candidates, its neighbours being as chosen.
    pub confidences: Vec<f32>,
    /// Natural logarithm of the whole.
    pub log_prob: f32,
}

impl<'a> Lattice<'a> {
    /// An empty clause.
    #[must_use]
    pub fn new(lexicon: &'a Lexicon<'a>) -> Self {
        Self {
            lexicon,
            models: Vec::new(),
            candidates: Vec::new(),
            starts: vec![0],
            pairs: Vec::new(),
            scores: Vec::new(),
            next: Vec::new(),
            back: Vec::new(),
            back_starts: Vec::new(),
        }
    }

    /// Mixes in the counts of `model`. Behind a syllable that it saw `doubt` times it has half the say; seen more often, more.
    #[must_use]
    pub fn with_model(mut self, model: &'a dyn PairModel, doubt: f32) -> Self {
        self.models.push((model, doubt));
        self
    }

    /// Forgets the words, keeps the models.
    pub fn clear(&mut self) {
        self.candidates.clear();
        self.starts.truncate(1);
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether the clause has no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the next word; without candidates it counts as [`Syllable::OTHER`].
    pub fn push(&mut self, candidates: impl IntoIterator<Item = Candidate>) {
        let before = self.candidates.len();
        self.candidates.extend(candidates);
        if self.candidates.len() == before {
            self.candidates.push(Candidate::new(Syllable::OTHER));
        }
        self.starts.push(self.candidates.len());
    }

    /// The candidates of word `i`.
    #[must_use]
    pub fn column(&self, i: usize) -> &[Candidate] {
        &self.candidates[self.starts[i]..self.starts[i + 1]]
    }

    /// Natural logarithm of the chance of `second` behind `first`, all models mixed.
    fn pair(&self, first: Syllable, second: Syllable) -> f32 {
        let mut prob = self.lexicon.prob_after(first, second);
        for (model, doubt) in &self.models {
            let total = model.total();
            if total > 0.0 {
                // A syllable that the model saw is likelier there than elsewhere, whatever stands before it.
                let trust = 0.5 * total / (total + TOPIC_DOUBT);
                let alone = model.count(second) / total;
                let uses = model.count(first);
                let say = uses / (uses + doubt);
                let seen = if uses > 0.0 {
                    model.pair_count(first, second) / uses
                } else {
                    0.0
                };
                let backed = prob + self.lexicon.backoff(first) * trust * alone;
                prob = (1.0 - say) * backed + say * (0.8 * seen + 0.2 * backed);
            }
        }
        prob.ln()
    }

    fn triple(&self, first: Syllable, second: Syllable, third: Syllable, pair: f32) -> f32 {
        let without = pair + NO_TRIPLE;
        self.lexicon
            .log_prob_triple(first, second, third)
            .map_or(without, |p| p.max(without))
    }

    /// The likeliest reading.
    pub fn best(&mut self) -> Path {
        let n = self.len();
        if n == 0 {
            return Path::default();
        }
        let border = [Candidate::new(Syllable::START)];
        // Scores of the states (a, b): candidate a of word i - 1 and b of word i.
        let mut scores = std::mem::take(&mut self.scores);
        let mut next = std::mem::take(&mut self.next);
        let mut pairs = std::mem::take(&mut self.pairs);
        let mut back = std::mem::take(&mut self.back);
        let mut back_starts = std::mem::take(&mut self.back_starts);
        back.clear();
        back_starts.clear();
        scores.clear();
        for b in self.column(0) {
            scores.push(self.pair(Syllable::START, b.syllable) + b.log_weight);
        }
        for i in 1..=n {
            let left = if i >= 2 { self.column(i - 2) } else { &border };
            let middle = self.column(i - 1);
            let right = if i < n { self.column(i) } else { &border };
            pairs.clear();
            for b in middle {
                for c in right {
                    pairs.push(self.pair(b.syllable, c.syllable));
                }
            }
            next.clear();
            back_starts.push(back.len());
            for (bi, b) in middle.iter().enumerate() {
                for (ci, c) in right.iter().enumerate() {
                    let pair = pairs[bi * right.len() + ci];
                    let mut best = f32::NEG_INFINITY;
                    let mut from = 0;
                    for (ai, a) in left.iter().enumerate() {
                        let before = scores[ai * middle.len() + bi];
                        // A triple never scores above 0, so this cannot win.
                        if before <= best {
                            continue;
                        }
                        let score = before + self.triple(a.syllable, b.syllable, c.syllable, pair);
                        if score > best {
                            (best, from) = (score, ai);
                        }
                    }
                    next.push(best + c.log_weight);
                    back.push(from as u16);
                }
            }
            std::mem::swap(&mut scores, &mut next);
        }
        // The last states are (b, border).
        let (mut b, log_prob) =
            scores
                .iter()
                .copied()
                .enumerate()
                .fold((0, f32::NEG_INFINITY), |best, (i, s)| {
                    if s > best.1 { (i, s) } else { best }
                });
        let mut choices = vec![0; n];
        let mut c = 0;
        for i in (1..=n).rev() {
            choices[i - 1] = b;
            let right = if i < n { self.column(i).len() } else { 1 };
            let a = usize::from(back[back_starts[i - 1] + b * right + c]);
            c = b;
            b = a;
        }
        self.scores = scores;
        self.next = next;
        self.pairs = pairs;
        self.back = back;
        self.back_starts = back_starts;
        let confidences = (0..n).map(|i| self.confidence(&choices, i)).collect();
        Path {
            choices,
            confidences,
            log_prob,
        }
    }

    fn confidence(&self, choices: &[usize], i: usize) -> f32 {
        let column = self.column(i);
        if column.len() == 1 {
            return 1.0;
        }
        let at = |k: usize| {
            if (1..=choices.len()).contains(&k) {
                self.column(k - 1)[choices[k - 1]].syllable
            } else {
                Syllable::START
            }
        };
        // Word i stands at k = i + 1, the borders at 0 and n + 1.
        let k = i + 1;
        let before2 = if k >= 2 { at(k - 2) } else { Syllable::START };
        let (before, after, after2) = (at(k - 1), at(k + 1), at(k + 2));
        let score = |candidate: &Candidate| {
            let s = candidate.syllable;
            let p1 = self.pair(before, s);
            let p2 = self.pair(s, after);
            let mut sum = candidate.log_weight
                + self.triple(before2, before, s, p1)
                + self.triple(before, s, after, p2);
            if k < choices.len() {
                sum += self.triple(s, after, after2, self.pair(after, after2));
            }
            sum
        };
        let chosen = score(&column[choices[i]]);
        let sum: f32 = column.iter().map(|c| (score(c) - chosen).exp()).sum();
        1.0 / sum
    }
}

/// The marks of words typed bare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// For each word its syllable and the chance of that reading; `None` for what is no syllable.
    pub words: Vec<Option<(Syllable, f32)>>,
    /// The chance of the least sure word that had a choice; 1 where none had.
    pub confidence: f32,
}

/// Restores the marks of a query typed bare: `von dau tu` is vốn đầu tư. Words that bear marks are taken as they are.
///
/// `models` are counts to mix in, with the doubt of each (see [`Lattice::with_model`]). Expects words in lower case.
///
/// ```
/// use baocao::text::lexicon::{lexicon, restore_marks};
///
/// let restored = restore_marks(&["von", "dau", "tu"], &[]);
/// let words: Vec<&str> = restored.words.iter().flatten().map(|w| lexicon().usual(w.0)).collect();
/// assert_eq!(words, ["vốn", "đầu", "tư"]);
/// ```
#[must_use]
pub fn restore_marks(words: &[&str], models: &[(&dyn PairModel, f32)]) -> Restored {
    let lexicon = super::lexicon();
    let mut lattice = Lattice::new(lexicon);
    lattice.models.extend_from_slice(models);
    for word in words {
        if word.is_ascii() {
            lattice.push(lexicon.by_folded(word).map(Candidate::new));
        } else {
            lattice.push(lexicon.syllable(word).map(Candidate::new));
        }
    }
    let path = lattice.best();
    let mut confidence = 1.0f32;
    let words = path
        .choices
        .iter()
        .enumerate()
        .map(|(i, &choice)| {
            let chosen = lattice.column(i)[choice].syllable;
            confidence = confidence.min(path.confidences[i]);
            (!chosen.is_class()).then_some((chosen, path.confidences[i]))
        })
        .collect();
    Restored { words, confidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lexicon::lexicon;

    #[test]
    fn bare_queries_get_their_marks() {
        for (bare, marked) in [
            ("von dau tu", "vốn đầu tư"),
            ("tang truong kinh te", "tăng trưởng kinh tế"),
            ("giai ngan von dau tu cong", "giải ngân vốn đầu tư công"),
            ("xuat khau thuy san", "xuất khẩu thủy sản"),
            ("khu công nghiep", "khu công nghiệp"),
        ] {
            let words: Vec<&str> = bare.split(' ').collect();
            let restored = restore_marks(&words, &[]);
            let read: Vec<&str> = restored
                .words
                .iter()
                .flatten()
                .map(|w| lexicon().usual(w.0))
                .collect();
            assert_eq!(read.join(" "), marked);
            assert!(restored.confidence > 0.3, "{bare}: {}", restored.confidence);
        }
    }

    #[test]
    fn words_that_are_no_syllables_stay() {
        let restored = restore_marks(&["fdi", "xyz"], &[]);
        assert_eq!(restored.words, [None, None]);
    }
}
