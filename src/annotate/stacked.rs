//! Tables that text extraction left with one cell a line: the heads of the columns, then row after row, each cell on a line of its own.
//!
//! The grid is found again from the runs of lines that are numbers: as many in each row as there are heads above. Rows of another
//! length (an empty cell leaves no line) give nothing, for which number stands under which head is not known.

use super::layout::{Layout, Line};
use super::metric::Cues;
use super::observation::Surroundings;
use super::table::{Cell, Column, column, number, read_row, unit_in};
use crate::model::{Observation, Taxonomy};
use crate::text::{TokenKind, Tokens};

/// What a line may be of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A number, or a mark for none.
    Value,
    /// A year alone, which may head a column.
    Year,
    /// A row number, where the rows count on so.
    Ordinal(u32),
    /// Words: a head, a label, a unit.
    Words,
    /// A sentence: no cell.
    Prose,
}

/// Words of the longest label.
const LABEL: u32 = 24;
/// Lines of words between two rows of a table: headings of its parts, numbers of rows in Roman.
const BETWEEN: usize = 8;
/// Lines above the heads in which the unit of all values may stand.
const CAPTION: usize = 4;
/// Columns of values, at least and at most.
const COLUMNS: std::ops::RangeInclusive<usize> = 2..=16;

/// Reads the figures of all such tables.
pub(crate) fn read_stacked(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let kinds = kinds(text, tokens, layout.lines());
    // Two rows of two numbers are the least of a table.
    let values = kinds.windows(2).filter(|w| *w == [Kind::Value; 2]).count();
    if values < 2 {
        return;
    }
    let cells: Vec<Cell<'_>> = layout
        .lines()
        .iter()
        .map(|line| {
            let span = line.span(tokens);
            Cell {
                text: span.of(text),
                span,
            }
        })
        .collect();
    let groups = groups(&kinds);
    let mut next = 0;
    while next < groups.len() {
        let Some(grid) = Grid::find(&cells, &kinds, &groups[next..]) else {
            next += 1;
            continue;
        };
        for row in &grid.rows {
            let cells: Vec<Cell<'_>> = row.iter().map(|&line| cells[line]).collect();
            let blanks = row.len() - grid.columns.len();
            let mut columns = vec![Column::Label, Column::Unit][..blanks.min(2)].to_vec();
            columns.extend(&grid.columns);
            let mut heads = vec![String::new(); blanks];
            heads.extend(grid.heads.iter().cloned());
            read_row(
                text,
                &cells,
                &columns,
                &heads,
                grid.unit.as_deref(),
                taxonomy,
                cues,
                around,
                figures,
            );
        }
        next += grid.groups;
    }
}

fn kinds(text: &str, tokens: &Tokens, lines: &[Line]) -> Vec<Kind> {
    /// Tokens of the longest number: a sign, the number, a per cent sign, a mark.
    const NUMBER: u32 = 4;
    let list = tokens.list();
    let kind = |line: &Line| {
        let last = list[line.end as usize - 1].span.of(text);
        if line.words > LABEL || (line.words > 3 && matches!(last, "." | ";")) {
            return Kind::Prose;
        }
        let inside = &list[line.first as usize..line.end as usize];
        if line.words > 0
            || line.end - line.first > NUMBER
            || inside
                .iter()
                .any(|t| !matches!(t.kind, TokenKind::Number | TokenKind::Punct))
        {
            return Kind::Words;
        }
        let cell = line.span(tokens).of(text);
        if matches!(cell, "-" | "–" | "…" | "..." | "x") {
            return Kind::Value;
        }
        match (cell.parse::<u32>(), number(cell)) {
            (Ok(1990..=2099), _) => Kind::Year,
            (Ok(n @ 1..=99), _) if cell.len() <= 2 => Kind::Ordinal(n),
            (_, Some(_)) => Kind::Value,
            _ => Kind::Words,
        }
    };
    lines.iter().map(kind).collect()
}

/// Runs of lines that are numbers, a row of years left out.
fn groups(kinds: &[Kind]) -> Vec<std::ops::Range<usize>> {
    let is_number = |kind: &Kind| !matches!(kind, Kind::Words | Kind::Prose);
    let mut groups = Vec::new();
    let mut at = 0;
    while at < kinds.len() {
        let first = at;
        while at < kinds.len() && is_number(&kinds[at]) {
            at += 1;
        }
        let run = &kinds[first..at];
        if !run.is_empty() && !run.iter().all(|k| *k == Kind::Year) {
            groups.push(first..at);
        }
        at += 1;
    }
    groups
}

/// The values of one row: `k` numbers, behind which the number of the next row may stand.
fn row_of(
    kinds: &[Kind],
    group: &std::ops::Range<usize>,
    k: usize,
    ordinal: &mut u32,
) -> Option<std::ops::Range<usize>> {
    let numbered = match kinds[group.end - 1] {
        Kind::Ordinal(n) if n == *ordinal + 1 || n == 1 => Some(n),
        _ => None,
    };
    let row = match (group.len().checked_sub(k), numbered) {
        (Some(0), _) => return Some(group.clone()),
        (Some(1), Some(_)) => Some(group.start..group.end - 1),
        _ => None,
    };
    *ordinal = numbered.unwrap_or(*ordinal);
    row
}

/// A table found again.
struct Grid {
    /// The columns of values, and their heads.
    columns: Vec<Column>,
    heads: Vec<String>,
    /// The unit of all values, stated above.
    unit: Option<String>,
    /// Lines of each row: label, unit where there is one, values.
    rows: Vec<Vec<usize>>,
    /// Runs of numbers it takes in.
    groups: usize,
}

impl Grid {
    /// The table whose first row ends in the first of `groups`.
    fn find(cells: &[Cell<'_>], kinds: &[Kind], groups: &[std::ops::Range<usize>]) -> Option<Self> {
        let head = |line: usize| -> Option<Column> {
            if !matches!(kinds[line], Kind::Words | Kind::Year) {
                return None;
            }
            let column = column(cells[line].text);
            matches!(
                column,
                Column::Level(..) | Column::Growth { .. } | Column::Plan
            )
            .then_some(column)
        };
        let told = |column: Option<Column>| match column {
            Some(Column::Level(_, period)) => period.is_some(),
            Some(_) => true,
            None => false,
        };
        let first = groups.first()?;
        if !COLUMNS.contains(&first.len()) {
            return None;
        }
        // The heads: the nearest run above the label of the first row.
        let label = first
            .start
            .checked_sub(1)
            .filter(|&line| kinds[line] == Kind::Words)?;
        let label = label.checked_sub(usize::from(is_unit(cells[label].text)))?;
        let end = (label.saturating_sub(BETWEEN)..=label)
            .rev()
            .find(|&end| end > 0 && told(head(end - 1)))?;
        let start = (0..end)
            .rev()
            .take_while(|&line| head(line).is_some())
            .last()?;
        let run = start..end;
        let count = groups_of(kinds, groups);
        let ordinal_of = |line: usize| match kinds[line] {
            Kind::Ordinal(n) => Some(n),
            _ => None,
        };
        let opens = (run.end..first.start)
            .rev()
            .find_map(ordinal_of)
            .unwrap_or(0);
        let fitting = |k: usize| {
            let mut ordinal = opens;
            let fits = groups[..count]
                .iter()
                .filter(|group| row_of(kinds, group, k, &mut ordinal).is_some())
                .count();
            (fits, k)
        };
        // What stands over several heads is a head without a period before them.
        let bare = run.clone().take_while(|&line| !told(head(line))).count();
        let (fits, k) = (run.len() - bare..=run.len())
            .filter(|k| COLUMNS.contains(k))
            .map(fitting)
            .max()?;
        let whole = groups[..count].iter().filter(|g| g.len() > 1).count();
        if fits < 2 || fits * 4 < whole * 3 {
            return None;
        }
        let heads: Vec<usize> = (run.end - k..run.end).collect();
        let mut rows = Vec::new();
        let mut ordinal = opens;
        let mut before = run.end;
        for group in &groups[..count] {
            let words = before.max(group.start.saturating_sub(BETWEEN))..group.start;
            before = group.end;
            let Some(values) = row_of(kinds, group, k, &mut ordinal) else {
                continue;
            };
            rows.extend(labels(cells, words).map(|mut row| {
                row.extend(values);
                row
            }));
        }
        Some(Self {
            unit: (run.start.saturating_sub(CAPTION)..run.start)
                .rev()
                .find_map(|line| unit_in(cells[line].text)),
            columns: heads.iter().filter_map(|&line| head(line)).collect(),
            heads: heads
                .iter()
                .map(|&line| cells[line].text.to_owned())
                .collect(),
            rows,
            groups: count,
        })
    }
}

/// How many runs of numbers lie in one table: up to a sentence, or to more lines of words than part its rows.
fn groups_of(kinds: &[Kind], groups: &[std::ops::Range<usize>]) -> usize {
    let apart = |pair: &[std::ops::Range<usize>]| {
        let between = &kinds[pair[0].end..pair[1].start];
        between.len() > BETWEEN
            || between
                .iter()
                .any(|k| matches!(k, Kind::Prose | Kind::Year))
    };
    groups
        .windows(2)
        .position(apart)
        .map_or(groups.len(), |i| i + 1)
}

/// Whether a line is a unit alone, which no label has in brackets.
fn is_unit(cell: &str) -> bool {
    !cell.ends_with(')') && unit_in(cell).is_some()
}

/// The lines of a row's label and unit, the last of the words before its values.
fn labels(cells: &[Cell<'_>], words: std::ops::Range<usize>) -> Option<Vec<usize>> {
    let last = words.clone().next_back()?;
    let label = last.checked_sub(usize::from(is_unit(cells[last].text)))?;
    // A small letter goes on with a label that began a line before.
    let begins = !cells[label].text.starts_with(char::is_lowercase);
    (words.contains(&label) && begins).then(|| (label..=last).collect())
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Given, annotate};
    use crate::model::Taxonomy;

    fn read(lines: &[&str]) -> Vec<String> {
        let text = lines.join("\n\n");
        let figures = annotate(&text, &Given::default(), Taxonomy::get()).figures;
        figures
            .iter()
            .map(|f| {
                let period = f.period.map_or("-".to_owned(), |p| p.to_string());
                format!(
                    "{} {} {:?} {period}",
                    f.metric,
                    f.value.normalize(),
                    f.basis
                )
            })
            .collect()
    }

    #[test]
    fn cells_on_lines_of_their_own_make_rows() {
        let figures = read(&[
            "Chỉ tiêu",
            "Đơn vị tính",
            "Thực hiện 2015",
            "Ước thực hiện 2016",
            "I",
            "Kinh tế",
            "1",
            "Thu ngân sách nhà nước",
            "Tỷ đồng",
            "2.310",
            "2.645",
            "2",
            "Kim ngạch xuất khẩu",
            "Triệu USD",
            "184,5",
            "201",
            "3",
            "Sản lượng thủy sản",
            "Tấn",
            "41.200",
            "43.900",
        ]);
        assert_eq!(
            figures,
            [
                "budget.revenue 2310000000000 Actual 2015",
                "budget.revenue 2645000000000 Estimate 2016",
                "trade.exports 184500000 Actual 2015",
                "trade.exports 201000000 Estimate 2016",
            ]
        );
    }

    #[test]
    fn rows_that_miss_a_cell_give_nothing() {
        let figures = read(&[
            "Tình hình kinh tế qua các năm",
            "2007",
            "2008",
            "2009",
            "Tốc độ tăng GDP (%)",
            "10,2",
            "9,1",
            "8,7",
            "Thu ngân sách (tỷ đồng)",
            "812",
            "905,5",
            "Giá trị xuất khẩu (triệu USD)",
            "64",
            "71,2",
            "58,9",
            "Tổng mức bán lẻ hàng hóa",
            "và dịch vụ (tỷ đồng)",
            "2.100",
            "2.450",
            "2.870",
        ]);
        assert_eq!(
            figures,
            [
                "grdp.growth 10.2 Actual 2007",
                "grdp.growth 9.1 Actual 2008",
                "grdp.growth 8.7 Actual 2009",
                "trade.exports 64000000 Actual 2007",
                "trade.exports 71200000 Actual 2008",
                "trade.exports 58900000 Actual 2009",
            ]
        );
    }

    #[test]
    fn numbers_under_no_heads_are_no_table() {
        assert!(
            read(&[
                "Thống kê truy cập",
                "Thu ngân sách (tỷ đồng)",
                "812",
                "905",
                "Xuất khẩu (triệu USD)",
                "64",
                "71",
            ])
            .is_empty()
        );
    }
}
