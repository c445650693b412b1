//! Cues: the words that name a metric, and the words that say how a number is meant.
//!
//! Both come from tables of patterns (`metrics.toml`, `words.toml`). One trie over folded tokens holds all of them, so that
//! one walk finds the longest cue at each place; marks are compared where a cue ends.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::model::{MetricId, Taxonomy};
use crate::text::{Token, TokenKind, Tokens, reads_as, tokenize};

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
        COMPANY = 34, SINGLE = 35, SECTOR = 36, ZONE = 37, CLUSTER = 38, SCOPE_END = 39,
        LABOUR_ZONE = 40, NEUTRAL = 41, DONE = 42, PERIOD = 43, TOURISM = 44, CUSTOMS = 45,
        AVERAGE = 46, FROM = 47, LEVEL = 48, ONTO = 49, COUNTRY = 50, WHOLE = 51, NOT = 52,
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

/// The exact words of a phrase.
type Spelling = Box<[Box<str>]>;

/// Phrases over folded tokens.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    symbols: FxHashMap<Box<str>, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    roots: Vec<u32>,
    ends: Vec<Vec<(Spelling, u32)>>,
}

/// Dashes count for nothing inside a phrase.
fn is_dash(text: &str) -> bool {
    matches!(text, "-" | "–" | "—" | "−")
}

impl Phrases {
    /// Adds a phrase in its exact spelling; gives back the payload that stands, the earlier one of the same spelling.
    pub fn insert(&mut self, phrase: &str, payload: u32) -> u32 {
        if self.ends.is_empty() {
            self.ends.push(Vec::new());
        }
        let tokens = tokenize(phrase);
        let mut node = 0;
        let mut exact: Vec<Box<str>> = Vec::new();
        for token in tokens.list() {
            if token.kind == TokenKind::Break || is_dash(tokens.exact(token)) {
                continue;
            }
            let fresh = self.symbols.len() as u32;
            let symbol = *self
                .symbols
                .entry(tokens.folded(token).into())
                .or_insert(fresh);
            if symbol == fresh {
                self.roots.push(0);
            }
            let next = self.ends.len() as u32;
            let to = if node == 0 {
                let slot = &mut self.roots[symbol as usize];
                if *slot == 0 {
                    *slot = next;
                }
                *slot
            } else {
                *self.edges.entry((node, symbol)).or_insert(next)
            };
            if to == next {
                self.ends.push(Vec::new());
            }
            node = to;
            exact.push(tokens.exact(token).into());
        }
        let end = &mut self.ends[node as usize];
        if let Some((_, known)) = end.iter().find(|(e, _)| **e == *exact) {
            return *known;
        }
        if node != 0 {
            end.push((exact.into(), payload));
        }
        payload
    }

    /// One number a token: which word of the phrases it is, [`u32::MAX`] for none.
    pub fn symbols(&self, tokens: &Tokens) -> Vec<u32> {
        tokens
            .list()
            .iter()
            .map(|t| match t.kind {
                TokenKind::Word | TokenKind::Punct => self
                    .symbols
                    .get(tokens.folded(t))
                    .copied()
                    .unwrap_or(u32::MAX),
                TokenKind::Number if t.span.len() <= 2 => self
                    .symbols
                    .get(tokens.folded(t))
                    .copied()
                    .unwrap_or(u32::MAX),
                _ => u32::MAX,
            })
            .collect()
    }

    /// The longest phrase at token `at`: one past its last token, and its payload.
    ///
    /// `bare` says that the line is written without marks; else every mark counts.
    #[inline]
    pub fn longest(
        &self,
        tokens: &Tokens,
        symbols: &[u32],
        at: usize,
        bare: bool,
    ) -> Option<(usize, u32)> {
        let first = *symbols.get(at)?;
        if first == u32::MAX {
            return None;
        }
        let mut node = self.roots[first as usize];
        if node == 0 {
            return None;
        }
        let list = tokens.list();
        let mut best = None;
        let mut end = at + 1;
        loop {
            for (exact, payload) in &self.ends[node as usize] {
                if agrees(exact, tokens, &list[at..end], bare) {
                    best = Some((end, *payload));
                }
            }
            let mut next = end;
            if list
                .get(next)
                .is_some_and(|t| t.kind == TokenKind::Punct && is_dash(tokens.exact(t)))
            {
                next += 1;
            }
            let Some(symbol) = symbols.get(next) else {
                break;
            };
            if *symbol == u32::MAX {
                break;
            }
            let Some(to) = self.edges.get(&(node, *symbol)) else {
                break;
            };
            node = *to;
            end = next + 1;
        }
        best
    }
}

impl Phrases {
    /// The longest phrase at each place, from left to right, not overlapping: first token, one past the last, payload.
    pub fn scan<'a>(
        &'a self,
        tokens: &'a Tokens,
        bare: impl Fn(usize) -> bool + 'a,
    ) -> impl Iterator<Item = (usize, usize, u32)> + 'a {
        let symbols = self.symbols(tokens);
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < symbols.len() {
                if symbols[at] != u32::MAX
                    && let Some((end, payload)) = self.longest(tokens, &symbols, at, bare(at))
                {
                    let first = at;
                    at = end;
                    return Some((first, end, payload));
                }
                at += 1;
            }
            None
        })
    }
}

fn agrees(exact: &[Box<str>], tokens: &Tokens, found: &[Token], bare: bool) -> bool {
    let mut cue = exact.iter();
    for token in found {
        let text = tokens.exact(token);
        if token.kind == TokenKind::Punct && is_dash(text) {
            continue;
        }
        let Some(cue) = cue.next() else { return false };
        let same = if bare {
            reads_as(cue, text)
        } else {
            // A word in capitals without marks (`FDI`, `KCN`) has none to lose.
            **cue == *text
        };
        if !same {
            return false;
        }
    }
    true
}

/// All cues of a taxonomy, and those of `words.toml`. Two tries: a word may lie across the words of a metric
/// (`ước thu` in `ước thu ngân sách`).
#[derive(Debug, Default)]
pub(crate) struct Cues {
    metrics: Phrases,
    metric_list: Vec<MetricCue>,
}

/// The words of `words.toml`.
#[derive(Debug, Default)]
struct Words {
    phrases: Phrases,
    classes: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let table: toml::Table = include_str!("words.toml")
        .parse()
        .expect("words.toml is well formed");
    let mut words = Words::default();
    for (name, list) in &table {
        let class = word::by_name(name).expect("a list of words.toml has a class");
        let patterns = list.as_array().expect("a list of patterns");
        for phrase in patterns
            .iter()
            .flat_map(|p| expand(p.as_str().unwrap_or_default()))
        {
            let fresh = words.classes.len() as u32;
            let index = words.phrases.insert(&phrase, fresh);
            if index == fresh {
                words.classes.push(0);
            }
            words.classes[index as usize] |= class;
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
        static LAST: Mutex<Option<(u64, Arc<Cues>)>> = Mutex::new(None);
        static OURS: LazyLock<Arc<Cues>> = LazyLock::new(|| Arc::new(Cues::new(Taxonomy::get())));
        if taxonomy.serial == 0 {
            return OURS.clone();
        }
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((serial, cues)) if *serial == taxonomy.serial => cues.clone(),
            _ => {
                let cues = Arc::new(Self::new(taxonomy));
                *last = Some((taxonomy.serial, cues.clone()));
                cues
            }
        }
    }

    /// The cues of any taxonomy.
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut cues = Self::default();
        for phrase in taxonomy.stop.iter().flat_map(|p| expand(p)) {
            let fresh = cues.metric_list.len() as u32;
            if cues.metrics.insert(&phrase, fresh) == fresh {
                cues.metric_list.push(MetricCue {
                    stop: true,
                    ..MetricCue::default()
                });
            }
        }
        for (id, metric) in taxonomy.iter() {
            for (patterns, is_weak) in [(&metric.cues, false), (&metric.weak, true)] {
                for phrase in patterns.iter().flat_map(|p| expand(p)) {
                    let fresh = cues.metric_list.len() as u32;
                    let index = cues.metrics.insert(&phrase, fresh);
                    if index == fresh {
                        cues.metric_list.push(MetricCue::default());
                    }
                    let cue = &mut cues.metric_list[index as usize];
                    if cue.stop {
                        continue;
                    }
                    let slot = if is_weak {
                        &mut cue.weak
                    } else {
                        &mut cue.metric
                    };
                    slot.get_or_insert(id);
                }
            }
        }
        cues
    }

    /// The metrics named, longest phrase first found, not overlapping. `bare` tells of a token's line.
    pub fn metrics(&self, tokens: &Tokens, bare: impl Fn(usize) -> bool) -> Vec<Hit<MetricCue>> {
        self.metrics
            .scan(tokens, bare)
            .map(|(first, end, payload)| Hit {
                first,
                end,
                says: self.metric_list[payload as usize],
            })
            .filter(|hit| !hit.says.stop)
            .collect()
    }

    /// The words that say how numbers are meant, with their classes.
    pub fn words(tokens: &Tokens, bare: impl Fn(usize) -> bool) -> Vec<Hit<u64>> {
        WORDS
            .phrases
            .scan(tokens, bare)
            .map(|(first, end, payload)| Hit {
                first,
                end,
                says: WORDS.classes[payload as usize],
            })
            .collect()
    }
}

/// All phrases of a pattern: `[a|b] c` gives `c`, `a c`, `b c`; `(a|b) c` gives `a c`, `b c`. Groups do not nest.
pub(crate) fn expand(pattern: &str) -> Vec<String> {
    let mut phrases = vec![String::new()];
    let mut rest = pattern;
    while !rest.is_empty() {
        let open = rest.find(['[', '(']).unwrap_or(rest.len());
        let (plain, tail) = rest.split_at(open);
        let mut choices = vec![plain.trim()];
        let mut group = tail;
        for phrase in &mut phrases {
            push(phrase, choices[0]);
        }
        if !tail.is_empty() {
            let close = tail.find([']', ')']).unwrap_or(tail.len());
            choices = tail[1..close].split('|').map(str::trim).collect();
            if tail.starts_with('[') {
                choices.push("");
            }
            phrases = phrases
                .iter()
                .flat_map(|phrase| {
                    choices.iter().map(|choice| {
                        let mut phrase = phrase.clone();
                        push(&mut phrase, choice);
                        phrase
                    })
                })
                .collect();
            group = tail.get(close + 1..).unwrap_or_default();
        }
        rest = group;
    }
    phrases.retain(|p| !p.is_empty());
    phrases
}

fn push(phrase: &mut String, words: &str) {
    if !words.is_empty() {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
