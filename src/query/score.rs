//! Scores of all matches by the weighted terms of a plan.
//!
//! Term by term into one array, or, of few matches, match by match with the lists skipped through. tantivy's block-max union
//! skips what cannot reach the top; here it does not pay: a plan has five or more lists a word (fields, spellings), the fifty best
//! are wanted rather than ten, and reports that a filter keeps out never raise the bar.

use std::cell::OnceCell;

use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::Bm25StatisticsProvider as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader};

use super::bits::Bits;
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
    terms: Vec<(&'a Scored, f32)>,
    lengths: Vec<Lengths>,
    /// [`LONG`].
    long: u32,
}

/// Going to a document of a list costs about as much as reading so many of it.
const SKIP: usize = 16;

impl<'a> Weights<'a> {
    pub fn new(snapshot: &Snapshot, plan: &'a [Scored]) -> Result<Self> {
        let searcher = &snapshot.searcher;
        let docs = searcher.total_num_docs()?;
        let mut lengths: Vec<Lengths> = Vec::with_capacity(4);
        let mut terms = Vec::with_capacity(plan.len());
        for scored in plan {
            let field = scored.term.field();
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
            terms,
            lengths,
            long: LONG,
        })
    }

    /// Calls `visit` with each document of `matches` and its score, rising.
    pub fn each(
        &self,
        reader: &SegmentReader,
        matches: &Bits,
        mut visit: impl FnMut(DocId, f32),
    ) -> Result<()> {
        let count = matches.count();
        let mut lists = Vec::with_capacity(self.terms.len());
        let mut length = 0;
        for (scored, weight) in &self.terms {
            let field = scored.term.field();
            let postings = reader
                .inverted_index(field)?
                .read_block_postings(&scored.term, IndexRecordOption::WithFreqs)
                .map_err(tantivy::TantivyError::from)?;
            let lengths = self.lengths.iter().find(|known| known.field == field);
            // The bytes themselves: asked one by one, their reader looks each time where they are.
            let ids = reader
                .fieldnorms_readers()
                .get_inner_file()
                .open_read(field);
            if let (Some(postings), Some(lengths), Some(ids)) = (postings, lengths, ids) {
                length += postings.doc_freq() as usize;
                lists.push(List {
                    long: postings.doc_freq() >= self.long,
                    postings,
                    ids: ids.read_bytes().map_err(tantivy::TantivyError::from)?,
                    lengths,
                    weight: *weight,
                });
            }
        }
        if count * lists.len() * SKIP < length {
            let docs: Vec<DocId> = matches.iter().collect();
            let mut scores = vec![0.0f32; docs.len()];
            lists
                .iter_mut()
                .for_each(|list| list.skip_through(&docs, &mut scores));
            docs.into_iter()
                .zip(scores)
                .for_each(|(doc, score)| visit(doc, score));
            return Ok(());
        }
        let mut scores = vec![0.0f32; reader.max_doc() as usize];
        lists.iter_mut().for_each(|list| list.read(&mut scores));
        matches.each(|doc| visit(doc, scores[doc as usize]));
        Ok(())
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
    use tantivy::Term;
    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};

    use super::*;
    use crate::{Engine, IndexRequest};

    const WORDS: [&str; 7] = ["vốn", "von", "đất", "rừng", "biển", "cảng", "mới"];

    /// Reports of one to some forty words, the same each time.
    fn engine(folder: &std::path::Path) -> Engine {
        let corpus = folder.join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        let mut seed = 7u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize % below
        };
        for i in 0..300 {
            // The first words are common, the last ones rare.
            let words: Vec<&str> = (0..=next(40))
                .map(|_| WORDS[next(7).min(next(7))])
                .collect();
            std::fs::write(corpus.join(format!("{i:03}.txt")), words.join(" ")).unwrap();
        }
        let engine = Engine::open_or_create(folder.join("index")).unwrap();
        let done = engine.index(&IndexRequest::new([&corpus])).unwrap();
        assert_eq!(done.new, 300);
        engine
    }

    #[test]
    fn scores_are_those_of_a_weighted_union() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let snapshot = engine.snapshot();
        let fields = &snapshot.fields;
        let plan: Vec<Scored> = [
            (fields.body, "von", 0.1),
            (fields.body_exact, "vốn", 0.9),
            (fields.body_exact, "von", 0.8),
            (fields.title, "rung", 0.35),
            (fields.body, "cang", 1.0),
            (fields.body, "nowhere", 1.0),
        ]
        .into_iter()
        .map(|(field, text, weight)| {
            let term = Term::from_field_text(field, text);
            let df = snapshot.searcher.doc_freq(&term).unwrap() as u32;
            Scored {
                term,
                weight,
                df,
                agreement: "",
                text: text.to_owned(),
            }
        })
        .collect();
        let clause = |scored: &Scored| -> (Occur, Box<dyn Query>) {
            let query = TermQuery::new(scored.term.clone(), IndexRecordOption::WithFreqs);
            let query = BoostQuery::new(Box::new(query), scored.weight);
            (Occur::Should, Box::new(query))
        };
        let query = BooleanQuery::new(plan.iter().map(clause).collect());
        let all = TopDocs::with_limit(1000).order_by_score();
        let wanted = snapshot.searcher.search(&query, &all).unwrap();
        assert!(wanted.len() > 150, "{}", wanted.len());
        let mut weights = Weights::new(&snapshot, &plan).unwrap();
        // Half of the lists are long then, and frequencies go beyond the table.
        weights.long = 150;
        for (segment, reader) in snapshot.searcher.segment_readers().iter().enumerate() {
            let rows = reader.max_doc();
            let score_of = |doc: DocId| {
                let hit = wanted
                    .iter()
                    .find(|(_, at)| at.segment_ord as usize == segment && at.doc_id == doc);
                hit.map_or(0.0, |(score, _)| *score)
            };
            let mut few = Bits::none(rows);
            (0..rows).step_by(97).for_each(|doc| few.insert(doc));
            for matches in [Bits::all(rows), few] {
                let mut seen = Bits::none(rows);
                let check = |doc, score: f32| {
                    let wanted = score_of(doc);
                    assert!(
                        (score - wanted).abs() <= 1e-5 * wanted,
                        "{doc}: {score} {wanted}"
                    );
                    seen.insert(doc);
                };
                weights.each(reader, &matches, check).unwrap();
                assert_eq!(seen, matches);
            }
        }
    }
}
