//! Words that are not in the index: what may have been meant.
//!
//! Candidates come from the index's own dictionary of folded terms (an automaton walks it with at most two edits), from
//! the keys of the Telex and VNI typing methods left in the word (`ddaauf`, `d9a62u`), and from cutting the word into two
//! or more known ones (`quangninh`). What the automaton counts as one edit is weighed anew by what people really mistype.

use tantivy::termdict::TermDictionary;
use tantivy_fst::Automaton;

/// The longest word that is matched nearly, in letters.
pub(crate) const MAX_WORD: usize = 24;
/// The most terms of one dictionary that are looked at for one word.
const MAX_SEEN: usize = 4_096;

/// The most edits.
const MAX_EDITS: usize = 2;

/// Edits between a word and a term, for walking a dictionary: bit `i` of a row says whether the first `i` letters of the word give the
/// path walked so far by at most so many edits. Terms and words are folded, so letters are bytes.
pub(crate) struct Edits {
    /// Of each byte, bit `i` where it is the `i`th letter of the word, counted from one.
    letters: Box<[u32; 256]>,
    /// The bit of the whole word.
    whole: u32,
    most: usize,
}

/// The rows by number of edits; of the step before those too, and its letter, for swapped neighbours.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    last: [u32; MAX_EDITS + 1],
    before: [u32; MAX_EDITS + 1],
    letter: u32,
}

impl Edits {
    /// `None` for a word that is empty or longer than [`MAX_WORD`].
    pub fn new(word: &str, most: u8) -> Option<Self> {
        if word.is_empty() || word.len() > MAX_WORD {
            return None;
        }
        let mut letters = Box::new([0; 256]);
        for (i, byte) in word.bytes().enumerate() {
            letters[usize::from(byte)] |= 2 << i;
        }
        Some(Self {
            letters,
            whole: 1 << word.len(),
            most: usize::from(most).min(MAX_EDITS),
        })
    }
}

impl Automaton for Edits {
    type State = Rows;

    fn start(&self) -> Rows {
        // So many letters of the word may be missing before the first.
        Rows {
            last: [0b1, 0b11, 0b111],
            before: [0; MAX_EDITS + 1],
            letter: 0,
        }
    }

    fn is_match(&self, state: &Rows) -> bool {
        state.last[self.most] & self.whole != 0
    }

    fn can_match(&self, state: &Rows) -> bool {
        state.last[self.most] & (self.whole << 1).wrapping_sub(1) != 0
    }

    fn accept(&self, state: &Rows, byte: u8) -> Rows {
        let letter = self.letters[usize::from(byte)];
        let last = &state.last;
        let mut rows = [(last[0] << 1) & letter; MAX_EDITS + 1];
        for edits in 1..=MAX_EDITS {
            let same = (last[edits] << 1) & letter;
            // A letter too many, another one, one that is missing, two swapped.
            let fewer = last[edits - 1] | (last[edits - 1] << 1) | (rows[edits - 1] << 1);
            let swapped = (state.before[edits - 1] << 2) & (letter << 1) & state.letter;
            rows[edits] = same | fewer | swapped;
        }
        Rows {
            last: rows,
            before: state.last,
            letter,
        }
    }
}

/// Calls `visit` for the terms of `dictionary` within `most` edits of `word`, with the number of documents.
pub(crate) fn near_terms(
    dictionary: &TermDictionary,
    word: &str,
    most: u8,
    visit: &mut dyn FnMut(&str, u32),
) -> std::io::Result<()> {
    let Some(edits) = Edits::new(word, most) else {
        return Ok(());
    };
    let mut stream = dictionary.search(edits).into_stream()?;
    let mut seen = 0;
    while stream.advance() {
        if let Ok(term) = std::str::from_utf8(stream.key()) {
            visit(term, stream.value().doc_freq);
        }
        seen += 1;
        if seen >= MAX_SEEN {
            break;
        }
    }
    Ok(())
}

/// Beginnings and ends that sound alike somewhere in the country, or are one slip of the finger in spelling.
const ONSETS: &[(&str, &str)] = &[
    ("s", "x"),
    ("ch", "tr"),
    ("d", "gi"),
    ("d", "r"),
    ("gi", "r"),
    ("n", "l"),
    ("v", "d"),
    ("v", "gi"),
    ("c", "k"),
    ("c", "q"),
    ("k", "q"),
    ("g", "gh"),
    ("ng", "ngh"),
    ("ph", "f"),
    ("d", "z"),
    ("gi", "j"),
    ("c", "ch"),
    ("k", "kh"),
    ("t", "th"),
];
const CODAS: &[(&str, &str)] = &[
    ("n", "ng"),
    ("t", "c"),
    ("nh", "n"),
    ("ch", "t"),
    ("i", "y"),
    ("u", "o"),
];
const CHEAP: f32 = 0.4;

/// Cost of reading `word` as `term`, both folded: below 1 for the usual confusions and slips, 1 a letter otherwise.
pub(crate) fn cost(word: &str, term: &str) -> f32 {
    if word == term {
        return 0.0;
    }
    let swap = |table: &[(&str, &str)], from: &str, to: &str| {
        table
            .iter()
            .any(|&(a, b)| (a == from && b == to) || (b == from && a == to))
    };
    let (a_on, a_rime) = onset(word);
    let (b_on, b_rime) = onset(term);
    let onset_cost = match (a_on == b_on, swap(ONSETS, a_on, b_on)) {
        (true, _) => 0.0,
        (_, true) => CHEAP,
        _ => f32::INFINITY,
    };
    let (a_core, a_end) = coda(a_rime);
    let (b_core, b_end) = coda(b_rime);
    let rime_cost = if a_rime == b_rime {
        0.0
    } else if a_core == b_core && swap(CODAS, a_end, b_end) {
        CHEAP
    } else if a_rime.replace('y', "i") == b_rime.replace('y', "i") {
        0.2
    } else {
        f32::INFINITY
    };
    let by_parts = onset_cost + rime_cost;
    by_parts.min(letters(word.as_bytes(), term.as_bytes()))
}

fn onset(syllable: &str) -> (&str, &str) {
    for long in ["ngh", "ng", "nh", "ch", "tr", "th", "ph", "kh", "gh", "gi"] {
        if let Some(rest) = syllable.strip_prefix(long)
            && !rest.is_empty()
        {
            return (long, rest);
        }
    }
    let len = usize::from(
        syllable
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() && !b"aeiouy".contains(&b)),
    );
    syllable.split_at(len)
}

fn coda(rime: &str) -> (&str, &str) {
    for long in [
        "ng", "nh", "ch", "n", "t", "c", "m", "p", "i", "y", "u", "o",
    ] {
        if let Some(core) = rime.strip_suffix(long)
            && !core.is_empty()
        {
            return (core, long);
        }
    }
    (rime, "")
}

/// Edits letter by letter: a lost vowel is what damaged texts show, a doubled letter and swapped neighbours are slips of the
/// finger, and so is the key beside.
fn letters(word: &[u8], term: &[u8]) -> f32 {
    let (n, m) = (word.len(), term.len());
    if n > MAX_WORD || m > MAX_WORD + 8 {
        return f32::INFINITY;
    }
    let vowel = |b: u8| b"aeiouy".contains(&b);
    let width = m + 1;
    let mut table = vec![0.0f32; (n + 1) * width];
    for i in 0..=n {
        for j in 0..=m {
            if i == 0 && j == 0 {
                continue;
            }
            let mut best = f32::INFINITY;
            if i > 0 {
                // A letter too many in the word.
                let doubled = i > 1 && word[i - 1] == word[i - 2];
                best = best.min(table[(i - 1) * width + j] + if doubled { 0.5 } else { 0.9 });
            }
            if j > 0 {
                // A letter missing from the word.
                let price = if vowel(term[j - 1]) { 0.7 } else { 0.9 };
                best = best.min(table[i * width + j - 1] + price);
            }
            if i > 0 && j > 0 {
                let (a, b) = (word[i - 1], term[j - 1]);
                let price = if a == b {
                    0.0
                } else if matches!((a, b), (b'i', b'y') | (b'y', b'i')) {
                    0.2
                } else if vowel(a) && vowel(b) {
                    0.8
                } else if beside(a, b) {
                    0.85
                } else {
                    1.0
                };
                // The first letter is rarely wrong.
                let price = if i == 1 && j == 1 && a != b {
                    price + 0.3
                } else {
                    price
                };
                best = best.min(table[(i - 1) * width + j - 1] + price);
                if i > 1 && j > 1 && a == term[j - 2] && word[i - 2] == b && a != b {
                    best = best.min(table[(i - 2) * width + j - 2] + 0.6);
                }
            }
            table[i * width + j] = best;
        }
    }
    table[n * width + m]
}

fn beside(a: u8, b: u8) -> bool {
    const KEYS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |byte: u8| {
        KEYS.iter()
            .enumerate()
            .find_map(|(row, keys)| keys.iter().position(|&k| k == byte).map(|col| (row, col)))
    };
    match (place(a), place(b)) {
        (Some((r1, c1)), Some((r2, c2))) => r1.abs_diff(r2) <= 1 && c1.abs_diff(c2) <= 1,
        _ => false,
    }
}

/// The syllable that the keys of Telex or VNI would have given: `ddaauf` and `d9a62u` are `đầu`, `tuw` is `tư`.
///
/// `None` where the word holds no such keys, or they make nothing.
pub(crate) fn typed_keys(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    if !word.is_ascii()
        || word.len() < 2
        || word.len() > 12
        || !word.bytes().next()?.is_ascii_lowercase()
    {
        return None;
    }
    if word.bytes().any(|b| b.is_ascii_digit()) {
        vni(&word)
    } else {
        telex(&word)
    }
}

const PLAIN_VOWELS: &[u8] = b"aeiouy";

fn telex(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let mut letters: Vec<char> = Vec::new();
    let mut tone = 0usize;
    let mut keys = 0;
    for (i, &b) in bytes.iter().enumerate() {
        let after_vowel = letters.iter().any(|&c| is_vowel(c));
        match b {
            b'd' if letters.first() == Some(&'d') && (i == 1 || after_vowel) => {
                letters[0] = 'đ';
                keys += 1;
            }
            b'a' | b'e' | b'o' => {
                let twin = match b {
                    b'a' => 'â',
                    b'e' => 'ê',
                    _ => 'ô',
                };
                // `aa`, or the second one behind the rest of the rime: `dauad`.
                match letters.iter().rposition(|&c| c == char::from(b)) {
                    Some(at)
                        if at + 1 == letters.len() || (i + 1 >= bytes.len() && after_vowel) =>
                    {
                        letters[at] = twin;
                        keys += 1;
                    }
                    _ => letters.push(char::from(b)),
                }
            }
            b'w' => {
                let uo = letters.windows(2).position(|w| w == ['u', 'o']);
                if let Some(at) = uo {
                    letters[at] = 'ư';
                    letters[at + 1] = 'ơ';
                } else if let Some(at) = letters.iter().rposition(|&c| matches!(c, 'a' | 'o' | 'u'))
                {
                    letters[at] = match letters[at] {
                        'a' => 'ă',
                        'o' => 'ơ',
                        _ => 'ư',
                    };
                } else {
                    letters.push('ư');
                }
                keys += 1;
            }
            // Spelt as it sounds, in messages: `fong`, `zu`.
            b'f' if i == 0 => {
                letters.extend(['p', 'h']);
                keys += 1;
            }
            b'z' if i == 0 => {
                letters.push('d');
                keys += 1;
            }
            b's' | b'f' | b'r' | b'x' | b'j' if after_vowel => {
                tone = match b {
                    b's' => 1,
                    b'f' => 2,
                    b'r' => 3,
                    b'x' => 4,
                    _ => 5,
                };
                keys += 1;
            }
            _ => letters.push(char::from(b)),
        }
    }
    (keys > 0).then(|| place_tone(&letters, tone))?
}

fn vni(word: &str) -> Option<String> {
    let mut letters: Vec<char> = Vec::new();
    let mut tone = 0usize;
    for b in word.bytes() {
        match b {
            b'1'..=b'5' => tone = usize::from(b - b'0'),
            b'6' => {
                let at = letters
                    .iter()
                    .rposition(|&c| matches!(c, 'a' | 'e' | 'o'))?;
                letters[at] = match letters[at] {
                    'a' => 'â',
                    'e' => 'ê',
                    _ => 'ô',
                };
            }
            b'7' => {
                if let Some(at) = letters.windows(2).position(|w| w == ['u', 'o']) {
                    letters[at] = 'ư';
                    letters[at + 1] = 'ơ';
                } else {
                    let at = letters.iter().rposition(|&c| matches!(c, 'u' | 'o'))?;
                    letters[at] = if letters[at] == 'u' { 'ư' } else { 'ơ' };
                }
            }
            b'8' => {
                let at = letters.iter().rposition(|&c| c == 'a')?;
                letters[at] = 'ă';
            }
            b'9' => {
                let at = letters.iter().position(|&c| c == 'd')?;
                letters[at] = 'đ';
            }
            b'a'..=b'z' => letters.push(char::from(b)),
            _ => return None,
        }
    }
    place_tone(&letters, tone)
}

fn is_vowel(c: char) -> bool {
    c.is_ascii() && PLAIN_VOWELS.contains(&(c as u8))
        || matches!(c, 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư')
}

/// Sets the tone on the vowel that carries it, in the order level, sắc, huyền, hỏi, ngã, nặng.
fn place_tone(letters: &[char], tone: usize) -> Option<String> {
    use unicode_normalization::UnicodeNormalization;
    let mut start = letters.iter().position(|&c| is_vowel(c))?;
    let mut end = letters[start..]
        .iter()
        .position(|&c| !is_vowel(c))
        .map_or(letters.len(), |n| start + n);
    // qu- and gi- are beginnings.
    if end - start > 1
        && start > 0
        && ((letters[start - 1] == 'q' && letters[start] == 'u')
            || (letters[start - 1] == 'g' && letters[start] == 'i'))
    {
        start += 1;
    }
    if letters[end..].iter().any(|&c| is_vowel(c)) {
        return None;
    }
    let open = end == letters.len();
    if end - start > 3 {
        end = start + 3;
    }
    let marked = (start..end).rev().find(|&i| !letters[i].is_ascii());
    let carrier = marked.unwrap_or(match (end - start, open) {
        (1, _) => start,
        (2, false) => start + 1,
        (2, true) if matches!(&letters[start..end], ['o', 'a' | 'e'] | ['u', 'y']) => start + 1,
        (2, true) => start,
        _ => start + 1,
    });
    let mark = [
        None,
        Some('\u{301}'),
        Some('\u{300}'),
        Some('\u{309}'),
        Some('\u{303}'),
        Some('\u{323}'),
    ][tone];
    let mut out = String::new();
    for (i, &c) in letters.iter().enumerate() {
        out.push(c);
        if i == carrier
            && let Some(mark) = mark
        {
            out.push(mark);
        }
    }
    Some(out.nfc().collect())
}

/// The cheapest way to cut `word` (folded) into two to six known syllables, by the price of each and of each pair.
///
/// `price` gives the cost of one part, or `None` where it is not known.
pub(crate) fn split(word: &str, price: &dyn Fn(&str) -> Option<f32>) -> Option<Vec<String>> {
    const LONGEST: usize = 7;
    let n = word.len();
    if !word.is_ascii() || !(4..=36).contains(&n) {
        return None;
    }
    // Cheapest cut of word[..i], and where its last part begins.
    let mut best: Vec<Option<(f32, usize)>> = vec![None; n + 1];
    best[0] = Some((0.0, 0));
    for i in 1..=n {
        for start in i.saturating_sub(LONGEST)..i {
            if start == 0 && i == n {
                continue;
            }
            let Some((before, _)) = best[start] else {
                continue;
            };
            let part = &word[start..i];
            // A lone letter is no syllable here.
            if part.len() < 2 {
                continue;
            }
            let Some(price) = price(part) else { continue };
            let total = before + price;
            if best[i].is_none_or(|(old, _)| total < old) {
                best[i] = Some((total, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut at = n;
    while at > 0 {
        let (_, start) = best[at]?;
        parts.push(word[start..at].to_owned());
        at = start;
    }
    parts.reverse();
    (parts.len() > 1).then_some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_typing_methods_are_read() {
        for (word, syllable) in [
            ("ddaauf", "đầu"),
            ("tuw", "tư"),
            ("d9a62u", "đầu"),
            ("tu7", "tư"),
            ("vieejt", "việt"),
            ("nuowcs", "nước"),
            ("dduwowngf", "đường"),
            ("quys", "quý"),
            ("giaf", "già"),
            ("nguyeenx", "nguyễn"),
            ("toans", "toán"),
            ("hoaf", "hoà"),
            ("vo61n", "vốn"),
            ("ngu7o72i", "người"),
            ("xuaats", "xuất"),
            ("daauf", "dầu"),
            ("fong", "phong"),
            ("zu", "du"),
        ] {
            assert_eq!(typed_keys(word).as_deref(), Some(syllable), "{word}");
        }
        for word in ["vốn", "toan", "2020", "6t2020", "a"] {
            assert_eq!(typed_keys(word), None, "{word}");
        }
    }

    #[test]
    fn usual_confusions_cost_less_than_letters() {
        let cheap = [
            ("xuat", "suat"),
            ("chien", "trien"),
            ("dao", "giao"),
            ("nang", "lang"),
            ("quan", "quang"),
            ("ki", "ky"),
        ];
        let dear = [("xuat", "tuat"), ("chien", "phien"), ("quan", "quat")];
        for (word, term) in cheap {
            assert!(cost(word, term) < 0.5, "{word} {term} {}", cost(word, term));
        }
        for (word, term) in dear {
            assert!(cost(word, term) > 0.8, "{word} {term} {}", cost(word, term));
        }
        assert!(
            cost("qung", "quang") < cost("qung", "hung"),
            "a lost vowel first"
        );
        assert!(cost("dnag", "dang") < 0.8);
    }

    #[test]
    fn glued_words_are_cut() {
        let known = [
            "quang", "ninh", "qua", "ha", "nam", "han", "am", "thanh", "pho",
        ];
        let price = |part: &str| known.contains(&part).then_some(5.0 - part.len() as f32);
        assert_eq!(split("quangninh", &price).unwrap(), ["quang", "ninh"]);
        assert_eq!(split("thanhpho", &price).unwrap(), ["thanh", "pho"]);
        assert_eq!(split("quang", &price), None);
        assert_eq!(split("xyzabc", &price), None);
    }

    /// Whether a walk along `term` ends in a match, and whether it could have gone on all the way.
    fn walk(word: &str, term: &str, most: u8) -> (bool, bool) {
        let edits = Edits::new(word, most).unwrap();
        let mut state = edits.start();
        let mut open = edits.can_match(&state);
        for byte in term.bytes() {
            state = edits.accept(&state, byte);
            open &= edits.can_match(&state);
        }
        (edits.is_match(&state), open)
    }

    /// Letters too many, missing, other ones and swapped neighbours between two words, by the table of all beginnings.
    fn distance(word: &[u8], term: &[u8]) -> usize {
        let mut table = vec![vec![0; term.len() + 1]; word.len() + 1];
        for i in 0..=word.len() {
            for j in 0..=term.len() {
                let mut best = if i + j == 0 { 0 } else { usize::MAX };
                if i > 0 {
                    best = best.min(table[i - 1][j] + 1);
                }
                if j > 0 {
                    best = best.min(table[i][j - 1] + 1);
                }
                if i > 0 && j > 0 {
                    let other = usize::from(word[i - 1] != term[j - 1]);
                    best = best.min(table[i - 1][j - 1] + other);
                }
                if i > 1 && j > 1 && word[i - 2] == term[j - 1] && word[i - 1] == term[j - 2] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        table[word.len()][term.len()]
    }

    #[test]
    fn edits_are_counted_by_letters() {
        let near = |word, term, most| walk(word, term, most).0;
        assert!(near("quang", "quan", 1) && near("quang", "quagn", 1));
        assert!(!near("quang", "qua", 1) && near("quang", "qua", 2));
        assert!(Edits::new(&"a".repeat(30), 1).is_none() && Edits::new("", 1).is_none());
    }

    proptest! {
        #[test]
        fn walks_end_where_the_table_says(word in "[a-d]{1,8}", term in "[a-e]{0,9}", most in 1u8..=2) {
            let wanted = distance(word.as_bytes(), term.as_bytes()) <= usize::from(most);
            let (found, open) = walk(&word, &term, most);
            prop_assert_eq!(found, wanted);
            // No way to a match is cut off.
            prop_assert!(open || !found);
        }

        #[test]
        fn long_words_are_walked_too(word in "[ab]{20,24}", at in 0usize..20, other in "[abc]{0,2}") {
            let term = format!("{}{other}{}", &word[..at], &word[at + 1..]);
            let wanted = distance(word.as_bytes(), term.as_bytes()) <= 2;
            prop_assert_eq!(walk(&word, &term, 2), (wanted, wanted));
        }
    }
}
