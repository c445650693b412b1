//! The words of one text, each looked at once.

use rustc_hash::FxHashMap;

use crate::text::letter::{is_ignored, push_lower};
use crate::text::lexicon::{Remnant, Spelling, lexicon};

use super::is_lost;

/// Number of a word of the text.
pub(super) type WordId = u32;

/// What a word says of itself, wherever it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The spelling that it is as it stands.
    pub(super) itself: Option<Spelling>,
    /// What it may have lost letters from.
    pub(super) remnant: Option<Remnant>,
    pub(super) letters: u32,
    pub(super) capitals: u32,
    /// Letters of the kind that gets lost.
    pub(super) surviving: u32,
    /// Other letters outside ASCII.
    pub(super) marked: u32,
    /// Whether a capital stands behind a small letter, as in no Vietnamese word.
    pub(super) mixes_case: bool,
    /// The unit of money, or the rest of a word.
    pub(super) is_dong: bool,
    /// A unit as written; a unit whatever its case.
    pub(super) is_unit: bool,
    pub(super) is_unit_in_any_case: bool,
}

impl Facts {
    fn of(word: &str, lower: &mut String) -> Self {
        lower.clear();
        push_lower(word, lower);
        let lexicon = lexicon();
        let mut facts = Self {
            itself: lexicon.spelling(lower),
            remnant: lexicon.remnant(lower),
            letters: 0,
            capitals: 0,
            surviving: 0,
            marked: 0,
            mixes_case: false,
            is_dong: lower == "đ",
            is_unit: is_unit(word),
            is_unit_in_any_case: is_unit(lower),
        };
        let mut before = None;
        for c in word.chars().filter(|c| !is_ignored(*c)) {
            facts.letters += 1;
            let capital = c.is_uppercase();
            facts.mixes_case |= capital && facts.letters > facts.capitals + 1;
            facts.capitals += u32::from(capital);
            if is_lost(before, c) {
                facts.surviving += 1;
            } else if !c.is_ascii() {
                facts.marked += 1;
            }
            before = Some(c);
        }
        facts
    }

    /// Two capitals and more, nothing else.
    pub(super) fn is_shout(&self) -> bool {
        self.capitals == self.letters && self.letters >= 2
    }
}

/// The words of a text with their facts.
#[derive(Default)]
pub(super) struct Vocabulary<'t> {
    ids: FxHashMap<&'t str, WordId>,
    facts: Vec<Facts>,
    lower: String,
}

impl<'t> Vocabulary<'t> {
    /// The number of a word.
    pub(super) fn id(&mut self, word: &'t str) -> WordId {
        *self.ids.entry(word).or_insert_with(|| {
            self.facts.push(Facts::of(word, &mut self.lower));
            self.facts.len() as WordId - 1
        })
    }

    pub(super) fn facts(&self, id: WordId) -> &Facts {
        &self.facts[id as usize]
    }
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
