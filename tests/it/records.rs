//! Files of many reports: NDJSON and CSV, packed or not; and encodings that a user names.

use std::io::Write;

use baocao::{Engine, IndexRequest};

use crate::fixture::{Fixture, counts, skipped};

fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(150));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

const TABLE: &str = "Mã;Tiêu đề;Tỉnh;Kỳ;Nội dung\n\
    k1;Tin một;Hà Nam;2020-Q1;\"Tỉnh đón 1.200 khách;\nđông hơn năm trước\"\n\
    ;;;;\n\
    k2;Tin hai;Nam Định;;Tỉnh đón 900 khách\n\
    k3;Tin ba;;;\n";

#[test]
fn rows_of_a_table_with_a_column_of_texts_are_reports() {
    let fixture = Fixture::new(&[("tin.csv", TABLE)]);
    settle();
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (2, 0, 0, 0), "{report:?}");
    assert_eq!(
        skipped(&report),
        [("tin.csv:6".into(), "no text in its column".into())]
    );
    let one = engine.report("k1").unwrap();
    assert_eq!(one.text, "Tỉnh đón 1.200 khách;\nđông hơn năm trước");
    assert_eq!(one.data.title, "Tin một");
    assert_eq!(one.data.subjects().collect::<Vec<_>>(), ["ha-nam"]);
    assert_eq!(
        one.data.annotations.period.unwrap().period.to_string(),
        "2020-Q1"
    );
    assert!(one.data.path.ends_with("tin.csv#k1"), "{}", one.data.path);
    assert_eq!(counts(&fixture.index().1), (0, 0, 2, 0));

    fixture.write("tin.csv", TABLE.replace("900", "950"));
    assert_eq!(counts(&fixture.index().1), (0, 1, 1, 0));
    // The same rows under another header say something else.
    fixture.write(
        "tin.csv",
        TABLE.replace("950", "900").replace("Tỉnh;Kỳ", "Nguồn;Kỳ"),
    );
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (0, 2, 0, 0));
    assert_eq!(
        engine.report("k1").unwrap().data.publisher.as_deref(),
        Some("Hà Nam")
    );
}

#[test]
fn a_table_without_such_a_column_is_one_report() {
    let table = "Chỉ tiêu,Năm 2019,Năm 2020\nXuất khẩu (triệu USD),410,\"455,5\"\n";
    let fixture = Fixture::new(&[("bang.csv", table), ("tin.csv", TABLE)]);
    settle();
    let (engine, report) = fixture.index();
    assert_eq!(report.new, 3, "{report:?}");
    let stored = engine.report("bang").unwrap();
    assert_eq!(
        stored.text,
        "Chỉ tiêu | Năm 2019 | Năm 2020\nXuất khẩu (triệu USD) | 410 | 455,5\n"
    );
    assert!(stored.data.path.ends_with("bang.csv"));
    assert_eq!(counts(&fixture.index().1), (0, 0, 3, 0));

    // What was records becomes a table, and the other way round.
    fixture.write("tin.csv", table);
    fixture.write("bang.csv", TABLE.replace("k1", "k8").replace("k2", "k9"));
    let (engine, report) = fixture.index();
    assert_eq!(
        (engine.len(), report.new, report.removed),
        (3, 3, 3),
        "{report:?}"
    );
    for id in ["tin", "k8", "k9"] {
        assert!(engine.report(id).is_ok(), "{id}");
    }
    assert_eq!(counts(&fixture.index().1), (0, 0, 3, 0));
    assert!(engine.verify().unwrap().problems.is_empty());
}

#[test]
fn packed_records_are_records() {
    let fixture = Fixture::new(&[]);
    let lines = "{\"id\":\"r1\",\"body\":\"Bản tin một\"}\n{\"id\":\"r2\",\"body\":\"Bản tin hai\"}\nhỏng\n";
    fixture.write("tin.ndjson.gz", gzip(lines.as_bytes()));
    fixture.write("bang.csv.gz", gzip(TABLE.as_bytes()));
    fixture.write(
        "trang.md.gz",
        gzip("---\ntitle: Tên riêng\n---\nBản tin ba".as_bytes()),
    );
    // What is in it counts, not what it is called.
    fixture.write("khac.gz", gzip(b"{\"id\":\"r3\",\"body\":\"x\"}\n"));
    fixture.write("nham.ndjson", gzip(b"{\"id\":\"r4\",\"body\":\"y\"}\n"));
    settle();
    let (engine, report) = fixture.index();
    assert_eq!(report.new, 7, "{report:?}");
    for (id, path) in [
        ("r1", "tin.ndjson.gz#r1"),
        ("k2", "bang.csv.gz#k2"),
        ("trang.md", "trang.md.gz"),
        ("r3", "khac.gz#r3"),
        ("r4", "nham.ndjson#r4"),
    ] {
        let stored = engine.report(id).unwrap();
        assert!(stored.data.path.ends_with(path), "{}", stored.data.path);
    }
    assert_eq!(engine.report("trang.md").unwrap().data.title, "Tên riêng");
    let places: Vec<String> = skipped(&report).into_iter().map(|(name, _)| name).collect();
    assert_eq!(places, ["bang.csv.gz:6", "tin.ndjson.gz:3"]);
    assert_eq!(counts(&fixture.index().1), (0, 0, 7, 0));
}

#[test]
fn no_record_of_a_long_file_is_lost() {
    let fixture = Fixture::new(&[]);
    let text = "Vụ lúa này được mùa, nông dân phấn khởi ".repeat(20);
    let lines: String = (0..400)
        .map(|i| format!("{{\"id\":\"l{i}\",\"body\":\"{text}{i}\"}}\n"))
        .collect();
    let rows: String = (0..400).map(|i| format!("t{i},\"{text}{i}\"\n")).collect();
    let table = format!("id,text\n{rows}");
    assert!(lines.len() > 5 * (64 << 10) && table.len() > 5 * (64 << 10));
    fixture.write("l.ndjson", &lines);
    fixture.write("t.csv", &table);
    let (engine, report) = fixture.index();
    assert_eq!(counts(&report), (800, 0, 0, 0), "{:?}", report.skipped);
    assert!(report.skipped.is_empty());
    for id in (0..400).flat_map(|i| [format!("l{i}"), format!("t{i}")]) {
        let stored = engine.report(&id).unwrap();
        assert_eq!(stored.text, format!("{text}{}", &id[1..]), "{id}");
    }
}

#[test]
fn a_packed_bomb_of_records_is_cut_off() {
    let fixture = Fixture::new(&[("tot.txt", "Bản tin")]);
    let mut bomb = b"{\"id\":\"r1\",\"body\":\"Tin\"}\n".to_vec();
    bomb.resize(40 << 20, b' ');
    fixture.write("bom.ndjson.gz", gzip(&bomb));
    let (engine, report) = fixture.index();
    assert!(engine.report("tot").is_ok() && engine.report("r1").is_ok());
    let reasons = skipped(&report);
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(
        reasons[0].1.contains("ratio of unpacked to packed size"),
        "{reasons:?}"
    );
}

#[test]
fn a_row_without_an_end_is_cut_off() {
    let fixture = Fixture::new(&[]);
    let mut table = "id,text\n1,Tin một\n2,\"Tin hai ".to_owned();
    table.push_str(&"không hết ".repeat(300_000));
    fixture.write("a.csv", table);
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.max_file_bytes = 1 << 20;
    let report = engine.index(&request).unwrap();
    assert_eq!(report.new, 1, "{report:?}");
    assert!(
        report.skipped[0]
            .reason
            .contains("longer than the limit of 1 MB"),
        "{report:?}"
    );
}

#[test]
fn tables_in_old_encodings_are_read() {
    let fixture = Fixture::new(&[]);
    let wide: Vec<u8> = format!(
        "\u{feff}{}",
        TABLE
            .replace(';', "\t")
            .replace("1.200 khách\t", "1.200 khách,")
    )
    .encode_utf16()
    .flat_map(u16::to_le_bytes)
    .collect();
    fixture.write("rong.csv", wide);
    let (engine, report) = fixture.index();
    assert_eq!(report.new, 2, "{report:?}");
    assert_eq!(engine.report("k2").unwrap().text, "Tỉnh đón 900 khách");
}

/// "đường mới" in TCVN3, too little for detection.
const ROAD: &[u8] = b"\xae\xad\xeang m\xedi";

#[test]
fn a_forced_encoding_reaches_every_kind_of_text() {
    let fixture = Fixture::new(&[]);
    let with = |before: &str, after: &str| {
        let mut bytes = before.as_bytes().to_vec();
        bytes.extend_from_slice(ROAD);
        bytes.extend_from_slice(after.as_bytes());
        bytes
    };
    fixture.write("t.txt", ROAD);
    fixture.write("g.txt.gz", gzip(ROAD));
    fixture.write(
        "p.html",
        with(
            "<html><head><meta charset=utf-8></head><body><p>",
            "</p></body></html>",
        ),
    );
    fixture.write(
        "pg.html.gz",
        gzip(&with("<html><body><p>", "</p></body></html>")),
    );
    let head = "From: a@b.vn\r\nSubject: x\r\nDate: Wed, 15 Jul 2020 08:30:00 +0700\r\nMIME-Version: 1.0\r\n";
    fixture.write(
        "m.eml",
        with(&format!("{head}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), "\r\n"),
    );
    fixture.write(
        "q.eml",
        format!("{head}Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=AE=AD=EAng m=EDi</p>\r\n"),
    );
    fixture.write("c.csv", with("id,text\nr1,", "\n"));
    fixture.write("n.ndjson", with("{\"id\":\"r2\",\"body\":\"", "\"}\n"));
    let mut request = IndexRequest::new([fixture.corpus()]);
    request.encoding = Some("tcvn3".parse().unwrap());
    let engine = Engine::open_or_create(fixture.index_dir()).unwrap();
    let report = engine.index(&request).unwrap();
    assert!(report.skipped.is_empty(), "{report:?}");
    for id in ["t", "g.txt", "p", "pg.html", "m", "q", "r1", "r2"] {
        let stored = engine.report(id).unwrap();
        assert!(stored.text.contains("đường mới"), "{id}: {}", stored.text);
    }
}

#[test]
fn the_record_that_answers_is_not_taken_for_one_whose_id_begins_its_own() {
    let record = |id: &str, paper: &str, value: &str| {
        let title = format!("{paper}Xuất khẩu cả nước năm 2031");
        let body = format!("Năm 2031, kim ngạch xuất khẩu của cả nước đạt {value} tỷ USD.");
        format!("{{\"id\":\"{id}\",\"title\":\"{title}\",\"body\":\"{body}\"}}\n")
    };
    let records = record("1", "", "410") + &record("12", "Bản tin Sao Mai: ", "412");
    let fixture = Fixture::new(&[("tin.ndjson", &records)]);
    settle();
    let (engine, _) = fixture.index();
    let found = crate::search::ask(&engine, "xuất khẩu năm 2031 theo Sao Mai");
    let answer = found.answer.expect("what the second record states");
    assert!(answer.path.ends_with("tin.ndjson#12"), "{}", answer.path);
}
