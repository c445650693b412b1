//! The index's tokenizer: cuts what [`Terms`](crate::text::analyzer::Terms) wrote.
//!
//! A report is tokenised once, by the thread that reads it, for both forms; tantivy's thread only takes the tokens apart.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::text::analyzer::Forms;

/// Name under which it is registered.
pub(crate) const TERMS: &str = "terms";

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct TermsTokenizer {
    token: Token,
}

impl Tokenizer for TermsTokenizer {
    type TokenStream<'a> = Cutter<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cutter<'a> {
        self.token.reset();
        Cutter {
            forms: Forms::new(text),
            token: &mut self.token,
        }
    }
}

pub(crate) struct Cutter<'a> {
    forms: Forms<'a>,
    token: &'a mut Token,
}

impl TokenStream for Cutter<'_> {
    #[inline]
    fn advance(&mut self) -> bool {
        let Some((step, form)) = self.forms.next() else {
            return false;
        };
        let token = &mut *self.token;
        token.position = match token.position {
            usize::MAX => 0,
            position => position + step,
        };
        // Offsets are asked for by nobody.
        token.text.clear();
        token.text.push_str(form);
        true
    }

    #[inline]
    fn token(&self) -> &Token {
        self.token
    }

    #[inline]
    fn token_mut(&mut self) -> &mut Token {
        self.token
    }

    // As the trait has it; compiled here, each step is part of the loop and no call.
    fn process(&mut self, sink: &mut dyn FnMut(&Token)) {
        while self.advance() {
            sink(self.token);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::analyzer::{Terms, ViTokenizer};
    use crate::text::{index_text, tokenize};

    fn tokens(tokenizer: &mut impl Tokenizer, text: &str) -> Vec<(String, usize)> {
        let mut stream = tokenizer.token_stream(text);
        let mut out = Vec::new();
        while stream.advance() {
            out.push((stream.token().text.clone(), stream.token().position));
        }
        out
    }

    fn check(text: &str) {
        let terms = Terms::of(text);
        let mut cut = TermsTokenizer::default();
        let folded = tokens(&mut ViTokenizer::<false>::default(), text);
        assert_eq!(tokens(&mut cut, &terms.folded), folded, "{text:?}");
        let exact = tokens(&mut ViTokenizer::<true>::default(), text);
        assert_eq!(tokens(&mut cut, &terms.exact), exact, "{text:?}");
    }

    #[test]
    fn written_terms_are_those_of_the_analyzers() {
        for text in [
            "",
            "Khu\u{1}kcn công nghiệp. Năm 2020: 12.345,6 tỷ đồng;\n\nTP. Hạ Long, quyết định 12/QĐ-UBND",
            "\u{1}a b",
            "\u{1}\n",
            "Chiềungày\u{1}chiều\u{1}ngày! Sau đó",
            "một dòng\nhai dòng.\nBa",
        ] {
            check(text);
        }
    }

    #[test]
    fn one_pass_gives_the_terms_of_the_index_text() {
        for text in [
            "",
            "Khu công nghiệp (KCN) và khu kinh tế ven biển (KKTVB). Tại KKTVB, UBND tỉnh\ngiao BQL.",
            "Chiềungày 3/5/2020, tổng 16.480ha;\n\nTP. Hạ Long! Số 12/QĐ-UBND",
            // Extra words make no line a wrapped one.
            "Các dự án trong khu công nghiệp và khu kinh tế Chân Mây\nUBND tỉnh",
        ] {
            let terms = Terms::indexed(text, &tokenize(text));
            assert_eq!(terms, Terms::of(&index_text(text)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn of_any_index_text(text in "[a-zàếđAĐKCN0-9.,;!/()\\- \n\u{ad}\u{a0}]{0,120}") {
            let terms = Terms::indexed(&text, &tokenize(&text));
            prop_assert_eq!(terms, Terms::of(&index_text(&text)));
        }

        #[test]
        fn of_any_text(text in "[a-zàếđAĐ0-9.,;!/\\- \\n\u{1}\u{ad}\u{a0}]{0,60}") {
            check(&text);
        }
    }
}
