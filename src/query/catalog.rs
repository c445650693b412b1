//! Which reports are about a place, and which figures there are of a metric for a place: by the terms of the index, so that nothing
//! has to be gathered before the first query.

use std::sync::Arc;

use tantivy::{DocAddress, DocId, Term};

use super::bits::Bits;
use super::filter::Ids;
use super::kept::{Kept, PlaceMetrics};
use crate::Result;
use crate::index::columns::{PackedFigure, pair_key};
use crate::index::snapshot::Snapshot;

/// A figure and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub address: DocAddress,
    /// Which of the report's figures.
    pub nth: u32,
    pub figure: PackedFigure,
}

/// Figures of `metrics` for one of `places`, by id: metric by metric in the order of reports.
pub(crate) fn figures(snapshot: &Snapshot, metrics: &Ids, places: &[u32]) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut reports: Vec<DocId> = Vec::new();
    for metric in metrics.iter() {
        for (segment, columns) in snapshot.columns.iter().enumerate() {
            reports.clear();
            for &place in places {
                each_with_figure(snapshot, segment, place, metric, &mut |docs| {
                    reports.extend(docs);
                })?;
            }
            reports.sort_unstable();
            reports.dedup();
            for &doc in &reports {
                let address = DocAddress::new(segment as u32, doc);
                let figures = columns.fig.values_for_doc(doc).map(PackedFigure).zip(0..);
                let figures = figures.filter(|(figure, _)| {
                    figure.metric() == metric && places.contains(&figure.place())
                });
                found.extend(figures.map(|(figure, nth)| Entry {
                    address,
                    nth,
                    figure,
                }));
            }
        }
    }
    Ok(found)
}

/// Calls `visit` with blocks of the live reports of a segment that have a figure of a metric for a place, rising.
pub(crate) fn each_with_figure(
    snapshot: &Snapshot,
    segment: usize,
    place: u32,
    metric: u32,
    visit: &mut dyn FnMut(&[DocId]),
) -> Result<()> {
    let term = Term::from_field_u64(snapshot.fields.pair, pair_key(place, metric));
    snapshot.each_of_term(segment, &term, visit)
}

/// Reports about a place, by id.
pub(crate) fn about(snapshot: &Snapshot, place: u32) -> Result<Vec<DocAddress>> {
    let term = subject(snapshot, place);
    let mut found = Vec::new();
    for segment in 0..snapshot.columns.len() {
        snapshot.each_of_term(segment, &term, &mut |docs| {
            found.extend(docs.iter().map(|&doc| DocAddress::new(segment as u32, doc)));
        })?;
    }
    Ok(found)
}

/// Calls `visit` with blocks of those of one segment, rising.
pub(crate) fn each_about(
    snapshot: &Snapshot,
    segment: usize,
    place: u32,
    visit: &mut dyn FnMut(&[DocId]),
) -> Result<()> {
    snapshot.each_of_term(segment, &subject(snapshot, place), visit)
}

/// Of which metrics the reports of a segment have figures for a place; kept between queries.
pub(crate) fn metrics_of_place(
    snapshot: &Snapshot,
    segment: usize,
    place: u32,
) -> Result<Arc<PlaceMetrics>> {
    let key = (segment as u32, place);
    if let Some(known) = Kept::of(snapshot).places.get(&key) {
        return Ok(known);
    }
    let rows = snapshot.searcher.segment_reader(segment as u32).max_doc();
    let mut pairs: Vec<(u32, Vec<DocId>)> = Vec::new();
    let mut any = Bits::none(rows);
    snapshot.each_pair(segment, place, &mut |metric, docs| {
        any.insert_rising(docs);
        match pairs.last_mut() {
            Some((last, list)) if *last == metric => list.extend(docs),
            _ => pairs.push((metric, docs.to_vec())),
        }
    })?;
    let branches = &Kept::tags(snapshot).branches;
    let width = branches.metric_codes.len().div_ceil(64);
    let mut found = PlaceMetrics {
        width,
        ..PlaceMetrics::default()
    };
    // Place of each report among those found.
    let mut places = vec![0u32; rows as usize];
    any.each(|doc| {
        places[doc as usize] = found.docs.len() as u32;
        found.docs.push(doc);
    });
    found.metrics = vec![0; found.docs.len() * width];
    for (metric, docs) in &pairs {
        for wider in branches.metrics(*metric) {
            let (word, bit) = (wider as usize / 64, 1 << (wider % 64));
            for &doc in docs {
                found.metrics[places[doc as usize] as usize * width + word] |= bit;
            }
        }
    }
    Ok(Kept::of(snapshot).places.put(key, found))
}

/// How many they are, deleted ones that are still there included.
pub(crate) fn count_about(snapshot: &Snapshot, place: u32) -> Result<usize> {
    Ok(snapshot.searcher.doc_freq(&subject(snapshot, place))? as usize)
}

fn subject(snapshot: &Snapshot, place: u32) -> Term {
    Term::from_field_u64(snapshot.fields.place, u64::from(place))
}
