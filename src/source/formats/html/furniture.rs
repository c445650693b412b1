//! The words by which furniture of a page is known: tags, names of classes, headings over links, whole lines, dates.

use std::sync::LazyLock;

use crate::text::fold;

pub(super) const NEVER_TEXT: [&str; 24] = [
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "canvas", "audio", "video", "map", "button", "select", "input", "textarea", "datalist", "nav",
    "footer", "aside", "head", "menu", "dialog",
];

pub(super) const FURNITURE: [&str; 58] = [
    "menu",
    "nav",
    "navbar",
    "navigation",
    "breadcrumb",
    "breadcrumbs",
    "share",
    "sharing",
    "social",
    "socials",
    "addthis",
    "related",
    "relate",
    "relatednews",
    "lienquan",
    "lien-quan",
    "tinlienquan",
    "tinkhac",
    "tin-khac",
    "othernews",
    "other-news",
    "cungchuyenmuc",
    "cung-chuyen-muc",
    "comment",
    "comments",
    "binhluan",
    "binh-luan",
    "footer",
    "sidebar",
    "banner",
    "ads",
    "advert",
    "quangcao",
    "quang-cao",
    "popup",
    "modal",
    "login",
    "search",
    "searchbox",
    "tags",
    "taglist",
    "tag-list",
    "rating",
    "pagination",
    "paging",
    "pager",
    "toolbar",
    "print",
    "widget",
    "cookie",
    "newsletter",
    "subscribe",
    "hotnews",
    "mostread",
    "skiplink",
    "skip-link",
    "topbar",
    "zalo",
];

/// First words of a heading over links to other pages.
pub(super) static RELATED: LazyLock<Vec<String>> = LazyLock::new(|| {
    folded(&[
        "tin lien quan",
        "tin bai lien quan",
        "bai viet lien quan",
        "bai lien quan",
        "cac bai lien quan",
        "tin cung chu de",
        "bai cung chu de",
        "cung chu de",
        "cung chuyen muc",
        "tin cung chuyen muc",
        "bai viet cung chuyen muc",
        "cac tin khac",
        "tin khac",
        "cac tin da dua",
        "tin da dua",
        "tin moi hon",
        "tin cu hon",
        "cac tin cu hon",
        "cac tin moi hon",
        "co the ban quan tam",
        "tin noi bat",
        "xem them",
    ])
});

/// Whole lines that are furniture, without punctuation.
pub(super) static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    folded(&[
        "chia se",
        "chia se bai viet",
        "chia se facebook",
        "facebook",
        "twitter",
        "zalo",
        "linkedin",
        "pinterest",
        "tweet",
        "like",
        "share",
        "in trang",
        "in bai viet",
        "in bai",
        "ban in",
        "print",
        "gui email",
        "gui mail",
        "email",
        "luu bai viet",
        "thich",
        "binh luan",
        "gui binh luan",
        "y kien ban doc",
        "ve dau trang",
        "len dau trang",
        "quay lai",
        "tro ve",
        "trang chu",
        "top page desktop",
        "skip ribbon commands",
        "skip to main content",
        "doc bai viet",
        "nghe bai viet",
    ])
});

/// As [`fold`] writes it: `y` and `i` meet.
fn folded(words: &[&str]) -> Vec<String> {
    words.iter().map(|words| fold(words)).collect()
}

/// `Ngày đăng: 15/07/2020`, `Cập nhật 08:30 ngày 15/07/2020`, `Thứ tư, 15/07/2020`.
pub(super) fn is_date_line(folded: &str) -> bool {
    let line = folded.trim_start();
    const STARTS: [&str; 12] = [
        "ngay dang",
        "dang ngay",
        "ngay tao",
        "cap nhat",
        "thu hai",
        "thu ba",
        "thu tu",
        "thu nam",
        "thu sau",
        "thu bay",
        "chu nhat",
        "ngay xuat ban",
    ];
    STARTS.iter().any(|start| line.starts_with(start))
}

/// Letters and digits with single spaces between them.
pub(super) fn plain(folded: &str) -> String {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether one of the words of a class or id names furniture: `box-related_news` and `boxRelated` do, `relation` does not.
pub(super) fn names_furniture(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| {
        let lower = name.to_ascii_lowercase();
        if FURNITURE.contains(&lower.as_str()) {
            return true;
        }
        let mut words: Vec<String> = vec![String::new()];
        for c in name.chars() {
            if !c.is_ascii_alphanumeric() {
                words.push(String::new());
            } else {
                let is_hump = c.is_ascii_uppercase()
                    && words
                        .last()
                        .is_some_and(|word| word.ends_with(|c: char| c.is_ascii_lowercase()));
                if is_hump {
                    words.push(String::new());
                }
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
        words
            .iter()
            .any(|word| FURNITURE.contains(&word.to_ascii_lowercase().as_str()))
            || [
                "lien-quan",
                "lien_quan",
                "quang-cao",
                "cung-chuyen-muc",
                "tin-khac",
            ]
            .iter()
            .any(|part| lower.contains(part))
    })
}
