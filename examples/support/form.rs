//! The ways in which the same text reaches an index: decomposed, bare, damaged, with the other tone placement.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// How a report is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// NFC, marks in place.
    Nfc,
    /// Decomposed.
    Nfd,
    /// Without any marks, d for đ.
    Bare,
    /// Most paragraphs have lost letters of U+1E00–U+1EFF.
    Damaged,
    /// `hoà`, `thuỷ` for `hòa`, `thủy`.
    OtherTone,
}

impl Form {
    /// 10 % NFD, 5 % bare, 2 % damaged, 2 % other tone placement; `roll` is in 0..100.
    pub const fn of(roll: usize) -> Self {
        match roll {
            0..10 => Self::Nfd,
            10..15 => Self::Bare,
            15..17 => Self::Damaged,
            17..19 => Self::OtherTone,
            _ => Self::Nfc,
        }
    }

    /// For the truth.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nfc => "nfc",
            Self::Nfd => "nfd",
            Self::Bare => "bare",
            Self::Damaged => "damaged",
            Self::OtherTone => "other_tone",
        }
    }
}

/// Appends `c` without marks.
pub fn push_bare(c: char, out: &mut String) {
    match c {
        'đ' => out.push('d'),
        'Đ' => out.push('D'),
        _ if c.is_ascii() => out.push(c),
        _ => decompose_canonical(c, |d| {
            if !is_combining_mark(d) {
                out.push(d);
            }
        }),
    }
}

/// The text without marks.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_bare(c, &mut out));
    out
}

const TONE_MOVES: &[(&str, &str)] = &[
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("òe", "oè"),
    ("óe", "oé"),
    ("ỏe", "oẻ"),
    ("õe", "oẽ"),
    ("ọe", "oẹ"),
    ("ùy", "uỳ"),
    ("úy", "uý"),
    ("ủy", "uỷ"),
    ("ũy", "uỹ"),
    ("ụy", "uỵ"),
    ("Ủy", "Uỷ"),
    ("ỦY", "UỶ"),
    ("ÒA", "OÀ"),
    ("ÓA", "OÁ"),
    ("ỎA", "OẢ"),
    ("ÙY", "UỲ"),
    ("ÚY", "UÝ"),
];

/// Writes `text` in `form` into `out` and moves `offsets` (sorted, on char boundaries, into `text`) along.
///
/// `salt` decides which paragraphs of a damaged text stay whole.
pub fn apply(form: Form, text: &str, salt: u64, out: &mut String, offsets: &mut [usize]) {
    out.clear();
    if form == Form::Nfc {
        out.push_str(text);
        return;
    }
    let mut next = 0;
    let mut before = '\0';
    let mut paragraph = 0u64;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        while next < offsets.len() && offsets[next] <= at {
            offsets[next] = out.len();
            next += 1;
        }
        match form {
            Form::Nfc => {}
            Form::Nfd if c.is_ascii() => out.push(c),
            Form::Nfd => decompose_canonical(c, |d| out.push(d)),
            Form::Bare => push_bare(c, out),
            Form::Damaged => {
                if c == '\n' {
                    paragraph += 1;
                }
                let hit = (salt.rotate_left((paragraph % 64) as u32) & 7) != 0;
                let lost = hit
                    && ('\u{1e00}'..='\u{1eff}').contains(&c)
                    && c != 'ế'
                    && (before.is_ascii() || before == '\n');
                if !lost {
                    out.push(c);
                }
            }
            Form::OtherTone => {
                if skip > 0 {
                    skip -= 1;
                } else {
                    let moved = TONE_MOVES
                        .iter()
                        .filter(|_| !c.is_ascii())
                        .find(|(old, _)| {
                            text[at..].starts_with(old)
                                && !text[at + old.len()..].starts_with(char::is_alphabetic)
                                && !matches!(before, 'q' | 'Q')
                        });
                    match moved {
                        Some((_, new)) => {
                            out.push_str(new);
                            skip = 1;
                        }
                        None => out.push(c),
                    }
                }
            }
        }
        before = c;
    }
    for offset in &mut offsets[next..] {
        *offset = out.len();
    }
}
