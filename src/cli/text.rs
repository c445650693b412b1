//! `baocao restore` and `baocao analyze`: what the analysis makes of a text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use baocao::Engine;
use baocao::text::encoding::{self, Encoding};
use baocao::text::{Agreement, TokenKind, agreement, repair, tokenize};

use super::Outcome;
use super::args::{AnalyzeArgs, RestoreArgs};
use super::output::{Style, clean, pad};

/// A filter: every line with its damaged words restored, the rest as it came.
pub fn restore(args: &RestoreArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut input: Box<dyn BufRead> = match &args.file {
        Some(path) => {
            let file =
                File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            Box::new(BufReader::new(file))
        }
        None => Box::new(io::stdin().lock()),
    };
    // The whole text is needed: its intact lines tell how the damaged ones read.
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .context("cannot read the input")?;
    let decoded = encoding::decode(&bytes, None).context("cannot read the input")?;
    // A byte order mark stays where it was.
    let text = match String::from_utf8(bytes) {
        Ok(text) if decoded.encoding == Encoding::Utf8 => text,
        _ => decoded.text,
    };
    out.write_all(repair::restore_lines(&text).as_bytes())?;
    Ok(Outcome::Found)
}

/// Prints the stages of the analysis, and how each word meets a report.
pub fn analyze(
    dir: &Path,
    args: &AnalyzeArgs,
    out: &mut dyn Write,
    style: Style,
) -> anyhow::Result<Outcome> {
    let restored = repair::restore(&args.text);
    if !restored.is_intact() {
        writeln!(out, "{} {}", style.dim("restored:"), clean(&restored.text))?;
    }
    let expanded = baocao::text::abbreviations::index_text(&restored.text);
    if *expanded != *restored.text {
        writeln!(
            out,
            "{} {}",
            style.dim("indexed as:"),
            clean(&expanded.replace('\u{1}', "⁺"))
        )?;
    }
    let tokens = tokenize(&restored.text);
    writeln!(
        out,
        "{}",
        style.dim(&format!(
            "{}{}{}{}",
            pad("text", 20),
            pad("kind", 8),
            pad("exact", 20),
            "folded"
        ))
    )?;
    for token in tokens.list() {
        if matches!(token.kind, TokenKind::Punct | TokenKind::Break) {
            continue;
        }
        let kind = match token.kind {
            TokenKind::Word => "word",
            TokenKind::Number => "number",
            TokenKind::Date => "date",
            _ => "code",
        };
        writeln!(
            out,
            "{}{}{}{}",
            pad(token.span.of(&restored.text), 20),
            pad(kind, 8),
            pad(tokens.exact(token), 20),
            clean(tokens.folded(token))
        )?;
    }
    if let Some(wanted) = &args.against {
        let report = Engine::open(dir)?.report(wanted)?;
        writeln!(out)?;
        writeln!(
            out,
            "{} {}",
            style.dim("against:"),
            clean(&report.data.title)
        )?;
        let text = repair::restore(&report.text);
        let body = tokenize(&text.text);
        for token in tokens
            .list()
            .iter()
            .filter(|t| !matches!(t.kind, TokenKind::Punct | TokenKind::Break))
        {
            let mut counts = [0usize; 4];
            for other in body
                .list()
                .iter()
                .filter(|t| body.folded(t) == tokens.folded(token))
            {
                let slot = match agreement(tokens.exact(token), body.exact(other)) {
                    Agreement::Equal => 0,
                    Agreement::SourceLacks => 1,
                    Agreement::QueryLacks => 2,
                    Agreement::Contradicts => 3,
                };
                counts[slot] += 1;
            }
            let total: usize = counts.iter().sum();
            let mut parts = Vec::new();
            for (count, name) in
                counts
                    .iter()
                    .zip(["equal", "text lacks the mark", "neutral", "contradicts"])
            {
                if *count > 0 {
                    parts.push(format!("{count} {name}"));
                }
            }
            let meets = if total == 0 {
                "not in the text".to_owned()
            } else {
                parts.join(", ")
            };
            writeln!(out, "{}{meets}", pad(token.span.of(&restored.text), 20))?;
        }
    }
    Ok(Outcome::of(!tokens.list().is_empty()))
}
