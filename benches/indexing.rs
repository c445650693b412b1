//! Indexing generated reports, beside plain tantivy. Throughput counts the bytes of titles and bodies.

use std::hint::black_box;
use std::io::Write;

use baocao::{Engine, IndexRequest};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

#[path = "../examples/support/baseline.rs"]
mod baseline;
#[path = "../examples/support/mod.rs"]
mod support;

use support::report::{self, Options};
use support::{Lexicon, Report};

const DOCS: u64 = 1000;

fn indexing(c: &mut Criterion) {
    let lexicon = Lexicon::load();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ndjson = folder.path().join("reports.ndjson");
    let mut file = std::fs::File::create(&ndjson).expect("a new file");
    let (mut made, mut line, mut bytes) = (Report::default(), String::new(), 0);
    for number in 0..DOCS {
        let head = report::header(&lexicon, 1, number);
        report::write(&lexicon, 1, head, &mut made);
        line.clear();
        report::push_record(&lexicon, &head, &made, Options { given: true }, &mut line);
        file.write_all(line.as_bytes()).expect("room on the disk");
        bytes += made.title.len() + made.body.len();
    }
    drop(file);

    let mut group = c.benchmark_group("indexing");
    group
        .throughput(Throughput::Bytes(bytes as u64))
        .sample_size(10);
    group.bench_function("generator", |b| {
        b.iter(|| {
            let mut bytes = 0;
            for number in 0..DOCS {
                let head = report::header(&lexicon, 1, number);
                report::write(&lexicon, 1, head, &mut made);
                bytes += black_box(&made).body.len() + made.title.len();
            }
            bytes
        });
    });
    group.bench_function("tf", |b| {
        b.iter(|| {
            let dir = tempfile::tempdir().expect("a temporary folder");
            baseline::Baseline::create(dir.path(), &ndjson, 1, 64 << 20).expect("tantivy indexes");
            let index = baseline::Baseline::open(dir.path()).expect("an index");
            assert_eq!(index.len(), DOCS);
        });
    });
    for (name, recognise) in [("words", false), ("everything", true)] {
        group.bench_function(format!("baocao/{name}"), |b| {
            b.iter(|| {
                let dir = tempfile::tempdir().expect("a temporary folder");
                let mut request = IndexRequest::new([&ndjson]);
                request.threads = Some(1);
                request.recognise = recognise;
                let engine = Engine::open_or_create(dir.path().join("index")).expect("an index");
                let done = engine.index(&request).expect("indexing succeeds");
                assert_eq!((done.new, done.skipped.len()), (DOCS, 0));
                let figures = engine.stats().expect("an index").figures;
                assert_eq!(figures > DOCS, recognise, "{figures}");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, indexing);
criterion_main!(benches);
