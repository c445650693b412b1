use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tantivy::tokenizer::{TokenStream as _, Tokenizer as _, WhitespaceTokenizer};

use super::document::{FigureDocument, ReportDocument, documents, terms};
use super::*;
use crate::IndexRequest;
use crate::query::{Filters, SearchRequest};
use crate::text::analyzer::ViTokenizer;
use crate::text::index_text;

/// An index of reports of our own making, and the folder it lives in.
fn engine() -> (tempfile::TempDir, Engine) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut lines = String::new();
    for i in 0..12 {
        let (province, name) = [("quang-ninh", "Quảng Ninh"), ("ha-nam", "Hà Nam")][i % 2];
        let body = format!(
            "Báo cáo 6 tháng đầu năm 2020 của Ban Quản lý Khu kinh tế tỉnh {name}.\n\nThu hút vốn FDI đạt {},5 triệu USD, \
             tăng 12% so với cùng kỳ. Doanh thu ước đạt {} tỷ đồng. Đường vào khu công nghiệp số {i} đã xong.",
            120 + i,
            3_000 + i
        );
        let record = serde_json::json!({
            "id": format!("r{i}"), "title": format!("Kết quả thu hút đầu tư {name}, kỳ {i}"), "body": body,
            "province": province, "period": "2020-H1", "published": if i == 3 { "2020-02-30".to_owned() } else { format!("2020-07-{:02}", i + 1) },
            "publisher": "Ban Quản lý",
        });
        lines.push_str(&format!("{record}\n"));
    }
    let file = dir.path().join("reports.ndjson");
    std::fs::write(&file, lines).expect("written");
    let engine = Engine::open_or_create(dir.path().join("index")).expect("an index");
    let report = engine.index(&IndexRequest::new([file])).expect("indexed");
    assert_eq!(report.reports, 12);
    (dir, engine)
}

fn lines(dir: &Path, exported: &Exported, kind: &str) -> Vec<Value> {
    let mut out = Vec::new();
    for part in exported.parts.iter().filter(|p| p.file.starts_with(kind)) {
        let text = std::fs::read_to_string(dir.join(&part.file)).expect("a part");
        assert_eq!(part.bytes, text.len() as u64);
        assert_eq!(part.xxh3, format!("{:016x}", xxh3_64(text.as_bytes())));
        out.extend(
            text.lines()
                .map(|line| serde_json::from_str(line).expect("JSON")),
        );
    }
    out
}

fn read<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
    values
        .iter()
        .map(|value| serde_json::from_value(value.clone()).expect("a document"))
        .collect()
}

#[test]
fn every_report_and_figure_survives() {
    let (dir, engine) = engine();
    let to = dir.path().join("quickwit");
    let request = ExportRequest {
        part_bytes: 4_000,
        ..ExportRequest::new(Target::Quickwit, &to)
    };
    let exported = engine.export(&request).expect("exported");
    assert!(exported.parts.len() > 4 && exported.figures > 0);
    let reports: Vec<ReportDocument> = read(&lines(&to, &exported, "reports"));
    let figures: Vec<FigureDocument> = read(&lines(&to, &exported, "figures"));
    assert_eq!(
        (reports.len() as u64, figures.len() as u64),
        (exported.reports, exported.figures)
    );
    for report in &reports {
        let stored = engine.report(&report.id).expect("a report");
        assert_eq!(report.text, stored.text);
        assert_eq!(report.title_text, stored.data.title);
        assert_eq!(report.place, stored.data.subjects().collect::<Vec<_>>());
        assert_eq!(report.published.is_some(), report.id != "r3");
        assert!(report.place_path.iter().any(|path| path.contains('/')));
        assert_eq!(report.period_path, ["2020", "2020-H1"]);
        let own: Vec<_> = figures.iter().filter(|f| f.report == report.id).collect();
        assert_eq!(own.len(), stored.data.annotations.figures.len());
        for (row, figure) in own.iter().zip(&stored.data.annotations.figures) {
            assert_eq!(row.value_exact, figure.value.to_string());
            assert_eq!((&row.metric, &row.unit), (&figure.metric, &figure.unit));
            assert_eq!((row.period, &row.subject), (figure.period, &figure.subject));
            assert_eq!((row.basis, &row.quote), (figure.basis, &figure.quote));
            let span = (row.span_start as usize, row.span_end as usize);
            assert_eq!(span, (figure.span.start, figure.span.end));
            assert_eq!(row.metric_path.last(), Some(&row.metric));
        }
    }
    // The same index gives the same bytes, and what a longer export left is taken away.
    assert_eq!(engine.export(&request).expect("exported"), exported);
    let whole = ExportRequest::new(Target::Quickwit, &to);
    assert_eq!(engine.export(&whole).expect("exported").parts.len(), 2);
    assert!(!to.join("reports.00001.ndjson").exists());
}

#[test]
fn shards_part_the_reports() {
    let (dir, engine) = engine();
    let mut seen = BTreeSet::new();
    for k in 1..=3 {
        let to = dir.path().join("shards");
        let request = ExportRequest {
            shard: format!("{k}/3").parse().ok(),
            ..ExportRequest::new(Target::Elasticsearch, &to)
        };
        let exported = engine.export(&request).expect("exported");
        for action in lines(&to, &exported, "reports").iter().step_by(2) {
            assert_eq!(action["index"]["_index"], REPORTS);
            let id = action["index"]["_id"].as_str().expect("an id").to_owned();
            assert!(request.shard.is_some_and(|shard| shard.has(&id)));
            assert!(seen.insert(id));
        }
    }
    assert_eq!(seen.len(), 12);
}

#[test]
fn terms_are_those_of_our_analyzers() {
    let text = index_text(
        "Khu công nghiệp (KCN) Đồng Văn đạt 12.345,6 tỷ đồng; 264/TB-VPCP ngày 17/8/2021.\n\nGiảm 3%",
    );
    fn own<const EXACT: bool>(text: &str) -> BTreeMap<String, usize> {
        let mut tokenizer = ViTokenizer::<EXACT>::default();
        let mut counts = BTreeMap::new();
        tokenizer
            .token_stream(text)
            .process(&mut |token| *counts.entry(token.text.clone()).or_default() += 1);
        counts
    }
    fn theirs(text: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        WhitespaceTokenizer::default()
            .token_stream(text)
            .process(&mut |token| *counts.entry(token.text.clone()).or_default() += 1);
        counts
    }
    assert_eq!(own::<false>(&text), theirs(&terms::<false>(&text)));
    assert_eq!(own::<true>(&text), theirs(&terms::<true>(&text)));
    assert_eq!(
        terms::<false>("khu\u{1}kcn công nghiệp"),
        "khu cong nghiep kcn"
    );
}

/// Checks a Quickwit field mapping against the parameters that its documentation lists.
fn check_quickwit(mapping: &Value) {
    let allowed: &[&str] = match mapping["type"].as_str().expect("a type") {
        "text" | "array<text>" => &[
            "tokenizer",
            "record",
            "fieldnorms",
            "fast",
            "indexed",
            "stored",
        ],
        "u64" | "f64" => &["fast", "indexed", "stored"],
        "datetime" => &["input_formats", "output_format", "fast", "fast_precision"],
        other => panic!("no type of ours: {other}"),
    };
    for key in mapping.as_object().expect("an object").keys() {
        assert!(
            ["name", "type"].contains(&key.as_str()) || allowed.contains(&key.as_str()),
            "{mapping}"
        );
    }
    if mapping["tokenizer"] == "whitespace" {
        assert_eq!(mapping["fieldnorms"], true);
        assert!(["position", "freq"].contains(&mapping["record"].as_str().unwrap_or_default()));
    }
}

#[test]
fn configurations_name_every_field() {
    let (_dir, engine) = engine();
    let stored = engine.report("r0").expect("a report");
    let (main, rows) = documents(&stored);
    let documents = [
        serde_json::to_value(main).expect("JSON"),
        serde_json::to_value(&rows[0]).expect("JSON"),
    ];
    for ((name, config), document) in schema::configs(Target::Quickwit).iter().zip(&documents) {
        let id = config["index_id"].as_str().expect("an id");
        assert!(name.starts_with(id.strip_prefix("baocao-").unwrap_or_default()));
        assert_eq!(config["version"], "0.8");
        let mappings = config["doc_mapping"]["field_mappings"]
            .as_array()
            .expect("fields");
        mappings.iter().for_each(check_quickwit);
        for (key, value) in document.as_object().expect("an object") {
            let mapping = mappings.iter().find(|m| m["name"] == **key);
            let mapping = mapping.unwrap_or_else(|| panic!("{key} has no mapping"));
            assert_eq!(value.is_array(), mapping["type"] == "array<text>", "{key}");
        }
    }
    for ((_, config), document) in schema::configs(Target::Elasticsearch)
        .iter()
        .zip(&documents)
    {
        assert_eq!(config["mappings"]["dynamic"], "strict");
        for key in document.as_object().expect("an object").keys() {
            assert!(config["mappings"]["properties"][key].is_object(), "{key}");
        }
    }
}

#[test]
fn a_query_becomes_a_request() {
    let (_dir, engine) = engine();
    let request = SearchRequest {
        query: "đường \"khu công nghiệp\" -cảng".into(),
        facets: true,
        filters: Filters {
            province: vec!["Quảng Ninh".into()],
            period: vec!["2020".into()],
            ..Filters::default()
        },
        ..SearchRequest::default()
    };
    for target in [Target::Quickwit, Target::Elasticsearch] {
        let remote = engine
            .remote_request(target, false, &request)
            .expect("a request");
        let text = remote.body.to_string();
        for part in [
            r#"{"match_phrase":{"body":{"query":"khu cong nghiep"}}}"#,
            r#"{"term":{"place_path":{"value":"dong-bang-song-hong/quang-ninh"}}}"#,
            r#"{"range":{"period_from":{"gte":202001}}}"#,
            r#"{"range":{"period_to":{"lte":202012}}}"#,
            r#""value":"đường""#,
            r#""must_not":[{"bool":{"minimum_should_match":1,"should":[{"term":{"body":{"value":"cang"}}}"#,
            r#""sort":[{"_score":{"order":"desc"}},{"published":{"order":"desc"}}]"#,
            r#"{"terms":{"field":"metric_path","size":200}}"#,
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert_eq!(
            remote.body.get("post_filter").is_some(),
            target == Target::Elasticsearch
        );
    }
    let figures = SearchRequest {
        query: "fdi.capital>100 triệu USD".into(),
        ..SearchRequest::default()
    };
    let remote = engine
        .remote_request(Target::Quickwit, true, &figures)
        .expect("a request");
    assert_eq!(remote.path, "api/v1/_elastic/baocao-figures/_search");
    let text = remote.body.to_string();
    assert!(
        text.contains(r#"{"range":{"value":{"gt":100000000.0}}}"#),
        "{text}"
    );
}
