//! What a stated number may stand for, and how it is printed.

use rust_decimal::Decimal;

use crate::model::Qualifier;

/// A closed interval of what a stated number may stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) low: Decimal,
    pub(super) high: Decimal,
}

impl Interval {
    pub(super) fn around(value: Decimal, half_width: Decimal) -> Self {
        Self {
            low: value.saturating_sub(half_width),
            high: value.saturating_add(half_width),
        }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            low: self.low.checked_add(other.low)?,
            high: self.high.checked_add(other.high)?,
        })
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        Some(Self {
            low: self.low.checked_sub(other.high)?,
            high: self.high.checked_sub(other.low)?,
        })
    }

    /// Quotient in percent; both sides positive.
    pub(super) fn percent_of(self, whole: Self) -> Option<Self> {
        if self.low < Decimal::ZERO || whole.low <= Decimal::ZERO {
            return None;
        }
        let ratio = |a: Decimal, b: Decimal| a.checked_div(b)?.checked_mul(Decimal::ONE_HUNDRED);
        Some(Self {
            low: ratio(self.low, whole.high)?,
            high: ratio(self.high, whole.low)?,
        })
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

/// What a number written as `raw` with this `value` may stand for: half a unit of its last digit either way.
///
/// `raw` is the number as written, without its unit: `28,415` of `28,415 tỷ USD`.
pub(super) fn stated_interval(raw: &str, value: Decimal, qualifier: Qualifier) -> Interval {
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
pub(super) fn percent_interval(percent: Decimal) -> Interval {
    // Offices cut digits off as often as they round.
    let unit = Decimal::new(1, percent.scale());
    Interval {
        low: percent - unit / Decimal::TWO,
        high: percent + unit,
    }
}

pub(super) fn show(value: Decimal) -> String {
    value.round_dp(2).normalize().to_string()
}

/// Value in the largest of the units billion and million that leaves a readable number: `12064 tỷ`.
pub(super) fn show_amount(value: Decimal, unit: &str) -> String {
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
