//! Completions of the last word, and reports like another one.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::DocAddress;

use super::catalog;
use super::facet::period_label;
use super::names::key;
use super::response::Completion;
use super::terms::{doc_freq, expansions};
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::{PlaceKind, Places};
use crate::text::lexicon::lexicon;
use crate::text::{TokenKind, fold, tokenize};

/// The most words of a prefix that are taken for the beginning of one name.
const MAX_NAME: usize = 6;

/// Completions of `prefix`, names before terms, those with the most reports first.
///
/// Provinces, zones, metrics and periods are offered where the last words begin their name, the words before them kept; terms complete
/// the last word.
pub(crate) fn complete(snapshot: &Snapshot, prefix: &str, limit: usize) -> Result<Vec<Completion>> {
    let begun = Begun::new(prefix);
    let mut out: Vec<(usize, Completion)> = Vec::new();
    if !begun.0.is_empty() {
        let mut offer = |names: &[&str], text: &str, kind: &str, count: usize| {
            if count > 0
                && let Some((at, before)) = begun.of(names)
            {
                out.push((
                    at,
                    Completion {
                        text: format!("{before}{text}"),
                        kind: kind.to_owned(),
                        count,
                    },
                ));
            }
        };
        let places = Places::get();
        for (_, place) in places.iter() {
            let names: Vec<&str> = std::iter::once(&place.name)
                .chain(&place.aliases)
                .map(String::as_str)
                .collect();
            if begun.of(&names).is_none() {
                continue;
            }
            let kind = if place.kind == PlaceKind::Province {
                "province"
            } else {
                "region"
            };
            let count = catalog::about(snapshot, snapshot.meta.places.id(&place.slug))?.len();
            offer(&names, &place.name, kind, count);
        }
        let mut zones: FxHashMap<u32, usize> = FxHashMap::default();
        let mut periods: FxHashMap<u64, usize> = FxHashMap::default();
        let mut metrics: FxHashMap<u32, usize> = FxHashMap::default();
        for address in snapshot.live() {
            let columns = snapshot.columns(address);
            for id in columns.zone.values_for_doc(address.doc_id) {
                *zones.entry(id as u32).or_default() += 1;
            }
            if let Some(bits) = columns.period.first(address.doc_id) {
                *periods.entry(bits).or_default() += 1;
            }
            for id in columns.metric.values_for_doc(address.doc_id) {
                *metrics.entry(id as u32).or_default() += 1;
            }
        }
        for (id, count) in zones {
            if let Some(slug) = snapshot.meta.zones.name(id) {
                let name = snapshot
                    .meta
                    .zone_names
                    .get(slug)
                    .map_or(slug, String::as_str);
                let bare = name.split_once(' ').map_or(name, |(_, bare)| bare);
                offer(&[name, bare], name, "zone", count);
            }
        }
        for (bits, count) in periods {
            if let Some(period) = crate::model::Period::from_bits(bits as u32) {
                let label = period_label(period);
                offer(&[&period.to_string(), &label], &label, "period", count);
            }
        }
        let taxonomy = &snapshot.taxonomy;
        for (id, count) in metrics {
            if let Some(code) = snapshot.meta.metrics.name(id) {
                let (vi, en) = taxonomy.labels(code);
                offer(&[code, &vi, &en], &vi, "metric", count);
            }
        }
    }
    // The more words begin a name, the likelier it is meant.
    out.sort_by(|(a, one), (b, other)| {
        a.cmp(b)
            .then(other.count.cmp(&one.count))
            .then_with(|| one.text.cmp(&other.text))
    });
    let mut out: Vec<Completion> = out.into_iter().map(|(_, completion)| completion).collect();
    let half = limit.div_ceil(2);
    let terms = terms(snapshot, prefix, limit)?;
    out.truncate(limit.saturating_sub(terms.len().min(half)));
    out.extend(terms);
    let mut seen = FxHashSet::default();
    out.retain(|c| seen.insert(c.text.to_lowercase()));
    out.truncate(limit);
    Ok(out)
}

/// The last words of a prefix, from the most to one, as letters and digits, each with the text before them.
struct Begun<'a>(Vec<(&'a str, String)>);

impl<'a> Begun<'a> {
    fn new(prefix: &'a str) -> Self {
        let tokens = tokenize(prefix);
        let words: Vec<usize> = tokens
            .list()
            .iter()
            .filter(|t| !matches!(t.kind, TokenKind::Punct | TokenKind::Break))
            .map(|t| t.span.start)
            .collect();
        let from = words.len().saturating_sub(MAX_NAME);
        let begun = words[from..].iter().enumerate().filter_map(|(i, &at)| {
            let wanted = key(&prefix[at..]);
            // One letter behind other words begins too much.
            let enough = wanted.len() > 1 || words.len() == 1 && i == 0 && !wanted.is_empty();
            enough.then(|| (&prefix[..at], wanted))
        });
        Self(begun.collect())
    }

    /// How many words fewer than the most begin one of the names, and what stands before them.
    fn of(&self, names: &[&str]) -> Option<(usize, &'a str)> {
        let names: Vec<String> = names.iter().map(|name| key(name)).collect();
        self.0
            .iter()
            .enumerate()
            .find(|(_, (_, wanted))| names.iter().any(|name| name.starts_with(wanted.as_str())))
            .map(|(at, (before, _))| (at, *before))
    }
}

/// Completions of the last word, with the marks that its reports have.
fn terms(snapshot: &Snapshot, prefix: &str, limit: usize) -> Result<Vec<Completion>> {
    let tokens = tokenize(prefix);
    let Some(last) = tokens.list().last().filter(|t| t.kind == TokenKind::Word) else {
        return Ok(Vec::new());
    };
    if last.span.end != prefix.len() {
        return Ok(Vec::new());
    }
    let before = prefix.get(..last.span.start).unwrap_or_default();
    let (typed, folded) = (tokens.exact(last), tokens.folded(last));
    let previous = tokens.list()[..tokens.list().len() - 1]
        .last()
        .and_then(|token| lexicon().syllable(tokens.exact(token)));
    let mut out: Vec<(f32, Completion)> = Vec::new();
    for (term, df) in expansions(snapshot, folded)?.into_iter().take(60) {
        let mut forms: Vec<(String, u32)> = Vec::new();
        for syllable in lexicon().by_folded(&term).take(12) {
            let df = doc_freq(
                snapshot,
                snapshot.fields.body_exact,
                lexicon().canonical(syllable),
            )?;
            let usual = lexicon().usual(syllable);
            if df > 0
                && (typed == folded
                    || fold(usual).starts_with(folded)
                        && lexicon().canonical(syllable).starts_with(typed))
            {
                let score = previous.map_or(0.0, |p| {
                    lexicon().log_prob_after(p, syllable).max(-12.0) + 12.0
                });
                out.push((
                    (df as f32).ln() + score,
                    Completion {
                        text: format!("{before}{usual}"),
                        kind: "term".to_owned(),
                        count: df as usize,
                    },
                ));
                forms.push((usual.to_owned(), df));
            }
        }
        if forms.is_empty() && typed == folded {
            out.push((
                (df as f32).ln() - 2.0,
                Completion {
                    text: format!("{before}{term}"),
                    kind: "term".to_owned(),
                    count: df as usize,
                },
            ));
        }
    }
    out.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text.cmp(&b.1.text)));
    Ok(out.into_iter().map(|(_, c)| c).take(limit).collect())
}

/// The words that tell a report from others: frequent in it, rare elsewhere.
pub(crate) fn telling_words(
    snapshot: &Snapshot,
    address: DocAddress,
    most: usize,
) -> Result<Vec<String>> {
    const MAX_TEXT: usize = 200_000;
    let stored = snapshot.stored(address)?;
    let mut end = stored.text.len().min(MAX_TEXT);
    while !stored.text.is_char_boundary(end) {
        end -= 1;
    }
    let text = format!("{} {}", stored.data.title, &stored.text[..end]);
    let tokens = tokenize(&text);
    let mut counts: FxHashMap<&str, (u32, &str)> = FxHashMap::default();
    for token in tokens.list() {
        if token.kind == TokenKind::Word {
            counts
                .entry(tokens.folded(token))
                .or_insert((0, tokens.exact(token)))
                .0 += 1;
        }
    }
    let reports = snapshot.len().max(1) as f32;
    let mut weighed: Vec<(f32, &str)> = Vec::new();
    for (folded, (count, exact)) in counts {
        let df = doc_freq(snapshot, snapshot.fields.body, folded)?;
        // A word of this report alone finds nothing else.
        if df > 1 {
            let idf = (1.0 + reports / df as f32).ln();
            weighed.push((count as f32 / (count as f32 + 1.2) * idf, exact));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    Ok(weighed
        .into_iter()
        .take(most)
        .map(|(_, word)| word.to_owned())
        .collect())
}
