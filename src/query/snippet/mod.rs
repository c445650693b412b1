//! The best passage of a report: chosen by the words that match, cut at sentences and clauses, in its original spelling.
//!
//! A report is walked once: words that can be none of those asked for are passed over by their first two letters, and only the passage that is
//! shown is tokenised.

mod passage;
mod walk;

use rustc_hash::FxHashMap;

use self::passage::Passage;
use self::walk::{Found, Heads, Sentence, Walk};
use super::response::Snippet;
use super::terms::Terms;
use crate::Span;
use crate::text::lexicon::lexicon;
use crate::text::{Agreement, TokenKind, agreement, fold, tokenize};

/// The most bytes of a report that are looked at for a passage.
const MAX_TEXT: usize = 400_000;

/// What to look for in a text.
pub(crate) struct Matching {
    /// Slots that a folded form serves.
    forms: FxHashMap<String, Vec<usize>>,
    /// Forms that damage leaves of the words asked for: `tnh` for `tỉnh`.
    damaged: FxHashMap<String, Vec<usize>>,
    prefixes: Vec<(String, usize)>,
    /// For each slot the marks asked for, where any.
    exact: Vec<Option<String>>,
    weights: Vec<f32>,
    /// Folded long forms of abbreviations and the slots they serve.
    phrases: Vec<(Vec<String>, Vec<usize>)>,
    /// How words that serve a slot, or begin a long form or go on with it, may begin.
    heads: Heads,
}

impl Matching {
    /// `reports` is the size of the index, for the weight of rare words.
    pub fn new(terms: &Terms, reports: u64) -> Self {
        let mut this = Self {
            forms: FxHashMap::default(),
            damaged: FxHashMap::default(),
            prefixes: Vec::new(),
            exact: Vec::new(),
            weights: Vec::new(),
            phrases: Vec::new(),
            heads: Heads::new([], []),
        };
        for (i, slot) in terms.slots.iter().enumerate() {
            this.exact.push(slot.settled().map(str::to_owned));
            let df = slot.main_form().map_or(1, |(_, df)| df.max(1));
            this.weights.push((1.0 + reports as f32 / df as f32).ln());
            if !slot.positive {
                continue;
            }
            if slot.expansions.is_some() {
                this.prefixes.push((slot.folded.clone(), i));
                continue;
            }
            let mut forms: Vec<String> =
                slot.folded_forms().into_iter().map(str::to_owned).collect();
            if forms.is_empty() {
                forms.push(slot.folded.clone());
            }
            for form in forms {
                for damaged in damaged_forms(&form, this.exact[i].as_deref()) {
                    this.damaged.entry(damaged).or_default().push(i);
                }
                this.forms.entry(form).or_default().push(i);
            }
        }
        for compound in &terms.compounds {
            let slots: Vec<usize> = compound.slots.clone().collect();
            for slot in &slots {
                this.forms
                    .entry(compound.term.clone())
                    .or_default()
                    .push(*slot);
            }
            for long in &compound.long {
                let words: Vec<String> = {
                    let tokens = tokenize(long);
                    tokens
                        .list()
                        .iter()
                        .map(|t| tokens.folded(t).to_owned())
                        .collect()
                };
                if words.len() > 1 {
                    this.phrases.push((words, slots.clone()));
                }
            }
        }
        let damaged: Vec<String> = this.damaged.keys().map(|form| fold(form)).collect();
        let words = this.forms.keys().chain(&damaged);
        let words = words.chain(this.phrases.iter().flat_map(|(words, _)| words));
        let prefixes = this.prefixes.iter().map(|(prefix, _)| prefix.as_str());
        this.heads = Heads::new(words.map(String::as_str), prefixes);
        this
    }

    /// The slots that a token of these forms serves, and how well.
    fn slots(&self, exact: &str, folded: &str, kind: TokenKind, out: &mut Vec<(usize, f32)>) {
        out.clear();
        if let Some(slots) = self.forms.get(folded) {
            for &slot in slots {
                let agree = match &self.exact[slot] {
                    Some(asked) => match agreement(asked, exact) {
                        Agreement::Contradicts => 0.1,
                        Agreement::SourceLacks => 0.9,
                        _ => 1.0,
                    },
                    None => 1.0,
                };
                out.push((slot, agree));
            }
        }
        if kind == TokenKind::Word {
            for (prefix, slot) in &self.prefixes {
                if folded.starts_with(prefix) {
                    out.push((*slot, 1.0));
                }
            }
            if out.is_empty()
                && let Some(slots) = self.damaged.get(exact)
            {
                out.extend(slots.iter().map(|&slot| (slot, 0.8)));
            }
        }
    }
}

/// What damage leaves of a word, where that is no syllable itself.
fn damaged_forms(folded: &str, exact: Option<&str>) -> Vec<String> {
    let lexicon = lexicon();
    let mut out = Vec::new();
    let mut add = |written: &str| {
        let left = crate::text::lexicon::spelling::damage(written);
        if left != written
            && left.chars().count() > 1
            && lexicon.syllable(&left).is_none()
            && !out.contains(&left)
        {
            out.push(left);
        }
    };
    match exact {
        Some(exact) => add(exact),
        None => {
            for syllable in lexicon.by_folded(folded).take(16) {
                add(lexicon.usual(syllable));
            }
        }
    }
    out
}

/// Cuts the best passage of `text`, at most about `chars` characters.
///
/// `skip` are lines that belong to no report (menus, image names), in order; `prefer` are places that answer the query, such as the
/// sentence of a figure. With it the byte of `text` that it was chosen for: its first match, else its beginning.
pub(crate) fn cut(
    text: &str,
    matching: &Matching,
    skip: &[Span],
    prefer: &[Span],
    title: &str,
    chars: usize,
) -> (Snippet, usize) {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let Walk { sentences, found } = Walk::new(text, matching, skip);
    let Some(chosen) = best(text, &sentences, &found, matching, prefer, title) else {
        return (Snippet::default(), 0);
    };
    let span = sentences[chosen].span;
    let at = found
        .iter()
        .map(|found| found.span.start)
        .find(|&start| (span.start..span.end).contains(&start))
        .unwrap_or(span.start);
    let passage = Passage::new(text, &sentences, chosen, &found, matching, chars);
    (passage.render(&sentences), at)
}

/// The sentence that says most of what is asked for; the first of several, `None` where there are none.
fn best(
    text: &str,
    sentences: &[Sentence],
    found: &[Found],
    matching: &Matching,
    prefer: &[Span],
    title: &str,
) -> Option<usize> {
    let mut folded_title: Option<String> = None;
    let mut best: Option<(f32, usize)> = None;
    let mut rest = found;
    // Of each slot the weight that it was found with.
    let mut seen = vec![0.0f32; matching.weights.len()];
    for (i, sentence) in sentences.iter().enumerate() {
        let span = sentence.span;
        let from = rest.partition_point(|hit| hit.span.start < span.start);
        let until = from + rest[from..].partition_point(|hit| hit.span.start < span.end);
        let hits = &rest[from..until];
        rest = &rest[until..];
        let mut score = 0.0;
        let mut last: Option<&Found> = None;
        for hit in hits {
            let weight = matching.weights[hit.slot] * hit.agree;
            let known = &mut seen[hit.slot];
            if weight > *known {
                score += weight - *known;
                *known = weight;
            } else {
                score += weight * 0.05;
            }
            if let Some(last) = last
                && last.behind == hit.token
                && last.slot + 1 == hit.slot
            {
                score += weight * 0.4;
            }
            last = Some(hit);
        }
        for hit in hits {
            seen[hit.slot] = 0.0;
        }
        for wanted in prefer {
            if wanted.start < span.end && span.start < wanted.end {
                score += 6.0;
            }
        }
        let wins = |score: f32| best.is_none_or(|(old, _)| score > old + 1e-4);
        // Below scores only fall.
        if !wins(score) {
            continue;
        }
        if score > 0.0 && !title.trim().is_empty() && span.len() <= title.trim().len() * 2 {
            let title = folded_title.get_or_insert_with(|| fold(title.trim()));
            let line = fold(span.of(text).trim());
            if line == *title
                || line.contains('-') && line.chars().filter(|c| c.is_whitespace()).count() == 0
            {
                // The title is shown anyway, and a slug is no sentence.
                score *= 0.35;
            }
        }
        if sentence.tokens < 4 {
            score *= 0.7;
        }
        if wins(score) {
            best = Some((score, i));
        }
    }
    best.map(|(_, chosen)| chosen)
}
