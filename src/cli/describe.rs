//! Names and short lines for places, periods, metrics and figures.

use baocao::computed::Shown;
use baocao::model::{Basis, Observation, Period, Places, Qualifier, Taxonomy};
use rust_decimal::Decimal;

use super::output::{amount, vietnamese_number};

/// `Quảng Ninh` for `quang-ninh`; the slug itself where the table does not have it.
pub fn place(slug: &str) -> String {
    let places = Places::get();
    places
        .by_slug(slug)
        .map_or_else(|| slug.to_owned(), |id| places.place(id).name.clone())
}

/// `6 tháng đầu năm 2020` for `2020-H1`; spans of years and other intervals as months.
pub fn period(period: Period) -> String {
    let ((sy, sm), (ey, em)) = (period.start(), period.end());
    if sy != ey {
        return if sm == 1 && em == 12 {
            format!("{sy}–{ey}")
        } else {
            format!("{sm}/{sy}–{em}/{ey}")
        };
    }
    match (sm, em) {
        (1, 12) => format!("năm {sy}"),
        (1, 6) => format!("6 tháng đầu năm {sy}"),
        (7, 12) => format!("6 tháng cuối năm {sy}"),
        _ if sm == em => format!("tháng {sm}/{sy}"),
        _ if sm % 3 == 1 && em == sm + 2 => format!(
            "quý {}/{sy}",
            ["I", "II", "III", "IV"][(em / 3 - 1) as usize]
        ),
        (1, _) => format!("{em} tháng đầu năm {sy}"),
        _ => format!("tháng {sm}–{em}/{sy}"),
    }
}

/// The Vietnamese label of a metric; the code itself where the table does not have it.
pub fn metric(taxonomy: &Taxonomy, code: &str) -> String {
    taxonomy.labels(code).0
}

/// `ước`, `kế hoạch`, … ; empty for a plain result.
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Actual => "",
        Basis::Estimate => "ước",
        Basis::Target => "kế hoạch",
        Basis::Cumulative => "lũy kế",
        Basis::Stock => "hiện có",
    }
}

/// The value as stated: `khoảng 30.330 tỷ đồng`, `7–7,5%`.
pub fn value(figure: &Observation) -> String {
    let word = match figure.qualifier {
        Qualifier::Exact => "",
        Qualifier::About => "khoảng ",
        Qualifier::AtLeast => "trên ",
        Qualifier::AtMost => "dưới ",
    };
    let low = amount(figure.value, &figure.unit);
    match figure.value_max {
        Some(high) => format!("{word}{low} – {}", amount(high, &figure.unit)),
        None => format!("{word}{low}"),
    }
}

/// `tăng 42%`, `giảm 3%`.
pub fn change(percent: Decimal) -> String {
    let word = if percent.is_sign_negative() {
        "giảm"
    } else {
        "tăng"
    };
    format!("{word} {}%", vietnamese_number(percent.abs()))
}

/// A value in the unit that was asked for: `21.870 tỷ đồng`.
pub fn shown(shown: &Shown) -> String {
    let space = if shown.unit.starts_with('%') { "" } else { " " };
    format!("{}{space}{}", vietnamese_number(shown.value), shown.unit)
}

/// `tăng 42% so cùng kỳ, 46,2% kế hoạch`; empty where nothing is compared.
pub fn comparisons(figure: &Observation) -> String {
    let mut parts = Vec::new();
    if let Some(percent) = figure.yoy_pct {
        parts.push(format!("{} so cùng kỳ", change(percent)));
    }
    match (figure.plan_pct, figure.plan_value) {
        (Some(share), Some(plan)) => {
            parts.push(format!(
                "{}% kế hoạch {}",
                vietnamese_number(share),
                amount(plan, &figure.unit)
            ));
        }
        (Some(share), None) => parts.push(format!("{}% kế hoạch", vietnamese_number(share))),
        (None, Some(plan)) => parts.push(format!("kế hoạch {}", amount(plan, &figure.unit))),
        (None, None) => {}
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_as_vietnamese() {
        for (code, words) in [
            ("2020", "năm 2020"),
            ("2020-H1", "6 tháng đầu năm 2020"),
            ("2021-Q3", "quý III/2021"),
            ("2021-M07", "tháng 7/2021"),
            ("2019-9M", "9 tháng đầu năm 2019"),
            ("2016/2020", "2016–2020"),
            ("2019-M02/2019-M05", "tháng 2–5/2019"),
        ] {
            assert_eq!(period(code.parse().unwrap()), words);
        }
    }
}
