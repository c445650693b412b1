//! PowerPoint since 2007: the text of each slide, in the order of the slides' numbers.

use super::super::archive::Archive;
use super::super::budget::Budget;
use super::super::table::{self, Cell};
use super::super::{Extracted, Format, Part, PartLabel, Result};
use super::docx::write_paragraph;
use super::xml::{Event, Reader};

const FORMAT: Format = Format::Pptx;

pub(in super::super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let mut archive = Archive::open(bytes, FORMAT, budget)?;
    let mut extracted = Extracted::default();
    let mut missing = 0;
    for slide in 1..=budget.limits.pages as u32 {
        // Deleted slides leave gaps in the numbers.
        let Some(bytes) = archive.read(&format!("ppt/slides/slide{slide}.xml"), budget)? else {
            missing += 1;
            if missing > 50 {
                break;
            }
            continue;
        };
        extracted.parts.push(Part {
            offset: extracted.text.len(),
            label: PartLabel::Slide(slide),
        });
        let mut reader = Reader::new(&bytes, FORMAT, budget);
        let mut paragraph = String::new();
        let mut rows: Option<Vec<Vec<Cell>>> = None;
        let mut in_text = false;
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(tag) => match tag.name.as_str() {
                    "t" => in_text = true,
                    "br" => paragraph.push('\n'),
                    "tbl" => rows = Some(Vec::new()),
                    "tr" => {
                        if let Some(rows) = &mut rows {
                            rows.push(Vec::new());
                        }
                    }
                    "tc" => {
                        if let Some(row) = rows.as_mut().and_then(|rows| rows.last_mut()) {
                            row.push(Cell {
                                cols: tag.count("gridSpan").unwrap_or(1).min(1024),
                                rows: tag.count("rowSpan").unwrap_or(1).min(10_000),
                                ..Cell::default()
                            });
                        }
                    }
                    _ => {}
                },
                Event::Text(text) if in_text => budget.push(&mut paragraph, &text)?,
                Event::Text(_) => {}
                Event::End(name) => match name.as_str() {
                    "t" => in_text = false,
                    "p" => {
                        let text = std::mem::take(&mut paragraph);
                        match rows
                            .as_mut()
                            .and_then(|rows| rows.last_mut())
                            .and_then(|row| row.last_mut())
                        {
                            Some(cell) => {
                                budget.push(&mut cell.text, &text)?;
                                cell.text.push('\n');
                            }
                            None => write_paragraph(&mut extracted.text, &text, None, budget)?,
                        }
                    }
                    "tbl" => {
                        if let Some(rows) = rows.take() {
                            budget.push(&mut extracted.text, &table::lines(&rows))?;
                        }
                    }
                    _ => {}
                },
            }
        }
    }
    super::properties(&mut archive, FORMAT, &mut extracted, budget)?;
    Ok(extracted)
}
