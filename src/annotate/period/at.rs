//! The period of one place in the text: the nearest phrase that speaks for it.

use crate::Span;
use crate::model::Period;
use crate::text::{TokenKind, Tokens};

use super::{PeriodAt, PeriodMention, PeriodRole, Periods};

/// Sentences before a paragraph whose period holds on in a report that has none of its own.
const HELD: usize = 6;

/// Words before `lần lượt` within which the periods stand in a row.
const ROW: usize = 12;

impl Periods {
    /// `Năm 2016 và năm 2017 lần lượt đạt x và y`: each number is of the period in its place of the row.
    pub(super) fn deal_out(&mut self, text: &str, tokens: &Tokens) {
        let list = tokens.list();
        let is_turn = |at: usize| {
            list[at].kind == TokenKind::Word
                && tokens.is(&list[at], "lần")
                && list.get(at + 1).is_some_and(|next| tokens.is(next, "lượt"))
        };
        for turn in (0..list.len()).filter(|&at| is_turn(at)) {
            let behind = self.mentions.partition_point(|m| m.end <= turn);
            let joined = |one: &PeriodMention, next: &PeriodMention| {
                list[one.end..next.first]
                    .iter()
                    .all(|t| matches!(t.span.of(text), "," | "và" | "với"))
            };
            let Some(last) = behind
                .checked_sub(1)
                .filter(|&last| turn - self.mentions[last].end <= ROW)
            else {
                continue;
            };
            let mut first = last;
            while first > 0 && joined(&self.mentions[first - 1], &self.mentions[first]) {
                first -= 1;
            }
            let stop = |t: &crate::text::Token| {
                t.kind == TokenKind::Break || matches!(t.span.of(text), ";" | "(")
            };
            let between = &list[self.mentions[last].end..turn];
            if first == last
                || between
                    .iter()
                    .any(|t| stop(t) || t.kind == TokenKind::Number)
            {
                continue;
            }
            let numbers = list[turn..]
                .iter()
                .take_while(|t| !stop(t))
                .filter(|t| t.kind == TokenKind::Number)
                .map(|t| t.span.start);
            let dealt: Vec<(usize, usize)> = numbers.zip(first..=last).collect();
            if dealt.len() == last + 1 - first {
                self.turns.extend(dealt);
            }
        }
    }

    /// The mention that `lần lượt` gives to a number at `span`.
    fn dealt(&self, span: Span) -> Option<&PeriodMention> {
        let at = self
            .turns
            .partition_point(|(number, _)| *number < span.start);
        let (number, mention) = *self.turns.get(at)?;
        (number < span.end).then(|| &self.mentions[mention])
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
        // `Tháng 11, tỉnh phấn đấu xuất khẩu …`
        if let Some(found) = self.set_for(span) {
            return Some(found);
        }
        // A count up to some day is no period that goals are set for.
        let whole = |at: &PeriodAt| {
            at.period.start().1 == 1 && (at.as_of.is_none() || at.period.len_months() == 12)
        };
        self.nearest(span, |role| {
            matches!(
                role,
                PeriodRole::Period | PeriodRole::Plan | PeriodRole::Outlook
            )
        })
        .filter(whole)
        .map(|at| self.far_end(span).unwrap_or(at))
        .or_else(|| self.far_end(span))
        .or_else(|| self.headed_goal(span))
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

    /// The month, the quarter or the span of years that opens the clause of a goal.
    fn set_for(&self, span: Span) -> Option<PeriodAt> {
        let index = self.layout.sentence_at(span.start)?;
        let before = self
            .within(index)
            .iter()
            .rev()
            .find(|m| m.span.end <= span.start && !matches!(m.role, PeriodRole::Base))?;
        // `tăng trưởng bình quân giai đoạn 2021 - 2025 đạt 9,5%`
        let beside = before.role == PeriodRole::Term
            && span.start - before.span.end <= 24
            && !self.stopped(before.span.end, span.start);
        let told = (before.ahead || beside) && before.as_of.is_none();
        let fits = |p: &Period| match before.role {
            PeriodRole::Period => p.len_months() <= 3,
            PeriodRole::Term => p.len_months() > 12,
            _ => false,
        };
        Some(PeriodAt {
            period: before.period.filter(|p| told && fits(p))?,
            as_of: None,
            inferred: before.inferred,
        })
    }

    /// `Mục tiêu đến năm 2025: kim ngạch xuất khẩu đạt …; thu ngân sách đạt …`: the year ahead that the line of a target opens
    /// with.
    fn far_end(&self, span: Span) -> Option<PeriodAt> {
        let index = self.layout.sentence_at(span.start)?;
        let counts = |m: &&PeriodMention| {
            m.span.end <= span.start
                && !m.bracketed
                && matches!(
                    m.role,
                    PeriodRole::Period
                        | PeriodRole::Plan
                        | PeriodRole::Outlook
                        | PeriodRole::Horizon
                )
        };
        let before = (self.layout.paragraph_of(index).start..=index)
            .rev()
            .find_map(|sentence| self.within(sentence).iter().rev().find(counts))?;
        Some(PeriodAt {
            period: before
                .period
                .filter(|p| before.role == PeriodRole::Horizon && p.len_months() == 12)?,
            as_of: None,
            inferred: before.inferred,
        })
    }

    /// `II. Mục tiêu năm 2015` right over the paragraph of a target: its year.
    fn headed_goal(&self, span: Span) -> Option<PeriodAt> {
        /// Words of a headline.
        const HEADLINE: u32 = 16;
        let index = self.layout.sentence_at(span.start)?;
        let before = self.layout.paragraph_of(index).start.checked_sub(1)?;
        let line = self.layout.lines()[self.layout.sentences()[before].line as usize];
        let goals = |m: &&PeriodMention| {
            matches!(
                m.role,
                PeriodRole::Plan | PeriodRole::Outlook | PeriodRole::Horizon
            ) && m.period.is_some_and(|p| p.len_months() == 12)
        };
        let found = self.within(before).iter().rev().find(goals)?;
        Some(PeriodAt {
            period: found.period.filter(|_| line.words <= HEADLINE)?,
            as_of: None,
            inferred: true,
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
        if let Some(found) = self.dealt(span).and_then(|m| at(m, false)) {
            return Some(found);
        }
        // `X đồng năm 2015`, `X lượt vào năm 2015`, `X đồng trong giai đoạn 2011-2015`: nothing is nearer.
        let beside = here.iter().find(|m| {
            let gap = m.tied.wrapping_sub(span.end);
            m.period.is_some()
                && gap <= 9
                && !self.stopped(span.end, m.span.start)
                && match m.role {
                    PeriodRole::Period => gap <= 1 && !m.base,
                    // `so với 420 triệu USD năm 2012`
                    PeriodRole::Base => {
                        gap <= 1 && m.period.is_some_and(|p| p.len_months() == 12) && !m.base
                    }
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
            .find(|m| usable(m) && !m.bracketed && !m.base && !m.own_clause);
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
        let first = self.closings.partition_point(|close| *close < from);
        self.closings.get(first).is_none_or(|close| *close >= to)
    }
}
