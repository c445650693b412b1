//! One damaged line: its words, what each may have been, and the likeliest reading.

use crate::Span;
use crate::text::lexicon::{Candidate, Lattice, Syllable, lexicon};

use super::document::Document;
use super::{Change, is_lost};

/// A word that stands for itself though it is no syllable (`website`, `Covid`): the chance of one such word among all, as a logarithm.
const FOREIGN: f32 = -9.0;
/// The same for a run of capitals in a line that has small letters: nearly always an abbreviation.
const ABBREVIATION: f32 = -1.0;
/// For one capital letter: `V` may be `Vụ`, or a Roman five.
const ONE_CAPITAL: f32 = -6.0;
/// For a syllable that is whole as it stands, in a clause where letters of the lost kind survive.
const WHOLE_CLAUSE: f32 = 5.0;
/// For a syllable that is whole as it stands, elsewhere.
const WHOLE: f32 = 0.5;

/// One word of a clause.
struct Word {
    span: Span,
    /// First of a sentence, so that its capital says nothing.
    opens: bool,
}

/// Reads damaged lines of one document.
pub(super) struct Reader<'d> {
    document: &'d Document,
    lattice: Lattice<'d>,
    words: Vec<Word>,
    lower: String,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            lattice: Lattice::new(lexicon()).with_model(document, 8.0),
            words: Vec::new(),
            lower: String::new(),
        }
    }

    /// Appends what must change in `line`.
    pub(super) fn read(&mut self, text: &str, line: Span, changes: &mut Vec<Change>) {
        let part = line.of(text);
        let capitals = part.chars().filter(|c| c.is_uppercase()).count();
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        let shouted = letters >= 6 && capitals * 10 > letters * 7;
        let mut opens = true;
        let mut chars = part.char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            let at = line.start + i;
            if c.is_alphabetic() {
                let mut end = line.end;
                while let Some(&(j, c)) = chars.peek() {
                    if !c.is_alphabetic() {
                        end = line.start + j;
                        break;
                    }
                    chars.next();
                }
                self.words.push(Word {
                    span: Span::new(at, end),
                    opens,
                });
                opens = false;
            } else if c.is_numeric() {
                while let Some(&(_, c)) = chars.peek() {
                    if !(c.is_numeric() || matches!(c, '.' | ',' | '/' | '-' | '%')) {
                        break;
                    }
                    chars.next();
                }
                if let Some(last) = self.words.last()
                    && last.span.is_empty()
                {
                    continue;
                }
                // An empty word stands for a number.
                self.words.push(Word {
                    span: Span::new(at, at),
                    opens: false,
                });
                opens = false;
            } else if c != ' ' && c != '\u{a0}' {
                self.close(text, shouted, changes);
                opens = opens || matches!(c, '.' | '!' | '?' | ':' | '…' | '“' | '"' | '\n');
            }
        }
        self.close(text, shouted, changes);
    }

    fn close(&mut self, text: &str, shouted: bool, changes: &mut Vec<Change>) {
        if self.words.iter().all(|w| w.span.is_empty()) {
            self.words.clear();
            return;
        }
        let lexicon = lexicon();
        let whole = self.words.iter().any(|w| {
            let mut before = None;
            w.span.of(text).chars().any(|c| {
                let survived = is_lost(before, c);
                before = Some(c);
                survived
            })
        });
        self.lattice.clear();
        let mut ambiguous = false;
        for word in &self.words {
            if word.span.is_empty() {
                self.lattice.push([Candidate::new(Syllable::NUMBER)]);
                continue;
            }
            let written = word.span.of(text);
            self.lower.clear();
            self.lower
                .extend(written.chars().flat_map(char::to_lowercase));
            let letters = written.chars().count();
            let capitals = written.chars().filter(|c| c.is_uppercase()).count();
            let shout = capitals == letters && letters >= 2;
            let document = self.document;
            let case = |syllable: Syllable| {
                if word.opens || shouted {
                    return 0.0;
                }
                let share = document.capital_share(syllable).clamp(0.002, 0.998);
                if capitals > 0 {
                    share.ln()
                } else {
                    (1.0 - share).ln()
                }
            };
            let itself = lexicon.spelling(&self.lower);
            let mut list: Vec<Candidate> = Vec::new();
            if let Some(itself) = itself {
                let syllable = lexicon.syllable_of(itself);
                list.push(Candidate {
                    syllable,
                    spelling: None,
                    log_weight: case(syllable) + if whole { WHOLE_CLAUSE } else { WHOLE },
                });
            }
            if !shout || shouted {
                for s in lexicon.by_damaged(&self.lower) {
                    let syllable = lexicon.syllable_of(s);
                    let spelt = lexicon.written(s);
                    let mut log_weight = document.spelling_log_share(s);
                    if !spelt.chars().next().is_some_and(|c| is_lost(None, c)) {
                        log_weight += case(syllable);
                    }
                    list.push(Candidate {
                        syllable,
                        spelling: Some(s),
                        log_weight,
                    });
                }
            }
            if itself.is_none() || shout {
                let log_weight = if shout && !shouted {
                    ABBREVIATION
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
            ambiguous |= list.len() > 1;
            self.lattice.push(list);
        }
        if ambiguous {
            let path = self.lattice.best();
            for (i, word) in self.words.iter().enumerate() {
                let chosen = self.lattice.column(i)[path.choices[i]];
                if let Some(s) = chosen.spelling {
                    changes.push(Change {
                        original: word.span,
                        text: with_case(
                            word.span.of(text),
                            lexicon.written(s),
                            word.opens || self.document.capital_share(chosen.syllable) > 0.5,
                            shouted,
                        ),
                        confidence: path.confidences[i],
                    });
                }
            }
        }
        self.words.clear();
    }
}

/// The syllable `whole` in the case of its `remnant`.
fn with_case(remnant: &str, whole: &str, opens: bool, shouted: bool) -> String {
    let mut out = String::with_capacity(whole.len());
    let mut rest = remnant.chars();
    let mut before = None;
    for c in whole.chars() {
        if is_lost(before, c) {
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
