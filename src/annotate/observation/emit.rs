//! Figures: what is known of a number when it becomes one.

use rust_decimal::Decimal;

use super::{Item, Kind, PeriodOf, Reader, Source, Work, classes, clause_at, family_of, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::{Unit, is_plausible};
use crate::model::{Basis, Flag, Observation};

impl Reader<'_> {
    pub(super) fn plan_value(&self, w: &mut Work<'_>, quantity: &Quantity) {
        if let Some((_, last)) = w.state.last
            && w.figures[last].unit == self.unit_of(quantity, &w.figures[last].metric)
        {
            w.figures[last].plan_value.get_or_insert(quantity.value);
        }
    }

    pub(super) fn unit_of(&self, quantity: &Quantity, code: &str) -> String {
        let units = self
            .taxonomy
            .by_code(code)
            .map(|id| self.metric(id).units.as_slice())
            .unwrap_or_default();
        match quantity.unit {
            Unit::Bare => units
                .iter()
                .find(|u| matches!(u.as_str(), "VND" | "visitors" | "persons"))
                .cloned()
                .unwrap_or_default(),
            Unit::Persons if units.iter().any(|u| u == "visitors") => "visitors".into(),
            Unit::Visitors if code == "labour.created" => "persons".into(),
            Unit::Visitors if code.ends_with(".projects.adjusted") => "projects".into(),
            unit => unit.code().into(),
        }
    }

    /// The value of the same period a year before, stated beside a figure.
    pub(super) fn last_year(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let Some((last_item, last)) = w.state.last else {
            return;
        };
        if w.figures[last].unit != self.unit_of(quantity, &w.figures[last].metric) {
            return;
        }
        let code = w.figures[last].metric.clone();
        let number = w.figures.len();
        let period = w.figures[last].period.and_then(|p| p.shift_years(-1));
        self.level(w, at, quantity, &code, "last year's value");
        if let Some(figure) = w.figures.get_mut(number) {
            figure.period = period;
            figure.basis = Basis::Actual;
            figure.as_of = None;
        }
        w.state.last = Some((last_item, last));
    }

    /// The same metric in another currency: an equivalent, or a part to be added.
    pub(super) fn twin(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        flag: Flag,
        rule: &str,
    ) {
        let Some((_, last)) = w.state.last else {
            return;
        };
        let mut code = w.figures[last].metric.clone();
        if flag == Flag::Part
            && let Some((_, tail)) = code.clone().split_once('.')
            && tail == "capital"
            && self.is_of_projects(w)
        {
            w.figures[last].metric = format!("investment.{tail}");
            code = w.figures[last].metric.clone();
        } else if flag == Flag::Part
            && let Some((family, tail)) = code.clone().split_once('.')
            && (tail.starts_with("capital") || tail == "disbursed")
            && (family == "investment" || self.source_of_sentence(w) == Source::Unknown)
        {
            // Capital in dollars is foreign, in đồng domestic: the boards' usage.
            let (first, second) = if w.figures[last].unit == "USD" {
                ("fdi", "ddi")
            } else {
                ("ddi", "fdi")
            };
            let part = match w.state.last {
                Some((level, _)) if tail == "capital" => {
                    self.part_of_capital(w.items, level, level, w.scope)
                }
                _ => "",
            };
            let tail = format!("{tail}{part}");
            w.figures[last].metric = format!("{first}.{tail}");
            code = format!("{second}.{tail}");
        }
        let number = w.figures.len();
        self.emit(w, at, quantity, &code, "", quantity.value, rule);
        if w.figures.len() == number {
            return;
        }
        let (basis, yoy, plan, period, as_of, subject) = {
            let f = &w.figures[last];
            (
                f.basis,
                f.yoy_pct,
                f.plan_pct,
                f.period,
                f.as_of.clone(),
                f.subject.clone(),
            )
        };
        let twin = &mut w.figures[number];
        twin.basis = basis;
        twin.period = period;
        twin.as_of = as_of;
        twin.subject = subject;
        twin.yoy_pct = yoy;
        twin.plan_pct = plan;
        twin.flags.push(flag);
        if flag == Flag::Part {
            w.figures[last].flags.push(flag);
        }
    }

    /// `28 dự án với vốn 1.700 tỷ đồng và 79 triệu USD`: the capital of projects that were counted without a word of whose each
    /// currency is; both are of all.
    fn is_of_projects(&self, w: &Work<'_>) -> bool {
        let Some((at, last)) = w.state.last else {
            return false;
        };
        let sentence = self.tokens.list()[w.items[0].first].span.start;
        let counted = w.figures[..last]
            .iter()
            .rev()
            .take_while(|f| f.span.start >= sentence)
            .any(|f| {
                f.metric.starts_with("investment.projects") && !f.metric.ends_with(".adjusted")
            });
        let told = classes(&w.items[..at]);
        // `(640 trong nước, 150 nước ngoài)`
        let abroad = (w.items[0].first..w.items[at].first)
            .any(|t| (self.exact(t), self.exact(t + 1)) == ("nước", "ngoài"));
        counted
            && ((told & word::FDI == 0 && !abroad) || told & word::DDI == 0)
            && w.state.projects.is_none_or(|(tail, _)| tail != "adjusted")
    }

    /// The one source that the clause of the last level names, else the sentence up to it, else the paragraph.
    fn source_of_sentence(&self, w: &Work<'_>) -> Source {
        let Some((at, _)) = w.state.last else {
            return Source::Unknown;
        };
        let clause = self.clause_start(w.items, at);
        let told = |items: &[Item]| {
            let said = classes(items) & (word::FDI | word::DDI);
            (said != 0).then(|| Source::of(said))
        };
        // `30 dự án FDI và 10 dự án trong nước với vốn x triệu USD và y tỷ đồng`: of both.
        let semicolon = w.items[..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .unwrap_or(0);
        let joint = w.items[..clause]
            .iter()
            .enumerate()
            .rfind(|(_, i)| matches!(i.kind, Kind::Quantity(_)))
            .is_some_and(|(n, _)| n > 0 && self.exact(w.items[n - 1].first) == "và");
        let bracketed = clause > 0 && w.items[clause - 1].kind == Kind::Mark(')');
        if (joint || bracketed) && told(&w.items[semicolon..at]) == Some(Source::Unknown) {
            return Source::Unknown;
        }
        told(&w.items[clause..at])
            .or_else(|| told(&w.items[..at]))
            .unwrap_or(w.scope.source)
    }

    /// The value of a quantity as a figure.
    pub(super) fn level(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        code: &str,
        rule: &str,
    ) {
        self.emit(w, at, quantity, code, "", quantity.value, rule);
    }

    /// A figure in percent.
    pub(super) fn emit_rate(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        code: &str,
        value: Decimal,
        rule: &str,
    ) {
        self.emit(w, at, quantity, code, "percent", value, rule);
    }

    /// Adds a figure, with all that the words around it say.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn emit(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
        code: &str,
        unit: &str,
        value: Decimal,
        rule: &str,
    ) {
        let items = w.items;
        let scope = w.scope;
        let unit = if unit.is_empty() {
            self.unit_of(quantity, code)
        } else {
            unit.to_owned()
        };
        if unit.is_empty() || value.is_zero() && quantity.unit != Unit::Percent {
            return;
        }
        let mut value = value;
        // `17,198 tỷ đồng` in a text that writes `1,805,771`: an English comma.
        let swapped = self.english
            && (quantity.unit.is_money() || quantity.unit.is_count())
            && value == quantity.value
            && quantity
                .other
                .is_some_and(|other| other > value && is_plausible(other, quantity.unit));
        if swapped {
            value = quantity.other.unwrap_or(value);
        }
        if self.is_petty(code, &unit, value) {
            return;
        }
        let span = quantity.span;
        if w.figures
            .iter()
            .rev()
            .take(4)
            .any(|f| f.span == span && f.metric == code)
        {
            return;
        }
        // `chỉ số đạt 91,6%, giảm 8,4%`: the same told twice; the change is what says it.
        let restates = |f: &Observation| {
            f.metric == code
                && f.unit == "percent"
                && f.value == value
                && (1..24).contains(&(span.start.wrapping_sub(f.span.end)))
        };
        if unit == "percent" && w.figures.last().is_some_and(restates) {
            w.figures.pop();
        }
        if code == "trade.balance" {
            let deficit = items[..=at].iter().rev().find_map(|i| match i.kind {
                // `cán cân thương mại của tỉnh thâm hụt 2 triệu USD`: the side may be told behind the name.
                Kind::Cue(_) => Some((i.first..items[at].first).any(|t| {
                    matches!(
                        (self.exact(t), self.exact(t + 1)),
                        ("nhập", "siêu") | ("thâm", "hụt")
                    )
                })),
                _ => None,
            });
            if deficit == Some(true) {
                value = -value;
            }
        }
        let mut found = match self.changed_from(items, at) {
            None => self.around.period(span),
            Some(from) if items[..from].iter().any(|i| i.kind == Kind::Period) => {
                let told = self.tokens.list()[items[from].first].span;
                self.around.period(told)
            }
            Some(_) => self.around.main_period().map(|period| PeriodOf {
                period,
                as_of: None,
                inferred: true,
            }),
        };
        let main = self.around.main_period();
        let period = found.as_ref().map(|p| p.period);
        let basis = self.basis(items, at, code, period, main, scope, quantity);
        if basis == Basis::Target {
            found = self.around.target_period(span).or(found);
        }
        let period = found.as_ref().map(|p| p.period);
        let mut flags = Vec::new();
        if quantity.point_is_decimal || swapped {
            flags.push(Flag::DecimalPoint);
        }
        if !is_plausible(value, quantity.unit) {
            flags.push(Flag::Implausible);
        }
        if found.as_ref().is_some_and(|p| p.inferred) {
            flags.push(Flag::YearInferred);
        }
        // A district's figure is none of its province's.
        let subject = self
            .around
            .subject(span)
            .filter(|_| !self.is_local(items, at));
        if subject.as_ref().is_some_and(|(_, inferred)| *inferred) {
            flags.push(Flag::SubjectInferred);
        }
        let dated = matches!(
            basis,
            Basis::Cumulative | Basis::Stock | Basis::Actual | Basis::Estimate
        );
        let estimated = basis == Basis::Actual
            && w.state.growth.as_ref().is_some_and(|g| {
                g.item > g.from && items[g.from..g.item].iter().any(|i| i.is(word::ESTIMATE))
            });
        // `Mục tiêu đến năm 2020 là … . Tỷ lệ hộ nghèo còn 5%`: the goal's year stands over this sentence, too.
        let aimed = basis == Basis::Actual
            && scope.aim.is_some()
            && scope.aim == period
            && found.as_ref().is_some_and(|p| p.inferred)
            && !items
                .iter()
                .any(|i| i.is(word::DONE | word::YOY | word::CUMULATIVE))
            && !w.figures.iter().rev().take(4).any(|f| f.metric == code);
        let basis = match basis {
            Basis::Actual if estimated => Basis::Estimate,
            Basis::Actual if aimed => Basis::Target,
            basis => basis,
        };
        w.state.last = Some((at, w.figures.len()));
        w.figures.push(Observation {
            metric: code.to_owned(),
            value,
            value_max: quantity.max,
            unit,
            basis,
            qualifier: self.qualifier(items, at),
            period,
            as_of: found.and_then(|p| p.as_of).filter(|_| dated),
            subject: subject.map(|(slug, _)| slug),
            yoy_pct: None,
            plan_pct: None,
            // `2.062/2.155 tỷ đồng` is of a plan, `12/15 KCN` of a number.
            plan_value: quantity.of.filter(|_| quantity.unit.is_money()),
            alternative: if swapped {
                Some(quantity.value)
            } else {
                quantity
                    .point_is_decimal
                    .then_some(quantity.other)
                    .flatten()
            },
            quote: self.quote(items, at),
            span,
            flags,
            rule: rule.to_owned(),
        });
    }

    /// `giảm từ 27% năm 2013 xuống còn 22%`: the item of `từ`; the year behind it is the first value's.
    fn changed_from(&self, items: &[Item], at: usize) -> Option<usize> {
        // `lên 20 triệu đồng năm 2010` has a year of its own.
        if items.get(at + 1).is_some_and(|i| i.kind == Kind::Period) {
            return None;
        }
        let from = items[..at].iter().rposition(|i| i.is(word::FROM))?;
        let between = &items[from..at];
        let periods = between.iter().filter(|i| i.kind == Kind::Period).count();
        (periods == 1
            && between.iter().any(|i| i.is(word::ONTO))
            && between.iter().any(|i| matches!(i.kind, Kind::Quantity(_))))
        .then_some(from)
    }

    /// Too small for the sum of a province or its zones: a household's turnover, a fee.
    pub(super) fn is_petty(&self, code: &str, unit: &str, value: Decimal) -> bool {
        let family = family_of(code);
        let least: i64 = match (family, unit) {
            ("revenue" | "retail" | "output" | "gva", "VND") | ("trade", "VND") => 1_000_000_000,
            ("investment" | "fdi" | "ddi" | "public_investment", "VND") => 1_000_000_000,
            ("budget", "VND") => 10_000_000,
            ("trade" | "revenue" | "fdi" | "investment", "USD") => 10_000,
            _ if code == "grdp.value" && unit == "VND" => 100_000_000_000,
            _ if code == "grdp.value" => 10_000_000,
            _ if code.ends_with("per_capita") && unit == "VND" => 100_000,
            _ if code.ends_with("per_capita") => 20,
            _ => return false,
        };
        value.abs() < Decimal::from(least)
            || code.ends_with("per_capita") && value > Decimal::from(5_000_000_000_i64)
    }

    /// The clause around a number: between semicolons where the sentence has them.
    pub(super) fn quote(&self, items: &[Item], at: usize) -> String {
        let first = clause_at(items, at);
        let last = items[at..]
            .iter()
            .position(|i| i.kind == Kind::Mark(';'))
            .map_or(items.len(), |i| at + i);
        let list = self.tokens.list();
        let (Some(start), Some(end)) = (items.get(first), items.get(last.wrapping_sub(1))) else {
            return String::new();
        };
        let mut start = list[start.first].span.start;
        let mut end = list[end.end - 1].span.end;
        // A sentence without end is cut around its number.
        const LIMIT: usize = 600;
        if end - start > LIMIT {
            let number = list[items[at].first].span.start;
            start = start.max(number.saturating_sub(LIMIT / 2));
            end = end.min(number + LIMIT / 2);
            while !self.text.is_char_boundary(start) {
                start += 1;
            }
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
        }
        self.text
            .get(start..end)
            .unwrap_or_default()
            .trim()
            .to_owned()
    }
}
