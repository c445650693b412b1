//! The format of a file: by its content, and where content says nothing by its name.

use super::Format;

/// Names the format of `bytes`; the extension of `file_name` decides only between kinds of plain text.
///
/// A web page named `.xls`, as many systems export it, is HTML; a `.doc` that begins with `{\rtf` is RTF.
#[must_use]
pub fn detect(bytes: &[u8], file_name: &str) -> Format {
    let extension = extension(file_name);
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Format::Gzip;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive(bytes);
    }
    if bytes.starts_with(OLE) {
        return compound(bytes, &extension);
    }
    // Mail gateways and scanners put lines before the header; readers accept it within the first kilobyte.
    if find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() {
        return Format::Pdf;
    }
    let head = ascii_head(bytes);
    let start = head.trim_start_matches(|c: char| c.is_ascii_whitespace());
    if start.starts_with("{\\rtf") {
        return Format::Rtf;
    }
    if let Some(format) = markup(start) {
        return format;
    }
    if is_mail(start) {
        return Format::Mail;
    }
    if is_binary(bytes) {
        return Format::Unknown;
    }
    match extension.as_str() {
        "html" | "htm" | "xhtml" | "aspx" | "php" => Format::Html,
        "mht" | "mhtml" | "eml" => Format::Mail,
        "md" | "markdown" => Format::Markdown,
        "ndjson" | "jsonl" => Format::Ndjson,
        "csv" | "tsv" => Format::Csv,
        "" if start.starts_with("{\"")
            && start.lines().next().is_some_and(|l| l.ends_with('}')) =>
        {
            Format::Ndjson
        }
        _ => Format::Text,
    }
}

/// The first bytes of an OLE compound file.
pub(super) const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The extension in lower case, that of `a.html.gz` being `html`.
fn extension(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let lower = lower.strip_suffix(".gz").unwrap_or(&lower);
    lower
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_owned())
        .unwrap_or_default()
}

pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The kind of a zip file by the names in its directory, which stands at the end.
fn archive(bytes: &[u8]) -> Format {
    let tail = &bytes[bytes.len().saturating_sub(1 << 20)..];
    let head = &bytes[..bytes.len().min(64 << 10)];
    let holds = |name: &[u8]| find(tail, name).is_some() || find(head, name).is_some();
    if holds(b"word/document.xml") {
        Format::Docx
    } else if holds(b"xl/workbook.xml") {
        Format::Xlsx
    } else if holds(b"ppt/presentation.xml") {
        Format::Pptx
    } else if find(head, b"opendocument.text").is_some() {
        Format::Odt
    } else if find(head, b"opendocument.spreadsheet").is_some() {
        Format::Ods
    } else {
        Format::Unknown
    }
}

/// The kind of a compound file by the names of its streams, which are UTF-16.
fn compound(bytes: &[u8], extension: &str) -> Format {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.bytes().flat_map(|b| [b, 0]).collect();
        find(bytes, &wide).is_some()
    };
    if holds("EncryptedPackage") {
        return match extension {
            "xlsx" | "xlsm" => Format::Xlsx,
            "pptx" => Format::Pptx,
            _ => Format::Docx,
        };
    }
    if holds("WordDocument") {
        Format::Doc
    } else if holds("Workbook") || holds("Book") {
        Format::Xls
    } else {
        Format::Unknown
    }
}

/// The first bytes as ASCII, other letters as `?`; UTF-16 with a byte order mark is seen through.
fn ascii_head(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(4096)];
    let ascii = |b: u8| if b.is_ascii() { b as char } else { '?' };
    match head {
        [0xff, 0xfe, rest @ ..] => rest.chunks(2).map(|pair| ascii(pair[0])).collect(),
        [0xfe, 0xff, rest @ ..] => rest.chunks_exact(2).map(|pair| ascii(pair[1])).collect(),
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.iter().copied().map(ascii).collect(),
        _ => head.iter().copied().map(ascii).collect(),
    }
}

/// HTML by its first tag; other XML is nothing that is read here.
fn markup(start: &str) -> Option<Format> {
    let lower = start.to_ascii_lowercase();
    let mut rest = lower.as_str();
    let mut is_xml = false;
    loop {
        rest = rest.trim_start();
        if rest.starts_with("<!--") {
            match rest.find("-->") {
                Some(end) => rest = &rest[end + 3..],
                None => return Some(Format::Html),
            }
        } else if rest.starts_with("<?") {
            is_xml = true;
            match rest.find('>') {
                Some(end) => rest = &rest[end + 1..],
                None => return Some(Format::Unknown),
            }
        } else {
            break;
        }
    }
    const FIRST: [&str; 16] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<meta",
        "<script",
        "<style",
        "<link",
        "<table",
        "<div",
        "<p>",
        "<p ",
        "<h1",
        "<article",
        "<center",
    ];
    if FIRST.iter().any(|tag| rest.starts_with(tag)) {
        return Some(Format::Html);
    }
    is_xml.then_some(Format::Unknown)
}

/// Whether the text opens with the header of a mail: fields alone up to an empty line, two of the usual ones among them.
fn is_mail(start: &str) -> bool {
    const USUAL: [&str; 8] = [
        "from:",
        "to:",
        "subject:",
        "date:",
        "mime-version:",
        "message-id:",
        "received:",
        "return-path:",
    ];
    let mut usual = 0;
    let mut technical = false;
    for (number, line) in start.lines().enumerate() {
        if line.is_empty() {
            return usual >= 2 && technical;
        }
        if line.starts_with([' ', '\t']) && number > 0 {
            continue;
        }
        let lower = line.to_ascii_lowercase();
        let Some((name, _)) = lower.split_once(':') else {
            return false;
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return false;
        }
        usual += usize::from(USUAL.iter().any(|field| lower.starts_with(field)));
        technical |= [
            "mime-version",
            "message-id",
            "received",
            "return-path",
            "content-type",
            "date",
        ]
        .contains(&name);
    }
    usual >= 2 && technical
}

/// Whether the bytes are no text: NUL among the first 8 KiB, and no byte order mark of UTF-16 before them.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8 << 10)];
    !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff") && head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_wins_over_the_name() {
        let cases: &[(&[u8], &str, Format)] = &[
            (b"\x1f\x8b\x08", "a.txt", Format::Gzip),
            (b"%PDF-1.4", "a.docx", Format::Pdf),
            (b"\r\n\r\n%PDF-1.7", "a", Format::Pdf),
            (b"{\\rtf1\\ansi", "a.doc", Format::Rtf),
            (b"<!-- saved --><HTML><body>", "a.xls", Format::Html),
            (b"\xef\xbb\xbf<!DOCTYPE html>", "a", Format::Html),
            (b"\xff\xfe<\0h\0t\0m\0l\0", "a", Format::Html),
            (b"<?xml version='1.0'?><html>", "a", Format::Html),
            (b"<?xml version='1.0'?><rss>", "a.html", Format::Unknown),
            (
                b"MIME-Version: 1.0\r\nSubject: x\r\n\r\ny",
                "a",
                Format::Mail,
            ),
            (b"Subject: x\nPlan: y\n\nz", "a.txt", Format::Text),
            (b"title: x\ndate: y\n\nz", "a.md", Format::Markdown),
            (b"a,b\n1,2", "a.csv", Format::Csv),
            (b"{\"id\":1}\n", "a.jsonl", Format::Ndjson),
            (b"{\"id\":1}\n", "", Format::Ndjson),
            (b"plain", "a.html.gz", Format::Html),
            (b"\x89PNG\r\n\0\0", "a.txt", Format::Unknown),
            (b"PK\x03\x04 nothing", "a.docx", Format::Unknown),
            (b"PK\x03\x04....word/document.xml", "a.zip", Format::Docx),
            (b"", "a", Format::Text),
        ];
        for (bytes, name, want) in cases {
            assert_eq!(
                detect(bytes, name),
                *want,
                "{name}: {:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn compound_files_are_told_by_their_streams() {
        let with = |name: &str| {
            let mut bytes = OLE.to_vec();
            bytes.extend([0; 512]);
            bytes.extend(name.bytes().flat_map(|b| [b, 0]));
            bytes
        };
        assert_eq!(detect(&with("WordDocument"), "x"), Format::Doc);
        assert_eq!(detect(&with("Workbook"), "x.doc"), Format::Xls);
        assert_eq!(detect(&with("EncryptedPackage"), "x.xlsx"), Format::Xlsx);
        assert_eq!(detect(&with("Other"), "x.xls"), Format::Unknown);
    }
}
