//! Zones and initials that name a province only beside other evidence.

use rustc_hash::FxHashMap;

use super::super::ZoneFinding;
use super::super::places::{MentionKind, PlaceMention};
use super::super::zones::ZoneMention;
use super::base_weight;
use crate::model::{PlaceId, PlaceKind, Places, Zones};
use crate::text::{Token, TokenKind, Tokens, fold};

/// Zones with their provinces: a name that one province has is evidence for it; of a shared one the province that the rest of the
/// text speaks for.
pub(super) fn settle_zones(
    text: &str,
    tokens: &Tokens,
    mentions: &mut Vec<PlaceMention>,
    zones: &[ZoneMention],
) -> Vec<ZoneFinding> {
    let places = Places::get();
    let table = Zones::get();
    let list = tokens.list();
    let mut support: FxHashMap<PlaceId, f32> = FxHashMap::default();
    for mention in mentions.iter() {
        *support.entry(mention.place).or_default() += base_weight(mention.kind);
    }
    let provinces = |mention: &ZoneMention| {
        let mut ids: Vec<PlaceId> = mention
            .zones
            .iter()
            .map(|id| places.at(table.zone(*id).province, None))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    for mention in zones {
        if let [one] = provinces(mention).as_slice() {
            *support.entry(*one).or_default() += 1.3;
        }
    }
    let mut findings: Vec<ZoneFinding> = Vec::new();
    for mention in zones {
        let ids = provinces(mention);
        let mut supported: Vec<(PlaceId, f32)> = ids
            .iter()
            .filter_map(|id| support.get(id).map(|w| (*id, *w)))
            .collect();
        supported.sort_by(|a, b| b.1.total_cmp(&a.1));
        let province = match (ids.as_slice(), supported.as_slice()) {
            ([one], _) => Some(*one),
            (_, [one]) => Some(one.0),
            (_, [one, other, ..]) if one.1 > 2.0 * other.1 => Some(one.0),
            _ => None,
        };
        let span = list[mention.first].span.cover(list[mention.end - 1].span);
        let zone = mention
            .zones
            .iter()
            .map(|id| table.zone(*id))
            .find(|zone| province.is_none_or(|p| places.at(zone.province, None) == p));
        let Some(zone) = zone else {
            continue;
        };
        if let Some(place) = province {
            mentions.push(PlaceMention {
                first: mention.first,
                end: mention.end,
                place,
                kind: MentionKind::Zone,
                listed: false,
                joined: false,
                aside: false,
            });
            if !findings.iter().any(|f| f.slug == zone.slug) {
                findings.push(ZoneFinding {
                    slug: zone.slug.clone(),
                    name: zone.name.clone(),
                    province: Some(places.place(place).slug.clone()),
                    span,
                });
            }
        }
    }
    settle_initials(text, tokens, mentions);
    findings
}

/// `BQLKKT QN`: initials behind an office, where exactly one of the provinces they may mean has other evidence.
fn settle_initials(text: &str, tokens: &Tokens, mentions: &mut Vec<PlaceMention>) {
    let places = Places::get();
    let list = tokens.list();
    let office = |word: &str| {
        matches!(
            word,
            "bqlkkt"
                | "bqlkcn"
                | "bqlckcn"
                | "bql"
                | "ubnd"
                | "hđnd"
                | "hq"
                | "tp"
                | "tỉnh"
                | "kkt"
                | "kcn"
        )
    };
    let mut found: Vec<PlaceMention> = byline(text, tokens, mentions).into_iter().collect();
    found.extend(sites(tokens));
    let mut named: Vec<PlaceId> = mentions.iter().map(|m| m.place).collect();
    named.sort_unstable();
    named.dedup();
    named.retain(|id| places.place(*id).kind == PlaceKind::Province);
    let initials: Vec<String> = named
        .iter()
        .map(|id| places.place(*id).initials())
        .collect();
    for (i, token) in list.iter().enumerate().skip(1) {
        if token.kind != TokenKind::Word
            || !token.is_upper()
            || !(2..=4).contains(&token.span.len())
            || !office(tokens.exact(&list[i - 1]))
        {
            continue;
        }
        let letters = tokens.folded(token);
        let mut fits = named
            .iter()
            .zip(&initials)
            .filter(|(_, own)| *own == letters);
        if let (Some((one, _)), None) = (fits.next(), fits.next()) {
            found.push(PlaceMention {
                first: i,
                end: i + 1,
                place: *one,
                kind: MentionKind::Initials,
                listed: false,
                joined: false,
                aside: false,
            });
        }
    }
    mentions.extend(found);
}

/// `tuyenquang.gov.vn`, `baotuyenquang.com.vn`: addresses that a province's offices and paper bear.
fn sites(tokens: &Tokens) -> Vec<PlaceMention> {
    let list = tokens.list();
    let dot = |at: usize| !list[at].spaced && tokens.exact_bytes(&list[at]) == b".";
    let mut found = Vec::new();
    for end in (2..list.len()).filter(|&at| tokens.exact_bytes(&list[at]) == b"vn") {
        if !dot(end - 1) {
            continue;
        }
        let kind = tokens.exact(&list[end - 2]);
        let at = match kind {
            "gov" | "com" | "org" if end >= 4 && dot(end - 3) => end - 4,
            _ => end - 2,
        };
        let name = tokens.folded(&list[at]);
        let name = match name.strip_prefix("bao") {
            _ if kind == "gov" && at + 4 == end => name,
            Some(name) => name,
            None => continue,
        };
        let places = Places::get();
        let run_together =
            |name: &str| -> String { fold(name).chars().filter(|c| c.is_alphanumeric()).collect() };
        let place = places.iter().find(|(_, place)| {
            place.kind == PlaceKind::Province && run_together(&place.name) == name
        });
        if let Some((id, _)) = place {
            found.push(PlaceMention {
                first: at,
                end: at + 1,
                place: places.at(id, None),
                kind: MentionKind::Press,
                listed: false,
                joined: false,
                aside: false,
            });
        }
    }
    found
}

/// `(HBĐT) - …`: a province's paper signs what it reports with the province's initials and `điện tử`. Where several provinces have
/// them, the one that has other evidence.
fn byline(text: &str, tokens: &Tokens, mentions: &[PlaceMention]) -> Option<PlaceMention> {
    /// Tokens of a text's opening.
    const OPENING: usize = 150;
    let places = Places::get();
    let list = tokens.list();
    let opening = &list[..list.len().min(OPENING)];
    let signs =
        |t: &Token| t.kind == TokenKind::Word && t.is_upper() && t.span.of(text).ends_with("ĐT");
    let at = (1..opening.len().saturating_sub(1)).find(|&at| {
        signs(&list[at]) && list[at - 1].span.of(text) == "(" && list[at + 1].span.of(text) == ")"
    })?;
    let letters = tokens.folded(&list[at]).strip_suffix("dt")?;
    let fits: Vec<PlaceId> = places
        .iter()
        .filter(|(_, place)| place.kind == PlaceKind::Province && place.initials() == letters)
        .map(|(id, _)| places.at(id, None))
        .collect();
    let told = |id: &&PlaceId| mentions.iter().any(|m| m.place == **id);
    let mut fits: Vec<PlaceId> = match fits.iter().filter(told).count() {
        0 => fits,
        _ => fits.iter().filter(told).copied().collect(),
    };
    fits.sort_unstable();
    fits.dedup();
    let [place] = fits.as_slice() else {
        return None;
    };
    Some(PlaceMention {
        first: at,
        end: at + 1,
        place: *place,
        kind: MentionKind::Office,
        listed: false,
        joined: false,
        aside: false,
    })
}
