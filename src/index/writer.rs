//! Brings an index up to date with files: reads what is new or changed over all cores, drops what is gone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::StrColumn;
use tantivy::directory::error::OpenWriteError;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::{DocAddress, IndexWriter, Term};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::document::{self, Content, DocumentData, IndexDocument, Origin, StoredReport};
use super::meta::{FileStamp, Meta};
use super::schema::Fields;
use super::snapshot::Snapshot;
use super::{RECOGNISER_VERSION, columns::Columns};
use crate::annotate::{Annotations, Evidence, Given, PeriodFinding, PlaceFinding, annotate};
use crate::model::{Flag, Taxonomy};
use crate::source::ndjson::Record;
use crate::source::sketch::Sketch;
use crate::source::walk::{Format, FoundFile, Walk};
use crate::source::{GivenData, RawReport, metadata, read};
use crate::text::abbreviations;
use crate::text::encoding::{Encoding, decode};
use crate::text::repair::{self, Restored};
use crate::{Error, Result, Span};

/// What to index, and how.
///
/// ```
/// let request = baocao::IndexRequest::new(["corpus"]);
/// assert_eq!(request.max_file_bytes, 64 << 20);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexRequest {
    /// Files and folders. Reports below them that are no longer there leave the index.
    pub paths: Vec<PathBuf>,
    /// Start from an empty index, whatever stands in the folder of the old one.
    pub rebuild: bool,
    /// Larger files, and longer records, are skipped.
    pub max_file_bytes: u64,
    /// Threads that read and annotate; all cores where `None`.
    pub threads: Option<usize>,
    /// About how many bytes reports in work and postings not yet written may take together.
    pub memory_bytes: usize,
    /// Encoding of plain text, records and CSV; found out file by file where `None`. A later run without it finds out again.
    pub encoding: Option<Encoding>,
    /// A table of metrics (TOML) over the built-in one. It is kept in the index, so that later runs and queries go by it;
    /// a rebuilt index starts without.
    pub taxonomy: Option<PathBuf>,
    /// Commit whenever so many bytes of text were read, so that a run that is killed need not start over.
    pub commit_bytes: u64,
}

impl IndexRequest {
    /// A request with the defaults: files up to 64 MB, all cores, 256 MB of memory.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self {
            paths: paths.into_iter().map(Into::into).collect(),
            rebuild: false,
            max_file_bytes: 64 << 20,
            threads: None,
            memory_bytes: 256 << 20,
            encoding: None,
            taxonomy: None,
            commit_bytes: 1 << 30,
        }
    }

    /// The same from an empty index.
    #[must_use]
    pub fn rebuild(mut self, rebuild: bool) -> Self {
        self.rebuild = rebuild;
        self
    }
}

/// Something that was not indexed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skipped {
    /// The file; of a record with its line, `file:17`.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What happens to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Change {
    /// It was not there before.
    New,
    /// Its text, its metadata or the recognisers changed.
    Changed,
    /// Its file has another name and the same bytes.
    Moved,
    /// Its file or record is gone.
    Removed,
}

/// What a run would do to one report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Planned {
    /// Its path, as reports show it.
    pub path: String,
    /// What would happen.
    pub change: Change,
}

/// What an indexing run did.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[non_exhaustive]
pub struct IndexReport {
    /// Reports that were not there before.
    pub new: u64,
    /// Reports whose text or metadata changed, or that newer recognisers read again.
    pub changed: u64,
    /// Reports whose file was renamed or moved and is otherwise as it was.
    pub moved: u64,
    /// Reports left as they were.
    pub unchanged: u64,
    /// Reports that left, their files or records being gone.
    pub removed: u64,
    /// What was not indexed, by path.
    pub skipped: Vec<Skipped>,
    /// What is indexed but should be looked at: unknown provinces in metadata, …
    pub warnings: Vec<String>,
    /// Of a preview: what would happen to which report, by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Planned>,
    /// Reports in the index now; of a preview, after the run.
    pub reports: u64,
    /// Bytes of new and changed reports.
    pub bytes: u64,
    /// The run was cut short; what it had done is in the index.
    pub cancelled: bool,
    /// Time taken.
    pub took: Duration,
}

/// What lies before an indexing run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files to look at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Follows an indexing run; called from several threads.
pub trait Progress: Sync {
    /// The walk is done; called once.
    fn started(&self, totals: Totals) {
        let _ = totals;
    }

    /// So many more files and bytes are done.
    fn advanced(&self, files: u64, bytes: u64) {
        let _ = (files, bytes);
    }

    /// All is read; what remains is writing.
    fn committing(&self) {}

    /// Whether to stop: what is done is committed, the rest is left for the next run.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}

/// A file changed this short before it was read may change again within the same tick of the file system's clock.
const YOUNG: Duration = Duration::from_millis(100);

/// A document that stands in the index.
#[derive(Clone, Debug)]
struct Row {
    stamp: FileStamp,
    address: DocAddress,
}

/// Documents that stand in the index, by source and id.
type Manifest = FxHashMap<String, FxHashMap<String, Row>>;

fn manifest(snapshot: &Snapshot) -> Result<Manifest> {
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
        let ids = Columns::dictionary(&columns.id)?;
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
                .insert(word(&columns.id, &ids, doc), Row { stamp, address });
        }
        Ok(())
    };
    for segment in 0..snapshot.columns.len() {
        read(segment, &mut manifest)
            .map_err(|error| super::directory::read_error(&snapshot.dir, error))?;
    }
    Ok(manifest)
}

/// What a user set about the reading of files.
struct Rules {
    encoding: Option<Encoding>,
    taxonomy: Arc<Taxonomy>,
}

/// Everything that a document is made of beside the bytes of its file.
fn stamp_of(rules: &Rules, given: &GivenData) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&RECOGNISER_VERSION.to_le_bytes());
    if let Some(encoding) = rules.encoding {
        hash.update(encoding.name().as_bytes());
    }
    if !rules.taxonomy.extension.is_empty() {
        hash.update(rules.taxonomy.extension.as_bytes());
    }
    hash.update(&given.fingerprint().to_le_bytes());
    hash.digest()
}

/// Bytes of reports in work; waits where there are too many.
struct Budget {
    used: Mutex<usize>,
    freed: Condvar,
    limit: usize,
}

struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// A single report beyond the whole budget is let through alone.
    fn take(self: &Arc<Self>, bytes: usize) -> Permit {
        let mut used = lock(&self.used);
        while *used > 0 && *used + bytes > self.limit {
            used = self
                .freed
                .wait(used)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *used += bytes;
        Permit {
            budget: self.clone(),
            bytes,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *lock(&self.budget.used) -= self.bytes;
        self.budget.freed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A report to be made.
enum Task {
    File {
        file: FoundFile,
        id: String,
        given: GivenData,
        /// As it stands in the index.
        row: Option<Row>,
        permit: Permit,
    },
    Record {
        record: Box<Record>,
        id: String,
        path: String,
        /// `file:17`, for messages.
        place: String,
        origin: Origin,
        is_new: bool,
        permit: Permit,
    },
}

/// What the threads share.
struct Run<'a> {
    fields: Fields,
    snapshot: &'a Snapshot,
    /// Reports that leave, by the hash of their bytes: a new file with these bytes is the old one under another name.
    leaving: Mutex<FxHashMap<u64, Row>>,
    /// `None` in a preview.
    writer: Option<RwLock<IndexWriter<IndexDocument>>>,
    rules: Rules,
    meta: RwLock<Meta>,
    report: Mutex<IndexReport>,
    budget: Arc<Budget>,
    max_file_bytes: u64,
    commit_bytes: u64,
    progress: &'a dyn Progress,
    /// Tasks sent and not yet done.
    pending: AtomicUsize,
    idle: (Mutex<()>, Condvar),
    failed: AtomicBool,
    failure: Mutex<Option<tantivy::TantivyError>>,
}

impl Run<'_> {
    fn skip(&self, path: impl Into<String>, reason: impl Into<String>) {
        lock(&self.report).skipped.push(Skipped {
            path: path.into(),
            reason: reason.into(),
        });
    }

    fn fail(&self, error: tantivy::TantivyError) {
        lock(&self.failure).get_or_insert(error);
        self.failed.store(true, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.failed.load(Ordering::Relaxed) || self.progress.is_cancelled()
    }

    fn work(&self, tasks: &Mutex<Receiver<Task>>) {
        loop {
            let task = lock(tasks).recv();
            let Ok(task) = task else { return };
            if !self.failed.load(Ordering::Relaxed) {
                self.make(task);
            }
            if self.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
                let _guard = lock(&self.idle.0);
                self.idle.1.notify_all();
            }
        }
    }

    fn make(&self, task: Task) {
        match task {
            Task::File {
                file,
                id,
                given,
                row,
                permit,
            } => {
                let shown = file.path.to_string_lossy().into_owned();
                let read = read::bytes(&file.path, self.max_file_bytes);
                self.progress.advanced(1, file.size);
                let bytes = match read {
                    Ok(bytes) => bytes,
                    Err(reason) => return self.skip(shown, reason),
                };
                let stamp = FileStamp {
                    size: bytes.len() as u64,
                    mtime: trusted(file.mtime),
                    hash: xxh3_64(&bytes),
                    stamp: stamp_of(&self.rules, &given),
                };
                let same =
                    |row: &Row| row.stamp.hash == stamp.hash && row.stamp.stamp == stamp.stamp;
                if row.as_ref().is_some_and(same) {
                    lock(&self.report).unchanged += 1;
                    return;
                }
                let origin = Origin {
                    source: file.source,
                    stamp,
                };
                if row.is_none() && self.move_here(&id, &shown, &origin) {
                    return;
                }
                let report =
                    contained(|| read::report(bytes, &file.relative, given, self.rules.encoding));
                match report {
                    Ok(report) => self.add(
                        report,
                        id,
                        shown.clone(),
                        shown,
                        origin,
                        row.is_none(),
                        permit,
                    ),
                    Err(reason) => {
                        self.skip(shown, reason);
                        // What stood there is not what the file says now.
                        if let Some(row) = row {
                            self.delete(&id, &row);
                        }
                    }
                }
            }
            Task::Record {
                record,
                id,
                path,
                place,
                origin,
                is_new,
                permit,
            } => match contained(|| Ok(record.into_report())) {
                Ok(report) => self.add(report, id, path, place, origin, is_new, permit),
                Err(reason) => self.skip(place, reason),
            },
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn add(
        &self,
        report: RawReport,
        id: String,
        path: String,
        place: String,
        origin: Origin,
        is_new: bool,
        permit: Permit,
    ) {
        if self.writer.is_none() {
            self.count(
                is_new,
                path,
                report.text.len() as u64,
                &place,
                report.warnings,
            );
            return;
        }
        let made = contained(|| Ok(recognise(&report, &self.rules.taxonomy)));
        let (annotations, index_text) = match made {
            Ok(made) => made,
            Err(reason) => return self.skip(place, reason),
        };
        let RawReport {
            text,
            title,
            given,
            chrome,
            encoding,
            parts,
            warnings,
        } = report;
        let bytes = text.len() as u64;
        let sketch = Sketch::of(&text);
        let text: Arc<str> = text.into();
        let index_text = index_text.map_or_else(|| text.clone(), Arc::from);
        let content = Content {
            text,
            index_text,
            sketch,
        };
        let data = DocumentData {
            id,
            path: path.clone(),
            title,
            published: given.published.or_else(|| annotations.published.clone()),
            publisher: given.publisher,
            url: given.url,
            annotations,
            chrome,
            encoding,
            parts,
        };
        let known = document::registered(
            &self.meta.read().unwrap_or_else(PoisonError::into_inner),
            &data.annotations,
        );
        if !known {
            let mut meta = self.meta.write().unwrap_or_else(PoisonError::into_inner);
            document::register(&mut meta, &data.annotations);
        }
        if !self.put(&data, &origin, content, is_new, Some(Box::new(permit))) {
            return;
        }
        self.count(is_new, path, bytes, &place, warnings);
    }

    /// Counts a report that is written, or would be.
    fn count(&self, is_new: bool, path: String, bytes: u64, place: &str, warnings: Vec<String>) {
        let mut report = lock(&self.report);
        *(if is_new {
            &mut report.new
        } else {
            &mut report.changed
        }) += 1;
        report.bytes += bytes;
        let warnings = warnings.into_iter();
        report
            .warnings
            .extend(warnings.map(|warning| format!("{place}: {warning}")));
        let change = if is_new { Change::New } else { Change::Changed };
        self.plan(&mut report, path, change);
    }

    fn plan(&self, report: &mut IndexReport, path: String, change: Change) {
        if self.writer.is_none() {
            report.planned.push(Planned { path, change });
        }
    }

    /// Hands a document to tantivy, in the place of the one with its id.
    fn put(
        &self,
        data: &DocumentData,
        origin: &Origin,
        content: Content,
        is_new: bool,
        permit: Option<Box<dyn Send + Sync>>,
    ) -> bool {
        let Some(writer) = &self.writer else {
            return true;
        };
        let document = {
            let meta = self.meta.read().unwrap_or_else(PoisonError::into_inner);
            IndexDocument::new(&self.fields, &meta, data, origin, content, permit)
        };
        let key = Term::from_field_text(self.fields.id, &data.id);
        let add = UserOperation::Add(document);
        let operations = if is_new {
            vec![add]
        } else {
            vec![UserOperation::Delete(key), add]
        };
        let result = writer
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .run(operations);
        let done = result.map_err(|error| self.fail(error));
        done.is_ok()
    }

    /// Takes over what was recognised in a report that leaves, where the file `id` has its very bytes.
    fn move_here(&self, id: &str, path: &str, origin: &Origin) -> bool {
        let hash = origin.stamp.hash;
        let row = {
            let mut leaving = lock(&self.leaving);
            match leaving.get(&hash) {
                Some(row) if row.stamp.stamp == origin.stamp.stamp => leaving.remove(&hash),
                _ => None,
            }
        };
        if self.writer.is_none() {
            if let Some(row) = row {
                let mut report = lock(&self.report);
                report.moved += 1;
                report.removed -= 1;
                let old = self.snapshot.path(row.address);
                report.planned.retain(|planned| planned.path != old);
                self.plan(&mut report, path.to_owned(), Change::Moved);
                return true;
            }
            return false;
        }
        let stored = row.and_then(|row| self.snapshot.stored(row.address).ok());
        let Some(StoredReport { mut data, text }) = stored else {
            return false;
        };
        data.id = id.to_owned();
        data.path = path.to_owned();
        let content = Content {
            sketch: Sketch::of(&text),
            index_text: index_text(&text, &data.chrome, &data.title)
                .map_or_else(|| text.as_str().into(), Arc::from),
            text: text.into(),
        };
        if self.put(&data, origin, content, true, None) {
            let mut report = lock(&self.report);
            report.moved += 1;
            report.removed -= 1;
        }
        true
    }

    fn delete(&self, id: &str, row: &Row) {
        let mut report = lock(&self.report);
        report.removed += 1;
        match &self.writer {
            Some(writer) => {
                let key = Term::from_field_text(self.fields.id, id);
                writer
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .delete_term(key);
            }
            None => {
                let path = self.snapshot.path(row.address);
                self.plan(&mut report, path, Change::Removed);
            }
        }
    }

    /// Sends a task; false where the run has stopped.
    fn send(&self, tasks: &SyncSender<Task>, task: Task) -> bool {
        self.pending.fetch_add(1, Ordering::AcqRel);
        tasks.send(task).is_ok()
    }

    /// Waits until every task sent is done.
    fn settle(&self) {
        let mut guard = lock(&self.idle.0);
        while self.pending.load(Ordering::Acquire) > 0 {
            guard = self
                .idle
                .1
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn commit(&self) -> tantivy::Result<()> {
        self.settle();
        let Some(writer) = &self.writer else {
            return Ok(());
        };
        let payload = {
            let meta = self.meta.read().unwrap_or_else(PoisonError::into_inner);
            serde_json::to_string(&*meta).expect("plain data has a JSON form")
        };
        let mut writer = writer.write().unwrap_or_else(PoisonError::into_inner);
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        Ok(())
    }
}

/// Runs what reads strangers' bytes; a panic in it becomes a reason to skip.
fn contained<T>(make: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(make)).unwrap_or_else(|_| {
        Err("an error of baocao itself while reading it; please report it".to_owned())
    })
}

/// Recognises what a report states, and writes the text to be tokenised where that is not the stored one.
fn recognise(report: &RawReport, taxonomy: &Taxonomy) -> (Annotations, Option<String>) {
    let text = without_chrome(&report.text, &report.chrome);
    let reading = repair::restore(&text);
    let given = report.given.for_recognisers(&report.title);
    let mut annotations = annotate(&reading.text, &given, taxonomy);
    if !reading.is_intact() {
        to_stored(&mut annotations, &reading, &report.text);
    }
    given_wins(&mut annotations, given);
    (
        annotations,
        tokenised(&report.text, &reading.text, &report.title),
    )
}

/// The text to be tokenised of a report whose annotations are known.
pub(crate) fn index_text(text: &str, chrome: &[Span], title: &str) -> Option<String> {
    tokenised(
        text,
        &repair::restore(&without_chrome(text, chrome)).text,
        title,
    )
}

/// `reading` with abbreviations written out; before it a title that does not stand in the text, so that it is searched
/// like the text. `None` where all of this is the stored text.
fn tokenised(text: &str, reading: &str, title: &str) -> Option<String> {
    let indexed = abbreviations::index_text(reading);
    // A title that was found is words of the text, if not always with its spaces.
    let head: String = title.chars().take_while(|c| *c != '…').collect();
    let first = head.split_whitespace().next().unwrap_or_default();
    let stands = text.match_indices(first).take(64).any(|(at, _)| {
        let mut words = text[at..]
            .split(|c: char| c.is_whitespace() || c == '\u{ad}')
            .filter(|word| !word.is_empty());
        head.split_whitespace()
            .all(|word| words.next().is_some_and(|other| other.starts_with(word)))
    });
    if !stands {
        return Some(format!("{}\n\n{indexed}", abbreviations::index_text(title)));
    }
    (*indexed != *text).then(|| indexed.into_owned())
}

/// The text with spaces in the place of its chrome, so that spans stay what they are.
fn without_chrome<'a>(text: &'a str, chrome: &[Span]) -> Cow<'a, str> {
    if chrome.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in chrome {
        out.push_str(&text[at..span.start]);
        out.extend(std::iter::repeat_n(' ', span.len()));
        at = span.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Leads spans and quotes from the restored text back to the stored one.
fn to_stored(annotations: &mut Annotations, reading: &Restored<'_>, text: &str) {
    let restored = |span: Span| {
        let first = reading
            .edits
            .partition_point(|edit| edit.restored.end <= span.start);
        reading
            .edits
            .get(first)
            .is_some_and(|edit| edit.restored.start < span.end)
    };
    let lead_back = |evidence: &mut Evidence| {
        if let Some(span) = evidence.span {
            let stored = reading.stored(span);
            if evidence.quote == span.of(&reading.text) {
                evidence.quote = stored.of(text).to_owned();
            }
            evidence.span = Some(stored);
        }
    };
    for place in &mut annotations.places {
        place.evidence.iter_mut().for_each(lead_back);
    }
    for finding in annotations
        .period
        .iter_mut()
        .chain(&mut annotations.outlook)
    {
        lead_back(&mut finding.evidence);
    }
    for zone in &mut annotations.zones {
        zone.span = reading.stored(zone.span);
    }
    for figure in &mut annotations.figures {
        // The quote is the clause around the span: of several places with these words the one that holds it.
        let quote = reading
            .text
            .match_indices(figure.quote.as_str())
            .map(|(at, quote)| Span::new(at, at + quote.len()))
            .take_while(|quote| quote.start <= figure.span.start)
            .find(|quote| quote.contains(figure.span));
        if let Some(quote) = quote {
            figure.quote = reading.stored(quote).of(text).to_owned();
            if restored(quote) && !figure.flags.contains(&Flag::Restored) {
                figure.flags.push(Flag::Restored);
            }
        }
        figure.span = reading.stored(figure.span);
    }
}

/// What is given stands before what was recognised: given provinces are the subjects, others are mentions.
fn given_wins(annotations: &mut Annotations, given: Given) {
    let evidence = |quote: &str| Evidence {
        kind: "given".into(),
        quote: quote.into(),
        span: None,
    };
    if !given.provinces.is_empty() {
        let recognised = std::mem::take(&mut annotations.places);
        for slug in &given.provinces {
            let mut finding = PlaceFinding {
                slug: slug.clone(),
                subject: true,
                weight: 1.0,
                evidence: vec![evidence(slug)],
            };
            if let Some(found) = recognised.iter().find(|found| found.slug == *slug) {
                finding.weight = found.weight.max(1.0);
                let known = found
                    .evidence
                    .iter()
                    .filter(|evidence| evidence.kind != "given");
                finding.evidence.extend(known.cloned());
            }
            annotations.places.push(finding);
        }
        let others = recognised
            .into_iter()
            .filter(|found| !given.provinces.contains(&found.slug));
        annotations.places.extend(others.map(|found| PlaceFinding {
            subject: false,
            ..found
        }));
    }
    if let Some(period) = given.period
        && annotations
            .period
            .as_ref()
            .is_none_or(|found| found.period != period)
    {
        annotations.period = Some(PeriodFinding {
            period,
            evidence: evidence(&period.to_string()),
        });
    }
    if given.published.is_some() {
        annotations.published = given.published;
    }
}

/// The time of change of a file that may be relied on, else 0.
fn trusted(mtime: u64) -> u64 {
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
fn stem(relative: &str) -> &str {
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
struct Ids {
    holders: FxHashMap<String, String>,
}

impl Ids {
    /// The first of `wanted` that is free or this source's own already, else the last with a hash of the source.
    fn claim(&mut self, source: &str, wanted: &[&str]) -> String {
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

/// Brings the index up to date; without an index, only says what that would do.
pub(crate) fn run(
    index: Option<&tantivy::Index>,
    snapshot: &Snapshot,
    request: &IndexRequest,
    walk: Walk,
    progress: &dyn Progress,
) -> Result<IndexReport> {
    let started = Instant::now();
    let Walk { ref files, .. } = walk;
    let total: u64 = files.iter().map(|file| file.size).sum();
    progress.started(Totals {
        files: files.len() as u64,
        bytes: total,
    });
    let rules = Rules {
        encoding: request.encoding,
        taxonomy: match &request.taxonomy {
            Some(path) => Arc::new(Taxonomy::with_file(path)?),
            None => snapshot.taxonomy.clone(),
        },
    };
    let plain = stamp_of(&rules, &GivenData::default());
    let mut manifest = manifest(snapshot)?;

    // What is gone.
    let here: FxHashSet<&str> = files.iter().map(|file| file.source.as_str()).collect();
    let mut meta = snapshot.meta.clone();
    let mut gone: BTreeMap<String, Row> = BTreeMap::new();
    manifest.retain(|source, rows| {
        let keep = here.contains(source.as_str()) || !walk.is_gone(source);
        if !keep {
            gone.extend(rows.drain());
        }
        keep
    });
    let retold = meta.taxonomy != rules.taxonomy.extension;
    meta.taxonomy.clone_from(&rules.taxonomy.extension);
    let finished_before = meta.finished.len();
    meta.finished
        .retain(|source, _| here.contains(source.as_str()) || !walk.is_gone(source));
    let forgotten = meta.finished.len() != finished_before;

    let mut report = IndexReport::default();
    report
        .skipped
        .extend(walk.skipped.iter().map(|(path, reason)| Skipped {
            path: path.clone(),
            reason: reason.clone(),
        }));

    // What may have changed. Ids of files are given out in the order of the walk, before any is read.
    let mut ids = Ids {
        holders: FxHashMap::default(),
    };
    for (source, rows) in &manifest {
        for id in rows.keys() {
            ids.holders.insert(id.clone(), source.clone());
        }
    }
    let mut tables = metadata::Tables::default();
    let mut jobs: Vec<(FoundFile, String, GivenData, Option<Row>)> = Vec::new();
    let mut unchanged_bytes = 0;
    for file in files {
        let given = tables.given(&file.path, &file.root);
        match file.format {
            Format::Records => jobs.push((file.clone(), String::new(), given, None)),
            Format::Text => {
                let rows = manifest.get(&file.source);
                let row = rows.and_then(|rows| rows.iter().next());
                if let Some((_, row)) = row
                    && row.stamp.size == file.size
                    && row.stamp.mtime == file.mtime
                    && row.stamp.stamp == stamp_of(&rules, &given)
                {
                    report.unchanged += 1;
                    unchanged_bytes += file.size;
                    continue;
                }
                let id = match row {
                    Some((id, _)) => id.clone(),
                    None => ids.claim(&file.source, &[stem(&file.relative), &file.relative]),
                };
                let row = row.map(|(_, row)| row.clone());
                jobs.push((file.clone(), id, given, row));
            }
        }
    }
    report.warnings.append(&mut tables.warnings);
    progress.advanced(report.unchanged, unchanged_bytes);

    let records = jobs.iter().any(|(file, ..)| {
        file.format == Format::Records
            && meta
                .finished
                .get(&file.source)
                .is_none_or(|f| f.mtime != file.mtime || f.size != file.size || f.stamp != plain)
    });
    let idle = gone.is_empty()
        && !forgotten
        && !retold
        && !records
        && jobs.iter().all(|(file, ..)| file.format == Format::Records);
    if idle {
        for (file, ..) in &jobs {
            report.unchanged += manifest
                .get(&file.source)
                .map_or(0, |rows| rows.len() as u64);
            progress.advanced(1, file.size);
        }
        report.reports = snapshot.len();
        report.skipped.sort();
        report.took = started.elapsed();
        return Ok(report);
    }

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = request.threads.unwrap_or(cores).clamp(1, 64);
    let job_bytes: u64 = jobs.iter().map(|(file, ..)| file.size).sum();
    // A second writing thread pays only where there is text enough for two segments.
    let writing = if job_bytes < 32 << 20 {
        1
    } else {
        threads.min(8)
    };
    let budget = request.memory_bytes.max(64 << 20);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(writing)
        .memory_budget_per_thread((budget * 3 / 4 / writing).clamp(15_000_000, 1 << 30))
        .num_merge_threads(2)
        .build();
    let run = Run {
        fields: snapshot.fields,
        snapshot,
        leaving: Mutex::new(
            gone.values()
                .map(|row| (row.stamp.hash, row.clone()))
                .collect(),
        ),
        writer: match index {
            Some(index) => Some(RwLock::new(index.writer_with_options(options)?)),
            None => None,
        },
        rules,
        meta: RwLock::new(meta),
        report: Mutex::new(report),
        budget: Arc::new(Budget {
            used: Mutex::new(0),
            freed: Condvar::new(),
            limit: budget / 4,
        }),
        max_file_bytes: request.max_file_bytes,
        commit_bytes: request.commit_bytes,
        progress,
        pending: AtomicUsize::new(0),
        idle: (Mutex::new(()), Condvar::new()),
        failed: AtomicBool::new(false),
        failure: Mutex::new(None),
    };
    for (id, row) in &gone {
        run.delete(id, row);
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Task>(threads * 2);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..threads {
            let (run, receiver) = (&run, receiver.clone());
            scope.spawn(move || run.work(&receiver));
        }
        let mut since_commit = 0u64;
        for (file, id, given, row) in jobs {
            if run.stopped() {
                break;
            }
            if since_commit >= run.commit_bytes {
                since_commit = 0;
                if let Err(error) = run.commit() {
                    run.fail(error);
                    break;
                }
            }
            match file.format {
                Format::Text => {
                    since_commit += file.size;
                    // Read, decoded and indexed text may stand in memory together.
                    let permit = run
                        .budget
                        .take(file.size.min(request.max_file_bytes) as usize * 3);
                    if !run.send(
                        &sender,
                        Task::File {
                            file,
                            id,
                            given,
                            row,
                            permit,
                        },
                    ) {
                        break;
                    }
                }
                Format::Records => {
                    let rows = manifest.remove(&file.source).unwrap_or_default();
                    read_records(&run, &sender, &file, rows, &mut ids, &mut since_commit);
                }
            }
        }
        drop(sender);
    });
    if let Some(error) = lock(&run.failure).take() {
        // The thread that died knows more than the one that found it dead. Nothing is committed here.
        let found = run.writer.as_ref().and_then(|writer| {
            let mut writer = writer.write().unwrap_or_else(PoisonError::into_inner);
            writer.prepare_commit().err()
        });
        let error = found.unwrap_or(error);
        return Err(write_error(&snapshot.dir, error));
    }
    progress.committing();
    let committed = run.commit();
    let Run { writer, report, .. } = run;
    committed
        .and_then(|()| match writer {
            Some(writer) => writer
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
                .wait_merging_threads(),
            None => Ok(()),
        })
        .map_err(|error| write_error(&snapshot.dir, error))?;
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.cancelled = progress.is_cancelled();
    report.skipped.sort();
    report.warnings.sort();
    report.planned.sort();
    report.reports = (snapshot.len() + report.new).saturating_sub(report.removed);
    report.took = started.elapsed();
    Ok(report)
}

fn write_error(dir: &Path, error: tantivy::TantivyError) -> Error {
    match error {
        tantivy::TantivyError::IoError(io) => Error::Io {
            action: "write",
            path: dir.to_owned(),
            source: std::io::Error::new(io.kind(), io.to_string()),
        },
        tantivy::TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => {
            Error::Io {
                action: "write",
                path: dir.to_owned(),
                source: std::io::Error::new(io_error.kind(), io_error.to_string()),
            }
        }
        error => error.into(),
    }
}

/// Hash of a whole file, read piece by piece.
fn file_hash(path: &Path) -> std::io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 18];
    let mut size = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((hash.digest(), size)),
            n => {
                hash.update(&buffer[..n]);
                size += n as u64;
            }
        }
    }
}

/// Reads one line of at most `limit` bytes into `line`; what is longer is read past. Returns the bytes read, and whether
/// the line was too long; 0 bytes at the end.
fn read_line(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
    limit: u64,
) -> std::io::Result<(u64, bool)> {
    line.clear();
    let mut read = 0u64;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok((read, read > limit));
        }
        let (taken, ends) = match buffer.iter().position(|&b| b == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), false),
        };
        if read + taken as u64 <= limit {
            line.extend_from_slice(&buffer[..taken]);
        }
        read += taken as u64;
        reader.consume(taken);
        if ends {
            return Ok((read, read > limit));
        }
    }
}

/// Sends the records of a file, drops those that are gone from it, and notes that it was read to its end.
fn read_records(
    run: &Run<'_>,
    tasks: &SyncSender<Task>,
    file: &FoundFile,
    mut rows: FxHashMap<String, Row>,
    ids: &mut Ids,
    since_commit: &mut u64,
) {
    let shown = file.path.to_string_lossy().into_owned();
    run.progress.advanced(1, 0);
    let unreadable =
        |error: std::io::Error| run.skip(shown.clone(), format!("cannot be read: {error}"));
    let (hash, size) = match file_hash(&file.path) {
        Ok(pair) => pair,
        Err(error) => return unreadable(error),
    };
    let whole = FileStamp {
        size,
        mtime: trusted(file.mtime),
        hash,
        stamp: stamp_of(&run.rules, &GivenData::default()),
    };
    {
        let mut meta = run.meta.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = meta.finished.get_mut(&file.source)
            && before.hash == whole.hash
            && before.stamp == whole.stamp
        {
            *before = whole;
            lock(&run.report).unchanged += rows.len() as u64;
            run.progress.advanced(0, file.size);
            return;
        }
        meta.finished.remove(&file.source);
    }
    let mut reader = match File::open(&file.path) {
        Ok(file) => BufReader::with_capacity(1 << 18, file),
        Err(error) => return unreadable(error),
    };
    let mut line = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for number in 1u64.. {
        if run.stopped() {
            return;
        }
        let (read, too_long) = match read_line(&mut reader, &mut line, run.max_file_bytes) {
            Ok(read) => read,
            Err(error) => return unreadable(error),
        };
        if read == 0 {
            break;
        }
        run.progress.advanced(0, read);
        let place = format!("{shown}:{number}");
        if too_long {
            run.skip(
                place,
                format!("longer than the limit of {} MB", run.max_file_bytes >> 20),
            );
            continue;
        }
        let decoded;
        let text = match (run.rules.encoding, std::str::from_utf8(&line)) {
            (Some(encoding), _) => {
                decoded = decode(&line, Some(encoding)).map_or_else(|_| String::new(), |d| d.text);
                decoded.trim()
            }
            (None, Ok(text)) => text.trim_start_matches('\u{feff}').trim(),
            (None, Err(_)) => {
                run.skip(place, "not UTF-8");
                continue;
            }
        };
        if text.is_empty() {
            continue;
        }
        let hash = xxh3_64(text.as_bytes());
        let record = match Record::parse(text) {
            Ok(record) => record,
            Err(reason) => {
                run.skip(place, reason);
                continue;
            }
        };
        let numbered = format!("{}#{number}", stem(&file.relative));
        let (local, id) = match record.id() {
            Some(given) => {
                let qualified = format!("{}#{given}", stem(&file.relative));
                let id = if seen.contains(&given) {
                    // Given twice in one file: the line tells them apart.
                    ids.claim(&file.source, &[&numbered])
                } else {
                    ids.claim(&file.source, &[&given, &qualified])
                };
                seen.insert(given.clone());
                (given, id)
            }
            None => (number.to_string(), ids.claim(&file.source, &[&numbered])),
        };
        let origin = Origin {
            source: file.source.clone(),
            stamp: FileStamp { hash, ..whole },
        };
        let row = rows.remove(&id);
        if let Some(row) = &row
            && row.stamp.hash == hash
            && row.stamp.stamp == whole.stamp
        {
            lock(&run.report).unchanged += 1;
            continue;
        }
        let permit = run.budget.take(text.len() * 3);
        *since_commit += text.len() as u64;
        let task = Task::Record {
            record: Box::new(record),
            path: format!("{shown}#{local}"),
            id,
            place,
            origin,
            is_new: row.is_none(),
            permit,
        };
        if !run.send(tasks, task) {
            return;
        }
        if *since_commit >= run.commit_bytes {
            *since_commit = 0;
            if let Err(error) = run.commit() {
                return run.fail(error);
            }
        }
    }
    let mut left: BTreeMap<String, Row> = BTreeMap::new();
    left.extend(rows);
    for (id, row) in &left {
        run.delete(id, row);
    }
    // Written with the next commit only, and that waits for every record sent.
    let mut meta = run.meta.write().unwrap_or_else(PoisonError::into_inner);
    meta.finished.insert(file.source.clone(), whole);
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
    fn an_id_belongs_to_one_source() {
        let mut ids = Ids {
            holders: FxHashMap::default(),
        };
        assert_eq!(ids.claim("/a", &["1", "a#1"]), "1");
        assert_eq!(ids.claim("/a", &["1", "a#1"]), "1");
        assert_eq!(ids.claim("/b", &["1", "b#1"]), "b#1");
        assert!(ids.claim("/c", &["1"]).starts_with("1~"));
    }

    #[test]
    fn long_lines_are_read_past() {
        let mut reader = BufReader::with_capacity(4, &b"abc\ndefghijkl\nm"[..]);
        let mut line = Vec::new();
        assert_eq!(read_line(&mut reader, &mut line, 6).unwrap(), (4, false));
        assert_eq!(line, b"abc\n");
        assert_eq!(read_line(&mut reader, &mut line, 6).unwrap(), (10, true));
        assert_eq!(read_line(&mut reader, &mut line, 6).unwrap(), (1, false));
        assert_eq!(line, b"m");
        assert_eq!(read_line(&mut reader, &mut line, 6).unwrap().0, 0);
    }
}
