//! Days: ranges of time, dates of events and of publication, and the day up to which a count runs.

use super::PeriodRole;
use super::cue::{Cue, DateForm, Items};
use super::date::Date;
use super::scan::{
    Raw, Shape, YEAR, YearRef, month_number, up_to_month, year_tail, year_word_tail,
};

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
pub(super) fn range(items: &Items<'_>, i: usize) -> Option<Raw> {
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
        // `Bước vào năm 2011, …`
        if from.whole_year && i > 0 && items.word(i - 1) == "bước" {
            return Some(Raw::new(i, from.next, YEAR, from.year));
        }
        // `nâng tổng thu từ đầu năm lên 4.950 tỷ đồng`, `Từ đầu năm, …`: as far as it has come.
        // `kể từ đầu năm 2019 đã có 10 dự án`
        let so_far = matches!(items.word(from.next), "lên" | "đã") || items.is_mark(from.next, ",");
        let begun = items.cue(i + 1) == Cue::YearStart
            && so_far
            && i.checked_sub(1).is_none_or(|k| items.word(k) != "ngay");
        if begun {
            let mut raw = Raw::new(i, from.next, YEAR, from.year);
            raw.open = true;
            return Some(raw);
        }
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
    // `từ giữa tháng 7 đến …`
    if matches!(items.cue(j), Cue::First | Cue::Middle | Cue::Last)
        && items.cue(j + 1) == Cue::Month
    {
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
            if let Some((day, month, next)) = dashed(items, j) {
                (end.day, end.month) = (day, month);
                (end.year, end.next) = year_tail(items, next);
                return Some(end);
            }
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

/// `30-11`, where the words before it say that it is a day: day, month and the item behind.
fn dashed(items: &Items<'_>, j: usize) -> Option<(u32, u32, usize)> {
    let day = items.small(j).filter(|day| (1..=31).contains(day))?;
    let joined = items.is_mark(j + 1, "-–.") && !items.spaced(j + 1) && !items.spaced(j + 2);
    let month = items
        .small(j + 2)
        .filter(|month| joined && (1..=12).contains(month))?;
    let k = j.checked_sub(1)?;
    let led = items.cue(k) == Cue::Day
        || matches!(items.word(k), "sáng" | "chiều" | "tối" | "trưa")
        || is_as_of(items, j);
    led.then_some((day, month, j + 3))
}

/// `Chiều 9-12`, `tính đến 30-11`: a day that dashes write, without `ngày`.
pub(super) fn dashed_day(items: &Items<'_>, i: usize) -> Option<Raw> {
    let (day, month, next) = dashed(items, i)?;
    let (year, end) = year_tail(items, next);
    let mut raw = event_day(i, end, day, month, year);
    if is_as_of(items, i) {
        as_of_day(&mut raw);
    }
    Some(raw)
}

pub(super) fn event_day(first: usize, end: usize, day: u32, month: u32, year: YearRef) -> Raw {
    let mut raw = Raw::new(first, end, Shape::Months(month, month), year);
    raw.role = PeriodRole::Event;
    raw.day = Some((month, day));
    raw
}

/// `ngày 30/6/2020`, `ngày 5 tháng 7 năm 2020`, `ngày 24/7`.
pub(super) fn day(items: &Items<'_>, i: usize) -> Option<Raw> {
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
pub(super) fn date(items: &Items<'_>, i: usize) -> Option<Raw> {
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
pub(super) fn is_as_of(items: &Items<'_>, i: usize) -> bool {
    let mut k = i;
    while k > 0 && matches!(items.cue(k - 1), Cue::Day | Cue::Moment) {
        k -= 1;
    }
    let Some(k) = k.checked_sub(1) else {
        return false;
    };
    match items.cue(k) {
        // `Tính chung quý III` is the quarter.
        Cue::Cumulative if items.word(k) == "tính" && k + 1 == i => false,
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
                // `ước đến cuối năm 2023 đạt …`
                Some(Cue::Other) if items.word(k - 1) == "ước" => true,
                // `đạt 12 tỷ đến 25/10/2020`, against `đến tháng 10` of a plan.
                // `lao động đến cuối tháng 11 là …`
                _ => {
                    matches!(items.cue(i), Cue::Date | Cue::Day)
                        || items.cue(i) == Cue::Last && items.cue(i + 1) == Cue::Month
                }
            }
        }
        _ => false,
    }
}

/// Whether `phấn đấu`, `mục tiêu` or the like stands shortly before.
pub(super) fn leads_goal(items: &Items<'_>, i: usize) -> bool {
    (1..=4)
        .map_while(|back| i.checked_sub(back))
        .take_while(|&k| items.cue(k) != Cue::Break && items.cue(k) != Cue::Punct)
        .any(|k| matches!(items.cue(k), Cue::Goal | Cue::Far))
}

/// `Ngày đăng 08/07/2020`, `Thứ tư, 08/07/2020 - 10:20`.
pub(super) fn posted(items: &Items<'_>, i: usize) -> Option<Raw> {
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

/// The day of an event with its year.
pub(super) fn day_of(raw: &Raw, year: Option<i32>) -> Option<Date> {
    let (month, day) = raw.day?;
    Date::new(year?, month, day)
}
