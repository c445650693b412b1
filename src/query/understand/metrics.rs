//! Metrics that a query names.
//!
//! Phrases first: cues as in reports, names, and what people type (`asked`, `grown` of the taxonomy); the longest win. What they name
//! is then made exact by the words around it, in this order: the kind of investment, the change that is asked for, the part of what is
//! invested, a group beside a quantity, the unit.

use std::sync::{Arc, LazyLock};

use super::words::{WORDS, holds, places_of};
use super::{Known, Meaning};
use crate::annotate::cue_index::CueIndex;
use crate::annotate::lexicon::{Joints, Lexicon};
use crate::annotate::metric::expand;
use crate::model::derived::Derived;
use crate::model::{MetricId, Taxonomy};
use crate::text::{TokenKind, Tokens};

/// What people type for metrics.
struct Spoken {
    asked: Lexicon,
    grown: Lexicon,
}

impl Spoken {
    /// That of a taxonomy, made once for each in turn.
    fn of(taxonomy: &Taxonomy) -> Arc<Self> {
        static MADE: Derived<Spoken> = Derived::new();
        MADE.of(taxonomy.serial, || Self::new(taxonomy))
    }

    fn new(taxonomy: &Taxonomy) -> Self {
        let mut this = Self {
            asked: Lexicon::empty(Joints::Name),
            grown: Lexicon::empty(Joints::Name),
        };
        for (id, metric) in taxonomy.iter() {
            for (lexicon, patterns) in [
                (&mut this.asked, &metric.asked),
                (&mut this.grown, &metric.grown),
            ] {
                for phrase in patterns.iter().flat_map(|pattern| expand(pattern)) {
                    lexicon.insert(&phrase, u32::from(id.0));
                }
            }
        }
        this
    }
}

/// A metric named by words `first..end` of the query.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    first: usize,
    end: usize,
    code: String,
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

/// Words for the kinds of investment, folded.
const FOREIGN: [&str; 4] = ["fdi", "nuoc ngoai", "du an ngoai", "von ngoai"];
const DOMESTIC: [&str; 2] = ["ddi", "trong nuoc"];

/// Words side by side that say how a metric is meant.
struct Around<'a> {
    taxonomy: &'a Taxonomy,
    words: Vec<&'a str>,
    meaning: &'a Meaning,
}

impl Around<'_> {
    fn says(&self, phrase: &str) -> bool {
        holds(&self.words, phrase)
    }

    fn knows(&self, code: &str) -> bool {
        self.taxonomy.by_code(code).is_some()
    }

    /// The kind of investment that the words name.
    fn kind(&self) -> Option<&'static str> {
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| self.says(phrase));
        if says(&FOREIGN) {
            Some("fdi")
        } else if self.says("ddi")
            || self.says("trong nuoc") && says(&["dau tu", "du an trong nuoc", "von trong nuoc"])
        {
            Some("ddi")
        } else {
            None
        }
    }

    /// Where words stand that make a code what it is, beside those that name it.
    fn making(&self, codes: &[String]) -> Vec<std::ops::Range<usize>> {
        let mut phrases: Vec<&str> = Vec::new();
        for code in codes {
            let of = |kind: &str| code.split('.').any(|part| part == kind);
            if of("fdi") {
                phrases.extend(FOREIGN);
            } else if of("ddi") || of("domestic") {
                phrases.extend(DOMESTIC);
            }
            if of("projects") || of("capital") || of("per_capita") {
                phrases.extend(
                    WORDS
                        .parts
                        .iter()
                        .flat_map(|(_, of)| of)
                        .map(String::as_str),
                );
            }
        }
        let places = phrases
            .iter()
            .flat_map(|phrase| places_of(&self.words, phrase));
        places.collect()
    }

    /// The parts of what is invested that the words name.
    fn parts(&self) -> impl Iterator<Item = &'static str> {
        let named = WORDS.parts.iter();
        let named = named.filter(|(_, phrases)| phrases.iter().any(|phrase| self.says(phrase)));
        named.map(|(part, _)| part.as_str())
    }

    /// Whether what there is at a time is asked for: `tổng số … đến cuối năm`, and nothing that came within it.
    fn says_standing(&self) -> bool {
        let says = |phrases: &[String]| phrases.iter().any(|phrase| self.says(phrase));
        !self.meaning.flow && says(&WORDS.standing.stands) && !says(&WORDS.standing.comes)
    }

    /// `vốn thu hút FDI`: a kind of investment named apart from what is asked of it.
    fn of_kind(&self, code: String) -> String {
        let Some(kind) = self.kind() else {
            return code;
        };
        if let Some(rest) = code.strip_prefix("investment.") {
            let merged = format!("{kind}.{rest}");
            return if self.knows(&merged) { merged } else { code };
        }
        let capital = !self.says("du an") && self.parts().next().is_some()
            || self.says("von")
            || self.says("dau tu")
            || self.says("thu hut");
        if code == kind && capital {
            format!("{kind}.capital")
        } else {
            code
        }
    }

    /// The change that is asked for, where the taxonomy has a code for it.
    fn changed(&self, code: String) -> String {
        let mut code = code;
        if self.meaning.growth || self.meaning.compared {
            let named = self
                .taxonomy
                .by_code(&code)
                .map(|id| self.taxonomy.metric(id));
            let level = named
                .and_then(|metric| self.taxonomy.by_code(metric.usual.as_ref()?))
                .map(|id| self.taxonomy.metric(id));
            let grown = level.or(named).map(crate::model::Metric::growth_code);
            if let Some(grown) = grown.filter(|grown| self.knows(grown)) {
                code = grown;
            }
        }
        // Against the month before, or against December.
        for (said, other) in [
            (self.meaning.on_month, "mom"),
            (self.meaning.on_december, "ytd"),
        ] {
            // `sản xuất công nghiệp tháng 9 so với tháng 8`: the change is that of what stands in its place.
            let own = self
                .taxonomy
                .by_code(&code)
                .map(|id| self.taxonomy.metric(id));
            let instead = own.into_iter().flat_map(|own| &own.instead);
            let changed = std::iter::once(&code).chain(instead).find_map(|code| {
                let stem = code.strip_suffix(".growth").unwrap_or(code);
                Some(format!("{stem}.{other}")).filter(|changed| self.knows(changed))
            });
            if let Some(changed) = changed.filter(|_| said) {
                code = changed;
            }
        }
        code
    }

    /// `GRDP … mỗi người`: what comes to one head.
    fn per_head(&self, code: String) -> String {
        const HEAD: &str = "per_capita";
        let whole = code.split('.').next().unwrap_or(&code);
        let each = format!("{whole}.{HEAD}");
        match self.parts().any(|part| part == HEAD) && self.knows(&each) {
            true => each,
            false => code,
        }
    }

    /// The part that is asked for: `vốn đăng ký cấp mới`.
    fn part(&self, code: String) -> String {
        if !(code.contains(".projects") || code.ends_with(".capital")) {
            return code;
        }
        let stem = code.strip_suffix(".total").unwrap_or(&code);
        let mut parts: Vec<String> = Vec::new();
        for part in self.parts() {
            // Projects whose capital is added are adjusted ones.
            let part = match part {
                "added" if code.contains(".projects") => "adjusted",
                part => part,
            };
            let part = format!("{stem}.{part}");
            if self.knows(&part) && !parts.contains(&part) {
                parts.push(part);
            }
        }
        match parts.as_slice() {
            [part] => part.clone(),
            // All that there are, where nothing says that they came within the period.
            [] if self.says_standing() => {
                let total = format!("{stem}.total");
                if self.knows(&total) { total } else { code }
            }
            // New and added together are the whole.
            _ => code,
        }
    }

    /// `du lịch … doanh thu`, `FDI … xuất khẩu`, `du lịch … thu được`: a group, and a quantity that the group has too or that has a part
    /// of its name.
    fn joined(&self, codes: &mut Vec<String>) {
        for i in 0..codes.len() {
            let code = &codes[i];
            let last = code.rsplit('.').next().unwrap_or(code);
            let merged = codes
                .iter()
                .filter(|group| !group.contains('.'))
                .find_map(|group| {
                    let forms = [
                        format!("{group}.{code}"),
                        format!("{code}.{group}"),
                        format!("{group}.{last}"),
                    ];
                    let other = forms
                        .into_iter()
                        .find(|form| *group != *code && self.knows(form));
                    other.map(|form| (group.clone(), form))
                });
            if let Some((group, merged)) = merged {
                codes[i] = merged;
                codes.retain(|code| *code != group);
                return;
            }
        }
    }
}

/// Finds the metrics, and notes which words name them.
pub(super) fn metrics(
    taxonomy: &Taxonomy,
    tokens: &Tokens,
    n: usize,
    weak: bool,
    known: &mut Known,
    meaning: &mut Meaning,
) {
    let list = tokens.list();
    let chosen = named(taxonomy, tokens, n, weak, known, meaning);
    meaning.named = chosen.iter().map(|named| named.end - named.first).sum();
    // `xuất khẩu và nhập khẩu`: each of them is asked for.
    meaning.listed = chosen.len() > 1
        && chosen.windows(2).all(|pair| {
            let (end, start) = (pair[0].end, pair[1].first);
            start == end + 1
                && ["va", ",", "/", "&", "+", "voi"].contains(&tokens.folded(&list[end]))
        });
    let around = Around {
        taxonomy,
        words: list[..n].iter().map(|t| tokens.folded(t)).collect(),
        meaning,
    };
    let mut codes: Vec<String> = Vec::new();
    for Named { code, .. } in &chosen {
        let code = around.per_head(around.part(around.changed(around.of_kind(code.clone()))));
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    around.joined(&mut codes);
    let came = |part: &str| ["new", "added", "adjusted"].contains(&part);
    let flow = around.parts().any(came) && codes.iter().any(|code| code.ends_with(".capital"));
    if meaning.growth || meaning.compared {
        let grown = Spoken::of(taxonomy).grown.scan(tokens).next();
        let grown = grown.map(|hit| &taxonomy.metric(MetricId(hit.payload as u16)).code);
        let named = |i: usize| !known.said[i] && (!known.plain[i] || known.counted[i]);
        let nothing = (0..n).all(|i| list[i].kind != TokenKind::Word || !named(i));
        if let Some(code) = grown.filter(|code| codes.iter().all(|c| taxonomy.covers(c, code))) {
            codes = vec![code.clone()];
        } else if codes.is_empty() && meaning.growth && nothing && around.knows(ECONOMY) {
            // Growth of nothing else is that of the economy.
            codes.push(ECONOMY.to_owned());
        }
    }
    // `thu hút được bao nhiêu dự án`: what is counted, not what it costs.
    if let Some(unit) = meaning.unit {
        let counts = |code: &String| {
            taxonomy
                .by_code(code)
                .is_some_and(|id| taxonomy.metric(id).takes(unit))
        };
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
    // `bao nhiêu vốn ngoại`: the kind that is named says which.
    if !meaning.listed {
        let all = codes.clone();
        codes.retain(|code| {
            let rest = code.strip_prefix("investment.");
            !rest.is_some_and(|rest| {
                ["fdi", "ddi"]
                    .iter()
                    .any(|kind| all.contains(&format!("{kind}.{rest}")))
            })
        });
    }
    for range in around.making(&codes) {
        known.says(range);
    }
    // What is new and added together is what the period brought.
    meaning.flow |= flow;
    // `doanh nghiệp FDI nộp ngân sách`: a group of which the quantity is no part says whose it is.
    let group = |code: &str| taxonomy.is_group(code);
    let part = |own: &str, code: &String| taxonomy.covers(own, code) || code.ends_with(own);
    let mut quantities = codes.iter().filter(|code| !group(code)).peekable();
    if quantities.peek().is_some() {
        for Named { first, end, code } in chosen {
            if group(&code) && !quantities.clone().any(|whole| part(&code, whole)) {
                known.said[first..end].fill(false);
            }
        }
    }
    meaning.shown.metrics = codes;
}

/// The code whose growth is meant where nothing is named that grows.
const ECONOMY: &str = "grdp.growth";

/// The metrics that phrases name, in the order of the words.
fn named(
    taxonomy: &Taxonomy,
    tokens: &Tokens,
    n: usize,
    weak: bool,
    known: &mut Known,
    meaning: &Meaning,
) -> Vec<Named> {
    const LONGEST: usize = 7;
    let list = tokens.list();
    let mut found: Vec<Named> = Vec::new();
    let mut add = |first, end, id: MetricId| {
        let code = taxonomy.metric(id).code.clone();
        found.push(Named { first, end, code });
    };
    let cues = CueIndex::of(taxonomy).within(tokens);
    for hit in cues.metrics(tokens, |_| true) {
        // `kết quả thu hút`: a word is cut in two.
        let next = list.get(hit.end).map(|t| tokens.folded(t));
        if tokens.folded(&list[hit.end - 1]) == "thu"
            && next
                .is_some_and(|next| ["hut", "hoi", "nhap", "mua", "gom", "hoach"].contains(&next))
        {
            continue;
        }
        let changes = meaning.growth || meaning.compared;
        let marked =
            || (hit.first..hit.end).any(|i| tokens.exact(&list[i]) != tokens.folded(&list[i]));
        let weak = hit.says.weak.filter(|id| {
            // `kinh tế` alone asks for no growth.
            (weak || marked()) && (changes || !taxonomy.metric(*id).code.ends_with(".growth"))
        });
        if let Some(id) = hit.says.metric.or(weak) {
            add(hit.first, hit.end, id);
        }
    }
    for start in 0..n {
        for end in (start + 1..=n.min(start + LONGEST)).rev() {
            if known.used[start..end].iter().any(|u| *u)
                || list[start..end].iter().any(|t| t.kind == TokenKind::Break)
            {
                continue;
            }
            let name: Vec<&str> = list[start..end].iter().map(|t| tokens.exact(t)).collect();
            if let Some(id) = taxonomy.find(&name.join(" ")) {
                add(start, end, id);
                break;
            }
        }
    }
    for hit in Spoken::of(taxonomy).asked.scan(tokens) {
        add(hit.first, hit.end, MetricId(hit.payload as u16));
    }
    // `bao nhiêu KCN`: what is counted is said by a name beside it, or over it, where there is one.
    let counted = |named: &Named| {
        let first = tokens.folded(&list[named.first]);
        let second = list.get(named.first + 1).map(|t| tokens.folded(t));
        matches!(first, "may" | "so") && tokens.exact(&list[named.first]) != "máy"
            || first == "bao" && second == Some("nhieu")
    };
    // The longest phrases first; what overlaps them says less.
    let all = found.clone();
    // `mấy da FDI` is no count beside FDI.
    let holds_other = |named: &Named| {
        all.iter().any(|other| {
            let within = named.first <= other.first && other.end <= named.end;
            within && other.code != named.code && other.end - other.first < named.end - named.first
        })
    };
    found.sort_by_key(|named| {
        (
            counted(named) && !holds_other(named),
            std::cmp::Reverse(named.end - named.first),
            counted(named),
            named.first,
            std::cmp::Reverse(named.code.len()),
        )
    });
    let mut taken = vec![false; list.len()];
    let mut chosen: Vec<Named> = Vec::new();
    for named in found {
        let words = named.first..named.end;
        if taken[words.clone()].iter().any(|t| *t) {
            continue;
        }
        taken[words.clone()].fill(true);
        known.metric[words.clone()].fill(true);
        known.says(words);
        chosen.push(named);
    }
    let unit = |named: &Named| {
        let id = taxonomy.by_code(&named.code)?;
        taxonomy.metric(id).units.first()
    };
    let others = chosen.clone();
    chosen.retain(|own| {
        !counted(own)
            || !others.iter().any(|other| {
                other != own && !counted(other) && unit(other).is_some() && unit(other) == unit(own)
            })
    });
    chosen.sort();
    chosen
}
