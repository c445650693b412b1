//! The title of a text that has none given.

use crate::Span;

/// The title: a Markdown heading, else the first line that can be one.
pub(crate) fn find(text: &str, chrome: &[Span]) -> Option<String> {
    let _ = chrome;
    text.lines()
        .map(|line| line.trim().trim_start_matches('#').trim())
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}
