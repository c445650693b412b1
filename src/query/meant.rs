//! The query as it was probably meant, for `did you mean`.

use super::understand::{PLACES, spelt_out};
use crate::model::{PlaceId, Places};
use crate::text::{TokenKind, fold, tokenize};

/// Abbreviations that are written in capitals wherever they stand.
const CAPITALS: [&str; 22] = [
    "fdi", "ddi", "grdp", "gdp", "iip", "cpi", "kcn", "kkt", "kcx", "kcnc", "ccn", "usd", "vnd",
    "ubnd", "hdnd", "bql", "gpmb", "tthc", "cchc", "dbsh", "dbscl", "tphcm",
];
/// The share of words with marks from which on a query counts as typed with marks.
const MARKED: f32 = 0.3;

/// A spelling to offer: with marks, names in capitals; `None` where the query is written so already, capitals apart.
///
/// In a query that is typed with marks a word without them is meant without: only what is no word, and names, are spelt anew.
pub(crate) fn suggestion(query: &str, restored: Option<&str>) -> Option<String> {
    let spelt = spelt_out(query);
    let read = spelt.as_deref().or(restored)?;
    let meant = named(&keep_typed(query, read));
    (meant.to_lowercase() != query.to_lowercase()).then_some(meant)
}

/// The restored text as an interpretation shows it; `None` where nothing of it is left.
pub(crate) fn shown(query: &str, restored: &str) -> Option<String> {
    let kept = keep_typed(query, restored);
    (kept != query).then_some(kept)
}

/// The restored text with the words as typed whose marks alone were changed, where the query has marks.
fn keep_typed(query: &str, restored: &str) -> String {
    let (typed, read) = (tokenize(query), tokenize(restored));
    let words = typed.list().iter().filter(|t| t.kind == TokenKind::Word);
    let marked = words
        .clone()
        .filter(|t| typed.exact(t) != typed.folded(t))
        .count();
    let same = typed.list().len() == read.list().len();
    if !same || (marked as f32) < MARKED * words.count().max(1) as f32 {
        return restored.to_owned();
    }
    let mut out = String::new();
    let mut at = 0;
    for (own, new) in typed.list().iter().zip(read.list()) {
        out.push_str(&restored[at..new.span.start]);
        let kept = typed.folded(own) == read.folded(new);
        out.push_str(if kept {
            own.span.of(query)
        } else {
            new.span.of(restored)
        });
        at = new.span.end;
    }
    out.push_str(&restored[at..]);
    out
}

/// A text with names of places spelt as they are, and abbreviations in capitals.
fn named(text: &str) -> String {
    let tokens = tokenize(text);
    let list = tokens.list();
    let places = Places::get();
    let mut forms: Vec<Option<String>> = list
        .iter()
        .map(|token| {
            let folded = tokens.folded(token);
            CAPITALS
                .contains(&folded)
                .then(|| token.span.of(text).to_uppercase())
        })
        .collect();
    for found in PLACES.scan(&tokens) {
        let place = places.place(PlaceId(found.payload as u16));
        for name in std::iter::once(&place.name).chain(&place.aliases) {
            let parts: Vec<&str> = name.split(' ').collect();
            let same = parts.len() == found.end - found.first
                && parts
                    .iter()
                    .zip(&list[found.first..found.end])
                    .all(|(part, token)| fold(part) == tokens.folded(token));
            if same {
                for (form, part) in forms[found.first..found.end].iter_mut().zip(parts) {
                    *form = Some(part.to_owned());
                }
                break;
            }
        }
    }
    let mut out = String::new();
    let mut at = 0;
    for (token, form) in list.iter().zip(forms) {
        out.push_str(&text[at..token.span.start]);
        match form {
            Some(form) => out.push_str(&form),
            None => out.push_str(token.span.of(text)),
        }
        at = token.span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_capitals_and_marked_queries_keep_their_words() {
        assert_eq!(
            suggestion("von fdi quang ninh", Some("vốn fdi quảng ninh")).as_deref(),
            Some("vốn FDI Quảng Ninh")
        );
        assert_eq!(
            suggestion("von dau tu", Some("vốn đầu tư")).as_deref(),
            Some("vốn đầu tư")
        );
        // `quan` is a word; the lexicon knows another one more often.
        assert_eq!(suggestion("Hải quan thu đủ", Some("Hải quân thu đủ")), None);
        assert_eq!(suggestion("vốn fdi", None), None);
    }
}
