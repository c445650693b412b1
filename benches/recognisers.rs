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

/// A page of a statistical report: hardly a clause without a number, a place or a period.
const DENSE: &str = "I. CÔNG NGHIỆP\n\
    Chỉ số sản xuất công nghiệp tháng 8/2023 ước tăng 2,4% so với tháng trước và tăng 7,9% so với cùng kỳ; tính chung 8 tháng đầu năm 2023, IIP \
    tăng 6,3%, trong đó công nghiệp chế biến, chế tạo tăng 7,1%, sản xuất và phân phối điện tăng 3,8%, khai khoáng giảm 4,2%.\n\
    - Thành phố Vinh: giá trị sản xuất đạt 3.412 tỷ đồng, bằng 63,5% kế hoạch; huyện Quỳnh Lưu đạt 1.087,4 tỷ đồng, tăng 9,6%.\n\
    - Khu kinh tế Đông Nam thu hút 7 dự án mới, vốn đăng ký 214,6 triệu USD (cùng kỳ năm 2022: 5 dự án, 96 triệu USD); lũy kế 143 dự án còn hiệu lực, \
    tổng vốn 3,2 tỷ USD, tỷ lệ lấp đầy 58,7%.\n\
    II. THƯƠNG MẠI, NGÂN SÁCH\n\
    Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tháng 8 ước đạt 9.846 tỷ đồng, lũy kế 8 tháng 76.215 tỷ đồng, tăng 13,7%. Kim ngạch xuất khẩu đạt \
    248,3 triệu USD, nhập khẩu 151,9 triệu USD; 8 tháng lần lượt 1.846 triệu USD và 1.207 triệu USD, tăng 11,2% và 3,5%.\n\
    Thu ngân sách nhà nước đến 31/8/2023 đạt 12.644 tỷ đồng, bằng 79,6% dự toán, giảm 6,1%; thu nội địa 11.208 tỷ đồng, thu xuất nhập khẩu 1.436 tỷ đồng. \
    Giải ngân vốn đầu tư công 4.871/9.035 tỷ đồng, đạt 53,9% kế hoạch.\n\
    Khách du lịch 8 tháng đạt 6,9 triệu lượt, trong đó khách quốc tế 52.400 lượt; doanh thu 7.318 tỷ đồng. Thành lập mới 1.214 doanh nghiệp, vốn \
    9.760 tỷ đồng; giải quyết việc làm cho 31.500 lao động; CPI tăng 2,86% so với cùng kỳ.\n";

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
    // Sections of one report say things twice: only the first page counts towards the answer.
    let dense = DENSE.repeat(16);
    let count = annotate(DENSE, &given, taxonomy).figures.len();
    assert!((20..=60).contains(&count), "{count} figures of a page");
    group.throughput(Throughput::Bytes(dense.len() as u64));
    group.bench_function("annotate/dense_report", |b| {
        b.iter(|| annotate(&dense, &given, taxonomy).figures.len());
    });
    group.throughput(Throughput::Bytes(report.len() as u64));
    let tokens = tokenize(&report);
    group.bench_function("quantities/half_year_report", |b| {
        b.iter(|| number::quantities(&report, &tokens).len());
    });
    group.finish();
}

criterion_group!(benches, recognisers);
criterion_main!(benches);
