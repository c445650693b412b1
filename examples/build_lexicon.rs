//! Makes `src/text/lexicon/lexicon.bin`.
//!
//! `cargo run --release --example build_lexicon -- syllables.tsv bigrams.tsv phrases.txt provinces.tsv zones.tsv OUT SOURCE [TEXT]...`
//!
//! The tables hold `syllable<TAB>count` and `first second<TAB>count`; a TEXT is UTF-8, one paragraph a line, and gives the counts of what stands
//! beside numbers and at the ends of clauses, of capitals, and of triples. The phrases and names, one a line, are counted beside the texts. SOURCE is a line that goes into the file: what was counted, and when.

use std::{collections::BTreeSet, env, error::Error, fs, io::BufRead as _};

use baocao::text::lexicon::{Syllable, build::Counts, spelling, takes_full_stop};

const MAX_TRIPLES: usize = 230_000;
/// Times that a phrase counts.
const PHRASE_WEIGHT: u32 = 40;
/// Times that a name counts.
const NAME_WEIGHT: u32 = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [
        syllables,
        pairs,
        phrases,
        provinces,
        zones,
        out,
        source,
        texts @ ..,
    ] = args.as_slice()
    else {
        return Err("usage: build_lexicon syllables.tsv bigrams.tsv phrases.txt provinces.tsv zones.tsv OUT SOURCE [TEXT]...".into());
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
    let phrases = fs::read_to_string(phrases)?;
    let mut names = names_of(&fs::read_to_string(provinces)?);
    names.append(&mut names_of(&fs::read_to_string(zones)?));
    for name in &names {
        add_pairs(name, NAME_WEIGHT, &mut counts);
    }
    for phrase in phrases.lines().filter(|l| !l.starts_with('#')) {
        add_pairs(phrase, PHRASE_WEIGHT, &mut counts);
    }
    let ids = counts.ids();
    let mut run: Vec<u16> = Vec::new();
    for text in texts {
        for line in std::io::BufReader::new(fs::File::open(text)?).lines() {
            read_line(&line?, &ids.by_name, &mut counts, &mut run);
        }
    }
    let plain = phrases.lines().filter(|l| !l.starts_with('#'));
    for (line, weight) in plain
        .map(|l| (l, PHRASE_WEIGHT))
        .chain(names.iter().map(|l| (l.as_str(), NAME_WEIGHT)))
    {
        let mut once = Counts::default();
        read_line(line, &ids.by_name, &mut once, &mut run);
        // Neither phrase nor name makes a sentence of its own.
        let border = Syllable::START.0;
        for (pair, count) in once.running_pairs {
            if pair.0 != border && pair.1 != border {
                *counts.running_pairs.entry(pair).or_default() += count * weight;
            }
        }
        for (triple, count) in once.running_triples {
            if triple.0 != border && triple.2 != border {
                *counts.running_triples.entry(triple).or_default() += count * weight;
            }
        }
        for (name, seen) in once.capitals {
            let entry = counts.capitals.entry(name).or_default();
            entry.0 += seen.0 * weight.min(5);
            entry.1 += seen.1 * weight.min(5);
        }
    }
    counts.running_triples.retain(|_, count| *count >= 2);
    let table = counts.table(&ids, source, MAX_TRIPLES);
    println!("{} syllables, {} bytes", ids.by_name.len(), table.len());
    fs::write(out, table)?;
    Ok(())
}

/// The marked names of several words in the columns `name` and `aliases`.
fn names_of(table: &str) -> BTreeSet<String> {
    let mut lines = table.lines().filter(|l| !l.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut names = BTreeSet::new();
    for line in lines {
        for (column, cell) in head.iter().zip(line.split('\t')) {
            if matches!(*column, "name" | "aliases") {
                let cells = cell.split(';').map(str::trim);
                names.extend(
                    cells
                        .filter(|n| n.contains(' ') && !n.is_ascii())
                        .map(str::to_owned),
                );
            }
        }
    }
    names
}

/// Counts the neighbours in `line` as the tables have them: numbers left out, nothing across a mark.
fn add_pairs(line: &str, weight: u32, counts: &mut Counts) {
    for clause in line
        .to_lowercase()
        .split(|c: char| !(c.is_alphabetic() || c == ' ' || c.is_numeric()))
    {
        let words: Vec<&str> = clause
            .split(' ')
            .filter(|w| !w.is_empty() && w.chars().all(char::is_alphabetic))
            .collect();
        // A marked word is a syllable even where the table lacks it (`lắk`); initials and numerals of names are none.
        let known: Vec<bool> = words
            .iter()
            .map(|w| !w.is_ascii() || counts.syllables.contains_key(*w))
            .collect();
        for (word, _) in words.iter().zip(&known).filter(|(_, known)| **known) {
            *counts.syllables.entry((*word).to_owned()).or_default() += u64::from(weight);
        }
        for (i, pair) in words.windows(2).enumerate() {
            if !known[i] || !known[i + 1] {
                continue;
            }
            let key = (pair[0].to_owned(), pair[1].to_owned());
            *counts.pairs.entry(key).or_default() += u64::from(weight);
        }
    }
}

fn read_line(
    line: &str,
    ids: &rustc_hash::FxHashMap<String, u16>,
    counts: &mut Counts,
    run: &mut Vec<u16>,
) {
    let mut word = String::new();
    let mut last = String::new();
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
            last.clone_from(&word);
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
            match Syllable::of_mark(c) {
                Syllable::START if c == '.' && takes_full_stop(&last) => run.push(Syllable::MARK.0),
                Syllable::START => close(counts, run),
                class => run.push(class.0),
            }
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
    // A word in capitals, or the first of a sentence, says nothing.
    if !matches!(run.last(), Some(&last) if last == Syllable::START.0 || last == Syllable::MARK.0)
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
