//! Numbers beside a level: a mark passed on the way to it, a goal it missed, the value that a change set out from.

use rust_decimal::Decimal;

use super::{Basis, Item, Kind, Reader, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

const PART_BEHIND: &str = "part of capital behind its amount";

impl Reader<'_> {
    /// `vượt mốc 4.000 tỷ đồng, đạt 4.120 tỷ đồng`: a round number passed, where the level itself follows.
    pub(super) fn is_mark_passed(&self, items: &[Item], at: usize, quantity: &Quantity) -> bool {
        let mark = items[at].first.checked_sub(1).is_some_and(|before| {
            (before.saturating_sub(1)..=before)
                .any(|t| matches!(self.exact(t), "mốc" | "ngưỡng" | "cột"))
        });
        let next = items[at + 1..]
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Cue(_) | Kind::Mark(';')));
        let Some(next) = next.filter(|_| mark) else {
            return false;
        };
        let gap = &items[at + 1..at + 1 + next];
        let level = gap.iter().any(|i| {
            i.is(word::LEVEL | word::ONTO | word::ESTIMATE) || self.exact(i.first) == "với"
        });
        match items[at + 1 + next].kind {
            Kind::Quantity(q) => {
                let q = &self.quantities[q];
                level && gap.len() <= 6 && q.unit == quantity.unit && q.value >= quantity.value
            }
            _ => false,
        }
    }

    /// `đạt 3.100 tỷ đồng, không đạt chỉ tiêu 3.400 tỷ đồng`, `vượt dự toán 2.900 tỷ đồng`: the plan of the level just told.
    pub(super) fn is_goal_of_last(&self, w: &Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let Some((last_item, last)) = w.state.last else {
            return false;
        };
        let (items, figure) = (w.items, &w.figures[last]);
        let gap = &items[(last_item + 1).min(at)..at];
        let Some(plan) = gap.iter().rposition(|i| i.is(word::PLAN)) else {
            return false;
        };
        let turned = |class: u64| gap[..=plan].iter().any(|i| i.is(class));
        let value = figure.value;
        // `3.012 tỷ đồng so với dự toán 2.900 tỷ đồng`
        let compared =
            self.exact(gap[plan].first) == "so" || plan > 0 && gap[plan - 1].is(word::VERSUS);
        let missed = turned(word::NOT | word::DOWN) && quantity.value > value || compared;
        // What is passed by less than itself: `vượt dự toán 300 tỷ đồng` tells by how much.
        let passed = turned(word::OVER)
            && value
                .checked_sub(quantity.value)
                .is_some_and(|rest| rest >= Decimal::ZERO && quantity.value > rest);
        (missed || passed)
            && figure.unit == self.unit_of(quantity, &figure.metric)
            && figure.basis != Basis::Target
            && gap.len() <= 10
            && !gap.iter().any(|i| {
                matches!(
                    i.kind,
                    Kind::Cue(_) | Kind::Quantity(_) | Kind::Mark(';' | '(')
                ) || i.is(word::LEVEL) && self.exact(i.first) != "đạt"
            })
    }

    /// `không đạt chỉ tiêu 9,5%, chỉ tăng 8,1%`: what was reached instead of the goal just told; its figure.
    pub(super) fn instead_of_goal(&self, w: &Work<'_>, at: usize) -> Option<usize> {
        let (last_item, last) = w.state.last?;
        let gap = w.items.get(last_item + 1..at)?;
        let told = &w.figures[last];
        let only = gap.iter().any(|i| {
            (i.first..i.end).any(|t| {
                self.exact(t) == "chỉ" || (self.exact(t), self.exact(t + 1)) == ("thực", "tế")
            })
        });
        let missed = w.items[..last_item].iter().any(|i| i.is(word::NOT));
        let plain = gap.iter().all(|i| {
            matches!(i.kind, Kind::Mark(','))
                || i.is(word::UP | word::DOWN | word::LEVEL | word::ABOUT | word::AT_LEAST)
                || matches!(
                    self.exact(i.first),
                    "chỉ" | "mà" | "khi" | "thực" | "tế" | "nhưng" | "do" | "mới" | "thu"
                )
        });
        (told.basis == Basis::Target && only && missed && plain).then_some(last)
    }

    /// The figure of what was reached instead of a goal.
    pub(super) fn reach_instead(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        goal: usize,
        code: &str,
        value: Decimal,
    ) {
        let (number, unit) = (w.figures.len(), w.figures[goal].unit.clone());
        self.emit(w, at, quantity, code, &unit, value, "instead of the goal");
        let planned = w.figures[goal].value;
        if let Some(figure) = w.figures.get_mut(number) {
            figure.basis = Basis::Actual;
            figure.plan_value = Some(planned);
        }
    }

    /// `tăng từ 31 triệu đồng năm 2011 lên 48 triệu đồng năm 2015`: both ends of the change have a year of their own.
    pub(super) fn sets_out(&self, items: &[Item], at: usize) -> bool {
        let Kind::Quantity(index) = items[at].kind else {
            return false;
        };
        let from = self.governing(items, at).any(|i| i.is(word::FROM));
        let dated = |n: usize| {
            let year = |i: &Item| {
                i.kind == Kind::Period && (i.first..i.end).any(|t| self.exact(t).len() == 4)
            };
            items.get(n + 1).is_some_and(year)
                || items
                    .get(n + 1)
                    .is_some_and(|i| matches!(i.kind, Kind::Mark('(')))
                    && items.get(n + 2).is_some_and(year)
        };
        let next = items[at + 1..]
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
            .map(|n| at + 1 + n);
        from && dated(at)
            && next.is_some_and(|next| {
                let onto = items[at + 1..next]
                    .iter()
                    .any(|i| i.is(word::ONTO) || self.exact(i.end - 1) == "lên");
                let same = matches!(items[next].kind, Kind::Quantity(q) if self.quantities[q].unit == self.quantities[index].unit);
                onto && same && next - at <= 8 && dated(next)
            })
    }

    /// `Với 4.120 tỷ đồng, thu ngân sách năm 2016 vượt dự toán 6%`: the cue behind the comma whose level opens the sentence.
    pub(super) fn leads_to_cue(&self, items: &[Item], at: usize) -> Option<usize> {
        let opens = self.exact(items[0].first) == "với"
            && items[..at]
                .iter()
                .all(|i| i.is(word::NEUTRAL | word::ABOUT | word::AT_LEAST | word::LEVEL));
        if !opens || at > 4 || !matches!(items.get(at + 1)?.kind, Kind::Mark(',')) {
            return None;
        }
        let unit = match items[at].kind {
            Kind::Quantity(q) => self.quantities[q].unit,
            _ => return None,
        };
        let cue = items[at + 2..]
            .iter()
            .take(4)
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(_)))
            .position(|i| matches!(i.kind, Kind::Cue(_)))
            .map(|n| at + 2 + n)?;
        let own = items[cue + 1..]
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Mark(';')))
            .any(|i| matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == unit));
        (!own).then_some(cue)
    }

    /// `vốn FDI gồm 210 triệu USD cấp mới, 90 triệu USD tăng thêm và 12 triệu USD góp vốn`: the part that stands behind its amount.
    pub(super) fn part_behind(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        const PARTS: u64 = word::NEW | word::ADDED | word::CONTRIBUTED;
        let items = w.items;
        let Some(topic) = w.state.topic.clone().filter(|_| quantity.unit.is_money()) else {
            return false;
        };
        let family = self.family(topic.metric);
        let whole = topic
            .code
            .clone()
            .unwrap_or_else(|| self.metric(topic.metric).code.clone());
        let behind = self.behind(items, at);
        let parts = behind.first().map_or(0, |i| {
            if i.kind == Kind::Unknown {
                0
            } else {
                i.classes & PARTS
            }
        });
        let part = match parts {
            word::NEW => "new",
            word::ADDED => "added",
            word::CONTRIBUTED if family == "fdi" => "contributed",
            _ => return false,
        };
        let closes = behind[1..]
            .iter()
            .find(|i| i.classes & parts == 0)
            .is_none_or(|i| matches!(i.kind, Kind::Mark(_)) || self.exact(i.first) == "và");
        let from = w
            .state
            .last
            .map_or(topic.item, |(last, _)| last.max(topic.item))
            + 1;
        let gap = &items[from.min(at)..at];
        let listed = gap.iter().any(|i| i.is(word::PART))
            || matches!(w.figures.last(), Some(f) if f.rule == PART_BEHIND);
        let plain = gap.iter().all(|i| {
            i.is(PARTS | word::PART | word::LEVEL | word::ABOUT | word::AT_LEAST | word::NEUTRAL)
                || matches!(i.kind, Kind::Mark(',') | Kind::Place | Kind::Period)
        });
        let capital = matches!(family, "fdi" | "ddi") && whole.contains(".capital");
        if !(capital && closes && listed && plain) || topic.carried || w.company {
            return false;
        }
        self.level(
            w,
            at,
            quantity,
            &format!("{family}.capital.{part}"),
            PART_BEHIND,
        );
        self.spend(&mut w.state);
        true
    }

    /// `đón 2,1 triệu lượt, trong đó quốc tế 310 nghìn lượt, nội địa …`: visitors by a word that says which of them.
    pub(super) fn part_of_visitors(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
    ) -> bool {
        let items = w.items;
        let list = self.tokens.list();
        let begins = list[items[0].first].span.start;
        let told = w.figures.last().is_some_and(|f| {
            f.metric.starts_with("tourism.visitors")
                && f.unit == "visitors"
                && f.span.start >= begins
        });
        if quantity.unit != Unit::Visitors || !told || w.company {
            return false;
        }
        let since = self.since(items, at);
        let Some(name) = items[since..at]
            .iter()
            .rposition(|i| !i.is(word::LEVEL | word::ESTIMATE | word::ABOUT | word::AT_LEAST))
        else {
            return false;
        };
        let name = since + name;
        let item = &items[name];
        let code = match (
            self.exact(item.end.saturating_sub(2)),
            self.exact(item.end - 1),
        ) {
            ("quốc", "tế") | ("nước", "ngoài") => "tourism.visitors.international",
            ("nội", "địa") | ("trong", "nước") => "tourism.visitors.domestic",
            ("lưu", "trú") => "tourism.visitors.overnight",
            _ => return false,
        };
        let opens = name == since
            || matches!(items[name - 1].kind, Kind::Mark(_))
            || items[name - 1].is(word::PART)
            || matches!(self.exact(items[name - 1].first), "và" | "còn" | "là");
        if matches!(item.kind, Kind::Cue(_)) || !opens {
            return false;
        }
        self.level(w, at, quantity, code, "part of the visitors");
        true
    }

    /// `thu 4.120 tỷ đồng, chi 7.850 tỷ đồng`: what the budget spent, beside what it took in.
    pub(super) fn is_spending(&self, items: &[Item], at: usize) -> bool {
        let since = self.since(items, at);
        let verb = items[since..at]
            .iter()
            .rev()
            .find(|i| {
                !i.is(word::ABOUT | word::AT_LEAST | word::LEVEL | word::ESTIMATE)
                    && self.exact(i.first) != "ra"
            })
            .is_some_and(|i| i.end == i.first + 1 && self.exact(i.first) == "chi");
        let revenue = |i: &Item| {
            self.metric_of(i)
                .is_some_and(|(id, _)| self.metric(id).code == "budget.revenue")
        };
        verb && items[..since].iter().rev().take(12).any(revenue)
    }
}
