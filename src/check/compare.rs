//! Conflicts and revisions between reports.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::interval::show_amount;
use super::scope::Scope;
use super::{Relation, RelationKind, term};
use crate::model::{Basis, Flag, Observation, Qualifier};

/// A figure with the report that states it.
#[derive(Clone, Debug)]
pub struct Stated<'a> {
    /// Path of the report.
    pub path: &'a str,
    /// Date of publication, for the order of revisions.
    pub published: Option<&'a str>,
    /// What narrows the figures of its report.
    pub scope: Scope,
    /// The figure.
    pub figure: &'a Observation,
}

/// Levels farther apart than this are of different things, whatever the words say.
const FAR: i64 = 2;

/// Conflicts and revisions between reports: same metric, subject, period, unit, kind of basis and scope, other value.
///
/// Figures whose period or subject is unknown, parts, equivalents, doubtful and inexact ones are left out; two values that agree
/// to the coarser one's digits do not differ. A report that itself states several values for what looks like one quantity tells
/// apart what the words do not show, and is compared with none. Estimate and result differ by nature: that is a revision.
#[must_use]
pub fn compare_reports(figures: &[Stated<'_>]) -> Vec<Relation> {
    type Key<'a> = (
        &'a str,
        &'a str,
        String,
        &'a str,
        u8,
        Scope,
        Option<&'a str>,
    );
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
                stated.scope.of_figure(figure),
                day_inside(figure),
            ))
            .or_default()
            .push(stated);
    }
    let mut found = Vec::new();
    for ((metric, subject, period, unit, ..), mut group) in groups {
        group.sort_by_key(|s| (s.published.unwrap_or(""), s.path, s.figure.span));
        let unsure: Vec<&str> = group
            .iter()
            .filter(|a| {
                group
                    .iter()
                    .any(|b| a.path == b.path && !agree(a.figure.value, b.figure.value))
            })
            .map(|s| s.path)
            .collect();
        let mut told: Vec<&str> = Vec::new();
        for (i, later) in group.iter().enumerate() {
            // Told once, in the first place where the report states it.
            if unsure.contains(&later.path) || told.contains(&later.path) {
                continue;
            }
            let Some(earlier) = group[..i].iter().find(|e| {
                e.path != later.path
                    && !unsure.contains(&e.path)
                    && !agree(e.figure.value, later.figure.value)
                    && comparable(e.figure, later.figure)
            }) else {
                continue;
            };
            told.push(later.path);
            let kind = if earlier.figure.basis == later.figure.basis {
                RelationKind::Conflict
            } else {
                RelationKind::Revision
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

/// The day up to which a figure counts, where that is not the end of its period.
pub(super) fn day_inside(figure: &Observation) -> Option<&str> {
    let (year, month) = figure.period?.end();
    let day = figure.as_of.as_deref()?;
    let rest = day.strip_prefix(format!("{year:04}-{month:02}-").as_str());
    (!matches!(rest, Some("28" | "29" | "30" | "31"))).then_some(day)
}

/// Whether two levels are near enough to be of one thing; rates always are.
fn comparable(a: &Observation, b: &Observation) -> bool {
    let (a, b, far) = (a.value.abs(), b.value.abs(), Decimal::from(FAR));
    let within = |low: Decimal, high: Decimal| low.checked_mul(far).is_none_or(|l| l >= high);
    within(a, b) && within(b, a) || a < Decimal::ONE_HUNDRED && b < Decimal::ONE_HUNDRED
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
