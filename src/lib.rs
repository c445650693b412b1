//! Full-text search over Vietnamese provincial reports.
//!
//! An [`Engine`] is an index of reports in one folder: it reads files and folders, answers queries typed with or without
//! diacritics, filters and counts by province, period and metric, and gives the figures that reports state as values with
//! the sentence behind each.
//!
//! ```
//! use baocao::query::{Filters, SearchRequest};
//! use baocao::{Engine, IndexRequest};
//!
//! # fn main() -> baocao::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let reports = folder.path().join("reports");
//! # std::fs::create_dir(&reports).unwrap();
//! std::fs::write(
//!     reports.join("lang-son.txt"),
//!     "Tỉnh Lạng Sơn: kết quả 6 tháng đầu năm 2021\n\nThu ngân sách nhà nước đạt 5.120 tỷ đồng, tăng 12% so với cùng kỳ.",
//! )
//! .unwrap();
//!
//! let engine = Engine::open_or_create(folder.path().join("index"))?;
//! engine.index(&IndexRequest::new([&reports]))?;
//!
//! let response = engine.search(&SearchRequest {
//!     query: "thu ngan sach lang son".into(),
//!     filters: Filters { period: vec!["2021".into()], ..Filters::default() },
//!     ..SearchRequest::default()
//! })?;
//! let hit = &response.hits[0];
//! assert_eq!(hit.provinces, ["lang-son"]);
//! assert_eq!(hit.figures[0].observation.metric, "budget.revenue");
//! assert_eq!(hit.figures[0].observation.value.to_string(), "5120000000000");
//! # Ok(())
//! # }
//! ```
//!
//! # From file to hit
//!
//! ```text
//! file --formats, text::encoding--> text as written, NFC: what is stored, and what every span points into
//!   --text::repair--> the reading: damaged words restored, with the way back to stored spans
//!   --text::tokenize--> tokens with an exact and a folded form
//!   --annotate--> places, zones, periods, figures, each with its evidence
//!   --index--> one tantivy document: postings, columns, stored text
//! query --query::parse, understanding--> match set, scores, re-ranking --> SearchResponse
//! ```
//!
//! # How words meet
//!
//! Syllables are indexed, not segmented words, in two fields: folded forms with positions, exact forms with counts. The
//! weight of a term is that of its *folded* form, multiplied by how far the marks agree: equal, left out in the text,
//! contradicted; a syllable typed bare takes all spellings alike. The pages of [`query`] say how a score comes about,
//! those of [`text`] how a text is cut, folded and repaired.
//!
//! # Features
//!
//! - `cli` (default): the program's argument parsing and terminal output; an embedder leaves it out.
//! - `readers` (default): web pages, PDF, Office files, mail; see [`formats`].

pub mod annotate;
pub mod boundaries;
pub mod check;
pub mod computed;
mod engine;
mod error;
pub mod export;
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
    Change, DocumentData, FORMAT_VERSION, IndexReport, IndexRequest, NoProgress, Planned, Progress,
    RECOGNISER_VERSION, Skipped, StoredReport, Totals,
};
pub use source::formats;
pub use span::Span;
