//! Files of many records, read line by line; a record that stands in the index as it is costs its hash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::PoisonError;
use std::sync::mpsc::SyncSender;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::manifest::{Ids, Row, stamp_of, stem, trusted};
use super::work::{Run, Task, lock};
use crate::index::document::Origin;
use crate::index::meta::FileStamp;
use crate::source::GivenData;
use crate::source::ndjson::Record;
use crate::source::walk::FoundFile;
use crate::text::encoding::decode;

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
pub(super) fn read_records(
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
