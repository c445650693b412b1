//! The figures that may answer for one cell, and the one that is taken.
//!
//! A plan is often stated only beside what was reached of it (`đạt 45% kế hoạch năm (2.000 tỷ đồng)`): who asks for the plan gets
//! that number, with that sentence.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::order::{Context, Marks, ORDER, digits, fit, is_early, is_open, magnitude};
use crate::Result;
use crate::index::StoredReport;
use crate::index::snapshot::Snapshot;
use crate::model::place::COUNTRY;
use crate::model::{Basis, Observation, Period, PlaceId, Places, Qualifier};
use crate::query::catalog::Entry;
use crate::query::filter::{namesake_ids, report_period};
use crate::query::response::{Choice, Figure, PassedOver};
use crate::query::understand::{Body, Left, Loose, Meaning, PLACES, folded};
use crate::text::tokenize;

/// How much of a text is its opening, in bytes.
const OPENING: usize = 600;

/// The opening of a text, where it says whose report it is.
fn opening_of(text: &str) -> &str {
    let ends = (0..=text.len().min(OPENING)).rev();
    let end = ends.into_iter().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

/// What is asked for: one cell of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Code of the metric.
    pub metric: &'a str,
    /// Slug of the place.
    pub place: &'a str,
    /// `None`: the newest that has the figure.
    pub period: Option<Period>,
}

/// A figure that may answer.
pub(super) struct Rival {
    pub entry: Entry,
    pub figure: Figure,
    pub fit: u32,
    pub rank: usize,
    /// Whether the report's own subject and period are those of the figure.
    pub own_place: bool,
    pub own_period: bool,
    /// Whether its subject is a unit that there was at the end of its period.
    pub of_its_time: bool,
    /// Whether its subject is a unit of July 2025.
    pub merged: bool,
    pub report: Rc<Opened>,
    /// Where the query names a body or narrows the metric, what its sentence says before the number, folded.
    before: String,
    /// What stands right behind the number: `nếu tính cả dầu khí`.
    behind: String,
    /// How many periods are newer, where the newest is asked for.
    pub age: u32,
    /// Whether it is the plan stated beside another figure.
    pub beside: bool,
    /// Share of the largest rival of the same report, metric, unit and kind of basis.
    pub share: f64,
    /// Whether the same report also estimates the whole of the period.
    pub estimated: bool,
    /// Whether the report says it, or what it is a part of, of a day weeks before the end of the period.
    pub early: bool,
    /// Whether another one of the same report says nearly the same more exactly.
    pub rounded: bool,
}

/// A report whose figures are weighed, read once for all of them.
pub(super) struct Opened {
    pub address: DocAddress,
    stored: StoredReport,
    /// Folded, the words parted by single spaces; so is the opening.
    pub title: String,
    /// How the text opens, where the query names a body or narrows the metric.
    opening: String,
    /// Whether it speaks of the bodies that are asked for again and again.
    about: bool,
    /// Whether it is about the whole country, or about no place, and says so where it opens.
    national: bool,
    /// Words that were not understood and that it does not have at all.
    lacks: Vec<String>,
}

/// The most reports whose figures are weighed of one period.
const MAX_REPORTS: usize = 6;
/// The most periods whose figures are weighed where the newest is looked for.
const MAX_TIMES: usize = 12;
/// The most figures weighed of one period.
const MAX_RIVALS: usize = 60;
/// Two numbers that differ by less are the same one, rounded.
const ROUNDED: f64 = 0.03;

/// The id of figures and reports of no place.
pub(super) const NOWHERE: u32 = 0;

/// Whether figures of no place may answer: for the country, or for a zone that is named.
pub(super) fn takes_unowned(meaning: &Meaning, place: &str) -> bool {
    place == COUNTRY || meaning.names_zones()
}

/// Whether a text, folded, speaks of the whole country; its name alone, which many firms and papers bear, says so in a title only.
fn names_country(text: &str, title: bool) -> bool {
    let tokens = tokenize(text);
    PLACES.scan(&tokens).any(|found| {
        let place = Places::get().place(PlaceId(found.payload as u16));
        let whole = found.span(&tokens).of(text) != crate::text::fold(&place.name);
        place.slug == COUNTRY && (title || whole)
    })
}

pub(super) fn best(
    snapshot: &Snapshot,
    entries: &[Entry],
    wanted: Wanted,
    meaning: &Meaning,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Option<Taken>> {
    let Wanted {
        metric,
        place,
        period,
    } = wanted;
    let mut places = namesake_ids(snapshot, place);
    if takes_unowned(meaning, place) {
        places.push(NOWHERE);
    }
    if places.is_empty() {
        return Ok(None);
    }
    let exact = snapshot.meta.metrics.id(metric);
    let taxonomy = &snapshot.taxonomy;
    let flows = !taxonomy.is_standing(metric) && period.is_some();
    let asked: &[Basis] = if meaning.against_plan {
        &[]
    } else {
        &meaning.shown.basis
    };
    // How much it is says no rate of its change, nor does a year say what a month brought.
    let level = meaning.asks_level() && !metric.ends_with(".growth");
    let no_rates = level || meaning.on_month || meaning.on_december;
    let rate = |e: &Entry| {
        let code = snapshot.meta.metrics.name(e.figure.metric());
        code.is_some_and(|code| code.ends_with(".growth"))
    };
    let gather = |when: &dyn Fn(&Entry) -> bool| -> Vec<(u32, &Entry)> {
        entries
            .iter()
            .filter(|e| places.contains(&e.figure.place()) && when(e))
            .filter(|e| !no_rates || !rate(e))
            .filter_map(|e| {
                let fit = fit(e.figure.basis(), asked, flows)?;
                // What was summed up since ever is not what a year brought.
                if meaning.flow && asked.is_empty() && period.is_some() && is_open(e.figure.basis())
                {
                    return None;
                }
                Some((fit, e))
            })
            .collect()
    };
    let part = |own: Period| (own.start().1, own.end().1);
    let of_part = |e: &Entry| {
        meaning.part.is_none_or(|months| {
            let own = e.figure.period().filter(|own| own.single_year().is_some());
            own.map(part) == Some(months)
        })
    };
    // What stands is of the time of its report, where its sentence names no other.
    let held = |e: &Entry| {
        let doc = e.address.doc_id;
        let of_report = || report_period(snapshot.columns(e.address), doc);
        let stands = is_open(e.figure.basis());
        e.figure.period().or_else(|| of_report().filter(|_| stands))
    };
    let near = period.map(|asked| Near::new(asked, meaning.loose));
    let mut fitting = match (near, period) {
        (Some(near), _) if near.start => gather(&|e| {
            let stands = is_open(e.figure.basis());
            held(e).is_some_and(|own| near.begins(own, stands))
        }),
        (_, Some(period)) => gather(&|e| e.figure.period() == Some(period)),
        (_, None) => gather(&of_part),
    };
    let mut newest = near.is_none_or(|near| near.start);
    if fitting.is_empty()
        && let Some(near) = near.filter(|near| !near.start)
    {
        let standing = |e: &Entry| is_open(e.figure.basis());
        fitting = gather(&|e| standing(e) && held(e).is_some_and(|own| near.holds(own)));
        if fitting.is_empty() {
            // What was summed up stands where the question is for what there is.
            let standing = |e: &Entry| {
                let summed = !asked.is_empty() || metric.ends_with(".total");
                e.figure.basis() == Basis::Stock
                    || e.figure.basis() == Basis::Cumulative
                        && summed
                        && taxonomy.is_standing(metric)
            };
            fitting = gather(&|e| standing(e) && held(e).is_some_and(|own| near.reaches(own)));
        }
        newest = true;
    }
    // A part of the branch answers only where the metric itself is not stated.
    if fitting.iter().any(|(_, e)| e.figure.metric() == exact) {
        fitting.retain(|(_, e)| e.figure.metric() == exact);
    }
    let mut times: Vec<Option<Period>> = Vec::new();
    if newest {
        let far = |time: Option<Period>| {
            let near = near.filter(|near| !near.start);
            near.zip(time).map_or(0, |(near, own)| near.far(own))
        };
        times = fitting.iter().map(|(_, e)| held(e)).collect();
        times.sort_by_key(|time| {
            let newest = time.map(|p| (p.end(), p.len_months()));
            (far(*time), std::cmp::Reverse(newest))
        });
        times.dedup();
        times.truncate(MAX_TIMES);
    }
    let mut rivals = Rivals {
        snapshot,
        places: &places,
        ranks,
        close: !meaning.bodies.is_empty() || !meaning.rest.is_empty() || meaning.names_zones(),
        meaning,
        opened: Vec::new(),
        list: Vec::new(),
    };
    let id = taxonomy.by_code(metric);
    let context = Context {
        meaning,
        exact,
        new: snapshot.meta.metrics.id(&format!("{metric}.new")),
        newest: period.is_none(),
        usual_unit: id.and_then(|id| Some(taxonomy.metric(id).units.first()?.as_str())),
    };
    if newest {
        // From the newest back, until there is one of the body that is asked for.
        for time in &times {
            let own = fitting.iter().filter(|(_, e)| held(e) == *time);
            rivals.add(own.copied().collect(), |figure| Some(figure.clone()), false)?;
            if rivals.list.iter().any(|rival| context.is_of_body(rival)) {
                break;
            }
        }
    } else {
        rivals.add(fitting, |figure| Some(figure.clone()), false)?;
    }
    if meaning.shown.basis.contains(&Basis::Target) && !meaning.against_plan {
        let year = |own: Period| {
            let year = own.single_year().and_then(Period::year)?;
            period.is_none_or(|p| p == year).then_some(year)
        };
        let beside = entries
            .iter()
            .filter(|e| {
                e.figure.metric() == exact
                    && places.contains(&e.figure.place())
                    && e.figure.basis() != Basis::Target
                    && e.figure.period().is_some_and(|own| year(own).is_some())
            })
            .map(|e| (0, e))
            .collect();
        rivals.add(
            beside,
            |figure| {
                let own = &figure.observation;
                let (value, period) = (own.plan_value?, own.period.and_then(year)?);
                let mut plan = figure.clone();
                plan.observation.basis = Basis::Target;
                plan.observation.value = value;
                plan.observation.value_max = None;
                plan.observation.qualifier = Qualifier::Exact;
                plan.observation.period = Some(period);
                plan.observation.as_of = None;
                plan.observation.yoy_pct = None;
                plan.observation.plan_pct = None;
                plan.observation.plan_value = None;
                plan.observation.alternative = None;
                Some(plan)
            },
            true,
        )?;
        // Without a period the newest plan, wherever it is stated.
        let last = |rival: &Rival| rival.figure.observation.period.map(Period::end);
        if period.is_none()
            && let Some(latest) = rivals.list.iter().map(last).max()
        {
            rivals.list.retain(|rival| last(rival) == latest);
        }
    }
    for rival in &mut rivals.list {
        let own = held(&rival.entry);
        rival.age = times.iter().position(|time| *time == own).unwrap_or(0) as u32;
    }
    rivals.compare();
    Ok(take(rivals.list, &context))
}

/// A time that is asked for, and what is near enough to it for what stands.
#[derive(Clone, Copy)]
struct Near {
    asked: Period,
    /// Whether only the beginning of it is meant, however many months.
    start: bool,
    /// How many months off a date may be.
    reach: i32,
}

impl Near {
    fn new(asked: Period, loose: Option<Loose>) -> Self {
        Self {
            asked,
            start: loose == Some(Loose::Start) && asked.len_months() == 12,
            reach: if loose.is_some() { 3 } else { 1 },
        }
    }

    /// Whether a period is of the first months of the year; what stands may do so since the last December.
    fn begins(self, own: Period, stands: bool) -> bool {
        const MONTHS: i32 = 6;
        let first = month(self.asked.start());
        match stands {
            true => (first - 1..first + MONTHS).contains(&month(own.end())),
            false => own.start() == self.asked.start() && own.len_months() as i32 <= MONTHS,
        }
    }

    /// Whether what stands at the end of a period is what there is at the one that is asked for: at a date within the year what the year
    /// has, at the end of June what the half has.
    fn holds(self, own: Period) -> bool {
        own.end() == self.asked.end() || self.asked.len_months() == 12 && self.asked.contains(own)
    }

    /// Whether a date is so near that what stands then stands in its place.
    fn reaches(self, own: Period) -> bool {
        self.asked.len_months() < 12 && self.far(own) <= self.reach
    }

    fn far(self, own: Period) -> i32 {
        (month(own.end()) - month(self.asked.end())).abs()
    }
}

/// Months since the year 0.
fn month((year, month): (i32, u32)) -> i32 {
    year * 12 + month as i32
}

/// The figure that is taken, and why.
pub(super) struct Taken {
    pub figure: Figure,
    pub address: DocAddress,
    pub choice: Choice,
    /// The body whose it is, where the query names none.
    pub body: Option<&'static Body>,
}

/// Takes the best by [`ORDER`].
fn take(rivals: Vec<Rival>, context: &Context) -> Option<Taken> {
    /// How many of the others are named.
    const NAMED: usize = 5;
    let meaning = context.meaning;
    let (own, others): (Vec<Rival>, Vec<Rival>) = rivals
        .into_iter()
        .filter(|rival| rival.says(&meaning.rest))
        .partition(|rival| {
            // A zone that is named says whose it is.
            match meaning.names_zones() {
                true => rival.is_of_zone(meaning),
                false => rival.is_of(&meaning.bodies),
            }
        });
    let rivals = if own.is_empty() && !meaning.names_zones() {
        others
            .into_iter()
            .filter(|rival| rival.report.about)
            .collect()
    } else {
        own
    };
    let mut list: Vec<(Marks, Rival)> = rivals
        .into_iter()
        .map(|rival| (context.marks(&rival), rival))
        .collect();
    list.sort_by_key(|(marks, _)| *marks);
    let weighed = list.len();
    let mut list = list.into_iter();
    let (best, rival) = list.next()?;
    let body = context.body_of(&rival);
    let (figure, address) = (rival.figure, rival.report.address);
    let passed_over = list
        .take(NAMED)
        .map(|(marks, other)| {
            let at = (0..ORDER.len()).find(|&i| marks[i] != best[i]);
            let at = at.unwrap_or(ORDER.len() - 1);
            PassedOver {
                criterion: ORDER[at].name().to_owned(),
                it_is: ORDER[at].meaning(marks[at], &other.figure),
                taken_is: ORDER[at].meaning(best[at], &figure),
                figure: other.figure,
            }
        })
        .collect();
    let choice = Choice {
        weighed,
        passed_over,
    };
    Some(Taken {
        figure,
        address,
        choice,
        body,
    })
}

/// Figures that may answer, read from the store.
struct Rivals<'a> {
    snapshot: &'a Snapshot,
    /// Ids of the place and its namesakes.
    places: &'a [u32],
    ranks: &'a FxHashMap<DocAddress, usize>,
    /// Whether their words are looked at closely.
    close: bool,
    /// What is asked for.
    meaning: &'a Meaning,
    opened: Vec<Rc<Opened>>,
    list: Vec<Rival>,
}

impl Rival {
    /// Whether it is of one of the bodies that are asked for, where any is: its sentence says so, its report's title, or how the
    /// report opens.
    fn is_of(&self, bodies: &[&Body]) -> bool {
        let sentence = folded(&self.figure.observation.quote);
        let named = |body: &&Body| {
            body.has(&self.figure.observation.metric)
                || [&sentence, &self.report.title, &self.report.opening]
                    .into_iter()
                    .any(|text| body.is_named(&text.split(' ').collect::<Vec<_>>()))
        };
        bodies.is_empty() || bodies.iter().any(named)
    }

    /// Whether it is of a zone that the query names: its sentence says so, or the report is about it and its sentence names no other, nor
    /// a province.
    pub fn is_of_zone(&self, meaning: &Meaning) -> bool {
        let sentence = &self.figure.observation.quote;
        let about = [&self.report.title, &self.report.opening];
        let about = about.into_iter().any(|text| meaning.zones_named_in(text));
        // What stands behind the number is where a part of it is: `21.000 người, phần lớn ở KCN …`.
        let of_other = || {
            let named = PLACES.scan(&tokenize(&self.before)).next().is_some();
            named || meaning.other_zone_named_in(&self.before)
        };
        meaning.zones_named_in(sentence) || about && !of_other()
    }

    /// Whether it says what narrows the metric: its sentence before the number, or where the word does not stand beside the metric's
    /// name, what follows the number at once, or the title. A common word that does not stand there narrows nothing if the report does
    /// not have it: then it only asks.
    fn says(&self, rest: &[Left]) -> bool {
        let holds = |text: &str, word: &str| text.split(' ').any(|own| own == word);
        rest.iter().all(|left| {
            let word = &left.word;
            holds(&self.before, word)
                || !left.beside
                    && (holds(&self.behind, word)
                        || holds(&self.report.title, word)
                        || left.is_common && self.report.lacks.contains(word))
        })
    }
}

/// Whether a text of `words` names bodies so often that what it says without naming any is theirs.
fn is_about(words: &[&str], bodies: &[&Body]) -> bool {
    /// How often at least, and at least once in how many words.
    const TIMES: usize = 4;
    const WORDS: usize = 80;
    let named: usize = bodies
        .iter()
        .map(|body| body.places_in(words).count())
        .sum();
    named >= TIMES && named * WORDS >= words.len()
}

impl Rivals<'_> {
    /// Reads a report.
    fn open(&self, address: DocAddress) -> Result<Opened> {
        let snapshot = self.snapshot;
        let mut opened = Opened {
            address,
            stored: snapshot.stored(address)?,
            title: folded(&snapshot.title(address)),
            opening: String::new(),
            about: false,
            national: false,
            lacks: Vec::new(),
        };
        if self.close || self.places.contains(&NOWHERE) {
            let text = &opened.stored.text;
            opened.opening = folded(opening_of(text));
            let place = snapshot.columns(address).place.first(address.doc_id);
            let place = place.map(|id| id as u32).filter(|id| *id != NOWHERE);
            let country = snapshot.meta.places.id(COUNTRY);
            opened.national = place.is_none_or(|id| id == country)
                && (names_country(&opened.title, true) || names_country(&opened.opening, false));
            let words = folded(text);
            let words: Vec<&str> = words.split(' ').collect();
            opened.about = is_about(&words, &self.meaning.bodies);
            let rest = self.meaning.rest.iter().map(|left| &left.word);
            let lacks = rest.filter(|word| !words.contains(&word.as_str()));
            opened.lacks = lacks.cloned().collect();
        }
        Ok(opened)
    }

    /// Adds what `read` makes of the figures of the best reports; the number beside each is how well its basis fits.
    fn add(
        &mut self,
        mut fitting: Vec<(u32, &Entry)>,
        read: impl Fn(&Figure) -> Option<Figure>,
        beside: bool,
    ) -> Result<()> {
        let snapshot = self.snapshot;
        let rank = |e: &Entry| self.ranks.get(&e.address).copied().unwrap_or(usize::MAX);
        fitting.sort_by_key(|(basis, e)| {
            (
                rank(e),
                *basis,
                std::cmp::Reverse(
                    snapshot
                        .columns(e.address)
                        .published
                        .first(e.address.doc_id),
                ),
                e.address,
                e.nth,
            )
        });
        let mut reports: Vec<DocAddress> = Vec::new();
        for (fit, entry) in fitting.into_iter().take(MAX_RIVALS) {
            if !reports.contains(&entry.address) {
                if reports.len() == MAX_REPORTS {
                    continue;
                }
                reports.push(entry.address);
            }
            let known = self.opened.iter().find(|o| o.address == entry.address);
            let report = match known {
                Some(known) => Rc::clone(known),
                None => {
                    let new = Rc::new(self.open(entry.address)?);
                    self.opened.push(Rc::clone(&new));
                    new
                }
            };
            let figure = Figure::of(&report.stored, entry.nth as usize);
            let Some(figure) = figure.as_ref().and_then(&read) else {
                continue;
            };
            // A figure of no place is the country's where its report is, and a zone's where the sentence or the report says so.
            let unowned = entry.figure.place() == NOWHERE;
            if unowned && !self.meaning.names_zones() && !report.national {
                continue;
            }
            let columns = snapshot.columns(entry.address);
            let doc = entry.address.doc_id;
            let (mut before, mut behind) = Default::default();
            if self.close {
                let own = &figure.observation;
                let number = own.span.of(&report.stored.text);
                let quote = &own.quote;
                let at = quote.find(number);
                before = folded(at.map_or(quote, |at| &quote[..at]));
                let rest = at.map_or("", |at| &quote[at + number.len()..]);
                let ends = |c: char| !c.is_alphabetic() && c != ' ';
                behind = folded(rest.split(ends).next().unwrap_or_default());
            }
            self.list.push(Rival {
                entry: *entry,
                fit,
                // Reports that the words do not rank stand behind those that they do.
                rank: rank(entry).min(12) + usize::from(rank(entry) == usize::MAX) * 4,
                own_place: columns
                    .place
                    .first(doc)
                    .is_some_and(|id| self.places.contains(&(id as u32))),
                own_period: report_period(columns, doc) == entry.figure.period(),
                of_its_time: of_its_time(&figure.observation),
                merged: figure.observation.subject.as_deref().is_some_and(is_new),
                figure,
                report,
                before,
                behind,
                beside,
                age: 0,
                share: 1.0,
                estimated: false,
                early: false,
                rounded: false,
            });
        }
        Ok(())
    }

    /// Says of each figure what the others of its report say of it.
    fn compare(&mut self) {
        for i in 0..self.list.len() {
            let own = &self.list[i];
            let (mut largest, mut estimated, mut rounded) = (0.0f64, false, false);
            let mut early = false;
            let value = magnitude(&own.figure);
            for other in &self.list {
                if other.entry.address != own.entry.address {
                    continue;
                }
                let (a, b) = (&own.figure.observation, &other.figure.observation);
                if a.period != b.period {
                    continue;
                }
                estimated |= b.basis == Basis::Estimate;
                if a.unit != b.unit || a.metric != b.metric || is_open(b.basis) != is_open(a.basis)
                {
                    continue;
                }
                let theirs = magnitude(&other.figure);
                largest = largest.max(theirs);
                early |= theirs >= value && is_early(b);
                rounded |= (theirs - value).abs() <= ROUNDED * value && digits(b) > digits(a);
            }
            let own = &mut self.list[i];
            own.estimated = estimated;
            own.rounded = rounded;
            own.early = early;
            if largest > 0.0 {
                own.share = value / largest;
            }
        }
    }
}

/// Whether a slug is that of a unit that was made of others in 2025.
fn is_new(slug: &str) -> bool {
    slug.ends_with("-2025")
}

/// Whether a figure's subject was a unit at the end of its period, where both are known.
fn of_its_time(figure: &Observation) -> bool {
    let places = Places::get();
    let subject = figure.subject.as_deref().and_then(|s| places.by_slug(s));
    subject.zip(figure.period).is_none_or(|(id, period)| {
        let place = places.place(id);
        let (year, month) = period.end();
        let end = format!("{year:04}-{month:02}-28");
        place.valid_from.as_ref().is_none_or(|from| *from <= end)
            && place.valid_to.as_ref().is_none_or(|to| end <= *to)
    })
}
