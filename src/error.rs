//! Errors of the library.

use std::path::PathBuf;

/// A result of the library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, one variant for each thing a caller can act on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// `read`, `write`, `list`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// There is no index in the folder.
    #[error("no index in {path}; build one with 'baocao index PATH --index {path}'", path = path.display())]
    NoIndex {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something that is no index of ours.
    #[error(
        "{path} holds other files and no baocao index ({found}); give an empty or new folder with --index",
        path = path.display()
    )]
    ForeignDirectory {
        /// The folder.
        path: PathBuf,
        /// One of the files found.
        found: String,
    },
    /// The index was written by another version.
    #[error(
        "index format in {path} is {found}, this build reads {expected}; rebuild it with 'baocao index --rebuild'",
        path = path.display()
    )]
    FormatVersion {
        /// The folder.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// Version that this build reads.
        expected: u32,
    },
    /// The index is damaged.
    #[error("the index in {path} is damaged ({detail}); rebuild it with 'baocao index --rebuild'", path = path.display())]
    CorruptIndex {
        /// The folder.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Another process writes to the index.
    #[error("the index in {path} is being written by another process{holder}; wait for it to finish", path = path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// ` (pid 123)`, or empty.
        holder: String,
    },
    /// A filter value that names nothing known.
    #[error("unknown {kind} '{value}'{nearest}")]
    UnknownFilterValue {
        /// `province`, `period`, `metric`, …
        kind: &'static str,
        /// As given.
        value: String,
        /// `; did you mean 'quang-ninh'?`, or empty.
        nearest: String,
    },
    /// A report that is not in the index.
    #[error("no report '{wanted}' in the index{nearest}")]
    NoSuchReport {
        /// As given.
        wanted: String,
        /// `; did you mean …?`, or empty.
        nearest: String,
    },
    /// A user's own table (taxonomy, gazetteer, metadata.csv) that cannot be read.
    #[error("{path}: {detail}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        detail: String,
    },
    /// A pattern of files that is none, such as `[a`.
    #[error("cannot read the pattern '{glob}': {detail}; it is written as in a .gitignore")]
    Glob {
        /// As given.
        glob: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A condition that cannot be read, such as `fdi.capital >`.
    #[error("cannot read the condition '{text}': {detail}")]
    Condition {
        /// As given.
        text: String,
        /// What is wrong and what was expected.
        detail: String,
    },
    /// The search engine underneath failed.
    #[error("{0}")]
    Index(IndexError),
}

/// An opaque error of the search engine underneath.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct IndexError(Box<dyn std::error::Error + Send + Sync>);

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(IndexError(Box::new(error)))
    }
}
