//! The index at one commit, as queries read it.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::collector::TopDocs;
use tantivy::directory::CompositeFile;
use tantivy::index::SegmentComponent;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, Term};

use super::columns::{Columns, Head, pair_key};
use super::directory;
use super::document::{self, StoredReport};
use super::meta::Meta;
use super::schema::Fields;
use super::stored::Stored;
use crate::model::{Gazetteer, Taxonomy};
use crate::source::GivenData;
use crate::{Error, Result};

/// Blocks of the store that are kept decompressed, of each segment: 64 KiB each, and hits seldom share one.
const STORE_BLOCKS: usize = 16;

/// Something that the layer above keeps with a commit, made when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Beside(OnceLock<Box<dyn Any + Send + Sync>>);

impl Beside {
    /// What is kept; there is one type of it.
    pub fn get<T: Any + Default + Send + Sync>(&self) -> &T {
        let kept = self.0.get_or_init(|| Box::<T>::default());
        kept.downcast_ref().expect("one type is kept")
    }
}

/// One commit: segments, their columns, the names behind their ids. Shared by readers, never changed.
pub(crate) struct Snapshot {
    pub dir: PathBuf,
    pub searcher: Searcher,
    pub fields: Fields,
    pub meta: Meta,
    /// The built-in metrics, and the user's over them.
    pub taxonomy: Arc<Taxonomy>,
    /// The user's names of places; empty where there are none.
    pub gazetteer: Arc<Gazetteer>,
    /// By segment, as `searcher.segment_readers()`.
    pub columns: Vec<Columns>,
    /// By segment: positions of words, for phrases.
    pub positions: Vec<CompositeFile>,
    stores: Vec<StoreReader>,
    /// What queries on this commit have worked out.
    pub beside: Beside,
    /// Names of publishers, by segment: few, and every hit asks for one.
    publishers: Vec<OnceLock<Vec<String>>>,
}

/// The file of positions of a segment.
pub(crate) fn positions(reader: &SegmentReader) -> tantivy::Result<CompositeFile> {
    let file = reader.open_read(SegmentComponent::Positions)?;
    Ok(CompositeFile::open(&file)?)
}

impl Snapshot {
    pub fn new(dir: &Path, searcher: Searcher, fields: Fields, meta: Meta) -> Result<Self> {
        let columns: Vec<Columns> = searcher
            .segment_readers()
            .iter()
            .map(Columns::open)
            .collect::<tantivy::Result<_>>()
            .map_err(|error| directory::read_error(dir, error))?;
        let positions = searcher
            .segment_readers()
            .iter()
            .map(positions)
            .collect::<tantivy::Result<_>>()
            .map_err(|error| directory::read_error(dir, error))?;
        let stores = searcher
            .segment_readers()
            .iter()
            .map(|reader| Ok(reader.get_store_reader(STORE_BLOCKS)?))
            .collect::<tantivy::Result<_>>()
            .map_err(|error| directory::read_error(dir, error))?;
        let taxonomy = if meta.taxonomy.is_empty() {
            Taxonomy::get().clone()
        } else {
            Taxonomy::with_toml(&meta.taxonomy).map_err(|detail| Error::CorruptIndex {
                path: dir.to_owned(),
                detail: format!("its table of metrics: {detail}"),
            })?
        };
        let gazetteer = if meta.gazetteer.is_empty() {
            Gazetteer::default()
        } else {
            Gazetteer::with_tsv(&meta.gazetteer).map_err(|detail| Error::CorruptIndex {
                path: dir.to_owned(),
                detail: format!("its table of places: {detail}"),
            })?
        };
        Ok(Self {
            dir: dir.to_owned(),
            taxonomy: Arc::new(taxonomy),
            gazetteer: Arc::new(gazetteer),
            searcher,
            fields,
            meta,
            publishers: columns.iter().map(|_| OnceLock::new()).collect(),
            columns,
            positions,
            stores,
            beside: Beside::default(),
        })
    }

    /// Calls `visit` with each metric of which a segment has figures for `place`, and blocks of the reports that have them,
    /// rising; deleted ones included.
    pub fn each_pair(
        &self,
        segment: usize,
        place: u32,
        visit: &mut dyn FnMut(u32, &[DocId]),
    ) -> Result<()> {
        let field = self.fields.pair;
        let reader = self.searcher.segment_reader(segment as u32);
        let inverted = reader.inverted_index(field)?;
        let key = |place, metric| Term::from_field_u64(field, pair_key(place, metric));
        let mut stream = inverted
            .terms()
            .range()
            .ge(key(place, 0).serialized_value_bytes())
            .lt(key(place + 1, 0).serialized_value_bytes())
            .into_stream()
            .map_err(tantivy::TantivyError::from)?;
        while stream.advance() {
            let Ok(bytes) = <[u8; 8]>::try_from(stream.key()) else {
                continue;
            };
            let metric = u64::from_be_bytes(bytes) as u32;
            let mut postings = inverted
                .read_block_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            while !postings.docs().is_empty() {
                visit(metric, postings.docs());
                postings.advance();
            }
        }
        Ok(())
    }

    /// Calls `visit` with blocks of the live reports of a segment that hold a term, rising.
    pub fn each_of_term(
        &self,
        segment: usize,
        term: &Term,
        visit: &mut dyn FnMut(&[DocId]),
    ) -> Result<()> {
        let reader = self.searcher.segment_reader(segment as u32);
        let postings = reader
            .inverted_index(term.field())?
            .read_block_postings(term, IndexRecordOption::Basic)
            .map_err(tantivy::TantivyError::from)?;
        let Some(mut postings) = postings else {
            return Ok(());
        };
        let mut live = Vec::new();
        while !postings.docs().is_empty() {
            match reader.alive_bitset() {
                Some(alive) => {
                    live.clear();
                    live.extend(postings.docs().iter().filter(|&&doc| alive.is_alive(doc)));
                    visit(&live);
                }
                None => visit(postings.docs()),
            }
            postings.advance();
        }
        Ok(())
    }

    /// Number of live reports.
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Every live report.
    pub fn live(&self) -> impl Iterator<Item = DocAddress> + '_ {
        self.searcher
            .segment_readers()
            .iter()
            .zip(0u32..)
            .flat_map(|(reader, segment)| {
                reader
                    .doc_ids_alive()
                    .map(move |doc| DocAddress::new(segment, doc))
            })
    }

    pub fn columns(&self, address: DocAddress) -> &Columns {
        &self.columns[address.segment_ord as usize]
    }

    pub fn id(&self, address: DocAddress) -> String {
        self.columns(address).head(address.doc_id, Head::Id)
    }

    pub fn path(&self, address: DocAddress) -> String {
        let written = self.columns(address).head(address.doc_id, Head::Path);
        document::path_of(&self.meta, &written, &self.id(address))
    }

    pub fn title(&self, address: DocAddress) -> String {
        self.columns(address).head(address.doc_id, Head::Title)
    }

    pub fn publisher(&self, address: DocAddress) -> Option<String> {
        let segment = address.segment_ord as usize;
        let ord = self.columns[segment]
            .publisher
            .term_ords(address.doc_id)
            .next()?;
        let names = self.publishers[segment].get_or_init(|| {
            Columns::dictionary(&self.columns[segment].publisher).unwrap_or_default()
        });
        names
            .get(ord as usize)
            .filter(|name| !name.is_empty())
            .cloned()
    }

    /// The report with this id.
    pub fn find(&self, id: &str) -> Result<Option<DocAddress>> {
        let query = TermQuery::new(
            Term::from_field_text(self.fields.id, id),
            IndexRecordOption::Basic,
        );
        let hits = self
            .searcher
            .search(&query, &TopDocs::with_limit(1).order_by_score())
            .map_err(|error| directory::read_error(&self.dir, error))?;
        Ok(hits.first().map(|(_, address)| *address))
    }

    /// Reads a report from the store: its text and all that was recognised.
    pub fn stored(&self, address: DocAddress) -> Result<StoredReport> {
        self.stored_with_own(address).map(|(report, _)| report)
    }

    /// The same, and what the file itself gave.
    pub fn stored_with_own(&self, address: DocAddress) -> Result<(StoredReport, GivenData)> {
        let (mut data, own, text) = self.with_stored(address, |stored| {
            let (data, own) = document::from_store(stored.data, stored.found, stored.text)?;
            Ok((data, own, stored.text.to_owned()))
        })?;
        data.id = self.id(address);
        data.path = self.path(address);
        data.title = self.title(address);
        data.publisher = self.publisher(address);
        Ok((StoredReport { data, text }, own))
    }

    /// Hands what is stored of a report to `read`, as it lies in its block; an error of it is one of the index.
    pub fn with_stored<T>(
        &self,
        address: DocAddress,
        read: impl FnOnce(&Stored<'_>) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let bytes = self.stores[address.segment_ord as usize]
            .get_document_bytes(address.doc_id)
            .map_err(|error| directory::read_error(&self.dir, error))?;
        Stored::read(&bytes, &self.fields)
            .ok_or_else(|| "it is cut short".to_owned())
            .and_then(|stored| read(&stored))
            .map_err(|error| Error::CorruptIndex {
                path: self.dir.clone(),
                detail: format!("data of a report: {error}"),
            })
    }
}
