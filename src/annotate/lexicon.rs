//! Phrases found in a token stream: the one matcher behind all recognisers.
//!
//! A lexicon is a trie over folded tokens, so that one walk serves marked and bare text alike; the marks are checked
//! where a phrase ends. How much the marks must agree is asked for with each walk: names hold as long as no token of the text
//! *contradicts* them (`hạ nam` is not `Hà Nam`, `ha nam` may be), while the words of figures are read mark for mark, save in
//! lines that have no marks at all (`thu` is not `thứ`).

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::{Agreement, TokenKind, Tokens, agreement, reads_as, tokenize};

/// How far the marks of a text may fall short of a phrase's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Mark for mark.
    Exact,
    /// Mark for mark, or a word without any: for lines written bare.
    Bare,
    /// No mark contradicts.
    Lacking,
}

impl Marks {
    /// For the words of a line that has marks, or none.
    #[must_use]
    pub const fn of_line(bare: bool) -> Self {
        if bare { Self::Bare } else { Self::Exact }
    }

    fn allow(self, cue: &str, word: &str) -> bool {
        match self {
            Self::Exact => false,
            Self::Bare => reads_as(cue, word),
            Self::Lacking => agreement(cue, word) == Agreement::SourceLacks,
        }
    }
}

/// What may stand between two words of a phrase and counts for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Joints {
    /// Dashes (`Bà Rịa - Vũng Tàu`), a point after an abbreviation (`TP. Huế`), one line break (hard-wrapped text).
    #[default]
    Name,
    /// Dashes alone: `kinh tế-xã hội`. Other marks may be part of a phrase, and lines are read one by one.
    Dash,
}

/// Phrases with a payload each, matched over tokens.
#[derive(Debug, Default)]
pub struct Lexicon {
    joints: Joints,
    symbols: FxHashMap<Box<str>, u32>,
    /// Node behind the root for each symbol, 0 where no phrase begins so.
    roots: Vec<u32>,
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

/// One number a token: which word of a lexicon it is.
#[derive(Debug)]
pub struct Symbols(Vec<u32>);

/// No word of the lexicon.
const NONE: u32 = u32::MAX;

impl Lexicon {
    /// A lexicon of names in their exact spelling. Several names may share a folded form; the one that agrees best with
    /// the text is taken, the earlier one among equals.
    pub fn new<'a>(phrases: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut lexicon = Self::empty(Joints::Name);
        for (phrase, payload) in phrases {
            lexicon.insert(phrase, payload);
        }
        lexicon
    }

    /// A lexicon to insert phrases into.
    #[must_use]
    pub fn empty(joints: Joints) -> Self {
        Self {
            joints,
            nodes: vec![Vec::new()],
            ..Self::default()
        }
    }

    /// Adds a phrase in its exact spelling; gives back the payload that stands, the earlier one of the same spelling.
    pub fn insert(&mut self, phrase: &str, payload: u32) -> u32 {
        let tokens = tokenize(phrase);
        let mut node = 0;
        let mut exact: Vec<Box<str>> = Vec::new();
        for token in tokens.list().iter().filter(|t| t.kind != TokenKind::Break) {
            if token.kind == TokenKind::Punct && self.is_joint(tokens.exact(token)) {
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
            let next = self.nodes.len() as u32;
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
                self.nodes.push(Vec::new());
            }
            node = to;
            exact.push(tokens.exact(token).into());
        }
        let ends = &mut self.nodes[node as usize];
        if let Some(known) = ends.iter().find(|e| *e.exact == *exact) {
            return known.payload;
        }
        if node != 0 {
            ends.push(Entry {
                exact: exact.into(),
                payload,
            });
        }
        payload
    }

    /// The words of a text, looked up once for many walks.
    #[must_use]
    pub fn symbols(&self, tokens: &Tokens) -> Symbols {
        let of = |t| self.symbols.get(tokens.folded(t)).copied().unwrap_or(NONE);
        Symbols(tokens.list().iter().map(of).collect())
    }

    /// The longest phrase that begins at token `at`; no mark of it is contradicted.
    #[must_use]
    pub fn longest_at(&self, tokens: &Tokens, at: usize) -> Option<Match> {
        let list = tokens.list();
        self.walk(tokens, at, Marks::Lacking, |i| {
            self.symbols.get(tokens.folded(list.get(i)?)).copied()
        })
    }

    /// The same in a text whose words were looked up.
    #[must_use]
    pub fn longest(
        &self,
        tokens: &Tokens,
        symbols: &Symbols,
        at: usize,
        marks: Marks,
    ) -> Option<Match> {
        self.walk(tokens, at, marks, |i| {
            symbols.0.get(i).copied().filter(|s| *s != NONE)
        })
    }

    #[inline]
    fn walk(
        &self,
        tokens: &Tokens,
        at: usize,
        marks: Marks,
        symbol: impl Fn(usize) -> Option<u32>,
    ) -> Option<Match> {
        let mut node = self.roots[symbol(at)? as usize];
        if node == 0 {
            return None;
        }
        let mut best = self.ending(tokens, node, at, at + 1, marks);
        let mut end = at + 1;
        while let Some(next) = self.step(tokens, end) {
            let Some(to) = symbol(next).and_then(|symbol| self.edges.get(&(node, symbol))) else {
                break;
            };
            node = *to;
            end = next + 1;
            if let Some(found) = self.ending(tokens, node, at, end, marks) {
                best = Some(found);
            }
        }
        best
    }

    /// The longest phrase at each place, from left to right, not overlapping; no mark is contradicted.
    pub fn scan<'a>(&'a self, tokens: &'a Tokens) -> impl Iterator<Item = Match> + 'a {
        self.scan_with(tokens, |_| Marks::Lacking)
    }

    /// The same with the agreement asked for at each token.
    pub fn scan_with<'a>(
        &'a self,
        tokens: &'a Tokens,
        marks: impl Fn(usize) -> Marks + 'a,
    ) -> impl Iterator<Item = Match> + 'a {
        let symbols = self.symbols(tokens);
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < symbols.0.len() {
                if symbols.0[at] != NONE
                    && let Some(found) = self.longest(tokens, &symbols, at, marks(at))
                {
                    at = found.end;
                    return Some(found);
                }
                at += 1;
            }
            None
        })
    }

    /// The best of the phrases that end in `node`, against the tokens `first..end`.
    #[inline]
    fn ending(
        &self,
        tokens: &Tokens,
        node: u32,
        first: usize,
        end: usize,
        marks: Marks,
    ) -> Option<Match> {
        // Most nodes lie within phrases.
        let entries = &self.nodes[node as usize];
        if entries.is_empty() {
            return None;
        }
        self.best_of(entries, tokens, first, end, marks)
    }

    fn best_of(
        &self,
        entries: &[Entry],
        tokens: &Tokens,
        first: usize,
        end: usize,
        marks: Marks,
    ) -> Option<Match> {
        let mut best: Option<Match> = None;
        for entry in entries {
            let mut lacking = 0;
            let mut at = first;
            let agrees = entry.exact.iter().all(|cue| {
                // The walk that led here passed over joints; pass over the same ones.
                if at != first {
                    at = self.step(tokens, at).unwrap_or(at);
                }
                let word = tokens.exact(&tokens.list()[at]);
                at += 1;
                // Phrases are written in full: one without marks has none (`nay` is not `này`).
                **cue == *word || {
                    lacking += 1;
                    marks.allow(cue, word)
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

    /// The token that continues a phrase at `i`: itself, or the one behind a joint.
    fn step(&self, tokens: &Tokens, i: usize) -> Option<usize> {
        let list = tokens.list();
        let token = list.get(i)?;
        let joint = match (token.kind, self.joints) {
            (TokenKind::Punct, Joints::Name) => match tokens.exact(token) {
                "." => i > 0 && list[i - 1].span.len() <= 2,
                mark => is_dash(mark),
            },
            (TokenKind::Break, Joints::Name) => token.span.len() == 1,
            (TokenKind::Punct, Joints::Dash) if is_dash(tokens.exact(token)) => {
                return Some(i + 1);
            }
            _ => return Some(i),
        };
        (joint
            && list
                .get(i + 1)
                .is_some_and(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number)))
        .then_some(i + 1)
    }

    /// Whether a mark inside a phrase is no word of it.
    fn is_joint(&self, mark: &str) -> bool {
        is_dash(mark) || self.joints == Joints::Name && mark == "."
    }
}

fn is_dash(mark: &str) -> bool {
    matches!(mark, "-" | "–" | "—" | "‑" | "−")
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

    #[test]
    fn words_of_figures_are_read_mark_for_mark_save_in_bare_lines() {
        let mut lexicon = Lexicon::empty(Joints::Dash);
        assert_eq!(lexicon.insert("thu ngân sách", 1), 1);
        assert_eq!(
            lexicon.insert("thu ngân sách", 2),
            1,
            "the earlier one stands"
        );
        lexicon.insert("xuất , nhập khẩu", 3);
        let found = |text: &str, marks: Marks| -> Vec<u32> {
            let tokens = tokenize(text);
            lexicon
                .scan_with(&tokens, |_| marks)
                .map(|m| m.payload)
                .collect()
        };
        for (text, exact, bare, lacking) in [
            ("tổng thu ngân sách", true, true, true),
            ("tổng thu ngân - sách", true, true, true),
            ("tong thu ngan sach", false, true, true),
            ("thu ngân sach", false, true, true),
            ("thu ngan sách", false, true, true),
            ("thủ ngân sach", false, false, false),
            ("thứ ngân sách", false, false, false),
            ("thu ngân\nsách", false, false, false),
        ] {
            for (marks, holds) in [
                (Marks::Exact, exact),
                (Marks::Bare, bare),
                (Marks::Lacking, lacking),
            ] {
                assert_eq!(!found(text, marks).is_empty(), holds, "{text} {marks:?}");
            }
        }
        assert_eq!(found("xuất, nhập khẩu", Marks::Exact), [3]);
    }
}
