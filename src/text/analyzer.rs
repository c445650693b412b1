//! The index's two tantivy tokenizers, `vi_folded` and `vi_exact`, and the one place that registers them.
//!
//! Both walk the text as [`tokenize`](super::tokenize) does and write straight into tantivy's reused token; `vi_folded` never
//! builds exact forms. Indexed are words, numbers, dates and codes, under the folded or the exact form. A paragraph or sentence end
//! leaves one position free, so that no phrase runs across it. A token behind U+0001 is an extra one at the position of the token before it
//! (see [`index_text`](super::abbreviations::index_text)). Forms of more than 64 characters are left out, their position stays.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::scan::{self, Scanner};
use super::token::TokenKind;

/// Name of the tokenizer that gives folded forms.
pub const FOLDED: &str = "vi_folded";
/// Name of the tokenizer that gives exact forms.
pub const EXACT: &str = "vi_exact";

/// Longest form that is indexed, in characters.
const LONGEST: usize = 64;
/// A line of so many bytes that ends without punctuation goes on in the next line.
const WRAPPED: usize = 60;

/// Registers `vi_folded` and `vi_exact`; to be called on every index that is created or opened.
pub fn register(manager: &TokenizerManager) {
    manager.register(FOLDED, ViTokenizer::<false>::default());
    manager.register(EXACT, ViTokenizer::<true>::default());
}

/// The tokenizer behind both names: exact forms if `EXACT`, folded ones otherwise.
#[derive(Clone, Default)]
pub struct ViTokenizer<const EXACT: bool> {
    token: Token,
}

impl<const EXACT: bool> Tokenizer for ViTokenizer<EXACT> {
    type TokenStream<'a> = ViTokenStream<'a, EXACT>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        self.token.reset();
        ViTokenStream {
            text,
            scanner: Scanner::new(text),
            token: &mut self.token,
            gap: Gap::None,
            last_end: 0,
            line_start: 0,
            last_short: false,
        }
    }
}

/// What stands between the last word and the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing that parts them.
    None,
    /// A point or a line end: parts them unless the next word goes on in lower case.
    IfCapital,
    /// A paragraph's or sentence's end.
    Sure,
}

/// The stream of [`ViTokenizer`].
pub struct ViTokenStream<'a, const EXACT: bool> {
    text: &'a str,
    scanner: Scanner<'a>,
    token: &'a mut Token,
    gap: Gap,
    /// End of the last token of any kind but a break.
    last_end: usize,
    line_start: usize,
    /// Whether the last word is a capital or two, as the `TP` of `TP. Hạ Long`.
    last_short: bool,
}

impl<const EXACT: bool> ViTokenStream<'_, EXACT> {
    fn separator(&mut self, found: &scan::Scanned) {
        let bytes = self.text.as_bytes();
        if found.kind() == TokenKind::Break {
            let lines = &bytes[found.start..found.end];
            let empty_line = lines.iter().filter(|&&b| b == b'\n').count() > 1;
            let open =
                self.last_end.saturating_sub(self.line_start) >= WRAPPED && self.gap == Gap::None;
            if empty_line {
                self.gap = Gap::Sure;
            } else if !open && self.gap != Gap::Sure {
                self.gap = Gap::IfCapital;
            }
            self.line_start = found.end;
            return;
        }
        self.last_end = found.end;
        match bytes[found.start] {
            b';' | b'!' | b'?' | b'|' => self.gap = Gap::Sure,
            b'.' if !self.last_short && self.gap == Gap::None => self.gap = Gap::IfCapital,
            _ => {}
        }
    }
}

impl<const EXACT: bool> TokenStream for ViTokenStream<'_, EXACT> {
    #[inline]
    fn advance(&mut self) -> bool {
        loop {
            self.token.text.clear();
            // Each mode fills one buffer, the token's own.
            let (text, unused) = (&mut self.token.text, &mut String::new());
            let found = if EXACT {
                self.scanner.next::<true, false>(text, unused)
            } else {
                self.scanner.next::<false, true>(unused, text)
            };
            let Some(found) = found else { return false };
            if found.is_separator() {
                self.separator(&found);
                continue;
            }
            let token = &mut *self.token;
            if found.is_extra() {
                // An extra token at the very start has the position of the first word.
                token.position = if token.position == usize::MAX {
                    0
                } else {
                    token.position
                };
            } else {
                let lower = found.kind() == TokenKind::Word && found.flags() & scan::CAPITAL == 0;
                let gap = match self.gap {
                    Gap::None => false,
                    Gap::IfCapital => !lower && found.is_spaced(),
                    Gap::Sure => true,
                };
                self.gap = Gap::None;
                self.last_end = found.end;
                self.last_short = found.flags() & scan::UPPER != 0 && found.end - found.start <= 2;
                token.position = token
                    .position
                    .wrapping_add(1 + usize::from(gap && token.position != usize::MAX));
            }
            if token.text.len() > LONGEST && token.text.chars().count() > LONGEST {
                continue;
            }
            token.offset_from = found.start;
            token.offset_to = found.end;
            return true;
        }
    }

    #[inline]
    fn token(&self) -> &Token {
        self.token
    }

    #[inline]
    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Runs a tokenizer over `text` and asserts what holds for every analyzer: offsets on char boundaries and never backwards, positions
/// never backwards, a second run equal to the first; then that the tokens are `expected`, each as `form@position`.
#[cfg(test)]
pub(crate) fn assert_token_stream(tokenizer: &mut impl Tokenizer, text: &str, expected: &[&str]) {
    assert_eq!(checked_stream(tokenizer, text), expected, "{text:?}");
}

#[cfg(test)]
fn checked_stream(tokenizer: &mut impl Tokenizer, text: &str) -> Vec<String> {
    let mut run = || {
        let mut tokens = Vec::new();
        let mut stream = tokenizer.token_stream(text);
        while let Some(token) = stream.next() {
            tokens.push(token.clone());
        }
        tokens
    };
    let tokens = run();
    assert_eq!(tokens, run(), "a second run gives other tokens: {text:?}");
    let (mut end, mut position) = (0, 0);
    for token in &tokens {
        assert!(token.offset_from >= end && token.offset_to > token.offset_from);
        assert!(text.get(token.offset_from..token.offset_to).is_some());
        assert!(token.position >= position && !token.text.is_empty());
        (end, position) = (token.offset_to, token.position);
    }
    tokens
        .iter()
        .map(|t| format!("{}@{}", t.text, t.position))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str, expected: &[&str]) {
        assert_token_stream(&mut ViTokenizer::<false>::default(), text, expected);
    }

    fn exact(text: &str, expected: &[&str]) {
        assert_token_stream(&mut ViTokenizer::<true>::default(), text, expected);
    }

    #[test]
    fn both_forms() {
        let text = "Vốn đầu tư: 12.345,6 tỷ (197/TB-VPCP, 05/6/2020)";
        folded(
            text,
            &[
                "von@0",
                "dau@1",
                "tu@2",
                "12345,6@3",
                "ti@4",
                "197/tb-vpcp@5",
                "5/6/2020@6",
            ],
        );
        exact(
            text,
            &[
                "vốn@0",
                "đầu@1",
                "tư@2",
                "12345,6@3",
                "tỉ@4",
                "197/tb-vpcp@5",
                "5/6/2020@6",
            ],
        );
        folded("8/NQ-HĐND", &["8/nq-hdnd@0"]);
        folded("", &[]);
        folded(" , . \n", &[]);
    }

    #[test]
    fn paragraphs_and_sentences_leave_a_position_free() {
        folded(
            "đạt kế hoạch. Thu hút",
            &["dat@0", "ke@1", "hoach@2", "thu@4", "hut@5"],
        );
        folded("TP. Hạ Long", &["tp@0", "ha@1", "long@2"]);
        folded("một; hai\n\nba", &["mot@0", "hai@2", "ba@4"]);
        folded(
            "Tình hình\nThu hút",
            &["tinh@0", "hinh@1", "thu@3", "hut@4"],
        );
        folded("tình\nhình", &["tinh@0", "hinh@1"]);
        let long = "các doanh nghiệp trong các khu công nghiệp trên địa bàn tỉnh Quảng\nNinh";
        let mut tokenizer = ViTokenizer::<false>::default();
        let tokens = checked_stream(&mut tokenizer, long);
        assert_eq!(&tokens[tokens.len() - 2..], ["quang@12", "ninh@13"]);
    }

    #[test]
    fn extra_tokens_share_the_position() {
        folded(
            "khu\u{1}kcn công nghiệp",
            &["khu@0", "kcn@0", "cong@1", "nghiep@2"],
        );
        folded("\u{1}a b", &["a@0", "b@1"]);
        exact(
            "Chiềungày \u{1}chiều \u{1}ngày 2",
            &["chiềungày@0", "chiều@0", "ngày@0", "2@1"],
        );
    }

    #[test]
    fn long_words_keep_their_position_only() {
        folded(&format!("a {} b", "x".repeat(65)), &["a@0", "b@2"]);
        folded(&"x".repeat(64), &[&format!("{}@0", "x".repeat(64))]);
    }

    #[test]
    fn registers_both() {
        let manager = TokenizerManager::new();
        register(&manager);
        assert!(manager.get(FOLDED).is_some() && manager.get(EXACT).is_some());
    }

    proptest! {
        #[test]
        fn any_text_is_legal(text in any::<String>()) {
            checked_stream(&mut ViTokenizer::<false>::default(), &text);
            checked_stream(&mut ViTokenizer::<true>::default(), &text);
        }

        #[test]
        fn vietnamese_like_text_is_legal(text in "[a-eghiouy0-9 ./,:\\-\nàảệđĐừỷYQ%\u{300}\u{302}\u{31b}\u{323}\u{ad}\u{1}\u{a0}²–]{0,60}") {
            checked_stream(&mut ViTokenizer::<false>::default(), &text);
            checked_stream(&mut ViTokenizer::<true>::default(), &text);
        }
    }
}
