//! A query as a request to the engine that was exported to.

use serde_json::{Value, json};
use tantivy::schema::Field;

use super::document::{month, place_path};
use super::{FIGURES, REPORTS, Target};
use crate::index::meta::Names;
use crate::index::snapshot::Snapshot;
use crate::model::{Period, PeriodFilter};
use crate::query::filter::{Ids, Resolved, unit_of};
use crate::query::matching::least;
use crate::query::rank::{self, PAIR};
use crate::query::search::{Prepared, prepare};
use crate::query::terms::{Node, doc_freq};
use crate::query::{Boundaries, QueryIssue, SearchRequest};
use crate::{Engine, Result};

/// The most values of a facet that are counted.
const FACET_VALUES: u32 = 200;
/// Share of [`PAIR`] that a phrase is asked with: there it weighs as both of its words, here as the pair.
const PHRASE: f32 = 0.5;

/// A request made of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteRequest {
    /// Path below the root of the server, for POST.
    pub path: String,
    /// The body.
    pub body: Value,
    /// What of the query could not be read.
    pub issues: Vec<QueryIssue>,
}

impl Engine {
    /// The request that asks reports, or their `figures`, for what `request` asks here; this index lends its frequencies and near forms.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn remote_request(
        &self,
        target: Target,
        figures: bool,
        request: &SearchRequest,
    ) -> Result<RemoteRequest> {
        let snapshot = self.snapshot();
        let prepared = prepare(&snapshot, request)?;
        let index = if figures { FIGURES } else { REPORTS };
        let path = match target {
            Target::Quickwit => format!("api/v1/_elastic/{index}/_search"),
            Target::Elasticsearch => format!("{index}/_search"),
        };
        let maker = Maker {
            snapshot: &snapshot,
            prepared: &prepared,
            strict: request.strict,
            figures,
        };
        let body = maker.body(target, request)?;
        Ok(RemoteRequest {
            path,
            body,
            issues: prepared.issues,
        })
    }
}

struct Maker<'a> {
    snapshot: &'a Snapshot,
    prepared: &'a Prepared,
    strict: bool,
    figures: bool,
}

fn term(field: &str, value: impl Into<Value>) -> Value {
    json!({"term": {field: {"value": value.into()}}})
}

fn any(mut parts: Vec<Value>) -> Value {
    match parts.len() {
        1 => parts.remove(0),
        _ => json!({"bool": {"should": parts, "minimum_should_match": 1}}),
    }
}

/// Three digits behind the point: enough, and the same on every machine.
fn boost(weight: f32) -> Value {
    json!((f64::from(weight) * 1000.0).round() / 1000.0)
}

impl Maker<'_> {
    fn body(&self, target: Target, request: &SearchRequest) -> Result<Value> {
        let filters = &self.prepared.filters;
        let mut due = Vec::new();
        if let Some(node) = &self.prepared.terms.node {
            due.push(self.node(node));
        }
        due.extend(self.other_filters(filters));
        let facets = [
            ("province", "place_path", self.places(filters)),
            ("period", "period_path", periods(&filters.periods)),
            ("metric", "metric_path", metrics(&filters.metrics)),
        ];
        let not: Vec<Value> = filters.excluded.iter().map(|f| self.all(f)).collect();
        let chosen: Vec<Value> = facets.iter().filter_map(|f| f.2.clone()).collect();
        // Counts of a facet ignore its own filter: only Elasticsearch can filter hits and counts apart.
        let apart = target == Target::Elasticsearch && request.facets && !chosen.is_empty();
        if !apart {
            due.extend(chosen.iter().cloned());
        }
        if due.is_empty() {
            due.push(json!({"match_all": {}}));
        }
        let mut query = json!({"filter": due});
        let should = self.scored()?;
        let ranked = !should.is_empty();
        if ranked {
            query["should"] = should.into();
            // The filters decide what matches; the words only rank.
            query["minimum_should_match"] = json!(0);
        }
        if !not.is_empty() {
            query["must_not"] = not.into();
        }
        let mut body = json!({
            "query": {"bool": query},
            "size": request.limit,
            "from": request.offset,
            "sort": if ranked { json!([{"_score": {"order": "desc"}}, {"published": {"order": "desc"}}]) }
                else if self.figures { json!([{"value": {"order": "desc"}}, {"id": {"order": "asc"}}]) }
                else { json!([{"published": {"order": "desc"}}, {"id": {"order": "asc"}}]) },
        });
        if target == Target::Elasticsearch {
            body["track_total_hits"] = json!(true);
            if apart {
                body["post_filter"] = json!({"bool": {"filter": chosen}});
            }
        }
        if request.facets {
            for (i, (name, field, _)) in facets.iter().enumerate() {
                let field = match filters.boundaries {
                    Boundaries::Of2025 if *name == "province" => "place_path_2025",
                    _ => field,
                };
                let values = json!({"terms": {"field": field, "size": FACET_VALUES}});
                let others: Vec<&Value> = facets
                    .iter()
                    .enumerate()
                    .filter_map(|(j, f)| f.2.as_ref().filter(|_| i != j))
                    .collect();
                body["aggs"][*name] = if apart && !others.is_empty() {
                    json!({"filter": {"bool": {"filter": others}}, "aggs": {"values": values}})
                } else {
                    values
                };
            }
        }
        Ok(body)
    }

    /// Name of one of our fields there; the figures index has no titles.
    fn field(&self, field: Field) -> Option<&'static str> {
        let fields = &self.snapshot.fields;
        [
            (fields.body, "body"),
            (fields.body_exact, "body_exact"),
            (fields.title, "title"),
            (fields.title_exact, "title_exact"),
        ]
        .into_iter()
        .find(|(own, _)| *own == field)
        .map(|(_, name)| name)
        .filter(|name| !self.figures || name.starts_with("body"))
    }

    /// The weighted terms of our ranking and its neighbouring words.
    fn scored(&self) -> Result<Vec<Value>> {
        let terms = &self.prepared.terms;
        let reports = self.snapshot.len() as f32;
        let idf = |df: f32| rank::idf(df, reports);
        let mut out = Vec::new();
        for scored in rank::plan(self.snapshot, terms) {
            let Some(field) = self.field(scored.term.field()) else {
                continue;
            };
            // There each spelling has a weight of its own: this one brings it back to that of the folded form.
            let df = doc_freq(self.snapshot, scored.term.field(), &scored.text)?;
            let level = if df == 0 {
                1.0
            } else {
                idf((scored.df as f32).min(reports)) / idf(df as f32)
            };
            out.push(json!({"term": {field: {"value": scored.text, "boost": boost(scored.weight * level)}}}));
        }
        for slot in terms.positive().filter(|slot| !slot.known()) {
            // Unknown here, perhaps known there.
            out.push(json!({"term": {"body": {"value": slot.folded, "boost": 1.0}}}));
        }
        for pair in terms.slots.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            if let (Some((first, _)), Some((second, _))) = (a.main_form(), b.main_form())
                && b.adjacent
                && a.positive
                && b.positive
            {
                out.push(json!({"bool": {
                    "must": [{"match_phrase": {"body": {"query": format!("{first} {second}")}}}],
                    "boost": boost(PAIR * PHRASE),
                }}));
            }
        }
        Ok(out)
    }

    fn texts(&self) -> &'static [&'static str] {
        if self.figures {
            &["body"]
        } else {
            &["body", "title"]
        }
    }

    fn node(&self, node: &Node) -> Value {
        match node {
            Node::Slot(i) => self.slot(*i),
            Node::Phrase(slots) => {
                let words: Vec<&str> = slots
                    .iter()
                    .map(|&i| {
                        let slot = &self.prepared.terms.slots[i];
                        slot.main_form().map_or(slot.folded.as_str(), |form| form.0)
                    })
                    .collect();
                let words = words.join(" ");
                any(self
                    .texts()
                    .iter()
                    .map(|field| json!({"match_phrase": {*field: {"query": words}}}))
                    .collect())
            }
            Node::And(parts) => {
                let (mut words, mut due, mut not) = (Vec::new(), Vec::new(), Vec::new());
                for part in parts {
                    match part {
                        Node::Slot(i) => words.push(*i),
                        Node::Not(inner) => not.push(self.node(inner)),
                        part => due.push(self.node(part)),
                    }
                }
                // A word that the index does not hold asks for nothing, unless there is nothing else.
                let slots = &self.prepared.terms.slots;
                if words.iter().any(|&i| slots[i].known()) {
                    words.retain(|&i| slots[i].known());
                }
                let mut all = json!({});
                if !words.is_empty() {
                    all["should"] = words.iter().map(|&i| self.slot(i)).collect();
                    all["minimum_should_match"] = json!(least(words.len()));
                }
                if !due.is_empty() {
                    all["must"] = due.into();
                }
                if !not.is_empty() {
                    all["must_not"] = not.into();
                    if all.get("should").is_none() && all.get("must").is_none() {
                        all["must"] = json!([{"match_all": {}}]);
                    }
                }
                json!({"bool": all})
            }
            Node::Or(parts) => any(parts.iter().map(|part| self.node(part)).collect()),
            Node::Not(inner) => {
                json!({"bool": {"must": [{"match_all": {}}], "must_not": [self.node(inner)]}})
            }
        }
    }

    /// The forms of one word, in text or title.
    fn slot(&self, i: usize) -> Value {
        let terms = &self.prepared.terms;
        let slot = &terms.slots[i];
        let mut out = Vec::new();
        for &field in self.texts() {
            let strict = self.strict || !slot.positive;
            if strict && slot.marked() && slot.df > 0 && slot.expansions.is_none() {
                let field = format!("{field}_exact");
                out.push(term(&field, slot.exact.as_str()));
                out.push(term(&field, slot.folded.as_str()));
            } else {
                let mut forms = slot.folded_forms();
                if forms.is_empty() {
                    forms.push(&slot.folded);
                }
                out.extend(forms.into_iter().map(|form| term(field, form)));
            }
            for compound in &terms.compounds {
                if compound.slots.contains(&i) {
                    out.push(term(field, compound.term.as_str()));
                }
            }
        }
        any(out)
    }

    /// Everything that one set of filters asks.
    fn all(&self, filters: &Resolved) -> Value {
        let mut parts = self.other_filters(filters);
        parts.extend(self.places(filters));
        parts.extend(periods(&filters.periods));
        parts.extend(metrics(&filters.metrics));
        json!({"bool": {"filter": parts}})
    }

    fn places(&self, filters: &Resolved) -> Option<Value> {
        let field = match filters.boundaries {
            Boundaries::OwnTime => "place_path",
            Boundaries::Of2025 => "place_path_2025",
        };
        let mut parts: Vec<Value> = filters
            .places
            .iter()
            .map(|slug| term(field, place_path(unit_of(slug, filters.boundaries))))
            .collect();
        if let Some(zones) = &filters.place_zone
            && !self.figures
        {
            parts.extend(names(&self.snapshot.meta.zones, zones, "zone"));
        }
        (!parts.is_empty()).then(|| any(parts))
    }

    /// The filters that are no facets of the answer.
    fn other_filters(&self, filters: &Resolved) -> Vec<Value> {
        let mut out = Vec::new();
        let meta = &self.snapshot.meta;
        if !self.figures {
            for (list, ids, field) in [
                (&meta.zones, &filters.zone, "zone"),
                (&meta.kinds, &filters.kind, "kind"),
            ] {
                if let Some(ids) = ids {
                    out.push(any(names(list, ids, field)));
                }
            }
            if let Some(publishers) = &filters.publisher {
                let mut list: Vec<&String> = publishers.iter().collect();
                list.sort();
                out.push(any(list
                    .into_iter()
                    .map(|name| term("publisher_folded", name.as_str()))
                    .collect()));
            }
        }
        if !filters.basis.is_empty() {
            out.push(any(filters
                .basis
                .iter()
                .map(|basis| term("basis", json!(basis)))
                .collect()));
        }
        for condition in &filters.conditions {
            let field = if self.figures {
                "metric"
            } else {
                "metric_path"
            };
            let mut due = vec![any(names(&meta.metrics, &condition.metrics, field))];
            if self.figures {
                use crate::query::Comparison::{AtLeast, AtMost, Equal, Greater, Less};
                let bound = condition.bound;
                let range = match condition.comparison {
                    Less => json!({"lt": bound}),
                    AtMost => json!({"lte": bound}),
                    Equal => json!({"gte": bound, "lte": bound}),
                    AtLeast => json!({"gte": bound}),
                    Greater => json!({"gt": bound}),
                };
                due.push(json!({"range": {"value": range}}));
                if let Some(units) = &condition.units {
                    due.push(any(names(&meta.units, units, "unit")));
                }
            }
            out.push(json!({"bool": {"filter": due}}));
        }
        out
    }
}

fn names(list: &Names, ids: &Ids, field: &str) -> Vec<Value> {
    let mut names: Vec<&str> = list
        .iter()
        .filter(|(id, _)| ids.has(*id))
        .map(|(_, name)| name)
        .collect();
    names.sort_unstable();
    names.into_iter().map(|name| term(field, name)).collect()
}

/// By first and last month, so that a nine-month period holds its quarters.
fn periods(filters: &[PeriodFilter]) -> Option<Value> {
    let from = |p: Period| json!({"range": {"period_from": {"gte": month(p.start())}}});
    let to = |p: Period| json!({"range": {"period_to": {"lte": month(p.end())}}});
    let parts: Vec<Value> = filters
        .iter()
        .map(|filter| match *filter {
            PeriodFilter::Within(p) => json!({"bool": {"filter": [from(p), to(p)]}}),
            PeriodFilter::Exactly(p) => term("period", p.to_string()),
            PeriodFilter::From(p) => from(p),
            PeriodFilter::Until(p) => to(p),
        })
        .collect();
    (!parts.is_empty()).then(|| any(parts))
}

fn metrics(codes: &[String]) -> Option<Value> {
    let parts: Vec<Value> = codes
        .iter()
        .map(|code| term("metric_path", code.as_str()))
        .collect();
    (!parts.is_empty()).then(|| any(parts))
}
