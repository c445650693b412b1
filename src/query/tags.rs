//! Which reports of a segment have a figure of a metric, of a basis, or are of a kind, as sets: made once for a commit, on first
//! need, so that counting them for a result is an intersection and not a pass over every figure of it.

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::bits::Bits;
use crate::index::columns::{Columns, PackedFigure};
use crate::model::Basis;

/// The sets of one segment; a metric takes one bit a report.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    /// By id of [`Meta`](crate::index::meta::Meta), rising.
    pub metric: Vec<(u32, Bits)>,
    pub kind: Vec<(u32, Bits)>,
    pub basis: Vec<(Basis, Bits)>,
    /// Names of publishers by ordinal.
    pub publishers: Vec<String>,
}

impl Tags {
    /// Reads the columns of a segment of `rows` reports.
    pub fn new(columns: &Columns, rows: u32) -> Self {
        let mut this = Self {
            publishers: Columns::dictionary(&columns.publisher).unwrap_or_default(),
            ..Self::default()
        };
        let mut metric: FxHashMap<u32, Bits> = FxHashMap::default();
        let mut kind: FxHashMap<u32, Bits> = FxHashMap::default();
        let set = |sets: &mut FxHashMap<u32, Bits>, id: u64, doc: DocId| {
            sets.entry(id as u32)
                .or_insert_with(|| Bits::none(rows))
                .insert(doc);
        };
        for doc in 0..rows {
            for id in columns.metric.values_for_doc(doc) {
                set(&mut metric, id, doc);
            }
            for id in columns.kind.values_for_doc(doc) {
                set(&mut kind, id, doc);
            }
            for packed in columns.fig.values_for_doc(doc) {
                let basis = PackedFigure(packed).basis();
                let at = this.basis.iter().position(|(b, _)| *b == basis);
                let at = at.unwrap_or_else(|| {
                    this.basis.push((basis, Bits::none(rows)));
                    this.basis.len() - 1
                });
                this.basis[at].1.insert(doc);
            }
        }
        this.metric = metric.into_iter().collect();
        this.metric.sort_unstable_by_key(|(id, _)| *id);
        this.kind = kind.into_iter().collect();
        this.kind.sort_unstable_by_key(|(id, _)| *id);
        this
    }
}
