//! From a report as read to what is written of it: repaired for the recognisers, annotated, and the text to be tokenised.

use std::borrow::Cow;

use super::manifest::Rules;
use crate::Span;
use crate::annotate::{Annotations, Evidence, Given, PeriodFinding, PlaceFinding, annotate_tokens};
use crate::model::Flag;
use crate::source::RawReport;
use crate::text::abbreviations::{self, EXTRA};
use crate::text::analyzer::Terms;
use crate::text::repair::{self, Restored};
use crate::text::{Tokens, tokenize};

/// Recognises what a report states, and gives the terms that it is searched by. It is tokenised once for both.
pub(super) fn recognise(report: &RawReport, rules: &Rules) -> (Annotations, Terms) {
    let text = without_chrome(&report.text, &report.chrome);
    let reading = repair::restore(&text);
    let tokens = tokenize(&reading.text);
    let given = report.given.for_recognisers(&report.title);
    let mut annotations = match rules.recognise {
        true => annotate_tokens(
            &reading.text,
            &tokens,
            &given,
            &rules.taxonomy,
            &rules.gazetteer,
        ),
        false => Annotations::default(),
    };
    if !reading.is_intact() {
        to_stored(&mut annotations, &reading, &report.text);
    }
    given_wins(&mut annotations, given);
    let terms = terms_of(&report.text, &reading.text, &tokens, &report.title);
    (annotations, terms)
}

/// The terms of a report whose annotations are known.
pub(super) fn terms(text: &str, chrome: &[Span], title: &str) -> Terms {
    let cleared = without_chrome(text, chrome);
    let reading = repair::restore(&cleared);
    terms_of(text, &reading.text, &tokenize(&reading.text), title)
}

/// Those of `reading` with abbreviations written out; before them those of a title that does not stand in the text, so that it
/// is searched like the text.
fn terms_of(text: &str, reading: &str, tokens: &Tokens, title: &str) -> Terms {
    let terms = if reading.contains(EXTRA) {
        Terms::of(&abbreviations::index_text(reading))
    } else {
        Terms::indexed(reading, tokens)
    };
    if stands(text, title) {
        return terms;
    }
    let mut all = Terms::of(&abbreviations::index_text(title));
    all.join(&terms);
    all
}

/// The text that [`terms`] are those of, for engines that tokenise it themselves; `None` where it is the stored text.
pub(crate) fn index_text(text: &str, chrome: &[Span], title: &str) -> Option<String> {
    let cleared = without_chrome(text, chrome);
    let reading = repair::restore(&cleared);
    let indexed = abbreviations::index_text(&reading.text);
    if !stands(text, title) {
        return Some(format!("{}\n\n{indexed}", abbreviations::index_text(title)));
    }
    (*indexed != *text).then(|| indexed.into_owned())
}

/// Whether a title stands in the text: one that was found is words of it, if not always with its spaces.
fn stands(text: &str, title: &str) -> bool {
    let head = title.split('…').next().unwrap_or_default();
    let first = head.split_whitespace().next().unwrap_or_default();
    text.match_indices(first).take(64).any(|(at, _)| {
        let mut words = text[at..]
            .split(|c: char| c.is_whitespace() || c == '\u{ad}')
            .filter(|word| !word.is_empty());
        head.split_whitespace()
            .all(|word| words.next().is_some_and(|other| other.starts_with(word)))
    })
}

/// The text with spaces in the place of its chrome, so that spans stay what they are. The address of a site stays: it tells whose the
/// page is.
fn without_chrome<'a>(text: &'a str, chrome: &[Span]) -> Cow<'a, str> {
    if chrome.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in chrome {
        out.push_str(&text[at..span.start]);
        for word in span.of(text).split_inclusive(char::is_whitespace) {
            if is_address(word.trim_end()) {
                out.push_str(word);
            } else {
                out.extend(std::iter::repeat_n(' ', word.len()));
            }
        }
        at = span.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// `haugiang.gov.vn`, `baohaugiang.com.vn`
fn is_address(word: &str) -> bool {
    word.ends_with(".vn")
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
}

/// Leads spans and quotes from the restored text back to the stored one.
fn to_stored(annotations: &mut Annotations, reading: &Restored<'_>, text: &str) {
    let restored = |span: Span| {
        let first = reading
            .edits
            .partition_point(|edit| edit.restored.end <= span.start);
        reading
            .edits
            .get(first)
            .is_some_and(|edit| edit.restored.start < span.end)
    };
    let lead_back = |evidence: &mut Evidence| {
        if let Some(span) = evidence.span {
            let stored = reading.stored(span);
            if evidence.quote == span.of(&reading.text) {
                evidence.quote = stored.of(text).to_owned();
            }
            evidence.span = Some(stored);
        }
    };
    for place in &mut annotations.places {
        place.evidence.iter_mut().for_each(lead_back);
    }
    for finding in annotations
        .period
        .iter_mut()
        .chain(&mut annotations.outlook)
    {
        lead_back(&mut finding.evidence);
    }
    for zone in &mut annotations.zones {
        zone.span = reading.stored(zone.span);
    }
    for figure in &mut annotations.figures {
        // The quote is the clause around the span: of several places with these words the one that holds it.
        let from = figure.span.end.saturating_sub(figure.quote.len());
        let from = reading.text.floor_char_boundary(from);
        let quote = reading.text[from..]
            .match_indices(figure.quote.as_str())
            .map(|(at, quote)| Span::new(from + at, from + at + quote.len()))
            .take_while(|quote| quote.start <= figure.span.start)
            .find(|quote| quote.contains(figure.span));
        if let Some(quote) = quote {
            figure.quote = reading.stored(quote).of(text).to_owned();
            if restored(quote) && !figure.flags.contains(&Flag::Restored) {
                figure.flags.push(Flag::Restored);
            }
        }
        figure.span = reading.stored(figure.span);
    }
}

/// What is given stands before what was recognised: given provinces are the subjects, others are mentions.
fn given_wins(annotations: &mut Annotations, given: Given) {
    let evidence = |quote: &str| Evidence {
        kind: "given".into(),
        quote: quote.into(),
        span: None,
    };
    if !given.provinces.is_empty() {
        let recognised = std::mem::take(&mut annotations.places);
        for slug in &given.provinces {
            let mut finding = PlaceFinding {
                slug: slug.clone(),
                subject: true,
                weight: 1.0,
                evidence: vec![evidence(slug)],
            };
            if let Some(found) = recognised.iter().find(|found| found.slug == *slug) {
                finding.weight = found.weight.max(1.0);
                let known = found
                    .evidence
                    .iter()
                    .filter(|evidence| evidence.kind != "given");
                finding.evidence.extend(known.cloned());
            }
            annotations.places.push(finding);
        }
        let others = recognised
            .into_iter()
            .filter(|found| !given.provinces.contains(&found.slug));
        annotations.places.extend(others.map(|found| PlaceFinding {
            subject: false,
            ..found
        }));
    }
    if let Some(period) = given.period
        && annotations
            .period
            .as_ref()
            .is_none_or(|found| found.period != period)
    {
        annotations.period = Some(PeriodFinding {
            period,
            evidence: evidence(&period.to_string()),
        });
    }
    if given.published.is_some() {
        annotations.published = given.published;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_chrome_the_sites_address_stays() {
        let text = "Trang chủ | hagiang.gov.vn | Liên hệ\nThu ngân sách đạt 9 tỷ đồng.";
        let chrome = [Span::new(0, text.find('\n').unwrap_or_default())];
        let cleared = without_chrome(text, &chrome);
        assert_eq!(cleared.len(), text.len());
        assert_eq!(
            cleared.split_whitespace().collect::<Vec<_>>().join(" "),
            "hagiang.gov.vn Thu ngân sách đạt 9 tỷ đồng."
        );
    }
}
