//! Units and multipliers as they are written behind a number.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::lexicon::{Joints, Lexicon};
use super::metric::expand;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Đồng.
    Vnd,
    /// US dollars.
    Usd,
    /// Per cent.
    Percent,
    /// Percentage points.
    Points,
    /// `lần`: so many times.
    Times,
    /// `dự án`.
    Projects,
    /// `người`, `lao động`.
    Persons,
    /// `doanh nghiệp`.
    Enterprises,
    /// Industrial and economic zones.
    Zones,
    /// `cụm công nghiệp`.
    Clusters,
    /// `lượt khách`.
    Visitors,
    /// Hectares.
    Ha,
    /// Cubic metres a day.
    CubicMetresADay,
    /// Another unit, which no built-in metric has: `tấn`, `xã`, `tháng`.
    Other,
    /// A multiplier alone: `3 triệu`.
    Bare,
    /// No unit.
    None,
}

impl Unit {
    /// The base unit as figures carry it; empty for what no figure has.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vnd => "VND",
            Self::Usd => "USD",
            Self::Percent => "percent",
            Self::Projects => "projects",
            Self::Persons => "persons",
            Self::Enterprises => "enterprises",
            Self::Zones => "zones",
            Self::Clusters => "clusters",
            Self::Visitors => "visitors",
            Self::Ha => "ha",
            Self::CubicMetresADay => "m3/day",
            Self::Points | Self::Times | Self::Other | Self::Bare | Self::None => "",
        }
    }

    /// Whether it is an amount of money.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Vnd | Self::Usd)
    }

    /// Whether it counts things, so that a value is whole.
    #[must_use]
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::Projects
                | Self::Persons
                | Self::Enterprises
                | Self::Zones
                | Self::Clusters
                | Self::Visitors
        )
    }
}

/// What stands behind the slash of `triệu đồng/người`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Per {
    /// Nothing, or a year.
    #[default]
    Whole,
    /// A head of the population.
    Person,
    /// A month, a hectare, a tonne: an average, never a total.
    Part,
}

/// Payload of a unit phrase.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark {
    Multiplier(u64),
    Unit(Unit),
}

const MULTIPLIERS: &[(&str, u64)] = &[
    ("chục", 10),
    ("trăm", 100),
    ("(nghìn|ngàn)", 1_000),
    ("vạn", 10_000),
    ("(triệu|tr|tr .|million|trđ)", 1_000_000),
    ("(tỷ|tỉ|billion)", 1_000_000_000),
];

const UNITS: &[(&str, Unit)] = &[
    ("(đồng|VND|VNĐ|đ|đồng Việt Nam)", Unit::Vnd),
    (
        "(USD|đô la|đôla|đô la Mỹ|đô Mỹ|US$|$|USD Mỹ|dollar|đô)",
        Unit::Usd,
    ),
    ("(%|phần trăm|percent)", Unit::Percent),
    ("(điểm phần trăm|điểm %|% điểm)", Unit::Points),
    ("lần", Unit::Times),
    // `năm 2016 và 2017 lần lượt đạt`: no multiple.
    ("lần lượt", Unit::None),
    ("[lượt] [số] (dự án|DA)", Unit::Projects),
    (
        "(người|lao động|người lao động|LĐ|công nhân|nhân công|việc làm|chỗ làm việc|cán bộ|lượt lao động|lao động địa phương)",
        Unit::Persons,
    ),
    ("(doanh nghiệp|DN|công ty)", Unit::Enterprises),
    (
        "(KCN|KKT|KCX|KCNC|khu công nghiệp|khu kinh tế|khu chế xuất|khu công nghệ cao|khu , cụm công nghiệp)",
        Unit::Zones,
    ),
    ("(CCN|cụm công nghiệp)", Unit::Clusters),
    (
        "(lượt khách|khách|lượt du khách|du khách|lượt người|lượt|khách du lịch|lượt khách du lịch|khách tham quan|lượt khách tham quan)",
        Unit::Visitors,
    ),
    ("(ha|hécta|héc ta|hecta|hec ta)", Unit::Ha),
    (
        "(m3 / ngày đêm|m3 / ngày|m³ / ngày đêm|m³ / ngày)",
        Unit::CubicMetresADay,
    ),
    (
        "(tấn|kg|tạ|lít|mét|m|m2|m3|km|km2|km²|m²|kwh|kw|mw|gwh|container|teu|chiếc|cái|con|xe|tàu|bộ|cây|căn|hộ|xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh|thôn|trường|lớp|học sinh|giường|bệnh viện|bác sĩ|ca|vụ|vụ việc|tờ khai|tuổi|điểm|bậc|hạng|sao|nước|quốc gia|thị trường|mặt hàng|nhóm|ngành|lĩnh vực|sản phẩm|nhà máy|cơ sở|đơn vị|tổ chức|hợp tác xã|HTX|trang trại|công trình|hạng mục|tuyến|cầu|cảng|phòng|khách sạn|đại biểu|chỉ tiêu|mục tiêu|nhiệm vụ|giải pháp|nội dung|hồ sơ|thủ tục|kiến nghị|văn bản|quyết định|nghị quyết|hội nghị|cuộc|đoàn|lô|thửa|ô|tầng|tiết|bài|cơ quan|doanh nhân|nhà đầu tư|nghìn hộ|euro|EUR|yên|nhân dân tệ|tệ|won|bảng|baht|kíp|rúp|độ|ppm|tỷ kwh|lượt xe|lượt tàu|chuyến|lượt phương tiện|nhân khẩu|dân|thuê bao|khẩu)",
        Unit::Other,
    ),
];

/// What may stand behind a slash, with its meaning.
const PER: &[(&str, Per)] = &[
    ("người", Per::Person),
    ("đầu người", Per::Person),
    ("ng", Per::Person),
    ("lao động", Per::Person),
    ("năm", Per::Whole),
];

/// The unit phrases in a trie.
pub(crate) struct Units {
    pub phrases: Lexicon,
    marks: Vec<Mark>,
}

static UNIT_PHRASES: LazyLock<Units> = LazyLock::new(|| {
    let mut units = Units {
        phrases: Lexicon::empty(Joints::Dash),
        marks: Vec::new(),
    };
    for (pattern, factor) in MULTIPLIERS {
        units.add(pattern, Mark::Multiplier(*factor));
    }
    for (pattern, unit) in UNITS {
        units.add(pattern, Mark::Unit(*unit));
    }
    units
});

impl Units {
    /// The table.
    pub fn get() -> &'static Self {
        &UNIT_PHRASES
    }

    fn add(&mut self, pattern: &str, mark: Mark) {
        for phrase in expand(pattern) {
            self.phrases.insert(&phrase, self.marks.len() as u32);
        }
        self.marks.push(mark);
    }

    /// What a payload of the trie stands for.
    pub fn mark(&self, payload: u32) -> Mark {
        self.marks[payload as usize]
    }
}

/// What an exact word behind a slash makes of the number.
pub(crate) fn per(word: &str) -> Per {
    PER.iter()
        .find(|(name, _)| *name == word)
        .map_or(Per::Part, |(_, per)| *per)
}

/// Sizes beyond which a value is no figure of a Vietnamese report: a thousand times the country's.
pub(crate) fn is_plausible(value: Decimal, unit: Unit) -> bool {
    let limit: i64 = match unit {
        // 900 billion dollars: above the country's yearly trade.
        Unit::Usd => 900_000_000_000,
        // 50 million tỷ đồng: four times the country's GDP.
        Unit::Vnd => 50_000_000_000_000_000,
        Unit::Percent => 20_000,
        Unit::Ha => 33_000_000,
        Unit::Persons => 105_000_000,
        Unit::Visitors => 400_000_000,
        Unit::Projects | Unit::Enterprises => 3_000_000,
        Unit::Zones | Unit::Clusters => 2_000,
        _ => return true,
    };
    value.abs() <= Decimal::from(limit)
}
