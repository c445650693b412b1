//! The one door to an index: open, index, look up. Searching stands in [`crate::query`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustc_hash::FxHashSet;
use serde::Serialize;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy};

use crate::index::columns::column_value;
use crate::index::directory::{self, Found, WriterLock};
use crate::index::schema::Fields;
use crate::index::snapshot::Snapshot;
use crate::index::terms::{TERMS, TermsTokenizer};
use crate::index::{
    FORMAT_VERSION, IndexReport, IndexRequest, NoProgress, Progress, StoredReport, schema, writer,
};
use crate::model::{Gazetteer, Taxonomy};
use crate::source::walk;
use crate::{Error, Result};

/// An index of reports: searched by any number of threads while one of them writes.
///
/// Readers see the last commit that was there at [`Engine::open`], at the end of [`Engine::index`] or at
/// [`Engine::reload`], whole, whatever a writer does meanwhile, in this process or in another.
///
/// ```
/// # fn main() -> baocao::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let corpus = folder.path().join("corpus");
/// # std::fs::create_dir(&corpus).unwrap();
/// std::fs::write(corpus.join("bao-cao.txt"), "BÁO CÁO QUÝ I\n\nTỉnh thu hút ba dự án mới.").unwrap();
/// let engine = baocao::Engine::open_or_create(&folder.path().join("index"))?;
/// let done = engine.index(&baocao::IndexRequest::new([&corpus]))?;
/// assert_eq!((done.new, engine.len()), (1, 1));
/// assert_eq!(engine.report("bao-cao")?.data.title, "BÁO CÁO QUÝ I");
/// # Ok(())
/// # }
/// ```
pub struct Engine {
    dir: PathBuf,
    fields: Fields,
    open: RwLock<Open>,
    /// Writers of this process stand in line; those of others meet the lock file.
    writing: Mutex<()>,
}

/// The tantivy index and the state that readers get.
struct Open {
    index: Index,
    reader: IndexReader,
    snapshot: Arc<Snapshot>,
}

impl Open {
    fn new(dir: &Path, fields: Fields, index: Index) -> Result<Self> {
        index
            .tokenizers()
            .register(TERMS, TermsTokenizer::default());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            // The snapshot reads the store itself.
            .doc_store_cache_num_blocks(0)
            .try_into()
            .map_err(|error| directory::read_error(dir, error))?;
        let snapshot = snapshot(dir, fields, &index, &reader)?;
        Ok(Self {
            index,
            reader,
            snapshot,
        })
    }
}

fn snapshot(
    dir: &Path,
    fields: Fields,
    index: &Index,
    reader: &IndexReader,
) -> Result<Arc<Snapshot>> {
    let searcher = reader.searcher();
    // Read after the segments: names only grow, so those of a later commit serve an earlier one.
    let meta = directory::load_meta(dir, index)?;
    let open = std::panic::AssertUnwindSafe(|| Snapshot::new(dir, searcher, fields, meta));
    let snapshot = std::panic::catch_unwind(open).unwrap_or_else(|_| {
        Err(Error::CorruptIndex {
            path: dir.to_owned(),
            detail: "its columns cannot be read".to_owned(),
        })
    })?;
    Ok(Arc::new(snapshot))
}

/// The state of an index without reports, for a folder that has none.
fn empty(dir: &Path) -> Result<Arc<Snapshot>> {
    let (schema, fields) = schema::build();
    let open = Open::new(dir, fields, Index::create_in_ram(schema))?;
    Ok(open.snapshot)
}

/// Counts and sizes of an index.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// The folder.
    pub path: PathBuf,
    /// Version of its layout.
    pub format: u32,
    /// Reports.
    pub reports: u64,
    /// Figures in them.
    pub figures: u64,
    /// Reports with a subject recognised or given.
    pub with_subject: u64,
    /// Reports with a period recognised or given.
    pub with_period: u64,
    /// Distinct folded syllables in texts; an upper bound where there are several segments.
    pub terms: u64,
    /// Parts that tantivy keeps the index in.
    pub segments: usize,
    /// Bytes on disk.
    pub bytes: u64,
}

/// What a check of an index found.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Reports read.
    pub reports: u64,
    /// Spans checked.
    pub spans: u64,
    /// Everything that is wrong; empty for a sound index.
    pub problems: Vec<String>,
}

impl Engine {
    /// Opens the index in `dir`.
    ///
    /// # Errors
    /// [`Error::NoIndex`], [`Error::ForeignDirectory`], [`Error::FormatVersion`], [`Error::CorruptIndex`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = directory::absolute(dir.as_ref());
        match directory::inspect(&dir)? {
            Found::Index => Self::start(&dir, directory::open(&dir)?),
            Found::Nothing | Found::Unfinished => Err(Error::NoIndex { path: dir }),
        }
    }

    /// Opens the index in `dir`, or makes an empty one where there is none.
    ///
    /// # Errors
    /// As [`Engine::open`], and where the folder cannot be written to or another process is just making it.
    pub fn open_or_create(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = directory::absolute(dir.as_ref());
        if directory::inspect(&dir)? == Found::Index {
            return Self::open(&dir);
        }
        let _lock = WriterLock::acquire(&dir)?;
        match directory::inspect(&dir)? {
            Found::Index => Self::open(&dir),
            Found::Nothing | Found::Unfinished => {
                directory::mark(&dir)?;
                Self::start(&dir, directory::create(&dir)?)
            }
        }
    }

    /// Makes an empty index in `dir` in the place of one of whatever version or state.
    ///
    /// # Errors
    /// [`Error::ForeignDirectory`] where the folder holds anything else; [`Error::Locked`].
    pub fn recreate(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = directory::absolute(dir.as_ref());
        if let Err(error @ Error::ForeignDirectory { .. }) = directory::inspect(&dir) {
            return Err(error);
        }
        let _lock = WriterLock::acquire(&dir)?;
        directory::clear(&dir)?;
        directory::mark(&dir)?;
        Self::start(&dir, directory::create(&dir)?)
    }

    fn start(dir: &Path, index: Index) -> Result<Self> {
        let (_, fields) = schema::build();
        Ok(Self {
            dir: dir.to_owned(),
            fields,
            open: RwLock::new(Open::new(dir, fields, index)?),
            writing: Mutex::new(()),
        })
    }

    /// The folder of the index.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// Number of reports.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.snapshot().len()
    }

    /// The metrics that the index goes by: the built-in ones, and the user's over them.
    #[must_use]
    pub fn taxonomy(&self) -> Arc<Taxonomy> {
        self.snapshot().taxonomy.clone()
    }

    /// Whether there are no reports.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ids of all reports, sorted.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        let snapshot = self.snapshot();
        let mut ids: Vec<String> = snapshot.live().map(|report| snapshot.id(report)).collect();
        ids.sort();
        ids
    }

    /// The state that queries read; stays as it is while the engine moves on.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .snapshot
            .clone()
    }

    /// Brings the index up to date with files and folders: reads what is new or changed, drops what is gone.
    ///
    /// # Errors
    /// A path that does not exist, another writer, a full disk; one bad file is no error but [`IndexReport::skipped`].
    pub fn index(&self, request: &IndexRequest) -> Result<IndexReport> {
        self.index_with(request, &NoProgress)
    }

    /// The same, watched.
    ///
    /// # Errors
    /// As [`Engine::index`].
    pub fn index_with(
        &self,
        request: &IndexRequest,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &request.taxonomy {
            // Before anything is thrown away.
            Taxonomy::with_file(path)?;
        }
        if let Some(path) = &request.gazetteer {
            Gazetteer::with_file(path)?;
        }
        let walk = walk::walk(&request.paths, &self.dir, &request.selection())?;
        let _lock = WriterLock::acquire(&self.dir)?;
        if request.rebuild {
            directory::clear(&self.dir)?;
            directory::mark(&self.dir)?;
            let index = directory::create(&self.dir)?;
            let open = Open::new(&self.dir, self.fields, index)?;
            *self.open.write().unwrap_or_else(PoisonError::into_inner) = open;
        } else {
            // Another process may have written since.
            self.reload()?;
        }
        let (index, snapshot) = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            (open.index.clone(), open.snapshot.clone())
        };
        let mut report = writer::run(Some(&index), &snapshot, request, walk, progress)?;
        self.refresh(request.taxonomy.is_some() || request.gazetteer.is_some())?;
        report.reports = self.len();
        Ok(report)
    }

    /// Says what [`Engine::index`] would do to the index in `dir`, and does nothing: every file that may have changed is
    /// read, none is annotated, nothing is written and no folder made.
    ///
    /// # Errors
    /// As [`Engine::open`], save that there need be no index, and as [`Engine::index`].
    pub fn preview(
        dir: impl AsRef<Path>,
        request: &IndexRequest,
        progress: &dyn Progress,
    ) -> Result<IndexReport> {
        let dir = directory::absolute(dir.as_ref());
        let walk = walk::walk(&request.paths, &dir, &request.selection())?;
        let snapshot = match Self::open(&dir) {
            Ok(engine) if !request.rebuild => engine.snapshot(),
            Err(
                Error::NoIndex { .. } | Error::FormatVersion { .. } | Error::CorruptIndex { .. },
            ) if request.rebuild => empty(&dir)?,
            Ok(_) | Err(Error::NoIndex { .. }) => empty(&dir)?,
            Err(error) => return Err(error),
        };
        writer::run(None, &snapshot, request, walk, progress)
    }

    /// Moves on to the last commit. Cheap where there is none.
    ///
    /// # Errors
    /// Where the index cannot be read any more.
    pub fn reload(&self) -> Result<()> {
        self.refresh(false)
    }

    /// The same; `always` where a commit may have changed what is not in its segments.
    fn refresh(&self, always: bool) -> Result<()> {
        let (index, reader) = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            (open.index.clone(), open.reader.clone())
        };
        let before = reader.searcher().generation().segments().clone();
        reader
            .reload()
            .map_err(|error| directory::read_error(&self.dir, error))?;
        if !always && *reader.searcher().generation().segments() == before {
            return Ok(());
        }
        let snapshot = snapshot(&self.dir, self.fields, &index, &reader)?;
        self.open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .snapshot = snapshot;
        Ok(())
    }

    /// A report by its id, its path, or the stem of its file name.
    ///
    /// # Errors
    /// [`Error::NoSuchReport`], with the nearest id.
    pub fn report(&self, wanted: &str) -> Result<StoredReport> {
        let snapshot = self.snapshot();
        let mut found = snapshot.find(wanted)?;
        if found.is_none() {
            let name = |path: &str| -> Option<String> {
                Some(Path::new(path).file_name()?.to_string_lossy().into_owned())
            };
            let stem = |path: &str| -> Option<String> {
                Some(Path::new(path).file_stem()?.to_string_lossy().into_owned())
            };
            let mut best: Option<(u8, String)> = None;
            for address in snapshot.live() {
                let path = snapshot.path(address);
                let rank = if path == wanted {
                    0
                } else if name(&path).is_some_and(|n| n == wanted) {
                    1
                } else if stem(&path).is_some_and(|s| s == wanted) {
                    2
                } else {
                    continue;
                };
                let key = (rank, path);
                if best.as_ref().is_none_or(|best| key < *best) {
                    best = Some(key);
                    found = Some(address);
                }
            }
        }
        match found {
            Some(address) => snapshot.stored(address),
            None => Err(Error::NoSuchReport {
                wanted: wanted.to_owned(),
                nearest: nearest(&snapshot, wanted),
            }),
        }
    }

    /// Counts and sizes.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let snapshot = self.snapshot();
        let error = |error| directory::read_error(&self.dir, error);
        let mut stats = Stats {
            path: self.dir.clone(),
            format: FORMAT_VERSION,
            reports: snapshot.len(),
            figures: 0,
            with_subject: 0,
            with_period: 0,
            terms: 0,
            segments: snapshot.columns.len(),
            bytes: snapshot
                .searcher
                .space_usage()
                .map_err(|e| error(e.into()))?
                .total()
                .get_bytes(),
        };
        for address in snapshot.live() {
            let columns = snapshot.columns(address);
            stats.figures += columns.fig.values_for_doc(address.doc_id).count() as u64;
            stats.with_subject += u64::from(columns.place.first(address.doc_id).is_some());
            stats.with_period += u64::from(columns.period.first(address.doc_id).is_some());
        }
        for reader in snapshot.searcher.segment_readers() {
            let terms = reader.inverted_index(self.fields.body).map_err(error)?;
            stats.terms += terms.terms().num_terms() as u64;
        }
        Ok(stats)
    }

    /// Reads everything: checksums, every report, every span.
    ///
    /// # Errors
    /// Where the folder cannot be read at all; what is wrong in the index is in the result.
    pub fn verify(&self) -> Result<Verification> {
        let mut result = Verification::default();
        let (index, snapshot) = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            (open.index.clone(), open.snapshot.clone())
        };
        match index.validate_checksum() {
            Ok(damaged) => {
                let mut names: Vec<_> = damaged
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                names.sort();
                result.problems.extend(
                    names
                        .iter()
                        .map(|name| format!("{name}: checksum does not match")),
                );
            }
            Err(error) => result.problems.push(error.to_string()),
        }
        let mut ids = FxHashSet::default();
        for address in snapshot.live() {
            result.reports += 1;
            let read = std::panic::AssertUnwindSafe(|| snapshot.stored(address));
            match std::panic::catch_unwind(read) {
                Ok(Ok(report)) => {
                    check(&report, &mut result);
                    check_columns(&snapshot, address, &report, &mut result);
                    if !ids.insert(report.data.id.clone()) {
                        result
                            .problems
                            .push(format!("{}: two reports have this id", report.data.id));
                    }
                }
                Ok(Err(error)) => result.problems.push(error.to_string()),
                Err(_) => result
                    .problems
                    .push(format!("{}: cannot be read", snapshot.id(address))),
            }
        }
        Ok(result)
    }
}

/// Every span of a report must fit its text.
fn check(report: &StoredReport, result: &mut Verification) {
    let data = &report.data;
    let annotations = &data.annotations;
    let evidence = annotations
        .places
        .iter()
        .flat_map(|place| &place.evidence)
        .chain(
            annotations
                .period
                .iter()
                .chain(&annotations.outlook)
                .map(|finding| &finding.evidence),
        );
    let spans = annotations
        .figures
        .iter()
        .map(|figure| ("figure", figure.span))
        .chain(annotations.zones.iter().map(|zone| ("zone", zone.span)))
        .chain(evidence.filter_map(|evidence| Some(("evidence", evidence.span?))))
        .chain(data.chrome.iter().map(|span| ("chrome", *span)));
    for (what, span) in spans {
        result.spans += 1;
        if report.text.get(span.start..span.end).is_none() {
            result.problems.push(format!(
                "{}: {what} at {}..{} does not fit the text of {} bytes",
                data.id,
                span.start,
                span.end,
                report.text.len()
            ));
        }
    }
}

/// What filters and the next run read of a report must be what is stored of it.
fn check_columns(
    snapshot: &Snapshot,
    address: DocAddress,
    report: &StoredReport,
    result: &mut Verification,
) {
    let (columns, doc) = (snapshot.columns(address), address.doc_id);
    let mut problem = |what: String| {
        result.problems.push(format!("{}: {what}", report.data.id));
    };
    if columns.source.term_ords(doc).next().is_none() {
        problem("the manifest does not name its file".to_owned());
    }
    let figures = &report.data.annotations.figures;
    let stored = figures.iter().map(column_value);
    if columns.fig.values_for_doc(doc).count() != figures.len()
        || !columns.fig_value.values_for_doc(doc).eq(stored)
    {
        problem(format!(
            "the columns of its figures differ from the {} that are stored",
            figures.len()
        ));
    }
}

/// `; did you mean 'x'?` for the id with the fewest edits away, within a third of its length.
fn nearest(snapshot: &Snapshot, wanted: &str) -> String {
    let wanted: Vec<char> = wanted.to_lowercase().chars().take(80).collect();
    let mut best: Option<(usize, String)> = None;
    for address in snapshot.live().take(100_000) {
        let id = snapshot.id(address);
        let chars: Vec<char> = id.to_lowercase().chars().take(80).collect();
        let edits = strsim::generic_levenshtein(&wanted, &chars);
        if edits * 3 <= wanted.len().max(chars.len())
            && best
                .as_ref()
                .is_none_or(|(least, name)| (edits, &id) < (*least, name))
        {
            best = Some((edits, id));
        }
    }
    best.map_or_else(String::new, |(_, id)| format!("; did you mean '{id}'?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_differ_from_the_store_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let text = "Năm 2021, thu ngân sách nhà nước của tỉnh Kon Tum đạt 3.300 tỷ đồng.";
        std::fs::write(dir.path().join("a.txt"), text).unwrap();
        let engine = Engine::open_or_create(dir.path().join("index")).unwrap();
        engine
            .index(&IndexRequest::new([dir.path().join("a.txt")]))
            .unwrap();
        let snapshot = engine.snapshot();
        let address = snapshot.live().next().unwrap();
        let mut report = snapshot.stored(address).unwrap();
        let mut result = Verification::default();
        check_columns(&snapshot, address, &report, &mut result);
        assert!(result.problems.is_empty(), "{:?}", result.problems);
        assert_eq!(report.data.annotations.figures.len(), 1);
        report.data.annotations.figures[0].value += rust_decimal::Decimal::ONE;
        check_columns(&snapshot, address, &report, &mut result);
        report.data.annotations.figures.clear();
        check_columns(&snapshot, address, &report, &mut result);
        assert_eq!(result.problems.len(), 2, "{:?}", result.problems);
    }
}
