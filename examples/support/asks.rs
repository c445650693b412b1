//! Queries of each class about generated reports, drawn from the reports themselves, so that every one has a hit.

use super::baseline::Ask;
use super::support::form::bare;
use super::support::rng::Rng;
use super::support::{Lexicon, Report, report};

/// The classes, in the order of the tables.
pub const CLASSES: &[&str] = &[
    "single", "and2", "or5", "phrase", "plain", "filter", "fuzzy1", "fuzzy3",
];

/// One query with its text for our engine.
#[derive(Clone, Debug)]
pub struct Asked {
    /// For tf.
    pub ask: Ask,
    /// For us.
    pub text: String,
    /// Slug to filter by.
    pub province: Option<String>,
}

/// `count` queries of `class` about the first `docs` reports of `seed`.
pub fn of_class(lexicon: &Lexicon, seed: u64, docs: u64, class: &str, count: usize) -> Vec<Asked> {
    let mut rng = Rng::new(
        seed ^ 0x5eed,
        CLASSES.iter().position(|c| *c == class).unwrap_or(0) as u64,
    );
    let mut made = Report::default();
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        let head = report::header(lexicon, seed, rng.below(docs as usize) as u64);
        if head.form != super::support::form::Form::Nfc {
            continue;
        }
        report::write(lexicon, seed, head, &mut made);
        let words: Vec<&str> = made.body.split([' ', '\n']).collect();
        let is_word = |w: &&str| {
            w.chars().count() >= 3 && w.chars().all(|c| c.is_alphabetic() && c.is_lowercase())
        };
        // Runs of words without punctuation between them, so that phrases stand in the text.
        let n = match class {
            "single" | "fuzzy1" => 1,
            "and2" | "phrase" | "filter" => 2,
            "or5" => 5,
            _ => 3,
        };
        let start = rng.below(words.len().saturating_sub(n).max(1));
        let run: Vec<String> = if class == "or5" {
            let able: Vec<&&str> = words.iter().filter(|w| is_word(w)).collect();
            (0..n)
                .map(|_| (**able[rng.below(able.len())]).to_owned())
                .collect()
        } else {
            words[start..]
                .iter()
                .take(n)
                .filter(|w| is_word(w))
                .map(|w| (*w).to_owned())
                .collect()
        };
        if run.len() < n {
            continue;
        }
        let text = run.join(" ");
        let slug = lexicon.units[head.unit].slug.to_owned();
        let slip = |word: &String, rng: &mut Rng| {
            let mut chars: Vec<char> = bare(word).chars().collect();
            let at = 1 + rng.below(chars.len() - 1);
            match rng.below(3) {
                0 => chars.insert(at, chars[at]),
                1 => chars.swap(at - 1, at),
                _ => chars[at] = ['n', 'h', 'g', 'u', 'o', 'c'][rng.below(6)],
            }
            chars.into_iter().collect::<String>()
        };
        out.push(match class {
            "or5" => Asked {
                text: run.join(" OR "),
                ask: Ask::Any(run),
                province: None,
            },
            "phrase" => Asked {
                text: format!("\"{text}\""),
                ask: Ask::Phrase(run),
                province: None,
            },
            "plain" => Asked {
                text: bare(&text),
                ask: Ask::All(run),
                province: None,
            },
            "filter" => Asked {
                text,
                ask: Ask::Filtered(run, slug.clone()),
                province: Some(slug),
            },
            "fuzzy1" | "fuzzy3" => {
                let slipped: Vec<String> = run.iter().map(|w| slip(w, &mut rng)).collect();
                Asked {
                    text: slipped.join(" "),
                    ask: Ask::Fuzzy(slipped),
                    province: None,
                }
            }
            _ => Asked {
                text,
                ask: Ask::All(run),
                province: None,
            },
        });
    }
    out
}
