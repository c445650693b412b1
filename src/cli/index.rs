//! `baocao index`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use baocao::model::{Gazetteer, Taxonomy};
use baocao::text::encoding::Encoding;
use baocao::{Change, Engine, IndexReport, IndexRequest, Progress, Totals};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Outcome;
use super::args::{DEFAULT_CORPUS, IndexArgs};
use super::watch::Changes;

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
    request.memory_bytes = args.memory;
    request.include.clone_from(&args.include);
    request.exclude.clone_from(&args.exclude);
    request.hidden = args.hidden;
    request.recognise = !args.no_figures;
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
    if let Some(file) = &args.gazetteer {
        Gazetteer::with_file(file)?;
        request.gazetteer = Some(file.clone());
    }
    if args.dry_run {
        return preview(dir, request.rebuild(args.rebuild), args, out);
    }
    let engine = if args.rebuild {
        Engine::recreate(dir)?
    } else {
        Engine::open_or_create(dir)?
    };
    on_ctrl_c()?;
    // Before the first run: what changes while it goes on is not missed.
    let changes = if args.watch {
        Some(Changes::new(&request.paths, dir)?)
    } else {
        None
    };
    let report = run(&engine, &request, args, out)?;
    if let Some(changes) = changes
        && !report.cancelled
    {
        request.rebuild = false;
        return watch(&engine, &request, changes, args, out);
    }
    if report.cancelled {
        eprintln!(
            "stopped on request: what was done is in the index; run the same command again to go on"
        );
    }
    Ok(Outcome::of(report.reports > 0))
}

/// The first Ctrl-C ends the run with what it has; a second one ends the process.
fn on_ctrl_c() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if CANCELLED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("stopping: what is done is being written; once more to stop at once");
    })
    .context("cannot watch for Ctrl-C")
}

/// One run and what there is to say of it.
fn run(
    engine: &Engine,
    request: &IndexRequest,
    args: &IndexArgs,
    out: &mut dyn Write,
) -> anyhow::Result<IndexReport> {
    let bar = Bar::new();
    let report = engine.index_with(request, &bar);
    bar.0.finish_and_clear();
    let report = report?;
    if args.json && args.watch {
        super::output::json_line(out, &report)?;
    } else if args.json {
        super::output::json_pretty(out, &report)?;
    } else {
        summary(out, &report)?;
    }
    remarks(&report);
    out.flush()?;
    Ok(report)
}

/// Runs again after every change, until Ctrl-C.
fn watch(
    engine: &Engine,
    request: &IndexRequest,
    mut changes: Changes,
    args: &IndexArgs,
    out: &mut dyn Write,
) -> anyhow::Result<Outcome> {
    eprintln!("watching for changes; Ctrl-C ends");
    let mut trouble = String::new();
    while changes.wait(&CANCELLED) {
        match run(engine, request, args, out) {
            Ok(_) => trouble.clear(),
            Err(error) => {
                // A folder that is gone may come back, another writer ends: said once, tried again.
                let message = format!("{error:#}");
                if message != trouble {
                    eprintln!("baocao: {message}; trying again");
                    trouble = message;
                }
                changes.again();
            }
        }
    }
    eprintln!("stopped on request: the index is up to date with what was seen");
    Ok(Outcome::of(!engine.is_empty()))
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
