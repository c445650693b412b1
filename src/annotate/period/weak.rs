//! Phrases that hold only where the rest of the text bears them out: `9 tháng` alone, `trong năm`, a bare `2020`.

use super::PeriodRole;
use super::cue::{Cue, Items};
use super::date::Date;
use super::own::Position;
use super::scan::{Raw, Shape, YearRef};

/// What a text says of counts of months elsewhere.
pub(super) struct Borne {
    /// Last months of counts in full, `9 tháng đầu năm`.
    counts: Vec<u32>,
    /// Months told of in the headline or the lead, and the last ones of quarters.
    headed: Vec<u32>,
    /// How much speaks for each bare count: the headline and the lead or body agree on it, or it is said again.
    bare: [u32; 13],
    /// Months of the days that the head of the text names, that of publication among them.
    days: Vec<u32>,
}

impl Borne {
    pub(super) fn of(raws: &[Raw], positions: &[Position], published: Option<Date>) -> Self {
        let told = |raw: &&Raw| !raw.weak && raw.role == PeriodRole::Period;
        let counts = raws.iter().filter(told).filter_map(|raw| match raw.shape {
            Shape::Months(1, n) if n > 1 => Some(n),
            _ => None,
        });
        let head = || {
            raws.iter()
                .zip(positions)
                .filter(|(_, position)| **position != Position::Body)
                .map(|(raw, _)| raw)
        };
        let headed = head().filter(told).filter_map(|raw| match raw.shape {
            Shape::Months(n, m) if n > 1 && (n == m || n + 2 == m) => Some(m),
            _ => None,
        });
        let mut bare = [0; 13];
        for (raw, position) in raws.iter().zip(positions).filter(|(raw, _)| raw.weak) {
            if let Shape::Months(1, n @ 2..=11) = raw.shape {
                bare[n as usize] += if *position == Position::Title { 2 } else { 1 };
            }
        }
        let days = head()
            .filter(|raw| raw.role == PeriodRole::Event)
            .filter_map(|raw| raw.day.map(|(month, _)| month))
            .chain(published.map(|date| date.month));
        Self {
            counts: counts.collect(),
            headed: headed.collect(),
            bare,
            days: days.collect(),
        }
    }

    /// The month that `đến nay` reaches on a day of month `month`: early in a month, a count that ends before it is the last one known.
    pub(super) fn reached(&self, month: u32, day: u32) -> u32 {
        /// Days of a month within which the last one is reported on.
        const EARLY: u32 = 10;
        const FIRST_DAYS: u32 = 5;
        let told = |n: u32| {
            self.counts.contains(&n) || self.bare.get(n as usize).is_some_and(|said| *said > 0)
        };
        // In the first days of a month nothing of it is known yet.
        let begun = day > FIRST_DAYS;
        if day <= EARLY && month > 1 && (told(month - 1) || !begun) && !told(month) {
            month - 1
        } else {
            month
        }
    }

    /// Whether the weak phrase `raw` is a period.
    pub(super) fn accepts(&self, items: &Items<'_>, raw: &Raw, position: Position) -> bool {
        match (raw.shape, raw.year) {
            (Shape::Months(1, 12), YearRef::Stated(_)) => position == Position::Title,
            (Shape::Months(1, 12) | Shape::SameMonth | Shape::ToMonth, _) => true,
            (Shape::Months(1, n), _) => {
                self.counts.contains(&n)
                    || self.headed.contains(&n)
                    || self.bare.get(n as usize).is_some_and(|said| *said >= 2)
                    || n > 1 && n < 12 && self.days.iter().any(|m| *m == n || *m == n + 1)
                    || n > 1 && (is_reckoned(items, raw) || is_compared(items, raw))
            }
            _ => false,
        }
    }
}

/// `10 tháng ước đạt …`: a count of months that a result follows at once is the year so far, no stretch of time.
fn is_reckoned(items: &Items<'_>, raw: &Raw) -> bool {
    let before = raw.first.checked_sub(1).map_or("", |i| items.word(i));
    let verb = (items.word(raw.end), items.word(raw.end + 1));
    let told = match verb.0 {
        "ước" | "đạt" | "tăng" | "giảm" | "nộp" | "đón" | "lên" => true,
        "thu" => verb.1 != "hoạch",
        "cấp" | "giải" => matches!(verb.1, "mới" | "ngân"),
        _ => false,
    };
    told && !matches!(
        before,
        "sau" | "mất" | "mỗi" | "hơn" | "gần" | "khoảng" | "vòng" | "hạn"
    )
}

/// `Kim ngạch xuất khẩu 2012 là …`: a year without its word between what it is of and the verb, against `giá cố định 1994 đạt`.
pub(super) fn is_told(items: &Items<'_>, raw: &Raw) -> bool {
    let before = raw.first.checked_sub(1).map_or("", |i| items.word(i));
    // `2007: 165 triệu USD; 2008 được 190 triệu USD` of a series
    let series = raw.first > 0 && items.is_mark(raw.first - 1, ";");
    let listed = items.is_mark(raw.end, ":") && items.cue(raw.end + 1) == Cue::Number;
    listed
        || matches!(
            items.word(raw.end),
            "ước" | "đạt" | "tăng" | "giảm" | "là" | "được" | "nhích" | "lên"
        ) && (series || !matches!(before, "" | "giá" | "định" | "sánh" | "chuẩn" | "gốc"))
}

/// `Qua 10 tháng, thu ngân sách đạt …, bằng 96% dự toán`: what is compared with the plan of the year or the months of another
/// one is the year so far.
fn is_compared(items: &Items<'_>, raw: &Raw) -> bool {
    /// Items of a sentence behind the count.
    const REACH: usize = 60;
    let opens = raw.first.checked_sub(1).is_none_or(|i| {
        matches!(items.cue(i), Cue::Break | Cue::Punct | Cue::In) || items.word(i) == "qua"
    });
    opens
        && (raw.end..raw.end + REACH)
            .take_while(|&i| {
                items.cue(i) != Cue::Break && !(items.is_mark(i, ".;") && items.spaced(i + 1))
            })
            .any(|i| matches!(items.cue(i), Cue::Same | Cue::Plan))
}
