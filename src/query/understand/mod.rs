//! What of a free query names a province, a period, a metric, a basis, or asks.
//!
//! The words are read twice: as typed, and as they were restored (marks, glued words, near forms), so that `hanam` and
//! `Qung Ninh` are understood too. Whatever is understood stays searchable as words.

mod english;
mod metrics;
mod periods;
mod places;
mod when;
mod words;
mod zones;

use std::ops::Range;

use crate::model::{Basis, Gazetteer, MetricId, Period, PeriodFilter, Taxonomy};
use crate::query::response::Interpretation;
use crate::text::abbreviations::expand_abbreviations;
use crate::text::{TokenKind, Tokens, tokenize};

use metrics::{SOUNDS, metrics, sound};
pub(crate) use periods::Loose;
pub(crate) use periods::period_phrase;
use periods::{part_of_year, periods};
pub(in crate::query) use places::{PLACES, is_short, province_spelt};
use places::{own_places, places, towns};
pub(crate) use places::{place_names, place_slots};
pub(in crate::query) use when::year_in_digits;
use words::{AtPrices, Says, WORDS};
pub(crate) use words::{Body, bodies, folded, is_placed, slang};
pub(crate) use zones::zone_of_index;
use zones::{names_other_zone, settle_zones, zones};

/// The most tokens of a query that are read for meaning.
const MAX_TOKENS: usize = 120;

/// Which places are asked for: those that have the most of something, or the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ranking {
    Most,
    Least,
}

/// A word that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Folded.
    pub word: String,
    /// As it stands in the reading.
    pub typed: String,
    /// Whether it stands beside the name of the metric (`xuất khẩu gạo`), with nothing between that says anything.
    pub beside: bool,
    /// Whether it is a syllable in small letters: no name of a firm or a place.
    pub is_common: bool,
}

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
    /// Whether what a period brought is asked for, not what stands at its end.
    pub flow: bool,
    /// Whether it is asked where the place stands among others.
    pub placed: bool,
    /// Whether growth is asked for: `tăng trưởng`, `tốc độ tăng`.
    pub growth: bool,
    /// Whether the change is one on the month before, or on last December.
    pub on_month: bool,
    pub on_december: bool,
    /// Whether the metrics stand in a list, so that each of them is asked for.
    pub listed: bool,
    /// How many words name the metrics.
    named: usize,
    /// Whether a phrase that might be read as one for a basis is none: `chi tieu ngan sach`.
    no_basis: bool,
    /// The unit named: `bao nhiêu tỷ đồng`.
    pub unit: Option<&'static str>,
    /// Whether the place is asked for, by how much it has.
    pub ranking: Option<Ranking>,
    /// Whether a surplus is asked for, or a deficit.
    pub surplus: Option<bool>,
    /// Whether a province is meant as it is since July 2025.
    pub merged: bool,
    /// A part of a year that is asked for, by its first and last month, where no year is named.
    pub part: Option<(u32, u32)>,
    /// Whether a point of the year is named loosely: `đầu năm`, `giữa năm`.
    pub loose: Option<Loose>,
    /// The prices that it is counted at.
    pub prices: Option<AtPrices>,
    /// How a time was read that the query names by today's date.
    pub note: Option<String>,
    /// Whether words were read as others that the index holds.
    pub guessed: bool,
    /// The bodies whose figures are asked for.
    pub bodies: Vec<&'static Body>,
    /// All words, folded.
    pub words: Vec<String>,
    /// Words that were not understood and narrow what is asked for.
    pub rest: Vec<Left>,
    /// Whether percents are asked for.
    percents: bool,
    /// Words, folded, that narrow nothing for the marks that they bear.
    by_marks: Vec<String>,
    /// Names of the zones without their kind, folded.
    zone_names: Vec<String>,
    /// Whether one of them was named without the word for its kind.
    bare_zone: bool,
    /// Provinces that they lie in.
    zone_provinces: Vec<String>,
}

impl Meaning {
    /// Whether it is asked how much something is, and not how it changed.
    pub fn asks_level(&self) -> bool {
        let change = self.compared || self.growth || self.against_plan;
        self.shown.question && !change && self.unit != Some("percent") && !self.percents
    }

    /// Whether the query names zones by their names.
    pub fn names_zones(&self) -> bool {
        !self.zone_names.is_empty()
    }

    /// Whether a sentence names one of the zones that the query names, where it names any.
    pub fn zones_named_in(&self, sentence: &str) -> bool {
        if self.zone_names.is_empty() {
            return true;
        }
        let sentence = format!(" {} ", folded(sentence));
        self.zone_names
            .iter()
            .any(|name| sentence.contains(&format!(" {name} ")))
    }

    /// Whether a sentence names a zone, and none of those that the query names.
    pub fn other_zone_named_in(&self, sentence: &str) -> bool {
        !self.zones_named_in(sentence) && names_other_zone(sentence, &self.zone_names)
    }

    /// Takes in what another reading of the same query adds; `spelt` says that it has the same words, short forms written out.
    fn take_in(&mut self, second: Self, spelt: bool) {
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
        // A longer name says more than a shorter one read in the same words, and a name of more words than one of fewer.
        let length = |codes: &[String]| codes.iter().map(String::len).sum::<usize>();
        if own.metrics.is_empty()
            || spelt && second.named > self.named
            || length(&more.metrics) > length(&own.metrics)
        {
            own.metrics = more.metrics;
            self.listed = second.listed;
            self.named = second.named;
        }
        if own.basis.is_empty() && !self.no_basis {
            own.basis = more.basis;
        }
        own.latest |= more.latest;
        own.question |= more.question;
        self.against_plan |= second.against_plan;
        self.compared |= second.compared;
        self.whole |= second.whole;
        self.placed |= second.placed;
        self.flow |= second.flow;
        self.growth |= second.growth;
        self.on_month |= second.on_month;
        self.on_december |= second.on_december;
        self.unit = self.unit.or(second.unit);
        self.ranking = self.ranking.or(second.ranking);
        self.merged |= second.merged;
        self.part = self.part.or(second.part).filter(|_| own.periods.is_empty());
        self.loose = self.loose.or(second.loose);
        self.prices = self.prices.or(second.prices);
        self.surplus = self.surplus.or(second.surplus);
        for body in second.bodies {
            if !self.bodies.iter().any(|own| std::ptr::eq(*own, body)) {
                self.bodies.push(body);
            }
        }
        if own.zones.is_empty() {
            own.zones = more.zones;
            self.zone_names = second.zone_names;
        }
        self.rest = narrowed_in_both(&self.rest, second.rest, &second.by_marks);
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
    newest: &dyn Fn() -> Option<Period>,
) -> Meaning {
    let when = when::spelt(typed, newest);
    let dated = when.as_ref().map_or(typed, |when| &when.text);
    let spelt = spelt_out(dated);
    let first = spelt.as_deref().unwrap_or(dated);
    let mut meaning = read(taxonomy, gazetteer, first, restored.is_none());
    let restored = restored.map(|text| {
        let when = when::spelt(text, newest);
        when.map_or_else(|| text.to_owned(), |when| when.text)
    });
    let second = restored.as_deref().filter(|_| spelt.is_none());
    if let Some(restored) = second {
        meaning.take_in(read(taxonomy, gazetteer, restored, true), false);
    }
    for (text, spelt) in [(Some(first), true), (second, false)] {
        if let Some(long) = text.and_then(written_out) {
            meaning.take_in(read(taxonomy, gazetteer, &long, false), spelt);
        }
    }
    // A group's name alone (`kim ngạch`), or one beside words that were not understood, may hide what was misheard.
    let only_groups = meaning.shown.metrics.iter().all(|code| !code.contains('.'));
    if only_groups || meaning.rest.iter().any(|left| left.beside) {
        let heard = sound(typed);
        let tokens = tokenize(&heard);
        let hit = SOUNDS.scan(&tokens).max_by_key(|hit| hit.end - hit.first);
        let code = hit.map(|hit| &Taxonomy::get().metric(MetricId(hit.payload as u16)).code);
        let is_heard = match (code, meaning.shown.metrics.first_mut()) {
            (Some(code), None) => {
                meaning.shown.metrics.push(code.clone());
                true
            }
            (Some(code), Some(group)) if Taxonomy::path(code).contains(&group.as_str()) => {
                group.clone_from(code);
                true
            }
            _ => false,
        };
        if let Some(hit) = hit.filter(|_| is_heard) {
            let heard = tokens.list()[hit.first..hit.end].iter();
            let heard: Vec<&str> = heard.map(|t| tokens.folded(t)).collect();
            let left = &mut meaning.rest;
            left.retain(|left| !heard.contains(&sound(&left.word).as_str()));
        }
    }
    // What the customs have a goal for, reached of it, or take in, is what they collect.
    let takes = meaning.words.iter().any(|word| word == "thu");
    if meaning.shown.metrics.is_empty()
        && (!meaning.shown.basis.is_empty() || meaning.against_plan || takes)
    {
        let collected = meaning.bodies.iter().find_map(|body| body.collects.clone());
        let known = collected.filter(|code| taxonomy.by_code(code).is_some());
        meaning.shown.metrics.extend(known);
    }
    // What the factories of the zones make.
    if meaning.shown.metrics.is_empty() && folded(typed).contains("lam ra") {
        let made = meaning.bodies.iter().find_map(|body| body.makes.clone());
        let known = made.filter(|code| taxonomy.by_code(code).is_some());
        meaning.shown.metrics.extend(known);
    }
    // `đất đã cho thuê được mấy phần trăm`: of what the words may name, what is counted so.
    // What has no such unit is asked for by what stands in its place: `đất cho thuê … bao nhiêu %`.
    let percents = typed.contains('%') || meaning.words.windows(2).any(|w| w == ["phan", "tram"]);
    meaning.percents = percents;
    if percents && !meaning.against_plan && !meaning.compared && !meaning.listed {
        let counted_so = |code: &String| {
            let id = taxonomy.by_code(code);
            id.is_some_and(|id| taxonomy.metric(id).units.iter().any(|u| u == "percent"))
        };
        if meaning.shown.metrics.iter().any(counted_so) {
            meaning.shown.metrics.retain(counted_so);
        } else {
            let named = meaning.shown.metrics.iter();
            let named = named.filter_map(|code| Some(taxonomy.metric(taxonomy.by_code(code)?)));
            let rate = named
                .flat_map(|metric| &metric.instead)
                .find(|c| counted_so(c));
            if let Some(rate) = rate.cloned() {
                meaning.shown.metrics = vec![rate];
            }
        }
    }
    if !meaning.shown.provinces.is_empty() {
        meaning.initials.clear();
    }
    meaning.note = when.and_then(|when| when.note);
    meaning
}

/// The words that narrow in two readings of a query, as typed where both have them. A word that narrows in one alone was misspelt there,
/// or is misread here: `nawm` typed for `năm`, `trừ` read for `tr`.
///
/// One that stands beside the metric without marks narrows though it is plain `by_marks`: `xuat khau ca` may be fish.
fn narrowed_in_both(first: &[Left], second: Vec<Left>, by_marks: &[String]) -> Vec<Left> {
    let sure = |left: &&Left| {
        let again = second.iter().any(|other| other.word == left.word);
        let bare = left.is_common && left.typed.is_ascii();
        left.beside && bare && !again && by_marks.contains(&left.word)
    };
    let sure: Vec<Left> = first.iter().filter(sure).cloned().collect();
    let is_one = |a: &str, b: &str| a.contains(b) || strsim::osa_distance(a, b) < 2;
    let kept = |left: Left| match first.iter().find(|own| own.word == left.word) {
        Some(own) => Some(own.clone()),
        None => {
            let like = first.iter().any(|own| is_one(&own.word, &left.word));
            like.then_some(left)
        }
    };
    let kept: Vec<Left> = second.into_iter().filter_map(kept).collect();
    sure.into_iter().chain(kept).collect()
}

/// What is known of each token of a reading.
struct Known {
    /// Whether it names a place or a period.
    used: Vec<bool>,
    /// Whether it says anything that was understood.
    said: Vec<bool>,
    /// Whether it narrows nothing, and whether it does so as the word for what is counted.
    plain: Vec<bool>,
    counted: Vec<bool>,
    /// Whether it is of the name of a metric.
    metric: Vec<bool>,
}

impl Known {
    fn new(tokens: &Tokens, used: Vec<bool>) -> Self {
        let mut known = Self {
            said: used.clone(),
            plain: vec![false; used.len()],
            counted: vec![false; used.len()],
            metric: vec![false; used.len()],
            used,
        };
        for (range, counts) in WORDS.plain(tokens) {
            known.counted[range.clone()].fill(counts);
            known.plain[range].fill(true);
        }
        known
    }

    /// Notes that words were understood.
    fn says(&mut self, range: Range<usize>) {
        self.said[range].fill(true);
    }

    /// Whether a word narrows what is asked for.
    fn narrows(&self, tokens: &Tokens, at: usize) -> bool {
        let token = &tokens.list()[at];
        let folded = tokens.folded(token);
        // Two or three small letters that are no syllable are a short spelling of something: `trđ`, `sx`.
        let short = folded.len() < 4
            && !token.is_upper()
            && crate::text::lexicon::lexicon()
                .by_folded(folded)
                .next()
                .is_none();
        token.kind == TokenKind::Word
            && folded.len() > 1
            && !short
            && !self.said[at]
            && !self.plain[at]
            && !WORDS.plain_glued(folded)
    }

    /// Whether only words that say nothing stand between a word and the name of a metric.
    fn is_beside(&self, tokens: &Tokens, at: usize) -> bool {
        let list = tokens.list();
        let ends = |i: &usize| {
            self.said[*i] || matches!(list[*i].kind, TokenKind::Punct | TokenKind::Break)
        };
        let before = (0..at).rev().find(ends);
        let behind = (at + 1..list.len()).find(ends);
        [before, behind]
            .into_iter()
            .flatten()
            .any(|i| self.metric[i])
    }
}

/// One reading. `weak` says that words count which name a metric by their marks alone (`thu`, not `thủ`): not those of a text whose
/// marks were restored.
fn read(taxonomy: &Taxonomy, gazetteer: &Gazetteer, text: &str, weak: bool) -> Meaning {
    let tokens = tokenize(text);
    let n = tokens.list().len().min(MAX_TOKENS);
    let mut meaning = Meaning::default();
    let mut used = vec![false; tokens.list().len()];
    zones(&tokens, &mut used, &mut meaning);
    own_places(&tokens, gazetteer, &mut used, &mut meaning);
    places(&tokens, &mut used, &mut meaning);
    settle_zones(&mut meaning);
    let places_alone = used.clone();
    periods(text, &tokens, n, &mut used, &mut meaning);
    part_of_year(text, &tokens, n, &mut used, &mut meaning);
    let mut known = Known::new(&tokens, used);
    for (first, end, says) in WORDS.scan(&tokens) {
        // `Nam Định thu`: a word of a name says nothing.
        if places_alone[first..end].iter().any(|named| *named) {
            continue;
        }
        known.says(first..end);
        let basis: &[Basis] = match says {
            Says::Target => &[Basis::Target],
            Says::Expected => &[Basis::Target, Basis::Estimate],
            Says::Cumulative => &[Basis::Cumulative],
            Says::Estimate => &[Basis::Estimate],
            Says::Stock => &[Basis::Stock],
            _ => &[],
        };
        for basis in basis {
            if !meaning.shown.basis.contains(basis) {
                meaning.shown.basis.push(*basis);
            }
        }
        meaning.no_basis |= says == Says::Stop;
        meaning.shown.latest |= says == Says::Latest;
        meaning.shown.question |= matches!(says, Says::Question | Says::Compared | Says::Placed);
        meaning.placed |= says == Says::Placed;
        meaning.flow |= says == Says::Flow;
        meaning.against_plan |= says == Says::AgainstPlan;
        meaning.compared |= says == Says::Compared;
        meaning.growth |= says == Says::Growth;
        meaning.whole |= says == Says::Whole;
        meaning.on_month |= says == Says::OnMonth;
        meaning.on_december |= says == Says::OnDecember;
        match says {
            Says::Most => meaning.ranking = meaning.ranking.or(Some(Ranking::Most)),
            Says::Least => meaning.ranking = Some(Ranking::Least),
            Says::Merged => meaning.merged = true,
            Says::Surplus => meaning.surplus = Some(true),
            Says::Deficit => meaning.surplus = Some(false),
            Says::Unit(at) => meaning.unit = Some(WORDS.unit(at)),
            _ => {}
        }
    }
    // `so với cuối năm 2030`: what is compared with is not asked for.
    if meaning.on_december
        && let Some(last) = meaning.shown.periods.iter().map(|p| p.end()).max()
    {
        meaning.shown.periods.retain(|period| period.end() == last);
    }
    if let Some(asked) = WORDS.change(&tokens) {
        known.says(asked);
        meaning.compared = true;
        meaning.shown.question = true;
    }
    let words: Vec<&str> = tokens.list().iter().map(|t| tokens.folded(t)).collect();
    // `bao nhiêu dự án` names the unit, and asks.
    meaning.shown.question |= words.windows(2).any(|w| w == ["bao", "nhieu"]);
    // `quý I so với quý IV`: what stands behind is what it is compared with.
    let of_period = |at: usize| known.used[at] && !places_alone[at];
    if (2..n).any(|at| of_period(at) && words[..at].ends_with(&["so", "voi"])) {
        meaning.compared = true;
        meaning.shown.question = true;
    }
    meaning.prices = AtPrices::of(&words);
    AtPrices::places_in(&words).for_each(|range| known.says(range));
    for body in bodies().iter().filter(|body| body.is_named(&words)) {
        body.places_in(&words).for_each(|range| known.says(range));
        meaning.bodies.push(body);
    }
    meaning.on_month |= with_month_before(&words, &meaning.shown.periods);
    metrics(taxonomy, &tokens, n, weak, &mut known, &mut meaning);
    // `thành phố Bắc Kạn` is a part of the province.
    for range in towns(&tokens) {
        known.said[range.clone()].fill(false);
        known.plain[range].fill(false);
    }
    let by_marks = WORDS.by_marks(&tokens);
    meaning.by_marks = by_marks.map(str::to_owned).collect();
    let lexicon = crate::text::lexicon::lexicon();
    for (i, token) in tokens.list().iter().take(n).enumerate() {
        let folded = tokens.folded(token);
        if token.kind != TokenKind::Word || folded.len() < 2 {
            continue;
        }
        if !meaning.words.iter().any(|word| word == folded) {
            meaning.words.push(folded.to_owned());
        }
        if known.narrows(&tokens, i) {
            meaning.rest.push(Left {
                word: folded.to_owned(),
                typed: token.span.of(text).to_owned(),
                beside: known.is_beside(&tokens, i),
                is_common: !token.span.of(text).starts_with(char::is_uppercase)
                    && lexicon.by_folded(folded).next().is_some(),
            });
        }
    }
    meaning
}

/// Whether a query about a month compares it with the one before by its number: `tháng 12 … so với tháng 11`.
fn with_month_before(words: &[&str], periods: &[Period]) -> bool {
    let [month] = periods else { return false };
    let (_, number) = month.start();
    let before = if number == 1 { 12 } else { number - 1 }.to_string();
    let told = |w: &[&str]| w[1] == "thang" && w[2] == before && ["so", "voi"].contains(&w[0]);
    month.len_months() == 1 && words.windows(3).any(told)
}

/// The query with the words that hold keys of Telex or VNI spelt out; `None` where there are none.
pub(in crate::query) fn spelt_out(text: &str) -> Option<String> {
    let lexicon = crate::text::lexicon::lexicon();
    let mut changed = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let keyed = word.bytes().any(|b| b.is_ascii_digit())
                && word.bytes().any(|b| b.is_ascii_alphabetic())
                || word.starts_with(['f', 'F', 'z', 'Z']);
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
    fn what_narrows_is_told_from_what_only_asks() {
        for (query, left) in [
            (
                "cho mình hỏi tổng thu ngân sách tỉnh Hà Nam năm 2019 đạt bao nhiêu tỷ đồng ạ",
                "",
            ),
            ("kết quả thu hút vốn FDI vào các KCN Hà Nam năm 2019", ""),
            (
                "Hà Nam có bao nhiêu dự án FDI cấp mới, điều chỉnh tăng vốn năm 2019",
                "",
            ),
            (
                "hai quan Ha Nam 2019 thu dat bao nhieu phan tram du toan duoc giao",
                "",
            ),
            ("GRDP Hà Nam 2019 theo giá hiện hành", ""),
            ("Hà Nam thu hồi mấy dự án FDI năm 2019", "thu hồi"),
            ("hồi năm 2019 Hà Nam hút được mấy dự án FDI", ""),
            ("Ha Nam KCN tyle lap day 2019", ""),
            (
                "nhìn lại năm 2019, xuất khẩu Hà Nam vươn tới con số ấn tượng nào",
                "",
            ),
            (
                "tới giờ bà con xứ Hà Nam đón vẻn vẹn bao lăm lượt khách 2019",
                "",
            ),
            ("xuất khẩu gạo Hà Nam 2019", "gạo"),
            ("Hà Nam nhắm mức tăng kinh tế nào cho 2019", ""),
            ("vốn FDI Hà Nam 2019, cả cấp mới lẫn tăng thêm", ""),
            (
                "năm 2019 Hà Nam đón được mấy lượt khách ghé thăm vậy shop",
                "",
            ),
            ("Hà Nam định thu ngân sách 2019 cỡ nào hả mọi người", ""),
            (
                "dạ cho em hỏi xuất khẩu Hà Nam hồi dịch Covid-19 năm 2019 với ạ",
                "",
            ),
            (
                "xuất khẩu mặt hàng nào của Hà Nam 2019 cao nhất",
                "mặt hàng nào",
            ),
            ("vì sao xuất khẩu Hà Nam 2019 giảm", "vì sao"),
            ("xuat khau cao su Ha Nam 2019", "cao su"),
            ("xuat khau ca Ha Nam 2019", "ca"),
            ("xuat khau gom Ha Nam 2019", "gom"),
            ("xuất khẩu Hà Nam 2019 gồm những gì vâng ạ", ""),
            ("suc mua vang Ha Nam 2019", "vang"),
            ("cac nha may kcn Ha Nam 2019 nop ngan sach", ""),
            ("xuất khẩu Hà Nam sang Anh 2019", "sang Anh"),
            ("xuat khau ca phe Ha Nam 2019", "ca phe"),
            ("lượt khách Hàn Quốc đến Hà Nam năm 2019", "Hàn Quốc"),
            ("Hà Nam năm nào thu ngân sách cao nhất", "năm nào"),
            ("thu ngân sách thành phố Hà Nam 2019", "thành phố"),
            ("thu ngân sách thành phố Hà Nội 2019", ""),
            ("doanh nghiệp FDI Hà Nam nộp ngân sách 2019", "FDI"),
        ] {
            let meaning = read(Taxonomy::get(), Gazetteer::empty(), query, true);
            let typed: Vec<&str> = meaning
                .rest
                .iter()
                .map(|left| left.typed.as_str())
                .collect();
            assert_eq!(typed.join(" "), left, "{query}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

        #[test]
        fn any_text_is_understood_in_bounded_time(
            text in "(\\PC|( (xuat khau|so voi|first half of|ba quy|6T20|thanh pho|hải quan|nam ngoai|fdi|Hà Nam|mới) )){0,600}",
        ) {
            let started = std::time::Instant::now();
            let newest = || "2021-M02".parse().ok();
            let meaning = understand(Taxonomy::get(), Gazetteer::empty(), &text, Some(&text), &newest);
            proptest::prop_assert!(meaning.rest.len() <= MAX_TOKENS);
            proptest::prop_assert!(started.elapsed().as_secs() < 5);
        }

        /// What is said beside a question leaves it as it is.
        #[test]
        fn small_talk_narrows_nothing(
            before in "(cho tôi hỏi|cho biết|tình hình|ai biết|please)?",
            after in "(vậy ạ|là bao nhiêu|đạt bao nhiêu phần trăm|thế nào nhỉ|không)?",
        ) {
            let asked = |text: &str| read(Taxonomy::get(), Gazetteer::empty(), text, true);
            let bare = asked("xuất khẩu Hà Nam năm 2019");
            let full = asked(&format!("{before} xuất khẩu Hà Nam năm 2019 {after}"));
            proptest::prop_assert!(full.rest.is_empty(), "{:?}", full.rest);
            proptest::prop_assert_eq!(bare.shown.metrics, full.shown.metrics);
            proptest::prop_assert_eq!(bare.shown.provinces, full.shown.provinces);
        }
    }

    #[test]
    fn what_people_say_for_a_metric_names_it() {
        let newest = || "2021-M02".parse().ok();
        for (query, metrics, periods) in [
            (
                "Lai Châu bán hàng ra nước ngoài năm 2018",
                "trade.exports",
                "2018",
            ),
            (
                "lai chau mua hang tu nuoc ngoai nam 2018",
                "trade.imports",
                "2018",
            ),
            (
                "khối ngoại xuất khẩu bao nhiêu tháng 3 năm 2018",
                "trade.exports.fdi",
                "2018-M03",
            ),
            (
                "đất công nghiệp ở Lai Châu đã cho thuê được mấy phần trăm năm 2018",
                "zones.occupancy",
                "2018",
            ),
            (
                "khach ngoai quoc den lai chau thang 5 2018",
                "tourism.visitors.international",
                "2018-M05",
            ),
            (
                "CPI Lai Châu tháng 1 năm 2018 so với tháng 12",
                "cpi.mom",
                "2018-M01",
            ),
            ("iip lai chau 4T2O18", "iip.growth", "2018-4M"),
            (
                "sản xuất công nghiệp Lai Châu tháng 9 năm 2018 so với tháng 8",
                "iip.mom",
                "2018-M09",
            ),
            ("kcn lai chau co may da fdi 2018", "fdi.projects", "2018"),
            (
                "lai chau thu hut may da fdi moi 2018",
                "fdi.projects.new",
                "2018",
            ),
            (
                "Lai Châu 2018 bao nhiêu dự án FDI tăng vốn",
                "fdi.projects.adjusted",
                "2018",
            ),
            (
                "lai chau tong so du an fdi den cuoi 2018",
                "fdi.projects.total",
                "2018",
            ),
            (
                "tổng số dự án FDI Lai Châu thu hút năm 2018",
                "fdi.projects",
                "2018",
            ),
            (
                "lai chau kcn da cho thue bao nhiu % dat 2018",
                "zones.occupancy",
                "2018",
            ),
            (
                "các nhà máy trong KCN Lai Châu 2018 làm ra bao nhiêu tỷ",
                "output.industrial",
                "2018",
            ),
            (
                "Lai Châu thu nhập GRDP đầu người 2018",
                "grdp.per_capita",
                "2018",
            ),
            (
                "lai chau mua sam het bao nhieu thang 11 2018",
                "retail.sales",
                "2018-M11",
            ),
            (
                "lai chau ban le tinh den het thang 11 2018",
                "retail.sales",
                "2018-11M",
            ),
            (
                "lai chau ban le tinh den cuoi thang 11 2018",
                "retail.sales",
                "2018-11M",
            ),
            (
                "Lai Châu hàng bán ra thế giới 2018",
                "trade.exports",
                "2018",
            ),
            (
                "Lai Châu 2018 kinh tế khởi sắc ra sao",
                "grdp.growth",
                "2018",
            ),
            ("lai chau giua 2018 xk", "trade.exports", "2018-H1"),
            (
                "xuất khẩu Lai Châu quý đầu năm 2018",
                "trade.exports",
                "2018-Q1",
            ),
        ] {
            let meaning =
                understand(Taxonomy::get(), Gazetteer::empty(), query, None, &newest).shown;
            assert_eq!(meaning.metrics, [metrics], "{query}");
            let read: Vec<String> = meaning.periods.iter().map(ToString::to_string).collect();
            assert_eq!(read.join(" "), periods, "{query}");
        }
    }

    #[test]
    fn a_word_that_one_reading_alone_leaves_over_narrows_nothing() {
        let newest = || "2021-M02".parse().ok();
        let left = |typed: &str, restored: &str| {
            let taxonomy = Taxonomy::get();
            let gazetteer = Gazetteer::empty();
            let meaning = understand(taxonomy, gazetteer, typed, Some(restored), &newest);
            meaning
                .rest
                .into_iter()
                .map(|left| left.typed)
                .collect::<Vec<_>>()
        };
        let year = left(
            "xuat khau lai chau nawm 2018 tr usd",
            "xuất khẩu lai châu năm 2018 trừ usd",
        );
        assert!(year.is_empty(), "{year:?}");
        let fish = left("xuat khau ca lai chau 2018", "xuất khẩu cả lai châu 2018");
        assert_eq!(fish, ["ca"]);
        let tone = left("thũ ngân sách lai châu 2018", "thu ngân sách lai châu 2018");
        assert!(tone.is_empty(), "{tone:?}");
        let crop = left(
            "xuat khau gaoj lai chau 2018",
            "xuất khẩu gạo lai châu 2018",
        );
        assert_eq!(crop, ["gạo"]);
    }

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
            let meaning = read(Taxonomy::get(), Gazetteer::empty(), query, true).shown;
            let periods_found: Vec<String> =
                meaning.periods.iter().map(ToString::to_string).collect();
            assert_eq!(meaning.provinces.join(" "), provinces, "{query}");
            assert_eq!(periods_found.join(" "), periods, "{query}");
            assert_eq!(meaning.metrics.join(" "), metrics, "{query}");
        }
        assert_eq!(
            read(Taxonomy::get(), Gazetteer::empty(), "BQLKKT QN", true)
                .initials
                .len(),
            3
        );
        assert_eq!(
            read(
                Taxonomy::get(),
                Gazetteer::empty(),
                "mục tiêu xuất khẩu",
                true
            )
            .shown
            .basis,
            [Basis::Target]
        );
        assert!(
            read(
                Taxonomy::get(),
                Gazetteer::empty(),
                "đạt bao nhiêu phần trăm kế hoạch",
                true
            )
            .against_plan
        );
    }
}
