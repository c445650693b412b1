//! Bytes of a file to the text of a report.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::formats::{self, ExtractError, Extracted, Limits, Part};
use super::{GivenData, RawReport, chrome, front_matter, title};
use crate::text::encoding::{Encoding, decode, unwrap_utf8};
use crate::text::normal::{is_nfc, nfc};

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

/// Why a text is not taken.
pub(crate) fn too_much_text(bytes: usize, limit: usize) -> String {
    format!(
        "its text of {:.1} MB exceeds the limit of {:.1} MB; with more --memory it is read",
        bytes as f64 / 1e6,
        limit as f64 / 1e6
    )
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

/// Why a file gives no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub reason: String,
    /// Whether the same bytes are refused by the same readers each time, whatever the memory and the day.
    pub is_final: bool,
}

impl From<String> for Refused {
    fn from(reason: String) -> Self {
        Self {
            reason,
            is_final: true,
        }
    }
}

impl From<ExtractError> for Refused {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::TooLarge {
                what: "size of the text" | "unpacked size",
                ..
            } => Self {
                reason: format!("{error}; with more --memory it is read"),
                is_final: false,
            },
            ExtractError::TimedOut { .. } | ExtractError::Crashed { .. } => Self {
                reason: error.to_string(),
                is_final: false,
            },
            error => error.to_string().into(),
        }
    }
}

/// The report in a file of this name; `forced` is the encoding of plain text, tables, web pages and mails, packed or not.
///
/// # Errors
/// Why there is none, in words.
pub(crate) fn report(
    bytes: Vec<u8>,
    name: &str,
    given: GivenData,
    forced: Option<Encoding>,
    limits: &Limits,
) -> Result<RawReport, Refused> {
    let too_much = |bytes| Refused {
        reason: too_much_text(bytes, limits.text),
        is_final: false,
    };
    let mut bytes = bytes;
    let mut name = name;
    let mut format = formats::detect(&bytes, name);
    if format == formats::Format::Gzip {
        bytes = formats::gunzip(&bytes, limits)?;
        // A packed `a.csv.gz` is a CSV file.
        name = name.strip_suffix(".gz").unwrap_or(name);
        format = formats::detect(&bytes, name);
        if format == formats::Format::Gzip {
            return Err("gzip within gzip; unpack it first".to_owned().into());
        }
    }
    if !format.is_plain() && format != formats::Format::Unknown {
        let is_page = matches!(format, formats::Format::Html | formats::Format::Mail);
        let extracted = formats::extract_as(&bytes, format, limits, forced);
        drop(bytes);
        return Ok(extracted_report(extracted?, is_page, given));
    }
    // In no encoding does a text shrink to a quarter of its bytes: what is far too long is not decoded first.
    if bytes.len() / 4 > limits.text {
        return Err(too_much(bytes.len() / 4));
    }
    let (text, encoding, guess) = text(&bytes, forced)?;
    drop(bytes);
    if text.len() > limits.text {
        return Err(too_much(text.len()));
    }
    if format == formats::Format::Csv {
        let table = formats::extract(text.as_bytes(), format, limits);
        let mut report = extracted_report(table?, false, given);
        report.encoding = report.encoding.or(encoding);
        report.warnings.extend(guess);
        return Ok(report);
    }
    let (front, mut warnings, behind) = front_matter::split(&text);
    let body = if behind.len() == text.len() {
        text
    } else {
        behind.to_owned()
    };
    if body.trim().is_empty() {
        return Err("empty".to_owned().into());
    }
    let mut report = finish(body, given, front);
    report.encoding = encoding;
    warnings.extend(guess);
    report.warnings = warnings;
    Ok(report)
}

/// The report that a reader of a format made; `is_page` says whether the file's own title and date are those of a publication.
///
/// Office programs write the title of a template and the day of the last change; these stand back behind what the text says.
fn extracted_report(extracted: Extracted, is_page: bool, given: GivenData) -> RawReport {
    let (text, parts, legacy) = readable(extracted.text, &extracted.parts);
    let own = GivenData {
        title: extracted.title.clone().filter(|_| is_page),
        published: extracted.published.filter(|_| is_page),
        publisher: extracted.publisher,
        url: extracted.url,
        ..GivenData::default()
    };
    let mut report = finish(text, given, own);
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

/// The text of a reader in NFC, with the places of its parts in it, and the name of the encoding where letters of a legacy
/// font without its name were found by the words, page by page and sheet by sheet.
fn readable(text: String, parts: &[Part]) -> (String, Vec<(usize, String)>, Option<String>) {
    let encoding_of = |text: &str| unwrap_utf8(text).map(|decoded| decoded.encoding);
    let stays = is_nfc(&text) && encoding_of(&text).is_none();
    let groups = parts.chunk_by(|a, b| a.label.is_beside(&b.label));
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(parts.len());
    let mut legacy = None;
    let mut put = |out: &mut String, from: usize, to: usize, encoding: Option<Encoding>| {
        let piece = &text[from..to];
        match encoding.map(|encoding| (encoding, decode(piece.as_bytes(), Some(encoding)))) {
            Some((encoding, Ok(decoded))) => {
                legacy = Some(encoding.to_string());
                out.push_str(&nfc(decoded.text));
            }
            _ => out.push_str(&nfc(piece.to_owned())),
        }
    };
    let mut groups = groups.peekable();
    let head = parts.first().map_or(text.len(), |part| part.offset);
    let encoding = if stays {
        None
    } else {
        encoding_of(&text[..head])
    };
    put(&mut out, 0, head, encoding);
    while let Some(group) = groups.next() {
        let end = groups.peek().map_or(text.len(), |group| {
            group.first().map_or(text.len(), |p| p.offset)
        });
        let start = group.first().map_or(end, |part| part.offset);
        let encoding = if stays {
            None
        } else {
            encoding_of(&text[start..end])
        };
        for (i, part) in group.iter().enumerate() {
            places.push((out.len(), part.label.to_string()));
            let to = group.get(i + 1).map_or(end, |next| next.offset);
            put(&mut out, part.offset, to, encoding);
        }
    }
    (out, places, legacy)
}

/// Finds chrome and title of a text; `own` is what the file itself gives, `given` what stands beside it and wins.
pub(crate) fn finish(text: String, given: GivenData, own: GivenData) -> RawReport {
    let chrome = chrome::lines(&text);
    let given = given.or(own.clone());
    let title = match &given.title {
        Some(title) => title.clone(),
        None => title::find(&text, &chrome).unwrap_or_default(),
    };
    RawReport {
        text,
        title,
        given,
        own,
        chrome,
        encoding: None,
        parts: Vec::new(),
        warnings: Vec::new(),
    }
}
