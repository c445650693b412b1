//! Texts on the whole country that name it once: by whom they open with, or by the office of the state that reports.

use super::super::places::PlaceMention;
use super::PlaceReading;
use super::held::governs;
use crate::Span;
use crate::model::{PlaceId, PlaceKind, Places};
use crate::text::{TokenKind, Tokens};

/// Sentences of the body among which a text says whom it is on.
const OPENING: usize = 3;

impl PlaceReading {
    /// `Tháng 5, cả nước có 9.800 doanh nghiệp mới`, `Theo Tổng cục Thống kê, xuất khẩu đạt …`: the first whom the text tells a number
    /// of is the country, or an office of the state opens it, and no province is named before; `body` is the first sentence behind
    /// the headline. Gives the words that say so.
    pub(super) fn opens_with_nation(&self, tokens: &Tokens, body: usize) -> Option<Span> {
        let sentences = self.layout.sentences();
        let opening = sentences.get(body..)?;
        let end = opening.iter().take(OPENING).next_back()?.end as usize;
        let country = |m: &PlaceMention| Places::get().place(m.place).kind == PlaceKind::Country;
        let other = self
            .mentions
            .iter()
            .position(|m| !country(m) && governs(m))
            .map_or(usize::MAX, |at| self.mentions[at].first);
        let told = self
            .mentions
            .iter()
            .zip(&self.spans)
            .take_while(|(m, _)| m.first < end.min(other))
            .filter(|(m, _)| m.place == PlaceId(0) && governs(m))
            .find(|(m, span)| {
                let sentence = self.layout.sentence_at(span.start);
                let next = self.numbers.partition_point(|n| *n < span.end);
                sentence.is_some_and(|sentence| {
                    let reach = self.layout.reach(sentence);
                    self.numbers.get(next).is_some_and(|n| *n < reach.end)
                }) && acts(tokens, m)
            });
        let list = tokens.list();
        told.map(|(_, span)| *span).or_else(|| {
            let office = (0..end.min(other)).find(|&at| is_office(tokens, at))?;
            Some(list.get(office)?.span.cover(list.get(office + 1)?.span))
        })
    }
}

/// Whether the country is whom the words are on, no market, no member of a name.
fn acts(tokens: &Tokens, mention: &PlaceMention) -> bool {
    let word = |at: usize| tokens.list().get(at).map_or("", |t| tokens.exact(t));
    if word(mention.first) != "việt" {
        // `đứng đầu cả nước` ranks, `trên cả nước`, `của cả nước` tell.
        return !matches!(word(mention.first.wrapping_sub(1)), "đầu" | "nhất" | "với");
    }
    matches!(
        word(mention.end),
        "đã" | "thu" | "xuất" | "nhập" | "đón" | "có" | "đạt" | "chi" | "ước" | "vẫn"
    ) && !matches!(
        word(mention.first.wrapping_sub(1)),
        "vào" | "tại" | "ở" | "sang" | "cho" | "từ" | "trường" | "nghiệp" | "ty"
    )
}

/// `Tổng cục Thống kê`, `Cục Đầu tư nước ngoài`, `Bộ Tài chính`: an office of the state that reports on the whole country.
fn is_office(tokens: &Tokens, at: usize) -> bool {
    const OFFICES: [&[&str]; 9] = [
        &["tổng", "cục", "thống"],
        &["tổng", "cục", "thuế"],
        &["tổng", "cục", "hải", "quan"],
        &["tổng", "cục", "du", "lịch"],
        &["cục", "đầu", "tư", "nước", "ngoài"],
        &["cục", "quản", "lí", "đăng", "kí"],
        &["bộ", "tài", "chính"],
        &["bộ", "công", "thương"],
        &["bộ", "kế", "hoạch"],
    ];
    let list = tokens.list();
    let capital = list.get(at).is_some_and(|t| t.is_capital());
    // The list holds words as the tokenizer spells them: `quản lí`.
    let named = |office: &[&str]| {
        office
            .iter()
            .enumerate()
            .all(|(n, word)| list.get(at + n).is_some_and(|t| tokens.exact(t) == *word))
    };
    // `theo …`, `… cho biết`: it reports; what it only decides is on a province as well.
    let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
    let reports = || {
        let before = (1..=4).any(|back| at.checked_sub(back).is_some_and(|t| word(t) == "theo"));
        let behind = (at + 2..at + 14)
            .take_while(|&t| {
                list.get(t)
                    .is_some_and(|t| !matches!(t.kind, TokenKind::Break | TokenKind::Number))
            })
            .any(|t| {
                matches!(
                    (word(t), word(t + 1)),
                    ("cho", "biết" | "hay")
                        | ("công", "bố")
                        | ("báo", "cáo")
                        | ("thống", "kê" | "báo")
                )
            });
        before || behind
    };
    capital && OFFICES.iter().any(|office| named(office)) && reports()
}
