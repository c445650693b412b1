//! The likeliest sequence of syllables among candidates, by what follows what.

use std::ops::Range;

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
const TOPIC_DOUBT: f32 = 200.0;
/// The greatest say of a model's bare counts among what follows a syllable by no known pair.
const TOPIC_SAY: f32 = 0.5;
/// How far a model's say goes by its pairs.
const PAIR_SAY: f32 = 0.8;
/// A reading this much less likely than the best so far, as a logarithm, is given up.
const BEAM: f32 = 9.0;
/// The say of the pair around a number, beside that of the number and what follows it.
const ACROSS: f32 = 0.5;

/// Words of one clause with their candidates.
pub struct Lattice<'a> {
    lexicon: &'a Lexicon<'a>,
    models: Vec<(&'a dyn PairModel, f32)>,
    candidates: Vec<Candidate>,
    starts: Vec<usize>,
    scratch: Scratch,
}

/// Buffers of [`Lattice::best`], kept from clause to clause.
#[derive(Default)]
struct Scratch {
    /// Of the states (a, b), candidate a of a word and b of the next: the best score, and the triples that the two open.
    scores: Vec<f32>,
    next: Vec<f32>,
    rows: Vec<Range<u32>>,
    next_rows: Vec<Range<u32>>,
    /// For each state the candidate before it.
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
            scratch: Scratch::default(),
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
        self.pair_at(self.lexicon.pair_at(first, second), first, second)
    }

    fn pair_at(&self, pair: Option<usize>, first: Syllable, second: Syllable) -> f32 {
        let mut prob = self.lexicon.prob_at(pair, first, second);
        for (model, doubt) in &self.models {
            let total = model.total();
            if total > 0.0 {
                // A syllable that the model saw is likelier there than elsewhere, whatever stands before it.
                let trust = TOPIC_SAY * total / (total + TOPIC_DOUBT);
                let alone = model.count(second) / total;
                let uses = model.count(first);
                let say = uses / (uses + doubt);
                let seen = if uses > 0.0 {
                    model.pair_count(first, second) / uses
                } else {
                    0.0
                };
                let backed = prob + self.lexicon.backoff(first) * trust * alone;
                prob = (1.0 - say) * backed + say * (PAIR_SAY * seen + (1.0 - PAIR_SAY) * backed);
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
        let mut path = self.best_choices();
        path.confidences = (0..self.len()).map(|i| self.confidence(&path, i)).collect();
        path
    }

    /// The likeliest reading, its confidences left to [`confidence`](Self::confidence).
    pub(crate) fn best_choices(&mut self) -> Path {
        let n = self.len();
        if n == 0 {
            return Path::default();
        }
        let border = [Candidate::new(Syllable::START)];
        let mut scratch = std::mem::take(&mut self.scratch);
        let Scratch {
            scores,
            next,
            rows,
            next_rows,
            back,
            back_starts,
        } = &mut scratch;
        back.clear();
        back_starts.clear();
        scores.clear();
        rows.clear();
        for b in self.column(0) {
            let pair = self.lexicon.pair_at(Syllable::START, b.syllable);
            rows.push(self.lexicon.triples_of(pair));
            scores.push(self.pair_at(pair, Syllable::START, b.syllable) + b.log_weight);
        }
        for i in 1..=n {
            let left = if i >= 2 { self.column(i - 2).len() } else { 1 };
            let middle = self.column(i - 1);
            let right = if i < n { self.column(i) } else { &border };
            next.clear();
            next_rows.clear();
            back_starts.push(back.len());
            let best_of_all = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for (bi, b) in middle.iter().enumerate() {
                // The best of the states before that open no triple serves every candidate alike.
                let mut plain = (f32::NEG_INFINITY, 0);
                for ai in 0..left {
                    let state = ai * middle.len() + bi;
                    if scores[state] > plain.0 {
                        plain = (scores[state], ai);
                    }
                }
                if plain.0 < best_of_all - BEAM {
                    next.extend(right.iter().map(|_| f32::NEG_INFINITY));
                    next_rows.extend(right.iter().map(|_| 0..0));
                    back.extend(right.iter().map(|_| 0));
                    continue;
                }
                for c in right {
                    let pair = self.lexicon.pair_at(b.syllable, c.syllable);
                    let pair_score = self.pair_at(pair, b.syllable, c.syllable) + NO_TRIPLE;
                    if b.syllable == Syllable::NUMBER && !c.syllable.is_class() {
                        // The lexicon's pairs leave numbers out: those around a number are counted as neighbours.
                        let (mut best, mut from) = (f32::NEG_INFINITY, 0);
                        for ai in 0..left {
                            let state = ai * middle.len() + bi;
                            let before = if i >= 2 {
                                self.column(i - 2)[ai].syllable
                            } else {
                                Syllable::START
                            };
                            let mut score = self.pair_at(pair, b.syllable, c.syllable).exp();
                            if !before.is_class() {
                                score = (1.0 - ACROSS) * score
                                    + ACROSS * self.pair(before, c.syllable).exp();
                            }
                            let mut score = score.ln() + NO_TRIPLE;
                            if let Some(triple) =
                                self.lexicon.third(rows[state].clone(), c.syllable)
                            {
                                score = score.max(triple);
                            }
                            score += scores[state];
                            if score > best {
                                (best, from) = (score, ai);
                            }
                        }
                        next.push(best + c.log_weight);
                        next_rows.push(self.lexicon.triples_of(pair));
                        back.push(from as u16);
                        continue;
                    }
                    let (mut best, mut from) = (plain.0 + pair_score, plain.1);
                    for ai in 0..left {
                        let state = ai * middle.len() + bi;
                        let row = &rows[state];
                        // A triple never scores above 0.
                        if row.is_empty() || scores[state] <= best {
                            continue;
                        }
                        if let Some(triple) = self.lexicon.third(row.clone(), c.syllable) {
                            let score = scores[state] + triple;
                            if score > best {
                                (best, from) = (score, ai);
                            }
                        }
                    }
                    next.push(best + c.log_weight);
                    next_rows.push(self.lexicon.triples_of(pair));
                    back.push(from as u16);
                }
            }
            std::mem::swap(scores, next);
            std::mem::swap(rows, next_rows);
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
        self.scratch = scratch;
        Path {
            choices,
            confidences: Vec::new(),
            log_prob,
        }
    }

    /// The chance of the choice for word `i` among its candidates, its neighbours being as `path` has them.
    pub(crate) fn confidence(&self, path: &Path, i: usize) -> f32 {
        let choices = &path.choices;
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
            let sure = path.confidences[i];
            confidence = confidence.min(sure);
            (!chosen.is_class()).then_some((chosen, sure))
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
