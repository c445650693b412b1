//! Percentages that are the level of a metric: `tỷ lệ hộ nghèo còn 3,5%`, `tăng trưởng kinh tế đạt 8%`.

use rust_decimal::Decimal;

use super::rates::index_like;
use super::{Base, Kind, Reader, Topic, Work, word};
use crate::annotate::number::Quantity;
use crate::model::Metric;

impl Reader<'_> {
    /// A percentage that is the level of a metric: `tỷ lệ hộ nghèo còn 3,5%`, `tăng trưởng kinh tế đạt 8%`.
    pub(super) fn rate_level(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity, base: Base) {
        let items = w.items;
        let before = self.since_words(items, at);
        // `100% KCN đã vận hành đều có trạm xử lý nước thải`
        let clause = items[at + 1..]
            .iter()
            .take(14)
            .take_while(|i| !matches!(i.kind, Kind::Mark(';')));
        let after = clause.fold(0, |all, i| all | i.classes);
        if after & word::ZONE != 0 && after & word::WASTEWATER != 0 {
            self.emit_rate(
                w,
                at,
                quantity,
                "zones.wastewater",
                quantity.value,
                "share of zones",
            );
            return;
        }
        let Some(topic) = w.state.topic.clone() else {
            return;
        };
        let metric = self.metric(topic.metric);
        let fresh = !topic.used && !topic.carried;
        if let Some(code) = topic.code.as_deref().filter(|c| c.ends_with(".growth"))
            && topic.carried
            && !metric.index
            && w.state.last.is_none()
            && before & word::LEVEL != 0
            && self.opens_with_place(items)
        {
            // `A đạt mức tăng 9%. B đạt 14%`
            self.emit_rate(w, at, quantity, code, quantity.value, "same metric again");
            return;
        }
        if !metric.takes("percent") {
            if fresh
                && self.is_announced(items, &topic)
                && self.is_clear(items, &topic, at, true)
                && !w.company
            {
                // `tốc độ tăng vốn đầu tư xã hội: 11%`
                let code = metric.growth_code();
                self.emit_rate(w, at, quantity, &code, quantity.value, "announced growth");
                self.spend(&mut w.state);
            } else if fresh
                && metric.code == "grdp.value"
                && before & (word::LEVEL | word::ESTIMATE) != 0
                && quantity.value < Decimal::from(40)
                // `tỷ lệ vốn đầu tư/GRDP đạt 33%`
                && self.exact(items[topic.item].first.saturating_sub(1)) != "/"
                && self.is_clear(items, &topic, at, true)
                && !w.company
            {
                // `GRDP đạt 8,5%` states growth.
                self.emit_rate(
                    w,
                    at,
                    quantity,
                    "grdp.growth",
                    quantity.value,
                    "growth as level",
                );
                self.spend(&mut w.state);
            } else if let Some((last_item, last)) = w.state.last
                && self
                    .governing(items, at)
                    .any(|i| matches!(self.exact(i.first), "đạt" | "bằng"))
                && at - last_item <= 4
                && base == Base::None
                && w.figures[last].unit != "percent"
            {
                // `đạt 5.730 tỷ đồng, đạt 61,2%`: of what can only be the plan.
                let bare = items
                    .get(at + 1)
                    .is_none_or(|i| matches!(i.kind, Kind::Mark(_)));
                if bare {
                    w.figures[last].plan_pct.get_or_insert(quantity.value);
                }
            }
            return;
        }
        if w.company || !self.is_clear(items, &topic, at, false) {
            return;
        }
        if !fresh {
            if let Some((last_item, last)) = w.state.last
                && at - last_item <= 4
                && base == Base::None
                && metric.code.starts_with("public_investment")
                && w.figures[last].unit != "percent"
                && items
                    .get(at + 1)
                    .is_none_or(|i| matches!(i.kind, Kind::Mark(_)))
                && (self.is_reached(items, at) || self.bracket(items, at).is_some())
            {
                // `giải ngân 1.260 tỷ đồng, đạt 32,5%`: of what can only be the plan.
                w.figures[last].plan_pct.get_or_insert(quantity.value);
                return;
            }
            self.second_rate(w, at, quantity, &topic, metric, before);
            return;
        }
        let code = self.of_clusters(items, at, &metric.code);
        if code == "agriculture.growth" && self.is_announced(items, &topic) {
            self.emit_rate(w, at, quantity, &code, quantity.value, "announced growth");
            self.spend(&mut w.state);
            return;
        }
        if metric.index || code == "agriculture.growth" {
            // An index: `bằng 108,5%`; without a verb of change nothing is said.
            let index = quantity.value > Decimal::from(80) && quantity.value < Decimal::from(200);
            if metric.index && index && before & (word::LEVEL | word::ESTIMATE) != 0 {
                let base = if base == Base::None { Base::Year } else { base };
                self.grow(w, at, quantity.value - Decimal::ONE_HUNDRED, base);
            } else if metric.index
                && matches!(base, Base::Month | Base::Start)
                && index_like(quantity.value)
                && before & word::UP != 0
            {
                // `với mức tăng đạt 0,4% so với tháng trước`
                self.grow(w, at, quantity.value, base);
            } else if code == "cpi.growth"
                && quantity.value < Decimal::from(30)
                && before & (word::LEVEL | word::AT_MOST | word::ABOUT) != 0
            {
                self.emit_rate(w, at, quantity, &code, quantity.value, "cue and level");
                self.spend(&mut w.state);
            }
            return;
        }
        if code.starts_with("public_investment")
            && (topic.weak && !self.public_funds || self.source_before(items, topic.item).is_some())
        {
            // `200 dự án FDI …, vốn giải ngân đạt 50%`: of what was registered.
            return;
        }
        if code == "procedures.time_cut" && quantity.value >= Decimal::ONE_HUNDRED {
            // `rút ngắn thời gian đăng ký, bảo đảm 100% hồ sơ …`
            return;
        }
        let mut governing = self.governing(items, at);
        if code == "poverty.rate"
            && governing.any(|i| i.is(word::UP | word::DOWN))
            && !self.governing(items, at).any(|i| i.is(word::ONTO))
            && !self.sets_out(items, at)
        {
            return;
        }
        let number = w.figures.len();
        self.emit_rate(w, at, quantity, &code, quantity.value, "cue and level");
        if code.starts_with("public_investment")
            && let Some(figure) = w.figures.get_mut(number)
        {
            figure.plan_pct = Some(quantity.value);
        }
        self.spend(&mut w.state);
    }

    /// `đạt 8,5% (kế hoạch 8%)`, `… năm 2021 đạt 9%`.
    fn second_rate(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        topic: &Topic,
        metric: &Metric,
        before: u64,
    ) {
        let items = w.items;
        // The second of a pair is told with the first.
        let Some((last_item, last)) = w.state.last.filter(|(item, _)| *item < at) else {
            return;
        };
        if w.figures[last].unit != "percent" {
            return;
        }
        if before & word::PLAN != 0
            && self.bracket(items, at).is_some()
            && w.figures[last].plan_value.is_none()
        {
            w.figures[last].plan_value = Some(quantity.value);
            return;
        }
        // Behind a semicolon only its own clause counts.
        let from = items[last_item..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(last_item, |i| last_item + i);
        let gap = &items[from + 1..at];
        let unknown = self.unknown_between(items, from, at);
        // `từ 25% năm 2006 xuống còn 12% năm 2010`
        if gap.iter().any(|i| i.is(word::ONTO))
            && last_item > 0
            && items[last_item - 1].is(word::FROM)
            && gap
                .iter()
                .all(|i| i.kind == Kind::Period || i.is(word::ONTO | word::DOWN | word::UP))
        {
            let code = topic.code.clone().unwrap_or_else(|| metric.code.clone());
            self.emit_rate(w, at, quantity, &code, quantity.value, "same metric again");
            return;
        }
        let foreign = gap.iter().any(|i| {
            i.is(word::SECTOR | word::PRODUCT | word::SHARE)
                || i.is(word::PART) && !self.singles_out(i)
                || matches!(i.kind, Kind::Cue(_))
        });
        let period = gap
            .iter()
            .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS));
        let target = before & (word::TARGET | word::PLAN) != 0;
        if !foreign
            && ((target && unknown <= 3 && (period || from == last_item))
                || (period && unknown <= 1 && before & (word::LEVEL | word::ESTIMATE) != 0))
        {
            let code = topic.code.clone().unwrap_or_else(|| metric.code.clone());
            self.emit_rate(w, at, quantity, &code, quantity.value, "same metric again");
        }
    }
}
