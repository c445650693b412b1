//! Capital that stands behind a count of projects.

use super::{Item, Kind, Reader, Work, classes, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// `cấp mới 12 dự án FDI với 45 triệu USD`, `9 dự án trong nước (310 tỷ đồng)`, `5 dự án đăng ký tăng thêm 7 triệu USD`:
    /// the capital of the projects counted right before, where no word for capital stands between.
    pub(super) fn capital_of_projects(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
    ) -> bool {
        let Some((last_item, last)) = w.state.last.filter(|_| quantity.unit.is_money()) else {
            return false;
        };
        let items = w.items;
        // `31 dự án mới (21 FDI, 10 trong nước), vốn 310 triệu USD`
        let aside = self.without_asides(items, (last_item + 1).min(at), at);
        let gap: Vec<Item> = aside.into_iter().map(|(_, item)| *item).collect();
        let gap = gap.as_slice();
        let Some((family, tail)) = w.figures[last]
            .metric
            .split_once(".projects")
            .filter(|_| gap.len() <= 12)
        else {
            return false;
        };
        let says = classes(gap);
        let foreign = word::SECTOR | word::SINGLE | word::MARKET | word::COMPANY | word::PRODUCT;
        let plain = self.names_capital(gap, tail == ".adjusted");
        let named = gap.iter().any(|i| {
            matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_) | Kind::Mark(':'))
                || i.kind == Kind::Mark(';') && !plain
                || i.is(foreign) && !i.is(word::NEUTRAL | word::ADDED)
        });
        // `1 dự án giảm vốn 2 triệu USD`
        if says & word::DOWN != 0 {
            return false;
        }
        if named || self.unknown_between(items, last_item, at) > 2 {
            return false;
        }
        let lead = gap
            .iter()
            .rev()
            .find(|i| !i.is(word::ABOUT | word::AT_LEAST) && self.exact(i.first) != "thêm");
        let added = tail == ".adjusted" && lead.is_some_and(|i| i.is(word::ADDED | word::UP));
        let opened = lead.is_some_and(|i| {
            i.kind == Kind::Mark('(')
                || tail == ".new" && i.is(word::NEW)
                || matches!(self.exact(i.first), "với" | "vốn") && i.end == i.first + 1
                || matches!(
                    (self.exact(i.first), self.exact(i.first + 1)),
                    ("trị", "giá") | ("giá", "trị")
                )
                || self.exact(i.first) == "đạt"
                    && !gap
                        .iter()
                        .any(|i| matches!(i.kind, Kind::Unknown | Kind::Mark(_)))
        });
        // `5 dự án điều chỉnh tăng vốn, đạt 104 triệu USD`
        let reached = lead.is_some_and(|i| self.exact(i.first) == "đạt")
            && matches!(tail, ".new" | ".adjusted")
            && gap.iter().all(|i| {
                i.kind == Kind::Mark(',')
                    || i.is(word::ADDED | word::NEW | word::FDI | word::DDI | word::LEVEL)
                    || i.is(word::ABOUT | word::AT_LEAST)
            });
        // `FDI: 3 dự án, 31 triệu USD`
        // `Gia Lai, 11 dự án và 80 triệu USD`
        let beside = gap
            .first()
            .is_some_and(|i| i.kind == Kind::Mark(',') || self.exact(i.first) == "và")
            && gap[1..].iter().all(|i| i.is(word::ABOUT | word::AT_LEAST));
        if !(added || opened || reached || beside || plain) {
            return false;
        }
        let part = match (family, tail) {
            ("fdi" | "ddi", ".new") if beside && classes(&items[..at]) & word::NEW == 0 => "",
            ("fdi" | "ddi", ".new") => ".new",
            ("fdi" | "ddi", ".adjusted") => ".added",
            _ if says & word::ADDED != 0 && family != "investment" => ".added",
            _ => "",
        };
        // Added capital in dollars is foreign, in đồng domestic, as the boards count it.
        let says_word = |words: &[&str]| gap.iter().any(|i| words.contains(&self.exact(i.first)));
        let both = says & word::NEW != 0
            && says & word::ADDED != 0
            && says_word(&["hoặc", "và", "hay", "lẫn"]);
        // `45 dự án cấp mới, 31 lượt tăng vốn, cả thảy 1 tỷ USD`
        let sum = gap
            .iter()
            .any(|i| (i.first..i.end).any(|t| matches!(self.exact(t), "cộng" | "thảy")))
            && last.checked_sub(1).is_some_and(|other| {
                let other = &w.figures[other];
                other.metric.starts_with(family)
                    && other.metric.contains(".projects")
                    && !other.metric.ends_with(tail)
                    && w.figures[last].span.start - other.span.end < 80
            });
        let both = both || sum;
        let (family, part) = match (family, quantity.unit) {
            // `45 lượt dự án cấp mới hoặc tăng vốn, tổng cộng 232 triệu USD`
            (family, _) if both => (family, ""),
            ("investment", Unit::Usd) if tail == ".adjusted" => ("fdi", ".added"),
            ("investment", Unit::Vnd) if tail == ".adjusted" => ("ddi", ".added"),
            _ => (family, part),
        };
        let code = format!("{family}.capital{part}");
        let whole = self.taxonomy.by_code(&format!("{family}.capital"));
        let basis = w.figures[last].basis;
        let number = w.figures.len();
        self.level(w, at, quantity, &code, "capital of projects");
        if let Some(figure) = w.figures.get_mut(number) {
            figure.basis = basis;
        }
        if let Some(metric) = whole {
            w.state.topic = Some(super::Topic {
                item: at,
                metric,
                used: true,
                weak: false,
                carried: false,
                code: Some(code),
            });
        }
        true
    }

    /// `…, đăng ký khoảng 45 triệu USD`, `…; vốn đầu tư 45 triệu USD`: behind the last mark nothing but plain words for capital.
    fn names_capital(&self, gap: &[Item], adjusted: bool) -> bool {
        let Some(mark) = gap.iter().rposition(|i| matches!(i.kind, Kind::Mark(_))) else {
            return false;
        };
        let words = &gap[mark + 1..];
        let token = |test: &dyn Fn(&str) -> bool| {
            words
                .iter()
                .flat_map(|i| i.first..i.end)
                .any(|t| test(self.exact(t)))
        };
        token(&|w| matches!(w, "vốn" | "kí" | "cộng" | "thảy") || adjusted && w == "thêm")
            && !token(&|w| {
                !matches!(
                    w,
                    "tổng"
                        | "số"
                        | "phần"
                        | "mức"
                        | "vốn"
                        | "đầu"
                        | "tư"
                        | "đăng"
                        | "kí"
                        | "là"
                        | "đạt"
                        | "được"
                        | "có"
                        | "cộng"
                        | "cả"
                        | "thảy"
                        | "tương"
                        | "ứng"
                        | "khoảng"
                        | "hơn"
                        | "gần"
                        | "trên"
                        | "xấp"
                        | "xỉ"
                        | "chừng"
                        | "với"
                        | "quy"
                        | "đổi"
                        | "còn"
                        | "thêm"
                        | "tăng"
                        | "mới"
                        | "lên"
                        | "tới"
                        | "đến"
                        | "ngót"
                        | "cỡ"
                )
            })
    }
}
