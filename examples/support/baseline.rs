//! The engine to compare with, called `tf`: plain tantivy with the tokenizer and filters that ship with it.
//!
//! SimpleTokenizer + LowerCaser + AsciiFoldingFilter over title and body, positions, text stored, province and period as string
//! columns. Its best case for Vietnamese: the folded form is its only one. The store is zstd at level 1, the nearest in cost to the
//! lz4 that tantivy chooses by default (4.3 ns a byte against 6.0) and smaller.

#![allow(
    dead_code,
    reason = "each example and bench uses its own part of the generator"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::AggregationResults;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer};
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, TantivyDocument, Term};

use super::support::form::bare;

/// A query in the shapes that both engines understand.
#[derive(Clone, Debug)]
pub enum Ask {
    /// All of these words.
    All(Vec<String>),
    /// Any of them.
    Any(Vec<String>),
    /// They in a row.
    Phrase(Vec<String>),
    /// All of them, in reports of this province.
    Filtered(Vec<String>, String),
    /// All of them, one edit allowed in each.
    Fuzzy(Vec<String>),
}

/// What a full answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Ids of the ten best.
    pub ids: Vec<String>,
    /// Exact number of matches.
    pub total: usize,
    /// Number of provinces and periods with a count.
    pub facets: (usize, usize),
}

/// An index of tf.
pub struct Baseline {
    index: Index,
    reader: IndexReader,
    id: Field,
    title: Field,
    body: Field,
    province: Field,
    facets: Aggregations,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    title: String,
    body: String,
    #[serde(default)]
    province: String,
    #[serde(default)]
    period: String,
}

fn schema() -> Schema {
    let mut schema = Schema::builder();
    let text = || {
        TextOptions::default().set_stored().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("fold")
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        )
    };
    schema.add_text_field("id", STRING | STORED);
    schema.add_text_field("title", text());
    schema.add_text_field("body", text());
    schema.add_text_field("province", (STRING | STORED).set_fast("raw"));
    schema.add_text_field("period", (STRING | STORED).set_fast("raw"));
    schema.build()
}

impl Baseline {
    /// Indexes an NDJSON file into the empty folder `dir`.
    pub fn create(dir: &Path, ndjson: &Path, threads: usize, memory: usize) -> tantivy::Result<()> {
        let index = Index::builder()
            .schema(schema())
            .settings(IndexSettings {
                docstore_compression: Compressor::Zstd(ZstdCompressor {
                    compression_level: Some(1),
                }),
                ..IndexSettings::default()
            })
            .create_in_dir(dir)?;
        Self::register(&index);
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(threads, memory)?;
        let schema = index.schema();
        let field = |name| schema.get_field(name).expect("a field of the schema");
        let [id, title, body] = ["id", "title", "body"].map(field);
        let [province, period] = ["province", "period"].map(field);
        let mut lines = BufReader::with_capacity(1 << 20, std::fs::File::open(ndjson)?);
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line)? > 0
        } {
            let record: Record = serde_json::from_str(&line).expect("the generator writes JSON");
            let mut doc = TantivyDocument::default();
            doc.add_text(id, record.id);
            doc.add_text(title, record.title);
            doc.add_text(body, record.body);
            doc.add_text(province, record.province);
            doc.add_text(period, record.period);
            writer.add_document(doc)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()
    }

    fn register(index: &Index) {
        let chain = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build();
        index.tokenizers().register("fold", chain);
    }

    /// Opens it.
    pub fn open(dir: &Path) -> tantivy::Result<Self> {
        let index = Index::open_in_dir(dir)?;
        Self::register(&index);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let schema = index.schema();
        let field = |name| schema.get_field(name).expect("a field of the schema");
        let terms = |field: &str| {
            format!("\"{field}\":{{\"terms\":{{\"field\":\"{field}\",\"size\":1000}}}}")
        };
        let facets = format!("{{{},{}}}", terms("province"), terms("period"));
        Ok(Self {
            reader,
            id: field("id"),
            title: field("title"),
            body: field("body"),
            province: field("province"),
            facets: serde_json::from_str(&facets).expect("a valid aggregation"),
            index,
        })
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        let word = bare(word).to_lowercase();
        let one = |field| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(field, &word);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(query))
        };
        Box::new(BooleanQuery::new(vec![one(self.title), one(self.body)]))
    }

    fn fuzzy(&self, word: &str) -> Box<dyn Query> {
        let word = bare(word).to_lowercase();
        let one = |field| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(field, &word);
            (Occur::Should, Box::new(FuzzyTermQuery::new(term, 1, true)))
        };
        Box::new(BooleanQuery::new(vec![one(self.title), one(self.body)]))
    }

    fn query(&self, ask: &Ask) -> Box<dyn Query> {
        let clauses = |words: &[String], occur, fuzzy| {
            let clause = |word: &String| {
                let query = if fuzzy {
                    self.fuzzy(word)
                } else {
                    self.word(word)
                };
                (occur, query)
            };
            words.iter().map(clause).collect::<Vec<_>>()
        };
        match ask {
            Ask::All(words) => Box::new(BooleanQuery::new(clauses(words, Occur::Must, false))),
            Ask::Any(words) => Box::new(BooleanQuery::new(clauses(words, Occur::Should, false))),
            Ask::Fuzzy(words) => Box::new(BooleanQuery::new(clauses(words, Occur::Must, true))),
            Ask::Phrase(words) => {
                let phrase = |field| -> (Occur, Box<dyn Query>) {
                    let term =
                        |word: &String| Term::from_field_text(field, &bare(word).to_lowercase());
                    let query = PhraseQuery::new(words.iter().map(term).collect());
                    (Occur::Should, Box::new(query))
                };
                Box::new(BooleanQuery::new(vec![
                    phrase(self.title),
                    phrase(self.body),
                ]))
            }
            Ask::Filtered(words, province) => {
                let mut all = clauses(words, Occur::Must, false);
                let term = Term::from_field_text(self.province, province);
                let filter = TermQuery::new(term, IndexRecordOption::Basic);
                all.push((
                    Occur::Must,
                    Box::new(tantivy::query::ConstScoreQuery::new(Box::new(filter), 0.0)),
                ));
                Box::new(BooleanQuery::new(all))
            }
        }
    }

    /// Ten hits with their ids read, the exact total, counts of every province and period.
    pub fn answer(&self, ask: &Ask) -> tantivy::Result<Answer> {
        let searcher = self.reader.searcher();
        let facets =
            AggregationCollector::from_aggs(self.facets.clone(), AggContextParams::default());
        let collector = (TopDocs::with_limit(10).order_by_score(), Count, facets);
        let (top, total, facets) = searcher.search(&*self.query(ask), &collector)?;
        let mut ids = Vec::with_capacity(top.len());
        for (_, address) in top {
            let doc: TantivyDocument = searcher.doc(address)?;
            ids.extend(
                doc.get_first(self.id)
                    .and_then(|v| v.as_str())
                    .map(str::to_owned),
            );
        }
        Ok(Answer {
            ids,
            total,
            facets: (buckets(&facets, "province"), buckets(&facets, "period")),
        })
    }

    /// Number of reports.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Number of segments.
    pub fn segments(&self) -> usize {
        self.index.searchable_segment_ids().map_or(0, |s| s.len())
    }
}

fn buckets(results: &AggregationResults, name: &str) -> usize {
    let json = serde_json::to_value(results.0.get(name)).unwrap_or_default();
    json["buckets"].as_array().map_or(0, Vec::len)
}
