//! The model: what a report states, in the words of the field.
//!
//! These types carry no text processing; the recognisers in [`crate::annotate`] produce them, the index stores
//! them and the query layer filters by them.

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
