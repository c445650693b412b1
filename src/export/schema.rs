//! The configurations of the two indexes, made from one table of fields.

use serde_json::{Value, json};

use super::{FIGURES, REPORTS, Target};

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Terms with positions.
    Words,
    /// Terms with frequencies only.
    Agreement,
    /// A whole string that filters, sorts and counts; many of them where `true`.
    Key(bool),
    /// Shown only.
    Shown,
    Date,
    Integer,
    Float,
}

use Kind::{Agreement, Date, Float, Integer, Key, Shown, Words};

pub(super) const REPORT_FIELDS: &[(&str, Kind)] = &[
    ("id", Key(false)),
    ("path", Key(false)),
    ("title_text", Shown),
    ("text", Shown),
    ("title", Words),
    ("title_exact", Agreement),
    ("body", Words),
    ("body_exact", Agreement),
    ("published", Date),
    ("publisher", Key(false)),
    ("publisher_folded", Key(false)),
    ("url", Shown),
    ("kind", Key(false)),
    ("place", Key(true)),
    ("place_path", Key(true)),
    ("place_path_2025", Key(true)),
    ("mention", Key(true)),
    ("zone", Key(true)),
    ("period", Key(false)),
    ("period_path", Key(true)),
    ("period_from", Integer),
    ("period_to", Integer),
    ("metric_path", Key(true)),
    ("basis", Key(true)),
    ("figures", Integer),
];

pub(super) const FIGURE_FIELDS: &[(&str, Kind)] = &[
    ("id", Key(false)),
    ("report", Key(false)),
    ("path", Key(false)),
    ("title_text", Shown),
    ("published", Date),
    ("metric", Key(false)),
    ("metric_path", Key(true)),
    ("value", Float),
    ("value_exact", Key(false)),
    ("unit", Key(false)),
    ("basis", Key(false)),
    ("qualifier", Key(false)),
    ("period", Key(false)),
    ("period_path", Key(true)),
    ("period_from", Integer),
    ("period_to", Integer),
    ("as_of", Key(false)),
    ("subject", Key(false)),
    ("place_path", Key(true)),
    ("place_path_2025", Key(true)),
    ("value_max", Shown),
    ("yoy_pct", Shown),
    ("plan_pct", Shown),
    ("plan_value", Shown),
    ("alternative", Shown),
    ("quote", Shown),
    ("body", Words),
    ("body_exact", Agreement),
    ("span_start", Integer),
    ("span_end", Integer),
    ("flags", Key(true)),
];

/// Names and contents of the configuration files.
pub(super) fn configs(target: Target) -> Vec<(&'static str, Value)> {
    match target {
        Target::Quickwit => vec![
            (
                "reports.index.json",
                quickwit(REPORTS, REPORT_FIELDS, &["title", "body"]),
            ),
            (
                "figures.index.json",
                quickwit(FIGURES, FIGURE_FIELDS, &["body"]),
            ),
        ],
        Target::Elasticsearch => vec![
            ("reports.index.json", elasticsearch(REPORT_FIELDS)),
            ("figures.index.json", elasticsearch(FIGURE_FIELDS)),
        ],
    }
}

/// An index configuration of Quickwit. `strict`: a document with an unknown field is refused rather than indexed by guess.
fn quickwit(index: &str, fields: &[(&str, Kind)], default: &[&str]) -> Value {
    let mappings: Vec<Value> = fields
        .iter()
        .map(|&(name, kind)| match kind {
            // BM25 needs the lengths of fields, which Quickwit leaves out unless told.
            Words => json!({"name": name, "type": "text", "tokenizer": "whitespace", "record": "position", "fieldnorms": true, "stored": false}),
            Agreement => json!({"name": name, "type": "text", "tokenizer": "whitespace", "record": "freq", "fieldnorms": true, "stored": false}),
            Key(many) => json!({"name": name, "type": if many { "array<text>" } else { "text" }, "tokenizer": "raw", "fast": true}),
            Shown => json!({"name": name, "type": "text", "indexed": false, "stored": true}),
            Date => json!({"name": name, "type": "datetime", "input_formats": ["rfc3339"], "output_format": "rfc3339", "fast": true, "fast_precision": "seconds"}),
            Integer => json!({"name": name, "type": "u64", "fast": true}),
            Float => json!({"name": name, "type": "f64", "fast": true}),
        })
        .collect();
    json!({
        "version": "0.8",
        "index_id": index,
        "doc_mapping": {"mode": "strict", "field_mappings": mappings},
        "search_settings": {"default_search_fields": default},
    })
}

/// Settings and mapping of Elasticsearch. The terms are left out of `_source`: they are made anew from the text by an export.
fn elasticsearch(fields: &[(&str, Kind)]) -> Value {
    let mut properties = serde_json::Map::new();
    let mut terms = Vec::new();
    for &(name, kind) in fields {
        if matches!(kind, Words | Agreement) {
            terms.push(name);
        }
        let property = match kind {
            Words => {
                json!({"type": "text", "analyzer": "terms", "index_options": "positions", "norms": true})
            }
            Agreement => {
                json!({"type": "text", "analyzer": "terms", "index_options": "freqs", "norms": true})
            }
            Key(_) => json!({"type": "keyword"}),
            Shown => json!({"type": "text", "index": false, "norms": false}),
            Date => json!({"type": "date"}),
            Integer => json!({"type": "integer"}),
            Float => json!({"type": "double"}),
        };
        properties.insert(name.to_owned(), property);
    }
    json!({
        "settings": {"index": {
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
            "analysis": {
                // Longer than any term of ours, which has at most 64 characters.
                "tokenizer": {"terms": {"type": "whitespace", "max_token_length": 512}},
                "analyzer": {"terms": {"type": "custom", "tokenizer": "terms", "filter": []}},
            },
        }},
        "mappings": {"dynamic": "strict", "_source": {"excludes": terms}, "properties": properties},
    })
}
