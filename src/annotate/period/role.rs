//! What a phrase is there for, by the words before it.

use super::PeriodRole;
use super::cue::{Cue, Items};
use super::scan::{Raw, Shape, YEAR, YearRef};

/// What a phrase is there for, by what stands before it.
pub(super) fn set_role(items: &Items<'_>, raw: &mut Raw) {
    let whole_year = raw.shape == YEAR;
    // `6 tháng cuối năm`, against `tháng 12` and `quý IV`, which are told of as any other.
    let named = match items.cue(raw.first) {
        Cue::Month => true,
        Cue::Quarter => {
            items.quarter(raw.first + 1).is_some() || items.cue(raw.first + 1) == Cue::Date
        }
        _ => false,
    };
    let rest_of_year = matches!(raw.shape, Shape::Months(a, 12) if a > 1);
    let tail_of_year = rest_of_year && !named && raw.as_of.is_none() && !raw.open;
    // `gấp 3 lần năm 2005`, `gấp đôi năm 2009`: what is compared with.
    if let Some(times) = raw.first.checked_sub(1)
        && matches!(items.raw(times), "lần" | "đôi" | "rưỡi")
        && (times.saturating_sub(4)..times).any(|i| items.raw(i) == "gấp")
    {
        raw.role = PeriodRole::Base;
        return;
    }
    // `vượt xa năm trước`, `bằng năm ngoái`
    if raw.year == YearRef::Last && whole_year && is_measured(items, raw.first) {
        raw.role = PeriodRole::Base;
        return;
    }
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
            // `tăng 2,5% so tháng 10`, `tăng 6% so quý I năm trước`
            Cue::So if others == 0 && items.word(p) == "so" && raw.year != YearRef::This => {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::So
                if others <= 1
                    && (whole_year || raw.weak || matches!(raw.year, YearRef::Stated(_)))
                    && raw.year != YearRef::This =>
            {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::Same if others <= 2 => {
                raw.role = PeriodRole::Base;
                return;
            }
            Cue::Plan | Cue::Outlook if whole_year && others <= 8 && is_met_with(items, raw) => {
                break;
            }
            Cue::Plan if whole_year && others <= 8 && !done_before(items, p) => {
                raw.role = PeriodRole::Plan;
                return;
            }
            // `kế hoạch quý IV`: what is left of the year.
            Cue::Plan if named && rest_of_year && others <= 4 && !done_before(items, p) => {
                raw.role = PeriodRole::Outlook;
                return;
            }
            // `Dự kiến cả năm đạt …` reckons what the year brings.
            Cue::Goal if items.word(p) == "dự" && items.word(raw.first) == "cả" => break,
            // `Dự kiến năm 2017, kim ngạch đạt …` in a report on eleven months of it.
            Cue::Goal if items.word(p) == "dự" && others == 0 && whole_year && !raw.weak => {
                raw.ahead = true;
                break;
            }
            // `tiền đề để năm 2025 bứt phá`, `để về đích trong năm 2015`: what is to come of it.
            Cue::Other if whole_year && others <= 3 && serves(items, p) => {
                raw.role = PeriodRole::Outlook;
                return;
            }
            // `mục tiêu 700 triệu USD vốn FDI cho năm 2021`
            Cue::Goal
                if (others <= 4
                    || others <= 8 && items.word(raw.first.wrapping_sub(1)) == "cho")
                    && !done_before(items, p) =>
            {
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
            // `so với 420 triệu USD năm 2012`: an amount is no other period.
            Cue::Number if whole_year && items.cue(p + 1) == Cue::Unit => {}
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

/// `để`, `nhằm` that name a purpose, against `để lại`, `để mất`.
fn serves(items: &Items<'_>, i: usize) -> bool {
    match items.word(i) {
        "để" => !matches!(items.word(i + 1), "lại" | "mất" | "xảy" | "ra"),
        "nhằm" => !matches!(items.word(i + 1), "vào"),
        _ => false,
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

/// Whether the words behind a phrase say what is to be reached or done in it: `Năm 2021, tỉnh phấn đấu …`, `Quý II, UBND tỉnh đề ra
/// 9 nhiệm vụ`.
pub(super) fn leads_to_goals(items: &Items<'_>, raw: &Raw) -> bool {
    /// Items between the phrase and the verb.
    const REACH: usize = 9;
    let from = raw.end + usize::from(items.is_mark(raw.end, ","));
    let verb = (from..from + REACH)
        .take_while(|&k| {
            !matches!(
                items.cue(k),
                Cue::Break | Cue::Number | Cue::Date | Cue::Code
            )
        })
        .take_while(|&k| items.cue(k) != Cue::Punct || items.is_mark(k, "-–"))
        .find(|&k| {
            matches!(items.cue(k), Cue::Goal | Cue::Will)
                || matches!(
                    (items.word(k), items.word(k + 1)),
                    ("đề" | "đặt", "ra") | ("tập", "trung")
                )
        });
    // `Dự kiến cả năm 2024 sẽ đạt …` reckons what the year brings.
    let reckoned = items.cue(raw.first) == Cue::WholeYear
        && raw
            .first
            .checked_sub(1)
            .is_some_and(|k| items.word(k) == "dự" || items.word(k) == "ước");
    verb.is_some_and(|k| match items.cue(k) {
        _ if reckoned => false,
        Cue::Goal => items.word(k) != "dự",
        Cue::Will => true,
        _ => (k..k + 6).any(|k| items.cue(k) == Cue::Outlook),
    })
}

/// Whether a comparative stands right before item `i`, degree words apart: `vượt xa`, `cao hơn hẳn`, `chỉ bằng`.
fn is_measured(items: &Items<'_>, i: usize) -> bool {
    (1..=3)
        .map_while(|back| i.checked_sub(back))
        .take_while(|&k| matches!(items.cue(k), Cue::Other | Cue::So | Cue::Half))
        .map(|k| items.word(k))
        .find(|word| {
            !matches!(
                *word,
                "xa" | "hẳn" | "cả" | "nhiều" | "mức" | "nửa" | "trên"
            )
        })
        .is_some_and(|word| {
            matches!(
                word,
                "vượt" | "hơn" | "bằng" | "kém" | "thua" | "quá" | "ngang"
            )
        })
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

/// `Nhiệm vụ năm 2014 của tỉnh được triển khai trong bối cảnh …`, `Kế hoạch năm 2019 thực hiện khi …`: the year that was.
fn is_met_with(items: &Items<'_>, raw: &Raw) -> bool {
    /// Items between the year and the verb: whose plan it is.
    const REACH: usize = 9;
    let verb = (raw.end..raw.end + REACH)
        .take_while(|&k| !matches!(items.cue(k), Cue::Break | Cue::Number | Cue::Punct))
        .find(|&k| {
            matches!(
                (items.word(k), items.cue(k)),
                ("triển", _) | ("thực", Cue::Done) | ("diễn", _)
            )
        });
    verb.is_some_and(|k| {
        let behind = (k + 1..k + 4).take_while(|&k| items.cue(k) != Cue::Break);
        behind
            .filter(|&k| matches!(items.word(k), "trong" | "khi" | "giữa" | "với"))
            .any(|k| {
                items.word(k) == "khi"
                    || (k + 1..k + 4).any(|n| {
                        matches!(
                            (items.word(n), items.word(n + 1)),
                            ("bối", "cảnh")
                                | ("điều", "kiện")
                                | ("tình", _)
                                | ("lúc", _)
                                | ("muôn", "vàn")
                        ) || items.cue(n) == Cue::Report
                    })
            })
    })
}

/// Whether a span of years is what results are told of: no term of office, and no plan or programme for it.
pub(super) fn is_reported_span(items: &Items<'_>, raw: &Raw) -> bool {
    let word = items.word(raw.first);
    let plans = |k: usize| {
        matches!(
            items.cue(k),
            Cue::Plan | Cue::Goal | Cue::Outlook | Cue::Far | Cue::Will
        ) || matches!(items.word(k), "đề" | "chương" | "nghị" | "nhiệm" | "đại")
    };
    !matches!(word, "nhiệm" | "khóa" | "niên")
        && !(1..=6)
            .map_while(|back| raw.first.checked_sub(back))
            .take_while(|&k| items.cue(k) != Cue::Break)
            .any(plans)
        && !document_kind(items, raw.first).is_some_and(plans)
}

/// `KẾ HOẠCH`, `CHƯƠNG TRÌNH` alone in the line above: what the document is. Its item.
fn document_kind(items: &Items<'_>, at: usize) -> Option<usize> {
    /// Items of a headline before its span of years.
    const HEADLINE: usize = 14;
    let start = (1..=HEADLINE)
        .map_while(|back| at.checked_sub(back))
        .find(|&k| items.cue(k) == Cue::Break)?;
    let end = (0..start).rev().find(|&k| items.cue(k) != Cue::Break)?;
    let first = end.saturating_sub(1);
    (first..=end).find(|&k| k == 0 || items.cue(k - 1) == Cue::Break)
}
