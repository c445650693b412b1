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
    let mut columns: [Option<usize>; COLUMNS.len()] = Default::default();
    let header = reader.headers().map_err(broken)?.clone();
    for (index, name) in header.iter().enumerate() {
        let name = fold(name.trim().trim_start_matches('\u{feff}')).replace('_', " ");
        for (column, (_, names)) in columns.iter_mut().zip(COLUMNS) {
            if column.is_none() && names.iter().any(|known| fold(known) == name) {
                *column = Some(index);
            }
        }
    }
    let [
        Some(text_column),
        id,
        title,
        province,
        period,
        published,
        publisher,
        url,
    ] = columns
    else {
        return Ok(None);
    };
    let mut records = Vec::new();
    let mut size = 0;
    for row in reader.into_records() {
        let row = row.map_err(broken)?;
        let field = |column: Option<usize>| {
            let value = row.get(column?)?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let Some(text) = field(Some(text_column)) else {
            continue;
        };
        size += text.len();
        check(size, limits.text, "size of the text")?;
        if records.len() % 1024 == 0 {
            budget.check_time(Format::Csv)?;
        }
        records.push(Record {
            id: field(id),
            title: field(title),
            text,
            province: field(province),
            period: field(period),
            published: field(published),
            publisher: field(publisher),
            url: field(url),
        });
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
    let header = text.lines().next().unwrap_or_default();
    let separator = *b",;\t"
        .iter()
        .max_by_key(|mark| {
            (
                header.bytes().filter(|b| b == *mark).count(),
                **mark == b',',
            )
        })
        .unwrap_or(&b',');
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(text.as_bytes())
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
