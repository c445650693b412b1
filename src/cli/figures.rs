//! `baocao figures`.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use baocao::Engine;
use baocao::boundaries::roll_up;
use baocao::computed;
use baocao::model::Flag;
use baocao::pivot::{Dimension, pivot_expecting, pivot_rolled_up};
use baocao::query::{FigureRequest, FigureSort, Filters};

use super::args::{BoundariesArg, FigureSort as SortArg, FiguresArgs, TableFormat};
use super::columns::{Cell, columns};
use super::output::{Style, clean, json_line, json_pretty, pad};
use super::row::{Row, Scale, digits};
use super::{Outcome, describe, matrix, rollup, workbook};

fn sort(sort: Option<SortArg>) -> FigureSort {
    match sort {
        None => FigureSort::Report,
        Some(SortArg::Value) => FigureSort::Value,
        Some(SortArg::Period) => FigureSort::Period,
        Some(SortArg::Province) => FigureSort::Province,
    }
}

/// Lists figures.
pub fn figures(
    engine: &Engine,
    args: &FiguresArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    if args.format == TableFormat::Xlsx && args.out.is_none() && std::io::stdout().is_terminal() {
        anyhow::bail!("a workbook is not for a terminal; name a file with --out figures.xlsx");
    }
    let Some(path) = &args.out else {
        return write_figures(engine, args, out, style);
    };
    let mut bytes = Vec::new();
    let style = Style {
        colour: false,
        ..style
    };
    let outcome = write_figures(engine, args, &mut bytes, style)?;
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(outcome)
}

fn write_figures(
    engine: &Engine,
    args: &FiguresArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let scale = Scale::new(args.unit.as_deref(), args.rate)?;
    let layout = args.pivot.as_deref().map(matrix::layout).transpose()?;
    let rolled = args.filters.boundaries == BoundariesArg::Of2025;
    if rolled && args.growth {
        anyhow::bail!("--boundaries 2025 lists roll-ups; it does not go with --growth");
    }
    if rolled && layout.is_some_and(|(a, b)| a == Dimension::Report || b == Dimension::Report) {
        anyhow::bail!(
            "a roll-up adds up several reports; with --boundaries 2025 the dimensions of --pivot are province, period, metric and basis"
        );
    }
    let filters = Filters::from(&args.filters);
    let response = engine.figures(&FigureRequest {
        filters: filters.clone(),
        query: args.query.clone().unwrap_or_default(),
        conditions: args.conditions.clone(),
        sort: sort(args.sort),
        // What is laid out or added up must be whole.
        limit: args
            .limit
            .filter(|_| layout.is_none() && !rolled)
            .map(|n| n as usize),
    })?;
    for issue in &response.issues {
        eprintln!("note: {}", clean(&issue.message));
    }
    let found = Outcome::of(!response.figures.is_empty());
    if rolled && layout.is_none() {
        let mut units = roll_up(&response.figures);
        units.truncate(args.limit.map_or(usize::MAX, |n| n as usize));
        rollup::write(&units, &scale, args.format, out, style)?;
        return Ok(found);
    }
    let growths = if args.growth {
        // The year before lies outside the filters on period and query.
        let all = engine.figures(&FigureRequest {
            filters: Filters {
                province: filters.province.clone(),
                metric: filters.metric.clone(),
                ..Filters::default()
            },
            ..FigureRequest::default()
        })?;
        computed::growth(&response.figures, &all.figures)
    } else {
        vec![None; response.figures.len()]
    };
    let rows: Vec<Row<'_>> = response
        .figures
        .iter()
        .zip(growths)
        .map(|(figure, growth)| Row {
            figure,
            shown: scale.show(figure.observation.value, &figure.observation.unit),
            growth,
        })
        .collect();
    if let Some(other) = scale.left_out(&rows) {
        eprintln!(
            "note: values in {other} stay as they are; --rate says how many dong a dollar is"
        );
    }
    let pivots = layout.map(|(by_rows, by_columns)| {
        let figures = &response.figures;
        let rows = matrix::expected(by_rows, &filters);
        let columns = matrix::expected(by_columns, &filters);
        if !rolled {
            return pivot_expecting(figures, by_rows, by_columns, &rows, &columns);
        }
        let (pivots, left_out) = pivot_rolled_up(figures, by_rows, by_columns, &rows, &columns);
        if left_out > 0 {
            eprintln!(
                "note: {left_out} rates and averages of former units do not add up and are left out; without --pivot they are listed"
            );
        }
        pivots
    });
    match (args.format, &pivots) {
        (TableFormat::Xlsx, pivots) => {
            let pivots = pivots.as_deref().unwrap_or_default();
            out.write_all(&workbook::figures(&rows, pivots, args.growth, &scale)?)?;
        }
        (TableFormat::Json, Some(pivots)) => json_pretty(out, pivots)?,
        (TableFormat::Ndjson, Some(pivots)) => {
            for pivot in pivots {
                json_line(out, pivot)?;
            }
        }
        (TableFormat::Csv, Some(pivots)) => matrix::csv(pivots, &scale, out)?,
        (TableFormat::Table, Some(pivots)) => {
            matrix::print(&engine.taxonomy(), pivots, &scale, out, style)?
        }
        (TableFormat::Json, None) => json_pretty(out, &rows)?,
        (TableFormat::Ndjson, None) => {
            for row in &rows {
                json_line(out, row)?;
            }
        }
        (TableFormat::Csv, None) => csv(&rows, args.growth, &scale, out)?,
        (TableFormat::Table, None) => table(&rows, response.total, out, style)?,
    }
    Ok(found)
}

fn csv(rows: &[Row<'_>], growth: bool, scale: &Scale, out: &mut dyn Write) -> anyhow::Result<()> {
    let columns = columns(scale.is_set(), growth);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.clone().map(|column| column.name))?;
    for row in rows {
        let cells: Vec<String> = columns
            .clone()
            .map(|column| {
                Ok(match (column.cell)(row)? {
                    Cell::Text(text) => text,
                    Cell::Number(number, _) => digits(number),
                })
            })
            .collect::<anyhow::Result<_>>()?;
        writer.write_record(cells)?;
    }
    writer.flush()?;
    Ok(())
}

fn table(rows: &[Row<'_>], total: usize, out: &mut dyn Write, style: Style) -> std::io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "no figures");
    }
    let head = format!(
        "{}{}{}{}",
        pad("place", 20),
        pad("period", 10),
        pad("metric", 26),
        "value"
    );
    writeln!(out, "{}", style.dim(&head))?;
    for row in rows {
        let o = &row.figure.observation;
        let subject = o
            .subject
            .as_deref()
            .map_or_else(|| "?".to_owned(), describe::place);
        let period = o.period.map_or_else(|| "?".to_owned(), |p| p.to_string());
        let mut notes = Vec::new();
        if let Some(shown) = row.shown.as_ref().filter(|shown| shown.computed) {
            notes.push(format!("= {} computed", describe::shown(shown)));
        }
        let basis = describe::basis(o.basis);
        if !basis.is_empty() {
            notes.push(basis.to_owned());
        }
        let comparisons = describe::comparisons(o);
        if !comparisons.is_empty() {
            notes.push(comparisons);
        }
        if let Some(growth) = &row.growth {
            notes.push(format!(
                "{} so cùng kỳ (computed)",
                describe::change(growth.percent)
            ));
        }
        // What is inferred from the report as a whole is no doubt about the number.
        if o.flags.iter().any(|flag| {
            matches!(
                flag,
                Flag::DecimalPoint | Flag::Implausible | Flag::AmbiguousMultiple
            )
        }) {
            notes.push("⚑ doubtful".to_owned());
        }
        let value = match &row.shown {
            Some(shown) if !shown.computed && o.value_max.is_none() => describe::shown(shown),
            _ => describe::value(o),
        };
        writeln!(
            out,
            "{} {} {} {}{}",
            pad(&subject, 19),
            pad(&period, 9),
            pad(&o.metric, 25),
            style.value(&value),
            if notes.is_empty() {
                String::new()
            } else {
                style.dim(&format!("  {}", notes.join("; ")))
            }
        )?;
    }
    let shown = rows.len();
    if shown < total {
        writeln!(out, "{}", style.dim(&format!("{shown} of {total} figures")))
    } else {
        writeln!(out, "{}", style.dim(&format!("{total} figures")))
    }
}
