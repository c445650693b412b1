//! Whether nothing foreign stands between a cue and its number.

use super::{Item, Kind, Reader, Source, Topic, classes, clause_at, family_of, word};
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// Whether a border gate is the one that the report's first lines name: what passes it is what the report is of.
    fn is_own_gate(&self, name: usize) -> bool {
        /// Tokens of a headline and what stands above it.
        const HEAD: usize = 40;
        (1..HEAD.min(name)).any(|at| {
            self.exact(at) == self.exact(name)
                && self.exact(at + 1) == self.exact(name + 1)
                && (at.saturating_sub(3)..at).any(|t| self.is(t, "khẩu"))
        })
    }

    /// A word with a capital.
    fn is_name(&self, item: &Item) -> bool {
        self.tokens.list()[item.first].is_capital()
    }

    /// Whether nothing foreign stands between a cue and a number.
    pub(super) fn is_clear(&self, items: &[Item], topic: &Topic, at: usize, growth: bool) -> bool {
        if topic.carried {
            return true;
        }
        let metric = self.metric(topic.metric);
        let family = family_of(&metric.code);
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
        let gap = &items[topic.item + 1..at];
        // `xuất khẩu dần phục hồi, kim ngạch ước 710 triệu USD`
        let named_again = family == "trade"
            && gap
                .iter()
                .any(|i| (self.exact(i.first), self.exact(i.end - 1)) == ("kim", "ngạch"));
        if topic.weak && !named_again {
            limit = limit.min(1);
        }
        // `qua các cửa khẩu Hà Giang`: all of the province's.
        let local = |n: usize| {
            let named =
                |i: &Item| i.kind == Kind::Place && (!self.is_town(i) || self.is_own_gate(i.first));
            self.exact(items[n].end - 1) == "khẩu"
                && (items.get(n + 1).is_some_and(named)
                    // `cửa khẩu quốc tế Cầu Treo`
                    || items.get(n + 2).is_some_and(named)
                        && matches!(
                            self.exact(items[n + 1].first),
                            "quốc" | "qt" | "chính" | "phụ"
                        )
                    || items[n + 1..at].iter().take(3).any(|i| i.is(word::WHOLE))
                    || (items[n].end..items[n].end + 4).any(|t| self.exact(t) == "bàn"))
        };
        // `tổng thu 5 năm đạt x`: no year's.
        let years = (items[topic.item].end..items[at].first).any(|t| {
            self.exact(t + 1) == "năm"
                && self
                    .exact(t)
                    .parse::<u8>()
                    .is_ok_and(|n| (2..=20).contains(&n))
                && self.exact(t.wrapping_sub(1)) != "tháng"
                && self.exact(t + 2).parse::<u16>().is_err()
        });
        if years && !growth && !self.metric(topic.metric).code.ends_with(".growth") {
            return false;
        }
        let mut unknown = 0;
        let mut after_comma = 0;
        let mut comma = false;
        let mut depth = 0;
        for (n, item) in gap.iter().enumerate() {
            match item.kind {
                Kind::Mark('(') => depth += 1,
                Kind::Mark(')') => depth = 0,
                _ if depth > 0 && !matches!(item.kind, Kind::Quantity(_)) => {}
                Kind::Mark(',' | ':' | '–' | '-') => {
                    comma = true;
                    after_comma = 0;
                }
                // `khách đến hồ Núi Cốc, đền Đuổm`
                Kind::Unknown if family == "tourism" && !growth && self.is_name(item) => {}
                Kind::Unknown => {
                    unknown += 1;
                    after_comma += 1;
                }
                Kind::Quantity(_) => {
                    after_comma = 0;
                }
                // `các lễ hội, khu di tích`
                _ if family == "tourism"
                    && item.is(word::SINGLE)
                    && matches!(
                        self.exact(item.first.saturating_sub(1)),
                        "các" | "những" | "nhiều"
                    ) => {}
                _ if item.is(foreign)
                    && !local(topic.item + 1 + n)
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
        // A bracket that is closed again is an aside: `xuất khẩu x (chủ yếu là gạo), nhập khẩu y`.
        let foreign_to = |items: &[Item], classes: u64| {
            let mut depth = 0_usize;
            items.iter().rev().any(|i| {
                match i.kind {
                    Kind::Mark(')') => depth += 1,
                    Kind::Mark('(') => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0 && i.is(classes) && !i.is(word::NEUTRAL)
            })
        };
        if topic.weak
            && family == "budget"
            && head.iter().any(|i| {
                i.is(word::TOURISM)
                    || (self.exact(i.first), self.exact(i.first + 1)) == ("dịch", "vụ")
            })
        {
            // `lữ hành và dịch vụ khác thu về 900 tỷ đồng`
            return false;
        }
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
        if metric.code == "budget.revenue"
            && !self.zones
            && self.sector_subject(items, topic.item) != Source::Unknown
        {
            // `Doanh nghiệp FDI nộp ngân sách …`: a part of the province's.
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
        if metric.code == "poverty.rate"
            && (gap.iter().any(|i| {
                let start = |t| self.exact(t) == "đầu" && self.exact(t + 1) == "năm";
                i.is(word::SUBSET) || (i.first..i.end).any(start)
            }) || near.iter().any(|i| i.is(word::SUBSET)))
        {
            return false;
        }
        if matches!(family, "output" | "iip" | "income")
            && gap
                .iter()
                .take_while(|i| i.kind != Kind::Mark(','))
                .any(|i| i.is(word::SUBSET))
        {
            // `giá trị sản xuất công nghiệp chế biến`, `thu nhập bình quân đầu người khu vực nông thôn`
            return false;
        }
        if metric.code.starts_with("public_investment")
            && topic.weak
            && items[clause..(at + 4).min(items.len())]
                .iter()
                .any(|i| i.is(word::SECTOR) && !i.is(word::NEUTRAL | word::PUBLIC_FUNDS))
        {
            // `giải ngân 300 tỷ đồng cho vay`
            return false;
        }
        if metric.code == "income.per_capita" && self.is_wage(items, topic.item, at) {
            return false;
        }
        if metric.code == "zones.area" && !self.is_of_zones(items, topic.item, at) {
            return false;
        }
        if metric.code == "trade.balance"
            && (self.sector_subject(items, topic.item) != Source::Unknown
                || near.iter().any(|i| i.is(word::FDI | word::DDI)))
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
            && gap.iter().enumerate().any(|(n, i)| {
                // `khu vực dịch vụ`, against `khu vực Tây Nguyên`
                let place = gap[n + 1..].first().is_some_and(|i| i.kind == Kind::Place);
                !place && (i.first..i.end).any(|t| matches!(self.exact(t), "ngành" | "vực"))
            })
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
            }) || self.is_contributed(items, topic.item)
                || self.is_ranked(&items[clause..topic.item]);
            if !counted {
                return false;
            }
            let head = &items[..topic.item];
            if foreign_to(head, word::MARKET) && !head.iter().any(|i| i.kind == Kind::Place) {
                // `Hàn Quốc dẫn đầu với 310 dự án, tổng vốn …`
                return false;
            }
        }
        // `Hàn Quốc dẫn đầu với 310 dự án, vốn đăng ký …`: of the partner, as the projects are.
        let of_count = topic.item >= 2
            && items[topic.item - 1].kind == Kind::Mark(',')
            && matches!(items[topic.item - 2].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects);
        if of_count && matches!(family, "investment" | "fdi" | "ddi") {
            let clause = clause_at(items, topic.item);
            let head = &items[clause..topic.item - 2];
            if foreign_to(head, word::MARKET) && !head.iter().any(|i| i.kind == Kind::Place) {
                return false;
            }
        }
        if topic.weak && matches!(family, "investment" | "fdi" | "ddi") {
            // `rót 310 triệu USD vào dự án điện gió`: one of them.
            let into = self.behind(items, at).iter().take(3);
            let mut into = into.flat_map(|i| i.first..i.end);
            if into.any(|t| {
                matches!(
                    (self.exact(t), self.exact(t + 1)),
                    ("dự", "án") | ("nhà", "máy")
                )
            }) {
                return false;
            }
        }
        if family == "tourism" && foreign_to(head, word::SINGLE | word::MARKET) {
            // `bảo tàng đón …`, `cửa khẩu đón …`
            return false;
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
            && metric.code != "trade.balance"
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
            // `tại Việt Nam, Singapore dẫn đầu với x`: who invests, not where.
            let place = items[clause..at]
                .iter()
                .rposition(|i| i.kind == Kind::Place);
            return place.is_some_and(|place| {
                !foreign_to(
                    &items[(clause + place).min(topic.item)..topic.item],
                    word::MARKET,
                )
            });
        }
        if metric.code == "revenue"
            && !self.speaks_of_zones(items[topic.item].first)
            && !self.speaks_of_visitors(items, topic.item)
        {
            return false;
        }
        true
    }

    /// `Hải Dương đứng thứ hai với …`: a province in a ranking.
    fn is_ranked(&self, head: &[Item]) -> bool {
        head.windows(2).any(|pair| {
            pair[0].kind == Kind::Place
                && pair[1].is(word::SECTOR)
                && matches!(self.exact(pair[1].first), "dẫn" | "đứng" | "xếp")
        })
    }

    /// `Khu vực FDI xuất khẩu x, nhập khẩu y`: the sector that opens the sentence, before any number or whole.
    pub(super) fn sector_subject(&self, items: &[Item], cue: usize) -> Source {
        // `(FDI x; trong nước y), nhập khẩu z`: what stood in a bracket ends with it.
        let clause = clause_at(items, cue);
        // `Doanh nghiệp FDI nộp ngân sách x; xuất khẩu y`: a clause that names nobody goes on.
        let clause = if clause == cue { 0 } else { clause };
        let clause = match items[clause..cue]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(')'))
        {
            Some(close)
                if items[..clause + close]
                    .iter()
                    .rev()
                    .take_while(|i| i.kind != Kind::Mark('('))
                    .any(|i| i.is(word::FDI | word::DDI)) =>
            {
                clause + close + 1
            }
            _ => clause,
        };
        let head = items[clause..cue]
            .iter()
            .position(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)))
            .map_or(&items[clause..cue], |end| &items[clause..clause + end]);
        let restart = items[clause + head.len()..cue]
            .iter()
            .any(|i| i.kind == Kind::Place || i.is(word::FDI | word::DDI));
        if restart {
            return Source::Unknown;
        }
        Source::of(classes(head))
    }

    /// `sản phẩm công nghệ cao đạt x, trong đó xuất khẩu y`: a part of a product's.
    pub(super) fn part_of_product(&self, items: &[Item], cue: usize) -> bool {
        let clause = clause_at(items, cue);
        let before = &items[clause..cue];
        before
            .iter()
            .rposition(|i| i.is(word::PART))
            .is_some_and(|part| {
                before[..part].iter().any(|i| {
                    i.is(word::PRODUCT) && !i.is(word::NEUTRAL)
                        || matches!(i.kind, Kind::Unknown) && self.exact(i.first) == "phẩm"
                }) && !before[..part].iter().any(|i| self.is_of(i, "trade"))
            })
    }

    /// `thu nhập bình quân 7 triệu đồng/người/tháng` of workers: no income of the people.
    fn is_wage(&self, items: &[Item], cue: usize, at: usize) -> bool {
        let heads = (items[cue].first..items[cue].end).any(|t| self.exact(t) == "đầu");
        let workers = items[..at].iter().any(|i| {
            matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Persons)
                || (i.first..i.end).any(|t| {
                    matches!(
                        (self.exact(t), self.exact(t + 1)),
                        ("lao", "động") | ("công", "nhân") | ("tiền", "lương") | ("nhân", "viên")
                    )
                })
        });
        let behind = (items[at].first..items[at].end + 3).map(|t| self.exact(t));
        let monthly = behind.into_iter().any(|word| word == "tháng");
        workers && (monthly || !heads)
    }

    /// Whether an area is that of zones: they are spoken of before it, in number or as a whole, and no land of a district is.
    pub(super) fn is_of_zones(&self, items: &[Item], cue: usize, at: usize) -> bool {
        let near = &items[cue.saturating_sub(14)..(at + 6).min(items.len())];
        let says = |item: &Item, words: &[&str]| {
            (item.first..item.end).any(|t| words.contains(&self.exact(t)))
        };
        if near.iter().any(|i| says(i, &["rừng", "lúa", "khẩu"])) {
            return false;
        }
        // `5 KCN với tổng diện tích đất tự nhiên 3.000 ha`, but not `huyện có diện tích tự nhiên 300 ha, có một KCN`.
        let own = items[..cue].iter().any(|i| {
            i.is(word::ZONE)
                || matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Zones)
        });
        if !own && near.iter().any(|i| says(i, &["nhiên"])) {
            return false;
        }
        if items[cue..at].iter().any(|i| says(i, &["thuê"])) {
            // `diện tích đất thuê` of the projects.
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
                    says(p, &["các", "những", "quản", "lí"]) || matches!(p.kind, Kind::Quantity(_))
                })
        });
        zone && !single
    }
}
