//! What a change is against.

use super::growth::signed;
use super::{Base, Basis, Item, Kind, Reader, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// What a percentage is compared with.
    pub(super) fn base(&self, items: &[Item], at: usize, behind: &[Item]) -> Base {
        let of = |item: &Item| {
            if item.is(word::MOM) {
                Some(Base::Month)
            } else if item.is(word::YTD) {
                Some(Base::Start)
            } else if item.is(word::PLAN) {
                Some(Base::Plan)
            } else if item.is(word::YOY) {
                Some(Base::Year)
            } else {
                None
            }
        };
        let near = behind
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Mark(',')));
        let from = self.since(items, at);
        let before = &items[from..at];
        let against = before.iter().rposition(|i| {
            i.is(word::VERSUS | word::YOY | word::MOM | word::YTD) && !self.sets_time(i)
        });
        let mut versus = false;
        for (n, item) in near.enumerate() {
            if against.is_some() && item.is(word::UP | word::DOWN) {
                // `so với tháng trước giảm 0,3% và tăng so với cùng kỳ 2%`: each has its base before it.
                break;
            }
            if item.kind == Kind::Mark('(')
                && behind[n + 1..].first().is_some_and(|i| i.is(word::PLAN))
            {
                // `tăng 10% (kế hoạch 12%)`
                break;
            }
            versus |= item.is(word::VERSUS) && item.kind != Kind::Period;
            if item.kind == Kind::Period && versus && !item.is(word::YOY) {
                // `so với năm 2019`, `so với tháng 9`
                return self.base_of_period(items, at, item);
            }
            if let Some(base) = of(item) {
                return base;
            }
            if matches!(item.kind, Kind::Cue(_)) {
                break;
            }
        }
        // `so với cùng kỳ năm trước tăng 5%`, `So với tháng trước, IIP tháng 7 tăng 2%`
        if let Some(versus) = against
            && (opens_clause(before, versus)
                || !before[versus..]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Cue(_))))
        {
            let start = versus.saturating_sub(1);
            for item in &before[start..] {
                if item.kind == Kind::Period && !item.is(word::YOY | word::MOM | word::YTD) {
                    return self.base_of_period(items, at, item);
                }
                if let Some(base) = of(item) {
                    return base;
                }
            }
        }
        self.base_of_next(items, at).unwrap_or(Base::None)
    }

    /// `Ngay từ đầu năm, …`, `Dịp cuối năm, …`: when it was, where nothing says that it is compared with.
    fn sets_time(&self, item: &Item) -> bool {
        let before = item.first.checked_sub(1).map_or("", |t| self.exact(t));
        item.is(word::YTD)
            && !item.is(word::VERSUS)
            && matches!(self.exact(item.first), "đầu" | "cuối" | "từ")
            && !matches!(before, "so" | "với" | "bằng" | "hơn")
    }

    /// `tại A giảm 0,4%, tại B giảm 0,2% so với tháng trước`: what one place after another is compared with, said once.
    fn base_of_next(&self, items: &[Item], at: usize) -> Option<Base> {
        let behind = self.behind(items, at);
        let next = at + 1 + behind.len();
        let percent = match items.get(next)?.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
            _ => false,
        };
        let listed = behind.iter().any(|i| i.kind == Kind::Place)
            && behind.iter().all(|i| {
                i.kind == Kind::Place
                    || matches!(i.kind, Kind::Mark(','))
                    || i.is(word::UP | word::DOWN | word::NEUTRAL)
                    || self.exact(i.first) == "còn"
            });
        let first = items.get(next + 1)?;
        let compared = first.is(word::VERSUS | word::MOM | word::YTD | word::YOY);
        (percent && listed && compared).then(|| self.base(items, next, self.behind(items, next)))
    }

    /// `tăng 8,6% so với cùng kỳ (cùng kỳ năm trước giảm 0,2%)`: what a bracket opens with is whom its change is of.
    pub(super) fn tells_of_last_year(&self, items: &[Item], open: usize, at: usize) -> bool {
        let first = &items[(open + 1).min(at)];
        first.is(word::YOY)
            && self.exact(first.first) == "cùng"
            && items[open + 1..at]
                .iter()
                .any(|i| i.is(word::UP | word::DOWN))
    }

    /// `tăng 7,1%, cao hơn mức tăng 6,2% của cùng kỳ năm trước`: what the change was a year before.
    pub(super) fn exceeds_last_year(&self, items: &[Item], at: usize) -> bool {
        let since = items[self.since(items, at)].first;
        let tokens = since..items[at].first;
        let level =
            tokens.clone().rev().take(5).any(|t| {
                self.exact(t) == "mức" || (self.exact(t), self.exact(t + 1)) == ("con", "số")
            });
        let compared = tokens
            .rev()
            .take(8)
            .any(|t| matches!(self.exact(t), "hơn" | "kém" | "bằng" | "thua"));
        let of = items[at + 1..]
            .iter()
            .find(|i| !matches!(self.exact(i.first), "của" | "trong"));
        level
            && compared
            && of.is_some_and(|i| i.is(word::YOY) || i.kind == Kind::Period && i.is(word::VERSUS))
    }

    pub(super) fn rate_of_last_year(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        self.flush_growth(w);
        let Some(told) = w.figures.last().filter(|f| f.unit == "percent") else {
            return;
        };
        let code = told.metric.clone();
        let period = told.period.and_then(|p| p.shift_years(-1));
        let down = self
            .governing(w.items, at)
            .any(|i| (i.first..i.end).any(|t| self.exact(t) == "giảm"));
        let number = w.figures.len();
        let keep = w.state.last;
        let value = signed(quantity.value, down);
        self.emit_rate(w, at, quantity, &code, value, "change of the year before");
        if let Some(figure) = w.figures.get_mut(number) {
            figure.period = period;
            figure.basis = Basis::Actual;
            figure.as_of = None;
        }
        w.state.last = keep;
    }

    /// `so với năm 2019`, `so với tháng 9`, `so với quý I/2018`.
    pub(super) fn base_of_period(&self, items: &[Item], at: usize, item: &Item) -> Base {
        let mut month = false;
        let mut twelve = false;
        let mut year = None;
        let mut cumulative = false;
        for i in item.first..item.end {
            let word = self.exact(i);
            month |= matches!(word, "tháng" | "thang" | "quí" | "qui");
            cumulative |=
                matches!(word, "đầu" | "dau") || (i == item.first && word.parse::<u32>().is_ok());
            twelve |= word == "12" || word.starts_with("12/");
            let digits = word.rsplit('/').next().unwrap_or(word);
            if digits.len() == 4
                && let Ok(y) = digits.parse::<i32>()
            {
                year = Some(y);
            }
        }
        let Kind::Quantity(index) = items[at].kind else {
            return Base::None;
        };
        let own = self
            .around
            .period(self.quantities[index].span)
            .map(|p| p.period.end().0);
        match (month && !cumulative, year, own) {
            (true, Some(y), Some(own)) if twelve && y + 1 == own => Base::Start,
            (true, None, _) if twelve => Base::Start,
            (true, None, _) => Base::Month,
            (true, Some(y), Some(own)) if y == own => Base::Month,
            (_, Some(y), Some(own)) if y + 1 == own => Base::Year,
            (_, Some(_), Some(_)) => Base::Other,
            (false, Some(_), None) => Base::Year,
            (true, Some(_), None) => Base::Other,
            (false, None, _) => Base::Year,
        }
    }
}

/// Whether a comparison stands before all that a clause tells, and a comma behind it.
fn opens_clause(before: &[Item], versus: usize) -> bool {
    let comma = before[versus..]
        .iter()
        .take(4)
        .any(|i| i.kind == Kind::Mark(','));
    comma
        && versus <= 2
        && !before[..versus]
            .iter()
            .any(|i| matches!(i.kind, Kind::Cue(_)))
}
