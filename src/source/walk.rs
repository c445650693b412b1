//! Files below given paths, in a fixed order.
//!
//! Folders are listed by `ignore` (ripgrep's walker: gitignore syntax with git's own rules of precedence, loops of links
//! found by `walkdir` under it); its rules for git itself stay switched off.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};
use rustc_hash::FxHashSet;

use crate::{Error, Result};

/// Patterns of what is passed over, in any folder, for that folder and what lies below it.
pub(crate) const IGNORE_FILE: &str = ".baocaoignore";

/// Which files of a folder are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection<'a> {
    /// Globs, gitignore syntax; all files where there is none.
    pub include: &'a [String],
    /// Globs, gitignore syntax; they win over `include`.
    pub exclude: &'a [String],
    /// Files and folders whose name begins with a point, too.
    pub hidden: bool,
}

/// The globs of a user, over paths below a given folder.
struct Globs {
    include: Option<Gitignore>,
    exclude: Gitignore,
}

impl Globs {
    fn new(selection: &Selection<'_>) -> Result<Self> {
        let build = |globs: &[String]| {
            let mut builder = GitignoreBuilder::new("");
            for glob in globs {
                let bad = |error: ignore::Error| Error::Glob {
                    glob: glob.clone(),
                    detail: error.to_string(),
                };
                builder.add_line(None, glob).map_err(bad)?;
            }
            builder.build().map_err(|error| Error::Glob {
                glob: globs.join(" "),
                detail: error.to_string(),
            })
        };
        Ok(Self {
            include: match selection.include {
                [] => None,
                globs => Some(build(globs)?),
            },
            exclude: build(selection.exclude)?,
        })
    }

    fn takes(&self, relative: &Path) -> bool {
        let matched = |globs: &Gitignore| {
            globs
                .matched_path_or_any_parents(relative, false)
                .is_ignore()
        };
        !matched(&self.exclude) && self.include.as_ref().is_none_or(matched)
    }
}

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One report: plain text, Markdown, or what a reader of [`formats`](super::formats) makes of the bytes.
    Text,
    /// Records, each a report: one JSON object a line.
    Records,
    /// Records or one report, which the first bytes tell: CSV, and gzip around whatever.
    Either,
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
    /// What is wrong in files of patterns.
    pub warnings: Vec<String>,
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
const READABLE: [&str; 17] = [
    "html", "htm", "xhtml", "mht", "mhtml", "eml", "pdf", "rtf", "docx", "docm", "doc", "xlsx",
    "xlsm", "xls", "ods", "odt", "pptx",
];

/// How a file of this name is read; an error is the reason why it is not.
fn format_of(path: &Path, given: bool) -> std::result::Result<Format, Option<String>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    // Metadata and descriptions of a folder are no reports.
    if !given && (name == "metadata.csv" || name.starts_with("readme") || name == IGNORE_FILE) {
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
        Some("csv" | "tsv" | "gz") if name != "metadata.csv" => Ok(Format::Either),
        _ if given && name != "metadata.csv" => Ok(Format::Text),
        Some(other) => Err(Some(format!("no reader for .{other} files"))),
        None => Err(Some("no reader for files without an extension".to_owned())),
    }
}

/// Why an entry was passed over, and the entry where it is known.
fn trouble(error: &ignore::Error) -> (Option<PathBuf>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path.clone()), trouble(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            trouble(err)
        }
        ignore::Error::Loop { ancestor, child } => (
            Some(child.clone()),
            format!("symbolic link back to {}", ancestor.display()),
        ),
        ignore::Error::Io(error) => (None, format!("cannot be read: {error}")),
        other => (None, other.to_string()),
    }
}

fn walker(given: &Path, index: Option<PathBuf>, exclude: Gitignore, hidden: bool) -> ignore::Walk {
    let root = given.to_owned();
    WalkBuilder::new(given)
        .standard_filters(false)
        .hidden(!hidden)
        .parents(true)
        .follow_links(true)
        .add_custom_ignore_filename(IGNORE_FILE)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if entry.depth() == 0 || !is_folder {
                return true;
            }
            let is_excluded = entry
                .path()
                .strip_prefix(&root)
                .is_ok_and(|relative| exclude.matched(relative, true).is_ignore());
            let is_index = || index.is_some() && entry.path().canonicalize().ok() == index;
            !is_excluded && !is_index()
        })
        .build()
}

/// Lists the reports below `paths`: in the order given, inside a folder by name, each file once.
///
/// Passed over in folders: what `selection` leaves out, what a `.baocaoignore` of the folder or of one above it names,
/// `metadata.csv`, `README*`, what is no regular file, formats without a reader, and the folder `index`; a file that is
/// given itself is read whatever its name. Symbolic links are followed, save into a folder that contains them.
///
/// # Errors
/// A given path that does not exist or cannot be read, and a glob that is none.
pub(crate) fn walk(paths: &[PathBuf], index: &Path, selection: &Selection<'_>) -> Result<Walk> {
    let index = index.canonicalize().ok();
    let globs = Globs::new(selection)?;
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
        let mut folder: Option<(PathBuf, PathBuf)> = None;
        let exclude = globs.exclude.clone();
        for entry in walker(given, index.clone(), exclude, selection.hidden) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let (path, reason) = trouble(&error);
                    let path = path.unwrap_or_else(|| given.clone());
                    if let Ok(path) = path.canonicalize() {
                        found.unreadable.push(identity(&path));
                    }
                    found
                        .skipped
                        .push((path.to_string_lossy().into_owned(), reason));
                    continue;
                }
            };
            if let Some(error) = entry.error() {
                found.warnings.push(error.to_string());
            }
            if entry.file_type().is_some_and(|kind| kind.is_dir()) {
                continue;
            }
            found.take(given, &entry, is_folder, &globs, &mut folder, &mut seen);
        }
    }
    Ok(found)
}

impl Walk {
    /// Adds one entry that is no folder, or says why it is passed over; `folder` is the last parent, resolved.
    fn take(
        &mut self,
        given: &Path,
        entry: &DirEntry,
        is_folder: bool,
        globs: &Globs,
        folder: &mut Option<(PathBuf, PathBuf)>,
        seen: &mut FxHashSet<String>,
    ) {
        let path = entry.path();
        let root = if is_folder {
            given
        } else {
            given.parent().unwrap_or(Path::new(""))
        };
        let relative = path.strip_prefix(root).unwrap_or(path);
        // A walk of "." has names without it.
        let relative = relative.strip_prefix(".").unwrap_or(relative);
        if is_folder && !relative.has_root() && !globs.takes(relative) {
            return;
        }
        let mut skip = |reason: String| {
            self.skipped
                .push((path.to_string_lossy().into_owned(), reason));
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return skip("not a regular file".to_owned());
        }
        let format = match format_of(path, !is_folder) {
            Ok(format) => format,
            Err(Some(reason)) => return skip(reason),
            Err(None) => return,
        };
        let source = || -> std::io::Result<(Metadata, PathBuf)> {
            let metadata = std::fs::metadata(path)?;
            let source = match (path.parent(), path.file_name()) {
                // Resolving a path asks for each of its folders: once a folder will do.
                (Some(parent), Some(name)) if !entry.path_is_symlink() => {
                    if folder.as_ref().is_none_or(|(of, _)| of != parent) {
                        let real = if parent.as_os_str().is_empty() {
                            Path::new(".")
                        } else {
                            parent
                        };
                        *folder = Some((parent.to_owned(), real.canonicalize()?));
                    }
                    folder
                        .as_ref()
                        .map_or_else(PathBuf::new, |(_, real)| real.join(name))
                }
                _ => path.canonicalize()?,
            };
            Ok((metadata, source))
        };
        let (metadata, source) = match { source }() {
            Ok(pair) => pair,
            Err(error) => return skip(format!("cannot be read: {error}")),
        };
        let source = identity(&source);
        if !seen.insert(source.clone()) {
            return;
        }
        self.files.push(FoundFile {
            path: path.to_owned(),
            source,
            relative: slashed(relative),
            root: root.to_owned(),
            format,
            size: metadata.len(),
            mtime: modified(&metadata),
        });
    }

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
