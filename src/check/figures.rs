//! Relations between the figures of one report: plan shares, equivalents, totals of what is known to be their parts, balances.

use rust_decimal::Decimal;

use super::compare::day_inside;
use super::interval::{Interval, percent_interval, show, show_amount};
use super::{Relation, RelationKind, term};
use crate::model::{Basis, Flag, Observation, Period};

/// The plausible range of dong per dollar since 1995; outside it an "equivalent" is a slip.
///
/// # Source
/// State Bank of Vietnam, central and interbank rates 1995 to 2025 (11 000 to 26 500).
const DONG_PER_DOLLAR: (i64, i64) = (10_500, 28_000);

pub(super) fn plan_share(
    path: &str,
    figure: &Observation,
    value: Interval,
    found: &mut Vec<Relation>,
) {
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

pub(super) fn exchange_rates(path: &str, figures: &[Observation], found: &mut Vec<Relation>) {
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

/// Points of growth within which a stated and a computed rate speak of one comparison.
const NEAR_GROWTH: i64 = 10;

/// Stated growth on the year before, where the report gives the value of that year as well.
pub(super) fn growths(
    path: &str,
    figures: &[Observation],
    interval: &dyn Fn(&Observation) -> Interval,
    found: &mut Vec<Relation>,
) {
    let plain = |f: &&Observation| {
        matches!(f.basis, Basis::Actual | Basis::Estimate)
            && f.value > Decimal::ZERO
            && f.value_max.is_none()
            && f.unit != "percent"
            // A count that stops within its period is compared with the same day of the year before.
            && day_inside(f).is_none()
            && f.flags.iter().all(|flag| {
                matches!(
                    flag,
                    Flag::YearInferred | Flag::SubjectInferred | Flag::Restored
                )
            })
    };
    for later in figures.iter().filter(plain) {
        let (Some(stated), Some(period)) = (later.yoy_pct, later.period) else {
            continue;
        };
        let before = period
            .single_year()
            .and_then(|year| Period::months(year - 1, period.start().1, period.end().1));
        let mut earlier = figures.iter().filter(plain).filter(|f| {
            f.metric == later.metric
                && f.unit == later.unit
                && f.subject == later.subject
                && before.is_some()
                && f.period == before
        });
        // Several values for that year are of several things.
        let (Some(base), None) = (earlier.next(), earlier.next()) else {
            continue;
        };
        let Some(share) = interval(later).percent_of(interval(base)) else {
            continue;
        };
        let Some(computed) = later
            .value
            .checked_div(base.value)
            .and_then(|q| q.checked_mul(Decimal::ONE_HUNDRED))
            .map(|q| q - Decimal::ONE_HUNDRED)
        else {
            continue;
        };
        if (computed - stated).abs() > Decimal::from(NEAR_GROWTH) {
            continue;
        }
        let of_base = percent_interval(stated.abs());
        let (low, high) = if stated.is_sign_negative() {
            (-of_base.high, -of_base.low)
        } else {
            (of_base.low, of_base.high)
        };
        let holds =
            share.low - Decimal::ONE_HUNDRED <= high && low <= share.high - Decimal::ONE_HUNDRED;
        found.push(Relation {
            path: path.to_owned(),
            kind: RelationKind::Growth,
            holds,
            stated,
            computed: computed.round_dp(stated.scale() + 2),
            computation: format!(
                "{} against {} is {} %, stated {} %",
                show_amount(later.value, &later.unit),
                show_amount(base.value, &base.unit),
                show(computed),
                stated.normalize()
            ),
            terms: vec![term(path, later), term(path, base)],
            quote: later.quote.clone(),
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

pub(super) fn sums(
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
            let mut computed = Some(Decimal::ZERO);
            for part in &near {
                // Counts are exact; amounts are rounded.
                let part_interval = if is_count(&part.unit) {
                    Interval::around(part.value, Decimal::ZERO)
                } else {
                    interval(part)
                };
                sum = sum.and_then(|s| s.plus(part_interval));
                computed = computed.and_then(|c| c.checked_add(part.value));
            }
            let total_interval = if is_count(&total.unit) {
                Interval::around(total.value, Decimal::ZERO)
            } else {
                interval(total)
            };
            let (Some(sum), Some(computed)) = (sum, computed) else {
                continue;
            };
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
    let Some(computed) = exports.value.checked_sub(imports.value) else {
        return;
    };
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

pub(super) fn is_count(unit: &str) -> bool {
    !matches!(unit, "VND" | "USD" | "percent" | "ha")
}
