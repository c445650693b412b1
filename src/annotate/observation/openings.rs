//! How a sentence opens, and so whether it goes on with the one before: a ranking, a province and at once its number, a name
//! that heads the next.

use super::{Item, Kind, MetricId, Reader, Topic, word};
use crate::text::TokenKind;

impl Reader<'_> {
    /// `Đứng đầu là …`, `Nhiều nhất là …`, `Tiếp theo là …` and a province.
    pub(super) fn opens_ranking(&self, items: &[Item]) -> bool {
        let first = items[0].first;
        let ranks = (first..first + 3).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1)),
                ("đứng" | "dẫn", "đầu" | "thứ")
                    | ("nhiều" | "cao" | "lớn", "nhất")
                    | ("tiếp", "theo" | "đến")
                    | ("kế", "đến" | "tiếp")
                    | ("xếp", "thứ")
            )
        });
        ranks && items.iter().take(8).any(|i| i.kind == Kind::Place)
    }

    /// `Cục Hải quan Cao Bằng đạt …`, `Bắc Giang cũ đạt …`: a province and at once its number, no word for what it counts.
    pub(super) fn opens_with_place(&self, items: &[Item]) -> bool {
        let Some(place) = items.iter().take(6).position(|i| i.kind == Kind::Place) else {
            return false;
        };
        let Some(number) = items[place..]
            .iter()
            .take(7)
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
        else {
            return false;
        };
        let plain = |i: &Item| i.is(word::NEUTRAL) || i.kind == Kind::Place;
        items[..place]
            .iter()
            .all(|i| plain(i) || i.is(word::CUSTOMS) || matches!(i.kind, Kind::Mark('-' | '+')))
            && items[place..place + number]
                .iter()
                .any(|i| i.is(word::LEVEL))
            && items[place..place + number].iter().all(|i| {
                plain(i)
                    || i.is(word::LEVEL | word::ABOUT | word::AT_LEAST | word::ESTIMATE)
                    || i.kind == Kind::Period
                    || self.exact(i.first) == "cũ"
            })
    }

    /// `Công ty Hòa Phát`, `nhà máy này`, against `nhà máy chạy đều`: one of them, and known which.
    pub(super) fn names_company(&self, item: &Item) -> bool {
        let list = self.tokens.list();
        let next = list.get(item.end);
        let acronym = matches!(self.exact(item.first), "tnhh" | "ctcp" | "cổ");
        next.is_some_and(|t| t.is_capital() || t.kind == TokenKind::Number)
            || acronym
            || matches!(self.exact(item.end), "này" | "trên" | "đã" | "có")
            || self.exact(item.end - 1) == "này"
    }

    /// `Tổng sản phẩm trên địa bàn (GDP). Sáu tháng đầu năm ước đạt …`: a sentence that is a name and nothing else heads the next.
    pub(super) fn headed(
        &self,
        items: &[Item],
        topic: &Option<Topic>,
    ) -> Option<(MetricId, String)> {
        let topic = topic.as_ref().filter(|t| !t.used && !t.weak)?;
        let plain = |(n, i): (usize, &Item)| {
            n == topic.item
                || i.is(word::NEUTRAL | word::WHOLE)
                || matches!(
                    i.kind,
                    Kind::Mark(_) | Kind::Cue(_) | Kind::Number | Kind::Place
                )
        };
        (items.len() <= 10 && items.iter().enumerate().all(plain))
            .then(|| (topic.metric, self.metric(topic.metric).code.clone()))
    }
}
