//! What a user can say about the reading of files: encodings, metrics of their own, a look ahead.

use baocao::{Change, Engine, Error, IndexRequest, NoProgress};

use crate::fixture::{Fixture, counts, skipped};

/// Long enough for a time of change to be trusted.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(150));
}

/// Index folder and all files in it with their times of change.
fn state(fixture: &Fixture) -> Vec<(String, std::time::SystemTime)> {
    let Ok(entries) = std::fs::read_dir(fixture.index_dir()) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let time = entry.metadata().unwrap().modified().unwrap();
            (entry.file_name().to_string_lossy().into_owned(), time)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_preview_says_what_a_run_would_do_and_writes_nothing() {
    let fixture = Fixture::new(&[
        ("a.txt", "Bản tin một"),
        ("b.txt", "Bản tin hai"),
        ("c.txt", "Bản tin ba"),
        ("d.ndjson", "{\"id\":\"r1\",\"body\":\"Tin ngắn\"}\n"),
    ]);
    let request = IndexRequest::new([fixture.corpus()]);
    let preview = || Engine::preview(fixture.index_dir(), &request, &NoProgress).unwrap();
    let before = preview();
    assert_eq!((counts(&before), before.reports), ((4, 0, 0, 0), 4));
    assert!(!fixture.index_dir().exists());

    settle();
    fixture.index();
    fixture.write("a.txt", "Bản tin một, sửa");
    std::fs::rename(fixture.path("b.txt"), fixture.path("sub.txt")).unwrap();
    fixture.remove("d.ndjson");
    fixture.write("e.txt", "Bản tin năm");
    fixture.write("f.txt", b"\0\0\x01".as_slice());
    let stood = state(&fixture);
    let ahead = preview();
    assert_eq!(state(&fixture), stood);
    let planned: Vec<(String, Change)> = ahead
        .planned
        .iter()
        .map(|p| (p.path.rsplit('/').next().unwrap().to_owned(), p.change))
        .collect();
    assert_eq!(
        planned,
        [
            ("a.txt".into(), Change::Changed),
            ("d.ndjson#r1".into(), Change::Removed),
            ("e.txt".into(), Change::New),
            ("sub.txt".into(), Change::Moved),
        ]
    );
    let (_, done) = fixture.index();
    assert_eq!(counts(&ahead), counts(&done));
    assert_eq!(ahead.moved, done.moved);
    assert_eq!(ahead.reports, done.reports);
    assert_eq!(skipped(&ahead), skipped(&done));
    assert!(done.planned.is_empty());
}

#[test]
fn a_forced_encoding_wins_over_detection() {
    // Too little text for detection: TCVN3 for "đường mới".
    let fixture = Fixture::new(&[]);
    fixture.write("a.txt", b"\xae\xad\xeang m\xedi".as_slice());
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.encoding = Some("abc".parse().unwrap());
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    engine.index(&request).unwrap();
    let report = engine.report("a").unwrap();
    assert_eq!(report.text, "đường mới");
    assert_eq!(report.data.encoding.as_deref(), Some("tcvn3"));
    // The same again changes nothing; another encoding reads anew.
    settle();
    assert_eq!(counts(&engine.index(&request).unwrap()), (0, 0, 1, 0));
    request.encoding = Some("windows-1252".parse().unwrap());
    assert_eq!(counts(&engine.index(&request).unwrap()), (0, 1, 0, 0));
}

const WATER: &str = "[[metric]]\ncode = 'water'\nvi = 'Nước'\nen = 'Water'\n\n[[metric]]\ncode = 'water.supplied'\n\
    vi = 'Tỷ lệ dùng nước sạch'\nen = 'Clean water'\nunits = ['percent']\ncues = ['tỷ lệ dân dùng nước sạch']\n";

#[test]
fn a_users_metrics_are_recognised_kept_and_asked_for() {
    let fixture = Fixture::new(&[(
        "a.txt",
        "Báo cáo năm 2021 của tỉnh Hà Nam\n\nNăm 2021, tỷ lệ dân dùng nước sạch đạt 91,5%.",
    )]);
    settle();
    let (engine, _) = fixture.index();
    let supplied = |engine: &Engine| {
        let report = engine.report("a").unwrap();
        let figures = &report.data.annotations.figures;
        figures.iter().any(|f| f.metric == "water.supplied")
    };
    let by_metric = |engine: &Engine| {
        let mut request = baocao::query::SearchRequest::default();
        request.filters.metric = vec!["Ty le dung nuoc sach".into()];
        engine.search(&request)
    };
    assert!(!supplied(&engine));
    assert!(by_metric(&engine).is_err());

    let table = fixture.path("../metrics.toml");
    std::fs::write(&table, WATER).unwrap();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.taxonomy = Some(table.clone());
    let report = engine.index(&request).unwrap();
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert!(supplied(&engine));
    assert_eq!(by_metric(&engine).unwrap().total, 1);

    // A later run of another process, without the file, goes by the table too.
    drop(engine);
    fixture.write("b.txt", "Năm 2022, tỷ lệ dân dùng nước sạch đạt 93%.");
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (1, 0, 1, 0));
    assert_eq!(by_metric(&engine).unwrap().total, 2);

    std::fs::write(&table, "[[metric]]\ncode = 'a'\ncolour = 'x'\n").unwrap();
    let error = engine.index(&request).unwrap_err();
    assert!(matches!(&error, Error::Table { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("metrics.toml: line 3: unknown field"),
        "{error}"
    );
    assert_eq!(engine.len(), 2);
}

#[test]
fn a_users_names_of_places_are_read_and_kept() {
    let fixture = Fixture::new(&[(
        "a.txt",
        "Xứ Lạng thu ngân sách vượt dự toán\n\nNăm 2016, tổng thu ngân sách đạt 310 tỷ đồng.",
    )]);
    let (engine, _) = fixture.index();
    let by_name = |engine: &Engine| {
        let mut request = baocao::query::SearchRequest::default();
        request.filters.province = vec!["xu lang".into()];
        engine.search(&request).map(|r| r.total)
    };
    assert!(by_name(&engine).is_err());

    let table = fixture.path("../places.tsv");
    std::fs::write(&table, "# ours\nXứ Lạng\tname\tlang-son\n").unwrap();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.gazetteer = Some(table.clone());
    let report = engine.index(&request).unwrap();
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(by_name(&engine).unwrap(), 1);

    // A later run of another process, without the file, goes by the table too; so do words of a query.
    drop(engine);
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (0, 0, 1, 0));
    let words = baocao::query::SearchRequest {
        query: "thu ngan sach xu lang".into(),
        ..Default::default()
    };
    let response = engine.search(&words).unwrap();
    assert_eq!(response.interpretation.provinces, ["lang-son"]);

    std::fs::write(&table, "Xứ Lạng\tname\tlang-sen\n").unwrap();
    let error = engine.index(&request).unwrap_err();
    assert!(matches!(&error, Error::Table { .. }), "{error}");
    assert!(
        error.to_string().contains(
            "places.tsv: line 1: no place is called 'lang-sen'; did you mean 'lang-son'?"
        ),
        "{error}"
    );
    assert_eq!(engine.len(), 1);
}
