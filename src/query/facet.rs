//! Counts by province, period, metric, zone, kind, publisher and basis.
//!
//! The count of a value is the number of reports there would be if it alone were chosen in its facet, all other filters and
//! the words standing: so a facet ignores the filter on itself, and with a metric chosen (or in the facet of metrics itself)
//! province, period and basis are those of one figure.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::filter::{Facet, Resolved, Tally, figures, report_period, unit_of};
use super::names::basis_name;
use super::response::{FacetCount, Facets};
use super::tags::Tags;
use crate::index::columns::{Columns, PackedFigure};
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period, PlaceKind, Places, Taxonomy};

/// Counts over the reports whose words match, before filters.
pub(crate) fn count(snapshot: &Snapshot, words: &[Bits], filters: &Resolved, zero: bool) -> Facets {
    let mut province: Tally<u32> = Tally::new();
    let mut period: Tally<Period> = Tally::new();
    let mut metric: Tally<u32> = Tally::new();
    let mut zone: Tally<u32> = Tally::new();
    let mut kind: Tally<u32> = Tally::new();
    let mut publisher: BTreeMap<String, usize> = BTreeMap::new();
    let mut basis: Tally<Basis> = Tally::new();
    // Reports of one place or period, by its id or bits: the wider ones are added at the end, once a value.
    let mut one_place: FxHashMap<u32, usize> = FxHashMap::default();
    let mut one_period: FxHashMap<Period, usize> = FxHashMap::default();
    let branches = Branches::new(snapshot, filters);
    let mut known_periods = Periods::default();

    let open = filters.is_empty();
    // Reports whose periods, for their own facet, are those listed; kept so that wide values met later count them too.
    let mut period_rows: Vec<Vec<Period>> = Vec::new();
    for ((columns, bits), tags) in snapshot.columns.iter().zip(words).zip(snapshot.tags()) {
        let mut publishers = vec![0usize; tags.publishers.len()];
        if open {
            for (id, sum) in branches.metric_counts(bits, tags) {
                metric.add_many(id, sum);
            }
            for (id, set) in &tags.kind {
                kind.add_many(*id, bits.count_and(set));
            }
            for (value, set) in &tags.basis {
                basis.add_many(*value, bits.count_and(set));
            }
        }
        for doc in bits.iter() {
            let passes = |facet| open || filters.report(columns, doc, Some(facet));
            let own = |facet| {
                figures(columns, doc)
                    .filter(move |&(figure, value)| {
                        filters.figure(figure, Some(facet))
                            && (filters.conditions.is_empty() || filters.condition(figure, value))
                    })
                    .map(|(figure, _)| figure)
            };
            if open {
                let mut places = columns.place.values_for_doc(doc);
                match (places.next(), places.next()) {
                    (Some(id), None) => *one_place.entry(id as u32).or_default() += 1,
                    (None, _) => {}
                    _ => province.add(
                        columns
                            .place
                            .values_for_doc(doc)
                            .flat_map(|id| branches.places(id as u32)),
                    ),
                }
                if let Some(p) = report_period(columns, doc) {
                    *one_period.entry(p).or_default() += 1;
                }
                zone.add(columns.zone.values_for_doc(doc).map(|id| id as u32));
                if let Some(ord) = columns.publisher.term_ords(doc).next()
                    && let Some(count) = publishers.get_mut(ord as usize)
                {
                    *count += 1;
                }
                continue;
            }
            if passes(Facet::Province) {
                if filters.by_figure(Some(Facet::Province)) {
                    province.add(own(Facet::Province).flat_map(|f| branches.places(f.place())));
                } else {
                    province.add(
                        columns
                            .place
                            .values_for_doc(doc)
                            .flat_map(|id| branches.places(id as u32)),
                    );
                }
            }
            if passes(Facet::Period) {
                let mut row: Vec<Period> = if filters.by_figure(Some(Facet::Period)) {
                    own(Facet::Period)
                        .filter_map(PackedFigure::period)
                        .collect()
                } else {
                    report_period(columns, doc).into_iter().collect()
                };
                row.sort_unstable();
                row.dedup();
                if !row.is_empty() {
                    for &p in &row {
                        known_periods.add(p);
                    }
                    period_rows.push(row);
                }
            }
            // Choosing a metric makes the other filters hold on its figure.
            if filters.passes_report_level(columns, doc) {
                metric.add(own(Facet::Metric).flat_map(|f| branches.metrics(f.metric())));
            }
            if passes(Facet::Zone) {
                zone.add(columns.zone.values_for_doc(doc).map(|id| id as u32));
            }
            if passes(Facet::Kind) {
                kind.add(columns.kind.values_for_doc(doc).map(|id| id as u32));
            }
            if passes(Facet::Publisher)
                && let Some(ord) = columns.publisher.term_ords(doc).next()
                && let Some(count) = publishers.get_mut(ord as usize)
            {
                *count += 1;
            }
            if passes(Facet::Basis) {
                if filters.by_figure(Some(Facet::Basis)) {
                    basis.add(own(Facet::Basis).map(PackedFigure::basis));
                } else {
                    basis.add(figures(columns, doc).map(|(f, _)| f.basis()));
                }
            }
        }
        for (name, count) in tags.publishers.iter().zip(publishers) {
            if count > 0 && !name.is_empty() {
                *publisher.entry(name.clone()).or_default() += count;
            }
        }
    }
    for (id, count) in one_place {
        for wider in branches.places(id) {
            province.add_many(wider, count);
        }
    }
    for &p in one_period.keys() {
        known_periods.add(p);
    }
    for (p, count) in one_period {
        for wider in known_periods.around(p) {
            period.add_many(wider, count);
        }
    }
    for row in &period_rows {
        period.add(row.iter().flat_map(|&p| known_periods.around(p)));
    }

    Facets {
        province: provinces(snapshot, province, filters, zero),
        period: periods(period),
        metric: metrics(&snapshot.taxonomy, &branches, metric, zero),
        zone: by_count(zone.into_counts().into_iter().filter_map(|(id, count)| {
            let slug = snapshot.meta.zones.name(id)?.to_owned();
            let label = snapshot.meta.zone_names.get(&slug).unwrap_or(&slug).clone();
            Some((slug, label, count))
        })),
        kind: by_count(kind.into_counts().into_iter().filter_map(|(id, count)| {
            let kind = snapshot.meta.kinds.name(id)?.to_owned();
            Some((kind.clone(), kind, count))
        })),
        publisher: by_count(
            publisher
                .into_iter()
                .map(|(name, count)| (name.clone(), name, count)),
        ),
        basis: by_count(basis.into_counts().into_iter().map(|(basis, count)| {
            let name = basis_name(basis).to_owned();
            (name.clone(), name, count)
        })),
    }
}

impl Resolved {
    /// Whether a report passes the filters that are never a figure's, and the exclusions.
    fn passes_report_level(&self, columns: &Columns, doc: u32) -> bool {
        self.is_empty() || self.report_level_for_metric(columns, doc)
    }
}

fn by_count(values: impl Iterator<Item = (String, String, usize)>) -> Vec<FacetCount> {
    let mut list: Vec<FacetCount> = values
        .map(|(path, label, count)| FacetCount { path, label, count })
        .collect();
    list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
    list
}

/// What each id of the index counts to, itself and the wider ones.
struct Branches {
    places: Vec<Vec<u32>>,
    metrics: Vec<Vec<u32>>,
    /// Names of the ids that `metrics` leads to: those of the index, then those only met as branches.
    metric_codes: Vec<String>,
}

impl Branches {
    fn new(snapshot: &Snapshot, filters: &Resolved) -> Self {
        let places = Places::get();
        let mut place_table = vec![Vec::new()];
        for (_, slug) in snapshot.meta.places.iter() {
            let unit = unit_of(slug, filters.boundaries);
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
        Self {
            places: place_table,
            metrics: metric_table,
            metric_codes,
        }
    }

    fn places(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.places.get(id as usize).into_iter().flatten().copied()
    }

    /// Reports of `bits` by metric, wider ones included.
    fn metric_counts(&self, bits: &Bits, tags: &Tags) -> Vec<(u32, usize)> {
        let mut sets: BTreeMap<u32, Vec<&Bits>> = BTreeMap::new();
        for (id, set) in &tags.metric {
            for wider in self.metrics(*id) {
                sets.entry(wider).or_default().push(set);
            }
        }
        let count = |(id, sets): (u32, Vec<&Bits>)| {
            let sum = match sets.as_slice() {
                [one] => bits.count_and(one),
                [first, rest @ ..] => {
                    let mut all = (*first).clone();
                    rest.iter().for_each(|set| all.or(set));
                    bits.count_and(&all)
                }
                [] => 0,
            };
            (id, sum)
        };
        sets.into_iter().map(count).collect()
    }

    fn metrics(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.metrics.get(id as usize).into_iter().flatten().copied()
    }
}

/// Periods met, and for each those that contain it.
#[derive(Default)]
struct Periods {
    known: std::collections::BTreeSet<Period>,
    around: std::cell::RefCell<rustc_hash::FxHashMap<Period, std::rc::Rc<[Period]>>>,
}

impl Periods {
    fn add(&mut self, period: Period) {
        if !self.known.contains(&period) {
            self.known.extend(period.ancestors());
        }
    }

    /// All listed periods that contain `period`, itself included. To be asked when all are added.
    fn around(&self, period: Period) -> Vec<Period> {
        self.around
            .borrow_mut()
            .entry(period)
            .or_insert_with(|| {
                self.known
                    .iter()
                    .copied()
                    .filter(|p| p.contains(period))
                    .collect()
            })
            .to_vec()
    }
}

fn provinces(
    snapshot: &Snapshot,
    tally: Tally<u32>,
    filters: &Resolved,
    zero: bool,
) -> Vec<FacetCount> {
    let places = Places::get();
    let counts: BTreeMap<String, usize> = tally
        .into_counts()
        .into_iter()
        .filter_map(|(id, count)| Some((snapshot.meta.places.name(id)?.to_owned(), count)))
        .collect();
    let mut list: Vec<(Vec<String>, String, usize, usize)> = Vec::new();
    let count_of = |slug: &str| counts.get(slug).copied().unwrap_or_default();
    for (id, place) in places.iter() {
        let count = count_of(&place.slug);
        if count == 0
            && !(zero
                && place.kind != PlaceKind::Country
                && unit_of(&place.slug, filters.boundaries) == place.slug)
        {
            continue;
        }
        let path: Vec<String> = places
            .path(id)
            .iter()
            .map(|&step| places.place(step).slug.clone())
            .collect();
        let widest = count_of(&path[0]);
        list.push((path, place.name.clone(), count, widest));
    }
    // Widest first, commonest branch first; within a branch the commonest first.
    list.sort_by(|a, b| {
        b.3.cmp(&a.3)
            .then_with(|| a.0[0].cmp(&b.0[0]))
            .then_with(|| a.0.len().cmp(&b.0.len()))
            .then_with(|| b.2.cmp(&a.2))
            .then_with(|| a.0.cmp(&b.0))
    });
    list.into_iter()
        .map(|(path, label, count, _)| FacetCount {
            path: path.join("/"),
            label,
            count,
        })
        .collect()
}

fn periods(tally: Tally<Period>) -> Vec<FacetCount> {
    let mut list: Vec<(Period, usize)> = tally.into_counts().into_iter().collect();
    // Newest year first; within it the tree in order of time.
    list.sort_by(|a, b| {
        b.0.end().0.cmp(&a.0.end().0).then_with(|| {
            b.0.len_months()
                .min(13)
                .cmp(&a.0.len_months().min(13))
                .then_with(|| a.0.cmp(&b.0))
        })
    });
    list.into_iter()
        .map(|(period, count)| {
            let mut path: Vec<String> =
                period.ancestors().iter().map(ToString::to_string).collect();
            if period.single_year().is_none() {
                path = vec![period.to_string()];
            }
            FacetCount {
                path: path.join("/"),
                label: period_label(period),
                count,
            }
        })
        .collect()
}

fn metrics(
    taxonomy: &Taxonomy,
    branches: &Branches,
    tally: Tally<u32>,
    zero: bool,
) -> Vec<FacetCount> {
    let mut counts: BTreeMap<String, usize> = tally
        .into_counts()
        .into_iter()
        .map(|(id, count)| (branches.metric_codes[id as usize].clone(), count))
        .collect();
    if zero {
        for (_, metric) in taxonomy.iter() {
            counts.entry(metric.code.clone()).or_default();
        }
    }
    // The tree in order: a branch stands behind its node.
    let root = |code: &str| code.split('.').next().unwrap_or_default().to_owned();
    let root_count = |code: &str, counts: &BTreeMap<String, usize>| {
        counts.get(&root(code)).copied().unwrap_or_default()
    };
    let mut list: Vec<(String, usize)> = counts
        .iter()
        .map(|(code, count)| (code.clone(), *count))
        .collect();
    list.sort_by(|a, b| {
        root_count(&b.0, &counts)
            .cmp(&root_count(&a.0, &counts))
            .then_with(|| a.0.cmp(&b.0))
    });
    list.into_iter()
        .map(|(code, count)| FacetCount {
            label: taxonomy.labels(&code).0,
            path: code,
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
