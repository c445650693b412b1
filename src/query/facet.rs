//! Counts by province, period, metric, zone, kind, publisher and basis.
//!
//! The count of a value is the number of reports there would be if it alone were chosen in its facet, all other filters and
//! the words standing: so a facet ignores the filter on itself, and with a metric chosen (or in the facet of metrics itself)
//! province, period and basis are those of one figure.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::filter::{Facet, Resolved, Tally, figures, unit_of};
use super::names::basis_name;
use super::request::Boundaries;
use super::response::{FacetCount, Facets};
use super::tags::{RowCounts, Tags};
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period, PlaceKind, Places, Taxonomy};
use crate::{Error, Result};

/// Counts over the reports whose words match, before filters.
///
/// # Errors
/// Where the index cannot be read.
pub(crate) fn count(
    snapshot: &Snapshot,
    words: &[Bits],
    filters: &Resolved,
    zero: bool,
) -> Result<Facets> {
    let tags = snapshot.tags();
    let own_branches;
    let branches = match filters.boundaries {
        Boundaries::OwnTime => &tags.branches,
        boundaries => {
            own_branches = Branches::new(snapshot, boundaries);
            &own_branches
        }
    };
    // What passes all filters but those on one facet; most facets have none and share one set.
    let all = match filters.is_empty() {
        true => None,
        false => Some(passing(snapshot, words, filters, None)?),
    };
    let all: &[Bits] = all.as_deref().unwrap_or(words);
    let shared = count_rows(tags, all);
    let sets_of = |facet: Facet| -> Result<Option<Vec<Bits>>> {
        let of = |()| passing(snapshot, words, filters, Some(facet));
        filters.has(facet).then_some(()).map(of).transpose()
    };
    let rows_of =
        |facet: Facet| Ok::<_, Error>(sets_of(facet)?.map(|sets| count_rows(tags, &sets)));

    let mut province = Dense::new(snapshot.meta.places.len() + 1);
    if filters.by_figure(Some(Facet::Province)) {
        let sets = sets_of(Facet::Province)?;
        each_figures(
            snapshot,
            filters,
            Facet::Province,
            sets.as_deref().unwrap_or(all),
            |figures| {
                let ids = figures.iter().flat_map(|f| branches.places(f.place()));
                province.add(ids, 1);
            },
        );
    } else {
        let own = rows_of(Facet::Province)?;
        let counts = own.as_ref().unwrap_or(&shared);
        for (ids, &count) in tags.places.iter().zip(&counts.places) {
            if count > 0 {
                let ids = ids.iter().flat_map(|&id| branches.places(id));
                province.add(ids, count as usize);
            }
        }
    }
    let period: Vec<FacetCount> = if filters.by_figure(Some(Facet::Period)) {
        let mut period: Tally<Period> = Tally::new();
        let sets = sets_of(Facet::Period)?;
        period_of_figures(
            snapshot,
            filters,
            sets.as_deref().unwrap_or(all),
            &mut period,
        );
        periods(period)
    } else {
        let own = rows_of(Facet::Period)?;
        period_of_rows(tags, own.as_ref().unwrap_or(&shared))
    };
    let metric = metric_counts(snapshot, branches, words, filters, all)?;
    let own = rows_of(Facet::Zone)?;
    let zone = of_lists(
        &tags.zones,
        &tags.zone_names,
        &own.as_ref().unwrap_or(&shared).zones,
    );
    let own = rows_of(Facet::Kind)?;
    let kind = of_lists(
        &tags.kinds,
        &tags.kind_names,
        &own.as_ref().unwrap_or(&shared).kinds,
    );
    let own = rows_of(Facet::Publisher)?;
    let publisher = tags
        .publishers
        .iter()
        .zip(&own.as_ref().unwrap_or(&shared).publishers)
        .filter(|(name, count)| **count > 0 && !name.is_empty())
        .map(|(name, &count)| (name.as_str(), name.as_str(), count as usize));
    let publisher = by_count(publisher);
    let mut basis: Tally<Basis> = Tally::new();
    let sets = sets_of(Facet::Basis)?;
    let sets = sets.as_deref().unwrap_or(all);
    if filters.by_figure(Some(Facet::Basis)) {
        each_figures(snapshot, filters, Facet::Basis, sets, |figures| {
            basis.add(figures.iter().map(|f| f.basis()));
        });
    } else {
        for (segment, bits) in tags.segments.iter().zip(sets) {
            for (value, set) in &segment.basis {
                basis.add_many(*value, bits.count_and(set));
            }
        }
    }
    Ok(Facets {
        province: provinces(snapshot, &province.counts, filters, zero),
        period,
        metric: metrics(&snapshot.taxonomy, branches, metric, zero),
        zone,
        kind,
        publisher,
        basis: by_count(basis.into_counts().into_iter().map(|(basis, count)| {
            let name = basis_name(basis);
            (name, name, count)
        })),
    })
}

/// Counts by small ids; a report counts once for each.
struct Dense {
    counts: Vec<usize>,
    seen: Vec<u32>,
}

impl Dense {
    fn new(ids: usize) -> Self {
        Self {
            counts: vec![0; ids],
            seen: Vec::new(),
        }
    }

    /// Counts `times` reports that all have these ids.
    fn add(&mut self, ids: impl Iterator<Item = u32>, times: usize) {
        self.seen.clear();
        for id in ids {
            if !self.seen.contains(&id) {
                self.seen.push(id);
                self.counts[id as usize] += times;
            }
        }
    }
}

fn count_rows(tags: &Tags, sets: &[Bits]) -> RowCounts {
    let mut counts = tags.row_counts();
    for (segment, bits) in tags.segments.iter().zip(sets) {
        segment.count(bits, &mut counts);
    }
    counts
}

fn of_lists(lists: &[Box<[u32]>], names: &[(String, String)], counts: &[u32]) -> Vec<FacetCount> {
    let mut tally = Dense::new(names.len());
    for (ids, &count) in lists.iter().zip(counts) {
        if count > 0 {
            tally.add(ids.iter().copied(), count as usize);
        }
    }
    let named = names.iter().zip(tally.counts);
    by_count(
        named
            .filter(|((path, _), count)| *count > 0 && !path.is_empty())
            .map(|((path, label), count)| (path.as_str(), label.as_str(), count)),
    )
}

/// Listed is what results have, and the wider ones it stands below.
fn period_of_rows(tags: &Tags, counts: &RowCounts) -> Vec<FacetCount> {
    let mut listed = vec![false; tags.spans.len()];
    let mut sums = vec![0usize; tags.spans.len()];
    let rows = tags.around.iter().zip(&tags.above).zip(&counts.periods);
    for ((around, above), &count) in rows.filter(|(_, count)| **count > 0) {
        around
            .iter()
            .for_each(|&at| sums[at as usize] += count as usize);
        above.iter().for_each(|&at| listed[at as usize] = true);
    }
    let names = tags.span_names.iter().zip(sums).zip(listed);
    names
        .filter(|(_, listed)| *listed)
        .map(|(((path, label), count), _)| FacetCount {
            path: path.clone(),
            label: label.clone(),
            count,
        })
        .collect()
}

/// Of `words` what the filters keep, those on one facet left out of account.
fn passing(
    snapshot: &Snapshot,
    words: &[Bits],
    filters: &Resolved,
    ignore: Option<Facet>,
) -> Result<Vec<Bits>> {
    let mut sets = words.to_vec();
    for (segment, bits) in sets.iter_mut().enumerate() {
        filters.keep(snapshot, segment, bits, ignore)?;
    }
    Ok(sets)
}

/// Calls `visit` for each report with those of its figures that pass all filters but those on `facet`.
fn each_figures(
    snapshot: &Snapshot,
    filters: &Resolved,
    facet: Facet,
    sets: &[Bits],
    mut visit: impl FnMut(&[PackedFigure]),
) {
    let mut own: Vec<PackedFigure> = Vec::new();
    for (columns, bits) in snapshot.columns.iter().zip(sets) {
        for doc in bits.iter() {
            own.clear();
            own.extend(
                figures(columns, doc)
                    .filter(|&(figure, value)| {
                        filters.figure(figure, Some(facet))
                            && (filters.conditions.is_empty() || filters.condition(figure, value))
                    })
                    .map(|(figure, _)| figure),
            );
            visit(&own);
        }
    }
}

/// Periods of figures: each that a report has, and the wider ones among all that are listed.
fn period_of_figures(
    snapshot: &Snapshot,
    filters: &Resolved,
    sets: &[Bits],
    tally: &mut Tally<Period>,
) {
    let mut known = BTreeSet::new();
    let mut rows: Vec<Vec<Period>> = Vec::new();
    each_figures(snapshot, filters, Facet::Period, sets, |figures| {
        let mut row: Vec<Period> = figures.iter().filter_map(|f| f.period()).collect();
        row.sort_unstable();
        row.dedup();
        for &period in &row {
            if !known.contains(&period) {
                known.extend(period.ancestors());
            }
        }
        rows.push(row);
    });
    let mut around: FxHashMap<Period, Vec<Period>> = FxHashMap::default();
    for row in &rows {
        for &period in row {
            around.entry(period).or_insert_with(|| {
                known
                    .iter()
                    .copied()
                    .filter(|p| p.contains(period))
                    .collect()
            });
        }
        tally.add(row.iter().flat_map(|period| around[period].iter().copied()));
    }
}

/// Reports by metric, wider ones included. Choosing a metric makes the other filters hold on its figure.
fn metric_counts(
    snapshot: &Snapshot,
    branches: &Branches,
    words: &[Bits],
    filters: &Resolved,
    all: &[Bits],
) -> Result<Vec<usize>> {
    let tags = snapshot.tags();
    let mut counts = vec![0; branches.metric_codes.len()];
    let mut of_sets = |sets: &[Bits]| {
        for (segment, bits) in tags.segments.iter().zip(sets) {
            let few = bits.few();
            for (count, set) in counts.iter_mut().zip(&segment.metric) {
                if let Some(set) = set {
                    *count += match &few {
                        Some(docs) => set.count_of(docs),
                        None => bits.count_and(set),
                    };
                }
            }
        }
    };
    if filters.is_empty() {
        of_sets(all);
        return Ok(counts);
    }
    let mut sets = words.to_vec();
    for (segment, bits) in sets.iter_mut().enumerate() {
        filters.keep_for_metric(snapshot, segment, bits)?;
    }
    if !filters.asks_of_figures() {
        of_sets(&sets);
        return Ok(counts);
    }
    if filters.asks_places_only() {
        for (segment, bits) in sets.iter().enumerate() {
            filters.count_metrics_of_places(snapshot, segment, bits, branches, &mut counts)?;
        }
        return Ok(counts);
    }
    for (segment, bits) in sets.iter_mut().enumerate() {
        filters.keep_with_figures_of_places(snapshot, segment, bits)?;
    }
    let mut tally: Tally<u32> = Tally::new();
    each_figures(snapshot, filters, Facet::Metric, &sets, |figures| {
        tally.add(figures.iter().flat_map(|f| branches.metrics(f.metric())));
    });
    for (id, count) in tally.into_counts() {
        counts[id as usize] += count;
    }
    Ok(counts)
}

fn by_count<'a>(values: impl Iterator<Item = (&'a str, &'a str, usize)>) -> Vec<FacetCount> {
    let mut list: Vec<(&str, &str, usize)> = values.collect();
    list.sort_unstable_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
    list.into_iter()
        .map(|(path, label, count)| FacetCount {
            path: path.to_owned(),
            label: label.to_owned(),
            count,
        })
        .collect()
}

/// What each id of the index counts to, itself and the wider ones.
#[derive(Debug)]
pub(crate) struct Branches {
    places: Vec<Vec<u32>>,
    metrics: Vec<Vec<u32>>,
    /// Names of the ids that `metrics` leads to: those of the index, then those only met as branches.
    pub metric_codes: Vec<String>,
    metric_labels: Vec<String>,
    /// Places of the codes in their order; without that of none.
    by_code: Vec<usize>,
}

impl Branches {
    pub fn new(snapshot: &Snapshot, boundaries: Boundaries) -> Self {
        let places = Places::get();
        let mut place_table = vec![Vec::new()];
        for (_, slug) in snapshot.meta.places.iter() {
            let unit = unit_of(slug, boundaries);
            let mut ids = Vec::new();
            if let Some(id) = places.by_slug(unit) {
                for step in places.path(id) {
                    let id = snapshot.meta.places.id(&places.place(step).slug);
                    if id != 0 {
                        ids.push(id);
                    }
                }
            } else {
                ids.push(snapshot.meta.places.id(slug));
            }
            place_table.push(ids);
        }
        let mut metric_codes: Vec<String> = vec![String::new()];
        for (_, code) in snapshot.meta.metrics.iter() {
            metric_codes.push(code.to_owned());
        }
        let mut metric_table = vec![Vec::new()];
        for (_, code) in snapshot.meta.metrics.iter() {
            let mut ids = Vec::new();
            let mut steps: Vec<&str> = Taxonomy::path(code);
            if steps.last() != Some(&code) {
                steps.push(code);
            }
            for step in steps {
                let id = match metric_codes.iter().position(|known| known == step) {
                    Some(id) => id,
                    None => {
                        metric_codes.push(step.to_owned());
                        metric_codes.len() - 1
                    }
                };
                ids.push(id as u32);
            }
            metric_table.push(ids);
        }
        let mut by_code: Vec<usize> = (1..metric_codes.len()).collect();
        by_code.sort_by(|&a, &b| metric_codes[a].cmp(&metric_codes[b]));
        Self {
            places: place_table,
            metrics: metric_table,
            metric_labels: metric_codes
                .iter()
                .map(|code| snapshot.taxonomy.labels(code).0)
                .collect(),
            metric_codes,
            by_code,
        }
    }

    fn places(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.places.get(id as usize).into_iter().flatten().copied()
    }

    pub fn metrics(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.metrics.get(id as usize).into_iter().flatten().copied()
    }
}

/// A place as the facet lists it.
struct PlaceRow {
    path: String,
    label: String,
    slug: String,
    /// Place in the list of the widest of its branch, and how deep it stands in it.
    widest: usize,
    depth: usize,
    is_country: bool,
}

/// By path.
static PLACE_ROWS: LazyLock<Vec<PlaceRow>> = LazyLock::new(|| {
    let places = Places::get();
    let mut rows: Vec<(Vec<String>, PlaceRow)> = places
        .iter()
        .map(|(id, place)| {
            let steps = places.path(id);
            let path: Vec<String> = steps
                .iter()
                .map(|&s| places.place(s).slug.clone())
                .collect();
            let row = PlaceRow {
                path: path.join("/"),
                label: place.name.clone(),
                slug: place.slug.clone(),
                widest: 0,
                depth: path.len(),
                is_country: place.kind == PlaceKind::Country,
            };
            (path, row)
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    for at in 0..rows.len() {
        let widest = rows.partition_point(|row| row.0[..] < rows[at].0[..1]);
        rows[at].1.widest = widest;
    }
    rows.into_iter().map(|(_, row)| row).collect()
});

fn provinces(
    snapshot: &Snapshot,
    by_id: &[usize],
    filters: &Resolved,
    zero: bool,
) -> Vec<FacetCount> {
    let rows = &*PLACE_ROWS;
    let count_of = |row: &PlaceRow| match snapshot.meta.places.id(&row.slug) {
        0 => 0,
        id => by_id[id as usize],
    };
    let counts: Vec<usize> = rows.iter().map(count_of).collect();
    let mut list: Vec<usize> = (0..rows.len())
        .filter(|&at| {
            let row = &rows[at];
            counts[at] > 0
                || (zero && !row.is_country && unit_of(&row.slug, filters.boundaries) == row.slug)
        })
        .collect();
    // Widest first, commonest branch first; within a branch the commonest first.
    list.sort_unstable_by_key(|&at| {
        let row = &rows[at];
        (
            Reverse(counts[row.widest]),
            row.widest,
            row.depth,
            Reverse(counts[at]),
            at,
        )
    });
    list.into_iter()
        .map(|at| FacetCount {
            path: rows[at].path.clone(),
            label: rows[at].label.clone(),
            count: counts[at],
        })
        .collect()
}

/// Newest year first; within it the tree in order of time.
pub(crate) fn period_order(a: &Period, b: &Period) -> std::cmp::Ordering {
    b.end()
        .0
        .cmp(&a.end().0)
        .then_with(|| b.len_months().min(13).cmp(&a.len_months().min(13)))
        .then_with(|| a.cmp(b))
}

fn periods(tally: Tally<Period>) -> Vec<FacetCount> {
    let mut list: Vec<(Period, usize)> = tally.into_counts().into_iter().collect();
    list.sort_by(|a, b| period_order(&a.0, &b.0));
    list.into_iter()
        .map(|(period, count)| {
            let (path, label) = period_names(period);
            FacetCount { path, label, count }
        })
        .collect()
}

/// Path and label of a period.
pub(crate) fn period_names(period: Period) -> (String, String) {
    let path: Vec<String> = match period.single_year() {
        Some(_) => period.ancestors().iter().map(ToString::to_string).collect(),
        None => vec![period.to_string()],
    };
    (path.join("/"), period_label(period))
}

fn metrics(
    taxonomy: &Taxonomy,
    branches: &Branches,
    counts: Vec<usize>,
    zero: bool,
) -> Vec<FacetCount> {
    let mut list: Vec<(&str, &str, &str, usize)> = branches
        .by_code
        .iter()
        .map(|&at| {
            let code = branches.metric_codes[at].as_str();
            let root = code.split('.').next().unwrap_or_default();
            (root, code, branches.metric_labels[at].as_str(), counts[at])
        })
        .filter(|row| row.3 > 0)
        .collect();
    if zero {
        for (_, metric) in taxonomy.iter() {
            let code = metric.code.as_str();
            if let Err(at) = list.binary_search_by(|row| row.1.cmp(code)) {
                let root = code.split('.').next().unwrap_or_default();
                list.insert(at, (root, code, metric.vi.as_str(), 0));
            }
        }
    }
    // The tree in order, a branch behind its node; the commonest root first.
    let root_counts: FxHashMap<&str, usize> = list
        .iter()
        .filter(|row| row.0 == row.1)
        .map(|row| (row.0, row.3))
        .collect();
    list.sort_by_key(|row| Reverse(root_counts.get(row.0).copied().unwrap_or_default()));
    list.into_iter()
        .map(|(_, code, label, count)| FacetCount {
            path: code.to_owned(),
            label: label.to_owned(),
            count,
        })
        .collect()
}

/// A period in Vietnamese words.
pub(crate) fn period_label(period: Period) -> String {
    let ((year, first), (end_year, last)) = (period.start(), period.end());
    if year != end_year {
        return if first == 1 && last == 12 {
            format!("giai đoạn {year}-{end_year}")
        } else {
            format!("tháng {first}/{year} - tháng {last}/{end_year}")
        };
    }
    match (first, last) {
        (1, 12) => format!("năm {year}"),
        (1, 6) => format!("6 tháng đầu năm {year}"),
        (7, 12) => format!("6 tháng cuối năm {year}"),
        (a, b) if a == b => format!("tháng {a}/{year}"),
        (a, b) if a % 3 == 1 && b == a + 2 => format!(
            "quý {}/{year}",
            ["I", "II", "III", "IV"][(b / 3 - 1) as usize]
        ),
        (1, b) => format!("{b} tháng đầu năm {year}"),
        (a, b) => format!("tháng {a} - tháng {b}/{year}"),
    }
}
