//! Filters as typed, made ready for one index, and what they ask of a report and of a figure.
//!
//! With a metric (or a condition) province, period, metric and basis have to hold on one and the same figure, which the column
//! `fig` shows; without one they hold on the report: its subjects, its main period, the bases of its figures.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{ConditionText, FieldFilter, FilterField};
use super::bits::Bits;
use super::catalog;
use super::kept::Kept;
use super::names;
use super::request::{Boundaries, Comparison, Filters};
use super::tags::{Tag, Tags};
use crate::index::columns::{Columns, PackedFigure};
use crate::index::meta::Names;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, PeriodFilter, PlaceKind, Places};
use crate::text::fold;
use crate::{Error, Result};

/// A facet; each filter belongs to the one whose counts it does not touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Facet {
    Province,
    Period,
    Metric,
    Zone,
    Kind,
    Publisher,
    Basis,
}

/// A set of small ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids(Vec<bool>);

impl Ids {
    pub(crate) fn of(names: &Names, mut keep: impl FnMut(&str) -> bool) -> Self {
        let mut ids = vec![false];
        for (id, name) in names.iter() {
            let id = id as usize;
            if ids.len() <= id {
                ids.resize(id + 1, false);
            }
            ids[id] = keep(name);
        }
        Self(ids)
    }

    pub fn has(&self, id: u32) -> bool {
        self.0.get(id as usize).copied().unwrap_or(false)
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let ids = self.0.iter().zip(0..);
        ids.filter(|(has, _)| **has).map(|(_, id)| id)
    }
}

/// A condition on the value of a figure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub metrics: Ids,
    pub comparison: Comparison,
    pub bound: f64,
    /// Units that the value may be in; without one the bound counts in any.
    pub units: Option<Ids>,
}

impl Condition {
    pub fn holds(&self, figure: PackedFigure, value: f64) -> bool {
        if !self.metrics.has(figure.metric())
            || self.units.as_ref().is_some_and(|u| !u.has(figure.unit()))
        {
            return false;
        }
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::AtMost => value <= self.bound,
            Comparison::Equal => (value - self.bound).abs() <= self.bound.abs() * 1e-12,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Greater => value > self.bound,
        }
    }
}

/// Filters of one request on one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    /// Slugs asked for, as resolved.
    pub places: Vec<String>,
    pub place: Option<Ids>,
    /// Zones given where a province was due.
    pub place_zone: Option<Ids>,
    pub periods: Vec<PeriodFilter>,
    pub metrics: Vec<String>,
    pub metric: Option<Ids>,
    pub zone: Option<Ids>,
    pub kind: Option<Ids>,
    pub publisher: Option<FxHashSet<String>>,
    pub basis: Vec<Basis>,
    pub conditions: Vec<Condition>,
    /// What must not hold.
    pub excluded: Vec<Resolved>,
    pub boundaries: Boundaries,
}

impl Resolved {
    /// Reads the filters against the tables and the index.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`] for a name that nothing known bears, with the nearest one.
    pub fn new(snapshot: &Snapshot, filters: &Filters) -> Result<Self> {
        let mut this = Self {
            boundaries: filters.boundaries,
            ..Self::default()
        };
        this.set_places(snapshot, &filters.province)?;
        for value in &filters.period {
            this.periods.push(names::period(value)?);
        }
        for value in &filters.metric {
            this.metrics.push(names::metric(&snapshot.taxonomy, value)?);
        }
        if !this.metrics.is_empty() {
            this.metric = Some(metric_ids(snapshot, &this.metrics));
        }
        if !filters.zone.is_empty() {
            let mut wanted = FxHashSet::default();
            for value in &filters.zone {
                wanted.extend(names::zone(snapshot, value)?);
            }
            this.zone = Some(Ids::of(&snapshot.meta.zones, |slug| wanted.contains(slug)));
        }
        if !filters.kind.is_empty() {
            let mut wanted = FxHashSet::default();
            for value in &filters.kind {
                wanted.insert(names::kind(snapshot, value)?);
            }
            this.kind = Some(Ids::of(&snapshot.meta.kinds, |kind| wanted.contains(kind)));
        }
        if !filters.publisher.is_empty() {
            this.publisher = Some(filters.publisher.iter().map(|p| fold(p.trim())).collect());
        }
        for value in &filters.basis {
            this.basis.push(names::basis(value)?);
        }
        Ok(this)
    }

    fn set_places(&mut self, snapshot: &Snapshot, values: &[String]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let mut zones = FxHashSet::default();
        for value in values {
            match names::place(&snapshot.gazetteer, value) {
                Ok(slugs) => self.places.extend(slugs),
                Err(error) => match names::zone(snapshot, value) {
                    Ok(found) => zones.extend(found),
                    Err(_) => return Err(error),
                },
            }
        }
        self.place = Some(place_ids(snapshot, &self.places, self.boundaries));
        if !zones.is_empty() {
            self.place_zone = Some(Ids::of(&snapshot.meta.zones, |slug| zones.contains(slug)));
        }
        Ok(())
    }

    /// Adds the filters written into a query.
    pub fn with_fields(
        mut self,
        snapshot: &Snapshot,
        base: &Filters,
        fields: &[FieldFilter],
    ) -> Result<Self> {
        let mut all = base.clone();
        let mut any = false;
        for field in fields {
            if field.negated {
                let mut one = Filters {
                    boundaries: base.boundaries,
                    ..Filters::default()
                };
                list_of(&mut one, field.field).push(field.value.clone());
                self.excluded.push(Self::new(snapshot, &one)?);
            } else {
                any = true;
                list_of(&mut all, field.field).push(field.value.clone());
            }
        }
        if any {
            let excluded = std::mem::take(&mut self.excluded);
            let conditions = std::mem::take(&mut self.conditions);
            self = Self::new(snapshot, &all)?;
            self.excluded = excluded;
            self.conditions = conditions;
        }
        Ok(self)
    }

    /// Adds a condition.
    ///
    /// # Errors
    /// [`Error::Condition`] where its metric or its number cannot be read.
    pub fn add_condition(&mut self, snapshot: &Snapshot, text: &ConditionText) -> Result<()> {
        let bad = |detail: String| Error::Condition {
            text: format!("{}{}{}", text.metric, text.comparison.as_str(), text.value),
            detail,
        };
        let code = names::metric(&snapshot.taxonomy, &text.metric.replace('_', " "))
            .or_else(|_| names::metric(&snapshot.taxonomy, &text.metric))
            .map_err(|error| bad(error.to_string()))?;
        let (bound, unit) = names::quantity(&text.value).ok_or_else(|| {
            bad("a number with a unit is due, such as 500 triệu USD or 7%".to_owned())
        })?;
        self.conditions.push(Condition {
            metrics: metric_ids(snapshot, std::slice::from_ref(&code)),
            comparison: text.comparison,
            bound,
            units: unit.map(|unit| Ids::of(&snapshot.meta.units, |name| name == unit)),
        });
        Ok(())
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.place.is_none()
            && self.periods.is_empty()
            && self.metric.is_none()
            && self.zone.is_none()
            && self.kind.is_none()
            && self.publisher.is_none()
            && self.basis.is_empty()
            && self.conditions.is_empty()
            && self.excluded.is_empty()
    }

    /// Whether province, period and basis hold on a figure rather than on the report.
    pub fn by_figure(&self, ignore: Option<Facet>) -> bool {
        (self.metric.is_some() && ignore != Some(Facet::Metric)) || !self.conditions.is_empty()
    }

    /// Whether a figure passes; the filter of one facet may be left out of account.
    pub fn figure(&self, figure: PackedFigure, ignore: Option<Facet>) -> bool {
        (ignore == Some(Facet::Metric)
            || self
                .metric
                .as_ref()
                .is_none_or(|ids| ids.has(figure.metric())))
            && (ignore == Some(Facet::Province)
                || self.place.as_ref().is_none_or(|ids| {
                    ids.has(figure.place()) || (self.place_zone.is_some() && self.places.is_empty())
                }))
            && (ignore == Some(Facet::Period)
                || self.periods.is_empty()
                || figure
                    .period()
                    .is_some_and(|period| self.periods.iter().any(|filter| filter.accepts(period))))
            && (ignore == Some(Facet::Basis)
                || self.basis.is_empty()
                || self.basis.contains(&figure.basis()))
    }

    /// Whether a figure meets the conditions on its metric: of several conditions those that speak of it.
    pub fn condition(&self, figure: PackedFigure, value: f64) -> bool {
        let mut own = self
            .conditions
            .iter()
            .filter(|condition| condition.metrics.has(figure.metric()))
            .peekable();
        if own.peek().is_none() {
            return self.conditions.is_empty();
        }
        own.all(|condition| condition.holds(figure, value))
    }

    /// Whether there is a filter on a facet.
    pub fn has(&self, facet: Facet) -> bool {
        match facet {
            Facet::Province => self.place.is_some() || self.place_zone.is_some(),
            Facet::Period => !self.periods.is_empty(),
            Facet::Metric => self.metric.is_some(),
            Facet::Zone => self.zone.is_some(),
            Facet::Kind => self.kind.is_some(),
            Facet::Publisher => self.publisher.is_some(),
            Facet::Basis => !self.basis.is_empty(),
        }
    }

    /// Whether anything but the metric is asked of a figure, were one chosen.
    pub fn asks_of_figures(&self) -> bool {
        self.place.is_some()
            || !self.periods.is_empty()
            || !self.basis.is_empty()
            || !self.conditions.is_empty()
    }

    /// The same with the filter of one facet left out of account, and without conditions.
    pub fn asks_beside_metric(&self, ignore: Option<Facet>) -> bool {
        (self.place.is_some() && ignore != Some(Facet::Province))
            || (!self.periods.is_empty() && ignore != Some(Facet::Period))
            || (!self.basis.is_empty() && ignore != Some(Facet::Basis))
    }

    /// Whether the place is all that is asked so.
    pub fn asks_places_only(&self) -> bool {
        self.asks_by_place()
            && self.periods.is_empty()
            && self.basis.is_empty()
            && self.conditions.is_empty()
    }

    /// Whether a figure has to be of one of the places.
    pub fn asks_by_place(&self) -> bool {
        self.place.is_some() && !(self.place_zone.is_some() && self.places.is_empty())
    }

    /// Keeps in `bits` the reports of a segment that pass, the filters on one facet left out of account.
    pub fn keep(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &mut Bits,
        ignore: Option<Facet>,
    ) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let by_figure = self.by_figure(ignore);
        if let Some(ids) = &self.place
            && !by_figure
            && ignore != Some(Facet::Province)
            && self.place_zone.is_none()
        {
            let mut any = Bits::none(snapshot.searcher.segment_reader(segment as u32).max_doc());
            for place in ids.iter() {
                catalog::each_about(snapshot, segment, place, &mut |docs| {
                    any.insert_rising(docs);
                })?;
            }
            bits.and(&any);
        }
        if self.asks_places_only() && !by_figure && self.place_zone.is_none() && !self.has_rows() {
            return self.exclude(snapshot, segment, bits);
        }
        let tags = Kept::tags(snapshot);
        self.keep_rows(tags, segment, bits, ignore, !by_figure);
        let own = &tags.segments[segment];
        if by_figure {
            let holds = |ids: &Ids, bits: &mut Bits| {
                let mut any = Bits::none(own.rows);
                for (set, id) in own.metric.iter().zip(0..) {
                    if let Some(set) = set.as_ref().filter(|_| ids.has(id)) {
                        any.or(set);
                    }
                }
                bits.and(&any);
            };
            if let Some(ids) = self
                .metric
                .as_ref()
                .filter(|_| ignore != Some(Facet::Metric))
            {
                holds(ids, bits);
            }
            for condition in &self.conditions {
                holds(&condition.metrics, bits);
            }
            self.keep_by_figures(snapshot, segment, bits, ignore)?;
        } else if !self.basis.is_empty() && ignore != Some(Facet::Basis) {
            let mut any = Bits::none(own.rows);
            for (basis, set) in &own.basis {
                if self.basis.contains(basis) {
                    any.or(set);
                }
            }
            bits.and(&any);
        }
        self.exclude(snapshot, segment, bits)
    }

    /// Keeps in `bits` what stays the report's own when a metric is chosen.
    pub fn keep_for_metric(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &mut Bits,
    ) -> Result<()> {
        if self.has_rows() || self.place_zone.is_some() {
            self.keep_rows(
                Kept::tags(snapshot),
                segment,
                bits,
                Some(Facet::Metric),
                false,
            );
        }
        self.exclude(snapshot, segment, bits)
    }

    fn exclude(&self, snapshot: &Snapshot, segment: usize, bits: &mut Bits) -> Result<()> {
        for excluded in &self.excluded {
            let mut out = bits.clone();
            excluded.keep(snapshot, segment, &mut out, None)?;
            bits.without(&out);
        }
        Ok(())
    }

    /// Whether a filter is on that a report's row decides.
    fn has_rows(&self) -> bool {
        self.zone.is_some() || self.kind.is_some() || self.publisher.is_some()
    }

    /// Keeps what passes by its row: the filters that are the report's in any case, and (`subject`) those that are unless a
    /// metric is chosen, save the basis.
    fn keep_rows(
        &self,
        tags: &Tags,
        segment: usize,
        bits: &mut Bits,
        ignore: Option<Facet>,
        subject: bool,
    ) {
        let asked = |facet| ignore != Some(facet);
        let of_lists = |lists: &[Box<[u32]>], ids: &Ids| -> Vec<bool> {
            lists
                .iter()
                .map(|list| list.iter().any(|&id| ids.has(id)))
                .collect()
        };
        let own = &tags.segments[segment];
        if let Some(ids) = self.zone.as_ref().filter(|_| asked(Facet::Zone)) {
            let accepted = of_lists(&tags.zones, ids);
            bits.retain(|doc| accepted[own.value(Tag::Zone, doc)]);
        }
        if let Some(ids) = self.place_zone.as_ref().filter(|_| asked(Facet::Province)) {
            let zones = of_lists(&tags.zones, ids);
            let places = match &self.place {
                Some(ids) => of_lists(&tags.places, ids),
                None => vec![false; tags.places.len()],
            };
            bits.retain(|doc| {
                zones[own.value(Tag::Zone, doc)] || places[own.value(Tag::Place, doc)]
            });
        }
        if let Some(ids) = self.kind.as_ref().filter(|_| asked(Facet::Kind)) {
            let accepted = of_lists(&tags.kinds, ids);
            bits.retain(|doc| accepted[own.value(Tag::Kind, doc)]);
        }
        if let Some(wanted) = self.publisher.as_ref().filter(|_| asked(Facet::Publisher)) {
            let accepted: Vec<bool> = tags
                .publishers
                .iter()
                .map(|name| wanted.contains(&fold(name)))
                .collect();
            bits.retain(|doc| accepted[own.value(Tag::Publisher, doc)]);
        }
        if !subject {
            return;
        }
        if !self.periods.is_empty() && asked(Facet::Period) {
            let accepts = |period| self.periods.iter().any(|filter| filter.accepts(period));
            let accepted: Vec<bool> = tags
                .periods
                .iter()
                .map(|period| period.is_some_and(accepts))
                .collect();
            bits.retain(|doc| accepted[own.value(Tag::Period, doc)]);
        }
    }

    /// Keeps what has a figure of one of the places asked for, where any is.
    pub fn keep_with_figures_of_places(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &mut Bits,
    ) -> Result<()> {
        if self.asks_by_place() {
            let mut any = Bits::none(snapshot.searcher.segment_reader(segment as u32).max_doc());
            for place in self.place.iter().flat_map(Ids::iter) {
                any.insert_rising(&catalog::metrics_of_place(snapshot, segment, place)?.docs);
            }
            bits.and(&any);
        }
        Ok(())
    }

    /// Adds to `counts`, by metric and the wider ones, the reports of `bits` with a figure of one of the places.
    pub fn count_metrics_of_places(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &Bits,
        counts: &mut [usize],
    ) -> Result<()> {
        let mut found = Vec::new();
        for place in self.place.iter().flat_map(Ids::iter) {
            let place = catalog::metrics_of_place(snapshot, segment, place)?;
            if !place.docs.is_empty() {
                found.push(place);
            }
        }
        let mut count = |metrics: &[u64]| {
            for (word, i) in metrics.iter().zip(0..) {
                let mut rest = *word;
                while rest != 0 {
                    counts[i * 64 + rest.trailing_zeros() as usize] += 1;
                    rest &= rest - 1;
                }
            }
        };
        let Some(first) = found.first() else {
            return Ok(());
        };
        let width = first.width;
        if found.len() == 1 {
            let rows = first.docs.iter().zip(first.metrics.chunks(width));
            rows.filter(|(doc, _)| bits.contains(**doc))
                .for_each(|(_, metrics)| count(metrics));
            return Ok(());
        }
        // What is said of several places counts once a report.
        let rows = snapshot.searcher.segment_reader(segment as u32).max_doc() as usize;
        let mut all = vec![0u64; rows * width];
        for place in &found {
            for (&doc, metrics) in place.docs.iter().zip(place.metrics.chunks(width)) {
                let own = &mut all[doc as usize * width..][..width];
                own.iter_mut()
                    .zip(metrics)
                    .for_each(|(all, one)| *all |= one);
            }
        }
        bits.each(|doc| count(&all[doc as usize * width..][..width]));
        Ok(())
    }
}

fn list_of(filters: &mut Filters, field: FilterField) -> &mut Vec<String> {
    match field {
        FilterField::Province => &mut filters.province,
        FilterField::Period => &mut filters.period,
        FilterField::Metric => &mut filters.metric,
        FilterField::Zone => &mut filters.zone,
        FilterField::Kind => &mut filters.kind,
        FilterField::Publisher => &mut filters.publisher,
        FilterField::Basis => &mut filters.basis,
    }
}

/// The figures of a report as columns hold them, in the order of its text.
pub(crate) fn figures(
    columns: &Columns,
    doc: u32,
) -> impl Iterator<Item = (PackedFigure, f64)> + '_ {
    columns
        .fig
        .values_for_doc(doc)
        .map(PackedFigure)
        .zip(columns.fig_value.values_for_doc(doc))
}

/// Main period of a report.
pub(crate) fn report_period(columns: &Columns, doc: u32) -> Option<crate::model::Period> {
    crate::model::Period::from_bits(columns.period.first(doc)? as u32)
}

/// The unit that a place counts to.
pub(crate) fn unit_of(slug: &str, boundaries: Boundaries) -> &str {
    if boundaries == Boundaries::OwnTime {
        return slug;
    }
    let places = Places::get();
    places
        .by_slug(slug)
        .and_then(|id| places.place(id).merged_into)
        .map_or(slug, |id| places.place(id).slug.as_str())
}

/// Ids of the places that a filter on `slugs` keeps: themselves, and of a region its provinces.
pub(crate) fn place_ids(snapshot: &Snapshot, slugs: &[String], boundaries: Boundaries) -> Ids {
    let places = Places::get();
    let wanted: FxHashSet<&str> = slugs.iter().map(|slug| unit_of(slug, boundaries)).collect();
    Ids::of(&snapshot.meta.places, |slug| {
        let unit = unit_of(slug, boundaries);
        if wanted.contains(unit) {
            return true;
        }
        places.by_slug(unit).is_some_and(|id| {
            let place = places.place(id);
            place.kind == PlaceKind::Province
                && place
                    .parent
                    .is_some_and(|region| wanted.contains(places.place(region).slug.as_str()))
        })
    })
}

/// Ids of the units that bear the name of `slug`, of whatever time.
pub(crate) fn namesake_ids(snapshot: &Snapshot, slug: &str) -> Vec<u32> {
    let places = Places::get();
    let slugs: Vec<&str> = match places.by_slug(slug) {
        Some(id) if !slug.ends_with("-2025") => places
            .namesakes(id)
            .into_iter()
            .map(|id| places.place(id).slug.as_str())
            .collect(),
        _ => vec![slug],
    };
    slugs
        .into_iter()
        .chain([slug])
        .map(|slug| snapshot.meta.places.id(slug))
        .filter(|&id| id != 0)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Ids of the metrics in the branches of `codes`.
pub(crate) fn metric_ids(snapshot: &Snapshot, codes: &[String]) -> Ids {
    let taxonomy = &snapshot.taxonomy;
    Ids::of(&snapshot.meta.metrics, |metric| {
        codes.iter().any(|code| taxonomy.covers(code, metric))
    })
}

/// How often each id stands in a set of reports; a report counts once.
#[derive(Debug, Default)]
pub(crate) struct Tally<K> {
    counts: FxHashMap<K, usize>,
    seen: Vec<K>,
}

impl<K: Copy + Eq + std::hash::Hash> Tally<K> {
    pub fn new() -> Self {
        Self {
            counts: FxHashMap::default(),
            seen: Vec::new(),
        }
    }

    /// Counts `keys` of one report, each once.
    pub fn add(&mut self, keys: impl IntoIterator<Item = K>) {
        self.add_times(keys, 1);
    }

    /// Counts `keys` of so many reports that all have these.
    pub fn add_times(&mut self, keys: impl IntoIterator<Item = K>, times: usize) {
        self.seen.clear();
        for key in keys {
            if !self.seen.contains(&key) {
                self.seen.push(key);
                *self.counts.entry(key).or_default() += times;
            }
        }
    }

    /// Counts `key` of so many reports at once.
    pub fn add_many(&mut self, key: K, count: usize) {
        if count > 0 {
            *self.counts.entry(key).or_default() += count;
        }
    }

    pub fn into_counts(self) -> FxHashMap<K, usize> {
        self.counts
    }
}
