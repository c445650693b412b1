//! What filters and facets ask of a report, as small numbers in rows and as sets: made once for a commit, on first need, so that a
//! result is filtered and counted without a look into the columns.
//!
//! A row takes 20 bytes a report, a metric one bit. Of a large result the few reports that are not in it are counted, and taken
//! from the totals.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::bits::Bits;
use super::facet::{Branches, period_order};
use crate::index::columns::{self, BASES, Columns};
use crate::index::meta::Names;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period};

/// The lists of ids, and the values, that rows point to; the first of each stands for none.
#[derive(Debug)]
pub(crate) struct Tags {
    /// Subjects, by id of [`Meta`](crate::index::meta::Meta), main one first.
    pub places: Vec<Box<[u32]>>,
    pub zones: Vec<Box<[u32]>>,
    pub kinds: Vec<Box<[u32]>>,
    pub periods: Vec<Option<Period>>,
    pub publishers: Vec<String>,
    /// Paths and labels, by id.
    pub zone_names: Vec<(String, String)>,
    pub kind_names: Vec<(String, String)>,
    /// For each of `periods` those that contain it, among all of them and their ancestors: places in `spans`.
    pub around: Vec<Vec<u32>>,
    /// For each of `periods` its path.
    pub above: Vec<Vec<u32>>,
    /// Periods that counts are kept of, in the order that they are listed in.
    pub spans: Vec<Period>,
    /// Their paths and labels.
    pub span_names: Vec<(String, String)>,
    /// What each id counts to, by the boundaries of each report's own time.
    pub branches: Branches,
    pub segments: Vec<SegmentTags>,
}

/// The tags of one report.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row {
    pub place: u32,
    pub zone: u32,
    pub kind: u32,
    pub period: u32,
    pub publisher: u32,
}

/// Those of the reports of one segment.
#[derive(Debug)]
pub(crate) struct SegmentTags {
    pub rows: Vec<Row>,
    pub live: Bits,
    /// Counts over all live reports.
    totals: RowCounts,
    /// Reports with a figure of a metric, or of one below it; in the order of [`Branches::metric_codes`].
    pub metric: Vec<Option<Bits>>,
    pub basis: Vec<(Basis, Bits)>,
}

/// How many reports have each value of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowCounts {
    pub places: Vec<u32>,
    pub zones: Vec<u32>,
    pub kinds: Vec<u32>,
    pub periods: Vec<u32>,
    pub publishers: Vec<u32>,
}

impl RowCounts {
    fn new(tags: (usize, usize, usize, usize, usize)) -> Self {
        Self {
            places: vec![0; tags.0],
            zones: vec![0; tags.1],
            kinds: vec![0; tags.2],
            periods: vec![0; tags.3],
            publishers: vec![0; tags.4],
        }
    }

    fn lists(&mut self) -> [&mut Vec<u32>; 5] {
        [
            &mut self.places,
            &mut self.zones,
            &mut self.kinds,
            &mut self.periods,
            &mut self.publishers,
        ]
    }
}

impl Row {
    fn values(self) -> [u32; 5] {
        [
            self.place,
            self.zone,
            self.kind,
            self.period,
            self.publisher,
        ]
    }
}

impl SegmentTags {
    /// Adds the reports of `bits`, all of them live, to `counts`.
    pub fn count(&self, bits: &Bits, counts: &mut RowCounts) {
        let add = |counts: &mut RowCounts, docs: &mut dyn Iterator<Item = DocId>, by: u32| {
            let [places, zones, kinds, periods, publishers] = counts.lists();
            for doc in docs {
                let row = self.rows[doc as usize];
                for (list, value) in [
                    (&mut *places, row.place),
                    (&mut *zones, row.zone),
                    (&mut *kinds, row.kind),
                    (&mut *periods, row.period),
                    (&mut *publishers, row.publisher),
                ] {
                    let count = &mut list[value as usize];
                    *count = count.wrapping_add(by);
                }
            }
        };
        if bits.count() * 2 <= self.live.count() {
            return add(counts, &mut bits.iter(), 1);
        }
        for (sum, total) in counts.lists().into_iter().zip(self.totals.clone().lists()) {
            sum.iter_mut()
                .zip(total)
                .for_each(|(sum, total)| *sum += *total);
        }
        let mut rest = self.live.clone();
        rest.without(bits);
        add(counts, &mut rest.iter(), u32::MAX);
    }
}

/// Distinct values, numbered as they come.
struct Interner<K> {
    ids: FxHashMap<K, u32>,
    list: Vec<K>,
}

impl<K: Clone + Eq + Hash> Interner<K> {
    fn new(none: K) -> Self {
        Self {
            ids: [(none.clone(), 0)].into_iter().collect(),
            list: vec![none],
        }
    }

    fn id<Q: ?Sized + Eq + Hash + ToOwned<Owned = K>>(&mut self, value: &Q) -> u32
    where
        K: std::borrow::Borrow<Q>,
    {
        if let Some(&id) = self.ids.get(value) {
            return id;
        }
        let id = self.list.len() as u32;
        self.ids.insert(value.to_owned(), id);
        self.list.push(value.to_owned());
        id
    }
}

impl Tags {
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut places: Interner<Vec<u32>> = Interner::new(Vec::new());
        let mut zones: Interner<Vec<u32>> = Interner::new(Vec::new());
        let mut kinds: Interner<Vec<u32>> = Interner::new(Vec::new());
        let mut periods: Interner<u64> = Interner::new(u64::MAX);
        let mut publishers: Interner<String> = Interner::new(String::new());
        let branches = Branches::new(snapshot, Default::default());
        let readers = snapshot.searcher.segment_readers().iter();
        let mut segments: Vec<SegmentTags> = readers
            .zip(&snapshot.columns)
            .map(|(reader, columns)| {
                let rows = reader.max_doc();
                let mut this = SegmentTags {
                    rows: vec![Row::default(); rows as usize],
                    live: Bits::all(rows),
                    totals: RowCounts::default(),
                    metric: vec![None; branches.metric_codes.len()],
                    basis: Vec::new(),
                };
                if let Some(alive) = reader.alive_bitset() {
                    let dead: Vec<DocId> =
                        this.live.iter().filter(|&d| !alive.is_alive(d)).collect();
                    this.live.remove_all(&dead);
                }
                let list =
                    |column, interner: &mut Interner<Vec<u32>>, put: &mut dyn FnMut(DocId, u32)| {
                        let mut ids: Vec<u32> = Vec::new();
                        columns::each(column, rows, |doc, values: &[u64]| {
                            ids.clear();
                            ids.extend(values.iter().map(|&id| id as u32));
                            put(doc, interner.id(ids.as_slice()));
                        });
                    };
                list(&columns.place, &mut places, &mut |doc, id| {
                    this.rows[doc as usize].place = id
                });
                list(&columns.zone, &mut zones, &mut |doc, id| {
                    this.rows[doc as usize].zone = id
                });
                list(&columns.kind, &mut kinds, &mut |doc, id| {
                    this.rows[doc as usize].kind = id
                });
                columns::each(&columns.period, rows, |doc, values| {
                    this.rows[doc as usize].period = periods.id(&values[0]);
                });
                let names: Vec<u32> = Columns::dictionary(&columns.publisher)
                    .unwrap_or_default()
                    .iter()
                    .map(|name| publishers.id(name.as_str()))
                    .collect();
                columns::each(columns.publisher.ords(), rows, |doc, values| {
                    this.rows[doc as usize].publisher =
                        names.get(values[0] as usize).copied().unwrap_or_default();
                });
                let mut exact: Vec<Option<Bits>> = vec![None; branches.metric_codes.len()];
                columns::each(&columns.metric, rows, |doc, values| {
                    for &id in values {
                        if let Some(set) = exact.get_mut(id as usize) {
                            set.get_or_insert_with(|| Bits::none(rows)).insert(doc);
                        }
                    }
                });
                for (set, id) in exact.iter().zip(0..) {
                    let Some(set) = set else { continue };
                    for wider in branches.metrics(id) {
                        match &mut this.metric[wider as usize] {
                            Some(sum) => sum.or(set),
                            none => *none = Some(set.clone()),
                        }
                    }
                }
                for basis in BASES {
                    this.basis.push((basis, Bits::none(rows)));
                }
                columns::each(&columns.bases, rows, |doc, values| {
                    for (bit, (_, set)) in this.basis.iter_mut().enumerate() {
                        if values[0] >> bit & 1 == 1 {
                            set.insert(doc);
                        }
                    }
                });
                this
            })
            .collect();
        let boxed = |lists: Vec<Vec<u32>>| lists.into_iter().map(Vec::into_boxed_slice).collect();
        let periods: Vec<Option<Period>> = periods
            .list
            .into_iter()
            .map(|bits| Period::from_bits(u32::try_from(bits).ok()?))
            .collect();
        let (spans, around, above) = spans(&periods);
        let named = |names: &Names, label: &dyn Fn(&str) -> String| {
            let none = std::iter::once((String::new(), String::new()));
            none.chain(names.iter().map(|(_, name)| (name.to_owned(), label(name))))
                .collect()
        };
        let zone_label = |slug: &str| snapshot.meta.zone_names.get(slug).cloned();
        let sizes = (
            places.list.len(),
            zones.list.len(),
            kinds.list.len(),
            periods.len(),
            publishers.list.len(),
        );
        for segment in &mut segments {
            let mut totals = RowCounts::new(sizes);
            for doc in segment.live.iter() {
                let lists = totals.lists();
                for (list, value) in lists.into_iter().zip(segment.rows[doc as usize].values()) {
                    list[value as usize] += 1;
                }
            }
            segment.totals = totals;
        }
        Self {
            places: boxed(places.list),
            zones: boxed(zones.list),
            kinds: boxed(kinds.list),
            periods,
            publishers: publishers.list,
            around,
            above,
            zone_names: named(&snapshot.meta.zones, &|slug| {
                zone_label(slug).unwrap_or_else(|| slug.to_owned())
            }),
            kind_names: named(&snapshot.meta.kinds, &str::to_owned),
            span_names: spans
                .iter()
                .map(|&span| super::facet::period_names(span))
                .collect(),
            spans,
            branches,
            segments,
        }
    }

    /// Counts of nothing.
    pub fn row_counts(&self) -> RowCounts {
        RowCounts::new((
            self.places.len(),
            self.zones.len(),
            self.kinds.len(),
            self.periods.len(),
            self.publishers.len(),
        ))
    }
}

/// All periods and their ancestors, newest year first and within it the tree in order of time; and for each period the places
/// of those that contain it, and of those that are its path.
fn spans(periods: &[Option<Period>]) -> (Vec<Period>, Vec<Vec<u32>>, Vec<Vec<u32>>) {
    let known = periods.iter().flatten();
    let mut spans: Vec<Period> = known.flat_map(|period| period.ancestors()).collect();
    spans.extend(periods.iter().flatten());
    spans.sort_by(period_order);
    spans.dedup();
    let around = |period: Period| {
        let wider = spans.iter().zip(0..);
        let wider = wider.filter(|(span, _)| span.contains(period));
        wider.map(|(_, at)| at).collect()
    };
    let above = |period: Period| {
        let path = period.ancestors().into_iter();
        let place = |span| spans.binary_search_by(|known| period_order(known, &span));
        path.filter_map(|span| place(span).ok().map(|at| at as u32))
            .collect()
    };
    let each = |of: &dyn Fn(Period) -> Vec<u32>| -> Vec<Vec<u32>> {
        periods
            .iter()
            .map(|period| period.map_or_else(Vec::new, of))
            .collect()
    };
    let (around, above) = (each(&around), each(&above));
    (spans, around, above)
}
