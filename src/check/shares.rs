//! Stated shares of another figure: `giải ngân 33 tỷ USD (đạt 66% tổng vốn đầu tư đăng ký)`.
//!
//! The whole is what the words behind the percentage name, in the nearest earlier figure of the same family and unit. A share that some
//! earlier figure fulfils holds; it is a contradiction only where the figure meant is plain.

use rust_decimal::Decimal;

use super::interval::{Interval, percent_interval, show, show_amount};
use super::passage::Passages;
use super::{Relation, RelationKind, term};
use crate::annotate::units::Unit;
use crate::model::Observation;

/// How far before its share a whole may stand, in bytes.
const REACH: usize = 900;
/// The most tokens between a part and its percentage.
const GAP: usize = 6;

pub(super) fn check(
    path: &str,
    passages: &Passages<'_>,
    figures: &[Observation],
    interval: &dyn Fn(&Observation) -> Interval,
    found: &mut Vec<Relation>,
) {
    for pair in passages.quantities.windows(2) {
        let [part, percent] = pair else { continue };
        let gap = percent.first.saturating_sub(part.end);
        if percent.unit != Unit::Percent
            || percent.max.is_some()
            || gap > GAP
            || !(part.end..percent.first)
                .any(|at| matches!(passages.word(at), "dat" | "chiem" | "bang"))
            || (part.end..percent.first).any(|at| {
                matches!(passages.word(at), "tang" | "giam" | ";") || passages.ends_sentence(at)
            })
        {
            continue;
        }
        let Some(part) = passages.figure(part, figures) else {
            continue;
        };
        let Some(whole) = whole(passages, percent.end, part) else {
            continue;
        };
        let wholes: Vec<&Observation> = figures
            .iter()
            .rev()
            .filter(|f| {
                f.span.end <= part.span.start
                    && f.span.end + REACH > part.span.start
                    && f.metric == whole
                    && f.unit == part.unit
                    && f.subject == part.subject
                    && f.value > Decimal::ZERO
                    && f.value_max.is_none()
            })
            .collect();
        let Some(nearest) = wholes.first() else {
            continue;
        };
        let stated = percent.value;
        let fits = |f: &Observation| {
            interval(part)
                .percent_of(interval(f))
                .is_some_and(|share| share.meets(percent_interval(stated)))
        };
        let fitting = wholes.iter().find(|f| fits(f));
        let whole = fitting.unwrap_or(nearest);
        let Some(computed) = part
            .value
            .checked_div(whole.value)
            .and_then(|q| q.checked_mul(Decimal::ONE_HUNDRED))
        else {
            continue;
        };
        // Far off, the words mean another whole.
        let far = (computed - stated).abs() > stated / Decimal::from(4);
        if fitting.is_none() && (far || wholes.len() > 1 && whole.basis != part.basis) {
            continue;
        }
        found.push(Relation {
            path: path.to_owned(),
            kind: RelationKind::Share,
            holds: fitting.is_some(),
            stated,
            computed: computed.round_dp(stated.scale() + 2),
            computation: format!(
                "{} / {} = {} %, stated {} %",
                show_amount(part.value, &part.unit),
                show_amount(whole.value, &whole.unit),
                show(computed),
                stated.normalize()
            ),
            terms: vec![term(path, part), term(path, whole)],
            quote: part.quote.clone(),
        });
    }
}

/// Metric of the whole that the words from `at` on name: `tổng vốn đầu tư đăng ký` beside a figure of `fdi` is `fdi.capital`.
fn whole(passages: &Passages<'_>, at: usize, part: &Observation) -> Option<String> {
    let words: Vec<&str> = (at..at + 9)
        .take_while(|i| {
            !passages.ends_sentence(*i) && !matches!(passages.word(*i), ")" | "," | ";" | "(" | ".")
        })
        .map(|i| passages.word(i))
        .collect();
    let has = |word: &str| words.contains(&word);
    if !(has("tong") || has("von"))
        || has("hoach")
        || has("ky") && has("cung")
        || has("nuoc") && has("ca")
    {
        return None;
    }
    let family = part.metric.split('.').next()?;
    let code = if has("von") && has("dang") && matches!(family, "fdi" | "ddi" | "investment") {
        format!("{family}.capital")
    } else if has("xuat") && has("nhap") && family == "trade" {
        "trade.total".to_owned()
    } else if has("xuat") && has("khau") && family == "trade" {
        "trade.exports".to_owned()
    } else if has("nhap") && has("khau") && family == "trade" {
        "trade.imports".to_owned()
    } else if has("thu") && has("ngan") && has("sach") && family == "budget" {
        "budget.revenue".to_owned()
    } else {
        return None;
    };
    (code != part.metric).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::super::check_report;
    use super::*;
    use crate::annotate::{Given, annotate};
    use crate::model::Taxonomy;

    fn shares(text: &str) -> Vec<String> {
        let figures = annotate(text, &Given::default(), Taxonomy::get()).figures;
        check_report("r", text, &figures)
            .iter()
            .filter(|r| r.kind == RelationKind::Share)
            .map(|r| format!("{} {}", if r.holds { "=" } else { "!" }, r.computation))
            .collect()
    }

    #[test]
    fn a_share_of_registered_capital() {
        let text = |share: &str| {
            format!(
                "Lũy kế đến hết năm 2018, tỉnh Bắc Ninh có 90 dự án FDI còn hiệu lực, với tổng vốn đăng ký đạt 8,25 tỷ USD; các dự án FDI đã giải ngân vốn đầu tư được 5,115 tỷ USD (đạt {share}% tổng vốn đầu tư đăng ký)."
            )
        };
        assert_eq!(
            shares(&text("62")),
            ["= 5.115 tỷ USD / 8.25 tỷ USD = 62 %, stated 62 %"]
        );
        assert_eq!(
            shares(&text("63,5")),
            ["! 5.115 tỷ USD / 8.25 tỷ USD = 62 %, stated 63.5 %"]
        );
        assert!(
            shares(&text("6")).is_empty(),
            "the words mean another whole"
        );
    }
}
