//! Files of unknown encoding: UTF-8, UTF-16 and what Vietnamese was written in before.
//!
//! Vietnamese legacy encodings leave no mark by which a file could be known, and many files hold such text as if it were Latin-1, saved as
//! UTF-8 since (`tØnh Qu¶ng Ninh`). So every decoding that may be meant is tried, and the syllable lexicon judges: a decoding is
//! taken when its marked words are syllables and those of the file as it stands are not. Text that is no Vietnamese, and UTF-8 that
//! reads as it should, comes back as it is.

mod decoders;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use crate::text::lexicon::lexicon;

/// How a file's bytes stand for letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Microsoft's Vietnamese code page: tones are characters of their own.
    Windows1258,
    /// Western Europe; for files that are no Vietnamese.
    Windows1252,
    /// The ABC fonts (`.VnTime`), most common in the north's offices.
    Tcvn3,
    /// TCVN 5712-1: as TCVN3, with all capitals.
    Tcvn5712,
    /// VNI for Windows, most common in the south's offices.
    Vni,
    /// VPS, abroad.
    Vps,
    /// VISCII (RFC 1456).
    Viscii,
    /// VIQR (RFC 1456): marks as ASCII punctuation.
    Viqr,
    /// UTF-8 read as windows-1252 and saved as UTF-8 again.
    DoubleUtf8,
}

impl Encoding {
    /// All of them, with their names.
    const NAMES: [(Self, &'static str); 12] = [
        (Self::Utf8, "utf-8"),
        (Self::Utf16Le, "utf-16le"),
        (Self::Utf16Be, "utf-16be"),
        (Self::Windows1258, "windows-1258"),
        (Self::Windows1252, "windows-1252"),
        (Self::Tcvn3, "tcvn3"),
        (Self::Tcvn5712, "tcvn5712"),
        (Self::Vni, "vni"),
        (Self::Vps, "vps"),
        (Self::Viscii, "viscii"),
        (Self::Viqr, "viqr"),
        (Self::DoubleUtf8, "double-utf-8"),
    ];

    /// The name that `--encoding` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(encoding, _)| *encoding == self)
            .map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no encoding's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown encoding '{0}'; known are utf-8, utf-16le, utf-16be, windows-1258, tcvn3 (abc), tcvn5712, vni, vps, viscii, viqr"
)]
pub struct UnknownEncoding(String);

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        let lower = name.trim().to_ascii_lowercase().replace('_', "-");
        let lower = match lower.as_str() {
            "utf8" => "utf-8",
            "utf16le" | "utf-16" | "utf16" => "utf-16le",
            "utf16be" => "utf-16be",
            "cp1258" | "windows1258" | "1258" => "windows-1258",
            "cp1252" | "windows1252" | "latin1" | "latin-1" | "iso-8859-1" => "windows-1252",
            "abc" | "tcvn" | "vn3" => "tcvn3",
            "tcvn-5712" | "tcvn5712-1" | "vn1" => "tcvn5712",
            "vni-win" | "vni-windows" => "vni",
            "double-utf8" => "double-utf-8",
            other => other,
        };
        Self::NAMES
            .iter()
            .find_map(|(encoding, known)| (*known == lower).then_some(*encoding))
            .ok_or_else(|| UnknownEncoding(name.to_owned()))
    }
}

/// A file's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The text; in NFC where it came from a legacy encoding, else as written, without a byte order mark.
    pub text: String,
    /// What it was written in; of a UTF-8 file that holds legacy text read as Latin-1, that legacy encoding.
    pub encoding: Encoding,
    /// From 0 to 1: 1 for what a mark or plain validity says, else the share of marked words that became syllables.
    pub confidence: f32,
}

/// Bytes that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// NUL bytes, or too many other control characters.
    #[error("the file is binary, not text")]
    Binary,
}

/// Reads `bytes` as text, in the encoding `forced`, or else in the one that its words speak for.
///
/// # Errors
/// Bytes that are no text in any encoding known here, unless one is forced.
///
/// ```
/// use baocao::text::encoding::{Encoding, decode};
///
/// // TCVN3 that was taken for Latin-1 on its way into a UTF-8 file.
/// let decoded = decode("UBND tØnh Qu¶ng Ninh hç trî doanh nghiÖp".as_bytes(), None)?;
/// assert_eq!(decoded.text, "UBND tỉnh Quảng Ninh hỗ trợ doanh nghiệp");
/// assert_eq!(decoded.encoding, Encoding::Tcvn3);
/// # Ok::<(), baocao::text::encoding::DecodeError>(())
/// ```
pub fn decode(bytes: &[u8], forced: Option<Encoding>) -> Result<Decoded, DecodeError> {
    if let Some(encoding) = forced {
        return Ok(Decoded {
            text: decode_as(bytes, encoding),
            encoding,
            confidence: 1.0,
        });
    }
    let sure = |encoding, text| Decoded {
        text,
        encoding,
        confidence: 1.0,
    };
    if let Some(encoding) = utf_16(bytes) {
        return Ok(sure(encoding, decode_as(bytes, encoding)));
    }
    if bytes.contains(&0) {
        return Err(DecodeError::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            if is_mostly_control(bytes) {
                return Err(DecodeError::Binary);
            }
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Ok(unwrap_utf8(text).unwrap_or_else(|| sure(Encoding::Utf8, text.to_owned())))
        }
        Err(_) => legacy(bytes),
    }
}

fn decode_as(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => {
            let text = String::from_utf8_lossy(bytes);
            text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
        }
        Encoding::Utf16Le => encoding_rs::UTF_16LE
            .decode_with_bom_removal(bytes)
            .0
            .into_owned(),
        Encoding::Utf16Be => encoding_rs::UTF_16BE
            .decode_with_bom_removal(bytes)
            .0
            .into_owned(),
        Encoding::Viqr => decoders::viqr(&String::from_utf8_lossy(bytes)),
        Encoding::DoubleUtf8 => match std::str::from_utf8(bytes) {
            Ok(text) => unwrap_lines(text, Encoding::DoubleUtf8),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        },
        // A single-byte encoding may stand in a UTF-8 file, read as Latin-1.
        _ => match std::str::from_utf8(bytes) {
            Ok(text) if !text.is_ascii() => unwrap_lines(text, encoding),
            _ => single_byte(bytes, encoding).unwrap_or_default(),
        },
    }
}

/// The text of bytes in a single-byte encoding (or of UTF-8 that was one); `None` where the bytes cannot be such.
fn single_byte(bytes: &[u8], encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Windows1258 => Some(decoders::windows_1258(bytes)),
        Encoding::Tcvn3 => Some(decoders::tcvn3(bytes)),
        Encoding::Tcvn5712 => Some(decoders::tcvn5712(bytes)),
        Encoding::Vni => Some(decoders::vni(bytes)),
        Encoding::Vps => Some(decoders::vps(bytes)),
        Encoding::Viscii => Some(decoders::viscii(bytes)),
        Encoding::DoubleUtf8 => decoders::double_utf8(bytes),
        _ => Some(decoders::windows_1252_text(bytes)),
    }
}

/// UTF-16 by its mark, or by zeros in every second byte.
fn utf_16(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(Encoding::Utf16Le),
        [0xfe, 0xff, ..] => return Some(Encoding::Utf16Be),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |odd: usize| {
        sample
            .iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let units = sample.len() / 2;
    if units < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let encoding = if odd * 10 >= units * 4 && even * 50 <= units {
        Encoding::Utf16Le
    } else if even * 10 >= units * 4 && odd * 50 <= units {
        Encoding::Utf16Be
    } else {
        return None;
    };
    // Numbers of two bytes look like this too.
    let text = decode_as(&bytes[..sample.len()], encoding);
    let letters = text
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .count();
    (letters * 10 >= text.chars().count() * 6).then_some(encoding)
}

/// Control characters that no text has; some legacy encodings use a few for rare capitals.
fn is_mostly_control(bytes: &[u8]) -> bool {
    let control = bytes
        .iter()
        .filter(|b| **b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b))
        .count();
    control * 20 > bytes.len()
}

/// What a text's words say for its being Vietnamese.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    words: u32,
    syllables: u32,
    /// Words of two letters and more with one outside ASCII, and those of them that are syllables.
    marked: u32,
    marked_syllables: u32,
    /// Sum of the logarithms of the marked syllables' shares; tells rare readings from plain ones.
    log_prob: f32,
}

/// Words looked at in judging a text.
const ENOUGH_WORDS: u32 = 4000;

impl Evidence {
    fn weigh(text: &str) -> Self {
        let lexicon = lexicon();
        let mut evidence = Self::default();
        let mut lower = String::new();
        for word in text.split(|c: char| !c.is_alphabetic() && !is_legacy_letter(c)) {
            if word.is_empty() {
                continue;
            }
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            let syllable = lexicon.syllable(&lower);
            evidence.words += 1;
            evidence.syllables += u32::from(syllable.is_some());
            // A sign alone may be mathematics.
            if !lower.is_ascii() && lower.chars().nth(1).is_some() {
                evidence.marked += 1;
                match syllable {
                    Some(syllable) => {
                        evidence.marked_syllables += 1;
                        evidence.log_prob += lexicon.log_prob(syllable);
                    }
                    None => evidence.log_prob -= 18.0,
                }
            }
            if evidence.words >= ENOUGH_WORDS {
                break;
            }
        }
        evidence
    }

    fn marked_share(&self) -> f32 {
        self.marked_syllables as f32 / self.marked.max(1) as f32
    }

    /// Whether this is Vietnamese with its marks in place.
    fn is_vietnamese(&self) -> bool {
        self.marked >= 2
            && self.marked_share() >= 0.8
            && self.syllables * 10 >= self.words * 6
            && (self.marked >= 4 || self.marked_share() > 0.99)
    }

    fn mean_log_prob(&self) -> f32 {
        self.log_prob / self.marked.max(1) as f32
    }
}

/// Signs of windows-1252 that legacy encodings use for letters, and what no text has: a word does not end there.
fn is_legacy_letter(c: char) -> bool {
    match c {
        '«' | '»' | '°' => false,
        '\u{80}'..='\u{9f}' | '\u{a1}'..='\u{bf}' | '×' | '÷' => true,
        '€' | '‚' | '„' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '›' | '˜' => true,
        c => c == char::REPLACEMENT_CHARACTER,
    }
}

/// The best reading of single bytes, if one is Vietnamese.
fn best_of(bytes: &[u8], candidates: &[Encoding]) -> Option<(Encoding, Evidence)> {
    let mut best: Option<(Encoding, Evidence)> = None;
    for &encoding in candidates {
        let Some(text) = single_byte(bytes, encoding) else {
            continue;
        };
        let evidence = Evidence::weigh(&text);
        if evidence.is_vietnamese()
            && best.is_none_or(|(_, b)| evidence.mean_log_prob() > b.mean_log_prob() + 0.001)
        {
            best = Some((encoding, evidence));
        }
    }
    best
}

/// Bytes that are no UTF-8.
fn legacy(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    // UTF-8 with a bad byte here and there, as where a file was cut.
    let mut good = 0;
    let mut bad = 0;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good > 20 * bad {
        return Ok(Decoded {
            text: decode_as(bytes, Encoding::Utf8),
            encoding: Encoding::Utf8,
            confidence: good as f32 / (good + bad) as f32,
        });
    }
    if is_mostly_control(bytes) {
        return Err(DecodeError::Binary);
    }
    let candidates = [
        Encoding::Windows1258,
        Encoding::Tcvn3,
        Encoding::Tcvn5712,
        Encoding::Vni,
        Encoding::Viscii,
        Encoding::Vps,
    ];
    if let Some((encoding, evidence)) = best_of(bytes, &candidates) {
        return Ok(Decoded {
            text: decode_as(bytes, encoding),
            encoding,
            confidence: evidence.marked_share(),
        });
    }
    let printable = bytes
        .iter()
        .filter(|b| b.is_ascii_graphic() || b.is_ascii_whitespace() || **b >= 0xa0)
        .count();
    let ascii = bytes.iter().filter(|b| b.is_ascii()).count();
    if printable * 20 < bytes.len() * 19 || ascii * 2 < bytes.len() {
        return Err(DecodeError::Binary);
    }
    Ok(Decoded {
        text: decode_as(bytes, Encoding::Windows1252),
        encoding: Encoding::Windows1252,
        confidence: 0.5,
    })
}

/// Legacy text inside valid UTF-8: as ASCII (VIQR), or read as Latin-1 on its way. `None` where the text is as it should be.
pub(crate) fn unwrap_utf8(text: &str) -> Option<Decoded> {
    // VIQR has no letter outside ASCII, save in a foreign name.
    let few = text.len() / 100;
    let odd = text
        .chars()
        .filter(|c| !c.is_ascii() && (c.is_alphabetic() || is_legacy_letter(*c)))
        .nth(few);
    if odd.is_none() && decoders::may_be_viqr(text) {
        let decoded = decoders::viqr(text);
        let evidence = Evidence::weigh(&decoded);
        let sure = evidence.is_vietnamese()
            && evidence.marked >= 3
            && evidence.marked * 4 >= evidence.words
            && evidence.syllables * 10 >= evidence.words * 7;
        if sure {
            return Some(Decoded {
                text: decoded,
                encoding: Encoding::Viqr,
                confidence: evidence.marked_share(),
            });
        }
    }
    if !is_suspicious(text) {
        return None;
    }
    // Judged by the lines that can be legacy text at all.
    let mut bytes = Vec::new();
    let mut plain = String::new();
    for line in text.split_inclusive('\n').filter(|l| !l.is_ascii()) {
        let before = bytes.len();
        if push_bytes(line, &mut bytes) {
            plain.push_str(line);
        } else {
            bytes.truncate(before);
        }
        if plain.len() > 200_000 {
            break;
        }
    }
    let as_is = Evidence::weigh(&plain);
    let candidates = [
        Encoding::Tcvn3,
        Encoding::Vni,
        Encoding::Tcvn5712,
        Encoding::Windows1258,
        Encoding::Viscii,
        Encoding::Vps,
    ];
    let mut best = best_of(&bytes, &candidates);
    // UTF-8 read twice is sure by its form, line by line.
    let double = unwrap_lines(text, Encoding::DoubleUtf8);
    if double != text {
        let evidence = Evidence::weigh(&double);
        if evidence.is_vietnamese()
            && best.is_none_or(|(_, b)| evidence.marked_share() >= b.marked_share())
        {
            return Some(Decoded {
                text: double,
                encoding: Encoding::DoubleUtf8,
                confidence: evidence.marked_share(),
            });
        }
    }
    best = best.filter(|(_, evidence)| evidence.marked_share() > as_is.marked_share() + 0.3);
    let (encoding, evidence) = best?;
    Some(Decoded {
        text: unwrap_lines(text, encoding),
        encoding,
        confidence: evidence.marked_share(),
    })
}

/// Whether a text holds characters of Latin-1 that neither Vietnamese nor its punctuation uses, in number.
fn is_suspicious(text: &str) -> bool {
    /// Bytes that are looked at together; their signs are counted in one byte.
    const BLOCK: usize = 128;
    let bytes = text.as_bytes();
    let ahead = bytes.get(1..).unwrap_or_default();
    let mut odd = 0usize;
    for (these, next) in bytes.chunks(BLOCK).zip(ahead.chunks(BLOCK)) {
        let signs = these.iter().zip(next).map(|(a, b)| odd_sign(*a, *b));
        odd += usize::from(signs.fold(0u8, u8::wrapping_add));
    }
    // One such sign in a hundred marked letters is a name or a footnote.
    odd >= 2 && {
        let is_marked = |b: &&u8| matches!(**b, 0xc3..=0xc6 | 0xe1);
        odd * 100 > bytes.iter().filter(is_marked).count()
    }
}

/// 1 where two bytes are such a character; without branches, so that many are looked at together.
#[inline(always)]
fn odd_sign(first: u8, second: u8) -> u8 {
    let within = |byte: u8, from: u8, to: u8| u8::from(byte.wrapping_sub(from) <= to - from);
    // No-break space, « » ° ² ³ §, soft hyphen.
    let usual = within(second, 0xa0, 0xa0)
        | within(second, 0xa7, 0xa7)
        | within(second, 0xab, 0xab)
        | within(second, 0xad, 0xad)
        | within(second, 0xb0, 0xb0)
        | within(second, 0xb2, 0xb3)
        | within(second, 0xbb, 0xbb);
    // Ä Å Æ Ç Ë Î Ï Ñ Ö × Ø Û Ü Þ ß, and the small ones, which differ in one bit.
    let large = second & !0x20;
    let foreign = within(large, 0x84, 0x87)
        | within(large, 0x8b, 0x8b)
        | within(large, 0x8e, 0x8f)
        | within(large, 0x91, 0x91)
        | within(large, 0x96, 0x98)
        | within(large, 0x9b, 0x9c)
        | within(large, 0x9e, 0x9f);
    within(first, 0xc2, 0xc2) & (usual ^ 1) | within(first, 0xc3, 0xc3) & foreign
}

/// Appends the bytes that the line was read from; `false` where it has characters that no byte stands for.
fn push_bytes(line: &str, bytes: &mut Vec<u8>) -> bool {
    for c in line.chars() {
        match decoders::byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => return false,
        }
    }
    true
}

/// Decodes the lines that were read as Latin-1, and leaves those that read better as they are.
fn unwrap_lines(text: &str, encoding: Encoding) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bytes = Vec::new();
    for line in text.split_inclusive('\n') {
        bytes.clear();
        if line.is_ascii() || !push_bytes(line, &mut bytes) {
            out.push_str(line);
            continue;
        }
        let decoded = single_byte(&bytes, encoding);
        let better = decoded.filter(|decoded| {
            if encoding == Encoding::DoubleUtf8 {
                return true;
            }
            let (as_is, decoded) = (Evidence::weigh(line), Evidence::weigh(decoded));
            if as_is.marked == 0 && decoded.marked == 0 {
                return decoded.words >= 3 && decoded.syllables * 10 >= decoded.words * 8;
            }
            if as_is.marked == 0 {
                return decoded.marked > 0 && decoded.marked_share() >= 0.5;
            }
            decoded.mean_log_prob() >= as_is.mean_log_prob()
                || (decoded.marked > as_is.marked && decoded.marked_share() > 0.9)
        });
        out.push_str(better.as_deref().unwrap_or(line));
    }
    out
}
