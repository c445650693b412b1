//! What queries on one commit have worked out and later ones ask for again, within a bound of memory.

use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::schema::Field;
use tantivy::{DocId, Term};
use xxhash_rust::xxh3::Xxh3;

use super::bits::Bits;
use super::rank::PairCache;
use super::tags::{Tag, Tags};
use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;

/// What is kept of a snapshot.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Reports of a segment with a common word in a field, or with common words in a row, deleted ones included.
    pub words: Bounded<(u32, Field, String), Bits>,
    /// What BM25 gives to each report of a segment by a common term; empty where it was asked for once.
    pub gains: Bounded<(u32, Term), Vec<f32>>,
    /// Counts of large sets: by tag and value, or (without a tag) by metric.
    pub counts: Bounded<(SetKey, Option<Tag>), Vec<u32>>,
    /// Of which metrics the reports of a segment have figures for a place.
    pub places: Bounded<(u32, u32), PlaceMetrics>,
    /// The figures of a metric in a segment.
    pub figures: Bounded<(u32, u32), MetricFigures>,
    /// Frequencies of neighbouring words.
    pub pairs: PairCache,
    tags: OnceLock<Tags>,
}

impl Kept {
    /// What is kept of a snapshot.
    pub fn of(snapshot: &Snapshot) -> &Self {
        snapshot.beside.get()
    }

    /// Rows and sets for filters and facets, made on first need.
    pub fn tags(snapshot: &Snapshot) -> &Tags {
        let kept = Self::of(snapshot);
        kept.tags.get_or_init(|| Tags::new(snapshot))
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            words: Bounded::new(8 << 20),
            gains: Bounded::new(16 << 20),
            counts: Bounded::new(4 << 20),
            places: Bounded::new(8 << 20),
            figures: Bounded::new(28 << 20),
            pairs: PairCache::default(),
            tags: OnceLock::new(),
        }
    }
}

/// Whether a word of so many reports of a segment is worth keeping something for: what is kept takes room for every report, and only
/// of words in many of them is that less to read than the list.
pub(crate) fn worth_keeping(doc_freq: u32, rows: u32) -> bool {
    const COMMON: u32 = 1024;
    doc_freq >= COMMON && doc_freq >= rows / 32
}

/// Stands for sets of reports, one a segment: equal for equal sets, and for others but by a chance of two to the 128th.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SetKey(u128);

impl SetKey {
    /// `None` for sets that are counted faster than looked up.
    pub fn of(sets: &[Bits]) -> Option<Self> {
        let rows: usize = sets.iter().map(|set| set.words().len() * 64).sum();
        let count: usize = sets.iter().map(Bits::count).sum();
        if count < 1024 || count < rows / 32 {
            return None;
        }
        let mut hash = Xxh3::new();
        for word in sets.iter().flat_map(Bits::words) {
            hash.update(&word.to_le_bytes());
        }
        Some(Self(hash.digest128()))
    }
}

/// Reports that have figures of a place, rising, and of each the metrics as bits, wider ones included.
#[derive(Debug, Default)]
pub(crate) struct PlaceMetrics {
    pub docs: Vec<DocId>,
    /// `width` numbers a report.
    pub metrics: Vec<u64>,
    pub width: usize,
}

/// Figures of one metric, in the order of reports and of their texts: report, which of its figures, itself, value.
#[derive(Debug, Default)]
pub(crate) struct MetricFigures {
    pub docs: Vec<DocId>,
    pub nths: Vec<u32>,
    pub figures: Vec<PackedFigure>,
    pub values: Vec<f64>,
}

impl MetricFigures {
    /// Bytes that a figure takes.
    pub const EACH: usize = 24;
}

/// Values by key; when they take more room than they may, all are dropped, as those in use come back soon.
#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    most: usize,
    inner: Mutex<Inner<K, V>>,
}

#[derive(Debug)]
struct Inner<K, V> {
    values: FxHashMap<K, Arc<V>>,
    bytes: usize,
}

/// How much memory a value takes, near enough.
pub(crate) trait Size {
    fn bytes(&self) -> usize;
}

impl Size for Bits {
    fn bytes(&self) -> usize {
        size_of_val(self.words())
    }
}

impl<T> Size for Vec<T> {
    fn bytes(&self) -> usize {
        size_of_val(&self[..])
    }
}

impl Size for PlaceMetrics {
    fn bytes(&self) -> usize {
        size_of_val(&self.docs[..]) + size_of_val(&self.metrics[..])
    }
}

impl Size for MetricFigures {
    fn bytes(&self) -> usize {
        self.docs.capacity() * Self::EACH
    }
}

impl<K: Eq + Hash, V: Size> Bounded<K, V> {
    /// What an entry takes beside its value.
    const ENTRY: usize = 128;

    fn new(most: usize) -> Self {
        let inner = Inner {
            values: FxHashMap::default(),
            bytes: 0,
        };
        Self {
            most,
            inner: Mutex::new(inner),
        }
    }

    /// The most bytes that may be kept.
    pub const fn most(&self) -> usize {
        self.most
    }

    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.values.get(key).cloned()
    }

    /// Keeps a value, which comes back shared.
    pub fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let bytes = value.bytes() + Self::ENTRY;
        if bytes > self.most {
            return value;
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.bytes + bytes > self.most {
            inner.values.clear();
            inner.bytes = 0;
        }
        if let Some(old) = inner.values.insert(key, value.clone()) {
            inner.bytes -= old.bytes() + Self::ENTRY;
        }
        inner.bytes += bytes;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_bounded_and_values_come_back() {
        let kept: Bounded<u32, Vec<u32>> = Bounded::new(10_000);
        kept.put(0, vec![7; 100]);
        assert_eq!(kept.get(&0).as_deref(), Some(&vec![7; 100]));
        // The same key twice takes room once.
        for _ in 0..100 {
            kept.put(0, vec![8; 100]);
        }
        assert_eq!(kept.inner.lock().unwrap().bytes, 400 + 128);
        for key in 1..100 {
            kept.put(key, vec![key; 100]);
            assert!(kept.inner.lock().unwrap().bytes <= 10_000);
            assert_eq!(kept.get(&key).as_deref(), Some(&vec![key; 100]));
        }
        assert_eq!(kept.get(&0), None);
        // Too large to be kept at all.
        assert_eq!(kept.put(200, vec![1; 5_000]).len(), 5_000);
        assert_eq!(kept.get(&200), None);
        assert!(kept.get(&99).is_some());
    }

    #[test]
    fn large_sets_are_told_apart() {
        let sets = |gap| {
            let mut set = Bits::all(5_000);
            set.retain(|doc| doc != gap);
            [set, Bits::all(70)]
        };
        assert_eq!(SetKey::of(&sets(3)), SetKey::of(&sets(3)));
        assert_ne!(SetKey::of(&sets(3)), SetKey::of(&sets(4)));
        assert_eq!(SetKey::of(&[Bits::none(5_000)]), None);
    }
}
