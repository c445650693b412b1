//! A report and what was recognised in it, as a tantivy document and back.

use std::fmt;
use std::iter::Empty;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{Document, Field};

use super::columns::{PackedFigure, column_value};
use super::meta::{FileStamp, Meta};
use super::schema::Fields;
use crate::Span;
use crate::annotate::Annotations;
use crate::model::{Basis, Flag, Observation, Period, Qualifier};
use crate::source::GivenData;
use crate::source::formats::cells;
use crate::source::sketch::Sketch;

/// What is stored of a report beside its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentData {
    /// Unique key: the given one, else the path below the indexed folder without its extension.
    pub id: String,
    /// Path of the file as it was reached; of a record of an NDJSON file with `#id` behind it.
    pub path: String,
    /// Title; empty where none was found.
    pub title: String,
    /// Date of publication, `YYYY-MM-DD`, given or recognised.
    pub published: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// What was recognised.
    pub annotations: Annotations,
    /// Lines of the text that belong to a page around the report (menus, share buttons, image names).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chrome: Vec<Span>,
    /// Name of the encoding that the file was read from, where it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Where pages, rows of sheets and slides begin in the text, with the fragment that names each: `page=3`, `Sheet1!A5:D5`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(usize, String)>,
}

impl DocumentData {
    /// The page, cell or slide that holds the byte `offset` of `text`, the text of the report: `page=3`, `Sheet1!C5`,
    /// `slide=2`; `None` where the file has none of these.
    #[must_use]
    pub fn location(&self, text: &str, offset: usize) -> Option<String> {
        let behind = self.parts.partition_point(|(from, _)| *from <= offset);
        let (from, part) = self.parts[..behind].last()?;
        // A row of a sheet is one line, its cells joined by bars.
        let before = text.get(*from..offset).unwrap_or_default();
        let nth = before.matches(" | ").count();
        let cell = if before.contains('\n') {
            None
        } else {
            cells::cell(part, nth)
        };
        Some(cell.unwrap_or_else(|| part.clone()))
    }

    /// The path with the location of the byte `offset` of `text`: `a.pdf#page=3`, `b.xlsx#Sheet1!C5`.
    #[must_use]
    pub fn path_at(&self, text: &str, offset: usize) -> String {
        match self.location(text, offset) {
            Some(location) => format!("{}#{location}", self.path),
            None => self.path.clone(),
        }
    }

    /// Slugs of the subjects, main one first.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        self.annotations
            .places
            .iter()
            .filter(|place| place.subject)
            .map(|place| place.slug.as_str())
    }
}

/// A report as the index holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredReport {
    /// Title, metadata and what was recognised.
    pub data: DocumentData,
    /// The text, which all spans point into.
    pub text: String,
}

/// One value of a document.
pub(crate) enum Cell {
    Text(Arc<str>),
    U64(u64),
    F64(f64),
}

/// A document ready for tantivy, which indexes it without another copy of its texts.
pub(crate) struct IndexDocument {
    cells: Vec<(Field, Cell)>,
    /// Dropped when tantivy has indexed the document: gives its bytes back to the budget.
    _permit: Option<Box<dyn Send + Sync>>,
}

/// What the manifest columns say of a document.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The file, absolute.
    pub source: String,
    pub stamp: FileStamp,
}

/// The texts of a report.
pub(crate) struct Content {
    /// What is stored and shown.
    pub text: Arc<str>,
    /// What the file itself gave.
    pub own: GivenData,
    /// What is tokenised.
    pub index_text: Arc<str>,
    pub sketch: Sketch,
}

impl IndexDocument {
    /// Builds the document.
    ///
    /// All names must have their ids in `meta` already, see [`register`].
    pub fn new(
        fields: &Fields,
        meta: &Meta,
        data: &DocumentData,
        origin: &Origin,
        content: Content,
        permit: Option<Box<dyn Send + Sync>>,
    ) -> Self {
        let Content {
            text,
            own,
            index_text,
            sketch,
        } = content;
        let annotations = &data.annotations;
        let mut cells = Vec::with_capacity(48);
        let mut put = |field, cell| cells.push((field, cell));
        let title: Arc<str> = data.title.as_str().into();
        put(fields.id, Cell::Text(data.id.as_str().into()));
        put(fields.path, Cell::Text(data.path.as_str().into()));
        put(fields.title, Cell::Text(title.clone()));
        put(fields.title_exact, Cell::Text(title));
        put(fields.body, Cell::Text(index_text.clone()));
        put(fields.body_exact, Cell::Text(index_text));
        if let Some(publisher) = &data.publisher {
            put(fields.publisher, Cell::Text(publisher.as_str().into()));
        }
        if let Some(date) = data.published.as_deref().and_then(date_number) {
            put(fields.published, Cell::U64(date));
        }
        for place in &annotations.places {
            let field = if place.subject {
                fields.place
            } else {
                fields.mention
            };
            put(field, Cell::U64(meta.places.id(&place.slug).into()));
        }
        for zone in &annotations.zones {
            put(fields.zone, Cell::U64(meta.zones.id(&zone.slug).into()));
        }
        if let Some(kind) = &annotations.kind {
            put(fields.kind, Cell::U64(meta.kinds.id(kind).into()));
        }
        if let Some(finding) = &annotations.period {
            put(fields.period, Cell::U64(finding.period.to_bits().into()));
        }
        let mut metrics: Vec<u32> = Vec::new();
        for figure in &annotations.figures {
            let metric = meta.metrics.id(&figure.metric);
            if !metrics.contains(&metric) {
                metrics.push(metric);
            }
            let place = figure
                .subject
                .as_deref()
                .map_or(0, |slug| meta.places.id(slug));
            let packed = PackedFigure::new(figure, place, metric, meta.units.id(&figure.unit));
            put(fields.fig, Cell::U64(packed.0));
            put(fields.fig_value, Cell::F64(column_value(figure)));
        }
        for metric in metrics {
            put(fields.metric, Cell::U64(metric.into()));
        }
        put(fields.source, Cell::Text(origin.source.as_str().into()));
        put(fields.size, Cell::U64(origin.stamp.size));
        put(fields.mtime, Cell::U64(origin.stamp.mtime));
        put(fields.hash, Cell::U64(origin.stamp.hash));
        put(fields.stamp, Cell::U64(origin.stamp.stamp));
        put(fields.digest, Cell::U64(sketch.digest));
        for hash in sketch.smallest {
            put(fields.sketch, Cell::U64(hash));
        }
        put(fields.data, Cell::Text(to_json(data, &own, &text).into()));
        put(fields.text, Cell::Text(text));
        Self {
            cells,
            _permit: permit,
        }
    }
}

/// A figure as it is stored: short keys, nothing that is not stated, the quote as a place in the text.
///
/// Written out as in the JSON of results, the figures of a report take more room than its text.
#[derive(Serialize, Deserialize)]
struct StoredFigure {
    m: String,
    #[serde(with = "digits")]
    v: Decimal,
    u: String,
    /// Start and length.
    s: (usize, usize),
    /// The quote: how far it begins before the span, and its length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    q: Option<(usize, usize)>,
    /// The quote itself, where it stands nowhere in the text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    t: String,
    #[serde(default, skip_serializing_if = "is_default")]
    b: Basis,
    #[serde(default, skip_serializing_if = "is_default")]
    l: Qualifier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<String>,
    /// Value at most, change on the year before, share of the plan, the plan, the other reading.
    #[serde(default, skip_serializing_if = "is_default")]
    n: [Option<Digits>; 5],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    f: Vec<Flag>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    r: String,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Digits(#[serde(with = "digits")] Decimal);

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Decimals with every digit, as text.
mod digits {
    use rust_decimal::Decimal;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let digits = std::borrow::Cow::<str>::deserialize(deserializer)?;
        digits.parse().map_err(D::Error::custom)
    }
}

impl StoredFigure {
    fn new(figure: Observation, text: &str) -> Self {
        let quote = quote_span(text, &figure.quote, figure.span);
        Self {
            q: quote.map(|quote| (figure.span.start - quote.start, quote.len())),
            t: if quote.is_some() {
                String::new()
            } else {
                figure.quote
            },
            m: figure.metric,
            v: figure.value,
            u: figure.unit,
            s: (figure.span.start, figure.span.len()),
            b: figure.basis,
            l: figure.qualifier,
            p: figure.period,
            d: figure.as_of,
            o: figure.subject,
            n: [
                figure.value_max,
                figure.yoy_pct,
                figure.plan_pct,
                figure.plan_value,
                figure.alternative,
            ]
            .map(|value| value.map(Digits)),
            f: figure.flags,
            r: figure.rule,
        }
    }

    fn figure(self, text: &str) -> Observation {
        let span = Span::new(self.s.0, self.s.0 + self.s.1);
        let quote = match self.q {
            Some((before, length)) => {
                let start = span.start.saturating_sub(before);
                Span::new(start, start + length).of(text).to_owned()
            }
            None => self.t,
        };
        let [value_max, yoy_pct, plan_pct, plan_value, alternative] =
            self.n.map(|value| value.map(|v| v.0));
        Observation {
            metric: self.m,
            value: self.v,
            value_max,
            unit: self.u,
            basis: self.b,
            qualifier: self.l,
            period: self.p,
            as_of: self.d,
            subject: self.o,
            yoy_pct,
            plan_pct,
            plan_value,
            alternative,
            quote,
            span,
            flags: self.f,
            rule: self.r,
        }
    }
}

/// The stored form: the data without figures, the figures, briefly, and what the file itself gave, from which the report
/// is annotated anew without its file.
#[derive(Deserialize)]
struct Stored {
    data: DocumentData,
    figures: Vec<StoredFigure>,
    #[serde(default)]
    own: Option<GivenData>,
}

fn to_json(data: &DocumentData, own: &GivenData, text: &str) -> String {
    let mut data = data.clone();
    let figures = std::mem::take(&mut data.annotations.figures);
    let figures: Vec<StoredFigure> = figures
        .into_iter()
        .map(|figure| StoredFigure::new(figure, text))
        .collect();
    let own = (*own != GivenData::default()).then_some(own);
    serde_json::to_string(&(data, figures, own)).expect("plain data has a JSON form")
}

/// The inverse of [`to_json`].
pub(crate) fn from_json(json: &str, text: &str) -> serde_json::Result<(DocumentData, GivenData)> {
    let mut stored: Stored = serde_json::from_str(json)?;
    stored.data.annotations.figures = stored
        .figures
        .into_iter()
        .map(|figure| figure.figure(text))
        .collect();
    Ok((stored.data, stored.own.unwrap_or_default()))
}

/// Where `quote` stands in the text, around `span`.
fn quote_span(text: &str, quote: &str, span: Span) -> Option<Span> {
    let from = text.floor_char_boundary(span.end.saturating_sub(quote.len()));
    let to = text.ceil_char_boundary((span.start + quote.len()).min(text.len()));
    let at = from + text.get(from..to)?.find(quote)?;
    let found = Span::new(at, at + quote.len());
    (!quote.is_empty() && found.start <= span.start).then_some(found)
}

/// Gives every name in `annotations` its id.
pub(crate) fn register(meta: &mut Meta, annotations: &Annotations) {
    for place in &annotations.places {
        meta.places.add(&place.slug);
    }
    for zone in &annotations.zones {
        meta.zones.add(&zone.slug);
        meta.zone_names
            .entry(zone.slug.clone())
            .or_insert_with(|| zone.name.clone());
    }
    if let Some(kind) = &annotations.kind {
        meta.kinds.add(kind);
    }
    for figure in &annotations.figures {
        meta.metrics.add(&figure.metric);
        meta.units.add(&figure.unit);
        if let Some(subject) = &figure.subject {
            meta.places.add(subject);
        }
    }
}

/// Whether every name in `annotations` has its id.
pub(crate) fn registered(meta: &Meta, annotations: &Annotations) -> bool {
    annotations
        .places
        .iter()
        .all(|place| meta.places.id(&place.slug) != 0)
        && annotations
            .zones
            .iter()
            .all(|zone| meta.zones.id(&zone.slug) != 0)
        && annotations.kind.iter().all(|kind| meta.kinds.id(kind) != 0)
        && annotations.figures.iter().all(|figure| {
            meta.metrics.id(&figure.metric) != 0
                && meta.units.id(&figure.unit) != 0
                && figure.subject.iter().all(|slug| meta.places.id(slug) != 0)
        })
}

/// `2020-07-08` as 20200708; `None` for what is no date.
pub(crate) fn date_number(date: &str) -> Option<u64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    (year <= 9999 && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then_some(year * 10_000 + month * 100 + day)
}

/// A borrowed [`Cell`].
#[derive(Clone, Copy)]
pub(crate) struct CellRef<'a>(&'a Cell);

impl fmt::Debug for CellRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Cell::Text(text) => write!(f, "{text:?}"),
            Cell::U64(number) => write!(f, "{number}"),
            Cell::F64(number) => write!(f, "{number}"),
        }
    }
}

impl<'a> Value<'a> for CellRef<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self.0 {
            Cell::Text(text) => ReferenceValueLeaf::Str(text),
            Cell::U64(number) => ReferenceValueLeaf::U64(*number),
            Cell::F64(number) => ReferenceValueLeaf::F64(*number),
        })
    }
}

fn borrowed((field, cell): &(Field, Cell)) -> (Field, CellRef<'_>) {
    (*field, CellRef(cell))
}

impl Document for IndexDocument {
    type Value<'a> = CellRef<'a>;
    type FieldsValuesIter<'a> = std::iter::Map<
        std::slice::Iter<'a, (Field, Cell)>,
        fn(&'a (Field, Cell)) -> (Field, CellRef<'a>),
    >;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.cells.iter().map(borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_text_has_its_page_or_cell() {
        let text = "Trang một\nTrang hai\nChỉ tiêu | Năm | Vốn\nThu | 2020 | 12\n";
        let at = |word: &str| text.find(word).unwrap();
        let data = DocumentData {
            path: "a.x".into(),
            parts: vec![
                (0, "page=1".into()),
                (at("Trang hai"), "page=2".into()),
                (at("Chỉ"), "'Biểu 1'!A3:B3,D3".into()),
                (at("Thu"), "'Biểu 1'!A4:B4,D4".into()),
            ],
            ..DocumentData::default()
        };
        for (word, wanted) in [
            ("một", "a.x#page=1"),
            ("hai", "a.x#page=2"),
            ("Chỉ", "a.x#'Biểu 1'!A3"),
            ("Vốn", "a.x#'Biểu 1'!D3"),
            ("2020", "a.x#'Biểu 1'!B4"),
            ("12", "a.x#'Biểu 1'!D4"),
        ] {
            assert_eq!(data.path_at(text, at(word)), wanted);
        }
        assert_eq!(DocumentData::default().location(text, 3), None);
        // Where a passage goes on over several rows, the row is named.
        assert_eq!(data.path_at(text, text.len()), "a.x#'Biểu 1'!A4:B4,D4");
    }

    #[test]
    fn dates_become_numbers_that_sort() {
        assert_eq!(date_number("2020-07-08"), Some(20_200_708));
        for bad in [
            "",
            "2020",
            "2020-13-01",
            "2020-00-01",
            "08/07/2020",
            "2020-7-x",
        ] {
            assert_eq!(date_number(bad), None, "{bad}");
        }
    }

    #[test]
    fn figures_keep_their_order_and_pairs_through_merges_and_deletes() {
        use crate::annotate::PlaceFinding;
        use crate::index::columns::Columns;

        let (schema, fields) = crate::index::schema::build();
        let index = tantivy::Index::create_in_ram(schema);
        crate::text::analyzer::register(index.tokenizers());
        let mut writer = index
            .writer_with_num_threads::<IndexDocument>(1, 20_000_000)
            .unwrap();
        let mut meta = Meta::new();
        // Values fall and metrics alternate, so that sorting or dropping of equal ones would show.
        let figures = |doc: u32| -> Vec<(String, i64)> {
            (0..doc % 4 + doc % 3 * 2)
                .map(|i| (format!("metric.{}", (doc + i) % 2), 100 - i64::from(i / 2)))
                .collect()
        };
        let subjects = |doc: u32| {
            [
                format!("place-{}", doc % 5),
                format!("place-{}", (doc + 4) % 5),
            ]
        };
        for doc in 0..30 {
            let observation = |(metric, value): (String, i64)| Observation {
                metric,
                value: value.into(),
                value_max: None,
                unit: "VND".into(),
                basis: Basis::Actual,
                qualifier: Qualifier::Exact,
                period: "2020".parse().ok(),
                as_of: None,
                subject: None,
                yoy_pct: None,
                plan_pct: None,
                plan_value: None,
                alternative: None,
                quote: String::new(),
                span: Span::new(0, 1),
                flags: Vec::new(),
                rule: String::new(),
            };
            let place = |slug: String| PlaceFinding {
                slug,
                subject: true,
                weight: 1.0,
                evidence: Vec::new(),
            };
            let data = DocumentData {
                id: format!("{doc:02}"),
                annotations: Annotations {
                    figures: figures(doc).into_iter().map(observation).collect(),
                    places: subjects(doc).into_iter().map(place).collect(),
                    ..Annotations::default()
                },
                ..DocumentData::default()
            };
            register(&mut meta, &data.annotations);
            assert!(registered(&meta, &data.annotations));
            let origin = Origin {
                source: "x".into(),
                stamp: FileStamp {
                    size: 1,
                    mtime: 1,
                    hash: 1,
                    stamp: 1,
                },
            };
            let content = Content {
                text: "mùa vụ".into(),
                own: GivenData::default(),
                index_text: "mùa vụ".into(),
                sketch: Sketch::of("mùa vụ"),
            };
            let document = IndexDocument::new(&fields, &meta, &data, &origin, content, None);
            writer.add_document(document).unwrap();
            if doc % 7 == 6 {
                writer.commit().unwrap();
            }
        }
        writer.delete_term(tantivy::Term::from_field_text(fields.id, "11"));
        writer.commit().unwrap();
        let segments = index.searchable_segment_ids().unwrap();
        if segments.len() > 1 {
            writer.merge(&segments).wait().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        assert_eq!(
            (searcher.segment_readers().len(), searcher.num_docs()),
            (1, 29)
        );
        let columns = Columns::open(searcher.segment_reader(0)).unwrap();
        for doc in searcher.segment_reader(0).doc_ids_alive() {
            let number: u32 = Columns::text(&columns.id, doc).parse().unwrap();
            let found: Vec<(String, i64)> = columns
                .fig
                .values_for_doc(doc)
                .zip(columns.fig_value.values_for_doc(doc))
                .map(|(fig, value)| {
                    let metric = PackedFigure(fig).metric();
                    (meta.metrics.name(metric).unwrap().to_owned(), value as i64)
                })
                .collect();
            assert_eq!(found, figures(number), "{number}");
            let places: Vec<&str> = columns
                .place
                .values_for_doc(doc)
                .map(|id| meta.places.name(id as u32).unwrap())
                .collect();
            assert_eq!(places, subjects(number), "{number}");
        }
    }

    #[test]
    fn quotes_are_stored_as_places() {
        let text = "Vụ này, tỉnh được ba tấn. Vụ này, tỉnh được bốn tấn.";
        let quote = "Vụ này, tỉnh được";
        let at = text.find("bốn").unwrap();
        assert_eq!(
            quote_span(text, "tỉnh được bốn tấn", Span::new(at, at + 3))
                .unwrap()
                .of(text),
            "tỉnh được bốn tấn"
        );
        let second = quote_span(text, &format!("{quote} bốn"), Span::new(at, at + 3)).unwrap();
        assert_eq!(
            (second.start, second.of(text)),
            (text.rfind("Vụ").unwrap(), "Vụ này, tỉnh được bốn")
        );
        assert_eq!(quote_span(text, "không có", Span::new(0, 2)), None);
        assert_eq!(quote_span(text, "", Span::new(0, 2)), None);
        assert_eq!(quote_span(text, "x", Span::new(900, 902)), None);
    }

    #[test]
    fn figures_survive_the_store() {
        let text = "Cả năm ước đạt từ 4,50 đến 5 tỷ đồng, tăng 3%.";
        let start = text.find("4,50").unwrap();
        let figure = Observation {
            metric: "revenue".into(),
            value: "4500000000.25".parse().unwrap(),
            value_max: Some(5_000_000_000_i64.into()),
            unit: "VND".into(),
            basis: Basis::Estimate,
            qualifier: Qualifier::About,
            period: "2020-9M".parse().ok(),
            as_of: Some("2020-09-30".into()),
            subject: Some("ha-nam".into()),
            yoy_pct: Some(3.into()),
            plan_pct: None,
            plan_value: None,
            alternative: "0.1234567890123456789".parse().ok(),
            quote: "Cả năm ước đạt từ 4,50 đến 5 tỷ đồng".into(),
            span: Span::new(start, start + 4),
            flags: vec![Flag::DecimalPoint],
            rule: "range".into(),
        };
        let elsewhere = Observation {
            quote: "nói ở nơi khác".into(),
            basis: Basis::Actual,
            ..figure.clone()
        };
        let data = DocumentData {
            id: "x".into(),
            annotations: Annotations {
                figures: vec![figure, elsewhere],
                ..Annotations::default()
            },
            ..DocumentData::default()
        };
        let own = GivenData {
            period: "2020-9M".parse().ok(),
            ..GivenData::default()
        };
        let json = to_json(&data, &own, text);
        assert!(!json.contains("Cả năm") && json.len() < 700, "{json}");
        assert_eq!(from_json(&json, text).unwrap(), (data.clone(), own));
        let json = to_json(&data, &GivenData::default(), text);
        assert!(json.ends_with(",null]"), "{json}");
        let older = json.replace(",null]", "]");
        assert_eq!(
            from_json(&older, text).unwrap(),
            (data, GivenData::default())
        );
    }
}
