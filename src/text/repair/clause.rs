//! One damaged line: its words, what each may have been, and the likeliest reading.

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::lexicon::{
    Candidate, Lattice, PairModel as _, Path, Spelling, Syllable, Word, lexicon, takes_full_stop,
};

use super::detect::word_len;
use super::document::Document;
use super::{Change, is_lost};
use crate::text::letter::{is_ignored, is_letter, push_lower};

/// A word that stands for itself though it is no syllable (`website`, `Covid`): the chance of one such word among all, as a logarithm.
const FOREIGN: f32 = -11.0;
/// The same for a run of capitals in a line that has small letters: nearly always an abbreviation.
const ABBREVIATION: f32 = -1.0;
/// For one capital letter: `V` may be `Vụ`, or a Roman five.
const ONE_CAPITAL: f32 = -10.0;
/// For a unit behind a number (`km`, `kg`).
const UNIT: f32 = -3.0;
/// For a unit of one letter (`m`, `h`).
const ONE_LETTER_UNIT: f32 = -6.0;
/// For a syllable that is whole as it stands, in a clause where letters of the lost kind survive.
const WHOLE_CLAUSE: f32 = 5.0;
/// For a syllable that is whole as it stands, elsewhere.
const WHOLE: f32 = 0.5;
/// For a small letter at the start of a sentence: the capital before it was lost, or was not.
const LOST_CAPITAL: f32 = 3.0;

/// What a lone `đ` that counts nothing may have been, and what it costs that a letter behind đ was lost.
const STRAYS: [&str; 4] = ["để", "độ", "đủ", "đổ"];
const STRAY: f32 = -3.0;

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
    text: &'d str,
    document: &'d Document,
    lattice: Lattice<'d>,
    items: Vec<Item>,
    whole: Vec<bool>,
    /// What each word may have been where it stands so, once worked out.
    readings: FxHashMap<(&'d str, Place), Word>,
    list: Vec<Candidate>,
    path: Path,
    /// How usual each reading of the word at hand is, as a logarithm.
    usual: Vec<f32>,
    lower: String,
}

/// What of a word's place bears on what it may have been.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// First of a sentence.
    opens: bool,
    /// In a clause where letters of the lost kind survive.
    whole: bool,
    /// Behind a number, a unit and a mark, or a slash.
    quantity: bool,
    /// Before its full stop, if it takes one (`Tp.`), or glued to a digit (`m3`, `27C`).
    code: bool,
    /// In a line of capitals.
    shouted: bool,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str, document: &'d Document) -> Self {
        Self {
            text,
            document,
            lattice: Lattice::new(lexicon())
                .with_tables()
                .with_model(document, DOCUMENT_DOUBT),
            items: Vec::new(),
            whole: Vec::new(),
            readings: FxHashMap::default(),
            list: Vec::new(),
            path: Path::default(),
            usual: Vec::new(),
            lower: String::new(),
        }
    }

    /// Appends what must change in `line`.
    pub(super) fn read(&mut self, line: Span, changes: &mut Vec<Change>) {
        let text = self.text;
        let part = line.of(text);
        let capitals = part.chars().filter(|c| c.is_uppercase()).count();
        let letters = part.chars().filter(|c| is_letter(*c)).count();
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
            if is_letter(c) {
                let end = at + word_len(&part[i..]);
                while chars.next_if(|&(j, _)| line.start + j < end).is_some() {}
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
            } else if c == '\u{a0}' || is_ignored(c) {
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
                self.close(shouted, changes);
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
        self.close(shouted, changes);
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

    fn close(&mut self, shouted: bool, changes: &mut Vec<Change>) {
        if self.items.iter().any(|w| w.class.is_none()) && self.push_words(shouted) {
            let mut path = std::mem::take(&mut self.path);
            self.lattice.find_best(&mut path);
            self.apply(shouted, &path, changes);
            self.path = path;
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
    fn push_words(&mut self, shouted: bool) -> bool {
        let text = self.text;
        self.find_whole_clauses(text);
        self.lattice.clear();
        let base = self.items.first().map_or(0, |item| item.clause);
        let mut choice = false;
        for i in 0..self.items.len() {
            let item = &self.items[i];
            let class = item
                .class
                .or_else(|| is_initial(text, item.span).then_some(Syllable::OTHER));
            if let Some(class) = class {
                self.lattice.push([Candidate::new(class)]);
                continue;
            }
            let number = i > 0 && self.items[i - 1].class == Some(Syllable::NUMBER);
            let quantity = number
                || self
                    .items
                    .get(i.wrapping_sub(2))
                    .is_some_and(|w| is_unit(w.span.of(text)))
                || text[..item.span.start].ends_with('/');
            let written = item.span.of(text);
            let code = match text[item.span.end..].chars().next() {
                Some('.') => written.len() > 1 && takes_full_stop(written),
                Some(c) => c.is_numeric() && written.chars().count() <= 2,
                None => false,
            } || (text[..item.span.start].ends_with(char::is_numeric)
                && is_capital(written));
            let place = Place {
                opens: item.opens,
                whole: self.whole[(item.clause - base) as usize],
                quantity,
                code,
                shouted,
            };
            let readings = match self.readings.get(&(written, place)) {
                Some(readings) => *readings,
                None => {
                    let readings = self.work_out(written, place);
                    self.readings.insert((written, place), readings);
                    readings
                }
            };
            choice |= readings.len() > 1 || written.is_empty();
            self.lattice.push_prepared(readings);
        }
        choice
    }

    /// What a word may have been.
    fn work_out(&mut self, written: &str, place: Place) -> Word {
        let lexicon = lexicon();
        let Place {
            opens,
            whole,
            quantity,
            code,
            shouted,
        } = place;
        self.list.clear();
        self.lower.clear();
        push_lower(written, &mut self.lower);
        let letters = written.chars().filter(|c| !is_ignored(*c)).count();
        let capitals = written.chars().filter(|c| c.is_uppercase()).count();
        let shout = capitals == letters && letters >= 2;
        let document = self.document;
        let case = |syllable: Syllable| {
            if opens || shouted {
                return 0.0;
            }
            let share = document.capital_share(syllable).clamp(0.002, 0.998);
            if capitals > 0 {
                share.ln()
            } else {
                (1.0 - share).ln()
            }
        };
        if let Some(itself) = lexicon.spelling(&self.lower) {
            let syllable = lexicon.syllable_of(itself);
            self.list.push(Candidate {
                syllable,
                spelling: None,
                log_weight: case(syllable) + if whole { WHOLE_CLAUSE } else { WHOLE },
            });
        }
        let known = !self.list.is_empty();
        if !shout || shouted {
            // Behind đ letters mostly survive.
            let stray = self.lower == "đ" && !quantity;
            let mut add = |s: Spelling| {
                let syllable = lexicon.syllable_of(s);
                let mut log_weight = document.spelling_log_share(s);
                if stray {
                    log_weight += STRAY;
                }
                if lexicon.written(s).starts_with(|c| is_lost(None, c)) {
                    if opens && capitals == 0 {
                        log_weight += LOST_CAPITAL;
                    }
                } else {
                    log_weight += case(syllable);
                }
                self.list.push(Candidate {
                    syllable,
                    spelling: Some(s),
                    log_weight,
                });
            };
            lexicon.by_damaged(&self.lower).for_each(&mut add);
            if stray {
                STRAYS
                    .iter()
                    .filter_map(|w| lexicon.spelling(w))
                    .for_each(&mut add);
            }
            if shouted {
                let in_capitals = format!("^{}", self.lower);
                lexicon.by_damaged(&in_capitals).for_each(add);
            }
        }
        if letters > 0 && (!known || shout) {
            let log_weight = if (shout && !shouted) || code {
                ABBREVIATION
            } else if quantity && is_unit(&self.lower) {
                if letters == 1 { ONE_LETTER_UNIT } else { UNIT }
            } else if capitals == letters && letters == 1 {
                ONE_CAPITAL
            } else {
                FOREIGN
            };
            self.list.push(Candidate {
                syllable: Syllable::OTHER,
                spelling: None,
                log_weight,
            });
        }
        self.drop_unlikely();
        self.lattice.prepare(self.list.drain(..))
    }

    /// Drops readings that no neighbour could make likely: three thousand times rarer than the commonest one.
    fn drop_unlikely(&mut self) {
        const LEAST: f32 = -8.0;
        let usual = &mut self.usual;
        usual.clear();
        usual.extend(self.list.iter().map(|c| {
            let own = self.document.count(c.syllable);
            let own = if own > 0.0 { (1.0 + own).ln() } else { 0.0 };
            c.log_weight + lexicon().tables().numbers(c.syllable).log_prob + own
        }));
        let of_syllables = self.list.iter().zip(usual.iter());
        let best = of_syllables
            .filter(|(c, _)| !c.syllable.is_class())
            .fold(f32::NEG_INFINITY, |best, (_, usual)| best.max(*usual));
        let mut usual = usual.iter();
        self.list.retain(|c| {
            let usual = usual.next();
            c.syllable.is_class() || usual.is_some_and(|usual| *usual >= best + LEAST)
        });
    }

    /// Whether the word at `i`, whose first letter was lost, had a capital: it mostly has one, and stands in a name.
    fn is_name(&self, i: usize, syllable: Syllable) -> bool {
        let text = self.text;
        let next = self.items.get(i + 1).map_or("", |w| w.span.of(text));
        let share = self.document.capital_share(syllable);
        (share > 0.3 && next.starts_with(char::is_uppercase))
            || (next == "ban" && lexicon().usual(syllable) == "ủy")
    }

    fn apply(&self, shouted: bool, path: &Path, changes: &mut Vec<Change>) {
        let text = self.text;
        for (i, item) in self.items.iter().enumerate() {
            let chosen = self.lattice.column(i)[path.choices[i]];
            if let Some(s) = chosen.spelling {
                changes.push(Change {
                    original: item.span,
                    text: with_case(
                        item.span.of(text),
                        lexicon().written(s),
                        item.opens || self.is_name(i, chosen.syllable),
                        shouted,
                    ),
                    confidence: self.lattice.confidence(path, i),
                });
            }
        }
    }
}

/// Whether the letter stands for a name or a word as it is: `N.Lan`, `Ảnh: T.H`, `L/C`, `H'Mông`, `v.v.`.
fn is_initial(text: &str, span: Span) -> bool {
    let word = span.of(text);
    let before = &text[..span.start];
    let after = &text[span.end..];
    if word == "v" {
        return after.starts_with(".v") || before.ends_with("v.");
    }
    if !is_capital(word) {
        return false;
    }
    let one_letter = |word: Option<&str>| word.is_some_and(|w| w.chars().count() == 1);
    let next = |mark: char| after.strip_prefix(mark).unwrap_or_default();
    let last = |mark: char| {
        let rest = before.strip_suffix(mark)?;
        rest.rsplit(|c: char| !is_letter(c)).next()
    };
    let follows = |rest: &str| rest.starts_with(is_letter);
    let capital_follows = {
        let rest = next('/');
        rest.starts_with(char::is_uppercase) && !rest.chars().skip(1).take(1).any(is_letter)
    };
    follows(next('.'))
        || follows(next('\''))
        || follows(next('’'))
        || capital_follows
        || one_letter(last('.'))
        || one_letter(last('/'))
}

fn is_capital(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
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
            let kept = rest.find(|c| {
                let kept = !is_ignored(*c);
                if !kept {
                    out.push(*c);
                }
                kept
            });
            out.push(kept.unwrap_or(c));
        }
        before = Some(c);
    }
    out.extend(rest);
    out
}
