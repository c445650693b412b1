//! From a request to a response.
//!
//! The types of a request and of a response are plain data ([`request`], [`response`]); a query text becomes a tree
//! ([`ast`], [`parser`]).

pub mod ast;
pub mod parser;
pub mod request;
pub mod response;

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
