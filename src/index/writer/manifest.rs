//! The documents that stand in the index, by the files they were made of, and what tells that a file is as it was.

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;
use tantivy::columnar::StrColumn;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::Result;
use crate::index::columns::{Columns, Head};
use crate::index::meta::FileStamp;
use crate::index::snapshot::Snapshot;
use crate::index::{READER_VERSION, directory};
use crate::model::{Gazetteer, Taxonomy};
use crate::source::GivenData;
use crate::text::encoding::Encoding;

/// A file changed this short before it was read may change again within the same tick of the file system's clock.
const YOUNG: Duration = Duration::from_millis(100);

/// A document that stands in the index.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub stamp: FileStamp,
    pub address: DocAddress,
}

/// Documents that stand in the index, by source and id.
pub(super) type Manifest = FxHashMap<String, FxHashMap<String, Row>>;

pub(super) fn manifest(snapshot: &Snapshot) -> Result<Manifest> {
    let mut manifest = Manifest::default();
    let read = |segment: usize, manifest: &mut Manifest| -> tantivy::Result<()> {
        let reader = snapshot.searcher.segment_reader(segment as u32);
        let columns = &snapshot.columns[segment];
        let fast = reader.fast_fields();
        let [size, mtime, hash, stamp] = [
            fast.u64("size")?,
            fast.u64("mtime")?,
            fast.u64("hash")?,
            fast.u64("stamp")?,
        ];
        let sources = Columns::dictionary(&columns.source)?;
        let word = |column: &StrColumn, words: &[String], doc| {
            let ord = column.term_ords(doc).next().unwrap_or(u64::MAX);
            words.get(ord as usize).cloned().unwrap_or_default()
        };
        for doc in reader.doc_ids_alive() {
            let stamp = FileStamp {
                size: size.first(doc).unwrap_or_default(),
                mtime: mtime.first(doc).unwrap_or_default(),
                hash: hash.first(doc).unwrap_or_default(),
                stamp: stamp.first(doc).unwrap_or_default(),
            };
            let address = DocAddress::new(segment as u32, doc);
            manifest
                .entry(word(&columns.source, &sources, doc))
                .or_default()
                .insert(columns.head(doc, Head::Id), Row { stamp, address });
        }
        Ok(())
    };
    for segment in 0..snapshot.columns.len() {
        read(segment, &mut manifest)
            .map_err(|error| directory::read_error(&snapshot.dir, error))?;
    }
    Ok(manifest)
}

/// What beside the bytes of a file decides what is written of it.
pub(super) struct Rules {
    pub encoding: Option<Encoding>,
    pub taxonomy: Arc<Taxonomy>,
    pub gazetteer: Arc<Gazetteer>,
    /// Whether anything is recognised.
    pub recognise: bool,
    /// Version of the recognisers.
    pub recogniser: u32,
}

/// Everything that a document is made of beside the bytes of its file: in the upper half what its text depends on, in the
/// lower half what its annotations depend on.
pub(super) fn stamp_of(rules: &Rules, given: &GivenData) -> u64 {
    let mut reading = Xxh3::new();
    reading.update(&READER_VERSION.to_le_bytes());
    if let Some(encoding) = rules.encoding {
        reading.update(encoding.name().as_bytes());
    }
    let mut annotating = Xxh3::new();
    annotating.update(&rules.recogniser.to_le_bytes());
    if !rules.taxonomy.extension.is_empty() {
        annotating.update(rules.taxonomy.extension.as_bytes());
    }
    if !rules.gazetteer.extension.is_empty() {
        annotating.update(b"gazetteer");
        annotating.update(rules.gazetteer.extension.as_bytes());
    }
    if !rules.recognise {
        annotating.update(b"nothing recognised");
    }
    annotating.update(&given.fingerprint().to_le_bytes());
    reading.digest() << 32 | annotating.digest() & 0xffff_ffff
}

/// Whether two stamps differ at most in what annotations depend on, so that the stored text is what a reader would give.
pub(super) const fn is_same_reading(a: u64, b: u64) -> bool {
    a >> 32 == b >> 32
}

/// The time of change of a file that may be relied on, else 0.
pub(super) fn trusted(mtime: u64) -> u64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos() as u64);
    if mtime + YOUNG.as_nanos() as u64 > now {
        0
    } else {
        mtime
    }
}

/// The id of a file: its path without the extension.
pub(super) fn stem(relative: &str) -> &str {
    match relative.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && !stem.ends_with('/') && !extension.contains('/') =>
        {
            stem
        }
        _ => relative,
    }
}

/// Gives out ids: each to one source only.
pub(super) struct Ids {
    pub holders: FxHashMap<String, String>,
}

impl Ids {
    /// The first of `wanted` that is free or this source's own already, else the last with a hash of the source.
    pub fn claim(&mut self, source: &str, wanted: &[&str]) -> String {
        for id in wanted {
            match self.holders.get(*id) {
                Some(holder) if holder != source => {}
                _ => {
                    self.holders.insert((*id).to_owned(), source.to_owned());
                    return (*id).to_owned();
                }
            }
        }
        let last = wanted.last().copied().unwrap_or_default();
        let id = format!("{last}~{:08x}", xxh3_64(source.as_bytes()) as u32);
        self.holders.insert(id.clone(), source.to_owned());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_drop_the_extension_only() {
        for (path, wanted) in [
            ("a.txt", "a"),
            ("x.y/a", "x.y/a"),
            ("x.y/a.b.md", "x.y/a.b"),
            (".txt", ".txt"),
            ("x/.txt", "x/.txt"),
        ] {
            assert_eq!(stem(path), wanted);
        }
    }

    #[test]
    fn a_stamp_tells_texts_from_annotations() {
        let rules = |encoding: Option<&str>, recogniser| Rules {
            encoding: encoding.map(|name| name.parse().unwrap()),
            taxonomy: Arc::new(Taxonomy::get().clone()),
            gazetteer: Arc::new(Gazetteer::default()),
            recognise: true,
            recogniser,
        };
        let nothing = GivenData::default();
        let given = GivenData {
            publisher: Some("Sở".into()),
            ..GivenData::default()
        };
        let base = stamp_of(&rules(None, 1), &nothing);
        assert_eq!(base, stamp_of(&rules(None, 1), &nothing));
        for annotated_anew in [
            stamp_of(&rules(None, 2), &nothing),
            stamp_of(&rules(None, 1), &given),
        ] {
            assert!(annotated_anew != base && is_same_reading(annotated_anew, base));
        }
        let read_anew = stamp_of(&rules(Some("tcvn3"), 1), &nothing);
        assert!(!is_same_reading(read_anew, base));
    }

    #[test]
    fn an_id_belongs_to_one_source() {
        let mut ids = Ids {
            holders: FxHashMap::default(),
        };
        assert_eq!(ids.claim("/a", &["1", "a#1"]), "1");
        assert_eq!(ids.claim("/a", &["1", "a#1"]), "1");
        assert_eq!(ids.claim("/b", &["1", "b#1"]), "b#1");
        assert!(ids.claim("/c", &["1"]).starts_with("1~"));
    }
}
