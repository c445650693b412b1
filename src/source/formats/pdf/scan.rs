//! Looks for bombs before the file is parsed: the parser unpacks object streams without a bound.

use std::io::Read;

use super::super::budget::{Budget, check};
use super::super::detect::find;
use super::super::{Format, Result};

/// The least that one byte of LZW or of doubly coded deflate could become without being looked at.
const BLIND_RATIO: usize = 1032;

/// Inflates every stream to nowhere, counting.
///
/// # Errors
/// A stream that unpacks to more than a quarter of the limit and is no image, filters stacked on each other to no purpose, or no time left.
/// Streams of encrypted files cannot be looked into; for them the size of the file bounds what they can unpack to.
pub(super) fn refuse_bombs(bytes: &[u8], budget: &Budget) -> Result<()> {
    let most = budget.limits.unpacked / 4;
    let mut at = 0;
    let mut streams = 0;
    let mut sink = vec![0; 64 << 10];
    while let Some(found) = find_stream(&bytes[at..]) {
        let keyword = at + found;
        let mut data = keyword + b"stream".len();
        at = data;
        if keyword >= 3 && &bytes[keyword - 3..keyword] == b"end" {
            continue;
        }
        streams += 1;
        check(streams, budget.limits.entries, "number of streams")?;
        budget.check_time(Format::Pdf)?;
        data += bytes[data..]
            .iter()
            .take(2)
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let head = &bytes[keyword.saturating_sub(1024)..keyword];
        let dict = head
            .windows(3)
            .rposition(|w| w == b"obj")
            .map_or(head, |from| &head[from..]);
        let count = |name: &[u8]| dict.windows(name.len()).filter(|w| *w == name).count();
        let flates = count(b"/FlateDecode") + count(b"/Fl ") + count(b"/Fl]");
        let lzw = count(b"/LZWDecode") + count(b"/LZW ") + count(b"/LZW]");
        let is_image = find(dict, b"/Image").is_some()
            && find(dict, b"/ObjStm").is_none()
            && find(dict, b"/XRef").is_none();
        if is_image || (flates == 0 && lzw == 0) {
            continue;
        }
        check(flates + lzw, 1, "number of stacked filters")?;
        if lzw > 0 || count(b"/ASCII85Decode") + count(b"/ASCIIHexDecode") + count(b"/A85") > 0 {
            let end = find(&bytes[data..], b"endstream").unwrap_or(bytes.len() - data);
            check(
                end.saturating_mul(BLIND_RATIO),
                budget.limits.unpacked,
                "size that a stream may unpack to",
            )?;
            continue;
        }
        let mut inflate = flate2::bufread::ZlibDecoder::new(&bytes[data..]);
        let mut size = 0;
        while let Ok(read) = inflate.read(&mut sink) {
            if read == 0 {
                break;
            }
            size += read;
            check(size, most, "unpacked size of a stream")?;
        }
    }
    Ok(())
}

fn find_stream(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = bytes[from..].iter().position(|b| *b == b's')? + from;
        if bytes[at..].starts_with(b"stream") {
            return Some(at);
        }
        from = at + 1;
    }
}
