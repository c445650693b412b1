//! What of a free query names a province, a period, a metric, a basis, or asks.
//!
//! The words are read twice: as typed, and as they were restored (marks, glued words, near forms), so that `hanam` and
//! `Qung Ninh` are understood too. Whatever is understood stays searchable as words.

use std::sync::LazyLock;

use super::response::Interpretation;
use super::terms::Slot;
use crate::annotate::lexicon::Lexicon;
use crate::annotate::metric::Cues;
use crate::annotate::period::parse_period_phrase;
use crate::annotate::places::PlaceNames;
use crate::model::{
    Basis, Gazetteer, MetricId, Period, PeriodFilter, PlaceId, PlaceKind, Places, Taxonomy, ZoneId,
    ZoneKind, Zones,
};
use crate::text::{TokenKind, Tokens, tokenize};

/// The most tokens of a query that are read for meaning.
const MAX_TOKENS: usize = 120;

/// What was understood, with what an interpretation does not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meaning {
    pub shown: Interpretation,
    /// Provinces that initials may stand for (`QN`); what the index has decides.
    pub initials: Vec<String>,
    /// Whether the plan is only what something is measured against: `bằng bao nhiêu phần trăm kế hoạch`.
    pub against_plan: bool,
    /// Whether a change is asked for: `tăng bao nhiêu`, `giảm bao nhiêu`.
    pub compared: bool,
    /// Whether the whole of the period is asked for: `cả năm`.
    pub whole: bool,
    /// The unit named: `bao nhiêu tỷ đồng`.
    pub unit: Option<&'static str>,
    /// All words, folded.
    pub words: Vec<String>,
    /// Words that say nothing that was understood, folded.
    pub rest: Vec<String>,
    /// Names of the zones without their kind, folded.
    zone_names: Vec<String>,
    /// Provinces that they lie in.
    zone_provinces: Vec<String>,
}

impl Meaning {
    /// Whether a sentence names one of the zones that the query names, where it names any.
    pub fn zones_named_in(&self, sentence: &str) -> bool {
        if self.zone_names.is_empty() {
            return true;
        }
        let tokens = tokenize(sentence);
        let words: Vec<&str> = tokens.list().iter().map(|t| tokens.folded(t)).collect();
        let sentence = format!(" {} ", words.join(" "));
        self.zone_names
            .iter()
            .any(|name| sentence.contains(&format!(" {name} ")))
    }

    /// Takes in what the filters ask for.
    pub fn add_filters(&mut self, filters: &super::filter::Resolved) {
        let shown = &mut self.shown;
        if !filters.places.is_empty() {
            shown.provinces.clone_from(&filters.places);
            self.initials.clear();
        }
        let periods: Vec<Period> = filters
            .periods
            .iter()
            .filter_map(|filter| match filter {
                PeriodFilter::Within(p) | PeriodFilter::Exactly(p) => Some(*p),
                _ => None,
            })
            .collect();
        if !periods.is_empty() && shown.periods.is_empty() {
            shown.periods = periods;
        }
        if !filters.metrics.is_empty() {
            shown.metrics.clone_from(&filters.metrics);
        }
        if !filters.basis.is_empty() {
            shown.basis.clone_from(&filters.basis);
        }
    }
}

/// Names and aliases of places.
pub(super) static PLACES: LazyLock<Lexicon> = LazyLock::new(|| {
    let places = Places::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, place) in places.iter() {
        phrases.push((place.name.clone(), u32::from(id.0)));
        for alias in &place.aliases {
            phrases.push((alias.clone(), u32::from(id.0)));
        }
    }
    if let Some(country) = places.by_slug(crate::model::place::COUNTRY) {
        for name in ["VN", "Việt Nam", "cả nước", "toàn quốc"] {
            phrases.push((name.to_owned(), u32::from(country.0)));
        }
    }
    for (name, slug) in [("BR-VT", "ba-ria-vung-tau"), ("BRVT", "ba-ria-vung-tau")] {
        if let Some(id) = places.by_slug(slug) {
            phrases.push((name.to_owned(), u32::from(id.0)));
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// Zones with the word for their kind, short and long; a zone that is named like its province is the province's zones.
static ZONES: LazyLock<Lexicon> = LazyLock::new(|| {
    let places = Places::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, zone) in Zones::get().iter() {
        let kinds: &[&str] = match zone.kind {
            ZoneKind::Economic => &["KKT", "khu kinh tế", "KKT cửa khẩu", "khu kinh tế cửa khẩu"],
            ZoneKind::Industrial => &["KCN", "khu công nghiệp"],
            ZoneKind::Export => &["KCX", "khu chế xuất", "KCN"],
            ZoneKind::HighTech => &["KCNC", "khu công nghệ cao", "KCN"],
            ZoneKind::Cluster => &["CCN", "cụm công nghiệp"],
        };
        for name in std::iter::once(&zone.name).chain(&zone.aliases) {
            let bare = bare_zone(name);
            if bare == places.place(zone.province).name || bare.is_empty() {
                continue;
            }
            for kind in kinds {
                phrases.push((format!("{kind} {bare}"), u32::from(id.0)));
            }
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// The name of a zone without its kind.
fn bare_zone(name: &str) -> &str {
    let mut rest = name;
    for kind in [
        "Khu kinh tế ",
        "Khu công nghiệp ",
        "Khu chế xuất ",
        "Khu công nghệ cao ",
        "Cụm công nghiệp ",
        "KKT ",
        "KKTCK ",
        "KCN ",
        "KCX ",
        "KCNC ",
        "CCN ",
        "cửa khẩu quốc tế ",
        "cửa khẩu ",
    ] {
        let opens = rest
            .get(..kind.len())
            .is_some_and(|start| start.to_lowercase() == kind.to_lowercase());
        if opens {
            rest = &rest[kind.len()..];
        }
    }
    rest
}

/// For each slot the exact form that it has in the name of a place, where it stands in one.
pub(crate) fn place_names(slots: &[Slot]) -> Vec<Option<String>> {
    let mut names = vec![None; slots.len()];
    let joined: Vec<&str> = slots.iter().map(|slot| slot.exact.as_str()).collect();
    let tokens = tokenize(&joined.join(" "));
    if tokens.list().len() != slots.len() {
        return names;
    }
    let places = Places::get();
    for found in PLACES.scan(&tokens) {
        let place = places.place(PlaceId(found.payload as u16));
        for name in std::iter::once(&place.name).chain(&place.aliases) {
            let written = tokenize(name);
            let words: Vec<_> = written
                .list()
                .iter()
                .filter(|t| t.kind == TokenKind::Word)
                .collect();
            let same = words.len() == found.end - found.first
                && words
                    .iter()
                    .zip(&tokens.list()[found.first..found.end])
                    .all(|(a, b)| written.folded(a) == tokens.folded(b));
            if same {
                for (i, word) in (found.first..).zip(words) {
                    names[i] = Some(written.exact(word).to_owned());
                }
                break;
            }
        }
    }
    names
}

const TARGET: u32 = 0;
const CUMULATIVE: u32 = 1;
const ESTIMATE: u32 = 2;
const STOCK: u32 = 3;
const LATEST: u32 = 4;
const QUESTION: u32 = 5;
const AGAINST_PLAN: u32 = 6;
const GROWTH: u32 = 7;
const COMPARED: u32 = 8;
const WHOLE: u32 = 9;
/// Units, by their place in [`UNITS`].
const UNIT: u32 = 20;
const UNITS: [&str; 3] = ["VND", "USD", "percent"];

static WORDS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        ("kế hoạch", TARGET),
        ("mục tiêu", TARGET),
        ("phấn đấu", TARGET),
        ("dự kiến", TARGET),
        ("chỉ tiêu kế hoạch", TARGET),
        ("lũy kế", CUMULATIVE),
        ("cộng dồn", CUMULATIVE),
        ("chỉ tiêu", TARGET),
        ("dự toán", TARGET),
        ("chỉ tiêu phấn đấu", TARGET),
        ("dự toán pháp lệnh", TARGET),
        ("chỉ tiêu kinh tế", UNIT + 9),
        ("các chỉ tiêu", UNIT + 9),
        ("ước", ESTIMATE),
        ("ước thu", ESTIMATE),
        ("ước thực hiện", ESTIMATE),
        ("ước đạt", ESTIMATE),
        ("ước tính", ESTIMATE),
        ("hiện có", STOCK),
        ("còn hiệu lực", STOCK),
        ("đang hoạt động", STOCK),
        ("mới nhất", LATEST),
        ("gần đây nhất", LATEST),
        ("gần nhất", LATEST),
        ("bao nhiêu", QUESTION),
        ("là gì", QUESTION),
        ("thế nào", QUESTION),
        ("mấy", QUESTION),
        ("how much", QUESTION),
        ("how many", QUESTION),
        ("phần trăm kế hoạch", AGAINST_PLAN),
        ("% kế hoạch", AGAINST_PLAN),
        ("so với kế hoạch", AGAINST_PLAN),
        ("bằng bao nhiêu kế hoạch", AGAINST_PLAN),
        ("% chỉ tiêu", AGAINST_PLAN),
        ("% dự toán", AGAINST_PLAN),
        ("phần trăm chỉ tiêu", AGAINST_PLAN),
        ("phần trăm dự toán", AGAINST_PLAN),
        ("so với dự toán", AGAINST_PLAN),
        ("giảm bao nhiêu", COMPARED),
        ("tăng hay giảm", COMPARED),
        ("tăng giảm bao nhiêu", COMPARED),
        ("so với cùng kỳ", COMPARED),
        ("cả năm", WHOLE),
        ("tỷ đồng", UNIT),
        ("triệu đồng", UNIT),
        ("tỷ USD", UNIT + 1),
        ("triệu USD", UNIT + 1),
        ("triệu đô", UNIT + 1),
        ("tỷ đô", UNIT + 1),
        ("tăng trưởng", GROWTH),
        ("tốc độ tăng", GROWTH),
        ("tăng bao nhiêu", GROWTH),
    ])
});

/// Reads the query as typed, then as restored, and takes what the second adds.
pub(crate) fn understand(
    taxonomy: &Taxonomy,
    gazetteer: &Gazetteer,
    typed: &str,
    restored: Option<&str>,
) -> Meaning {
    let spelt = spelt_out(typed);
    let mut meaning = read(taxonomy, gazetteer, spelt.as_deref().unwrap_or(typed));
    if let Some(restored) = restored.filter(|_| spelt.is_none()) {
        let second = read(taxonomy, gazetteer, restored);
        let (own, more) = (&mut meaning.shown, second.shown);
        if own.provinces.is_empty() {
            own.provinces = more.provinces;
        }
        if own.periods.is_empty() {
            own.periods = more.periods;
        }
        // A longer name says more than a shorter one read in the same words.
        if own.metrics.is_empty()
            || more.metrics.iter().map(String::len).sum::<usize>()
                > own.metrics.iter().map(String::len).sum()
        {
            own.metrics = more.metrics;
        }
        if own.basis.is_empty() {
            own.basis = more.basis;
        }
        own.latest |= more.latest;
        own.question |= more.question;
        meaning.against_plan |= second.against_plan;
        meaning.compared |= second.compared;
        meaning.whole |= second.whole;
        meaning.unit = meaning.unit.or(second.unit);
        if own.zones.is_empty() {
            own.zones = more.zones;
            meaning.zone_names = second.zone_names;
        }
        if second.rest.len() < meaning.rest.len() {
            meaning.rest = second.rest;
        }
        for word in second.words {
            if !meaning.words.contains(&word) {
                meaning.words.push(word);
            }
        }
    }
    // A group's name alone (`kim ngạch`) may hide what was misheard.
    if meaning.shown.metrics.iter().all(|code| !code.contains('.')) {
        let heard = sound(typed);
        let tokens = tokenize(&heard);
        let code = SOUNDS
            .scan(&tokens)
            .max_by_key(|hit| hit.end - hit.first)
            .map(|hit| &Taxonomy::get().metric(MetricId(hit.payload as u16)).code);
        match (code, meaning.shown.metrics.first_mut()) {
            (Some(code), None) => meaning.shown.metrics.push(code.clone()),
            (Some(code), Some(group)) if Taxonomy::path(code).contains(&group.as_str()) => {
                group.clone_from(code);
            }
            _ => {}
        }
    }
    if !meaning.shown.provinces.is_empty() {
        meaning.initials.clear();
    }
    meaning
}

fn read(taxonomy: &Taxonomy, gazetteer: &Gazetteer, text: &str) -> Meaning {
    let tokens = tokenize(text);
    let n = tokens.list().len().min(MAX_TOKENS);
    let mut meaning = Meaning::default();
    let mut used = vec![false; tokens.list().len()];
    zones(&tokens, &mut used, &mut meaning);
    own_places(&tokens, gazetteer, &mut used, &mut meaning);
    places(&tokens, &mut used, &mut meaning);
    settle_zones(&mut meaning);
    periods(text, &tokens, n, &mut used, &mut meaning);
    let mut said = used.clone();
    let mut growth = false;
    for found in WORDS.scan(&tokens) {
        for flag in &mut said[found.first..found.end] {
            *flag = true;
        }
        let basis = match found.payload {
            TARGET => Some(Basis::Target),
            CUMULATIVE => Some(Basis::Cumulative),
            ESTIMATE => Some(Basis::Estimate),
            STOCK => Some(Basis::Stock),
            LATEST => {
                meaning.shown.latest = true;
                None
            }
            QUESTION => {
                meaning.shown.question = true;
                None
            }
            AGAINST_PLAN => {
                meaning.against_plan = true;
                None
            }
            GROWTH => {
                growth = true;
                None
            }
            COMPARED => {
                meaning.compared = true;
                meaning.shown.question = true;
                None
            }
            WHOLE => {
                meaning.whole = true;
                None
            }
            unit => {
                meaning.unit = UNITS.get((unit - UNIT) as usize).copied();
                None
            }
        };
        if let Some(basis) = basis
            && !meaning.shown.basis.contains(&basis)
        {
            meaning.shown.basis.push(basis);
        }
    }
    metrics(taxonomy, &tokens, n, &used, &mut said, growth, &mut meaning);
    for (i, token) in tokens.list().iter().take(n).enumerate() {
        let folded = tokens.folded(token);
        if token.kind != TokenKind::Word || folded.len() < 2 {
            continue;
        }
        if !meaning.words.iter().any(|word| word == folded) {
            meaning.words.push(folded.to_owned());
        }
        if !said[i] && !PLAIN.contains(&folded) {
            meaning.rest.push(folded.to_owned());
        }
    }
    meaning
}

/// Words that a query may hold without naming anything.
const PLAIN: [&str; 24] = [
    "cua", "o", "tai", "trong", "va", "la", "cho", "den", "vao", "duoc", "dat", "thu", "hut",
    "nam", "thang", "quy", "dau", "cuoi", "tinh", "thanh", "pho", "tp", "so", "tong",
];

fn zones(tokens: &Tokens, used: &mut [bool], meaning: &mut Meaning) {
    let places = Places::get();
    let table = Zones::get();
    for found in ZONES.scan(tokens) {
        for flag in &mut used[found.first..found.end] {
            *flag = true;
        }
        let zone = table.zone(ZoneId(found.payload as u16));
        let name = bare_zone(&zone.name);
        // Of zones that share a name all are meant.
        for (_, other) in table.iter() {
            if other.kind == zone.kind && bare_zone(&other.name) == name {
                if !meaning.shown.zones.contains(&other.slug) {
                    meaning.shown.zones.push(other.slug.clone());
                }
                meaning
                    .zone_provinces
                    .push(places.place(other.province).slug.clone());
            }
        }
        let name = tokenize(name);
        let words: Vec<&str> = name.list().iter().map(|t| name.folded(t)).collect();
        meaning.zone_names.push(words.join(" "));
    }
}

/// A province that is named says which of the zones is meant; else the zone says the province, where it can be but one.
fn settle_zones(meaning: &mut Meaning) {
    if meaning.shown.zones.len() != meaning.zone_provinces.len() {
        return;
    }
    let named = &meaning.shown.provinces;
    if meaning.zone_provinces.iter().any(|p| named.contains(p)) {
        let mut of = meaning.zone_provinces.iter();
        meaning
            .shown
            .zones
            .retain(|_| of.next().is_some_and(|p| named.contains(p)));
    } else if named.is_empty() {
        let mut provinces = meaning.zone_provinces.clone();
        provinces.dedup();
        if let [one] = provinces.as_slice() {
            meaning.shown.provinces.push(one.clone());
        }
    }
}

/// Names and towns of the user's gazetteer.
fn own_places(tokens: &Tokens, gazetteer: &Gazetteer, used: &mut [bool], meaning: &mut Meaning) {
    for (words, slug) in PlaceNames::of(gazetteer).own(tokens) {
        if used[words.clone()].iter().any(|u| *u) {
            continue;
        }
        used[words].fill(true);
        if !meaning.shown.provinces.contains(&slug) {
            meaning.shown.provinces.push(slug);
        }
    }
}

fn places(tokens: &Tokens, used: &mut [bool], meaning: &mut Meaning) {
    let places = Places::get();
    for found in PLACES.scan(tokens) {
        if used[found.first..found.end].iter().any(|u| *u) {
            continue;
        }
        let id = PlaceId(found.payload as u16);
        // Of units that share a name the older one stands for all.
        let id = places.namesakes(id).first().copied().unwrap_or(id);
        let slug = &places.place(id).slug;
        for flag in &mut used[found.first..found.end] {
            *flag = true;
        }
        if !meaning.shown.provinces.contains(slug) {
            meaning.shown.provinces.push(slug.clone());
        }
    }
    // `vùng Đồng bằng sông Hồng` within `cả nước`: the narrower one is asked for.
    if meaning.shown.provinces.len() > 1 {
        meaning
            .shown
            .provinces
            .retain(|slug| slug != crate::model::place::COUNTRY);
    }
    for (i, token) in tokens.list().iter().enumerate() {
        if used[i] || token.kind != TokenKind::Word {
            continue;
        }
        let folded = tokens.folded(token);
        // Glued: `hanam`, `quangninh`.
        if folded.len() >= 5
            && let Some((_, place)) = places.iter().find(|(_, place)| {
                place.slug.len() > folded.len() && place.slug.replace('-', "") == *folded
            })
        {
            used[i] = true;
            meaning.shown.provinces.push(place.slug.clone());
            continue;
        }
        if token.is_upper() && (2..=3).contains(&folded.len()) && meaning.initials.is_empty() {
            let found: Vec<String> = places
                .iter()
                .filter(|(_, place)| {
                    place.kind == PlaceKind::Province
                        && !place.slug.ends_with("-2025")
                        && place
                            .slug
                            .split('-')
                            .filter_map(|p| p.chars().next())
                            .collect::<String>()
                            == *folded
                })
                .map(|(_, place)| place.slug.clone())
                .collect();
            if !found.is_empty() {
                used[i] = true;
                meaning.initials = found;
            }
        }
    }
}

/// The period that words stand for, with or without marks.
pub(crate) fn period_phrase(text: &str) -> Option<Period> {
    match parse_period_phrase(text, None)? {
        PeriodFilter::Within(period) | PeriodFilter::Exactly(period) => Some(period),
        PeriodFilter::From(_) | PeriodFilter::Until(_) => None,
    }
}

/// Whether a token may close a phrase for a period: it holds a year.
fn has_year(folded: &str) -> bool {
    let bytes = folded.as_bytes();
    bytes.windows(4).enumerate().any(|(i, w)| {
        (w.starts_with(b"19") || w.starts_with(b"20"))
            && w.iter().all(u8::is_ascii_digit)
            && (i == 0 || !bytes[i - 1].is_ascii_digit())
            && bytes.get(i + 4).is_none_or(|b| !b.is_ascii_digit())
    })
}

fn periods(text: &str, tokens: &Tokens, n: usize, used: &mut [bool], meaning: &mut Meaning) {
    const LONGEST: usize = 9;
    let list = tokens.list();
    let mut free_from = 0;
    let mut i = 0;
    while i < n {
        let folded = tokens.folded(&list[i]);
        if list[i].kind == TokenKind::Break || !has_year(folded) {
            i += 1;
            continue;
        }
        let mut found = None;
        // The phrase may go on behind the year: `2020-H1`, `2019-2020`.
        'windows: for end in [i + 3, i + 2, i + 1] {
            if end > n {
                continue;
            }
            for start in free_from.max(i.saturating_sub(LONGEST))..=i {
                if matches!(list[start].kind, TokenKind::Punct | TokenKind::Break) {
                    continue;
                }
                let phrase = &text[list[start].span.start..list[end - 1].span.end];
                if let Some(period) = period_phrase(phrase) {
                    found = Some((start, end, period));
                    break 'windows;
                }
            }
        }
        match found {
            Some((start, end, period)) => {
                // `giữa năm 2019`: what there is at the middle of it.
                let words: Vec<&str> = list[start.saturating_sub(2)..end]
                    .iter()
                    .map(|t| tokens.folded(t))
                    .collect();
                let period = match period.single_year() {
                    Some(year)
                        if period.len_months() == 12
                            && words.windows(2).any(|w| w == ["giua", "nam"]) =>
                    {
                        Period::half(year, 1).unwrap_or(period)
                    }
                    _ => period,
                };
                for flag in &mut used[start..end] {
                    *flag = true;
                }
                if !meaning.shown.periods.contains(&period) {
                    meaning.shown.periods.push(period);
                }
                free_from = end;
                i = end;
            }
            None => i += 1,
        }
    }
}

/// Short forms that people type and reports do not write.
static SHORT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new(
        SHORT_FORMS
            .iter()
            .enumerate()
            .map(|(i, (form, _))| (*form, i as u32)),
    )
});

const SHORT_FORMS: [(&str, &str); 14] = [
    ("KNXK", "trade.exports"),
    ("KN XK", "trade.exports"),
    ("KNNK", "trade.imports"),
    ("KN NK", "trade.imports"),
    ("KNXNK", "trade.total"),
    ("KN XNK", "trade.total"),
    ("thu NS", "budget.revenue"),
    ("chi NS", "budget.expenditure"),
    ("GTSXCN", "output.industrial"),
    ("GTSX CN", "output.industrial"),
    ("GTSXNN", "output.agriculture"),
    ("TNBQ", "income.per_capita"),
    ("GDP đầu người", "grdp.per_capita"),
    ("số thu", "budget.revenue"),
];

/// Names of metrics as they sound, for queries that miss a letter by ear.
static SOUNDS: LazyLock<Lexicon> = LazyLock::new(|| {
    let taxonomy = Taxonomy::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, metric) in taxonomy.iter() {
        for name in std::iter::once(&metric.vi).chain(&metric.cues) {
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == ' ');
            if plain && name.split(' ').count() > 1 {
                phrases.push((sound(name), u32::from(id.0)));
            }
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// A text folded, with one letter for each sound that people mix up: s and x, ch and tr, d, gi and r, l and n.
fn sound(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in crate::text::fold(text).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let (from, to) = [
            ("ngh", "ng"),
            ("ng", "ng"),
            ("nh", "nh"),
            ("gh", "g"),
            ("gi", "d"),
            ("tr", "ch"),
            ("x", "s"),
            ("r", "d"),
            ("n", "l"),
            ("k", "c"),
        ]
        .into_iter()
        .find(|(from, _)| word.starts_with(from) && word.len() > from.len() + 1)
        .unwrap_or(("", ""));
        out.push_str(to);
        out.push_str(&word[from.len()..]);
    }
    out
}

/// The query with the words that hold keys of Telex or VNI spelt out; `None` where there are none.
pub(super) fn spelt_out(text: &str) -> Option<String> {
    let lexicon = crate::text::lexicon::lexicon();
    let mut changed = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let keyed = word.bytes().any(|b| b.is_ascii_digit())
                && word.bytes().any(|b| b.is_ascii_alphabetic());
            // The tone may be typed before the shape: `xuat16`.
            let decoded = keyed
                .then(|| super::fuzzy::typed_keys(word))
                .flatten()
                .filter(|decoded| lexicon.syllable(decoded).is_some());
            changed |= decoded.is_some();
            decoded.unwrap_or_else(|| word.to_owned())
        })
        .collect();
    changed.then(|| words.join(" "))
}

fn metrics(
    taxonomy: &Taxonomy,
    tokens: &Tokens,
    n: usize,
    used: &[bool],
    said: &mut [bool],
    growth: bool,
    meaning: &mut Meaning,
) {
    const LONGEST: usize = 7;
    let list = tokens.list();
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for hit in Cues::of(taxonomy).metrics(tokens, |_| true) {
        if let Some(id) = hit.says.metric.or(hit.says.weak) {
            let code = &taxonomy.metric(id).code;
            // `kinh tế` alone asks for no growth.
            if hit.says.metric.is_some() || growth || !code.ends_with(".growth") {
                found.push((hit.first, hit.end, code.clone()));
            }
        }
    }
    for start in 0..n {
        for end in (start + 1..=n.min(start + LONGEST)).rev() {
            if used[start..end].iter().any(|u| *u)
                || list[start..end].iter().any(|t| t.kind == TokenKind::Break)
            {
                continue;
            }
            let name: Vec<&str> = list[start..end].iter().map(|t| tokens.exact(t)).collect();
            if let Some(id) = taxonomy.find(&name.join(" ")) {
                found.push((start, end, taxonomy.metric(id).code.clone()));
                break;
            }
        }
    }
    for hit in SHORT.scan(tokens) {
        let (_, code) = SHORT_FORMS[hit.payload as usize];
        found.push((hit.first, hit.end, code.to_owned()));
    }
    // The longest phrases first; what overlaps them says less.
    found.sort_by_key(|(start, end, code)| {
        (
            std::cmp::Reverse(end - start),
            *start,
            std::cmp::Reverse(code.len()),
        )
    });
    let mut taken = vec![false; list.len()];
    let mut chosen: Vec<(usize, String)> = Vec::new();
    for (start, end, code) in found {
        if taken[start..end].iter().any(|t| *t) {
            continue;
        }
        for flag in &mut taken[start..end] {
            *flag = true;
        }
        for flag in &mut said[start..end] {
            *flag = true;
        }
        chosen.push((start, code));
    }
    chosen.sort();
    let words: Vec<&str> = list[..n].iter().map(|t| tokens.folded(t)).collect();
    let has = |word: &str| words.contains(&word);
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w == [a, b]);
    let fdi = has("fdi") || pair("nuoc", "ngoai");
    let ddi = has("ddi") || pair("trong", "nuoc") && pair("dau", "tu");
    let mut codes: Vec<String> = Vec::new();
    for (_, code) in chosen {
        let mut code = code;
        // `vốn thu hút FDI`: a kind of investment named apart from what is asked of it.
        if fdi || ddi {
            let kind = if fdi { "fdi" } else { "ddi" };
            if let Some(rest) = code.strip_prefix("investment.") {
                let merged = format!("{kind}.{rest}");
                if taxonomy.by_code(&merged).is_some() {
                    code = merged;
                }
            } else if code == kind {
                code = if has("von") || pair("dau", "tu") || pair("thu", "hut") {
                    format!("{kind}.capital")
                } else {
                    code
                };
            }
        }
        if growth {
            let id = taxonomy.by_code(&code);
            let grown = id.map(|id| taxonomy.metric(id).growth_code());
            if let Some(grown) = grown
                && (code == "grdp" || taxonomy.by_code(&grown).is_some())
            {
                code = grown;
            }
        }
        if pair("du", "an") && (pair("cap", "moi") || pair("an", "moi")) {
            let new = format!("{}.new", code.trim_end_matches(".total"));
            if code.contains("projects") && taxonomy.by_code(&new).is_some() {
                code = new;
            }
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    // `du lịch … doanh thu`: a group and a quantity that the group has too.
    for i in 0..codes.len() {
        let merged = codes
            .iter()
            .map(|group| format!("{group}.{}", codes[i]))
            .find(|merged| taxonomy.by_code(merged).is_some());
        if let Some(merged) = merged {
            codes[i] = merged;
        }
    }
    // A node beside one of its own branch adds nothing.
    let all = codes.clone();
    codes.retain(|code| {
        !all.iter()
            .any(|other| other != code && taxonomy.covers(code, other))
    });
    meaning.shown.metrics = codes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_plain_queries() {
        for (query, provinces, periods, metrics) in [
            (
                "von fdi quang ninh 6 thang dau nam 2020",
                "quang-ninh",
                "2020-H1",
                "fdi.capital",
            ),
            (
                "vốn FDI Quảng Ninh quý 3/2021",
                "quang-ninh",
                "2021-Q3",
                "fdi.capital",
            ),
            (
                "ĐBSH 6T2019 thu ngân sách",
                "dong-bang-song-hong",
                "2019-H1",
                "budget.revenue",
            ),
            ("hanam nam 2020", "ha-nam", "2020", ""),
            (
                "kim ngạch xuất khẩu 2019 và 2020",
                "",
                "2019 2020",
                "trade.exports",
            ),
            ("hạ nam", "", "", ""),
        ] {
            let meaning = read(Taxonomy::get(), Gazetteer::empty(), query).shown;
            let periods_found: Vec<String> =
                meaning.periods.iter().map(ToString::to_string).collect();
            assert_eq!(meaning.provinces.join(" "), provinces, "{query}");
            assert_eq!(periods_found.join(" "), periods, "{query}");
            assert_eq!(meaning.metrics.join(" "), metrics, "{query}");
        }
        assert_eq!(
            read(Taxonomy::get(), Gazetteer::empty(), "BQLKKT QN")
                .initials
                .len(),
            3
        );
        assert_eq!(
            read(Taxonomy::get(), Gazetteer::empty(), "mục tiêu xuất khẩu")
                .shown
                .basis,
            [Basis::Target]
        );
        assert!(
            read(
                Taxonomy::get(),
                Gazetteer::empty(),
                "đạt bao nhiêu phần trăm kế hoạch"
            )
            .against_plan
        );
    }
}
