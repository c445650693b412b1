//! Folding, and how well the marks of two spellings agree.

use super::letter::{self, info};
use super::scan::Scanner;

/// `text` in lower case without diacritics: đ is d, and y is i where the two interchange (`Kỹ` gives `ki`).
///
/// Spaces, digits and punctuation stay as they are; ignored characters (soft hyphens, zero-width ones) go. Words come out as
/// [`Tokens::folded`](super::Tokens::folded) has them. Idempotent, and the same for NFC and NFD.
///
/// ```
/// assert_eq!(baocao::text::fold("Tỉnh Đắk Lắk, 12.345,6 tỷ"), "tinh dak lak, 12.345,6 ti");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    // The spare bytes are for the scanner's copies of fixed size.
    let mut out = String::with_capacity(text.len() + 16);
    Scanner::new(text).fold_into(&mut out);
    out
}

/// Appends a word in lower case and NFC without its marks; the way for letters outside the table.
pub(crate) fn push_bare(word: &str, out: &mut String) {
    let bare = |c: char, out: &mut String| match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'đ' => out.push('d'),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'ƀ' => out.push('b'),
        'ı' => out.push('i'),
        'ħ' => out.push('h'),
        'ŧ' => out.push('t'),
        '\u{300}'..='\u{36f}' => {}
        _ => out.push(c),
    };
    for c in word.chars() {
        unicode_normalization::char::decompose_canonical(c, |part| bare(part, out));
    }
}

/// How the marks of a query's (or a cue's) spelling agree with those of a text, of the same folded form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// Mark for mark the same.
    Equal,
    /// The text leaves marks out that the query has: `duong`, `đương` for `đường`.
    SourceLacks,
    /// The query leaves marks out that the text has; it takes all spellings that complete it: a query `duong`.
    QueryLacks,
    /// Another syllable: `dương` for `đường`.
    Contradicts,
}

/// The marks of a spelling: strokes, shapes by letter, tone.
#[derive(Default, PartialEq, Eq, Clone, Copy)]
struct Marks {
    /// Two bits a letter: shape, or the stroke of đ.
    shapes: u64,
    strokes: u64,
    tone: u8,
}

impl Marks {
    fn of(word: &str) -> Self {
        let mut marks = Self::default();
        for (i, c) in word.chars().enumerate() {
            let found = info(u32::from(c));
            if found.class() == letter::LETTER && found.is_marked() {
                let bits = u64::from(found.shape()).unbounded_shl(2 * i as u32);
                if found.is_vowel() {
                    marks.shapes |= bits;
                } else {
                    marks.strokes |= bits;
                }
                marks.tone = marks.tone.max(found.tone());
            }
        }
        marks
    }

    fn is_bare(self) -> bool {
        self == Self::default()
    }

    /// Whether leaving out marks of `full` gives these. People leave out everything, or the tone, or tone and shapes; a syllable with
    /// its tone and without its shapes is another one (`tháng` is no short form of `thắng`), and so is `dương` to `đường`.
    fn completes_to(self, full: Self) -> bool {
        let shapes_kept = self.shapes == full.shapes;
        let strokes_kept = self.strokes == full.strokes;
        let within = self.shapes & !full.shapes == 0
            && self.strokes & !full.strokes == 0
            && (self.tone == full.tone || self.tone == 0);
        within
            && (self.is_bare() || (shapes_kept && strokes_kept) || (self.tone == 0 && strokes_kept))
    }
}

/// How the spelling `text` agrees with `query`; both are exact forms ([`Tokens::exact`](super::Tokens::exact)) of one folded form.
///
/// Partial marks agree with what completes them: `đương` with `đường`, its tone being left out. Spellings of different folded forms
/// are not told apart here.
#[must_use]
pub fn agreement(query: &str, text: &str) -> Agreement {
    if query == text {
        return Agreement::Equal;
    }
    if query.is_ascii() {
        return if text.is_ascii() {
            Agreement::Contradicts
        } else {
            Agreement::QueryLacks
        };
    }
    if text.is_ascii() {
        return Agreement::SourceLacks;
    }
    let (query, text) = (Marks::of(query), Marks::of(text));
    if text.completes_to(query) {
        Agreement::SourceLacks
    } else if query.completes_to(text) {
        Agreement::QueryLacks
    } else {
        Agreement::Contradicts
    }
}

/// Whether `text` can be read as the fully spelled `cue` of the same folded form: mark for mark, or bare.
///
/// Stricter than [`agreement`], for words that must not be taken for others: `thứ` is no `thu`, `đâu` no `đầu`.
#[must_use]
pub fn reads_as(cue: &str, text: &str) -> bool {
    cue == text || text.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_words_and_keeps_the_rest() {
        for (text, folded) in [
            ("Đường HÒA Bình", "duong hoa binh"),
            (
                "Tỷ, tỉ; Kỹ\u{a0}sư  quý 3/2021",
                "ti, ti; ki\u{a0}su  qui 3/2021",
            ),
            ("ư\u{ad}ớc", "uoc"),
            ("Quốc lộ 18A - 264/TB-VPCP", "quoc lo 18a - 264/tb-vpcp"),
            ("Ðà Nẵng ðẹp", "da nang dep"),
            ("Café Müller ß Ǽ", "cafe muller ss ae"),
            ("yêu mây nguyễn thy", "yeu may nguyen thy"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded);
        }
    }

    #[test]
    fn marks_agree_equal_lacking_or_not() {
        use Agreement::{Contradicts, Equal, QueryLacks, SourceLacks};
        for (query, text, expected) in [
            ("đường", "đường", Equal),
            ("đường", "duong", SourceLacks),
            ("đường", "đương", SourceLacks),
            ("đường", "đuong", SourceLacks),
            ("đường", "dương", Contradicts),
            ("đường", "dường", Contradicts),
            ("đường", "đướng", Contradicts),
            ("duong", "đường", QueryLacks),
            ("duong", "duong", Equal),
            ("đương", "đường", QueryLacks),
            ("dương", "đường", Contradicts),
            ("thắng", "tháng", Contradicts),
            ("tháng", "thắng", Contradicts),
            ("tăng", "táng", Contradicts),
            ("tỉnh", "tính", Contradicts),
            ("hoà", "hoa", SourceLacks),
        ] {
            assert_eq!(agreement(query, text), expected, "{query} {text}");
        }
        assert!(reads_as("đầu", "dau") && reads_as("đầu", "đầu") && !reads_as("đầu", "đâu"));
        assert!(!reads_as("thu", "thứ"));
    }
}
