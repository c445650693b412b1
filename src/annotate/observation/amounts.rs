//! Amounts: levels in money, heads and hectares, and what stands beside them.

use super::{Item, Kind, Reader, Scope, Source, Topic, Work, classes, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::{Per, Unit};
use crate::model::{Basis, Flag, Metric, MetricId};

/// What the words before an amount make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
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
        let equivalent = match self.verb_of_amount(items, at) {
            Verb::Change { down } => {
                w.state.change = Some((at, down));
                return;
            }
            Verb::Share if !quantity.unit.is_count() && quantity.unit != Unit::Bare => return,
            Verb::Over if self.is_against_plan(items, at) => return,
            Verb::Equivalent => true,
            _ => false,
        };
        // In brackets: the plan, last year's value, an equivalent, the size of a change.
        if let Some(open) = open {
            let inside = classes(&items[open + 1..at]);
            let unknown = self.unknown_between(items, open, at);
            let before_from = self.since(items, open);
            let before = classes(&items[before_from..open]);
            let cue_inside = items[open..at]
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_)));
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
                    && !w.figures[last].unit.is_empty()
                    && w.figures[last].unit != "percent"
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
        // `đạt 53% dự toán pháp lệnh 115.000 tỷ đồng`
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
            && !items[plan + 1..at]
                .iter()
                .any(|i| self.exact(i.first) == "đạt")
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
        // `A và B lần lượt đạt x và y`
        if self.respectively(w, at, quantity) {
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
        // The cue behind the number: `40.000 doanh nghiệp thành lập mới`, `nộp 500 tỷ đồng vào ngân sách`.
        let unit = quantity.unit;
        if let Some((cue, metric)) = self.cue_behind(items, at, unit.code()) {
            let near = items[cue].first.saturating_sub(items[at].end);
            let free = w.state.topic.as_ref().is_none_or(|t| {
                t.used || !self.fits(t.metric, quantity) || !self.is_clear(items, t, at, false)
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
                    if let Some(code) = code {
                        self.emit(w, at, quantity, &code, "", quantity.value, "cue behind");
                        w.state.consumed = Some(cue);
                        return;
                    }
                }
            }
        }
        let Some(topic) = w.state.topic.clone() else {
            return;
        };
        if self.is_threshold(items, at) {
            // `nhiều địa phương đạt trên 1 tỷ USD`: a mark that some passed.
            return;
        }
        if w.company
            && matches!(
                self.metric(topic.metric).code.split('.').next(),
                Some(
                    "revenue"
                        | "trade"
                        | "labour"
                        | "output"
                        | "budget"
                        | "investment"
                        | "fdi"
                        | "ddi"
                )
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
        let enterprises = w
            .state
            .last
            .is_some_and(|(_, last)| w.figures[last].metric == "enterprises.new");
        if code.ends_with(".capital") && (enterprises || self.of_new_enterprises(items, topic.item))
        {
            code = "enterprises.new.capital".into();
        }
        let standing = w.state.projects.is_some_and(|(tail, _)| tail == "total")
            && code.contains(".capital")
            && classes(&items[since..at]) & (word::NEW | word::ADDED | word::CONTRIBUTED) == 0;
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

    /// `3.200 doanh nghiệp thành lập mới với tổng vốn đăng ký …`
    fn of_new_enterprises(&self, items: &[Item], cue: usize) -> bool {
        let named = items[..cue].iter().rev().find_map(|i| match i.kind {
            Kind::Cue(hit) => self.named(self.metrics[hit].says),
            _ => None,
        });
        named.is_some_and(|(metric, _)| self.metric(metric).code == "enterprises.new")
    }

    /// What the words right before an amount make of it.
    fn verb_of_amount(&self, items: &[Item], at: usize) -> Verb {
        if let Some(down) = self.differs(items, at) {
            return Verb::Change { down };
        }
        for item in self.governing(items, at) {
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
    fn differs(&self, items: &[Item], at: usize) -> Option<bool> {
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

    /// `1 trong 8 đơn vị có số thu trên 10.000 tỷ đồng`, `6 mặt hàng đạt kim ngạch trên 1 tỷ USD`
    fn is_threshold(&self, items: &[Item], at: usize) -> bool {
        let least = self.governing(items, at).any(|i| i.is(word::AT_LEAST))
            || matches!(self.exact(items[at].end), "trở");
        least
            && items[..at].iter().rev().take(10).any(|i| match i.kind {
                Kind::Quantity(q) => {
                    self.quantities[q].unit == Unit::Other
                        || self.quantities[q].unit == Unit::Enterprises
                }
                _ => matches!(self.exact(i.first), "nhiều" | "những"),
            })
    }

    /// Whether a cue behind a number has a number of its own behind it.
    fn governed_by_own(&self, items: &[Item], cue: usize) -> bool {
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

    /// Another value of the metric just told: another year, another place, the foreign sector.
    fn continue_topic(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity, topic: &Topic) {
        let items = w.items;
        let from = if topic.carried && w.state.last.is_none() {
            0
        } else {
            w.state.last.map_or(topic.item, |l| l.0) + 1
        };
        let gap = &items[from.min(at)..at];
        let says = gap.iter().fold(0, |all, i| all | i.classes);
        let unknown = gap.iter().filter(|i| i.kind == Kind::Unknown).count();
        let foreign = word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE | word::SECTOR;
        if says & foreign != 0 || gap.iter().any(|i| matches!(i.kind, Kind::Cue(_))) {
            let place = gap.iter().any(|i| i.kind == Kind::Place);
            // `Nghệ An đứng thứ ba với 200 triệu USD`
            if !(place
                && says & (word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE) == 0
                && unknown == 0)
            {
                return;
            }
        }
        let base = self.metric(topic.metric).code.clone();
        let code = topic.code.clone().unwrap_or_else(|| base.clone());
        if says & (word::FDI | word::DDI) != 0
            && !(says & word::FDI != 0 && says & word::DDI != 0)
            && unknown <= 2
        {
            let fdi = says & word::FDI != 0;
            let code = match base.as_str() {
                "trade.exports" | "trade.imports" => {
                    format!("{base}.{}", if fdi { "fdi" } else { "domestic" })
                }
                c if c.ends_with(".capital") || c.contains(".capital.") => {
                    let tail = code.split_once('.').map_or("capital", |(_, t)| t);
                    format!("{}.{tail}", if fdi { "fdi" } else { "ddi" })
                }
                c if c.ends_with("disbursed") => {
                    format!("{}.disbursed", if fdi { "fdi" } else { "ddi" })
                }
                _ => return,
            };
            self.emit(
                w,
                at,
                quantity,
                &code,
                "",
                quantity.value,
                "sector of a total",
            );
            return;
        }
        let period = gap
            .iter()
            .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS));
        let place = gap.iter().any(|i| i.kind == Kind::Place);
        let target = says & (word::TARGET | word::PLAN) != 0;
        // `so với 1.840 tỷ đồng năm 2012`
        let dated = items.get(at + 1..).is_some_and(|rest| {
            rest.iter()
                .take(2)
                .any(|i| i.kind == Kind::Period && !i.is(word::YOY))
        });
        let compared = says & (word::VERSUS | word::YOY) != 0 && !period && !dated;
        if compared || says & word::NOT != 0 {
            return;
        }
        let period = period || (dated && at <= from + 3);
        let held = if topic.carried && w.state.last.is_none() {
            0
        } else {
            1
        };
        if (period || place || target) && unknown <= held && says & word::PART == 0 {
            self.emit(
                w,
                at,
                quantity,
                &code,
                "",
                quantity.value,
                "same metric again",
            );
            if let Some(growth) = w.state.growth.take()
                && let Some(figure) = w.figures.last_mut()
            {
                figure.yoy_pct = Some(growth.value);
            }
        }
    }

    fn respectively(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let items = w.items;
        if w.company || self.since_words(items, at) & word::RESPECTIVELY == 0 {
            return false;
        }
        // The second number of the pair.
        let Some((second_at, second)) =
            items[at + 1..]
                .iter()
                .take(4)
                .enumerate()
                .find_map(|(i, item)| match item.kind {
                    Kind::Quantity(q) => Some((at + 1 + i, &self.quantities[q])),
                    _ => None,
                })
        else {
            return false;
        };
        let whole = w.state.waiting.last().filter(|(item, metric)| {
            self.metric(*metric).code == "trade.total"
                && (items[*item].first..items[*item].end).any(|t| self.exact(t) == "và")
        });
        let (first_cue, second_cue) = match (whole, &w.state.waiting[..]) {
            // `kim ngạch xuất khẩu và nhập khẩu lần lượt đạt …`
            (Some((item, _)), _) => {
                let of = |code| self.taxonomy.by_code(code).map(|id| (*item, id));
                let (Some(exports), Some(imports)) = (of("trade.exports"), of("trade.imports"))
                else {
                    return false;
                };
                (exports, imports)
            }
            (None, [.., first, second]) => (*first, *second),
            _ => return false,
        };
        if first_cue.1 == second_cue.1
            || !self.fits(first_cue.1, quantity)
            || !self.fits(second_cue.1, second)
        {
            return false;
        }
        let codes = (
            self.metric(first_cue.1).code.clone(),
            self.metric(second_cue.1).code.clone(),
        );
        let number = w.figures.len();
        self.emit(
            w,
            at,
            quantity,
            &codes.0,
            "",
            quantity.value,
            "respectively",
        );
        self.emit(
            w,
            second_at,
            second,
            &codes.1,
            "",
            second.value,
            "respectively",
        );
        if w.figures.len() == number + 2 {
            w.state.pair = Some((number, number + 1));
        }
        // The second number is read again as an amount of a spent topic, and left.
        self.spend(&mut w.state);
        true
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
    fn fits(&self, metric: MetricId, quantity: &Quantity) -> bool {
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
            // `các dự án FDI đã giải ngân … tỷ USD`
            Unit::Usd if metric.code.ends_with(".disbursed") => true,
            unit => metric.takes(unit.code()),
        }
    }

    /// Whether nothing foreign stands between a cue and a number.
    pub(super) fn is_clear(&self, items: &[Item], topic: &Topic, at: usize, growth: bool) -> bool {
        if topic.carried {
            return true;
        }
        let metric = self.metric(topic.metric);
        let family = metric.code.split('.').next().unwrap_or_default();
        let (mut foreign, mut limit) = match family {
            "trade" | "revenue" => (
                word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE | word::SECTOR,
                3,
            ),
            "budget" => (
                word::PRODUCT | word::COMPANY | word::SINGLE | word::SECTOR,
                6,
            ),
            "investment" | "fdi" | "ddi" => (
                word::COMPANY | word::SINGLE | word::SECTOR | word::MARKET,
                6,
            ),
            "grdp" | "iip" | "cpi" => (
                word::MARKET | word::COMPANY | word::SINGLE | word::PRODUCT,
                5,
            ),
            "retail" | "tourism" => (word::COMPANY | word::SINGLE, 6),
            "output" | "agriculture" => (word::COMPANY | word::SINGLE, 5),
            _ => (word::COMPANY | word::SINGLE, 8),
        };
        if growth {
            limit = limit.min(3);
            foreign |= word::PRODUCT | word::SECTOR;
        }
        if topic.weak {
            limit = limit.min(1);
        }
        let gap = &items[topic.item + 1..at];
        let mut unknown = 0;
        let mut after_comma = 0;
        let mut comma = false;
        let mut depth = 0;
        for item in gap {
            match item.kind {
                Kind::Mark('(') => depth += 1,
                Kind::Mark(')') => depth = 0,
                _ if depth > 0 && !matches!(item.kind, Kind::Quantity(_)) => {}
                Kind::Mark(',' | ':' | '–' | '-') => {
                    comma = true;
                    after_comma = 0;
                }
                Kind::Unknown => {
                    unknown += 1;
                    after_comma += 1;
                }
                Kind::Quantity(_) => {
                    after_comma = 0;
                }
                _ if item.is(foreign)
                    && (!item.is(word::NEUTRAL) || growth && comma && item.is(word::SECTOR)) =>
                {
                    return false;
                }
                _ => {}
            }
        }
        if unknown > limit || (comma && after_comma > if growth { 0 } else { limit.min(3) }) {
            return false;
        }
        // Before the cue, in the same clause: whose it is.
        let clause = items[..topic.item]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(';' | ':') | Kind::Quantity(_)))
            .map_or(0, |i| i + 1);
        let head = &items[clause..topic.item];
        let comma = head
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(',')))
            .map_or(0, |i| i + 1);
        let near = &head[comma..];
        let foreign_to = |items: &[Item], classes: u64| {
            items.iter().any(|i| i.is(classes) && !i.is(word::NEUTRAL))
        };
        if growth && topic.weak && foreign_to(&items[..topic.item], word::PRODUCT) {
            return false;
        }
        if family == "budget"
            && (foreign_to(near, word::PRODUCT)
                || items[..topic.item].iter().any(|i| {
                    (i.first..i.end).any(|t| {
                        matches!(
                            (self.exact(t), self.exact(t + 1)),
                            ("vi", "phạm") | ("buôn", "lậu")
                        )
                    })
                })
                || near
                    .iter()
                    .any(|i| (i.first..i.end).any(|t| self.exact(t) == "phạt")))
        {
            // `tiền phạt nộp ngân sách`: of offences.
            return false;
        }
        if metric.code == "tourism.visitors"
            && items[at + 1..].first().is_some_and(|i| {
                matches!(
                    self.exact(i.first),
                    "hành" | "độc" | "bệnh" | "phương" | "vận" | "học"
                )
            })
        {
            // `lượt hành khách`, `lượt độc giả`
            return false;
        }
        if metric.code == "zones.wastewater.capacity"
            && !items[..at].iter().any(|i| {
                i.is(word::WASTEWATER) || (i.first..i.end).any(|t| self.exact(t) == "thải")
            })
        {
            return false;
        }
        if topic.weak
            && metric.code == "grdp.growth"
            && gap.iter().any(|i| {
                (i.first..i.end).any(|t| matches!(self.exact(t), "trị" | "ngành" | "xuất"))
            })
        {
            // `tốc độ tăng trưởng giá trị sản xuất`
            return false;
        }
        if metric.code == "zones.area" && !self.is_of_zones(items, topic.item, at) {
            return false;
        }
        if metric.code == "trade.balance"
            && self.sector_subject(items, topic.item) != Source::Unknown
        {
            // The balance of the foreign sector is not the province's.
            return false;
        }
        if topic.weak && family == "budget" && gap.iter().any(|i| self.exact(i.first) == "thuế") {
            return false;
        }
        if family == "budget"
            && items
                .get(at + 1)
                .is_some_and(|i| i.is(word::SECTOR) && !i.is(word::NEUTRAL))
        {
            // `thu 300 tỷ đồng tiền sử dụng đất`
            return false;
        }
        if family == "grdp"
            && metric.code != "grdp.growth"
            && gap
                .iter()
                .any(|i| (i.first..i.end).any(|t| matches!(self.exact(t), "ngành" | "vực")))
        {
            return false;
        }
        let first = self.exact(items[topic.item].first);
        let ranked = family == "trade"
            && near.iter().any(|i| i.kind == Kind::Place)
            && near.iter().all(|i| {
                !i.is(word::SECTOR)
                    || i.is(word::NEUTRAL)
                    || matches!(self.exact(i.first), "dẫn" | "đứng" | "xếp")
            });
        if metric.strict
            && (foreign_to(near, word::SECTOR) && !ranked
                || self.part_of_product(items, topic.item))
        {
            return false;
        }
        if matches!(family, "investment" | "fdi" | "ddi")
            && (first == "với"
                || first == "tổng" && items[topic.item].end - items[topic.item].first == 2
                || topic.item > 0 && self.exact(items[topic.item - 1].first) == "với")
        {
            // `được cấp phép với tổng vốn 700 triệu USD`: one project's, unless projects were counted or attracted.
            let counted = items[..topic.item].iter().any(|i| match i.kind {
                Kind::Quantity(q) => {
                    matches!(self.quantities[q].unit, Unit::Projects | Unit::Enterprises)
                }
                _ => (i.first..i.end).any(|t| self.exact(t) == "hút"),
            }) || self.is_contributed(items, topic.item);
            if !counted {
                return false;
            }
        }
        let whole = matches!(first, "tổng" | "tong");
        if (metric.strict || topic.weak || growth) && foreign_to(near, word::PRODUCT) {
            return false;
        }
        if metric.strict
            && !(whole && items[topic.item].end - items[topic.item].first >= 4)
            && foreign_to(head, word::PRODUCT | word::MARKET)
        {
            return false;
        }
        if (topic.weak
            || metric.code == "trade.total" && self.exact(items[topic.item].end - 1) == "ngạch")
            && near.last().is_some_and(|i| i.kind == Kind::Unknown)
            && family != "budget"
        {
            return false;
        }
        if family == "trade"
            && self.product_report
            && !whole
            && !(items[topic.item].first..items[topic.item].end).any(|i| self.exact(i) == "hoá")
        {
            return false;
        }
        let theirs = matches!(
            family,
            "revenue" | "trade" | "budget" | "labour" | "output" | "investment" | "fdi" | "ddi"
        );
        if theirs && (foreign_to(head, word::COMPANY) || foreign_to(near, word::SINGLE)) {
            return false;
        }
        if matches!(family, "investment" | "fdi" | "ddi")
            && foreign_to(near, word::SECTOR | word::MARKET)
        {
            return items[clause..at].iter().any(|i| i.kind == Kind::Place);
        }
        if metric.code == "revenue" && !self.speaks_of_zones(items[topic.item].first) {
            return false;
        }
        true
    }

    /// The code of a level: the metric's own, or what its surroundings make of it.
    fn code_for(
        &self,
        items: &[Item],
        cue: usize,
        at: usize,
        metric: MetricId,
        quantity: &Quantity,
        scope: &Scope,
    ) -> Option<String> {
        let known = self.metric(metric);
        let (low, high) = (cue.min(at), cue.max(at));
        let between = classes(&items[low..=high]);
        match known.code.as_str() {
            "investment.capital" | "fdi.capital" | "ddi.capital" => {
                self.compose_capital(items, low, high, known, quantity.unit, scope)
            }
            "public_investment.disbursed" => {
                let clause = self.clause_start(items, low);
                let near = classes(&items[clause..=high]);
                Some(match (near & word::FDI != 0, near & word::DDI != 0) {
                    (true, false) => "fdi.disbursed".into(),
                    (false, true) => "ddi.disbursed".into(),
                    _ if quantity.unit == Unit::Usd => "fdi.disbursed".into(),
                    _ => known.code.clone(),
                })
            }
            "trade.exports" | "trade.imports" => {
                let clause = self.clause_start(items, low);
                let source = match Source::of(classes(&items[clause..=high])) {
                    Source::Unknown => self.sector_subject(items, low),
                    source => source,
                };
                Some(match source {
                    Source::Fdi => format!("{}.fdi", known.code),
                    Source::Ddi => format!("{}.domestic", known.code),
                    Source::Unknown => known.code.clone(),
                })
            }
            "labour.created" => {
                let text = (items[low].first..items[high].end).any(|i| self.exact(i) == "ổn");
                Some(if text && self.zones && between & word::NEW == 0 {
                    "labour.employed".into()
                } else {
                    known.code.clone()
                })
            }
            "tourism.visitors" => {
                let behind = self.behind(items, at);
                let says = |a: &str, b: &str| {
                    behind.iter().take(5).any(|i| {
                        (i.first..i.end).any(|t| self.exact(t) == a && self.exact(t + 1) == b)
                    })
                };
                if says("quốc", "tế") && (says("trong", "nước") || says("nội", "địa")) {
                    // `khách trong nước và quốc tế` are all.
                    return Some(known.code.clone());
                }
                for item in behind.iter().take(4) {
                    if let Kind::Mark(',' | '(') = item.kind {
                        break;
                    }
                    for token in item.first..item.end {
                        let kind = match (self.exact(token), self.exact(token + 1)) {
                            ("quốc", "tế") | ("ngoại", "quốc") | ("nước", "ngoài") => {
                                "international"
                            }
                            ("nội", "địa") | ("trong", "nước") => "domestic",
                            ("lưu", "trú") => "overnight",
                            _ => continue,
                        };
                        return Some(format!("tourism.visitors.{kind}"));
                    }
                }
                Some(known.code.clone())
            }
            _ => Some(known.code.clone()),
        }
    }

    /// `Khu vực FDI xuất khẩu x, nhập khẩu y`: the sector that opens the sentence, before any number or whole.
    fn sector_subject(&self, items: &[Item], cue: usize) -> Source {
        let clause = items[..cue]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
        let head = items[clause..cue]
            .iter()
            .position(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)))
            .map_or(&items[clause..cue], |end| &items[clause..clause + end]);
        let restart = items[clause + head.len()..cue]
            .iter()
            .any(|i| i.kind == Kind::Place || i.is(word::FDI | word::DDI | word::COUNTRY));
        if restart {
            return Source::Unknown;
        }
        Source::of(classes(head))
    }

    /// `sản phẩm công nghệ cao đạt x, trong đó xuất khẩu y`: a part of a product's.
    fn part_of_product(&self, items: &[Item], cue: usize) -> bool {
        let clause = items[..cue]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
        let before = &items[clause..cue];
        before
            .iter()
            .rposition(|i| i.is(word::PART))
            .is_some_and(|part| {
                before[..part].iter().any(|i| {
                    i.is(word::PRODUCT) && !i.is(word::NEUTRAL)
                        || matches!(i.kind, Kind::Unknown) && self.exact(i.first) == "phẩm"
                }) && !before[..part].iter().any(|i| match i.kind {
                    Kind::Cue(hit) => self
                        .named(self.metrics[hit].says)
                        .is_some_and(|(id, _)| self.family(id) == "trade"),
                    _ => false,
                })
            })
    }

    /// Whether an area is that of zones: they are spoken of before it, in number or as a whole, and no land of a district is.
    fn is_of_zones(&self, items: &[Item], cue: usize, at: usize) -> bool {
        let near = &items[cue.saturating_sub(14)..(at + 6).min(items.len())];
        let says = |item: &Item, words: &[&str]| {
            (item.first..item.end).any(|t| words.contains(&self.exact(t)))
        };
        if near
            .iter()
            .any(|i| says(i, &["nhiên", "rừng", "lúa", "khẩu"]))
        {
            return false;
        }
        let zone = near.iter().any(|i| {
            i.is(word::ZONE)
                || matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Zones)
        });
        let single = items[..at].iter().enumerate().any(|(n, i)| {
            i.is(word::ZONE)
                && items[n + 1..at]
                    .first()
                    .is_some_and(|next| matches!(next.kind, Kind::Unknown | Kind::Place))
                && !items[..n].last().is_some_and(|p| {
                    says(p, &["các", "những", "quản", "lý"]) || matches!(p.kind, Kind::Quantity(_))
                })
        });
        zone && !single
    }

    pub(super) fn clause_start(&self, items: &[Item], at: usize) -> usize {
        items[..at]
            .iter()
            .rposition(|i| {
                matches!(
                    i.kind,
                    Kind::Mark(';' | ',' | '(' | ':') | Kind::Quantity(_)
                )
            })
            .map_or(0, |i| i + 1)
    }

    /// Source and part of a capital figure.
    pub(super) fn compose_capital(
        &self,
        items: &[Item],
        low: usize,
        high: usize,
        metric: &Metric,
        unit: Unit,
        scope: &Scope,
    ) -> Option<String> {
        let clause = self.clause_start(items, low);
        let near = classes(&items[clause..=high]);
        if metric.code == "investment.capital" && self.is_contributed(items, low) {
            return Some("fdi.capital.contributed".into());
        }
        let own = match metric.code.as_str() {
            "fdi.capital" => Source::Fdi,
            "ddi.capital" => Source::Ddi,
            _ => Source::Unknown,
        };
        let sentence = classes(&items[..high]);
        if near & word::DISBURSE != 0 && own != Source::Unknown {
            return Some(if own == Source::Fdi {
                "fdi.disbursed".into()
            } else {
                "ddi.disbursed".into()
            });
        }
        let mut source = own;
        if source == Source::Unknown {
            source = Source::of(near);
        }
        let both = near & word::FDI != 0 && near & word::DDI != 0;
        if source == Source::Unknown && !both {
            // The source named last before, in the sentence; then the paragraph's.
            source = items[..high]
                .iter()
                .rev()
                .map(|i| Source::of(i.classes))
                .find(|s| *s != Source::Unknown)
                .unwrap_or(if self.whole_before(items, low) {
                    Source::Unknown
                } else if unit == Unit::Usd && scope.source == Source::Unknown {
                    self.dollars
                } else {
                    scope.source
                });
        }
        if source == Source::Fdi
            && unit == Unit::Vnd
            && own == Source::Unknown
            && Source::of(near) == Source::Unknown
            && scope.source != Source::Fdi
        {
            source = Source::of(sentence);
        }
        let family = match source {
            Source::Fdi => "fdi",
            Source::Ddi => "ddi",
            Source::Unknown => return Some("investment.capital".into()),
        };
        // New or added capital is told in its own clause, else by the projects counted before it.
        let semicolon = items[..low]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
        let own_words = classes(&items[semicolon..=high]);
        let between = classes(&items[low..=high]) & (word::NEW | word::ADDED | word::CONTRIBUTED);
        let part_words = if between.count_ones() == 1 && clause > semicolon {
            classes(&items[low..=high]) | classes(&items[..low]) & (word::CUMULATIVE | word::ACTIVE)
        } else if own_words & (word::NEW | word::ADDED | word::CONTRIBUTED) != 0 {
            own_words | classes(&items[..low]) & (word::CUMULATIVE | word::ACTIVE)
        } else {
            classes(&items[clause..=high]) | classes(&items[..low])
        };
        let kinds =
            [word::NEW, word::ADDED, word::CONTRIBUTED].map(|class| part_words & class != 0);
        let total = part_words & (word::CUMULATIVE | word::ACTIVE) != 0 || scope.cumulative;
        let part = match kinds {
            _ if total => "",
            [true, false, false] => ".new",
            [false, true, false] => ".added",
            [false, false, true] if family == "fdi" => ".contributed",
            _ => "",
        };
        Some(format!("{family}.capital{part}"))
    }

    /// `N trường hợp góp vốn, mua cổ phần … với vốn đăng ký x`
    fn is_contributed(&self, items: &[Item], cue: usize) -> bool {
        let since = items[..cue]
            .iter()
            .rposition(|i| match i.kind {
                Kind::Mark(';' | ':') => true,
                Kind::Quantity(q) => self.quantities[q].unit.is_money(),
                _ => false,
            })
            .map_or(0, |i| i + 1);
        let kinds = word::NEW | word::ADDED | word::CONTRIBUTED;
        let clause = &items[since..cue];
        // `cấp mới, điều chỉnh và góp vốn` make one total.
        classes(clause) & kinds != kinds
            && clause
                .iter()
                .rfind(|i| i.is(kinds))
                .is_some_and(|i| i.is(word::CONTRIBUTED))
    }

    /// A new start before a cue: `Tổng vốn đầu tư vào các KCN` speaks of all.
    fn whole_before(&self, items: &[Item], cue: usize) -> bool {
        cue == 0 && items.first().is_some_and(|i| i.is(word::CUMULATIVE))
    }
}
