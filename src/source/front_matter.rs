//! Front matter: a block of flat `key: value` (between `---`) or `key = "value"` (between `+++`) before a text.

use super::GivenData;

/// Keys above which a block counts as front matter; a rule of dashes over a text has none of them.
const KEYS: &[&str] = &[
    "title",
    "province",
    "provinces",
    "period",
    "published",
    "date",
    "publisher",
    "url",
];
/// A block that is longer than this is no front matter.
const MAX_LINES: usize = 200;

/// Splits front matter off: what it gives, what was wrong in it, and the text behind it.
///
/// Values are plain, quoted, or lists `[a, b]` and `- a` lines; nested keys are passed over. A text without front matter
/// comes back whole.
pub(crate) fn split(text: &str) -> (GivenData, Vec<String>, &str) {
    parse(text).unwrap_or_else(|| (GivenData::default(), Vec::new(), text))
}

fn parse(text: &str) -> Option<(GivenData, Vec<String>, &str)> {
    let (first, mut rest) = text.split_once('\n')?;
    let (fence, mark) = match first.trim_end() {
        "---" => ("---", ':'),
        "+++" => ("+++", '='),
        _ => return None,
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for _ in 0..MAX_LINES {
        let (line, behind) = match rest.split_once('\n') {
            Some(pair) => pair,
            None if !rest.is_empty() => (rest, ""),
            None => return None,
        };
        rest = behind;
        let line = line.trim_end();
        if line == fence || (fence == "---" && line == "...") {
            if !pairs.iter().any(|(key, _)| KEYS.contains(&key.as_str())) {
                return None;
            }
            let mut given = GivenData::default();
            let mut warnings = Vec::new();
            for (key, value) in &pairs {
                if let Err(detail) = given.set(key, value) {
                    warnings.push(format!("front matter: {detail}"));
                }
            }
            return Some((given, warnings, rest));
        }
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let item = line.trim_start().strip_prefix("- ").filter(|_| mark == ':');
        if let Some(item) = item {
            let (_, value) = pairs.last_mut()?;
            if !value.is_empty() {
                value.push(';');
            }
            value.push_str(&plain(item));
        } else if line.starts_with([' ', '\t', '[']) {
            continue;
        } else {
            let (key, value) = line.split_once(mark)?;
            pairs.push((key.trim().to_lowercase(), plain(value)));
        }
    }
    None
}

/// A value without its quotes; a list joined by `;`.
fn plain(value: &str) -> String {
    let value = value.trim();
    if let Some(list) = value.strip_prefix('[').and_then(|v| v.strip_suffix(']')) {
        return list.split(',').map(plain).collect::<Vec<_>>().join(";");
    }
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote))
        {
            return inner.replace("\\\"", "\"").replace("''", "'");
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_give_their_values() {
        let yaml = "---\ntitle: \"Báo cáo: quý I\"\nprovince:\n  - Hà Nam\n  - hai-phong\nperiod: 2021-Q1\ntags: [a, b]\n---\nThân bài.\n";
        let (given, warnings, text) = split(yaml);
        assert_eq!(given.title.as_deref(), Some("Báo cáo: quý I"));
        assert_eq!(given.provinces, ["ha-nam", "hai-phong"]);
        assert_eq!(
            (given.period, text),
            ("2021-Q1".parse().ok(), "Thân bài.\n")
        );
        assert!(warnings.is_empty());
        let (given, warnings, text) =
            split("+++\r\ndate = 2021-03-04\r\nprovince = 'Nowhere'\r\n+++\r\nx");
        assert_eq!(
            (given.published.as_deref(), text),
            (Some("2021-03-04"), "x")
        );
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn a_rule_over_a_text_is_no_front_matter() {
        for text in [
            "---\nMột dòng\n---\nHai dòng",
            "---\nghi chú: x\n---\ny",
            "---",
            "---\ntitle: x",
            "",
        ] {
            assert_eq!(split(text).2, text, "{text:?}");
        }
    }
}
