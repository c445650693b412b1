//! One report: its header (place, period, kind) and its text with the figures that it states.

use std::fmt::Write as _;

use super::form::{self, Form};
use super::lexicon::Lexicon;
use super::rng::Rng;
use super::truth::{Fact, Part, Period, push_fact, push_json};
use super::writer::Writer;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A board of industrial and economic zones.
    Zones,
    /// A People's Committee.
    Economy,
    /// A statistics office.
    Statistics,
    /// A customs office.
    Customs,
    /// A department of planning and investment.
    Planning,
}

impl Kind {
    /// For the truth and for ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zones => "zone-board",
            Self::Economy => "socio-economic",
            Self::Statistics => "statistics",
            Self::Customs => "customs",
            Self::Planning => "planning",
        }
    }
}

/// What a report is about, before a word of it is written.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Number of the report, from 0.
    pub number: u64,
    /// Index into [`Lexicon::units`].
    pub unit: usize,
    /// Main period.
    pub period: Period,
    /// What it looks ahead to.
    pub outlook: Period,
    /// Who writes.
    pub kind: Kind,
    /// How it is typed.
    pub form: Form,
    /// Day of publication.
    pub published: (u16, u8, u8),
}

/// A report with its truth. Reused from one report to the next.
#[derive(Debug, Default)]
pub struct Report {
    /// `000812-quang-ninh-2019-h1`.
    pub id: String,
    /// Title, in the report's form.
    pub title: String,
    /// Body, in the report's form.
    pub body: String,
    /// Publisher.
    pub publisher: String,
    /// Words that this report uses more than others, and a document that it cites.
    pub topics: Vec<&'static str>,
    /// The document cited most.
    pub cited: String,
    /// The figures, in the order of the text.
    pub facts: Vec<Fact>,
    written: String,
    offsets: Vec<usize>,
}

/// The header of report `number`.
pub fn header(lexicon: &Lexicon, seed: u64, number: u64) -> Header {
    let mut rng = Rng::new(seed, number * 2);
    let year = rng.between(2006, 2025) as u16;
    let part = match rng.below(100) {
        0..27 => Part::Year,
        27..52 => Part::Half(1),
        52..65 => Part::First(9),
        65..75 => Part::Quarter(1),
        75..78 => Part::Quarter(2),
        78..82 => Part::Quarter(3),
        82..94 => Part::First([2, 4, 5, 7, 8, 10, 11, 11][rng.below(8)]),
        _ => Part::Month(1 + rng.below(12) as u8),
    };
    let period = Period { year, part };
    let end = format!("{year}-{:02}-28", period.last_month());
    let regional = rng.chance(2);
    let unit = loop {
        let at = rng.below(lexicon.units.len());
        let unit = &lexicon.units[at];
        let (from, to) = unit.valid;
        if unit.region == regional
            && (from.is_empty() || *from <= *end)
            && (to.is_empty() || *to >= *end)
        {
            break at;
        }
    };
    let kind = match rng.below(100) {
        0..32 => Kind::Zones,
        32..58 => Kind::Economy,
        58..75 if !regional => Kind::Statistics,
        75..88 if !regional => Kind::Customs,
        88.. if !regional => Kind::Planning,
        _ => Kind::Zones,
    };
    let outlook = match part {
        Part::Year => Period {
            year: year + 1,
            part,
        },
        Part::Half(_) if rng.chance(35) => Period {
            year,
            part: Part::Half(2),
        },
        _ => Period {
            year,
            part: Part::Year,
        },
    };
    let month = period.last_month() + if rng.chance(80) { 1 } else { 2 };
    Header {
        number,
        unit,
        period,
        outlook,
        kind,
        form: Form::of(rng.below(100)),
        published: (
            year + u16::from((month - 1) / 12),
            (month - 1) % 12 + 1,
            1 + rng.below(28) as u8,
        ),
    }
}

/// Months, a quarter or the year in words; `dated` says whether the year stands with it.
pub fn period_words(period: Period, dated: bool, rng: &mut Rng, out: &mut String) {
    let year = period.year;
    let bare = !dated;
    match period.part {
        Part::Year if bare => out.push_str(rng.pick(&["cả năm", "trong năm", "năm nay"])),
        Part::Year => {
            let _ = write!(out, "{} {year}", rng.pick(&["năm", "năm", "cả năm"]));
        }
        Part::Half(1) => {
            out.push_str(rng.pick(&[
                "6 tháng đầu năm",
                "6 tháng đầu năm",
                "06 tháng đầu năm",
                "sáu tháng đầu năm",
                "nửa đầu năm",
            ]));
            if dated {
                let _ = write!(out, " {year}");
            }
        }
        Part::Half(_) => {
            out.push_str("6 tháng cuối năm");
            if dated {
                let _ = write!(out, " {year}");
            }
        }
        Part::Quarter(q) => {
            let roman = ["I", "II", "III", "IV"][usize::from(q) - 1];
            let _ = match (bare, rng.below(3)) {
                (true, _) => write!(out, "quý {roman}"),
                (_, 0) => write!(out, "quý {roman} năm {year}"),
                (_, 1) => write!(out, "quý {roman}/{year}"),
                _ => write!(out, "quý {q}/{year}"),
            };
        }
        Part::First(n) => {
            let word = [
                "", "", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín",
            ];
            match word.get(usize::from(n)) {
                Some(word) if rng.chance(15) && n != 5 => out.push_str(word),
                _ => {
                    let _ = write!(out, "{n}");
                }
            }
            out.push_str(" tháng");
            if n < 10 && (bare || rng.chance(70)) {
                out.push_str(" đầu năm");
            } else if dated {
                out.push_str(" năm");
            }
            if dated {
                let _ = write!(out, " {year}");
            }
        }
        Part::Month(m) => {
            let _ = match (bare, rng.below(2)) {
                (true, _) => write!(out, "tháng {m}"),
                (_, 0) => write!(out, "tháng {m}/{year}"),
                _ => write!(out, "tháng {m} năm {year}"),
            };
        }
    }
}

/// Writes the report of `head` into `report`.
pub fn write(lexicon: &Lexicon, seed: u64, head: Header, report: &mut Report) {
    let mut rng = Rng::new(seed, head.number * 2 + 1);
    let unit = &lexicon.units[head.unit];
    let mut place = String::new();
    place.push_str(if unit.region {
        "vùng "
    } else if unit.city {
        "thành phố "
    } else {
        "tỉnh "
    });
    place.push_str(unit.name);
    let mut topics = std::mem::take(&mut report.topics);
    topics.clear();
    for _ in 0..6 {
        topics.push(lexicon.words[rng.below(lexicon.words.len())]);
    }
    let names = lexicon.list("place_word");
    let zones = std::array::from_fn(|_| {
        let name = names[rng.below(names.len())];
        match rng.below(5) {
            0 => format!("khu công nghiệp {name}"),
            1 => format!("cụm công nghiệp {name}"),
            2 => format!("KCN {name} {}", rng.pick(&["I", "II", "1", "2"])),
            _ => format!("KCN {name}"),
        }
    });
    let mut writer = Writer {
        lexicon,
        estimated: rng.chance(45),
        rng,
        head,
        out: std::mem::take(&mut report.written),
        facts: std::mem::take(&mut report.facts),
        topics,
        cited: std::mem::take(&mut report.cited),
        publisher: std::mem::take(&mut report.publisher),
        words: 0,
        counted: 0,
        place,
        zones,
    };
    writer.out.clear();
    writer.facts.clear();
    writer.cite();
    writer.name_publisher();
    let mut title = std::mem::take(&mut report.title);
    title.clear();
    writer.title(&mut title);
    writer.body(&title);

    let salt = writer.rng.next();
    report.id.clear();
    let _ = write!(
        report.id,
        "{:06}-{}-{}",
        head.number, unit.slug, head.period
    );
    report.id.make_ascii_lowercase();
    report.offsets.clear();
    form::apply(head.form, &title, salt, &mut report.body, &mut []);
    std::mem::swap(&mut title, &mut report.body);
    report.title = title;
    // Offsets of one fact are in order, but quotes of neighbours overlap: sorted, moved, looked up again.
    let mut order: Vec<usize> = Vec::new();
    for fact in &writer.facts {
        order.extend([fact.at.0, fact.at.1, fact.quote.0, fact.quote.1]);
    }
    if head.form == Form::Nfc {
        std::mem::swap(&mut report.body, &mut writer.out);
    } else {
        order.sort_unstable();
        order.dedup();
        report.offsets.extend_from_slice(&order);
        form::apply(
            head.form,
            &writer.out,
            salt,
            &mut report.body,
            &mut report.offsets,
        );
        let moved = |at: &mut usize| {
            if let Ok(i) = order.binary_search(at) {
                *at = report.offsets[i];
            }
        };
        for fact in &mut writer.facts {
            moved(&mut fact.at.0);
            moved(&mut fact.at.1);
            moved(&mut fact.quote.0);
            moved(&mut fact.quote.1);
        }
    }
    report.written = writer.out;
    report.facts = writer.facts;
    report.topics = writer.topics;
    report.cited = writer.cited;
    report.publisher = writer.publisher;
}

/// What is written beside a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether the record gives province and period, as a well-kept archive would.
    pub given: bool,
}

/// Appends the record as a line of NDJSON.
pub fn push_record(
    lexicon: &Lexicon,
    head: &Header,
    report: &Report,
    options: Options,
    out: &mut String,
) {
    out.push_str("{\"id\":");
    push_json(&report.id, out);
    out.push_str(",\"title\":");
    push_json(&report.title, out);
    out.push_str(",\"body\":");
    push_json(&report.body, out);
    if options.given {
        let _ = write!(
            out,
            ",\"province\":\"{}\",\"period\":\"{}\"",
            lexicon.units[head.unit].slug, head.period
        );
    }
    let (year, month, day) = head.published;
    let _ = write!(
        out,
        ",\"published\":\"{year}-{month:02}-{day:02}\",\"publisher\":"
    );
    push_json(&report.publisher, out);
    out.push_str("}\n");
}

/// Appends the truth as a line of JSON; offsets count from `shift` before the body.
pub fn push_truth(
    lexicon: &Lexicon,
    head: &Header,
    report: &Report,
    doc: &str,
    shift: usize,
    out: &mut String,
) {
    let unit = &lexicon.units[head.unit];
    out.push_str("{\"doc\":");
    push_json(doc, out);
    if unit.region {
        let _ = write!(out, ",\"provinces\":[],\"region\":\"{}\"", unit.slug);
    } else {
        let _ = write!(out, ",\"provinces\":[\"{}\"],\"region\":null", unit.slug);
    }
    let (year, month, day) = head.published;
    let _ = write!(
        out,
        ",\"period\":\"{}\",\"outlook_period\":\"{}\",\"published\":\"{year}-{month:02}-{day:02}\",\"kind\":\"{}\",\"form\":\"{}\",\"figures\":[",
        head.period,
        head.outlook,
        head.kind.as_str(),
        head.form.as_str(),
    );
    for (i, fact) in report.facts.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_fact(fact, unit.slug, &report.body, shift, out);
    }
    out.push_str("]}\n");
}
