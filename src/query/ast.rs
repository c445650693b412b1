//! The query as a tree. It can be written to JSON and read back, and a caller may build one.

use serde::{Deserialize, Serialize};

use super::request::Comparison;
use crate::Span;

/// A query that was read: the words to find and the filters written among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserQuery {
    /// The words; `None` where the query holds none.
    pub clause: Option<Clause>,
    /// Filters written as `field:value`, in order.
    pub filters: Vec<FieldFilter>,
    /// Conditions on figures.
    pub conditions: Vec<ConditionText>,
    /// Whether quotes, `-`, `OR`, parentheses or `*` were used: then the query is taken as written, and every word is due.
    pub explicit: bool,
}

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// One word.
    Word(Word),
    /// Words that stand side by side.
    Phrase {
        /// The words between the quotes, as typed.
        text: String,
        /// Place in the query.
        span: Span,
    },
    /// All parts; in a free query most of them.
    And(Vec<Clause>),
    /// Any part.
    Or(Vec<Clause>),
    /// Not this.
    Not(Box<Clause>),
}

/// One word as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// As typed, without its operator.
    pub text: String,
    /// Place in the query.
    pub span: Span,
    /// `word*`: whatever begins so.
    #[serde(default)]
    pub prefix: bool,
    /// `word~`: also what is spelt nearly so.
    #[serde(default)]
    pub fuzzy: bool,
}

/// A field that a filter can be written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterField {
    /// `province:`, `tỉnh:`
    Province,
    /// `period:`, `kỳ:`
    Period,
    /// `metric:`, `chỉ_tiêu:`
    Metric,
    /// `zone:`, `khu:`
    Zone,
    /// `kind:`, `loại:`
    Kind,
    /// `publisher:`, `nguồn:`
    Publisher,
    /// `basis:`, `cơ_sở:`
    Basis,
}

/// A filter written into the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFilter {
    /// Which filter.
    pub field: FilterField,
    /// The value as typed, without quotes.
    pub value: String,
    /// Whether a minus stood before it: what has the value is left out.
    #[serde(default)]
    pub negated: bool,
    /// Place in the query.
    pub span: Span,
}

/// A condition on a figure's value, not yet resolved against the taxonomy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionText {
    /// Code or label of the metric, as typed.
    pub metric: String,
    /// The comparison.
    pub comparison: Comparison,
    /// The value with its unit, as typed: `500 triệu USD`.
    pub value: String,
    /// Place in the query.
    pub span: Span,
}

impl UserQuery {
    /// The query's text without what is filtered by and what is left out, blanks in its place: the rest is what is asked for. The words
    /// of a zone filter stay, since only they name the zone.
    pub(crate) fn asked(&self, text: &str) -> String {
        let filters = self.filters.iter();
        let filters = filters.filter(|filter| filter.field != FilterField::Zone);
        let mut spans: Vec<Span> = filters.map(|filter| filter.span).collect();
        if let Some(clause) = &self.clause {
            clause.left_out(false, &mut spans);
        }
        let mut out = text.to_owned();
        for span in spans {
            let blank = " ".repeat(span.of(text).len());
            out.replace_range(span.start..span.end, &blank);
        }
        out
    }
}

impl Clause {
    /// Places of the words and phrases that are excluded.
    fn left_out(&self, excluded: bool, spans: &mut Vec<Span>) {
        match self {
            Self::Word(Word { span, .. }) | Self::Phrase { span, .. } if excluded => {
                spans.push(*span);
            }
            Self::Word(_) | Self::Phrase { .. } => {}
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.left_out(excluded, spans));
            }
            Self::Not(part) => part.left_out(!excluded, spans),
        }
    }

    /// Calls `visit` for every word and phrase that is not excluded.
    pub fn for_each_positive<'a>(&'a self, visit: &mut dyn FnMut(&'a Clause)) {
        match self {
            Self::Word(_) | Self::Phrase { .. } => visit(self),
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.for_each_positive(visit);
                }
            }
            Self::Not(_) => {}
        }
    }
}
