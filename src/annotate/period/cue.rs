//! Tokens as items of the grammar: cue words and phrases, numbers, dates, marks.

use std::sync::LazyLock;

use super::super::layout::Layout;
use super::super::lexicon::{Lexicon, Marks};
use super::date::Date;
use crate::text::{TokenKind, Tokens};

/// What an item is to the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Cue {
    Other,
    Break,
    Punct,
    Number,
    Date,
    Code,
    Month,
    Quarter,
    Year,
    Half,
    First,
    Last,
    Middle,
    Early,
    Of,
    In,
    And,
    To,
    Up,
    From,
    Day,
    Moment,
    This,
    ThisYear,
    LastYear,
    NextYear,
    YearStart,
    YearEnd,
    WholeYear,
    Same,
    Versus,
    So,
    AsOf,
    AsOfBare,
    Cumulative,
    Now,
    Plan,
    Outlook,
    Goal,
    Far,
    Term,
    Award,
    Founded,
    Since,
    Posted,
    Weekday,
    Review,
    Annual,
    Report,
    Previous,
    Past,
    Next,
    Ordinal,
    Done,
    Will,
    Unit,
    Meeting,
    Until,
    One,
    Two,
    Three,
    Four,
    Six,
    Seven,
    Eight,
    Nine,
    Ten,
    Eleven,
    Twelve,
}

use Cue::{
    And, Annual, AsOf, AsOfBare, Award, Cumulative, Day, Done, Early, Eight, Eleven, Far, First,
    Founded, Four, From, Goal, Half, In, Last, LastYear, Meeting, Middle, Moment, Month, Next,
    NextYear, Nine, Now, Of, One, Ordinal, Other, Outlook, Past, Plan, Posted, Previous, Quarter,
    Report, Review, Same, Seven, Since, Six, So, Ten, Term, This, ThisYear, Three, To, Twelve, Two,
    Unit, Up, Versus, Weekday, WholeYear, Will, Year, YearEnd, YearStart,
};

/// Cue words in their exact spelling. Longer phrases win over their parts.
const CUES: &[(&str, Cue)] = &[
    ("tháng", Month),
    ("quý", Quarter),
    ("năm", Year),
    ("nửa", Half),
    ("nữa", Cue::Other),
    ("đầu", First),
    ("đầu tiên", First),
    ("cuối", Last),
    ("giữa", Middle),
    ("trung tuần", Middle),
    ("thượng tuần", Middle),
    ("hạ tuần", Middle),
    ("sớm", Early),
    ("của", Of),
    ("trong", In),
    ("và", And),
    ("đến", To),
    ("tới", To),
    ("hết", Up),
    ("đến hết", Up),
    ("cho đến hết", Up),
    ("từ", From),
    ("kể từ", Since),
    ("sau khi", Since),
    ("vào", Since),
    ("ngày", Day),
    ("thời điểm", Moment),
    ("thời điểm ngày", Moment),
    ("này", This),
    ("năm nay", ThisYear),
    ("năm này", ThisYear),
    ("năm qua", ThisYear),
    ("năm vừa qua", ThisYear),
    ("năm ngoái", LastYear),
    ("năm trước", LastYear),
    ("năm liền trước", LastYear),
    ("năm trước đó", LastYear),
    ("năm tới", NextYear),
    ("năm sau", NextYear),
    ("đầu năm", YearStart),
    ("đầu các năm", Cue::Other),
    ("cuối năm", YearEnd),
    ("cả năm", WholeYear),
    ("trong năm", WholeYear),
    ("toàn năm", WholeYear),
    ("cùng kỳ", Same),
    ("cùng thời kỳ", Same),
    ("cùng thời điểm", Same),
    ("cùng giai đoạn", Same),
    ("cùng tháng", Same),
    ("cùng quý", Same),
    ("so với", Versus),
    ("so cùng", So),
    ("so", So),
    ("hơn", So),
    ("tính đến", AsOf),
    ("tính tới", AsOf),
    ("tính đến hết", AsOf),
    ("tính tới hết", AsOf),
    ("tính hết", AsOf),
    ("tính từ", From),
    ("tính", AsOfBare),
    ("lũy kế", Cumulative),
    ("luỹ kế", Cumulative),
    ("cộng dồn", Cumulative),
    ("tính dồn", Cumulative),
    ("dồn", Cumulative),
    ("tính chung", Cumulative),
    ("nay", Now),
    ("hiện nay", Cue::Other),
    ("kế hoạch", Plan),
    ("dự toán", Plan),
    ("chỉ tiêu", Plan),
    ("chỉ tiêu kế hoạch", Plan),
    ("mục tiêu", Goal),
    ("phấn đấu", Goal),
    ("phấn đấu đến", Goal),
    ("dự kiến đến", Goal),
    ("dự kiến", Goal),
    ("nhiệm vụ", Outlook),
    ("nhiệm vụ trọng tâm", Outlook),
    ("phương hướng", Outlook),
    ("phương hướng nhiệm vụ", Outlook),
    ("nhiệm vụ công tác", Outlook),
    ("nhiệm vụ kế hoạch", Outlook),
    ("triển khai nhiệm vụ", Outlook),
    ("triển khai kế hoạch", Outlook),
    ("triển khai công tác", Outlook),
    ("triển khai", Outlook),
    ("kế hoạch triển khai", Outlook),
    ("giải pháp", Outlook),
    ("sẽ", Will),
    ("định hướng", Far),
    ("tầm nhìn", Far),
    ("tầm nhìn đến", Far),
    ("quy hoạch", Far),
    ("chiến lược", Far),
    ("giai đoạn", Term),
    ("thời kỳ", Term),
    ("nhiệm kỳ", Term),
    ("niên độ", Term),
    ("năm học", Term),
    ("khóa", Term),
    ("các năm", Term),
    ("thường kỳ", Meeting),
    ("phiên họp", Meeting),
    ("họp báo", Meeting),
    ("giao ban", Meeting),
    ("mãi đến", Cue::Until),
    ("mãi tới", Cue::Until),
    ("thi đua", Award),
    ("khen thưởng", Award),
    ("danh hiệu", Award),
    ("giải thưởng", Award),
    ("lễ hội", Award),
    ("ngày hội", Award),
    ("festival", Award),
    ("hội chợ", Award),
    ("cuộc thi", Award),
    ("thành lập", Founded),
    // Enterprises are counted by when they were founded.
    ("thành lập mới", Other),
    ("mới thành lập", Other),
    ("đăng ký thành lập", Other),
    ("doanh nghiệp thành lập", Other),
    ("tái lập", Founded),
    ("ra đời", Founded),
    ("chào đời", Founded),
    ("có mặt", Founded),
    ("hình thành", Founded),
    ("ban hành", Founded),
    ("khởi công", Founded),
    ("khánh thành", Founded),
    ("ngày đăng", Posted),
    ("đăng ngày", Posted),
    ("ngày xuất bản", Posted),
    ("ngày cập nhật", Posted),
    ("cập nhật lúc", Posted),
    ("cập nhật ngày", Posted),
    ("đăng lúc", Posted),
    ("ngày phát hành", Posted),
    ("ngày ban hành", Posted),
    ("thời gian đăng", Posted),
    ("thứ hai", Weekday),
    ("thứ ba", Weekday),
    ("thứ tư", Weekday),
    ("thứ năm", Weekday),
    ("thứ sáu", Weekday),
    ("thứ bảy", Weekday),
    ("chủ nhật", Weekday),
    ("sơ kết", Review),
    ("tổng kết", Annual),
    ("báo cáo", Report),
    ("tình hình", Report),
    ("kết quả", Report),
    ("trước", Previous),
    ("ngoái", Previous),
    ("thực hiện", Done),
    ("liền kề", Previous),
    ("liền trước", Previous),
    ("qua", Past),
    ("vừa qua", Past),
    ("tiếp theo", Next),
    ("còn lại", Last),
    ("lần thứ", Ordinal),
    ("tỷ", Unit),
    ("triệu", Unit),
    ("nghìn", Unit),
    ("ngàn", Unit),
    ("đồng", Unit),
    ("usd", Unit),
    ("vnd", Unit),
    ("người", Unit),
    ("dự án", Unit),
    ("doanh nghiệp", Unit),
    ("dn", Unit),
    ("ha", Unit),
    ("tấn", Unit),
    ("lượt", Unit),
    ("km", Unit),
    ("m", Unit),
    ("một", One),
    ("hai", Two),
    ("ba", Three),
    ("bốn", Four),
    ("tư", Four),
    ("sáu", Six),
    ("bảy", Seven),
    ("tám", Eight),
    ("chín", Nine),
    ("mười", Ten),
    ("mười một", Eleven),
    ("mười hai", Twelve),
];

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(CUES.iter().enumerate().map(|(i, (p, _))| (*p, i as u32))));

/// One item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) cue: Cue,
    pub(super) first: u32,
    pub(super) end: u32,
}

/// A date as written, perhaps without its day or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateForm {
    Full(Date),
    MonthYear(u32, i32),
    DayMonth(u32, u32),
}

/// The items of a text.
pub(super) struct Items<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) list: Vec<Item>,
}

impl<'a> Items<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a Tokens, layout: &Layout) -> Self {
        Self::read(text, tokens, layout, false)
    }

    /// The items of a query or filter, where marks may be missing anywhere.
    pub(super) fn of_query(text: &'a str, tokens: &'a Tokens) -> Self {
        Self::read(text, tokens, &Layout::default(), true)
    }

    fn read(text: &'a str, tokens: &'a Tokens, layout: &Layout, all_bare: bool) -> Self {
        let list = tokens.list();
        let mut items = Vec::with_capacity(list.len());
        let symbols = LEXICON.symbols(tokens);
        let mut lines = layout.lines().iter();
        let mut line = lines.next();
        let mut at = 0;
        while at < list.len() {
            while line.is_some_and(|l| at >= l.end as usize) {
                line = lines.next();
            }
            let bare = all_bare || line.is_some_and(|l| l.bare);
            let (mut cue, mut end) = (Cue::Other, at + 1);
            match list[at].kind {
                TokenKind::Word => {
                    if let Some(found) = LEXICON
                        .longest(tokens, &symbols, at, Marks::Lacking)
                        .filter(|m| bare || m.lacking == 0)
                    {
                        cue = CUES[found.payload as usize].1;
                        end = found.end;
                    }
                }
                TokenKind::Number => cue = Cue::Number,
                TokenKind::Date => cue = Cue::Date,
                TokenKind::Code => cue = Cue::Code,
                TokenKind::Punct => cue = Cue::Punct,
                TokenKind::Break => cue = Cue::Break,
            }
            items.push(Item {
                cue,
                first: at as u32,
                end: end as u32,
            });
            at = end;
        }
        Self {
            text,
            tokens,
            list: items,
        }
    }

    pub(super) fn cue(&self, i: usize) -> Cue {
        self.list.get(i).map_or(Cue::Break, |item| item.cue)
    }

    /// The written words of item `i`.
    pub(super) fn raw(&self, i: usize) -> &'a str {
        self.list.get(i).map_or("", |item| {
            self.tokens.list()[item.first as usize].span.of(self.text)
        })
    }

    /// [`raw`](Self::raw) as bytes.
    pub(super) fn bytes(&self, i: usize) -> &'a [u8] {
        self.list.get(i).map_or(&[], |item| {
            let span = self.tokens.list()[item.first as usize].span;
            &self.text.as_bytes()[span.start..span.end]
        })
    }

    /// The first word of item `i` in its exact spelling, empty for what is no word.
    pub(super) fn word(&self, i: usize) -> &'a str {
        self.list
            .get(i)
            .map(|item| &self.tokens.list()[item.first as usize])
            .filter(|token| token.kind == TokenKind::Word)
            .map_or("", |token| self.tokens.exact(token))
    }

    /// The last word of item `i` in its exact spelling.
    pub(super) fn last_word(&self, i: usize) -> &'a str {
        self.list
            .get(i)
            .and_then(|item| self.tokens.list().get(item.end as usize - 1))
            .map_or("", |token| self.tokens.exact(token))
    }

    pub(super) fn is_mark(&self, i: usize, marks: &str) -> bool {
        self.cue(i) == Cue::Punct && self.raw(i).chars().all(|c| marks.contains(c))
    }

    /// Whether white space stands before item `i`.
    pub(super) fn spaced(&self, i: usize) -> bool {
        self.list
            .get(i)
            .is_none_or(|item| self.tokens.list()[item.first as usize].spaced)
    }

    /// A whole number of at most two digits, `06` included.
    pub(super) fn small(&self, i: usize) -> Option<u32> {
        let raw = self.raw(i);
        (self.cue(i) == Cue::Number && raw.len() <= 2 && raw.bytes().all(|b| b.is_ascii_digit()))
            .then(|| raw.parse().ok())?
    }

    /// A number of months or quarters, in digits or in words.
    pub(super) fn count(&self, i: usize) -> Option<u32> {
        Some(match self.cue(i) {
            Cue::Number => return self.small(i),
            Cue::One => 1,
            Cue::Two => 2,
            Cue::Three => 3,
            Cue::Four => 4,
            Cue::Year => 5,
            Cue::Six => 6,
            Cue::Seven => 7,
            Cue::Eight => 8,
            Cue::Nine => 9,
            Cue::Ten => 10,
            Cue::Eleven => 11,
            Cue::Twelve => 12,
            _ => return None,
        })
    }

    /// A year in four digits.
    pub(super) fn year(&self, i: usize) -> Option<i32> {
        if !matches!(self.cue(i), Cue::Number | Cue::Code) {
            return None;
        }
        year_of(self.raw(i))
    }

    /// 1 to 4, in digits or Roman.
    pub(super) fn quarter(&self, i: usize) -> Option<u32> {
        match self.raw(i) {
            "1" | "01" | "I" | "i" => Some(1),
            "2" | "02" | "II" | "ii" => Some(2),
            "3" | "03" | "III" | "iii" => Some(3),
            "4" | "04" | "IV" | "iv" => Some(4),
            _ => match self.cue(i) {
                Cue::One => Some(1),
                Cue::Two => Some(2),
                Cue::Three => Some(3),
                Cue::Four => Some(4),
                _ => None,
            },
        }
    }

    /// The date that item `i` is.
    pub(super) fn date(&self, i: usize) -> Option<DateForm> {
        if self.cue(i) != Cue::Date {
            return None;
        }
        let token = &self.tokens.list()[self.list[i].first as usize];
        let mut parts = self
            .tokens
            .exact(token)
            .split('/')
            .map(|p| p.parse::<u32>());
        let a = parts.next()?.ok()?;
        let b = parts.next()?.ok()?;
        match parts.next() {
            Some(year) => {
                let year = year.ok()?;
                let year = if year < 100 { 2000 + year } else { year };
                Date::new(year as i32, b, a).map(DateForm::Full)
            }
            None if b >= 1000 => (1..=12)
                .contains(&a)
                .then_some(DateForm::MonthYear(a, b as i32)),
            None => (b <= 12 && (1..=31).contains(&a)).then_some(DateForm::DayMonth(a, b)),
        }
    }
}

/// The year that four digits are, 1900 to 2100.
pub(super) fn year_of(digits: &str) -> Option<i32> {
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())?
        .filter(|year| (1900..=2100).contains(year))
}
