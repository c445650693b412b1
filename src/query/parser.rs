//! Text to tree. Never fails: what cannot be read as syntax is read as words, and reported.

use serde::{Deserialize, Serialize};

mod field;

use field::{field_meant, field_name};

use super::ast::{Clause, ConditionText, FieldFilter, UserQuery, Word};
use super::request::Comparison;
use crate::Span;

/// The most words of a query that are read; the rest is reported and left out.
pub const MAX_WORDS: usize = 1024;
/// The deepest nesting of parentheses that is read; deeper ones are skipped over.
pub const MAX_DEPTH: usize = 32;

/// The most filters and conditions that one query may hold; more are reported and left out.
pub const MAX_FILTERS: usize = 64;

/// Something in a query that could not be read as written. The query is answered nevertheless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, serde(deny_unknown_fields))]
pub struct QueryIssue {
    /// What is wrong and how it was read.
    pub message: String,
    /// Place in the query, bytes.
    pub span: Span,
}

impl QueryIssue {
    pub(crate) fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
        }
    }
}

/// Reads `text`.
///
/// ```
/// use baocao::query::{Clause, parse};
/// let (query, issues) = parse("\"vốn đầu tư\" -nông tỉnh:\"Quảng Ninh\" fdi.capital>500 triệu USD");
/// assert!(issues.is_empty());
/// assert_eq!(query.filters[0].value, "Quảng Ninh");
/// assert_eq!(query.conditions[0].value, "500 triệu USD");
/// assert!(matches!(query.clause, Some(Clause::And(parts)) if parts.len() == 2));
/// ```
#[must_use]
pub fn parse(text: &str) -> (UserQuery, Vec<QueryIssue>) {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        words: 0,
        cut: false,
        query: UserQuery::default(),
        issues: Vec::new(),
    };
    let mut parts = Vec::new();
    loop {
        if let Some(clause) = parser.alternatives() {
            parts.push(clause);
        }
        if parser.at >= text.len() {
            break;
        }
        // Only a closing parenthesis without its opening one stops a group at depth 0.
        let span = Span::new(parser.at, parser.at + 1);
        parser.issue("')' closes nothing; it was left out", span);
        parser.at += 1;
    }
    let mut query = parser.query;
    query.clause = join(parts);
    (query, parser.issues)
}

fn join(mut parts: Vec<Clause>) -> Option<Clause> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Clause::And(
            parts
                .into_iter()
                .flat_map(|part| match part {
                    Clause::And(inner) => inner,
                    other => vec![other],
                })
                .collect(),
        )),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    words: usize,
    cut: bool,
    query: UserQuery,
    issues: Vec<QueryIssue>,
}

/// The most issues reported.
const MAX_ISSUES: usize = 16;

impl<'a> Parser<'a> {
    fn issue(&mut self, message: impl Into<String>, span: Span) {
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(QueryIssue::new(message, span));
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    /// Parts joined by `OR`, up to a closing parenthesis or the end. `OR` binds the part before it and the part behind
    /// it, as web search engines read it: `a b OR c d` is `a (b OR c) d`.
    fn alternatives(&mut self) -> Option<Clause> {
        let mut parts: Vec<Clause> = Vec::new();
        let mut pending_or: Option<Span> = None;
        loop {
            self.skip_spaces();
            match self.peek() {
                None | Some(')') => break,
                _ => {}
            }
            if let Some(span) = self.take_or() {
                if parts.is_empty() || pending_or.is_some() {
                    self.issue("OR needs a word on both sides; it was left out", span);
                } else {
                    pending_or = Some(span);
                }
                continue;
            }
            let Some(clause) = self.part() else { continue };
            if pending_or.take().is_some() {
                self.query.explicit = true;
                match parts.pop() {
                    Some(Clause::Or(mut options)) => {
                        options.push(clause);
                        parts.push(Clause::Or(options));
                    }
                    Some(before) => parts.push(Clause::Or(vec![before, clause])),
                    None => parts.push(clause),
                }
            } else {
                parts.push(clause);
            }
        }
        if let Some(span) = pending_or {
            self.issue("OR needs a word on both sides; it was left out", span);
        }
        join(parts)
    }

    fn take_or(&mut self) -> Option<Span> {
        let rest = self.rest();
        let after = rest
            .strip_prefix("OR")
            .or_else(|| rest.strip_prefix("||"))?;
        if after
            .chars()
            .next()
            .is_some_and(|c| !is_space(c) && c != '(' && c != '"')
        {
            return None;
        }
        let span = Span::new(self.at, self.at + 2);
        self.at += 2;
        Some(span)
    }

    fn part(&mut self) -> Option<Clause> {
        let start = self.at;
        match self.peek()? {
            '(' => {
                self.at += 1;
                self.group(start)
            }
            '"' => self.phrase(start),
            '-' | '−' => {
                let sign = self.peek().map_or(1, char::len_utf8);
                let next = self.rest()[sign..].chars().next();
                match next {
                    Some(c) if c.is_alphabetic() || c == '"' || c == '(' => {
                        self.at += sign;
                        let filters = self.query.filters.len();
                        let inner = self.part();
                        for filter in &mut self.query.filters[filters..] {
                            filter.negated = !filter.negated;
                        }
                        let inner = inner?;
                        self.query.explicit = true;
                        Some(match inner {
                            // `--word` is a slip, not a double negation.
                            Clause::Not(inner) => Clause::Not(inner),
                            inner => Clause::Not(Box::new(inner)),
                        })
                    }
                    _ => {
                        self.at += sign;
                        None
                    }
                }
            }
            _ => self.word(start),
        }
    }

    fn group(&mut self, start: usize) -> Option<Clause> {
        if self.depth >= MAX_DEPTH {
            self.issue(
                format!("parentheses are read {MAX_DEPTH} deep; this one was left out"),
                Span::new(start, start + 1),
            );
            return None;
        }
        self.depth += 1;
        let inner = self.alternatives();
        self.depth -= 1;
        if self.peek() == Some(')') {
            self.at += 1;
        } else {
            self.issue("'(' is not closed", Span::new(start, start + 1));
        }
        inner
    }

    fn phrase(&mut self, start: usize) -> Option<Clause> {
        let rest = &self.rest()[1..];
        let Some(end) = rest.find('"') else {
            self.issue(
                "the quote is not closed; it was left out",
                Span::new(start, start + 1),
            );
            self.at += 1;
            return None;
        };
        let inner = &rest[..end];
        self.at = start + end + 2;
        if !inner.chars().any(char::is_alphanumeric) {
            return None;
        }
        if !self.count_words(
            inner.split(is_space).filter(|w| !w.is_empty()).count(),
            start,
        ) {
            return None;
        }
        self.query.explicit = true;
        Some(Clause::Phrase {
            text: inner.to_owned(),
            span: Span::new(start + 1, start + 1 + end),
        })
    }

    /// Whether one more filter or condition is read; reports it where not.
    fn has_room(&mut self, span: Span) -> bool {
        let room = self.query.filters.len() + self.query.conditions.len() < MAX_FILTERS;
        if !room {
            self.issue(
                format!("a query holds at most {MAX_FILTERS} filters; this one was left out"),
                span,
            );
        }
        room
    }

    fn count_words(&mut self, more: usize, start: usize) -> bool {
        if self.words + more > MAX_WORDS {
            if !self.cut {
                self.cut = true;
                self.issue(
                    format!("a query is read to its {MAX_WORDS}th word; the rest was left out"),
                    Span::new(start, self.text.len()),
                );
            }
            return false;
        }
        self.words += more;
        true
    }

    fn word(&mut self, start: usize) -> Option<Clause> {
        let rest = self.rest();
        let end = rest
            .find(|c| is_space(c) || matches!(c, '(' | ')' | '"'))
            .unwrap_or(rest.len());
        let raw = &rest[..end];
        let valued =
            raw.find(':').is_some_and(|at| at + 1 < raw.len()) || rest[end..].starts_with('"');
        if let Some((typed, meant)) = field_meant(raw).filter(|_| valued) {
            let span = Span::new(start, start + typed.len());
            self.issue(
                format!("unknown field '{typed}'; did you mean '{meant}:'? it was read as words"),
                span,
            );
        }
        if let Some((field, name_len)) = field_name(raw) {
            let value_at = start + name_len + 1;
            if let Some(value_len) = self.field_value(value_at) {
                let (value, next) = value_len;
                self.at = next;
                if !self.has_room(Span::new(start, next)) {
                    return None;
                }
                self.query.filters.push(FieldFilter {
                    field,
                    value: value.to_owned(),
                    negated: false,
                    span: Span::new(start, next),
                });
                return None;
            }
            // `tỉnh:` with nothing behind it, or a sentence with a colon: a word.
        }
        if let Some(condition) = self.condition(start, raw) {
            if self.has_room(condition.span) {
                self.query.conditions.push(condition);
            }
            return None;
        }
        self.at = start + end.max(1);
        if end == 0 {
            return None;
        }
        let mut text = raw;
        let mut prefix = false;
        let mut fuzzy = false;
        if let Some(stem) = text.strip_suffix('*') {
            text = stem.trim_end_matches('*');
            prefix = true;
        } else if let Some(stem) = text.strip_suffix('~') {
            text = stem.trim_end_matches('~');
            fuzzy = true;
        }
        if !text.chars().any(char::is_alphanumeric) {
            if prefix && text.is_empty() {
                self.issue(
                    "'*' stands for the end of a word; alone it was left out",
                    Span::new(start, start + end),
                );
            }
            return None;
        }
        if !self.count_words(1, start) {
            return None;
        }
        if prefix {
            self.query.explicit = true;
        }
        Some(Clause::Word(Word {
            text: text.to_owned(),
            span: Span::new(start, start + text.len()),
            prefix,
            fuzzy,
        }))
    }

    /// The value that begins at `at`: quoted, or up to the next space or parenthesis.
    fn field_value(&self, at: usize) -> Option<(&'a str, usize)> {
        let rest = self.text.get(at..)?;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            let value = quoted[..end].trim();
            return (!value.is_empty()).then_some((value, at + end + 2));
        }
        let end = rest
            .find(|c| is_space(c) || matches!(c, '(' | ')' | '"'))
            .unwrap_or(rest.len());
        let value = rest[..end].trim_end_matches([',', ';']);
        (!value.is_empty()).then_some((value, at + end))
    }

    /// `fdi.capital>500 triệu USD`, the comparison glued or with spaces around it.
    fn condition(&mut self, start: usize, raw: &str) -> Option<ConditionText> {
        let is_op = |c: char| matches!(c, '<' | '>' | '=' | '≥' | '≤');
        let name_len = raw.find(is_op).unwrap_or(raw.len());
        let name = &raw[..name_len];
        if name.is_empty()
            || !name
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '.' | '_') || c.is_ascii_digit())
            || !name.starts_with(char::is_alphabetic)
        {
            return None;
        }
        let glued = name_len < raw.len();
        // A word of ordinary text before a loose sign is no metric; a dotted code is.
        if !glued && !name.contains('.') && !name.contains('_') {
            return None;
        }
        let mut at = start + name_len;
        let spaces = |at: usize| {
            let rest = &self.text[at..];
            at + rest.len() - rest.trim_start_matches(is_space).len()
        };
        at = spaces(at);
        let (comparison, op_len) = comparison(&self.text[at..])?;
        let op = Span::new(at, at + op_len);
        at = spaces(at + op_len);
        let value_start = at;
        let number_len = self.text[at..]
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
            .unwrap_or(self.text.len() - at);
        let digits = &self.text[at..at + number_len];
        if !digits.bytes().any(|b| b.is_ascii_digit()) {
            self.issue(
                format!("a number is due behind '{}', such as {name}>500 triệu USD; it was read as words", op.of(self.text)),
                op,
            );
            return None;
        }
        at += number_len;
        let mut end = value_start + digits.trim_end_matches([',', '.']).len();
        if end == at {
            // Unit words, each of them known.
            loop {
                let next = spaces(at);
                let rest = &self.text[next..];
                let len = rest
                    .find(|c: char| is_space(c) || matches!(c, '(' | ')' | '"' | ',' | ';'))
                    .unwrap_or(rest.len());
                if len == 0 || !is_unit_word(&rest[..len]) {
                    break;
                }
                at = next + len;
                end = at;
            }
        }
        self.at = end;
        Some(ConditionText {
            metric: name.to_owned(),
            comparison,
            value: self.text[value_start..end].trim().to_owned(),
            span: Span::new(start, end),
        })
    }
}

pub(crate) fn comparison(text: &str) -> Option<(Comparison, usize)> {
    [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        ("=>", Comparison::AtLeast),
        ("=<", Comparison::AtMost),
        ("==", Comparison::Equal),
        ("≥", Comparison::AtLeast),
        ("≤", Comparison::AtMost),
        (">", Comparison::Greater),
        ("<", Comparison::Less),
        ("=", Comparison::Equal),
    ]
    .into_iter()
    .find(|(sign, _)| text.starts_with(sign))
    .map(|(sign, comparison)| (comparison, sign.len()))
}

/// Reads one condition, as `--where` takes it.
pub(crate) fn parse_condition(text: &str) -> Result<ConditionText, String> {
    const DUE: &str = "a metric, a comparison and a number are due, such as fdi.capital>500 triệu USD or grdp.growth>=7%";
    // Alone it may name its metric in words: `thu ngân sách > 9.000 tỷ đồng`.
    let joined = text.find(['<', '>', '=', '≥', '≤']).map(|at| {
        let name: Vec<&str> = text[..at].split_whitespace().collect();
        format!("{}{}", name.join("_"), &text[at..])
    });
    let text = joined.as_deref().unwrap_or(text);
    let (mut query, issues) = parse(text);
    let sound = issues.is_empty() && query.filters.is_empty() && query.conditions.len() == 1;
    let condition = query.conditions.pop().filter(|_| sound).ok_or(DUE)?;
    let behind = text[condition.span.end..].trim();
    match query.clause {
        None => Ok(condition),
        Some(_) if behind.is_empty() => Err(DUE.to_owned()),
        Some(_) => Err(format!(
            "'{behind}' is no unit; examples: tỷ đồng, triệu USD, nghìn người, ha, %"
        )),
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') || c.is_control()
}

fn is_unit_word(word: &str) -> bool {
    let plain = plain(word);
    matches!(
        plain.as_str(),
        "%" | "phan"
            | "tram"
            | "nghin"
            | "ngan"
            | "trieu"
            | "ty"
            | "ti"
            | "dong"
            | "vnd"
            | "usd"
            | "do"
            | "la"
            | "my"
            | "ha"
            | "hecta"
            | "nguoi"
            | "lao"
            | "du"
            | "an"
            | "khu"
            | "luot"
            | "khach"
            | "doanh"
            | "nghiep"
            | "percent"
            | "projects"
            | "persons"
            | "million"
            | "billion"
            | "thousand"
            | "m2"
            | "m3"
            | "km2"
            | "tr"
            | "trd"
            | "tyd"
            | "trieuusd"
            | "tyusd"
            | "tydong"
    )
}

/// Lower case without marks, for the fixed words of the syntax; the text chain has its own fold.
pub(crate) fn plain(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .flat_map(char::to_lowercase)
        .map(|c| if matches!(c, 'đ' | 'ð') { 'd' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(clause: &Clause) -> String {
        match clause {
            Clause::Word(word) => format!(
                "{}{}{}",
                word.text,
                if word.prefix { "*" } else { "" },
                if word.fuzzy { "~" } else { "" }
            ),
            Clause::Phrase { text, .. } => format!("\"{text}\""),
            Clause::And(parts) => {
                format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(" "))
            }
            Clause::Or(parts) => format!(
                "[{}]",
                parts.iter().map(show).collect::<Vec<_>>().join(" | ")
            ),
            Clause::Not(inner) => format!("-{}", show(inner)),
        }
    }

    fn read(text: &str) -> String {
        let (query, issues) = parse(text);
        let mut out = query.clause.as_ref().map(show).unwrap_or_default();
        for filter in &query.filters {
            out += &format!(
                " {}{:?}={}",
                if filter.negated { "-" } else { "" },
                filter.field,
                filter.value
            );
        }
        for c in &query.conditions {
            out += &format!(" {{{} {} {}}}", c.metric, c.comparison.as_str(), c.value);
        }
        if !issues.is_empty() {
            out += &format!(" !{}", issues.len());
        }
        out.trim().to_owned()
    }

    #[test]
    fn reads_the_query_language() {
        for (text, tree) in [
            ("vốn đầu tư", "(vốn đầu tư)"),
            ("\"vốn đầu tư\" mới", "(\"vốn đầu tư\" mới)"),
            ("a b OR c d", "(a [b | c] d)"),
            ("a OR b OR c", "[a | b | c]"),
            ("a -b", "(a -b)"),
            ("a -(b c)", "(a -(b c))"),
            ("(a OR b) c*", "([a | b] c*)"),
            ("duong~", "duong~"),
            (
                "tỉnh:\"Quảng Ninh\" kỳ:2020-H1 fdi",
                "fdi Province=Quảng Ninh Period=2020-H1",
            ),
            ("-province:ha-nam x", "x -Province=ha-nam"),
            ("chỉ_tiêu:fdi", "Metric=fdi"),
            (
                "fdi.capital>500 triệu USD quảng ninh",
                "(quảng ninh) {fdi.capital > 500 triệu USD}",
            ),
            ("grdp.growth >= 7%", "{grdp.growth >= 7%}"),
            ("revenue<1.200,5 tỷ đồng", "{revenue < 1.200,5 tỷ đồng}"),
            ("264/TB-VPCP 12.345,6", "(264/TB-VPCP 12.345,6)"),
            ("Covid -19", "(Covid 19)"),
            ("giai đoạn 2016 - 2020", "(giai đoạn 2016 2020)"),
        ] {
            assert_eq!(read(text), tree, "{text}");
        }
    }

    #[test]
    fn reports_what_it_cannot_read_and_goes_on() {
        for (text, tree) in [
            ("\"vốn", "vốn !1"),
            ("OR a", "a !1"),
            ("a OR", "a !1"),
            ("a) b", "(a b) !1"),
            ("(a", "a !1"),
            ("fdi.capital > nhiều", "(fdi.capital nhiều) !1"),
            ("*", "!1"),
            ("- -- + ( ) \"\"", ""),
            ("", ""),
            ("tỉnh: Quảng Ninh", "(tỉnh: Quảng Ninh)"),
        ] {
            assert_eq!(read(text), tree, "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let (_, issues) = parse(&"(".repeat(10_000));
        assert!(!issues.is_empty());
        let (query, _) = parse(&"a ".repeat(5_000));
        assert!(matches!(query.clause, Some(Clause::And(parts)) if parts.len() == MAX_WORDS));
    }

    #[test]
    fn the_tree_survives_json() {
        let (query, _) = parse("(a OR \"b c\") -d* kỳ:2020 fdi.capital>=5");
        let json = serde_json::to_string(&query).unwrap();
        assert_eq!(serde_json::from_str::<UserQuery>(&json).unwrap(), query);
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "\\PC{0,300}") {
            let (query, issues) = parse(&text);
            for issue in &issues {
                prop_assert!(text.get(issue.span.start..issue.span.end).is_some());
            }
            if let Some(clause) = &query.clause {
                clause.for_each_positive(&mut |part| {
                    if let Clause::Word(word) = part {
                        assert_eq!(word.span.of(&text), word.text);
                    }
                });
            }
        }

        #[test]
        fn operators_alone_are_legal(text in "[-\"()*~:<>=OR a.5fdi|]{0,200}") {
            let _ = parse(&text);
        }
    }
}
