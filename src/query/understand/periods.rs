//! Periods that a query names.

use super::Meaning;
use crate::annotate::period::parse_period_phrase;
use crate::model::{Period, PeriodFilter};
use crate::text::{TokenKind, Tokens};

/// The period that words stand for, with or without marks.
pub(crate) fn period_phrase(text: &str) -> Option<Period> {
    match parse_period_phrase(text, None)? {
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
                let phrase = &text[list[start].span.start..list[end - 1].span.end];
                if let Some(period) = period_phrase(phrase) {
                    found = Some((start, end, period));
                    break 'windows;
                }
            }
        }
        match found {
            Some((start, end, period)) => {
                let from = start.saturating_sub(3);
                let words: Vec<&str> = list[from..end].iter().map(|t| tokens.folded(t)).collect();
                let period = as_said(period, &words).unwrap_or(period);
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

/// The part of a period that the words around it make of it; `words` end with the phrase for it.
fn as_said(period: Period, words: &[&str]) -> Option<Period> {
    let year = period.single_year()?;
    let says = |phrase: &[&str]| words.windows(phrase.len()).position(|w| w == phrase);
    if period.len_months() == 12 {
        // `giữa năm 2019`: what there is at the middle of it.
        if says(&["giua", "nam"]).or(says(&["nua", "nam"])).is_some() {
            return Period::half(year, 1);
        }
        // `tháng đầu năm 2019`, with no number before it.
        let at = says(&["thang", "dau", "nam"]).or(says(&["thang", "dau", "tien"]))?;
        let counted = at.checked_sub(1).and_then(|before| words.get(before));
        return match counted {
            Some(word) if word.starts_with(|c: char| c.is_ascii_digit()) => None,
            _ => Period::months(year, 1, 1),
        };
    }
    // `hết tháng 10/2020`: from January on.
    let until = words.iter().any(|word| ["het", "den"].contains(word));
    (until && period.len_months() == 1)
        .then(|| Period::months(year, 1, period.end().1))
        .flatten()
}
