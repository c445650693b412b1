//! The figure that answers best, of those that hold for a metric, a place and a period.
//!
//! There may be several: the total and its parts, what was reached by a day in December and what the year is estimated at, a round
//! number in the headline and the exact one below it, two reports. [`weigh`] decides by what a reader would look at: the rank of
//! the report, the words of the query in the sentence, whether the number is a whole, how surely and how exactly it was read.
//!
//! A plan is often stated only beside what was reached of it (`đạt 45% kế hoạch năm (2.000 tỷ đồng)`): who asks for the plan gets
//! that number, with that sentence.

use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::load;
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Flag, Observation, Period, Qualifier};
use crate::query::catalog::Entry;
use crate::query::filter::{namesake_ids, report_period};
use crate::query::response::Figure;
use crate::query::understand::Meaning;
use crate::text::{TokenKind, fold, tokenize};

/// How well a basis fits: 0 best, `None` not at all. `flows` says that the metric is summed up from January on, so that what it
/// reached is what it reached cumulatively (`lũy kế 10 tháng`).
fn fit(basis: Basis, wanted: &[Basis], flows: bool) -> Option<u32> {
    if wanted.is_empty() {
        return match basis {
            Basis::Actual => Some(0),
            Basis::Estimate => Some(1),
            Basis::Stock => Some(2),
            Basis::Cumulative => Some(3),
            Basis::Target => None,
        };
    }
    let one = |want: &Basis| match (want, basis) {
        (a, b) if *a == b => Some(0),
        (Basis::Cumulative, Basis::Stock) | (Basis::Stock, Basis::Cumulative) => Some(1),
        (Basis::Estimate, Basis::Actual) => Some(1),
        (Basis::Stock, Basis::Actual) => Some(2),
        (Basis::Cumulative, Basis::Actual) if flows => Some(1),
        (Basis::Cumulative, Basis::Estimate) if flows => Some(2),
        _ => None,
    };
    wanted.iter().filter_map(one).min()
}

/// Metrics of which what stands is told from what a period brings.
const STANDING: [&str; 6] = ["fdi", "ddi", "investment", "zones", "clusters", "labour"];

/// What is asked for: one cell of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Code of the metric.
    pub metric: &'a str,
    /// Slug of the place.
    pub place: &'a str,
    /// `None`: the newest that has the figure.
    pub period: Option<Period>,
}

/// What a figure is weighed by beside itself.
struct Context<'a> {
    meaning: &'a Meaning,
    /// The metric's id in the index.
    exact: u32,
    /// That of what is new in it, where it counts things (`projects.new` of `projects`).
    new: u32,
    /// Whether the query asks for what the customs did.
    customs: bool,
}

/// A figure that may answer.
struct Rival {
    entry: Entry,
    figure: Figure,
    fit: u32,
    rank: usize,
    /// Whether the report's own subject and period are those of the figure.
    own_place: bool,
    own_period: bool,
    /// Whether the report is headed by the customs.
    customs: bool,
    /// Whether it is the plan stated beside another figure.
    beside: bool,
    /// Share of the largest rival of the same report, metric, unit and kind of basis.
    share: f64,
    /// Whether the same report also estimates the whole of the period.
    estimated: bool,
    /// Whether the report says it, or what it is a part of, of a day weeks before the end of the period.
    early: bool,
    /// Whether another one of the same report says nearly the same more exactly.
    rounded: bool,
}

/// The most reports whose figures are weighed for one answer.
const MAX_REPORTS: usize = 6;
/// The most figures weighed for one answer.
const MAX_RIVALS: usize = 60;
/// Two numbers that differ by less are the same one, rounded.
const ROUNDED: f64 = 0.03;

pub(super) fn best(
    snapshot: &Snapshot,
    entries: &[Entry],
    wanted: Wanted,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Option<Figure>> {
    let Wanted {
        metric,
        place,
        period,
    } = wanted;
    let places = namesake_ids(snapshot, place);
    if places.is_empty() {
        return Ok(None);
    }
    let exact = snapshot.meta.metrics.id(metric);
    let kind = metric.split('.').next().unwrap_or(metric);
    let flows = !STANDING.contains(&kind) && period.is_some();
    let asked: &[Basis] = if meaning.against_plan {
        &[]
    } else {
        &meaning.shown.basis
    };
    let gather = |when: &dyn Fn(&Entry) -> bool| -> Vec<(u32, &Entry)> {
        entries
            .iter()
            .filter(|e| places.contains(&e.figure.place()) && when(e))
            .filter_map(|e| {
                let fit = fit(e.figure.basis(), asked, flows)?;
                Some((fit, e))
            })
            .collect()
    };
    let mut fitting = gather(&|e| period.is_none_or(|p| e.figure.period() == Some(p)));
    let mut newest = period.is_none();
    if fitting.is_empty()
        && let Some(asked) = period
    {
        // What stands at a date within the year is what the year has; at the end of June, what the half has.
        fitting = gather(&|e| {
            is_open(e.figure.basis())
                && e.figure.period().is_some_and(|own| {
                    own.end() == asked.end() || asked.len_months() == 12 && asked.contains(own)
                })
        });
        newest = true;
    }
    if newest {
        let latest = fitting
            .iter()
            .filter_map(|(_, e)| e.figure.period())
            .max_by_key(|p| (p.end(), p.len_months()));
        match latest {
            Some(latest) => fitting.retain(|(_, e)| e.figure.period() == Some(latest)),
            None => fitting.clear(),
        }
    }
    // A part of the branch answers only where the metric itself is not stated.
    if fitting.iter().any(|(_, e)| e.figure.metric() == exact) {
        fitting.retain(|(_, e)| e.figure.metric() == exact);
    }
    let mut rivals = Rivals {
        snapshot,
        places: &places,
        ranks,
        list: Vec::new(),
    };
    rivals.add(fitting, |figure| Some(figure.clone()), false)?;
    if meaning.shown.basis.contains(&Basis::Target) && !meaning.against_plan {
        let year = |own: Period| {
            let year = own.single_year().and_then(Period::year)?;
            period.is_none_or(|p| p == year).then_some(year)
        };
        let beside = entries
            .iter()
            .filter(|e| {
                e.figure.metric() == exact
                    && places.contains(&e.figure.place())
                    && e.figure.basis() != Basis::Target
                    && e.figure.period().is_some_and(|own| year(own).is_some())
            })
            .map(|e| (0, e))
            .collect();
        rivals.add(
            beside,
            |figure| {
                let own = &figure.observation;
                let (value, period) = (own.plan_value?, own.period.and_then(year)?);
                let mut plan = figure.clone();
                plan.observation.basis = Basis::Target;
                plan.observation.value = value;
                plan.observation.value_max = None;
                plan.observation.qualifier = Qualifier::Exact;
                plan.observation.period = Some(period);
                plan.observation.as_of = None;
                plan.observation.yoy_pct = None;
                plan.observation.plan_pct = None;
                plan.observation.plan_value = None;
                plan.observation.alternative = None;
                Some(plan)
            },
            true,
        )?;
        // Without a period the newest plan, wherever it is stated.
        let last = |rival: &Rival| rival.figure.observation.period.map(Period::end);
        if period.is_none()
            && let Some(latest) = rivals.list.iter().map(last).max()
        {
            rivals.list.retain(|rival| last(rival) == latest);
        }
    }
    rivals.compare();
    let context = Context {
        meaning,
        exact,
        new: snapshot.meta.metrics.id(&format!("{metric}.new")),
        customs: meaning.says(["hai", "quan"]),
    };
    let mut best: Option<(f64, Figure)> = None;
    for rival in rivals.list {
        if !meaning.zones_named_in(&rival.figure.observation.quote) {
            continue;
        }
        let weight = weigh(&rival, &context);
        if best.as_ref().is_none_or(|(most, _)| weight > *most) {
            best = Some((weight, rival.figure));
        }
    }
    Ok(best.map(|(_, figure)| figure))
}

/// Figures that may answer, read from the store.
struct Rivals<'a> {
    snapshot: &'a Snapshot,
    /// Ids of the place and its namesakes.
    places: &'a [u32],
    ranks: &'a FxHashMap<DocAddress, usize>,
    list: Vec<Rival>,
}

impl Rivals<'_> {
    /// Adds what `read` makes of the figures of the best reports; the number beside each is how well its basis fits.
    fn add(
        &mut self,
        mut fitting: Vec<(u32, &Entry)>,
        read: impl Fn(&Figure) -> Option<Figure>,
        beside: bool,
    ) -> Result<()> {
        let snapshot = self.snapshot;
        let rank = |e: &Entry| self.ranks.get(&e.address).copied().unwrap_or(usize::MAX);
        fitting.sort_by_key(|(basis, e)| {
            (
                rank(e),
                *basis,
                std::cmp::Reverse(
                    snapshot
                        .columns(e.address)
                        .published
                        .first(e.address.doc_id),
                ),
                e.address,
                e.nth,
            )
        });
        let mut reports: Vec<DocAddress> = Vec::new();
        for (fit, entry) in fitting.into_iter().take(MAX_RIVALS) {
            if !reports.contains(&entry.address) {
                if reports.len() == MAX_REPORTS {
                    continue;
                }
                reports.push(entry.address);
            }
            let Some(figure) = load(snapshot, entry)?.as_ref().and_then(&read) else {
                continue;
            };
            let columns = snapshot.columns(entry.address);
            let doc = entry.address.doc_id;
            let title = fold(&snapshot.title(entry.address));
            self.list.push(Rival {
                entry: *entry,
                figure,
                fit,
                // Reports that the words do not rank stand behind those that they do.
                rank: rank(entry).min(12) + usize::from(rank(entry) == usize::MAX) * 4,
                own_place: columns
                    .place
                    .first(doc)
                    .is_some_and(|id| self.places.contains(&(id as u32))),
                own_period: report_period(columns, doc) == entry.figure.period(),
                customs: title.contains("hai quan"),
                beside,
                share: 1.0,
                estimated: false,
                early: false,
                rounded: false,
            });
        }
        Ok(())
    }

    /// Says of each figure what the others of its report say of it.
    fn compare(&mut self) {
        for i in 0..self.list.len() {
            let own = &self.list[i];
            let (mut largest, mut estimated, mut rounded) = (0.0f64, false, false);
            let mut early = false;
            let value = magnitude(&own.figure);
            for other in &self.list {
                if other.entry.address != own.entry.address {
                    continue;
                }
                let (a, b) = (&own.figure.observation, &other.figure.observation);
                estimated |= b.basis == Basis::Estimate;
                if a.unit != b.unit || a.metric != b.metric || is_open(b.basis) != is_open(a.basis)
                {
                    continue;
                }
                let theirs = magnitude(&other.figure);
                largest = largest.max(theirs);
                early |= theirs >= value && is_early(b);
                rounded |= (theirs - value).abs() <= ROUNDED * value && digits(b) > digits(a);
            }
            let own = &mut self.list[i];
            own.estimated = estimated;
            own.rounded = rounded;
            own.early = early;
            if largest > 0.0 {
                own.share = value / largest;
            }
        }
    }
}

/// Whether a basis sums up since ever, beside which what one period brings is no part.
const fn is_open(basis: Basis) -> bool {
    matches!(basis, Basis::Cumulative | Basis::Stock)
}

/// Whether a figure holds for a day before the last week of its period.
fn is_early(figure: &Observation) -> bool {
    figure
        .period
        .zip(figure.as_of.as_ref())
        .is_some_and(|(period, day)| {
            let (year, month) = period.end();
            *day < format!("{year:04}-{month:02}-25")
        })
}

/// Number of digits that a value is stated with, the zeros at its end left out.
fn digits(figure: &Observation) -> usize {
    let value = figure.value.normalize().to_string();
    let value = value.trim_start_matches(['-', '0', '.']);
    let value = if value.contains('.') {
        value
    } else {
        value.trim_end_matches('0')
    };
    value.chars().filter(char::is_ascii_digit).count()
}

fn magnitude(figure: &Figure) -> f64 {
    figure.observation.value.to_f64().unwrap_or_default().abs()
}

/// How much speaks for a figure, in ranks of its report: two ranks are a word of the query in its sentence, and so on.
fn weigh(rival: &Rival, context: &Context) -> f64 {
    let figure = &rival.figure.observation;
    let meaning = context.meaning;
    let mut weight = -0.8 * rival.rank as f64;
    let metric = rival.entry.figure.metric();
    if metric != context.exact {
        // Of a branch that counts things, those that are new.
        weight -= if metric == context.new { 2.5 } else { 4.0 };
    }
    if rival.beside {
        weight -= 0.5;
    }
    if rival.rounded {
        weight -= 1.0;
    }
    let asked = if meaning.shown.basis.is_empty() {
        1.0
    } else {
        2.5
    };
    weight -= asked * f64::from(rival.fit);
    for flag in &figure.flags {
        weight -= match flag {
            Flag::Equivalent | Flag::Part | Flag::Implausible => 8.0,
            Flag::AmbiguousMultiple => 6.0,
            Flag::SubjectInferred => 0.6,
            Flag::YearInferred => 0.5,
            _ => 0.0,
        };
    }
    weight += f64::from(u8::from(rival.own_place)) + f64::from(u8::from(rival.own_period));
    // The sentence up to the number, and the part of it that names what is counted.
    let quote = tokenize(&figure.quote);
    let words: Vec<&str> = quote
        .list()
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .map(|t| quote.folded(t))
        .collect();
    let shared = meaning
        .words
        .iter()
        .filter(|word| words.contains(&word.as_str()))
        .count();
    weight += (0.5 * shared as f64).min(5.0);
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w == [a, b]);
    // What is of foreign investors, or of the customs, says so.
    if meaning.words.iter().any(|w| w == "fdi") {
        if words.contains(&"fdi") || pair("nuoc", "ngoai") {
            weight += 1.0;
        } else {
            weight -= 1.0;
        }
        if figure.unit == "USD" {
            weight += 2.0;
        }
    }
    if context.customs && !pair("hai", "quan") {
        weight -= if rival.customs { 0.5 } else { 3.0 };
        if pair("cuc", "thue") {
            weight -= 3.0;
        }
    }
    let opens = |phrase: [&str; 2]| words.starts_with(&phrase);
    if opens(["trong", "do"]) || words.first() == Some(&"rieng") {
        weight -= 1.5;
    }
    // A whole is stated with its comparisons; a part is smaller than it.
    if figure.yoy_pct.is_some() {
        weight += if meaning.compared { 3.0 } else { 0.5 };
    }
    if figure.plan_pct.is_some() {
        weight += if meaning.against_plan { 4.0 } else { 0.5 };
    }
    // A whole is many times a part; two near each other say nothing.
    if figure.unit != "percent" && rival.share > 0.0 {
        weight += 1.6 * rival.share.log10().max(-3.0);
    }
    if let Some(unit) = meaning.unit {
        weight += if figure.unit == unit { 2.0 } else { -4.0 };
    }
    // What was reached some weeks before the end of a period is less than the whole of it, and than what that is estimated at.
    if rival.early {
        weight -= match (rival.estimated, meaning.whole) {
            (true, true) => 4.0,
            (true, false) => 2.0,
            (false, _) => 1.0,
        };
    }
    weight -= 0.05 * f64::from(rival.entry.nth.min(50));
    weight
}
