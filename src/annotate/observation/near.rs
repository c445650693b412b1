//! What stands around an item of a sentence.

use super::{Item, Kind, Reader, Source, Work, classes, word};
use crate::model::MetricId;

impl Reader<'_> {
    /// Whether zones are spoken of nearby: in the report's first lines, or not far from this token.
    pub(super) fn speaks_of_zones(&self, token: usize) -> bool {
        let near = self.zone_words.partition_point(|&z| z + 150 < token);
        self.zone_words.first().is_some_and(|&z| z < 120)
            || self.zone_words.get(near).is_some_and(|&z| z < token + 60)
    }

    pub(super) fn comma_between(&self, items: &[Item], from: usize, to: usize) -> bool {
        items[from..to]
            .iter()
            .any(|i| matches!(i.kind, Kind::Mark(',' | ';' | ':')))
    }

    /// The metric that an item names, and whether weakly.
    pub(super) fn metric_of(&self, item: &Item) -> Option<(MetricId, bool)> {
        match item.kind {
            Kind::Cue(hit) => self.named(self.metrics[hit].says),
            _ => None,
        }
    }

    /// Whether an item names a metric of a family (`trade`).
    pub(super) fn is_of(&self, item: &Item, family: &str) -> bool {
        self.metric_of(item)
            .is_some_and(|(id, _)| self.family(id) == family)
    }

    /// Item behind the last quantity (or the start of the clause) before `at`.
    pub(super) fn since(&self, items: &[Item], at: usize) -> usize {
        items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .map_or(0, |i| i + 1)
    }

    /// The bracket that is open at `at`: its item.
    pub(super) fn bracket(&self, items: &[Item], at: usize) -> Option<usize> {
        let mut depth = 0;
        for i in (0..at).rev() {
            match items[i].kind {
                Kind::Mark(')') => depth += 1,
                Kind::Mark('(') if depth == 0 => return Some(i),
                Kind::Mark('(') => depth -= 1,
                Kind::Mark(';') => return None,
                _ => {}
            }
        }
        None
    }

    /// The words right before a quantity that govern it: back to a cue, a quantity, a comma or six items, nearest first.
    pub(super) fn governing<'i>(
        &self,
        items: &'i [Item],
        at: usize,
    ) -> impl Iterator<Item = &'i Item> {
        items[..at]
            .iter()
            .rev()
            .take(6)
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Cue(_) | Kind::Mark(_)))
    }

    /// The items behind a quantity, up to the next one or a strong mark.
    pub(super) fn behind<'i>(&self, items: &'i [Item], at: usize) -> &'i [Item] {
        let rest = &items[at + 1..];
        let end = rest
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Mark(';')))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    /// Whether another metric or subject begins between two items.
    pub(super) fn new_topic_between(&self, w: &Work<'_>, from: usize, to: usize) -> bool {
        let items = w.items;
        let mut depth = 0_usize;
        (from + 1..to).rev().any(|at| match items[at].kind {
            // A bracket that is closed again is an aside.
            Kind::Mark(')') => {
                depth += 1;
                false
            }
            Kind::Mark('(') => {
                depth = depth.saturating_sub(1);
                false
            }
            _ if depth > 0 => false,
            Kind::Cue(hit) => {
                w.state.consumed != Some(at) && self.named(self.metrics[hit].says).is_some()
            }
            _ => {
                let i = &items[at];
                i.is(word::PRODUCT | word::COMPANY)
                    || i.is(word::SECTOR) && !i.is(word::NEUTRAL | word::PLAN)
            }
        }) || self.unknown_between(items, from, to) > 6
    }

    pub(super) fn unknown_between(&self, items: &[Item], from: usize, to: usize) -> usize {
        items[(from + 1).min(to)..to]
            .iter()
            .filter(|i| i.kind == Kind::Unknown)
            .count()
    }

    /// The source named in the clause of a cue.
    pub(super) fn source_near(&self, items: &[Item], low: usize, high: usize) -> Source {
        let clause = self.clause_start(items, low);
        Source::of(classes(&items[clause..=high]))
    }
}
