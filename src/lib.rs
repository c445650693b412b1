//! Full-text search over Vietnamese provincial reports.

pub mod annotate;
pub mod check;
mod error;
pub mod model;
pub mod query;
mod span;
pub mod text;

pub use error::{Error, IndexError, Result};
pub use span::Span;
