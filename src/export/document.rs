//! A report and its figures as documents of another engine.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use tantivy::tokenizer::{TokenStream as _, Tokenizer as _};
use xxhash_rust::xxh3::xxh3_128;

use crate::index::{StoredReport, writer};
use crate::model::{Basis, Flag, Observation, Period, Places, Qualifier, Taxonomy};
use crate::query::Boundaries;
use crate::query::filter::unit_of;
use crate::text::analyzer::ViTokenizer;
use crate::text::{abbreviations, fold};

/// A document of the reports index. The names of its fields are those of the configurations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportDocument {
    pub id: String,
    pub path: String,
    /// Title and text as stored.
    pub title_text: String,
    pub text: String,
    /// Terms.
    pub title: String,
    pub title_exact: String,
    pub body: String,
    pub body_exact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher_folded: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub place: Vec<String>,
    pub place_path: Vec<String>,
    pub place_path_2025: Vec<String>,
    pub mention: Vec<String>,
    pub zone: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    pub period_path: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<u32>,
    pub metric_path: Vec<String>,
    pub basis: Vec<Basis>,
    pub figures: u64,
}

/// A document of the figures index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FigureDocument {
    /// Id of the report, `#`, place among its figures.
    pub id: String,
    pub report: String,
    pub path: String,
    pub title_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    pub metric: String,
    pub metric_path: Vec<String>,
    pub value: f64,
    /// The value with every digit.
    pub value_exact: String,
    pub unit: String,
    pub basis: Basis,
    pub qualifier: Qualifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    pub period_path: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_from: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_to: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub place_path: Vec<String>,
    pub place_path_2025: Vec<String>,
    /// The other numbers, exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_max: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yoy_pct: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_pct: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternative: Option<String>,
    pub quote: String,
    /// Folded terms of the quote.
    pub body: String,
    pub body_exact: String,
    pub span_start: u64,
    pub span_end: u64,
    pub flags: Vec<Flag>,
}

/// The id for `_id`, which takes 512 bytes: a longer one becomes its hash.
pub(super) fn remote_id(id: &str) -> Cow<'_, str> {
    if id.len() <= 512 {
        Cow::Borrowed(id)
    } else {
        Cow::Owned(format!("{:032x}", xxh3_128(id.as_bytes())))
    }
}

/// Terms of an index text, joined by spaces: the words of the text in order, behind them the extra ones.
///
/// Between the words an extra one would part `khu công` of `khu⁺kcn công nghiệp`.
pub(super) fn terms<const EXACT: bool>(index_text: &str) -> String {
    let mut tokenizer = ViTokenizer::<EXACT>::default();
    let mut stream = tokenizer.token_stream(index_text);
    let mut out = String::with_capacity(index_text.len());
    let mut extra = String::new();
    let mut last = None;
    while stream.advance() {
        let token = stream.token();
        let list = if last == Some(token.position) {
            &mut extra
        } else {
            &mut out
        };
        last = Some(token.position);
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(&token.text);
    }
    if !out.is_empty() && !extra.is_empty() {
        out.push(' ');
    }
    out.push_str(&extra);
    out
}

/// The slug behind the region it lies in: `dong-bang-song-hong/quang-ninh`.
pub(super) fn place_path(slug: &str) -> String {
    let places = Places::get();
    places.by_slug(slug).map_or_else(
        || slug.to_owned(),
        |id| {
            let path: Vec<&str> = places
                .path(id)
                .into_iter()
                .map(|id| places.place(id).slug.as_str())
                .collect();
            path.join("/")
        },
    )
}

/// The paths of places and of all above them, each once.
fn place_paths<'a>(slugs: impl Iterator<Item = &'a str>, boundaries: Boundaries) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for slug in slugs {
        let path = place_path(unit_of(slug, boundaries));
        let above = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        for path in above.chain([path.clone()]) {
            if !out.contains(&path) {
                out.push(path);
            }
        }
    }
    out
}

fn period_path(period: Option<Period>) -> Vec<String> {
    period.map_or_else(Vec::new, |period| {
        period.ancestors().iter().map(ToString::to_string).collect()
    })
}

/// The month as `202007`.
pub(super) const fn month((year, month): (i32, u32)) -> u32 {
    year.unsigned_abs() * 100 + month
}

/// The date as both engines read it; `None` where no calendar has it, for which they would refuse the report.
fn datetime(date: &str) -> Option<String> {
    let bytes = date.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day): (u32, u32, u32) = (
        date[..4].parse().ok()?,
        date.get(5..7)?.parse().ok()?,
        date.get(8..)?.parse().ok()?,
    );
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days)
        .contains(&day)
        .then(|| format!("{date}T00:00:00Z"))
}

fn exact(value: Option<Decimal>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// The documents of a report: itself, and one for each figure.
pub(super) fn documents(report: &StoredReport) -> (ReportDocument, Vec<FigureDocument>) {
    let data = &report.data;
    let annotations = &data.annotations;
    let index_text = writer::index_text(&report.text, &data.chrome, &data.title);
    let index_text = index_text.as_deref().unwrap_or(&report.text);
    let published = data.published.as_deref().and_then(datetime);
    let period = annotations.period.as_ref().map(|finding| finding.period);
    let mut metric_path: Vec<String> = Vec::new();
    let mut basis = Vec::new();
    for figure in &annotations.figures {
        for code in Taxonomy::path(&figure.metric) {
            if !metric_path.iter().any(|known| known == code) {
                metric_path.push(code.to_owned());
            }
        }
        if !basis.contains(&figure.basis) {
            basis.push(figure.basis);
        }
    }
    let zones = annotations.zones.iter().fold(Vec::new(), |mut list, zone| {
        if !list.contains(&zone.slug) {
            list.push(zone.slug.clone());
        }
        list
    });
    let main = ReportDocument {
        id: data.id.clone(),
        path: data.path.clone(),
        title_text: data.title.clone(),
        text: report.text.clone(),
        title: terms::<false>(&data.title),
        title_exact: terms::<true>(&data.title),
        body: terms::<false>(index_text),
        body_exact: terms::<true>(index_text),
        published: published.clone(),
        publisher: data.publisher.clone(),
        publisher_folded: data.publisher.as_deref().map(fold),
        url: data.url.clone(),
        kind: annotations.kind.clone(),
        place: data.subjects().map(str::to_owned).collect(),
        place_path: place_paths(data.subjects(), Boundaries::OwnTime),
        place_path_2025: place_paths(data.subjects(), Boundaries::Of2025),
        mention: annotations
            .places
            .iter()
            .filter(|place| !place.subject)
            .map(|place| place.slug.clone())
            .collect(),
        zone: zones,
        period,
        period_path: period_path(period),
        period_from: period.map(|p| month(p.start())),
        period_to: period.map(|p| month(p.end())),
        metric_path,
        basis,
        figures: annotations.figures.len() as u64,
    };
    let rows = annotations
        .figures
        .iter()
        .enumerate()
        .map(|(number, figure)| row(report, number, figure, published.clone()))
        .collect();
    (main, rows)
}

fn row(
    report: &StoredReport,
    number: usize,
    figure: &Observation,
    published: Option<String>,
) -> FigureDocument {
    let data = &report.data;
    let words = abbreviations::index_text(&figure.quote);
    FigureDocument {
        id: format!("{}#{number}", data.id),
        report: data.id.clone(),
        path: data.path_at(&report.text, figure.span.start),
        title_text: data.title.clone(),
        published,
        metric: figure.metric.clone(),
        metric_path: Taxonomy::path(&figure.metric)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        value: figure.value.to_f64().unwrap_or_default(),
        value_exact: figure.value.to_string(),
        unit: figure.unit.clone(),
        basis: figure.basis,
        qualifier: figure.qualifier,
        period: figure.period,
        period_path: period_path(figure.period),
        period_from: figure.period.map(|p| month(p.start())),
        period_to: figure.period.map(|p| month(p.end())),
        as_of: figure.as_of.clone(),
        subject: figure.subject.clone(),
        place_path: place_paths(figure.subject.as_deref().into_iter(), Boundaries::OwnTime),
        place_path_2025: place_paths(figure.subject.as_deref().into_iter(), Boundaries::Of2025),
        value_max: exact(figure.value_max),
        yoy_pct: exact(figure.yoy_pct),
        plan_pct: exact(figure.plan_pct),
        plan_value: exact(figure.plan_value),
        alternative: exact(figure.alternative),
        quote: figure.quote.clone(),
        body: terms::<false>(&words),
        body_exact: terms::<true>(&words),
        span_start: figure.span.start as u64,
        span_end: figure.span.end as u64,
        flags: figure.flags.clone(),
    }
}
