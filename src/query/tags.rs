//! What filters and facets ask of a report, as small numbers and as sets: made once for a commit, on first need, so that a
//! result is filtered and counted without a look into the columns.
//!
//! Five numbers a report, of two bytes each (four where a segment needs more), a metric and a basis one bit. Of a large result the few reports that are not in it are counted, and taken
//! from the totals.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::Column;

use super::bits::Bits;
use super::facet::{Branches, Listed, period_order, place_ids};
use super::response::Name;
use crate::index::columns::{self, BASES, Columns};
use crate::index::meta::Names;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period};

/// The lists of ids, and the values, that tags point to; the first of each stands for none.
#[derive(Debug)]
pub(crate) struct Tags {
    /// Subjects, by id of [`Meta`](crate::index::meta::Meta), main one first.
    pub places: Vec<Box<[u32]>>,
    pub zones: Vec<Box<[u32]>>,
    pub kinds: Vec<Box<[u32]>>,
    pub periods: Vec<Option<Period>>,
    pub publishers: Vec<String>,
    pub zone_names: Listed,
    pub kind_names: Listed,
    pub publisher_names: Listed,
    /// Ids of the places in the order in which facets are listed.
    pub place_ids: Vec<u32>,
    /// For each of `periods` those that contain it, among all of them and their ancestors: places in `spans`.
    pub around: Vec<Vec<u32>>,
    /// For each of `periods` its path.
    pub above: Vec<Vec<u32>>,
    /// Periods that counts are kept of, in the order that they are listed in.
    pub spans: Vec<Period>,
    /// Their paths and labels.
    pub span_names: Vec<(Name, Name)>,
    /// What each id counts to, by the boundaries of each report's own time.
    pub branches: Branches,
    pub segments: Vec<SegmentTags>,
}

/// What a report has one number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tag {
    Place,
    Zone,
    Kind,
    Period,
    Publisher,
}

const TAGS: usize = 5;

/// Those of the reports of one segment.
#[derive(Debug)]
pub(crate) struct SegmentTags {
    pub rows: u32,
    live: Bits,
    values: [Values; TAGS],
    /// By tag and value: number of live reports.
    totals: [Vec<u32>; TAGS],
    /// Reports with a figure of a metric, or of one below it; in the order of [`Branches::metric_codes`].
    pub metric: Vec<Option<Bits>>,
    pub basis: Vec<(Basis, Bits)>,
}

impl SegmentTags {
    /// The value of a report.
    #[inline]
    pub fn value(&self, tag: Tag, doc: DocId) -> usize {
        match &self.values[tag as usize] {
            Values::Narrow(values) => usize::from(values[doc as usize]),
            Values::Wide(values) => values[doc as usize] as usize,
        }
    }

    /// Adds the reports of `bits`, all of them live, to `counts`.
    fn count(&self, tag: Tag, bits: &Bits, counts: &mut [u32]) {
        let values = &self.values[tag as usize];
        if bits.count() * 2 <= self.live.count() {
            return values.count(bits, 1, counts);
        }
        let totals = self.totals[tag as usize].iter();
        counts.iter_mut().zip(totals).for_each(|(sum, n)| *sum += n);
        let mut rest = self.live.clone();
        rest.without(bits);
        values.count(&rest, u32::MAX, counts);
    }
}

/// A small number for each report, in two bytes where all fit.
#[derive(Debug)]
enum Values {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl Values {
    fn new(values: Vec<u32>) -> Self {
        let narrow = values.iter().map(|&value| u16::try_from(value).ok());
        match narrow.collect() {
            Some(narrow) => Self::Narrow(narrow),
            None => Self::Wide(values),
        }
    }

    /// Adds `by` to the count of each report's value, wrapping.
    fn count(&self, bits: &Bits, by: u32, counts: &mut [u32]) {
        match self {
            Self::Narrow(values) => bits.each(|doc| {
                let count = &mut counts[usize::from(values[doc as usize])];
                *count = count.wrapping_add(by);
            }),
            Self::Wide(values) => bits.each(|doc| {
                let count = &mut counts[values[doc as usize] as usize];
                *count = count.wrapping_add(by);
            }),
        }
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
                let mut live = Bits::all(rows);
                if let Some(alive) = reader.alive_bitset() {
                    live.retain(|doc| alive.is_alive(doc));
                }
                SegmentTags {
                    rows,
                    live,
                    values: [
                        lists(&columns.place, rows, &mut places),
                        lists(&columns.zone, rows, &mut zones),
                        lists(&columns.kind, rows, &mut kinds),
                        values(&columns.period, rows, |bits| periods.id(&bits)),
                        publishers_of(columns, rows, &mut publishers),
                    ],
                    totals: Default::default(),
                    metric: metric_sets(columns, rows, &branches),
                    basis: basis_sets(columns, rows),
                }
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
            let names = names.iter().map(|(_, name)| (name.to_owned(), label(name)));
            Listed::new(&none.chain(names).collect::<Vec<_>>())
        };
        let zone_label = |slug: &str| snapshot.meta.zone_names.get(slug).cloned();
        let of_publishers = publishers
            .list
            .iter()
            .map(|name| (name.clone(), name.clone()));
        let mut this = Self {
            zone_names: named(&snapshot.meta.zones, &|slug| {
                zone_label(slug).unwrap_or_else(|| slug.to_owned())
            }),
            kind_names: named(&snapshot.meta.kinds, &str::to_owned),
            publisher_names: Listed::new(&of_publishers.collect::<Vec<_>>()),
            place_ids: place_ids(snapshot),
            places: boxed(places.list),
            zones: boxed(zones.list),
            kinds: boxed(kinds.list),
            periods,
            publishers: publishers.list,
            around,
            above,
            span_names: spans
                .iter()
                .map(|&span| super::facet::period_names(span))
                .collect(),
            spans,
            branches,
            segments: Vec::new(),
        };
        for segment in &mut segments {
            for tag in [
                Tag::Place,
                Tag::Zone,
                Tag::Kind,
                Tag::Period,
                Tag::Publisher,
            ] {
                let mut totals = vec![0; this.number_of(tag)];
                segment.values[tag as usize].count(&segment.live, 1, &mut totals);
                segment.totals[tag as usize] = totals;
            }
        }
        this.segments = segments;
        this
    }

    /// How many values there are.
    fn number_of(&self, tag: Tag) -> usize {
        match tag {
            Tag::Place => self.places.len(),
            Tag::Zone => self.zones.len(),
            Tag::Kind => self.kinds.len(),
            Tag::Period => self.periods.len(),
            Tag::Publisher => self.publishers.len(),
        }
    }

    /// How many reports of `sets`, all of them live, have each value.
    pub fn count(&self, tag: Tag, sets: &[Bits]) -> Vec<u32> {
        let mut counts = vec![0; self.number_of(tag)];
        for (segment, bits) in self.segments.iter().zip(sets) {
            segment.count(tag, bits, &mut counts);
        }
        counts
    }
}

/// A number for each report, of the one value that it has.
fn values(column: &Column<u64>, rows: u32, mut id: impl FnMut(u64) -> u32) -> Values {
    let mut out = vec![0; rows as usize];
    columns::each(column, rows, |doc, values| {
        out[doc as usize] = id(values[0])
    });
    Values::new(out)
}

/// A number for each report, of the list of ids that it has.
fn lists(column: &Column<u64>, rows: u32, known: &mut Interner<Vec<u32>>) -> Values {
    let mut out = vec![0; rows as usize];
    let mut ids: Vec<u32> = Vec::new();
    // Most lists are of one id; of these the number is looked up by the id.
    let mut single: Vec<u32> = Vec::new();
    columns::each(column, rows, |doc, values: &[u64]| {
        let place = match values {
            [id] => Some(*id as usize),
            _ => None,
        };
        let met = place.and_then(|at| single.get(at)).copied();
        out[doc as usize] = met.filter(|&number| number > 0).unwrap_or_else(|| {
            ids.clear();
            ids.extend(values.iter().map(|&id| id as u32));
            let number = known.id(ids.as_slice());
            if let Some(at) = place {
                single.resize(single.len().max(at + 1), 0);
                single[at] = number;
            }
            number
        });
    });
    Values::new(out)
}

fn publishers_of(columns: &Columns, rows: u32, known: &mut Interner<String>) -> Values {
    let names: Vec<u32> = Columns::dictionary(&columns.publisher)
        .unwrap_or_default()
        .iter()
        .map(|name| known.id(name.as_str()))
        .collect();
    values(columns.publisher.ords(), rows, |ord| {
        names.get(ord as usize).copied().unwrap_or_default()
    })
}

fn metric_sets(columns: &Columns, rows: u32, branches: &Branches) -> Vec<Option<Bits>> {
    let mut exact: Vec<Option<Bits>> = vec![None; branches.metric_codes.len()];
    columns::each(&columns.metric, rows, |doc, values| {
        for &id in values {
            if let Some(set) = exact.get_mut(id as usize) {
                set.get_or_insert_with(|| Bits::none(rows)).insert(doc);
            }
        }
    });
    let mut all: Vec<Option<Bits>> = vec![None; exact.len()];
    for (set, id) in exact.iter().zip(0..) {
        let Some(set) = set else { continue };
        for wider in branches.metrics(id) {
            match &mut all[wider as usize] {
                Some(sum) => sum.or(set),
                none => *none = Some(set.clone()),
            }
        }
    }
    all
}

fn basis_sets(columns: &Columns, rows: u32) -> Vec<(Basis, Bits)> {
    let mut sets = BASES.map(|basis| (basis, Bits::none(rows)));
    columns::each(&columns.bases, rows, |doc, values| {
        for (bit, (_, set)) in sets.iter_mut().enumerate() {
            if values[0] >> bit & 1 == 1 {
                set.insert(doc);
            }
        }
    });
    sets.into()
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
