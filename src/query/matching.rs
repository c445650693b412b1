//! Which reports match: a set of documents for each segment, apart from any score.

use std::ops::Range;

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, Term};

use super::bits::{Bits, Counter};
use super::kept::{Kept, worth_keeping};
use super::phrase;
use super::terms::{Node, Slot, Terms};
use crate::Result;
use crate::index::snapshot::Snapshot;

/// How strictly the words of a free query are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// All of one or two words, three in five of more.
    Most,
    /// Any word, and phrases as words: where the rule above finds nothing.
    Any,
    /// All words, also those that the index does not hold: what is excluded.
    All,
}

/// The least number of `words` that a report has to hold.
pub(crate) fn least(words: usize) -> usize {
    if words <= 2 {
        words
    } else {
        (words * 3).div_ceil(5)
    }
}

/// Sets of documents of one segment.
pub(crate) struct Matcher<'a> {
    pub snapshot: &'a Snapshot,
    pub reader: &'a SegmentReader,
    pub segment: usize,
    pub terms: &'a Terms,
    /// Slots that name a place, and the reports about it: they need not name it so, or at all.
    pub about: &'a [(Range<usize>, &'a Bits)],
    /// Leave out contradicted marks.
    pub strict: bool,
}

impl Matcher<'_> {
    /// The live documents that match; all of them where the query holds no words.
    pub fn matches(&self, coverage: Coverage) -> Result<Bits> {
        let mut bits = match &self.terms.node {
            Some(node) => self.node(node, coverage)?,
            None => Bits::all(self.reader.max_doc()),
        };
        if let Some(alive) = self.reader.alive_bitset() {
            bits.retain(|doc| alive.is_alive(doc));
        }
        Ok(bits)
    }

    fn node(&self, node: &Node, coverage: Coverage) -> Result<Bits> {
        match node {
            Node::Slot(_) => self.all_of(std::slice::from_ref(node), coverage),
            Node::Phrase(slots) => self.phrase(slots, coverage),
            Node::And(parts) => self.all_of(parts, coverage),
            Node::Or(parts) => {
                let mut bits = Bits::none(self.reader.max_doc());
                for part in parts {
                    bits.or(&self.node(part, coverage)?);
                }
                Ok(bits)
            }
            Node::Not(inner) => {
                let mut bits = Bits::all(self.reader.max_doc());
                // What is excluded is excluded as written, however freely the rest is read.
                bits.without(&self.node(inner, Coverage::All)?);
                Ok(bits)
            }
        }
    }

    /// Free words by coverage, all else as written.
    fn all_of(&self, parts: &[Node], coverage: Coverage) -> Result<Bits> {
        let mut words: Vec<usize> = Vec::new();
        let mut bits = Bits::all(self.reader.max_doc());
        let mut written = 0;
        for part in parts {
            match part {
                Node::Slot(i) => words.push(*i),
                Node::Phrase(slots) if coverage == Coverage::Any => words.extend(slots),
                part => {
                    written += usize::from(!matches!(part, Node::Not(_)));
                    bits.and(&self.node(part, coverage)?);
                }
            }
        }
        if words.is_empty() {
            return Ok(bits);
        }
        // A word that the index does not hold asks for nothing, unless there is nothing else.
        let known: Vec<usize> = words
            .iter()
            .copied()
            .filter(|&i| self.terms.slots[i].known())
            .collect();
        if known.is_empty() {
            return Ok(if written > 0 && coverage == Coverage::Any {
                bits
            } else {
                Bits::none(self.reader.max_doc())
            });
        }
        let least = match coverage {
            Coverage::Most => least(known.len()),
            Coverage::Any => 1,
            Coverage::All if known.len() < words.len() => {
                return Ok(Bits::none(self.reader.max_doc()));
            }
            Coverage::All => known.len(),
        };
        let mut sets = Vec::with_capacity(known.len());
        for &i in &known {
            sets.push(self.slot(i)?);
        }
        if least == known.len() {
            for set in &sets {
                bits.and(set);
            }
        } else if least == 1 {
            let mut any = Bits::none(self.reader.max_doc());
            for set in &sets {
                any.or(set);
            }
            bits.and(&any);
        } else {
            let mut counter = Counter::new(self.reader.max_doc());
            for set in &sets {
                counter.add(set);
            }
            bits.and(&counter.at_least(least));
        }
        Ok(bits)
    }

    fn slot(&self, i: usize) -> Result<Bits> {
        let slot = &self.terms.slots[i];
        let fields = &self.snapshot.fields;
        let mut bits = Bits::none(self.reader.max_doc());
        // An excluded word does not take along what contradicts it.
        let strict = self.strict || !slot.positive;
        if strict && slot.marked() && slot.df > 0 && slot.expansions.is_none() {
            for form in agreeing(slot) {
                self.add(fields.body_exact, &form, &mut bits)?;
                self.add(fields.title_exact, &form, &mut bits)?;
            }
        } else {
            for form in slot.folded_forms() {
                self.add(fields.body, form, &mut bits)?;
                self.add(fields.title, form, &mut bits)?;
            }
        }
        for (slots, about) in self.about {
            if slots.contains(&i) {
                bits.or(about);
            }
        }
        for compound in &self.terms.compounds {
            if compound.slots.contains(&i) {
                self.add(fields.body, &compound.term, &mut bits)?;
                self.add(fields.title, &compound.term, &mut bits)?;
            }
        }
        Ok(bits)
    }

    fn add(&self, field: Field, text: &str, bits: &mut Bits) -> Result<()> {
        let inverted = self.reader.inverted_index(field)?;
        let info = inverted
            .get_term_info(&Term::from_field_text(field, text))
            .map_err(tantivy::TantivyError::from)?;
        let Some(info) = info else {
            return Ok(());
        };
        let fill = |bits: &mut Bits| -> Result<()> {
            let mut postings = inverted
                .read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            while !postings.docs().is_empty() {
                bits.insert_rising(postings.docs());
                postings.advance();
            }
            Ok(())
        };
        if !worth_keeping(info.doc_freq, self.reader.max_doc()) {
            return fill(bits);
        }
        self.add_kept(field, text.to_owned(), bits, fill)
    }

    /// Adds the set of a word, or of words in a row, which is made where it is not kept.
    fn add_kept(
        &self,
        field: Field,
        text: String,
        bits: &mut Bits,
        fill: impl FnOnce(&mut Bits) -> Result<()>,
    ) -> Result<()> {
        let key = (self.segment as u32, field, text);
        let words = &Kept::of(self.snapshot).words;
        let set = match words.get(&key) {
            Some(set) => set,
            None => {
                let mut set = Bits::none(self.reader.max_doc());
                fill(&mut set)?;
                words.put(key, set)
            }
        };
        bits.or(&set);
        Ok(())
    }

    /// Slots side by side in the body or in the title.
    fn phrase(&self, slots: &[usize], coverage: Coverage) -> Result<Bits> {
        if coverage == Coverage::Any {
            let nodes: Vec<Node> = slots.iter().copied().map(Node::Slot).collect();
            return self.all_of(&nodes, coverage);
        }
        let mut bits = Bits::none(self.reader.max_doc());
        // An alternative of an unknown word stands for it; a phrase with a word of no form matches nothing.
        let forms = slots.iter().map(|&i| self.terms.slots[i].main_form());
        let Some(forms) = forms.collect::<Option<Vec<(&str, u32)>>>() else {
            return Ok(bits);
        };
        let words: Vec<&str> = forms.iter().map(|(word, _)| *word).collect();
        // Of a rare word the list is short, and the row soon found.
        let rarest = forms.iter().map(|(_, df)| *df).min().unwrap_or(0);
        let common = worth_keeping(rarest, self.snapshot.len() as u32);
        let fields = &self.snapshot.fields;
        let positions = &self.snapshot.positions[self.segment];
        for field in [fields.body, fields.title] {
            let fill = |bits: &mut Bits| phrase::add(self.reader, positions, field, &words, bits);
            match common {
                true => self.add_kept(field, words.join(" "), &mut bits, fill)?,
                false => fill(&mut bits)?,
            }
        }
        Ok(bits)
    }
}

/// The forms of a marked word that do not contradict it: itself, with marks left out, and (where its tone is left out)
/// completed.
pub(crate) fn agreeing(slot: &Slot) -> Vec<String> {
    let mut forms = vec![slot.exact.clone()];
    let mut add = |form: String| {
        if !forms.contains(&form) {
            forms.push(form);
        }
    };
    add(slot.folded.clone());
    for syllable in crate::text::lexicon::lexicon().by_folded(&slot.folded) {
        let form = crate::text::lexicon::lexicon().canonical(syllable);
        if crate::text::agreement(&slot.exact, form) != crate::text::Agreement::Contradicts {
            add(form.to_owned());
        }
    }
    forms
}
