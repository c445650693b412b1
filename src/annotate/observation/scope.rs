//! What one sentence leaves to the next: a source, a goal, an estimate, what was told of, what is taken apart.

use super::{Item, Kind, MetricId, Period, Reader, Source, word};

/// What holds on through a paragraph or a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) source: Source,
    pub(super) target: bool,
    /// The sentence before set a goal; it holds on where this one goes into detail.
    pub(super) goal: bool,
    pub(super) estimate: bool,
    pub(super) cumulative: bool,
    pub(super) company: bool,
    /// A period was named.
    pub(super) dated: bool,
    /// Visitors or tourism were told of.
    pub(super) visitors: bool,
    /// Whose trade the sentence before told of.
    pub(super) sector: Source,
    /// What a ranking of provinces would be of.
    pub(super) ranked: Option<(MetricId, String)>,
    pub(super) topic: Option<(MetricId, String)>,
    /// The sentence before told of a product and stated no figure.
    pub(super) product: bool,
    /// The period that the goals of the sentence before are set for.
    pub(super) aim: Option<Period>,
    /// The projects or capital that the paragraph told of last.
    pub(super) told: Told,
    /// The one metric that the paragraph has told of so far, parts of it apart.
    pub(super) whole: Option<MetricId>,
    /// The last headline of a section says that results follow.
    pub(super) results: bool,
    /// What the headline over the paragraph names.
    pub(super) head: Head,
    /// What the projects counted last were, for a sentence that goes into detail.
    pub(super) projects: Option<(&'static str, Source)>,
}

/// What a headline says of the paragraph under it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    /// The metric that it is the name of.
    pub(super) metric: Option<MetricId>,
    /// It is about industry.
    pub(super) industry: bool,
}

/// Whether projects and capital were told of as they stand, or as they came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Told {
    #[default]
    Nothing,
    Standing,
    Coming,
}

impl Reader<'_> {
    /// `bình quân 12%, riêng năm 2010 đạt 13,5%`: the same again of one of the years, no part of it.
    pub(super) fn singles_out(&self, item: &Item) -> bool {
        let marks = self.around.period_marks();
        let next = marks.partition_point(|m| m.first < item.end);
        self.exact(item.first) == "riêng"
            && marks
                .get(next)
                .is_some_and(|m| m.first <= item.end + 1 && !m.aside)
    }

    /// `Trong đó, …`, `Cụ thể: …`: the sentence takes apart what the one before told.
    pub(super) fn details(&self, items: &[Item]) -> bool {
        self.details_at(items[0].first)
    }

    /// Whether the words at a token begin such a sentence.
    pub(super) fn details_at(&self, first: usize) -> bool {
        matches!(
            (self.exact(first), self.exact(first + 1)),
            ("trong", "đó" | "số") | ("cụ", "thể") | ("bao", "gồm") | ("gồm", _)
        )
    }

    /// `Con số này bằng 40% dự toán`: the figure that the sentence before ended with.
    pub(super) fn points_back(&self, items: &[Item]) -> bool {
        let mut first = items[0].first;
        if self.exact(first) == "so" {
            // `So với dự toán, số thu này bằng 72%`
            let comma = items.iter().take(6).find(|i| i.kind == Kind::Mark(','));
            first = comma.map_or(first, |comma| comma.end);
        }
        first += usize::from(self.exact(first) == "các");
        (first..first + 3).any(|t| matches!(self.exact(t), "này" | "trên" | "đó" | "ấy"))
            && matches!(
                (self.exact(first), self.exact(first + 1)),
                ("con", "số")
                    | ("số", "thu" | "tiền" | "vốn" | "này")
                    | ("mức", _)
                    | ("kết", "quả")
                    | ("tổng", "số")
                    | ("chỉ", "tiêu")
            )
    }

    /// `Trên cơ sở số liệu 5 tháng và ước tháng 6, Cục báo cáo như sau:`: what was at hand, not how what follows is meant.
    fn is_grounds(&self, head: &[Item], estimate: usize) -> bool {
        let first = head[0].first;
        let opens = matches!(
            (self.exact(first), self.exact(first + 1)),
            ("trên", "cơ") | ("căn", "cứ") | ("dựa", _) | ("từ", "kết" | "số")
        );
        opens && head[estimate..].iter().any(|i| i.kind == Kind::Mark(','))
    }

    /// A governing verb before a colon, or before `Cụ thể:`, holds on.
    pub(super) fn hold_target(&self, items: &[Item], scope: &mut Scope) {
        let Some(colon) = items.iter().position(|i| i.kind == Kind::Mark(':')) else {
            // `Phấn đấu … các chỉ tiêu … . Cụ thể: …` needs the target of the sentence before.
            let set = items.len() < 25
                && items.iter().take(4).any(|i| i.is(word::PLAN))
                && !items.iter().any(|i| {
                    // `phần lớn chỉ tiêu đều về đích`, `các chỉ tiêu năm nào cũng tăng`
                    i.is(word::LEVEL | word::OVER | word::UP | word::DOWN)
                        || (i.first..i.end).any(|t| matches!(self.exact(t), "đều" | "đích"))
                });
            let goal = (set || items.iter().any(|i| i.is(word::TARGET)))
                && items.iter().any(|i| i.is(word::PLAN))
                && !items.iter().any(|i| {
                    matches!(i.kind, Kind::Quantity(_)) || i.is(word::ESTIMATE | word::DONE)
                });
            if goal && set {
                scope.target = true;
            } else if goal {
                scope.goal = true;
            }
            return;
        };
        let head = &items[..colon];
        let last = colon + 1 == items.len();
        if head.iter().any(|i| i.is(word::TARGET))
            && !head
                .iter()
                .any(|i| i.is(word::ESTIMATE | word::DONE) || matches!(i.kind, Kind::Quantity(_)))
        {
            scope.target = true;
        } else if last {
            let plan = head.iter().any(|i| i.is(word::PLAN))
                && !head.iter().any(|i| {
                    i.is(word::DONE | word::LEVEL | word::OVER | word::VERSUS | word::YOY)
                });
            scope.target |= plan;
        }
        // `Ước các chỉ tiêu năm nay: a; b. c`: said of all that the line tells.
        scope.estimate |= head[..head.len().min(2)]
            .iter()
            .any(|i| i.is(word::ESTIMATE))
            && !head
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)));
        if last {
            scope.estimate |= head
                .iter()
                .rposition(|i| i.is(word::ESTIMATE))
                .is_some_and(|at| !self.is_grounds(head, at));
            scope.cumulative |= head.iter().any(|i| i.is(word::CUMULATIVE));
        }
    }
}
