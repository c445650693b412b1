//! What gets into an index, what stays out of it, and how it is kept up to date.

use std::time::Duration;

use baocao::{Engine, Error, IndexRequest};

use crate::fixture::{Fixture, counts, skipped};

/// Long enough for a time of change to be trusted.
fn settle() {
    std::thread::sleep(Duration::from_millis(150));
}

#[test]
fn a_second_run_does_nothing_and_a_third_what_changed() {
    let fixture = Fixture::new(&[
        ("a.txt", "Báo cáo một\n\nTỉnh có ba dự án."),
        ("sub/b.md", "# Báo cáo hai\n\nTỉnh có bốn dự án."),
        (
            "c.ndjson",
            "{\"id\":\"r1\",\"body\":\"Bản tin một\"}\n{\"id\":\"r2\",\"body\":\"Bản tin hai\"}\n",
        ),
    ]);
    settle();
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (4, 0, 0, 0), "{report:?}");
    assert_eq!((engine.len(), report.reports), (4, 4));
    assert_eq!(counts(&fixture.index().1), (0, 0, 4, 0));

    fixture.write("a.txt", "Báo cáo một\n\nTỉnh có năm dự án.");
    fixture.write(
        "c.ndjson",
        "{\"id\":\"r2\",\"body\":\"Bản tin hai, sửa\"}\n{\"id\":\"r3\",\"body\":\"Bản tin ba\"}\n",
    );
    fixture.remove("sub/b.md");
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (1, 2, 0, 2), "{report:?}");
    assert!(engine.report("a").unwrap().text.contains("năm dự án"));
    assert!(engine.report("r2").unwrap().text.contains("sửa"));
    for gone in ["r1", "sub/b"] {
        assert!(
            matches!(engine.report(gone), Err(Error::NoSuchReport { .. })),
            "{gone}"
        );
    }
    assert_eq!(engine.len(), 3);
}

#[test]
fn what_is_no_text_is_skipped_with_a_reason() {
    let fixture = Fixture::new(&[
        ("good.txt", "Báo cáo"),
        ("empty.txt", " \n\n"),
        ("x.png", "PNG"),
    ]);
    fixture.write("binary.txt", b"\x7fELF\0\0\0\x01".as_slice());
    let (engine, report) = fixture.index();
    assert_eq!(engine.len(), 1);
    assert_eq!(
        skipped(&report),
        [
            ("binary.txt".into(), "binary, not text".into()),
            ("empty.txt".into(), "empty".into()),
            ("x.png".into(), "no reader for .png files".into()),
        ]
    );
}

#[test]
fn what_gave_no_report_is_not_read_again_until_it_changes() {
    let fixture = Fixture::new(&[("good.txt", "Báo cáo"), ("empty.txt", " \n\n")]);
    settle();
    fixture.index();
    // Another content at the same time: whoever opens the file can tell.
    let time = std::fs::metadata(fixture.path("empty.txt"))
        .unwrap()
        .modified()
        .unwrap();
    let file = || {
        std::fs::File::options()
            .write(true)
            .open(fixture.path("empty.txt"))
            .unwrap()
    };
    fixture.write("empty.txt", "a\nb");
    file().set_modified(time).unwrap();
    let (engine, report) = fixture.index();
    assert_eq!(skipped(&report), [("empty.txt".into(), "empty".into())]);
    assert_eq!((counts(&report), engine.len()), ((0, 0, 1, 0), 1));
    file().set_modified(time + Duration::from_secs(1)).unwrap();
    let (engine, report) = fixture.index();
    assert_eq!((report.skipped.len(), counts(&report)), (0, (1, 0, 1, 0)));
    assert!(engine.report("empty").is_ok());
    // And so is one that gives no report any more.
    fixture.write("empty.txt", " ");
    settle();
    assert_eq!(counts(&fixture.index().1), (0, 0, 1, 1));
    assert_eq!(fixture.index().1.skipped.len(), 1);
    fixture.remove("empty.txt");
    assert!(fixture.index().1.skipped.is_empty());
}

#[test]
fn a_text_too_long_for_the_memory_is_skipped_until_there_is_more() {
    let fixture = Fixture::new(&[("a.txt", "Báo cáo")]);
    fixture.write("long.txt", "một hai ba bốn ".repeat(100_000));
    let long = "một hai ba bốn ".repeat(100_000);
    fixture.write(
        "long.ndjson",
        format!("{{\"id\":\"r\",\"body\":\"{long}\"}}\n"),
    );
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.memory_bytes = 64 << 20;
    let report = engine.index(&request).unwrap();
    let reasons = skipped(&report);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    for (_, reason) in reasons {
        assert!(
            reason.contains("1.9 MB exceeds") && reason.contains("with more --memory"),
            "{reason}"
        );
    }
    assert_eq!(report.new, 1);
    request.memory_bytes = 512 << 20;
    assert_eq!(engine.index(&request).unwrap().skipped.len(), 0);
    assert_eq!(engine.len(), 3);
}

#[test]
fn a_missing_folder_is_an_error_that_names_it() {
    let fixture = Fixture::new(&[]);
    let missing = fixture.path("nowhere");
    match fixture.try_index(&[&missing]) {
        Err(Error::Io { path, .. }) => assert_eq!(path, missing),
        other => panic!("{other:?}"),
    }
    let (engine, report) = fixture.index();
    assert_eq!((counts(&report), engine.len()), ((0, 0, 0, 0), 0));
    assert!(matches!(
        Engine::open(fixture.path("nothing")),
        Err(Error::NoIndex { .. })
    ));
}

#[test]
fn a_reader_keeps_its_state_while_a_writer_commits() {
    let fixture = Fixture::new(&[("a.txt", "Báo cáo")]);
    let (writer, _) = fixture.index();
    let reader = Engine::open(fixture.index_dir()).unwrap();
    fixture.write("b.txt", "Báo cáo khác");
    writer
        .index(&IndexRequest::new([fixture.corpus()]))
        .unwrap();
    assert_eq!((reader.len(), writer.len()), (1, 2));
    reader.reload().unwrap();
    assert_eq!(reader.len(), 2);
}

#[test]
fn bytes_that_are_no_utf8_cost_no_other_report() {
    let fixture = Fixture::new(&[("good.txt", "Báo cáo")]);
    fixture.write("bad.txt", b"Bao cao \xff\xfe\x80 hong".as_slice());
    fixture.write(
        "c.ndjson",
        b"{\"id\":\"x\",\"body\":\"\xff\"}\n{\"id\":\"y\",\"body\":\"Tin\"}\n".as_slice(),
    );
    let (engine, _) = fixture.index();
    assert!(engine.report("good").is_ok() && engine.report("y").is_ok());
    assert!(engine.verify().unwrap().problems.is_empty());
}

#[test]
fn a_file_beyond_the_limit_is_skipped_and_one_below_it_is_not() {
    let fixture = Fixture::new(&[("small.txt", "Báo cáo nhỏ")]);
    fixture.write("big.txt", "một hai ba bốn ".repeat(200_000));
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.max_file_bytes = 1 << 20;
    let report = engine.index(&request).unwrap();
    assert_eq!(
        skipped(&report),
        [("big.txt".into(), "larger than the limit of 1 MB".into())]
    );
    let report = engine
        .index(&IndexRequest::new([fixture.corpus()]))
        .unwrap();
    assert_eq!(
        (report.new, engine.report("big").unwrap().text.len()),
        (1, 3_800_000)
    );
}

#[test]
fn folders_of_others_are_left_alone() {
    let fixture = Fixture::new(&[("a.txt", "Báo cáo")]);
    let foreign = fixture.path("mine");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.doc"), "x").unwrap();
    for result in [
        Engine::open(&foreign).err(),
        Engine::open_or_create(&foreign).err(),
        Engine::recreate(&foreign).err(),
    ] {
        let message = result.unwrap().to_string();
        assert!(
            message.contains("thesis.doc") && message.contains("no baocao index"),
            "{message}"
        );
    }
    assert_eq!(std::fs::read_dir(&foreign).unwrap().count(), 1);
    // Hidden files, as version control leaves them, are no obstacle.
    let fresh = fixture.path("fresh");
    std::fs::create_dir(&fresh).unwrap();
    std::fs::write(fresh.join(".gitkeep"), "").unwrap();
    assert!(matches!(Engine::open(&fresh), Err(Error::NoIndex { .. })));
    assert!(Engine::open_or_create(&fresh).unwrap().is_empty());
}

#[test]
fn another_format_is_named_and_rebuilt_on_demand() {
    let fixture = Fixture::new(&[("a.txt", "Báo cáo")]);
    drop(fixture.index());
    std::fs::write(fixture.index_dir().join("baocao.json"), "{\"format\":99}").unwrap();
    for result in [
        Engine::open(fixture.index_dir()),
        Engine::open_or_create(fixture.index_dir()),
    ] {
        let error = result.err().unwrap();
        assert!(
            matches!(error, Error::FormatVersion { found: 99, .. }),
            "{error}"
        );
    }
    let engine = Engine::recreate(fixture.index_dir()).unwrap();
    let report = engine
        .index(&IndexRequest::new([fixture.corpus()]))
        .unwrap();
    assert_eq!((report.new, engine.len()), (1, 1));
}

#[test]
fn damage_is_told_and_never_a_panic() {
    let damage = |file: &str, bytes: &[u8]| {
        let fixture = Fixture::new(&[("a.txt", "Báo cáo về mùa vụ")]);
        drop(fixture.index());
        std::fs::write(fixture.index_dir().join(file), bytes).unwrap();
        Engine::open(fixture.index_dir()).err()
    };
    for (file, bytes) in [
        ("baocao.json", b"{".as_slice()),
        ("meta.json", b"".as_slice()),
        ("meta.json", b"{\"segments\":".as_slice()),
        ("meta.json", b"\xff\xff".as_slice()),
    ] {
        let error = damage(file, bytes);
        assert!(
            matches!(error, Some(Error::CorruptIndex { .. })),
            "{file}: {error:?}"
        );
    }
    // A segment cut short or turned over.
    for what in ["cut", "gone", "flipped"] {
        let fixture = Fixture::new(&[
            ("a.txt", "Báo cáo về mùa vụ"),
            ("b.txt", "Báo cáo về giá cả"),
        ]);
        drop(fixture.index());
        let files: Vec<_> = std::fs::read_dir(fixture.index_dir())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_stem().unwrap().len() == 32)
            .collect();
        assert!(files.len() >= 3, "{files:?}");
        for file in files {
            let whole = std::fs::read(&file).unwrap();
            let mut bytes = whole.clone();
            match what {
                "cut" => bytes.truncate(whole.len() / 2),
                "flipped" => bytes[whole.len() / 3] ^= 0x55,
                _ => {}
            }
            std::fs::remove_file(&file).unwrap();
            if what != "gone" {
                std::fs::write(&file, &bytes).unwrap();
            }
            match Engine::open(fixture.index_dir()) {
                Ok(engine) => {
                    let problems = engine.verify().unwrap().problems;
                    assert!(!problems.is_empty(), "{what}: {}", file.display());
                }
                Err(error) => assert!(
                    matches!(error, Error::CorruptIndex { .. }),
                    "{what}: {error}"
                ),
            }
            std::fs::write(&file, &whole).unwrap();
        }
        assert!(
            Engine::open(fixture.index_dir())
                .unwrap()
                .verify()
                .unwrap()
                .problems
                .is_empty()
        );
    }
}

#[test]
fn a_second_writer_is_told_who_holds_the_index() {
    struct Wait(std::sync::Barrier, std::sync::Barrier);
    impl baocao::Progress for Wait {
        fn committing(&self) {
            self.0.wait();
            self.1.wait();
        }
    }
    let fixture = Fixture::new(&[("a.txt", "Báo cáo")]);
    let first = Engine::open_or_create(fixture.index_dir()).unwrap();
    let second = Engine::open(fixture.index_dir()).unwrap();
    let request = IndexRequest::new([fixture.corpus()]);
    let wait = Wait(std::sync::Barrier::new(2), std::sync::Barrier::new(2));
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| first.index_with(&request, &wait));
        wait.0.wait();
        match second.index(&request) {
            Err(Error::Locked { holder, .. }) => assert_eq!(holder, " (this one)"),
            other => panic!("{other:?}"),
        }
        // Readers are not kept out.
        assert_eq!(Engine::open(fixture.index_dir()).unwrap().len(), 0);
        wait.1.wait();
        assert_eq!(writing.join().unwrap().unwrap().new, 1);
    });
    assert_eq!(counts(&second.index(&request).unwrap()).0, 0);
    assert_eq!(second.len(), 1);
}

#[test]
fn a_cancelled_run_keeps_what_it_did_and_the_next_one_ends_it() {
    struct Cancel(std::sync::atomic::AtomicU64);
    impl baocao::Progress for Cancel {
        fn advanced(&self, files: u64, _: u64) {
            self.0
                .fetch_add(files, std::sync::atomic::Ordering::Relaxed);
        }
        fn is_cancelled(&self) -> bool {
            self.0.load(std::sync::atomic::Ordering::Relaxed) >= 5
        }
    }
    let fixture = Fixture::new(&[]);
    for i in 0..200 {
        fixture.write(&format!("{i:03}.txt"), format!("Báo cáo số {i} về mùa vụ"));
    }
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let request = IndexRequest::new([fixture.corpus()]);
    let cancel = Cancel(std::sync::atomic::AtomicU64::new(0));
    let report = engine.index_with(&request, &cancel).unwrap();
    assert!(
        report.cancelled && report.new >= 5 && report.new < 200,
        "{report:?}"
    );
    assert_eq!(engine.len(), report.new);
    let rest = engine.index(&request).unwrap();
    assert_eq!((report.new + rest.new, engine.len()), (200, 200));
}

#[test]
fn ids_of_records_are_kept_and_told_apart() {
    let fixture = Fixture::new(&[
        (
            "a.ndjson",
            "{\"id\":\"1\",\"body\":\"Một\"}\n\n{\"body\":\"Không tên\"}\n{\"id\":\"1\",\"body\":\"Lặp\"}\nhỏng\n",
        ),
        (
            "b.jsonl",
            "{\"id\":1,\"title\":\"T\",\"body\":\"Khác\",\"province\":\"Hà Nam\",\"period\":\"2020-Q1\",\"published\":\"2020-04-02\"}\n",
        ),
    ]);
    let (engine, report) = fixture.index();
    assert_eq!(report.new, 4, "{report:?}");
    assert_eq!(skipped(&report).len(), 1);
    assert!(report.skipped[0].path.ends_with("a.ndjson:5"), "{report:?}");
    assert_eq!(engine.report("1").unwrap().text, "Một");
    assert_eq!(engine.report("a#3").unwrap().text, "Không tên");
    assert_eq!(engine.report("a#4").unwrap().text, "Lặp");
    let other = engine.report("b#1").unwrap();
    assert_eq!(other.data.title, "T");
    assert!(
        other.data.path.ends_with("b.jsonl#1"),
        "{}",
        other.data.path
    );
    assert_eq!(other.data.subjects().collect::<Vec<_>>(), ["ha-nam"]);
    assert_eq!(
        other.data.annotations.period.unwrap().period.to_string(),
        "2020-Q1"
    );
    assert_eq!(other.data.published.as_deref(), Some("2020-04-02"));
    assert_eq!(counts(&fixture.index().1), (0, 0, 4, 0));
}

#[test]
fn metadata_wins_over_the_text_and_a_change_of_it_is_seen() {
    let fixture = Fixture::new(&[
        (
            "a.txt",
            "---\ntitle: Theo bài\npublisher: Sở\n---\nQuảng Ninh: báo cáo năm 2019",
        ),
        (
            "metadata.csv",
            "path,province,period,published,publisher,title,url\na.txt,ha-nam,2020,,,Theo bảng,\n",
        ),
    ]);
    settle();
    let (engine, report) = fixture.index();
    assert!(report.warnings.is_empty(), "{report:?}");
    let data = engine.report("a").unwrap().data;
    assert_eq!(
        (data.title.as_str(), data.publisher.as_deref()),
        ("Theo bảng", Some("Sở"))
    );
    assert_eq!(data.subjects().next(), Some("ha-nam"));
    assert_eq!(data.annotations.period.unwrap().period.to_string(), "2020");

    fixture.write(
        "metadata.csv",
        "path,province\na.txt,Atlantis\nb.txt,ha-nam\n",
    );
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.contains(":2: unknown province 'Atlantis'")),
        "{report:?}"
    );
    assert_eq!(engine.report("a").unwrap().data.title, "Theo bài");
}

#[cfg(unix)]
#[test]
fn links_back_and_hidden_files_are_passed_over() {
    let fixture = Fixture::new(&[
        ("a/b.txt", "Báo cáo"),
        (".hidden/c.txt", "x"),
        ("README.md", "x"),
        (".d.txt", "x"),
    ]);
    std::os::unix::fs::symlink(fixture.path("a"), fixture.path("a/loop")).unwrap();
    std::os::unix::fs::symlink(fixture.path("a/b.txt"), fixture.path("again.txt")).unwrap();
    let (engine, report) = fixture.index();
    assert_eq!(engine.len(), 1, "{report:?}");
    assert!(
        skipped(&report)
            .iter()
            .any(|(_, reason)| reason.starts_with("symbolic link back")),
        "{report:?}"
    );
}

#[test]
fn only_what_lies_below_the_given_paths_can_leave() {
    let fixture = Fixture::new(&[("x/a.txt", "Báo cáo một"), ("y/b.txt", "Báo cáo hai")]);
    let (engine, _) = fixture.index();
    fixture.remove("x/a.txt");
    fixture.remove("y/b.txt");
    fixture.write("x/c.txt", "Báo cáo ba");
    let report = engine
        .index(&IndexRequest::new([fixture.path("x")]))
        .unwrap();
    assert_eq!((report.new, report.removed, engine.len()), (1, 1, 2));
    assert!(engine.report("y/b").is_ok());
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_to_is_an_error() {
    let error = Engine::open_or_create("/proc/baocao").err().unwrap();
    assert!(
        matches!(
            error,
            Error::Io {
                action: "create",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn nearest_id_is_offered_for_one_that_is_not_there() {
    let fixture = Fixture::new(&[("ha-nam-2020.txt", "Báo cáo")]);
    let (engine, _) = fixture.index();
    let message = engine.report("ha-nam-2002").unwrap_err().to_string();
    assert!(message.contains("did you mean 'ha-nam-2020'"), "{message}");
    for name in [
        "ha-nam-2020.txt",
        fixture.path("ha-nam-2020.txt").to_str().unwrap(),
    ] {
        assert_eq!(engine.report(name).unwrap().data.id, "ha-nam-2020");
    }
}

#[test]
fn a_renamed_file_keeps_what_was_recognised_in_it() {
    let fixture = Fixture::new(&[("a.txt", "Báo cáo một"), ("b.txt", "Báo cáo hai")]);
    let (engine, _) = fixture.index();
    let before = engine.report("a").unwrap();
    std::fs::create_dir(fixture.path("2020")).unwrap();
    std::fs::rename(fixture.path("a.txt"), fixture.path("2020/c.txt")).unwrap();
    let (engine, report) = fixture.index();
    assert_eq!(
        (counts(&report), report.moved),
        ((0, 0, 1, 0), 1),
        "{report:?}"
    );
    let after = engine.report("2020/c").unwrap();
    assert!(after.data.path.ends_with("c.txt"));
    assert_eq!(
        (after.text, after.data.title),
        (before.text, before.data.title)
    );
    assert!(engine.report("a").is_err());
    assert_eq!(
        (engine.len(), counts(&fixture.index().1)),
        (2, (0, 0, 2, 0))
    );
}

#[test]
fn files_in_an_old_encoding_are_read_as_what_they_say() {
    let fixture = Fixture::new(&[("utf8.txt", "Báo cáo của tỉnh Quảng Ninh")]);
    // TCVN3 bytes, and the same taken for Latin-1 inside a JSON record.
    let old = "UBND t\u{d8}nh Qu\u{b6}ng Ninh h\u{e7} tr\u{ee} doanh nghi\u{d6}p";
    let bytes: Vec<u8> = old.chars().map(|c| c as u8).collect();
    fixture.write("abc.txt", bytes);
    fixture.write("c.ndjson", format!("{{\"id\":\"r\",\"body\":\"{old}\"}}\n"));
    let utf16: Vec<u8> = "\u{feff}Tỉnh Hà Nam"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fixture.write("wide.txt", utf16);
    let (engine, report) = fixture.index();
    assert_eq!((report.new, report.skipped.len()), (4, 0), "{report:?}");
    for id in ["abc", "r"] {
        let stored = engine.report(id).unwrap();
        assert_eq!(
            stored.text, "UBND tỉnh Quảng Ninh hỗ trợ doanh nghiệp",
            "{id}"
        );
        assert_eq!(stored.data.encoding.as_deref(), Some("tcvn3"), "{id}");
    }
    assert_eq!(engine.report("wide").unwrap().text, "Tỉnh Hà Nam");
    assert_eq!(engine.report("utf8").unwrap().data.encoding, None);
}
