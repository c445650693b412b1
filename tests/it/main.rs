//! The library as a stranger uses it, one module a capability.

mod faults;
mod fixture;
mod indexing;
mod search;
