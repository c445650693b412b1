//! The fields of the index, each named once.
//!
//! One document a report. Three groups: what is searched (postings), what filters, sorts and counts (columns), and what
//! is shown (the store).

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions,
};

use super::terms::TERMS;

/// Handles of all fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    // Searched. The index text of a report goes into both body fields.
    /// Folded syllables with positions: what matches, phrases and proximity.
    pub body: Field,
    /// Syllables with their marks, frequencies only: how well a match agrees.
    pub body_exact: Field,
    /// The title, folded.
    pub title: Field,
    /// The title with its marks.
    pub title_exact: Field,

    // Columns of a report.
    /// Unique key; indexed whole, so that a report is found and replaced by it.
    pub id: Field,
    /// [`Head`](super::columns::Head): id, path and title of a hit.
    pub head: Field,
    /// Who published it.
    pub publisher: Field,
    /// Date of publication as the number 20200708.
    pub published: Field,
    /// Subjects, main one first: ids of [`Meta::places`](super::meta::Meta).
    pub place: Field,
    /// Places only mentioned.
    pub mention: Field,
    /// Zones named.
    pub zone: Field,
    /// Kind of report; at most one.
    pub kind: Field,
    /// Main period, [`Period::to_bits`](crate::model::Period::to_bits); at most one.
    pub period: Field,
    /// Metrics of the figures, each once.
    pub metric: Field,
    /// Bases of the figures, one bit each: [`basis_bit`](super::columns::basis_bit).
    pub bases: Field,
    /// One [`PackedFigure`](super::columns::PackedFigure) a figure, so that filters can hold on the same figure.
    pub fig: Field,
    /// Values of the figures, in the order of `fig`.
    pub fig_value: Field,
    /// Place and metric of the figures as terms, [`pair_key`](super::columns::pair_key), each once: which reports have a figure
    /// of a metric for a place, without a look at all figures.
    pub pair: Field,

    // Columns of the manifest.
    /// The file, absolute.
    pub source: Field,
    /// Its size in bytes, its time of change in nanoseconds, and the hash of its bytes (of a record: of its line).
    pub size: Field,
    pub mtime: Field,
    pub hash: Field,
    /// Hash of all else that the document was made of: given metadata, version of readers and recognisers.
    pub stamp: Field,
    /// Hash of the words, and the smallest hashes of runs of words: equal and nearly equal texts.
    pub digest: Field,
    pub sketch: Field,

    // Stored.
    /// What of [`DocumentData`](super::document::DocumentData) stands nowhere else, as JSON.
    pub data: Field,
    /// What was recognised, as `packed` writes it.
    pub found: Field,
    /// The text of the report, which all spans point into.
    pub text: Field,
}

impl Fields {
    /// The field that holds the lengths of `field`: with their marks as without a text has as many syllables.
    pub fn with_lengths(&self, field: Field) -> Field {
        match field {
            _ if field == self.body_exact => self.body,
            _ if field == self.title_exact => self.title,
            _ => field,
        }
    }
}

fn postings(option: IndexRecordOption, lengths: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TERMS)
            .set_fieldnorms(lengths)
            .set_index_option(option),
    )
}

/// The schema and its handles.
pub(crate) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let key = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let folded = || postings(IndexRecordOption::WithFreqsAndPositions, true);
    let exact = || postings(IndexRecordOption::WithFreqs, false);
    let words = || TextOptions::default().set_fast("raw");
    let number = || NumericOptions::default().set_fast();
    let fields = Fields {
        body: schema.add_text_field("body", folded()),
        body_exact: schema.add_text_field("body_exact", exact()),
        title: schema.add_text_field("title", folded()),
        title_exact: schema.add_text_field("title_exact", exact()),
        id: schema.add_text_field("id", key),
        head: schema.add_u64_field("head", number()),
        publisher: schema.add_text_field("publisher", words()),
        published: schema.add_u64_field("published", number()),
        place: schema.add_u64_field("place", number().set_indexed()),
        mention: schema.add_u64_field("mention", number()),
        zone: schema.add_u64_field("zone", number()),
        kind: schema.add_u64_field("kind", number()),
        period: schema.add_u64_field("period", number()),
        metric: schema.add_u64_field("metric", number()),
        bases: schema.add_u64_field("bases", number()),
        fig: schema.add_u64_field("fig", number()),
        fig_value: schema.add_f64_field("fig_value", number()),
        pair: schema.add_u64_field("pair", NumericOptions::default().set_indexed()),
        source: schema.add_text_field("source", words()),
        size: schema.add_u64_field("size", number()),
        mtime: schema.add_u64_field("mtime", number()),
        hash: schema.add_u64_field("hash", number()),
        stamp: schema.add_u64_field("stamp", number()),
        digest: schema.add_u64_field("digest", number()),
        sketch: schema.add_u64_field("sketch", number()),
        data: schema.add_text_field("data", STORED),
        found: schema.add_bytes_field("found", STORED),
        text: schema.add_text_field("text", STORED),
    };
    (schema.build(), fields)
}
