//! Articles that open by saying what a place is: `X là một tỉnh …`, `Y là thành phố trực thuộc tỉnh X`.
//!
//! Such a text describes a place. It reports on no period, and the one of a town gives the town's figures, not its province's.

use super::layout::Line;
use crate::text::{TokenKind, Tokens};

/// What the place is that a text opens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defined {
    /// A province or a city of that rank.
    Province,
    /// A city, town or district of a province.
    Town,
    /// A region, or the country.
    Region,
}

/// Tokens within which the verb of a definition stands.
const REACH: usize = 24;
/// Words a sentence of definition has at least; a headline may say as much in fewer.
const SENTENCE: u32 = 12;

/// What the place is that `line` defines in its first words.
pub(super) fn defines(text: &str, tokens: &Tokens, line: &Line) -> Option<Defined> {
    let list = &tokens.list()[line.first as usize..line.end as usize];
    let opens = list
        .first()
        .is_some_and(|t| t.kind == TokenKind::Word && t.is_capital());
    if line.words < SENTENCE || !opens {
        return None;
    }
    let word = |at: usize| {
        list.get(at)
            .filter(|t| t.kind == TokenKind::Word)
            .map_or("", |t| tokens.exact(t))
    };
    for at in 1..list.len().min(REACH) {
        if matches!(list[at].span.of(text), "." | ";" | ":") || list[at].kind == TokenKind::Number {
            return None;
        }
        if word(at) != "là" || word(at - 1) == "gọi" {
            continue;
        }
        let mut next = at + 1;
        while matches!(word(next), "một" | "1" | "trong" | "những") {
            next += 1;
        }
        let within = |a: &str, b: &str| {
            (next..(next + 16).min(list.len())).any(|k| word(k) == a && word(k + 1) == b)
        };
        return match (word(next), word(next + 1)) {
            ("tỉnh", "lỵ" | "lị") | ("thị", "xã" | "trấn") | ("đô", "thị") => {
                Some(Defined::Town)
            }
            ("huyện" | "quận" | "phường" | "xã", _) => Some(Defined::Town),
            ("tỉnh", _) | ("thủ", "đô") => Some(Defined::Province),
            ("thành", "phố") if within("trung", "ương") => Some(Defined::Province),
            ("thành", "phố") => Some(Defined::Town),
            ("vùng", "đất") => None,
            ("vùng", _) | ("khu", "vực") | ("quốc", "gia") => Some(Defined::Region),
            _ => None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::layout::Layout;
    use crate::text::tokenize;

    #[test]
    fn an_opening_says_what_its_place_is() {
        for (text, expected) in [
            (
                "Lào Cai là một tỉnh vùng cao biên giới phía bắc, giáp với Trung Quốc.",
                Some(Defined::Province),
            ),
            (
                "Cần Thơ là thành phố trực thuộc trung ương nằm bên bờ phải sông Hậu của miền Tây.",
                Some(Defined::Province),
            ),
            (
                "Cao Lãnh là thành phố tỉnh lỵ của tỉnh Đồng Tháp, nằm bên bờ sông Tiền.",
                Some(Defined::Town),
            ),
            (
                "Đồng Xoài (còn gọi là Đồng Soài) là tỉnh lỵ, trung tâm chính trị của Bình Phước.",
                Some(Defined::Town),
            ),
            (
                "Tây Bắc là vùng miền núi phía tây của miền Bắc, có chung biên giới với Lào.",
                Some(Defined::Region),
            ),
            // A headline, and a report.
            ("Lào Cai là tỉnh dẫn đầu về cải cách", None),
            (
                "Trong 6 tháng đầu năm, tỉnh Lào Cai là một trong mười tỉnh có thu ngân sách tăng khá.",
                None,
            ),
        ] {
            let tokens = tokenize(text);
            let layout = Layout::new(text, &tokens);
            assert_eq!(layout.defined(), expected, "{text}");
            if expected.is_some() {
                assert_eq!(layout.title(), None, "{text}");
            }
        }
    }
}
