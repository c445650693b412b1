//! Places a figure can be about: provinces with their dates of validity, regions, the country.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

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
        Self { list, by_slug }
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
