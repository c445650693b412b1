//! One report in every format.

use std::collections::BTreeMap;
use std::io::Write;

use crate::fixture::Fixture;

const PARAGRAPHS: [&str; 4] = [
    "Ban Quản lý Khu kinh tế tỉnh Quảng Ninh: kết quả thu hút đầu tư 6 tháng đầu năm 2020",
    "Trong 6 tháng đầu năm 2020, vốn FDI đăng ký mới vào các khu công nghiệp của tỉnh Quảng Ninh đạt 125,5 triệu USD, tăng 12% so với cùng kỳ năm trước.",
    "Thu ngân sách nhà nước trên địa bàn các khu công nghiệp ước đạt 3.250 tỷ đồng, bằng 52,3% kế hoạch năm.",
    "Các doanh nghiệp trong khu tuyển thêm 4.150 lao động và giữ vững sản xuất qua thời gian giãn cách.",
];

fn archive(members: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn html() -> String {
    let text: String = PARAGRAPHS[1..]
        .iter()
        .map(|p| format!("<p>{p}</p>\n"))
        .collect();
    format!(
        "<html><head><meta charset=utf-8><title>{title} | Cổng thông tin Mẫu</title></head><body>\
         <ul class=menu><li><a href=/>Trang chủ</a></li><li><a href=/b>Thu ngân sách 9.999 tỷ đồng</a></li></ul>\
         <div class=content><h1>{title}</h1>\n{text}<p>Chia sẻ</p></div>\
         <div class=footer>Bản quyền thuộc về cổng thông tin</div></body></html>",
        title = PARAGRAPHS[0]
    )
}

fn docx() -> Vec<u8> {
    let text: String = PARAGRAPHS
        .iter()
        .map(|p| {
            let (head, tail) = p.split_at(p.find(' ').unwrap());
            format!("<w:p><w:r><w:t>{head}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{tail}</w:t></w:r></w:p>")
        })
        .collect();
    archive(&[(
        "word/document.xml",
        format!(
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{text}</w:body></w:document>"
        ),
    )])
}

fn xlsx() -> Vec<u8> {
    let rows: String = (1..)
        .zip(PARAGRAPHS)
        .map(|(row, p)| {
            format!(
                "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{p}</t></is></c></row>"
            )
        })
        .collect();
    archive(&[
        ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Tổng hợp\" r:id=\"rId1\"/></sheets></workbook>".to_owned()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

/// One page; each letter a code of its own, named by a map to Unicode; lines of at most 80 letters.
fn pdf() -> Vec<u8> {
    let mut codes: BTreeMap<char, usize> = BTreeMap::new();
    for c in PARAGRAPHS.concat().chars() {
        let next = codes.len() + 1;
        codes.entry(c).or_insert(next);
    }
    let map: String = codes
        .iter()
        .map(|(c, code)| format!("<{code:04X}> <{:04X}>\n", u32::from(*c)))
        .collect();
    let map = format!("{} beginbfchar\n{map}endbfchar", codes.len());
    let mut content = "BT /F1 10 Tf 12 TL 50 800 Td ".to_owned();
    for paragraph in PARAGRAPHS {
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in paragraph.split(' ') {
            if line.chars().count() + word.chars().count() > 80 {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for line in lines {
            let hex: String = line.chars().map(|c| format!("{:04X}", codes[&c])).collect();
            content.push_str(&format!("<{hex}> Tj T* "));
        }
        content.push_str("0 -12 Td ");
    }
    content.push_str("ET");
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Mau /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Mau /DW 500 >>".to_owned(),
        stream(&map),
        stream(&content),
    ];
    let mut out = "%PDF-1.4\n".to_owned();
    for (number, object) in (1..).zip(objects) {
        out.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    out.push_str("trailer << /Root 1 0 R >>\n%%EOF");
    out.into_bytes()
}

#[test]
fn a_report_gives_the_same_title_and_figures_in_every_format() {
    let fixture = Fixture::new(&[("text.txt", &PARAGRAPHS.join("\n"))]);
    fixture.write("page.html", html());
    fixture.write("word.docx", docx());
    fixture.write("sheet.xlsx", xlsx());
    fixture.write("print.pdf", pdf());
    let (engine, report) = fixture.index();
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    let facts = |id: &str| {
        let stored = engine.report(id).unwrap();
        let figures: Vec<String> = stored
            .data
            .annotations
            .figures
            .iter()
            .map(|f| {
                format!(
                    "{} {} {} {:?} {:?} {:?}",
                    f.metric, f.value, f.unit, f.period, f.subject, f.yoy_pct
                )
            })
            .collect();
        (stored.data.title, figures)
    };
    let (title, figures) = facts("text");
    assert_eq!(title, PARAGRAPHS[0]);
    assert!(!figures.is_empty());
    for id in ["page", "word", "sheet", "print"] {
        assert_eq!(facts(id), (title.clone(), figures.clone()), "{id}");
    }
    let places = |id: &str| -> Vec<String> {
        let stored = engine.report(id).unwrap();
        let place = |figure: &baocao::model::Observation| {
            let path = stored.data.path_at(&stored.text, figure.span.start);
            path.rsplit('/').next().unwrap().to_owned()
        };
        stored.data.annotations.figures.iter().map(place).collect()
    };
    assert!(
        places("print")
            .iter()
            .all(|place| place == "print.pdf#page=1")
    );
    assert_eq!(places("sheet")[0], "sheet.xlsx#'Tổng hợp'!A2");
    assert_eq!(places("word")[0], "word.docx");
}

#[test]
fn hits_and_figures_name_their_page_and_cell() {
    let fixture = Fixture::new(&[]);
    fixture.write("print.pdf", pdf());
    let rows = [
        ["Chỉ tiêu", "Đơn vị", "Năm 2019", "Năm 2020"],
        ["Kim ngạch xuất khẩu", "triệu USD", "410", "455"],
        ["Thu ngân sách", "tỷ đồng", "3.100", "3.250"],
    ];
    let cells: String = (3..)
        .zip(rows)
        .map(|(row, cells)| {
            let cells: String = ["B", "C", "E", "F"]
                .iter()
                .zip(cells)
                .map(|(column, text)| {
                    format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                })
                .collect();
            format!("<row r=\"{row}\">{cells}</row>")
        })
        .collect();
    let title = "<row r=\"1\"><c r=\"B1\" t=\"inlineStr\"><is><t>Kinh tế tỉnh Hà Nam năm 2020</t></is></c></row>";
    fixture.write(
        "table.xlsx",
        archive(&[
            ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Biểu1\" r:id=\"rId1\"/></sheets></workbook>".to_owned()),
            ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{title}{cells}</sheetData></worksheet>")),
        ]),
    );
    let (engine, report) = fixture.index();
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    let search = |query: &str| {
        let found = engine
            .search(&baocao::query::SearchRequest {
                query: query.into(),
                ..Default::default()
            })
            .unwrap();
        let hit = found.hits.into_iter().next().unwrap();
        let places: Vec<String> = hit
            .figures
            .iter()
            .map(|figure| figure.path.rsplit('/').next().unwrap().to_owned())
            .collect();
        (hit.path, hit.location, places)
    };
    let (path, location, places) = search("lao động giãn cách");
    assert!(path.ends_with("print.pdf"), "{path}");
    assert_eq!(location.as_deref(), Some("page=1"));
    assert!(!places.is_empty() && places.iter().all(|p| p == "print.pdf#page=1"));
    let (path, location, places) = search("kim ngạch xuất khẩu Hà Nam 2020");
    assert!(path.ends_with("table.xlsx"), "{path}");
    assert_eq!(location.as_deref(), Some("Biểu1!B4"));
    assert!(
        places.contains(&"table.xlsx#Biểu1!F4".to_owned()),
        "{places:?}"
    );
}

#[test]
fn files_that_give_no_text_are_skipped_with_what_to_do() {
    let fixture = Fixture::new(&[("good.txt", "Báo cáo")]);
    let mut old = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    old.extend([0; 600]);
    old.extend("WordDocument".bytes().flat_map(|b| [b, 0]));
    fixture.write("old.doc", old);
    fixture.write("cut.docx", &docx()[..200]);
    let (engine, report) = fixture.index();
    assert_eq!(engine.len(), 1);
    let reasons: Vec<&str> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(
        reasons
            .iter()
            .any(|r| r.contains("soffice --headless --convert-to docx")),
        "{reasons:?}"
    );
}
