//! A period as people type it in a filter or a query.

use super::cue::{Cue, Items};
use super::scan::{self, Shape, YearRef};
use crate::model::{Period, PeriodFilter};
use crate::text::tokenize;

/// Reads a period, a range of periods, or `=` and a period, in codes or in words with or without marks.
///
/// A phrase without a year takes `default_year`; `None` where the text is no period, or has no year and none is given.
///
/// ```
/// use baocao::annotate::period::parse_period_phrase;
/// use baocao::model::PeriodFilter;
/// let half = "2020-H1".parse().unwrap();
/// assert_eq!(parse_period_phrase("6 thang dau nam 2020", None), Some(PeriodFilter::Within(half)));
/// assert_eq!(parse_period_phrase("=6T2020", None), Some(PeriodFilter::Exactly(half)));
/// assert_eq!(parse_period_phrase("2020-H1..", None), Some(PeriodFilter::From(half)));
/// assert_eq!(parse_period_phrase("quý khách", None), None);
/// ```
#[must_use]
pub fn parse_period_phrase(text: &str, default_year: Option<i32>) -> Option<PeriodFilter> {
    let text = text.trim();
    // Nothing a person types for a period is longer; the scanner need not see what cannot match.
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    if let Some(exact) = text.strip_prefix('=') {
        return single(exact.trim(), default_year).map(PeriodFilter::Exactly);
    }
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = (from.trim(), to.trim_start_matches('.').trim());
        let to_year = |period: Period| Some(period.end().0);
        return match (from.is_empty(), to.is_empty()) {
            (true, true) => None,
            (false, true) => single(from, default_year).map(PeriodFilter::From),
            (true, false) => single(to, default_year).map(PeriodFilter::Until),
            (false, false) => {
                let last = single(to, default_year)?;
                let first = single(from, default_year.or_else(|| to_year(last)))?;
                Period::new(first.start(), last.end()).map(PeriodFilter::Within)
            }
        };
    }
    single(text, default_year).map(PeriodFilter::Within)
}

fn single(text: &str, default_year: Option<i32>) -> Option<Period> {
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    if let Some((year, month)) = text.split_once('-')
        && let (4, 1..=2) = (year.len(), month.len())
        && let (Ok(year), Ok(month)) = (year.parse(), month.parse())
    {
        return Period::months(year, month, month);
    }
    let tokens = tokenize(text);
    let items = Items::of_query(text, &tokens);
    let raws = scan::scan(&items);
    let raw = match raws.as_slice() {
        [raw] if raw.shape != Shape::Nothing && !raw.open => raw,
        _ => return None,
    };
    // The phrase is all there is, but for words that lead to it.
    let leads = |i: usize| {
        matches!(
            items.cue(i),
            Cue::In
                | Cue::Of
                | Cue::Cumulative
                | Cue::AsOf
                | Cue::Up
                | Cue::To
                | Cue::Report
                | Cue::Review
                | Cue::Annual
                | Cue::Term
        )
    };
    if raw.end < items.list.len() || !(0..raw.first).all(leads) {
        return None;
    }
    let year = match raw.year {
        YearRef::Stated(year) => Some(year),
        YearRef::Missing | YearRef::This => default_year,
        YearRef::Last => default_year.map(|y| y - 1),
        YearRef::Next => default_year.map(|y| y + 1),
    };
    match raw.shape {
        Shape::Months(first, last) => Period::months(year?, first, last),
        Shape::Years(first, last) => Period::new((first, 1), (last, 12)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(filter: Option<PeriodFilter>) -> String {
        match filter {
            None => "-".into(),
            Some(PeriodFilter::Within(p)) => p.to_string(),
            Some(PeriodFilter::Exactly(p)) => format!("={p}"),
            Some(PeriodFilter::From(p)) => format!("{p}.."),
            Some(PeriodFilter::Until(p)) => format!("..{p}"),
        }
    }

    #[test]
    fn phrases_read_as_the_specs_have_them() {
        let mut wrong = Vec::new();
        for line in include_str!("../../../tests/specs/period.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let (input, expected) = line.split_once('\t').expect("two columns");
            let got = show(parse_period_phrase(input, Some(2021)));
            if got != expected {
                wrong.push(format!("{input}: {got}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    proptest! {
        #[test]
        fn a_period_survives_print_and_parse(year in 1900..2199_i32, a in 1..=12_u32, len in 0..12_u32) {
            let period = Period::months(year, a, (a + len).min(12)).unwrap();
            prop_assert_eq!(parse_period_phrase(&period.to_string(), None), Some(PeriodFilter::Within(period)));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = parse_period_phrase(&text, Some(2021));
        }
    }
}
