//! The library as a stranger uses it, one module a capability.

mod answers;
mod choice;
#[cfg(target_os = "linux")]
mod disk;
mod facets;
mod faults;
mod fixture;
#[cfg(feature = "readers")]
mod formats;
#[cfg(feature = "readers")]
mod hostile;
mod indexing;
mod ingest;
mod loosely;
mod meaning;
#[cfg(feature = "readers")]
mod records;
mod search;
mod selection;
mod snippets;
#[cfg(all(unix, feature = "cli"))]
mod watch;
