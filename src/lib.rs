//! Full-text search over Vietnamese provincial reports.

pub mod annotate;
pub mod check;
mod engine;
mod error;
mod index;
pub mod model;
pub mod pivot;
pub mod query;
mod source;
mod span;
pub mod text;

pub use engine::{Engine, Stats, Verification};
pub use error::{Error, IndexError, Result};
pub use index::{
    DocumentData, FORMAT_VERSION, IndexReport, IndexRequest, NoProgress, Progress,
    RECOGNISER_VERSION, Skipped, StoredReport, Totals,
};
pub use source::formats;
pub use span::Span;
