//! One walk over a report: its sentences, and where words of the query stand.

use super::Matching;
use crate::Span;
use crate::text::TokenKind;
use crate::text::letter::{LETTER, info};
use crate::text::scan::Scanner;

/// One match in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Number of its token in the text.
    pub token: u32,
    /// Number of the token behind it; a long form has several tokens.
    pub behind: u32,
    pub span: Span,
    pub slot: usize,
    pub agree: f32,
}

/// A sentence, or a line that is none, without the line breaks at its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sentence {
    pub span: Span,
    pub tokens: u32,
}

/// The first two bytes that words of a set may have, however they are marked; of foreign words with a marked consonant behind the first
/// letter not all.
#[derive(Clone, Debug)]
pub(super) struct Heads {
    /// By a first byte in ASCII: what may follow.
    plain: [Letters; 128],
    /// First letters, and by the first two bytes of a marked letter whether it may be one of them.
    firsts: Letters,
    marked: [u64; 64],
}

/// A set of folded letters, a bit each, and [`OTHER`].
type Letters = u32;
/// What is no letter: the end of a word.
const OTHER: Letters = 1 << 26;
const ALL: Letters = Letters::MAX;
/// Letters that a combining mark or a mark of Vietnamese may be upon.
const MARKABLE: Letters = letters(b"aeiouyd");

const fn letters(list: &[u8]) -> Letters {
    let (mut set, mut i) = (0, 0);
    while i < list.len() {
        set |= 1 << (list[i] - b'a');
        i += 1;
    }
    set
}

/// The folded letters that a word goes on with where its second letter begins with this byte.
static SECOND: [Letters; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b @ 0..=0x7f => of_ascii(b),
            0xc3..=0xc6 | 0xe1 => MARKABLE,
            // A combining mark, a soft hyphen.
            _ => ALL,
        };
        byte += 1;
    }
    table
};

const fn of_ascii(byte: u8) -> Letters {
    match byte {
        b'i' | b'I' | b'y' | b'Y' => letters(b"iy"),
        _ if byte.is_ascii_alphabetic() => letters(&[byte.to_ascii_lowercase()]),
        _ => OTHER,
    }
}

/// The folded letters that a character outside ASCII may have, by its first two bytes.
fn of_marked(first: u8, second: u8) -> Letters {
    let code = u32::from(first & 0x1f) << 6 | u32::from(second & 0x3f);
    match (first, second) {
        (0xc3..=0xc6, _) => match info(code) {
            known if known.class() == LETTER => of_ascii(known.base()),
            _ => ALL,
        },
        // ạ to ỹ, and a few consonants that Vietnamese does not mark.
        (0xe1, 0xba | 0xbb) => letters(b"aeiouyhstwxz"),
        _ => ALL,
    }
}

impl Heads {
    /// Those of `words` and of all words that begin with `prefixes`; all are folded.
    pub fn new<'a>(
        words: impl IntoIterator<Item = &'a str>,
        prefixes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut this = Self {
            plain: [0; 128],
            firsts: 0,
            marked: [0; 64],
        };
        let words = words.into_iter().map(|word| (word, OTHER));
        for (word, end) in words.chain(prefixes.into_iter().map(|prefix| (prefix, ALL))) {
            let mut bytes = word.bytes();
            let follow = |second: Option<u8>| match second {
                Some(b) if b.is_ascii_alphabetic() => of_ascii(b),
                Some(_) => ALL,
                None => end,
            };
            match bytes.next() {
                Some(first) if first.is_ascii_lowercase() => {
                    this.firsts |= of_ascii(first);
                    let second = follow(bytes.next());
                    let written = (0..128).filter(|&byte| of_ascii(byte) & of_ascii(first) != 0);
                    written.for_each(|byte| this.plain[usize::from(byte)] |= second);
                }
                // A number begins no word.
                Some(first) if first.is_ascii() => {}
                _ => {
                    this.firsts = ALL;
                    this.plain = [ALL; 128];
                }
            }
        }
        for first in 0xc0..=u8::MAX {
            for second in 0x80..0xc0 {
                if of_marked(first, second) & this.firsts != 0 {
                    this.marked[usize::from(first & 0x3f)] |= 1 << (second & 0x3f);
                }
            }
        }
        this
    }

    #[inline(always)]
    pub fn hold(&self, [first, second]: [u8; 2]) -> bool {
        match self.plain.get(usize::from(first)) {
            Some(follow) => follow & SECOND[usize::from(second)] != 0,
            None => self.marked[usize::from(first & 0x3f)] >> (second & 0x3f) & 1 == 1,
        }
    }
}

/// What the walk gives.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// In order; those of punctuation alone are left out.
    pub sentences: Vec<Sentence>,
    /// In order of the text.
    pub found: Vec<Found>,
}

/// A token whose forms are of use.
struct Seen {
    token: u32,
    span: Span,
    /// End of its folded form among all of them.
    folded_end: usize,
}

impl Walk {
    /// Walks `text`, the lines of `skip` left out.
    pub fn new(text: &str, matching: &Matching, skip: &[Span]) -> Self {
        let mut this = Self::default();
        let mut phrases = Phrases::default();
        let mut open = Open::default();
        let mut skip = skip.iter().copied();
        let mut line = skip.next();
        let mut scanner = Scanner::new(text);
        let (mut exact, mut folded) = (String::new(), String::new());
        let mut slots = Vec::new();
        let mut number = 0;
        loop {
            exact.clear();
            folded.clear();
            let wanted = |head| matching.heads.hold(head);
            let next = scanner.next_of::<true, true>(&mut exact, &mut folded, wanted);
            let Some(token) = next else { break };
            let span = Span::new(token.start, token.end);
            while line.is_some_and(|line| line.end <= span.start) {
                line = skip.next();
            }
            if let Some(skipped) = line
                && skipped.contains(span)
            {
                open.close(&mut this.sentences);
                scanner.skip_to(skipped.end);
                number += 1;
                continue;
            }
            let kind = token.kind();
            // A mark ends its sentence where a space or a line end follows.
            if open.marked && (token.is_spaced() || kind == TokenKind::Break) {
                open.close(&mut this.sentences);
            }
            open.marked = false;
            number += 1;
            match kind {
                TokenKind::Break => {
                    open.close(&mut this.sentences);
                    continue;
                }
                TokenKind::Punct => {
                    open.add(span);
                    open.marked = matches!(exact.as_str(), "." | "!" | "?" | ";" | "…");
                    if !matching.phrases.is_empty() {
                        phrases.add(number - 1, span, &folded);
                    }
                    continue;
                }
                _ => {
                    open.add(span);
                    open.has_words = true;
                }
            }
            if token.is_passed() {
                continue;
            }
            if !matching.phrases.is_empty() {
                phrases.add(number - 1, span, &folded);
            }
            matching.slots(&exact, &folded, kind, &mut slots);
            for &(slot, agree) in &slots {
                this.found.push(Found {
                    token: number - 1,
                    behind: number,
                    span,
                    slot,
                    agree,
                });
            }
        }
        open.close(&mut this.sentences);
        phrases.find(matching, &mut this.found);
        // Where a word is found with its marks, other words of the same letters are not what was meant.
        let mut agreed = vec![false; matching.weights.len()];
        for found in this.found.iter().filter(|found| found.agree > 0.5) {
            agreed[found.slot] = true;
        }
        this.found
            .retain(|found| found.agree > 0.5 || !agreed[found.slot]);
        this
    }
}

/// The sentence at hand.
#[derive(Default)]
struct Open {
    sentence: Option<Sentence>,
    has_words: bool,
    /// Whether its last token may end it.
    marked: bool,
}

impl Open {
    #[inline(always)]
    fn add(&mut self, token: Span) {
        match &mut self.sentence {
            Some(sentence) => {
                sentence.span.end = token.end;
                sentence.tokens += 1;
            }
            None => {
                self.sentence = Some(Sentence {
                    span: token,
                    tokens: 1,
                });
            }
        }
    }

    fn close(&mut self, sentences: &mut Vec<Sentence>) {
        let closed = std::mem::take(self);
        sentences.extend(closed.sentence.filter(|_| closed.has_words));
    }
}

/// What long forms of abbreviations are looked for in.
#[derive(Default)]
struct Phrases {
    seen: Vec<Seen>,
    folded: String,
}

impl Phrases {
    fn add(&mut self, token: u32, span: Span, folded: &str) {
        self.folded.push_str(folded);
        self.seen.push(Seen {
            token,
            span,
            folded_end: self.folded.len(),
        });
    }

    fn form(&self, i: usize) -> &str {
        let start = i
            .checked_sub(1)
            .map_or(0, |before| self.seen[before].folded_end);
        &self.folded[start..self.seen[i].folded_end]
    }

    /// Puts the long forms among what was found, before the words that begin where they do.
    fn find(&self, matching: &Matching, found: &mut Vec<Found>) {
        let mut more = Vec::new();
        for (i, first) in self.seen.iter().enumerate() {
            for (words, owners) in &matching.phrases {
                let Some(tokens) = self.seen.get(i..i + words.len()) else {
                    continue;
                };
                let follow = |(k, word): (usize, &String)| {
                    tokens[k].token == first.token + k as u32 && self.form(i + k) == word
                };
                if words.iter().enumerate().all(follow) {
                    let last = &tokens[words.len() - 1];
                    more.extend(owners.iter().map(|&slot| Found {
                        token: first.token,
                        behind: last.token + 1,
                        span: first.span.cover(last.span),
                        slot,
                        agree: 0.9,
                    }));
                }
            }
        }
        if !more.is_empty() {
            more.append(found);
            more.sort_by_key(|found| found.token);
            *found = more;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matching(forms: &[&str], prefix: &str) -> Matching {
        let phrase: Vec<String> = ["khu", "kinh", "te"].map(str::to_owned).into();
        let words = forms.iter().copied().chain(["tnh", "khu", "kinh", "te"]);
        let heads = Heads::new(words, [prefix]);
        Matching {
            forms: forms
                .iter()
                .map(|form| (*form).to_owned())
                .zip((0..).map(|i| vec![i]))
                .collect(),
            damaged: [("tnh".to_owned(), vec![0])].into_iter().collect(),
            prefixes: vec![(prefix.to_owned(), 1)],
            exact: vec![None; forms.len()],
            weights: vec![1.0; forms.len()],
            phrases: vec![(phrase, vec![0])],
            heads,
        }
    }

    /// What a walk that reads every word finds.
    fn all(text: &str, matching: Matching, skip: &[Span]) -> String {
        let heads = Heads::new([], [""]);
        let walk = Walk::new(text, &Matching { heads, ..matching }, skip);
        format!("{:?} {:?}", walk.sentences, walk.found)
    }

    fn check(text: &str, forms: &[&str], prefix: &str, skip: &[Span]) -> Result<(), TestCaseError> {
        let walk = Walk::new(text, &matching(forms, prefix), skip);
        let walk = format!("{:?} {:?}", walk.sentences, walk.found);
        prop_assert_eq!(walk, all(text, matching(forms, prefix), skip));
        Ok(())
    }

    #[test]
    fn sentences_end_at_marks_before_spaces_and_at_line_ends() {
        let text = "Thu 1.200 tỷ.Chi? Còn lại; TP.HCM\n\nBảng\n…\n- Dư nợ";
        let walk = Walk::new(text, &matching(&["du"], "x"), &[]);
        let sentences: Vec<&str> = walk.sentences.iter().map(|s| s.span.of(text)).collect();
        assert_eq!(
            sentences,
            ["Thu 1.200 tỷ.Chi?", "Còn lại;", "TP.HCM", "Bảng", "- Dư nợ"]
        );
        assert_eq!(walk.sentences[0].tokens, 6);
        assert_eq!(walk.found[0].span.of(text), "Dư");
    }

    #[test]
    fn a_long_form_is_one_match_and_lines_of_the_page_have_none() {
        let text = "Khu kinh tế | Tin\nBan quản lý khu kinh tế";
        let skip = [Span::new(0, text.find('\n').unwrap())];
        let walk = Walk::new(text, &matching(&["ban"], "x"), &skip);
        let found: Vec<&str> = walk.found.iter().map(|f| f.span.of(text)).collect();
        assert_eq!(found, ["Ban", "khu kinh tế"]);
        assert_eq!(walk.sentences.len(), 1);
    }

    proptest! {
        #[test]
        fn words_passed_over_are_none_of_those_asked_for(
            words in proptest::collection::vec(
                "(đ|Đ|t|th|kh|[a-zA-Z]|qu|)[aàảăằâấeẹêểiịyỷỹoơờôốuúưựAÀƯ](ng|nh|n|c|\u{301}|\u{323}|\u{ad}|)|khu|kinh tế|tnh|[0-9.,/]{1,6}|[–“×ñç€º.;!\n]",
                1..40,
            ),
            gaps in proptest::collection::vec("[ \n.\u{a0}-]|", 1..6),
            forms in proptest::collection::vec("(d|t|th|k|)[aeiouy](ng|n|c|)|d|[1-9]{1,2}", 2..5),
            prefix in "[a-z]{1,2}",
            from in 0usize..60,
        ) {
            let mut text = String::new();
            for (i, word) in words.iter().enumerate() {
                text.push_str(word);
                text.push_str(&gaps[i % gaps.len()]);
            }
            let forms: Vec<String> = forms.iter().map(|form| crate::text::fold(form)).collect();
            let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
            check(&text, &forms, &prefix, &[])?;
            let from = text.floor_char_boundary(from.min(text.len()));
            let until = text.floor_char_boundary((from + 30).min(text.len()));
            check(&text, &forms, &prefix, &[Span::new(from, until)])?;
        }
    }
}
