use proptest::prelude::*;

use super::*;

/// Sentences of an intact report.
const INTACT: [&str; 6] = [
    "Sở Xây dựng tỉnh cho biết, trong quý II đã thẩm định 42 hồ sơ, cấp 15 giấy phép xây dựng.",
    "Thu ngân sách nhà nước trên địa bàn ước đạt 2.350 tỷ đồng, bằng 54% dự toán năm.",
    "Các hộ nông dân mở rộng diện tích trồng lúa, sản lượng lương thực tăng so với cùng kỳ.",
    "Doanh nghiệp mong được hỗ trợ vốn vay để khôi phục sản xuất, tạo việc làm cho người lao động.",
    "Ủy ban nhân dân huyện đã phê duyệt quy hoạch chi tiết cụm công nghiệp.",
    "Khách du lịch đến tỉnh đạt 1,2 triệu lượt, doanh thu khoảng 900 tỷ đồng.",
];

fn check(stored: &str, restored: &Restored<'_>) {
    let mut end = Span::default();
    let mut original_end = 0;
    for edit in &restored.edits {
        assert!(edit.restored.start >= end.end && edit.original.start >= original_end);
        assert_eq!(
            &stored[original_end..edit.original.start],
            &restored.text[end.end..edit.restored.start],
            "between edits nothing changes"
        );
        assert!(!edit.restored.of(&restored.text).is_empty());
        assert!((0.0..=1.0).contains(&edit.confidence));
        assert_eq!(restored.stored(edit.restored), edit.original);
        (end, original_end) = (edit.restored, edit.original.end);
    }
    assert_eq!(&stored[original_end..], &restored.text[end.end..]);
}

#[test]
fn damaged_lines_are_restored() {
    let text = INTACT.join("\n");
    let damaged = damage(&text);
    let restored = restore(&damaged);
    check(&damaged, &restored);
    assert_eq!(restored.text, text);
}

#[test]
fn intact_lines_between_damaged_ones_stay() {
    let text = format!(
        "{}\n{}\n{}\n",
        damage(INTACT[2]),
        INTACT[1],
        damage(INTACT[3])
    );
    let restored = restore(&text);
    check(&text, &restored);
    assert_eq!(
        restored.text,
        format!("{}\n{}\n{}\n", INTACT[2], INTACT[1], INTACT[3])
    );
}

/// Words which look like remnants and are none, in a text that lost letters elsewhere.
#[test]
fn what_is_no_remnant_stands() {
    let damaged = damage(&INTACT.join("\n"));
    for line in [
        "b. Nuôi trồng",
        "- c) Thương mại",
        "Theo trang tinxa.vn và hộp thư tinxa_b@tinxa.vn",
        "THÔNG TIN KT-XH TRONG NGÀY",
        "Nhiệt đo lúc sáng 25°C, trưa 31°C",
        "Khu A…khu vườn",
        "Phần mềm cC và eMail dùng chung",
    ] {
        let text = format!("{damaged}\n{}\n{damaged}", damage(line));
        let restored = restore(&text);
        check(&text, &restored);
        assert_eq!(restored.text.lines().nth(INTACT.len()), Some(line));
    }
}

/// The letters that no damage takes do not make a short line intact.
#[test]
fn short_lines_of_a_damaged_text_are_read() {
    let damaged = damage(&INTACT.join("\n"));
    for line in ["Lũy kế từ đầu năm", "Kế hoạch được giao từ đầu năm"] {
        let text = format!("{damaged}\n{}", damage(line));
        assert_eq!(restore(&text).text.lines().last(), Some(line));
    }
}

#[test]
fn text_that_lost_nothing_comes_back_uncopied() {
    for text in [
        "",
        "\n\n",
        "Bao cao tinh hinh kinh te - xa hoi 6 thang dau nam cua tinh",
        "The quick brown fox jumps over the lazy dog in the north of the province.",
        "Le développement du pays dépend des régions ; l’été a été très sec, d’où la crise.",
        "KCN, KKT, GRDP, FDI",
        "1751 - Karl von Thmel, tướng người Áo (m. 1820)\n1760 - Gian Mnch, thi sĩ Ý (m. 1811)\n1768 - Hans Lnd, danh ca (m. 1830)",
        "let t = s.trim(); // v, t, b",
    ] {
        let restored = restore(text);
        assert!(restored.is_intact(), "{text}: {}", restored.text);
        assert!(matches!(restored.text, Cow::Borrowed(_)));
    }
    for text in INTACT {
        assert!(restore(text).is_intact(), "{text}");
    }
}

#[test]
fn case_is_kept() {
    let text = "BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ PHÁT TRIỂN KINH TẾ - XÃ HỘI\nÔng Nguyễn Văn Mạnh, Phó Chủ tịch tỉnh, phát biểu tại hội nghị.\nẢnh hưởng của dịch bệnh còn kéo dài, nhiều hộ dân gặp khó khăn.";
    assert_eq!(restore(&damage(text)).text, text);
}

#[test]
fn units_and_abbreviations_are_no_remnants() {
    let text = "Tuyến đường dài 12 km nối KCN với TP. Vinh, do UBND tỉnh đầu tư, tổng vốn 51,3 triệu USD, đã được phê duyệt và thực hiện.";
    assert_eq!(restore(&damage(text)).text, text);
}

#[test]
fn short_lines_say_together_what_none_says_alone() {
    let text = "Cụm công nghiệp sau ba năm\nĐến nay có 12 dự án, vốn gồm 90 tỷ đồng và 3 triệu USD.\n\
                Thương mại đổi khác, dịch vụ đạt 35 tỷ đồng.\nThu nhập của người dân gấp đôi năm trước.";
    assert_eq!(restore(&damage(text)).text, text);
}

#[test]
fn names_codes_and_units_beside_marks_are_no_remnants() {
    let text = "Ngư dân trên Tp. Vũng Tàu và đồng bào H'Mông được hỗ trợ 1,2 tỷ m3 nước, 300 lượt người/km, thư tín dụng L/C, v.v… để phát triển sản xuất.";
    assert_eq!(restore(&damage(text)).text, text);
}

#[test]
fn eth_and_soft_hyphens_stand_for_what_they_are() {
    for (stored, expected) in [
        (
            "Các Ðim du lch trong tnh được đầu tư, thu hút khách đến vi địa phương nhiu hơn.",
            "Các Ðiểm du lịch trong tỉnh được đầu tư, thu hút khách đến với địa phương nhiều hơn.",
        ),
        (
            "Công tác bo v môi trường được các đơn v trong tn\u{ad}h thc hin tt.",
            "Công tác bảo vệ môi trường được các đơn vị trong tỉn\u{ad}h thực hiện tốt.",
        ),
    ] {
        let restored = restore(stored);
        check(stored, &restored);
        assert_eq!(restored.text, expected);
    }
}

#[test]
fn a_lone_d_that_counts_nothing_is_a_word() {
    let text = "Các huyn cn tp trung ngun lc đ phát trin sn xut, giá bán 5.000 đ.";
    assert_eq!(
        restore(text).text,
        "Các huyện cần tập trung nguồn lực để phát triển sản xuất, giá bán 5.000 đ."
    );
}

#[test]
fn a_word_of_one_letter_comes_back_where_the_spaces_tell() {
    let text = "Các dự án ở huyện miền núi được thực hiện chậm hơn kế hoạch đề ra.";
    assert_eq!(restore(&damage(text)).text, text);
}

#[test]
fn a_span_of_the_restored_text_finds_its_stored_place() {
    let stored = "Công tác bo v môi trường trong tnh được thc hin tt.";
    let restored = restore(stored);
    let at = restored.text.find("tỉnh").unwrap();
    let span = restored.stored(Span::new(at, at + "tỉnh".len()));
    assert_eq!(span.of(stored), "tnh");
    let all = restored.stored(Span::new(0, restored.text.len()));
    assert_eq!(all, Span::new(0, stored.len()));
}

proptest! {
    #[test]
    fn intact_text_is_left_alone(order in proptest::collection::vec(0..INTACT.len(), 1..12), breaks in proptest::collection::vec(any::<bool>(), 12)) {
        let mut text = String::new();
        for (i, &line) in order.iter().enumerate() {
            text.push_str(INTACT[line]);
            text.push_str(if breaks[i] { "\n" } else { " " });
        }
        prop_assert!(restore(&text).is_intact());
    }

    #[test]
    fn any_text_is_legal(text: String) {
        check(&text, &restore(&text));
    }

    #[test]
    fn any_mixture_of_damage_and_noise_is_legal(parts in proptest::collection::vec(prop_oneof![
        (0..INTACT.len()).prop_map(|i| damage(INTACT[i])),
        (0..INTACT.len()).prop_map(|i| INTACT[i].to_owned()),
        "[ \\n.,a-zđư0-9ỂạT-]{0,20}",
        ".{0,10}",
    ], 0..8)) {
        let text = parts.concat();
        check(&text, &restore(&text));
    }
}
