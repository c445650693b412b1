//! References to cells as spreadsheets write them: `C5`, `'Biểu 1'!A5:D5`.

/// Columns beyond are not named one by one.
const MAX_RANGES: usize = 16;

/// A column by its letters: 0 is `A`, 26 is `AA`.
fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// The inverse of [`letters`]; `None` for what is none.
fn column(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 4 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column * 26 + u32::from(letter - b'A') + 1;
    }
    Some(column - 1)
}

/// The cells of one row: `Tổng_hợp!A5:D5`, with gaps `'Biểu 1'!A5:B5,D5`; `columns` rise.
pub(crate) fn range(sheet: &str, row: u32, columns: &[u32]) -> String {
    let is_plain = sheet.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !sheet.starts_with(|c: char| c.is_ascii_digit());
    let mut out = if is_plain {
        sheet.to_owned()
    } else {
        // One line, whatever the file calls its sheet.
        let name: String = sheet
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        format!("'{}'", name.replace('\'', "''"))
    };
    out.push('!');
    let runs = columns.chunk_by(|a, b| a + 1 == *b);
    for (i, run) in runs.take(MAX_RANGES).enumerate() {
        if i > 0 {
            out.push(',');
        }
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            out.push_str(&format!("{}{row}", letters(*first)));
            if last > first {
                out.push_str(&format!(":{}{row}", letters(*last)));
            }
        }
    }
    out
}

/// The `nth` cell, from 0, of what [`range`] wrote: `'Biểu 1'!D5`. `None` for other references, and beyond the last cell.
pub(crate) fn cell(range: &str, nth: usize) -> Option<String> {
    let (sheet, ranges) = range.rsplit_once('!')?;
    let mut left = u32::try_from(nth).ok()?;
    for part in ranges.split(',') {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        let split = |cell: &str| -> Option<(u32, u32)> {
            let digits = cell.find(|c: char| c.is_ascii_digit())?;
            Some((column(&cell[..digits])?, cell[digits..].parse().ok()?))
        };
        let ((from, row), (to, _)) = (split(first)?, split(last)?);
        let width = to.checked_sub(from)? + 1;
        if left < width {
            return Some(format!("{sheet}!{}{row}", letters(from + left)));
        }
        left -= width;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (number, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16_383, "XFD"),
        ] {
            assert_eq!(letters(number), name);
            assert_eq!(column(name), Some(number));
        }
        assert_eq!(column(""), None);
        assert_eq!(column("a"), None);
    }

    #[test]
    fn ranges_name_each_cell() {
        let plain = range("Sheet1", 5, &[0, 1, 2]);
        assert_eq!(plain, "Sheet1!A5:C5");
        assert_eq!(cell(&plain, 2).as_deref(), Some("Sheet1!C5"));
        assert_eq!(cell(&plain, 3), None);
        let gaps = range("Biểu 'a'\n!", 12, &[1, 3, 4, 30]);
        assert_eq!(gaps, "'Biểu ''a'' !'!B12,D12:E12,AE12");
        let cells: Vec<_> = (0..5).map(|nth| cell(&gaps, nth)).collect();
        assert_eq!(
            cells,
            [
                Some("'Biểu ''a'' !'!B12".to_owned()),
                Some("'Biểu ''a'' !'!D12".to_owned()),
                Some("'Biểu ''a'' !'!E12".to_owned()),
                Some("'Biểu ''a'' !'!AE12".to_owned()),
                None
            ]
        );
        assert_eq!(cell("page=3", 0), None);
    }
}
