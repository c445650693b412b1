//! The names that places are recognised by, with the words that stand before them.

use std::ops::Range;
use std::sync::Arc;

use super::super::lexicon::Lexicon;
use super::super::zones::OPENERS;
use crate::model::derived::Derived;
use crate::model::gazetteer::ZONE_WORDS;
use crate::model::{Gazetteer, NameKind, PlaceId, PlaceKind, Places};
use crate::text::{Tokens, fold};

/// What a phrase of the lexicon is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
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
pub(super) enum Lead {
    Province,
    City,
    Lower,
    Board,
    Customs,
    Office,
    Company,
    Press,
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
    pub(super) lexicon: Lexicon,
    pub(super) entries: Vec<Entry>,
    /// Zones of the user's: slug, name, province.
    pub(super) zones: Vec<(String, String, PlaceId)>,
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
    ("báo", Lead::Press),
    ("đài", Lead::Press),
    ("đài phát thanh và truyền hình", Lead::Press),
    ("đài phát thanh - truyền hình", Lead::Press),
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
    ("hạt nhân", Lead::Within),
    ("đầu tàu", Lead::Within),
    ("cửa ngõ", Lead::Within),
    ("trung tâm", Lead::Within),
    ("trong", Lead::Within),
    ("là tỉnh", Lead::Within),
    ("so với", Lead::Versus),
    ("cao hơn", Lead::Versus),
    ("thấp hơn", Lead::Versus),
    ("nhanh hơn", Lead::Versus),
    ("nhất", Lead::Rank),
    ("vị trí", Lead::Rank),
    ("vị trí thứ", Lead::Rank),
    ("xếp thứ", Lead::Rank),
    ("xếp hạng", Lead::Rank),
    ("đứng đầu", Lead::Rank),
    ("dẫn đầu", Lead::Rank),
    ("đầu", Lead::Rank),
    ("trên", Lead::Rank),
    ("thứ hai", Lead::Rank),
    ("thứ ba", Lead::Rank),
    ("thứ", Lead::Rank),
    ("top", Lead::Rank),
    ("tốp", Lead::Rank),
    ("nhì", Lead::Rank),
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
        static MADE: Derived<PlaceNames> = Derived::new();
        MADE.of(gazetteer.serial, || Self::new(gazetteer))
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
            "toàn ngành hải quan",
            "toàn ngành thuế",
        ] {
            phrases.push((name.into(), Entry::Country));
        }
        for (name, slug) in REGIONS {
            if let Some(id) = places.by_slug(slug) {
                phrases.push(((*name).into(), Entry::Region(id)));
            }
        }
        for (name, id) in places.bynames(false) {
            phrases.push((name.into(), Entry::Province(places.at(id, None))));
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
