//! What a caller gets: the serde types are the JSON contract. Fields may be added; renaming one is a break.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parser::QueryIssue;
use crate::Span;
use crate::index::StoredReport;
use crate::model::{Basis, Observation, Period};

/// The version of the contract, in the field `format`.
pub const RESPONSE_FORMAT: u32 = 1;

/// The answer to a [`SearchRequest`](super::SearchRequest).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct SearchResponse {
    /// [`RESPONSE_FORMAT`].
    pub format: u32,
    /// The query as typed.
    pub query: String,
    /// Number of reports that match, exact.
    pub total: usize,
    /// Time spent, in milliseconds with microseconds behind the point.
    pub took_ms: f64,
    /// The hits asked for, best first.
    pub hits: Vec<Hit>,
    /// Facets, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
    /// The figure that answers the query, where metric, subject and period are clear and a report states it.
    pub answer: Option<Figure>,
    /// One figure for each province and period asked for, where the query names several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Figure>,
    /// The nearest that exists where no report states the figure: another period, another basis.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Figure>,
    /// What to know of the answer, or of its absence, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why that figure answers and no other, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// What of the query was read as province, period, metric.
    pub interpretation: Interpretation,
    /// The query as it was probably meant, with marks.
    pub suggestion: Option<String>,
    /// What of the query could not be read as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<QueryIssue>,
}

/// One report that matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Hit {
    /// The given id, else a stable one.
    pub id: String,
    /// Path of the file; of an NDJSON record the file's, with `#id`.
    pub path: String,
    /// Title.
    pub title: String,
    /// Score; comparable within one response only.
    pub score: f32,
    /// Date of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// Slugs of the subjects, main one first; a region's slug where the subject is a region, empty where unknown.
    pub provinces: Vec<String>,
    /// Main period.
    pub period: Option<Period>,
    /// Codes of the metrics that the report gives figures for, sorted.
    pub metrics: Vec<String>,
    /// Zones named, by slug.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Kind of report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The best passage.
    pub snippet: Snippet,
    /// Where in the file the passage stands: `page=3` of a PDF, `Sheet1!C5` of a workbook, `slide=2`; with `#` behind the
    /// path it is what [`Figure::path`] holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The figures that fit the query best.
    pub figures: Vec<Figure>,
    /// Other copies of the same report, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
    /// How the score came about, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// A passage of a report in its original spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Snippet {
    /// The passage; `…` marks what was cut.
    pub text: String,
    /// What matched: byte ranges in `text`, in order, not overlapping, on char boundaries.
    pub highlights: Vec<(usize, usize)>,
    /// Place of the passage in the stored text, in bytes.
    #[serde(default)]
    pub span: Span,
}

/// A stated number and the report that states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Path of the report, with the page, cell or slide of the figure behind `#` where the file has them.
    pub path: String,
    /// The number with all that is known of it.
    #[serde(flatten)]
    pub observation: Observation,
}

impl Figure {
    /// That of a report by its number there.
    pub(crate) fn of(report: &StoredReport, nth: usize) -> Option<Self> {
        let observation = report.data.annotations.figures.get(nth)?;
        Some(Self {
            path: report.data.path_at(&report.text, observation.span.start),
            observation: observation.clone(),
        })
    }
}

/// Why a figure answers and no other: figures are compared by one criterion after the other, and the first by which two differ
/// decides. In order: `reading`, `metric`, `boundaries`, `unit`, `others`, `time`, `sum`, `sign`, `exact`, `comparison`, `body`, `prices`, `basis`, `whole`, `reached`, `place`, `period`, `report`,
/// `words`, `stated`, `compared`, `usual unit`, `position`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Choice {
    /// Number of figures that were compared.
    pub weighed: usize,
    /// The next best of them.
    pub passed_over: Vec<PassedOver>,
}

/// A figure that might have answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct PassedOver {
    /// The figure.
    pub figure: Figure,
    /// The criterion that decided.
    pub criterion: String,
    /// What it is by that criterion.
    pub it_is: String,
    /// What the figure that was taken is.
    pub taken_is: String,
}

/// Counts by facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Facets {
    /// Region › province.
    pub province: Vec<FacetCount>,
    /// Year › half or quarter › month.
    pub period: Vec<FacetCount>,
    /// The tree of metrics.
    pub metric: Vec<FacetCount>,
    /// Zones.
    pub zone: Vec<FacetCount>,
    /// Kinds of report.
    pub kind: Vec<FacetCount>,
    /// Publishers.
    pub publisher: Vec<FacetCount>,
    /// Bases of figures.
    pub basis: Vec<FacetCount>,
}

/// A name that many answers share; in JSON a string.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// One facet value: the number of reports if it alone were chosen in its facet, all other filters standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct FacetCount {
    /// Path of the value, widest first: `dong-bang-song-hong/quang-ninh`, `2020/2020-H1`, `fdi.capital`. As printed it is a
    /// filter value.
    pub path: Name,
    /// For people: `Quảng Ninh`, `6 tháng đầu năm 2020`.
    pub label: Name,
    /// Number of reports.
    pub count: usize,
}

/// What of a query was read as more than words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Interpretation {
    /// Slugs of provinces, regions or the country.
    pub provinces: Vec<String>,
    /// Periods.
    pub periods: Vec<Period>,
    /// Codes of metrics.
    pub metrics: Vec<String>,
    /// Slugs of zones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Bases named: `kế hoạch`, `lũy kế`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Basis>,
    /// Whether the newest is wanted (`mới nhất`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub latest: bool,
    /// Whether the query asks (`bao nhiêu`, `how much`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub question: bool,
    /// The query with the marks it was read with, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<String>,
    /// Words that are not in the index, with what was searched in their place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replacement>,
}

/// A word of the query and what else was searched for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Replacement {
    /// The word as typed.
    pub word: String,
    /// What was searched.
    pub with: Vec<String>,
}

/// How a score came about: `(words + pairs) × province × period × metric × zone`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Explanation {
    /// BM25 of the words in body and title, by graded agreement of marks: the sum of `terms`.
    pub words: f32,
    /// What of `words` comes from the title.
    pub title: f32,
    /// What neighbouring words that stand together add.
    pub pairs: f32,
    /// Factor for agreement with the province that the query names.
    pub province: f32,
    /// Factor for agreement with its period.
    pub period: f32,
    /// Factor for a figure of its metric.
    pub metric: f32,
    /// Factor for naming its zone.
    pub zone: f32,
    /// What the factors were given for, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The words, each with its share.
    pub terms: Vec<TermShare>,
}

impl Explanation {
    /// The score that the parts make.
    #[must_use]
    pub fn score(&self) -> f32 {
        (self.words + self.pairs) * self.province * self.period * self.metric * self.zone
    }
}

/// Share of one word in a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct TermShare {
    /// The word, as searched.
    pub term: String,
    /// `body` or `title`.
    pub field: String,
    /// `equal`, `source_lacks`, `contradicts`, `neutral`, `reading`, `reading_lacks`, `fuzzy`, `prefix`, `compound`.
    pub agreement: String,
    /// What it adds.
    pub score: f32,
}

/// The answer to a [`FigureRequest`](super::FigureRequest).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct FigureResponse {
    /// Number of figures that match, exact.
    pub total: usize,
    /// The figures asked for, in order.
    pub figures: Vec<Figure>,
    /// What of the query could not be read as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<QueryIssue>,
}

/// One completion of a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct Completion {
    /// The completed text.
    pub text: String,
    /// `term`, `province`, `region`, `zone`, `metric`, `period`.
    pub kind: String,
    /// Number of reports behind it.
    pub count: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::SearchRequest;
    use crate::{Engine, IndexRequest};

    #[test]
    fn a_line_of_json_gives_back_the_response() {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        std::fs::write(
            corpus.join("a.txt"),
            "Kinh tế tỉnh Hà Nam năm 2019\n\nNăm 2019, kim ngạch xuất khẩu của tỉnh Hà Nam đạt 2.400 triệu USD, tăng 12,5%.\n",
        )
        .unwrap();
        let engine = Engine::open_or_create(folder.path().join("index")).unwrap();
        engine.index(&IndexRequest::new([&corpus])).unwrap();
        for query in [
            "xuat khau ha nam 2019",
            "xuất khẩu hà nam 2016",
            "\"",
            "không có",
        ] {
            let found = engine
                .search(&SearchRequest {
                    query: query.into(),
                    facets: true,
                    explain: true,
                    ..SearchRequest::default()
                })
                .unwrap();
            let line = serde_json::to_string(&found).unwrap();
            assert!(!line.contains('\n'));
            // Unknown fields are refused in tests: every field that is written is one that is read.
            assert_eq!(
                serde_json::from_str::<SearchResponse>(&line).unwrap(),
                found
            );
        }
    }
}
