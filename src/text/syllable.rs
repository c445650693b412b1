//! The grammar of Vietnamese syllables: enough to tell a syllable from two that were glued together.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::letter::{self, info};

const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// Rimes without tones. Those in k are of Montagnard names.
const RIMES: &str = "a ac ach ai ak am an ang anh ao ap at au ay \
    ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êk êm ên êng ênh êp êt êu \
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi ok om on ong ooc oong op ot \
    ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu \
    ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
    y yêm yên yêng yêt yêu ynh yt";

static SET: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| RIMES.split_whitespace().collect());

/// Letters without their tones, and the tones; of a lower-case NFC word.
struct Letters {
    plain: String,
    /// Byte range in `plain` and tone of each letter.
    list: Vec<(usize, u8)>,
}

impl Letters {
    fn read(word: &str) -> Option<Self> {
        let mut letters = Self {
            plain: String::with_capacity(word.len()),
            list: Vec::with_capacity(word.len()),
        };
        for c in word.chars() {
            let found = info(u32::from(c));
            if found.class() != letter::LETTER {
                return None;
            }
            letters.list.push((letters.plain.len(), found.tone()));
            letters
                .plain
                .push(letter::compose(found.base(), found.shape(), 0)?);
        }
        Some(letters)
    }

    fn is_syllable(&self, from: usize, to: usize) -> bool {
        let mut tones = self.list[from..to].iter().map(|l| l.1).filter(|&t| t > 0);
        let tone = tones.next().unwrap_or(0);
        if tones.next().is_some() {
            return false;
        }
        let end = self.list.get(to).map_or(self.plain.len(), |l| l.0);
        let plain = &self.plain[self.list[from].0..end];
        ONSETS.iter().any(|onset| {
            let Some(rime) = plain.strip_prefix(onset) else {
                return false;
            };
            if !SET.contains(rime) {
                return false;
            }
            // Stopped rimes have the acute tone or the dot; bare ones are names.
            if (rime.ends_with(['c', 'p', 't', 'k']) || rime.ends_with("ch"))
                && !matches!(tone, 4 | 5)
            {
                return false;
            }
            let front = rime.starts_with(['e', 'ê', 'i', 'y']);
            match *onset {
                "ngh" | "gh" | "k" => front || rime.ends_with('k') || *onset == "k",
                "c" | "g" | "ng" => !front || (*onset == "g" && rime.starts_with('i')),
                "gi" => !rime.starts_with(['i', 'y']),
                "qu" => !rime.starts_with(['u', 'ư', 'o']),
                _ => true,
            }
        })
    }
}

/// Whether a lower-case NFC word is a Vietnamese syllable by its form.
pub fn is_syllable(word: &str) -> bool {
    Letters::read(word).is_some_and(|l| !l.list.is_empty() && l.is_syllable(0, l.list.len()))
}

/// Whether a folded word may be several syllables: a consonant stands between two vowels.
#[inline]
pub(crate) fn may_be_glued(folded: &str) -> bool {
    let mut seen_vowel = false;
    let mut seen_gap = false;
    for b in folded.bytes() {
        let vowel = matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        if vowel && seen_gap {
            return true;
        }
        seen_gap |= seen_vowel && !vowel;
        seen_vowel |= vowel;
    }
    false
}

/// The syllables of glued words (`chiềungày`): all ways to cut the lower-case NFC `word` in two, or else the first way to cut it in three.
///
/// Empty for a syllable and for what cannot be cut. Parts have two letters or more.
pub(crate) fn split_glued(word: &str) -> Vec<&str> {
    const LONGEST: usize = 21;
    let mut parts = Vec::new();
    let Some(letters) = Letters::read(word) else {
        return parts;
    };
    let count = letters.list.len();
    if !(4..=LONGEST).contains(&count) || letters.is_syllable(0, count) {
        return parts;
    }
    let starts: Vec<usize> = word.char_indices().map(|(i, _)| i).collect();
    let part =
        |from: usize, to: usize| &word[starts[from]..starts.get(to).copied().unwrap_or(word.len())];
    for cut in 2..=count - 2 {
        if letters.is_syllable(0, cut) && letters.is_syllable(cut, count) {
            for piece in [part(0, cut), part(cut, count)] {
                if !parts.contains(&piece) {
                    parts.push(piece);
                }
            }
        }
    }
    if !parts.is_empty() || count < 6 {
        return parts;
    }
    for first in 2..=count - 4 {
        if !letters.is_syllable(0, first) {
            continue;
        }
        for second in first + 2..=count - 2 {
            if letters.is_syllable(first, second) && letters.is_syllable(second, count) {
                return vec![part(0, first), part(first, second), part(second, count)];
            }
        }
    }
    parts
}

/// The parts of a word that its capitals cut (`BanQuản`, `KCNThăng`, `triệuUSD`), as written.
///
/// Empty unless each part is a syllable by its form or an abbreviation, of two letters or more: `VinFast` and `iPhone` stay whole.
pub(crate) fn split_case(word: &str) -> Vec<&str> {
    const MOST: usize = 4;
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let is_upper = |i: usize| letters[i].1.is_uppercase();
    let whole = |part: &str| {
        let mut chars = part.chars();
        let two = chars.next().is_some() && chars.next().is_some();
        two && (part.chars().all(char::is_uppercase) || is_syllable(&part.to_lowercase()))
    };
    // From the end: of two ways to cut behind capitals (`KCN|Thăng`, `UBND|tỉnh`) the longer last part is tried first.
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 && parts.len() <= MOST {
        let inside = letters.partition_point(|l| l.0 < end);
        let is_cut = |i: &usize| is_upper(*i - 1) != is_upper(*i);
        let cut = (1..inside)
            .rev()
            .filter(is_cut)
            .flat_map(|i| {
                if is_upper(i) {
                    [Some(i), None]
                } else {
                    [Some(i - 1), Some(i)]
                }
            })
            .flatten()
            .find(|&i| whole(&word[letters[i].0..end]));
        let start = match cut {
            Some(i) => letters[i].0,
            None if whole(&word[..end]) => 0,
            None => return Vec::new(),
        };
        parts.push(&word[start..end]);
        end = start;
    }
    parts.reverse();
    if (2..=MOST).contains(&parts.len()) {
        parts
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_and_others() {
        for word in "quảng ninh tỉnh nghiêng khuỷu giếng gì quốc uỷ thuỷ hoà đường ương yêu ước đắk lắk huỳnh quý xoong rượu"
            .split(' ')
        {
            assert!(is_syllable(word), "{word}");
        }
        for word in "chiềungày covid tnh mt gni kà̀ cat nghành qua1 ".split(' ') {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn cuts_glued_words() {
        for (word, parts) in [
            ("chiềungày", &["chiều", "ngày"][..]),
            ("tạiđây", &["tại", "đây"]),
            ("quảngninh", &["quảng", "ninh"]),
            ("uỷbannhân", &["uỷ", "ban", "nhân"]),
            ("côngan", &["cô", "ngan", "côn", "gan", "công", "an"]),
            ("đường", &[]),
            ("pérou", &[]),
            ("a", &[]),
        ] {
            assert_eq!(split_glued(word), parts, "{word}");
        }
        assert!(may_be_glued("chieungay") && !may_be_glued("nghieng") && !may_be_glued("qua"));
    }

    #[test]
    fn capitals_cut_glued_words() {
        for (word, parts) in [
            ("BanQuản", "Ban Quản"),
            ("NinhThu", "Ninh Thu"),
            ("tỉnhQuảng", "tỉnh Quảng"),
            ("triệuUSD", "triệu USD"),
            ("KCNThăng", "KCN Thăng"),
            ("UBNDtỉnh", "UBND tỉnh"),
            ("LongII", "Long II"),
            ("TổngKCNHòa", "Tổng KCN Hòa"),
            ("VinFast", ""),
            ("iPhone", ""),
            ("eMail", ""),
            ("YouTube", ""),
            ("ThS", ""),
            ("TBh", ""),
        ] {
            assert_eq!(split_case(word).join(" "), parts, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parts_make_up_the_word(word in "(Ban|quản|KCN|Thăng|USD|II|ß|ǅ|ﬁ|İ|[a-zA-ZđĐảẢ\u{301}]){0,8}") {
            let parts = split_case(&word);
            proptest::prop_assert!(parts.is_empty() || parts.concat() == word);
            proptest::prop_assert!(parts.iter().all(|part| part.chars().nth(1).is_some()));
        }
    }
}
