//! Figures packed for columns, and the columns of one segment.

use rust_decimal::prelude::ToPrimitive;
use tantivy::columnar::{Column, ColumnIndex, ColumnValues, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::packed;
use crate::model::{Basis, Observation, Period, Qualifier};

/// What a filter asks of a figure, in 64 bits: place, metric, period, basis, qualifier, unit.
///
/// From the high end: 12 bits place, 12 bits metric, 24 bits period, 3 bits basis, 2 bits qualifier, 6 bits unit, 5 bits
/// unused. Place, metric and unit are ids of [`Meta`](super::meta::Meta), 0 where unknown; a period of all ones is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PackedFigure(pub u64);

const NO_PERIOD: u64 = 0xff_ffff;

impl PackedFigure {
    /// Ids beyond the bits are stored as 0, unknown: 4,095 places, 4,095 metrics and 63 units fit.
    pub fn new(figure: &Observation, place: u32, metric: u32, unit: u32) -> Self {
        let fit = |id: u32, bits: u32| if id < 1 << bits { u64::from(id) } else { 0 };
        let period = figure.period.map_or(NO_PERIOD, |p| u64::from(p.to_bits()));
        let basis = match figure.basis {
            Basis::Actual => 0,
            Basis::Estimate => 1,
            Basis::Target => 2,
            Basis::Cumulative => 3,
            Basis::Stock => 4,
        };
        let qualifier = match figure.qualifier {
            Qualifier::Exact => 0,
            Qualifier::About => 1,
            Qualifier::AtLeast => 2,
            Qualifier::AtMost => 3,
        };
        Self(
            fit(place, 12) << 52
                | fit(metric, 12) << 40
                | period << 16
                | basis << 13
                | qualifier << 11
                | fit(unit, 6) << 5,
        )
    }

    pub const fn place(self) -> u32 {
        (self.0 >> 52) as u32
    }

    pub const fn metric(self) -> u32 {
        (self.0 >> 40) as u32 & 0xfff
    }

    pub fn period(self) -> Option<Period> {
        Period::from_bits((self.0 >> 16) as u32 & 0xff_ffff)
    }

    pub const fn basis(self) -> Basis {
        match self.0 >> 13 & 7 {
            1 => Basis::Estimate,
            2 => Basis::Target,
            3 => Basis::Cumulative,
            4 => Basis::Stock,
            _ => Basis::Actual,
        }
    }

    /// Stored for filters to come; none reads it yet.
    #[cfg(test)]
    pub const fn qualifier(self) -> Qualifier {
        match self.0 >> 11 & 3 {
            1 => Qualifier::About,
            2 => Qualifier::AtLeast,
            3 => Qualifier::AtMost,
            _ => Qualifier::Exact,
        }
    }

    pub const fn unit(self) -> u32 {
        (self.0 >> 5) as u32 & 0x3f
    }
}

/// All bases, in the order of their bits in the column `bases`.
pub(crate) const BASES: [Basis; 5] = [
    Basis::Actual,
    Basis::Estimate,
    Basis::Target,
    Basis::Cumulative,
    Basis::Stock,
];

/// The bit of a basis in the column `bases`.
pub(crate) fn basis_bit(basis: Basis) -> u64 {
    BASES
        .iter()
        .position(|known| *known == basis)
        .map_or(0, |at| 1 << at)
}

/// The term of the field `pair`; all metrics of one place stand side by side.
pub(crate) fn pair_key(place: u32, metric: u32) -> u64 {
    u64::from(place) << 32 | u64::from(metric)
}

/// The value of a figure for the column: the nearest double.
pub(crate) fn column_value(figure: &Observation) -> f64 {
    figure.value.to_f64().unwrap_or_default()
}

/// The columns of one segment. Deleted documents still have rows: ask the alive bitset.
#[derive(Clone)]
pub(crate) struct Columns {
    head: Column<u64>,
    pub publisher: StrColumn,
    pub source: StrColumn,
    pub published: Column<u64>,
    pub place: Column<u64>,
    pub mention: Column<u64>,
    pub zone: Column<u64>,
    pub kind: Column<u64>,
    pub period: Column<u64>,
    pub metric: Column<u64>,
    pub bases: Column<u64>,
    pub fig: Column<u64>,
    pub fig_value: Column<f64>,
    pub digest: Column<u64>,
    pub sketch: Column<u64>,
}

impl Columns {
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let rows = segment.max_doc();
        let words = |name: &str| {
            fast.str(name)?
                .ok_or_else(|| tantivy::TantivyError::FieldNotFound(name.to_owned()))
        };
        let numbers = |name: &str| {
            Ok::<_, tantivy::TantivyError>(
                fast.column_opt::<u64>(name)?
                    .unwrap_or_else(|| Column::build_empty_column(rows)),
            )
        };
        Ok(Self {
            head: numbers("head")?,
            publisher: words("publisher")?,
            source: words("source")?,
            published: numbers("published")?,
            place: numbers("place")?,
            mention: numbers("mention")?,
            zone: numbers("zone")?,
            kind: numbers("kind")?,
            period: numbers("period")?,
            metric: numbers("metric")?,
            bases: numbers("bases")?,
            fig: numbers("fig")?,
            fig_value: fast
                .column_opt::<f64>("fig_value")?
                .unwrap_or_else(|| Column::build_empty_column(rows)),
            digest: numbers("digest")?,
            sketch: numbers("sketch")?,
        })
    }

    /// All values of a string column, by ordinal: one pass over the dictionary, where a look-up for each row would read a
    /// block of it each time.
    pub fn dictionary(column: &StrColumn) -> std::io::Result<Vec<String>> {
        let mut words = Vec::with_capacity(column.num_terms());
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            words.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        Ok(words)
    }

    /// A short text of a row; empty where it has none.
    pub fn head(&self, doc: DocId, which: Head) -> String {
        packed::head_text(self.head.values_for_doc(doc), which as usize)
    }
}

/// What the column `head` holds, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    Id,
    /// Number of its form, or written out: see [`path_of`](super::document::path_of).
    Path,
    Title,
}

/// Calls `visit` with the values of each row that has any, rows rising: a pass over a whole column, several times faster than
/// asking it row by row.
pub(crate) fn each(column: &Column<u64>, rows: u32, mut visit: impl FnMut(DocId, &[u64])) {
    let mut values = Run::new(&*column.values);
    let mut single = |docs: &mut dyn Iterator<Item = DocId>| {
        for (doc, at) in docs.zip(0..) {
            visit(doc, values.get(at, at + 1));
        }
    };
    match &column.index {
        ColumnIndex::Empty { .. } => {}
        ColumnIndex::Full => single(&mut (0..rows)),
        ColumnIndex::Optional(present) => single(&mut present.iter_non_null_docs()),
        ColumnIndex::Multivalued(index) => {
            let starts = index.get_start_index_column();
            let count = starts.num_vals();
            // One layout has a start for each row, the other for each row that is not empty.
            let docs: Box<dyn Iterator<Item = DocId>> = if count == rows + 1 {
                Box::new(0..rows)
            } else {
                Box::new(index.iter_non_null_docs())
            };
            let mut starts = Run::new(&**starts);
            for (doc, at) in docs.zip(0..count.saturating_sub(1)) {
                let &[start, end] = starts.get(at, at + 2) else {
                    return;
                };
                if start < end {
                    visit(doc, values.get(start, end));
                }
            }
        }
    }
}

/// The values of a column from first to last, decoded some at a time.
struct Run<'a, T> {
    column: &'a dyn ColumnValues<T>,
    first: u32,
    decoded: Vec<T>,
}

impl<'a, T: Copy + Default + PartialOrd + std::fmt::Debug + Send + Sync + 'static> Run<'a, T> {
    const AT_ONCE: u32 = 4096;

    fn new(column: &'a dyn ColumnValues<T>) -> Self {
        Self {
            column,
            first: 0,
            decoded: Vec::new(),
        }
    }

    /// The values at `start..end`; `start` never falls.
    #[inline]
    fn get(&mut self, start: u32, end: u32) -> &[T] {
        if end as usize > self.first as usize + self.decoded.len() {
            let rest = self.column.num_vals().saturating_sub(start);
            let count = rest.min(Self::AT_ONCE.max(end - start));
            self.first = start;
            self.decoded.resize(count as usize, T::default());
            self.column.get_range(start.into(), &mut self.decoded);
        }
        &self.decoded[(start - self.first) as usize..(end - self.first) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_figure_gives_back_its_parts() {
        let mut figure = Observation {
            basis: Basis::Stock,
            qualifier: Qualifier::AtMost,
            period: "2199-M12".parse().ok(),
            ..Observation::made_up("fdi.capital", 5, "USD")
        };
        let packed = PackedFigure::new(&figure, 4095, 17, 63);
        assert_eq!(
            (packed.place(), packed.metric(), packed.unit()),
            (4095, 17, 63)
        );
        assert_eq!(packed.period(), figure.period);
        assert_eq!(
            (packed.basis(), packed.qualifier()),
            (Basis::Stock, Qualifier::AtMost)
        );
        figure.period = None;
        let packed = PackedFigure::new(&figure, 4096, 0, 64);
        assert_eq!(
            (packed.place(), packed.period(), packed.unit()),
            (0, None, 0)
        );
    }
}
