//! The grammar: phrases for periods, read off the items from left to right, years still open.

use super::PeriodRole;
use super::cue::{Cue, DateForm, Items, year_of};
use super::date::Date;

/// Where the year of a phrase comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YearRef {
    Stated(i32),
    This,
    Last,
    Next,
    Missing,
}

/// The months meant, their year apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// First and last month of one year.
    Months(u32, u32),
    /// First and last year.
    Years(i32, i32),
    /// `trong tháng`: the month that the text was speaking of.
    SameMonth,
    /// `quý này`.
    SameQuarter,
    /// A day of the year before or of another one, no period at all.
    Nothing,
}

/// A phrase as read, before years are supplied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    pub(super) year: YearRef,
    pub(super) role: PeriodRole,
    /// Month and day up to which it counts; day 0 is the month's end.
    pub(super) as_of: Option<(u32, u32)>,
    /// The day itself, for events and publication.
    pub(super) day: Option<(u32, u32)>,
    /// Holds only where the rest of the text bears it out: `9 tháng` alone, `trong năm`, a bare `2020`.
    pub(super) weak: bool,
    /// `đến năm Y`: a far end where Y lies ahead of the report.
    pub(super) up_to: bool,
    /// A comparison with the same months of another year, `cùng kỳ năm 2019`.
    pub(super) same: bool,
    /// Up to today: `từ đầu năm đến nay`.
    pub(super) open: bool,
}

impl Raw {
    fn new(first: usize, end: usize, shape: Shape, year: YearRef) -> Self {
        Self {
            first,
            end,
            shape,
            year,
            role: PeriodRole::Period,
            as_of: None,
            day: None,
            weak: false,
            up_to: false,
            same: false,
            open: false,
        }
    }
}

const YEAR: Shape = Shape::Months(1, 12);

/// Reads all phrases of a text.
pub(super) fn scan(items: &Items<'_>) -> Vec<Raw> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < items.list.len() {
        let read = match items.cue(i) {
            Cue::Other | Cue::Break | Cue::Punct => compact(items, i),
            _ => phrase(items, i),
        };
        match read {
            Some(mut raw) => {
                i = raw.end.max(i + 1);
                if raw.role == PeriodRole::Period {
                    set_role(items, &mut raw);
                }
                found.push(raw);
            }
            None => i += 1,
        }
    }
    found
}

fn phrase(items: &Items<'_>, i: usize) -> Option<Raw> {
    if let Some(n) = items.count(i) {
        let read = match items.cue(i + 1) {
            Cue::Month => n_months(items, i, n),
            Cue::Quarter => n_quarters(items, i, n),
            _ => None,
        };
        if read.is_some() {
            return read;
        }
    }
    match items.cue(i) {
        Cue::Month => month(items, i),
        Cue::Quarter => quarter(items, i),
        Cue::Half => half(items, i),
        Cue::Year
        | Cue::WholeYear
        | Cue::ThisYear
        | Cue::LastYear
        | Cue::NextYear
        | Cue::YearStart
        | Cue::YearEnd => year(items, i),
        Cue::Same => same(items, i),
        Cue::From | Cue::Since => range(items, i),
        Cue::Day => day(items, i),
        Cue::Posted | Cue::Weekday => posted(items, i),
        Cue::Date => date(items, i),
        Cue::Term => term(items, i),
        Cue::Number | Cue::Code => compact(items, i).or_else(|| bare_year(items, i)),
        _ => None,
    }
}

/// The year behind a phrase that ends before item `j`: ` năm 2020`, `/2020`, ` 2020`, ` năm nay`, ` của năm ngoái`.
fn year_tail(items: &Items<'_>, j: usize) -> (YearRef, usize) {
    let k = if items.cue(j) == Cue::Of { j + 1 } else { j };
    match items.cue(k) {
        Cue::Year | Cue::WholeYear => {
            if let Some(year) = items.year(k + 1) {
                return (YearRef::Stated(year), k + 2);
            }
        }
        Cue::ThisYear => return (YearRef::This, k + 1),
        Cue::LastYear => return (YearRef::Last, k + 1),
        Cue::NextYear => return (YearRef::Next, k + 1),
        Cue::Number | Cue::Code => {
            if let Some(year) = items.year(k)
                && !counts_things(items, k)
            {
                return (YearRef::Stated(year), k + 1);
            }
        }
        Cue::Punct if items.is_mark(j, "/-–.") => {
            if let Some(year) = items.year(j + 1)
                && (!items.spaced(j + 1) || items.is_mark(j, "/-–"))
                && !counts_things(items, j + 1)
            {
                return (YearRef::Stated(year), j + 2);
            }
        }
        _ => {}
    }
    (YearRef::Missing, j)
}

/// The year behind `đầu năm`, `cuối năm`, `cả năm`: a number, or `nay`, `trước`, `ngoái`.
fn year_word_tail(items: &Items<'_>, j: usize) -> (YearRef, usize) {
    if let Some(year) = items.year(j)
        && !counts_things(items, j)
    {
        return (YearRef::Stated(year), j + 1);
    }
    if items.is_mark(j, "/")
        && let Some(year) = items.year(j + 1)
    {
        return (YearRef::Stated(year), j + 2);
    }
    match items.cue(j) {
        Cue::Now | Cue::This | Cue::Past => (YearRef::This, j + 1),
        Cue::Previous => (YearRef::Last, j + 1),
        Cue::Next => (YearRef::Next, j + 1),
        _ => (YearRef::Missing, j),
    }
}

/// Whether a unit follows, so that four digits are an amount (`2026 USD`) and no year.
fn counts_things(items: &Items<'_>, i: usize) -> bool {
    items.cue(i + 1) == Cue::Unit
        || (items.is_mark(i + 1, "%") || (items.is_mark(i + 1, ",") && !items.spaced(i + 1)))
            && items.cue(i + 2) != Cue::Break
            && items.is_mark(i + 1, "%")
}

fn n_months(items: &Items<'_>, i: usize, n: u32) -> Option<Raw> {
    let j = i + 2;
    // `15 tháng 6 năm 2020` is a day.
    if items.cue(i) == Cue::Number
        && let Some(m) = items.small(j).filter(|m| (1..=12).contains(m))
        && n <= 31
        && items.year(j).is_none()
        && (n > 12 || matches!(items.cue(j + 1), Cue::Year))
    {
        let (year, end) = year_tail(items, j + 1);
        return Some(event_day(i, end, n, m, year));
    }
    if !(1..=12).contains(&n) {
        return None;
    }
    // `6 - 9 tháng` is a duration.
    if i >= 2 && items.is_mark(i - 1, "-–") && items.cue(i - 2) == Cue::Number {
        return None;
    }
    let first_months = Shape::Months(1, n);
    let last_months = Shape::Months(13 - n, 12);
    let raw = |shape, (year, end)| Some(Raw::new(i, end, shape, year));
    match items.cue(j) {
        Cue::YearStart => raw(first_months, year_word_tail(items, j + 1)),
        Cue::YearEnd => raw(last_months, year_word_tail(items, j + 1)),
        Cue::First => raw(first_months, year_tail(items, j + 1)),
        Cue::Last => raw(last_months, year_tail(items, j + 1)),
        Cue::Past => Some(Raw {
            weak: n == 1 || n == 12,
            ..Raw::new(i, j + 1, first_months, YearRef::This)
        }),
        _ => {
            let (year, end) = year_tail(items, j);
            let weak = year == YearRef::Missing;
            if weak && matches!(items.cue(j), Cue::Number | Cue::Date) {
                return None;
            }
            Some(Raw {
                weak: weak
                    && !(n > 1
                        && n < 12
                        && i > 0
                        && matches!(
                            items.cue(i - 1),
                            Cue::Cumulative | Cue::Report | Cue::Same | Cue::Review | Cue::Up
                        )),
                ..Raw::new(i, end, first_months, year)
            })
        }
    }
}

fn n_quarters(items: &Items<'_>, i: usize, n: u32) -> Option<Raw> {
    if !(1..=4).contains(&n) {
        return None;
    }
    let j = i + 2;
    match items.cue(j) {
        Cue::YearStart => {
            let (year, end) = year_word_tail(items, j + 1);
            Some(Raw::new(i, end, Shape::Months(1, 3 * n), year))
        }
        Cue::YearEnd => {
            let (year, end) = year_word_tail(items, j + 1);
            Some(Raw::new(i, end, Shape::Months(13 - 3 * n, 12), year))
        }
        Cue::First => {
            let (year, end) = year_tail(items, j + 1);
            Some(Raw::new(i, end, Shape::Months(1, 3 * n), year))
        }
        _ => None,
    }
}

/// `tháng 5/2020`, `tháng 5 năm 2020`, `tháng 1-5/2020`, `tháng này`.
fn month(items: &Items<'_>, i: usize) -> Option<Raw> {
    let j = i + 1;
    let (shape, year, end) = if let Some(DateForm::MonthYear(m, y)) = items.date(j) {
        (Shape::Months(m, m), YearRef::Stated(y), j + 1)
    } else if let Some((m, y)) = pointed(items.raw(j)) {
        (Shape::Months(m, m), YearRef::Stated(y), j + 1)
    } else if let Some(m) = month_number(items, j) {
        // A range of months: `1-5/2020`, `1 đến tháng 5`.
        if items.is_mark(j + 1, "-–") && items.small(j + 2).is_some_and(|b| b > m && b <= 12) {
            let b = items.small(j + 2)?;
            let (year, end) = year_tail(items, j + 3);
            (Shape::Months(m, b), year, end)
        } else if items.is_mark(j + 1, "-–")
            && let Some(DateForm::MonthYear(b, y)) = items.date(j + 2)
            && b > m
        {
            (Shape::Months(m, b), YearRef::Stated(y), j + 3)
        } else {
            let (year, end) = year_tail(items, j + 1);
            (Shape::Months(m, m), year, end)
        }
    } else {
        let shape = match items.cue(j) {
            Cue::This | Cue::Past => Shape::SameMonth,
            Cue::Previous => {
                let mut raw = Raw::new(i, j + 1, Shape::Nothing, YearRef::Missing);
                raw.role = PeriodRole::Base;
                return Some(raw);
            }
            _ if i > 0 && items.cue(i - 1) == Cue::In => {
                let mut raw = Raw::new(i, j, Shape::SameMonth, YearRef::Missing);
                raw.weak = true;
                return Some(raw);
            }
            _ => return None,
        };
        return Some(Raw::new(i, j + 1, shape, YearRef::Missing));
    };
    let mut raw = Raw::new(i, end, shape, year);
    let Shape::Months(a, b) = shape else {
        return Some(raw);
    };
    match items.cue(i.wrapping_sub(1)) {
        Cue::First | Cue::Middle => raw.role = PeriodRole::Event,
        Cue::Last if is_as_of(items, i - 1) => up_to_month(&mut raw, b),
        Cue::Last => raw.role = PeriodRole::Event,
        Cue::Since | Cue::Founded => raw.role = PeriodRole::Event,
        _ if a == b && is_as_of(items, i) => up_to_month(&mut raw, b),
        Cue::To if leads_goal(items, i - 1) => raw.role = PeriodRole::Horizon,
        _ => {}
    }
    Some(raw)
}

fn up_to_month(raw: &mut Raw, month: u32) {
    raw.shape = Shape::Months(1, month);
    raw.as_of = Some((month, 0));
}

/// `5.2020`, which the tokenizer takes for a decimal number.
fn pointed(raw: &str) -> Option<(u32, i32)> {
    let (m, y) = raw.split_once(['.', ','])?;
    let month: u32 = m.parse().ok().filter(|m| (1..=12).contains(m))?;
    Some((month, year_of(y)?))
}

fn month_number(items: &Items<'_>, j: usize) -> Option<u32> {
    if let Some(m) = items.small(j) {
        return (1..=12).contains(&m).then_some(m);
    }
    match items.cue(j) {
        Cue::Two => Some(2),
        Cue::Three => Some(3),
        Cue::Four => Some(4),
        Cue::Six => Some(6),
        Cue::Seven => Some(7),
        Cue::Eight => Some(8),
        Cue::Nine => Some(9),
        Cue::Ten => Some(10),
        Cue::Eleven => Some(11),
        Cue::Twelve => Some(12),
        _ => None,
    }
}

/// `quý II/2020`, `quý 2 năm 2020`, `quý đầu năm`.
fn quarter(items: &Items<'_>, i: usize) -> Option<Raw> {
    let j = i + 1;
    let (q, year, end) = if let Some(DateForm::MonthYear(q, y)) = items.date(j) {
        (
            (1..=4).contains(&q).then_some(q)?,
            YearRef::Stated(y),
            j + 1,
        )
    } else if let Some((q, y)) = pointed(items.raw(j)) {
        (
            (1..=4).contains(&q).then_some(q)?,
            YearRef::Stated(y),
            j + 1,
        )
    } else if let Some(q) = items.quarter(j) {
        let (year, end) = year_tail(items, j + 1);
        (q, year, end)
    } else if let Some((q, y)) = items.raw(j).split_once(['/', '-'])
        && let Some(q) = roman(q)
        && let Some(y) = year_of(y)
    {
        (q, YearRef::Stated(y), j + 1)
    } else {
        match items.cue(j) {
            Cue::YearStart => {
                let (year, end) = year_word_tail(items, j + 1);
                (1, year, end)
            }
            Cue::First => {
                let (year, end) = year_tail(items, j + 1);
                (1, year, end)
            }
            Cue::YearEnd => {
                let (year, end) = year_word_tail(items, j + 1);
                (4, year, end)
            }
            Cue::This | Cue::Past => {
                return Some(Raw::new(i, j + 1, Shape::SameQuarter, YearRef::Missing));
            }
            Cue::Previous => {
                let mut raw = Raw::new(i, j + 1, Shape::Nothing, YearRef::Missing);
                raw.role = PeriodRole::Base;
                return Some(raw);
            }
            _ => return None,
        }
    };
    let mut raw = Raw::new(i, end, Shape::Months(3 * q - 2, 3 * q), year);
    if is_as_of(items, i) || (items.cue(i.wrapping_sub(1)) == Cue::Last && is_as_of(items, i - 1)) {
        raw.shape = Shape::Months(1, 3 * q);
        raw.as_of = Some((3 * q, 0));
    }
    Some(raw)
}

fn roman(text: &str) -> Option<u32> {
    match text {
        "I" | "i" => Some(1),
        "II" | "ii" => Some(2),
        "III" | "iii" => Some(3),
        "IV" | "iv" => Some(4),
        _ => None,
    }
}

fn half(items: &Items<'_>, i: usize) -> Option<Raw> {
    let j = i + 1;
    let first = Shape::Months(1, 6);
    let second = Shape::Months(7, 12);
    let (shape, (year, end)) = match items.cue(j) {
        Cue::YearStart => (first, year_word_tail(items, j + 1)),
        Cue::YearEnd => (second, year_word_tail(items, j + 1)),
        Cue::First | Cue::Last => {
            let tail = year_tail(items, j + 1);
            if tail.0 == YearRef::Missing {
                return None;
            }
            let shape = if items.cue(j) == Cue::First {
                first
            } else {
                second
            };
            (shape, tail)
        }
        Cue::Year => match items.cue(j + 1) {
            Cue::First => (first, year_tail(items, j + 2)),
            Cue::Last => (second, year_tail(items, j + 2)),
            _ => return None,
        },
        _ => return None,
    };
    Some(Raw::new(i, end, shape, year))
}

fn year(items: &Items<'_>, i: usize) -> Option<Raw> {
    let j = i + 1;
    let prev = items.cue(i.wrapping_sub(1));
    match items.cue(i) {
        Cue::Year => {
            let year = items.year(j)?;
            if let Some(end_year) = second_year(items, j + 1) {
                let mut raw = Raw::new(i, j + 3, Shape::Years(year, end_year), YearRef::Missing);
                raw.role = PeriodRole::Term;
                return Some(raw);
            }
            let mut raw = Raw::new(i, j + 1, YEAR, YearRef::Stated(year));
            match prev {
                Cue::To | Cue::Up | Cue::AsOf => raw.up_to = true,
                Cue::From | Cue::Since | Cue::Founded | Cue::Previous => {
                    raw.role = PeriodRole::Event;
                }
                _ => {}
            }
            Some(raw)
        }
        Cue::WholeYear => {
            let (year, end) = year_word_tail(items, j);
            if let YearRef::Stated(first) = year
                && let Some(last) = second_year(items, end)
            {
                let mut raw = Raw::new(i, end + 2, Shape::Years(first, last), YearRef::Missing);
                raw.role = PeriodRole::Term;
                return Some(raw);
            }
            Some(Raw {
                weak: year == YearRef::Missing,
                ..Raw::new(i, end, YEAR, year)
            })
        }
        Cue::ThisYear => Some(Raw {
            weak: true,
            ..Raw::new(i, j, YEAR, YearRef::This)
        }),
        Cue::LastYear => Some(Raw {
            weak: true,
            ..Raw::new(i, j, YEAR, YearRef::Last)
        }),
        Cue::NextYear => {
            let mut raw = Raw::new(i, j, YEAR, YearRef::Next);
            raw.role = PeriodRole::Outlook;
            Some(raw)
        }
        Cue::YearStart => {
            let (year, end) = year_word_tail(items, j);
            let mut raw = Raw::new(i, end, YEAR, year);
            raw.role = PeriodRole::Event;
            Some(raw)
        }
        Cue::YearEnd => {
            let (year, end) = year_word_tail(items, j);
            let mut raw = Raw::new(i, end, YEAR, year);
            if is_as_of(items, i) {
                raw.as_of = Some((12, 0));
            } else {
                raw.role = PeriodRole::Event;
            }
            Some(raw)
        }
        _ => None,
    }
}

/// The year behind a dash, ` - 2020`, that closes a span.
fn second_year(items: &Items<'_>, j: usize) -> Option<i32> {
    if !items.is_mark(j, "-–—/") && items.cue(j) != Cue::To {
        return None;
    }
    items.year(j + 1)
}

/// `cùng kỳ`, `cùng kỳ năm 2019`, `cùng kỳ 2019`, `cùng kỳ năm ngoái`.
fn same(items: &Items<'_>, i: usize) -> Option<Raw> {
    let (year, end) = match year_tail(items, i + 1) {
        (YearRef::Missing, _) => (YearRef::Last, i + 1),
        found => found,
    };
    let mut raw = Raw::new(i, end, Shape::Nothing, year);
    raw.role = PeriodRole::Base;
    raw.same = true;
    Some(raw)
}

/// One end of a range of time.
#[derive(Clone, Copy)]
struct End {
    year: YearRef,
    month: u32,
    day: u32,
    next: usize,
    now: bool,
    whole_year: bool,
}

/// `từ đầu năm đến ngày 15/12/2020`, `từ tháng 1 đến tháng 5`, `từ 21/12/2013 đến 20/12/2014`.
fn range(items: &Items<'_>, i: usize) -> Option<Raw> {
    let from = end_point(items, i + 1)?;
    let mut j = from.next;
    let mut joined = false;
    while matches!(items.cue(j), Cue::To | Cue::Up | Cue::AsOf)
        || (!joined && items.is_mark(j, "-–,"))
    {
        joined |= items.cue(j) != Cue::Punct || items.is_mark(j, "-–");
        j += 1;
    }
    let to = if joined { end_point(items, j) } else { None };
    let Some(to) = to else {
        // `từ đầu năm 2020`, `từ năm 2015`: when it began.
        let mut raw = Raw::new(i, from.next, YEAR, from.year);
        raw.role = PeriodRole::Event;
        return Some(raw);
    };
    if from.whole_year {
        let shape = match (from.year, to.year) {
            (YearRef::Stated(a), YearRef::Stated(b)) if a < b => Shape::Years(a, b),
            _ => Shape::Nothing,
        };
        let mut raw = Raw::new(i, to.next, shape, YearRef::Missing);
        raw.role = PeriodRole::Term;
        return Some(raw);
    }
    let year = match (from.year, to.year) {
        (year, YearRef::Missing) => year,
        (_, year) => year,
    };
    // A year that runs from the twenties of December counts as the next one.
    let mut first = from.month;
    if from.day > 15 {
        first = first % 12 + 1;
    }
    if to.now {
        let mut raw = Raw::new(i, to.next, Shape::Months(first, 12), year);
        raw.open = true;
        return Some(raw);
    }
    let last = settle_end(to.month, to.day);
    if first > last {
        let mut raw = Raw::new(i, to.next, Shape::Nothing, year);
        raw.role = PeriodRole::Event;
        return Some(raw);
    }
    let mut raw = Raw::new(i, to.next, Shape::Months(first, last), year);
    if first == 1 {
        raw.as_of = Some((to.month, to.day));
    }
    Some(raw)
}

/// The month whose end a day stands for: the first of a month closes the one before.
fn settle_end(month: u32, day: u32) -> u32 {
    if day == 1 && month > 1 {
        month - 1
    } else {
        month
    }
}

fn end_point(items: &Items<'_>, mut j: usize) -> Option<End> {
    let mut end = End {
        year: YearRef::Missing,
        month: 1,
        day: 0,
        next: j,
        now: false,
        whole_year: false,
    };
    while matches!(items.cue(j), Cue::Day | Cue::Moment) {
        j += 1;
    }
    match items.cue(j) {
        Cue::YearStart => {
            (end.year, end.next) = year_word_tail(items, j + 1);
            // `đầu năm nay` is one thing, `từ đầu năm đến nay` another; `nay` behind `năm` belongs to it.
        }
        Cue::YearEnd => {
            (end.year, end.next) = year_word_tail(items, j + 1);
            end.month = 12;
        }
        Cue::Now | Cue::This => {
            end.now = true;
            end.next = j + 1;
        }
        Cue::Date => {
            match items.date(j)? {
                DateForm::Full(d) => {
                    end.year = YearRef::Stated(d.year);
                    (end.month, end.day) = (d.month, d.day);
                }
                DateForm::DayMonth(d, m) => (end.month, end.day) = (m, d),
                DateForm::MonthYear(m, y) => {
                    end.year = YearRef::Stated(y);
                    end.month = m;
                }
            }
            end.next = j + 1;
        }
        Cue::Month => {
            if let Some(DateForm::MonthYear(m, y)) = items.date(j + 1) {
                end.year = YearRef::Stated(y);
                end.month = m;
                end.next = j + 2;
            } else {
                end.month = month_number(items, j + 1)?;
                (end.year, end.next) = year_tail(items, j + 2);
            }
        }
        Cue::Number => {
            // `15 tháng 6 năm 2020`
            let day = items.small(j)?;
            if items.cue(j + 1) != Cue::Month {
                return None;
            }
            end.day = day;
            if let Some(DateForm::MonthYear(m, y)) = items.date(j + 2) {
                end.year = YearRef::Stated(y);
                end.month = m;
                end.next = j + 3;
            } else {
                end.month = month_number(items, j + 2)?;
                (end.year, end.next) = year_tail(items, j + 3);
            }
        }
        Cue::Year => {
            end.year = YearRef::Stated(items.year(j + 1)?);
            end.whole_year = true;
            end.next = j + 2;
        }
        _ => return None,
    }
    Some(end)
}

fn event_day(first: usize, end: usize, day: u32, month: u32, year: YearRef) -> Raw {
    let mut raw = Raw::new(first, end, Shape::Months(month, month), year);
    raw.role = PeriodRole::Event;
    raw.day = Some((month, day));
    raw
}

/// `ngày 30/6/2020`, `ngày 5 tháng 7 năm 2020`, `ngày 24/7`.
fn day(items: &Items<'_>, i: usize) -> Option<Raw> {
    if items.cue(i + 1) == Cue::Date {
        let mut raw = date(items, i + 1)?;
        raw.first = i;
        return Some(raw);
    }
    let end = end_point(items, i + 1)?;
    if end.day == 0 {
        return None;
    }
    let mut raw = event_day(i, end.next, end.day, end.month, end.year);
    if is_as_of(items, i) {
        as_of_day(&mut raw);
    }
    Some(raw)
}

fn as_of_day(raw: &mut Raw) {
    if let Some((month, day)) = raw.day.take() {
        raw.role = PeriodRole::Period;
        raw.shape = Shape::Months(1, settle_end(month, day));
        raw.as_of = Some((month, day));
    }
}

/// A date: what counts up to it, or the day something happened.
fn date(items: &Items<'_>, i: usize) -> Option<Raw> {
    let at = if matches!(items.cue(i.wrapping_sub(1)), Cue::Day | Cue::Moment) {
        i - 1
    } else {
        i
    };
    let mut raw = match items.date(i)? {
        DateForm::Full(d) => event_day(at, i + 1, d.day, d.month, YearRef::Stated(d.year)),
        DateForm::DayMonth(d, m) => {
            // Without `ngày` before it, `5/6` is as well a ratio.
            let (year, end) = year_tail(items, i + 1);
            if at == i && year == YearRef::Missing && !is_as_of(items, i) {
                return None;
            }
            event_day(at, end, d, m, year)
        }
        DateForm::MonthYear(m, y) => {
            let mut raw = Raw::new(i, i + 1, Shape::Months(m, m), YearRef::Stated(y));
            if is_as_of(items, i) {
                up_to_month(&mut raw, m);
            } else {
                raw.weak = true;
            }
            return Some(raw);
        }
    };
    if is_as_of(items, at) {
        as_of_day(&mut raw);
    }
    Some(raw)
}

/// Whether what begins at item `i` closes a count: `tính đến`, `hết`, `lũy kế đến`, `Đến` at the head of a clause.
fn is_as_of(items: &Items<'_>, i: usize) -> bool {
    let mut k = i;
    while k > 0 && matches!(items.cue(k - 1), Cue::Day | Cue::Moment) {
        k -= 1;
    }
    let Some(k) = k.checked_sub(1) else {
        return false;
    };
    match items.cue(k) {
        Cue::AsOf | Cue::Cumulative => !leads_goal(items, k),
        Cue::Up => !leads_goal(items, k),
        Cue::To => {
            if leads_goal(items, k) {
                return false;
            }
            match k.checked_sub(1).map(|p| items.cue(p)) {
                None
                | Some(Cue::Break | Cue::Cumulative | Cue::YearStart | Cue::AsOfBare | Cue::From) => {
                    true
                }
                Some(Cue::Punct) => true,
                // `đạt 12 tỷ đến 25/10/2020`, against `đến tháng 10` of a plan.
                _ => matches!(items.cue(i), Cue::Date | Cue::Day),
            }
        }
        _ => false,
    }
}

/// Whether `phấn đấu`, `mục tiêu` or the like stands shortly before.
fn leads_goal(items: &Items<'_>, i: usize) -> bool {
    (1..=4)
        .map_while(|back| i.checked_sub(back))
        .take_while(|&k| items.cue(k) != Cue::Break && items.cue(k) != Cue::Punct)
        .any(|k| matches!(items.cue(k), Cue::Goal | Cue::Far))
}

/// `Ngày đăng 08/07/2020`, `Thứ tư, 08/07/2020 - 10:20`.
fn posted(items: &Items<'_>, i: usize) -> Option<Raw> {
    let reach = if items.cue(i) == Cue::Posted { 4 } else { 3 };
    for j in i + 1..=i + reach {
        match items.cue(j) {
            Cue::Punct | Cue::Other | Cue::Code | Cue::Day => {}
            Cue::Date => {
                let Some(DateForm::Full(d)) = items.date(j) else {
                    return None;
                };
                let mut raw = event_day(i, j + 1, d.day, d.month, YearRef::Stated(d.year));
                if items.cue(i) == Cue::Posted || j <= i + 2 {
                    raw.role = PeriodRole::Published;
                }
                return Some(raw);
            }
            Cue::Number if items.cue(i) == Cue::Posted => {
                let end = end_point(items, j)?;
                let mut raw = event_day(i, end.next, end.day, end.month, end.year);
                raw.role = PeriodRole::Published;
                return (end.day > 0).then_some(raw);
            }
            _ => return None,
        }
    }
    None
}

/// `giai đoạn 2016-2020`, `nhiệm kỳ 2020 - 2025`.
fn term(items: &Items<'_>, i: usize) -> Option<Raw> {
    let mut j = i + 1;
    while matches!(items.cue(j), Cue::Year | Cue::From | Cue::Of) {
        j += 1;
    }
    let first = items.year(j)?;
    let mut raw = match second_year(items, j + 1) {
        Some(last) if last >= first => {
            Raw::new(i, j + 3, Shape::Years(first, last), YearRef::Missing)
        }
        _ => Raw::new(i, j + 1, YEAR, YearRef::Stated(first)),
    };
    raw.role = PeriodRole::Term;
    Some(raw)
}

/// Four digits with no word for them, or a span of years.
fn bare_year(items: &Items<'_>, i: usize) -> Option<Raw> {
    let year = items.year(i)?;
    if let Some(last) = second_year(items, i + 1).filter(|last| *last > year)
        && items.cue(i + 1) != Cue::To
    {
        let mut raw = Raw::new(i, i + 3, Shape::Years(year, last), YearRef::Missing);
        raw.role = PeriodRole::Term;
        return Some(raw);
    }
    if counts_things(items, i) || items.raw(i).len() != 4 {
        return None;
    }
    let mut raw = Raw::new(i, i + 1, YEAR, YearRef::Stated(year));
    raw.weak = true;
    Some(raw)
}

/// `6T2020`, `9T/2020`, `Q2/2020`, `H1 2020`, `2020-H1`, `1H2020`, `9M2020`.
fn compact(items: &Items<'_>, i: usize) -> Option<Raw> {
    let head = items.raw(i).as_bytes();
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
    if let Ok(period) = run.parse::<crate::model::Period>()
        && run.contains('-')
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

/// What a phrase is there for, by what stands before it.
fn set_role(items: &Items<'_>, raw: &mut Raw) {
    let whole_year = raw.shape == YEAR;
    let tail_of_year =
        matches!(raw.shape, Shape::Months(a, 12) if a > 1) && raw.as_of.is_none() && !raw.open;
    let mut others = 0;
    let mut k = raw.first;
    while let Some(p) = k.checked_sub(1) {
        k = p;
        match items.cue(p) {
            Cue::Break => break,
            Cue::Punct => {
                if items.is_mark(p, "-–&/“\"‘'") {
                    continue;
                }
                break;
            }
            Cue::Versus if others <= 5 => {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::So if others <= 1 && (whole_year || raw.weak) && raw.year != YearRef::This => {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::Same if others <= 2 => {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::Plan if whole_year && others <= 8 && !done_before(items, p) => {
                raw.role = PeriodRole::Plan;
                return;
            }
            Cue::Goal if others <= 4 && !done_before(items, p) => {
                raw.role = if raw.up_to || tail_of_year {
                    PeriodRole::Horizon
                } else {
                    PeriodRole::Plan
                };
                return;
            }
            Cue::Outlook if others <= 5 && !done_before(items, p) => {
                raw.role = PeriodRole::Outlook;
                return;
            }
            Cue::Will if others <= 8 && whole_year => {
                raw.role = PeriodRole::Outlook;
                return;
            }
            Cue::Far if (others <= 8 || raw.up_to) && whole_year => {
                raw.role = PeriodRole::Horizon;
                return;
            }
            Cue::Award if others <= 5 && whole_year => {
                raw.role = PeriodRole::Event;
                return;
            }
            Cue::Founded if others <= 1 => {
                raw.role = PeriodRole::Event;
                return;
            }
            Cue::Review | Cue::Annual | Cue::Report if others <= 8 => break,
            // Another period phrase: what stands before belongs to that.
            Cue::Number | Cue::Date | Cue::Month | Cue::Quarter => break,
            _ => {}
        }
        others += 1;
        if others > if raw.up_to { 30 } else { 9 } {
            break;
        }
    }
    if tail_of_year {
        raw.role = PeriodRole::Outlook;
    }
}

/// Whether a `cùng kỳ` opens a clause, where no comparison leads to it and no growth follows.
pub(super) fn is_reported(items: &Items<'_>, raw: &Raw) -> bool {
    let before = raw
        .first
        .checked_sub(1)
        .map_or(Cue::Break, |i| items.cue(i));
    let mark = raw.first > 0 && items.is_mark(raw.first - 1, ",:;(-–.");
    // `tăng 5,5%, cùng kỳ tăng 3%` compares growths.
    (matches!(before, Cue::Break) || mark) && !matches!(items.raw(raw.end), "tăng" | "giảm" | "đã")
}

/// Whether `thực hiện`, `kết quả` or the like stands right before item `i`: the plan that was carried out.
fn done_before(items: &Items<'_>, i: usize) -> bool {
    (1..=3)
        .map_while(|back| i.checked_sub(back))
        .take_while(|&k| !matches!(items.cue(k), Cue::Break | Cue::Punct))
        .any(|k| {
            matches!(
                items.cue(k),
                Cue::Done | Cue::Report | Cue::Review | Cue::Annual
            )
        })
}

/// The day of an event with its year.
pub(super) fn day_of(raw: &Raw, year: Option<i32>) -> Option<Date> {
    let (month, day) = raw.day?;
    Date::new(year?, month, day)
}
