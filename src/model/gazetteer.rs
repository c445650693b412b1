//! A user's own names of places over the built-in ones.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Lookup, PlaceKind, Places};
use crate::Result;
use crate::text::fold;

/// What a name of a gazetteer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// Another name of a province or region: it stands for the place itself.
    Name,
    /// A city, town, district, port or border gate in a province: evidence for it, as the built-in ones are.
    Town,
    /// A zone in a province, with the word for its kind: `KCN Phú Gia`.
    Zone,
}

/// One name of a [`Gazetteer`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GazetteerName {
    /// The name as it is written in reports.
    pub name: String,
    /// What it is.
    pub kind: NameKind,
    /// Slug of the province or region.
    pub place: String,
}

/// Names of places that a user adds to the built-in tables.
///
/// The file is a table of three columns, parted by tabs: the name, its kind (`name`, `town` or `zone`) and the province (for a
/// `name` also a region), by slug or name. Lines that begin with `#` and a first line `name kind place` are passed over.
///
/// ```text
/// # names of our own
/// Xứ Lạng       name   lang-son
/// Mẫu Sơn       town   Lạng Sơn
/// KCN Hữu Lũng  zone   lang-son
/// ```
#[derive(Debug, Default)]
pub struct Gazetteer {
    list: Vec<GazetteerName>,
    /// The table as read, which travels with an index.
    pub(crate) extension: String,
    /// Tells gazetteers apart, so that what is made from one is made once; 0 is the empty one.
    pub(crate) serial: u64,
}

static EMPTY: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::default);

/// Words for the kind of a zone, at the head of its name: short and long, folded.
pub(crate) const ZONE_WORDS: &[(&str, &str)] = &[
    ("KKT", "khu kinh tế"),
    ("KCN", "khu công nghiệp"),
    ("KCX", "khu chế xuất"),
    ("KCNC", "khu công nghệ cao"),
    ("CCN", "cụm công nghiệp"),
];
/// The longest name, in words.
const LONGEST: usize = 12;

impl Gazetteer {
    /// The one that adds nothing.
    #[must_use]
    pub fn empty() -> &'static Self {
        &EMPTY
    }

    /// Reads a table of names.
    ///
    /// # Errors
    /// [`crate::Error::Io`], and [`crate::Error::Table`] with the line and what is wrong there.
    pub fn with_file(path: &Path) -> Result<Self> {
        super::read_table(path, Self::with_tsv)
    }

    /// The same from the text of such a file.
    pub(crate) fn with_tsv(text: &str) -> Result<Self, String> {
        static SERIALS: AtomicU64 = AtomicU64::new(1);
        let mut list: Vec<GazetteerName> = Vec::new();
        let mut places: FxHashMap<String, String> = FxHashMap::default();
        let mut seen: FxHashSet<GazetteerName> = FxHashSet::default();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1usize..) {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            if list.is_empty() && cells == ["name", "kind", "place"] {
                continue;
            }
            let row = row(&cells).map_err(|detail| format!("line {number}: {detail}"))?;
            let place = places
                .entry(fold(&row.name))
                .or_insert_with(|| row.place.clone());
            if *place != row.place {
                return Err(format!(
                    "line {number}: '{}' is of {} here and of {place} above",
                    row.name, row.place
                ));
            }
            if seen.insert(row.clone()) {
                list.push(row);
            }
        }
        if list.is_empty() {
            return Err("no names in it; a line holds name, kind and place, parted by tabs".into());
        }
        Ok(Self {
            list,
            extension: text.to_owned(),
            serial: SERIALS.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// The names, in the order of the file.
    #[must_use]
    pub fn names(&self) -> &[GazetteerName] {
        &self.list
    }

    /// Slugs of the places that a name or town of this table stands for, its spelling folded; the units that share the name of
    /// the place are all meant.
    pub(crate) fn lookup(&self, name: &str) -> Option<Vec<String>> {
        let places = Places::get();
        let key =
            |name: &str| -> String { fold(name).chars().filter(|c| c.is_alphanumeric()).collect() };
        let wanted = key(name);
        let found = self
            .list
            .iter()
            .find(|row| row.kind != NameKind::Zone && key(&row.name) == wanted)?;
        let id = places.by_slug(&found.place)?;
        Some(
            places
                .namesakes(id)
                .into_iter()
                .map(|id| places.place(id).slug.clone())
                .collect(),
        )
    }
}

/// Reads one row; an error says what is wrong with it.
fn row(cells: &[&str]) -> Result<GazetteerName, String> {
    let [name, kind, place] = cells else {
        return Err(format!(
            "{} where name, kind and place are expected, parted by tabs",
            match cells.len() {
                1 => "one column".to_owned(),
                n => format!("{n} columns"),
            }
        ));
    };
    let kind = match *kind {
        "name" => NameKind::Name,
        "town" => NameKind::Town,
        "zone" => NameKind::Zone,
        other => return Err(format!("kind '{other}' is none of name, town and zone")),
    };
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let words = name.split_whitespace().count();
    if letters < 3 || words > LONGEST {
        return Err(format!(
            "'{name}' is no name: at least three letters and at most {LONGEST} words"
        ));
    }
    let folded = fold(name);
    let opener = ZONE_WORDS.iter().find(|(short, long)| {
        [*short, *long]
            .iter()
            .any(|word| folded.starts_with(&format!("{} ", fold(word))))
    });
    if kind == NameKind::Zone && opener.is_none() {
        return Err(format!(
            "'{name}' does not begin with the kind of zone: KKT, KCN, KCX, KCNC or CCN"
        ));
    }
    let places = Places::get();
    let id = match places.lookup(place) {
        Lookup::One(ids) if !ids.is_empty() => ids[0],
        Lookup::One(_) | Lookup::None(None) => return Err(format!("no place is called '{place}'")),
        Lookup::Many(ids) => {
            let slugs: Vec<&str> = ids
                .iter()
                .map(|id| places.place(*id).slug.as_str())
                .collect();
            return Err(format!("'{place}' may be {}", slugs.join(", ")));
        }
        Lookup::None(Some(near)) => {
            return Err(format!(
                "no place is called '{place}'; did you mean '{}'?",
                places.place(near).slug
            ));
        }
    };
    let found = places.place(id);
    if found.kind != PlaceKind::Province && kind != NameKind::Name {
        return Err(format!("{} is no province", found.slug));
    }
    if let Lookup::One(ids) = places.lookup(name)
        && !ids.contains(&id)
        && let Some(other) = ids.first()
    {
        return Err(format!(
            "'{name}' is a name of {} already",
            places.place(*other).slug
        ));
    }
    Ok(GazetteerName {
        name: (*name).to_owned(),
        kind,
        place: found.slug.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_row_by_row() {
        let table = "\u{feff}name\tkind\tplace\r\n# ours\r\nXứ Lạng\tname\tlang-son\r\nMẫu Sơn\ttown\tLạng Sơn\r\n\
            KCN Hữu Lũng\tzone\tlang son\r\nxứ Lạng\tname\tlang-son\r\n";
        let gazetteer = Gazetteer::with_tsv(table).unwrap();
        let names: Vec<&str> = gazetteer.names().iter().map(|n| n.name.as_str()).collect();
        assert_eq!(names, ["Xứ Lạng", "Mẫu Sơn", "KCN Hữu Lũng", "xứ Lạng"]);
        assert!(gazetteer.names().iter().all(|n| n.place == "lang-son"));
        assert_eq!(gazetteer.lookup("xu lang").unwrap(), ["lang-son"]);
        assert_eq!(gazetteer.lookup("xu thanh"), None);
    }

    #[test]
    fn a_bad_row_is_told_by_its_line() {
        for (table, error) in [
            (
                "Xứ Lạng,name,lang-son",
                "line 1: one column where name, kind and place are expected, parted by tabs",
            ),
            (
                "# a\n\nXứ Lạng\tname",
                "line 3: 2 columns where name, kind and place are expected, parted by tabs",
            ),
            (
                "Xứ Lạng\tcity\tlang-son",
                "line 1: kind 'city' is none of name, town and zone",
            ),
            (
                "Xứ Lạng\tname\tlang-sen",
                "line 1: no place is called 'lang-sen'; did you mean 'lang-son'?",
            ),
            (
                "Xứ Quảng\tname\tQN",
                "line 1: 'QN' may be quang-ninh, quang-nam, quang-ngai",
            ),
            (
                "XL\tname\tlang-son",
                "line 1: 'XL' is no name: at least three letters and at most 12 words",
            ),
            (
                "Cần Thơ\ttown\tlang-son",
                "line 1: 'Cần Thơ' is a name of can-tho already",
            ),
            (
                "Hữu Lũng\tzone\tlang-son",
                "line 1: 'Hữu Lũng' does not begin with the kind of zone: KKT, KCN, KCX, KCNC or CCN",
            ),
            (
                "Mẫu Sơn\ttown\ttay-nguyen",
                "line 1: tay-nguyen is no province",
            ),
            (
                "Mẫu Sơn\ttown\tlang-son\nmau son\ttown\tcao-bang",
                "line 2: 'mau son' is of cao-bang here and of lang-son above",
            ),
            (
                "# nothing",
                "no names in it; a line holds name, kind and place, parted by tabs",
            ),
        ] {
            assert_eq!(Gazetteer::with_tsv(table).unwrap_err(), error, "{table}");
        }
    }
}
