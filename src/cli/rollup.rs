//! Figures by the units of July 2025: a value with its members, and who is missing.

use std::io::Write;

use baocao::boundaries::{RollUp, RollUpKind};

use super::args::TableFormat;
use super::columns::{ROLL_UP, roll_up_cells};
use super::output::{Style, amount, json_line, json_pretty, pad, text_paragraph};
use super::row::Scale;
use super::{describe, workbook};

/// Prints roll-ups in a format.
pub fn write(
    units: &[RollUp],
    scale: &Scale,
    format: TableFormat,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<()> {
    match format {
        TableFormat::Json => json_pretty(out, &units)?,
        TableFormat::Ndjson => {
            for unit in units {
                json_line(out, unit)?;
            }
        }
        TableFormat::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(ROLL_UP)?;
            for unit in units {
                writer.write_record(roll_up_cells(unit)?)?;
            }
            writer.flush()?;
        }
        TableFormat::Xlsx => out.write_all(&workbook::roll_ups(units)?)?,
        TableFormat::Table => print(units, scale, out, style)?,
    }
    Ok(())
}

fn print(
    units: &[RollUp],
    scale: &Scale,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    if units.is_empty() {
        return writeln!(out, "no figures");
    }
    let show = |value, unit: &str| {
        scale
            .show(value, unit)
            .map_or_else(|| amount(value, unit), |shown| describe::shown(&shown))
    };
    let mut last = "";
    for unit in units {
        if unit.subject != last {
            writeln!(out, "{}", style.bold(&describe::place(&unit.subject)))?;
            last = &unit.subject;
        }
        let value = match (unit.kind, unit.value) {
            (RollUpKind::NotAddable, _) | (_, None) => "not addable".to_owned(),
            (RollUpKind::Partial, Some(value)) => {
                format!("{} so far", show(value, &unit.unit))
            }
            (_, Some(value)) => show(value, &unit.unit),
        };
        let basis = describe::basis(unit.basis);
        writeln!(
            out,
            "  {} {} {}{}",
            pad(&unit.period.to_string(), 9),
            pad(&unit.metric, 27),
            style.value(&value),
            if basis.is_empty() {
                String::new()
            } else {
                style.dim(&format!("  {basis}"))
            }
        )?;
        let members: Vec<String> = unit
            .members
            .iter()
            .map(|m| {
                let others = if m.others > 0 { " (others differ)" } else { "" };
                format!(
                    "{} {}{others}",
                    describe::place(&m.subject),
                    show(m.value, &unit.unit)
                )
            })
            .collect();
        let missing: Vec<String> = unit.missing.iter().map(|m| describe::place(m)).collect();
        let mut line = match unit.kind {
            RollUpKind::Stated => String::new(),
            RollUpKind::NotAddable => members.join(", "),
            RollUpKind::Sum | RollUpKind::Partial => format!("= {}", members.join(" + ")),
        };
        if !missing.is_empty() {
            line += &format!("; missing: {}", missing.join(", "));
        }
        let line = line.trim_start_matches("; ");
        if !line.is_empty() {
            text_paragraph(out, style, 12, line)?;
        }
    }
    writeln!(
        out,
        "{}",
        style.dim(&format!("{} values by the units of July 2025", units.len()))
    )
}
