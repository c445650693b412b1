//! Questions as people put them: times said loosely, zones by their bare names, what stands near a date, what is everybody's.

use baocao::query::SearchResponse;

use crate::search::{ask, index_of};

const REPORTS: [(&str, &str); 8] = [
    (
        "zones",
        "Các khu công nghiệp tỉnh Nam Định 9 tháng đầu năm 2021\n\nTính đến hết tháng 9 năm 2021, các khu công nghiệp tỉnh Nam Định có 84 \
         dự án còn hiệu lực. Trong 9 tháng đầu năm 2021, các khu công nghiệp thu hút 7 dự án đầu tư mới.\n",
    ),
    (
        "early",
        "Kinh tế tỉnh Lai Châu quý I năm 2021\n\nQuý I năm 2021, kim ngạch xuất khẩu của tỉnh Lai Châu đạt 31 triệu USD.\n",
    ),
    (
        "whole year",
        "Kinh tế tỉnh Lai Châu năm 2020\n\nNăm 2020, kim ngạch xuất khẩu của tỉnh Lai Châu đạt 120 triệu USD.\n",
    ),
    (
        "coast",
        "KKT Vân Phong năm 2021\n\nNăm 2021, các doanh nghiệp trong KKT Vân Phong nộp ngân sách 640 tỷ đồng. Trong KKT, kim ngạch xuất khẩu \
         năm 2021 đạt 410 triệu USD; riêng KCN Ninh Thủy năm 2021 kim ngạch nhập khẩu đạt 25 triệu USD. \
         Doanh nghiệp trong KKT sử dụng 8.300 lao động, phần lớn ở KCN Ninh Thủy.\n",
    ),
    (
        "two zones",
        "Doanh nghiệp tại KCN Long Đức và KKT Định An tỉnh Trà Vinh năm 2021\n\nNăm 2021, tổng doanh thu của doanh nghiệp trong KKT, KCN đạt \
         5.210 tỷ đồng.\n",
    ),
    (
        "country",
        "Các khu công nghiệp sau nửa năm\n\nTheo báo cáo 6 tháng đầu năm 2021, cả nước có 340 khu công nghiệp được thành lập. Trong đó, 262 \
         khu công nghiệp đang hoạt động.\n",
    ),
    (
        "rate",
        "Thu ngân sách tỉnh Yên Bái năm 2021\n\nNăm 2021, tổng thu ngân sách nhà nước của tỉnh Yên Bái tăng 12% so với năm 2020.\n",
    ),
    (
        "spent",
        "Ngân sách tỉnh Lai Châu năm 2021\n\nNăm 2021, chi ngân sách của tỉnh Lai Châu đạt 9.150 tỷ đồng.\n",
    ),
];

fn value(found: &SearchResponse) -> String {
    let figure = found.answer.as_ref();
    figure.map_or("none".to_owned(), |figure| {
        figure.observation.value.normalize().to_string()
    })
}

fn answers(questions: &[(&str, &str)]) {
    let (_folder, engine) = index_of(&REPORTS);
    for (question, expected) in questions {
        let found = ask(&engine, question);
        assert_eq!(value(&found), *expected, "{question}: {:?}", found.note);
    }
}

#[test]
fn what_stands_near_a_date_stands_at_it() {
    answers(&[
        (
            "KCN Nam Định có bao nhiêu dự án còn hiệu lực tháng 10/2021",
            "84",
        ),
        ("kcn nam dinh cuoi nam 2021 tong so du an", "84"),
        ("hiện nay KCN Nam Định có mấy dự án còn hiệu lực", "84"),
        // Half a year off, and another year.
        (
            "KCN Nam Định có bao nhiêu dự án còn hiệu lực tháng 2/2021",
            "none",
        ),
        (
            "KCN Nam Định có bao nhiêu dự án còn hiệu lực năm 2019",
            "none",
        ),
        ("KCN Nam Định thu hút mấy dự án tháng 10/2021", "none"),
        // What came in a time is not what stands near it.
        (
            "KCN Nam Định thu hút bao nhiêu dự án mới tháng 10/2021",
            "none",
        ),
    ]);
    let (_folder, engine) = index_of(&REPORTS);
    let found = ask(
        &engine,
        "KCN Nam Định có bao nhiêu dự án còn hiệu lực tháng 10/2021",
    );
    assert!(
        found
            .note
            .is_some_and(|note| note.contains("9 tháng đầu năm 2021"))
    );
}

#[test]
fn the_beginning_of_a_year_is_its_first_months() {
    answers(&[
        ("xuất khẩu Lai Châu đầu năm 2021", "31000000"),
        (
            "lai chau ban hang ra nuoc ngoai dau 2021 duoc bao nhieu",
            "31000000",
        ),
        ("xuất khẩu Lai Châu đầu năm 2020", "none"),
        (
            "KCN Nam Định có bao nhiêu dự án còn hiệu lực đầu năm 2021",
            "none",
        ),
        ("xuất khẩu Lai Châu năm 2020", "120000000"),
    ]);
}

#[test]
fn a_zone_is_known_by_its_bare_or_glued_name_and_beside_another() {
    answers(&[
        ("kkt vanphong nop ngan sach 2021", "640000000000"),
        ("KKT Vân Phong xuất khẩu năm 2021", "410000000"),
        ("KKT Vân Phong bao nhiêu lao động cuối năm 2021", "8300"),
        // Its sentence names another zone.
        ("KKT Vân Phong nhập khẩu năm 2021", "none"),
        (
            "doanh thu doanh nghiệp ở Định An và Long Đức năm 2021",
            "5210000000000",
        ),
        ("doanh thu doanh nghiệp KKT Nghi Sơn năm 2021", "none"),
    ]);
}

#[test]
fn a_figure_of_no_place_is_the_countrys_where_the_report_speaks_of_it() {
    answers(&[
        (
            "cả nước có bao nhiêu khu công nghiệp đang hoạt động giữa năm 2021",
            "262",
        ),
        ("giua nam 2021 viet nam co may kcn dang chay", "262"),
        (
            "Hà Nam có bao nhiêu khu công nghiệp đang hoạt động giữa năm 2021",
            "none",
        ),
    ]);
}

#[test]
fn a_level_is_not_answered_with_its_growth() {
    answers(&[
        ("thu ngân sách Yên Bái năm 2021 được bao nhiêu", "none"),
        ("thu ngân sách Yên Bái năm 2021 tăng bao nhiêu", "12"),
        ("thu ngân sách Yên Bái năm 2021 thêm mấy phần trăm", "12"),
        (
            "thu ngân sách Yên Bái năm 2021 tăng bao nhiêu so với tháng trước",
            "none",
        ),
    ]);
}

#[test]
fn a_bare_word_that_is_of_a_metrics_name_asks_for_no_plan() {
    answers(&[
        (
            "nam 2021 lai chau chi tieu ngan sach bao nhieu",
            "9150000000000",
        ),
        ("năm 2021 Lai Châu chỉ tiêu chi ngân sách bao nhiêu", "none"),
    ]);
}
