//! The taxonomy of metrics: a tree of dotted codes with labels, cue words and units.

use serde::{Deserialize, Serialize};

/// Index of a metric in a [`Taxonomy`]; the index stores codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub u16);

/// One metric.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Metric {
    /// Dotted code: `fdi.capital.new`.
    pub code: String,
    /// Vietnamese label.
    pub vi: String,
    /// English label.
    pub en: String,
}

/// All metrics known, built in and the user's.
#[derive(Clone, Debug, Default)]
pub struct Taxonomy {
    // In the order of the table.
    pub(crate) list: Vec<Metric>,
}
