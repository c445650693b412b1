//! What to name where no report states the figure that is asked for.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::best::Wanted;
use super::{basis_label, load};
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period, Places, Taxonomy};
use crate::query::catalog::Entry;
use crate::query::facet::period_label;
use crate::query::filter::namesake_ids;
use crate::query::response::Figure;
use crate::query::understand::Meaning;

/// `Hà Nam, năm 2020`.
impl std::fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = Places::get();
        match places.by_slug(self.place) {
            Some(id) => f.write_str(&places.place(id).name)?,
            None => f.write_str(self.place)?,
        }
        match self.period {
            Some(period) => write!(f, ", {}", period_label(period)),
            None => Ok(()),
        }
    }
}

/// The most figures named where none answers.
const MAX_ALTERNATIVES: usize = 3;

/// The nearest that is stated of the place: the metric at another time or on another basis, else one of its kind.
pub(super) fn others(
    snapshot: &Snapshot,
    entries: &[Entry],
    wanted: Wanted,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Vec<Figure>> {
    let found = nearest(snapshot, entries, wanted.place, wanted.period, ranks)?;
    if !found.is_empty() {
        return Ok(found);
    }
    // Of its kind, or the same of a part: `fdi.projects.adjusted` for that of all investment.
    let rest = wanted.metric.strip_prefix("investment.");
    let parts = rest.map(|rest| [format!("fdi.{rest}"), format!("ddi.{rest}")]);
    let parts = parts.into_iter().flatten();
    for kind in Taxonomy::parent(wanted.metric)
        .map(str::to_owned)
        .into_iter()
        .chain(parts)
    {
        let entries = super::entries(snapshot, &kind, wanted.place, false)?;
        let found = nearest(snapshot, &entries, wanted.place, wanted.period, ranks)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Figures for the place, those of the nearest period first.
fn nearest(
    snapshot: &Snapshot,
    entries: &[Entry],
    place: &str,
    period: Option<Period>,
    ranks: &FxHashMap<DocAddress, usize>,
) -> Result<Vec<Figure>> {
    let places = namesake_ids(snapshot, place);
    let months = |p: Period| i64::from(p.end().0) * 12 + i64::from(p.end().1);
    let distance = |e: &Entry| match (period, e.figure.period()) {
        (Some(wanted), Some(own)) => {
            (months(wanted) - months(own)).abs()
                + i64::from(wanted.len_months().abs_diff(own.len_months()))
        }
        (None, Some(own)) => 24_000 - months(own),
        _ => i64::MAX,
    };
    let mut list: Vec<&Entry> = entries
        .iter()
        .filter(|e| places.contains(&e.figure.place()))
        .collect();
    list.sort_by_key(|e| {
        (
            distance(e),
            ranks.get(&e.address).copied().unwrap_or(usize::MAX),
            e.address,
            e.nth,
        )
    });
    let mut out: Vec<Figure> = Vec::new();
    for entry in list.into_iter().take(MAX_ALTERNATIVES) {
        out.extend(load(snapshot, entry)?);
    }
    Ok(out)
}

/// One sentence on what is not stated, and on the nearest that is.
pub(super) fn missing(
    snapshot: &Snapshot,
    wanted: Wanted,
    meaning: &Meaning,
    near: &[Figure],
) -> String {
    let taxonomy = &snapshot.taxonomy;
    let Wanted { metric, period, .. } = wanted;
    let label = taxonomy.labels(metric).0;
    let mut note = format!("không có số liệu \"{label}\"");
    if !meaning.rest.is_empty() {
        const NAMED: usize = 5;
        let words = meaning.rest.iter().map(|left| left.typed.as_str());
        let words: Vec<&str> = words.take(NAMED).collect();
        let more = if meaning.rest.len() > NAMED {
            " …"
        } else {
            ""
        };
        note.push_str(&format!(" riêng về \"{}{more}\"", words.join(" ")));
    }
    note.push_str(" của ");
    for body in &meaning.bodies {
        note.push_str(&format!("{}, ", body.label));
    }
    note.push_str(&wanted.to_string());
    if let Some(figure) = near.first() {
        let other = &figure.observation;
        let same_period = period.is_some() && other.period == period;
        // The whole, where a part or a body's own was asked for.
        let whole = !meaning.rest.is_empty() || !meaning.bodies.is_empty();
        let what = match (same_period, other.period) {
            (true, _) if whole && other.basis != Basis::Target => "chỉ có số chung".to_owned(),
            (true, _) => format!("chỉ có số {}", basis_label(other.basis)),
            (false, Some(p)) => format!(
                "gần nhất: {} ({})",
                period_label(p),
                basis_label(other.basis)
            ),
            (false, None) => format!("gần nhất: {}", basis_label(other.basis)),
        };
        note.push_str("; ");
        if other.metric != metric {
            note.push_str(&format!("{}: ", taxonomy.labels(&other.metric).0));
        }
        note.push_str(&what);
    }
    note
}
