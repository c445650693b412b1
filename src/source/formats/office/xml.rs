//! Events of an XML member, by local name, with depth and time bounded.

use quick_xml::events::{BytesStart, Event as XmlEvent};

use super::super::budget::{Budget, check};
use super::super::{ExtractError, Format, Result};

/// A start tag; an empty element is a start and an end.
pub(super) struct Start {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Start {
    /// An attribute by its local name.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// An attribute that is a count, bounded so that repeats cannot be abused.
    pub fn count(&self, name: &str) -> Option<usize> {
        self.attr(name)?.trim().parse().ok()
    }
}

pub(super) enum Event {
    Start(Start),
    End(String),
    Text(String),
}

pub(super) struct Reader<'a> {
    xml: quick_xml::Reader<&'a [u8]>,
    format: Format,
    budget: &'a Budget,
    depth: usize,
    events: usize,
    /// The end of an empty element, still to be told.
    end: Option<String>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], format: Format, budget: &'a Budget) -> Self {
        let mut xml = quick_xml::Reader::from_reader(bytes);
        // Word's own files are well-formed; those of other programs are read as far as they go.
        let config = xml.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            xml,
            format,
            budget,
            depth: 0,
            events: 0,
            end: None,
        }
    }

    /// The next event, `None` at the end.
    ///
    /// # Errors
    /// Broken XML, nesting beyond the limit, or no time left.
    pub fn next(&mut self) -> Result<Option<Event>> {
        if let Some(name) = self.end.take() {
            return Ok(Some(Event::End(name)));
        }
        loop {
            self.events += 1;
            if self.events.is_multiple_of(1 << 14) {
                self.budget.check_time(self.format)?;
            }
            let event = self
                .xml
                .read_event()
                .map_err(|error| ExtractError::malformed(self.format, error))?;
            return Ok(Some(match event {
                XmlEvent::Start(tag) => {
                    self.depth += 1;
                    check(self.depth, self.budget.limits.depth, "depth of elements")?;
                    Event::Start(start(&tag))
                }
                XmlEvent::Empty(tag) => {
                    let start = start(&tag);
                    self.end = Some(start.name.clone());
                    Event::Start(start)
                }
                XmlEvent::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Event::End(local(tag.name().as_ref()))
                }
                XmlEvent::Text(text) => Event::Text(text.to_string()),
                XmlEvent::CData(text) => Event::Text(text.to_string()),
                XmlEvent::GeneralRef(name) => match reference(&name) {
                    Some(c) => Event::Text(c.to_string()),
                    None => continue,
                },
                XmlEvent::Eof => return Ok(None),
                XmlEvent::Decl(_)
                | XmlEvent::DocType(_)
                | XmlEvent::PI(_)
                | XmlEvent::Comment(_) => continue,
            }));
        }
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn start(tag: &BytesStart<'_>) -> Start {
    Start {
        name: local(tag.name().as_ref()),
        attributes: tag
            .attributes()
            .with_checks(false)
            .flatten()
            .take(256)
            .map(|attribute| (local(attribute.key.as_ref()), unescape(&attribute.value)))
            .collect(),
    }
}

/// The five entities of XML and numbers; what a document defines itself is never expanded.
fn reference(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match rest
            .find(';')
            .and_then(|end| Some((reference(&rest[1..end])?, end)))
        {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::Limits;
    use super::*;

    fn text(xml: &str) -> String {
        let budget = Budget::new(Limits::default());
        let mut reader = Reader::new(xml.as_bytes(), Format::Docx, &budget);
        let mut out = String::new();
        while let Some(event) = reader.next().unwrap() {
            if let Event::Text(more) = event {
                out.push_str(&more);
            }
        }
        out
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let bomb = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><x>&b;1&amp;2&#272;</x>";
        assert_eq!(text(bomb), "1&2Đ");
        let file = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&f;</x>";
        assert_eq!(text(file), "");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let budget = Budget::new(Limits::default());
        let xml = "<a>".repeat(100_000);
        let mut reader = Reader::new(xml.as_bytes(), Format::Docx, &budget);
        let end = loop {
            match reader.next() {
                Ok(Some(_)) => {}
                other => break other.map(|_| ()),
            }
        };
        assert!(matches!(end, Err(ExtractError::TooLarge { .. })));
    }
}
