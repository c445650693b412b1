//! Files that mean harm: each is skipped with a reason or read for what it says, in bounded time, and the run goes on.

use std::io::Write;
use std::time::{Duration, Instant};

use baocao::query::SearchRequest;
use baocao::{Engine, IndexReport};

use crate::fixture::{Fixture, skipped};

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>")
}

const PARAGRAPH: &str = "<w:p><w:r><w:t>Vụ lúa được mùa</w:t></w:r></w:p>";

/// Indexes beside a good report, which must be there afterwards, within a minute and a half even in an unoptimised build.
fn index(fixture: &Fixture) -> (Engine, IndexReport) {
    fixture.write("good.txt", "Bản tin lành");
    let started = Instant::now();
    let (engine, report) = fixture.index();
    assert!(
        started.elapsed() < Duration::from_secs(90),
        "{:?}",
        started.elapsed()
    );
    assert!(engine.report("good").is_ok());
    assert!(engine.verify().unwrap().problems.is_empty());
    (engine, report)
}

fn reason(report: &IndexReport, name: &str) -> String {
    let found = skipped(report).into_iter().find(|(path, _)| path == name);
    found
        .unwrap_or_else(|| panic!("{name} was not skipped: {report:?}"))
        .1
}

#[test]
fn zip_bombs_are_refused() {
    let fixture = Fixture::new(&[]);
    let mut bomb = document(PARAGRAPH).into_bytes();
    bomb.resize(48 << 20, b' ');
    fixture.write("bomb.docx", archive(&[("word/document.xml", &bomb)]));
    let book: &[u8] =
        b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" r:id=\"rId1\"/></sheets></workbook>";
    let mut sheet = b"<worksheet><sheetData>".to_vec();
    sheet.resize(48 << 20, b' ');
    fixture.write(
        "bomb.xlsx",
        archive(&[
            ("xl/workbook.xml", book),
            ("xl/worksheets/sheet1.xml", &sheet),
        ]),
    );
    let (_, report) = index(&fixture);
    for name in ["bomb.docx", "bomb.xlsx"] {
        let reason = reason(&report, name);
        assert!(
            reason.contains("ratio of unpacked to packed size exceeds the limit"),
            "{reason}"
        );
    }
}

#[test]
fn deep_nesting_ends() {
    let fixture = Fixture::new(&[]);
    let depth = 50_000;
    fixture.write(
        "deep.html",
        format!(
            "<html><body>{}Vụ lúa được mùa lớn trong năm nay",
            "<div>".repeat(depth)
        ),
    );
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    fixture.write(
        "deep.ndjson",
        format!(
            "{{\"id\":{open}1{close},\"body\":\"x\"}}\n{{\"id\":\"r\",\"body\":\"Bản tin\"}}\n"
        ),
    );
    fixture.write(
        "deep.docx",
        archive(&[(
            "word/document.xml",
            document(&"<w:p>".repeat(depth)).as_bytes(),
        )]),
    );
    fixture.write("deep.rtf", format!("{{\\rtf1 {}x", "{".repeat(depth)));
    let (engine, report) = index(&fixture);
    // Pages are flattened, as browsers do it; the text stays.
    assert!(
        engine
            .report("deep")
            .is_ok_and(|deep| deep.text.contains("được mùa"))
    );
    assert!(engine.report("r").is_ok());
    assert!(reason(&report, "deep.ndjson:1").contains("no JSON record"));
    for name in ["deep.docx", "deep.rtf"] {
        reason(&report, name);
    }
}

#[test]
fn a_pdf_that_leads_in_circles_ends() {
    let fixture = Fixture::new(&[]);
    fixture.write(
        "loop.pdf",
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << /XObject << /A 4 0 R >> >> /Contents 4 0 R >>\nendobj\n\
         4 0 obj\n<< /Type /XObject /Subtype /Form /Length 11 /Resources << /XObject << /A 4 0 R >> >> >>\nstream\n/A Do /A Do\nendstream\nendobj\ntrailer << /Root 1 0 R >>",
    );
    fixture.write("xref.pdf", "%PDF-1.4\nxref\n0 4294967295\n0000000000 65535 f\ntrailer << /Root 9 0 R /Prev 9 >>\nstartxref\n9\n%%EOF");
    let (_, report) = index(&fixture);
    for name in ["loop.pdf", "xref.pdf"] {
        reason(&report, name);
    }
}

#[test]
fn lines_without_end_are_bounded() {
    let fixture = Fixture::new(&[]);
    // A gigabyte and a quarter of one; a file of holes, which takes no room on the disk.
    for (name, size) in [("line.txt", 1_u64 << 30), ("line.ndjson", 256 << 20)] {
        fixture.write(name, "x");
        let file = std::fs::File::options()
            .write(true)
            .open(fixture.path(name))
            .unwrap();
        file.set_len(size).unwrap();
    }
    fixture.write("long.txt", "lúa".repeat(1_000_000));
    let (engine, report) = index(&fixture);
    assert_eq!(
        reason(&report, "line.txt"),
        "larger than the limit of 64 MB"
    );
    assert_eq!(
        reason(&report, "line.ndjson:1"),
        "longer than the limit of 64 MB"
    );
    assert_eq!(engine.report("long").unwrap().text.len(), 4_000_000);
}

#[test]
fn many_figures_in_one_line_take_linear_time() {
    let fixture = Fixture::new(&[]);
    let sentence = "Thu ngân sách năm 2021 đạt 3.100 tỷ đồng, bằng 62% kế hoạch; kế hoạch 2022 là 5.000 tỷ đồng; ";
    fixture.write("many.txt", sentence.repeat(20_000));
    let (engine, report) = index(&fixture);
    assert!(report.skipped.is_empty(), "{report:?}");
    let stored = engine.report("many").unwrap();
    assert!(stored.data.annotations.figures.len() > 10_000);
}

#[test]
fn nul_bytes_and_halves_of_letters_are_no_text() {
    let fixture = Fixture::new(&[]);
    fixture.write("nul.txt", b"Ban tin\0\0\0 hong".as_slice());
    fixture.write("nul.html", b"<html><body><p>V\xe1\xbb\xa5 l\xc3\xbaa \0\0 \xc4\x91\xc6\xb0\xe1\xbb\xa3c m\xc3\xb9a</p>".as_slice());
    fixture.write(
        "half.ndjson",
        b"{\"id\":\"a\",\"body\":\"x\\ud800y\"}\n{\"id\":\"b\",\"body\":\"x\\udc00\"}\n{\"id\":\"c\",\"body\":\"\0\"}\n{\"id\":\"d\\u0000\",\"body\":\"Tin \\u0000 \\u001b[31m\"}\n".as_slice(),
    );
    let (engine, report) = index(&fixture);
    assert_eq!(reason(&report, "nul.txt"), "binary, not text");
    for line in 1..=3 {
        assert!(reason(&report, &format!("half.ndjson:{line}")).contains("no JSON record"));
    }
    assert!(engine.report("d\0").is_ok());
    if let Ok(page) = engine.report("nul") {
        assert!(
            !page.text.contains('\0') && page.text.contains("được mùa"),
            "{}",
            page.text
        );
    }
}

#[test]
fn names_of_members_lead_nowhere() {
    let fixture = Fixture::new(&[]);
    let text = document(PARAGRAPH);
    fixture.write(
        "tricks.docx",
        archive(&[
            ("../../escaped.txt", b"x"),
            ("/absolute.txt", b"x"),
            ("word/../../../up.xml", b"x"),
            ("C:\\windows.txt", b"x"),
            ("word/document.xml", text.as_bytes()),
        ]),
    );
    let relations: &[u8] = b"<Relationships><Relationship Id=\"rId1\" Target=\"../../../../etc/passwd\"/></Relationships>";
    let book: &[u8] =
        b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" r:id=\"rId1\"/></sheets></workbook>";
    fixture.write(
        "tricks.xlsx",
        archive(&[
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", relations),
        ]),
    );
    let (engine, report) = index(&fixture);
    assert_eq!(
        engine.report("tricks").unwrap().text.trim(),
        "Vụ lúa được mùa"
    );
    reason(&report, "tricks.xlsx");
    let mut names: Vec<String> = std::fs::read_dir(fixture.corpus())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["good.txt", "tricks.docx", "tricks.xlsx"]);
    assert!(
        !fixture.path("../escaped.txt").exists() && !fixture.path("../../escaped.txt").exists()
    );
}

#[test]
fn entities_do_not_swell() {
    let fixture = Fixture::new(&[]);
    let mut laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY l0 \"ha ha ha ha ha ha ha ha ha ha\">"
            .to_owned();
    for i in 1..12 {
        laughs.push_str(&format!(
            "<!ENTITY l{i} \"{}\">",
            format!("&l{};", i - 1).repeat(10)
        ));
    }
    laughs.push_str("<!ENTITY f SYSTEM \"file:///etc/passwd\">]>");
    let body = format!("<w:p><w:r><w:t>&l11;&f;</w:t></w:r></w:p>{PARAGRAPH}");
    let text = document(&body).replace("<?xml version=\"1.0\"?>", &laughs);
    fixture.write(
        "laughs.docx",
        archive(&[("word/document.xml", text.as_bytes())]),
    );
    fixture.write(
        "laughs.html",
        format!(
            "{}<html><body><p>&l11;&f; Vụ lúa được mùa lớn trong năm nay",
            &laughs[21..]
        ),
    );
    let (engine, _) = index(&fixture);
    for id in ["laughs", "laughs.docx", "laughs.html"] {
        if let Ok(report) = engine.report(id) {
            assert!(
                report.text.len() < 5_000 && !report.text.contains("root:"),
                "{id}"
            );
        }
    }
}

#[test]
fn scripts_are_neither_run_nor_text() {
    let fixture = Fixture::new(&[]);
    fixture.write(
        "page.html",
        "<html><head><title>Tin <script>x</title><script>document.write('độc một')</script></head><body onload=\"độc hai\">\
         <p onclick='độc ba'>Vụ lúa được mùa &lt;script&gt;alert(1)&lt;/script&gt; trong toàn tỉnh năm nay</p>\
         <img src=x onerror='độc bốn'><iframe srcdoc='<p>độc năm</p>'></iframe><style>p{content:'độc sáu'}</style>\
         <a href='javascript:độc bảy'>liên kết</a><noscript>độc tám</noscript></body></html>",
    );
    let (engine, _) = index(&fixture);
    let page = engine.report("page").unwrap();
    assert!(!page.text.contains("độc"), "{}", page.text);
    assert!(
        page.text.contains("<script>alert(1)</script>"),
        "{}",
        page.text
    );
    let found = engine
        .search(&SearchRequest {
            query: "được mùa".into(),
            ..SearchRequest::default()
        })
        .unwrap();
    assert_eq!(found.total, 1);
}

#[cfg(all(unix, feature = "cli"))]
#[test]
fn nothing_steers_a_terminal() {
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;
    let evil = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{8}";
    let fixture = Fixture::new(&[]);
    for name in [
        format!("tên\nxuống dòng {evil}.txt"),
        format!("skipped {evil}.png"),
        "-rf.txt".to_owned(),
        "a\tb\r.txt".to_owned(),
    ] {
        fixture.write(&name, format!("Vụ lúa {evil} được mùa tại tỉnh Hà Nam năm 2020, thu ngân sách đạt 3.100 {evil} tỷ đồng"));
    }
    let strange = fixture
        .corpus()
        .join(std::ffi::OsStr::from_bytes(b"\xff\xfe.txt"));
    std::fs::write(strange, "Vụ lúa được mùa").unwrap();
    fixture.write("r.ndjson", format!("{}\n", serde_json::json!({"id": evil, "title": format!("Tin {evil}"), "publisher": evil, "body": format!("Lúa được mùa {evil}")})));
    fixture.write(
        "table.csv",
        format!("id,text\n\"{evil}2\",\"được mùa\n{evil}\"\n"),
    );
    fixture.write(
        "page.html",
        format!("<title>Tin {evil}</title><p>Vụ lúa được mùa {evil} trong toàn tỉnh năm nay</p>"),
    );
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_baocao"))
            .args(args)
            .arg("--index")
            .arg(fixture.index_dir())
            .output()
            .unwrap();
        assert_ne!(
            output.status.code(),
            Some(2),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let steers = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            let bad = text.chars().find(|c| steers(*c));
            assert!(bad.is_none(), "{args:?}: {bad:?} in {text:?}");
        }
        String::from_utf8(output.stdout).unwrap()
    };
    let corpus = fixture.corpus();
    let corpus = corpus.to_str().unwrap();
    run(&["index", "--dry-run", corpus]);
    let said = run(&["index", corpus]);
    assert!(said.starts_with("6 new"), "{said}");
    let found = run(&["search", "được mùa", "--facets", "--explain"]);
    assert!(found.contains("xuống dòng"), "{found}");
    run(&["search", "được mùa", "--format", "json"]);
    run(&["search", "được mùa", "--format", "ndjson"]);
    run(&["figures"]);
    run(&["figures", "--format", "ndjson"]);
    run(&["figures", "--pivot", "report,metric"]);
    run(&["show", "page", "--explain"]);
    run(&["show", evil]);
    run(&["facets"]);
    run(&["similar", "page"]);
    run(&["check"]);
    run(&["verify"]);
    run(&["suggest", "đ"]);
}
