//! Judged queries: where the relevant reports stand, and whether the figure that answers is the first.
//!
//! usage: cargo run --release --example judged -- QUERIES.jsonl REPORTS... [--misses]
//!
//! A line of QUERIES is `{"q", "kind", "relevant": [file, …], "answers": [{"doc", "metric", "value", "unit"}, …]}`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use baocao::query::SearchRequest;
use baocao::{Engine, IndexRequest};

#[derive(serde::Deserialize)]
struct Judged {
    q: String,
    #[serde(default)]
    kind: String,
    relevant: Vec<String>,
    #[serde(default)]
    answers: Vec<Expected>,
}

#[derive(serde::Deserialize)]
struct Expected {
    metric: String,
    value: f64,
    unit: String,
}

#[derive(Default)]
struct Score {
    n: usize,
    mrr: f64,
    first: usize,
    recall: f64,
    with_answer: usize,
    right: usize,
    wrong: usize,
    without: usize,
    invented: usize,
}

fn stem(path: &str) -> String {
    Path::new(path)
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let misses = args.iter().any(|a| a == "--misses");
    args.retain(|a| a != "--misses");
    let mut paths = args.iter().map(PathBuf::from);
    let file = paths
        .next()
        .ok_or("usage: judged QUERIES.jsonl REPORTS... [--misses]")?;
    let folder = tempfile::tempdir()?;
    let engine = Engine::open_or_create(folder.path().join("index"))?;
    let report = engine.index(&IndexRequest::new(paths))?;
    println!("{} reports", report.reports);
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for line in std::fs::read_to_string(file)?
        .lines()
        .filter(|l| !l.trim().is_empty())
    {
        let judged: Judged = serde_json::from_str(line)?;
        let response = engine.search(&SearchRequest {
            query: judged.q.clone(),
            ..SearchRequest::default()
        })?;
        let relevant: Vec<String> = judged.relevant.iter().map(|r| stem(r)).collect();
        let got: Vec<String> = response.hits.iter().map(|h| stem(&h.path)).collect();
        let rank = got.iter().position(|g| relevant.contains(g));
        let found = relevant.iter().filter(|r| got.contains(r)).count();
        let answer = response.answer.as_ref();
        let value = |f: &baocao::query::Figure| {
            f.observation
                .value
                .to_string()
                .parse::<f64>()
                .unwrap_or(f64::NAN)
        };
        let right = answer.is_some_and(|a| {
            judged.answers.iter().any(|e| {
                (value(a) - e.value).abs() <= e.value.abs() * 1e-9 && a.observation.unit == e.unit
            })
        });
        for kind in [judged.kind.clone(), "all".to_owned()] {
            let s = scores.entry(kind).or_default();
            if !relevant.is_empty() {
                s.n += 1;
                s.mrr += rank.map_or(0.0, |r| 1.0 / (r + 1) as f64);
                s.first += usize::from(rank == Some(0));
                s.recall += found as f64 / relevant.len().clamp(1, 10) as f64;
            }
            if judged.answers.is_empty() {
                s.without += 1;
                s.invented += usize::from(answer.is_some());
            } else {
                s.with_answer += 1;
                s.right += usize::from(right);
                s.wrong += usize::from(answer.is_some() && !right);
            }
        }
        if misses
            && (rank != Some(0) && !relevant.is_empty()
                || judged.answers.is_empty() == answer.is_some()
                || (answer.is_some() && !right))
        {
            let i = &response.interpretation;
            println!(
                "\n{}\n  read: {:?} {:?} {:?} {:?} restored {:?}",
                judged.q, i.provinces, i.periods, i.metrics, i.basis, i.restored
            );
            if rank != Some(0) {
                println!(
                    "  want {relevant:?}\n  got  {:?}",
                    response
                        .hits
                        .iter()
                        .take(4)
                        .map(|h| (
                            stem(&h.path),
                            h.score,
                            &h.provinces,
                            h.period.map(|p| p.to_string())
                        ))
                        .collect::<Vec<_>>()
                );
            }
            if !right && (answer.is_some() || !judged.answers.is_empty()) {
                println!(
                    "  answers {:?}",
                    judged
                        .answers
                        .iter()
                        .map(|e| (&e.metric, e.value, &e.unit))
                        .collect::<Vec<_>>()
                );
                println!(
                    "  gave {:?} note {:?}",
                    answer.map(|a| (
                        &a.observation.metric,
                        value(a),
                        &a.observation.unit,
                        a.observation.basis,
                        a.observation.period,
                        &a.observation.subject,
                        stem(&a.path)
                    )),
                    response.note
                );
                println!(
                    "  figures {:?}",
                    response
                        .hits
                        .iter()
                        .find(|h| relevant.contains(&stem(&h.path)))
                        .map(|h| h
                            .figures
                            .iter()
                            .map(|f| (
                                f.observation.metric.clone(),
                                value(f),
                                f.observation.basis,
                                f.observation.period.map(|p| p.to_string()),
                                f.observation.subject.clone()
                            ))
                            .collect::<Vec<_>>())
                );
            }
        }
    }
    println!(
        "\n{:10} {:>4} {:>7} {:>7} {:>7} | answers {:>4} {:>6} {:>6} | none {:>4} invented",
        "kind", "n", "mrr10", "first", "recall", "n", "right", "wrong", "n"
    );
    for (kind, s) in &scores {
        let n = s.n.max(1) as f64;
        println!(
            "{kind:10} {:4} {:7.4} {:7.4} {:7.4} | {:12} {:6} {:6} | {:9} {:8}",
            s.n,
            s.mrr / n,
            s.first as f64 / n,
            s.recall / n,
            s.with_answer,
            s.right,
            s.wrong,
            s.without,
            s.invented
        );
    }
    Ok(())
}
