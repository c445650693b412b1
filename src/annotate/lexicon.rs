//! Phrases found in a token stream: the one matcher behind all recognisers.
//!
//! A lexicon is a trie over folded tokens, so that one walk serves marked and bare text alike; the marks are checked
//! where a phrase ends. How much the marks must agree is asked for with each walk: names hold as long as no token of the text
//! *contradicts* them (`hạ nam` is not `Hà Nam`, `ha nam` may be), while the words of figures are read mark for mark, save in
//! lines that have no marks at all (`thu` is not `thứ`).

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::token::Word;
use crate::text::words::{Words, hash};
use crate::text::{Agreement, Token, TokenKind, Tokens, agreement, reads_as, tokenize};

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
    /// The words of all phrases, folded and as they are spelled.
    folded: Words,
    spelled: Words,
    /// Of each spelling the folded word.
    folds: Vec<u32>,
    /// Node behind the root for each folded word, 0 where no phrase begins so.
    roots: Vec<u32>,
    /// Of each spelling whether a phrase begins with it.
    opens: Vec<bool>,
    /// By node and folded word, see [`edge`].
    edges: FxHashMap<u64, u32>,
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Phrases that end here.
    ends: Vec<Entry>,
    /// A bit for each folded word that leads on, by its number in 64: most words that follow have none, which saves a look at the edges.
    leads_on: u64,
}

const fn bit(folded: u32) -> u64 {
    1 << (folded % 64)
}

#[derive(Debug)]
struct Entry {
    /// Its words as spelled.
    words: Box<[u32]>,
    payload: u32,
}

const fn edge(node: u32, folded: u32) -> u64 {
    (node as u64) << 32 | folded as u64
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

/// What a lexicon knows of a word: its numbers, [`NONE`] where no phrase has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    folded: u32,
    spelled: u32,
}

/// The same of each word of a text.
#[derive(Debug)]
pub struct Symbols(Vec<Known>);

impl Symbols {
    #[inline]
    fn of(&self, token: &Token) -> Known {
        self.0.get(token.word as usize).copied().unwrap_or(UNKNOWN)
    }
}

/// No word of the lexicon.
const NONE: u32 = u32::MAX;
const UNKNOWN: Known = Known {
    folded: NONE,
    spelled: NONE,
};

/// Bytes of the longest short form in brackets that a phrase passes over.
const SHORT: usize = 8;

/// Words of a phrase whose tokens are kept at hand; behind them they are looked for again.
const PATH: usize = 12;

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
            nodes: vec![Node::default()],
            ..Self::default()
        }
    }

    /// Adds a phrase in its exact spelling; gives back the payload that stands, the earlier one of the same spelling.
    pub fn insert(&mut self, phrase: &str, payload: u32) -> u32 {
        let words = self.words(phrase);
        self.insert_words(&words, payload)
    }

    /// The words of a phrase or of a part of one, which many phrases may share.
    pub(crate) fn words(&mut self, text: &str) -> Vec<Known> {
        let tokens = tokenize(text);
        let mut words = Vec::with_capacity(tokens.list().len());
        for token in tokens.list() {
            let exact = tokens.exact(token);
            let is_joint = token.kind == TokenKind::Punct && self.is_joint(exact);
            if token.kind != TokenKind::Break && !is_joint {
                let folded = self.folded.add(tokens.folded(token));
                let spelled = self.spelled.add(exact);
                if spelled as usize == self.folds.len() {
                    self.folds.push(folded);
                }
                words.push(Known { folded, spelled });
            }
        }
        self.roots.resize(self.folded.len(), 0);
        self.opens.resize(self.spelled.len(), false);
        words
    }

    /// [`insert`](Self::insert) for a phrase of such words.
    pub(crate) fn insert_words(&mut self, words: &[Known], payload: u32) -> u32 {
        let Some((first, rest)) = words.split_first() else {
            return payload;
        };
        self.opens[first.spelled as usize] = true;
        let next = self.nodes.len() as u32;
        let root = &mut self.roots[first.folded as usize];
        if *root == 0 {
            *root = next;
            self.nodes.push(Node::default());
        }
        let mut node = *root;
        for word in rest {
            let next = self.nodes.len() as u32;
            let to = *self.edges.entry(edge(node, word.folded)).or_insert(next);
            if to == next {
                self.nodes.push(Node::default());
            }
            self.nodes[node as usize].leads_on |= bit(word.folded);
            node = to;
        }
        let ends = &mut self.nodes[node as usize].ends;
        let spelled = || words.iter().map(|word| word.spelled);
        if let Some(known) = ends.iter().find(|e| e.words.iter().copied().eq(spelled())) {
            return known.payload;
        }
        ends.push(Entry {
            words: spelled().collect(),
            payload,
        });
        payload
    }

    /// The words of a text, looked up once for many walks.
    #[must_use]
    pub fn symbols(&self, tokens: &Tokens) -> Symbols {
        let known = |word: &Word| {
            let token = &tokens.list()[word.first as usize];
            self.known(tokens, token, word.exact, word.folded)
        };
        Symbols(tokens.words().iter().map(known).collect())
    }

    #[inline]
    fn known(&self, tokens: &Tokens, token: &Token, exact: u32, folded: u32) -> Known {
        match self.spelled.get(exact, || tokens.exact_bytes(token)) {
            Some(spelled) => Known {
                folded: self.folds[spelled as usize],
                spelled,
            },
            None => Known {
                folded: self
                    .folded
                    .get(folded, || tokens.folded_bytes(token))
                    .unwrap_or(NONE),
                spelled: NONE,
            },
        }
    }

    /// The longest phrase that begins at token `at`; no mark of it is contradicted.
    #[must_use]
    pub fn longest_at(&self, tokens: &Tokens, at: usize) -> Option<Match> {
        self.walk(tokens, at, Marks::Lacking, |token| {
            let (exact, folded) = (hash(tokens.exact(token)), hash(tokens.folded(token)));
            self.known(tokens, token, exact, folded)
        })
    }

    /// The same in a text whose words were looked up.
    #[must_use]
    #[inline]
    pub fn longest(
        &self,
        tokens: &Tokens,
        symbols: &Symbols,
        at: usize,
        marks: Marks,
    ) -> Option<Match> {
        let known = symbols.of(tokens.list().get(at)?);
        // Most words begin no phrase, and most of the rest none in their own spelling.
        let root = *self.roots.get(known.folded as usize)?;
        if root == 0 || marks == Marks::Exact && !*self.opens.get(known.spelled as usize)? {
            return None;
        }
        let Node { ends, leads_on } = &self.nodes[root as usize];
        if ends.is_empty() {
            // Of several words: nearly always the second tells that it is none.
            let next = tokens.list().get(at + 1)?;
            if next.kind == TokenKind::Word {
                let next = symbols.of(next);
                if next.folded == NONE || leads_on & bit(next.folded) == 0 {
                    return None;
                }
            }
        }
        self.walk(tokens, at, marks, |token| symbols.of(token))
    }

    fn walk(
        &self,
        tokens: &Tokens,
        at: usize,
        marks: Marks,
        known: impl Fn(&Token) -> Known,
    ) -> Option<Match> {
        let list = tokens.list();
        let first = known(list.get(at)?);
        let mut node = *self.roots.get(first.folded as usize)?;
        if node == 0 {
            return None;
        }
        let mut path = [(0, 0); PATH];
        path[0] = (at as u32, first.spelled);
        let mut len = 1;
        let mut end = at + 1;
        let mut best = None;
        loop {
            // Most nodes lie within phrases.
            let Node { ends, leads_on } = &self.nodes[node as usize];
            if !ends.is_empty()
                && let Some((payload, lacking)) =
                    self.best_of(ends, tokens, &path[..len.min(PATH)], marks, &known)
            {
                best = Some(Match {
                    first: at,
                    end,
                    payload,
                    lacking,
                });
            }
            if *leads_on == 0 {
                return best;
            }
            let Some(next) = self.step(tokens, end).filter(|next| *next < list.len()) else {
                return best;
            };
            let word = known(&list[next]);
            if word.folded == NONE
                || marks == Marks::Exact && word.spelled == NONE
                || leads_on & bit(word.folded) == 0
            {
                return best;
            }
            let Some(to) = self.edges.get(&edge(node, word.folded)) else {
                return best;
            };
            node = *to;
            end = next + 1;
            if let Some(place) = path.get_mut(len) {
                *place = (next as u32, word.spelled);
            }
            len += 1;
        }
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
        let list = tokens.list();
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < list.len() {
                if let Some(found) = self.longest(tokens, &symbols, at, marks(at)) {
                    at = found.end;
                    return Some(found);
                }
                at += 1;
            }
            None
        })
    }

    /// Payload and lacking words of the best of `entries`, against the tokens on `path` and, beyond it, those that follow.
    #[inline]
    fn best_of(
        &self,
        entries: &[Entry],
        tokens: &Tokens,
        path: &[(u32, u32)],
        marks: Marks,
        known: impl Fn(&Token) -> Known,
    ) -> Option<(u32, u8)> {
        let list = tokens.list();
        let mut best: Option<(u32, u8)> = None;
        for entry in entries {
            let mut lacking = 0;
            let mut last = 0;
            let agrees = entry.words.iter().enumerate().all(|(i, cue)| {
                let (at, spelled) = path.get(i).copied().unwrap_or_else(|| {
                    // The walk that led here passed over joints; pass over the same ones.
                    let at = self.step(tokens, last + 1).unwrap_or(last + 1);
                    (at as u32, known(&list[at]).spelled)
                });
                last = at as usize;
                // Phrases are written in full: one without marks has none (`nay` is not `này`).
                spelled == *cue
                    || marks != Marks::Exact && {
                        lacking += 1;
                        marks.allow(self.spelled.word(*cue), tokens.exact(&list[last]))
                    }
            });
            if agrees && best.is_none_or(|(_, least)| lacking < least) {
                best = Some((entry.payload, lacking));
            }
        }
        best
    }

    /// The token that continues a phrase at `i`: itself, or the one behind a joint.
    fn step(&self, tokens: &Tokens, i: usize) -> Option<usize> {
        let list = tokens.list();
        let token = list.get(i)?;
        let joint = match (token.kind, self.joints) {
            (TokenKind::Punct, Joints::Name) => match tokens.exact_bytes(token) {
                b"." => i > 0 && list[i - 1].span.len() <= 2,
                mark => is_dash(mark),
            },
            (TokenKind::Break, Joints::Name) => token.span.len() == 1,
            (TokenKind::Punct, Joints::Dash) if is_dash(tokens.exact_bytes(token)) => {
                return Some(i + 1);
            }
            // `doanh nghiệp (DN) thành lập mới`: the short form beside the name.
            (TokenKind::Punct, Joints::Dash) if tokens.exact_bytes(token) == b"(" => {
                let short = list.get(i + 1).is_some_and(|t| {
                    t.kind == TokenKind::Word && t.is_upper() && t.span.len() <= SHORT
                });
                let closed = list
                    .get(i + 2)
                    .is_some_and(|t| tokens.exact_bytes(t) == b")");
                return Some(if short && closed { i + 3 } else { i });
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
        is_dash(mark.as_bytes()) || self.joints == Joints::Name && mark == "."
    }
}

/// Whether a mark is one of `-`, `–`, `—`, `‑`, `−`.
fn is_dash(mark: &[u8]) -> bool {
    match mark {
        [b'-'] => true,
        [0xe2, rest @ ..] => matches!(rest, [0x80, 0x91 | 0x93 | 0x94] | [0x88, 0x92]),
        _ => false,
    }
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
