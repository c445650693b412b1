//! What a clause leaves out because the one before it has said it: the verb, the metric of a series, whose trade, the month.

use rust_decimal::Decimal;

use super::{Basis, Item, Kind, MetricId, Reader, Source, Topic, Work, classes, word};
use crate::annotate::number::Quantity;
use crate::model::{Observation, Period};

impl Reader<'_> {
    /// `ước đón 1,9 triệu lượt khách, doanh thu 700 tỷ đồng`: a name and its number without a verb share that of the clause before.
    pub(super) fn share_estimates(&self, items: &[Item], figures: &mut [Observation]) {
        let list = self.tokens.list();
        let item_at = |f: &Observation| {
            items
                .iter()
                .position(|i| list[i.first].span.start == f.span.start)
        };
        // `chỉ số ước đạt 97,2%, giảm 2,8%`: the same told twice.
        for figure in figures.iter_mut() {
            let index = figure.basis == Basis::Actual && figure.unit == "percent";
            let Some(at) = item_at(figure).filter(|at| index && *at > 0) else {
                continue;
            };
            let level = items[..at].iter().rposition(|i| match i.kind {
                Kind::Quantity(q) => {
                    self.quantities[q].value == figure.value + Decimal::ONE_HUNDRED
                }
                _ => false,
            });
            if let Some(level) = level.filter(|level| at - level <= 4)
                && self.governing(items, level).any(|i| i.is(word::ESTIMATE))
            {
                figure.basis = Basis::Estimate;
            }
        }
        for n in 1..figures.len() {
            let (told, rest) = figures.split_at_mut(n);
            let (before, figure) = (&told[n - 1], &mut rest[0]);
            let shares = before.basis == Basis::Estimate
                && figure.basis == Basis::Actual
                && figure.unit != "percent"
                && before.unit != "percent"
                && before.period == figure.period
                && before.subject == figure.subject;
            let (Some(from), Some(at)) = (item_at(before), item_at(figure)) else {
                continue;
            };
            if !shares || from >= at {
                continue;
            }
            let cue = items[from..at]
                .iter()
                .rposition(|i| matches!(i.kind, Kind::Cue(_)))
                .map(|n| from + n);
            let Some(cue) = cue else {
                continue;
            };
            let gapped = items[cue + 1..at]
                .iter()
                .all(|i| i.is(word::ABOUT | word::AT_LEAST) || i.kind == Kind::Place);
            // A level of its own, a turn to something else, and what was done end the clause.
            let ends = items[from + 1..at].iter().any(|i| {
                matches!(i.kind, Kind::Mark(';' | ':' | '(' | ')') | Kind::Period)
                    && !i.is(word::YOY | word::VERSUS)
                    || i.is(word::DONE | word::PART | word::TARGET | word::CUMULATIVE)
            });
            let named =
                items[cue - 1].kind == Kind::Mark(',') || self.exact(items[cue - 1].first) == "và";
            if gapped && named && !ends {
                figure.basis = Basis::Estimate;
            }
        }
    }

    /// `năm 2008 sản lượng đạt a, nộp ngân sách b; năm 2009 đạt c, nộp ngân sách d`: a year that names no metric before its first
    /// number begins the series anew, where it names the metric told last behind it.
    pub(super) fn restart_series(&self, w: &mut Work<'_>, semicolon: usize, told: usize) {
        let items = w.items;
        let clause = &items[semicolon + 1..];
        let end = clause
            .iter()
            .position(|i| i.kind == Kind::Mark(';'))
            .unwrap_or(clause.len());
        let clause = &clause[..end];
        let Some(number) = clause
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
        else {
            return;
        };
        // `; đến cuối năm 2018 còn 4%`
        let until = usize::from(
            clause[0].first + 1 == clause[0].end && self.exact(clause[0].first) == "đến",
        );
        let dated = clause.get(until).is_some_and(|i| i.kind == Kind::Period);
        let onto = clause[..number].iter().any(|i| i.is(word::ONTO));
        let plain = clause[..number].iter().all(|i| {
            i.kind == Kind::Period
                || i.kind == Kind::Mark(',')
                || i.is(word::LEVEL
                    | word::ESTIMATE
                    | word::ABOUT
                    | word::AT_LEAST
                    | word::ONTO
                    | word::STOCK)
                || onto && i.is(word::UP | word::DOWN)
        });
        if let (true, Some(topic)) = (onto && dated && plain && number <= 5, &mut w.state.topic)
            && let Kind::Quantity(q) = clause[number].kind
            && self.fits(topic.metric, &self.quantities[q])
        {
            topic.used = false;
            topic.item = semicolon;
            return;
        }
        let Some(topic) = w
            .state
            .topic
            .as_ref()
            .filter(|_| dated && plain && number <= 4)
        else {
            return;
        };
        let again = clause[number..]
            .iter()
            .any(|i| self.metric_of(i).is_some_and(|(id, _)| id == topic.metric));
        let from = items[..semicolon]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(items[0].first, |i| items[i].first);
        let from = self.tokens.list()[from].span.start;
        let first = w.figures[told..]
            .iter()
            .find(|f| f.span.start >= from && f.unit != "percent")
            .map(|f| f.metric.clone());
        if let Some(code) = first.filter(|_| again)
            && let Some(metric) = self.taxonomy.by_code(&code)
        {
            w.state.topic = Some(Topic {
                item: semicolon,
                metric,
                used: true,
                weak: false,
                carried: false,
                code: Some(code),
            });
        }
    }

    /// `kim ngạch xuất nhập khẩu 12 tỷ USD, trong đó xuất 7 tỷ USD, nhập 5 tỷ USD`: the side of the trade told of.
    pub(super) fn side_of_trade(
        &self,
        w: &Work<'_>,
        at: usize,
        quantity: &Quantity,
    ) -> Option<&'static str> {
        let items = w.items;
        let (_, last) = w.state.last.filter(|_| quantity.unit.is_money())?;
        let told = &w.figures[last];
        let verb = self
            .governing(items, at)
            .find(|i| !i.is(word::ABOUT | word::AT_LEAST | word::LEVEL | word::ESTIMATE))?;
        let side = match (verb.end - verb.first, self.exact(verb.first)) {
            (1, "xuất") => "trade.exports",
            (1, "nhập") => "trade.imports",
            _ => return None,
        };
        let whole = matches!(
            told.metric.as_str(),
            "trade.total" | "trade.exports" | "trade.imports"
        );
        (whole && told.metric != side && told.unit == self.unit_of(quantity, side)).then_some(side)
    }

    /// `có 48 doanh nghiệp thành lập mới, vốn 300 tỷ đồng; lũy kế 240 doanh nghiệp`: those founded since January.
    pub(super) fn sums_founded(&self, w: &Work<'_>, at: usize) -> bool {
        let items = w.items;
        let founded = w
            .figures
            .iter()
            .rev()
            .take(3)
            .find(|f| f.unit == "enterprises")
            .is_some_and(|f| {
                f.metric == "enterprises.new"
                    && f.span.start >= self.tokens.list()[items[0].first].span.start
            });
        let since = self.since(items, at);
        let gap = &items[since..at];
        founded
            && gap.iter().any(|i| i.is(word::CUMULATIVE))
            && gap.iter().all(|i| {
                matches!(i.kind, Kind::Mark(',' | ';') | Kind::Period)
                    || i.is(word::CUMULATIVE | word::ABOUT | word::AT_LEAST | word::LEVEL)
                    || matches!(self.exact(i.first), "có" | "toàn" | "đã")
            })
    }

    /// `Theo địa bàn, A dẫn đầu với 500 triệu USD, …` in a report on foreign investment: its capital.
    pub(super) fn ranked_by_place(&self, items: &[Item]) -> Option<(MetricId, String)> {
        let first = items[0].first;
        let by_place = (first..first + 3).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1), self.exact(t + 2)),
                ("theo" | "về" | "xét", "địa", "bàn" | "phương")
            )
        });
        let leads = items.windows(2).take(10).any(|pair| {
            pair[0].kind == Kind::Place
                && matches!(
                    (self.exact(pair[1].first), self.exact(pair[1].first + 1)),
                    ("dẫn" | "đứng", "đầu")
                )
        });
        let metric = self
            .ids
            .fdi
            .filter(|_| by_place && leads && self.foreign_report)?;
        Some((metric, self.metric(metric).code.clone()))
    }

    /// `chỉ số này`
    pub(super) fn this_index(&self, item: &Item) -> bool {
        (item.first..item.end)
            .any(|t| (self.exact(t), self.exact(t + 1), self.exact(t + 2)) == ("chỉ", "số", "này"))
    }

    /// `Xuất khẩu của khu vực FDI đạt x; nhập khẩu y`: the other side, bare behind a semicolon, is of the sector that the sentence
    /// opens with.
    pub(super) fn sector_goes_on(&self, items: &[Item], cue: usize) -> Source {
        let bare = cue > 0 && items[cue - 1].kind == Kind::Mark(';');
        let trade = |i: &Item| self.is_of(i, "trade");
        let Some(first) = items[..cue].iter().position(trade).filter(|_| bare) else {
            return Source::Unknown;
        };
        let number = items[first..cue]
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
            .map_or(cue, |n| first + n);
        let again = items[number..cue].iter().any(|i| {
            i.is(word::FDI | word::DDI | word::PART | word::WHOLE) || i.kind == Kind::Place
        });
        let head = classes(&items[..number]);
        if again || head & word::PART != 0 {
            Source::Unknown
        } else {
            Source::of(head)
        }
    }

    /// `(tháng 3) đạt 85 triệu USD, lũy kế 180 triệu USD`: the month alone, then the months since January, where the report is on a
    /// month and neither number has a period of its own. For the figures of one sentence.
    pub(super) fn part_months(&self, items: &[Item], figures: &mut [Observation]) {
        let Some(month) = self.around.main_period().and_then(|p| {
            let (year, last) = p.end();
            (p.start().0 == year)
                .then_some((year, last))
                .filter(|_| p.len_months() == 1)
        }) else {
            return;
        };
        let list = self.tokens.list();
        let at = |f: &Observation| {
            items
                .iter()
                .position(|i| list[i.first].span.start == f.span.start)
        };
        for n in 0..figures.len() {
            let (told, rest) = figures.split_at_mut(n);
            let figure = &mut rest[0];
            let Some(before) = told
                .iter_mut()
                .rev()
                .find(|f| f.metric == figure.metric && f.unit == figure.unit)
            else {
                // `Chi ngân sách lũy kế 1.900 tỷ đồng`
                if let Some(at) = at(figure)
                    && !self.is_stock(&figure.metric)
                    && figure.unit != "percent"
                    && self.governing(items, at).any(|i| i.is(word::CUMULATIVE))
                    && !items[..at].iter().any(|i| i.kind == Kind::Period)
                {
                    figure.period = Period::months(month.0, 1, month.1);
                    figure.as_of = None;
                }
                continue;
            };
            let (Some(from), Some(to)) = (at(before), at(figure)) else {
                continue;
            };
            let gap = &items[from.min(to) + 1..to];
            let since = gap
                .iter()
                .rev()
                .take(6)
                .any(|i| (i.first..i.end).any(|t| self.exact(t) == "kế"));
            let dated = gap
                .iter()
                .any(|i| i.kind == Kind::Period && !i.is(word::YOY | word::VERSUS | word::MOM));
            let own = items[self.since(items, from)..from]
                .iter()
                .any(|i| i.kind == Kind::Period);
            if !since || self.is_stock(&figure.metric) {
                continue;
            }
            if !own {
                before.period = Period::months(month.0, month.1, month.1);
                before.as_of = None;
            }
            if !dated {
                figure.period = Period::months(month.0, 1, month.1);
                figure.as_of = None;
            }
        }
    }
}
