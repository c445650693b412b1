//! The figure that answers a query.
//!
//! An answer needs a metric and a subject; without a period the newest one that has the figure is taken. Metric, subject and
//! period hold on the figure itself, so that a bloc's figure never answers for a member, nor one year for another. What cannot be
//! answered so is not answered: the nearest figures that exist are named instead.
//!
//! Several figures may hold for the same metric, subject and period: the total and its parts, what was reached by a day in December
//! and what the year is estimated at, two reports. [`weigh`] decides, by what a reader would look at: the rank of the report, the words
//! of the query in the sentence, whether the number is a whole, how surely it was read.

use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::catalog::Entry;
use super::facet::period_label;
use super::filter::{metric_ids, namesake_ids, report_period};
use super::response::Figure;
use super::understand::Meaning;
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::place::COUNTRY;
use crate::model::{Basis, Flag, Period, Places, Taxonomy};
use crate::text::{TokenKind, tokenize};

/// The most subjects times periods that a table of answers has.
const MAX_TABLE: usize = 24;
/// The most figures named where none answers.
const MAX_ALTERNATIVES: usize = 3;

/// What is known of the figure that a query asks for.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub answer: Option<Figure>,
    pub table: Vec<Figure>,
    pub alternatives: Vec<Figure>,
    pub note: Option<String>,
}

/// How well a basis fits: 0 best, `None` not at all.
fn fit(basis: Basis, wanted: &[Basis], against_plan: bool) -> Option<u32> {
    let wanted = if against_plan { &[] } else { wanted };
    if wanted.is_empty() {
        return match basis {
            Basis::Actual => Some(0),
            Basis::Estimate => Some(1),
            Basis::Stock => Some(2),
            Basis::Cumulative => Some(3),
            Basis::Target => None,
        };
    }
    let mut best = None;
    for want in wanted {
        let own = match (want, basis) {
            (a, b) if *a == b => Some(0),
            (Basis::Cumulative, Basis::Stock) | (Basis::Stock, Basis::Cumulative) => Some(1),
            (Basis::Estimate, Basis::Actual) => Some(1),
            (Basis::Stock, Basis::Actual) => Some(2),
            _ => None,
        };
        best = match (best, own) {
            (Some(a), Some(b)) => Some(std::cmp::min::<u32>(a, b)),
            (a, b) => a.or(b),
        };
    }
    best
}

/// Looks for the answer; `ranks` gives the places of the ranked reports.
pub(crate) fn answer(
    snapshot: &Snapshot,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Answer> {
    let asked = &meaning.shown;
    let mut out = Answer::default();
    let Some(metric) = asked.metrics.first() else {
        return Ok(out);
    };
    let metric = usual(metric, meaning);
    // A node that only groups names no quantity; and without a period only what stands, or what is asked for, is clear.
    let groups = snapshot
        .taxonomy
        .by_code(metric)
        .is_some_and(|id| snapshot.taxonomy.metric(id).units.is_empty());
    let stands = ["zones.", "clusters.", "labour.employed"]
        .iter()
        .any(|code| metric.starts_with(code));
    let clear = !asked.periods.is_empty()
        || asked.latest
        || asked.question
        || meaning.compared
        || !asked.basis.is_empty()
        || stands;
    if groups && !metric.ends_with(".growth") || !clear {
        return Ok(out);
    }
    if asked.provinces.is_empty() {
        return national(snapshot, meaning, metric, ranks);
    }
    let entries = entries(snapshot, metric);
    let combinations: Vec<(&String, Option<Period>)> = asked
        .provinces
        .iter()
        .flat_map(|place| {
            let periods: Vec<Option<Period>> = if asked.periods.is_empty() {
                vec![None]
            } else {
                asked.periods.iter().copied().map(Some).collect()
            };
            periods.into_iter().map(move |period| (place, period))
        })
        .take(MAX_TABLE)
        .collect();
    for &(place, period) in &combinations {
        let best = best(snapshot, &entries, metric, place, period, meaning, ranks)?;
        if let Some(figure) = best {
            out.table.push(figure);
        }
    }
    if combinations.len() == 1 {
        let (place, period) = combinations[0];
        out.answer = out.table.pop();
        match &out.answer {
            Some(figure) => {
                if period.is_none()
                    && let Some(period) = figure.observation.period
                {
                    out.note = Some(format!("kỳ mới nhất có số liệu: {}", period_label(period)));
                }
            }
            None => {
                out.alternatives = others(snapshot, &entries, metric, place, period, ranks)?;
                out.note = Some(missing(
                    &snapshot.taxonomy,
                    metric,
                    place,
                    period,
                    &out.alternatives,
                ));
            }
        }
    } else if let Some(first) = out.table.first() {
        out.answer = Some(first.clone());
    } else {
        let (place, period) = combinations[0];
        out.alternatives = others(snapshot, &entries, metric, place, period, ranks)?;
        out.note = Some(missing(
            &snapshot.taxonomy,
            metric,
            place,
            period,
            &out.alternatives,
        ));
    }
    Ok(out)
}

/// The quantity that is meant by the name of a group of metrics.
fn usual<'a>(metric: &'a str, meaning: &Meaning) -> &'a str {
    match metric {
        "fdi" => "fdi.capital",
        "ddi" => "ddi.capital",
        "investment" => "investment.capital",
        "trade" => "trade.total",
        // Growth has a code of its own.
        "grdp" if !meaning.compared => "grdp.value",
        "income" => "income.per_capita",
        "retail" => "retail.sales",
        "poverty" => "poverty.rate",
        other => other,
    }
}

/// Where no place is named the whole country may be meant: a report about it that is among the first and holds every word of the query
/// has to say so.
fn national(
    snapshot: &Snapshot,
    meaning: &Meaning,
    metric: &str,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Answer> {
    const FIRST: usize = 3;
    let mut out = Answer::default();
    if !meaning.initials.is_empty() || !meaning.shown.zones.is_empty() {
        return Ok(out);
    }
    let [period] = meaning.shown.periods[..] else {
        return Ok(out);
    };
    let country = snapshot.meta.places.id(COUNTRY);
    let mut held = Vec::new();
    for entry in entries(snapshot, metric) {
        let ranked = ranks.get(&entry.address).is_some_and(|&rank| rank < FIRST);
        if ranked && entry.figure.place() == country {
            held.push(entry);
        }
    }
    let Some(figure) = best(
        snapshot,
        &held,
        metric,
        COUNTRY,
        Some(period),
        meaning,
        ranks,
    )?
    else {
        return Ok(out);
    };
    let Some(address) = held
        .iter()
        .map(|e| e.address)
        .find(|&address| figure.path.starts_with(&snapshot.path(address)))
    else {
        return Ok(out);
    };
    let text = format!(
        "{} {}",
        snapshot.title(address),
        snapshot.stored(address)?.text
    );
    let tokens = tokenize(&text);
    let known: rustc_hash::FxHashSet<&str> =
        tokens.list().iter().map(|t| tokens.folded(t)).collect();
    if meaning
        .rest
        .iter()
        .all(|word| known.contains(word.as_str()))
    {
        out.answer = Some(figure);
        out.note = Some("không nêu tỉnh, thành phố: số liệu của cả nước".to_owned());
    }
    Ok(out)
}

/// Figures of a metric: those of its own code, else those of its branch.
fn entries(snapshot: &Snapshot, metric: &str) -> Vec<Entry> {
    let catalog = snapshot.catalog();
    let ids = metric_ids(snapshot, std::slice::from_ref(&metric.to_owned()));
    let mut found = Vec::new();
    for (id, _) in snapshot.meta.metrics.iter().filter(|(id, _)| ids.has(*id)) {
        found.extend_from_slice(catalog.figures(id));
    }
    found
}

fn load(snapshot: &Snapshot, entry: &Entry) -> Result<Option<Figure>> {
    let stored = snapshot.stored(entry.address)?;
    let observation = stored.data.annotations.figures.get(entry.nth as usize);
    Ok(observation.map(|observation| Figure {
        path: stored.data.path_at(&stored.text, observation.span.start),
        observation: observation.clone(),
    }))
}

/// What a figure is weighed by beside itself.
struct Context<'a> {
    meaning: &'a Meaning,
    period: Option<Period>,
    /// The metric's id in the index.
    exact: u32,
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
    /// Share of the largest rival of the same report, metric and unit.
    share: f64,
    /// Whether the same report also estimates the whole of the period.
    estimated: bool,
}

/// The most reports whose figures are weighed for one answer.
const MAX_REPORTS: usize = 6;
/// The most figures weighed for one answer.
const MAX_RIVALS: usize = 60;

fn best(
    snapshot: &Snapshot,
    entries: &[Entry],
    metric: &str,
    place: &str,
    period: Option<Period>,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Option<Figure>> {
    let places = namesake_ids(snapshot, place);
    if places.is_empty() {
        return Ok(None);
    }
    let exact = snapshot.meta.metrics.id(metric);
    let gather = |when: &dyn Fn(&Entry) -> bool| -> Vec<(u32, &Entry)> {
        entries
            .iter()
            .filter(|e| places.contains(&e.figure.place()) && when(e))
            .filter_map(|e| {
                let fit = fit(e.figure.basis(), &meaning.shown.basis, meaning.against_plan)?;
                Some((fit, e))
            })
            .collect()
    };
    let mut fitting = gather(&|e| period.is_none_or(|p| e.figure.period() == Some(p)));
    let mut newest = period.is_none();
    if fitting.is_empty()
        && let Some(year) = period.filter(|p| p.len_months() == 12)
    {
        // What stands at a date within the year is what the year has.
        fitting = gather(&|e| {
            matches!(e.figure.basis(), Basis::Stock | Basis::Cumulative)
                && e.figure.period().is_some_and(|own| year.contains(own))
        });
        newest = true;
    }
    if newest {
        let latest = fitting
            .iter()
            .filter_map(|(_, e)| e.figure.period())
            .max_by_key(|p| (p.end(), p.len_months()));
        let Some(latest) = latest else {
            return Ok(None);
        };
        fitting.retain(|(_, e)| e.figure.period() == Some(latest));
    }
    // A part of the branch answers only where the metric itself is not stated.
    if fitting.iter().any(|(_, e)| e.figure.metric() == exact) {
        fitting.retain(|(_, e)| e.figure.metric() == exact);
    }
    let rank = |e: &Entry| ranks.get(&e.address).copied().unwrap_or(usize::MAX);
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
    let mut rivals: Vec<Rival> = Vec::new();
    for (fit, entry) in fitting.into_iter().take(MAX_RIVALS) {
        if !reports.contains(&entry.address) {
            if reports.len() == MAX_REPORTS {
                continue;
            }
            reports.push(entry.address);
        }
        let Some(figure) = load(snapshot, entry)? else {
            continue;
        };
        let columns = snapshot.columns(entry.address);
        let doc = entry.address.doc_id;
        rivals.push(Rival {
            entry: *entry,
            figure,
            fit,
            // Reports that the words do not rank stand behind those that they do.
            rank: rank(entry).min(12) + usize::from(rank(entry) == usize::MAX) * 4,
            own_place: columns
                .place
                .first(doc)
                .is_some_and(|id| places.contains(&(id as u32))),
            own_period: report_period(columns, doc) == entry.figure.period(),
            share: 1.0,
            estimated: false,
        });
    }
    for i in 0..rivals.len() {
        let (address, packed) = (rivals[i].entry.address, rivals[i].entry.figure);
        let largest = rivals
            .iter()
            .filter(|r| {
                r.entry.address == address
                    && r.entry.figure.unit() == packed.unit()
                    && r.entry.figure.metric() == packed.metric()
            })
            .map(|r| magnitude(&r.figure))
            .fold(0.0, f64::max);
        rivals[i].estimated = rivals
            .iter()
            .any(|r| r.entry.address == address && r.entry.figure.basis() == Basis::Estimate);
        if largest > 0.0 {
            rivals[i].share = magnitude(&rivals[i].figure) / largest;
        }
    }
    let context = Context {
        meaning,
        period,
        exact,
    };
    let mut best: Option<(f64, Figure)> = None;
    for rival in rivals {
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

fn magnitude(figure: &Figure) -> f64 {
    figure.observation.value.to_f64().unwrap_or_default().abs()
}

/// How much speaks for a figure, in ranks of its report: two ranks are a word of the query in its sentence, and so on.
fn weigh(rival: &Rival, context: &Context) -> f64 {
    let figure = &rival.figure.observation;
    let meaning = context.meaning;
    let mut weight = -0.8 * rival.rank as f64;
    if rival.entry.figure.metric() != context.exact {
        weight -= 4.0;
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
    if meaning.words.windows(2).any(|w| w == ["hai", "quan"]) && !pair("hai", "quan") {
        weight -= 0.5;
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
    // Of a year, what was reached some weeks before its end is less than what the whole is estimated at.
    if let (Some(period), Some(day)) = (context.period, &figure.as_of) {
        let (year, month) = period.end();
        if rival.estimated && *day < format!("{year:04}-{month:02}-20") {
            weight -= if meaning.whole { 4.0 } else { 2.0 };
        }
    }
    weight -= 0.05 * f64::from(rival.entry.nth.min(50));
    weight
}

/// The nearest that is stated of the place: the metric at another time or on another basis, else one of its kind.
fn others(
    snapshot: &Snapshot,
    entries: &[Entry],
    metric: &str,
    place: &str,
    period: Option<Period>,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Vec<Figure>> {
    let found = nearest(snapshot, entries, place, period, ranks)?;
    match Taxonomy::parent(metric) {
        Some(kind) if found.is_empty() => nearest(
            snapshot,
            &self::entries(snapshot, kind),
            place,
            period,
            ranks,
        ),
        _ => Ok(found),
    }
}

/// Figures for the place, those of the nearest period first.
fn nearest(
    snapshot: &Snapshot,
    entries: &[Entry],
    place: &str,
    period: Option<Period>,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Vec<Figure>> {
    let places = namesake_ids(snapshot, place);
    let months = |p: Period| i64::from(p.end().0) * 12 + i64::from(p.end().1);
    let distance = |e: &Entry| match (period, e.figure.period()) {
        (Some(wanted), Some(own)) => {
            (months(wanted) - months(own)).abs()
                + i64::from(wanted.len_months().abs_diff(own.len_months()))
        }
        (None, Some(own)) => 24_000 - months(own),
        _ => i64::MAX,
    };
    let mut list: Vec<&Entry> = entries
        .iter()
        .filter(|e| places.contains(&e.figure.place()))
        .collect();
    list.sort_by_key(|e| {
        (
            distance(e),
            ranks.get(&e.address).copied().unwrap_or(usize::MAX),
            e.address,
            e.nth,
        )
    });
    let mut out: Vec<Figure> = Vec::new();
    for entry in list.into_iter().take(MAX_ALTERNATIVES) {
        out.extend(load(snapshot, entry)?);
    }
    Ok(out)
}

fn missing(
    taxonomy: &Taxonomy,
    metric: &str,
    place: &str,
    period: Option<Period>,
    near: &[Figure],
) -> String {
    let places = Places::get();
    let name = places
        .by_slug(place)
        .map_or_else(|| place.to_owned(), |id| places.place(id).name.clone());
    let label = taxonomy.labels(metric).0;
    let when = period.map_or_else(String::new, |p| format!(", {}", period_label(p)));
    let mut note = format!("không có số liệu \"{label}\" của {name}{when}");
    if let Some(figure) = near.first() {
        let other = &figure.observation;
        let same_period = period.is_some() && other.period == period;
        let what = match (same_period, other.period) {
            (true, _) => format!("chỉ có số {}", basis_label(other.basis)),
            (false, Some(p)) => format!(
                "gần nhất: {} ({})",
                period_label(p),
                basis_label(other.basis)
            ),
            (false, None) => format!("gần nhất: {}", basis_label(other.basis)),
        };
        note.push_str("; ");
        if other.metric != metric {
            note.push_str(&format!("{}: ", taxonomy.labels(&other.metric).0));
        }
        note.push_str(&what);
    }
    note
}

/// A basis in Vietnamese words.
pub(crate) const fn basis_label(basis: Basis) -> &'static str {
    match basis {
        Basis::Actual => "thực hiện",
        Basis::Estimate => "ước thực hiện",
        Basis::Target => "kế hoạch, mục tiêu",
        Basis::Cumulative => "lũy kế",
        Basis::Stock => "hiện có",
    }
}
