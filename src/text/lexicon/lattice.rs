//! The likeliest sequence of syllables among candidates, by what follows what.

mod search;

use std::ops::Range;

use search::{Asked, Scratch};

use super::tables::{Numbers, Row, Second, Slot, Tables};
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

/// Words of one clause with their candidates.
pub struct Lattice<'a> {
    lexicon: &'a Lexicon<'a>,
    tables: Option<&'a Tables>,
    model: Option<Model<'a>>,
    /// The readings of all words given so far.
    list: Readings,
    /// How much of `list` stays when the words go.
    prepared: usize,
    words: Vec<Word>,
    scratch: Scratch,
}

/// Counts that are mixed in.
#[derive(Clone, Copy)]
struct Model<'a> {
    counts: &'a dyn PairModel,
    doubt: f32,
    total: f32,
}

/// A word whose candidates a [`Lattice`] has worked out.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    start: u32,
    len: u32,
}

impl Word {
    /// Number of its candidates.
    pub(crate) fn len(self) -> usize {
        self.len as usize
    }

    fn range(self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// Candidates and what pairs with them need, worked out once.
#[derive(Default)]
struct Readings {
    candidates: Vec<Candidate>,
    sides: Vec<Side>,
    /// Of each candidate the syllable behind another, and its part in the score of a pair that nobody saw: read for every state, so apart.
    seconds: Vec<Second>,
    unseen: Vec<f32>,
}

/// The candidates of one word.
#[derive(Clone, Copy)]
struct Column<'l> {
    candidates: &'l [Candidate],
    sides: &'l [Side],
    seconds: &'l [Second],
    unseen: &'l [f32],
}

impl Readings {
    fn column(&self, range: Range<usize>) -> Column<'_> {
        Column {
            candidates: &self.candidates[range.clone()],
            sides: &self.sides[range.clone()],
            seconds: &self.seconds[range.clone()],
            unseen: &self.unseen[range],
        }
    }

    fn push(&mut self, candidate: Candidate, side: Side) {
        self.candidates.push(candidate);
        self.sides.push(side);
        self.seconds.push(Second::new(candidate.syllable));
        self.unseen.push(side.ln_share + candidate.log_weight);
    }

    fn truncate(&mut self, len: usize) {
        self.candidates.truncate(len);
        self.sides.truncate(len);
        self.seconds.truncate(len);
        self.unseen.truncate(len);
    }
}

/// A syllable on either side of a pair. Behind `b` stands `c`, by no known pair, with the chance `b.backed * c.share`.
#[derive(Clone, Copy)]
struct Side {
    syllable: Syllable,
    /// Where the tables have its pairs.
    row: Row,
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

/// The best reading of a [`Lattice`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// For each word, which of its candidates.
    pub choices: Vec<usize>,
    /// For each word, the chance of the choice among its candidates, its neighbours being as chosen.
    pub confidences: Vec<f32>,
}

impl<'a> Lattice<'a> {
    /// An empty clause.
    #[must_use]
    pub fn new(lexicon: &'a Lexicon<'a>) -> Self {
        let mut lattice = Self {
            lexicon,
            tables: None,
            model: None,
            list: Readings::default(),
            prepared: 0,
            words: Vec::new(),
            scratch: Scratch::default(),
        };
        lattice.take_in_border();
        lattice
    }

    /// The border of a clause counts as a word of one candidate; it is the first in the list.
    fn take_in_border(&mut self) {
        self.list.truncate(0);
        let border = self.side(Syllable::START);
        self.list.push(Candidate::new(Syllable::START), border);
        self.prepared = 1;
    }

    /// Asks the lexicon's tables for pairs; worth their making for whole texts.
    #[must_use]
    pub(crate) fn with_tables(mut self) -> Self {
        self.tables = Some(self.lexicon.tables());
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
        self.words.clear();
        self.take_in_border();
        self
    }

    /// Forgets the words, keeps the model.
    pub fn clear(&mut self) {
        self.list.truncate(self.prepared);
        self.words.clear();
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the clause has no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the next word; without candidates it counts as [`Syllable::OTHER`].
    pub fn push(&mut self, candidates: impl IntoIterator<Item = Candidate>) {
        let word = self.take_in(candidates);
        self.words.push(word);
    }

    /// Works out a word that comes again: it stays until the lattice goes. Without candidates it counts as [`Syllable::OTHER`].
    pub(crate) fn prepare(&mut self, candidates: impl IntoIterator<Item = Candidate>) -> Word {
        let word = self.take_in(candidates);
        self.prepared = word.range().end;
        word
    }

    /// Adds the next word, which was [prepared](Self::prepare).
    pub(crate) fn push_prepared(&mut self, word: Word) {
        self.words.push(word);
    }

    fn take_in(&mut self, candidates: impl IntoIterator<Item = Candidate>) -> Word {
        let start = self.list.candidates.len();
        for candidate in candidates {
            let side = self.side(candidate.syllable);
            self.list.push(candidate, side);
        }
        if self.list.candidates.len() == start {
            let other = Candidate::new(Syllable::OTHER);
            let side = self.side(other.syllable);
            self.list.push(other, side);
        }
        Word {
            start: start as u32,
            len: (self.list.candidates.len() - start) as u32,
        }
    }

    /// The candidates of word `i`.
    #[must_use]
    pub fn column(&self, i: usize) -> &[Candidate] {
        &self.list.candidates[self.words[i].range()]
    }

    fn sides(&self, i: usize) -> &[Side] {
        &self.list.sides[self.words.get(i).map_or(0..1, |word| word.range())]
    }

    /// Word `i` with all that was worked out; behind the last one the border.
    fn word(&self, i: usize) -> Column<'_> {
        self.list
            .column(self.words.get(i).map_or(0..1, |word| word.range()))
    }

    fn side(&self, syllable: Syllable) -> Side {
        let numbers = match self.tables {
            Some(tables) => *tables.numbers(syllable),
            None => Numbers::new(self.lexicon, syllable),
        };
        let mut side = Side {
            syllable,
            row: self.tables.map_or_else(Row::default, |t| t.row(syllable)),
            uses: numbers.uses,
            model_uses: 0.0,
            lexicon_say: 1.0,
            model_say: 0.0,
            backed: numbers.backoff,
            ln_backed: numbers.ln_backoff,
            share: numbers.base,
            ln_share: numbers.ln_base,
        };
        if let Some(model) = self.model {
            side.model_uses = model.counts.count(syllable);
            if side.model_uses > 0.0 {
                // A syllable that the model saw is likelier there than elsewhere, whatever stands before it.
                let trust = TOPIC_SAY * model.total / (model.total + TOPIC_DOUBT);
                side.share += trust * side.model_uses / model.total;
                side.model_say = PAIR_SAY * side.model_uses / (side.model_uses + model.doubt);
                side.lexicon_say = 1.0 - side.model_say;
                side.backed *= side.lexicon_say;
                side.ln_backed = side.backed.ln();
                side.ln_share = side.share.ln();
            }
        }
        side
    }

    /// A pair in the lexicon, if it is known, and how often it was counted, less what is set aside.
    fn known(&self, first: &Side, second: &Side) -> Option<(u32, f32)> {
        let Some(tables) = self.tables else {
            return self.find(first, second, None);
        };
        let key = Second::new(second.syllable);
        if !tables.may_hold(first.row, key) {
            return None;
        }
        self.find(first, second, Some(tables.head(first.row, key)))
    }

    /// The same, where the tables were looked into.
    fn find(&self, first: &Side, second: &Side, head: Option<Slot>) -> Option<(u32, f32)> {
        if let (Some(tables), Some(head)) = (self.tables, head) {
            let (pair, slot) = tables.find(first.row, Second::new(second.syllable), head)?;
            return Some((pair, tables.discounted(slot)));
        }
        let pair = self.lexicon.pair_at(first.syllable, second.syllable)?;
        Some((pair as u32, self.lexicon.discounted(pair)))
    }

    /// Appends to `asked` which of `right` may have been seen behind candidate `b`. Without a branch.
    fn ask(&self, b: u16, first: &Side, right: Column<'_>, asked: &mut Vec<Asked>) {
        let all = (0..).map(|c| Asked { b, c, head: None });
        let start = asked.len();
        asked.extend(all.take(right.sides.len()));
        let Some(tables) = self.tables else {
            return;
        };
        let mut end = start;
        if first.model_uses > 0.0 {
            for (c, (after, &second)) in right.sides.iter().zip(right.seconds).enumerate() {
                asked[end].c = c as u16;
                let may = tables.may_hold(first.row, second) | (after.model_uses > 0.0);
                end += usize::from(may);
            }
        } else {
            for (c, &second) in right.seconds.iter().enumerate() {
                asked[end].c = c as u16;
                end += usize::from(tables.may_hold(first.row, second));
            }
        }
        asked.truncate(end);
    }

    /// The chance of `second` behind `first` beyond that of any two syllables; 0 for a pair that is not known.
    fn seen(&self, known: Option<(u32, f32)>, first: &Side, second: &Side) -> f32 {
        let mut seen = known.map_or(0.0, |(_, count)| first.lexicon_say * count / first.uses);
        if let Some(model) = self.model
            && first.model_uses > 0.0
            && second.model_uses > 0.0
        {
            let count = model.counts.pair_count(first.syllable, second.syllable);
            seen += first.model_say * count / first.model_uses;
        }
        seen
    }

    fn prob(&self, first: &Side, second: &Side) -> f32 {
        self.seen(self.known(first, second), first, second) + first.backed * second.share
    }

    /// Natural logarithm of the chance of `second` behind `first`.
    fn ln_prob(&self, known: Option<(u32, f32)>, first: &Side, second: &Side) -> f32 {
        let seen = self.seen(known, first, second);
        if seen > 0.0 {
            (seen + first.backed * second.share).ln()
        } else {
            first.ln_backed + second.ln_share
        }
    }

    /// The likeliest reading.
    pub fn best(&mut self) -> Path {
        let mut path = Path::default();
        self.find_best(&mut path);
        path.confidences = (0..self.len()).map(|i| self.confidence(&path, i)).collect();
        path
    }

    /// The chance of the choice for word `i` among its candidates, its neighbours being as `path` has them. `path` is the last that
    /// [`find_best`](Self::find_best) gave.
    pub(crate) fn confidence(&self, path: &Path, i: usize) -> f32 {
        let column = self.word(i);
        let len = column.candidates.len();
        if len == 1 {
            return 1.0;
        }
        let choice = |word: usize| path.choices.get(word).copied().unwrap_or(0);
        let chosen = |word: usize| {
            let column = self.word(word);
            let weight = column.candidates[choice(word)].log_weight;
            (column.candidates[choice(word)].syllable, weight)
        };
        let (next, next2) = (chosen(i + 1), chosen(i + 2));
        let Scratch { states, .. } = &self.scratch;
        // The state of candidate `a` of a word before candidate `b` of the next, which is `word`.
        let state =
            |word: usize, a: usize, b: usize| states.starts[word] + a * self.width(word) + b;
        let before = i.checked_sub(1).map_or(0, choice);
        let opened = match i.checked_sub(1) {
            Some(word) => {
                let before2 = word.checked_sub(1).map_or(0, choice);
                self.triples(states.pairs[state(word, before2, before)])
            }
            None => 0..0,
        };
        let last = match i + 1 < self.len() {
            true => states.steps[state(i + 2, choice(i + 1), choice(i + 2))],
            false => 0.0,
        };
        let with = |row: Range<u32>, (third, weight): (Syllable, f32), step: f32| {
            if row.is_empty() {
                return step;
            }
            let triple = self.third(row, third);
            triple.map_or(step, |triple| step.max(triple + weight))
        };
        let (first, second) = (state(i, before, 0), state(i + 1, 0, choice(i + 1)));
        let next_width = self.width(i + 1);
        let score = |s: usize| {
            let (state, next_state) = (first + s, second + s * next_width);
            let next_pair = states.pairs[next_state];
            if next_pair == NOT_ASKED {
                return f32::NEG_INFINITY;
            }
            let (pair, step) = (states.pairs[state], states.steps[state]);
            // A triple ends in a known pair.
            let this = match pair {
                NOT_ASKED.. => step,
                _ => {
                    let candidate = column.candidates[s];
                    with(
                        opened.clone(),
                        (candidate.syllable, candidate.log_weight),
                        step,
                    )
                }
            };
            let next_step = states.steps[next_state];
            if next_pair == NO_PAIR {
                return this + next_step + last;
            }
            let row = self.triples(next_pair);
            this + with(self.triples(pair), next, next_step) + with(row, next2, last)
        };
        let chosen = score(choice(i));
        let sum: f32 = (0..len).map(|s| (score(s) - chosen).exp()).sum();
        1.0 / sum
    }

    /// Number of candidates of word `i`, the border behind the last word being one.
    fn width(&self, i: usize) -> usize {
        self.words.get(i).map_or(1, |word| word.len())
    }

    fn triples(&self, pair: u32) -> Range<u32> {
        match (pair, self.tables) {
            (NOT_ASKED.., _) => 0..0,
            (pair, Some(tables)) => tables.slot(pair).triples(),
            (pair, None) => self.lexicon.triples_of(Some(pair as usize)),
        }
    }

    /// Natural logarithm of the chance of `third` in a row of triples.
    fn third(&self, row: Range<u32>, third: Syllable) -> Option<f32> {
        match self.tables {
            Some(tables) => tables.third(row, third),
            None => self.lexicon.third(row, third),
        }
    }
}
