//! The library as a stranger uses it, one module a capability.

mod fixture;
mod indexing;
