//! What of a free query names a province, a period, a metric, a basis, or asks.
//!
//! The words are read twice: as typed, and as they were restored (marks, glued words, near forms), so that `hanam` and
//! `Qung Ninh` are understood too. Whatever is understood stays searchable as words.

mod metrics;
mod periods;
mod places;
mod words;

use crate::model::{Basis, Gazetteer, MetricId, Period, PeriodFilter, Taxonomy};
use crate::query::response::Interpretation;
use crate::text::abbreviations::expand_abbreviations;
use crate::text::{TokenKind, tokenize};

use metrics::{SOUNDS, metrics, sound};
pub(crate) use periods::period_phrase;
use periods::periods;
pub(in crate::query) use places::PLACES;
use places::{own_places, places, settle_zones, zones};
pub(crate) use places::{place_names, place_slots, zone_of_index};
pub(crate) use words::slang;
use words::*;

/// The most tokens of a query that are read for meaning.
const MAX_TOKENS: usize = 120;

/// What was understood, with what an interpretation does not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meaning {
    pub shown: Interpretation,
    /// Provinces that initials may stand for (`QN`); what the index has decides.
    pub initials: Vec<String>,
    /// Whether the plan is only what something is measured against: `bằng bao nhiêu phần trăm kế hoạch`.
    pub against_plan: bool,
    /// Whether a change is asked for: `tăng bao nhiêu`, `giảm bao nhiêu`.
    pub compared: bool,
    /// Whether the whole of the period is asked for: `cả năm`.
    pub whole: bool,
    /// Whether growth is asked for: `tăng trưởng`, `tăng bao nhiêu`.
    pub growth: bool,
    /// Whether the change is one on the month before, or on last December.
    pub on_month: bool,
    pub on_december: bool,
    /// Whether the metrics stand in a list, so that each of them is asked for.
    pub listed: bool,
    /// The unit named: `bao nhiêu tỷ đồng`.
    pub unit: Option<&'static str>,
    /// All words, folded.
    pub words: Vec<String>,
    /// Words that say nothing that was understood, folded.
    pub rest: Vec<String>,
    /// Names of the zones without their kind, folded.
    zone_names: Vec<String>,
    /// Whether one of them was named without the word for its kind.
    bare_zone: bool,
    /// Provinces that they lie in.
    zone_provinces: Vec<String>,
}

impl Meaning {
    /// Whether the query holds two words side by side, folded.
    pub fn says(&self, pair: [&str; 2]) -> bool {
        self.words.windows(2).any(|w| w == pair)
    }

    /// Whether a sentence names one of the zones that the query names, where it names any.
    pub fn zones_named_in(&self, sentence: &str) -> bool {
        if self.zone_names.is_empty() {
            return true;
        }
        let tokens = tokenize(sentence);
        let words: Vec<&str> = tokens.list().iter().map(|t| tokens.folded(t)).collect();
        let sentence = format!(" {} ", words.join(" "));
        self.zone_names
            .iter()
            .any(|name| sentence.contains(&format!(" {name} ")))
    }

    /// Takes in what another reading of the same query adds.
    fn take_in(&mut self, second: Self) {
        let (own, more) = (&mut self.shown, second.shown);
        if own.provinces.is_empty() {
            own.provinces = more.provinces;
        }
        // `6 thangs 2019`: the first reading may have missed all but the year.
        let narrower = own.periods.len() == more.periods.len()
            && own
                .periods
                .iter()
                .zip(&more.periods)
                .all(|(a, b)| a.contains(*b));
        if own.periods.is_empty() || narrower {
            own.periods = more.periods;
        }
        // A longer name says more than a shorter one read in the same words.
        if own.metrics.is_empty()
            || more.metrics.iter().map(String::len).sum::<usize>()
                > own.metrics.iter().map(String::len).sum()
        {
            own.metrics = more.metrics;
            self.listed = second.listed;
        }
        if own.basis.is_empty() {
            own.basis = more.basis;
        }
        own.latest |= more.latest;
        own.question |= more.question;
        self.against_plan |= second.against_plan;
        self.compared |= second.compared;
        self.whole |= second.whole;
        self.growth |= second.growth;
        self.on_month |= second.on_month;
        self.on_december |= second.on_december;
        self.unit = self.unit.or(second.unit);
        if own.zones.is_empty() {
            own.zones = more.zones;
            self.zone_names = second.zone_names;
        }
        if second.rest.len() < self.rest.len() {
            self.rest = second.rest;
        }
        for word in second.words {
            if !self.words.contains(&word) {
                self.words.push(word);
            }
        }
    }

    /// Takes in what the filters ask for.
    pub fn add_filters(&mut self, filters: &crate::query::filter::Resolved) {
        let shown = &mut self.shown;
        if !filters.places.is_empty() {
            shown.provinces.clone_from(&filters.places);
            self.initials.clear();
        }
        let periods: Vec<Period> = filters
            .periods
            .iter()
            .filter_map(|filter| match filter {
                PeriodFilter::Within(p) | PeriodFilter::Exactly(p) => Some(*p),
                _ => None,
            })
            .collect();
        if !periods.is_empty() && shown.periods.is_empty() {
            shown.periods = periods;
        }
        if !filters.metrics.is_empty() {
            shown.metrics.clone_from(&filters.metrics);
        }
        if !filters.basis.is_empty() {
            shown.basis.clone_from(&filters.basis);
        }
    }
}

/// Reads the query as typed, then as restored, then with its short forms written out, and takes what each adds.
pub(crate) fn understand(
    taxonomy: &Taxonomy,
    gazetteer: &Gazetteer,
    typed: &str,
    restored: Option<&str>,
) -> Meaning {
    let spelt = spelt_out(typed);
    let first = spelt.as_deref().unwrap_or(typed);
    let mut meaning = read(taxonomy, gazetteer, first);
    let second = restored.filter(|_| spelt.is_none());
    if let Some(restored) = second {
        meaning.take_in(read(taxonomy, gazetteer, restored));
    }
    for text in [Some(first), second].into_iter().flatten() {
        if let Some(long) = written_out(text) {
            meaning.take_in(read(taxonomy, gazetteer, &long));
        }
    }
    // A group's name alone (`kim ngạch`) may hide what was misheard.
    if meaning.shown.metrics.iter().all(|code| !code.contains('.')) {
        let heard = sound(typed);
        let tokens = tokenize(&heard);
        let code = SOUNDS
            .scan(&tokens)
            .max_by_key(|hit| hit.end - hit.first)
            .map(|hit| &Taxonomy::get().metric(MetricId(hit.payload as u16)).code);
        match (code, meaning.shown.metrics.first_mut()) {
            (Some(code), None) => meaning.shown.metrics.push(code.clone()),
            (Some(code), Some(group)) if Taxonomy::path(code).contains(&group.as_str()) => {
                group.clone_from(code);
            }
            _ => {}
        }
    }
    // What the customs and the tax office have a goal for is what they collect.
    let collects = meaning.says(["hai", "quan"]) || meaning.says(["cuc", "thue"]);
    if meaning.shown.metrics.is_empty() && !meaning.shown.basis.is_empty() && collects {
        meaning.shown.metrics.push("budget.revenue".to_owned());
    }
    if !meaning.shown.provinces.is_empty() {
        meaning.initials.clear();
    }
    meaning
}

fn read(taxonomy: &Taxonomy, gazetteer: &Gazetteer, text: &str) -> Meaning {
    let tokens = tokenize(text);
    let n = tokens.list().len().min(MAX_TOKENS);
    let mut meaning = Meaning::default();
    let mut used = vec![false; tokens.list().len()];
    zones(&tokens, &mut used, &mut meaning);
    own_places(&tokens, gazetteer, &mut used, &mut meaning);
    places(&tokens, &mut used, &mut meaning);
    settle_zones(&mut meaning);
    periods(text, &tokens, n, &mut used, &mut meaning);
    let mut said = used.clone();
    for found in WORDS.scan(&tokens) {
        for flag in &mut said[found.first..found.end] {
            *flag = true;
        }
        let basis: &[Basis] = match found.payload {
            TARGET => &[Basis::Target],
            EXPECTED => &[Basis::Target, Basis::Estimate],
            CUMULATIVE => &[Basis::Cumulative],
            ESTIMATE => &[Basis::Estimate],
            STOCK => &[Basis::Stock],
            LATEST => {
                meaning.shown.latest = true;
                &[]
            }
            QUESTION => {
                meaning.shown.question = true;
                &[]
            }
            AGAINST_PLAN => {
                meaning.against_plan = true;
                &[]
            }
            GROWTH => {
                meaning.growth = true;
                &[]
            }
            COMPARED => {
                meaning.compared = true;
                meaning.shown.question = true;
                &[]
            }
            WHOLE => {
                meaning.whole = true;
                &[]
            }
            ON_MONTH => {
                meaning.on_month = true;
                &[]
            }
            ON_DECEMBER => {
                meaning.on_december = true;
                &[]
            }
            unit => {
                meaning.unit = UNITS.get((unit - UNIT) as usize).copied();
                &[]
            }
        };
        for basis in basis {
            if !meaning.shown.basis.contains(basis) {
                meaning.shown.basis.push(*basis);
            }
        }
    }
    metrics(taxonomy, &tokens, n, &used, &mut said, &mut meaning);
    for (i, token) in tokens.list().iter().take(n).enumerate() {
        let folded = tokens.folded(token);
        if token.kind != TokenKind::Word || folded.len() < 2 {
            continue;
        }
        if !meaning.words.iter().any(|word| word == folded) {
            meaning.words.push(folded.to_owned());
        }
        if !said[i] && !PLAIN.contains(&folded) {
            meaning.rest.push(folded.to_owned());
        }
    }
    meaning
}

/// The query with the words that hold keys of Telex or VNI spelt out; `None` where there are none.
pub(in crate::query) fn spelt_out(text: &str) -> Option<String> {
    let lexicon = crate::text::lexicon::lexicon();
    let mut changed = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let keyed = word.bytes().any(|b| b.is_ascii_digit())
                && word.bytes().any(|b| b.is_ascii_alphabetic());
            // The tone may be typed before the shape: `xuat16`.
            let decoded = keyed
                .then(|| crate::query::fuzzy::typed_keys(word))
                .flatten()
                .filter(|decoded| lexicon.syllable(decoded).is_some());
            changed |= decoded.is_some();
            decoded.unwrap_or_else(|| word.to_owned())
        })
        .collect();
    changed.then(|| words.join(" "))
}

/// The query with short spellings and abbreviations written out, those that have one long form alone; `None` where there are none.
fn written_out(text: &str) -> Option<String> {
    let tokens = tokenize(text);
    let mut out = String::new();
    let mut at = 0;
    let expansions = expand_abbreviations(text, &tokens);
    for (i, token) in tokens.list().iter().enumerate().take(MAX_TOKENS) {
        let long = slang(token.span.of(text)).map(str::to_owned).or_else(|| {
            let own = expansions.iter().find(|e| e.tokens == (i..i + 1))?;
            let mut forms = own.forms.iter().filter(|form| form.len() > 1);
            let long = forms.next()?.join(" ");
            forms.next().is_none().then_some(long)
        });
        if let Some(long) = long {
            out.push_str(&text[at..token.span.start]);
            out.push_str(&long);
            at = token.span.end;
        }
    }
    if at == 0 {
        return None;
    }
    out.push_str(&text[at..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_plain_queries() {
        for (query, provinces, periods, metrics) in [
            (
                "von fdi quang ninh 6 thang dau nam 2020",
                "quang-ninh",
                "2020-H1",
                "fdi.capital",
            ),
            (
                "vốn FDI Quảng Ninh quý 3/2021",
                "quang-ninh",
                "2021-Q3",
                "fdi.capital",
            ),
            (
                "ĐBSH 6T2019 thu ngân sách",
                "dong-bang-song-hong",
                "2019-H1",
                "budget.revenue",
            ),
            ("hanam nam 2020", "ha-nam", "2020", ""),
            (
                "kim ngạch xuất khẩu 2019 và 2020",
                "",
                "2019 2020",
                "trade.exports",
            ),
            ("hạ nam", "", "", ""),
        ] {
            let meaning = read(Taxonomy::get(), Gazetteer::empty(), query).shown;
            let periods_found: Vec<String> =
                meaning.periods.iter().map(ToString::to_string).collect();
            assert_eq!(meaning.provinces.join(" "), provinces, "{query}");
            assert_eq!(periods_found.join(" "), periods, "{query}");
            assert_eq!(meaning.metrics.join(" "), metrics, "{query}");
        }
        assert_eq!(
            read(Taxonomy::get(), Gazetteer::empty(), "BQLKKT QN")
                .initials
                .len(),
            3
        );
        assert_eq!(
            read(Taxonomy::get(), Gazetteer::empty(), "mục tiêu xuất khẩu")
                .shown
                .basis,
            [Basis::Target]
        );
        assert!(
            read(
                Taxonomy::get(),
                Gazetteer::empty(),
                "đạt bao nhiêu phần trăm kế hoạch"
            )
            .against_plan
        );
    }
}
