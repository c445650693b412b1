//! The title of a text that has none given.

use super::chrome::is_slug;
use crate::Span;
use crate::annotate::layout::is_masthead;
use crate::text::fold;

/// Longest title, in characters; of a longer first line its first sentence is taken, and of that the beginning.
const LONGEST: usize = 220;
/// A title stands among so many lines that are not empty.
const REACH: usize = 40;

/// Heads of official papers, folded; none is a title.
const LETTERHEAD: &[&str] = &[
    "cong hoa xa hoi chu nghia viet nam",
    "doc lap tu do hanh phuc",
    "uy ban nhan dan",
    "hoi dong nhan dan",
    "ubnd tinh",
    "ubnd thanh pho",
    "hdnd tinh",
    "dang cong san viet nam",
    "noi nhan",
    "kinh gui",
    "du thao",
    "hoa toc",
    "mat",
];

/// Kinds of official papers, folded: a title of this alone goes on in the next line.
const PAPERS: &[&str] = &[
    "bao cao",
    "thong bao",
    "ke hoach",
    "nghi quyet",
    "to trinh",
    "cong van",
    "ket luan",
    "chuong trinh",
    "bai viet",
    "ban tin",
    "bao cao tom tat",
    "bao cao so ket",
    "bao cao tong ket",
];

/// The title: a Markdown heading, else the first line that can be one, else the beginning of the text.
///
/// Lines in `chrome` are passed over, so are dates, document numbers and the heads of official papers. A title in
/// capitals that is broken over lines is put together; spaces are made single.
pub(crate) fn find(text: &str, chrome: &[Span]) -> Option<String> {
    let base = text.as_ptr() as usize;
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| {
            let start = line.as_ptr() as usize - base;
            chrome
                .binary_search_by_key(&start, |span| span.start)
                .is_err()
                || line.is_empty()
        })
        .scan(0, |filled, line| {
            *filled += usize::from(!line.is_empty());
            (*filled <= REACH).then_some(line)
        })
        .collect();
    let heading = lines.iter().find_map(|line| {
        let title = line
            .strip_prefix("# ")
            .or_else(|| line.strip_prefix("## "))?;
        (!title.trim().is_empty()).then_some(title)
    });
    if let Some(heading) = heading {
        return Some(tidy(heading.trim_end_matches(['#', ' '])));
    }
    // Names of offices stand before the motto or beside it.
    let behind_motto = lines
        .iter()
        .position(|line| line.len() < 100 && words(line).starts_with("doc lap tu do hanh phuc"))
        .map_or(0, |motto| motto + 1);
    let mut fallback = None;
    for (i, line) in lines.iter().enumerate().skip(behind_motto) {
        if line.is_empty() {
            continue;
        }
        fallback = fallback.or(Some(*line));
        if !can_be_title(line) {
            continue;
        }
        let mut title = (*line).to_owned();
        let mut rest = lines[i + 1..].iter();
        if PAPERS.contains(&words(line).as_str()) {
            if let Some(next) = rest.by_ref().find(|line| !line.is_empty()) {
                title = format!("{title} {next}");
            }
            if let Some(next) = rest.find(|line| !line.is_empty())
                && names_period(next)
            {
                title = format!("{title} {next}");
            }
        } else if is_capitals(line) {
            for next in rest
                .take(2)
                .take_while(|next| is_capitals(next) && can_be_title(next))
            {
                title = format!("{title} {next}");
            }
        }
        return Some(tidy(&title));
    }
    fallback.map(tidy)
}

/// Folded words with single spaces.
fn words(line: &str) -> String {
    let folded = fold(line);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

fn can_be_title(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let signs = line.chars().filter(|c| !c.is_whitespace()).count();
    if letters < 6 || letters * 2 < signs || is_slug(line) || line.starts_with('|') {
        return false;
    }
    if line.len() > 400 {
        // A paragraph: its beginning will do where nothing better comes, and nothing better comes behind it.
        return true;
    }
    if is_masthead(line) {
        return false;
    }
    let words = words(line);
    if PAPERS.contains(&words.as_str()) {
        return true;
    }
    let count = words.split(' ').count();
    let letterhead = count <= 8 && LETTERHEAD.iter().any(|head| words.starts_with(head));
    count >= 3 && !letterhead && !is_date_line(&words, count) && !is_number_line(line, &words)
}

/// `Ngày đăng 08/07/2020`, `Thứ hai, 06/07/2020 10:30 GMT+7`, `Hà Nam, ngày 5 tháng 7 năm 2020`.
fn is_date_line(words: &str, count: usize) -> bool {
    let list: Vec<&str> = words.split(' ').collect();
    let is_number = |w: &&&str| w.bytes().all(|b| b.is_ascii_digit());
    let numbers = list.iter().filter(is_number).count();
    let stamp = [
        "ngay dang",
        "dang ngay",
        "cap nhat",
        "ngay cap nhat",
        "xuat ban",
        "ngay xuat ban",
        "thu hai",
        "thu ba",
        "thu tu",
        "thu nam",
        "thu sau",
        "thu bay",
        "chu nhat",
        "ngay",
    ]
    .iter()
    .any(|opening| words.starts_with(opening));
    let place_and_day = words.contains("ngay ")
        && words.contains(" thang ")
        && words.contains(" nam ")
        && count <= 12;
    // `Thời sự - 08:15 12/03/2019`: the hour and the day behind the name of a column.
    (numbers >= 5 && count <= numbers + 3)
        || (stamp && numbers >= 2 && numbers * 3 >= count.saturating_sub(2))
        || (place_and_day && numbers == 3)
}

/// `Số: 12/BC-UBND`.
fn is_number_line(line: &str, words: &str) -> bool {
    words.starts_with("so ") && line.contains('/') && words.split(' ').count() <= 8
}

/// `tháng 10 và 10 tháng năm 2018`: in small letters, a line that goes on with the headline over it.
fn names_period(line: &str) -> bool {
    let words = words(line);
    let small = line
        .chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let count = words.split(' ').count();
    let opening = words.split(' ').next().unwrap_or_default();
    let counted = opening.bytes().all(|b| b.is_ascii_digit()) && words.contains(" thang ");
    small
        && (2..=16).contains(&count)
        && (matches!(opening, "thang" | "quy" | "nam" | "giai") || counted)
        && !line.ends_with(['.', ';', ':', ','])
}

fn is_capitals(line: &str) -> bool {
    let (mut upper, mut lower) = (0, 0);
    for c in line.chars().filter(|c| c.is_alphabetic()) {
        if c.is_lowercase() {
            lower += 1;
        } else {
            upper += 1;
        }
    }
    upper > 5 && lower * 10 <= upper
}

/// Single spaces, no marks of emphasis; a paragraph cut to its first sentence or its beginning.
fn tidy(line: &str) -> String {
    let line = line.trim_matches(|c: char| matches!(c, '*' | '_' | '#') || c.is_whitespace());
    let title: String = line
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{ad}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if title.chars().count() <= LONGEST {
        return title;
    }
    let end = title
        .char_indices()
        .nth(LONGEST)
        .map_or(title.len(), |(end, _)| end);
    let head = &title[..end];
    // A full stop ends a sentence where a space and no number follows.
    if let Some(stop) = head
        .match_indices(". ")
        .map(|(at, _)| at)
        .find(|&at| at >= 30)
    {
        return head[..stop].to_owned();
    }
    let cut = head.rfind(' ').unwrap_or(head.len());
    format!(
        "{}…",
        head[..cut].trim_end_matches([',', ';', ':', '-', ' '])
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::chrome;

    fn title(text: &str) -> String {
        find(text, &chrome::lines(text)).unwrap_or_default()
    }

    #[test]
    fn titles_are_found_behind_chrome_dates_and_letterheads() {
        for (text, wanted) in [
            (
                "Giá tiêu tăng nhẹ trong tháng\n\nNội dung.",
                "Giá tiêu tăng nhẹ trong tháng",
            ),
            (
                "gia-tieu-tang-nhe-trong-thang\n\nGiá tiêu tăng nhẹ\n",
                "Giá tiêu tăng nhẹ",
            ),
            (
                "Mở đầu bài viết này\n\n# Giá tiêu  tăng #\n\nx",
                "Giá tiêu tăng",
            ),
            (
                "Skip to main content\nGiá tiêu tăng mạnh ở hai hu...\nNgày đăng 02/03/2021\nGiá tiêu tăng mạnh ở hai huyện\n",
                "Giá tiêu tăng mạnh ở hai huyện",
            ),
            (
                "ỦY BAN NHÂN DÂN\nTỈNH AN HÒA\nSố: 12/BC-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
                 An Hòa, ngày 5 tháng 7 năm 2021\n\nBÁO CÁO\nTình hình mùa vụ quý II\n",
                "BÁO CÁO Tình hình mùa vụ quý II",
            ),
            (
                "BÁO CÁO\n\nMùa vụ huyện An Hòa\n\ntháng 4 và ước tháng 5 năm 2021\n\nThời tiết thuận.",
                "BÁO CÁO Mùa vụ huyện An Hòa tháng 4 và ước tháng 5 năm 2021",
            ),
            (
                "BÁO CÁO\nMùa vụ huyện An Hòa\nnăm nay gieo sớm hơn năm trước.\n",
                "BÁO CÁO Mùa vụ huyện An Hòa",
            ),
            (
                "HỘI NGHỊ SƠ KẾT MÙA VỤ\nCỦA TOÀN HUYỆN\n\nSáng nay.",
                "HỘI NGHỊ SƠ KẾT MÙA VỤ CỦA TOÀN HUYỆN",
            ),
            (
                "Báo mới | Xã hội\nThời sự - 08:15 12/03/2019\n\nGiá tiêu tăng nhẹ trong tháng\n",
                "Giá tiêu tăng nhẹ trong tháng",
            ),
            (
                "Trang chủ » Kinh tế » Mùa vụ\nGiá tiêu tăng nhẹ\n",
                "Giá tiêu tăng nhẹ",
            ),
            (
                "Giá tiêu tăng nhẹ trong hai tháng đầu vụ | Báo Đồng Quê\n",
                "Giá tiêu tăng nhẹ trong hai tháng đầu vụ | Báo Đồng Quê",
            ),
            ("2021\n\n", "2021"),
            ("", ""),
        ] {
            assert_eq!(title(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_paragraph_gives_its_first_sentence_or_its_beginning() {
        let long = format!(
            "Trong vụ này giá tiêu tăng một phần ba. {}",
            "Nông dân phấn khởi, ".repeat(30)
        );
        assert_eq!(title(&long), "Trong vụ này giá tiêu tăng một phần ba");
        let longer = title(&"nông dân phấn khởi ".repeat(40));
        assert!(
            longer.ends_with('…') && longer.chars().count() <= LONGEST + 1,
            "{longer}"
        );
    }
}
