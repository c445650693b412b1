//! Recomputing what reports state: plan shares, totals of parts, stated shares, equivalents; conflicts and revisions
//! between reports.
//!
//! A relation is checked with the precision that the text itself gives: `72,1%` may stand for anything from 72.05 to
//! 72.15, `12.064 tỷ` for 12 063.5 to 12 064.5 billion. It holds when some values within those bounds fulfil it, so a
//! rounded figure is never an alarm.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{Basis, Flag, Observation, Qualifier};
use crate::query::{Filters, MAX_LIMIT, SearchRequest};
use crate::{Engine, Result, Span};

/// What kind of statement was recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Value over plan against the stated share of the plan.
    PlanShare,
    /// A total against the sum of its parts.
    Sum,
    /// A stated share of another figure.
    Share,
    /// Exports less imports against the stated balance, exports plus imports against the stated turnover.
    Trade,
    /// One amount in two currencies: the implied exchange rate.
    ExchangeRate,
    /// The value of a year before against the stated growth.
    Growth,
    /// A number whose written form contradicts the rest: the point as a decimal mark.
    DecimalPoint,
    /// Two reports state different values for the same quantity.
    Conflict,
    /// A later report states a firmer value (estimate, then result).
    Revision,
}

/// One of the figures that a relation ties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Metric code; empty for a number that is part of a list and no figure of its own.
    pub metric: String,
    /// Value in base units.
    #[serde(with = "crate::model::figure::exact_number")]
    pub value: Decimal,
    /// Base unit.
    pub unit: String,
    /// Place of the number in the stored text of `path`.
    pub span: Span,
    /// The report it stands in.
    pub path: String,
}

/// A stated relation, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// The report (of a conflict or a revision: the later one).
    pub path: String,
    /// Kind of statement.
    pub kind: RelationKind,
    /// Whether it holds within the precision stated.
    pub holds: bool,
    /// What the text says, in the unit of the relation.
    #[serde(with = "crate::model::figure::exact_number")]
    pub stated: Decimal,
    /// What follows from the other numbers, rounded to two digits more than stated.
    #[serde(with = "crate::model::figure::exact_number")]
    pub computed: Decimal,
    /// The computation, ready to print: `12.064 / 16.730 = 72.11 %, stated 72.1 %`.
    pub computation: String,
    /// The figures involved.
    pub terms: Vec<Term>,
    /// The passage, as written.
    pub quote: String,
}

/// A closed interval of what a stated number may stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Interval {
    low: Decimal,
    high: Decimal,
}

impl Interval {
    fn around(value: Decimal, half_width: Decimal) -> Self {
        Self {
            low: value - half_width,
            high: value + half_width,
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            low: self.low.checked_add(other.low)?,
            high: self.high.checked_add(other.high)?,
        })
    }

    fn minus(self, other: Self) -> Option<Self> {
        Some(Self {
            low: self.low.checked_sub(other.high)?,
            high: self.high.checked_sub(other.low)?,
        })
    }

    /// Quotient in percent; both sides positive.
    fn percent_of(self, whole: Self) -> Option<Self> {
        if self.low < Decimal::ZERO || whole.low <= Decimal::ZERO {
            return None;
        }
        let ratio = |a: Decimal, b: Decimal| a.checked_div(b)?.checked_mul(Decimal::ONE_HUNDRED);
        Some(Self {
            low: ratio(self.low, whole.high)?,
            high: ratio(self.high, whole.low)?,
        })
    }

    fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

/// What a number written as `raw` with this `value` may stand for: half a unit of its last digit either way.
///
/// `raw` is the number as written, without its unit: `33,617` of `33,617 tỷ USD`.
fn stated_interval(raw: &str, value: Decimal, qualifier: Qualifier) -> Interval {
    let digits: String = raw.chars().skip_while(|c| !c.is_ascii_digit()).collect();
    let number: String = digits
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let number = number.trim_end_matches(['.', ',']);
    // The mantissa is the value less its multiplier; the digits behind the mark are found by trying both readings.
    let as_whole: Option<Decimal> = number.replace(['.', ','], "").parse().ok();
    let step = as_whole
        .filter(|whole| !whole.is_zero())
        .and_then(|whole| value.abs().checked_div(whole))
        .unwrap_or(Decimal::ONE);
    let mut half = step / Decimal::TWO;
    if qualifier != Qualifier::Exact {
        half = half.max(value.abs() * Decimal::new(2, 2));
    }
    Interval::around(value, half)
}

/// What a percentage with this many decimals may stand for.
fn percent_interval(percent: Decimal) -> Interval {
    Interval::around(percent, Decimal::new(5, percent.scale() + 1))
}

fn show(value: Decimal) -> String {
    value.round_dp(2).normalize().to_string()
}

/// Value in the largest of the units billion and million that leaves a readable number: `12064 tỷ`.
fn show_amount(value: Decimal, unit: &str) -> String {
    if matches!(unit, "VND" | "USD") {
        for (factor, word) in [(1_000_000_000i64, "tỷ"), (1_000_000, "triệu")] {
            let factor = Decimal::from(factor);
            if value.abs() >= factor {
                return format!("{} {word} {unit}", (value / factor).round_dp(4).normalize());
            }
        }
    }
    format!("{} {unit}", value.normalize())
}

fn term(path: &str, figure: &Observation) -> Term {
    Term {
        metric: figure.metric.clone(),
        value: figure.value,
        unit: figure.unit.clone(),
        span: figure.span,
        path: path.to_owned(),
    }
}

/// The plausible range of dong per dollar since 1995; outside it an "equivalent" is a slip.
///
/// # Source
/// State Bank of Vietnam, central and interbank rates 1995 to 2025 (11 000 to 26 500).
const DONG_PER_DOLLAR: (i64, i64) = (10_500, 28_000);

/// The relations that one report states about its own figures, in the order of their spans.
///
/// `text` is the stored text that the spans of `figures` point into; `path` names the report in the result.
#[must_use]
pub fn check_report(path: &str, text: &str, figures: &[Observation]) -> Vec<Relation> {
    let mut found = Vec::new();
    let interval = |f: &Observation| stated_interval(f.span.of(text), f.value, f.qualifier);
    for figure in figures {
        plan_share(path, figure, interval(figure), &mut found);
        if figure.flags.contains(&Flag::DecimalPoint) {
            found.push(Relation {
                path: path.to_owned(),
                kind: RelationKind::DecimalPoint,
                holds: false,
                stated: figure.alternative.unwrap_or(figure.value),
                computed: figure.value,
                computation: format!(
                    "the point in '{}' groups thousands by rule; only as a decimal mark does it fit: {}",
                    figure.span.of(text),
                    show_amount(figure.value, &figure.unit)
                ),
                terms: vec![term(path, figure)],
                quote: figure.quote.clone(),
            });
        }
    }
    exchange_rates(path, figures, &mut found);
    sums(path, text, figures, &interval, &mut found);
    found.sort_by_key(|relation| relation.terms.first().map(|t| (t.span, relation.kind)));
    found
}

fn plan_share(path: &str, figure: &Observation, value: Interval, found: &mut Vec<Relation>) {
    let (Some(stated), Some(plan)) = (figure.plan_pct, figure.plan_value) else {
        return;
    };
    // The plan's own digits are not kept; four significant ones are what reports give.
    let plan_interval = Interval::around(plan, plan.abs() * Decimal::new(5, 5));
    let Some(share) = value.percent_of(plan_interval) else {
        return;
    };
    let Some(computed) = figure
        .value
        .checked_div(plan)
        .map(|q| q * Decimal::ONE_HUNDRED)
    else {
        return;
    };
    found.push(Relation {
        path: path.to_owned(),
        kind: RelationKind::PlanShare,
        holds: share.meets(percent_interval(stated)),
        stated,
        computed: computed.round_dp(stated.scale() + 2),
        computation: format!(
            "{} / {} = {} %, stated {} % of the plan",
            show_amount(figure.value, &figure.unit),
            show_amount(plan, &figure.unit),
            show(computed),
            stated.normalize()
        ),
        terms: vec![term(path, figure)],
        quote: figure.quote.clone(),
    });
}

fn exchange_rates(path: &str, figures: &[Observation], found: &mut Vec<Relation>) {
    for pair in figures.windows(2) {
        let [first, second] = pair else { continue };
        if first.metric != second.metric || !second.flags.contains(&Flag::Equivalent) {
            continue;
        }
        let (dollars, dong) = match (first.unit.as_str(), second.unit.as_str()) {
            ("USD", "VND") => (first, second),
            ("VND", "USD") => (second, first),
            _ => continue,
        };
        let Some(rate) = dong.value.checked_div(dollars.value) else {
            continue;
        };
        let (low, high) = (
            Decimal::from(DONG_PER_DOLLAR.0),
            Decimal::from(DONG_PER_DOLLAR.1),
        );
        found.push(Relation {
            path: path.to_owned(),
            kind: RelationKind::ExchangeRate,
            holds: (low..=high).contains(&rate),
            stated: rate.round_dp(0),
            computed: rate.round_dp(0),
            computation: format!(
                "{} / {} = {} VND per USD",
                show_amount(dong.value, "VND"),
                show_amount(dollars.value, "USD"),
                rate.round_dp(0)
            ),
            terms: vec![term(path, first), term(path, second)],
            quote: first.quote.clone(),
        });
    }
}

/// How a whole is made of parts, by metric: the parts exhaust it, so a sum that differs is a contradiction.
const PARTITIONS: &[(&str, &[&str])] = &[
    (
        "investment.projects",
        &["fdi.projects.new", "ddi.projects.new"],
    ),
    (
        "investment.projects.new",
        &["fdi.projects.new", "ddi.projects.new"],
    ),
    (
        "investment.projects.adjusted",
        &["fdi.projects.adjusted", "ddi.projects.adjusted"],
    ),
    (
        "investment.projects.total",
        &["fdi.projects.total", "ddi.projects.total"],
    ),
    ("trade.total", &["trade.exports", "trade.imports"]),
    (
        "trade.exports",
        &["trade.exports.fdi", "trade.exports.domestic"],
    ),
    (
        "trade.imports",
        &["trade.imports.fdi", "trade.imports.domestic"],
    ),
    (
        "budget.revenue",
        &["budget.revenue.domestic", "budget.revenue.trade"],
    ),
    (
        "tourism.visitors",
        &[
            "tourism.visitors.international",
            "tourism.visitors.domestic",
        ],
    ),
];

/// How far behind its total a part may stand, in bytes: within the sentence or the next one.
const PART_REACH: usize = 700;

fn sums(
    path: &str,
    text: &str,
    figures: &[Observation],
    interval: &dyn Fn(&Observation) -> Interval,
    found: &mut Vec<Relation>,
) {
    let same_frame = |a: &Observation, b: &Observation| {
        a.unit == b.unit
            && a.period == b.period
            && a.subject == b.subject
            && (a.basis == Basis::Target) == (b.basis == Basis::Target)
            && (a.basis == Basis::Cumulative) == (b.basis == Basis::Cumulative)
    };
    for (at, total) in figures.iter().enumerate() {
        for (whole, parts) in PARTITIONS {
            if total.metric != *whole {
                continue;
            }
            let near: Vec<&Observation> = parts
                .iter()
                .filter_map(|part| {
                    figures[at + 1..]
                        .iter()
                        .take_while(|f| {
                            f.span.start < total.span.end + PART_REACH && f.metric != total.metric
                        })
                        .find(|f| f.metric == *part && same_frame(f, total))
                })
                .collect();
            // All parts, and nothing but one paragraph.
            if near.len() != parts.len() {
                continue;
            }
            let last = near
                .iter()
                .map(|f| f.span.end)
                .max()
                .unwrap_or(total.span.end);
            if text
                .get(total.span.start..last)
                .is_none_or(|passage| passage.contains('\n'))
            {
                continue;
            }
            let mut sum = Some(Interval::around(Decimal::ZERO, Decimal::ZERO));
            let mut computed = Decimal::ZERO;
            for part in &near {
                // Counts are exact; amounts are rounded.
                let part_interval = if is_count(&part.unit) {
                    Interval::around(part.value, Decimal::ZERO)
                } else {
                    interval(part)
                };
                sum = sum.and_then(|s| s.plus(part_interval));
                computed += part.value;
            }
            let total_interval = if is_count(&total.unit) {
                Interval::around(total.value, Decimal::ZERO)
            } else {
                interval(total)
            };
            let Some(sum) = sum else { continue };
            let list: Vec<String> = near.iter().map(|f| show_amount(f.value, &f.unit)).collect();
            let holds = sum.meets(total_interval);
            found.push(Relation {
                path: path.to_owned(),
                kind: if total.metric == "trade.total" {
                    RelationKind::Trade
                } else {
                    RelationKind::Sum
                },
                holds,
                stated: total.value,
                computed,
                computation: format!(
                    "{} = {}{}",
                    list.join(" + "),
                    show_amount(computed, &total.unit),
                    if holds {
                        String::new()
                    } else {
                        format!(", stated {}", show_amount(total.value, &total.unit))
                    }
                ),
                terms: std::iter::once(total)
                    .chain(near)
                    .map(|f| term(path, f))
                    .collect(),
                quote: total.quote.clone(),
            });
        }
        if total.metric == "trade.balance" {
            balance(path, figures, at, interval, found);
        }
    }
}

fn balance(
    path: &str,
    figures: &[Observation],
    at: usize,
    interval: &dyn Fn(&Observation) -> Interval,
    found: &mut Vec<Relation>,
) {
    let stated = &figures[at];
    let nearest = |metric: &str| {
        figures[..at]
            .iter()
            .rev()
            .take_while(|f| f.span.end + PART_REACH > stated.span.start)
            .find(|f| {
                f.metric == metric
                    && f.unit == stated.unit
                    && f.period == stated.period
                    && f.subject == stated.subject
            })
    };
    let (Some(exports), Some(imports)) = (nearest("trade.exports"), nearest("trade.imports"))
    else {
        return;
    };
    let Some(difference) = interval(exports).minus(interval(imports)) else {
        return;
    };
    let computed = exports.value - imports.value;
    found.push(Relation {
        path: path.to_owned(),
        kind: RelationKind::Trade,
        holds: difference.meets(interval(stated)),
        stated: stated.value,
        computed,
        computation: format!(
            "{} - {} = {}, stated {}",
            show_amount(exports.value, &exports.unit),
            show_amount(imports.value, &imports.unit),
            show_amount(computed, &stated.unit),
            show_amount(stated.value, &stated.unit)
        ),
        terms: vec![term(path, stated), term(path, exports), term(path, imports)],
        quote: stated.quote.clone(),
    });
}

fn is_count(unit: &str) -> bool {
    !matches!(unit, "VND" | "USD" | "percent" | "ha")
}

/// A figure with the report that states it.
#[derive(Clone, Debug)]
pub struct Stated<'a> {
    /// Path of the report.
    pub path: &'a str,
    /// Date of publication, for the order of revisions.
    pub published: Option<&'a str>,
    /// The figure.
    pub figure: &'a Observation,
}

/// Conflicts and revisions between reports: same metric, subject, period, unit and kind of basis, other value.
///
/// Figures whose period or subject is unknown, parts, equivalents, doubtful and inexact ones are left out; two values that agree
/// to the coarser one's digits do not differ. Estimate and result differ by nature: that is a revision.
#[must_use]
pub fn compare_reports(figures: &[Stated<'_>]) -> Vec<Relation> {
    type Key<'a> = (&'a str, &'a str, String, &'a str, u8);
    let mut groups: BTreeMap<Key<'_>, Vec<&Stated<'_>>> = BTreeMap::new();
    for stated in figures {
        let figure = stated.figure;
        let (Some(subject), Some(period)) = (figure.subject.as_deref(), figure.period) else {
            continue;
        };
        let doubtful = figure.qualifier != Qualifier::Exact
            || figure.value_max.is_some()
            || figure.flags.iter().any(|f| {
                matches!(
                    f,
                    Flag::Part | Flag::Equivalent | Flag::Implausible | Flag::AmbiguousMultiple
                )
            });
        if doubtful {
            continue;
        }
        let family = match figure.basis {
            Basis::Actual | Basis::Estimate => 0,
            Basis::Target => 1,
            Basis::Cumulative | Basis::Stock => 2,
        };
        groups
            .entry((
                figure.metric.as_str(),
                subject,
                period.to_string(),
                figure.unit.as_str(),
                family,
            ))
            .or_default()
            .push(stated);
    }
    let mut found = Vec::new();
    for ((metric, subject, period, unit, _), mut group) in groups {
        group.sort_by_key(|s| (s.published.unwrap_or(""), s.path, s.figure.span));
        for (i, later) in group.iter().enumerate() {
            let Some(earlier) = group[..i]
                .iter()
                .find(|e| e.path != later.path && !agree(e.figure.value, later.figure.value))
            else {
                continue;
            };
            let kind =
                if earlier.figure.basis == Basis::Estimate && later.figure.basis == Basis::Actual {
                    RelationKind::Revision
                } else {
                    RelationKind::Conflict
                };
            found.push(Relation {
                path: later.path.to_owned(),
                kind,
                holds: kind == RelationKind::Revision,
                stated: later.figure.value,
                computed: earlier.figure.value,
                computation: format!(
                    "{metric} of {subject}, {period}: {} here, {} in {}",
                    show_amount(later.figure.value, unit),
                    show_amount(earlier.figure.value, unit),
                    earlier.path
                ),
                terms: vec![
                    term(later.path, later.figure),
                    term(earlier.path, earlier.figure),
                ],
                quote: later.figure.quote.clone(),
            });
        }
    }
    found
}

/// Whether two values are the same to the digits of the coarser one: 344.6 and 344.62 are.
fn agree(a: Decimal, b: Decimal) -> bool {
    let (a, b) = (a.normalize(), b.normalize());
    // Trailing zeros of whole numbers count as not stated: 7 500 000 000 has two digits.
    let step = |value: Decimal| {
        let mut mantissa = value.mantissa();
        let mut step = Decimal::new(1, value.scale());
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            step *= Decimal::TEN;
        }
        step
    };
    (a - b).abs() <= step(a).max(step(b)) / Decimal::TWO
}

impl Engine {
    /// Recomputes what the reports that pass `filters` state, each for itself and against one another, by path.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`](crate::Error::UnknownFilterValue).
    pub fn check(&self, filters: &Filters) -> Result<Vec<Relation>> {
        let hits = self
            .search(&SearchRequest {
                filters: filters.clone(),
                limit: MAX_LIMIT,
                snippets: false,
                figures: 0,
                ..SearchRequest::default()
            })?
            .hits;
        let mut paths: Vec<&str> = hits
            .iter()
            .flat_map(|hit| std::iter::once(&hit.path).chain(&hit.copies))
            .map(String::as_str)
            .collect();
        paths.sort_unstable();
        let mut found = Vec::new();
        let mut reports = Vec::with_capacity(paths.len());
        for path in paths {
            let report = self.report(path)?;
            found.extend(check_report(
                path,
                &report.text,
                &report.data.annotations.figures,
            ));
            reports.push(report.data);
        }
        let stated: Vec<Stated<'_>> = reports
            .iter()
            .flat_map(|data| {
                data.annotations.figures.iter().map(|figure| Stated {
                    path: &data.path,
                    published: data.published.as_deref(),
                    figure,
                })
            })
            .collect();
        found.extend(compare_reports(&stated));
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str, raw: &str, metric: &str, value: &str, unit: &str) -> Observation {
        let start = text.find(raw).unwrap();
        Observation {
            metric: metric.into(),
            value: value.parse().unwrap(),
            value_max: None,
            unit: unit.into(),
            basis: Basis::Actual,
            qualifier: Qualifier::Exact,
            period: "2021".parse().ok(),
            as_of: None,
            subject: Some("an-giang".into()),
            yoy_pct: None,
            plan_pct: None,
            plan_value: None,
            alternative: None,
            quote: text.into(),
            span: Span::new(start, start + raw.len()),
            flags: Vec::new(),
            rule: String::new(),
        }
    }

    #[test]
    fn a_share_of_plan_holds_within_its_digits() {
        let text = "thu 8.423 tỷ đồng";
        let mut f = figure(
            text,
            "8.423 tỷ đồng",
            "budget.revenue",
            "8423000000000",
            "VND",
        );
        f.plan_value = "7500000000000".parse().ok();
        for (stated, holds) in [
            ("112.3", true),
            ("112.31", true),
            ("112", true),
            ("113", false),
            ("112.4", false),
        ] {
            f.plan_pct = stated.parse().ok();
            let relations = check_report("r", text, std::slice::from_ref(&f));
            assert_eq!(relations.len(), 1);
            assert_eq!(
                relations[0].holds, holds,
                "{stated}: {}",
                relations[0].computation
            );
        }
    }

    #[test]
    fn counts_must_add_up_exactly() {
        let text = "cấp mới 31 dự án, trong đó có 20 dự án FDI và 11 dự án trong nước";
        let mut figures = vec![
            figure(
                text,
                "31 dự án",
                "investment.projects.new",
                "31",
                "projects",
            ),
            figure(text, "20 dự án", "fdi.projects.new", "20", "projects"),
            figure(text, "11 dự án", "ddi.projects.new", "11", "projects"),
        ];
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && relations[0].holds, "{relations:?}");
        figures[2].value = Decimal::from(12);
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && !relations[0].holds, "{relations:?}");
        assert_eq!(
            relations[0].computation,
            "20 projects + 12 projects = 32 projects, stated 31 projects"
        );
        // One part alone says nothing about the total.
        assert!(check_report("r", text, &figures[..2]).is_empty());
    }

    #[test]
    fn rounded_amounts_add_up_within_their_digits() {
        let text = "tổng kim ngạch 3,5 tỷ USD, xuất khẩu 2,04 tỷ USD, nhập khẩu 1,47 tỷ USD";
        let figures = vec![
            figure(text, "3,5 tỷ USD", "trade.total", "3500000000", "USD"),
            figure(text, "2,04 tỷ USD", "trade.exports", "2040000000", "USD"),
            figure(text, "1,47 tỷ USD", "trade.imports", "1470000000", "USD"),
        ];
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && relations[0].holds, "{relations:?}");
    }

    #[test]
    fn an_estimate_that_becomes_a_result_is_a_revision() {
        fn pair<'a>(
            a: &'a str,
            first: &'a Observation,
            b: &'a str,
            second: &'a Observation,
        ) -> Vec<Relation> {
            compare_reports(&[
                Stated {
                    path: a,
                    published: Some("2021-07-01"),
                    figure: first,
                },
                Stated {
                    path: b,
                    published: Some("2022-02-01"),
                    figure: second,
                },
            ])
        }
        let text = "đạt 104 tỷ đồng";
        let mut estimate = figure(text, "104 tỷ đồng", "revenue", "104000000000", "VND");
        estimate.basis = Basis::Estimate;
        let mut result = estimate.clone();
        result.basis = Basis::Actual;
        result.value = "97400000000".parse().unwrap();
        let relations = pair("a", &estimate, "b", &result);
        assert!(
            relations.len() == 1 && relations[0].kind == RelationKind::Revision,
            "{relations:?}"
        );
        let mut other = result.clone();
        other.value = "95000000000".parse().unwrap();
        let relations = pair("a", &result, "b", &other);
        assert!(
            relations.len() == 1
                && relations[0].kind == RelationKind::Conflict
                && !relations[0].holds
        );
        other.value = "97000000000".parse().unwrap();
        assert!(
            pair("a", &result, "b", &other).is_empty(),
            "97 tỷ is 97,4 tỷ rounded"
        );
        assert!(
            pair("a", &result, "a", &other).is_empty(),
            "one report does not conflict with itself here"
        );
    }
}
