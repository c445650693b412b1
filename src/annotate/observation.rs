//! Observations: what ties a number to a metric, and says how it is meant.
//!
//! A text is cut into sentences; each sentence becomes a row of items (quantities, metric cues, words with a meaning,
//! punctuation, other words), read once from left to right. A quantity is first given a role by the words right before and behind it
//! (level, growth, share of plan, plan, last year's value, equivalent, change, share); only a level is looked for a metric, and only
//! among cues from which nothing foreign (a product, a market, a company, another subject) separates it. What is not understood is
//! left out: a wrong value under a right label is worse than none.

use rust_decimal::Decimal;

use super::layout::Layout;
use super::metric::{Cues, Hit, MetricCue, word};
use super::number::{Quantity, quantities};
use super::units::{Per, Unit, is_plausible};
use crate::Span;
use crate::model::{Basis, Flag, Metric, MetricId, Observation, Period, Qualifier, Taxonomy};
use crate::text::{TokenKind, Tokens};

/// A place or period phrase over tokens, as the other recognisers found it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub first: usize,
    pub end: usize,
    /// A period that is only compared with, or a plan's; a place that is only mentioned.
    pub aside: bool,
}

/// Period of one place in the text.
#[derive(Clone, Debug)]
pub(crate) struct PeriodOf {
    pub period: Period,
    pub as_of: Option<String>,
    pub inferred: bool,
}

/// What the other recognisers know; each is asked with a span of the text that was tokenised.
pub(crate) trait Surroundings {
    /// The period a number holds for.
    fn period(&self, span: Span) -> Option<PeriodOf>;
    /// The subject's slug, and whether it was taken from elsewhere in the report.
    fn subject(&self, span: Span) -> Option<(String, bool)>;
    /// The report's own period.
    fn main_period(&self) -> Option<Period>;
    /// Period phrases, in order.
    fn period_marks(&self) -> &[Mark];
    /// Names of provinces, in order.
    fn place_marks(&self) -> &[Mark];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Index of the quantity.
    Quantity(usize),
    /// Index of the metric hit.
    Cue(usize),
    /// A word with a meaning, or a plain word of the neutral list.
    Word,
    /// A word that says nothing here.
    Unknown,
    /// `,` `(` `)` `:` …
    Mark(char),
    /// A number without unit.
    Number,
    Period,
    Place,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    kind: Kind,
    first: usize,
    end: usize,
    classes: u64,
}

impl Item {
    fn is(&self, classes: u64) -> bool {
        self.classes & classes != 0
    }
}

/// Everything that is the same for a whole text.
struct Reader<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    taxonomy: &'a Taxonomy,
    around: &'a dyn Surroundings,
    quantities: Vec<Quantity>,
    metrics: Vec<Hit<MetricCue>>,
    ids: Ids,
    customs: bool,
    zones: bool,
    tourism: bool,
}

/// The metrics that the composition of investment figures speaks of.
struct Ids {
    investment: Option<MetricId>,
    fdi: Option<MetricId>,
    ddi: Option<MetricId>,
}

/// Where capital comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Source {
    #[default]
    Unknown,
    Fdi,
    Ddi,
}

/// What holds on through a paragraph or a list.
#[derive(Clone, Debug, Default)]
struct Scope {
    source: Source,
    target: bool,
    estimate: bool,
    cumulative: bool,
    company: bool,
    topic: Option<(MetricId, String)>,
}

/// What a sentence has told so far.
#[derive(Default)]
struct State {
    /// The metric cue in force: index of its item, and its metric.
    topic: Option<Topic>,
    /// Cues since the last level, for `A và B lần lượt đạt x và y`.
    waiting: Vec<(usize, MetricId)>,
    /// Last level: its item and its index among the figures.
    last: Option<(usize, usize)>,
    /// The two last levels came as a pair of `lần lượt` or parts: growth may be too.
    pair: Option<(usize, usize)>,
    /// Growth told before its level.
    growth: Option<Growth>,
    /// Direction of the last change stated as an amount, and its item.
    change: Option<(usize, bool)>,
    /// Item of the last percentage that was a share of plan.
    plan: Option<usize>,
    /// Role of the last quantity was a project count: its figure's code tail.
    projects: Option<(&'static str, Source)>,
}

#[derive(Clone, Debug)]
struct Topic {
    item: usize,
    metric: MetricId,
    used: bool,
    weak: bool,
    /// Taken over from the sentence before.
    carried: bool,
    code: Option<String>,
}

#[derive(Clone, Debug)]
struct Growth {
    item: usize,
    metric: MetricId,
    value: Decimal,
    from: usize,
}

/// Reads the figures of a text.
pub(crate) fn observe(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
) -> Vec<Observation> {
    let list = tokens.list();
    let mut bare = vec![false; list.len()];
    for line in layout.lines() {
        bare[line.first as usize..line.end as usize].fill(line.bare);
    }
    let is_bare = |at: usize| bare[at];
    let words = Cues::words(tokens, is_bare);
    let count = |class: u64| words.iter().filter(|w| w.says & class != 0).count();
    let reader = Reader {
        text,
        tokens,
        taxonomy,
        around,
        quantities: quantities(text, tokens),
        metrics: cues.metrics(tokens, is_bare),
        ids: Ids {
            investment: taxonomy.by_code("investment.capital"),
            fdi: taxonomy.by_code("fdi.capital"),
            ddi: taxonomy.by_code("ddi.capital"),
        },
        customs: count(word::CUSTOMS) > 0,
        zones: count(word::ZONE | word::CLUSTER) > 0,
        tourism: count(word::TOURISM) > 0,
    };
    let mut figures = Vec::new();
    let mut cursor = Cursor::default();
    let mut list_scope: Option<Scope> = None;
    let mut section_target = false;
    for line in layout.lines() {
        let (first, end) = (line.first as usize, line.end as usize);
        let opening = tokens.exact(&list[first]);
        let bullet = matches!(opening, "-" | "+" | "•" | "*" | "–" | "·" | "→");
        let mut scope = match (&list_scope, bullet) {
            (Some(held), true) => held.clone(),
            _ => {
                list_scope = None;
                Scope::default()
            }
        };
        scope.target |= section_target && (bullet || starts_numbered(tokens, first));
        let heading = reader.is_heading(first, end);
        let mut start = first;
        for at in first..end {
            if at + 1 == end || reader.ends_sentence(at, end) {
                let items = reader.items(start, at + 1, &words, &mut cursor);
                reader.sentence(&items, &mut scope, &mut figures);
                start = at + 1;
            }
        }
        if heading && !bullet {
            let of = |class: u64| {
                words
                    .iter()
                    .skip(words.partition_point(|w| w.end <= first))
                    .take_while(|w| w.first < end)
                    .any(|w| w.says & class != 0)
            };
            section_target =
                of(word::TARGET | word::PLAN) && !of(word::DONE | word::ESTIMATE | word::LEVEL);
        }
        let closing = tokens.exact(&list[end - 1]);
        if closing == ":" {
            list_scope = Some(scope);
        }
    }
    reader.link_plans(&mut figures);
    figures.sort_by_key(|f| (f.span.start, f.span.end));
    figures
}

/// `1. `, `a) `, `II. ` at the start of a line.
fn starts_numbered(tokens: &Tokens, first: usize) -> bool {
    let list = tokens.list();
    list.get(first + 1).is_some_and(|mark| {
        mark.kind == TokenKind::Punct
            && !mark.spaced
            && matches!(tokens.exact(mark), "." | ")" | "/")
            && list[first].span.len() <= 4
    })
}

/// How far the sorted lists have been read.
#[derive(Default)]
struct Cursor {
    word: usize,
    metric: usize,
    quantity: usize,
    period: usize,
    place: usize,
}

/// The part of a code behind its family: `capital`, `projects.new`.
const CAPITAL: &str = "capital";

impl Reader<'_> {
    fn exact(&self, at: usize) -> &str {
        self.tokens
            .list()
            .get(at)
            .map_or("", |t| self.tokens.exact(t))
    }

    /// A short line without a full stop: a headline.
    fn is_heading(&self, first: usize, end: usize) -> bool {
        end - first <= 25 && !matches!(self.exact(end - 1), "." | ";" | ",")
    }

    fn ends_sentence(&self, at: usize, end: usize) -> bool {
        let list = self.tokens.list();
        let token = &list[at];
        if token.kind != TokenKind::Punct {
            return false;
        }
        match self.tokens.exact(token) {
            "!" | "?" => true,
            "…" => list[at + 1..end].first().is_some_and(|n| n.is_capital()),
            "." => {
                let Some(next) = list[at + 1..end].first() else {
                    return true;
                };
                let previous = at.checked_sub(1).map(|i| &list[i]);
                let short = previous.is_some_and(|p| {
                    p.kind == TokenKind::Word && p.is_capital() && p.span.len() <= 3
                });
                if next.spaced {
                    !short
                        || previous
                            .is_some_and(|p| p.is_upper() && p.span.len() == 3 && next.is_capital())
                } else {
                    // `tỷ đồng.Phấn đấu`: a forgotten space.
                    next.is_capital()
                        && previous.is_some_and(|p| {
                            p.kind == TokenKind::Word && !p.is_capital() && p.span.len() > 1
                        })
                }
            }
            _ => false,
        }
    }

    fn items(
        &self,
        first: usize,
        end: usize,
        words: &[Hit<u64>],
        cursor: &mut Cursor,
    ) -> Vec<Item> {
        let list = self.tokens.list();
        let mut items = Vec::with_capacity(end - first);
        let periods = self.around.period_marks();
        let places = self.around.place_marks();
        let mut at = first;
        while at < end {
            while words.get(cursor.word).is_some_and(|w| w.end <= at) {
                cursor.word += 1;
            }
            while self
                .metrics
                .get(cursor.metric)
                .is_some_and(|m| m.first < at)
            {
                cursor.metric += 1;
            }
            while self
                .quantities
                .get(cursor.quantity)
                .is_some_and(|q| q.first < at)
            {
                cursor.quantity += 1;
            }
            while periods.get(cursor.period).is_some_and(|p| p.first < at) {
                cursor.period += 1;
            }
            while places.get(cursor.place).is_some_and(|p| p.first < at) {
                cursor.place += 1;
            }
            let classes = |from: usize, to: usize| {
                words[cursor.word..]
                    .iter()
                    .take_while(|w| w.first < to)
                    .filter(|w| w.end > from)
                    .fold(0, |all, w| all | w.says)
            };
            let next_metric = self.metrics.get(cursor.metric).filter(|m| m.first < end);
            let (kind, to, said) = if let Some(q) = self
                .quantities
                .get(cursor.quantity)
                .filter(|q| q.first == at && q.end <= end)
            {
                (Kind::Quantity(cursor.quantity), q.end, 0)
            } else if let Some(m) = next_metric.filter(|m| m.first == at) {
                let inside = classes(at, m.end.min(end))
                    & !(word::UP
                        | word::DOWN
                        | word::LEVEL
                        | word::ONTO
                        | word::SECTOR
                        | word::SHARE);
                (Kind::Cue(cursor.metric), m.end.min(end), inside)
            } else if let Some(p) = periods.get(cursor.period).filter(|p| p.first == at) {
                let to = p.end.min(end).max(at + 1);
                let aside = if p.aside { word::VERSUS } else { 0 };
                (
                    Kind::Period,
                    to,
                    classes(at, to) & (word::YOY | word::MOM | word::YTD) | aside,
                )
            } else if let Some(p) = places.get(cursor.place).filter(|p| p.first == at) {
                (Kind::Place, p.end.min(end).max(at + 1), word::NEUTRAL)
            } else if let Some(w) = words.get(cursor.word).filter(|w| w.first <= at) {
                let mut to = w.end.min(end);
                if let Some(m) = next_metric {
                    to = to.min(m.first);
                }
                if let Some(q) = self.quantities.get(cursor.quantity) {
                    to = to.min(q.first);
                }
                (Kind::Word, to.max(at + 1), w.says)
            } else {
                let token = &list[at];
                let kind = match token.kind {
                    TokenKind::Punct => {
                        Kind::Mark(self.tokens.exact(token).chars().next().unwrap_or(' '))
                    }
                    TokenKind::Word => Kind::Unknown,
                    _ => Kind::Number,
                };
                (kind, at + 1, 0)
            };
            items.push(Item {
                kind,
                first: at,
                end: to,
                classes: said,
            });
            at = to;
        }
        items
    }

    fn sentence(&self, items: &[Item], scope: &mut Scope, figures: &mut Vec<Observation>) {
        let has_quantity = items.iter().any(|i| matches!(i.kind, Kind::Quantity(_)));
        let says = |class: u64| items.iter().any(|i| i.is(class));
        if !has_quantity
            && !items.iter().any(|i| matches!(i.kind, Kind::Cue(_)))
            && !says(word::FDI | word::DDI | word::COMPANY)
        {
            self.hold_target(items, scope);
            return;
        }
        let mut state = State::default();
        let carried = scope.topic.take();
        if let Some((metric, code)) = &carried {
            state.topic = Some(Topic {
                item: 0,
                metric: *metric,
                used: true,
                weak: false,
                carried: true,
                code: Some(code.clone()),
            });
        }
        let company = scope.company
            && !says(word::WHOLE | word::ZONE)
            && !items.iter().any(|i| i.kind == Kind::Place);
        for (at, item) in items.iter().enumerate() {
            match item.kind {
                Kind::Mark(';') => {
                    self.flush_growth(items, &mut state, scope, figures);
                    if let Some(topic) = &mut state.topic {
                        topic.used = true;
                    }
                    state.waiting.clear();
                    state.change = None;
                    state.plan = None;
                }
                Kind::Cue(hit) => {
                    if let Some((metric, weak)) = self.named(self.metrics[hit].says) {
                        if weak
                            && state
                                .topic
                                .as_ref()
                                .is_some_and(|t| !t.used && !t.weak && !t.carried)
                            && !self.comma_between(
                                items,
                                state.topic.as_ref().map_or(0, |t| t.item),
                                at,
                            )
                        {
                            // A weak cue inside a stronger one's clause: `thu ngân sách … thu được`.
                            continue;
                        }
                        if state.growth.as_ref().is_some_and(|g| g.metric != metric) {
                            self.flush_growth(items, &mut state, scope, figures);
                        }
                        state.topic = Some(Topic {
                            item: at,
                            metric,
                            used: false,
                            weak,
                            carried: false,
                            code: None,
                        });
                        state.waiting.push((at, metric));
                    }
                }
                Kind::Quantity(index) => {
                    let quantity = &self.quantities[index];
                    match quantity.unit {
                        Unit::Percent | Unit::Times | Unit::Points => {
                            self.rate(items, at, quantity, &mut state, scope, figures, company);
                        }
                        _ => self.amount(items, at, quantity, &mut state, scope, figures, company),
                    }
                }
                _ => {}
            }
        }
        self.flush_growth(items, &mut state, scope, figures);
        // What the next sentence of the paragraph may lean on.
        scope.topic = match (&state.topic, state.last) {
            (Some(topic), Some((_, figure))) if !topic.weak => {
                Some((topic.metric, figures[figure].metric.clone()))
            }
            _ if !has_quantity => carried,
            _ => None,
        };
        let (fdi, ddi) = (says(word::FDI), says(word::DDI));
        if fdi != ddi {
            scope.source = if fdi { Source::Fdi } else { Source::Ddi };
        } else if fdi {
            scope.source = Source::Unknown;
        }
        scope.company = says(word::COMPANY) || (scope.company && !says(word::WHOLE));
        self.hold_target(items, scope);
    }

    /// A governing verb before a colon, or before `Cụ thể:`, holds on.
    fn hold_target(&self, items: &[Item], scope: &mut Scope) {
        let Some(colon) = items.iter().position(|i| i.kind == Kind::Mark(':')) else {
            // `Phấn đấu … các chỉ tiêu … . Cụ thể: …` needs the target of the sentence before.
            let goal = items.iter().any(|i| i.is(word::TARGET))
                && items.iter().any(|i| i.is(word::PLAN))
                && !items
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Quantity(_)) || i.is(word::ESTIMATE));
            if goal {
                scope.target = true;
            }
            return;
        };
        let head = &items[..colon];
        let last = colon + 1 == items.len();
        if head.iter().any(|i| i.is(word::TARGET))
            && !head
                .iter()
                .any(|i| i.is(word::ESTIMATE) || matches!(i.kind, Kind::Quantity(_)))
        {
            scope.target = true;
        } else if last {
            let plan = head.iter().any(|i| i.is(word::PLAN))
                && !head
                    .iter()
                    .any(|i| i.is(word::DONE | word::LEVEL | word::OVER));
            scope.target |= plan;
        }
        if last {
            scope.estimate |= head.iter().any(|i| i.is(word::ESTIMATE));
            scope.cumulative |= head.iter().any(|i| i.is(word::CUMULATIVE));
        }
    }

    /// The metric a cue names here, and whether only the report's context lets it.
    fn named(&self, cue: MetricCue) -> Option<(MetricId, bool)> {
        if let Some(metric) = cue.metric {
            return Some((metric, false));
        }
        let metric = cue.weak?;
        let holds = match self.taxonomy.metric(metric).context.as_deref() {
            Some("customs") => self.customs,
            Some("zones") => self.zones,
            Some("tourism") => self.tourism,
            _ => true,
        };
        holds.then_some((metric, true))
    }

    fn metric(&self, id: MetricId) -> &Metric {
        self.taxonomy.metric(id)
    }

    fn comma_between(&self, items: &[Item], from: usize, to: usize) -> bool {
        items[from..to]
            .iter()
            .any(|i| matches!(i.kind, Kind::Mark(',' | ';' | ':')))
    }

    /// Item behind the last quantity (or the start of the clause) before `at`.
    fn since(&self, items: &[Item], at: usize) -> usize {
        items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .map_or(0, |i| i + 1)
    }

    /// The bracket that is open at `at`: its item.
    fn bracket(&self, items: &[Item], at: usize) -> Option<usize> {
        let mut depth = 0;
        for i in (0..at).rev() {
            match items[i].kind {
                Kind::Mark(')') => depth += 1,
                Kind::Mark('(') if depth == 0 => return Some(i),
                Kind::Mark('(') => depth -= 1,
                Kind::Mark(';') => return None,
                _ => {}
            }
        }
        None
    }

    /// The words right before a quantity that govern it: back to a cue, a quantity, a comma or six items, nearest first.
    fn governing<'i>(&self, items: &'i [Item], at: usize) -> impl Iterator<Item = &'i Item> {
        items[..at]
            .iter()
            .rev()
            .take(6)
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Cue(_) | Kind::Mark(_)))
    }

    /// The items behind a quantity, up to the next one or a strong mark.
    fn behind<'i>(&self, items: &'i [Item], at: usize) -> &'i [Item] {
        let rest = &items[at + 1..];
        let end = rest
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    // ---- percentages -------------------------------------------------------------------------------------------

    #[allow(clippy::too_many_arguments)]
    fn rate(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        if quantity.unit == Unit::Points {
            return;
        }
        let mut verb = 0;
        let mut onto = false;
        for item in self.governing(items, at) {
            let of = item.classes
                & (word::UP
                    | word::DOWN
                    | word::OVER
                    | word::TIMES
                    | word::SHARE
                    | word::LEVEL
                    | word::EQUIVALENT
                    | word::FROM
                    | word::AVERAGE);
            onto |= item.is(word::ONTO);
            if of
                & (word::UP
                    | word::DOWN
                    | word::OVER
                    | word::TIMES
                    | word::SHARE
                    | word::EQUIVALENT)
                != 0
            {
                verb |= of;
                break;
            }
            verb |= of;
            if item.is(word::LEVEL | word::FROM) || (item.kind == Kind::Unknown && verb == 0) {
                // Words between verb and number loosen their tie; two of them end it.
                if item.is(word::LEVEL) {
                    break;
                }
            }
        }
        let before_bracket = self.bracket(items, at);
        let behind = self.behind(items, at);
        let behind_near = |limit: usize, class: u64| {
            behind
                .iter()
                .take(limit)
                .take_while(|i| {
                    !matches!(i.kind, Kind::Mark(',' | ')' | '(' | '.'))
                        && !matches!(i.kind, Kind::Cue(_))
                })
                .any(|i| i.is(class))
        };
        let base = self.base(items, at, behind);

        // A share of the plan.
        let plan_behind = behind_near(5, word::PLAN) && !behind_near(2, word::YOY);
        let plan_before = items[self.since(items, at)..at]
            .iter()
            .rev()
            .take(8)
            .take_while(|i| i.kind != Kind::Mark(','))
            .any(|i| i.is(word::PLAN))
            && items[self.since(items, at)..at]
                .iter()
                .any(|i| i.is(word::VERSUS) || i.is(word::OVER));
        if (plan_behind || plan_before)
            && verb & (word::SHARE | word::TIMES) == 0
            && quantity.unit == Unit::Percent
        {
            let share = if verb & word::OVER != 0 || (verb & word::UP != 0 && base == Base::Plan) {
                Decimal::ONE_HUNDRED + quantity.value
            } else if verb & word::DOWN != 0 {
                Decimal::ONE_HUNDRED - quantity.value
            } else {
                quantity.value
            };
            self.set_plan(items, at, share, quantity, state, scope, figures, company);
            return;
        }
        if verb & word::SHARE != 0 && verb & (word::UP | word::DOWN) == 0 {
            // `chiếm 20%`, but `tỷ lệ lấp đầy 75%` is a cue of its own and ends the walk before.
            return;
        }
        if quantity.unit == Unit::Times {
            self.times(items, at, quantity, verb, base, state, figures);
            return;
        }
        // `giảm 500 tỷ đồng (tương ứng 21%) so với cùng kỳ`
        if let (Some(open), Some((change, down))) = (before_bracket, state.change)
            && open > change
            && open - change <= 2
            && verb & (word::UP | word::DOWN) == 0
        {
            let value = if down {
                -quantity.value
            } else {
                quantity.value
            };
            self.grow(items, at, value, base, state, scope, figures, company);
            return;
        }
        // `bằng 98,9% so với cùng kỳ`
        if verb & (word::UP | word::DOWN) == 0 && base == Base::Year {
            let strict = behind_near(6, word::YOY);
            if strict || self.governing(items, at).any(|i| i.is(word::YOY)) {
                if quantity.value < Decimal::from(10) {
                    return;
                }
                self.grow(
                    items,
                    at,
                    quantity.value - Decimal::ONE_HUNDRED,
                    base,
                    state,
                    scope,
                    figures,
                    company,
                );
                return;
            }
        }
        if verb & (word::UP | word::DOWN) != 0 && !onto {
            if verb & word::AVERAGE != 0
                || self.since_words(items, at) & word::AVERAGE != 0 && self.per_year(items, at)
            {
                self.average(items, at, quantity, verb, state, scope, figures, company);
                return;
            }
            let value = if verb & word::DOWN != 0 && quantity.value.is_sign_positive() {
                -quantity.value
            } else {
                quantity.value
            };
            self.grow(items, at, value, base, state, scope, figures, company);
            return;
        }
        // A pair: `giảm lần lượt 2,27% và 6,91%` or `tăng 5% và 7%`.
        self.rate_level(items, at, quantity, base, state, scope, figures, company);
    }

    fn since_words(&self, items: &[Item], at: usize) -> u64 {
        items[self.since(items, at)..at]
            .iter()
            .fold(0, |all, i| all | i.classes)
    }

    /// `15,5%/năm`
    fn per_year(&self, items: &[Item], at: usize) -> bool {
        let Kind::Quantity(index) = items[at].kind else {
            return false;
        };
        let span = self.quantities[index].span.of(self.text);
        span.contains('/') || matches!(self.exact(items[at].end), "mỗi" | "hàng")
    }

    /// Growth over several years on average: a figure only of a period of years.
    #[allow(clippy::too_many_arguments)]
    fn average(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        verb: u64,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        let Some(topic) = state.topic.clone().filter(|t| !t.used) else {
            return;
        };
        let many_years = self
            .around
            .period(quantity.span)
            .is_some_and(|p| p.period.len_months() > 12);
        if many_years && self.is_clear(items, &topic, at, true) && !company {
            let value = if verb & word::DOWN != 0 {
                -quantity.value
            } else {
                quantity.value
            };
            let code = self.metric(topic.metric).growth_code();
            self.emit(
                items,
                at,
                quantity,
                &code,
                "percent",
                value,
                "average growth",
                scope,
                state,
                figures,
            );
            if let Some(t) = &mut state.topic {
                t.used = true;
            }
        }
    }

    /// What a percentage is compared with.
    fn base(&self, items: &[Item], at: usize, behind: &[Item]) -> Base {
        let of = |item: &Item| {
            if item.is(word::MOM) {
                Some(Base::Month)
            } else if item.is(word::YTD) {
                Some(Base::Start)
            } else if item.is(word::PLAN) {
                Some(Base::Plan)
            } else if item.is(word::YOY) {
                Some(Base::Year)
            } else {
                None
            }
        };
        let near = behind
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Mark(',')));
        let mut versus = false;
        for item in near {
            versus |= item.is(word::VERSUS) && item.kind != Kind::Period;
            if item.is(word::YTD) && versus || item.is(word::MOM) {
                return of(item).unwrap_or(Base::None);
            }
            if let Some(base) = of(item) {
                return base;
            }
            if item.kind == Kind::Period && versus {
                // `so với năm 2019`, `so với tháng 9`
                return self.base_of_period(items, at, item);
            }
            if matches!(item.kind, Kind::Cue(_)) {
                break;
            }
        }
        // `so với cùng kỳ năm trước tăng 5%`
        let from = self.since(items, at);
        if let Some(base) = items[from..at]
            .iter()
            .rev()
            .take_while(|i| !matches!(i.kind, Kind::Mark(',' | ';')) || i.is(word::VERSUS))
            .find_map(of)
        {
            return base;
        }
        // `tăng 8,8%, nhập khẩu giảm 14%, so với cùng kỳ`: the base of the next one, where it is close.
        items[at + 1..]
            .iter()
            .take_while(|i| i.kind != Kind::Mark(';'))
            .take(24)
            .find_map(of)
            .filter(|b| *b == Base::Year)
            .unwrap_or(Base::None)
    }

    fn base_of_period(&self, items: &[Item], at: usize, item: &Item) -> Base {
        let words = (item.first..item.end).map(|i| self.exact(i));
        let mut month = false;
        let mut year = None;
        for w in words {
            month |= matches!(w, "tháng" | "thang" | "quí" | "qui");
            if w.len() == 4
                && let Ok(y) = w.parse::<i32>()
            {
                year = Some(y);
            }
        }
        let Kind::Quantity(index) = items[at].kind else {
            return Base::None;
        };
        let own = self
            .around
            .period(self.quantities[index].span)
            .map(|p| p.period.end());
        match (month, year, own) {
            (true, None, _) => Base::Month,
            (true, Some(y), Some((own, _))) if y == own => Base::Month,
            (true, Some(y), Some((own, _))) if y + 1 == own => Base::Year,
            (false, Some(y), Some((own, _))) if y + 1 != own => Base::Other,
            (false, Some(_), _) => Base::Year,
            _ => Base::Other,
        }
    }

    /// A percentage that is the level of a metric: `tỷ lệ hộ nghèo còn 3,5%`, `tăng trưởng kinh tế đạt 8%`.
    #[allow(clippy::too_many_arguments)]
    fn rate_level(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        base: Base,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        let before = self.since_words(items, at);
        // A growth given to the second of a pair.
        if let (Some((_, second)), true) = (state.pair, figures.len() > 1)
            && items[at - 1].first > 0
            && before & (word::UP | word::DOWN) == 0
            && self.exact(items[at - 1].first) == "và"
            && let Some(first) = second.checked_sub(1)
            && let (Some(yoy), None) = (figures[first].yoy_pct, figures[second].yoy_pct)
        {
            figures[second].yoy_pct = Some(if yoy.is_sign_negative() {
                -quantity.value
            } else {
                quantity.value
            });
            return;
        }
        let behind = self.behind(items, at);
        let after = behind.iter().take(8).fold(0, |all, i| all | i.classes);
        // `100% các KCN đang hoạt động có hệ thống xử lý nước thải`
        if after & word::ZONE != 0
            && items[at + 1..]
                .iter()
                .take(14)
                .take_while(|i| !matches!(i.kind, Kind::Mark(';')))
                .any(|i| i.is(word::WASTEWATER))
        {
            self.emit(
                items,
                at,
                quantity,
                "zones.wastewater",
                "percent",
                quantity.value,
                "share of zones",
                scope,
                state,
                figures,
            );
            return;
        }
        // `cắt giảm 30% thời gian giải quyết`: the cue stands behind.
        if let Some((cue, metric)) = self.cue_behind(items, at, "percent")
            && items[cue].first - items[at].end <= 3
            && before & word::SHARE == 0
            && !items[self.since(items, at)..at]
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_)))
            && self.metric(metric).code.starts_with("procedures.")
        {
            let code = self.metric(metric).code.clone();
            self.emit(
                items,
                at,
                quantity,
                &code,
                "percent",
                quantity.value,
                "cue behind",
                scope,
                state,
                figures,
            );
            return;
        }
        let Some(topic) = state.topic.clone() else {
            return;
        };
        let metric = self.metric(topic.metric);
        if company || !self.is_clear(items, &topic, at, false) {
            return;
        }
        let fresh = !topic.used && !topic.carried;
        if !metric.takes("percent") {
            // `GRDP đạt 8,5%` states growth.
            if fresh
                && matches!(metric.code.as_str(), "grdp.value")
                && before & word::LEVEL != 0
                && quantity.value < Decimal::from(40)
            {
                self.emit(
                    items,
                    at,
                    quantity,
                    "grdp.growth",
                    "percent",
                    quantity.value,
                    "growth as level",
                    scope,
                    state,
                    figures,
                );
                self.spend(state);
            }
            return;
        }
        if !fresh {
            // `đạt 8,5% (kế hoạch 8%)`
            if let Some((_, last)) = state.last
                && before & word::PLAN != 0
                && self.bracket(items, at).is_some()
                && figures[last].unit == "percent"
                && figures[last].plan_value.is_none()
            {
                figures[last].plan_value = Some(quantity.value);
            } else if let Some((last_item, _)) = state.last
                && before & (word::TARGET | word::PLAN) != 0
                && self.unknown_between(items, last_item, at) <= 3
            {
                let code = topic.code.clone().unwrap_or_else(|| metric.code.clone());
                self.emit(
                    items,
                    at,
                    quantity,
                    &code,
                    "percent",
                    quantity.value,
                    "target beside",
                    scope,
                    state,
                    figures,
                );
            }
            return;
        }
        if metric.index || metric.code == "agriculture.growth" {
            // An index: `bằng 108,5%`; without a verb of change nothing is said.
            if metric.index
                && quantity.value > Decimal::from(80)
                && quantity.value < Decimal::from(200)
                && before & word::LEVEL != 0
            {
                self.grow(
                    items,
                    at,
                    quantity.value - Decimal::ONE_HUNDRED,
                    if base == Base::None { Base::Year } else { base },
                    state,
                    scope,
                    figures,
                    company,
                );
            } else if metric.code == "cpi.growth"
                && quantity.value < Decimal::from(30)
                && before & (word::LEVEL | word::AT_MOST | word::ABOUT) != 0
            {
                self.emit(
                    items,
                    at,
                    quantity,
                    "cpi.growth",
                    "percent",
                    quantity.value,
                    "cue and level",
                    scope,
                    state,
                    figures,
                );
                self.spend(state);
            }
            return;
        }
        if metric.code == "poverty.rate"
            && self
                .governing(items, at)
                .any(|i| i.is(word::UP | word::DOWN))
            && !self.governing(items, at).any(|i| i.is(word::ONTO))
        {
            return;
        }
        if metric.code.starts_with("public_investment") {
            let number = figures.len();
            self.emit(
                items,
                at,
                quantity,
                &metric.code.clone(),
                "percent",
                quantity.value,
                "cue and level",
                scope,
                state,
                figures,
            );
            if let Some(figure) = figures.get_mut(number) {
                figure.plan_pct = Some(quantity.value);
            }
            self.spend(state);
            return;
        }
        let code = metric.code.clone();
        self.emit(
            items,
            at,
            quantity,
            &code,
            "percent",
            quantity.value,
            "cue and level",
            scope,
            state,
            figures,
        );
        self.spend(state);
    }

    fn spend(&self, state: &mut State) {
        if let Some(topic) = &mut state.topic {
            topic.used = true;
        }
        state.waiting.clear();
    }

    #[allow(clippy::too_many_arguments)]
    fn set_plan(
        &self,
        items: &[Item],
        at: usize,
        share: Decimal,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        state.plan = Some(at);
        if let Some((last_item, last)) = state.last
            && !self.new_topic_between(items, last_item, at)
        {
            let mut targets = vec![last];
            if figures[last]
                .flags
                .iter()
                .any(|f| matches!(f, Flag::Part | Flag::Equivalent))
                && last > 0
            {
                targets.push(last - 1);
            }
            for figure in targets {
                figures[figure].plan_pct.get_or_insert(share);
            }
            return;
        }
        // `giải ngân đạt 75% kế hoạch` is a figure of its own.
        let Some(topic) = state.topic.clone().filter(|t| !t.used) else {
            return;
        };
        let code = self.metric(topic.metric).code.clone();
        if code.starts_with("public_investment")
            && !company
            && self.is_clear(items, &topic, at, false)
        {
            let number = figures.len();
            self.emit(
                items,
                at,
                quantity,
                &code,
                "percent",
                share,
                "share of plan",
                scope,
                state,
                figures,
            );
            if let Some(figure) = figures.get_mut(number) {
                figure.plan_pct = Some(share);
            }
            self.spend(state);
        }
    }

    /// Whether another metric or subject begins between two items.
    fn new_topic_between(&self, items: &[Item], from: usize, to: usize) -> bool {
        items[from + 1..to].iter().any(|i| match i.kind {
            Kind::Cue(hit) => self.named(self.metrics[hit].says).is_some(),
            _ => i.is(word::PRODUCT | word::COMPANY | word::SECTOR),
        }) || self.unknown_between(items, from, to) > 6
    }

    fn unknown_between(&self, items: &[Item], from: usize, to: usize) -> usize {
        items[(from + 1).min(to)..to]
            .iter()
            .filter(|i| i.kind == Kind::Unknown)
            .count()
    }

    /// A change in percent: to the last level, or kept for the level to come, or a figure of its own.
    #[allow(clippy::too_many_arguments)]
    fn grow(
        &self,
        items: &[Item],
        at: usize,
        value: Decimal,
        base: Base,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        let Kind::Quantity(index) = items[at].kind else {
            return;
        };
        let quantity = &self.quantities[index];
        let topic = state.topic.clone();
        // An index has no level: each change is a figure.
        if let Some(topic) = topic
            .as_ref()
            .filter(|t| self.metric(t.metric).index && !t.carried)
        {
            let metric = self.metric(topic.metric);
            let code = match base {
                Base::Month => metric.mom.clone(),
                Base::Start => metric.ytd.clone(),
                Base::Year | Base::None => metric.growth.clone(),
                Base::Plan | Base::Other => None,
            };
            let sub = topic.used
                && self.unknown_between(items, state.last.map_or(topic.item, |l| l.0), at) > 1;
            if let Some(code) =
                code.filter(|_| !company && !sub && self.is_clear(items, topic, at, true))
            {
                self.emit(
                    items,
                    at,
                    quantity,
                    &code,
                    "percent",
                    value,
                    "change of an index",
                    scope,
                    state,
                    figures,
                );
                if let Some(t) = &mut state.topic {
                    t.used = true;
                }
            }
            return;
        }
        if matches!(base, Base::Month | Base::Start | Base::Other | Base::Plan) {
            return;
        }
        if let Some((last_item, last)) = state.last
            && !self.new_topic_between(items, last_item, at)
            && topic.as_ref().is_none_or(|t| t.used || t.item < last_item)
        {
            let figure = &mut figures[last];
            if figure.yoy_pct.is_none() && figure.unit != "percent" {
                figure.yoy_pct = Some(value);
                let also = figure.flags.contains(&Flag::Equivalent);
                let growth = figure.metric == "grdp.value";
                if also && last > 0 {
                    figures[last - 1].yoy_pct.get_or_insert(value);
                }
                if let Some((first, second)) = state.pair
                    && second == last
                    && figures[first].yoy_pct.is_none()
                    && self.since_words(items, at) & word::RESPECTIVELY != 0
                {
                    figures[first].yoy_pct = Some(value);
                    figures[second].yoy_pct = None;
                }
                if growth {
                    self.emit(
                        items,
                        at,
                        quantity,
                        "grdp.growth",
                        "percent",
                        value,
                        "growth of a level",
                        scope,
                        state,
                        figures,
                    );
                    state.last = Some((last_item, last));
                }
            } else if figure.unit == "percent" && figure.yoy_pct.is_none() {
                // `tăng 8,5%, tăng 0,3%`: nothing that compares.
            }
            return;
        }
        let Some(topic) = topic.filter(|t| !t.used) else {
            return;
        };
        if company || !self.is_clear(items, &topic, at, true) {
            return;
        }
        state.growth = Some(Growth {
            item: at,
            metric: topic.metric,
            value,
            from: topic.item,
        });
    }

    /// Growth that no level followed becomes a figure.
    fn flush_growth(
        &self,
        items: &[Item],
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let Some(growth) = state.growth.take() else {
            return;
        };
        let Kind::Quantity(index) = items[growth.item].kind else {
            return;
        };
        let quantity = &self.quantities[index];
        let metric = self.metric(growth.metric);
        let code = self.compose_growth(items, &growth, metric, scope);
        if let Some(code) = code {
            let keep = state.last;
            self.emit(
                items,
                growth.item,
                quantity,
                &code,
                "percent",
                growth.value,
                "growth alone",
                scope,
                state,
                figures,
            );
            state.last = keep;
        }
        if let Some(topic) = &mut state.topic
            && topic.item == growth.from
        {
            topic.used = true;
        }
    }

    fn compose_growth(
        &self,
        items: &[Item],
        growth: &Growth,
        metric: &Metric,
        scope: &Scope,
    ) -> Option<String> {
        if metric.code == "agriculture.growth" || metric.growth.is_some() {
            return Some(metric.growth_code());
        }
        if metric.code.starts_with("tourism.revenue")
            || metric.code.starts_with("poverty")
            || metric.code.starts_with("procedures")
            || metric.code.starts_with("zones")
        {
            return None;
        }
        if metric.code == "investment.capital" {
            let code = self.compose_capital(
                items,
                growth.from,
                growth.item,
                metric,
                Unit::Percent,
                scope,
            )?;
            return Some(format!("{code}.growth"));
        }
        Some(metric.growth_code())
    }

    #[allow(clippy::too_many_arguments)]
    fn times(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        verb: u64,
        base: Base,
        state: &State,
        figures: &mut [Observation],
    ) {
        let Some((last_item, last)) = state.last else {
            return;
        };
        if base != Base::Year || self.new_topic_between(items, last_item, at) {
            return;
        }
        if verb & word::TIMES != 0 {
            figures[last]
                .yoy_pct
                .get_or_insert((quantity.value - Decimal::ONE) * Decimal::ONE_HUNDRED);
        } else if verb & (word::UP | word::DOWN) != 0
            && !figures[last].flags.contains(&Flag::AmbiguousMultiple)
        {
            figures[last].flags.push(Flag::AmbiguousMultiple);
        }
    }

    // ---- amounts -----------------------------------------------------------------------------------------------

    #[allow(clippy::too_many_arguments)]
    fn amount(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) {
        if quantity.unit == Unit::Other || quantity.per == Per::Part {
            return;
        }
        let since = self.since(items, at);
        let open = self.bracket(items, at);
        let mut delta = None;
        let mut over = false;
        let mut equivalent = false;
        let mut from = false;
        for item in self.governing(items, at) {
            if item.is(word::ONTO | word::LEVEL | word::ESTIMATE) {
                break;
            }
            if item.is(word::EQUIVALENT) {
                equivalent = true;
                break;
            }
            if item.is(word::UP | word::DOWN | word::TIMES) {
                delta = Some(item.is(word::DOWN));
                break;
            }
            if item.is(word::OVER) {
                over = true;
                break;
            }
            if item.is(word::SHARE) {
                return;
            }
            if item.is(word::FROM) && !item.is(word::NEUTRAL) {
                from = true;
            }
        }
        if from && delta.is_none() {
            delta = None;
        }
        if let Some(down) = delta {
            state.change = Some((at, down));
            return;
        }
        let behind = self.behind(items, at);
        if over {
            let against = behind.iter().any(|i| i.is(word::VERSUS | word::PLAN));
            if against {
                return;
            }
        }
        // In brackets: the plan, last year's value, an equivalent, the size of a change.
        if let Some(open) = open {
            let inside = items[open + 1..at].iter().fold(0, |all, i| all | i.classes);
            let unknown = self.unknown_between(items, open, at);
            let before_from = self.since(items, open);
            let before = items[before_from..open]
                .iter()
                .fold(0, |all, i| all | i.classes);
            let cue_inside = items[open..at]
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_)));
            if !cue_inside && unknown <= 4 && since <= open {
                if inside & word::YOY != 0 && inside & word::VERSUS == 0
                    || (before & word::YOY != 0
                        && inside & !word::NEUTRAL & !word::ABOUT & !word::LEVEL == 0)
                {
                    self.last_year(items, at, quantity, state, scope, figures);
                    return;
                }
                if inside & word::PLAN != 0
                    || (before & word::PLAN != 0
                        && inside & (word::LEVEL | word::UP | word::DOWN) == 0)
                {
                    self.plan_value(quantity, state, figures);
                    return;
                }
                if let Some((last_item, last)) = state.last
                    && last_item + 1 == open
                    && quantity.unit.is_money()
                    && figures[last].unit != quantity.unit.code()
                    && !figures[last].unit.is_empty()
                    && figures[last].unit != "percent"
                {
                    self.twin(
                        items,
                        at,
                        quantity,
                        Flag::Equivalent,
                        "equivalent in brackets",
                        state,
                        scope,
                        figures,
                    );
                    return;
                }
                let percent_before = open.checked_sub(1).is_some_and(|i| match items[i].kind {
                    Kind::Quantity(q) => self.quantities[q].unit == Unit::Percent,
                    _ => false,
                });
                if percent_before && inside & (word::LEVEL | word::ESTIMATE) == 0 {
                    return;
                }
            }
        }
        if equivalent {
            if let Some((last_item, last)) = state.last
                && at - last_item <= 8
                && quantity.unit.is_money()
                && figures[last].unit != quantity.unit.code()
            {
                self.twin(
                    items,
                    at,
                    quantity,
                    Flag::Equivalent,
                    "equivalent",
                    state,
                    scope,
                    figures,
                );
            }
            return;
        }
        // `đạt 53% dự toán pháp lệnh 115.000 tỷ đồng`
        if let Some(plan) = state.plan
            && plan + 1 >= since.max(1)
            && since > plan
            && items[plan + 1..at].iter().all(|i| {
                i.is(word::PLAN | word::NEUTRAL | word::LEVEL | word::TARGET)
                    || i.kind == Kind::Period
                    || i.kind == Kind::Unknown
                    || i.kind == Kind::Mark('(')
            })
            && items[plan + 1..at].iter().any(|i| i.is(word::PLAN))
            && self.unknown_between(items, plan, at) <= 4
            && !items[plan + 1..at]
                .iter()
                .any(|i| self.exact(i.first) == "đạt")
        {
            self.plan_value(quantity, state, figures);
            return;
        }
        if quantity.unit == Unit::Projects {
            self.project_count(items, at, quantity, state, scope, figures);
            return;
        }
        if matches!(quantity.unit, Unit::Zones | Unit::Clusters) {
            self.zone_count(items, at, quantity, state, scope, figures);
            return;
        }
        // `A và B lần lượt đạt x và y`
        if self.respectively(items, at, quantity, state, scope, figures, company) {
            return;
        }
        // Two parts in two currencies.
        if let Some((last_item, last)) = state.last
            && quantity.unit.is_money()
            && matches!(figures[last].unit.as_str(), "VND" | "USD")
            && figures[last].unit != quantity.unit.code()
            && items[last_item + 1..at].iter().all(|i| {
                i.is(word::ABOUT | word::AT_LEAST | word::LEVEL)
                    || matches!(self.exact(i.first), "và" | "+" | "," | "cộng")
            })
            && at - last_item <= 4
        {
            self.twin(
                items,
                at,
                quantity,
                Flag::Part,
                "part in another currency",
                state,
                scope,
                figures,
            );
            return;
        }
        // The cue behind the number: `40.000 doanh nghiệp thành lập mới`, `nộp 500 tỷ đồng vào ngân sách`.
        let unit = quantity.unit;
        if let Some((cue, metric)) = self.cue_behind(items, at, unit.code()) {
            let near = items[cue].first.saturating_sub(items[at].end);
            let free = state.topic.as_ref().is_none_or(|t| {
                t.used || !self.fits(t.metric, quantity) || !self.is_clear(items, t, at, false)
            });
            if near <= if unit.is_count() { 8 } else { 3 } && free && !company {
                let negative = items[at..=cue].iter().any(|i| {
                    i.is(word::SECTOR | word::COMPANY | word::PRODUCT | word::UP | word::DOWN)
                });
                let single = items[since..at]
                    .iter()
                    .any(|i| i.is(word::COMPANY | word::SINGLE | word::PRODUCT));
                if !negative && !single && !self.governed_by_own(items, cue) {
                    let code = self.code_for(items, cue, at, metric, quantity, scope);
                    if let Some(code) = code {
                        self.emit(
                            items,
                            at,
                            quantity,
                            &code,
                            "",
                            quantity.value,
                            "cue behind",
                            scope,
                            state,
                            figures,
                        );
                        return;
                    }
                }
            }
        }
        let Some(topic) = state.topic.clone() else {
            return;
        };
        if company
            && matches!(
                self.metric(topic.metric).code.split('.').next(),
                Some(
                    "revenue"
                        | "trade"
                        | "labour"
                        | "output"
                        | "budget"
                        | "investment"
                        | "fdi"
                        | "ddi"
                )
            )
        {
            return;
        }
        if !self.fits(topic.metric, quantity) {
            return;
        }
        if topic.used || topic.carried {
            self.continue_topic(items, at, quantity, &topic, state, scope, figures);
            return;
        }
        if !self.is_clear(items, &topic, at, false) {
            return;
        }
        let Some(code) = self.code_for(items, topic.item, at, topic.metric, quantity, scope) else {
            return;
        };
        let rule = if topic.weak {
            "cue in context and level"
        } else {
            "cue and level"
        };
        let number = figures.len();
        self.emit(
            items,
            at,
            quantity,
            &code,
            "",
            quantity.value,
            rule,
            scope,
            state,
            figures,
        );
        if figures.len() == number {
            return;
        }
        if let Some(growth) = state.growth.take() {
            if growth.from == topic.item {
                figures[number].yoy_pct = Some(growth.value);
                if code == "grdp.value" {
                    let Kind::Quantity(index) = items[growth.item].kind else {
                        return;
                    };
                    let keep = state.last;
                    self.emit(
                        items,
                        growth.item,
                        &self.quantities[index],
                        "grdp.growth",
                        "percent",
                        growth.value,
                        "growth of a level",
                        scope,
                        state,
                        figures,
                    );
                    state.last = keep;
                }
            } else {
                state.growth = Some(growth);
            }
        }
        if let Some(t) = &mut state.topic {
            t.used = true;
            t.code = Some(code);
        }
        state.waiting.clear();
    }

    /// Whether a cue behind a number has a number of its own behind it.
    fn governed_by_own(&self, items: &[Item], cue: usize) -> bool {
        items[cue + 1..]
            .iter()
            .take(6)
            .take_while(|i| !matches!(i.kind, Kind::Mark(_)))
            .any(|i| matches!(i.kind, Kind::Quantity(_)))
            && items[cue + 1..]
                .iter()
                .take(3)
                .any(|i| i.is(word::LEVEL | word::ESTIMATE))
    }

    /// Another value of the metric just told: another year, another place, the foreign sector.
    #[allow(clippy::too_many_arguments)]
    fn continue_topic(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        topic: &Topic,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let from = if topic.carried && state.last.is_none() {
            0
        } else {
            state.last.map_or(topic.item, |l| l.0) + 1
        };
        let gap = &items[from.min(at)..at];
        let says = gap.iter().fold(0, |all, i| all | i.classes);
        let unknown = gap.iter().filter(|i| i.kind == Kind::Unknown).count();
        let foreign = word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE | word::SECTOR;
        if says & foreign != 0 || gap.iter().any(|i| matches!(i.kind, Kind::Cue(_))) {
            let place = gap.iter().any(|i| i.kind == Kind::Place);
            // `Nghệ An đứng thứ ba với 200 triệu USD`
            if !(place
                && says & (word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE) == 0
                && unknown == 0)
            {
                return;
            }
        }
        let base = self.metric(topic.metric).code.clone();
        let code = topic.code.clone().unwrap_or_else(|| base.clone());
        if says & (word::FDI | word::DDI) != 0
            && !(says & word::FDI != 0 && says & word::DDI != 0)
            && unknown <= 2
        {
            let fdi = says & word::FDI != 0;
            let code = match base.as_str() {
                "trade.exports" | "trade.imports" => {
                    format!("{base}.{}", if fdi { "fdi" } else { "domestic" })
                }
                c if c.ends_with(CAPITAL) || c.contains(".capital.") => {
                    let tail = code.split_once('.').map_or(CAPITAL, |(_, t)| t);
                    format!("{}.{tail}", if fdi { "fdi" } else { "ddi" })
                }
                c if c.ends_with("disbursed") => {
                    format!("{}.disbursed", if fdi { "fdi" } else { "ddi" })
                }
                _ => return,
            };
            self.emit(
                items,
                at,
                quantity,
                &code,
                "",
                quantity.value,
                "sector of a total",
                scope,
                state,
                figures,
            );
            return;
        }
        let period = gap
            .iter()
            .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS));
        let place = gap.iter().any(|i| i.kind == Kind::Place);
        let target = says & (word::TARGET | word::PLAN) != 0;
        let compared = says & (word::VERSUS | word::YOY) != 0 && !period;
        if compared || says & word::NOT != 0 {
            return;
        }
        let held = if topic.carried && state.last.is_none() {
            0
        } else {
            1
        };
        if (period || place || target) && unknown <= held && says & word::PART == 0 {
            self.emit(
                items,
                at,
                quantity,
                &code,
                "",
                quantity.value,
                "same metric again",
                scope,
                state,
                figures,
            );
            if let Some(growth) = state.growth.take()
                && let Some(figure) = figures.last_mut()
            {
                figure.yoy_pct = Some(growth.value);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn respectively(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
        company: bool,
    ) -> bool {
        if company
            || state.waiting.len() < 2
            || self.since_words(items, at) & word::RESPECTIVELY == 0
        {
            return false;
        }
        // The second number of the pair.
        let Some((second_at, second)) =
            items[at + 1..]
                .iter()
                .take(4)
                .enumerate()
                .find_map(|(i, item)| match item.kind {
                    Kind::Quantity(q) => Some((at + 1 + i, &self.quantities[q])),
                    _ => None,
                })
        else {
            return false;
        };
        let cues = &state.waiting[state.waiting.len() - 2..];
        let (first_cue, second_cue) = (cues[0], cues[1]);
        if first_cue.1 == second_cue.1
            || !self.fits(first_cue.1, quantity)
            || !self.fits(second_cue.1, second)
        {
            return false;
        }
        let codes = (
            self.metric(first_cue.1).code.clone(),
            self.metric(second_cue.1).code.clone(),
        );
        let number = figures.len();
        self.emit(
            items,
            at,
            quantity,
            &codes.0,
            "",
            quantity.value,
            "respectively",
            scope,
            state,
            figures,
        );
        self.emit(
            items,
            second_at,
            second,
            &codes.1,
            "",
            second.value,
            "respectively",
            scope,
            state,
            figures,
        );
        if figures.len() == number + 2 {
            state.pair = Some((number, number + 1));
        }
        // The second number is read again as an amount of a spent topic, and left.
        self.spend(state);
        true
    }

    /// A cue right behind a number, before the next number or mark.
    fn cue_behind(&self, items: &[Item], at: usize, unit: &str) -> Option<(usize, MetricId)> {
        let Kind::Quantity(index) = items[at].kind else {
            return None;
        };
        let quantity = &self.quantities[index];
        // A cue may begin with the unit itself: `doanh nghiệp thành lập mới`.
        let own = self
            .metrics
            .iter()
            .skip(self.metrics.partition_point(|m| m.first <= quantity.first))
            .take_while(|m| m.first < quantity.end)
            .find_map(|m| {
                self.named(m.says)
                    .filter(|(id, _)| self.metric(*id).takes(unit))
            });
        if let Some((metric, _)) = own {
            return Some((at, metric));
        }
        for (i, item) in items[at + 1..].iter().enumerate() {
            match item.kind {
                Kind::Quantity(_) | Kind::Mark(',' | ';' | ':') => return None,
                Kind::Cue(hit) => {
                    let (metric, _) = self.named(self.metrics[hit].says)?;
                    let takes = self.metric(metric).takes(unit) || self.fits(metric, quantity);
                    return takes.then_some((at + 1 + i, metric));
                }
                _ => {}
            }
        }
        None
    }

    /// Whether the metric may have the quantity as a level.
    fn fits(&self, metric: MetricId, quantity: &Quantity) -> bool {
        let metric = self.metric(metric);
        let per_head = metric.code.ends_with("per_capita");
        match quantity.per {
            Per::Person if !per_head => return false,
            Per::Part => return false,
            _ => {}
        }
        match quantity.unit {
            Unit::Bare => metric
                .units
                .iter()
                .any(|u| matches!(u.as_str(), "VND" | "visitors" | "persons")),
            Unit::Persons if metric.takes("visitors") => true,
            unit => metric.takes(unit.code()),
        }
    }

    /// Whether nothing foreign stands between a cue and a number.
    fn is_clear(&self, items: &[Item], topic: &Topic, at: usize, growth: bool) -> bool {
        if topic.carried {
            return true;
        }
        let metric = self.metric(topic.metric);
        let family = metric.code.split('.').next().unwrap_or_default();
        let (mut foreign, mut limit) = match family {
            "trade" | "revenue" => (
                word::PRODUCT | word::MARKET | word::COMPANY | word::SINGLE | word::SECTOR,
                3,
            ),
            "budget" => (
                word::PRODUCT | word::COMPANY | word::SINGLE | word::SECTOR,
                6,
            ),
            "investment" | "fdi" | "ddi" => (
                word::COMPANY | word::SINGLE | word::SECTOR | word::MARKET,
                6,
            ),
            "grdp" | "iip" | "cpi" => (
                word::MARKET | word::COMPANY | word::SINGLE | word::PRODUCT,
                5,
            ),
            "retail" | "tourism" => (word::COMPANY | word::SINGLE, 6),
            "output" | "agriculture" => (word::COMPANY | word::SINGLE, 5),
            _ => (word::COMPANY | word::SINGLE, 8),
        };
        if growth {
            limit = limit.min(3);
            foreign |= word::PRODUCT;
        }
        if topic.weak {
            limit = limit.min(1);
        }
        let gap = &items[topic.item + 1..at];
        let mut unknown = 0;
        let mut after_comma = 0;
        let mut comma = false;
        let mut depth = 0;
        for item in gap {
            match item.kind {
                Kind::Mark('(') => depth += 1,
                Kind::Mark(')') => depth = 0,
                _ if depth > 0 && !matches!(item.kind, Kind::Quantity(_)) => {}
                Kind::Mark(',' | ':' | '–' | '-') => {
                    comma = true;
                    after_comma = 0;
                }
                Kind::Unknown => {
                    unknown += 1;
                    after_comma += 1;
                }
                Kind::Quantity(_) => {
                    after_comma = 0;
                }
                _ if item.is(foreign) && !item.is(word::NEUTRAL) => return false,
                _ => {}
            }
        }
        if unknown > limit || (comma && after_comma > limit.min(3)) {
            return false;
        }
        // Before the cue, in the same clause: whose it is.
        let clause = items[..topic.item]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(';' | ':') | Kind::Quantity(_)))
            .map_or(0, |i| i + 1);
        let head = &items[clause..topic.item];
        let near = &head[head.len().saturating_sub(3)..];
        if (metric.strict || topic.weak || growth)
            && near
                .iter()
                .any(|i| i.is(word::PRODUCT) && !i.is(word::NEUTRAL))
        {
            return false;
        }
        let theirs = matches!(
            family,
            "revenue" | "trade" | "budget" | "labour" | "output" | "investment" | "fdi" | "ddi"
        );
        if theirs && head.iter().any(|i| i.is(word::COMPANY | word::SINGLE)) {
            return false;
        }
        if matches!(family, "investment" | "fdi" | "ddi")
            && head.iter().any(|i| i.is(word::SECTOR | word::MARKET))
        {
            return items[clause..at].iter().any(|i| i.kind == Kind::Place);
        }
        true
    }

    /// The code of a level: the metric's own, or what its surroundings make of it.
    fn code_for(
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
        let between = items[low..=high].iter().fold(0, |all, i| all | i.classes);
        match known.code.as_str() {
            "investment.capital" | "fdi.capital" | "ddi.capital" => {
                self.compose_capital(items, low, high, known, quantity.unit, scope)
            }
            "public_investment.disbursed" => {
                let clause = self.clause_start(items, low);
                let near = items[clause..=high]
                    .iter()
                    .fold(0, |all, i| all | i.classes);
                Some(match (near & word::FDI != 0, near & word::DDI != 0) {
                    (true, false) => "fdi.disbursed".into(),
                    (false, true) => "ddi.disbursed".into(),
                    _ if quantity.unit == Unit::Usd => "fdi.disbursed".into(),
                    _ => known.code.clone(),
                })
            }
            "trade.exports" | "trade.imports" => {
                let clause = self.clause_start(items, low);
                let near = items[clause..=high]
                    .iter()
                    .fold(0, |all, i| all | i.classes);
                if near & word::FDI != 0 && near & word::DDI == 0 {
                    return Some(format!("{}.fdi", known.code));
                }
                if near & word::DDI != 0 && near & word::FDI == 0 {
                    return Some(format!("{}.domestic", known.code));
                }
                Some(known.code.clone())
            }
            "labour.created" => {
                let text = (items[low].first..items[high].end).any(|i| self.exact(i) == "ổn");
                Some(if text && self.zones && between & word::NEW == 0 {
                    "labour.employed".into()
                } else {
                    known.code.clone()
                })
            }
            "tourism.visitors" => {
                let behind = self.behind(items, at).iter().take(4);
                for item in behind {
                    if let Kind::Mark(',' | '(') = item.kind {
                        break;
                    }
                    for token in item.first..item.end {
                        match self.exact(token) {
                            "quốc" if self.exact(token + 1) == "tế" => {
                                return Some("tourism.visitors.international".into());
                            }
                            "nội" if self.exact(token + 1) == "địa" => {
                                return Some("tourism.visitors.domestic".into());
                            }
                            _ => {}
                        }
                    }
                }
                Some(known.code.clone())
            }
            _ => Some(known.code.clone()),
        }
    }

    fn clause_start(&self, items: &[Item], at: usize) -> usize {
        items[..at]
            .iter()
            .rposition(|i| {
                matches!(
                    i.kind,
                    Kind::Mark(';' | ',' | '(' | ':') | Kind::Quantity(_)
                )
            })
            .map_or(0, |i| i + 1)
    }

    /// Source and part of a capital figure.
    fn compose_capital(
        &self,
        items: &[Item],
        low: usize,
        high: usize,
        metric: &Metric,
        unit: Unit,
        scope: &Scope,
    ) -> Option<String> {
        let clause = self.clause_start(items, low);
        let near = items[clause..=high]
            .iter()
            .fold(0, |all, i| all | i.classes);
        let own = match metric.code.as_str() {
            "fdi.capital" => Source::Fdi,
            "ddi.capital" => Source::Ddi,
            _ => Source::Unknown,
        };
        let sentence = items[..high].iter().fold(0, |all, i| all | i.classes);
        if near & word::DISBURSE != 0 && own != Source::Unknown {
            return Some(if own == Source::Fdi {
                "fdi.disbursed".into()
            } else {
                "ddi.disbursed".into()
            });
        }
        let of = |classes: u64| match (classes & word::FDI != 0, classes & word::DDI != 0) {
            (true, false) => Source::Fdi,
            (false, true) => Source::Ddi,
            _ => Source::Unknown,
        };
        let mut source = own;
        if source == Source::Unknown {
            source = of(near);
        }
        let both = near & word::FDI != 0 && near & word::DDI != 0;
        if source == Source::Unknown && !both {
            // The source named last before, in the sentence; then the paragraph's.
            source = items[..high]
                .iter()
                .rev()
                .map(|i| of(i.classes))
                .find(|s| *s != Source::Unknown)
                .unwrap_or(if self.whole_before(items, low) {
                    Source::Unknown
                } else {
                    scope.source
                });
        }
        if source == Source::Fdi
            && unit == Unit::Vnd
            && own == Source::Unknown
            && of(near) == Source::Unknown
            && scope.source != Source::Fdi
        {
            source = of(sentence);
        }
        let family = match source {
            Source::Fdi => "fdi",
            Source::Ddi => "ddi",
            Source::Unknown => return Some("investment.capital".into()),
        };
        let part_words = items[clause..=high]
            .iter()
            .chain(items[..low].iter())
            .fold(0, |all, i| all | i.classes);
        let kinds =
            [word::NEW, word::ADDED, word::CONTRIBUTED].map(|class| part_words & class != 0);
        let total = part_words & (word::CUMULATIVE | word::ACTIVE) != 0 || scope.cumulative;
        let part = match kinds {
            _ if total => "",
            [true, false, false] => ".new",
            [false, true, false] => ".added",
            [false, false, true] if family == "fdi" => ".contributed",
            _ => "",
        };
        Some(format!("{family}.capital{part}"))
    }

    /// A new start before a cue: `Tổng vốn đầu tư vào các KCN` speaks of all.
    fn whole_before(&self, items: &[Item], cue: usize) -> bool {
        cue == 0 && items.first().is_some_and(|i| i.is(word::CUMULATIVE))
    }

    // ---- counts ------------------------------------------------------------------------------------------------

    fn project_count(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let behind: Vec<&Item> = items[at + 1..]
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(',' | ';' | ':')))
            .take(12)
            .collect();
        let mut after = 0;
        for item in &behind {
            if matches!(item.kind, Kind::Mark(')'))
                && !behind.iter().any(|i| i.kind == Kind::Mark('('))
            {
                break;
            }
            // `383 dự án FDI với tổng vốn …`: what follows is the capital's.
            if item.kind != Kind::Unknown && self.exact(item.first) == "với" {
                break;
            }
            after |= item.classes;
        }
        let from = self.since(items, at);
        let before = items[from..at].iter().fold(0, |all, i| all | i.classes);
        let sentence = items[..at].iter().fold(0, |all, i| all | i.classes);
        let part_of =
            before & word::PART != 0 || (state.projects.is_some() && self.only_joint(items, at));
        let foreign = word::SECTOR | word::SINGLE | word::MARKET | word::COMPANY | word::PRODUCT;
        let clause = items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Mark(';')))
            .map_or(0, |i| i + 1);
        let place = items[clause..at].iter().any(|i| i.kind == Kind::Place);
        let near_before = items[from..at]
            .iter()
            .filter(|i| !i.is(word::NEUTRAL))
            .fold(0, |all, i| all | i.classes);
        if (near_before & foreign != 0 && !place)
            || behind.iter().take(3).any(|i| {
                i.is(foreign) && !i.is(word::NEUTRAL | word::FDI | word::DDI | word::ADDED)
            })
        {
            return;
        }
        if self
            .governing(items, at)
            .any(|i| i.is(word::UP | word::DOWN | word::OVER))
            && !self.governing(items, at).any(|i| i.is(word::ADDED))
        {
            return;
        }
        let of = |classes: u64| match (classes & word::FDI != 0, classes & word::DDI != 0) {
            (true, false) => Source::Fdi,
            (false, true) => Source::Ddi,
            _ => Source::Unknown,
        };
        let mut source = of(after);
        if source == Source::Unknown && after & (word::FDI | word::DDI) == 0 {
            source = of(before);
        }
        let attract = word::ATTRACT | word::NEW | word::ADDED | word::ACTIVE | word::CUMULATIVE;
        let capital = behind.iter().any(|i| matches!(i.kind, Kind::Cue(_)))
            || items[at + 1..].iter().take(8).any(|i| matches!(i.kind, Kind::Cue(hit) if self.metrics[hit].says.metric == self.ids.investment || self.metrics[hit].says.metric == self.ids.fdi || self.metrics[hit].says.metric == self.ids.ddi));
        let invested = items[from..at].iter().any(|i| matches!(i.kind, Kind::Cue(hit) if self.metrics[hit].says.metric == self.ids.investment || self.metrics[hit].says.metric == self.ids.fdi || self.metrics[hit].says.metric == self.ids.ddi));
        let strong = (after | before) & (attract & !word::STOCK) != 0
            || invested
            || (capital && sentence & attract != 0);
        if !(strong || source != Source::Unknown || part_of && state.projects.is_some()) {
            return;
        }
        let tail = if after & word::ADDED != 0 {
            "adjusted"
        } else if after & word::NEW != 0 {
            "new"
        } else if after & (word::ACTIVE | word::CUMULATIVE) != 0 {
            "total"
        } else if part_of && let Some((tail, _)) = state.projects {
            tail
        } else if before & word::ADDED != 0 {
            "adjusted"
        } else if before & word::NEW != 0 {
            "new"
        } else if sentence & word::CUMULATIVE != 0 || scope.cumulative || before & word::ACTIVE != 0
        {
            "total"
        } else {
            ""
        };
        let unsure_source = source == Source::Unknown && after & (word::FDI | word::DDI) == 0;
        if unsure_source {
            // The source in force: of the projects counted just before, of the sentence, of the paragraph.
            source = match state.projects {
                Some((_, source)) if !part_of => source,
                _ => match of(sentence) {
                    Source::Unknown if sentence & (word::FDI | word::DDI) == 0 => scope.source,
                    other => other,
                },
            };
        }
        let family = match source {
            Source::Fdi => "fdi",
            Source::Ddi => "ddi",
            Source::Unknown => "investment",
        };
        let code = match (family, tail) {
            ("investment", "") => "investment.projects".to_owned(),
            (family, "") => format!("{family}.projects.new"),
            (family, tail) => format!("{family}.projects.{tail}"),
        };
        state.projects = Some((
            match tail {
                "adjusted" => "adjusted",
                "total" => "total",
                "new" => "new",
                _ => "",
            },
            source,
        ));
        let number = figures.len();
        self.emit(
            items,
            at,
            quantity,
            &code,
            "",
            quantity.value,
            "count of projects",
            scope,
            state,
            figures,
        );
        if tail == "total"
            && let Some(figure) = figures.get_mut(number)
            && figure.basis == Basis::Actual
        {
            figure.basis = Basis::Cumulative;
        }
    }

    /// Only `và`, `,` and the like since the last quantity.
    fn only_joint(&self, items: &[Item], at: usize) -> bool {
        let from = self.since(items, at);
        items[from..at]
            .iter()
            .filter(|i| !matches!(i.kind, Kind::Mark(',' | '(' | ')')))
            .all(|i| {
                i.is(word::FDI | word::DDI | word::PART)
                    || matches!(self.exact(i.first), "và" | "với" | "có" | "là")
            })
    }

    fn zone_count(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let behind: Vec<&Item> = items[at + 1..]
            .iter()
            .take_while(|i| {
                !matches!(
                    i.kind,
                    Kind::Quantity(_) | Kind::Mark(',' | ';' | ':' | ')')
                )
            })
            .take(10)
            .collect();
        let after = behind.iter().fold(0, |all, i| all | i.classes);
        let from = self.since(items, at);
        let before = items[from..at].iter().fold(0, |all, i| all | i.classes);
        let family = if quantity.unit == Unit::Zones {
            "zones"
        } else {
            "clusters"
        };
        let code = if after & word::WASTEWATER != 0 && quantity.unit == Unit::Zones {
            "zones.wastewater"
        } else if after & word::OPERATING != 0 {
            if family == "zones" {
                "zones.operating"
            } else {
                "clusters.operating"
            }
        } else if after & word::ESTABLISHED != 0 || before & word::ESTABLISHED != 0 {
            if family == "zones" {
                "zones.established"
            } else {
                return;
            }
        } else {
            return;
        };
        if after & word::NOT != 0 || (before & word::SINGLE != 0) {
            return;
        }
        self.emit(
            items,
            at,
            quantity,
            code,
            "",
            quantity.value,
            "count of zones",
            scope,
            state,
            figures,
        );
    }

    // ---- emission ----------------------------------------------------------------------------------------------

    fn plan_value(&self, quantity: &Quantity, state: &State, figures: &mut [Observation]) {
        if let Some((_, last)) = state.last
            && figures[last].unit == self.unit_of(quantity, &figures[last].metric)
        {
            figures[last].plan_value.get_or_insert(quantity.value);
        }
    }

    fn unit_of(&self, quantity: &Quantity, code: &str) -> String {
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
            unit => unit.code().into(),
        }
    }

    /// The value of the same period a year before, stated beside a figure.
    fn last_year(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let Some((last_item, last)) = state.last else {
            return;
        };
        if figures[last].unit != self.unit_of(quantity, &figures[last].metric) {
            return;
        }
        let code = figures[last].metric.clone();
        let number = figures.len();
        let period = figures[last].period.and_then(|p| p.shift_years(-1));
        self.emit(
            items,
            at,
            quantity,
            &code,
            "",
            quantity.value,
            "last year's value",
            scope,
            state,
            figures,
        );
        if let Some(figure) = figures.get_mut(number) {
            figure.period = period;
            figure.basis = Basis::Actual;
            figure.as_of = None;
        }
        state.last = Some((last_item, last));
    }

    /// The same metric in another currency: an equivalent, or a part to be added.
    #[allow(clippy::too_many_arguments)]
    fn twin(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        flag: Flag,
        rule: &str,
        state: &mut State,
        scope: &Scope,
        figures: &mut Vec<Observation>,
    ) {
        let Some((_, last)) = state.last else { return };
        let mut code = figures[last].metric.clone();
        if flag == Flag::Part && code == "investment.capital" {
            // New and added capital in dollars is foreign, in đồng domestic: the boards' usage.
            let (first, second) = if figures[last].unit == "USD" {
                ("fdi.capital", "ddi.capital")
            } else {
                ("ddi.capital", "fdi.capital")
            };
            figures[last].metric = first.into();
            code = second.into();
        }
        let number = figures.len();
        self.emit(
            items,
            at,
            quantity,
            &code,
            "",
            quantity.value,
            rule,
            scope,
            state,
            figures,
        );
        if figures.len() == number {
            return;
        }
        let (basis, yoy, plan, period, as_of, subject) = {
            let f = &figures[last];
            (
                f.basis,
                f.yoy_pct,
                f.plan_pct,
                f.period,
                f.as_of.clone(),
                f.subject.clone(),
            )
        };
        let twin = &mut figures[number];
        twin.basis = basis;
        twin.period = period;
        twin.as_of = as_of;
        twin.subject = subject;
        twin.yoy_pct = yoy;
        twin.plan_pct = plan;
        twin.flags.push(flag);
        if flag == Flag::Part {
            figures[last].flags.push(flag);
        }
    }

    /// Adds a figure, with all that the words around it say.
    #[allow(clippy::too_many_arguments)]
    fn emit(
        &self,
        items: &[Item],
        at: usize,
        quantity: &Quantity,
        code: &str,
        unit: &str,
        value: Decimal,
        rule: &str,
        scope: &Scope,
        state: &mut State,
        figures: &mut Vec<Observation>,
    ) {
        let unit = if unit.is_empty() {
            self.unit_of(quantity, code)
        } else {
            unit.to_owned()
        };
        if unit.is_empty() || value.is_zero() && quantity.unit != Unit::Percent {
            return;
        }
        let span = quantity.span;
        if figures
            .iter()
            .rev()
            .take(4)
            .any(|f| f.span == span && f.metric == code)
        {
            return;
        }
        let mut value = value;
        if code == "trade.balance" {
            let deficit = items[..=at].iter().rev().find_map(|i| match i.kind {
                Kind::Cue(_) => {
                    Some((i.first..i.end).any(|t| matches!(self.exact(t), "nhập" | "thâm")))
                }
                _ => None,
            });
            if deficit == Some(true) {
                value = -value;
            }
        }
        let found = self.around.period(span);
        let main = self.around.main_period();
        let period = found.as_ref().map(|p| p.period);
        let basis = self.basis(items, at, code, period, main, scope, quantity);
        let mut flags = Vec::new();
        if quantity.point_is_decimal {
            flags.push(Flag::DecimalPoint);
        }
        if !is_plausible(value, quantity.unit) {
            flags.push(Flag::Implausible);
        }
        if found.as_ref().is_some_and(|p| p.inferred) {
            flags.push(Flag::YearInferred);
        }
        let subject = self.around.subject(span);
        if subject.as_ref().is_some_and(|(_, inferred)| *inferred) {
            flags.push(Flag::SubjectInferred);
        }
        let dated = matches!(
            basis,
            Basis::Cumulative | Basis::Stock | Basis::Actual | Basis::Estimate
        );
        state.last = Some((at, figures.len()));
        figures.push(Observation {
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
            plan_value: quantity.of,
            alternative: quantity
                .point_is_decimal
                .then_some(quantity.other)
                .flatten(),
            quote: self.quote(items, at),
            span,
            flags,
            rule: rule.to_owned(),
        });
    }

    /// The clause around a number: between semicolons where the sentence has them.
    fn quote(&self, items: &[Item], at: usize) -> String {
        let first = items[..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
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

    fn qualifier(&self, items: &[Item], at: usize) -> Qualifier {
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

    #[allow(clippy::too_many_arguments)]
    fn basis(
        &self,
        items: &[Item],
        at: usize,
        code: &str,
        period: Option<Period>,
        main: Option<Period>,
        scope: &Scope,
        quantity: &Quantity,
    ) -> Basis {
        let clause = items[..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
        let own = self.since(items, at).max(clause);
        // `ước` binds its own clause, from the number before; `phấn đấu` all that follow it in the sentence.
        let mut estimate = items[own..at].iter().any(|i| i.is(word::ESTIMATE));
        let colon = items[..at].iter().rposition(|i| i.kind == Kind::Mark(':'));
        let head = &items[..colon.unwrap_or(clause)];
        estimate |= head.iter().any(|i| i.is(word::ESTIMATE)) && colon.is_some() || scope.estimate;
        if !estimate {
            // `Ước cả năm, tổng thu đạt …`
            estimate = items[clause..at]
                .iter()
                .take(2)
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
            let reset = items[verb + 1..at]
                .iter()
                .any(|i| i.is(word::DONE | word::ESTIMATE | word::CUMULATIVE));
            let compared = verb
                .checked_sub(1)
                .is_some_and(|i| items[i].is(word::VERSUS | word::OVER | word::PLAN))
                || items.get(verb.wrapping_sub(2)).is_some_and(|i| {
                    matches!(i.kind, Kind::Quantity(_)) && items[verb - 1].is(word::PLAN)
                });
            let far = colon.is_none() && verb < clause;
            if !reset && !compared && !verb_bracketed && !far {
                target = true;
            }
        }
        // `dự toán … là x`, `chỉ tiêu … x`: a plan noun that governs the number.
        if !target {
            let plan = items[own..at]
                .iter()
                .rposition(|i| i.is(word::PLAN))
                .map(|i| own + i);
            if let Some(plan) = plan {
                let led = plan.checked_sub(1).is_some_and(|i| {
                    items[i].is(word::VERSUS | word::OVER | word::DONE)
                        || matches!(
                            self.exact(items[i].first),
                            "theo" | "các" | "thực" | "với" | "thành"
                        )
                });
                let result = items[plan + 1..at].iter().any(|i| {
                    matches!(self.exact(i.first), "đạt" | "được" | "ước") || i.is(word::DONE)
                });
                let versus = items[plan].is(word::VERSUS) || self.exact(items[plan].first) == "so";
                let after_share = plan > 0 && matches!(items[plan - 1].kind, Kind::Quantity(_));
                if !led && !result && !versus && !after_share {
                    target = true;
                }
            }
        }
        if target
            && !(estimate
                && items[own..at]
                    .iter()
                    .any(|i| i.is(word::ESTIMATE) && !i.is(word::TARGET)))
        {
            return Basis::Target;
        }
        if estimate {
            return Basis::Estimate;
        }
        let family = code.split('.').next().unwrap_or_default();
        if matches!(family, "fdi" | "ddi" | "investment") && code != "investment.social" {
            let before = items[clause..at].iter().fold(0, |all, i| all | i.classes);
            let sentence = items[..at].iter().fold(0, |all, i| all | i.classes);
            if sentence & word::CUMULATIVE != 0
                || before & word::ACTIVE != 0
                || scope.cumulative
                || code.ends_with("projects.total")
            {
                return Basis::Cumulative;
            }
        }
        if code == "labour.employed"
            || matches!(family, "zones" | "clusters") && quantity.unit != Unit::Percent
        {
            return Basis::Stock;
        }
        if let (Some(period), Some(main)) = (period, main)
            && period.start() > main.end()
        {
            return Basis::Target;
        }
        Basis::Actual
    }

    /// Links shares of a plan with plans stated elsewhere, where the ratio proves it; and settles a point by a stated ratio.
    fn link_plans(&self, figures: &mut [Observation]) {
        for i in 0..figures.len() {
            let (Some(share), None) = (figures[i].plan_pct, figures[i].plan_value) else {
                continue;
            };
            if figures[i].unit == "percent" || share.is_zero() {
                continue;
            }
            // Half of the last stated digit.
            let tolerance = Decimal::new(6, share.scale() + 1);
            let found = figures
                .iter()
                .enumerate()
                .filter(|(j, f)| {
                    *j != i
                        && f.basis == Basis::Target
                        && f.unit == figures[i].unit
                        && f.metric == figures[i].metric
                        && f.subject == figures[i].subject
                })
                .find(|(_, f)| {
                    (figures[i].value * Decimal::ONE_HUNDRED)
                        .checked_div(f.value)
                        .is_some_and(|ratio| (ratio - share).abs() <= tolerance)
                })
                .map(|(_, f)| f.value);
            figures[i].plan_value = found;
        }
    }
}

/// What a change is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    /// The same period of the year before.
    Year,
    Month,
    /// The end of the year before.
    Start,
    Plan,
    /// Another year.
    Other,
    None,
}
