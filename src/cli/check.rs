//! `baocao check`.

use std::io::Write;

use baocao::Engine;
use baocao::check::{Relation, RelationKind};
use baocao::query::Filters;

use super::Outcome;
use super::args::CheckArgs;
use super::output::{Style, clean, json_line, text_paragraph};

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
