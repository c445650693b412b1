//! Which files of a folder are read: globs, `.baocaoignore`, hidden files, links.

use baocao::{Engine, Error, IndexReport, IndexRequest};

use crate::fixture::{Fixture, skipped};

/// Indexes with the request that `set` makes; gives the ids.
fn index(fixture: &Fixture, set: impl FnOnce(&mut IndexRequest)) -> (Vec<String>, IndexReport) {
    let mut request = IndexRequest::new([fixture.corpus()]);
    set(&mut request);
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let report = engine.index(&request).unwrap();
    let all = [
        "a",
        "b",
        "2020/a",
        "2020/b",
        "2020/sub/c",
        "2021/a",
        ".kin/d",
        ".e",
        "nháp",
    ];
    let ids = all
        .iter()
        .filter(|id| engine.report(id).is_ok_and(|report| report.data.id == **id))
        .map(|id| (*id).to_owned())
        .collect();
    (ids, report)
}

fn folder() -> Fixture {
    Fixture::new(&[
        ("a.txt", "Bản tin một"),
        ("b.md", "Bản tin hai"),
        ("2020/a.txt", "Bản tin ba"),
        ("2020/b.md", "Bản tin bốn"),
        ("2020/sub/c.txt", "Bản tin năm"),
        ("2021/a.txt", "Bản tin sáu"),
        (".kin/d.txt", "Bản tin bảy"),
        (".e.txt", "Bản tin tám"),
    ])
}

#[test]
fn globs_choose_and_what_they_leave_out_leaves() {
    let fixture = folder();
    assert_eq!(
        index(&fixture, |_| {}).0,
        ["a", "b", "2020/a", "2020/b", "2020/sub/c", "2021/a"]
    );
    let (ids, report) = index(&fixture, |request| request.include = vec!["*.txt".into()]);
    assert_eq!(ids, ["a", "2020/a", "2020/sub/c", "2021/a"]);
    assert_eq!(report.removed, 2);
    let chosen = |include: &[&str], exclude: &[&str]| {
        let strings = |globs: &[&str]| globs.iter().map(|g| (*g).to_owned()).collect();
        index(&fixture, |request| {
            request.include = strings(include);
            request.exclude = strings(exclude);
        })
        .0
    };
    assert_eq!(chosen(&["2020/"], &[]), ["2020/a", "2020/b", "2020/sub/c"]);
    assert_eq!(chosen(&["/*.txt", "2021/"], &[]), ["a", "2021/a"]);
    assert_eq!(chosen(&["*.txt"], &["2020/"]), ["a", "2021/a"]);
    assert_eq!(
        chosen(&[], &["*.txt", "!c.txt"]),
        ["b", "2020/b", "2020/sub/c"]
    );
    assert_eq!(
        chosen(&[], &["**/sub/**", "/b.*"]),
        ["a", "2020/a", "2020/b", "2021/a"]
    );
    assert_eq!(chosen(&["nichts"], &[]), [""; 0]);
}

#[test]
fn a_file_of_patterns_counts_for_its_folder_and_below() {
    let fixture = folder();
    fixture.write(".baocaoignore", "# bản nháp\n2021/\n*.md\n");
    fixture.write("2020/.baocaoignore", "!b.md\nsub\n");
    let (ids, report) = index(&fixture, |_| {});
    assert_eq!(ids, ["a", "2020/a", "2020/b"]);
    assert!(
        report.skipped.is_empty() && report.warnings.is_empty(),
        "{report:?}"
    );

    // So it does where only a folder below is given.
    let engine = Engine::open_or_create(fixture.path("../other")).unwrap();
    let request = IndexRequest::new([fixture.path("2020")]);
    assert_eq!(engine.index(&request).unwrap().new, 2);
    // A file that is given itself is read.
    let request = IndexRequest::new([fixture.path("2021/a.txt")]);
    assert_eq!(engine.index(&request).unwrap().new, 1);
}

#[test]
fn hidden_files_are_read_on_demand() {
    let fixture = folder();
    fixture.write(".baocaoignore", "/*.txt\n/20*\n!.e.txt\n");
    let (ids, report) = index(&fixture, |request| request.hidden = true);
    assert_eq!(ids, ["b", ".kin/d", ".e"]);
    assert!(report.skipped.is_empty(), "{report:?}");
    // A pattern that takes a file back does so for a hidden one, too.
    let (ids, _) = index(&fixture, |_| {});
    assert_eq!(ids, ["b", ".e"]);
}

#[test]
fn patterns_that_are_none_are_told() {
    let fixture = folder();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.exclude = vec!["a/**".into(), "{a".into()];
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    match engine.index(&request) {
        Err(Error::Glob { glob, .. }) => assert_eq!(glob, "{a"),
        other => panic!("{other:?}"),
    }
    fixture.write("2020/.baocaoignore", "sub\n{a\n");
    let (ids, report) = index(&fixture, |_| {});
    assert_eq!(ids, ["a", "b", "2020/a", "2020/b", "2021/a"]);
    assert_eq!(report.warnings.len(), 1, "{report:?}");
    assert!(
        report.warnings[0].contains(".baocaoignore: line 2"),
        "{:?}",
        report.warnings
    );
}

#[cfg(unix)]
#[test]
fn links_in_circles_end_and_what_they_lead_to_is_read_once() {
    use std::os::unix::fs::symlink;
    let fixture = folder();
    symlink(fixture.path("2020"), fixture.path("2021/back")).unwrap();
    symlink(fixture.path("2021"), fixture.path("2020/sub/forth")).unwrap();
    symlink(fixture.path("nowhere"), fixture.path("broken.txt")).unwrap();
    symlink(fixture.path("2020/a.txt"), fixture.path("nháp.txt")).unwrap();
    let (_, report) = index(&fixture, |_| {});
    assert_eq!(report.new, 6, "{report:?}");
    let reasons = skipped(&report);
    assert!(
        reasons.iter().any(|(name, _)| name == "broken.txt"),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .filter(|(_, reason)| reason.starts_with("symbolic link back to"))
            .count()
            >= 1,
        "{reasons:?}"
    );
}
