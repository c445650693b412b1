//! Words of a query that say what is asked of a figure: its basis, its unit, a comparison, the newest.

use std::sync::LazyLock;

use crate::annotate::lexicon::Lexicon;

pub(super) const TARGET: u32 = 0;
pub(super) const CUMULATIVE: u32 = 1;
pub(super) const ESTIMATE: u32 = 2;
pub(super) const STOCK: u32 = 3;
pub(super) const LATEST: u32 = 4;
pub(super) const QUESTION: u32 = 5;
pub(super) const AGAINST_PLAN: u32 = 6;
pub(super) const GROWTH: u32 = 7;
pub(super) const COMPARED: u32 = 8;
pub(super) const WHOLE: u32 = 9;
pub(super) const ON_MONTH: u32 = 10;
pub(super) const ON_DECEMBER: u32 = 11;
/// A goal or an estimate, as it may be.
pub(super) const EXPECTED: u32 = 12;
/// Units, by their place in [`UNITS`].
pub(super) const UNIT: u32 = 20;
pub(super) const UNITS: [&str; 3] = ["VND", "USD", "percent"];

pub(super) static WORDS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        ("kế hoạch", TARGET),
        ("mục tiêu", TARGET),
        ("phấn đấu", TARGET),
        ("dự kiến", EXPECTED),
        ("chỉ tiêu kế hoạch", TARGET),
        ("lũy kế", CUMULATIVE),
        ("cộng dồn", CUMULATIVE),
        ("chỉ tiêu", TARGET),
        ("dự toán", TARGET),
        ("chỉ tiêu phấn đấu", TARGET),
        ("dự toán pháp lệnh", TARGET),
        ("chỉ tiêu kinh tế", UNIT + 9),
        ("các chỉ tiêu", UNIT + 9),
        ("ước", ESTIMATE),
        ("ước thu", ESTIMATE),
        ("ước thực hiện", ESTIMATE),
        ("ước đạt", ESTIMATE),
        ("ước tính", ESTIMATE),
        ("hiện có", STOCK),
        ("còn hiệu lực", STOCK),
        ("đang hoạt động", STOCK),
        ("mới nhất", LATEST),
        ("gần đây nhất", LATEST),
        ("gần nhất", LATEST),
        ("bao nhiêu", QUESTION),
        ("là gì", QUESTION),
        ("thế nào", QUESTION),
        ("mấy", QUESTION),
        ("ra sao", QUESTION),
        ("như thế nào", QUESTION),
        ("là mấy", QUESTION),
        ("có không", QUESTION),
        ("how much", QUESTION),
        ("how many", QUESTION),
        ("phần trăm kế hoạch", AGAINST_PLAN),
        ("% kế hoạch", AGAINST_PLAN),
        ("so với kế hoạch", AGAINST_PLAN),
        ("bằng bao nhiêu kế hoạch", AGAINST_PLAN),
        ("% chỉ tiêu", AGAINST_PLAN),
        ("% dự toán", AGAINST_PLAN),
        ("phần trăm chỉ tiêu", AGAINST_PLAN),
        ("phần trăm dự toán", AGAINST_PLAN),
        ("so với dự toán", AGAINST_PLAN),
        ("so với chỉ tiêu", AGAINST_PLAN),
        ("so với mục tiêu", AGAINST_PLAN),
        ("so kế hoạch", AGAINST_PLAN),
        ("so dự toán", AGAINST_PLAN),
        ("đạt kế hoạch", AGAINST_PLAN),
        ("đạt dự toán", AGAINST_PLAN),
        ("đạt chỉ tiêu", AGAINST_PLAN),
        ("vượt kế hoạch", AGAINST_PLAN),
        ("vượt dự toán", AGAINST_PLAN),
        ("vượt chỉ tiêu", AGAINST_PLAN),
        ("hoàn thành kế hoạch", AGAINST_PLAN),
        ("hoàn thành dự toán", AGAINST_PLAN),
        ("hoàn thành chỉ tiêu", AGAINST_PLAN),
        ("hoàn thành bao nhiêu phần trăm", AGAINST_PLAN),
        ("đạt bao nhiêu phần trăm", AGAINST_PLAN),
        ("giảm bao nhiêu", COMPARED),
        ("tăng hay giảm", COMPARED),
        ("tăng giảm bao nhiêu", COMPARED),
        ("so với cùng kỳ", COMPARED),
        ("cả năm", WHOLE),
        ("so với tháng trước", ON_MONTH),
        ("so tháng trước", ON_MONTH),
        ("với tháng trước", ON_MONTH),
        ("so với tháng liền trước", ON_MONTH),
        ("so với tháng 12", ON_DECEMBER),
        ("so với đầu năm", ON_DECEMBER),
        ("so với cuối năm trước", ON_DECEMBER),
        ("tỷ đồng", UNIT),
        ("triệu đồng", UNIT),
        ("tỷ USD", UNIT + 1),
        ("triệu USD", UNIT + 1),
        ("triệu đô", UNIT + 1),
        ("tỷ đô", UNIT + 1),
        ("tăng trưởng", GROWTH),
        ("tốc độ tăng", GROWTH),
        ("tăng bao nhiêu", GROWTH),
    ])
});

/// Words that a query may hold without naming anything.
pub(super) const PLAIN: [&str; 24] = [
    "cua", "o", "tai", "trong", "va", "la", "cho", "den", "vao", "duoc", "dat", "thu", "hut",
    "nam", "thang", "quy", "dau", "cuoi", "tinh", "thanh", "pho", "tp", "so", "tong",
];

/// Short spellings of messages, with what they stand for.
const SLANG: [(&str, &str); 15] = [
    ("bn", "bao nhiêu"),
    ("bnhieu", "bao nhiêu"),
    ("dc", "được"),
    ("dk", "đăng ký"),
    ("đc", "được"),
    ("đk", "đăng ký"),
    ("kh", "kế hoạch"),
    ("kte", "kinh tế"),
    ("ktế", "kinh tế"),
    ("ld", "lao động"),
    ("lđ", "lao động"),
    ("ns", "ngân sách"),
    ("ntn", "như thế nào"),
    ("sl", "số lượng"),
    ("ss", "so sánh"),
];

/// What a short spelling of messages stands for.
pub(crate) fn slang(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    SLANG
        .iter()
        .find(|(short, _)| *short == word)
        .map(|(_, long)| *long)
}
