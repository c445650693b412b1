//! The words of a query against the dictionary of an index: what each word is searched as.
//!
//! A word becomes a [`Slot`]. A slot whose folded form is in the index is searched as it is, and nothing replaces it. One
//! that is not gets [alternatives](Alternative). A word without marks may get a *reading*: the marks it probably lacks,
//! from the whole query.

use rustc_hash::FxHashMap;
use tantivy::Term;
use tantivy::schema::Field;
use unicode_normalization::UnicodeNormalization as _;

use super::ast::{Clause, UserQuery, Word};
use super::{fuzzy, restore};
use crate::index::snapshot::Snapshot;
use crate::text::abbreviations::expand_abbreviations;
use crate::text::{TokenKind, tokenize};
use crate::{Result, Span};

/// The most slots that are searched; of a longer query the first ones.
pub(crate) const MAX_SLOTS: usize = 96;
/// The most unknown words of one query that are matched nearly.
const MAX_FUZZY: usize = 12;
/// The most terms that `word*` stands for, commonest first.
pub(crate) const MAX_EXPANSIONS: usize = 128;
/// The most terms that all of them stand for together.
const MAX_ALL_EXPANSIONS: usize = 1024;
/// The longest word, in letters, that is cut into syllables; those matched nearly are shorter ([`fuzzy::MAX_WORD`]).
const MAX_LETTERS: usize = 36;
/// The most abbreviations that one query is searched with.
const MAX_COMPOUNDS: usize = 16;
/// The most alternatives of one unknown word.
const MAX_ALTERNATIVES: usize = 4;

/// Another form searched for a word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alternative {
    pub folded: String,
    /// The form with marks, where the query's context decides one.
    pub exact: Option<String>,
    /// Below 1: how likely it was meant.
    pub weight: f32,
    pub df: u32,
}

/// What a word that is typed bare (or not spelt in any known way) probably is with its marks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    pub exact: String,
    pub confidence: f32,
}

/// One word of a query.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// As typed.
    pub word: String,
    pub span: Span,
    pub exact: String,
    pub folded: String,
    pub kind: TokenKind,
    /// Whether it directly follows the slot before it.
    pub adjacent: bool,
    /// Whether it was typed as keys (`ddaauf`) or cut short (`ktế`) and is searched as what that spells.
    pub decoded: bool,
    /// `word~`
    pub fuzzy: bool,
    /// Number of reports that hold the folded form.
    pub df: u32,
    /// Number of reports that hold the exact form, where the word bears marks.
    pub df_exact: u32,
    pub reading: Option<Reading>,
    /// The form that it has in the name of a place that the query holds.
    pub name: Option<String>,
    pub alternatives: Vec<Alternative>,
    /// All terms that `word*` stands for, with their documents.
    pub expansions: Option<Vec<(String, u32)>>,
    /// Whether the word stands outside every exclusion.
    pub positive: bool,
}

impl Slot {
    /// Whether the word as typed bears marks.
    pub fn marked(&self) -> bool {
        self.exact != self.folded
    }

    /// The form that is asked for, mark for mark: as typed, where it bears marks and the index holds it so.
    pub fn settled(&self) -> Option<&str> {
        (self.marked() && self.df_exact > 0).then_some(self.exact.as_str())
    }

    /// Whether the index holds anything for it.
    pub fn known(&self) -> bool {
        self.df > 0
            || !self.alternatives.is_empty()
            || self.expansions.as_ref().is_some_and(|e| !e.is_empty())
    }

    /// The folded forms that match it, each once.
    pub fn folded_forms(&self) -> Vec<&str> {
        let mut forms: Vec<&str> = Vec::new();
        if let Some(expansions) = &self.expansions {
            forms.extend(expansions.iter().map(|(term, _)| term.as_str()));
        } else if self.df > 0 {
            forms.push(&self.folded);
        }
        for alternative in &self.alternatives {
            if !forms.contains(&alternative.folded.as_str()) {
                forms.push(&alternative.folded);
            }
        }
        forms
    }

    /// The folded form that counts for neighbours: the word itself, or its best alternative.
    pub fn main_form(&self) -> Option<(&str, u32)> {
        if self.expansions.is_some() {
            return None;
        }
        if self.df > 0 {
            return Some((&self.folded, self.df));
        }
        self.alternatives.first().map(|a| (a.folded.as_str(), a.df))
    }
}

/// Which documents match, in terms of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Slot(usize),
    /// Slots side by side.
    Phrase(Vec<usize>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// A multi-word name and its short form, either of which stands for the other.
#[derive(Clone, Debug)]
pub(crate) struct Compound {
    /// The slots of the long form, or the one slot of the short form.
    pub slots: std::ops::Range<usize>,
    /// The term that both forms are indexed under.
    pub term: String,
    /// Long forms, as written.
    pub long: Vec<String>,
    pub df: u32,
}

/// A query made ready for one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub slots: Vec<Slot>,
    pub node: Option<Node>,
    pub compounds: Vec<Compound>,
}

/// What of the request bears on words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    pub exact: bool,
}

impl Terms {
    pub fn new(
        snapshot: &Snapshot,
        text: &str,
        query: &UserQuery,
        options: Options,
    ) -> Result<Self> {
        let mut terms = Self::default();
        let mut builder = Builder {
            snapshot,
            options,
            toneless: !options.exact && is_toneless(text),
            slots: Vec::new(),
            last_end: None,
            fuzzy_left: MAX_FUZZY,
            expansions_left: MAX_ALL_EXPANSIONS,
            prices: FxHashMap::default(),
        };
        terms.node = match &query.clause {
            Some(clause) => builder.clause(clause, true)?,
            None => None,
        };
        terms.slots = builder.slots;
        if !options.exact {
            restore::readings(snapshot, &mut terms.slots)?;
        }
        terms.compounds = compounds(snapshot, text, &terms.slots)?;
        Ok(terms)
    }

    /// Slots that take part in scoring, in order.
    pub fn positive(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.positive)
    }
}

/// Number of documents with a term in a field.
pub(crate) fn doc_freq(snapshot: &Snapshot, field: Field, text: &str) -> Result<u32> {
    Ok(snapshot
        .searcher
        .doc_freq(&Term::from_field_text(field, text))? as u32)
}

/// Number of documents with a folded term in body or title, near enough: the larger of both.
pub(crate) fn folded_freq(snapshot: &Snapshot, text: &str) -> Result<u32> {
    let body = doc_freq(snapshot, snapshot.fields.body, text)?;
    if body > 0 {
        return Ok(body);
    }
    doc_freq(snapshot, snapshot.fields.title, text)
}

/// Words that reports write for one and the same: the product of a province has been a GRDP since 2014, and many go on writing GDP.
const SAME: [(&str, &str); 1] = [("gdp", "grdp")];
const SAME_WEIGHT: f32 = 0.7;

fn other_of((a, b): (&'static str, &'static str), word: &str) -> Option<&'static str> {
    match word {
        _ if word == a => Some(b),
        _ if word == b => Some(a),
        _ => None,
    }
}

/// Whether a query bears marks but no tone (`kêt qua thu ngân sach`): nearly every sentence of four words has one, so they were left
/// out, and the words are as bare as those without any mark.
fn is_toneless(text: &str) -> bool {
    /// Words that leave no doubt.
    const WORDS: usize = 4;
    let tokens = tokenize(text);
    let words = || tokens.list().iter().filter(|t| t.kind == TokenKind::Word);
    let tone = |c: char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    words().count() >= WORDS
        && words().any(|t| tokens.exact(t) != tokens.folded(t))
        && !words().any(|t| tokens.exact(t).nfd().any(tone))
}

struct Builder<'a> {
    snapshot: &'a Snapshot,
    options: Options,
    toneless: bool,
    slots: Vec<Slot>,
    /// End of the last word, to tell whether the next one stands beside it.
    last_end: Option<usize>,
    fuzzy_left: usize,
    expansions_left: usize,
    prices: FxHashMap<String, Option<f32>>,
}

impl Builder<'_> {
    fn clause(&mut self, clause: &Clause, positive: bool) -> Result<Option<Node>> {
        Ok(match clause {
            Clause::Word(word) => {
                let slots = self.words(&word.text, word.span.start, Some(word), positive)?;
                group(slots.map(Node::Slot).collect(), Node::And)
            }
            Clause::Phrase { text, span } => {
                self.last_end = None;
                let slots = self.words(text, span.start, None, positive)?;
                self.last_end = None;
                let slots: Vec<usize> = slots.collect();
                match slots.len() {
                    0 => None,
                    1 => Some(Node::Slot(slots[0])),
                    _ => Some(Node::Phrase(slots)),
                }
            }
            Clause::And(parts) => {
                let mut nodes = Vec::new();
                for part in parts {
                    match self.clause(part, positive)? {
                        // The words of `Covid-19` are words of the sentence.
                        Some(Node::And(inner)) if matches!(part, Clause::Word(_)) => {
                            nodes.extend(inner)
                        }
                        Some(node) => nodes.push(node),
                        None => {}
                    }
                }
                group(nodes, Node::And)
            }
            Clause::Or(parts) => {
                let mut nodes = Vec::new();
                for part in parts {
                    self.last_end = None;
                    nodes.extend(self.clause(part, positive)?);
                }
                self.last_end = None;
                group(nodes, Node::Or)
            }
            Clause::Not(inner) => {
                self.last_end = None;
                let node = self.clause(inner, !positive)?;
                self.last_end = None;
                node.map(|node| Node::Not(Box::new(node)))
            }
        })
    }

    /// Adds the words of `text`, which stands at `at` in the query.
    fn words(
        &mut self,
        text: &str,
        at: usize,
        word: Option<&Word>,
        positive: bool,
    ) -> Result<std::ops::Range<usize>> {
        let first = self.slots.len();
        let year = word.and_then(|_| super::understand::year_in_digits(text));
        let text = year.as_deref().unwrap_or(text);
        let tokens = tokenize(text);
        let list: Vec<_> = tokens
            .list()
            .iter()
            .filter(|t| !matches!(t.kind, TokenKind::Punct | TokenKind::Break))
            .collect();
        for (i, token) in list.iter().enumerate() {
            if self.slots.len() >= MAX_SLOTS {
                break;
            }
            let last = i + 1 == list.len();
            let adjacent = self.last_end.is_some();
            let slot = Slot {
                word: token.span.of(text).to_owned(),
                span: Span::new(at + token.span.start, at + token.span.end),
                exact: match self.toneless {
                    true => tokens.folded(token).to_owned(),
                    false => tokens.exact(token).to_owned(),
                },
                folded: tokens.folded(token).to_owned(),
                kind: token.kind,
                adjacent,
                decoded: year.is_some(),
                fuzzy: last && word.is_some_and(|w| w.fuzzy),
                df: 0,
                df_exact: 0,
                reading: None,
                name: None,
                alternatives: Vec::new(),
                expansions: None,
                positive,
            };
            let prefix = last && word.is_some_and(|w| w.prefix);
            self.push(slot, prefix)?;
            self.last_end = Some(at + token.span.end);
        }
        Ok(first..self.slots.len())
    }

    fn push(&mut self, mut slot: Slot, prefix: bool) -> Result<()> {
        if slot.folded.is_empty() {
            return Ok(());
        }
        let snapshot = self.snapshot;
        if prefix {
            let mut found = match self.expansions_left {
                0 => Vec::new(),
                _ => expansions(snapshot, &slot.folded)?,
            };
            found.truncate(self.expansions_left);
            self.expansions_left -= found.len();
            slot.expansions = Some(found);
            self.slots.push(slot);
            return Ok(());
        }
        slot.df = folded_freq(snapshot, &slot.folded)?;
        if slot.marked() {
            slot.df_exact = doc_freq(snapshot, snapshot.fields.body_exact, &slot.exact)?.max(
                doc_freq(snapshot, snapshot.fields.title_exact, &slot.exact)?,
            );
        }
        let word = slot.kind == TokenKind::Word && slot.folded.len() <= MAX_LETTERS;
        let unknown = slot.df == 0 && word && !self.options.exact;
        if unknown && let Some(typed) = fuzzy::typed_keys(&slot.word) {
            let tokens = tokenize(&typed);
            if let Some(token) = tokens.list().first() {
                let df = folded_freq(snapshot, tokens.folded(token))?;
                if df > 0 {
                    let df_exact =
                        doc_freq(snapshot, snapshot.fields.body_exact, tokens.exact(token))?;
                    slot.exact = tokens.exact(token).to_owned();
                    slot.folded = tokens.folded(token).to_owned();
                    (slot.df, slot.df_exact) = (df, df_exact);
                    slot.decoded = true;
                    self.slots.push(slot);
                    return Ok(());
                }
            }
        }
        if !slot.positive {
            // What is excluded is excluded as typed, never what is spelt nearly so.
            self.slots.push(slot);
            return Ok(());
        }
        let spelt = unknown
            .then(|| {
                super::understand::slang(&slot.word)
                    .or_else(|| super::understand::province_spelt(&slot.word))
            })
            .flatten();
        if let Some(long) = spelt {
            let tokens = tokenize(long);
            for (i, token) in tokens.list().iter().enumerate() {
                let mut piece = slot.clone();
                piece.exact = tokens.exact(token).to_owned();
                piece.folded = tokens.folded(token).to_owned();
                piece.decoded = true;
                piece.adjacent = i > 0 || slot.adjacent;
                piece.df = folded_freq(snapshot, &piece.folded)?;
                piece.df_exact = doc_freq(snapshot, snapshot.fields.body_exact, &piece.exact)?;
                self.slots.push(piece);
            }
            return Ok(());
        }
        if slot.df == 0
            && word
            && !self.options.exact
            && let Some(parts) = self.split(&slot.folded)?
        {
            // Marks typed in a glued word are kept part by part where the letters allow it.
            let exact: Vec<char> = slot.exact.chars().collect();
            let same_length = exact.len() == slot.folded.len();
            let mut from = 0;
            for (i, part) in parts.iter().enumerate() {
                let to = from + part.len();
                let mut piece = slot.clone();
                piece.folded = part.clone();
                piece.exact = if same_length {
                    exact[from..to].iter().collect()
                } else {
                    part.clone()
                };
                piece.df = folded_freq(snapshot, part)?;
                piece.adjacent = i > 0 || slot.adjacent;
                if piece.marked() {
                    piece.df_exact = doc_freq(snapshot, snapshot.fields.body_exact, &piece.exact)?;
                }
                from = to;
                self.slots.push(piece);
            }
            return Ok(());
        }
        if (unknown || slot.fuzzy) && word && !self.options.exact && self.fuzzy_left > 0 {
            self.fuzzy_left -= 1;
            slot.alternatives = alternatives(snapshot, &slot)?;
        }
        if word && !self.options.exact {
            for folded in SAME.iter().filter_map(|pair| other_of(*pair, &slot.folded)) {
                let df = folded_freq(snapshot, folded)?;
                if df > 0 {
                    slot.alternatives.push(Alternative {
                        folded: folded.to_owned(),
                        exact: None,
                        weight: SAME_WEIGHT,
                        df,
                    });
                }
            }
        }
        self.slots.push(slot);
        Ok(())
    }

    fn split(&mut self, word: &str) -> Result<Option<Vec<String>>> {
        if word.len() < 5 || !word.is_ascii() {
            return Ok(None);
        }
        // Prices of all parts first, so that the cut itself cannot fail.
        let reports = self.snapshot.searcher.num_docs().max(1) as f32;
        for start in 0..word.len() {
            for end in start + 2..=word.len().min(start + 7) {
                let part = &word[start..end];
                if !self.prices.contains_key(part) {
                    let price = match restore::is_syllable(part) {
                        true => match folded_freq(self.snapshot, part)? {
                            0 => None,
                            df => Some(4.0 + (reports / df as f32).max(1.0).ln()),
                        },
                        false => None,
                    };
                    self.prices.insert(part.to_owned(), price);
                }
            }
        }
        let prices = &self.prices;
        Ok(fuzzy::split(word, &|part| {
            prices.get(part).copied().flatten()
        }))
    }
}

fn group(mut nodes: Vec<Node>, join: impl FnOnce(Vec<Node>) -> Node) -> Option<Node> {
    match nodes.len() {
        0 => None,
        1 => nodes.pop(),
        _ => Some(join(nodes)),
    }
}

/// Terms of body and title that begin with `prefix`, commonest first.
pub(crate) fn expansions(snapshot: &Snapshot, prefix: &str) -> Result<Vec<(String, u32)>> {
    /// Terms looked at before the commonest are taken.
    const MAX_SEEN: usize = 20_000;
    let mut found: FxHashMap<String, u32> = FxHashMap::default();
    for reader in snapshot.searcher.segment_readers() {
        for field in [snapshot.fields.body, snapshot.fields.title] {
            let inverted = reader.inverted_index(field)?;
            let mut stream = inverted
                .terms()
                .range()
                .ge(prefix.as_bytes())
                .into_stream()
                .map_err(tantivy::TantivyError::from)?;
            let mut seen = 0;
            while stream.advance() && seen < MAX_SEEN {
                if !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                seen += 1;
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    *found.entry(term.to_owned()).or_default() += stream.value().doc_freq;
                }
            }
        }
    }
    let mut list: Vec<(String, u32)> = found.into_iter().collect();
    list.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list.truncate(MAX_EXPANSIONS);
    Ok(list)
}

/// Terms near a word, likeliest first.
fn alternatives(snapshot: &Snapshot, slot: &Slot) -> Result<Vec<Alternative>> {
    let word = &slot.folded;
    if !word.is_ascii() || word.len() < 2 {
        return Ok(Vec::new());
    }
    let mut found: FxHashMap<String, u32> = FxHashMap::default();
    let mut most = 1;
    loop {
        for reader in snapshot.searcher.segment_readers() {
            for field in [snapshot.fields.body, snapshot.fields.title] {
                let inverted = reader.inverted_index(field)?;
                fuzzy::near_terms(inverted.terms(), word, most, &mut |term, df| {
                    if term != word && !term.bytes().any(|b| b.is_ascii_digit()) {
                        let entry = found.entry(term.to_owned()).or_default();
                        *entry = (*entry).max(df);
                    }
                })
                .map_err(tantivy::TantivyError::from)?;
            }
        }
        // Two edits only where one finds nothing, and the word is long enough to bear them.
        if !found.is_empty() || most == 2 || word.len() < 5 {
            break;
        }
        most = 2;
    }
    let reports = (snapshot.searcher.num_docs() as f32).max(1.0);
    let mut ranked: Vec<(f32, String, u32)> = found
        .into_iter()
        .map(|(term, df)| {
            let rarity = (reports / df as f32).max(1.0).ln();
            // A slip from a syllable gives a syllable back, rather than a name or an abbreviation.
            let foreign = if restore::is_syllable(&term) {
                0.0
            } else {
                0.5
            };
            (
                fuzzy::cost(word, &term) * 3.0 + rarity * 0.35 + foreign,
                term,
                df,
            )
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let Some(best) = ranked.first().map(|r| r.0) else {
        return Ok(Vec::new());
    };
    Ok(ranked
        .into_iter()
        .take(MAX_ALTERNATIVES)
        .filter(|(price, _, _)| *price < best + 2.5)
        .map(|(price, folded, df)| Alternative {
            folded,
            exact: None,
            // A word that exists is joined by others, far behind; one that does not is replaced.
            weight: (best - price).exp()
                * match (slot.df > 0, restore::is_word(slot)) {
                    (true, _) => 0.15,
                    // Spelt as a syllable is: more likely absent than mistyped.
                    (_, true) => 0.4,
                    _ => 0.8,
                },
            df,
        })
        .collect())
}

/// The long forms in the query that have an abbreviation in the index, and the abbreviations with their long forms.
fn compounds(snapshot: &Snapshot, text: &str, slots: &[Slot]) -> Result<Vec<Compound>> {
    let tokens = tokenize(text);
    let mut out = Vec::new();
    for expansion in expand_abbreviations(text, &tokens) {
        let list = &tokens.list()[expansion.tokens.clone()];
        let (Some(first), Some(last)) = (list.first(), list.last()) else {
            continue;
        };
        let inside =
            |slot: &Slot| first.span.start <= slot.span.start && slot.span.end <= last.span.end;
        let Some(start) = slots.iter().position(inside) else {
            continue;
        };
        let count = slots[start..]
            .iter()
            .take_while(|slot| inside(slot))
            .count();
        let long: Vec<String> = expansion
            .forms
            .iter()
            .filter(|f| f.len() > 1)
            .map(|f| f.join(" "))
            .collect();
        if count == 1 {
            // The abbreviation itself: texts with the long form are indexed under it.
            out.push(Compound {
                slots: start..start + 1,
                term: slots[start].folded.clone(),
                long,
                df: 0,
            });
            continue;
        }
        for form in expansion.forms.iter().filter(|f| f.len() == 1) {
            let term = crate::text::fold(form[0]);
            let df = folded_freq(snapshot, &term)?;
            if df > 0 && out.len() < MAX_COMPOUNDS {
                out.push(Compound {
                    slots: start..start + count,
                    term,
                    long: Vec::new(),
                    df,
                });
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_without_any_tone_is_a_bare_one() {
        for (text, toneless) in [
            ("kêt qua thu ngân sach", true),
            ("kết quả thu ngân sách", false),
            ("ket qua thu ngan sach", false),
            ("kêt qua thu ngân sách", false),
            ("thu ngân sach", false),
        ] {
            assert_eq!(is_toneless(text), toneless, "{text}");
        }
    }
}
