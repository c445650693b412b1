//! Office files made by hand: what is read, and what is refused.

use std::io::{Cursor, Write};

use super::super::{ExtractError, Extracted, Format, Limits, Result, detect, extract};

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let mut options = zip::write::SimpleFileOptions::default();
        if *name == "mimetype" {
            // OpenDocument wants it as it is, so that it can be read without unpacking.
            options = options.compression_method(zip::CompressionMethod::Stored);
        }
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(members: &[(&str, &str)]) -> Result<Extracted> {
    let bytes = archive(members);
    extract(&bytes, detect(&bytes, "x"), &Limits::default())
}

fn word(body: &str) -> Result<Extracted> {
    read(&[(
        "word/document.xml",
        &format!("<w:document><w:body>{body}</w:body></w:document>"),
    )])
}

fn workbook(sheet: &str) -> Result<Extracted> {
    read(&[
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='Biểu 1' r:id='r1'/><sheet name='x' state='hidden' r:id='r2'/></sheets></workbook>",
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Chỉ tiêu</t></si><si><r><t>Tỷ </t></r><r><t>trọng</t></r></si></sst>",
        ),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='0.0\" tỷ đồng\"'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='10'/><xf numFmtId='170'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet>{sheet}</worksheet>"),
        ),
        (
            "xl/worksheets/sheet2.xml",
            "<worksheet><sheetData><row><c t='str'><v>ẩn</v></c></row></sheetData></worksheet>",
        ),
    ])
}

#[test]
fn word_paragraphs_headings_tables_and_tracked_changes() {
    let read = read(&[
        ("word/styles.xml", "<w:styles><w:style w:styleId='u1'><w:name w:val='heading 2'/></w:style></w:styles>"),
        (
            "word/document.xml",
            "<w:document><w:body><w:p><w:pPr><w:pStyle w:val='u1'/></w:pPr><w:r><w:t>Kết quả</w:t></w:r></w:p>\
             <w:p><w:r><w:t xml:space='preserve'>Thu </w:t></w:r><w:del><w:r><w:delText>chi</w:delText></w:r></w:del><w:ins><w:r><w:t>ngân sách</w:t></w:r></w:ins></w:p>\
             <w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p><w:r><w:t>Chỉ tiêu</w:t></w:r></w:p></w:tc>\
             <w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>Vốn</w:t></w:r></w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>FDI</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>DDI</w:t></w:r></w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:p><w:r><w:t>Quý I</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1,5</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
             <w:p><w:r><w:t>Hết</w:t></w:r></w:p></w:body></w:document>",
        ),
        ("docProps/core.xml", "<c><dc:title>Báo cáo kết quả quý I</dc:title><dcterms:modified>2021-04-02T01:02:03Z</dcterms:modified></c>"),
    ])
    .unwrap();
    assert_eq!(
        read.text,
        "## Kết quả\nThu ngân sách\nChỉ tiêu | Vốn FDI | Vốn DDI\nQuý I | 1,5 | 2\nHết\n"
    );
    assert_eq!(read.title.as_deref(), Some("Báo cáo kết quả quý I"));
    assert_eq!(read.published.as_deref(), Some("2021-04-02"));
}

#[test]
fn a_sheet_shows_what_its_cells_show() {
    let read = workbook(
        "<sheetData><row r='1'><c r='A1' t='str'><v>Kết quả thực hiện kế hoạch</v></c></row>\
         <row r='3'><c r='A3' t='s'><v>0</v></c><c r='B3' t='s'><v>1</v></c><c r='D3' t='inlineStr'><is><t>Ngày</t></is></c></row>\
         <row r='4'><c r='A4' t='str'><v>Vốn</v></c><c r='B4' s='1'><v>8.5199999999999998E-2</v></c><c r='D4' s='3'><v>43831</v></c></row>\
         <row r='5'><c r='A5' t='str'><v>Thu</v></c><c r='B5' s='2'><f>1+1</f><v>12064.5</v></c><c r='D5' t='e'><v>#DIV/0!</v></c></row></sheetData>",
    )
    .unwrap();
    assert_eq!(
        read.text,
        "Kết quả thực hiện kế hoạch\n\nChỉ tiêu | Tỷ trọng | Ngày\nVốn | 8,52% | 01/01/2020\nThu | 12064,5 tỷ đồng |\n"
    );
    assert_eq!(read.title.as_deref(), Some("Kết quả thực hiện kế hoạch"));
    assert_eq!(
        read.part_at(5)
            .map(|part| part.label.to_string())
            .as_deref(),
        Some("'Biểu 1'!A1")
    );
    let rows: Vec<String> = read
        .parts
        .iter()
        .map(|part| part.label.to_string())
        .collect();
    assert_eq!(
        rows[1..],
        [
            "'Biểu 1'!A3:B3,D3",
            "'Biểu 1'!A4:B4,D4",
            "'Biểu 1'!A5:B5,D5"
        ]
    );
    for part in &read.parts {
        assert!(part.offset == 0 || read.text[..part.offset].ends_with('\n'));
    }
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let read = workbook("<sheetData><row r='1'><c r='A1' t='str'><v>đầu</v></c></row><row r='1048576'><c r='XFD1048576' t='str'><v>cuối</v></c></row></sheetData><mergeCells><mergeCell ref='A1:XFC1048576'/></mergeCells>").unwrap();
    let words: Vec<&str> = read
        .text
        .split(['\n', '|', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(words, ["đầu", "cuối"]);
}

#[test]
fn open_document_text_and_sheets() {
    let text = read(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<o><text:h text:outline-level='1'>Đầu</text:h><text:p>Một<text:s text:c='2'/>hai</text:p></o>"),
    ])
    .unwrap();
    assert_eq!(text.text, "# Đầu\nMột  hai\n");
    let sheet = read(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            "<o><table:table table:name='A'><table:table-row><table:table-cell office:value-type='string'><text:p>Thu</text:p></table:table-cell>\
             <table:table-cell office:value-type='float' office:value='12064.5'><text:p>12,064.50</text:p></table:table-cell>\
             <table:table-cell office:value-type='percentage' office:value='0.0852'><text:p>8.52%</text:p></table:table-cell>\
             <table:table-cell table:number-columns-repeated='1000000000'/></table:table-row>\
             <table:table-row table:number-rows-repeated='1000000000'><table:table-cell/></table:table-row></table:table></o>",
        ),
    ])
    .unwrap();
    assert_eq!(sheet.text, "Thu | 12064,50 | 8,52%\n");
}

#[test]
fn bombs_and_repeats_are_refused() {
    let spaces = " ".repeat(12 << 20);
    let bomb = word(&spaces);
    assert!(
        matches!(
            bomb,
            Err(ExtractError::TooLarge {
                what: "ratio of unpacked to packed size",
                ..
            })
        ),
        "{bomb:?}"
    );
    let sheets = workbook(&spaces);
    assert!(
        matches!(sheets, Err(ExtractError::TooLarge { .. })),
        "{sheets:?}"
    );
    let repeats = read(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            "<o><t:table><t:table-row t:number-rows-repeated='1000000'><t:table-cell t:number-columns-repeated='1000000'><p>x</p></t:table-cell></t:table-row></t:table></o>",
        ),
    ]);
    assert!(
        matches!(repeats, Err(ExtractError::TooLarge { .. })),
        "{repeats:?}"
    );
    let laughs =
        word("<!DOCTYPE a [<!ENTITY b 'ha'>]><w:p><w:r><w:t>a&b;c</w:t></w:r></w:p>").unwrap();
    assert_eq!(laughs.text, "ac\n");
}

#[test]
fn names_that_climb_out_of_the_archive_lead_nowhere() {
    let read = read(&[
        ("../../../etc/cron.d/x", "không đọc"),
        ("/tmp/x", "không đọc"),
        (
            "word/document.xml",
            "<w:document><w:p><w:r><w:t>Nội dung\0</w:t></w:r></w:p></w:document>",
        ),
    ])
    .unwrap();
    assert!(!read.text.contains("không đọc"));
    assert!(read.text.starts_with("Nội dung"));
}

#[test]
fn cut_and_flipped_files_do_no_harm() {
    let whole = archive(&[(
        "word/document.xml",
        "<w:document><w:p><w:r><w:t>Nội dung</w:t></w:r></w:p></w:document>",
    )]);
    for at in 0..whole.len() {
        let _ = extract(&whole[..at], Format::Docx, &Limits::default());
        let mut flipped = whole.clone();
        flipped[at] ^= 0xff;
        let _ = extract(&flipped, Format::Docx, &Limits::default());
    }
}
