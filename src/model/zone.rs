//! Zones: economic zones, industrial parks and clusters, each with its province.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{PlaceId, Places};
use crate::text::fold;

/// Index of a zone in [`Zones`]; stable only within one build of the table, so the index stores slugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneId(pub u16);

/// What kind of zone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneKind {
    /// Khu kinh tế, KKT; border-gate zones included.
    Economic,
    /// Khu công nghiệp, KCN.
    Industrial,
    /// Khu chế xuất, KCX.
    Export,
    /// Khu công nghệ cao, KCNC.
    HighTech,
    /// Cụm công nghiệp, CCN.
    Cluster,
}

/// One zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Key in filters and JSON: `kkt-van-don`; of a name that several provinces have, `kcn-hoa-phu-vinh-long`.
    pub slug: String,
    /// Name with its kind: `KKT Vân Đồn`.
    pub name: String,
    /// Kind of zone.
    pub kind: ZoneKind,
    /// Province it lies in, as a unit before July 2025.
    pub province: PlaceId,
    /// Other names, with or without the kind.
    pub aliases: Vec<String>,
}

/// The table of zones.
///
/// # Source
/// `zones.tsv` beside this module.
#[derive(Debug)]
pub struct Zones {
    list: Vec<Zone>,
    by_slug: FxHashMap<String, ZoneId>,
}

static ZONES: LazyLock<Zones> = LazyLock::new(|| Zones::parse(include_str!("zones.tsv")));

impl Zones {
    /// The table that ships with the crate.
    #[must_use]
    pub fn get() -> &'static Self {
        &ZONES
    }

    fn parse(tsv: &str) -> Self {
        let places = Places::get();
        let mut list: Vec<Zone> = tsv
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .skip(1)
            .filter_map(|line| {
                let row: Vec<&str> = line.split('\t').collect();
                Some(Zone {
                    slug: fold(row[0])
                        .split(|c: char| !c.is_alphanumeric())
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join("-"),
                    name: row[0].into(),
                    kind: match *row.get(1)? {
                        "kcn" => ZoneKind::Industrial,
                        "kcx" => ZoneKind::Export,
                        "kcnc" => ZoneKind::HighTech,
                        "ccn" => ZoneKind::Cluster,
                        _ => ZoneKind::Economic,
                    },
                    province: places.by_slug(row.get(2)?)?,
                    aliases: row
                        .get(3)?
                        .split(';')
                        .filter(|alias| !alias.is_empty())
                        .map(Into::into)
                        .collect(),
                })
            })
            .collect();
        let mut count: FxHashMap<String, u32> = FxHashMap::default();
        for zone in &list {
            *count.entry(zone.slug.clone()).or_default() += 1;
        }
        for zone in &mut list {
            if count[&zone.slug] > 1 {
                zone.slug = format!("{}-{}", zone.slug, places.place(zone.province).slug);
            }
        }
        let by_slug = list
            .iter()
            .enumerate()
            .map(|(i, zone)| (zone.slug.clone(), ZoneId(i as u16)))
            .collect();
        Self { list, by_slug }
    }

    /// The zone with this slug.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<ZoneId> {
        self.by_slug.get(slug).copied()
    }

    /// The zone behind an id of this table.
    ///
    /// # Panics
    /// Where the id is of another table.
    #[must_use]
    pub fn zone(&self, id: ZoneId) -> &Zone {
        &self.list[id.0 as usize]
    }

    /// All zones in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (ZoneId, &Zone)> {
        self.list
            .iter()
            .enumerate()
            .map(|(i, zone)| (ZoneId(i as u16), zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_sound() {
        let zones = Zones::get();
        let rows = include_str!("zones.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .count()
            - 1;
        assert_eq!(zones.list.len(), rows, "each row has a known province");
        assert_eq!(zones.by_slug.len(), zones.list.len(), "slugs are unique");
    }
}
