//! Amounts: levels in money, heads and hectares, and what stands beside them.

use super::{Item, Kind, Reader, Work, classes, family_of, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::{Per, Unit};
use crate::model::{Basis, Flag, MetricId};

/// What the words before an amount make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// `tăng 500 tỷ đồng`: how much more or less.
    Change {
        down: bool,
    },
    /// `tương đương`
    Equivalent,
    /// `vượt`
    Over,
    /// `chiếm`
    Share,
    None,
}

impl Reader<'_> {
    pub(super) fn amount(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let items = w.items;
        let scope = w.scope;
        if quantity.unit == Unit::Other || quantity.per == Per::Part {
            return;
        }
        let since = self.since(items, at);
        let open = self.bracket(items, at);
        if self.capital_of_projects(w, at, quantity) {
            return;
        }
        // `điều chỉnh vốn 20 lượt, tăng thêm 41 triệu USD`: of projects.
        let rounds = quantity.unit == Unit::Visitors
            && self.exact(items[at].end - 1) == "lượt"
            && self.governing(items, at).any(|i| i.is(word::ADDED))
            // `điều chỉnh 58 lượt giấy chứng nhận` counts papers.
            && items.get(at + 1).is_none_or(|i| {
                matches!(i.kind, Kind::Mark(_)) || matches!(self.exact(i.first), "với" | "và")
            });
        if rounds {
            self.project_count(w, at, quantity);
            return;
        }
        let equivalent = match self.verb_of_amount(items, at) {
            // `cán cân thương mại … thâm hụt 120 triệu USD`: the side it leans to.
            Verb::Change { .. } if self.leans(w, at) || self.sets_out(items, at) => false,
            Verb::Change { down } => {
                w.state.change = Some((at, down));
                return;
            }
            Verb::Share if !quantity.unit.is_count() && quantity.unit != Unit::Bare => return,
            Verb::Over if self.is_against_plan(items, at) => return,
            Verb::Equivalent => true,
            _ => false,
        };
        if self.is_mark_passed(items, at, quantity) {
            return;
        }
        if self.is_goal_of_last(w, at, quantity) {
            self.plan_value(w, quantity);
            return;
        }
        if quantity.unit == Unit::Vnd && !w.company && self.is_spending(items, at) {
            self.level(
                w,
                at,
                quantity,
                "budget.expenditure",
                "spent beside taken in",
            );
            return;
        }
        if self.part_of_revenue(w, at, quantity) || self.part_of_visitors(w, at, quantity) {
            return;
        }
        if let Some(side) = self.side_of_trade(w, at, quantity).filter(|_| !w.company) {
            self.level(w, at, quantity, side, "side of the trade told of");
            return;
        }
        // In brackets: the plan, last year's value, an equivalent, the size of a change.
        if let Some(open) = open {
            let inside = classes(&items[open + 1..at]);
            let unknown = self.unknown_between(items, open, at);
            let before_from = self.since(items, open);
            let before = classes(&items[before_from..open]);
            let cue_inside = items[open..at]
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_)));
            let told = w.state.last.map(|(_, last)| &w.figures[last]);
            if told.is_some_and(|f| f.value == quantity.value && f.unit == quantity.unit.code()) {
                // `1.310 tỷ đồng, tăng 3% (1.310/1.262 tỷ đồng)`
                return;
            }
            if !cue_inside && unknown <= 4 && since <= open {
                if inside & word::YOY != 0 && inside & word::VERSUS == 0
                    || (before & word::YOY != 0
                        && inside & !word::NEUTRAL & !word::ABOUT & !word::LEVEL == 0)
                {
                    self.last_year(w, at, quantity);
                    return;
                }
                if inside & word::PLAN != 0
                    || (before & word::PLAN != 0
                        && inside & (word::LEVEL | word::UP | word::DOWN) == 0)
                {
                    self.plan_value(w, quantity);
                    return;
                }
                if let Some((last_item, last)) = w.state.last
                    && last_item + 1 == open
                    && quantity.unit.is_money()
                    && w.figures[last].unit != quantity.unit.code()
                    && matches!(w.figures[last].unit.as_str(), "VND" | "USD")
                {
                    self.twin(w, at, quantity, Flag::Equivalent, "equivalent in brackets");
                    return;
                }
                let percent_before = open.checked_sub(1).is_some_and(|i| match items[i].kind {
                    Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
                    _ => false,
                });
                if percent_before && inside & (word::LEVEL | word::ESTIMATE) == 0 {
                    return;
                }
            }
        }
        // `giảm 1,3% so với cùng kỳ năm 2019 đạt 81 triệu USD`: the value of the base.
        if let Some((last_item, last)) = w.state.last
            && since > last_item + 1
            && let between = &items[since..at]
            && between
                .iter()
                .any(|i| i.kind == Kind::Period || i.is(word::YOY))
            && between.first().is_some_and(|i| i.is(word::VERSUS))
            && between.iter().all(|i| {
                i.kind == Kind::Period
                    || i.is(word::VERSUS | word::YOY | word::LEVEL | word::ABOUT | word::AT_LEAST)
            })
            && matches!(items[since - 1].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Percent)
            && w.figures[last].yoy_pct.is_some()
        {
            self.last_year(w, at, quantity);
            return;
        }
        // `tăng 21% so với cùng kỳ năm trước, khi đó mới thu được 900 tỷ đồng`
        if w.state.last.is_some()
            && (items[since.min(at)].first..items[at].first).any(|t| {
                matches!(
                    (self.exact(t), self.exact(t + 1)),
                    ("khi" | "lúc", "đó" | "ấy")
                )
            })
            && items[..at]
                .iter()
                .rev()
                .take(12)
                .any(|i| i.is(word::YOY) || i.kind == Kind::Period && i.is(word::VERSUS))
        {
            self.last_year(w, at, quantity);
            return;
        }
        // `với vốn đăng ký tương đương 1,5 tỷ USD` repeats nothing.
        let words = self.governing(items, at).count();
        let repeats = !items[..at - words]
            .last()
            .is_some_and(|i| matches!(i.kind, Kind::Cue(_)));
        if equivalent && repeats {
            if let Some((last_item, last)) = w.state.last
                && at - last_item <= 8
                && quantity.unit.is_money()
                && w.figures[last].unit != quantity.unit.code()
            {
                self.twin(w, at, quantity, Flag::Equivalent, "equivalent");
            }
            return;
        }
        // `đạt 61% dự toán pháp lệnh 84.000 tỷ đồng`
        if let Some(plan) = w.state.plan
            && plan + 1 >= since.max(1)
            && since > plan
            && items[plan + 1..at].iter().all(|i| {
                i.is(word::PLAN | word::NEUTRAL | word::LEVEL | word::TARGET)
                    || matches!(
                        i.kind,
                        Kind::Period | Kind::Unknown | Kind::Number | Kind::Place | Kind::Mark('(')
                    )
            })
            && items[plan + 1..at].iter().any(|i| i.is(word::PLAN))
            && self.unknown_between(items, plan, at) <= 4
            // `đạt 52% dự toán với 4.120 tỷ đồng` is what was done.
            && !items[plan + 1..at]
                .iter()
                .any(|i| matches!(self.exact(i.first), "đạt" | "với"))
        {
            self.plan_value(w, quantity);
            return;
        }
        if quantity.unit == Unit::Projects {
            self.project_count(w, at, quantity);
            return;
        }
        if matches!(quantity.unit, Unit::Zones | Unit::Clusters) {
            self.zone_count(w, at, quantity);
            return;
        }
        if quantity.unit == Unit::Enterprises && self.sums_founded(w, at) {
            self.level(
                w,
                at,
                quantity,
                "enterprises.new",
                "same metric since January",
            );
            return;
        }
        // `A và B lần lượt đạt x và y`
        if self.respectively(w, at) {
            return;
        }
        // Two parts in two currencies.
        if let Some((last_item, last)) = w.state.last
            && quantity.unit.is_money()
            && matches!(w.figures[last].unit.as_str(), "VND" | "USD")
            && w.figures[last].unit != quantity.unit.code()
            && items[last_item + 1..at].iter().all(|i| {
                i.is(word::ABOUT | word::AT_LEAST | word::LEVEL)
                    || matches!(
                        self.exact(i.first),
                        "và" | "+" | "," | "cộng" | "cùng" | "với"
                    )
            })
            && at - last_item <= 4
        {
            self.twin(w, at, quantity, Flag::Part, "part in another currency");
            return;
        }
        if self.part_behind(w, at, quantity) {
            return;
        }
        // The cue behind the number: `6.200 doanh nghiệp thành lập mới`, `nộp 500 tỷ đồng vào ngân sách`.
        let unit = quantity.unit;
        if let Some((cue, metric)) = self.cue_behind(items, at, unit.code()) {
            let near = items[cue].first.saturating_sub(items[at].end);
            // `thu hút 350 triệu USD vốn FDI và 800 tỷ đồng vốn trong nước`: the words behind say whose it is.
            let sourced = near == 0 && matches!(self.family(metric), "fdi" | "ddi");
            let free = w.state.topic.as_ref().is_none_or(|t| {
                t.used
                    || !self.fits(t.metric, quantity)
                    || sourced && self.family(t.metric) == "investment"
                    || !self.is_clear(items, t, at, false)
            });
            if near <= if unit.is_count() { 8 } else { 3 } && free && !w.company {
                let negative = items[at..=cue].iter().any(|i| {
                    i.is(word::SECTOR | word::COMPANY | word::PRODUCT | word::UP | word::DOWN)
                });
                let single = items[since..at].iter().any(|i| {
                    i.is(word::COMPANY | word::SINGLE | word::PRODUCT)
                        || i.is(word::SECTOR) && !i.is(word::NEUTRAL)
                });
                let land =
                    self.metric(metric).code == "zones.area" && !self.is_of_zones(items, at, cue);
                if !negative && !single && !land && !self.governed_by_own(items, cue) {
                    let code = self.code_for(items, cue, at, metric, quantity, scope);
                    // `đã giải ngân 900 tỷ đồng vốn trong nước và 32 triệu USD vốn nước ngoài`
                    let code = code.map(|code| match (code.split_once('.'), w.state.last) {
                        (Some((family @ ("fdi" | "ddi"), "capital")), Some((_, last)))
                            if w.figures[last].metric.ends_with(".disbursed")
                                && items[since..at].iter().all(|i| {
                                    i.is(word::ABOUT | word::AT_LEAST)
                                        || matches!(i.kind, Kind::Mark(',') | Kind::Cue(_))
                                        || self.exact(i.first) == "và"
                                }) =>
                        {
                            format!("{family}.disbursed")
                        }
                        _ => code,
                    });
                    // `cấp mới cho 670 doanh nghiệp với 7.400 tỷ đồng vốn đăng ký`
                    let code = code.map(|code| match w.state.last {
                        Some((item, last))
                            if code == "investment.capital"
                                && w.figures[last].metric == "enterprises.new"
                                && item + 1 == since =>
                        {
                            "enterprises.new.capital".into()
                        }
                        _ => code,
                    });
                    if let Some(code) = code {
                        self.level(w, at, quantity, &code, "cue behind");
                        w.state.consumed = Some(cue);
                        return;
                    }
                }
            }
        }
        if self.employed(w, at, quantity)
            || self.jobs(w, at, quantity)
            || self.founded(w, at, quantity)
        {
            return;
        }
        if let Some(cue) = self.leads_to_cue(items, at)
            && let Kind::Cue(hit) = items[cue].kind
            && let Some((metric, false)) = self.named(self.metrics[hit].says)
            && self.fits(metric, quantity)
            && !w.company
        {
            if let Some(code) = self.code_for(items, cue, at, metric, quantity, scope) {
                self.level(w, at, quantity, &code, "level before its name");
                w.state.consumed = Some(cue);
            }
            return;
        }
        if self.at_current_prices(w, at, quantity) || self.public_funds_spent(w, at, quantity) {
            return;
        }
        let Some(topic) = w.state.topic.clone() else {
            return;
        };
        let founded = w
            .state
            .last
            .filter(|&(_, last)| w.figures[last].metric == "enterprises.new")
            .map(|(item, _)| item);
        let counted = |i: &Item| matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Enterprises);
        // `1.500 doanh nghiệp thành lập mới, vốn trên 9.000 tỷ đồng`: theirs, no mark that they passed.
        let theirs = founded.is_some_and(|item| !items[item + 1..at].iter().any(counted));
        if self.is_threshold(items, at) && !theirs {
            // `nhiều địa phương đạt trên 1 tỷ USD`: a mark that some passed.
            return;
        }
        if matches!(self.family(topic.metric), "investment" | "fdi" | "ddi")
            && self.is_undone(items, at)
        {
            return;
        }
        if w.company
            && matches!(
                self.family(topic.metric),
                "revenue" | "trade" | "labour" | "output" | "budget" | "investment" | "fdi" | "ddi"
            )
        {
            return;
        }
        if !self.fits(topic.metric, quantity) {
            return;
        }
        if topic.used || topic.carried {
            self.continue_topic(w, at, quantity, &topic);
            return;
        }
        if self.verb_of_amount(items, at) == Verb::Share && self.family(topic.metric) != "tourism" {
            return;
        }
        if !self.is_clear(items, &topic, at, false) {
            return;
        }
        let Some(mut code) = self.code_for(items, topic.item, at, topic.metric, quantity, scope)
        else {
            return;
        };
        if code.contains(".capital")
            && (founded.is_some()
                || self.of_new_enterprises(items, topic.item)
                || code == "investment.capital" && self.of_those_founded(w, topic.item, quantity))
        {
            code = "enterprises.new.capital".into();
        }
        let said = |a: &str, b: &str| {
            let cue = &items[topic.item];
            (cue.first..cue.end).any(|t| (self.exact(t), self.exact(t + 1)) == (a, b))
        };
        // `vốn điều lệ` is that of new enterprises, `tổng mức đầu tư` that of projects counted; elsewhere one company's, one work's.
        if said("điều", "lệ") && !(founded.is_some() || self.of_new_enterprises(items, topic.item))
            || said("mức", "đầu")
                && self.metric(topic.metric).code == "investment.capital"
                && w.state.projects.is_none()
        {
            return;
        }
        let counted = items[..at].iter().rposition(
            |i| matches!(i.kind, Kind::Quantity(q) if !self.quantities[q].unit.is_money()),
        );
        let companies = counted.is_some_and(|i| {
            matches!(items[i].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Enterprises)
        });
        let new = w.state.last.is_some_and(|(item, last)| {
            Some(item) == counted && w.figures[last].metric == "enterprises.new"
        });
        if companies
            && !new
            && code.contains(".capital")
            && (code.starts_with("enterprises") || self.exact(items[topic.item].first) == "với")
        {
            // `5.010 doanh nghiệp đang hoạt động với tổng vốn …`: theirs, neither attracted nor new.
            return;
        }
        let of_standing = || {
            w.state.projects.is_some_and(|(tail, _)| tail == "total")
                && classes(&items[since..at]) & (word::NEW | word::ADDED | word::CONTRIBUTED) == 0
        };
        let standing = code.contains(".capital") && (of_standing() || self.brings_to(items, at));
        if standing && let Some((family, _)) = code.split_once(".capital.") {
            code = format!("{family}.capital");
        }
        let rule = if topic.weak {
            "cue in context and level"
        } else {
            "cue and level"
        };
        let number = w.figures.len();
        self.emit(w, at, quantity, &code, "", quantity.value, rule);
        if w.figures.len() == number {
            return;
        }
        if standing && w.figures[number].basis == Basis::Actual {
            w.figures[number].basis = Basis::Cumulative;
        }
        if let Some((cue, share)) = w.state.early.take()
            && cue.is_none_or(|cue| cue == topic.item)
        {
            w.figures[number].plan_pct.get_or_insert(share);
        }
        if let Some(growth) = w.state.growth.take() {
            if growth.from == topic.item {
                w.figures[number].yoy_pct = Some(growth.value);
                if code == "grdp.value"
                    && let Kind::Quantity(index) = items[growth.item].kind
                {
                    let keep = w.state.last;
                    let rate = &self.quantities[index];
                    self.emit_rate(
                        w,
                        growth.item,
                        rate,
                        "grdp.growth",
                        growth.value,
                        "growth of a level",
                    );
                    w.state.last = keep;
                }
            } else {
                w.state.growth = Some(growth);
            }
        }
        if let Some(t) = &mut w.state.topic {
            t.used = true;
            t.code = Some(code);
        }
        w.state.waiting.clear();
    }

    /// `thâm hụt` right before the amount of a trade balance.
    fn leans(&self, w: &Work<'_>, at: usize) -> bool {
        let balance = w.state.topic.as_ref().is_some_and(|t| {
            !t.used && !t.carried && self.metric(t.metric).code == "trade.balance"
        });
        balance
            && self
                .governing(w.items, at)
                .any(|i| self.exact(i.end - 1) == "hụt")
    }

    /// `3.200 doanh nghiệp thành lập mới với tổng vốn đăng ký …`
    fn of_new_enterprises(&self, items: &[Item], cue: usize) -> bool {
        let named = items[..cue].iter().rev().find_map(|i| self.metric_of(i));
        named.is_some_and(|(metric, _)| self.metric(metric).code == "enterprises.new")
    }

    /// What the words right before an amount make of it.
    pub(super) fn verb_of_amount(&self, items: &[Item], at: usize) -> Verb {
        if let Some(down) = self.differs(items, at) {
            return Verb::Change { down };
        }
        let labels = |n: usize| {
            // `vốn đăng ký mới và tăng thêm 300 tỷ đồng`: the name of a part of capital, no change.
            items[at - 1 - n].is(word::ADDED)
                && items[..at - 1 - n].last().is_some_and(|i| {
                    matches!(i.kind, Kind::Cue(_))
                        // `90 triệu USD tăng thêm và 12 triệu USD góp vốn`
                        || n > 0 && matches!(i.kind, Kind::Quantity(_))
                        || i.is(word::NEW | word::FDI | word::DDI)
                        || matches!(self.exact(i.first), "và" | "kí" | "vốn")
                        // `cấp mới 210 triệu USD, điều chỉnh tăng 90 triệu USD`
                        || i.kind == Kind::Mark(',')
                            && items[..at].iter().rev().take(8).any(|i| i.is(word::NEW))
                })
        };
        for (n, item) in self.governing(items, at).enumerate() {
            if item.is(word::UP) && labels(n) {
                return Verb::None;
            }
            if item.is(word::UP | word::DOWN | word::TIMES) {
                return Verb::Change {
                    down: item.is(word::DOWN),
                };
            }
            if item.is(word::ONTO | word::LEVEL | word::ESTIMATE) {
                return Verb::None;
            }
            if item.is(word::EQUIVALENT) {
                return Verb::Equivalent;
            }
            if item.is(word::OVER) {
                return Verb::Over;
            }
            if item.is(word::SHARE) {
                return Verb::Share;
            }
        }
        Verb::None
    }

    /// `cao hơn tháng 9 là 20 tỷ đồng`: what is compared with stands between the verb and the difference.
    pub(super) fn differs(&self, items: &[Item], at: usize) -> Option<bool> {
        let mut compared = false;
        for item in self.governing(items, at) {
            if item.is(word::UP | word::DOWN) {
                let comparative = matches!(self.exact(item.end - 1), "hơn" | "kém" | "thua");
                return (compared && comparative).then(|| item.is(word::DOWN));
            }
            compared |= item.kind == Kind::Period || item.is(word::YOY | word::MOM | word::VERSUS);
        }
        None
    }

    /// `vượt 2.500 tỷ đồng so với chỉ tiêu`
    fn is_against_plan(&self, items: &[Item], at: usize) -> bool {
        items[at + 1..]
            .iter()
            .take(14)
            .take_while(|i| !matches!(i.kind, Kind::Mark(',' | ';')))
            .any(|i| i.is(word::VERSUS | word::PLAN))
    }

    /// `1 trong 5 nơi có số thu trên 7.500 tỷ đồng`, `6 mặt hàng đạt kim ngạch trên 1 tỷ USD`
    fn is_threshold(&self, items: &[Item], at: usize) -> bool {
        let least = self.governing(items, at).any(|i| i.is(word::AT_LEAST))
            || matches!(self.exact(items[at].end), "trở");
        least
            && items[..at]
                .iter()
                .rev()
                .take(10)
                .take_while(|i| {
                    // `31.000 doanh nghiệp và 1.900 dự án với tổng vốn trên 9 tỷ USD`
                    !matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects)
                })
                .any(|i| match i.kind {
                    Kind::Quantity(q) => {
                        self.quantities[q].unit == Unit::Other
                            || self.quantities[q].unit == Unit::Enterprises
                    }
                    _ => matches!(self.exact(i.first), "nhiều" | "những"),
                })
    }

    /// Whether a cue behind a number has a number of its own behind it.
    pub(super) fn governed_by_own(&self, items: &[Item], cue: usize) -> bool {
        items[cue + 1..]
            .iter()
            .take(6)
            .take_while(|i| !matches!(i.kind, Kind::Mark(_)))
            .any(|i| matches!(i.kind, Kind::Quantity(_)))
            && items[cue + 1..]
                .iter()
                .take(3)
                .any(|i| i.is(word::LEVEL | word::ESTIMATE))
    }

    /// What stands at a day rather than comes in over months.
    pub(super) fn is_stock(&self, code: &str) -> bool {
        // What society invests is spent month by month.
        code != "investment.social"
            && matches!(
                family_of(code),
                "investment" | "fdi" | "ddi" | "labour" | "zones" | "clusters" | "poverty"
            )
    }

    /// The items between two, what stands in brackets that are closed again left out.
    pub(super) fn without_asides<'i>(
        &self,
        items: &'i [Item],
        from: usize,
        to: usize,
    ) -> Vec<(usize, &'i Item)> {
        let mut kept: Vec<(usize, &Item)> = Vec::new();
        for (n, item) in items.get(from..to).into_iter().flatten().enumerate() {
            let open = kept.iter().rposition(|(_, i)| i.kind == Kind::Mark('('));
            match open.filter(|_| item.kind == Kind::Mark(')')) {
                Some(open) => kept.truncate(open),
                None => kept.push((from + n, item)),
            }
        }
        kept
    }

    /// A cue right behind a number, before the next number or mark.
    pub(super) fn cue_behind(
        &self,
        items: &[Item],
        at: usize,
        unit: &str,
    ) -> Option<(usize, MetricId)> {
        let Kind::Quantity(index) = items[at].kind else {
            return None;
        };
        let quantity = &self.quantities[index];
        // A cue may begin with the unit itself: `doanh nghiệp thành lập mới`.
        let own = self
            .metrics
            .iter()
            .skip(self.metrics.partition_point(|m| m.first <= quantity.first))
            .take_while(|m| m.first < quantity.end)
            .find_map(|m| {
                self.named(m.says)
                    .filter(|(id, _)| self.metric(*id).takes(unit))
            });
        if let Some((metric, _)) = own {
            return Some((at, metric));
        }
        for (i, item) in items[at + 1..].iter().enumerate() {
            match item.kind {
                Kind::Quantity(_) | Kind::Mark(',' | ';' | ':') => return None,
                Kind::Cue(hit) => {
                    let (metric, _) = self.named(self.metrics[hit].says)?;
                    let takes = self.metric(metric).takes(unit) || self.fits(metric, quantity);
                    return takes.then_some((at + 1 + i, metric));
                }
                _ => {}
            }
        }
        None
    }

    /// Whether the metric may have the quantity as a level.
    pub(super) fn fits(&self, metric: MetricId, quantity: &Quantity) -> bool {
        let metric = self.metric(metric);
        let per_head = metric.code.ends_with("per_capita");
        match quantity.per {
            Per::Person if !per_head => return false,
            Per::Part => return false,
            _ => {}
        }
        match quantity.unit {
            Unit::Bare => metric
                .units
                .iter()
                .any(|u| matches!(u.as_str(), "VND" | "visitors" | "persons")),
            Unit::Persons if metric.takes("visitors") => true,
            // `giải quyết việc làm cho 38.600 lượt người`
            Unit::Visitors if metric.code == "labour.created" => true,
            // `các dự án FDI đã giải ngân … tỷ USD`
            Unit::Usd if metric.code.ends_with(".disbursed") => true,
            unit => metric.takes(unit.code()),
        }
    }
}
