//! The figures that pass filters, found by their metric: of one metric they lie side by side in memory, kept between queries.

use std::sync::Arc;

use tantivy::DocId;

use super::bits::Bits;
use super::catalog;
use super::filter::{Facet, Ids, Resolved, figures};
use super::kept::{Kept, MetricFigures};
use crate::Result;
use crate::index::columns::{self, PackedFigure};
use crate::index::snapshot::Snapshot;

impl Resolved {
    /// Calls `visit` with each figure of the reports of `bits` that passes, the filter of one facet left out of account: its
    /// report, which of the report's figures it is, itself and its value. Those of one metric come in the order of reports.
    pub fn each_figure(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &Bits,
        ignore: Option<Facet>,
        visit: &mut dyn FnMut(DocId, u32, PackedFigure, f64),
    ) -> Result<()> {
        let passes = |figure, value| {
            self.figure(figure, ignore)
                && (self.conditions.is_empty() || self.condition(figure, value))
        };
        let of_report = |doc| {
            for ((figure, value), nth) in figures(&snapshot.columns[segment], doc).zip(0..) {
                if passes(figure, value) {
                    visit(doc, nth, figure, value);
                }
            }
        };
        let Some(metrics) = self.metrics_asked(ignore) else {
            bits.each(of_report);
            return Ok(());
        };
        if self.asks_by_place() && ignore != Some(Facet::Province) {
            // Terms tell which reports have such figures: few.
            let mut about = Bits::none(bits.len());
            for place in self.place.iter().flat_map(Ids::iter) {
                for &metric in &metrics {
                    catalog::each_with_figure(snapshot, segment, place, metric, &mut |docs| {
                        about.insert_rising(docs);
                    })?;
                }
            }
            about.and(bits);
            about.each(of_report);
            return Ok(());
        }
        let Some(lists) = of_metrics(snapshot, segment, &metrics) else {
            self.pass_over(snapshot, segment, bits, ignore, visit);
            return Ok(());
        };
        for list in lists {
            let rows = list.docs.iter().zip(&list.nths);
            let values = list.figures.iter().zip(&list.values);
            for ((&doc, &nth), (&figure, &value)) in rows.zip(values) {
                if bits.contains(doc) && passes(figure, value) {
                    visit(doc, nth, figure, value);
                }
            }
        }
        Ok(())
    }

    /// The same by a pass over all figures, for metrics of which there are too many to be kept.
    fn pass_over(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &Bits,
        ignore: Option<Facet>,
        visit: &mut dyn FnMut(DocId, u32, PackedFigure, f64),
    ) {
        let columns = &snapshot.columns[segment];
        let values = &columns.fig_value.values;
        let mut before = 0;
        columns::each(&columns.fig, bits.len(), |doc, figures| {
            if bits.contains(doc) {
                for (&figure, nth) in figures.iter().zip(0..) {
                    let figure = PackedFigure(figure);
                    if self.figure(figure, ignore) {
                        let value = values.get_val(before + nth);
                        if self.conditions.is_empty() || self.condition(figure, value) {
                            visit(doc, nth, figure, value);
                        }
                    }
                }
            }
            before += figures.len() as u32;
        });
    }

    /// Keeps the reports of which figures pass: one, or of several conditions one for each.
    pub fn keep_by_figures(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        bits: &mut Bits,
        ignore: Option<Facet>,
    ) -> Result<()> {
        if self.conditions.is_empty() {
            // Which metrics a report has figures of is known without a look at them.
            if self.asks_beside_metric(ignore) {
                let mut any = Bits::none(bits.len());
                self.each_figure(snapshot, segment, bits, ignore, &mut |doc, _, _, _| {
                    any.insert(doc);
                })?;
                bits.and(&any);
            }
            return Ok(());
        }
        let mut holding = vec![Bits::none(bits.len()); self.conditions.len()];
        self.each_figure(
            snapshot,
            segment,
            bits,
            ignore,
            &mut |doc, _, figure, value| {
                for (condition, any) in self.conditions.iter().zip(&mut holding) {
                    if condition.holds(figure, value) {
                        any.insert(doc);
                    }
                }
            },
        )?;
        holding.iter().for_each(|any| bits.and(any));
        Ok(())
    }

    /// The metrics that a figure has to be of; `None` for any.
    fn metrics_asked(&self, ignore: Option<Facet>) -> Option<Vec<u32>> {
        let chosen = self
            .metric
            .as_ref()
            .filter(|_| ignore != Some(Facet::Metric));
        if self.conditions.is_empty() {
            return Some(chosen?.iter().collect());
        }
        let mut metrics: Vec<u32> = self
            .conditions
            .iter()
            .flat_map(|condition| condition.metrics.iter())
            .filter(|&id| chosen.is_none_or(|ids| ids.has(id)))
            .collect();
        metrics.sort_unstable();
        metrics.dedup();
        Some(metrics)
    }
}

/// The figures of each metric in a segment, deleted reports included; those not yet known are gathered in one pass. `None` where they
/// would not be kept, being too many.
fn of_metrics(
    snapshot: &Snapshot,
    segment: usize,
    metrics: &[u32],
) -> Option<Vec<Arc<MetricFigures>>> {
    let kept = &Kept::of(snapshot).figures;
    let key = |metric| (segment as u32, metric);
    let mut found = Vec::with_capacity(metrics.len());
    let mut missing: Vec<(u32, MetricFigures)> = Vec::new();
    for &metric in metrics {
        match kept.get(&key(metric)) {
            Some(list) => found.push(list),
            None => missing.push((metric, MetricFigures::default())),
        }
    }
    if missing.is_empty() {
        return Some(found);
    }
    let sets = &Kept::tags(snapshot).segments[segment].metric;
    let reports = |metric: u32| sets.get(metric as usize)?.as_ref().map(Bits::count);
    let count: usize = metrics.iter().filter_map(|&metric| reports(metric)).sum();
    // A report has one or two of a metric.
    if count * MetricFigures::EACH * 3 / 2 * snapshot.columns.len() > kept.most() {
        return None;
    }
    // Place in `missing` of each metric of a figure.
    let mut places = vec![u16::MAX; 1 << 12];
    for ((metric, _), at) in missing.iter().zip(0..) {
        if let Some(place) = places.get_mut(*metric as usize) {
            *place = at;
        }
    }
    let columns = &snapshot.columns[segment];
    let rows = snapshot.searcher.segment_reader(segment as u32).max_doc();
    let values = &columns.fig_value.values;
    let mut before = 0;
    columns::each(&columns.fig, rows, |doc, figures| {
        for (&figure, nth) in figures.iter().zip(0..) {
            let figure = PackedFigure(figure);
            let place = usize::from(places[figure.metric() as usize]);
            if let Some((_, list)) = missing.get_mut(place) {
                list.docs.push(doc);
                list.nths.push(nth);
                list.figures.push(figure);
                list.values.push(values.get_val(before + nth));
            }
        }
        before += figures.len() as u32;
    });
    found.extend(
        missing
            .into_iter()
            .map(|(metric, list)| kept.put(key(metric), list)),
    );
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parser::parse_condition;
    use crate::query::request::Filters;
    use crate::{Engine, IndexRequest};

    const PLACES: [(&str, &str); 3] = [
        ("quang-nam", "Quảng Nam"),
        ("thai-binh", "Thái Bình"),
        ("dong-thap", "Đồng Tháp"),
    ];
    const FIGURES: [&str; 4] = [
        "thu ngân sách nhà nước đạt {} tỷ đồng",
        "kim ngạch xuất khẩu đạt {} triệu USD",
        "kim ngạch nhập khẩu ước đạt {} triệu USD",
        "GRDP tăng {}%",
    ];

    fn engine(folder: &std::path::Path) -> Engine {
        let mut lines = String::new();
        for i in 0..60usize {
            let (slug, name) = PLACES[i % 3];
            let year = 2018 + i / 3 % 4;
            let mut body = format!("Báo cáo của tỉnh {name} năm {year}.\n");
            for (at, figure) in FIGURES
                .iter()
                .enumerate()
                .filter(|(at, _)| (i + at) % 3 > 0)
            {
                let figure = figure.replace("{}", &(i * 7 % 23 + at + 3).to_string());
                body += &format!("Năm {year}, {figure}.\n");
            }
            let id = i.to_string();
            let period = year.to_string();
            lines += &serde_json::json!({"id": id, "title": format!("Báo cáo {i}"), "body": body,
                "province": slug, "period": period})
            .to_string();
            lines.push('\n');
        }
        let file = folder.join("reports.ndjson");
        std::fs::write(&file, lines).unwrap();
        let engine = Engine::open_or_create(folder.join("index")).unwrap();
        engine.index(&IndexRequest::new([&file])).unwrap();
        engine
    }

    #[test]
    fn figures_by_metric_are_those_of_the_columns() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let snapshot = engine.snapshot();
        let of = |metrics: &[&str], provinces: &[&str], periods: &[&str], conditions: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
            let filters = Filters {
                metric: owned(metrics),
                province: owned(provinces),
                period: owned(periods),
                ..Filters::default()
            };
            let mut resolved = Resolved::new(&snapshot, &filters).unwrap();
            for text in conditions {
                let condition = parse_condition(text).unwrap();
                resolved.add_condition(&snapshot, &condition).unwrap();
            }
            resolved
        };
        let cases = [
            of(&["trade.exports"], &[], &[], &[]),
            of(&["trade"], &[], &["2019", "2021"], &[]),
            of(&["trade", "budget.revenue"], &["thai-binh"], &[], &[]),
            of(&["trade"], &["thai-binh", "dong-thap"], &["2020"], &[]),
            of(&[], &[], &[], &["trade.exports>12 triệu USD"]),
            of(
                &[],
                &["quang-nam"],
                &[],
                &["grdp.growth>=7%", "trade.imports<15 triệu USD"],
            ),
        ];
        let facets = [Facet::Province, Facet::Period, Facet::Metric, Facet::Basis];
        let facets = facets.into_iter().map(Some).chain([None]);
        for (case, ignore) in cases
            .iter()
            .flat_map(|case| facets.clone().map(move |f| (case, f)))
        {
            let mut any = false;
            for (segment, reader) in snapshot.searcher.segment_readers().iter().enumerate() {
                let mut bits = Bits::all(reader.max_doc());
                bits.retain(|doc| doc % 7 != 3);
                let mut wanted = Vec::new();
                let mut holding = Bits::none(bits.len());
                for doc in bits.iter() {
                    let own: Vec<_> = figures(&snapshot.columns[segment], doc)
                        .zip(0u32..)
                        .collect();
                    let passes = |figure, value| {
                        case.figure(figure, ignore)
                            && (case.conditions.is_empty() || case.condition(figure, value))
                    };
                    let own = own
                        .iter()
                        .filter(|((figure, value), _)| passes(*figure, *value));
                    wanted.extend(
                        own.clone()
                            .map(|((f, value), nth)| (doc, *nth, f.0, *value)),
                    );
                    let all = case.conditions.iter().all(|condition| {
                        own.clone()
                            .any(|((figure, value), _)| condition.holds(*figure, *value))
                    });
                    if all && own.count() > 0 {
                        holding.insert(doc);
                    }
                }
                any |= !wanted.is_empty();
                let mut found = Vec::new();
                case.each_figure(
                    &snapshot,
                    segment,
                    &bits,
                    ignore,
                    &mut |doc, nth, figure, value| {
                        found.push((doc, nth, figure.0, value));
                    },
                )
                .unwrap();
                found.sort_by_key(|row| (row.0, row.1));
                assert_eq!(found, wanted, "{case:?} {ignore:?}");
                found.clear();
                case.pass_over(
                    &snapshot,
                    segment,
                    &bits,
                    ignore,
                    &mut |doc, nth, figure, value| {
                        found.push((doc, nth, figure.0, value));
                    },
                );
                assert_eq!(found, wanted, "{case:?} {ignore:?}");
                if ignore.is_none() {
                    let mut kept = bits.clone();
                    case.keep(&snapshot, segment, &mut kept, None).unwrap();
                    assert_eq!(kept, holding, "{case:?}");
                }
            }
            assert!(any, "{case:?} {ignore:?} has no figures");
        }
    }
}
