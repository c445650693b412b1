//! CSV: records where a column holds texts, else one table.
//!
//! `csv` (BurntSushi) is a dependency of the crate anyway: quoting, unequal rows and bytes that are no UTF-8 are its daily bread.

use super::budget::{Budget, check};
use super::{ExtractError, Extracted, Format, Limits, Result, charset, table};
use crate::text::fold;

/// One row of a CSV file with a column of texts; fields that are empty or have no column are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Column `id` or `mã`.
    pub id: Option<String>,
    /// Column `title`, `tiêu đề` or `tên`.
    pub title: Option<String>,
    /// Column `text`, `body`, `content` or `nội dung`; never empty.
    pub text: String,
    /// Column `province` or `tỉnh`, as written.
    pub province: Option<String>,
    /// Column `period` or `kỳ`, as written.
    pub period: Option<String>,
    /// Column `published`, `date` or `ngày`, as written.
    pub published: Option<String>,
    /// Column `publisher`, `source` or `nguồn`.
    pub publisher: Option<String>,
    /// Column `url` or `link`.
    pub url: Option<String>,
}

const COLUMNS: [(&str, &[&str]); 8] = [
    ("text", &["text", "body", "content", "noi dung", "van ban"]),
    ("id", &["id", "ma", "ma so"]),
    ("title", &["title", "tieu de", "ten", "ten bao cao"]),
    (
        "province",
        &["province", "tinh", "tinh thanh", "dia phuong"],
    ),
    ("period", &["period", "ky", "ky bao cao"]),
    (
        "published",
        &["published", "date", "ngay", "ngay dang", "ngay ban hanh"],
    ),
    ("publisher", &["publisher", "source", "nguon", "co quan"]),
    ("url", &["url", "link", "lien ket"]),
];

/// Where the fields of a record stand in a row.
#[derive(Clone, Debug)]
pub(crate) struct Columns([Option<usize>; COLUMNS.len()]);

impl Columns {
    /// By the names in the header; `None` where no column holds texts.
    pub fn of<'a>(header: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut columns: [Option<usize>; COLUMNS.len()] = Default::default();
        for (index, name) in header.enumerate() {
            let name = fold(name.trim().trim_start_matches('\u{feff}')).replace('_', " ");
            for (column, (_, names)) in columns.iter_mut().zip(COLUMNS) {
                if column.is_none() && names.iter().any(|known| fold(known) == name) {
                    *column = Some(index);
                }
            }
        }
        columns[0].map(|_| Self(columns))
    }

    /// The record in a row whose fields `field` gives by their number; `None` where it has no text.
    pub fn record(&self, field: impl Fn(usize) -> Option<String>) -> Option<Record> {
        let value = |at: usize| {
            let value = field(self.0[at]?)?;
            let trimmed = value.trim();
            match trimmed.len() {
                0 => None,
                length if length == value.len() => Some(value),
                _ => Some(trimmed.to_owned()),
            }
        };
        Some(Record {
            text: value(0)?,
            id: value(1),
            title: value(2),
            province: value(3),
            period: value(4),
            published: value(5),
            publisher: value(6),
            url: value(7),
        })
    }
}

/// The records of a CSV file, `None` where no column of its header holds texts.
///
/// The separator is the comma, semicolon or tab that the header has most of.
///
/// # Errors
/// More text than the limit, or rows that cannot be read.
pub fn records(bytes: &[u8], limits: &Limits) -> Result<Option<Vec<Record>>> {
    let budget = Budget::new(limits.clone());
    let (text, _) = charset::decode(bytes, None);
    let mut reader = reader(&text);
    let header = reader.headers().map_err(broken)?.clone();
    let Some(columns) = Columns::of(header.iter()) else {
        return Ok(None);
    };
    let mut records = Vec::new();
    let mut size = 0;
    for row in reader.into_records() {
        let row = row.map_err(broken)?;
        let Some(record) = columns.record(|at| row.get(at).map(str::to_owned)) else {
            continue;
        };
        size += record.text.len();
        check(size, limits.text, "size of the text")?;
        if records.len() % 1024 == 0 {
            budget.check_time(Format::Csv)?;
        }
        records.push(record);
    }
    Ok(Some(records))
}

/// All of a CSV file as one text: its records one after the other, or its rows as a table.
pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<Extracted> {
    let mut out = String::new();
    if let Some(records) = records(bytes, &budget.limits)? {
        for record in records {
            if let Some(title) = record.title {
                budget.push(&mut out, &title)?;
                budget.push(&mut out, "\n")?;
            }
            budget.push(&mut out, &record.text)?;
            budget.push(&mut out, "\n\n")?;
        }
    } else {
        let (text, _) = charset::decode(bytes, None);
        let mut reader = reader(&text);
        let header = reader.headers().map_err(broken)?.clone();
        let mut line = String::new();
        for row in std::iter::once(Ok(header)).chain(reader.into_records()) {
            let row = row.map_err(broken)?;
            let cells: Vec<String> = row.iter().map(table::one_line).collect();
            line.clear();
            table::push_row(&mut line, &cells, cells.len());
            budget.push(&mut out, &line)?;
        }
    }
    Ok(Extracted {
        text: out,
        ..Extracted::default()
    })
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator(text.as_bytes()))
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The comma, semicolon or tab that the first line has most of.
pub(crate) fn separator(head: &[u8]) -> u8 {
    let header = head.split(|b| *b == b'\n').next().unwrap_or_default();
    *b",;\t"
        .iter()
        .max_by_key(|mark| (header.iter().filter(|b| b == mark).count(), **mark == b','))
        .unwrap_or(&b',')
}

fn broken(error: csv::Error) -> ExtractError {
    ExtractError::malformed(Format::Csv, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_texts_gives_records() {
        let csv = "Mã;Tiêu đề;Nội dung\n1;Kết quả;\"Vốn đầu tư tăng; dự án mới nhiều\"\n2;Trống;\n";
        let records = records(csv.as_bytes(), &Limits::default())
            .unwrap()
            .unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].id.as_deref(), Some("1"));
        assert_eq!(records[0].title.as_deref(), Some("Kết quả"));
        assert_eq!(records[0].text, "Vốn đầu tư tăng; dự án mới nhiều");
    }

    #[test]
    fn without_such_a_column_it_is_a_table() {
        let csv = "Chỉ tiêu,2020\nThu,\"1.500,5\"\n";
        assert_eq!(records(csv.as_bytes(), &Limits::default()).unwrap(), None);
        let read = read(csv.as_bytes(), &Budget::new(Limits::default())).unwrap();
        assert_eq!(read.text, "Chỉ tiêu | 2020\nThu | 1.500,5\n");
    }
}
