//! The years that do not stand beside their phrase, and what each mention then means.

use crate::model::Period;

use super::cue::{self, Items};
use super::date::Date;
use super::own::Position;
use super::scan::{Raw, Shape, YEAR, YearRef};
use super::weak::Borne;
use super::{Given, PeriodMention, PeriodRole, Periods};
use super::{day, role};

/// Weight of a year as the report's own, collected over the text.
#[derive(Default)]
struct Years(Vec<(i32, f32)>);

impl Years {
    fn add(&mut self, year: i32, weight: f32) {
        match self.0.iter_mut().find(|(y, _)| *y == year) {
            Some((_, w)) => *w += weight,
            None => self.0.push((year, weight)),
        }
    }

    /// The heaviest year, the later one among equals, and its share of all weight.
    fn best(&self) -> Option<(i32, f32)> {
        let total: f32 = self.0.iter().map(|(_, w)| w).sum();
        self.0
            .iter()
            .copied()
            .max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
            .map(|(year, weight)| (year, weight / total.max(f32::EPSILON)))
    }
}

/// Whether a phrase says of a year that it is the running one.
fn is_running(items: &Items<'_>, raw: &Raw, year: i32) -> bool {
    let running = match raw.year {
        YearRef::This => {
            items.cue(raw.first) == cue::Cue::ThisYear && items.last_word(raw.first) == "nay"
        }
        YearRef::Stated(stated) => stated == year && items.word(raw.end) == "này",
        _ => false,
    };
    running && raw.shape == YEAR
}

impl Periods {
    /// The year the report speaks from, with the share of the evidence for it.
    pub(super) fn report_year(
        &self,
        items: &Items<'_>,
        raws: &[Raw],
        positions: &[Position],
        title: &[Raw],
        given: &Given,
    ) -> Option<(i32, f32)> {
        if let Some(year) = given.period.and_then(Period::single_year) {
            return Some((year, 1.0));
        }
        let mut years = Years::default();
        let headline = || {
            raws.iter()
                .zip(positions)
                .filter(|(_, p)| **p == Position::Title)
                .map(|(raw, _)| raw)
                .chain(title)
        };
        let stated = |raw: &Raw| match raw.year {
            YearRef::Stated(year) if raw.shape != Shape::Nothing => Some(year),
            _ => None,
        };
        let results = headline()
            .filter(|raw| raw.role == PeriodRole::Period)
            .find_map(stated);
        let any = headline()
            .filter(|raw| {
                matches!(
                    raw.role,
                    PeriodRole::Outlook | PeriodRole::Plan | PeriodRole::Period
                )
            })
            .find_map(stated);
        if let Some(year) = results {
            years.add(year, 12.0);
        } else if let Some(year) = any {
            // `sơ kết 6 tháng đầu năm, nhiệm vụ 6 tháng cuối năm 2020`; a plan alone speaks from the year before.
            let partial = headline().any(|raw| {
                matches!(raw.shape, Shape::Months(a, b) if (a, b) != (1, 12))
                    && raw.role != PeriodRole::Event
            });
            years.add(
                if partial { year } else { year - 1 },
                if partial { 12.0 } else { 1.0 },
            );
            if !partial {
                years.add(year, 1.0);
            }
        }
        for (raw, position) in raws.iter().zip(positions) {
            let lead = if *position == Position::Body {
                1.0
            } else {
                2.0
            };
            let YearRef::Stated(year) = raw.year else {
                continue;
            };
            match raw.role {
                PeriodRole::Base if raw.same => years.add(year + 1, 2.0),
                PeriodRole::Base => years.add(year + 1, 0.7),
                PeriodRole::Period if raw.weak => {}
                PeriodRole::Period if raw.up_to => years.add(year, 0.3),
                PeriodRole::Period if raw.shape == Shape::Months(1, 12) => years.add(year, lead),
                PeriodRole::Period => years.add(year, 1.5 * lead),
                PeriodRole::Plan => years.add(year, 0.7),
                PeriodRole::Outlook => years.add(year, 0.3),
                PeriodRole::Event if raw.day.is_some() => years.add(year, 0.3 * lead),
                _ => {}
            }
        }
        if let Some(date) = self.published {
            // A review that appears in the first weeks of a year speaks of the year before.
            let year = if date.month <= 2 {
                date.year - 1
            } else {
                date.year
            };
            years.add(year, 4.0);
            if date.month <= 2 {
                years.add(date.year, 2.0);
                // `Năm nay, …`, `ngay trong năm 2019 này`
                if raws.iter().any(|raw| is_running(items, raw, date.year)) {
                    years.add(date.year, 4.0);
                }
            }
        }
        years.best()
    }

    /// Whether each phrase stands in a bracket that its line opened before it.
    fn bracketed(&self, items: &Items<'_>, raws: &[Raw], sentence: &[Option<usize>]) -> Vec<bool> {
        let list = items.tokens.list();
        let mut depth = 0_u32;
        let mut walked = 0;
        let mut line_of_walk = None;
        raws.iter()
            .zip(sentence)
            .map(|(raw, sentence)| {
                let line = sentence.map(|s| self.layout.sentences()[s].line);
                if line != line_of_walk || line.is_none() {
                    line_of_walk = line;
                    depth = 0;
                    walked = line.map_or(0, |l| self.layout.lines()[l as usize].first as usize);
                }
                let first = items.list[raw.first].first as usize;
                for token in &list[walked.min(first)..first] {
                    match token.span.of(items.text) {
                        "(" => depth += 1,
                        ")" => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                walked = first.max(walked);
                depth > 0
            })
            .collect()
    }

    /// Supplies the years and fixes every mention.
    pub(super) fn resolve(
        &mut self,
        items: &Items<'_>,
        raws: &[Raw],
        positions: &[Position],
        report: Option<(i32, f32)>,
        titled: bool,
    ) {
        let list = items.tokens.list();
        let report_year = report.map(|(year, _)| year);
        let sure = report.is_some_and(|(_, share)| share > 0.55);
        // An overview has no year from which others lie ahead.
        let dated = self.layout.title().is_some() || self.published.is_some() || titled;
        let start = |raw: &Raw| list[items.list[raw.first].first as usize].span.start;
        let sentence: Vec<Option<usize>> = raws
            .iter()
            .map(|raw| self.layout.sentence_at(start(raw)))
            .collect();
        let borne = Borne::of(raws, positions, self.published);
        let speaks = |raw: &Raw| {
            matches!(
                raw.role,
                PeriodRole::Period | PeriodRole::Outlook | PeriodRole::Plan
            ) && !raw.weak
                && !raw.up_to
        };
        let mut last_month: Option<Period> = None;
        // It was told of alone, not as the end of a count.
        let mut single = false;
        // The line that a month was told of in last.
        let mut month_line = None;
        let line_of = |sentence: Option<usize>| sentence.map(|s| self.layout.sentences()[s].line);
        let bracketed = self.bracketed(items, raws, &sentence);
        for (i, raw) in raws.iter().enumerate() {
            let span = {
                let first = list[items.list[raw.first].first as usize].span;
                let last = list[items.list[raw.end - 1].end as usize - 1].span;
                first.cover(last)
            };
            let mut inferred = true;
            let year = match raw.year {
                YearRef::Stated(year) => {
                    inferred = false;
                    Some(year)
                }
                // `Năm qua đón 6 triệu lượt khách, tăng 11% so với năm 2018` in January of 2020.
                YearRef::This if raw.weak && raw.shape == YEAR && is_past(items, raw) => (i + 1
                    ..raws.len())
                    .take_while(|&j| sentence[j] == sentence[i])
                    .find_map(|j| match raws[j].year {
                        YearRef::Stated(y) if raws[j].role == PeriodRole::Base => Some(y + 1),
                        _ => None,
                    })
                    .or(report_year),
                YearRef::This => report_year,
                YearRef::Last => report_year.map(|y| y - 1),
                YearRef::Next => report_year.map(|y| y + 1),
                YearRef::Missing => {
                    let here = sentence[i];
                    let stated = |other: &Raw| match other.year {
                        YearRef::Stated(year) if speaks(other) => Some(year),
                        _ => None,
                    };
                    // What stands in a bracket says nothing of what stands outside of it.
                    let heard = |j: usize| !bracketed[j] || bracketed[i];
                    let before = (0..i)
                        .rev()
                        .take_while(|&j| sentence[j] == here)
                        .filter(|&j| heard(j))
                        .find_map(|j| stated(&raws[j]));
                    let after = (i + 1..raws.len())
                        .take_while(|&j| sentence[j] == here)
                        .filter(|&j| heard(j))
                        .find_map(|j| {
                            let other = &raws[j];
                            // `quý I tăng 5% so với quý I/2015`
                            let base = other.role == PeriodRole::Base && other.shape == raw.shape;
                            match other.year {
                                YearRef::Stated(year) if other.same || base => Some(year + 1),
                                _ => stated(other),
                            }
                        });
                    let paragraph = || {
                        let range = self.layout.paragraph_of(here?);
                        (0..i)
                            .rev()
                            .take_while(|&j| sentence[j].is_some_and(|s| s >= range.start))
                            .find_map(|j| stated(&raws[j]))
                    };
                    before
                        .or(after)
                        .or(if sure { report_year } else { None })
                        .or_else(paragraph)
                        .or(report_year)
                }
            };
            let mut role = raw.role;
            if raw.up_to
                && role == PeriodRole::Period
                && year.zip(report_year).is_some_and(|(y, r)| y > r)
                // `thì đến năm 2020 đã lên tới 9 tỷ`
                && items.word(raw.end) != "đã"
            {
                role = PeriodRole::Horizon;
            }
            if role == PeriodRole::Period
                && raw.shape == Shape::Months(1, 12)
                && !raw.weak
                && raw.as_of.is_none()
                && sure
                && dated
                && year.zip(report_year).is_some_and(|(y, r)| y > r)
            {
                role = PeriodRole::Outlook;
            }
            let mut accepted = true;
            if raw.weak && role == PeriodRole::Period {
                accepted = borne.accepts(items, raw, positions[i]);
            }
            if !accepted {
                role = PeriodRole::Event;
            }
            let period = match raw.shape {
                Shape::Months(a, b) if raw.open => {
                    // `Tháng 9 thu hút …; từ đầu năm đến nay …`: to the month told of just before. Else up to today: to the month
                    // of publication, or of the day that the lines before name.
                    let month = last_month.filter(|_| {
                        line_of(sentence[i]).is_some() && month_line == line_of(sentence[i])
                    });
                    let today = self.published.or_else(|| {
                        (0..i)
                            .rev()
                            .filter(|&j| {
                                sentence[j]
                                    .zip(sentence[i])
                                    .is_some_and(|(a, b)| a + 2 >= b)
                            })
                            .filter(|&j| raws[j].role == PeriodRole::Event)
                            .find_map(|j| {
                                let stated = match raws[j].year {
                                    YearRef::Stated(year) => Some(year),
                                    YearRef::Missing | YearRef::This => report_year,
                                    _ => None,
                                };
                                day::day_of(&raws[j], stated)
                            })
                    });
                    let far = month
                        .map(Period::end)
                        .or(today.map(|date| (date.year, borne.reached(date.month, date.day))));
                    // No day is known: `Hơn hai tháng, …` in the headline.
                    let far = far.or_else(|| {
                        let (stretch, _) = raws.iter().zip(positions).find(|(raw, position)| {
                            **position == Position::Title
                                && raw.weak
                                && raw.role == PeriodRole::Event
                                && matches!(raw.shape, Shape::Months(1, 2..=11))
                        })?;
                        match stretch.shape {
                            Shape::Months(_, last) => Some((year?, last)),
                            _ => None,
                        }
                    });
                    year.zip(far)
                        .filter(|(y, far)| *y == far.0)
                        .and_then(|(y, (_, month))| Period::months(y, a, month))
                        .filter(|_| b == 12)
                }
                Shape::Months(a, b) => year.and_then(|y| Period::months(y, a, b)),
                Shape::Years(a, b) => Period::new((a, 1), (b, 12)),
                Shape::SameMonth => last_month,
                Shape::ToMonth => last_month.filter(|_| single).and_then(|month| {
                    let (year, month) = month.end();
                    Period::months(year, 1, month)
                }),
                Shape::SameQuarter => last_month.and_then(|month| {
                    let (year, month) = month.end();
                    Period::months(year, (month - 1) / 3 * 3 + 1, month.div_ceil(3) * 3)
                }),
                Shape::Nothing => None,
            };
            if role == PeriodRole::Period
                && let Some(p) = period
                && (p.len_months() == 1 || p.start().1 == 1 && p.len_months() < 12)
            {
                let (year, month) = p.end();
                single = p.len_months() == 1 || single && raw.shape == Shape::ToMonth;
                last_month = Period::months(year, month, month);
                month_line = line_of(sentence[i]);
            }
            let as_of = raw.as_of.zip(year).and_then(|((month, day), year)| {
                if day == 0 {
                    Date::end_of(year, month)
                } else {
                    Date::new(year, month, day)
                }
            });
            let as_of = as_of.or_else(|| match raw.role {
                PeriodRole::Event | PeriodRole::Published => day::day_of(raw, year),
                _ => None,
            });
            self.mentions.push(PeriodMention {
                span,
                first: items.list[raw.first].first as usize,
                end: items.list[raw.end - 1].end as usize,
                role,
                period,
                as_of,
                inferred,
                bracketed: bracketed[i],
                up_to: raw.up_to,
                base: false,
                ahead: raw.ahead,
                so_far: raw.shape == Shape::ToMonth,
                own_clause: opens_clause(items, raw),
                tied: raw
                    .first
                    .checked_sub(1)
                    .filter(|&i| {
                        matches!(
                            items.cue(i),
                            cue::Cue::Of | cue::Cue::In | cue::Cue::Cumulative
                        )
                    })
                    .map_or(span.start, |i| {
                        list[items.list[i].first as usize].span.start
                    }),
            });
        }
    }

    /// `Cùng kỳ năm 2019 thu 500 tỷ đồng`: at the head of a clause the base is reported itself, as the same months of its year.
    pub(super) fn fill_bases(&mut self, items: &Items<'_>, raws: &[Raw]) {
        let main = self.main.as_ref().map(|f| f.period);
        let mut line = None;
        let mut last = None;
        for (i, raw) in raws.iter().enumerate() {
            let here = self
                .layout
                .sentence_at(self.mentions[i].span.start)
                .map(|s| self.layout.sentences()[s].line);
            if here != line {
                (line, last) = (here, None);
            }
            let mention = &mut self.mentions[i];
            if mention.role == PeriodRole::Period && mention.period.is_some() {
                last = mention.period;
            }
            if !raw.same || !role::is_reported(items, raw) {
                continue;
            }
            let Some(period) = last.or(main) else {
                continue;
            };
            // `Năm 2018, cùng kỳ đạt …`: those months of the year right before.
            let named = i.checked_sub(1).filter(|&k| {
                let between = raws[k].end..raw.first;
                raws[k].shape == YEAR
                    && between.len() <= 1
                    && between.clone().all(|j| items.is_mark(j, ","))
            });
            let (year, period) = match (raw.year, named.map(|k| raws[k].year), main) {
                (YearRef::Stated(year), ..) => (Some(year), period),
                (_, Some(YearRef::Stated(year)), Some(main)) => (Some(year), main),
                _ => (period.single_year().map(|y| y - 1), period),
            };
            let shifted = year
                .filter(|_| period.single_year().is_some())
                .and_then(|y| Period::months(y, period.start().1, period.end().1));
            if let Some(shifted) = shifted {
                mention.role = PeriodRole::Period;
                mention.period = Some(shifted);
                mention.base = true;
            }
        }
    }

    /// `từ đầu năm 2021 đến nay` in a text that has no day of its own: that year, as far as it has come. Tells whether any was.
    pub(super) fn close_open(&mut self, raws: &[Raw]) -> bool {
        let mut closed = false;
        for (raw, mention) in raws.iter().zip(&mut self.mentions) {
            if let YearRef::Stated(year) = raw.year
                && raw.open
                && raw.shape == YEAR
                && mention.role == PeriodRole::Period
                && mention.period.is_none()
            {
                mention.period = Period::year(year);
                closed |= mention.period.is_some();
            }
        }
        closed
    }

    /// `từ đầu năm đến nay` and `trong tháng`, where the text said nothing nearer: what the report is about.
    pub(super) fn fill_open(&mut self, raws: &[Raw]) {
        let Some(main) = self.main.as_ref().map(|f| f.period) else {
            return;
        };
        let (year, last) = main.end();
        for (raw, mention) in raws.iter().zip(&mut self.mentions) {
            if mention.role == PeriodRole::Period && mention.period.is_none() {
                // `từ đầu năm đến nay` in a report on a month.
                let since =
                    raw.open && matches!(raw.shape, Shape::Months(1, 12)) && main.start().0 == year;
                mention.period = Period::months(year, 1, last)
                    .filter(|_| since)
                    .or(Some(main));
                mention.inferred = true;
            }
        }
    }
}

/// Whether a phrase stands behind a comma and a number of its own follows before the next mark: `…, năm 2015 tăng 7%`.
fn opens_clause(items: &Items<'_>, raw: &Raw) -> bool {
    let mark = |i: usize| items.is_mark(i, ",;:()");
    let before = raw
        .first
        .checked_sub(1)
        .is_some_and(|i| mark(i) || items.cue(i) == cue::Cue::In && i > 0 && mark(i - 1));
    let from = raw.end + usize::from(items.is_mark(raw.end, ","));
    before
        && (from..items.list.len())
            .take_while(|&i| items.cue(i) != cue::Cue::Break && items.cue(i) != cue::Cue::Punct)
            .any(|i| items.cue(i) == cue::Cue::Number)
}

/// `năm qua`, against `năm nay`.
fn is_past(items: &Items<'_>, raw: &Raw) -> bool {
    let item = items.list[raw.first];
    item.end - item.first >= 2
        && items
            .tokens
            .exact(&items.tokens.list()[item.end as usize - 1])
            == "qua"
}
