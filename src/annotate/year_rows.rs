//! Tables that text extraction left as lines of words and numbers: a line of years, and below it rows of a label with a number for
//! each year: `Thu ngân sách (tỷ đồng) 812 905,5 1.020`.

use super::layout::{Layout, Line};
use super::metric::Cues;
use super::observation::Surroundings;
use super::table::{Cell, Column, number, read_row, unit_in};
use crate::Span;
use crate::model::{Basis, Observation, Period, Taxonomy};
use crate::text::{Tokens, fold};

/// Years of the narrowest table.
const YEARS: usize = 3;
/// Words of the longest label of the line of years.
const HEAD: usize = 6;

/// Reads the figures of all such tables; numbers that are figures already stay as they are.
pub(crate) fn read_year_rows(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let lines = layout.lines();
    let known: Vec<usize> = {
        let mut starts: Vec<usize> = figures.iter().map(|f| f.span.start).collect();
        starts.sort_unstable();
        starts
    };
    let mut next = 0;
    while next < lines.len() {
        let head = line_of(tokens, &lines[next]);
        next += 1;
        let Some(years) = years(head.of(text)) else {
            continue;
        };
        let mut columns = vec![Column::Label];
        columns.extend(
            years
                .iter()
                .map(|(basis, year)| Column::Level(*basis, *year)),
        );
        let heads = vec![String::new(); columns.len()];
        let caption = next.checked_sub(2).map(|at| line_of(tokens, &lines[at]));
        let common = caption.and_then(|span| unit_in(span.of(text)));
        while let Some(row) = lines
            .get(next)
            .and_then(|line| row_of(text, line_of(tokens, line), years.len()))
        {
            next += 1;
            let before = figures.len();
            read_row(
                text,
                &row,
                &columns,
                &heads,
                common.as_deref(),
                taxonomy,
                cues,
                around,
                figures,
            );
            let read = figures.split_off(before);
            figures.extend(
                read.into_iter()
                    .filter(|f| known.binary_search(&f.span.start).is_err()),
            );
        }
    }
}

fn line_of(tokens: &Tokens, line: &Line) -> Span {
    let list = tokens.list();
    list[line.first as usize]
        .span
        .cover(list[line.end as usize - 1].span)
}

/// `Năm 2006 2007 2008 KH 2009`: the years of a line that is nothing else, and what is told of each.
fn years(line: &str) -> Option<Vec<(Basis, Option<Period>)>> {
    if line.contains(['\t', '|', ',', '.', ';']) {
        return None;
    }
    let mut found = Vec::new();
    let (mut basis, mut words) = (Basis::Actual, 0);
    for part in line.split_whitespace() {
        match part.parse::<i32>() {
            Ok(year) if part.len() == 4 && (1990..2100).contains(&year) => {
                found.push((basis, Period::year(year)));
                basis = Basis::Actual;
            }
            _ => match fold(part).as_str() {
                "kh" | "ke" | "hoach" | "muc" | "tieu" => basis = Basis::Target,
                "uoc" | "uth" => basis = Basis::Estimate,
                "th" | "nam" | "thuc" | "hien" => {}
                _ if found.is_empty() && words < HEAD => words += 1,
                _ => return None,
            },
        }
    }
    (found.len() >= YEARS).then_some(found)
}

/// A label and so many numbers behind it.
fn row_of(text: &str, span: Span, count: usize) -> Option<Vec<Cell<'_>>> {
    let body = span.of(text);
    if body.contains(['\t', '|']) {
        return None;
    }
    let mut cells = Vec::with_capacity(count + 1);
    let mut end = body.len();
    for _ in 0..count {
        let rest = body[..end].trim_end();
        let start = rest.rfind(char::is_whitespace).map_or(0, |at| {
            at + rest[at..].chars().next().map_or(1, char::len_utf8)
        });
        number(&rest[start..])?;
        let place = Span::new(span.start + start, span.start + rest.len());
        cells.push(Cell {
            text: place.of(text),
            span: place,
        });
        end = start;
    }
    let label = body[..end].trim_end();
    // One number more is one that no year heads.
    let last = label.rsplit(char::is_whitespace).next()?;
    if number(last).is_some() || label.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return None;
    }
    let place = Span::new(span.start, span.start + label.len());
    cells.push(Cell {
        text: place.of(text),
        span: place,
    });
    cells.reverse();
    Some(cells)
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Given, annotate};
    use crate::model::Taxonomy;

    fn read(text: &str) -> Vec<String> {
        let figures = annotate(text, &Given::default(), Taxonomy::get()).figures;
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
    fn rows_of_a_label_and_numbers_are_read_under_a_line_of_years() {
        let text = "Bảng 2. Kinh tế tỉnh Hậu Giang\n\nNăm 2011 2012 2013 KH 2014\n\
            Thu ngân sách (tỷ đồng) 912 1.005,5 1.120 1.300\nXuất khẩu (triệu USD) 184 201,5 197 220\nSản lượng lúa (tấn) 41 43 45 47\n\
            Nguồn: số liệu tỉnh";
        assert_eq!(
            read(text),
            [
                "budget.revenue 912000000000 Actual 2011",
                "budget.revenue 1005500000000 Actual 2012",
                "budget.revenue 1120000000000 Actual 2013",
                "budget.revenue 1300000000000 Target 2014",
                "trade.exports 184000000 Actual 2011",
                "trade.exports 201500000 Actual 2012",
                "trade.exports 197000000 Actual 2013",
                "trade.exports 220000000 Target 2014",
            ]
        );
    }

    #[test]
    fn rows_of_another_length_give_nothing() {
        assert!(
            read("Năm 2011 2012 2013\nThu ngân sách (tỷ đồng) 912 1.005,5\nXuất khẩu (triệu USD) 1 184 201,5 197\n").is_empty()
        );
    }
}
