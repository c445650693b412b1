//! What `.ci/instructions` counts: the analysis of made-up reports, and one query over an index of them.
//!
//! Counted are the functions whose names begin with `counted_`, under callgrind; run plainly the program does the same and prints
//! nothing but that it is done. Instructions do not vary with what else the machine does, as times do.

use std::hint::black_box;
use std::io::Write;

use baocao::annotate::{Given, annotate};
use baocao::model::Taxonomy;
use baocao::query::SearchRequest;
use baocao::text::{index_text, tokenize};
use baocao::{Engine, IndexRequest};

#[path = "support/mod.rs"]
mod support;

use support::report::{self, Options};
use support::{Lexicon, Report};

const DOCS: u64 = 60;

#[inline(never)]
fn counted_tokenize(texts: &[String]) -> usize {
    texts.iter().map(|text| tokenize(text).list().len()).sum()
}

#[inline(never)]
fn counted_index_text(texts: &[String]) -> usize {
    texts.iter().map(|text| index_text(text).len()).sum()
}

#[inline(never)]
fn counted_annotate(texts: &[String]) -> usize {
    let (given, taxonomy) = (Given::default(), Taxonomy::get());
    let figures = |text: &String| annotate(text, &given, taxonomy).figures.len();
    texts.iter().map(figures).sum()
}

#[inline(never)]
fn counted_query(engine: &Engine, request: &SearchRequest) -> Result<usize, baocao::Error> {
    Ok(engine.search(request)?.hits.len())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lexicon = Lexicon::load();
    let dir = std::env::temp_dir().join(format!("baocao-count-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let ndjson = dir.join("reports.ndjson");
    let mut file = std::fs::File::create(&ndjson)?;
    let (mut made, mut line, mut texts) = (Report::default(), String::new(), Vec::new());
    for number in 0..DOCS {
        let head = report::header(&lexicon, 1, number);
        report::write(&lexicon, 1, head, &mut made);
        line.clear();
        report::push_record(&lexicon, &head, &made, Options { given: true }, &mut line);
        file.write_all(line.as_bytes())?;
        texts.push(made.body.clone());
    }
    drop(file);
    let mut index = IndexRequest::new([&ndjson]);
    index.threads = Some(1);
    let engine = Engine::open_or_create(dir.join("index"))?;
    assert_eq!(engine.index(&index)?.new, DOCS);
    let request = SearchRequest {
        query: "tổng vốn đăng ký khu công nghiệp".into(),
        facets: true,
        ..SearchRequest::default()
    };

    // Tables made on first need are not counted.
    assert!(!engine.search(&request)?.hits.is_empty());
    assert!(
        !annotate(&texts[0], &Given::default(), Taxonomy::get())
            .figures
            .is_empty()
    );
    black_box(index_text(&texts[0]).len());

    assert!(counted_tokenize(black_box(&texts)) > 10_000);
    assert!(counted_index_text(black_box(&texts)) > 100_000);
    assert!(counted_annotate(black_box(&texts)) > 100);
    assert_eq!(counted_query(&engine, black_box(&request))?, 10);
    std::fs::remove_dir_all(&dir)?;
    println!("done");
    Ok(())
}
