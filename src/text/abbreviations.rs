//! Abbreviations and their long forms, in both directions, and the text that is indexed because of them.
//!
//! At the index a long form gets its abbreviation as an extra token (`khu công nghiệp` is found by `KCN`), and what a report abbreviates
//! itself is read with its long form from there on. In queries an abbreviation and its long form stand for each other.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::reads_as;
pub(crate) use super::scan::EXTRA;
use super::syllable;
use super::token::{Token, TokenKind, Tokens, Word, tokenize};
use super::words::Words;

/// Exact and folded form of a word.
type Forms = (String, String);

/// One row of the table.
struct Row {
    /// Words of the abbreviation: two for `KT-XH`.
    short: Vec<Forms>,
    long: Vec<Forms>,
    /// Numbers of the words of the long form, see [`Table::words`].
    numbers: Vec<u32>,
}

struct Table {
    rows: Vec<Row>,
    /// Rows by the folded first word of the long form, longest first.
    by_long: FxHashMap<String, Vec<usize>>,
    /// Rows by the folded first word of the abbreviation.
    by_short: FxHashMap<String, Vec<usize>>,
    /// The words of all long forms, folded.
    words: Words,
    /// Rows by the number of the first word of the long form, longest first.
    beginning: Vec<Vec<usize>>,
}

/// Of a word: no long form has it.
const NONE: u32 = u32::MAX >> 1;
/// Beside its number: it may be several syllables.
const GLUED: u32 = 1 << 31;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        rows: Vec::new(),
        by_long: FxHashMap::default(),
        by_short: FxHashMap::default(),
        words: Words::default(),
        beginning: Vec::new(),
    };
    for line in rows() {
        let (short, long) = line
            .split_once('\t')
            .expect("abbreviations.tsv is well formed");
        let long = forms(long);
        let row = Row {
            short: forms(short),
            numbers: long.iter().map(|word| table.words.add(&word.1)).collect(),
            long,
        };
        let at = table.rows.len();
        let entry = |map: &mut FxHashMap<String, Vec<usize>>, words: &[Forms]| {
            map.entry(words[0].1.clone()).or_default().push(at);
        };
        entry(&mut table.by_long, &row.long);
        table.beginning.resize(table.words.len(), Vec::new());
        table.beginning[row.numbers[0] as usize].push(at);
        entry(&mut table.by_short, &row.short);
        table.rows.push(row);
    }
    for list in table.by_long.values_mut().chain(&mut table.beginning) {
        list.sort_by_key(|&i| std::cmp::Reverse(table.rows[i].long.len()));
    }
    table
});

fn rows() -> impl Iterator<Item = &'static str> {
    include_str!("abbreviations.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .skip(1)
}

fn forms(text: &str) -> Vec<Forms> {
    let tokens = tokenize(text);
    tokens
        .list()
        .iter()
        .filter(|t| t.kind != TokenKind::Punct)
        .map(|t| (tokens.exact(t).to_owned(), tokens.folded(t).to_owned()))
        .collect()
}

/// A walk over the words of a text that takes hyphens and wrapped lines for spaces.
#[derive(Clone, Copy)]
struct Walk<'a> {
    text: &'a str,
    tokens: &'a Tokens,
}

impl Walk<'_> {
    /// Index of the word that follows token `at` directly.
    fn after(self, at: usize) -> Option<usize> {
        let list = self.tokens.list();
        let mut next = at + 1;
        let token = list.get(next)?;
        let passed = match token.kind {
            TokenKind::Punct => matches!(token.span.of(self.text), "-" | "–"),
            TokenKind::Break => token.span.len() <= 2,
            _ => false,
        };
        if passed {
            next += 1;
        }
        (list.get(next)?.kind == TokenKind::Word).then_some(next)
    }

    /// Index of the word that stands directly before token `at`.
    fn before(self, at: usize) -> Option<usize> {
        let list = self.tokens.list();
        let mut last = at.checked_sub(1)?;
        if list[last].kind == TokenKind::Punct && matches!(list[last].span.of(self.text), "-" | "–")
        {
            last = last.checked_sub(1)?;
        }
        (list[last].kind == TokenKind::Word).then_some(last)
    }

    /// Index of the word that an apostrophe alone parts from token `at`: the `leo` of `H'leo`.
    fn behind_apostrophe(self, at: usize) -> Option<usize> {
        let (mark, rest) = (
            self.tokens.list().get(at + 1)?,
            self.tokens.list().get(at + 2)?,
        );
        let glued = !mark.spaced && !rest.spaced && rest.kind == TokenKind::Word;
        let is_apostrophe = matches!(mark.span.of(self.text), "'" | "’" | "ʼ" | "‘" | "`");
        let is_name = || self.tokens.exact(rest).chars().all(char::is_alphabetic);
        (glued && is_apostrophe && rest.span.len() > 1 && is_name()).then_some(at + 2)
    }

    fn is(self, at: usize, word: &Forms) -> bool {
        let token = &self.tokens.list()[at];
        self.tokens.folded_bytes(token) == word.1.as_bytes()
            && reads_as(&word.0, self.tokens.exact(token))
    }

    /// Index of the last token where `words` stand from `at` on.
    fn matches(self, at: usize, words: &[Forms]) -> Option<usize> {
        if !self.is(at, words.first()?) {
            return None;
        }
        words[1..].iter().try_fold(at, |last, word| {
            self.after(last).filter(|&next| self.is(next, word))
        })
    }
}

/// The text to be indexed for `text` (a stored text, or its restored reading): the same, with extra tokens written inline as U+0001 and a
/// word, each behind the word whose position it shares.
///
/// - A long form carries its abbreviation: `khu\u{1}kcn công nghiệp`.
/// - An abbreviation that the report defines itself (`khu kinh tế ven biển (KKTVB)`) carries the long form's words from then on.
/// - Glued words carry their syllables: `Chiềungày\u{1}chiều\u{1}ngày`, `triệuUSD\u{1}triệu\u{1}usd`.
/// - A letter cut off by an apostrophe carries the name: `H\u{1}hleo'leo`.
///
/// Borrowed where there is nothing to add. U+0001 of the text itself becomes a space.
#[must_use]
pub fn index_text(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&(EXTRA as u8)) {
        let clean = text.replace(EXTRA, " ");
        let indexed = index_text_of(&clean, &tokenize(&clean)).into_owned();
        return Cow::Owned(indexed);
    }
    index_text_of(text, &tokenize(text))
}

/// [`index_text`] for a text that is tokenised already; `text` must be free of U+0001.
pub(crate) fn index_text_of<'a>(text: &'a str, tokens: &Tokens) -> Cow<'a, str> {
    let mut out = String::new();
    let mut done = 0;
    each_extra(text, tokens, |at, word, _| {
        let end = tokens.list()[at].span.end;
        out.push_str(&text[done..end]);
        done = end;
        out.push(EXTRA);
        out.push_str(word);
    });
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Calls `add` with the token that it stands behind and each extra word of [`index_text`], in order; with its folded form where that is known.
pub(crate) fn each_extra(
    text: &str,
    tokens: &Tokens,
    mut add: impl FnMut(usize, &str, Option<&str>),
) {
    let table = &*TABLE;
    let words = Walk { text, tokens };
    let mut learnt: FxHashMap<&str, Definition<'_>> = FxHashMap::default();
    let number_of = |word: &Word| {
        let token = &tokens.list()[word.first as usize];
        let folded = tokens.folded(token);
        let glued = token.has_marks() && token.span.len() > 5 && syllable::may_be_glued(folded);
        let number = table.words.get(word.folded, || folded.as_bytes());
        number.unwrap_or(NONE) | (u32::from(glued) * GLUED)
    };
    let numbers: Vec<u32> = tokens.words().iter().map(number_of).collect();
    let number = |token: &Token| numbers[token.word as usize];
    // Further words of hyphenated abbreviations, to stand behind words to come.
    let mut later: Vec<(usize, &Forms)> = Vec::new();
    for (at, token) in tokens.list().iter().enumerate() {
        if token.kind != TokenKind::Word {
            if token.kind == TokenKind::Punct
                && text.as_bytes()[token.span.start] == b'('
                && let Some(definition) = definition(words, at)
            {
                learnt.insert(definition.short, definition);
            }
            continue;
        }
        let own = number(token);
        let mut add = |word: &str, folded: Option<&str>| add(at, word, folded);
        if !later.is_empty() {
            for (_, (word, folded)) in later.extract_if(.., |l| l.0 == at) {
                add(word, Some(folded));
            }
        }
        let rows = match table.beginning.get((own & !GLUED) as usize) {
            Some(rows) if !rows.is_empty() => rows.as_slice(),
            _ => &[],
        };
        let mut next = None;
        for row in rows.iter().map(|&i| &table.rows[i]) {
            // Many words begin a long form; the second one tells most of them apart.
            if let Some(second) = row.numbers.get(1) {
                let next = *next.get_or_insert_with(|| {
                    let next = words.after(at).map(|next| &tokens.list()[next]);
                    next.map_or(NONE, |next| number(next) & !GLUED)
                });
                if next != *second {
                    continue;
                }
            }
            if words.matches(at, &row.long).is_none() {
                continue;
            }
            let (first, folded) = &row.short[0];
            add(first, Some(folded));
            let mut place = at;
            for word in &row.short[1..] {
                let Some(next) = words.after(place) else {
                    break;
                };
                place = next;
                later.push((place, word));
            }
        }
        let by_case = if token.has_inner_capital() {
            syllable::split_case(token.span.of(text))
        } else {
            Vec::new()
        };
        for part in &by_case {
            let part = tokenize(part);
            part.list()
                .iter()
                .for_each(|t| add(part.exact(t), Some(part.folded(t))));
        }
        if own & GLUED != 0 && by_case.is_empty() {
            for part in syllable::split_glued(tokens.exact(token)) {
                add(part, None);
            }
        }
        if token.span.len() == 1
            && let Some(rest) = words.behind_apostrophe(at)
        {
            let joined = format!(
                "{}{}",
                tokens.exact(token),
                tokens.exact(&tokens.list()[rest])
            );
            add(&joined, None);
        }
        if !learnt.is_empty() && token.is_upper() {
            let exact = tokens.exact(token);
            let known = learnt.get(exact).filter(|l| l.from < at);
            for word in known.into_iter().flat_map(|l| &l.long) {
                add(word, None);
            }
        }
    }
}

/// An abbreviation that a report defines.
struct Definition<'a> {
    short: &'a str,
    long: Vec<&'a str>,
    /// Token of the definition; it holds behind it.
    from: usize,
}

/// The abbreviation that the parenthesis opened at token `open` defines, with the words before it that it abbreviates.
///
/// `khu kinh tế ven biển (KKTVB)`, `… (sau đây gọi là KKTVB)`: capitals whose letters are the first letters of the words before.
fn definition(words: Walk<'_>, open: usize) -> Option<Definition<'_>> {
    let list = words.tokens.list();
    let close =
        (open + 2..list.len().min(open + 9)).find(|&i| list[i].span.of(words.text) == ")")?;
    let mut last = close - 1;
    if list[last].kind == TokenKind::Punct {
        last -= 1;
    }
    let token = &list[last];
    let short = words.tokens.folded(token);
    if token.kind != TokenKind::Word || !token.is_upper() || !(2..=10).contains(&short.len()) {
        return None;
    }
    let introduced = last == open + 1
        || matches!(
            words.tokens.folded(&list[open + 1]),
            "goi" | "viet" | "sau" | "duoi"
        );
    if !introduced {
        return None;
    }
    let mut long = Vec::with_capacity(short.len());
    let mut at = open;
    for initial in short.bytes().rev() {
        at = words.before(at)?;
        let word = words.tokens.folded(&list[at]);
        if word.as_bytes().first() != Some(&initial) {
            return None;
        }
        long.push(words.tokens.exact(&list[at]));
    }
    long.reverse();
    let known = TABLE.by_short.get(short).is_some_and(|rows| {
        let same = |row: &Row| {
            row.long
                .iter()
                .map(|w| w.0.as_str())
                .eq(long.iter().copied())
        };
        rows.iter().any(|&i| same(&TABLE.rows[i]))
    });
    (!known).then(|| Definition {
        short: words.tokens.exact(token),
        long,
        from: last,
    })
}

/// What a run of query words also stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// Indexes of the tokens that stand for it, hyphens included.
    pub tokens: Range<usize>,
    /// The other ways to say it, each as exact forms: `[["khu", "công", "nghiệp"]]` for `KCN`.
    pub forms: Vec<Vec<&'static str>>,
}

/// The abbreviations and long forms in the query `text`, whose tokens are `tokens`, with what they stand for: an abbreviation for its long
/// forms, a long form for its abbreviations. In order of their first token; they may overlap.
#[must_use]
pub fn expand_abbreviations(text: &str, tokens: &Tokens) -> Vec<Expansion> {
    let table = &*TABLE;
    let words = Walk { text, tokens };
    let mut found = Vec::new();
    for (at, token) in tokens.list().iter().enumerate() {
        if token.kind != TokenKind::Word {
            continue;
        }
        let folded = tokens.folded(token);
        for (map, from_short) in [(&table.by_short, true), (&table.by_long, false)] {
            let mut end = 0;
            let mut forms: Vec<Vec<&'static str>> = Vec::new();
            for row in map
                .get(folded)
                .into_iter()
                .flatten()
                .map(|&i| &table.rows[i])
            {
                let (own, other) = if from_short {
                    (&row.short, &row.long)
                } else {
                    (&row.long, &row.short)
                };
                let Some(last) = words.matches(at, own) else {
                    continue;
                };
                if last + 1 < end {
                    break;
                }
                end = last + 1;
                forms.push(other.iter().map(|w| w.0.as_str()).collect());
            }
            if !forms.is_empty() {
                found.push(Expansion {
                    tokens: at..end,
                    forms,
                });
            }
        }
    }
    found
}

/// Whether `token` is written like an abbreviation: two capitals or more.
#[must_use]
pub fn is_abbreviation(tokens: &Tokens, token: &Token) -> bool {
    token.kind == TokenKind::Word && token.is_upper() && tokens.folded(token).len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        index_text(text).replace(EXTRA, "^")
    }

    #[test]
    fn the_table_is_well_formed() {
        let lines: Vec<_> = rows().collect();
        assert!(lines.is_sorted() && lines.len() > 100);
        for pair in lines.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
        for line in lines {
            assert!(unicode_normalization::is_nfc(line));
            assert_eq!(line.split('\t').count(), 2);
        }
    }

    #[test]
    fn long_forms_carry_their_abbreviation() {
        for (text, expected) in [
            ("các khu công nghiệp mới", "các khu^kcn công nghiệp mới"),
            ("Khu cong nghiep", "Khu^kcn cong nghiep"),
            (
                "khu công nghiệp, khu kinh tế",
                "khu^kcn công nghiệp, khu^kkt kinh tế",
            ),
            ("kinh tế-xã hội", "kinh^kt^ktxh tế^xh-xã hội"),
            ("đầu tư nước ngoài", "đầu^fdi^đtnn tư nước ngoài"),
            ("khu, công nghiệp", "khu, công nghiệp"),
            ("khủ công nghiệp", "khủ công nghiệp"),
            (
                "ban quản lý khu kinh tế",
                "ban^bqlkkt^bql quản lý khu^kkt kinh tế",
            ),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn abbreviations_of_the_report_itself() {
        assert_eq!(
            shown("Trung tâm điều hành thông minh (TTĐHTM) hoạt động; TTĐHTM đã xử lý"),
            "Trung tâm điều hành thông minh (TTĐHTM) hoạt động; TTĐHTM^trung^tâm^điều^hành^thông^minh đã xử lý"
        );
        assert!(
            shown("Vườn ươm sáng tạo (sau đây gọi là VƯST) mở; VƯST có")
                .contains("VƯST^vườn^ươm^sáng^tạo có")
        );
        assert_eq!(shown("vườn ươm (ABC); ABC có"), "vườn ươm (ABC); ABC có");
        assert!(matches!(index_text("Vườn ươm (VƯ"), Cow::Borrowed(_)));
    }

    #[test]
    fn glued_words_carry_their_syllables() {
        assert_eq!(shown("Chiềungày 5"), "Chiềungày^chiều^ngày 5");
        assert_eq!(
            shown("5 triệuUSD, BanQuản lý"),
            "5 triệuUSD^triệu^usd, BanQuản^ban^quản lý"
        );
        assert!(matches!(
            index_text("Container café nghiêng Covid"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn names_of_the_highlands_are_found_however_they_are_cut() {
        for (text, expected) in [
            ("xã Ia H'Lăng", "xã Ia H^hlăng'Lăng"),
            ("xã Cư M’trol", "xã Cư M^mtrol’trol"),
            ("rock 'n' roll", "rock 'n' roll"),
            ("H'kinh\u{301}", "H'kinh\u{301}"),
            ("ở Kon Tum", "ở Kon^kontum Tum"),
            ("Đắk Lắk", "Đắk^đắklắk Lắk"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn query_words_stand_for_one_another() {
        let expand = |text: &str| {
            let list = expand_abbreviations(text, &tokenize(text));
            let one = |e: &Expansion| {
                let forms: Vec<_> = e.forms.iter().map(|f| f.join(" ")).collect();
                format!("{:?} {}", e.tokens, forms.join("|"))
            };
            list.iter().map(one).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(expand("vốn kcn 2020"), "1..2 khu công nghiệp");
        assert_eq!(expand("khu cong nghiep"), "0..3 kcn");
        assert_eq!(expand("KT-XH"), "0..3 kinh tế xã hội");
        assert_eq!(expand("dtnn"), "0..1 đầu tư nước ngoài");
        assert_eq!(expand("tình hình"), "");
        assert_eq!(expand("Kontum"), "0..1 kon tum");
        assert_eq!(expand("daklak"), "0..1 đắk lắk");
    }

    proptest! {
        #[test]
        fn only_extra_tokens_are_added(text in "(khu|công|nghiệp|KT-XH|kinh|tế|xã|hội|Chiềungày|BanQuản|KCNThăng|ßU|H|'|’|\\(|\\)|KCNQ| |\n|\u{1}|\u{301}|,){0,20}") {
            let indexed = index_text(&text);
            let mut kept = String::new();
            let mut chars = indexed.chars().peekable();
            while let Some(c) = chars.next() {
                if c == EXTRA {
                    while chars.next_if(|c| c.is_alphabetic()).is_some() {}
                } else {
                    kept.push(c);
                }
            }
            // An extra token is cut off by what follows it, which is never a letter of the text.
            prop_assert_eq!(kept, text.replace(EXTRA, " "));
        }
    }
}
