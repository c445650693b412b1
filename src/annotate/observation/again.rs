//! Another value of the metric just told: of another year, another place, the foreign sector.

use super::{Basis, Item, Kind, Reader, Topic, Work, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// Whether what is taken apart is named by a province right behind `trong đó`, and by nothing else.
    fn dealt_to_province(&self, gap: &[(usize, &Item)]) -> bool {
        let part = gap.iter().rposition(|(_, i)| i.is(word::PART));
        part.is_some_and(|part| {
            let names = &gap[part + 1..];
            names
                .iter()
                .any(|(_, i)| i.kind == Kind::Place && !self.is_town(i))
                && names.iter().all(|(_, i)| {
                    matches!(i.kind, Kind::Place | Kind::Mark(',' | ':'))
                        || i.is(word::LEVEL | word::ESTIMATE | word::ABOUT | word::AT_LEAST)
                        || matches!(self.exact(i.first), "tỉnh" | "thành" | "cũ" | "của")
                })
        })
    }

    /// Another value of the metric just told: another year, another place, the foreign sector.
    pub(super) fn continue_topic(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        topic: &Topic,
    ) {
        let items = w.items;
        let from = if topic.carried && w.state.last.is_none() {
            0
        } else {
            w.state.last.map_or(topic.item, |l| l.0) + 1
        };
        let gap = self.without_asides(items, from.min(at), at);
        // `sang năm 2007 là 110 triệu USD`: on to another year, no market.
        let onward = |n: usize| {
            self.exact(items[n].first) == "sang"
                && items.get(n + 1).is_some_and(|i| i.kind == Kind::Period)
        };
        let says = gap
            .iter()
            .filter(|(n, _)| !onward(*n))
            .fold(0, |all, (_, i)| all | i.classes);
        let listed = gap.iter().any(|(_, i)| i.kind == Kind::Place);
        let unknown = gap
            .iter()
            .filter(|(_, i)| {
                // `sát nút là Trà Vinh x`, `sau đó đến Đồng Nai y`
                let ranks = matches!(
                    self.exact(i.first),
                    "tiếp" | "theo" | "kế" | "sát" | "nút" | "nhì" | "vị" | "trí" | "đó" | "xếp"
                );
                i.kind == Kind::Unknown && !(listed && ranks)
            })
            .count();
        let foreign = word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE | word::SECTOR;
        if says & foreign != 0 || gap.iter().any(|(_, i)| matches!(i.kind, Kind::Cue(_))) {
            let place = gap.iter().any(|(_, i)| i.kind == Kind::Place);
            // `Hà Nam đứng thứ tư với 310 triệu USD`
            if !(place
                && says & (word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE) == 0
                && unknown == 0)
            {
                return;
            }
        }
        let base = self.metric(topic.metric).code.clone();
        let mut code = topic.code.clone().unwrap_or_else(|| base.clone());
        if let Some(code) = self.spent_of(&gap, &code).filter(|_| !topic.carried) {
            self.level(w, at, quantity, &code, "what of it was spent");
            return;
        }
        if let Some((whole, _)) = code.split_once(".capital.") {
            // `9 dự án cấp mới với tổng vốn x; 4 dự án tăng vốn với y`
            let part = match says & (word::NEW | word::ADDED | word::CONTRIBUTED) {
                word::NEW => Some("new"),
                word::ADDED => Some("added"),
                word::CONTRIBUTED if whole == "fdi" => Some("contributed"),
                _ => None,
            };
            if let Some(part) = part {
                code = format!("{whole}.capital.{part}");
            }
        }
        if says & (word::FDI | word::DDI) != 0
            && !(says & word::FDI != 0 && says & word::DDI != 0)
            && unknown <= 2
        {
            let fdi = says & word::FDI != 0;
            let code = match base.as_str() {
                "trade.exports" | "trade.imports" => {
                    format!("{base}.{}", if fdi { "fdi" } else { "domestic" })
                }
                c if c.ends_with(".capital") || c.contains(".capital.") => {
                    let tail = code.split_once('.').map_or("capital", |(_, t)| t);
                    format!("{}.{tail}", if fdi { "fdi" } else { "ddi" })
                }
                c if c.ends_with("disbursed") => {
                    format!("{}.disbursed", if fdi { "fdi" } else { "ddi" })
                }
                _ => return,
            };
            self.level(w, at, quantity, &code, "sector of a total");
            return;
        }
        // `thu hút x, trong đó cấp mới y, điều chỉnh tăng z`
        let parts = says & (word::NEW | word::ADDED | word::CONTRIBUTED);
        // `tổng thu x. Trong số này, nội địa y, hải quan z`
        if code == "budget.revenue" && unknown <= 1 {
            let (first, end) = (items[from.min(at)].first, items[at].first);
            let own = (first..end).find_map(|t| match (self.exact(t), self.exact(t + 1)) {
                ("nội", "địa") => Some("budget.revenue.domestic"),
                ("hải", "quan")
                    if says & word::PART != 0
                        || w.figures
                            .last()
                            .is_some_and(|f| f.metric == "budget.revenue.domestic") =>
                {
                    Some("budget.revenue.trade")
                }
                _ => None,
            });
            let plain = gap.iter().all(|(_, i)| {
                i.is(word::NEUTRAL
                    | word::PART
                    | word::LEVEL
                    | word::ABOUT
                    | word::AT_LEAST
                    | word::CUSTOMS)
                    || matches!(i.kind, Kind::Mark(','))
                    || matches!(self.exact(i.first), "số" | "này" | "đó")
            });
            if let Some(part) = own.filter(|_| plain) {
                self.level(w, at, quantity, part, "part of revenue");
                return;
            }
        }
        let named = parts.count_ones() == 1
            && code.contains(".capital.")
            && !topic.carried
            && topic
                .code
                .as_deref()
                .is_some_and(|whole| code.starts_with(whole))
            && gap.iter().all(|(_, i)| {
                i.is(parts | word::PART | word::LEVEL | word::ABOUT | word::AT_LEAST)
                    || i.is(word::NEUTRAL)
                    || matches!(i.kind, Kind::Mark(',' | '('))
            });
        if named {
            self.level(w, at, quantity, &code, "part of capital");
            return;
        }
        // `dự toán x, thực hiện y`
        let planned = w
            .state
            .last
            .is_some_and(|(_, last)| w.figures[last].basis == Basis::Target);
        let done = gap.iter().any(|(_, i)| {
            i.is(word::DONE | word::ESTIMATE)
                || matches!(
                    (self.exact(i.first), self.exact(i.first + 1)),
                    ("thực", "hiện" | "tế" | "thu") | ("kết", "quả")
                )
        });
        if planned && done && unknown <= 1 && !topic.carried && says & word::PART == 0 {
            let number = w.figures.len();
            let year = w.figures.last().and_then(|f| f.period);
            self.level(w, at, quantity, &code, "done beside its plan");
            if let Some(figure) = w.figures.get_mut(number) {
                figure.period = figure.period.or(year);
            }
            return;
        }
        if topic.carried
            && code.contains(".capital.")
            && says & (word::NEW | word::ADDED | word::CONTRIBUTED) != 0
        {
            // `Tính chung cả cấp mới và tăng vốn, …`: no longer the part told before.
            return;
        }
        let period = gap
            .iter()
            .any(|(_, i)| i.kind == Kind::Period && !i.is(word::VERSUS));
        let place = gap.iter().any(|(_, i)| i.kind == Kind::Place);
        // `đạt 87% kế hoạch, đưa 1.500 lao động …`: that plan was of the percentage.
        let target = gap.iter().any(|&(n, i)| {
            let behind_rate = n.checked_sub(1).is_some_and(|i| {
                matches!(items[i].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Percent)
            });
            i.is(word::TARGET) || i.is(word::PLAN) && !behind_rate
        });
        // `so với 2.170 tỷ đồng năm 2014`
        let dated = items.get(at + 1..).is_some_and(|rest| {
            rest.iter()
                .take(2)
                .any(|i| i.kind == Kind::Period && !i.is(word::YOY))
        });
        // `tháng 10 ước 310 tỷ đồng, lũy kế ước 2.950 tỷ đồng`: since January.
        let unknown_since = gap
            .iter()
            .rev()
            .take_while(|(_, i)| i.kind != Kind::Mark(','))
            .filter(|(_, i)| i.kind == Kind::Unknown)
            .count();
        let started = {
            let (first, end) = (items[from.min(at)].first, items[at].first);
            (first..end).any(|t| {
                (self.exact(t), self.exact(t + 1), self.exact(t + 2)) == ("từ", "đầu", "năm")
            })
        };
        if (says & word::CUMULATIVE != 0 && !period || started)
            && unknown_since == 0
            && let Some(month) = w
                .state
                .last
                .and_then(|(_, last)| w.figures[last].period)
                .filter(|p| p.len_months() == 1)
                .or_else(|| self.around.main_period().filter(|p| p.len_months() == 1))
            && !self.is_stock(&code)
        {
            let (year, last) = month.end();
            let number = w.figures.len();
            self.level(w, at, quantity, &code, "same metric since January");
            if let Some(figure) = w.figures.get_mut(number) {
                figure.period = crate::model::Period::months(year, 1, last);
                figure.as_of = None;
            }
            return;
        }
        let compared = says & (word::VERSUS | word::YOY) != 0 && !period && !dated;
        if compared || says & word::NOT != 0 {
            return;
        }
        let period = period || (dated && at <= from + 3);
        let held = if topic.carried && w.state.last.is_none() {
            0
        } else {
            1
        };
        let part = gap.iter().any(|(_, i)| {
            // `thu được x, trong khi dự toán cả năm y`: the plan of all of it.
            let beside = target && self.exact(i.end - 1) == "khi";
            i.is(word::PART) && !self.singles_out(i) && !beside
        });
        // `thu ngân sách hai tỉnh x, trong đó A y, B z`
        let part = part && !self.dealt_to_province(&gap);
        // `640 doanh nghiệp thành lập mới, đến cuối năm có 4.720 doanh nghiệp`: all there are.
        let all = code == "enterprises.new"
            && !place
            && says & (word::LEVEL | word::ESTIMATE | word::TARGET) == 0;
        if (period || place || target) && !all && unknown <= held && !part {
            self.level(w, at, quantity, &code, "same metric again");
            if let Some(growth) = w.state.growth.take()
                && let Some(figure) = w.figures.last_mut()
            {
                figure.yoy_pct = Some(growth.value);
            }
        }
    }
}
