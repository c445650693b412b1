//! Places a figure can be about: provinces with their dates of validity, regions, the country.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use crate::text::fold;

/// Index of a place in [`Places`]; stable only within one build of the tables, so the index stores slugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u16);

/// What kind of unit a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// The whole country, `viet-nam`.
    Country,
    /// A socio-economic region, `dong-bang-song-hong`.
    Region,
    /// A province or a city under the central government.
    Province,
}

/// One place.
#[derive(Clone, Debug)]
pub struct Place {
    /// Key in filters and JSON: `quang-ninh`.
    pub slug: String,
    /// Name with diacritics: `Quảng Ninh`.
    pub name: String,
    /// Kind of unit.
    pub kind: PlaceKind,
    /// The region of a province, the country of a region.
    pub parent: Option<PlaceId>,
    /// First day of validity, `YYYY-MM-DD`, where the table knows one.
    pub valid_from: Option<String>,
    /// Last day of validity; `None` for a unit that stands today.
    pub valid_to: Option<String>,
    /// The unit of July 2025 that this one is part of (or itself).
    pub merged_into: Option<PlaceId>,
    /// Other spellings and unambiguous abbreviations.
    pub aliases: Vec<String>,
}

/// The table of places.
///
/// # Source
/// `provinces.tsv` beside this module.
#[derive(Debug)]
pub struct Places {
    list: Vec<Place>,
    by_slug: FxHashMap<String, PlaceId>,
    /// By the [`key`] of each name, slug and alias, the first in the table; made at the first look-up.
    by_key: OnceLock<FxHashMap<String, PlaceId>>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| Places::parse(include_str!("provinces.tsv")));

/// The regions that the table's rows name, with their names. The six socio-economic regions of 2021 and the seven of
/// the units of July 2025.
const REGIONS: &[(&str, &str, &[&str])] = &[
    (
        "trung-du-mien-nui-phia-bac",
        "Trung du và miền núi phía Bắc",
        &["Trung du miền núi phía Bắc", "TDMNPB"],
    ),
    (
        "dong-bang-song-hong",
        "Đồng bằng sông Hồng",
        &["ĐBSH", "Châu thổ sông Hồng"],
    ),
    (
        "bac-trung-bo-duyen-hai-mien-trung",
        "Bắc Trung Bộ và duyên hải miền Trung",
        &["Bắc Trung Bộ và Duyên hải Trung Bộ", "BTB&DHMT"],
    ),
    ("bac-trung-bo", "Bắc Trung Bộ", &[]),
    (
        "duyen-hai-nam-trung-bo-tay-nguyen",
        "Duyên hải Nam Trung Bộ và Tây Nguyên",
        &["Nam Trung Bộ và Tây Nguyên"],
    ),
    ("tay-nguyen", "Tây Nguyên", &[]),
    ("dong-nam-bo", "Đông Nam Bộ", &["ĐNB"]),
    (
        "dong-bang-song-cuu-long",
        "Đồng bằng sông Cửu Long",
        &["ĐBSCL", "miền Tây Nam Bộ"],
    ),
];

/// Slug of the whole country.
pub const COUNTRY: &str = "viet-nam";

impl Places {
    /// The table that ships with the crate.
    #[must_use]
    pub fn get() -> &'static Self {
        &PLACES
    }

    fn parse(tsv: &str) -> Self {
        let mut list = vec![Place {
            slug: COUNTRY.into(),
            name: "Việt Nam".into(),
            kind: PlaceKind::Country,
            parent: None,
            valid_from: None,
            valid_to: None,
            merged_into: None,
            aliases: vec!["cả nước".into(), "toàn quốc".into()],
        }];
        for (slug, name, aliases) in REGIONS {
            list.push(Place {
                slug: (*slug).into(),
                name: (*name).into(),
                kind: PlaceKind::Region,
                parent: Some(PlaceId(0)),
                valid_from: None,
                valid_to: None,
                merged_into: None,
                aliases: aliases.iter().map(|a| (*a).into()).collect(),
            });
        }
        let rows: Vec<Vec<&str>> = tsv
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        let opt = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
        for row in &rows {
            list.push(Place {
                slug: row[0].into(),
                name: row[1].into(),
                kind: PlaceKind::Province,
                parent: None,
                valid_from: opt(row[4]),
                valid_to: opt(row[5]),
                merged_into: None,
                aliases: row[7]
                    .split(';')
                    .filter(|a| !a.is_empty())
                    .map(Into::into)
                    .collect(),
            });
        }
        let by_slug: FxHashMap<String, PlaceId> = list
            .iter()
            .enumerate()
            .map(|(i, p)| (p.slug.clone(), PlaceId(i as u16)))
            .collect();
        for row in &rows {
            let id = by_slug[row[0]];
            list[id.0 as usize].parent = by_slug.get(row[3]).copied();
            list[id.0 as usize].merged_into = by_slug.get(row[6]).copied();
        }
        Self {
            list,
            by_slug,
            by_key: OnceLock::new(),
        }
    }

    /// The place with this slug.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<PlaceId> {
        self.by_slug.get(slug).copied()
    }

    /// The place behind an id of this table.
    ///
    /// # Panics
    /// Where the id is of another table.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.list[id.0 as usize]
    }

    /// All places: the country, the regions, then the provinces in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceId, &Place)> {
        self.list
            .iter()
            .enumerate()
            .map(|(i, place)| (PlaceId(i as u16), place))
    }

    /// Region › province, widest first, the place itself last; the country stands alone.
    #[must_use]
    pub fn path(&self, id: PlaceId) -> Vec<PlaceId> {
        match (self.place(id).kind, self.place(id).parent) {
            (PlaceKind::Province, Some(region)) => vec![region, id],
            _ => vec![id],
        }
    }
}

/// What a name stands for, as [`Places::lookup`] reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// One place: the units that bore its name, the older one first.
    One(Vec<PlaceId>),
    /// An abbreviation of several places.
    Many(Vec<PlaceId>),
    /// No place; the name nearest to it, where one is near.
    None(Option<PlaceId>),
}

/// Day on which the units of 2025 replaced the 63 older ones.
pub(crate) const REFORM: &str = "2025-07-01";
/// Day from which Thừa Thiên Huế is the city of Huế.
const HUE: &str = "2025-01-01";

impl Places {
    /// The unit that bears the name of `id` on a day (`YYYY-MM-DD`; the older one where no day is known): `quang-ngai` on
    /// 2025-06-30, `quang-ngai-2025` a day later; of a name that is gone, the unit it became part of.
    #[must_use]
    pub fn at(&self, id: PlaceId, day: Option<&str>) -> PlaceId {
        let place = self.place(id);
        if place.kind != PlaceKind::Province {
            return id;
        }
        let reform = if matches!(place.slug.as_str(), "hue" | "thua-thien-hue") {
            HUE
        } else {
            REFORM
        };
        if day.is_some_and(|day| day >= reform) {
            // The unit that kept the name, else the one it went into.
            self.by_slug(&format!("{}-2025", self.older(id).slug))
                .or(place.merged_into)
                .unwrap_or(id)
        } else {
            self.by_slug(&self.older(id).slug).unwrap_or(id)
        }
    }

    /// The unit before July 2025 that bears the name of `id`.
    fn older(&self, id: PlaceId) -> &Place {
        let place = self.place(id);
        let older = match place.slug.as_str() {
            "hue" => Some("thua-thien-hue"),
            slug => slug.strip_suffix("-2025"),
        };
        older
            .and_then(|slug| self.by_slug(slug))
            .map_or(place, |id| self.place(id))
    }

    /// The units that share a name with `id`, the older one first: `quang-ngai` and `quang-ngai-2025`.
    #[must_use]
    pub fn namesakes(&self, id: PlaceId) -> Vec<PlaceId> {
        let older = &self.older(id).slug;
        let newer = if older == "thua-thien-hue" {
            "hue".to_owned()
        } else {
            format!("{older}-2025")
        };
        [older.as_str(), newer.as_str()]
            .iter()
            .filter_map(|slug| self.by_slug(slug))
            .collect()
    }

    /// What people call provinces besides their names (`xứ Thanh`), with the initials of the boards of their zones; `asked` says whether
    /// those belong to them that mean a province in questions alone.
    pub(crate) fn bynames(&self, asked: bool) -> impl Iterator<Item = (&'static str, PlaceId)> {
        let rows = include_str!("bynames.tsv").lines();
        let rows = rows.filter(|line| !line.starts_with('#')).skip(1);
        rows.filter_map(move |row| {
            let mut cells = row.split('\t');
            let (name, slug) = (cells.next()?, cells.next()?);
            (asked || cells.next() != Some("asked")).then_some((name, self.by_slug(slug)?))
        })
    }

    fn by_key(&self) -> &FxHashMap<String, PlaceId> {
        self.by_key.get_or_init(|| {
            let mut by_key = FxHashMap::default();
            for (id, place) in self.iter() {
                let aliases = place.aliases.iter();
                for name in [&place.name, &place.slug].into_iter().chain(aliases) {
                    by_key.entry(key(name)).or_insert(id);
                }
            }
            by_key
        })
    }

    /// Reads a name in any spelling: a slug, a name or alias with or without marks, `tỉnh` or `TP` before it, a region, and
    /// initials (`QN`), which may stand for several.
    ///
    /// ```
    /// use baocao::model::{Lookup, Places};
    /// let places = Places::get();
    /// let slug = |name| match places.lookup(name) {
    ///     Lookup::One(ids) => places.place(ids[0]).slug.clone(),
    ///     other => format!("{other:?}"),
    /// };
    /// assert_eq!(slug("tinh quang ninh"), "quang-ninh");
    /// assert_eq!(slug("ĐBSH"), "dong-bang-song-hong");
    /// assert!(matches!(places.lookup("QN"), Lookup::Many(ids) if ids.len() == 3));
    /// ```
    #[must_use]
    pub fn lookup(&self, name: &str) -> Lookup {
        let wanted = key(name);
        if wanted.is_empty() || wanted.len() > 200 {
            return Lookup::None(None);
        }
        // A slug is one unit; a name all that bear it.
        if let Some(id) = self.by_slug(name.trim()) {
            return Lookup::One(if name.trim().ends_with("-2025") {
                vec![id]
            } else {
                self.namesakes(id)
            });
        }
        let mut keys = vec![wanted.as_str()];
        for opening in ["tinh", "thanhpho", "tp", "vung", "khuvuc"] {
            if let Some(rest) = wanted.strip_prefix(opening).filter(|rest| rest.len() > 1) {
                keys.push(rest);
            }
        }
        for wanted in keys {
            if let Some(id) = self.by_key().get(wanted) {
                return Lookup::One(self.namesakes(*id));
            }
            let initials: Vec<PlaceId> = self
                .iter()
                .filter(|(_, place)| {
                    place.kind == PlaceKind::Province
                        && place.valid_to.as_deref() != Some("2008-07-31")
                        && !place.slug.ends_with("-2025")
                        && place.slug != "hue"
                        && place.initials() == wanted
                })
                .map(|(id, _)| id)
                .collect();
            match initials.as_slice() {
                [] => {}
                [one] => return Lookup::One(self.namesakes(*one)),
                _ => return Lookup::Many(initials),
            }
        }
        let letters: Vec<char> = wanted.chars().collect();
        let nearest = self
            .iter()
            .map(|(id, place)| {
                let distance = strsim::generic_levenshtein(
                    &letters,
                    &key(&place.name).chars().collect::<Vec<_>>(),
                );
                (distance, id)
            })
            .min()
            .filter(|(distance, _)| distance * 2 <= letters.len().max(2));
        Lookup::None(nearest.map(|(_, id)| id))
    }
}

impl Place {
    /// First letters of the name's words, folded: `qn`.
    #[must_use]
    pub fn initials(&self) -> String {
        fold(&self.name)
            .split(|c: char| !c.is_alphanumeric())
            .filter_map(|word| word.chars().next())
            .collect()
    }
}

/// Letters and digits of the folded name.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byname_is_of_a_place() {
        let places = Places::get();
        let rows = include_str!("bynames.tsv").lines();
        let rows = rows.filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(places.bynames(true).count(), rows);
        let in_reports: Vec<_> = places.bynames(false).collect();
        let of = |name: &str| in_reports.iter().find(|row| row.0 == name).map(|row| row.1);
        assert_eq!(of("xứ Thanh"), places.by_slug("thanh-hoa"));
        assert_eq!(of("Tây Đô"), None);
    }

    #[test]
    fn every_row_is_sound() {
        let places = Places::get();
        assert_eq!(places.by_slug.len(), places.list.len(), "slugs are unique");
        for (_, place) in places.iter().filter(|(_, p)| p.kind == PlaceKind::Province) {
            assert!(place.parent.is_some(), "{} has a region", place.slug);
            assert!(
                place.valid_to.is_none() || place.merged_into.is_some(),
                "{} went somewhere",
                place.slug
            );
        }
    }
}
