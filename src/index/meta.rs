//! What travels with every commit: versions, the names behind the small ids of the columns, finished record files.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{FORMAT_VERSION, RECOGNISER_VERSION};
use crate::model::Places;

/// A list of names that only grows; the id of a name is its place in the list, from 1, and 0 stands for none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(crate) struct Names {
    list: Vec<String>,
    ids: FxHashMap<String, u32>,
}

impl Names {
    /// The id of a name already there; 0 where it is not.
    pub fn id(&self, name: &str) -> u32 {
        self.ids.get(name).copied().unwrap_or_default()
    }

    /// The name behind an id.
    pub fn name(&self, id: u32) -> Option<&str> {
        let place = (id as usize).checked_sub(1)?;
        self.list.get(place).map(String::as_str)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// All names, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        self.list
            .iter()
            .zip(1..)
            .map(|(name, id)| (id, name.as_str()))
    }

    /// The id of a name, given out now where it is new.
    pub fn add(&mut self, name: &str) -> u32 {
        match self.id(name) {
            0 => {
                self.list.push(name.to_owned());
                let id = self.list.len() as u32;
                self.ids.insert(name.to_owned(), id);
                id
            }
            id => id,
        }
    }
}

impl From<Vec<String>> for Names {
    fn from(list: Vec<String>) -> Self {
        let ids = list.iter().cloned().zip(1..).collect();
        Self { list, ids }
    }
}

impl From<Names> for Vec<String> {
    fn from(names: Names) -> Self {
        names.list
    }
}

/// Size, time of change and hash of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileStamp {
    pub size: u64,
    /// Nanoseconds since 1970; 0 where the file is too young for the time to be trusted.
    pub mtime: u64,
    pub hash: u64,
    /// As the column `stamp`.
    pub stamp: u64,
}

/// A file that gave no report, as it was then, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub stamp: FileStamp,
    pub reason: String,
}

/// The payload of a commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub format: u32,
    pub recogniser: u32,
    /// Slugs of provinces and regions: columns `place`, `mention` and `fig`.
    pub places: Names,
    /// Metric codes: columns `metric` and `fig`.
    pub metrics: Names,
    /// Units of figures: column `fig`.
    pub units: Names,
    /// Slugs of zones: column `zone`.
    pub zones: Names,
    /// Kinds of report: column `kind`.
    pub kinds: Names,
    /// Forms of paths, see `document::path_of`: column `head`.
    pub paths: Names,
    /// Names of the zones, by slug.
    #[serde(default)]
    pub zone_names: BTreeMap<String, String>,
    /// Files of many records that were read to their end.
    #[serde(default)]
    pub finished: BTreeMap<String, FileStamp>,
    /// Files that gave no report: they are not read again until they change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed: BTreeMap<String, Passed>,
    /// The user's table of metrics, as written; empty where there is none.
    #[serde(default)]
    pub taxonomy: String,
    /// The user's table of places, as written; empty where there is none.
    #[serde(default)]
    pub gazetteer: String,
}

impl Meta {
    pub fn new() -> Self {
        let mut places = Names::default();
        for (_, place) in Places::get().iter() {
            places.add(&place.slug);
        }
        Self {
            format: FORMAT_VERSION,
            recogniser: RECOGNISER_VERSION,
            places,
            metrics: Names::default(),
            units: Names::default(),
            zones: Names::default(),
            kinds: Names::default(),
            paths: Names::default(),
            zone_names: BTreeMap::new(),
            finished: BTreeMap::new(),
            passed: BTreeMap::new(),
            taxonomy: String::new(),
            gazetteer: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_when_names_are_added_and_written() {
        let mut names = Names::default();
        assert_eq!((names.add("a"), names.add("b"), names.add("a")), (1, 2, 1));
        let json = serde_json::to_string(&names).unwrap();
        let mut back: Names = serde_json::from_str(&json).unwrap();
        assert_eq!((back.id("b"), back.id("c"), back.add("c")), (2, 0, 3));
        assert_eq!(
            (back.name(3), back.name(0), back.name(4)),
            (Some("c"), None, None)
        );
    }
}
