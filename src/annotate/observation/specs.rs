//! The cases of `tests/specs`, and what must hold for any text.

use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::annotate::number::quantities;
use crate::annotate::{Given, annotate};
use crate::model::{Observation, Period, Taxonomy};
use crate::text::tokenize;

fn cases(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("two columns"))
}

fn figures(text: &str) -> Vec<Observation> {
    annotate(text, &Given::default(), Taxonomy::get()).figures
}

/// The figure as the case writes it: what the case does not mention is left out.
fn agrees(figure: &Observation, expected: &str) -> bool {
    let mut words = expected.split(' ');
    let mut next = || words.next().unwrap_or_default();
    let (metric, value, unit) = (next(), next(), next());
    let number = |text: &str| text.parse::<Decimal>().ok();
    figure.metric == metric
        && Some(figure.value) == number(value)
        && figure.unit == unit
        && words.all(|word| {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let json = serde_json::to_value(figure).unwrap_or_default();
            let is_name = |field: &str| json[field] == value;
            let stated = |field: Option<Decimal>| {
                if value == "-" {
                    field.is_none()
                } else {
                    field.is_some() && field == number(value)
                }
            };
            match key {
                "basis" => is_name("basis"),
                "q" => is_name("qualifier"),
                "period" | "subject" if value == "-" => json[key].is_null(),
                "period" | "subject" => is_name(key),
                "yoy" => stated(figure.yoy_pct),
                "plan" => stated(figure.plan_pct),
                "planvalue" => stated(figure.plan_value),
                "max" => stated(figure.value_max),
                "flag" => json["flags"]
                    .as_array()
                    .is_some_and(|flags| flags.iter().any(|f| f == value)),
                _ => false,
            }
        })
}

#[test]
fn observations_are_those_of_the_cases() {
    let mut wrong = Vec::new();
    let phrases = include_str!("../../../tests/specs/phrases.tsv");
    let observations = include_str!("../../../tests/specs/observation.tsv");
    for (text, expected) in cases(observations).chain(cases(phrases)) {
        let found = figures(&text.replace('¶', "\n"));
        let expected: Vec<&str> = match expected {
            "-" => Vec::new(),
            some => some.split(" ; ").collect(),
        };
        let same =
            found.len() == expected.len() && found.iter().zip(&expected).all(|(f, e)| agrees(f, e));
        if !same {
            wrong.push(format!(
                "{text}\n  expected {expected:?}\n  found {found:#?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A mark `⟦…⟧` of `reports.txt` and the end of the number before it.
struct Marked<'a> {
    end: usize,
    words: Vec<&'a str>,
}

impl Marked<'_> {
    fn says(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    /// Whether the figure has the value that stands here.
    fn is_of(&self, figure: &Observation) -> bool {
        figure.span.end.abs_diff(self.end) <= 24
            && Some(figure.value) == self.words[1].parse().ok()
            && figure.unit == self.words[2]
    }

    /// Whether it is read in all that the mark says of it.
    fn agrees(&self, figure: &Observation, subject: &str) -> bool {
        let standing = |basis: &str| {
            if basis == "stock" {
                "cumulative"
            } else {
                basis
            }
            .to_owned()
        };
        let json = serde_json::to_value(figure).unwrap_or_default();
        let name = |field: &str| json[field].as_str().unwrap_or("-").to_owned();
        let stated = |key: &str| self.words.iter().find_map(|w| w.strip_prefix(key));
        let number = |key: &str, found: Option<Decimal>| {
            stated(key).is_none_or(|text| found == text.parse().ok())
        };
        figure.metric == self.words[0]
            && standing(&name("basis")) == standing(self.words[3])
            && name("period") == self.words[4]
            && name("subject").replace("viet-nam", "-") == stated("subject=").unwrap_or(subject)
            && number("yoy=", figure.yoy_pct)
            && number("plan=", figure.plan_pct)
    }
}

#[test]
fn whole_reports_are_read_as_marked() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let reports = include_str!("../../../tests/specs/reports.txt");
    for report in reports.split("\n## ").skip(1) {
        let (head, body) = report.split_once('\n').expect("a head and a body");
        let (name, subject) = head.split_once(' ').expect("a name and a subject");
        let mut text = String::new();
        let mut marks = Vec::new();
        for part in body.split('⟧') {
            let (plain, mark) = part.split_once('⟦').unwrap_or((part, ""));
            text += plain;
            if !mark.is_empty() {
                marks.push(Marked {
                    end: text.len(),
                    words: mark.split(' ').collect(),
                });
            }
        }
        let mut found = figures(&text);
        count += marks.len();
        for mark in &marks {
            let near = |f: &&Observation| mark.is_of(f);
            let figure = found
                .iter()
                .filter(near)
                .find(|f| f.metric == mark.words[0])
                .or_else(|| found.iter().find(near));
            let right = figure.is_some_and(|f| mark.agrees(f, subject));
            let open = mark.says("open");
            let left_out = mark.says("optional") && figure.is_none();
            if right && open || !right && !open && !left_out {
                let told = if right {
                    "is read right by now"
                } else {
                    "found"
                };
                wrong.push(format!("{name}: {:?} {told} {figure:#?}", mark.words));
            }
            if let Some(span) = figure.map(|f| (f.span, f.metric.clone())) {
                found.retain(|f| (f.span, f.metric.clone()) != span);
            }
        }
        for figure in found {
            wrong.push(format!("{name}: not marked: {figure:#?}"));
        }
    }
    assert!(count > 500, "{count} marks");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn metrics_are_named_as_in_the_cases() {
    let mut wrong = Vec::new();
    for (text, expected) in cases(include_str!("../../../tests/specs/metric.tsv")) {
        let found: Vec<String> = figures(text).into_iter().map(|f| f.metric).collect();
        let expected: Vec<&str> = match expected {
            "-" => Vec::new(),
            code => vec![code],
        };
        if found != expected {
            wrong.push(format!("{text}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quantities_are_those_of_the_cases() {
    let mut wrong = Vec::new();
    for (text, expected) in cases(include_str!("../../../tests/specs/number.tsv")) {
        let found: Vec<String> = quantities(text, &tokenize(text))
            .iter()
            .filter(|q| !(q.unit.code().is_empty() && q.unit != super::Unit::Bare))
            .map(|q| {
                let unit = match q.unit.code() {
                    "" => "-",
                    code => code,
                };
                let mut line = format!("{} {unit}", q.value.normalize());
                if let Some(max) = q.max {
                    line += &format!(" max={}", max.normalize());
                }
                if let Some(of) = q.of {
                    line += &format!(" of={}", of.normalize());
                }
                line
            })
            .collect();
        let expected = if expected == "-" { "" } else { expected };
        if found.join(" ; ") != expected {
            wrong.push(format!("{text}: expected {expected}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rows_of_a_table_are_figures() {
    let table = "Một số chỉ tiêu năm 2020\n\
        Chỉ tiêu\tĐVT\tKế hoạch năm 2020\tThực hiện năm 2020\tSo với cùng kỳ (%)\n\
        1. Thu ngân sách nhà nước\tTỷ đồng\t6.100\t6.250\t108,5\n\
        2. Số dự án FDI cấp mới\tDự án\t20\t25\t\n";
    let found: Vec<String> = figures(table)
        .iter()
        .map(|f| {
            format!(
                "{} {} {} {:?} {:?} {}",
                f.metric,
                f.value,
                f.unit,
                f.basis,
                f.yoy_pct.map(|y| y.to_string()),
                f.span.of(table)
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "budget.revenue 6100000000000 VND Target None 6.100",
            "budget.revenue 6250000000000 VND Actual Some(\"8.5\") 6.250",
            "fdi.projects.new 20 projects Target None 20",
            "fdi.projects.new 25 projects Actual None 25",
        ]
    );
    let bars = "| Chỉ tiêu | Đơn vị | Năm 2019 |\n|---|---|---|\n| Tỷ lệ hộ nghèo | % | 4,2 |\n";
    let found = figures(bars);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (
            found[0].metric.as_str(),
            found[0].value,
            found[0].unit.as_str()
        ),
        ("poverty.rate", Decimal::new(42, 1), "percent")
    );
    assert_eq!(found[0].period, Period::year(2019));
}

#[test]
fn a_plan_stated_elsewhere_is_linked_where_the_ratio_proves_it() {
    let found = figures(
        "Thu hút đầu tư 6 tháng đầu năm 2021 đạt 4.080 tỷ đồng, bằng 51% kế hoạch.\n\
         Phấn đấu cả năm 2021 tổng vốn thu hút đầu tư đạt 8.000 tỷ đồng.",
    );
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].plan_value,
        Some(Decimal::from(8_000_000_000_000_i64))
    );
}

#[test]
fn a_text_without_end_is_read() {
    let row = "Thu ngân sách đạt 12 tỷ đồng (tăng 5%), ";
    for count in [200, 20_000] {
        let text = row.repeat(count);
        assert!(figures(&text).len() >= count / 2);
    }
    assert!(figures(&"1.234,5 ".repeat(20_000)).is_empty());
}

#[test]
fn absurd_sizes_overflow_nothing() {
    for text in [
        "Năm 2015, thu ngân sách nhà nước đạt 5000000000000000000 tỷ đồng, bằng 51% kế hoạch.\n\
            Phấn đấu cả năm 2016 tổng thu ngân sách nhà nước đạt 8.000 tỷ đồng.",
        "Thu ngân sách đạt 2.000 tỷ đồng, gấp 60000000000000000000 tỷ lần so với cùng kỳ.",
    ] {
        assert!(!figures(text).is_empty());
    }
}

#[test]
fn what_points_back_may_open_with_a_cue() {
    let text = "Thu ngân sách đạt 12.700 tỷ đồng. Số thu trên địa bàn năm nay không đạt chỉ tiêu 13.900 tỷ đồng.";
    assert_eq!(
        figures(text)[0].value,
        Decimal::from(12_700_000_000_000_i64)
    );
}

/// Every phrase of the tables of words and metrics, the marks of their patterns left out.
fn cues() -> Vec<String> {
    fn strings(value: &toml::Value, out: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => out.push(text.replace(['[', ']', '(', ')', '|'], " ")),
            toml::Value::Array(list) => list.iter().for_each(|value| strings(value, out)),
            toml::Value::Table(table) => table.values().for_each(|value| strings(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for table in [
        include_str!("../words.toml"),
        include_str!("../../model/metrics.toml"),
    ] {
        let table: toml::Table = table.parse().expect("a table of this project");
        strings(&toml::Value::Table(table), &mut out);
    }
    out
}

/// Words that make figures, numbers that nearly are ones, and anything.
fn pieces() -> impl Strategy<Value = String> {
    let cues = proptest::sample::select(cues());
    let known = proptest::sample::select(vec![
        "thu ngân sách",
        "đạt",
        "tăng",
        "giảm",
        "12,5%",
        "1.200 tỷ đồng",
        "lần lượt",
        "và",
        ",",
        ";",
        "(",
        ")",
        ":",
        "\n",
        "\t",
        "|",
        "kế hoạch",
        "so với cùng kỳ",
        "3 dự án FDI",
        "tương đương",
        "kim ngạch xuất khẩu",
        "USD",
        "năm 2020",
        "phấn đấu",
        "7-8%",
        "5/6 KCN",
        "GRDP",
        "-",
        ".",
        "lũy kế",
        "trong đó",
        "12 tỷ 5 triệu",
        "1.2.3",
        "99999999999999999999 tỷ",
        "5000000000000000000 tỷ đồng",
        "51% kế hoạch",
        "gấp 60000000000000000000 tỷ lần",
        "0/0 dự án",
        "%",
        "đ",
        "lần",
        "gấp 2 lần",
        "CPI",
        "bình quân",
        ". Con số này",
        ". Số thu",
        ". Mức",
        ". Kết quả đó",
        ". Trong đó",
        "Cục Hải quan An Giang",
        "tỉnh Phú Yên",
        "cả nước",
        "quý I",
        "9 tháng",
        "đến ngày 15/8/2019",
        "triệu USD",
    ]);
    proptest::collection::vec(
        prop_oneof![6 => known.prop_map(str::to_owned), 3 => cues, 1 => any::<String>()],
        0..60,
    )
    .prop_map(|list| list.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn any_text_gives_sound_figures(text in pieces()) {
        let found = figures(&text);
        for figure in &found {
            prop_assert!(text.get(figure.span.start..figure.span.end).is_some_and(|s| !s.is_empty()));
            prop_assert!(text.contains(&figure.quote));
            prop_assert!(!figure.unit.is_empty() && !figure.metric.is_empty());
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
    }
}
