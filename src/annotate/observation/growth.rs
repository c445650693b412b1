//! Changes in percent and in multiples: to the last level, kept for the level to come, or figures of their own.

use rust_decimal::Decimal;

use super::{Base, Growth, Item, Kind, Reader, Source, Topic, Work, family_of, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;
use crate::model::{Flag, Metric};

impl Reader<'_> {
    /// A change in percent: to the last level, or kept for the level to come, or a figure of its own.
    pub(super) fn grow(&self, w: &mut Work<'_>, at: usize, value: Decimal, base: Base) {
        let items = w.items;
        let Kind::Quantity(index) = items[at].kind else {
            return;
        };
        let quantity = &self.quantities[index];
        let topic = w.state.topic.clone();
        if let Some(topic) = topic
            .as_ref()
            .filter(|t| self.metric(t.metric).index && !t.carried)
        {
            self.index_change(w, at, quantity, topic, value, base);
            return;
        }
        if matches!(base, Base::Month | Base::Start | Base::Other | Base::Plan) {
            return;
        }
        let level = w
            .state
            .last
            .filter(|(_, last)| w.figures[*last].unit != "percent");
        if let Some((last_item, last)) = level
            && !self.new_topic_between(w, last_item, at)
            && topic.as_ref().is_none_or(|t| t.used || t.item < last_item)
        {
            self.grow_last(w, at, quantity, value, last_item, last);
            return;
        }
        if let Some(code) = topic.as_ref().and_then(|t| self.goes_on(w, t, at)) {
            self.emit_rate(w, at, quantity, &code, value, "same metric again");
            w.state.grown = w.state.last.take();
            return;
        }
        let Some(topic) = topic.filter(|t| !t.used) else {
            return;
        };
        let counted = self.metric(topic.metric).code == "fdi.capital.contributed"
            && items[..topic.item].iter().rev().take(2).any(|i| {
                matches!(i.kind, Kind::Quantity(q) if !self.quantities[q].unit.is_money())
                    || i.kind == Kind::Number
            });
        // `7.400 đơn vị làm thủ tục xuất nhập khẩu, tăng 2,6%`: the count grows.
        let counted = counted
            || topic.weak
                && items[..topic.item]
                    .iter()
                    .rev()
                    .take(3)
                    .take_while(|i| !matches!(i.kind, Kind::Mark(_)))
                    .any(|i| {
                        matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit.is_count())
                    });
        let of_other = items[topic.item..at].iter().enumerate().any(|(n, i)| {
            matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit.is_money()
                || self.quantities[q].unit.is_count() && self.fits(topic.metric, &self.quantities[q]))
                && w.state.change.is_none_or(|c| c.0 != topic.item + n)
                && self.bracket(items, topic.item + n).is_none()
                && !items[topic.item..topic.item + n]
                    .iter()
                    .any(|i| i.is(word::PLAN | word::VERSUS))
        });
        // An amount that is no figure stands between: what grows is that.
        if of_other || counted || w.company || !self.is_clear(items, &topic, at, true) {
            // What grows here is not the metric named before.
            if w.state.growth.is_some() {
                self.flush_growth(w);
            }
            return;
        }
        if w.state
            .growth
            .as_ref()
            .is_some_and(|g| g.from == topic.item)
        {
            // A second rate behind one cue is something else's (`tổng sản phẩm tăng 8%, trong đó dịch vụ tăng 9%`), but
            // for another period's or province's: `GRDP quý I tăng 7%, quý II tăng 8%`, `A tăng 20%, B tăng 19%`.
            let told = w.state.growth.as_ref().map_or(at, |g| g.item);
            let gap = &items[told + 1..at];
            let place = gap.iter().any(|i| i.kind == Kind::Place);
            let again = (place || gap.iter().any(|i| i.kind == Kind::Period))
                && gap.iter().all(|i| {
                    matches!(i.kind, Kind::Period | Kind::Mark(',' | '('))
                        || i.is(word::UP | word::DOWN | word::ESTIMATE | word::VERSUS | word::YOY)
                        || matches!(self.exact(i.first), "và" | "sơ" | "chính")
                        || place && self.leads_to_place(i)
                });
            self.flush_growth(w);
            let period = self.around.period(quantity.span).map(|p| p.period);
            let subject = self.around.subject(quantity.span).map(|(slug, _)| slug);
            let again = again
                && w.figures.last().is_some_and(|f| {
                    f.period != period || place && subject.is_some() && f.subject != subject
                });
            match &mut w.state.topic {
                Some(topic) if again => topic.used = false,
                _ => return,
            }
        }
        // `kinh tế tăng 7% (tăng trưởng quý I năm trước là 6%)`: two of one name.
        let told = w.state.growth.as_ref().map(|g| g.item);
        if told.is_some_and(|told| self.bracket(items, at).is_some_and(|open| open > told)) {
            self.flush_growth(w);
        }
        w.state.growth = Some(Growth {
            item: at,
            metric: topic.metric,
            value,
            from: topic.item,
        });
    }

    /// `GRDP quý I tăng 3%; sang quý II tăng 5%; quý III giảm 2%`: the code of growth told before, where a clause names another
    /// period and nothing else.
    fn goes_on(&self, w: &Work<'_>, topic: &Topic, at: usize) -> Option<String> {
        let (last_item, last) = w
            .state
            .grown
            .max(w.state.last)
            .filter(|_| topic.used && !topic.carried)?;
        let told = &w.figures[last];
        let metric = self.metric(topic.metric);
        let code = topic.code.clone().unwrap_or_else(|| metric.growth_code());
        if told.unit != "percent" || told.metric != code && told.metric != metric.growth_code() {
            return None;
        }
        let gap = self.without_asides(w.items, last_item + 1, at);
        let period = gap
            .iter()
            .any(|(_, i)| i.kind == Kind::Period && !i.is(word::VERSUS | word::YOY));
        let place = gap.iter().any(|(_, i)| i.kind == Kind::Place);
        let plain = gap.iter().all(|(_, i)| {
            matches!(i.kind, Kind::Period | Kind::Mark(_))
                || place && self.leads_to_place(i)
                || i.is(word::UP | word::DOWN | word::ESTIMATE | word::LEVEL | word::ABOUT)
                || matches!(
                    self.exact(i.first),
                    "và" | "sang"
                        | "đến"
                        | "tới"
                        | "bước"
                        | "trong"
                        | "còn"
                        | "thì"
                        | "riêng"
                        | "tính"
                        | "chung"
                )
        });
        let Kind::Quantity(index) = w.items[at].kind else {
            return None;
        };
        let own = self
            .around
            .period(self.quantities[index].span)
            .map(|p| p.period);
        let other = || {
            let subject = self.around.subject(self.quantities[index].span);
            subject.is_some_and(|(slug, _)| told.subject.as_deref() != Some(slug.as_str()))
        };
        let goes = period && own.is_some() && own != told.period || place && other();
        (plain && goes).then(|| told.metric.clone())
    }

    /// `tiếp đến là tỉnh A`: a province, and the words that rank it.
    fn leads_to_place(&self, item: &Item) -> bool {
        item.kind == Kind::Place
            || (item.first..item.end).all(|t| {
                matches!(
                    self.exact(t),
                    "tỉnh"
                        | "thành"
                        | "phố"
                        | "tp"
                        | "của"
                        | "tại"
                        | "tiếp"
                        | "theo"
                        | "đến"
                        | "là"
                        | "kế"
                        | "sau"
                        | "đó"
                )
            })
    }

    /// An index has no level: each change is a figure.
    fn index_change(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        topic: &Topic,
        value: Decimal,
        base: Base,
    ) {
        let metric = self.metric(topic.metric);
        let code = match base {
            Base::Month => metric.mom.clone(),
            Base::Start => metric.ytd.clone(),
            Base::Year | Base::None => metric.growth.clone(),
            Base::Plan | Base::Other => None,
        };
        let from = w.state.last.map_or(topic.item, |l| l.0);
        let gap = &w.items[from + 1..at];
        let sub = topic.used
            && (self.unknown_between(w.items, from, at) > 1
                || gap.iter().any(|i| {
                    i.is(word::SECTOR | word::PRODUCT | word::PART)
                        && !i.is(word::YOY)
                        && !self.singles_out(i)
                }));
        let Some(code) = code else { return };
        if !w.company && !sub && self.is_clear(w.items, topic, at, true) {
            self.emit_rate(w, at, quantity, &code, value, "change of an index");
            if let Some(t) = &mut w.state.topic {
                t.used = true;
            }
        }
    }

    /// Whether another amount stands between a level and a percentage, which is then of that one: `lũy kế x tỷ đồng, tăng 5%`.
    pub(super) fn passes_over(&self, w: &Work<'_>, last_item: usize, at: usize) -> bool {
        let items = w.items;
        (last_item + 1..at).any(|n| {
            let Kind::Quantity(q) = items[n].kind else {
                return false;
            };
            let aside = self.bracket(items, n).is_some()
                || self.verb_of_amount(items, n) != super::amounts::Verb::None
                || self.since_words(items, n)
                    & (word::PLAN | word::VERSUS | word::YOY | word::RESPECTIVELY | word::SHARE)
                    != 0
                || w.figures
                    .iter()
                    .rev()
                    .take(4)
                    .any(|f| f.span == self.quantities[q].span);
            self.quantities[q].unit.is_money() && !aside
        })
    }

    fn grow_last(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        value: Decimal,
        last_item: usize,
        last: usize,
    ) {
        if self.passes_over(w, last_item, at) {
            return;
        }
        let figure = &mut w.figures[last];
        if figure.yoy_pct.is_some() || figure.unit == "percent" {
            return;
        }
        figure.yoy_pct = Some(value);
        let growth = figure.metric == "grdp.value";
        let twin = |f: &Flag| matches!(f, Flag::Equivalent | Flag::Part);
        if figure.flags.iter().any(twin) && last > 0 {
            w.figures[last - 1].yoy_pct.get_or_insert(value);
        }
        if let Some((first, second)) = w.state.pair
            && second == last
            && w.figures[first].yoy_pct.is_none()
            && (self.since_words(w.items, at) & word::RESPECTIVELY != 0
                || self.numbers_in_row(w.items, at, false).len() == 2)
        {
            w.figures[first].yoy_pct = Some(value);
            w.figures[second].yoy_pct = None;
        }
        if growth {
            let basis = w.figures[last].basis;
            let number = w.figures.len();
            self.emit_rate(w, at, quantity, "grdp.growth", value, "growth of a level");
            if let Some(figure) = w.figures.get_mut(number) {
                figure.basis = basis;
            }
            w.state.last = Some((last_item, last));
        }
    }

    /// Growth that no level followed becomes a figure.
    pub(super) fn flush_growth(&self, w: &mut Work<'_>) {
        let Some(growth) = w.state.growth.take() else {
            return;
        };
        let Kind::Quantity(index) = w.items[growth.item].kind else {
            return;
        };
        let metric = self.metric(growth.metric);
        if let Some(code) = self.compose_growth(w, &growth, metric) {
            let keep = w.state.last;
            let quantity = &self.quantities[index];
            self.emit_rate(
                w,
                growth.item,
                quantity,
                &code,
                growth.value,
                "growth alone",
            );
            w.state.grown = w.state.last.filter(|last| Some(*last) != keep);
            w.state.last = keep;
        }
        if let Some(topic) = &mut w.state.topic
            && topic.item == growth.from
        {
            topic.used = true;
        }
    }

    fn compose_growth(&self, w: &Work<'_>, growth: &Growth, metric: &Metric) -> Option<String> {
        if metric.growth.is_some() {
            return Some(metric.growth_code());
        }
        let family = family_of(&metric.code);
        match family {
            "poverty" | "procedures" | "zones" | "clusters" => None,
            "public_investment" if !self.public_funds => None,
            "investment" | "fdi" | "ddi" if metric.code.ends_with(".capital") => {
                let code = self.compose_capital(
                    w.items,
                    growth.from,
                    growth.item,
                    metric,
                    Unit::Percent,
                    w.scope,
                )?;
                Some(format!("{code}.growth"))
            }
            "trade" => {
                let source = match self.source_near(w.items, growth.from, growth.item) {
                    Source::Unknown => self.sector_subject(w.items, growth.from),
                    source => source,
                };
                match (source, metric.code.as_str()) {
                    (Source::Unknown, _) => Some(metric.growth_code()),
                    (Source::Fdi, "trade.exports" | "trade.imports") => {
                        Some(format!("{}.fdi.growth", metric.code))
                    }
                    (Source::Ddi, "trade.exports" | "trade.imports") => {
                        Some(format!("{}.domestic.growth", metric.code))
                    }
                    // A sector's total and balance have no code.
                    _ => None,
                }
            }
            _ => Some(metric.growth_code()),
        }
    }

    pub(super) fn times(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        verb: u64,
        base: Base,
    ) {
        let Some((last_item, last)) = w.state.last else {
            return;
        };
        let of_year_before = self.around.period(quantity.span).is_some()
            || self.behind(w.items, at).iter().any(|i| i.is(word::YOY));
        if base != Base::Year || !of_year_before || self.new_topic_between(w, last_item, at) {
            return;
        }
        let figure = &mut w.figures[last];
        if verb & word::TIMES != 0 {
            let change = (quantity.value - Decimal::ONE).checked_mul(Decimal::ONE_HUNDRED);
            figure.yoy_pct = figure.yoy_pct.or(change);
        } else if verb & (word::UP | word::DOWN) != 0
            && !figure.flags.contains(&Flag::AmbiguousMultiple)
        {
            figure.flags.push(Flag::AmbiguousMultiple);
        }
    }
}

/// The value of a change with the sign of its direction.
pub(super) fn signed(value: Decimal, down: bool) -> Decimal {
    if down && value.is_sign_positive() {
        -value
    } else {
        value
    }
}
