//! Tables that text extraction left with nothing but spaces between their cells: `3 Giá trị xuất khẩu (triệu USD) 540 600` under
//! `Chỉ tiêu Ước TH năm 2013 KH năm 2014`.
//!
//! A row is a label with its unit and at least two numbers; rows of one table have as many as its head names years. Without such a
//! head, or with another number of cells (an empty one leaves nothing), nothing is read.

use super::layout::Layout;
use super::metric::Cues;
use super::observation::Surroundings;
use super::table::{Cell, Column, column, number, read_row, unit_in};
use crate::Span;
use crate::model::{Observation, Taxonomy};
use crate::text::Tokens;

/// Columns of values, at least and at most.
const COLUMNS: std::ops::RangeInclusive<usize> = 2..=12;
/// Lines above the first row in which the head may stand, and lines between two rows.
const NEAR: usize = 3;
/// Runs of the longest table, so that time stays linear.
const LONGEST: usize = 600;
/// Rows of the smallest table whose head is no row of years.
const ROWS: usize = 3;

/// A run of words, or of numbers.
#[derive(Debug)]
struct Run {
    line: usize,
    /// Each word of it.
    words: Vec<Span>,
    numbers: bool,
}

/// A row: whose name and unit stand in `label`, and its values.
struct Row<'r> {
    label: Option<&'r Run>,
    values: &'r Run,
}

/// Reads the figures of all such tables.
pub(crate) fn read_spaced(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let lines: Vec<Span> = layout.lines().iter().map(|l| l.span(tokens)).collect();
    let runs = runs(text, &lines);
    let mut at = 0;
    while at < runs.len() {
        let Some((heads, first)) = heads(text, &runs, at) else {
            at += 1;
            continue;
        };
        let years = runs[at].numbers;
        let rows = rows(text, &runs[first..], heads.len());
        if rows.len() < if years { 1 } else { ROWS } {
            at += 1;
            continue;
        }
        let mut columns = vec![Column::Label];
        columns.extend(heads.iter().map(|head| column(head)));
        let mut headers = vec![String::new()];
        headers.extend(heads);
        for row in &rows {
            let Some((label, unit)) = label(text, row, &|| caption(text, &lines, runs[at].line))
            else {
                continue;
            };
            let mut cells = vec![label];
            cells.extend(row.values.words.iter().map(|&span| Cell {
                text: span.of(text),
                span,
            }));
            let mut found = Vec::new();
            read_row(
                text,
                &cells,
                &columns,
                &headers,
                unit.as_deref(),
                taxonomy,
                cues,
                around,
                &mut found,
            );
            let from = if years {
                runs[at].words[0].start
            } else {
                row.values.words[0].start
            };
            let to = cells[cells.len() - 1].span.end;
            if !found.is_empty() {
                figures.retain(|f| f.span.end <= from || f.span.start >= to);
                figures.append(&mut found);
            }
        }
        at = first + 1;
    }
}

/// The runs of all lines: words in a row, and numbers in a row.
fn runs(text: &str, lines: &[Span]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (line, span) in lines.iter().enumerate() {
        let mut at = span.start;
        let mut sign = None;
        for word in span.of(text).split(char::is_whitespace) {
            let here = Span::new(at, at + word.len());
            at = here.end + text[here.end..].chars().next().map_or(0, char::len_utf8);
            if word.is_empty() {
                continue;
            }
            if matches!(word, "-" | "–" | "−") {
                sign = Some(here);
                continue;
            }
            let digits = word.trim_start_matches(['-', '+', '−', '–']);
            let numbers =
                digits.starts_with(|c: char| c.is_ascii_digit()) && number(word).is_some();
            let fresh = runs
                .last()
                .is_none_or(|run| run.line != line || run.numbers != numbers);
            if fresh {
                runs.push(Run {
                    line,
                    words: Vec::new(),
                    numbers,
                });
            }
            // `- 0,7` is one number, `- Dịch vụ` a label.
            let whole = sign
                .take()
                .filter(|_| numbers)
                .map_or(here, |s| s.cover(here));
            if let Some(run) = runs.last_mut() {
                run.words.push(whole);
            }
        }
    }
    runs
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word
            .parse::<u16>()
            .is_ok_and(|y| (1990..=2099).contains(&y))
}

/// The heads that begin at run `at`, a year for each column, and the run behind them: `Năm 2016 2017 2018`, or `Ước TH năm 2013 KH năm
/// 2014` over a line or two.
fn heads(text: &str, runs: &[Run], at: usize) -> Option<(Vec<String>, usize)> {
    let of = |span: &Span| span.of(text);
    let first = &runs[at];
    if first.numbers {
        let years = first.words.iter().all(|w| is_year(of(w)));
        let rising = first.words.windows(2).all(|w| of(&w[0]) < of(&w[1]));
        return (years && rising && first.words.len() > 2 && COLUMNS.contains(&first.words.len()))
            .then(|| {
                (
                    first.words.iter().map(|w| of(w).to_owned()).collect(),
                    at + 1,
                )
            });
    }
    // Words and a year, and again.
    let mut heads = Vec::new();
    let mut next = at;
    let near = |run: &&Run| run.line <= first.line + NEAR;
    while heads.len() <= *COLUMNS.end() {
        let words: Vec<&Span> = runs[next..]
            .iter()
            .take_while(|run| !run.numbers && near(run))
            .flat_map(|run| &run.words)
            .collect();
        let behind = next
            + runs[next..]
                .iter()
                .take_while(|run| !run.numbers && near(run))
                .count();
        let Some(year) = runs.get(behind).filter(|run| {
            near(run) && !words.is_empty() && run.words.len() == 1 && is_year(of(&run.words[0]))
        }) else {
            break;
        };
        let from = words.len().saturating_sub(6);
        let head: Vec<&str> = words[from..]
            .iter()
            .copied()
            .chain(&year.words)
            .map(of)
            .collect();
        heads.push(head.join(" "));
        next = behind + 1;
    }
    // A head says what it is of: done, reckoned, planned.
    let told = |head: &String| matches!(column(head), Column::Level(_, Some(_)));
    (COLUMNS.contains(&heads.len()) && heads.iter().all(told)).then_some((heads, next))
}

/// The rows of `k` values that follow, up to lines that hold none.
fn rows<'r>(text: &str, runs: &'r [Run], k: usize) -> Vec<Row<'r>> {
    let mut rows: Vec<Row<'r>> = Vec::new();
    let mut line = runs.first().map_or(0, |run| run.line);
    for (n, run) in runs.iter().enumerate().take(LONGEST) {
        if run.line > line + NEAR {
            break;
        }
        // The number of the next row may stand behind the values, or before the label.
        if run.numbers && run.words.len() == k && !run.words.iter().any(|w| is_year(w.of(text))) {
            line = run.line;
            rows.push(Row {
                label: n
                    .checked_sub(1)
                    .map(|n| &runs[n])
                    .filter(|l| !l.numbers && l.line == run.line),
                values: run,
            });
        }
    }
    rows
}

/// What a row is of: its label with the unit in brackets or behind it, or, where it has nothing but a unit, what stands over the table.
fn label<'t>(
    text: &'t str,
    row: &Row<'_>,
    caption: &dyn Fn() -> Option<Cell<'t>>,
) -> Option<(Cell<'t>, Option<String>)> {
    /// Words of a unit.
    const UNIT: usize = 3;
    let words = &row.label?.words;
    let cell = |from: usize, to: usize| {
        let span = words[from].cover(words[to - 1]);
        Cell {
            text: span.of(text),
            span,
        }
    };
    let whole = cell(0, words.len());
    if whole.text.ends_with(')') && unit_in(whole.text).is_some() {
        return Some((whole, None));
    }
    (1..=UNIT.min(words.len())).rev().find_map(|n| {
        let unit = unit_in(cell(words.len() - n, words.len()).text)?;
        let name = match words.len() - n {
            0 => caption()?,
            rest => cell(0, rest),
        };
        Some((name, Some(unit)))
    })
}

/// `Bảng 2.1. Tăng trưởng kinh tế hàng năm`: what a table is called in the line over it, or over its first words.
fn caption<'t>(text: &'t str, lines: &[Span], line: usize) -> Option<Cell<'t>> {
    let above = lines[line.checked_sub(1)?];
    let named = above.of(text);
    let rest = ["Bảng", "Biểu", "BẢNG", "BIỂU"]
        .iter()
        .find_map(|word| named.strip_prefix(word))?;
    let name = rest.trim_start_matches(|c: char| !c.is_alphabetic());
    let start = above.end - name.len();
    Some(Cell {
        text: name,
        span: Span::new(start, above.end),
    })
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
                let value = f.value.normalize();
                format!("{} {value} {:?} {period}", f.metric, f.basis)
            })
            .collect()
    }

    #[test]
    fn rows_under_a_head_of_years_are_read() {
        let text = "Bảng 3: Chỉ tiêu chủ yếu của tỉnh\nStt Chỉ tiêu Ước TH\nnăm 2015 KH năm 2016 I Kinh tế\n\
            1 Tăng trưởng kinh tế (GRDP) (%) 8,1 8,6 Tr.đó: - Dịch vụ (%) 9,9 10,2 - Nông nghiệp (%) - 0,4 1,8\n\
            2 Giá trị xuất khẩu (triệu USD) 310 350\n3 Thu NSNN (Tỷ đồng) 2.710 2.940\nII Xã hội\n\
            4 Lao động qua đào tạo nghề (%) 44 47\n5 Tạo việc làm mới (nghìn người) 14,2 15,0";
        assert_eq!(
            read(text),
            [
                "grdp.growth 8.1 Estimate 2015",
                "grdp.growth 8.6 Target 2016",
                "trade.exports 310000000 Estimate 2015",
                "trade.exports 350000000 Target 2016",
                "budget.revenue 2710000000000 Estimate 2015",
                "budget.revenue 2940000000000 Target 2016",
                "labour.created 14200 Estimate 2015",
                "labour.created 15000 Target 2016",
            ]
        );
    }

    #[test]
    fn a_row_of_years_heads_the_values_behind_it() {
        let text = "Bảng 1.4. Tăng trưởng kinh tế hàng năm của tỉnh\nNăm 2011 2012 2013 % 7,1 7,4 6,9\n(Nguồn: [8])";
        assert_eq!(
            read(text),
            [
                "grdp.growth 7.1 Actual 2011",
                "grdp.growth 7.4 Actual 2012",
                "grdp.growth 6.9 Actual 2013",
            ]
        );
    }

    #[test]
    fn rows_with_a_cell_too_few_and_prose_give_nothing() {
        let text = "Chỉ tiêu Ước TH năm 2015 KH năm 2016\n1 Giá trị xuất khẩu (triệu USD) 310\n2 Thu NSNN (Tỷ đồng) 2.710 2.940 3.100\n\
            3 Tạo việc làm mới (nghìn người) 15,0";
        assert_eq!(read(text), Vec::<String>::new());
        assert_eq!(
            read("Các năm 2015 2016 2017 có 12 15 dự án, năm sau 7 9 dự án."),
            Vec::<String>::new()
        );
    }
}
