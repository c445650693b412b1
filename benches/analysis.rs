//! Analysis beside tantivy's folding chain on the same text: the intact reports of `corpus/`. Throughput counts bytes of text.

use std::hint::black_box;

use baocao::text::analyzer::ViTokenizer;
use baocao::text::repair::restore;
use baocao::text::{fold, index_text, tokenize};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer, TokenStream, Tokenizer,
};

mod support;

use support::intact_reports;

/// Tokens and bytes of their forms.
fn drain(stream: &mut dyn TokenStream) -> (usize, usize) {
    let (mut tokens, mut bytes) = (0, 0);
    while stream.advance() {
        tokens += 1;
        bytes += stream.token().text.len();
    }
    (tokens, bytes)
}

fn analysis(c: &mut Criterion) {
    let text = intact_reports().join("\n");
    let mut chain = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build();
    let mut folded = TextAnalyzer::builder(ViTokenizer::<false>::default()).build();
    let mut exact = TextAnalyzer::builder(ViTokenizer::<true>::default()).build();

    // The answers first: a fast wrong one is no result. Folded forms are what folding the exact ones gives, token by token.
    let tokens = tokenize(&text);
    assert!(tokens.list().len() > 5_000);
    for token in tokens.list() {
        assert_eq!(fold(tokens.exact(token)), tokens.folded(token));
    }
    let mut both = (folded.token_stream(&text), ViTokenizer::<true>::default());
    let mut exact_stream = both.1.token_stream(&text);
    while both.0.advance() {
        assert!(exact_stream.advance());
        assert_eq!(fold(&exact_stream.token().text), both.0.token().text);
    }
    assert!(!exact_stream.advance());
    drop(exact_stream);
    drop(both);

    let mut group = c.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("tantivy_fold_chain", |b| {
        b.iter(|| drain(&mut chain.token_stream(black_box(&text))));
    });
    group.bench_function("tokenize_both_forms", |b| {
        b.iter(|| tokenize(black_box(&text)));
    });
    group.bench_function("stream_folded", |b| {
        b.iter(|| drain(&mut folded.token_stream(black_box(&text))));
    });
    group.bench_function("stream_exact", |b| {
        b.iter(|| drain(&mut exact.token_stream(black_box(&text))));
    });
    group.bench_function("fold", |b| b.iter(|| fold(black_box(&text))));
    group.bench_function("index_text", |b| {
        b.iter(|| index_text(black_box(&text)).len());
    });
    // All that a text goes through on its way into the index: what the single figures above come to.
    group.bench_function("whole_chain", |b| {
        b.iter(|| {
            let restored = restore(black_box(&text));
            let indexed = index_text(&restored.text);
            let (words, _) = drain(&mut folded.token_stream(&indexed));
            (words, drain(&mut exact.token_stream(&indexed)))
        });
    });
    group.bench_function("utf8_validation", |b| {
        b.iter(|| std::str::from_utf8(black_box(text.as_bytes())).is_ok());
    });
    group.finish();
}

criterion_group!(benches, analysis);
criterion_main!(benches);
