//! Whom a report, or a figure in it, is about, against the places that are only mentioned.
//!
//! Every mention has a weight by what it stands as and where: the headline before the lead, the office that reports before a bare
//! name, a meeting's town least of all. The places whose weight carries the report are its subjects; where none does, the answer is
//! none. A region or the whole country can be the subject as well.

mod decide;
mod figure;
mod held;
mod nation;
mod zones;

use super::layout::Layout;
use super::period::{Date, Periods};
use super::places::{self, Found, PlaceMention, PlaceNames};
use super::{Given, PlaceFinding, ZoneFinding};
use crate::Span;
use crate::model::{Gazetteer, PlaceId, Places};
use crate::text::{Token, TokenKind, Tokens};
use decide::base_weight;
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
        // A date line that stands more than half a year behind the period is that of a visit, or of a page made anew.
        let told = periods.main().map(|main| main.period.end());
        let beside = |day: &Date| {
            told.is_none_or(|(year, month)| {
                (day.year - year) * 12 + day.month as i32 - month as i32 <= 6
            })
        };
        let day = given
            .published
            .clone()
            .or_else(|| periods.published().filter(beside).map(|d| d.to_string()))
            .or_else(|| told.map(|(year, month)| format!("{year:04}-{month:02}-28")));
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
                .filter(|w| tokens.is(&w[0], "lần") && tokens.is(&w[1], "lượt"))
                .map(|w| w[0].span.start)
                .collect(),
            numbers: starts(&|t| t.kind == TokenKind::Number),
            brackets: list
                .iter()
                .filter(|t| t.kind == TokenKind::Punct)
                .filter_map(|t| match tokens.exact_bytes(t) {
                    b"(" => Some((t.span.start, true)),
                    b")" => Some((t.span.start, false)),
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
            let reform = crate::model::place::REFORM.to_owned();
            reading.day = reading.day.take().max(Some(reform));
        }
        reading.decide(text, tokens, given, &names);
        reading
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
