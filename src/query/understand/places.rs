//! Places and zones that a query names.

use std::sync::LazyLock;

use super::Meaning;
use crate::annotate::lexicon::Lexicon;
use crate::annotate::places::PlaceNames;
use crate::model::{Gazetteer, PlaceId, PlaceKind, Places, ZoneId, ZoneKind, Zones};
use crate::query::terms::Slot;
use crate::text::{TokenKind, Tokens, tokenize};

/// Names and aliases of places.
pub(in crate::query) static PLACES: LazyLock<Lexicon> = LazyLock::new(|| {
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

pub(super) fn zones(tokens: &Tokens, used: &mut [bool], meaning: &mut Meaning) {
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
pub(super) fn settle_zones(meaning: &mut Meaning) {
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
pub(super) fn own_places(
    tokens: &Tokens,
    gazetteer: &Gazetteer,
    used: &mut [bool],
    meaning: &mut Meaning,
) {
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

pub(super) fn places(tokens: &Tokens, used: &mut [bool], meaning: &mut Meaning) {
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
