//! Places in a text: every name of a province, region or the country, what stands before it, and how much it says.
//!
//! A name alone proves little: `hòa bình` is peace, `Nguyễn Hòa Bình` a person, `đường Hà Nội` a street, `KCN Hòa Bình` a zone of
//! another province. Capitals decide in marked text; the words before a name decide its weight.

mod names;

use super::ZoneFinding;
use super::layout::Layout;
use super::lexicon::Marks;
use super::zones::{self, ZoneMention};
use crate::model::{PlaceId, PlaceKind, Places};
use crate::text::{Token, TokenKind, Tokens};
pub(crate) use names::PlaceNames;
use names::{Entry, Lead};

/// What a name stands as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MentionKind {
    /// `Ban Quản lý Khu kinh tế X`: the office that reports.
    Board,
    /// `Cục Hải quan X`.
    Customs,
    /// `UBND tỉnh X`, `Tỉnh ủy X`, `Sở … X`, `Cục Thuế X`.
    Office,
    /// `tỉnh X`, `thành phố X`.
    Unit,
    /// The name alone.
    Name,
    /// A city, town, district, port or border gate in it.
    Town,
    /// A zone in it.
    Zone,
    /// An abbreviation behind an office, `BQLKKT QN`; counts only beside other evidence.
    Initials,
    /// Part of another name: a company, a street, a school.
    Part,
    /// Part of the name of a paper or broadcaster: `Báo X`. A paper of a province that names no other writes about its own.
    Press,
    /// Where a meeting was held or a text was written.
    Venue,
    /// A region named as the one spoken of: `11 tỉnh, thành phố vùng X`.
    Bloc,
}

/// A place named in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceMention {
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// The place, a province as its unit before July 2025.
    pub place: PlaceId,
    /// What the name stands as.
    pub kind: MentionKind,
    /// One of three or more names in a row.
    pub listed: bool,
    /// Joined to the name before it by a comma or `và`.
    pub joined: bool,
    /// A comparison or a rank: `so với X`, `đứng đầu cả nước`.
    pub aside: bool,
}

/// Family names, behind which a province's name is a person's.
const SURNAMES: &[&str] = &[
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ",
    "ngô", "trương", "đinh", "đoàn", "trịnh", "đào", "tạ", "tô", "quách", "văn", "thị", "đức",
    "xuân", "hữu", "ông", "bà",
];

/// Bare provinces' names that are common words without their marks (`đa năng`, `diễn biến`, `giá lại`).
const WORDS_WHEN_BARE: &[&str] = &[
    "hoa-binh",
    "gia-lai",
    "da-nang",
    "ca-mau",
    "ben-tre",
    "son-la",
    "lam-dong",
    "long-an",
    "ha-nam",
    "tien-giang",
    "an-giang",
    "nam-dinh",
    "phu-tho",
    "can-tho",
    "binh-dinh",
    "dien-bien",
    "thai-binh",
    "kien-giang",
    "ha-tinh",
    "nghe-an",
    "phu-yen",
    "dong-nai",
    "dong-thap",
    "thua-thien-hue",
    "quang-tri",
];

/// Provinces that are cities themselves, or that a city has become.
const CITIES: [&str; 6] = [
    "ha-noi",
    "ho-chi-minh",
    "hai-phong",
    "da-nang",
    "can-tho",
    "thua-thien-hue",
];

/// Words back from a name within which the office of its zones still governs it.
const BOARD: usize = 12;

/// What a text names.
pub(super) struct Found {
    pub(super) mentions: Vec<PlaceMention>,
    pub(super) zones: Vec<ZoneMention>,
    /// Zones of the user's, which have no place in the built-in table.
    pub(super) own_zones: Vec<ZoneFinding>,
}

/// All places and zones named in a text, in order.
pub(super) fn find(text: &str, tokens: &Tokens, layout: &Layout, table: &PlaceNames) -> Found {
    let list = tokens.list();
    let mut mentions: Vec<PlaceMention> = Vec::new();
    let mut bare_towns: Vec<PlaceMention> = Vec::new();
    let mut zones = Vec::new();
    let mut own_zones: Vec<ZoneFinding> = Vec::new();
    let symbols = table.lexicon.symbols(tokens);
    let mut lines = layout.lines().iter();
    let mut line = lines.next();
    // The last words that lead to names: what, where it ends, and whether only names and small words came since.
    let mut leads: Vec<(Lead, usize)> = Vec::new();
    let mut at = 0;
    while at < list.len() {
        while line.is_some_and(|l| at >= l.end as usize) {
            line = lines.next();
            leads.clear();
        }
        let (bare, caps) = line.map_or((false, false), |l| (l.bare, l.caps));
        match list[at].kind {
            TokenKind::Word => {}
            TokenKind::Punct => {
                if matches!(list[at].span.of(text), "." | ";" | ":" | "(" | ")") {
                    leads.clear();
                } else if list[at].span.of(text) == "," {
                    // A list of names keeps its lead; anything else loses it.
                    let in_list = mentions.last().is_some_and(|m| m.end == at);
                    // `Ban Quản lý các khu chế xuất, khu công nghiệp X`
                    let zones = list.get(at + 1).is_some_and(|next| {
                        matches!(
                            tokens.exact(next),
                            "khu" | "cụm" | "kcn" | "kcx" | "kkt" | "ccn"
                        )
                    });
                    if !in_list {
                        leads.retain(|(lead, _)| {
                            *lead == Lead::Bloc || zones && *lead == Lead::Board
                        });
                    }
                }
                at += 1;
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        }
        let found = table.lexicon.longest(tokens, &symbols, at, Marks::Lacking);
        let Some(found) = found else {
            at += 1;
            continue;
        };
        let entry = table.entries[found.payload as usize];
        if let Entry::Word(lead) = entry {
            if bare || found.lacking == 0 {
                leads.push((lead, found.end));
            }
            // `Thủ đô thu ngân sách …`, against `Thủ đô Viêng Chăn`.
            let named = |t: &Token| t.kind == TokenKind::Word && t.is_capital();
            if lead == Lead::City
                && !caps
                && list[at].is_capital()
                && tokens.exact(&list[at]) == "thủ"
                && !list.get(found.end).is_some_and(named)
                && let Some(capital) = Places::get().by_slug("ha-noi")
            {
                mentions.push(PlaceMention {
                    first: at,
                    end: found.end,
                    place: capital,
                    kind: MentionKind::Name,
                    listed: false,
                    joined: false,
                    aside: false,
                });
            }
            at = found.end;
            continue;
        }
        if let Entry::OwnZone(i) = entry {
            if found.lacking > 0 && !bare {
                at += 1;
                continue;
            }
            let (slug, name, province) = &table.zones[i];
            mentions.push(PlaceMention {
                first: at,
                end: found.end,
                place: *province,
                kind: MentionKind::Zone,
                listed: false,
                joined: false,
                aside: false,
            });
            if !own_zones.iter().any(|zone| zone.slug == *slug) {
                own_zones.push(ZoneFinding {
                    slug: slug.clone(),
                    name: name.clone(),
                    province: Some(Places::get().place(*province).slug.clone()),
                    span: list[at].span.cover(list[found.end - 1].span),
                });
            }
            at = found.end;
            continue;
        }
        if let Entry::Zone(opener) = entry {
            if found.lacking > 0 && !bare {
                at += 1;
                continue;
            }
            let board = near(&leads, Lead::Board, at, 4);
            let before = zones.len();
            let end = zones::behind(text, tokens, opener, at, found.end, bare, &mut zones);
            if board && zones.len() == before + 1 {
                // `Ban Quản lý các KCN Hòa Bình` is the board of the province.
                let zone = &zones[before];
                if province_named(table, tokens, zone.name, zone.end).is_some() {
                    zones.truncate(before);
                    at = found.end;
                    continue;
                }
            }
            at = if zones.len() > before { end } else { found.end };
            continue;
        }
        let span = &list[at..found.end];
        let capital = span.iter().filter(|t| t.kind == TokenKind::Word).all(|t| {
            t.is_capital()
                || matches!(
                    tokens.exact(t),
                    "thành" | "phố" | "thủ" | "đô" | "tp" | "xứ" | "đất" | "vùng" | "mang" | "tên"
                )
        });
        let place = match entry {
            Entry::Country => {
                if found.lacking > 0 && !bare {
                    at += 1;
                    continue;
                }
                PlaceId(0)
            }
            Entry::Region(id) | Entry::Province(id) | Entry::Town(id, _) => id,
            Entry::Nothing | Entry::Zone(_) | Entry::OwnZone(_) | Entry::Word(_) => {
                at = if capital || bare { found.end } else { at + 1 };
                continue;
            }
        };
        if entry == Entry::Country {
            let rank = near(&leads, Lead::Rank, at, 2);
            let versus = near(&leads, Lead::Versus, at, 4);
            mentions.push(PlaceMention {
                first: at,
                end: found.end,
                place,
                kind: if !caps && names_country(text, tokens, at, found.end) {
                    MentionKind::Part
                } else {
                    MentionKind::Name
                },
                listed: false,
                joined: false,
                aside: rank || versus,
            });
            at = found.end;
            continue;
        }
        if is_weather(text, tokens, at, found.end) {
            at = found.end;
            continue;
        }
        let led = |lead, reach| near(&leads, lead, at, reach);
        let named = led(Lead::Province, 0)
            || led(Lead::City, 1)
            || led(Lead::Office, 3)
            || led(Lead::Customs, 1)
            || led(Lead::Board, 6);
        let written = if bare {
            capital && !caps
                || named
                || !WORDS_WHEN_BARE.contains(&Places::get().place(place).slug.as_str())
        } else {
            // A region is often written small.
            (capital || matches!(entry, Entry::Region(_)))
                && (found.lacking == 0
                    || capital
                        // A long name with a slip in one syllable can be no other.
                        && (span.len() >= 3 || found.lacking as usize >= span.len().min(2)))
        };
        if !written {
            at += 1;
            continue;
        }
        if let Entry::Region(_) = entry {
            let bloc = led(Lead::Bloc, 3) || led(Lead::Province, 3);
            mentions.push(PlaceMention {
                first: at,
                end: found.end,
                place,
                kind: if bloc {
                    MentionKind::Bloc
                } else {
                    MentionKind::Name
                },
                listed: false,
                joined: false,
                // `thấp nhất là Tây Nguyên` says which it is, `thấp nhất Tây Nguyên` where.
                aside: led(Lead::Versus, 5)
                    || led(Lead::Rank, 2) && at > 0 && tokens.exact(&list[at - 1]) != "là"
                    || led(Lead::Within, 5),
            });
            at = found.end;
            continue;
        }
        // A person: a family name right before, on the same line without a mark between.
        if !caps
            && !named
            && at > 0
            && list[at - 1].kind == TokenKind::Word
            && list[at - 1].is_capital()
            && SURNAMES.contains(&tokens.exact(&list[at - 1]))
        {
            at = found.end;
            continue;
        }
        if led(Lead::President, 1) && Places::get().place(place).slug == "ho-chi-minh" {
            at = found.end;
            continue;
        }
        let kind = match entry {
            Entry::Town(_, alone) => {
                let opened = led(Lead::City, 1) || led(Lead::Lower, 0) || led(Lead::Gate, 2);
                if !opened && !alone {
                    let name = capital && found.lacking == 0 && found.end > at + 1;
                    if name && !led(Lead::Street, 0) && !led(Lead::Company, 5) {
                        bare_towns.push(PlaceMention {
                            first: at,
                            end: found.end,
                            place,
                            kind: MentionKind::Town,
                            listed: false,
                            joined: false,
                            aside: false,
                        });
                    }
                    at += 1;
                    continue;
                }
                if led(Lead::Street, 0) {
                    at = found.end;
                    continue;
                }
                if led(Lead::Company, 5) {
                    MentionKind::Part
                } else if led(Lead::Venue, 2) {
                    MentionKind::Venue
                } else {
                    MentionKind::Town
                }
            }
            _ if led(Lead::Lower, 0) || led(Lead::Street, 0) => {
                at = found.end;
                continue;
            }
            // `thành phố Bắc Ninh` is the town in the province.
            _ if (led(Lead::City, 1) || matches!(tokens.exact(&list[at]), "thành" | "tp"))
                && !CITIES.contains(&Places::get().place(place).slug.as_str())
                && !led(Lead::Bloc, 4) =>
            {
                MentionKind::Town
            }
            _ if led(Lead::Board, BOARD) => MentionKind::Board,
            _ if led(Lead::Customs, 3) => MentionKind::Customs,
            _ if led(Lead::Office, 7) => MentionKind::Office,
            _ if led(Lead::Province, 0) || led(Lead::City, 1) => {
                if led(Lead::Venue, 3) {
                    MentionKind::Venue
                } else {
                    MentionKind::Unit
                }
            }
            _ if led(Lead::Press, 2) => MentionKind::Press,
            _ if led(Lead::Company, 6) => MentionKind::Part,
            _ if led(Lead::Venue, 1) => MentionKind::Venue,
            _ => MentionKind::Name,
        };
        let aside = led(Lead::Versus, 5);
        mentions.push(PlaceMention {
            first: at,
            end: found.end,
            place,
            kind,
            listed: false,
            joined: false,
            aside,
        });
        // An office governs the first name behind it only.
        leads.retain(|(lead, _)| matches!(lead, Lead::Bloc | Lead::Company));
        at = found.end;
    }
    add_towns(tokens, &bare_towns, &mut mentions);
    mark_lists(text, tokens, &mut mentions);
    Found {
        mentions,
        zones,
        own_zones,
    }
}

/// Districts that no word says to be such (`Ba Vì, Thạch Thất`) speak for their province where they are two and the text names none.
fn add_towns(tokens: &Tokens, towns: &[PlaceMention], mentions: &mut Vec<PlaceMention>) {
    let Some(place) = towns.first().map(|town| town.place) else {
        return;
    };
    let list = tokens.list();
    let name = |m: &PlaceMention| list[m.first..m.end].iter().map(|t| tokens.folded(t));
    let several = towns.iter().any(|town| !name(town).eq(name(&towns[0])));
    let others = mentions
        .iter()
        .any(|m| m.place != place && Places::get().place(m.place).kind == PlaceKind::Province);
    if several && !others && towns.iter().all(|town| town.place == place) {
        mentions.extend_from_slice(towns);
        mentions.sort_by_key(|mention| mention.first);
    }
}

/// Whether `lead` stands at most `reach` tokens before `at`.
fn near(leads: &[(Lead, usize)], lead: Lead, at: usize, reach: usize) -> bool {
    leads
        .iter()
        .rev()
        .take_while(|(_, end)| at.saturating_sub(*end) <= reach)
        .any(|(l, _)| *l == lead)
}

/// `Hà Nội: 17°C`, `24°C Đà Nẵng`: a site's weather names towns that the report says nothing of.
fn is_weather(text: &str, tokens: &Tokens, first: usize, end: usize) -> bool {
    let list = tokens.list();
    let is = |at: usize, mark: &str| list.get(at).is_some_and(|t| t.span.of(text) == mark);
    let number = end + usize::from(is(end, ":"));
    let behind = list
        .get(number)
        .is_some_and(|t| t.kind == TokenKind::Number)
        && is(number + 1, "°");
    behind || first >= 2 && is(first - 2, "°") && is(first - 1, "C")
}

/// Whether the country ends the name of something in it: `Canon Việt Nam`, `Công ty Ajinomoto (Việt Nam)`.
fn names_country(text: &str, tokens: &Tokens, first: usize, end: usize) -> bool {
    let list = tokens.list();
    let is = |at: usize, mark: &str| list.get(at).is_some_and(|t| t.span.of(text) == mark);
    let Some(before) = first.checked_sub(1) else {
        return false;
    };
    if is(before, "(") && is(end, ")") {
        return true;
    }
    // `hiệp định Việt Nam - EAEU`, `hàng Việt Nam`
    let joined = (is(end, "-") || is(end, "–"))
        && list
            .get(end + 1)
            .is_some_and(|t| t.kind == TokenKind::Word && t.is_capital());
    let named = matches!(
        tokens.exact(&list[before]),
        "hàng" | "định" | "hiệp" | "người" | "gạo" | "nghiệp"
    );
    if joined || named {
        return true;
    }
    let token = &list[before];
    token.kind == TokenKind::Word
        && token.is_capital()
        && !matches!(
            tokens.exact(token),
            "nước" | "của" | "tại" | "ở" | "cả" | "vào"
        )
}

/// The province that the tokens `first..end` name, all of them.
fn province_named(
    table: &PlaceNames,
    tokens: &Tokens,
    first: usize,
    end: usize,
) -> Option<PlaceId> {
    let found = table.lexicon.longest_at(tokens, first)?;
    match table.entries[found.payload as usize] {
        Entry::Province(id) if found.end == end => Some(id),
        _ => None,
    }
}

/// Marks names that stand three or more in a row, joined by commas, dashes and `và`.
fn mark_lists(text: &str, tokens: &Tokens, mentions: &mut [PlaceMention]) {
    let list = tokens.list();
    let joined = |a: &PlaceMention, b: &PlaceMention| {
        b.first >= a.end
            && b.first - a.end <= 3
            && b.first > a.end
            && list[a.end..b.first].iter().all(|t| match t.kind {
                TokenKind::Punct => matches!(t.span.of(text), "," | "-" | "–" | ";" | "/"),
                TokenKind::Word => {
                    matches!(
                        tokens.exact(t),
                        "và" | "tỉnh" | "tp" | "thành" | "phố" | "hoặc"
                    )
                }
                _ => false,
            })
    };
    let mut first = 0;
    for i in 0..mentions.len() {
        if i > 0 && !joined(&mentions[i - 1], &mentions[i]) {
            first = i;
        }
        mentions[i].joined = i > first;
        match i - first {
            0 | 1 => {}
            2 => mentions[first..=i].iter_mut().for_each(|m| m.listed = true),
            _ => mentions[i].listed = true,
        }
    }
}
