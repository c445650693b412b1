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
    let mut order: FxHashMap<DocAddress, usize> = FxHashMap::default();
    if request.sort == FigureSort::Report && prepared.terms.node.is_some() {
        let (list, _) = ranked(snapshot, &prepared, prepared.total())?;
        order = list
            .iter()
            .enumerate()
            .map(|(i, r)| (r.candidate.address, i))
            .collect();
    } else {
        let mut paths: Vec<(String, DocAddress)> = Vec::new();
        for (segment, bits) in prepared.matches.iter().enumerate() {
            for doc in bits.iter() {
                let address = DocAddress::new(segment as u32, doc);
                paths.push((snapshot.path(address), address));
            }
        }
        paths.sort();
        order.extend(
            paths
                .into_iter()
                .enumerate()
                .map(|(i, (_, address))| (address, i)),
        );
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
    let place = |row: &Row| snapshot.meta.places.name(row.figure.place()).unwrap_or("~");
    // By name: the ids of units depend on the order in which reports were read.
    let unit = |row: &Row| snapshot.meta.units.name(row.figure.unit()).unwrap_or("~");
    rows.sort_by(|a, b| {
        let by = match request.sort {
            FigureSort::Report => std::cmp::Ordering::Equal,
            FigureSort::Value => unit(a)
                .cmp(unit(b))
                .then_with(|| b.value.total_cmp(&a.value)),
            FigureSort::Period => b
                .figure
                .period()
                .map(|p| (p.end(), p.len_months()))
                .cmp(&a.figure.period().map(|p| (p.end(), p.len_months()))),
            FigureSort::Province => place(a).cmp(place(b)),
        };
        by.then(a.report.cmp(&b.report)).then(a.nth.cmp(&b.nth))
    });
    let total = rows.len();
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
