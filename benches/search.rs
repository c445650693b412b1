//! Full answers (ten hits, exact total, facets) by class of query, beside plain tantivy over the same reports.

use std::io::Write;

use baocao::query::{FigureRequest, FigureSort, Filters, SearchRequest};
use baocao::{Engine, IndexRequest};
use criterion::{Criterion, criterion_group, criterion_main};

#[path = "../examples/support/asks.rs"]
mod asks;
#[path = "../examples/support/baseline.rs"]
mod baseline;
#[path = "../examples/support/mod.rs"]
mod support;

use support::report::{self, Options};
use support::{Lexicon, Report};

const DOCS: u64 = 3000;
const QUERIES: usize = 50;

fn search(c: &mut Criterion) {
    let lexicon = Lexicon::load();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ndjson = folder.path().join("reports.ndjson");
    let mut file = std::fs::File::create(&ndjson).expect("a new file");
    let (mut made, mut line) = (Report::default(), String::new());
    for number in 0..DOCS {
        let head = report::header(&lexicon, 1, number);
        report::write(&lexicon, 1, head, &mut made);
        line.clear();
        report::push_record(&lexicon, &head, &made, Options { given: true }, &mut line);
        file.write_all(line.as_bytes()).expect("room on the disk");
    }
    drop(file);
    let dir = folder.path().join("tf");
    std::fs::create_dir(&dir).expect("a new folder");
    baseline::Baseline::create(&dir, &ndjson, 1, 64 << 20).expect("tantivy indexes");
    let tf = baseline::Baseline::open(&dir).expect("an index");
    let ours = Engine::open_or_create(folder.path().join("index")).expect("an index");
    let done = ours
        .index(&IndexRequest::new([&ndjson]))
        .expect("indexing succeeds");
    assert_eq!(done.new, DOCS);

    for class in asks::CLASSES {
        let asked = asks::of_class(&lexicon, 1, DOCS, class, QUERIES);
        let requests: Vec<SearchRequest> = asked
            .iter()
            .map(|asked| SearchRequest {
                query: asked.text.clone(),
                filters: Filters {
                    province: asked.province.iter().cloned().collect(),
                    ..Filters::default()
                },
                facets: true,
                snippets: false,
                figures: 0,
                ..SearchRequest::default()
            })
            .collect();
        let mut group = c.benchmark_group(format!("search/{class}"));
        group.sample_size(20);
        group.bench_function("tf", |b| {
            b.iter(|| {
                for asked in &asked {
                    let answer = tf.answer(&asked.ask).expect("tantivy answers");
                    assert!(answer.ids.len() == answer.total.min(10));
                }
            });
        });
        group.bench_function("baocao", |b| {
            b.iter(|| {
                for request in &requests {
                    let answer = ours.search(request).expect("a query is never an error");
                    assert!(!answer.hits.is_empty(), "{} finds nothing", request.query);
                    assert_eq!(answer.hits.len(), answer.total.min(10));
                }
            });
        });
        group.finish();
        if *class == "and2" {
            parts(c, &ours, &requests);
        }
    }
}

/// What is asked for beside hits: snippets, facets alone, figures filtered and sorted.
fn parts(c: &mut Criterion, ours: &Engine, requests: &[SearchRequest]) {
    let mut group = c.benchmark_group("search/parts");
    group.sample_size(20);
    for snippets in [false, true] {
        let requests: Vec<SearchRequest> = requests
            .iter()
            .map(|request| SearchRequest {
                facets: false,
                snippets,
                ..request.clone()
            })
            .collect();
        group.bench_function(if snippets { "snippets" } else { "no_snippets" }, |b| {
            b.iter(|| {
                for request in &requests {
                    let answer = ours.search(request).expect("a query is never an error");
                    // A word may stand in the title alone, or damaged in the text: its snippet marks nothing.
                    let hits = answer.hits.iter().map(|hit| &hit.snippet);
                    let marked = hits.clone().filter(|cut| !cut.highlights.is_empty());
                    assert!(hits.clone().all(|cut| cut.text.is_empty() != snippets));
                    assert!(marked.count() > 0 || !snippets || hits.count() < 10);
                }
            });
        });
    }
    group.bench_function("facets", |b| {
        b.iter(|| {
            for request in requests {
                let facets = ours.facets(request).expect("filters that are known");
                assert!(!facets.province.is_empty() && !facets.metric.is_empty());
            }
        });
    });
    let figures = FigureRequest {
        filters: Filters {
            metric: vec!["revenue".into()],
            ..Filters::default()
        },
        sort: FigureSort::Value,
        limit: Some(10),
        ..FigureRequest::default()
    };
    group.bench_function("figures_by_value", |b| {
        b.iter(|| {
            let found = ours.figures(&figures).expect("filters that are known");
            let values = found.figures.iter().map(|figure| &figure.observation);
            assert!(found.total > 10 && found.figures.len() == 10);
            assert!(values.is_sorted_by_key(|v| (v.unit.clone(), std::cmp::Reverse(v.value))));
        });
    });
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
