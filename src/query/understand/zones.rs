//! Zones that a query names, with the word for their kind or without it, several in a row, or glued.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Meaning, folded};
use crate::annotate::lexicon::{Lexicon, Match};
use crate::model::{Places, Zone, ZoneId, ZoneKind, Zones};
use crate::query::names::key;
use crate::text::{TokenKind, Tokens, tokenize};

/// Zones with the word for their kind, short and long; a zone that is named like its province is the province's zones.
static ZONES: LazyLock<Lexicon> = LazyLock::new(|| {
    let places = Places::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, zone) in Zones::get().iter() {
        let kinds: &[&str] = match zone.kind {
            ZoneKind::Economic if zone.name.contains("cửa khẩu") => &[
                "KKT",
                "khu kinh tế",
                "KKT cửa khẩu",
                "KKTCK",
                "khu kinh tế cửa khẩu",
                "cửa khẩu",
                "cửa khẩu quốc tế",
            ],
            ZoneKind::Economic => &["KKT", "khu kinh tế"],
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

/// Names of economic zones without the word for their kind, where they are those of no place: `Dung Quất`.
static BARE_ZONES: LazyLock<Lexicon> = LazyLock::new(|| {
    let places = Places::get();
    let mut phrases: Vec<(&str, u32)> = Vec::new();
    for (id, zone) in Zones::get().iter() {
        let bare = bare_zone(&zone.name);
        let of_place = places
            .iter()
            .any(|(_, place)| bare == place.name || bare.ends_with(&place.name));
        if zone.kind == ZoneKind::Economic && bare.contains(' ') && !of_place {
            phrases.push((bare, u32::from(id.0)));
        }
    }
    Lexicon::new(phrases)
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
        let same_letter = rest
            .bytes()
            .zip(kind.bytes())
            .next()
            .is_some_and(|(a, b)| a.eq_ignore_ascii_case(&b));
        if !same_letter {
            continue;
        }
        let opens = rest
            .get(..kind.len())
            .is_some_and(|start| start.to_lowercase() == kind.to_lowercase());
        if opens {
            rest = &rest[kind.len()..];
        }
    }
    rest
}

/// Names glued, without the word for their kind: `vanphong`.
static GLUED: LazyLock<FxHashMap<String, ZoneId>> = LazyLock::new(|| {
    let mut glued = FxHashMap::default();
    for (id, zone) in Zones::get().iter() {
        for name in names_of(zone).filter(|name| name.contains(' ')) {
            glued.entry(name.replace(' ', "")).or_insert(id);
        }
    }
    glued
});

/// What a zone is called, without the word for its kind, folded; not the name of its province.
fn names_of(zone: &Zone) -> impl Iterator<Item = String> + '_ {
    let province = &Places::get().place(zone.province).name;
    let names = std::iter::once(&zone.name).chain(&zone.aliases);
    let bare = names.map(|name| bare_zone(name));
    bare.filter(move |bare| !bare.is_empty() && bare != province)
        .map(folded)
}

pub(super) fn zones(tokens: &Tokens, used: &mut [bool], meaning: &mut Meaning) {
    const KINDS: [&str; 7] = ["kkt", "kktck", "kcn", "kcx", "kcnc", "ccn", "khu"];
    let list = tokens.list();
    let word = |at: usize| list.get(at).map_or("", |t| tokens.folded(t));
    let is_kind = |at: usize| KINDS.contains(&word(at)) || word(at) == "cum";
    let is_gate = |at: usize| word(at) == "cua" && word(at + 1) == "khau";
    // Their table takes longer to make than a query to answer.
    let speaks = (0..list.len()).any(|at| is_kind(at) || is_gate(at));
    let zones = speaks.then(|| ZONES.scan(tokens));
    let mut named: Vec<(Match, bool)> = zones
        .into_iter()
        .flatten()
        .map(|found| (found, false))
        .collect();
    // Without the word before it a name has to bear its marks: `nam can` is more often `năm cần` than Năm Căn.
    let bare = BARE_ZONES.scan(tokens).filter(|found| found.lacking == 0);
    named.extend(bare.map(|found| (found, true)));
    for (found, bare) in named {
        let words = found.first..found.end;
        if used[words.clone()].iter().any(|used| *used) {
            continue;
        }
        used[words.clone()].fill(true);
        let id = ZoneId(found.payload as u16);
        add_zone(id, meaning);
        meaning.bare_zone |= bare;
        while let Some((words, id)) = listed_with(tokens, used, &words, id) {
            used[words].fill(true);
            add_one(id, meaning);
        }
    }
    for at in 1..list.len() {
        let behind_kind = KINDS.contains(&word(at - 1)) && !used[at];
        if let Some(&id) = GLUED.get(word(at)).filter(|_| behind_kind) {
            used[at - 1..=at].fill(true);
            add_zone(id, meaning);
        }
    }
}

/// A zone of the same province that stands beside one that was found, the word for its kind left out: `KKT Định An và Long Đức`.
fn listed_with(
    tokens: &Tokens,
    used: &[bool],
    found: &Range<usize>,
    id: ZoneId,
) -> Option<(Range<usize>, ZoneId)> {
    const JOINING: [&str; 5] = ["va", "voi", "cung", ",", "&"];
    let list = tokens.list();
    let joins = |at: usize| {
        let token = list.get(at);
        token.is_some_and(|token| JOINING.contains(&tokens.folded(token)))
    };
    let province = Zones::get().zone(id).province;
    let of_province = |zone: &Zone| zone.province == province;
    let zones = Zones::get().iter().filter(|(_, zone)| of_province(zone));
    let mut names = zones.flat_map(|(id, zone)| names_of(zone).map(move |name| (id, name)));
    names.find_map(|(id, name)| {
        let len = name.split(' ').count();
        let behind = found.end + 1..found.end + 1 + len;
        let before = found.start.saturating_sub(1 + len)..found.start.saturating_sub(1);
        let stands = |words: &Range<usize>| {
            words.len() == len
                && list.get(words.clone()).is_some_and(|own| {
                    let own = own.iter().map(|t| tokens.folded(t));
                    name.split(' ').eq(own) && !used[words.clone()].iter().any(|u| *u)
                })
        };
        let found = (joins(found.end) && stands(&behind))
            .then_some(behind)
            .or_else(|| {
                let joined = found.start > 0 && joins(found.start - 1);
                (joined && stands(&before)).then_some(before)
            });
        found.map(|words| (words, id))
    })
}

/// Adds a zone; of zones that share a name all are meant.
fn add_zone(id: ZoneId, meaning: &mut Meaning) {
    let table = Zones::get();
    let zone = table.zone(id);
    let name = bare_zone(&zone.name);
    for (other_id, other) in table.iter() {
        if other.kind == zone.kind && bare_zone(&other.name) == name {
            add_one(other_id, meaning);
        }
    }
}

fn add_one(id: ZoneId, meaning: &mut Meaning) {
    let zone = Zones::get().zone(id);
    if !meaning.shown.zones.contains(&zone.slug) {
        meaning.shown.zones.push(zone.slug.clone());
        let province = Places::get().place(zone.province);
        meaning.zone_provinces.push(province.slug.clone());
    }
    for name in names_of(zone) {
        if !meaning.zone_names.contains(&name) {
            meaning.zone_names.push(name);
        }
    }
}

/// Whether words, folded, name a zone by its name that is none of `asked`.
pub(crate) fn names_other_zone(sentence: &str, asked: &[String]) -> bool {
    let tokens = tokenize(sentence);
    ZONES.scan(&tokens).any(|found| {
        let zone = Zones::get().zone(ZoneId(found.payload as u16));
        names_of(zone).all(|name| !asked.contains(&name))
    })
}

/// A zone that only the index knows, from its reports: a word for a kind of zone with a name of one to four words behind it.
pub(crate) fn zone_of_index(text: &str, zones: &BTreeMap<String, String>, meaning: &mut Meaning) {
    const LONGEST: usize = 4;
    let tokens = tokenize(text);
    let list = tokens.list();
    let opens: Vec<_> = KINDS.scan(&tokens).collect();
    if opens.is_empty() || !meaning.shown.zones.is_empty() {
        return;
    }
    // `KCN Đà Nẵng` are all zones of the city, whatever else is called so.
    let of_place = |name: &str| {
        Places::get()
            .iter()
            .any(|(_, place)| key(&place.name) == name)
    };
    let known: FxHashMap<String, &String> = zones
        .iter()
        .map(|(slug, name)| (key(bare_zone(name)), slug))
        .filter(|(name, _)| !of_place(name))
        .collect();
    for open in opens {
        for end in (open.end + 1..=list.len().min(open.end + LONGEST)).rev() {
            let words = &list[open.end..end];
            if words.iter().any(|t| t.kind == TokenKind::Break) {
                continue;
            }
            let words: Vec<&str> = words.iter().map(|t| tokens.folded(t)).collect();
            let name = key(&words.concat());
            if name.len() > 3
                && let Some(slug) = known.get(&name)
            {
                meaning.shown.zones.push((*slug).clone());
                // No figure answers that does not name it.
                meaning.zone_names.push(words.join(" "));
                return;
            }
        }
    }
}

static KINDS: LazyLock<Lexicon> = LazyLock::new(|| {
    let words = [
        "KKT",
        "khu kinh tế",
        "KCN",
        "khu công nghiệp",
        "KCX",
        "khu chế xuất",
        "KCNC",
        "khu công nghệ cao",
        "CCN",
        "cụm công nghiệp",
    ];
    Lexicon::new(words.into_iter().map(|word| (word, 0)))
});

/// A province that is named says which of the zones is meant; else the zone says the province, where it can be but one.
pub(super) fn settle_zones(meaning: &mut Meaning) {
    if meaning.shown.zones.len() != meaning.zone_provinces.len() {
        return;
    }
    let named = &meaning.shown.provinces;
    if meaning.bare_zone && !named.is_empty() {
        // `thu ngân sách Thanh Hóa, Nghi Sơn`: the place may be but one of the words.
        meaning.zone_names.clear();
    }
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
