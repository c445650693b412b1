//! The coverage matrix: figures laid out by two dimensions, so that what is missing shows.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::{Basis, Flag};
use crate::query::Figure;

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

impl Dimension {
    /// The figure's place along this dimension; `?` where it is unknown.
    fn key(self, figure: &Figure) -> String {
        let o = &figure.observation;
        match self {
            Self::Province => o.subject.clone().unwrap_or_else(|| "?".to_owned()),
            Self::Period => o.period.map_or_else(|| "?".to_owned(), |p| p.to_string()),
            Self::Metric => o.metric.clone(),
            Self::Basis => match o.basis {
                Basis::Actual => "actual",
                Basis::Estimate => "estimate",
                Basis::Target => "target",
                Basis::Cumulative => "cumulative",
                Basis::Stock => "stock",
            }
            .to_owned(),
            Self::Report => figure.path.clone(),
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
    /// The report that states it.
    pub path: String,
    /// Number of other values stated for the same cell, as firm but different.
    pub others: usize,
}

/// Figures of one unit (and of one metric, unless the metric is a dimension) by rows and columns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pivot {
    /// The metric; `None` where it is a dimension.
    pub metric: Option<String>,
    /// Base unit of all values.
    pub unit: String,
    /// Keys of the rows, sorted; `?`, the unknown, last.
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

/// The firmest first.
pub(crate) fn rank(basis: Basis) -> u8 {
    match basis {
        Basis::Actual => 0,
        Basis::Estimate => 1,
        Basis::Stock => 2,
        Basis::Cumulative => 3,
        Basis::Target => 4,
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
    let by_metric = rows != Dimension::Metric && columns != Dimension::Metric;
    let mut tables: BTreeMap<(Option<&str>, &str), Vec<&Figure>> = BTreeMap::new();
    for figure in figures {
        let o = &figure.observation;
        if o.flags.contains(&Flag::Implausible) {
            continue;
        }
        let metric = by_metric.then_some(o.metric.as_str());
        tables
            .entry((metric, o.unit.as_str()))
            .or_default()
            .push(figure);
    }
    tables
        .into_iter()
        .map(|((metric, unit), figures)| {
            let keys = |dimension: Dimension, expected: &[String]| -> Vec<String> {
                let all: BTreeSet<(bool, String)> = figures
                    .iter()
                    .map(|f| dimension.key(f))
                    .chain(expected.iter().cloned())
                    .map(|key| (key == "?", key))
                    .collect();
                all.into_iter().map(|(_, key)| key).collect()
            };
            let row_keys = keys(rows, expected_rows);
            let column_keys = keys(columns, expected_columns);
            let places = |keys: &[String]| -> BTreeMap<String, usize> {
                keys.iter().cloned().zip(0..).collect()
            };
            let (row_of, column_of) = (places(&row_keys), places(&column_keys));
            let mut groups: BTreeMap<(usize, usize), Vec<&Figure>> = BTreeMap::new();
            for figure in figures {
                let at = (
                    row_of.get(&rows.key(figure)),
                    column_of.get(&columns.key(figure)),
                );
                if let (Some(&row), Some(&column)) = at {
                    groups.entry((row, column)).or_default().push(figure);
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

fn cell(group: &[&Figure]) -> Option<Cell> {
    let best = group.iter().min_by_key(|f| {
        (
            rank(f.observation.basis),
            f.path.as_str(),
            f.observation.span,
        )
    })?;
    let o = &best.observation;
    let others: BTreeSet<Decimal> = group
        .iter()
        .filter(|f| rank(f.observation.basis) == rank(o.basis) && f.observation.value != o.value)
        .map(|f| f.observation.value)
        .collect();
    Some(Cell {
        value: o.value,
        basis: o.basis,
        path: best.path.clone(),
        others: others.len(),
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
        assert_eq!(tables[0].columns, ["2020", "2021"]);
        assert_eq!(tables[0].coverage(), (2, 6));
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
