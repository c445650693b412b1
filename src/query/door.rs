//! What an [`Engine`] answers.

use super::request::{FigureRequest, SearchRequest};
use super::response::{Completion, Facets, FigureResponse, SearchResponse};
use super::search::{prepare, search};
use super::{facet, figures, suggest};
use crate::{Engine, Error, Result};

impl Engine {
    /// Searches.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`] for a filter that names nothing known; the query itself is never an error.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        search(&self.snapshot(), request)
    }

    /// Figures, each a row.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`], [`Error::Condition`].
    pub fn figures(&self, request: &FigureRequest) -> Result<FigureResponse> {
        figures::find(&self.snapshot(), request)
    }

    /// Facet counts of the reports that a request matches; nothing is ranked.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`].
    pub fn facets(&self, request: &SearchRequest) -> Result<Facets> {
        let snapshot = self.snapshot();
        let prepared = prepare(&snapshot, request)?;
        facet::count(
            &snapshot,
            &prepared.words,
            &prepared.filters,
            request.zero_facets,
        )
    }

    /// At most `limit` completions of the last word of `prefix`: names and terms that the index holds.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Result<Vec<Completion>> {
        suggest::complete(&self.snapshot(), prefix, limit)
    }

    /// Reports like the one with this id, path or file name, by the words that tell it from others; itself left out.
    ///
    /// # Errors
    /// [`Error::NoSuchReport`].
    pub fn similar(&self, wanted: &str, limit: usize) -> Result<SearchResponse> {
        let id = self.report(wanted)?.data.id;
        let snapshot = self.snapshot();
        let address = snapshot.find(&id)?.ok_or_else(|| Error::NoSuchReport {
            wanted: wanted.to_owned(),
            nearest: String::new(),
        })?;
        let words = suggest::telling_words(&snapshot, address, 24)?;
        let mut response = search(
            &snapshot,
            &SearchRequest {
                query: words.join(" OR "),
                limit: limit.saturating_add(1),
                understand: super::request::Understand::Off,
                exact: true,
                ..SearchRequest::default()
            },
        )?;
        let before = response.hits.len();
        response.hits.retain(|hit| hit.id != id);
        if response.hits.len() < before {
            response.total -= 1;
        }
        response.hits.truncate(limit);
        response.query = id;
        response.suggestion = None;
        Ok(response)
    }
}
