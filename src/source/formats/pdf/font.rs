//! Fonts of a PDF: codes to letters and widths.

use std::collections::HashMap;

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use super::super::legacy_font::LegacyFont;

/// What a code of a font shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Font {
    pub name: String,
    /// The table of its name, for a font of single bytes without a sound `ToUnicode`.
    pub legacy: Option<LegacyFont>,
    is_composite: bool,
    letters: HashMap<u32, String>,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

/// Entries of one font's tables at most.
const MAX_ENTRIES: usize = 200_000;

impl Font {
    pub fn read(dict: &Dict<'_>) -> Self {
        let name = dict
            .get::<Name<'_>>("BaseFont")
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default();
        let is_composite = dict
            .get::<Name<'_>>("Subtype")
            .is_some_and(|kind| kind.as_str() == "Type0");
        let mut font = Self {
            legacy: LegacyFont::of(&name),
            name,
            is_composite,
            default_width: if is_composite { 1.0 } else { 0.5 },
            ..Self::default()
        };
        if is_composite {
            font.read_cid_widths(dict);
        } else {
            font.read_encoding(dict);
            font.read_widths(dict);
        }
        if let Some(stream) = dict.get::<Stream<'_>>("ToUnicode")
            && let Ok(data) = stream.decoded_data()
        {
            let mapped = to_unicode(&data);
            // A legacy font's own map says what the bytes are called (`¸`), not what they show (`á`).
            let is_sound = mapped.values().any(|text| {
                text.chars()
                    .any(|c| matches!(c, '\u{1ea0}'..='\u{1ef9}' | 'đ' | 'ư' | 'ơ' | 'ă'))
            });
            if font.legacy.is_some() && is_sound {
                font.legacy = None;
            }
            font.letters.extend(mapped);
        }
        if font.is_composite && font.legacy.is_some() && font.letters.is_empty() {
            font.legacy = None;
        }
        font
    }

    /// The codes of a string, each with its number of bytes.
    pub fn codes(&self, bytes: &[u8]) -> impl Iterator<Item = u32> {
        let width = if self.is_composite { 2 } else { 1 };
        bytes
            .chunks(width)
            .map(|code| code.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
            .collect::<Vec<_>>()
            .into_iter()
    }

    pub fn letters(&self, code: u32) -> Option<&str> {
        self.letters.get(&code).map(String::as_str)
    }

    /// Width in units of the text size.
    pub fn width(&self, code: u32) -> f32 {
        self.widths
            .get(&code)
            .copied()
            .unwrap_or(self.default_width)
    }

    /// Word spacing counts for the single byte 32 only.
    pub fn is_space(&self, code: u32) -> bool {
        !self.is_composite && code == 32
    }

    fn read_encoding(&mut self, dict: &Dict<'_>) {
        let encoding = dict.get::<Object<'_>>("Encoding");
        let (base, differences) = match &encoding {
            Some(Object::Name(name)) => (Some(name.as_str().to_owned()), None),
            Some(Object::Dict(inner)) => (
                inner
                    .get::<Name<'_>>("BaseEncoding")
                    .map(|name| name.as_str().to_owned()),
                inner.get::<Array<'_>>("Differences"),
            ),
            _ => (None, None),
        };
        let table = if base.as_deref() == Some("MacRomanEncoding") {
            MACINTOSH
        } else {
            WINDOWS_1252
        };
        for code in 32..=255_u8 {
            let byte = [code];
            let (text, _) = table.decode_without_bom_handling(&byte);
            if !text.chars().any(char::is_control) {
                self.letters.insert(code.into(), text.into_owned());
            }
        }
        let Some(differences) = differences else {
            return;
        };
        let mut code = 0_u32;
        for item in differences.iter::<Object<'_>>().take(1024) {
            match item {
                Object::Number(number) => code = number.as_i64().clamp(0, 255) as u32,
                Object::Name(name) => {
                    match glyph_name(name.as_str()) {
                        Some(text) => self.letters.insert(code, text),
                        None => self.letters.remove(&code),
                    };
                    code = (code + 1).min(256);
                }
                _ => {}
            }
        }
    }

    fn read_widths(&mut self, dict: &Dict<'_>) {
        let first = dict.get::<i32>("FirstChar").unwrap_or(0).max(0) as u32;
        // Type 3 fonts count in units of their own matrix.
        let unit = dict
            .get::<Array<'_>>("FontMatrix")
            .and_then(|matrix| matrix.iter::<f32>().next())
            .filter(|unit| *unit > 0.0)
            .unwrap_or(0.001);
        if let Some(widths) = dict.get::<Array<'_>>("Widths") {
            for (code, width) in (first..).zip(widths.iter::<f32>().take(256)) {
                self.widths.insert(code, width * unit);
            }
        }
        if let Some(missing) = dict
            .get::<Dict<'_>>("FontDescriptor")
            .and_then(|d| d.get::<f32>("MissingWidth"))
            && missing > 0.0
        {
            self.default_width = missing * unit;
        }
    }

    fn read_cid_widths(&mut self, dict: &Dict<'_>) {
        let Some(inner) = dict
            .get::<Array<'_>>("DescendantFonts")
            .and_then(|fonts| fonts.iter::<Dict<'_>>().next())
        else {
            return;
        };
        if let Some(width) = inner.get::<f32>("DW") {
            self.default_width = width / 1000.0;
        }
        let Some(widths) = inner.get::<Array<'_>>("W") else {
            return;
        };
        let mut pending: Vec<f32> = Vec::new();
        for item in widths.iter::<Object<'_>>().take(MAX_ENTRIES) {
            match item {
                Object::Number(number) => {
                    pending.push(number.as_f32());
                    if let [first, last, width] = pending[..] {
                        let (first, last) =
                            (first.max(0.0) as u32, last.clamp(0.0, 65_535.0) as u32);
                        for code in first..=last {
                            self.widths.insert(code, width / 1000.0);
                        }
                        pending.clear();
                    }
                }
                Object::Array(array) => {
                    let first = pending.first().map_or(0, |first| first.max(0.0) as u32);
                    for (code, width) in (first..=65_535).zip(array.iter::<f32>()) {
                        self.widths.insert(code, width / 1000.0);
                    }
                    pending.clear();
                }
                _ => pending.clear(),
            }
        }
    }
}

/// Reads a `ToUnicode` map: `bfchar` and `bfrange`, without PostScript.
fn to_unicode(data: &[u8]) -> HashMap<u32, String> {
    let mut map = HashMap::new();
    let mut section = "";
    let mut row: Vec<Token> = Vec::new();
    let mut list: Option<Vec<Vec<u8>>> = None;
    let mut at = 0;
    while let Some(token) = token(data, &mut at) {
        if map.len() > MAX_ENTRIES {
            break;
        }
        match token {
            Token::Word(word) => {
                match word {
                    b"beginbfchar" => section = "char",
                    b"beginbfrange" => section = "range",
                    b"endbfchar" | b"endbfrange" => section = "",
                    _ => {}
                }
                row.clear();
            }
            Token::Open => list = Some(Vec::new()),
            Token::Close => {
                if let (Some(list), [Token::Hex(first), ..]) = (list.take(), row.as_slice()) {
                    for (code, text) in (code_of(first)..=u32::MAX).zip(list) {
                        map.insert(code, utf16(&text));
                    }
                }
                row.clear();
            }
            Token::Hex(hex) if list.is_some() => {
                if let Some(list) = &mut list
                    && list.len() < 65_536
                {
                    list.push(hex);
                }
            }
            hex @ Token::Hex(_) if !section.is_empty() => {
                row.push(hex);
                match (section, row.as_slice()) {
                    ("char", [Token::Hex(code), Token::Hex(text)]) => {
                        map.insert(code_of(code), utf16(text));
                        row.clear();
                    }
                    ("range", [Token::Hex(first), Token::Hex(last), Token::Hex(text)]) => {
                        let (first, last) = (code_of(first), code_of(last));
                        let last = last.min(first.saturating_add(65_535));
                        let mut units: Vec<u16> = units(text);
                        for code in first..=last {
                            if map.len() > MAX_ENTRIES {
                                break;
                            }
                            map.insert(code, String::from_utf16_lossy(&units));
                            if let Some(unit) = units.last_mut() {
                                *unit = unit.wrapping_add(1);
                            }
                        }
                        row.clear();
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    map.retain(|_, text| !text.is_empty() && text != "\0" && text != "\u{fffd}");
    map
}

enum Token<'a> {
    Word(&'a [u8]),
    Hex(Vec<u8>),
    Open,
    Close,
}

fn token<'a>(data: &'a [u8], at: &mut usize) -> Option<Token<'a>> {
    loop {
        let byte = *data.get(*at)?;
        *at += 1;
        match byte {
            b'%' => {
                while data.get(*at).is_some_and(|b| !matches!(b, b'\r' | b'\n')) {
                    *at += 1;
                }
            }
            b'<' if data.get(*at) == Some(&b'<') => *at += 1,
            b'<' => {
                let from = *at;
                while data.get(*at).is_some_and(|b| *b != b'>') {
                    *at += 1;
                }
                let digits: Vec<u8> = data[from..*at]
                    .iter()
                    .filter_map(|b| (*b as char).to_digit(16).map(|d| d as u8))
                    .take(1024)
                    .collect();
                return Some(Token::Hex(
                    digits
                        .chunks(2)
                        .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0))
                        .collect(),
                ));
            }
            b'[' => return Some(Token::Open),
            b']' => return Some(Token::Close),
            b if b.is_ascii_alphanumeric() || b == b'/' => {
                let from = *at - 1;
                while data
                    .get(*at)
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
                {
                    *at += 1;
                }
                return Some(Token::Word(&data[from..*at]));
            }
            _ => {}
        }
    }
}

fn code_of(hex: &[u8]) -> u32 {
    hex.iter()
        .take(4)
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}

fn units(hex: &[u8]) -> Vec<u16> {
    if let [one] = hex {
        return vec![u16::from(*one)];
    }
    hex.chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

fn utf16(hex: &[u8]) -> String {
    String::from_utf16_lossy(&units(hex))
}

/// A text of the document's own data: UTF-16 or UTF-8 with a mark, else nearly Latin-1.
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        },
    }
}

const ASCII: &str = "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash \
zero one two three four five six seven eight nine colon semicolon less equal greater question at";
const LATIN: &str = "exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot sfthyphen registered \
macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf \
threequarters questiondown";
const OTHERS: [(&str, &str); 40] = [
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("grave", "`"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("bullet", "•"),
    ("endash", "–"),
    ("emdash", "—"),
    ("ellipsis", "…"),
    ("Euro", "€"),
    ("minus", "-"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
    ("dmacron", "đ"),
    ("dong", "₫"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("germandbls", "ß"),
    ("dotlessi", "ı"),
    ("nbspace", "\u{a0}"),
    ("nonbreakingspace", "\u{a0}"),
    ("eth", "ð"),
    ("Eth", "Ð"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("trademark", "™"),
];
const MARKS: [(&str, char); 14] = [
    ("circumflex", '\u{302}'),
    ("breve", '\u{306}'),
    ("horn", '\u{31b}'),
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("hookabove", '\u{309}'),
    ("hook", '\u{309}'),
    ("tilde", '\u{303}'),
    ("dotbelow", '\u{323}'),
    ("dotbelowcomb", '\u{323}'),
    ("dieresis", '\u{308}'),
    ("cedilla", '\u{327}'),
    ("caron", '\u{30c}'),
    ("ring", '\u{30a}'),
];

/// The text of a glyph's name; marks are left combining.
fn glyph_name(name: &str) -> Option<String> {
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if let [letter] = name.as_bytes() {
        return letter.is_ascii_alphabetic().then(|| name.to_owned());
    }
    if let Some(hex) = name
        .strip_prefix("uni")
        .filter(|hex| hex.len() >= 4 && hex.len() % 4 == 0 && hex.is_ascii())
    {
        let units: Option<Vec<u16>> = (0..hex.len())
            .step_by(4)
            .map(|at| u16::from_str_radix(&hex[at..at + 4], 16).ok())
            .collect();
        if let Some(units) = units {
            return String::from_utf16(&units).ok();
        }
    }
    if let Some(hex) = name
        .strip_prefix('u')
        .filter(|hex| (4..=6).contains(&hex.len()))
        && let Ok(code) = u32::from_str_radix(hex, 16)
    {
        return char::from_u32(code).map(String::from);
    }
    if let Some((_, text)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    if let Some(at) = ASCII
        .split_ascii_whitespace()
        .position(|known| known == name)
    {
        return char::from_u32(0x20 + at as u32).map(String::from);
    }
    if let Some(at) = LATIN
        .split_ascii_whitespace()
        .position(|known| known == name)
    {
        return char::from_u32(0xa1 + at as u32).map(String::from);
    }
    // `acircumflexgrave`, `Uhornacute`: a letter and its marks.
    let mut rest = name.get(1..)?;
    let mut text = name
        .chars()
        .next()
        .filter(char::is_ascii_alphabetic)?
        .to_string();
    while !rest.is_empty() {
        let (mark, c) = MARKS.iter().find(|(mark, _)| rest.starts_with(mark))?;
        text.push(*c);
        rest = &rest[mark.len()..];
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_glyphs() {
        for (name, want) in [
            ("A", Some("A")),
            ("seven", Some("7")),
            ("uni1EA5", Some("ấ")),
            ("u01B0", Some("ư")),
            ("acircumflexacute", Some("a\u{302}\u{301}")),
            ("ohorndotbelow", Some("o\u{31b}\u{323}")),
            ("dcroat.alt", Some("đ")),
            ("degree", Some("°")),
            ("g123", None),
            ("", None),
            (".notdef", None),
        ] {
            assert_eq!(glyph_name(name).as_deref(), want, "{name}");
        }
    }

    #[test]
    fn maps_to_unicode() {
        let map = to_unicode(b"1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <01> <1EA5> <02> <00740068> endbfchar\n\
            2 beginbfrange <0010> <0012> <0041> <20> <21> [<0061> <0062>] endbfrange");
        let get = |code: u32| map.get(&code).map(String::as_str);
        assert_eq!(
            (get(1), get(2), get(0x12), get(0x21)),
            (Some("ấ"), Some("th"), Some("C"), Some("b"))
        );
        assert!(to_unicode(b"beginbfrange <0000> <FFFFFFFF> <0041>").len() <= 65_536);
        let _ = to_unicode(b"beginbfrange <00> <ff> [");
    }
}
