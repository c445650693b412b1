//! Whole runs of our engine beside plain tantivy on the same generated reports: indexing in processor seconds, size and memory,
//! then full answers by class of query. Prints tables of ratios to tantivy; below 1 is faster or smaller, except throughput.
//!
//! ```text
//! cargo run --release --example compare -- --docs 10000 --rounds 3
//! ```

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use baocao::query::{Filters, SearchRequest, Understand};
use baocao::{Engine, IndexRequest};

#[path = "support/asks.rs"]
mod asks;
#[path = "support/baseline.rs"]
mod baseline;
#[path = "support/memory.rs"]
mod memory;
#[path = "support/parts.rs"]
mod parts;
#[path = "support/mod.rs"]
mod support;

use asks::{Asked, CLASSES};
use baseline::Baseline;
use memory::Peak;
use support::report::{self, Options};
use support::{Lexicon, Report};

type Error = Box<dyn std::error::Error>;

/// Plain tantivy, ours with words alone, ours with everything.
const ENGINES: [&str; 3] = ["tf", "text", "baocao"];

const SEED: u64 = 1;

struct Args {
    docs: u64,
    rounds: usize,
    threads: usize,
    queries: usize,
    /// What indexing may take, in MiB.
    memory: usize,
    dir: PathBuf,
    /// One of [`ENGINES`] in a child process: index once, print what it cost.
    child: Option<String>,
    keep: bool,
    /// Ask the indexes that an earlier run with `--keep` left in `dir`.
    reuse: bool,
    classes: Vec<String>,
    /// Write every answer of ours there, to compare two builds.
    answers: Option<PathBuf>,
    /// Ask ours alone: for a profiler.
    alone: bool,
    /// Ask ours for single parts of an answer instead.
    parts: bool,
}

fn args() -> Result<Args, Error> {
    let mut args = Args {
        docs: 10_000,
        rounds: 3,
        threads: 1,
        queries: 200,
        memory: 256,
        dir: std::env::temp_dir().join("baocao-compare"),
        child: None,
        keep: false,
        reuse: false,
        classes: CLASSES.iter().map(ToString::to_string).collect(),
        answers: None,
        alone: false,
        parts: false,
    };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let mut value = || given.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--docs" => args.docs = value()?.parse()?,
            "--rounds" => args.rounds = value()?.parse()?,
            "--threads" => args.threads = value()?.parse()?,
            "--queries" => args.queries = value()?.parse()?,
            "--memory" => args.memory = value()?.parse()?,
            "--dir" => args.dir = value()?.into(),
            "--index-once" => args.child = Some(value()?),
            "--keep" => args.keep = true,
            "--reuse" => (args.reuse, args.keep) = (true, true),
            "--classes" => args.classes = value()?.split(',').map(str::to_owned).collect(),
            "--answers" => args.answers = Some(value()?.into()),
            "--alone" => args.alone = true,
            "--parts" => args.parts = true,
            _ => {
                return Err(
                    "usage: compare [--docs N] [--rounds R] [--threads T] [--queries K] [--memory MIB] [--dir DIR] [--keep] \
                     [--reuse] [--classes A,B] [--answers FILE] [--alone] [--parts]"
                        .into(),
                );
            }
        }
    }
    Ok(args)
}

/// Processor seconds of this process, user and system.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}

fn folder_bytes(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter_map(|e| e.metadata().ok())
        .map(|m| m.len())
        .sum()
}

fn index_once(args: &Args, engine: &str) -> Result<(), Error> {
    let (ndjson, dir) = (args.dir.join("reports.ndjson"), args.dir.join(engine));
    let _ = std::fs::remove_dir_all(&dir);
    let start = Instant::now();
    let peak = Peak::watch();
    match engine {
        "tf" => {
            std::fs::create_dir_all(&dir)?;
            Baseline::create(&dir, &ndjson, args.threads, args.memory << 20)?;
        }
        _ => {
            let mut request = IndexRequest::new([&ndjson]);
            request.threads = Some(args.threads);
            request.memory_bytes = args.memory << 20;
            request.recognise = engine != "text";
            let done = Engine::open_or_create(&dir)?.index(&request)?;
            assert_eq!(done.new, args.docs, "{:?}", done.skipped);
        }
    }
    let peak = peak.end();
    println!(
        "{} {} {} {}",
        start.elapsed().as_secs_f64(),
        cpu_seconds(),
        folder_bytes(&dir),
        peak
    );
    if engine != "tf" && peak > args.memory as f64 {
        return Err(format!(
            "{peak:.0} MiB of private memory, {} were allowed",
            args.memory
        )
        .into());
    }
    Ok(())
}

/// Wall seconds, processor seconds, bytes of the index, peak MiB.
fn run_child(args: &Args, engine: &str) -> Result<[f64; 4], Error> {
    let out = Command::new(std::env::current_exe()?)
        .args(["--index-once", engine, "--docs", &args.docs.to_string()])
        .args(["--threads", &args.threads.to_string()])
        .args(["--memory", &args.memory.to_string()])
        .arg("--dir")
        .arg(&args.dir)
        .output()?;
    let text = String::from_utf8_lossy(&out.stdout);
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    numbers
        .try_into()
        .map_err(|_| String::from_utf8_lossy(&out.stderr).into_owned().into())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * q).round() as usize]
}

/// The request of a full answer: ten hits, exact total, facets; no snippets, as tf cuts none.
fn request(asked: &Asked) -> SearchRequest {
    SearchRequest {
        query: asked.text.clone(),
        filters: Filters {
            province: asked.province.iter().cloned().collect(),
            ..Filters::default()
        },
        facets: true,
        snippets: false,
        figures: 0,
        understand: Understand::default(),
        ..SearchRequest::default()
    }
}

fn main() -> Result<(), Error> {
    let args = args()?;
    if let Some(engine) = &args.child {
        return index_once(&args, engine);
    }
    std::fs::create_dir_all(&args.dir)?;
    let lexicon = Lexicon::load();
    if !args.reuse {
        indexing(&args, &lexicon)?;
    }
    if args.parts {
        let asked = asks::of_class(&lexicon, SEED, args.docs, "and2", args.queries);
        let requests: Vec<SearchRequest> = asked.iter().map(request).collect();
        parts::print(&args.dir.join("baocao"), &requests)?;
    } else {
        searching(&args, &lexicon)?;
    }
    if !args.keep {
        std::fs::remove_dir_all(&args.dir)?;
    }
    Ok(())
}

fn indexing(args: &Args, lexicon: &Lexicon) -> Result<(), Error> {
    let ndjson = args.dir.join("reports.ndjson");
    let text_bytes = generate(lexicon, args.docs, &ndjson)?;
    println!(
        "{} reports, {:.1} MB of title and body, {} thread(s)\n",
        args.docs,
        text_bytes as f64 / 1e6,
        args.threads
    );

    let mut runs = [const { Vec::new() }; ENGINES.len()];
    for _ in 0..args.rounds {
        for (i, engine) in ENGINES.into_iter().enumerate() {
            runs[i].push(run_child(args, engine)?);
        }
    }
    println!("| indexing | MB/s | MB per CPU s | ratio to tf | index / text | peak MiB |");
    println!("|---|---|---|---|---|---|");
    let mb = text_bytes as f64 / 1e6;
    for (i, engine) in ENGINES.into_iter().enumerate() {
        let of = |k: usize| median(runs[i].iter().map(|r| r[k]).collect());
        let ratios = runs[0]
            .iter()
            .zip(&runs[i])
            .map(|(tf, our)| tf[1] / our[1])
            .collect();
        println!(
            "| {engine} | {:.1} | {:.1} | {:.2} | {:.3} | {:.0} |",
            mb / of(0),
            mb / of(1),
            median(ratios),
            of(2) / text_bytes as f64,
            of(3)
        );
    }
    Ok(())
}

fn searching(args: &Args, lexicon: &Lexicon) -> Result<(), Error> {
    let tf = match args.alone {
        true => None,
        false => Some(Baseline::open(&args.dir.join("tf"))?),
    };
    let ours = Engine::open(args.dir.join("baocao"))?;
    let mut answers = Vec::new();
    println!(
        "\n| full answer | tf p50 us | tf p99 us | our p50 us | p50 | p99 | first p50 | tf total | our total |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for class in &args.classes {
        let asked = asks::of_class(lexicon, SEED, args.docs, class, args.queries);
        let (mut theirs, mut our, mut totals) = (Vec::new(), Vec::new(), (0, 0));
        let mut first = (Vec::new(), Vec::new());
        for asked in &asked {
            let request = request(asked);
            let (mut a, mut b) = (f64::MAX, f64::MAX);
            // The best of five in turn: what the machine does beside us drops out.
            for round in 0..5 {
                if let Some(tf) = &tf {
                    let start = Instant::now();
                    let found = tf.answer(&asked.ask)?;
                    let took = start.elapsed().as_secs_f64() * 1e6;
                    a = a.min(took);
                    if round == 0 {
                        first.0.push(took);
                        totals.0 += found.total;
                    }
                }
                let start = Instant::now();
                let mut answer = ours.search(&request)?;
                let took = start.elapsed().as_secs_f64() * 1e6;
                b = b.min(took);
                if round == 0 {
                    first.1.push(took);
                    totals.1 += answer.total;
                    assert!(answer.total > 0, "{class}: {:?} finds nothing", asked.text);
                    if args.answers.is_some() {
                        answer.took_ms = 0.0;
                        answers.push(serde_json::to_string(&answer)?);
                    }
                }
            }
            theirs.push(a);
            our.push(b);
        }
        for times in [&mut theirs, &mut our, &mut first.0, &mut first.1] {
            times.sort_by(f64::total_cmp);
        }
        // Without tf there is nothing to compare with.
        let ratio = |ours: &[f64], theirs: &[f64], q| match theirs.is_empty() || tf.is_none() {
            true => f64::NAN,
            false => quantile(ours, q) / quantile(theirs, q),
        };
        println!(
            "| {class} | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {} | {} |",
            if tf.is_some() {
                quantile(&theirs, 0.5)
            } else {
                0.0
            },
            if tf.is_some() {
                quantile(&theirs, 0.99)
            } else {
                0.0
            },
            quantile(&our, 0.5),
            ratio(&our, &theirs, 0.5),
            ratio(&our, &theirs, 0.99),
            ratio(&first.1, &first.0, 0.5),
            totals.0 / asked.len(),
            totals.1 / asked.len(),
        );
    }
    if let Some(path) = &args.answers {
        std::fs::write(path, answers.join("\n"))?;
    }
    Ok(())
}

/// Writes the reports and gives the bytes of their titles and bodies.
fn generate(lexicon: &Lexicon, docs: u64, path: &Path) -> Result<u64, Error> {
    use std::io::Write;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    let (mut report, mut line, mut bytes) = (Report::default(), String::new(), 0);
    for number in 0..docs {
        let head = report::header(lexicon, SEED, number);
        report::write(lexicon, SEED, head, &mut report);
        line.clear();
        report::push_record(lexicon, &head, &report, Options { given: true }, &mut line);
        out.write_all(line.as_bytes())?;
        bytes += (report.title.len() + report.body.len()) as u64;
    }
    out.flush()?;
    Ok(bytes)
}
