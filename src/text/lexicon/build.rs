//! Writes the lexicon's table; `examples/build_lexicon.rs` feeds it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{DISCOUNT, LOG_STEPS, MAGIC, SECTIONS, Section, Syllable, hash, spelling};

/// Counts from which a lexicon is made.
#[derive(Default)]
pub struct Counts {
    /// Of each syllable as written: lower case, NFC, tone mark on the second vowel.
    pub syllables: BTreeMap<String, u64>,
    /// Of neighbours within a clause, numbers between them left out.
    pub pairs: BTreeMap<(String, String), u64>,
    /// Of uses inside a clause (not at its start), in all and with a capital, in running text.
    pub capitals: FxHashMap<String, (u32, u32)>,
    /// Of neighbours in running text, classes included; written canonically.
    pub running_pairs: FxHashMap<(u16, u16), u32>,
    /// Of three neighbours in running text.
    pub running_triples: FxHashMap<(u16, u16, u16), u32>,
}

/// Ids of syllables, most frequent first.
pub struct Ids {
    /// Canonical spelling to id.
    pub by_name: FxHashMap<String, u16>,
    names: Vec<String>,
    counts: Vec<u64>,
}

impl Counts {
    /// Numbers the syllables.
    #[must_use]
    pub fn ids(&self) -> Ids {
        let mut merged: BTreeMap<String, u64> = BTreeMap::new();
        for (written, count) in &self.syllables {
            *merged.entry(spelling::canonical(written)).or_default() += count;
        }
        let mut list: Vec<(String, u64)> = merged.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut names = vec![String::new(); usize::from(Syllable::CLASSES)];
        let mut counts = vec![0; usize::from(Syllable::CLASSES)];
        let mut by_name = FxHashMap::default();
        for (name, count) in list {
            by_name.insert(name.clone(), names.len() as u16);
            names.push(name);
            counts.push(count);
        }
        Ids {
            by_name,
            names,
            counts,
        }
    }

    /// The table's bytes. `source` is one line on where the counts come from; `max_triples` bounds the table of triples.
    #[must_use]
    pub fn table(&self, ids: &Ids, source: &str, max_triples: usize) -> Vec<u8> {
        let n = ids.names.len();
        let mut counts: Vec<f64> = ids.counts.iter().map(|&c| c as f64).collect();
        let mut pairs: BTreeMap<(u16, u16), f64> = BTreeMap::new();
        for ((first, second), count) in &self.pairs {
            let id = |s: &str| ids.by_name.get(&spelling::canonical(s)).copied();
            if let (Some(first), Some(second)) = (id(first), id(second)) {
                *pairs.entry((first, second)).or_default() += *count as f64;
            }
        }
        // The given pairs know no classes: those come from running text.
        let mut running = vec![0.0f64; n];
        for (&(first, _), &count) in &self.running_pairs {
            running[usize::from(first)] += f64::from(count);
        }
        let classes = usize::from(Syllable::CLASSES);
        counts[..classes].copy_from_slice(&running[..classes]);
        for (&(first, second), &count) in &self.running_pairs {
            if (first < Syllable::CLASSES || second < Syllable::CLASSES) && count >= 4 {
                let scale = (counts[usize::from(first)] / running[usize::from(first)]).min(10.0);
                let scaled = (f64::from(count) * scale).max(1.0);
                *pairs.entry((first, second)).or_default() += scaled;
            }
        }
        let quantise = |count: f64| (count.ln() * f64::from(LOG_STEPS)).round().min(255.0) as u8;
        let value = |q: u8| (f64::from(q) / f64::from(LOG_STEPS)).exp();

        let mut pair_rows = vec![0u32; n + 1];
        let mut pair_second = Vec::new();
        let mut pair_count = Vec::new();
        let mut explained_as_first = vec![0.0; n];
        let mut explained_as_second = vec![0.0; n];
        for (&(first, second), &count) in &pairs {
            let q = quantise(count);
            pair_rows[usize::from(first) + 1] += 1;
            pair_second.push(second);
            pair_count.push(q);
            let seen = (value(q) - f64::from(DISCOUNT)).max(0.0);
            explained_as_first[usize::from(first)] += seen;
            explained_as_second[usize::from(second)] += seen;
        }
        for i in 0..n {
            pair_rows[i + 1] += pair_rows[i];
        }
        let backoff: Vec<f32> = (0..n)
            .map(|i| {
                let left = 1.0 - explained_as_first[i] / counts[i].max(1.0);
                left.clamp(0.01, 1.0) as f32
            })
            .collect();
        // A syllable's share of what no kept pair explains: the chance that matters once a pair is unknown.
        let unexplained: Vec<f64> = (0..n)
            .map(|i| (counts[i] - explained_as_second[i]).max(0.05 * counts[i]) + 0.3)
            .collect();
        let sum: f64 = unexplained[usize::from(Syllable::CLASSES)..].iter().sum();
        let base: Vec<f32> = unexplained.iter().map(|u| (u / sum) as f32).collect();

        // Spellings: those counted, and for the tone mark both places; older use, the mark on the first vowel, is the commoner.
        let mut written: BTreeMap<String, (u16, f64)> = BTreeMap::new();
        for (id, name) in ids
            .names
            .iter()
            .enumerate()
            .skip(usize::from(Syllable::CLASSES))
        {
            let mut weights: Vec<(String, f64)> = Vec::new();
            for variant in spelling::spellings(name) {
                if variant == *name || spelling::other_i(name).as_ref() == Some(&variant) {
                    let count = self.syllables.get(&variant).copied().unwrap_or_default();
                    weights.push((variant, count as f64 + 0.01));
                }
            }
            let total: f64 = weights.iter().map(|w| w.1).sum();
            for (variant, weight) in weights {
                let share = weight / total;
                match spelling::other_placement(&variant) {
                    Some(old) => {
                        written.insert(old, (id as u16, share * f64::from(spelling::OLD_SHARE)));
                        written.insert(
                            variant,
                            (id as u16, share * (1.0 - f64::from(spelling::OLD_SHARE))),
                        );
                    }
                    None => {
                        written.insert(variant, (id as u16, share));
                    }
                }
            }
        }
        let words: Vec<&String> = written.keys().collect();
        let index: FxHashMap<&str, u16> = words
            .iter()
            .enumerate()
            .map(|(i, w)| (w.as_str(), i as u16))
            .collect();
        let mut usual: Vec<(u16, f64)> = vec![(u16::MAX, -1.0); n];
        for (word, &(id, share)) in &written {
            if share > usual[usize::from(id)].1 {
                usual[usize::from(id)] = (index[word.as_str()], share);
            }
        }
        let canonical: Vec<u16> = ids
            .names
            .iter()
            .map(|name| index.get(name.as_str()).copied().unwrap_or(u16::MAX))
            .collect();

        let mut folded: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        for (id, name) in ids
            .names
            .iter()
            .enumerate()
            .skip(usize::from(Syllable::CLASSES))
        {
            let mut forms: Vec<String> = spelling::spellings(name)
                .iter()
                .map(|s| spelling::folded(s))
                .collect();
            forms.sort();
            forms.dedup();
            for form in forms {
                folded.entry(form).or_default().push(id as u16);
            }
        }
        let mut damaged: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        for word in &words {
            let left = spelling::damage(word);
            if left != **word {
                damaged.entry(left).or_default().push(index[word.as_str()]);
            }
        }
        // Of capitals one letter more is lost: Ế.
        for word in &words {
            let left = spelling::damage(&word.to_uppercase()).to_lowercase();
            if left != spelling::damage(word) {
                let list = damaged.entry(format!("^{left}")).or_default();
                list.push(index[word.as_str()]);
            }
        }
        let use_of = |spelling: &u16| {
            let (id, share) = written[words[usize::from(*spelling)]];
            counts[usize::from(id)] * share
        };
        for list in damaged.values_mut() {
            list.sort_by(|a, b| use_of(b).total_cmp(&use_of(a)).then(a.cmp(b)));
        }

        let triples = self.triples(&pairs, &counts, &backoff, &base, max_triples);

        let mut sections: Vec<Vec<u8>> = vec![Vec::new(); SECTIONS];
        let mut put = |section: Section, bytes: Vec<u8>| sections[section as usize] = bytes;
        let (offsets, text, slots) = strings(words.iter().map(|w| w.as_str()));
        put(Section::SpellingOffsets, offsets);
        put(Section::SpellingText, text);
        put(Section::SpellingSlots, slots);
        put(
            Section::SpellingSyllable,
            u16s(written.values().map(|w| w.0)),
        );
        put(
            Section::SpellingShare,
            written
                .values()
                .map(|w| (-w.1.ln() * f64::from(LOG_STEPS)).round().clamp(0.0, 255.0) as u8)
                .collect(),
        );
        put(Section::SyllableSpelling, u16s(usual.iter().map(|u| u.0)));
        put(Section::SyllableCanonical, u16s(canonical));
        put(
            Section::SyllableCount,
            u32s(counts.iter().map(|&c| c as u32)),
        );
        put(
            Section::SyllableBackoff,
            u32s(backoff.iter().map(|f| f.to_bits())),
        );
        put(
            Section::SyllableBase,
            u32s(base.iter().map(|f| f.to_bits())),
        );
        put(
            Section::SyllableCapital,
            ids.names
                .iter()
                .map(|name| {
                    let (all, capital) = self.capitals.get(name).copied().unwrap_or((0, 0));
                    // A weak prior of a tenth.
                    let share = (f64::from(capital) + 0.5) / (f64::from(all) + 5.0);
                    (share * 256.0).min(255.0) as u8
                })
                .collect(),
        );
        put(Section::PairRows, u32s(pair_rows));
        put(Section::PairSecond, u16s(pair_second));
        put(Section::PairCount, pair_count);
        let (offsets, text, slots) = strings(folded.keys().map(String::as_str));
        put(Section::FoldedOffsets, offsets);
        put(Section::FoldedText, text);
        put(Section::FoldedSlots, slots);
        let (rows, list) = rows(folded.values());
        put(Section::FoldedRows, rows);
        put(Section::FoldedList, list);
        let (offsets, text, slots) = strings(damaged.keys().map(String::as_str));
        put(Section::DamagedOffsets, offsets);
        put(Section::DamagedText, text);
        put(Section::DamagedSlots, slots);
        let (rows, list) = self::rows(damaged.values());
        put(Section::DamagedRows, rows);
        put(Section::DamagedList, list);
        put_triples(&mut put, &pairs, &triples);

        let mut out = format!("{MAGIC}; {source}\n").into_bytes();
        out.extend(u32s(sections.iter().map(|s| s.len() as u32)));
        out.extend(sections.into_iter().flatten());
        out
    }

    /// The triples that say most beyond their pairs, in order, with their chances.
    fn triples(
        &self,
        pairs: &BTreeMap<(u16, u16), f64>,
        counts: &[f64],
        backoff: &[f32],
        base: &[f32],
        max: usize,
    ) -> Vec<(Triple, f64)> {
        let prob_after = |first: u16, second: u16| {
            let pair = pairs.get(&(first, second)).copied().unwrap_or_default();
            let (first, second) = (usize::from(first), usize::from(second));
            (pair - f64::from(DISCOUNT)).max(0.0) / counts[first].max(1.0)
                + f64::from(backoff[first]) * f64::from(base[second])
        };
        let mut scored: Vec<(f64, Triple, f64)> = Vec::new();
        for (&(a, b, c), &count) in &self.running_triples {
            if !pairs.contains_key(&(a, b)) {
                continue;
            }
            let count = f64::from(count);
            let uses = f64::from(self.running_pairs.get(&(a, b)).copied().unwrap_or(1));
            let pair = prob_after(b, c);
            // Witten-Bell in spirit: the rarer the pair before, the more the shorter memory counts.
            let trust = uses / (uses + TRIPLE_DOUBT);
            let prob = trust * (count - 0.7) / uses + (1.0 - trust) * pair;
            let gain = count * (prob / pair).ln().abs();
            scored.push((gain, (a, b, c), prob));
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.truncate(max);
        let mut list: Vec<(Triple, f64)> = scored.into_iter().map(|s| (s.1, s.2)).collect();
        list.sort_by_key(|a| a.0);
        list
    }
}

type Triple = (u16, u16, u16);

/// Uses of a pair at which what follows it has half the say over what follows its second syllable.
const TRIPLE_DOUBT: f64 = 6.0;

/// A bit for each pair that opens a triple; for every 64 pairs, how many rows and triples stand before; for each row its length.
fn put_triples(
    put: &mut impl FnMut(Section, Vec<u8>),
    pairs: &BTreeMap<(u16, u16), f64>,
    triples: &[(Triple, f64)],
) {
    let mut bits = vec![0u8; pairs.len().div_ceil(64) * 8];
    let mut ranks = Vec::new();
    let mut lengths: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut kept: Vec<(Triple, f64)> = Vec::new();
    for (i, pair) in pairs.keys().enumerate() {
        if i % 64 == 0 {
            ranks.push(lengths.len() as u32);
            ranks.push(kept.len() as u32);
        }
        let start = at;
        while triples.get(at).is_some_and(|t| (t.0.0, t.0.1) == *pair) {
            at += 1;
        }
        if at > start {
            bits[i / 8] |= 1 << (i % 8);
            let mut row = triples[start..at].to_vec();
            // A row is at most 255 long; the likeliest stay.
            row.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            row.truncate(255);
            row.sort_by_key(|t| t.0);
            lengths.push(row.len() as u8);
            kept.extend(row);
        }
    }
    let triples = kept;
    put(Section::TripleBits, bits);
    put(Section::TripleRanks, u32s(ranks));
    put(Section::TripleRows, lengths);
    put(Section::TripleThird, u16s(triples.iter().map(|t| t.0.2)));
    put(
        Section::TripleValues,
        triples
            .iter()
            .map(|t| (-t.1.ln() * f64::from(LOG_STEPS)).round().clamp(0.0, 255.0) as u8)
            .collect(),
    );
}

fn u16s(list: impl IntoIterator<Item = u16>) -> Vec<u8> {
    list.into_iter().flat_map(u16::to_le_bytes).collect()
}

fn u32s(list: impl IntoIterator<Item = u32>) -> Vec<u8> {
    list.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Offsets, text and hash slots of a list of strings.
fn strings<'s>(list: impl Iterator<Item = &'s str> + Clone) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut text = Vec::new();
    let mut offsets = vec![0u32];
    let mut slots = vec![u16::MAX; (list.clone().count() * 2).next_power_of_two()];
    for (i, s) in list.enumerate() {
        text.extend_from_slice(s.as_bytes());
        offsets.push(text.len() as u32);
        let mask = slots.len() - 1;
        let mut slot = hash(s.as_bytes()) as usize & mask;
        while slots[slot] != u16::MAX {
            slot = (slot + 1) & mask;
        }
        slots[slot] = i as u16;
    }
    (u32s(offsets), text, u16s(slots))
}

/// Starts and one flat list; an empty row closes it.
fn rows<'r>(lists: impl Iterator<Item = &'r Vec<u16>>) -> (Vec<u8>, Vec<u8>) {
    let mut starts = vec![0u32];
    let mut flat = Vec::new();
    for list in lists {
        flat.extend_from_slice(list);
        starts.push(flat.len() as u32);
    }
    starts.push(flat.len() as u32);
    (u32s(starts), u16s(flat))
}
