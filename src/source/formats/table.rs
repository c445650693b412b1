//! Tables of any format to lines: one row a line, cells joined by ` | `.

/// A cell as its format gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub text: String,
    /// Columns and rows that it covers; 0 counts as 1.
    pub cols: usize,
    pub rows: usize,
    /// Marked as a header by the format.
    pub is_header: bool,
}

/// Wider tables are cut: no report has one, and a column span costs nothing to write.
const MAX_COLUMNS: usize = 1024;

/// The lines of a table, each ended by `\n`; rows without text are left out.
///
/// Rows that only hold one cell across the whole width above the header are captions and stand as plain lines. A header of several rows
/// becomes one line, the labels of a column joined from top to bottom: `Năm 2020` over `Kế hoạch` is `Năm 2020 Kế hoạch`.
pub(super) fn lines(rows: &[Vec<Cell>]) -> String {
    numbered_lines(rows, |_, _| {})
}

/// The same; `note` is told where each line begins and which row it is, of a header of several rows the first.
pub(super) fn numbered_lines(rows: &[Vec<Cell>], mut note: impl FnMut(usize, usize)) -> String {
    let grid = expand(rows);
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    let mut first = 0;
    for (number, (row, cells)) in rows.iter().zip(&grid).enumerate() {
        let filled: Vec<&Cell> = filled(row).collect();
        let is_caption = match filled.as_slice() {
            [] => true,
            [one] => one.cols.max(1) >= width || cells.len() <= 1 || row.len() == 1,
            _ => false,
        };
        if !is_caption {
            break;
        }
        first += 1;
        if let [one] = filled.as_slice() {
            note(out.len(), number);
            out.push_str(&one_line(&one.text));
            out.push('\n');
        }
    }
    let header = header_rows(&rows[first..]);
    let mut start = first;
    if header > 1 {
        let mut joined = vec![String::new(); width];
        for row in &grid[first..first + header] {
            for (column, text) in row.iter().enumerate() {
                if text.is_empty() || joined[column].ends_with(text.as_str()) {
                    continue;
                }
                if !joined[column].is_empty() {
                    joined[column].push(' ');
                }
                joined[column].push_str(text);
            }
        }
        note(out.len(), first);
        push_row(&mut out, &joined, width);
        start += header;
    }
    // Lines across the whole width below the last row of values are text behind the table; between rows they are its sections.
    let last = rows
        .iter()
        .rposition(|row| filled(row).count() > 1)
        .unwrap_or(0);
    for (index, row) in grid.iter().enumerate().skip(start) {
        let mut texts = filled(&rows[index]);
        let texts = (texts.next(), texts.next());
        if texts.0.is_some() {
            note(out.len(), index);
        }
        match texts {
            (None, _) => {}
            (Some(one), None) if one.cols > 1 && index > last => {
                out.push_str(&one_line(&one.text));
                out.push('\n');
            }
            (Some(one), None) if one.cols > 1 => push_row(&mut out, &[one_line(&one.text)], width),
            _ => push_row(&mut out, row, width),
        }
    }
    out
}

/// The cells of a row that hold text.
fn filled(row: &[Cell]) -> impl Iterator<Item = &Cell> {
    row.iter().filter(|cell| !cell.text.trim().is_empty())
}

/// One row as a line.
pub(super) fn push_row(out: &mut String, row: &[String], width: usize) {
    for column in 0..width {
        if column > 0 {
            out.push_str(" | ");
        }
        out.push_str(row.get(column).map_or("", String::as_str));
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// A text on one line, without the mark that joins cells.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}') {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if out.contains('|') {
        out.replace('|', "/")
    } else {
        out
    }
}

/// Rows of the header: those marked as such, or as many as the spans of the first row ask for.
fn header_rows(rows: &[Vec<Cell>]) -> usize {
    let Some(first) = rows.first() else {
        return 0;
    };
    let marked = rows
        .iter()
        .take_while(|row| !row.is_empty() && row.iter().all(|cell| cell.is_header))
        .count();
    let spanned = if first.iter().any(|cell| cell.cols > 1) {
        let tallest = first.iter().map(|cell| cell.rows.max(1)).max().unwrap_or(1);
        // Labels under labels; a row with a value in it is no header.
        rows.iter()
            .take(tallest.max(1))
            .take_while(|row| row.iter().all(|cell| !is_value(&cell.text)))
            .count()
    } else {
        1
    };
    marked.max(spanned).min(4).min(rows.len())
}

/// A number with a sign or a short unit, so that it is not repeated into the cells that it spans; a year is a label.
fn is_value(text: &str) -> bool {
    let opens_with_digit = text
        .chars()
        .find(|c| c.is_alphanumeric())
        .is_some_and(|c| c.is_ascii_digit());
    opens_with_digit
        && text.chars().filter(|c| c.is_alphabetic()).count() <= 3
        && !is_year(text.trim())
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.starts_with("19") || text.starts_with("20"))
}

/// The texts by row and column, spans filled: labels repeated, values not.
fn expand(rows: &[Vec<Cell>]) -> Vec<Vec<String>> {
    let mut grid: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    // What cells above still cover: rows left and text, by column.
    let mut above: Vec<(usize, String)> = Vec::new();
    for row in rows {
        let mut out: Vec<String> = Vec::new();
        let mut cells = row.iter();
        let mut fresh: Vec<(usize, usize, String)> = Vec::new();
        loop {
            while out.len() < MAX_COLUMNS
                && let Some((left, text)) = above.get_mut(out.len())
                && *left > 0
            {
                *left -= 1;
                out.push(text.clone());
            }
            let Some(cell) = cells.next() else { break };
            let text = one_line(&cell.text);
            let repeated = if is_value(&text) {
                String::new()
            } else {
                text.clone()
            };
            for part in 0..cell.cols.max(1) {
                if out.len() >= MAX_COLUMNS {
                    break;
                }
                if cell.rows > 1 {
                    fresh.push((out.len(), cell.rows - 1, repeated.clone()));
                }
                out.push(if part == 0 {
                    text.clone()
                } else {
                    repeated.clone()
                });
            }
        }
        // Columns behind the last cell may be covered from above as well.
        while let Some((left, text)) = above.get_mut(out.len()) {
            let covered = *left > 0;
            *left = left.saturating_sub(1);
            out.push(if covered { text.clone() } else { String::new() });
        }
        while out.last().is_some_and(String::is_empty) {
            out.pop();
        }
        for (column, left, text) in fresh {
            if above.len() <= column {
                above.resize(column + 1, (0, String::new()));
            }
            above[column] = (left, text);
        }
        grid.push(out);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, cols: usize, rows: usize) -> Cell {
        Cell {
            text: text.to_owned(),
            cols,
            rows,
            is_header: false,
        }
    }

    #[test]
    fn joins_cells_and_keeps_empty_ones() {
        let rows = vec![
            vec![
                cell("Chỉ tiêu", 1, 1),
                cell("2019", 1, 1),
                cell("2020", 1, 1),
            ],
            vec![cell("Số dự án", 1, 1), cell("", 1, 1), cell("12", 1, 1)],
            vec![cell("", 1, 1), cell("", 1, 1)],
        ];
        assert_eq!(lines(&rows), "Chỉ tiêu | 2019 | 2020\nSố dự án |  | 12\n");
    }

    #[test]
    fn a_header_of_two_rows_becomes_one_line() {
        let rows = vec![
            vec![cell("Biểu 1. Kết quả", 4, 1)],
            vec![
                cell("Chỉ tiêu", 1, 2),
                cell("Năm 2020", 2, 1),
                cell("So sánh\n(%)", 1, 2),
            ],
            vec![cell("Kế hoạch", 1, 1), cell("Thực hiện", 1, 1)],
            vec![
                cell("Thu", 1, 1),
                cell("10", 1, 1),
                cell("11", 1, 1),
                cell("110", 1, 1),
            ],
        ];
        assert_eq!(
            lines(&rows),
            "Biểu 1. Kết quả\nChỉ tiêu | Năm 2020 Kế hoạch | Năm 2020 Thực hiện | So sánh (%)\nThu | 10 | 11 | 110\n"
        );
    }

    #[test]
    fn labels_are_repeated_over_their_rows_and_values_are_not() {
        let rows = vec![
            vec![cell("Địa bàn", 1, 1), cell("Năm", 1, 1), cell("Vốn", 1, 1)],
            vec![
                cell("Phía Đông", 1, 2),
                cell("2019", 1, 1),
                cell("1.500", 1, 2),
            ],
            vec![cell("2020", 1, 1)],
        ];
        assert_eq!(
            lines(&rows),
            "Địa bàn | Năm | Vốn\nPhía Đông | 2019 | 1.500\nPhía Đông | 2020 |\n"
        );
    }

    #[test]
    fn a_span_of_any_size_stays_narrow() {
        let rows = vec![
            vec![cell("a", usize::MAX, usize::MAX)],
            vec![cell("b", 1, 1); 3],
        ];
        assert!(lines(&rows).len() < 10_000);
    }
}
