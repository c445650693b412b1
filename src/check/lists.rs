//! Parts listed behind their total: `592 triệu đồng, trong đó: A: 371 triệu đồng; B: 221 triệu đồng`.
//!
//! The parts need not be figures. That they add up is reported; that they do not is a contradiction only where the list must be
//! whole: behind `gồm`, or where the parts of a list by semicolons exceed the total.

use rust_decimal::Decimal;

use super::interval::{Interval, show_amount};
use super::passage::{Passages, adds_up};
use super::{Relation, RelationKind};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;
use crate::model::Observation;

/// The most tokens between a total and the word that opens its list.
const REACH: usize = 24;
/// The most parts, and tokens, of a list.
const PARTS: usize = 40;
const LENGTH: usize = 600;

/// What a list is made of.
struct List<'a> {
    parts: Vec<&'a Quantity>,
    end: usize,
    /// Its items are set off by semicolons or lines, one part each.
    itemised: bool,
    /// Every item has a part, and nothing says that there are more.
    whole: bool,
}

pub(super) fn check(
    path: &str,
    passages: &Passages<'_>,
    figures: &[Observation],
    found: &mut Vec<Relation>,
) {
    let count = passages.tokens.list().len();
    for at in 0..count {
        let (behind, exhaustive) = match (passages.word(at), passages.word(at + 1)) {
            ("trong", "do") if is_marked(passages, at + 1, "đó") => (at + 2, false),
            ("bao", "gom") => (at + 2, true),
            ("gom", _) if at > 0 && passages.word(at - 1) != "bao" => (at + 1, true),
            _ => continue,
        };
        let Some(total) = total(passages, at) else {
            continue;
        };
        // What the figures themselves tell is checked already.
        let span = passages.stored(total);
        let known = found.iter().any(|r| {
            matches!(r.kind, RelationKind::Sum | RelationKind::Trade)
                && r.terms
                    .first()
                    .is_some_and(|t| t.span.start < span.end && span.start < t.span.end)
        });
        if known {
            continue;
        }
        let list = parts(passages, behind, total);
        if list.parts.len() < 2 {
            continue;
        }
        let mut sum = Some(Interval::around(Decimal::ZERO, Decimal::ZERO));
        let mut computed = Some(Decimal::ZERO);
        for part in &list.parts {
            sum = sum.and_then(|s| s.plus(passages.interval(part)));
            computed = computed.and_then(|c| c.checked_add(part.value));
        }
        let (Some(sum), Some(computed)) = (sum, computed) else {
            continue;
        };
        let stated = passages.interval(total);
        let holds = sum.meets(stated);
        let exceeds = list.itemised
            && sum.low > stated.high
            && list.parts.iter().all(|part| part.value < total.value);
        let falls_short = exhaustive && list.itemised && list.whole;
        if !holds && !exceeds && !falls_short {
            continue;
        }
        let unit = total.unit.code();
        let values: Vec<String> = list
            .parts
            .iter()
            .map(|part| show_amount(part.value, unit))
            .collect();
        found.push(Relation {
            path: path.to_owned(),
            kind: RelationKind::Sum,
            holds,
            stated: total.value,
            computed,
            computation: format!(
                "{} = {}{}",
                values.join(" + "),
                show_amount(computed, unit),
                if holds {
                    String::new()
                } else {
                    format!(", stated {}", show_amount(total.value, unit))
                }
            ),
            terms: std::iter::once(total)
                .chain(list.parts.iter().copied())
                .map(|q| passages.term(path, q, figures))
                .collect(),
            quote: passages.quote(passages.sentence_start(total.first), list.end),
        });
    }
}

/// Whether the marks of a word do not contradict `form`.
fn is_marked(passages: &Passages<'_>, at: usize, form: &str) -> bool {
    let token = &passages.tokens.list()[at];
    let exact = passages.tokens.exact(token);
    exact == form || exact == passages.tokens.folded(token)
}

/// The number that the list at `cue` is of: the nearest before it in the sentence, percentages and brackets passed over.
fn total<'a>(passages: &'a Passages<'_>, cue: usize) -> Option<&'a Quantity> {
    let last = passages.quantities.partition_point(|q| q.end <= cue);
    let mut depth = 0;
    let mut at = cue;
    let mut candidates = passages.quantities[..last].iter().rev().peekable();
    while at > 0 && cue - at < REACH {
        at -= 1;
        match passages.word(at) {
            ")" => depth += 1,
            "(" => depth -= 1,
            ";" => return None,
            _ if passages.ends_sentence(at) => return None,
            _ => {}
        }
        while candidates.peek().is_some_and(|q| q.first > at) {
            candidates.next();
        }
        let Some(quantity) = candidates.next_if(|q| q.first == at) else {
            continue;
        };
        if depth != 0 || quantity.unit == Unit::Percent || passages.is_aside(quantity) {
            continue;
        }
        return adds_up(quantity).then_some(quantity);
    }
    None
}

/// The parts in the unit of the total, up to the end of the sentence, or of the lines that go on with the list.
fn parts<'a>(passages: &'a Passages<'_>, behind: usize, total: &Quantity) -> List<'a> {
    let opens = (behind..behind + 3).find(|i| passages.word(*i) == ":");
    let start = opens.map_or(behind, |i| i + 1);
    let by_lines = opens.is_some() && passages.is_break(start);
    let mut list = List {
        parts: Vec::new(),
        end: start,
        itemised: by_lines,
        whole: true,
    };
    let (mut depth, mut nested, mut taken) = (0i32, false, false);
    let mut at = start;
    let count = passages.tokens.list().len();
    let mut items = 1;
    while at < count && at < start + LENGTH && list.parts.len() < PARTS {
        let word = passages.word(at);
        if passages.is_break(at) {
            // A line that begins with a dash or a plus belongs to the list.
            let goes_on = by_lines && matches!(passages.word(at + 1), "-" | "–" | "+" | "•" | "*");
            if !goes_on {
                break;
            }
            if at > start {
                items += 1;
                list.whole &= taken;
            }
            (nested, taken, depth) = (false, false, 0);
            at += 1;
            continue;
        }
        if !by_lines && passages.ends_sentence(at) {
            break;
        }
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            ";" if depth <= 0 && !by_lines => {
                items += 1;
                list.itemised = true;
                list.whole &= taken;
                (nested, taken) = (false, false);
            }
            "trong" if passages.word(at + 1) == "do" => nested = true,
            "gom" => nested = true,
            "…" | "..." | "yeu" | "nhu" | "rieng" => list.whole = false,
            _ => {}
        }
        if let Some(quantity) = passages.quantity_at(at) {
            let counts = depth == 0 && !nested && !(list.itemised && taken);
            if counts
                && quantity.unit == total.unit
                && adds_up(quantity)
                && !passages.is_aside(quantity)
            {
                list.parts.push(quantity);
                taken = true;
            } else if quantity.unit == Unit::Bare {
                list.whole = false;
            }
            at = quantity.end;
        } else {
            at += 1;
        }
        list.end = at;
    }
    list.whole &= taken && items >= 2;
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        check("r", &Passages::read(text), &[], &mut found);
        found
            .iter()
            .map(|r| format!("{} {}", if r.holds { "=" } else { "!" }, r.computation))
            .collect()
    }

    #[test]
    fn parts_behind_trong_do_add_up() {
        assert_eq!(
            sums(
                "Thu phí được 91,5 triệu đồng, bằng 61% kế hoạch năm, trong đó: Văn phòng: 60 triệu đồng, đạt 70% kế hoạch giao; Trung tâm: 31,5 triệu đồng."
            ),
            ["= 60 triệu VND + 31.5 triệu VND = 91.5 triệu VND"]
        );
        assert_eq!(
            sums(
                "Toàn huyện có 75 dự án (kế hoạch 80 dự án), trong đó có 41 dự án mới và 34 dự án cũ."
            ),
            ["= 41 projects + 34 projects = 75 projects"]
        );
        assert_eq!(
            sums(
                "Tổng chi 30 tỷ đồng, trong đó:\n- Sửa đường: 12 tỷ đồng;\n- Xây trường: 18 tỷ đồng.\nHai công trình đã xong."
            ),
            ["= 12 tỷ VND + 18 tỷ VND = 30 tỷ VND"]
        );
    }

    #[test]
    fn a_list_that_names_some_parts_is_no_contradiction() {
        for text in [
            "Có 75 dự án, trong đó có 20 dự án mới và 30 dự án cũ.",
            "Tổng vốn 900 tỷ đồng, trong đó vốn vay 300 tỷ đồng, tăng 100 tỷ đồng so với năm trước.",
            "Huyện có 75 dự án. Trong đó, tỉnh có 20 dự án và 55 dự án.",
            "Có 75 dự án, trong đó 60 dự án tại xã A, 50 dự án đã xong.",
            "Đàn gia súc gồm 200 con trâu; 300 con bò.",
            "Trong đó",
            "gồm",
        ] {
            assert_eq!(sums(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_whole_list_that_differs_is_one() {
        assert_eq!(
            sums("Chi 30 tỷ đồng, gồm: đường 12 tỷ đồng; trường 14 tỷ đồng."),
            ["! 12 tỷ VND + 14 tỷ VND = 26 tỷ VND, stated 30 tỷ VND"]
        );
        assert_eq!(
            sums("Chi 30 tỷ đồng, trong đó: đường 12 tỷ đồng; trường 24 tỷ đồng."),
            ["! 12 tỷ VND + 24 tỷ VND = 36 tỷ VND, stated 30 tỷ VND"]
        );
    }
}
