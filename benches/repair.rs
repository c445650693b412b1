//! Restoration of wholly damaged, partly damaged and intact text: the reports of `corpus/`. Throughput counts bytes of the text given.

use std::hint::black_box;

use baocao::text::repair::{damage, restore};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The texts of the corpus that are intact as they stand.
fn reports() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("corpus/ stands beside the manifest")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    let texts = paths.iter().filter_map(|p| std::fs::read_to_string(p).ok());
    texts.filter(|text| restore(text).is_intact()).collect()
}

/// Words of `restored` that are those of `text`, in per mille.
fn right(text: &str, restored: &str) -> usize {
    let (words, back) = (text.split_whitespace(), restored.split_whitespace());
    let total = words.clone().count();
    1000 * words.zip(back).filter(|(word, got)| word == got).count() / total.max(1)
}

fn repair(c: &mut Criterion) {
    let intact = reports();
    let damaged: Vec<String> = intact.iter().map(|text| damage(text)).collect();
    let every_other_line = |(whole, lost): (&String, &String)| {
        let lines = whole.lines().zip(lost.lines()).enumerate();
        let picked = lines.map(|(i, (whole, lost))| if i % 2 == 0 { whole } else { lost });
        picked.collect::<Vec<_>>().join("\n")
    };
    let mixed: Vec<String> = intact.iter().zip(&damaged).map(every_other_line).collect();

    // The answers first: a fast wrong one is no result.
    assert!(intact.len() > 10);
    let whole = intact.join("\n");
    for (given, least) in [(&damaged, 980), (&mixed, 985)] {
        let restored: Vec<_> = given.iter().map(|text| restore(text).text).collect();
        let right = right(&whole, &restored.join("\n"));
        assert!(right >= least, "{right} per mille of the words are right");
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
