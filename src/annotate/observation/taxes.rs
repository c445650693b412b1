//! What the revenue of a budget is made of: `thu ngân sách đạt x, trong đó nội địa y, xuất nhập khẩu z`.

use super::{Item, Kind, Reader, Topic, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// An amount of a part of the revenue just told of, which needs no `thu` of its own there.
    pub(super) fn part_of_revenue(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        if !matches!(quantity.unit, Unit::Vnd | Unit::Bare) || w.company {
            return false;
        }
        let Some((name, code)) = self.names_part(w.items, at) else {
            return false;
        };
        let Some(metric) = self.taxonomy.by_code(code) else {
            return false;
        };
        if !self.follows_revenue(w, name) {
            return false;
        }
        self.level(w, at, quantity, code, "part of revenue");
        w.state.topic = Some(Topic {
            item: name,
            metric,
            used: true,
            weak: false,
            carried: false,
            code: Some(code.to_owned()),
        });
        w.state.waiting.clear();
        true
    }

    /// The part that the words right before an amount name, and the item that does so.
    fn names_part(&self, items: &[Item], at: usize) -> Option<(usize, &'static str)> {
        let name = items[..at].iter().rposition(|i| {
            !(i.is(word::LEVEL | word::ESTIMATE | word::ABOUT | word::AT_LEAST)
                || i.kind == Kind::Period
                || matches!(self.exact(i.first), "chỉ" | "mới" | "số"))
        })?;
        let item = &items[name];
        let last = self.exact(item.end - 1);
        let before = item.end.checked_sub(2).map_or("", |t| self.exact(t));
        let code = match (before, last) {
            ("nội", "địa") => "budget.revenue.domestic",
            ("nhập", "khẩu") | (_, "xnk") if self.is_both_ways(item) => "budget.revenue.trade",
            _ => return None,
        };
        // `còn thuế từ hoạt động xuất nhập khẩu`, against `nợ thuế …`, `hoàn thuế …`, `khách nội địa`.
        let leads = items[..name].iter().rev().find(|i| {
            !(0..i.end - i.first).all(|n| {
                matches!(
                    self.exact(i.first + n),
                    "thuế"
                        | "từ"
                        | "qua"
                        | "hoạt"
                        | "động"
                        | "khu"
                        | "vực"
                        | "lĩnh"
                        | "khâu"
                        | "khoản"
                )
            })
        });
        let opens = leads.is_none_or(|i| {
            matches!(i.kind, Kind::Mark(_) | Kind::Quantity(_))
                || i.is(word::PART)
                || matches!(self.exact(i.end - 1), "và" | "còn" | "thu" | "gồm" | "là")
        });
        opens.then_some((name, code))
    }

    /// `xuất nhập khẩu`, `xuất khẩu, nhập khẩu`, against one of the two.
    fn is_both_ways(&self, item: &Item) -> bool {
        (item.first..item.end).any(|t| matches!(self.exact(t), "xuất" | "xnk"))
    }

    /// Whether the figure told last is revenue of the budget or a part of it, and nothing else was named since.
    fn follows_revenue(&self, w: &Work<'_>, name: usize) -> bool {
        let items = w.items;
        let Some(told) = w
            .figures
            .last()
            .filter(|f| f.metric.starts_with("budget.revenue") && f.unit != "percent")
        else {
            return false;
        };
        let list = self.tokens.list();
        let from = items
            .iter()
            .position(|i| list[i.first].span.start > told.span.start)
            .unwrap_or(items.len());
        let here = list[items[0].first].span.start <= told.span.start;
        let own = |i: &Item| match i.kind {
            Kind::Cue(hit) => self
                .named(self.metrics[hit].says)
                .is_some_and(|(id, _)| !matches!(self.family(id), "budget" | "trade")),
            _ => i.is(word::TARGET),
        };
        (here || self.details(items) || items[0].is(word::PART))
            && from <= name
            && !items[from..name].iter().any(own)
    }
}
