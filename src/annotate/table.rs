//! Figures in tables: lines of cells between tabs or bars, with a header, and a unit in a column, a header or the label.
//!
//! A row is read as the sentence it stands for (`Thu ngân sách | Tỷ đồng | 5.200` as "Thu ngân sách đạt 5.200 Tỷ đồng"), so that a metric is
//! recognised by the same rules everywhere; the header says of each column whether it is a result, a plan or a comparison.

use rust_decimal::Decimal;

use super::layout::{Layout, Line};
use super::metric::Cues;
use super::number::{quantities, read};
use super::observation::{self, Mark, PeriodOf, Surroundings};
use super::period::parse_period_phrase;
use super::units::Unit;
use crate::Span;
use crate::model::{Basis, Flag, Observation, Period, PeriodFilter, Taxonomy};
use crate::text::{Tokens, fold, tokenize};

/// A cell: its text without blanks around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Column {
    /// Row labels.
    Label,
    /// Units.
    Unit,
    /// Values of a period, where the header names one.
    Level(Basis, Option<Period>),
    /// Comparison with last year: growth, or an index where the flag is set.
    Growth { index: bool },
    /// Share of plan.
    Plan,
    /// Row numbers, notes, what is not understood.
    Other,
}

/// Lines that are rows of a table: runs of at least two lines of three cells or more.
pub(crate) fn rows(text: &str, tokens: &Tokens, layout: &Layout) -> Vec<std::ops::Range<usize>> {
    if !text.as_bytes().contains(&b'\t') && !text.as_bytes().contains(&b'|') {
        return Vec::new();
    }
    let lines = layout.lines();
    let is_row = |line: &Line| {
        let body = line.span(tokens).of(text).as_bytes();
        let count = |mark: u8| body.iter().filter(|&&b| b == mark).count();
        count(b'\t') >= 2 || count(b'|') >= 2
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let first = at;
        while at < lines.len() && is_row(&lines[at]) {
            at += 1;
        }
        if at - first >= 2 {
            found.push(first..at);
        }
        at += 1;
    }
    found
}

fn cells(text: &str, span: Span) -> Vec<Cell<'_>> {
    // Empty cells at the edges are no tokens, but cells.
    let line_start = text[..span.start].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |i| span.end + i);
    let span = Span::new(line_start, line_end);
    let body = span.of(text);
    let mark = if body.contains('\t') { '\t' } else { '|' };
    let mut at = span.start;
    let mut list: Vec<Cell<'_>> = body
        .split(mark)
        .map(|cell| {
            let start = at + (cell.len() - cell.trim_start().len());
            let trimmed = cell.trim();
            at += cell.len() + 1;
            Cell {
                text: trimmed,
                span: Span::new(start, start + trimmed.len()),
            }
        })
        .collect();
    if mark == '|' {
        if list.first().is_some_and(|c| c.text.is_empty()) {
            list.remove(0);
        }
        if list.last().is_some_and(|c| c.text.is_empty()) {
            list.pop();
        }
    }
    list
}

/// A number in a cell, with a sign or a per cent sign.
pub(super) fn number(cell: &str) -> Option<Decimal> {
    let bare = cell.trim_end_matches(['%', '*', ' ']);
    let (negative, digits) = match bare.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    let value = read(digits)?.value;
    Some(if negative { -value } else { value })
}

/// The same in a column of comparisons, where words may stand for the sign: `giảm 8,2%`.
fn change(cell: &str) -> Option<Decimal> {
    let (lead, rest) = cell.split_once(' ').unwrap_or(("", cell));
    match fold(lead).as_str() {
        "tang" => number(rest.trim_start()),
        "giam" => number(rest.trim_start()).map(|v| -v.abs()),
        _ => number(cell),
    }
}

/// The unit that a cell, a header or a caption is or names: `Tỷ đồng`, `Kim ngạch xuất khẩu (triệu USD)`, `ĐVT: tỷ đồng`.
pub(super) fn unit_in(cell: &str) -> Option<String> {
    /// Bytes of the longest unit worth a look (`nghìn lượt người trong tháng`).
    const LONGEST: usize = 40;
    let inner = match cell
        .trim_end()
        .strip_suffix(')')
        .and_then(|c| c.rsplit_once('('))
    {
        Some((_, inner)) => inner,
        None => cell,
    };
    let inner = match inner.rsplit_once(':') {
        Some((lead, unit))
            if matches!(fold(lead.trim()).as_str(), "dvt" | "don vi" | "don vi tinh") =>
        {
            unit
        }
        Some((lead, unit))
            if fold(lead).ends_with("don vi tinh") || fold(lead).ends_with("dvt") =>
        {
            unit
        }
        _ => inner,
    }
    .trim();
    if inner.is_empty() || inner.len() > LONGEST {
        return None;
    }
    let unit = match fold(inner).as_str() {
        "khu" => "khu công nghiệp",
        "cum" => "cụm công nghiệp",
        "lan" => return None,
        "1000 usd" | "1.000 usd" => "nghìn USD",
        "1000 dong" | "1.000 dong" => "nghìn đồng",
        "phan tram" => "%",
        "luot nguoi" | "luot" => "lượt khách",
        "nghin luot" | "nghin luot nguoi" | "1000 luot" | "ngan luot" => "nghìn lượt khách",
        "trieu luot" | "trieu luot nguoi" => "triệu lượt khách",
        "tr.dong" => "triệu đồng",
        "tr.usd" => "triệu USD",
        _ => inner,
    };
    // What the number reader takes for a unit behind a number, to the end.
    let sample = format!("1 {unit}");
    let tokens = tokenize(&sample);
    let found = quantities(&sample, &tokens);
    let whole = matches!(found.as_slice(), [q] if q.end == tokens.list().len() && q.span.start == 0
        && !matches!(q.unit, Unit::Other | Unit::None | Unit::Bare | Unit::Times | Unit::Points));
    whole.then(|| unit.to_owned())
}

/// A label without the unit in brackets behind it.
fn without_unit(label: &str) -> &str {
    label
        .trim_end()
        .strip_suffix(')')
        .and_then(|l| l.rsplit_once('('))
        .filter(|_| unit_in(label).is_some())
        .map_or(label, |(name, _)| name.trim_end())
}

pub(super) fn column(header: &str) -> Column {
    let h = fold(header);
    let has = |words: &[&str]| words.iter().any(|w| h.contains(w));
    if has(&["dvt", "don vi"]) {
        return Column::Unit;
    }
    if h.is_empty() || matches!(h.as_str(), "tt" | "stt") || has(&["ghi chu"]) {
        return Column::Other;
    }
    if ["/kh", "/dt", "/ke hoach", "/du toan"]
        .iter()
        .any(|of| h.contains(of))
    {
        return Column::Plan;
    }
    let compared = has(&[
        "so voi",
        "so sanh",
        "so cung",
        "so du toan",
        "so ke hoach",
        "%",
        "ti le",
        "tang",
        "toc do",
    ]);
    let plan =
        has(&["ke hoach", "kh ", "du toan", "chi tieu giao"]) || h == "kh" || h.ends_with(" kh");
    let last_year = has(&["cung ki", "nam truoc", "ck", "so voi nam 20"]);
    let level_unit = unit_in(header).is_some_and(|unit| unit != "%");
    if compared && !level_unit && (plan || last_year || has(&["so sanh", "so voi", "tang"])) {
        if plan && !last_year {
            return Column::Plan;
        }
        return if last_year || has(&["tang", "giam"]) {
            Column::Growth {
                index: !has(&["tang", "giam"]),
            }
        } else {
            Column::Other
        };
    }
    if has(&["chi tieu", "noi dung", "danh muc", "ten "]) && !has(&["thuc hien", "nam 20"]) {
        return Column::Label;
    }
    // The header's own period phrase: `Thực hiện 6 tháng 2020`, `Kế hoạch năm 2020`.
    let words: Vec<&str> = header.split_whitespace().collect();
    let period = (0..words.len())
        .filter_map(|i| parse_period_phrase(&words[i..].join(" "), None))
        .find_map(|filter| match filter {
            PeriodFilter::Within(period) | PeriodFilter::Exactly(period) => Some(period),
            _ => None,
        });
    let basis = if plan || has(&["muc tieu", "phan dau"]) {
        Basis::Target
    } else if has(&["uoc"]) {
        Basis::Estimate
    } else {
        Basis::Actual
    };
    if period.is_some()
        || plan
        || level_unit
        || has(&[
            "thuc hien",
            "uoc",
            "ket qua",
            "gia tri",
            "tong so",
            "thang",
            "nam",
            "qui",
        ])
    {
        return Column::Level(basis, period);
    }
    Column::Other
}

/// `Thu ngân sách từ đầu năm`: each column holds what came in until the end of its month.
fn is_running(label: &str) -> bool {
    let label = fold(label);
    ["tu dau nam", "luy ke", "cong don"]
        .iter()
        .any(|words| label.contains(words))
}

/// From January of the year of a month, or a quarter, to its end.
fn since_january(period: Period) -> Period {
    let (year, month) = period.end();
    if period.len_months() < 12 {
        Period::months(year, 1, month).unwrap_or(period)
    } else {
        period
    }
}

/// Nothing known around a row that is read as a sentence.
struct Nowhere;

impl Surroundings for Nowhere {
    fn period(&self, _: Span) -> Option<PeriodOf> {
        None
    }
    fn target_period(&self, _: Span) -> Option<PeriodOf> {
        None
    }
    fn subject(&self, _: Span) -> Option<(String, bool)> {
        None
    }
    fn main_period(&self) -> Option<Period> {
        None
    }
    fn period_marks(&self) -> &[Mark] {
        &[]
    }
    fn place_marks(&self) -> &[Mark] {
        &[]
    }
}

/// Reads the figures of one table.
pub(crate) fn read_table(
    text: &str,
    spans: &[Span],
    above: Option<Span>,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let rows: Vec<Vec<Cell<'_>>> = spans.iter().map(|s| cells(text, *s)).collect();
    let is_header = |row: &[Cell<'_>]| {
        !row.iter().any(|c| {
            number(c.text).is_some_and(|v| {
                // A year alone heads a column.
                !(c.text.len() == 4 && v >= Decimal::from(1990) && v <= Decimal::from(2100))
            })
        })
    };
    let heads = rows.iter().take(3).take_while(|r| is_header(r)).count();
    if heads == 0 {
        return;
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).min(64);
    let headers: Vec<String> = (0..width)
        .map(|i| {
            let parts: Vec<&str> = rows[..heads]
                .iter()
                .filter_map(|r| r.get(i))
                .map(|c| c.text)
                .filter(|t| !t.is_empty() && !t.chars().all(|c| matches!(c, '-' | ':' | ' ')))
                .collect();
            parts.join(" ")
        })
        .collect();
    let columns: Vec<Column> = headers.iter().map(|h| column(h)).collect();
    let common = above.and_then(|s| unit_in(s.of(text)));
    let gaps = headers.iter().any(String::is_empty);
    for row in &rows[heads..] {
        if gaps && row.len() != width {
            // Which cell stands under which head is not known.
            continue;
        }
        read_row(
            text,
            row,
            &columns,
            &headers,
            common.as_deref(),
            taxonomy,
            cues,
            around,
            figures,
        );
    }
}

/// A cell as the sentence it stands for: the name, the number, its unit.
pub(super) fn read_named(
    name: &str,
    cell: &str,
    unit: &str,
    taxonomy: &Taxonomy,
    cues: &Cues,
) -> Option<Observation> {
    let sentence = format!(
        "{name} đạt {} {unit}.",
        cell.trim_end_matches(['%', '*', ' '])
    );
    let tokens = tokenize(&sentence);
    let layout = Layout::new(&sentence, &tokens);
    let mut found = observation::observe(&sentence, &tokens, &layout, taxonomy, cues, &Nowhere);
    found
        .pop()
        .filter(|f| found.is_empty() && !f.unit.is_empty())
}

#[allow(clippy::too_many_arguments)]
pub(super) fn read_row(
    text: &str,
    row: &[Cell<'_>],
    columns: &[Column],
    headers: &[String],
    common: Option<&str>,
    taxonomy: &Taxonomy,
    cues: &Cues,
    around: &dyn Surroundings,
    figures: &mut Vec<Observation>,
) {
    let is_label = |i: usize, c: &Cell<'_>| {
        let name = without_unit(c.text);
        number(c.text).is_none()
            // `GDP`, where labels stand.
            && name.chars().filter(|c| c.is_alphabetic()).count()
                > if columns.get(i) == Some(&Column::Label) { 2 } else { 3 }
            // `Khách du lịch`, `Lao động` may be units; in a column of labels they are not.
            && (columns.get(i) == Some(&Column::Label)
                || name.len() < c.text.len()
                || unit_in(c.text).is_none())
    };
    let label = row.iter().enumerate().find(|(i, c)| is_label(*i, c));
    let Some((_, label)) = label else {
        return;
    };
    let unit_cell = row
        .iter()
        .zip(columns)
        .find(|(_, column)| **column == Column::Unit)
        .filter(|(cell, _)| !cell.text.is_empty());
    let unit_cell = match unit_cell {
        Some((cell, _)) => match unit_in(cell.text) {
            Some(unit) => Some(unit),
            // `tấn`, `m2`: a unit of its own, which no caption's replaces.
            None => return,
        },
        None => None,
    };
    let name = label.text.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '-' | '+' | '*' | '.' | ')' | ' ' | '•')
    });
    let (name, unit) = (
        without_unit(name),
        unit_cell.or_else(|| unit_in(label.text)),
    );
    let mut level: Option<usize> = None;
    let mut code: Option<(String, String)> = None;
    for (i, cell) in row.iter().enumerate() {
        let Some(column) = columns.get(i).filter(|_| cell.span != label.span) else {
            continue;
        };
        let value = match column {
            Column::Growth { .. } => change(cell.text),
            _ => number(cell.text),
        };
        let Some(value) = value else {
            continue;
        };
        match *column {
            Column::Level(basis, period) => {
                let header_unit = unit_in(&headers[i]);
                let Some(unit) = unit.as_deref().or(header_unit.as_deref()).or(common) else {
                    continue;
                };
                let read = |name: &str| read_named(name, cell.text, unit, taxonomy, cues);
                // The head may begin what the label goes on with: `Số thu | Từ xuất nhập khẩu`, `Vốn FDI | Thái Bình`.
                let head = || format!("{} {name}", without_unit(&headers[i]));
                let named = header_unit.is_some() && period.is_none();
                let under = named.then(|| read(&head())).flatten();
                let Some(mut figure) = under.or_else(|| read(name)) else {
                    continue;
                };
                let known = (figure.metric.clone(), figure.unit.clone());
                if code.as_ref().is_some_and(|c| *c != known) {
                    continue;
                }
                code = Some(known);
                let target = basis == Basis::Target;
                let of = if target {
                    around.target_period(cell.span)
                } else {
                    around.period(cell.span)
                };
                if basis != Basis::Actual || figure.basis == Basis::Target {
                    figure.basis = basis;
                }
                figure.period = period
                    .map(|p| {
                        if is_running(name) {
                            since_january(p)
                        } else {
                            p
                        }
                    })
                    .or(of.as_ref().map(|p| p.period));
                if period.is_none() && of.is_some_and(|p| p.inferred) {
                    figure.flags.push(Flag::YearInferred);
                }
                figure.subject = around.subject(cell.span).map(|(slug, _)| slug);
                figure.span = cell.span;
                figure.quote = row
                    .first()
                    .zip(row.last())
                    .map(|(a, b)| a.span.cover(b.span).of(text).to_owned())
                    .unwrap_or_default();
                figure.rule = "row of a table".into();
                if basis != Basis::Target {
                    level = Some(figures.len());
                }
                figures.push(figure);
            }
            Column::Growth { index } => {
                if let Some(level) = level {
                    // Below half of the year before no index lies; such a column states the growth itself.
                    let growth = if index && value >= Decimal::from(50) {
                        value - Decimal::ONE_HUNDRED
                    } else {
                        value
                    };
                    figures[level].yoy_pct.get_or_insert(growth);
                }
            }
            Column::Plan => {
                if let Some(level) = level {
                    figures[level].plan_pct.get_or_insert(value);
                }
            }
            Column::Label | Column::Unit | Column::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Given, annotate};
    use crate::model::Taxonomy;

    #[test]
    fn a_row_since_january_counts_up_to_the_month_of_its_column() {
        let text = "Bảng số liệu\n\n| Chỉ tiêu | Đơn vị | Tháng 4/2021 | Tháng 5/2021 |\n|---|---|---|---|\n\
            | Thu ngân sách trong tháng | tỷ đồng | 310 | 295 |\n| Thu ngân sách từ đầu năm | tỷ đồng | 1.280 | 1.575 |\n";
        let figures = annotate(text, &Given::default(), Taxonomy::get()).figures;
        let read: Vec<String> = figures
            .iter()
            .map(|f| {
                let period = f.period.map_or("-".to_owned(), |p| p.to_string());
                format!("{} {period}", f.value.normalize())
            })
            .collect();
        assert_eq!(
            read,
            [
                "310000000000 2021-M04",
                "295000000000 2021-M05",
                "1280000000000 2021-4M",
                "1575000000000 2021-5M"
            ]
        );
    }
}
