//! The normal form NFC, fast for what reports are made of.
//!
//! A text is looked at in blocks of bytes first: nearly every one is NFC and shows it there. One that is not, as a Mac writes file names and some
//! pages their text, is put together letter by letter; the letters of Vietnamese are found in a table, what else there is goes the general way.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::letter;

/// Bytes looked at together.
const BLOCK: usize = 128;
/// Bytes of the longest spelling of a letter in the table: a base and two marks, or a letter with a shape and a tone.
const LONGEST: usize = 8;

/// `text` in NFC; one that is NFC already is not copied.
pub(crate) fn nfc(text: String) -> String {
    if is_nfc(&text) { text } else { compose(&text) }
}

/// Whether a text is NFC; no where that takes more than a look at each character.
pub(crate) fn is_nfc(text: &str) -> bool {
    is_plain(text.as_bytes()) || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Whether the bytes alone show that a text is NFC: ASCII, the letters of Vietnamese and of Western Europe, usual signs.
fn is_plain(bytes: &[u8]) -> bool {
    let second = bytes.get(1..).unwrap_or_default();
    let third = bytes.get(2..).unwrap_or_default();
    let blocks = bytes.chunks(BLOCK).zip(second.chunks(BLOCK));
    let plain = blocks.zip(third.chunks(BLOCK)).all(|((a, b), c)| {
        let each = a.iter().zip(b).zip(c);
        each.fold(0, |odd, ((a, b), c)| odd | is_odd(*a, *b, *c)) == 0
    });
    plain && {
        let at = |from_end: usize| {
            let i = bytes.len().checked_sub(from_end);
            i.map_or(0, |i| bytes[i])
        };
        is_odd(at(2), at(1), 0) | is_odd(at(1), 0, 0) == 0
    }
}

/// 1 where a character begins that may be no NFC, or may change the one before it; without branches.
#[inline(always)]
fn is_odd(first: u8, second: u8, third: u8) -> u8 {
    let within = |byte: u8, from: u8, to: u8| u8::from(byte.wrapping_sub(from) <= to - from);
    // U+0300 and up, but U+1E80 to U+1EFF, and of U+2000 to U+2FFF what has dashes, quotes, currencies, arrows and boxes.
    let high = within(first, 0xcc, 0xff);
    let letter = within(first, 0xe1, 0xe1) & within(second, 0xba, 0xbb);
    let sign = within(second, 0x80, 0x80) & within(third, 0x82, 0xbf)
        | within(second, 0x82, 0x82)
        | within(second, 0x86, 0x8b)
        | within(second, 0x94, 0x97);
    high & (letter ^ 1) & ((within(first, 0xe2, 0xe2) & sign) ^ 1)
}

/// Whether a character stays as it is whatever stands around it, so that a text may be cut before it.
fn stands_alone(c: char) -> bool {
    let code = u32::from(c);
    code < 0x300
        || (0x1e80..0x1f00).contains(&code)
        || is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes
            && canonical_combining_class(c) == 0
}

/// The letters of Vietnamese by every spelling of theirs that is longer than one character.
static LETTERS: LazyLock<FxHashMap<u64, char>> = LazyLock::new(|| {
    let mut letters = FxHashMap::default();
    let both = |small: char| [small, small.to_uppercase().next().unwrap_or(small)];
    let bases: Vec<char> = letter::vowels().flat_map(both).collect();
    let mut marks: Vec<char> = bases.iter().flat_map(|base| base.nfd().skip(1)).collect();
    marks.sort_unstable();
    marks.dedup();
    let single = |spelling: &str| {
        let mut composed = spelling.nfc();
        composed.next().filter(|_| composed.next().is_none())
    };
    let mut add = |spelling: String| {
        if let (Some(key), Some(letter)) = (key(spelling.as_bytes()), single(&spelling)) {
            letters.insert(key, letter);
        }
    };
    for base in bases {
        for first in &marks {
            add(format!("{base}{first}"));
            for second in &marks {
                add(format!("{base}{first}{second}"));
            }
        }
    }
    letters
});

/// A spelling as a number; `None` for one that is too long for the table.
#[inline]
fn key(spelling: &[u8]) -> Option<u64> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..spelling.len())?.copy_from_slice(spelling);
    Some(u64::from_le_bytes(bytes))
}

/// NFC, by pieces that do not touch each other: a character that stands alone and those behind it that do not.
fn compose(text: &str) -> String {
    let letters = &*LETTERS;
    let mut out = String::with_capacity(text.len());
    // What is copied as it is begins here; the last character that stands alone there.
    let (mut kept, mut last) = (0, 0);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if stands_alone(c) {
            last = at;
            continue;
        }
        let mut end = text.len();
        for (next, c) in chars.by_ref() {
            if stands_alone(c) {
                end = next;
                break;
            }
        }
        out.push_str(&text[kept..last]);
        let piece = &text[last..end];
        match key(piece.as_bytes()).and_then(|key| letters.get(&key)) {
            Some(letter) => out.push(*letter),
            None => out.extend(piece.nfc()),
        }
        (kept, last) = (end, end);
    }
    out.push_str(&text[kept..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) {
        let wanted: String = text.nfc().collect();
        assert_eq!(nfc(text.to_owned()), wanted, "{text:?}");
        if is_plain(text.as_bytes()) {
            assert_eq!(text, wanted, "{text:?}");
        }
    }

    #[test]
    fn every_character_alone_and_behind_a_letter() {
        for c in (0..0x3_2000).filter_map(char::from_u32) {
            check(&c.to_string());
            check(&format!("ê{c}"));
            if !stands_alone(c) {
                check(&format!("a\u{323}{c} {c}"));
            }
        }
    }

    #[test]
    fn vietnamese_in_any_order_of_its_marks() {
        let text = "Ủy ban tỉnh đã duyệt đề án phát triển vùng trồng chè; ƯỚC ĐẠT 40 % kế hoạch";
        assert!(is_plain(text.as_bytes()));
        let decomposed: String = text.nfd().collect();
        assert_eq!(nfc(decomposed.clone()), text);
        check(&decomposed.replace("\u{323}\u{302}", "\u{302}\u{323}"));
        check(&decomposed.repeat(20));
    }

    proptest! {
        #[test]
        fn of_any_text(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn of_marks_in_any_order(text in "[aeouyAEÂơưđ \u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31b}\u{323}\u{327}\u{ad}한\u{1100}\u{1161}]{0,300}") {
            check(&text);
        }
    }
}
