//! The marks that a query typed bare lacks.

use super::lattice::{Candidate, Lattice, PairModel};
use super::{Syllable, lexicon};

/// The marks of words typed bare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// For each word its syllable and the chance of that reading; `None` for what is no syllable.
    pub words: Vec<Option<(Syllable, f32)>>,
    /// The chance of the least sure word that had a choice; 1 where none had.
    pub confidence: f32,
}

/// Restores the marks of a query typed bare: `von dau tu` is vốn đầu tư. Words that bear marks are taken as they are.
///
/// `model` are counts to mix in, with their doubt (see [`Lattice::with_model`]). Expects words in lower case.
///
/// ```
/// use baocao::text::lexicon::{lexicon, restore_marks};
///
/// let restored = restore_marks(&["von", "dau", "tu"], None);
/// let words: Vec<&str> = restored.words.iter().flatten().map(|w| lexicon().usual(w.0)).collect();
/// assert_eq!(words, ["vốn", "đầu", "tư"]);
/// ```
#[must_use]
pub fn restore_marks(words: &[&str], model: Option<(&dyn PairModel, f32)>) -> Restored {
    let lexicon = lexicon();
    let mut lattice = Lattice::new(lexicon);
    if let Some((counts, doubt)) = model {
        lattice = lattice.with_model(counts, doubt);
    }
    for word in words {
        if word.is_ascii() {
            lattice.push(lexicon.by_folded(word).map(Candidate::new));
        } else {
            lattice.push(lexicon.syllable(word).map(Candidate::new));
        }
    }
    let path = lattice.best();
    let mut confidence = 1.0f32;
    let words = path
        .choices
        .iter()
        .enumerate()
        .map(|(i, &choice)| {
            let chosen = lattice.column(i)[choice].syllable;
            let sure = path.confidences[i];
            confidence = confidence.min(sure);
            (!chosen.is_class()).then_some((chosen, sure))
        })
        .collect();
    Restored { words, confidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_queries_get_their_marks() {
        for (bare, marked) in [
            ("von dau tu", "vốn đầu tư"),
            ("tang truong kinh te", "tăng trưởng kinh tế"),
            ("giai ngan von dau tu cong", "giải ngân vốn đầu tư công"),
            ("xuat khau thuy san", "xuất khẩu thủy sản"),
            ("khu công nghiep", "khu công nghiệp"),
        ] {
            let words: Vec<&str> = bare.split(' ').collect();
            let restored = restore_marks(&words, None);
            let read: Vec<&str> = restored
                .words
                .iter()
                .flatten()
                .map(|w| lexicon().usual(w.0))
                .collect();
            assert_eq!(read.join(" "), marked);
            assert!(restored.confidence > 0.3, "{bare}: {}", restored.confidence);
        }
    }

    #[test]
    fn words_that_are_no_syllables_stay() {
        let restored = restore_marks(&["fdi", "xyz"], None);
        assert_eq!(restored.words, [None, None]);
    }
}
