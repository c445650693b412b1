//! What every character means to the analysis: its class, and of a letter its base, marks and case, from one table.

/// Class of a character. `ODD` is decided by [`class_of_odd`].
pub(crate) const ODD: u32 = 0;
/// A letter of the Vietnamese or English alphabet.
pub(crate) const LETTER: u32 = 1;
/// `0`-`9`.
pub(crate) const DIGIT: u32 = 2;
/// White space that is no line break, and control characters.
pub(crate) const SPACE: u32 = 3;
/// A line break.
pub(crate) const BREAK: u32 = 4;
/// Punctuation and symbols.
pub(crate) const PUNCT: u32 = 5;
/// A combining mark.
pub(crate) const MARK: u32 = 6;
/// Soft hyphen, zero-width and directional characters: covered by a word's span, absent from its forms.
pub(crate) const IGNORED: u32 = 7;

/// The twelve vowels, each with its six tones in the order level, grave, hook, tilde, acute, dot.
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
];
/// Base letter and shape of each row of [`VOWELS`].
const ROWS: [(u8, u8); 12] = [
    (b'a', 0),
    (b'a', BREVE),
    (b'a', CIRCUMFLEX),
    (b'e', 0),
    (b'e', CIRCUMFLEX),
    (b'i', 0),
    (b'o', 0),
    (b'o', CIRCUMFLEX),
    (b'o', HORN),
    (b'u', 0),
    (b'u', HORN),
    (b'y', 0),
];
/// Shape of â ê ô.
pub(crate) const CIRCUMFLEX: u8 = 1;
/// Shape of ă.
pub(crate) const BREVE: u8 = 2;
/// Shape of ơ ư; of đ the same number stands for its stroke.
pub(crate) const HORN: u8 = 3;

/// What the table holds of one character.
///
/// Bits: 0-12 lower-case code point, 13-19 base letter, 20-22 tone, 23-24 shape, 25 vowel, 26 upper case, 27-29 class, 30 other than
/// its lower-case form.
#[derive(Clone, Copy)]
pub(crate) struct Info(u32);

impl Info {
    const fn new(lower: u32, base: u8, tone: u32, shape: u8, vowel: bool, upper: bool) -> Self {
        Self(
            lower
                | (base as u32) << 13
                | tone << 20
                | (shape as u32) << 23
                | (vowel as u32) << 25
                | (upper as u32) << 26
                | (upper as u32) << 30
                | LETTER << 27,
        )
    }

    #[inline]
    pub(crate) const fn class(self) -> u32 {
        self.0 >> 27 & 7
    }

    /// Lower-case code point, composed.
    #[inline]
    pub(crate) const fn lower(self) -> u32 {
        self.0 & 0x1fff
    }

    /// Base letter, `a`-`z`.
    #[inline]
    pub(crate) const fn base(self) -> u8 {
        (self.0 >> 13 & 0x7f) as u8
    }

    /// 0 level, 1 grave, 2 hook, 3 tilde, 4 acute, 5 dot below.
    #[inline]
    pub(crate) const fn tone(self) -> u8 {
        (self.0 >> 20 & 7) as u8
    }

    #[inline]
    pub(crate) const fn shape(self) -> u8 {
        (self.0 >> 23 & 3) as u8
    }

    #[inline]
    pub(crate) const fn is_vowel(self) -> bool {
        self.0 >> 25 & 1 == 1
    }

    #[inline]
    pub(crate) const fn is_upper(self) -> bool {
        self.0 >> 26 & 1 == 1
    }

    /// All bits, to gather those of a word.
    #[inline]
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// Whether it carries a tone, a shape or a stroke.
    #[inline]
    pub(crate) const fn is_marked(self) -> bool {
        self.0 >> 20 & 31 != 0
    }
}

/// In [`Info::bits`]: a tone, shape or stroke.
pub(crate) const MARKED_BITS: u32 = 31 << 20;
/// In [`Info::bits`]: not its own lower-case form.
pub(crate) const CHANGED_BIT: u32 = 1 << 30;

const LOW: usize = 0x370;
const EXTENDED: usize = LOW;
const GENERAL: usize = EXTENDED + 0x100;
/// A slot that stays `ODD`.
const ODD_SLOT: usize = GENERAL + 0x70;
// A power of two, so that a mask replaces the bounds check.
const SIZE: usize = 2048;

static TABLE: [Info; SIZE] = table();

const fn upper_of(lower: u32) -> u32 {
    if lower < 0x100 {
        lower - 0x20
    } else {
        lower - 1
    }
}

const fn slot(code: u32) -> usize {
    if code < LOW as u32 {
        code as usize
    } else {
        EXTENDED + (code - 0x1e00) as usize
    }
}

const fn table() -> [Info; SIZE] {
    let mut table = [Info(ODD << 27); SIZE];
    let mut code = 0;
    while code < 0xc0 {
        let class = match code as u8 {
            b'0'..=b'9' => DIGIT,
            b'\n' | 0x0b | 0x0c | b'\r' | 0x85 => BREAK,
            0..=b' ' | 0x7f..=0xa0 => SPACE,
            0xaa | 0xb2 | 0xb3 | 0xb5 | 0xb9 | 0xba => ODD,
            0xad => IGNORED,
            _ => PUNCT,
        };
        table[code] = Info(class << 27);
        code += 1;
    }
    table[0xd7] = Info(PUNCT << 27);
    table[0xf7] = Info(PUNCT << 27);
    let mut letter = b'a';
    while letter <= b'z' {
        table[letter as usize] = Info::new(letter as u32, letter, 0, 0, false, false);
        table[letter as usize - 32] = Info::new(letter as u32, letter, 0, 0, false, true);
        letter += 1;
    }
    let mut row = 0;
    while row < 12 {
        let (base, shape) = ROWS[row];
        let mut tone = 0;
        while tone < 6 {
            let lower = VOWELS[row][tone] as u32;
            table[slot(lower)] = Info::new(lower, base, tone as u32, shape, true, false);
            table[slot(upper_of(lower))] = Info::new(lower, base, tone as u32, shape, true, true);
            tone += 1;
        }
        row += 1;
    }
    // Eth and African D stand for đ in text converted from legacy fonts.
    let strokes = [
        (0x111, false),
        (0x110, true),
        (0xf0, false),
        (0xd0, true),
        (0x189, true),
    ];
    let mut i = 0;
    while i < strokes.len() {
        table[strokes[i].0] = Info::new(0x111, b'd', 0, HORN, false, strokes[i].1);
        if strokes[i].0 != 0x111 {
            table[strokes[i].0].0 |= CHANGED_BIT;
        }
        i += 1;
    }
    // Oi stands for ư in text converted from legacy fonts.
    table[0x1a3] = Info::new(0x1b0, b'u', 0, HORN, true, false);
    table[0x1a2] = Info::new(0x1b0, b'u', 0, HORN, true, true);
    table[0x1a3].0 |= CHANGED_BIT;
    table[0x1a2].0 |= CHANGED_BIT;
    // Modifier apostrophes (`Ea Hʼleo`) cut words as the ASCII one does.
    let mut code = 0x2b9;
    while code <= 0x2bd {
        table[code] = Info(PUNCT << 27);
        code += 1;
    }
    let mut code = 0x300;
    while code < 0x370 {
        table[code] = Info(MARK << 27);
        code += 1;
    }
    let mut code = 0;
    while code < 0x70 {
        let class = match code {
            0..=0x0a | 0x2f | 0x5f => SPACE,
            0x28 | 0x29 => BREAK,
            0x0b..=0x0f | 0x2a..=0x2e | 0x60..=0x6f => IGNORED,
            _ => PUNCT,
        };
        table[GENERAL + code] = Info(class << 27);
        code += 1;
    }
    table[GENERAL + 0x0b] = Info(IGNORED << 27);
    table
}

/// What the table holds of the character that starts with these three bytes, and its length; `ODD` of what stands outside Latin.
///
/// Without branches: letters of one, two and three bytes follow each other in no order a processor could foresee.
#[inline(always)]
pub(crate) fn info_of_bytes(first: u8, second: u8, third: u8) -> (Info, usize) {
    let (a, b, c) = (
        usize::from(first),
        usize::from(second & 0x3f),
        usize::from(third & 0x3f),
    );
    let two = (a & 0x1f) << 6 | b;
    let two = if a < 0xce { two } else { ODD_SLOT };
    let three = EXTENDED + ((b & 3) << 6 | c);
    let three = if a == 0xe1 && b & 0x3c == 0x38 {
        three
    } else {
        ODD_SLOT
    };
    let many = if a < 0xe0 { two } else { three };
    let slot = if a < 0x80 { a } else { many };
    let len = 1 + usize::from(a >= 0x80) + usize::from(a >= 0xe0);
    (TABLE[slot & (TABLE.len() - 1)], len)
}

/// What the table holds of a code point.
#[inline]
pub(crate) fn info(code: u32) -> Info {
    if code < LOW as u32 {
        TABLE[code as usize]
    } else if code & !0xff == 0x1e00 {
        TABLE[EXTENDED + (code & 0xff) as usize]
    } else if (0x2000..0x2070).contains(&code) {
        TABLE[GENERAL + (code - 0x2000) as usize]
    } else {
        Info(ODD << 27)
    }
}

/// Whether a character is a letter of any alphabet.
#[inline]
pub(crate) fn is_letter(c: char) -> bool {
    match info(u32::from(c)).class() {
        LETTER => true,
        ODD => c.is_alphabetic(),
        _ => false,
    }
}

/// Appends a word in lower case, eth as đ, without soft hyphens and other ignored characters.
pub(crate) fn push_lower(word: &str, out: &mut String) {
    for c in word.chars() {
        let found = info(u32::from(c));
        match found.class() {
            LETTER => out.extend(char::from_u32(found.lower())),
            IGNORED => {}
            _ => out.extend(c.to_lowercase()),
        }
    }
}

/// Whether a character is part of a word without being a letter: a soft hyphen, a zero-width space.
#[inline]
pub(crate) fn is_ignored(c: char) -> bool {
    info(u32::from(c)).class() == IGNORED
}

/// The class of a character outside the table: `LETTER`, `DIGIT` (super- and subscript digits), `MARK`, `IGNORED`, `SPACE` or `PUNCT`.
pub(crate) fn class_of_odd(c: char) -> u32 {
    if c == '\u{374}' {
        // A letter by its class, a modifier apostrophe (U+02B9) in NFC.
        PUNCT
    } else if c == '\u{feff}' || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180e}') {
        IGNORED
    } else if digit_of_odd(c).is_some() {
        DIGIT
    } else if unicode_normalization::char::is_combining_mark(c) {
        MARK
    } else if c.is_alphanumeric() {
        LETTER
    } else if c.is_whitespace() {
        SPACE
    } else {
        PUNCT
    }
}

/// The value of a super- or subscript digit: `m²` reads as `m2`.
pub(crate) fn digit_of_odd(c: char) -> Option<u8> {
    match c {
        '¹' => Some(b'1'),
        '²' => Some(b'2'),
        '³' => Some(b'3'),
        '⁰' | '⁴'..='⁹' => Some(b'0' + (c as u32 - 0x2070) as u8),
        '₀'..='₉' => Some(b'0' + (c as u32 - 0x2080) as u8),
        _ => None,
    }
}

/// The tone a combining mark gives, or 0.
pub(crate) const fn tone_of_mark(code: u32) -> u8 {
    match code {
        0x300 | 0x340 => 1,
        0x309 => 2,
        0x303 => 3,
        0x301 | 0x341 => 4,
        0x323 => 5,
        _ => 0,
    }
}

/// The shape a combining mark gives, or 0.
pub(crate) const fn shape_of_mark(code: u32) -> u8 {
    match code {
        0x302 => CIRCUMFLEX,
        0x306 => BREVE,
        0x31b => HORN,
        _ => 0,
    }
}

/// Lower-case letters by base, shape and tone; 0 where there is none.
static COMPOSED: [[u16; 6]; 128] = composed();

const fn composed() -> [[u16; 6]; 128] {
    let mut composed = [[0; 6]; 128];
    let mut base = b'a';
    while base <= b'z' {
        composed[place(base, 0)][0] = base as u16;
        base += 1;
    }
    composed[place(b'd', HORN)][0] = 'đ' as u16;
    let mut row = 0;
    while row < 12 {
        let mut tone = 0;
        while tone < 6 {
            composed[place(ROWS[row].0, ROWS[row].1)][tone] = VOWELS[row][tone] as u16;
            tone += 1;
        }
        row += 1;
    }
    composed
}

const fn place(base: u8, shape: u8) -> usize {
    (base.wrapping_sub(b'a') & 31) as usize * 4 + (shape & 3) as usize
}

/// The lower-case letter of a base, a shape and a tone; `None` where Vietnamese has no such letter.
pub(crate) fn compose(base: u8, shape: u8, tone: u8) -> Option<char> {
    if !base.is_ascii_lowercase() {
        return None;
    }
    match COMPOSED[place(base, shape)].get(tone as usize) {
        Some(&code) if code > 0 => char::from_u32(u32::from(code)),
        _ => None,
    }
}

/// The vowels of Vietnamese with and without tones, in lower case.
pub(crate) fn vowels() -> impl Iterator<Item = char> {
    VOWELS.iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn the_table_agrees_with_unicode() {
        let mut letters = 0;
        for c in ('\0'..'\u{2100}').filter(|c| info(*c as u32).class() == LETTER) {
            letters += 1;
            let i = info(c as u32);
            let plain: String = c
                .to_lowercase()
                .nfd()
                .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
                .collect();
            if i.base() == b'd' && i.shape() > 0 {
                assert_eq!(i.lower(), 'đ' as u32);
            } else if matches!(c, 'ƣ' | 'Ƣ') {
                assert_eq!(i.lower(), 'ư' as u32);
            } else {
                assert_eq!(plain.as_bytes(), [i.base()], "{c}");
                assert_eq!(c.to_lowercase().next().map(u32::from), Some(i.lower()));
            }
            assert_eq!(c.is_uppercase(), i.is_upper(), "{c}");
            assert_eq!(
                compose(i.base(), i.shape(), i.tone()).map(u32::from),
                Some(i.lower())
            );
        }
        // 26 + 67 letters, each in two cases, the three stand-ins of đ and the two of ư.
        assert_eq!(letters, 2 * (26 + 67) + 3 + 2);
    }

    #[test]
    fn spaces_and_breaks_are_those_of_unicode() {
        for c in ('\u{80}'..'\u{3100}').filter(|c| c.is_whitespace()) {
            let class = match info(c as u32).class() {
                ODD => class_of_odd(c),
                class => class,
            };
            assert!(class == SPACE || class == BREAK, "{:x}", c as u32);
        }
    }
}
