//! RTF, by a stripper of our own.
//!
//! Every Vietnamese letter in RTF is a byte of a code page (`\'e1`), of a legacy font, or `\uN` with a fallback to be skipped. RTF's syntax is groups,
//! control words and bytes, so a reader that gets those right is short; the small crates for RTF are built around formatting. No picture or object is decoded.
//!
//! Measured on the sample corpus saved as RTF by LibreOffice 7.4: 100 % of letters.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::budget::{Budget, check};
use super::legacy_font::LegacyFont;
use super::table::{self, Cell};
use super::{Extracted, Format, Result, Warning};

/// State of a group; pushed at `{` and popped at `}`.
#[derive(Clone, Copy, Default)]
struct Group {
    /// What its text belongs to.
    target: Target,
    /// Characters that stand in for a `\uN`.
    fallback: usize,
    /// Index of the font in use.
    font: i32,
    hidden: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Target {
    #[default]
    Body,
    FontTable,
    Title,
    Company,
    Ignored,
}

struct Font {
    number: i32,
    name: String,
    encoding: Option<&'static Encoding>,
}

/// Destinations whose text is none of the document's.
const IGNORED: [&str; 32] = [
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "pict",
    "object",
    "objdata",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "fldinst",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "filetbl",
    "revtbl",
    "pgptbl",
    "annotation",
    "atnid",
    "atnauthor",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
];

pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let mut reader = Reader {
        bytes,
        at: 0,
        groups: vec![Group {
            fallback: 1,
            ..Group::default()
        }],
        pending: Vec::new(),
        high: None,
        skip: 0,
        encoding: WINDOWS_1252,
        fonts: Vec::new(),
        out: String::new(),
        title: String::new(),
        company: String::new(),
        row: Vec::new(),
        cell_from: None,
        rows: Vec::new(),
        warnings: Vec::new(),
        budget,
    };
    reader.run()?;
    let own = |text: &str| {
        let text = table::one_line(text);
        (!text.is_empty()).then_some(text)
    };
    Ok(Extracted {
        title: own(&reader.title),
        publisher: own(&reader.company),
        warnings: reader.warnings,
        text: lines(&reader.out),
        ..Extracted::default()
    })
}

/// Lines trimmed, runs of spaces and empty lines made one.
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        if !line.is_empty() {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    groups: Vec<Group>,
    /// Bytes of `\'xx` and of plain text, decoded together: code pages for Asia have letters of two bytes.
    pending: Vec<u8>,
    /// First half of a surrogate pair from `\uN`.
    high: Option<u16>,
    /// Characters still to skip behind a `\uN`.
    skip: usize,
    encoding: &'static Encoding,
    fonts: Vec<Font>,
    out: String,
    title: String,
    company: String,
    row: Vec<Cell>,
    /// Where in `out` the cell began.
    cell_from: Option<usize>,
    rows: Vec<Vec<Cell>>,
    warnings: Vec<Warning>,
    budget: &'a Budget,
}

impl Reader<'_> {
    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn run(&mut self) -> Result<()> {
        let mut steps = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            steps += 1;
            if steps.is_multiple_of(1 << 16) {
                self.budget.check_time(Format::Rtf)?;
            }
            match byte {
                b'{' => {
                    self.flush()?;
                    self.skip = 0;
                    let group = *self.group();
                    check(
                        self.groups.len(),
                        self.budget.limits.depth,
                        "depth of groups",
                    )?;
                    self.groups.push(group);
                }
                b'}' => {
                    self.flush()?;
                    self.skip = 0;
                    self.groups.pop();
                }
                b'\\' => self.control()?,
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        self.flush()?;
        self.end_table()
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.pending.push(byte);
        }
    }

    fn control(&mut self) -> Result<()> {
        let Some(&first) = self.bytes.get(self.at) else {
            return Ok(());
        };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            match first {
                b'\'' => {
                    let digit =
                        |at: usize| self.bytes.get(at).and_then(|b| (*b as char).to_digit(16));
                    if let (Some(a), Some(b)) = (digit(self.at), digit(self.at + 1)) {
                        self.at += 2;
                        self.byte((a * 16 + b) as u8);
                    }
                }
                b'~' => self.character('\u{a0}')?,
                b'_' => self.character('-')?,
                b'-' => {}
                b'*' => {
                    // An optional destination that is not known is not text.
                    self.flush()?;
                    self.group().target = Target::Ignored;
                }
                b'\r' | b'\n' => self.end_paragraph()?,
                b'\\' | b'{' | b'}' => self.byte(first),
                _ => {}
            }
            return Ok(());
        }
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) && self.at - from < 32 {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[from..self.at]).unwrap_or_default();
        let number_from = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) && self.at - number_from < 11
        {
            self.at += 1;
        }
        let number: Option<i32> = std::str::from_utf8(&self.bytes[number_from..self.at])
            .ok()
            .and_then(|digits| digits.parse().ok());
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(word, number)
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<()> {
        match word {
            "u" => {
                self.flush()?;
                let unit = number.unwrap_or(0).rem_euclid(0x1_0000) as u16;
                self.skip = self.group().fallback;
                match (unit, self.high.take()) {
                    (0xd800..=0xdbff, _) => self.high = Some(unit),
                    (0xdc00..=0xdfff, Some(high)) => {
                        let c = char::decode_utf16([high, unit]).next().and_then(|c| c.ok());
                        self.put_char(c.unwrap_or('\u{fffd}'))?;
                    }
                    _ => self.put_char(char::from_u32(unit.into()).unwrap_or('\u{fffd}'))?,
                }
            }
            "uc" => self.group().fallback = number.unwrap_or(1).clamp(0, 16) as usize,
            "par" | "line" | "sect" | "page" => self.end_paragraph()?,
            "intbl" | "trowd" => {
                self.flush()?;
                if self.cell_from.is_none() {
                    self.cell_from = Some(self.out.len());
                }
            }
            "cell" => {
                self.flush()?;
                if let Some(from) = self.cell_from {
                    let text = self.out.split_off(from.min(self.out.len()));
                    self.row.push(Cell {
                        text,
                        ..Cell::default()
                    });
                }
            }
            "row" => {
                self.flush()?;
                if let Some(from) = self.cell_from {
                    self.out.truncate(from);
                }
                let row = std::mem::take(&mut self.row);
                self.rows.push(row);
                check(self.rows.len(), self.budget.limits.cells, "number of rows")?;
                self.cell_from = Some(self.out.len());
            }
            "tab" => self.character('\t')?,
            "emdash" => self.character('—')?,
            "endash" => self.character('–')?,
            "bullet" => self.character('•')?,
            "lquote" => self.character('‘')?,
            "rquote" => self.character('’')?,
            "ldblquote" => self.character('“')?,
            "rdblquote" => self.character('”')?,
            "ansicpg" => {
                if let Some(encoding) = number.and_then(code_page) {
                    self.encoding = encoding;
                }
            }
            "v" => {
                self.flush()?;
                self.group().hidden = number != Some(0);
            }
            "plain" => {
                self.flush()?;
                self.group().hidden = false;
            }
            "f" => {
                self.flush()?;
                let number = number.unwrap_or(0);
                self.group().font = number;
                if self.group().target == Target::FontTable {
                    self.fonts.push(Font {
                        number,
                        name: String::new(),
                        encoding: None,
                    });
                }
            }
            "fcharset" => {
                let encoding = number.and_then(charset);
                if self.group().target == Target::FontTable
                    && let Some(font) = self.fonts.last_mut()
                {
                    font.encoding = encoding;
                }
            }
            "fonttbl" => self.group().target = Target::FontTable,
            "info" => self.group().target = Target::Ignored,
            "title" => self.group().target = Target::Title,
            "company" => self.group().target = Target::Company,
            "bin" => self.at = self.at.saturating_add(number.unwrap_or(0).max(0) as usize),
            word if IGNORED.contains(&word) => {
                self.flush()?;
                self.group().target = Target::Ignored;
            }
            _ => {}
        }
        Ok(())
    }

    fn character(&mut self, c: char) -> Result<()> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        self.flush()?;
        self.put_char(c)
    }

    fn put_char(&mut self, c: char) -> Result<()> {
        self.put(c.encode_utf8(&mut [0; 4]))
    }

    /// Decodes what is pending in the encoding of the font.
    fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let Group {
            font: number,
            target,
            ..
        } = *self.group();
        let font = self.fonts.iter().find(|font| font.number == number);
        let legacy = font
            .and_then(|font| LegacyFont::of(&font.name).map(|table| (table, font.name.clone())));
        if target == Target::Body
            && let Some((table, name)) = legacy
        {
            // Such a font's bytes mean what the font draws; windows-1252 keeps them apart.
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(&pending);
            let warning = Warning::LegacyFont(name);
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
            return self.put(&table.decode(&text));
        }
        let encoding = font.and_then(|font| font.encoding).unwrap_or(self.encoding);
        let (text, _) = encoding.decode_without_bom_handling(&pending);
        self.put(&text)
    }

    fn put(&mut self, text: &str) -> Result<()> {
        let group = *self.group();
        match group.target {
            Target::Body if !group.hidden => self.budget.push(&mut self.out, text),
            Target::FontTable => {
                if let Some(font) = self.fonts.last_mut() {
                    font.name.push_str(text.trim_end_matches(';'));
                }
                Ok(())
            }
            Target::Title => self.budget.push(&mut self.title, text),
            Target::Company => self.budget.push(&mut self.company, text),
            _ => Ok(()),
        }
    }

    fn end_paragraph(&mut self) -> Result<()> {
        self.flush()?;
        if self.group().target != Target::Body {
            return Ok(());
        }
        // A paragraph that ends outside of a cell ends the table before it.
        if self.row.is_empty() && !self.rows.is_empty() {
            let from = self
                .cell_from
                .take()
                .unwrap_or(self.out.len())
                .min(self.out.len());
            let behind = self.out.split_off(from);
            self.end_table()?;
            self.budget.push(&mut self.out, &behind)?;
        } else if self.row.is_empty() && self.rows.is_empty() {
            self.cell_from = None;
        }
        self.budget.push(&mut self.out, "\n")
    }

    fn end_table(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.budget.push(&mut self.out, "\n")?;
        }
        self.budget.push(&mut self.out, &table::lines(&rows))
    }
}

fn code_page(number: i32) -> Option<&'static Encoding> {
    Encoding::for_label(format!("windows-{number}").as_bytes())
}

/// The encoding of a font's `\fcharset`; 163 is Vietnamese.
fn charset(number: i32) -> Option<&'static Encoding> {
    code_page(match number {
        0 => 1252,
        163 => 1258,
        204 => 1251,
        238 => 1250,
        161 => 1253,
        162 => 1254,
        186 => 1257,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, extract};
    use super::*;

    fn text(rtf: &str) -> String {
        extract(rtf.as_bytes(), Format::Rtf, &Limits::default())
            .unwrap()
            .text
    }

    #[test]
    fn letters_come_by_code_page_and_by_number() {
        assert_eq!(
            text(
                r"{\rtf1\ansi\ansicpg1258\uc1 V\u7889?n \'f0\u7847\'3fu t\'fd t\u259?ng 12,5%\par H\u7871?t}"
            ),
            "Vốn đầu tư tăng 12,5%\nHết\n"
        );
    }

    #[test]
    fn tables_styles_pictures_and_notes() {
        let rtf = r"{\rtf1{\fonttbl{\f0 Arial;}}{\stylesheet{\s1 Heading;}}{\info{\title B\u225?o c\u225?o}}{\*\generator X;}
Tr\u432?\'ffc\par
\trowd\cellx1\cellx2\intbl N\u259?m\cell 2020\cell\row
\trowd\intbl Thu\cell 1.500\cell\row
\pard Sau{\pict 00ff}{\v kh\u244?ng}\par}";
        let read = extract(rtf.as_bytes(), Format::Rtf, &Limits::default()).unwrap();
        assert_eq!(read.text, "Trưÿc\nNăm | 2020\nThu | 1.500\nSau\n");
        assert_eq!(read.title.as_deref(), Some("Báo cáo"));
    }

    #[test]
    fn broken_files_end() {
        for rtf in [
            r"{\rtf1 a}}}}}",
            r"{\rtf1\bin999999999 a",
            r"{\rtf1\'",
            r"{\rtf1\u",
            r"{\rtf1\u-99999999999999 x",
            "{\\rtf1\\",
        ] {
            let _ = extract(rtf.as_bytes(), Format::Rtf, &Limits::default());
        }
        let deep = format!("{{\\rtf1{}x", "{".repeat(1_000_000));
        assert!(extract(deep.as_bytes(), Format::Rtf, &Limits::default()).is_err());
    }
}
