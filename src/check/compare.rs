//! Conflicts and revisions between reports.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::interval::show_amount;
use super::{Relation, RelationKind, term};
use crate::model::{Basis, Flag, Observation, Qualifier};

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
