//! The code of a level, composed of what stands around it.

use super::{Item, Kind, Reader, Scope, Source, classes, clause_at, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;
use crate::model::{Metric, MetricId};

impl Reader<'_> {
    /// Whose trade a sentence tells of, for the next one to go on with.
    pub(super) fn sector_told(&self, items: &[Item], scope: &Scope) -> Source {
        let cue = items.iter().rposition(|i| self.is_of(i, "trade"));
        cue.map_or(Source::Unknown, |cue| {
            match self.sector_of_trade(items, cue, items.len() - 1, scope) {
                // `Khối FDI xuất khẩu 2 tỷ USD`
                Source::Unknown => self.sector_subject(items, cue),
                source => source,
            }
        })
    }

    /// The code of a level: the metric's own, or what its surroundings make of it.
    pub(super) fn code_for(
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
                    // The domestic source of public funds, where no foreign investment is told of.
                    (false, true) if self.public_funds && !self.foreign => known.code.clone(),
                    (false, true) => "ddi.disbursed".into(),
                    _ if quantity.unit == Unit::Usd => "fdi.disbursed".into(),
                    _ if !self.public_funds && self.is_weak(&items[cue]) => return None,
                    _ => known.code.clone(),
                })
            }
            // `nguồn vốn trong nước giải ngân …` of public funds.
            "ddi.disbursed"
                if self.public_funds
                    && !self.foreign
                    && !(items[cue].first..items[cue].end).any(|t| {
                        matches!(self.exact(t), "dự" | "doanh" | "đầu" | "ddi" | "đttn")
                    }) =>
            {
                Some("public_investment.disbursed".into())
            }
            // `155 dự án FDI …, vốn thực hiện 450 triệu USD`
            "fdi.disbursed" if Source::of(between) == Source::Unknown => {
                let told = self.source_before(items, low);
                let held = match scope.source {
                    Source::Unknown if self.foreign_report => Source::Fdi,
                    source => source,
                };
                match told.unwrap_or(held) {
                    Source::Ddi => Some("ddi.disbursed".into()),
                    Source::Fdi => Some("fdi.disbursed".into()),
                    Source::Unknown => None,
                }
            }
            "public_investment.realized"
                if (items[low].end..items[high].first).any(|t| self.exact(t) == "giải") =>
            {
                // `vốn xây dựng cơ bản đã giải ngân …`
                Some("public_investment.disbursed".into())
            }
            // `thu ngân sách … (nội địa x, xuất nhập khẩu y tỷ đồng)`: what trade brought in.
            "trade.total" | "trade.exports" | "trade.imports"
                if quantity.unit == Unit::Vnd && self.speaks_of_revenue(items, low) =>
            {
                (known.code == "trade.total").then(|| "budget.revenue.trade".into())
            }
            // The foreign sector's total has no code of its own.
            "trade.total" | "trade.balance"
                if self.sector_of_trade(items, low, high, scope) != Source::Unknown =>
            {
                None
            }
            "trade.exports" | "trade.imports" => {
                let clause = self.clause_start(items, low);
                // `xuất khẩu kể cả dầu thô`: so the foreign sector's trade is told of, and no other.
                let oil = self.foreign_report
                    && (items[low].first..items[high].first).any(|t| self.exact(t) == "dầu");
                let source = match Source::of(classes(&items[clause..=high])) {
                    Source::Unknown if oil => Source::Fdi,
                    Source::Unknown => match self.sector_subject(items, low) {
                        // `Trong đó, xuất khẩu đạt …` of the sector told before.
                        Source::Unknown if items[0].is(word::PART) => scope.sector,
                        Source::Unknown => match self.sector_goes_on(items, low) {
                            Source::Unknown => self.this_sector(items, scope),
                            source => source,
                        },
                        source => source,
                    },
                    source => source,
                };
                Some(match source {
                    Source::Fdi => format!("{}.fdi", known.code),
                    Source::Ddi => format!("{}.domestic", known.code),
                    Source::Unknown => known.code.clone(),
                })
            }
            // `đón 3 triệu lượt khách, tổng thu đạt 900 tỷ đồng`
            "budget.revenue" if self.is_weak(&items[cue]) => {
                if self.visitors_told(items, low) {
                    Some("tourism.revenue".into())
                } else {
                    self.customs.then(|| known.code.clone())
                }
            }
            // `đón 3 triệu lượt khách, doanh thu đạt 900 tỷ đồng`
            "revenue" if self.speaks_of_visitors(items, low) => Some("tourism.revenue".into()),
            // `4.300 doanh nghiệp mới, số lao động đăng ký 30.000 người`: whom they mean to employ.
            "labour.employed"
                if matches!(
                    (self.exact(items[low].end), self.exact(items[low].end + 1)),
                    ("đăng", "kí")
                ) || items[..low].iter().any(|i| {
                    self.metric_of(i)
                        .is_some_and(|(id, _)| self.metric(id).code == "enterprises.new")
                }) =>
            {
                None
            }
            "labour.created" => {
                let text = (items[low].first..items[high].end)
                    .any(|i| matches!(self.exact(i), "ổn" | "thường"))
                    || self.stands_now(items, at)
                    || self.works_in_zones(items, high)
                    || self.employers_give(items, low);
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
                            ("lưu", "trú") if self.exact(token - 1) == "không" => return None,
                            ("lưu", "trú") => "overnight",
                            _ => continue,
                        };
                        return Some(format!("tourism.visitors.{kind}"));
                    }
                }
                // `khách quốc tế ước đón 340.000 lượt khách`
                let named = items[self.since(items, at)..at]
                    .iter()
                    .rev()
                    .take_while(|i| !matches!(i.kind, Kind::Mark(_)))
                    .filter_map(|i| self.metric_of(i))
                    .map(|(id, _)| &self.metric(id).code)
                    .find(|code| code.starts_with("tourism.visitors."));
                if let Some(code) = named {
                    return Some(code.clone());
                }
                Some(known.code.clone())
            }
            _ => Some(known.code.clone()),
        }
    }

    /// Whose trade a number is: the sector named beside its cue, or the one that `khối này` points back to.
    pub(super) fn sector_of_trade(
        &self,
        items: &[Item],
        cue: usize,
        high: usize,
        scope: &Scope,
    ) -> Source {
        let end = items[cue..=high]
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Mark(',' | ';')))
            .map_or(high, |i| cue + i);
        // `nhập siêu 2 tỷ USD của khu vực trong nước`
        let behind = items[high + 1..]
            .iter()
            .take(6)
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(_)));
        let behind = behind.fold(0, |all, i| all | i.classes);
        let owned = items
            .get(high + 1)
            .is_some_and(|i| self.exact(i.first) == "của");
        match Source::of(classes(&items[cue..end])) {
            Source::Unknown if owned && Source::of(behind) != Source::Unknown => Source::of(behind),
            Source::Unknown => self.this_sector(items, scope),
            source => source,
        }
    }

    /// `của khối này`: the sector of the sentence before.
    fn this_sector(&self, items: &[Item], scope: &Scope) -> Source {
        if scope.sector == Source::Unknown {
            return Source::Unknown;
        }
        let named = (items[0].first..items[items.len() - 1].end).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1), self.exact(t + 2)),
                ("khối", "này", _) | ("khu", "vực", "này")
            )
        });
        if named { scope.sector } else { Source::Unknown }
    }

    /// `Các doanh nghiệp trong KCN … giải quyết việc làm cho 30.000 lao động`: whom they employ, against the jobs that a province made.
    fn employers_give(&self, items: &[Item], before: usize) -> bool {
        let clause = clause_at(items, before);
        let head = items[clause..before]
            .iter()
            .position(|i| {
                matches!(
                    i.kind,
                    Kind::Cue(_) | Kind::Quantity(_) | Kind::Mark(',' | ';' | ':')
                )
            })
            .map_or(before, |n| clause + n);
        (items[clause].first..items[head].first).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1)),
                ("doanh", "nghiệp") | ("nhà", "máy")
            ) || self.exact(t) == "dn"
        }) && !items[clause..before]
            .iter()
            .any(|i| i.is(word::TARGET | word::COMPANY) && !i.is(word::NEUTRAL))
    }

    /// `tạo việc làm cho 8.500 lao động trong các KCN`, `Lũy kế, các dự án tạo việc làm cho 8.500 lao động`: who works there by now,
    /// where no period says since when.
    fn works_in_zones(&self, items: &[Item], at: usize) -> bool {
        // `tính đến 30/9` is the day of a state.
        let until = |i: &Item| {
            let before = i.first.checked_sub(1).map_or("", |t| self.exact(t));
            [before, self.exact(i.first)]
                .iter()
                .any(|word| matches!(*word, "đến" | "tới"))
        };
        let undated = !items[..at]
            .iter()
            .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS) && !until(i));
        let behind = items[at + 1..]
            .iter()
            .take(7)
            .take_while(|i| !matches!(i.kind, Kind::Mark(_) | Kind::Quantity(_)));
        let there = behind
            .skip_while(|i| !matches!(self.exact(i.first), "trong" | "tại" | "ở"))
            .any(|i| i.is(word::ZONE));
        undated
            && (there
                || items[..at]
                    .iter()
                    .any(|i| i.is(word::CUMULATIVE | word::OPERATING)))
            && !items[..at].iter().any(|i| i.is(word::TARGET))
    }

    /// Whether only the report's context lets a cue name its metric.
    fn is_weak(&self, item: &Item) -> bool {
        self.metric_of(item).is_some_and(|(_, weak)| weak)
    }

    /// Whether visitors were counted before an item of the sentence, and no other metric named since.
    fn visitors_told(&self, items: &[Item], before: usize) -> bool {
        items[..before].iter().rev().find_map(|i| match i.kind {
            Kind::Quantity(q) => match self.quantities[q].unit {
                Unit::Percent | Unit::Times => None,
                unit => Some(unit == Unit::Visitors),
            },
            Kind::Mark(';') => Some(false),
            _ => self
                .metric_of(i)
                .map(|(id, _)| self.family(id) == "tourism"),
        }) == Some(true)
    }

    /// Whether tourism is told of before an item of the sentence.
    pub(super) fn speaks_of_visitors(&self, items: &[Item], before: usize) -> bool {
        items[..before].iter().any(|i| match i.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Visitors,
            Kind::Cue(_) => self.is_of(i, "tourism"),
            _ => i.is(word::TOURISM),
        })
    }

    /// Whether the budget's revenue is told of before an item of its clause.
    fn speaks_of_revenue(&self, items: &[Item], before: usize) -> bool {
        items[..before]
            .iter()
            .rev()
            .take_while(|i| i.kind != Kind::Mark(';'))
            .any(|i| self.is_of(i, "budget"))
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
        if own == Source::Unknown && self.counts_both(items, low) {
            return Some("investment.capital".into());
        }
        if source == Source::Unknown {
            source = Source::of(near);
        }
        let both = near & word::FDI != 0 && near & word::DDI != 0;
        if source == Source::Unknown && !both {
            // The source named last before, in the sentence; then the paragraph's.
            source = self
                .source_before(items, high)
                .unwrap_or(if self.whole_before(items, low) {
                    Source::Unknown
                } else if unit == Unit::Usd && scope.source == Source::Unknown {
                    self.dollars
                } else {
                    self.held_source(scope, Some(unit))
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
        // `Số vốn các dự án giải ngân trong 8 tháng là …`
        let spent = items[low + 1..=high]
            .iter()
            .any(|i| i.is(word::DISBURSE) && !i.is(word::CUMULATIVE));
        if spent {
            return Some(format!("{family}.disbursed"));
        }
        // `15 dự án FDI được cấp phép …, vốn đầu tư trong nước đạt …`: the words before are of the other source.
        let other = own != Source::Unknown
            && self
                .source_before(items, low)
                .is_some_and(|source| source != own);
        let part = if other {
            let near = &items[clause..=high];
            self.part_of_capital(near, low - clause, high - clause, scope)
        } else {
            self.part_of_capital(items, low, high, scope)
        };
        let part = if part == ".contributed" && family != "fdi" {
            ""
        } else {
            part
        };
        Some(format!("{family}.capital{part}"))
    }

    /// `27 dự án FDI và 38 dự án trong nước với tổng vốn …`: the capital is of both, and its currencies deal it out.
    fn counts_both(&self, items: &[Item], before: usize) -> bool {
        let mut sources = [Source::Unknown; 2];
        let mut found = 0;
        let mut end = before;
        for (n, item) in items[..before].iter().enumerate().rev() {
            match item.kind {
                Kind::Mark(';') => break,
                Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects => {
                    sources[found] = Source::of(classes(&items[n..end]));
                    (found, end) = (found + 1, n);
                    if found == 2 {
                        break;
                    }
                }
                Kind::Quantity(_) => break,
                _ => {}
            }
        }
        matches!(
            sources,
            [Source::Fdi, Source::Ddi] | [Source::Ddi, Source::Fdi]
        )
    }

    /// The source named last before an item of the sentence, outside of brackets that are closed.
    pub(super) fn source_before(&self, items: &[Item], high: usize) -> Option<Source> {
        let mut depth = 0_usize;
        for item in items[..high].iter().rev() {
            match item.kind {
                Kind::Mark(')') => depth += 1,
                Kind::Mark('(') => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                _ => match Source::of(item.classes) {
                    Source::Unknown => {}
                    source => return Some(source),
                },
            }
        }
        None
    }

    /// New or added capital is told in its own clause, else by the projects counted before it.
    pub(super) fn part_of_capital(
        &self,
        items: &[Item],
        low: usize,
        high: usize,
        scope: &Scope,
    ) -> &'static str {
        let clause = self.clause_start(items, low);
        let semicolon = clause_at(items, low);
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
        match kinds {
            _ if total => "",
            [true, false, false] => ".new",
            [false, true, false] => ".added",
            [false, false, true] => ".contributed",
            _ => "",
        }
    }

    /// `N trường hợp góp vốn, mua cổ phần … với vốn đăng ký x`
    pub(super) fn is_contributed(&self, items: &[Item], cue: usize) -> bool {
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
    pub(super) fn whole_before(&self, items: &[Item], cue: usize) -> bool {
        cue == 0 && items.first().is_some_and(|i| i.is(word::CUMULATIVE))
    }

    pub(super) fn clause_start(&self, items: &[Item], at: usize) -> usize {
        let start = items[..at]
            .iter()
            .rposition(|i| {
                matches!(
                    i.kind,
                    Kind::Mark(';' | ',' | '(' | ':') | Kind::Quantity(_)
                )
            })
            .map_or(0, |i| i + 1);
        // `(25 dự án FDI, 15 dự án trong nước) với tổng vốn …`: a bracket of numbers is closed again.
        let counted = start > 0 && matches!(items[start - 1].kind, Kind::Quantity(_));
        items[start..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(')'))
            .filter(|_| counted)
            .map_or(start, |close| start + close + 1)
    }
}
