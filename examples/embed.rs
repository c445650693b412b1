//! The library inside another program: index a folder, ask in plain words, read the figures.
//!
//! `cargo run --example embed -- corpus "thu ngan sach hai phong 2020"`

use baocao::query::SearchRequest;
use baocao::{Engine, IndexRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "corpus".into());
    let query = args
        .next()
        .unwrap_or_else(|| "thu ngan sach hai phong 2020".into());

    let dir = std::env::temp_dir().join(format!("baocao-embed-{}", std::process::id()));
    let engine = Engine::open_or_create(&dir)?;
    let done = engine.index(&IndexRequest::new([folder]))?;
    println!("{} reports, {} skipped", done.reports, done.skipped.len());

    let response = engine.search(&SearchRequest {
        query,
        limit: 3,
        ..SearchRequest::default()
    })?;
    if let Some(answer) = &response.answer {
        println!(
            "{} {} — “{}”",
            answer.observation.value,
            answer.observation.unit,
            answer.observation.quote.trim()
        );
    }
    for hit in &response.hits {
        println!("{:6.2}  {}  {:?}", hit.score, hit.title, hit.provinces);
        println!("        {}", hit.snippet.text.replace('\n', " "));
    }
    std::fs::remove_dir_all(dir)?;
    Ok(())
}
