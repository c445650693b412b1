//! Text that is broken into lines of one width, as pages of fixed columns and mails are: its sentences run over the breaks.

/// The text with a space for each break within a sentence, byte for byte as long as before, so that places in it stay;
/// `None` where it is not wrapped.
///
/// A break is within a sentence where the line before is as long as its column allows and no mark ends it, and the next line
/// is no item of a list. Text is taken for wrapped where several of its lines go on so with a small letter; in any text a line
/// that ends with a word that governs what follows goes on.
pub(crate) fn unwrapped(text: &str) -> Option<String> {
    /// Characters of the narrowest and the widest column.
    const COLUMN: std::ops::RangeInclusive<usize> = 50..=130;
    /// Lines that go on with a small letter, at least.
    const GOING_ON: usize = 3;
    /// Characters of a word that may have been too long for the rest of its line.
    const RAGGED: usize = 24;
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        lines.push((at, line.trim_end()));
        at += line.len() + 1;
    }
    let open = |line: &str| {
        line.chars()
            .next_back()
            .is_some_and(|c| !matches!(c, '.' | ';' | ':' | '!' | '?' | '…' | '|'))
    };
    let mut hanging = Vec::new();
    let mut going_on = 0;
    let mut widths = Vec::new();
    for pair in lines.windows(2) {
        let (line, next) = (pair[0].1, pair[1].1.trim_start());
        if hangs(line, next) {
            hanging.push(pair[1].0 - 1);
        }
        if line.len() < *COLUMN.start() || !open(line) || line.contains(['\t', '|']) {
            continue;
        }
        let width = line.chars().count();
        if COLUMN.contains(&width) && next.chars().next().is_some_and(char::is_lowercase) {
            going_on += 1;
            widths.push(width);
        }
    }
    let column = widths.iter().copied().max().unwrap_or(0);
    // Lines of a wrapped text are all about as long as its column.
    let ragged = widths.iter().any(|width| width + RAGGED < column);
    if going_on < GOING_ON || ragged {
        return (!hanging.is_empty())
            .then(|| joined(text, hanging))
            .flatten();
    }
    for pair in lines.windows(2) {
        let ((_, line), (start, next)) = (pair[0], pair[1]);
        let width = line.chars().count();
        let full = width + RAGGED >= column && width <= column + RAGGED;
        if full && open(line) && !next.is_empty() && !is_item(next.trim_start()) {
            hanging.push(start - 1);
        }
    }
    joined(text, hanging)
}

/// The text with a space for each of the breaks.
fn joined(text: &str, breaks: Vec<usize>) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for at in breaks {
        bytes[at] = b' ';
    }
    String::from_utf8(bytes).ok()
}

/// Whether a line ends with a word that governs what follows, and the next goes on: `trong đó hơn` over `500 dự án FDI`.
fn hangs(line: &str, next: &str) -> bool {
    /// Bytes of the shortest line of prose.
    const SHORTEST: usize = 20;
    let goes_on = next
        .chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let last = line.rsplit(' ').next().unwrap_or_default();
    // `đăng ký khoảng 819` over `triệu USD`, `Tỉnh có 15` over `dự án mới`
    let counted = last.ends_with(|c: char| c.is_ascii_digit())
        && next.split(' ').next().is_some_and(|unit| {
            matches!(
                unit,
                "triệu"
                    | "tỷ"
                    | "tỉ"
                    | "nghìn"
                    | "ngàn"
                    | "đồng"
                    | "USD"
                    | "dự"
                    | "doanh"
                    | "lượt"
                    | "lao"
                    | "người"
            )
        });
    let governs = matches!(
        last,
        "hơn"
            | "khoảng"
            | "gần"
            | "trên"
            | "đạt"
            | "là"
            | "của"
            | "và"
            | "với"
            | "các"
            | "những"
            | "cho"
            | "ước"
            | "từ"
            | "vốn"
            | "số"
            | "tổng"
            | "ở"
    );
    goes_on
        && line.len() >= SHORTEST
        && !line.contains(['\t', '|'])
        && !is_item(next)
        && (governs || counted)
}

/// `- …`, `1. …`, `b) …`: an item of a list, or a cell of a table.
fn is_item(line: &str) -> bool {
    let mark = line.find(['.', ')']).is_some_and(|end| {
        end <= 4
            && line[..end].chars().all(char::is_alphanumeric)
            && line[end + 1..].starts_with(' ')
    });
    mark || line.starts_with(['-', '+', '•', '*', '–', '|', '·']) || line.contains(['\t', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRAPPED: &str = "Sáu tháng đầu năm 2016, thu ngân sách nhà nước trên địa bàn tỉnh ước đạt\n\
        4.120 tỷ đồng, tăng 6% so với cùng kỳ năm trước, trong đó thu nội địa đạt\n\
        được 3.050 tỷ đồng; kim ngạch xuất khẩu của các doanh nghiệp trên toàn địa\n\
        bàn tỉnh đạt 310 triệu USD, vốn đầu tư toàn xã hội thực hiện sáu tháng đạt\n\
        khoảng 9.300 tỷ đồng, khách du lịch đến tỉnh ước đạt một triệu hai trăm\n\
        nghìn lượt.\n\
        - Giải quyết việc làm cho 9.000 lao động.";

    #[test]
    fn breaks_within_sentences_become_spaces() {
        let read = unwrapped(WRAPPED).expect("it is wrapped");
        assert_eq!(read.len(), WRAPPED.len());
        assert_eq!(read.matches('\n').count(), 1);
        assert!(read.contains("trên toàn địa bàn tỉnh đạt 310"));
    }

    #[test]
    fn a_line_that_hangs_goes_on() {
        let text = "Các khu công nghiệp đang có 900 dự án, trong đó hơn\n400 dự án FDI.\nNăm qua, xuất khẩu của\ntỉnh đạt 90 triệu USD.\nChi tiết:\n- Thu ngân sách của\n- Chi ngân sách";
        let read = unwrapped(text).expect("it is broken");
        assert_eq!(read.len(), text.len());
        assert_eq!(read.matches('\n').count(), 4);
        assert!(read.contains("hơn 400 dự án") && read.contains("của tỉnh đạt"));
    }

    #[test]
    fn paragraphs_lists_and_tables_keep_their_lines() {
        for text in [
            "Thu ngân sách đạt 900 tỷ đồng\nxuất khẩu đạt 90 triệu USD\nbán lẻ đạt 9.000 tỷ đồng\nkhách đạt 1 triệu lượt",
            "Kinh tế tỉnh tiếp tục phát triển, các ngành, lĩnh vực đều tăng trưởng khá.\n\nThu ngân sách đạt 900 tỷ đồng.\n\nHết.",
            "",
        ] {
            assert_eq!(unwrapped(text), None, "{text}");
        }
    }
}
