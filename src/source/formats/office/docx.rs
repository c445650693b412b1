//! Word since 2007: `word/document.xml`, its styles and properties.
//!
//! Paragraphs, headings (`# `, by the outline level of their style), tables, notes at the end, text boxes once (their fallback copy is left out), tracked
//! deletions left out, insertions kept. Numbering that Word computes (`1.`, `a)`) is not written in the file and not made up here.
//!
//! Measured on the sample corpus saved as DOCX by LibreOffice 7.4: 100 % of letters and digits.

use std::collections::HashMap;

use super::super::archive::Archive;
use super::super::budget::{Budget, check};
use super::super::legacy_font::LegacyFont;
use super::super::table::{self, Cell};
use super::super::{Extracted, Format, Result, Warning};
use super::xml::{Event, Reader, Start};

const FORMAT: Format = Format::Docx;

pub(in super::super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let mut archive = Archive::open(bytes, FORMAT, budget)?;
    let mut extracted = Extracted::default();
    let styles = match archive.read("word/styles.xml", budget)? {
        Some(bytes) => styles(&bytes, budget)?,
        None => Styles::default(),
    };
    let document = archive.require("word/document.xml", budget)?;
    body(&document, &styles, &mut extracted, budget)?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(bytes) = archive.read(notes, budget)? {
            body(&bytes, &styles, &mut extracted, budget)?;
        }
    }
    super::properties(&mut archive, FORMAT, &mut extracted, budget)?;
    Ok(extracted)
}

/// What styles say that matters here, by their ids.
#[derive(Default)]
struct Styles {
    /// Outline level, 0 the highest.
    levels: HashMap<String, usize>,
    fonts: HashMap<String, String>,
    default_font: Option<String>,
}

fn styles(bytes: &[u8], budget: &Budget) -> Result<Styles> {
    let mut reader = Reader::new(bytes, FORMAT, budget);
    let mut styles = Styles::default();
    let mut id = String::new();
    while let Some(event) = reader.next()? {
        let Event::Start(tag) = event else { continue };
        match tag.name.as_str() {
            "style" => id = tag.attr("styleId").unwrap_or_default().to_owned(),
            "name" => {
                let name = tag.attr("val").unwrap_or_default().to_ascii_lowercase();
                let level = name
                    .strip_prefix("heading ")
                    .and_then(|level| level.parse::<usize>().ok());
                if let Some(level) = level {
                    styles.levels.insert(id.clone(), level.saturating_sub(1));
                } else if name == "title" {
                    styles.levels.insert(id.clone(), 0);
                }
            }
            "outlineLvl" => {
                if let Some(level) = tag.count("val").filter(|level| *level < 9) {
                    styles.levels.insert(id.clone(), level);
                }
            }
            "rFonts" => {
                if let Some(font) = tag.attr("ascii").or(tag.attr("hAnsi")) {
                    if id.is_empty() {
                        styles.default_font = Some(font.to_owned());
                    } else {
                        styles.fonts.insert(id.clone(), font.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(styles)
}

/// A table that is open, and where the text of its open cell goes.
#[derive(Default)]
struct OpenTable {
    rows: Vec<Vec<Cell>>,
    /// Cells of the row above that go on below, by column: the index of row and cell.
    open: Vec<Option<(usize, usize)>>,
    column: usize,
    cell: Cell,
    continues: bool,
    starts: bool,
}

fn body(bytes: &[u8], styles: &Styles, extracted: &mut Extracted, budget: &Budget) -> Result<()> {
    let mut reader = Reader::new(bytes, FORMAT, budget);
    let mut tables: Vec<OpenTable> = Vec::new();
    // Paragraphs nest: a text box stands inside the paragraph that it is anchored to.
    let mut paragraphs: Vec<(String, Option<usize>, Option<String>)> = Vec::new();
    let mut run_font: Option<String> = None;
    let mut in_text = false;
    let mut skipped = 0_usize;
    let mut in_run = false;
    let mut cells = 0_usize;
    while let Some(event) = reader.next()? {
        match event {
            Event::Start(tag) => {
                if skipped > 0 || is_skipped(&tag) {
                    skipped += 1;
                    continue;
                }
                match tag.name.as_str() {
                    "p" => paragraphs.push((String::new(), None, None)),
                    "pStyle" => {
                        if let Some((_, level, font)) = paragraphs.last_mut() {
                            let style = tag.attr("val").unwrap_or_default();
                            *level = styles.levels.get(style).copied();
                            *font = styles.fonts.get(style).cloned();
                        }
                    }
                    "outlineLvl" => {
                        if let Some((_, level, _)) = paragraphs.last_mut() {
                            *level = tag.count("val").filter(|level| *level < 9);
                        }
                    }
                    "r" => {
                        in_run = true;
                        run_font = None;
                    }
                    "rFonts" if in_run => {
                        run_font = tag.attr("ascii").or(tag.attr("hAnsi")).map(str::to_owned);
                    }
                    "t" => in_text = true,
                    "tab" if in_run => push(&mut paragraphs, "\t", budget)?,
                    "br" | "cr" => push(&mut paragraphs, "\n", budget)?,
                    "noBreakHyphen" => push(&mut paragraphs, "-", budget)?,
                    "tbl" => tables.push(OpenTable::default()),
                    "tr" => {
                        if let Some(table) = tables.last_mut() {
                            table.rows.push(Vec::new());
                            table.column = 0;
                        }
                    }
                    "tc" => {
                        cells += 1;
                        check(cells, budget.limits.cells, "number of cells")?;
                        if let Some(table) = tables.last_mut() {
                            table.cell = Cell::default();
                            (table.continues, table.starts) = (false, false);
                        }
                    }
                    "gridSpan" => {
                        if let Some(table) = tables.last_mut() {
                            table.cell.cols = tag.count("val").unwrap_or(1).min(1024);
                        }
                    }
                    "vMerge" => {
                        if let Some(table) = tables.last_mut() {
                            table.starts = tag.attr("val") == Some("restart");
                            table.continues = !table.starts;
                        }
                    }
                    "tblHeader" => {
                        if let Some(table) = tables.last_mut() {
                            table.cell.is_header = true;
                        }
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                if in_text && skipped == 0 {
                    let font = run_font
                        .as_deref()
                        .or(paragraphs.last().and_then(|(_, _, font)| font.as_deref()))
                        .or(styles.default_font.as_deref());
                    match font.and_then(|name| Some((LegacyFont::of(name)?, name))) {
                        Some((table, name)) if !is_unicode_vietnamese(&text) => {
                            let warning = Warning::LegacyFont(name.to_owned());
                            if !extracted.warnings.contains(&warning) {
                                extracted.warnings.push(warning);
                            }
                            push(&mut paragraphs, &table.decode(&text), budget)?;
                        }
                        _ => push(&mut paragraphs, &text, budget)?,
                    }
                }
            }
            Event::End(name) => {
                if skipped > 0 {
                    skipped -= 1;
                    continue;
                }
                match name.as_str() {
                    "t" => in_text = false,
                    "r" => in_run = false,
                    "p" => {
                        let Some((text, level, _)) = paragraphs.pop() else {
                            continue;
                        };
                        if let Some(table) = tables.last_mut() {
                            budget.push(&mut table.cell.text, &text)?;
                            budget.push(&mut table.cell.text, "\n")?;
                        } else if let Some((outer, _, _)) = paragraphs.last_mut() {
                            budget.push(outer, "\n")?;
                            budget.push(outer, &text)?;
                            budget.push(outer, "\n")?;
                        } else {
                            write_paragraph(&mut extracted.text, &text, level, budget)?;
                        }
                    }
                    "tc" => {
                        if let Some(table) = tables.last_mut() {
                            end_cell(table);
                        }
                    }
                    "tbl" => {
                        let Some(table) = tables.pop() else { continue };
                        let text = table::lines(&table.rows);
                        match tables.last_mut() {
                            // A table inside of a cell is text of that cell.
                            Some(outer) => {
                                budget.push(&mut outer.cell.text, &text.replace(" | ", ", "))?
                            }
                            None => budget.push(&mut extracted.text, &text)?,
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// Deleted text, the copy of a drawing for old programs, field codes and phonetic guides.
fn is_skipped(tag: &Start) -> bool {
    matches!(
        tag.name.as_str(),
        "del"
            | "moveFrom"
            | "Fallback"
            | "instrText"
            | "delText"
            | "rt"
            | "sectPr"
            | "txbxContentFallback"
    )
}

/// Whether the text has letters that no legacy font has, so that the name of its font is only a left-over.
fn is_unicode_vietnamese(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(
            c,
            '\u{1ea0}'..='\u{1ef9}' | 'đ' | 'Đ' | 'ă' | 'Ă' | 'ơ' | 'Ơ' | 'ư' | 'Ư'
        )
    })
}

fn push(
    paragraphs: &mut [(String, Option<usize>, Option<String>)],
    text: &str,
    budget: &Budget,
) -> Result<()> {
    match paragraphs.last_mut() {
        Some((out, _, _)) => budget.push(out, text),
        None => Ok(()),
    }
}

pub(super) fn write_paragraph(
    out: &mut String,
    text: &str,
    level: Option<usize>,
    budget: &Budget,
) -> Result<()> {
    for (i, line) in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .enumerate()
    {
        if let (Some(level), 0) = (level, i) {
            for _ in 0..=level.min(5) {
                out.push('#');
            }
            out.push(' ');
        }
        budget.push(out, line)?;
        budget.push(out, "\n")?;
    }
    Ok(())
}

fn end_cell(table: &mut OpenTable) {
    let cell = std::mem::take(&mut table.cell);
    let cols = cell.cols.max(1);
    let column = table.column;
    table.column += cols;
    if table.open.len() < column + 1 {
        table.open.resize(column + 1, None);
    }
    if table.continues {
        // The cell above reaches down over this one.
        if let Some((row, index)) = table.open[column]
            && let Some(above) = table.rows.get_mut(row).and_then(|row| row.get_mut(index))
        {
            above.rows = above.rows.max(1) + 1;
            return;
        }
    }
    let at_row = table.rows.len().saturating_sub(1);
    let starts = table.starts;
    if let Some(row) = table.rows.last_mut() {
        table.open[column] = starts.then_some((at_row, row.len()));
        row.push(cell);
    }
}
