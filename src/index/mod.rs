//! The index on disk: its fields, its documents, what is read of it, and the one writer.
//!
//! A folder holds `baocao.json` (that it is ours, and which format), the files of tantivy, and `writer.lock`. All that
//! must agree with the documents, the [`meta::Meta`], travels inside tantivy's commits and so changes with them, all or
//! nothing.

pub(crate) mod columns;
pub(crate) mod directory;
pub(crate) mod document;
pub(crate) mod meta;
mod packed;
pub(crate) mod schema;
pub(crate) mod snapshot;
pub(crate) mod stored;
pub(crate) mod terms;
pub(crate) mod writer;

pub use document::{DocumentData, StoredReport};
pub use writer::{
    Change, IndexReport, IndexRequest, NoProgress, Planned, Progress, Skipped, Totals,
};

/// Version of the layout that this build writes and reads; raised whenever an older index would be misread.
pub const FORMAT_VERSION: u32 = 3;

/// Version of the readers of files; raised when a reader gives another text, so that unchanged files are read anew.
pub const READER_VERSION: u32 = 2;

/// Version of the recognisers; raised when their rules change, so that the stored texts are annotated anew.
pub const RECOGNISER_VERSION: u32 = 5;
