//! The likeliest sequence of syllables among candidates, by what follows what.

use std::ops::Range;

use super::{Lexicon, PairFilter, Spelling, Syllable};

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
    filter: Option<&'a PairFilter>,
    model: Option<Model<'a>>,
    candidates: Vec<Candidate>,
    /// Of each candidate what pairs with it need, worked out once.
    sides: Vec<Side>,
    starts: Vec<usize>,
    scratch: Scratch,
}

/// Counts that are mixed in.
#[derive(Clone, Copy)]
struct Model<'a> {
    counts: &'a dyn PairModel,
    doubt: f32,
    total: f32,
}

/// A syllable on either side of a pair. Behind `b` stands `c`, by no known pair, with the chance `b.backed * c.share`.
#[derive(Clone, Copy)]
pub(crate) struct Side {
    syllable: Syllable,
    /// How often the lexicon counted it, at least once.
    uses: f32,
    /// How often the model counted it.
    model_uses: f32,
    /// The part of the lexicon's say in what follows, and of the model's pairs.
    lexicon_say: f32,
    model_say: f32,
    backed: f32,
    ln_backed: f32,
    share: f32,
    ln_share: f32,
}

/// In place of a pair that the lexicon does not know.
const NO_PAIR: u32 = u32::MAX;
/// In place of a pair that was not looked up, its first syllable being out of the question.
const NOT_ASKED: u32 = NO_PAIR - 1;

/// Buffers of [`Lattice::best`], kept from clause to clause.
#[derive(Default)]
struct Scratch {
    /// Of the states (a, b), candidate a of a word and b of the next, at `a * len of b's column + b`: the best score.
    scores: Vec<f32>,
    next: Vec<f32>,
    /// The candidates a whose states are worth following; no other state has a score.
    alive: Vec<u16>,
    next_alive: Vec<u16>,
    /// Of all states of the clause, word by word: the candidate before it, and the place of its pair in the lexicon or [`NO_PAIR`].
    back: Vec<u16>,
    pairs: Vec<u32>,
    state_starts: Vec<usize>,
    /// For each b the best state (a, b), and a.
    plain: Vec<(f32, u16)>,
    /// For each candidate of the column at hand its weight, and its part in the chance of a pair that nobody saw.
    unseen: Vec<f32>,
    /// The candidates of the column at hand that may have been seen behind the one before.
    seen: Vec<u16>,
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
            filter: None,
            model: None,
            candidates: Vec::new(),
            sides: Vec::new(),
            starts: vec![0],
            scratch: Scratch::default(),
        }
    }

    /// Asks the lexicon's filter before each pair; worth its making for whole texts.
    #[must_use]
    pub(crate) fn with_filter(mut self) -> Self {
        self.filter = Some(self.lexicon.filter());
        self
    }

    /// Mixes in counts. Behind a syllable that they saw `doubt` times they have half the say; seen more often, more.
    #[must_use]
    pub fn with_model(mut self, counts: &'a dyn PairModel, doubt: f32) -> Self {
        let total = counts.total();
        self.model = (total > 0.0).then_some(Model {
            counts,
            doubt,
            total,
        });
        self
    }

    /// Forgets the words, keeps the model.
    pub fn clear(&mut self) {
        self.candidates.clear();
        self.sides.clear();
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
        for i in before..self.candidates.len() {
            let side = self.side(self.candidates[i].syllable);
            self.sides.push(side);
        }
        self.starts.push(self.candidates.len());
    }

    /// Appends to `sides` what [`push_prepared`](Self::push_prepared) needs of candidates, for words that come again.
    pub(crate) fn prepare(&self, candidates: &[Candidate], sides: &mut Vec<Side>) {
        sides.extend(candidates.iter().map(|c| self.side(c.syllable)));
    }

    /// Adds the next word, whose candidates were prepared; without any it counts as [`Syllable::OTHER`].
    pub(crate) fn push_prepared(&mut self, candidates: &[Candidate], sides: &[Side]) {
        if candidates.is_empty() {
            self.push([]);
            return;
        }
        self.candidates.extend_from_slice(candidates);
        self.sides.extend_from_slice(sides);
        self.starts.push(self.candidates.len());
    }

    /// The candidates of word `i`.
    #[must_use]
    pub fn column(&self, i: usize) -> &[Candidate] {
        &self.candidates[self.starts[i]..self.starts[i + 1]]
    }

    fn sides(&self, i: usize) -> &[Side] {
        &self.sides[self.starts[i]..self.starts[i + 1]]
    }

    fn side(&self, syllable: Syllable) -> Side {
        let mut side = Side {
            syllable,
            uses: (self.lexicon.count(syllable) as f32).max(1.0),
            model_uses: 0.0,
            lexicon_say: 1.0,
            model_say: 0.0,
            backed: self.lexicon.backoff(syllable),
            ln_backed: 0.0,
            share: self.lexicon.base(syllable),
            ln_share: 0.0,
        };
        if let Some(model) = self.model {
            // A syllable that the model saw is likelier there than elsewhere, whatever stands before it.
            let trust = TOPIC_SAY * model.total / (model.total + TOPIC_DOUBT);
            side.model_uses = model.counts.count(syllable);
            side.share += trust * side.model_uses / model.total;
            side.model_say = PAIR_SAY * side.model_uses / (side.model_uses + model.doubt);
            side.lexicon_say = 1.0 - side.model_say;
            side.backed *= side.lexicon_say;
        }
        side.ln_backed = side.backed.ln();
        side.ln_share = side.share.ln();
        side
    }

    /// Place of a pair in the lexicon's table, or [`NO_PAIR`].
    fn known(&self, first: &Side, second: &Side) -> u32 {
        let (first, second) = (first.syllable, second.syllable);
        if self.filter.is_some_and(|f| !f.behind(first)(second)) {
            return NO_PAIR;
        }
        let pair = self.lexicon.pair_at(first, second);
        pair.map_or(NO_PAIR, |pair| pair as u32)
    }

    /// [`known`](Self::known) of `first` with each of `right`, into `pairs`, and into `seen` which of them may have been seen together at
    /// all. Those are gathered without a branch, so that the reads of memory do not wait for one another.
    fn find_pairs(&self, first: &Side, right: &[Side], seen: &mut Vec<u16>, pairs: &mut [u32]) {
        seen.resize(right.len(), 0);
        let mut asked = 0;
        let by_model = first.model_uses > 0.0;
        if let Some(filter) = self.filter {
            let may_hold = filter.behind(first.syllable);
            for (c, after) in right.iter().enumerate() {
                seen[asked] = c as u16;
                let ask = may_hold(after.syllable) | (by_model & (after.model_uses > 0.0));
                asked += usize::from(ask);
            }
            seen.truncate(asked);
        } else {
            seen.clear();
            seen.extend(0..right.len() as u16);
        }
        for c in seen.iter().map(|&c| usize::from(c)) {
            if let Some(pair) = self.lexicon.pair_at(first.syllable, right[c].syllable) {
                pairs[c] = pair as u32;
            }
        }
    }

    /// The chance of `second` behind `first` beyond that of any two syllables; 0 for a pair that is not known.
    fn seen(&self, pair: u32, first: &Side, second: &Side) -> f32 {
        let mut seen = match pair {
            NOT_ASKED.. => 0.0,
            pair => first.lexicon_say * self.lexicon.discounted(pair as usize) / first.uses,
        };
        if let Some(model) = self.model
            && first.model_uses > 0.0
            && second.model_uses > 0.0
        {
            let count = model.counts.pair_count(first.syllable, second.syllable);
            seen += first.model_say * count / first.model_uses;
        }
        seen
    }

    fn prob(&self, pair: u32, first: &Side, second: &Side) -> f32 {
        self.seen(pair, first, second) + first.backed * second.share
    }

    /// Natural logarithm of the chance of `second` behind `first`.
    fn ln_prob(&self, pair: u32, first: &Side, second: &Side) -> f32 {
        let seen = self.seen(pair, first, second);
        if seen > 0.0 {
            (seen + first.backed * second.share).ln()
        } else {
            first.ln_backed + second.ln_share
        }
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
        let mut scratch = std::mem::take(&mut self.scratch);
        let border = self.side(Syllable::START);
        scratch.start();
        for (side, candidate) in self.sides(0).iter().zip(self.column(0)) {
            let pair = self.known(&border, side);
            let score = self.ln_prob(pair, &border, side) + candidate.log_weight;
            scratch.scores.push(score);
            scratch.push_state(pair);
        }
        for i in 1..=n {
            self.step(i, &border, &mut scratch);
        }
        // The last states are (b, border).
        let (mut b, mut log_prob) = (0, f32::NEG_INFINITY);
        for last in scratch.alive.iter().map(|&b| usize::from(b)) {
            if scratch.scores[last] > log_prob {
                (b, log_prob) = (last, scratch.scores[last]);
            }
        }
        let mut choices = vec![0; n];
        let mut c = 0;
        for i in (1..=n).rev() {
            choices[i - 1] = b;
            let a = scratch.back[scratch.state_starts[i] + b * self.width(i) + c];
            c = b;
            b = usize::from(a);
        }
        self.scratch = scratch;
        Path {
            choices,
            confidences: Vec::new(),
            log_prob,
        }
    }

    /// From the states (a, b) of words i - 2 and i - 1 to the states (b, c) of words i - 1 and i.
    fn step(&self, i: usize, border: &Side, scratch: &mut Scratch) {
        let borders = std::slice::from_ref(border);
        let left = if i >= 2 { self.sides(i - 2) } else { borders };
        let middle = self.sides(i - 1);
        let (right, weights) = if i < self.len() {
            (self.sides(i), self.column(i))
        } else {
            (borders, [].as_slice())
        };
        let Scratch {
            scores,
            next,
            alive,
            next_alive,
            back,
            pairs,
            state_starts,
            plain,
            unseen,
            seen,
        } = scratch;
        let before = state_starts.last().copied().unwrap_or(0);
        let first = back.len();
        state_starts.push(first);
        next.clear();
        let weight = |c: usize| weights.get(c).map_or(0.0, |candidate| candidate.log_weight);
        unseen.clear();
        unseen.extend(
            right
                .iter()
                .enumerate()
                .map(|(c, side)| side.ln_share + weight(c)),
        );
        // The best of the states (a, b) for each b: where they open no triple, it serves every candidate alike.
        plain.clear();
        plain.resize(middle.len(), (f32::NEG_INFINITY, 0));
        for &a in alive.iter() {
            let scores = &scores[usize::from(a) * middle.len()..][..middle.len()];
            for (best, &score) in plain.iter_mut().zip(scores) {
                if score > best.0 {
                    *best = (score, a);
                }
            }
        }
        let best_of_all = plain
            .iter()
            .fold(f32::NEG_INFINITY, |best, p| best.max(p.0));
        next_alive.clear();
        for (b, (side, &plain)) in middle.iter().zip(plain.iter()).enumerate() {
            let row = first + b * right.len();
            let next_row = next.len();
            back.resize(row + right.len(), plain.1);
            if plain.0 < best_of_all - BEAM {
                pairs.resize(row + right.len(), NOT_ASKED);
                next.resize(next_row + right.len(), f32::NEG_INFINITY);
                continue;
            }
            next_alive.push(b as u16);
            pairs.resize(row + right.len(), NO_PAIR);
            let (back, pairs_before) = (&mut back[row..], &mut *pairs);
            let (pairs_before, pairs) = pairs_before.split_at_mut(row);
            self.find_pairs(side, right, seen, pairs);
            if side.syllable == Syllable::NUMBER {
                for (c, after) in right.iter().enumerate() {
                    let (score, from) = if after.syllable.is_class() {
                        (
                            plain.0 + self.ln_prob(pairs[c], side, after) + NO_TRIPLE,
                            plain.1,
                        )
                    } else {
                        let states = (left, &scores[b..], middle.len(), &alive[..]);
                        self.across(pairs[c], states, side, after)
                    };
                    next.push(score + weight(c));
                    back[c] = from;
                }
            } else {
                let behind = plain.0 + side.ln_backed + NO_TRIPLE;
                next.extend(unseen.iter().map(|unseen| behind + unseen));
                for &c in seen.iter() {
                    let c = usize::from(c);
                    let score = plain.0 + self.ln_prob(pairs[c], side, &right[c]) + NO_TRIPLE;
                    next[next_row + c] = score + weight(c);
                }
            }
            // A triple ends in a known pair.
            seen.retain(|&c| pairs[usize::from(c)] < NOT_ASKED);
            if seen.is_empty() {
                continue;
            }
            for &a in alive.iter() {
                let state = usize::from(a) * middle.len() + b;
                let pair = pairs_before[before + state];
                // Too far behind to win by a triple, whose logarithm is never above 0.
                if pair >= NOT_ASKED || scores[state] < best_of_all - BEAM {
                    continue;
                }
                let row = self.triples(pair);
                if row.is_empty() {
                    continue;
                }
                for c in seen.iter().map(|&c| usize::from(c)) {
                    if let Some(triple) = self.lexicon.third(row.clone(), right[c].syllable) {
                        let score = scores[state] + triple + weight(c);
                        if score > next[next_row + c] {
                            next[next_row + c] = score;
                            back[c] = a;
                        }
                    }
                }
            }
        }
        std::mem::swap(scores, next);
        std::mem::swap(alive, next_alive);
    }

    /// The best of the states (a, number) before `after`. The lexicon's pairs leave numbers out: those around a number are counted as neighbours.
    fn across(
        &self,
        pair: u32,
        (left, scores, width, alive): (&[Side], &[f32], usize, &[u16]),
        number: &Side,
        after: &Side,
    ) -> (f32, u16) {
        let plain = self.prob(pair, number, after);
        let mut best = (f32::NEG_INFINITY, 0);
        for &a in alive {
            let a_side = usize::from(a);
            let (before, score) = (&left[a_side], scores[a_side * width]);
            let mut prob = plain;
            if !before.syllable.is_class() {
                let around = self.prob(self.known(before, after), before, after);
                prob = (1.0 - ACROSS) * prob + ACROSS * around;
            }
            let score = score + prob.ln() + NO_TRIPLE;
            if score > best.0 {
                best = (score, a);
            }
        }
        best
    }

    /// The chance of the choice for word `i` among its candidates, its neighbours being as `path` has them. `path` is the last that
    /// [`best_choices`](Self::best_choices) gave.
    pub(crate) fn confidence(&self, path: &Path, i: usize) -> f32 {
        let column = self.column(i);
        if column.len() == 1 {
            return 1.0;
        }
        let border = self.side(Syllable::START);
        let choice = |word: usize| path.choices.get(word).copied().unwrap_or(0);
        let side = |word: usize| match path.choices.get(word) {
            Some(&choice) => self.sides(word)[choice],
            None => border,
        };
        let (next, next2) = (side(i + 1), side(i + 2));
        let (before, opened) = match i.checked_sub(1) {
            Some(word) => {
                let before2 = word.checked_sub(1).map_or(0, choice);
                (
                    choice(word),
                    self.triples(self.pair_of(word, before2, choice(word))),
                )
            }
            None => (0, 0..0),
        };
        let before_side = if i > 0 { side(i - 1) } else { border };
        let last = (i + 1 < self.len()).then(|| {
            let pair = self.pair_of(i + 2, choice(i + 1), choice(i + 2));
            self.ln_prob(pair, &next, &next2) + NO_TRIPLE
        });
        let with = |row: Range<u32>, third: &Side, without: f32| {
            let triple = self.lexicon.third(row, third.syllable);
            triple.map_or(without, |p| p.max(without))
        };
        let sides = self.sides(i);
        let pairs = &self.pairs_of(i, before)[..column.len()];
        let next_width = self.width(i + 1);
        let next_pairs = &self.pairs_of(i + 1, 0)[choice(i + 1)..];
        let score = |s: usize| {
            let side = &sides[s];
            let (pair, next_pair) = (pairs[s], next_pairs[s * next_width]);
            if next_pair == NOT_ASKED {
                return f32::NEG_INFINITY;
            }
            let mut sum = column[s].log_weight
                + with(
                    opened.clone(),
                    side,
                    self.ln_prob(pair, &before_side, side) + NO_TRIPLE,
                );
            let next_prob = self.ln_prob(next_pair, side, &next) + NO_TRIPLE;
            // A triple ends in a known pair.
            sum += match next_pair {
                NO_PAIR => next_prob + last.unwrap_or(0.0),
                _ => {
                    let next_prob = with(self.triples(pair), &next, next_prob);
                    next_prob + last.map_or(0.0, |last| with(self.triples(next_pair), &next2, last))
                }
            };
            sum
        };
        let chosen = score(choice(i));
        let sum: f32 = (0..column.len()).map(|s| (score(s) - chosen).exp()).sum();
        1.0 / sum
    }

    /// What the search noted of candidate `a` of word `i - 1` before candidate `b` of word `i`; the border counts as a word of one candidate.
    fn pair_of(&self, i: usize, a: usize, b: usize) -> u32 {
        self.pairs_of(i, a)[b]
    }

    /// The same for candidate `a` before each candidate of word `i`, and on from there.
    fn pairs_of(&self, i: usize, a: usize) -> &[u32] {
        &self.scratch.pairs[self.scratch.state_starts[i] + a * self.width(i)..]
    }

    /// Number of candidates of word `i`, the border behind the last word being one.
    fn width(&self, i: usize) -> usize {
        if i < self.len() {
            self.column(i).len()
        } else {
            1
        }
    }

    fn triples(&self, pair: u32) -> Range<u32> {
        match pair {
            NOT_ASKED.. => 0..0,
            pair => self.lexicon.triples_of(Some(pair as usize)),
        }
    }
}

impl Scratch {
    fn start(&mut self) {
        self.scores.clear();
        self.alive.clear();
        self.alive.push(0);
        self.back.clear();
        self.pairs.clear();
        self.state_starts.clear();
        self.state_starts.push(0);
    }

    fn push_state(&mut self, pair: u32) {
        self.back.push(0);
        self.pairs.push(pair);
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
/// `model` are counts to mix in, with their doubt (see [`Lattice::with_model`]). Expects words in lower case.
///
/// ```
/// use baocao::text::lexicon::{lexicon, restore_marks};
///
/// let restored = restore_marks(&["von", "dau", "tu"], None);
/// let words: Vec<&str> = restored.words.iter().flatten().map(|w| lexicon().usual(w.0)).collect();
/// assert_eq!(words, ["vốn", "đầu", "tư"]);
/// ```
#[must_use]
pub fn restore_marks(words: &[&str], model: Option<(&dyn PairModel, f32)>) -> Restored {
    let lexicon = super::lexicon();
    let mut lattice = Lattice::new(lexicon);
    if let Some((counts, doubt)) = model {
        lattice = lattice.with_model(counts, doubt);
    }
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
            let restored = restore_marks(&words, None);
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
        let restored = restore_marks(&["fdi", "xyz"], None);
        assert_eq!(restored.words, [None, None]);
    }
}
