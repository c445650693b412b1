//! Periods in a text: every phrase for one, what it is there for, and the period the report is about.
//!
//! One pass turns tokens into items (a cue word, a number, a date), a small grammar reads the phrases off the items, and a second
//! pass supplies the years that are not beside their phrase: from the same clause, the neighbours, the headline, a comparison
//! (`cùng kỳ năm 2019` speaks of 2020) or the date line.

mod at;
mod compact;
mod cue;
mod date;
mod day;
mod filter;
mod own;
mod role;
mod scan;
mod weak;
mod years;

use crate::Span;
use crate::model::Period;
use crate::text::{TokenKind, Tokens};

use super::layout::Layout;
use super::{Evidence, Given, PeriodFinding};
use cue::Items;
pub use date::Date;
pub use filter::parse_period_phrase;
use own::Position;
use scan::{Raw, Shape, YearRef};

/// What a period phrase is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodRole {
    /// The results reported are of it.
    Period,
    /// What the results are compared with: `cùng kỳ năm 2019`, `so với tháng trước`.
    Base,
    /// The year of a plan or budget: `kế hoạch năm 2020`, `dự toán năm 2020`.
    Plan,
    /// What lies ahead: `nhiệm vụ 6 tháng cuối năm`.
    Outlook,
    /// A far end: `đến năm 2040`, `tầm nhìn 2050`.
    Horizon,
    /// A term, a plan span, a cycle: `nhiệm kỳ 2020-2025`, `giai đoạn 2016-2020`.
    Term,
    /// When something happened: a date, `thành lập năm 1995`, `giữa tháng 7/2020`.
    Event,
    /// The day of publication.
    Published,
}

/// A phrase for a period, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodMention {
    /// Where it stands in the text that was tokenised.
    pub span: Span,
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// What it is there for.
    pub role: PeriodRole,
    /// The period, where its year is known or could be supplied.
    pub period: Option<Period>,
    /// The day up to which it counts, where one is stated.
    pub as_of: Option<Date>,
    /// The year was supplied from elsewhere.
    pub inferred: bool,
    /// It stands within brackets, and speaks only for what does so too.
    pub bracketed: bool,
    /// A year that something runs up to, `đến năm 2020`: it speaks for its own sentence only.
    pub up_to: bool,
    /// What was compared with, reported for itself; it speaks for its own clause.
    pub base: bool,
    /// Goals follow it: `Tháng 11, tỉnh phấn đấu …`.
    pub ahead: bool,
    /// `lũy kế đến nay`: words that say as much of what stands.
    pub so_far: bool,
    /// It opens a clause that has a number of its own: `tăng 8%, năm 2015 tăng 7%`.
    pub own_clause: bool,
    /// Where it begins with the word that ties it to what stands before: `của năm 2012`.
    tied: usize,
}

/// The period of one place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodAt {
    /// The period.
    pub period: Period,
    /// The day up to which it counts, where one is stated.
    pub as_of: Option<Date>,
    /// Year or whole period were taken from elsewhere in the report.
    pub inferred: bool,
}

/// All that was read of periods in one text.
#[derive(Clone, Debug, Default)]
pub struct Periods {
    mentions: Vec<PeriodMention>,
    /// Offsets of closing brackets.
    closings: Vec<usize>,
    /// Offsets of punctuation and numbers.
    stops: Vec<usize>,
    /// Offsets of numbers that `lần lượt` deals out to periods named in a row, each with the index of its mention.
    turns: Vec<(usize, usize)>,
    /// Lines that go on from the one before: `Trong đó, …`, `Riêng …`.
    continued: Vec<u32>,
    layout: Layout,
    main: Option<PeriodFinding>,
    outlook: Option<PeriodFinding>,
    published: Option<Date>,
    year: Option<i32>,
    kind: Option<&'static str>,
}

impl Periods {
    /// Reads the periods of a text. A given title that is not in the text is read as well; given period and date win.
    #[must_use]
    pub fn read(text: &str, tokens: &Tokens, given: &Given) -> Self {
        let layout = Layout::new(text, tokens);
        let items = Items::new(text, tokens, &layout);
        let raws = scan::scan(&items);
        let closings = tokens
            .list()
            .iter()
            .filter(|t| t.kind == TokenKind::Punct && tokens.is(t, ")"))
            .map(|t| t.span.start)
            .collect();
        let stops = tokens
            .list()
            .iter()
            .filter(|t| !matches!(t.kind, TokenKind::Word | TokenKind::Break))
            .map(|t| t.span.start)
            .collect();
        let continued = (0_u32..)
            .zip(layout.lines())
            .filter(|(i, line)| *i > 0 && goes_on(tokens, line.first as usize))
            .map(|(i, _)| i)
            .collect();
        let mut periods = Self {
            layout,
            closings,
            stops,
            continued,
            ..Self::default()
        };
        let title = given.title.as_deref().map(|title| {
            let tokens = crate::text::tokenize(title);
            let layout = Layout::new(title, &tokens);
            let items = Items::new(title, &tokens, &layout);
            let raws = scan::scan(&items);
            (raws, tokens)
        });
        let positions: Vec<Position> = periods.positions(&items, &raws, given);
        periods.published = published(&items, &raws, &periods.layout, given);
        let title_raws: &[Raw] = title.as_ref().map_or(&[], |(raws, _)| raws);
        let best = periods.report_year(&items, &raws, &positions, title_raws, given);
        periods.year = best.map(|(year, _)| year);
        periods.resolve(&items, &raws, &positions, best, given.title.is_some());
        periods.deal_out(text, tokens);
        periods.choose_main(&items, &raws, &positions, given);
        if periods.main.is_none() && periods.close_open(&raws) {
            periods.choose_main(&items, &raws, &positions, given);
        }
        if periods.main.is_none()
            && let (Some((raws, tokens)), Some(title)) = (&title, &given.title)
        {
            // The headline stands outside the text.
            let mention = raws.iter().find_map(|raw| {
                let mention = settle(
                    raw,
                    &Items::new(title, tokens, &Layout::default()),
                    periods.year,
                )?;
                (raw.role == PeriodRole::Period && !raw.weak).then_some(mention)
            });
            periods.main = mention.map(|(period, quote)| PeriodFinding {
                period,
                evidence: Evidence {
                    kind: "title".into(),
                    quote,
                    span: None,
                },
            });
        }
        if let Some(period) = given.period {
            periods.main = Some(PeriodFinding {
                period,
                evidence: Evidence {
                    kind: "given".into(),
                    quote: period.to_string(),
                    span: None,
                },
            });
        }
        if periods.main.is_none() || periods.is_running_year(&raws) {
            periods.main = periods.standing_now(&items).or(periods.main.take());
        }
        periods.leave_meetings(&raws);
        periods.fill_bases(&items, &raws);
        periods.fill_open(&raws);
        periods.kind = periods.find_kind(&items);
        periods
    }

    /// All phrases, in the order of their spans.
    #[must_use]
    pub fn mentions(&self) -> &[PeriodMention] {
        &self.mentions
    }

    /// Lines and sentences of the text.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The period the report is about, with the words that say so.
    #[must_use]
    pub fn main(&self) -> Option<&PeriodFinding> {
        self.main.as_ref()
    }

    /// The period it looks ahead to.
    #[must_use]
    pub fn outlook(&self) -> Option<&PeriodFinding> {
        self.outlook.as_ref()
    }

    /// The day of publication, given or stated.
    #[must_use]
    pub fn published(&self) -> Option<Date> {
        self.published
    }

    /// The year the report speaks from.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        self.year
    }

    /// Kind of report: `half-year`, `quarter`, `nine-months`, `annual`, `monthly` or `news`.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        self.kind
    }

    /// Whether the main period is the year that had begun on the day of publication, and named by `năm nay` only.
    fn is_running_year(&self, raws: &[Raw]) -> bool {
        let (Some(main), Some(date)) = (&self.main, self.published) else {
            return false;
        };
        let named = self
            .mentions
            .iter()
            .zip(raws)
            .filter(|(m, _)| m.role == PeriodRole::Period && m.period == Some(main.period))
            .all(|(_, raw)| raw.weak && raw.year == YearRef::This);
        main.evidence.kind != "given"
            && main.period.len_months() == 12
            && main.period.single_year() == Some(date.year)
            && date.month < 12
            && named
    }

    /// `Hiện tỉnh có 9 khu công nghiệp …`, and no period is named: what stands on the day of publication, in the months up to it.
    fn standing_now(&self, items: &Items<'_>) -> Option<PeriodFinding> {
        let date = self.published?;
        let now = items.list.iter().enumerate().find_map(|(i, item)| {
            let token = &items.tokens.list()[item.first as usize];
            let said = match items.tokens.exact(token) {
                "hiện" => !matches!(items.word(i + 1), "đại" | "tượng" | "trạng" | "thực"),
                "đến" | "tới" => items.cue(i + 1) == cue::Cue::Now,
                _ => false,
            };
            said.then_some(token.span)
        })?;
        Some(PeriodFinding {
            period: Period::months(date.year, 1, date.month)?,
            evidence: Evidence {
                kind: "published".into(),
                quote: now.of(items.text).to_owned(),
                span: Some(now),
            },
        })
    }

    /// Takes `period` for the report's own, by a number of the headline that a sentence gives for it.
    pub(crate) fn take_main(&mut self, period: Period, quote: &str, span: Span) {
        self.main = Some(PeriodFinding {
            period,
            evidence: Evidence {
                kind: "title".into(),
                quote: quote.to_owned(),
                span: Some(span),
            },
        });
    }
}

/// Whether the words at a token lead from the whole told before to a part of it.
fn goes_on(tokens: &Tokens, at: usize) -> bool {
    let word = |at: usize| tokens.list().get(at).map_or("", |t| tokens.exact(t));
    match word(at) {
        "trong" => word(at + 1) == "đó",
        "cụ" => word(at + 1) == "thể",
        "bao" => word(at + 1) == "gồm",
        "riêng" | "gồm" => true,
        _ => false,
    }
}

/// The day of publication: given, stated, or a date that stands alone in a line or behind a place (`Hà Nội, ngày …`).
fn published(items: &Items<'_>, raws: &[Raw], layout: &Layout, given: &Given) -> Option<Date> {
    /// Lines above the body in which a page has its clock and a text its date.
    const HEAD: usize = 8;
    if let Some(date) = given.published.as_deref().and_then(|d| d.parse().ok()) {
        return Some(date);
    }
    let year = |raw: &Raw| match raw.year {
        YearRef::Stated(year) => Some(year),
        _ => None,
    };
    let line_of = |raw: &Raw| {
        let first = items.list[raw.first].first as usize;
        let offset = items.tokens.list()[first].span.start;
        Some(layout.sentences()[layout.sentence_at(offset)?].line as usize)
    };
    let stated = raws
        .iter()
        .find(|raw| raw.role == PeriodRole::Published)
        .and_then(|raw| Some((line_of(raw)?, day::day_of(raw, year(raw))?)));
    let dated = raws.iter().filter_map(|raw| {
        let day = day::day_of(raw, year(raw))?;
        let index = line_of(raw)?;
        let line = layout.lines()[index];
        let edge = index < 6 || index + 6 > layout.lines().len();
        let alone = edge && line.end - line.first <= 16 && line.words <= 8;
        alone.then_some((index, line, day))
    });
    let (stated_at, first) = stated.or_else(|| {
        let (index, _, day) = dated.clone().next()?;
        Some((index, day))
    })?;
    // The page's clock and the day of a reprint are later than the text.
    let earlier = dated.filter(|(index, line, day)| {
        let source = items
            .tokens
            .is(&items.tokens.list()[line.first as usize], "nguồn");
        let head = *index > stated_at && *index < HEAD && stated_at < HEAD;
        (source || head) && *day < first
    });
    Some(earlier.map(|(.., day)| day).next().unwrap_or(first))
}

/// The period of a phrase outside the text, with its words.
fn settle(raw: &Raw, items: &Items<'_>, report_year: Option<i32>) -> Option<(Period, String)> {
    let year = match raw.year {
        YearRef::Stated(year) => year,
        YearRef::Last => report_year? - 1,
        YearRef::Next => report_year? + 1,
        _ => report_year?,
    };
    let Shape::Months(a, b) = raw.shape else {
        return None;
    };
    let list = items.tokens.list();
    let first = list[items.list[raw.first].first as usize].span;
    let last = list[items.list[raw.end - 1].end as usize - 1].span;
    Some((
        Period::months(year, a, b)?,
        first.cover(last).of(items.text).to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn read(text: &str) -> Periods {
        Periods::read(text, &tokenize(text), &Given::default())
    }

    #[test]
    fn a_headline_gives_period_outlook_and_year() {
        let text = "SƠ KẾT 6 THÁNG ĐẦU NĂM, TRIỂN KHAI NHIỆM VỤ 6 THÁNG CUỐI NĂM 2022\n\n\
            Trong 6 tháng đầu năm, các khu công nghiệp thu hút 12 dự án, tăng 20% so với cùng kỳ năm 2021.";
        let periods = read(text);
        assert_eq!(periods.main().unwrap().period.to_string(), "2022-H1");
        assert_eq!(periods.outlook().unwrap().period.to_string(), "2022-H2");
        assert_eq!(periods.kind(), Some("half-year"));
    }

    #[test]
    fn a_comparison_supplies_the_year() {
        let text = "Thu ngân sách qua cảng tăng mạnh\n\nTheo đơn vị, tháng 4 thu đạt 900 tỷ đồng, tăng 5% so với cùng kỳ năm 2018. \
            Lũy kế 4 tháng đầu năm thu đạt 3.100 tỷ đồng.";
        let periods = read(text);
        let figure = |words: &str| {
            let start = text.find(words).unwrap();
            periods
                .period_for(Span::new(start, start + words.len()))
                .unwrap()
        };
        assert_eq!(figure("900 tỷ").period.to_string(), "2019-M04");
        assert_eq!(figure("3.100 tỷ").period.to_string(), "2019-4M");
        assert!(figure("3.100 tỷ").inferred);
    }

    #[test]
    fn what_stands_in_brackets_keeps_to_them() {
        let text = "Năm 2020 thu đạt 500 tỷ đồng (năm 2019 đạt 450 tỷ đồng), chi đạt 300 tỷ đồng.";
        let periods = read(text);
        let figure = |words: &str| {
            let start = text.find(words).unwrap();
            let at = periods
                .period_for(Span::new(start, start + words.len()))
                .unwrap();
            at.period.to_string()
        };
        assert_eq!(figure("500 tỷ"), "2020");
        assert_eq!(figure("450 tỷ"), "2019");
        assert_eq!(figure("300 tỷ"), "2020");
    }
}
