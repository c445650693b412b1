//! The figure that answers, what is said where there is none, and rows of figures.

use baocao::model::Basis;
use baocao::query::{Boundaries, FigureRequest, FigureSort, Filters, SearchRequest, Understand};

use crate::search::{ask, ids, index_of};

const REPORTS: [(&str, &str); 5] = [
    (
        "whole",
        "Kinh tế tỉnh Hà Nam năm 2019\n\nTrong đó, huyện Bình Lục đạt 90 triệu USD. \
         Năm 2019, kim ngạch xuất khẩu của tỉnh Hà Nam đạt 2.400 triệu USD, tăng 12% so với năm 2018.\n",
    ),
    (
        "plan",
        "Kế hoạch của tỉnh Hà Nam năm 2021\n\nNăm 2021, tỉnh Hà Nam phấn đấu kim ngạch xuất khẩu đạt 3.100 triệu USD.\n",
    ),
    (
        "north",
        "Kinh tế tỉnh Lạng Sơn năm 2019\n\nNăm 2019, kim ngạch xuất khẩu của tỉnh Lạng Sơn đạt 700 triệu USD.\n",
    ),
    (
        "hills",
        "Kinh tế tỉnh Kon Tum năm 2019\n\nNăm 2019, tổng thu ngân sách nhà nước của tỉnh Kon Tum đạt 2.900 tỷ đồng.\n",
    ),
    (
        "nation",
        "Cả nước năm 2019\n\nNăm 2019, kim ngạch xuất khẩu cả nước đạt 260 tỷ USD.\n",
    ),
];

fn value(figure: &baocao::query::Figure) -> String {
    figure.observation.value.normalize().to_string()
}

#[test]
fn without_a_period_the_newest_answers_and_a_silent_search_stays_silent() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(&engine, "kim ngach xuat khau lang son");
    let answer = found.answer.expect("the one figure of the province");
    assert_eq!(value(&answer), "700000000");
    assert!(found.note.is_some_and(|note| note.contains("năm 2019")));
    // Nothing is stated, and nothing is asked: reports are looked for.
    let found = ask(&engine, "thu ngân sách lạng sơn");
    assert!(found.answer.is_none() && found.note.is_none());
    let found = ask(&engine, "thu ngân sách lạng sơn bao nhiêu");
    assert!(found.answer.is_none() && found.note.is_some());
}

#[test]
fn a_whole_answers_and_what_is_not_stated_is_not_answered() {
    let (_folder, engine) = index_of(&REPORTS);
    for query in [
        "kim ngạch xuất khẩu Hà Nam năm 2019",
        "kim ngach xuat khau ha nam 2019",
        "KNXK hanam 2019",
        "kim ngach suat khau ha nam 2019",
        "xuất khẩu Hà Nam 2019 tăng bao nhiêu so với cùng kỳ",
    ] {
        let found = ask(&engine, query);
        assert_eq!(
            found.answer.as_ref().map(value).as_deref(),
            Some("2400000000"),
            "{query}: {:?}",
            found.interpretation
        );
    }
    let planned = ask(&engine, "kế hoạch xuất khẩu Hà Nam 2021");
    assert_eq!(
        planned.answer.map(|a| a.observation.basis),
        Some(Basis::Target)
    );
    // Another year, and a goal where what was reached is asked for.
    let none = ask(&engine, "kim ngạch xuất khẩu Hà Nam năm 2017");
    assert!(none.answer.is_none());
    assert!(none.note.is_some_and(|note| note.contains("Hà Nam")));
    assert_eq!(
        none.alternatives.first().map(value).as_deref(),
        Some("2400000000")
    );
    assert!(ask(&engine, "xuất khẩu Hà Nam năm 2021").answer.is_none());
    // A member is not its country, nor the other way round.
    assert!(
        ask(&engine, "kim ngạch xuất khẩu Cần Thơ năm 2019")
            .answer
            .is_none()
    );
    let both = ask(
        &engine,
        "so sánh kim ngạch xuất khẩu Hà Nam và Lạng Sơn năm 2019",
    );
    let values: Vec<String> = both.answers.iter().map(value).collect();
    assert_eq!(values, ["2400000000", "700000000"]);
}

#[test]
fn understood_names_filter_where_asked() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = engine
        .search(&SearchRequest {
            query: "kinh tế Lạng Sơn".into(),
            understand: Understand::Filter,
            ..SearchRequest::default()
        })
        .unwrap();
    let found: Vec<_> = found.hits.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(found, ["north"]);
    assert!(ids(&engine, "kinh tế Lạng Sơn").len() > 1 || found.len() == 1);
}

#[test]
fn figures_are_filtered_compared_and_sorted() {
    let (_folder, engine) = index_of(&REPORTS);
    let rows = engine
        .figures(&FigureRequest {
            filters: Filters {
                metric: vec!["trade.exports".into()],
                period: vec!["2019".into()],
                ..Filters::default()
            },
            conditions: vec!["trade.exports>500 triệu USD".into()],
            sort: FigureSort::Value,
            ..FigureRequest::default()
        })
        .unwrap();
    let values: Vec<String> = rows.figures.iter().map(value).collect();
    assert_eq!(rows.total, values.len());
    assert!(
        values.windows(2).all(|w| w[0].len() >= w[1].len()),
        "{values:?}"
    );
    assert!(values.contains(&"2400000000".to_owned()), "{values:?}");
    assert!(!values.contains(&"90000000".to_owned()), "{values:?}");
}

#[test]
fn a_merged_unit_counts_to_the_new_one() {
    let (_folder, engine) = index_of(&REPORTS);
    let ask = |province: &str, boundaries| {
        engine
            .search(&SearchRequest {
                filters: Filters {
                    province: vec![province.into()],
                    boundaries,
                    ..Filters::default()
                },
                facets: true,
                ..SearchRequest::default()
            })
            .unwrap()
    };
    let new = ask("Quảng Ngãi", Boundaries::Of2025);
    assert_eq!(new.hits.first().map(|h| h.id.as_str()), Some("hills"));
    let facets = new.facets.unwrap();
    assert!(
        facets
            .province
            .iter()
            .any(|f| f.path.contains("quang-ngai") && f.count == 1),
        "{:?}",
        facets.province
    );
    assert_eq!(ask("Quảng Ngãi", Boundaries::OwnTime).total, 0);
}

#[test]
fn a_score_is_the_product_of_its_parts() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = engine
        .search(&SearchRequest {
            query: "kim ngạch xuất khẩu Hà Nam năm 2019".into(),
            explain: true,
            ..SearchRequest::default()
        })
        .unwrap();
    for hit in found.hits {
        let e = hit.explanation.unwrap();
        assert!(!e.terms.is_empty());
        let shares: f32 = e.terms.iter().map(|t| t.score).sum();
        assert!(
            (shares - e.words).abs() <= 0.02 * e.words.max(1.0),
            "{e:?}",
            e = e.words
        );
    }
}
