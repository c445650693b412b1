//! Files of many records, read one by one; a record that stands in the index as it is costs its hash.
//!
//! NDJSON is read by lines, CSV by rows; both may be packed by gzip. Whatever its size, of a file one record stands in memory.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::PoisonError;
use std::sync::mpsc::SyncSender;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::manifest::{Ids, Row, is_same_reading, stamp_of, stem, trusted};
use super::work::{Run, Task, lock, weight_of_text};
use crate::index::document::Origin;
use crate::index::meta::FileStamp;
use crate::source::GivenData;
use crate::source::formats::{self, Columns};
use crate::source::ndjson::Record;
use crate::source::read::too_much_text;
use crate::source::walk::FoundFile;
use crate::text::encoding::{Encoding, decode};

/// As much of a file tells what it is.
const HEAD: u64 = 64 << 10;

/// One record of a file.
struct Entry {
    /// Its line, from 1.
    number: u64,
    hash: u64,
    bytes: usize,
    /// The record, or why it is none.
    record: Result<Record, String>,
}

/// The records of a file, in its order.
trait Entries {
    fn next(&mut self) -> io::Result<Option<Entry>>;
}

/// Counts what was read.
struct Counted<R> {
    reader: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Fails where more is read than allowed since the allowance was last renewed: a row without an end.
struct Allowed<R> {
    reader: R,
    left: Rc<Cell<u64>>,
    limit: u64,
}

impl<R: Read> Read for Allowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => {
                return Err(io::Error::other(format!(
                    "a row is longer than the limit of {} MB",
                    self.limit >> 20
                )));
            }
        }
        Ok(read)
    }
}

/// The bytes of a file, unpacked where they are packed; `count` is told how many of the file were read.
fn open(path: &Path, count: Rc<Cell<u64>>) -> io::Result<Box<dyn BufRead>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(
        1 << 18,
        Counted {
            reader: file,
            count,
        },
    );
    if !reader.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(reader));
    }
    let unpacked = formats::gunzip_reader(reader, size).map_err(io::Error::other)?;
    Ok(Box::new(BufReader::with_capacity(1 << 18, unpacked)))
}

/// The first bytes.
fn head(reader: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The whole lines of the first bytes, so that no letter is cut.
fn lines(head: &[u8]) -> &[u8] {
    match head.iter().rposition(|&b| b == b'\n') {
        Some(end) if head.len() as u64 == HEAD => &head[..=end],
        _ => head,
    }
}

/// Which record files there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Lines,
    Rows,
}

/// What a file of this name that begins with `head` holds; `None` where that is no records.
fn kind(head: &[u8], name: &str, encoding: Option<Encoding>) -> Option<Kind> {
    match formats::detect(head, name.strip_suffix(".gz").unwrap_or(name)) {
        formats::Format::Ndjson => Some(Kind::Lines),
        formats::Format::Csv => {
            let (_, columns) = header(head, encoding)?;
            columns.map(|_| Kind::Rows)
        }
        _ => None,
    }
}

/// The encoding of a table by its first rows, and the columns that its header names.
fn header(head: &[u8], forced: Option<Encoding>) -> Option<(Encoding, Option<Columns>)> {
    let decoded = decode(lines(head), forced).ok()?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(formats::separator(decoded.text.as_bytes()))
        .flexible(true)
        .from_reader(decoded.text.as_bytes());
    let columns = Columns::of(reader.headers().ok()?.iter());
    Some((decoded.encoding, columns))
}

/// Whether a file holds records, and is not one report; what cannot be read is left to the reader of reports, which says why.
pub(super) fn holds_records(file: &FoundFile, encoding: Option<Encoding>) -> bool {
    let first = || head(&mut *open(&file.path, Rc::default())?);
    first().is_ok_and(|head| kind(&head, &file.relative, encoding).is_some())
}

/// Objects, one a line.
struct Lines {
    reader: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
    limit: u64,
    encoding: Option<Encoding>,
}

impl Entries for Lines {
    fn next(&mut self) -> io::Result<Option<Entry>> {
        loop {
            let (read, too_long) = read_line(&mut self.reader, &mut self.line, self.limit)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let bad = |reason: String| Entry {
                number: self.number,
                hash: 0,
                bytes: 0,
                record: Err(reason),
            };
            if too_long {
                return Ok(Some(bad(longer(self.limit))));
            }
            let decoded;
            let text = match (self.encoding, std::str::from_utf8(&self.line)) {
                (Some(encoding), _) => {
                    decoded = decode(&self.line, Some(encoding))
                        .map_or_else(|_| String::new(), |d| d.text);
                    decoded.trim()
                }
                (None, Ok(text)) => text.trim_start_matches('\u{feff}').trim(),
                (None, Err(_)) => return Ok(Some(bad("not UTF-8".to_owned()))),
            };
            if text.is_empty() {
                continue;
            }
            return Ok(Some(Entry {
                number: self.number,
                hash: xxh3_64(text.as_bytes()),
                bytes: text.len(),
                record: Record::parse(text),
            }));
        }
    }
}

fn longer(limit: u64) -> String {
    format!("longer than the limit of {} MB", limit >> 20)
}

/// Rows of a table with a column of texts.
struct Rows {
    reader: csv::Reader<Allowed<Box<dyn Read>>>,
    row: csv::ByteRecord,
    columns: Columns,
    /// `None` for UTF-8.
    encoding: Option<Encoding>,
    left: Rc<Cell<u64>>,
    limit: u64,
}

impl Rows {
    fn new(
        reader: Box<dyn BufRead>,
        head: Vec<u8>,
        forced: Option<Encoding>,
        limit: u64,
    ) -> io::Result<Self> {
        let found = header(&head, forced);
        let Some((mut encoding, Some(columns))) = found else {
            return Err(io::Error::other("no column with texts"));
        };
        let mut reader: Box<dyn Read> = Box::new(Cursor::new(head).chain(reader));
        if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            // Marks of a table stand in bytes of their own in no wide encoding: read whole, within the limit.
            let mut bytes = Vec::new();
            reader.take(limit + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > limit {
                return Err(io::Error::other(longer(limit)));
            }
            let text = decode(&bytes, Some(encoding))
                .map_err(io::Error::other)?
                .text;
            reader = Box::new(Cursor::new(text.into_bytes()));
            encoding = Encoding::Utf8;
        }
        let mut first = BufReader::with_capacity(HEAD as usize, reader);
        let separator = formats::separator(first.fill_buf()?);
        let left = Rc::new(Cell::new(limit));
        let allowed = Allowed {
            reader: Box::new(first) as Box<dyn Read>,
            left: left.clone(),
            limit,
        };
        Ok(Self {
            reader: csv::ReaderBuilder::new()
                .delimiter(separator)
                .flexible(true)
                .from_reader(allowed),
            row: csv::ByteRecord::new(),
            columns,
            encoding: (encoding != Encoding::Utf8).then_some(encoding),
            left,
            limit,
        })
    }
}

impl Entries for Rows {
    fn next(&mut self) -> io::Result<Option<Entry>> {
        loop {
            self.left.set(self.limit);
            if !self.reader.read_byte_record(&mut self.row)? {
                return Ok(None);
            }
            let mut hash = Xxh3::new();
            let mut is_broken = false;
            let mut bytes = 0;
            for field in &self.row {
                hash.update(&(field.len() as u64).to_le_bytes());
                hash.update(field);
                bytes += field.len();
                is_broken |= self.encoding.is_none() && std::str::from_utf8(field).is_err();
            }
            if self.row.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            let text = |bytes: &[u8]| match self.encoding {
                Some(encoding) => decode(bytes, Some(encoding)).ok().map(|d| d.text),
                None => std::str::from_utf8(bytes).ok().map(str::to_owned),
            };
            let record = match self.columns.record(|at| text(self.row.get(at)?)) {
                _ if is_broken => Err("not UTF-8".to_owned()),
                Some(row) => Ok(Record::from_row(row)),
                None => Err("no text in its column".to_owned()),
            };
            // What a field is called is part of what it says.
            hash.update(format!("{:?}", self.columns).as_bytes());
            return Ok(Some(Entry {
                number: self.row.position().map_or(0, csv::Position::line),
                hash: hash.digest(),
                bytes,
                record,
            }));
        }
    }
}

fn entries(
    file: &FoundFile,
    encoding: Option<Encoding>,
    limit: u64,
    count: Rc<Cell<u64>>,
) -> io::Result<Box<dyn Entries>> {
    let mut reader = open(&file.path, count)?;
    let head = head(&mut *reader)?;
    match kind(&head, &file.relative, encoding) {
        Some(Kind::Rows) => Ok(Box::new(Rows::new(reader, head, encoding, limit)?)),
        // What is named .ndjson and is none says so line by line.
        _ => Ok(Box::new(Lines {
            reader: Box::new(BufReader::new(Cursor::new(head).chain(reader))),
            line: Vec::new(),
            number: 0,
            limit,
            encoding,
        })),
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
    let unreadable = |error: io::Error| run.skip(shown.clone(), format!("cannot be read: {error}"));
    let wanted = stamp_of(&run.rules, &GivenData::default());
    let before = {
        let meta = run.meta.read().unwrap_or_else(PoisonError::into_inner);
        meta.finished.get(&file.source).copied()
    };
    let finish = |whole: FileStamp| {
        // Written with the next commit only, and that waits for every record sent.
        let mut meta = run.meta.write().unwrap_or_else(PoisonError::into_inner);
        meta.finished.insert(file.source.clone(), whole);
    };
    let is_as_read = before.filter(|before| (before.size, before.mtime) == (file.size, file.mtime));
    if is_as_read.is_some_and(|before| before.stamp == wanted) {
        lock(&run.report).unchanged += rows.len() as u64;
        return run.progress.advanced(0, file.size);
    }
    if let Some(before) = is_as_read
        && is_same_reading(before.stamp, wanted)
    {
        let whole = FileStamp {
            stamp: wanted,
            ..before
        };
        forget(run, file);
        if again(run, tasks, file, rows, whole, since_commit) {
            finish(whole);
        }
        return run.progress.advanced(0, file.size);
    }
    let (hash, size) = match file_hash(&file.path) {
        Ok(pair) => pair,
        Err(error) => return unreadable(error),
    };
    let whole = FileStamp {
        size,
        mtime: trusted(file.mtime),
        hash,
        stamp: wanted,
    };
    if let Some(before) = before
        && before.hash == whole.hash
        && before.stamp == whole.stamp
    {
        finish(whole);
        lock(&run.report).unchanged += rows.len() as u64;
        run.progress.advanced(0, file.size);
        return;
    }
    forget(run, file);
    let count: Rc<Cell<u64>> = Rc::default();
    let mut told = 0;
    let opened = entries(file, run.rules.encoding, run.max_file_bytes, count.clone());
    let mut entries = match opened {
        Ok(entries) => entries,
        Err(error) => return unreadable(error),
    };
    let mut seen: FxHashSet<String> = FxHashSet::default();
    // Where a record waits for more memory, the file is read again.
    let mut is_whole = true;
    loop {
        if run.stopped() {
            return;
        }
        let entry = match entries.next() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(error) => return unreadable(error),
        };
        run.progress.advanced(0, count.get() - told);
        told = count.get();
        let number = entry.number;
        let place = format!("{shown}:{number}");
        let record = match entry.record {
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
            stamp: FileStamp {
                hash: entry.hash,
                ..whole
            },
        };
        let row = rows.remove(&id);
        if let Some(row) = &row
            && row.stamp.hash == entry.hash
            && row.stamp.stamp == whole.stamp
        {
            lock(&run.report).unchanged += 1;
            continue;
        }
        if entry.bytes > run.limits.text {
            run.skip(place, too_much_text(entry.bytes, run.limits.text));
            is_whole = false;
            continue;
        }
        let permit = run.budget.take(weight_of_text(entry.bytes));
        *since_commit += entry.bytes as u64;
        let task = Task::Record {
            record: Box::new(record),
            path: format!("{shown}#{local}"),
            id,
            place,
            origin,
            is_new: row.is_none(),
            permit,
        };
        if !run.send(tasks, task) || !keep(run, since_commit) {
            return;
        }
    }
    let mut left: BTreeMap<String, Row> = BTreeMap::new();
    left.extend(rows);
    for (id, row) in &left {
        run.delete(id, row);
    }
    if is_whole {
        finish(whole);
    }
}

/// Until it is read to its end again, nothing is known of a file.
fn forget(run: &Run<'_>, file: &FoundFile) {
    let mut meta = run.meta.write().unwrap_or_else(PoisonError::into_inner);
    meta.finished.remove(&file.source);
}

/// Commits where it is time; false where that failed.
fn keep(run: &Run<'_>, since_commit: &mut u64) -> bool {
    if *since_commit < run.commit_bytes {
        return true;
    }
    *since_commit = 0;
    run.commit().map_err(|error| run.fail(error)).is_ok()
}

/// Sends the records of an unchanged file, to be annotated anew from their stored texts; false where the run stopped before
/// the last.
fn again(
    run: &Run<'_>,
    tasks: &SyncSender<Task>,
    file: &FoundFile,
    rows: FxHashMap<String, Row>,
    whole: FileStamp,
    since_commit: &mut u64,
) -> bool {
    let share = file.size / (rows.len() as u64).max(1);
    let mut rows: Vec<(String, Row)> = rows.into_iter().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    for (id, row) in rows {
        if run.stopped() {
            return false;
        }
        *since_commit += share;
        let task = Task::Again {
            origin: Origin {
                source: file.source.clone(),
                stamp: FileStamp {
                    hash: row.stamp.hash,
                    ..whole
                },
            },
            id,
            row,
            permit: run.budget.take(weight_of_text(share as usize)),
        };
        if !run.send(tasks, task) || !keep(run, since_commit) {
            return false;
        }
    }
    true
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
