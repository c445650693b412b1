//! Figures by the units of July 2025: what adds up is rolled up, with its members; what does not is only listed.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use crate::Span;
use crate::model::{Basis, Flag, Period, PlaceKind, Places, Taxonomy};
use crate::query::Figure;

/// What stands for a unit of July 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RollUpKind {
    /// A report states the value of the unit itself.
    Stated,
    /// The sum of all its members' values.
    Sum,
    /// The sum of some members' values: others are missing, so it is a lower bound at best.
    Partial,
    /// A rate or an average: the members' values stand side by side and are not added up.
    NotAddable,
}

/// The value of one former unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// Slug of the unit.
    pub subject: String,
    /// Its value in base units.
    #[serde(with = "crate::model::figure::exact_number")]
    pub value: Decimal,
    /// The report that states it.
    pub path: String,
    /// Where it stands there.
    pub span: Span,
    /// Number of other values stated for the same.
    pub others: usize,
}

/// Figures of one metric, period, basis and unit, brought to one unit of July 2025.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RollUp {
    /// Slug of the unit of July 2025.
    pub subject: String,
    /// Metric.
    pub metric: String,
    /// Period.
    pub period: Period,
    /// How the values are meant.
    pub basis: Basis,
    /// Base unit.
    pub unit: String,
    /// What the value is.
    pub kind: RollUpKind,
    /// The value; `None` for what cannot be added up.
    #[serde(with = "crate::model::figure::exact_number::option")]
    pub value: Option<Decimal>,
    /// The former units with a value; for a value that is stated for the unit itself, that statement.
    pub members: Vec<Member>,
    /// The former units that no report gives a value for.
    pub missing: Vec<String>,
}

/// Whether values of this metric add up over places: amounts and counts do, rates and averages do not.
#[must_use]
pub fn is_addable(metric: &str, unit: &str) -> bool {
    let taxonomy = Taxonomy::get();
    !matches!(unit, "percent" | "")
        && taxonomy
            .by_code(metric)
            .is_none_or(|id| !taxonomy.metric(id).average)
}

/// The units of before July 2025 that make up the unit `slug`, by slug; the unit itself where it was not merged.
#[must_use]
pub fn members(slug: &str) -> Vec<&'static str> {
    let places = Places::get();
    let Some(unit) = places.by_slug(slug) else {
        return Vec::new();
    };
    let mut found: Vec<&str> = places
        .iter()
        .filter(|(id, place)| {
            place.kind == PlaceKind::Province
                && place.merged_into == Some(unit)
                // Former units of former times are no members; those of the reform alone are.
                && place.valid_to.as_deref().is_none_or(|day| day >= "2024-12-31")
                && (*id != unit || place.valid_from.as_deref().is_none_or(|day| day < "2025-01-01"))
        })
        .map(|(_, place)| place.slug.as_str())
        .collect();
    found.sort_unstable();
    found
}

/// Brings figures to the units of July 2025, by unit, metric, period, basis and base unit.
///
/// Left out are figures without subject or period, of regions and the country, ranges, doubtful ones, parts of a sum in two
/// currencies and equivalents. Where reports differ on a member's value, the first by path is taken and the others are counted.
#[must_use]
pub fn roll_up(figures: &[Figure]) -> Vec<RollUp> {
    rolled_up(figures, |basis| basis)
}

/// As [`roll_up`], a former unit's result standing before its estimate and either adding to the other's: a sum of both is an estimate.
#[must_use]
pub fn roll_up_firmest(figures: &[Figure]) -> Vec<RollUp> {
    rolled_up(figures, |basis| match basis {
        Basis::Estimate => Basis::Actual,
        other => other,
    })
}

/// Values whose bases `kind` makes one go together.
fn rolled_up(figures: &[Figure], kind: fn(Basis) -> Basis) -> Vec<RollUp> {
    type Key<'a> = (&'a str, &'a str, Period, Basis, &'a str);
    let places = Places::get();
    let mut groups: BTreeMap<Key<'_>, BTreeMap<&str, Vec<&Figure>>> = BTreeMap::new();
    for figure in figures {
        let o = &figure.observation;
        let (Some(subject), Some(period)) = (o.subject.as_deref(), o.period) else {
            continue;
        };
        let doubtful = o.value_max.is_some()
            || o.flags
                .iter()
                .any(|flag| matches!(flag, Flag::Part | Flag::Equivalent | Flag::Implausible));
        let unit = places
            .by_slug(subject)
            .filter(|id| places.place(*id).kind == PlaceKind::Province)
            .map(|id| places.place(places.place(id).merged_into.unwrap_or(id)));
        if let (Some(unit), false) = (unit, doubtful) {
            groups
                .entry((&unit.slug, &o.metric, period, kind(o.basis), &o.unit))
                .or_default()
                .entry(subject)
                .or_default()
                .push(figure);
        }
    }
    groups
        .into_iter()
        .map(|((subject, metric, period, _, unit), mut stated)| {
            let expected = members(subject);
            let own = if expected == [subject] {
                None
            } else {
                stated.remove(subject).map(|group| member(subject, &group))
            };
            let (mut list, bases): (Vec<Member>, Vec<Basis>) = stated
                .iter()
                .map(|(slug, group)| member(slug, group))
                .unzip();
            let least_firm = bases.into_iter().max_by_key(|basis| basis.rank());
            let (own, basis) = match own {
                Some((own, basis)) => (Some(own), Some(basis)),
                None => (None, least_firm),
            };
            let missing: Vec<String> = expected
                .iter()
                .filter(|slug| !stated.contains_key(*slug))
                .map(|slug| (*slug).to_owned())
                .collect();
            let sum = list
                .iter()
                .try_fold(Decimal::ZERO, |sum, m| sum.checked_add(m.value));
            let (kind, value) = match &own {
                Some(own) => (RollUpKind::Stated, Some(own.value)),
                None if expected == [subject] => {
                    (RollUpKind::Stated, list.first().map(|m| m.value))
                }
                None if !is_addable(metric, unit) => (RollUpKind::NotAddable, None),
                None if missing.is_empty() => (RollUpKind::Sum, sum),
                None => (RollUpKind::Partial, sum),
            };
            let missing = if own.is_some() { Vec::new() } else { missing };
            list.splice(0..0, own);
            RollUp {
                subject: subject.to_owned(),
                metric: metric.to_owned(),
                period,
                basis: basis.unwrap_or(Basis::Actual),
                unit: unit.to_owned(),
                kind,
                value,
                members: list,
                missing,
            }
        })
        .collect()
}

/// The firmest value of a former unit, and how it is meant; of equally firm ones the first by path.
fn member(slug: &str, group: &[&Figure]) -> (Member, Basis) {
    let firmness = |f: &Figure| f.observation.basis.rank();
    let first = group
        .iter()
        .min_by_key(|f| (firmness(f), f.path.as_str(), f.observation.span))
        .expect("a group has a figure");
    let values: BTreeSet<Decimal> = group
        .iter()
        .filter(|f| firmness(f) == firmness(first))
        .map(|f| f.observation.value)
        .collect();
    let member = Member {
        subject: slug.to_owned(),
        value: first.observation.value,
        path: first.path.clone(),
        span: first.observation.span,
        others: values.len() - 1,
    };
    (member, first.observation.basis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::computed::tests::figure;

    #[test]
    fn every_unit_of_2025_has_its_members() {
        assert_eq!(members("quang-ngai-2025"), ["kon-tum", "quang-ngai"]);
        assert_eq!(members("ha-noi"), ["ha-noi"]);
        assert_eq!(members("hue"), ["thua-thien-hue"]);
        assert_eq!(
            members("phu-tho-2025"),
            ["hoa-binh", "phu-tho", "vinh-phuc"]
        );
        let places = Places::get();
        let units: BTreeSet<&str> = places
            .iter()
            .filter(|(_, p)| p.kind == PlaceKind::Province && p.valid_to.is_none())
            .map(|(_, p)| p.slug.as_str())
            .collect();
        let all: usize = units.iter().map(|slug| members(slug).len()).sum();
        assert_eq!((units.len(), all), (34, 63));
    }

    #[test]
    fn amounts_add_up_and_rates_do_not() {
        let mut rate = figure("c", "poverty.rate", "hoa-binh", "2020", 9);
        rate.observation.unit = "percent".into();
        let figures = [
            figure("a", "budget.revenue", "kon-tum", "2020", 3),
            figure("b", "budget.revenue", "quang-ngai", "2020", 17),
            figure("a", "budget.revenue", "kon-tum", "2021", 4),
            figure("d", "budget.revenue", "cao-bang", "2020", 2),
            figure("e", "budget.revenue", "tay-nguyen", "2020", 99),
            rate,
        ];
        let lines: Vec<String> = roll_up(&figures)
            .iter()
            .map(|r| {
                format!(
                    "{} {} {:?} {:?} missing {:?}",
                    r.subject,
                    r.period,
                    r.kind,
                    r.value.map(|v| v.to_string()),
                    r.missing
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                r#"cao-bang 2020 Stated Some("2") missing []"#,
                r#"phu-tho-2025 2020 NotAddable None missing ["phu-tho", "vinh-phuc"]"#,
                r#"quang-ngai-2025 2020 Sum Some("20") missing []"#,
                r#"quang-ngai-2025 2021 Partial Some("4") missing ["quang-ngai"]"#,
            ]
        );
    }

    #[test]
    fn what_is_stated_for_the_unit_stands_first() {
        let figures = [
            figure("a", "budget.revenue", "kon-tum", "2025", 3),
            figure("b", "budget.revenue", "quang-ngai-2025", "2025", 17),
        ];
        let found = roll_up(&figures);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, RollUpKind::Stated);
        assert_eq!(found[0].value, Some(17.into()));
        assert_eq!(found[0].members[0].subject, "quang-ngai-2025");
    }
}
