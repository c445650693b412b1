//! Damaged Vietnamese made readable again.
//!
//! Real pages lose letters: of `tỉnh Quảng Ninh` stands `tnh Qung Ninh`. What is lost follows a rule ([`damage`]), so that the syllables
//! which a remnant may have been are known, and its neighbours say which it was. Others were read by a wrong table, so that one letter
//! stands for another in all of the text (`dự ỏn`, `shifted`; `ñầu tư`, `stroke`), or left blanks (`t ñ ng`, `blanked`). [`restore`] finds the damaged lines, reads them through
//! the [lexicon](super::lexicon) and gives the text with its words whole, together with the way back to the stored text. Text that is
//! intact, or typed without marks, comes back as it is, without a copy.

mod blanked;
mod clause;
mod detect;
mod document;
mod shifted;
mod stroke;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::borrow::Cow;

use crate::Span;

pub use super::lexicon::spelling::{damage, is_lost};

/// A word that was restored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edit {
    /// Its remnant in the stored text; empty where a whole word was lost.
    pub original: Span,
    /// The word in the restored text.
    pub restored: Span,
    /// The chance of this reading among those possible, its neighbours being as restored.
    pub confidence: f32,
}

/// A text with its damaged words restored.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored<'a> {
    /// The restored text; the stored one itself where nothing was damaged.
    pub text: Cow<'a, str>,
    /// What was restored, in order.
    pub edits: Vec<Edit>,
}

impl Restored<'_> {
    /// Whether nothing was restored.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.edits.is_empty()
    }

    /// Where a range of the restored text stands in the stored one; an end inside a restored word takes in the whole remnant.
    #[must_use]
    pub fn stored(&self, span: Span) -> Span {
        Span::new(
            self.stored_at(span.start, false),
            self.stored_at(span.end, true),
        )
    }

    fn stored_at(&self, at: usize, end: bool) -> usize {
        let i = self.edits.partition_point(|e| e.restored.start <= at);
        let Some(edit) = i.checked_sub(1).map(|i| self.edits[i]) else {
            return at;
        };
        if at == edit.restored.start {
            edit.original.start
        } else if at >= edit.restored.end {
            at - edit.restored.end + edit.original.end
        } else if end {
            edit.original.end
        } else {
            edit.original.start
        }
    }
}

/// Restores the damaged words of `text`, which is NFC.
///
/// ```
/// use baocao::text::repair::restore;
///
/// let restored = restore("Công tác bo v môi trường được các đơn v trong tnh thc hin tt.");
/// assert_eq!(restored.text, "Công tác bảo vệ môi trường được các đơn vị trong tỉnh thực hiện tốt.");
/// assert!(restore("Bao ve moi truong").is_intact());
/// ```
#[must_use]
pub fn restore(text: &str) -> Restored<'_> {
    let whole = shifted::read(text)
        .or_else(|| blanked::read(text))
        .or_else(|| stroke::read(text));
    if let Some(changes) = whole {
        return apply(text, changes);
    }
    let mut words = detect::Words::default();
    let damaged = detect::damaged_lines(text, &mut words);
    if damaged.is_empty() {
        return Restored {
            text: Cow::Borrowed(text),
            edits: Vec::new(),
        };
    }
    let document = document::Document::count(text, &damaged);
    let mut changes = Vec::new();
    let mut reader = clause::Reader::new(text, words, &document);
    for line in &damaged {
        reader.read(line, &mut changes);
    }
    apply(text, changes)
}

/// As [`restore`], the text alone: for a filter.
#[must_use]
pub fn restore_lines(text: &str) -> Cow<'_, str> {
    restore(text).text
}

/// A range of the stored text and what shall stand there.
#[derive(Debug)]
struct Change {
    original: Span,
    text: String,
    confidence: f32,
}

fn apply(text: &str, changes: Vec<Change>) -> Restored<'_> {
    if changes.is_empty() {
        return Restored {
            text: Cow::Borrowed(text),
            edits: Vec::new(),
        };
    }
    let mut out = String::with_capacity(text.len() + 2 * changes.len());
    let mut edits = Vec::with_capacity(changes.len());
    let mut done = 0;
    for change in changes {
        out.push_str(&text[done..change.original.start]);
        let start = out.len();
        out.push_str(&change.text);
        edits.push(Edit {
            original: change.original,
            restored: Span::new(start, out.len()),
            confidence: change.confidence,
        });
        done = change.original.end;
    }
    out.push_str(&text[done..]);
    Restored {
        text: Cow::Owned(out),
        edits,
    }
}
