//! Words that lost the space between them (`tỷđồng`, `sovớinăm`, `triệuUSD`), as PDF pages lose it: cut again for the recognisers.

use super::letter::info;
use super::lexicon::{Lexicon, Syllable, lexicon};
use super::syllable::may_be_glued;
use super::token::{Token, TokenKind, Tokens};
use crate::Span;

/// Bytes of the shortest and letters of the longest run that is looked at.
const SHORTEST: usize = 6;
const LONGEST: usize = 40;

/// The tokens with each glued word cut into its syllables; `None` where none is glued.
///
/// A word is glued where it bears marks, is no syllable, and can be cut into syllables each of which is known to follow the one
/// before it, or into syllables and an abbreviation in capitals. The parts point into the text as it stands.
pub(crate) fn unglued(text: &str, tokens: &Tokens) -> Option<Tokens> {
    let list = tokens.list();
    let suspected = |token: &Token| {
        token.kind == TokenKind::Word
            && token.has_marks()
            && token.span.len() >= SHORTEST
            && (may_be_glued(tokens.folded(token)) || token.has_inner_capital())
    };
    let words: Vec<bool> = tokens
        .words()
        .iter()
        .map(|word| suspected(&list[word.first as usize]))
        .collect();
    if !words.contains(&true) {
        return None;
    }
    let mut cuts = Vec::new();
    for (at, token) in list.iter().enumerate() {
        if token.kind == TokenKind::Word && words[token.word as usize] {
            let parts = parts(text, token.span);
            if parts.len() > 1 {
                cuts.push((at, parts));
            }
        }
    }
    (!cuts.is_empty()).then(|| tokens.with_cuts(text, &cuts))
}

/// A way to read the letters up to a place.
#[derive(Clone, Copy)]
struct Way {
    score: f32,
    /// Where its last part begins, and what that is.
    start: usize,
    syllable: Syllable,
}

/// The likeliest parts of the run of letters at `span`; one or none where it is not glued.
fn parts(text: &str, span: Span) -> Vec<Span> {
    let word = span.of(text);
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    // A letter with its marks beside it is not looked at: what is stored is composed.
    if letters.len() > LONGEST
        || letters
            .iter()
            .any(|(_, c)| info(u32::from(*c)).lower() == 0)
    {
        return Vec::new();
    }
    let lower = word.to_lowercase();
    let lexicon = lexicon();
    if lower.len() != word.len() || lexicon.syllable(&lower).is_some() {
        return Vec::new();
    }
    let offset = |i: usize| letters.get(i).map_or(word.len(), |l| l.0);
    let capital = |i: usize| letters.get(i).is_some_and(|l| l.1.is_uppercase());
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); letters.len() + 1];
    for end in 1..=letters.len() {
        for start in 0..end {
            let syllable = if (start + 1..end).all(|i| !capital(i)) {
                lexicon.syllable(&lower[offset(start)..offset(end)])
            } else {
                // An abbreviation takes in all capitals that stand together.
                let whole = (start..end).all(capital)
                    && !capital(end)
                    && (start == 0 || !capital(start - 1));
                whole.then_some(Syllable::OTHER)
            };
            let Some(syllable) = syllable else {
                continue;
            };
            let score = if start == 0 {
                Some(lexicon.log_prob(syllable))
            } else {
                ways[start]
                    .iter()
                    .filter_map(|way| Some(way.score + follows(lexicon, way.syllable, syllable)?))
                    .max_by(f32::total_cmp)
            };
            if let Some(score) = score {
                ways[end].push(Way {
                    score,
                    start,
                    syllable,
                });
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = letters.len();
    let mut next: Option<Syllable> = None;
    while end > 0 {
        let best = ways[end]
            .iter()
            .filter_map(|way| {
                let joint = next.map_or(Some(0.0), |next| follows(lexicon, way.syllable, next))?;
                Some((way.score + joint, *way))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, way)) = best else {
            return Vec::new();
        };
        parts.push(Span::new(
            span.start + offset(way.start),
            span.start + offset(end),
        ));
        (end, next) = (way.start, Some(way.syllable));
    }
    parts.reverse();
    parts
}

/// How likely one part stands behind another; `None` where it is not known to.
fn follows(lexicon: &Lexicon<'_>, first: Syllable, second: Syllable) -> Option<f32> {
    let known = first == Syllable::OTHER
        || second == Syllable::OTHER
        || lexicon.pair_count(first, second) > 0.0;
    known.then(|| lexicon.log_prob_after(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn read(text: &str) -> String {
        let tokens = tokenize(text);
        let cut = unglued(text, &tokens);
        let tokens = cut.as_ref().unwrap_or(&tokens);
        let spans: Vec<&str> = tokens.list().iter().map(|t| t.span.of(text)).collect();
        let known = |t: &Token| {
            let first = &tokens.list()[tokens.words()[t.word as usize].first as usize];
            first.word == t.word && tokens.exact(first) == tokens.exact(t)
        };
        assert!(tokens.list().iter().all(known), "{text}");
        spans.join(" ")
    }

    #[test]
    fn glued_words_become_syllables() {
        for (glued, cut) in [
            ("đạt 512 tỷđồng", "đạt 512 tỷ đồng"),
            (
                "Xuấtkhẩu 40 triệuUSD,tăng 3%sovớinăm 2011",
                "Xuất khẩu 40 triệu USD , tăng 3 % so với năm 2011",
            ),
            (
                "tạo việclàm cho9.100lao động",
                "tạo việc làm cho 9.100 lao động",
            ),
            ("tỷlệ hộnghèo còn 4%", "tỷ lệ hộ nghèo còn 4 %"),
            (
                "doanhnghiệpFDI nộpngânsách",
                "doanh nghiệp FDI nộp ngân sách",
            ),
            ("Tỷđồng tỷđồng tỷ đồng", "Tỷ đồng tỷ đồng tỷ đồng"),
        ] {
            assert_eq!(read(glued), cut);
        }
    }

    #[test]
    fn other_words_stay_whole() {
        for text in [
            "Krông Pắc và Đắk R’lấp",
            "quận nghành giuờng",
            "café pérou Société",
            "doanh nghiep Vietcombank logistics",
            "đ/c Nguyễn Văn Hoà",
        ] {
            assert!(unglued(text, &tokenize(text)).is_none(), "{text}");
        }
    }
}
