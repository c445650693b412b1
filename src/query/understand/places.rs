//! Places that a query names.

use std::ops::Range;
use std::sync::LazyLock;

use super::Meaning;
use crate::annotate::lexicon::Lexicon;
use crate::annotate::places::PlaceNames;
use crate::model::{Gazetteer, Place, PlaceId, PlaceKind, Places};
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
    for (name, slug) in [
        ("Vũng Tàu", "ba-ria-vung-tau"),
        ("Bà Rịa", "ba-ria-vung-tau"),
    ] {
        if let Some(id) = places.by_slug(slug) {
            phrases.push((name.to_owned(), u32::from(id.0)));
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// What people call provinces besides their names. With its marks alone: `dat mo` is more often `đất mở` than the land of mines.
static BYNAMES: LazyLock<Lexicon> = LazyLock::new(|| {
    let names = Places::get().bynames(true);
    Lexicon::new(names.map(|(name, id)| (name, u32::from(id.0))))
});

/// The words of slots as one text, where they stay what they are beside each other.
fn tokens_of(slots: &[Slot]) -> Option<Tokens> {
    let joined: Vec<&str> = slots.iter().map(|slot| slot.exact.as_str()).collect();
    let tokens = tokenize(&joined.join(" "));
    (tokens.list().len() == slots.len()).then_some(tokens)
}

/// Slots that name a place, with its slug.
pub(crate) fn place_slots(slots: &[Slot]) -> Vec<(Range<usize>, &'static str)> {
    let Some(tokens) = tokens_of(slots) else {
        return Vec::new();
    };
    let places = Places::get();
    PLACES
        .scan(&tokens)
        .map(|found| {
            let place = places.place(PlaceId(found.payload as u16));
            (found.first..found.end, place.slug.as_str())
        })
        .collect()
}

/// For each slot the exact form that it has in the name of a place, where it stands in one.
pub(crate) fn place_names(slots: &[Slot]) -> Vec<Option<String>> {
    let mut names = vec![None; slots.len()];
    let Some(tokens) = tokens_of(slots) else {
        return names;
    };
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
        add_province(meaning, &slug);
    }
}

/// A province is asked for once, however often it is named.
fn add_province(meaning: &mut Meaning, slug: &str) {
    let named = &mut meaning.shown.provinces;
    if !named.iter().any(|own| own == slug) {
        named.push(slug.to_owned());
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
        used[found.first..found.end].fill(true);
        add_province(meaning, slug);
        // `Bắc Ninh mới`, but not `Bắc Ninh mới đạt`.
        let word = |at: usize| tokens.list().get(at).map_or("", |t| tokens.folded(t));
        let adverb = [
            "dat", "co", "thu", "cap", "chi", "duoc", "hut", "don", "xuat", "nhap", "giai",
        ];
        if places.namesakes(id).len() > 1
            && word(found.end) == "moi"
            && !adverb.contains(&word(found.end + 1))
        {
            used[found.end] = true;
            meaning.merged = true;
        }
    }
    for found in BYNAMES.scan(tokens).filter(|found| found.lacking == 0) {
        let slug = &places.place(PlaceId(found.payload as u16)).slug;
        if !used[found.first..found.end].iter().any(|u| *u) {
            used[found.first..found.end].fill(true);
            add_province(meaning, slug);
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
        if let Some(place) = glued(folded) {
            used[i] = true;
            add_province(meaning, &place.slug);
            continue;
        }
        if !meaning.initials.is_empty() {
            continue;
        }
        let found = shortened(folded, token.is_upper());
        match found.as_slice() {
            [] => {}
            // `nthuan` can be but one.
            [one] if folded.len() > 3 => {
                used[i] = true;
                add_province(meaning, one);
            }
            _ => {
                used[i] = true;
                meaning.initials = found;
            }
        }
    }
}

/// The words for a town before the name of a province that is none: `thành phố Bắc Kạn`, `TP Lạng Sơn`.
pub(super) fn towns(tokens: &Tokens) -> impl Iterator<Item = Range<usize>> {
    let places = Places::get();
    PLACES.scan(tokens).filter_map(move |found| {
        let place = places.place(PlaceId(found.payload as u16));
        let is_city = place.aliases.iter().any(|alias| alias.starts_with("TP"));
        if place.kind != PlaceKind::Province || is_city {
            return None;
        }
        let before = |back: usize| {
            let at = found.first.checked_sub(back)?;
            Some(tokens.folded(&tokens.list()[at]))
        };
        match (before(2), before(1)) {
            (Some("thanh"), Some("pho")) => Some(found.first - 2..found.first),
            (Some("tp"), Some(".")) => Some(found.first - 2..found.first),
            (_, Some("tp")) => Some(found.first - 1..found.first),
            _ => None,
        }
    })
}

/// The place whose name a word is without its spaces: `hanam`, `quangninh`.
fn glued(folded: &str) -> Option<&'static Place> {
    let is = |place: &Place| {
        let letters = place.slug.bytes().filter(|b| *b != b'-');
        place.slug.len() > folded.len() && letters.eq(folded.bytes())
    };
    let mut places = Places::get().iter().map(|(_, place)| place);
    places.find(|place| folded.len() >= 5 && is(place))
}

/// The name of the one province that a word stands for which is no word of the language: its name without spaces, perhaps with a slip
/// (`haiduong`, `haiduog`), or with initials for all its words but the last (`nthuan`).
pub(in crate::query) fn province_spelt(word: &str) -> Option<&'static str> {
    /// Letters of a name that bears a slip.
    const LONG: usize = 7;
    let folded = crate::text::fold(word);
    if let Some(place) = glued(&folded) {
        return Some(&place.name);
    }
    let upper = word.chars().all(char::is_uppercase);
    let known =
        |place: &&Place| place.kind == PlaceKind::Province && !place.slug.ends_with("-2025");
    let mut provinces = Places::get().iter().map(|(_, place)| place).filter(known);
    if let ([one], true) = (shortened(&folded, upper).as_slice(), folded.len() > 3) {
        return provinces
            .find(|place| place.slug == *one)
            .map(|place| place.name.as_str());
    }
    if folded.len() < LONG {
        return None;
    }
    let mut near = provinces.filter(|place| {
        let name = place.slug.replace('-', "");
        name.len() >= LONG && strsim::osa_distance(&name, &folded) == 1
    });
    match (near.next(), near.next()) {
        (Some(one), None) => Some(&one.name),
        _ => None,
    }
}

/// Whether a word, as typed, may stand for a province by initials.
pub(in crate::query) fn is_short(word: &str) -> bool {
    let upper = word.chars().all(|c| c.is_uppercase());
    !shortened(&crate::text::fold(word), upper).is_empty()
}

/// The provinces that a word stands for by initials: of all words (`QN`), or of all but the last (`nthuan`, `hgiang`). A syllable of the
/// language, or a short spelling of messages, is none.
fn shortened(word: &str, upper: bool) -> Vec<String> {
    let lexicon = crate::text::lexicon::lexicon();
    let known = lexicon.by_folded(word).next().is_some() || super::slang(word).is_some();
    let initials = (2..=3).contains(&word.len()) && upper;
    if !initials && (known || word.len() < 4) {
        return Vec::new();
    }
    let of = |slug: &str| {
        let parts: Vec<&str> = slug.split('-').collect();
        let (last, first) = parts.split_last()?;
        let first: String = first.iter().filter_map(|p| p.chars().next()).collect();
        let ending = if initials { last.get(..1)? } else { last };
        Some(first + ending)
    };
    Places::get()
        .iter()
        .filter(|(_, place)| place.kind == PlaceKind::Province && !place.slug.ends_with("-2025"))
        .filter(|(_, place)| of(&place.slug).is_some_and(|short| short == word))
        .map(|(_, place)| place.slug.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_is_asked_for_once_however_it_is_spelt() {
        let mut meaning = Meaning::default();
        for text in ["hanam Hà Nam", "Hà Nam hanam"] {
            let tokens = tokenize(text);
            let mut used = vec![false; tokens.list().len()];
            places(&tokens, &mut used, &mut meaning);
            assert_eq!(meaning.shown.provinces, ["ha-nam"], "{text}");
            assert!(used.iter().all(|u| *u), "{text}");
        }
    }

    #[test]
    fn a_province_is_known_glued_shortened_and_with_a_slip() {
        for (word, name) in [
            ("hanam", Some("Hà Nam")),
            ("HaiDuong", Some("Hải Dương")),
            ("haiduog", Some("Hải Dương")),
            ("bninh", Some("Bắc Ninh")),
            ("hgiang", None),
            ("hanxm", None),
            ("duong", None),
        ] {
            assert_eq!(province_spelt(word), name, "{word}");
        }
    }

    #[test]
    fn initials_stand_for_the_provinces_that_have_them() {
        assert_eq!(shortened("nthuan", false), ["ninh-thuan"]);
        assert_eq!(shortened("hgiang", false), ["ha-giang", "hau-giang"]);
        assert_eq!(shortened("qn", true).len(), 3);
        // `qn` in small letters, words, and short spellings of messages.
        for word in ["qn", "nghe", "thuan", "bn", ""] {
            assert_eq!(shortened(word, false), [""; 0], "{word}");
        }
    }
}
