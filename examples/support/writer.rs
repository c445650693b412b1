//! Puts a report together: title, chrome and sentences without figures. What states figures is in [`facts`], the order of sections
//! in [`outline`].

mod facts;
mod outline;

use std::fmt::Write as _;

use super::lexicon::{Lexicon, Piece, Slot};
use super::report::{Header, Kind, period_words};
use super::rng::Rng;
use super::truth::{Fact, Part};

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

pub(super) struct Writer<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) rng: Rng,
    pub(super) head: Header,
    pub(super) out: String,
    pub(super) facts: Vec<Fact>,
    pub(super) topics: Vec<&'static str>,
    pub(super) cited: String,
    pub(super) publisher: String,
    /// Words of the body so far.
    pub(super) words: usize,
    pub(super) counted: usize,
    pub(super) place: String,
    pub(super) zones: [String; 3],
    /// `ước đạt` or `đạt`.
    pub(super) estimated: bool,
}

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

    pub(super) fn cite(&mut self) {
        let from = self.out.len();
        self.document();
        self.cited.clear();
        self.cited.push_str(&self.out[from..]);
        self.out.truncate(from);
    }

    pub(super) fn name_publisher(&mut self) {
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

    pub(super) fn title(&mut self, title: &mut String) {
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
    pub(super) fn filler(&mut self, section: usize) {
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
