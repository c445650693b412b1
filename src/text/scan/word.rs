//! Words: the letters of one run, and the forms they give.

use super::super::letter::{self, Info, info};
use super::{CAPITAL, HAS_MARKS, INNER_CAPITAL, UPPER, class_at, code_at};

/// Letters of the longest word that the fast way takes.
const SHORT: usize = 16;

/// Reads the word that begins at `start`; gives its end and flags and appends its forms.
#[inline(always)]
pub(super) fn read<const EXACT: bool, const FOLDED: bool>(
    text: &str,
    start: usize,
    exact: &mut String,
    folded: &mut String,
) -> (usize, u32) {
    let bytes = text.as_bytes();
    let mut at = start;
    // Base letters; bits of all letters together and of each; where the tone stands and which letters have shapes.
    let mut word = [0_u8; SHORT];
    let mut letters = 0_usize;
    let mut any = 0_u32;
    let mut uppers = 0_usize;
    let mut vowels = 0_u32;
    let mut tones = 0_usize;
    let mut tone_at = 0_usize;
    let mut shapes = 0_u32;
    loop {
        let Some(&[first, second, third]) = bytes.get(at..at + 3).and_then(|b| b.first_chunk())
        else {
            return read_slowly::<EXACT, FOLDED>(text, start, exact, folded);
        };
        let (found, len) = letter::info_of_bytes(first, second, third);
        if found.class() != letter::LETTER {
            if found.class() == letter::ODD || found.class() >= letter::MARK {
                let class = class_at(bytes, at).0;
                if matches!(class, letter::LETTER | letter::MARK | letter::IGNORED) {
                    return read_slowly::<EXACT, FOLDED>(text, start, exact, folded);
                }
            }
            break;
        }
        if letters == SHORT {
            return read_slowly::<EXACT, FOLDED>(text, start, exact, folded);
        }
        word[letters] = found.base();
        any |= found.bits();
        uppers += usize::from(found.is_upper());
        vowels += u32::from(found.is_vowel());
        let toned = found.tone() != 0;
        tones += usize::from(toned);
        tone_at = if toned { letters } else { tone_at };
        shapes |= u32::from(found.shape() != 0) << letters;
        letters += 1;
        at += len;
    }
    let first = code_at(bytes, start).0;
    let mut flags = 0;
    if any & letter::MARKED_BITS != 0 {
        flags |= u32::from(HAS_MARKS);
    }
    if uppers > 0 {
        flags |= flags_of_case(info(first).is_upper(), uppers, letters);
    }
    let y_as_i = word[letters - 1] == b'y' && is_sole_y(&word[..letters]);
    if EXACT {
        let mut moved = None;
        if tones == 1 && vowels > 1 {
            let settled = shapes >> tone_at & 1 == 1 && word[tone_at] != b'u';
            if !settled {
                moved = tone_place(&word[..letters], u64::from(shapes)).filter(|&to| to != tone_at);
            }
        }
        if moved.is_some() || y_as_i {
            rebuild(&text[start..at], moved, y_as_i, exact);
        } else {
            let slice = &text[start..at];
            if any & letter::CHANGED_BIT == 0 {
                exact.push_str(slice);
            } else {
                push_lower(slice, exact);
            }
        }
    }
    if FOLDED {
        if y_as_i {
            word[letters - 1] = b'i';
        }
        // ASCII letters.
        folded.push_str(std::str::from_utf8(&word[..letters]).unwrap_or_default());
    }
    (at, flags)
}

fn flags_of_case(capital: bool, uppers: usize, letters: usize) -> u32 {
    let inner = uppers > usize::from(capital) && uppers < letters;
    let flag = |flag: u8, holds: bool| u32::from(flag) * u32::from(holds);
    flag(UPPER, uppers == letters) | flag(CAPITAL, capital) | flag(INNER_CAPITAL, inner)
}

/// [`read`] for words with combining marks, ignored characters or letters outside the table, and for long ones.
#[inline(never)]
pub(super) fn read_slowly<const EXACT: bool, const FOLDED: bool>(
    text: &str,
    start: usize,
    exact: &mut String,
    folded: &mut String,
) -> (usize, u32) {
    let bytes = text.as_bytes();
    let folded_start = folded.len();
    let mut at = start;
    let mut end = at;
    let mut flags = 0_u32;
    let mut letters = 0_usize;
    let mut vowels = 0_usize;
    let mut uppers = 0_usize;
    let mut tones = 0_usize;
    let mut tone_at = 0_usize;
    let mut shapes = 0_u64;
    let mut marked = false;
    let mut capital = false;
    // Whether the slice itself is the exact form, and whether letters stand in it that the table does not know.
    let mut clean = true;
    let mut odd = false;
    // State of the last letter, for combining marks.
    let mut last = (0_u8, 0_u8, 0_u8);
    while at < bytes.len() {
        let (code, len) = code_at(bytes, at);
        let found = info(code);
        match found.class() {
            letter::LETTER => {
                folded.push(char::from(found.base()));
                clean &= found.lower() == code;
                uppers += usize::from(found.is_upper());
                vowels += usize::from(found.is_vowel());
                if found.is_marked() {
                    marked = true;
                    if found.tone() != 0 {
                        tones += 1;
                        tone_at = letters;
                    }
                    if found.shape() != 0 {
                        shapes |= 1_u64.unbounded_shl(letters as u32);
                    }
                }
                capital |= at == start && found.is_upper();
                last = (found.base(), found.shape(), found.tone());
                letters += 1;
            }
            letter::MARK => {
                clean = false;
                marked = true;
                let (tone, shape) = (letter::tone_of_mark(code), letter::shape_of_mark(code));
                if tone != 0 && last.2 == 0 {
                    last.2 = tone;
                    tones += 1;
                    tone_at = letters.wrapping_sub(1);
                } else if shape != 0 && last.1 == 0 {
                    last.1 = shape;
                    shapes |= 1_u64.unbounded_shl(letters.wrapping_sub(1) as u32);
                } else {
                    odd = true;
                }
                odd |= last.0 == b'd' || letter::compose(last.0, last.1, last.2).is_none();
            }
            letter::IGNORED => {
                clean = false;
                at += len;
                continue;
            }
            letter::ODD => {
                let Some(c) = char::from_u32(code) else { break };
                match letter::class_of_odd(c) {
                    letter::LETTER => {
                        capital |= at == start && c.is_uppercase();
                        uppers += usize::from(c.is_uppercase());
                        letters += 1;
                    }
                    letter::MARK => {}
                    letter::IGNORED => {
                        clean = false;
                        at += len;
                        continue;
                    }
                    _ => break,
                }
                odd = true;
                clean = false;
            }
            _ => break,
        }
        at += len;
        end = at;
    }
    flags |= flags_of_case(capital, uppers, letters);
    let slice = &text[start..end];
    if odd {
        folded.truncate(folded_start);
        flags |= u32::from(HAS_MARKS);
        odd_word::<EXACT, FOLDED>(slice, exact, folded);
        if FOLDED {
            settle_y(folded, folded_start);
        } else {
            folded.truncate(folded_start);
        }
        return (end, flags);
    }
    if marked {
        flags |= u32::from(HAS_MARKS);
    }
    let word = &folded.as_bytes()[folded_start..];
    let y_as_i = is_sole_y(word);
    if EXACT {
        let mut moved = None;
        if tones == 1 && vowels > 1 && letters <= 16 {
            let settled = shapes >> tone_at & 1 == 1 && word.get(tone_at) != Some(&b'u');
            if !settled {
                moved = tone_place(word, shapes).filter(|&to| to != tone_at);
            }
        }
        if clean && moved.is_none() && !y_as_i {
            exact.push_str(slice);
        } else {
            rebuild(slice, moved, y_as_i, exact);
        }
    }
    if FOLDED {
        if y_as_i {
            folded.pop();
            folded.push('i');
        }
    } else {
        folded.truncate(folded_start);
    }
    (end, flags)
}

/// Whether a folded word is one of those whose y is written i as well: `ty`, `ky`, `quy`.
#[inline]
fn is_sole_y(word: &[u8]) -> bool {
    match word {
        [onset, b'y'] => matches!(onset, b'h' | b'k' | b'l' | b'm' | b's' | b't' | b'v'),
        [b'q', b'u', b'y'] => true,
        _ => false,
    }
}

/// Turns the last y of `folded[from..]` to i where [`is_sole_y`].
fn settle_y(folded: &mut String, from: usize) {
    if is_sole_y(&folded.as_bytes()[from..]) {
        folded.pop();
        folded.push('i');
    }
}

/// Where the tone of a syllable stands by the textbook rule (`hoà`, `thuý`, `việt`, `của`): index of the letter.
///
/// `word` is the folded form and `shapes` has a bit for each letter with a shape. `None` for what is no syllable by its form.
fn tone_place(word: &[u8], shapes: u64) -> Option<usize> {
    let is_vowel = |b: &u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let mut start = word.iter().position(is_vowel)?;
    let next_is_vowel = word.get(start + 1).is_some_and(is_vowel);
    if next_is_vowel
        && matches!(
            (&word[..start], word[start]),
            ([b'q'], b'u') | ([b'g'], b'i')
        )
        && shapes >> start & 1 == 0
    {
        start += 1;
    }
    let len = word[start..].iter().take_while(|b| is_vowel(b)).count();
    let coda = &word[start + len..];
    if !matches!(
        coda,
        b"" | b"c" | b"ch" | b"k" | b"m" | b"n" | b"ng" | b"nh" | b"p" | b"t"
    ) {
        return None;
    }
    let shaped = (shapes >> start) & ((1 << len) - 1);
    if shaped != 0 {
        return Some(start + shaped.ilog2() as usize);
    }
    let place = match len {
        1 => 0,
        2 if !coda.is_empty() => 1,
        2 => usize::from(matches!(
            &word[start..start + 2],
            b"oa" | b"oe" | b"uy" | b"ue" | b"uo"
        )),
        3 if coda.is_empty() => 1,
        3 => 2,
        _ => return None,
    };
    Some(start + place)
}

/// Appends a word of table letters in lower case.
fn push_lower(word: &str, out: &mut String) {
    for c in word.chars() {
        if let Some(c) = char::from_u32(info(u32::from(c)).lower()) {
            out.push(c);
        }
    }
}

/// Appends the exact form of a word made of table letters and Vietnamese marks only.
fn rebuild(slice: &str, moved: Option<usize>, y_as_i: bool, exact: &mut String) {
    let mut pending: Option<(u8, u8, u8)> = None;
    let mut index = 0_usize;
    let tone = if moved.is_some() {
        slice
            .chars()
            .map(|c| match info(u32::from(c)) {
                i if i.class() == letter::LETTER => i.tone(),
                _ => letter::tone_of_mark(u32::from(c)),
            })
            .find(|&tone| tone != 0)
            .unwrap_or(0)
    } else {
        0
    };
    let mut flush = |unit: Option<(u8, u8, u8)>, last: bool| {
        let Some((mut base, shape, mut own)) = unit else {
            return;
        };
        if let Some(to) = moved {
            own = if index == to { tone } else { 0 };
        }
        if last && y_as_i {
            base = b'i';
        }
        index += 1;
        if let Some(c) = letter::compose(base, shape, own) {
            exact.push(c);
        }
    };
    for c in slice.chars() {
        let code = u32::from(c);
        let found: Info = info(code);
        match found.class() {
            letter::LETTER => {
                flush(pending, false);
                pending = Some((found.base(), found.shape(), found.tone()));
            }
            letter::MARK => {
                if let Some(unit) = &mut pending {
                    unit.1 = unit.1.max(letter::shape_of_mark(code));
                    unit.2 = unit.2.max(letter::tone_of_mark(code));
                }
            }
            _ => {}
        }
    }
    flush(pending, true);
}

/// Appends the forms of a word with letters or marks that Vietnamese does not have. The slow way.
fn odd_word<const EXACT: bool, const FOLDED: bool>(
    slice: &str,
    exact: &mut String,
    folded: &mut String,
) {
    let form = odd_exact(slice);
    if EXACT {
        exact.push_str(&form);
    }
    if FOLDED {
        crate::text::fold::push_bare(&form, folded);
    }
}

/// NFC and lower case, without ignored characters; eth as đ.
pub(super) fn odd_exact(slice: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let kept = slice.chars().filter(|&c| {
        let class = info(u32::from(c)).class();
        class != letter::IGNORED
            && (class != letter::ODD || letter::class_of_odd(c) != letter::IGNORED)
    });
    kept.nfc()
        .flat_map(|c| {
            let c = if matches!(c, 'Ð' | 'ð' | 'Ɖ') {
                'đ'
            } else {
                c
            };
            c.to_lowercase()
        })
        .nfc()
        .collect()
}
