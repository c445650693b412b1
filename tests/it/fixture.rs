//! Folders of small reports.

use std::path::{Path, PathBuf};

use baocao::{Engine, IndexReport, IndexRequest, Result};
use tempfile::TempDir;

/// A temporary folder with a corpus and room for an index beside it.
pub struct Fixture {
    dir: TempDir,
}

impl Fixture {
    /// Writes the named texts into the corpus.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("corpus")).unwrap();
        let fixture = Self { dir };
        for (name, text) in files {
            fixture.write(name, text);
        }
        fixture
    }

    pub fn corpus(&self) -> PathBuf {
        self.dir.path().join("corpus")
    }

    pub fn index_dir(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.corpus().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    /// Indexes the corpus as a new process would: opens or creates, then brings up to date.
    pub fn index(&self) -> (Engine, IndexReport) {
        let engine = Engine::open_or_create(self.index_dir()).unwrap();
        let report = engine.index(&IndexRequest::new([self.corpus()])).unwrap();
        (engine, report)
    }

    pub fn try_index(&self, paths: &[&Path]) -> Result<IndexReport> {
        Engine::open_or_create(self.index_dir())?.index(&IndexRequest::new(paths.iter().copied()))
    }
}

/// New, changed, unchanged, removed.
pub fn counts(report: &IndexReport) -> (u64, u64, u64, u64) {
    (report.new, report.changed, report.unchanged, report.removed)
}

/// The reasons of what was skipped, by file name.
pub fn skipped(report: &IndexReport) -> Vec<(String, String)> {
    report
        .skipped
        .iter()
        .map(|s| {
            let name = Path::new(&s.path).file_name().unwrap();
            (name.to_string_lossy().into_owned(), s.reason.clone())
        })
        .collect()
}
