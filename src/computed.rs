//! What is computed from stated figures and shown beside them: the value in another unit, growth on the year before.

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::Span;
use crate::annotate::number::quantities;
use crate::annotate::units::Per;
use crate::model::{Basis, Flag, Observation};
use crate::query::Figure;
use crate::text::tokenize;

/// A unit to show values in: `tỷ đồng`, `triệu USD`, `nghìn người`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayUnit {
    /// As it was typed.
    pub label: String,
    /// The base unit that it measures in.
    pub base: &'static str,
    /// How many base units one of it is.
    pub factor: Decimal,
}

/// Words that are no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no unit; examples: tỷ đồng, triệu USD, nghìn người, ha, %")]
pub struct ParseUnitError(String);

impl FromStr for DisplayUnit {
    type Err = ParseUnitError;

    fn from_str(label: &str) -> Result<Self, Self::Err> {
        if label.bytes().any(|b| b.is_ascii_digit()) {
            return Err(ParseUnitError(label.to_owned()));
        }
        let text = format!("1 {}", label.trim());
        let tokens = tokenize(&text);
        match quantities(&text, &tokens).as_slice() {
            [one]
                if one.end == tokens.list().len()
                    && one.per == Per::Whole
                    && !one.unit.code().is_empty() =>
            {
                Ok(Self {
                    label: label.trim().to_owned(),
                    base: one.unit.code(),
                    factor: one.value,
                })
            }
            _ => Err(ParseUnitError(label.to_owned())),
        }
    }
}

/// A value in the unit asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The value.
    #[serde(with = "crate::model::figure::exact_number")]
    pub value: Decimal,
    /// The unit as it was asked for.
    pub unit: String,
    /// Whether a rate of exchange stands between this value and the stated one.
    pub computed: bool,
}

impl DisplayUnit {
    /// `value` in this unit; `None` for another dimension, or another currency without a rate.
    ///
    /// `rate` is dong per dollar. A converted value is rounded to four decimals.
    ///
    /// ```
    /// use baocao::computed::DisplayUnit;
    /// let unit: DisplayUnit = "tỷ đồng".parse().unwrap();
    /// let dollars = 2_000_000.into();
    /// assert!(unit.show(dollars, "USD", None).is_none());
    /// let shown = unit.show(dollars, "USD", Some(23_500.into())).unwrap();
    /// assert!(shown.computed && shown.value == 47.into());
    /// ```
    #[must_use]
    pub fn show(&self, value: Decimal, unit: &str, rate: Option<Decimal>) -> Option<Shown> {
        let shown = |value: Decimal, computed| {
            Some(Shown {
                value: value.checked_div(self.factor)?.normalize(),
                unit: self.label.clone(),
                computed,
            })
        };
        if unit == self.base {
            return shown(value, false);
        }
        let rate = rate.filter(|rate| *rate > Decimal::ZERO)?;
        let converted = match (unit, self.base) {
            ("USD", "VND") => value.checked_mul(rate)?,
            ("VND", "USD") => value.checked_div(rate)?,
            _ => return None,
        };
        let mut shown = shown(converted, true)?;
        shown.value = shown.value.round_dp(4).normalize();
        Some(shown)
    }
}

/// Growth computed from two stated values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Growth {
    /// Change in percent, rounded to one decimal.
    #[serde(with = "crate::model::figure::exact_number")]
    pub percent: Decimal,
    /// The value a year before.
    #[serde(with = "crate::model::figure::exact_number")]
    pub base: Decimal,
    /// The report that states it.
    pub base_path: String,
    /// Where it stands there.
    pub base_span: Span,
    /// Always true: no report states this number.
    pub computed: bool,
}

/// What two values must share to be compared over time; the period apart.
fn family(basis: Basis) -> Option<u8> {
    match basis {
        Basis::Actual | Basis::Estimate => Some(0),
        Basis::Cumulative => Some(1),
        Basis::Stock => Some(2),
        Basis::Target => None,
    }
}

fn is_level(o: &Observation) -> bool {
    o.unit != "percent"
        && o.value_max.is_none()
        && !o
            .flags
            .iter()
            .any(|flag| matches!(flag, Flag::Part | Flag::Equivalent | Flag::Implausible))
}

/// The growth of each of `figures` on the same period of the year before, where `all` states that value too.
///
/// Metric, subject, unit, kind of basis and the shape of the period must be the same; targets, rates, ranges and parts of a sum in
/// two currencies have none. Where reports state different values for the year before, equally firm, there is none either.
#[must_use]
pub fn growth(figures: &[Figure], all: &[Figure]) -> Vec<Option<Growth>> {
    type Key<'a> = (&'a str, &'a str, u32, &'a str, u8);
    let mut stated: BTreeMap<Key<'_>, Vec<&Figure>> = BTreeMap::new();
    for figure in all {
        let o = &figure.observation;
        if let (Some(subject), Some(period), Some(family), true) =
            (&o.subject, o.period, family(o.basis), is_level(o))
        {
            stated
                .entry((&o.metric, subject, period.to_bits(), &o.unit, family))
                .or_default()
                .push(figure);
        }
    }
    let of = |figure: &Figure| -> Option<Growth> {
        let o = &figure.observation;
        if !is_level(o) {
            return None;
        }
        let before = o.period?.shift_years(-1)?;
        let group = stated.get(&(
            o.metric.as_str(),
            o.subject.as_deref()?,
            before.to_bits(),
            o.unit.as_str(),
            family(o.basis)?,
        ))?;
        let firmest = group.iter().map(|f| f.observation.basis.rank()).min()?;
        let mut firm = group
            .iter()
            .filter(|f| f.observation.basis.rank() == firmest);
        let base = firm.next()?;
        let value = base.observation.value;
        if firm.any(|f| f.observation.value != value) || value <= Decimal::ZERO {
            return None;
        }
        let change = o.value.checked_sub(value)?.checked_div(value)?;
        Some(Growth {
            percent: change
                .checked_mul(Decimal::ONE_HUNDRED)?
                .round_dp(1)
                .normalize(),
            base: value,
            base_path: base.path.clone(),
            base_span: base.observation.span,
            computed: true,
        })
    };
    figures.iter().map(of).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A figure of a made-up report.
    pub fn figure(path: &str, metric: &str, subject: &str, period: &str, value: i64) -> Figure {
        Figure {
            path: path.into(),
            observation: Observation {
                period: period.parse().ok(),
                subject: Some(subject.into()),
                ..Observation::made_up(metric, value, "VND")
            },
        }
    }

    #[test]
    fn units_are_read_as_in_a_report() {
        for (label, base, factor) in [
            ("tỷ đồng", "VND", 1_000_000_000i64),
            ("ty dong", "VND", 1_000_000_000),
            ("triệu USD", "USD", 1_000_000),
            ("nghìn người", "persons", 1_000),
            ("ha", "ha", 1),
            ("%", "percent", 1),
        ] {
            let unit: DisplayUnit = label.parse().unwrap();
            assert_eq!((unit.base, unit.factor), (base, factor.into()), "{label}");
        }
        for label in [
            "",
            "tỷ",
            "tỷ đồng/người",
            "quả táo",
            "2 tỷ đồng",
            "tỷ đồng và",
        ] {
            assert!(label.parse::<DisplayUnit>().is_err(), "{label}");
        }
    }

    #[test]
    fn growth_needs_both_values() {
        let mut all = vec![
            figure("a", "revenue", "son-la", "2020-H1", 200),
            figure("b", "revenue", "son-la", "2021-H1", 230),
            figure("c", "revenue", "son-la", "2022", 500),
            figure("d", "revenue", "lai-chau", "2021-H1", 100),
        ];
        let grown = |all: &[Figure]| -> Vec<Option<String>> {
            growth(all, all)
                .into_iter()
                .map(|g| g.map(|g| format!("{} {}", g.percent, g.base_path)))
                .collect()
        };
        assert_eq!(grown(&all), [None, Some("15 a".into()), None, None]);
        // Two values for the year before: neither is taken.
        all.push(figure("e", "revenue", "son-la", "2020-H1", 210));
        assert_eq!(grown(&all)[1], None);
        all[4].observation.basis = Basis::Estimate;
        assert_eq!(grown(&all)[1], Some("15 a".into()), "the result is firmer");
        all[1].observation.basis = Basis::Target;
        assert_eq!(grown(&all)[1], None, "a target is no growth");
    }
}
