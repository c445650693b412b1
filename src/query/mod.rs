//! From a request to a response.
//!
//! A query text becomes a tree ([`parser`], [`ast`]); its words are looked up in the index (`terms`: near forms, marks, glued
//! words); `matching` gives the set of reports that match, `filter` what of it the filters keep, `facet` counts it; `rank` says how a score
//! comes about; `snippet` cuts the passage to show. [`request`] and [`response`] are plain data.

mod answer;
pub mod ast;
mod bits;
pub(crate) mod catalog;
mod door;
mod facet;
mod figures;
pub(crate) mod filter;
mod fuzzy;
pub(crate) mod matching;
mod meant;
mod names;
pub mod parser;
mod prefer;
pub(crate) mod rank;
pub mod request;
pub mod response;
mod restore;
pub(crate) mod search;
mod snippet;
mod suggest;
pub(crate) mod tags;
pub(crate) mod terms;
mod understand;

pub use ast::{Clause, ConditionText, FieldFilter, FilterField, UserQuery, Word};
pub use parser::{QueryIssue, parse};
pub use request::{
    Boundaries, Comparison, FigureRequest, FigureSort, Filters, MAX_LIMIT, SearchRequest,
    Understand,
};
pub use response::{
    Completion, Explanation, FacetCount, Facets, Figure, FigureResponse, Hit, Interpretation,
    Replacement, SearchResponse, Snippet, TermShare,
};
