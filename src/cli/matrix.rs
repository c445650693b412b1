//! The coverage matrix on a terminal and as CSV.

use std::io::Write;

use anyhow::Context;
use baocao::model::{Basis, Lookup, Period, PlaceKind, Places, Taxonomy};
use baocao::pivot::{Cell, Dimension, Pivot};
use baocao::query::{Boundaries, Filters};
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr;

use super::describe;
use super::output::{Style, clean, pad, unit_label, vietnamese_number};
use super::row::{Scale, digits, name};

/// Reads `province,period`.
pub fn layout(text: &str) -> anyhow::Result<(Dimension, Dimension)> {
    let (rows, columns) = text.split_once(',').with_context(|| {
        format!("--pivot '{text}' names no two dimensions; an example is province,period")
    })?;
    let (rows, columns): (Dimension, Dimension) = (rows.parse()?, columns.parse()?);
    if rows == columns {
        anyhow::bail!("--pivot names the same dimension twice; an example is province,period");
    }
    Ok((rows, columns))
}

/// What the filters ask for along a dimension: it has its row even where nothing is stated. A region stands for its provinces.
pub fn expected(dimension: Dimension, filters: &Filters) -> Vec<String> {
    match dimension {
        Dimension::Province => {
            let places = Places::get();
            let today = filters.boundaries == Boundaries::Of2025;
            let mut found = Vec::new();
            for name in &filters.province {
                let Lookup::One(ids) = places.lookup(name) else {
                    continue;
                };
                let Some(&id) = ids.first() else { continue };
                let place = places.place(id);
                if place.kind == PlaceKind::Province {
                    let unit = place.merged_into.filter(|_| today).unwrap_or(id);
                    found.push(places.place(unit).slug.clone());
                    continue;
                }
                let members = places.iter().filter(|(_, place)| {
                    place.parent == Some(id)
                        && place.kind == PlaceKind::Province
                        && if today {
                            place.valid_to.is_none()
                        } else {
                            !place.slug.ends_with("-2025")
                                && place.slug != "hue"
                                && place.valid_to.as_deref().is_none_or(|day| day > "2024")
                        }
                });
                found.extend(members.map(|(_, place)| place.slug.clone()));
            }
            found
        }
        Dimension::Period => filters
            .period
            .iter()
            .filter_map(|text| text.trim_start_matches('=').parse::<Period>().ok())
            .map(|period| period.to_string())
            .collect(),
        _ => Vec::new(),
    }
}

/// The mark of a basis beside a value, with its meaning.
const MARKS: [(Basis, &str, &str); 4] = [
    (Basis::Estimate, "~", "ước"),
    (Basis::Target, "→", "kế hoạch"),
    (Basis::Cumulative, "Σ", "lũy kế"),
    (Basis::Stock, "•", "hiện có"),
];

/// The unit that a table's values are printed in, and how to bring a value to it.
fn unit(pivot: &Pivot, scale: &Scale) -> (String, Decimal, bool) {
    if let Some(shown) = scale.show(Decimal::ONE, &pivot.unit) {
        return (shown.unit, Decimal::ZERO, shown.computed);
    }
    let largest = pivot
        .cells
        .iter()
        .flatten()
        .flatten()
        .map(|cell| cell.value.abs())
        .max()
        .unwrap_or_default();
    let word = match pivot.unit.as_str() {
        "VND" => "đồng",
        "USD" => "USD",
        "percent" => "%",
        other => unit_label(other),
    };
    let money = matches!(pivot.unit.as_str(), "VND" | "USD");
    for (factor, size) in [(1_000_000_000i64, "tỷ"), (1_000_000, "triệu")] {
        let factor = Decimal::from(factor);
        // A hundred billion dollars are no everyday size: millions keep the digits of a province's projects.
        let fits = largest >= factor && !(pivot.unit == "USD" && size == "tỷ");
        if money && fits {
            return (format!("{size} {word}"), factor, false);
        }
    }
    (word.to_owned(), Decimal::ONE, false)
}

/// At most four significant digits behind the first, so that columns stay narrow.
fn short(value: Decimal) -> String {
    let places = match value.abs() {
        v if v >= Decimal::ONE_THOUSAND => 0,
        v if v >= Decimal::ONE_HUNDRED => 1,
        _ => 2,
    };
    vietnamese_number(value.round_dp(places))
}

fn cell_text(cell: &Cell, pivot: &Pivot, factor: Decimal, scale: &Scale) -> String {
    let value = match scale.show(cell.value, &pivot.unit) {
        Some(shown) => shown.value,
        None => cell.value.checked_div(factor).unwrap_or(cell.value),
    };
    let mark = MARKS
        .iter()
        .find(|(basis, _, _)| *basis == cell.basis)
        .map_or("", |(_, mark, _)| mark);
    let partial = if cell.missing.is_empty() { "" } else { "≥" };
    let others = if cell.others > 0 { "+" } else { "" };
    format!("{partial}{mark}{}{others}", short(value))
}

fn key_text(key: &str, dimension_is_place: bool) -> String {
    if dimension_is_place {
        describe::place(key)
    } else {
        clean(key)
    }
}

/// Prints the tables one after the other; one too wide for the terminal goes on below, its rows named again.
pub fn print(
    taxonomy: &Taxonomy,
    pivots: &[Pivot],
    scale: &Scale,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    if pivots.is_empty() {
        return writeln!(out, "no figures");
    }
    for (nth, pivot) in pivots.iter().enumerate() {
        if nth > 0 {
            writeln!(out)?;
        }
        let (unit, factor, computed) = unit(pivot, scale);
        let title = pivot.metric.as_deref().map_or_else(
            || unit.clone(),
            |code| format!("{} · {code} · {unit}", describe::metric(taxonomy, code)),
        );
        let title = if computed {
            format!("{title} (computed from {})", pivot.unit)
        } else {
            title
        };
        writeln!(out, "{}", style.bold(&clean(&title)))?;
        matrix(pivot, factor, scale, out, style)?;
        let (filled, all) = pivot.coverage();
        let percent = (filled * 100 + all / 2) / all.max(1);
        writeln!(
            out,
            "{}",
            style.dim(&format!("{filled} of {all} cells filled ({percent} %)"))
        )?;
    }
    let cells = || {
        pivots
            .iter()
            .flat_map(|p| p.cells.iter().flatten().flatten())
    };
    let mut legend: Vec<String> = MARKS
        .iter()
        .filter(|(basis, _, _)| cells().any(|cell| cell.basis == *basis))
        .map(|(_, mark, meaning)| format!("{mark} {meaning}"))
        .collect();
    if cells().any(|cell| !cell.missing.is_empty()) {
        legend.push("≥ a sum that lacks some former units".to_owned());
    }
    if cells().any(|cell| cell.others > 0) {
        legend.push("+ other values are stated as well".to_owned());
    }
    legend.push("– nothing stated".to_owned());
    writeln!(out, "{}", style.dim(&legend.join("   ")))
}

fn matrix(
    pivot: &Pivot,
    factor: Decimal,
    scale: &Scale,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    let places = Places::get();
    let is_place = |keys: &[String]| keys.iter().any(|key| places.by_slug(key).is_some());
    let (place_rows, place_columns) = (is_place(&pivot.rows), is_place(&pivot.columns));
    let labels: Vec<String> = pivot
        .rows
        .iter()
        .map(|key| key_text(key, place_rows))
        .collect();
    let label_width = labels
        .iter()
        .map(|label| label.width())
        .max()
        .unwrap_or(0)
        .clamp(4, 26);
    let texts: Vec<Vec<Option<String>>> = pivot
        .cells
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| {
                    cell.as_ref()
                        .map(|cell| cell_text(cell, pivot, factor, scale))
                })
                .collect()
        })
        .collect();
    let heads: Vec<String> = pivot
        .columns
        .iter()
        .map(|key| super::output::cut(&key_text(key, place_columns), 22))
        .collect();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            texts
                .iter()
                .filter_map(|row| row[column].as_ref())
                .map(|text| text.width())
                .chain([head.width(), 4])
                .max()
                .unwrap_or(4)
        })
        .collect();
    let mut start = 0;
    while start < heads.len() {
        let mut end = start;
        let mut used = label_width;
        while end < heads.len() && (end == start || used + 2 + widths[end] <= style.width) {
            used += 2 + widths[end];
            end += 1;
        }
        let right = |text: &str, width: usize| {
            format!(
                "  {:fill$}{text}",
                "",
                fill = width.saturating_sub(text.width())
            )
        };
        let head: String = (start..end).map(|c| right(&heads[c], widths[c])).collect();
        writeln!(out, "{}", style.dim(&format!("{:label_width$}{head}", "")))?;
        for (row, label) in labels.iter().enumerate() {
            write!(out, "{}", pad(label, label_width))?;
            for column in start..end {
                match &texts[row][column] {
                    Some(text) => {
                        let cell = right(text, widths[column]);
                        write!(out, "{}", style.value(&cell))?;
                    }
                    None => write!(out, "{}", style.dim(&right("–", widths[column])))?,
                }
            }
            writeln!(out)?;
        }
        start = end;
    }
    Ok(())
}

/// One line for each cell of each table, so that several metrics and units fit one file; empty values are the missing ones.
pub fn csv(pivots: &[Pivot], scale: &Scale, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "metric", "row", "column", "value", "unit", "basis", "others", "path", "computed",
        "missing",
    ])?;
    for pivot in pivots {
        for (row, cells) in pivot.rows.iter().zip(&pivot.cells) {
            for (column, cell) in pivot.columns.iter().zip(cells) {
                let shown = cell
                    .as_ref()
                    .and_then(|cell| scale.show(cell.value, &pivot.unit));
                let value = shown
                    .as_ref()
                    .map(|shown| shown.value)
                    .or(cell.as_ref().map(|cell| cell.value));
                writer.write_record([
                    pivot.metric.clone().unwrap_or_default(),
                    row.clone(),
                    column.clone(),
                    digits(value),
                    shown
                        .as_ref()
                        .map_or_else(|| pivot.unit.clone(), |shown| shown.unit.clone()),
                    cell.as_ref()
                        .map(|cell| name(cell.basis))
                        .transpose()?
                        .unwrap_or_default(),
                    cell.as_ref()
                        .map(|cell| cell.others.to_string())
                        .unwrap_or_default(),
                    cell.as_ref()
                        .map(|cell| cell.path.clone())
                        .unwrap_or_default(),
                    shown.is_some_and(|shown| shown.computed).to_string(),
                    cell.as_ref()
                        .map(|cell| cell.missing.join(" "))
                        .unwrap_or_default(),
                ])?;
            }
        }
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Pivot {
        let cell = |value: &str, basis, others| {
            Some(Cell {
                value: value.parse().unwrap(),
                basis,
                path: "a.txt".into(),
                others,
                members: Vec::new(),
                missing: Vec::new(),
            })
        };
        Pivot {
            metric: Some("budget.revenue".into()),
            unit: "VND".into(),
            rows: vec!["lai-chau".into(), "son-la".into()],
            columns: (2011..2031).map(|year| year.to_string()).collect(),
            cells: vec![
                (0..20)
                    .map(|i| {
                        (i == 3)
                            .then(|| cell("1234500000000", Basis::Estimate, 0))
                            .flatten()
                    })
                    .collect(),
                (0..20)
                    .map(|i| {
                        (i > 0)
                            .then(|| cell("98765432100", Basis::Actual, i % 2))
                            .flatten()
                    })
                    .collect(),
            ],
        }
    }

    #[test]
    fn a_matrix_fits_the_terminal_and_says_what_is_missing() {
        let style = Style {
            width: 80,
            colour: false,
        };
        let mut out = Vec::new();
        print(
            Taxonomy::get(),
            &[table()],
            &Scale::default(),
            &mut out,
            style,
        )
        .unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.lines().all(|line| line.width() <= 80), "{out}");
        assert!(out.contains("tỷ đồng\n") && out.contains("~1.234"), "{out}");
        assert!(out.contains("98,77+"), "{out}");
        assert!(out.contains("20 of 40 cells filled (50 %)"), "{out}");
        assert_eq!(
            out.matches("Lai Châu").count(),
            3,
            "rows are named again: {out}"
        );
    }

    #[test]
    fn rows_asked_for_are_expected() {
        let filters = Filters {
            province: vec!["Tây Nguyên".into(), "son la".into()],
            period: vec!["2020".into(), "2019..2021".into()],
            ..Filters::default()
        };
        let rows = expected(Dimension::Province, &filters);
        assert!(
            rows.contains(&"kon-tum".to_owned()) && rows.contains(&"son-la".to_owned()),
            "{rows:?}"
        );
        assert_eq!(expected(Dimension::Period, &filters), ["2020"]);
        let today = Filters {
            boundaries: Boundaries::Of2025,
            ..filters
        };
        let rows = expected(Dimension::Province, &today);
        assert!(
            rows.contains(&"dak-lak-2025".to_owned()) && !rows.contains(&"kon-tum".to_owned()),
            "{rows:?}"
        );
        assert!(layout("province").is_err() && layout("period,period").is_err());
        assert!(layout("province, period").is_ok());
    }
}
