//! `baocao show`, `stats` and `verify`.

use std::io::Write;

use baocao::annotate::PlaceFinding;
use baocao::model::Observation;
use baocao::text::repair;
use baocao::{Engine, Span};

use super::args::{ShowArgs, StatsArgs};
use super::output::{Run, Style, clean, json_pretty, paragraph, text_paragraph};
use super::{Outcome, describe};

/// One report: what was recognised, with evidence, and its figures with their sentences.
pub fn show(
    engine: &Engine,
    args: &ShowArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let report = engine.report(&args.report)?;
    if args.json {
        json_pretty(out, &report)?;
        return Ok(Outcome::Found);
    }
    let data = &report.data;
    text_paragraph(
        out,
        Style {
            colour: false,
            ..style
        },
        0,
        &data.title,
    )?;
    writeln!(out, "{}", style.dim(&clean(&data.path)))?;
    let mut meta: Vec<String> = Vec::new();
    meta.extend(data.published.clone());
    meta.extend(data.publisher.clone());
    meta.extend(data.annotations.kind.clone());
    meta.extend(data.encoding.as_ref().map(|e| format!("decoded from {e}")));
    meta.extend(data.url.clone());
    if !meta.is_empty() {
        writeln!(out, "{}", clean(&meta.join(" · ")))?;
    }
    places(&data.annotations.places, out, style)?;
    for (name, finding) in [
        ("period", &data.annotations.period),
        ("outlook", &data.annotations.outlook),
    ] {
        match finding {
            Some(found) => writeln!(
                out,
                "{:<9}{}  {}",
                name,
                found.period,
                style.dim(&format!(
                    "{}: {}",
                    found.evidence.kind,
                    quoted(&found.evidence.quote)
                ))
            )?,
            None if name == "period" => writeln!(out, "{name:<9}unknown")?,
            None => {}
        }
    }
    for zone in &data.annotations.zones {
        let province = zone
            .province
            .as_deref()
            .map(describe::place)
            .unwrap_or_default();
        writeln!(
            out,
            "zone     {}  {}",
            clean(&zone.name),
            style.dim(&province)
        )?;
    }
    restored(&report.text, out, style)?;
    let figures = &data.annotations.figures;
    writeln!(
        out,
        "\n{}",
        style.bold(&format!("{} figures", figures.len()))
    )?;
    for figure in figures {
        print_figure(figure, &report.text, args.explain, out, style)?;
    }
    Ok(Outcome::Found)
}

fn quoted(text: &str) -> String {
    format!("“{}”", clean(text.trim()))
}

fn places(places: &[PlaceFinding], out: &mut dyn Write, style: Style) -> std::io::Result<()> {
    if !places.iter().any(|place| place.subject) {
        writeln!(out, "subject  unknown")?;
    }
    for place in places {
        let role = if place.subject { "subject" } else { "mention" };
        let evidence: Vec<String> = place
            .evidence
            .iter()
            .take(3)
            .map(|e| format!("{}: {}", e.kind, quoted(&e.quote)))
            .collect();
        writeln!(
            out,
            "{role:<9}{}  {}",
            clean(&describe::place(&place.slug)),
            style.dim(&super::output::cut(
                &evidence.join("; "),
                style.width.saturating_sub(12)
            ))
        )?;
    }
    Ok(())
}

/// The words that were restored, as written and as read.
fn restored(text: &str, out: &mut dyn Write, style: Style) -> std::io::Result<()> {
    let restored = repair::restore(text);
    if restored.edits.is_empty() {
        return Ok(());
    }
    const SHOWN: usize = 24;
    writeln!(
        out,
        "\n{}",
        style.bold(&format!("{} words restored", restored.edits.len()))
    )?;
    let mut words: Vec<String> = restored
        .edits
        .iter()
        .take(SHOWN)
        .map(|edit| {
            format!(
                "{} → {}",
                edit.original.of(text),
                edit.restored.of(&restored.text)
            )
        })
        .collect();
    if restored.edits.len() > SHOWN {
        words.push(format!("and {} more", restored.edits.len() - SHOWN));
    }
    text_paragraph(out, style, 2, &words.join(", "))
}

fn print_figure(
    figure: &Observation,
    text: &str,
    explain: bool,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    let mut line = format!(
        "{}  {}",
        style.value(&describe::value(figure)),
        figure.metric
    );
    let mut about: Vec<String> = Vec::new();
    about.extend(figure.subject.as_deref().map(describe::place));
    about.extend(figure.period.map(|p| p.to_string()));
    about.extend(figure.as_of.clone());
    let basis = describe::basis(figure.basis);
    if !basis.is_empty() {
        about.push(basis.to_owned());
    }
    let comparisons = describe::comparisons(figure);
    if !comparisons.is_empty() {
        about.push(comparisons);
    }
    if !about.is_empty() {
        line.push_str(&style.dim(&format!("  {}", clean(&about.join(" · ")))));
    }
    writeln!(out, "• {line}")?;
    // The sentence as written, the number marked.
    let quote = figure.quote.as_str();
    let start = text
        .get(..figure.span.start)
        .and_then(|before| {
            let from = before.len().saturating_sub(quote.len());
            let from = (from..=before.len()).find(|&i| before.is_char_boundary(i))?;
            text.get(from..)?.find(quote).map(|at| from + at)
        })
        .filter(|&start| Span::new(start, start + quote.len()).contains(figure.span));
    let highlights: Vec<(usize, usize)> = start
        .map(|start| (figure.span.start - start, figure.span.end - start))
        .into_iter()
        .collect();
    let mut runs = super::output::runs(quote, &highlights);
    runs.insert(
        0,
        Run {
            text: "“".into(),
            hit: false,
        },
    );
    runs.push(Run {
        text: "”".into(),
        hit: false,
    });
    paragraph(out, style, 4, &runs)?;
    if explain && !figure.rule.is_empty() {
        writeln!(
            out,
            "    {}",
            style.dim(&format!("rule {}; flags {:?}", figure.rule, figure.flags))
        )?;
    }
    Ok(())
}

/// Sizes and counts.
pub fn stats(engine: &Engine, args: &StatsArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let stats = engine.stats()?;
    if args.json {
        json_pretty(out, &stats)?;
    } else {
        writeln!(
            out,
            "index     {}",
            clean(&stats.path.display().to_string())
        )?;
        writeln!(out, "format    {}", stats.format)?;
        writeln!(
            out,
            "reports   {}  ({} with a subject, {} with a period)",
            stats.reports, stats.with_subject, stats.with_period
        )?;
        writeln!(out, "figures   {}", stats.figures)?;
        writeln!(out, "terms     {}", stats.terms)?;
        writeln!(out, "segments  {}", stats.segments)?;
        writeln!(out, "size      {:.1} MB", stats.bytes as f64 / 1e6)?;
    }
    Ok(Outcome::of(stats.reports > 0))
}

/// Whether everything in the index fits together.
pub fn verify(engine: &Engine, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let found = engine.verify()?;
    for problem in &found.problems {
        writeln!(out, "{}", clean(problem))?;
    }
    anyhow::ensure!(
        found.problems.is_empty(),
        "{} problems in {}; rebuild it with 'baocao index --rebuild'",
        found.problems.len(),
        engine.path().display()
    );
    writeln!(
        out,
        "sound: {} reports, {} spans",
        found.reports, found.spans
    )?;
    Ok(Outcome::Found)
}
