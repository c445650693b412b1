//! Periods as codes and short forms: `6T2020`, `Q2/2020`, `2020-H1`.

use super::cue::{Cue, Items, year_of};
use super::scan::{Raw, Shape, YearRef, year_tail, year_word_tail};

/// `6T2020`, `9T/2020`, `Q2/2020`, `H1 2020`, `2020-H1`, `1H2020`, `9M2020`.
pub(super) fn compact(items: &Items<'_>, i: usize) -> Option<Raw> {
    let head = items.bytes(i);
    let starts = match head {
        [b'0'..=b'9', ..] => items.cue(i + 1) != Cue::Break || head.len() > 2,
        [b'q' | b'Q' | b'h' | b'H', b'1'..=b'4', ..] => true,
        [b'q' | b'Q' | b'h' | b'H'] => !items.spaced(i + 1),
        _ => false,
    };
    if !starts {
        return None;
    }
    // The unbroken run of characters from here.
    let list = items.tokens.list();
    let first = items.list[i].first as usize;
    let mut end = i + 1;
    while end < i + 5
        && end < items.list.len()
        && !items.spaced(end)
        && items.cue(end) != Cue::Break
    {
        end += 1;
    }
    for end in (i + 1..=end).rev() {
        let last = items.list[end - 1].end as usize - 1;
        let run = &items.text[list[first].span.start..list[last].span.end];
        if let Some((shape, year)) = compact_code(run) {
            let (year, end) = match year {
                YearRef::Missing => {
                    if items.cue(end) == Cue::YearStart {
                        year_word_tail(items, end + 1)
                    } else {
                        let (year, end) = year_tail(items, end);
                        if year == YearRef::Missing {
                            return None;
                        }
                        (year, end)
                    }
                }
                year => (year, end),
            };
            return Some(Raw::new(i, end, shape, year));
        }
    }
    None
}

fn compact_code(run: &str) -> Option<(Shape, YearRef)> {
    if !run.is_ascii() || run.len() > 9 {
        return None;
    }
    if run.bytes().any(|b| b == b'-')
        && let Ok(period) = run.parse::<crate::model::Period>()
        && let Some(year) = period.single_year()
    {
        return Some((
            Shape::Months(period.start().1, period.end().1),
            YearRef::Stated(year),
        ));
    }
    let bytes = run.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let (shape, rest) = if digits == 0 {
        let n = u32::from(bytes.get(1)?.checked_sub(b'0')?);
        let rest = run.get(2..)?;
        (part(bytes[0], n)?, rest)
    } else if digits <= 2 {
        let n: u32 = run[..digits].parse().ok()?;
        let letter = *bytes.get(digits)?;
        let rest = run.get(digits + 1..)?;
        (part(letter, n)?, rest)
    } else {
        return None;
    };
    let rest = rest.trim_start_matches(['/', '-', '.', '\'']);
    if rest.is_empty() {
        return Some((shape, YearRef::Missing));
    }
    if let Some(year) = year_of(rest) {
        return Some((shape, YearRef::Stated(year)));
    }
    (rest.len() == 2)
        .then(|| rest.parse::<i32>().ok())?
        .map(|y| (shape, YearRef::Stated(2000 + y)))
}

fn part(letter: u8, n: u32) -> Option<Shape> {
    match letter.to_ascii_uppercase() {
        b'T' | b'M' => (1..=12).contains(&n).then_some(Shape::Months(1, n)),
        b'H' => (1..=2)
            .contains(&n)
            .then(|| Shape::Months(n * 6 - 5, n * 6)),
        b'Q' => (1..=4)
            .contains(&n)
            .then(|| Shape::Months(n * 3 - 2, n * 3)),
        _ => None,
    }
}
