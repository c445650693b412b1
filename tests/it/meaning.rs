//! What a line of plain Vietnamese is taken to mean, and what follows from it for hits and answers.

use baocao::model::Basis;
use baocao::query::{Figure, SearchRequest};

use crate::search::{ask, ids, index_of};

const REPORTS: [(&str, &str); 6] = [
    (
        "half",
        "Sơ kết 6 tháng đầu năm 2017 tỉnh Hòa Bình\n\nTrong 6 tháng đầu năm 2017, tỉnh Hòa Bình thu ngân sách nhà nước đạt 1.312,5 \
         tỷ đồng, tăng 6% so với cùng kỳ, đạt 41% dự toán năm (3.200 tỷ đồng). Kim ngạch xuất khẩu đạt 250 triệu USD, kim ngạch nhập \
         khẩu đạt 180 triệu USD.\n",
    ),
    (
        "boards",
        "Ban quản lý các KCN tỉnh Hòa Bình 6 tháng đầu năm 2017\n\nTrong 6 tháng đầu năm 2017, các KCN tỉnh Hòa Bình thu hút 7 dự án FDI \
         cấp mới, 3 dự án FDI điều chỉnh tăng vốn; vốn FDI đăng ký cấp mới đạt 61 triệu USD. KCN Lương Sơn đã lấp đầy.\n",
    ),
    (
        "growth",
        "Kinh tế tỉnh Yên Bái năm 2017\n\nNăm 2017, tốc độ tăng trưởng kinh tế (GDP) tỉnh Yên Bái đạt 6,4%. GDP bình quân đầu người đạt \
         29,5 triệu đồng.\n",
    ),
    (
        "south",
        "Xuất khẩu của Thành phố Hồ Chí Minh năm 2017\n\nNăm 2017, kim ngạch xuất khẩu của Thành phố Hồ Chí Minh đạt 31,2 tỷ USD.\n",
    ),
    (
        "customs",
        "Cục Hải quan Lạng Sơn: thu ngân sách gần 5.000 tỷ đồng\n\nNăm 2017, Cục Hải quan Lạng Sơn thu ngân sách đạt gần 5.000 tỷ đồng. \
         Cụ thể, năm 2017, Cục Hải quan Lạng Sơn thu ngân sách đạt 4.972,6 tỷ đồng, tăng 11% so với cùng kỳ.\n",
    ),
    (
        "tourists",
        "Du lịch tỉnh Yên Bái\n\nNăm 2017, tỉnh Yên Bái đón 520.000 lượt khách, khách quốc tế đạt 46.200 lượt.\n",
    ),
];

fn values(figures: &[Figure]) -> Vec<String> {
    figures
        .iter()
        .map(|figure| figure.observation.value.normalize().to_string())
        .collect()
}

fn answer(engine: &baocao::Engine, query: &str) -> Option<String> {
    let found = ask(engine, query).answer?;
    Some(found.observation.value.normalize().to_string())
}

#[test]
fn a_plan_that_is_stated_beside_what_was_reached_answers_for_itself() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(&engine, "dự toán thu ngân sách Hòa Bình năm 2017");
    let plan = found.answer.expect("the plan in brackets").observation;
    assert_eq!(plan.value.normalize().to_string(), "3200000000000");
    assert_eq!(plan.basis, Basis::Target);
    assert_eq!(plan.period.map(|p| p.to_string()).as_deref(), Some("2017"));
    assert!(plan.quote.contains("3.200 tỷ đồng"));
    // It is the plan of that year, not of the half or of another one.
    for query in [
        "dự toán thu ngân sách Hòa Bình năm 2018",
        "kế hoạch thu ngân sách Hòa Bình quý 1/2017",
    ] {
        assert_eq!(answer(&engine, query), None, "{query}");
    }
    assert_eq!(
        answer(
            &engine,
            "thu ngân sách Hòa Bình 6 tháng đầu năm 2017 đạt bao nhiêu phần trăm kế hoạch"
        )
        .as_deref(),
        Some("1312500000000")
    );
}

#[test]
fn an_exact_number_stands_before_its_rounding() {
    let (_folder, engine) = index_of(&REPORTS);
    for query in [
        "hải quan Lạng Sơn thu ngân sách năm 2017",
        "hai quan langson thu NS 2017",
        "HQ Lạng Sơn thu NS 2017",
    ] {
        assert_eq!(
            answer(&engine, query).as_deref(),
            Some("4972600000000"),
            "{query}"
        );
    }
}

#[test]
fn what_is_counted_and_which_part_of_it_is_read_from_the_words() {
    let (_folder, engine) = index_of(&REPORTS);
    for (query, value) in [
        ("số dự án FDI cấp mới KCN tỉnh Hòa Bình 6T2017", "7"),
        (
            "KCN tỉnh Hòa Bình 6 tháng đầu năm 2017 thu hút bao nhiêu dự án FDI",
            "7",
        ),
        ("dự án FDI điều chỉnh tỉnh Hòa Bình nửa đầu năm 2017", "3"),
        ("tăng trưởng ktế Yên Bái 2017", "6.4"),
        ("Yên Bái đón bao nhiêu khách năm 2017", "520000"),
        ("yen bai don bao nhieu khach quoc te nam 2017", "46200"),
        ("GRDP đầu người yenbai 2017", "29500000"),
        (
            "kim ngachj xuaats khaaur tinhr Hoaf Binhf 6 thangs ddaauf nawm 2017",
            "250000000",
        ),
        (
            "hoa binh thu ns 6 thang dau nam 2017 dc bn",
            "1312500000000",
        ),
        ("Hòa Bình xuất khẩu hết tháng 6/2017", "250000000"),
    ] {
        assert_eq!(
            answer(&engine, query).as_deref(),
            Some(value),
            "{query}: {:?}",
            ask(&engine, query).interpretation
        );
    }
}

#[test]
fn metrics_in_a_list_and_several_places_give_a_table() {
    let (_folder, engine) = index_of(&REPORTS);
    let both = ask(
        &engine,
        "xuất khẩu và nhập khẩu Hòa Bình 6 tháng đầu năm 2017",
    );
    assert_eq!(values(&both.answers), ["250000000", "180000000"]);
    assert_eq!(both.answer.as_ref(), both.answers.first());
    // Two names that stand apart are no list: the one asked for is answered.
    let one = ask(
        &engine,
        "doanh nghiệp Hòa Bình xuất khẩu 6 tháng đầu năm 2017",
    );
    assert!(one.answers.is_empty());
    assert_eq!(
        answer(
            &engine,
            "doanh nghiệp Hòa Bình xuất khẩu 6 tháng đầu năm 2017"
        )
        .as_deref(),
        Some("250000000")
    );
}

#[test]
fn a_place_is_found_by_any_of_its_names() {
    let (_folder, engine) = index_of(&REPORTS);
    assert_eq!(
        ids(&engine, "Sài Gòn xuất khẩu")
            .first()
            .map(String::as_str),
        Some("south")
    );
    assert_eq!(
        answer(&engine, "sai gon xuat khau nam 2017").as_deref(),
        Some("31200000000")
    );
    // As written, a name is but its words.
    assert!(ids(&engine, "\"Sài Gòn\"").is_empty());
}

#[test]
fn a_report_that_states_the_figure_matches_whatever_its_words() {
    let (_folder, engine) = index_of(&REPORTS);
    let query = "tốc độ tăng GRDP chung toàn nền kinh tế địa phương Yên Bái 2017";
    assert_eq!(
        ids(&engine, query).first().map(String::as_str),
        Some("growth")
    );
    assert_eq!(answer(&engine, query).as_deref(), Some("6.4"));
}

#[test]
fn zones_are_understood_and_raise_the_reports_that_name_them() {
    let (_folder, engine) = index_of(&[
        (
            "plain",
            "Tin khu công nghiệp\n\nKhu công nghiệp được mở rộng, hạ tầng khu công nghiệp hoàn thiện.\n",
        ),
        (
            "named",
            "Tin đầu tư\n\nHạ tầng khu kinh tế được mở rộng. KKT Dung Quất đón nhà đầu tư.\n",
        ),
    ]);
    for query in [
        "KKT Dung Quất hạ tầng",
        "khu kinh te dung quat ha tang",
        "Dung Quất mở rộng hạ tầng",
    ] {
        let found = ask(&engine, query);
        assert_eq!(found.interpretation.zones, ["kkt-dung-quat"], "{query}");
        assert_eq!(
            found.hits.first().map(|h| h.id.as_str()),
            Some("named"),
            "{query}"
        );
    }
    // A province's figure is no zone's.
    assert_eq!(answer(&engine, "KKT Dung Quất doanh thu năm 2017"), None);
}

#[test]
fn marks_are_shown_where_they_are_sure_and_typed_words_are_kept() {
    let (_folder, engine) = index_of(&REPORTS);
    let restored = |query: &str| ask(&engine, query).interpretation.restored;
    assert_eq!(
        restored("hai quan lang son thu ngan sach").as_deref(),
        Some("hải quan lạng sơn thu ngân sách")
    );
    assert_eq!(restored("Cục Hải quan Lạng Sơn thu ngân sách"), None);
    assert_eq!(
        restored("xuaats khaaur hoaf binhf").as_deref(),
        Some("xuất khẩu hòa bình")
    );
}

#[test]
fn an_explanation_makes_the_score() {
    let (_folder, engine) = index_of(&REPORTS);
    for query in [
        "xuất khẩu Hòa Bình 6 tháng đầu năm 2017",
        "ngan sach hai quan",
        "KCN Lương Sơn tỉnh Hòa Bình",
    ] {
        let found = engine
            .search(&SearchRequest {
                query: query.into(),
                explain: true,
                ..SearchRequest::default()
            })
            .unwrap();
        assert!(!found.hits.is_empty(), "{query}");
        for hit in found.hits {
            let parts = hit.explanation.unwrap();
            let close = |a: f32, b: f32| (a - b).abs() <= 0.01 * b.abs().max(0.1);
            assert!(
                close(parts.score(), hit.score),
                "{query}: {parts:?} makes {}",
                hit.score
            );
            let sum = |field: &str| -> f32 {
                parts
                    .terms
                    .iter()
                    .filter(|t| field.is_empty() || t.field == field)
                    .map(|t| t.score)
                    .sum()
            };
            assert!(
                close(sum(""), parts.words) && close(sum("title"), parts.title),
                "{query}: {parts:?}"
            );
        }
    }
    let first = &engine
        .search(&SearchRequest {
            query: "xuất khẩu Hòa Bình 6 tháng đầu năm 2017".into(),
            explain: true,
            ..SearchRequest::default()
        })
        .unwrap()
        .hits[0];
    let reasons = &first.explanation.as_ref().unwrap().reasons;
    assert_eq!(
        reasons,
        &[
            "the report is about the place",
            "the report is of the period",
            "it states the metric for this place and period"
        ]
    );
}

#[test]
fn the_last_word_is_completed_by_names_and_terms() {
    let (_folder, engine) = index_of(&REPORTS);
    let offered = |prefix: &str, kind: &str| -> Vec<String> {
        let found = engine.suggest(prefix, 12).unwrap();
        found
            .into_iter()
            .filter(|c| c.kind == kind)
            .map(|c| c.text)
            .collect()
    };
    assert_eq!(offered("hoa b", "province"), ["Hòa Bình"]);
    assert_eq!(
        offered("xuất khẩu Hòa B", "province"),
        ["xuất khẩu Hòa Bình"]
    );
    assert_eq!(offered("kcn luong", "zone"), ["KCN Lương Sơn"]);
    assert!(offered("kim ngạch x", "metric").contains(&"Kim ngạch xuất khẩu".to_owned()));
    assert!(offered("6 thang", "period").contains(&"6 tháng đầu năm 2017".to_owned()));
    assert!(offered("thu ngân s", "term").contains(&"thu ngân sách".to_owned()));
    assert!(engine.suggest("", 12).unwrap().is_empty());
    assert!(engine.suggest("zzzzqq", 12).unwrap().is_empty());
}
