//! Bytes of a file to the text of a report.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::formats::{self, Extracted, Limits};
use super::{GivenData, RawReport, chrome, front_matter, title};
use crate::text::encoding::{Encoding, decode};

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// Why it is not read, in words.
pub(crate) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::with_capacity(size.min(limit) as usize + 1);
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(format!("larger than the limit of {} MB", limit >> 20));
    }
    Ok(bytes)
}

/// Share of marked words that must be syllables for a guessed encoding to be taken without a word.
const SURE: f32 = 0.7;

/// The text of bytes, read in the encoding `forced` or the one that its words speak for; NFC, with the name of the encoding where it is not UTF-8, and a warning where that is a guess.
///
/// # Errors
/// Why it is no text, in words.
pub(crate) fn text(
    bytes: &[u8],
    forced: Option<Encoding>,
) -> Result<(String, Option<String>, Option<String>), String> {
    let wide = matches!(forced, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    if forced.is_some() && !wide && bytes.contains(&0) {
        return Err("binary, not text".to_owned());
    }
    let decoded = decode(bytes, forced).map_err(|_| "binary, not text".to_owned())?;
    if decoded.text.trim().is_empty() {
        return Err("empty".to_owned());
    }
    let encoding = (decoded.encoding != Encoding::Utf8).then(|| decoded.encoding.name().to_owned());
    let warning = encoding
        .as_ref()
        .filter(|_| decoded.confidence < SURE)
        .map(|name| format!("read as {name}, which is a guess"));
    Ok((nfc(decoded.text), encoding, warning))
}

/// NFC; a text that is NFC already, nearly every one, is not copied.
pub(crate) fn nfc(text: String) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        text.nfc().collect()
    }
}

/// The report in a file of this name; `forced` is the encoding of plain text, other formats state their own.
///
/// # Errors
/// Why there is none, in words.
pub(crate) fn report(
    bytes: Vec<u8>,
    name: &str,
    given: GivenData,
    forced: Option<Encoding>,
) -> Result<RawReport, String> {
    let format = formats::detect(&bytes, name);
    if !format.is_plain() && format != formats::Format::Unknown {
        let extracted = formats::extract(&bytes, format, &Limits::default());
        drop(bytes);
        return Ok(extracted_report(
            extracted.map_err(|error| error.to_string())?,
            matches!(format, formats::Format::Html | formats::Format::Mail),
            given,
        ));
    }
    let (text, encoding, guess) = text(&bytes, forced)?;
    drop(bytes);
    let (front, mut warnings, behind) = front_matter::split(&text);
    let body = if behind.len() == text.len() {
        text
    } else {
        behind.to_owned()
    };
    if body.trim().is_empty() {
        return Err("empty".to_owned());
    }
    let mut report = finish(body, given.or(front));
    report.encoding = encoding;
    warnings.extend(guess);
    report.warnings = warnings;
    Ok(report)
}

/// The report that a reader of a format made; `is_page` says whether the file's own title and date are those of a publication.
///
/// Office programs write the title of a template and the day of the last change; these stand back behind what the text says.
fn extracted_report(extracted: Extracted, is_page: bool, given: GivenData) -> RawReport {
    let mut text = String::with_capacity(extracted.text.len());
    let mut parts = Vec::with_capacity(extracted.parts.len());
    let mut from = 0;
    // Letters of a legacy font without its name are found by the words; part by part, so that the parts know where they begin.
    let mut legacy = None;
    let mut clean = |part: &str| match decode(part.as_bytes(), None) {
        Ok(decoded) if decoded.encoding != Encoding::Utf8 => {
            legacy = Some(decoded.encoding.to_string());
            nfc(decoded.text)
        }
        _ => nfc(part.to_owned()),
    };
    for part in &extracted.parts {
        text.push_str(&clean(&extracted.text[from..part.offset]));
        parts.push((text.len(), part.label.to_string()));
        from = part.offset;
    }
    text.push_str(&clean(&extracted.text[from..]));
    let own = GivenData {
        title: extracted.title.clone().filter(|_| is_page),
        published: extracted.published.filter(|_| is_page),
        publisher: extracted.publisher,
        url: extracted.url,
        ..GivenData::default()
    };
    let mut report = finish(text, given.or(own));
    if report.title.is_empty() {
        report.title = extracted.title.unwrap_or_default();
    }
    report.parts = parts;
    report.encoding = legacy;
    for warning in extracted.warnings {
        match warning {
            formats::Warning::Encoding(name) => report.encoding = Some(name),
            other => report.warnings.push(other.to_string()),
        }
    }
    report
}

/// Finds chrome and title of a text.
pub(crate) fn finish(text: String, given: GivenData) -> RawReport {
    let chrome = chrome::lines(&text);
    let title = match &given.title {
        Some(title) => title.clone(),
        None => title::find(&text, &chrome).unwrap_or_default(),
    };
    RawReport {
        text,
        title,
        given,
        chrome,
        encoding: None,
        parts: Vec::new(),
        warnings: Vec::new(),
    }
}
