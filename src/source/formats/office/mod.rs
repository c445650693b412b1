//! Office files: Word, Excel, PowerPoint and OpenDocument.
//!
//! All but XLS are XML in a zip file. They are read with `quick-xml` (MIT, a release every few weeks, streams events, expands no entity beyond
//! the five of XML and numbers: a document type is skipped, so "a billion laughs" stays a few letters) over `zip`. What was weighed for Word: `docx-rs`
//! builds a model of all of a document in order to write one; what is wanted here is its text in one pass. For Excel see the `xlsx` reader.

#[cfg(feature = "docx")]
pub(super) mod docx;
#[cfg(feature = "xlsx")]
pub(super) mod ods;
#[cfg(feature = "docx")]
pub(super) mod odt;
#[cfg(feature = "docx")]
pub(super) mod pptx;
#[cfg(feature = "xlsx")]
pub(super) mod sheet;
#[cfg(all(test, feature = "docx", feature = "xlsx"))]
mod tests;
#[cfg(feature = "xlsx")]
pub(super) mod xls;
#[cfg(feature = "xlsx")]
pub(super) mod xlsx;
mod xml;

use super::archive::Archive;
use super::budget::Budget;
use super::{Extracted, Format, Result};
use xml::{Event, Reader};

/// Title, company and dates out of `docProps/core.xml`, `docProps/app.xml` or `meta.xml`; a broken one is as good as none.
fn properties(
    archive: &mut Archive<'_>,
    format: Format,
    extracted: &mut Extracted,
    budget: &Budget,
) -> Result<()> {
    let mut modified = None;
    let mut created = None;
    for name in ["docProps/core.xml", "docProps/app.xml", "meta.xml"] {
        let Some(bytes) = archive.read(name, budget)? else {
            continue;
        };
        let mut reader = Reader::new(&bytes, format, budget);
        let mut text = String::new();
        while let Ok(Some(event)) = reader.next() {
            match event {
                Event::Start(_) => text.clear(),
                Event::Text(more) => text.push_str(&more),
                Event::End(name) => {
                    let value = text.trim();
                    if !value.is_empty() {
                        match name.as_str() {
                            "title" => extracted.title = Some(value.to_owned()),
                            "Company" => extracted.publisher = Some(value.to_owned()),
                            "modified" | "date" => modified = Some(value.to_owned()),
                            "created" | "creation-date" => created = Some(value.to_owned()),
                            _ => {}
                        }
                    }
                    text.clear();
                }
            }
        }
    }
    // The day of the last change is the nearest to a publication that an office file knows.
    extracted.published = modified.or(created).and_then(|date| {
        let day = date.get(..10)?;
        let mut parts = day.split('-').map(str::parse::<u16>);
        let (Some(Ok(year)), Some(Ok(1..=12)), Some(Ok(1..=31)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        (1990..=2100).contains(&year).then(|| day.to_owned())
    });
    // Templates leave such titles in every document made from them.
    let is_template = |title: &String| {
        let lower = title.to_lowercase();
        title.chars().count() < 8
            || [
                "document",
                "microsoft",
                "untitled",
                "powerpoint",
                "cộng hòa",
                "cộng hoà",
                "cong hoa",
            ]
            .iter()
            .any(|word| lower.starts_with(word))
    };
    extracted.title = extracted.title.take().filter(|title| !is_template(title));
    Ok(())
}
