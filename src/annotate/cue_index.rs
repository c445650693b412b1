//! The cues of a taxonomy for short texts, queries above all: only phrases whose words the text holds are made.
//!
//! All phrases together are tens of thousands; making them takes longer than a hundred queries, and one process often answers one.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::metric::{Cues, Part, parts};
use crate::model::derived::Derived;
use crate::model::{MetricId, Taxonomy};
use crate::text::{Tokens, fold};

/// What a pattern names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names {
    /// It looks like a cue and names nothing.
    Stop,
    Metric(MetricId),
    Weak(MetricId),
}

/// A piece of a pattern: what may stand in its place, each with its words folded.
type Piece = Box<[(Box<str>, Box<[Box<str>]>)]>;

/// The patterns of a taxonomy by a word that each cannot do without.
#[derive(Debug, Default)]
pub(crate) struct CueIndex {
    /// In the order in which their phrases count: of equal ones the first stands.
    patterns: Vec<(Box<[Piece]>, Names)>,
    by_word: FxHashMap<Box<str>, Vec<u32>>,
    /// Patterns that can do without any.
    always: Vec<u32>,
}

impl CueIndex {
    /// That of a taxonomy, made once for each in turn.
    pub fn of(taxonomy: &Taxonomy) -> Arc<Self> {
        static MADE: Derived<CueIndex> = Derived::new();
        MADE.of(taxonomy.serial, || Self::new(taxonomy))
    }

    fn new(taxonomy: &Taxonomy) -> Self {
        let mut this = Self::default();
        for (pattern, names) in patterns(taxonomy) {
            let number = this.patterns.len() as u32;
            let parts = parts(pattern);
            let needed = parts.iter().find_map(|part| match part {
                Part::Plain(text) => words(text).next(),
                Part::Choice(_) => None,
            });
            let cut = |text: &str| (text.into(), words(text).map(Into::into).collect());
            let pieces = parts.iter().map(|part| match part {
                Part::Plain(text) => Box::from([cut(text)]),
                Part::Choice(choices) => choices.iter().map(|text| cut(text)).collect(),
            });
            this.patterns.push((pieces.collect(), names));
            match needed {
                Some(word) => this.by_word.entry(word.into()).or_default().push(number),
                None => this.always.push(number),
            }
        }
        this
    }

    /// The cues that may stand in a text.
    pub fn within(&self, tokens: &Tokens) -> Cues {
        let mut held: FxHashSet<String> = FxHashSet::default();
        for token in tokens.list() {
            held.extend(words(tokens.exact(token)));
        }
        let mut chosen: Vec<u32> = self.always.clone();
        for word in &held {
            chosen.extend(self.by_word.get(word.as_str()).into_iter().flatten());
        }
        chosen.sort_unstable();
        let mut cues = Cues::empty();
        for number in chosen {
            let (pieces, names) = &self.patterns[number as usize];
            let holds = |words: &[Box<str>]| words.iter().all(|word| held.contains(&**word));
            let possible = |piece: &Piece| piece.iter().any(|(_, words)| holds(words));
            if !pieces.iter().all(possible) {
                continue;
            }
            let mut phrases = vec![String::new()];
            for piece in pieces {
                let choices = || piece.iter().filter(|(_, words)| holds(words));
                let longer = phrases.iter().flat_map(|phrase| {
                    choices().map(move |(text, _)| super::metric::joined(phrase, text))
                });
                phrases = longer.collect();
            }
            for phrase in phrases.iter().filter(|phrase| !phrase.is_empty()) {
                cues.insert(phrase, *names);
            }
        }
        cues
    }
}

/// All patterns of a taxonomy in the order in which their phrases count.
pub(super) fn patterns(taxonomy: &Taxonomy) -> impl Iterator<Item = (&str, Names)> {
    let stops = taxonomy.stop.iter().map(|p| (p.as_str(), Names::Stop));
    let metrics = taxonomy.iter().flat_map(|(id, metric)| {
        let named = metric
            .cues
            .iter()
            .map(move |p| (p.as_str(), Names::Metric(id)));
        let weak = metric
            .weak
            .iter()
            .map(move |p| (p.as_str(), Names::Weak(id)));
        named.chain(weak)
    });
    stops.chain(metrics)
}

/// Runs of letters and digits, folded.
fn words(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|c: char| !c.is_alphanumeric());
    runs.filter(|run| !run.is_empty()).map(fold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    #[test]
    fn cues_made_for_a_text_find_what_all_cues_find() {
        let taxonomy = Taxonomy::get();
        let all = Cues::of(taxonomy);
        let index = CueIndex::of(taxonomy);
        let found = |cues: &Cues, text: &str| -> Vec<String> {
            let tokens = tokenize(text);
            let hits = cues.metrics(&tokens, |_| true);
            hits.iter().map(|hit| format!("{hit:?}")).collect()
        };
        let names = taxonomy.iter().map(|(_, metric)| metric.vi.clone());
        let texts = [
            "tổng thu ngân sách nhà nước trên địa bàn và kim ngạch xuất khẩu hàng hóa",
            "von FDI dang ky cap moi, so du an; ty le ho ngheo theo chuan moi",
            "chỉ số sản xuất công nghiệp (IIP) tăng, GRDP bình quân đầu người",
            "không có gì ở đây cả",
            "",
        ];
        let mut hits = 0;
        for text in texts.into_iter().map(str::to_owned).chain(names) {
            let wanted = found(&all, &text);
            hits += wanted.len();
            assert_eq!(
                found(&index.within(&tokenize(&text)), &text),
                wanted,
                "{text}"
            );
        }
        assert!(hits > 50, "{hits}");
    }
}
