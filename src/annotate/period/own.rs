//! The period a report is about, the one it looks ahead to, and its kind.

use crate::model::Period;
use crate::text::TokenKind;

use super::cue::{self, Items};
use super::scan::{Raw, Shape, YEAR, YearRef};
use super::{Evidence, Given, PeriodFinding, PeriodRole, Periods};

/// Where a phrase stands, which is how much it says of the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Title,
    Lead,
    Body,
}

/// A day from which on a count goes for the whole month.
const CLOSING: u32 = 20;
/// Sentences of the body that count as its lead.
const LEAD: usize = 4;

/// Whether a day is that of a state: `lũy kế đến hết tháng 5`, `tại thời điểm tháng 5`.
fn states(items: &Items<'_>, raw: &Raw) -> bool {
    (1..=3)
        .map_while(|back| raw.first.checked_sub(back))
        .take_while(|&k| !matches!(items.cue(k), cue::Cue::Break | cue::Cue::Punct))
        .any(|k| match items.cue(k) {
            cue::Cue::Cumulative => items.last_word(k) != "chung",
            cue::Cue::Moment => true,
            _ => false,
        })
}

impl Periods {
    pub(super) fn positions(
        &self,
        items: &Items<'_>,
        raws: &[Raw],
        given: &Given,
    ) -> Vec<Position> {
        let list = items.tokens.list();
        // Lines that repeat the headline count as it.
        let title = self.layout.title();
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
            .map(|(i, _)| match &given_words {
                Some(title) => self.layout.is_of_title(i, items.tokens, title),
                None => Some(i) == title,
            })
            .collect();
        let body = self
            .layout
            .sentences()
            .iter()
            .position(|s| {
                let line = self.layout.lines()[s.line as usize];
                !is_title.get(s.line as usize).copied().unwrap_or(false)
                    && line.words >= 12
                    && !line.caption
            })
            .unwrap_or(0);
        raws.iter()
            .map(|raw| {
                let offset = list[items.list[raw.first].first as usize].span.start;
                let Some(sentence) = self.layout.sentence_at(offset) else {
                    return Position::Body;
                };
                let line = self.layout.sentences()[sentence].line as usize;
                if is_title.get(line).copied().unwrap_or(false) {
                    Position::Title
                } else if sentence < body + LEAD {
                    Position::Lead
                } else {
                    Position::Body
                }
            })
            .collect()
    }

    pub(super) fn choose_main(
        &mut self,
        items: &Items<'_>,
        raws: &[Raw],
        positions: &[Position],
        given: &Given,
    ) {
        let mut scores: Vec<(Period, f32, usize)> = Vec::new();
        let mut total = 0.0;
        // `Quý IV tăng 7%; cả năm tăng 6%`: the end of a year that is told as a whole is told for detail.
        let whole: Vec<i32> = self
            .mentions
            .iter()
            .zip(raws)
            .filter(|(m, raw)| {
                m.role == PeriodRole::Period
                    && raw.shape == Shape::Months(1, 12)
                    && !(raw.weak && matches!(raw.year, YearRef::Stated(_)))
                    && !m.up_to
            })
            .filter_map(|(m, _)| m.period?.single_year())
            .collect();
        let partial: Vec<i32> = self
            .mentions
            .iter()
            .zip(raws)
            .zip(positions)
            .filter(|((m, raw), position)| {
                m.role == PeriodRole::Period
                    && !raw.weak
                    && !m.bracketed
                    && **position != Position::Body
                    && matches!(raw.shape, Shape::Months(1, 2..=11))
            })
            .filter_map(|((m, _), _)| m.period?.single_year())
            .collect();
        let row_of_years = {
            let mut years = whole.clone();
            years.sort_unstable();
            years.dedup();
            years.len() >= 3
        };
        let (mut last_lead, mut first_line) = (None, None);
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
                weight *= if matches!(raw.shape, Shape::Months(1, 2..=11)) {
                    0.8
                } else {
                    0.3
                };
            }
            // Of a row of years the last one is told of: `năm 2006 …; năm 2007 …; năm 2008 …`.
            if row_of_years
                && whole_year
                && positions[i] != Position::Title
                && period.single_year() != whole.iter().max().copied()
            {
                weight *= 0.2;
            }
            // `Lũy kế đến hết tháng 5, các khu có 600 dự án`: what stands says less of a report than what came in.
            let standing =
                mention.as_of.is_some() && positions[i] != Position::Title && states(items, raw);
            if standing {
                weight *= 0.2;
            }
            if raw.meeting || raw.shape == Shape::ToMonth {
                weight *= 0.1;
            }
            if raw.ahead && positions[i] != Position::Title {
                weight *= 0.2;
            }
            // `Chín tháng đầu năm 2023 đón …` says more than the year of a festival.
            if whole_year
                && mention.as_of.is_none()
                && items.cue(raw.first) == cue::Cue::Year
                && period.single_year().is_some_and(|y| partial.contains(&y))
                && positions[i] != Position::Title
            {
                weight *= 0.5;
            }
            if !whole_year
                && period.end().1 == 12
                && period.len_months() <= 3
                && positions[i] != Position::Title
                && whole.contains(&period.end().0)
            {
                weight *= 0.3;
            }
            if mention.bracketed {
                weight *= 0.3;
            }
            // `Riêng tháng 6, …`, `Riêng với người nghèo, tới ngày 25/9 …`: of a part.
            if positions[i] != Position::Title && self.opens_part(items, mention.span.start) {
                weight *= 0.4;
            }
            let cumulative = period.len_months() > 1 && !whole_year;
            // The count so far says more of a report than the month within it.
            if cumulative {
                weight *= 1.2;
            }
            if let Some(day) = mention.as_of {
                // The end of a month closes a count; any other day is as often that of a state.
                weight *= if day.day >= CLOSING { 1.1 } else { 0.9 };
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
            let closed = mention.as_of.is_none_or(|day| day.day >= CLOSING);
            if closed
                && !standing
                && positions[i] == Position::Lead
                && cumulative
                && period.start().1 == 1
                && !raw.weak
            {
                let line = self
                    .layout
                    .sentence_at(mention.span.start)
                    .map(|s| self.layout.sentences()[s].line);
                if *first_line.get_or_insert(line) == line {
                    last_lead = last_lead.max(Some((period.end(), period)));
                }
            }
            total += weight;
            match scores.iter_mut().find(|(p, ..)| *p == period) {
                Some((_, score, _)) => *score += weight,
                None => scores.push((period, weight, i)),
            }
        }
        // Of the counts that the first line of the body gives, the one that reaches farthest is the news: a month before it or
        // a count that ends sooner is told for detail.
        if let Some((end, period)) = last_lead {
            let outdone: f32 = scores
                .iter()
                .filter(|(p, ..)| {
                    p.single_year() == Some(end.0)
                        && (p.end() < end || p.end() == end && p.len_months() > 1)
                        && *p != period
                })
                .map(|(_, score, _)| score)
                .fold(0.0, |a, b| a + b);
            if let Some((_, score, _)) = scores.iter_mut().find(|(p, ..)| *p == period) {
                *score += (0.5 * outdone).min(6.0);
            }
        }
        // What describes a place reports on no period, whatever years it names.
        let name_alone = given
            .title
            .as_deref()
            .is_none_or(|title| title.split_whitespace().count() <= 6);
        if self.layout.defined().is_some() && self.layout.title().is_none() && name_alone {
            return;
        }
        let best = scores.iter().max_by(|a, b| {
            a.1.total_cmp(&b.1)
                .then(a.0.len_months().cmp(&b.0.len_months()))
                .then(a.0.cmp(&b.0))
        });
        // The last of the years that results are told of, and the only one said again: the others are its history.
        let last = self.last_said_again(raws);
        let is_last = |period: Period| {
            last.is_some() && period.single_year() == last && period.len_months() == 12
        };
        let best = best.map(|best| {
            let history = best.0.len_months() == 12 && positions[best.2] != Position::Title;
            let last = scores.iter().find(|(period, ..)| is_last(*period));
            last.filter(|_| history).unwrap_or(best)
        });
        // `Tình hình kinh tế tháng 6`, and then the half-year is told of: the month is that of the report.
        let best = best.map(|month| {
            let told = |period: Period| {
                self.mentions
                    .iter()
                    .zip(positions)
                    .filter(|(m, at)| {
                        **at != Position::Title
                            && m.role == PeriodRole::Period
                            && m.period == Some(period)
                    })
                    .count()
            };
            let (year, last) = month.0.end();
            Period::months(year, 1, last)
                .filter(|count| {
                    positions[month.2] == Position::Title
                        && month.0.len_months() == 1
                        && !self.headline_counts(items)
                        && told(*count) > told(month.0)
                })
                .and_then(|count| scores.iter().find(|(p, ..)| *p == count))
                .unwrap_or(month)
        });
        if let Some((period, at)) = self
            .planned(raws, positions)
            .filter(|_| self.is_paper_of_plans(items))
        {
            self.main = Some(self.finding(period, at, positions, items.text));
        } else if let Some(&(period, score, at)) = best {
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
            // A month and the count that it closes are told of together.
            let same: f32 = scores
                .iter()
                .filter(|(p, ..)| p.end() == period.end() && p.len_months() < 12)
                .map(|(_, score, _)| score)
                .sum::<f32>()
                .max(score);
            // News may tell the history of its matter, but opens with what is new.
            let news = headline
                && positions[at] == Position::Lead
                && self.year == Some(period.end().0)
                && score > 0.25 * total;
            // `năm 2006 …; năm 2007 …; năm 2008 …`: a row within one sentence is no history.
            let sentence = |m: &super::PeriodMention| self.layout.sentence_at(m.span.start);
            let in_row = row_of_years
                && self
                    .mentions
                    .iter()
                    .filter(|m| {
                        m.role == PeriodRole::Period
                            && m.period.is_some_and(|p| p.len_months() == 12)
                            && sentence(m) == sentence(&self.mentions[at])
                    })
                    .count()
                    >= 3;
            let scattered = positions[at] != Position::Title
                && !news
                && !is_last(period)
                && !in_row
                && (years.len() >= 4 && score < 0.4 * total
                    || years.len() >= 7 && own < 0.4 * stated
                    || !headline && (years.len() >= 5 || history || same < 0.55 * total));
            if !scattered {
                self.main = Some(self.finding(period, at, positions, items.text));
            }
        } else if let Some((period, at)) = self
            .reported_span(raws, positions)
            .or_else(|| self.planned(raws, positions))
            .or_else(|| self.compared(items, raws, positions))
        {
            self.main = Some(self.finding(period, at, positions, items.text));
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

    /// `tại họp báo quý III, … vốn đầu tư 9 tháng đạt …`: when the meeting was, where the report is of another period.
    pub(super) fn leave_meetings(&mut self, raws: &[Raw]) {
        let main = self.main.as_ref().map(|f| f.period);
        for (mention, raw) in self.mentions.iter_mut().zip(raws) {
            if raw.meeting
                && mention.role == PeriodRole::Period
                && main.is_some()
                && mention.period != main
            {
                mention.role = PeriodRole::Event;
            }
        }
    }

    /// Of four years or more that results are told of the last one, where it alone is said again and the text has a headline.
    fn last_said_again(&self, raws: &[Raw]) -> Option<i32> {
        /// Years of the shortest history.
        const HISTORY: usize = 4;
        self.layout.title()?;
        let mut years: Vec<i32> = raws
            .iter()
            .filter(|raw| raw.role == PeriodRole::Period)
            .filter_map(|raw| match raw.year {
                YearRef::Stated(year) => Some(year),
                _ => None,
            })
            .collect();
        years.sort_unstable();
        let last = *years.last()?;
        let said = years.iter().filter(|year| **year == last).count();
        years.dedup();
        let once = years.len() >= HISTORY && said > 1;
        let others = |year: i32| {
            let of =
                |raw: &&Raw| raw.role == PeriodRole::Period && raw.year == YearRef::Stated(year);
            raws.iter().filter(of).count()
        };
        (once
            && years[..years.len() - 1]
                .iter()
                .all(|year| others(*year) == 1))
        .then_some(last)
    }

    /// Whether the sentence around an offset opens with `riêng`.
    fn opens_part(&self, items: &Items<'_>, offset: usize) -> bool {
        let tokens = items.tokens;
        self.layout.sentence_at(offset).is_some_and(|index| {
            let first = self.layout.sentences()[index].first as usize;
            tokens.is(&tokens.list()[first], "riêng")
        })
    }

    /// `Kết quả giai đoạn 2016-2020`: the span of years that a headline reports on, or that the text opens with where it names
    /// no other period.
    fn reported_span(&self, raws: &[Raw], positions: &[Position]) -> Option<(Period, usize)> {
        let spans = || {
            self.mentions
                .iter()
                .enumerate()
                .filter(|(i, m)| m.role == PeriodRole::Term && !m.bracketed && raws[*i].reported)
                .filter_map(|(i, m)| Some((m.period.filter(|p| p.len_months() > 12)?, i)))
        };
        let at = |position| spans().find(move |(_, i)| positions[*i] == position);
        at(Position::Title).or_else(|| at(Position::Lead))
    }

    /// `Tháng 8 thu hút hơn 21 triệu USD`: the headline gives a number, which is of the period that it names.
    fn headline_counts(&self, items: &Items<'_>) -> bool {
        let Some(line) = self.layout.title().map(|i| self.layout.lines()[i]) else {
            return false;
        };
        (line.first as usize..line.end as usize).any(|at| {
            items.tokens.list()[at].kind == TokenKind::Number
                && !self.mentions.iter().any(|m| m.first <= at && at < m.end)
        })
    }

    /// `GRDP tăng 8% so với năm 2023`, and no period is named: the year behind the one compared with.
    fn compared(
        &self,
        items: &Items<'_>,
        raws: &[Raw],
        positions: &[Position],
    ) -> Option<(Period, usize)> {
        // `gấp 3 lần so với năm 2010` looks back farther.
        let times =
            |raw: &Raw| (raw.first.saturating_sub(8)..raw.first).any(|i| items.word(i) == "gấp");
        let told = (0..self.mentions.len()).find(|&i| {
            self.mentions[i].role == PeriodRole::Base
                && !raws[i].same
                && raws[i].shape == YEAR
                && positions[i] != Position::Body
                && !times(&raws[i])
                && matches!(raws[i].year, YearRef::Stated(year) if self.year == Some(year + 1))
        })?;
        Some((Period::year(self.year?)?, told))
    }

    /// `NGHỊ QUYẾT về nhiệm vụ năm 2009`, `Kế hoạch phát triển kinh tế - xã hội năm 2009`, and no word of what was done.
    fn is_paper_of_plans(&self, items: &Items<'_>) -> bool {
        let Some(line) = self.layout.title().map(|i| self.layout.lines()[i]) else {
            return false;
        };
        let before = (0..line.first).rev().take(4);
        let words = before.chain(line.first..line.end).map(|at| {
            let token = &items.tokens.list()[at as usize];
            (at, items.tokens.exact(token))
        });
        let papers = words
            .filter(|(at, w)| matches!(*w, "nghị" | "kế") && (*at <= line.first || *w == "nghị"))
            .count();
        let head = items
            .list
            .iter()
            .filter(|item| line.first <= item.first && item.first < line.end);
        papers > 0
            && !head.clone().any(|item| {
                matches!(
                    item.cue,
                    cue::Cue::Done | cue::Cue::Report | cue::Cue::Review | cue::Cue::Annual
                )
            })
    }

    /// A headline that names nothing but what is planned: the paper is about the year planned.
    fn planned(&self, raws: &[Raw], positions: &[Position]) -> Option<(Period, usize)> {
        (0..self.mentions.len())
            .filter(|&i| positions[i] == Position::Title && raws[i].shape == YEAR)
            .filter(|&i| {
                matches!(
                    self.mentions[i].role,
                    PeriodRole::Plan | PeriodRole::Outlook
                )
            })
            .find_map(|i| Some((self.mentions[i].period?, i)))
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

    pub(super) fn find_kind(&self, items: &Items<'_>) -> Option<&'static str> {
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
}
