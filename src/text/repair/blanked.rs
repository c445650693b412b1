//! Letters lost to blanks: `t ñ ng`, `tri u`, `tr c` for `tỷ đồng`, `triệu`, `trước`.
//!
//! A converter that knew Latin-1 alone left a blank for each letter outside it, `ñ` for `đ` and nothing for `ă`; what lies between
//! words and what was a letter looks the same. So the pieces are read again as words of one piece or two, the likeliest run of them by
//! the lexicon. A whole document is so or none of it: such a text has `ñ` in place of every `đ`, and single letters all over.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::Span;
use crate::text::letter::push_lower;
use crate::text::lexicon::{Spelling, Syllable, lexicon};

use super::Change;
use super::detect::words;

/// A piece that is no word and none's remnant: a foreign word, as a logarithm.
const FOREIGN: f32 = -12.0;
/// Ways that are kept at each place.
const BEAM: usize = 32;

/// The spellings by what is left of them, their pieces parted by one blank.
static LEFT: LazyLock<FxHashMap<String, Vec<Spelling>>> = LazyLock::new(|| {
    let mut left: FxHashMap<String, Vec<Spelling>> = FxHashMap::default();
    for spelling in lexicon().spellings() {
        let key = pieces(lexicon().written(spelling));
        if !key.is_empty() {
            left.entry(key).or_default().push(spelling);
        }
    }
    left
});

/// What a word leaves.
fn pieces(word: &str) -> String {
    let mut left = String::with_capacity(word.len());
    let mut blank = false;
    for c in word.chars().filter(|c| *c != 'ă') {
        let kept = match c {
            'đ' => Some('ñ'),
            c => Some(c).filter(|c| u32::from(*c) <= 0xff),
        };
        if let Some(c) = kept {
            if blank && !left.is_empty() {
                left.push(' ');
            }
            left.push(c);
        }
        blank = kept.is_none();
    }
    left
}

/// What must change in a text of such pieces; `None` for any other text.
pub(super) fn read(text: &str) -> Option<Vec<Change>> {
    if !is_blanked(text) {
        return None;
    }
    let mut clause = Clause {
        text,
        pieces: Vec::new(),
        opens: Syllable::START,
    };
    let mut changes = Vec::new();
    let mut end = 0;
    for span in words(text) {
        let gap = &text[end..span.start];
        if gap != " " {
            clause.close(opening(gap), &mut changes);
            clause.opens = class_of(gap);
        }
        clause.pieces.push(span);
        end = span.end;
    }
    clause.close(opening(&text[end..]), &mut changes);
    Some(changes)
}

fn is_blanked(text: &str) -> bool {
    /// Words with the letter, at least.
    const WORDS: usize = 4;
    if !text.contains('ñ') {
        return false;
    }
    let (mut all, mut strokes, mut whole, mut single) = (0, 0, 0, 0);
    for span in words(text) {
        let word = span.of(text);
        all += 1;
        strokes += usize::from(word.starts_with(['ñ', 'Ñ']));
        whole += usize::from(word.chars().any(|c| u32::from(c) > 0xff));
        single += usize::from(word.chars().nth(1).is_none());
    }
    strokes >= WORDS && whole * 4 <= strokes && single * 8 >= all
}

/// What the words behind a gap follow.
fn class_of(gap: &str) -> Syllable {
    match gap.trim_end().chars().next_back() {
        None => Syllable::START,
        Some(c) if c.is_numeric() || c == '%' => Syllable::NUMBER,
        Some(c) => Syllable::of_mark(c),
    }
}

/// What the gap is to the words before it.
fn opening(gap: &str) -> Syllable {
    match gap.trim_start().chars().next() {
        None => Syllable::START,
        Some(c) if c.is_numeric() => Syllable::NUMBER,
        Some(c) => Syllable::of_mark(c),
    }
}

/// Pieces with one blank between them.
struct Clause<'t> {
    text: &'t str,
    pieces: Vec<Span>,
    /// What stands before the first.
    opens: Syllable,
}

/// A way to read the pieces up to a place.
#[derive(Clone, Copy)]
struct Way {
    score: f32,
    syllable: Syllable,
    /// Its last word: how many pieces it takes, and what it is, if it is one.
    taken: usize,
    word: Option<Spelling>,
    /// Which of the ways at the place before.
    before: usize,
}

impl Clause<'_> {
    /// Reads the pieces, `behind` which stands what it is.
    fn close(&mut self, behind: Syllable, changes: &mut Vec<Change>) {
        let lexicon = lexicon();
        let lower: Vec<String> = self
            .pieces
            .iter()
            .map(|span| {
                let mut lower = String::new();
                // `T10` is a code.
                if !self.text[span.end..].starts_with(char::is_numeric) {
                    push_lower(span.of(self.text), &mut lower);
                }
                // Eth, which other converters leave for it, is `đ` by now.
                lower.replace('đ', "ñ")
            })
            .collect();
        let mut ways: Vec<Vec<Way>> = vec![vec![Way {
            score: 0.0,
            syllable: self.opens,
            taken: 0,
            word: None,
            before: 0,
        }]];
        for end in 1..=lower.len() {
            let mut here = Vec::new();
            for taken in 1..=end.min(2) {
                let key = lower[end - taken..end].join(" ");
                let found = LEFT.get(&key).map_or(&[][..], Vec::as_slice);
                for (before, way) in ways[end - taken].iter().enumerate() {
                    let mut add = |syllable, score, word| {
                        here.push(Way {
                            score: way.score + score,
                            syllable,
                            taken,
                            word,
                            before,
                        });
                    };
                    for &spelling in found {
                        let syllable = lexicon.syllable_of(spelling);
                        let score = lexicon.log_prob_after(way.syllable, syllable)
                            + lexicon.spelling_log_share(spelling);
                        add(syllable, score, Some(spelling));
                    }
                    if taken == 1 {
                        add(Syllable::OTHER, FOREIGN, None);
                    }
                }
            }
            here.sort_by(|a, b| b.score.total_cmp(&a.score));
            // Of ways that end in the same syllable the best will do.
            let mut kept: Vec<Way> = Vec::with_capacity(BEAM);
            for way in here {
                if kept.len() < BEAM && kept.iter().all(|k| k.syllable != way.syllable) {
                    kept.push(way);
                }
            }
            ways.push(kept);
        }
        let mut end = lower.len();
        let whole = |way: &Way| way.score + lexicon.log_prob_after(way.syllable, behind);
        let best = (0..ways[end].len()).max_by(|a, b| {
            let (a, b) = (whole(&ways[end][*a]), whole(&ways[end][*b]));
            a.total_cmp(&b)
        });
        let mut at = best.unwrap_or(0);
        let first = changes.len();
        while end > 0 {
            let way = ways[end][at];
            if let Some(word) = way.word {
                self.change(end - way.taken..end, lexicon.written(word), changes);
            }
            (end, at) = (end - way.taken, way.before);
        }
        changes[first..].reverse();
        self.pieces.clear();
    }

    fn change(&self, range: std::ops::Range<usize>, word: &str, changes: &mut Vec<Change>) {
        /// The lattice of pieces tells no chances; most words are right.
        const CONFIDENCE: f32 = 0.8;
        let original = self.pieces[range.start].cover(self.pieces[range.end - 1]);
        let written = original.of(self.text);
        let upper = |span: &Span| {
            let piece = span.of(self.text);
            piece
                .chars()
                .all(char::is_uppercase)
                .then(|| piece.chars().count())
        };
        // A single capital belongs to a line of capitals where what stands beside it does.
        let own: Option<usize> = self.pieces[range.clone()].iter().map(upper).sum();
        let beside = range.start.checked_sub(1).into_iter().chain([range.end]);
        let shouted = own.is_some_and(|letters| {
            letters > 1
                || beside
                    .filter_map(|i| self.pieces.get(i))
                    .any(|span| upper(span).is_some_and(|letters| letters > 1))
        });
        let mut letters = word.chars();
        let text = match letters.next() {
            Some(_) if shouted => word.to_uppercase(),
            Some(c) if written.starts_with(char::is_uppercase) => {
                c.to_uppercase().chain(letters).collect()
            }
            _ => word.to_owned(),
        };
        if text != written {
            changes.push(Change {
                original,
                text,
                confidence: CONFIDENCE,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::repair::restore;

    const TEXT: &str = "Tổng thu ngân sách nhà nước trên địa bàn tỉnh đạt 1.240 tỷ đồng, bằng 52% dự toán và tăng 8% so với cùng kỳ \
        năm trước. Kim ngạch xuất khẩu đạt 61 triệu USD; tổng mức bán lẻ hàng hóa đạt 3.450 tỷ đồng. Các doanh nghiệp đã tạo việc \
        làm cho 4.200 lao động. Diện tích gieo trồng lúa đạt 12.300 ha.";

    /// As the converter leaves it.
    fn blank(text: &str) -> String {
        let left = |c: char| match c {
            'ă' => None,
            'đ' => Some('ñ'),
            c if u32::from(c) > 0xff => Some(' '),
            c => Some(c),
        };
        let left: String = text.chars().filter_map(left).collect();
        left.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn pieces_become_words() {
        let damaged = blank(TEXT);
        assert!(
            damaged.contains("1.240 t ñ ng, b ng 52% d toán"),
            "{damaged}"
        );
        assert_eq!(restore(&damaged).text, TEXT);
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            TEXT,
            "Vốn ñầu tư toàn xã hội ñạt 410 tỷ ñồng, thu ngân sách ñịa phương ñạt 90 tỷ ñồng.",
            "España, señor Muñoz",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
