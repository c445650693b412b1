//! Any text has tokens: spans rise and lie on letters, what a token folds to does not depend on where it stands, folding twice is folding once.
#![no_main]

use baocao::text::{TokenKind, expand_abbreviations, fold, index_text, tokenize};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tokens = tokenize(text);
    let mut end = 0;
    for token in tokens.list() {
        assert!(token.span.start >= end && !token.span.of(text).is_empty());
        assert!(!tokens.exact(token).is_empty() && !tokens.folded(token).is_empty());
        if token.kind == TokenKind::Word {
            assert_eq!(fold(token.span.of(text)), tokens.folded(token));
            assert_eq!(fold(tokens.exact(token)), tokens.folded(token));
        }
        end = token.span.end;
    }
    let folded = fold(text);
    assert_eq!(fold(&folded), folded);
    expand_abbreviations(text, &tokens);
    index_text(text);
});
