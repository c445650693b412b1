//! Which reports are about a place, and which figures there are of a metric: made once for a commit, on first need.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use crate::index::columns::PackedFigure;
use crate::index::snapshot::Snapshot;

/// A figure and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub address: DocAddress,
    /// Which of the report's figures.
    pub nth: u32,
    pub figure: PackedFigure,
}

/// Lists by id of [`Meta`](crate::index::meta::Meta).
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    figures: FxHashMap<u32, Vec<Entry>>,
    subjects: FxHashMap<u32, Vec<DocAddress>>,
}

impl Catalog {
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut this = Self::default();
        for address in snapshot.live() {
            let columns = snapshot.columns(address);
            for id in columns.place.values_for_doc(address.doc_id) {
                this.subjects.entry(id as u32).or_default().push(address);
            }
            for (nth, packed) in columns.fig.values_for_doc(address.doc_id).enumerate() {
                let figure = PackedFigure(packed);
                this.figures
                    .entry(figure.metric())
                    .or_default()
                    .push(Entry {
                        address,
                        nth: nth as u32,
                        figure,
                    });
            }
        }
        this
    }

    /// Figures of a metric, by id.
    pub fn figures(&self, metric: u32) -> &[Entry] {
        self.figures.get(&metric).map_or(&[], Vec::as_slice)
    }

    /// Reports about a place, by id.
    pub fn about(&self, place: u32) -> &[DocAddress] {
        self.subjects.get(&place).map_or(&[], Vec::as_slice)
    }
}
