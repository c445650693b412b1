//! Whom a sentence that names no place goes on speaking of: `Tỉnh A tăng 8%; bán lẻ tăng 9%. Trong đó, …`.

use super::super::layout::Layout;
use super::super::period::{PeriodMention, Periods};
use super::super::places::{MentionKind, PlaceMention};
use crate::Span;
use crate::model::{PlaceId, PlaceKind, Places};
use crate::text::{TokenKind, Tokens};

/// Words of a line that does no more than name the place which the lines below it are about.
const HEADING: u32 = 8;

/// A unit before or after the reform of July 2025, as the words beside its name say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// `Bình Dương (cũ)`, `trước sáp nhập`
    Before,
    /// `sau hợp nhất`, `(mới)`
    After,
}

/// What a sentence takes over from those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inherited {
    /// The mention that goes on, by its index.
    pub mention: Option<usize>,
    /// The sentence only continues or details the one before: a part of a list, `Trong đó, …`.
    pub bound: bool,
}

/// Whether the first lines of a text are dated behind the reform, or say that units were joined.
pub(super) fn knows_the_reform(tokens: &Tokens, periods: &Periods) -> bool {
    /// Tokens of a text's opening.
    const OPENING: usize = 150;
    // The clock of a page that shows an older text says nothing of it.
    let reaches =
        |day: super::super::period::Date| day.to_string().as_str() >= crate::model::place::REFORM;
    let dated = periods.published().is_none_or(reaches);
    let later = |m: &PeriodMention| dated && m.as_of.is_some_and(reaches);
    let opening = &tokens.list()[..tokens.list().len().min(OPENING)];
    periods
        .mentions()
        .iter()
        .take_while(|m| m.first < OPENING)
        .any(later)
        || opening.windows(3).any(|w| {
            matches!(
                (
                    tokens.exact(&w[0]),
                    tokens.exact(&w[1]),
                    tokens.exact(&w[2])
                ),
                ("sau" | "khi", "sáp", "nhập") | ("sau" | "khi", "hợp", "nhất")
            )
        })
}

/// Whether a mention can be whom figures are of.
pub(super) fn governs(m: &PlaceMention) -> bool {
    !m.aside
        && !m.listed
        && !matches!(
            m.kind,
            MentionKind::Part
                | MentionKind::Press
                | MentionKind::Town
                | MentionKind::Initials
                | MentionKind::Zone
        )
}

/// The era that the words behind each mention name.
pub(super) fn eras(tokens: &Tokens, mentions: &[PlaceMention]) -> Vec<Option<Era>> {
    let list = tokens.list();
    mentions
        .iter()
        .map(|m| {
            let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
            let at = m.end + usize::from(word(m.end) == "(");
            let joined = |at: usize| {
                let at = at + usize::from(matches!(word(at), "khi" | "ngày"));
                matches!((word(at), word(at + 1)), ("sáp", "nhập") | ("hợp", "nhất"))
            };
            match word(at) {
                "cũ" => Some(Era::Before),
                "trước" if joined(at + 1) => Some(Era::Before),
                "sau" if joined(at + 1) => Some(Era::After),
                "mới" if at > m.end && word(at + 1) == ")" => Some(Era::After),
                _ => None,
            }
        })
        .collect()
}

/// `trên địa bàn tỉnh`, `toàn thành phố`: how often the text speaks of a province without its name.
pub(super) fn unnamed(tokens: &Tokens) -> usize {
    let list = tokens.list();
    (2..list.len())
        .filter(|&at| {
            let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
            let unit = if tokens.is(&list[at], "tỉnh") {
                1
            } else if tokens.is(&list[at], "thành") && word(at + 1) == "phố" {
                2
            } else {
                return false;
            };
            let named = list.get(at + unit).is_some_and(|t| {
                t.kind == TokenKind::Word && (t.is_capital() || tokens.exact(t) == "thành")
            });
            let ours = matches!(word(at + unit), "ta" | "nhà");
            let before = word(at - 1);
            // `Tỉnh đã thu hút …`, `HĐND tỉnh`
            let acts = unit == 1
                && matches!(
                    word(at + 1),
                    "đã" | "thu"
                        | "có"
                        | "đạt"
                        | "cấp"
                        | "đón"
                        | "sẽ"
                        | "phấn"
                        | "xuất"
                        | "tiếp"
                        | "vẫn"
                )
                && !matches!(before, "các" | "nhiều" | "mấy" | "những" | "số" | "liên")
                && list[at - 1].kind != TokenKind::Number;
            // `Ban Quản lý Khu kinh tế tỉnh`, `BQL các KCN tỉnh`
            let zones = matches!(before, "kcn" | "kkt" | "kcx")
                || matches!(
                    (word(at - 2), before),
                    ("công", "nghiệp") | ("kinh", "tế") | ("chế", "xuất")
                );
            let office = matches!(before, "ubnd" | "hđnd")
                || before == "dân" && word(at - 2) == "nhân"
                || zones;
            !named && (ours || acts || office || matches!(before, "bàn" | "toàn" | "của" | "trong"))
        })
        .count()
}

/// For each sentence, whom it speaks of where it names nobody.
pub(super) fn inherited(
    text: &str,
    tokens: &Tokens,
    layout: &Layout,
    mentions: &[PlaceMention],
    spans: &[Span],
    numbers: &[usize],
) -> Vec<Inherited> {
    let list = tokens.list();
    let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
    let province =
        |m: &PlaceMention| Places::get().place(m.place).kind == PlaceKind::Province && governs(m);
    let headings = headings(layout, mentions, &province);
    let mut found = Vec::with_capacity(layout.sentences().len());
    let (mut held, mut heading): (Option<usize>, Option<usize>) = (None, None);
    // The country, where the sentence before names it and no province.
    let mut country: Option<usize> = None;
    let mut next = 0;
    for (index, sentence) in layout.sentences().iter().enumerate() {
        let (first, end) = (sentence.first as usize, sentence.end as usize);
        let before = index.checked_sub(1).map(|i| layout.sentences()[i]);
        let closing = before.map_or("", |s| list[s.end as usize - 1].span.of(text));
        let new_line = before.is_none_or(|s| s.line != sentence.line);
        let opening = usize::from(matches!(word(first), "-" | "+" | "*" | "•" | "–"));
        let detail = matches!(
            (word(first + opening), word(first + opening + 1)),
            ("trong", "đó" | "số") | ("cụ", "thể") | ("bao", "gồm") | ("gồm", _)
        );
        if new_line && closing != ";" {
            held = None;
        }
        if let Ok(at) = headings.binary_search_by_key(&sentence.line, |(line, _)| *line) {
            heading = Some(headings[at].1);
        }
        let all = |at: usize| tokens.is(&list[at], "toàn") || tokens.is(&list[at], "cả");
        if (first..end).any(|at| all(at) && speaks_of_all(word(at), word(at + 1))) {
            held = None;
        }
        // A paragraph on the country goes on so, until it speaks of the province.
        let goes_on = detail
            || !new_line && !(first..end).any(|at| is_local(word(at.wrapping_sub(1)), word(at)));
        found.push(Inherited {
            mention: held.or(country.filter(|_| goes_on)).or(heading),
            bound: closing == ";" || detail || held.is_none(),
        });
        while next < mentions.len() && mentions[next].first < first {
            next += 1;
        }
        // The first place of the sentence, where a figure follows it and it is no part of another's.
        let here = mentions[next..].iter().take_while(|m| m.end <= end);
        let names = here.clone().filter(|m| province(m)).count();
        let whole = |m: &PlaceMention| {
            Places::get().place(m.place).kind == PlaceKind::Country && governs(m)
        };
        country = here
            .clone()
            .position(whole)
            .filter(|_| names == 0)
            .map(|offset| next + offset)
            .or(country.filter(|_| goes_on && names == 0));
        if let Some(offset) = here.clone().position(&province) {
            let (mention, span) = (&mentions[next + offset], spans[next + offset]);
            let inside = (first..mention.first).rev().find_map(|at| match word(at) {
                "(" => Some(true),
                ")" => Some(false),
                _ => None,
            });
            let part = (first + 1..mention.first)
                .any(|at| matches!((word(at), word(at + 1)), ("trong", "đó" | "số")));
            // No number behind the name says that another is told of; a sentence without any only names whom it is about.
            let stop = list[end - 1].span.end;
            let opens = numbers.partition_point(|n| *n < list[first].span.start);
            let told = numbers.partition_point(|n| *n < span.end);
            let figure = [told, opens].map(|n| numbers.get(n).is_some_and(|n| *n < stop));
            let figure = figure[0] || !figure[1];
            let one = names == 1
                || here
                    .clone()
                    .filter(|m| province(m))
                    .all(|m| m.place == mention.place);
            held = (one && figure && inside != Some(true) && !part)
                .then_some(next + offset)
                .or(held.filter(|_| inside == Some(true) || part));
        }
    }
    found
}

/// `tỉnh`, `thành phố`: the province that the report is on, against `các tỉnh`.
fn is_local(before: &str, word: &str) -> bool {
    matches!(word, "tỉnh" | "phố" | "bàn")
        && !matches!(before, "các" | "nhiều" | "những" | "số" | "mỗi" | "từng")
}

/// `toàn quốc`, `cả vùng`, `toàn tỉnh`: no longer the one named last.
fn speaks_of_all(word: &str, next: &str) -> bool {
    matches!(
        (word, next),
        ("toàn", "tỉnh" | "quốc" | "vùng" | "ngành" | "thành") | ("cả", "nước" | "vùng" | "tỉnh")
    )
}

/// Lines that only name a province, where they name several: each heads what follows it.
fn headings(
    layout: &Layout,
    mentions: &[PlaceMention],
    province: &dyn Fn(&PlaceMention) -> bool,
) -> Vec<(u32, usize)> {
    let mut found: Vec<(u32, usize)> = Vec::new();
    let mut next = 0;
    for (index, line) in layout.lines().iter().enumerate() {
        while next < mentions.len() && mentions[next].first < line.first as usize {
            next += 1;
        }
        let mut here = mentions[next..]
            .iter()
            .take_while(|m| m.end <= line.end as usize);
        if line.words <= HEADING
            && Some(index) != layout.title()
            && !line.caption
            && let (Some(mention), None) = (here.next(), here.next())
            && province(mention)
            && mention.kind != MentionKind::Venue
            && line.end as usize - mention.end <= 2
        {
            found.push((index as u32, next));
        }
    }
    let several = found
        .iter()
        .any(|(_, m)| mentions[*m].place != mentions[found[0].1].place);
    if several { found } else { Vec::new() }
}

/// The unit that a name means in an era: the older one, or the one that bears it since the reform.
pub(super) fn unit_of(id: PlaceId, era: Era) -> PlaceId {
    let day = match era {
        Era::Before => None,
        Era::After => Some(crate::model::place::REFORM),
    };
    Places::get().at(id, day)
}
