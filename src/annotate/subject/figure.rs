//! Whom a figure is of: the places that its sentence and paragraph name, else the report's.

use super::super::places::{MentionKind, PlaceMention};
use super::PlaceReading;
use super::held::governs;
use crate::Span;
use crate::model::{PlaceId, PlaceKind, Places};

impl PlaceReading {
    /// `A và B lần lượt đạt x và y`, `A, B và C đạt x`: the provinces joined right before a verb and its numbers. `here` is the
    /// place that stands nearest otherwise.
    fn joined(&self, first: usize, end: usize, span: Span, here: Option<usize>) -> Joined {
        let province = |m: &PlaceMention| {
            Places::get().place(m.place).kind != PlaceKind::Country
                && !m.aside
                && !matches!(
                    m.kind,
                    MentionKind::Part | MentionKind::Press | MentionKind::Zone
                )
        };
        let Some(last) = (first..end.max(first))
            .rev()
            .find(|&i| province(&self.mentions[i]))
        else {
            return Joined::No;
        };
        if here.is_some_and(|here| here > last) {
            return Joined::No;
        }
        let mut begin = last;
        while begin > first && self.mentions[begin].joined && province(&self.mentions[begin - 1]) {
            begin -= 1;
        }
        let run = &self.mentions[begin..=last];
        if run.len() < 2 || run.iter().all(|m| m.place == run[0].place) {
            return Joined::No;
        }
        let after = self.spans[last].end;
        // Whether `lần lượt` stands in the sentence, and which of its numbers this is.
        let sentence = self.layout.sentence_at(span.start);
        let reach = sentence.map(|s| self.layout.reach(s));
        if let Some(turn) = self.turns.iter().find(|t| {
            reach.as_ref().is_some_and(|r| r.contains(t)) && **t > self.spans[begin].start
        }) {
            if span.start < *turn {
                return Joined::No;
            }
            let from = self.numbers.partition_point(|n| *n < after.max(*turn));
            let to = self.numbers.partition_point(|n| *n < span.start);
            // `lần lượt 900 (chiếm 30%) và 700`: what stands in a bracket is no number of the row.
            let turn = self.numbers[from..to]
                .iter()
                .filter(|n| !self.is_bracketed(**n))
                .count();
            return run.get(turn).map_or(Joined::No, |m| Joined::Each(m.place));
        }
        // Right before the verb, without another number or mark between.
        let stops = self.stops.partition_point(|s| *s < after);
        let open = self.stops.get(stops).is_none_or(|s| *s >= span.start);
        if open && span.start - after <= 60 {
            Joined::Together
        } else {
            Joined::No
        }
    }

    /// Whether a bracket is open at an offset.
    fn is_bracketed(&self, at: usize) -> bool {
        let before = self.brackets.partition_point(|(offset, _)| *offset < at);
        before.checked_sub(1).is_some_and(|i| self.brackets[i].1)
    }

    /// `(gồm cả X trước đây) đạt 5 tỷ`: a place in a bracket that is closed before the number.
    fn is_aside(&self, mention: usize, span: Span) -> bool {
        let at = self.spans[mention].start;
        let before = self.brackets.partition_point(|(offset, _)| *offset < at);
        let opened = before
            .checked_sub(1)
            .is_some_and(|i| self.brackets[i].1 && at - self.brackets[i].0 < 200);
        opened
            && self.brackets[before..]
                .first()
                .is_some_and(|(offset, opens)| !opens && *offset < span.start)
    }

    /// The subject of a figure at `span` (of the text that was tokenised), and whether it was taken from elsewhere: the place
    /// that its sentence names before it, else the one its paragraph opens with, else the report's; `None` where unknown.
    #[must_use]
    pub fn subject_for(&self, span: Span) -> Option<(String, bool)> {
        let main = || {
            let province = self.main.filter(|_| !self.town);
            province.map(|id| (self.slug(id), true)).or_else(|| {
                self.country
                    .then(|| (crate::model::place::COUNTRY.into(), true))
            })
        };
        let Some(sentence) = self.layout.sentence_at(span.start) else {
            return main();
        };
        let reach = self.layout.reach(sentence);
        let first = self.spans.partition_point(|s| s.start < reach.start);
        let end = self.spans.partition_point(|s| s.end <= span.start);
        let here = (first..end.max(first)).rev().find(|&i| {
            let mention = &self.mentions[i];
            governs(mention)
                && (mention.kind != MentionKind::Venue || Some(mention.place) != self.main)
                && !self.is_aside(i, span)
        });
        match self.joined(first, end, span, here) {
            Joined::Each(place) => return Some((self.slug(place), false)),
            Joined::Together => return None,
            Joined::No => {}
        }
        if let Some(i) = here {
            return Some((self.slug_of(i), false));
        }
        // `Khu công nghệ cao Đà Nẵng cấp mới 4 dự án` in a report on another province.
        let zone = (first..end.max(first)).rev().find(|&i| {
            let m = &self.mentions[i];
            m.kind == MentionKind::Zone && !m.aside && !m.listed
        });
        if let Some(zone) = zone.filter(|&i| self.main.is_some_and(|m| m != self.mentions[i].place))
        {
            return Some((self.slug_of(zone), false));
        }
        // The sentence goes on about the place named before it; a report with a headline of its own comes back to its subject.
        let held = self.inherited[sentence];
        if let Some(i) = held.mention.filter(|_| held.bound || !self.headed) {
            return Some((self.slug_of(i), true));
        }
        // `Tại Bắc Ninh, …` at the head of the paragraph speaks for the sentences behind it.
        let paragraph = self.layout.paragraph_of(sentence);
        if paragraph.start < sentence {
            let head = self.layout.sentences()[paragraph.start];
            let from = self
                .mentions
                .partition_point(|m| m.first < head.first as usize);
            let opening = self.mentions.get(from).filter(|m| {
                m.first < head.first as usize + 6
                    && governs(m)
                    && Places::get().place(m.place).kind == PlaceKind::Province
            });
            if opening.is_some() {
                return Some((self.slug_of(from), true));
            }
        }
        main()
    }
}

/// What places that stand joined before a number say of it.
enum Joined {
    /// Nothing: one place, or another stands nearer.
    No,
    /// One number is of all of them.
    Together,
    /// `lần lượt`: the number is of this one.
    Each(PlaceId),
}
