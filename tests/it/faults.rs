//! An index whose writer is killed at any moment.
//!
//! `BAOCAO_KILLS=200 cargo test --release --test it faults` kills 200 runs over 2,000 reports; without it, a few over
//! fewer, to keep the ordinary test run short.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use baocao::{Engine, Error, IndexRequest};

use crate::fixture::Fixture;

/// Names the corpus and the index to a test process that is to be killed.
const CORPUS: &str = "BAOCAO_FAULTS_CORPUS";
const INDEX: &str = "BAOCAO_FAULTS_INDEX";

fn request(corpus: &Path, kilobytes: u64) -> IndexRequest {
    let mut request = IndexRequest::new([corpus]);
    request.commit_bytes = kilobytes << 10;
    request
}

/// The process that gets killed: indexes, committing often.
#[test]
#[ignore = "started by the test below"]
fn victim() {
    let (Some(corpus), Some(index)) = (std::env::var_os(CORPUS), std::env::var_os(INDEX)) else {
        return;
    };
    let engine = Engine::open_or_create(index).unwrap();
    engine.index(&request(Path::new(&corpus), 64)).unwrap();
}

fn everything(engine: &Engine) -> BTreeMap<String, String> {
    let report = |id: String| {
        let report = engine.report(&id).unwrap();
        (id, serde_json::to_string(&report).unwrap())
    };
    engine.ids().into_iter().map(report).collect()
}

#[test]
fn a_writer_killed_at_any_moment_loses_nothing_committed() {
    let kills: u64 = std::env::var("BAOCAO_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4);
    let reports = if kills >= 100 { 2_000 } else { 150 };
    let fixture = Fixture::new(&[]);
    for i in 0..reports {
        fixture.write(
            &format!("{i:04}.txt"),
            format!(
                "Bản tin số {i}\n\n{}",
                format!("Mùa vụ thứ {i} được giá, nông dân phấn khởi. ").repeat(20)
            ),
        );
    }
    let records: String = (0..50)
        .map(|i| format!("{{\"id\":\"r{i}\",\"body\":\"Bản tin ngắn {i}\"}}\n"))
        .collect();
    fixture.write("records.ndjson", records);

    // An undisturbed run, for comparison and for the time that a run takes.
    let other = tempfile::tempdir().unwrap();
    let engine = Engine::open_or_create(other.path().join("index")).unwrap();
    let started = Instant::now();
    engine.index(&request(&fixture.corpus(), 64)).unwrap();
    let whole = started.elapsed();
    let wanted = everything(&engine);
    assert_eq!(wanted.len() as u64, reports + 50);

    let mut seed = 0x5eed_u64;
    let mut committed = 0;
    let (mut interrupted, mut finished) = (0, 0);
    for round in 0..kills {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let part = f64::from((seed >> 40) as u32) / f64::from(1u32 << 24);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::victim", "--ignored"])
            .env(CORPUS, fixture.corpus())
            .env(INDEX, fixture.index_dir())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        *(if status.success() {
            &mut finished
        } else {
            &mut interrupted
        }) += 1;
        match Engine::open(fixture.index_dir()) {
            Ok(engine) => {
                assert!(
                    engine.len() >= committed,
                    "round {round}: {} of {committed} reports left",
                    engine.len()
                );
                committed = engine.len();
                for (id, report) in everything(&engine) {
                    assert_eq!(report, wanted[&id], "round {round}");
                }
            }
            Err(Error::NoIndex { .. }) => assert_eq!(committed, 0, "round {round}"),
            Err(error) => panic!("round {round}: {error}"),
        }
        if committed == wanted.len() as u64 {
            // Done: begin again, so that every round interrupts something.
            std::fs::remove_dir_all(fixture.index_dir()).unwrap();
            committed = 0;
        }
    }
    // Seen with --nocapture: how many runs were cut off, and how many were faster than their killer.
    eprintln!("{interrupted} runs killed, {finished} done before");
    assert!(interrupted > kills / 4, "{interrupted} of {kills}");
    let (engine, _) = fixture.index();
    assert_eq!(everything(&engine), wanted);
    assert!(engine.verify().unwrap().problems.is_empty());
}
