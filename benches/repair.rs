//! Restoration of wholly damaged, partly damaged and intact text: the reports of `corpus/`. Throughput counts bytes of the text given.

use std::hint::black_box;

use baocao::text::repair::{damage, restore};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod support;

use support::intact_reports;

/// Words that come back as they were, in per mille; a line whose words do not pair up counts as wrong.
fn right(text: &str, restored: &str) -> usize {
    let (mut words, mut right) = (0, 0);
    for (line, back) in text.lines().zip(restored.lines()) {
        let (line, back): (Vec<_>, Vec<_>) = (line.split(' ').collect(), back.split(' ').collect());
        words += line.len();
        if line.len() == back.len() {
            right += line
                .iter()
                .zip(&back)
                .filter(|(word, got)| word == got)
                .count();
        }
    }
    1000 * right / words.max(1)
}

fn repair(c: &mut Criterion) {
    let intact = intact_reports();
    let damaged: Vec<String> = intact.iter().map(|text| damage(text)).collect();
    let every_other_line = |(whole, lost): (&String, &String)| {
        let lines = whole.lines().zip(lost.lines()).enumerate();
        let picked = lines.map(|(i, (whole, lost))| if i % 2 == 0 { whole } else { lost });
        picked.collect::<Vec<_>>().join("\n")
    };
    let mixed: Vec<String> = intact.iter().zip(&damaged).map(every_other_line).collect();

    // The answers first: a fast wrong one is no result.
    assert!(intact.len() > 10);
    for (given, least) in [(&damaged, 970), (&mixed, 980)] {
        let scores = intact
            .iter()
            .zip(given)
            .map(|(text, given)| right(text, &restore(given).text));
        let mean = scores.sum::<usize>() / given.len();
        assert!(mean >= least, "{mean} per mille of the words are right");
    }

    let mut group = c.benchmark_group("repair");
    for (name, texts) in [
        ("damaged", &damaged),
        ("mixed", &mixed),
        ("intact", &intact),
    ] {
        let bytes: usize = texts.iter().map(String::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let edits = texts
                    .iter()
                    .map(|text| restore(black_box(text)).edits.len());
                edits.sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, repair);
criterion_main!(benches);
