//! Facets as they are listed: names, the trees of places, periods and metrics, and the order of it all.

use std::cmp::Reverse;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Period, PlaceKind, Places, Taxonomy};
use crate::query::filter::{Resolved, Tally, unit_of};
use crate::query::names::basis_name;
use crate::query::request::Boundaries;
use crate::query::response::{FacetCount, Name};
use crate::query::tags::Tags;

/// What each id of the index counts to, itself and the wider ones.
#[derive(Debug)]
pub(crate) struct Branches {
    places: Vec<Vec<u32>>,
    metrics: Vec<Vec<u32>>,
    /// Names of the ids that `metrics` leads to: those of the index, then those only met as branches.
    pub metric_codes: Vec<String>,
    /// Codes in their order, without that of none: the id, that of its root, code and label.
    by_code: Vec<(usize, usize, Name, Name)>,
}

impl Branches {
    pub fn new(snapshot: &Snapshot, boundaries: Boundaries) -> Self {
        let places = Places::get();
        let mut place_table = vec![Vec::new()];
        for (_, slug) in snapshot.meta.places.iter() {
            let unit = unit_of(slug, boundaries);
            let mut ids = Vec::new();
            if let Some(id) = places.by_slug(unit) {
                for step in places.path(id) {
                    let id = snapshot.meta.places.id(&places.place(step).slug);
                    if id != 0 {
                        ids.push(id);
                    }
                }
            } else {
                ids.push(snapshot.meta.places.id(slug));
            }
            place_table.push(ids);
        }
        let mut metric_codes: Vec<String> = vec![String::new()];
        for (_, code) in snapshot.meta.metrics.iter() {
            metric_codes.push(code.to_owned());
        }
        let mut metric_table = vec![Vec::new()];
        for (_, code) in snapshot.meta.metrics.iter() {
            let mut ids = Vec::new();
            for step in Taxonomy::path(code) {
                let id = match metric_codes.iter().position(|known| known == step) {
                    Some(id) => id,
                    None => {
                        metric_codes.push(step.to_owned());
                        metric_codes.len() - 1
                    }
                };
                ids.push(id as u32);
            }
            metric_table.push(ids);
        }
        let id_of = |code| metric_codes.iter().position(|known| known == code);
        let mut by_code: Vec<(usize, usize, Name, Name)> = (1..metric_codes.len())
            .map(|id| {
                let code = metric_codes[id].as_str();
                let root = code.split('.').next().and_then(id_of).unwrap_or_default();
                let label = snapshot.taxonomy.labels(code).0;
                (id, root, Name::from(code), Name::from(label))
            })
            .collect();
        by_code.sort_by(|a, b| a.2.cmp(&b.2));
        Self {
            places: place_table,
            metrics: metric_table,
            metric_codes,
            by_code,
        }
    }

    pub fn places(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.places.get(id as usize).into_iter().flatten().copied()
    }

    pub fn metrics(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.metrics.get(id as usize).into_iter().flatten().copied()
    }
}

/// A place as the facet lists it.
struct PlaceRow {
    path: Name,
    label: Name,
    slug: String,
    /// Place in the list of the widest of its branch, and how deep it stands in it.
    widest: usize,
    depth: usize,
    is_country: bool,
}

/// By path.
static PLACE_ROWS: LazyLock<Vec<PlaceRow>> = LazyLock::new(|| {
    let places = Places::get();
    let mut rows: Vec<(Vec<String>, PlaceRow)> = places
        .iter()
        .map(|(id, place)| {
            let steps = places.path(id);
            let path: Vec<String> = steps
                .iter()
                .map(|&s| places.place(s).slug.clone())
                .collect();
            let row = PlaceRow {
                path: path.join("/").into(),
                label: place.name.as_str().into(),
                slug: place.slug.clone(),
                widest: 0,
                depth: path.len(),
                is_country: place.kind == PlaceKind::Country,
            };
            (path, row)
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    for at in 0..rows.len() {
        let widest = rows.partition_point(|row| row.0[..] < rows[at].0[..1]);
        rows[at].1.widest = widest;
    }
    rows.into_iter().map(|(_, row)| row).collect()
});

/// Ids of all places in the order of [`PLACE_ROWS`]; 0 for those that the index does not know.
pub(crate) fn place_ids(snapshot: &Snapshot) -> Vec<u32> {
    let rows = PLACE_ROWS.iter();
    rows.map(|row| snapshot.meta.places.id(&row.slug)).collect()
}

pub(super) fn provinces(
    tags: &Tags,
    by_id: &[usize],
    filters: &Resolved,
    zero: bool,
) -> Vec<FacetCount> {
    let rows = &*PLACE_ROWS;
    let count_of = |&id: &u32| match id {
        0 => 0,
        id => by_id[id as usize],
    };
    let counts: Vec<usize> = tags.place_ids.iter().map(count_of).collect();
    let mut list: Vec<usize> = (0..rows.len())
        .filter(|&at| {
            let row = &rows[at];
            counts[at] > 0
                || (zero && !row.is_country && unit_of(&row.slug, filters.boundaries) == row.slug)
        })
        .collect();
    // Widest first, commonest branch first; within a branch the commonest first.
    list.sort_unstable_by_key(|&at| {
        let row = &rows[at];
        (
            Reverse(counts[row.widest]),
            row.widest,
            row.depth,
            Reverse(counts[at]),
            at,
        )
    });
    list.into_iter()
        .map(|at| FacetCount {
            path: rows[at].path.clone(),
            label: rows[at].label.clone(),
            count: counts[at],
        })
        .collect()
}

/// Newest year first; within it the tree in order of time.
pub(crate) fn period_order(a: &Period, b: &Period) -> std::cmp::Ordering {
    b.end()
        .0
        .cmp(&a.end().0)
        .then_with(|| b.len_months().min(13).cmp(&a.len_months().min(13)))
        .then_with(|| a.cmp(b))
}

pub(super) fn periods(tally: Tally<Period>) -> Vec<FacetCount> {
    let mut list: Vec<(Period, usize)> = tally.into_counts().into_iter().collect();
    list.sort_by(|a, b| period_order(&a.0, &b.0));
    list.into_iter()
        .map(|(period, count)| {
            let (path, label) = period_names(period);
            FacetCount { path, label, count }
        })
        .collect()
}

/// Path and label of a period.
pub(crate) fn period_names(period: Period) -> (Name, Name) {
    let path: Vec<String> = match period.single_year() {
        Some(_) => period.ancestors().iter().map(ToString::to_string).collect(),
        None => vec![period.to_string()],
    };
    (path.join("/").into(), period_label(period).into())
}

pub(super) fn metrics(
    taxonomy: &Taxonomy,
    branches: &Branches,
    counts: &[usize],
    zero: bool,
) -> Vec<FacetCount> {
    // Beside each the count of its root.
    let mut list: Vec<(usize, FacetCount)> = Vec::with_capacity(branches.by_code.len());
    for (id, root, code, label) in &branches.by_code {
        let count = counts[*id];
        if count > 0 {
            let facet = FacetCount {
                path: code.clone(),
                label: label.clone(),
                count,
            };
            list.push((counts[*root], facet));
        }
    }
    if zero {
        for (_, metric) in taxonomy.iter() {
            let code = metric.code.as_str();
            if let Err(at) = list.binary_search_by(|(_, facet)| facet.path.as_str().cmp(code)) {
                let root = code.split('.').next().unwrap_or_default();
                let root = branches.by_code.iter().find(|known| known.2 == *root);
                let facet = FacetCount {
                    path: code.into(),
                    label: metric.vi.as_str().into(),
                    count: 0,
                };
                list.insert(at, (root.map_or(0, |root| counts[root.0]), facet));
            }
        }
    }
    // The tree in order, a branch behind its node; the commonest root first.
    list.sort_by_key(|(root, _)| Reverse(*root));
    list.into_iter().map(|(_, facet)| facet).collect()
}

/// Commonest first, then by name.
pub(super) fn bases(counts: FxHashMap<Basis, usize>) -> Vec<FacetCount> {
    let mut list: Vec<FacetCount> = counts
        .into_iter()
        .map(|(basis, count)| {
            let name = Name::from(basis_name(basis));
            FacetCount {
                path: name.clone(),
                label: name,
                count,
            }
        })
        .collect();
    list.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
    list
}

/// Paths and labels of the ids of a facet, put in order once: lists of counts are then sorted by numbers.
#[derive(Debug)]
pub(crate) struct Listed {
    by_path: Vec<(Name, Name)>,
    /// The place of each id among them; none for an id without a name.
    places: Vec<Option<u32>>,
}

impl Listed {
    /// `names` are path and label by id; an empty path is none.
    pub fn new(names: &[(String, String)]) -> Self {
        let mut ids: Vec<usize> = (0..names.len())
            .filter(|&id| !names[id].0.is_empty())
            .collect();
        ids.sort_by(|&a, &b| names[a].cmp(&names[b]));
        let mut places = vec![None; names.len()];
        let mut by_path = Vec::with_capacity(ids.len());
        for (place, id) in (0..).zip(ids) {
            places[id] = Some(place);
            let (path, label) = &names[id];
            by_path.push((path.as_str().into(), label.as_str().into()));
        }
        Self { by_path, places }
    }

    /// Number of ids.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Those with a count, commonest first, then by path.
    pub fn by_count(&self, counts: &[u32]) -> Vec<FacetCount> {
        let listed = self.places.iter().zip(counts);
        let mut list: Vec<(Reverse<u32>, u32)> = listed
            .filter(|(_, count)| **count > 0)
            .filter_map(|(place, &count)| Some((Reverse(count), (*place)?)))
            .collect();
        list.sort_unstable();
        list.into_iter()
            .map(|(Reverse(count), place)| {
                let (path, label) = &self.by_path[place as usize];
                FacetCount {
                    path: path.clone(),
                    label: label.clone(),
                    count: count as usize,
                }
            })
            .collect()
    }
}

/// A period in Vietnamese words.
pub(crate) fn period_label(period: Period) -> String {
    let ((year, first), (end_year, last)) = (period.start(), period.end());
    if year != end_year {
        return if first == 1 && last == 12 {
            format!("giai đoạn {year}-{end_year}")
        } else {
            format!("tháng {first}/{year} - tháng {last}/{end_year}")
        };
    }
    match (first, last) {
        (1, 12) => format!("năm {year}"),
        (1, 6) => format!("6 tháng đầu năm {year}"),
        (7, 12) => format!("6 tháng cuối năm {year}"),
        (a, b) if a == b => format!("tháng {a}/{year}"),
        (a, b) if a % 3 == 1 && b == a + 2 => format!(
            "quý {}/{year}",
            ["I", "II", "III", "IV"][(b / 3 - 1) as usize]
        ),
        (1, b) => format!("{b} tháng đầu năm {year}"),
        (a, b) => format!("tháng {a} - tháng {b}/{year}"),
    }
}
