//! Vietnamese text: folding, tokens, repair of damaged text, legacy encodings.

pub mod abbreviations;
#[doc(hidden)]
pub mod analyzer;
pub mod encoding;
pub mod fold;
pub(crate) mod glued;
pub(crate) mod letter;
pub mod lexicon;
pub(crate) mod normal;
pub mod repair;
pub(crate) mod scan;
mod syllable;
pub mod token;
pub(crate) mod words;

pub use abbreviations::{Expansion, expand_abbreviations, index_text, is_abbreviation};
pub use fold::{Agreement, agreement, fold, reads_as};
pub use syllable::is_syllable;
pub use token::{Token, TokenKind, Tokens, tokenize};
