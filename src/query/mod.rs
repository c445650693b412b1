//! From a request to a response.
//!
//! A query text becomes a tree ([`parser`], [`ast`]); its words are looked up in the index (`terms`: near forms, marks, glued
//! words); `matching` gives the set of reports that match, `filter` what of it the filters keep, `facet` counts it; `rank` says how a score
//! comes about; `snippet` cuts the passage to show. [`request`] and [`response`] are plain data.
//!
//! # Limits
//!
//! Any text is a legal query, and its cost is bounded whatever it holds. What goes beyond these numbers is left out; where words,
//! filters or parentheses are, [`SearchResponse::issues`] says so.
//!
//! | what | at most |
//! |---|---|
//! | words read | 1,024 ([`parser::MAX_WORDS`]), of which the first 96 are searched |
//! | filters and conditions written in the query | 64 ([`parser::MAX_FILTERS`]) |
//! | depth of parentheses | 32 ([`parser::MAX_DEPTH`]) |
//! | terms that one `word*` stands for, and all of them together | 128, the commonest; 1,024 |
//! | unknown words matched nearly, and the forms each is searched with | 12; 4 |
//! | letters of a word that is cut into syllables; that is matched nearly | 36; 24 |
//! | abbreviations searched for long forms | 16 |
//! | words read for provinces, periods and metrics | 120 |
//! | cells of a table of answers; figures weighed for each, of one period; periods where the newest is looked for | 24; 60 of 6 reports; 12 |

mod answer;
pub mod ast;
mod bits;
mod catalog;
mod door;
mod facet;
mod figures;
pub(crate) mod filter;
mod fuzzy;
pub(crate) mod kept;
pub(crate) mod matching;
mod meant;
mod names;
pub mod parser;
pub(crate) mod phrase;
mod prefer;
pub(crate) mod rank;
mod reports;
pub mod request;
pub mod response;
mod restore;
mod rows;
mod score;
pub(crate) mod search;
mod snippet;
mod suggest;
pub(crate) mod tags;
pub(crate) mod terms;
mod understand;

pub use ast::{Clause, ConditionText, FieldFilter, FilterField, UserQuery, Word};
pub(crate) use names::basis_name;
pub use parser::{QueryIssue, parse};
pub use request::{
    Boundaries, Comparison, FigureRequest, FigureSort, Filters, MAX_LIMIT, SearchRequest,
    Understand,
};
pub use response::{
    Choice, Completion, Explanation, FacetCount, Facets, Figure, FigureResponse, Hit,
    Interpretation, Name, PassedOver, Replacement, SearchResponse, Snippet, TermShare,
};
