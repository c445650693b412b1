//! Periods of whole months with a canonical code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An interval of whole calendar months, both ends included.
///
/// Canonical codes: `2020`, `2020-H1`, `2020-Q3`, `2020-M07`, `2020-9M` (the first nine months; 3M is written `Q1`,
/// 6M `H1`, 12M the year) and spans of years `2016/2020`. Any other interval is written `2020-M02/2020-M05`.
///
/// ```
/// use baocao::model::Period;
/// let half: Period = "2020-H1".parse().unwrap();
/// assert_eq!(half, Period::months(2020, 1, 6).unwrap());
/// assert_eq!("2020-6M".parse::<Period>().unwrap().to_string(), "2020-H1");
/// assert!(Period::year(2020).unwrap().contains(half));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Period {
    /// Months since January of [`EPOCH`], first month.
    start: u16,
    /// Months since January of [`EPOCH`], last month, included.
    end: u16,
}

/// The first year that a period may lie in.
pub const EPOCH: i32 = 1900;
/// The last year that a period may lie in.
pub const LAST_YEAR: i32 = 2199;

impl Period {
    /// From the first month to the last one, both included; `None` where they are no months of 1900 to 2199 in order.
    #[must_use]
    pub fn new(start: (i32, u32), end: (i32, u32)) -> Option<Self> {
        let index = |(year, month): (i32, u32)| {
            ((EPOCH..=LAST_YEAR).contains(&year) && (1..=12).contains(&month))
                .then(|| ((year - EPOCH) as u16) * 12 + month as u16 - 1)
        };
        let (start, end) = (index(start)?, index(end)?);
        (start <= end).then_some(Self { start, end })
    }

    /// The whole year.
    #[must_use]
    pub fn year(year: i32) -> Option<Self> {
        Self::new((year, 1), (year, 12))
    }

    /// Months `first..=last` of one year.
    #[must_use]
    pub fn months(year: i32, first: u32, last: u32) -> Option<Self> {
        Self::new((year, first), (year, last))
    }

    /// Quarter 1 to 4.
    #[must_use]
    pub fn quarter(year: i32, quarter: u32) -> Option<Self> {
        (1..=4)
            .contains(&quarter)
            .then(|| Self::months(year, quarter * 3 - 2, quarter * 3))?
    }

    /// Half 1 or 2.
    #[must_use]
    pub fn half(year: i32, half: u32) -> Option<Self> {
        (1..=2)
            .contains(&half)
            .then(|| Self::months(year, half * 6 - 5, half * 6))?
    }

    /// First month as (year, month).
    #[must_use]
    pub fn start(self) -> (i32, u32) {
        (
            EPOCH + i32::from(self.start / 12),
            u32::from(self.start % 12) + 1,
        )
    }

    /// Last month as (year, month).
    #[must_use]
    pub fn end(self) -> (i32, u32) {
        (
            EPOCH + i32::from(self.end / 12),
            u32::from(self.end % 12) + 1,
        )
    }

    /// Number of months.
    #[must_use]
    pub fn len_months(self) -> u32 {
        u32::from(self.end - self.start) + 1
    }

    /// The year, where the period lies within one.
    #[must_use]
    pub fn single_year(self) -> Option<i32> {
        (self.start().0 == self.end().0).then_some(self.start().0)
    }

    /// Whether `other` lies within this period.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a month.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The same months, `years` later (or earlier).
    #[must_use]
    pub fn shift_years(self, years: i32) -> Option<Self> {
        let ((sy, sm), (ey, em)) = (self.start(), self.end());
        Self::new((sy + years, sm), (ey + years, em))
    }

    /// Path in the period facet, widest first: year, then half or quarter or cumulative months, then month.
    ///
    /// `2020-M07` gives `2020`, `2020-H2`, `2020-Q3`, `2020-M07`; a span of years stands alone.
    #[must_use]
    pub fn ancestors(self) -> Vec<Self> {
        let mut path = Vec::with_capacity(4);
        if let Some(year) = self.single_year() {
            let mut push = |p: Option<Self>| {
                if let Some(p) = p
                    && p.contains(self)
                    && p != self
                {
                    path.push(p);
                }
            };
            push(Self::year(year));
            for half in 1..=2 {
                push(Self::half(year, half));
            }
            if self.len_months() == 1 {
                for quarter in 1..=4 {
                    push(Self::quarter(year, quarter));
                }
            }
        }
        path.push(self);
        path
    }

    /// Packed into 24 bits, ordered by start, then by end.
    #[must_use]
    pub fn to_bits(self) -> u32 {
        (u32::from(self.start) << 12) | u32::from(self.end)
    }

    /// The inverse of [`Period::to_bits`]; `None` for bits that are no period.
    #[must_use]
    pub fn from_bits(bits: u32) -> Option<Self> {
        let (start, end) = ((bits >> 12) as u16, (bits & 0xfff) as u16);
        let last = ((LAST_YEAR - EPOCH + 1) * 12) as u16;
        (start <= end && end < last).then_some(Self { start, end })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((sy, sm), (ey, em)) = (self.start(), self.end());
        if sy != ey {
            return if sm == 1 && em == 12 {
                write!(f, "{sy}/{ey}")
            } else {
                write!(f, "{sy}-M{sm:02}/{ey}-M{em:02}")
            };
        }
        match (sm, em) {
            (1, 12) => write!(f, "{sy}"),
            (1, 6) => write!(f, "{sy}-H1"),
            (7, 12) => write!(f, "{sy}-H2"),
            _ if sm == em => write!(f, "{sy}-M{sm:02}"),
            _ if sm % 3 == 1 && em == sm + 2 => write!(f, "{sy}-Q{}", em / 3),
            (1, _) => write!(f, "{sy}-{em}M"),
            _ => write!(f, "{sy}-M{sm:02}/{sy}-M{em:02}"),
        }
    }
}

/// What [`Period::from_str`] says of a text that is no period code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no period code; expected one such as 2020, 2020-H1, 2020-Q3, 2020-M07, 2020-9M or 2016/2020"
)]
pub struct ParsePeriodError(pub String);

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        fn single(code: &str) -> Option<Period> {
            let (year, rest) = match code.split_once('-') {
                Some((year, rest)) => (year, Some(rest)),
                None => (code, None),
            };
            if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let year: i32 = year.parse().ok()?;
            let Some(rest) = rest else {
                return Period::year(year);
            };
            let rest = rest.to_ascii_uppercase();
            if let Some(n) = rest.strip_prefix('H') {
                Period::half(year, n.parse().ok()?)
            } else if let Some(n) = rest.strip_prefix('Q') {
                Period::quarter(year, n.parse().ok()?)
            } else if let Some(n) = rest.strip_prefix('M') {
                let month = n.parse().ok()?;
                Period::months(year, month, month)
            } else if let Some(n) = rest.strip_suffix('M') {
                Period::months(year, 1, n.parse().ok()?)
            } else {
                None
            }
        }
        let parsed = match code.split_once('/') {
            Some((from, to)) => single(from)
                .zip(single(to))
                .filter(|(from, to)| from.start <= to.end)
                .map(|(from, to)| Period {
                    start: from.start,
                    end: to.end,
                }),
            None => single(code),
        };
        parsed.ok_or_else(|| ParsePeriodError(code.to_owned()))
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = ParsePeriodError;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        code.parse()
    }
}

/// A condition on a period, as `--period` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodFilter {
    /// `2020`: the period or any part of it.
    Within(Period),
    /// `=2020`: the period itself, not its parts.
    Exactly(Period),
    /// `2019-H1..`: from the start of this period on.
    From(Period),
    /// `..2021`: up to the end of this period.
    Until(Period),
}

impl PeriodFilter {
    /// Whether `period` passes.
    #[must_use]
    pub fn accepts(self, period: Period) -> bool {
        match self {
            Self::Within(p) => p.contains(period),
            Self::Exactly(p) => p == period,
            Self::From(p) => p.start <= period.start,
            Self::Until(p) => period.end <= p.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_print_and_parse() {
        for (code, printed) in [
            ("2020", "2020"),
            ("2020-H1", "2020-H1"),
            ("2020-6M", "2020-H1"),
            ("2020-12M", "2020"),
            ("2020-3M", "2020-Q1"),
            ("2020-M07", "2020-M07"),
            ("2020-1M", "2020-M01"),
            ("2020-9M", "2020-9M"),
            ("2016/2020", "2016/2020"),
            ("2019-M11/2020-M02", "2019-M11/2020-M02"),
        ] {
            let period: Period = code.parse().unwrap();
            assert_eq!(period.to_string(), printed);
            assert_eq!(printed.parse::<Period>().unwrap(), period);
            assert_eq!(Period::from_bits(period.to_bits()), Some(period));
        }
        for bad in [
            "",
            "20",
            "2020-",
            "2020-H3",
            "2020-Q0",
            "2020-M13",
            "2021/2020",
            "1800",
            "2020-X",
            "２０２０",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_month_lies_in_its_quarter_half_and_year() {
        let codes: Vec<_> = "2020-M07"
            .parse::<Period>()
            .unwrap()
            .ancestors()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(codes, ["2020", "2020-H2", "2020-Q3", "2020-M07"]);
    }

    #[test]
    fn filters_keep_what_lies_within() {
        let year = Period::year(2020).unwrap();
        let half = Period::half(2020, 1).unwrap();
        assert!(PeriodFilter::Within(year).accepts(half));
        assert!(!PeriodFilter::Exactly(year).accepts(half));
        assert!(PeriodFilter::From(half).accepts(year));
        assert!(
            PeriodFilter::Until(half).accepts(half) && !PeriodFilter::Until(half).accepts(year)
        );
    }
}
