//! Tables drawn with rules: which cell of the grid each glyph stands in.

use super::super::table::Cell;
use super::content::{Glyph, Rule};

/// A table, where it begins, and its rows.
pub(super) struct Table {
    pub top: f32,
    pub rows: Vec<Vec<Cell>>,
}

/// Rules of one page at most; maps and charts have more, and no table.
const MAX_RULES: usize = 4000;
/// Rules that stand closer than this are one.
const NEAR: f32 = 2.5;

/// Takes the glyphs of ruled tables out of `glyphs`.
///
/// Rules that touch each other make a grid; where a rule is missing between two fields of it, they are one cell.
pub(super) fn take_tables(
    glyphs: &mut Vec<Glyph>,
    rules: &[Rule],
    text: impl Fn(&[Glyph]) -> String,
) -> Vec<Table> {
    if rules.len() < 5 || rules.len() > MAX_RULES {
        return Vec::new();
    }
    let mut tables = Vec::new();
    for group in groups(rules) {
        let (flat, upright): (Vec<&Rule>, Vec<&Rule>) =
            group.iter().partition(|rule| rule.is_flat());
        let mut ys = places(flat.iter().map(|rule| rule.y0));
        ys.reverse();
        let xs = places(upright.iter().map(|rule| rule.x0));
        let (rows, columns) = (ys.len().saturating_sub(1), xs.len().saturating_sub(1));
        // A frame around a text is no table, and neither is a chart with its grid of lines.
        if rows < 2 || columns < 2 || rows * columns > 20_000 {
            continue;
        }
        let mut fields: Vec<Vec<Glyph>> = vec![Vec::new(); rows * columns];
        let mut rest = Vec::with_capacity(glyphs.len());
        for glyph in glyphs.drain(..) {
            let (x, y) = (glyph.x + glyph.width / 2.0, glyph.y + glyph.size * 0.3);
            let row = (0..rows).find(|row| ys[row + 1] < y && y <= ys[*row]);
            let column = (0..columns).find(|column| xs[*column] <= x && x < xs[column + 1]);
            match (row, column) {
                (Some(row), Some(column)) => fields[row * columns + column].push(glyph),
                _ => rest.push(glyph),
            }
        }
        *glyphs = rest;
        let has_upright = |row: usize, column: usize| {
            let middle = (ys[row] + ys[row + 1]) / 2.0;
            upright.iter().any(|rule| {
                (rule.x0 - xs[column]).abs() <= NEAR
                    && rule.y0 - NEAR <= middle
                    && middle <= rule.y1 + NEAR
            })
        };
        let has_flat = |row: usize, column: usize| {
            let middle = (xs[column] + xs[column + 1]) / 2.0;
            flat.iter().any(|rule| {
                (rule.y0 - ys[row]).abs() <= NEAR
                    && rule.x0 - NEAR <= middle
                    && middle <= rule.x1 + NEAR
            })
        };
        let mut taken = vec![false; rows * columns];
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut cells = Vec::new();
            for column in 0..columns {
                if taken[row * columns + column] {
                    continue;
                }
                let mut right = column + 1;
                while right < columns && !taken[row * columns + right] && !has_upright(row, right) {
                    right += 1;
                }
                let mut bottom = row + 1;
                while bottom < rows
                    && (column..right).all(|c| !has_flat(bottom, c) && !taken[bottom * columns + c])
                {
                    bottom += 1;
                }
                let mut inside = Vec::new();
                for r in row..bottom {
                    for c in column..right {
                        taken[r * columns + c] = true;
                        inside.append(&mut fields[r * columns + c]);
                    }
                }
                cells.push(Cell {
                    text: text(&inside),
                    cols: right - column,
                    rows: bottom - row,
                    is_header: false,
                });
            }
            out.push(cells);
        }
        tables.push(Table {
            top: ys[0],
            rows: out,
        });
    }
    tables
}

/// Rules that touch, directly or over others.
fn groups(rules: &[Rule]) -> Vec<Vec<Rule>> {
    let mut left: Vec<Rule> = rules.to_vec();
    let mut groups = Vec::new();
    while let Some(first) = left.pop() {
        let mut group = vec![first];
        let mut at = 0;
        while at < group.len() {
            let (near, far): (Vec<Rule>, Vec<Rule>) =
                left.iter().partition(|rule| rule.touches(&group[at], NEAR));
            group.extend(near);
            left = far;
            at += 1;
        }
        if group.len() >= 5 {
            groups.push(group);
        }
    }
    // From top to bottom, so that the order does not depend on that of drawing.
    let top = |group: &Vec<Rule>| group.iter().map(|rule| rule.y1).fold(f32::MIN, f32::max);
    groups.sort_by(|a, b| top(b).total_cmp(&top(a)));
    groups
}

/// Rising places, those near to each other as one.
fn places(all: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut sorted: Vec<f32> = all.collect();
    sorted.sort_by(f32::total_cmp);
    sorted.dedup_by(|b, a| *b - *a <= NEAR);
    sorted
}
