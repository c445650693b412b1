//! What holds for a whole text: what it names at all, and what its headline speaks of.

use super::{Ids, Reader, Source, Surroundings, items};
use crate::annotate::layout::Layout;
use crate::annotate::metric::{Cues, Hit, MetricCue, word};
use crate::annotate::number::quantities;
use crate::annotate::units::Unit;
use crate::model::Taxonomy;
use crate::text::{TokenKind, Tokens};

impl<'a> Reader<'a> {
    /// The reader of a text, and the words with a meaning in it.
    pub(super) fn new(
        text: &'a str,
        tokens: &'a Tokens,
        layout: &Layout,
        taxonomy: &'a Taxonomy,
        cues: &Cues,
        around: &'a dyn Surroundings,
    ) -> (Self, Vec<Hit<u64>>) {
        let list = tokens.list();
        let mut bare = vec![false; list.len()];
        for line in layout.lines() {
            bare[line.first as usize..line.end as usize].fill(line.bare);
        }
        let is_bare = |at: usize| bare[at];
        let words = Cues::words(tokens, is_bare);
        let count = |class: u64| words.iter().filter(|w| w.says & class != 0).count();
        let headline = layout
            .lines()
            .first()
            .filter(|l| tokens.exact(&list[l.end as usize - 1]) != ".")
            .map_or(0, |l| l.end as usize);
        let metrics = cues.metrics(tokens, is_bare);
        // The words may lie across (`thu hút đầu tư | trực tiếp nước ngoài`): what a cue names says it, too.
        let names_foreign = |reach: std::ops::Range<usize>| {
            let within = |first: usize, end: usize| reach.start <= first && end <= reach.end;
            let named = |hit: &Hit<MetricCue>| {
                let code = hit.says.metric.map(|id| &taxonomy.metric(id).code);
                within(hit.first, hit.end) && code.is_some_and(|code| code.starts_with("fdi."))
            };
            words
                .iter()
                .any(|w| within(w.first, w.end) && w.says & word::FDI != 0)
                || metrics.iter().any(named)
        };
        // Behind a menu or a masthead the headline is not the first line.
        let title = layout.title().map_or(0..0, |at| {
            let line = layout.lines()[at];
            line.first as usize..line.end as usize
        });
        // `44 dự án (trong đó 19 dự án FDI)`: beside a number in brackets a source is a part; `Đầu tư nước ngoài (FDI)` is none.
        let mut counted = false;
        let mut aside = vec![false; list.len()];
        for (at, token) in list.iter().enumerate() {
            match token.kind {
                TokenKind::Punct => counted &= tokens.exact(token) != ")",
                TokenKind::Break => counted = false,
                TokenKind::Number => {
                    let before = list[..at].iter().rev().take(4);
                    let inside = before
                        .take_while(|t| t.kind != TokenKind::Break && tokens.exact(t) != ")")
                        .any(|t| tokens.exact(t) == "(");
                    counted |= inside;
                }
                _ => {}
            }
            aside[at] = counted;
        }
        let open = words
            .iter()
            .filter(|w| w.says & word::FDI != 0 && !aside[w.first])
            .count();
        let foreign = open > 3 && count(word::DDI) * 3 < count(word::FDI)
            || count(word::DDI) == 0
                && (headline <= 40 && names_foreign(0..headline) || names_foreign(title.clone()));
        let foreign_report = names_foreign(0..60) || names_foreign(title);
        let mut quantities = quantities(text, tokens);
        items::count_labelled(text, tokens, taxonomy, &metrics, &mut quantities);
        let budget = list
            .windows(2)
            .any(|pair| (tokens.exact(&pair[0]), tokens.exact(&pair[1])) == ("ngân", "sách"));
        let retail = taxonomy.by_code("retail.sales");
        let whole_retail = metrics.iter().any(|hit| {
            hit.says.metric == retail && matches!(tokens.exact(&list[hit.first]), "tổng" | "mức")
        });
        let visitors = quantities.iter().any(|q| q.unit == Unit::Visitors);
        let reader = Self {
            text,
            tokens,
            taxonomy,
            around,
            quantities,
            metrics,
            ids: Ids {
                investment: taxonomy.by_code("investment.capital"),
                fdi: taxonomy.by_code("fdi.capital"),
                ddi: taxonomy.by_code("ddi.capital"),
            },
            customs: count(word::CUSTOMS) > 0 || budget,
            zones: count(word::ZONE | word::CLUSTER) > 0,
            tourism: count(word::TOURISM) > 0 || visitors,
            public_funds: count(word::PUBLIC_FUNDS) > 0,
            retail_told: whole_retail,
            foreign: count(word::FDI) > 0,
            product_report: layout
                .lines()
                .first()
                .filter(|l| l.end - l.first <= 30)
                .is_some_and(|line| {
                    let headline = words
                        .iter()
                        .take_while(|w| w.first < line.end as usize && w.says & word::PART == 0);
                    // A customs office reports on all goods, whatever its headline picks.
                    headline.clone().all(|w| w.says & word::CUSTOMS == 0)
                        && headline
                            .clone()
                            .filter(|w| {
                                // `Vũng Tàu` is no ship.
                                let places = around.place_marks();
                                !places.iter().any(|p| p.first < w.end && w.first < p.end)
                            })
                            .any(|w| w.says & word::PRODUCT != 0 && w.says & word::NEUTRAL == 0)
                }),
            foreign_report: foreign && foreign_report,
            english: list.iter().any(|t| {
                t.kind == TokenKind::Number
                    && t.span.of(text).bytes().filter(|b| *b == b',').count() > 1
            }),
            dollars: if foreign {
                Source::Fdi
            } else {
                Source::Unknown
            },
            zone_words: words
                .iter()
                .filter(|w| w.says & (word::ZONE | word::CLUSTER) != 0)
                .map(|w| w.first)
                .collect(),
        };
        (reader, words)
    }
}
