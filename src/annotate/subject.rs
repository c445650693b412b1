//! Whom a report, or a figure in it, is about, against the places that are only mentioned.
//!
//! Every mention has a weight by what it stands as and where: the headline before the lead, the office that reports before a bare
//! name, a meeting's town least of all. The places whose weight carries the report are its subjects; where none does, the answer is
//! none. A region or the whole country can be the subject as well.

mod figure;
mod held;
mod zones;

use rustc_hash::FxHashMap;

use super::layout::Layout;
use super::overview::Defined;
use super::period::Periods;
use super::places::{self, Found, MentionKind, PlaceMention, PlaceNames};
use super::{Evidence, Given, PlaceFinding, ZoneFinding};
use crate::Span;
use crate::model::{Gazetteer, PlaceId, PlaceKind, Places};
use crate::text::{Token, TokenKind, Tokens};
use held::{Era, Inherited};
use zones::settle_zones;

/// All that was read of places in one text.
#[derive(Clone, Debug, Default)]
pub struct PlaceReading {
    mentions: Vec<PlaceMention>,
    spans: Vec<Span>,
    findings: Vec<PlaceFinding>,
    zones: Vec<ZoneFinding>,
    layout: Layout,
    /// Offsets of `lần lượt`.
    turns: Vec<usize>,
    /// Offsets of numbers.
    numbers: Vec<usize>,
    /// Offsets of numbers and punctuation.
    stops: Vec<usize>,
    /// Offsets of brackets, and whether they open.
    brackets: Vec<(usize, bool)>,
    /// The era that the words beside each mention name.
    eras: Vec<Option<Era>>,
    /// Whom each sentence speaks of where it names nobody.
    inherited: Vec<Inherited>,
    /// The main subject stands in the headline.
    headed: bool,
    /// Main subject, as its unit before July 2025.
    main: Option<PlaceId>,
    /// The text speaks of the whole country.
    country: bool,
    /// The text is about a town or district: its figures are not those of the province.
    town: bool,
    /// The day that decides between the units before and after July 2025.
    day: Option<String>,
}

/// Weight of a mention by what it stands as.
fn base_weight(kind: MentionKind) -> f32 {
    match kind {
        MentionKind::Board => 3.0,
        MentionKind::Customs => 2.5,
        MentionKind::Office => 2.0,
        MentionKind::Unit | MentionKind::Bloc => 1.5,
        MentionKind::Zone => 1.3,
        MentionKind::Name => 1.0,
        MentionKind::Town => 0.6,
        MentionKind::Initials => 0.5,
        MentionKind::Venue => 0.4,
        MentionKind::Part => 0.1,
    }
}

fn kind_name(kind: MentionKind) -> &'static str {
    match kind {
        MentionKind::Board => "board",
        MentionKind::Customs => "customs",
        MentionKind::Office => "office",
        MentionKind::Unit => "unit",
        MentionKind::Bloc => "bloc",
        MentionKind::Zone => "zone",
        MentionKind::Name => "name",
        MentionKind::Town => "town",
        MentionKind::Initials => "initials",
        MentionKind::Venue => "venue",
        MentionKind::Part => "part",
    }
}

/// What speaks for one place.
#[derive(Default)]
struct Score {
    title: f32,
    lead: f32,
    body: f32,
    /// Sentences with mentions that are more than parts of names and venues.
    real: u32,
    /// The last of those sentences.
    last: Option<usize>,
    /// Place of the first mention in the text.
    first: usize,
    /// Mentions of its towns and districts.
    towns: u32,
    evidence: Vec<(f32, Evidence)>,
}

impl Score {
    fn total(&self) -> f32 {
        // Repetition counts less and less.
        self.title + self.lead + self.body.powf(0.85)
    }
}

/// Below this weight a place is mentioned, no more.
const ENOUGH: f32 = 2.2;
/// The same where the text names no other.
const ALONE: f32 = 1.5;
/// Pieces of evidence kept for each place.
const KEPT: usize = 8;

impl PlaceReading {
    /// Reads the places of a text whose periods are known; those decide between units before and after July 2025.
    #[must_use]
    pub fn read(text: &str, tokens: &Tokens, periods: &Periods, given: &Given) -> Self {
        Self::read_with(text, tokens, periods, given, Gazetteer::empty())
    }

    /// The same with a user's names over the built-in ones.
    #[must_use]
    pub fn read_with(
        text: &str,
        tokens: &Tokens,
        periods: &Periods,
        given: &Given,
        gazetteer: &Gazetteer,
    ) -> Self {
        let layout = periods.layout().clone();
        let names = PlaceNames::of(gazetteer);
        let Found {
            mut mentions,
            zones: zone_mentions,
            own_zones,
        } = places::find(text, tokens, &layout, &names);
        let list = tokens.list();
        let day = given
            .published
            .clone()
            .or_else(|| periods.published().map(|d| d.to_string()))
            .or_else(|| {
                let (year, month) = periods.main()?.period.end();
                Some(format!("{year:04}-{month:02}-28"))
            });
        let mut zones = settle_zones(text, tokens, &mut mentions, &zone_mentions);
        zones.extend(own_zones);
        zones.sort_by_key(|zone| zone.span);
        mentions.sort_by_key(|m| (m.first, m.end));
        let spans: Vec<Span> = mentions
            .iter()
            .map(|m| list[m.first].span.cover(list[m.end - 1].span))
            .collect();
        let starts = |counts: &dyn Fn(&Token) -> bool| -> Vec<usize> {
            list.iter()
                .filter(|t| counts(t))
                .map(|t| t.span.start)
                .collect()
        };
        let mut reading = Self {
            findings: Vec::new(),
            zones,
            layout,
            turns: list
                .windows(2)
                .filter(|w| tokens.exact(&w[0]) == "lần" && tokens.exact(&w[1]) == "lượt")
                .map(|w| w[0].span.start)
                .collect(),
            numbers: starts(&|t| t.kind == TokenKind::Number),
            brackets: list
                .iter()
                .filter_map(|t| match t.span.of(text) {
                    "(" => Some((t.span.start, true)),
                    ")" => Some((t.span.start, false)),
                    _ => None,
                })
                .collect(),
            stops: starts(&|t| !matches!(t.kind, TokenKind::Word | TokenKind::Break)),
            eras: held::eras(tokens, &mentions),
            inherited: Vec::new(),
            headed: false,
            mentions,
            spans,
            main: None,
            country: false,
            town: false,
            day,
        };
        reading.inherited = held::inherited(
            text,
            tokens,
            &reading.layout,
            &reading.mentions,
            &reading.spans,
            &reading.numbers,
        );
        // `TP. X sau hợp nhất`: the report knows the units since July 2025, though its period may end before.
        let later = reading.is_reformed() && held::knows_the_reform(tokens, periods);
        if reading.eras.contains(&Some(Era::After)) && reading.is_reformed() || later {
            let reform = held::REFORM.to_owned();
            reading.day = reading.day.take().max(Some(reform));
        }
        reading.decide(text, tokens, given, &names);
        reading
    }

    fn decide(&mut self, text: &str, tokens: &Tokens, given: &Given, names: &PlaceNames) {
        let places = Places::get();
        let title_line = self.layout.title();
        let lines = self.layout.lines();
        let body = self
            .layout
            .sentences()
            .iter()
            .position(|s| {
                let line = lines[s.line as usize];
                Some(s.line as usize) != title_line && line.words >= 12 && !line.caption
            })
            .unwrap_or(0);
        let mut scores: FxHashMap<PlaceId, Score> = FxHashMap::default();
        let given_title = given.title.as_deref().map(|title| {
            let tokens = crate::text::tokenize(title);
            let layout = Layout::new(title, &tokens);
            let found = places::find(title, &tokens, &layout, names);
            (found.mentions, tokens, title)
        });
        let title_words = given_title.as_ref().map(|(_, tokens, _)| {
            tokens
                .list()
                .iter()
                .map(|t| tokens.folded(t).to_owned())
                .collect::<Vec<_>>()
        });
        let is_title = |line: usize| match &title_words {
            None => Some(line) == title_line,
            Some(words) => {
                line < 10
                    && (lines[line].end - lines[line].first) as usize == words.len()
                    && (lines[line].first..lines[line].end)
                        .zip(words)
                        .all(|(t, w)| tokens.folded(&tokens.list()[t as usize]) == w)
            }
        };
        let mut titled = false;
        for (mention, span) in self.mentions.iter().zip(&self.spans) {
            let Some(sentence) = self.layout.sentence_at(span.start) else {
                continue;
            };
            let line_index = self.layout.sentences()[sentence].line as usize;
            let line = lines[line_index];
            let mut weight = base_weight(mention.kind);
            if mention.listed {
                weight *= 0.35;
            }
            if mention.aside {
                weight *= 0.1;
            }
            let score = scores.entry(mention.place).or_default();
            // Without a headline, the name that the text opens with stands for one (`Hậu Giang là một tỉnh …`).
            let opens = title_line.is_none() && given_title.is_none() && mention.first <= 1;
            let title = is_title(line_index) || opens;
            titled |= title;
            if title {
                // A place in the headline is the subject, but where it is only part of a name.
                weight *= 4.0;
                score.title = score.title.max(weight);
            } else if sentence < body + 3 {
                weight *= 1.6;
                score.lead += weight;
            } else if line_index + 2 >= lines.len() && line.words <= 10 {
                // The signature.
                weight *= 1.6;
                score.lead += weight;
            } else {
                score.body += weight;
            }
            match mention.kind {
                _ if mention.aside => {}
                MentionKind::Part | MentionKind::Venue => {}
                MentionKind::Town => score.towns += 1,
                _ => {
                    score.real += u32::from(score.last != Some(sentence));
                    score.last = Some(sentence);
                }
            }
            if score.evidence.is_empty() {
                score.first = span.start;
            }
            score.evidence.push((
                weight,
                Evidence {
                    kind: if title {
                        "title".into()
                    } else {
                        kind_name(mention.kind).into()
                    },
                    quote: span.of(text).to_owned(),
                    span: Some(*span),
                },
            ));
        }
        if let Some((mentions, tokens, title)) = given_title.as_ref().filter(|_| !titled) {
            for mention in mentions {
                let list = tokens.list();
                let span = list[mention.first].span.cover(list[mention.end - 1].span);
                let score = scores.entry(mention.place).or_default();
                let weight = base_weight(mention.kind) * 4.0;
                score.title = score.title.max(weight);
                score.real += 1;
                score.evidence.push((
                    weight,
                    Evidence {
                        kind: "title".into(),
                        quote: span.of(title).to_owned(),
                        span: None,
                    },
                ));
            }
        }
        let mut ranked: Vec<(PlaceId, Score)> = scores.into_iter().collect();
        // `trên địa bàn tỉnh` without a name is the one province that the text names.
        let mut named = ranked
            .iter_mut()
            .filter(|(id, s)| s.real > 0 && places.place(*id).kind == PlaceKind::Province);
        if let (Some((_, score)), None) = (named.next(), named.next()) {
            score.lead += 1.5 * held::unnamed(tokens).min(2) as f32;
        }
        ranked.sort_by(|(a, one), (b, other)| {
            let first = one.first.cmp(&other.first);
            other
                .total()
                .total_cmp(&one.total())
                .then(first)
                .then(a.cmp(b))
        });
        let kind_of = |id: PlaceId| places.place(id).kind;
        let of_kind = |kind| {
            ranked
                .iter()
                .filter(move |(id, _)| kind_of(*id) == kind)
                .map(|(id, score)| (*id, score))
        };
        let country = of_kind(PlaceKind::Country)
            .next()
            .map_or(0.0, |(_, s)| s.total());
        let country_title = of_kind(PlaceKind::Country).any(|(_, s)| s.title > 0.0);
        let region = of_kind(PlaceKind::Region).next();
        let mut provinces = of_kind(PlaceKind::Province);
        let first = provinces.next();
        let second = provinces.next();
        let all: f32 = of_kind(PlaceKind::Province).map(|(_, s)| s.total()).sum();

        let mut subjects: Vec<PlaceId> = Vec::new();
        let bloc = region.filter(|(id, s)| {
            let blocs = self
                .mentions
                .iter()
                .filter(|m| m.place == *id && m.kind == MentionKind::Bloc)
                .count();
            // A bloc some of whose members are named one by one is the subject, however often its host is named.
            let members = of_kind(PlaceKind::Province)
                .filter(|(member, _)| places.place(*member).parent == Some(*id))
                .count();
            let lead = if blocs >= 3 && members >= 3 { 0.4 } else { 1.2 };
            (s.title > 0.0 || blocs >= 2)
                && first.is_none_or(|(_, f)| {
                    s.title > f.title || f.title == 0.0 && s.total() > lead * f.total()
                })
        });
        if let Some((id, _)) = bloc {
            subjects.push(id);
        } else if let Some((id, score)) = first {
            let total = score.total();
            let rival = second.map_or(0.0, |(_, s)| s.total());
            // `A vượt B`: the places of the headline, where no other is spoken of more.
            let headed = score.title > 0.0
                && of_kind(PlaceKind::Province)
                    .all(|(_, s)| s.title >= 0.99 * score.title || s.total() < 0.5 * total);
            let leads = headed
                || score.title > 0.0 && second.is_none_or(|(_, s)| s.title < score.title)
                || total > 0.45 * all && total > 1.2 * rival
                || total > 1.8 * rival;
            let national = score.title < 1.0 && country > 1.3 * total
                || score.title < 1.0 && country_title && country > 0.6 * total;
            // `Thành phố Quy Nhơn: …`: a town carries its province where the text names no other.
            let town = score.real == 0
                && total > 0.8 * all
                && (score.title > 0.0 || score.towns >= 2 && score.lead > 0.0);
            // One mention somewhere in the text makes no subject.
            let told = score.title > 0.0 || score.lead > 0.0 || score.real >= 2;
            // One name that nothing stands against.
            let alone = second.is_none() && score.real > 0 && total >= ALONE && country < total;
            let enough = total >= ENOUGH || alone;
            if (score.real > 0 && told || town) && enough && leads && !national {
                self.town =
                    town || score.title == 0.0 && self.layout.defined() == Some(Defined::Town);
                subjects.push(id);
                self.headed = score.title > 0.0;
                // Others that the headline names beside it.
                subjects.extend(
                    of_kind(PlaceKind::Province)
                        .skip(1)
                        .filter(|(_, s)| {
                            score.title > 0.0
                                && s.title >= 0.99 * score.title
                                && s.total() > 0.4 * total
                        })
                        .map(|(id, _)| id),
                );
            }
        }
        self.country = subjects.is_empty()
            && country > 2.0
            && first.is_none_or(|(_, s)| country > 0.6 * s.total());
        self.main = subjects.first().copied();

        let total: f32 = ranked.iter().map(|(_, s)| s.total()).sum::<f32>().max(1e-6);
        let mut findings: Vec<PlaceFinding> = Vec::new();
        for (id, mut score) in ranked {
            let subject = subjects.contains(&id) || self.country && id == PlaceId(0);
            let weight = score.total() / total;
            score
                .evidence
                .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.span.cmp(&b.1.span)));
            score.evidence.truncate(KEPT);
            findings.push(PlaceFinding {
                slug: self.slug(id),
                subject,
                weight,
                evidence: score.evidence.into_iter().map(|(_, e)| e).collect(),
            });
        }
        if !given.provinces.is_empty() {
            self.town = false;
            for finding in &mut findings {
                finding.subject = false;
            }
            for slug in given.provinces.iter().rev() {
                let evidence = Evidence {
                    kind: "given".into(),
                    quote: slug.clone(),
                    span: None,
                };
                let at = findings.iter().position(|f| f.slug == *slug);
                let mut finding = at.map_or_else(
                    || PlaceFinding {
                        slug: slug.clone(),
                        subject: true,
                        weight: 1.0,
                        evidence: Vec::new(),
                    },
                    |at| findings.remove(at),
                );
                finding.subject = true;
                finding.weight = 1.0;
                finding.evidence.insert(0, evidence);
                findings.insert(0, finding);
            }
            self.country = false;
            self.main = places
                .by_slug(&given.provinces[0])
                .map(|id| places.at(id, None));
            if let Some(id) = self.main
                && given.provinces[0] != self.slug(id)
            {
                // The slug given says which units the report speaks of.
                self.day = Some(
                    if given.provinces[0].ends_with("-2025") || given.provinces[0] == "hue" {
                        held::REFORM
                    } else {
                        "2024-12-31"
                    }
                    .into(),
                );
            }
        } else {
            let order = |f: &PlaceFinding| subjects.iter().position(|id| self.slug(*id) == f.slug);
            findings.sort_by_key(|f| (!f.subject, order(f).unwrap_or(usize::MAX)));
        }
        self.findings = findings;
    }

    /// Slug of the unit that a mention names: that of the era its words give, and of a name that is gone the unit that had it.
    fn slug_of(&self, mention: usize) -> String {
        let places = Places::get();
        let id = self.mentions[mention].place;
        let era = self.eras[mention];
        let unit = era
            .filter(|era| *era == Era::Before || self.is_reformed())
            .map(|era| held::unit_of(id, era));
        let gone = || {
            let now = held::unit_of(id, Era::After);
            let kept = places.place(now).slug.trim_end_matches("-2025") == places.place(id).slug
                || places.place(now).slug == "hue";
            (!kept).then_some(id)
        };
        match unit.or_else(gone) {
            Some(unit) => places.place(unit).slug.clone(),
            None => self.slug(id),
        }
    }

    /// Whether the report can know the units of July 2025.
    fn is_reformed(&self) -> bool {
        self.day.as_deref().is_some_and(|day| day >= "2025")
    }

    /// Slug of the unit that bears the name on the report's day.
    fn slug(&self, id: PlaceId) -> String {
        let places = Places::get();
        places
            .place(places.at(id, self.day.as_deref()))
            .slug
            .clone()
    }

    /// Subjects first (main one first), then mentions, by weight.
    #[must_use]
    pub fn findings(&self) -> &[PlaceFinding] {
        &self.findings
    }

    /// Zones named, in order of their first place.
    #[must_use]
    pub fn zones(&self) -> &[ZoneFinding] {
        &self.zones
    }

    /// Mentions in order.
    #[must_use]
    pub fn mentions(&self) -> &[PlaceMention] {
        &self.mentions
    }

    /// Slugs of the subjects, the main one first; empty where unknown or where the text speaks of the whole country.
    #[must_use]
    pub fn subjects(&self) -> Vec<&str> {
        self.findings
            .iter()
            .filter(|f| f.subject && f.slug != crate::model::place::COUNTRY)
            .map(|f| f.slug.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_have_the_subjects_the_specs_give() {
        let mut wrong = Vec::new();
        for line in include_str!("../../tests/specs/place.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let (text, expected) = line.split_once('\t').expect("two columns");
            let tokens = crate::text::tokenize(text);
            let given = Given::default();
            let periods = Periods::read(text, &tokens, &given);
            let reading = PlaceReading::read(text, &tokens, &periods, &given);
            let got = reading
                .subjects()
                .first()
                .copied()
                .unwrap_or("-")
                .to_owned();
            if got != expected {
                wrong.push(format!("{text}: {got}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn reports_begin_with_the_province_and_period_the_specs_give() {
        let mut wrong = Vec::new();
        for line in include_str!("../../tests/specs/report.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let [text, place, period] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three columns: {line}");
            };
            let text = text.replace("\\n", "\n");
            let tokens = crate::text::tokenize(&text);
            let given = Given::default();
            let periods = Periods::read(&text, &tokens, &given);
            let reading = PlaceReading::read(&text, &tokens, &periods, &given);
            let got_place = reading
                .subjects()
                .first()
                .copied()
                .unwrap_or("-")
                .to_owned();
            let got_period = periods
                .main()
                .map_or("-".to_owned(), |f| f.period.to_string());
            if (got_place.as_str(), got_period.as_str()) != (place, period) {
                wrong.push(format!(
                    "{text}: {got_place} {got_period}, not {place} {period}"
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn figures_of_a_town_are_not_its_provinces() {
        let subject = |text: &str| {
            let tokens = crate::text::tokenize(text);
            let given = Given::default();
            let periods = Periods::read(text, &tokens, &given);
            let reading = PlaceReading::read(text, &tokens, &periods, &given);
            let start = text.find("310 tỷ").expect("the figure");
            let main = reading.subjects().first().map(|s| (*s).to_owned());
            (
                main,
                reading
                    .subject_for(Span::new(start, start + 6))
                    .map(|(slug, _)| slug),
            )
        };
        let (main, figure) = subject(
            "Thành phố Tuy Hòa thu ngân sách vượt dự toán\n\nNăm 2016, tổng thu trên địa bàn đạt 310 tỷ đồng.",
        );
        assert_eq!((main.as_deref(), figure), (Some("phu-yen"), None));
        let (main, figure) = subject(
            "Phú Yên thu ngân sách vượt dự toán\n\nNăm 2016, tổng thu trên địa bàn đạt 310 tỷ đồng.",
        );
        assert_eq!(main, figure);
    }
}
