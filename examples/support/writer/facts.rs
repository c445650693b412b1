//! Sentences that state figures, each with its truth.

use std::fmt::Write as _;

use super::{Writer, capitalize};
use crate::support::report::{Kind, period_words};
use crate::support::say::{self, Metric, Size};
use crate::support::truth::{Amount, Fact, Part, Period, last_day};

impl Writer<'_> {
    /// ` so với cùng kỳ năm 2018`, or one of its variants.
    pub(super) fn reference(&mut self) {
        let last = self.head.period.year - 1;
        let yearly = self.head.period.part == Part::Year;
        let _ = match (yearly, self.rng.below(6)) {
            (true, 0 | 1) => write!(self.out, " so với năm {last}"),
            (true, 2) => write!(self.out, " so với năm trước"),
            (true, 3) => write!(self.out, " so năm {last}"),
            (true, _) => write!(self.out, " so với cùng kỳ năm trước"),
            (_, 0 | 1) => write!(self.out, " so với cùng kỳ năm {last}"),
            (_, 2) => write!(self.out, " so với cùng kỳ"),
            (_, 3) => write!(self.out, " so cùng kỳ"),
            (_, 4) => write!(self.out, " so với cùng kỳ năm trước"),
            _ => write!(self.out, " so với cùng kỳ năm ngoái"),
        };
    }

    /// A comparison with the year before, without what joins it on.
    pub(super) fn versus_last_year(&mut self) -> Amount {
        if self.rng.chance(4) {
            let tenths = 12 + self.rng.below(14) as i64;
            self.out.push_str("gấp ");
            say::push_decimal(tenths as u64, 1, false, &mut self.out);
            self.out.push_str(" lần");
            self.reference();
            return Amount {
                mant: (tenths - 10) * 10,
                dec: 0,
                pow: 0,
                unit: "percent",
            };
        }
        let change = say::change(&mut self.rng);
        if self.rng.chance(12) {
            let whole = 10i64.pow(change.dec) * 100 + change.mant;
            self.out.push_str("bằng ");
            say::push_decimal(whole as u64, change.dec, false, &mut self.out);
            self.out.push('%');
        } else {
            self.out
                .push_str(if change.mant < 0 { "giảm " } else { "tăng " });
            if self.rng.chance(6) {
                self.out.push_str(self.rng.pick(&["gần ", "hơn ", "trên "]));
            }
            say::push_percent(change, &mut self.out);
            self.out.push('%');
        }
        self.reference();
        change
    }

    /// A comparison with the plan. The plan itself is stated in one of four cases, and the share follows from it.
    pub(super) fn versus_plan(
        &mut self,
        metric: &Metric,
        value: Amount,
    ) -> (Amount, Option<Amount>) {
        let progress = f64::from(self.head.period.last_month()) / 12.0;
        let share = 100.0 * progress * (0.75 + 0.5 * self.rng.unit());
        let dec = 1 + u32::from(self.rng.chance(20));
        let scale = 10i64.pow(dec);
        let mut pct = Amount {
            mant: (share * scale as f64).round() as i64,
            dec,
            pow: 0,
            unit: "percent",
        };
        let budget = metric.code.starts_with("budget");
        let year = self.head.period.year;
        let city = self.lexicon.units[self.head.unit].city;
        let words: &[&str] = if budget {
            &[
                "dự toán năm",
                "dự toán",
                if city {
                    "dự toán HĐND thành phố giao"
                } else {
                    "dự toán HĐND tỉnh giao"
                },
                "kế hoạch năm",
            ]
        } else {
            &[
                "kế hoạch năm",
                "kế hoạch",
                "kế hoạch cả năm",
                "kế hoạch đề ra",
                "kế hoạch năm",
            ]
        };
        let mut plan = None;
        if self.rng.chance(25) && !matches!(metric.size, Size::Percent(..)) {
            let exact = value.mant as f64 / 10f64.powi(value.dec as i32) / (share / 100.0);
            let step = 10f64
                .powf((exact.log10() - 2.0).floor())
                .max(if value.pow == 0 { 10. } else { 0.01 });
            let rounded = (exact / step).round() * step;
            let dec = if step >= 1.0 {
                0
            } else {
                (-step.log10()).round() as u32
            };
            let mant = (rounded * 10f64.powi(dec as i32)).round() as i64;
            if mant > 0 {
                let stated = Amount {
                    mant,
                    dec,
                    pow: value.pow,
                    unit: value.unit,
                };
                let share = value.mant as f64
                    / 10f64.powi(value.dec as i32)
                    / (mant as f64 / 10f64.powi(dec as i32));
                pct.mant = (share * 100.0 * scale as f64).round() as i64;
                plan = Some(stated);
            }
        }
        if plan.is_none() && pct.mant > 101 * scale && self.rng.chance(30) {
            self.out.push_str("vượt ");
            let over = Amount {
                mant: pct.mant - 100 * scale,
                ..pct
            };
            say::push_percent(over, &mut self.out);
            self.out.push_str(if self.rng.chance(50) {
                "% so với kế hoạch"
            } else {
                "% kế hoạch năm"
            });
            return (pct, None);
        }
        self.out.push_str(if self.rng.chance(50) {
            "bằng "
        } else {
            "đạt "
        });
        say::push_percent(pct, &mut self.out);
        self.out.push_str("% ");
        self.out.push_str(self.rng.pick(words));
        if let Some(plan) = plan {
            self.out.push_str(" (");
            say::push_amount(plan, noun(metric), &mut self.rng, &mut self.out);
            self.out.push(')');
        } else if self.rng.chance(30) && self.out.ends_with("năm") {
            let _ = write!(self.out, " {year}");
        }
        (pct, plan)
    }

    pub(super) fn scope(&mut self) {
        let unit = &self.lexicon.units[self.head.unit];
        let words: &[&str] = match (self.head.kind, unit.region, unit.city) {
            (_, true, _) => &[" toàn vùng", " của các tỉnh trong vùng", ""],
            (Kind::Zones, ..) => &[
                " của các doanh nghiệp trong KCN",
                " tại các khu công nghiệp",
                "",
                " trong các KCN, KKT",
            ],
            (Kind::Customs, ..) => &["", " qua địa bàn", ""],
            (_, _, true) => &[" trên địa bàn thành phố", " toàn thành phố", "", ""],
            _ => &[
                " trên địa bàn tỉnh",
                " trên địa bàn",
                " toàn tỉnh",
                " của tỉnh",
                "",
                "",
            ],
        };
        self.out.push_str(self.rng.pick(words));
    }

    /// `gần`, `trên` and such, with the qualifier that they mean.
    pub(super) fn hedge(&mut self) -> &'static str {
        match self.rng.below(100) {
            0..8 => {
                self.out.push_str(if self.rng.chance(50) {
                    "khoảng "
                } else {
                    "gần "
                });
                "about"
            }
            8..18 => {
                self.out.push_str(if self.rng.chance(50) {
                    "trên "
                } else {
                    "hơn "
                });
                "at_least"
            }
            _ => "exact",
        }
    }

    pub(super) fn push_fact(
        &mut self,
        metric: &Metric,
        value: Amount,
        basis: &'static str,
        at: (usize, usize),
        quote: usize,
    ) -> &mut Fact {
        self.facts.push(Fact {
            metric: (metric.code, false),
            value,
            basis,
            qualifier: "exact",
            period: self.head.period,
            as_of: false,
            yoy: None,
            plan: None,
            plan_value: None,
            at,
            quote: (quote, self.out.len()),
        });
        self.facts.last_mut().expect("just pushed")
    }

    pub(super) fn amount(&mut self, metric: &Metric, value: Amount) -> (usize, usize) {
        let from = self.out.len();
        say::push_amount(value, noun(metric), &mut self.rng, &mut self.out);
        (from, self.out.len())
    }

    /// Subject and verb of a statement about `metric`; gives the basis.
    pub(super) fn lead(&mut self, metric: &Metric, from: usize, timed: bool) -> &'static str {
        let lead = self.rng.pick(metric.leads);
        let place = timed.then(|| self.rng.below(3));
        if place == Some(0) {
            self.when();
            self.out.push_str(", ");
        }
        self.out.push_str(lead);
        if !lead.contains("trên địa bàn") {
            self.scope();
        }
        if place == Some(1) {
            self.out.push(' ');
            self.when();
        }
        capitalize(&mut self.out, from);
        if self.estimated && self.rng.chance(75) {
            self.out.push_str(self.rng.pick(&[
                " ước đạt ",
                " ước đạt ",
                " ước thực hiện ",
                " ước tính đạt ",
            ]));
            "estimate"
        } else {
            self.out
                .push_str(self.rng.pick(&[" đạt ", " đạt ", " là ", " đạt được "]));
            "actual"
        }
    }

    pub(super) fn when(&mut self) {
        let dated = self.rng.chance(45);
        period_words(self.head.period, dated, &mut self.rng, &mut self.out);
    }

    pub(super) fn comparisons(
        &mut self,
        metric: &Metric,
        value: Amount,
    ) -> (Option<Amount>, Option<Amount>, Option<Amount>) {
        let (mut yoy, mut plan, mut plan_value) = (None, None, None);
        let roll = self.rng.below(100);
        if metric.planned && roll < 55 {
            self.out.push_str(", ");
            let (share, stated) = self.versus_plan(metric, value);
            (plan, plan_value) = (Some(share), stated);
            if roll < 30 {
                self.out
                    .push_str(if self.rng.chance(70) { ", " } else { " và " });
                yoy = Some(self.versus_last_year());
            }
        } else if roll < 85 {
            let brackets = self.rng.chance(15);
            self.out.push_str(if brackets { " (" } else { ", " });
            yoy = Some(self.versus_last_year());
            if brackets {
                self.out.push(')');
            }
        }
        (yoy, plan, plan_value)
    }

    /// A level with its comparisons, as a sentence of its own.
    pub(super) fn level(&mut self, metric: &Metric) {
        let value = say::amount(metric.size, &mut self.rng);
        self.level_of(metric, value);
    }

    pub(super) fn level_of(&mut self, metric: &Metric, value: Amount) {
        let from = self.out.len();
        let basis = self.lead(metric, from, true);
        let qualifier = self.hedge();
        let at = self.amount(metric, value);
        let (yoy, plan, plan_value) = self.comparisons(metric, value);
        let fact = self.push_fact(metric, value, basis, at, from);
        (fact.qualifier, fact.yoy, fact.plan, fact.plan_value) = (qualifier, yoy, plan, plan_value);
        self.out.push_str(". ");
    }

    /// Growth alone: of a metric that is a rate, or of a level that is not stated.
    pub(super) fn growth(&mut self, metric: &Metric) {
        let from = self.out.len();
        let rate = matches!(metric.size, Size::Percent(..));
        let lead = self.rng.pick(metric.leads);
        let timed = self.rng.below(3);
        if timed == 0 {
            self.when();
            self.out.push_str(", ");
        }
        self.out.push_str(lead);
        if timed == 1 {
            self.out.push(' ');
            self.when();
        }
        capitalize(&mut self.out, from);
        let mut value = if rate {
            say::amount(metric.size, &mut self.rng)
        } else {
            say::change(&mut self.rng)
        };
        if rate && self.rng.chance(12) {
            value.mant = -value.mant;
        }
        let basis = if self.estimated && self.rng.chance(70) {
            self.out.push_str(" ước");
            "estimate"
        } else {
            "actual"
        };
        self.out.push_str(if value.mant < 0 {
            " giảm "
        } else {
            " tăng "
        });
        let number = self.out.len();
        say::push_percent(value, &mut self.out);
        self.out.push('%');
        let at = (number, self.out.len());
        if self.rng.chance(75) {
            self.reference();
        }
        if self.rng.chance(5) {
            self.out.push_str(" (cùng kỳ tăng ");
            let before = say::amount(Size::Percent(1., 12.), &mut self.rng);
            say::push_percent(before, &mut self.out);
            self.out.push_str("%)");
        }
        let fact = self.push_fact(metric, value, basis, at, from);
        fact.metric.1 = !rate;
        self.out.push_str(". ");
    }

    /// A percentage that is a level.
    pub(super) fn share(&mut self, metric: &Metric) {
        let value = say::amount(metric.size, &mut self.rng);
        let from = self.out.len();
        let lead = self.rng.pick(metric.leads);
        self.out.push_str(lead);
        capitalize(&mut self.out, from);
        self.out.push_str(if metric.code == "poverty.rate" {
            " còn "
        } else {
            " đạt "
        });
        let at = self.amount(metric, value);
        let basis = if metric.code == "zones.occupancy" {
            "stock"
        } else {
            "actual"
        };
        self.push_fact(metric, value, basis, at, from);
        self.out.push_str(". ");
    }

    pub(super) fn counted(
        &mut self,
        code: &'static str,
        count: u64,
        noun: &'static str,
        unit: &'static str,
        quote: usize,
    ) -> usize {
        let metric = Metric {
            code,
            leads: &[],
            size: Size::Count(0., 0., unit, noun),
            planned: false,
        };
        let value = Amount {
            mant: count as i64,
            dec: 0,
            pow: 0,
            unit,
        };
        let from = self.out.len();
        if (2..10).contains(&count) && self.rng.chance(50) {
            let _ = write!(self.out, "0{count} {noun}");
        } else {
            say::push_grouped(count, &mut self.out);
            let _ = write!(self.out, " {noun}");
        }
        let at = (from, self.out.len());
        self.push_fact(&metric, value, "actual", at, quote);
        self.facts.len() - 1
    }

    pub(super) fn close(&mut self, first: usize) {
        let end = self.out.len();
        for fact in &mut self.facts[first..] {
            fact.quote.1 = end;
        }
        self.out.push_str(". ");
    }

    /// New projects, with foreign and domestic ones that add up.
    pub(super) fn new_projects(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let (fdi, ddi) = (self.rng.between(2, 60), self.rng.between(2, 90));
        self.when();
        capitalize(&mut self.out, from);
        if self.rng.chance(50) {
            self.out
                .push_str(", đã cấp mới giấy chứng nhận đăng ký đầu tư cho ");
        } else {
            let _ = write!(
                self.out,
                ", {} đã cấp mới ",
                self.rng
                    .pick(&["Ban", "địa phương", "các cơ quan chức năng"])
            );
        }
        self.counted(
            "investment.projects.new",
            fdi + ddi,
            "dự án",
            "projects",
            from,
        );
        self.out.push_str(", trong đó có ");
        self.counted("fdi.projects.new", fdi, "dự án FDI", "projects", from);
        self.out.push_str(" và ");
        self.counted(
            "ddi.projects.new",
            ddi,
            "dự án đầu tư trong nước (DDI)",
            "projects",
            from,
        );
        self.close(first);
    }

    /// Projects that raise their capital, and by how much.
    pub(super) fn raised(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        self.out.push_str("Điều chỉnh tăng vốn cho ");
        let count = self.rng.between(2, 45);
        self.counted(
            "fdi.projects.adjusted",
            count,
            "dự án FDI",
            "projects",
            from,
        );
        self.out.push_str(", vốn tăng thêm đạt ");
        let value = say::amount(say::FDI_ADDED.size, &mut self.rng);
        let at = self.amount(&say::FDI_ADDED, value);
        self.push_fact(&say::FDI_ADDED, value, "actual", at, from);
        self.close(first);
    }

    /// What stands at the end of the period: projects, capital, disbursed.
    pub(super) fn standing(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let (year, month) = (self.head.period.year, self.head.period.last_month());
        let dated = self.rng.below(3);
        let _ = match dated {
            0 => write!(
                self.out,
                "Lũy kế đến ngày {}/{month}/{year}, ",
                last_day(year, month)
            ),
            1 => write!(self.out, "Luỹ kế đến hết tháng {month:02}/{year}, "),
            _ => write!(self.out, "Lũy kế đến nay, "),
        };
        let foreign = self.rng.chance(60);
        let (count, noun, capital) = if foreign {
            ("fdi.projects.total", "dự án FDI", &say::FDI)
        } else {
            ("ddi.projects.total", "dự án DDI", &say::DDI)
        };
        let unit = &self.lexicon.units[self.head.unit];
        self.out.push_str(if unit.region {
            "toàn vùng có "
        } else {
            "trên địa bàn có "
        });
        let n = self.rng.between(20, 2400);
        self.counted(count, n, noun, "projects", from);
        self.out.push_str(" còn hiệu lực với tổng vốn đăng ký đạt ");
        let size = if foreign {
            Size::Usd(300., 45000.)
        } else {
            Size::Ty(4000., 400000.)
        };
        let value = say::amount(size, &mut self.rng);
        let at = self.amount(capital, value);
        let yoy = self.rng.chance(30).then(|| {
            self.out.push_str(" (");
            let yoy = self.versus_last_year();
            self.out.push(')');
            yoy
        });
        self.push_fact(capital, value, "cumulative", at, from).yoy = yoy;
        self.close(first);
        for fact in &mut self.facts[first..] {
            fact.basis = "cumulative";
            fact.as_of = dated < 2;
        }
    }

    /// The zones themselves.
    pub(super) fn zones(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let n = self.rng.between(2, 32);
        let unit = &self.lexicon.units[self.head.unit];
        self.out.push_str(match self.rng.below(3) {
            0 => "Hiện có ",
            1 => "Đến nay, trên địa bàn có ",
            _ if unit.region => "Toàn vùng hiện có ",
            _ if unit.city => "Toàn thành phố hiện có ",
            _ => "Toàn tỉnh hiện có ",
        });
        self.counted("zones.operating", n, "KCN", "zones", from);
        self.out
            .push_str(" đang hoạt động với tổng diện tích đất là ");
        let value = say::amount(say::AREA.size, &mut self.rng);
        let at = self.amount(&say::AREA, value);
        self.push_fact(&say::AREA, value, "stock", at, from);
        self.close(first);
        if self.rng.chance(50) {
            self.share(&say::OCCUPANCY);
        }
        if self.rng.chance(50) {
            let from = self.out.len();
            let treated = self.rng.between(1, n);
            self.out.push_str("Đã có ");
            self.counted("zones.wastewater", treated, "KCN", "zones", from);
            self.out
                .push_str(" vận hành nhà máy xử lý nước thải tập trung");
            self.close(self.facts.len() - 1);
        }
        for fact in &mut self.facts[first..] {
            fact.basis = "stock";
        }
    }

    /// Exports, imports and their sum.
    pub(super) fn trade(&mut self) {
        let exports = say::amount(Size::Usd(20., 900.), &mut self.rng);
        let imports = say::amount(Size::Usd(20., 900.), &mut self.rng);
        if self.rng.chance(50) {
            let dec = exports.dec.max(imports.dec);
            let lift = |a: Amount| a.mant * 10i64.pow(dec - a.dec);
            let total = Amount {
                mant: lift(exports) + lift(imports),
                dec,
                ..exports
            };
            self.level_of(&say::TRADE, total);
        }
        self.level_of(&say::EXPORTS, exports);
        self.level_of(&say::IMPORTS, imports);
    }

    /// GRDP with its growth in one sentence: two figures.
    pub(super) fn grdp(&mut self) {
        let from = self.out.len();
        let basis = self.lead(&say::GRDP, from, true);
        let value = say::amount(say::GRDP.size, &mut self.rng);
        let at = self.amount(&say::GRDP, value);
        self.out.push_str(", tăng ");
        let rate = say::amount(say::GRDP_GROWTH.size, &mut self.rng);
        let number = self.out.len();
        say::push_percent(rate, &mut self.out);
        self.out.push('%');
        let grown = (number, self.out.len());
        self.reference();
        self.push_fact(&say::GRDP, value, basis, at, from).yoy = Some(rate);
        self.push_fact(&say::GRDP_GROWTH, rate, basis, grown, from);
        self.out.push_str(". ");
    }

    /// Visitors, with foreign ones among them.
    pub(super) fn visitors(&mut self) {
        let value = say::amount(say::VISITORS.size, &mut self.rng);
        let from = self.out.len();
        let basis = self.lead(&say::VISITORS, from, true);
        let at = self.amount(&say::VISITORS, value);
        let (yoy, plan, plan_value) = self.comparisons(&say::VISITORS, value);
        let fact = self.push_fact(&say::VISITORS, value, basis, at, from);
        (fact.yoy, fact.plan, fact.plan_value) = (yoy, plan, plan_value);
        if self.rng.chance(60) {
            self.out.push_str("; trong đó khách quốc tế đạt ");
            let foreign = self.rng.between(3000, 100_000);
            let last = self.counted(
                "tourism.visitors.international",
                foreign,
                "lượt",
                "visitors",
                from,
            );
            self.facts[last].basis = basis;
            self.close(last);
        } else {
            self.out.push_str(". ");
        }
    }

    /// New enterprises and their capital.
    pub(super) fn enterprises(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        self.when();
        capitalize(&mut self.out, from);
        self.out.push_str(", toàn địa bàn có ");
        let n = self.rng.between(60, 9000);
        self.counted(
            "enterprises.new",
            n,
            "doanh nghiệp thành lập mới",
            "enterprises",
            from,
        );
        let metric = Metric {
            code: "enterprises.new.capital",
            leads: &[],
            size: Size::Ty(300., 90000.),
            planned: false,
        };
        self.out.push_str(self.rng.pick(&[
            " với tổng vốn đăng ký ",
            " với số vốn đăng ký đạt ",
            ", vốn đăng ký ",
        ]));
        let value = say::amount(metric.size, &mut self.rng);
        let at = self.amount(&metric, value);
        self.push_fact(&metric, value, "actual", at, from);
        self.close(first);
    }

    /// Price indices: against the year before, and against the month before, which is no yoy.
    pub(super) fn prices(&mut self) {
        self.growth(&say::CPI);
        if self.rng.chance(60) {
            let from = self.out.len();
            let month = self.head.period.last_month();
            let value = say::amount(Size::Percent(0.05, 1.4), &mut self.rng);
            let _ = write!(self.out, "Chỉ số giá tiêu dùng tháng {month} tăng ");
            let number = self.out.len();
            say::push_percent(value, &mut self.out);
            self.out.push('%');
            let at = (number, self.out.len());
            self.out.push_str(" so với tháng trước");
            let metric = Metric {
                code: "cpi.mom",
                leads: &[],
                size: Size::Percent(0., 2.),
                planned: false,
            };
            let year = self.head.period.year;
            self.push_fact(&metric, value, "actual", at, from).period = Period {
                year,
                part: Part::Month(month),
            };
            self.out.push_str(". ");
        }
    }

    /// The board's own service.
    pub(super) fn service(&mut self) {
        if self.rng.chance(60) {
            self.share(&say::ON_TIME);
        }
        if self.rng.chance(30) {
            let from = self.out.len();
            let value = Amount {
                mant: self.rng.between(20, 65) as i64,
                dec: 0,
                pow: 0,
                unit: "percent",
            };
            self.out.push_str("Cắt giảm thời gian giải quyết ");
            let qualifier = self.hedge();
            let metric = Metric {
                code: "procedures.time_cut",
                leads: &[],
                size: Size::Percent(0., 0.),
                planned: false,
            };
            let at = self.amount(&metric, value);
            self.out.push_str(" so với quy định");
            self.push_fact(&metric, value, "actual", at, from).qualifier = qualifier;
            self.out.push_str(". ");
        }
    }

    /// Goals for the period ahead: one verb governs a list.
    pub(super) fn goals(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let outlook = self.head.outlook;
        match self.rng.below(3) {
            0 => {
                self.out.push_str("Phấn đấu hoàn thành các chỉ tiêu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
            1 => {
                self.out.push_str("Mục tiêu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
            _ => {
                self.out.push_str("Một số chỉ tiêu phấn đấu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
        }
        self.out.push_str(": ");
        let metrics: &[&Metric] = match self.head.kind {
            Kind::Zones => &[
                &say::INVESTMENT,
                &say::REVENUE,
                &say::EXPORTS,
                &say::IMPORTS,
                &say::BUDGET_PAID,
                &say::FDI,
            ],
            Kind::Economy => &[
                &say::BUDGET,
                &say::EXPORTS,
                &say::SOCIAL,
                &say::RETAIL,
                &say::TOURISM,
                &say::FARMING,
            ],
            Kind::Statistics => return self.out.truncate(from),
            Kind::Customs => &[&say::BUDGET, &say::TRADE],
            Kind::Planning => &[&say::FDI, &say::DDI, &say::SOCIAL, &say::PUBLIC],
        };
        let wanted = 2 + self.rng.below(metrics.len() - 1);
        let start = self.rng.below(metrics.len());
        for i in 0..wanted.min(metrics.len()) {
            let metric = metrics[(start + i) % metrics.len()];
            if i > 0 {
                self.out.push_str("; ");
            }
            let clause = if i == 0 { from } else { self.out.len() };
            let lead = self.rng.pick(metric.leads);
            self.out.push_str(lead);
            self.out.push_str(" đạt ");
            let qualifier = self.hedge();
            let value = self.goal(metric);
            let at = self.amount(metric, value);
            let fact = self.push_fact(metric, value, "target", at, clause);
            fact.qualifier = qualifier;
            fact.period = outlook;
        }
        self.out.push_str(". ");
        debug_assert!(self.facts.len() > first);
    }

    /// A goal in proportion to what the report states as reached; else any amount.
    pub(super) fn goal(&mut self, metric: &Metric) -> Amount {
        let any = say::amount(metric.size, &mut self.rng);
        let reached = self.facts.iter().find(|f| {
            f.metric == (metric.code, false)
                && matches!(f.basis, "actual" | "estimate")
                && f.value.unit == any.unit
        });
        let Some(reached) = reached.map(|f| f.value) else {
            return any;
        };
        let left = match (self.head.period.part, self.head.outlook.part) {
            (Part::Year, _) | (_, Part::Half(_)) => 1.0,
            (Part::Quarter(_), _) => 4.0,
            (Part::Month(_), _) => 12.0,
            _ => 12.0 / f64::from(self.head.period.last_month()),
        };
        let grown = reached.mant as f64 * left * (1.0 + 0.15 * self.rng.unit());
        let step = 10f64.powf((grown.log10() - 2.0).floor()).max(1.0);
        let mant = ((grown / step).round() * step) as i64;
        Amount { mant, ..reached }
    }

    pub(super) fn standing_labour(&mut self) {
        let metric = &say::EMPLOYED;
        let from = self.out.len();
        let lead = self.rng.pick(metric.leads);
        self.out.push_str(lead);
        capitalize(&mut self.out, from);
        self.out.push_str(" tại các KCN là ");
        let qualifier = self.hedge();
        let value = say::amount(metric.size, &mut self.rng);
        let at = self.amount(metric, value);
        let yoy = self.rng.chance(50).then(|| {
            self.out.push_str(", ");
            self.versus_last_year()
        });
        let fact = self.push_fact(metric, value, "stock", at, from);
        (fact.qualifier, fact.yoy) = (qualifier, yoy);
        self.out.push_str(". ");
    }
}

fn noun(metric: &Metric) -> &'static str {
    match metric.size {
        Size::Count(_, _, _, noun) => noun,
        _ => "",
    }
}
