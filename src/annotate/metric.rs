//! Cues: the words that name a metric, and the words that say how a number is meant.
//!
//! Both come from tables of patterns (`metrics.toml`, `words.toml`); a [`Lexicon`] of each finds the longest cue at each place.

use std::sync::{Arc, LazyLock};

use super::cue_index::{Names, patterns};
use super::lexicon::{Joints, Known, Lexicon, Marks};
use crate::model::derived::Derived;
use crate::model::{MetricId, Taxonomy};
use crate::text::Tokens;

/// What a word says of the numbers around it; a cue may say several things.
pub(crate) mod word {
    macro_rules! classes {
        ($($name:ident = $bit:expr),* $(,)?) => {
            $(#[allow(missing_docs)] pub const $name: u64 = 1 << $bit;)*
            /// Bit of a list of `words.toml`.
            pub(super) fn by_name(name: &str) -> Option<u64> {
                $(if name.eq_ignore_ascii_case(stringify!($name)) { return Some($name); })*
                None
            }
        };
    }
    classes! {
        ESTIMATE = 0, TARGET = 1, PLAN = 2, UP = 3, DOWN = 4, OVER = 5, TIMES = 6, SHARE = 7,
        YOY = 8, MOM = 9, YTD = 10, VERSUS = 11, EQUIVALENT = 12, PART = 13, RESPECTIVELY = 14,
        ABOUT = 15, AT_LEAST = 16, AT_MOST = 17, FDI = 18, DDI = 19, NEW = 20, ADDED = 21,
        CONTRIBUTED = 22, ACTIVE = 23, CUMULATIVE = 24, STOCK = 25, ATTRACT = 26, DISBURSE = 27,
        OPERATING = 28, ESTABLISHED = 29, WASTEWATER = 30, ORDINAL = 31, PRODUCT = 32, MARKET = 33,
        COMPANY = 34, SINGLE = 35, SECTOR = 36, ZONE = 37, CLUSTER = 38,
        NEUTRAL = 41, DONE = 42, TOURISM = 44, CUSTOMS = 45,
        AVERAGE = 46, FROM = 47, LEVEL = 48, ONTO = 49, WHOLE = 51, NOT = 52, REVIEW = 53,
        PUBLIC_FUNDS = 54, SUBSET = 55, UNDONE = 56,
    }
}

/// The metrics that a phrase names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MetricCue {
    /// The metric named without condition.
    pub metric: Option<MetricId>,
    /// The metric named where its context holds.
    pub weak: Option<MetricId>,
    /// It looks like a cue and names nothing.
    pub stop: bool,
}

/// Cues of a taxonomy. Those of `words.toml` have a trie of their own: a word may lie across the words of a metric
/// (`ước thu` in `ước thu ngân sách`).
#[derive(Debug)]
pub(crate) struct Cues {
    metrics: Lexicon,
    metric_list: Vec<MetricCue>,
}

/// The words of `words.toml`.
#[derive(Debug)]
struct Words {
    phrases: Lexicon,
    classes: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let table: toml::Table = include_str!("words.toml")
        .parse()
        .expect("words.toml is well formed");
    let mut words = Words {
        phrases: Lexicon::empty(Joints::Dash),
        classes: Vec::new(),
    };
    for (name, list) in &table {
        let class = word::by_name(name).expect("a list of words.toml has a class");
        let patterns = list.as_array().expect("a list of patterns");
        for pattern in patterns {
            for phrase in phrases(&mut words.phrases, pattern.as_str().unwrap_or_default()) {
                let fresh = words.classes.len() as u32;
                let index = words.phrases.insert_words(&phrase, fresh);
                if index == fresh {
                    words.classes.push(0);
                }
                words.classes[index as usize] |= class;
            }
        }
    }
    words
});

/// A cue found in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<T> {
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// What it says.
    pub says: T,
}

impl Cues {
    /// The cues of a taxonomy, made once for each in turn.
    pub fn of(taxonomy: &Taxonomy) -> Arc<Self> {
        static MADE: Derived<Cues> = Derived::new();
        MADE.of(taxonomy.serial, || Self::new(taxonomy))
    }

    /// The cues of any taxonomy.
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut cues = Self::empty();
        for (pattern, names) in patterns(taxonomy) {
            for phrase in phrases(&mut cues.metrics, pattern) {
                cues.insert_words(&phrase, names);
            }
        }
        cues
    }

    /// No cues yet.
    pub(super) fn empty() -> Self {
        Self {
            metrics: Lexicon::empty(Joints::Dash),
            metric_list: Vec::new(),
        }
    }

    /// Adds a phrase.
    pub(super) fn insert(&mut self, phrase: &str, names: Names) {
        let words = self.metrics.words(phrase);
        self.insert_words(&words, names);
    }

    fn insert_words(&mut self, words: &[Known], names: Names) {
        let fresh = self.metric_list.len() as u32;
        let index = self.metrics.insert_words(words, fresh);
        if index == fresh {
            self.metric_list.push(MetricCue::default());
        }
        let cue = &mut self.metric_list[index as usize];
        let (slot, id) = match names {
            Names::Stop => {
                cue.stop = true;
                return;
            }
            _ if cue.stop => return,
            Names::Metric(id) => (&mut cue.metric, id),
            Names::Weak(id) => (&mut cue.weak, id),
        };
        slot.get_or_insert(id);
    }

    /// The metrics named, longest phrase first found, not overlapping. `bare` tells of a token's line.
    pub fn metrics(&self, tokens: &Tokens, bare: impl Fn(usize) -> bool) -> Vec<Hit<MetricCue>> {
        self.metrics
            .scan_with(tokens, |at| Marks::of_line(bare(at)))
            .map(|found| Hit {
                first: found.first,
                end: found.end,
                says: self.metric_list[found.payload as usize],
            })
            .filter(|hit| !hit.says.stop)
            .collect()
    }

    /// The words that say how numbers are meant, with their classes.
    pub fn words(tokens: &Tokens, bare: impl Fn(usize) -> bool) -> Vec<Hit<u64>> {
        WORDS
            .phrases
            .scan_with(tokens, |at| Marks::of_line(bare(at)))
            .map(|found| Hit {
                first: found.first,
                end: found.end,
                says: WORDS.classes[found.payload as usize],
            })
            .collect()
    }
}

/// All phrases of a pattern: `[a|b] c` gives `c`, `a c`, `b c`; `(a|b) c` gives `a c`, `b c`. Groups do not nest.
pub(crate) fn expand(pattern: &str) -> Vec<String> {
    let mut phrases = vec![String::new()];
    for part in parts(pattern) {
        let choices = match part {
            Part::Plain(text) => vec![text],
            Part::Choice(choices) => choices,
        };
        let longer = phrases
            .iter()
            .flat_map(|phrase| choices.iter().map(move |choice| joined(phrase, choice)));
        phrases = longer.collect();
    }
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

/// [`expand`] with the phrases as words of a lexicon: of the many phrases of a pattern each part is tokenised once.
fn phrases(lexicon: &mut Lexicon, pattern: &str) -> Vec<Vec<Known>> {
    let mut phrases = vec![Vec::new()];
    for part in parts(pattern) {
        let choices: Vec<Vec<Known>> = match part {
            Part::Plain(text) => vec![lexicon.words(text)],
            Part::Choice(choices) => choices.iter().map(|text| lexicon.words(text)).collect(),
        };
        let longer = phrases.iter().flat_map(|phrase| {
            choices
                .iter()
                .map(move |choice| [&phrase[..], choice].concat())
        });
        phrases = longer.collect();
    }
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

/// A piece of a pattern.
pub(super) enum Part<'a> {
    Plain(&'a str),
    /// One of these; the empty one where all may be left out.
    Choice(Vec<&'a str>),
}

/// The pieces of a pattern in order.
pub(super) fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let open = rest.find(['[', '(']).unwrap_or(rest.len());
        let (plain, tail) = rest.split_at(open);
        parts.push(Part::Plain(plain.trim()));
        rest = tail;
        if !tail.is_empty() {
            let close = tail.find([']', ')']).unwrap_or(tail.len());
            let mut choices: Vec<&str> = tail[1..close].split('|').map(str::trim).collect();
            if tail.starts_with('[') {
                choices.push("");
            }
            parts.push(Part::Choice(choices));
            rest = tail.get(close + 1..).unwrap_or_default();
        }
    }
    parts
}

/// A phrase with further words behind it.
pub(super) fn joined(phrase: &str, words: &str) -> String {
    let space = if phrase.is_empty() || words.is_empty() {
        ""
    } else {
        " "
    };
    format!("{phrase}{space}{words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_put_together_of_parts_are_those_written_out() {
        let taxonomy = Taxonomy::get();
        let mut cues = Cues::new(taxonomy);
        let made = cues.metric_list.len();
        for (pattern, names) in patterns(taxonomy) {
            let mut lexicon = Lexicon::empty(Joints::Dash);
            let whole: Vec<_> = expand(pattern).iter().map(|p| lexicon.words(p)).collect();
            assert_eq!(
                phrases(&mut lexicon, pattern).len(),
                whole.len(),
                "{pattern}"
            );
            expand(pattern)
                .iter()
                .for_each(|phrase| cues.insert(phrase, names));
            assert_eq!(cues.metric_list.len(), made, "{pattern}");
        }
    }

    #[test]
    fn patterns_expand_to_phrases() {
        assert_eq!(
            expand("[tổng] thu (ngân sách|NSNN) [nhà nước]"),
            [
                "tổng thu ngân sách nhà nước",
                "tổng thu ngân sách",
                "tổng thu NSNN nhà nước",
                "tổng thu NSNN",
                "thu ngân sách nhà nước",
                "thu ngân sách",
                "thu NSNN nhà nước",
                "thu NSNN"
            ]
        );
        assert_eq!(expand("một"), ["một"]);
        let cues = &*Cues::of(Taxonomy::get());
        assert!(
            cues.metric_list.len() < 60_000,
            "{}",
            cues.metric_list.len()
        );
    }
}
