//! What a page says of itself: encoding, title, date, publisher, address.

use super::dom::{Content, Dom};

/// The encoding named in the first kilobytes: `<meta charset>` or `http-equiv`.
pub(super) fn charset(bytes: &[u8]) -> Option<String> {
    let head: String = bytes[..bytes.len().min(4096)]
        .iter()
        .map(|b| b.to_ascii_lowercase() as char)
        .collect();
    let mut from = 0;
    while let Some(at) = head[from..].find("charset") {
        let behind = &head[from + at + "charset".len()..];
        from += at + "charset".len();
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let label: String = value
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
            .collect();
        if !label.is_empty() {
            return Some(label);
        }
    }
    None
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Meta {
    pub title: Option<String>,
    pub published: Option<String>,
    pub publisher: Option<String>,
    pub url: Option<String>,
}

/// Reads `<title>`, `<meta>` and `<link rel=canonical>`.
pub(super) fn read(dom: &Dom) -> Meta {
    let mut og_title = None;
    let mut tag_title = None;
    let mut dates: [Option<String>; 3] = Default::default();
    let mut site = None;
    let mut publisher = None;
    let mut canonical = None;
    let mut og_url = None;
    for id in dom.descendants(dom.root()) {
        match dom.tag(id) {
            "title" if tag_title.is_none() => tag_title = words(&dom.text(id)),
            "meta" => {
                let name = ["property", "name", "itemprop", "http-equiv"]
                    .iter()
                    .find_map(|attr| dom.attr(id, attr))
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                let Some(content) = dom.attr(id, "content").and_then(words) else {
                    continue;
                };
                let slot = match name.as_str() {
                    "og:title" | "twitter:title" | "dc.title" | "headline" => &mut og_title,
                    "article:published_time"
                    | "og:published_time"
                    | "datepublished"
                    | "pubdate" => &mut dates[0],
                    "dc.date" | "dc.date.issued" | "dcterms.created" | "publish-date" | "date"
                    | "created" => &mut dates[1],
                    "article:modified_time" | "last-modified" | "datecreated" => &mut dates[2],
                    "og:site_name" | "application-name" => &mut site,
                    "publisher" | "dc.publisher" | "article:publisher" | "copyright" => {
                        &mut publisher
                    }
                    "og:url" => &mut og_url,
                    _ => continue,
                };
                slot.get_or_insert(content);
            }
            "link"
                if dom
                    .attr(id, "rel")
                    .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) =>
            {
                canonical = canonical.or_else(|| dom.attr(id, "href").and_then(words));
            }
            "script"
                if dates[0].is_none() && dom.attr(id, "type") == Some("application/ld+json") =>
            {
                dates[0] = dom.children(id).find_map(|child| match dom.content(child) {
                    Content::Text(text) => json_date(text),
                    _ => None,
                });
            }
            "time" if dates[2].is_none() => dates[2] = dom.attr(id, "datetime").and_then(words),
            _ => {}
        }
    }
    let publisher = site
        .clone()
        .or(publisher)
        .filter(|name| !name.starts_with("http") && name.chars().count() <= 200);
    let title = match (og_title, tag_title) {
        (Some(og), _) => Some(without_site(&og, site.as_deref())),
        (None, Some(title)) => Some(without_site(&title, site.as_deref())),
        (None, None) => None,
    };
    Meta {
        title,
        published: dates.iter().flatten().find_map(|text| iso_date(text)),
        publisher,
        url: canonical.or(og_url).filter(|url| {
            let lower = url.to_ascii_lowercase();
            (lower.starts_with("https://") || lower.starts_with("http://"))
                && !url.contains(char::is_control)
        }),
    }
}

fn words(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// A title without the site's name behind a dash or bar.
fn without_site(title: &str, site: Option<&str>) -> String {
    for mark in [" | ", " - ", " – ", " — "] {
        if let Some((head, tail)) = title.rsplit_once(mark)
            && (site.is_some_and(|site| site.eq_ignore_ascii_case(tail.trim()))
                || is_site_like(tail)
                || mark == " | ")
            && head.chars().count() >= 10
        {
            return head.trim().to_owned();
        }
    }
    title.to_owned()
}

fn is_site_like(tail: &str) -> bool {
    let lower = tail.trim().to_lowercase();
    [
        "cổng thông tin",
        "trang thông tin",
        "báo ",
        "trang chủ",
        "website",
        "www.",
    ]
    .iter()
    .any(|start| lower.starts_with(start))
        || (!lower.contains(' ')
            && [".vn", ".com", ".net", ".org"]
                .iter()
                .any(|end| lower.ends_with(end)))
}

/// `2020-07-15` out of ISO 8601 or of `15/07/2020`, the Vietnamese order.
pub(super) fn iso_date(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = bytes.get(range)?;
        part.iter()
            .all(u8::is_ascii_digit)
            .then(|| std::str::from_utf8(part).ok()?.parse().ok())?
    };
    for start in 0..bytes.len() {
        if !bytes[start].is_ascii_digit() || (start > 0 && bytes[start - 1].is_ascii_digit()) {
            continue;
        }
        let digits = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits == 4
            && bytes.get(start + 4) == Some(&b'-')
            && bytes.get(start + 7) == Some(&b'-')
            && let (Some(y), Some(m), Some(d)) = (
                number(start..start + 4),
                number(start + 5..start + 7),
                number(start + 8..start + 10),
            )
            && let Some(date) = valid(y, m, d)
        {
            return Some(date);
        }
        if digits <= 2 {
            let mut parts = text[start..].splitn(3, ['/', '-', '.']).map(|part| {
                part.split(|c: char| !c.is_ascii_digit())
                    .next()
                    .unwrap_or_default()
            });
            if let (Some(Ok(d)), Some(Ok(m)), Some(year)) = (
                parts.next().map(str::parse::<u32>),
                parts.next().map(str::parse::<u32>),
                parts.next(),
            ) && year.len() == 4
                && text[start + digits..].starts_with(['/', '-', '.'])
                && let Ok(y) = year.parse()
                && let Some(date) = valid(y, m, d)
            {
                return Some(date);
            }
        }
    }
    None
}

fn valid(y: u32, m: u32, d: u32) -> Option<String> {
    let days = match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400)) => 29,
        2 => 28,
        _ => return None,
    };
    ((1990..=2100).contains(&y) && (1..=days).contains(&d)).then(|| format!("{y:04}-{m:02}-{d:02}"))
}

/// `datePublished` of a JSON-LD block, without reading the rest of it.
fn json_date(json: &str) -> Option<String> {
    let at = json.find("\"datePublished\"")?;
    let value = json[at + "\"datePublished\"".len()..]
        .trim_start()
        .strip_prefix(':')?;
    let value = value.trim_start().strip_prefix('"')?;
    value.split('"').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_both_orders() {
        for (text, want) in [
            ("2020-07-15T08:30:00+07:00", Some("2020-07-15")),
            ("Thứ Tư, 15/07/2020, 08:30", Some("2020-07-15")),
            ("15-7-2020", Some("2020-07-15")),
            ("cập nhật 08:30 ngày 1/7/2020", Some("2020-07-01")),
            ("30/02/2020", None),
            ("197/2020", None),
            ("21.870,5", None),
            ("", None),
        ] {
            assert_eq!(iso_date(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn the_encoding_is_read_from_either_form() {
        assert_eq!(charset(b"<meta charset='utf-8'>").as_deref(), Some("utf-8"));
        let old = b"<META http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1258\">";
        assert_eq!(charset(old).as_deref(), Some("windows-1258"));
        assert_eq!(charset(b"<p>charset</p>"), None);
    }

    #[test]
    fn the_name_of_the_site_is_no_part_of_a_title() {
        assert_eq!(
            without_site("Thu hút đầu tư tăng mạnh | Báo Mẫu", None),
            "Thu hút đầu tư tăng mạnh"
        );
        assert_eq!(
            without_site("Khu kinh tế A - tình hình 2020", None),
            "Khu kinh tế A - tình hình 2020"
        );
        assert_eq!(
            without_site("Thu hút đầu tư tăng - mau.vn", None),
            "Thu hút đầu tư tăng"
        );
    }
}
