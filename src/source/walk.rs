//! Files below given paths, in a fixed order.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use walkdir::WalkDir;

use crate::{Error, Result};

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One report: plain text, Markdown, or what a reader of [`formats`](super::formats) makes of the bytes.
    Text,
    /// One record a line, each a report.
    Records,
}

/// A file to be read.
#[derive(Clone, Debug)]
pub(crate) struct FoundFile {
    /// As it was reached: the given path and what lies below it.
    pub path: PathBuf,
    /// Absolute, symbolic links resolved: what identifies the file.
    pub source: String,
    /// Below the given folder, with `/` between the parts; the file's name where the file itself was given.
    pub relative: String,
    /// The given folder; the folder of the file where the file itself was given.
    pub root: PathBuf,
    pub format: Format,
    pub size: u64,
    /// Nanoseconds since 1970.
    pub mtime: u64,
}

/// The files, and what was passed over.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub files: Vec<FoundFile>,
    /// Path and reason.
    pub skipped: Vec<(String, String)>,
    /// Given paths, absolute: what lies below them and is not in `files` is gone.
    pub roots: Vec<String>,
    /// Folders that could not be listed, absolute: what lies below them is not known to be gone.
    pub unreadable: Vec<String>,
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// The identity of a file; two names that are no UTF-8 and print alike stay apart.
fn identity(path: &Path) -> String {
    match path.to_str() {
        Some(path) => path.to_owned(),
        None => format!(
            "{}\u{0}{:x}",
            path.to_string_lossy(),
            xxhash_rust::xxh3::xxh3_64(path.as_os_str().as_encoded_bytes())
        ),
    }
}

fn modified(metadata: &Metadata) -> u64 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |time| time.as_nanos() as u64)
}

/// Extensions of files that are worth opening; what is in them is told by their content. An old `.doc` is opened to say what to do about it.
const READABLE: [&str; 18] = [
    "html", "htm", "xhtml", "mht", "mhtml", "eml", "pdf", "rtf", "docx", "docm", "doc", "xlsx",
    "xlsm", "xls", "ods", "odt", "pptx", "gz",
];

/// How a file of this name is read; an error is the reason why it is not.
fn format_of(path: &Path, given: bool) -> std::result::Result<Format, Option<String>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    // Metadata and descriptions of a folder are no reports.
    if !given && (name == "metadata.csv" || name.starts_with("readme")) {
        return Err(None);
    }
    match path
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .as_deref()
    {
        Some("txt" | "text" | "md" | "markdown") => Ok(Format::Text),
        Some(extension) if READABLE.contains(&extension) => Ok(Format::Text),
        Some("ndjson" | "jsonl") => Ok(Format::Records),
        _ if given && name != "metadata.csv" => Ok(Format::Text),
        Some(other) => Err(Some(format!("no reader for .{other} files"))),
        None => Err(Some("no reader for files without an extension".to_owned())),
    }
}

/// Lists the reports below `paths`: in the order given, inside a folder by name, each file once.
///
/// Passed over in folders: hidden files and folders, `metadata.csv`, `README*`, what is no regular file, and formats
/// without a reader, and the folder `index`; a file that is given itself is read whatever its name. Symbolic links are
/// followed, save into a folder that contains them.
///
/// # Errors
/// A given path that does not exist or cannot be read.
pub(crate) fn walk(paths: &[PathBuf], index: &Path) -> Result<Walk> {
    let index = index.canonicalize().ok();
    let mut found = Walk::default();
    let mut seen = FxHashSet::default();
    for given in paths {
        let io = |source| Error::Io {
            action: "read",
            path: given.clone(),
            source,
        };
        let canonical = given.canonicalize().map_err(io)?;
        let is_folder = canonical.is_dir();
        if is_folder {
            std::fs::read_dir(&canonical).map_err(io)?;
        }
        found.roots.push(identity(&canonical));
        let walker = WalkDir::new(given)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                let is_index = entry.file_type().is_dir()
                    && index.is_some()
                    && entry.path().canonicalize().ok() == index;
                entry.depth() == 0 || (!hidden && !is_index)
            });
        let mut folder: Option<(PathBuf, PathBuf)> = None;
        for entry in walker {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(given).to_owned();
                    let reason = match (error.loop_ancestor(), error.io_error()) {
                        (Some(ancestor), _) => {
                            format!("symbolic link back to {}", ancestor.display())
                        }
                        (None, Some(io)) => format!("cannot be read: {io}"),
                        (None, None) => error.to_string(),
                    };
                    if let Ok(path) = path.canonicalize() {
                        found.unreadable.push(identity(&path));
                    }
                    found
                        .skipped
                        .push((path.to_string_lossy().into_owned(), reason));
                    continue;
                }
            };
            if entry.file_type().is_dir() {
                continue;
            }
            let path = entry.path();
            let mut skip = |reason: String| {
                found
                    .skipped
                    .push((path.to_string_lossy().into_owned(), reason));
            };
            if !entry.file_type().is_file() {
                skip("not a regular file".to_owned());
                continue;
            }
            let format = match format_of(path, !is_folder) {
                Ok(format) => format,
                Err(Some(reason)) => {
                    skip(reason);
                    continue;
                }
                Err(None) => continue,
            };
            let metadata = entry.metadata().map_err(std::io::Error::from);
            let source = metadata.and_then(|metadata| {
                let source = match (path.parent(), path.file_name()) {
                    // Resolving a path asks for each of its folders: once a folder will do.
                    (Some(parent), Some(name)) if !entry.path_is_symlink() => {
                        if folder.as_ref().is_none_or(|(of, _)| of != parent) {
                            let real = if parent.as_os_str().is_empty() {
                                Path::new(".")
                            } else {
                                parent
                            };
                            folder = Some((parent.to_owned(), real.canonicalize()?));
                        }
                        folder
                            .as_ref()
                            .map_or_else(PathBuf::new, |(_, real)| real.join(name))
                    }
                    _ => path.canonicalize()?,
                };
                Ok((metadata, source))
            });
            let (metadata, source) = match source {
                Ok(pair) => pair,
                Err(error) => {
                    skip(format!("cannot be read: {error}"));
                    continue;
                }
            };
            let source = identity(&source);
            if !seen.insert(source.clone()) {
                continue;
            }
            let root = if is_folder {
                given.clone()
            } else {
                given.parent().unwrap_or(Path::new("")).to_owned()
            };
            let relative = slashed(path.strip_prefix(&root).unwrap_or(path));
            found.files.push(FoundFile {
                path: path.to_owned(),
                source,
                relative,
                root,
                format,
                size: metadata.len(),
                mtime: modified(&metadata),
            });
        }
    }
    Ok(found)
}

impl Walk {
    /// Whether a file that is not in the walk is known to be gone: it lay below a given path that could be listed.
    pub fn is_gone(&self, source: &str) -> bool {
        let below = |folder: &String| {
            source.strip_prefix(folder.as_str()).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(['/', '\\']) || folder.ends_with('/')
            })
        };
        self.roots.iter().any(below) && !self.unreadable.iter().any(below)
    }
}
