//! Marks that a bare query lacks, from the lexicon's pairs of syllables and from what the index holds.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::terms::{Reading, Slot, doc_freq};
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::Taxonomy;
use crate::text::lexicon::{Candidate, Lattice, lexicon};
use crate::text::{Token, TokenKind, Tokens, tokenize};

/// Whether `folded` is a Vietnamese syllable without its marks.
pub(crate) fn is_syllable(folded: &str) -> bool {
    lexicon().by_folded(folded).len() > 0
}

/// Whether a word is spelt as a Vietnamese syllable is, its marks included.
pub(crate) fn is_word(slot: &Slot) -> bool {
    if slot.marked() {
        lexicon().syllable(&slot.exact).is_some()
    } else {
        is_syllable(&slot.folded)
    }
}

/// The most spellings of one syllable that are weighed.
const MAX_FORMS: usize = 24;
/// What a typed mark that the index does not know loses against its siblings, as a natural logarithm.
const UNKNOWN_MARK: f32 = -1.0;
/// How much of the index's own preference among the spellings of a syllable counts beside the lexicon's.
const OWN_SHARE: f32 = 0.35;

/// What speaks for two spellings that are a word of reports together, as a natural logarithm.
const WORD_OF_REPORTS: f32 = 3.5;

/// Two syllables that stand side by side.
type Pair = (String, String);

/// Words of two syllables that are written in reports far oftener than in the texts that the lexicon was counted on, by their folded
/// form: those of the tables of metrics, and a few that queries live on.
static REPORT_WORDS: LazyLock<FxHashMap<Pair, Vec<Pair>>> = LazyLock::new(|| {
    const MORE: [&str; 14] = [
        "hải quan",
        "cục thuế",
        "bao nhiêu",
        "chỉ tiêu",
        "kế hoạch",
        "dự toán",
        "lũy kế",
        "giải ngân",
        "cấp mới",
        "cửa khẩu",
        "trị giá",
        "giao thương",
        "đầu người",
        "cả năm",
    ];
    let taxonomy = Taxonomy::get();
    let names = taxonomy
        .iter()
        .flat_map(|(_, metric)| std::iter::once(&metric.vi).chain(&metric.cues))
        .map(String::as_str)
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == ' '));
    let mut table: FxHashMap<_, Vec<Pair>> = FxHashMap::default();
    for name in names.chain(MORE) {
        let tokens = tokenize(name);
        for pair in tokens.list().windows(2) {
            let both =
                |of: fn(&Tokens, &Token) -> String| (of(&tokens, &pair[0]), of(&tokens, &pair[1]));
            let forms = table
                .entry(both(|t, w| t.folded(w).to_owned()))
                .or_default();
            let exact = both(|t, w| t.exact(w).to_owned());
            if !forms.contains(&exact) {
                forms.push(exact);
            }
        }
    }
    table
});

/// Whether a spelling of `slots[at]` makes a word of reports with the syllable before it or behind it.
fn is_of_reports(slots: &[Slot], at: usize, exact: &str) -> bool {
    let forms = |first: usize| {
        let (a, b) = (slots.get(first)?, slots.get(first + 1)?);
        REPORT_WORDS.get(&(a.folded.clone(), b.folded.clone()))
    };
    let before = at.checked_sub(1).and_then(forms);
    before.is_some_and(|forms| forms.iter().any(|(_, own)| own == exact))
        || forms(at).is_some_and(|forms| forms.iter().any(|(own, _)| own == exact))
}

/// Gives the slots of a query of two or more words their readings.
///
/// A word with marks that the index knows keeps them and only helps its neighbours. A word without marks may take any
/// spelling that the index holds. A word that the index does not hold may also become one of its alternatives, which are put
/// in the order of the reading.
pub(crate) fn readings(snapshot: &Snapshot, slots: &mut [Slot]) -> Result<()> {
    let names = super::understand::place_names(slots);
    for (slot, name) in slots.iter_mut().zip(names) {
        if let Some(exact) = name
            && !slot.marked()
            && slot.df > 0
        {
            slot.name = Some(exact);
        }
    }
    let mut start = 0;
    while start < slots.len() {
        let mut end = start + 1;
        while end < slots.len()
            && slots[end].adjacent
            && slots[end].positive == slots[start].positive
        {
            end += 1;
        }
        if end - start > 1 {
            read_run(snapshot, &mut slots[start..end])?;
        }
        start = end;
    }
    Ok(())
}

/// One way to read a slot: which alternative it comes from (`None`: the word itself), and the exact form.
struct Form {
    alternative: Option<usize>,
    exact: String,
}

fn read_run(snapshot: &Snapshot, slots: &mut [Slot]) -> Result<()> {
    let lexicon = lexicon();
    let mut lattice = Lattice::new(lexicon);
    let mut forms: Vec<Vec<Form>> = Vec::with_capacity(slots.len());
    for (at, slot) in slots.iter().enumerate() {
        let mut column: Vec<Form> = Vec::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        if slot.kind == TokenKind::Number || slot.kind == TokenKind::Date {
            candidates.push(Candidate::new(crate::text::lexicon::Syllable::NUMBER));
            forms.push(column);
            lattice.push(candidates);
            continue;
        }
        let settled = slot.settled().is_some();
        if let Some(name) = &slot.name {
            // A syllable of a province's name.
            if let Some(syllable) = lexicon.syllable(name) {
                candidates.push(Candidate::new(syllable));
                column.push(Form {
                    alternative: None,
                    exact: name.clone(),
                });
            }
        } else if settled {
            if let Some(syllable) = lexicon.syllable(&slot.exact) {
                candidates.push(Candidate::new(syllable));
                column.push(Form {
                    alternative: None,
                    exact: slot.exact.clone(),
                });
            }
        } else {
            let mut add = |folded: &str, alternative: Option<usize>, base: f32| -> Result<()> {
                let mut found: Vec<(Candidate, Form, u32)> = Vec::new();
                for syllable in lexicon.by_folded(folded).take(MAX_FORMS) {
                    let exact = lexicon.canonical(syllable);
                    let df = doc_freq(snapshot, snapshot.fields.body_exact, exact)?;
                    if df == 0 {
                        continue;
                    }
                    let mut candidate = Candidate::new(syllable);
                    candidate.log_weight = base;
                    if is_of_reports(slots, at, exact) {
                        candidate.log_weight += WORD_OF_REPORTS;
                    }
                    if slot.marked() {
                        candidate.log_weight += UNKNOWN_MARK * mark_distance(&slot.exact, exact);
                    }
                    found.push((
                        candidate,
                        Form {
                            alternative,
                            exact: exact.to_owned(),
                        },
                        df,
                    ));
                }
                let all: u32 = found.iter().map(|f| f.2).sum();
                for (mut candidate, form, df) in found {
                    candidate.log_weight += OWN_SHARE * (df as f32 / all as f32).ln();
                    candidates.push(candidate);
                    column.push(form);
                }
                Ok(())
            };
            if slot.df > 0 {
                add(&slot.folded, None, 0.0)?;
            }
            for (i, alternative) in slot.alternatives.iter().enumerate() {
                if slot.df == 0 {
                    add(&alternative.folded, Some(i), 1.5 * alternative.weight.ln())?;
                }
            }
        }
        forms.push(column);
        lattice.push(candidates);
    }
    if forms.iter().all(Vec::is_empty) {
        return Ok(());
    }
    let path = lattice.best();
    for ((slot, forms), (&choice, &confidence)) in slots
        .iter_mut()
        .zip(&forms)
        .zip(path.choices.iter().zip(&path.confidences))
    {
        let Some(form) = forms.get(choice) else {
            continue;
        };
        match form.alternative {
            Some(i) => {
                slot.alternatives[i].exact = Some(form.exact.clone());
                // The context's choice leads; the others stay, weaker.
                let mut chosen = slot.alternatives.remove(i);
                chosen.weight = chosen.weight.max(0.8 * confidence);
                for other in &mut slot.alternatives {
                    other.weight *= 1.0 - 0.7 * confidence;
                }
                slot.alternatives.insert(0, chosen);
            }
            None if slot.name.is_some() => {
                let held = doc_freq(snapshot, snapshot.fields.body_exact, &form.exact)? > 0;
                slot.reading = held.then(|| Reading {
                    exact: form.exact.clone(),
                    confidence: 0.95,
                });
            }
            None if slot.settled().is_none() => {
                slot.reading = Some(Reading {
                    exact: form.exact.clone(),
                    confidence,
                });
            }
            None => {}
        }
    }
    Ok(())
}

/// In how many of its letters a spelling differs from another one of the same folded form, tones and shapes apart.
fn mark_distance(a: &str, b: &str) -> f32 {
    use unicode_normalization::UnicodeNormalization;
    let marks = |s: &str| -> Vec<char> {
        let mut m: Vec<char> = s.nfd().filter(|c| !c.is_ascii()).collect();
        m.sort_unstable();
        m
    };
    let (a, b) = (marks(a), marks(b));
    let common = a.iter().filter(|c| b.contains(c)).count();
    (a.len().max(b.len()) - common.min(a.len().min(b.len()))) as f32
}
