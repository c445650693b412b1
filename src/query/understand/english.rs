//! Periods in English: `first six months of 2024`, `September 2012`.
//!
//! The labels of metrics are read in both languages; who types one in English says the time in English too.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
const ORDINALS: [[&str; 2]; 4] = [
    ["first", "1st"],
    ["second", "2nd"],
    ["third", "3rd"],
    ["fourth", "4th"],
];
/// Words that may stand between the parts of a period.
const BETWEEN: [&str; 4] = ["of", "in", "the", "year"];

/// The text with its English periods in Vietnamese; `None` where there are none.
pub(super) fn in_vietnamese(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let bare: Vec<String> = words
        .iter()
        .map(|word| word.trim_end_matches([',', '.', ';', '?']).to_lowercase())
        .collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut changed = false;
    let mut at = 0;
    while at < words.len() {
        match period(&bare[at..]) {
            Some((phrase, len)) => {
                out.push(phrase);
                at += len;
                changed = true;
            }
            None => {
                out.push(words[at].to_owned());
                at += 1;
            }
        }
    }
    changed.then(|| out.join(" "))
}

/// The Vietnamese phrase for a period that words begin with, and how many words it takes.
fn period(words: &[String]) -> Option<(String, usize)> {
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    // The first word behind `of the`.
    let beyond = |from: usize| {
        let until = from + BETWEEN.len();
        let end = (from..until).find(|&i| !BETWEEN.contains(&word(i)));
        end.unwrap_or(until)
    };
    let year = |i: usize| is_year(word(i)).then(|| word(i));
    // `2022 H1`
    if let Some(year) = year(0) {
        let short = word(1);
        let (kind, number) = short.split_at_checked(1)?;
        let number: u32 = number.parse().ok()?;
        let phrase = match (kind, number) {
            ("h", 1) => format!("6 tháng đầu năm {year}"),
            ("h", 2) => format!("6 tháng cuối năm {year}"),
            ("q", 1..=4) => format!("quý {number} năm {year}"),
            _ => return None,
        };
        return Some((phrase, 2));
    }
    let ordinal = ORDINALS.iter().position(|forms| forms.contains(&word(0)));
    if let Some(nth) = ordinal {
        match word(1) {
            "half" if nth < 2 => {
                let part = ["đầu", "cuối"][nth];
                return Some((format!("6 tháng {part} năm"), beyond(2)));
            }
            "quarter" => return Some((format!("quý {} năm", nth + 1), beyond(2))),
            _ => {}
        }
    }
    // `first six months`, `9 months of`
    let start = usize::from(ordinal == Some(0));
    if matches!(word(start + 1), "month" | "months")
        && let Some(count) = number(word(start))
    {
        return Some((format!("{count} tháng đầu năm"), beyond(start + 2)));
    }
    // `September 2012`; `may` alone is a Vietnamese word.
    let end = beyond(1);
    if let Some(year) = year(end)
        && let Some(month) = MONTHS.iter().position(|month| is_month(word(0), month))
    {
        return Some((format!("tháng {} năm {year}", month + 1), end + 1));
    }
    None
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.starts_with(['1', '2']) && word.bytes().all(|b| b.is_ascii_digit())
}

fn number(word: &str) -> Option<usize> {
    let spelt = NUMBERS.iter().position(|number| *number == word);
    let number = spelt.map(|at| at + 1).or_else(|| word.parse().ok())?;
    (1..=12).contains(&number).then_some(number)
}

/// Whether a word is the name of a month, whole or cut short.
fn is_month(word: &str, month: &str) -> bool {
    word == month || word == &month[..3] || word == "sept" && month == "september"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_put_in_vietnamese() {
        for (typed, read) in [
            (
                "exports, first six months of 2031",
                Some("exports, 6 tháng đầu năm 2031"),
            ),
            (
                "imports 9 months 2031",
                Some("imports 9 tháng đầu năm 2031"),
            ),
            ("first half of the year 2031", Some("6 tháng đầu năm 2031")),
            (
                "second quarter 2031 revenue",
                Some("quý 2 năm 2031 revenue"),
            ),
            ("CPI September 2031", Some("CPI tháng 9 năm 2031")),
            ("jobs in Feb. 2031?", Some("jobs in tháng 2 năm 2031")),
            ("2031 H1 budget", Some("6 tháng đầu năm 2031 budget")),
            ("may 2031 xuat khau", Some("tháng 5 năm 2031 xuat khau")),
            ("dat may 6 thang", None),
            ("2031 Hà Nam", None),
            ("first of all", None),
            ("", None),
        ] {
            assert_eq!(in_vietnamese(typed).as_deref(), read, "{typed}");
        }
    }
}
