//! Which of several figures answers, and why; questions for a place, for a time by today's date, for a body.

use baocao::query::{SearchRequest, SearchResponse};

use crate::search::{ask, index_of};

const REPORTS: [(&str, &str); 7] = [
    (
        "half",
        "Kinh tế tỉnh Nam Định 6 tháng đầu năm 2022\n\nTrong 6 tháng đầu năm 2022, tỉnh Nam Định thu ngân sách nhà nước đạt 4.150 tỷ đồng, \
         tăng 9% so với cùng kỳ, đạt 58% dự toán. Kim ngạch xuất khẩu đạt 1.320 triệu USD.\n",
    ),
    (
        "customs",
        "Hải quan Nam Định thu 610 tỷ đồng\n\nTrong 6 tháng đầu năm 2022, Chi cục Hải quan Nam Định thu ngân sách đạt 610,4 tỷ đồng, \
         đạt 47% dự toán.\n",
    ),
    (
        "zones",
        "Các khu công nghiệp tỉnh Thái Bình 6 tháng đầu năm 2022\n\nTrong 6 tháng đầu năm 2022, doanh nghiệp trong các khu công nghiệp tỉnh \
         Thái Bình nộp ngân sách 830 tỷ đồng. Kim ngạch xuất khẩu đạt 905 triệu USD.\n",
    ),
    (
        "north",
        "Kinh tế tỉnh Yên Bái 6 tháng đầu năm 2022\n\nTrong 6 tháng đầu năm 2022, kim ngạch xuất khẩu của tỉnh Yên Bái đạt 140 triệu USD.\n",
    ),
    (
        "north before",
        "Kinh tế tỉnh Yên Bái năm 2021\n\nNăm 2021, kim ngạch xuất khẩu của tỉnh Yên Bái đạt 255 triệu USD. Năm 2021, thu ngân sách nhà \
         nước của tỉnh Yên Bái đạt 3.900 tỷ đồng.\n",
    ),
    (
        "nation",
        "Xuất khẩu cả nước 6 tháng đầu năm 2022\n\nTrong 6 tháng đầu năm 2022, kim ngạch xuất khẩu cả nước đạt 186 tỷ USD.\n",
    ),
    (
        "quiet",
        "Đời sống tỉnh Hậu Giang 6 tháng đầu năm 2022\n\nSáu tháng đầu năm 2022, mùa màng ở tỉnh Hậu Giang thuận lợi.\n",
    ),
];

fn value(found: &SearchResponse) -> Option<String> {
    let figure = found.answer.as_ref()?;
    Some(figure.observation.value.normalize().to_string())
}

#[test]
fn a_body_has_its_own_figures_and_the_whole_its_own() {
    let (_folder, engine) = index_of(&REPORTS);
    for (query, expected) in [
        (
            "thu ngân sách Nam Định 6 tháng đầu năm 2022",
            "4150000000000",
        ),
        ("hải quan Nam Định thu ngân sách 6T2022", "610400000000"),
        (
            "hai quan nam dinh 6 thang 2022 hoan thanh bao nhieu % du toan",
            "610400000000",
        ),
    ] {
        assert_eq!(
            value(&ask(&engine, query)).as_deref(),
            Some(expected),
            "{query}"
        );
    }
    // Where only a body's is stated, the answer says whose it is.
    let found = ask(&engine, "Thái Bình thu ngân sách 6 tháng đầu năm 2022");
    assert_eq!(value(&found).as_deref(), Some("830000000000"));
    assert!(
        found
            .note
            .is_some_and(|note| note.contains("khu công nghiệp"))
    );
    let found = ask(&engine, "KCN Thái Bình nộp ngân sách 6 tháng đầu năm 2022");
    assert_eq!(
        (value(&found).as_deref(), found.note),
        (Some("830000000000"), None)
    );
}

#[test]
fn an_explanation_names_what_decided() {
    let (_folder, engine) = index_of(&REPORTS);
    let request = SearchRequest {
        query: "thu ngân sách Nam Định 6 tháng đầu năm 2022".into(),
        explain: true,
        ..SearchRequest::default()
    };
    let found = engine.search(&request).unwrap();
    let choice = found.choice.expect("an answer was explained");
    let other = choice
        .passed_over
        .iter()
        .find(|other| other.figure.path.contains("customs"))
        .expect("the customs' figure was weighed");
    assert_eq!(other.criterion, "body");
    assert!(choice.weighed > choice.passed_over.len());
    let silent = SearchRequest {
        explain: false,
        ..request
    };
    assert_eq!(engine.search(&silent).unwrap().choice, None);
}

#[test]
fn places_are_listed_by_what_is_stated_of_them_and_none_is_said_to_lead() {
    let (_folder, engine) = index_of(&REPORTS);
    let listed = |query: &str| -> Vec<String> {
        let found = ask(&engine, query);
        assert!(found.answer.is_none(), "{query}");
        assert!(
            found
                .note
                .is_some_and(|note| note.contains("chưa phải cả nước"))
        );
        let subjects = found.alternatives.into_iter();
        subjects
            .filter_map(|figure| figure.observation.subject)
            .collect()
    };
    let most = listed("tỉnh nào xuất khẩu nhiều nhất 6 tháng đầu năm 2022");
    assert_eq!(most, ["nam-dinh", "thai-binh", "yen-bai"]);
    let least = listed("tinh nao xuat khau it nhat 6T2022");
    assert_eq!(least, ["yen-bai", "thai-binh", "nam-dinh"]);
}

#[test]
fn times_by_todays_date_follow_from_the_newest_report() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(&engine, "xuất khẩu Yên Bái năm ngoái");
    assert_eq!(value(&found).as_deref(), Some("255000000"));
    assert!(
        found
            .note
            .is_some_and(|note| note.contains("\"năm ngoái\" được hiểu là năm 2021"))
    );
    // A comparison names no time.
    let found = ask(
        &engine,
        "thu ngân sách Nam Định 6 tháng đầu năm 2022 tăng bao nhiêu so với năm ngoái",
    );
    assert_eq!(value(&found).as_deref(), Some("4150000000000"));
    assert_eq!(found.interpretation.periods.len(), 1);
}

#[test]
fn comparisons_hold_over_one_period_and_say_what_is_missing() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(&engine, "so sánh xuất khẩu Nam Định và Yên Bái");
    let periods: Vec<String> = found
        .answers
        .iter()
        .filter_map(|figure| Some(figure.observation.period?.to_string()))
        .collect();
    assert_eq!(periods, ["2022-H1", "2022-H1"]);
    let found = ask(
        &engine,
        "thu ngân sách Nam Định và Hậu Giang 6 tháng đầu năm 2022",
    );
    assert_eq!(value(&found).as_deref(), Some("4150000000000"));
    assert!(
        found
            .note
            .is_some_and(|note| note.contains("không có số liệu của Hậu Giang"))
    );
    let found = ask(&engine, "thu ngân sách Yên Bái từ 2019 đến 2021");
    assert_eq!(found.interpretation.periods.len(), 3);
}

#[test]
fn a_guessed_word_is_no_reason_to_answer_for_the_country() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(&engine, "xuất khẩu cả nước 6 tháng đầu năm 2022");
    assert_eq!(value(&found).as_deref(), Some("186000000000"));
    for query in [
        "ybai xuat khau 6T2022",
        "ybái xuất khẩu 6 tháng đầu năm 2022",
    ] {
        let found = ask(&engine, query);
        assert_ne!(value(&found).as_deref(), Some("186000000000"), "{query}");
    }
    assert_eq!(
        value(&ask(&engine, "ybai xuat khau 6T2022")).as_deref(),
        Some("140000000")
    );
}

#[test]
fn reports_about_the_place_and_time_are_found_where_they_say_nothing_of_the_matter() {
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(
        &engine,
        "kim ngạch xuất khẩu Hậu Giang 6 tháng đầu năm 2022",
    );
    assert!(found.answer.is_none());
    assert_eq!(found.hits.first().map(|hit| hit.id.as_str()), Some("quiet"));
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let (_folder, engine) = index_of(&REPORTS);
    let said = |query: &str| -> Vec<String> {
        let issues = ask(&engine, query).issues.into_iter();
        issues.map(|issue| issue.message).collect()
    };
    assert_eq!(
        said("provice:yenbai xuất khẩu"),
        ["unknown field 'provice'; did you mean 'province:'? it was read as words"]
    );
    assert_eq!(said("Lưu ý: xuất khẩu"), [""; 0]);
    let unit = engine
        .figures(&baocao::query::FigureRequest {
            conditions: vec!["trade.exports > 5 sọt".into()],
            ..Default::default()
        })
        .unwrap_err();
    insta::assert_snapshot!(unit, @"cannot read the condition 'trade.exports > 5 sọt': 'sọt' is no unit; examples: tỷ đồng, triệu USD, nghìn người, ha, %");
}

#[test]
fn without_a_period_the_newest_of_the_body_answers() {
    let mut reports = REPORTS.to_vec();
    reports.push((
        "customs later",
        "Cục Hải quan Thái Bình năm 2023\n\nNăm 2023, Cục Hải quan Thái Bình thu ngân sách đạt 1.240 tỷ đồng.\n",
    ));
    let (_folder, engine) = index_of(&reports);
    let found = ask(&engine, "KCN Thái Bình nộp ngân sách bao nhiêu");
    assert_eq!(value(&found).as_deref(), Some("830000000000"));
    let found = ask(&engine, "hải quan Thái Bình thu ngân sách bao nhiêu");
    assert_eq!(value(&found).as_deref(), Some("1240000000000"));
    // A part of a year that names no year is the newest such part.
    let found = ask(&engine, "thu ngân sách Thái Bình 6 tháng đầu năm");
    assert_eq!(value(&found).as_deref(), Some("830000000000"));
}

#[test]
fn a_part_is_not_answered_with_the_whole() {
    let (_folder, engine) = index_of(&[
        (
            "whole",
            "Kinh tế tỉnh Yên Bái năm 2017\n\nNăm 2017, kim ngạch xuất khẩu của tỉnh Yên Bái đạt 143 triệu USD, trong đó quế đạt 31 \
             triệu USD. Tỉnh có 212 doanh nghiệp thành lập mới. Tỷ lệ hộ nghèo toàn tỉnh là 17,6%. GRDP bình quân đầu người đạt 1.305 \
             USD nếu tính cả thủy điện.\n",
        ),
        (
            "board",
            "Ban Quản lý các KCN tỉnh Yên Bái\n\nNăm 2017, nộp ngân sách của các doanh nghiệp đạt 88 tỷ đồng.\n",
        ),
    ]);
    let asked = |query: &str| {
        let found = ask(&engine, query);
        (value(&found), found.note.unwrap_or_default())
    };
    for (query, part) in [
        ("xuất khẩu quế Yên Bái năm 2017", "quế"),
        ("xuat khau que yen bai 2017", "que"),
        ("Yên Bái xuất khẩu sang Lào năm 2017 bao nhiêu", "sang Lào"),
        (
            "Yên Bái năm 2017 bao nhiêu doanh nghiệp giải thể",
            "giải thể",
        ),
        ("tỷ lệ hộ nghèo thành phố Yên Bái năm 2017", "thành phố"),
        ("vì sao xuất khẩu Yên Bái năm 2017 giảm", "vì sao"),
    ] {
        let (value, note) = asked(query);
        assert_eq!(value, None, "{query}");
        assert!(
            note.contains(&format!("riêng về \"{part}\"")),
            "{query}: {note}"
        );
    }
    // Filters and words that are left out narrow nothing; a phrase does.
    let year = "kỳ:2017 chỉ_tiêu:trade.exports";
    for (query, whole) in [
        (
            format!("xuất khẩu tỉnh:\"Yên Bái\" {year}"),
            Some("143000000"),
        ),
        (format!("xuất khẩu Yên Bái {year} -lụt"), Some("143000000")),
        (format!("xuất khẩu \"quế\" Yên Bái {year}"), None),
    ] {
        assert_eq!(asked(&query).0.as_deref(), whole, "{query}");
    }
    // The board's are not the province's, and the province's not the board's.
    assert_eq!(asked("xuất khẩu của các KCN Yên Bái năm 2017").0, None);
    assert_eq!(asked("hải quan Yên Bái năm 2017 nộp ngân sách").0, None);
    for (query, whole) in [
        (
            "cho tôi hỏi xuất khẩu của tỉnh Yên Bái năm 2017 được bao nhiêu ạ",
            "143000000",
        ),
        (
            "tình hình xuất khẩu trên địa bàn tỉnh Yên Bái năm 2017",
            "143000000",
        ),
        ("Yên Bái năm 2017 có thêm bao nhiêu doanh nghiệp mới", "212"),
        ("các KCN Yên Bái nộp ngân sách năm 2017", "88000000000"),
        ("GRDP đầu người Yên Bái 2017 tính cả thủy điện", "1305"),
        ("tỉnh Yên Bái tỷ lệ hộ nghèo 2017", "17.6"),
    ] {
        assert_eq!(asked(query).0.as_deref(), Some(whole), "{query}");
    }
}

#[test]
fn questions_may_be_in_english_and_places_may_go_by_what_people_call_them() {
    let (_folder, engine) = index_of(&[(
        "half",
        "Kinh tế tỉnh Thanh Hóa 6 tháng đầu năm 2017\n\n6 tháng đầu năm 2017, kim ngạch xuất khẩu của tỉnh Thanh Hóa đạt 912 triệu USD, \
         tổng thu ngân sách nhà nước đạt 6.420 tỷ đồng. Riêng tháng 6/2017, chỉ số giá tiêu dùng (CPI) tăng 2,3% so với cùng kỳ.\n",
    )]);
    for (query, expected) in [
        ("exports of Thanh Hoa, first half of 2017", "912000000"),
        ("export Thanh Hoa 6 months 2017", "912000000"),
        (
            "Thanh Hoa budget revenue first six months of 2017",
            "6420000000000",
        ),
        ("inflation Thanh Hoa June 2017", "2.3"),
        (
            "xứ Thanh 6 tháng đầu năm 2017 xuất khẩu được mấy triệu đô",
            "912000000",
        ),
    ] {
        let found = ask(&engine, query);
        assert_eq!(
            value(&found).as_deref(),
            Some(expected),
            "{query}: {:?}",
            found.interpretation
        );
    }
}

#[test]
fn a_place_among_others_is_what_its_sentence_says() {
    let (_folder, engine) = index_of(&[
        (
            "hills",
            "Kinh tế tỉnh Kon Tum năm 2017\n\nNăm 2017, GRDP tỉnh Kon Tum tăng 7,9%, dù mưa bão.\n\nNăm 2017, GRDP tỉnh Kon Tum tăng 7,9%, \
             đứng thứ 11 cả nước.\n",
        ),
        (
            "coast",
            "Kinh tế tỉnh Phú Yên năm 2017\n\nNăm 2017, GRDP tỉnh Phú Yên tăng 8,4%.\n",
        ),
    ]);
    let found = ask(&engine, "Kon Tum năm 2017 tăng trưởng GRDP xếp thứ mấy");
    let figure = found.answer.expect("the figure with its place");
    assert!(figure.observation.quote.contains("đứng thứ 11"));
    // Both are named: neither is looked for among all.
    let found = ask(
        &engine,
        "GRDP Kon Tum và Phú Yên năm 2017, tỉnh nào tăng cao hơn",
    );
    assert_eq!(found.answers.len(), 2, "{:?}", found.note);
}
