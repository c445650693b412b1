//! The search for the likeliest reading: a state is a word's candidate before a candidate of the next word.

use super::{Lattice, NO_PAIR, NO_TRIPLE, NOT_ASKED, Path, Side};
use crate::text::lexicon::Syllable;
use crate::text::lexicon::tables::Slot;

/// A reading this much less likely than the best so far, as a logarithm, is given up.
const BEAM: f32 = 10.0;
/// The say of the pair around a number, beside that of the number and what follows it.
const ACROSS: f32 = 0.5;

/// Buffers of [`Lattice::best`], kept from clause to clause and never cleared: what is read was written for the clause at hand.
#[derive(Default)]
pub(super) struct Scratch {
    /// Of the states (a, b), candidate a of a word and b of the next, at `a * len of b's column + b`: the best score.
    scores: Vec<f32>,
    next: Vec<f32>,
    /// The candidates a whose states are worth following; no other state has a score.
    alive: Vec<u16>,
    next_alive: Vec<u16>,
    /// For each b the best of the states (a, b), and a: where they open no triple, it serves every candidate alike.
    best: Best,
    next_best: Best,
    pub(super) states: States,
    /// The pairs of the columns at hand that may be known.
    asked: Vec<Asked>,
}

/// A pair that may be known: candidate b of a word and c of the next.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) b: u16,
    pub(super) c: u16,
    /// Where the tables have it, or another.
    pub(super) head: Option<Slot>,
}

/// Of each candidate of a word the best score that leads to it, and from which candidate before.
#[derive(Default)]
struct Best {
    scores: Vec<f32>,
    from: Vec<u16>,
}

/// What the search notes of all states of the clause, word by word.
#[derive(Default)]
pub(super) struct States {
    /// Where the states of each word start.
    pub(super) starts: Vec<usize>,
    /// Of the state (a, b) the logarithm of the chance of b behind a by the pair alone, with the weight of b.
    pub(super) steps: Vec<f32>,
    /// Its pair in the lexicon, [`NO_PAIR`] or [`NOT_ASKED`].
    pub(super) pairs: Vec<u32>,
    /// The candidate before a.
    back: Vec<u16>,
}

impl Lattice<'_> {
    /// The likeliest reading, its confidences left to [`confidence`](Self::confidence).
    pub(crate) fn find_best(&mut self, path: &mut Path) {
        path.choices.clear();
        path.confidences.clear();
        let n = self.len();
        if n == 0 {
            return;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.make_room((0..=n).map(|i| self.width(i)));
        let (border, first) = (&self.list.sides[0], self.word(0));
        for (i, (side, candidate)) in first.sides.iter().zip(first.candidates).enumerate() {
            let known = self.known(border, side);
            let score = self.ln_prob(known, border, side) + candidate.log_weight;
            scratch.scores[i] = score;
            scratch.best.scores[i] = score;
            scratch.best.from[i] = 0;
            scratch.states.steps[i] = score + NO_TRIPLE;
            scratch.states.pairs[i] = known.map_or(NO_PAIR, |(pair, _)| pair);
        }
        for i in 1..=n {
            self.step(i, &mut scratch);
        }
        // The last states are (b, border).
        path.choices.resize(n, 0);
        let (mut b, mut c) = (usize::from(scratch.best.from[0]), 0);
        for i in (1..=n).rev() {
            path.choices[i - 1] = b;
            let state = scratch.states.starts[i] + b * self.width(i) + c;
            c = b;
            b = usize::from(scratch.states.back[state]);
        }
        self.scratch = scratch;
    }

    /// From the states (a, b) of words i - 2 and i - 1 to the states (b, c) of words i - 1 and i.
    fn step(&self, i: usize, scratch: &mut Scratch) {
        let (middle, right) = (self.sides(i - 1), self.word(i));
        let (height, width) = (middle.len(), right.sides.len());
        let Scratch {
            scores,
            next,
            alive,
            next_alive,
            best,
            next_best,
            states,
            asked,
        } = scratch;
        let (before, start) = (states.starts[i - 1], states.starts[i]);
        let (pairs_before, pairs) = states.pairs.split_at_mut(start);
        let pairs_before = &pairs_before[before..];
        let (steps, back) = (&mut states.steps[start..], &mut states.back[start..]);
        let best_scores = &best.scores[..height];
        let best_of_all = best_scores.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
        next_alive.clear();
        asked.clear();
        for (b, (side, &score)) in middle.iter().zip(best_scores).enumerate() {
            let row = b * width..(b + 1) * width;
            if score < best_of_all - BEAM {
                pairs[row].fill(NOT_ASKED);
                continue;
            }
            pairs[row.clone()].fill(NO_PAIR);
            back[row.clone()].fill(best.from[b]);
            let (steps, next) = (&mut steps[row.clone()], &mut next[row]);
            let backed = side.ln_backed + NO_TRIPLE;
            for (c, &unseen) in right.unseen[..width].iter().enumerate() {
                steps[c] = backed + unseen;
                next[c] = score + steps[c];
            }
            next_alive.push(b as u16);
            self.ask(b as u16, side, right, asked);
        }
        if let Some(tables) = self.tables {
            for asked in asked.iter_mut() {
                let row = middle[usize::from(asked.b)].row;
                asked.head = Some(tables.head(row, right.seconds[usize::from(asked.c)]));
            }
        }
        // A triple ends in a known pair: only those stay.
        asked.retain(|asked| {
            let (b, c) = (usize::from(asked.b), usize::from(asked.c));
            let (side, after, state) = (&middle[b], &right.sides[c], b * width + c);
            let known = self.find(side, after, asked.head);
            let step = self.ln_prob(known, side, after) + NO_TRIPLE;
            steps[state] = step + right.candidates[c].log_weight;
            next[state] = best_scores[b] + steps[state];
            if let Some((pair, _)) = known {
                pairs[state] = pair;
            }
            known.is_some()
        });
        if height == 1 && middle[0].syllable == Syllable::NUMBER {
            // Before the first word stands the border, as behind the last.
            let left = self.sides(i.checked_sub(2).unwrap_or(self.len()));
            for (c, after) in right.sides.iter().enumerate() {
                if !after.syllable.is_class() {
                    let (score, from) = self.across((left, scores, alive), &middle[0], after);
                    next[c] = score + right.candidates[c].log_weight;
                    back[c] = from;
                }
            }
        }
        for known in asked.chunk_by(|one, other| one.b == other.b) {
            let b = usize::from(known[0].b);
            for &a in alive.iter() {
                let state = usize::from(a) * height + b;
                // Too far behind to win by a triple, whose logarithm is never above 0.
                if scores[state] < best_of_all - BEAM {
                    continue;
                }
                let row = self.triples(pairs_before[state]);
                if row.is_empty() {
                    continue;
                }
                for c in known.iter().map(|known| usize::from(known.c)) {
                    if let Some(triple) = self.third(row.clone(), right.sides[c].syllable) {
                        let score = scores[state] + triple + right.candidates[c].log_weight;
                        let state = b * width + c;
                        if score > next[state] {
                            next[state] = score;
                            back[state] = a;
                        }
                    }
                }
            }
        }
        next_best.clear(width);
        for &b in next_alive.iter() {
            next_best.take_in(b, &next[usize::from(b) * width..][..width]);
        }
        std::mem::swap(scores, next);
        std::mem::swap(alive, next_alive);
        std::mem::swap(best, next_best);
    }

    /// The best of the states (a, number) before `after`. The lexicon's pairs leave numbers out: those around a number are counted as
    /// neighbours. A number has no other reading.
    fn across(
        &self,
        (left, scores, alive): (&[Side], &[f32], &[u16]),
        number: &Side,
        after: &Side,
    ) -> (f32, u16) {
        let plain = self.prob(number, after);
        let mut best = (f32::NEG_INFINITY, 0);
        for &a in alive {
            let (before, score) = (&left[usize::from(a)], scores[usize::from(a)]);
            let mut prob = plain;
            if !before.syllable.is_class() {
                prob = (1.0 - ACROSS) * prob + ACROSS * self.prob(before, after);
            }
            let score = score + prob.ln() + NO_TRIPLE;
            if score > best.0 {
                best = (score, a);
            }
        }
        best
    }
}

impl Scratch {
    /// Room for a clause whose words and border have as many candidates.
    fn make_room(&mut self, widths: impl Iterator<Item = usize>) {
        let (mut height, mut states, mut widest, mut most) = (1, 0, 1, 0);
        self.states.starts.clear();
        for width in widths {
            self.states.starts.push(states);
            states += height * width;
            widest = widest.max(width);
            most = most.max(height * width);
            height = width;
        }
        fn grow<T: Copy + Default>(list: &mut Vec<T>, len: usize) {
            if list.len() < len {
                list.resize(len, T::default());
            }
        }
        grow(&mut self.scores, most);
        grow(&mut self.next, most);
        for best in [&mut self.best, &mut self.next_best] {
            grow(&mut best.scores, widest);
            grow(&mut best.from, widest);
        }
        grow(&mut self.states.steps, states);
        grow(&mut self.states.pairs, states);
        grow(&mut self.states.back, states);
        self.alive.clear();
        self.alive.push(0);
    }
}

impl Best {
    fn clear(&mut self, len: usize) {
        self.scores[..len].fill(f32::NEG_INFINITY);
    }

    /// The scores of the states that candidate `b` opens.
    fn take_in(&mut self, b: u16, scores: &[f32]) {
        let (best, from) = (
            &mut self.scores[..scores.len()],
            &mut self.from[..scores.len()],
        );
        for (c, &score) in scores.iter().enumerate() {
            if score > best[c] {
                best[c] = score;
                from[c] = b;
            }
        }
    }
}
