//! Made-up Vietnamese provincial reports with the truth beside them: for tests, benches and for sizing a machine.
//!
//! Everything follows from a seed and the report's number, so report 812 is the same whether ten or a million are made, and
//! memory stays constant. [`header`](report::header) alone (place, period, kind) costs next to nothing.

#![allow(
    dead_code,
    reason = "each example and bench uses its own part of the generator"
)]

pub mod form;
pub mod lexicon;
pub mod queries;
pub mod report;
pub mod rng;
pub mod say;
pub mod truth;
mod writer;

pub use lexicon::Lexicon;
pub use report::Report;
