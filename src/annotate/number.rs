//! Numbers as Vietnamese reports write them, with their units.
//!
//! A point groups thousands and a comma is the decimal mark; what cannot be read so is read the other way where that fits,
//! and is no number otherwise. Dates, document numbers, years, ordinals and terms are never quantities.

use rust_decimal::Decimal;

use super::lexicon::{Marks, Symbols};
use super::units::{Mark, Per, Unit, Units, is_plausible, per};
use crate::Span;
use crate::text::{TokenKind, Tokens};

/// A number as written, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The value by the rule.
    pub value: Decimal,
    /// The other reading of a single mark with three digits behind it: 47.26 for `47.260`, 6165 for `6,165`.
    pub other: Option<Decimal>,
    /// Written with a point before other than three digits (`13.48`): English usage.
    pub english: bool,
}

/// Reads digits with points and commas; `None` for what is no number (`1.2.3`, `12,34,56`) or longer than any real one.
/// Where one mark does for thousands and fraction alike (`7.710,3` written `7.710.3`), the lengths of the groups tell them apart.
///
/// ```
/// use baocao::annotate::number::read;
/// assert_eq!(read("12.345,6").unwrap().value.to_string(), "12345.6");
/// assert_eq!(read("47.260").unwrap().other.unwrap().to_string(), "47.260");
/// assert!(read("3.4.5,6").is_none());
/// ```
#[must_use]
pub fn read(raw: &str) -> Option<Reading> {
    if raw.is_empty()
        || raw.len() > 24
        || !raw
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    {
        return None;
    }
    let plain = |digits: &str| -> Option<Decimal> { digits.parse().ok() };
    let grouped = |text: &str, mark: char| -> Option<String> {
        let mut parts = text.split(mark);
        let first = parts.next()?;
        let sound = (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && parts.clone().all(|p| p.len() == 3);
        sound.then(|| first.chars().chain(parts.flat_map(str::chars)).collect())
    };
    let decimal = |whole: &str, fraction: &str| -> Option<Decimal> {
        let ok = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (ok(whole) && ok(fraction)).then(|| plain(&format!("{whole}.{fraction}")))?
    };
    let reading = |value, other, english| {
        Some(Reading {
            value,
            other,
            english,
        })
    };
    let (points, commas) = (raw.matches('.').count(), raw.matches(',').count());
    match (points, commas) {
        (0, 0) => reading(plain(raw)?, None, false),
        (1, 0) | (0, 1) => {
            let mark = if points == 1 { '.' } else { ',' };
            let (whole, fraction) = raw.split_once(mark)?;
            let thousands = grouped(raw, mark).and_then(|digits| plain(&digits));
            let fractional = decimal(whole, fraction)?;
            match (thousands, mark) {
                (Some(value), '.') => reading(value, Some(fractional), false),
                (other, ',') => reading(fractional, other, false),
                (None, _) => reading(fractional, None, true),
                (Some(_), _) => None,
            }
        }
        (_, 0) | (0, _) => {
            let mark = if points > 0 { '.' } else { ',' };
            if let Some(digits) = grouped(raw, mark) {
                return reading(plain(&digits)?, None, mark == ',');
            }
            // `7.710.3`: a last group that is too short is the fraction, one mark having done for both.
            let (whole, fraction) = raw.rsplit_once(mark)?;
            let short = (1..=2).contains(&fraction.len());
            let value = short.then(|| decimal(&grouped(whole, mark)?, fraction))??;
            reading(value, None, false)
        }
        (_, 1) if raw.rfind('.') < raw.find(',') => {
            let (whole, fraction) = raw.split_once(',')?;
            reading(decimal(&grouped(whole, '.')?, fraction)?, None, false)
        }
        (1, _) if raw.rfind(',') < raw.find('.') => {
            let (whole, fraction) = raw.split_once('.')?;
            reading(decimal(&grouped(whole, ',')?, fraction)?, None, true)
        }
        _ => None,
    }
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// First token.
    pub first: usize,
    /// One past the last token, unit included.
    pub end: usize,
    /// Number and unit in the text.
    pub span: Span,
    /// Value in base units; of a range the low end.
    pub value: Decimal,
    /// High end of a range.
    pub max: Option<Decimal>,
    /// What a ratio is of: 144 in `126/144 dự án`.
    pub of: Option<Decimal>,
    /// The other reading of an ambiguous mark.
    pub other: Option<Decimal>,
    /// The reading is the one against the rule, the thousands being implausible.
    pub point_is_decimal: bool,
    /// Unit.
    pub unit: Unit,
    /// What it is per.
    pub per: Per,
    /// Size of the last stated digit, for comparing with computed values.
    pub step: Decimal,
}

/// Finds the quantities of a text in order; they do not overlap. Numbers without unit or multiplier are no quantities.
#[must_use]
pub fn quantities(text: &str, tokens: &Tokens) -> Vec<Quantity> {
    let finder = Finder {
        text,
        tokens,
        symbols: Units::get().phrases.symbols(tokens),
    };
    let mut found: Vec<Quantity> = Vec::new();
    let list = tokens.list();
    let mut at = 0;
    while at < list.len() {
        if matches!(
            list[at].kind,
            TokenKind::Number | TokenKind::Code | TokenKind::Date
        ) && let Some(quantity) = finder.at(at)
        {
            at = quantity.end;
            found.push(quantity);
        } else {
            at += 1;
        }
    }
    found
}

/// A number with multipliers and unit, before ranges are joined.
struct Part {
    end: usize,
    value: Decimal,
    other: Option<Decimal>,
    of: Option<Decimal>,
    factor: Decimal,
    unit: Unit,
    per: Per,
    step: Decimal,
    whole: bool,
    year_like: bool,
}

struct Finder<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    symbols: Symbols,
}

impl Finder<'_> {
    fn exact(&self, at: usize) -> &str {
        self.tokens
            .list()
            .get(at)
            .map_or("", |t| self.tokens.exact(t))
    }

    fn raw(&self, at: usize) -> &str {
        self.tokens
            .list()
            .get(at)
            .map_or("", |t| t.span.of(self.text))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.list().get(at).map(|t| t.kind)
    }

    fn at(&self, at: usize) -> Option<Quantity> {
        let list = self.tokens.list();
        let mut first = at;
        let mut part = self.part(at)?;
        let before = at.checked_sub(1).map_or("", |i| self.exact(i));
        let before2 = at.checked_sub(2).map_or("", |i| self.exact(i));
        let mut negative = false;
        if matches!(before, "-" | "–" | "−") {
            let word_before = at
                .checked_sub(2)
                .is_some_and(|i| list[i].kind == TokenKind::Word);
            let dash = &list[at - 1];
            if part.unit == Unit::Percent && (dash.spaced || before2 == "(") && !list[at].spaced {
                negative = true;
                first = at - 1;
            } else if word_before && (!dash.spaced || !list[at].spaced) && part.whole {
                // `Covid-19 ca`
                return None;
            }
        } else if before == ")" && matches!(before2, "-" | "–" | "−") && part.unit == Unit::Percent
        {
            negative = true;
            first = at - 2;
        }
        // A year or the number of a month, whatever follows.
        let ordinal = matches!(
            before,
            "năm"
                | "tháng"
                | "quí"
                | "ngày"
                | "khoá"
                | "thứ"
                | "nam"
                | "thang"
                | "qui"
                | "quận"
                | "phường"
                | "giai"
        );
        // `bình quân hàng năm 12 - 13%`
        let yearly = matches!(before2, "hàng" | "mỗi");
        if ordinal
            && !yearly
            && part.whole
            && part.factor == Decimal::ONE
            && !part.unit.is_money()
            && part.unit != Unit::Percent
        {
            return None;
        }
        if part.year_like
            && part.factor == Decimal::ONE
            && (matches!(before, "năm" | "nam" | "cuối" | "đầu" | "/" | "-" | "–")
                || matches!(part.unit, Unit::Other | Unit::Zones | Unit::Enterprises))
        {
            return None;
        }
        let mut max = None;
        // A range: `7,5 - 8%`, `71.400 tỷ đồng đến 71.900 tỷ đồng`.
        let joint = self.exact(part.end);
        let is_dash = matches!(joint, "-" | "–" | "−" | "÷");
        if (is_dash || matches!(joint, "đến" | "tới"))
            && self.kind(part.end + 1) == Some(TokenKind::Number)
            && let Some(high) = self.part(part.end + 1)
            && high.of.is_none()
            && part.of.is_none()
            && !matches!(high.unit, Unit::None | Unit::Other)
        {
            let open = part.unit == Unit::None && part.factor == Decimal::ONE;
            let mut low = part.value;
            let mut low_other = part.other;
            if open {
                low = low.checked_mul(high.factor)?;
                low_other = low_other.and_then(|o| o.checked_mul(high.factor));
            }
            let same = open || part.unit == high.unit || part.unit == Unit::Bare;
            if same && low < high.value && !(part.year_like && high.year_like && open) {
                max = Some(high.value);
                part = Part {
                    value: low,
                    other: low_other,
                    ..high
                };
            } else if open && !same {
                return None;
            }
        }
        if part.unit == Unit::None {
            return None;
        }
        let span = list[first].span.cover(list[part.end - 1].span);
        let mut quantity = Quantity {
            first,
            end: part.end,
            span,
            value: part.value,
            max,
            of: part.of,
            other: part.other,
            point_is_decimal: false,
            unit: part.unit,
            per: part.per,
            step: part.step,
        };
        quantity.settle();
        if negative {
            quantity.value = -quantity.value;
        }
        Some(quantity)
    }

    /// Number, multipliers, further parts (`1 tỷ 178 triệu`) and unit at token `at`.
    fn part(&self, at: usize) -> Option<Part> {
        let raw = self.raw(at);
        let mut end = at + 1;
        let mut of = None;
        let mut reading = match self.kind(at)? {
            TokenKind::Number => read(raw)?,
            // `7.710.3`
            TokenKind::Code if !raw.contains('/') => read(raw)?,
            TokenKind::Code | TokenKind::Date => {
                let (a, b) = raw.split_once('/')?;
                let (a, b) = (read(a)?, read(b)?);
                if b.value.is_zero() {
                    return None;
                }
                of = Some(b.value);
                a
            }
            _ => return None,
        };
        // `1.462/2.111 triệu USD`
        if self.kind(at) == Some(TokenKind::Number)
            && self.exact(end) == "/"
            && self.gap(end) == Some(0)
            && self.gap(end + 1) == Some(0)
            && self.kind(end + 1) == Some(TokenKind::Number)
            && raw.contains(['.', ','])
            && let Some(all) = read(self.raw(end + 1))
            && all.value > Decimal::ZERO
        {
            of = Some(all.value);
            end += 2;
        }
        let mut whole = !raw.contains([',', '.']);
        // `56 288 tỷ`: a space that groups.
        if whole
            && raw.len() <= 3
            && self.kind(at) == Some(TokenKind::Number)
            && !raw.starts_with('0')
            && self.kind(end) == Some(TokenKind::Number)
            && self.raw(end).len() == 3
            && self.raw(end).bytes().all(|b| b.is_ascii_digit())
            && self.gap(end) == Some(1)
            && !matches!(
                at.checked_sub(1).map_or("", |i| self.exact(i)),
                "tháng" | "quí" | "ngày" | "khoá" | "thứ" | "số" | "năm"
            )
            && matches!(
                self.mark(end + 1),
                Some((
                    _,
                    Mark::Multiplier(_)
                        | Mark::Unit(
                            Unit::Vnd | Unit::Usd | Unit::Persons | Unit::Visitors | Unit::Ha
                        )
                ))
            )
        {
            reading = read(&format!("{raw}{}", self.raw(end)))?;
            end += 1;
            whole = true;
        }
        let year_like = whole
            && raw.len() == 4
            && (Decimal::from(1900)..=Decimal::from(2100)).contains(&reading.value);
        let mut factor = Decimal::ONE;
        // `245,4% tỷ đồng`: a slip, the unit of money stands behind.
        let slip = matches!(self.mark(end), Some((_, Mark::Unit(Unit::Percent))))
            && matches!(self.exact(end + 1), "tỉ" | "triệu")
            && self.exact(end + 2) == "đồng";
        if slip {
            end += 1;
        }
        end = self.multipliers(end, &mut factor)?;
        // `12 ngàn 124 tỷ đồng`: the multiplier behind is of both.
        if factor == Decimal::ONE_THOUSAND
            && whole
            && of.is_none()
            && self.kind(end) == Some(TokenKind::Number)
            && self.raw(end).len() == 3
            && let Some(more) = read(self.raw(end))
        {
            let mut both = Decimal::ONE;
            let next = self.multipliers(end + 1, &mut both)?;
            if both >= Decimal::from(1_000_000) {
                reading.value = reading.value.checked_mul(factor)?.checked_add(more.value)?;
                reading.other = None;
                factor = both;
                end = next;
            }
        }
        let mut value = reading.value.checked_mul(factor)?;
        let mut other = reading.other.and_then(|o| o.checked_mul(factor));
        let scale = if raw.contains(',') || reading.english {
            reading.value.scale()
        } else {
            0
        };
        let mut step = Decimal::new(1, scale).checked_mul(factor)?;
        // `1 tỷ 178 triệu đồng`
        let mut last = factor;
        while last > Decimal::ONE
            && of.is_none()
            && self.kind(end) == Some(TokenKind::Number)
            // `1 tỷ 178,5 triệu đồng`, too.
            && self.raw(end).split(',').next().is_some_and(|whole| whole.len() <= 3)
            && let Some(more) = read(self.raw(end))
        {
            let mut smaller = Decimal::ONE;
            let next = self.multipliers(end + 1, &mut smaller)?;
            if smaller == Decimal::ONE || smaller >= last {
                break;
            }
            value = value.checked_add(more.value.checked_mul(smaller)?)?;
            step = smaller;
            other = None;
            last = smaller;
            end = next;
        }
        let of = match of {
            Some(total) => Some(total.checked_mul(factor)?),
            None => None,
        };
        let mut unit = if factor > Decimal::ONE {
            Unit::Bare
        } else {
            Unit::None
        };
        let mut share = Per::Whole;
        if let Some((next, Mark::Unit(found))) = self.mark(end) {
            let glued_letter = self.exact(end) == "đ" && self.tokens.list()[end].spaced;
            if !glued_letter || factor > Decimal::ONE {
                unit = found;
                end = next;
            }
        }
        // `/người/năm`, `/ha`
        let mut slash = end;
        while self.exact(slash) == "/"
            && self.kind(slash + 1) == Some(TokenKind::Word)
            // `110 triệu USD/KH 120 triệu USD`: what follows is the plan.
            && !matches!(self.exact(slash + 1), "kh" | "khn" | "kế" | "dt" | "dự")
            && slash < end + 6
        {
            match per(self.exact(slash + 1)) {
                Per::Whole => {}
                found if share == Per::Whole => share = found,
                _ => {}
            }
            slash += 2;
        }
        if slash > end && unit != Unit::None {
            end = slash;
        }
        Some(Part {
            end,
            value,
            other,
            of,
            factor,
            unit,
            per: share,
            step,
            whole,
            year_like,
        })
    }

    /// Bytes between a token and the one before it; none where the text ends before it.
    fn gap(&self, at: usize) -> Option<usize> {
        let [before, token] = self.tokens.list().get(at.checked_sub(1)?..=at)? else {
            return None;
        };
        let between = token.span.start - before.span.end;
        // A no-break space is one as well.
        Some(if between == 2 { 1 } else { between })
    }

    fn mark(&self, at: usize) -> Option<(usize, Mark)> {
        let units = Units::get();
        let read = |marks| units.phrases.longest(self.tokens, &self.symbols, at, marks);
        let found = read(Marks::Exact).or_else(|| read(Marks::Bare))?;
        // `Cuối năm 2016 tỷ lệ hộ nghèo còn 9%`
        let behind = self.tokens.list().get(at + 1);
        let names = behind
            .is_some_and(|next| matches!(self.tokens.exact(next), "lệ" | "le" | "trọng" | "suất"));
        if found.end == at + 1 && matches!(self.exact(at), "tỉ" | "ti") && names {
            return None;
        }
        Some((found.end, units.mark(found.payload)))
    }

    fn multipliers(&self, mut at: usize, factor: &mut Decimal) -> Option<usize> {
        let mut count = 0;
        while count < 3
            && let Some((next, Mark::Multiplier(times))) = self.mark(at)
        {
            *factor = factor.checked_mul(Decimal::from(times))?;
            at = next;
            count += 1;
        }
        Some(at)
    }
}

impl Quantity {
    /// A number of one token that counts things whose name stands elsewhere.
    pub(crate) fn count(at: usize, span: Span, value: Decimal, unit: Unit) -> Self {
        Self {
            first: at,
            end: at + 1,
            span,
            value,
            max: None,
            of: None,
            other: None,
            point_is_decimal: false,
            unit,
            per: Per::Whole,
            step: Decimal::ONE,
        }
    }

    /// Chooses between the two readings of an ambiguous mark by what the unit and plain size allow.
    fn settle(&mut self) {
        let Some(other) = self.other else { return };
        let by_rule = self.value;
        if self.unit.is_count() && !by_rule.is_integer() && other.is_integer() {
            // `1,250 dự án`: things are counted in whole numbers.
            self.value = other;
            self.other = Some(by_rule);
            self.step = Decimal::ONE;
            return;
        }
        let percent_point = self.unit == Unit::Percent && by_rule >= Decimal::from(1000);
        if (percent_point || !is_plausible(by_rule, self.unit))
            && is_plausible(other, self.unit)
            && other < by_rule
        {
            self.value = other;
            self.other = Some(by_rule);
            self.point_is_decimal = true;
            self.step = self
                .step
                .checked_div(Decimal::from(1000))
                .unwrap_or(self.step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn found(text: &str) -> Vec<String> {
        quantities(text, &tokenize(text))
            .iter()
            .map(|q| {
                let mut line = format!("{} {:?}", q.value.normalize(), q.unit);
                if let Some(max) = q.max {
                    line += &format!(" ..{}", max.normalize());
                }
                if let Some(of) = q.of {
                    line += &format!(" of {}", of.normalize());
                }
                if q.per != Per::Whole {
                    line += &format!(" {:?}", q.per);
                }
                if q.point_is_decimal {
                    line += " decimal";
                }
                line
            })
            .collect()
    }

    #[test]
    fn numbers_with_units() {
        for (text, expected) in [
            ("21.870 tỷ đồng", vec!["21870000000000 Vnd"]),
            ("287,4 triệu USD", vec!["287400000 Usd"]),
            ("1 tỷ 178 triệu đô la Mỹ", vec!["1178000000 Usd"]),
            ("1 tỷ 021 triệu USD", vec!["1021000000 Usd"]),
            ("1,024 triệu tỷ đồng", vec!["1024000000000000 Vnd"]),
            ("5,6 nghìn tỷ đồng", vec!["5600000000000 Vnd"]),
            ("47.260 tỷ USD", vec!["47260000000 Usd decimal"]),
            ("từ 7,5-8%", vec!["7.5 Percent ..8"]),
            ("4,5 – 5%", vec!["4.5 Percent ..5"]),
            ("8.300- 8.500 USD", vec!["8300 Usd ..8500"]),
            (
                "3,1-3,2 triệu tỷ",
                vec!["3100000000000000 Bare ..3200000000000000"],
            ),
            (
                "71.400 tỷ đồng đến 71.900 tỷ đồng",
                vec!["71400000000000 Vnd ..71900000000000"],
            ),
            ("126/144 dự án", vec!["126 Projects of 144"]),
            ("5/6 khu công nghiệp", vec!["5 Zones of 6"]),
            (
                "2.062/2.155 tỷ đồng",
                vec!["2062000000000 Vnd of 2155000000000"],
            ),
            ("11.346ha", vec!["11346 Ha"]),
            (
                "tăng13,82% và 39,70 %",
                vec!["13.82 Percent", "39.7 Percent"],
            ),
            ("13.48%", vec!["13.48 Percent"]),
            ("75 triệu đồng/người/năm", vec!["75000000 Vnd Person"]),
            ("246 triệu đồng/ha", vec!["246000000 Vnd Part"]),
            ("738 tỷ đồng/tháng", vec!["738000000000 Vnd Part"]),
            ("57 941 tỷ đồng", vec!["57941000000000 Vnd"]),
            ("2026 USD", vec!["2026 Usd"]),
            ("519,7 ngàn lượt khách", vec!["519700 Visitors"]),
            ("trên 3 triệu", vec!["3000000 Bare"]),
            ("1,250 dự án", vec!["1250 Projects"]),
            ("(-) 6,78%", vec!["-6.78 Percent"]),
            ("đạt -4,2%", vec!["-4.2 Percent"]),
            ("417 lượt dự án", vec!["417 Projects"]),
            ("5.000đ", vec!["5000 Vnd"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity() {
        for text in [
            "1.2.3 tỷ đồng",
            "12,34,56 tỷ",
            "3.4.5,6 tỷ",
            "Thông báo số 264/TB-VPCP ngày 17/8/2021",
            "năm 2020 doanh nghiệp",
            "tháng 9 doanh nghiệp",
            "ISO 9001:2015",
            "dịch Covid-19",
            "giai đoạn 2016 – 2020",
            "nhiệm kỳ 2020-2025",
            "99999999999999999999999999 tỷ tỷ tỷ",
            "khóa 9 người",
            // The text ends in the middle of a ratio or a date.
            "ngày 5/",
            "5/",
            "",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
