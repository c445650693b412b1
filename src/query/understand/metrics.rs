//! Metrics that a query names.

use std::sync::LazyLock;

use super::Meaning;
use super::words::PLAIN;
use crate::annotate::cue_index::CueIndex;
use crate::annotate::lexicon::Lexicon;
use crate::model::Taxonomy;
use crate::text::{TokenKind, Tokens, tokenize};

/// Short forms that people type and reports do not write.
static SHORT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new(
        SHORT_FORMS
            .iter()
            .enumerate()
            .map(|(i, (form, _))| (*form, i as u32)),
    )
});

const SHORT_FORMS: &[(&str, &str)] = &[
    ("KNXK", "trade.exports"),
    ("KN XK", "trade.exports"),
    ("KNNK", "trade.imports"),
    ("KN NK", "trade.imports"),
    ("KNXNK", "trade.total"),
    ("KN XNK", "trade.total"),
    ("thu NS", "budget.revenue"),
    ("chi NS", "budget.expenditure"),
    ("GTSXCN", "output.industrial"),
    ("GTSX CN", "output.industrial"),
    ("GTSXNN", "output.agriculture"),
    ("TNBQ", "income.per_capita"),
    ("GDP đầu người", "grdp.per_capita"),
    ("số thu", "budget.revenue"),
    ("số KCN", "zones.operating"),
    ("bao nhiêu KCN", "zones.operating"),
    ("mấy KCN", "zones.operating"),
    ("số khu công nghiệp", "zones.operating"),
    ("bao nhiêu khu công nghiệp", "zones.operating"),
    ("mấy khu công nghiệp", "zones.operating"),
    ("KCN đang hoạt động", "zones.operating"),
    ("số KCN đã thành lập", "zones.established"),
    ("bao nhiêu KCN đã thành lập", "zones.established"),
    ("bao nhiêu KCN được thành lập", "zones.established"),
    ("số CCN", "clusters.operating"),
    ("bao nhiêu CCN", "clusters.operating"),
    ("số cụm công nghiệp", "clusters.operating"),
    ("bao nhiêu cụm công nghiệp", "clusters.operating"),
    ("vốn ngoại", "fdi.capital"),
    ("vốn nội", "ddi.capital"),
    ("công nhân", "labour.employed"),
    ("số công nhân", "labour.employed"),
    ("thuế xuất nhập khẩu", "budget.revenue.trade"),
    ("giá trị tăng thêm", "gva.value"),
    ("doanh thu bán lẻ", "retail.sales"),
    ("doanh số bán lẻ", "retail.sales"),
    ("vốn đăng ký doanh nghiệp", "enterprises.new.capital"),
    ("vốn đăng ký của doanh nghiệp", "enterprises.new.capital"),
    ("lượt du khách", "tourism.visitors"),
    ("lượt khách", "tourism.visitors"),
    ("khách đến", "tourism.visitors"),
    ("thông quan hàng hóa", "trade.total"),
    ("thông quan lượng hàng hóa", "trade.total"),
    ("hàng hóa thông quan", "trade.total"),
    ("giá tiêu dùng", "cpi.growth"),
    ("bao nhiêu doanh nghiệp thành lập", "enterprises.new"),
    ("bao nhiêu doanh nghiệp mới", "enterprises.new"),
    ("việc làm mới", "labour.created"),
    ("bao nhiêu việc làm", "labour.created"),
    ("giá trị sản xuất", "output.industrial"),
    ("GTSX", "output.industrial"),
    ("bình quân đầu người", "grdp.per_capita"),
];

/// Words for a part of what is invested, and the last part of its code.
const PARTS: [(&[&str], &str); 5] = [
    (
        &[
            "cap moi",
            "an moi",
            "dang ky moi",
            "moi cap",
            "fdi moi",
            "dau tu moi",
            "ddi moi",
        ],
        "new",
    ),
    (&["con hieu luc"], "total"),
    (&["tang them", "tang von", "bo sung"], "added"),
    (&["dieu chinh"], "adjusted"),
    (&["gop von", "mua co phan"], "contributed"),
];

/// Whether the words hold a phrase, side by side; both folded as tokens are.
fn says(words: &[&str], phrase: &str) -> bool {
    let tokens = tokenize(phrase);
    let phrase: Vec<&str> = tokens.list().iter().map(|t| tokens.folded(t)).collect();
    words
        .windows(phrase.len().max(1))
        .any(|window| window == phrase)
}

/// Names of metrics as they sound, for queries that miss a letter by ear.
pub(super) static SOUNDS: LazyLock<Lexicon> = LazyLock::new(|| {
    let taxonomy = Taxonomy::get();
    let mut phrases: Vec<(String, u32)> = Vec::new();
    for (id, metric) in taxonomy.iter() {
        for name in std::iter::once(&metric.vi).chain(&metric.cues) {
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == ' ');
            if plain && name.split(' ').count() > 1 {
                phrases.push((sound(name), u32::from(id.0)));
            }
        }
    }
    Lexicon::new(phrases.iter().map(|(phrase, id)| (phrase.as_str(), *id)))
});

/// A text folded, with one letter for each sound that people mix up: s and x, ch and tr, d, gi and r, l and n.
pub(super) fn sound(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in crate::text::fold(text).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let (from, to) = [
            ("ngh", "ng"),
            ("ng", "ng"),
            ("nh", "nh"),
            ("gh", "g"),
            ("gi", "d"),
            ("tr", "ch"),
            ("x", "s"),
            ("r", "d"),
            ("n", "l"),
            ("k", "c"),
        ]
        .into_iter()
        .find(|(from, _)| word.starts_with(from) && word.len() > from.len() + 1)
        .unwrap_or(("", ""));
        out.push_str(to);
        out.push_str(&word[from.len()..]);
    }
    out
}

pub(super) fn metrics(
    taxonomy: &Taxonomy,
    tokens: &Tokens,
    n: usize,
    used: &[bool],
    said: &mut [bool],
    meaning: &mut Meaning,
) {
    let growth = meaning.growth;
    const LONGEST: usize = 7;
    let list = tokens.list();
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for hit in CueIndex::of(taxonomy)
        .within(tokens)
        .metrics(tokens, |_| true)
    {
        if let Some(id) = hit.says.metric.or(hit.says.weak) {
            let code = &taxonomy.metric(id).code;
            // `kinh tế` alone asks for no growth.
            if hit.says.metric.is_some() || growth || !code.ends_with(".growth") {
                found.push((hit.first, hit.end, code.clone()));
            }
        }
    }
    for start in 0..n {
        for end in (start + 1..=n.min(start + LONGEST)).rev() {
            if used[start..end].iter().any(|u| *u)
                || list[start..end].iter().any(|t| t.kind == TokenKind::Break)
            {
                continue;
            }
            let name: Vec<&str> = list[start..end].iter().map(|t| tokens.exact(t)).collect();
            if let Some(id) = taxonomy.find(&name.join(" ")) {
                found.push((start, end, taxonomy.metric(id).code.clone()));
                break;
            }
        }
    }
    for hit in SHORT.scan(tokens) {
        let (_, code) = SHORT_FORMS[hit.payload as usize];
        found.push((hit.first, hit.end, code.to_owned()));
    }
    // The longest phrases first; what overlaps them says less.
    found.sort_by_key(|(start, end, code)| {
        (
            std::cmp::Reverse(end - start),
            *start,
            std::cmp::Reverse(code.len()),
        )
    });
    let mut taken = vec![false; list.len()];
    let mut chosen: Vec<(usize, usize, String)> = Vec::new();
    for (start, end, code) in found {
        if taken[start..end].iter().any(|t| *t) {
            continue;
        }
        for flag in &mut taken[start..end] {
            *flag = true;
        }
        for flag in &mut said[start..end] {
            *flag = true;
        }
        chosen.push((start, end, code));
    }
    chosen.sort();
    let words: Vec<&str> = list[..n].iter().map(|t| tokens.folded(t)).collect();
    let has = |word: &str| words.contains(&word);
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w == [a, b]);
    let part = !pair("du", "an")
        && PARTS
            .iter()
            .any(|(phrases, _)| phrases.iter().any(|phrase| says(&words, phrase)));
    let fdi = has("fdi") || pair("nuoc", "ngoai");
    let ddi = has("ddi") || pair("trong", "nuoc") && pair("dau", "tu");
    let mut codes: Vec<String> = Vec::new();
    // `xuất khẩu và nhập khẩu`: each of them is asked for.
    meaning.listed = chosen.len() > 1
        && chosen.windows(2).all(|pair| {
            let (end, start) = (pair[0].1, pair[1].0);
            start == end + 1
                && ["va", ",", "/", "&", "+", "voi"].contains(&tokens.folded(&list[end]))
        });
    for (_, _, code) in chosen {
        let mut code = code;
        // `vốn thu hút FDI`: a kind of investment named apart from what is asked of it.
        if fdi || ddi {
            let kind = if fdi { "fdi" } else { "ddi" };
            if let Some(rest) = code.strip_prefix("investment.") {
                let merged = format!("{kind}.{rest}");
                if taxonomy.by_code(&merged).is_some() {
                    code = merged;
                }
            } else if code == kind {
                code = if part || has("von") || pair("dau", "tu") || pair("thu", "hut") {
                    format!("{kind}.capital")
                } else {
                    code
                };
            }
        }
        if growth {
            let id = taxonomy.by_code(&code);
            let grown = id.map(|id| taxonomy.metric(id).growth_code());
            if let Some(grown) = grown
                && (code == "grdp" || taxonomy.by_code(&grown).is_some())
            {
                code = grown;
            }
        }
        // Against the month before, or against December.
        for (said, other) in [(meaning.on_month, ".mom"), (meaning.on_december, ".ytd")] {
            let stem = code.strip_suffix(".growth").unwrap_or(&code);
            let changed = format!("{stem}{other}");
            if said && taxonomy.by_code(&changed).is_some() {
                code = changed;
            }
        }
        if code.contains(".projects") || code.ends_with(".capital") {
            let stem = code.trim_end_matches(".total");
            let parts: Vec<String> = PARTS
                .iter()
                .filter(|(phrases, _)| phrases.iter().any(|phrase| says(&words, phrase)))
                .map(|(_, part)| format!("{stem}.{part}"))
                .filter(|part| taxonomy.by_code(part).is_some())
                .collect();
            // New and added together are the whole.
            if let [part] = parts.as_slice() {
                code.clone_from(part);
            }
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    // `du lịch … doanh thu`, `FDI … xuất khẩu`: a group and a quantity that the group has too, or that has a part of its name.
    for i in 0..codes.len() {
        let merged = codes
            .iter()
            .flat_map(|group| {
                [
                    format!("{group}.{}", codes[i]),
                    format!("{}.{group}", codes[i]),
                ]
            })
            .find(|merged| taxonomy.by_code(merged).is_some());
        if let Some(merged) = merged {
            let of: Vec<String> = codes
                .iter()
                .filter(|group| merged.ends_with(&format!(".{group}")))
                .cloned()
                .collect();
            codes[i].clone_from(&merged);
            codes.retain(|code| *code == merged || !of.contains(code) || code.contains('.'));
            break;
        }
    }
    // `du lịch thu được bao nhiêu`: the revenue of tourism, not of the state.
    if codes.iter().any(|code| code == "tourism")
        && let Some(revenue) = codes.iter_mut().find(|code| *code == "budget.revenue")
    {
        *revenue = "tourism.revenue".to_owned();
    }
    // `đón bao nhiêu khách`: whichever visitors, where no kind of them is named.
    if codes.is_empty() && meaning.shown.question && has("khach") {
        codes.push("tourism.visitors".to_owned());
    }
    if (growth || meaning.compared) && pair("cong", "nghiep") && codes.is_empty() {
        codes.push("iip.growth".to_owned());
    }
    if growth && !codes.iter().any(|code| code.contains('.')) {
        let named = |i: usize| !said[i] && !PLAIN.contains(&words[i]);
        if pair("nong", "nghiep") {
            codes = vec!["agriculture.growth".to_owned()];
        } else if codes.is_empty() && (0..n).all(|i| list[i].kind != TokenKind::Word || !named(i)) {
            // Growth of nothing else is that of the economy.
            codes.push("grdp.growth".to_owned());
        }
    }
    // `thu hút được bao nhiêu dự án`: what is counted, not what it costs.
    let counted = ["bao nhieu du an", "may du an", "so du an", "so luong du an"];
    if counted.iter().any(|phrase| says(&words, phrase)) {
        let counts = |code: &String| code.contains(".projects");
        if codes.iter().any(counts) {
            codes.retain(counts);
        }
    }
    // A node beside one of its own branch adds nothing.
    let all = codes.clone();
    codes.retain(|code| {
        !all.iter()
            .any(|other| other != code && taxonomy.covers(code, other))
    });
    meaning.shown.metrics = codes;
}
