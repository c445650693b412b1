//! Sentences, and the items that they are made of.

use super::{Cursor, Item, Kind, Reader, word};
use crate::annotate::metric::{Hit, MetricCue};
use crate::annotate::number::{Quantity, read};
use crate::annotate::units::Unit;
use crate::model::Taxonomy;
use crate::text::{Token, TokenKind, Tokens};

/// `Doanh nghiệp thành lập mới: 410`: a number that closes a clause behind a label counts what the label names.
pub(super) fn count_labelled(
    text: &str,
    tokens: &Tokens,
    taxonomy: &Taxonomy,
    metrics: &[Hit<MetricCue>],
    quantities: &mut Vec<Quantity>,
) {
    let list = tokens.list();
    let mut found = Vec::new();
    for hit in metrics {
        let Some((at, number)) = led_to(text, tokens, hit).and_then(|at| Some((at, list.get(at)?)))
        else {
            continue;
        };
        let closes = list.get(at + 1).is_none_or(|t| {
            t.kind == TokenKind::Break || matches!(t.span.of(text), ";" | "(" | "," | ".")
        });
        let unit = hit.says.metric.and_then(|id| {
            let metric = taxonomy.metric(id);
            [
                Unit::Enterprises,
                Unit::Projects,
                Unit::Persons,
                Unit::Visitors,
            ]
            .into_iter()
            .find(|u| metric.takes(u.code()))
        });
        if let (Some(unit), true, TokenKind::Number, Some(reading)) =
            (unit, closes, number.kind, read(number.span.of(text)))
            && reading.value.is_integer()
        {
            found.push(Quantity::count(at, number.span, reading.value, unit));
        }
    }
    found.extend(counts_behind_labels(text, tokens));
    found.extend(short_zones(text, tokens));
    // `39 dự án (26 FDI và 13 DDI)`
    let opens = |t: &Token| t.kind == TokenKind::Punct && text.as_bytes()[t.span.start] == b'(';
    for open in (1..list.len().saturating_sub(3)).filter(|&at| opens(&list[at])) {
        let is = |at: usize, words: &[&str]| {
            list.get(at)
                .is_some_and(|t| words.contains(&tokens.exact(t)))
        };
        let projects = is(open - 1, &["án"]) || open > 1 && is(open - 2, &["án"]);
        if !projects {
            continue;
        }
        for (at, token) in list.iter().enumerate().skip(open + 1).take(9) {
            if is(at, &[")"]) {
                break;
            }
            let counted = token.kind == TokenKind::Number
                && is(at - 1, &["(", "và", ",", ";", "có", "gồm"])
                && (is(at + 1, &["fdi", "ddi"])
                    || is(at + 1, &["trong"]) && is(at + 2, &["nước"])
                    || is(at + 1, &["nước"]) && is(at + 2, &["ngoài"]));
            if let Some(reading) = counted.then(|| read(token.span.of(text))).flatten()
                && reading.value.is_integer()
            {
                found.push(Quantity::count(
                    at,
                    token.span,
                    reading.value,
                    Unit::Projects,
                ));
            }
        }
    }
    if !found.is_empty() {
        quantities.extend(found);
        quantities.sort_by_key(|q| q.first);
        quantities.dedup_by_key(|q| q.first);
    }
}

/// The token that the number which a label leads to would be: `…: 690`, `số … đạt hơn 690`, `… của tỉnh trong tháng 5 chỉ là 690`.
fn led_to(text: &str, tokens: &Tokens, hit: &Hit<MetricCue>) -> Option<usize> {
    /// Tokens of the longest way from a label to its number.
    const FAR: usize = 12;
    let list = tokens.list();
    if list.get(hit.end)?.span.of(text) == ":" {
        return Some(hit.end + 1);
    }
    let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
    // A label that counts may do without a verb of its own.
    let mut verb = false;
    let counts = matches!(word(hit.first), "số" | "tổng");
    for at in hit.end..hit.end + FAR {
        let (token, before) = (list.get(at)?, word(at - 1));
        match token.kind {
            TokenKind::Word => match word(at) {
                "đạt" | "là" | "chỉ" | "lên" | "còn" => verb = true,
                "ước" | "tính" | "khoảng" | "gần" | "hơn" | "trên" => verb |= counts,
                // Whose they are, and when.
                "của" | "cả" | "nước" | "toàn" | "tỉnh" | "thành" | "phố" | "địa" | "bàn"
                | "trong" | "năm" | "tháng" | "quí" | "kì" | "đầu" | "này" | "đến" | "nay"
                | "được" | "tới" | "đã" | "có" | "mức" | "ở" | "con" | "số"
                    if !verb
                        || matches!(word(at), "đến" | "tới" | "được" | "mức" | "con" | "số") =>
                    {}
                _ if token.is_capital() && !verb => {}
                _ => return None,
            },
            _ if matches!(before, "năm" | "tháng" | "quí")
                || matches!(word(at + 1), "tháng" | "năm") => {}
            // `Doanh nghiệp đăng ký mới 598, giải thể 110`
            TokenKind::Number if at == hit.end => {
                let opens = hit.first.checked_sub(1).is_none_or(|before| {
                    matches!(list[before].kind, TokenKind::Break | TokenKind::Punct)
                });
                let year = token.span.len() == 4 && word(at).starts_with(['1', '2']);
                let label = matches!(word(hit.first), "doanh" | "dn" | "số");
                return (opens && label && !year).then_some(at);
            }
            TokenKind::Number => return verb.then_some(at),
            _ => return None,
        }
    }
    None
}

/// `Quy hoạch 9 khu công nghiệp, 5 khu đã thành lập`: zones and clusters by their first word, where they are spoken of nearby.
fn short_zones(text: &str, tokens: &Tokens) -> Vec<Quantity> {
    /// Tokens back to the full name.
    const NEAR: usize = 60;
    let list = tokens.list();
    let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
    let (mut zones, mut clusters) = (None, None);
    let mut found = Vec::new();
    let told = |token: &Token| {
        matches!(
            tokens.exact_bytes(token),
            b"kcn" | b"kkt" | b"kcx" | b"ccn" | b"khu" | b"kinh"
        ) || tokens.is(token, "cụm")
            || tokens.is(token, "công")
    };
    for at in (1..list.len()).filter(|&at| told(&list[at])) {
        match (word(at - 1), word(at), word(at + 1)) {
            (_, "kcn" | "kkt" | "kcx", _) | ("khu", "công" | "kinh", "nghiệp" | "tế") => {
                zones = Some(at);
            }
            (_, "ccn", _) | ("cụm", "công", "nghiệp") => clusters = Some(at),
            (_, kind @ ("khu" | "cụm"), next) => {
                let (full, unit) = match kind {
                    "khu" => (zones, Unit::Zones),
                    _ => (clusters, Unit::Clusters),
                };
                let alone = matches!(
                    next,
                    "đã" | "được" | "đang" | "đi" | "có" | "hoạt" | "thành"
                );
                let number = &list[at - 1];
                if let (true, true, TokenKind::Number, Some(reading)) = (
                    alone,
                    full.is_some_and(|full| at - full <= NEAR),
                    number.kind,
                    read(number.span.of(text)),
                ) && reading.value.is_integer()
                {
                    let mut count = Quantity::count(at - 1, number.span, reading.value, unit);
                    count.end = at + 1;
                    found.push(count);
                }
            }
            _ => {}
        }
    }
    found
}

/// `Số dự án FDI trên địa bàn tỉnh còn hiệu lực là 201, …`, `KCN đã hoạt động: 16;`: what is counted stands before the verb or the
/// colon, the bare number behind it.
fn counts_behind_labels(text: &str, tokens: &Tokens) -> Vec<Quantity> {
    /// Tokens between `số` and its number.
    const LONGEST: usize = 16;
    let list = tokens.list();
    let word = |at: usize| list.get(at).map_or("", |t| tokens.exact(t));
    let mut found = Vec::new();
    let counted = |at: usize| match (word(at), word(at + 1)) {
        ("dự", "án") => Some((Unit::Projects, at + 2)),
        ("doanh", "nghiệp") => Some((Unit::Enterprises, at + 2)),
        ("kcn", _) => Some((Unit::Zones, at + 1)),
        ("ccn", _) => Some((Unit::Clusters, at + 1)),
        ("khu", "công") => Some((Unit::Zones, at + 3)),
        ("cụm", "công") => Some((Unit::Clusters, at + 3)),
        _ => None,
    };
    let opens = |token: &Token| {
        let mark = token.span.of(text);
        token.kind == TokenKind::Break || matches!(mark, ";" | "-" | "+" | "•" | "–" | ".")
    };
    for label in 0..list.len() {
        // Few words begin a label: most are told by their first byte.
        if !matches!(
            tokens.exact_bytes(&list[label]).first(),
            Some(b's' | b'd' | b'k' | b'c')
        ) {
            continue;
        }
        let told = tokens.is(&list[label], "số");
        let line = label == 0 || opens(&list[label - 1]);
        // `Dự án FDI: 39` says neither new nor standing.
        let zones = |unit: Unit| matches!(unit, Unit::Zones | Unit::Clusters);
        let Some((unit, from)) =
            counted(label + usize::from(told)).filter(|(unit, _)| told || line && zones(*unit))
        else {
            continue;
        };
        for at in from..(label + LONGEST).min(list.len()) {
            let token = &list[at];
            match token.kind {
                TokenKind::Break => break,
                TokenKind::Punct if word(at) == ":" => {
                    let number = list.get(at + 1).filter(|t| t.kind == TokenKind::Number);
                    let closes = list.get(at + 2).is_none_or(|t| {
                        matches!(t.kind, TokenKind::Break)
                            || matches!(t.span.of(text), ";" | "," | ".")
                    });
                    if let Some(reading) = number
                        .filter(|_| closes)
                        .and_then(|t| read(t.span.of(text)))
                        && reading.value.is_integer()
                    {
                        let span = list[at + 1].span;
                        found.push(Quantity::count(at + 1, span, reading.value, unit));
                    }
                    break;
                }
                TokenKind::Punct if !matches!(word(at), "(" | ")" | "-" | "/") => break,
                TokenKind::Number
                    if !matches!(word(at - 1), "năm" | "tháng" | "quí" | "/" | "đầu") =>
                {
                    break;
                }
                TokenKind::Word
                    if told
                        && matches!(unit, Unit::Projects | Unit::Enterprises)
                        && matches!(word(at), "là" | "đạt" | "còn" | "lên" | "chỉ") =>
                {
                    let hedge = |n: &usize| {
                        matches!(word(*n), "khoảng" | "gần" | "hơn" | "trên" | "tới" | "đến")
                    };
                    let number = at + 1 + (at + 1..at + 3).take_while(hedge).count();
                    let Some(token) = list.get(number).filter(|t| t.kind == TokenKind::Number)
                    else {
                        continue;
                    };
                    let closes = list.get(number + 1).is_none_or(|t| {
                        matches!(t.kind, TokenKind::Break)
                            || matches!(tokens.exact(t), "," | "." | ";" | "(" | ")" | "với")
                    });
                    if let (true, Some(reading)) = (closes, read(token.span.of(text)))
                        && reading.value.is_integer()
                    {
                        found.push(Quantity::count(number, token.span, reading.value, unit));
                    }
                    break;
                }
                _ => {}
            }
        }
    }
    found
}

impl Reader<'_> {
    /// A short line without a full stop: a headline.
    pub(super) fn is_heading(&self, first: usize, end: usize) -> bool {
        end - first <= 25 && !matches!(self.exact(end - 1), "." | ";" | ",")
    }

    pub(super) fn ends_sentence(&self, at: usize, end: usize) -> bool {
        let list = self.tokens.list();
        let token = &list[at];
        if token.kind != TokenKind::Punct {
            return false;
        }
        match self.tokens.exact(token) {
            "!" | "?" => true,
            "…" => list[at + 1..end].first().is_some_and(|n| n.is_capital()),
            "." => {
                let Some(next) = list[at + 1..end].first() else {
                    return true;
                };
                let previous = at.checked_sub(1).map(|i| &list[i]);
                let short = previous.is_some_and(|p| {
                    p.kind == TokenKind::Word && p.is_capital() && p.span.len() <= 3
                });
                if next.spaced {
                    !short
                        || previous
                            .is_some_and(|p| p.is_upper() && p.span.len() == 3 && next.is_capital())
                } else {
                    // `tỷ đồng.Phấn đấu`: a forgotten space; but `96 tr.USD`.
                    next.is_capital()
                        && self.exact(at.saturating_sub(1)) != "tr"
                        && previous.is_some_and(|p| {
                            p.kind == TokenKind::Word && !p.is_capital() && p.span.len() > 1
                        })
                }
            }
            _ => false,
        }
    }

    pub(super) fn items(
        &self,
        first: usize,
        end: usize,
        words: &[Hit<u64>],
        cursor: &mut Cursor,
    ) -> Vec<Item> {
        let list = self.tokens.list();
        let mut items = Vec::with_capacity(end - first);
        let periods = self.around.period_marks();
        let places = self.around.place_marks();
        let mut at = first;
        while at < end {
            while words.get(cursor.word).is_some_and(|w| w.end <= at) {
                cursor.word += 1;
            }
            while self
                .metrics
                .get(cursor.metric)
                .is_some_and(|m| m.first < at)
            {
                cursor.metric += 1;
            }
            while self
                .quantities
                .get(cursor.quantity)
                .is_some_and(|q| q.first < at)
            {
                cursor.quantity += 1;
            }
            while periods.get(cursor.period).is_some_and(|p| p.first < at) {
                cursor.period += 1;
            }
            while places.get(cursor.place).is_some_and(|p| p.first < at) {
                cursor.place += 1;
            }
            let classes = |from: usize, to: usize| {
                words[cursor.word..]
                    .iter()
                    .take_while(|w| w.first < to)
                    .filter(|w| w.end > from)
                    .fold(0, |all, w| all | w.says)
            };
            let next_metric = self.metrics.get(cursor.metric).filter(|m| m.first < end);
            let (kind, to, said) = if let Some(to) = self.enumerator(at, end) {
                // `(iv)` begins a clause.
                (Kind::Mark(';'), to, 0)
            } else if let Some(q) = self
                .quantities
                .get(cursor.quantity)
                .filter(|q| q.first == at && q.end <= end)
            {
                (Kind::Quantity(cursor.quantity), q.end, 0)
            } else if let Some(m) = next_metric.filter(|m| m.first == at) {
                // A word that lies across the beginning (`phấn đấu thu` in `phấn đấu thu hút`) is an item already.
                let inside = words[cursor.word..]
                    .iter()
                    .take_while(|w| w.first < m.end.min(end))
                    .filter(|w| w.first >= at)
                    .fold(0, |all, w| all | w.says)
                    & !(word::UP
                        | word::DOWN
                        | word::LEVEL
                        | word::ONTO
                        | word::SECTOR
                        | word::SHARE);
                // The words may lie across: `thu hút đầu tư | trực tiếp nước ngoài`.
                let source = match m.says.metric.map(|id| self.family(id)) {
                    Some("fdi") => word::FDI,
                    Some("ddi") => word::DDI,
                    _ => 0,
                };
                let kind = if source != 0 && self.names_sector(at) {
                    Kind::Word
                } else {
                    Kind::Cue(cursor.metric)
                };
                (kind, m.end.min(end), inside | source)
            } else if let Some(p) = periods.get(cursor.period).filter(|p| p.first == at) {
                let to = p.end.min(end).max(at + 1);
                let aside = if p.aside { word::VERSUS } else { 0 };
                // `sáu tháng cuối năm` is no `(so với) cuối năm`.
                let counted = (at + 1..to).any(|t| self.is(t, "tháng") || self.is(t, "quí"));
                // `cuối năm 2016 còn 9%`, against `so với cuối năm 2016`.
                let dated = self.exact(at) == "cuối"
                    && (at + 1..to).any(|t| {
                        self.tokens.list()[t].span.len() == 4
                            && self.exact(t).parse::<u16>().is_ok()
                    });
                let compares = if (counted || dated) && !p.aside {
                    word::YOY | word::MOM
                } else {
                    word::YOY | word::MOM | word::YTD
                };
                (Kind::Period, to, classes(at, to) & compares | aside)
            } else if let Some(p) = places.get(cursor.place).filter(|p| p.first == at) {
                (Kind::Place, p.end.min(end).max(at + 1), word::NEUTRAL)
            } else if let Some(w) = words.get(cursor.word).filter(|w| w.first <= at) {
                let mut to = w.end.min(end);
                if let Some(m) = next_metric {
                    to = to.min(m.first);
                }
                if let Some(q) = self.quantities.get(cursor.quantity) {
                    to = to.min(q.first);
                }
                let foreign = self.is_foreign_count(&items, at);
                // `các nhà máy`: all of them.
                let many = w.says & word::COMPANY != 0
                    && self.exact(at) == "nhà"
                    && at > 0
                    && matches!(self.exact(at - 1), "các" | "những" | "nhiều");
                let says = if many {
                    w.says & !word::COMPANY
                } else {
                    w.says
                };
                (Kind::Word, to.max(at + 1), says | foreign)
            } else {
                let token = &list[at];
                if self.is_foreign_count(&items, at) != 0 {
                    items.push(Item {
                        kind: Kind::Word,
                        first: at,
                        end: (at + 2).min(end),
                        classes: word::FDI,
                    });
                    at = (at + 2).min(end);
                    continue;
                }
                let kind = match token.kind {
                    TokenKind::Punct => {
                        Kind::Mark(self.tokens.exact(token).chars().next().unwrap_or(' '))
                    }
                    TokenKind::Word => Kind::Unknown,
                    _ => Kind::Number,
                };
                (kind, at + 1, 0)
            };
            items.push(Item {
                kind,
                first: at,
                end: to,
                classes: said,
            });
            at = to;
        }
        // `Doanh thu: 4 tỷ đồng – Xuất khẩu: 9 triệu USD`: a dash before the next label ends a clause.
        for n in 1..items.len() {
            let dash = matches!(items[n].kind, Kind::Mark('-' | '–' | '—'));
            let behind = matches!(items[n - 1].kind, Kind::Quantity(_));
            let labelled = || {
                let next = items[n + 1..].iter().find(|i| {
                    matches!(i.kind, Kind::Quantity(_) | Kind::Mark(_)) || i.kind == Kind::Number
                });
                next.is_some_and(|i| i.kind == Kind::Mark(':'))
            };
            if dash && behind && labelled() {
                items[n].kind = Kind::Mark(';');
            }
        }
        // `lũy kế 8 tháng có 31 dự án`: bounded, as good as `trong 8 tháng`.
        for n in 1..items.len() {
            let bounded = items[n].kind == Kind::Period
                && (self.exact(items[n].first).parse::<u8>().is_ok()
                    || matches!(self.exact(items[n].first), "tháng" | "năm" | "quí"));
            if bounded && items[n - 1].kind == Kind::Word {
                items[n - 1].classes &= !word::CUMULATIVE;
            }
        }
        items
    }

    /// `khu vực 100% | vốn trong nước`: who, not how much.
    fn names_sector(&self, at: usize) -> bool {
        (1..=5)
            .map_while(|back| at.checked_sub(back))
            .find(|&t| {
                !matches!(
                    self.exact(t),
                    "%" | "có" | "co" | "100" | "kinh" | "tế" | "100%"
                )
            })
            // `kim ngạch xuất khẩu có vốn đầu tư nước ngoài`, `công nghiệp có vốn đầu tư nước ngoài`
            .is_some_and(|t| {
                matches!(self.exact(t), "vực" | "phần" | "khẩu")
                    || matches!(
                        (self.exact(t), self.exact(t + 1)),
                        ("nghiệp", "có") | ("nghiep", "co")
                    )
            })
    }

    /// `71 dự án nước ngoài`
    pub(super) fn is_foreign_count(&self, items: &[Item], at: usize) -> u64 {
        let projects = items.last().is_some_and(|i| match i.kind {
            Kind::Quantity(q) => self.quantities[q].unit == Unit::Projects,
            _ => false,
        });
        if projects && self.is(at, "nước") && self.is(at + 1, "ngoài") {
            word::FDI
        } else {
            0
        }
    }

    /// End of an enumerator `(i)`, `(2)`, `(a)` at a token.
    pub(super) fn enumerator(&self, at: usize, end: usize) -> Option<usize> {
        if at + 2 >= end || !self.is(at, "(") || !self.is(at + 2, ")") {
            return None;
        }
        let inner = self.exact(at + 1);
        let roman = inner.len() <= 5 && inner.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
        let short =
            inner.len() == 1 && inner.is_ascii() || inner.parse::<u8>().is_ok_and(|n| n < 30);
        (roman || short).then_some(at + 3)
    }
}
