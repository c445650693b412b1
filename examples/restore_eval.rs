//! Measures restoration: `cargo run --release --example restore_eval -- FOLDER [all|even|odd] [-v]`.
//!
//! Takes every text of a folder, loses its letters as damaged pages do, restores it and compares word by word. `even` and `odd` take every
//! second file, so that one half can serve for tuning and the other for the score; `-v` prints each wrong word. Texts are also given
//! undamaged, and must come back as they are.

use std::{collections::BTreeMap, env, error::Error, fs, path::PathBuf, time::Instant};

use baocao::text::repair::{damage, is_lost, restore};

/// Words counted in one text.
#[derive(Default)]
struct Score {
    damaged: u32,
    right: u32,
    intact: u32,
    changed: u32,
    clean_changed: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let folder = args
        .first()
        .ok_or("usage: restore_eval FOLDER [all|even|odd] [-v]")?;
    let half = args.get(1).map_or("all", String::as_str);
    let verbose = args.iter().any(|a| a == "-v");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    let mut total = Score::default();
    let (mut clean_changed, mut texts) = (0, 0);
    let mut wrong: BTreeMap<(String, String, String), u32> = BTreeMap::new();
    let (mut bytes, mut clean_bytes) = (0, 0);
    let (mut seconds, mut clean_seconds) = (0.0, 0.0);
    for (i, path) in paths.iter().enumerate() {
        if (half == "even" && i % 2 == 1) || (half == "odd" && i % 2 == 0) {
            continue;
        }
        let text = fs::read_to_string(path)?;
        let broken = damage(&text);
        let start = Instant::now();
        let restored = restore(&broken);
        seconds += start.elapsed().as_secs_f64();
        bytes += broken.len();
        let start = Instant::now();
        let clean = restore(&text);
        clean_seconds += start.elapsed().as_secs_f64();
        clean_bytes += text.len();
        let mut score = compare(&text, &restored.text, &mut wrong);
        score.clean_changed = *clean.text != *text;
        if score.clean_changed {
            for edit in &clean.edits {
                println!(
                    "  clean text changed: {} -> {}",
                    edit.original.of(&text),
                    edit.restored.of(&clean.text)
                );
            }
        }
        println!(
            "{:6.2} % of {:5} damaged right, {:5.2} % of {:5} intact changed{}  {}",
            100.0 * f64::from(score.right) / f64::from(score.damaged.max(1)),
            score.damaged,
            100.0 * f64::from(score.changed) / f64::from(score.intact.max(1)),
            score.intact,
            if score.clean_changed {
                ", CLEAN CHANGED"
            } else {
                ""
            },
            path.file_name().unwrap_or_default().to_string_lossy(),
        );
        total.damaged += score.damaged;
        total.right += score.right;
        total.intact += score.intact;
        total.changed += score.changed;
        clean_changed += u32::from(score.clean_changed);
        texts += 1;
    }
    if verbose {
        let mut list: Vec<_> = wrong.into_iter().collect();
        list.sort_by_key(|entry| std::cmp::Reverse(entry.1));
        for ((context, expected, got), n) in list {
            println!("{n:4}  {expected} | {got}      {context}");
        }
    }
    println!(
        "{texts} texts: {:.2} % of {} damaged words right, {:.3} % of {} intact words changed, {clean_changed} clean texts changed; \
         {:.1} MB/s damaged, {:.1} MB/s clean",
        100.0 * f64::from(total.right) / f64::from(total.damaged.max(1)),
        total.damaged,
        100.0 * f64::from(total.changed) / f64::from(total.intact.max(1)),
        total.intact,
        bytes as f64 / seconds / 1e6,
        clean_bytes as f64 / clean_seconds / 1e6,
    );
    Ok(())
}

/// Compares line by line, word by word; a line whose words do not pair up counts as wrong in all its damaged words.
fn compare(
    text: &str,
    restored: &str,
    wrong: &mut BTreeMap<(String, String, String), u32>,
) -> Score {
    let mut score = Score::default();
    for (line, back) in text
        .split('\n')
        .zip(restored.split('\n').chain(std::iter::repeat("")))
    {
        let words: Vec<&str> = line.split(' ').collect();
        let back: Vec<&str> = back.split(' ').collect();
        let pairs_up = words.len() == back.len();
        for (i, word) in words.iter().enumerate() {
            let got = if pairs_up { back[i] } else { "" };
            let lost = {
                let mut before = None;
                word.chars().any(|c| {
                    let lost = is_lost(before, c);
                    before = Some(c);
                    lost
                })
            };
            if lost {
                score.damaged += 1;
                score.right += u32::from(got == *word);
            } else if word.chars().any(char::is_alphabetic) {
                score.intact += 1;
                score.changed += u32::from(got != *word);
            }
            if got != *word && word.chars().any(char::is_alphabetic) {
                let context = words[i.saturating_sub(3)..(i + 3).min(words.len())].join(" ");
                *wrong
                    .entry((context, (*word).to_owned(), got.to_owned()))
                    .or_default() += 1;
            }
        }
    }
    score
}
