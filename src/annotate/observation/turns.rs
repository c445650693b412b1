//! `lần lượt`: numbers in a row, each of the metric, the place or the period in its place of another row.

use super::growth::signed;
use super::{Base, Item, Kind, MetricId, Reader, Topic, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

/// What the numbers of a row are dealt out to.
enum Row {
    /// One metric of several places or periods.
    One(Topic),
    /// A metric each: their cues.
    Each(Vec<(usize, MetricId)>),
}

impl Reader<'_> {
    /// `A và B lần lượt đạt x và y`: levels.
    pub(super) fn respectively(&self, w: &mut Work<'_>, at: usize) -> bool {
        let items = w.items;
        if w.company || self.since_words(items, at) & word::RESPECTIVELY == 0 {
            return false;
        }
        let mut numbers = self.numbers_in_row(items, at, false);
        let mut dealt = self.row_before(w, at, numbers.len());
        if dealt.is_none() {
            // `thu ngân sách, xuất khẩu và bán lẻ lần lượt là x tỷ đồng, y triệu USD và z tỷ đồng`
            numbers = self.numbers_in_row(items, at, true);
            dealt = self
                .row_before(w, at, numbers.len())
                .filter(|row| matches!(row, Row::Each(_)));
        }
        let row = numbers.last().map(|(last, _)| *last);
        let fits = |metric: MetricId| numbers.iter().all(|(_, q)| self.fits(metric, q));
        match dealt {
            Some(Row::One(topic)) if fits(topic.metric) => {
                let scope = w.scope;
                let first = w.figures.len();
                let two = numbers.len() == 2;
                for (at, number) in numbers {
                    let code = self.code_for(items, topic.item, at, topic.metric, number, scope);
                    if let Some(code) = code {
                        self.emit(w, at, number, &code, "", number.value, "respectively");
                    }
                }
                if two && w.figures.len() == first + 2 {
                    w.state.pair = Some((first, first + 1));
                }
            }
            Some(Row::Each(cues))
                if cues
                    .iter()
                    .zip(&numbers)
                    .all(|((_, m), (_, q))| self.fits(*m, q)) =>
            {
                let number = w.figures.len();
                for ((_, metric), (at, quantity)) in cues.iter().zip(&numbers) {
                    let code = self.metric(*metric).code.clone();
                    self.emit(w, *at, quantity, &code, "", quantity.value, "respectively");
                }
                if cues.len() == 2 && w.figures.len() == number + 2 {
                    w.state.pair = Some((number, number + 1));
                }
            }
            // `Các chỉ tiêu này lần lượt là x và y`: numbers of what another sentence named are of no metric alone.
            _ if numbers.len() > 1 && w.state.topic.as_ref().is_some_and(|t| t.carried) => {}
            _ => return false,
        }
        w.state.row = row;
        self.spend(&mut w.state);
        true
    }

    /// Where the levels begin that a row of changes or shares can be of: in the sentence, or before it where it points back.
    pub(super) fn levels_from(&self, items: &[Item]) -> usize {
        if self.points_back(items) {
            return 0;
        }
        self.tokens.list()[items[0].first].span.start
    }

    /// `A và B lần lượt tăng x% và y%`: growth.
    pub(super) fn grow_respectively(&self, w: &mut Work<'_>, at: usize, down: bool) -> bool {
        let items = w.items;
        if w.company || self.since_words(items, at) & word::RESPECTIVELY == 0 {
            return false;
        }
        let numbers = self.numbers_in_row(items, at, false);
        if let Some((last_item, last)) = w.state.last {
            // `310 doanh nghiệp mới với số vốn 4.200 tỷ đồng, lần lượt tăng 10% và 9%`
            let begun = self.levels_from(items);
            let first = (last + 1).checked_sub(numbers.len());
            let levels = first.and_then(|first| w.figures.get_mut(first..=last));
            if let Some(levels) = levels.filter(|_| numbers.len() > 1)
                && levels
                    .iter()
                    .all(|f| f.span.start >= begun && f.yoy_pct.is_none() && f.unit != "percent")
                && !items[last_item..at]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Cue(_)))
            {
                let mut down = down;
                let mut told = at;
                for (figure, (at, number)) in levels.iter_mut().zip(&numbers) {
                    down = self.turned(&items[told..*at]).unwrap_or(down);
                    told = *at;
                    figure.yoy_pct = Some(signed(number.value, down));
                }
                // The other numbers are read again as changes of what has one.
                return true;
            }
            return false;
        }
        let codes: Vec<String> = match self.row_before(w, at, numbers.len()) {
            Some(Row::One(topic)) if self.is_clear(items, &topic, at, true) => {
                let metric = self.metric(topic.metric);
                let last = numbers.last().map_or(at, |(n, _)| *n);
                // `CPI của A và B lần lượt tăng 0,2% và 0,8% so với tháng trước`
                let code = match self.base(items, last, self.behind(items, last)) {
                    Base::Month if metric.index => metric.mom.clone(),
                    Base::Start if metric.index => metric.ytd.clone(),
                    _ => Some(metric.growth_code()),
                };
                let Some(code) = code else { return false };
                vec![code; numbers.len()]
            }
            Some(Row::Each(cues)) => cues
                .iter()
                .map(|(_, metric)| self.metric(*metric).growth_code())
                .collect(),
            _ => return false,
        };
        let mut down = down;
        let mut told = at;
        for ((at, quantity), code) in numbers.into_iter().zip(codes) {
            // `lần lượt tăng 5% và giảm 7%`
            down = self.turned(&items[told..at]).unwrap_or(down);
            told = at;
            let value = signed(quantity.value, down);
            self.emit_rate(w, at, quantity, &code, value, "respectively");
        }
        self.spend(&mut w.state);
        true
    }

    /// Whether the last verb among items says that something fell; `None` without one.
    fn turned(&self, items: &[Item]) -> Option<bool> {
        let verb = items.iter().rev().find(|i| i.is(word::UP | word::DOWN));
        verb.map(|verb| verb.is(word::DOWN))
    }

    /// The numbers that `,` and `và` join, from item `at` on: of one unit, or of any.
    pub(super) fn numbers_in_row(
        &self,
        items: &[Item],
        at: usize,
        mixed: bool,
    ) -> Vec<(usize, &Quantity)> {
        let mut row: Vec<(usize, &Quantity)> = Vec::new();
        for (n, item) in self.without_asides(items, at, items.len()) {
            match item.kind {
                Kind::Quantity(q) => {
                    let quantity = &self.quantities[q];
                    if row
                        .first()
                        .is_some_and(|(_, one)| one.unit != quantity.unit && !mixed)
                    {
                        break;
                    }
                    row.push((n, quantity));
                }
                Kind::Mark(',') => {}
                _ if matches!(self.exact(item.first), "và" | "với")
                    || item.is(word::ABOUT | word::AT_LEAST) => {}
                _ if item.is(word::UP | word::DOWN)
                    && row
                        .first()
                        .is_some_and(|(_, one)| one.unit == Unit::Percent) => {}
                _ => break,
            }
        }
        row
    }

    /// What `count` numbers behind `lần lượt` are dealt out to.
    fn row_before(&self, w: &Work<'_>, at: usize, count: usize) -> Option<Row> {
        let items = w.items;
        if count < 2 {
            return None;
        }
        let clause = items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(';') | Kind::Quantity(_)))
            .map_or(0, |i| i + 1);
        let counted = |kind: Kind| items[clause..at].iter().filter(|i| i.kind == kind).count();
        // `…; thấp nhất là C và D, lần lượt z và w`: more of the metric that the clause before told of.
        let named = items[clause..at]
            .iter()
            .any(|i| matches!(i.kind, Kind::Cue(_)));
        let again = counted(Kind::Place) == count && !named;
        if [Kind::Place, Kind::Period]
            .iter()
            .any(|k| counted(*k) == count)
            && let Some(topic) = w
                .state
                .topic
                .clone()
                .filter(|t| (!t.used || again) && !t.carried)
        {
            return Some(Row::One(topic));
        }
        let whole = w.state.waiting.last().filter(|(item, metric)| {
            self.metric(*metric).code == "trade.total"
                && (items[*item].first..items[*item].end)
                    .any(|t| matches!(self.exact(t), "và" | ","))
        });
        if let (Some((item, _)), 2) = (whole, count) {
            // `kim ngạch xuất khẩu và nhập khẩu lần lượt đạt …`
            let of = |code| self.taxonomy.by_code(code).map(|id| (*item, id));
            return Some(Row::Each(vec![of("trade.exports")?, of("trade.imports")?]));
        }
        let cues = &w.state.waiting[w.state.waiting.len().checked_sub(count)?..];
        let distinct = cues
            .iter()
            .enumerate()
            .all(|(n, (_, m))| cues[..n].iter().all(|(_, other)| other != m));
        distinct.then(|| Row::Each(cues.to_vec()))
    }
}
