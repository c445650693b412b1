//! Numbers and dates of spreadsheet cells, as a Vietnamese office shows them.
//!
//! A cell holds a binary float and a number format; what a reader saw is the two together: 0.0852 under `0.00%` is `8,52%`. Decimals
//! follow the format, rounded on the fifteen digits that Excel keeps; the decimal mark is a comma. Thousands are not grouped (`12064,5`): a point
//! there could be taken for a decimal mark, and the value is the same. An exponent is never written.

use rust_decimal::{Decimal, RoundingStrategy};

/// What a number format asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// No format: as many digits as are needed.
    General,
    /// Decimals at least and at most, percent, thousands dropped by trailing commas, words before and behind.
    Number {
        least: u32,
        most: u32,
        percent: bool,
        thousands: u32,
        before: String,
        behind: String,
    },
    /// Which parts of date and time are shown.
    Date {
        day: bool,
        month: bool,
        year: bool,
        time: bool,
        elapsed: bool,
    },
    /// Numbers shown as text (`@`).
    Text,
}

impl NumberFormat {
    /// The format that Excel numbers so; 0 and unknown ones are general.
    pub fn builtin(id: u32) -> Self {
        Self::parse(match id {
            1 => "0",
            2 => "0.00",
            3 | 37 | 38 => "#,##0",
            4 | 39 | 40 | 43 | 44 => "#,##0.00",
            41 | 42 => "#,##0",
            9 => "0%",
            10 => "0.00%",
            14..=15 | 27..=31 | 36 | 50..=54 | 57..=58 => "dd/mm/yyyy",
            16 => "dd/mm",
            17 => "mm/yyyy",
            18..=21 | 32..=35 | 45 | 55..=56 => "hh:mm",
            22 => "dd/mm/yyyy hh:mm",
            46 | 47 => "[h]:mm",
            49 => "@",
            _ => "General",
        })
    }

    /// Reads a format code; its first section, the one for positive numbers, speaks for all.
    pub fn parse(code: &str) -> Self {
        let mut before = String::new();
        let mut behind = String::new();
        let (mut least, mut most, mut thousands) = (0, 0, 0);
        let (mut seen_digit, mut in_decimals, mut percent) = (false, false, false);
        let (mut day, mut year, mut hour, mut second, mut elapsed, mut ms) =
            (false, false, false, false, false, 0_u32);
        let mut time_then_m = false;
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            let mut word = |c: char| {
                if seen_digit {
                    behind.push(c)
                } else {
                    before.push(c)
                }
            };
            match c {
                ';' => break,
                '"' => {
                    for c in chars.by_ref() {
                        if c == '"' {
                            break;
                        }
                        word(c);
                    }
                }
                '\\' => {
                    if let Some(c) = chars.next() {
                        word(c);
                    }
                }
                '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if let Some(currency) = inside.strip_prefix('$') {
                        currency
                            .split('-')
                            .next()
                            .unwrap_or_default()
                            .chars()
                            .for_each(word);
                    } else if matches!(
                        inside
                            .to_ascii_lowercase()
                            .trim_end_matches(['h', 'm', 's']),
                        ""
                    ) && !inside.is_empty()
                    {
                        elapsed = true;
                    }
                }
                '0' | '#' | '?' => {
                    seen_digit = true;
                    thousands = 0;
                    if in_decimals {
                        most += 1;
                        if c == '0' {
                            least = most;
                        }
                    }
                }
                '.' if seen_digit || chars.peek() == Some(&'0') => in_decimals = true,
                ',' if seen_digit => thousands += 1,
                '%' => percent = true,
                'E' | 'e' if seen_digit && matches!(chars.peek(), Some('+' | '-')) => {
                    return Self::General;
                }
                '/' if seen_digit => return Self::General,
                'd' | 'D' => (day, time_then_m) = (true, false),
                'y' | 'Y' => (year, time_then_m) = (true, false),
                'h' | 'H' => {
                    hour = true;
                    time_then_m = true;
                }
                's' | 'S' => second = true,
                // Minutes stand behind hours; a month stands anywhere else.
                'm' | 'M' if !time_then_m => ms += 1,
                'm' | 'M' => {}
                '@' => return Self::Text,
                'G' | 'g' if !seen_digit && code.to_ascii_lowercase().contains("general") => {
                    return Self::General;
                }
                ' ' if seen_digit => behind.push(' '),
                _ => {}
            }
        }
        if day || year || hour || second || ms > 0 || elapsed {
            return Self::Date {
                day,
                month: ms > 0 && (day || year || !second),
                year,
                time: hour || second,
                elapsed,
            };
        }
        if !seen_digit {
            return Self::General;
        }
        let trimmed = behind.trim_end();
        let behind = trimmed.to_owned();
        Self::Number {
            least,
            most,
            percent,
            thousands,
            before: before.trim_start().to_owned(),
            behind,
        }
    }

    /// The value as the cell shows it; `from_1904` is the workbook's calendar.
    pub fn show(&self, value: f64, from_1904: bool) -> String {
        if !value.is_finite() {
            return String::new();
        }
        match self {
            Self::General | Self::Text => general(value),
            Self::Number {
                least,
                most,
                percent,
                thousands,
                before,
                behind,
            } => {
                let Some(mut exact) = exact(value) else {
                    return general(value);
                };
                if *percent {
                    exact = exact.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(exact);
                }
                for _ in 0..(*thousands).min(4) {
                    exact /= Decimal::ONE_THOUSAND;
                }
                let rounded =
                    exact.round_dp_with_strategy(*most, RoundingStrategy::MidpointAwayFromZero);
                let mut digits = rounded.normalize();
                if digits.scale() < *least {
                    digits.rescale(*least);
                }
                let sign = if *percent { "%" } else { "" };
                let digits = digits.to_string().replace('.', ",");
                let digits = if digits.trim_matches(['-', '0', ',']).is_empty() {
                    digits.trim_start_matches('-').to_owned()
                } else {
                    digits
                };
                format!("{before}{digits}{sign}{behind}")
            }
            Self::Date {
                day,
                month,
                year,
                time,
                elapsed,
            } => {
                if *elapsed {
                    let minutes = (value * 1440.0).round();
                    return format!(
                        "{}:{:02}",
                        (minutes / 60.0).floor(),
                        minutes.rem_euclid(60.0)
                    );
                }
                date(value, from_1904, [*day, *month, *year, *time])
                    .unwrap_or_else(|| general(value))
            }
        }
    }
}

/// A number without a format: at most eleven characters of decimals, as a cell of ordinary width shows it, and all of the whole part.
pub(super) fn general(value: f64) -> String {
    let Some(exact) = exact(value) else {
        return format!("{value}").replace('.', ",");
    };
    let whole = exact.trunc().abs().to_string().len() as u32;
    let rounded = exact.round_dp_with_strategy(
        10_u32
            .saturating_sub(whole)
            .max(if whole >= 10 { 0 } else { 1 }),
        RoundingStrategy::MidpointAwayFromZero,
    );
    // Small values would lose all their digits.
    let rounded = if rounded.is_zero() { exact } else { rounded };
    rounded.normalize().to_string().replace('.', ",")
}

/// The value on fifteen significant digits; `None` beyond the range of decimals.
fn exact(value: f64) -> Option<Decimal> {
    Decimal::from_scientific(&format!("{value:.14e}")).ok()
}

/// A serial day as `dd/mm/yyyy`, with the parts that are asked for; `None` outside the years 1900 to 9999.
fn date(serial: f64, from_1904: bool, [day, month, year, time]: [bool; 4]) -> Option<String> {
    let serial = if from_1904 { serial + 1462.0 } else { serial };
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // Excel believes in 29 February 1900; the days before it are one off.
    let days = serial.floor() as i64 + i64::from(serial < 60.0);
    let (y, m, d) = civil(days - 25_569);
    let mut out = String::new();
    if day {
        out.push_str(&format!("{d:02}"));
    }
    if month {
        out.push_str(if day { "/" } else { "" });
        out.push_str(&format!("{m:02}"));
    }
    if year {
        out.push_str(if day || month { "/" } else { "" });
        out.push_str(&format!("{y}"));
    }
    if time {
        let minutes = ((serial - serial.floor()) * 1440.0).round() as i64 % 1440;
        let gap = if out.is_empty() { "" } else { " " };
        out.push_str(&format!("{gap}{:02}:{:02}", minutes / 60, minutes % 60));
    }
    Some(out)
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_the_cell_shows_them() {
        for (value, code, want) in [
            (12064.5, "General", "12064,5"),
            (12064.0, "General", "12064"),
            (1.5e13, "General", "15000000000000"),
            (1e-7, "General", "0,0000001"),
            (0.1 + 0.2, "General", "0,3"),
            (10.0 / 3.0, "General", "3,333333333"),
            (12064.5, "#,##0.00", "12064,50"),
            (12064.5, "#,##0.##", "12064,5"),
            (0.0852, "0.00%", "8,52%"),
            (0.08525, "0.0%", "8,5%"),
            (1.005, "0.00", "1,01"),
            (-3.2, "0.0;[Red](0.0)", "-3,2"),
            (-0.001, "0.0", "0,0"),
            (2_500_000.0, "#,##0,", "2500"),
            (5.25, "0.00\" tỷ đồng\"", "5,25 tỷ đồng"),
            (5.0, "\"USD \"0", "USD 5"),
            (1.5e10, "0.00E+00", "15000000000"),
            (43_831.0, "dd/mm/yyyy", "01/01/2020"),
            (43_831.0, "m/d/yy", "01/01/2020"),
            (44_013.5, "dd/mm/yyyy hh:mm", "01/07/2020 12:00"),
            (44_013.0, "mm/yyyy", "07/2020"),
            (44_013.0, "[$-42A]dd mmmm yyyy", "01/07/2020"),
            (1.0, "dd/mm/yyyy", "01/01/1900"),
            (1.5, "[h]:mm", "36:00"),
            (0.75, "hh:mm", "18:00"),
            (2020.0, "0", "2020"),
            (1e300, "0.00%", "1"),
        ] {
            let shown = NumberFormat::parse(code).show(value, false);
            if value > 1e28 {
                assert!(
                    shown.starts_with(want) && !shown.contains('e'),
                    "{code}: {shown}"
                );
            } else {
                assert_eq!(shown, want, "{value} as {code}");
            }
        }
    }

    #[test]
    fn the_other_calendar_counts_from_1904() {
        assert_eq!(NumberFormat::builtin(14).show(0.0, true), "01/01/1904");
    }

    #[test]
    fn no_code_and_no_value_panics() {
        for code in [
            "", "\"", "\\", "[", "_", "*", ";;;", "0.", ".", "%%%%", "[$", "mmmmm", "@@", "0/0",
            "[]0",
        ] {
            for value in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN, -1.0, 0.0, 1e17] {
                let _ = NumberFormat::parse(code).show(value, true);
            }
        }
    }
}
