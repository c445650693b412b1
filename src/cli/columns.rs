//! The columns of a list of figures and of a list of roll-ups, for CSV and workbooks alike.

use baocao::boundaries::RollUp;
use baocao::model::Observation;
use rust_decimal::Decimal;

use super::row::{Row, digits, name};

/// What a cell holds.
pub enum Cell {
    /// Words or codes; an empty text is an empty cell.
    Text(String),
    /// A number, with the unit that says how it is shown; none is an empty cell.
    Number(Option<Decimal>, String),
}

/// One column.
pub struct Column {
    /// Its header.
    pub name: &'static str,
    /// Its width in a workbook, in characters.
    pub width: f64,
    /// What it holds of a row.
    pub cell: fn(&Row<'_>) -> anyhow::Result<Cell>,
}

macro_rules! column {
    ($name:literal, $width:literal, $cell:expr) => {
        Column {
            name: $name,
            width: $width,
            cell: $cell,
        }
    };
}

fn text(text: impl Into<String>) -> anyhow::Result<Cell> {
    Ok(Cell::Text(text.into()))
}

fn number(value: Option<Decimal>, unit: &str) -> anyhow::Result<Cell> {
    Ok(Cell::Number(value, unit.to_owned()))
}

fn stated<'a>(row: &'a Row<'_>) -> &'a Observation {
    &row.figure.observation
}

/// Columns that every list has.
const ALWAYS: &[Column] = &[
    column!("subject", 20.0, |row| text(
        stated(row).subject.clone().unwrap_or_default()
    )),
    column!("period", 11.0, |row| text(
        stated(row)
            .period
            .map(|p| p.to_string())
            .unwrap_or_default()
    )),
    column!("metric", 26.0, |row| text(stated(row).metric.clone())),
    column!("value", 22.0, |row| number(
        Some(stated(row).value),
        &stated(row).unit
    )),
    column!("value_max", 12.0, |row| number(
        stated(row).value_max,
        &stated(row).unit
    )),
    column!("unit", 9.0, |row| text(stated(row).unit.clone())),
    column!("basis", 11.0, |row| text(name(stated(row).basis)?)),
    column!("qualifier", 9.0, |row| text(name(stated(row).qualifier)?)),
    column!("as_of", 11.0, |row| text(
        stated(row).as_of.clone().unwrap_or_default()
    )),
    column!("yoy_pct", 9.0, |row| number(stated(row).yoy_pct, "percent")),
    column!("plan_pct", 9.0, |row| number(
        stated(row).plan_pct,
        "percent"
    )),
    column!("plan_value", 20.0, |row| number(
        stated(row).plan_value,
        &stated(row).unit
    )),
    column!("flags", 16.0, |row| {
        let names: Vec<String> = stated(row)
            .flags
            .iter()
            .map(name)
            .collect::<Result<_, _>>()?;
        text(names.join(" "))
    }),
    column!("path", 40.0, |row| text(row.figure.path.clone())),
    column!("start", 8.0, |row| number(
        Some(stated(row).span.start.into()),
        "byte"
    )),
    column!("end", 8.0, |row| number(
        Some(stated(row).span.end.into()),
        "byte"
    )),
    column!("quote", 80.0, |row| text(stated(row).quote.trim())),
];

/// Further columns where a unit was asked for.
const SHOWN: &[Column] = &[
    column!("shown_value", 20.0, |row| {
        let shown = row.shown.as_ref();
        number(
            shown.map(|s| s.value),
            shown.map_or("", |s| s.unit.as_str()),
        )
    }),
    column!("shown_unit", 11.0, |row| text(
        row.shown.as_ref().map_or("", |s| s.unit.as_str())
    )),
    column!("shown_computed", 9.0, |row| text(
        row.shown
            .as_ref()
            .map(|s| s.computed.to_string())
            .unwrap_or_default()
    )),
];

/// Further columns where growth was asked for.
const GROWTH: &[Column] = &[
    column!("growth_pct_computed", 9.0, |row| number(
        row.growth.as_ref().map(|g| g.percent),
        "percent"
    )),
    column!("growth_base_value", 20.0, |row| number(
        row.growth.as_ref().map(|g| g.base),
        &stated(row).unit
    )),
    column!("growth_base_path", 40.0, |row| text(
        row.growth.as_ref().map_or("", |g| g.base_path.as_str())
    )),
];

/// The columns of a list with a unit of its own, or growth.
pub fn columns(unit: bool, growth: bool) -> impl Iterator<Item = &'static Column> + Clone {
    let shown: &[Column] = if unit { SHOWN } else { &[] };
    let grown: &[Column] = if growth { GROWTH } else { &[] };
    ALWAYS.iter().chain(shown).chain(grown)
}

/// Columns of a list of roll-ups.
pub const ROLL_UP: [&str; 9] = [
    "subject", "period", "metric", "basis", "kind", "value", "unit", "members", "missing",
];

/// The cells of a roll-up, as text.
pub fn roll_up_cells(unit: &RollUp) -> anyhow::Result<[String; 9]> {
    let members: Vec<String> = unit
        .members
        .iter()
        .map(|m| format!("{}={}", m.subject, digits(Some(m.value))))
        .collect();
    Ok([
        unit.subject.clone(),
        unit.period.to_string(),
        unit.metric.clone(),
        name(unit.basis)?,
        name(unit.kind)?,
        digits(unit.value),
        unit.unit.clone(),
        members.join("; "),
        unit.missing.join("; "),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_names_of_their_own() {
        let mut names: Vec<&str> = columns(true, true).map(|column| column.name).collect();
        let count = names.len();
        assert_eq!(count, ALWAYS.len() + SHOWN.len() + GROWTH.len());
        assert_eq!(columns(false, true).count(), count - SHOWN.len());
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
