//! Reports that agree with what a query names, before others.

use super::answer::stand_ins;
use super::bits::Bits;
use super::catalog;
use super::filter::{Ids, figures, metric_ids, namesake_ids, place_ids, report_period};
use super::request::Boundaries;
use super::response::Explanation;
use super::search::Ranked;
use super::understand::Meaning;
use crate::Result;
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period};

/// Factors for the province: subject, mention, neither.
const SUBJECT: f32 = 1.6;
const MENTION: f32 = 1.0;
const ELSEWHERE: f32 = 0.5;
/// Factors for the period: the report's own, one within the other, one of its figures', another.
const SAME_PERIOD: f32 = 1.4;
const NEAR_PERIOD: f32 = 1.15;
const FIGURE_PERIOD: f32 = 1.15;
const OTHER_PERIOD: f32 = 0.7;
/// A text that is of no period is hardly likelier than one of another: an encyclopaedia has all the words.
const UNKNOWN_PERIOD: f32 = 0.71;
/// Factors for a figure of the metric: for this very place and period, for one of both, at all.
const VERY_FIGURE: f32 = 1.8;
const HALF_FIGURE: f32 = 1.2;
const ANY_FIGURE: f32 = 1.08;
/// Factor for a report that names the zone.
const ZONE: f32 = 1.3;
/// Reports about the named place that are looked at beside the best by words.
const MAX_POOL: usize = 20_000;

/// What a query names, as ids of the index.
pub(crate) struct Preference {
    /// The very places named, and with regions their provinces.
    places: Vec<u32>,
    place: Option<Ids>,
    periods: Vec<Period>,
    /// First and last month of a part of whatever year.
    part: Option<(u32, u32)>,
    metric: Option<Ids>,
    zone: Option<Ids>,
    basis: Vec<Basis>,
}

impl Preference {
    pub fn new(snapshot: &Snapshot, meaning: &Meaning) -> Self {
        let shown = &meaning.shown;
        let slugs = if shown.provinces.is_empty() {
            &meaning.initials
        } else {
            &shown.provinces
        };
        Self {
            places: slugs
                .iter()
                .flat_map(|slug| namesake_ids(snapshot, slug))
                .collect(),
            place: (!slugs.is_empty()).then(|| place_ids(snapshot, slugs, Boundaries::OwnTime)),
            periods: shown.periods.clone(),
            part: meaning.part,
            metric: (!shown.metrics.is_empty()).then(|| {
                let mut metrics = shown.metrics.clone();
                metrics.extend(stand_ins(snapshot, &shown.metrics));
                metric_ids(snapshot, &metrics)
            }),
            zone: (!shown.zones.is_empty()).then(|| {
                Ids::of(&snapshot.meta.zones, |slug| {
                    shown.zones.iter().any(|z| z == slug)
                })
            }),
            basis: if meaning.against_plan {
                Vec::new()
            } else {
                shown.basis.clone()
            },
        }
    }

    pub fn is_empty(&self) -> bool {
        self.place.is_none()
            && self.periods.is_empty()
            && self.metric.is_none()
            && self.zone.is_none()
    }

    /// Matches about the named places; `None` where none is named or they are too many to look at.
    pub fn pool(&self, snapshot: &Snapshot, matches: &[Bits]) -> Result<Option<Vec<Bits>>> {
        let mut total = 0;
        for &id in &self.places {
            total += catalog::count_about(snapshot, id)?;
        }
        if total > MAX_POOL || total == 0 {
            return Ok(None);
        }
        let mut about = Vec::with_capacity(total);
        for &id in &self.places {
            about.extend(catalog::about(snapshot, id)?);
        }
        let mut pool: Vec<Bits> = snapshot
            .searcher
            .segment_readers()
            .iter()
            .map(|reader| Bits::none(reader.max_doc()))
            .collect();
        let mut fill = |by_period: bool| {
            let mut any = false;
            for address in &about {
                let segment = address.segment_ord as usize;
                if matches[segment].contains(address.doc_id)
                    && (!by_period || self.period_factor(snapshot, segment, address.doc_id) > 1.0)
                {
                    pool[segment].insert(address.doc_id);
                    any = true;
                }
            }
            any
        };
        if self.periods.is_empty() || !fill(true) {
            fill(false);
        }
        Ok(Some(pool))
    }

    fn is_place(&self, id: u32) -> bool {
        self.places.contains(&id)
    }

    fn is_period(&self, figure: PackedFigure) -> bool {
        figure.period().is_some_and(|p| self.periods.contains(&p))
    }

    fn period_factor(&self, snapshot: &Snapshot, segment: usize, doc: u32) -> f32 {
        let columns = &snapshot.columns[segment];
        let own = report_period(columns, doc);
        if self.periods.is_empty() {
            let own = own.filter(|own| own.single_year().is_some());
            let same = own.is_some_and(|own| self.part == Some((own.start().1, own.end().1)));
            return if same { NEAR_PERIOD } else { 1.0 };
        }
        let mut best = match own {
            Some(own) if self.periods.contains(&own) => SAME_PERIOD,
            Some(own)
                if self
                    .periods
                    .iter()
                    .any(|p| p.contains(own) || own.contains(*p)) =>
            {
                NEAR_PERIOD
            }
            Some(_) => OTHER_PERIOD,
            None => UNKNOWN_PERIOD,
        };
        if best < FIGURE_PERIOD
            && figures(columns, doc).any(|(f, _)| {
                self.is_period(f)
                    && (self.places.is_empty() || self.is_place(f.place()))
                    && self.metric.as_ref().is_none_or(|m| m.has(f.metric()))
            })
        {
            best = FIGURE_PERIOD;
        }
        best
    }

    /// Multiplies the score of a report by how it agrees.
    pub fn apply(&self, snapshot: &Snapshot, ranked: &mut Ranked) {
        let address = ranked.candidate.address;
        let (segment, doc) = (address.segment_ord as usize, address.doc_id);
        let columns = &snapshot.columns[segment];
        if let Some(ids) = &self.place {
            let mut subjects = columns.place.values_for_doc(doc);
            ranked.parts.province = if subjects.any(|id| self.is_place(id as u32)) {
                SUBJECT
            } else if columns
                .place
                .values_for_doc(doc)
                .any(|id| ids.has(id as u32))
            {
                (SUBJECT + MENTION) / 2.0
            } else if columns
                .mention
                .values_for_doc(doc)
                .any(|id| self.is_place(id as u32))
            {
                MENTION
            } else if figures(columns, doc).any(|(f, _)| self.is_place(f.place())) {
                (SUBJECT + MENTION) / 2.0
            } else {
                ELSEWHERE
            };
        }
        ranked.parts.period = self.period_factor(snapshot, segment, doc);
        if let Some(metric) = &self.metric {
            let mut best = 1.0f32;
            for (figure, _) in figures(columns, doc).filter(|(f, _)| metric.has(f.metric())) {
                let place = self.places.is_empty() || self.is_place(figure.place());
                let period = self.periods.is_empty() || self.is_period(figure);
                let basis = self.basis.is_empty() || self.basis.contains(&figure.basis());
                let factor = match (place, period) {
                    (true, true) if basis => VERY_FIGURE,
                    (true, true) => (VERY_FIGURE + HALF_FIGURE) / 2.0,
                    (true, false) | (false, true) => HALF_FIGURE,
                    (false, false) => ANY_FIGURE,
                };
                best = best.max(factor);
            }
            ranked.parts.metric = best;
        }
        if let Some(zone) = &self.zone
            && columns
                .zone
                .values_for_doc(doc)
                .any(|id| zone.has(id as u32))
        {
            ranked.parts.zone = ZONE;
        }
        let parts = &ranked.parts;
        ranked.candidate.score *= parts.province * parts.period * parts.metric * parts.zone;
    }

    /// What the factors of a score were given for.
    pub fn reasons(&self, parts: &Explanation) -> Vec<String> {
        let mut out = Vec::new();
        if self.place.is_some() {
            out.push(match parts.province {
                f if f >= SUBJECT => "the report is about the place",
                f if f > MENTION => {
                    "the report is about a part of the place, or has a figure of it"
                }
                f if f >= MENTION => "the report mentions the place",
                _ => "the report does not name the place",
            });
        }
        if !self.periods.is_empty() {
            out.push(match parts.period {
                f if f >= SAME_PERIOD => "the report is of the period",
                f if f > 1.0 => "the report is of a part of the period or of a longer one, or has a figure of it",
                f if f > OTHER_PERIOD => "the report's period is unknown",
                _ => "the report is of another period",
            });
        }
        if self.metric.is_some() {
            out.push(match parts.metric {
                f if f >= VERY_FIGURE => "it states the metric for this place and period",
                f if f > HALF_FIGURE => {
                    "it states the metric for this place and period, on another basis"
                }
                f if f >= HALF_FIGURE => "it states the metric for this place or this period",
                f if f > 1.0 => "it states the metric for another place and period",
                _ => "it has no figure of the metric",
            });
        }
        if self.zone.is_some() {
            out.push(match parts.zone {
                f if f > 1.0 => "it names the zone",
                _ => "it does not name the zone",
            });
        }
        out.into_iter().map(str::to_owned).collect()
    }

    /// How many of the things asked for a figure misses, those that matter most weighing most; 0 for the very one.
    pub fn figure_rank(&self, figure: PackedFigure) -> u32 {
        let mut rank = 0;
        if self
            .metric
            .as_ref()
            .is_some_and(|m| !m.has(figure.metric()))
        {
            rank += 8;
        }
        if !self.places.is_empty() && !self.is_place(figure.place()) {
            rank += 4;
        }
        if !self.periods.is_empty() && !self.is_period(figure) {
            rank += 2;
        }
        if self.basis.is_empty() {
            rank += u32::from(figure.basis() == Basis::Target);
        } else if !self.basis.contains(&figure.basis()) {
            rank += 1;
        }
        rank
    }

    /// The rank of a figure of another metric.
    pub fn misses(&self) -> u32 {
        if self.metric.is_some() { 8 } else { u32::MAX }
    }
}
