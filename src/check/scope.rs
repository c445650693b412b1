//! Whose and which part of a quantity a sentence speaks of, beyond place, metric and period.
//!
//! `thu ngân sách` of a province, of its customs department and of its tax department are three quantities; so are the balance of
//! trade and that of one sector, a plan of the ministry and one of the province. Two figures are compared only where the words that
//! tell these apart are the same.

use crate::model::{Basis, Observation};
use crate::text::fold;

/// What narrows a quantity, with the words for it, folded.
const NARROWING: &[&[&str]] = &[
    &["hai quan"],
    &["cuc thue", "co quan thue", "chi cuc thue"],
    &[
        "khu kinh te",
        "khu cong nghiep",
        "khu che xuat",
        "kkt",
        "kcn",
        "cum cong nghiep",
        "khu cong nghe cao",
    ],
    &["cua khau", "cang ", "san bay"],
    &["huyen ", "thi xa ", "quan ", "dao "],
    &["rieng ", "trong do", "khu vuc ", "dia ban "],
    &["fdi", "dtnn", "von dau tu nuoc ngoai"],
    &["trong nuoc", "noi dia"],
    &["co thue", "khong thue", "chiu thue"],
    &["gia so sanh", "gia co dinh"],
    &["gia hien hanh"],
    &["dich vu"],
    &["dia phuong"],
];

/// Who set a goal, and how binding it is.
const GOALS: &[&[&str]] = &[
    &["du toan"],
    &["phan dau"],
    &["ke hoach"],
    &["phap lenh"],
    &["trung uong", "chinh phu"],
    &["bo tai chinh"],
    &["tong cuc"],
    &["hdnd", "hoi dong nhan dan"],
    &["ubnd", "uy ban nhan dan"],
    &["dieu chinh"],
];

/// How much of a report says for whom it speaks: its title and first lines, in bytes.
const OPENING: usize = 400;

/// What narrows the figures of a report: a bit for each kind of word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope(u32);

fn found(folded: &str, kinds: &[&[&str]]) -> u32 {
    // `trên địa bàn tỉnh` is the whole province, `địa bàn X thu` a part of what an office covers.
    let folded = folded.replace("tren dia ban", "");
    kinds
        .iter()
        .enumerate()
        .filter(|(_, words)| words.iter().any(|word| folded.contains(word)))
        .fold(0, |bits, (i, _)| bits | 1 << i)
}

/// Offices that report, which speak for all figures of their reports: the first of [`NARROWING`].
const OFFICES: u32 = 0b111;

impl Scope {
    /// What narrows the report as a whole, by its title and beginning.
    #[must_use]
    pub fn of_report(title: &str, text: &str) -> Self {
        let mut end = OPENING.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let folded = fold(&format!("{title} {}", &text[..end]));
        Self(found(&folded, NARROWING) & OFFICES)
    }

    /// What narrows a figure: the words of its sentence, with those of its report.
    #[must_use]
    pub fn of_figure(self, figure: &Observation) -> Self {
        let folded = fold(&figure.quote);
        let mut bits = self.0 | found(&folded, NARROWING);
        if figure.basis == Basis::Target {
            bits |= found(&folded, GOALS) << 16;
        }
        Self(bits)
    }
}
