//! Places in the order of a figure: `tỉnh nào thu hút FDI nhiều nhất năm 2020`.
//!
//! Reports of some places cannot say which of all has the most: there is no answer, but the figures that are stated, in order.

use super::best::{Wanted, best};
use super::{Answer, entries};
use crate::Result;
use crate::index::snapshot::Snapshot;
use crate::model::{Period, PlaceKind, Places};
use crate::query::facet::period_label;
use crate::query::response::Figure;
use crate::query::understand::{Meaning, Ranking};

/// The most places listed.
const LISTED: usize = 5;

/// The provinces with the most or the least of a metric, by what is stated of them in one period.
pub(super) fn ranked(
    snapshot: &Snapshot,
    meaning: &Meaning,
    metric: &str,
    ranking: Ranking,
) -> Result<Answer> {
    let mut out = Answer::default();
    let &[period] = meaning.shown.periods.as_slice() else {
        return Ok(out);
    };
    let places = Places::get();
    let mut found: Vec<Figure> = Vec::new();
    for (_, place) in places.iter().filter(|(_, p)| p.kind == PlaceKind::Province) {
        let wanted = Wanted {
            metric,
            place: &place.slug,
            period: Some(period),
        };
        let entries = entries(snapshot, metric, &place.slug, false)?;
        let taken = best(snapshot, &entries, wanted, meaning, &Default::default())?;
        found.extend(taken.map(|taken| taken.figure));
    }
    // Amounts of another unit cannot be compared with the rest.
    let mut units: Vec<(usize, String)> = Vec::new();
    for figure in &found {
        let unit = &figure.observation.unit;
        match units.iter_mut().find(|(_, known)| known == unit) {
            Some((count, _)) => *count += 1,
            None => units.push((1, unit.clone())),
        }
    }
    let Some((_, unit)) = units.into_iter().max_by_key(|(count, _)| *count) else {
        return Ok(out);
    };
    found.retain(|figure| figure.observation.unit == unit);
    found.sort_by(|a, b| {
        let order = b.observation.value.cmp(&a.observation.value);
        match ranking {
            Ranking::Most => order,
            Ranking::Least => order.reverse(),
        }
    });
    let stated = found.len();
    found.truncate(LISTED);
    out.note = Some(note(snapshot, metric, period, stated));
    out.alternatives = found;
    Ok(out)
}

fn note(snapshot: &Snapshot, metric: &str, period: Period, stated: usize) -> String {
    let label = snapshot.taxonomy.labels(metric).0;
    let when = period_label(period);
    format!("chỉ xếp được {stated} tỉnh, thành phố có nêu \"{label}\", {when}; chưa phải cả nước")
}
