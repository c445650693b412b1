//! Brings an index up to date with files: reads what is new or changed over all cores, drops what is gone.

mod manifest;
mod recognise;
mod records;
mod request;
mod work;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::directory::error::OpenWriteError;
use tantivy::indexer::IndexWriterOptions;

use self::manifest::{Ids, Row, Rules, is_same_reading, manifest, stamp_of, stem};
pub(crate) use self::recognise::index_text;
use self::records::{holds_records, read_records};
pub use self::request::{
    Change, IndexReport, IndexRequest, NoProgress, Planned, Progress, Skipped, Totals,
};
use self::work::{Budget, Run, Shares, Task, lock, weight_of_file};
use super::snapshot::Snapshot;
use crate::model::{Gazetteer, Taxonomy};
use crate::source::walk::{Format, FoundFile, Walk};
use crate::source::{GivenData, metadata};
use crate::{Error, Result};

/// Bytes that tantivy wants for a writing thread at least.
const LEAST_POSTINGS: usize = 15_000_000;

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
        gazetteer: match &request.gazetteer {
            Some(path) => Arc::new(Gazetteer::with_file(path)?),
            None => snapshot.gazetteer.clone(),
        },
        recognise: request.recognise,
        recogniser: request.recogniser,
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
    let retold =
        meta.taxonomy != rules.taxonomy.extension || meta.gazetteer != rules.gazetteer.extension;
    meta.taxonomy.clone_from(&rules.taxonomy.extension);
    meta.gazetteer.clone_from(&rules.gazetteer.extension);
    meta.recogniser = rules.recogniser;
    let finished_before = meta.finished.len();
    meta.finished
        .retain(|source, _| here.contains(source.as_str()) || !walk.is_gone(source));
    let passed_before = meta.passed.len();
    meta.passed
        .retain(|source, _| here.contains(source.as_str()) || !walk.is_gone(source));
    let mut forgotten =
        (meta.finished.len(), meta.passed.len()) != (finished_before, passed_before);

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
        let wanted = stamp_of(&rules, &given);
        let is_as_read = |row: &Row| {
            (row.stamp.size, row.stamp.mtime, row.stamp.stamp) == (file.size, file.mtime, wanted)
        };
        let was_records = meta.finished.contains_key(&file.source);
        let rows = manifest.get(&file.source).filter(|_| !was_records);
        let mut row = rows
            .filter(|rows| rows.len() == 1)
            .and_then(|rows| rows.iter().next());
        if file.format != Format::Records && row.is_some_and(|(_, row)| is_as_read(row)) {
            report.unchanged += 1;
            unchanged_bytes += file.size;
            continue;
        }
        if let Some(passed) = meta.passed.get(&file.source) {
            let stamp = &passed.stamp;
            if (stamp.size, stamp.mtime) == (file.size, file.mtime)
                && is_same_reading(stamp.stamp, wanted)
            {
                report.skipped.push(Skipped {
                    path: file.path.to_string_lossy().into_owned(),
                    reason: passed.reason.clone(),
                });
                progress.advanced(1, file.size);
                continue;
            }
            meta.passed.remove(&file.source);
        }
        let mut file = file.clone();
        if file.format == Format::Either {
            let is_as_read = meta.finished.get(&file.source).is_some_and(|before| {
                (before.size, before.mtime, before.stamp) == (file.size, file.mtime, plain)
            });
            file.format = if is_as_read || holds_records(&file, rules.encoding) {
                Format::Records
            } else {
                Format::Text
            };
        }
        if file.format == Format::Records {
            jobs.push((file, String::new(), given, None));
            continue;
        }
        if row.is_none() && manifest.contains_key(&file.source) {
            // It held records once.
            gone.extend(manifest.remove(&file.source).unwrap_or_default());
            forgotten |= meta.finished.remove(&file.source).is_some();
            row = None;
        }
        let id = match row {
            Some((id, _)) => id.clone(),
            None => ids.claim(&file.source, &[stem(&file.relative), &file.relative]),
        };
        let row = row.map(|(_, row)| row.clone());
        jobs.push((file, id, given, row));
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
    report.warnings.extend(walk.warnings.iter().cloned());
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
    let shares = Shares::new(request.memory_bytes);
    let writing = if job_bytes < 32 << 20 {
        1
    } else {
        threads.clamp(1, (shares.postings / LEAST_POSTINGS).clamp(1, 8))
    };
    let options = IndexWriterOptions::builder()
        .num_worker_threads(writing)
        .memory_budget_per_thread((shares.postings / writing).clamp(LEAST_POSTINGS, 1 << 30))
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
            limit: shares.reports,
        }),
        max_file_bytes: request.max_file_bytes,
        limits: shares.limits,
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
                Format::Text | Format::Either => {
                    since_commit += file.size;
                    let permit = run.budget.take(weight_of_file(&file));
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
        // What a writing thread met comes as its words alone: `No space left on device (os error 28)`.
        tantivy::TantivyError::InternalError(words) => match system_error(&words) {
            Some(source) => Error::Io {
                action: "write",
                path: dir.to_owned(),
                source,
            },
            None => tantivy::TantivyError::InternalError(words).into(),
        },
        error => error.into(),
    }
}

/// The error of the operating system that a message names.
fn system_error(words: &str) -> Option<std::io::Error> {
    let (_, behind) = words.split_once("(os error ")?;
    let number = behind.split_once(')')?.0.parse().ok()?;
    Some(std::io::Error::from_raw_os_error(number))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::Engine;

    /// Writes a file that was changed last at a time which every call gives alike.
    fn write(path: &Path, text: &str) {
        std::fs::write(path, text).unwrap();
        let file = std::fs::File::options().write(true).open(path).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        file.set_modified(time).unwrap();
    }

    #[test]
    fn newer_recognisers_annotate_the_stored_text_and_open_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        let text = "---\nprovince: ha-nam\npublisher: Sở Mẫu\n---\nKinh tế năm 2019\n\nXuất khẩu năm 2019 đạt 410 triệu USD.";
        let line = "{\"id\":\"r\",\"title\":\"Tin\",\"province\":\"Nam Định\",\"body\":\"Xuất khẩu năm 2019 đạt 410 triệu USD.\"}\n";
        write(&corpus.join("a.txt"), text);
        write(&corpus.join("b.ndjson"), line);
        let engine = Engine::open_or_create(folder.path().join("index")).unwrap();
        let mut request = IndexRequest::new([&corpus]);
        request.recogniser = 1;
        assert_eq!(engine.index(&request).unwrap().new, 2);
        let before = ["a", "r"].map(|id| engine.report(id).unwrap());
        assert!(
            before
                .iter()
                .all(|report| !report.data.annotations.figures.is_empty())
        );
        assert_eq!(engine.index(&request).unwrap().unchanged, 2);

        // Other words of the same length at the same time: whoever opens the files can tell.
        write(&corpus.join("a.txt"), &text.replace("410", "999"));
        write(&corpus.join("b.ndjson"), &line.replace("410", "999"));
        request.recogniser = 2;
        let report = engine.index(&request).unwrap();
        assert_eq!(
            (report.changed, report.unchanged, report.new),
            (2, 0, 0),
            "{report:?}"
        );
        assert_eq!(["a", "r"].map(|id| engine.report(id).unwrap()), before);
        assert_eq!(engine.snapshot().meta.recogniser, 2);
        assert_eq!(engine.index(&request).unwrap().unchanged, 2);

        // What is given of a report beside it is no part of its text either.
        std::fs::write(
            corpus.join("metadata.csv"),
            "path,title,period\na.txt,Tên mới,2018\n",
        )
        .unwrap();
        assert_eq!(engine.index(&request).unwrap().changed, 1);
        let report = engine.report("a").unwrap();
        assert_eq!(
            (report.text.as_str(), report.data.title.as_str()),
            (before[0].text.as_str(), "Tên mới")
        );
        assert_eq!(report.data.publisher.as_deref(), Some("Sở Mẫu"));
        assert_eq!(report.data.subjects().next(), Some("ha-nam"));
        std::fs::remove_file(corpus.join("metadata.csv")).unwrap();
        assert_eq!(engine.index(&request).unwrap().changed, 1);
        assert_eq!(engine.report("a").unwrap(), before[0]);

        // Another encoding is another text.
        request.encoding = Some("utf-8".parse().unwrap());
        assert_eq!(engine.index(&request).unwrap().changed, 2);
        for id in ["a", "r"] {
            assert!(engine.report(id).unwrap().text.contains("999"));
        }
    }
}
