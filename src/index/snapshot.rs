//! The index at one commit, as queries read it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::collector::TopDocs;
use tantivy::query::TermQuery;
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use super::columns::Columns;
use super::directory;
use super::document::{self, StoredReport};
use super::meta::Meta;
use super::schema::Fields;
use crate::model::{Gazetteer, Taxonomy};
use crate::source::GivenData;
use crate::{Error, Result};

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
    /// Frequencies of neighbouring words, as queries find them out.
    pub pairs: crate::query::rank::PairCache,
    catalog: std::sync::OnceLock<crate::query::catalog::Catalog>,
    tags: std::sync::OnceLock<Vec<crate::query::tags::Tags>>,
}

impl Snapshot {
    pub fn new(dir: &Path, searcher: Searcher, fields: Fields, meta: Meta) -> Result<Self> {
        let columns = searcher
            .segment_readers()
            .iter()
            .map(Columns::open)
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
            columns,
            pairs: crate::query::rank::PairCache::default(),
            catalog: std::sync::OnceLock::new(),
            tags: std::sync::OnceLock::new(),
        })
    }

    /// Reports by subject and figures by metric, made on first need.
    pub fn catalog(&self) -> &crate::query::catalog::Catalog {
        self.catalog
            .get_or_init(|| crate::query::catalog::Catalog::new(self))
    }

    /// Sets for counting, by segment, made on first need.
    pub fn tags(&self) -> &[crate::query::tags::Tags] {
        self.tags.get_or_init(|| {
            let segments = self.searcher.segment_readers().iter().zip(&self.columns);
            segments
                .map(|(reader, columns)| crate::query::tags::Tags::new(columns, reader.max_doc()))
                .collect()
        })
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
        Columns::text(&self.columns(address).id, address.doc_id)
    }

    pub fn path(&self, address: DocAddress) -> String {
        Columns::text(&self.columns(address).path, address.doc_id)
    }

    pub fn title(&self, address: DocAddress) -> String {
        Columns::text(&self.columns(address).title, address.doc_id)
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
        let document: TantivyDocument = self
            .searcher
            .doc(address)
            .map_err(|error| directory::read_error(&self.dir, error))?;
        let text_of = |field| {
            document
                .get_first(field)
                .and_then(|value| value.as_str().map(str::to_owned))
        };
        let corrupt = |detail: String| Error::CorruptIndex {
            path: self.dir.clone(),
            detail,
        };
        let json =
            text_of(self.fields.data).ok_or_else(|| corrupt("a report without data".into()))?;
        let text =
            text_of(self.fields.text).ok_or_else(|| corrupt("a report without text".into()))?;
        let (data, own) = document::from_json(&json, &text)
            .map_err(|error| corrupt(format!("data of a report: {error}")))?;
        Ok((StoredReport { data, text }, own))
    }
}
