//! Periods in a text: every phrase for one, what it is there for, and the period the report is about.
//!
//! One pass turns tokens into items (a cue word, a number, a date), a small grammar reads the phrases off the items, and a second
//! pass supplies the years that are not beside their phrase: from the same clause, the neighbours, the headline, a comparison
//! (`cùng kỳ năm 2019` speaks of 2020) or the date line.

mod cue;
mod date;
mod filter;
mod scan;

use crate::Span;
use crate::model::Period;
use crate::text::{TokenKind, Tokens};

use super::layout::Layout;
use super::{Evidence, Given, PeriodFinding};
use cue::Items;
pub use date::Date;
pub use filter::parse_period_phrase;
use scan::{Raw, Shape, YearRef};

/// What a period phrase is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodRole {
    /// The results reported are of it.
    Period,
    /// What the results are compared with: `cùng kỳ năm 2019`, `so với tháng trước`.
    Base,
    /// The year of a plan or budget: `kế hoạch năm 2020`, `dự toán năm 2020`.
    Plan,
    /// What lies ahead: `nhiệm vụ 6 tháng cuối năm`.
    Outlook,
    /// A far end: `đến năm 2040`, `tầm nhìn 2050`.
    Horizon,
    /// A term, a plan span, a cycle: `nhiệm kỳ 2020-2025`, `giai đoạn 2016-2020`.
    Term,
    /// When something happened: a date, `thành lập năm 1995`, `giữa tháng 7/2020`.
    Event,
    /// The day of publication.
    Published,
}

/// A phrase for a period, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodMention {
    /// Where it stands in the text that was tokenised.
    pub span: Span,
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// What it is there for.
    pub role: PeriodRole,
    /// The period, where its year is known or could be supplied.
    pub period: Option<Period>,
    /// The day up to which it counts, where one is stated.
    pub as_of: Option<Date>,
    /// The year was supplied from elsewhere.
    pub inferred: bool,
    /// It stands within brackets, and speaks only for what does so too.
    pub bracketed: bool,
    /// A year that something runs up to, `đến năm 2020`: it speaks for its own sentence only.
    pub up_to: bool,
    /// What was compared with, reported for itself; it speaks for its own clause.
    pub base: bool,
    /// Where it begins with the word that ties it to what stands before: `của năm 2012`.
    tied: usize,
}

/// The period of one place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodAt {
    /// The period.
    pub period: Period,
    /// The day up to which it counts, where one is stated.
    pub as_of: Option<Date>,
    /// Year or whole period were taken from elsewhere in the report.
    pub inferred: bool,
}

/// All that was read of periods in one text.
#[derive(Clone, Debug, Default)]
pub struct Periods {
    mentions: Vec<PeriodMention>,
    /// Offsets of closing brackets.
    closings: Vec<usize>,
    /// Offsets of punctuation and numbers.
    stops: Vec<usize>,
    /// Lines that go on from the one before: `Trong đó, …`, `Riêng …`.
    continued: Vec<u32>,
    layout: Layout,
    main: Option<PeriodFinding>,
    outlook: Option<PeriodFinding>,
    published: Option<Date>,
    year: Option<i32>,
    kind: Option<&'static str>,
}

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

/// Where a phrase stands, which is how much it says of the report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Title,
    Lead,
    Body,
}

/// Sentences before a paragraph whose period holds on in a report that has none of its own.
const HELD: usize = 6;
/// Sentences of the body that count as its lead.
const LEAD: usize = 4;

impl Periods {
    /// Reads the periods of a text. A given title that is not in the text is read as well; given period and date win.
    #[must_use]
    pub fn read(text: &str, tokens: &Tokens, given: &Given) -> Self {
        let layout = Layout::new(text, tokens);
        let items = Items::new(text, tokens, &layout);
        let raws = scan::scan(&items);
        let closings = tokens
            .list()
            .iter()
            .filter(|t| t.span.len() == 1 && t.span.of(text) == ")")
            .map(|t| t.span.start)
            .collect();
        let stops = tokens
            .list()
            .iter()
            .filter(|t| !matches!(t.kind, TokenKind::Word | TokenKind::Break))
            .map(|t| t.span.start)
            .collect();
        let continued = (0_u32..)
            .zip(layout.lines())
            .filter(|(i, line)| *i > 0 && goes_on(tokens, line.first as usize))
            .map(|(i, _)| i)
            .collect();
        let mut periods = Self {
            layout,
            closings,
            stops,
            continued,
            ..Self::default()
        };
        let title = given.title.as_deref().map(|title| {
            let tokens = crate::text::tokenize(title);
            let layout = Layout::new(title, &tokens);
            let items = Items::new(title, &tokens, &layout);
            let raws = scan::scan(&items);
            (raws, tokens)
        });
        let positions: Vec<Position> = periods.positions(&items, &raws, given);
        periods.published = published(&items, &raws, &periods.layout, given);
        let title_raws: &[Raw] = title.as_ref().map_or(&[], |(raws, _)| raws);
        let best = periods.report_year(&raws, &positions, title_raws, given);
        periods.year = best.map(|(year, _)| year);
        periods.resolve(&items, &raws, &positions, best, given.title.is_some());
        periods.choose_main(&items, &raws, &positions, given);
        if periods.main.is_none()
            && let (Some((raws, tokens)), Some(title)) = (&title, &given.title)
        {
            // The headline stands outside the text.
            let mention = raws.iter().find_map(|raw| {
                let mention = settle(
                    raw,
                    &Items::new(title, tokens, &Layout::default()),
                    periods.year,
                )?;
                (raw.role == PeriodRole::Period && !raw.weak).then_some(mention)
            });
            periods.main = mention.map(|(period, quote)| PeriodFinding {
                period,
                evidence: Evidence {
                    kind: "title".into(),
                    quote,
                    span: None,
                },
            });
        }
        if let Some(period) = given.period {
            periods.main = Some(PeriodFinding {
                period,
                evidence: Evidence {
                    kind: "given".into(),
                    quote: period.to_string(),
                    span: None,
                },
            });
        }
        periods.fill_bases(&items, &raws);
        periods.fill_open();
        periods.kind = periods.find_kind(&items);
        periods
    }

    fn positions(&self, items: &Items<'_>, raws: &[Raw], given: &Given) -> Vec<Position> {
        let list = items.tokens.list();
        // Lines that repeat the headline count as it.
        let title = self.layout.title();
        let words = |line: &super::layout::Line| -> Vec<&str> {
            (line.first..line.end)
                .map(|t| items.tokens.folded(&list[t as usize]))
                .collect()
        };
        let given_title = given.title.as_deref().map(crate::text::tokenize);
        let given_words: Option<Vec<&str>> = given_title
            .as_ref()
            .map(|tokens| tokens.list().iter().map(|t| tokens.folded(t)).collect());
        let is_title: Vec<bool> = self
            .layout
            .lines()
            .iter()
            .enumerate()
            .take(10)
            .map(|(i, line)| match &given_words {
                Some(title) => words(line) == *title,
                None => Some(i) == title,
            })
            .collect();
        let any = is_title.iter().any(|t| *t);
        let body = self
            .layout
            .sentences()
            .iter()
            .position(|s| {
                let line = self.layout.lines()[s.line as usize];
                !is_title.get(s.line as usize).copied().unwrap_or(false) && line.words >= 12
            })
            .unwrap_or(0);
        raws.iter()
            .map(|raw| {
                let offset = list[items.list[raw.first].first as usize].span.start;
                let Some(sentence) = self.layout.sentence_at(offset) else {
                    return Position::Body;
                };
                let line = self.layout.sentences()[sentence].line as usize;
                if is_title.get(line).copied().unwrap_or(false)
                    || (!any && Some(line) == title && given.title.is_none())
                {
                    Position::Title
                } else if sentence < body + LEAD {
                    Position::Lead
                } else {
                    Position::Body
                }
            })
            .collect()
    }

    /// The year the report speaks from, with the share of the evidence for it.
    fn report_year(
        &self,
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
            }
        }
        years.best()
    }

    /// Supplies the years and fixes every mention.
    fn resolve(
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
        let strong: Vec<u32> = raws
            .iter()
            .filter(|raw| !raw.weak && raw.role == PeriodRole::Period)
            .filter_map(|raw| match raw.shape {
                Shape::Months(1, n) => Some(n),
                _ => None,
            })
            .collect();
        let speaks = |raw: &Raw| {
            matches!(
                raw.role,
                PeriodRole::Period | PeriodRole::Outlook | PeriodRole::Plan
            ) && !raw.weak
                && !raw.up_to
        };
        let mut last_month: Option<Period> = None;
        let mut bracket = 0_i32;
        let mut walked = 0;
        let mut line_of_walk = u32::MAX;
        for (i, raw) in raws.iter().enumerate() {
            let span = {
                let first = list[items.list[raw.first].first as usize].span;
                let last = list[items.list[raw.end - 1].end as usize - 1].span;
                first.cover(last)
            };
            // Brackets that are open here, counted within the line.
            let line = sentence[i].map_or(0, |s| self.layout.sentences()[s].line);
            if line != line_of_walk {
                line_of_walk = line;
                bracket = 0;
                walked = sentence[i].map_or(0, |s| {
                    self.layout.lines()[self.layout.sentences()[s].line as usize].first as usize
                });
            }
            let first_token = items.list[raw.first].first as usize;
            for token in &list[walked.min(first_token)..first_token] {
                if token.span.len() == 1 {
                    match token.span.of(items.text) {
                        "(" => bracket += 1,
                        ")" => bracket = (bracket - 1).max(0),
                        _ => {}
                    }
                }
            }
            walked = first_token.max(walked);

            let mut inferred = true;
            let year = match raw.year {
                YearRef::Stated(year) => {
                    inferred = false;
                    Some(year)
                }
                YearRef::This => report_year,
                YearRef::Last => report_year.map(|y| y - 1),
                YearRef::Next => report_year.map(|y| y + 1),
                YearRef::Missing => {
                    let here = sentence[i];
                    let stated = |other: &Raw| match other.year {
                        YearRef::Stated(year) if speaks(other) => Some(year),
                        _ => None,
                    };
                    let before = (0..i)
                        .rev()
                        .take_while(|&j| sentence[j] == here)
                        .find_map(|j| stated(&raws[j]));
                    let after = (i + 1..raws.len())
                        .take_while(|&j| sentence[j] == here)
                        .find_map(|j| {
                            let other = &raws[j];
                            match other.year {
                                YearRef::Stated(year) if other.same => Some(year + 1),
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
                accepted = match (raw.shape, raw.year) {
                    (Shape::Months(1, 12), YearRef::Stated(_)) => positions[i] == Position::Title,
                    (Shape::Months(1, 12), _) => true,
                    (Shape::Months(1, n), _) => strong.contains(&n),
                    (Shape::SameMonth, _) => true,
                    _ => false,
                };
            }
            if !accepted {
                role = PeriodRole::Event;
            }
            let period = match raw.shape {
                Shape::Months(a, b) if raw.open => {
                    // Up to today: to the month of publication, else the latest month the text speaks of.
                    year.zip(self.published)
                        .filter(|(y, date)| *y == date.year)
                        .and_then(|(y, date)| Period::months(y, a, date.month))
                        .filter(|_| b == 12)
                }
                Shape::Months(a, b) => year.and_then(|y| Period::months(y, a, b)),
                Shape::Years(a, b) => Period::new((a, 1), (b, 12)),
                Shape::SameMonth => last_month,
                Shape::SameQuarter | Shape::Nothing => None,
            };
            if role == PeriodRole::Period
                && let Some(p) = period
                && (p.len_months() == 1 || p.start().1 == 1 && p.len_months() < 12)
            {
                let (year, month) = p.end();
                last_month = Period::months(year, month, month);
            }
            let as_of = raw.as_of.zip(year).and_then(|((month, day), year)| {
                if day == 0 {
                    Date::end_of(year, month)
                } else {
                    Date::new(year, month, day)
                }
            });
            let as_of = as_of.or_else(|| match raw.role {
                PeriodRole::Event | PeriodRole::Published => scan::day_of(raw, year),
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
                bracketed: bracket > 0,
                up_to: raw.up_to,
                base: false,
                tied: raw
                    .first
                    .checked_sub(1)
                    .filter(|&i| matches!(items.cue(i), cue::Cue::Of | cue::Cue::In))
                    .map_or(span.start, |i| {
                        list[items.list[i].first as usize].span.start
                    }),
            });
        }
    }

    fn choose_main(
        &mut self,
        items: &Items<'_>,
        raws: &[Raw],
        positions: &[Position],
        given: &Given,
    ) {
        let mut scores: Vec<(Period, f32, usize)> = Vec::new();
        let mut total = 0.0;
        for (i, mention) in self.mentions.iter().enumerate() {
            let Some(period) = mention.period else {
                continue;
            };
            if mention.role != PeriodRole::Period {
                continue;
            }
            let raw = &raws[i];
            let whole_year = raw.shape == Shape::Months(1, 12);
            let mut weight = match positions[i] {
                Position::Title => 12.0,
                Position::Lead => 3.0,
                Position::Body => 1.0,
            };
            if whole_year {
                weight *= if mention.as_of.is_some() { 1.0 } else { 0.6 };
            }
            if raw.weak {
                weight *= 0.3;
            }
            if mention.bracketed {
                weight *= 0.3;
            }
            // The count so far says more of a report than the month within it.
            if period.len_months() > 1 && !whole_year {
                weight *= 1.2;
            }
            if mention.as_of.is_some() {
                weight *= 1.1;
            }
            // `quý III và 9 tháng`: of both in a headline the whole.
            if positions[i] == Position::Title && period.start().1 == 1 {
                let part = self.mentions.iter().zip(positions).any(|(m, p)| {
                    *p == Position::Title
                        && m.period
                            .is_some_and(|o| o.end() == period.end() && o.start() > period.start())
                });
                weight *= if part { 2.0 } else { 1.0 };
            }
            total += weight;
            match scores.iter_mut().find(|(p, ..)| *p == period) {
                Some((_, score, _)) => *score += weight,
                None => scores.push((period, weight, i)),
            }
        }
        let best = scores.iter().max_by(|a, b| {
            a.1.total_cmp(&b.1)
                .then(a.0.len_months().cmp(&b.0.len_months()))
                .then(a.0.cmp(&b.0))
        });
        if let Some(&(period, score, at)) = best {
            let mut years: Vec<i32> = raws
                .iter()
                .filter_map(|raw| match raw.year {
                    YearRef::Stated(year)
                        if matches!(raw.role, PeriodRole::Period | PeriodRole::Event) =>
                    {
                        Some(year)
                    }
                    _ => None,
                })
                .collect();
            let stated = years.len().max(1) as f32;
            let own = years.iter().filter(|y| **y == period.end().0).count() as f32;
            years.sort_unstable();
            years.dedup();
            // An overview of many years is of none.
            let history = years.first().is_some_and(|y| *y + 25 <= period.end().0)
                || years.last().is_some_and(|y| *y >= period.end().0 + 10);
            let headline = self.layout.title().is_some() || given.title.is_some();
            let scattered = positions[at] != Position::Title
                && (years.len() >= 4 && score < 0.4 * total
                    || years.len() >= 7 && own < 0.4 * stated
                    || !headline && (years.len() >= 5 || history || score < 0.55 * total));
            if !scattered {
                self.main = Some(self.finding(period, at, positions, items.text));
            }
        }
        let outlook = self
            .mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| m.role == PeriodRole::Outlook && m.period.is_some())
            .min_by_key(|(i, _)| match positions[*i] {
                Position::Title => 0,
                Position::Lead => 1,
                Position::Body => 2,
            })
            .map(|(i, m)| (i, m.period));
        if let Some((i, Some(period))) = outlook {
            self.outlook = Some(self.finding(period, i, positions, items.text));
        }
    }

    fn finding(
        &self,
        period: Period,
        at: usize,
        positions: &[Position],
        text: &str,
    ) -> PeriodFinding {
        let span = self.mentions[at].span;
        PeriodFinding {
            period,
            evidence: Evidence {
                kind: match positions[at] {
                    Position::Title => "title",
                    Position::Lead => "lead",
                    Position::Body => "text",
                }
                .into(),
                quote: span.of(text).to_owned(),
                span: Some(span),
            },
        }
    }

    /// `Cùng kỳ năm 2019 thu 500 tỷ đồng`: at the head of a clause the base is reported itself, as the same months of its year.
    fn fill_bases(&mut self, items: &Items<'_>, raws: &[Raw]) {
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
            if !raw.same || !scan::is_reported(items, raw) {
                continue;
            }
            let Some(period) = last.or(main) else {
                continue;
            };
            let year = match raw.year {
                YearRef::Stated(year) => Some(year),
                _ => period.single_year().map(|y| y - 1),
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

    /// `từ đầu năm đến nay` and `trong tháng`, where the text said nothing nearer: what the report is about.
    fn fill_open(&mut self) {
        let Some(main) = self.main.as_ref().map(|f| f.period) else {
            return;
        };
        for mention in &mut self.mentions {
            if mention.role == PeriodRole::Period && mention.period.is_none() {
                mention.period = Some(main);
                mention.inferred = true;
            }
        }
    }

    fn find_kind(&self, items: &Items<'_>) -> Option<&'static str> {
        let head = self
            .layout
            .lines()
            .get(5)
            .or_else(|| self.layout.lines().last())?
            .end;
        let reviews = items
            .list
            .iter()
            .take_while(|item| item.first < head)
            .any(|item| {
                matches!(
                    item.cue,
                    cue::Cue::Review | cue::Cue::Annual | cue::Cue::Report
                )
            });
        let main = self.main.as_ref()?.period;
        if !reviews {
            return Some("news");
        }
        Some(
            match (main.single_year(), main.start().1, main.len_months()) {
                (Some(_), 1, 6) => "half-year",
                (Some(_), 1, 12) => "annual",
                (Some(_), 1, 9) => "nine-months",
                (Some(_), m, 3) if m % 3 == 1 => "quarter",
                (Some(_), _, 1) => "monthly",
                (Some(_), 1, _) => "monthly",
                _ => return None,
            },
        )
    }

    /// All phrases, in the order of their spans.
    #[must_use]
    pub fn mentions(&self) -> &[PeriodMention] {
        &self.mentions
    }

    /// Lines and sentences of the text.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The period the report is about, with the words that say so.
    #[must_use]
    pub fn main(&self) -> Option<&PeriodFinding> {
        self.main.as_ref()
    }

    /// The period it looks ahead to.
    #[must_use]
    pub fn outlook(&self) -> Option<&PeriodFinding> {
        self.outlook.as_ref()
    }

    /// The day of publication, given or stated.
    #[must_use]
    pub fn published(&self) -> Option<Date> {
        self.published
    }

    /// The year the report speaks from.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        self.year
    }

    /// Kind of report: `half-year`, `quarter`, `nine-months`, `annual`, `monthly` or `news`.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        self.kind
    }

    /// Takes `period` for the report's own, by a number of the headline that a sentence gives for it.
    pub(crate) fn take_main(&mut self, period: Period, quote: &str, span: Span) {
        self.main = Some(PeriodFinding {
            period,
            evidence: Evidence {
                kind: "title".into(),
                quote: quote.to_owned(),
                span: Some(span),
            },
        });
    }

    /// The mentions within sentence `index`.
    fn within(&self, index: usize) -> &[PeriodMention] {
        let reach = self.layout.reach(index);
        let first = self
            .mentions
            .partition_point(|m| m.span.start < reach.start);
        let end = self.mentions.partition_point(|m| m.span.start < reach.end);
        &self.mentions[first..end]
    }

    /// The period that a figure at `span` (of the text that was tokenised) is of: the nearest phrase before it in its
    /// sentence, else behind it, else the last one of its paragraph, else the report's.
    ///
    /// Comparison bases, plans, horizons, terms and dates of events never count.
    #[must_use]
    pub fn period_for(&self, span: Span) -> Option<PeriodAt> {
        self.nearest(span, |role| role == PeriodRole::Period)
            .or_else(|| self.main_at())
    }

    /// The period of a target at `span`: a plan's year counts here, and the rest of the year does not (`nhiệm vụ 6 tháng cuối
    /// năm` head targets of the whole year).
    #[must_use]
    pub fn target_period_for(&self, span: Span) -> Option<PeriodAt> {
        let whole = |at: &PeriodAt| at.period.start().1 == 1;
        self.nearest(span, |role| {
            matches!(
                role,
                PeriodRole::Period | PeriodRole::Plan | PeriodRole::Outlook
            )
        })
        .filter(whole)
        .map(|at| self.far_end(span).unwrap_or(at))
        .or_else(|| self.far_end(span))
        .or_else(|| {
            let year = self
                .outlook
                .as_ref()
                .or(self.main.as_ref())
                .and_then(|f| f.period.single_year())?;
            Some(PeriodAt {
                period: Period::year(year)?,
                as_of: None,
                inferred: true,
            })
        })
    }

    /// `Phấn đấu đến năm 2025, kim ngạch xuất khẩu đạt …`: the year ahead that the sentence of a target opens with.
    fn far_end(&self, span: Span) -> Option<PeriodAt> {
        let here = self.within(self.layout.sentence_at(span.start)?);
        let before = here.iter().rev().find(|m| {
            m.span.end <= span.start
                && !m.bracketed
                && matches!(
                    m.role,
                    PeriodRole::Period
                        | PeriodRole::Plan
                        | PeriodRole::Outlook
                        | PeriodRole::Horizon
                )
        })?;
        Some(PeriodAt {
            period: before
                .period
                .filter(|p| before.role == PeriodRole::Horizon && p.len_months() == 12)?,
            as_of: None,
            inferred: before.inferred,
        })
    }

    fn main_at(&self) -> Option<PeriodAt> {
        self.main.as_ref().map(|f| PeriodAt {
            period: f.period,
            as_of: None,
            inferred: true,
        })
    }

    fn nearest(&self, span: Span, counts: impl Fn(PeriodRole) -> bool) -> Option<PeriodAt> {
        let index = self.layout.sentence_at(span.start)?;
        let here = self.within(index);
        let opening = self.layout.sentences()[index].first as usize + 2;
        let usable = |m: &&PeriodMention| {
            // `Giai đoạn 2006-2010, …`: at the head of a sentence a span that is over is what the sentence reports on.
            let span_reported = m.role == PeriodRole::Term
                && (m.first <= opening && m.first + 2 >= opening)
                && m.period
                    .is_some_and(|p| self.year.is_none_or(|y| p.end().0 <= y));
            (counts(m.role) || span_reported) && m.period.is_some()
        };
        // `Thu ngân sách giai đoạn 2011-2015 đạt …`
        let spanned = |m: &PeriodMention| {
            m.role == PeriodRole::Term
                && span.start - m.span.end <= 24
                && m.period.is_some_and(|p| self.is_over(p))
                && !self.stopped(m.span.end, span.start)
        };
        let at = |m: &PeriodMention, carried: bool| {
            m.period.map(|period| PeriodAt {
                period,
                as_of: m.as_of.filter(|_| !carried),
                inferred: m.inferred || carried,
            })
        };
        // `X đồng năm 2015`, `X lượt vào năm 2015`, `X đồng trong giai đoạn 2011-2015`: nothing is nearer.
        let beside = here.iter().find(|m| {
            let gap = m.tied.wrapping_sub(span.end);
            m.period.is_some()
                && gap <= 9
                && !self.stopped(span.end, m.span.start)
                && match m.role {
                    PeriodRole::Period => gap <= 1 && !m.base,
                    PeriodRole::Term => gap <= 7 && m.period.is_some_and(|p| self.is_over(p)),
                    // At most one word between: `1,2 triệu lượt vào năm 2015`.
                    PeriodRole::Event => {
                        m.as_of.is_none() && m.period.is_some_and(|p| p.len_months() == 12)
                    }
                    _ => false,
                }
        });
        if let Some(found) = beside {
            return at(found, false);
        }
        let before = here
            .iter()
            .rev()
            .filter(|m| m.span.end <= span.start)
            .find(|m| {
                (usable(m) || spanned(m))
                    && (!m.bracketed || self.same_bracket(m.span.end, span.start))
            });
        if let Some(found) = before {
            return at(found, false);
        }
        let behind = here
            .iter()
            .filter(|m| m.span.start >= span.end)
            .find(|m| usable(m) && !m.bracketed && !m.base);
        if let Some(found) = behind {
            return at(found, false);
        }
        let carries =
            |m: &PeriodMention| !(m.bracketed || m.base || m.up_to && self.main.is_some());
        let paragraph = self.layout.paragraph_of(index);
        // Where the report has no period of its own, the last one named holds on for some lines.
        let mut start = paragraph.start;
        while start > 0
            && self
                .continued
                .binary_search(&self.layout.sentences()[start].line)
                .is_ok()
        {
            start = self.layout.paragraph_of(start - 1).start;
        }
        if self.main.is_none() {
            start = start.min(paragraph.start.saturating_sub(HELD));
        }
        (start..index)
            .rev()
            .find_map(|s| {
                self.within(s)
                    .iter()
                    .rev()
                    .find(|m| usable(m) && carries(m))
            })
            .and_then(|m| at(m, true))
    }

    /// Whether a span of years lies within what the report can look back on.
    fn is_over(&self, period: Period) -> bool {
        self.year.is_none_or(|y| period.end().0 <= y)
    }

    /// Whether punctuation or a number stands between two offsets.
    fn stopped(&self, from: usize, to: usize) -> bool {
        let first = self.stops.partition_point(|stop| *stop < from);
        self.stops.get(first).is_some_and(|stop| *stop < to)
    }

    /// Whether no bracket closes between two offsets of one sentence. Mentions in brackets keep to those brackets.
    fn same_bracket(&self, from: usize, to: usize) -> bool {
        !self.closings.iter().any(|close| (from..to).contains(close))
    }
}

/// Whether the words at a token lead from the whole told before to a part of it.
fn goes_on(tokens: &Tokens, at: usize) -> bool {
    let word = |at: usize| tokens.list().get(at).map_or("", |t| tokens.exact(t));
    match word(at) {
        "trong" => word(at + 1) == "đó",
        "riêng" => true,
        _ => false,
    }
}

/// The day of publication: given, stated, or a date that stands alone in a line or behind a place (`Hà Nội, ngày …`).
fn published(items: &Items<'_>, raws: &[Raw], layout: &Layout, given: &Given) -> Option<Date> {
    if let Some(date) = given.published.as_deref().and_then(|d| d.parse().ok()) {
        return Some(date);
    }
    let year = |raw: &Raw| match raw.year {
        YearRef::Stated(year) => Some(year),
        _ => None,
    };
    let stated = raws
        .iter()
        .find(|raw| raw.role == PeriodRole::Published)
        .and_then(|raw| scan::day_of(raw, year(raw)));
    stated.or_else(|| {
        raws.iter().find_map(|raw| {
            let day = scan::day_of(raw, year(raw))?;
            let offset = items.tokens.list()[items.list[raw.first].first as usize]
                .span
                .start;
            let index = layout.sentences()[layout.sentence_at(offset)?].line as usize;
            let line = layout.lines()[index];
            let edge = index < 6 || index + 6 > layout.lines().len();
            (edge && line.end - line.first <= 16 && line.words <= 8).then_some(day)
        })
    })
}

/// The period of a phrase outside the text, with its words.
fn settle(raw: &Raw, items: &Items<'_>, report_year: Option<i32>) -> Option<(Period, String)> {
    let year = match raw.year {
        YearRef::Stated(year) => year,
        YearRef::Last => report_year? - 1,
        YearRef::Next => report_year? + 1,
        _ => report_year?,
    };
    let Shape::Months(a, b) = raw.shape else {
        return None;
    };
    let list = items.tokens.list();
    let first = list[items.list[raw.first].first as usize].span;
    let last = list[items.list[raw.end - 1].end as usize - 1].span;
    Some((
        Period::months(year, a, b)?,
        first.cover(last).of(items.text).to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn read(text: &str) -> Periods {
        Periods::read(text, &tokenize(text), &Given::default())
    }

    #[test]
    fn a_headline_gives_period_outlook_and_year() {
        let text = "SƠ KẾT 6 THÁNG ĐẦU NĂM, TRIỂN KHAI NHIỆM VỤ 6 THÁNG CUỐI NĂM 2022\n\n\
            Trong 6 tháng đầu năm, các khu công nghiệp thu hút 12 dự án, tăng 20% so với cùng kỳ năm 2021.";
        let periods = read(text);
        assert_eq!(periods.main().unwrap().period.to_string(), "2022-H1");
        assert_eq!(periods.outlook().unwrap().period.to_string(), "2022-H2");
        assert_eq!(periods.kind(), Some("half-year"));
    }

    #[test]
    fn a_comparison_supplies_the_year() {
        let text = "Thu ngân sách qua cảng tăng mạnh\n\nTheo đơn vị, tháng 4 thu đạt 900 tỷ đồng, tăng 5% so với cùng kỳ năm 2018. \
            Lũy kế 4 tháng đầu năm thu đạt 3.100 tỷ đồng.";
        let periods = read(text);
        let figure = |words: &str| {
            let start = text.find(words).unwrap();
            periods
                .period_for(Span::new(start, start + words.len()))
                .unwrap()
        };
        assert_eq!(figure("900 tỷ").period.to_string(), "2019-M04");
        assert_eq!(figure("3.100 tỷ").period.to_string(), "2019-4M");
        assert!(figure("3.100 tỷ").inferred);
    }

    #[test]
    fn what_stands_in_brackets_keeps_to_them() {
        let text = "Năm 2020 thu đạt 500 tỷ đồng (năm 2019 đạt 450 tỷ đồng), chi đạt 300 tỷ đồng.";
        let periods = read(text);
        let figure = |words: &str| {
            let start = text.find(words).unwrap();
            let at = periods
                .period_for(Span::new(start, start + words.len()))
                .unwrap();
            at.period.to_string()
        };
        assert_eq!(figure("500 tỷ"), "2020");
        assert_eq!(figure("450 tỷ"), "2019");
        assert_eq!(figure("300 tỷ"), "2020");
    }
}
