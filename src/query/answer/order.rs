//! Which of several figures for one cell is taken.
//!
//! There may be several: the total and its parts, what was reached by a day in December and what the year is estimated at, a round
//! number in the headline and the exact one below it, the province's and the customs', two reports. They are compared by
//! [`ORDER`], one criterion after the other: the first by which two figures differ decides, and `--explain` names it. What stands
//! first is what would make an answer wrong, what stands last what makes it less exact or harder to check.

use rust_decimal::prelude::ToPrimitive;

use super::best::Rival;
use crate::model::{Basis, Flag, Observation};
use crate::query::response::Figure;
use crate::query::understand::{Body, Meaning, bodies, is_placed};
use crate::text::{TokenKind, Tokens, tokenize};

/// What two figures are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Criterion {
    /// How surely the number was read: not a part, not another unit's equivalent, no implausible size.
    Reading,
    /// The very metric, before what is new of it, before other parts of its branch.
    Metric,
    /// Of the province as it was at the time: Đồng Nai of 2024 is not the one of July 2025.
    Boundaries,
    /// The unit that the query names.
    Unit,
    /// Where no period is asked for, not of some other body than the one that the query names.
    Others,
    /// Where no period is asked for, the newest, and of those that end together the longest.
    Time,
    /// What a period brought, before what stands or was summed up since ever; the other way round where that is asked for.
    Sum,
    /// A surplus or a deficit, as asked for.
    Sign,
    /// Not what another figure of its report says with more digits: the headline's round number.
    Exact,
    /// The comparison that is asked for stands with it: with a plan, with the year before, with other places.
    Comparison,
    /// Whose it is: that of the body which the query names, or of the whole place where it names none.
    Body,
    /// At current or at constant prices, as asked for.
    Prices,
    /// How far its basis is from the one asked for: reached, estimated, standing, cumulative.
    Basis,
    /// A whole, before what a sentence or the size beside others of its report shows to be a part.
    Whole,
    /// For the whole of the period, before what was reached some weeks before its end.
    Reached,
    /// The report is about the place.
    Place,
    /// The report is of the period.
    Period,
    /// Rank of the report among the hits.
    Report,
    /// Words of the query in its sentence.
    Words,
    /// It is stated for itself, and subject and year stand beside the number, not carried over from before.
    Stated,
    /// With a comparison, as wholes are.
    Compared,
    /// In the usual unit of the metric.
    UsualUnit,
    /// Its place in the report.
    Position,
}

use Criterion as C;

/// The criteria, the one that decides first in front.
pub(super) const ORDER: [Criterion; 23] = [
    C::Reading,
    C::Metric,
    C::Boundaries,
    C::Unit,
    C::Others,
    C::Time,
    C::Sum,
    C::Sign,
    C::Exact,
    C::Comparison,
    C::Body,
    C::Prices,
    C::Basis,
    C::Whole,
    C::Reached,
    C::Place,
    C::Period,
    C::Report,
    C::Words,
    C::Stated,
    C::Compared,
    C::UsualUnit,
    C::Position,
];

/// What a figure has by each criterion of [`ORDER`]; less is better.
pub(super) type Marks = [u32; ORDER.len()];

/// What figures are compared with.
pub(super) struct Context<'a> {
    pub meaning: &'a Meaning,
    /// The metric's id in the index.
    pub exact: u32,
    /// That of what is new in it, where it counts things (`projects.new` of `projects`).
    pub new: u32,
    /// Whether no period is asked for, so that the newest figure is looked for.
    pub newest: bool,
    /// The unit it is usually stated in.
    pub usual_unit: Option<&'a str>,
}

impl Context<'_> {
    /// The marks of a figure.
    pub fn marks(&self, rival: &Rival) -> Marks {
        let quote = tokenize(&rival.figure.observation.quote);
        let words = words(&quote);
        ORDER.map(|criterion| self.mark(criterion, rival, &words))
    }

    /// Whether a figure is of the body and the zone that are asked for, as far as they are.
    pub fn is_of_body(&self, rival: &Rival) -> bool {
        let quote = tokenize(&rival.figure.observation.quote);
        let own = self.mark(C::Others, rival, &words(&quote)) == 0;
        own && (!self.meaning.names_zones() || rival.is_of_zone(self.meaning))
    }

    /// The body whose figure it is, where the query asks for that of none.
    pub fn body_of(&self, rival: &Rival) -> Option<&'static Body> {
        let quote = tokenize(&rival.figure.observation.quote);
        let (words, title) = (
            words(&quote),
            rival.report.title.split(' ').collect::<Vec<_>>(),
        );
        let of = |words: &[&str]| bodies().iter().find(|body| body.is_named(words));
        of(&words)
            .or_else(|| of(&title))
            .filter(|_| self.meaning.bodies.is_empty())
    }

    /// `words` are those of its sentence up to the number, folded.
    fn mark(&self, criterion: Criterion, rival: &Rival, words: &[&str]) -> u32 {
        let figure = &rival.figure.observation;
        let asked = self.meaning;
        let has = |flag| figure.flags.contains(&flag);
        match criterion {
            C::Reading
                if has(Flag::Part)
                    || has(Flag::Implausible)
                    || has(Flag::Equivalent) && asked.unit != Some(figure.unit.as_str()) =>
            {
                2
            }
            C::Reading => u32::from(has(Flag::AmbiguousMultiple)),
            C::Metric => match rival.entry.figure.metric() {
                id if id == self.exact => 0,
                id if id == self.new => 1,
                _ => 2,
            },
            C::Boundaries if asked.merged => u32::from(!rival.merged),
            C::Boundaries => u32::from(!rival.of_its_time),
            C::Unit => u32::from(asked.unit.is_some_and(|unit| figure.unit != unit)),
            C::Others if !self.newest || asked.bodies.is_empty() => 0,
            C::Others => u32::from(whose(&asked.bodies, words, &rival.report.title) >= 3),
            C::Time => rival.age,
            C::Sum => {
                let sum = asked.shown.basis.iter().any(|basis| is_open(*basis));
                u32::from(is_open(figure.basis) != sum)
            }
            C::Sign => match asked.surplus {
                Some(surplus) => u32::from(figure.value.is_sign_positive() != surplus),
                None => 0,
            },
            C::Comparison => {
                let change = figure.yoy_pct.is_some() || figure.metric.ends_with(".growth");
                u32::from(asked.against_plan && figure.plan_pct.is_none())
                    + u32::from(asked.compared && !change)
                    + u32::from(asked.placed && !is_placed(words))
            }
            C::Body => {
                let unnamed = !asked.zones_named_in(&figure.quote);
                whose(&asked.bodies, words, &rival.report.title) + u32::from(unnamed)
            }
            C::Prices => asked.prices.map_or(0, |prices| prices.mark(words)),
            C::Basis => rival.fit,
            C::Whole => {
                let size = match rival.share {
                    share if figure.unit == "percent" || share >= 0.4 => 0,
                    share if share >= 0.04 => 1,
                    _ => 2,
                };
                let part = words.starts_with(&["trong", "do"]) || words.first() == Some(&"rieng");
                size + u32::from(part)
            }
            C::Reached => match (rival.early, rival.estimated, asked.whole) {
                (false, ..) => 0,
                (true, false, _) => 1,
                (true, true, _) => 2,
            },
            C::Place => u32::from(!rival.own_place),
            C::Period => u32::from(!rival.own_period),
            C::Report => rival.rank as u32,
            C::Words => {
                let missing = asked
                    .words
                    .iter()
                    .filter(|word| !words.contains(&word.as_str()));
                missing.count() as u32
            }
            C::Stated => {
                let carried = [Flag::SubjectInferred, Flag::YearInferred];
                let carried = carried.into_iter().filter(|flag| has(*flag)).count();
                carried as u32 + u32::from(rival.beside)
            }
            C::Exact => u32::from(rival.rounded),
            C::Compared => u32::from(figure.yoy_pct.is_none() && figure.plan_pct.is_none()),
            C::UsualUnit => u32::from(self.usual_unit.is_some_and(|unit| figure.unit != unit)),
            C::Position => rival.entry.nth,
        }
    }
}

/// The words of a sentence, folded.
fn words(sentence: &Tokens) -> Vec<&str> {
    let words = sentence.list().iter().filter(|t| t.kind == TokenKind::Word);
    words.map(|t| sentence.folded(t)).collect()
}

/// How far a figure is from those of the bodies asked for, or from the whole place's where none is; `words` and `title` are folded.
fn whose(asked: &[&Body], words: &[&str], title: &str) -> u32 {
    let title: Vec<&str> = title.split(' ').collect();
    if asked.is_empty() {
        let of = |words: &[&str]| bodies().iter().any(|body| body.is_named(words));
        return if of(words) { 2 } else { u32::from(of(&title)) };
    }
    let far = |body: &&Body| {
        if body.is_named(words) {
            return 0;
        }
        let near = if body.is_named(&title) { 1 } else { 3 };
        near + u32::from(body.is_other(words))
    };
    asked.iter().map(far).sum()
}

impl Criterion {
    /// Its name in an explanation.
    pub const fn name(self) -> &'static str {
        match self {
            C::Reading => "reading",
            C::Metric => "metric",
            C::Boundaries => "boundaries",
            C::Unit => "unit",
            C::Others => "others",
            C::Time => "time",
            C::Sum => "sum",
            C::Sign => "sign",
            C::Comparison => "comparison",
            C::Body => "body",
            C::Prices => "prices",
            C::Basis => "basis",
            C::Whole => "whole",
            C::Reached => "reached",
            C::Place => "place",
            C::Period => "period",
            C::Report => "report",
            C::Words => "words",
            C::Stated => "stated",
            C::Exact => "exact",
            C::Compared => "compared",
            C::UsualUnit => "usual unit",
            C::Position => "position",
        }
    }

    /// What a mark by this criterion means, in words.
    pub fn meaning(self, mark: u32, figure: &Figure) -> String {
        let figure = &figure.observation;
        let text = match (self, mark) {
            (C::Reading, 0) => "surely read",
            (C::Reading, 1) => "one of two readings of a number",
            (C::Reading, _) => "a part, an equivalent or an implausible size",
            (C::Metric, 0) => "the very metric",
            (C::Metric, 1) => "what is new of it",
            (C::Metric, _) => "another part of its branch",
            (C::Boundaries, 0) => "of the province as asked for, or of its time",
            (C::Boundaries, _) => "of the province within other boundaries",
            (C::Unit | C::UsualUnit, _) => return format!("in {}", figure.unit),
            (C::Others, 0) => "not of another body",
            (C::Others, _) => "of another body, or of none in particular",
            (C::Time, 0) => "the newest",
            (C::Time, _) => "older, or of a shorter period",
            (C::Sum, 0) if is_open(figure.basis) => "what stands, or was summed up",
            (C::Sum, 0) => "what the period brought",
            (C::Sum, _) if is_open(figure.basis) => "summed up since ever",
            (C::Sum, _) => "of the period alone",
            (C::Sign, _) if figure.value.is_sign_positive() => "a surplus",
            (C::Sign, _) => "a deficit",
            (C::Comparison, 0) => "with the comparison asked for",
            (C::Comparison, _) => "without the comparison asked for",
            (C::Body, 0) => "of whom is asked for",
            (C::Body, 1) => "of whom the title names",
            (C::Body, _) => "of another body, or of none in particular",
            (C::Prices, 0) => "at the prices asked for",
            (C::Prices, _) => "at other prices, or at prices that its sentence does not name",
            (C::Basis, _) => {
                return format!("basis {}", crate::query::names::basis_name(figure.basis));
            }
            (C::Whole, 0) => "a whole",
            (C::Whole, _) => "a part, by its sentence or its size",
            (C::Reached, 0) => "for the whole of the period",
            (C::Reached, _) => "reached before the end of the period",
            (C::Place, 0) => "in a report about the place",
            (C::Place, _) => "in a report about another place",
            (C::Period, 0) => "in a report of the period",
            (C::Period, _) => "in a report of another period",
            (C::Report, rank) => return format!("in the report ranked {}", rank + 1),
            (C::Words, missing) => {
                return format!("{missing} words of the query not in its sentence");
            }
            (C::Stated, 0) => "stated for itself, with subject and year",
            (C::Stated, _) => "subject or year carried over, or stated beside another figure",
            (C::Exact, 0) => "as exact as its report has it",
            (C::Exact, _) => "rounded",
            (C::Compared, 0) => "with a comparison",
            (C::Compared, _) => "without a comparison",
            (C::Position, nth) => return format!("figure {} of its report", nth + 1),
        };
        text.to_owned()
    }
}

/// Whether a basis sums up since ever, beside which what one period brings is no part.
pub(super) const fn is_open(basis: Basis) -> bool {
    matches!(basis, Basis::Cumulative | Basis::Stock)
}

/// How well a basis fits: 0 best, `None` not at all. `flows` says that the metric is summed up from January on, so that what it
/// reached is what it reached cumulatively (`lũy kế 10 tháng`).
pub(super) fn fit(basis: Basis, wanted: &[Basis], flows: bool) -> Option<u32> {
    if wanted.is_empty() {
        return match basis {
            Basis::Actual => Some(0),
            Basis::Estimate => Some(1),
            Basis::Stock => Some(2),
            Basis::Cumulative => Some(3),
            Basis::Target => None,
        };
    }
    let one = |want: &Basis| match (want, basis) {
        (a, b) if *a == b => Some(0),
        (Basis::Cumulative, Basis::Stock) | (Basis::Stock, Basis::Cumulative) => Some(1),
        (Basis::Estimate, Basis::Actual) => Some(1),
        (Basis::Stock, Basis::Actual) => Some(2),
        (Basis::Cumulative, Basis::Actual) if flows => Some(1),
        (Basis::Cumulative, Basis::Estimate) if flows => Some(2),
        _ => None,
    };
    wanted.iter().filter_map(one).min()
}

/// Whether a figure holds for a day before the last week of its period.
pub(super) fn is_early(figure: &Observation) -> bool {
    figure
        .period
        .zip(figure.as_of.as_ref())
        .is_some_and(|(period, day)| {
            let (year, month) = period.end();
            *day < format!("{year:04}-{month:02}-25")
        })
}

/// Number of digits that a value is stated with, the zeros at its end left out.
pub(super) fn digits(figure: &Observation) -> usize {
    let value = figure.value.normalize().to_string();
    let value = value.trim_start_matches(['-', '0', '.']);
    let value = if value.contains('.') {
        value
    } else {
        value.trim_end_matches('0')
    };
    value.chars().filter(char::is_ascii_digit).count()
}

/// The size of a value.
pub(super) fn magnitude(figure: &Figure) -> f64 {
    figure.observation.value.to_f64().unwrap_or_default().abs()
}
