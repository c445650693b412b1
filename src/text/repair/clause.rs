//! One damaged line: its words, what each may have been, and the likeliest reading.

use crate::Span;
use crate::text::lexicon::{Candidate, Lattice, Path, Syllable, lexicon, takes_full_stop};

use super::document::Document;
use super::{Change, is_lost};

/// A word that stands for itself though it is no syllable (`website`, `Covid`): the chance of one such word among all, as a logarithm.
const FOREIGN: f32 = -11.0;
/// The same for a run of capitals in a line that has small letters: nearly always an abbreviation.
const ABBREVIATION: f32 = -1.0;
/// For one capital letter: `V` may be `Vụ`, or a Roman five.
const ONE_CAPITAL: f32 = -6.0;
/// For a unit behind a number (`km`, `kg`).
const UNIT: f32 = -3.0;
/// For a syllable that is whole as it stands, in a clause where letters of the lost kind survive.
const WHOLE_CLAUSE: f32 = 5.0;
/// For a syllable that is whole as it stands, elsewhere.
const WHOLE: f32 = 0.5;
/// For a small letter at the start of a sentence: the capital before it was lost, or was not.
const LOST_CAPITAL: f32 = 3.0;

/// Uses of a word in the document's intact lines that give them half the say on what follows it.
const DOCUMENT_DOUBT: f32 = 15.0;

/// One word of a sentence, or what stands between words.
struct Item {
    span: Span,
    /// A class, for what is no word.
    class: Option<Syllable>,
    /// First of a sentence, so that its capital says nothing.
    opens: bool,
    /// Number of the comma-bound clause.
    clause: u32,
}

/// Reads damaged lines of one document.
pub(super) struct Reader<'d> {
    document: &'d Document,
    lattice: Lattice<'d>,
    items: Vec<Item>,
    whole: Vec<bool>,
    lower: String,
    list: Vec<Candidate>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            lattice: Lattice::new(lexicon()).with_model(document, DOCUMENT_DOUBT),
            items: Vec::new(),
            whole: Vec::new(),
            lower: String::new(),
            list: Vec::new(),
        }
    }

    /// Appends what must change in `line`.
    pub(super) fn read(&mut self, text: &str, line: Span, changes: &mut Vec<Change>) {
        let part = line.of(text);
        let capitals = part.chars().filter(|c| c.is_uppercase()).count();
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        let shouted = letters >= 6 && capitals * 10 > letters * 7;
        let mut opens = true;
        let mut clause = 0;
        let mut chars = part.char_indices().peekable();
        let mut spaces = 0;
        while let Some((i, c)) = chars.next() {
            let at = line.start + i;
            if c == ' ' {
                spaces += 1;
                if spaces == 2 || (spaces == 1 && i == 0) {
                    // Between two spaces, or at the start of a line, a word of one letter was lost with it.
                    self.items.push(Item {
                        span: Span::new(at, at),
                        class: None,
                        opens,
                        clause,
                    });
                    opens = false;
                }
                continue;
            }
            spaces = 0;
            if c.is_alphabetic() {
                let mut end = line.end;
                while let Some(&(j, c)) = chars.peek() {
                    if !c.is_alphabetic() {
                        end = line.start + j;
                        break;
                    }
                    chars.next();
                }
                self.items.push(Item {
                    span: Span::new(at, end),
                    class: None,
                    opens,
                    clause,
                });
                opens = false;
                continue;
            }
            let class = if c.is_numeric() {
                let mut last = c;
                while let Some(&(_, c)) = chars.peek() {
                    if !(c.is_numeric() || matches!(c, '.' | ',' | '/' | '-' | '%')) {
                        break;
                    }
                    last = c;
                    chars.next();
                }
                if last == ',' || last == '.' {
                    // The mark belongs to the sentence, not to the number.
                    self.push_class(at, Syllable::NUMBER, clause);
                    Syllable::of_mark(last)
                } else {
                    Syllable::NUMBER
                }
            } else if c == '\u{a0}' {
                continue;
            } else if c == '.'
                && self
                    .items
                    .last()
                    .is_some_and(|w| takes_full_stop(w.span.of(text)))
            {
                Syllable::MARK
            } else {
                Syllable::of_mark(c)
            };
            if class == Syllable::START {
                self.close(text, shouted, changes);
                opens = true;
                clause += 1;
            } else {
                self.push_class(at, class, clause);
                if class == Syllable::COMMA {
                    clause += 1;
                }
                opens = (opens && class != Syllable::NUMBER) || matches!(c, '“' | '"' | '(');
            }
        }
        self.close(text, shouted, changes);
    }

    fn push_class(&mut self, at: usize, class: Syllable, clause: u32) {
        if self
            .items
            .last()
            .is_some_and(|last| last.class == Some(class))
        {
            return;
        }
        self.items.push(Item {
            span: Span::new(at, at),
            class: Some(class),
            opens: false,
            clause,
        });
    }

    fn close(&mut self, text: &str, shouted: bool, changes: &mut Vec<Change>) {
        if self.items.iter().any(|w| w.class.is_none()) && self.push_words(text, shouted) {
            let path = self.lattice.best_choices();
            self.apply(text, shouted, &path, changes);
        }
        self.items.clear();
    }

    /// Which clauses hold a letter of the kind that gets lost.
    fn find_whole_clauses(&mut self, text: &str) {
        self.whole.clear();
        let Some(first) = self.items.first() else {
            return;
        };
        let base = first.clause;
        for item in &self.items {
            let clause = (item.clause - base) as usize;
            if self.whole.len() <= clause {
                self.whole.resize(clause + 1, false);
            }
            let mut before = None;
            self.whole[clause] |= item.span.of(text).chars().any(|c| {
                let survived = is_lost(before, c);
                before = Some(c);
                survived
            });
        }
    }

    /// Fills the lattice; whether any word has a choice.
    fn push_words(&mut self, text: &str, shouted: bool) -> bool {
        let lexicon = lexicon();
        self.find_whole_clauses(text);
        self.lattice.clear();
        let base = self.items.first().map_or(0, |item| item.clause);
        let mut choice = false;
        for (i, item) in self.items.iter().enumerate() {
            if let Some(class) = item.class {
                self.lattice.push([Candidate::new(class)]);
                continue;
            }
            if is_initial(text, item.span) {
                self.lattice.push([Candidate::new(Syllable::OTHER)]);
                continue;
            }
            let number = i > 0 && self.items[i - 1].class == Some(Syllable::NUMBER);
            let quantity = number
                || self
                    .items
                    .get(i.wrapping_sub(2))
                    .is_some_and(|w| is_unit(w.span.of(text)));
            let whole = self.whole[(item.clause - base) as usize];
            let written = item.span.of(text);
            self.lower.clear();
            self.lower
                .extend(written.chars().flat_map(char::to_lowercase));
            let letters = written.chars().count();
            let capitals = written.chars().filter(|c| c.is_uppercase()).count();
            let shout = capitals == letters && letters >= 2;
            let document = self.document;
            let case = |syllable: Syllable| {
                if item.opens || shouted {
                    return 0.0;
                }
                let share = document.capital_share(syllable).clamp(0.002, 0.998);
                if capitals > 0 {
                    share.ln()
                } else {
                    (1.0 - share).ln()
                }
            };
            let list = &mut self.list;
            list.clear();
            if let Some(itself) = lexicon.spelling(&self.lower) {
                let syllable = lexicon.syllable_of(itself);
                list.push(Candidate {
                    syllable,
                    spelling: None,
                    log_weight: case(syllable) + if whole { WHOLE_CLAUSE } else { WHOLE },
                });
            }
            let known = !list.is_empty();
            if !shout || shouted {
                let in_capitals = if shouted {
                    self.lower.insert(0, '^');
                    let found = lexicon.by_damaged(&self.lower);
                    self.lower.remove(0);
                    found
                } else {
                    lexicon.by_damaged("^^")
                };
                for s in lexicon.by_damaged(&self.lower).chain(in_capitals) {
                    let syllable = lexicon.syllable_of(s);
                    let mut log_weight = document.spelling_log_share(s);
                    if lexicon.written(s).starts_with(|c| is_lost(None, c)) {
                        if item.opens && capitals == 0 {
                            log_weight += LOST_CAPITAL;
                        }
                    } else {
                        log_weight += case(syllable);
                    }
                    list.push(Candidate {
                        syllable,
                        spelling: Some(s),
                        log_weight,
                    });
                }
            }
            if letters > 0 && (!known || shout) {
                let log_weight = if shout && !shouted {
                    ABBREVIATION
                } else if is_unit(&self.lower) && quantity {
                    UNIT
                } else if capitals == letters && letters == 1 {
                    ONE_CAPITAL
                } else {
                    FOREIGN
                };
                list.push(Candidate {
                    syllable: Syllable::OTHER,
                    spelling: None,
                    log_weight,
                });
            }
            choice |= list.len() > 1 || letters == 0;
            self.lattice.push(list.iter().copied());
        }
        choice
    }

    /// Whether the word at `i`, whose first letter was lost, had a capital: it mostly has one, and stands in a name.
    fn is_name(&self, text: &str, i: usize, syllable: Syllable) -> bool {
        let next = self.items.get(i + 1).map_or("", |w| w.span.of(text));
        let share = self.document.capital_share(syllable);
        (share > 0.3 && next.starts_with(char::is_uppercase))
            || (next == "ban" && lexicon().usual(syllable) == "ủy")
    }

    fn apply(&self, text: &str, shouted: bool, path: &Path, changes: &mut Vec<Change>) {
        for (i, item) in self.items.iter().enumerate() {
            let chosen = self.lattice.column(i)[path.choices[i]];
            if let Some(s) = chosen.spelling {
                changes.push(Change {
                    original: item.span,
                    text: with_case(
                        item.span.of(text),
                        lexicon().written(s),
                        item.opens || self.is_name(text, i, chosen.syllable),
                        shouted,
                    ),
                    confidence: self.lattice.confidence(path, i),
                });
            }
        }
    }
}

/// Whether the letter stands for a first name: `N.Lan`, `Ảnh: T.H`.
fn is_initial(text: &str, span: Span) -> bool {
    let word = span.of(text);
    let mut letters = word.chars();
    let (Some(first), None) = (letters.next(), letters.next()) else {
        return false;
    };
    if !first.is_uppercase() {
        return false;
    }
    let before = &text[..span.start];
    let after = &text[span.end..];
    let glued_after = after
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let glued_before = before.strip_suffix('.').is_some_and(|rest| {
        let last = rest.rsplit(|c: char| !c.is_alphabetic()).next();
        last.is_some_and(|w| w.chars().count() == 1)
    });
    glued_after || glued_before
}

/// Short units, which look like remnants of syllables.
fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "km" | "m"
            | "cm"
            | "mm"
            | "kg"
            | "g"
            | "ml"
            | "l"
            | "ha"
            | "h"
            | "s"
            | "kw"
            | "kwh"
            | "mw"
            | "kv"
            | "mva"
            | "usd"
            | "vnd"
    )
}

/// The syllable `whole` in the case of its `remnant`.
fn with_case(remnant: &str, whole: &str, opens: bool, shouted: bool) -> String {
    let mut out = String::with_capacity(whole.len());
    let mut rest = remnant.chars();
    let mut before = None;
    for c in whole.chars() {
        let lost = if shouted {
            c.to_uppercase().any(|c| is_lost(before, c))
        } else {
            is_lost(before, c)
        };
        if lost {
            if shouted || (before.is_none() && opens) {
                out.extend(c.to_uppercase());
            } else {
                out.push(c);
            }
        } else {
            out.push(rest.next().unwrap_or(c));
        }
        before = Some(c);
    }
    out
}
