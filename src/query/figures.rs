//! Figures as rows: filtered, compared and sorted over the columns; only the rows shown are read from the store.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::filter::Resolved;
use super::parser::parse_condition;
use super::request::{FigureRequest, FigureSort, SearchRequest};
use super::response::{Figure, FigureResponse};
use super::search::{prepare_with, ranked};
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;
use crate::{Error, Result};

/// What rows are put in order by, before their reports.
type Key = (u32, u64);

/// Keys of an order.
struct Keys {
    sort: FigureSort,
    /// By id: the place of its name among all names. The ids of units depend on the order in which reports were read.
    ranks: Vec<u32>,
}

impl Keys {
    fn new(snapshot: &Snapshot, sort: FigureSort) -> Self {
        let meta = &snapshot.meta;
        let names = match sort {
            FigureSort::Value => &meta.units,
            _ => &meta.places,
        };
        // What has none stands last.
        let mut names: Vec<(&str, usize)> = std::iter::once(("~", 0))
            .chain(names.iter().map(|(id, name)| (name, id as usize)))
            .collect();
        let mut ranks = vec![0; names.len()];
        names.sort_unstable();
        for ((_, id), rank) in names.into_iter().zip(0..) {
            ranks[id] = rank;
        }
        Self { sort, ranks }
    }

    fn of(&self, figure: PackedFigure, value: f64) -> Key {
        let rank = |id: u32| self.ranks.get(id as usize).copied().unwrap_or(u32::MAX);
        match self.sort {
            FigureSort::Report => (0, 0),
            // Greatest first: the bits of a double in its order, turned over.
            FigureSort::Value => {
                let bits = value.to_bits();
                let ordered = bits ^ ((bits as i64 >> 63) as u64 >> 1 | 1 << 63);
                (rank(figure.unit()), !ordered)
            }
            // Latest first, then the longer one; what has none stands last.
            FigureSort::Period => {
                let place = figure.period().map_or(0, |period| {
                    let (year, month) = period.end();
                    let year = u64::try_from(year).unwrap_or_default();
                    let end = year << 40 | u64::from(month) << 32;
                    1 + (end | period.len_months() as u64)
                });
                (0, !place)
            }
            FigureSort::Province => (rank(figure.place()), 0),
        }
    }
}

/// Counts rows and keeps those that may be shown: no row behind the last one of them, and all that are equal to it.
struct Best {
    limit: Option<usize>,
    total: usize,
    rows: Vec<Row>,
    bound: Option<Key>,
    /// How many rows there may be before they are looked through.
    room: usize,
}

impl Best {
    const ROOM: usize = 4096;

    fn new(limit: Option<usize>) -> Self {
        Self {
            limit,
            total: 0,
            rows: Vec::new(),
            bound: None,
            room: Self::ROOM.max(limit.unwrap_or(usize::MAX).saturating_mul(2)),
        }
    }

    #[inline]
    fn add(&mut self, row: Row) {
        self.total += 1;
        if self.bound.is_some_and(|bound| row.key > bound) {
            return;
        }
        self.rows.push(row);
        if self.rows.len() >= self.room {
            self.prune();
            self.room = self.room.max(self.rows.len().saturating_mul(2));
        }
    }

    fn prune(&mut self) {
        let Some(limit) = self.limit.filter(|&limit| limit < self.rows.len()) else {
            return;
        };
        let Some(last) = limit.checked_sub(1) else {
            return self.rows.clear();
        };
        let (_, row, _) = self.rows.select_nth_unstable_by_key(last, |row| row.key);
        let bound = row.key;
        self.rows.retain(|row| row.key <= bound);
        self.bound = Some(bound);
    }

    /// Number of all rows, and the best in any order.
    fn finish(mut self) -> (usize, Vec<Row>) {
        self.prune();
        (self.total, self.rows)
    }
}

#[derive(Clone)]
struct Row {
    address: DocAddress,
    nth: usize,
    key: Key,
    /// Place of the report in the order asked for.
    report: usize,
}

pub(crate) fn find(snapshot: &Snapshot, request: &FigureRequest) -> Result<FigureResponse> {
    let mut filters = Resolved::new(snapshot, &request.filters)?;
    for text in &request.conditions {
        let condition = parse_condition(text).map_err(|detail| Error::Condition {
            text: text.clone(),
            detail,
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
    let keys = Keys::new(snapshot, request.sort);
    let mut rows = Best::new(request.limit);
    for (segment, bits) in prepared.matches.iter().enumerate() {
        filters.each_figure(
            snapshot,
            segment,
            bits,
            None,
            &mut |doc, nth, figure, value| {
                let address = DocAddress::new(segment as u32, doc);
                let report = match by_rank {
                    true => order.get(&address).copied().unwrap_or(usize::MAX),
                    false => usize::MAX,
                };
                let key = match request.sort {
                    FigureSort::Report => (0, report as u64),
                    _ => keys.of(figure, value),
                };
                rows.add(Row {
                    address,
                    nth: nth as usize,
                    key,
                    report,
                });
            },
        )?;
    }
    let (total, mut rows) = rows.finish();
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
        a.key
            .cmp(&b.key)
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
        out.extend(Figure::of(report, row.nth));
    }
    Ok(FigureResponse {
        total,
        figures: out,
        issues: prepared.issues,
    })
}
