//! Recomputing what reports state: plan shares, totals of parts, stated shares, equivalents; conflicts and revisions
//! between reports.
//!
//! A relation is checked with the precision that the text itself gives: `72,1%` may stand for anything from 72.05 to
//! 72.15, `21.870 tỷ` for 21 869.5 to 21 870.5 billion. It holds when some values within those bounds fulfil it, so a
//! rounded figure is never an alarm.

mod compare;
mod figures;
mod interval;
mod lists;
mod passage;
mod scope;
mod shares;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{Flag, Observation};
use crate::query::{Filters, MAX_LIMIT, SearchRequest};
use crate::{Engine, Result, Span};

pub use compare::{Stated, compare_reports};
use figures::{exchange_rates, growths, plan_share, sums};
use interval::{show_amount, stated_interval};
use passage::Passages;
pub use scope::Scope;

/// What kind of statement was recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Value over plan against the stated share of the plan.
    PlanShare,
    /// A total against the sum of its parts.
    Sum,
    /// A stated share of another figure.
    Share,
    /// Exports less imports against the stated balance, exports plus imports against the stated turnover.
    Trade,
    /// One amount in two currencies: the implied exchange rate.
    ExchangeRate,
    /// The value of a year before against the stated growth.
    Growth,
    /// A number whose written form contradicts the rest: the point as a decimal mark.
    DecimalPoint,
    /// Two reports state different values for the same quantity.
    Conflict,
    /// A later report states a firmer value (estimate, then result).
    Revision,
}

/// One of the figures that a relation ties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Metric code; empty for a number that is part of a list and no figure of its own.
    pub metric: String,
    /// Value in base units.
    #[serde(with = "crate::model::figure::exact_number")]
    pub value: Decimal,
    /// Base unit.
    pub unit: String,
    /// Place of the number in the stored text of `path`.
    pub span: Span,
    /// The report it stands in.
    pub path: String,
}

/// A stated relation, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// The report (of a conflict or a revision: the later one).
    pub path: String,
    /// Kind of statement.
    pub kind: RelationKind,
    /// Whether it holds within the precision stated.
    pub holds: bool,
    /// What the text says, in the unit of the relation.
    #[serde(with = "crate::model::figure::exact_number")]
    pub stated: Decimal,
    /// What follows from the other numbers, rounded to two digits more than stated.
    #[serde(with = "crate::model::figure::exact_number")]
    pub computed: Decimal,
    /// The computation, ready to print: `21.870 / 30.330 = 72.11 %, stated 72.1 %`.
    pub computation: String,
    /// The figures involved.
    pub terms: Vec<Term>,
    /// The passage, as written.
    pub quote: String,
}

fn term(path: &str, figure: &Observation) -> Term {
    Term {
        metric: figure.metric.clone(),
        value: figure.value,
        unit: figure.unit.clone(),
        span: figure.span,
        path: path.to_owned(),
    }
}

/// The relations that one report states about its own figures, in the order of their spans.
///
/// `text` is the stored text that the spans of `figures` point into; `path` names the report in the result.
#[must_use]
pub fn check_report(path: &str, text: &str, figures: &[Observation]) -> Vec<Relation> {
    let mut found = Vec::new();
    let interval = |f: &Observation| stated_interval(f.span.of(text), f.value, f.qualifier);
    for figure in figures {
        plan_share(path, figure, interval(figure), &mut found);
        if figure.flags.contains(&Flag::DecimalPoint) {
            found.push(Relation {
                path: path.to_owned(),
                kind: RelationKind::DecimalPoint,
                holds: false,
                stated: figure.alternative.unwrap_or(figure.value),
                computed: figure.value,
                computation: format!(
                    "the point in '{}' groups thousands by rule, which gives {}; read as {}, the point being a decimal mark",
                    figure.span.of(text),
                    show_amount(figure.alternative.unwrap_or(figure.value), &figure.unit),
                    show_amount(figure.value, &figure.unit)
                ),
                terms: vec![term(path, figure)],
                quote: figure.quote.clone(),
            });
        }
    }
    exchange_rates(path, figures, &mut found);
    growths(path, figures, &interval, &mut found);
    sums(path, text, figures, &interval, &mut found);
    let passages = Passages::read(text);
    lists::check(path, &passages, figures, &mut found);
    shares::check(path, &passages, figures, &interval, &mut found);
    found.sort_by_key(|relation| relation.terms.first().map(|t| (t.span, relation.kind)));
    found
}

impl Engine {
    /// Recomputes what the reports that pass `filters` state, each for itself and against one another, by path.
    ///
    /// # Errors
    /// [`Error::UnknownFilterValue`](crate::Error::UnknownFilterValue).
    pub fn check(&self, filters: &Filters) -> Result<Vec<Relation>> {
        let mut paths: Vec<String> = Vec::new();
        for offset in (0..).step_by(MAX_LIMIT) {
            let page = self.search(&SearchRequest {
                filters: filters.clone(),
                offset,
                limit: MAX_LIMIT,
                snippets: false,
                figures: 0,
                ..SearchRequest::default()
            })?;
            let all = page.hits.len() < MAX_LIMIT;
            for hit in page.hits {
                paths.push(hit.path);
                paths.extend(hit.copies);
            }
            if all {
                break;
            }
        }
        paths.sort_unstable();
        let mut found = Vec::new();
        let mut reports = Vec::with_capacity(paths.len());
        for path in &paths {
            let report = self.report(path)?;
            found.extend(check_report(
                path,
                &report.text,
                &report.data.annotations.figures,
            ));
            let scope = Scope::of_report(&report.data.title, &report.text);
            reports.push((report.data, scope));
        }
        let stated: Vec<Stated<'_>> = reports
            .iter()
            .flat_map(|(data, scope)| {
                data.annotations.figures.iter().map(|figure| Stated {
                    path: &data.path,
                    published: data.published.as_deref(),
                    scope: *scope,
                    figure,
                })
            })
            .collect();
        found.extend(compare_reports(&stated));
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Basis;

    fn figure(text: &str, raw: &str, metric: &str, value: &str, unit: &str) -> Observation {
        let start = text.find(raw).unwrap();
        Observation {
            period: "2021".parse().ok(),
            subject: Some("an-giang".into()),
            quote: text.into(),
            span: Span::new(start, start + raw.len()),
            ..Observation::made_up(metric, value.parse::<Decimal>().unwrap(), unit)
        }
    }

    #[test]
    fn a_share_of_plan_holds_within_its_digits() {
        let text = "thu 8.423 tỷ đồng";
        let mut f = figure(
            text,
            "8.423 tỷ đồng",
            "budget.revenue",
            "8423000000000",
            "VND",
        );
        f.plan_value = "7500000000000".parse().ok();
        for (stated, holds) in [
            ("112.3", true),
            ("112.31", true),
            ("112", true),
            ("113", false),
            ("112.4", false),
        ] {
            f.plan_pct = stated.parse().ok();
            let relations = check_report("r", text, std::slice::from_ref(&f));
            assert_eq!(relations.len(), 1);
            assert_eq!(
                relations[0].holds, holds,
                "{stated}: {}",
                relations[0].computation
            );
        }
    }

    #[test]
    fn counts_must_add_up_exactly() {
        let text = "cấp mới 31 dự án, trong đó có 20 dự án FDI và 11 dự án trong nước";
        let mut figures = vec![
            figure(
                text,
                "31 dự án",
                "investment.projects.new",
                "31",
                "projects",
            ),
            figure(text, "20 dự án", "fdi.projects.new", "20", "projects"),
            figure(text, "11 dự án", "ddi.projects.new", "11", "projects"),
        ];
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && relations[0].holds, "{relations:?}");
        figures[2].value = Decimal::from(12);
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && !relations[0].holds, "{relations:?}");
        assert_eq!(
            relations[0].computation,
            "20 projects + 12 projects = 32 projects, stated 31 projects"
        );
        // One part alone says nothing about the total.
        let text = "cấp mới 31 dự án, trong đó có 20 dự án FDI";
        assert!(check_report("r", text, &figures[..2]).is_empty());
    }

    #[test]
    fn rounded_amounts_add_up_within_their_digits() {
        let text = "tổng kim ngạch 3,5 tỷ USD, xuất khẩu 2,04 tỷ USD, nhập khẩu 1,47 tỷ USD";
        let figures = vec![
            figure(text, "3,5 tỷ USD", "trade.total", "3500000000", "USD"),
            figure(text, "2,04 tỷ USD", "trade.exports", "2040000000", "USD"),
            figure(text, "1,47 tỷ USD", "trade.imports", "1470000000", "USD"),
        ];
        let relations = check_report("r", text, &figures);
        assert!(relations.len() == 1 && relations[0].holds, "{relations:?}");
    }

    #[test]
    fn an_estimate_that_becomes_a_result_is_a_revision() {
        fn pair<'a>(
            a: &'a str,
            first: &'a Observation,
            b: &'a str,
            second: &'a Observation,
        ) -> Vec<Relation> {
            compare_reports(&[
                Stated {
                    path: a,
                    published: Some("2021-07-01"),
                    scope: Scope::default(),
                    figure: first,
                },
                Stated {
                    path: b,
                    published: Some("2022-02-01"),
                    scope: Scope::default(),
                    figure: second,
                },
            ])
        }
        let text = "đạt 104 tỷ đồng";
        let mut estimate = figure(text, "104 tỷ đồng", "revenue", "104000000000", "VND");
        estimate.basis = Basis::Estimate;
        let mut result = estimate.clone();
        result.basis = Basis::Actual;
        result.value = "97400000000".parse().unwrap();
        let relations = pair("a", &estimate, "b", &result);
        assert!(
            relations.len() == 1 && relations[0].kind == RelationKind::Revision,
            "{relations:?}"
        );
        let mut other = result.clone();
        other.value = "95000000000".parse().unwrap();
        let relations = pair("a", &result, "b", &other);
        assert!(
            relations.len() == 1
                && relations[0].kind == RelationKind::Conflict
                && !relations[0].holds
        );
        other.value = "97000000000".parse().unwrap();
        assert!(
            pair("a", &result, "b", &other).is_empty(),
            "97 tỷ is 97,4 tỷ rounded"
        );
        assert!(
            pair("a", &result, "a", &other).is_empty(),
            "one report does not conflict with itself here"
        );
    }

    #[test]
    fn figures_of_different_scope_do_not_conflict() {
        let conflicts = |first: &[(&str, &str)], second: &[(&str, &str)], titles: [&str; 2]| {
            let read = |list: &[(&str, &str)]| -> Vec<Observation> {
                list.iter()
                    .map(|(text, raw)| {
                        let number: String = raw.chars().filter(char::is_ascii_digit).collect();
                        figure(
                            text,
                            raw,
                            "budget.revenue",
                            &format!("{number}000000000"),
                            "VND",
                        )
                    })
                    .collect()
            };
            let reports = [(read(first), titles[0]), (read(second), titles[1])];
            let stated: Vec<Stated<'_>> = reports
                .iter()
                .zip(["a", "b"])
                .flat_map(|((figures, title), path)| {
                    figures.iter().map(move |figure| Stated {
                        path,
                        published: None,
                        scope: Scope::of_report(title, ""),
                        figure,
                    })
                })
                .collect();
            compare_reports(&stated).len()
        };
        let none = ["", ""];
        let province = ("Tổng thu ngân sách đạt 912 tỷ đồng", "912 tỷ đồng");
        assert_eq!(
            conflicts(
                &[province],
                &[("Thu ngân sách đạt 948 tỷ đồng", "948 tỷ đồng")],
                none
            ),
            1
        );
        for (other, titles) in [
            // An office against its province, by its sentence or by its report.
            (("Cục Thuế thu ngân sách 701 tỷ đồng", "701 tỷ đồng"), none),
            (
                ("Thu ngân sách đạt 701 tỷ đồng", "701 tỷ đồng"),
                ["", "Hải quan An Giang tăng thu"],
            ),
            // A month against the count so far, misread.
            (("Thu ngân sách đạt 91 tỷ đồng", "91 tỷ đồng"), none),
        ] {
            assert_eq!(conflicts(&[province], &[other], titles), 0, "{}", other.0);
        }
        // The report tells two things apart that look like one.
        let two = [
            ("Thu ngân sách đạt 948 tỷ đồng", "948 tỷ đồng"),
            ("Thu ngân sách đạt 871 tỷ đồng", "871 tỷ đồng"),
        ];
        assert_eq!(conflicts(&[province], &two, none), 0);
    }

    #[test]
    fn growth_is_recomputed_from_the_year_before() {
        let text = "Năm 2021 thu 8.423 tỷ đồng, tăng 12,3% so với năm 2020 (7.500 tỷ đồng)";
        let mut figures = vec![
            figure(
                text,
                "8.423 tỷ đồng",
                "budget.revenue",
                "8423000000000",
                "VND",
            ),
            figure(
                text,
                "7.500 tỷ đồng",
                "budget.revenue",
                "7500000000000",
                "VND",
            ),
        ];
        figures[1].period = "2020".parse().ok();
        for (stated, expected) in [
            ("12.3", Some(true)),
            ("13.2", Some(false)),
            // So far off, the words compare with something else.
            ("42.3", None),
        ] {
            figures[0].yoy_pct = stated.parse().ok();
            let relations = check_report("r", text, &figures);
            let holds = relations.first().map(|r| r.holds);
            assert_eq!(holds, expected, "{stated}: {relations:?}");
        }
        figures[1].period = "2019".parse().ok();
        assert!(check_report("r", text, &figures).is_empty());
    }
}
