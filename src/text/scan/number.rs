//! Numbers, dates and codes: which run of digits is what, and its canonical spelling.

use super::super::letter;
use super::word::odd_exact;
use super::{Scanner, TokenKind};

/// End of the digits that begin at `start` where they are a number by themselves and its canonical form: `12`, `2020`.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], start: usize) -> Option<usize> {
    if !matches!(bytes[start], b'1'..=b'9') {
        return None;
    }
    let digits = bytes[start..].iter().take_while(|b| b.is_ascii_digit());
    let end = start + digits.count();
    let joined = matches!(bytes.get(end), Some(b'.' | b',' | b'/' | b'-' | b':'));
    (!joined).then_some(end)
}

/// Reads the number, date or code that begins at `start`, `glued` to a word or not; gives its end and kind and sets `form`.
pub(super) fn read(text: &str, start: usize, glued: bool, form: &mut String) -> (usize, TokenKind) {
    let bytes = text.as_bytes();
    form.clear();
    if !bytes[start].is_ascii_digit() {
        return (raised(text, start, form), TokenKind::Number);
    }
    if let Some(end) = two_parts(text, start, form) {
        return (end, TokenKind::Number);
    }
    let run = Run::read(bytes, start);
    if run.count == 1 && !matches!(bytes.get(run.end()), Some(b'/' | b'-')) {
        push_plain(&text[start..run.end()], form);
        (run.end(), TokenKind::Number)
    } else {
        let (kind, end) = read_numeric(text, &run, glued, form);
        (end, kind)
    }
}

/// Reads what most numbers in reports are, digits, one mark and digits (`12.345`, `4,5`), and nothing joined to them; gives its end.
fn two_parts(text: &str, start: usize, form: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits_end = |from: usize| {
        let digits = bytes[from..].iter().take_while(|b| b.is_ascii_digit());
        from + digits.count()
    };
    let mark = digits_end(start);
    let end = match bytes.get(mark) {
        Some(b'.' | b',') => digits_end(mark + 1),
        _ => return None,
    };
    let joined = matches!(bytes.get(end), Some(b'.' | b',' | b'/' | b'-' | b':'))
        && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    let (whole, rest) = (mark - start, end - mark - 1);
    if rest == 0 || joined || (bytes[start] == b'0' && whole > 1) {
        return None;
    }
    form.push_str(&text[start..mark]);
    if bytes[mark] == b',' || rest != 3 || whole > 3 || bytes[start] == b'0' {
        form.push(',');
    }
    form.push_str(&text[mark + 1..end]);
    Some(end)
}

/// Reads a run of super- or subscript digits; gives its end.
fn raised(text: &str, start: usize, form: &mut String) -> usize {
    let mut end = start;
    for c in text[start..].chars() {
        let Some(digit) = letter::digit_of_odd(c) else {
            break;
        };
        // Without leading zeros, but never empty.
        if form == "0" {
            form.clear();
        }
        form.push(char::from(digit));
        end += c.len_utf8();
    }
    end
}

/// Appends the folded form of a code's exact form.
pub(super) fn fold_code(exact: &str, folded: &mut String) {
    Scanner::new(exact).fold_into(folded);
}

const PARTS: usize = 8;

/// Runs of digits joined by single separators: `30/6/2020`, `12.345,6`.
struct Run {
    count: usize,
    parts: [(usize, usize); PARTS],
}

impl Run {
    fn read(bytes: &[u8], start: usize) -> Self {
        let mut run = Self {
            count: 0,
            parts: [(0, 0); PARTS],
        };
        let mut at = start;
        loop {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            run.parts[run.count] = (from, at);
            run.count += 1;
            if run.count == PARTS
                || !matches!(bytes.get(at), Some(b'.' | b',' | b'/' | b'-' | b':'))
                || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            {
                return run;
            }
            at += 1;
        }
    }

    fn end(&self) -> usize {
        self.parts[self.count - 1].1
    }
}

/// Appends `digits` without leading zeros.
fn push_plain(digits: &str, out: &mut String) {
    let trimmed = digits.trim_start_matches('0');
    out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
}

/// Reads the longest date, code or number at the start of `run`; appends its canonical form.
fn read_numeric(text: &str, run: &Run, glued: bool, out: &mut String) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let part = |i: usize| {
        let (from, to) = run.parts[i];
        &text[from..to]
    };
    let has = |i: usize| i < run.count;
    let separator = |i: usize| bytes.get(run.parts[i].1).copied().unwrap_or(0);
    let value = |i: usize| part(i).parse::<u32>().unwrap_or(u32::MAX);
    let is_year = |i: usize| part(i).len() == 4 && (1900..=2100).contains(&value(i));
    let is_month = |i: usize| part(i).len() <= 2 && (1..=12).contains(&value(i));
    let is_day = |i: usize| part(i).len() <= 2 && (1..=31).contains(&value(i));
    // No further digits are joined to the date by its own separator.
    let ends = |i: usize, mark: u8| i + 1 >= run.count || separator(i) != mark;
    let date = |indexes: &[usize], out: &mut String| {
        for (n, &i) in indexes.iter().enumerate() {
            if n > 0 {
                out.push('/');
            }
            push_plain(part(i), out);
        }
    };

    if has(2) && separator(0) == separator(1) && matches!(separator(0), b'/' | b'.' | b'-') {
        let mark = separator(0);
        if is_day(0) && is_month(1) && is_year(2) && ends(2, mark) {
            date(&[0, 1, 2], out);
            return (TokenKind::Date, run.parts[2].1);
        }
        if is_day(0) && is_month(1) && mark == b'/' && part(2).len() == 2 && ends(2, mark) {
            date(&[0, 1, 2], out);
            return (TokenKind::Date, run.parts[2].1);
        }
        if is_year(0) && is_month(1) && is_day(2) && mark != b'.' && ends(2, mark) {
            date(&[2, 1, 0], out);
            return (TokenKind::Date, run.parts[2].1);
        }
    }
    // Document numbers: digits, perhaps a year, then letters behind a slash.
    if !glued {
        for last in 0..run.count.min(2) {
            if last == 1 && !matches!(separator(0), b'/' | b':') {
                break;
            }
            if let Some(end) = code_end(text, run.parts[last].1) {
                push_plain(part(0), out);
                out.push_str(&odd_exact(&text[run.parts[0].1..end]));
                return (TokenKind::Code, end);
            }
        }
    }
    let number = number_end(run, 0, bytes);
    if separator(number) == b'/' && has(number + 1) {
        if number == 0 && is_month(0) && is_year(1) && ends(1, b'/') {
            date(&[0, 1], out);
            return (TokenKind::Date, run.parts[1].1);
        }
        let second = number_end(run, number + 1, bytes);
        if number == 0 && second == 1 && is_day(0) && is_month(1) && ends(1, b'/') {
            date(&[0, 1], out);
            return (TokenKind::Date, run.parts[1].1);
        }
        if !glued {
            push_number(text, run, 0, number, out);
            let mut from = number;
            while separator(from) == b'/' && has(from + 1) {
                let to = number_end(run, from + 1, bytes);
                out.push('/');
                push_number(text, run, from + 1, to, out);
                from = to;
            }
            return (TokenKind::Code, run.parts[from].1);
        }
    }
    if separator(0) == b':' && has(1) && (2..=4).contains(&part(1).len()) {
        let mut last = 1;
        if has(2) && separator(1) == b':' && part(2).len() == 2 {
            last = 2;
        }
        let end = run.parts[last].1;
        out.push_str(&text[run.parts[0].0..end]);
        return (TokenKind::Code, end);
    }
    let kind = push_number(text, run, 0, number, out);
    (kind, run.parts[number].1)
}

/// Index of the last part joined to part `from` by points and commas.
fn number_end(run: &Run, from: usize, bytes: &[u8]) -> usize {
    let mut last = from;
    while last + 1 < run.count && matches!(bytes[run.parts[last].1], b'.' | b',') {
        last += 1;
    }
    last
}

/// Appends parts `from..=to`, joined by points and commas, as a number: no grouping, a comma for the decimals.
///
/// Points group by threes and a comma is the decimal mark. What breaks that rule is read the other way where that fits
/// (`13.48`, `1,234,567`, `1,234.5`), and is a code as written where nothing fits (`1.2.3`).
fn push_number(text: &str, run: &Run, from: usize, to: usize, out: &mut String) -> TokenKind {
    let bytes = text.as_bytes();
    let part = |i: usize| {
        let (from, to) = run.parts[i];
        &text[from..to]
    };
    let separator = |i: usize| bytes[run.parts[i].1];
    let grouped = |to: usize, mark: u8| {
        part(from).len() <= 3
            && !part(from).starts_with('0')
            && (from..to).all(|i| separator(i) == mark && part(i + 1).len() == 3)
    };
    let joined = |to: usize, out: &mut String| {
        let at = out.len();
        for i in from..=to {
            out.push_str(part(i));
        }
        let zeros = out[at..].bytes().take_while(|&b| b == b'0').count();
        out.drain(at..at + zeros.min(out.len() - at - 1));
    };
    if from == to {
        push_plain(part(from), out);
    } else if grouped(to, b'.') {
        joined(to, out);
    } else if to - from == 1 {
        push_plain(part(from), out);
        out.push(',');
        out.push_str(part(to));
    } else if (separator(to - 1) == b',' && grouped(to - 1, b'.'))
        || (separator(to - 1) == b'.' && grouped(to - 1, b','))
    {
        joined(to - 1, out);
        out.push(',');
        out.push_str(part(to));
    } else if grouped(to, b',') {
        joined(to, out);
    } else {
        out.push_str(&text[run.parts[from].0..run.parts[to].1]);
        return TokenKind::Code;
    }
    TokenKind::Number
}

/// End of a document number whose digits end at `at`: `/TB-VPCP`, `-NQ/TW`; `None` where no such letters follow.
fn code_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let mut segments = [(0_u8, 0_usize, 0_usize); PARTS];
    let mut count = 0;
    let mut pos = 0;
    while count < PARTS {
        let mark = *rest.as_bytes().get(pos)?;
        if !matches!(mark, b'/' | b'-') {
            break;
        }
        let body = &rest[pos + 1..];
        let len = body
            .char_indices()
            .find(|&(_, c)| {
                // Extra words cut nothing short: they stand in what was no document number without them.
                !(c.is_alphanumeric()
                    || unicode_normalization::char::is_combining_mark(c)
                    || c == super::EXTRA)
            })
            .map_or(body.len(), |(i, _)| i);
        if len == 0 {
            break;
        }
        segments[count] = (mark, pos + 1, pos + 1 + len);
        count += 1;
        pos += 1 + len;
        if pos == rest.len() {
            break;
        }
    }
    type Segment = (u8, usize, usize);
    let segments = &segments[..count];
    let first_char = |s: &Segment| rest[s.1..s.2].chars().next();
    let capital = |s: &Segment| first_char(s).is_some_and(char::is_uppercase);
    let letters = |s: &Segment| first_char(s).is_some_and(char::is_alphabetic);
    let len = |s: &Segment| {
        let is_mark = unicode_normalization::char::is_combining_mark;
        rest[s.1..s.2].chars().filter(|&c| !is_mark(c)).count()
    };
    let first = segments.first().filter(|s| letters(s) && len(s) <= 12)?;
    let second = segments.get(1).filter(|s| len(s) <= 12);
    // Behind a slash a capital is enough; lower case (a query) needs the form `264/tb-vpcp`.
    let taken = match (first.0, second) {
        (b'/', Some(s)) if s.0 == b'-' && letters(s) && len(first) <= 6 => true,
        (b'/', _) => capital(first),
        (_, Some(s)) => {
            s.0 == b'/' && letters(s) && capital(first) == capital(s) && len(first) <= 4
        }
        _ => false,
    };
    if !taken {
        return None;
    }
    let upper = capital(first);
    let mut end = first.2;
    for s in &segments[1..] {
        if len(s) > 12 || (letters(s) && upper && !capital(s)) {
            break;
        }
        end = s.2;
    }
    Some(at + end)
}
