//! Vietnamese text: folding, tokens, repair of damaged text, legacy encodings.

pub mod token;

pub use token::{Token, TokenKind, Tokens, tokenize};
