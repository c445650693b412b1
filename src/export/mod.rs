//! Hand-over to a distributed engine: Quickwit or Elasticsearch searches what baocao has analysed.
//!
//! [`Engine::export`] writes two indexes, *reports* and *figures*: their configuration, and the documents in parts of bounded
//! size. All analysis is done here: the fields `body`, `body_exact`, `title` and `title_exact` hold our terms joined by
//! spaces, which the `whitespace` tokenizer of either engine keeps byte for byte. [`Engine::remote_request`] writes the request that a
//! query becomes there.
//!
//! Reports go in the order of a hash of their id, so that the same index gives the same bytes however it was built. A [`Shard`]
//! takes those whose hash falls to it: `1/16` to `16/16` may be written by sixteen machines at once. Sixteen bytes a report
//! are held in memory, and one report.
//!
//! # Kept
//!
//! - Words with and without marks, restored words, abbreviations and split words: the same terms as in an index of ours. The extra ones
//!   stand behind the text, so that phrases of the text stay phrases.
//! - BM25 with the weights of our ranking. The weight of a rare spelling is levelled to that of its folded form with the
//!   frequencies of the index that writes the request; both should hold about the same reports.
//! - Province, period and metric as filters and counts, with all that lies above each (`place_path`, `period_path`, `metric_path`);
//!   a period also as its first and last month, so that a filter keeps exactly what lies within it.
//! - Every figure with its exact value, unit, period, subject and quote, as a document of its own.
//!
//! # Lost
//!
//! - Near forms of words: only those that the index at hand proposes are sent along. Nothing is re-ranked by pairs of true
//!   frequency; neighbouring words are asked for as phrases instead.
//! - What a query means (province, period, metric) does not move the ranking; it filters where that is asked for.
//! - A metric and a period on the *same* figure: only the figures index knows. Among reports both hold, each on its own.
//! - A phrase may run across the end of a sentence.
//! - A query that finds nothing is not asked again more freely.
//! - Counts of a facet in Quickwit heed the filter on that same facet; in Elasticsearch they ignore it, as ours do.
//! - Quickwit does not know ids: what is ingested twice is found twice. A report without a date has no `published`, which is
//!   why no `timestamp_field` is declared: Quickwit would refuse such reports.
//! - Evidence of provinces and periods, and what of a page is not the report.

mod document;
mod request;
mod schema;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::{Engine, Error, Result};
pub use request::RemoteRequest;

/// Name of the index of reports.
pub const REPORTS: &str = "baocao-reports";
/// Name of the index of figures.
pub const FIGURES: &str = "baocao-figures";

/// The engine that is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Quickwit 0.9.
    Quickwit,
    /// Elasticsearch 8, and OpenSearch.
    Elasticsearch,
}

/// One of several parts of the reports, told by a hash of the id.
///
/// ```
/// use baocao::export::Shard;
/// let shard: Shard = "2/16".parse()?;
/// assert_eq!(shard.to_string(), "2/16");
/// assert!("17/16".parse::<Shard>().is_err() && "0/16".parse::<Shard>().is_err());
/// # Ok::<(), baocao::export::ParseShardError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// What [`Shard::from_str`] says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no shard; expected K/N with K from 1 to N, such as 2/16")]
pub struct ParseShardError(String);

impl FromStr for Shard {
    type Err = ParseShardError;

    fn from_str(text: &str) -> Result<Self, ParseShardError> {
        let parts = text
            .split_once('/')
            .and_then(|(k, n)| Some((k.trim().parse().ok()?, n.trim().parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(ParseShardError(text.to_owned())),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// Whether the report with this id falls to the shard.
    #[must_use]
    pub fn has(self, id: &str) -> bool {
        self.takes(xxh3_64(id.as_bytes()))
    }

    fn takes(self, hash: u64) -> bool {
        hash % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// As it stands in names of files: `-2of16`.
    fn suffix(self) -> String {
        let width = self.of.to_string().len();
        format!("-{:0width$}of{}", self.number, self.of)
    }
}

/// What to export.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// For which engine.
    pub target: Target,
    /// Where to; made where it does not stand. Files of an earlier export of the same shard are replaced.
    pub dir: PathBuf,
    /// Which reports; all where none is given.
    pub shard: Option<Shard>,
    /// The most bytes of one part; a single larger document has a part of its own. Quickwit takes 10 MiB at once.
    pub part_bytes: u64,
}

impl ExportRequest {
    /// All reports, in parts of 8 MiB.
    #[must_use]
    pub fn new(target: Target, dir: impl Into<PathBuf>) -> Self {
        Self {
            target,
            dir: dir.into(),
            shard: None,
            part_bytes: 8 << 20,
        }
    }
}

/// One file of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Name of the file.
    pub file: String,
    /// Number of documents.
    pub documents: u64,
    /// Its size.
    pub bytes: u64,
    /// XXH3 of its bytes, in hexadecimal.
    pub xxh3: String,
}

/// What was written; also the content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// The engine written for.
    pub target: Target,
    /// The shard as `K/N`.
    pub shard: Option<String>,
    /// Number of reports.
    pub reports: u64,
    /// Number of figures.
    pub figures: u64,
    /// The files, in order.
    pub parts: Vec<Part>,
}

impl Engine {
    /// Writes configurations, documents and a manifest for another engine.
    ///
    /// # Errors
    /// Where the index cannot be read or a file not be written.
    pub fn export(&self, request: &ExportRequest) -> Result<Exported> {
        let dir = &request.dir;
        fs::create_dir_all(dir).map_err(|source| io(dir, source))?;
        let suffix = request.shard.map(Shard::suffix).unwrap_or_default();
        let snapshot = self.snapshot();
        let mut order = Vec::new();
        for address in snapshot.live() {
            let hash = xxh3_64(snapshot.id(address).as_bytes());
            if request.shard.is_none_or(|shard| shard.takes(hash)) {
                order.push((hash, address));
            }
        }
        order.sort_unstable();
        let mut reports = Parts::new(request, format!("reports{suffix}"));
        let mut figures = Parts::new(request, format!("figures{suffix}"));
        for (_, address) in &order {
            let report = snapshot.stored(*address)?;
            let (main, rows) = document::documents(&report);
            reports.add(REPORTS, &main.id, &main)?;
            for row in &rows {
                figures.add(FIGURES, &row.id, row)?;
            }
        }
        let exported = Exported {
            target: request.target,
            shard: request.shard.map(|shard| shard.to_string()),
            reports: reports.documents,
            figures: figures.documents,
            parts: [reports.finish()?, figures.finish()?].concat(),
        };
        for (name, config) in schema::configs(request.target) {
            write_json(&dir.join(name), &config)?;
        }
        write_json(&dir.join(format!("manifest{suffix}.json")), &exported)?;
        Ok(exported)
    }
}

fn io(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        action: "write",
        path: path.to_owned(),
        source,
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).expect("plain data has a JSON form");
    text.push('\n');
    fs::write(path, text).map_err(|source| io(path, source))
}

/// Files of documents, each of a bounded size.
struct Parts<'a> {
    request: &'a ExportRequest,
    name: String,
    open: Option<(BufWriter<File>, PathBuf, Part, Xxh3)>,
    done: Vec<Part>,
    documents: u64,
}

impl<'a> Parts<'a> {
    fn new(request: &'a ExportRequest, name: String) -> Self {
        Self {
            request,
            name,
            open: None,
            done: Vec::new(),
            documents: 0,
        }
    }

    fn file(&self, number: usize) -> String {
        let kind = match self.request.target {
            Target::Quickwit => "ndjson",
            Target::Elasticsearch => "bulk.ndjson",
        };
        format!("{}.{number:05}.{kind}", self.name)
    }

    fn add(&mut self, index: &str, id: &str, document: &impl Serialize) -> Result<()> {
        let mut lines = Vec::new();
        if self.request.target == Target::Elasticsearch {
            let action =
                serde_json::json!({"index": {"_index": index, "_id": document::remote_id(id)}});
            lines.extend_from_slice(action.to_string().as_bytes());
            lines.push(b'\n');
        }
        serde_json::to_writer(&mut lines, document).expect("plain data has a JSON form");
        lines.push(b'\n');
        let more = lines.len() as u64;
        if self
            .open
            .as_ref()
            .is_some_and(|(_, _, part, _)| part.bytes + more > self.request.part_bytes)
        {
            self.close()?;
        }
        if self.open.is_none() {
            let file = self.file(self.done.len());
            let path = self.request.dir.join(&file);
            let writer = BufWriter::new(File::create(&path).map_err(|source| io(&path, source))?);
            let part = Part {
                file,
                documents: 0,
                bytes: 0,
                xxh3: String::new(),
            };
            self.open = Some((writer, path, part, Xxh3::new()));
        }
        if let Some((writer, path, part, hash)) = &mut self.open {
            writer
                .write_all(&lines)
                .map_err(|source| io(path, source))?;
            hash.update(&lines);
            part.documents += 1;
            part.bytes += more;
        }
        self.documents += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some((mut writer, path, mut part, hash)) = self.open.take() {
            writer.flush().map_err(|source| io(&path, source))?;
            part.xxh3 = format!("{:016x}", hash.digest());
            self.done.push(part);
        }
        Ok(())
    }

    /// Closes the last part and takes away those that a longer export left behind it.
    fn finish(mut self) -> Result<Vec<Part>> {
        self.close()?;
        for number in self.done.len().. {
            let path = self.request.dir.join(self.file(number));
            if !path.is_file() {
                break;
            }
            fs::remove_file(&path).map_err(|source| io(&path, source))?;
        }
        Ok(self.done)
    }
}

#[cfg(test)]
mod tests;
