//! The library as a stranger uses it, one module a capability.

mod facets;
mod faults;
mod fixture;
mod indexing;
mod search;
