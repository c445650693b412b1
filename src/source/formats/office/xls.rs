//! Excel 5 to 2003 (BIFF5 and BIFF8), over `cfb`, which reads compound files and refuses chains that run in circles.
//!
//! `calamine` is the crate for this format and was the first choice. Reading its 0.38: a circular chain of sectors grows a buffer without end, a
//! `DIMENSIONS` record reserves as many cells as it says (memory that cannot be had aborts the process, which nothing can catch), and fonts and number
//! formats are dropped, so `.VnTime`, the font of most sheets of that time, comes out as noise and `8,52%` as `0.0852`. The records that matter here are a dozen.
//!
//! Source of the records: \[MS-XLS\], \[MS-OSHARED\]; BIFF5 after OpenOffice's "Microsoft Excel File Format".

use std::collections::HashMap;
use std::io::{Cursor, Read};

use encoding_rs::{Encoding, WINDOWS_1252};

use super::super::budget::{Budget, check};
use super::super::legacy_font::LegacyFont;
use super::super::number::NumberFormat;
use super::super::{ExtractError, Extracted, Format, Result, Warning};
use super::sheet::{self, Sheet};

const FORMAT: Format = Format::Xls;

pub(in super::super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let stream = workbook_stream(bytes, budget)?;
    let mut book = Workbook::new(budget);
    let mut extracted = Extracted::default();
    book.read(&stream, &mut extracted)?;
    if extracted.text.is_empty() && book.is_encrypted {
        return Err(ExtractError::Encrypted(FORMAT));
    }
    extracted.title = sheet::title(&extracted.text);
    Ok(extracted)
}

fn workbook_stream(bytes: &[u8], budget: &Budget) -> Result<Vec<u8>> {
    let broken = |error: std::io::Error| ExtractError::malformed(FORMAT, error);
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    for name in ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"] {
        if file.is_stream(name) {
            let stream = file.open_stream(name).map_err(broken)?;
            let mut out = Vec::new();
            let most = bytes.len() as u64 + 1;
            stream.take(most).read_to_end(&mut out).map_err(broken)?;
            budget.unpack(out.len())?;
            return Ok(out);
        }
    }
    Err(ExtractError::malformed(FORMAT, "no workbook in the file"))
}

/// One record with the data of those that continue it.
struct Record<'a> {
    kind: u16,
    at: usize,
    parts: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    fn data(&self) -> &'a [u8] {
        self.parts.first().copied().unwrap_or_default()
    }
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn header(&self) -> Option<(u16, &'a [u8], usize)> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let from = self.at + 4;
        let to = (from + length).min(self.stream.len());
        Some((kind, self.stream.get(from..to)?, to))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let at = self.at;
        let (kind, data, end) = self.header()?;
        self.at = end;
        let mut parts = vec![data];
        while let Some((CONTINUE, more, end)) = self.header() {
            parts.push(more);
            self.at = end;
        }
        Some(Record { kind, at, parts })
    }
}

const CONTINUE: u16 = 0x3c;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Font and number format of a cell.
#[derive(Clone, Copy, Default)]
struct Style {
    font: usize,
    format: u32,
}

/// A text as stored: whether it is of one byte a letter matters to legacy fonts.
#[derive(Clone, Default)]
struct Text {
    text: String,
    is_narrow: bool,
}

struct Workbook<'a> {
    budget: &'a Budget,
    is_biff8: bool,
    encoding: &'static Encoding,
    from_1904: bool,
    is_encrypted: bool,
    formats: HashMap<u32, NumberFormat>,
    fonts: Vec<String>,
    styles: Vec<Style>,
    strings: Vec<Text>,
    /// Name and visibility by the position of the sheet's first record.
    sheets: HashMap<usize, (String, bool)>,
}

impl<'a> Workbook<'a> {
    fn new(budget: &'a Budget) -> Self {
        Self {
            budget,
            is_biff8: true,
            encoding: WINDOWS_1252,
            from_1904: false,
            is_encrypted: false,
            formats: HashMap::new(),
            fonts: Vec::new(),
            styles: Vec::new(),
            strings: Vec::new(),
            sheets: HashMap::new(),
        }
    }

    fn read(&mut self, stream: &[u8], extracted: &mut Extracted) -> Result<()> {
        let mut depth = 0_usize;
        let mut open: Option<(String, Sheet, Merges)> = None;
        let mut formula_at: Option<(u32, u32, usize)> = None;
        for (count, record) in (Records { stream, at: 0 }).enumerate() {
            if count.is_multiple_of(4096) {
                self.budget.check_time(FORMAT)?;
            }
            let data = record.data();
            match record.kind {
                0x0809 | 0x0409 | 0x0209 | 0x0009 => {
                    depth += 1;
                    if depth == 1 {
                        self.is_biff8 = u16_at(data, 0) == Some(0x0600);
                        let is_sheet = u16_at(data, 2) == Some(0x0010);
                        let named = self.sheets.get(&record.at).cloned();
                        open = match named {
                            Some((name, true)) if is_sheet => {
                                Some((name, Sheet::default(), Merges::new()))
                            }
                            _ => None,
                        };
                    }
                    continue;
                }
                0x000a => {
                    depth = depth.saturating_sub(1);
                    if depth == 0
                        && let Some((name, mut sheet, merges)) = open.take()
                    {
                        for (from, to) in merges {
                            sheet.merge(from, to);
                        }
                        sheet.write(&name, extracted, self.budget)?;
                    }
                    continue;
                }
                _ if depth != 1 => continue,
                _ => {}
            }
            match &mut open {
                None => self.global(&record)?,
                Some((_, sheet, merges)) => {
                    self.cell(&record, sheet, merges, &mut formula_at, extracted)?;
                }
            }
            if self.is_encrypted {
                return Ok(());
            }
        }
        // A file that is cut keeps what came before.
        if let Some((name, sheet, _)) = open {
            sheet.write(&name, extracted, self.budget)?;
        }
        Ok(())
    }

    fn global(&mut self, record: &Record<'_>) -> Result<()> {
        let data = record.data();
        match record.kind {
            0x002f => self.is_encrypted = true,
            0x0042 => {
                if let Some(page) = u16_at(data, 0) {
                    let label = match page {
                        0x8000 => "macintosh".to_owned(),
                        0x8001 | 1252 => "windows-1252".to_owned(),
                        page => format!("windows-{page}"),
                    };
                    self.encoding = Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252);
                }
            }
            0x0022 => self.from_1904 = u16_at(data, 0) == Some(1),
            0x0031 => {
                let name = self.short_text(data, 14).text;
                check(
                    self.fonts.len(),
                    self.budget.limits.entries,
                    "number of fonts",
                )?;
                self.fonts.push(name);
            }
            0x041e => {
                if let Some(id) = u16_at(data, 0) {
                    let code = if self.is_biff8 {
                        self.long_text(&record.parts, 2).text
                    } else {
                        self.short_text(data, 2).text
                    };
                    self.formats.insert(id.into(), NumberFormat::parse(&code));
                }
            }
            0x00e0 => {
                check(
                    self.styles.len(),
                    self.budget.limits.entries,
                    "number of cell styles",
                )?;
                self.styles.push(Style {
                    font: usize::from(u16_at(data, 0).unwrap_or(0)),
                    format: u32::from(u16_at(data, 2).unwrap_or(0)),
                });
            }
            0x0085 => {
                if let (Some(at), Some(state)) = (u32_at(data, 0), data.get(4)) {
                    check(
                        self.sheets.len(),
                        self.budget.limits.entries,
                        "number of sheets",
                    )?;
                    let name = self.short_text(data, 6).text;
                    self.sheets.insert(at as usize, (name, state & 3 == 0));
                }
            }
            0x00fc => self.shared_strings(&record.parts)?,
            _ => {}
        }
        Ok(())
    }

    fn cell(
        &self,
        record: &Record<'_>,
        sheet: &mut Sheet,
        merges: &mut Merges,
        formula_at: &mut Option<(u32, u32, usize)>,
        extracted: &mut Extracted,
    ) -> Result<()> {
        let data = record.data();
        let place = || -> Option<(u32, u32, usize)> {
            Some((
                u16_at(data, 0)?.into(),
                u16_at(data, 2)?.into(),
                u16_at(data, 4)?.into(),
            ))
        };
        if record.kind == 0x0207 {
            // The text of the formula before.
            if let Some((row, column, style)) = formula_at.take() {
                let text = if self.is_biff8 {
                    self.long_text(&record.parts, 0)
                } else {
                    self.medium_text(data, 0)
                };
                return sheet.put(
                    row,
                    column,
                    self.styled(&text, style, extracted),
                    self.budget,
                );
            }
            return Ok(());
        }
        if record.kind == 0x00e5 {
            for range in data.get(2..).unwrap_or_default().chunks_exact(8) {
                let n = |at| u32::from(u16_at(range, at).unwrap_or(0));
                check(
                    merges.len(),
                    self.budget.limits.cells,
                    "number of merged cells",
                )?;
                merges.push(([n(0), n(4)], [n(2), n(6)]));
            }
            return Ok(());
        }
        let Some((row, column, style)) = place() else {
            return Ok(());
        };
        let text = match record.kind {
            0x00fd => u32_at(data, 6)
                .and_then(|index| self.strings.get(index as usize))
                .map(|text| self.styled(text, style, extracted)),
            0x0204 | 0x00d6 => {
                let text = if self.is_biff8 {
                    self.long_text(&record.parts, 6)
                } else {
                    self.medium_text(data, 6)
                };
                Some(self.styled(&text, style, extracted))
            }
            0x0203 => f64_at(data, 6).map(|value| self.number(value, style)),
            0x027e => u32_at(data, 6).map(|value| self.number(rk(value), style)),
            0x00bd => {
                // Row, first column, style and value of each, last column.
                let values = data
                    .get(4..data.len().saturating_sub(2))
                    .unwrap_or_default();
                for (i, pair) in values.chunks_exact(6).enumerate() {
                    if let (Some(style), Some(value)) = (u16_at(pair, 0), u32_at(pair, 2)) {
                        let text = self.number(rk(value), style.into());
                        sheet.put(row, column + i as u32, text, self.budget)?;
                    }
                }
                None
            }
            0x0006 => match data.get(6..14) {
                Some([kind, _, value, _, _, _, 0xff, 0xff]) => match kind {
                    0 => {
                        *formula_at = Some((row, column, style));
                        None
                    }
                    1 => Some(if *value == 1 { "đúng" } else { "sai" }.to_owned()),
                    _ => None,
                },
                _ => f64_at(data, 6).map(|value| self.number(value, style)),
            },
            _ => None,
        };
        match text {
            Some(text) => sheet.put(row, column, text, self.budget),
            None => Ok(()),
        }
    }

    fn number(&self, value: f64, style: usize) -> String {
        let id = self.styles.get(style).map_or(0, |style| style.format);
        match self.formats.get(&id) {
            Some(format) => format.show(value, self.from_1904),
            None => NumberFormat::builtin(id).show(value, self.from_1904),
        }
    }

    /// The text in the font of its cell.
    fn styled(&self, text: &Text, style: usize, extracted: &mut Extracted) -> String {
        let font = self.styles.get(style).map_or(0, |style| style.font);
        // There is no font 4: the fifth record is number 5.
        let index = if font > 4 { font - 1 } else { font };
        let Some(name) = self.fonts.get(index) else {
            return text.text.clone();
        };
        match LegacyFont::of(name) {
            Some(font)
                if text.is_narrow || text.text.chars().all(|c| c < '\u{2122}' && c != 'đ') =>
            {
                let warning = Warning::LegacyFont(name.clone());
                if !extracted.warnings.contains(&warning) {
                    extracted.warnings.push(warning);
                }
                font.decode(&text.text)
            }
            _ => text.text.clone(),
        }
    }

    /// A text with a length of one byte, BIFF8's with a byte of flags behind it.
    fn short_text(&self, data: &[u8], at: usize) -> Text {
        let length = usize::from(data.get(at).copied().unwrap_or(0));
        if !self.is_biff8 {
            return self.bytes(data.get(at + 1..).unwrap_or_default(), length);
        }
        let is_wide = data.get(at + 1).copied().unwrap_or(0) & 1 == 1;
        letters(data.get(at + 2..).unwrap_or_default(), length, is_wide)
    }

    /// A text of BIFF5 with a length of two bytes.
    fn medium_text(&self, data: &[u8], at: usize) -> Text {
        let length = usize::from(u16_at(data, at).unwrap_or(0));
        self.bytes(data.get(at + 2..).unwrap_or_default(), length)
    }

    fn bytes(&self, bytes: &[u8], length: usize) -> Text {
        let bytes = &bytes[..bytes.len().min(length)];
        Text {
            text: self
                .encoding
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
            is_narrow: true,
        }
    }

    /// A text of BIFF8 with a length of two bytes, over the parts of a record.
    fn long_text(&self, parts: &[&[u8]], at: usize) -> Text {
        let mut reader = Parts { parts, part: 0, at };
        reader.text().unwrap_or_default()
    }

    fn shared_strings(&mut self, parts: &[&[u8]]) -> Result<()> {
        let mut reader = Parts {
            parts,
            part: 0,
            at: 8,
        };
        let mut size = 0;
        while let Some(text) = reader.text() {
            size += text.text.len();
            check(size, self.budget.limits.text, "size of the text")?;
            check(
                self.strings.len(),
                self.budget.limits.cells,
                "number of strings",
            )?;
            self.strings.push(text);
        }
        Ok(())
    }
}

type Merges = Vec<([u32; 2], [u32; 2])>;

/// A place in the data of a record and those that continue it.
struct Parts<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl Parts<'_> {
    fn byte(&mut self) -> Option<u8> {
        loop {
            let part = self.parts.get(self.part)?;
            if let Some(byte) = part.get(self.at) {
                self.at += 1;
                return Some(*byte);
            }
            self.part += 1;
            self.at = 0;
        }
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut count: usize) {
        while count > 0 {
            let Some(part) = self.parts.get(self.part) else {
                return;
            };
            let here = part.len().saturating_sub(self.at).min(count);
            self.at += here;
            count -= here;
            if count > 0 {
                self.part += 1;
                self.at = 0;
            }
        }
    }

    /// Length, flags, letters, then formatting runs and phonetics, which are skipped. Where letters go on in the next part, that part begins
    /// with a byte of flags of its own.
    fn text(&mut self) -> Option<Text> {
        let mut left = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 {
            usize::from(self.u16()?)
        } else {
            0
        };
        let phonetics = if flags & 4 != 0 {
            usize::from(self.u16()?) | usize::from(self.u16()?) << 16
        } else {
            0
        };
        let mut is_wide = flags & 1 == 1;
        let mut out = Text {
            text: String::new(),
            is_narrow: !is_wide,
        };
        while left > 0 {
            let part = self.parts.get(self.part)?;
            let rest = part.get(self.at..).unwrap_or_default();
            let width = if is_wide { 2 } else { 1 };
            let here = (rest.len() / width).min(left);
            let text = letters(rest, here, is_wide);
            out.text.push_str(&text.text);
            out.is_narrow &= text.is_narrow;
            left -= here;
            self.at += here * width;
            if left > 0 {
                self.part += 1;
                let next = self.parts.get(self.part)?;
                is_wide = next.first()? & 1 == 1;
                self.at = 1;
            }
        }
        self.skip(runs * 4);
        self.skip(phonetics);
        Some(out)
    }
}

fn letters(bytes: &[u8], length: usize, is_wide: bool) -> Text {
    let text = if is_wide {
        let units = bytes
            .chunks_exact(2)
            .take(length)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{fffd}'))
            .collect()
    } else {
        bytes.iter().take(length).map(|b| char::from(*b)).collect()
    };
    Text {
        text,
        is_narrow: !is_wide,
    }
}

/// A number of 30 bits: the high part of a float or an integer, perhaps a hundredfold.
fn rk(value: u32) -> f64 {
    let number = if value & 2 == 2 {
        f64::from(value.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(value & !3) << 32)
    };
    if value & 1 == 1 {
        number / 100.0
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Limits, extract};
    use super::*;
    use std::io::Write;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut out = kind.to_le_bytes().to_vec();
        out.extend((data.len() as u16).to_le_bytes());
        out.extend(data);
        out
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn file(stream: &[u8]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook")
            .unwrap()
            .write_all(stream)
            .unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn cell(kind: u16, row: u16, column: u16, style: u16, data: &[u8]) -> Vec<u8> {
        let mut out: Vec<u8> = [row, column, style]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        out.extend(data);
        record(kind, &out)
    }

    /// A sheet of two rows whose strings are cut in the middle by a continuation, of another width.
    fn workbook() -> Vec<u8> {
        let mut globals = record(0x0809, &[0, 6, 5, 0]);
        globals.extend(record(0x00e0, &[0, 0, 0, 0]));
        globals.extend(record(0x00e0, &[0, 0, 10, 0]));
        let sheet_at =
            globals.len() + (4 + 8 + 2 * 6) + (4 + 8 + 3 + 2 * 2) + (4 + 1 + 2 * 4 + 3 + 4) + 4;
        let mut bound = (sheet_at as u32).to_le_bytes().to_vec();
        bound.extend([0, 0, 6, 1]);
        bound.extend(wide("Biểu 1"));
        globals.extend(record(0x0085, &bound));
        let mut strings = vec![2, 0, 0, 0, 2, 0, 0, 0, 6, 0, 1];
        strings.extend(wide("Tỷ"));
        globals.extend(record(0x00fc, &strings));
        let mut more = vec![1];
        more.extend(wide(" trọ"));
        let mut second = vec![4, 0, 0];
        second.extend(b"2020");
        more.extend(second);
        globals.extend(record(CONTINUE, &more));
        globals.extend(record(0x000a, &[]));
        assert_eq!(globals.len(), sheet_at);
        let mut sheet = record(0x0809, &[0, 6, 16, 0]);
        sheet.extend(cell(0x00fd, 0, 0, 0, &0_u32.to_le_bytes()));
        sheet.extend(cell(0x00fd, 0, 1, 0, &1_u32.to_le_bytes()));
        sheet.extend(cell(0x0203, 1, 0, 0, &12064.5_f64.to_le_bytes()));
        sheet.extend(cell(0x027e, 1, 1, 1, &(852_u32 << 2 | 3).to_le_bytes()));
        sheet.extend(record(0x000a, &[]));
        globals.extend(sheet);
        globals
    }

    #[test]
    fn strings_cut_by_a_continuation_and_numbers_under_their_formats() {
        let read = extract(&file(&workbook()), FORMAT, &Limits::default()).unwrap();
        assert_eq!(read.text, "Tỷ trọ | 2020\n12064,5 | 852,00%\n");
        assert_eq!(read.parts[0].label.to_string(), "'Biểu 1'!A1:B1");
    }

    #[test]
    fn a_file_cut_or_flipped_anywhere_does_no_harm() {
        let whole = file(&workbook());
        for cut in (0..whole.len()).step_by(37) {
            let _ = extract(&whole[..cut], FORMAT, &Limits::default());
            let mut flipped = whole.clone();
            flipped[cut] ^= 0xff;
            let _ = extract(&flipped, FORMAT, &Limits::default());
        }
        let stream = workbook();
        for at in 0..stream.len() {
            let mut flipped = stream.clone();
            flipped[at] ^= 0xff;
            let budget = Budget::new(Limits::default());
            let _ = Workbook::new(&budget).read(&flipped, &mut Extracted::default());
        }
    }

    #[test]
    fn a_locked_workbook_is_told() {
        let mut stream = record(0x0809, &[0, 6, 5, 0]);
        stream.extend(record(0x002f, &[1, 0]));
        let read = extract(&file(&stream), FORMAT, &Limits::default());
        assert_eq!(read, Err(ExtractError::Encrypted(FORMAT)));
    }
}
