//! The index's two tantivy tokenizers, `vi_folded` and `vi_exact`, and the one place that registers them.
//!
//! Both walk the text as [`tokenize`](super::tokenize) does and write straight into tantivy's reused token; `vi_folded` never
//! builds exact forms. Indexed are words, numbers, dates and codes, under the folded or the exact form. A paragraph or sentence end
//! leaves one position free, so that no phrase runs across it. A token behind U+0001 is an extra one at the position of the token before it
//! (see [`index_text`](super::abbreviations::index_text)). Forms of more than 64 characters are left out, their position stays.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use xxhash_rust::xxh3::xxh3_64;

use super::abbreviations;
use super::scan::{self, Scanner};
use super::token::{TokenKind, Tokens, tokenize};
use crate::Span;

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
            scanner: Scanner::new(text),
            token: &mut self.token,
            steps: Steps::new(text),
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
    scanner: Scanner<'a>,
    token: &'a mut Token,
    steps: Steps<'a>,
}

/// How far each token stands behind the one before it.
struct Steps<'a> {
    text: &'a str,
    gap: Gap,
    /// Bytes that extra tokens take so far: a line is as long as it was without them.
    extra: usize,
    /// End of the last token of any kind but a break, and start of the line, without the extra bytes before them.
    last_end: usize,
    line_start: usize,
    /// Whether the last word is a capital or two, as the `TP` of `TP. Hạ Long`.
    last_short: bool,
}

impl<'a> Steps<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            gap: Gap::None,
            extra: 0,
            last_end: 0,
            line_start: 0,
            last_short: false,
        }
    }

    /// 0 for an extra token, 2 where a position stays free, else 1; `None` for what is not indexed.
    #[inline]
    fn step(&mut self, found: &scan::Scanned) -> Option<usize> {
        let separates = matches!(found.kind(), TokenKind::Punct | TokenKind::Break);
        if found.is_extra() && !separates {
            self.extra += found.end - found.start + scan::EXTRA.len_utf8();
            return Some(0);
        }
        let span = Span::new(found.start, found.end);
        self.step_to(span, found.kind(), found.flags(), found.is_spaced())
    }

    /// The same for a token that is no extra one.
    #[inline]
    fn step_to(&mut self, found: Span, kind: TokenKind, flags: u8, spaced: bool) -> Option<usize> {
        if matches!(kind, TokenKind::Punct | TokenKind::Break) {
            self.separator(found, kind);
            return None;
        }
        let lower = kind == TokenKind::Word && flags & scan::CAPITAL == 0;
        let gap = match self.gap {
            Gap::None => false,
            Gap::IfCapital => !lower && spaced,
            Gap::Sure => true,
        };
        self.gap = Gap::None;
        self.last_end = found.end - self.extra;
        self.last_short = flags & scan::UPPER != 0 && found.len() <= 2;
        Some(1 + usize::from(gap))
    }

    fn separator(&mut self, found: Span, kind: TokenKind) {
        let bytes = self.text.as_bytes();
        if kind == TokenKind::Break {
            let lines = &bytes[found.start..found.end];
            let empty_line = lines.iter().filter(|&&b| b == b'\n').count() > 1;
            let open =
                self.last_end.saturating_sub(self.line_start) >= WRAPPED && self.gap == Gap::None;
            if empty_line {
                self.gap = Gap::Sure;
            } else if !open && self.gap != Gap::Sure {
                self.gap = Gap::IfCapital;
            }
            self.line_start = found.end - self.extra;
            return;
        }
        self.last_end = found.end - self.extra;
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
            let Some(step) = self.steps.step(&found) else {
                continue;
            };
            let token = &mut *self.token;
            // The first token has the first position, extra or behind a gap as it may be.
            token.position = match token.position {
                usize::MAX => 0,
                position => position + step,
            };
            if is_too_long(&token.text) {
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

fn is_too_long(form: &str) -> bool {
    form.len() > LONGEST && form.chars().count() > LONGEST
}

/// The two streams of a text, made in one pass and written out; [`Forms`] reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    /// As `vi_folded` gives them.
    pub folded: String,
    /// As `vi_exact` gives them.
    pub exact: String,
    /// Hashes of the exact forms in the order of the text, without the extra ones.
    pub run: Vec<u64>,
}

/// Lengths that stand in one byte, together with one of three steps.
const SHORT: usize = 40;
/// The byte before a longer form, whose length stands in two bytes behind it; the step is added.
const LONG: usize = 3 * SHORT;

/// Tokens as [`Terms`] writes them: a byte for the length of the form and for how far the token stands behind the one before it
/// (0 at the same position, 1, 2 where one stays free), then the form.
#[derive(Clone, Debug)]
pub(crate) struct Forms<'a> {
    written: &'a str,
    at: usize,
}

impl<'a> Forms<'a> {
    pub fn new(written: &'a str) -> Self {
        Self { written, at: 0 }
    }

    /// Appends a token.
    #[inline]
    fn write(out: &mut String, step: usize, form: &str) {
        if form.len() < SHORT {
            out.push(char::from((step * SHORT + form.len()) as u8));
        } else {
            // Forms of more than 64 characters are not written.
            for byte in [LONG + step, form.len() >> 7, form.len() & 0x7f] {
                out.push(char::from(byte as u8));
            }
        }
        out.push_str(form);
    }
}

impl<'a> Iterator for Forms<'a> {
    /// Step and form.
    type Item = (usize, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.written.as_bytes();
        let head = usize::from(*bytes.get(self.at)?);
        self.at += 1;
        let (step, len) = if head < LONG {
            let step = usize::from(head >= SHORT) + usize::from(head >= 2 * SHORT);
            (step, head - step * SHORT)
        } else {
            let more = bytes.get(self.at..self.at + 2)?;
            self.at += 2;
            (
                head - LONG,
                usize::from(more[0]) << 7 | usize::from(more[1]),
            )
        };
        let form = self.written.get(self.at..self.at + len)?;
        self.at += len;
        Some((step, form))
    }
}

impl Terms {
    fn for_text(text: &str) -> Self {
        Self {
            folded: String::with_capacity(text.len() + 32),
            exact: String::with_capacity(text.len() + text.len() / 8 + 32),
            run: Vec::with_capacity(text.len() / 5),
        }
    }

    /// Those of the index text of `text`, which is tokenised already and free of U+0001.
    pub fn indexed(text: &str, tokens: &Tokens) -> Self {
        let mut this = Self::for_text(text);
        // Extra words by the token that each stands behind: their forms, one behind the other, and where each ends.
        let mut extras = String::new();
        let mut places: Vec<(usize, usize, usize)> = Vec::new();
        abbreviations::each_extra(text, tokens, |at, word, folded| match folded {
            Some(folded) => {
                extras.push_str(word);
                let end = extras.len();
                extras.push_str(folded);
                places.push((at, end, extras.len()));
            }
            None => {
                let words = tokenize(word);
                for word in words.list() {
                    extras.push_str(words.exact(word));
                    let end = extras.len();
                    extras.push_str(words.folded(word));
                    places.push((at, end, extras.len()));
                }
            }
        });
        let mut places = places.into_iter().peekable();
        let mut extra_start = 0;
        let mut steps = Steps::new(text);
        // Of each word the hash of its exact form, where it was met.
        let mut hashes: Vec<Option<u64>> = vec![None; tokens.words().len()];
        // A form that is left out leaves its position to the next.
        let mut owed = 0;
        // Behind which token the next extra word stands.
        let mut next_extra = places.peek().map_or(usize::MAX, |(behind, ..)| *behind);
        for (at, token) in tokens.list().iter().enumerate() {
            if let Some(step) = steps.step_to(token.span, token.kind, token.flags, token.spaced) {
                let (folded, exact) = (tokens.folded(token), tokens.exact(token));
                if is_too_long(folded) {
                    owed += step;
                } else {
                    this.push(step + std::mem::take(&mut owed), folded, exact);
                    let hash = &mut hashes[token.word as usize];
                    let hash = *hash.get_or_insert_with(|| xxh3_64(exact.as_bytes()));
                    this.run.push(hash);
                }
            }
            if at < next_extra {
                continue;
            }
            while let Some((_, exact, end)) = places.next_if(|(behind, ..)| *behind == at) {
                let (exact, folded) = (&extras[extra_start..exact], &extras[exact..end]);
                this.push(std::mem::take(&mut owed), folded, exact);
                extra_start = end;
            }
            next_extra = places.peek().map_or(usize::MAX, |(behind, ..)| *behind);
        }
        this
    }

    #[inline]
    fn push(&mut self, step: usize, folded: &str, exact: &str) {
        Forms::write(&mut self.folded, step.min(2), folded);
        Forms::write(&mut self.exact, step.min(2), exact);
    }

    /// These and behind them, after a gap, those of another text.
    pub fn join(&mut self, behind: &Self) {
        for (own, other) in [
            (&mut self.folded, &behind.folded),
            (&mut self.exact, &behind.exact),
        ] {
            let mut forms = Forms::new(other);
            if let Some((_, first)) = forms.next() {
                Forms::write(own, 2, first);
                own.push_str(&other[forms.at..]);
            }
        }
        self.run.extend_from_slice(&behind.run);
    }

    /// Those of `text`, in which extra tokens stand behind U+0001.
    pub fn of(text: &str) -> Self {
        let mut this = Self::for_text(text);
        let mut scanner = Scanner::new(text);
        let mut steps = Steps::new(text);
        let (mut exact, mut folded) = (String::new(), String::new());
        // A form that is left out leaves its position to the next.
        let mut owed = 0;
        while let Some(found) = scanner.next::<true, true>(&mut exact, &mut folded) {
            if let Some(step) = steps.step(&found) {
                if is_too_long(&folded) {
                    owed += step;
                } else {
                    if step > 0 {
                        this.run.push(xxh3_64(exact.as_bytes()));
                    }
                    this.push(step + std::mem::take(&mut owed), &folded, &exact);
                }
            }
            exact.clear();
            folded.clear();
        }
        this
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
        let text = "Vốn đầu tư: 12.345,6 tỷ (264/TB-VPCP, 05/6/2020)";
        folded(
            text,
            &[
                "von@0",
                "dau@1",
                "tu@2",
                "12345,6@3",
                "ti@4",
                "264/tb-vpcp@5",
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
                "264/tb-vpcp@5",
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
