//! What is asked of an indexing run, what it says of itself, and who follows it.

use std::path::PathBuf;
use std::time::Duration;

use crate::index::RECOGNISER_VERSION;
use crate::source::walk::Selection;
use crate::text::encoding::Encoding;

/// What to index, and how.
///
/// ```
/// let request = baocao::IndexRequest::new(["corpus"]);
/// assert_eq!(request.max_file_bytes, 64 << 20);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexRequest {
    /// Files and folders. Reports below them that are no longer there leave the index.
    pub paths: Vec<PathBuf>,
    /// Start from an empty index, whatever stands in the folder of the old one.
    pub rebuild: bool,
    /// Larger files, and longer records, are skipped.
    pub max_file_bytes: u64,
    /// Threads that read and annotate; all cores where `None`.
    pub threads: Option<usize>,
    /// How many bytes of memory the run may take, with what the recognisers hold; at least 64 MB. Reading waits where
    /// annotating and writing do not keep up; a report whose text alone would take more is skipped. Pages of the index
    /// that the operating system keeps at hand while segments are merged come on top, and it takes them back at need.
    pub memory_bytes: usize,
    /// Encoding of plain text, records and CSV; found out file by file where `None`. A later run without it finds out again.
    pub encoding: Option<Encoding>,
    /// A table of metrics (TOML) over the built-in one. It is kept in the index, so that later runs and queries go by it;
    /// a rebuilt index starts without.
    pub taxonomy: Option<PathBuf>,
    /// A table of names of places (TSV, see [`Gazetteer`](crate::model::Gazetteer)) over the built-in ones; kept in the
    /// index like `taxonomy`.
    pub gazetteer: Option<PathBuf>,
    /// Globs as in a `.gitignore`: of files in folders only those that one of these matches are read; all where there is none.
    /// What is left out is treated as gone: it leaves the index.
    pub include: Vec<String>,
    /// Globs as in a `.gitignore` of what is left out of folders; they win over `include`.
    pub exclude: Vec<String>,
    /// Read hidden files and folders too: those whose name begins with a point.
    pub hidden: bool,
    /// Recognise figures, provinces, periods, zones and kinds. Without, a report has what metadata gives of it: its words are
    /// searched and ranked, filters find little. A later run with it annotates what stands in the index.
    pub recognise: bool,
    /// Commit whenever so many bytes of text were read, so that a run that is killed need not start over.
    pub commit_bytes: u64,
    /// Version of the recognisers; another one than this build's only in tests of what an older build left.
    pub(crate) recogniser: u32,
}

impl IndexRequest {
    /// A request with the defaults: files up to 64 MB, all cores, 512 MB of memory.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self {
            paths: paths.into_iter().map(Into::into).collect(),
            rebuild: false,
            max_file_bytes: 64 << 20,
            threads: None,
            memory_bytes: 512 << 20,
            encoding: None,
            taxonomy: None,
            gazetteer: None,
            include: Vec::new(),
            exclude: Vec::new(),
            hidden: false,
            recognise: true,
            commit_bytes: 1 << 30,
            recogniser: RECOGNISER_VERSION,
        }
    }

    pub(crate) fn selection(&self) -> Selection<'_> {
        Selection {
            include: &self.include,
            exclude: &self.exclude,
            hidden: self.hidden,
        }
    }

    /// The same from an empty index.
    #[must_use]
    pub fn rebuild(mut self, rebuild: bool) -> Self {
        self.rebuild = rebuild;
        self
    }
}

/// Something that was not indexed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skipped {
    /// The file; of a record with its line, `file:17`.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What happens to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Change {
    /// It was not there before.
    New,
    /// Its text, its metadata or the recognisers changed.
    Changed,
    /// Its file has another name and the same bytes.
    Moved,
    /// Its file or record is gone.
    Removed,
}

/// What a run would do to one report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Planned {
    /// Its path, as reports show it.
    pub path: String,
    /// What would happen.
    pub change: Change,
}

/// What an indexing run did.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[non_exhaustive]
pub struct IndexReport {
    /// Reports that were not there before.
    pub new: u64,
    /// Reports whose text or metadata changed, or that newer recognisers annotated again.
    pub changed: u64,
    /// Reports whose file was renamed or moved and is otherwise as it was.
    pub moved: u64,
    /// Reports left as they were.
    pub unchanged: u64,
    /// Reports that left, their files or records being gone.
    pub removed: u64,
    /// What was not indexed, by path.
    pub skipped: Vec<Skipped>,
    /// What is indexed but should be looked at: unknown provinces in metadata, …
    pub warnings: Vec<String>,
    /// Of a preview: what would happen to which report, by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Planned>,
    /// Reports in the index now; of a preview, after the run.
    pub reports: u64,
    /// Bytes of new and changed reports.
    pub bytes: u64,
    /// The run was cut short; what it had done is in the index.
    pub cancelled: bool,
    /// Time taken.
    pub took: Duration,
}

/// What lies before an indexing run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files to look at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Follows an indexing run; called from several threads.
pub trait Progress: Sync {
    /// The walk is done; called once.
    fn started(&self, totals: Totals) {
        let _ = totals;
    }

    /// So many more files and bytes are done.
    fn advanced(&self, files: u64, bytes: u64) {
        let _ = (files, bytes);
    }

    /// All is read; what remains is writing.
    fn committing(&self) {}

    /// Whether to stop: what is done is committed, the rest is left for the next run.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}
