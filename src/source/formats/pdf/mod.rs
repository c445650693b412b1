//! PDF: the text layer, in reading order, page by page.
//!
//! `hayro-syntax` (the hayro project: a release every few weeks, MIT or Apache-2.0, two small dependencies with the features used here) reads objects,
//! streams, encryption with an empty password and broken cross references, with depth and chains bounded; fonts, text and layout are ours on top of
//! it. What was weighed against it, by reading: `pdf-extract` reads text itself, on `lopdf`, and answers surprises with panics; `lopdf` alone gives
//! neither widths nor places of letters; `pdf_oxide` brings far more along than text; PDFium and MuPDF are C and C++. None of the pure ones gives the font's
//! name beside the letters, which legacy Vietnamese fonts need, nor the rules of tables, which rows need.
//!
//! - *Letters*: `ToUnicode` first, else the font's encoding and glyph names; a font named `.VnTime` or `VNI-…` by its own table.
//! - *Order*: lines by their base line, two columns where a gutter runs through the page, cells of a row apart by a gap, lines that reach the margin joined
//!   to paragraphs; tables drawn with rules by their grid. Lines that repeat at the head or foot of pages, and page numbers, are left out.
//! - *Scans*: a page of images without a letter counts; where all are so, [`ExtractError::NoText`].
//!
//! Measured on the sample corpus printed by LibreOffice 7.4: 100 % of letters and digits in order (22,680), 319 of 325 lines equal; the others are short
//! paragraphs joined to one line. Not read: text drawn as shapes, fonts without a map and without names of glyphs, tables without rules whose cells wrap.

mod content;
mod font;
mod grid;
mod layout;
mod scan;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::budget::{Budget, check};
use super::{ExtractError, Extracted, Format, Part, PartLabel, Result, Warning};

const FORMAT: Format = Format::Pdf;

pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    scan::refuse_bombs(bytes, budget)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ExtractError::Encrypted(FORMAT)
        }
        LoadPdfError::Decryption(_) => {
            ExtractError::malformed(FORMAT, "its encryption is not known")
        }
        LoadPdfError::Invalid => ExtractError::malformed(FORMAT, "no page can be found"),
    })?;
    budget.check_time(FORMAT)?;
    let pages = pdf.pages();
    check(pages.len(), budget.limits.pages, "number of pages")?;
    let mut reader = content::Reader::new(budget);
    let mut laid_out = Vec::with_capacity(pages.len());
    for page in pages.iter() {
        budget.check_time(FORMAT)?;
        laid_out.push(layout::lines(reader.page(page)?));
    }
    let mut extracted = Extracted::default();
    let empty: Vec<u32> = (1..)
        .zip(&laid_out)
        .filter(|(_, lines)| lines.is_empty())
        .map(|(number, _)| number)
        .collect();
    if empty.len() == laid_out.len() {
        return Err(ExtractError::NoText {
            format: FORMAT,
            pages: laid_out.len(),
        });
    }
    layout::drop_running_lines(&mut laid_out);
    for (number, lines) in (1..).zip(laid_out) {
        // A paragraph that goes on is joined across the pages; the page begins where its first letter stands.
        let goes_on = layout::write(lines, &mut extracted.text, budget)?;
        extracted.parts.push(Part {
            offset: goes_on,
            label: PartLabel::Page(number),
        });
    }
    if !empty.is_empty() {
        extracted.warnings.push(Warning::PagesWithoutText(empty));
    }
    let (unknown, legacy) = reader.into_findings();
    if unknown > 0 {
        extracted.warnings.push(Warning::UnknownGlyphs(unknown));
    }
    extracted
        .warnings
        .extend(legacy.into_iter().map(Warning::LegacyFont));
    let metadata = pdf.metadata();
    extracted.title = metadata
        .title
        .as_deref()
        .map(font::text_string)
        .map(|title| title.trim().to_owned())
        .filter(|title| is_title(title));
    extracted.published = metadata
        .creation_date
        .or(metadata.modification_date)
        .filter(|date| {
            (1990..=2100).contains(&date.year)
                && (1..=12).contains(&date.month)
                && (1..=31).contains(&date.day)
        })
        .map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    Ok(extracted)
}

/// Programs write file names and their own name where a title is asked for.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    title.chars().count() >= 10
        && title.contains(' ')
        && ![
            "microsoft word",
            "microsoft excel",
            "microsoft powerpoint",
            "untitled",
            "document",
            "cộng hòa",
            "cộng hoà",
            "scan",
        ]
        .iter()
        .any(|start| lower.starts_with(start))
        && ![
            ".doc", ".docx", ".xls", ".xlsx", ".pdf", ".tif", ".indd", ".cdr",
        ]
        .iter()
        .any(|end| lower.ends_with(end))
        && !title.contains('\u{fffd}')
}

#[cfg(test)]
mod tests;
