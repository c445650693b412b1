//! A row of a list of figures, and how its numbers are written.

use baocao::computed::{DisplayUnit, Growth, Shown};
use baocao::query::Figure;
use rust_decimal::Decimal;
use serde::Serialize;

/// A figure with what was computed for it.
#[derive(Serialize)]
pub struct Row<'a> {
    /// As stated.
    #[serde(flatten)]
    pub figure: &'a Figure,
    /// The value in the unit asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// Growth on the year before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
}

/// The unit asked for, and the rate of exchange.
#[derive(Clone, Default)]
pub struct Scale {
    unit: Option<DisplayUnit>,
    rate: Option<Decimal>,
}

impl Scale {
    /// Of the texts behind `--unit` and `--rate`.
    pub fn new(unit: Option<&str>, rate: Option<Decimal>) -> anyhow::Result<Self> {
        if rate.is_some_and(|rate| rate <= Decimal::ZERO) {
            anyhow::bail!("--rate is dong per dollar and greater than zero, for example 23500");
        }
        Ok(Self {
            unit: unit.map(str::parse).transpose()?,
            rate,
        })
    }

    /// The value in the unit asked for, where it can be given so.
    pub fn show(&self, value: Decimal, unit: &str) -> Option<Shown> {
        self.unit.as_ref()?.show(value, unit, self.rate)
    }

    /// The currency that the unit asked for leaves alone, a rate not being given.
    pub fn left_out(&self, rows: &[Row<'_>]) -> Option<&'static str> {
        let unit = self.unit.as_ref().filter(|_| self.rate.is_none())?;
        let other = match unit.base {
            "VND" => "USD",
            "USD" => "VND",
            _ => return None,
        };
        rows.iter()
            .any(|row| row.figure.observation.unit == other)
            .then_some(other)
    }

    /// Whether a unit was asked for.
    pub fn is_set(&self) -> bool {
        self.unit.is_some()
    }
}

/// Digits with a point as the decimal mark.
pub fn digits(number: Option<Decimal>) -> String {
    number
        .map(|n| n.normalize().to_string())
        .unwrap_or_default()
}

/// The name that the JSON gives a value of a closed list.
pub fn name<T: Serialize>(value: T) -> anyhow::Result<String> {
    Ok(serde_json::to_value(value)?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}
