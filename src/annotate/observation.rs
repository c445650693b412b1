//! Observations: what ties a number to a metric, and says how it is meant.
//!
//! A text is cut into sentences; each sentence becomes a row of items (quantities, metric cues, words with a meaning,
//! punctuation, other words), read once from left to right. A quantity is first given a role by the words right before and behind it
//! (level, growth, share of plan, plan, last year's value, equivalent, change, share); only a level is looked for a metric, and only
//! among cues from which nothing foreign (a product, a market, a company, another subject) separates it. What is not understood is
//! left out: a wrong value under a right label is worse than none.

use rust_decimal::Decimal;

mod amounts;
mod counts;
mod rates;
#[cfg(test)]
mod specs;

use super::layout::Layout;
use super::metric::{Cues, Hit, MetricCue, word};
use super::number::{Quantity, quantities};
use super::units::{Unit, is_plausible};
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

/// What holds on through a paragraph or a list.
#[derive(Clone, Debug, Default)]
struct Scope {
    source: Source,
    target: bool,
    /// The sentence before set a goal; it holds on where this one goes into detail.
    goal: bool,
    estimate: bool,
    cumulative: bool,
    company: bool,
    topic: Option<(MetricId, String)>,
    /// The sentence before told of a product and stated no figure.
    product: bool,
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
    /// Item of the last percentage that was a share of something.
    share: Option<usize>,
    /// Item of a cue that the number before it has taken.
    consumed: Option<usize>,
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
    let mut bare = vec![false; list.len()];
    for line in layout.lines() {
        bare[line.first as usize..line.end as usize].fill(line.bare);
    }
    let is_bare = |at: usize| bare[at];
    let words = Cues::words(tokens, is_bare);
    let count = |class: u64| words.iter().filter(|w| w.says & class != 0).count();
    let foreign = count(word::FDI) > 3 && count(word::DDI) * 3 < count(word::FDI);
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
        product_report: layout
            .lines()
            .first()
            .filter(|l| l.end - l.first <= 30)
            .is_some_and(|line| {
                let headline = words.iter().take_while(|w| w.first < line.end as usize);
                // A customs office reports on all goods, whatever its headline picks.
                headline.clone().all(|w| w.says & word::CUSTOMS == 0)
                    && headline
                        .clone()
                        .any(|w| w.says & word::PRODUCT != 0 && w.says & word::NEUTRAL == 0)
            }),
        foreign_report: foreign
            && words
                .iter()
                .take_while(|w| w.first < 60)
                .any(|w| w.says & word::FDI != 0),
        english: list.iter().any(|t| {
            t.kind == TokenKind::Number
                && t.span.of(text).bytes().filter(|b| *b == b',').count() > 1
        }),
        dollars: if foreign {
            Source::Fdi
        } else {
            Source::Unknown
        },
        zone_words: words
            .iter()
            .filter(|w| w.says & (word::ZONE | word::CLUSTER) != 0)
            .map(|w| w.first)
            .collect(),
    };
    let mut figures = Vec::new();
    let mut cursor = Cursor::default();
    let mut list_scope: Option<Scope> = None;
    let mut section_target = false;
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
        scope.target |= section_target && (bullet || starts_numbered(tokens, first));
        let heading = reader.is_heading(first, end);
        let mut start = first;
        for at in first..end {
            // A table written as one line, a text without stops: what lies far apart is not tied, and time stays linear.
            let long = at - start >= LONGEST && tokens.list()[at].kind == TokenKind::Punct
                || at - start >= 2 * LONGEST;
            if at + 1 == end || long || reader.ends_sentence(at, end) {
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
    reader.agree_on_estimates(&mut figures);
    reader.link_plans(&mut figures);
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
            let (kind, to, said) = if let Some(to) = self.enumerator(at, end) {
                // `(iv)` begins a clause.
                (Kind::Mark(';'), to, 0)
            } else if let Some(q) = self
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
                let foreign = self.is_foreign_count(&items, at);
                (Kind::Word, to.max(at + 1), w.says | foreign)
            } else {
                let token = &list[at];
                if self.is_foreign_count(&items, at) != 0 {
                    items.push(Item {
                        kind: Kind::Word,
                        first: at,
                        end: (at + 2).min(end),
                        classes: word::FDI,
                    });
                    at = (at + 2).min(end);
                    continue;
                }
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

    /// `71 dự án nước ngoài`
    fn is_foreign_count(&self, items: &[Item], at: usize) -> u64 {
        let projects = items.last().is_some_and(|i| match i.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Projects,
            _ => false,
        });
        if projects && self.exact(at) == "nước" && self.exact(at + 1) == "ngoài" {
            word::FDI
        } else {
            0
        }
    }

    /// End of an enumerator `(i)`, `(2)`, `(a)` at a token.
    fn enumerator(&self, at: usize, end: usize) -> Option<usize> {
        if at + 2 >= end || self.exact(at) != "(" || self.exact(at + 2) != ")" {
            return None;
        }
        let inner = self.exact(at + 1);
        let roman = inner.len() <= 5 && inner.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
        let short =
            inner.len() == 1 && inner.is_ascii() || inner.parse::<u8>().is_ok_and(|n| n < 30);
        (roman || short).then_some(at + 3)
    }

    fn sentence(&self, items: &[Item], scope: &mut Scope, figures: &mut Vec<Observation>) {
        let has_quantity = items.iter().any(|i| matches!(i.kind, Kind::Quantity(_)));
        let says = |class: u64| items.iter().any(|i| i.is(class));
        let has_cue = items.iter().any(|i| matches!(i.kind, Kind::Cue(_)));
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
        let carried = scope.topic.take();
        let company = scope.company
            && !says(word::WHOLE | word::ZONE)
            && !items.iter().any(|i| i.kind == Kind::Place);
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
        for (at, item) in items.iter().enumerate() {
            match item.kind {
                Kind::Mark(';') => {
                    self.flush_growth(w);
                    if let Some(topic) = &mut w.state.topic {
                        topic.used = true;
                    }
                    w.state.waiting.clear();
                    w.state.change = None;
                    w.state.plan = None;
                    w.state.projects = None;
                }
                Kind::Cue(hit) => self.cue(w, at, hit),
                Kind::Quantity(index) => {
                    let quantity = &self.quantities[index];
                    match quantity.unit {
                        Unit::Percent | Unit::Times | Unit::Points => self.rate(w, at, quantity),
                        _ => self.amount(w, at, quantity),
                    }
                }
                _ => {}
            }
        }
        self.flush_growth(w);
        // What the next sentence of the paragraph may lean on.
        let topic = match (&w.state.topic, w.state.last) {
            (Some(topic), Some((_, figure))) if !topic.weak => {
                Some((topic.metric, w.figures[figure].metric.clone()))
            }
            _ if !has_quantity => carried,
            _ => None,
        };
        let told = w.figures.len() > told;
        scope.topic = topic;
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
        scope.company = says(word::COMPANY) || (scope.company && !says(word::WHOLE));
        self.hold_target(items, scope);
    }

    /// A metric is named: it becomes the topic, unless it is only what something else is a share, a tax or an aside of.
    fn cue(&self, w: &mut Work<'_>, at: usize, hit: usize) {
        let items = w.items;
        let Some((metric, weak)) = self.named(self.metrics[hit].says) else {
            return;
        };
        if w.state.consumed == Some(at) {
            return;
        }
        if w.scope.product && items[0].is(word::PART) && self.family(metric) == "trade" {
            // `Trong đó, xuất khẩu đạt …` of the product told before.
            return;
        }
        // `(GRDP)`, `(chiếm 20% tổng kim ngạch)`: a bracket that closes before any number of its own.
        if self.bracket(items, at).is_some() {
            let own = items[at + 1..]
                .iter()
                .take_while(|i| i.kind != Kind::Mark(')'))
                .any(|i| matches!(i.kind, Kind::Quantity(_)));
            if !own {
                return;
            }
        }
        // `chiếm 30% tổng kim ngạch xuất khẩu`: the whole of a share.
        if w.state.share.is_some_and(|share| at - share <= 2) {
            return;
        }
        let before = at.checked_sub(1).map(|i| &items[i]);
        let family = self.family(metric);
        let is_change = before.is_some_and(|i| {
            i.is(word::UP | word::DOWN) && self.exact(i.end - 1) != "độ" && !self.is_rate_of(i)
                || matches!(self.exact(i.first), "truy" | "thất" | "hụt" | "phạt")
        });
        if is_change && matches!(family, "budget" | "poverty") && !self.goal_follows(items, at) {
            // `tăng thu 430 tỷ đồng`, `giảm tỷ lệ hộ nghèo 2%`: how much more or less.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        if family == "trade"
            && before.is_some_and(|i| {
                matches!(
                    self.exact(i.end - 1),
                    "thuế" | "giá" | "lượng" | "cấm" | "suất" | "phép" | "khai" | "tục"
                )
            })
        {
            // `thuế XK`, `giá xuất khẩu`: another thing.
            if let Some(topic) = &mut w.state.topic {
                topic.used = true;
            }
            return;
        }
        if weak
            && w.state.topic.as_ref().is_some_and(|t| {
                !t.used && !t.weak && !t.carried && !self.comma_between(items, t.item, at)
            })
        {
            // A weak cue inside a stronger one's clause: `thu ngân sách … thu được`.
            return;
        }
        if self.metric(metric).code == "fdi.capital.contributed"
            && w.state.topic.as_ref().is_some_and(|t| {
                !t.used && at - t.item <= 6 && matches!(self.family(t.metric), "investment" | "fdi")
            })
        {
            // `vốn đăng ký cấp mới, điều chỉnh và góp vốn, mua cổ phần`: one total.
            return;
        }
        if w.state.growth.as_ref().is_some_and(|g| g.metric != metric) {
            self.flush_growth(w);
        }
        w.state.topic = Some(Topic {
            item: at,
            metric,
            used: false,
            weak,
            carried: false,
            code: None,
        });
        w.state.waiting.push((at, metric));
    }

    /// `để tăng nguồn thu ngân sách, … phấn đấu đạt 10.000 tỷ đồng`
    fn goal_follows(&self, items: &[Item], cue: usize) -> bool {
        items[cue + 1..]
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .any(|i| i.is(word::TARGET))
    }

    /// Whether zones are spoken of nearby: in the report's first lines, or not far from this token.
    fn speaks_of_zones(&self, token: usize) -> bool {
        let near = self.zone_words.partition_point(|&z| z + 150 < token);
        self.zone_words.first().is_some_and(|&z| z < 120)
            || self.zone_words.get(near).is_some_and(|&z| z < token + 60)
    }

    fn family(&self, metric: MetricId) -> &str {
        let code = &self.metric(metric).code;
        code.split('.').next().unwrap_or_default()
    }

    /// `tốc độ tăng` before a cue announces a rate.
    fn is_rate_of(&self, item: &Item) -> bool {
        (item.first..item.end).any(|i| matches!(self.exact(i), "tốc" | "độ" | "mức"))
    }

    /// A governing verb before a colon, or before `Cụ thể:`, holds on.
    fn hold_target(&self, items: &[Item], scope: &mut Scope) {
        let Some(colon) = items.iter().position(|i| i.kind == Kind::Mark(':')) else {
            // `Phấn đấu … các chỉ tiêu … . Cụ thể: …` needs the target of the sentence before.
            let set = items.len() < 25
                && items.iter().take(4).any(|i| i.is(word::PLAN))
                && !items.iter().any(|i| i.is(word::LEVEL | word::OVER));
            let goal = (set || items.iter().any(|i| i.is(word::TARGET)))
                && items.iter().any(|i| i.is(word::PLAN))
                && !items.iter().any(|i| {
                    matches!(i.kind, Kind::Quantity(_)) || i.is(word::ESTIMATE | word::DONE)
                });
            if goal && set {
                scope.target = true;
            } else if goal {
                scope.goal = true;
            }
            return;
        };
        let head = &items[..colon];
        let last = colon + 1 == items.len();
        if head.iter().any(|i| i.is(word::TARGET))
            && !head
                .iter()
                .any(|i| i.is(word::ESTIMATE | word::DONE) || matches!(i.kind, Kind::Quantity(_)))
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

    /// Whether another metric or subject begins between two items.
    fn new_topic_between(&self, w: &Work<'_>, from: usize, to: usize) -> bool {
        let items = w.items;
        (from + 1..to).any(|at| match items[at].kind {
            Kind::Cue(hit) => {
                w.state.consumed != Some(at) && self.named(self.metrics[hit].says).is_some()
            }
            _ => {
                let i = &items[at];
                i.is(word::PRODUCT | word::COMPANY)
                    || i.is(word::SECTOR) && !i.is(word::NEUTRAL | word::PLAN)
            }
        }) || self.unknown_between(items, from, to) > 6
    }

    fn unknown_between(&self, items: &[Item], from: usize, to: usize) -> usize {
        items[(from + 1).min(to)..to]
            .iter()
            .filter(|i| i.kind == Kind::Unknown)
            .count()
    }

    /// A figure in percent.
    fn emit_rate(
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

    /// The source named in the clause of a cue.
    fn source_near(&self, items: &[Item], low: usize, high: usize) -> Source {
        let clause = self.clause_start(items, low);
        Source::of(classes(&items[clause..=high]))
    }

    // ---- emission ----------------------------------------------------------------------------------------------

    fn plan_value(&self, w: &mut Work<'_>, quantity: &Quantity) {
        if let Some((_, last)) = w.state.last
            && w.figures[last].unit == self.unit_of(quantity, &w.figures[last].metric)
        {
            w.figures[last].plan_value.get_or_insert(quantity.value);
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
    fn last_year(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let Some((last_item, last)) = w.state.last else {
            return;
        };
        if w.figures[last].unit != self.unit_of(quantity, &w.figures[last].metric) {
            return;
        }
        let code = w.figures[last].metric.clone();
        let number = w.figures.len();
        let period = w.figures[last].period.and_then(|p| p.shift_years(-1));
        self.emit(
            w,
            at,
            quantity,
            &code,
            "",
            quantity.value,
            "last year's value",
        );
        if let Some(figure) = w.figures.get_mut(number) {
            figure.period = period;
            figure.basis = Basis::Actual;
            figure.as_of = None;
        }
        w.state.last = Some((last_item, last));
    }

    /// The same metric in another currency: an equivalent, or a part to be added.
    fn twin(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity, flag: Flag, rule: &str) {
        let Some((_, last)) = w.state.last else {
            return;
        };
        let mut code = w.figures[last].metric.clone();
        if flag == Flag::Part && code == "investment.capital" {
            // New and added capital in dollars is foreign, in đồng domestic: the boards' usage.
            let (first, second) = if w.figures[last].unit == "USD" {
                ("fdi.capital", "ddi.capital")
            } else {
                ("ddi.capital", "fdi.capital")
            };
            w.figures[last].metric = first.into();
            code = second.into();
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

    /// `Đến nay, toàn tỉnh có 800 dự án`: what stands, where no period within the year bounds it.
    fn stands_now(&self, items: &[Item], at: usize) -> bool {
        items[..at]
            .iter()
            .rposition(|i| {
                i.is(word::STOCK) && matches!(self.exact(i.first), "đến" | "hiện" | "tính")
            })
            .is_some_and(|now| {
                !items[..at]
                    .iter()
                    .any(|i| i.kind == Kind::Period && !i.is(word::VERSUS))
                    && now < at
            })
    }

    /// Adds a figure, with all that the words around it say.
    #[allow(clippy::too_many_arguments)]
    fn emit(
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
        let mut found = self.around.period(span);
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
        let subject = self.around.subject(span);
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
        let basis = if estimated { Basis::Estimate } else { basis };
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
            plan_value: quantity.of,
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

    /// Too small for the sum of a province or its zones: a household's turnover, a fee.
    fn is_petty(&self, code: &str, unit: &str, value: Decimal) -> bool {
        let family = code.split('.').next().unwrap_or_default();
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
            let reset = items[verb + 1..at].iter().any(|i| i.is(ends));
            let compared = verb
                .checked_sub(1)
                .is_some_and(|i| items[i].is(word::VERSUS | word::OVER | word::PLAN))
                || items.get(verb.wrapping_sub(2)).is_some_and(|i| {
                    matches!(i.kind, Kind::Quantity(_)) && items[verb - 1].is(word::PLAN)
                });
            // Nouns and `sẽ` bind their own clause, unless they open the sentence; verbs all that follows.
            let loose = matches!(
                self.exact(items[verb].first),
                "mục" | "sẽ" | "định" | "triển" | "tầm" | "kịch" | "dự" | "kì" | "theo"
            );
            let parted = loose
                && (verb > 1 || self.exact(items[0].first) == "với")
                && colon.is_none_or(|c| c < verb)
                && items[verb + 1..at]
                    .iter()
                    .any(|i| i.kind == Kind::Mark(','));
            // `đề ra mục tiêu … là: a; b; c`
            let strong = matches!(self.exact(items[verb].first), "phấn" | "đề" | "đặt")
                && !items[verb..at]
                    .iter()
                    .any(|i| i.is(word::VERSUS | word::YOY) || self.exact(i.first) == "đã");
            let far = colon.is_none() && verb < clause && !strong || parted;
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
                let result = items[plan + 1..at].iter().any(|i| {
                    matches!(self.exact(i.first), "đạt" | "được" | "ước") || i.is(word::DONE)
                });
                let versus = items[plan].is(word::VERSUS)
                    || self.exact(items[plan].first) == "so"
                    || matches!(self.exact(items[plan].end), "này" | "đó" | "trên");
                let after_share = plan > 0 && matches!(items[plan - 1].kind, Kind::Quantity(_));
                if !result && !versus && !after_share {
                    target = true;
                }
            }
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
        if estimate {
            return Basis::Estimate;
        }
        let family = code.split('.').next().unwrap_or_default();
        if matches!(family, "fdi" | "ddi" | "investment") && code != "investment.social" {
            let before = items[clause..at].iter().fold(0, |all, i| all | i.classes);
            let sentence = items[..at].iter().fold(0, |all, i| all | i.classes);
            if sentence & word::CUMULATIVE != 0
                || before & word::ACTIVE != 0
                || (!code.ends_with(".new") && self.stands_now(items, at))
                || scope.cumulative
                || code.ends_with("projects.total")
                || code.ends_with(".capital") && self.follows_active(items, clause, at)
            {
                return Basis::Cumulative;
            }
        }
        if code == "labour.employed"
            || matches!(family, "zones" | "clusters") && quantity.unit != Unit::Percent
        {
            return Basis::Stock;
        }
        let reached = items[own..at]
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

    /// `còn N dự án hiệu lực; vốn đăng ký x`: the capital of what stands.
    fn follows_active(&self, items: &[Item], clause: usize, at: usize) -> bool {
        let Some(end) = clause.checked_sub(1) else {
            return false;
        };
        let before = items[..end]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(';'))
            .map_or(0, |i| i + 1);
        matches!(items[clause].kind, Kind::Cue(_))
            && classes(&items[before..end]) & word::ACTIVE != 0
            && classes(&items[clause..at]) & (word::NEW | word::ADDED) == 0
            && !items[clause..at].iter().any(|i| i.kind == Kind::Period)
    }

    /// A figure told twice (headline, lead, body) has one basis: that of the place which says `ước`.
    fn agree_on_estimates(&self, figures: &mut [Observation]) {
        for i in 0..figures.len() {
            if !matches!(figures[i].basis, Basis::Actual | Basis::Target)
                || figures[i].unit == "percent"
                || figures[i].plan_value.is_some()
            {
                continue;
            }
            let same = figures.iter().any(|f| {
                f.basis == Basis::Estimate
                    && f.value == figures[i].value
                    && f.metric == figures[i].metric
                    && f.unit == figures[i].unit
                    && f.period == figures[i].period
            });
            if same {
                figures[i].basis = Basis::Estimate;
            }
        }
    }

    /// Takes the other reading of an ambiguous mark where the share of plan that the text states proves it.
    fn settle_by_ratios(&self, figures: &mut [Observation]) {
        for figure in figures {
            let (Some(share), Some(plan)) = (figure.plan_pct, figure.plan_value) else {
                continue;
            };
            let raw = figure.span.of(self.text);
            let digits = raw
                .split(|c: char| c.is_whitespace() || c == '\u{a0}')
                .next();
            let Some(reading) = digits.and_then(super::number::read) else {
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
                (value * Decimal::ONE_HUNDRED)
                    .checked_div(plan)
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
