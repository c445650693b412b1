//! Phrases found in a token stream: the one matcher behind all recognisers.
//!
//! A lexicon is a trie over folded tokens, so that one walk serves marked and bare text alike; the marks are checked
//! where a phrase ends. A match holds when no token of the text *contradicts* the phrase (`hạ nam` is not `Hà Nam`, `ha nam` may
//! be), and a match says how many of its tokens lack marks, for recognisers that want more than that.

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::{Agreement, TokenKind, Tokens, agreement, tokenize};

/// Phrases with a payload each, matched over tokens.
///
/// Hyphens and dashes in a phrase or in the text count for nothing between two words (`Bà Rịa - Vũng Tàu`, `kinh tế-xã hội`), nor
/// does a point after an abbreviation (`TP. Huế`) or one line break between two words of a phrase (hard-wrapped text).
#[derive(Debug, Default)]
pub struct Lexicon {
    symbols: FxHashMap<Box<str>, u32>,
    /// Node behind the root for each symbol, 0 where no phrase begins so.
    root: Vec<u32>,
    edges: FxHashMap<(u32, u32), u32>,
    /// Phrases that end in a node.
    nodes: Vec<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    exact: Box<[Box<str>]>,
    payload: u32,
}

/// A phrase found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// First token of the match.
    pub first: usize,
    /// One past its last token.
    pub end: usize,
    /// What the phrase stands for.
    pub payload: u32,
    /// How many of its tokens lack marks that the phrase has.
    pub lacking: u8,
}

impl Match {
    /// Place of the match in the text that was tokenised.
    #[must_use]
    pub fn span(&self, tokens: &Tokens) -> Span {
        let list = tokens.list();
        list[self.first].span.cover(list[self.end - 1].span)
    }
}

impl Lexicon {
    /// A lexicon of phrases in their exact spelling. Several phrases may share a folded form; the one that agrees best with
    /// the text is taken, the earlier one among equals.
    pub fn new<'a>(phrases: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut lexicon = Self {
            nodes: vec![Vec::new()],
            ..Self::default()
        };
        for (phrase, payload) in phrases {
            lexicon.insert(phrase, payload);
        }
        lexicon
    }

    fn insert(&mut self, phrase: &str, payload: u32) {
        let tokens = tokenize(phrase);
        let mut node = 0;
        let mut exact: Vec<Box<str>> = Vec::new();
        for token in tokens.list().iter().filter(|t| t.kind != TokenKind::Break) {
            if token.kind == TokenKind::Punct && is_joint(tokens.exact(token)) {
                continue;
            }
            let fresh = self.symbols.len() as u32;
            let symbol = *self
                .symbols
                .entry(tokens.folded(token).into())
                .or_insert(fresh);
            if symbol == fresh {
                self.root.push(0);
            }
            let next = self.nodes.len() as u32;
            let to = if node == 0 {
                let slot = &mut self.root[symbol as usize];
                if *slot == 0 {
                    *slot = next;
                }
                *slot
            } else {
                *self.edges.entry((node, symbol)).or_insert(next)
            };
            if to == next {
                self.nodes.push(Vec::new());
            }
            node = to;
            exact.push(tokens.exact(token).into());
        }
        if node != 0 {
            self.nodes[node as usize].push(Entry {
                exact: exact.into(),
                payload,
            });
        }
    }

    /// The longest phrase that begins at token `at`.
    #[must_use]
    pub fn longest_at(&self, tokens: &Tokens, at: usize) -> Option<Match> {
        let list = tokens.list();
        let symbol = *self.symbols.get(tokens.folded(list.get(at)?))?;
        let mut node = self.root[symbol as usize];
        if node == 0 {
            return None;
        }
        let mut best = self.ending(tokens, node, at, at + 1);
        let mut i = at + 1;
        while let Some(next) = step(tokens, i) {
            let Some(to) = self
                .symbols
                .get(tokens.folded(&list[next]))
                .and_then(|symbol| self.edges.get(&(node, *symbol)))
            else {
                break;
            };
            node = *to;
            i = next + 1;
            if let Some(found) = self.ending(tokens, node, at, i) {
                best = Some(found);
            }
        }
        best
    }

    /// The longest phrase at each place, from left to right, not overlapping.
    pub fn scan<'a>(&'a self, tokens: &'a Tokens) -> impl Iterator<Item = Match> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < tokens.list().len() {
                if let Some(found) = self.longest_at(tokens, at) {
                    at = found.end;
                    return Some(found);
                }
                at += 1;
            }
            None
        })
    }

    /// The best of the phrases that end in `node`, against the tokens `first..end`.
    fn ending(&self, tokens: &Tokens, node: u32, first: usize, end: usize) -> Option<Match> {
        let mut best: Option<Match> = None;
        for entry in &self.nodes[node as usize] {
            let mut lacking = 0;
            let mut at = first;
            let agrees = entry.exact.iter().all(|cue| {
                // The walk that led here passed over joints; pass over the same ones.
                if at != first {
                    at = step(tokens, at).unwrap_or(at);
                }
                let word = tokens.exact(&tokens.list()[at]);
                at += 1;
                // Phrases are written in full: one without marks has none (`nay` is not `này`).
                **cue == *word || {
                    lacking += 1;
                    agreement(cue, word) == Agreement::SourceLacks
                }
            });
            if agrees && best.is_none_or(|b| lacking < b.lacking) {
                best = Some(Match {
                    first,
                    end,
                    payload: entry.payload,
                    lacking,
                });
            }
        }
        best
    }
}

/// The token that continues a phrase at `i`: itself, or the one behind a dash, a point after an abbreviation, one line break.
fn step(tokens: &Tokens, i: usize) -> Option<usize> {
    let list = tokens.list();
    let token = list.get(i)?;
    let passable = match token.kind {
        TokenKind::Punct => match tokens.exact(token) {
            "." => i > 0 && list[i - 1].span.len() <= 2,
            mark => is_joint(mark),
        },
        TokenKind::Break => token.span.len() == 1,
        _ => return Some(i),
    };
    (passable
        && list
            .get(i + 1)
            .is_some_and(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number)))
    .then_some(i + 1)
}

fn is_joint(mark: &str) -> bool {
    matches!(mark, "-" | "–" | "—" | "‑" | "−" | ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lexicon: &Lexicon, text: &str) -> Vec<(u32, String, u8)> {
        let tokens = tokenize(text);
        lexicon
            .scan(&tokens)
            .map(|m| (m.payload, m.span(&tokens).of(text).to_owned(), m.lacking))
            .collect()
    }

    #[test]
    fn the_longest_phrase_that_no_mark_contradicts() {
        let lexicon = Lexicon::new([
            ("Hà Nam", 1),
            ("Hà Nam Ninh", 2),
            ("Bà Rịa - Vũng Tàu", 3),
            ("TP. Huế", 4),
            ("khu công nghiệp", 5),
        ]);
        for (text, expected) in [
            ("tỉnh Hà Nam", vec![(1, "Hà Nam", 0)]),
            ("tỉnh hà nam ninh cũ", vec![(2, "hà nam ninh", 0)]),
            ("tinh ha nam", vec![(1, "ha nam", 1)]),
            ("hạ nam", vec![]),
            ("Bà Rịa – Vũng Tàu", vec![(3, "Bà Rịa – Vũng Tàu", 0)]),
            ("Bà Rịa-Vũng Tàu", vec![(3, "Bà Rịa-Vũng Tàu", 0)]),
            ("Bà Rịa, Vũng Tàu", vec![]),
            ("TP Huế", vec![(4, "TP Huế", 0)]),
            ("Tp. Huế", vec![(4, "Tp. Huế", 0)]),
            ("các khu công\nnghiệp", vec![(5, "khu công\nnghiệp", 0)]),
            ("khu công\n\nnghiệp", vec![]),
            ("khu cổng nghiệp", vec![]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(p, s, l): (u32, &str, u8)| (p, s.to_owned(), l))
                .collect();
            assert_eq!(found(&lexicon, text), expected, "{text}");
        }
    }

    #[test]
    fn marks_choose_among_phrases_of_one_folded_form() {
        let lexicon = Lexicon::new([("quý", 1), ("quỹ", 2), ("quy", 3)]);
        assert_eq!(
            found(&lexicon, "quỹ quý quy"),
            [
                (2, "quỹ".to_owned(), 0),
                (1, "quý".to_owned(), 0),
                (3, "quy".to_owned(), 0)
            ]
        );
    }
}
