//! Shares of a plan: whose they are, and what they say of its basis.

use rust_decimal::Decimal;

use super::{Item, Kind, Reader, Work, classes, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;
use crate::model::{Basis, Flag};

impl Reader<'_> {
    /// The percentage that `và` ties to the one at `at`.
    fn joined_before(&self, items: &[Item], at: usize) -> Option<&Quantity> {
        let joint = at
            .checked_sub(1)
            .filter(|&i| self.exact(items[i].first) == "và")?;
        match items[joint.checked_sub(1)?].kind {
            Kind::Quantity(q) => Some(&self.quantities[q]).filter(|q| q.unit == Unit::Percent),
            _ => None,
        }
    }

    /// `đạt 31% kế hoạch`, against `phấn đấu vượt 5% kế hoạch`.
    pub(super) fn is_reached(&self, items: &[Item], at: usize) -> bool {
        self.governing(items, at)
            .any(|i| matches!(self.exact(i.first), "đạt" | "bằng"))
            && !items[..at]
                .iter()
                .any(|i| i.is(word::TARGET) && self.exact(i.first) != "dự")
    }

    /// `tăng trưởng đạt 7,1%/KH 7,5%`: the plan of the level before the slash.
    pub(super) fn is_plan_after_slash(&self, items: &[Item], at: usize) -> bool {
        let words = items[..at].iter().rev().take(4);
        let plan = words
            .clone()
            .take_while(|i| i.kind != Kind::Mark('/'))
            .count();
        let slash = words
            .clone()
            .nth(plan)
            .is_some_and(|i| i.kind == Kind::Mark('/'));
        let told = |i: &Item| matches!(i.kind, Kind::Quantity(_) | Kind::Cue(_));
        slash && words.clone().take(plan).any(|i| i.is(word::PLAN)) && !words.take(plan).any(told)
    }

    pub(super) fn set_plan(
        &self,
        w: &mut Work<'_>,
        at: usize,
        share: Decimal,
        quantity: &Quantity,
    ) {
        let items = w.items;
        w.state.plan = Some(at);
        if let Some((last_item, last)) = w.state.last
            && !self.new_topic_between(w, last_item, at)
        {
            if self.passes_over(w, last_item, at) {
                return;
            }
            let target = w.figures[last].basis == Basis::Target;
            if target
                && last > 0
                && w.figures[last - 1].metric == w.figures[last].metric
                && matches!(w.figures[last - 1].basis, Basis::Actual | Basis::Estimate)
                && w.figures[last - 1].plan_pct.is_none()
                && w.figures[last - 1].span.end + 60 > w.figures[last].span.start
                && self
                    .governing(items, at)
                    .any(|i| matches!(self.exact(i.first), "tức" | "bằng" | "đạt"))
            {
                // `thu 900 tỷ trên dự toán 1.000 tỷ, tức 90%`
                w.figures[last - 1].plan_pct = Some(share);
                w.figures[last - 1].plan_value = Some(w.figures[last].value);
                return;
            }
            // `A và B lần lượt đạt x và y, đạt 38% và 42% kế hoạch`, `A đạt x, B đạt y, lần lượt bằng 38% và 42% kế hoạch`
            let dealt = classes(&items[last_item..at]) & word::RESPECTIVELY != 0;
            let pair = w.state.pair.or_else(|| {
                let first = last.checked_sub(1).filter(|_| dealt)?;
                let begun = self.levels_from(items);
                (w.figures[first].span.start >= begun && w.figures[first].unit != "percent")
                    .then_some((first, last))
            });
            if let Some((first, second)) = pair
                && second == last
                && w.figures[first].plan_pct.is_none()
                && let Some(before) = self.joined_before(items, at)
            {
                w.figures[first].plan_pct = Some(before.value);
                w.figures[second].plan_pct = Some(share);
                return;
            }
            // `cả năm dự kiến đạt 8.200 tỷ đồng, vượt 9% dự toán`
            let passed = self.governing(items, at).any(|i| i.is(word::OVER))
                && items[..last_item]
                    .iter()
                    .any(|i| i.is(word::TARGET) && self.exact(i.first) == "dự")
                && w.figures[last]
                    .period
                    .zip(self.around.main_period())
                    .is_some_and(|(own, main)| own.end() <= main.end());
            if target
                && w.figures[last].plan_value.is_none()
                && (passed || self.is_reached(items, at))
            {
                // No goal is reached in part: the heading's word for indicators is that for goals, too.
                let found = self.around.period(w.figures[last].span);
                // `dự kiến 900 tỷ đồng, đạt 104% kế hoạch` reckons.
                let reckoned = items[..last_item]
                    .iter()
                    .any(|i| i.is(word::TARGET) && self.exact(i.first) == "dự");
                let figure = &mut w.figures[last];
                figure.basis = if reckoned {
                    Basis::Estimate
                } else {
                    Basis::Actual
                };
                figure.period = found.map(|p| p.period).or(figure.period);
            }
            w.figures[last].plan_pct.get_or_insert(share);
            let paired = w.figures[last]
                .flags
                .iter()
                .any(|f| matches!(f, Flag::Part | Flag::Equivalent));
            if paired && last > 0 {
                w.figures[last - 1].plan_pct.get_or_insert(share);
            }
            return;
        }
        // `thu nội địa tăng 17%, ước đạt 58% dự toán`: of the growth that stands alone.
        if let Some(growth) = &w.state.growth
            && !self.new_topic_between(w, growth.item, at)
        {
            let number = w.figures.len();
            self.flush_growth(w);
            if let Some(figure) = w.figures.get_mut(number) {
                figure.plan_pct = Some(share);
            }
            return;
        }
        // `giải ngân đạt 75% kế hoạch` is a figure of its own.
        let Some(topic) = w.state.topic.clone().filter(|t| !t.used) else {
            // `Bằng 93% kế hoạch năm, xuất khẩu đạt 760 triệu USD`
            if !items[..at].iter().any(|i| matches!(i.kind, Kind::Cue(_))) {
                w.state.early = Some((None, share));
            }
            return;
        };
        let code = self.metric(topic.metric).code.clone();
        if code.starts_with("public_investment")
            && (self.public_funds || !topic.weak)
            && !w.company
            && self.is_clear(items, &topic, at, false)
        {
            let number = w.figures.len();
            self.emit_rate(w, at, quantity, &code, share, "share of plan");
            if let Some(figure) = w.figures.get_mut(number) {
                figure.plan_pct = Some(share);
            }
            self.spend(&mut w.state);
            return;
        }
        // `xuất khẩu vượt 3% kế hoạch, đạt 51 triệu USD`: of the level to come.
        w.state.early = Some((Some(topic.item), share));
    }
}
