//! Periods that a query names.

use super::Meaning;
use crate::annotate::period::parse_period_phrase;
use crate::model::{Period, PeriodFilter};
use crate::text::{TokenKind, Tokens};

/// The period that words stand for, with or without marks; one that names no year is of `year`.
pub(crate) fn period_phrase(text: &str, year: Option<i32>) -> Option<Period> {
    match parse_period_phrase(text, year)? {
        PeriodFilter::Within(period) | PeriodFilter::Exactly(period) => Some(period),
        PeriodFilter::From(_) | PeriodFilter::Until(_) => None,
    }
}

/// Whether a token may close a phrase for a period: it holds a year.
pub(super) fn has_year(folded: &str) -> bool {
    let bytes = folded.as_bytes();
    bytes.windows(4).enumerate().any(|(i, w)| {
        (w.starts_with(b"19") || w.starts_with(b"20"))
            && w.iter().all(u8::is_ascii_digit)
            && (i == 0 || !bytes[i - 1].is_ascii_digit())
            && bytes.get(i + 4).is_none_or(|b| !b.is_ascii_digit())
    })
}

pub(super) fn periods(
    text: &str,
    tokens: &Tokens,
    n: usize,
    used: &mut [bool],
    meaning: &mut Meaning,
) {
    const LONGEST: usize = 9;
    let list = tokens.list();
    let mut free_from = 0;
    let mut i = 0;
    while i < n {
        let folded = tokens.folded(&list[i]);
        if list[i].kind == TokenKind::Break || !has_year(folded) {
            i += 1;
            continue;
        }
        let mut found = None;
        // The phrase may go on behind the year: `2020-H1`, `2019-2020`.
        'windows: for end in [i + 3, i + 2, i + 1] {
            if end > n {
                continue;
            }
            for start in free_from.max(i.saturating_sub(LONGEST))..=i {
                if matches!(list[start].kind, TokenKind::Punct | TokenKind::Break) {
                    continue;
                }
                // `khách đến Huế tháng 5 2017`: to the place, not up to the month.
                let leads = ["den", "toi"].contains(&tokens.folded(&list[start]));
                if leads && used.get(start + 1).copied().unwrap_or_default() {
                    continue;
                }
                let phrase = &text[list[start].span.start..list[end - 1].span.end];
                if let Some(period) = period_phrase(phrase, None) {
                    found = Some((start, end, period));
                    break 'windows;
                }
            }
        }
        match found {
            Some((start, end, period)) => {
                let from = start.saturating_sub(3);
                // What stands before a place says nothing of the time behind it.
                let from = (from..start)
                    .rev()
                    .find(|&i| used[i])
                    .map_or(from, |i| i + 1);
                let words: Vec<&str> = list[from..end].iter().map(|t| tokens.folded(t)).collect();
                meaning.loose = meaning.loose.or_else(|| Loose::of(period, &words));
                let period = as_said(period, &words, start - from).unwrap_or(period);
                // The phrase may begin with the word between them: `đến 2018`.
                let between = &list[free_from..end - 1];
                let between: Vec<&str> = between.iter().map(|t| tokens.folded(t)).collect();
                for year in years_between(&meaning.shown.periods, period, &between) {
                    meaning.shown.periods.push(year);
                }
                for flag in &mut used[start..end] {
                    *flag = true;
                }
                if !meaning.shown.periods.contains(&period) {
                    meaning.shown.periods.push(period);
                }
                free_from = end;
                i = end;
            }
            None => i += 1,
        }
    }
}

/// A phrase for a part of a year that names no year: `6 tháng đầu năm`, `quý 2`, `tháng 9`, `9T`. It is a part of the one year that the
/// query names elsewhere, else of the newest that has the figure.
pub(super) fn part_of_year(
    text: &str,
    tokens: &Tokens,
    n: usize,
    used: &mut [bool],
    meaning: &mut Meaning,
) {
    const LONGEST: usize = 5;
    /// Any year: the phrase is read as of it.
    const YEAR: i32 = 2000;
    let list = tokens.list();
    let word = |i: usize| tokens.folded(&list[i]);
    for start in 0..n {
        // `so với tháng 12` compares.
        let before = start.saturating_sub(3)..start;
        if before
            .clone()
            .any(|i| ["so", "voi", "cung"].contains(&word(i)))
        {
            continue;
        }
        let ends = (start + 1..=n.min(start + LONGEST)).rev();
        let found = ends
            .filter(|&end| !used[start..end].iter().any(|u| *u))
            .find_map(|end| {
                let names = (start..end).any(|i| ["thang", "qui", "nua"].contains(&word(i)));
                let short = end == start + 1 && is_short(word(start));
                let phrase = &text[list[start].span.start..list[end - 1].span.end];
                let read = match short {
                    true => super::when::code(&format!("{}/{YEAR}", word(start))),
                    false => names.then(|| period_phrase(phrase, Some(YEAR))).flatten(),
                };
                let part = read.filter(|period| period.len_months() < 12);
                part.map(|period| (end, period))
            });
        let Some((end, period)) = found else {
            continue;
        };
        let months = (period.start().1, period.end().1);
        match meaning.shown.periods.as_slice() {
            [] => meaning.part = Some(months),
            [year] if year.len_months() == 12 => {
                let year = year.single_year();
                let part = year.and_then(|year| Period::months(year, months.0, months.1));
                let Some(part) = part else { return };
                meaning.shown.periods = vec![part];
            }
            _ => return,
        }
        used[start..end].fill(true);
        return;
    }
}

/// `9t`, `t9`, `q2`.
fn is_short(word: &str) -> bool {
    let bytes = word.as_bytes();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    letters == 1
        && (2..=3).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.iter().any(|b| matches!(b, b't' | b'q'))
        && (bytes[0].is_ascii_alphabetic() || bytes[bytes.len() - 1].is_ascii_alphabetic())
}

/// The years that `từ 2015 đến 2018` leaves unsaid; `between` are the words between the two.
fn years_between(before: &[Period], last: Period, between: &[&str]) -> Vec<Period> {
    const MOST: i32 = 12;
    let year = |period: Period| period.single_year().filter(|_| period.len_months() == 12);
    let (Some(first), Some(last)) = (before.last().and_then(|p| year(*p)), year(last)) else {
        return Vec::new();
    };
    let to = between.iter().any(|word| ["den", "toi"].contains(word));
    if !to || between.len() > 3 || last - first > MOST {
        return Vec::new();
    }
    (first + 1..last).filter_map(Period::year).collect()
}

/// A point of a year that a query names loosely, so that what a report has of about that time is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loose {
    /// `đầu năm 2019`: the first months, however many.
    Start,
    /// `giữa năm 2019`
    Middle,
}

impl Loose {
    /// What the words that end with the phrase for a year say of it.
    fn of(period: Period, words: &[&str]) -> Option<Self> {
        if period.len_months() != 12 {
            return None;
        }
        let (_, before) = words.split_last()?;
        let before = before.strip_suffix(&["nam"]).unwrap_or(before);
        match before {
            [.., "thang" | "qui" | "nua" | "voi", "dau"] => None,
            [.., "dau"] => Some(Self::Start),
            [.., "giua"] => Some(Self::Middle),
            _ => None,
        }
    }
}

/// The part of a period that the words around it make of it; `words` end with the phrase for it, which begins at `phrase`.
fn as_said(period: Period, words: &[&str], phrase: usize) -> Option<Period> {
    let year = period.single_year()?;
    let says = |phrase: &[&str]| words.windows(phrase.len()).position(|w| w == phrase);
    if period.len_months() == 12 {
        // `giữa năm 2019`: what there is at the middle of it.
        let middle = Loose::of(period, words) == Some(Loose::Middle);
        if middle || says(&["nua", "nam"]).is_some() {
            return Period::half(year, 1);
        }
        if says(&["qui", "dau", "nam"]).is_some() {
            return Period::quarter(year, 1);
        }
        // `tháng đầu năm 2019`, with no number before it.
        let at = says(&["thang", "dau", "nam"]).or(says(&["thang", "dau", "tien"]))?;
        let counted = at.checked_sub(1).and_then(|before| words.get(before));
        return match counted {
            Some(word) if word.starts_with(|c: char| c.is_ascii_digit()) => None,
            _ => Period::months(year, 1, 1),
        };
    }
    // `hết tháng 10/2020`, `đến cuối tháng 10`: from January on; but `hết bao nhiêu tháng 10`.
    let leads = |word: &&str| ["het", "den", "toi"].contains(word);
    let between = |word: &&str| ["cuoi", "giua", "ngay", "thoi", "diem"].contains(word);
    let before = words[..phrase].iter().rev();
    let until = leads(&words[phrase]) || before.skip_while(|w| between(w)).take(1).any(leads);
    (until && period.len_months() == 1)
        .then(|| Period::months(year, 1, period.end().1))
        .flatten()
}
