//! What is shown of a report: whole sentences where they fit, else the richest part of a long one.

use rustc_hash::FxHashSet;

use super::Matching;
use super::walk::{Found, Sentence};
use crate::Span;
use crate::query::response::Snippet;
use crate::text::{Token, TokenKind, Tokens, tokenize};

/// The stretch of a text that is shown, tokenised.
pub(super) struct Passage<'a> {
    text: &'a str,
    /// Where in the text the tokens begin.
    start: usize,
    tokens: Tokens,
    /// Which of them are shown.
    first: usize,
    last: usize,
    found: &'a [Found],
}

impl<'a> Passage<'a> {
    /// The sentence and what fits behind and before it, or the richest part of a long one.
    pub fn new(
        text: &'a str,
        sentences: &[Sentence],
        chosen: usize,
        found: &'a [Found],
        matching: &Matching,
        chars: usize,
    ) -> Self {
        let chars = chars.max(20);
        let mut span = sentences[chosen].span;
        let fits = |span: Span| span.len() <= chars || span.of(text).chars().count() <= chars;
        let is_long = !fits(span);
        if !is_long {
            for next in &sentences[chosen + 1..] {
                let wider = span.cover(next.span);
                if !fits(wider) {
                    break;
                }
                span = wider;
            }
            for before in sentences[..chosen].iter().rev() {
                let wider = span.cover(before.span);
                if !fits(wider) {
                    break;
                }
                span = wider;
            }
        }
        let tokens = tokenize(span.of(text));
        let from = found.partition_point(|found| found.span.start < span.start);
        let until = found.partition_point(|found| found.span.start < span.end);
        let mut this = Self {
            text,
            start: span.start,
            first: 0,
            last: tokens.list().len(),
            tokens,
            found: &found[from..until],
        };
        if is_long {
            (this.first, this.last) = this.richest(matching, chars);
        }
        this
    }

    fn span(&self, token: &Token) -> Span {
        Span::new(self.start + token.span.start, self.start + token.span.end)
    }

    fn written(&self, token: &Token) -> &'a str {
        self.span(token).of(self.text)
    }

    /// The stretch of at most `chars` with the most weight.
    fn richest(&self, matching: &Matching, chars: usize) -> (usize, usize) {
        let list = self.tokens.list();
        let lengths: Vec<usize> = list
            .iter()
            .map(|t| self.written(t).chars().count() + usize::from(t.spaced))
            .collect();
        let mut weight = vec![0.0f32; list.len()];
        let mut seen = FxHashSet::default();
        for hit in self.found {
            let again = if seen.insert(hit.slot) { 1.0 } else { 0.3 };
            let at = list.partition_point(|token| self.span(token).start < hit.span.start);
            if let Some(weight) = weight.get_mut(at) {
                *weight += matching.weights[hit.slot] * hit.agree * again;
            }
        }
        let clause_start = |i: usize| {
            i == 0
                || matches!(
                    self.written(&list[i - 1]),
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
            .find(|&i| matches!(self.written(&list[i]), "," | ";"));
        let stop = match cut {
            Some(cut) if stop < lengths.len() && stop - cut < 12 => cut,
            _ => stop,
        };
        (start, stop.max(start + 1))
    }

    /// Writes the tokens as they stand, blanks and breaks as one space, and marks what matched.
    pub fn render(&self, sentences: &[Sentence]) -> Snippet {
        let Some(shown @ [first, .., last] | shown @ [first @ last]) =
            self.tokens.list().get(self.first..self.last)
        else {
            return Snippet::default();
        };
        let span = self.span(first).cover(self.span(last));
        let mut out = String::with_capacity(span.len() + 8);
        let mut highlights: Vec<(usize, usize)> = Vec::new();
        let begins = |sentence: &Sentence| sentence.span.start == span.start;
        if !sentences.iter().any(begins) {
            out.push_str("… ");
        }
        let mut end_of_last: Option<usize> = None;
        let mut open_until = 0;
        let mut found = self.found.iter().peekable();
        for token in shown {
            let at = self.span(token);
            if let Some(end) = end_of_last
                && self.text[end..at.start]
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control())
                && !out.ends_with(' ')
            {
                out.push(' ');
            }
            end_of_last = Some(at.end);
            if token.kind == TokenKind::Break {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
                continue;
            }
            let start = out.len();
            out.extend(
                self.written(token)
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c }),
            );
            while found.next_if(|found| found.span.start < at.start).is_some() {}
            let mut is_found = false;
            while let Some(found) = found.next_if(|found| found.span.start == at.start) {
                is_found = true;
                open_until = open_until.max(found.span.end);
            }
            if at.start < open_until && token.kind != TokenKind::Punct {
                match highlights.last_mut() {
                    // The words of one long form are one highlight.
                    Some(last) if !is_found && out[last.1..start].trim().is_empty() => {
                        last.1 = out.len();
                    }
                    _ => highlights.push((start, out.len())),
                }
            }
        }
        if out.ends_with(' ') {
            out.truncate(out.trim_end().len());
        }
        let ends = |sentence: &Sentence| sentence.span.end == span.end;
        if !sentences.iter().any(ends) {
            out.push_str(" …");
        }
        Snippet {
            text: out,
            highlights,
            span,
        }
    }
}
