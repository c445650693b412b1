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
