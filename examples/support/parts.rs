//! What a full answer is not: snippets, figures by value, the first facets, memory.

use std::path::Path;
use std::time::Instant;

use crate::memory::private_mib;
use baocao::Engine;
use baocao::query::{FigureRequest, FigureSort, Filters, SearchRequest};

type Error = Box<dyn std::error::Error>;

fn micros(mut what: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let start = Instant::now();
    what()?;
    Ok(start.elapsed().as_secs_f64() * 1e6)
}

/// Middle of the times of the first asking, and of the best of five.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints a table over the index in `dir`; `requests` are full answers without snippets.
pub fn print(dir: &Path, requests: &[SearchRequest]) -> Result<(), Error> {
    println!("\n| part | first us | best of five us |\n|---|---|---|");
    let row = |name: &str, first: f64, best: f64| println!("| {name} | {first:.0} | {best:.0} |");
    let ours = Engine::open(dir)?;
    let all = SearchRequest {
        facets: true,
        ..SearchRequest::default()
    };
    let ask = |request: &SearchRequest| {
        micros(|| {
            ours.search(request)?;
            Ok(())
        })
    };
    // Without facets first, so that what they alone make is not made yet.
    for (name, facets, snippets, figures) in [
        ("hits alone", false, false, 0),
        ("hits with snippets", false, true, 0),
        ("hits with snippets and three figures", false, true, 3),
        ("hits with facets", true, false, 0),
    ] {
        if facets {
            row("the first facets of an index", ask(&all)?, f64::NAN);
        }
        let (mut first, mut best) = (Vec::new(), Vec::new());
        for request in requests {
            let request = SearchRequest {
                facets,
                snippets,
                figures,
                ..request.clone()
            };
            first.push(ask(&request)?);
            let mut least = f64::MAX;
            for _ in 0..5 {
                least = least.min(ask(&request)?);
            }
            best.push(least);
        }
        row(name, median(&mut first), median(&mut best));
    }
    let filters = |province: &str, period: &str| Filters {
        metric: vec!["trade.exports".into()],
        province: (!province.is_empty())
            .then(|| province.into())
            .into_iter()
            .collect(),
        period: (!period.is_empty())
            .then(|| period.into())
            .into_iter()
            .collect(),
        ..Filters::default()
    };
    for (name, filters) in [
        ("figures of a metric by value, ten", filters("", "")),
        ("the same of a province", filters("quang-ninh", "")),
        ("the same of a year", filters("", "2020")),
    ] {
        let request = FigureRequest {
            filters,
            sort: FigureSort::Value,
            limit: Some(10),
            ..FigureRequest::default()
        };
        let mut total = 0;
        let mut ask = || {
            micros(|| {
                total = ours.figures(&request)?.total;
                Ok(())
            })
        };
        let first = ask()?;
        let mut best = f64::MAX;
        for _ in 0..5 {
            best = best.min(ask()?);
        }
        row(&format!("{name} of {total}"), first, best);
    }
    println!(
        "\nprivate memory of this searcher: {:.0} MiB",
        private_mib()
    );
    Ok(())
}
