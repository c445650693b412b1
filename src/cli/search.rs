//! `baocao search`, `facets`, `suggest` and `similar`.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};

use anyhow::Context;
use baocao::Engine;
use baocao::model::Taxonomy;
use baocao::query::{
    Boundaries, Choice, FacetCount, Facets, Figure, Filters, Hit, Interpretation, SearchRequest,
    SearchResponse,
};
use unicode_width::UnicodeWidthStr;

use super::args::{
    BoundariesArg, FacetsArgs, FilterArgs, SearchArgs, SearchFormat, SimilarArgs, SuggestArgs,
};
use super::output::{
    Style, clean, cut, json_line, json_pretty, pad, paragraph, runs, text_paragraph,
};
use super::{Outcome, describe};

impl From<&FilterArgs> for Filters {
    fn from(args: &FilterArgs) -> Self {
        Self {
            province: args.province.clone(),
            period: args.period.clone(),
            metric: args.metric.clone(),
            zone: args.zone.clone(),
            kind: args.kind.clone(),
            publisher: args.publisher.clone(),
            basis: args.basis.clone(),
            boundaries: match args.boundaries {
                BoundariesArg::Own => Boundaries::OwnTime,
                BoundariesArg::Of2025 => Boundaries::Of2025,
            },
        }
    }
}

fn request(args: &SearchArgs, query: String) -> SearchRequest {
    SearchRequest {
        query,
        filters: Filters::from(&args.filters),
        limit: args.limit as usize,
        offset: args.offset as usize,
        facets: args.facets || args.format != SearchFormat::Text,
        strict: args.strict,
        exact: args.exact,
        understand: args.understand.into(),
        zero_facets: args.zero,
        explain: args.explain,
        ..SearchRequest::default()
    }
}

/// Answers one query, or each line of a file.
pub fn search(
    engine: &Engine,
    args: &SearchArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let Some(path) = &args.queries else {
        let response = engine.search(&request(args, args.query.join(" ")))?;
        print(&engine.taxonomy(), &response, args, out, style)?;
        return Ok(Outcome::of(!response.hits.is_empty() || response.total > 0));
    };
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut found = false;
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line =
            line.with_context(|| format!("{}:{}: no UTF-8 text", path.display(), number + 1))?;
        let mut request = request(args, line);
        // Facets of every line of a batch are asked for, not assumed.
        request.facets = args.facets;
        let response = engine.search(&request)?;
        found |= response.total > 0;
        print(&engine.taxonomy(), &response, args, out, style)?;
    }
    Ok(Outcome::of(found))
}

fn print(
    taxonomy: &Taxonomy,
    response: &SearchResponse,
    args: &SearchArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<()> {
    match args.format {
        SearchFormat::Json => json_pretty(out, response)?,
        SearchFormat::Ndjson => json_line(out, response)?,
        SearchFormat::Text => print_text(taxonomy, response, args, out, style)?,
    }
    Ok(())
}

fn print_text(
    taxonomy: &Taxonomy,
    response: &SearchResponse,
    args: &SearchArgs,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    // `((((` is one slip.
    let mut said: Vec<&str> = Vec::new();
    for issue in &response.issues {
        if !said.contains(&issue.message.as_str()) {
            eprintln!("note: {}", clean(&issue.message));
            said.push(&issue.message);
        }
    }
    let reports = if response.total == 1 {
        "report"
    } else {
        "reports"
    };
    let mut head = format!("{} {reports} · {:.1} ms", response.total, response.took_ms);
    let read = interpretation(taxonomy, &response.interpretation);
    if !read.is_empty() {
        head.push_str(&format!(" · read as {read}"));
    }
    text_paragraph(out, style, 0, &head)?;
    if let Some(suggestion) = &response.suggestion {
        writeln!(out, "did you mean: {}", style.bold(&clean(suggestion)))?;
    }
    // A table of several rows holds its best figure; one row is an answer with its sentence.
    let table = response.answers.len() > 1;
    if let Some(answer) = response.answer.as_ref().filter(|_| !table) {
        writeln!(out)?;
        print_answer(taxonomy, answer, out, style)?;
    }
    if table {
        writeln!(out)?;
        for answer in &response.answers {
            writeln!(out, "  {}", answer_line(taxonomy, answer, style))?;
        }
    }
    if let Some(choice) = &response.choice {
        print_choice(taxonomy, choice, out, style)?;
    }
    if let Some(note) = &response.note {
        writeln!(out)?;
        text_paragraph(out, style, 0, note)?;
    }
    for alternative in &response.alternatives {
        writeln!(out, "  {}", answer_line(taxonomy, alternative, style))?;
    }
    for (i, hit) in response.hits.iter().enumerate() {
        writeln!(out)?;
        print_hit(taxonomy, args.offset as usize + i + 1, hit, out, style)?;
    }
    let shown = args.offset as usize + response.hits.len();
    if shown < response.total && !response.hits.is_empty() {
        writeln!(
            out,
            "\n{}",
            style.dim(&format!(
                "{} more; --offset {shown} goes on",
                response.total - shown
            ))
        )?;
    }
    if let Some(facets) = &response.facets {
        print_facets(facets, out, style)?;
    }
    Ok(())
}

/// `Quảng Ninh · 6 tháng đầu năm 2020 · vốn FDI`.
fn interpretation(taxonomy: &Taxonomy, read: &Interpretation) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(read.provinces.iter().map(|slug| describe::place(slug)));
    parts.extend(read.zones.iter().cloned());
    parts.extend(read.periods.iter().map(|p| describe::period(*p)));
    parts.extend(
        read.metrics
            .iter()
            .map(|code| describe::metric(taxonomy, code)),
    );
    parts.extend(
        read.basis
            .iter()
            .map(|b| describe::basis(*b).to_owned())
            .filter(|b| !b.is_empty()),
    );
    parts.extend(
        read.replaced
            .iter()
            .map(|r| format!("{} → {}", r.word, r.with.join(", "))),
    );
    // What stands in the words and again in a filter is read once.
    let mut seen: Vec<&str> = Vec::new();
    for part in &parts {
        if !seen.contains(&part.as_str()) {
            seen.push(part);
        }
    }
    seen.join(" · ")
}

fn print_answer(
    taxonomy: &Taxonomy,
    figure: &Figure,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    writeln!(out, "{}", answer_line(taxonomy, figure, style))?;
    let quote = &figure.observation.quote;
    text_paragraph(out, style, 3, &format!("“{}”", quote.trim()))?;
    writeln!(out, "   {}", style.dim(&clean(&figure.path)))
}

/// Why the first answer was taken: what decided against each of the next best.
fn print_choice(
    taxonomy: &Taxonomy,
    choice: &Choice,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    // A paragraph is cut by the width of what it shows.
    let plain = Style {
        colour: false,
        ..style
    };
    let head = match choice.weighed {
        1 => "the only figure that fits".to_owned(),
        all => format!("taken of {all} figures"),
    };
    text_paragraph(out, style, 3, &head)?;
    for other in &choice.passed_over {
        let line = format!(
            "not {}: by {}, {}; the one taken: {}",
            answer_line(taxonomy, &other.figure, plain),
            other.criterion,
            other.it_is,
            other.taken_is
        );
        text_paragraph(out, style, 5, &line)?;
        writeln!(out, "{:5}{}", "", style.dim(&clean(&other.figure.path)))?;
    }
    Ok(())
}

/// `287,4 triệu USD — vốn FDI, Quảng Ninh, 6 tháng đầu năm 2020; 112% kế hoạch`.
fn answer_line(taxonomy: &Taxonomy, figure: &Figure, style: Style) -> String {
    let o = &figure.observation;
    let mut about = vec![describe::metric(taxonomy, &o.metric)];
    about.extend(o.subject.as_deref().map(describe::place));
    about.extend(o.period.map(describe::period));
    let basis = describe::basis(o.basis);
    if !basis.is_empty() {
        about.push(basis.to_owned());
    }
    let mut line = format!(
        "{}  {}",
        style.bold(&style.value(&describe::value(o))),
        clean(&about.join(", "))
    );
    let comparisons = describe::comparisons(o);
    if !comparisons.is_empty() {
        line.push_str(&format!("; {comparisons}"));
    }
    line
}

fn print_hit(
    taxonomy: &Taxonomy,
    number: usize,
    hit: &Hit,
    out: &mut dyn Write,
    style: Style,
) -> std::io::Result<()> {
    let label = format!("{number}. ");
    let indent = 3;
    let title = if hit.title.is_empty() {
        &hit.path
    } else {
        &hit.title
    };
    writeln!(
        out,
        "{label}{}",
        style.bold(&cut(title, style.width.saturating_sub(label.width())))
    )?;
    let mut about: Vec<String> = hit
        .provinces
        .iter()
        .take(3)
        .map(|slug| describe::place(slug))
        .collect();
    if about.is_empty() {
        about.push("place unknown".to_owned());
    }
    about.push(
        hit.period
            .map_or_else(|| "period unknown".to_owned(), |p| p.to_string()),
    );
    about.extend(hit.published.clone());
    about.push(format!("score {:.2}", hit.score));
    writeln!(
        out,
        "{:indent$}{}",
        "",
        style.dim(&clean(&about.join(" · ")))
    )?;
    if !hit.snippet.text.is_empty() {
        paragraph(
            out,
            style,
            indent,
            &runs(&hit.snippet.text, &hit.snippet.highlights),
        )?;
    }
    for figure in &hit.figures {
        writeln!(
            out,
            "{:indent$}{}",
            "",
            figure_line(taxonomy, figure, style, style.width.saturating_sub(indent))
        )?;
    }
    let path = match &hit.location {
        Some(location) => format!("{}#{location}", hit.path),
        None => hit.path.clone(),
    };
    writeln!(out, "{:indent$}{}", "", style.dim(&clean(&path)))?;
    for copy in &hit.copies {
        writeln!(
            out,
            "{:indent$}{}",
            "",
            style.dim(&format!("also {}", clean(copy)))
        )?;
    }
    if let Some(e) = &hit.explanation {
        let factors = format!(
            "{:.2} = (words {:.2}, of them title {:.2}, + pairs {:.2}) × province {:.2} × period {:.2} × metric {:.2} × zone {:.2}",
            hit.score, e.words, e.title, e.pairs, e.province, e.period, e.metric, e.zone
        );
        text_paragraph(out, style, indent, &factors)?;
        for reason in &e.reasons {
            text_paragraph(out, style, indent, reason)?;
        }
        for term in &e.terms {
            writeln!(
                out,
                "{:indent$}  {} {:.3}  {} {}",
                "",
                pad(&clean(&term.term), 20),
                term.score,
                term.field,
                term.agreement
            )?;
        }
    }
    Ok(())
}

/// `• vốn FDI: 287,4 triệu USD (112% kế hoạch)`, cut to the width.
fn figure_line(taxonomy: &Taxonomy, figure: &Figure, style: Style, width: usize) -> String {
    let o = &figure.observation;
    let value = describe::value(o);
    let mut notes = Vec::new();
    let basis = describe::basis(o.basis);
    if !basis.is_empty() {
        notes.push(basis.to_owned());
    }
    notes.extend(o.period.map(|p| p.to_string()));
    let comparisons = describe::comparisons(o);
    if !comparisons.is_empty() {
        notes.push(comparisons);
    }
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" ({})", notes.join("; "))
    };
    let label = cut(&describe::metric(taxonomy, &o.metric), 34);
    let room = width.saturating_sub(label.width() + value.width() + 4);
    format!(
        "• {label}: {}{}",
        style.value(&value),
        cut(&notes, room.max(1))
    )
}

/// Counts by province, period and metric, indented by level.
fn print_facets(facets: &Facets, out: &mut dyn Write, style: Style) -> std::io::Result<()> {
    let groups: [(&str, &[FacetCount], char); 7] = [
        ("province", &facets.province, '/'),
        ("period", &facets.period, '/'),
        ("metric", &facets.metric, '.'),
        ("zone", &facets.zone, '\0'),
        ("kind", &facets.kind, '\0'),
        ("publisher", &facets.publisher, '\0'),
        ("basis", &facets.basis, '\0'),
    ];
    for (name, counts, separator) in groups {
        if counts.is_empty() {
            continue;
        }
        writeln!(out, "\n{}", style.bold(name))?;
        for facet in counts {
            let depth = facet.path.matches(separator).count();
            let value = if separator == '/' {
                facet.path.rsplit('/').next().unwrap_or("")
            } else {
                &facet.path
            };
            let indent = 2 + 2 * depth;
            let label = pad(value, 44usize.saturating_sub(indent));
            writeln!(
                out,
                "{:indent$}{label}{:>6}  {}",
                "",
                facet.count,
                style.dim(&cut(&facet.label, 30))
            )?;
        }
    }
    Ok(())
}

/// Counts alone.
pub fn facets(
    engine: &Engine,
    args: &FacetsArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let response = engine.search(&SearchRequest {
        query: args.query.clone().unwrap_or_default(),
        filters: Filters::from(&args.filters),
        limit: 0,
        facets: true,
        zero_facets: args.zero,
        ..SearchRequest::default()
    })?;
    let facets = response.facets.unwrap_or_default();
    if args.json {
        json_pretty(out, &facets)?;
    } else {
        writeln!(out, "{} reports", response.total)?;
        print_facets(&facets, out, style)?;
    }
    Ok(Outcome::of(response.total > 0))
}

/// Completions, one a line: text, kind, number of reports.
pub fn suggest(
    engine: &Engine,
    args: &SuggestArgs,
    out: &mut dyn Write,
) -> anyhow::Result<Outcome> {
    let completions = engine.suggest(&args.prefix, args.limit as usize)?;
    let texts: Vec<String> = completions.iter().map(|c| clean(&c.text)).collect();
    let width = texts.iter().map(|text| text.width()).max().unwrap_or(0);
    for (text, completion) in texts.iter().zip(&completions) {
        writeln!(
            out,
            "{}  {:8} {:>6}",
            pad(text, width),
            completion.kind,
            completion.count
        )?;
    }
    Ok(Outcome::of(!completions.is_empty()))
}

/// Related reports.
pub fn similar(
    engine: &Engine,
    args: &SimilarArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let taxonomy = engine.taxonomy();
    let hits = engine.similar(&args.report, args.limit as usize)?.hits;
    if args.json {
        json_pretty(out, &hits)?;
    } else {
        for (i, hit) in hits.iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            print_hit(&taxonomy, i + 1, hit, out, style)?;
        }
    }
    Ok(Outcome::of(!hits.is_empty()))
}
