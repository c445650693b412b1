//! Observations: what ties a number to a metric, and says how it is meant.
//!
//! A text is cut into sentences; each sentence becomes a row of items (quantities, metric cues, words with a meaning,
//! punctuation, other words), read once from left to right. A quantity is first given a role by the words right before and behind it
//! (level, growth, share of plan, plan, last year's value, equivalent, change, share); only a level is looked for a metric, and only
//! among cues from which nothing foreign (a product, a market, a company, another subject) separates it. What is not understood is
//! left out: a wrong value under a right label is worse than none.

use rust_decimal::Decimal;

mod again;
mod amounts;
mod base;
mod basis;
mod beside;
mod capital;
mod clear;
mod codes;
mod counts;
mod cue;
mod ellipsis;
mod emit;
mod frames;
mod growth;
mod items;
mod local;
mod near;
mod openings;
mod plans;
mod rates;
mod report;
mod scope;
mod shares;
#[cfg(test)]
mod specs;
mod taxes;
mod turns;

use super::layout::Layout;
use super::metric::{Cues, Hit, MetricCue, word};
use super::number::Quantity;
use super::units::Unit;
use crate::Span;
use crate::model::{Basis, Flag, Metric, MetricId, Observation, Period, Taxonomy};
use crate::text::{TokenKind, Tokens};
use scope::{Head, Scope, Told};

/// A place or period phrase over tokens, as the other recognisers found it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub first: usize,
    pub end: usize,
    /// A period that is only compared with, or a plan's; a place that is only mentioned.
    pub aside: bool,
    /// A place that is part of a province: a town, a district.
    pub within: bool,
    /// A period that the report looks ahead to.
    pub ahead: bool,
    /// A period that a plan or goal is set for.
    pub set: bool,
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
    /// The period a target is set for.
    fn target_period(&self, span: Span) -> Option<PeriodOf>;
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
    public_funds: bool,
    /// The whole of retail is named, so that what shops sell is a part of it.
    retail_told: bool,
    /// Foreign investment is spoken of.
    foreign: bool,
    /// The headline speaks of a product: exports without `tổng` are the product's.
    product_report: bool,
    /// The report's headline speaks of foreign investment, and hardly anything of domestic.
    foreign_report: bool,
    /// The text groups thousands by commas.
    english: bool,
    /// Whose capital in dollars is, where nothing nearer says so.
    dollars: Source,
    /// First tokens of the words for zones.
    zone_words: Vec<usize>,
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

impl Source {
    /// The one source that the words name.
    const fn of(classes: u64) -> Self {
        match (classes & word::FDI != 0, classes & word::DDI != 0) {
            (true, false) => Self::Fdi,
            (false, true) => Self::Ddi,
            _ => Self::Unknown,
        }
    }
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
    /// Last growth that became a figure of its own: its item and its index.
    grown: Option<(usize, usize)>,
    /// Direction of the last change stated as an amount, and its item.
    change: Option<(usize, bool)>,
    /// Item of the last percentage that was a share of plan.
    plan: Option<usize>,
    /// Share of plan told before its level: item of the cue, where one stands before it too, and the share.
    early: Option<(Option<usize>, Decimal)>,
    /// Item of the last percentage that was a share of something.
    share: Option<usize>,
    /// The last number of a row that was dealt out: what stands up to it is read.
    row: Option<usize>,
    /// Item of a cue that the number before it has taken.
    consumed: Option<usize>,
    /// The last level before the bracket that is open.
    outside: Option<(usize, usize)>,
    /// Role of the last quantity was a project count: its figure's code tail.
    projects: Option<(&'static str, Source)>,
}

/// A sentence at work: its items, what holds from outside, what was told so far, and where figures go.
struct Work<'a> {
    items: &'a [Item],
    scope: &'a Scope,
    /// The sentence before spoke of a company, and nothing here speaks of anything else.
    company: bool,
    figures: &'a mut Vec<Observation>,
    state: State,
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
    let (reader, words) = Reader::new(text, tokens, layout, taxonomy, cues, around);
    let mut figures = Vec::new();
    let mut cursor = Cursor::default();
    let mut list_scope: Option<Scope> = None;
    // What the line before would rank provinces by.
    let mut ranked: Option<(MetricId, String)> = None;
    // The projects that the line before counted last, and whether they stand: for places ranked by theirs, for a line that takes
    // them apart.
    let mut counted = None;
    // `Dự ước các chỉ tiêu năm nay như sau:` over numbered lines.
    let mut estimated_list = false;
    let mut section_target = false;
    // A headline of goals of a year to come: the paragraph under it, though no list, tells of them.
    let mut goals_to_come = false;
    let mut results = false;
    let mut head = Head::default();
    // Rows of tables are not sentences.
    let mut tables = super::table::rows(text, tokens, layout)
        .into_iter()
        .peekable();
    for (index, line) in layout.lines().iter().enumerate() {
        while tables.peek().is_some_and(|t| t.end <= index) {
            tables.next();
        }
        if tables.peek().is_some_and(|t| t.contains(&index)) {
            continue;
        }
        let (first, end) = (line.first as usize, line.end as usize);
        let opening = tokens.exact(&list[first]);
        let bullet = matches!(opening, "-" | "+" | "•" | "*" | "–" | "·" | "→");
        let mut scope = match (&list_scope, bullet) {
            (Some(held), true) => held.clone(),
            _ => {
                list_scope = None;
                Scope {
                    source: if reader.foreign_report {
                        Source::Fdi
                    } else {
                        Source::Unknown
                    },
                    ..Scope::default()
                }
            }
        };
        let numbered = starts_numbered(tokens, first);
        let heading = reader.is_heading(first, end);
        let plain = std::mem::take(&mut goals_to_come) && !heading;
        scope.target |= section_target && (bullet || numbered || plain);
        scope.head = std::mem::take(&mut head);
        scope.results = results;
        estimated_list &= bullet || numbered;
        scope.estimate |= estimated_list;
        let begun = figures.len();
        let held = ranked.take().filter(|_| scope.ranked.is_none());
        scope.ranked = scope.ranked.or_else(|| held.clone());
        if let Some((projects, told, source)) = counted.take() {
            scope.projects = scope.projects.or(projects);
            // `Cụ thể, gồm 312 dự án FDI …` on a line of its own.
            if reader.details_at(first + usize::from(bullet)) {
                scope.told = told;
                if scope.source == Source::Unknown {
                    scope.source = source;
                }
            }
        }
        let mut start = first;
        for at in first..end {
            // A table written as one line, a text without stops: what lies far apart is not tied, and time stays linear.
            let long = at - start >= LONGEST && tokens.list()[at].kind == TokenKind::Punct
                || at - start >= 2 * LONGEST;
            if at + 1 == end || long || reader.ends_sentence(at, end) {
                let items = reader.items(start, at + 1, &words, &mut cursor);
                if heading && !bullet {
                    reader.add_head(&items, &mut head);
                }
                reader.sentence(&items, &mut scope, &mut figures);
                if start == first && held.is_some() && figures.len() == begun {
                    // Only a line that begins so goes on with the one before.
                    scope.ranked = None;
                }
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
            section_target = of(word::TARGET | word::PLAN)
                && !of(word::DONE
                    | word::ESTIMATE
                    | word::LEVEL
                    | word::REVIEW
                    | word::VERSUS
                    | word::YOY);
            results = of(word::DONE | word::REVIEW) || results && !section_target;
            goals_to_come = section_target
                && layout.title() != Some(index)
                && reader.looks_ahead(first, end)
                && words
                    .iter()
                    .skip(words.partition_point(|w| w.end <= first))
                    .take_while(|w| w.first <= first + 2)
                    .any(|w| w.says & (word::TARGET | word::PLAN) != 0);
        }
        ranked.clone_from(&scope.ranked);
        counted = Some((scope.projects, scope.told, scope.source));
        let closing = tokens.exact(&list[end - 1]);
        if closing == ":" {
            estimated_list |= scope.estimate && !bullet && !numbered;
            list_scope = Some(scope);
        }
    }
    reader.agree_on_estimates(&mut figures);
    reader.link_plans(&mut figures);
    counts::agree(&mut figures);
    reader.settle_by_ratios(&mut figures);
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

/// Tokens after which a sentence is cut at the next mark.
const LONGEST: usize = 500;

impl Reader<'_> {
    fn exact(&self, at: usize) -> &str {
        self.tokens
            .list()
            .get(at)
            .map_or("", |t| self.tokens.exact(t))
    }

    /// Whether a token's exact form is `form`.
    fn is(&self, at: usize, form: &str) -> bool {
        let token = self.tokens.list().get(at);
        token.is_some_and(|token| self.tokens.is(token, form))
    }

    fn sentence(&self, items: &[Item], scope: &mut Scope, figures: &mut Vec<Observation>) {
        let has_quantity = items.iter().any(|i| matches!(i.kind, Kind::Quantity(_)));
        let says = |class: u64| items.iter().any(|i| i.is(class));
        let has_cue = items.iter().any(|i| matches!(i.kind, Kind::Cue(_)));
        scope.dated |= items
            .iter()
            .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS));
        if !has_quantity && !has_cue && !says(word::FDI | word::DDI | word::COMPANY) {
            self.hold_target(items, scope);
            return;
        }
        if std::mem::take(&mut scope.goal) {
            scope.target |= matches!(
                self.exact(items[0].first),
                "cụ" | "trong" | "theo" | "gồm" | "như"
            );
        }
        let told = figures.len();
        let ranks = self.opens_ranking(items)
            || self.opens_with_place(items)
            || self.opens_with_year(items);
        let rankable = scope.ranked.take();
        let carried = scope
            .topic
            .take()
            .or(rankable.clone().filter(|_| ranks))
            .map(|told| match ranks {
                true => self.whole_of_parts(told, figures),
                false => told,
            })
            .or_else(|| self.ranked_by_place(items));
        let index = rankable
            .clone()
            .filter(|(metric, _)| self.family(*metric) == "iip");
        let company = scope.company
            && !says(word::WHOLE | word::ZONE)
            && !items.iter().any(|i| i.kind == Kind::Place);
        let sums = self.sums_up(items, scope);
        let carried = carried.filter(|_| sums.is_none());
        let under_head = sums.or_else(|| self.opens_under_head(items, scope));
        if has_quantity {
            scope.head.metric = None;
        }
        let mut work = Work {
            items,
            scope,
            company,
            figures,
            state: State::default(),
        };
        let w = &mut work;
        if let Some((metric, code)) = &carried {
            w.state.topic = Some(Topic {
                item: 0,
                metric: *metric,
                used: true,
                weak: false,
                carried: true,
                code: Some(code.clone()),
            });
        }
        if carried.is_none()
            && let Some((item, metric)) = under_head
        {
            w.state.topic = Some(Topic {
                item,
                metric,
                used: false,
                weak: false,
                carried: false,
                code: None,
            });
        }
        let points_back = carried.is_some() && self.points_back(items);
        let pointed_at = told.checked_sub(1).filter(|_| points_back);
        if self.details(items) {
            w.state.projects = w.scope.projects;
        }
        for (at, item) in items.iter().enumerate() {
            // What points back stands before what is told of it.
            if at == 1 && w.state.last.is_none() {
                w.state.last = pointed_at.map(|last| (0, last));
            }
            match item.kind {
                Kind::Mark(';') => {
                    self.flush_growth(w);
                    if let Some(topic) = &mut w.state.topic {
                        topic.used = true;
                    }
                    self.restart_series(w, at, told);
                    w.state.waiting.clear();
                    w.state.change = None;
                    w.state.plan = None;
                    // `có 176 dự án …; trong đó 89 dự án FDI`, `còn hiệu lực 176 dự án, gồm 87 dự án trong nước …; 89 dự án FDI …`
                    let listed = w.state.projects.is_some_and(|(tail, _)| tail == "total")
                        && items[..at].iter().any(|i| i.is(word::PART))
                        && items.get(at + 1).is_some_and(|i| {
                            matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects)
                        });
                    // `có 90 dự án; trong nước là 70 dự án, …; nước ngoài 20 dự án`
                    let dealt = w.state.projects.is_some_and(|(tail, _)| tail == "total")
                        && self.deals_on(items, at);
                    if !listed && !dealt && !items.get(at + 1).is_some_and(|i| i.is(word::PART)) {
                        w.state.projects = None;
                    }
                }
                // `20 dự án (12 FDI, 8 trong nước), điều chỉnh 5 dự án`: whose they are ends with the bracket.
                Kind::Mark('(') => w.state.outside = w.state.last,
                Kind::Mark(')') => {
                    // `thu 900 tỷ (nội địa 700 tỷ …), tăng 8%`: of the whole again.
                    let outside = w.state.outside.take();
                    let repeats = w
                        .state
                        .last
                        .is_some_and(|(_, last)| w.figures[last].flags.contains(&Flag::Equivalent));
                    if outside.is_some() && !repeats {
                        w.state.last = outside;
                    }
                    if let Some((_, source)) = &mut w.state.projects {
                        *source = Source::Unknown;
                    }
                }
                Kind::Cue(hit) => self.cue(w, at, hit),
                // `Tính chung 4 tháng, chỉ số này tăng 5%`: the one that the sentence before told of.
                Kind::Word if w.state.last.is_none() && self.this_index(item) => {
                    if let Some((metric, _)) = &index {
                        w.state.topic = Some(Topic {
                            item: at,
                            metric: *metric,
                            used: false,
                            weak: false,
                            carried: false,
                            code: None,
                        });
                    }
                }
                Kind::Word if item.is(word::COMPANY) && self.is_acting(items, at) => {
                    w.company = true;
                }
                Kind::Quantity(index) => {
                    let quantity = &self.quantities[index];
                    if w.state.row.is_some_and(|last| at <= last) {
                        continue;
                    }
                    match quantity.unit {
                        Unit::Percent | Unit::Times | Unit::Points => self.rate(w, at, quantity),
                        _ => self.amount(w, at, quantity),
                    }
                }
                _ => {}
            }
        }
        self.flush_growth(w);
        let from = if self.details(items) {
            told.saturating_sub(2)
        } else {
            told
        };
        self.hold_estimates(&mut w.figures[from..]);
        self.hold_standing(&mut w.figures[from..]);
        self.share_estimates(items, &mut w.figures[told..]);
        self.part_months(items, &mut w.figures[told..]);
        // What the next sentence of the paragraph may lean on.
        let topic = match (&w.state.topic, w.state.last) {
            (Some(topic), Some((_, figure))) if !topic.weak => {
                // `thu x, trong đó nội địa y`: of the whole again.
                let (whole, part) = (
                    &w.figures[told.min(figure)].metric,
                    &w.figures[figure].metric,
                );
                let parted = part
                    .strip_prefix(whole.as_str())
                    .is_some_and(|tail| tail.starts_with('.'));
                match self.taxonomy.by_code(whole).filter(|_| parted) {
                    Some(metric) => Some((metric, whole.clone())),
                    None => Some((topic.metric, part.clone())),
                }
            }
            _ if !has_quantity => self.headed(items, &w.state.topic).or(carried.clone()),
            _ => None,
        };
        // `Đứng đầu là Hà Nội với …` may lean on more: on words that name a metric in their report only, over a sentence between.
        let rankable = match (&w.state.topic, w.state.last.or(w.state.grown)) {
            (Some(topic), Some((_, figure))) => {
                Some((topic.metric, w.figures[figure].metric.clone()))
            }
            // `… có 3.910 doanh nghiệp thành lập mới. Dẫn đầu là …`: the number took its cue.
            (None, Some((_, figure))) => {
                let code = w.figures[figure].metric.clone();
                self.taxonomy.by_code(&code).map(|metric| (metric, code))
            }
            _ => carried.or(rankable),
        };
        let aim = w.figures[told..]
            .iter()
            .map(|f| f.period.filter(|_| f.basis == Basis::Target))
            .reduce(|a, b| a.filter(|_| a == b))
            .flatten();
        let invested = w.figures[told..].iter().rev().find(|f| {
            let family = family_of(&f.metric);
            matches!(family, "investment" | "fdi" | "ddi") && f.metric != "investment.social"
        });
        let last = invested.map_or(scope.told, |f| match f.basis {
            Basis::Cumulative => Told::Standing,
            _ => Told::Coming,
        });
        let whole = self.one_metric(&w.figures[told..]);
        let visited = w.figures[told..]
            .iter()
            .any(|f| f.metric.starts_with("tourism."));
        // A closed bracket ends whose the next ones are, not whose these were.
        let projects = w.state.projects.map(|(tail, source)| {
            let last = w.figures[told..].iter().rev();
            let family = last
                .filter(|f| f.unit == "projects")
                .map(|f| family_of(&f.metric))
                .next();
            match (source, family) {
                (Source::Unknown, Some("fdi")) => (tail, Source::Fdi),
                (Source::Unknown, Some("ddi")) => (tail, Source::Ddi),
                _ => (tail, source),
            }
        });
        let told = w.figures.len() > told;
        if told || has_quantity {
            let aims = items.iter().any(|i| {
                i.is(word::TARGET | word::PLAN)
                    && matches!(self.exact(i.first), "phấn" | "mục" | "đề" | "đặt" | "chỉ")
            });
            let held = scope.aim;
            scope.aim = aim.filter(|_| aims || held == aim);
        }
        scope.topic = topic;
        if told {
            scope.whole = whole;
        }
        scope.ranked = rankable;
        scope.told = last;
        scope.projects = projects;
        scope.sector = self.sector_told(items, scope);
        scope.product = !told
            && has_quantity
            && items
                .iter()
                .any(|i| i.is(word::PRODUCT) && !i.is(word::NEUTRAL));
        let (fdi, ddi) = (says(word::FDI), says(word::DDI));
        if fdi != ddi {
            scope.source = if fdi { Source::Fdi } else { Source::Ddi };
        } else if fdi {
            scope.source = Source::Unknown;
        }
        scope.visitors |= says(word::TOURISM) || visited;
        let named = items
            .iter()
            .any(|i| i.is(word::COMPANY) && self.names_company(i));
        scope.company = named || (scope.company && !says(word::WHOLE));
        self.hold_target(items, scope);
    }

    fn family(&self, metric: MetricId) -> &str {
        family_of(&self.metric(metric).code)
    }

    fn metric(&self, id: MetricId) -> &Metric {
        self.taxonomy.metric(id)
    }
}

/// The first part of a metric's code.
fn family_of(code: &str) -> &str {
    code.split('.').next().unwrap_or_default()
}

/// Where the clause behind the last semicolon before item `at` begins.
fn clause_at(items: &[Item], at: usize) -> usize {
    let mark = items[..at].iter().rposition(|i| i.kind == Kind::Mark(';'));
    mark.map_or(0, |mark| mark + 1)
}

/// All that a row of items says.
fn classes(items: &[Item]) -> u64 {
    items.iter().fold(0, |all, i| all | i.classes)
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
