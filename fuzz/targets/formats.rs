//! Every reader of files takes any bytes: it gives a text or a reason, and neither panics nor hangs.
//!
//! The first byte names the format. Readers of archives get the bytes as they come, or, behind a number of the second half, as the parts of a
//! sound archive (cut at U+0001), so that the fuzzer need not find checksums.
#![no_main]

use std::io::{Cursor, Write};
use std::time::Duration;

use baocao::formats::{ExtractError, Format, Limits, detect, extract};
use libfuzzer_sys::fuzz_target;

const RAW: [Format; 14] = [
    Format::Text,
    Format::Markdown,
    Format::Csv,
    Format::Html,
    Format::Mail,
    Format::Pdf,
    Format::Rtf,
    Format::Gzip,
    Format::Docx,
    Format::Xlsx,
    Format::Pptx,
    Format::Odt,
    Format::Ods,
    Format::Xls,
];

/// The parts an archive is made of, the most telling first.
const PACKED: [(Format, &[&str]); 6] = [
    (
        Format::Docx,
        &[
            "word/document.xml",
            "word/styles.xml",
            "word/footnotes.xml",
            "docProps/core.xml",
        ],
    ),
    (
        Format::Xlsx,
        &[
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/workbook.xml",
        ],
    ),
    (
        Format::Pptx,
        &[
            "ppt/slides/slide1.xml",
            "ppt/notesSlides/notesSlide1.xml",
            "ppt/presentation.xml",
            "docProps/core.xml",
        ],
    ),
    (Format::Odt, &["content.xml", "styles.xml", "meta.xml"]),
    (Format::Ods, &["content.xml", "styles.xml", "meta.xml"]),
    (Format::Xls, &["Workbook"]),
];

const WORKBOOK: &[u8] = b"<workbook><sheets><sheet name='a' r:id='r1'/></sheets></workbook>";

fn pack(format: Format, names: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
    if format == Format::Xls {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
        file.create_stream(names[0]).ok()?.write_all(bytes).ok()?;
        file.flush().ok()?;
        return Some(file.into_inner().into_inner());
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut parts = bytes.split(|&b| b == 1);
    for name in names {
        let part = parts.next().unwrap_or(match *name {
            "xl/workbook.xml" => WORKBOOK,
            _ => b"",
        });
        if !part.is_empty() {
            zip.start_file(*name, options).ok()?;
            zip.write_all(part).ok()?;
        }
    }
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|data: &[u8]| {
    let Some((&selector, bytes)) = data.split_first() else {
        return;
    };
    let _ = detect(bytes, "x");
    let mut limits = Limits::default();
    limits.text = 4 << 20;
    limits.unpacked = 4 << 20;
    limits.cells = 50_000;
    limits.nodes = 50_000;
    limits.time = Duration::from_secs(20);
    let raw = RAW.len();
    let choice = usize::from(selector) % (raw + PACKED.len());
    let result = if choice < raw {
        extract(bytes, RAW[choice], &limits)
    } else {
        let (format, names) = PACKED[choice - raw];
        let Some(packed) = pack(format, names, bytes) else {
            return;
        };
        extract(&packed, format, &limits)
    };
    match result {
        Ok(extracted) => {
            for part in &extracted.parts {
                assert!(extracted.text.is_char_boundary(part.offset));
            }
        }
        Err(error @ (ExtractError::Crashed { .. } | ExtractError::TimedOut { .. })) => {
            panic!("{error}")
        }
        Err(_) => {}
    }
});
