//! The coverage matrix: figures laid out by two dimensions, so that what is missing shows.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::Span;
use crate::boundaries::{Member, RollUp, RollUpKind, roll_up_firmest};
use crate::model::{Basis, Flag, Period};
use crate::query::{Figure, basis_name};

/// A dimension of a pivot table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Slug of the subject.
    Province,
    /// Code of the period.
    Period,
    /// Code of the metric.
    Metric,
    /// How the value is meant.
    Basis,
    /// Path of the report.
    Report,
}

/// A name that is no dimension.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no dimension; expected province, period, metric, basis or report")]
pub struct ParseDimensionError(String);

impl FromStr for Dimension {
    type Err = ParseDimensionError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match name.trim() {
            "province" => Self::Province,
            "period" => Self::Period,
            "metric" => Self::Metric,
            "basis" => Self::Basis,
            "report" => Self::Report,
            _ => return Err(ParseDimensionError(name.to_owned())),
        })
    }
}

/// What a pivot table is laid out of: a figure, or figures rolled up.
#[derive(Clone, Copy)]
struct Item<'a> {
    subject: Option<&'a str>,
    period: Option<Period>,
    metric: &'a str,
    basis: Basis,
    unit: &'a str,
    value: Decimal,
    path: &'a str,
    span: Span,
    rolled: Option<&'a RollUp>,
}

impl<'a> Item<'a> {
    fn of_figure(figure: &'a Figure) -> Option<Self> {
        let o = &figure.observation;
        let doubtful = o.flags.contains(&Flag::Implausible);
        (!doubtful).then_some(Self {
            subject: o.subject.as_deref(),
            period: o.period,
            metric: &o.metric,
            basis: o.basis,
            unit: &o.unit,
            value: o.value,
            path: &figure.path,
            span: o.span,
            rolled: None,
        })
    }

    fn of_roll_up(rolled: &'a RollUp) -> Option<Self> {
        let first = rolled.members.first()?;
        Some(Self {
            subject: Some(&rolled.subject),
            period: Some(rolled.period),
            metric: &rolled.metric,
            basis: rolled.basis,
            unit: &rolled.unit,
            value: rolled.value?,
            path: &first.path,
            span: first.span,
            rolled: Some(rolled),
        })
    }

    /// Its place along a dimension; `?` where it is unknown.
    fn key(&self, dimension: Dimension) -> String {
        match dimension {
            Dimension::Province => self.subject.unwrap_or("?").to_owned(),
            Dimension::Period => self
                .period
                .map_or_else(|| "?".to_owned(), |p| p.to_string()),
            Dimension::Metric => self.metric.to_owned(),
            Dimension::Basis => basis_name(self.basis).to_owned(),
            Dimension::Report => self.path.to_owned(),
        }
    }
}

/// One value of a pivot table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The value shown, in base units: the firmest stated (result, estimate, stock, cumulative, target).
    #[serde(with = "crate::model::figure::exact_number")]
    pub value: Decimal,
    /// How it is meant.
    pub basis: Basis,
    /// The report that states it; of a sum the one that states the first part.
    pub path: String,
    /// Number of other values stated for the same cell, as firm but different.
    pub others: usize,
    /// The former units that a sum adds up; empty for a value that is stated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The former units that such a sum lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// Figures of one unit (and of one metric, unless the metric is a dimension) by rows and columns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pivot {
    /// The metric; `None` where it is a dimension.
    pub metric: Option<String>,
    /// Base unit of all values.
    pub unit: String,
    /// Keys of the rows, sorted, periods by time; `?`, the unknown, last.
    pub rows: Vec<String>,
    /// Keys of the columns, in the same order.
    pub columns: Vec<String>,
    /// `cells[row][column]`; `None` where nothing is stated.
    pub cells: Vec<Vec<Option<Cell>>>,
}

impl Pivot {
    /// Number of cells with a value, and of all.
    #[must_use]
    pub fn coverage(&self) -> (usize, usize) {
        let filled = self.cells.iter().flatten().flatten().count();
        (filled, self.rows.len() * self.columns.len())
    }
}

/// Lays figures out by two dimensions: one table for each metric and unit, in their order.
///
/// Parts of a sum in two currencies and equivalents stand in the table of their own unit; values are never added up.
#[must_use]
pub fn pivot(figures: &[Figure], rows: Dimension, columns: Dimension) -> Vec<Pivot> {
    pivot_expecting(figures, rows, columns, &[], &[])
}

/// As [`pivot`], with rows and columns that stand there even where no figure fills them: the provinces and periods asked for.
#[must_use]
pub fn pivot_expecting(
    figures: &[Figure],
    rows: Dimension,
    columns: Dimension,
    expected_rows: &[String],
    expected_columns: &[String],
) -> Vec<Pivot> {
    let items = figures.iter().filter_map(Item::of_figure);
    lay_out(
        items.collect(),
        (rows, columns),
        (expected_rows, expected_columns),
    )
}

/// As [`pivot_expecting`], by the units of July 2025: a cell is what a report states for the unit, or the sum of what is stated for its
/// former units, with those that are missing. The number beside the tables is that of rates and averages of former units, which do not
/// add up and stand nowhere; [`roll_up`](crate::boundaries::roll_up) lists them.
///
/// A sum has no report of its own: neither dimension may be [`Dimension::Report`], which finds the report of its first part.
#[must_use]
pub fn pivot_rolled_up(
    figures: &[Figure],
    rows: Dimension,
    columns: Dimension,
    expected_rows: &[String],
    expected_columns: &[String],
) -> (Vec<Pivot>, usize) {
    let units = roll_up_firmest(figures);
    let items: Vec<Item<'_>> = units.iter().filter_map(Item::of_roll_up).collect();
    let left_out = units.len() - items.len();
    let tables = lay_out(items, (rows, columns), (expected_rows, expected_columns));
    (tables, left_out)
}

fn lay_out(
    items: Vec<Item<'_>>,
    (rows, columns): (Dimension, Dimension),
    (expected_rows, expected_columns): (&[String], &[String]),
) -> Vec<Pivot> {
    let by_metric = rows != Dimension::Metric && columns != Dimension::Metric;
    let mut tables: BTreeMap<(Option<&str>, &str), Vec<Item<'_>>> = BTreeMap::new();
    for item in items {
        let metric = by_metric.then_some(item.metric);
        tables.entry((metric, item.unit)).or_default().push(item);
    }
    tables
        .into_iter()
        .map(|((metric, unit), items)| {
            let keys = |dimension: Dimension, expected: &[String]| -> Vec<String> {
                let keys = items.iter().map(|item| item.key(dimension));
                let all: BTreeSet<_> = keys
                    .chain(expected.iter().cloned())
                    .map(|key| (key == "?", time(dimension, &key), key))
                    .collect();
                all.into_iter().map(|(_, _, key)| key).collect()
            };
            let row_keys = keys(rows, expected_rows);
            let column_keys = keys(columns, expected_columns);
            let places = |keys: &[String]| -> BTreeMap<String, usize> {
                keys.iter().cloned().zip(0..).collect()
            };
            let (row_of, column_of) = (places(&row_keys), places(&column_keys));
            let mut groups: BTreeMap<(usize, usize), Vec<Item<'_>>> = BTreeMap::new();
            for item in items {
                let at = (
                    row_of.get(&item.key(rows)),
                    column_of.get(&item.key(columns)),
                );
                if let (Some(&row), Some(&column)) = at {
                    groups.entry((row, column)).or_default().push(item);
                }
            }
            let mut cells = vec![vec![None; column_keys.len()]; row_keys.len()];
            for ((row, column), group) in groups {
                cells[row][column] = cell(&group);
            }
            Pivot {
                metric: metric.map(str::to_owned),
                unit: unit.to_owned(),
                rows: row_keys,
                columns: column_keys,
                cells,
            }
        })
        .collect()
}

/// What a period is sorted by: its last month, then its length.
fn time(dimension: Dimension, key: &str) -> Option<impl Ord + use<>> {
    let period: Period = (dimension == Dimension::Period)
        .then(|| key.parse().ok())
        .flatten()?;
    Some((period.end(), period.len_months()))
}

fn cell(group: &[Item<'_>]) -> Option<Cell> {
    let best = group
        .iter()
        .min_by_key(|item| (item.basis.rank(), item.path, item.span))?;
    let others: BTreeSet<Decimal> = group
        .iter()
        .filter(|item| item.basis.rank() == best.basis.rank() && item.value != best.value)
        .map(|item| item.value)
        .collect();
    let summed = best
        .rolled
        .filter(|rolled| matches!(rolled.kind, RollUpKind::Sum | RollUpKind::Partial));
    let of_members = best
        .rolled
        .map_or(0, |rolled| rolled.members.iter().map(|m| m.others).sum());
    Some(Cell {
        value: best.value,
        basis: best.basis,
        path: best.path.to_owned(),
        others: others.len() + of_members,
        members: summed
            .map(|rolled| rolled.members.clone())
            .unwrap_or_default(),
        missing: summed
            .map(|rolled| rolled.missing.clone())
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Observation;

    fn figure(path: &str, subject: &str, period: &str, value: i64, basis: Basis) -> Figure {
        Figure {
            path: path.into(),
            observation: Observation {
                basis,
                period: period.parse().ok(),
                subject: Some(subject.into()),
                ..Observation::made_up("fdi.capital", value, "USD")
            },
        }
    }

    #[test]
    fn what_is_missing_shows() {
        let figures = [
            figure("a", "bac-ninh", "2020", 5, Basis::Actual),
            figure("b", "bac-ninh", "2021", 7, Basis::Target),
            figure("c", "hai-duong", "2020", 3, Basis::Estimate),
            figure("d", "bac-ninh", "2020", 6, Basis::Actual),
            figure("e", "bac-ninh", "2020", 9, Basis::Target),
        ];
        let tables = pivot(&figures, Dimension::Province, Dimension::Period);
        let [table] = tables.as_slice() else {
            panic!("one metric and unit: {tables:?}")
        };
        assert_eq!(table.rows, ["bac-ninh", "hai-duong"]);
        assert_eq!(table.columns, ["2020", "2021"]);
        assert_eq!(table.coverage(), (3, 4));
        assert_eq!(table.cells[1][1], None);
        let first = table.cells[0][0].as_ref().unwrap();
        assert_eq!(
            (first.value, first.others, first.path.as_str()),
            (5.into(), 1, "a")
        );
    }

    #[test]
    fn what_was_asked_for_has_its_row() {
        let mut unknown = figure("a", "bac-ninh", "2020", 5, Basis::Actual);
        unknown.observation.subject = None;
        let figures = [figure("a", "son-la", "2020", 5, Basis::Actual), unknown];
        let tables = pivot_expecting(
            &figures,
            Dimension::Province,
            Dimension::Period,
            &["lai-chau".into(), "son-la".into()],
            &["2021".into()],
        );
        assert_eq!(tables[0].rows, ["lai-chau", "son-la", "?"]);
        let months = ["2020-M12", "2020", "2020-9M", "2020-H1", "2020-M05"]
            .map(|period| figure("a", "son-la", period, 5, Basis::Actual));
        let by_time = pivot(&months, Dimension::Province, Dimension::Period);
        assert_eq!(
            by_time[0].columns,
            ["2020-M05", "2020-H1", "2020-9M", "2020-M12", "2020"]
        );
        assert_eq!(tables[0].columns, ["2020", "2021"]);
        assert_eq!(tables[0].coverage(), (2, 6));
    }

    #[test]
    fn units_of_2025_add_up_what_is_stated_for_their_parts() {
        let mut rate = figure("e", "kon-tum", "2020", 9, Basis::Actual);
        rate.observation.metric = "poverty.rate".into();
        rate.observation.unit = "percent".into();
        let figures = [
            figure("a", "kon-tum", "2020", 5, Basis::Actual),
            figure("b", "quang-ngai", "2020", 7, Basis::Estimate),
            figure("c", "quang-ngai", "2021", 8, Basis::Actual),
            figure("d", "ha-noi", "2020", 4, Basis::Target),
            rate,
        ];
        let (tables, left_out) =
            pivot_rolled_up(&figures, Dimension::Province, Dimension::Period, &[], &[]);
        assert_eq!((tables.len(), left_out), (1, 1), "{tables:?}");
        assert_eq!(tables[0].rows, ["ha-noi", "quang-ngai-2025"]);
        let cell = |row: usize, column: usize| {
            let cell = tables[0].cells[row][column].as_ref().unwrap();
            let members: Vec<&str> = cell.members.iter().map(|m| m.subject.as_str()).collect();
            (cell.value, cell.basis, members, cell.missing.clone())
        };
        let both = vec!["kon-tum", "quang-ngai"];
        assert_eq!(cell(0, 0), (4.into(), Basis::Target, vec![], vec![]));
        assert_eq!(cell(1, 0), (12.into(), Basis::Estimate, both, vec![]));
        let partial = (
            8.into(),
            Basis::Actual,
            vec!["quang-ngai"],
            vec!["kon-tum".to_owned()],
        );
        assert_eq!(cell(1, 1), partial);
    }

    #[test]
    fn a_dimension_is_named() {
        assert_eq!("period".parse(), Ok(Dimension::Period));
        assert!(
            "colour"
                .parse::<Dimension>()
                .unwrap_err()
                .to_string()
                .contains("expected province")
        );
    }
}
