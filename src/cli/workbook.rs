//! Excel workbooks: numbers are numbers, the header row stays in view.

use baocao::boundaries::RollUp;
use baocao::pivot::Pivot;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet};

use super::columns::{Cell, ROLL_UP, columns, roll_up_cells};
use super::row::{Row, Scale};

/// The most characters that a sheet's name may have.
const NAME: usize = 31;

struct Formats {
    header: Format,
    number: Format,
    percent: Format,
    missing: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x00E8_EEF4)),
            number: Format::new().set_num_format("#,##0.##;-#,##0.##"),
            percent: Format::new().set_num_format("0.0#\"%\""),
            missing: Format::new().set_font_color(Color::RGB(0x0099_9999)),
        }
    }

    /// Whole numbers without a decimal mark, which `#,##0.##` would leave dangling.
    fn of(&self, value: Decimal, unit: &str) -> Format {
        match unit {
            "percent" => self.percent.clone(),
            _ if value.normalize().scale() == 0 => Format::new().set_num_format("#,##0"),
            _ => self.number.clone(),
        }
    }
}

fn float(value: Decimal) -> f64 {
    value.normalize().to_string().parse().unwrap_or(f64::NAN)
}

fn number(
    sheet: &mut Worksheet,
    at: (u32, u16),
    value: Option<Decimal>,
    unit: &str,
    formats: &Formats,
) -> anyhow::Result<()> {
    if let Some(value) = value {
        let format = formats.of(value, unit);
        sheet.write_number_with_format(at.0, at.1, float(value), &format)?;
    }
    Ok(())
}

fn header(sheet: &mut Worksheet, names: &[&str], formats: &Formats) -> anyhow::Result<()> {
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, *name, &formats.header)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A sheet of the figures and one for each pivot table.
pub fn figures(
    rows: &[Row<'_>],
    pivots: &[Pivot],
    growth: bool,
    scale: &Scale,
) -> anyhow::Result<Vec<u8>> {
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("figures")?;
    let columns = columns(scale.is_set(), growth);
    let names: Vec<&str> = columns.clone().map(|column| column.name).collect();
    header(sheet, &names, &formats)?;
    for (at, row) in (1..).zip(rows) {
        for (index, column) in (0..).zip(columns.clone()) {
            match (column.cell)(row)? {
                Cell::Text(text) => text_cell(sheet, at, index, &text)?,
                Cell::Number(value, unit) => number(sheet, (at, index), value, &unit, &formats)?,
            }
        }
    }
    for (index, column) in (0..).zip(columns) {
        sheet.set_column_width(index, column.width)?;
    }
    let mut names = vec!["figures".to_owned()];
    for pivot in pivots {
        let name = sheet_name(pivot, &names);
        pivot_sheet(workbook.add_worksheet(), pivot, &name, scale, &formats)?;
        names.push(name.to_lowercase());
    }
    Ok(workbook.save_to_buffer()?)
}

fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> anyhow::Result<()> {
    /// What a cell may hold.
    const CELL: usize = 32_767;
    if !text.is_empty() {
        let text: String = text.chars().take(CELL).collect();
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}

/// Metric and unit, cut to what a sheet's name may be, and unlike those before.
fn sheet_name(pivot: &Pivot, taken: &[String]) -> String {
    let plain: String = format!(
        "{} {}",
        pivot.metric.as_deref().unwrap_or("pivot"),
        pivot.unit
    )
    .chars()
    .map(|c| {
        if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') {
            '-'
        } else {
            c
        }
    })
    .collect();
    let cut = |room: usize| plain.chars().take(room).collect::<String>();
    let first = cut(NAME);
    if !taken.contains(&first.to_lowercase()) {
        return first;
    }
    (2..)
        .map(|n| {
            let tail = format!(" {n}");
            cut(NAME - tail.len()) + &tail
        })
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or(first)
}

fn pivot_sheet(
    sheet: &mut Worksheet,
    pivot: &Pivot,
    name: &str,
    scale: &Scale,
    formats: &Formats,
) -> anyhow::Result<()> {
    sheet.set_name(name)?;
    let corner = scale.show(Decimal::ONE, &pivot.unit).map_or_else(
        || pivot.unit.clone(),
        |shown| {
            if shown.computed {
                format!("{} (computed)", shown.unit)
            } else {
                shown.unit
            }
        },
    );
    let mut names = vec![corner.as_str()];
    names.extend(pivot.columns.iter().map(String::as_str));
    header(sheet, &names, formats)?;
    sheet.set_freeze_panes(1, 1)?;
    for (at, (key, cells)) in (1..).zip(pivot.rows.iter().zip(&pivot.cells)) {
        text_cell(sheet, at, 0, key)?;
        for (column, cell) in (1..).zip(cells) {
            match cell {
                Some(cell) => {
                    let value = scale
                        .show(cell.value, &pivot.unit)
                        .map_or(cell.value, |shown| shown.value);
                    number(sheet, (at, column), Some(value), &pivot.unit, formats)?;
                }
                None => {
                    sheet.write_string_with_format(at, column, "–", &formats.missing)?;
                }
            }
        }
    }
    sheet.set_column_width(0, 24)?;
    Ok(())
}

/// One sheet of roll-ups.
pub fn roll_ups(units: &[RollUp]) -> anyhow::Result<Vec<u8>> {
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("units of 2025")?;
    header(sheet, &ROLL_UP, &formats)?;
    for (at, unit) in (1..).zip(units) {
        for (column, text) in (0..).zip(roll_up_cells(unit)?) {
            if ROLL_UP[usize::from(column)] == "value" {
                number(sheet, (at, column), unit.value, &unit.unit, &formats)?;
            } else {
                text_cell(sheet, at, column, &text)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_legal_names_of_their_own() {
        let pivot = Pivot {
            metric: Some("public_investment.disbursed.something".into()),
            unit: "m3/day".into(),
            rows: Vec::new(),
            columns: Vec::new(),
            cells: Vec::new(),
        };
        let first = sheet_name(&pivot, &[]);
        assert_eq!(first.chars().count(), 31);
        let second = sheet_name(&pivot, &[first.to_lowercase()]);
        assert!(second != first && second.chars().count() <= 31 && second.ends_with(" 2"));
        let book = figures(&[], &[pivot], false, &Scale::default()).unwrap();
        assert!(book.starts_with(b"PK"));
    }
}
