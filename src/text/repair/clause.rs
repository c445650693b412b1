//! One damaged line: its words, what each may have been, and the likeliest reading.

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::lexicon::{
    Candidate, Lattice, PairModel as _, Path, Spelling, Syllable, Word, lexicon, takes_full_stop,
};

use super::detect::{Line, Words, word_len};
use super::document::Document;
use super::vocabulary::WordId;
use super::{Change, is_lost};
use crate::text::letter::{self, is_ignored, is_letter, push_lower};

/// A word that stands for itself though it is no syllable (`website`, `Covid`): the chance of one such word among all, as a logarithm.
const FOREIGN: f32 = -14.0;
/// The same for one with a capital that no sentence gives it: a name.
const FOREIGN_NAME: f32 = -11.0;
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
/// The same for one with a capital that no sentence gives it: a name.
const WHOLE_NAME: f32 = 2.0;
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
    what: What,
    /// First of a sentence, so that its capital says nothing.
    opens: bool,
    /// Number of the comma-bound clause.
    clause: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Word(WordId),
    /// No word.
    Class(Syllable),
}

/// Reads damaged lines of one document.
pub(super) struct Reader<'d> {
    text: &'d str,
    words: Words<'d>,
    document: &'d Document,
    lattice: Lattice<'d>,
    /// The classes as words of the lattice.
    classes: [Word; Syllable::CLASSES as usize],
    items: Vec<Item>,
    whole: Vec<bool>,
    /// What each word may have been where it stands so, once worked out.
    readings: FxHashMap<(WordId, Place), Word>,
    list: Vec<Candidate>,
    path: Path,
    /// How usual each reading of the word at hand is, as a logarithm.
    usual: Vec<f32>,
}

/// Where in a line a word stands.
struct Opening {
    /// First of a sentence.
    opens: bool,
    /// Number of the comma-bound clause.
    clause: u32,
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
    pub(super) fn new(text: &'d str, words: Words<'d>, document: &'d Document) -> Self {
        let mut lattice = Lattice::new(lexicon())
            .with_tables()
            .with_model(document, DOCUMENT_DOUBT);
        let classes =
            std::array::from_fn(|class| lattice.prepare([Candidate::new(Syllable(class as u16))]));
        Self {
            text,
            words,
            document,
            lattice,
            classes,
            items: Vec::new(),
            whole: Vec::new(),
            readings: FxHashMap::default(),
            list: Vec::new(),
            path: Path::default(),
            usual: Vec::new(),
        }
    }

    /// Appends what must change in `line`.
    pub(super) fn read(&mut self, line: &Line, changes: &mut Vec<Change>) {
        let mut place = Opening {
            opens: true,
            clause: 0,
        };
        let mut end = line.span.start;
        for i in line.words.clone() {
            let (span, id) = self.words.list[i];
            self.read_gap(line, Span::new(end, span.start), &mut place, changes);
            self.push_word(span, id, &mut place);
            end = span.end;
        }
        self.read_gap(line, Span::new(end, line.span.end), &mut place, changes);
        self.close(line.shouted, changes);
    }

    /// What stands between two words: spaces, numbers, marks.
    fn read_gap(&mut self, line: &Line, gap: Span, place: &mut Opening, changes: &mut Vec<Change>) {
        let text = self.text;
        let mut chars = gap.of(text).char_indices().peekable();
        let mut spaces = 0;
        while let Some((i, c)) = chars.next() {
            let at = gap.start + i;
            if c == ' ' {
                spaces += 1;
                if spaces == 2 || (spaces == 1 && at == line.span.start) {
                    // Between two spaces, or at the start of a line, a word of one letter was lost with it.
                    let gone = self.words.vocabulary.id("");
                    self.push_word(Span::new(at, at), gone, place);
                }
                continue;
            }
            spaces = 0;
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
                    self.push_class(at, Syllable::NUMBER, place.clause);
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
                self.close(line.shouted, changes);
                place.opens = true;
                place.clause += 1;
            } else {
                self.push_class(at, class, place.clause);
                if class == Syllable::COMMA {
                    place.clause += 1;
                }
                place.opens =
                    (place.opens && class != Syllable::NUMBER) || matches!(c, '“' | '"' | '(');
            }
        }
    }

    fn push_word(&mut self, span: Span, id: WordId, place: &mut Opening) {
        self.items.push(Item {
            span,
            what: What::Word(id),
            opens: place.opens,
            clause: place.clause,
        });
        place.opens = false;
    }

    fn push_class(&mut self, at: usize, class: Syllable, clause: u32) {
        let what = What::Class(class);
        if self.items.last().is_some_and(|last| last.what == what) {
            return;
        }
        self.items.push(Item {
            span: Span::new(at, at),
            what,
            opens: false,
            clause,
        });
    }

    fn close(&mut self, shouted: bool, changes: &mut Vec<Change>) {
        let is_word = |item: &Item| matches!(item.what, What::Word(_));
        if self.items.iter().any(is_word) && self.push_words(shouted) {
            let mut path = std::mem::take(&mut self.path);
            self.lattice.find_best(&mut path);
            self.apply(shouted, &path, changes);
            self.path = path;
        }
        self.items.clear();
    }

    /// Which clauses hold a letter of the kind that gets lost.
    fn find_whole_clauses(&mut self) {
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
            if let What::Word(id) = item.what {
                self.whole[clause] |= self.words.vocabulary.facts(id).surviving > 0;
            }
        }
    }

    fn class(&self, class: Syllable) -> Word {
        self.classes[usize::from(class.0)]
    }

    /// Fills the lattice; whether any word has a choice.
    fn push_words(&mut self, shouted: bool) -> bool {
        let text = self.text;
        self.find_whole_clauses();
        self.lattice.clear();
        let base = self.items.first().map_or(0, |item| item.clause);
        let mut choice = false;
        for i in 0..self.items.len() {
            let item = &self.items[i];
            let span = item.span;
            let id = match item.what {
                What::Word(id) if !self.stands(id, span) => id,
                What::Word(_) => {
                    self.lattice.push_prepared(self.class(Syllable::OTHER));
                    continue;
                }
                What::Class(class) => {
                    self.lattice.push_prepared(self.class(class));
                    continue;
                }
            };
            let quantity = match i.checked_sub(1).map(|i| self.items[i].what) {
                Some(What::Class(Syllable::NUMBER)) => true,
                _ => self.is_unit(i.wrapping_sub(2)) || text[..span.start].ends_with('/'),
            };
            let written = span.of(text);
            let code = match text[span.end..].chars().next() {
                Some('.') => written.len() > 1 && takes_full_stop(written),
                Some(c) => c.is_numeric() && written.chars().count() <= 2,
                None => false,
            } || (text[..span.start].ends_with(char::is_numeric) && is_capital(written));
            let place = Place {
                opens: item.opens,
                whole: self.whole[(item.clause - base) as usize],
                quantity,
                code,
                shouted,
            };
            let readings = match self.readings.get(&(id, place)) {
                Some(readings) => *readings,
                None => {
                    let readings = self.work_out(written, id, place);
                    self.readings.insert((id, place), readings);
                    readings
                }
            };
            choice |= readings.len() > 1 || written.is_empty();
            self.lattice.push_prepared(readings);
        }
        choice
    }

    /// Whether the word stands as it is, whatever it may be the remnant of.
    fn stands(&self, id: WordId, span: Span) -> bool {
        self.words.vocabulary.facts(id).mixes_case || stands(self.text, span)
    }

    fn is_unit(&self, i: usize) -> bool {
        match self.items.get(i).map(|item| item.what) {
            Some(What::Word(id)) => self.words.vocabulary.facts(id).is_unit,
            _ => false,
        }
    }

    /// What a word may have been.
    fn work_out(&mut self, written: &str, id: WordId, place: Place) -> Word {
        let lexicon = lexicon();
        let tables = lexicon.tables();
        let Place {
            opens,
            whole,
            quantity,
            code,
            shouted,
        } = place;
        let facts = *self.words.vocabulary.facts(id);
        let (letters, capitals, shout) = (facts.letters, facts.capitals, facts.is_shout());
        let document = self.document;
        let case = |syllable: Syllable| {
            if opens || shouted {
                return 0.0;
            }
            let (capital, small) = document.ln_capital(syllable);
            if capitals > 0 { capital } else { small }
        };
        self.list.clear();
        let as_it_stands = match (whole, capitals > 0 && !opens) {
            (true, _) => WHOLE_CLAUSE,
            (false, true) => WHOLE_NAME,
            (false, false) => WHOLE,
        };
        if let Some(itself) = facts.itself {
            let syllable = lexicon.syllable_of(itself);
            self.list.push(Candidate {
                syllable,
                spelling: None,
                log_weight: case(syllable) + as_it_stands,
            });
        }
        if !shout || shouted {
            // Behind đ letters mostly survive.
            let stray = facts.is_dong && !quantity;
            let mut add = |spelling: Spelling| {
                let spelled = tables.spelled(spelling);
                let mut log_weight =
                    spelled.log_share + document.placement_log_share(spelled.placement);
                if stray {
                    log_weight += STRAY;
                }
                if !spelled.loses_first {
                    log_weight += case(spelled.syllable);
                } else if opens && capitals == 0 {
                    log_weight += LOST_CAPITAL;
                }
                self.list.push(Candidate {
                    syllable: spelled.syllable,
                    spelling: Some(spelling),
                    log_weight,
                });
            };
            let undamaged = facts.remnant.into_iter().flat_map(|r| lexicon.undamaged(r));
            undamaged.for_each(&mut add);
            if stray {
                STRAYS
                    .iter()
                    .filter_map(|w| lexicon.spelling(w))
                    .for_each(&mut add);
            }
            if shouted {
                let mut in_capitals = String::from("^");
                push_lower(written, &mut in_capitals);
                let remnant = lexicon.remnant(&in_capitals);
                let undamaged = remnant.into_iter().flat_map(|r| lexicon.undamaged(r));
                undamaged.for_each(add);
            }
        }
        if letters > 0 && (facts.itself.is_none() || shout) {
            let log_weight = if (shout && !shouted) || code {
                ABBREVIATION
            } else if quantity && facts.is_unit_in_any_case {
                if letters == 1 { ONE_LETTER_UNIT } else { UNIT }
            } else if capitals == letters && letters == 1 {
                ONE_CAPITAL
            } else if capitals > 0 && !opens {
                FOREIGN_NAME
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

/// Whether the word stands as it is: a letter for a name (`N.Lan`, `Ảnh: T.H`, `L/C`, `H'Mông`, `v.v.`), the number of a paragraph (`b. `),
/// the rest of an address (`tinh.vn`, `tin@`) or of a word in wrong letters (`hÆ¡n`), half of an abbreviation (`KT-XH`).
fn stands(text: &str, span: Span) -> bool {
    let word = span.of(text);
    let before = &text[..span.start];
    let after = &text[span.end..];
    if word == "v" {
        return after.starts_with(".v") || before.ends_with("v.");
    }
    if is_part_of_address(before, word, after)
        || before.ends_with(is_wrong_letter)
        || after.starts_with(is_wrong_letter)
        || is_joined_abbreviation(before, word, after)
    {
        return true;
    }
    let mut letters = word.chars();
    let (Some(_), None) = (letters.next(), letters.next()) else {
        return false;
    };
    if after.starts_with(['.', ')']) && opens_line(before) {
        return true;
    }
    if !is_capital(word) {
        return false;
    }
    let one_letter = |word: Option<&str>| word.is_some_and(|w| w.chars().count() == 1);
    let next = |mark: char| after.strip_prefix(mark).unwrap_or_default();
    let last = |mark: char| Some(word_before(before.strip_suffix(mark)?));
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

/// A small letter glued to a full stop that is glued to a word before opens no sentence.
fn is_part_of_address(before: &str, word: &str, after: &str) -> bool {
    let behind_stop = before
        .strip_suffix('.')
        .is_some_and(|b| b.ends_with(is_letter));
    (behind_stop && word.starts_with(char::is_lowercase))
        || before.ends_with(['@', '_'])
        || after.starts_with(['@', '_'])
}

fn opens_line(before: &str) -> bool {
    let rest = before.trim_end_matches([' ', '\t', '\u{a0}', '-', '+', '*', '•']);
    rest.is_empty() || rest.ends_with('\n')
}

/// A sign that stands in words only where letters were decoded wrongly, and the sign of degrees.
const fn is_wrong_letter(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{bf}') && !matches!(c, '«' | '»' | '·' | '\u{ad}')
}

/// Whether two words in capitals without vowels are joined to one: `KT-XH`.
fn is_joined_abbreviation(before: &str, word: &str, after: &str) -> bool {
    let is_skeleton = |word: &str| {
        let is_consonant = |c: char| {
            let letter = letter::info(u32::from(c));
            letter.is_upper() && !letter.is_vowel()
        };
        word.len() >= 2 && word.chars().all(is_consonant)
    };
    let joint = ['-', '/', '&'];
    let last = || before.strip_suffix(joint).map(word_before);
    let next = || {
        let rest = after.strip_prefix(joint)?;
        Some(&rest[..word_len(rest)])
    };
    is_skeleton(word) && (last().is_some_and(is_skeleton) || next().is_some_and(is_skeleton))
}

/// The word at the end of `text`.
fn word_before(text: &str) -> &str {
    text.rsplit(|c: char| !is_letter(c))
        .next()
        .unwrap_or_default()
}

fn is_capital(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
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
