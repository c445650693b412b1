//! `ñ` for `đ`, as fonts of old documents leave it in the text of a PDF: `vốn ñầu tư`, `tỷ ñồng`.

use crate::text::letter::push_lower;
use crate::text::lexicon::lexicon;

use super::Change;
use super::detect::words;

/// The words that must change; `None` where no `ñ` stands for `đ`.
///
/// No Vietnamese word has the letter, and hardly a foreign one begins with it (`El Niño`), so two words that become syllables show that
/// it is `đ` wherever it begins one.
pub(super) fn read(text: &str) -> Option<Vec<Change>> {
    const WORDS: usize = 2;
    if !text.contains('ñ') && !text.contains('Ñ') {
        return None;
    }
    let mut lower = String::new();
    let changes: Vec<Change> = words(text)
        .filter_map(|span| {
            let word = span.of(text);
            let (stroke, rest) = match word.strip_prefix('ñ') {
                Some(rest) => ('đ', rest),
                None => ('Đ', word.strip_prefix('Ñ')?),
            };
            let mut whole = String::with_capacity(word.len());
            whole.push(stroke);
            whole.push_str(rest);
            lower.clear();
            push_lower(&whole, &mut lower);
            lexicon().syllable(&lower)?;
            Some(Change {
                original: span,
                text: whole,
                confidence: 1.0,
            })
        })
        .collect();
    (changes.len() >= WORDS).then_some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::repair::restore;

    #[test]
    fn the_letter_of_the_font_becomes_the_one_meant() {
        for (damaged, whole) in [
            (
                "Vốn ñầu tư toàn xã hội ñạt 410 tỷ ñồng",
                "Vốn đầu tư toàn xã hội đạt 410 tỷ đồng",
            ),
            (
                "CỘNG ÑỒNG, Ñảng bộ và ñoàn thể",
                "CỘNG ĐỒNG, Đảng bộ và đoàn thể",
            ),
            (
                "Do El Niño, hạn hán ñến sớm hơn ñợt trước",
                "Do El Niño, hạn hán đến sớm hơn đợt trước",
            ),
        ] {
            assert_eq!(restore(damaged).text, whole);
        }
    }

    #[test]
    fn foreign_words_stay() {
        for text in [
            "Hiện tượng El Niño và La Niña kéo dài đến quý II.",
            "España, señor Muñoz, ñandú",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
