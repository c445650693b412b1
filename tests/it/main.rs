//! The library as a stranger uses it, one module a capability.

mod answers;
mod facets;
mod faults;
mod fixture;
#[cfg(feature = "readers")]
mod formats;
mod indexing;
mod ingest;
mod meaning;
#[cfg(feature = "readers")]
mod records;
mod search;
mod selection;
mod snippets;
#[cfg(all(unix, feature = "cli"))]
mod watch;
