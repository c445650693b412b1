//! What the threads of a run share and do: reports are read, annotated and handed to tantivy, within a budget of bytes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, Term};
use xxhash_rust::xxh3::xxh3_64;

use super::manifest::{Row, Rules, is_same_reading, stamp_of, trusted};
use super::recognise::{recognise, terms};
use super::request::{Change, IndexReport, Planned, Progress, Skipped};
use crate::index::document::{self, Content, DocumentData, IndexDocument, Origin, StoredReport};
use crate::index::meta::{FileStamp, Meta, Passed};
use crate::index::schema::Fields;
use crate::index::snapshot::Snapshot;
use crate::source::formats::Limits;
use crate::source::ndjson::Record;
use crate::source::read::{self, Refused};
use crate::source::sketch::Sketch;
use crate::source::walk::FoundFile;
use crate::source::{GivenData, RawReport};

/// How the memory of a run is shared out.
pub(super) struct Shares {
    /// For postings not yet written, all writing threads together.
    pub postings: usize,
    /// For reports in work.
    pub reports: usize,
    /// Bounds of a single file.
    pub limits: Limits,
}

/// What the process takes before the first report: the lexicons of repair and recognisers, stacks, the program itself.
const BASE: usize = 48 << 20;
/// Bytes of memory for one byte of text in work: the text, its repaired and its indexed form, their tokens, and what
/// tantivy builds of it. Measured on a text of 60 MB: 16.
const WEIGHT: usize = 16;
/// For one byte of a file that is packed, before its text is known; the text counts against the limits.
const PACKED_WEIGHT: usize = 6;

impl Shares {
    pub fn new(memory_bytes: usize) -> Self {
        let room = memory_bytes.max(64 << 20) - BASE;
        let reports = room / 2;
        let all = Limits::default();
        Self {
            postings: room - reports,
            reports,
            limits: Limits {
                text: (reports / WEIGHT).clamp(256 << 10, all.text),
                unpacked: reports.clamp(16 << 20, all.unpacked),
                ..all
            },
        }
    }
}

/// What a report from so many bytes of text is likely to take.
pub(super) const fn weight_of_text(bytes: usize) -> usize {
    bytes.saturating_mul(WEIGHT)
}

/// The same for a file.
pub(super) fn weight_of_file(file: &FoundFile) -> usize {
    let bytes = usize::try_from(file.size).unwrap_or(usize::MAX);
    let extension = file.path.extension().unwrap_or_default();
    let is_text = ["txt", "text", "md", "markdown", "html", "htm", "csv", "tsv"]
        .iter()
        .any(|text| extension.eq_ignore_ascii_case(text));
    if is_text {
        weight_of_text(bytes)
    } else {
        bytes.saturating_mul(PACKED_WEIGHT)
    }
}

/// Bytes of reports in work; waits where there are too many.
pub(super) struct Budget {
    pub used: Mutex<usize>,
    pub freed: Condvar,
    pub limit: usize,
}

pub(super) struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// A single report beyond the whole budget is let through alone.
    pub fn take(self: &Arc<Self>, bytes: usize) -> Permit {
        let mut used = lock(&self.used);
        while *used > 0 && used.saturating_add(bytes) > self.limit {
            used = self
                .freed
                .wait(used)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let bytes = bytes.min(self.limit);
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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A report to be made.
pub(super) enum Task {
    File {
        file: FoundFile,
        id: String,
        given: GivenData,
        /// As it stands in the index.
        row: Option<Row>,
        permit: Permit,
    },
    /// A record that is annotated anew from its stored text.
    Again {
        row: Row,
        id: String,
        origin: Origin,
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
pub(super) struct Run<'a> {
    pub fields: Fields,
    pub snapshot: &'a Snapshot,
    /// Reports that leave, by the hash of their bytes: a new file with these bytes is the old one under another name.
    pub leaving: Mutex<FxHashMap<u64, Row>>,
    /// `None` in a preview.
    pub writer: Option<RwLock<IndexWriter<IndexDocument>>>,
    pub rules: Rules,
    pub meta: RwLock<Meta>,
    pub report: Mutex<IndexReport>,
    pub budget: Arc<Budget>,
    pub max_file_bytes: u64,
    pub limits: Limits,
    pub commit_bytes: u64,
    pub progress: &'a dyn Progress,
    /// Tasks sent and not yet done.
    pub pending: AtomicUsize,
    pub idle: (Mutex<()>, Condvar),
    pub failed: AtomicBool,
    pub failure: Mutex<Option<tantivy::TantivyError>>,
}

impl Run<'_> {
    pub fn skip(&self, path: impl Into<String>, reason: impl Into<String>) {
        lock(&self.report).skipped.push(Skipped {
            path: path.into(),
            reason: reason.into(),
        });
    }

    pub fn fail(&self, error: tantivy::TantivyError) {
        lock(&self.failure).get_or_insert(error);
        self.failed.store(true, Ordering::Relaxed);
    }

    pub fn stopped(&self) -> bool {
        self.failed.load(Ordering::Relaxed) || self.progress.is_cancelled()
    }

    pub fn work(&self, tasks: &Mutex<Receiver<Task>>) {
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
                self.file(file, id, given, row, permit);
            }
            Task::Again {
                row,
                id,
                origin,
                permit,
            } => {
                let given = GivenData::default();
                if let Err(permit) =
                    self.annotate_again(&row, id.clone(), None, &given, &origin, false, permit)
                {
                    drop(permit);
                    self.skip(
                        id,
                        "its stored text cannot be read; rebuild the index with --rebuild",
                    );
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

    /// Reads a file, as far as what stands in the index does not tell what it says.
    fn file(
        &self,
        file: FoundFile,
        id: String,
        given: GivenData,
        row: Option<Row>,
        permit: Permit,
    ) {
        let shown = file.path.to_string_lossy().into_owned();
        let wanted = stamp_of(&self.rules, &given);
        let mut permit = permit;
        // The file is as it was, and so is its text; only the annotations are not.
        if let Some(row) = &row
            && (row.stamp.size, row.stamp.mtime) == (file.size, file.mtime)
            && row.stamp.stamp != wanted
            && is_same_reading(row.stamp.stamp, wanted)
        {
            let origin = Origin {
                source: file.source.clone(),
                stamp: FileStamp {
                    stamp: wanted,
                    ..row.stamp
                },
            };
            let path = Some(shown.clone());
            match self.annotate_again(row, id.clone(), path, &given, &origin, false, permit) {
                Ok(()) => return self.progress.advanced(1, file.size),
                Err(back) => permit = back,
            }
        }
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
            stamp: wanted,
        };
        let origin = Origin {
            source: file.source,
            stamp,
        };
        if let Some(row) = &row
            && row.stamp.hash == stamp.hash
        {
            if row.stamp.stamp == stamp.stamp {
                lock(&self.report).unchanged += 1;
                return;
            }
            if is_same_reading(row.stamp.stamp, stamp.stamp) {
                let path = Some(shown.clone());
                match self.annotate_again(row, id.clone(), path, &given, &origin, false, permit) {
                    Ok(()) => return,
                    Err(back) => permit = back,
                }
            }
        }
        if row.is_none() {
            match self.move_here(&id, &shown, &given, &origin, permit) {
                Ok(()) => return,
                Err(back) => permit = back,
            }
        }
        let report = contained(|| {
            let encoding = self.rules.encoding;
            Ok(read::report(
                bytes,
                &file.relative,
                given,
                encoding,
                &self.limits,
            ))
        });
        let refused = match report {
            Ok(Ok(report)) => {
                let place = shown.clone();
                return self.add(report, id, shown, place, origin, row.is_none(), permit);
            }
            Ok(Err(refused)) => refused,
            Err(reason) => Refused {
                reason,
                is_final: false,
            },
        };
        if refused.is_final {
            let reason = refused.reason.clone();
            let mut meta = self.meta.write().unwrap_or_else(PoisonError::into_inner);
            meta.passed.insert(origin.source, Passed { stamp, reason });
        }
        self.skip(shown, refused.reason);
        // What stood there is not what the file says now.
        if let Some(row) = row {
            self.delete(&id, &row);
        }
    }

    /// Annotates the stored text of a report anew, by today's rules and what is given of it now; `path` is its new one.
    /// Gives the permit back where the text cannot be read from the index.
    #[allow(clippy::too_many_arguments)]
    fn annotate_again(
        &self,
        row: &Row,
        id: String,
        path: Option<String>,
        given: &GivenData,
        origin: &Origin,
        is_new: bool,
        permit: Permit,
    ) -> Result<(), Permit> {
        let Ok((StoredReport { data, text }, own)) = self.snapshot.stored_with_own(row.address)
        else {
            return Err(permit);
        };
        let mut report = read::finish(text, given.clone(), own);
        if report.title.is_empty() {
            report.title = data.title;
        }
        report.encoding = data.encoding;
        report.parts = data.parts;
        let path = path.unwrap_or(data.path);
        let place = path.clone();
        self.add(report, id, path, place, origin.clone(), is_new, permit);
        Ok(())
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
        let made = contained(|| Ok(recognise(&report, &self.rules)));
        let (annotations, terms) = match made {
            Ok(made) => made,
            Err(reason) => return self.skip(place, reason),
        };
        let RawReport {
            text,
            title,
            given,
            own,
            chrome,
            encoding,
            parts,
            warnings,
        } = report;
        let bytes = text.len() as u64;
        let sketch = Sketch::new(&text, &terms.run);
        let content = Content {
            terms,
            text: text.into(),
            own,
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
            &data,
        );
        if !known {
            let mut meta = self.meta.write().unwrap_or_else(PoisonError::into_inner);
            document::register(&mut meta, &data);
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

    /// Takes over what was recognised in a report that leaves, where the file `id` has its very bytes and the same is given
    /// of it. Gives the permit back where there is none.
    fn move_here(
        &self,
        id: &str,
        path: &str,
        given: &GivenData,
        origin: &Origin,
        permit: Permit,
    ) -> Result<(), Permit> {
        let row = {
            let mut leaving = lock(&self.leaving);
            match leaving.get(&origin.stamp.hash) {
                Some(row) if is_same_reading(row.stamp.stamp, origin.stamp.stamp) => {
                    leaving.remove(&origin.stamp.hash)
                }
                _ => None,
            }
        };
        let Some(row) = row else {
            return Err(permit);
        };
        if row.stamp.stamp != origin.stamp.stamp {
            // Counted as one that leaves and one that is new, which it is to the recognisers.
            let path = Some(path.to_owned());
            return self.annotate_again(&row, id.to_owned(), path, given, origin, true, permit);
        }
        if self.writer.is_none() {
            let mut report = lock(&self.report);
            report.moved += 1;
            report.removed -= 1;
            let old = self.snapshot.path(row.address);
            report.planned.retain(|planned| planned.path != old);
            self.plan(&mut report, path.to_owned(), Change::Moved);
            return Ok(());
        }
        let Ok((StoredReport { mut data, text }, own)) = self.snapshot.stored_with_own(row.address)
        else {
            return Err(permit);
        };
        data.id = id.to_owned();
        data.path = path.to_owned();
        let terms = terms(&text, &data.chrome, &data.title);
        let content = Content {
            sketch: Sketch::new(&text, &terms.run),
            terms,
            text: text.into(),
            own,
        };
        if self.put(&data, origin, content, true, Some(Box::new(permit))) {
            let mut report = lock(&self.report);
            report.moved += 1;
            report.removed -= 1;
        }
        Ok(())
    }

    pub fn delete(&self, id: &str, row: &Row) {
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
    pub fn send(&self, tasks: &SyncSender<Task>, task: Task) -> bool {
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

    pub fn commit(&self) -> tantivy::Result<()> {
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
