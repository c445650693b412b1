//! The library as a stranger uses it, one module a capability.

mod answers;
mod facets;
mod faults;
mod fixture;
#[cfg(feature = "readers")]
mod formats;
mod indexing;
mod ingest;
mod search;
mod snippets;
