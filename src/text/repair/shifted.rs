//! Letters read by the wrong table: `dự ỏn`, `cú`, `Chớ Minh` for `dự án`, `có`, `Chí Minh`.
//!
//! Text in Unicode that went through a converter from TCVN3 has lost its Latin-1 letters to what their bytes stand for there: each
//! `á` is an `ỏ`, each `ã` an `ó`. All other letters stand as they were, an `ỏ` of its own among them, so that the lexicon has to say
//! which is which. A whole document is so or none of it: the letters that were replaced are absent from it, and no other text of some
//! length lacks them.

use crate::Span;
use crate::text::letter::push_lower;
use crate::text::lexicon::{Candidate, Lattice, Syllable, lexicon};

use super::Change;
use super::detect::words;

/// Each letter that was replaced and what stands for it: byte for byte, windows-1252 and TCVN3.
const SHIFTED: [(char, char); 14] = [
    ('á', 'ỏ'),
    ('â', 'õ'),
    ('ã', 'ó'),
    ('è', 'ố'),
    ('é', 'ộ'),
    ('ê', 'ờ'),
    ('ì', 'ỡ'),
    ('í', 'ớ'),
    ('ò', 'ũ'),
    ('ó', 'ú'),
    ('ô', 'ụ'),
    ('õ', 'ừ'),
    ('ù', 'ự'),
    ('ú', 'ỳ'),
];

/// What must change in a text of shifted letters; `None` for any other text.
pub(super) fn read(text: &str) -> Option<Vec<Change>> {
    if !lacks_letters(text) || !is_shifted(text) {
        return None;
    }
    let mut changes = Vec::new();
    let mut clause = Clause::new(text);
    let mut end = 0;
    for span in words(text) {
        clause.read_gap(&text[end..span.start], &mut changes);
        clause.push(span);
        end = span.end;
    }
    clause.close(&mut changes);
    Some(changes)
}

/// Whether the letters that would have been replaced are rare: in Vietnamese as it should be every third word has one.
fn lacks_letters(text: &str) -> bool {
    /// Bytes after which a text that has the letters is given up.
    const HEAD: usize = 16 << 10;
    /// Words to one such letter, at least.
    const RARE: usize = 16;
    let lacks = |bytes: &[u8]| {
        let Some((_, firsts)) = bytes.split_last() else {
            return true;
        };
        let blanks = count(firsts, |b| b == b' ' || b == b'\n');
        let replaced = |pair: &&[u8]| {
            let second = pair[1];
            pair[0] == 0xc3
                && matches!(
                    second,
                    0xa1 | 0xa2 | 0xa3 | 0xa8 | 0xa9 | 0xaa | 0xac | 0xad | 0xb2 | 0xb4 | 0xb9
                )
        };
        // A text that has them is given up as soon as it has too many.
        let found = bytes.windows(2).filter(replaced).nth(blanks / RARE);
        found.is_none() && count(firsts, |b| b == 0xe1) * 4 >= blanks
    };
    let bytes = text.as_bytes();
    lacks(&bytes[..bytes.len().min(HEAD)]) && (bytes.len() <= HEAD || lacks(bytes))
}

/// How many bytes are such; so many at once that the sums fit into a byte, which a processor adds up in rows.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let sums = bytes
        .chunks(128)
        .map(|chunk| chunk.iter().map(|&b| u8::from(is(b))).sum::<u8>());
    sums.map(usize::from).sum()
}

/// Whether enough words read far better with the letters put back.
fn is_shifted(text: &str) -> bool {
    /// How much likelier, as a logarithm.
    const FAR: f32 = 4.0;
    /// Such words, at least, and how many words there are to one of them.
    const WORDS: u32 = 6;
    const SHARE: u32 = 8;
    let lexicon = lexicon();
    let log_prob = |word: &str| {
        lexicon
            .syllable(word)
            .map_or(-20.0, |s| lexicon.log_prob(s))
    };
    let mut lower = String::new();
    let (mut all, mut better) = (0, 0);
    for span in words(text) {
        let word = span.of(text);
        all += 1;
        if word.is_ascii() {
            continue;
        }
        lower.clear();
        push_lower(word, &mut lower);
        let own = log_prob(&lower);
        let gains = readings(&lower)
            .iter()
            .any(|reading| log_prob(&reading.word) > own + FAR);
        better += u32::from(gains);
    }
    better >= WORDS && better * SHARE >= all
}

/// What a word may have been.
#[derive(Clone, Default)]
struct Reading {
    word: String,
    log_weight: f32,
}

/// What a lower-case word may have been. The letters of Latin-1 that stand for others would be gone themselves, had they not come in
/// their place: only a line from elsewhere has them as its own.
fn readings(word: &str) -> Vec<Reading> {
    /// Readings of the longest word worth a look.
    const MOST: usize = 16;
    /// What it costs that a letter of Latin-1 was left.
    const LEFT: f32 = -7.0;
    let mut list = vec![Reading::default()];
    for c in word.chars() {
        let original = original(c).filter(|_| list.len() < MOST);
        let mut other = Vec::new();
        if let Some(letter) = original {
            other.clone_from(&list);
            other.iter_mut().for_each(|r| r.word.push(letter));
        }
        for reading in &mut list {
            reading.word.push(c);
            if original.is_some() && u32::from(c) <= 0xff {
                reading.log_weight += LEFT;
            }
        }
        list.append(&mut other);
    }
    list
}

fn original(letter: char) -> Option<char> {
    SHIFTED
        .iter()
        .find_map(|(original, shifted)| (*shifted == letter).then_some(*original))
}

/// The words up to the next border of a sentence.
struct Clause<'t> {
    text: &'t str,
    lattice: Lattice<'static>,
    /// Of each word of the lattice its place, and its readings in the order of the candidates; a class has none.
    words: Vec<(Span, Vec<String>)>,
}

impl<'t> Clause<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            lattice: Lattice::new(lexicon()).with_tables(),
            words: Vec::new(),
        }
    }

    fn push(&mut self, span: Span) {
        let mut lower = String::new();
        push_lower(span.of(self.text), &mut lower);
        let mut candidates = Vec::new();
        let mut words = Vec::new();
        for reading in readings(&lower) {
            if let Some(syllable) = lexicon().syllable(&reading.word) {
                candidates.push(Candidate {
                    log_weight: reading.log_weight,
                    ..Candidate::new(syllable)
                });
                words.push(reading.word);
            }
        }
        self.lattice.push(candidates);
        self.words.push((span, words));
    }

    fn push_class(&mut self, class: Syllable) {
        self.lattice.push([Candidate::new(class)]);
        self.words.push((Span::new(0, 0), Vec::new()));
    }

    fn read_gap(&mut self, gap: &str, changes: &mut Vec<Change>) {
        let mut number = false;
        for c in gap.chars() {
            if c.is_numeric() {
                if !number {
                    self.push_class(Syllable::NUMBER);
                }
                number = true;
            } else if !(number && matches!(c, '.' | ',')) && c != ' ' {
                number = false;
                match Syllable::of_mark(c) {
                    Syllable::START => self.close(changes),
                    mark => self.push_class(mark),
                }
            }
        }
    }

    fn close(&mut self, changes: &mut Vec<Change>) {
        if self.words.iter().any(|(_, readings)| !readings.is_empty()) {
            let path = self.lattice.best();
            for (i, (span, readings)) in self.words.iter().enumerate() {
                let Some(reading) = readings.get(path.choices[i]) else {
                    continue;
                };
                let written = span.of(self.text);
                let text = with_letters(written, reading);
                if text != written {
                    changes.push(Change {
                        original: *span,
                        text,
                        confidence: path.confidences[i],
                    });
                }
            }
        }
        self.lattice.clear();
        self.words.clear();
    }
}

/// The word as written, its letters those of the reading.
fn with_letters(written: &str, reading: &str) -> String {
    let mut letters = reading.chars();
    let same = written.chars().count() == reading.chars().count();
    written
        .chars()
        .map(|c| match letters.next() {
            Some(letter) if same && original(c) == Some(letter) => letter,
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::repair::restore;

    /// As the converter leaves it.
    fn shift(text: &str) -> String {
        let shifted = |c: char| SHIFTED.iter().find(|(own, _)| *own == c).map_or(c, |s| s.1);
        text.chars().map(shifted).collect()
    }

    const TEXT: &str = "Sáu tháng đầu năm, tỉnh Hà Giang cấp phép cho 14 dự án mới với tổng vốn đăng ký 320 tỷ đồng. Các doanh nghiệp \
        trong khu công nghiệp thu hút thêm 1.200 lao động, chủ yếu là người địa phương; tình hình sản xuất còn khó khăn do giá nguyên liệu tăng.\n\
        Về đầu tư trực tiếp nước ngoài, có hai dự án của Thành phố Hồ Chí Minh chuyển đến, đứng thứ nhất cả tỉnh là công ty Minh Sơn.\n\
        So với cùng kỳ năm trước, số vốn thực hiện đã tăng rõ rệt ở cả ba huyện vùng thấp.";

    #[test]
    fn shifted_letters_come_back() {
        let shifted = shift(TEXT);
        assert!(shifted.contains("dự ỏn") && shifted.contains("đó tăng rừ rệt"));
        let restored = restore(&shifted);
        assert_eq!(restored.text, TEXT);
        let edit = restored.edits[0];
        assert_eq!(edit.original.of(&shifted), "Sỏu");
        assert_eq!(edit.restored.of(&restored.text), "Sáu");
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            TEXT,
            "Củ sắn, cỏ voi, củ từ và cụ già: chợ Cũ thứ bảy đủ thứ.",
            "Tinh Ha Giang thu hut 14 du an moi voi tong von dang ky 320 ty dong.",
            "cú đú",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
