//! Places in a text: every name of a province, region or the country, what stands before it, and how much it says.
//!
//! A name alone proves little: `hòa bình` is peace, `Nguyễn Hòa Bình` a person, `đường Hà Nội` a street, `KCN Hòa Bình` a zone of
//! another province. Capitals decide in marked text; the words before a name decide its weight.

use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::ZoneFinding;
use super::layout::Layout;
use super::lexicon::Lexicon;
use super::zones::{self, OPENERS, ZoneMention};
use crate::model::gazetteer::ZONE_WORDS;
use crate::model::{Gazetteer, NameKind, PlaceId, PlaceKind, Places};
use crate::text::{TokenKind, Tokens, fold};

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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Province(PlaceId),
    Region(PlaceId),
    Country,
    /// Its rank decides whether it may stand without a word for it.
    Town(PlaceId, bool),
    /// A name that swallows a province's: `Thái Bình Dương`.
    Nothing,
    Zone(usize),
    /// A zone of the user's.
    OwnZone(usize),
    Word(Lead),
}

/// Words that stand before names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    Province,
    City,
    Lower,
    Board,
    Customs,
    Office,
    Company,
    Street,
    Venue,
    Bloc,
    Gate,
    Versus,
    Rank,
    President,
    /// Where a place lies: `thuộc vùng X`.
    Within,
    /// A word that holds another lead and leads nothing.
    Plain,
}

/// The names that places are recognised by: the built-in ones and the user's.
pub(crate) struct PlaceNames {
    lexicon: Lexicon,
    entries: Vec<Entry>,
    /// Zones of the user's: slug, name, province.
    zones: Vec<(String, String, PlaceId)>,
    /// How many of the entries, from the first on, are the user's.
    own: usize,
}

/// Words before names, in their exact spelling.
const LEADS: &[(&str, Lead)] = &[
    ("tỉnh", Lead::Province),
    ("trên địa bàn tỉnh", Lead::Province),
    ("thành phố", Lead::City),
    ("tp", Lead::City),
    ("thủ đô", Lead::City),
    ("huyện", Lead::Lower),
    ("huyện đảo", Lead::Lower),
    ("quận", Lead::Lower),
    ("thị xã", Lead::Lower),
    ("tx", Lead::Lower),
    ("thị trấn", Lead::Lower),
    ("phường", Lead::Lower),
    ("xã", Lead::Lower),
    ("thôn", Lead::Lower),
    ("ấp", Lead::Lower),
    ("chợ", Lead::Lower),
    ("hồ", Lead::Street),
    ("đường", Lead::Street),
    ("phố", Lead::Street),
    ("đại lộ", Lead::Street),
    ("xa lộ", Lead::Street),
    ("quốc lộ", Lead::Street),
    ("cao tốc", Lead::Street),
    ("tuyến", Lead::Street),
    ("cầu", Lead::Street),
    ("sông", Lead::Street),
    ("ngã tư", Lead::Street),
    ("ban quản lý", Lead::Board),
    ("BQL", Lead::Board),
    ("BQLKKT", Lead::Board),
    ("BQLKCN", Lead::Board),
    ("BQLCKCN", Lead::Board),
    ("hải quan", Lead::Customs),
    ("cục hải quan", Lead::Customs),
    ("chi cục hải quan", Lead::Customs),
    ("UBND", Lead::Office),
    ("ủy ban nhân dân", Lead::Office),
    ("HĐND", Lead::Office),
    ("hội đồng nhân dân", Lead::Office),
    ("tỉnh ủy", Lead::Office),
    ("thành ủy", Lead::Office),
    ("sở", Lead::Office),
    ("cục thuế", Lead::Office),
    ("cục thống kê", Lead::Office),
    ("chi cục", Lead::Office),
    ("công an", Lead::Office),
    ("kho bạc", Lead::Office),
    ("đảng bộ", Lead::Office),
    ("công ty", Lead::Company),
    ("cty", Lead::Company),
    ("CTCP", Lead::Company),
    ("tổng công ty", Lead::Company),
    ("tập đoàn", Lead::Company),
    ("ngân hàng", Lead::Company),
    ("nhà máy", Lead::Company),
    ("trường", Lead::Company),
    ("đại học", Lead::Company),
    ("học viện", Lead::Company),
    ("bệnh viện", Lead::Company),
    ("câu lạc bộ", Lead::Company),
    ("CLB", Lead::Company),
    ("đội bóng", Lead::Company),
    ("báo", Lead::Company),
    ("đài", Lead::Company),
    ("khách sạn", Lead::Company),
    ("dược", Lead::Company),
    ("nhựa", Lead::Company),
    ("thép", Lead::Company),
    ("gang thép", Lead::Company),
    ("cao su", Lead::Company),
    ("xi măng", Lead::Company),
    ("bia", Lead::Company),
    ("đạm", Lead::Company),
    ("than", Lead::Company),
    ("nhiệt điện", Lead::Company),
    ("thủy điện", Lead::Company),
    ("formosa", Lead::Company),
    ("vinpearl", Lead::Company),
    ("chủ tịch", Lead::President),
    ("bác", Lead::President),
    ("tư tưởng", Lead::President),
    ("cộng sản", Lead::President),
    ("tại", Lead::Venue),
    ("ở", Lead::Venue),
    ("vùng", Lead::Bloc),
    ("khu vực", Lead::Bloc),
    ("khối", Lead::Bloc),
    ("khối thi đua", Lead::Bloc),
    ("các tỉnh", Lead::Bloc),
    ("các tỉnh thành", Lead::Bloc),
    ("tỉnh, thành phố", Lead::Bloc),
    ("các địa phương", Lead::Bloc),
    ("cửa khẩu", Lead::Gate),
    ("cửa khẩu quốc tế", Lead::Gate),
    ("cảng", Lead::Gate),
    ("cảng biển", Lead::Gate),
    ("sân bay", Lead::Gate),
    ("thuộc", Lead::Within),
    ("nằm", Lead::Within),
    ("nằm ở", Lead::Within),
    ("nằm trong", Lead::Within),
    ("một trong", Lead::Within),
    ("trong", Lead::Within),
    ("là tỉnh", Lead::Within),
    ("so với", Lead::Versus),
    ("nhất", Lead::Rank),
    ("đứng đầu", Lead::Rank),
    ("dẫn đầu", Lead::Rank),
    ("đầu", Lead::Rank),
    ("trên", Lead::Rank),
    ("thứ hai", Lead::Rank),
    ("thứ ba", Lead::Rank),
    ("cơ sở", Lead::Plain),
    ("trụ sở", Lead::Plain),
    ("công sở", Lead::Plain),
    ("đầu tư", Lead::Plain),
    ("đầu năm", Lead::Plain),
    ("bắt đầu", Lead::Plain),
    ("ban đầu", Lead::Plain),
    ("báo cáo", Lead::Plain),
    ("thông báo", Lead::Plain),
    ("dự báo", Lead::Plain),
    ("thị trường", Lead::Plain),
    ("môi trường", Lead::Plain),
    ("trường hợp", Lead::Plain),
    ("tăng trưởng", Lead::Plain),
    ("yêu cầu", Lead::Plain),
    ("nhu cầu", Lead::Plain),
    ("toàn cầu", Lead::Plain),
    ("cơ cấu", Lead::Plain),
    ("hồ sơ", Lead::Plain),
    ("xã hội", Lead::Plain),
    ("hợp tác xã", Lead::Plain),
    ("nông thôn", Lead::Plain),
    ("khối lượng", Lead::Plain),
    ("trực tuyến", Lead::Plain),
    ("trên địa bàn", Lead::Plain),
    ("trên cơ sở", Lead::Plain),
];

/// Names that hold a province's name and mean something else.
const OTHERS: &[&str] = &[
    "Thái Bình Dương",
    "Đồng Tháp Mười",
    "Kinh Bắc",
    "Hà Nam Ninh",
    "Hà Nội Mới",
    "Hòa Bình Minh",
    "Điện Biên Phủ trên không",
    "Quảng Nam - Đà Nẵng",
    "Gia Lai - Kon Tum",
];

/// Regions as reports name them, beside the names in the table of places.
const REGIONS: &[(&str, &str)] = &[
    ("đồng bằng Bắc Bộ", "dong-bang-song-hong"),
    ("vùng đồng bằng sông Hồng", "dong-bang-song-hong"),
    ("ĐB sông Hồng", "dong-bang-song-hong"),
    ("miền Trung - Tây Nguyên", "tay-nguyen"),
    ("ĐBSCL", "dong-bang-song-cuu-long"),
    ("ĐB sông Cửu Long", "dong-bang-song-cuu-long"),
    ("Tây Nam Bộ", "dong-bang-song-cuu-long"),
    ("miền Đông Nam Bộ", "dong-nam-bo"),
    ("miền núi phía Bắc", "trung-du-mien-nui-phia-bac"),
    ("trung du và miền núi Bắc Bộ", "trung-du-mien-nui-phia-bac"),
    ("duyên hải miền Trung", "bac-trung-bo-duyen-hai-mien-trung"),
];

impl PlaceNames {
    /// The names of a gazetteer over the built-in ones, made once for each in turn.
    pub(crate) fn of(gazetteer: &Gazetteer) -> Arc<Self> {
        static LAST: Mutex<Option<(u64, Arc<PlaceNames>)>> = Mutex::new(None);
        static OURS: LazyLock<Arc<PlaceNames>> =
            LazyLock::new(|| Arc::new(PlaceNames::new(Gazetteer::empty())));
        if gazetteer.serial == 0 {
            return OURS.clone();
        }
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((serial, names)) if *serial == gazetteer.serial => names.clone(),
            _ => {
                let names = Arc::new(Self::new(gazetteer));
                *last = Some((gazetteer.serial, names.clone()));
                names
            }
        }
    }

    fn new(gazetteer: &Gazetteer) -> Self {
        let places = Places::get();
        let mut phrases: Vec<(String, Entry)> = Vec::new();
        // Of one spelling the earlier entry stands.
        let zones = own_names(gazetteer, &mut phrases);
        let own = phrases.len();
        for (id, place) in places.iter() {
            match place.kind {
                PlaceKind::Country => {}
                PlaceKind::Region => {
                    for name in std::iter::once(&place.name).chain(&place.aliases) {
                        phrases.push((name.clone(), Entry::Region(id)));
                    }
                }
                PlaceKind::Province if place.slug == "hue" => {
                    phrases.push(("Huế".into(), Entry::Province(places.at(id, None))));
                }
                PlaceKind::Province => {
                    let id = places.at(id, None);
                    for name in std::iter::once(&place.name).chain(&place.aliases) {
                        // Two letters are a name only behind an office, and the President is no city.
                        if name.chars().count() > 2 && name != "Hồ Chí Minh" {
                            phrases.push((name.clone(), Entry::Province(id)));
                        }
                    }
                }
            }
        }
        for name in [
            "cả nước",
            "toàn quốc",
            "Việt Nam",
            "nước ta",
            "trên toàn quốc",
        ] {
            phrases.push((name.into(), Entry::Country));
        }
        for (name, slug) in REGIONS {
            if let Some(id) = places.by_slug(slug) {
                phrases.push(((*name).into(), Entry::Region(id)));
            }
        }
        for row in include_str!("towns.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
        {
            let cells: Vec<&str> = row.split('\t').collect();
            let [name, rank, slug] = cells.as_slice() else {
                continue;
            };
            if let Some(id) = places.by_slug(slug) {
                let alone = *rank == "city" && name.contains(' ');
                phrases.push(((*name).into(), Entry::Town(id, alone)));
            }
        }
        for name in OTHERS {
            phrases.push(((*name).into(), Entry::Nothing));
        }
        for (i, (name, _)) in OPENERS.iter().enumerate() {
            phrases.push(((*name).into(), Entry::Zone(i)));
        }
        for (name, lead) in LEADS {
            phrases.push(((*name).into(), Entry::Word(*lead)));
        }
        Self {
            lexicon: Lexicon::new(
                phrases
                    .iter()
                    .enumerate()
                    .map(|(i, (name, _))| (name.as_str(), i as u32)),
            ),
            entries: phrases.into_iter().map(|(_, entry)| entry).collect(),
            zones,
            own,
        }
    }

    /// The user's names and towns in a query, where marks may be missing: the words of each and the slug of its province.
    pub(crate) fn own(&self, tokens: &Tokens) -> Vec<(Range<usize>, String)> {
        let mut found = Vec::new();
        let mut at = 0;
        while self.own > 0 && at < tokens.list().len() {
            let here = self.lexicon.longest_at(tokens, at);
            at += 1;
            let Some(name) = here.filter(|name| (name.payload as usize) < self.own) else {
                continue;
            };
            if let Entry::Province(id) | Entry::Region(id) | Entry::Town(id, _) =
                self.entries[name.payload as usize]
            {
                let slug = Places::get().place(id).slug.clone();
                found.push((name.first..name.end, slug));
                at = name.end;
            }
        }
        found
    }
}

/// The phrases of a user's gazetteer, which win over the built-in ones of the same words; the zones among them.
fn own_names(
    gazetteer: &Gazetteer,
    phrases: &mut Vec<(String, Entry)>,
) -> Vec<(String, String, PlaceId)> {
    let places = Places::get();
    let mut zones = Vec::new();
    for row in gazetteer.names() {
        let Some(id) = places.by_slug(&row.place).map(|id| places.at(id, None)) else {
            continue;
        };
        match row.kind {
            NameKind::Name if places.place(id).kind == PlaceKind::Region => {
                phrases.push((row.name.clone(), Entry::Region(id)));
            }
            NameKind::Name => phrases.push((row.name.clone(), Entry::Province(id))),
            NameKind::Town => {
                let alone = row.name.contains(' ');
                phrases.push((row.name.clone(), Entry::Town(id, alone)));
            }
            NameKind::Zone => {
                let zone = Entry::OwnZone(zones.len());
                for spelling in zone_spellings(&row.name) {
                    phrases.push((spelling, zone));
                }
                let slug: Vec<String> = fold(&row.name)
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|part| !part.is_empty())
                    .map(Into::into)
                    .collect();
                zones.push((slug.join("-"), row.name.clone(), id));
            }
        }
    }
    zones
}

/// A zone's name behind the short and the long word for its kind.
fn zone_spellings(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|w| fold(w)).collect();
    for (short, long) in ZONE_WORDS {
        for opener in [*long, *short] {
            let opener: Vec<String> = opener.split(' ').map(fold).collect();
            if folded.len() > opener.len() && folded.starts_with(&opener) {
                let rest = words[opener.len()..].join(" ");
                return vec![format!("{short} {rest}"), format!("{long} {rest}")];
            }
        }
    }
    vec![name.to_owned()]
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

/// Words back from a name within which a lead still governs it.
const REACH: usize = 9;

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
    let mut zones = Vec::new();
    let mut own_zones: Vec<ZoneFinding> = Vec::new();
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
                    if !in_list {
                        leads.retain(|(lead, _)| matches!(lead, Lead::Bloc));
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
        let Some(found) = table.lexicon.longest_at(tokens, at) else {
            at += 1;
            continue;
        };
        let entry = table.entries[found.payload as usize];
        if let Entry::Word(lead) = entry {
            if bare || found.lacking == 0 {
                leads.push((lead, found.end));
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
            t.is_capital() || matches!(tokens.exact(t), "thành" | "phố" | "thủ" | "đô" | "tp")
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
                kind: MentionKind::Name,
                listed: false,
                joined: false,
                aside: rank || versus,
            });
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
                && (found.lacking == 0 || capital && found.lacking as usize >= span.len().min(2))
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
                aside: led(Lead::Versus, 5) || led(Lead::Rank, 2) || led(Lead::Within, 4),
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
            _ if led(Lead::Board, REACH) => MentionKind::Board,
            _ if led(Lead::Customs, 3) => MentionKind::Customs,
            _ if led(Lead::Office, 7) => MentionKind::Office,
            _ if led(Lead::Province, 0) || led(Lead::City, 1) => {
                if led(Lead::Venue, 3) {
                    MentionKind::Venue
                } else {
                    MentionKind::Unit
                }
            }
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
    mark_lists(text, tokens, &mut mentions);
    Found {
        mentions,
        zones,
        own_zones,
    }
}

/// Whether `lead` stands at most `reach` tokens before `at`.
fn near(leads: &[(Lead, usize)], lead: Lead, at: usize, reach: usize) -> bool {
    leads
        .iter()
        .rev()
        .any(|(l, end)| *l == lead && at >= *end && at - end <= reach)
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
        if i - first >= 2 {
            for mention in &mut mentions[first..=i] {
                mention.listed = true;
            }
        }
    }
}
