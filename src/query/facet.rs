//! Counts by province, period, metric, zone, kind, publisher and basis.
//!
//! The count of a value is the number of reports there would be if it alone were chosen in its facet, all other filters and
//! the words standing: so a facet ignores the filter on itself, and with a metric chosen (or in the facet of metrics itself)
//! province, period and basis are those of one figure.

mod list;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::bits::Bits;
use super::filter::{Facet, Resolved, Tally};
use super::kept::{Kept, SetKey};
use super::request::Boundaries;
use super::response::{FacetCount, Facets};
use super::tags::{Tag, Tags};
use crate::Result;
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period};

pub(crate) use list::{Branches, Listed, period_label, period_names, period_order, place_ids};

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
    let tags = Kept::tags(snapshot);
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
    let sets_of = |facet: Facet| -> Result<Option<Vec<Bits>>> {
        let of = |()| passing(snapshot, words, filters, Some(facet));
        filters.has(facet).then_some(()).map(of).transpose()
    };
    let all_key = SetKey::of(all);
    let counts_of = |facet: Facet, tag: Tag| -> Result<Arc<Vec<u32>>> {
        let own = sets_of(facet)?;
        Ok(match &own {
            Some(sets) => count_tags(snapshot, tag, sets, SetKey::of(sets)),
            None => count_tags(snapshot, tag, all, all_key),
        })
    };

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
        )?;
    } else {
        let counts = counts_of(Facet::Province, Tag::Place)?;
        for (ids, &count) in tags.places.iter().zip(&*counts) {
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
        )?;
        list::periods(period)
    } else {
        period_of_tags(tags, &counts_of(Facet::Period, Tag::Period)?)
    };
    let metric = metric_counts(snapshot, branches, words, filters, all)?;
    let zones = counts_of(Facet::Zone, Tag::Zone)?;
    let kinds = counts_of(Facet::Kind, Tag::Kind)?;
    let publishers = counts_of(Facet::Publisher, Tag::Publisher)?;
    let mut basis: Tally<Basis> = Tally::new();
    let sets = sets_of(Facet::Basis)?;
    let sets = sets.as_deref().unwrap_or(all);
    if filters.by_figure(Some(Facet::Basis)) {
        each_figures(snapshot, filters, Facet::Basis, sets, |figures| {
            basis.add(figures.iter().map(|f| f.basis()));
        })?;
    } else {
        for (segment, bits) in tags.segments.iter().zip(sets) {
            for (value, set) in &segment.basis {
                basis.add_many(*value, bits.count_and(set));
            }
        }
    }
    Ok(Facets {
        province: list::provinces(tags, &province.counts, filters, zero),
        period,
        metric: list::metrics(&snapshot.taxonomy, branches, &metric, zero),
        zone: tags
            .zone_names
            .by_count(&of_lists(&tags.zones, &tags.zone_names, &zones)),
        kind: tags
            .kind_names
            .by_count(&of_lists(&tags.kinds, &tags.kind_names, &kinds)),
        publisher: tags.publisher_names.by_count(&publishers),
        basis: list::bases(basis.into_counts()),
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

/// How many reports of `sets` have each value of a tag; those of large sets are kept between queries.
fn count_tags(snapshot: &Snapshot, tag: Tag, sets: &[Bits], key: Option<SetKey>) -> Arc<Vec<u32>> {
    let count = || Kept::tags(snapshot).count(tag, sets);
    let Some(key) = key else {
        return Arc::new(count());
    };
    let kept = &Kept::of(snapshot).counts;
    let known = kept.get(&(key, Some(tag)));
    known.unwrap_or_else(|| kept.put((key, Some(tag)), count()))
}

/// Counts by id of what lists of ids count.
fn of_lists(lists: &[Box<[u32]>], names: &Listed, counts: &[u32]) -> Vec<u32> {
    let mut tally = Dense::new(names.len());
    for (ids, &count) in lists.iter().zip(counts) {
        if count > 0 {
            tally.add(ids.iter().copied(), count as usize);
        }
    }
    tally.counts.into_iter().map(|count| count as u32).collect()
}

/// Listed is what results have, and the wider ones it stands below.
fn period_of_tags(tags: &Tags, counts: &[u32]) -> Vec<FacetCount> {
    let mut listed = vec![false; tags.spans.len()];
    let mut sums = vec![0usize; tags.spans.len()];
    let rows = tags.around.iter().zip(&tags.above).zip(counts);
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

/// Calls `visit` for each report that has any with those of its figures that pass all filters but those on `facet`.
fn each_figures(
    snapshot: &Snapshot,
    filters: &Resolved,
    facet: Facet,
    sets: &[Bits],
    mut visit: impl FnMut(&[PackedFigure]),
) -> Result<()> {
    let mut rows: Vec<(DocId, PackedFigure)> = Vec::new();
    let mut own: Vec<PackedFigure> = Vec::new();
    for (segment, bits) in sets.iter().enumerate() {
        rows.clear();
        filters.each_figure(
            snapshot,
            segment,
            bits,
            Some(facet),
            &mut |doc, _, figure, _| {
                rows.push((doc, figure));
            },
        )?;
        // Those of one metric are in order; a stable sort goes by such runs.
        rows.sort_by_key(|row| row.0);
        for of_report in rows.chunk_by(|a, b| a.0 == b.0) {
            own.clear();
            own.extend(of_report.iter().map(|row| row.1));
            visit(&own);
        }
    }
    Ok(())
}

/// Periods of figures: each that a report has, and the wider ones among all that are listed.
fn period_of_figures(
    snapshot: &Snapshot,
    filters: &Resolved,
    sets: &[Bits],
    tally: &mut Tally<Period>,
) -> Result<()> {
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
    })?;
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
    Ok(())
}

/// How many reports of `sets` have figures of each metric or of one below it; those of large sets are kept between queries.
fn count_metrics(snapshot: &Snapshot, sets: &[Bits]) -> Vec<usize> {
    let tags = Kept::tags(snapshot);
    let count = || {
        let mut counts = vec![0u32; tags.branches.metric_codes.len()];
        for (segment, bits) in tags.segments.iter().zip(sets) {
            let few = bits.few();
            for (count, set) in counts.iter_mut().zip(&segment.metric) {
                if let Some(set) = set {
                    *count += match &few {
                        Some(docs) => set.count_of(docs),
                        None => bits.count_and(set),
                    } as u32;
                }
            }
        }
        counts
    };
    let counts = match SetKey::of(sets) {
        None => Arc::new(count()),
        Some(key) => {
            let kept = &Kept::of(snapshot).counts;
            let known = kept.get(&(key, None));
            known.unwrap_or_else(|| kept.put((key, None), count()))
        }
    };
    counts.iter().map(|&count| count as usize).collect()
}

/// Reports by metric, wider ones included. Choosing a metric makes the other filters hold on its figure.
fn metric_counts(
    snapshot: &Snapshot,
    branches: &Branches,
    words: &[Bits],
    filters: &Resolved,
    all: &[Bits],
) -> Result<Vec<usize>> {
    let mut counts = vec![0; branches.metric_codes.len()];
    if filters.is_empty() {
        return Ok(count_metrics(snapshot, all));
    }
    let mut sets = words.to_vec();
    for (segment, bits) in sets.iter_mut().enumerate() {
        filters.keep_for_metric(snapshot, segment, bits)?;
    }
    if !filters.asks_of_figures() {
        return Ok(count_metrics(snapshot, &sets));
    }
    if filters.asks_places_only() {
        for (segment, bits) in sets.iter().enumerate() {
            filters.count_metrics_of_places(snapshot, segment, bits, &mut counts)?;
        }
        return Ok(counts);
    }
    for (segment, bits) in sets.iter_mut().enumerate() {
        filters.keep_with_figures_of_places(snapshot, segment, bits)?;
    }
    let mut tally: Tally<u32> = Tally::new();
    each_figures(snapshot, filters, Facet::Metric, &sets, |figures| {
        tally.add(figures.iter().flat_map(|f| branches.metrics(f.metric())));
    })?;
    for (id, count) in tally.into_counts() {
        counts[id as usize] += count;
    }
    Ok(counts)
}
