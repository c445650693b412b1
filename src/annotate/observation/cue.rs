//! What a cue does to the sentence: it becomes the topic, unless it is only what something else is a share, a tax, a part of.

use super::{
    Item, Kind, MetricCue, MetricId, Reader, Source, Topic, Work, classes, family_of, word,
};
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// A metric is named: it becomes the topic, unless it is only what something else is a share, a tax or an aside of.
    pub(super) fn cue(&self, w: &mut Work<'_>, at: usize, hit: usize) {
        let items = w.items;
        let Some((metric, weak)) = self.named(self.metrics[hit].says) else {
            return;
        };
        if w.state.consumed == Some(at) {
            return;
        }
        if weak
            && self.family(metric) == "public_investment"
            && !self.public_funds
            && Source::of(classes(&items[self.clause_start(items, at)..at])) == Source::Unknown
        {
            // `đã giải ngân x tỷ đồng vốn trong nước`: whose it is stands behind.
            return;
        }
        if self.retail_told
            && self.metric(metric).code == "retail.sales"
            && matches!(self.exact(items[at].first), "doanh" | "bán")
        {
            // `tổng mức bán lẻ … x; doanh thu bán lẻ hàng hóa y`: goods without services.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        let metric = self.turnover_of_tourism(w, at, metric, weak);
        let metric = self.product_on_average(items, at, metric);
        if weak && self.metric(metric).code == "grdp.per_capita" {
            // `quy mô GRDP đạt x, bình quân đầu người đạt y`
            let told = items[..at].iter().rev().find_map(|i| self.metric_of(i));
            let of_output = match told {
                Some((id, _)) => self.family(id) == "grdp",
                None => w
                    .figures
                    .last()
                    .is_some_and(|f| f.metric.starts_with("grdp.")),
            };
            if !of_output {
                return;
            }
        }
        if weak
            && matches!(self.family(metric), "iip" | "output")
            && !(self.speaks_of_industry(items, at)
                || w.scope.head.industry && self.is_whole_index(items, at))
        {
            return;
        }
        if weak && self.metric(metric).code == "grdp.growth" && self.is_growth_of_other(items, at) {
            return;
        }
        if weak
            && self.metric(metric).code == "tourism.revenue"
            && !w.scope.visitors
            && !self.speaks_of_visitors(items, at)
        {
            // `xuất khẩu mang về 90 triệu USD`
            return;
        }
        if w.scope.product && items[0].is(word::PART) && self.family(metric) == "trade" {
            // `Trong đó, xuất khẩu đạt …` of the product told before.
            return;
        }
        // `(GRDP)`, `(chiếm 20% tổng kim ngạch)`: a bracket that closes before any number of its own.
        if self.bracket(items, at).is_some() {
            let own = items[at + 1..]
                .iter()
                .take_while(|i| i.kind != Kind::Mark(')'))
                .any(|i| matches!(i.kind, Kind::Quantity(_)));
            if !own {
                return;
            }
        }
        // `chiếm 30% tổng kim ngạch xuất khẩu`: the whole of a share.
        if w.state.share.is_some_and(|share| {
            at - share <= 2
                    && !matches!(items[at - 1].kind, Kind::Mark(_))
                    // `xuất khẩu x, chiếm 70% và nhập khẩu y`
                    && self.exact(items[at - 1].first) != "và"
        }) {
            return;
        }
        let before = at.checked_sub(1).map(|i| &items[i]);
        let family = self.family(metric);
        // `bằng 31,6% GRDP`, `đạt 12% tổng kim ngạch`: so much of it.
        let share = before.is_some_and(|i| match i.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
            _ => false,
        });
        if share && matches!(family, "grdp" | "trade" | "budget" | "retail" | "output") {
            w.state.consumed = Some(at);
            return;
        }
        // `79 triệu USD, về số vốn gấp 3 lần`: in what the number just told grew.
        let in_what = before.is_some_and(|i| self.exact(i.end - 1) == "về")
            && items
                .get(at + 1)
                .is_some_and(|i| i.is(word::UP | word::DOWN | word::TIMES));
        if in_what && w.state.last.is_some() && matches!(family, "investment" | "fdi" | "ddi") {
            w.state.consumed = Some(at);
            return;
        }
        let is_change = before.is_some_and(|i| {
            i.is(word::UP | word::DOWN) && self.exact(i.end - 1) != "độ" && !self.is_rate_of(i)
                || matches!(
                    self.exact(i.first),
                    "truy" | "thất" | "hụt" | "phạt" | "kiệm"
                )
                || (self.exact(i.first), self.exact(i.first + 1)) == ("tiết", "kiệm")
        });
        // `giảm tỷ lệ hộ nghèo xuống còn 7%`: where it ends is a level.
        let ends = family == "poverty" && items[at + 1..].iter().take(3).any(|i| i.is(word::ONTO));
        if is_change
            && matches!(family, "budget" | "poverty")
            && !ends
            && !self.goal_follows(items, at)
        {
            // `tăng thu 430 tỷ đồng`, `giảm tỷ lệ hộ nghèo 2%`: how much more or less.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        if family == "trade"
            && before.is_some_and(|i| {
                matches!(
                    self.exact(i.end - 1),
                    "thuế" | "giá" | "lượng" | "cấm" | "suất" | "phép" | "khai" | "tục"
                )
            })
        {
            // `thuế XK`, `giá xuất khẩu`: another thing.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        if let Some((last_item, last)) = w.state.last {
            let capital = |family: &str| matches!(family, "investment" | "fdi" | "ddi");
            let told = &w.figures[last].metric;
            if last_item + 1 == at
                && capital(family)
                && matches!(w.figures[last].unit.as_str(), "VND" | "USD")
                && capital(family_of(told))
                && !self.governed_by_own(items, at)
            {
                // `2,5 tỷ USD vốn đăng ký cấp mới và tăng thêm`: the noun of the number just told.
                w.state.consumed = Some(at);
                return;
            }
            let between = &items[last_item + 1..at];
            if *told == self.metric(metric).code
                && between.iter().any(|i| i.is(word::PART))
                && !between
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Period | Kind::Place | Kind::Mark(';')))
            {
                // `thu ngân sách đạt x, trong đó thu cân đối y`: a part has another name.
                if let Some(topic) = &mut w.state.topic {
                    topic.used = true;
                }
                return;
            }
        }
        if weak
            && family == "budget"
            && self.exact(items[at].end) == "từ"
            && !items[at + 1..]
                .iter()
                .take(2)
                .any(|i| i.kind == Kind::Period || i.is(word::YTD))
        {
            // `thu từ đất`, `thu từ khu vực FDI`: a part.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        if family == "agriculture"
            && let Some(topic) = &mut w.state.topic
            && !topic.used
            && !topic.carried
            && items[topic.item + 1..at]
                .iter()
                .all(|i| matches!(i.kind, Kind::Word | Kind::Unknown) && !i.is(word::LEVEL))
            && self.family(topic.metric) != "grdp"
        {
            // `kim ngạch xuất khẩu nhóm nông, lâm, thủy sản`: whose exports.
            topic.used = true;
            return;
        }
        if weak
            && w.state.topic.as_ref().is_some_and(|t| {
                // `kim ngạch xuất khẩu tăng 8% và nhập khẩu tăng 5%`: another one's turn.
                let told = w.state.growth.as_ref().is_some_and(|g| g.from == t.item);
                !t.used && !t.weak && !t.carried && !told && !self.comma_between(items, t.item, at)
            })
        {
            // A weak cue inside a stronger one's clause: `thu ngân sách … thu được`.
            return;
        }
        if self.metric(metric).code == "fdi.capital.contributed"
            && w.state.topic.as_ref().is_some_and(|t| {
                !t.used && at - t.item <= 6 && matches!(self.family(t.metric), "investment" | "fdi")
            })
        {
            // `vốn đăng ký cấp mới, điều chỉnh và góp vốn, mua cổ phần`: one total.
            return;
        }
        if matches!(family, "fdi" | "ddi")
            && w.state
                .last
                .is_some_and(|(_, last)| w.figures[last].metric == "investment.social")
            && (!items[..at].iter().any(|i| i.kind == Kind::Mark(';'))
                || w.state
                    .last
                    .is_some_and(|(item, _)| items[item..at].iter().any(|i| i.is(word::PART))))
        {
            // `vốn đầu tư toàn xã hội …, trong đó vốn đầu tư nước ngoài …`: what was spent, not registered.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        // `GDP quý II tăng 4%, GDP 6 tháng tăng 3%`: a rate has no level to come.
        let rate = family == "grdp";
        if w.state
            .growth
            .as_ref()
            .is_some_and(|g| g.metric != metric || rate)
        {
            self.flush_growth(w);
        }
        w.state.topic = Some(Topic {
            item: at,
            metric,
            used: false,
            weak,
            carried: false,
            code: None,
        });
        w.state.waiting.push((at, metric));
    }

    /// `Đón 5 triệu lượt khách … . Tổng doanh thu …`: what visitors left, where the paragraph or list tells of them.
    fn turnover_of_tourism(
        &self,
        w: &Work<'_>,
        at: usize,
        metric: MetricId,
        weak: bool,
    ) -> MetricId {
        let turnover = match self.metric(metric).code.as_str() {
            "revenue" => !self.speaks_of_zones(w.items[at].first),
            "budget.revenue" => weak && !self.customs,
            _ => false,
        };
        let tourism = || self.taxonomy.by_code("tourism.revenue");
        if turnover && (w.scope.visitors || self.speaks_of_visitors(w.items, at)) {
            tourism().unwrap_or(metric)
        } else {
            metric
        }
    }

    /// `dịch vụ tăng trưởng đạt 9%`: growth of what stands beside it, where the words name nothing of
    /// their own and open no clause.
    fn is_growth_of_other(&self, items: &[Item], at: usize) -> bool {
        let cue = &items[at];
        let (first, last) = (self.exact(cue.first), self.exact(cue.end - 1));
        if (first, last) != ("tăng", "đạt") {
            return false;
        }
        let opens = items[..at].iter().rev().all(|i| {
            matches!(i.kind, Kind::Period | Kind::Place | Kind::Number)
                || i.is(word::TARGET | word::PART)
                || matches!(i.kind, Kind::Mark(_))
        }) || at > 0 && matches!(items[at - 1].kind, Kind::Mark(_) | Kind::Period);
        let number = items[at + 1..].iter().take(4).find(|i| {
            !i.is(word::LEVEL | word::ESTIMATE | word::ABOUT | word::AT_LEAST | word::AT_MOST)
        });
        let percent = number.is_some_and(|i| match i.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
            _ => false,
        });
        !(opens && percent)
    }

    /// `GRDP bình quân tăng 9%/năm`: the growth is what is averaged, not the product over heads.
    fn product_on_average(&self, items: &[Item], at: usize, metric: MetricId) -> MetricId {
        let averaged = self.metric(metric).code == "grdp.per_capita"
            && self.exact(items[at].end - 1) == "quân"
            && items
                .get(at + 1)
                .is_some_and(|i| i.is(word::UP | word::DOWN));
        let product = || self.taxonomy.by_code("grdp.value");
        averaged.then(product).flatten().unwrap_or(metric)
    }

    /// `Chỉ số sản xuất tháng 8 …` that opens a sentence under `Công nghiệp`, against `chỉ số sản xuất của ngành may`.
    fn is_whole_index(&self, items: &[Item], at: usize) -> bool {
        at <= 1
            && !matches!(
                self.exact(items[at].end),
                "ngành" | "nông" | "của" | "một" | "các" | "nhóm" | "sản"
            )
    }

    /// `công nghiệp của tỉnh khởi sắc, với chỉ số sản xuất tăng 9%`
    fn speaks_of_industry(&self, items: &[Item], at: usize) -> bool {
        let (first, end) = (items[0].first, items[at].first);
        let before = (first..end).any(|t| (self.exact(t), self.exact(t + 1)) == ("công", "nghiệp"));
        let next = self.exact(items[at].end);
        before
            && !matches!(
                next,
                "ngành"
                    | "nông"
                    | "của"
                    | "một"
                    | "các"
                    | "nhóm"
                    | "sản"
                    | "trồng"
                    | "chăn"
                    | "lâm"
                    | "thủy"
                    | "dịch"
                    | "xây"
                    | "thương"
                    | "khu"
            )
    }

    /// `Công ty X đầu tư 50 triệu USD, doanh thu đạt …`: a company that opens a clause acts in all of it.
    pub(super) fn is_acting(&self, items: &[Item], at: usize) -> bool {
        let clause = items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(';' | ':')))
            .map_or(0, |i| i + 1);
        let many = at
            .checked_sub(1)
            .is_some_and(|i| matches!(self.exact(items[i].end - 1), "các" | "những" | "nhiều"));
        matches!(self.exact(items[at].first), "công" | "cty" | "ctcp" | "tập")
            && !many
            && (at - clause <= 2
                && !items[clause..at]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_) | Kind::Place))
                // `Doanh thu của Công ty A đạt x, nộp ngân sách y`
                || at - clause <= 3
                    && at > clause
                    && self.exact(items[at - 1].first) == "của"
                    && self.names_company(&items[at])
                    && matches!(items[clause].kind, Kind::Cue(_)))
    }

    /// `để tăng nguồn thu ngân sách, … phấn đấu đạt 10.000 tỷ đồng`
    pub(super) fn goal_follows(&self, items: &[Item], cue: usize) -> bool {
        items[cue + 1..]
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .any(|i| i.is(word::TARGET))
    }

    /// `tốc độ tăng` before a cue announces a rate.
    pub(super) fn is_rate_of(&self, item: &Item) -> bool {
        (item.first..item.end).any(|i| matches!(self.exact(i), "tốc" | "độ" | "mức"))
    }

    /// The metric a cue names here, and whether only the report's context lets it.
    pub(super) fn named(&self, cue: MetricCue) -> Option<(MetricId, bool)> {
        if let Some(metric) = cue.metric {
            return Some((metric, false));
        }
        let metric = cue.weak?;
        let holds = match self.taxonomy.metric(metric).context.as_deref() {
            // What tourism brings in is told as a sum, too: `tổng thu`.
            Some("customs") => {
                self.customs || self.tourism && self.metric(metric).code == "budget.revenue"
            }
            // Turnover is that of zones, or of tourism where that is spoken of.
            Some("zones") => self.zones || self.tourism && self.metric(metric).code == "revenue",
            Some("tourism") => self.tourism,
            // `các dự án FDI đã giải ngân …`
            Some("public investment") => self.public_funds || self.foreign,
            Some("fdi") => self.foreign,
            _ => true,
        };
        holds.then_some((metric, true))
    }
}
