//! Printers over any `Write`: amounts as Vietnamese readers write them, wrapped paragraphs, highlights, JSON lines.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use rust_decimal::Decimal;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How to print: width of the terminal and whether colour is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether escape sequences are written.
    pub colour: bool,
}

impl Style {
    /// For standard output: colour on a terminal unless `NO_COLOR` is set, at most 100 columns.
    pub fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let width = if terminal {
            terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0))
        } else {
            80
        };
        Self {
            width: width.clamp(40, 100),
            colour: terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }

    /// `text` in bold.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// `text` in a fainter colour.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// `text` in the colour of values.
    pub fn value(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// `text` in the colour of matches.
    pub fn matched(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    /// `text` in the colour of warnings.
    pub fn warning(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// `text` with control characters made visible, so that a report cannot steer the terminal.
///
/// Line breaks and tabs become spaces, other control and bidirectional override characters `\u{FFFD}`.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A run of text and whether it is a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Whether it is highlighted.
    pub hit: bool,
}

/// Cuts `text` at `highlights`, byte ranges in order.
pub fn runs(text: &str, highlights: &[(usize, usize)]) -> Vec<Run> {
    let mut out = Vec::with_capacity(highlights.len() * 2 + 1);
    let mut at = 0;
    let mut push = |slice: Option<&str>, hit: bool| {
        if let Some(slice) = slice.filter(|s| !s.is_empty()) {
            out.push(Run {
                text: slice.to_owned(),
                hit,
            });
        }
    };
    for &(start, end) in highlights {
        if start < at || end < start {
            continue;
        }
        push(text.get(at..start), false);
        push(text.get(start..end), true);
        at = end;
    }
    push(text.get(at..), false);
    out
}

/// Prints runs as one paragraph, `indent` columns in, wrapped at the width of the terminal.
pub fn paragraph(out: &mut dyn Write, style: Style, indent: usize, runs: &[Run]) -> io::Result<()> {
    let width = style.width.saturating_sub(indent).max(20);
    let mut column = 0;
    let mut pending_space = false;
    write!(out, "{:indent$}", "")?;
    for run in runs {
        let text = clean(&run.text);
        for piece in text.split_word_bounds() {
            if piece.trim().is_empty() {
                pending_space = column > 0;
                continue;
            }
            let piece_width = piece.width();
            let space = usize::from(pending_space);
            // A mark that closes a clause stays with its word.
            let sticks = !pending_space && column > 0 && piece_width <= 2;
            if column > 0 && column + space + piece_width > width && !sticks {
                write!(out, "\n{:indent$}", "")?;
                column = 0;
            } else if pending_space {
                out.write_all(b" ")?;
                column += 1;
            }
            pending_space = false;
            let painted = if run.hit {
                style.matched(piece)
            } else {
                piece.to_owned()
            };
            out.write_all(painted.as_bytes())?;
            column += piece_width;
        }
    }
    writeln!(out)
}

/// Prints plain text as one paragraph.
pub fn text_paragraph(
    out: &mut dyn Write,
    style: Style,
    indent: usize,
    text: &str,
) -> io::Result<()> {
    paragraph(
        out,
        style,
        indent,
        &[Run {
            text: text.to_owned(),
            hit: false,
        }],
    )
}

/// Cuts `text` to `columns`, with `…` where something was cut.
pub fn cut(text: &str, columns: usize) -> String {
    let text = clean(text);
    if text.width() <= columns {
        return text;
    }
    let mut used = 0;
    let mut out = String::new();
    for grapheme in text.graphemes(true) {
        if used + grapheme.width() + 1 > columns {
            break;
        }
        used += grapheme.width();
        out.push_str(grapheme);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// `text` padded with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let fill = columns.saturating_sub(text.width());
    format!("{text}{:fill$}", "")
}

/// A decimal as Vietnamese readers write it: points group thousands, the comma is the decimal mark.
pub fn vietnamese_number(value: Decimal) -> String {
    let text = value.normalize().to_string();
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// A value with its unit in words: `21.870 tỷ đồng`, `287,4 triệu USD`, `28.900 người`, `72,1%`.
///
/// Amounts are scaled by a million or a billion where that loses no digit.
pub fn amount(value: Decimal, unit: &str) -> String {
    let scaled = |factor: i64| (value / Decimal::from(factor)).normalize();
    match unit {
        "VND" | "USD" => {
            let currency = if unit == "VND" { "đồng" } else { "USD" };
            let size = value.abs();
            let (number, word) = if size >= Decimal::from(1_000_000_000i64)
                && (unit == "VND"
                    || size >= Decimal::from(10_000_000_000i64)
                    || scaled(1_000_000_000).scale() <= 3)
            {
                (scaled(1_000_000_000), "tỷ ")
            } else if size >= Decimal::from(1_000_000) {
                (scaled(1_000_000), "triệu ")
            } else {
                (value, "")
            };
            format!("{} {word}{currency}", vietnamese_number(number))
        }
        "percent" => format!("{}%", vietnamese_number(value)),
        _ => format!("{} {}", vietnamese_number(value), unit_label(unit)),
    }
}

/// A Vietnamese word for a base unit; the unit itself where there is none.
pub fn unit_label(unit: &str) -> &str {
    match unit {
        "projects" => "dự án",
        "persons" => "người",
        "zones" => "khu",
        "enterprises" => "doanh nghiệp",
        "visitors" => "lượt khách",
        "m3_per_day" => "m³/ngày đêm",
        other => other,
    }
}

/// One JSON value on a line.
pub fn json_line<T: serde::Serialize>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let json = serde_json::to_string(value).map_err(io::Error::from)?;
    writeln!(out, "{}", harmless(&json))
}

/// One JSON value, indented.
pub fn json_pretty<T: serde::Serialize>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let json = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    writeln!(out, "{}", harmless(&json))
}

/// JSON with what steers a terminal escaped beyond what JSON itself asks for: the controls from U+007F to U+009F and the
/// overrides of direction. It is the same JSON: these stand nowhere but in its strings.
fn harmless(json: &str) -> Cow<'_, str> {
    let steers = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !json.contains(steers) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if steers(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_and_steers_nothing() {
        let value = serde_json::json!({"a": "x\u{9b}2J\u{202e}\u{1b}\u{7f} đường"});
        let mut out = Vec::new();
        json_line(&mut out, &value).unwrap();
        let line = String::from_utf8(out).unwrap();
        assert_eq!(line, "{\"a\":\"x\\u009b2J\\u202e\\u001b\\u007f đường\"}\n");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&line).unwrap(),
            value
        );
    }

    #[test]
    fn amounts_read_as_vietnamese_reports_write_them() {
        for (value, unit, printed) in [
            ("21870000000000", "VND", "21.870 tỷ đồng"),
            ("6732500000000", "VND", "6.732,5 tỷ đồng"),
            ("592300000", "VND", "592,3 triệu đồng"),
            ("287400000", "USD", "287,4 triệu USD"),
            ("3185000000", "USD", "3,185 tỷ USD"),
            ("1178021000", "USD", "1.178,021 triệu USD"),
            ("47260000000", "USD", "47,26 tỷ USD"),
            ("-1200000000", "USD", "-1,2 tỷ USD"),
            ("28900", "persons", "28.900 người"),
            ("7.25", "percent", "7,25%"),
            ("11346", "ha", "11.346 ha"),
            ("950", "USD", "950 USD"),
        ] {
            assert_eq!(amount(value.parse().unwrap(), unit), printed);
        }
    }

    #[test]
    fn paragraphs_wrap_by_columns_not_bytes() {
        let style = Style {
            width: 40,
            colour: false,
        };
        let text = "Tổng vốn đầu tư đăng ký cấp mới và tăng thêm đạt 518,2 triệu USD, tăng 37% so với cùng kỳ.";
        let mut out = Vec::new();
        text_paragraph(&mut out, style, 3, text).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.lines()
                .all(|line| line.width() <= 42 && line.starts_with("   ")),
            "{out}"
        );
        assert_eq!(out.split_whitespace().collect::<Vec<_>>().join(" "), text);
        assert!(out.lines().count() >= 3);
    }

    #[test]
    fn highlights_are_painted_and_the_terminal_is_safe() {
        let style = Style {
            width: 80,
            colour: true,
        };
        let mut out = Vec::new();
        let text = "vốn\x1b[2J đầu tư";
        paragraph(&mut out, style, 0, &runs(text, &[(0, "vốn".len())])).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.starts_with("\x1b[1;33mvốn\x1b[0m") && !out.contains("\x1b[2J"),
            "{out:?}"
        );
        assert_eq!(
            runs(text, &[(9, 3), (2, 4)]).len(),
            1,
            "impossible ranges are passed over"
        );
    }

    #[test]
    fn cutting_keeps_whole_letters() {
        assert_eq!(cut("đầu tư nước ngoài", 10), "đầu tư nư…");
        assert_eq!(pad("ha", 4), "ha  ");
    }
}
