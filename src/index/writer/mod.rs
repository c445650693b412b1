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

use self::manifest::{Ids, Row, Rules, manifest, stamp_of, stem};
pub(crate) use self::recognise::index_text;
use self::records::read_records;
pub use self::request::{
    Change, IndexReport, IndexRequest, NoProgress, Planned, Progress, Skipped, Totals,
};
use self::work::{Budget, Run, Task, lock};
use super::snapshot::Snapshot;
use crate::model::Taxonomy;
use crate::source::walk::{Format, FoundFile, Walk};
use crate::source::{GivenData, metadata};
use crate::{Error, Result};

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
