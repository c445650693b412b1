//! Numbers, comparisons and metrics in words.

use super::rng::Rng;
use super::truth::Amount;

/// What sort of amount a metric has, and between which bounds (in the multiplier named).
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// Thousand millions of đồng.
    Ty(f64, f64),
    /// Millions of dollars.
    Usd(f64, f64),
    /// Millions of đồng a head.
    Trieu(f64, f64),
    /// Things counted: bounds, unit code, noun.
    Count(f64, f64, &'static str, &'static str),
    /// Percent.
    Percent(f64, f64),
    /// Hectares.
    Ha(f64, f64),
}

/// A metric and the words for it.
#[derive(Debug)]
pub struct Metric {
    /// Code.
    pub code: &'static str,
    /// Subjects of a sentence, lower case.
    pub leads: &'static [&'static str],
    /// Size.
    pub size: Size,
    /// Whether reports compare it with a plan.
    pub planned: bool,
}

const fn metric(
    code: &'static str,
    leads: &'static [&'static str],
    size: Size,
    planned: bool,
) -> Metric {
    Metric {
        code,
        leads,
        size,
        planned,
    }
}

use Size::{Count, Ha, Percent, Trieu, Ty, Usd};

macro_rules! metrics {
    ($($name:ident = $code:literal, [$($lead:literal),+], $size:expr, $planned:literal;)+) => {
        $(#[doc = $code] pub const $name: Metric = metric($code, &[$($lead),+], $size, $planned);)+
    };
}

metrics! {
    INVESTMENT = "investment.capital", ["tổng vốn thu hút đầu tư", "tổng vốn đầu tư thu hút", "thu hút vốn đầu tư"], Ty(500., 60000.), true;
    FDI = "fdi.capital", ["tổng vốn FDI thu hút", "vốn đầu tư trực tiếp nước ngoài (FDI) thu hút", "thu hút vốn FDI"], Usd(5., 2500.), true;
    FDI_NEW = "fdi.capital.new", ["vốn FDI đăng ký cấp mới", "vốn đăng ký cấp mới của các dự án FDI"], Usd(3., 1800.), false;
    FDI_ADDED = "fdi.capital.added", ["vốn FDI điều chỉnh tăng thêm", "vốn tăng thêm của các dự án FDI"], Usd(2., 900.), false;
    FDI_DONE = "fdi.disbursed", ["vốn FDI thực hiện", "giải ngân vốn FDI"], Usd(3., 1500.), false;
    DDI = "ddi.capital", ["vốn đầu tư trong nước (DDI) thu hút", "tổng vốn DDI thu hút", "thu hút vốn đầu tư trong nước"], Ty(100., 30000.), true;
    REVENUE = "revenue", ["doanh thu", "tổng doanh thu", "doanh thu của các doanh nghiệp"], Ty(900., 400000.), true;
    REVENUE_USD = "revenue", ["doanh thu", "tổng doanh thu"], Usd(40., 30000.), true;
    EXPORTS = "trade.exports", ["kim ngạch xuất khẩu", "giá trị xuất khẩu", "giá trị kim ngạch xuất khẩu", "kim ngạch xuất khẩu hàng hóa"], Usd(15., 30000.), true;
    IMPORTS = "trade.imports", ["kim ngạch nhập khẩu", "giá trị nhập khẩu", "kim ngạch nhập khẩu hàng hóa"], Usd(10., 25000.), true;
    TRADE = "trade.total", ["tổng kim ngạch xuất nhập khẩu", "tổng trị giá kim ngạch xuất nhập khẩu"], Usd(40., 60000.), false;
    OUTPUT = "output.industrial", ["giá trị sản xuất công nghiệp", "giá trị sản xuất ngành công nghiệp"], Ty(1500., 500000.), true;
    FARMING = "output.agriculture", ["giá trị sản xuất nông, lâm nghiệp và thủy sản", "giá trị sản xuất nông nghiệp"], Ty(1500., 40000.), true;
    BUDGET = "budget.revenue", ["thu ngân sách nhà nước", "tổng thu ngân sách nhà nước", "thu ngân sách"], Ty(300., 60000.), true;
    BUDGET_PAID = "budget.revenue", ["nộp ngân sách nhà nước", "nộp ngân sách", "thu nộp ngân sách"], Ty(80., 9000.), true;
    BUDGET_HOME = "budget.revenue.domestic", ["thu nội địa"], Ty(250., 40000.), true;
    BUDGET_TRADE = "budget.revenue.trade", ["thu từ hoạt động xuất nhập khẩu", "thu từ xuất nhập khẩu"], Ty(20., 20000.), true;
    BUDGET_OUT = "budget.expenditure", ["chi ngân sách địa phương", "tổng chi ngân sách địa phương"], Ty(2500., 40000.), true;
    EMPLOYED = "labour.employed", ["số lao động đang làm việc", "tổng số lao động làm việc"], Count(1500., 320000., "persons", "người"), false;
    CREATED = "labour.created", ["giải quyết việc làm mới", "tạo việc làm mới"], Count(900., 90000., "persons", "lao động"), true;
    OCCUPANCY = "zones.occupancy", ["tỷ lệ lấp đầy các khu công nghiệp", "tỷ lệ lấp đầy bình quân các KCN"], Percent(25., 97.), false;
    ON_TIME = "procedures.on_time", ["tỷ lệ hồ sơ giải quyết đúng và trước hạn", "tỷ lệ thủ tục hành chính trả đúng và trước hạn"], Percent(88., 100.), false;
    GRDP = "grdp.value", ["quy mô GRDP theo giá hiện hành", "tổng sản phẩm trên địa bàn (GRDP)", "GRDP theo giá hiện hành"], Ty(15000., 900000.), false;
    GRDP_GROWTH = "grdp.growth", ["tổng sản phẩm trên địa bàn (GRDP)", "GRDP", "tốc độ tăng trưởng kinh tế (GRDP)", "tổng sản phẩm trong tỉnh (GRDP)"], Percent(2., 14.), false;
    GRDP_HEAD = "grdp.per_capita", ["GRDP bình quân đầu người", "tổng sản phẩm bình quân đầu người"], Trieu(18., 180.), false;
    INCOME = "income.per_capita", ["thu nhập bình quân đầu người"], Trieu(9., 90.), false;
    IIP = "iip.growth", ["chỉ số sản xuất công nghiệp (IIP)", "chỉ số sản xuất công nghiệp", "chỉ số IIP"], Percent(1., 24.), false;
    CPI = "cpi.growth", ["chỉ số giá tiêu dùng (CPI) bình quân", "CPI bình quân"], Percent(0.5, 12.), false;
    AGRI_GROWTH = "agriculture.growth", ["khu vực nông, lâm nghiệp và thủy sản"], Percent(1., 7.), false;
    RETAIL = "retail.sales", ["tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "tổng mức bán lẻ hàng hóa và doanh thu dịch vụ", "tổng mức bán lẻ hàng hóa"], Ty(2500., 250000.), true;
    VISITORS = "tourism.visitors", ["tổng lượt khách du lịch", "lượng khách du lịch", "số lượt khách du lịch"], Count(120000., 9000000., "visitors", "lượt khách"), true;
    TOURISM = "tourism.revenue", ["doanh thu du lịch", "tổng thu từ khách du lịch", "doanh thu từ du lịch"], Ty(60., 20000.), true;
    PUBLIC = "public_investment.disbursed", ["giải ngân vốn đầu tư công", "giá trị giải ngân vốn đầu tư công"], Ty(500., 20000.), true;
    REALIZED = "public_investment.realized", ["vốn đầu tư thực hiện từ nguồn ngân sách nhà nước", "vốn đầu tư thực hiện thuộc nguồn vốn ngân sách nhà nước"], Ty(400., 20000.), true;
    SOCIAL = "investment.social", ["tổng vốn đầu tư toàn xã hội", "vốn đầu tư phát triển toàn xã hội", "tổng vốn đầu tư thực hiện toàn xã hội"], Ty(4000., 160000.), true;
    POVERTY = "poverty.rate", ["tỷ lệ hộ nghèo"], Percent(0.5, 22.), false;
    AREA = "zones.area", ["tổng diện tích đất"], Ha(150., 9000.), false;
}

/// A whole number with points between the thousands.
pub fn push_grouped(n: u64, out: &mut String) {
    let digits = itoa(n);
    let digits = digits.as_str();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
}

struct Digits([u8; 20], usize);

impl Digits {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0[self.1..]).expect("digits are ASCII")
    }
}

fn itoa(mut n: u64) -> Digits {
    let mut digits = Digits([b'0'; 20], 20);
    loop {
        digits.1 -= 1;
        digits.0[digits.1] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return digits;
        }
    }
}

/// Appends a decimal the Vietnamese way: points between thousands, a comma before the decimals.
pub fn push_decimal(mant: u64, dec: u32, grouped: bool, out: &mut String) {
    let scale = 10u64.pow(dec);
    if grouped {
        push_grouped(mant / scale, out);
    } else {
        out.push_str(itoa(mant / scale).as_str());
    }
    if dec > 0 {
        out.push(',');
        let part = itoa(mant % scale);
        for _ in part.as_str().len()..dec as usize {
            out.push('0');
        }
        out.push_str(part.as_str());
    }
}

/// An amount of this size; large ones have fewer decimals.
pub fn amount(size: Size, rng: &mut Rng) -> Amount {
    let of = |value: f64, dec: u32, pow: u32, unit: &'static str| Amount {
        mant: ((value * 10f64.powi(dec as i32)).round() as i64).max(1),
        dec,
        pow,
        unit,
    };
    match size {
        Ty(lo, hi) => {
            let value = rng.log_uniform(lo, hi);
            if value > 20_000. && rng.chance(20) {
                return of(value / 1000., 2, 12, "VND");
            }
            let dec = match value {
                v if v < 100. => 1 + rng.below(2) as u32,
                v if v < 5000. => [0, 0, 1, 1, 2][rng.below(5)],
                _ => [0, 0, 0, 0, 1][rng.below(5)],
            };
            of(value, dec, 9, "VND")
        }
        Usd(lo, hi) => {
            let value = rng.log_uniform(lo, hi);
            if value > 1000. && rng.chance(50) {
                return of(value / 1000., [1, 2, 2, 3][rng.below(4)], 9, "USD");
            }
            let dec = if value < 100. {
                1 + rng.below(2) as u32
            } else {
                [0, 0, 1, 1][rng.below(4)]
            };
            of(value, dec, 6, "USD")
        }
        Trieu(lo, hi) => of(
            rng.log_uniform(lo, hi),
            [0, 1, 1, 2][rng.below(4)],
            6,
            "VND",
        ),
        Count(lo, hi, unit, _) => {
            let value = rng.log_uniform(lo, hi);
            if unit == "visitors" {
                return match value {
                    v if v > 1_000_000. && rng.chance(60) => {
                        of(v / 1e6, 1 + rng.below(2) as u32, 6, unit)
                    }
                    v if rng.chance(50) => of(v / 1e3, [0, 1, 1][rng.below(3)], 3, unit),
                    v => of(v, 0, 0, unit),
                };
            }
            of(value, 0, 0, unit)
        }
        Percent(lo, hi) => {
            let dec = [0, 1, 1, 2, 2][rng.below(5)];
            let value = lo + (hi - lo) * rng.unit();
            of(value, dec, 0, "percent")
        }
        Ha(lo, hi) => of(rng.log_uniform(lo, hi), [0, 0, 1, 2][rng.below(4)], 0, "ha"),
    }
}

/// Appends the amount as written. `noun` is what is counted.
pub fn push_amount(amount: Amount, noun: &str, rng: &mut Rng, out: &mut String) {
    let plain = amount.mant / 10i64.pow(amount.dec) < 10_000 && rng.chance(3);
    push_decimal(amount.mant.unsigned_abs(), amount.dec, !plain, out);
    let roll = rng.below(100);
    out.push_str(match (amount.unit, amount.pow) {
        ("percent", _) => "%",
        ("ha", _) if roll < 10 => "ha",
        ("ha", _) if roll < 20 => " héc ta",
        ("ha", _) => " ha",
        ("VND", 12) => " nghìn tỷ đồng",
        ("VND", 9) if roll < 3 => " tỉ đồng",
        ("VND", 9) => " tỷ đồng",
        ("VND", _) => " triệu đồng",
        ("USD", 9) if roll < 4 => " tỷ đô la Mỹ",
        ("USD", 9) => " tỷ USD",
        ("USD", _) if roll < 4 => " triệu đô la Mỹ",
        ("USD", _) => " triệu USD",
        (_, 6) => " triệu ",
        (_, 3) if roll < 30 => " ngàn ",
        (_, 3) => " nghìn ",
        _ => " ",
    });
    if !matches!(amount.unit, "percent" | "ha" | "VND" | "USD") {
        out.push_str(noun);
    }
}

/// A percentage change: mostly growth.
pub fn change(rng: &mut Rng) -> Amount {
    let dec = [0, 1, 1, 1, 2][rng.below(5)];
    let size = 0.5 + 28.0 * rng.unit() * rng.unit() + if rng.chance(6) { 30. } else { 0. };
    let mant = ((size * 10f64.powi(dec)).round() as i64).max(1);
    Amount {
        mant: if rng.chance(22) { -mant } else { mant },
        dec: dec as u32,
        pow: 0,
        unit: "percent",
    }
}

/// Appends a percentage without its sign and without `%`.
pub fn push_percent(amount: Amount, out: &mut String) {
    push_decimal(amount.mant.unsigned_abs(), amount.dec, false, out);
}
