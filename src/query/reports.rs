//! Reports by what they are about and what figures they have, whatever words they use.

use std::ops::Range;

use super::bits::Bits;
use super::catalog;
use super::filter::{metric_ids, namesake_ids, report_period};
use super::response::Interpretation;
use super::terms::Terms;
use super::understand;
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::Period;
use crate::model::place::COUNTRY;

/// Reports of one segment, by its number.
type Segment = (usize, Bits);

fn none(snapshot: &Snapshot) -> Vec<Segment> {
    let readers = snapshot.searcher.segment_readers().iter();
    readers
        .map(|r| Bits::none(r.max_doc()))
        .enumerate()
        .collect()
}

/// Ids of the places that a query names, with their namesakes.
fn places(snapshot: &Snapshot, asked: &Interpretation) -> Vec<u32> {
    let slugs = asked.provinces.iter();
    slugs
        .flat_map(|slug| namesake_ids(snapshot, slug))
        .collect()
}

/// The period of a report that ends last.
pub(super) fn newest(snapshot: &Snapshot) -> Option<Period> {
    let columns = snapshot
        .columns
        .iter()
        .zip(snapshot.searcher.segment_readers());
    let periods = columns.flat_map(|(columns, reader)| {
        let docs = reader.doc_ids_alive();
        docs.filter_map(|doc| report_period(columns, doc))
    });
    periods.max_by_key(|period| (period.end(), period.len_months()))
}

/// The reports with a figure of the metric for the place and the period that the query names, whatever words they use; empty where it
/// does not name all three.
pub(super) fn stated(snapshot: &Snapshot, shown: &Interpretation) -> Result<Vec<Segment>> {
    if shown.metrics.is_empty() || shown.provinces.is_empty() || shown.periods.is_empty() {
        return Ok(Vec::new());
    }
    let places = places(snapshot, shown);
    let metrics = metric_ids(snapshot, &shown.metrics);
    let mut sets = none(snapshot);
    for entry in catalog::figures(snapshot, &metrics, &places)? {
        if entry
            .figure
            .period()
            .is_some_and(|p| shown.periods.contains(&p))
        {
            sets[entry.address.segment_ord as usize]
                .1
                .insert(entry.address.doc_id);
        }
    }
    Ok(sets)
}

/// Slots that name a place, with the reports about it, one set a segment.
pub(super) type Named = Vec<(Range<usize>, Vec<Bits>)>;

pub(super) fn about(snapshot: &Snapshot, terms: &Terms) -> Result<Named> {
    understand::place_slots(&terms.slots)
        .into_iter()
        .filter(|(slots, _)| terms.slots[slots.clone()].iter().all(|slot| slot.positive))
        .map(|(slots, slug)| {
            let readers = snapshot.searcher.segment_readers().iter();
            let mut sets: Vec<Bits> = readers.map(|r| Bits::none(r.max_doc())).collect();
            for id in namesake_ids(snapshot, slug) {
                for (segment, set) in sets.iter_mut().enumerate() {
                    catalog::each_about(snapshot, segment, id, &mut |docs| {
                        set.insert_rising(docs);
                    })?;
                }
            }
            Ok((slots, sets))
        })
        .collect()
}

/// The reports about the place that the query names, and of its period where it names one, if none of them is among those that have
/// its words: they speak of it in other words, or say nothing, which is also an answer. The whole country's are not looked for.
pub(super) fn unsaid(
    snapshot: &Snapshot,
    asked: &Interpretation,
    words: &[Bits],
) -> Result<Vec<Segment>> {
    if asked.provinces.iter().any(|slug| slug == COUNTRY) {
        return Ok(Vec::new());
    }
    let mut sets = none(snapshot);
    let mut said = false;
    for id in places(snapshot, asked) {
        for (segment, set) in &mut sets {
            let columns = &snapshot.columns[*segment];
            catalog::each_about(snapshot, *segment, id, &mut |docs| {
                for &doc in docs {
                    let own = report_period(columns, doc);
                    let agrees = asked.periods.is_empty()
                        || own.is_some_and(|own| {
                            let mut periods = asked.periods.iter();
                            periods.any(|p| p.contains(own) || own.contains(*p))
                        });
                    if agrees {
                        said |= words[*segment].contains(doc);
                        set.insert(doc);
                    }
                }
            })?;
        }
    }
    Ok(if said { Vec::new() } else { sets })
}
