//! Bytes of one legacy encoding to text, each in its own way.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use super::tables::{TCVN5712, Table, VISCII, VPS};
use crate::text::lexicon::{Syllable, lexicon};

/// The 256 characters of a table.
fn characters(table: &Table) -> [char; 256] {
    let mut all = [char::REPLACEMENT_CHARACTER; 256];
    for (i, c) in all.iter_mut().enumerate().take(128) {
        *c = char::from(i as u8);
    }
    for (i, c) in table.high.chars().enumerate() {
        all[128 + i] = c;
    }
    for &(byte, c) in table.low {
        all[usize::from(byte)] = c;
    }
    all
}

static VISCII_CHARS: LazyLock<[char; 256]> = LazyLock::new(|| characters(&VISCII));
static VPS_CHARS: LazyLock<[char; 256]> = LazyLock::new(|| characters(&VPS));
static TCVN5712_CHARS: LazyLock<[char; 256]> = LazyLock::new(|| characters(&TCVN5712));
/// As the ABC fonts have it: of TCVN 5712 the small letters and seven capitals; punctuation and the rest as in windows-1252.
static TCVN3_CHARS: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut all = *TCVN5712_CHARS;
    for byte in 0..=255u8 {
        let c = all[usize::from(byte)];
        let capital = c.is_uppercase() && !(0xa1..=0xa7).contains(&byte);
        let mark = ('\u{300}'..'\u{370}').contains(&c);
        if !c.is_ascii() && (capital || mark) || byte < 0x20 {
            all[usize::from(byte)] = windows_1252(byte);
        }
    }
    all
});

/// The character of a windows-1252 byte.
pub(super) fn windows_1252(byte: u8) -> char {
    if (0x80..0xa0).contains(&byte) {
        let byte = [byte];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
        text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
    } else {
        char::from(byte)
    }
}

static WINDOWS_1252_HIGH: LazyLock<Vec<(char, u8)>> = LazyLock::new(|| {
    (0x80..0xa0u8)
        .map(|byte| (windows_1252(byte), byte))
        .filter(|(c, _)| u32::from(*c) > 0xff)
        .collect()
});

/// The byte that a character has in windows-1252, or in Latin-1 where that has none.
pub(super) fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    WINDOWS_1252_HIGH
        .iter()
        .find_map(|&(high, byte)| (high == c).then_some(byte))
}

pub(super) fn viscii(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| VISCII_CHARS[usize::from(b)])
        .collect()
}

pub(super) fn vps(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| VPS_CHARS[usize::from(b)]).collect()
}

pub(super) fn tcvn5712(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| TCVN5712_CHARS[usize::from(b)])
        .nfc()
        .collect()
}

pub(super) fn windows_1258(bytes: &[u8]) -> String {
    let (text, _) = encoding_rs::WINDOWS_1258.decode_without_bom_handling(bytes);
    text.nfc().collect()
}

pub(super) fn windows_1252_text(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| windows_1252(b)).collect()
}

/// TCVN3 has no capitals with a tone: they are written as the bare capital and the small letter (`A¸` for Á), or left to a font that
/// shows small letters as capitals (`TØNH`).
pub(super) fn tcvn3(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut joins = false;
    let mut i = 0;
    while i < bytes.len() {
        let c = TCVN3_CHARS[usize::from(bytes[i])];
        let next = bytes
            .get(i + 1)
            .map(|&b| TCVN3_CHARS[usize::from(b)])
            .filter(|n| !n.is_ascii() && n.is_lowercase());
        if c.is_uppercase()
            && let Some(next) = next
            && let Some(joined) = join_capital(c, next)
        {
            text.push(joined);
            joins = true;
            i += 2;
        } else {
            text.push(c);
            i += 1;
        }
    }
    raise_shouted(&text, !joins)
}

/// `A` and `ấ`, or `Â` and `á`, as `Ấ`.
fn join_capital(capital: char, small: char) -> Option<char> {
    let bare = |c: char| c.nfd().next();
    let base = capital.to_lowercase().next()?;
    if bare(base) != bare(small) {
        return None;
    }
    let marks: Vec<char> = small.nfd().skip(1).collect();
    // Without a tone the two are two letters.
    if !marks
        .iter()
        .any(|m| matches!(m, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'))
    {
        return None;
    }
    let shape: Vec<char> = base.nfd().skip(1).collect();
    let mut whole: String = bare(small)?.to_uppercase().collect();
    whole.extend(shape.iter().filter(|m| !marks.contains(m)));
    whole.extend(marks);
    let mut composed = whole.nfc();
    let first = composed.next()?;
    composed.next().is_none().then_some(first)
}

/// Raises the small marked letters in runs of capitals, for which this encoding has no capitals, and with `first_letters` those that
/// open a sentence.
fn raise_shouted(text: &str, first_letters: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        raise_line(line, first_letters, &mut out);
    }
    out
}

fn raise_line(line: &str, first_letters: bool, out: &mut String) {
    /// A word without small ASCII letters.
    fn may_shout(word: &str) -> bool {
        !word.contains(|c: char| c.is_ascii_lowercase())
    }
    fn shouts(word: &str) -> bool {
        may_shout(word)
            && word.split(|c: char| !c.is_alphabetic()).any(|run| {
                let capitals = run.chars().filter(char::is_ascii_uppercase).count();
                capitals >= 2 && run.chars().any(|c| !c.is_ascii() && c.is_lowercase())
            })
    }
    // Runs of words that may all be capitals, one of them surely so.
    let words: Vec<&str> = line.split_inclusive(' ').collect();
    let mut i = 0;
    let mut opens = out.is_empty()
        || out.ends_with(".\n")
        || out.ends_with("\n\n")
        || out.ends_with("\r\n\r\n")
        || out.ends_with(".\r\n");
    while i < words.len() {
        let mut end = i;
        let mut sure = false;
        while end < words.len() && may_shout(words[end]) {
            sure |= shouts(words[end]);
            end += 1;
        }
        if sure {
            for word in &words[i..end] {
                out.extend(word.chars().flat_map(char::to_uppercase));
            }
            i = end;
            opens = false;
            continue;
        }
        let word = words[i];
        let mut chars = word.chars();
        match chars.next() {
            Some(first)
                if opens
                    && first_letters
                    && first.is_lowercase()
                    && !first.is_ascii()
                    && !"ăâđêôơư".contains(first) =>
            {
                out.extend(first.to_uppercase());
                out.push_str(chars.as_str());
            }
            _ => out.push_str(word),
        }
        opens = word.trim_end().ends_with(['.', '?', '!']) && word.trim_end().chars().count() > 2;
        i += 1;
    }
}

/// VNI writes a marked letter as the bare one and a character for its marks.
pub(super) fn vni(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let byte = bytes[i];
        let (base, shape) = match byte {
            b'a' | b'e' | b'o' | b'u' | b'y' | b'A' | b'E' | b'O' | b'U' | b'Y' => {
                (char::from(byte), None)
            }
            0xf4 => ('o', Some('\u{31b}')),
            0xd4 => ('O', Some('\u{31b}')),
            0xf6 => ('u', Some('\u{31b}')),
            0xd6 => ('U', Some('\u{31b}')),
            _ => {
                out.push(match byte {
                    0xed => 'í',
                    0xec => 'ì',
                    0xe6 => 'ỉ',
                    0xf3 => 'ĩ',
                    0xf2 => 'ị',
                    0xee => 'ỵ',
                    0xf1 => 'đ',
                    0xcd => 'Í',
                    0xcc => 'Ì',
                    0xc6 => 'Ỉ',
                    0xd3 => 'Ĩ',
                    0xd2 => 'Ị',
                    0xce => 'Ỵ',
                    0xd1 => 'Đ',
                    _ => windows_1252(byte),
                });
                i += 1;
                continue;
            }
        };
        let marks = bytes
            .get(i + 1)
            .and_then(|&m| vni_marks(base, shape.is_some(), m));
        let mut letter = String::from(base);
        letter.extend(shape);
        if let Some((second, tone)) = marks {
            letter.extend(second);
            letter.extend(tone);
            i += 1;
        }
        out.extend(letter.nfc());
        i += 1;
    }
    out
}

/// Shape and tone of a mark byte behind `base`.
fn vni_marks(base: char, horned: bool, mark: u8) -> Option<(Option<char>, Option<char>)> {
    const GRAVE: char = '\u{300}';
    const ACUTE: char = '\u{301}';
    const TILDE: char = '\u{303}';
    const HOOK: char = '\u{309}';
    const DOT: char = '\u{323}';
    const ROUND: char = '\u{302}';
    const BREVE: char = '\u{306}';
    // Capitals have their marks 0x20 lower.
    let (shape, tone) = match mark | 0x20 {
        _ if mark < 0xc0 => return None,
        0xf8 => (None, Some(GRAVE)),
        0xf9 => (None, Some(ACUTE)),
        0xfb => (None, Some(HOOK)),
        0xf5 => (None, Some(TILDE)),
        0xef => (None, Some(DOT)),
        0xe2 => (Some(ROUND), None),
        0xe0 => (Some(ROUND), Some(GRAVE)),
        0xe1 => (Some(ROUND), Some(ACUTE)),
        0xe5 => (Some(ROUND), Some(HOOK)),
        0xe3 => (Some(ROUND), Some(TILDE)),
        0xe4 => (Some(ROUND), Some(DOT)),
        0xea => (Some(BREVE), None),
        0xe8 => (Some(BREVE), Some(GRAVE)),
        0xe9 => (Some(BREVE), Some(ACUTE)),
        0xfa => (Some(BREVE), Some(HOOK)),
        0xfc => (Some(BREVE), Some(TILDE)),
        0xeb => (Some(BREVE), Some(DOT)),
        _ => return None,
    };
    let fits = match shape {
        None => true,
        Some(_) if horned => false,
        Some(ROUND) => matches!(base.to_ascii_lowercase(), 'a' | 'e' | 'o'),
        Some(_) => base.eq_ignore_ascii_case(&'a'),
    };
    fits.then_some((shape, tone))
}

/// VIQR writes marks as ASCII behind the letter: `Qua?ng Ninh`, `ddu+o+`ng`. A backslash takes a mark's meaning away; without one a full
/// stop, question mark or quote behind a word is weighed against the mark it may be.
pub(super) fn viqr(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut i = 0;
    let mut previous: Option<Syllable> = None;
    while i < bytes.len() {
        let b = bytes[i];
        if !b.is_ascii_alphabetic() {
            if b == b'\\' && bytes.get(i + 1).is_some_and(u8::is_ascii_punctuation) {
                i += 1;
            }
            let Some(c) = text.get(i..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            out.push(c);
            if c != ' ' {
                previous = None;
            }
            i += c.len_utf8();
            continue;
        }
        let word = read_viqr_word(text, i, previous);
        previous = lexicon().syllable(&word.text.to_lowercase());
        out.push_str(&word.text);
        i = word.end;
    }
    out
}

struct ViqrWord {
    text: String,
    end: usize,
}

fn read_viqr_word(text: &str, start: usize, previous: Option<Syllable>) -> ViqrWord {
    let bytes = text.as_bytes();
    let mut i = start;
    let mut parts = String::new();
    let mut toned = false;
    // Where the word would end if its last mark were punctuation, and how it would read.
    let mut short: Option<ViqrWord> = None;
    while let Some(&b) = bytes.get(i).filter(|b| b.is_ascii_alphabetic()) {
        i += 1;
        if b.eq_ignore_ascii_case(&b'd')
            && bytes.get(i).is_some_and(|n| n.eq_ignore_ascii_case(&b'd'))
            && (parts.is_empty() || opens_abbreviation(&text[start..]))
        {
            parts.push(if b == b'd' { 'đ' } else { 'Đ' });
            i += 1;
            continue;
        }
        parts.push(char::from(b));
        let vowel = b.to_ascii_lowercase();
        if !matches!(vowel, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
            continue;
        }
        match (vowel, bytes.get(i)) {
            (b'a' | b'e' | b'o', Some(b'^')) => {
                parts.push('\u{302}');
                i += 1;
            }
            (b'a', Some(b'(')) if bytes.get(i + 1).is_none_or(|n| !n.is_ascii_uppercase()) => {
                parts.push('\u{306}');
                i += 1;
            }
            (b'o' | b'u', Some(b'+' | b'*')) => {
                parts.push('\u{31b}');
                i += 1;
            }
            _ => {}
        }
        let tone = match bytes.get(i) {
            _ if toned => None,
            Some(b'`') => Some('\u{300}'),
            Some(b'\'') => Some('\u{301}'),
            Some(b'~') => Some('\u{303}'),
            Some(b'?') => Some('\u{309}'),
            Some(b'.') => Some('\u{323}'),
            _ => None,
        };
        if let Some(tone) = tone {
            let ends = bytes.get(i + 1).is_none_or(|n| !n.is_ascii_alphabetic());
            if ends && matches!(bytes[i], b'.' | b'?' | b'\'') {
                short = Some(ViqrWord {
                    text: parts.nfc().collect(),
                    end: i,
                });
            }
            parts.push(tone);
            toned = true;
            i += 1;
        }
    }
    let whole = ViqrWord {
        text: parts.nfc().collect(),
        end: i,
    };
    let Some(short) = short else { return whole };
    let rest = &text[whole.end..];
    let lexicon = lexicon();
    let score = |word: &str| {
        let syllable = lexicon.syllable(&word.to_lowercase())?;
        Some(match previous {
            Some(previous) => lexicon.log_prob_after(previous, syllable),
            None => lexicon.log_prob(syllable),
        })
    };
    // A sentence ends before a capital or at the end of the line; elsewhere a stop stands for the mark.
    let next = rest.trim_start_matches(' ').chars().next();
    let may_end = next.is_none_or(|c| c.is_uppercase() || c == '\n' || c == '\r');
    let prior: f32 = match bytes[short.end] {
        b'.' if may_end => 2.0,
        b'\'' if may_end => -6.0,
        b'?' if may_end => -3.0,
        _ => -6.0,
    };
    match (score(&whole.text), score(&short.text)) {
        (Some(marked), Some(bare)) if bare + prior > marked => short,
        (None, _) => short,
        _ => whole,
    }
}

/// Whether the capitals at the start of `text` are an abbreviation with a Đ inside; elsewhere only the first letter of a word is one.
fn opens_abbreviation(text: &str) -> bool {
    let end = text
        .find(|c: char| !c.is_ascii_uppercase())
        .unwrap_or(text.len());
    matches!(
        &text[..end],
        "HDDND"
            | "HDDQT"
            | "HDDTV"
            | "HDDBT"
            | "HDDLDD"
            | "LDDLDD"
            | "LDDTBXH"
            | "LDDTBVXH"
            | "QDD"
            | "NDD"
            | "CDD"
            | "GDD"
            | "LDD"
            | "TDD"
            | "BDDS"
            | "BDD"
            | "GDDDDT"
            | "GDDT"
            | "KHDDT"
            | "NDDCP"
            | "UBNDDP"
            | "VDD"
            | "TTDD"
            | "HDD"
    )
}

/// Whether `text` may be VIQR: marks inside its words, most of which then are syllables.
pub(super) fn may_be_viqr(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut marks = 0;
    let mut words = 0;
    for window in bytes.windows(3) {
        let [a, b, c] = [window[0], window[1], window[2]];
        words += u32::from(b == b' ');
        let vowel = matches!(a | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        let mark = matches!(b, b'^' | b'+' | b'(' | b'`' | b'\'' | b'~' | b'?' | b'.');
        let goes_on = c.is_ascii_alphabetic() || matches!(c, b'`' | b'\'' | b'~' | b'?' | b'.');
        marks += u32::from(vowel && mark && goes_on);
    }
    marks >= 3 && marks * 5 >= words
}

/// Undoes UTF-8 that was read as windows-1252 and written as UTF-8 again; `None` where the bytes make no UTF-8.
pub(super) fn double_utf8(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}
