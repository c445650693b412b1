//! A report and what was recognised in it, as a tantivy document and back.

use std::borrow::Cow;
use std::fmt;
use std::iter::Empty;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{Document, Field};

use super::columns::{PackedFigure, basis_bit, column_value, pair_key};
use super::meta::{FileStamp, Meta};
use super::packed;
use super::schema::Fields;
use crate::Span;
use crate::annotate::Annotations;
use crate::source::GivenData;
use crate::source::formats::cells;
use crate::source::sketch::Sketch;
use crate::text::analyzer::Terms;

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
        location(&self.parts, text, offset)
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

fn location(parts: &[(usize, String)], text: &str, offset: usize) -> Option<String> {
    let behind = parts.partition_point(|(from, _)| *from <= offset);
    let (from, part) = parts[..behind].last()?;
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

/// What stands around a text and divides it: all of [`DocumentData`] that showing a passage asks for.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Layout {
    /// [`DocumentData::chrome`].
    pub chrome: Vec<Span>,
    /// [`DocumentData::parts`].
    pub parts: Vec<(usize, String)>,
}

impl Layout {
    /// Reads it from the JSON of the store.
    pub fn read(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// As [`DocumentData::location`].
    pub fn location(&self, text: &str, offset: usize) -> Option<String> {
        location(&self.parts, text, offset)
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
    Terms(String),
    U64(u64),
    F64(f64),
    Bytes(Vec<u8>),
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
    /// What is searched.
    pub terms: Terms,
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
            terms,
            sketch,
        } = content;
        let annotations = &data.annotations;
        let mut cells = Vec::with_capacity(48);
        let mut put = |field, cell| cells.push((field, cell));
        let title = Terms::of(&data.title);
        put(fields.id, Cell::Text(data.id.as_str().into()));
        let path = match path_form(data) {
            Some(form) if meta.paths.id(&form) != 0 => meta.paths.id(&form).to_string(),
            _ => format!("={}", data.path),
        };
        for number in packed::head(&[&data.id, &path, &data.title]) {
            put(fields.head, Cell::U64(number));
        }
        put(fields.title, Cell::Terms(title.folded));
        put(fields.title_exact, Cell::Terms(title.exact));
        put(fields.body, Cell::Terms(terms.folded));
        put(fields.body_exact, Cell::Terms(terms.exact));
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
        let mut pairs: Vec<u64> = Vec::new();
        let mut bases = 0;
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
            let pair = pair_key(packed.place(), packed.metric());
            bases |= basis_bit(figure.basis);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
            put(fields.fig, Cell::U64(packed.0));
            put(fields.fig_value, Cell::F64(column_value(figure)));
        }
        for metric in metrics {
            put(fields.metric, Cell::U64(metric.into()));
        }
        if bases != 0 {
            put(fields.bases, Cell::U64(bases));
        }
        for pair in pairs {
            put(fields.pair, Cell::U64(pair));
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
        put(fields.data, Cell::Text(to_json(data, &own).into()));
        put(
            fields.found,
            Cell::Bytes(packed::annotations(annotations, &text)),
        );
        put(fields.text, Cell::Text(text));
        Self {
            cells,
            _permit: permit,
        }
    }
}

/// What the store holds as JSON: all but what was recognised and what `head` holds, and what the file itself gave, from which
/// the report is annotated anew without its file.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Rest<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    chrome: Cow<'a, [Span]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    parts: Cow<'a, [(usize, String)]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<Cow<'a, GivenData>>,
}

fn to_json(data: &DocumentData, own: &GivenData) -> String {
    let rest = Rest {
        published: data.published.as_deref().map(Cow::Borrowed),
        url: data.url.as_deref().map(Cow::Borrowed),
        chrome: Cow::Borrowed(&data.chrome),
        encoding: data.encoding.as_deref().map(Cow::Borrowed),
        parts: Cow::Borrowed(&data.parts),
        own: (*own != GivenData::default()).then_some(Cow::Borrowed(own)),
    };
    serde_json::to_string(&rest).expect("plain data has a JSON form")
}

/// Reads back a report from the JSON and the bytes of what was recognised; what `head` holds is left empty.
pub(crate) fn from_store(
    json: &str,
    found: &[u8],
    text: &str,
) -> Result<(DocumentData, GivenData), String> {
    let rest: Rest<'_> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let data = DocumentData {
        published: rest.published.map(Cow::into_owned),
        url: rest.url.map(Cow::into_owned),
        annotations: annotations(found, text)?,
        chrome: rest.chrome.into_owned(),
        encoding: rest.encoding.map(Cow::into_owned),
        parts: rest.parts.into_owned(),
        ..DocumentData::default()
    };
    Ok((data, rest.own.map(Cow::into_owned).unwrap_or_default()))
}

/// Reads back what was recognised in `text`.
pub(crate) fn annotations(found: &[u8], text: &str) -> Result<Annotations, String> {
    packed::read_annotations(found, text)
        .ok_or_else(|| "what was recognised cannot be read".to_owned())
}

/// The path with its id left out, where it holds it; in one folder or file all paths are alike but for it.
fn path_form(data: &DocumentData) -> Option<String> {
    let (before, after) = data
        .path
        .rsplit_once(&data.id)
        .filter(|_| !data.id.is_empty())?;
    (!before.contains(HOLE) && !after.contains(HOLE)).then(|| format!("{before}{HOLE}{after}"))
}

/// Stands for the id in the form of a path.
const HOLE: char = '\0';
/// Beyond so many forms (each extension in each indexed folder makes one) paths are written out.
const MAX_FORMS: usize = 1000;

/// The path from what [`IndexDocument`] writes of it.
pub(crate) fn path_of(meta: &Meta, written: &str, id: &str) -> String {
    match written.strip_prefix('=') {
        Some(path) => path.to_owned(),
        None => {
            let form = written.parse().ok().and_then(|form| meta.paths.name(form));
            form.unwrap_or_default().replacen(HOLE, id, 1)
        }
    }
}

/// Gives every name in `data` its id.
pub(crate) fn register(meta: &mut Meta, data: &DocumentData) {
    if meta.paths.len() < MAX_FORMS
        && let Some(form) = path_form(data)
    {
        meta.paths.add(&form);
    }
    let annotations = &data.annotations;
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

/// Whether every name in `data` has its id.
pub(crate) fn registered(meta: &Meta, data: &DocumentData) -> bool {
    let annotations = &data.annotations;
    let path = path_form(data);
    (meta.paths.len() >= MAX_FORMS || path.is_none_or(|form| meta.paths.id(&form) != 0))
        && annotations
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
            Cell::Terms(text) => write!(f, "{text:?}"),
            Cell::U64(number) => write!(f, "{number}"),
            Cell::F64(number) => write!(f, "{number}"),
            Cell::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

impl<'a> Value<'a> for CellRef<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self.0 {
            Cell::Text(text) => ReferenceValueLeaf::Str(text),
            Cell::Terms(text) => ReferenceValueLeaf::Str(text),
            Cell::U64(number) => ReferenceValueLeaf::U64(*number),
            Cell::F64(number) => ReferenceValueLeaf::F64(*number),
            Cell::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
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
    use crate::index::columns::Head;
    use crate::index::terms::{TERMS, TermsTokenizer};
    use crate::model::Observation;

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
        index
            .tokenizers()
            .register(TERMS, TermsTokenizer::default());
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
                period: "2020".parse().ok(),
                ..Observation::made_up(&metric, value, "VND")
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
            register(&mut meta, &data);
            assert!(registered(&meta, &data));
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
                terms: Terms::of("mùa vụ"),
                sketch: Sketch::new("mùa vụ", &Terms::of("mùa vụ").run),
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
            let number: u32 = columns.head(doc, Head::Id).parse().unwrap();
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
    fn a_report_survives_the_store() {
        let data = DocumentData {
            published: Some("2020-10-01".into()),
            chrome: vec![Span::new(0, 3)],
            parts: vec![(0, "page=1".into())],
            ..DocumentData::default()
        };
        let own = GivenData {
            period: "2020-9M".parse().ok(),
            ..GivenData::default()
        };
        let found = packed::annotations(&data.annotations, "Cả năm");
        for (data, own) in [(data, own), (DocumentData::default(), GivenData::default())] {
            let json = to_json(&data, &own);
            assert_eq!(
                Layout::read(&json).unwrap(),
                Layout {
                    chrome: data.chrome.clone(),
                    parts: data.parts.clone(),
                }
            );
            assert_eq!(
                from_store(&json, &found, "Cả năm").unwrap(),
                (data, own),
                "{json}"
            );
        }
        assert!(from_store("{}", &[], "").is_err());
        assert!(from_store("", &found, "").is_err());
    }
}
