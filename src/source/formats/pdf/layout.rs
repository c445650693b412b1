//! Glyphs to lines, lines to paragraphs and rows.

use super::super::budget::Budget;
use super::super::{Result, table};
use super::content::{Content, Glyph};
use super::grid;

/// A stretch of text without a wide gap.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub left: f32,
    pub right: f32,
    pub text: String,
}

/// A line of a page, its pieces from left to right.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub y: f32,
    pub size: f32,
    pub pieces: Vec<Piece>,
    /// A ruled table, whole, as its lines.
    table: Option<String>,
    /// The margins of its column.
    left: f32,
    right: f32,
}

impl Line {
    fn start(&self) -> f32 {
        self.pieces.first().map_or(0.0, |piece| piece.left)
    }

    fn end(&self) -> f32 {
        self.pieces.last().map_or(0.0, |piece| piece.right)
    }

    fn text(&self) -> String {
        if let Some(table) = &self.table {
            return table.trim_end().to_owned();
        }
        let texts: Vec<&str> = self
            .pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect();
        texts.join(" | ")
    }
}

/// The lines of a page in reading order.
pub(super) fn lines(content: Content) -> Vec<Line> {
    let Content { mut glyphs, rules } = content;
    let tables = grid::take_tables(&mut glyphs, &rules, |glyphs| {
        let lines: Vec<String> = group(glyphs)
            .iter()
            .flat_map(|line| &line.pieces)
            .map(|piece| piece.text.clone())
            .collect();
        lines.join(" ")
    });
    let mut lines = running(&glyphs);
    for found in tables {
        let text = table::lines(&found.rows);
        if text.is_empty() {
            continue;
        }
        let at = lines
            .iter()
            .position(|line| line.y < found.top)
            .unwrap_or(lines.len());
        lines.insert(
            at,
            Line {
                y: found.top,
                size: 1.0,
                pieces: Vec::new(),
                table: Some(text),
                left: 0.0,
                right: 0.0,
            },
        );
    }
    lines
}

/// The lines of text outside of tables.
fn running(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines = group(glyphs);
    if let Some(gutter) = gutter(&lines) {
        lines = split(lines, gutter);
    } else {
        set_margins(&mut lines);
    }
    lines
}

/// Lines by base line, from top to bottom.
fn group(glyphs: &[Glyph]) -> Vec<Line> {
    let mut order: Vec<usize> = (0..glyphs.len())
        .filter(|i| glyphs[*i].size > 0.5)
        .collect();
    order.sort_by(|a, b| glyphs[*b].y.total_cmp(&glyphs[*a].y).then(a.cmp(b)));
    let mut rows: Vec<(f32, f32, Vec<usize>)> = Vec::new();
    for index in order {
        let glyph = &glyphs[index];
        match rows.last_mut() {
            // Raised and lowered letters belong to the line; half of its height is the next one.
            Some((y, size, row)) if (*y - glyph.y) < 0.45 * size.max(glyph.size) => {
                row.push(index);
                if glyph.size > *size {
                    (*y, *size) = (glyph.y, glyph.size);
                }
            }
            _ => rows.push((glyph.y, glyph.size, vec![index])),
        }
    }
    rows.into_iter()
        .filter_map(|(y, size, mut row)| {
            row.sort_by(|a, b| glyphs[*a].x.total_cmp(&glyphs[*b].x).then(a.cmp(b)));
            let pieces = pieces(glyphs, &row);
            (!pieces.is_empty()).then_some(Line {
                y,
                size,
                pieces,
                table: None,
                left: 0.0,
                right: 0.0,
            })
        })
        .collect()
}

/// The pieces of a line: a gap of a fifth of the size is a space, one of more than the size a new piece.
fn pieces(glyphs: &[Glyph], row: &[usize]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut legacy: Option<(super::super::legacy_font::LegacyFont, String)> = None;
    let mut before: Option<&Glyph> = None;
    for &index in row {
        let glyph = &glyphs[index];
        let is_space = glyph.text.chars().all(char::is_whitespace);
        // The same letter twice at one place is bold made by overprinting.
        if let Some(before) = before
            && before.text == glyph.text
            && (before.x - glyph.x).abs() < 0.15 * glyph.size
            && !is_space
        {
            continue;
        }
        let size = glyph.size;
        let end = pieces.last().map(|piece| piece.right);
        let gap = end.map_or(f32::MAX, |end| glyph.x - end);
        if gap > 1.2 * size {
            flush(&mut legacy, &mut pieces);
            if is_space {
                continue;
            }
            pieces.push(Piece {
                left: glyph.x,
                right: glyph.x,
                text: String::new(),
            });
        } else if gap > 0.18 * size || is_space {
            flush(&mut legacy, &mut pieces);
            if let Some(piece) = pieces.last_mut()
                && !piece.text.ends_with(' ')
            {
                piece.text.push(' ');
            }
        }
        if is_space {
            // Spaces do not move the end: a cell padded by spaces is a gap.
            continue;
        }
        match (&mut legacy, glyph.legacy) {
            (Some((font, text)), Some(own)) if *font == own => text.push_str(&glyph.text),
            (_, Some(own)) => {
                flush(&mut legacy, &mut pieces);
                legacy = Some((own, glyph.text.clone()));
            }
            (_, None) => {
                flush(&mut legacy, &mut pieces);
                if let Some(piece) = pieces.last_mut() {
                    piece.text.push_str(&glyph.text);
                }
            }
        }
        if let Some(piece) = pieces.last_mut() {
            piece.right = piece.right.max(glyph.x + glyph.width);
        }
        before = Some(glyph);
    }
    flush(&mut legacy, &mut pieces);
    for piece in &mut pieces {
        let text = piece.text.trim();
        piece.text = text.chars().filter(|c| *c != '\0').collect();
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn flush(
    legacy: &mut Option<(super::super::legacy_font::LegacyFont, String)>,
    pieces: &mut [Piece],
) {
    if let Some((font, text)) = legacy.take()
        && let Some(piece) = pieces.last_mut()
    {
        piece.text.push_str(&font.decode(&text));
    }
}

/// The place of a gutter: a strip in the middle third that no piece of long text crosses, with running text on both sides of it.
fn gutter(lines: &[Line]) -> Option<f32> {
    if lines.len() < 12 {
        return None;
    }
    let left = lines.iter().map(Line::start).fold(f32::MAX, f32::min);
    let right = lines.iter().map(Line::end).fold(f32::MIN, f32::max);
    let width = right - left;
    let mut best: Option<(usize, f32)> = None;
    for step in 0..=30 {
        let x = left + width * (0.35 + 0.01 * step as f32);
        let crossing = lines
            .iter()
            .filter(|line| {
                line.pieces
                    .iter()
                    .any(|piece| piece.left < x && x < piece.right)
            })
            .count();
        let beside = |is_left: bool| {
            lines
                .iter()
                .flat_map(|line| &line.pieces)
                .filter(|piece| {
                    if is_left {
                        piece.right <= x
                    } else {
                        piece.left >= x
                    }
                })
                .filter(|piece| piece.right - piece.left > width * 0.3)
                .count()
        };
        if crossing * 6 <= lines.len()
            && beside(true) * 3 >= lines.len()
            && beside(false) * 3 >= lines.len()
            && best.is_none_or(|(least, _)| crossing < least)
        {
            best = Some((crossing, x));
        }
    }
    best.map(|(_, x)| x)
}

/// Left column, then right one, between lines that cross the gutter.
fn split(lines: Vec<Line>, gutter: f32) -> Vec<Line> {
    let mut out = Vec::new();
    let (mut left, mut right): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    let flush = |left: &mut Vec<Line>, right: &mut Vec<Line>, out: &mut Vec<Line>| {
        set_margins(left);
        set_margins(right);
        out.append(left);
        out.append(right);
    };
    for line in lines {
        if line
            .pieces
            .iter()
            .any(|piece| piece.left < gutter && gutter < piece.right)
        {
            flush(&mut left, &mut right, &mut out);
            let mut whole = vec![line];
            set_margins(&mut whole);
            out.append(&mut whole);
            continue;
        }
        let (before, behind): (Vec<Piece>, Vec<Piece>) = line
            .pieces
            .iter()
            .cloned()
            .partition(|piece| piece.right <= gutter);
        for (pieces, side) in [(before, &mut left), (behind, &mut right)] {
            if !pieces.is_empty() {
                side.push(Line {
                    pieces,
                    ..line.clone()
                });
            }
        }
    }
    flush(&mut left, &mut right, &mut out);
    out
}

fn set_margins(lines: &mut [Line]) {
    let left = lines.iter().map(Line::start).fold(f32::MAX, f32::min);
    let right = lines.iter().map(Line::end).fold(f32::MIN, f32::max);
    for line in lines {
        (line.left, line.right) = (left, right);
    }
}

/// Drops lines at the head and foot that most pages share, numbers aside, and bare page numbers.
pub(super) fn drop_running_lines(pages: &mut [Vec<Line>]) {
    let shape = |line: &Line| -> String {
        let text = line.text();
        let mut out = String::new();
        for c in text.chars() {
            let c = if c.is_ascii_digit() { '#' } else { c };
            if !(c == '#' && out.ends_with('#')) {
                out.push(c);
            }
        }
        format!("{out}@{}", (line.y / 4.0).round())
    };
    let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let filled = pages.iter().filter(|lines| !lines.is_empty()).count();
    for lines in pages.iter() {
        let mut seen = std::collections::HashSet::new();
        for at in edges(lines) {
            let shape = shape(&lines[at]);
            if seen.insert(shape.clone()) {
                *counts.entry(shape).or_default() += 1;
            }
        }
    }
    for lines in pages.iter_mut() {
        let drop: Vec<usize> = edges(lines)
            .into_iter()
            .filter(|at| {
                let line = &lines[*at];
                let count = counts.get(&shape(line)).copied().unwrap_or(0);
                (filled >= 3 && count >= 3 && count * 5 >= filled * 3)
                    || ((*at == 0 || *at + 1 == lines.len())
                        && lines.len() > 2
                        && is_page_number(&line.text()))
            })
            .collect();
        for at in drop.into_iter().rev() {
            lines.remove(at);
        }
    }
}

/// Up to two lines at the head and two at the foot, in rising order.
fn edges(lines: &[Line]) -> Vec<usize> {
    let mut at: Vec<usize> = (0..lines.len().min(2))
        .chain(lines.len().saturating_sub(2)..lines.len())
        .collect();
    at.dedup();
    at.sort_unstable();
    at.dedup();
    at
}

fn is_page_number(text: &str) -> bool {
    let text = text.trim().trim_matches(['-', '–', ' ']);
    let text = text
        .strip_prefix("Trang")
        .or_else(|| text.strip_prefix("trang"))
        .unwrap_or(text)
        .trim();
    let number = text.split(['/', ' ']).next().unwrap_or_default();
    !number.is_empty()
        && number.len() <= 3
        && number.bytes().all(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'/' | b' '))
}

/// Appends the lines of a page; gives the offset of its first letter.
///
/// A line joins the one before where that one reached the right margin and neither the gap nor the indent says otherwise.
pub(super) fn write(lines: Vec<Line>, out: &mut String, budget: &Budget) -> Result<usize> {
    let mut offset = None;
    let mut before: Option<&Line> = None;
    let gap = usual_gap(&lines);
    for line in &lines {
        let text = line.text();
        let joins = match before {
            Some(before) => continues(before, line, gap),
            None => goes_on_over_page(out, &text),
        };
        if joins && out.ends_with('\n') {
            out.pop();
            join(out, &text);
        }
        offset.get_or_insert(out.len());
        budget.push(out, &text)?;
        budget.push(out, "\n")?;
        before = Some(line);
    }
    Ok(offset.unwrap_or(out.len()))
}

/// A space between two lines, or none where a word was cut: behind a soft hyphen, and behind a hyphen between plain letters of one word.
fn join(out: &mut String, next: &str) {
    if out.ends_with('\u{ad}') {
        out.pop();
        return;
    }
    let is_cut = out.strip_suffix('-').is_some_and(|head| {
        let word = head.rsplit(' ').next().unwrap_or_default();
        // Vietnamese is not hyphenated; what is cut is a foreign word, and those have long plain parts.
        word.len() >= 3
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_uppercase())
    }) && next.split(' ').next().is_some_and(|word| {
        word.len() >= 3 && word.bytes().take(3).all(|b| b.is_ascii_lowercase())
    });
    if is_cut {
        out.pop();
    } else if !out.ends_with('-') {
        out.push(' ');
    }
}

fn usual_gap(lines: &[Line]) -> f32 {
    let mut gaps: Vec<f32> = lines
        .windows(2)
        .map(|pair| (pair[0].y - pair[1].y) / pair[0].size.max(1.0))
        .filter(|gap| (0.8..3.0).contains(gap))
        .collect();
    gaps.sort_by(f32::total_cmp);
    // The smaller quarter: lines of one paragraph stand closest. On a page of short paragraphs even that is the gap between those.
    gaps.get(gaps.len() / 4).copied().unwrap_or(1.3).min(1.5)
}

fn continues(before: &Line, line: &Line, gap: f32) -> bool {
    if before.pieces.len() != 1 || line.pieces.len() != 1 {
        return false;
    }
    let width = before.right - before.left;
    let down = (before.y - line.y) / before.size.max(1.0);
    // What would have fitted behind the line before: its first word did not.
    let first = line.pieces.first().map_or(0.0, |piece| {
        let letters = piece.text.chars().count().max(1) as f32;
        let word = piece
            .text
            .split(' ')
            .next()
            .unwrap_or_default()
            .chars()
            .count() as f32;
        (piece.right - piece.left) * word / letters
    });
    let space = before.size * 0.3;
    let was_full = before.end() + space + first > before.right - width * 0.01
        || before.end() > before.right - width * 0.03;
    let is_indented = line.start() > line.left + before.size * 0.8
        && before.start() <= line.left + before.size * 0.8;
    let outdents = line.start() > before.start() + before.size * 1.2;
    was_full
        && down > 0.0
        && down < gap * 1.25 + 0.1
        && (before.size - line.size).abs() < before.size * 0.12
        && !is_indented
        && !outdents
        && !is_item(&line.text())
}

/// A line that opens with a bullet.
fn is_item(text: &str) -> bool {
    text.starts_with(['•', '+', '*', '\u{f0b7}', '–', '-']) && text.chars().nth(1) == Some(' ')
}

/// Whether a page goes on in the middle of the last sentence.
fn goes_on_over_page(out: &str, next: &str) -> bool {
    let last = out.trim_end_matches('\n').chars().last();
    let is_open = last.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '(' | '%'));
    is_open
        && !out.lines().last().is_some_and(|line| line.contains(" | "))
        && next
            .chars()
            .next()
            .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
        && !next.contains(" | ")
}
