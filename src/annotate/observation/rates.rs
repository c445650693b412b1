//! Percentages: which of them is a change (see `growth`), a share of a plan (see `plans`), or the level of a rate.

use rust_decimal::Decimal;

use super::growth::signed;
use super::{Base, Item, Kind, Reader, State, Topic, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    pub(super) fn rate(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let items = w.items;
        if quantity.unit == Unit::Points {
            return;
        }
        if self.is_plan_after_slash(items, at) {
            self.plan_value(w, quantity);
            return;
        }
        if self.exceeds_last_year(items, at) {
            self.rate_of_last_year(w, at, quantity);
            return;
        }
        let (mut verb, mut onto) = self.verb_of_rate(items, at);
        if let Some(down) = self.differs(items, at) {
            // `cao hơn cùng kỳ năm trước là 9%`
            verb |= if down { word::DOWN } else { word::UP };
        }
        let open = self.bracket(items, at);
        // `khu vực dịch vụ (+5,2%)`, `quý III giảm (-2%)`: the sign is the verb.
        let signed_alone = self.is_signed(items, at)
            || open.is_some_and(|open| open + 2 >= at)
                && (quantity.value.is_sign_negative() || self.exact(items[at].first - 1) == "+");
        if signed_alone {
            verb |= if quantity.value.is_sign_negative() {
                word::DOWN
            } else {
                word::UP
            };
        }
        // `So tháng trước, IIP lên 2,1%`: an index has no level to rise to.
        let rises = onto
            && verb & (word::UP | word::DOWN) == 0
            && index_like(quantity.value)
            && w.state
                .topic
                .as_ref()
                .is_some_and(|t| !t.carried && self.metric(t.metric).index)
            && self
                .governing(items, at)
                .any(|i| i.is(word::ONTO) && self.exact(i.first) == "lên");
        if rises {
            verb |= word::UP;
            onto = false;
        }
        let change = verb & (word::UP | word::DOWN) != 0;
        if open.is_some_and(|open| self.tells_of_last_year(items, open, at)) {
            return;
        }
        let behind = self.behind(items, at);
        let near = |limit: usize, class: u64| {
            behind
                .iter()
                .take(limit)
                .take_while(|i| !matches!(i.kind, Kind::Mark(',' | ')' | '(' | '.') | Kind::Cue(_)))
                .any(|i| i.is(class))
        };
        let base = self.base(items, at, behind);
        let since = &items[self.since(items, at)..at];
        // `tăng trưởng 8%, cơ cấu: dịch vụ 45%, công nghiệp 40%`
        let structured = items[..at].iter().rposition(|i| {
            i.is(word::SHARE)
                && matches!(self.exact(i.first), "cơ" | "tỉ")
                && self.exact(i.end - 1) != "lệ"
        });
        if let Some(structured) = structured
            && !items[structured..at].iter().any(|i| {
                matches!(i.kind, Kind::Cue(_) | Kind::Mark(';')) || i.is(word::UP | word::DOWN)
            })
        {
            return;
        }
        // A share of the plan.
        let plan_behind = near(5, word::PLAN)
            && !near(2, word::YOY)
            // `đạt 7,1%/KH 7,5%`
            && behind.first().is_none_or(|i| i.kind != Kind::Mark('/'));
        // `tăng 6,8% so với cùng kỳ (KH 7%)`: a bracket begins anew.
        let since_bracket = open.map_or(since, |open| {
            let first = self.since(items, at).max(open + 1).min(at);
            &items[first..at]
        });
        let plan_before = since_bracket
            .iter()
            .rev()
            .take(8)
            .take_while(|i| i.kind != Kind::Mark(','))
            .any(|i| i.is(word::PLAN))
            && since_bracket
                .iter()
                .any(|i| i.is(word::VERSUS | word::OVER))
            // `vượt dự toán 12%`
            || since_bracket.last().is_some_and(|i| {
                i.is(word::OVER)
                    && matches!(self.exact(i.end - 1), "hoạch" | "toán" | "tiêu")
            });
        // `đạt 9,4% so với kế hoạch 9%`: a level beside its plan.
        let planned = plan_behind
            && behind.first().is_some_and(|i| self.exact(i.first) == "so")
            && items
                .get(at + 1 + behind.len())
                .is_some_and(|next| match next.kind {
                    Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
                    _ => false,
                });
        if w.state.last.is_some_and(|(_, last)| {
            w.figures[last].unit == "percent" && w.figures[last].plan_value == Some(quantity.value)
        }) && since.iter().any(|i| i.is(word::PLAN))
        {
            // The plan of the level just told.
            return;
        }
        if planned && self.is_native_growth(w, at) {
            let number = w.figures.len();
            self.rate_level(w, at, quantity, Base::None);
            if let (Some(figure), Kind::Quantity(next)) =
                (w.figures.get_mut(number), items[at + 1 + behind.len()].kind)
            {
                figure.plan_value = Some(self.quantities[next].value);
            }
            return;
        }
        if (plan_behind || plan_before)
            && verb & (word::SHARE | word::TIMES) == 0
            && quantity.unit == Unit::Percent
        {
            let share = if verb & word::OVER != 0 || (verb & word::UP != 0 && base == Base::Plan) {
                Decimal::ONE_HUNDRED + quantity.value
            } else if verb & word::DOWN != 0 {
                Decimal::ONE_HUNDRED - quantity.value
            } else {
                quantity.value
            };
            self.set_plan(w, at, share, quantity);
            return;
        }
        // `còn 16.000/80.000 hộ nghèo, chiếm tỷ lệ 20%`
        if verb & word::SHARE != 0 && !change && !w.company && self.counts_the_poor(items, at)
            || onto && self.share_of_the_poor(items, at)
        {
            self.emit_rate(
                w,
                at,
                quantity,
                "poverty.rate",
                quantity.value,
                "share of the poor",
            );
            return;
        }
        if !change && !w.company && self.share_let(items, at) {
            self.emit_rate(
                w,
                at,
                quantity,
                "zones.occupancy",
                quantity.value,
                "share of the land let",
            );
            return;
        }
        if verb & word::SHARE != 0 && !change {
            // `giải ngân 1.260 tỷ đồng, đạt tỷ lệ 32,5%`: of what can only be the plan.
            if let Some((last_item, last)) = w.state.last
                && at - last_item <= 6
                && base == Base::None
                && w.figures[last].metric.starts_with("public_investment")
                && w.figures[last].unit != "percent"
                && items[last_item..at]
                    .iter()
                    .any(|i| (i.first..i.end).any(|t| self.exact(t) == "lệ"))
                && !items[last_item..at]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Cue(_)))
                && items
                    .get(at + 1)
                    .is_none_or(|i| matches!(i.kind, Kind::Mark(_)))
            {
                w.figures[last].plan_pct.get_or_insert(quantity.value);
                return;
            }
            let topic = w.state.topic.clone().filter(|t| !t.used && !t.carried);
            if let Some(topic) = topic
                && (self.metric(topic.metric).code == "poverty.rate" && at - topic.item <= 3
                    || self.metric(topic.metric).code == "procedures.on_time"
                        && items[at - 1].is(word::SHARE)
                        && self.exact(items[at - 1].end - 1) == "lệ")
            {
                // `tỷ lệ hộ nghèo chiếm 5%`, `giải quyết đúng hạn 900 hồ sơ, đạt tỷ lệ 99%`
                self.rate_level(w, at, quantity, base);
            } else {
                w.state.share = Some(at);
            }
            return;
        }
        // `giảm 1,2%, từ 5,3% xuống còn 4,1% năm 2021`: what it was before has no year of its own.
        let first_of_two = verb & word::FROM != 0
            && !self.sets_out(items, at)
            && items[at + 1..]
                .iter()
                // `từ 17,3% giảm xuống còn 14,2%`
                .find(|i| !i.is(word::UP | word::DOWN) || i.is(word::ONTO))
                .is_some_and(|i| i.is(word::ONTO))
            && self
                .governing(items, at)
                .next()
                .is_some_and(|i| i.is(word::FROM));
        if first_of_two {
            return;
        }
        // `tăng từ 6,5 - 7%`: the low end of a range, no beginning.
        if quantity.max.is_some() {
            verb &= !word::FROM;
        }
        if verb & word::FROM != 0 && change {
            // `giảm từ 39% còn 28%`
            if self.sets_out(items, at) {
                self.rate_level(w, at, quantity, Base::None);
            }
            return;
        }
        if quantity.unit == Unit::Times {
            self.times(w, at, quantity, verb, base);
            return;
        }
        // `số dự án tăng 3% còn số vốn tăng 70%`, `giảm 46% về số lượt nhưng tăng 137% về vốn`
        // `tăng 25% về số dự án và 3,2% về số vốn`: the verb of the first.
        let since_at = self.since(items, at);
        let shared = !change
            && since_at > 0
            && items[since_at - 1..at].iter().all(|i| {
                matches!(i.kind, Kind::Quantity(_) | Kind::Mark(','))
                    || i.is(word::NEUTRAL)
                    || matches!(
                        self.exact(i.first),
                        "và" | "về" | "số" | "lượng" | "vốn" | "dự" | "án"
                    )
            });
        let down = if shared {
            self.governing(items, since_at - 1)
                .any(|i| i.is(word::DOWN))
        } else {
            verb & word::DOWN != 0
        };
        let shared = shared
            && self
                .governing(items, since_at - 1)
                .any(|i| i.is(word::UP | word::DOWN));
        if (change || shared) && base != Base::Month {
            let value = signed(quantity.value, down);
            let verb_at = self.tokens.list()[items[at].first].span.start;
            let told = |kind: &dyn Fn(&str) -> bool| {
                let from = w.figures.len().saturating_sub(3);
                (from..w.figures.len())
                    .rev()
                    .find(|&f| kind(&w.figures[f].unit) && w.figures[f].span.end < verb_at)
            };
            let money = |unit: &str| matches!(unit, "VND" | "USD");
            let count = |unit: &str| matches!(unit, "projects" | "enterprises");
            let figure = match self.grows_of(items, at) {
                Some(true) => told(&count),
                Some(false) => told(&money),
                None => None,
            };
            if let Some(figure) = figure {
                w.figures[figure].yoy_pct.get_or_insert(value);
                return;
            }
        }
        // `giảm 12% số dự án cấp mới`: of the count told before.
        if behind.first().is_some_and(|i| {
            let words = (
                self.exact(i.first),
                self.exact(i.first + 1),
                self.exact(i.first + 2),
            );
            matches!(
                words,
                ("số", "dự", "án") | ("về", "số", _) | ("số", "lượng", _)
            )
        }) || behind
            .iter()
            .take(8)
            .take_while(|i| i.kind != Kind::Mark(','))
            .any(|i| self.exact(i.first) == "về" && self.exact(i.first + 1) == "số")
        {
            if change && base != Base::Month {
                let value = signed(quantity.value, verb & word::DOWN != 0);
                let first = w.figures.len().saturating_sub(2);
                if let Some(count) = w.figures[first..]
                    .iter_mut()
                    .rev()
                    .find(|f| f.unit == "projects" || f.unit == "enterprises")
                {
                    count.yoy_pct.get_or_insert(value);
                }
            }
            return;
        }
        // `tăng 40% về lượng và 35% về trị giá`
        if behind.first().is_some_and(|i| self.exact(i.first) == "về")
            && behind
                .iter()
                .take(3)
                .any(|i| (i.first..i.end).any(|t| matches!(self.exact(t), "lượng" | "số")))
        {
            return;
        }
        // `giảm 500 tỷ đồng (tương ứng 21%) so với cùng kỳ`
        if let (Some(open), Some((stated, down))) = (open, w.state.change)
            && open > stated
            && open - stated <= 2
            && !change
        {
            self.grow(w, at, signed(quantity.value, down), base);
            return;
        }
        // `cắt giảm 20% thời gian giải quyết`: the cue stands behind.
        if let Some((cue, metric)) = self.cue_behind(items, at, "percent")
            && items[cue].first.saturating_sub(items[at].end) <= 3
            && !since.iter().any(|i| matches!(i.kind, Kind::Cue(_)))
            && self.metric(metric).code.starts_with("procedures.")
        {
            let code = self.metric(metric).code.clone();
            w.state.consumed = Some(cue);
            self.emit_rate(w, at, quantity, &code, quantity.value, "cue behind");
            return;
        }
        if !change && self.grow_second(w, at, quantity) {
            return;
        }
        if !change && let Some(down) = self.same_verb(items, at, base) {
            self.grow(w, at, signed(quantity.value, down), base);
            return;
        }
        if !change && self.is_second_index(w, at, quantity.value) {
            // `đạt 97,9% so với tháng trước và 106,2% so với cùng kỳ`
            self.grow(w, at, quantity.value - Decimal::ONE_HUNDRED, base);
            return;
        }
        // `riêng tháng 6 bằng 104,2% tháng trước`
        if !change
            && matches!(base, Base::Month | Base::Start)
            && near(2, word::MOM | word::YTD)
            && w.state
                .topic
                .as_ref()
                .is_some_and(|t| !t.carried && self.metric(t.metric).index)
            && quantity.value > Decimal::from(60)
            && quantity.value < Decimal::from(200)
        {
            self.grow(w, at, quantity.value - Decimal::ONE_HUNDRED, base);
            return;
        }
        let native = self.is_native_growth(w, at) || self.is_rate_again(w, quantity.value);
        if !change && base == Base::None && !native && self.equals_again(items, at, quantity) {
            self.grow(w, at, quantity.value - Decimal::ONE_HUNDRED, Base::Year);
            return;
        }
        // `bằng 98,9% so với cùng kỳ`
        if !change && base == Base::Year && !native {
            let stated = near(6, word::YOY)
                || near(6, word::VERSUS)
                || self.governing(items, at).any(|i| i.is(word::YOY));
            let equals = self.governing(items, at).any(|i| {
                // `ước đạt` is one word.
                i.is(word::LEVEL | word::ESTIMATE)
                    && matches!(self.exact(i.end - 1), "bằng" | "đạt")
            });
            if stated {
                if equals && quantity.value >= Decimal::from(10) {
                    self.grow(w, at, quantity.value - Decimal::ONE_HUNDRED, base);
                }
                return;
            }
        }
        if let Some(topic) = w.state.topic.clone().filter(|t| !t.used && !t.carried)
            && self.metric(topic.metric).code == "procedures.time_cut"
            && verb & word::DOWN != 0
        {
            // `thời gian giải quyết được cắt giảm bình quân 40%`
            self.rate_level(w, at, quantity, base);
            return;
        }
        if let Some(goal) = self.instead_of_goal(w, at) {
            let code = w.figures[goal].metric.clone();
            let value = signed(quantity.value, verb & word::DOWN != 0);
            self.reach_instead(w, at, quantity, goal, &code, value);
            return;
        }
        if change && !w.company && self.aims_at_growth(w, at) {
            self.emit_rate(
                w,
                at,
                quantity,
                "grdp.growth",
                quantity.value,
                "growth aimed at",
            );
            return;
        }
        if change && !onto {
            if self.grow_respectively(w, at, verb & word::DOWN != 0) {
                return;
            }
            let average = verb & word::AVERAGE != 0
                || (self.since_words(items, at) & word::AVERAGE != 0 && self.per_year(items, at));
            let value = signed(quantity.value, verb & word::DOWN != 0);
            if average {
                self.average(w, at, quantity, value);
            } else {
                self.grow(w, at, value, base);
            }
            return;
        }
        self.rate_level(w, at, quantity, base);
    }

    /// `Năm tới phấn đấu tăng trưởng 8%`: of the economy, where nothing else is named that could grow.
    fn aims_at_growth(&self, w: &Work<'_>, at: usize) -> bool {
        let items = w.items;
        let free = w.state.topic.as_ref().is_none_or(|t| t.used);
        let verb = at.checked_sub(1).map(|i| &items[i]);
        let noun = verb
            .is_some_and(|i| (self.exact(i.first), self.exact(i.end - 1)) == ("tăng", "trưởng"));
        let aimed = at.checked_sub(2).is_some_and(|i| {
            items[i].is(word::TARGET)
                && matches!(self.exact(items[i].first), "phấn" | "mục" | "quyết" | "đặt")
        });
        let ends = items.get(at + 1).is_none_or(|i| {
            matches!(i.kind, Kind::Mark(_) | Kind::Period) || self.exact(i.first) == "trở"
        });
        free && noun && aimed && ends
    }

    /// Whether the percentage before was an index, too, against another base, and `và` or a comma joins the two.
    fn is_second_index(&self, w: &Work<'_>, at: usize, value: Decimal) -> bool {
        let since = self.since(w.items, at);
        let Some(Kind::Quantity(first)) = since.checked_sub(1).map(|i| w.items[i].kind) else {
            return false;
        };
        let near_hundred = |value: Decimal| value > Decimal::from(60) && value < Decimal::from(200);
        let first = &self.quantities[first];
        let index = w
            .state
            .topic
            .as_ref()
            .is_some_and(|t| !t.carried && self.metric(t.metric).index);
        let gap = &w.items[since..at];
        index
            && first.unit == Unit::Percent
            && near_hundred(first.value)
            && near_hundred(value)
            && gap
                .iter()
                .any(|i| i.is(word::MOM | word::YTD | word::YOY) || i.kind == Kind::Period)
            && gap.iter().all(|i| {
                i.is(word::MOM | word::YTD | word::YOY | word::VERSUS | word::LEVEL | word::NEUTRAL)
                    || matches!(i.kind, Kind::Mark(',') | Kind::Period)
            })
    }

    /// Whether the count of projects or enterprises told before is said to grow, or their capital.
    fn grows_of(&self, items: &[Item], at: usize) -> Option<bool> {
        let behind = items[at].end;
        if self.exact(behind) == "về" {
            return match (self.exact(behind + 1), self.exact(behind + 2)) {
                ("số" | "tổng", "vốn") | ("vốn", _) => Some(false),
                ("số" | "lượng", _) => Some(true),
                _ => None,
            };
        }
        // Right before the verb.
        let verb = items[..at]
            .iter()
            .rposition(|i| i.is(word::UP | word::DOWN))?;
        let end = items[verb].first;
        let word = |back: usize| end.checked_sub(back).map_or("", |t| self.exact(t));
        match (word(3), word(2), word(1)) {
            ("số", "dự", "án")
            | ("số", "doanh", "nghiệp")
            | (_, "số", "lượt")
            | (_, "số", "lượng") => Some(true),
            (_, "số", "vốn") | ("vốn", "đăng", "kí") => Some(false),
            _ => None,
        }
    }

    /// `27 dự án, bằng 52% so với cùng kỳ, tổng vốn 290 triệu USD, bằng 109%`: what the share before was of.
    fn equals_again(&self, items: &[Item], at: usize, quantity: &Quantity) -> bool {
        let equals = |at: usize| {
            self.governing(items, at)
                .any(|i| self.exact(i.end - 1) == "bằng")
        };
        let alone = items
            .get(at + 1)
            .is_none_or(|i| matches!(i.kind, Kind::Mark(_)));
        let before = items[..at].iter().rposition(
            |i| matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Percent),
        );
        quantity.value >= Decimal::from(10)
            && alone
            && equals(at)
            && before.is_some_and(|before| {
                equals(before)
                    && items[before + 1..]
                        .iter()
                        .take(3)
                        .take_while(|i| !matches!(i.kind, Kind::Mark(_) | Kind::Quantity(_)))
                        .any(|i| i.is(word::YOY))
            })
    }

    /// The second of a pair: `tăng lần lượt 5% và 7%`.
    fn grow_second(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let Some((first, second)) = w.state.pair else {
            return false;
        };
        let joined = at > 0 && self.exact(w.items[at - 1].first) == "và";
        if !joined || self.since_words(w.items, at) & (word::UP | word::DOWN) != 0 {
            return false;
        }
        let (Some(yoy), None) = (w.figures[first].yoy_pct, w.figures[second].yoy_pct) else {
            return false;
        };
        w.figures[second].yoy_pct = Some(signed(quantity.value, yoy.is_sign_negative()));
        true
    }

    /// The verb that governs a percentage, and whether it says where a change ended (`giảm còn 3%`).
    fn verb_of_rate(&self, items: &[Item], at: usize) -> (u64, bool) {
        const VERBS: u64 =
            word::UP | word::DOWN | word::OVER | word::TIMES | word::SHARE | word::EQUIVALENT;
        let mut verb = 0;
        let mut onto = false;
        for item in self.governing(items, at) {
            onto |= item.is(word::ONTO);
            verb |= item.classes & (VERBS | word::LEVEL | word::FROM | word::AVERAGE);
            // `lần lượt tăng là 0,2% và 0,8%`
            let joint = self.exact(item.first) == "là" && item.end == item.first + 1;
            if item.is(VERBS) || (item.is(word::LEVEL) && !joint && !item.is(word::UP | word::DOWN))
            {
                break;
            }
        }
        (verb, onto)
    }

    /// Whether the topic is a rate of growth not told yet: `tốc độ tăng trưởng đạt 8% so với cùng kỳ`.
    pub(super) fn is_native_growth(&self, w: &Work<'_>, at: usize) -> bool {
        w.state.topic.as_ref().is_some_and(|t| {
            let metric = self.metric(t.metric);
            !t.used
                && ((metric.code.ends_with(".growth")
                    && !metric.index
                    && metric.code != "agriculture.growth")
                    || self.is_announced(w.items, t))
                && t.item < at
        })
    }

    /// `tăng trưởng quý III đạt 7%, 9 tháng đạt 6,3% so với cùng kỳ`: too little for an index.
    fn is_rate_again(&self, w: &Work<'_>, value: Decimal) -> bool {
        value < Decimal::from(60)
            && w.state
                .last
                .is_some_and(|(_, last)| w.figures[last].unit == "percent")
            && w.state.topic.as_ref().is_some_and(|t| {
                t.used && !t.carried && self.metric(t.metric).code == "grdp.growth"
            })
    }

    /// `tốc độ tăng` right before the cue.
    pub(super) fn is_announced(&self, items: &[Item], topic: &Topic) -> bool {
        topic.item.checked_sub(1).is_some_and(|i| {
            let before = items[i].first.checked_sub(1).map_or("", |t| self.exact(t));
            let noun = matches!(
                (self.exact(items[i].first), self.exact(items[i].end - 1)),
                ("tăng", "trưởng")
            );
            items[i].is(word::UP)
                && (noun || self.is_rate_of(&items[i]) || matches!(before, "mức" | "độ"))
        })
    }

    pub(super) fn since_words(&self, items: &[Item], at: usize) -> u64 {
        items[self.since(items, at)..at]
            .iter()
            .fold(0, |all, i| all | i.classes)
    }

    /// `15,5%/năm`
    fn per_year(&self, items: &[Item], at: usize) -> bool {
        let Kind::Quantity(index) = items[at].kind else {
            return false;
        };
        let span = self.quantities[index].span.of(self.text);
        span.contains('/') || matches!(self.exact(items[at].end), "mỗi" | "hàng" | "một")
    }

    /// Growth over several years on average: a figure only of a period of years.
    fn average(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity, value: Decimal) {
        let Some(topic) = w.state.topic.clone().filter(|t| !t.used) else {
            return;
        };
        let many_years = self
            .around
            .period(quantity.span)
            .is_some_and(|p| p.period.len_months() > 12);
        if many_years && self.is_clear(w.items, &topic, at, true) && !w.company {
            let code = self.metric(topic.metric).growth_code();
            self.emit_rate(w, at, quantity, &code, value, "average growth");
        }
    }

    /// `GRDP +8,1%`: a sign that stands for the verb.
    fn is_signed(&self, items: &[Item], at: usize) -> bool {
        let first = items[at].first;
        let list = self.tokens.list();
        let Some(sign) = first.checked_sub(1).filter(|_| !list[first].spaced) else {
            return false;
        };
        self.exact(sign) == "+"
            && items[..at]
                .iter()
                .rev()
                .find(|i| !matches!(i.kind, Kind::Mark(_) | Kind::Period))
                .is_some_and(|i| matches!(i.kind, Kind::Cue(_)))
    }

    pub(super) fn spend(&self, state: &mut State) {
        if let Some(topic) = &mut state.topic {
            topic.used = true;
        }
        state.waiting.clear();
    }
}

/// Whether a percentage may be the change of an index: an index itself stands near a hundred.
pub(super) fn index_like(value: Decimal) -> bool {
    value < Decimal::from(60)
}
