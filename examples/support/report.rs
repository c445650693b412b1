//! One report: its header (place, period, kind) and its text with the figures that it states.

use std::fmt::Write as _;

use super::form::{self, Form};
use super::lexicon::{Lexicon, Piece, Slot};
use super::rng::Rng;
use super::say::{self, Metric, Size};
use super::truth::{Amount, Fact, Part, Period, last_day, push_fact, push_json};

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

fn capitalize(text: &mut String, at: usize) {
    if let Some(first) = text[at..].chars().next()
        && first.is_lowercase()
    {
        let upper: String = first.to_uppercase().collect();
        text.replace_range(at..at + first.len_utf8(), &upper);
    }
}

/// Appends the upper case of `text`.
fn push_upper(text: &str, out: &mut String) {
    out.extend(text.chars().flat_map(char::to_uppercase));
}

struct Writer<'a> {
    lexicon: &'a Lexicon,
    rng: Rng,
    head: Header,
    out: String,
    facts: Vec<Fact>,
    topics: Vec<&'static str>,
    cited: String,
    publisher: String,
    /// Words of the body so far.
    words: usize,
    counted: usize,
    place: String,
    zones: [String; 3],
    /// `ước đạt` or `đạt`.
    estimated: bool,
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

/// One paragraph's worth of facts.
type Say = fn(&mut Writer<'_>);

impl Writer<'_> {
    fn count(&mut self) {
        let added = &self.out.as_bytes()[self.counted..];
        self.words += added.iter().filter(|b| **b == b' ' || **b == b'\n').count();
        self.counted = self.out.len();
    }

    fn any(&mut self, list: &str) -> &'static str {
        let list = self.lexicon.list(list);
        list[self.rng.zipf(list.len())]
    }

    fn person(&mut self) {
        let (surname, given) = (self.any("surname"), self.any("given"));
        let middle = self.lexicon.list("middle")[self.rng.below(20)];
        let _ = write!(self.out, "{surname} {middle} {given}");
    }

    fn document(&mut self) {
        let year = self.head.period.year - u16::from(self.rng.chance(30));
        let (kind, code) = *[
            ("Nghị quyết số", "NQ-HĐND"),
            ("Quyết định số", "QĐ-UBND"),
            ("Chương trình hành động số", "CTr-TU"),
            ("Thông báo số", "TB-VPCP"),
            ("Kế hoạch số", "KH-UBND"),
            ("Chỉ thị số", "CT-TTg"),
        ]
        .get(self.rng.below(6))
        .expect("one of six");
        let (number, day, month) = (
            self.rng.between(2, 3800),
            self.rng.between(1, 28),
            self.rng.between(1, 12),
        );
        let _ = write!(
            self.out,
            "{kind} {number}/{code} ngày {day:02}/{month}/{year}"
        );
    }

    fn cite(&mut self) {
        let from = self.out.len();
        self.document();
        self.cited.clear();
        self.cited.push_str(&self.out[from..]);
        self.out.truncate(from);
    }

    fn name_publisher(&mut self) {
        let unit = &self.lexicon.units[self.head.unit];
        self.publisher.clear();
        let board = match self.head.kind {
            Kind::Zones if unit.region => "Khối thi đua Ban Quản lý các khu công nghiệp",
            Kind::Zones => self.rng.pick(&[
                "Ban Quản lý các khu công nghiệp",
                "Ban Quản lý Khu kinh tế",
                "Ban Quản lý khu kinh tế và các khu công nghiệp",
            ]),
            Kind::Economy if unit.region => "Hội đồng điều phối",
            Kind::Economy => "Ủy ban nhân dân",
            Kind::Statistics => "Cục Thống kê",
            Kind::Customs => "Cục Hải quan",
            Kind::Planning => "Sở Kế hoạch và Đầu tư",
        };
        let _ = write!(self.publisher, "{board} {}", self.place);
    }

    fn title(&mut self, title: &mut String) {
        let (period, outlook) = (self.head.period, self.head.outlook);
        let name = self.lexicon.units[self.head.unit].name;
        let mut text = String::with_capacity(200);
        let dated = !(matches!(period.part, Part::Half(_)) && self.rng.chance(30));
        match (self.head.kind, self.rng.below(4)) {
            (Kind::Customs, 0 | 1) => {
                let _ = write!(text, "Hải quan {name}: kết quả công tác ");
                period_words(period, true, &mut self.rng, &mut text);
            }
            (Kind::Statistics, 0..3) => {
                let _ = write!(text, "Tình hình kinh tế - xã hội ");
                period_words(period, true, &mut self.rng, &mut text);
                let _ = write!(text, " {}", self.place);
            }
            (Kind::Economy, 0 | 1) => {
                let _ = write!(text, "Báo cáo tình hình kinh tế - xã hội {} ", self.place);
                period_words(period, dated, &mut self.rng, &mut text);
                text.push_str(", nhiệm vụ ");
                period_words(outlook, true, &mut self.rng, &mut text);
            }
            (Kind::Planning, 0 | 1) => {
                let _ = write!(text, "{name}: thu hút đầu tư và phát triển doanh nghiệp ");
                period_words(period, true, &mut self.rng, &mut text);
            }
            (_, 0 | 1) => {
                let verb = if period.part == Part::Year {
                    "tổng kết"
                } else {
                    "sơ kết"
                };
                let _ = write!(text, "{} {verb} công tác ", self.publisher);
                period_words(period, dated, &mut self.rng, &mut text);
                text.push_str(", triển khai nhiệm vụ ");
                period_words(outlook, true, &mut self.rng, &mut text);
            }
            (_, 2) => {
                let _ = write!(text, "{name}: những điểm đáng chú ý ");
                period_words(period, true, &mut self.rng, &mut text);
            }
            _ => {
                let _ = write!(text, "Báo cáo công tác ");
                period_words(period, true, &mut self.rng, &mut text);
                let _ = write!(text, " của {}", self.publisher);
            }
        }
        capitalize(&mut text, 0);
        if self.rng.chance(25) {
            push_upper(&text, title);
        } else {
            title.push_str(&text);
        }
    }

    /// A sentence without figures.
    fn filler(&mut self, section: usize) {
        let lexicon = self.lexicon;
        let sentences = lexicon.sentences(section);
        let pieces = &sentences[self.rng.below(sentences.len())];
        let from = self.out.len();
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.out.push_str(text),
                Piece::Slot(slot) => self.slot(*slot),
            }
        }
        capitalize(&mut self.out, from);
        self.out.push(' ');
    }

    fn slot(&mut self, slot: Slot) {
        let lexicon = self.lexicon;
        match slot {
            Slot::List(at) => {
                let list = lexicon.list_at(at);
                self.out.push_str(list[self.rng.zipf(list.len())]);
            }
            Slot::Word if self.rng.chance(20) => self.slot(Slot::Topic),
            Slot::Word => self
                .out
                .push_str(lexicon.words[self.rng.zipf(lexicon.words.len())]),
            Slot::Topic => {
                let topic = self.topics[self.rng.zipf(self.topics.len())];
                self.out.push_str(topic);
            }
            Slot::Commune => {
                let name = self.any("place_word");
                self.out.push_str(name);
            }
            Slot::Person => self.person(),
            Slot::Firm => {
                let form = self.rng.pick(&[
                    "Công ty TNHH",
                    "Công ty cổ phần",
                    "Công ty TNHH MTV",
                    "Tập đoàn",
                    "Tổng công ty",
                ]);
                let brand = self.any("brand");
                let _ = write!(self.out, "{form} {brand}");
            }
            Slot::Doc if self.rng.chance(40) => self.out.push_str(&self.cited),
            Slot::Doc => self.document(),
            Slot::Zone => {
                let zone = self.rng.below(3);
                self.out.push_str(&self.zones[zone]);
            }
            Slot::Few => {
                let n = self.rng.between(2, 40);
                let _ = match n {
                    2..10 if self.rng.chance(60) => write!(self.out, "0{n}"),
                    n => write!(self.out, "{n}"),
                };
            }
            Slot::Many => {
                let n = self.rng.between(50, 900);
                let _ = write!(self.out, "{n}");
            }
            Slot::Place => self.out.push_str(&self.place),
            Slot::Year => {
                let _ = write!(self.out, "năm {}", self.head.period.year);
            }
            Slot::Board => self.out.push_str(&self.publisher),
            Slot::Day => {
                let (day, month) = (self.rng.between(1, 28), self.rng.between(1, 12));
                let _ = write!(self.out, "{day}/{month}");
            }
        }
    }

    /// ` so với cùng kỳ năm 2018`, or one of its variants.
    fn reference(&mut self) {
        let last = self.head.period.year - 1;
        let yearly = self.head.period.part == Part::Year;
        let _ = match (yearly, self.rng.below(6)) {
            (true, 0 | 1) => write!(self.out, " so với năm {last}"),
            (true, 2) => write!(self.out, " so với năm trước"),
            (true, 3) => write!(self.out, " so năm {last}"),
            (true, _) => write!(self.out, " so với cùng kỳ năm trước"),
            (_, 0 | 1) => write!(self.out, " so với cùng kỳ năm {last}"),
            (_, 2) => write!(self.out, " so với cùng kỳ"),
            (_, 3) => write!(self.out, " so cùng kỳ"),
            (_, 4) => write!(self.out, " so với cùng kỳ năm trước"),
            _ => write!(self.out, " so với cùng kỳ năm ngoái"),
        };
    }

    /// A comparison with the year before, without what joins it on.
    fn versus_last_year(&mut self) -> Amount {
        if self.rng.chance(4) {
            let tenths = 12 + self.rng.below(14) as i64;
            self.out.push_str("gấp ");
            say::push_decimal(tenths as u64, 1, false, &mut self.out);
            self.out.push_str(" lần");
            self.reference();
            return Amount {
                mant: (tenths - 10) * 10,
                dec: 0,
                pow: 0,
                unit: "percent",
            };
        }
        let change = say::change(&mut self.rng);
        if self.rng.chance(12) {
            let whole = 10i64.pow(change.dec) * 100 + change.mant;
            self.out.push_str("bằng ");
            say::push_decimal(whole as u64, change.dec, false, &mut self.out);
            self.out.push('%');
        } else {
            self.out
                .push_str(if change.mant < 0 { "giảm " } else { "tăng " });
            if self.rng.chance(6) {
                self.out.push_str(self.rng.pick(&["gần ", "hơn ", "trên "]));
            }
            say::push_percent(change, &mut self.out);
            self.out.push('%');
        }
        self.reference();
        change
    }

    /// A comparison with the plan. The plan itself is stated in one of four cases, and the share follows from it.
    fn versus_plan(&mut self, metric: &Metric, value: Amount) -> (Amount, Option<Amount>) {
        let progress = f64::from(self.head.period.last_month()) / 12.0;
        let share = 100.0 * progress * (0.75 + 0.5 * self.rng.unit());
        let dec = 1 + u32::from(self.rng.chance(20));
        let scale = 10i64.pow(dec);
        let mut pct = Amount {
            mant: (share * scale as f64).round() as i64,
            dec,
            pow: 0,
            unit: "percent",
        };
        let budget = metric.code.starts_with("budget");
        let year = self.head.period.year;
        let city = self.lexicon.units[self.head.unit].city;
        let words: &[&str] = if budget {
            &[
                "dự toán năm",
                "dự toán",
                if city {
                    "dự toán HĐND thành phố giao"
                } else {
                    "dự toán HĐND tỉnh giao"
                },
                "kế hoạch năm",
            ]
        } else {
            &[
                "kế hoạch năm",
                "kế hoạch",
                "kế hoạch cả năm",
                "kế hoạch đề ra",
                "kế hoạch năm",
            ]
        };
        let mut plan = None;
        if self.rng.chance(25) && !matches!(metric.size, Size::Percent(..)) {
            let exact = value.mant as f64 / 10f64.powi(value.dec as i32) / (share / 100.0);
            let step = 10f64
                .powf((exact.log10() - 2.0).floor())
                .max(if value.pow == 0 { 10. } else { 0.01 });
            let rounded = (exact / step).round() * step;
            let dec = if step >= 1.0 {
                0
            } else {
                (-step.log10()).round() as u32
            };
            let mant = (rounded * 10f64.powi(dec as i32)).round() as i64;
            if mant > 0 {
                let stated = Amount {
                    mant,
                    dec,
                    pow: value.pow,
                    unit: value.unit,
                };
                let share = value.mant as f64
                    / 10f64.powi(value.dec as i32)
                    / (mant as f64 / 10f64.powi(dec as i32));
                pct.mant = (share * 100.0 * scale as f64).round() as i64;
                plan = Some(stated);
            }
        }
        if plan.is_none() && pct.mant > 101 * scale && self.rng.chance(30) {
            self.out.push_str("vượt ");
            let over = Amount {
                mant: pct.mant - 100 * scale,
                ..pct
            };
            say::push_percent(over, &mut self.out);
            self.out.push_str(if self.rng.chance(50) {
                "% so với kế hoạch"
            } else {
                "% kế hoạch năm"
            });
            return (pct, None);
        }
        self.out.push_str(if self.rng.chance(50) {
            "bằng "
        } else {
            "đạt "
        });
        say::push_percent(pct, &mut self.out);
        self.out.push_str("% ");
        self.out.push_str(self.rng.pick(words));
        if let Some(plan) = plan {
            self.out.push_str(" (");
            say::push_amount(plan, noun(metric), &mut self.rng, &mut self.out);
            self.out.push(')');
        } else if self.rng.chance(30) && self.out.ends_with("năm") {
            let _ = write!(self.out, " {year}");
        }
        (pct, plan)
    }

    fn scope(&mut self) {
        let unit = &self.lexicon.units[self.head.unit];
        let words: &[&str] = match (self.head.kind, unit.region, unit.city) {
            (_, true, _) => &[" toàn vùng", " của các tỉnh trong vùng", ""],
            (Kind::Zones, ..) => &[
                " của các doanh nghiệp trong KCN",
                " tại các khu công nghiệp",
                "",
                " trong các KCN, KKT",
            ],
            (Kind::Customs, ..) => &["", " qua địa bàn", ""],
            (_, _, true) => &[" trên địa bàn thành phố", " toàn thành phố", "", ""],
            _ => &[
                " trên địa bàn tỉnh",
                " trên địa bàn",
                " toàn tỉnh",
                " của tỉnh",
                "",
                "",
            ],
        };
        self.out.push_str(self.rng.pick(words));
    }

    /// `gần`, `trên` and such, with the qualifier that they mean.
    fn hedge(&mut self) -> &'static str {
        match self.rng.below(100) {
            0..8 => {
                self.out.push_str(if self.rng.chance(50) {
                    "khoảng "
                } else {
                    "gần "
                });
                "about"
            }
            8..18 => {
                self.out.push_str(if self.rng.chance(50) {
                    "trên "
                } else {
                    "hơn "
                });
                "at_least"
            }
            _ => "exact",
        }
    }

    fn push_fact(
        &mut self,
        metric: &Metric,
        value: Amount,
        basis: &'static str,
        at: (usize, usize),
        quote: usize,
    ) -> &mut Fact {
        self.facts.push(Fact {
            metric: (metric.code, false),
            value,
            basis,
            qualifier: "exact",
            period: self.head.period,
            as_of: false,
            yoy: None,
            plan: None,
            plan_value: None,
            at,
            quote: (quote, self.out.len()),
        });
        self.facts.last_mut().expect("just pushed")
    }

    fn amount(&mut self, metric: &Metric, value: Amount) -> (usize, usize) {
        let from = self.out.len();
        say::push_amount(value, noun(metric), &mut self.rng, &mut self.out);
        (from, self.out.len())
    }

    /// Subject and verb of a statement about `metric`; gives the basis.
    fn lead(&mut self, metric: &Metric, from: usize, timed: bool) -> &'static str {
        let lead = self.rng.pick(metric.leads);
        let place = timed.then(|| self.rng.below(3));
        if place == Some(0) {
            self.when();
            self.out.push_str(", ");
        }
        self.out.push_str(lead);
        if !lead.contains("trên địa bàn") {
            self.scope();
        }
        if place == Some(1) {
            self.out.push(' ');
            self.when();
        }
        capitalize(&mut self.out, from);
        if self.estimated && self.rng.chance(75) {
            self.out.push_str(self.rng.pick(&[
                " ước đạt ",
                " ước đạt ",
                " ước thực hiện ",
                " ước tính đạt ",
            ]));
            "estimate"
        } else {
            self.out
                .push_str(self.rng.pick(&[" đạt ", " đạt ", " là ", " đạt được "]));
            "actual"
        }
    }

    fn when(&mut self) {
        let dated = self.rng.chance(45);
        period_words(self.head.period, dated, &mut self.rng, &mut self.out);
    }

    fn comparisons(
        &mut self,
        metric: &Metric,
        value: Amount,
    ) -> (Option<Amount>, Option<Amount>, Option<Amount>) {
        let (mut yoy, mut plan, mut plan_value) = (None, None, None);
        let roll = self.rng.below(100);
        if metric.planned && roll < 55 {
            self.out.push_str(", ");
            let (share, stated) = self.versus_plan(metric, value);
            (plan, plan_value) = (Some(share), stated);
            if roll < 30 {
                self.out
                    .push_str(if self.rng.chance(70) { ", " } else { " và " });
                yoy = Some(self.versus_last_year());
            }
        } else if roll < 85 {
            let brackets = self.rng.chance(15);
            self.out.push_str(if brackets { " (" } else { ", " });
            yoy = Some(self.versus_last_year());
            if brackets {
                self.out.push(')');
            }
        }
        (yoy, plan, plan_value)
    }

    /// A level with its comparisons, as a sentence of its own.
    fn level(&mut self, metric: &Metric) {
        let value = say::amount(metric.size, &mut self.rng);
        self.level_of(metric, value);
    }

    fn level_of(&mut self, metric: &Metric, value: Amount) {
        let from = self.out.len();
        let basis = self.lead(metric, from, true);
        let qualifier = self.hedge();
        let at = self.amount(metric, value);
        let (yoy, plan, plan_value) = self.comparisons(metric, value);
        let fact = self.push_fact(metric, value, basis, at, from);
        (fact.qualifier, fact.yoy, fact.plan, fact.plan_value) = (qualifier, yoy, plan, plan_value);
        self.out.push_str(". ");
    }

    /// Growth alone: of a metric that is a rate, or of a level that is not stated.
    fn growth(&mut self, metric: &Metric) {
        let from = self.out.len();
        let rate = matches!(metric.size, Size::Percent(..));
        let lead = self.rng.pick(metric.leads);
        let timed = self.rng.below(3);
        if timed == 0 {
            self.when();
            self.out.push_str(", ");
        }
        self.out.push_str(lead);
        if timed == 1 {
            self.out.push(' ');
            self.when();
        }
        capitalize(&mut self.out, from);
        let mut value = if rate {
            say::amount(metric.size, &mut self.rng)
        } else {
            say::change(&mut self.rng)
        };
        if rate && self.rng.chance(12) {
            value.mant = -value.mant;
        }
        let basis = if self.estimated && self.rng.chance(70) {
            self.out.push_str(" ước");
            "estimate"
        } else {
            "actual"
        };
        self.out.push_str(if value.mant < 0 {
            " giảm "
        } else {
            " tăng "
        });
        let number = self.out.len();
        say::push_percent(value, &mut self.out);
        self.out.push('%');
        let at = (number, self.out.len());
        if self.rng.chance(75) {
            self.reference();
        }
        if self.rng.chance(5) {
            self.out.push_str(" (cùng kỳ tăng ");
            let before = say::amount(Size::Percent(1., 12.), &mut self.rng);
            say::push_percent(before, &mut self.out);
            self.out.push_str("%)");
        }
        let fact = self.push_fact(metric, value, basis, at, from);
        fact.metric.1 = !rate;
        self.out.push_str(". ");
    }

    /// A percentage that is a level.
    fn share(&mut self, metric: &Metric) {
        let value = say::amount(metric.size, &mut self.rng);
        let from = self.out.len();
        let lead = self.rng.pick(metric.leads);
        self.out.push_str(lead);
        capitalize(&mut self.out, from);
        self.out.push_str(if metric.code == "poverty.rate" {
            " còn "
        } else {
            " đạt "
        });
        let at = self.amount(metric, value);
        let basis = if metric.code == "zones.occupancy" {
            "stock"
        } else {
            "actual"
        };
        self.push_fact(metric, value, basis, at, from);
        self.out.push_str(". ");
    }

    fn counted(
        &mut self,
        code: &'static str,
        count: u64,
        noun: &'static str,
        unit: &'static str,
        quote: usize,
    ) -> usize {
        let metric = Metric {
            code,
            leads: &[],
            size: Size::Count(0., 0., unit, noun),
            planned: false,
        };
        let value = Amount {
            mant: count as i64,
            dec: 0,
            pow: 0,
            unit,
        };
        let from = self.out.len();
        if (2..10).contains(&count) && self.rng.chance(50) {
            let _ = write!(self.out, "0{count} {noun}");
        } else {
            say::push_grouped(count, &mut self.out);
            let _ = write!(self.out, " {noun}");
        }
        let at = (from, self.out.len());
        self.push_fact(&metric, value, "actual", at, quote);
        self.facts.len() - 1
    }

    fn close(&mut self, first: usize) {
        let end = self.out.len();
        for fact in &mut self.facts[first..] {
            fact.quote.1 = end;
        }
        self.out.push_str(". ");
    }

    /// New projects, with foreign and domestic ones that add up.
    fn new_projects(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let (fdi, ddi) = (self.rng.between(2, 60), self.rng.between(2, 90));
        self.when();
        capitalize(&mut self.out, from);
        if self.rng.chance(50) {
            self.out
                .push_str(", đã cấp mới giấy chứng nhận đăng ký đầu tư cho ");
        } else {
            let _ = write!(
                self.out,
                ", {} đã cấp mới ",
                self.rng
                    .pick(&["Ban", "địa phương", "các cơ quan chức năng"])
            );
        }
        self.counted(
            "investment.projects.new",
            fdi + ddi,
            "dự án",
            "projects",
            from,
        );
        self.out.push_str(", trong đó có ");
        self.counted("fdi.projects.new", fdi, "dự án FDI", "projects", from);
        self.out.push_str(" và ");
        self.counted(
            "ddi.projects.new",
            ddi,
            "dự án đầu tư trong nước (DDI)",
            "projects",
            from,
        );
        self.close(first);
    }

    /// Projects that raise their capital, and by how much.
    fn raised(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        self.out.push_str("Điều chỉnh tăng vốn cho ");
        let count = self.rng.between(2, 45);
        self.counted(
            "fdi.projects.adjusted",
            count,
            "dự án FDI",
            "projects",
            from,
        );
        self.out.push_str(", vốn tăng thêm đạt ");
        let value = say::amount(say::FDI_ADDED.size, &mut self.rng);
        let at = self.amount(&say::FDI_ADDED, value);
        self.push_fact(&say::FDI_ADDED, value, "actual", at, from);
        self.close(first);
    }

    /// What stands at the end of the period: projects, capital, disbursed.
    fn standing(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let (year, month) = (self.head.period.year, self.head.period.last_month());
        let dated = self.rng.below(3);
        let _ = match dated {
            0 => write!(
                self.out,
                "Lũy kế đến ngày {}/{month}/{year}, ",
                last_day(year, month)
            ),
            1 => write!(self.out, "Luỹ kế đến hết tháng {month:02}/{year}, "),
            _ => write!(self.out, "Lũy kế đến nay, "),
        };
        let foreign = self.rng.chance(60);
        let (count, noun, capital) = if foreign {
            ("fdi.projects.total", "dự án FDI", &say::FDI)
        } else {
            ("ddi.projects.total", "dự án DDI", &say::DDI)
        };
        let unit = &self.lexicon.units[self.head.unit];
        self.out.push_str(if unit.region {
            "toàn vùng có "
        } else {
            "trên địa bàn có "
        });
        let n = self.rng.between(20, 2400);
        self.counted(count, n, noun, "projects", from);
        self.out.push_str(" còn hiệu lực với tổng vốn đăng ký đạt ");
        let size = if foreign {
            Size::Usd(300., 45000.)
        } else {
            Size::Ty(4000., 400000.)
        };
        let value = say::amount(size, &mut self.rng);
        let at = self.amount(capital, value);
        let yoy = self.rng.chance(30).then(|| {
            self.out.push_str(" (");
            let yoy = self.versus_last_year();
            self.out.push(')');
            yoy
        });
        self.push_fact(capital, value, "cumulative", at, from).yoy = yoy;
        self.close(first);
        for fact in &mut self.facts[first..] {
            fact.basis = "cumulative";
            fact.as_of = dated < 2;
        }
    }

    /// The zones themselves.
    fn zones(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let n = self.rng.between(2, 32);
        let unit = &self.lexicon.units[self.head.unit];
        self.out.push_str(match self.rng.below(3) {
            0 => "Hiện có ",
            1 => "Đến nay, trên địa bàn có ",
            _ if unit.region => "Toàn vùng hiện có ",
            _ if unit.city => "Toàn thành phố hiện có ",
            _ => "Toàn tỉnh hiện có ",
        });
        self.counted("zones.operating", n, "KCN", "zones", from);
        self.out
            .push_str(" đang hoạt động với tổng diện tích đất là ");
        let value = say::amount(say::AREA.size, &mut self.rng);
        let at = self.amount(&say::AREA, value);
        self.push_fact(&say::AREA, value, "stock", at, from);
        self.close(first);
        if self.rng.chance(50) {
            self.share(&say::OCCUPANCY);
        }
        if self.rng.chance(50) {
            let from = self.out.len();
            let treated = self.rng.between(1, n);
            self.out.push_str("Đã có ");
            self.counted("zones.wastewater", treated, "KCN", "zones", from);
            self.out
                .push_str(" vận hành nhà máy xử lý nước thải tập trung");
            self.close(self.facts.len() - 1);
        }
        for fact in &mut self.facts[first..] {
            fact.basis = "stock";
        }
    }

    /// Exports, imports and their sum.
    fn trade(&mut self) {
        let exports = say::amount(Size::Usd(20., 900.), &mut self.rng);
        let imports = say::amount(Size::Usd(20., 900.), &mut self.rng);
        if self.rng.chance(50) {
            let dec = exports.dec.max(imports.dec);
            let lift = |a: Amount| a.mant * 10i64.pow(dec - a.dec);
            let total = Amount {
                mant: lift(exports) + lift(imports),
                dec,
                ..exports
            };
            self.level_of(&say::TRADE, total);
        }
        self.level_of(&say::EXPORTS, exports);
        self.level_of(&say::IMPORTS, imports);
    }

    /// GRDP with its growth in one sentence: two figures.
    fn grdp(&mut self) {
        let from = self.out.len();
        let basis = self.lead(&say::GRDP, from, true);
        let value = say::amount(say::GRDP.size, &mut self.rng);
        let at = self.amount(&say::GRDP, value);
        self.out.push_str(", tăng ");
        let rate = say::amount(say::GRDP_GROWTH.size, &mut self.rng);
        let number = self.out.len();
        say::push_percent(rate, &mut self.out);
        self.out.push('%');
        let grown = (number, self.out.len());
        self.reference();
        self.push_fact(&say::GRDP, value, basis, at, from).yoy = Some(rate);
        self.push_fact(&say::GRDP_GROWTH, rate, basis, grown, from);
        self.out.push_str(". ");
    }

    /// Visitors, with foreign ones among them.
    fn visitors(&mut self) {
        let value = say::amount(say::VISITORS.size, &mut self.rng);
        let from = self.out.len();
        let basis = self.lead(&say::VISITORS, from, true);
        let at = self.amount(&say::VISITORS, value);
        let (yoy, plan, plan_value) = self.comparisons(&say::VISITORS, value);
        let fact = self.push_fact(&say::VISITORS, value, basis, at, from);
        (fact.yoy, fact.plan, fact.plan_value) = (yoy, plan, plan_value);
        if self.rng.chance(60) {
            self.out.push_str("; trong đó khách quốc tế đạt ");
            let foreign = self.rng.between(3000, 100_000);
            let last = self.counted(
                "tourism.visitors.international",
                foreign,
                "lượt",
                "visitors",
                from,
            );
            self.facts[last].basis = basis;
            self.close(last);
        } else {
            self.out.push_str(". ");
        }
    }

    /// New enterprises and their capital.
    fn enterprises(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        self.when();
        capitalize(&mut self.out, from);
        self.out.push_str(", toàn địa bàn có ");
        let n = self.rng.between(60, 9000);
        self.counted(
            "enterprises.new",
            n,
            "doanh nghiệp thành lập mới",
            "enterprises",
            from,
        );
        let metric = Metric {
            code: "enterprises.new.capital",
            leads: &[],
            size: Size::Ty(300., 90000.),
            planned: false,
        };
        self.out.push_str(self.rng.pick(&[
            " với tổng vốn đăng ký ",
            " với số vốn đăng ký đạt ",
            ", vốn đăng ký ",
        ]));
        let value = say::amount(metric.size, &mut self.rng);
        let at = self.amount(&metric, value);
        self.push_fact(&metric, value, "actual", at, from);
        self.close(first);
    }

    /// Price indices: against the year before, and against the month before, which is no yoy.
    fn prices(&mut self) {
        self.growth(&say::CPI);
        if self.rng.chance(60) {
            let from = self.out.len();
            let month = self.head.period.last_month();
            let value = say::amount(Size::Percent(0.05, 1.4), &mut self.rng);
            let _ = write!(self.out, "Chỉ số giá tiêu dùng tháng {month} tăng ");
            let number = self.out.len();
            say::push_percent(value, &mut self.out);
            self.out.push('%');
            let at = (number, self.out.len());
            self.out.push_str(" so với tháng trước");
            let metric = Metric {
                code: "cpi.mom",
                leads: &[],
                size: Size::Percent(0., 2.),
                planned: false,
            };
            let year = self.head.period.year;
            self.push_fact(&metric, value, "actual", at, from).period = Period {
                year,
                part: Part::Month(month),
            };
            self.out.push_str(". ");
        }
    }

    /// The board's own service.
    fn service(&mut self) {
        if self.rng.chance(60) {
            self.share(&say::ON_TIME);
        }
        if self.rng.chance(30) {
            let from = self.out.len();
            let value = Amount {
                mant: self.rng.between(20, 65) as i64,
                dec: 0,
                pow: 0,
                unit: "percent",
            };
            self.out.push_str("Cắt giảm thời gian giải quyết ");
            let qualifier = self.hedge();
            let metric = Metric {
                code: "procedures.time_cut",
                leads: &[],
                size: Size::Percent(0., 0.),
                planned: false,
            };
            let at = self.amount(&metric, value);
            self.out.push_str(" so với quy định");
            self.push_fact(&metric, value, "actual", at, from).qualifier = qualifier;
            self.out.push_str(". ");
        }
    }

    /// Goals for the period ahead: one verb governs a list.
    fn goals(&mut self) {
        let first = self.facts.len();
        let from = self.out.len();
        let outlook = self.head.outlook;
        match self.rng.below(3) {
            0 => {
                self.out.push_str("Phấn đấu hoàn thành các chỉ tiêu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
            1 => {
                self.out.push_str("Mục tiêu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
            _ => {
                self.out.push_str("Một số chỉ tiêu phấn đấu ");
                period_words(outlook, true, &mut self.rng, &mut self.out);
            }
        }
        self.out.push_str(": ");
        let metrics: &[&Metric] = match self.head.kind {
            Kind::Zones => &[
                &say::INVESTMENT,
                &say::REVENUE,
                &say::EXPORTS,
                &say::IMPORTS,
                &say::BUDGET_PAID,
                &say::FDI,
            ],
            Kind::Economy => &[
                &say::BUDGET,
                &say::EXPORTS,
                &say::SOCIAL,
                &say::RETAIL,
                &say::TOURISM,
                &say::FARMING,
            ],
            Kind::Statistics => return self.out.truncate(from),
            Kind::Customs => &[&say::BUDGET, &say::TRADE],
            Kind::Planning => &[&say::FDI, &say::DDI, &say::SOCIAL, &say::PUBLIC],
        };
        let wanted = 2 + self.rng.below(metrics.len() - 1);
        let start = self.rng.below(metrics.len());
        for i in 0..wanted.min(metrics.len()) {
            let metric = metrics[(start + i) % metrics.len()];
            if i > 0 {
                self.out.push_str("; ");
            }
            let clause = if i == 0 { from } else { self.out.len() };
            let lead = self.rng.pick(metric.leads);
            self.out.push_str(lead);
            self.out.push_str(" đạt ");
            let qualifier = self.hedge();
            let value = self.goal(metric);
            let at = self.amount(metric, value);
            let fact = self.push_fact(metric, value, "target", at, clause);
            fact.qualifier = qualifier;
            fact.period = outlook;
        }
        self.out.push_str(". ");
        debug_assert!(self.facts.len() > first);
    }

    /// A goal in proportion to what the report states as reached; else any amount.
    fn goal(&mut self, metric: &Metric) -> Amount {
        let any = say::amount(metric.size, &mut self.rng);
        let reached = self.facts.iter().find(|f| {
            f.metric == (metric.code, false)
                && matches!(f.basis, "actual" | "estimate")
                && f.value.unit == any.unit
        });
        let Some(reached) = reached.map(|f| f.value) else {
            return any;
        };
        let left = match (self.head.period.part, self.head.outlook.part) {
            (Part::Year, _) | (_, Part::Half(_)) => 1.0,
            (Part::Quarter(_), _) => 4.0,
            (Part::Month(_), _) => 12.0,
            _ => 12.0 / f64::from(self.head.period.last_month()),
        };
        let grown = reached.mant as f64 * left * (1.0 + 0.15 * self.rng.unit());
        let step = 10f64.powf((grown.log10() - 2.0).floor()).max(1.0);
        let mant = ((grown / step).round() * step) as i64;
        Amount { mant, ..reached }
    }

    fn chrome_before(&mut self, title: &str) {
        let (year, month, day) = self.head.published;
        match self.rng.below(10) {
            0..3 => {
                let number = self.rng.between(5, 900);
                push_upper(&self.publisher, &mut self.out);
                let _ = write!(
                    self.out,
                    "\nSố: {number}/BC\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
                );
                let name = self.lexicon.units[self.head.unit].name;
                let _ = write!(
                    self.out,
                    "{name}, ngày {day:02} tháng {month} năm {year}\n\n"
                );
            }
            3..5 => {
                let _ = writeln!(
                    self.out,
                    "Ngày đăng: {day:02}/{month:02}/{year} | Lượt xem: {}",
                    self.rng.between(20, 9000)
                );
                let _ = write!(self.out, "{title}\n\n");
            }
            5 => {
                let _ = write!(
                    self.out,
                    "Cỡ chữ A- A+ In trang Gửi thư\nThứ sáu, {day:02}/{month:02}/{year}\n\n"
                );
            }
            _ => {}
        }
    }

    fn chrome_after(&mut self) {
        match self.rng.below(10) {
            0 => {
                self.out.push_str("\nẢnh: quang cảnh hội nghị. Tin, ảnh: ");
                self.person();
                self.out.push('\n');
            }
            1 => {
                self.out.push_str("\nTừ khóa: ");
                for i in 0..3 {
                    let topic = self.topics[i];
                    self.out.push_str(topic);
                    self.out.push_str(if i < 2 { ", " } else { "\n" });
                }
            }
            2..4 => {
                self.out
                    .push_str("\nNơi nhận:\n- Như trên;\n- Lưu: VT, TH.\nTM. LÃNH ĐẠO\n");
                self.person();
                self.out.push('\n');
            }
            _ => {}
        }
    }

    fn body(&mut self, title: &str) {
        let target = self.rng.log_normal(560.0, 0.38).clamp(300.0, 1200.0) as usize;
        self.chrome_before(title);
        let plan: &[(&str, &str, &[Say])] = match self.head.kind {
            Kind::Zones => &[
                ("opening", "Tình hình chung", &[]),
                (
                    "investment",
                    "Thu hút đầu tư",
                    &[
                        |w| w.new_projects(),
                        |w| w.level(&say::INVESTMENT),
                        |w| w.level(&say::FDI),
                        |w| w.level(&say::DDI),
                        |w| w.raised(),
                        |w| w.standing(),
                    ],
                ),
                (
                    "industry",
                    "Sản xuất, kinh doanh của doanh nghiệp",
                    &[
                        |w| {
                            if w.rng.chance(50) {
                                w.level(&say::REVENUE)
                            } else {
                                w.level(&say::REVENUE_USD)
                            }
                        },
                        |w| w.trade(),
                        |w| w.level(&say::OUTPUT),
                        |w| w.level(&say::BUDGET_PAID),
                    ],
                ),
                ("planning", "Quy hoạch, xây dựng hạ tầng", &[|w| w.zones()]),
                ("clearance", "Giải phóng mặt bằng", &[]),
                ("environment", "Tài nguyên và môi trường", &[]),
                (
                    "labour",
                    "Lao động, việc làm",
                    &[|w| w.standing_labour(), |w| w.level(&say::CREATED)],
                ),
                ("admin", "Cải cách hành chính", &[|w| w.service()]),
                ("limits", "Tồn tại, hạn chế", &[]),
                ("tasks", "Nhiệm vụ, giải pháp", &[|w| w.goals()]),
                ("closing", "Kiến nghị", &[]),
            ],
            Kind::Economy => &[
                (
                    "opening",
                    "Tình hình chung",
                    &[
                        |w| {
                            if w.rng.chance(50) {
                                w.grdp()
                            } else {
                                w.growth(&say::GRDP_GROWTH)
                            }
                        },
                        |w| w.level(&say::GRDP_HEAD),
                    ],
                ),
                (
                    "agriculture",
                    "Nông, lâm nghiệp và thủy sản",
                    &[|w| w.growth(&say::AGRI_GROWTH), |w| w.level(&say::FARMING)],
                ),
                (
                    "industry",
                    "Công nghiệp",
                    &[|w| w.growth(&say::IIP), |w| w.level(&say::OUTPUT)],
                ),
                (
                    "trade",
                    "Thương mại, dịch vụ",
                    &[
                        |w| w.level(&say::RETAIL),
                        |w| w.level(&say::EXPORTS),
                        |w| w.level(&say::IMPORTS),
                    ],
                ),
                (
                    "tourism",
                    "Du lịch",
                    &[|w| w.visitors(), |w| w.level(&say::TOURISM)],
                ),
                (
                    "budget",
                    "Thu, chi ngân sách",
                    &[
                        |w| w.level(&say::BUDGET),
                        |w| w.level(&say::BUDGET_HOME),
                        |w| w.level(&say::BUDGET_TRADE),
                        |w| w.level(&say::BUDGET_OUT),
                    ],
                ),
                (
                    "construction",
                    "Đầu tư phát triển",
                    &[
                        |w| w.level(&say::SOCIAL),
                        |w| w.level(&say::PUBLIC),
                        |w| w.enterprises(),
                    ],
                ),
                (
                    "social",
                    "Văn hóa, xã hội",
                    &[
                        |w| w.level(&say::CREATED),
                        |w| w.share(&say::POVERTY),
                        |w| w.level(&say::INCOME),
                    ],
                ),
                ("security", "Quốc phòng, an ninh", &[]),
                ("limits", "Hạn chế và nguyên nhân", &[]),
                ("tasks", "Nhiệm vụ trọng tâm", &[|w| w.goals()]),
                ("closing", "Tổ chức thực hiện", &[]),
            ],
            Kind::Statistics => &[
                (
                    "opening",
                    "Tổng quan",
                    &[|w| w.growth(&say::GRDP_GROWTH), |w| w.level(&say::GRDP)],
                ),
                (
                    "agriculture",
                    "Nông nghiệp",
                    &[|w| w.growth(&say::AGRI_GROWTH)],
                ),
                ("industry", "Công nghiệp", &[|w| w.growth(&say::IIP)]),
                (
                    "construction",
                    "Đầu tư, xây dựng",
                    &[|w| w.level(&say::REALIZED), |w| w.level(&say::FDI_DONE)],
                ),
                (
                    "trade",
                    "Thương mại và giá cả",
                    &[
                        |w| w.level(&say::RETAIL),
                        |w| w.prices(),
                        |w| w.level(&say::EXPORTS),
                        |w| w.level(&say::IMPORTS),
                    ],
                ),
                ("tourism", "Du lịch", &[|w| w.visitors()]),
                (
                    "social",
                    "Một số tình hình xã hội",
                    &[|w| w.share(&say::POVERTY), |w| w.level(&say::CREATED)],
                ),
                ("closing", "Kiến nghị", &[]),
            ],
            Kind::Customs => &[
                ("opening", "Đặc điểm tình hình", &[]),
                ("customs", "Thủ tục và giám sát", &[|w| w.trade()]),
                ("budget", "Thu ngân sách", &[|w| w.level(&say::BUDGET)]),
                ("admin", "Cải cách, hiện đại hóa", &[|w| w.service()]),
                ("security", "Chống buôn lậu", &[]),
                ("limits", "Khó khăn", &[]),
                ("tasks", "Nhiệm vụ thời gian tới", &[|w| w.goals()]),
            ],
            Kind::Planning => &[
                ("opening", "Tình hình chung", &[]),
                (
                    "investment",
                    "Thu hút đầu tư",
                    &[
                        |w| w.new_projects(),
                        |w| w.level(&say::FDI_NEW),
                        |w| w.level(&say::FDI_ADDED),
                        |w| w.standing(),
                    ],
                ),
                (
                    "construction",
                    "Đầu tư công",
                    &[|w| w.level(&say::PUBLIC), |w| w.level(&say::SOCIAL)],
                ),
                (
                    "trade",
                    "Phát triển doanh nghiệp",
                    &[|w| w.enterprises(), |w| w.growth(&say::REVENUE)],
                ),
                ("admin", "Cải cách hành chính", &[|w| w.service()]),
                ("limits", "Hạn chế", &[]),
                ("tasks", "Nhiệm vụ, giải pháp", &[|w| w.goals()]),
                ("closing", "Đề xuất", &[]),
            ],
        };
        let headings = self.rng.below(4);
        let any = self.lexicon.section("any");
        for (i, (section, heading, says)) in plan.iter().enumerate() {
            match headings {
                0 => {
                    let _ = writeln!(self.out, "{}. {heading}", i + 1);
                }
                1 => {
                    let roman = [
                        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
                    ][i];
                    let _ = write!(self.out, "{roman}. ");
                    push_upper(heading, &mut self.out);
                    self.out.push('\n');
                }
                2 => {
                    let _ = write!(self.out, "Về {}: ", heading.to_lowercase());
                }
                _ => {}
            }
            let section = self.lexicon.section(section);
            let open = self.out.len();
            if says.is_empty() || self.rng.chance(60) {
                self.filler(section);
            }
            for say in *says {
                if self.rng.chance(78) {
                    say(self);
                    if self.rng.chance(40) {
                        self.filler(section);
                    }
                }
            }
            if self.out.len() == open {
                self.filler(section);
            }
            let quota = target * (i + 1) / plan.len();
            self.count();
            let mut lines = 0;
            while self.words < quota {
                let from = if self.rng.chance(25) { any } else { section };
                self.filler(from);
                self.count();
                lines += 1;
                if lines % 4 == 0 {
                    self.paragraph();
                }
            }
            self.paragraph();
        }
        self.chrome_after();
        while self.out.ends_with(char::is_whitespace) {
            self.out.pop();
        }
    }

    fn standing_labour(&mut self) {
        let metric = &say::EMPLOYED;
        let from = self.out.len();
        let lead = self.rng.pick(metric.leads);
        self.out.push_str(lead);
        capitalize(&mut self.out, from);
        self.out.push_str(" tại các KCN là ");
        let qualifier = self.hedge();
        let value = say::amount(metric.size, &mut self.rng);
        let at = self.amount(metric, value);
        let yoy = self.rng.chance(50).then(|| {
            self.out.push_str(", ");
            self.versus_last_year()
        });
        let fact = self.push_fact(metric, value, "stock", at, from);
        (fact.qualifier, fact.yoy) = (qualifier, yoy);
        self.out.push_str(". ");
    }

    fn paragraph(&mut self) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if !self.out.ends_with("\n\n") && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.counted = self.counted.min(self.out.len());
    }
}

fn noun(metric: &Metric) -> &'static str {
    match metric.size {
        Size::Count(_, _, _, noun) => noun,
        _ => "",
    }
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
