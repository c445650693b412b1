//! Vietnamese fonts older than Unicode, known by their names: `.VnTime`, `VNI-Times`, `VPSTime`.

use encoding_rs::WINDOWS_1252;

use crate::text::encoding::{Encoding, decode};

/// The table behind a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegacyFont {
    /// TCVN 5712 (ABC): one byte a letter, capitals by a font of their own (`.VnTimeH`).
    Tcvn3 {
        /// A font whose small letters are drawn as capitals.
        capitals: bool,
    },
    /// VNI: base letter and a byte of marks.
    Vni,
}

impl LegacyFont {
    /// The table of a font name such as `ABCDEF+.VnTimeH` or `VNI-Times,Bold`.
    pub fn of(font: &str) -> Option<Self> {
        let name = font.split_once('+').map_or(font, |(_, name)| name).trim();
        let lower = name.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix(".vn") {
            let family = rest.split([',', '-', ' ']).next().unwrap_or_default();
            let family = family.trim_end_matches("bold").trim_end_matches("italic");
            return Some(Self::Tcvn3 {
                capitals: family.len() > 3 && family.ends_with('h'),
            });
        }
        (lower.starts_with("vni-") || lower.starts_with("vni ")).then_some(Self::Vni)
    }

    /// Text that was typed in the font, as Unicode; letters beyond the font's table stay.
    pub fn decode(self, text: &str) -> String {
        let (encoding, capitals) = match self {
            Self::Tcvn3 { capitals } => (Encoding::Tcvn3, capitals),
            Self::Vni => (Encoding::Vni, false),
        };
        if text.is_ascii() && !capitals {
            return text.to_owned();
        }
        // One byte a letter, as the program that wrote the file had it.
        let bytes: Option<Vec<u8>> = text.chars().map(windows_byte).collect();
        let decoded = bytes.and_then(|bytes| decode(&bytes, Some(encoding)).ok());
        let decoded = decoded.map_or_else(|| text.to_owned(), |decoded| decoded.text);
        if capitals {
            decoded.to_uppercase()
        } else {
            decoded
        }
    }
}

/// The byte of windows-1252, or of Latin-1 where that has none, that a letter was read from.
fn windows_byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    let (bytes, _, is_lossy) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (&*bytes, is_lossy) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_table_by_the_font_name() {
        let tcvn = |capitals| Some(LegacyFont::Tcvn3 { capitals });
        for (font, want) in [
            (".VnTime", tcvn(false)),
            ("ABCDEF+.VnTimeH", tcvn(true)),
            (".VnArial,Bold", tcvn(false)),
            (".VnArialH-Bold", tcvn(true)),
            (".VnTimeHBold", tcvn(true)),
            ("VNI-Times", Some(LegacyFont::Vni)),
            ("Times New Roman", None),
            ("Vntime", None),
        ] {
            assert_eq!(LegacyFont::of(font), want, "{font}");
        }
    }

    #[test]
    fn text_in_a_legacy_font_is_read_by_its_table() {
        let tcvn = LegacyFont::Tcvn3 { capitals: false };
        assert_eq!(tcvn.decode("Qu¶ng Ninh t¨ng 12%"), "Quảng Ninh tăng 12%");
        assert_eq!(
            LegacyFont::Tcvn3 { capitals: true }.decode("b¸o c¸o"),
            "BÁO CÁO"
        );
        assert_eq!(LegacyFont::Vni.decode("Tænh Ñoàng Nai"), "Tỉnh Đồng Nai");
        assert_eq!(tcvn.decode("đã là Unicode"), "đã là Unicode");
    }
}
