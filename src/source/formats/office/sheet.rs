//! Rows of cells to text, for all workbooks: one line a row, each line a part that knows its cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::budget::{Budget, check};
use super::super::table::{self, Cell};
use super::super::{Extracted, Part, PartLabel, Result};

/// The used cells of a sheet, sparse: a cell in the last corner of a sheet costs nothing.
#[derive(Default)]
pub(super) struct Sheet {
    rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    count: usize,
}

impl Sheet {
    /// Puts a text at a place; rows and columns count from 0.
    ///
    /// # Errors
    /// More cells than the limit.
    pub fn put(&mut self, row: u32, column: u32, text: String, budget: &Budget) -> Result<()> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.count += 1;
        check(self.count, budget.limits.cells, "number of cells")?;
        self.rows.entry(row).or_default().insert(
            column,
            Cell {
                text,
                ..Cell::default()
            },
        );
        Ok(())
    }

    /// Merges cells: the first one spans the range, where it is used.
    pub fn merge(&mut self, [top, left]: [u32; 2], [bottom, right]: [u32; 2]) {
        if bottom < top || right < left {
            return;
        }
        if let Some(cell) = self.rows.get_mut(&top).and_then(|row| row.get_mut(&left)) {
            cell.cols = (right - left + 1) as usize;
            cell.rows = (bottom - top + 1) as usize;
        }
    }

    /// Appends the sheet as a part. Blocks of rows with an empty row between them are tables of their own.
    pub fn write(self, name: &str, extracted: &mut Extracted, budget: &Budget) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        if !extracted.text.is_empty() {
            budget.push(&mut extracted.text, "\n")?;
        }
        let name: Arc<str> = name.into();
        let mut block: Vec<(u32, BTreeMap<u32, Cell>)> = Vec::new();
        let mut reach = 0;
        for (number, row) in self.rows {
            let is_apart = !block.is_empty() && number > reach + 1;
            if is_apart {
                write_block(std::mem::take(&mut block), &name, extracted, budget)?;
                budget.push(&mut extracted.text, "\n")?;
            }
            let lowest = row
                .values()
                .map(|cell| cell.rows.max(1) as u32)
                .max()
                .unwrap_or(1);
            reach = reach.max(number.saturating_add(lowest - 1));
            block.push((number, row));
        }
        write_block(block, &name, extracted, budget)
    }
}

fn write_block(
    rows: Vec<(u32, BTreeMap<u32, Cell>)>,
    name: &Arc<str>,
    extracted: &mut Extracted,
    budget: &Budget,
) -> Result<()> {
    // Only columns that are used anywhere in the block are written; a form that spreads over a thousand columns stays readable.
    let mut columns: Vec<u32> = rows
        .iter()
        .flat_map(|(_, row)| row.keys().copied())
        .collect();
    columns.sort_unstable();
    columns.dedup();
    // Which used column of which row is covered from above or from the left, so that its place is not filled twice.
    let mut covered: BTreeMap<(u32, u32), ()> = BTreeMap::new();
    let mut cells = 0_usize;
    let mut table: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
    let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
    for (number, mut row) in rows {
        let mut out = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            cells += 1;
            check(cells, budget.limits.cells, "number of cells")?;
            if covered.contains_key(&(number, *column)) {
                continue;
            }
            let mut cell = row.remove(column).unwrap_or_default();
            if cell.cols > 1 || cell.rows > 1 {
                let right = column.saturating_add(cell.cols.max(1) as u32);
                let bottom = number.saturating_add(cell.rows.max(1) as u32);
                let wide = columns[at..].iter().take_while(|c| **c < right).count();
                let tall = numbers
                    .iter()
                    .filter(|n| (number..bottom).contains(*n))
                    .count();
                for n in numbers.iter().filter(|n| (number..bottom).contains(*n)) {
                    for c in &columns[at..at + wide] {
                        cells += 1;
                        check(cells, budget.limits.cells, "number of cells")?;
                        covered.insert((*n, *c), ());
                    }
                }
                (cell.cols, cell.rows) = (wide, tall);
            }
            out.push(cell);
        }
        table.push(out);
    }
    let columns: Arc<[u32]> = columns.into();
    let from = extracted.text.len();
    let lines = table::numbered_lines(&table, |offset, row| {
        extracted.parts.push(Part {
            offset: from + offset,
            label: PartLabel::Row {
                sheet: name.clone(),
                row: numbers[row] + 1,
                columns: columns.clone(),
            },
        });
    });
    budget.push(&mut extracted.text, &lines)
}

/// `B12` to row 11 and column 1, `None` where it is no cell.
pub(super) fn place(reference: &str) -> Option<[u32; 2]> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = reference.split_at(digits);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0_u32;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let row: u32 = number
        .parse()
        .ok()
        .filter(|row| (1..=1 << 20).contains(row))?;
    Some([row - 1, column - 1])
}

/// The first line of a workbook that can be a title: a line of words above the first table.
pub(super) fn title(text: &str) -> Option<String> {
    text.lines()
        .take(6)
        .map(str::trim)
        .filter(|line| !line.contains(" | "))
        .find(|line| line.chars().filter(|c| c.is_alphabetic()).count() >= 12)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_cells() {
        for (reference, want) in [
            ("A1", Some([0, 0])),
            ("b12", Some([11, 1])),
            ("XFD1048576", Some([1_048_575, 16_383])),
            ("A0", None),
            ("12", None),
            ("ABCD1", None),
            ("É1", None),
            ("", None),
        ] {
            assert_eq!(place(reference), want, "{reference}");
        }
    }
}
