//! The folder of an index: whether it is ours, which format it has, who writes to it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Directory, Index};

use super::FORMAT_VERSION;
use super::meta::Meta;
use crate::{Error, Result};

/// Says that the folder is ours; written before anything else.
const MARKER: &str = "baocao.json";
const TANTIVY_META: &str = "meta.json";
const WRITER_LOCK: &str = "writer.lock";

#[derive(Serialize, Deserialize)]
struct Marker {
    format: u32,
}

/// What a folder holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No folder, or nothing in it but hidden files.
    Nothing,
    /// An index of this format.
    Index,
    /// Ours, but its making was cut off before the first commit.
    Unfinished,
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io {
        action,
        path,
        source,
    }
}

/// Looks at a folder without changing it.
pub(crate) fn inspect(dir: &Path) -> Result<Found> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(io_error("list", dir)(error)),
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io_error("list", dir))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let has = |name: &str| names.iter().any(|n| n == name);
    if !has(MARKER) {
        return match names
            .iter()
            .find(|name| !name.starts_with('.') && *name != WRITER_LOCK)
        {
            None => Ok(Found::Nothing),
            Some(found) => Err(Error::ForeignDirectory {
                path: dir.to_owned(),
                found: found.clone(),
            }),
        };
    }
    let path = dir.join(MARKER);
    let text = fs::read_to_string(&path).map_err(io_error("read", &path))?;
    let marker: Marker = serde_json::from_str(&text).map_err(|error| Error::CorruptIndex {
        path: dir.to_owned(),
        detail: format!("{MARKER}: {error}"),
    })?;
    if marker.format != FORMAT_VERSION {
        return Err(Error::FormatVersion {
            path: dir.to_owned(),
            found: marker.format,
            expected: FORMAT_VERSION,
        });
    }
    Ok(if has(TANTIVY_META) {
        Found::Index
    } else {
        Found::Unfinished
    })
}

/// Makes the folder ours; the caller holds the [`WriterLock`].
pub(crate) fn mark(dir: &Path) -> Result<()> {
    let path = dir.join(MARKER);
    let json = serde_json::to_string(&Marker {
        format: FORMAT_VERSION,
    })
    .expect("plain data has a JSON form");
    let new = dir.join(format!(".{MARKER}.new"));
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(json.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&new, &path)
    };
    write().map_err(io_error("write", &path))
}

/// Removes the files of an index, whatever its format or state: those of tantivy and ours, nothing else.
///
/// Refuses a folder that does not look like an index of ours.
pub(crate) fn clear(dir: &Path) -> Result<()> {
    match inspect(dir) {
        Ok(Found::Nothing) => return Ok(()),
        Ok(_) | Err(Error::FormatVersion { .. } | Error::CorruptIndex { .. }) => {}
        Err(error) => return Err(error),
    }
    // The marker last: a folder half cleared is still ours.
    let mut marker = None;
    for entry in fs::read_dir(dir).map_err(io_error("list", dir))? {
        let path = entry.map_err(io_error("list", dir))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == MARKER {
            marker = Some(path);
        } else if is_index_file(&name) {
            fs::remove_file(&path).map_err(io_error("remove", &path))?;
        }
    }
    match marker {
        Some(path) => fs::remove_file(&path).map_err(io_error("remove", &path)),
        None => Ok(()),
    }
}

fn is_index_file(name: &str) -> bool {
    let segment = |name: &str| {
        name.len() > 32
            && name.as_bytes()[32] == b'.'
            && name.bytes().take(32).all(|b| b.is_ascii_hexdigit())
    };
    matches!(
        name,
        TANTIVY_META | ".managed.json" | ".tantivy-writer.lock" | ".tantivy-meta.lock"
    ) || segment(name)
}

/// The one writer of a folder; released when dropped, also when the process dies.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl Drop for WriterLock {
    /// A program just being started from this process holds a copy of the handle for a moment, and closing ours would
    /// leave the lock with it. Where unlocking fails, closing the file is what remains.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl WriterLock {
    /// Creates the folder where there is none, and takes the lock or says who holds it.
    pub fn acquire(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).map_err(io_error("create", dir))?;
        let path = dir.join(WRITER_LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error("write", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let _ = file.take(32).read_to_string(&mut pid);
                let holder = match pid.trim().parse::<u32>() {
                    Ok(pid) if pid == std::process::id() => " (this one)".to_owned(),
                    Ok(pid) => format!(" (pid {pid})"),
                    Err(_) => String::new(),
                };
                return Err(Error::Locked {
                    path: dir.to_owned(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
        }
        let write_pid = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write_pid(&mut file).map_err(io_error("write", &path))?;
        Ok(Self { file })
    }
}

/// tantivy's own directory, save that a folder that cannot be written to can still be read.
#[derive(Clone, Debug)]
struct IndexDirectory(MmapDirectory);

impl Directory for IndexDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.0.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.0.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.0.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.0.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        // Who writes holds [`WriterLock`]: tantivy's own is at most with a program just being started, so wait for it.
        let lock = &Lock {
            filepath: lock.filepath.clone(),
            is_blocking: true,
        };
        match self.0.acquire_lock(lock) {
            // The lock keeps a writer from collecting files that are just being opened; where nobody can write there
            // is nothing to keep out.
            Err(LockError::IoError(error))
                if lock.filepath == META_LOCK.filepath
                    && matches!(
                        error.kind(),
                        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                    ) =>
            {
                Ok(DirectoryLock::from(Box::new(())))
            }
            result => result,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.0.watch(callback)
    }
}

/// A tantivy error met while opening or reading the index in `dir`.
pub(crate) fn read_error(dir: &Path, error: tantivy::TantivyError) -> Error {
    use tantivy::TantivyError as T;
    match error {
        T::DataCorruption(_)
        | T::IncompatibleIndex(_)
        | T::OpenReadError(_)
        | T::OpenDirectoryError(_)
        | T::FieldNotFound(_)
        | T::SchemaError(_)
        | T::InternalError(_)
        | T::DeserializeError(_)
        | T::IoError(_) => Error::CorruptIndex {
            path: dir.to_owned(),
            detail: short(&error.to_string()),
        },
        error => error.into(),
    }
}

/// One line of at most 200 characters.
fn short(message: &str) -> String {
    let line: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Opens the tantivy index of a folder that [`inspect`] calls an index.
pub(crate) fn open(dir: &Path) -> Result<Index> {
    let open = || -> tantivy::Result<Index> {
        let directory = IndexDirectory(MmapDirectory::open(dir)?);
        Index::open(directory)
    };
    // tantivy meets some damage with a panic.
    let index = std::panic::catch_unwind(open)
        .map_err(|_| Error::CorruptIndex {
            path: dir.to_owned(),
            detail: "its files cannot be read".to_owned(),
        })?
        .map_err(|error| read_error(dir, error))?;
    if index.schema() != super::schema::build().0 {
        return Err(Error::CorruptIndex {
            path: dir.to_owned(),
            detail: "its fields are not those of this format".to_owned(),
        });
    }
    Ok(index)
}

/// Creates the tantivy index in a folder that is marked as ours; the caller holds the [`WriterLock`].
pub(crate) fn create(dir: &Path) -> Result<Index> {
    let settings = tantivy::IndexSettings {
        docstore_compression: tantivy::store::Compressor::Zstd(tantivy::store::ZstdCompressor {
            compression_level: Some(3),
        }),
        docstore_blocksize: 64 << 10,
        ..Default::default()
    };
    let create = || -> tantivy::Result<Index> {
        let directory = IndexDirectory(MmapDirectory::open(dir)?);
        Index::create(directory, super::schema::build().0, settings)
    };
    Ok(create()?)
}

/// Meta of the last commit; that of a fresh index where nothing was committed yet.
pub(crate) fn load_meta(dir: &Path, index: &Index) -> Result<Meta> {
    let metas = index.load_metas().map_err(|error| read_error(dir, error))?;
    let Some(payload) = metas.payload else {
        return Ok(Meta::new());
    };
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let corrupt = |error: serde_json::Error| Error::CorruptIndex {
        path: dir.to_owned(),
        detail: format!("commit payload: {error}"),
    };
    let version: Version = serde_json::from_str(&payload).map_err(corrupt)?;
    if version.format != FORMAT_VERSION {
        return Err(Error::FormatVersion {
            path: dir.to_owned(),
            found: version.format,
            expected: FORMAT_VERSION,
        });
    }
    serde_json::from_str(&payload).map_err(corrupt)
}

/// The folder made absolute, so that a change of the working folder does not matter.
pub(crate) fn absolute(dir: &Path) -> PathBuf {
    std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program just being started has of the handles of this one, until it runs.
    #[test]
    fn a_lock_let_go_is_free_although_a_copy_of_its_handle_lives() {
        let dir = tempfile::tempdir().unwrap();
        let lock = WriterLock::acquire(dir.path()).unwrap();
        let copy = lock.file.try_clone().unwrap();
        assert!(matches!(
            WriterLock::acquire(dir.path()),
            Err(Error::Locked { holder, .. }) if holder == " (this one)"
        ));
        drop(lock);
        WriterLock::acquire(dir.path()).unwrap();
        drop(copy);
    }
}
