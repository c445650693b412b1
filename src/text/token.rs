//! One pass over a text that gives every token with its exact and its folded form.

use rustc_hash::FxHashMap;

use super::scan::{self, Scanner};
use super::words;
use crate::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A syllable or any other run of letters (`Quảng`, `KCN`, `GRDP`, `Covid`).
    Word,
    /// A number as written, with its grouping points and decimal comma: `12.345,6`.
    Number,
    /// A date: `30/6/2020`, `5.6.2020`, `2020-06-30`, `06/2019`, and `17/4`, which may as well be seventeen parts of four.
    /// Its form is day, month, year, without leading zeros: `30/6/2020`, `6/2019`, `17/4`. (`17.4` is a number.)
    Date,
    /// A document number or another code that stays whole: `264/TB-VPCP`, a ratio `126/144`, a time `14:30`; `ISO 9001:2015` gives
    /// `9001:2015`.
    Code,
    /// One punctuation mark or symbol (`%`, `,`, `(`, `–`); never indexed, but recognisers need it.
    Punct,
    /// A run of line breaks, the blanks between them included: an empty line adds to the span, not to the tokens.
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
    /// Bits of [`scan`]: marks and case.
    pub(crate) flags: u8,
    /// Number of the word, see [`Tokens::words`].
    pub(crate) word: u32,
    /// The forms: ranges into [`Tokens`]' own buffers.
    pub(crate) exact: (u32, u32),
    pub(crate) folded: (u32, u32),
}

impl Token {
    /// Whether a letter of it bears a mark: a tone, a shape, the stroke of đ.
    #[must_use]
    pub const fn has_marks(&self) -> bool {
        self.flags & scan::HAS_MARKS != 0
    }

    /// Whether all letters of a word are capitals: `KCN`, but also `A`.
    #[must_use]
    pub const fn is_upper(&self) -> bool {
        self.flags & scan::UPPER != 0
    }

    /// Whether a capital of a word stands behind another letter, and not all are capitals: `BanQuản`.
    #[must_use]
    pub const fn has_inner_capital(&self) -> bool {
        self.flags & scan::INNER_CAPITAL != 0
    }

    /// Whether a word begins with a capital.
    #[must_use]
    pub const fn is_capital(&self) -> bool {
        self.flags & scan::CAPITAL != 0
    }
}

/// A word of a text, for all tokens that have its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// The first of them.
    pub first: u32,
    /// Hashes of its forms, as the lists of words know them.
    pub exact: u32,
    pub folded: u32,
}

/// The tokens of one text, in order, not overlapping.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    words: Vec<Word>,
    exact: String,
    folded: String,
}

impl Tokens {
    /// The tokens in order.
    #[must_use]
    #[inline]
    pub fn list(&self) -> &[Token] {
        &self.list
    }

    /// The words of the text in the order of their numbers, [`Token::word`]. What is asked of words is asked of these.
    #[inline]
    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Lower case, NFC, canonical tone placement (`hoà`, `thuỷ`), i for y where the two interchange (`tỉ`, `kĩ`); of a number the
    /// canonical spelling (`12345,6`: grouping points and leading zeros dropped). Punctuation is itself, a break `\n`.
    #[must_use]
    #[inline]
    pub fn exact(&self, token: &Token) -> &str {
        &self.exact[token.exact.0 as usize..token.exact.1 as usize]
    }

    /// Whether a token's exact form is `form`: most differ in length.
    #[must_use]
    #[inline]
    pub(crate) fn is(&self, token: &Token, form: &str) -> bool {
        self.exact_bytes(token) == form.as_bytes()
    }

    /// [`exact`](Self::exact) as bytes, without a look at where characters end.
    #[inline]
    pub(crate) fn exact_bytes(&self, token: &Token) -> &[u8] {
        &self.exact.as_bytes()[token.exact.0 as usize..token.exact.1 as usize]
    }

    #[inline]
    pub(crate) fn folded_bytes(&self, token: &Token) -> &[u8] {
        &self.folded.as_bytes()[token.folded.0 as usize..token.folded.1 as usize]
    }

    /// The exact form without diacritics, đ as d: `hoa`, `thuy`, `ti`.
    #[must_use]
    #[inline]
    pub fn folded(&self, token: &Token) -> &str {
        &self.folded[token.folded.0 as usize..token.folded.1 as usize]
    }

    /// These tokens, with some words in parts: `cuts` has their places, in order, and where the parts stand in `text`.
    pub(super) fn with_cuts(&self, text: &str, cuts: &[(usize, Vec<Span>)]) -> Self {
        const NEW: u32 = u32::MAX;
        let mut cut = Self {
            exact: self.exact.clone(),
            folded: self.folded.clone(),
            ..Self::default()
        };
        // Numbers of the words as they were, and of words that are parts.
        let mut numbers = vec![NEW; self.words.len()];
        let mut parts: FxHashMap<String, u32> = FxHashMap::default();
        let mut cuts = cuts.iter().peekable();
        for (at, token) in self.list.iter().enumerate() {
            let Some((_, spans)) = cuts.next_if(|(place, _)| *place == at) else {
                let number = &mut numbers[token.word as usize];
                if *number == NEW {
                    *number = cut.words.len() as u32;
                    cut.words.push(Word {
                        first: cut.list.len() as u32,
                        ..self.words[token.word as usize]
                    });
                }
                let word = *number;
                cut.list.push(Token { word, ..*token });
                continue;
            };
            for span in spans {
                let alone = tokenize(span.of(text));
                for part in &alone.list {
                    let (exact, folded) = (alone.exact(part), alone.folded(part));
                    let (exact_start, folded_start) = (cut.exact.len(), cut.folded.len());
                    cut.exact.push_str(exact);
                    cut.folded.push_str(folded);
                    let word = *parts.entry(exact.to_owned()).or_insert_with(|| {
                        cut.words.push(Word {
                            first: cut.list.len() as u32,
                            exact: words::hash(exact),
                            folded: words::hash(folded),
                        });
                        cut.words.len() as u32 - 1
                    });
                    cut.list.push(Token {
                        span: Span::new(span.start + part.span.start, span.start + part.span.end),
                        spaced: token.spaced || span.start > token.span.start,
                        word,
                        exact: (exact_start as u32, cut.exact.len() as u32),
                        folded: (folded_start as u32, cut.folded.len() as u32),
                        ..*part
                    });
                }
            }
        }
        cut
    }
}

/// Tokenises `text` (NFC or NFD, any spaces) in one pass.
///
/// Words end at hyphens, points and apostrophes (`kinh tế-xã hội`, `TP.HCM`, `M'gar`) and where letters meet digits (`11.346ha`,
/// `6T2020`); see [`TokenKind`] for what stays whole. Soft hyphens and zero-width characters inside a word are covered by its span and
/// absent from its forms.
///
/// ```
/// let tokens = baocao::text::tokenize("Ước đạt 12.345,6 tỷ");
/// let forms: Vec<_> = tokens.list().iter().map(|t| tokens.exact(t)).collect();
/// assert_eq!(forms, ["ước", "đạt", "12345,6", "tỉ"]);
/// ```
#[must_use]
pub fn tokenize(text: &str) -> Tokens {
    let mut list = Vec::with_capacity(text.len() / 4 + 4);
    // The spare bytes are for the scanner's copies of fixed size.
    let mut exact = String::with_capacity(text.len() + 32);
    let mut folded = String::with_capacity(text.len() + 32);
    let mut scanner = Scanner::new(text);
    let (mut exact_start, mut folded_start) = (0, 0);
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 16 + 4);
    // Marks come in a handful, and often.
    let mut marks = [None; 128];
    while let Some(found) = scanner.next::<true, true>(&mut exact, &mut folded) {
        let (exact_end, folded_end) = (exact.len() as u32, folded.len() as u32);
        let kind = found.kind();
        let mark = match kind {
            TokenKind::Punct | TokenKind::Break => {
                marks.get_mut(usize::from(exact.as_bytes()[exact_start as usize]))
            }
            _ => None,
        };
        let word = match mark {
            Some(Some(known)) => *known,
            mark => {
                let (exact, folded) = (
                    &exact[exact_start as usize..],
                    &folded[folded_start as usize..],
                );
                let found = scanner.word(exact, folded);
                if found.number as usize == words.len() {
                    words.push(Word {
                        first: list.len() as u32,
                        exact: found.exact,
                        folded: found.folded,
                    });
                }
                if let Some(mark) = mark {
                    *mark = Some(found.number);
                }
                found.number
            }
        };
        list.push(Token {
            span: Span::new(found.start, found.end),
            kind,
            spaced: found.is_spaced(),
            flags: found.flags(),
            word,
            exact: (exact_start, exact_end),
            folded: (folded_start, folded_end),
        });
        (exact_start, folded_start) = (exact_end, folded_end);
    }
    Tokens {
        list,
        words,
        exact,
        folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forms(text: &str) -> String {
        let tokens = tokenize(text);
        let forms: Vec<String> = tokens
            .list()
            .iter()
            .map(|t| {
                let kind = match t.kind {
                    TokenKind::Word => "",
                    TokenKind::Number => "#",
                    TokenKind::Date => "@",
                    TokenKind::Code => "$",
                    TokenKind::Punct => "!",
                    TokenKind::Break => "|",
                };
                let glue = if t.spaced { "" } else { "+" };
                format!("{glue}{kind}{}", tokens.exact(t).trim())
            })
            .collect();
        forms.join(" ")
    }

    #[test]
    fn words_numbers_dates_and_codes() {
        for (text, expected) in [
            ("Tỷ tỉ kỹ Quý HÒA thủy khỏe", "tỉ tỉ kĩ quí hoà thuỷ khoẻ"),
            (
                "vịêt cuả hùynh qúy gìa thừơng của hoạch",
                "việt của huỳnh quí già thường của hoạch",
            ),
            (
                "yêu mây nguyễn thy café José",
                "yêu mây nguyễn thy café josé",
            ),
            ("Ðồng ðã ư\u{ad}ớc\u{200b} xong", "đồng đã ước xong"),
            (
                "12.345,6 1.234 13.48 03 2020, 1.000.",
                "#12345,6 #1234 #13,48 #3 #2020 +!, #1000 +!.",
            ),
            (
                "0,5% 0.123 1,234,567 1,234.5 1.2.3 00",
                "#0,5 +!% #0,123 #1234567 #1234,5 $1.2.3 #0",
            ),
            (
                "30/6/2020 05/06/2020 5.6.2020 06/2019 2020-06-30 17/4",
                "@30/6/2020 @5/6/2020 @5/6/2020 @6/2019 @30/6/2020 @17/4",
            ),
            (
                "15-17/6/2020 2016-2020 1/1/2020-30/6/2020",
                "#15 +!- +@17/6/2020 #2016 +!- +#2020 @1/1/2020 +!- +@30/6/2020",
            ),
            (
                "264/TB-VPCP, 148/CTr-BQLKKT. 08/NQ-TU",
                "$264/tb-vpcp +!, $148/ctr-bqlkkt +!. $8/nq-tu",
            ),
            (
                "264/tb-vpcp 15/2020/NĐ-CP 10-NQ/TW 12/QĐ",
                "$264/tb-vpcp $15/2020/nđ-cp $10-nq/tw $12/qđ",
            ),
            (
                "40:2011/BTNMT ISO 9001:2015 126/144 14:30 1.234/5.678",
                "$40:2011/btnmt iso $9001:2015 $126/144 $14:30 $1234/5678",
            ),
            (
                "11.346ha tăng13,82% 6T2020 T6/2020",
                "#11346 +ha tăng +#13,82 +!% #6 +t +#2020 t +@6/2020",
            ),
            (
                "m3/ngày 2.000 m²/năm 5.000đ/kg 2020-H1 H1N1",
                "m +#3 +!/ +ngày #2000 m +#2 +!/ +năm #5000 +đ +!/ +kg #2020 +!- +h +#1 h +#1 +n +#1",
            ),
            (
                "Covid-19 TP.HCM TP. Hạ Long",
                "covid +!- +#19 tp +!. +hcm tp +!. hạ long",
            ),
            ("a\n\n b\r\nc\u{a0}d\u{3000}e", "a +| b +| c d e"),
            (
                "Đắk Đăk Đak Krông Cư M'gar",
                "đắk đăk đak krông cư m +!' +gar",
            ),
            ("", ""),
        ] {
            assert_eq!(forms(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_met_again_has_its_number() {
        let text = "khu công nghiệp, Khu 12 công nghiệp.\n".repeat(80);
        let tokens = tokenize(&text);
        // `khu`, `Khu`, `công`, `nghiệp`, two marks, the line break; the last words of a text and numbers have their own.
        let numbers = tokens
            .list()
            .iter()
            .filter(|t| t.kind == TokenKind::Number)
            .count();
        assert!((7..=12).contains(&(tokens.words().len() - numbers)));
        check(&text);
    }

    #[test]
    fn case_and_marks() {
        let tokens = tokenize("KCN Đồng văn UBND a");
        let flags: Vec<_> = tokens
            .list()
            .iter()
            .map(|t| (t.is_upper(), t.is_capital(), t.has_marks()))
            .collect();
        assert_eq!(
            flags,
            [
                (true, true, false),
                (false, true, true),
                (false, false, true),
                (true, true, false),
                (false, false, false)
            ]
        );
    }

    #[test]
    fn all_letters_fold_in_both_normal_forms() {
        use unicode_normalization::UnicodeNormalization;
        let lower = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ";
        let bases = "aaaaaaaaaaaaaaaaadeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyy";
        assert_eq!(lower.chars().count(), 67);
        for (c, base) in lower.chars().zip(bases.chars()) {
            for cased in [c, c.to_uppercase().next().unwrap()] {
                for text in [
                    format!("b{cased}n"),
                    format!("b{cased}n").nfd().collect::<String>(),
                ] {
                    let tokens = tokenize(&text);
                    let token = &tokens.list()[0];
                    assert_eq!(tokens.exact(token), format!("b{c}n"));
                    assert_eq!(tokens.folded(token), format!("b{base}n"));
                    assert!(token.has_marks());
                    assert_eq!(crate::text::fold(&text), format!("b{base}n"));
                }
            }
        }
    }

    fn check(text: &str) {
        let tokens = tokenize(text);
        let mut end = 0;
        for token in tokens.list() {
            assert!(token.span.start >= end && !token.span.is_empty());
            assert!(!token.span.of(text).is_empty());
            assert!(!tokens.exact(token).is_empty() && !tokens.folded(token).is_empty());
            let first = &tokens.list()[tokens.words()[token.word as usize].first as usize];
            assert_eq!(
                (tokens.exact(first), tokens.folded(first)),
                (tokens.exact(token), tokens.folded(token))
            );
            if token.kind == TokenKind::Word {
                // What a word folds to does not depend on where it stands.
                assert_eq!(crate::text::fold(token.span.of(text)), tokens.folded(token));
                assert_eq!(crate::text::fold(tokens.exact(token)), tokens.folded(token));
            }
            end = token.span.end;
        }
    }

    #[test]
    fn a_letter_of_any_alphabet_folds_alike_everywhere() {
        for c in ('\u{80}'..='\u{3000}').filter(|c| c.is_alphabetic()) {
            check(&format!("kỹ{c}"));
            check(&format!("{c}ty k{c}\u{323}y"));
        }
    }

    fn exact_forms(text: &str) -> Vec<String> {
        let tokens = tokenize(text);
        tokens
            .list()
            .iter()
            .map(|t| format!("{:?} {} {}", t.kind, tokens.exact(t), tokens.folded(t)))
            .collect()
    }

    proptest! {
        #[test]
        fn spans_rise_for_any_text(text in any::<String>()) {
            check(&text);
            let once = crate::text::fold(&text);
            prop_assert_eq!(crate::text::fold(&once), once);
        }

        #[test]
        fn vietnamese_in_any_normal_form_is_the_same(
            text in "[a-zA-ZàảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĐÐðẤỢüñ0-9 ./,:%–\n\u{ad}-]{0,80}"
        ) {
            use unicode_normalization::UnicodeNormalization;
            check(&text);
            let decomposed: String = text.nfd().collect();
            check(&decomposed);
            prop_assert_eq!(exact_forms(&text), exact_forms(&decomposed));
            prop_assert_eq!(crate::text::fold(&text), crate::text::fold(&decomposed));
        }

        // Long enough for the memo of known words, which a short text goes without.
        #[test]
        fn words_met_again_have_the_same_forms(
            words in proptest::collection::vec("[A-Za-zàảãạăậđèỳýƯợÐßñ\u{301}\u{323}\u{ad}²–“]{1,14}", 1..60)
        ) {
            let once: Vec<String> = words.iter().flat_map(|w| exact_forms(w)).collect();
            let times = 2048 / words.join(" ").len() + 2;
            let text = vec![words.join(" "); times].join(" ");
            prop_assert_eq!(exact_forms(&text), vec![once; times].concat());
            check(&text);
        }

        #[test]
        fn marks_and_digits_in_any_order_are_legal(
            text in "[aeou0-9dđây/.,:\\-TBQ \u{300}\u{301}\u{302}\u{306}\u{31b}\u{323}\u{308}\u{ad}²\n]{0,40}"
        ) {
            check(&text);
            let once = crate::text::fold(&text);
            prop_assert_eq!(crate::text::fold(&once), once);
        }
    }
}
