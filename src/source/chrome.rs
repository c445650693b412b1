//! Lines of the page around a report: menus, share buttons, image names, cut headlines, repeated captions.
//!
//! Such lines stay in the stored text and out of titles, snippets and ranking. The rules are general ones, no list of
//! sites: what a line says (a label that no report writes as a paragraph), what it is made of (a file name, a slug),
//! or that another line says the same. A line is taken for text in doubt.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Span;
use crate::text::fold;

/// Labels, folded. A line that is one of them, with a number, a colon or nothing behind it, is chrome.
const LABELS: &[&str] = &[
    "skip ribbon commands",
    "skip to main content",
    "skip to content",
    "chuyen den noi dung chinh",
    "turn on more accessible mode",
    "turn off more accessible mode",
    "trang chu",
    "home",
    "menu",
    "lien he",
    "gioi thieu",
    "so do site",
    "so do cong",
    "so do trang",
    "dang nhap",
    "login",
    "tim kiem",
    "search",
    "rss",
    "hoi dap",
    "thu dien tu",
    "webmail",
    "english",
    "tieng viet",
    "chia se",
    "chia se bai viet",
    "share",
    "tweet",
    "like",
    "facebook",
    "twitter",
    "zalo",
    "google",
    "linkedin",
    "in bai viet",
    "in trang",
    "ban in",
    "in",
    "print",
    "email",
    "gui email",
    "gui cho ban be",
    "gui bai viet",
    "luu bai viet",
    "theo doi",
    "nghe doc bai",
    "co chu",
    "a a a",
    "phong chu",
    "tu khoa",
    "tags",
    "tag",
    "article",
    "desktop",
    "mobile",
    "top page desktop",
    "page desktop",
    "end page desktop",
    "cac tin cung chu de",
    "tin cung chu de",
    "tin cung chuyen muc",
    "cac tin cung chuyen muc",
    "tin lien quan",
    "bai viet lien quan",
    "cac bai viet lien quan",
    "bai lien quan",
    "cac tin khac",
    "tin khac",
    "cac bai khac",
    "cac tin da dua",
    "tin da dua",
    "cac tin cu hon",
    "tin cu hon",
    "cac tin moi hon",
    "tin moi hon",
    "tin noi bat",
    "tin moi",
    "tin moi nhat",
    "doc nhieu",
    "doc nhieu nhat",
    "tin doc nhieu",
    "xem nhieu",
    "xem nhieu nhat",
    "xem them",
    "doc them",
    "xem tiep",
    "xem tat ca",
    "read more",
    "quay lai",
    "tro lai",
    "ve dau trang",
    "dau trang",
    "len dau trang",
    "back to top",
    "binh luan",
    "gui binh luan",
    "y kien ban doc",
    "y kien cua ban",
    "viet binh luan",
    "danh gia bai viet",
    "luot xem",
    "so luot xem",
    "luot truy cap",
    "so luot truy cap",
    "dang truy cap",
    "thong ke truy cap",
    "quang cao",
    "lien ket website",
    "lien ket web",
    "lien ket",
    "thu vien anh",
    "thu vien video",
    "video",
    "video clip",
    "previous",
    "next",
    "trang truoc",
    "trang sau",
    "loading",
    "dang tai",
];

/// Labels, folded, that may have a few words of their own behind them (`Tin theo lĩnh vực Tổng hợp`).
const OPENINGS: &[&str] = &[
    "tin theo linh vuc",
    "chuyen muc",
    "ban dang o",
    "ban dang xem",
    "ban quyen thuoc",
    "copyright",
    "luot xem",
    "so luot xem",
    "luot truy cap",
    "danh gia bai viet",
    "chia se bai viet",
    "chia se len",
    "chia se qua",
    "chia se facebook",
];

/// Labels behind which other headlines are listed.
const LISTS: &[&str] = &[
    "cac tin cung chu de",
    "tin cung chu de",
    "tin cung chuyen muc",
    "cac tin cung chuyen muc",
    "tin lien quan",
    "bai viet lien quan",
    "cac bai viet lien quan",
    "bai lien quan",
    "cac tin khac",
    "tin khac",
    "cac bai khac",
    "cac tin da dua",
    "tin da dua",
    "cac tin cu hon",
    "tin cu hon",
    "cac tin moi hon",
    "tin moi hon",
    "doc nhieu",
    "doc nhieu nhat",
    "xem nhieu",
    "xem nhieu nhat",
    "tin noi bat",
    "tin moi nhat",
];

static LABEL_SET: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| LABELS.iter().copied().collect());

const IMAGES: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "webp", "bmp", "svg", "tif", "tiff", "heic", "mp4", "mp3", "wav",
    "flv",
];

/// Longest line, in bytes, that is looked at for labels.
const LABEL_BYTES: usize = 90;
/// Longest line, in bytes, that counts as a repeated caption.
const CAPTION_BYTES: usize = 400;
/// How many lines further the whole of a cut headline may stand.
const HEADLINE_REACH: usize = 12;
/// A headline in a list of other headlines is shorter than this, in bytes.
const LISTED_BYTES: usize = 220;

/// A line without its end and the spaces around it.
fn lines_of(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let from = start;
        start += line.len();
        let inner = line.trim();
        let lead = line.len() - line.trim_start().len();
        (Span::new(from + lead, from + lead + inner.len()), inner)
    })
}

/// The chrome lines of a text, in order; the spans leave out line ends and spaces around.
pub(crate) fn lines(text: &str) -> Vec<Span> {
    let lines: Vec<(Span, &str)> = lines_of(text)
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut first_seen: FxHashMap<&str, usize> = FxHashMap::default();
    let mut listing = false;
    for (i, &(span, line)) in lines.iter().enumerate() {
        let label = label_of(line);
        let is_label = label.as_deref().is_some_and(is_label);
        if is_label && label.as_deref().is_some_and(|l| LISTS.contains(&l)) {
            listing = is_listed(&lines[i + 1..]);
        }
        let chrome = is_label
            || listing
            || is_file_name(line)
            || is_slug(line)
            || is_menu(line)
            || is_cut(line, &lines[i + 1..])
            || is_repeated(line, i, &mut first_seen);
        if chrome {
            found.push(span);
        }
    }
    // A text of nothing but chrome is no such thing.
    if found.len() == lines.len() {
        Vec::new()
    } else {
        found
    }
}

/// What a short line says, folded: letters and single spaces, numbers and signs at its end dropped.
fn label_of(line: &str) -> Option<String> {
    if line.len() > LABEL_BYTES || line.starts_with('|') {
        return None;
    }
    let mut label = String::new();
    for word in fold(line).split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            if !label.is_empty() {
                label.push(' ');
            }
            label.push_str(word);
        }
    }
    let bare = label
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ')
        .len();
    label.truncate(bare);
    (!label.is_empty()).then_some(label)
}

fn is_label(label: &str) -> bool {
    LABEL_SET.contains(label)
        || OPENINGS.iter().any(|opening| {
            label.strip_prefix(opening).is_some_and(|rest| {
                rest.is_empty() || (rest.starts_with(' ') && rest.split(' ').count() <= 6)
            })
        })
}

/// `IMG_1709.jpg`: one word that names an image or a recording, or an address.
fn is_file_name(line: &str) -> bool {
    if line.contains(char::is_whitespace) {
        return false;
    }
    if line.starts_with("http://") || line.starts_with("https://") || line.starts_with("www.") {
        return true;
    }
    line.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && IMAGES
                .iter()
                .any(|image| extension.eq_ignore_ascii_case(image))
    }) || ["IMG_", "DSC_", "DSC0", "IMG-"]
        .iter()
        .any(|prefix| line.starts_with(prefix))
}

/// `ban-tin-quy-mot-nam-nay`: the last part of an address.
pub(super) fn is_slug(line: &str) -> bool {
    line.bytes().filter(|&b| b == b'-').count() >= 3
        && line.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')
        })
        && line.bytes().filter(u8::is_ascii_lowercase).count() * 2 > line.len()
}

/// Short items between bars or arrows, one of them a label: `Trang chủ | Tin tức | Liên hệ`.
fn is_menu(line: &str) -> bool {
    // Most lines have none of the bars, nor their first bytes.
    let may_bar = |b: u8| matches!(b, b'|' | b'>' | 0xc2 | 0xe2);
    if line.len() > 3 * LABEL_BYTES || line.starts_with('|') || !line.bytes().any(may_bar) {
        return false;
    }
    ['|', '›', '»', '>', '•'].iter().any(|&bar| {
        let items: Vec<&str> = line
            .split(bar)
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect();
        items.len() >= 2
            && items
                .iter()
                .all(|item| item.split_whitespace().count() <= 6)
            && items
                .iter()
                .any(|item| label_of(item).is_some_and(|label| LABEL_SET.contains(label.as_str())))
    })
}

/// A headline cut off with dots, the whole of which follows.
fn is_cut(line: &str, later: &[(Span, &str)]) -> bool {
    let Some(cut) = line.strip_suffix("...").or_else(|| line.strip_suffix('…')) else {
        return false;
    };
    let cut = cut.trim_end();
    cut.len() >= 12
        && later.iter().take(HEADLINE_REACH).any(|(_, whole)| {
            whole.len() > cut.len() && whole.get(..cut.len()).is_some_and(|head| head == cut)
        })
}

/// A caption or headline of four words or more that stands word for word further up. Rows of tables and items of lists may
/// well repeat.
fn is_repeated<'a>(line: &'a str, at: usize, first_seen: &mut FxHashMap<&'a str, usize>) -> bool {
    if line.len() > CAPTION_BYTES
        || line.starts_with(['|', '-', '+', '*', '•', '–'])
        || line.split_whitespace().nth(3).is_none()
    {
        return false;
    }
    *first_seen.entry(line).or_insert(at) != at
}

/// Whether all that follows to the end are headlines: short lines, no sentences.
fn is_listed(rest: &[(Span, &str)]) -> bool {
    rest.len() <= 40
        && rest.iter().all(|(_, line)| {
            line.len() <= LISTED_BYTES && !(line.ends_with('.') && line.len() > LABEL_BYTES)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chrome(text: &str) -> Vec<&str> {
        lines(text).into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn page_parts_are_chrome_and_sentences_are_not() {
        let text = "Skip to main content\nTrang chủ | Giới thiệu | Liên hệ\n\nho-tieu-duoc-mua-duoc-gia\n\
                    Hồ tiêu được mùa, được giá ở các huyện phía...\nNgày đăng 02/03/2021\nChia sẻ bài viết :\n\
                    Hồ tiêu được mùa, được giá ở các huyện phía tây\nDSC_0012.JPG\nNông dân thu hoạch hồ tiêu\n\
                    Sản lượng tăng một phần ba so với vụ trước.\nNông dân thu hoạch hồ tiêu\n\
                    Chia sẻ kinh nghiệm với bà con, ông Tư nói vụ này lãi.\nTừ khóa:\nCác tin cùng chủ đề 10\n\
                    Cà phê xuống giá\nVụ điều đến muộn\nTop page Desktop\n";
        assert_eq!(
            chrome(text),
            [
                "Skip to main content",
                "Trang chủ | Giới thiệu | Liên hệ",
                "ho-tieu-duoc-mua-duoc-gia",
                "Hồ tiêu được mùa, được giá ở các huyện phía...",
                "Chia sẻ bài viết :",
                "DSC_0012.JPG",
                "Nông dân thu hoạch hồ tiêu",
                "Từ khóa:",
                "Các tin cùng chủ đề 10",
                "Cà phê xuống giá",
                "Vụ điều đến muộn",
                "Top page Desktop",
            ]
        );
    }

    #[test]
    fn plain_reports_have_none() {
        for text in [
            "",
            "Trang chủ",
            "| Chỉ tiêu | Năm nay |\n|---|---|\n| Thu | 1 |\n| Chi | 1 |\n| Thu | 1 |",
            "1. Thu ngân sách\nThu nội địa ước đạt...\n- Kế hoạch năm nay là bốn\n- Kế hoạch năm nay là bốn\nTin khác hẳn đến từ miền biển.",
            "Liên hệ với các sở để lấy số liệu.\nVăn bản 197-TB\nquan-ninh",
        ] {
            assert_eq!(chrome(text), Vec::<&str>::new(), "{text}");
        }
    }
}
