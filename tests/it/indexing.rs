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
        ("x.pdf", "%PDF"),
    ]);
    fixture.write("binary.txt", b"\x7fELF\0\0\0\x01".as_slice());
    let (engine, report) = fixture.index();
    assert_eq!(engine.len(), 1);
    assert_eq!(
        skipped(&report),
        [
            ("binary.txt".into(), "binary, not text".into()),
            ("empty.txt".into(), "empty".into()),
            ("x.pdf".into(), "no reader for .pdf files".into()),
        ]
    );
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
