//! Facets: each count is the number of reports when its value is chosen.

use baocao::query::{FacetCount, Filters, SearchRequest};
use baocao::{Engine, IndexRequest};

const PLACES: [(&str, &str); 4] = [
    ("quang-ninh", "Quảng Ninh"),
    ("hai-phong", "Hải Phòng"),
    ("kon-tum", "Kon Tum"),
    ("ha-nam", "Hà Nam"),
];
const PERIODS: [(&str, &str); 4] = [
    ("2019", "Năm 2019"),
    ("2020-H1", "6 tháng đầu năm 2020"),
    ("2020", "Năm 2020"),
    ("2020-Q3", "Quý III/2020"),
];
const FIGURES: [&str; 4] = [
    "thu ngân sách đạt 1.200 tỷ đồng",
    "kim ngạch xuất khẩu đạt 350 triệu USD",
    "tổng vốn FDI đăng ký đạt 120 triệu USD",
    "doanh thu đạt 5.400 tỷ đồng",
];

fn index(seed: u64) -> (tempfile::TempDir, Engine) {
    let mut state = seed;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reports.ndjson");
    let mut lines = String::new();
    for i in 0..24 {
        let (slug, name) = PLACES[next(4)];
        let (code, words) = PERIODS[next(4)];
        let mut body = format!("Báo cáo số {i}. ");
        for _ in 0..next(3) {
            body += &format!(
                "{words}, {} của tỉnh {name} {}. ",
                ["", "theo thống kê,"][next(2)],
                FIGURES[next(4)]
            );
        }
        let publisher = ["Sở A", "Sở B"][next(2)];
        lines += &serde_json::json!({"id": i.to_string(), "title": format!("Báo cáo {words} tỉnh {name}"),
            "body": body, "province": slug, "period": code, "publisher": publisher})
        .to_string();
        lines.push('\n');
    }
    std::fs::write(&file, lines).unwrap();
    let engine = Engine::open_or_create(folder.path().join("index")).unwrap();
    engine.index(&IndexRequest::new([&file])).unwrap();
    (folder, engine)
}

#[test]
fn every_count_is_what_choosing_the_value_finds() {
    let with = |change: &dyn Fn(&mut Filters)| {
        let mut filters = Filters::default();
        change(&mut filters);
        filters
    };
    let cases = [
        Filters::default(),
        with(&|f| f.province.push("quang-ninh".into())),
        with(&|f| f.period.push("2020".into())),
        with(&|f| f.metric.push("budget".into())),
        with(&|f| {
            f.metric.push("trade.exports".into());
            f.period.push("2020".into());
        }),
        with(&|f| {
            f.province.push("ĐBSH".into());
            f.metric.push("revenue".into());
            f.publisher.push("so a".into());
        }),
        with(&|f| f.basis.push("actual".into())),
    ];
    for seed in [11, 22, 33] {
        let (_folder, engine) = index(seed);
        for filters in &cases {
            for query in ["", "báo cáo thống kê"] {
                let request = SearchRequest {
                    query: query.into(),
                    filters: filters.clone(),
                    understand: baocao::query::Understand::Off,
                    snippets: false,
                    figures: 0,
                    ..SearchRequest::default()
                };
                let facets = engine.facets(&request).unwrap();
                let check = |list: &[FacetCount], choose: &dyn Fn(&mut Filters, &str)| {
                    for facet in list {
                        let mut request = request.clone();
                        choose(&mut request.filters, &facet.path);
                        let total = engine.search(&request).unwrap().total;
                        assert_eq!(
                            facet.count, total,
                            "seed {seed} {filters:?} '{query}' {}",
                            facet.path
                        );
                    }
                };
                let one = |path: &str| vec![path.to_owned()];
                check(&facets.province, &|f, path| f.province = one(path));
                check(&facets.period, &|f, path| f.period = one(path));
                check(&facets.metric, &|f, path| f.metric = one(path));
                check(&facets.publisher, &|f, path| f.publisher = one(path));
                check(&facets.kind, &|f, path| f.kind = one(path));
                check(&facets.basis, &|f, path| f.basis = one(path));
            }
        }
    }
}

#[test]
fn a_metric_filter_holds_on_one_figure() {
    let (_folder, engine) = super::search::index_of(&[(
        "a",
        "BÁO CÁO TỈNH QUẢNG NINH\n\nNăm 2019, thu ngân sách của tỉnh Quảng Ninh đạt 900 tỷ đồng.\n\nNăm 2020, kim ngạch xuất khẩu của tỉnh Quảng Ninh đạt 350 triệu USD.\n",
    )]);
    let total = |metric: &str, period: &str| {
        engine
            .search(&SearchRequest {
                filters: Filters {
                    metric: vec![metric.into()],
                    period: vec![period.into()],
                    ..Filters::default()
                },
                ..SearchRequest::default()
            })
            .unwrap()
            .total
    };
    assert_eq!((total("budget", "2019"), total("trade", "2020")), (1, 1));
    assert_eq!((total("budget", "2020"), total("trade", "2019")), (0, 0));
}

#[test]
fn an_unknown_value_names_the_nearest() {
    let (_folder, engine) = super::search::index_of(&[("a", "Một báo cáo.")]);
    let error = engine
        .search(&SearchRequest {
            filters: Filters {
                province: vec!["quang nin".into()],
                ..Filters::default()
            },
            ..SearchRequest::default()
        })
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("quang nin") && error.contains("quang-ninh"),
        "{error}"
    );
}
