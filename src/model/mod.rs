//! The model: what a report states, in the words of the field.
//!
//! These types carry no text processing; the recognisers in [`crate::annotate`] produce them, the index stores
//! them and the query layer filters by them.

use std::path::Path;

use crate::{Error, Result};

pub(crate) mod derived;
pub mod figure;
pub mod gazetteer;
pub mod metric;
pub mod period;
pub mod place;
pub mod zone;

pub use figure::{Basis, Flag, Observation, Qualifier};
pub use gazetteer::{Gazetteer, GazetteerName, NameKind};
pub use metric::{Metric, MetricId, Taxonomy};
pub use period::{Period, PeriodFilter};
pub use place::{Lookup, Place, PlaceId, PlaceKind, Places};
pub use zone::{Zone, ZoneId, ZoneKind, Zones};

/// Reads a user's own table; `parse` says where and what is wrong in it.
fn read_table<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    parse(&text).map_err(|detail| Error::Table {
        path: path.to_owned(),
        detail,
    })
}
