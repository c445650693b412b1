//! `baocao figures` and `baocao check`.

use std::io::Write;

use baocao::Engine;
use baocao::check::{Relation, RelationKind};
use baocao::model::Flag;
use baocao::query::{Figure, FigureRequest, FigureSort, Filters};

use super::args::{CheckArgs, FigureSort as SortArg, FiguresArgs, TableFormat};
use super::output::{Style, clean, json_line, json_pretty, pad, text_paragraph};
use super::{Outcome, describe};

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
    let response = engine.figures(&FigureRequest {
        filters: Filters::from(&args.filters),
        query: args.query.clone().unwrap_or_default(),
        conditions: args.conditions.clone(),
        sort: sort(args.sort),
        limit: args.limit.map(|n| n as usize),
    })?;
    for issue in &response.issues {
        eprintln!("note: {}", clean(&issue.message));
    }
    match args.format {
        TableFormat::Json => json_pretty(out, &response.figures)?,
        TableFormat::Ndjson => {
            for figure in &response.figures {
                json_line(out, figure)?;
            }
        }
        TableFormat::Csv => csv(&response.figures, out)?,
        TableFormat::Table => table(&response.figures, response.total, out, style)?,
    }
    Ok(Outcome::of(!response.figures.is_empty()))
}

fn csv(figures: &[Figure], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "subject",
        "period",
        "metric",
        "value",
        "value_max",
        "unit",
        "basis",
        "qualifier",
        "as_of",
        "yoy_pct",
        "plan_pct",
        "plan_value",
        "flags",
        "path",
        "start",
        "end",
        "quote",
    ])?;
    let number =
        |n: Option<rust_decimal::Decimal>| n.map(|n| n.normalize().to_string()).unwrap_or_default();
    for figure in figures {
        let o = &figure.observation;
        // The names are those of the JSON.
        let name = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let flags: Vec<String> = o
            .flags
            .iter()
            .map(|flag| Ok(name(serde_json::to_value(flag)?)))
            .collect::<Result<_, serde_json::Error>>()?;
        writer.write_record([
            o.subject.clone().unwrap_or_default(),
            o.period.map(|p| p.to_string()).unwrap_or_default(),
            o.metric.clone(),
            number(Some(o.value)),
            number(o.value_max),
            o.unit.clone(),
            name(serde_json::to_value(o.basis)?),
            name(serde_json::to_value(o.qualifier)?),
            o.as_of.clone().unwrap_or_default(),
            number(o.yoy_pct),
            number(o.plan_pct),
            number(o.plan_value),
            flags.join(" "),
            figure.path.clone(),
            o.span.start.to_string(),
            o.span.end.to_string(),
            o.quote.trim().to_owned(),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

fn table(
    figures: &[Figure],
    total: usize,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    if figures.is_empty() {
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
    for figure in figures {
        let o = &figure.observation;
        let subject = o
            .subject
            .as_deref()
            .map_or_else(|| "?".to_owned(), describe::place);
        let period = o.period.map_or_else(|| "?".to_owned(), |p| p.to_string());
        let mut notes = Vec::new();
        let basis = describe::basis(o.basis);
        if !basis.is_empty() {
            notes.push(basis.to_owned());
        }
        let comparisons = describe::comparisons(o);
        if !comparisons.is_empty() {
            notes.push(comparisons);
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
        writeln!(
            out,
            "{} {} {} {}{}",
            pad(&subject, 19),
            pad(&period, 9),
            pad(&o.metric, 25),
            style.value(&describe::value(o)),
            if notes.is_empty() {
                String::new()
            } else {
                style.dim(&format!("  {}", notes.join("; ")))
            }
        )?;
    }
    let shown = figures.len();
    if shown < total {
        writeln!(out, "{}", style.dim(&format!("{shown} of {total} figures")))
    } else {
        writeln!(out, "{}", style.dim(&format!("{total} figures")))
    }
}

/// Recomputes what reports state.
pub fn check(
    engine: &Engine,
    args: &CheckArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let relations = engine.check(&Filters::from(&args.filters))?;
    let failing = relations.iter().filter(|r| !r.holds).count();
    let shown: Vec<&Relation> = relations.iter().filter(|r| args.all || !r.holds).collect();
    if args.json {
        for relation in &shown {
            json_line(out, relation)?;
        }
        return Ok(Outcome::of(!shown.is_empty()));
    }
    let mut last = "";
    for relation in &shown {
        if relation.path != last {
            writeln!(out, "{}", style.bold(&clean(&relation.path)))?;
            last = &relation.path;
        }
        let verdict = if relation.holds {
            style.dim("holds")
        } else {
            style.warning("does not hold")
        };
        writeln!(
            out,
            "  {verdict}  {}: {}",
            kind(relation.kind),
            clean(&relation.computation)
        )?;
        text_paragraph(out, style, 4, &format!("“{}”", relation.quote.trim()))?;
    }
    writeln!(
        out,
        "{} relations recomputed, {failing} do not hold",
        relations.len()
    )?;
    Ok(Outcome::of(!relations.is_empty()))
}

fn kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::PlanShare => "share of plan",
        RelationKind::Sum => "sum of parts",
        RelationKind::Share => "stated share",
        RelationKind::Trade => "trade balance",
        RelationKind::ExchangeRate => "exchange rate",
        RelationKind::Growth => "growth",
        RelationKind::DecimalPoint => "decimal point",
        RelationKind::Conflict => "conflict",
        RelationKind::Revision => "revision",
    }
}
