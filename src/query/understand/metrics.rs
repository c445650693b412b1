//! Metrics that a query names.

use std::sync::LazyLock;

use super::Meaning;
use crate::annotate::lexicon::Lexicon;
use crate::annotate::metric::Cues;
use crate::model::Taxonomy;
use crate::text::{TokenKind, Tokens};

/// Short forms that people type and reports do not write.
static SHORT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new(
        SHORT_FORMS
            .iter()
            .enumerate()
            .map(|(i, (form, _))| (*form, i as u32)),
    )
});

const SHORT_FORMS: [(&str, &str); 14] = [
    ("KNXK", "trade.exports"),
    ("KN XK", "trade.exports"),
    ("KNNK", "trade.imports"),
    ("KN NK", "trade.imports"),
    ("KNXNK", "trade.total"),
    ("KN XNK", "trade.total"),
    ("thu NS", "budget.revenue"),
    ("chi NS", "budget.expenditure"),
    ("GTSXCN", "output.industrial"),
    ("GTSX CN", "output.industrial"),
    ("GTSXNN", "output.agriculture"),
    ("TNBQ", "income.per_capita"),
    ("GDP đầu người", "grdp.per_capita"),
    ("số thu", "budget.revenue"),
];

/// Names of metrics as they sound, for queries that miss a letter by ear.
pub(super) static SOUNDS: LazyLock<Lexicon> = LazyLock::new(|| {
    let taxonomy = Taxonomy::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, metric) in taxonomy.iter() {
        for name in std::iter::once(&metric.vi).chain(&metric.cues) {
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == ' ');
            if plain && name.split(' ').count() > 1 {
                phrases.push((sound(name), u32::from(id.0)));
            }
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// A text folded, with one letter for each sound that people mix up: s and x, ch and tr, d, gi and r, l and n.
pub(super) fn sound(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in crate::text::fold(text).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let (from, to) = [
            ("ngh", "ng"),
            ("ng", "ng"),
            ("nh", "nh"),
            ("gh", "g"),
            ("gi", "d"),
            ("tr", "ch"),
            ("x", "s"),
            ("r", "d"),
            ("n", "l"),
            ("k", "c"),
        ]
        .into_iter()
        .find(|(from, _)| word.starts_with(from) && word.len() > from.len() + 1)
        .unwrap_or(("", ""));
        out.push_str(to);
        out.push_str(&word[from.len()..]);
    }
    out
}

pub(super) fn metrics(
    taxonomy: &Taxonomy,
    tokens: &Tokens,
    n: usize,
    used: &[bool],
    said: &mut [bool],
    growth: bool,
    meaning: &mut Meaning,
) {
    const LONGEST: usize = 7;
    let list = tokens.list();
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for hit in Cues::of(taxonomy).metrics(tokens, |_| true) {
        if let Some(id) = hit.says.metric.or(hit.says.weak) {
            let code = &taxonomy.metric(id).code;
            // `kinh tế` alone asks for no growth.
            if hit.says.metric.is_some() || growth || !code.ends_with(".growth") {
                found.push((hit.first, hit.end, code.clone()));
            }
        }
    }
    for start in 0..n {
        for end in (start + 1..=n.min(start + LONGEST)).rev() {
            if used[start..end].iter().any(|u| *u)
                || list[start..end].iter().any(|t| t.kind == TokenKind::Break)
            {
                continue;
            }
            let name: Vec<&str> = list[start..end].iter().map(|t| tokens.exact(t)).collect();
            if let Some(id) = taxonomy.find(&name.join(" ")) {
                found.push((start, end, taxonomy.metric(id).code.clone()));
                break;
            }
        }
    }
    for hit in SHORT.scan(tokens) {
        let (_, code) = SHORT_FORMS[hit.payload as usize];
        found.push((hit.first, hit.end, code.to_owned()));
    }
    // The longest phrases first; what overlaps them says less.
    found.sort_by_key(|(start, end, code)| {
        (
            std::cmp::Reverse(end - start),
            *start,
            std::cmp::Reverse(code.len()),
        )
    });
    let mut taken = vec![false; list.len()];
    let mut chosen: Vec<(usize, String)> = Vec::new();
    for (start, end, code) in found {
        if taken[start..end].iter().any(|t| *t) {
            continue;
        }
        for flag in &mut taken[start..end] {
            *flag = true;
        }
        for flag in &mut said[start..end] {
            *flag = true;
        }
        chosen.push((start, code));
    }
    chosen.sort();
    let words: Vec<&str> = list[..n].iter().map(|t| tokens.folded(t)).collect();
    let has = |word: &str| words.contains(&word);
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w == [a, b]);
    let fdi = has("fdi") || pair("nuoc", "ngoai");
    let ddi = has("ddi") || pair("trong", "nuoc") && pair("dau", "tu");
    let mut codes: Vec<String> = Vec::new();
    for (_, code) in chosen {
        let mut code = code;
        // `vốn thu hút FDI`: a kind of investment named apart from what is asked of it.
        if fdi || ddi {
            let kind = if fdi { "fdi" } else { "ddi" };
            if let Some(rest) = code.strip_prefix("investment.") {
                let merged = format!("{kind}.{rest}");
                if taxonomy.by_code(&merged).is_some() {
                    code = merged;
                }
            } else if code == kind {
                code = if has("von") || pair("dau", "tu") || pair("thu", "hut") {
                    format!("{kind}.capital")
                } else {
                    code
                };
            }
        }
        if growth {
            let id = taxonomy.by_code(&code);
            let grown = id.map(|id| taxonomy.metric(id).growth_code());
            if let Some(grown) = grown
                && (code == "grdp" || taxonomy.by_code(&grown).is_some())
            {
                code = grown;
            }
        }
        if pair("du", "an") && (pair("cap", "moi") || pair("an", "moi")) {
            let new = format!("{}.new", code.trim_end_matches(".total"));
            if code.contains("projects") && taxonomy.by_code(&new).is_some() {
                code = new;
            }
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    // `du lịch … doanh thu`: a group and a quantity that the group has too.
    for i in 0..codes.len() {
        let merged = codes
            .iter()
            .map(|group| format!("{group}.{}", codes[i]))
            .find(|merged| taxonomy.by_code(merged).is_some());
        if let Some(merged) = merged {
            codes[i] = merged;
        }
    }
    // A node beside one of its own branch adds nothing.
    let all = codes.clone();
    codes.retain(|code| {
        !all.iter()
            .any(|other| other != code && taxonomy.covers(code, other))
    });
    meaning.shown.metrics = codes;
}
