//! How a sentence opens, and so whether it goes on with the one before: a ranking, a province and at once its number, a name
//! that heads the next.

use super::{Head, Item, Kind, MetricId, Observation, Reader, Scope, Topic, clause_at, word};
use crate::text::TokenKind;

impl Reader<'_> {
    /// `Đứng đầu là …`, `Nhiều nhất là …`, `Tiếp theo là …` and a province.
    pub(super) fn opens_ranking(&self, items: &[Item]) -> bool {
        let first = items[0].first;
        let ranks = (first..first + 3).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1)),
                ("đứng" | "dẫn", "đầu" | "thứ")
                    | ("nhiều" | "cao" | "lớn", "nhất")
                    | ("tiếp", "theo" | "đến")
                    | ("kế", "đến" | "tiếp")
                    | ("xếp", "thứ")
            )
        });
        ranks && items.iter().take(8).any(|i| i.kind == Kind::Place)
    }

    /// `Đứng đầu là Bình Phước: 133 dự án`, `Thứ ba, Bình Thuận, 17 dự án`, `Ninh Thuận có 5 dự án`: a place, its rank maybe, and at once its
    /// projects.
    pub(super) fn ranks_places(&self, items: &[Item], at: usize) -> bool {
        /// Words between a place, its rank and its number.
        const RANK: &[&str] = &[
            "đứng", "dẫn", "đầu", "thứ", "nhất", "nhì", "hai", "ba", "tư", "năm", "sáu", "là",
            "có", "với", "tiếp", "theo", "đến", "kế", "sau", "đó", "xếp", "vị", "trí", "tỉnh",
            "thành", "phố", "cuối", "cùng",
        ];
        let clause = clause_at(items, at);
        let head = &items[clause..at];
        head.len() <= 10
            && head.iter().any(|i| i.kind == Kind::Place)
            && head.iter().all(|i| {
                matches!(i.kind, Kind::Place | Kind::Mark(',' | ':'))
                    || i.is(word::ABOUT | word::AT_LEAST)
                    || (i.first..i.end).all(|t| RANK.contains(&self.exact(t)))
            })
    }

    /// `Cục Hải quan Cao Bằng đạt …`, `Bắc Giang cũ đạt …`: a province and at once its number, no word for what it counts.
    pub(super) fn opens_with_place(&self, items: &[Item]) -> bool {
        let Some(place) = items.iter().take(6).position(|i| i.kind == Kind::Place) else {
            return false;
        };
        let Some(number) = items[place..]
            .iter()
            .take(7)
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
        else {
            return false;
        };
        let plain = |i: &Item| i.is(word::NEUTRAL) || i.kind == Kind::Place;
        items[..place]
            .iter()
            .all(|i| plain(i) || i.is(word::CUSTOMS) || matches!(i.kind, Kind::Mark('-' | '+')))
            && items[place..place + number]
                .iter()
                .any(|i| i.is(word::LEVEL))
            && items[place..place + number].iter().all(|i| {
                plain(i)
                    || i.is(word::LEVEL | word::ABOUT | word::AT_LEAST | word::ESTIMATE)
                    || i.kind == Kind::Period
                    || self.exact(i.first) == "cũ"
            })
    }

    /// `… cấp mới x; tăng vốn y; góp vốn z. Hà Nội dẫn đầu với w`: of the whole, where the parts are told one after another.
    pub(super) fn whole_of_parts(
        &self,
        told: (MetricId, String),
        figures: &[Observation],
    ) -> (MetricId, String) {
        /// Figures that tell of one sum and its parts.
        const NEAR: usize = 8;
        // Behind a paragraph on new projects they are ranked by those.
        let Some((family, part)) = told.1.split_once(".capital.") else {
            return told;
        };
        if part == "new" {
            return told;
        }
        let whole = format!("{family}.capital");
        let near = figures.iter().rev().take(NEAR);
        let parted = near
            .filter(|f| f.metric.starts_with(&whole))
            .any(|f| f.metric != told.1);
        match self.taxonomy.by_code(&whole).filter(|_| parted) {
            Some(metric) => (metric, whole),
            None => told,
        }
    }

    /// `Còn năm 2017 là 950 triệu USD`, `Sang năm 2018 đạt …`: another year and at once its number, no word for what it counts.
    pub(super) fn opens_with_year(&self, items: &[Item]) -> bool {
        let Some(number) = items
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
            .filter(|number| (2..=8).contains(number))
        else {
            return false;
        };
        let head = &items[..number];
        let year = |i: &Item| {
            i.kind == Kind::Period
                && !i.is(word::VERSUS)
                && (i.first..i.end).any(|t| self.exact(t).len() == 4)
        };
        head.iter().take(2).any(year)
            && head.iter().any(|i| i.is(word::LEVEL | word::UP))
            && head.iter().all(|i| {
                matches!(i.kind, Kind::Period | Kind::Mark(','))
                    || i.is(word::LEVEL | word::ABOUT | word::AT_LEAST | word::UP | word::NEUTRAL)
                    || matches!(self.exact(i.first), "còn" | "sang" | "vừa" | "thì" | "con")
            })
    }

    /// `Công ty Hòa Phát`, `nhà máy này`, against `nhà máy chạy đều`: one of them, and known which.
    pub(super) fn names_company(&self, item: &Item) -> bool {
        let list = self.tokens.list();
        let next = list.get(item.end);
        let acronym = matches!(self.exact(item.first), "tnhh" | "ctcp" | "cổ");
        next.is_some_and(|t| t.is_capital() || t.kind == TokenKind::Number)
            || acronym
            || matches!(self.exact(item.end), "này" | "trên" | "đã" | "có")
            || self.exact(item.end - 1) == "này"
    }

    /// Takes up what a sentence of a headline says: `2. Công nghiệp`, `1. Tổng sản phẩm trên địa bàn (GRDP)`.
    pub(super) fn add_head(&self, items: &[Item], head: &mut Head) {
        head.industry |= (items[0].first..items[items.len() - 1].end)
            .any(|t| (self.exact(t), self.exact(t + 1)) == ("công", "nghiệp"));
        let mut named = items.iter().enumerate().filter_map(|(n, i)| match i.kind {
            Kind::Cue(hit) => self.named(self.metrics[hit].says).map(|found| (n, found)),
            _ => None,
        });
        let Some((item, (metric, weak))) = named.next() else {
            return;
        };
        let one = named.all(|(_, (id, _))| self.family(id) == self.family(metric));
        let topic = Topic {
            item,
            metric,
            used: false,
            weak,
            carried: false,
            code: None,
        };
        // What stands under `Sản xuất công nghiệp` may as well be an index.
        let plain = self.headed(items, &Some(topic)).is_some();
        head.metric = Some(metric).filter(|_| {
            one && plain && !matches!(self.family(metric), "output" | "investment" | "fdi" | "ddi")
        });
    }

    /// `Cả năm ước tăng 7%`, `Tháng 6 tăng 0,3% so với tháng trước` right under the name: the metric, where the sentence has no
    /// word of its own before its first number.
    pub(super) fn opens_under_head(
        &self,
        items: &[Item],
        scope: &Scope,
    ) -> Option<(usize, MetricId)> {
        let metric = scope.head.metric?;
        let number = items
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))?;
        let plain = items[..number].iter().all(|i| {
            matches!(i.kind, Kind::Period | Kind::Mark(','))
                || i.is(word::ESTIMATE
                    | word::UP
                    | word::DOWN
                    | word::LEVEL
                    | word::VERSUS
                    | word::YOY
                    | word::MOM
                    | word::TARGET
                    | word::ABOUT
                    | word::AT_LEAST)
        });
        let dated = items[0].kind == Kind::Period
            || items[0].is(word::ESTIMATE | word::UP | word::DOWN | word::LEVEL);
        (plain && dated && number > 0).then_some((0, metric))
    }

    /// `Cộng dồn 11 tháng, ước thực hiện x`, `Bình quân 11 tháng tăng y%`: a sentence that sums up what the one before it in the
    /// paragraph, or before its parts, told of a month.
    pub(super) fn sums_up(&self, items: &[Item], scope: &Scope) -> Option<(usize, MetricId)> {
        let metric = scope.whole?;
        let number = items
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))?;
        let opens = items[0].is(word::AVERAGE)
            || matches!(
                (self.exact(items[0].first), self.exact(items[0].first + 1)),
                ("tính", "chung" | "gộp") | ("luỹ", "kế") | ("cộng", "dồn") | ("chung", _)
            );
        let period = items[..number.min(5)]
            .iter()
            .any(|i| i.kind == Kind::Period);
        let plain = items[..number].iter().all(|i| {
            matches!(i.kind, Kind::Period | Kind::Mark(','))
                || i.is(word::ESTIMATE
                    | word::UP
                    | word::DOWN
                    | word::LEVEL
                    | word::CUMULATIVE
                    | word::AVERAGE
                    | word::ABOUT
                    | word::AT_LEAST)
                || matches!(
                    self.exact(i.first),
                    "tính" | "chung" | "luỹ" | "cộng" | "thực"
                )
        });
        (opens && period && plain).then_some((0, metric))
    }

    /// The metric that all figures of a sentence are of: a level with its growth, an index against its several bases.
    pub(super) fn one_metric(&self, figures: &[Observation]) -> Option<MetricId> {
        let name = |f: &Observation| {
            let metric = self.taxonomy.by_code(&f.metric);
            let index = |id: MetricId| self.metric(id).index;
            match metric {
                Some(id) if !index(id) => ["mom", "ytd"]
                    .iter()
                    .find_map(|tail| f.metric.strip_suffix(tail))
                    .and_then(|stem| self.taxonomy.by_code(&format!("{stem}growth")))
                    .or(metric),
                None => self.taxonomy.by_code(f.metric.strip_suffix(".growth")?),
                _ => metric,
            }
        };
        let first = name(figures.first()?)?;
        figures
            .iter()
            .all(|f| name(f) == Some(first))
            .then_some(first)
    }

    /// Whether a line names a period that lies ahead or that goals are set for.
    pub(super) fn looks_ahead(&self, first: usize, end: usize) -> bool {
        let marks = self.around.period_marks();
        let from = marks.partition_point(|m| m.first < first);
        marks[from..]
            .iter()
            .take_while(|m| m.end <= end)
            .any(|m| m.ahead || m.set)
    }

    /// `Tổng sản phẩm trên địa bàn (GDP). Sáu tháng đầu năm ước đạt …`: a sentence that is a name and nothing else heads the next.
    pub(super) fn headed(
        &self,
        items: &[Item],
        topic: &Option<Topic>,
    ) -> Option<(MetricId, String)> {
        let topic = topic.as_ref().filter(|t| !t.used && !t.weak)?;
        let plain = |(n, i): (usize, &Item)| {
            n == topic.item
                || i.is(word::NEUTRAL | word::WHOLE)
                || matches!(
                    i.kind,
                    Kind::Mark(_) | Kind::Cue(_) | Kind::Number | Kind::Place
                )
        };
        (items.len() <= 10 && items.iter().enumerate().all(plain))
            .then(|| (topic.metric, self.metric(topic.metric).code.clone()))
    }
}
