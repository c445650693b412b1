//! From files to raw reports: what there is to read, and what stands in it.

pub(crate) mod chrome;
pub mod formats;
pub(crate) mod front_matter;
pub(crate) mod metadata;
pub(crate) mod ndjson;
pub(crate) mod read;
pub(crate) mod sketch;
pub(crate) mod title;
pub(crate) mod walk;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::Span;
use crate::annotate::Given;
use crate::model::Period;

/// What is given of a report from outside its text; wins over what is recognised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct GivenData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Slugs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provinces: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl GivenData {
    /// `self`, and what `other` knows where `self` is silent.
    pub fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            provinces: if self.provinces.is_empty() {
                other.provinces
            } else {
                self.provinces
            },
            period: self.period.or(other.period),
            published: self.published.or(other.published),
            publisher: self.publisher.or(other.publisher),
            url: self.url.or(other.url),
        }
    }

    /// A hash of all of it.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Xxh3::new();
        let mut put = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        for text in [&self.title, &self.published, &self.publisher, &self.url] {
            put(text.as_deref().unwrap_or_default());
        }
        put(&self.period.map(|p| p.to_string()).unwrap_or_default());
        for slug in &self.provinces {
            put(slug);
        }
        hash.digest()
    }

    /// What the recognisers want to know of it.
    pub fn for_recognisers(&self, title: &str) -> Given {
        Given {
            title: (!title.is_empty()).then(|| title.to_owned()),
            provinces: self.provinces.clone(),
            period: self.period,
            published: self.published.clone(),
        }
    }
}

/// One report as read: NFC text, what is given, the lines that are no part of the report.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawReport {
    pub text: String,
    /// Given, or found in the text; empty where neither.
    pub title: String,
    pub given: GivenData,
    /// What of it the file itself gives: front matter, the head of a page, the fields of a record.
    pub own: GivenData,
    pub chrome: Vec<Span>,
    /// Name of the encoding where it is not UTF-8.
    pub encoding: Option<String>,
    /// Where pages, sheets and slides begin, with the fragments that name them: `page=3`.
    pub parts: Vec<(usize, String)>,
    /// Things a user should know: an unknown province in front matter, …
    pub warnings: Vec<String>,
}
