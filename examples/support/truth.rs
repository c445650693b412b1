//! What a report states, as JSON lines in the shape of the gold files.

use std::fmt::{self, Write as _};

/// A number as written: `mant` with `dec` digits behind the comma, times ten to the `pow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Digits.
    pub mant: i64,
    /// Digits behind the comma.
    pub dec: u32,
    /// Power of ten of the multiplier (9 for `tỷ`).
    pub pow: u32,
    /// Unit code.
    pub unit: &'static str,
}

impl fmt::Display for Amount {
    /// The value in base units, exact.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut mant, mut dec) = (self.mant, self.dec);
        while dec > 0 && mant % 10 == 0 {
            mant /= 10;
            dec -= 1;
        }
        if self.pow >= dec {
            return write!(f, "{}", i128::from(mant) * 10i128.pow(self.pow - dec));
        }
        let scale = 10i64.pow(dec - self.pow);
        let sign = if mant < 0 { "-" } else { "" };
        let (whole, part) = (mant.abs() / scale, mant.abs() % scale);
        write!(
            f,
            "{sign}{whole}.{part:0width$}",
            width = (dec - self.pow) as usize
        )
    }
}

/// A span of months with a canonical code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// Year.
    pub year: u16,
    /// Which part of it.
    pub part: Part,
}

/// A part of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it.
    Year,
    /// 1 or 2.
    Half(u8),
    /// 1 to 4.
    Quarter(u8),
    /// The first so many months.
    First(u8),
    /// One month.
    Month(u8),
}

impl Period {
    /// The last month.
    pub fn last_month(self) -> u8 {
        match self.part {
            Part::Year => 12,
            Part::Half(h) => h * 6,
            Part::Quarter(q) => q * 3,
            Part::First(n) | Part::Month(n) => n,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.part {
            Part::Year => write!(f, "{year}"),
            Part::Half(h) => write!(f, "{year}-H{h}"),
            Part::Quarter(q) => write!(f, "{year}-Q{q}"),
            Part::First(n) => write!(f, "{year}-{n}M"),
            Part::Month(m) => write!(f, "{year}-M{m:02}"),
        }
    }
}

/// One stated number.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Code of the metric, and whether it is its `.growth`.
    pub metric: (&'static str, bool),
    /// Value.
    pub value: Amount,
    /// Basis.
    pub basis: &'static str,
    /// Qualifier.
    pub qualifier: &'static str,
    /// Period.
    pub period: Period,
    /// Date of a stock, where stated.
    pub as_of: bool,
    /// Change on the year before.
    pub yoy: Option<Amount>,
    /// Share of the plan.
    pub plan: Option<Amount>,
    /// The plan.
    pub plan_value: Option<Amount>,
    /// Number with its unit, in the body.
    pub at: (usize, usize),
    /// Clause that states it, in the body.
    pub quote: (usize, usize),
}

/// Appends `text` as a JSON string.
pub fn push_json(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[from..at]);
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            _ => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Last day of a month.
pub fn last_day(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn push_opt(name: &str, value: Option<Amount>, out: &mut String) {
    let _ = match value {
        Some(value) => write!(out, ",\"{name}\":{value}"),
        None => write!(out, ",\"{name}\":null"),
    };
}

/// Appends one figure; `shift` is added to its offsets.
pub fn push_fact(fact: &Fact, subject: &str, body: &str, shift: usize, out: &mut String) {
    let growth = if fact.metric.1 { ".growth" } else { "" };
    let _ = write!(
        out,
        "{{\"metric\":\"{}{growth}\",\"tier\":\"core\",\"value\":{},\"unit\":\"{}\",\"basis\":\"{}\",\"qualifier\":\"{}\",\"period\":\"{}\",\"subject\":\"{subject}\"",
        fact.metric.0, fact.value, fact.value.unit, fact.basis, fact.qualifier, fact.period,
    );
    if fact.as_of {
        let (year, month) = (fact.period.year, fact.period.last_month());
        let _ = write!(
            out,
            ",\"as_of\":\"{year}-{month:02}-{}\"",
            last_day(year, month)
        );
    } else {
        out.push_str(",\"as_of\":null");
    }
    push_opt("yoy_pct", fact.yoy, out);
    push_opt("plan_pct", fact.plan, out);
    push_opt("plan_value", fact.plan_value, out);
    let _ = write!(
        out,
        ",\"at\":[{},{}],\"quote\":",
        fact.at.0 + shift,
        fact.at.1 + shift
    );
    push_json(&body[fact.quote.0..fact.quote.1], out);
    out.push('}');
}
