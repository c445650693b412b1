//! The figure that answers a query.
//!
//! An answer needs a metric and a subject; without a period the newest one that has the figure is taken. Metric, subject and
//! period hold on the figure itself, so that a bloc's figure never answers for a member, nor one year for another. What cannot be
//! answered so is not answered: the nearest figures that exist are named instead.
//!
//! Several metrics that a query lists, several places and several periods give a table. Which of several figures for one cell is
//! taken is compared in [`order`]; what to name where there is none is looked for in [`near`]; questions for a place are read in
//! [`places`].

mod best;
mod near;
mod order;
mod places;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::catalog::{self, Entry};
use super::facet::period_label;
use super::filter::{metric_ids, namesake_ids};
use super::response::{Choice, Figure};
use super::understand::{Body, Left, Meaning, folded};
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::place::COUNTRY;
use crate::model::{Basis, Period, PlaceKind, Places, Taxonomy};

use best::{NOWHERE, Taken, Wanted, best, takes_unowned};
use near::{missing, others};
use places::ranked;

/// The most metrics times subjects times periods that a table of answers has.
const MAX_TABLE: usize = 24;

/// What is known of the figure that a query asks for.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub answer: Option<Figure>,
    pub table: Vec<Figure>,
    pub alternatives: Vec<Figure>,
    pub note: Option<String>,
    /// Why the answer was taken and no other figure.
    pub choice: Option<Choice>,
}

/// Looks for the answer; `ranks` gives the places of the ranked reports.
pub(crate) fn answer(
    snapshot: &Snapshot,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Answer> {
    let mut found = find(snapshot, meaning, ranks)?;
    let notes: Vec<String> = meaning.note.clone().into_iter().chain(found.note).collect();
    found.note = (!notes.is_empty()).then(|| notes.join("; "));
    Ok(found)
}

fn find(
    snapshot: &Snapshot,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Answer> {
    let asked = &meaning.shown;
    let taxonomy = &snapshot.taxonomy;
    let groups = |metric: &str| taxonomy.is_group(metric);
    let mut metrics: Vec<&str> = asked.metrics.iter().map(String::as_str).collect();
    // `doanh nghiệp … nộp ngân sách`: whose it is, beside what is asked for.
    if metrics.iter().any(|metric| !groups(metric)) {
        metrics.retain(|metric| !groups(metric));
    }
    // How many stand is not how many are new: `bao nhiêu doanh nghiệp đang hoạt động`.
    let standing = |metric: &&str| {
        usual(taxonomy, metric).ends_with(".new") && asked.basis.contains(&Basis::Stock)
    };
    metrics.retain(|metric| !groups(metric) || !standing(metric));
    let mut metrics: Vec<&str> = metrics.into_iter().map(|m| usual(taxonomy, m)).collect();
    if !meaning.listed {
        metrics.truncate(1);
    }
    metrics.retain(|metric| !groups(metric) || metric.ends_with(".growth"));
    let Some(&metric) = metrics.first() else {
        return Ok(Answer::default());
    };
    // `xuất khẩu Hà Nam và Hưng Yên, tỉnh nào hơn`: both are named.
    let named = |slug: &String| {
        let places = Places::get();
        let place = places.by_slug(slug).map(|id| places.place(id).kind);
        place == Some(PlaceKind::Province)
    };
    if let Some(ranking) = meaning
        .ranking
        .filter(|_| !asked.provinces.iter().any(named))
    {
        return ranked(snapshot, meaning, metric, ranking);
    }
    if asked.provinces.is_empty() {
        return national(snapshot, meaning, metric, ranks);
    }
    let periods: Vec<Option<Period>> = if asked.periods.is_empty() {
        // Places are compared over one period, where there is one that all of them have.
        vec![match asked.provinces.as_slice() {
            [_] => None,
            places => common_period(snapshot, metric, places, meaning)?,
        }]
    } else {
        asked.periods.iter().copied().map(Some).collect()
    };
    let cells: Vec<(&String, Option<Period>)> = asked
        .provinces
        .iter()
        .flat_map(|place| periods.iter().map(move |period| (place, *period)))
        .collect();
    let mut out = Answer::default();
    let mut bodies: Vec<&Body> = Vec::new();
    let mut absent: Vec<String> = Vec::new();
    let mut left = MAX_TABLE;
    for metric in metrics {
        let cells = &cells[..cells.len().min(left)];
        left -= cells.len();
        let taken = column(snapshot, meaning, ranks, metric, cells)?;
        for (taken, &(place, period)) in taken.into_iter().zip(cells) {
            let Some(taken) = taken else {
                let cell = Wanted {
                    metric,
                    place,
                    period,
                };
                absent.push(cell.to_string());
                continue;
            };
            out.table.push(taken.figure);
            out.choice.get_or_insert(taken.choice);
            bodies.extend(taken.body);
        }
    }
    let wanted = MAX_TABLE - left;
    match out.table.first() {
        Some(first) => {
            let mut notes = Vec::new();
            if asked.periods.is_empty()
                && let Some(period) = first.observation.period
            {
                let of = |figure: &Figure| figure.observation.period == Some(period);
                notes.push(match out.table.iter().all(of) {
                    true => format!("kỳ mới nhất có số liệu: {}", period_label(period)),
                    false => "mỗi nơi lấy kỳ mới nhất có số liệu, các kỳ khác nhau".to_owned(),
                });
            } else if let Some(own) = first.observation.period
                && wanted == 1
                && !asked.periods.contains(&own)
            {
                notes.push(format!("là số liệu của {}", period_label(own)));
            }
            if !absent.is_empty() {
                const NAMED: usize = 3;
                let more = if absent.len() > NAMED { ", …" } else { "" };
                absent.truncate(NAMED);
                notes.push(format!("không có số liệu của {}{more}", absent.join("; ")));
            }
            // A part of the province's, where the whole was asked for.
            if let Some(body) = bodies.first() {
                notes.push(format!("là số liệu của {}", body.label));
            }
            out.note = (!notes.is_empty()).then(|| notes.join("; "));
            out.answer = Some(first.clone());
            if wanted == 1 {
                out.table.clear();
            }
        }
        None if asks(meaning) => {
            let (place, period) = cells[0];
            let wanted = Wanted {
                metric,
                place,
                period,
            };
            let entries = entries(snapshot, metric, place, false)?;
            out.alternatives = others(snapshot, &entries, wanted, ranks)?;
            out.note = Some(missing(snapshot, wanted, meaning, &out.alternatives));
        }
        None => {}
    }
    Ok(out)
}

/// The figures of a metric for places and periods, or of what may stand for it. What is compared is one quantity: of those that may
/// stand in a table the one that fills most of it.
fn column(
    snapshot: &Snapshot,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
    metric: &str,
    cells: &[(&String, Option<Period>)],
) -> Result<Vec<Option<Taken>>> {
    let mut others = instead(&snapshot.taxonomy, metric, meaning);
    if cells.len() > 1 {
        others.extend(listed(&snapshot.taxonomy, metric));
    }
    let mut most: Vec<Option<Taken>> = Vec::new();
    for metric in std::iter::once(metric).chain(others) {
        let mut column = Vec::with_capacity(cells.len());
        for &(place, period) in cells {
            let wanted = Wanted {
                metric,
                place,
                period,
            };
            let entries = entries(snapshot, metric, place, takes_unowned(meaning, place))?;
            column.push(best(snapshot, &entries, wanted, meaning, ranks)?);
        }
        let filled = |column: &[Option<Taken>]| column.iter().flatten().count();
        if most.is_empty() || filled(&column) > filled(&most) {
            most = column;
        }
        if most.iter().all(Option::is_some) {
            break;
        }
    }
    Ok(most)
}

/// The newest period for which each of the places has the figure.
fn common_period(
    snapshot: &Snapshot,
    metric: &str,
    places: &[String],
    meaning: &Meaning,
) -> Result<Option<Period>> {
    let exact = snapshot.meta.metrics.id(metric);
    let mut common: Option<Vec<Period>> = None;
    for place in places {
        let own = entries(snapshot, metric, place, false)?;
        let own = own.iter().filter(|e| {
            let fits = order::fit(e.figure.basis(), &meaning.shown.basis, false).is_some();
            fits && e.figure.metric() == exact
        });
        let own: Vec<Period> = own.filter_map(|e| e.figure.period()).collect();
        match &mut common {
            Some(common) => common.retain(|period| own.contains(period)),
            None => common = Some(own),
        }
    }
    let newest = common.into_iter().flatten();
    Ok(newest.max_by_key(|period| (period.end(), period.len_months())))
}

/// Whether the query asks for a quantity, and is owed a word where there is none. One that only names a metric and a place
/// (`thu hút FDI Hải Dương`) may look for reports.
fn asks(meaning: &Meaning) -> bool {
    let asked = &meaning.shown;
    !asked.periods.is_empty()
        || meaning.part.is_some()
        || asked.latest
        || asked.question
        || meaning.compared
        || !asked.basis.is_empty()
}

/// The quantity that is meant by the name of a group of metrics.
fn usual<'a>(taxonomy: &'a Taxonomy, metric: &'a str) -> &'a str {
    let group = taxonomy.by_code(metric).map(|id| taxonomy.metric(id));
    group
        .and_then(|group| group.usual.as_deref())
        .unwrap_or(metric)
}

/// The metrics that a report may give in place of those that the query names.
pub(crate) fn stand_ins(snapshot: &Snapshot, metrics: &[String]) -> Vec<String> {
    let taxonomy = &snapshot.taxonomy;
    let ids = metrics.iter();
    let ids = ids.filter_map(|metric| taxonomy.by_code(usual(taxonomy, metric)));
    ids.flat_map(|id| taxonomy.metric(id).instead.clone())
        .collect()
}

/// What the taxonomy lists in place of a metric.
fn listed<'a>(taxonomy: &'a Taxonomy, metric: &str) -> Vec<&'a str> {
    let id = taxonomy.by_code(metric).into_iter();
    id.flat_map(|id| taxonomy.metric(id).instead.iter().map(String::as_str))
        .collect()
}

/// What else a metric may be called: taken where it is not stated itself.
fn instead<'a>(taxonomy: &'a Taxonomy, metric: &str, meaning: &'a Meaning) -> Vec<&'a str> {
    let unit = |code: &str| {
        let id = taxonomy.by_code(code)?;
        taxonomy.metric(id).units.first()
    };
    // A rate answers for a level only where a change or a goal is asked for, and for a rate only where neither is.
    let goal = meaning.shown.basis.contains(&Basis::Target) && !meaning.against_plan;
    let change = meaning.growth || meaning.compared || goal;
    let mut codes = listed(taxonomy, metric);
    codes.retain(|code| change != (unit(code) == unit(metric)));
    // What the customs take in is from trade, and mostly called but revenue.
    for body in &meaning.bodies {
        if body.own.as_deref() == Some(metric) {
            codes.extend(body.collects.as_deref());
        }
    }
    codes
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
    // A word that was guessed may have been the place.
    if !meaning.initials.is_empty() || !meaning.shown.zones.is_empty() || meaning.guessed {
        return Ok(out);
    }
    let [period] = meaning.shown.periods[..] else {
        return Ok(out);
    };
    let country = snapshot.meta.places.id(COUNTRY);
    let mut held = Vec::new();
    for entry in entries(snapshot, metric, COUNTRY, true)? {
        let ranked = ranks.get(&entry.address).is_some_and(|&rank| rank < FIRST);
        if ranked && [NOWHERE, country].contains(&entry.figure.place()) {
            held.push(entry);
        }
    }
    let wanted = Wanted {
        metric,
        place: COUNTRY,
        period: Some(period),
    };
    let Some(taken) = best(snapshot, &held, wanted, meaning, ranks)? else {
        return Ok(out);
    };
    let report = snapshot.stored(taken.address)?;
    let text = folded(&format!("{} {}", report.data.title, report.text));
    let words: Vec<&str> = text.split(' ').collect();
    let says = |left: &Left| words.contains(&left.word.as_str());
    if meaning.rest.iter().all(says) && meaning.bodies.iter().all(|body| body.is_named(&words)) {
        out.answer = Some(taken.figure);
        out.choice = Some(taken.choice);
        out.note = Some("không nêu tỉnh, thành phố: số liệu của cả nước".to_owned());
    }
    Ok(out)
}

/// Figures for a place of a metric and its branch, and where `unowned` those for no place.
fn entries(snapshot: &Snapshot, metric: &str, place: &str, unowned: bool) -> Result<Vec<Entry>> {
    let ids = metric_ids(snapshot, std::slice::from_ref(&metric.to_owned()));
    let mut places = namesake_ids(snapshot, place);
    places.extend(unowned.then_some(NOWHERE));
    catalog::figures(snapshot, &ids, &places)
}

fn load(snapshot: &Snapshot, entry: &Entry) -> Result<Option<Figure>> {
    let stored = snapshot.stored(entry.address)?;
    Ok(Figure::of(&stored, entry.nth as usize))
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
