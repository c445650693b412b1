//! Counts: projects and zones, whose metric is made of the words around them.

use rustc_hash::FxHashSet;

use super::{Item, Kind, Reader, Scope, Source, Work, classes, clause_at, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;
use crate::model::{Basis, Observation};

impl Reader<'_> {
    pub(super) fn project_count(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let items = w.items;
        let scope = w.scope;
        // `14 dự án (2 dự án FDI) được cấp giấy chứng nhận`
        let behind: Vec<&Item> = items[self.behind_parts(items, at)..]
            .iter()
            .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(',' | ';' | ':')))
            .take(12)
            .collect();
        let mut after = 0;
        for item in &behind {
            if matches!(item.kind, Kind::Mark(')'))
                && !behind.iter().any(|i| i.kind == Kind::Mark('('))
            {
                break;
            }
            // `412 dự án FDI với tổng vốn …`: what follows is the capital's.
            if item.kind != Kind::Unknown && self.exact(item.first) == "với" {
                break;
            }
            after |= item.classes;
        }
        let mut from = self.since(items, at);
        // `(20 dự án FDI, 27 dự án trong nước), điều chỉnh 5 dự án`
        if let Some(closed) = items[from..at]
            .iter()
            .position(|i| i.kind == Kind::Mark(')'))
        {
            from += closed + 1;
        }
        let before = classes(&items[from..at]);
        let sentence = classes(&items[..at]);
        let open = self
            .without_asides(items, 0, at)
            .iter()
            .fold(0, |all, (_, i)| all | i.classes);
        let part_of = before & word::PART != 0 || (w.state.projects.is_some() && self.only_joint(items, at))
            // `có 90 dự án với 2 tỷ USD (21 dự án FDI)`: of what was counted before the bracket.
            || at > 0 && w.state.projects.is_some() && items[at - 1].kind == Kind::Mark('(')
            // `40 dự án điều chỉnh vốn: 30 dự án FDI …, còn 10 dự án trong nước …`
            || w.state.projects.is_some() && (self.listed(items, at) || self.abroad(items, at));
        let foreign = word::SECTOR | word::SINGLE | word::MARKET | word::COMPANY | word::PRODUCT;
        let clause = clause_at(items, at);
        let place = items[clause..at].iter().any(|i| i.kind == Kind::Place);
        let near_before = items[from..at]
            .iter()
            .filter(|i| !i.is(word::NEUTRAL))
            .fold(0, |all, i| all | i.classes);
        let offered = self
            .governing(items, at)
            .take(2)
            .any(|i| i.is(word::SINGLE));
        if offered
            || (near_before & foreign != 0 && !place)
            || behind.iter().take(3).any(|i| {
                i.is(foreign) && !i.is(word::NEUTRAL | word::FDI | word::DDI | word::ADDED)
            })
        {
            return;
        }
        if self
            .governing(items, at)
            .any(|i| i.is(word::UP | word::DOWN | word::OVER))
            && !self.governing(items, at).any(|i| i.is(word::ADDED))
        {
            return;
        }
        let mut source = if self.abroad(items, at) {
            Source::Fdi
        } else {
            Source::of(after)
        };
        if source == Source::Unknown && after & (word::FDI | word::DDI) == 0 {
            source = Source::of(before);
        }
        let attract = word::ATTRACT | word::NEW | word::ADDED | word::ACTIVE | word::CUMULATIVE;
        let capital = behind.iter().any(|i| matches!(i.kind, Kind::Cue(_)))
            || items[at + 1..].iter().take(8).any(|i| matches!(i.kind, Kind::Cue(hit) if self.metrics[hit].says.metric == self.ids.investment || self.metrics[hit].says.metric == self.ids.fdi || self.metrics[hit].says.metric == self.ids.ddi));
        let invested = items[from..at].iter().any(|i| matches!(i.kind, Kind::Cue(hit) if self.metrics[hit].says.metric == self.ids.investment || self.metrics[hit].says.metric == self.ids.fdi || self.metrics[hit].says.metric == self.ids.ddi));
        let counted = self.counts_all(items, at);
        let numbered = self.numbers_projects(items, at);
        let drawn = self.drew_ever(items, at, scope);
        let working = self.works(items, at);
        // `Đến nay, các KCN đã có 140 dự án, trong đó 60 dự án FDI`
        let dealt = self.stands_now(items, at) && self.dealt_out(items, at);
        // `Đến nay, trong các KCN đã có 57 dự án đầu tư`
        let standing = self.stands_now(items, at)
            && items[at]
                .first
                .checked_sub(1)
                .is_some_and(|t| self.exact(t) == "có")
            && self.speaks_of_zones(items[at].first);
        let stood = self.stood_then(items, at);
        let strong = counted
            || stood && (capital || self.speaks_of_zones(items[at].first))
            || working
            || dealt
            || standing
            || drawn
            || numbered && self.speaks_of_zones(items[at].first)
            || (after | before) & (attract & !word::STOCK) != 0
            || invested
            || (capital
                && (sentence & attract != 0
                    || self.governing(items, at).any(|i| {
                        self.exact(i.first) == "có"
                            || self.exact(i.first) == "với" && self.stands_now(items, at)
                    })));
        // `… có 171 dự án FDI. Đứng đầu là Bình Phước: 133 dự án; thứ hai …`: theirs of those that the sentence before counted.
        let ranked = scope
            .projects
            .filter(|_| !strong && source == Source::Unknown && self.ranks_places(items, at));
        if !(strong
            || source != Source::Unknown
            || ranked.is_some()
            || part_of && w.state.projects.is_some())
        {
            return;
        }
        if self.is_undone(items, at) {
            return;
        }
        if after & word::OPERATING != 0
            && after & (word::FDI | word::DDI | word::NEW) == 0
            && (part_of || w.state.last.is_some() && self.out_of_all(items, at))
        {
            // `trong đó 120 dự án đã đi vào hoạt động`
            return;
        }
        if self.has_begun(items, at) {
            return;
        }
        if after & word::NOT != 0 && after & word::ADDED == 0 {
            // `đề nghị chấm dứt hoạt động`
            return;
        }
        let rounds = quantity.span.of(self.text).contains("lượt");
        let tail = if after & word::ADDED != 0 || rounds && before & word::ADDED != 0 {
            "adjusted"
        } else if after & word::NEW != 0
            && (self.stands_now(items, at) && self.is_licensed(items, at, &behind)
                || self.out_of_all(items, at))
        {
            "total"
        } else if after & word::NEW != 0 {
            "new"
        } else if after & (word::ACTIVE | word::CUMULATIVE) != 0 || working {
            "total"
        } else if part_of
            && let Some((tail, _)) = w.state.projects
            // `22 dự án, trong đó cấp mới 12 dự án, điều chỉnh 10 dự án`
            && !(tail.is_empty() && before & (word::NEW | word::ADDED) != 0)
        {
            tail
        } else if before & word::ADDED != 0 {
            "adjusted"
        } else if before & word::NEW != 0
            && sentence & word::CUMULATIVE != 0
            && !items[from..at]
                .iter()
                .filter(|i| i.is(word::NEW))
                .any(|i| (i.first..i.end).any(|t| self.exact(t) == "mới"))
        {
            // `Lũy kế đến nay đã cấp giấy chứng nhận cho 600 dự án`
            "total"
        } else if before & word::NEW != 0 {
            "new"
        } else if let Some((tail, _)) = ranked {
            tail
        } else if sentence & word::CUMULATIVE != 0
            || scope.cumulative
            || before & word::ACTIVE != 0
            || self.stands_now(items, at)
            || stood
            || counted
            || drawn
            || self.stands_still(items, at, scope)
        {
            "total"
        } else {
            ""
        };
        let unsure_source = source == Source::Unknown && after & (word::FDI | word::DDI) == 0;
        if unsure_source && self.deals_to_both(items, at) {
            // Of both, whatever the paragraph is on.
        } else if unsure_source {
            // The source in force: of the projects counted just before, of the sentence, of the paragraph.
            source = match w.state.projects.or(ranked) {
                Some((_, source)) if !part_of => source,
                // `cấp mới 4 dự án (1 dự án FDI); lũy kế có 55 dự án`: a bracket that is closed says no more.
                // `cấp mới 12 dự án FDI; lũy kế các KCN có 352 dự án`: all that stands, of whichever source.
                _ if clause > 0
                    && w.state.projects.is_none()
                    && !self.foreign_report
                    && classes(&items[clause..at]) & word::CUMULATIVE != 0 =>
                {
                    Source::Unknown
                }
                _ => match self
                    .source_of_clause(items, clause, at)
                    .unwrap_or_else(|| Source::of(open))
                {
                    Source::Unknown
                        if open & (word::FDI | word::DDI) == 0
                            && scope.source == Source::Unknown
                            && self.currency_behind(items, at) == Some(Unit::Usd) =>
                    {
                        self.dollars
                    }
                    Source::Unknown if open & (word::FDI | word::DDI) == 0 => {
                        self.held_source(scope, self.currency_behind(items, at))
                    }
                    other => other,
                },
            };
        }
        let family = match source {
            Source::Fdi => "fdi",
            Source::Ddi => "ddi",
            Source::Unknown => "investment",
        };
        let code = match (family, tail) {
            ("investment", "") => "investment.projects".to_owned(),
            (family, "") => format!("{family}.projects.new"),
            (family, tail) => format!("{family}.projects.{tail}"),
        };
        w.state.projects = Some((tail, source));
        let number = w.figures.len();
        self.level(w, at, quantity, &code, "count of projects");
        if tail == "total"
            && let Some(figure) = w.figures.get_mut(number)
            && figure.basis == Basis::Actual
        {
            figure.basis = Basis::Cumulative;
        }
    }

    /// `Tổng số dự án đầu tư vào các KCN là 128 dự án`: all there are, where no period says since when.
    fn counts_all(&self, items: &[Item], at: usize) -> bool {
        let (first, end) = (items[0].first, items[at].first);
        (first..end.min(first + 3)).any(|t| {
            (self.exact(t), self.exact(t + 1), self.exact(t + 2)) == ("số", "dự", "án")
                && t > first
                && self.exact(t - 1) == "tổng"
        }) && !items[..at].iter().any(|i| {
            matches!(i.kind, Kind::Period | Kind::Quantity(_))
                || i.is(word::NEW | word::ADDED | word::CONTRIBUTED | word::TARGET)
                || (i.first..i.end).any(|t| self.exact(t) == "hút")
        })
    }

    /// `Số dự án vào các khu công nghiệp là 67 dự án`: the number is of projects by name.
    fn numbers_projects(&self, items: &[Item], at: usize) -> bool {
        let from = self.since(items, at);
        let (first, end) = (items[from].first, items[at].first);
        let named = (first..end)
            .any(|t| (self.exact(t), self.exact(t + 1), self.exact(t + 2)) == ("số", "dự", "án"));
        named && self.exact(end.saturating_sub(1)) == "là"
    }

    /// `Các KCN đã thu hút 900 dự án`: what zones drew in since ever, where the paragraph names no period.
    fn drew_ever(&self, items: &[Item], at: usize, scope: &Scope) -> bool {
        let before = &items[..at];
        let (first, end) = (items[0].first, items[at].first);
        let says = |word: &str| (first..end).any(|t| self.exact(t) == word);
        !scope.dated
            && before.iter().any(|i| i.is(word::ZONE))
            && says("đã")
            && says("hút")
            && !says("thêm")
            && !before.iter().any(|i| {
                matches!(i.kind, Kind::Period | Kind::Quantity(_))
                    || i.is(word::NEW | word::ADDED | word::TARGET | word::PART)
            })
    }

    /// Whether a colon behind the count before opens a list that this one is in.
    fn listed(&self, items: &[Item], at: usize) -> bool {
        let clause = clause_at(items, at);
        let colon = items[clause..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(':'));
        colon.is_some_and(|colon| {
            items[clause..clause + colon].iter().any(|i| {
                matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects)
            })
        })
    }

    /// `nước ngoài 73 dự án`, `nước ngoài là 73 dự án`
    fn abroad(&self, items: &[Item], at: usize) -> bool {
        items[at].first.checked_sub(3).is_some_and(|t| {
            let joint = matches!(self.exact(t + 2), "là" | "có" | "gồm");
            let t = t + usize::from(!joint);
            (self.exact(t), self.exact(t + 1)) == ("nước", "ngoài")
        })
    }

    /// `98 dự án đã đi vào hoạt động`, `14 dự án đã hoàn thành`, `138 dự án xây xong`: how far some have come, no count of all.
    fn has_begun(&self, items: &[Item], at: usize) -> bool {
        let end = items[at].end;
        let end = end + usize::from(matches!(self.exact(end), "đã" | "đang"));
        matches!(
            (self.exact(end), self.exact(end + 1), self.exact(end + 2)),
            ("đi", "vào", _)
                | ("bước", "vào", _)
                | ("xây", "xong", _)
                | ("xây", "dựng", _)
                | ("hoàn", "thành", _)
                | ("triển", "khai", _)
                | ("giảm", "vốn", _)
        )
    }

    /// Whether a clause opens with a source and how many of the projects are its: `; trong nước là 635 dự án`.
    pub(super) fn deals_on(&self, items: &[Item], mark: usize) -> bool {
        let Some(count) = items[mark + 1..].iter().take(5).position(
            |i| matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects),
        ) else {
            return false;
        };
        let lead = &items[mark + 1..mark + 1 + count];
        let abroad = lead
            .iter()
            .any(|i| (self.exact(i.first), self.exact(i.first + 1)) == ("nước", "ngoài"));
        lead.iter().any(|i| i.is(word::FDI | word::DDI)) || abroad
    }

    /// `Các khu đang có 900 dự án thứ cấp hoạt động`: what works stands, where no period says since when and it is no part.
    fn works(&self, items: &[Item], at: usize) -> bool {
        let end = items[at].end;
        let next = usize::from((self.exact(end), self.exact(end + 1)) == ("thứ", "cấp")) * 2;
        let at_work = |t: usize| (self.exact(t), self.exact(t + 1)) == ("hoạt", "động");
        let working =
            at_work(end + next) || self.exact(end + next) == "đang" && at_work(end + next + 1);
        working
            && !items[..at].iter().any(|i| {
                i.kind == Kind::Period && !i.is(word::VERSUS)
                    || i.is(word::PART | word::TARGET | word::NOT)
            })
    }

    /// `46 dự án, gồm 37 dự án FDI, 9 dự án trong nước`
    fn deals_to_both(&self, items: &[Item], at: usize) -> bool {
        let mut sources = items[at + 1..]
            .iter()
            .enumerate()
            .take_while(|(_, i)| i.kind != Kind::Mark(';'))
            .filter(|(_, i)| matches!(i.kind, Kind::Quantity(_)))
            .map(|(n, i)| {
                let counted = matches!(i.kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects);
                let next = items[at + 2 + n..].iter().take(2);
                let said = next
                    .take_while(|i| !matches!(i.kind, Kind::Quantity(_) | Kind::Mark(_)))
                    .fold(0, |all, i| all | i.classes);
                if counted { Source::of(said) } else { Source::Unknown }
            });
        matches!(
            (sources.next(), sources.next()),
            (Some(Source::Fdi), Some(Source::Ddi)) | (Some(Source::Ddi), Some(Source::Fdi))
        )
    }

    /// The item behind a count, or behind the bracket that takes it apart.
    fn behind_parts(&self, items: &[Item], at: usize) -> usize {
        let next = at + 1;
        let close = items[next..]
            .iter()
            .position(|i| i.kind == Kind::Mark(')'))
            .map(|n| next + n)
            .filter(|_| items.get(next).is_some_and(|i| i.kind == Kind::Mark('(')));
        match close {
            Some(close)
                if items[next..close]
                    .iter()
                    .any(|i| matches!(i.kind, Kind::Quantity(_) | Kind::Number)) =>
            {
                close + 1
            }
            _ => next,
        }
    }

    /// Whether the projects counted are at once dealt out by source: `… dự án, trong đó có 60 dự án FDI`.
    fn dealt_out(&self, items: &[Item], at: usize) -> bool {
        let Some(next) = items[at + 1..]
            .iter()
            .position(|i| matches!(i.kind, Kind::Quantity(_)))
            .map(|n| at + 1 + n)
        else {
            return false;
        };
        let part = items[at + 1..next]
            .iter()
            .any(|i| i.is(word::PART) || i.kind == Kind::Mark('('));
        let projects = matches!(items[next].kind, Kind::Quantity(q) if self.quantities[q].unit == Unit::Projects);
        let source = items[next + 1..]
            .iter()
            .take(3)
            .any(|i| i.is(word::FDI | word::DDI));
        part && projects && source && next - at <= 6
    }

    /// `thu hồi 5 dự án với tổng vốn …`, `ký ghi nhớ 8 dự án`: withdrawn, or not yet registered.
    pub(super) fn is_undone(&self, items: &[Item], at: usize) -> bool {
        let clause = clause_at(items, at);
        let Some(undone) = items[clause..at].iter().rposition(|i| i.is(word::UNDONE)) else {
            return false;
        };
        !items[clause + undone..at].iter().any(|i| {
            i.is(word::NEW | word::ADDED) && !i.is(word::UNDONE) || i.kind == Kind::Mark(':')
        })
    }

    /// `Trong số 52 dự án được cấp phép, 30 dự án đã hoạt động`: all there are, where no period says since when.
    fn out_of_all(&self, items: &[Item], at: usize) -> bool {
        let first = items[0].first;
        let all = matches!(
            (
                self.exact(first),
                self.exact(first + 1),
                self.exact(first + 2)
            ),
            ("trong", "số", _) | ("trong", "tổng", "số")
        );
        all && !items[..at].iter().any(|i| i.kind == Kind::Period)
    }

    /// `đã có N dự án được cấp phép`: licensed at some time, not newly.
    fn is_licensed(&self, items: &[Item], at: usize, behind: &[&Item]) -> bool {
        let first = items[..at].iter().rev().take(3).any(|i| {
            self.exact(i.first) == "đã" && (i.first..i.end + 1).any(|t| self.exact(t) == "có")
        });
        // `có N dự án được cấp phép vào các KCN`
        let first = first
            || behind.iter().any(|i| i.is(word::ZONE))
                && self
                    .governing(items, at)
                    .any(|i| self.exact(i.end - 1) == "có");
        let part = items[..at].iter().any(|i| i.is(word::PART));
        (first || part)
            && behind
                .iter()
                .filter(|i| i.is(word::NEW))
                .all(|i| !(i.first..i.end).any(|t| self.exact(t) == "mới"))
    }

    /// The source named last in the clause, where the sentence names both.
    fn source_of_clause(&self, items: &[Item], clause: usize, at: usize) -> Option<Source> {
        (Source::of(classes(&items[..at])) == Source::Unknown)
            .then(|| self.source_before(&items[clause..], at - clause))
            .flatten()
    }

    /// Currency of the next amount of money in the clause.
    fn currency_behind(&self, items: &[Item], at: usize) -> Option<Unit> {
        items[at + 1..]
            .iter()
            .take_while(|i| i.kind != Kind::Mark(';'))
            .find_map(|i| match i.kind {
                Kind::Quantity(q) => Some(self.quantities[q].unit).filter(|unit| unit.is_money()),
                _ => None,
            })
    }

    /// The paragraph's source, where the currency does not speak against it.
    pub(super) fn held_source(&self, scope: &Scope, currency: Option<Unit>) -> Source {
        match (scope.source, currency) {
            (Source::Fdi, Some(Unit::Vnd)) if !self.foreign_report => Source::Unknown,
            (Source::Ddi, Some(Unit::Usd)) => Source::Unknown,
            (source, _) => source,
        }
    }

    /// Only `và`, `,` and the like since the last quantity.
    fn only_joint(&self, items: &[Item], at: usize) -> bool {
        let from = self.since(items, at);
        items[from..at]
            .iter()
            .filter(|i| !matches!(i.kind, Kind::Mark(',' | '(' | ')')))
            .all(|i| {
                i.is(word::FDI | word::DDI | word::PART)
                    || matches!(self.exact(i.first), "và" | "với" | "có" | "là" | "cụ")
            })
    }

    pub(super) fn zone_count(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) {
        let items = w.items;
        // `9 khu công nghiệp (KCN) được thành lập`
        let aside = matches!(items.get(at + 1).map(|i| i.kind), Some(Kind::Mark('(')));
        let short = items
            .iter()
            .skip(at + 2)
            .take(3)
            .position(|i| i.kind == Kind::Mark(')'));
        let next = match short.filter(|_| aside) {
            Some(close) => at + 3 + close,
            None => at + 1,
        };
        let behind: Vec<&Item> = items[next..]
            .iter()
            .take_while(|i| {
                !matches!(
                    i.kind,
                    Kind::Quantity(_) | Kind::Mark(',' | ';' | ':' | ')')
                )
            })
            .take(10)
            .collect();
        let after = behind.iter().fold(0, |all, i| all | i.classes);
        let from = self.since(items, at);
        let before = classes(&items[from..at]);
        let family = if quantity.unit == Unit::Zones {
            "zones"
        } else {
            "clusters"
        };
        let code = if after & word::WASTEWATER != 0 && quantity.unit == Unit::Zones {
            "zones.wastewater"
        } else if after & word::OPERATING != 0 {
            if family == "zones" {
                "zones.operating"
            } else {
                "clusters.operating"
            }
        } else if after & word::ESTABLISHED != 0 || before & word::ESTABLISHED != 0 {
            if family == "zones" {
                "zones.established"
            } else {
                return;
            }
        } else {
            return;
        };
        let near = items[from..at]
            .iter()
            .rposition(|i| i.kind == Kind::Mark(','))
            .map_or(from, |comma| from + comma);
        if after & word::NOT != 0 || classes(&items[near..at]) & word::SINGLE != 0 {
            return;
        }
        self.emit(w, at, quantity, code, "", quantity.value, "count of zones");
    }
}

/// `đón 25 dự án` in the headline, `25 dự án cấp mới` below it: one count, told in full where it is told as new.
pub(super) fn agree(figures: &mut [Observation]) {
    let key = |f: &Observation| (f.value, f.period, f.subject.clone());
    let told: FxHashSet<_> = figures
        .iter()
        .filter(|f| f.metric == "investment.projects.new")
        .map(key)
        .collect();
    for figure in figures {
        if figure.metric == "investment.projects" && told.contains(&key(figure)) {
            figure.metric = "investment.projects.new".into();
        }
    }
}
