//! Passages, copies, spellings that are offered, related reports.

use baocao::query::SearchRequest;
use proptest::prelude::*;

use crate::search::{ask, index_of};

/// The highlighted words of the first hit.
fn marked(engine: &baocao::Engine, query: &str) -> Vec<String> {
    let found = ask(engine, query);
    let snippet = &found.hits.first().expect(query).snippet;
    let mut last = 0;
    snippet
        .highlights
        .iter()
        .map(|&(start, end)| {
            assert!(last <= start && start < end, "in order, apart");
            last = end;
            snippet.text[start..end].to_owned()
        })
        .collect()
}

#[test]
fn what_matched_is_marked_in_the_spelling_of_the_report() {
    let nfd: String =
        unicode_normalization::UnicodeNormalization::nfd("Bến cảng Lạch Huyện đón tàu lớn.")
            .collect();
    let (_folder, engine) = index_of(&[
        ("harbour", &nfd),
        ("zone", "Khu công nghiệp Tràng Duệ có thêm nhà máy."),
        ("road", "Tuyến quốc lộ qua đèo được mở rộng trong mùa khô."),
    ]);
    for query in ["lạch huyện", "lach huyen"] {
        let words = marked(&engine, query).join(" ");
        assert_eq!(baocao::text::fold(&words), "lach huyen", "{query}");
    }
    assert!(!marked(&engine, "quoc lo").is_empty());
    assert!(
        marked(&engine, "KCN")
            .iter()
            .any(|w| w.contains("công nghiệp") || w.contains("Khu"))
    );
    assert!(!marked(&engine, "quóoc lộ đèo").is_empty());
}

#[test]
fn a_passage_is_cut_to_size_and_keeps_its_words() {
    let mut text = String::new();
    for i in 0..200 {
        text += &format!("Câu thứ {i} nói về việc khác của huyện. ");
    }
    text += "Cầu treo bản Nà Mạ vừa xong. ";
    let (_folder, engine) = index_of(&[("long", &text)]);
    let found = ask(&engine, "cầu treo bản Nà Mạ");
    let snippet = &found.hits[0].snippet.text;
    assert!(snippet.contains("Nà Mạ"), "{snippet}");
    assert!(snippet.chars().count() < 1_000, "{}", snippet.len());
}

#[test]
fn copies_stand_under_one_hit() {
    let text = "Lễ khánh thành nhà máy nước Đồng Tâm diễn ra sáng nay. Công suất đủ cho ba phường, \
                bà con mong chờ đã lâu. Nhà máy dùng nước sông, qua bốn bể lọc, có trạm bơm dự phòng.";
    let copy = format!("{text} Tin đăng lại.");
    let (_folder, engine) = index_of(&[("first", text), ("second", text), ("third", &copy)]);
    let found = ask(&engine, "nhà máy nước Đồng Tâm");
    assert_eq!(found.total, 3);
    assert!(!found.hits[0].copies.is_empty(), "{:?}", found.hits.len());
}

#[test]
fn a_bare_query_is_offered_with_marks_and_a_marked_one_is_left() {
    let (_folder, engine) = index_of(&[
        (
            "a",
            "Tỉnh Quảng Ninh thu hút vốn đầu tư nước ngoài, vốn FDI tăng.",
        ),
        ("b", "Cục Hải quan báo cáo thu."),
    ]);
    let offered = |query: &str| ask(&engine, query).suggestion;
    assert_eq!(offered("von dau tu").as_deref(), Some("vốn đầu tư"));
    assert_eq!(
        offered("von fdi quang ninh").as_deref(),
        Some("vốn FDI Quảng Ninh")
    );
    assert_eq!(offered("vốn đầu tư Quảng Ninh"), None);
    assert_eq!(offered("Cục Hải quan báo cáo"), None);
}

#[test]
fn related_reports_leave_the_report_itself_out() {
    let (_folder, engine) = index_of(&[
        ("tea", "Cây chè shan tuyết trên núi cao được mùa."),
        ("tea2", "Giá chè shan tuyết trên núi lên cao."),
        ("port", "Tàu container cập bến cảng nước sâu."),
    ]);
    let found = engine.similar("tea", 5).unwrap();
    assert!(found.hits.iter().all(|h| h.id != "tea"));
    assert_eq!(found.hits.first().map(|h| h.id.as_str()), Some("tea2"));
}

#[test]
fn a_report_posted_again_under_another_page_is_a_copy() {
    let body = "Chiều 12/7, Ban quản lý khu kinh tế họp sơ kết nửa đầu năm. Trong kỳ, các doanh nghiệp trong khu nộp ngân sách 812 tỷ \
                đồng, giải quyết việc làm cho 9.400 người, nhiều dự án hạ tầng hoàn thành trước hạn, đường gom phía tây thông xe. \
                Sáu tháng cuối năm, ban tập trung giải phóng mặt bằng và đối thoại với nhà đầu tư.";
    let first = format!(
        "Ban quản lý khu kinh tế sơ kết công tác nửa đầu năm, triển khai nhiệm vụ cuối năm\n\n{body}\n"
    );
    let again = format!(
        "Skip to main content\nTrang chủ\nBan quản lý khu kinh tế sơ kết công tác nửa đầu...\nNgày đăng 13/07/2018\n\n{body}\n\nIMG_20.jpg\n\
         Chia sẻ bài viết:\nCác tin khác\n"
    );
    let other = "Ban quản lý khu kinh tế sơ kết công tác quý một\n\nQuý một, ban cấp phép hai dự án kho lạnh, thu phí hạ tầng 30 tỷ đồng và \
                 trồng cây xanh dọc tuyến trục chính của khu.\n";
    let (_folder, engine) = index_of(&[("first", &first), ("again", &again), ("other", other)]);
    let found = ask(&engine, "ban quản lý khu kinh tế sơ kết nửa đầu năm");
    assert_eq!(
        found.hits.len(),
        2,
        "{:?}",
        found.hits.iter().map(|h| &h.id).collect::<Vec<_>>()
    );
    assert_eq!(found.hits[0].copies.len(), 1);
    assert!(found.hits[1].copies.is_empty());
}

#[test]
fn ten_thousand_letters_of_any_kind_answer_soon() {
    let texts: Vec<(String, String)> = (0..40)
        .map(|i| {
            (
                format!("r{i}"),
                format!(
                    "Tỉnh Hà Nam thu ngân sách {i}.500 tỷ đồng năm 20{:02}, tăng {i}%.",
                    i % 30
                ),
            )
        })
        .collect();
    let borrowed: Vec<(&str, &str)> = texts
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let (_folder, engine) = index_of(&borrowed);
    for part in [
        "x",
        "(",
        "-(",
        "\"",
        "a* ",
        "t* n* ",
        "thu~ ",
        "nagn sahc ",
        "hanamthungansach",
        "tỉnh:abc ",
        "kỳ:2019 ",
        "-tỉnh:\"Hà Nam\" ",
        "fdi>5 ",
        "grdp.growth>=7% ",
        "\"thu ngân sách\" ",
        "thu OR ngân ",
        "KCN Hà Nam ",
        "Hà Nam Hà Nội 2019 2020 xuất khẩu ",
        "ddaauf ",
        "d9a62u ",
        "quý 3/2021 ",
        "\u{301}",
        "đ",
        "0,5.",
        "FDI/GRDP-",
        "🙂 ",
    ] {
        let query: String = part.chars().cycle().take(10_000).collect();
        let started = std::time::Instant::now();
        let found = engine
            .search(&SearchRequest {
                query,
                facets: true,
                explain: true,
                ..SearchRequest::default()
            })
            .unwrap();
        let took = started.elapsed();
        // Unoptimised and on a busy machine; a cost that grew with the square of the length would take minutes.
        assert!(
            took.as_secs() < 20,
            "{part:?} took {took:?}, {} hits",
            found.total
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_legal(query in "(\\PC|[\"()<>:*%-]| (OR|tinh|quy 3/2021|fdi>5|6T2020) ){0,2000}") {
        thread_local! {
            static ENGINE: (tempfile::TempDir, baocao::Engine) =
                index_of(&[("a", "Tỉnh Hà Nam thu ngân sách 5.000 tỷ đồng năm 2019.")]);
        }
        let mut query = query;
        if let Some((at, _)) = query.char_indices().nth(10_000) {
            query.truncate(at);
        }
        ENGINE.with(|(_, engine)| {
            let found = engine.search(&SearchRequest { query, facets: true, explain: true, ..SearchRequest::default() });
            assert!(found.is_ok());
            for hit in found.unwrap().hits {
                for (start, end) in hit.snippet.highlights {
                    assert!(hit.snippet.text.get(start..end).is_some());
                }
            }
        });
    }
}
