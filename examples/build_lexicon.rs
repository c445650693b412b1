//! Makes `src/text/lexicon/lexicon.bin`.
//!
//! `cargo run --release --example build_lexicon -- syllables.tsv bigrams.tsv OUT SOURCE [TEXT]...`
//!
//! The tables hold `syllable<TAB>count` and `first second<TAB>count`; a TEXT is UTF-8, one paragraph a line, and gives the counts of what stands
//! beside numbers and at the ends of clauses, of capitals, and of triples. SOURCE is a line that goes into the file: what was counted, and when.

use std::{env, error::Error, fs, io::BufRead as _};

use baocao::text::lexicon::{Syllable, build::Counts, spelling};

const MAX_TRIPLES: usize = 229_000;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [syllables, pairs, out, source, texts @ ..] = args.as_slice() else {
        return Err("usage: build_lexicon syllables.tsv bigrams.tsv OUT SOURCE [TEXT]...".into());
    };
    let mut counts = Counts::default();
    for line in fs::read_to_string(syllables)?
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        if let Some((word, count)) = line.split_once('\t') {
            counts.syllables.insert(word.to_owned(), count.parse()?);
        }
    }
    for line in fs::read_to_string(pairs)?
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        if let Some((pair, count)) = line.split_once('\t')
            && let Some((first, second)) = pair.split_once(' ')
        {
            counts
                .pairs
                .insert((first.to_owned(), second.to_owned()), count.parse()?);
        }
    }
    let ids = counts.ids();
    let mut run: Vec<u16> = Vec::new();
    for text in texts {
        for line in std::io::BufReader::new(fs::File::open(text)?).lines() {
            read_line(&line?, &ids.by_name, &mut counts, &mut run);
        }
    }
    counts.running_triples.retain(|_, count| *count >= 3);
    let table = counts.table(&ids, source, MAX_TRIPLES);
    println!("{} syllables, {} bytes", ids.by_name.len(), table.len());
    fs::write(out, table)?;
    Ok(())
}

fn read_line(
    line: &str,
    ids: &rustc_hash::FxHashMap<String, u16>,
    counts: &mut Counts,
    run: &mut Vec<u16>,
) {
    let mut word = String::new();
    let mut number = false;
    run.clear();
    run.push(Syllable::START.0);
    for c in line.chars().chain(['\n']) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            push_word(&word, ids, counts, run);
            word.clear();
            number = false;
        }
        if c.is_numeric() {
            if !number {
                run.push(Syllable::NUMBER.0);
            }
            number = true;
        } else if c == ' ' {
            number = false;
        } else if !(number && matches!(c, '.' | ',' | '/' | '-' | '%')) {
            number = false;
            close(counts, run);
        }
    }
    close(counts, run);
}

fn push_word(
    word: &str,
    ids: &rustc_hash::FxHashMap<String, u16>,
    counts: &mut Counts,
    run: &mut Vec<u16>,
) {
    let lower = word.to_lowercase();
    let name = spelling::canonical(&lower);
    let Some(&id) = ids.get(&name) else {
        run.push(Syllable::OTHER.0);
        return;
    };
    // Of a line in capitals, or the first word of a sentence, a capital says nothing.
    if run.last() != Some(&Syllable::START.0)
        && (word.chars().count() == 1 || word.chars().nth(1).is_some_and(char::is_lowercase))
    {
        let entry = counts.capitals.entry(name).or_default();
        entry.0 += 1;
        entry.1 += u32::from(word.starts_with(char::is_uppercase));
    }
    run.push(id);
}

fn close(counts: &mut Counts, run: &mut Vec<u16>) {
    if run.len() > 1 {
        run.push(Syllable::START.0);
        for pair in run.windows(2) {
            *counts.running_pairs.entry((pair[0], pair[1])).or_default() += 1;
        }
        for triple in run.windows(3) {
            *counts
                .running_triples
                .entry((triple[0], triple[1], triple[2]))
                .or_default() += 1;
        }
    }
    run.clear();
    run.push(Syllable::START.0);
}
