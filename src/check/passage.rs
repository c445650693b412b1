//! The text of a report as the checks read it: restored, in tokens and quantities, with the way back to the stored text.

use rust_decimal::Decimal;

use super::Term;
use super::interval::Interval;
use crate::Span;
use crate::annotate::number::{Quantity, quantities};
use crate::annotate::units::{Per, Unit};
use crate::model::Observation;
use crate::text::repair::{Restored, restore};
use crate::text::{TokenKind, Tokens, tokenize};

/// A report's text, read.
pub(super) struct Passages<'a> {
    stored: &'a str,
    reading: Restored<'a>,
    pub tokens: Tokens,
    pub quantities: Vec<Quantity>,
}

impl<'a> Passages<'a> {
    pub fn read(stored: &'a str) -> Self {
        let reading = restore(stored);
        let tokens = tokenize(&reading.text);
        let quantities = quantities(&reading.text, &tokens);
        Self {
            stored,
            reading,
            tokens,
            quantities,
        }
    }

    /// Folded form of a token; empty behind the end.
    pub fn word(&self, at: usize) -> &str {
        self.tokens
            .list()
            .get(at)
            .map_or("", |t| self.tokens.folded(t))
    }

    pub fn is_break(&self, at: usize) -> bool {
        self.tokens
            .list()
            .get(at)
            .is_none_or(|t| t.kind == TokenKind::Break)
    }

    /// Whether a sentence ends at this token: a full stop with a blank or a break behind it, or the end of a line.
    pub fn ends_sentence(&self, at: usize) -> bool {
        self.is_break(at)
            || matches!(self.word(at), "." | "!" | "?")
                && self
                    .tokens
                    .list()
                    .get(at + 1)
                    .is_none_or(|t| t.spaced || t.kind == TokenKind::Break)
                // `TP. Huế`, `11. Tổng`
                && at
                    .checked_sub(1)
                    .is_some_and(|before| !matches!(self.word(before), "tp" | "tx" | "tt"))
    }

    /// The quantity that begins at this token.
    pub fn quantity_at(&self, token: usize) -> Option<&Quantity> {
        self.quantities
            .binary_search_by_key(&token, |q| q.first)
            .ok()
            .map(|i| &self.quantities[i])
    }

    /// Place of a quantity in the stored text.
    pub fn stored(&self, quantity: &Quantity) -> Span {
        self.reading.stored(quantity.span)
    }

    /// The stored text between two tokens.
    pub fn quote(&self, first: usize, end: usize) -> String {
        let list = self.tokens.list();
        let (Some(first), Some(last)) = (list.get(first), list.get(end.saturating_sub(1))) else {
            return String::new();
        };
        let span = self.reading.stored(first.span.cover(last.span));
        self.stored
            .get(span.start..span.end)
            .unwrap_or_default()
            .to_owned()
    }

    /// Beginning of the sentence that a token stands in.
    pub fn sentence_start(&self, at: usize) -> usize {
        (0..at)
            .rev()
            .find(|i| self.ends_sentence(*i))
            .map_or(0, |i| i + 1)
    }

    /// The figure that was read from a quantity.
    pub fn figure<'f>(
        &self,
        quantity: &Quantity,
        figures: &'f [Observation],
    ) -> Option<&'f Observation> {
        let span = self.stored(quantity);
        figures
            .iter()
            .find(|f| f.span.start < span.end && span.start < f.span.end)
    }

    /// A quantity as a term of a relation.
    pub fn term(&self, path: &str, quantity: &Quantity, figures: &[Observation]) -> Term {
        Term {
            metric: self
                .figure(quantity, figures)
                .map(|f| f.metric.clone())
                .unwrap_or_default(),
            value: quantity.value,
            unit: quantity.unit.code().to_owned(),
            span: self.stored(quantity),
            path: path.to_owned(),
        }
    }

    /// Whether the words before say that the number is a change, a plan or another time's value, not a level.
    pub fn is_aside(&self, quantity: &Quantity) -> bool {
        let mut at = quantity.first;
        for _ in 0..3 {
            let Some(before) = at.checked_sub(1) else {
                return false;
            };
            at = before;
            match self.word(at) {
                "tang" | "giam" | "vuot" | "them" | "ky" | "hoach" | "toan" | "voi" | "tieu" => {
                    // `với 3 dự án`, `tổng vốn đầu tư tăng thêm đạt 5 tỷ`: a level nevertheless.
                    return !(self.word(at) == "voi"
                        && at.checked_sub(1).is_none_or(|i| self.word(i) != "so"));
                }
                "khoang" | "tren" | "hon" | "gan" | "la" | "duoc" => {}
                _ => return false,
            }
        }
        false
    }

    /// Whether words before a number make it inexact.
    fn is_about(&self, quantity: &Quantity) -> bool {
        quantity.first.checked_sub(1).is_some_and(|before| {
            matches!(
                self.word(before),
                "khoang" | "gan" | "tren" | "hon" | "duoi" | "xi" | "~"
            )
        })
    }

    /// What a quantity may stand for; things are counted exactly.
    pub fn interval(&self, quantity: &Quantity) -> Interval {
        let mut half = if quantity.unit.is_count() && quantity.step <= Decimal::ONE {
            Decimal::ZERO
        } else {
            quantity.step / Decimal::TWO
        };
        if self.is_about(quantity) {
            half = half.max(quantity.value.abs() * Decimal::new(2, 2));
        }
        Interval::around(quantity.value, half)
    }
}

/// Whether values like this one add up to a whole.
pub(super) fn adds_up(quantity: &Quantity) -> bool {
    quantity.per == Per::Whole
        && quantity.max.is_none()
        && quantity.of.is_none()
        && quantity.value > Decimal::ZERO
        && (quantity.unit.is_money() || quantity.unit.is_count() || quantity.unit == Unit::Ha)
}
