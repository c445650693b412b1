//! Figures as rows: filtered, compared and sorted over the columns; only the rows shown are read from the store.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::filter::{Resolved, figures};
use super::parser::parse_condition;
use super::request::{FigureRequest, FigureSort, SearchRequest};
use super::response::{Figure, FigureResponse};
use super::search::{prepare_with, ranked};
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;
use crate::{Error, Result};

#[derive(Clone)]
struct Row {
    address: DocAddress,
    nth: usize,
    figure: PackedFigure,
    value: f64,
    /// Place of the report in the order asked for.
    report: usize,
}

pub(crate) fn find(snapshot: &Snapshot, request: &FigureRequest) -> Result<FigureResponse> {
    let mut filters = Resolved::new(snapshot, &request.filters)?;
    for text in &request.conditions {
        let condition = parse_condition(text).ok_or_else(|| Error::Condition {
            text: text.clone(),
            detail: "a metric, a comparison and a number are due, such as fdi.capital>500 triệu USD or grdp.growth>=7%".to_owned(),
        })?;
        filters.add_condition(snapshot, &condition)?;
    }
    let search = SearchRequest {
        query: request.query.clone(),
        filters: request.filters.clone(),
        limit: usize::MAX,
        ..SearchRequest::default()
    };
    let prepared = prepare_with(snapshot, &search, filters)?;
    let filters = &prepared.filters;
    let by_rank = request.sort == FigureSort::Report && prepared.terms.node.is_some();
    let mut order: FxHashMap<DocAddress, usize> = FxHashMap::default();
    if by_rank {
        let (list, _) = ranked(snapshot, &prepared, prepared.total())?;
        let ranks = list.iter().enumerate();
        order.extend(ranks.map(|(i, r)| (r.candidate.address, i)));
    }
    let mut rows: Vec<Row> = Vec::new();
    for (segment, bits) in prepared.matches.iter().enumerate() {
        let columns = &snapshot.columns[segment];
        for doc in bits.iter() {
            let address = DocAddress::new(segment as u32, doc);
            for (nth, (figure, value)) in figures(columns, doc).enumerate() {
                if filters.figure(figure, None) && filters.condition(figure, value) {
                    rows.push(Row {
                        address,
                        nth,
                        figure,
                        value,
                        report: order.get(&address).copied().unwrap_or(usize::MAX),
                    });
                }
            }
        }
    }
    let total = rows.len();
    let place = |row: &Row| snapshot.meta.places.name(row.figure.place()).unwrap_or("~");
    // By name: the ids of units depend on the order in which reports were read.
    let unit = |row: &Row| snapshot.meta.units.name(row.figure.unit()).unwrap_or("~");
    let by_key = |a: &Row, b: &Row| match request.sort {
        FigureSort::Report => a.report.cmp(&b.report),
        FigureSort::Value if a.figure.unit() == b.figure.unit() => b.value.total_cmp(&a.value),
        FigureSort::Value => unit(a).cmp(unit(b)),
        FigureSort::Period => {
            let key = |row: &Row| row.figure.period().map(|p| (p.end(), p.len_months()));
            key(b).cmp(&key(a))
        }
        FigureSort::Province => place(a).cmp(place(b)),
    };
    // Only rows that may be shown are put in the order of their paths, which takes longest.
    if let Some(limit) = request.limit.filter(|&limit| limit < rows.len()) {
        match limit.checked_sub(1) {
            None => rows.clear(),
            Some(last) => {
                let (_, bound, _) = rows.select_nth_unstable_by(last, by_key);
                let bound = bound.clone();
                rows.retain(|row| by_key(row, &bound).is_le());
            }
        }
    }
    if !by_rank {
        let mut paths: Vec<(String, DocAddress)> = Vec::new();
        let mut addresses: Vec<DocAddress> = rows.iter().map(|row| row.address).collect();
        addresses.sort_unstable();
        addresses.dedup();
        paths.extend(addresses.into_iter().map(|a| (snapshot.path(a), a)));
        paths.sort_unstable();
        let places = paths.into_iter().enumerate();
        let places: FxHashMap<DocAddress, usize> = places.map(|(i, (_, a))| (a, i)).collect();
        rows.iter_mut()
            .for_each(|row| row.report = places[&row.address]);
    }
    rows.sort_unstable_by(|a, b| {
        by_key(a, b)
            .then(a.report.cmp(&b.report))
            .then(a.nth.cmp(&b.nth))
    });
    rows.truncate(request.limit.unwrap_or(usize::MAX));
    let mut stored: FxHashMap<DocAddress, crate::index::StoredReport> = FxHashMap::default();
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let report = match stored.entry(row.address) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(snapshot.stored(row.address)?)
            }
        };
        if let Some(observation) = report.data.annotations.figures.get(row.nth) {
            out.push(Figure {
                path: report.data.path_at(&report.text, observation.span.start),
                observation: observation.clone(),
            });
        }
    }
    Ok(FigureResponse {
        total,
        figures: out,
        issues: prepared.issues,
    })
}
