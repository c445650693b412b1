//! How a number is meant: measured, reckoned, aimed at, standing; and how exactly.

use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Item, Kind, Reader, Scope, Told, classes, clause_at, family_of, word};
use crate::annotate::number::{Quantity, read};
use crate::annotate::units::Unit;
use crate::model::{Basis, Flag, Observation, Period, Qualifier};
use crate::text::fold;

impl Reader<'_> {
    /// What is told of a whole that is reckoned, without a verb of its own, is reckoned too: `GRDP ước tăng 8%, trong đó nông nghiệp
    /// tăng 3%`, `IIP ước tăng 2% so với tháng trước, tăng 9% so với cùng kỳ`, `ước đón 900 nghìn lượt, trong đó khách quốc tế 57
    /// nghìn`. For the figures of one sentence.
    pub(super) fn hold_estimates(&self, figures: &mut [Observation]) {
        for at in 1..figures.len() {
            let (told, rest) = figures.split_at_mut(at);
            let figure = &mut rest[0];
            let percent = figure.unit == "percent";
            let holds = |f: &Observation| {
                let whole = f.metric.strip_suffix(".growth").unwrap_or(&f.metric);
                let part = figure
                    .metric
                    .strip_prefix(whole)
                    .is_some_and(|tail| tail.starts_with('.'));
                let family = family_of(&figure.metric);
                let of_one = match family_of(&f.metric) {
                    "grdp" => matches!(family, "grdp" | "agriculture"),
                    own => own == family,
                };
                f.basis == Basis::Estimate
                    && f.period == figure.period
                    && f.subject == figure.subject
                    && if percent {
                        of_one
                    } else {
                        part && f.unit == figure.unit && !self.told_done(f, figure)
                    }
            };
            if figure.basis == Basis::Actual && told.iter().any(holds) {
                figure.basis = Basis::Estimate;
            }
        }
    }

    /// The capital told of projects that stand is all of theirs: `tính đến cuối năm, tỉnh có 58 dự án với tổng vốn đăng ký 2 tỷ
    /// USD`. For the figures of one sentence.
    pub(super) fn hold_standing(&self, figures: &mut [Observation]) {
        for at in 1..figures.len() {
            let (told, rest) = figures.split_at_mut(at);
            let (count, figure) = (&told[at - 1], &mut rest[0]);
            let of_them = count.basis == Basis::Cumulative
                && count.metric.ends_with(".projects.total")
                && figure.metric.ends_with(".capital")
                && figure.basis == Basis::Actual
                && figure.yoy_pct.is_none()
                && figure.period == count.period
                && figure.subject == count.subject;
            let between = || {
                let words = self.text.get(count.span.end..figure.span.start);
                words.is_some_and(|words| {
                    !words.contains([',', ';', '(']) && {
                        let folded = fold(words);
                        folded.contains("voi ") || folded.contains("tong von")
                    }
                })
            };
            if of_them && between() {
                figure.basis = Basis::Cumulative;
            }
        }
    }

    /// Whether words between two figures say that the later one was reached.
    fn told_done(&self, from: &Observation, to: &Observation) -> bool {
        self.text
            .get(from.span.end..to.span.start)
            .is_none_or(|between| {
                // `khách ước 210.000 lượt, khách quốc tế trong số này là 12.000`
                let of_these = between.contains("trong số");
                between.split_whitespace().any(|word| {
                    matches!(word, "đạt" | "được" | "đã" | "có") || word == "là" && !of_these
                })
            })
    }

    /// `Đến nay, toàn tỉnh có 800 dự án`: what stands, where no period within the year bounds it.
    pub(super) fn stands_now(&self, items: &[Item], at: usize) -> bool {
        let before = &items[..at];
        let now = |i: &Item| {
            i.is(word::STOCK)
                && matches!(self.exact(i.first), "đến" | "tới" | "cho" | "hiện" | "tính")
        };
        let within = |i: &Item| i.kind == Kind::Period && !i.is(word::VERSUS);
        before.iter().any(now) && !before.iter().any(within)
    }

    /// `Tính đến năm 2010, tỉnh có 155 dự án`, `Đến cuối năm, các khu công nghiệp đã thu hút được 155 dự án`: what stood at a day.
    pub(super) fn stood_then(&self, items: &[Item], at: usize) -> bool {
        let until = |token: usize| matches!(self.exact(token), "đến" | "tới");
        // The day nearest before, be it behind who says so: `ông A cho biết, đến cuối năm 2015, …`
        let Some(day) = items[..at]
            .iter()
            .rposition(|i| i.kind == Kind::Period && !i.is(word::VERSUS))
            .filter(|&day| {
                let other = items[day..at].iter().any(|i| i.kind == Kind::Mark(';'));
                !other && !self.is_ahead(&items[day])
            })
        else {
            return false;
        };
        let dated = until(items[day].first)
            || items[day].first.checked_sub(1).is_some_and(|last| {
                until(last) || self.exact(last) == "hết" && last > 0 && until(last - 1)
            });
        let running = items[day.saturating_sub(3)..=day]
            .iter()
            .any(|i| (i.first..i.end).any(|t| matches!(self.exact(t), "từ" | "đầu")));
        let since = self.since(items, at);
        let has = items[since..at]
            .iter()
            .rev()
            .take(3)
            .any(|i| (i.first..i.end).any(|t| self.exact(t) == "có"));
        // Zones count what they ever drew in.
        let drawn = || {
            let (first, end) = (items[day].end, items[at].first);
            let says = |words: &[&str]| (first..end).any(|t| words.contains(&self.exact(t)));
            says(&["đã"])
                && says(&["hút"])
                && !says(&["mới", "thêm"])
                && self.speaks_of_zones(items[at].first)
        };
        dated && !running && (has || drawn())
    }

    /// `Tiếp đến là KCN A với 57 dự án`, `Trên địa bàn tỉnh có 1.946 dự án`: the paragraph has told what stands and this goes on,
    /// or it has told what came in and this is what all is now.
    pub(super) fn stands_still(&self, items: &[Item], at: usize, scope: &Scope) -> bool {
        let flow = items[..at].iter().any(|i| {
            i.kind == Kind::Period
                || i.is(word::NEW | word::ADDED | word::CONTRIBUTED | word::ESTIMATE | word::TARGET)
                || (i.first..i.end).any(|t| self.exact(t) == "hút")
        });
        let has = || {
            let (first, end) = (items[0].first, items[at].first);
            (end.saturating_sub(2).max(first)..end).any(|t| self.exact(t) == "có")
                && (first..end.min(first + 6)).any(|t| self.exact(t) == "tỉnh")
        };
        !flow
            && match scope.told {
                Told::Standing => true,
                Told::Coming => has(),
                Told::Nothing => false,
            }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn basis(
        &self,
        items: &[Item],
        at: usize,
        code: &str,
        period: Option<Period>,
        main: Option<Period>,
        scope: &Scope,
        quantity: &Quantity,
    ) -> Basis {
        let clause = clause_at(items, at);
        let own = self.since(items, at).max(clause);
        // `ước` binds its own clause, from the number before; `phấn đấu` all that follow it in the sentence.
        let mut estimate = items[own..at].iter().any(|i| i.is(word::ESTIMATE));
        let colon = items[..at].iter().rposition(|i| i.kind == Kind::Mark(':'));
        let head = &items[..colon.unwrap_or(clause)];
        estimate |= head.iter().any(|i| i.is(word::ESTIMATE)) && colon.is_some() || scope.estimate;
        // `Ước 6 tháng, a đạt x; b đạt y`: said of all.
        let reported = period
            .zip(main)
            .is_some_and(|(own, main)| own.end() <= main.end() && own.len_months() < 12);
        let opens = items.first().is_some_and(|i| {
            i.is(word::ESTIMATE) || i.is(word::TARGET) && self.exact(i.first) == "dự" && reported
        }) && items
            .iter()
            .take(5)
            .take_while(|i| !matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)))
            .any(|i| i.kind == Kind::Mark(','));
        if opens && !items[own..at].iter().any(|i| i.is(word::DONE)) {
            estimate = true;
        }
        // `Theo ước tính của Cục Thống kê, …`: whoever reckoned, all that follows is reckoned.
        if self.reckoned_by(items)
            && self.bracket(items, at).is_none()
            && !items[own..at].iter().any(|i| i.is(word::DONE))
        {
            estimate = true;
        }
        if !estimate {
            // `Ước cả năm, tổng thu đạt …`
            estimate = items[clause..at]
                .iter()
                .take(2)
                .take_while(|i| !matches!(i.kind, Kind::Cue(_)))
                .any(|i| i.is(word::ESTIMATE))
                && quantity.unit != Unit::Percent;
        }
        let last_target = items[..at]
            .iter()
            .rposition(|i| i.is(word::TARGET) && !i.is(word::ESTIMATE));
        let mut target = scope.target
            && !items[own..at]
                .iter()
                .any(|i| i.is(word::DONE | word::ESTIMATE));
        if let Some(verb) = last_target {
            let verb_bracketed =
                self.bracket(items, verb).is_some() && self.bracket(items, at).is_none();
            // `phấn đấu … ước đạt` is pursued all the same.
            let ends = if self.exact(items[verb].first) == "phấn" {
                word::DONE | word::CUMULATIVE
            } else {
                word::DONE | word::ESTIMATE | word::CUMULATIVE
            };
            let reckoned = self.reckons_year(items, verb, main);
            estimate |= reckoned && verb >= own;
            let reset = reckoned || items[verb + 1..at].iter().any(|i| i.is(ends));
            let compared = verb
                .checked_sub(1)
                .is_some_and(|i| {
                    // `vượt 4,3% chỉ tiêu phấn đấu`
                    let share = matches!(items[i].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Percent);
                    items[i].is(word::VERSUS | word::OVER | word::PLAN)
                        || share && items[verb].is(word::PLAN)
                })
                || items.get(verb.wrapping_sub(2)).is_some_and(|i| {
                    matches!(i.kind, Kind::Quantity(_)) && items[verb - 1].is(word::PLAN)
                });
            // Nouns and `sẽ` bind their own clause, unless they open the sentence; verbs all that follows.
            let loose = matches!(
                self.exact(items[verb].first),
                "mục" | "sẽ" | "định" | "triển" | "tầm" | "kịch" | "dự" | "kì" | "theo"
            );
            let opens = self.year_opens_goal(items, Some(verb));
            let parted = loose
                && !opens
                && (verb > 1 || self.exact(items[0].first) == "với")
                && colon.is_none_or(|c| c < verb)
                && items[verb + 1..at]
                    .iter()
                    .any(|i| i.kind == Kind::Mark(','));
            // `đề ra mục tiêu … là: a; b; c`
            let strong = (matches!(self.exact(items[verb].first), "phấn" | "đề" | "đặt")
                || verb == 0 && self.exact(items[0].first) == "theo")
                && !items[verb..at]
                    .iter()
                    .any(|i| i.is(word::YOY) || self.exact(i.first) == "đã");
            let far = colon.is_none() && verb < clause && !strong && !opens || parted;
            if !reset && !compared && !verb_bracketed && !far {
                target = true;
            }
        }
        // `Năm 2016 ngành đề ra a x; b y`
        target |= last_target.is_none()
            && self.year_opens_goal(items, None)
            && !items[own..at]
                .iter()
                .any(|i| i.is(word::DONE | word::ESTIMATE | word::CUMULATIVE));
        // `dự toán … là x`, `chỉ tiêu … x`: a plan noun that governs the number.
        if !target {
            let plan = items[own..at]
                .iter()
                .rposition(|i| i.is(word::PLAN))
                .map(|i| own + i);
            if let Some(plan) = plan {
                let result = items[plan + 1..at].iter().any(|i| {
                    matches!(self.exact(i.first), "đạt" | "được" | "ước") || i.is(word::DONE)
                });
                let versus = items[plan].is(word::VERSUS)
                    || self.exact(items[plan].first) == "so"
                    || matches!(self.exact(items[plan].end), "này" | "đó")
                    || self.exact(items[plan].end) == "trên"
                        && !matches!(items.get(plan + 2).map(|i| i.kind), Some(Kind::Quantity(_)));
                let after_share = plan > 0 && matches!(items[plan - 1].kind, Kind::Quantity(_));
                // `đạt 95% dự toán tỉnh giao, trong đó thu nội địa 900 tỷ đồng`: another metric begins behind a comma.
                let elsewhere = items[plan..at]
                    .iter()
                    .position(|i| i.kind == Kind::Mark(','))
                    .is_some_and(|comma| {
                        items[plan + comma..at]
                            .iter()
                            .any(|i| matches!(i.kind, Kind::Cue(_)))
                    });
                // `đã thu vượt dự toán cả năm gồm: A thu x`
                let passed = plan > own
                    && items[plan - 1].is(word::OVER | word::DONE)
                    && items[plan..at].iter().any(|i| i.kind == Kind::Mark(':'));
                let listed = colon.is_some_and(|colon| {
                    plan < colon && self.lists_indicators(&items[..colon], scope)
                });
                if !result && !versus && !after_share && !elsewhere && !passed && !listed {
                    target = true;
                }
            }
        }
        // `Mục tiêu năm 2016: a; b; c`: what stands before the colon governs all, but for what was reached.
        let opening = colon.or_else(|| self.opening_goal(items));
        if !target
            && let Some(colon) = opening.filter(|&opening| opening < at)
            && let Some(plan) = items[..colon]
                .iter()
                .enumerate()
                // `Trên cơ sở đó, tỉnh đề ra các chỉ tiêu năm 2019: …`
                .position(|(n, i)| {
                    i.is(word::PLAN)
                        && (n < 3
                            || matches!(
                                (self.exact(i.first), self.exact(i.first + 1)),
                                ("đề" | "đặt", "ra")
                            ))
                })
            && !self.lists_indicators(&items[..colon], scope)
            && !items[..colon].iter().enumerate().any(|(n, i)| {
                // What was done stands before the goals that it led to.
                if plan > 2 && n < plan {
                    return false;
                }
                // `Các chỉ tiêu đề ra là: …` tells of no level yet.
                if n + 1 == colon && self.exact(i.first) == "là" {
                    return false;
                }
                matches!(i.kind, Kind::Quantity(_))
                    || i.is(word::DONE | word::LEVEL | word::OVER | word::REVIEW | word::VERSUS)
                    // `Ước các chỉ tiêu: …`
                    || n == 0 && i.is(word::ESTIMATE) && !i.is(word::TARGET)
            })
        {
            target = !items[own.max(colon)..at]
                .iter()
                .any(|i| i.is(word::DONE | word::ESTIMATE | word::CUMULATIVE));
        }
        // `Năm 2022: a; b; c` in a report on 2021.
        if !target
            && colon.is_some_and(|colon| colon <= 3)
            && items.iter().take(3).any(|i| self.is_ahead(i))
        {
            target = !items[own..at]
                .iter()
                .any(|i| i.is(word::DONE | word::ESTIMATE | word::CUMULATIVE));
        }
        // `Dự kiến GRDP 9 tháng tăng 7%` in the report on the nine months: reckoned, not aimed at.
        let reckoned = last_target
            .is_some_and(|verb| verb >= clause && matches!(self.exact(items[verb].first), "dự"));
        let back = reckoned && self.looks_back(items);
        if reckoned
            && (target || back)
            && !scope.target
            && period.zip(main).is_some_and(|(own, main)| {
                own.end() <= main.end() && (own.len_months() < 12 || back)
            })
            && !items[own..at].iter().any(|i| i.is(word::DONE))
            && !items[..at].iter().any(|i| i.is(word::PLAN))
        {
            return Basis::Estimate;
        }
        let pursued = last_target
            .is_some_and(|verb| self.exact(items[verb].first) == "phấn" && verb >= clause);
        if target
            && !(estimate
                && !pursued
                && items[own..at]
                    .iter()
                    .any(|i| i.is(word::ESTIMATE) && !i.is(word::TARGET)))
        {
            return Basis::Target;
        }
        let family = family_of(code);
        let standing = matches!(family, "fdi" | "ddi" | "investment")
            && items[clause..at].iter().any(|i| i.is(word::CUMULATIVE));
        if estimate && !standing {
            return Basis::Estimate;
        }
        if matches!(family, "fdi" | "ddi" | "investment") && code != "investment.social" {
            let before = classes(&items[clause..at]);
            let sentence = classes(&items[..at]);
            if sentence & word::CUMULATIVE != 0
                || before & word::ACTIVE != 0
                || (!code.ends_with(".new") && self.stands_now(items, at))
                || scope.cumulative
                || scope.told == Told::Standing
                    && self.details(items)
                    && self.stands_still(items, at, scope)
                || code.ends_with("projects.total")
                || code.ends_with(".capital") && self.brings_to(items, at)
                || code.ends_with(".capital") && self.follows_active(items, clause, at)
            {
                return Basis::Cumulative;
            }
        }
        if code == "labour.employed"
            || matches!(family, "zones" | "clusters") && !code.ends_with(".growth")
        {
            return Basis::Stock;
        }
        // `năm 2007 sản lượng đạt x, nộp ngân sách y`: the verb behind the year holds for both.
        let dated = items[clause..at]
            .iter()
            .rposition(|i| i.kind == Kind::Period)
            .map_or(own, |year| own.min(clause + year));
        let reached = items[dated..at]
            .iter()
            .any(|i| matches!(self.exact(i.first), "đạt" | "được" | "đã"));
        if let (Some(period), Some(main)) = (period, main)
            && period.start() > main.end()
            && !reached
        {
            return Basis::Target;
        }
        Basis::Actual
    }

    /// `đưa vốn FDI của khu lên 545 triệu USD`: what all has come to.
    pub(super) fn brings_to(&self, items: &[Item], at: usize) -> bool {
        let from = self.since(items, at);
        let onto = self
            .governing(items, at)
            .any(|i| i.is(word::ONTO) && self.exact(i.first) == "lên");
        let brings =
            (items[from].first..items[at].first).any(|t| matches!(self.exact(t), "đưa" | "nâng"));
        onto && brings
    }

    /// `Năm 2024, tỉnh dự kiến GRDP tăng 8%, thu ngân sách …; …`: a year that opens the sentence, and a goal told of before anything
    /// else, are over all of it; the goal's verb, where it is one that binds its own clause only.
    fn year_opens_goal(&self, items: &[Item], verb: Option<usize>) -> bool {
        let told = |i: &Item| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_) | Kind::Mark(':'));
        let head = &items[..items.iter().position(told).unwrap_or(items.len())];
        let year = |i: &Item| {
            i.kind == Kind::Period && !i.is(word::VERSUS) && self.exact(i.first) == "năm"
        };
        let sets = |i: &Item| match verb {
            Some(_) => i.is(word::TARGET) && matches!(self.exact(i.first), "dự" | "sẽ"),
            None => {
                i.is(word::PLAN)
                    && matches!(
                        (self.exact(i.first), self.exact(i.first + 1)),
                        ("đề" | "đặt" | "de" | "dat", "ra")
                    )
            }
        };
        let at = head.iter().position(sets);
        head.iter().take(2).any(year)
            && at.is_some_and(|at| verb.is_none_or(|verb| verb == at))
            && !head.iter().any(|i| i.is(word::DONE | word::VERSUS))
    }

    /// `Một số chỉ tiêu chủ yếu:`, against `Chỉ tiêu năm tới:`, `Các chỉ tiêu được giao:`: what is measured, not what is aimed at.
    fn lists_indicators(&self, head: &[Item], scope: &Scope) -> bool {
        let plain = |i: &Item| {
            let first = i.first + usize::from(self.exact(i.first) == "các");
            i.end == first + 2 && (self.exact(first), self.exact(first + 1)) == ("chỉ", "tiêu")
        };
        !head
            .iter()
            .any(|i| i.is(word::PLAN | word::TARGET) && !plain(i) || i.kind == Kind::Period)
            && (scope.results
                || head.iter().any(|i| {
                    (i.first..i.end).any(|t| matches!(self.exact(t), "số" | "yếu" | "bản"))
                }))
    }

    /// `So năm trước, dự kiến GRDP tăng 9%, thu ngân sách tăng 7%`: a year that is compared before its numbers is as good as over.
    fn looks_back(&self, items: &[Item]) -> bool {
        let number = items
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
            .unwrap_or(items.len());
        items[..number]
            .iter()
            .any(|i| i.is(word::YOY) || i.kind == Kind::Period && i.is(word::VERSUS))
            && items[..number]
                .iter()
                .any(|i| i.is(word::TARGET) && self.exact(i.first) == "dự")
            && !items[..number].iter().any(|i| i.is(word::PLAN))
    }

    /// `Theo ước tính (của …), …`
    fn reckoned_by(&self, items: &[Item]) -> bool {
        let first = items[0].first;
        let comma = items.iter().position(|i| i.kind == Kind::Mark(','));
        self.exact(first) == "theo"
            && matches!(
                (self.exact(first + 1), self.exact(first + 2)),
                ("ước", "tính") | ("số", "ước") | ("dự", "ước")
            )
            && comma.is_some_and(|comma| {
                !items[..comma]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)))
            })
    }

    /// `dự kiến năm 2018 đạt …` in a report on 2018 or a part of it: what the year brings, not what is aimed at.
    fn reckons_year(&self, items: &[Item], verb: usize, main: Option<Period>) -> bool {
        let year = |token: usize| self.exact(token).parse::<i32>().ok();
        self.exact(items[verb].first) == "dự"
            && self.exact(items[verb].first + 1) == "kiến"
            && items.get(verb + 1).is_some_and(|next| {
                next.kind == Kind::Period
                    && self.exact(next.first) == "năm"
                    && next.end == next.first + 2
                    && main.is_some_and(|m| year(next.first + 1) == Some(m.end().0))
            })
    }

    /// `Mục tiêu năm 2025, …`: the comma behind a goal that opens the sentence, as good as a colon.
    fn opening_goal(&self, items: &[Item]) -> Option<usize> {
        let comma = items
            .iter()
            .take(5)
            .position(|i| i.kind == Kind::Mark(','))?;
        let head = &items[..comma];
        let goal = matches!(
            self.exact(head.first()?.first),
            "mục" | "kế" | "chỉ" | "nhiệm" | "dự"
        );
        (goal
            && head[0].is(word::PLAN)
            && !head
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_))))
        .then_some(comma)
    }

    /// A period that the report looks ahead to.
    fn is_ahead(&self, item: &Item) -> bool {
        let marks = self.around.period_marks();
        let found = marks.partition_point(|m| m.first < item.first);
        marks
            .get(found)
            .is_some_and(|m| item.kind == Kind::Period && m.first == item.first && m.ahead)
    }

    /// `còn N dự án hiệu lực; vốn đăng ký x`: the capital of what stands.
    pub(super) fn follows_active(&self, items: &[Item], clause: usize, at: usize) -> bool {
        let Some(end) = clause.checked_sub(1) else {
            return false;
        };
        let before = clause_at(items, end);
        matches!(items[clause].kind, Kind::Cue(_))
            && classes(&items[before..end]) & word::ACTIVE != 0
            && classes(&items[clause..at]) & (word::NEW | word::ADDED) == 0
            && !items[clause..at].iter().any(|i| i.kind == Kind::Period)
    }

    /// A figure told twice (headline, lead, body) has one basis: that of the place which says `ước`.
    pub(super) fn agree_on_estimates(&self, figures: &mut [Observation]) {
        // By what they say, so that the time stays linear in a text of any length.
        let key = |f: &Observation| (f.value, f.metric.clone(), f.unit.clone(), f.period);
        let estimates: FxHashSet<_> = figures
            .iter()
            .filter(|f| f.basis == Basis::Estimate)
            .map(key)
            .collect();
        if estimates.is_empty() {
            return;
        }
        for figure in figures {
            let may = (matches!(figure.basis, Basis::Actual | Basis::Target)
                && figure.unit != "percent"
                || figure.basis == Basis::Target)
                && figure.plan_value.is_none();
            if may && estimates.contains(&key(figure)) {
                figure.basis = Basis::Estimate;
            }
        }
    }

    /// Takes the other reading of an ambiguous mark where the share of plan that the text states proves it.
    pub(super) fn settle_by_ratios(&self, figures: &mut [Observation]) {
        for figure in figures {
            let (Some(share), Some(plan)) = (figure.plan_pct, figure.plan_value) else {
                continue;
            };
            let raw = figure.span.of(self.text);
            let digits = raw
                .split(|c: char| c.is_whitespace() || c == '\u{a0}')
                .next();
            let Some(reading) = digits.and_then(read) else {
                continue;
            };
            let Some(other) = reading.other.filter(|_| figure.alternative.is_none()) else {
                continue;
            };
            let other = figure
                .value
                .checked_mul(other)
                .and_then(|v| v.checked_div(reading.value));
            let tolerance = Decimal::new(1, share.scale());
            let proves = |value: Decimal| {
                value
                    .checked_mul(Decimal::ONE_HUNDRED)
                    .and_then(|v| v.checked_div(plan))
                    .is_some_and(|ratio| (ratio - share).abs() <= tolerance)
            };
            if let Some(other) = other
                && !proves(figure.value)
                && proves(other)
            {
                figure.alternative = Some(figure.value);
                figure.value = other;
                figure.flags.push(Flag::DecimalPoint);
            }
        }
    }

    /// Links shares of a plan with plans stated elsewhere, where the ratio proves it.
    pub(super) fn link_plans(&self, figures: &mut [Observation]) {
        /// More plans of one kind no report states; beyond, the text is none, and its time stays linear.
        const PLANS: usize = 500;
        let key = |f: &Observation| (f.unit.clone(), f.metric.clone(), f.subject.clone());
        let mut plans: FxHashMap<_, Vec<(usize, Decimal)>> = FxHashMap::default();
        for (i, figure) in figures.iter().enumerate() {
            if figure.basis == Basis::Target {
                let of_kind = plans.entry(key(figure)).or_default();
                if of_kind.len() < PLANS {
                    of_kind.push((i, figure.value));
                }
            }
        }
        if plans.is_empty() {
            return;
        }
        for (i, figure) in figures.iter_mut().enumerate() {
            let (Some(share), None) = (figure.plan_pct, figure.plan_value) else {
                continue;
            };
            if figure.unit == "percent" || share.is_zero() {
                continue;
            }
            // Half of the last stated digit.
            let tolerance = Decimal::new(6, share.scale() + 1);
            let proves = |plan: Decimal| {
                figure
                    .value
                    .checked_mul(Decimal::ONE_HUNDRED)
                    .and_then(|v| v.checked_div(plan))
                    .is_some_and(|ratio| (ratio - share).abs() <= tolerance)
            };
            figure.plan_value = plans
                .get(&key(figure))
                .into_iter()
                .flatten()
                .find(|(j, plan)| *j != i && proves(*plan))
                .map(|(_, plan)| *plan);
        }
    }

    pub(super) fn qualifier(&self, items: &[Item], at: usize) -> Qualifier {
        let after = items.get(at + 1).map_or("", |i| self.exact(i.first));
        let after2 = items.get(at + 1).map_or("", |i| self.exact(i.first + 1));
        match (after, after2) {
            ("trở", "lên") => return Qualifier::AtLeast,
            ("trở", "xuống") => return Qualifier::AtMost,
            _ => {}
        }
        for item in items[..at].iter().rev().take(3) {
            if matches!(item.kind, Kind::Quantity(_) | Kind::Cue(_) | Kind::Mark(_)) {
                break;
            }
            if item.is(word::AT_MOST) {
                return Qualifier::AtMost;
            }
            if item.is(word::AT_LEAST) {
                return Qualifier::AtLeast;
            }
            if item.is(word::ABOUT) {
                return Qualifier::About;
            }
        }
        Qualifier::Exact
    }
}
