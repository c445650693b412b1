//! Bytes to text where a format names its own encoding.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::Warning;

/// The text of bytes: byte order mark first, then what is declared, then UTF-8 where the bytes are valid UTF-8, else
/// what the words speak for, see [`crate::text::encoding`].
///
/// A declared encoding gives way to valid UTF-8 with multibyte letters: pages that say `iso-8859-1` and are UTF-8 are common, the reverse is not.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> (String, Vec<Warning>) {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[skip..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), Vec::new());
    }
    // A few broken bytes in a text that is UTF-8 all over are damage, not another encoding.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches('\u{fffd}').count();
    if broken * 10 <= lossy.chars().filter(|c| !c.is_ascii()).count() {
        let name = "UTF-8 with broken bytes".to_owned();
        return (lossy.into_owned(), vec![Warning::Encoding(name)]);
    }
    match declared.and_then(|label| Encoding::for_label(label.trim().as_bytes())) {
        // What says Latin-1 may as well be a font of one byte a letter; there the words decide.
        Some(encoding) if encoding != UTF_8 && encoding != WINDOWS_1252 => with(encoding, bytes),
        _ => match crate::text::encoding::decode(bytes, None) {
            Ok(decoded) => (
                decoded.text,
                vec![Warning::Encoding(decoded.encoding.to_string())],
            ),
            Err(_) => (lossy.into_owned(), Vec::new()),
        },
    }
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> (String, Vec<Warning>) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let warnings = if encoding == UTF_8 {
        Vec::new()
    } else {
        vec![Warning::Encoding(encoding.name().to_owned())]
    };
    (text.into_owned(), warnings)
}
