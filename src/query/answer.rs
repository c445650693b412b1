//! The figure that answers a query.
//!
//! An answer needs a metric and a subject; without a period the newest one that has the figure is taken. Metric, subject and
//! period hold on the figure itself, so that a bloc's figure never answers for a member, nor one year for another. What cannot be
//! answered so is not answered: the nearest figures that exist are named instead.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::catalog::Entry;
use super::facet::period_label;
use super::filter::{metric_ids, namesake_ids};
use super::response::Figure;
use super::understand::Meaning;
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Flag, Period, Places, Taxonomy};

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
    if asked.provinces.is_empty() {
        return Ok(out);
    }
    // A node that only groups names no quantity; and without a period only what stands, or what is asked for, is clear.
    let groups = Taxonomy::get()
        .by_code(metric)
        .is_some_and(|id| Taxonomy::get().metric(id).units.is_empty());
    let stands = ["zones.", "clusters.", "labour.employed"]
        .iter()
        .any(|code| metric.starts_with(code));
    let clear = !asked.periods.is_empty()
        || asked.latest
        || asked.question
        || !asked.basis.is_empty()
        || stands;
    if groups && !metric.ends_with(".growth") || !clear {
        return Ok(out);
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
                out.alternatives = nearest(snapshot, &entries, place, period, ranks)?;
                out.note = Some(missing(metric, place, period, meaning, &out.alternatives));
            }
        }
    } else if out.table.is_empty() {
        let (place, period) = combinations[0];
        out.alternatives = nearest(snapshot, &entries, place, period, ranks)?;
        out.note = Some(missing(metric, place, period, meaning, &out.alternatives));
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
        path: stored.data.path_at(observation.span.start),
        observation: observation.clone(),
    }))
}

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
    let rank = |e: &Entry| ranks.get(&e.address).copied().unwrap_or(usize::MAX);
    fitting.sort_by_key(|(basis, e)| {
        (
            e.figure.metric() != exact,
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
    // Doubtful readings stand behind clean ones of the same report and basis.
    let Some(&(first_basis, first)) = fitting.first() else {
        return Ok(None);
    };
    let mut fallback = None;
    for (basis, entry) in fitting
        .iter()
        .take_while(|(basis, e)| {
            e.address == first.address
                && *basis == first_basis
                && e.figure.metric() == first.figure.metric()
        })
        .take(8)
    {
        let _ = basis;
        let Some(figure) = load(snapshot, entry)? else {
            continue;
        };
        let doubtful = figure.observation.flags.iter().any(|f| {
            matches!(
                f,
                Flag::Equivalent | Flag::Part | Flag::Implausible | Flag::AmbiguousMultiple
            )
        });
        if !doubtful {
            return Ok(Some(figure));
        }
        fallback.get_or_insert(figure);
    }
    Ok(fallback)
}

/// Figures of the metric for the same place first, then for the same period elsewhere.
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
    metric: &str,
    place: &str,
    period: Option<Period>,
    meaning: &Meaning,
    near: &[Figure],
) -> String {
    let places = Places::get();
    let name = places
        .by_slug(place)
        .map_or_else(|| place.to_owned(), |id| places.place(id).name.clone());
    let label = Taxonomy::get().labels(metric).0;
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
        note.push_str(&what);
    }
    let _ = meaning;
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
