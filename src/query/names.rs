//! Names as people type them, read against the tables: places, periods, metrics, zones, kinds, bases, quantities.

use crate::index::snapshot::Snapshot;
use crate::model::{Basis, Gazetteer, Lookup, Period, PeriodFilter, Places, Taxonomy};
use crate::text::fold;
use crate::{Error, Result};

/// Letters and digits of the folded name: `Quảng Ninh`, `quang-ninh` and `QuangNinh` are one.
pub(crate) fn key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn unknown<'a>(kind: &'static str, value: &str, names: impl Iterator<Item = &'a str>) -> Error {
    /// The most names that are listed where none is near.
    const FEW: usize = 12;
    let names: Vec<&str> = names.collect();
    let hint = match nearest(value, names.iter().copied()) {
        Some(name) => format!("; did you mean '{name}'?"),
        None if !names.is_empty() && names.len() <= FEW => {
            format!("; expected one of {}", names.join(", "))
        }
        None => "; 'baocao facets' lists those of the index".to_owned(),
    };
    Error::UnknownFilterValue {
        kind,
        value: value.to_owned(),
        nearest: hint,
    }
}

/// The name with the fewest edits from `value`, if they are at most half of its letters.
fn nearest<'a>(value: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = key(value).chars().take(64).collect();
    names
        .map(|name| {
            (
                strsim::generic_levenshtein(&wanted, &key(name).chars().collect::<Vec<_>>()),
                name,
            )
        })
        .min()
        .filter(|(edits, _)| edits * 2 <= wanted.len().max(2))
        .map(|(_, name)| name)
}

/// Slugs of the places that `name` stands for.
pub(crate) fn place(gazetteer: &Gazetteer, name: &str) -> Result<Vec<String>> {
    let places = Places::get();
    // A facet's path: its last part counts.
    let name = name.trim().rsplit('/').next().unwrap_or_default().trim();
    if let Some(slugs) = gazetteer.lookup(name) {
        return Ok(slugs);
    }
    match places.lookup(name) {
        Lookup::One(ids) | Lookup::Many(ids) => Ok(ids
            .into_iter()
            .map(|id| places.place(id).slug.clone())
            .collect()),
        Lookup::None(Some(id)) => Err(unknown(
            "province",
            name,
            std::iter::once(places.place(id).slug.as_str()),
        )),
        Lookup::None(None) => Err(unknown(
            "province",
            name,
            places.iter().map(|(_, place)| place.slug.as_str()),
        )),
    }
}

/// A period, a range of periods, or words for one.
pub(crate) fn period(text: &str) -> Result<PeriodFilter> {
    let text = text.trim();
    let error = || {
        Error::UnknownFilterValue {
        kind: "period",
        value: text.to_owned(),
        nearest: "; expected one such as 2020, 2020-H1, 2020-Q3, 2020-M07, 2020-9M, 2019..2021, =2020 or '6 tháng đầu năm 2020'".to_owned(),
    }
    };
    if let Some(exact) = text.strip_prefix('=') {
        return one_period(exact)
            .map(PeriodFilter::Exactly)
            .ok_or_else(error);
    }
    if let Some((from, to)) = text.split_once("..") {
        let to = to.trim_start_matches(['.', '=']).trim();
        let from = from.trim();
        return match (from.is_empty(), to.is_empty()) {
            (false, true) => one_period(from).map(PeriodFilter::From),
            (true, false) => one_period(to).map(PeriodFilter::Until),
            (false, false) => one_period(from)
                .zip(one_period(to))
                .and_then(|(from, to)| Period::new(from.start(), to.end()))
                .map(PeriodFilter::Within),
            (true, true) => None,
        }
        .ok_or_else(error);
    }
    // A facet's path: `2020/2020-H1` is the half, `2016/2020` the span.
    if let Some((wide, narrow)) = text.rsplit_once('/')
        && narrow.contains('-')
        && let (Some(_), Ok(narrow)) = (
            wide.rsplit('/').next().and_then(one_period),
            narrow.parse::<Period>(),
        )
        && wide
            .rsplit('/')
            .next()
            .and_then(one_period)
            .is_some_and(|w| w.contains(narrow))
    {
        return Ok(PeriodFilter::Within(narrow));
    }
    one_period(text).map(PeriodFilter::Within).ok_or_else(error)
}

/// One period, by code or in words.
pub(crate) fn one_period(text: &str) -> Option<Period> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| super::understand::period_phrase(text, None))
}

/// The code of the metric that `name` stands for: a code, a label, a cue.
pub(crate) fn metric(taxonomy: &Taxonomy, name: &str) -> Result<String> {
    let name = name.trim();
    if taxonomy.by_code(name).is_some() {
        return Ok(name.to_owned());
    }
    let code = name.to_ascii_lowercase();
    if taxonomy.by_code(&code).is_some()
        || taxonomy
            .iter()
            .any(|(_, m)| taxonomy.covers(&code, &m.code))
    {
        return Ok(code);
    }
    // `CODE.growth` of a metric that has no row of its own for it.
    if let Some(stem) = code.strip_suffix(".growth")
        && taxonomy.by_code(stem).is_some()
    {
        return Ok(code);
    }
    if let Some(id) = taxonomy.find(name) {
        return Ok(taxonomy.metric(id).code.clone());
    }
    // The label of such a one, as facets print it.
    if let Some((_, of)) = name.split_once(": ")
        && let Some(id) = taxonomy.find(of)
    {
        let grown = taxonomy.metric(id).growth_code();
        if taxonomy.labels(&grown).0 == name {
            return Ok(grown);
        }
    }
    Err(Error::UnknownFilterValue {
        kind: "metric",
        value: name.to_owned(),
        nearest: taxonomy
            .nearest(name)
            .map_or_else(
                || "; 'baocao facets' lists those of the index, a code or a name is due such as 'fdi.capital' or 'thu ngân sách'".to_owned(),
                |name| format!("; did you mean '{name}'?"),
            ),
    })
}

/// Slugs of the zones of the index that `name` stands for.
pub(crate) fn zone(snapshot: &Snapshot, name: &str) -> Result<Vec<String>> {
    let wanted = key(name.trim().rsplit('/').next().unwrap_or_default());
    let mut loose = wanted.clone();
    for (long, short) in [
        ("khukinhte", "kkt"),
        ("khucongnghiepcao", "kcnc"),
        ("khucongnghiep", "kcn"),
        ("khuchexuat", "kcx"),
        ("cumcongnghiep", "ccn"),
        ("khucongnghecao", "kcnc"),
    ] {
        if let Some(rest) = wanted.strip_prefix(long) {
            loose = format!("{short}{rest}");
        }
    }
    let matches = |test: &dyn Fn(&str) -> bool| -> Vec<String> {
        snapshot
            .meta
            .zones
            .iter()
            .filter(|(_, slug)| {
                test(&key(slug))
                    || snapshot
                        .meta
                        .zone_names
                        .get(*slug)
                        .is_some_and(|zone| test(&key(zone)))
            })
            .map(|(_, slug)| slug.to_owned())
            .collect()
    };
    let exact = matches(&|zone| zone == wanted || zone == loose);
    if !exact.is_empty() {
        return Ok(exact);
    }
    // Without its kind: `Vân Đồn`.
    let bare = matches(&|zone| {
        ["kkt", "kcn", "kcx", "kcnc", "ccn"]
            .iter()
            .any(|kind| zone.strip_prefix(kind) == Some(wanted.as_str()))
    });
    if !bare.is_empty() && wanted.len() > 1 {
        return Ok(bare);
    }
    Err(unknown(
        "zone",
        name,
        snapshot.meta.zones.iter().map(|(_, slug)| slug),
    ))
}

/// A kind of report of the index.
pub(crate) fn kind(snapshot: &Snapshot, name: &str) -> Result<String> {
    let wanted = key(name);
    let vietnamese = match wanted.as_str() {
        "6thang" | "nuanam" | "soket" | "baocao6thang" => "halfyear",
        "nam" | "tongket" | "canam" | "baocaonam" => "annual",
        "quy" | "baocaoquy" => "quarter",
        "9thang" => "ninemonths",
        "thang" | "baocaothang" => "monthly",
        "tin" | "tintuc" => "news",
        other => other,
    };
    snapshot
        .meta
        .kinds
        .iter()
        .find(|(_, kind)| key(kind) == wanted || key(kind) == vietnamese)
        .map(|(_, kind)| kind.to_owned())
        .ok_or_else(|| {
            unknown(
                "kind",
                name,
                snapshot.meta.kinds.iter().map(|(_, kind)| kind),
            )
        })
}

/// A basis, in English or Vietnamese.
pub(crate) fn basis(name: &str) -> Result<Basis> {
    Ok(match key(name).as_str() {
        "actual" | "thuchien" | "ketqua" => Basis::Actual,
        "estimate" | "uoc" | "uocdat" | "uoctinh" => Basis::Estimate,
        "target" | "kehoach" | "muctieu" | "phandau" | "dukien" => Basis::Target,
        "cumulative" | "luyke" => Basis::Cumulative,
        "stock" | "hienco" | "conhieuluc" => Basis::Stock,
        _ => {
            return Err(unknown(
                "basis",
                name,
                ["actual", "estimate", "target", "cumulative", "stock"].into_iter(),
            ));
        }
    })
}

/// Name of a basis as filters take it.
pub(crate) const fn basis_name(basis: Basis) -> &'static str {
    match basis {
        Basis::Actual => "actual",
        Basis::Estimate => "estimate",
        Basis::Target => "target",
        Basis::Cumulative => "cumulative",
        Basis::Stock => "stock",
    }
}

/// `500 triệu USD` as 500000000 and `USD`; `7%` as 7 and `percent`; a bare number has no unit.
pub(crate) fn quantity(text: &str) -> Option<(f64, Option<&'static str>)> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
        .unwrap_or(text.len());
    let mut value = decimal(&text[..digits])?;
    let rest = fold(text[digits..].trim());
    if rest.is_empty() {
        return Some((value, None));
    }
    if rest == "%" || rest == "percent" || rest == "phan tram" {
        return Some((value, Some("percent")));
    }
    let mut unit = None;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut i = 0;
    while i < words.len() {
        match words[i] {
            "nghin" | "ngan" | "thousand" => value *= 1e3,
            "trieu" | "tr" | "million" => value *= 1e6,
            "ti" | "ty" | "billion" => value *= 1e9,
            "dong" | "vnd" => unit = Some("VND"),
            "usd" => unit = Some("USD"),
            "do" => unit = Some("USD"),
            "la" | "mi" | "my" => {}
            "ha" | "hecta" => unit = Some("ha"),
            "nguoi" | "persons" => unit = Some("persons"),
            "lao" => {
                unit = Some("persons");
                i += 1;
            }
            "du" => {
                unit = Some("projects");
                i += 1;
            }
            "projects" => unit = Some("projects"),
            "trieuusd" => {
                value *= 1e6;
                unit = Some("USD");
            }
            "tiusd" | "tyusd" => {
                value *= 1e9;
                unit = Some("USD");
            }
            "tydong" | "tidong" => {
                value *= 1e9;
                unit = Some("VND");
            }
            _ => {}
        }
        i += 1;
    }
    Some((value, unit))
}

/// A Vietnamese or English number: a comma or point is the decimal mark unless it groups by threes.
fn decimal(digits: &str) -> Option<f64> {
    let digits = digits.trim_end_matches(['.', ',']);
    let groups = |mark: char| {
        let mut parts = digits.split(mark);
        let first = parts.next().unwrap_or_default();
        !first.is_empty()
            && first.len() <= 3
            && parts.clone().count() > 0
            && parts.all(|p| p.len() == 3)
    };
    let plain = match (digits.contains('.'), digits.contains(',')) {
        (true, true) => {
            if digits.rfind(',') > digits.rfind('.') {
                digits.replace('.', "").replace(',', ".")
            } else {
                digits.replace(',', "")
            }
        }
        (true, false) if groups('.') => digits.replace('.', ""),
        (false, true) if digits.matches(',').count() > 1 => digits.replace(',', ""),
        (false, true) => digits.replace(',', "."),
        _ => digits.to_owned(),
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_in_any_spelling() {
        for name in [
            "quang ninh",
            "Quảng Ninh",
            "quang-ninh",
            "QuangNinh",
            "tỉnh Quảng Ninh",
            "dong-bang-song-hong/quang-ninh",
        ] {
            assert_eq!(
                place(Gazetteer::empty(), name).unwrap(),
                ["quang-ninh"],
                "{name}"
            );
        }
        assert_eq!(
            place(Gazetteer::empty(), "ĐBSH").unwrap(),
            ["dong-bang-song-hong"]
        );
        assert!(
            place(Gazetteer::empty(), "QN")
                .unwrap()
                .contains(&"quang-ninh".to_owned())
        );
        let error = place(Gazetteer::empty(), "quang nin")
            .unwrap_err()
            .to_string();
        assert!(error.contains("quang-ninh"), "{error}");
    }

    #[test]
    fn periods_and_ranges() {
        for (text, ok, not) in [
            ("2020", "2020-H1", "2019"),
            ("=2020", "2020", "2020-H1"),
            ("2019..2021", "2020-Q3", "2022"),
            ("2019-H2..", "2020", "2019"),
            ("..2019", "2019-H1", "2020"),
            ("2020/2020-H1", "2020-Q1", "2020"),
            ("2016/2020", "2018", "2021"),
        ] {
            let filter = period(text).unwrap();
            assert!(filter.accepts(ok.parse().unwrap()), "{text} {ok}");
            assert!(!filter.accepts(not.parse().unwrap()), "{text} {not}");
        }
        assert!(
            period("lúc nào đó")
                .unwrap_err()
                .to_string()
                .contains("2020-H1")
        );
    }

    #[test]
    fn metrics_by_code_and_by_the_label_that_facets_print() {
        let taxonomy = Taxonomy::get();
        for (name, code) in [
            ("trade.exports", "trade.exports"),
            ("Kim ngạch xuất khẩu", "trade.exports"),
            ("trade.exports.growth", "trade.exports.growth"),
            ("Tốc độ tăng: Kim ngạch xuất khẩu", "trade.exports.growth"),
        ] {
            assert_eq!(metric(taxonomy, name).unwrap(), code, "{name}");
        }
        assert!(metric(taxonomy, "Tốc độ tăng: chim").is_err());
        let error = basis("xyz").unwrap_err().to_string();
        assert!(error.contains("actual, estimate, target"), "{error}");
    }

    #[test]
    fn quantities_have_units() {
        for (text, value, unit) in [
            ("500 triệu USD", 5e8, Some("USD")),
            ("7%", 7.0, Some("percent")),
            ("7,5 %", 7.5, Some("percent")),
            ("1.200,5 tỷ đồng", 1.2005e12, Some("VND")),
            ("1.200", 1200.0, None),
            ("12.5", 12.5, None),
            ("300 dự án", 300.0, Some("projects")),
            ("2 tỷ đô la Mỹ", 2e9, Some("USD")),
        ] {
            assert_eq!(quantity(text), Some((value, unit)), "{text}");
        }
        assert_eq!(quantity("nhiều"), None);
    }
}
