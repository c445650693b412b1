//! The command line: arguments in, results on standard output, everything else on standard error.
//!
//! Exit codes are grep's: 0 something was found, 1 nothing was, 2 an error.

mod args;
mod check;
mod columns;
mod describe;
mod export;
mod figures;
mod index;
mod matrix;
mod output;
mod report;
mod rollup;
mod row;
mod search;
mod text;
mod watch;
mod workbook;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use baocao::Engine;
use clap::Parser;

use args::{Cli, Command};
use output::Style;

/// What a command has to say to its caller beside its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Found,
    NothingFound,
}

impl Outcome {
    fn of(found: bool) -> Self {
        if found {
            Self::Found
        } else {
            Self::NothingFound
        }
    }
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let stdout = io::stdout().lock();
    let mut out = BufWriter::with_capacity(1 << 16, stdout);
    let style = Style::stdout();
    let result = dispatch(&cli, &mut out, style).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match result {
        Ok(Outcome::Found) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        // Whoever closed the pipe has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baocao: {}", explain(&error));
            ExitCode::from(2)
        }
    }
}

/// An error and its causes in one line; a cause that the line already ends with is not said again.
fn explain(error: &anyhow::Error) -> String {
    let mut line = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !line.ends_with(&cause) {
            line.push_str(": ");
            line.push_str(&cause);
        }
    }
    line
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    })
}

fn dispatch(cli: &Cli, out: &mut dyn Write, style: Style) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Index(args) => index::index(&cli.index, args, out),
        Command::Search(args) => search::search(&open_or_build(&cli.index)?, args, out, style),
        Command::Figures(args) => figures::figures(&open_or_build(&cli.index)?, args, out, style),
        Command::Facets(args) => search::facets(&open_or_build(&cli.index)?, args, out, style),
        Command::Show(args) => report::show(&open_or_build(&cli.index)?, args, out, style),
        Command::Check(args) => check::check(&open_or_build(&cli.index)?, args, out, style),
        Command::Suggest(args) => search::suggest(&open_or_build(&cli.index)?, args, out),
        Command::Similar(args) => search::similar(&open_or_build(&cli.index)?, args, out, style),
        Command::Verify => report::verify(&Engine::open(&cli.index)?, out),
        Command::Stats(args) => report::stats(&Engine::open(&cli.index)?, args, out),
        Command::Export(args) => export::export(&open_or_build(&cli.index)?, args, out),
        Command::Query(args) => export::query(&open_or_build(&cli.index)?, args, out),
        Command::Restore(args) => text::restore(args, out),
        Command::Analyze(args) => text::analyze(&cli.index, args, out, style),
    }
}

/// Opens the index; where the default one does not stand yet, builds it from the sample reports first.
fn open_or_build(dir: &Path) -> anyhow::Result<Engine> {
    match Engine::open(dir) {
        Err(baocao::Error::NoIndex { .. })
            if dir == Path::new(args::DEFAULT_INDEX)
                && Path::new(args::DEFAULT_CORPUS).is_dir() =>
        {
            eprintln!(
                "no index yet: building {} from {} …",
                args::DEFAULT_INDEX,
                args::DEFAULT_CORPUS
            );
            index::build_default(dir).context("cannot build the default index")
        }
        opened => Ok(opened?),
    }
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn a_cause_is_said_once() {
        let missing = baocao::Error::Io {
            action: "read",
            path: "báo cáo.txt".into(),
            source: std::io::Error::other("no such file"),
        };
        let error = anyhow::Error::from(missing).context("cannot index");
        assert_eq!(
            explain(&error),
            "cannot index: cannot read báo cáo.txt: no such file"
        );
    }
}
