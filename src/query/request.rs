//! What a caller asks for. Every field has a default, so a request is written as a struct update.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Values of each filter as they were typed: OR within one list, AND between the lists.
///
/// A name is taken in any spelling (`quang ninh`, `Quảng Ninh`, `quang-ninh`), a period as a code or in words
/// (`2020-H1`, `6 tháng đầu năm 2020`, `2019..2021`), a metric as a code or a label. A facet's `path` is taken as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Provinces, regions, `viet-nam`; a zone's name keeps the reports that name the zone.
    pub province: Vec<String>,
    /// Periods and ranges of them.
    pub period: Vec<String>,
    /// Metrics; a node stands for its branch.
    pub metric: Vec<String>,
    /// Zones, by slug or name.
    pub zone: Vec<String>,
    /// Kinds of report: `half-year`, `annual`, …
    pub kind: Vec<String>,
    /// Publishers, compared without marks and case.
    pub publisher: Vec<String>,
    /// Bases of figures: `actual`, `estimate`, `target`, `cumulative`, `stock`.
    pub basis: Vec<String>,
    /// Which units a province's name stands for.
    pub boundaries: Boundaries,
}

/// Which division of the country provinces are read and grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundaries {
    /// The units of the report's own time.
    #[default]
    OwnTime,
    /// The 34 units of July 2025: Kon Tum counts to Quảng Ngãi.
    Of2025,
}

/// What becomes of a province, period or metric that is recognised in the free text of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Understand {
    /// Nothing is recognised.
    Off,
    /// Reports and figures that agree stand first.
    #[default]
    Prefer,
    /// What is recognised filters, as if it had been given as a filter.
    Filter,
}

/// One search.
///
/// ```
/// use baocao::query::SearchRequest;
/// let request = SearchRequest { query: "von dau tu".into(), limit: 5, ..SearchRequest::default() };
/// assert!(request.snippets && !request.facets);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchRequest {
    /// The query as typed. Any text is legal; an empty one matches every report.
    pub query: String,
    /// Filters beside the query.
    pub filters: Filters,
    /// Number of hits wanted, at most [`MAX_LIMIT`].
    pub limit: usize,
    /// Number of hits to skip.
    pub offset: usize,
    /// Whether facets are counted.
    pub facets: bool,
    /// Whether facet values with a count of zero are listed: regions, metrics of the tree.
    pub zero_facets: bool,
    /// Whether snippets are cut; without them the stored text of a hit is not read.
    pub snippets: bool,
    /// Number of figures shown with a hit.
    pub figures: usize,
    /// Leaves out reports in which a typed mark is contradicted (`dương` for `đường`).
    pub strict: bool,
    /// Turns off fuzzy matching and the restoration of marks.
    pub exact: bool,
    /// What becomes of recognised provinces, periods and metrics.
    pub understand: Understand,
    /// Whether each hit explains its score, and the answer why it was taken.
    pub explain: bool,
    /// Length of a snippet in characters.
    pub snippet_chars: usize,
}

/// The most hits that one request returns.
pub const MAX_LIMIT: usize = 10_000;

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            filters: Filters::default(),
            limit: 10,
            offset: 0,
            facets: false,
            zero_facets: false,
            snippets: true,
            figures: 3,
            strict: false,
            exact: false,
            understand: Understand::default(),
            explain: false,
            snippet_chars: 240,
        }
    }
}

/// The order of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureSort {
    /// As the reports rank (with a query) or by path; within a report as they stand in the text.
    #[default]
    Report,
    /// Largest value first; units are kept apart.
    Value,
    /// Newest period first.
    Period,
    /// By slug of the subject.
    Province,
}

/// One question for figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureRequest {
    /// Filters; with a metric they hold on the figure itself, and so do province, period and basis in any case.
    pub filters: Filters,
    /// Free text that the report must match; its conditions (`fdi.capital>500 triệu USD`) hold on the figure.
    pub query: String,
    /// Conditions such as `grdp.growth>=7%`; a figure of the condition's metric has to meet it.
    pub conditions: Vec<String>,
    /// The order.
    pub sort: FigureSort,
    /// The most figures wanted; `None` for all.
    pub limit: Option<usize>,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `<`
    #[serde(rename = "<")]
    Less,
    /// `<=`
    #[serde(rename = "<=")]
    AtMost,
    /// `=`
    #[serde(rename = "=")]
    Equal,
    /// `>=`
    #[serde(rename = ">=")]
    AtLeast,
    /// `>`
    #[serde(rename = ">")]
    Greater,
}

impl Comparison {
    /// Whether `value` stands in this relation to `bound`.
    #[must_use]
    pub fn holds(self, value: Decimal, bound: Decimal) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::Equal => value == bound,
            Self::AtLeast => value >= bound,
            Self::Greater => value > bound,
        }
    }

    /// As it is typed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }
}
