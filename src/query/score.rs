//! Scores of all matches by the weighted terms of a plan.
//!
//! Term by term into one array, or, of few matches, match by match with the lists skipped through. tantivy's block-max union
//! skips what cannot reach the top; here it does not pay: a plan has five or more lists a word (fields, spellings), the fifty best
//! are wanted rather than ten, and reports that a filter keeps out never raise the bar. What a common word gives to each report is
//! kept from its second query on: whoever turns pages, sets filters and follows facets asks for the same words again.

use std::cell::OnceCell;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::Bm25StatisticsProvider as _;
use tantivy::schema::{Field, IndexRecordOption};

use super::bits::Bits;
use super::kept::{Kept, worth_keeping};
use super::rank::{B, K1, Scored};
use crate::Result;
use crate::index::snapshot::Snapshot;

/// What BM25 divides by besides the frequency, for each of the lengths that tantivy tells apart.
type Norms = [f32; 256];

/// BM25 of a word without its weight, for frequencies below [`LOW`] and each of the lengths: of long lists a division less for
/// each report.
type Gains = [f32; LOW * 256];

const LOW: usize = 16;

/// Postings in a segment for which a table of [`Gains`] is worth making.
const LONG: u32 = 8192;

/// The lengths of one field.
struct Lengths {
    field: Field,
    norms: Norms,
    gains: OnceCell<Box<Gains>>,
}

impl Lengths {
    fn gains(&self) -> &Gains {
        self.gains.get_or_init(|| {
            let mut gains = Box::new([0.0; LOW * 256]);
            for (freq, row) in gains.chunks_mut(256).enumerate() {
                let freq = freq as f32;
                let of = row.iter_mut().zip(&self.norms);
                of.for_each(|(gain, norm)| *gain = freq / (freq + norm));
            }
            gains
        })
    }
}

/// The terms of a plan with what BM25 needs of the whole index.
pub(crate) struct Weights<'a> {
    snapshot: &'a Snapshot,
    terms: Vec<(&'a Scored, f32)>,
    lengths: Vec<Lengths>,
    /// Whether there is room to keep what terms give to each document.
    keeps: bool,
    /// [`LONG`].
    long: u32,
}

/// Going to a document of a list costs about as much as reading so many of it.
const SKIP: usize = 16;

impl<'a> Weights<'a> {
    pub fn new(snapshot: &'a Snapshot, plan: &'a [Scored]) -> Result<Self> {
        let searcher = &snapshot.searcher;
        let docs = searcher.total_num_docs()?;
        let mut lengths: Vec<Lengths> = Vec::with_capacity(4);
        let mut terms = Vec::with_capacity(plan.len());
        for scored in plan {
            let field = snapshot.fields.with_lengths(scored.term.field());
            if lengths.iter().all(|known| known.field != field) {
                let average = searcher.total_num_tokens(field)? as f32 / docs as f32;
                let of = |id| {
                    let length = FieldNormReader::id_to_fieldnorm(id) as f32;
                    K1 * (1.0 - B + B * length / average)
                };
                let mut norms = [0.0; 256];
                norms
                    .iter_mut()
                    .zip(0..=255)
                    .for_each(|(norm, id)| *norm = of(id));
                lengths.push(Lengths {
                    field,
                    norms,
                    gains: OnceCell::new(),
                });
            }
            let df = u64::from(scored.df).min(docs);
            let idf = (1.0 + ((docs - df) as f32 + 0.5) / (df as f32 + 0.5)).ln();
            terms.push((scored, idf * (1.0 + K1) * scored.weight));
        }
        Ok(Self {
            snapshot,
            terms,
            lengths,
            keeps: docs as usize * size_of::<f32>() * KEPT_TOGETHER
                <= Kept::of(snapshot).gains.most(),
            long: LONG,
        })
    }

    /// Calls `visit` with each document of `matches`, which are of a segment, and its score, rising.
    pub fn each(
        &self,
        segment: usize,
        matches: &Bits,
        mut visit: impl FnMut(DocId, f32),
    ) -> Result<()> {
        let reader = self.snapshot.searcher.segment_reader(segment as u32);
        let count = matches.count();
        let mut sources = Vec::with_capacity(self.terms.len());
        let mut length = 0;
        for (scored, weight) in &self.terms {
            if let Some((source, docs)) = self.source(segment, scored, *weight)? {
                length += docs;
                sources.push(source);
            }
        }
        if count * sources.len() * SKIP < length {
            let docs: Vec<DocId> = matches.iter().collect();
            let mut scores = vec![0.0f32; docs.len()];
            sources
                .iter_mut()
                .for_each(|source| source.skip_through(&docs, &mut scores));
            docs.into_iter()
                .zip(scores)
                .for_each(|(doc, score)| visit(doc, score));
            return Ok(());
        }
        let mut scores = vec![0.0f32; reader.max_doc() as usize];
        sources
            .iter_mut()
            .for_each(|source| source.read(&mut scores));
        matches.each(|doc| visit(doc, scores[doc as usize]));
        Ok(())
    }

    /// The list of a term, where the segment has it.
    fn open(&self, segment: usize, scored: &Scored, weight: f32) -> Result<Option<List<'_>>> {
        let reader = self.snapshot.searcher.segment_reader(segment as u32);
        let field = self.snapshot.fields.with_lengths(scored.term.field());
        let postings = reader
            .inverted_index(scored.term.field())?
            .read_block_postings(&scored.term, IndexRecordOption::WithFreqs)
            .map_err(tantivy::TantivyError::from)?;
        let lengths = self.lengths.iter().find(|known| known.field == field);
        // The bytes themselves: asked one by one, their reader looks each time where they are.
        let ids = reader
            .fieldnorms_readers()
            .get_inner_file()
            .open_read(field);
        let (Some(postings), Some(lengths), Some(ids)) = (postings, lengths, ids) else {
            return Ok(None);
        };
        Ok(Some(List {
            long: postings.doc_freq() >= self.long,
            postings,
            ids: ids.read_bytes().map_err(tantivy::TantivyError::from)?,
            lengths,
            weight,
        }))
    }

    /// What is kept of a term, or else its list, and of how many documents; `None` where the segment does not have it.
    fn source(
        &self,
        segment: usize,
        scored: &Scored,
        weight: f32,
    ) -> Result<Option<(Source<'_>, usize)>> {
        let kept = &Kept::of(self.snapshot).gains;
        let key = (segment as u32, scored.term.clone());
        let known = kept.get(&key);
        if let Some(gains) = known.as_ref().filter(|gains| !gains.is_empty()) {
            return Ok(Some((Source::Kept(gains.clone(), weight), gains.len())));
        }
        let Some(mut list) = self.open(segment, scored, weight)? else {
            return Ok(None);
        };
        let (rows, docs) = (list.ids.len(), list.postings.doc_freq());
        if !self.keeps || !worth_keeping(docs, rows as u32) {
            return Ok(Some((Source::List(Box::new(list)), docs as usize)));
        }
        if known.is_none() {
            // What is asked for again is kept.
            kept.put(key, Vec::new());
            return Ok(Some((Source::List(Box::new(list)), docs as usize)));
        }
        list.weight = 1.0;
        let mut gains = vec![0.0; rows];
        list.read(&mut gains);
        Ok(Some((Source::Kept(kept.put(key, gains), weight), rows)))
    }
}

/// So many terms must fit into what may be kept, or none is: each would drive out the last.
const KEPT_TOGETHER: usize = 32;

/// Where the part of a term comes from.
enum Source<'a> {
    List(Box<List<'a>>),
    /// What it gives to each document, without its weight.
    Kept(Arc<Vec<f32>>, f32),
}

impl Source<'_> {
    /// Adds what the term gives to all documents.
    fn read(&mut self, scores: &mut [f32]) {
        match self {
            Self::List(list) => list.read(scores),
            Self::Kept(gains, weight) => {
                let of = scores.iter_mut().zip(gains.iter());
                of.for_each(|(score, gain)| *score += *weight * gain);
            }
        }
    }

    /// Adds what it gives to `docs`, which rise.
    fn skip_through(&mut self, docs: &[DocId], scores: &mut [f32]) {
        match self {
            Self::List(list) => list.skip_through(docs, scores),
            Self::Kept(gains, weight) => {
                let of = docs.iter().zip(scores);
                of.for_each(|(&doc, score)| *score += *weight * gains[doc as usize]);
            }
        }
    }
}

/// The documents of a term in one segment.
struct List<'a> {
    postings: BlockSegmentPostings,
    /// Whether its gains are looked up.
    long: bool,
    /// For each document the number of its length.
    ids: OwnedBytes,
    lengths: &'a Lengths,
    weight: f32,
}

impl List<'_> {
    #[inline]
    fn score(&self, doc: DocId, freq: u32) -> f32 {
        let freq = freq as f32;
        let norm = self.lengths.norms[usize::from(self.ids.as_slice()[doc as usize])];
        self.weight * (freq / (freq + norm))
    }

    /// Adds what the list gives to all documents.
    fn read(&mut self, scores: &mut [f32]) {
        let gains = match self.long {
            true => self.lengths.gains(),
            false => &[][..],
        };
        let ids = self.ids.as_slice();
        loop {
            let docs = self.postings.docs();
            if docs.is_empty() {
                return;
            }
            for (&doc, &freq) in docs.iter().zip(self.postings.freqs()) {
                let id = usize::from(ids[doc as usize]);
                let gain = match gains.get((freq as usize) << 8 | id) {
                    Some(gain) => *gain,
                    None => freq as f32 / (freq as f32 + self.lengths.norms[id]),
                };
                scores[doc as usize] += self.weight * gain;
            }
            self.postings.advance();
        }
    }

    /// Adds what it gives to `docs`, which rise.
    fn skip_through(&mut self, docs: &[DocId], scores: &mut [f32]) {
        for (&doc, score) in docs.iter().zip(scores) {
            match self.postings.docs().last() {
                None => return,
                Some(&last) if last < doc => {
                    self.postings.seek(doc);
                }
                Some(_) => {}
            }
            if let Ok(at) = self.postings.docs().binary_search(&doc) {
                *score += self.score(doc, self.postings.freq(at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::{DocAddress, Term};

    use super::*;
    use crate::text::{fold, tokenize};
    use crate::{Engine, IndexRequest};

    const WORDS: [&str; 7] = ["vốn", "von", "đất", "rừng", "biển", "cảng", "mới"];
    const REPORTS: usize = 1500;

    /// Reports of one to some forty words, the same each time.
    fn engine(folder: &std::path::Path) -> Engine {
        let corpus = folder.join("corpus.ndjson");
        let mut seed = 7u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize % below
        };
        let mut lines = String::new();
        for i in 0..REPORTS {
            // The first words are common, the last ones rare.
            let words: Vec<&str> = (0..=next(40))
                .map(|_| WORDS[next(7).min(next(7))])
                .collect();
            let (title, body) = (words[0], words.join(" "));
            lines +=
                &serde_json::json!({"id": i.to_string(), "title": title, "text": body}).to_string();
            lines.push('\n');
        }
        std::fs::write(&corpus, lines).unwrap();
        let engine = Engine::open_or_create(folder.join("index")).unwrap();
        let mut request = IndexRequest::new([&corpus]);
        // One segment, so that it is large enough for anything to be kept.
        request.threads = Some(1);
        let done = engine.index(&request).unwrap();
        assert_eq!(done.new, REPORTS as u64);
        engine
    }

    /// A report with the exact forms of body and title.
    struct Report {
        address: DocAddress,
        words: [Vec<String>; 2],
    }

    fn reports(snapshot: &Snapshot) -> Vec<Report> {
        let words = |text: &str| {
            let tokens = tokenize(text);
            let exact = tokens.list().iter().map(|t| tokens.exact(t).to_owned());
            exact.collect()
        };
        let report = |address| {
            let stored = snapshot.stored(address).unwrap();
            Report {
                address,
                words: [words(&stored.text), words(&stored.data.title)],
            }
        };
        snapshot.live().map(report).collect()
    }

    #[test]
    fn scores_are_bm25_however_they_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let snapshot = engine.snapshot();
        let fields = &snapshot.fields;
        let plan: Vec<Scored> = [
            (fields.body, "von", 0.1),
            (fields.body_exact, "vốn", 0.9),
            (fields.body_exact, "von", 0.8),
            (fields.title, "rung", 0.35),
            (fields.title_exact, "vốn", 0.35),
            (fields.body, "moi", 1.0),
            (fields.body, "nowhere", 1.0),
        ]
        .into_iter()
        .map(|(field, text, weight)| Scored {
            term: Term::from_field_text(field, text),
            weight,
            df: 140,
            agreement: "",
            text: text.to_owned(),
        })
        .collect();
        let all = reports(&snapshot);
        let docs = all.len() as f32;
        let average = [0, 1].map(|part| {
            let lengths = all.iter().map(|report| report.words[part].len());
            lengths.sum::<usize>() as f32 / docs
        });
        let idf = (1.0 + (docs - 140.0 + 0.5) / (140.0 + 0.5f32)).ln();
        let wanted = |words: &[Vec<String>; 2]| -> f32 {
            let of = |scored: &Scored| {
                let field = scored.term.field();
                let part = usize::from(fields.with_lengths(field) == fields.title);
                let exact = fields.with_lengths(field) != field;
                let own = &words[part];
                let is = |word: &&String| match exact {
                    true => **word == scored.text,
                    false => fold(word) == scored.text,
                };
                let freq = own.iter().filter(is).count() as f32;
                let id = FieldNormReader::fieldnorm_to_id(own.len() as u32);
                let length = FieldNormReader::id_to_fieldnorm(id) as f32;
                let norm = K1 * (1.0 - B + B * length / average[part]);
                scored.weight * idf * (1.0 + K1) * freq / (freq + norm)
            };
            plan.iter().map(of).sum()
        };
        let mut weights = Weights::new(&snapshot, &plan).unwrap();
        // Some lists are long then, and frequencies go beyond the table.
        weights.long = 450;
        for (segment, reader) in snapshot.searcher.segment_readers().iter().enumerate() {
            let rows = reader.max_doc();
            let mut few = Bits::none(rows);
            (0..rows).step_by(97).for_each(|doc| few.insert(doc));
            // From lists, while some of them are kept, and from what is kept.
            let both = [Bits::all(rows), few];
            let mut first: [Vec<f32>; 2] = Default::default();
            for round in 0..3 {
                for (matches, first) in both.iter().zip(&mut first) {
                    let mut seen = Bits::none(rows);
                    let mut scores = Vec::new();
                    let check = |doc, score: f32| {
                        let address = DocAddress::new(segment as u32, doc);
                        let report = all.iter().find(|report| report.address == address);
                        let wanted = wanted(&report.unwrap().words);
                        assert!(
                            (score - wanted).abs() <= 1e-5 * (1.0 + wanted),
                            "{round} {doc}: {score} {wanted}"
                        );
                        scores.push(score);
                        seen.insert(doc);
                    };
                    weights.each(segment, matches, check).unwrap();
                    assert_eq!(seen, *matches);
                    // To the last bit, so that the order of hits never changes.
                    if first.is_empty() {
                        *first = scores;
                    } else {
                        assert_eq!(*first, scores);
                    }
                }
            }
            let kept = |term: &Term| {
                let gains = Kept::of(&snapshot)
                    .gains
                    .get(&(segment as u32, term.clone()));
                gains.map(|gains| gains.len())
            };
            assert_eq!(kept(&plan[0].term), Some(rows as usize));
            assert_eq!(kept(&plan[5].term), None);
        }
    }
}
