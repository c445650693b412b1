//! Disks that are full, and folders that cannot be written to: small file systems of our own, where the test may mount one.

use std::path::{Path, PathBuf};
use std::process::Command;

use baocao::{Engine, Error, IndexRequest};

use crate::fixture::{Fixture, counts};

/// A file system in memory, gone with the value.
struct Disk(PathBuf);

impl Disk {
    /// `None` where mounting is not permitted.
    fn new(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mounted = mount(
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
            &at,
        );
        if !mounted {
            eprintln!("not run: mounting a file system is not permitted here");
        }
        mounted.then_some(Self(at))
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,{how}")], &self.0));
    }
}

fn mount(args: &[&str], at: &Path) -> bool {
    let output = Command::new("mount").args(args).arg(at).output();
    output.is_ok_and(|output| output.status.success())
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// A text that no compression makes small, other for each seed.
fn noise(seed: u64, words: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..words)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{:x} ", state >> 20)
        })
        .collect()
}

fn write(fixture: &Fixture, numbers: std::ops::Range<u64>, words: usize) {
    for i in numbers {
        fixture.write(
            &format!("{i:03}.txt"),
            format!("Bản tin số {i}\n\n{}", noise(i + 1, words)),
        );
    }
}

#[test]
fn a_full_disk_costs_nothing_committed() {
    let fixture = Fixture::new(&[]);
    let Some(disk) = Disk::new(fixture.path("../disk"), "2m") else {
        return;
    };
    let dir = disk.0.join("index");
    write(&fixture, 0..20, 100);
    let request = IndexRequest::new([fixture.corpus()]);
    let engine = Engine::open_or_create(&dir).unwrap();
    assert_eq!(engine.index(&request).unwrap().new, 20);

    write(&fixture, 20..50, 8_000);
    for round in 0..3 {
        match engine.index(&request) {
            Err(Error::Io {
                action: "write",
                path,
                source,
            }) => {
                assert_eq!(path, dir);
                assert!(source.to_string().contains("No space left"), "{source}");
            }
            other => panic!("round {round}: {other:?}"),
        }
        let after = Engine::open(&dir).unwrap();
        assert_eq!(after.len(), 20);
        assert!(after.verify().unwrap().problems.is_empty());
    }
    drop(engine);

    disk.remount("size=200m");
    let engine = Engine::open_or_create(&dir).unwrap();
    assert_eq!(counts(&engine.index(&request).unwrap()), (30, 0, 20, 0));
    assert!(engine.verify().unwrap().problems.is_empty());
    let undisturbed = fixture.index().0;
    for i in 0..50 {
        let id = format!("{i:03}");
        assert_eq!(
            engine.report(&id).unwrap(),
            undisturbed.report(&id).unwrap()
        );
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_read() {
    let fixture = Fixture::new(&[("a.txt", "Vụ lúa được mùa")]);
    let Some(disk) = Disk::new(fixture.path("../disk"), "16m") else {
        return;
    };
    let dir = disk.0.join("index");
    let request = IndexRequest::new([fixture.corpus()]);
    let writer = Engine::open_or_create(&dir).unwrap();
    writer.index(&request).unwrap();
    drop(writer);
    disk.remount("ro");
    let engine = Engine::open(&dir).unwrap();
    assert_eq!(engine.report("a").unwrap().text, "Vụ lúa được mùa");
    assert!(engine.verify().unwrap().problems.is_empty());
    let found = engine
        .search(&baocao::query::SearchRequest {
            query: "được mùa".into(),
            ..Default::default()
        })
        .unwrap();
    assert_eq!(found.total, 1);
    fixture.write("b.txt", "Bản tin khác");
    match engine.index(&request) {
        Err(Error::Io {
            action: "write",
            path,
            ..
        }) => assert!(path.starts_with(&dir), "{path:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(engine.len(), 1);
}
