use super::super::{ExtractError, Extracted, Format, Limits, extract};

/// A PDF with one content stream a page, font F1 in WinAnsi and F2 by a map to Unicode.
fn file(pages: &[&str]) -> Vec<u8> {
    let mut objects: Vec<String> = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
    ];
    let map = "1 beginbfrange <0041> <005A> <0041> endbfrange 6 beginbfchar <0001> <1ED1> <0002> <0111> <0003> <1EA7> <0004> <01B0> <0005> <0020> <0006> <006E> endbfchar";
    objects.push(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    );
    objects.push("<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Mau /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 5 0 R >>".to_owned());
    objects.push(format!(
        "<< /Length {} >>\nstream\n{map}\nendstream",
        map.len()
    ));
    objects.push("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Mau /DW 500 >>".to_owned());
    let mut kids = String::new();
    for content in pages {
        let number = objects.len() + 1;
        kids.push_str(&format!("{number} 0 R "));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {} 0 R >>",
            number + 1
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    extract(bytes, Format::Pdf, &Limits::default())
}

/// Lines of Helvetica at 12 points, 14 points apart.
fn lines(texts: &[&str]) -> String {
    let mut out = "BT /F1 12 Tf 14 TL 72 770 Td ".to_owned();
    for text in texts {
        out.push_str(&format!("({text}) Tj T* "));
    }
    out + "ET"
}

#[test]
fn letters_by_the_map_and_spaces_by_gaps() {
    let pdf = file(&["BT /F2 12 Tf 72 700 Td [<0056000100060005> -500 <0002> 0 <00030004>] TJ ET"]);
    let read = read(&pdf).unwrap();
    assert_eq!(read.text, "Vốn đầư\n");
    assert_eq!(read.parts.len(), 1);
}

#[test]
fn paragraphs_are_joined_and_pages_are_parts() {
    let first = lines(&[
        "Bao cao",
        "Trong nam qua tinh da cap phep cho hai muoi du an va dieu chinh",
        "tang von cho nam du an khac.",
        "Doan hai",
    ]);
    let second = lines(&["Trang hai bat dau o day."]);
    let read = read(&file(&[&first, &second])).unwrap();
    assert_eq!(
        read.text,
        "Bao cao\nTrong nam qua tinh da cap phep cho hai muoi du an va dieu chinh tang von cho nam du an khac.\nDoan hai\nTrang hai bat dau o day.\n"
    );
    assert_eq!(read.parts[1].label.to_string(), "page=2");
    assert_eq!(&read.text[read.parts[1].offset..][..9], "Trang hai");
}

#[test]
fn rows_of_a_table_keep_their_cells() {
    let row = |y: u32, cells: [&str; 3]| {
        let mut out = String::new();
        for (x, cell) in [72, 300, 420].into_iter().zip(cells) {
            out.push_str(&format!("BT /F1 12 Tf {x} {y} Td ({cell}) Tj ET "));
        }
        out
    };
    let page =
        row(700, ["Chi tieu", "2019", "2020"]) + &row(680, ["Von dang ky", "1.250,5", "1.300"]);
    assert_eq!(
        read(&file(&[&page])).unwrap().text,
        "Chi tieu | 2019 | 2020\nVon dang ky | 1.250,5 | 1.300\n"
    );
}

#[test]
fn running_headers_and_page_numbers_go() {
    let pages: Vec<String> = (1..=4)
        .map(|page| {
            format!(
                "{} BT /F1 10 Tf 290 30 Td ({page}) Tj ET",
                lines(&[
                    "BAN QUAN LY MAU",
                    &format!(
                        "Noi dung rieng cua trang thu {}",
                        ["mot", "hai", "ba", "bon"][page - 1]
                    ),
                    "Ket thuc y nay."
                ])
            )
        })
        .collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let text = read(&file(&pages)).unwrap().text;
    assert!(!text.contains("BAN QUAN LY"), "{text}");
    assert!(!text.lines().any(|line| line == "3"), "{text}");
    assert!(text.contains("trang thu bon"));
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let column = |x: u32, word: &str| {
        let mut out = format!("BT /F1 10 Tf 12 TL {x} 770 Td ");
        for i in 0..20 {
            out.push_str(&format!(
                "({word} dong {i} cua cot nay dai vua du de day) Tj T* "
            ));
        }
        out + "ET "
    };
    let page = column(60, "trai") + &column(320, "phai");
    let text = read(&file(&[&page])).unwrap().text;
    assert!(
        text.rfind("trai").unwrap() < text.find("phai").unwrap(),
        "{text}"
    );
}

#[test]
fn a_scan_is_told_as_such() {
    let error = read(&file(&["q 595 0 0 842 0 0 cm /Im1 Do Q", ""])).unwrap_err();
    assert!(
        matches!(error, ExtractError::NoText { pages: 2, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("OCR"));
}

#[test]
fn broken_cross_references_are_repaired_and_nonsense_is_refused() {
    let whole = file(&[&lines(&["Noi dung"])]);
    let mut text = String::from_utf8(whole.clone()).unwrap();
    let at = text.find("xref").unwrap();
    text.truncate(at);
    assert_eq!(read(text.as_bytes()).unwrap().text, "Noi dung\n");
    assert!(matches!(
        read(b"%PDF-1.7 nothing"),
        Err(ExtractError::Malformed { .. })
    ));
    for at in (0..whole.len()).step_by(61) {
        let _ = read(&whole[..at]);
        let mut flipped = whole.clone();
        flipped[at] ^= 0x15;
        let _ = read(&flipped);
    }
}

#[test]
fn loops_and_bombs_end() {
    let started = std::time::Instant::now();
    let looping = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << /XObject << /A 4 0 R >> >> /Contents 4 0 R >>\nendobj\n\
        4 0 obj\n<< /Type /XObject /Subtype /Form /Length 10 /Resources << /XObject << /A 4 0 R >> >> >>\nstream\n/A Do /A Do\nendstream\nendobj\ntrailer << /Root 1 0 R >>";
    let limits = Limits {
        time: std::time::Duration::from_secs(3),
        ..Limits::default()
    };
    let _ = extract(looping.as_bytes(), Format::Pdf, &limits);
    let nested = format!(
        "%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer << /Root 1 0 R >>",
        "[".repeat(1_000_000)
    );
    let _ = extract(nested.as_bytes(), Format::Pdf, &limits);
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..20 {
        std::io::Write::write_all(&mut packer, &vec![b' '; 1 << 20]).unwrap();
    }
    let zeros = packer.finish().unwrap();
    let mut bomb = format!("%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >>\nstream\n", zeros.len()).into_bytes();
    bomb.extend(zeros);
    bomb.extend(b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>");
    let limits = Limits {
        unpacked: 64 << 20,
        ..limits
    };
    assert!(matches!(
        extract(&bomb, Format::Pdf, &limits),
        Err(ExtractError::TooLarge { .. })
    ));
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn letters_built_of_two_glyphs_are_what_the_producer_says() {
    // The mark has a glyph without a letter, and stands where the next letter begins.
    let content = "BT /F1 10 Tf 1 0 0 1 50 700 Tm (c) Tj /Span <</ActualText <FEFF1EE7>>> BDC (u) Tj (,) Tj EMC (a) Tj ET\n\
        BT /F1 10 Tf 1 0 0 1 50 680 Tm /P <</MCID 0>> BDC (xanh) Tj EMC ET";
    let pdf = format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>\nendobj\n\
         4 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>\nendobj\n\
         5 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        content.len()
    );
    let read = extract(pdf.as_bytes(), Format::Pdf, &Limits::default()).unwrap();
    assert_eq!(read.text.trim(), "của\nxanh");
}
