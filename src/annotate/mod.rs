//! Recognisers: what a report is about and the figures it states, each with its span and evidence.

pub mod layout;
pub mod lexicon;
mod metric;
pub mod number;
mod observation;
pub mod period;
pub mod units;

use crate::Span;
use crate::model::{Observation, Period, Taxonomy};
use crate::text::{TokenKind, tokenize};

/// Why something was recognised: the words and the rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// What kind of evidence: `name`, `board`, `zone`, `seat`, `region`, `given`, `title`, …
    pub kind: String,
    /// The words as written.
    pub quote: String,
    /// Where they stand in the stored text; `None` for given metadata.
    pub span: Option<Span>,
}

/// A place recognised in a report.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PlaceFinding {
    /// Slug of province, region or country.
    pub slug: String,
    /// Whether the report is about it (a subject), or only mentions it.
    pub subject: bool,
    /// Weight of the evidence, for the order.
    pub weight: f32,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A zone recognised in a report.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ZoneFinding {
    /// Slug of the zone, `kkt-van-don`.
    pub slug: String,
    /// Name as the table has it.
    pub name: String,
    /// Province of the zone.
    pub province: Option<String>,
    /// First place where it stands.
    pub span: Span,
}

/// A period recognised in a report.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PeriodFinding {
    /// The period.
    pub period: Period,
    /// The words for it.
    pub evidence: Evidence,
}

/// Everything recognised in one report.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Annotations {
    /// Subjects first (main one first), then mentions.
    pub places: Vec<PlaceFinding>,
    /// Zones named.
    pub zones: Vec<ZoneFinding>,
    /// The period the report is about.
    pub period: Option<PeriodFinding>,
    /// The period it looks ahead to.
    pub outlook: Option<PeriodFinding>,
    /// Kind of report: `half-year`, `quarter`, `annual`, `nine-months`, `monthly`, `news`, … `None` where unknown.
    pub kind: Option<String>,
    /// Date of publication stated in the text, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The figures, in the order of their spans.
    pub figures: Vec<Observation>,
}

/// What is known of a report before it is read; given values win over recognised ones.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The title, where one was found or given; it stands in the text as well, or not.
    pub title: Option<String>,
    /// Slugs of provinces or regions.
    pub provinces: Vec<String>,
    /// Main period.
    pub period: Option<Period>,
    /// Date of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
}

struct Plain {
    periods: Vec<observation::Mark>,
}

impl observation::Surroundings for Plain {
    fn period(&self, _: Span) -> Option<observation::PeriodOf> {
        None
    }
    fn subject(&self, _: Span) -> Option<(String, bool)> {
        None
    }
    fn main_period(&self) -> Option<Period> {
        None
    }
    fn period_marks(&self) -> &[observation::Mark] {
        &self.periods
    }
    fn place_marks(&self) -> &[observation::Mark] {
        &[]
    }
}

/// Reads everything that is recognised in a text.
#[must_use]
pub fn annotate(text: &str, given: &Given, taxonomy: &Taxonomy) -> Annotations {
    let _ = given;
    let tokens = tokenize(text);
    let layout = layout::Layout::new(text, &tokens);
    let list = tokens.list();
    let mut periods = Vec::new();
    let mut i = 0;
    while i < list.len() {
        let w = tokens.exact(&list[i]);
        if matches!(w, "năm" | "tháng" | "quí")
            && list
                .get(i + 1)
                .is_some_and(|t| matches!(t.kind, TokenKind::Number | TokenKind::Date))
        {
            periods.push(observation::Mark {
                first: i,
                end: i + 2,
                aside: i > 0
                    && matches!(tokens.exact(&list[i - 1]), "với" | "kì" | "hoạch" | "toán"),
            });
            i += 2;
        } else {
            i += 1;
        }
    }
    let figures = observation::observe(
        text,
        &tokens,
        &layout,
        taxonomy,
        metric::Cues::built_in(),
        &Plain { periods },
    );
    Annotations {
        figures,
        ..Annotations::default()
    }
}
