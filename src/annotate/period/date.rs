//! A calendar day.

use std::fmt;
use std::str::FromStr;

/// A day of the calendar, as reports state it; written `2020-06-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day, 1 to 31.
    pub day: u32,
}

impl Date {
    /// A day that exists; `None` for `31/6`.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        ((1900..=2199).contains(&year)
            && (1..=12).contains(&month)
            && (1..=last_day(year, month)).contains(&day))
        .then_some(Self { year, month, day })
    }

    /// The last day of a month.
    #[must_use]
    pub fn end_of(year: i32, month: u32) -> Option<Self> {
        (1..=12)
            .contains(&month)
            .then(|| Self::new(year, month, last_day(year, month)))?
    }
}

fn last_day(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.get(..10).unwrap_or(text).split('-');
        let mut next = || parts.next().and_then(|p| p.parse().ok()).ok_or(());
        let (year, month, day): (u32, u32, u32) = (next()?, next()?, next()?);
        Self::new(year as i32, month, day).ok_or(())
    }
}
