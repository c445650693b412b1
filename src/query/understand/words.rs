//! Words of a query that say what is asked of a figure: its basis, its unit, whose it is, a comparison, the newest.
//!
//! They stand in `words.toml`; the names of metrics stand with the metrics.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::annotate::lexicon::{Joints, Lexicon};
use crate::annotate::metric::expand;
use crate::text::{Tokens, tokenize};

/// What a phrase says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Says {
    Target,
    Expected,
    Estimate,
    Cumulative,
    Stock,
    Latest,
    Question,
    /// Where it stands among others.
    Placed,
    Flow,
    AgainstPlan,
    Compared,
    Growth,
    OnMonth,
    OnDecember,
    Whole,
    Most,
    Least,
    Merged,
    Surplus,
    Deficit,
    /// Nothing, though words of it do elsewhere.
    Stop,
    /// A unit, by its place in the table.
    #[serde(skip)]
    Unit(usize),
}

/// A body whose own figures stand beside those of the whole province: the customs, the tax office, the boards of zones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    names: Vec<String>,
    others: Vec<String>,
    /// The metric that is meant by what it takes in.
    pub collects: Option<String>,
    /// The part of that which it takes in; mostly called by the name of the whole.
    pub own: Option<String>,
    /// What is meant by what they make.
    pub makes: Option<String>,
    /// Branches of metrics that are theirs whoever is named.
    #[serde(default)]
    always: Vec<String>,
    /// For people, with the marks.
    pub label: String,
}

impl Body {
    /// Where words, folded, name it.
    pub fn places_in<'a>(
        &'a self,
        words: &'a [&'a str],
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        self.names.iter().flat_map(|name| places_of(words, name))
    }

    /// Whether a metric is theirs whoever is named.
    pub fn has(&self, code: &str) -> bool {
        self.always
            .iter()
            .any(|own| code.split('.').next() == Some(own))
    }

    /// Whether words, folded, name it.
    pub fn is_named(&self, words: &[&str]) -> bool {
        self.names.iter().any(|name| holds(words, name))
    }

    /// Whether words name another one that does the like.
    pub fn is_other(&self, words: &[&str]) -> bool {
        self.others.iter().any(|name| holds(words, name))
    }
}

/// The prices that a value is counted at; the words for them are folded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    current: Vec<String>,
    constant: Vec<String>,
}

/// Prices asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtPrices {
    Current,
    Constant,
}

impl AtPrices {
    /// Where words name prices.
    pub fn places_in<'a>(words: &'a [&'a str]) -> impl Iterator<Item = Range<usize>> + 'a {
        let prices = WORDS.prices.current.iter().chain(&WORDS.prices.constant);
        prices.flat_map(|phrase| places_of(words, phrase))
    }

    /// The prices that words name.
    pub fn of(words: &[&str]) -> Option<Self> {
        let says = |list: &[String]| list.iter().any(|phrase| holds(words, phrase));
        if says(&WORDS.prices.current) {
            Some(Self::Current)
        } else {
            says(&WORDS.prices.constant).then_some(Self::Constant)
        }
    }

    /// How far a sentence is from these prices: 0 names them, 1 names none, 2 names the others.
    pub fn mark(self, words: &[&str]) -> u32 {
        match Self::of(words) {
            Some(other) => 2 * u32::from(other != self),
            None => 1,
        }
    }
}

/// The words of a text, folded and parted by single spaces.
pub(crate) fn folded(text: &str) -> String {
    let tokens = tokenize(text);
    let words: Vec<&str> = tokens.list().iter().map(|t| tokens.folded(t)).collect();
    words.join(" ")
}

/// Whether words hold a phrase, both folded.
pub(super) fn holds(words: &[&str], phrase: &str) -> bool {
    places_of(words, phrase).next().is_some()
}

/// Where words hold a phrase, both folded.
pub(super) fn places_of<'a>(
    words: &'a [&'a str],
    phrase: &'a str,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let len = phrase.split(' ').count();
    (0..words.len())
        .map(move |at| at..at + len)
        .filter(move |range| {
            words
                .get(range.clone())
                .is_some_and(|held| phrase.split(' ').eq(held.iter().copied()))
        })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    phrases: toml::Table,
    plain: Plain,
    units: toml::Table,
    change: Change,
    prices: Prices,
    parts: FxHashMap<String, Vec<String>>,
    body: Vec<Body>,
    slang: FxHashMap<String, String>,
    placing: Placing,
    standing: Standing,
}

/// Words for what there is at a time, and for what came within a period; folded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    pub stands: Vec<String>,
    pub comes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placing {
    phrases: Vec<String>,
}

/// Words that narrow nothing, by what they do in a question.
#[derive(Deserialize)]
struct Plain {
    counted: Vec<String>,
    narrowing: Vec<String>,
    /// Only with their marks.
    marked: Vec<String>,
    #[serde(flatten)]
    others: FxHashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    verbs: Vec<String>,
    asking: Vec<String>,
    apart: usize,
}

/// The words of questions, made ready.
pub(super) struct Words {
    phrases: Lexicon,
    /// What a payload of `phrases` says.
    says: Vec<Says>,
    units: Vec<String>,
    /// Words that narrow nothing.
    plain: Lexicon,
    change: Lexicon,
    apart: usize,
    /// Last part of a code and the folded words for it, in the order of the codes.
    pub parts: Vec<(String, Vec<String>)>,
    bodies: Vec<Body>,
    prices: Prices,
    pub standing: Standing,
    slang: FxHashMap<String, String>,
    /// How a sentence says where a place stands among others, folded.
    placing: Vec<String>,
}

/// The payloads of [`Words::plain`]: for what is counted, for what narrows after all, for words that have to bear their marks, and for all
/// else.
const COUNTED: u32 = 1;
const NARROWING: u32 = 2;
const WITH_MARKS: u32 = 3;
const OTHER: u32 = 0;

/// Payloads of [`Words::change`].
const VERB: u32 = 0;
const ASKING: u32 = 1;

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let table: Table =
        toml::from_str(include_str!("words.toml")).expect("words.toml is well formed");
    let mut words = Words {
        phrases: Lexicon::empty(Joints::Name),
        says: Vec::new(),
        units: Vec::new(),
        plain: Lexicon::empty(Joints::Name),
        change: Lexicon::empty(Joints::Name),
        apart: table.change.apart,
        parts: table.parts.into_iter().collect(),
        bodies: table.body,
        prices: table.prices,
        standing: table.standing,
        slang: table.slang,
        placing: table
            .placing
            .phrases
            .iter()
            .map(|phrase| folded(phrase))
            .collect(),
    };
    words.parts.sort();
    for (_, phrases) in &mut words.parts {
        phrases
            .iter_mut()
            .for_each(|phrase| *phrase = folded(phrase));
    }
    let Prices { current, constant } = &mut words.prices;
    let prices = current.iter_mut().chain(constant);
    prices.for_each(|phrase| *phrase = folded(phrase));
    let Standing { stands, comes } = &mut words.standing;
    let standing = stands.iter_mut().chain(comes);
    standing.for_each(|phrase| *phrase = folded(phrase));
    for body in &mut words.bodies {
        let names = body.names.iter_mut().chain(&mut body.others);
        names.for_each(|name| *name = folded(name));
    }
    for (name, list) in table.phrases {
        let says = Says::deserialize(toml::Value::String(name)).expect("a list has a meaning");
        words.add(&list, says);
    }
    for (unit, list) in table.units {
        words.units.push(unit);
        words.add(&list, Says::Unit(words.units.len() - 1));
    }
    let others = table.plain.others.values().map(|list| (list, OTHER));
    let marked = [
        (&table.plain.counted, COUNTED),
        (&table.plain.narrowing, NARROWING),
        (&table.plain.marked, WITH_MARKS),
    ];
    for (phrases, payload) in others.chain(marked) {
        for phrase in phrases.iter().flat_map(|pattern| expand(pattern)) {
            words.plain.insert(&phrase, payload);
        }
    }
    for (phrases, payload) in [(&table.change.verbs, VERB), (&table.change.asking, ASKING)] {
        for phrase in phrases.iter().flat_map(|pattern| expand(pattern)) {
            words.change.insert(&phrase, payload);
        }
    }
    words
});

impl Words {
    fn add(&mut self, list: &toml::Value, says: Says) {
        for pattern in list.as_array().expect("a list of patterns") {
            for phrase in expand(pattern.as_str().expect("a pattern")) {
                self.phrases.insert(&phrase, self.says.len() as u32);
            }
        }
        self.says.push(says);
    }

    /// What the phrases of a query say, with their first token and one past the last.
    pub fn scan<'a>(
        &'a self,
        tokens: &'a Tokens,
    ) -> impl Iterator<Item = (usize, usize, Says)> + 'a {
        let found = self.phrases.scan(tokens);
        found.map(|found| (found.first, found.end, self.says[found.payload as usize]))
    }

    /// Words that narrow nothing, with whether they say what is counted.
    pub fn plain<'a>(
        &'a self,
        tokens: &'a Tokens,
    ) -> impl Iterator<Item = (Range<usize>, bool)> + 'a {
        let found = self.plain.scan(tokens);
        let found = found.filter(|found| match found.payload {
            NARROWING => false,
            WITH_MARKS => found.lacking == 0,
            _ => true,
        });
        found.map(|found| (found.first..found.end, found.payload == COUNTED))
    }

    /// Words that narrow nothing for the marks that they bear, folded.
    pub fn by_marks<'a>(&'a self, tokens: &'a Tokens) -> impl Iterator<Item = &'a str> + 'a {
        let found = self.plain.scan(tokens);
        let found = found.filter(|found| found.payload == WITH_MARKS && found.lacking == 0);
        found.map(|found| tokens.folded(&tokens.list()[found.first]))
    }

    /// Whether a word that is no syllable is two glued that narrow nothing: `tyle`.
    pub fn plain_glued(&self, folded: &str) -> bool {
        let lexicon = crate::text::lexicon::lexicon();
        let known = |word: &str| lexicon.by_folded(word).next().is_some();
        if !folded.is_ascii() || known(folded) {
            return false;
        }
        (2..folded.len().saturating_sub(1)).any(|at| {
            let (first, second) = folded.split_at(at);
            let tokens = tokenize(&format!("{first} {second}"));
            let covered: usize = self.plain(&tokens).map(|(range, _)| range.len()).sum();
            known(first) && known(second) && covered == 2
        })
    }

    /// The base unit behind [`Says::Unit`].
    pub fn unit(&'static self, at: usize) -> &'static str {
        &self.units[at]
    }

    /// Where a change is asked for: `tăng khoảng bao nhiêu`, `giảm mấy phần trăm`.
    pub fn change(&self, tokens: &Tokens) -> Option<Range<usize>> {
        let found: Vec<_> = self.change.scan(tokens).collect();
        found.windows(2).find_map(|pair| {
            let near = pair[1].first <= pair[0].end + self.apart;
            (pair[0].payload == VERB && pair[1].payload == ASKING && near)
                .then(|| pair[0].first..pair[1].end)
        })
    }
}

/// The bodies whose figures stand beside those of a province.
pub(crate) fn bodies() -> &'static [Body] {
    &WORDS.bodies
}

/// Whether a sentence says where a place stands among others; its words are folded.
pub(crate) fn is_placed(words: &[&str]) -> bool {
    WORDS.placing.iter().any(|phrase| holds(words, phrase))
}

/// What a short spelling of messages stands for.
pub(crate) fn slang(word: &str) -> Option<&'static str> {
    let found = WORDS.slang.get(word);
    let found = found.or_else(|| WORDS.slang.get(&word.to_lowercase()));
    found.map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_say_what_is_asked() {
        let said = |text: &str| -> Vec<Says> {
            let tokens = tokenize(text);
            WORDS.scan(&tokens).map(|(_, _, says)| says).collect()
        };
        assert_eq!(said("kế hoạch thu"), [Says::Target]);
        assert_eq!(said("so voi du toan"), [Says::AgainstPlan]);
        assert_eq!(said("các chỉ tiêu"), [Says::Stop]);
        assert_eq!(said("tỉnh nào"), [Says::Most]);
    }

    #[test]
    fn a_change_and_the_word_that_asks_for_it_may_stand_apart() {
        for (text, asked) in [
            ("thu ngân sách tăng khoảng bao nhiêu", true),
            ("xuat khau giam may phan tram", true),
            ("kinh tế tăng ra sao", true),
            ("xuất khẩu tăng nhờ điện thoại, đạt bao nhiêu", false),
            ("bao nhiêu dự án tăng vốn", false),
        ] {
            assert_eq!(WORDS.change(&tokenize(text)).is_some(), asked, "{text}");
        }
    }

    #[test]
    fn bodies_are_named_by_their_words() {
        let customs = &bodies()[0];
        assert!(customs.is_named(&["cuc", "hai", "quan"]) && customs.is_other(&["cuc", "thue"]));
        assert!(!customs.is_named(&["hai", "phong", "quan"]) && !customs.is_named(&[]));
    }
}
