//! Throughput of the recognisers, all together and the figures alone, on a made-up report; the goal is 20 MB/s on one core.

use baocao::annotate::{Given, annotate, number};
use baocao::model::Taxonomy;
use baocao::text::tokenize;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const PARAGRAPH: &str = "Trong 6 tháng đầu năm 2020, kinh tế - xã hội của tỉnh tiếp tục phát triển ổn định. Tổng sản phẩm trên địa bàn \
    (GRDP) ước tăng 6,8% so với cùng kỳ; tổng thu ngân sách nhà nước đạt 4.215 tỷ đồng, bằng 51,2% dự toán năm, tăng 3,4% so với cùng kỳ năm \
    2019. Công tác cải cách hành chính được các cấp, các ngành quan tâm chỉ đạo; các sở, ban, ngành và địa phương chủ động nắm bắt tình hình, \
    kịp thời tháo gỡ khó khăn, vướng mắc cho doanh nghiệp và người dân trong bối cảnh dịch bệnh diễn biến phức tạp. Các khu công nghiệp thu \
    hút 12 dự án FDI cấp mới với tổng vốn đăng ký 185 triệu USD.\n";

fn recognisers(c: &mut Criterion) {
    let report = PARAGRAPH.repeat(64);
    let (given, taxonomy) = (Given::default(), Taxonomy::get());
    let count = annotate(&report, &given, taxonomy).figures.len();
    assert_eq!(count, 64 * 4, "the fast answer is the right one");
    let mut group = c.benchmark_group("recognisers");
    group.throughput(Throughput::Bytes(report.len() as u64));
    group.bench_function("annotate/half_year_report", |b| {
        b.iter(|| annotate(&report, &given, taxonomy).figures.len());
    });
    let tokens = tokenize(&report);
    group.bench_function("quantities/half_year_report", |b| {
        b.iter(|| number::quantities(&report, &tokens).len());
    });
    group.finish();
}

criterion_group!(benches, recognisers);
criterion_main!(benches);
