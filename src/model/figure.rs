//! Observations: stated numbers tied to metric, place and period.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Period;
use crate::Span;

/// How a stated value is meant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Reported as a result.
    #[default]
    Actual,
    /// `ước đạt`: an estimate of the reporting office.
    Estimate,
    /// `phấn đấu`, `dự kiến`, `kế hoạch`: a goal or plan.
    Target,
    /// `lũy kế`: summed since the beginning.
    Cumulative,
    /// `hiện có`, `còn hiệu lực`: what stands at a date.
    Stock,
}

impl Basis {
    /// How firm a value so meant is: 0 for a result, the greatest for a goal.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Actual => 0,
            Self::Estimate => 1,
            Self::Stock => 2,
            Self::Cumulative => 3,
            Self::Target => 4,
        }
    }
}

/// How exact a stated value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// As stated.
    #[default]
    Exact,
    /// `khoảng`, `gần`, `xấp xỉ`.
    About,
    /// `trên`, `hơn`, `đạt và vượt`.
    AtLeast,
    /// `dưới`, `không quá`.
    AtMost,
}

/// A doubt about a figure that a reader should see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The point was read as a decimal mark against the rule; `alternative` holds the other reading.
    DecimalPoint,
    /// The size is implausible for the metric.
    Implausible,
    /// The year was taken from elsewhere in the report.
    YearInferred,
    /// The subject is the report's, not named beside the figure.
    SubjectInferred,
    /// Read from restored (damaged) text.
    Restored,
    /// The same amount is stated in another currency beside it.
    Equivalent,
    /// One of two parts, in two currencies, that add up.
    Part,
    /// `tăng N lần`: growth or multiple, not decided.
    AmbiguousMultiple,
}

/// One stated number: metric, value, unit, basis, period, subject, comparisons and the quote with its place.
///
/// The serialised form is the JSON of a figure. Values are exact decimals in base units: `21.870 tỷ đồng` is
/// 21870000000000 `VND`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Dotted code of the metric, `fdi.capital`.
    pub metric: String,
    /// Value in base units; of a range the low end.
    #[serde(with = "exact_number")]
    pub value: Decimal,
    /// High end of a stated range.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "exact_number::option"
    )]
    pub value_max: Option<Decimal>,
    /// Base unit: `VND`, `USD`, `percent`, `projects`, `persons`, `ha`, …
    pub unit: String,
    /// How the value is meant.
    pub basis: Basis,
    /// How exact it is.
    pub qualifier: Qualifier,
    /// The period it holds for, or at whose end it holds; `None` where the text does not carry one.
    pub period: Option<Period>,
    /// Date `YYYY-MM-DD` at which a cumulative or stock figure holds, where stated.
    pub as_of: Option<String>,
    /// Slug of the province, region or `viet-nam`; `None` where unknown.
    pub subject: Option<String>,
    /// Change on the same period of the year before, in percent.
    #[serde(with = "exact_number::option")]
    pub yoy_pct: Option<Decimal>,
    /// Share of the plan, in percent.
    #[serde(with = "exact_number::option")]
    pub plan_pct: Option<Decimal>,
    /// The plan itself, where stated beside the figure, in the unit of `value`.
    #[serde(with = "exact_number::option")]
    pub plan_value: Option<Decimal>,
    /// The other reading of a doubtful number.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "exact_number::option"
    )]
    pub alternative: Option<Decimal>,
    /// The clause or sentence that states it, as written.
    pub quote: String,
    /// Place of the number with its unit in the stored text.
    pub span: Span,
    /// Doubts.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// Name of the rule that read it, for `--explain`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
}

/// Decimals as JSON numbers: whole ones as integers, others with the digits they were stated with.
pub(crate) mod exact_number {
    use rust_decimal::Decimal;
    use rust_decimal::prelude::ToPrimitive;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes an integer where the value is one, else the nearest double, which prints with the stated digits.
    pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        let value = value.normalize();
        if value.scale() == 0
            && let Some(whole) = value.to_i64()
        {
            return serializer.serialize_i64(whole);
        }
        serializer.serialize_f64(value.to_string().parse().unwrap_or(f64::NAN))
    }

    /// Reads any JSON number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let text = number.to_string();
        text.parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .map_err(D::Error::custom)
    }

    /// The same for values that may be missing.
    pub mod option {
        use super::{Decimal, Deserialize, Deserializer, Serializer};

        /// `null` where nothing is stated.
        pub fn serialize<S: Serializer>(
            value: &Option<Decimal>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match value {
                Some(value) => super::serialize(value, serializer),
                None => serializer.serialize_none(),
            }
        }

        /// Reads a number or `null`.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Decimal>, D::Error> {
            #[derive(Deserialize)]
            struct Number(#[serde(with = "super")] Decimal);
            Ok(Option::<Number>::deserialize(deserializer)?.map(|number| number.0))
        }
    }
}

#[cfg(test)]
impl Observation {
    /// A figure of a made-up report, with nothing but what is given: actual, without period or subject.
    pub(crate) fn made_up(metric: &str, value: impl Into<Decimal>, unit: &str) -> Self {
        Self {
            metric: metric.into(),
            value: value.into(),
            value_max: None,
            unit: unit.into(),
            basis: Basis::Actual,
            qualifier: Qualifier::Exact,
            period: None,
            as_of: None,
            subject: None,
            yoy_pct: None,
            plan_pct: None,
            plan_value: None,
            alternative: None,
            quote: String::new(),
            span: Span::new(0, 1),
            flags: Vec::new(),
            rule: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_json_numbers_with_their_digits() {
        let figure = Observation {
            metric: "fdi.capital".into(),
            value: "47260000000".parse().unwrap(),
            value_max: None,
            unit: "USD".into(),
            basis: Basis::Cumulative,
            qualifier: Qualifier::Exact,
            period: "2019-H1".parse().ok(),
            as_of: None,
            subject: None,
            yoy_pct: "17.50".parse().ok(),
            plan_pct: None,
            plan_value: None,
            alternative: None,
            quote: String::new(),
            span: Span::new(3, 9),
            flags: vec![Flag::DecimalPoint],
            rule: String::new(),
        };
        let json = serde_json::to_string(&figure).unwrap();
        assert!(
            json.contains(r#""value":47260000000,"#) && json.contains(r#""yoy_pct":17.5,"#),
            "{json}"
        );
        assert!(
            json.contains(r#""span":[3,9]"#) && json.contains(r#""period":"2019-H1""#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Observation>(&json).unwrap(), figure);
    }
}
