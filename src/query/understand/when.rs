//! Periods that people write short, or by today's date: `T1-2021`, `9T20`, `năm ngoái`.
//!
//! A query has no date, and an index is older than its reader. `năm nay` is the year of the newest report, and the other phrases follow
//! from it; the answer says so. `so với năm ngoái` names no period: it compares.

use super::english::in_vietnamese;
use crate::model::Period;
use crate::query::facet::period_label;
use crate::text::{TokenKind, Tokens, tokenize};

/// The query with its periods written out.
pub(super) struct Spelt {
    pub text: String,
    /// How a phrase was read that depends on the newest report.
    pub note: Option<String>,
}

/// Writes periods out; `None` where there is nothing to write. `newest` is asked for where the query names a time by today's date.
pub(super) fn spelt(text: &str, newest: &dyn Fn() -> Option<Period>) -> Option<Spelt> {
    let english = in_vietnamese(text);
    let text = english.as_deref().unwrap_or(text);
    let short = short_forms(text);
    let relative = relative(short.as_deref().unwrap_or(text), newest);
    match relative {
        Some(spelt) => Some(spelt),
        None => short.or(english).map(|text| Spelt { text, note: None }),
    }
}

/// `T1-2021`, `6T/19`, `Q3/21`, `T10 2020` in words.
fn short_forms(text: &str) -> Option<String> {
    let text = with_digits(text);
    let words: Vec<&str> = text.split(' ').collect();
    let quarters = |at: usize| quarters(&words[at.saturating_sub(1)..], at > 0);
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut changed = matches!(text, std::borrow::Cow::Owned(_));
    let mut i = 0;
    while i < words.len() {
        let core = words[i].trim_end_matches([',', ';', '?', '.', ':']);
        let tail = &words[i][core.len()..];
        let next = words
            .get(i + 1)
            .map(|w| w.trim_end_matches([',', ';', '?', '.', ':']));
        let joined = next
            .filter(|year| tail.is_empty() && year.len() == 4)
            .and_then(|year| code(&format!("{core}/{year}")));
        if let Some((phrase, len)) = quarters(i) {
            out.push(phrase);
            changed = true;
            i += len - 1;
        } else if let Some(period) = code(core) {
            out.push(format!("{}{tail}", period_label(period)));
            changed = true;
        } else if let Some(period) = joined {
            let tail = &words[i + 1][4..];
            out.push(format!("{}{tail}", period_label(period)));
            changed = true;
            i += 1;
        } else {
            out.push(words[i].to_owned());
        }
        i += 1;
    }
    changed.then(|| out.join(" "))
}

/// `ba quý 2021`, `hai quý đầu năm 2021` as months, with the number of words up to the year; `led` says that the first word stands before.
fn quarters(words: &[&str], led: bool) -> Option<(String, usize)> {
    let fold = |at: usize| {
        words
            .get(at)
            .map_or(String::new(), |word| crate::text::fold(word))
    };
    let start = usize::from(led);
    let months = match fold(start).as_str() {
        "hai" | "2" => 6,
        "ba" | "3" => 9,
        _ => return None,
    };
    // `quý ba 2021` is one quarter.
    if led && ["quy", "qui"].contains(&fold(0).as_str())
        || !["quy", "qui"].contains(&fold(start + 1).as_str())
    {
        return None;
    }
    let mut year = start + 2;
    while ["dau", "nam", "cua", "tien"].contains(&fold(year).as_str()) {
        year += 1;
    }
    let is_year = fold(year).len() == 4 && super::periods::has_year(&fold(year));
    is_year.then(|| (format!("{months} tháng đầu năm"), year - start))
}

/// A word that is or ends in a year with letters which look like digits (`2o24`, `20l9`, `4T2O14`), with digits for them.
pub(in crate::query) fn year_in_digits(word: &str) -> Option<String> {
    let (head, year) = word.split_at_checked(word.len().checked_sub(4)?)?;
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let within = head.is_empty() || head.starts_with(|c: char| c.is_ascii_digit());
    if !within || !year.starts_with('2') || !(2..4).contains(&digits(year)) {
        return None;
    }
    let read = year.replace(['o', 'O'], "0").replace(['l', 'I'], "1");
    (read.starts_with("20") && digits(&read) == 4).then(|| format!("{head}{read}"))
}

/// Years with a letter that looks like a digit (`2o24`, `20l9`) or stands for one (`2k24`), and `năm 24`.
fn with_digits(text: &str) -> std::borrow::Cow<'_, str> {
    let words: Vec<&str> = text.split(' ').collect();
    let fixed = |i: usize| {
        let word = words[i];
        let core = word.trim_end_matches([',', ';', '?', '.', ':']);
        let tail = &word[core.len()..];
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // `nam 10 thang` is rather that of Quảng Nam.
        let months = words
            .get(i + 1)
            .is_some_and(|w| w.to_lowercase().starts_with('t'));
        let after_year = i > 0
            && match words[i - 1].to_lowercase().as_str() {
                "năm" => true,
                "nam" => {
                    !months
                        && i > 1
                        && !["quang", "ha", "viet"].contains(&words[i - 2].to_lowercase().as_str())
                }
                _ => false,
            };
        if after_year && core.len() == 2 && digits(core) && ("10".."50").contains(&core) {
            return Some(format!("20{core}{tail}"));
        }
        if core.len() == 4 && core.starts_with("2k") && digits(&core[2..]) {
            return Some(format!("20{}{tail}", &core[2..]));
        }
        // `9 th 2020`
        if core.eq_ignore_ascii_case("th") && i > 0 && digits(words[i - 1]) {
            return Some(format!("tháng{tail}"));
        }
        year_in_digits(core).map(|read| read + tail)
    };
    if (0..words.len()).all(|i| fixed(i).is_none()) {
        return text.into();
    }
    let spelt = (0..words.len()).map(|i| fixed(i).unwrap_or_else(|| words[i].to_owned()));
    spelt.collect::<Vec<_>>().join(" ").into()
}

/// The period of `T1-2021`: a letter and a number in either order, a mark, a year of four digits or two.
pub(super) fn code(word: &str) -> Option<Period> {
    if !word.is_ascii() || word.len() > 8 {
        return None;
    }
    // As facets print it: `2020-H1`.
    if word.contains('-')
        && word.bytes().any(|b| b.is_ascii_alphabetic())
        && let Ok(period) = word.to_ascii_uppercase().parse()
    {
        return Some(period);
    }
    let word = word.to_ascii_lowercase();
    let letter = word.find(['t', 'q', 'h', 'm'])?;
    let (first, rest) = word.split_at(letter);
    let kind = rest.as_bytes()[0];
    // `6th2020`, `Q.1/2020`.
    let rest = rest[1..].trim_start_matches(['h', '.']);
    let digits = |text: &str| {
        let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        all.then(|| text.parse::<u32>().ok()).flatten()
    };
    // `6T…` counts months from January on, `T6…` is June.
    let (number, year, leads) = if first.is_empty() {
        let end = rest.find(['/', '-', '.', '\''])?;
        (digits(&rest[..end])?, &rest[end + 1..], false)
    } else {
        (
            digits(first)?,
            rest.trim_start_matches(['/', '-', '.', '\'']),
            true,
        )
    };
    let year = match (year.len(), digits(year)?) {
        (4, year @ 1990..=2099) => year as i32,
        (2, year @ 0..=49) => 2000 + year as i32,
        _ => return None,
    };
    match (kind, leads) {
        (b't' | b'm', true) => Period::months(year, 1, number),
        (b't' | b'm', false) => Period::months(year, number, number),
        (b'q', _) => Period::quarter(year, number),
        (b'h', _) => Period::half(year, number),
        _ => None,
    }
}

/// What a phrase means: so many years, quarters or months before the newest.
const RELATIVE: [([&str; 2], Unit, i32); 10] = [
    (["nam", "nay"], Unit::Year, 0),
    (["nam", "ngoai"], Unit::Year, 1),
    (["nam", "truoc"], Unit::Year, 1),
    (["nam", "roi"], Unit::Year, 1),
    (["qui", "nay"], Unit::Quarter, 0),
    (["qui", "truoc"], Unit::Quarter, 1),
    (["qui", "roi"], Unit::Quarter, 1),
    (["thang", "nay"], Unit::Month, 0),
    (["thang", "truoc"], Unit::Month, 1),
    (["thang", "roi"], Unit::Month, 1),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Quarter,
    Month,
}

fn relative(text: &str, newest: &dyn Fn() -> Option<Period>) -> Option<Spelt> {
    let tokens = tokenize(text);
    let list = tokens.list();
    let word = |i: usize| list.get(i).map_or("", |t| tokens.folded(t));
    let year = |t: &str| t.len() >= 4 && super::periods::has_year(t);
    if list.iter().any(|t| year(tokens.folded(t))) {
        return None;
    }
    for i in 0..list.len() {
        let found = RELATIVE
            .iter()
            .find(|(words, ..)| *words == [word(i), word(i + 1)]);
        let Some(&(_, unit, back)) = found else {
            continue;
        };
        if compares(&tokens, i) {
            continue;
        }
        let newest = newest()?;
        let (year, month) = newest.end();
        let period = match unit {
            Unit::Year => Period::year(year - back),
            Unit::Quarter => {
                let quarters = year * 4 + (month as i32 - 1) / 3 - back;
                Period::quarter(quarters.div_euclid(4), quarters.rem_euclid(4) as u32 + 1)
            }
            Unit::Month => {
                let months = year * 12 + month as i32 - 1 - back;
                let month = months.rem_euclid(12) as u32 + 1;
                Period::months(months.div_euclid(12), month, month)
            }
        }?;
        let (start, end) = (list[i].span.start, list[i + 1].span.end);
        let phrase = &text[start..end];
        let label = period_label(period);
        return Some(Spelt {
            note: Some(format!(
                "\"{phrase}\" được hiểu là {label}, vì báo cáo mới nhất là của {}",
                period_label(newest)
            )),
            text: format!("{}{label}{}", &text[..start], &text[end..]),
        });
    }
    None
}

/// Whether the phrase at `at` is what something is compared with: `so với năm ngoái`, `cùng kỳ năm trước`.
fn compares(tokens: &Tokens, at: usize) -> bool {
    let before = &tokens.list()[at.saturating_sub(4)..at];
    before
        .iter()
        .rev()
        .take_while(|t| t.kind != TokenKind::Break)
        .any(|t| ["so", "voi", "cung", "hon", "bang", "gap"].contains(&tokens.folded(t)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_written_in_words() {
        for (typed, written) in [
            ("fdi T1-2021", Some("fdi tháng 1/2021")),
            ("t9.2020 xuat khau", Some("tháng 9/2020 xuat khau")),
            (
                "thu NS 9T20, 6T/19",
                Some("thu NS 9 tháng đầu năm 2020, 6 tháng đầu năm 2019"),
            ),
            (
                "2020-9M 2019-h1",
                Some("9 tháng đầu năm 2020 6 tháng đầu năm 2019"),
            ),
            ("Q3/21", Some("quý III/2021")),
            ("T10 2020 thu?", Some("tháng 10/2020 thu?")),
            ("muc tieu 2o24, 20l9", Some("muc tieu 2024, 2019")),
            ("9 tháng năm 21", Some("9 tháng năm 2021")),
            ("quang nam 10 thang", None),
            (
                "năm 2k21, 6th2020 9M21",
                Some("năm 2021, 6 tháng đầu năm 2020 9 tháng đầu năm 2021"),
            ),
            ("Q.1/2020", Some("quý I/2020")),
            ("9 th 2020", Some("9 tháng 2020")),
            ("thu 2020", None),
            ("thu NS 6T09", Some("thu NS 6 tháng đầu năm 2009")),
            ("ba quý 2021", Some("9 tháng đầu năm 2021")),
            ("IIP hai quy dau nam 2021", Some("IIP 6 tháng đầu năm 2021")),
            ("quý ba 2021", None),
            ("T10 20", None),
            ("13T20 t0-2020 th1 q5/20 quý", None),
        ] {
            assert_eq!(short_forms(typed).as_deref(), written, "{typed}");
        }
    }

    #[test]
    fn the_newest_report_says_what_last_year_is() {
        let newest = || "2021-M02".parse().ok();
        let read = |text: &str| spelt(text, &newest).map(|s| s.text);
        for (typed, written) in [
            ("xuất khẩu năm ngoái", Some("xuất khẩu năm 2020")),
            ("6 thang dau nam nay", Some("6 thang dau năm 2021")),
            ("quý trước thu", Some("quý IV/2020 thu")),
            ("nam roi xuat khau", Some("năm 2020 xuat khau")),
            ("tháng trước", Some("tháng 1/2021")),
            ("tăng so với năm ngoái", None),
            ("cùng kỳ năm trước", None),
            ("năm 2019 và năm trước", None),
        ] {
            assert_eq!(read(typed).as_deref(), written, "{typed}");
        }
        assert!(spelt("năm ngoái", &|| None).is_none());
    }
}
