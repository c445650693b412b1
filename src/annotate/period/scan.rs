//! The grammar: phrases for periods, read off the items from left to right, years still open.

use super::PeriodRole;
use super::compact::compact;
use super::cue::{Cue, DateForm, Items, year_of};
use super::day::{dashed_day, date, day, event_day, is_as_of, leads_goal, posted, range};
use super::role::{is_reported_span, leads_to_goals, set_role};
use super::weak::is_told;

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
    /// `lũy kế đến nay` behind a month told of: January to that month.
    ToMonth,
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
    /// The month of a meeting, `phiên họp thường kỳ tháng 4`, which speaks of what lies before.
    pub(super) meeting: bool,
    /// A span of years that results are told of: no term of office, no plan.
    pub(super) reported: bool,
    /// Goals follow it: `Năm 2021, tỉnh phấn đấu …`.
    pub(super) ahead: bool,
}

impl Raw {
    pub(super) fn new(first: usize, end: usize, shape: Shape, year: YearRef) -> Self {
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
            meeting: false,
            reported: false,
            ahead: false,
        }
    }
}

pub(super) const YEAR: Shape = Shape::Months(1, 12);

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
                match raw.role {
                    PeriodRole::Period => {
                        set_role(items, &mut raw);
                        raw.ahead |= leads_to_goals(items, &raw);
                    }
                    PeriodRole::Term => {
                        raw.reported = is_reported_span(items, &raw);
                        raw.ahead = leads_to_goals(items, &raw);
                    }
                    _ => {}
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
        Cue::Cumulative | Cue::AsOf | Cue::AsOfBare => so_far(items, i),
        Cue::Posted | Cue::Weekday => posted(items, i),
        Cue::Date => date(items, i),
        Cue::Term => term(items, i),
        Cue::Number | Cue::Code => dashed_day(items, i)
            .or_else(|| compact(items, i))
            .or_else(|| bare_year(items, i)),
        _ => None,
    }
}

/// The year behind a phrase that ends before item `j`: ` năm 2020`, `/2020`, ` 2020`, ` năm nay`, ` của năm ngoái`.
pub(super) fn year_tail(items: &Items<'_>, j: usize) -> (YearRef, usize) {
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
pub(super) fn year_word_tail(items: &Items<'_>, j: usize) -> (YearRef, usize) {
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

/// Whether a unit follows, so that four digits are an amount (`2026 USD`) and no year (`2026 tỷ lệ`).
fn counts_things(items: &Items<'_>, i: usize) -> bool {
    let named = matches!(items.word(i + 1), "tỉ" | "ti")
        && matches!(items.word(i + 2), "lệ" | "le" | "trọng" | "suất");
    items.cue(i + 1) == Cue::Unit && !named
        || items.is_mark(i + 1, "%") && items.cue(i + 2) != Cue::Break
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
            // `11 tháng 24.850 tỷ đồng`: an amount behind it is no month.
            let number = matches!(items.cue(j), Cue::Number | Cue::Date)
                && (items.small(j).is_some() || items.cue(j) == Cue::Date)
                && items.cue(j + 1) != Cue::Unit
                && !items.is_mark(j + 1, "%");
            if weak && !number && is_stretch(items, i) {
                // `Hơn hai tháng, các khu đón 10 dự án`: no period, but how far a count since January may have come.
                return Some(Raw {
                    weak,
                    role: PeriodRole::Event,
                    ..Raw::new(i, end, first_months, year)
                });
            }
            if weak && (number || is_duration(items, i, j)) {
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

/// `hơn hai tháng`, `gần 5 tháng`, `sau 4 tháng`.
fn is_stretch(items: &Items<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).map_or("", |k| items.word(k));
    // `Sau 9 tháng, xuất khẩu đạt …` is the year so far.
    matches!(before, "hơn" | "gần") || before == "sau" && !items.is_mark(i + 2, ",")
}

/// Whether `N tháng` from item `i` to item `j` says how long something takes: `kỳ hạn 6 tháng`, `6 tháng tuổi`.
fn is_duration(items: &Items<'_>, i: usize, j: usize) -> bool {
    let before = i.checked_sub(1).map_or("", |k| items.word(k));
    let behind = items.word(j);
    // `Sau 9 tháng, xuất khẩu đạt …`, against `sau 9 tháng thi công`
    let after = before == "sau" && !items.is_mark(j, ",");
    after
        || matches!(
            before,
            "hạn"
                | "vòng"
                | "trước"
                | "hơn"
                | "dưới"
                | "trên"
                | "khoảng"
                | "gần"
                | "mỗi"
                | "suốt"
                | "thêm"
                | "dài"
                | "từng"
                | "đủ"
                | "chậm"
        )
        || matches!(
            behind,
            "tuổi" | "liên" | "liền" | "tới" | "nữa" | "một" | "trở" | "lương" | "tù" | "sau"
        )
}

/// `Lũy kế đến nay`, `tính đến nay`: behind a month told of the months up to it; else no period.
fn so_far(items: &Items<'_>, i: usize) -> Option<Raw> {
    let joint = usize::from(items.cue(i + 1) == Cue::To);
    let closed = items.cue(i) == Cue::AsOf || joint == 1;
    (closed && items.cue(i + 1 + joint) == Cue::Now).then(|| Raw {
        weak: true,
        ..Raw::new(i, i + 2 + joint, Shape::ToMonth, YearRef::Missing)
    })
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
        // `tháng đầu tiên của năm 2021`, `ngay tháng đầu năm`, against `những tháng đầu năm`.
        let several = i > 0 && matches!(items.word(i - 1), "những" | "các" | "mấy" | "vài");
        let january = match items.cue(j) {
            Cue::First => {
                Some(year_tail(items, j + 1)).filter(|(year, _)| *year != YearRef::Missing)
            }
            Cue::YearStart => Some(year_word_tail(items, j + 1)),
            _ => None,
        };
        if let Some((year, end)) = january.filter(|_| !several) {
            return Some(Raw::new(i, end, Shape::Months(1, 1), year));
        }
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
        // `tại thời điểm tháng 5/2015`
        Cue::Moment if a == b && items.word(i.wrapping_sub(2)) == "tại" => {
            up_to_month(&mut raw, b)
        }
        Cue::First | Cue::Middle => raw.role = PeriodRole::Event,
        Cue::Last if is_as_of(items, i - 1) => up_to_month(&mut raw, b),
        Cue::Last => raw.role = PeriodRole::Event,
        Cue::Since | Cue::Founded => raw.role = PeriodRole::Event,
        // `cao nhất từ sau tháng 2`
        _ if i > 0 && matches!(items.word(i - 1), "sau" | "trước") => {
            raw.role = PeriodRole::Event;
        }
        Cue::Meeting => raw.meeting = true,
        _ if a == b && is_as_of(items, i) => up_to_month(&mut raw, b),
        Cue::To if leads_goal(items, i - 1) => raw.role = PeriodRole::Horizon,
        _ => {}
    }
    Some(raw)
}

pub(super) fn up_to_month(raw: &mut Raw, month: u32) {
    raw.shape = Shape::Months(1, month);
    raw.as_of = Some((month, 0));
}

/// `5.2020`, which the tokenizer takes for a decimal number.
fn pointed(raw: &str) -> Option<(u32, i32)> {
    let (m, y) = raw.split_once(['.', ','])?;
    let month: u32 = m.parse().ok().filter(|m| (1..=12).contains(m))?;
    Some((month, year_of(y)?))
}

pub(super) fn month_number(items: &Items<'_>, j: usize) -> Option<u32> {
    if matches!(items.cue(j), Cue::One | Cue::Year) {
        return None;
    }
    items.count(j).filter(|m| (1..=12).contains(m))
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
            // `quý đầu tiên sau khi hợp nhất`
            Cue::First if matches!(items.word(j + 1), "sau" | "kể") => return None,
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
            // `tháng 3 tăng 2%; cả quý tăng 5%`
            _ if i > 0 && matches!(items.word(i - 1), "cả" | "toàn") => {
                return Some(Raw::new(i, j, Shape::SameQuarter, YearRef::Missing));
            }
            _ => return None,
        }
    };
    let mut raw = Raw::new(i, end, Shape::Months(3 * q - 2, 3 * q), year);
    raw.meeting = items.cue(i.wrapping_sub(1)) == Cue::Meeting;
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
        // `trong 5 năm qua`, `những năm qua`: a stretch of years.
        Cue::ThisYear | Cue::LastYear
            if i > 0
                && (prev == Cue::Number
                    || items.count(i - 1).is_some()
                    || matches!(items.word(i - 1), "những" | "nhiều" | "các" | "mấy")) =>
        {
            None
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
            if is_as_of(items, i) || matches!(year, YearRef::Stated(_)) {
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
        // `Cùng tháng, 8 dự án được cấp phép`
        (YearRef::Missing, _) if is_same_month(items, i) => return None,
        (YearRef::Missing, _) => (YearRef::Last, i + 1),
        found => found,
    };
    let mut raw = Raw::new(i, end, Shape::Nothing, year);
    raw.role = PeriodRole::Base;
    raw.same = true;
    Some(raw)
}

/// `cùng tháng`, `cùng quý`: the month told of, unless a year follows.
fn is_same_month(items: &Items<'_>, i: usize) -> bool {
    let second = items.list[i].first as usize + 1;
    let token = &items.tokens.list()[second.min(items.tokens.list().len() - 1)];
    matches!(items.tokens.exact(token), "tháng" | "quý")
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
    // `theo chuẩn nghèo giai đoạn 2016-2020`, `giá đất giai đoạn 2020-2024`: the standard's, not the figure's.
    let standard = (1..=5)
        .map_while(|back| i.checked_sub(back))
        .take_while(|&k| !matches!(items.cue(k), Cue::Break | Cue::Punct | Cue::Number))
        .any(|k| matches!(items.word(k), "chuẩn" | "tiêu"));
    if standard {
        raw.role = PeriodRole::Event;
        raw.shape = Shape::Nothing;
    }
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
    raw.weak = !is_told(items, &raw);
    Some(raw)
}
