//! Zone names: read only behind a word for a zone (`KCN`, `khu kinh tế`) or in a list that such a word opens.
//!
//! Bare zone names are ordinary words, persons or provinces (`Hòa Bình`, `Số 1`, `Nguyễn Đức Cảnh`), so the word before decides.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::lexicon::{Lexicon, Match};
use crate::model::{ZoneId, ZoneKind, Zones};
use crate::text::{TokenKind, Tokens};

/// Words for a zone, with the kinds they may mean.
pub(super) const OPENERS: &[(&str, &[ZoneKind])] = &[
    ("khu kinh tế", &[ZoneKind::Economic]),
    ("KKT", &[ZoneKind::Economic]),
    ("KKTCK", &[ZoneKind::Economic]),
    ("khu kinh tế cửa khẩu", &[ZoneKind::Economic]),
    ("khu kinh tế cửa khẩu quốc tế", &[ZoneKind::Economic]),
    ("khu kinh tế ven biển", &[ZoneKind::Economic]),
    ("khu kinh tế mở", &[ZoneKind::Economic]),
    ("KKT cửa khẩu", &[ZoneKind::Economic]),
    ("KKT cửa khẩu quốc tế", &[ZoneKind::Economic]),
    ("KKT ven biển", &[ZoneKind::Economic]),
    ("KKT mở", &[ZoneKind::Economic]),
    (
        "khu công nghiệp",
        &[ZoneKind::Industrial, ZoneKind::Export, ZoneKind::HighTech],
    ),
    (
        "KCN",
        &[ZoneKind::Industrial, ZoneKind::Export, ZoneKind::HighTech],
    ),
    (
        "khu CN",
        &[ZoneKind::Industrial, ZoneKind::Export, ZoneKind::HighTech],
    ),
    ("khu chế xuất", &[ZoneKind::Export, ZoneKind::Industrial]),
    ("KCX", &[ZoneKind::Export, ZoneKind::Industrial]),
    ("khu công nghệ cao", &[ZoneKind::HighTech]),
    ("KCNC", &[ZoneKind::HighTech]),
    ("khu CNC", &[ZoneKind::HighTech]),
    ("cụm công nghiệp", &[ZoneKind::Cluster]),
    ("cụm CN", &[ZoneKind::Cluster]),
    ("CCN", &[ZoneKind::Cluster]),
];

/// Words at the head of a zone's name that writers leave out.
const HEADS: &[&str] = &[
    "Ven biển ",
    "ven biển ",
    "cửa khẩu quốc tế ",
    "cửa khẩu ",
    "Quốc tế ",
    "quốc tế ",
    "mở ",
];

const ROMAN: [(&str, &str); 6] = [
    ("I", "1"),
    ("II", "2"),
    ("III", "3"),
    ("IV", "4"),
    ("V", "5"),
    ("VI", "6"),
];

/// Zone names without their kind, each with the zones that bear it.
struct Names {
    lexicon: Lexicon,
    zones: Vec<Vec<ZoneId>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut by_name: FxHashMap<String, Vec<ZoneId>> = FxHashMap::default();
    for (id, zone) in Zones::get().iter() {
        for name in std::iter::once(&zone.name).chain(&zone.aliases) {
            for spelling in spellings(name) {
                let zones = by_name.entry(spelling).or_default();
                if !zones.contains(&id) {
                    zones.push(id);
                }
            }
        }
    }
    let mut names: Vec<(String, Vec<ZoneId>)> = by_name.into_iter().collect();
    names.sort();
    Names {
        lexicon: Lexicon::new(
            names
                .iter()
                .enumerate()
                .map(|(i, (name, _))| (name.as_str(), i as u32)),
        ),
        zones: names.into_iter().map(|(_, zones)| zones).collect(),
    }
});

/// A name without the word for its kind, with and without its head, in Roman and Arabic numbers.
fn spellings(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut rest = name;
    for (opener, _) in OPENERS {
        if let Some(after) = lower.strip_prefix(&opener.to_lowercase())
            && after.starts_with(' ')
        {
            let cut = &name[name.len() - after.len() + 1..];
            if cut.len() < rest.len() {
                rest = cut;
            }
        }
    }
    let mut out = vec![rest.to_owned()];
    for head in HEADS {
        if let Some(short) = rest.strip_prefix(head) {
            out.push(short.to_owned());
            break;
        }
    }
    for i in 0..out.len() {
        if let Some((stem, last)) = out[i].rsplit_once(' ') {
            let other = ROMAN.iter().find_map(|(roman, arabic)| {
                if last == *roman {
                    Some(*arabic)
                } else if last == *arabic {
                    Some(*roman)
                } else {
                    None
                }
            });
            if let Some(other) = other {
                out.push(format!("{stem} {other}"));
            }
        }
    }
    out
}

/// A zone named in a text.
#[derive(Clone, Debug)]
pub(super) struct ZoneMention {
    /// First token, the word for the kind included where it stands right before.
    pub(super) first: usize,
    /// First token of the name itself.
    pub(super) name: usize,
    /// One past the last token.
    pub(super) end: usize,
    /// The zones that bear the name; several where provinces share it.
    pub(super) zones: Vec<ZoneId>,
}

/// Reads the zone names behind an opener whose tokens are `first..end`; lists go on over commas and `và`.
pub(super) fn behind(
    text: &str,
    tokens: &Tokens,
    opener: usize,
    first: usize,
    end: usize,
    bare: bool,
    out: &mut Vec<ZoneMention>,
) -> usize {
    let list = tokens.list();
    let kinds = OPENERS[opener].1;
    let (mut from, mut at) = (first, end);
    let mut read = end;
    loop {
        // `KCN cửa khẩu quốc tế X`, `KCN: A`, `khu công nghiệp (KCN) A`: step over what stands between.
        let mut name = at;
        let mut skipped = 0;
        while skipped < 4
            && list.get(name).is_some_and(|t| {
                t.kind == TokenKind::Punct
                    && matches!(t.span.of(text), ":" | "(" | "“" | "\"" | ")")
            })
        {
            name += 1;
            skipped += 1;
        }
        let Some(found) = at_name(tokens, name, kinds, bare) else {
            return read;
        };
        let (found, zones) = found;
        out.push(ZoneMention {
            first: from,
            name,
            end: found.end,
            zones,
        });
        read = found.end;
        // A list goes on.
        let mut next = found.end;
        let mut joined = false;
        while let Some(token) = list.get(next) {
            let joins = match token.kind {
                TokenKind::Punct => matches!(token.span.of(text), "," | ";"),
                TokenKind::Word => tokens.exact(token) == "và",
                _ => false,
            };
            if !joins {
                break;
            }
            joined = true;
            next += 1;
        }
        if !joined {
            return read;
        }
        at = next;
        from = next;
    }
}

fn at_name(
    tokens: &Tokens,
    at: usize,
    kinds: &[ZoneKind],
    bare: bool,
) -> Option<(Match, Vec<ZoneId>)> {
    let list = tokens.list();
    let found = NAMES.lexicon.longest_at(tokens, at)?;
    let token = &list[at];
    if !bare && (found.lacking > 0 || token.kind == TokenKind::Word && !token.is_capital()) {
        // `KCN sao Mai`: the first letter may be small where the rest is a name.
        let name_follows =
            found.lacking == 0 && list[at + 1..found.end].iter().any(|t| t.is_capital());
        if !name_follows {
            return None;
        }
    }
    let zones: Vec<ZoneId> = NAMES.zones[found.payload as usize]
        .iter()
        .copied()
        .filter(|id| kinds.contains(&Zones::get().zone(*id).kind))
        .collect();
    (!zones.is_empty()).then_some((found, zones))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_kind_and_gain_the_other_numerals() {
        assert_eq!(spellings("KCN Quế Võ II"), ["Quế Võ II", "Quế Võ 2"]);
        assert_eq!(
            spellings("KKT cửa khẩu Bờ Y"),
            ["Bờ Y"],
            "the longest opener is cut"
        );
        assert_eq!(spellings("KKT Ven biển Quảng Yên"), ["Quảng Yên"]);
    }
}
