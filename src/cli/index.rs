//! `baocao index`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use baocao::model::Taxonomy;
use baocao::text::encoding::Encoding;
use baocao::{Change, Engine, IndexReport, IndexRequest, Progress, Totals};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Outcome;
use super::args::{DEFAULT_CORPUS, IndexArgs};

/// Set by Ctrl-C: what is done is committed, then the run ends.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// A bar on a terminal, nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(
            "{bar:24} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}",
        ) {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn started(&self, totals: Totals) {
        self.0.set_length(totals.bytes);
        self.0.set_message(format!("{} files", totals.files));
    }

    fn advanced(&self, _files: u64, bytes: u64) {
        self.0.inc(bytes);
    }

    fn committing(&self) {
        self.0.set_message("writing");
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    fn is_cancelled(&self) -> bool {
        CANCELLED.load(Ordering::Relaxed)
    }
}

/// Reads files into the index and prints what happened.
pub fn index(dir: &Path, args: &IndexArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let paths = if args.paths.is_empty() {
        vec![PathBuf::from(DEFAULT_CORPUS)]
    } else {
        args.paths.clone()
    };
    let mut request = IndexRequest::new(paths);
    request.memory_bytes = args.memory as usize * 1_000_000;
    request.encoding = args
        .encoding
        .as_deref()
        .map(str::parse::<Encoding>)
        .transpose()?;
    if let Some(file) = &args.taxonomy {
        // A table that cannot be read is told before anything is thrown away.
        Taxonomy::with_file(file)?;
        request.taxonomy = Some(file.clone());
    }
    if args.dry_run {
        return preview(dir, request.rebuild(args.rebuild), args, out);
    }
    let engine = if args.rebuild {
        Engine::recreate(dir)?
    } else {
        Engine::open_or_create(dir)?
    };
    ctrlc::set_handler(|| CANCELLED.store(true, Ordering::Relaxed))
        .context("cannot watch for Ctrl-C")?;
    let bar = Bar::new();
    let report = engine.index_with(&request, &bar);
    bar.0.finish_and_clear();
    let report = report?;
    if args.json {
        super::output::json_pretty(out, &report)?;
    } else {
        summary(out, &report)?;
    }
    remarks(&report);
    if report.cancelled {
        eprintln!(
            "stopped on request: what was done is in the index; run the same command again to go on"
        );
    }
    Ok(Outcome::of(report.reports > 0))
}

/// Prints what a run would do.
fn preview(
    dir: &Path,
    request: IndexRequest,
    args: &IndexArgs,
    out: &mut dyn Write,
) -> anyhow::Result<Outcome> {
    let bar = Bar::new();
    let report = Engine::preview(dir, &request, &bar);
    bar.0.finish_and_clear();
    let report = report?;
    if args.json {
        super::output::json_pretty(out, &report)?;
    } else {
        for planned in &report.planned {
            let change = match planned.change {
                Change::New => "new",
                Change::Changed => "changed",
                Change::Moved => "moved",
                Change::Removed => "removed",
                _ => "other",
            };
            writeln!(out, "{change:<8} {}", super::output::clean(&planned.path))?;
        }
        write!(out, "would be: ")?;
        summary(out, &report)?;
    }
    remarks(&report);
    Ok(Outcome::of(report.reports > 0))
}

/// What was skipped, and what should be looked at.
fn remarks(report: &IndexReport) {
    for warning in &report.warnings {
        eprintln!("warning: {}", super::output::clean(warning));
    }
    for skipped in &report.skipped {
        eprintln!(
            "skipped {}: {}",
            super::output::clean(&skipped.path),
            super::output::clean(&skipped.reason)
        );
    }
}

/// Builds the default index, for whoever searches first.
pub fn build_default(dir: &Path) -> anyhow::Result<Engine> {
    let engine = Engine::open_or_create(dir)?;
    let report = engine.index(&IndexRequest::new([DEFAULT_CORPUS]))?;
    summary(&mut std::io::stderr(), &report)?;
    Ok(engine)
}

fn summary(out: &mut dyn Write, report: &IndexReport) -> std::io::Result<()> {
    let seconds = report.took.as_secs_f64();
    let megabytes = report.bytes as f64 / 1e6;
    write!(
        out,
        "{} new, {} changed, {}{} unchanged, {} removed, {} skipped; {} reports in the index",
        report.new,
        report.changed,
        match report.moved {
            0 => String::new(),
            moved => format!("{moved} moved, "),
        },
        report.unchanged,
        report.removed,
        report.skipped.len(),
        report.reports
    )?;
    if report.bytes > 0 {
        write!(out, " ({megabytes:.1} MB in {seconds:.1} s)")?;
    }
    writeln!(out)
}
