//! What was recognised as bytes for the store, and short texts as numbers for a column.
//!
//! As JSON the figures of a report take more room than its text, and reading them more time than searching. Words that come back
//! (metric, unit, subject, rule, kind of evidence) are written once a report; quotes are places in the text.

use rust_decimal::Decimal;

use super::columns::BASES;
use crate::Span;
use crate::annotate::{Annotations, Evidence, PeriodFinding, PlaceFinding, ZoneFinding};
use crate::model::{Flag, Observation, Period, Qualifier};

/// Writes numbers of seven bits a byte, low end first.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    words: Vec<String>,
}

impl Writer {
    fn number(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn size(&mut self, size: usize) {
        self.number(size as u128);
    }

    fn signed(&mut self, number: i128) {
        self.number((number << 1 ^ number >> 127) as u128);
    }

    fn text(&mut self, text: &str) {
        self.size(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A word that may stand earlier: its place from 1, or 0 and the word.
    fn word(&mut self, word: &str) {
        match self.words.iter().position(|known| known == word) {
            Some(at) => self.size(at + 1),
            None => {
                self.size(0);
                self.text(word);
                self.words.push(word.to_owned());
            }
        }
    }

    fn optional(&mut self, word: Option<&str>) {
        self.size(usize::from(word.is_some()));
        if let Some(word) = word {
            self.word(word);
        }
    }

    /// Its kind, its place where it has one, and its quote where that is not what stands there.
    fn evidence(&mut self, evidence: &Evidence, text: &str) {
        let there = |span: Span| text.get(span.start..span.end) == Some(&evidence.quote);
        let quoted = !evidence.span.is_some_and(there);
        self.word(&evidence.kind);
        self.size(usize::from(evidence.span.is_some()) | usize::from(quoted) << 1);
        if let Some(span) = evidence.span {
            self.size(span.start);
            self.size(span.len());
        }
        if quoted {
            self.word(&evidence.quote);
        }
    }

    fn decimal(&mut self, value: Decimal) {
        self.bytes.push(value.scale() as u8);
        self.signed(value.mantissa());
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    words: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u128> {
        let mut number = 0;
        for shift in (0..126).step_by(7) {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    fn signed(&mut self) -> Option<i128> {
        let number = self.number()?;
        Some((number >> 1) as i128 ^ -((number & 1) as i128))
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.size()?;
        let (text, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }

    fn word(&mut self) -> Option<&'a str> {
        match self.size()? {
            0 => {
                let word = self.text()?;
                self.words.push(word);
                Some(word)
            }
            at => self.words.get(at - 1).copied(),
        }
    }

    fn optional(&mut self) -> Option<Option<String>> {
        match self.size()? {
            0 => Some(None),
            _ => self.word().map(|word| Some(word.to_owned())),
        }
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.size()?;
        Some(Span::new(start, start.checked_add(self.size()?)?))
    }

    fn evidence(&mut self, text: &str) -> Option<Evidence> {
        let kind = self.word()?.to_owned();
        let has = self.size()?;
        let span = match has & 1 {
            0 => None,
            _ => Some(self.span()?),
        };
        let quote = match (has & 2, span) {
            (0, Some(span)) => text.get(span.start..span.end)?,
            (0, None) => return None,
            _ => self.word()?,
        };
        Some(Evidence {
            kind,
            quote: quote.to_owned(),
            span,
        })
    }

    fn decimal(&mut self) -> Option<Decimal> {
        let scale = self.byte()?;
        Decimal::try_from_i128_with_scale(self.signed()?, scale.into()).ok()
    }
}

const QUALIFIERS: [Qualifier; 4] = [
    Qualifier::Exact,
    Qualifier::About,
    Qualifier::AtLeast,
    Qualifier::AtMost,
];
const FLAGS: [Flag; 8] = [
    Flag::DecimalPoint,
    Flag::Implausible,
    Flag::YearInferred,
    Flag::SubjectInferred,
    Flag::Restored,
    Flag::Equivalent,
    Flag::Part,
    Flag::AmbiguousMultiple,
];

fn place<T: PartialEq>(list: &[T], value: &T) -> usize {
    list.iter()
        .position(|known| known == value)
        .expect("the list holds all values")
}

// What a figure has, beside what every figure has.
const PERIOD: usize = 1 << 5;
const AS_OF: usize = 1 << 6;
const SUBJECT: usize = 1 << 7;
/// The quote stands nowhere in the text and is written out.
const QUOTE: usize = 1 << 8;
const DOUBTS: usize = 1 << 9;

/// What was recognised in a report of this text.
pub(super) fn annotations(found: &Annotations, text: &str) -> Vec<u8> {
    let mut out = Writer::default();
    out.size(found.places.len());
    for place in &found.places {
        out.word(&place.slug);
        out.size(place.evidence.len() << 1 | usize::from(place.subject));
        out.bytes.extend_from_slice(&place.weight.to_le_bytes());
        place
            .evidence
            .iter()
            .for_each(|evidence| out.evidence(evidence, text));
    }
    out.size(found.zones.len());
    for zone in &found.zones {
        out.word(&zone.slug);
        out.text(&zone.name);
        out.optional(zone.province.as_deref());
        out.size(zone.span.start);
        out.size(zone.span.len());
    }
    for period in [&found.period, &found.outlook] {
        out.size(
            period
                .as_ref()
                .map_or(0, |finding| finding.period.to_bits() as usize + 1),
        );
        if let Some(finding) = period {
            out.evidence(&finding.evidence, text);
        }
    }
    out.optional(found.kind.as_deref());
    out.optional(found.published.as_deref());
    figures(&mut out, &found.figures, text);
    out.bytes
}

fn figures(out: &mut Writer, figures: &[Observation], text: &str) {
    out.size(figures.len());
    let mut last = 0;
    for figure in figures {
        let quote = quote_span(text, &figure.quote, figure.span);
        let numbers = [
            figure.value_max,
            figure.yoy_pct,
            figure.plan_pct,
            figure.plan_value,
            figure.alternative,
        ];
        let mut has = 0;
        for (bit, number) in numbers.iter().enumerate() {
            has |= usize::from(number.is_some()) << bit;
        }
        has |= if figure.period.is_some() { PERIOD } else { 0 };
        has |= if figure.as_of.is_some() { AS_OF } else { 0 };
        has |= if figure.subject.is_some() { SUBJECT } else { 0 };
        has |= if quote.is_none() { QUOTE } else { 0 };
        has |= if figure.flags.is_empty() { 0 } else { DOUBTS };
        out.size(has);
        out.word(&figure.metric);
        out.word(&figure.unit);
        out.word(&figure.rule);
        out.size(place(&BASES, &figure.basis) * 4 + place(&QUALIFIERS, &figure.qualifier));
        out.signed(figure.span.start as i128 - last);
        last = figure.span.start as i128;
        out.size(figure.span.len());
        match quote {
            Some(quote) => {
                out.size(figure.span.start - quote.start);
                out.size(quote.len());
            }
            None => out.text(&figure.quote),
        }
        out.decimal(figure.value);
        for number in numbers.into_iter().flatten() {
            out.decimal(number);
        }
        if let Some(period) = figure.period {
            out.size(period.to_bits() as usize);
        }
        if let Some(date) = &figure.as_of {
            out.word(date);
        }
        if let Some(subject) = &figure.subject {
            out.word(subject);
        }
        if !figure.flags.is_empty() {
            out.size(figure.flags.len());
            for flag in &figure.flags {
                out.size(place(&FLAGS, flag));
            }
        }
    }
}

/// The inverse of [`annotations`]; `None` for bytes that it did not write.
pub(super) fn read_annotations(bytes: &[u8], text: &str) -> Option<Annotations> {
    let mut reader = Reader {
        bytes,
        words: Vec::new(),
    };
    let mut found = Annotations::default();
    for _ in 0..reader.size()? {
        let slug = reader.word()?.to_owned();
        let counts = reader.size()?;
        let (weight, rest) = reader.bytes.split_first_chunk()?;
        reader.bytes = rest;
        let mut place = PlaceFinding {
            slug,
            subject: counts & 1 == 1,
            weight: f32::from_le_bytes(*weight),
            evidence: Vec::new(),
        };
        for _ in 0..counts >> 1 {
            place.evidence.push(reader.evidence(text)?);
        }
        found.places.push(place);
    }
    for _ in 0..reader.size()? {
        found.zones.push(ZoneFinding {
            slug: reader.word()?.to_owned(),
            name: reader.text()?.to_owned(),
            province: reader.optional()?,
            span: reader.span()?,
        });
    }
    for period in [&mut found.period, &mut found.outlook] {
        let bits = reader.size()?;
        if bits > 0 {
            *period = Some(PeriodFinding {
                period: Period::from_bits((bits - 1).try_into().ok()?)?,
                evidence: reader.evidence(text)?,
            });
        }
    }
    found.kind = reader.optional()?;
    found.published = reader.optional()?;
    found.figures = read_figures(&mut reader, text)?;
    reader.bytes.is_empty().then_some(found)
}

fn read_figures(reader: &mut Reader<'_>, text: &str) -> Option<Vec<Observation>> {
    let count = reader.size()?;
    let mut out = Vec::with_capacity(count.min(reader.bytes.len()));
    let mut last = 0;
    for _ in 0..count {
        let has = reader.size()?;
        let metric = reader.word()?.to_owned();
        let unit = reader.word()?.to_owned();
        let rule = reader.word()?.to_owned();
        let kind = reader.size()?;
        last += reader.signed()?;
        let start = usize::try_from(last).ok()?;
        let span = Span::new(start, start.checked_add(reader.size()?)?);
        let quote = if has & QUOTE != 0 {
            reader.text()?.to_owned()
        } else {
            let from = start.checked_sub(reader.size()?)?;
            text.get(from..from.checked_add(reader.size()?)?)?
                .to_owned()
        };
        let value = reader.decimal()?;
        let mut numbers = [None; 5];
        for (bit, number) in numbers.iter_mut().enumerate() {
            if has >> bit & 1 == 1 {
                *number = Some(reader.decimal()?);
            }
        }
        let [value_max, yoy_pct, plan_pct, plan_value, alternative] = numbers;
        let period = match has & PERIOD {
            0 => None,
            _ => Some(Period::from_bits(reader.size()?.try_into().ok()?)?),
        };
        let mut word = |bit| match has & bit {
            0 => Some(None),
            _ => reader.word().map(|word| Some(word.to_owned())),
        };
        let (as_of, subject) = (word(AS_OF)?, word(SUBJECT)?);
        let mut flags = Vec::new();
        if has & DOUBTS != 0 {
            for _ in 0..reader.size()?.min(64) {
                flags.push(*FLAGS.get(reader.size()?)?);
            }
        }
        out.push(Observation {
            metric,
            value,
            value_max,
            unit,
            basis: *BASES.get(kind / 4)?,
            qualifier: *QUALIFIERS.get(kind % 4)?,
            period,
            as_of,
            subject,
            yoy_pct,
            plan_pct,
            plan_value,
            alternative,
            quote,
            span,
            flags,
            rule,
        });
    }
    Some(out)
}

/// Where `quote` stands in the text, around `span`.
fn quote_span(text: &str, quote: &str, span: Span) -> Option<Span> {
    // Begins at one of few hundred places: a searcher's preparation takes longer than looking at them all.
    let (text, quote) = (text.as_bytes(), quote.as_bytes());
    let from = span.end.saturating_sub(quote.len());
    let head = quote.first()?;
    let starts = text.get(from..=span.start)?;
    let holds = |at: &usize| text[*at] == *head && text[*at..].starts_with(quote);
    let at = (from..from + starts.len()).find(holds)?;
    Some(Span::new(at, at + quote.len()))
}

/// Short texts of a report, eight bytes a number: a column of numbers is read without decompressing a block of other reports'
/// texts with it, which took longer than all else about a hit.
pub(super) fn head(texts: &[&str]) -> Vec<u64> {
    let mut out = Writer::default();
    for text in texts {
        out.text(text);
    }
    out.bytes
        .chunks(8)
        .map(|chunk| {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(bytes)
        })
        .collect()
}

/// The text at place `nth` of [`head`]; empty where there is none.
pub(super) fn head_text(numbers: impl Iterator<Item = u64>, nth: usize) -> String {
    let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
    let mut reader = Reader {
        bytes: &bytes,
        words: Vec::new(),
    };
    for _ in 0..nth {
        if reader.text().is_none() {
            return String::new();
        }
    }
    reader.text().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Basis;
    use proptest::prelude::*;

    #[test]
    fn quotes_are_stored_as_places() {
        let text = "Vụ này, tỉnh được ba tấn. Vụ này, tỉnh được bốn tấn.";
        let quote = "Vụ này, tỉnh được";
        let at = text.find("bốn").unwrap();
        assert_eq!(
            quote_span(text, "tỉnh được bốn tấn", Span::new(at, at + 3))
                .unwrap()
                .of(text),
            "tỉnh được bốn tấn"
        );
        let second = quote_span(text, &format!("{quote} bốn"), Span::new(at, at + 3)).unwrap();
        assert_eq!(
            (second.start, second.of(text)),
            (text.rfind("Vụ").unwrap(), "Vụ này, tỉnh được bốn")
        );
        assert_eq!(quote_span(text, "không có", Span::new(0, 2)), None);
        assert_eq!(quote_span(text, "", Span::new(0, 2)), None);
        assert_eq!(quote_span(text, "x", Span::new(900, 902)), None);
    }

    fn example(text: &str) -> Annotations {
        let start = text.find("4,50").unwrap();
        let figure = Observation {
            metric: "revenue".into(),
            value: "4500000000.25".parse().unwrap(),
            value_max: Some(5_000_000_000_i64.into()),
            unit: "VND".into(),
            basis: Basis::Estimate,
            qualifier: Qualifier::About,
            period: "2020-9M".parse().ok(),
            as_of: Some("2020-09-30".into()),
            subject: Some("ha-nam".into()),
            yoy_pct: Some(3.into()),
            plan_pct: None,
            plan_value: "-79228162514264337593543950335".parse().ok(),
            alternative: "-0.1234567890123456789".parse().ok(),
            quote: "Cả năm ước đạt từ 4,50 đến 5 tỷ đồng".into(),
            span: Span::new(start, start + 4),
            flags: FLAGS.to_vec(),
            rule: "range".into(),
        };
        let elsewhere = Observation {
            quote: "nói ở nơi khác".into(),
            basis: Basis::Stock,
            qualifier: Qualifier::AtMost,
            period: None,
            as_of: None,
            subject: None,
            flags: Vec::new(),
            span: Span::new(0, 3),
            ..figure.clone()
        };
        let evidence = |quote: &str, span: Option<Span>| Evidence {
            kind: "title".into(),
            quote: quote.into(),
            span,
        };
        Annotations {
            places: vec![PlaceFinding {
                slug: "ha-nam".into(),
                subject: true,
                weight: 0.3,
                evidence: vec![
                    evidence("Cả năm", Some(Span::new(0, 9))),
                    evidence("năm nay", Some(Span::new(0, 9))),
                    evidence("ha-nam", None),
                ],
            }],
            zones: vec![ZoneFinding {
                slug: "kcn-x".into(),
                name: "KCN X".into(),
                province: Some("ha-nam".into()),
                span: Span::new(1, 3),
            }],
            period: Some(PeriodFinding {
                period: "2020-9M".parse().unwrap(),
                evidence: evidence("", None),
            }),
            outlook: None,
            kind: Some("annual".into()),
            published: None,
            figures: vec![figure, elsewhere],
        }
    }

    const TEXT: &str = "Cả năm ước đạt từ 4,50 đến 5 tỷ đồng, tăng 3%.";

    #[test]
    fn annotations_survive_the_store() {
        let found = example(TEXT);
        let bytes = annotations(&found, TEXT);
        assert!(bytes.len() < 250, "{}", bytes.len());
        assert_eq!(read_annotations(&bytes, TEXT).unwrap(), found);
        let nothing = Annotations::default();
        let bytes = annotations(&nothing, TEXT);
        assert_eq!(
            (read_annotations(&bytes, TEXT), bytes.len()),
            (Some(nothing), 7)
        );
    }

    #[test]
    fn cut_bytes_are_no_annotations() {
        let bytes = annotations(&example(TEXT), TEXT);
        for end in 0..bytes.len() {
            assert_eq!(read_annotations(&bytes[..end], TEXT), None, "{end}");
        }
        assert_eq!(read_annotations(&bytes, "Cả"), None);
    }

    proptest! {
        #[test]
        fn texts_survive_the_column(texts in prop::collection::vec(".{0,40}", 0..5)) {
            let list: Vec<&str> = texts.iter().map(String::as_str).collect();
            let numbers = head(&list);
            for (i, text) in texts.iter().enumerate() {
                prop_assert_eq!(&head_text(numbers.iter().copied(), i), text);
            }
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_annotations(&bytes, TEXT);
        }
    }
}
