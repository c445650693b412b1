//! Tables whose rows are places or years and whose heads name what is counted: `Địa phương | Số dự án | Vốn đầu tư (USD)`.
//!
//! Text extraction leaves such a table in any shape: cells between bars, a cell a line, bars on lines of their own, rows of bare
//! numbers under a header. All are made one row of cells; the keys (a province, a year) cut it, and as many numbers must stand behind
//! each key as there are heads before the first.

use rust_decimal::Decimal;

use super::layout::Layout;
use super::metric::Cues;
use super::number::quantities;
use super::observation::{PeriodOf, Surroundings};
use super::table::{number, read_named, unit_in};
use super::units::{Unit, is_plausible};
use crate::Span;
use crate::model::{Basis, Flag, Observation, Period, Qualifier, Taxonomy};
use crate::text::{Tokens, fold, tokenize};

/// Columns of values at most.
const COLUMNS: usize = 12;
/// Cells above the heads in which the unit of all values and whose they are may stand.
const CAPTION: usize = 4;
/// Bytes of the longest head.
const HEAD: usize = 120;

#[derive(Clone, Copy, Debug)]
struct Cell<'a> {
    text: &'a str,
    span: Span,
    /// First of its line.
    opens: bool,
    /// A bar stands before it, behind it.
    bars: [bool; 2],
}

/// What a row is of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Year(i32),
    Place,
    /// All rows above.
    Total,
}

impl Key {
    fn is_year(self) -> bool {
        matches!(self, Self::Year(_))
    }
}

/// Reads the figures of all such tables; numbers that are figures already stay as they are.
pub(crate) fn read_crosstabs(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let cells = cells(text, tokens, layout);
    let keys: Vec<(usize, Key)> = cells
        .iter()
        .enumerate()
        .filter_map(|(at, cell)| Some((at, key_of(cell, tokens, around)?)))
        .collect();
    let title = layout.title().map_or("", |at| {
        let line = layout.lines()[at];
        let list = tokens.list();
        let first = list[line.first as usize].span;
        first.cover(list[line.end as usize - 1].span).of(text)
    });
    let mut known: Vec<Span> = figures.iter().map(|f| f.span).collect();
    known.sort_unstable_by_key(|span| span.start);
    let is_known = |span: Span| {
        let behind = known.partition_point(|k| k.start < span.end);
        behind
            .checked_sub(1)
            .is_some_and(|i| known[i].end > span.start)
    };
    let mut next = 0;
    while next < keys.len() {
        let Some(table) = Table::find(&cells, &keys[next..]) else {
            next += 1;
            continue;
        };
        next += table.rows.len();
        let columns = table.columns(&cells, title);
        for (key, row) in &table.rows {
            for (column, &at) in columns.iter().zip(row) {
                let span = cells[at].span;
                if is_known(span) {
                    continue;
                }
                let Some(mut figure) = column.read(&cells[at], *key, taxonomy, cues) else {
                    continue;
                };
                let of = table.period(*key, &cells, around);
                figure.as_of = of.as_ref().and_then(|p| p.as_of.clone());
                figure.period = of.map(|p| p.period);
                let place = match key {
                    Key::Place => cells[row[0] - 1].span.end,
                    Key::Total => cells[table.heads[0]].span.start,
                    Key::Year(_) => span.start,
                };
                figure.subject = around
                    .subject(Span::new(place, place))
                    .map(|(slug, _)| slug);
                let first = cells[row[0] - 1].span;
                let last = cells[row[row.len() - 1]].span;
                figure.quote = first.cover(last).of(text).to_owned();
                figure.span = span;
                figures.push(figure);
            }
        }
    }
}

/// All cells of a text, in order.
fn cells<'a>(text: &'a str, tokens: &Tokens, layout: &Layout) -> Vec<Cell<'a>> {
    let list = tokens.list();
    let mut cells: Vec<Cell<'a>> = Vec::new();
    let mut bar = false;
    for line in layout.lines() {
        let span = list[line.first as usize]
            .span
            .cover(list[line.end as usize - 1].span);
        let body = span.of(text);
        if body.bytes().all(|b| matches!(b, b'|' | b' ')) {
            bar = true;
            if let Some(last) = cells.last_mut() {
                last.bars[1] = true;
            }
            continue;
        }
        let cut: &[char] = if body.contains('\t') {
            &['\t']
        } else if body.contains('|') {
            &['|']
        } else if body.split(' ').all(|part| number(part).is_some()) {
            &[' ']
        } else {
            &[]
        };
        let mut from = span.start;
        let mut opens = true;
        for part in body.split(cut) {
            let cell = part.trim();
            let start = from + (part.len() - part.trim_start().len());
            from += part.len() + 1;
            if cell.is_empty() {
                continue;
            }
            cells.push(Cell {
                text: cell,
                span: Span::new(start, start + cell.len()),
                opens,
                bars: [bar, false],
            });
            (opens, bar) = (false, false);
        }
    }
    // Words over two lines between two bars are one cell.
    let mut joined: Vec<Cell<'a>> = Vec::with_capacity(cells.len());
    for cell in cells {
        match joined.last_mut() {
            Some(last)
                if last.bars == [true, false]
                    && cell.bars == [false, true]
                    && is_words(last.text)
                    && is_words(cell.text) =>
            {
                last.span = last.span.cover(cell.span);
                last.text = last.span.of(text);
                last.bars[1] = true;
            }
            _ => joined.push(cell),
        }
    }
    joined
}

/// Words that may head a column.
fn is_words(cell: &str) -> bool {
    cell.len() <= HEAD
        && number(cell).is_none()
        && !cell.ends_with(['.', ';'])
        && cell.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

fn is_value(cell: &str) -> bool {
    number(cell).is_some() || matches!(cell, "-" | "–" | "…" | "..." | "x")
}

fn key_of(cell: &Cell<'_>, tokens: &Tokens, around: &dyn Surroundings) -> Option<Key> {
    /// Bytes of `Thành phố ` before a name.
    const BEFORE: usize = 14;
    let year = cell
        .text
        .strip_prefix("Năm ")
        .unwrap_or(cell.text)
        .parse::<i32>();
    if let Some(year) = year.ok().filter(|y| (1990..2100).contains(y)) {
        return cell.opens.then_some(Key::Year(year));
    }
    if !is_words(cell.text) {
        return None;
    }
    let list = tokens.list();
    let marks = around.place_marks();
    let from = marks.partition_point(|m| list[m.first].span.start < cell.span.start);
    let named = marks.get(from).is_some_and(|m| {
        let (start, end) = (list[m.first].span.start, list[m.end - 1].span.end);
        !m.within && end == cell.span.end && start - cell.span.start <= BEFORE
    });
    if named {
        return Some(Key::Place);
    }
    matches!(
        fold(cell.text).as_str(),
        "tong cong" | "tong so" | "tong" | "cong" | "toan vung"
    )
    .then_some(Key::Total)
}

/// A table found again: its heads, and the key of each row with its values.
struct Table {
    heads: Vec<usize>,
    rows: Vec<(Key, Vec<usize>)>,
}

/// What a column holds.
enum Column {
    /// Projects or their capital, by code; the unit of money.
    Invested(String, Option<String>),
    /// Another metric, by the head's words, and its unit.
    Named(String, String),
    None,
}

impl Table {
    /// The table whose first row begins with the first of `keys`.
    fn find(cells: &[Cell<'_>], keys: &[(usize, Key)]) -> Option<Self> {
        let ordinal = |at: usize| -> Option<u32> {
            let cell = cells.get(at)?;
            cell.text.parse().ok().filter(|n| *n < 100)
        };
        let (first, kind) = *keys.first()?;
        if kind == Key::Total {
            return None;
        }
        let counted = first.checked_sub(1).and_then(ordinal);
        let mut rows: Vec<(Key, Vec<usize>)> = Vec::new();
        let mut width = None;
        for (n, &(at, key)) in keys.iter().enumerate() {
            if key.is_year() != kind.is_year() {
                break;
            }
            let mut end = cells[at + 1..]
                .iter()
                .position(|cell| !is_value(cell.text))
                .map_or(cells.len(), |n| at + 1 + n);
            if let Some((next, _)) = keys.get(n + 1) {
                end = end.min(*next);
            }
            // The number of the next row.
            let own = counted.and(at.checked_sub(1).and_then(ordinal));
            if own.is_some() && end > at + 1 && ordinal(end - 1) == own.map(|n| n + 1) {
                end -= 1;
            }
            let width = *width.get_or_insert((end - at - 1).min(COLUMNS));
            if width == 0 || end - at - 1 < width {
                break;
            }
            rows.push((key, (at + 1..at + 1 + width).collect()));
            if end - at - 1 > width || keys.get(n + 1).is_some_and(|(next, _)| *next > end + 2) {
                break;
            }
        }
        let width = rows.first()?.1.len();
        let end = first - usize::from(counted.is_some());
        let heads: Vec<usize> = (end.checked_sub(width)?..end).collect();
        let label = fold(cells[heads[0].checked_sub(1)?].text);
        let labels: &[&str] = if kind.is_year() {
            &["nam"]
        } else {
            &["dia phuong", "tinh", "thanh pho", "dia ban", "vung"]
        };
        let headed = heads.iter().all(|&at| is_words(cells[at].text))
            && label.len() <= HEAD
            && labels.iter().any(|word| label.contains(word));
        (headed && rows.len() >= 2).then_some(Self { heads, rows })
    }

    /// The cells above the heads.
    fn caption<'c>(&self, cells: &'c [Cell<'c>]) -> &'c [Cell<'c>] {
        let end = self.heads[0];
        &cells[end.saturating_sub(CAPTION + 1)..end]
    }

    fn columns(&self, cells: &[Cell<'_>], title: &str) -> Vec<Column> {
        let caption = self.caption(cells);
        let common = caption.iter().rev().find_map(|cell| unit_in(cell.text));
        let heads: Vec<String> = self
            .heads
            .iter()
            .map(|&at| cells[at].text.replace('\n', " "))
            .collect();
        let mut about: String = caption.iter().map(|cell| fold(cell.text) + " ").collect();
        about += &fold(title);
        let places = !self.rows[0].0.is_year();
        let whole = heads.iter().any(|head| fold(head).contains("tong von"));
        heads
            .iter()
            .map(|head| {
                let folded = fold(head);
                let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
                if has(&[
                    "%",
                    "ti le",
                    "ti trong",
                    "co cau",
                    "so voi",
                    "xep hang",
                    "binh quan",
                ]) {
                    return Column::None;
                }
                let unit = unit_in(head).or_else(|| common.clone());
                if has(&["von", "du an"]) && !has(&["xa hoi", "ngan sach"]) {
                    let foreign = |text: &str| {
                        ["fdi", "dtnn", "nuoc ngoai"]
                            .iter()
                            .any(|w| text.contains(w))
                    };
                    let family = if foreign(&folded) {
                        "fdi"
                    } else if has(&["trong nuoc", "ddi"]) {
                        "ddi"
                    } else if foreign(&about) {
                        "fdi"
                    } else {
                        "investment"
                    };
                    return invested(family, &folded, places, whole)
                        .map_or(Column::None, |code| Column::Invested(code, unit));
                }
                unit.map_or(Column::None, |unit| Column::Named(head.clone(), unit))
            })
            .collect()
    }

    /// Of a year its own; of places that of the caption, else the report's.
    fn period(&self, key: Key, cells: &[Cell<'_>], around: &dyn Surroundings) -> Option<PeriodOf> {
        match key {
            Key::Year(year) => Some(PeriodOf {
                period: Period::year(year)?,
                as_of: None,
                inferred: false,
            }),
            _ => {
                let end = self.caption(cells).last()?.span.end;
                around.period(Span::new(end, end))
            }
        }
    }
}

/// The code of a head that names projects or capital, in folded words.
fn invested(family: &str, head: &str, places: bool, whole: bool) -> Option<String> {
    let has = |words: &[&str]| words.iter().any(|word| head.contains(word));
    let known = family != "investment";
    let added = has(&["dieu chinh", "tang von", "tang them", "bo sung"]);
    let new = has(&["moi"]);
    if has(&["du an"]) && !has(&["von "]) {
        let tail = match (added, new) {
            (true, false) => ".adjusted",
            (false, true) => ".new",
            (true, true) => return None,
            _ if places || has(&["hieu luc", "luy ke"]) => ".total",
            _ if known => ".new",
            _ => "",
        };
        return Some(format!("{family}.projects{tail}"));
    }
    if has(&["phap dinh", "dieu le"]) {
        return None;
    }
    if has(&["thuc hien", "giai ngan"]) {
        return known.then(|| format!("{family}.disbursed"));
    }
    let all = has(&["tong von"]) || added && new;
    match (added, new) {
        _ if all => Some(format!("{family}.capital")),
        (true, _) => known.then(|| format!("{family}.capital.added")),
        (_, true) => known.then(|| format!("{family}.capital.new")),
        // Beside the whole, what is registered is what is new.
        _ if whole => known.then(|| format!("{family}.capital.new")),
        _ => has(&["dau tu", "dang ki"]).then(|| format!("{family}.capital")),
    }
}

impl Column {
    fn read(
        &self,
        cell: &Cell<'_>,
        key: Key,
        taxonomy: &Taxonomy,
        cues: &Cues,
    ) -> Option<Observation> {
        let mut figure = match self {
            Self::Named(head, unit) => read_named(head, cell.text, unit, taxonomy, cues)?,
            Self::Invested(code, unit) => {
                let unit = if code.contains(".projects") {
                    "dự án"
                } else {
                    unit.as_deref()?
                };
                let sample = format!("{} {unit}", cell.text);
                let found = quantities(&sample, &tokenize(&sample));
                let quantity = found.first().filter(|q| q.span.start == 0)?;
                let fits = quantity.unit.is_money() || quantity.unit == Unit::Projects;
                if !fits || quantity.value <= Decimal::ZERO {
                    return None;
                }
                let flags = if is_plausible(quantity.value, quantity.unit) {
                    Vec::new()
                } else {
                    vec![Flag::Implausible]
                };
                let stands = !key.is_year()
                    && (code.ends_with(".projects.total") || code.ends_with(".capital"));
                Observation {
                    metric: code.clone(),
                    value: quantity.value,
                    value_max: None,
                    unit: quantity.unit.code().into(),
                    basis: if stands {
                        Basis::Cumulative
                    } else {
                        Basis::Actual
                    },
                    qualifier: Qualifier::Exact,
                    period: None,
                    as_of: None,
                    subject: None,
                    yoy_pct: None,
                    plan_pct: None,
                    plan_value: None,
                    alternative: None,
                    quote: String::new(),
                    span: cell.span,
                    flags,
                    rule: String::new(),
                }
            }
            Self::None => return None,
        };
        figure.rule = "row of a place or a year".into();
        Some(figure)
    }
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
                let subject = f.subject.as_deref().unwrap_or("-");
                format!("{} {} {period} {subject}", f.metric, f.value.normalize())
            })
            .collect()
    }

    const BY_PLACE: [&str; 6] = [
        "fdi.projects.total 41 2016 nghe-an",
        "fdi.capital 1250000000 2016 nghe-an",
        "fdi.projects.total 37 2016 ha-tinh",
        "fdi.capital 11400500000 2016 ha-tinh",
        "fdi.projects.total 12 2016 quang-binh",
        "fdi.capital 310200000 2016 quang-binh",
    ];

    #[test]
    fn rows_of_provinces_are_read_in_any_shape() {
        let title = "Thu hút FDI ở ba tỉnh\n\nSố liệu tính đến ngày 31/12/2016.\n\n";
        let bars = "TT | Địa phương | Số dự án | Vốn đầu tư (triệu USD)\n1 | Nghệ An | 41 | 1.250\n\
            2 | Hà Tĩnh | 37 | 11.400,5\n3 | Quảng Bình | 12 | 310,2\n";
        let apart = bars
            .replace('\n', " | ")
            .replace(" | ", "\n|\n")
            .replace("đầu tư (", "đầu tư\n(");
        let lines = "TT\nĐịa phương\nSố dự án\nVốn đầu tư (triệu USD)\n1\nNghệ An\n41\n1.250\n2\nHà Tĩnh\n37\n11.400,5\n3\n\
            Quảng Bình\n12\n310,2\n";
        for table in [bars, &apart, lines] {
            assert_eq!(read(&format!("{title}{table}")), BY_PLACE, "{table}");
        }
    }

    #[test]
    fn rows_of_years_are_read_under_heads_with_units() {
        let text = "Tỉnh An Giang qua các năm\n\nĐvt: tỷ đồng\n\nNăm | Thu ngân sách | Tổng mức bán lẻ | Tỷ lệ chi (%)\n\n\
            2011 3.150 21.400,5 61\n\n2012 3.420 25.010 63\n\n2013 3.805,2 29.300 60\n";
        assert_eq!(
            read(text),
            [
                "budget.revenue 3150000000000 2011 an-giang",
                "retail.sales 21400500000000 2011 an-giang",
                "budget.revenue 3420000000000 2012 an-giang",
                "retail.sales 25010000000000 2012 an-giang",
                "budget.revenue 3805200000000 2013 an-giang",
                "retail.sales 29300000000000 2013 an-giang",
            ]
        );
    }

    #[test]
    fn rows_that_miss_a_cell_and_numbers_without_heads_give_nothing() {
        for text in [
            "Đối tác | Số dự án | Vốn (USD)\nHàn Quốc | 41 | 120.000.000\nNhật Bản | 37 | 90.000.000\n",
            "Nghệ An\n41\n1.250\nHà Tĩnh\n37\n11.400\n",
            "Năm | Số dự án | Vốn đầu tư (tỷ đồng)\n2011 3.150\n2012 3.420\n",
        ] {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
