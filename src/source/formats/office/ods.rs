//! OpenDocument spreadsheets: `content.xml` holds each cell as it was shown.
//!
//! That text is taken where the document is in Vietnamese or has no decimals in doubt; else the value is shown under the rules of [`number`](super::super::number).
//! `calamine` repeats cells as often as the file says, which a file of a kilobyte can say a billion times; here a repeat is counted before it is made.

use super::super::archive::Archive;
use super::super::budget::{Budget, check};
use super::super::number;
use super::super::{Extracted, Format, Result};
use super::sheet::{self, Sheet};
use super::xml::{Event, Reader, Start};

const FORMAT: Format = Format::Ods;

/// A cell as it is read.
#[derive(Default)]
struct Open {
    text: String,
    value: Option<f64>,
    kind: String,
    repeat: u32,
    cols: u32,
    rows: u32,
}

impl Open {
    fn new(tag: &Start) -> Self {
        let count = |name| tag.count(name).unwrap_or(1).clamp(1, 1 << 20) as u32;
        Self {
            text: String::new(),
            value: tag.attr("value").and_then(|value| value.parse().ok()),
            kind: tag.attr("value-type").unwrap_or_default().to_owned(),
            repeat: count("number-columns-repeated"),
            cols: count("number-columns-spanned"),
            rows: count("number-rows-spanned"),
        }
    }

    /// The shown text with a decimal comma.
    fn show(&self) -> String {
        let shown = self.text.trim();
        let Some(value) = self.value else {
            return shown.to_owned();
        };
        if !matches!(self.kind.as_str(), "float" | "percentage" | "currency") {
            return shown.to_owned();
        }
        let percent = if shown.ends_with('%') { "%" } else { "" };
        let scaled = if percent.is_empty() {
            value
        } else {
            value * 100.0
        };
        // As many decimals as are shown, whichever mark the locale has for them.
        let digits = shown.trim_end_matches(['%', ' ']);
        let decimals = digits
            .rsplit_once(['.', ','])
            .filter(|(_, behind)| behind.bytes().all(|b| b.is_ascii_digit()))
            .map(|(before, behind)| {
                let is_group =
                    behind.len() == 3 && (value.abs() >= 1000.0 || before.contains(['.', ',']));
                if is_group && (scaled - scaled.round()).abs() < 1e-9 {
                    0
                } else {
                    behind.len()
                }
            });
        match decimals {
            Some(decimals) if decimals <= 10 => {
                let code = format!("0.{}", "0".repeat(decimals));
                let code = if decimals == 0 { "0" } else { code.as_str() };
                number::NumberFormat::parse(code).show(scaled, false) + percent
            }
            None if digits.chars().all(|c| c.is_ascii_digit() || c == '-')
                && !digits.is_empty() =>
            {
                format!("{digits}{percent}")
            }
            _ => number::general(scaled) + percent,
        }
    }
}

pub(in super::super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let mut archive = Archive::open(bytes, FORMAT, budget)?;
    let manifest = archive
        .read("META-INF/manifest.xml", budget)?
        .unwrap_or_default();
    if super::super::detect::find(&manifest, b"encryption-data").is_some() {
        return Err(super::super::ExtractError::Encrypted(FORMAT));
    }
    let mut extracted = Extracted::default();
    let content = archive.require("content.xml", budget)?;
    let mut reader = Reader::new(&content, FORMAT, budget);
    let mut sheet = Sheet::default();
    let mut name = String::new();
    let (mut row, mut column, mut row_repeat) = (0_u32, 0_u32, 1_u32);
    let mut row_cells: Vec<(u32, String)> = Vec::new();
    let mut cell: Option<Open> = None;
    let mut in_note = 0_usize;
    while let Some(event) = reader.next()? {
        match event {
            Event::Start(tag) => {
                if in_note > 0 || tag.name == "annotation" {
                    in_note += 1;
                    continue;
                }
                match tag.name.as_str() {
                    "table" => {
                        name = tag.attr("name").unwrap_or_default().to_owned();
                        row = 0;
                    }
                    "table-row" => {
                        column = 0;
                        row_cells.clear();
                        row_repeat = tag
                            .count("number-rows-repeated")
                            .unwrap_or(1)
                            .clamp(1, 1 << 20) as u32;
                    }
                    "table-cell" | "covered-table-cell" => cell = Some(Open::new(&tag)),
                    "p" => {
                        if let Some(cell) = &mut cell
                            && !cell.text.is_empty()
                        {
                            cell.text.push('\n');
                        }
                    }
                    "s" | "tab" | "line-break" => {
                        if let Some(cell) = &mut cell {
                            cell.text.push(' ');
                        }
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                if in_note == 0
                    && let Some(cell) = &mut cell
                {
                    budget.push(&mut cell.text, &text)?;
                }
            }
            Event::End(tag) => {
                if in_note > 0 {
                    in_note -= 1;
                    continue;
                }
                match tag.as_str() {
                    "table-cell" | "covered-table-cell" => {
                        let Some(cell) = cell.take() else { continue };
                        let text = cell.show();
                        if !text.is_empty() && tag == "table-cell" {
                            check(cell.repeat as usize, budget.limits.cells, "number of cells")?;
                            for i in 0..cell.repeat {
                                sheet.put(row, column.saturating_add(i), text.clone(), budget)?;
                                row_cells.push((column.saturating_add(i), text.clone()));
                            }
                            if cell.cols > 1 || cell.rows > 1 {
                                sheet.merge(
                                    [row, column],
                                    [
                                        row.saturating_add(cell.rows - 1),
                                        column.saturating_add(cell.cols - 1),
                                    ],
                                );
                            }
                        }
                        column = column.saturating_add(cell.repeat);
                    }
                    "table-row" => {
                        if !row_cells.is_empty() {
                            for i in 1..row_repeat {
                                for (column, text) in &row_cells {
                                    sheet.put(
                                        row.saturating_add(i),
                                        *column,
                                        text.clone(),
                                        budget,
                                    )?;
                                }
                            }
                        }
                        row = row.saturating_add(row_repeat);
                    }
                    "table" => std::mem::take(&mut sheet).write(&name, &mut extracted, budget)?,
                    _ => {}
                }
            }
        }
    }
    super::properties(&mut archive, FORMAT, &mut extracted, budget)?;
    if extracted.title.is_none() {
        extracted.title = sheet::title(&extracted.text);
    }
    Ok(extracted)
}
