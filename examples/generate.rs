//! Makes Vietnamese provincial reports, with the figures that they state beside them.
//!
//! ```text
//! cargo run --release --example generate -- --docs 100000 --out reports.ndjson --truth truth.jsonl
//! cargo run --release --example generate -- --docs 500 --format files --out reports/ --truth truth.jsonl
//! ```
//!
//! The same seed gives the same bytes on every machine. Reports are written one by one: memory does not grow with their number.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

#[path = "support/mod.rs"]
mod support;

use support::report::{self, Options};
use support::{Lexicon, Report};

const USAGE: &str = "\
usage: generate --docs N [--seed S] [--out FILE|DIR] [--truth FILE] [--format ndjson|files] [--given]
                [--queries FILE] [--count K]

  --docs N       number of reports
  --seed S       seed, default 1
  --out PATH     NDJSON file (default standard output), or the folder for files
  --truth FILE   figures, places and periods of every report, one JSON object a line
  --format F     ndjson (default), or files: one .txt a report, title first
  --given        NDJSON records give province and period too
  --queries FILE queries about the reports with the relevant report and the figure that answers, one JSON object a line
  --count K      number of queries, default 200";

struct Args {
    docs: u64,
    seed: u64,
    out: Option<PathBuf>,
    truth: Option<PathBuf>,
    files: bool,
    options: Options,
    queries: Option<PathBuf>,
    count: usize,
}

fn args() -> Result<Args, String> {
    let mut args = Args {
        docs: 0,
        seed: 1,
        out: None,
        truth: None,
        files: false,
        options: Options::default(),
        queries: None,
        count: 200,
    };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{flag} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|e| format!("{text}: {e}"));
        match flag.as_str() {
            "--docs" => args.docs = number(value()?)?,
            "--seed" => args.seed = number(value()?)?,
            "--count" => args.count = number(value()?)? as usize,
            "--out" => args.out = Some(value()?.into()),
            "--truth" => args.truth = Some(value()?.into()),
            "--queries" => args.queries = Some(value()?.into()),
            "--given" => args.options.given = true,
            "--format" => match value()?.as_str() {
                "ndjson" => args.files = false,
                "files" => args.files = true,
                other => return Err(format!("unknown format {other}")),
            },
            other => return Err(format!("unknown flag {other}")),
        }
    }
    match (args.docs, args.files, &args.out) {
        (0, ..) => Err("--docs N is needed".into()),
        (_, true, None) => Err("--format files needs --out DIR".into()),
        _ => Ok(args),
    }
}

fn writer(path: &PathBuf) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}

fn main() -> io::Result<()> {
    let args = args().unwrap_or_else(|message| {
        eprintln!("{message}\n{USAGE}");
        std::process::exit(2);
    });
    let lexicon = Lexicon::load();
    let mut out: Box<dyn Write> = match &args.out {
        Some(dir) if args.files => {
            std::fs::create_dir_all(dir)?;
            Box::new(io::sink())
        }
        Some(path) => Box::new(writer(path)?),
        None => Box::new(BufWriter::with_capacity(1 << 20, io::stdout().lock())),
    };
    let mut truth = args.truth.as_ref().map(writer).transpose()?;
    let mut report = Report::default();
    let mut buffer = String::new();
    for number in 0..args.docs {
        let head = report::header(&lexicon, args.seed, number);
        report::write(&lexicon, args.seed, head, &mut report);
        buffer.clear();
        let (doc, shift) = if args.files {
            buffer.push_str(&report.title);
            buffer.push_str("\n\n");
            let shift = buffer.len();
            buffer.push_str(&report.body);
            buffer.push('\n');
            let name = format!("{}.txt", report.id);
            let dir = args.out.as_ref().expect("checked with the arguments");
            std::fs::write(dir.join(&name), &buffer)?;
            (name, shift)
        } else {
            report::push_record(&lexicon, &head, &report, args.options, &mut buffer);
            out.write_all(buffer.as_bytes())?;
            (report.id.clone(), 0)
        };
        if let Some(truth) = &mut truth {
            buffer.clear();
            report::push_truth(&lexicon, &head, &report, &doc, shift, &mut buffer);
            truth.write_all(buffer.as_bytes())?;
        }
    }
    out.flush()?;
    if let Some(truth) = &mut truth {
        truth.flush()?;
    }
    if let Some(path) = &args.queries {
        let mut out = writer(path)?;
        let ext = if args.files { ".txt" } else { "" };
        for query in support::queries::make(&lexicon, args.seed, args.docs, args.count) {
            writeln!(out, "{}", query.to_json(ext))?;
        }
        out.flush()?;
    }
    Ok(())
}
