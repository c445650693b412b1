//! The best passage of a report: chosen by the words that match, cut at sentences and clauses, in its original spelling.

use rustc_hash::{FxHashMap, FxHashSet};

use super::response::Snippet;
use super::terms::{Slot, Terms};
use crate::Span;
use crate::text::lexicon::lexicon;
use crate::text::{Agreement, TokenKind, Tokens, agreement, tokenize};

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
        };
        for (i, slot) in terms.slots.iter().enumerate() {
            this.exact.push(asked(slot));
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
        this
    }

    /// The slots that a token serves, and how well.
    fn slots(&self, tokens: &Tokens, token: &crate::text::Token, out: &mut Vec<(usize, f32)>) {
        out.clear();
        let folded = tokens.folded(token);
        if let Some(slots) = self.forms.get(folded) {
            for &slot in slots {
                let agree = match &self.exact[slot] {
                    Some(exact) => match agreement(exact, tokens.exact(token)) {
                        Agreement::Contradicts => 0.1,
                        Agreement::SourceLacks => 0.9,
                        _ => 1.0,
                    },
                    None => 1.0,
                };
                out.push((slot, agree));
            }
        }
        if token.kind == TokenKind::Word {
            for (prefix, slot) in &self.prefixes {
                if folded.starts_with(prefix) {
                    out.push((*slot, 1.0));
                }
            }
            if out.is_empty()
                && let Some(slots) = self.damaged.get(tokens.exact(token))
            {
                out.extend(slots.iter().map(|&slot| (slot, 0.8)));
            }
        }
    }
}

/// The marks that a slot asks for: as typed, or as read with confidence.
fn asked(slot: &Slot) -> Option<String> {
    if slot.marked() && slot.df_exact > 0 {
        return Some(slot.exact.clone());
    }
    None
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

/// One match in the text.
#[derive(Clone, Copy)]
struct Found {
    token: usize,
    /// One past the last token; more than one token for a long form.
    end: usize,
    slot: usize,
    agree: f32,
}

/// Cuts the best passage of `text`, at most about `chars` characters.
///
/// `skip` are lines that belong to no report (menus, image names); `prefer` are places that answer the query, such as the
/// sentence of a figure. With it the byte of `text` that it was chosen for: its first match, else its beginning.
pub(crate) fn cut(
    text: &str,
    matching: &Matching,
    skip: &[Span],
    prefer: &[Span],
    title: &str,
    chars: usize,
) -> (Snippet, usize) {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let tokens = tokenize(text);
    let list = tokens.list();
    let found = find(&tokens, matching, skip);
    let sentences = sentences(text, &tokens, skip);
    if sentences.is_empty() {
        return (Snippet::default(), 0);
    }
    let title = crate::text::fold(title.trim());
    let mut best: Option<(f32, usize)> = None;
    let mut at = 0;
    let mut seen: FxHashMap<usize, f32> = FxHashMap::default();
    for (i, sentence) in sentences.iter().enumerate() {
        while at < found.len() && found[at].token < sentence.0 {
            at += 1;
        }
        seen.clear();
        let mut score = 0.0;
        let mut last: Option<Found> = None;
        for hit in found[at..].iter().take_while(|f| f.token < sentence.1) {
            let weight = matching.weights[hit.slot] * hit.agree;
            let entry = seen.entry(hit.slot).or_insert(0.0);
            if weight > *entry {
                score += weight - *entry;
                *entry = weight;
            } else {
                score += weight * 0.05;
            }
            if let Some(last) = last
                && last.end == hit.token
                && last.slot + 1 == hit.slot
            {
                score += weight * 0.4;
            }
            last = Some(*hit);
        }
        let span = Span::new(list[sentence.0].span.start, list[sentence.1 - 1].span.end);
        for wanted in prefer {
            if wanted.start < span.end && span.start < wanted.end {
                score += 6.0;
            }
        }
        if score > 0.0 && !title.is_empty() && span.len() <= title.len() * 2 {
            let line = crate::text::fold(span.of(text).trim());
            if line == title
                || line.contains('-') && line.chars().filter(|c| c.is_whitespace()).count() == 0
            {
                // The title is shown anyway, and a slug is no sentence.
                score *= 0.35;
            }
        }
        if sentence.1 - sentence.0 < 4 {
            score *= 0.7;
        }
        if best.is_none_or(|(old, _)| score > old + 1e-4) {
            best = Some((score, i));
        }
    }
    let Some((_, chosen)) = best else {
        return (Snippet::default(), 0);
    };
    let (first, last) = window(text, &tokens, &sentences, chosen, &found, matching, chars);
    let sentence = &sentences[chosen];
    let at = found
        .iter()
        .find(|found| (sentence.0..sentence.1).contains(&found.token))
        .map_or(sentence.0, |found| found.token);
    let snippet = render(text, &tokens, first, last, &sentences, &found);
    (snippet, list[at].span.start)
}

/// All places that match, in order of the text.
fn find(tokens: &Tokens, matching: &Matching, skip: &[Span]) -> Vec<Found> {
    let list = tokens.list();
    let mut found: Vec<Found> = Vec::new();
    let mut slots = Vec::new();
    // What a word serves is asked once for all its tokens: where its answer begins and ends.
    let mut served: Vec<(usize, f32)> = Vec::new();
    let ranges: Vec<(usize, usize)> = tokens
        .words()
        .iter()
        .map(|word| {
            let start = served.len();
            let token = &list[word.first as usize];
            if !matches!(token.kind, TokenKind::Punct | TokenKind::Break) {
                matching.slots(tokens, token, &mut slots);
                served.append(&mut slots);
            }
            (start, served.len())
        })
        .collect();
    for (i, token) in list.iter().enumerate() {
        let (start, end) = ranges[token.word as usize];
        if (start == end && matching.phrases.is_empty())
            || matches!(token.kind, TokenKind::Punct | TokenKind::Break)
            || skip.iter().any(|s| s.contains(token.span))
        {
            continue;
        }
        for (words, owners) in &matching.phrases {
            if tokens.folded(token) == words[0]
                && words.len() <= list.len() - i
                && words
                    .iter()
                    .zip(&list[i..])
                    .all(|(w, t)| tokens.folded(t) == w)
            {
                for &slot in owners {
                    found.push(Found {
                        token: i,
                        end: i + words.len(),
                        slot,
                        agree: 0.9,
                    });
                }
            }
        }
        for &(slot, agree) in &served[start..end] {
            found.push(Found {
                token: i,
                end: i + 1,
                slot,
                agree,
            });
        }
    }
    // Where a word is found with its marks, other words of the same letters are not what was meant.
    let agreed: FxHashSet<usize> = found
        .iter()
        .filter(|f| f.agree > 0.5)
        .map(|f| f.slot)
        .collect();
    found.retain(|f| f.agree > 0.5 || !agreed.contains(&f.slot));
    found
}

/// Sentences as ranges of tokens, without the breaks at their ends.
fn sentences(text: &str, tokens: &Tokens, skip: &[Span]) -> Vec<(usize, usize)> {
    let list = tokens.list();
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    for (i, token) in list.iter().enumerate() {
        let skipped = skip.iter().any(|s| s.contains(token.span));
        let ends = match token.kind {
            TokenKind::Break => true,
            TokenKind::Punct => {
                let mark = token.span.of(text);
                matches!(mark, "." | "!" | "?" | ";" | "…")
                    && list
                        .get(i + 1)
                        .is_none_or(|next| next.spaced || next.kind == TokenKind::Break)
            }
            _ => false,
        };
        if skipped || token.kind == TokenKind::Break {
            if let Some(start) = start.take() {
                out.push((start, i));
            }
            continue;
        }
        let begin = *start.get_or_insert(i);
        if ends {
            out.push((begin, i + 1));
            start = None;
        }
    }
    if let Some(start) = start {
        out.push((start, list.len()));
    }
    out.retain(|&(a, b)| list[a..b].iter().any(|t| t.kind != TokenKind::Punct));
    out
}

fn count_chars(text: &str, tokens: &Tokens, first: usize, last: usize) -> usize {
    let list = tokens.list();
    text[list[first].span.start..list[last - 1].span.end]
        .chars()
        .count()
}

/// Tokens to show: the sentence and what fits behind and before it, or the richest part of a long one.
fn window(
    text: &str,
    tokens: &Tokens,
    sentences: &[(usize, usize)],
    chosen: usize,
    found: &[Found],
    matching: &Matching,
    chars: usize,
) -> (usize, usize) {
    let chars = chars.max(20);
    let (mut first, mut last) = sentences[chosen];
    if count_chars(text, tokens, first, last) <= chars {
        let mut next = chosen + 1;
        while next < sentences.len() && count_chars(text, tokens, first, sentences[next].1) <= chars
        {
            last = sentences[next].1;
            next += 1;
        }
        let mut before = chosen;
        while before > 0 && count_chars(text, tokens, sentences[before - 1].0, last) <= chars {
            before -= 1;
            first = sentences[before].0;
        }
        return (first, last);
    }
    // A long sentence: the stretch of at most `chars` with the most weight.
    let list = tokens.list();
    let lengths: Vec<usize> = list[first..last]
        .iter()
        .map(|t| t.span.of(text).chars().count() + usize::from(t.spaced))
        .collect();
    let mut weight = vec![0.0f32; last - first];
    let mut seen = FxHashSet::default();
    for hit in found.iter().filter(|f| f.token >= first && f.token < last) {
        let again = if seen.insert(hit.slot) { 1.0 } else { 0.3 };
        weight[hit.token - first] += matching.weights[hit.slot] * hit.agree * again;
    }
    let clause_start = |i: usize| {
        i == 0
            || matches!(
                list[first + i - 1].span.of(text),
                "," | ";" | ":" | "(" | "–" | "-"
            )
    };
    let (mut best, mut from, mut to) = (-1.0, 0, 0);
    let mut end = 0;
    let (mut length, mut sum) = (0usize, 0.0f32);
    for start in 0..lengths.len() {
        while end < lengths.len() && length + lengths[end] <= chars {
            length += lengths[end];
            sum += weight[end];
            end += 1;
        }
        let bonus = if clause_start(start) { 0.3 } else { 0.0 };
        if sum > 0.0 && sum + bonus > best + 1e-4 {
            (best, from, to) = (sum + bonus, start, end);
        }
        if end == start {
            end += 1;
        } else {
            length -= lengths[start];
            sum -= weight[start];
        }
    }
    if to <= from {
        to = 0;
        from = 0;
        let mut length = 0;
        while to < lengths.len() && length + lengths[to] <= chars {
            length += lengths[to];
            to += 1;
        }
        to = to.max(1);
    }
    // Lead in from the start of the clause or sentence where the match stands late and room is left behind it.
    let last_match = (from..to).rev().find(|&i| weight[i] > 0.0).unwrap_or(from);
    let first_match = (from..to).find(|&i| weight[i] > 0.0).unwrap_or(from);
    let tail: usize = lengths[last_match + 1..to].iter().sum();
    let mut room = tail.saturating_sub(30).min(chars / 3);
    let mut start = from;
    let mut clause = None;
    while start > 0 && lengths[start - 1] <= room {
        start -= 1;
        room -= lengths[start];
        if clause_start(start) {
            clause = Some(start);
        }
    }
    let start = clause.unwrap_or(if clause_start(from) || first_match == from {
        from
    } else {
        start.max(from)
    });
    let mut length = 0;
    let mut stop = start;
    while stop < lengths.len() && length + lengths[stop] <= chars {
        length += lengths[stop];
        stop += 1;
    }
    // End at a clause where that costs no match.
    let cut = (last_match + 1..stop)
        .rev()
        .find(|&i| matches!(list[first + i].span.of(text), "," | ";"));
    let stop = match cut {
        Some(cut) if stop < lengths.len() && stop - cut < 12 => cut,
        _ => stop,
    };
    (first + start, first + stop.max(start + 1))
}

/// Writes the tokens as they stand, blanks and breaks as one space, and marks what matched.
fn render(
    text: &str,
    tokens: &Tokens,
    first: usize,
    last: usize,
    sentences: &[(usize, usize)],
    found: &[Found],
) -> Snippet {
    let list = tokens.list();
    let mut out = String::new();
    let mut highlights: Vec<(usize, usize)> = Vec::new();
    if !sentences.iter().any(|s| s.0 == first) {
        out.push_str("… ");
    }
    let mut end_of_last: Option<usize> = None;
    let mut open_until = 0;
    for (i, token) in list.iter().enumerate().take(last).skip(first) {
        if let Some(end) = end_of_last
            && text[end..token.span.start]
                .chars()
                .any(|c| c.is_whitespace() || c.is_control())
            && !out.ends_with(' ')
        {
            out.push(' ');
        }
        end_of_last = Some(token.span.end);
        if token.kind == TokenKind::Break {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
            continue;
        }
        let start = out.len();
        for c in token.span.of(text).chars() {
            out.push(if c.is_control() { ' ' } else { c });
        }
        let here = found.iter().filter(|f| f.token == i).map(|f| f.end).max();
        if let Some(end) = here {
            open_until = open_until.max(end);
        }
        if i < open_until && token.kind != TokenKind::Punct {
            match highlights.last_mut() {
                // The words of one long form are one highlight.
                Some(last) if here.is_none() && out[last.1..start].trim().is_empty() => {
                    last.1 = out.len()
                }
                _ => highlights.push((start, out.len())),
            }
        }
    }
    if out.ends_with(' ') {
        out.truncate(out.trim_end().len());
    }
    if !sentences.iter().any(|s| s.1 == last) {
        out.push_str(" …");
    }
    Snippet {
        text: out,
        highlights,
        span: match list.get(first..last) {
            Some([one]) => one.span,
            Some([first, .., last]) => first.span.cover(last.span),
            _ => Span::default(),
        },
    }
}
