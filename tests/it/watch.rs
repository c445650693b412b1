//! `baocao index` as a process: `--watch` among real files, and what Ctrl-C leaves.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use baocao::Engine;

use crate::fixture::Fixture;

/// The watching process, killed when the test ends early.
struct Watcher {
    child: Child,
    /// Lines of standard output.
    said: Arc<Mutex<Vec<String>>>,
}

impl Watcher {
    fn new(fixture: &Fixture) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baocao"))
            .args(["index", "--watch", "--index"])
            .arg(fixture.index_dir())
            .arg(fixture.corpus())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let heard = said.clone();
        std::thread::spawn(move || {
            for line in lines {
                heard.lock().unwrap().push(line.unwrap());
            }
        });
        Self { child, said }
    }

    /// Waits until a line holds `wanted`; lines before are forgotten.
    fn until(&self, wanted: &str) {
        let started = Instant::now();
        loop {
            {
                let mut said = self.said.lock().unwrap();
                if let Some(at) = said.iter().position(|line| line.contains(wanted)) {
                    said.drain(..=at);
                    return;
                }
                assert!(
                    started.elapsed() < Duration::from_secs(90),
                    "no '{wanted}' in {said:?}"
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_watched_folder_is_followed_until_it_is_enough() {
    let fixture = Fixture::new(&[("a.txt", "Bản tin một")]);
    let mut watcher = Watcher::new(&fixture);
    watcher.until("1 new, 0 changed, 0 unchanged, 0 removed");

    // Several changes at once are one run, or a few.
    fixture.write("b.txt", "Bản tin hai");
    fixture.write("sub/c.txt", "Bản tin ba");
    watcher.until("3 reports in the index");
    fixture.write("a.txt", "Bản tin một, sửa");
    watcher.until("1 changed");
    std::fs::rename(fixture.path("b.txt"), fixture.path("sub/d.txt")).unwrap();
    watcher.until("1 moved");
    // A folder made meanwhile is followed too.
    fixture.write("sub/more/e.txt", "Bản tin bốn");
    watcher.until("4 reports in the index");
    fixture.write("sub/more/e.txt", "Bản tin bốn, sửa");
    watcher.until("1 changed");
    fixture.remove("sub/c.txt");
    watcher.until("1 removed");
    let engine = Engine::open(fixture.index_dir()).unwrap();
    assert_eq!(engine.len(), 3);
    assert!(engine.report("sub/d").is_ok());
    assert_eq!(
        engine.report("sub/more/e").unwrap().text,
        "Bản tin bốn, sửa"
    );

    // Nothing happens by itself: its own reading and writing is no change.
    std::thread::sleep(Duration::from_secs(1));
    assert!(
        watcher.said.lock().unwrap().len() <= 1,
        "{:?}",
        watcher.said
    );

    let interrupt = Command::new("kill")
        .args(["-INT", &watcher.child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    let started = Instant::now();
    let status = loop {
        match watcher.child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(started.elapsed() < Duration::from_secs(90), "goes on"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(0));
    assert!(engine.verify().unwrap().problems.is_empty());
}

#[test]
fn what_is_done_at_ctrl_c_is_kept() {
    let fixture = Fixture::new(&[]);
    for i in 0..800 {
        let text = format!("Thu ngân sách tỉnh Hà Nam năm 2020 đạt {i} tỷ đồng, vụ lúa được mùa. ")
            .repeat(40);
        fixture.write(&format!("{i:04}.txt"), text);
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_baocao"))
        .args(["index", "--index"])
        .arg(fixture.index_dir())
        .arg(fixture.corpus())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The writer is at work once its lock file stands.
    let started = Instant::now();
    while !fixture.index_dir().join(".tantivy-writer.lock").exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "no writer");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    let status = child.wait().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let engine = Engine::open(fixture.index_dir()).unwrap();
    assert!(engine.verify().unwrap().problems.is_empty());
    let kept = engine.len();
    assert!(kept < 800, "done before it was stopped");
    assert_eq!(status.code(), Some(i32::from(kept == 0)), "{said}");
    assert!(
        said.contains("stopped on request: what was done is in the index"),
        "{said}"
    );
    let rest = engine
        .index(&baocao::IndexRequest::new([fixture.corpus()]))
        .unwrap();
    assert_eq!((rest.new, rest.unchanged), (800 - kept, kept));
}
