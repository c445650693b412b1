//! Figures of a part of a province: a district, a town, a commune.

use super::{Item, Kind, Reader, word};

/// Units below the province, by the words that stand before their names.
const UNITS: &[&str] = &["huyện", "quận", "xã", "phường"];

impl Reader<'_> {
    /// Whether the nearest place before a number is a district, a town or a commune that nothing widens to its province:
    /// `Thu ngân sách huyện Yên Thành đạt 90 tỷ đồng` says nothing of Nghệ An.
    pub(super) fn is_local(&self, items: &[Item], at: usize) -> bool {
        for n in (0..at).rev() {
            let item = &items[n];
            match item.kind {
                Kind::Mark(';') => return false,
                Kind::Place if self.is_below(item.first) => return true,
                Kind::Place if !self.is_town(item) => return self.is_within(items, n),
                Kind::Place if self.follows_unit(item.first) => return true,
                Kind::Word | Kind::Unknown => {
                    if let Some(unit) = (item.first..item.end).find(|&t| self.names_unit(t)) {
                        // `10 huyện`, `các huyện, thị xã`: many.
                        let counted = unit
                            .checked_sub(1)
                            .is_some_and(|t| matches!(self.exact(t), "các" | "những" | "mỗi"))
                            || n.checked_sub(1).is_some_and(|i| {
                                matches!(items[i].kind, Kind::Number | Kind::Quantity(_))
                            });
                        return !counted;
                    }
                    if item.is(word::WHOLE) && self.is_province_word(item) {
                        return false;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// `huyện Đông Hòa` where the name is known as a place.
    fn is_below(&self, token: usize) -> bool {
        matches!(self.exact(token), "huyện" | "quận")
            || token
                .checked_sub(1)
                .is_some_and(|t| UNITS.contains(&self.exact(t)))
    }

    /// `thành phố`, `thị xã` … right before a token, or as the first words of its name.
    fn follows_unit(&self, token: usize) -> bool {
        let before = token.checked_sub(1).map_or("", |t| self.exact(t));
        let first = self.exact(token);
        matches!(before, "phố" | "tp" | "xã" | "huyện" | "quận" | "trấn")
            || matches!(first, "tp" | "thành" | "thị" | "huyện" | "quận")
    }

    /// `huyện Yên Thành`, `thị xã Cửa Lò`: the word before a name that is written with a capital.
    fn names_unit(&self, token: usize) -> bool {
        let list = self.tokens.list();
        let word = self.exact(token);
        (UNITS.contains(&word) || word == "trấn" && token > 0 && self.exact(token - 1) == "thị")
            && list
                .get(token + 1)
                .is_some_and(|t| t.is_capital() && !t.is_upper() && self.exact(token + 1) != "hội")
    }

    /// `huyện Yên Thành, tỉnh Nghệ An`
    fn is_within(&self, items: &[Item], place: usize) -> bool {
        let mut joined = false;
        for item in items[..place].iter().rev().take(6) {
            match item.kind {
                // `Huyện Vân Đồn, tỉnh Quảng Ninh`, where the town is known by name; against `Tại Vinh, tỉnh Nghệ An`.
                Kind::Place if self.is_town(item) => {
                    let before = |back: usize| {
                        item.first
                            .checked_sub(back)
                            .map_or("", |token| self.exact(token))
                    };
                    let venue = (1..=3).any(|back| matches!(before(back), "tại" | "ở"));
                    let unit = self.is_below(item.first) || self.follows_unit(item.first);
                    return joined && unit && !venue;
                }
                Kind::Mark(',' | '(' | '-' | '–') => joined = true,
                Kind::Word | Kind::Unknown => {
                    if (item.first..item.end).any(|t| self.names_unit(t)) {
                        return joined;
                    }
                    let word = self.exact(item.first);
                    let name = self.tokens.list()[item.first].is_capital();
                    if !name && !matches!(word, "tỉnh" | "thuộc") {
                        return false;
                    }
                    joined |= word == "thuộc";
                }
                _ => return false,
            }
        }
        false
    }

    pub(super) fn is_town(&self, item: &Item) -> bool {
        let marks = self.around.place_marks();
        let found = marks.partition_point(|m| m.first < item.first);
        marks
            .get(found)
            .is_some_and(|m| m.first == item.first && m.within)
    }

    /// `toàn tỉnh`, `của tỉnh`, `cả nước`: the whole again.
    fn is_province_word(&self, item: &Item) -> bool {
        (item.first..item.end).any(|t| matches!(self.exact(t), "tỉnh" | "nước" | "quốc"))
    }
}
