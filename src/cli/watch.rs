//! When files change: what the operating system tells, gathered until it is quiet.
//!
//! `notify` tells of every file that is opened, too; a debouncer that takes all events alike would be woken by our own
//! reading, so events are sorted here.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// Changes that follow each other faster are one.
const QUIET: Duration = Duration::from_millis(300);
/// Files that never rest are looked at this often.
const LONGEST: Duration = Duration::from_secs(5);
/// How often Ctrl-C, and folders that were gone, are looked for.
const TICK: Duration = Duration::from_millis(100);
/// After a run that failed.
const PAUSE: Duration = Duration::from_secs(2);

/// A given path and what is watched for it.
struct Root {
    /// The folder, or of a file the folder that holds it: an editor that saves puts another file into its place.
    watched: PathBuf,
    mode: RecursiveMode,
    is_watched: bool,
}

/// Tells when something below the given paths changed.
pub struct Changes {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    roots: Vec<Root>,
    index: PathBuf,
    /// Do not wait for an event.
    retry: Option<Instant>,
}

impl Changes {
    /// Watches from now on. Changes of the index itself, which may stand in a watched folder, are none.
    pub fn new(paths: &[PathBuf], index: &Path) -> anyhow::Result<Self> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Whoever listened has gone.
            let _ = sender.send(event);
        })
        .context("cannot watch for changes")?;
        let mut roots = Vec::new();
        for path in paths {
            let path = path
                .canonicalize()
                .with_context(|| format!("cannot watch {}", path.display()))?;
            let (watched, mode) = if path.is_dir() {
                (path, RecursiveMode::Recursive)
            } else {
                let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
                (folder, RecursiveMode::NonRecursive)
            };
            roots.push(Root {
                watched,
                mode,
                is_watched: false,
            });
        }
        let mut changes = Self {
            watcher,
            events,
            roots,
            index: std::path::absolute(index)?,
            retry: None,
        };
        for root in &mut changes.roots {
            changes
                .watcher
                .watch(&root.watched, root.mode)
                .with_context(|| format!("cannot watch {}", root.watched.display()))?;
            root.is_watched = true;
        }
        if let Ok(index) = changes.index.canonicalize() {
            changes.index = index;
        }
        Ok(changes)
    }

    /// Makes the next [`wait`](Self::wait) end by itself after a pause.
    pub fn again(&mut self) {
        self.retry = Some(Instant::now() + PAUSE);
    }

    /// Waits until something changed and has been quiet since; false once `stop` is set.
    pub fn wait(&mut self, stop: &AtomicBool) -> bool {
        let mut first: Option<Instant> = None;
        let mut last = Instant::now();
        loop {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            match self.events.recv_timeout(TICK) {
                Ok(event) => {
                    if self.is_change(event) {
                        last = Instant::now();
                        first.get_or_insert(last);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.return_to_folders() {
                        last = Instant::now();
                        first.get_or_insert(last);
                    }
                }
                // The watcher holds the other end.
                Err(RecvTimeoutError::Disconnected) => return false,
            }
            let is_due =
                first.is_some_and(|first| last.elapsed() >= QUIET || first.elapsed() >= LONGEST);
            if is_due || self.retry.is_some_and(|at| Instant::now() >= at) {
                self.retry = None;
                return true;
            }
        }
    }

    fn is_change(&mut self, event: notify::Result<Event>) -> bool {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                eprintln!("warning: watching: {error}");
                return true;
            }
        };
        if event.need_rescan() {
            return true;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        if matches!(event.kind, EventKind::Remove(_)) {
            for root in &mut self.roots {
                if event.paths.contains(&root.watched) {
                    root.is_watched = false;
                }
            }
        }
        !event.paths.iter().all(|path| path.starts_with(&self.index))
    }

    /// Watches folders that were gone and are back; whether there are any.
    fn return_to_folders(&mut self) -> bool {
        let mut any = false;
        for root in &mut self.roots {
            if !root.is_watched && root.watched.exists() {
                root.is_watched = self.watcher.watch(&root.watched, root.mode).is_ok();
                any |= root.is_watched;
            }
        }
        any
    }
}
