//! Recognisers: what a report is about and the figures it states, each with its span and evidence.

mod crosstab;
pub(crate) mod cue_index;
pub mod layout;
pub mod lexicon;
pub(crate) mod metric;
pub mod number;
mod observation;
mod overview;
pub mod period;
pub mod places;
mod spaced;
mod stacked;
pub mod subject;
mod table;
pub mod units;
mod wrapped;
mod year_rows;
mod zones;

use rustc_hash::FxHashMap;

use crate::Span;
use crate::model::{Basis, Gazetteer, Observation, Period, Taxonomy};
use crate::text::glued::unglued;
use crate::text::{Token, TokenKind, Tokens, tokenize};

use period::{PeriodRole, Periods};
use subject::PlaceReading;

/// Why something was recognised: the words and the rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// What kind of evidence: `name`, `board`, `zone`, `seat`, `region`, `given`, `title`, …
    pub kind: String,
    /// The words as written.
    pub quote: String,
    /// Where they stand in the stored text; `None` for given metadata.
    pub span: Option<Span>,
}

/// A place recognised in a report.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PlaceFinding {
    /// Slug of province, region or country.
    pub slug: String,
    /// Whether the report is about it (a subject), or only mentions it.
    pub subject: bool,
    /// Weight of the evidence, for the order.
    pub weight: f32,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A zone recognised in a report.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ZoneFinding {
    /// Slug of the zone, `kkt-van-don`.
    pub slug: String,
    /// Name as the table has it.
    pub name: String,
    /// Province of the zone.
    pub province: Option<String>,
    /// First place where it stands.
    pub span: Span,
}

/// A period recognised in a report.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PeriodFinding {
    /// The period.
    pub period: Period,
    /// The words for it.
    pub evidence: Evidence,
}

/// Everything recognised in one report.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Annotations {
    /// Subjects first (main one first), then mentions.
    pub places: Vec<PlaceFinding>,
    /// Zones named.
    pub zones: Vec<ZoneFinding>,
    /// The period the report is about.
    pub period: Option<PeriodFinding>,
    /// The period it looks ahead to.
    pub outlook: Option<PeriodFinding>,
    /// Kind of report: `half-year`, `quarter`, `annual`, `nine-months`, `monthly`, `news`, … `None` where unknown.
    pub kind: Option<String>,
    /// Date of publication stated in the text, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The figures, in the order of their spans.
    pub figures: Vec<Observation>,
}

/// What is known of a report before it is read; given values win over recognised ones.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The title, where one was found or given; it stands in the text as well, or not.
    pub title: Option<String>,
    /// Slugs of provinces or regions.
    pub provinces: Vec<String>,
    /// Main period.
    pub period: Option<Period>,
    /// Date of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
}

/// What the recognisers of periods and places tell the figures.
struct Around<'a> {
    periods: &'a Periods,
    places: &'a PlaceReading,
    period_marks: Vec<observation::Mark>,
    place_marks: Vec<observation::Mark>,
}

impl<'a> Around<'a> {
    fn new(periods: &'a Periods, places: &'a PlaceReading) -> Self {
        let place_marks = places
            .mentions()
            .iter()
            .map(|m| observation::Mark {
                first: m.first,
                end: m.end,
                aside: m.aside,
                within: m.kind == places::MentionKind::Town,
                ahead: false,
                set: false,
            })
            .collect();
        let period_marks = periods
            .mentions()
            .iter()
            .filter(|m| !m.so_far)
            .map(|m| observation::Mark {
                first: m.first,
                end: m.end,
                aside: matches!(m.role, PeriodRole::Base),
                within: false,
                ahead: matches!(m.role, PeriodRole::Outlook),
                set: matches!(m.role, PeriodRole::Plan | PeriodRole::Horizon),
            })
            .collect();
        Self {
            periods,
            places,
            period_marks,
            place_marks,
        }
    }
}

fn period_of(at: period::PeriodAt) -> observation::PeriodOf {
    observation::PeriodOf {
        period: at.period,
        as_of: at.as_of.map(|d| d.to_string()),
        inferred: at.inferred,
    }
}

impl observation::Surroundings for Around<'_> {
    fn period(&self, span: Span) -> Option<observation::PeriodOf> {
        self.periods.period_for(span).map(period_of)
    }

    fn target_period(&self, span: Span) -> Option<observation::PeriodOf> {
        self.periods.target_period_for(span).map(period_of)
    }

    fn subject(&self, span: Span) -> Option<(String, bool)> {
        self.places.subject_for(span)
    }

    fn main_period(&self) -> Option<Period> {
        self.periods.main().map(|f| f.period)
    }

    fn period_marks(&self) -> &[observation::Mark] {
        &self.period_marks
    }

    fn place_marks(&self) -> &[observation::Mark] {
        &self.place_marks
    }
}

/// Whether the title is no headline, but the sentence that the text begins with, or a cut of it: titles of texts without a
/// headline are found so.
fn is_opening(text: &str, tokens: &Tokens, given: &Given) -> bool {
    /// Words of a line with a full stop that make it a sentence.
    const SENTENCE: usize = 10;
    let Some(title) = given.title.as_deref() else {
        return false;
    };
    let cut = title.trim_end().ends_with('…');
    let title = title.trim_end_matches(['…', '.', ' ']);
    let title_tokens = tokenize(title);
    let words: Vec<&str> = title_tokens
        .list()
        .iter()
        .map(|t| title_tokens.folded(t))
        .collect();
    let (Some(_), list) = (words.first(), tokens.list()) else {
        return false;
    };
    let lines = list
        .split(|t| t.kind == TokenKind::Break)
        .filter(|line| !line.is_empty())
        .take(10);
    for line in lines {
        let begins = line.len() >= words.len()
            && line.iter().zip(&words).all(|(t, w)| tokens.folded(t) == *w);
        if begins {
            let rest = &line[words.len()..];
            return match rest {
                [] => false,
                [stop] if stop.kind == TokenKind::Punct => {
                    stop.span.of(text) == "." && words.len() >= SENTENCE
                }
                // The title ends where there was no more room for the sentence.
                [.., stop] if cut && stop.span.of(text) == "." => true,
                // `Giá tiêu tăng mạnh - Báo Nông thôn`: what stands behind is little.
                _ => rest.len() > words.len().min(SENTENCE),
            };
        }
    }
    false
}

/// Whether numbers stand beside numbers with nothing but spaces, signs of per cent and dashes between, as in rows of tables and nowhere else.
fn has_rows_of_numbers(text: &str, tokens: &Tokens) -> bool {
    let list = tokens.list();
    let number = |token: &Token| {
        !matches!(
            token.kind,
            TokenKind::Word | TokenKind::Punct | TokenKind::Break
        )
    };
    let beside = |at: &usize| {
        let between = list[at + 1..].iter().take(2).take_while(|t| {
            t.kind == TokenKind::Punct && matches!(t.span.of(text), "%" | "-" | "–" | "−" | "+")
        });
        list.get(at + 1 + between.count()).is_some_and(number)
    };
    (0..list.len()).any(|at| number(&list[at]) && beside(&at))
}

/// The figures of a text, in the order of their spans.
fn figures(
    text: &str,
    tokens: &Tokens,
    taxonomy: &Taxonomy,
    cues: &metric::Cues,
    periods: &Periods,
    places: &PlaceReading,
) -> Vec<Observation> {
    let around = Around::new(periods, places);
    let layout = periods.layout();
    let mut figures = observation::observe(text, tokens, layout, taxonomy, cues, &around);
    for rows in table::rows(text, tokens, layout) {
        let lines = layout.lines();
        let spans: Vec<Span> = lines[rows.clone()]
            .iter()
            .map(|line| line.span(tokens))
            .collect();
        let above = rows.start.checked_sub(1).map(|i| lines[i].span(tokens));
        table::read_table(text, &spans, above, taxonomy, cues, &around, &mut figures);
    }
    stacked::read_stacked(text, tokens, layout, taxonomy, cues, &around, &mut figures);
    let rows = has_rows_of_numbers(text, tokens);
    if rows {
        year_rows::read_year_rows(text, tokens, layout, taxonomy, cues, &around, &mut figures);
    }
    crosstab::read_crosstabs(text, tokens, layout, taxonomy, cues, &around, &mut figures);
    if rows {
        spaced::read_spaced(text, tokens, layout, taxonomy, cues, &around, &mut figures);
    }
    for figure in &mut figures {
        // A change on the month before is one month's, whatever count stands around it.
        if figure.metric.ends_with(".mom")
            && let Some(period) = figure
                .period
                .filter(|p| p.start().1 == 1 && p.len_months() < 12)
        {
            let (year, month) = period.end();
            figure.period = Period::months(year, month, month);
        }
    }
    figures.sort_by_key(|f| (f.span.start, f.span.end));
    figures
}

/// Beside the month stands the count since January, and the headline names neither: the number it gives is of one of them.
fn headline_period(
    figures: &[Observation],
    periods: &Periods,
    tokens: &Tokens,
) -> Option<(Period, Span)> {
    /// How far a rounded number of a headline may lie from the one of the text, in percent.
    const ROUNDED: i64 = 5;
    let main = periods
        .main()
        .filter(|f| f.evidence.kind != "given" && f.evidence.kind != "title")?;
    let layout = periods.layout();
    let title = layout.lines()[layout.title()?].span(tokens);
    let (head, body): (Vec<_>, Vec<_>) = figures
        .iter()
        .partition(|f| title.start <= f.span.start && f.span.end <= title.end);
    let headline = head
        .first()
        .filter(|f| f.period == Some(main.period) && f.unit != "percent")?;
    let same = |f: &&&Observation| {
        f.metric == headline.metric
            && f.unit == headline.unit
            && f.subject == headline.subject
            && f.value
                .checked_sub(headline.value)
                .and_then(|rest| rest.checked_mul(rust_decimal::Decimal::from(100 / ROUNDED)))
                .is_some_and(|rest| rest.abs() <= headline.value.abs())
    };
    let found: Vec<Period> = body.iter().filter(same).filter_map(|f| f.period).collect();
    let first = *found.first()?;
    let told = !found.contains(&main.period) && first.end() == main.period.end();
    told.then_some((first, headline.span))
}

/// The period that most results are of, where no headline names another: of a row of years the last (`Năm 2006 …, năm 2010 …`), of a
/// year just named the months that are told of, of a month the months up to it.
fn results_period(figures: &[Observation], periods: &Periods) -> Option<(Period, Span)> {
    /// Fewer figures prove nothing.
    const SEVERAL: usize = 3;
    let main = periods
        .main()
        .filter(|f| f.evidence.kind != "given" && f.evidence.kind != "title")?
        .period;
    let mut counts: FxHashMap<Period, (usize, Span)> = FxHashMap::default();
    for figure in figures.iter().filter(|f| f.basis != Basis::Target) {
        let period = figure.period.filter(|p| p.single_year().is_some());
        if let Some(period) = period {
            counts.entry(period).or_insert((0, figure.span)).0 += 1;
        }
    }
    let own = counts.get(&main).map_or(0, |(count, _)| *count);
    let (best, (count, span)) = counts
        .into_iter()
        .max_by_key(|(period, (count, _))| (*count, period.end(), *period == main, *period))?;
    let later = best.len_months() == 12 && best.end().0 > main.end().0;
    let year = main.len_months() == 12 && (later || best.single_year() == main.single_year());
    let month = main.len_months() == 1 && best.end() == main.end() && count >= 2 * own;
    (best != main && count >= SEVERAL && count >= own && (year || month)).then_some((best, span))
}

/// A page that is a table of years (`Bảng 3. Thu ngân sách qua các năm`) reports on all of them, where no headline names another
/// period.
fn table_span(figures: &[Observation], periods: &Periods) -> Option<PeriodFinding> {
    /// Years and figures of the smallest such table.
    const YEARS: i32 = 3;
    const FIGURES: usize = 6;
    /// Of ten figures so many.
    const NEARLY_ALL: usize = 8;
    if periods
        .main()
        .is_some_and(|f| matches!(f.evidence.kind.as_str(), "title" | "given"))
    {
        return None;
    }
    let rows = figures
        .iter()
        .filter(|f| f.rule.starts_with("row of") && f.basis != Basis::Target);
    let of_years: Vec<(i32, &Observation)> = rows
        .filter_map(|f| {
            let period = f.period.filter(|p| p.len_months() == 12)?;
            Some((period.single_year()?, f))
        })
        .collect();
    let first = of_years.iter().map(|(year, _)| *year).min()?;
    let last = of_years.iter().map(|(year, _)| *year).max()?;
    let each = (first..=last).all(|year| of_years.iter().any(|(y, _)| *y == year));
    let table = last - first + 1 >= YEARS
        && each
        && of_years.len() >= FIGURES
        && of_years.len() * 10 >= figures.len() * NEARLY_ALL;
    let (_, opening) = of_years.first().filter(|_| table)?;
    Some(PeriodFinding {
        period: Period::new((first, 1), (last, 12))?,
        evidence: Evidence {
            kind: "figures".into(),
            quote: opening.quote.clone(),
            span: Some(opening.span),
        },
    })
}

/// What describes a place reports on no period, but where nearly all figures it gives are of one.
fn figures_period(figures: &[Observation], periods: &Periods) -> Option<PeriodFinding> {
    /// Of ten figures so many.
    const NEARLY_ALL: usize = 8;
    periods.layout().defined()?;
    let results = || figures.iter().filter(|f| f.basis != Basis::Target);
    let first = results().find(|f| f.period.is_some())?;
    let (period, all) = (first.period?, results().count());
    let own = results().filter(|f| f.period == Some(period)).count();
    (own >= 2 && own * 10 >= all * NEARLY_ALL).then(|| PeriodFinding {
        period,
        evidence: Evidence {
            kind: "figures".into(),
            quote: first.quote.clone(),
            span: Some(first.span),
        },
    })
}

/// Reads everything that is recognised in a text: the stored one, or the restored reading of a damaged one.
///
/// Spans point into `text`.
#[must_use]
pub fn annotate(text: &str, given: &Given, taxonomy: &Taxonomy) -> Annotations {
    annotate_with(text, given, taxonomy, Gazetteer::empty())
}

/// The same with a user's names of places over the built-in ones.
#[must_use]
pub fn annotate_with(
    text: &str,
    given: &Given,
    taxonomy: &Taxonomy,
    gazetteer: &Gazetteer,
) -> Annotations {
    annotate_tokens(text, &tokenize(text), given, taxonomy, gazetteer)
}

/// The same for a text that is tokenised already.
pub(crate) fn annotate_tokens(
    text: &str,
    tokens: &Tokens,
    given: &Given,
    taxonomy: &Taxonomy,
    gazetteer: &Gazetteer,
) -> Annotations {
    let lines = wrapped::unwrapped(text);
    let broken = text;
    let text = lines.as_deref().unwrap_or(text);
    let joined = lines.as_deref().map(tokenize);
    let tokens = joined.as_ref().unwrap_or(tokens);
    let cut = unglued(text, tokens);
    let mut found = annotate_lines(
        text,
        cut.as_ref().unwrap_or(tokens),
        given,
        taxonomy,
        gazetteer,
    );
    if lines.is_some() {
        requote(broken, text, &mut found.figures);
    }
    found
}

/// Quotes as they stand in the text, with its breaks; `joined` is as long, byte for byte.
fn requote(text: &str, joined: &str, figures: &mut [Observation]) {
    for figure in figures {
        let len = figure.quote.len();
        let from = figure.span.end.saturating_sub(len);
        let start = (from..=figure.span.start).find(|&start| {
            joined
                .get(start..start + len)
                .is_some_and(|part| part == figure.quote)
        });
        if let Some(quote) = start.and_then(|start| text.get(start..start + len)) {
            figure.quote = quote.to_owned();
        }
    }
}

/// The same for a text each of whose lines is a paragraph, a headline or an item.
fn annotate_lines(
    text: &str,
    tokens: &Tokens,
    given: &Given,
    taxonomy: &Taxonomy,
    gazetteer: &Gazetteer,
) -> Annotations {
    let untitled;
    let given = if is_opening(text, tokens, given) {
        untitled = Given {
            title: None,
            ..given.clone()
        };
        &untitled
    } else {
        given
    };
    let mut periods = Periods::read(text, tokens, given);
    let places = PlaceReading::read_with(text, tokens, &periods, given, gazetteer);
    let cues = metric::Cues::of(taxonomy);
    let cues = &*cues;
    let read = |periods: &Periods| figures(text, tokens, taxonomy, cues, periods, &places);
    let mut figures = read(&periods);
    let told = headline_period(&figures, &periods, tokens);
    if let Some((period, span)) = told.or_else(|| results_period(&figures, &periods)) {
        periods.take_main(period, span.of(text), span);
        figures = read(&periods);
    }
    let main = table_span(&figures, &periods)
        .or_else(|| periods.main().cloned())
        .or_else(|| figures_period(&figures, &periods));
    Annotations {
        period: main,
        figures,
        outlook: periods.outlook().cloned(),
        kind: periods.kind().map(Into::into),
        published: periods.published().map(|d| d.to_string()),
        places: places.findings().to_vec(),
        zones: places.zones().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_no_headline() {
        let text = "Hòa Bình là một tỉnh thuộc vùng Tây Bắc, phía đông giáp với thủ đô. Năm 2013, thu ngân sách đạt 900 tỷ đồng.";
        for (title, headline) in [
            (
                "Hòa Bình là một tỉnh thuộc vùng Tây Bắc, phía đông giáp với thủ đô",
                false,
            ),
            ("Hòa Bình là một tỉnh thuộc vùng…", false),
            ("Vùng Tây Bắc sau mười năm", true),
        ] {
            let given = Given {
                title: Some(title.to_owned()),
                ..Given::default()
            };
            assert_eq!(is_opening(text, &tokenize(text), &given), !headline);
            let subject = |slug: &str| {
                annotate(text, &given, Taxonomy::get())
                    .places
                    .iter()
                    .any(|f| f.subject && f.slug == slug)
            };
            assert!(headline || subject("hoa-binh"), "{title}");
        }
        let line = "Lai Châu thu ngân sách vượt kế hoạch\n\nNăm 2013, thu đạt 900 tỷ đồng.";
        let given = Given {
            title: Some("Lai Châu thu ngân sách vượt kế hoạch".to_owned()),
            ..Given::default()
        };
        assert!(!is_opening(line, &tokenize(line), &given));
    }

    #[test]
    fn names_of_a_users_gazetteer_are_read() {
        let gazetteer = Gazetteer::with_tsv(
            "Xứ Hồi\tname\tlang-son\nMẫu Sơn\ttown\tlang-son\nKCN Hữu Lũng\tzone\tlang-son\n",
        )
        .expect("a sound table");
        let read = |text: &str| {
            let a = annotate_with(text, &Given::default(), Taxonomy::get(), &gazetteer);
            let subject = a.places.iter().find(|f| f.subject).map(|f| f.slug.clone());
            (subject, a.zones)
        };
        for text in [
            "Xứ Hồi thu ngân sách vượt dự toán\n\nNăm 2016, tổng thu đạt 310 tỷ đồng.",
            "Thị trấn Mẫu Sơn đón thêm khách du lịch\n\nNăm 2016, khách đến đạt 31 nghìn lượt.",
        ] {
            assert_eq!(read(text).0.as_deref(), Some("lang-son"), "{text}");
            let ours = annotate(text, &Given::default(), Taxonomy::get());
            assert!(ours.places.iter().all(|f| !f.subject), "{text}");
        }
        let (subject, zones) = read(
            "Khu công nghiệp Hữu Lũng có thêm ba dự án\n\nKCN Hữu Lũng thu hút 31 triệu USD trong năm 2016.",
        );
        assert_eq!(subject.as_deref(), Some("lang-son"));
        let slugs: Vec<&str> = zones.iter().map(|z| z.slug.as_str()).collect();
        assert_eq!(slugs, ["kcn-huu-lung"]);
    }

    #[test]
    fn the_period_of_a_figure_is_that_of_its_words() {
        let read = |text: &str| -> Vec<String> {
            annotate(text, &Given::default(), Taxonomy::get())
                .figures
                .iter()
                .map(|f| {
                    let period = f.period.map_or("-".to_owned(), |p| p.to_string());
                    format!("{} {:?} {period}", f.metric, f.basis)
                })
                .collect()
        };
        for (text, expected) in [
            (
                "Trong 8 tháng năm 2022, chỉ số sản xuất công nghiệp tăng 6,1% so với tháng trước.",
                &["iip.mom Actual 2022-M08"][..],
            ),
            (
                "Dự kiến cả năm 2018 thu ngân sách đạt 4.500 tỷ đồng, bằng 105% dự toán.",
                &["budget.revenue Estimate 2018"],
            ),
            (
                "Sở dự báo trong năm 2018 thu ngân sách sẽ đạt khoảng 4.500 tỷ đồng.",
                &["budget.revenue Estimate 2018"],
            ),
            (
                "Mục tiêu đến năm 2025: GRDP bình quân đầu người đạt 60 triệu đồng; tỷ lệ hộ nghèo còn dưới 3%.",
                &["grdp.per_capita Target 2025", "poverty.rate Target 2025"],
            ),
            (
                "Mãi đến ngày 1 tháng 1 năm 1997 tỉnh mới được tái lập. Khi đó thu nhập bình quân đầu người là 290 USD.",
                &["income.per_capita Actual -"],
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_describes_a_place_is_of_the_period_of_all_its_figures() {
        let main = |text: &str| {
            annotate(text, &Given::default(), Taxonomy::get())
                .period
                .map(|f| f.period.to_string())
        };
        let article = |more: &str| {
            format!(
                "Trà Vinh là một tỉnh ven biển thuộc vùng đồng bằng sông Cửu Long, phía đông giáp biển.\n\n\
                Năm 2012, thu ngân sách đạt 1.100 tỷ đồng, kim ngạch xuất khẩu đạt 310 triệu USD.{more}"
            )
        };
        assert_eq!(main(&article("")).as_deref(), Some("2012"));
        let more = " Năm 2009, thu ngân sách đạt 640 tỷ đồng.";
        assert_eq!(main(&article(more)), None);
    }
}
